r"""Signs between expressions in a running index, as texts on signals write them, become sums.

    x[n] * h[n - m]           is the convolution of n -> x[n] with n -> h[n - m], taken at n:   sum_u x[u] h[(n - u) - m]
    ((n f) * g)[n]            a sequence times its index:                                      sum_u u f[u] g[n - u]

With the operands as functions of the index, a(n) and b(n), and r the place at which the result is taken,

    convolution               sum_u a(u) b(r - u)
    correlation               sum_u a(u) b(r + u)          correlation, data first         sum_u a(r + u) b(u)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from symconv.claims.tensor_forms import add, minus
from symconv.errors import SymconvError
from symconv.language.formula import Node, name

PLACES: dict[str, Callable[[Node, Node], tuple[Node, Node]]] = {
    "convolution": lambda u, r: (u, minus(r, u)),
    "correlation": lambda u, r: (u, add(r, u)),
    "correlation, data first": lambda u, r: (add(r, u), u),
}
ENTRIES = ("index", "mul", "add", "neg", "div")


def places(nodes: Iterable[Node]) -> set[str]:
    """The names that stand in an index somewhere: a constant factor does not."""
    return {n for node in nodes for e in node.walk() if e.kind == "index" for p in e.parts[1:] for n in p.names()}


def runs(node: Node, indices: set[str]) -> bool:
    """Whether a sign somewhere in a node stands between expressions in a running index."""
    return any(n.kind == "times" and any(running(p, indices) for p in n.parts[1:]) for n in node.walk())


def running(node: Node, indices: set[str]) -> list[str]:
    """The indices that an operand is a function of; none of a whole signal."""
    return [n for n in node.names() if n in indices] if node.kind in ENTRIES else []


class Opened:
    """The sums that the signs of a node stand for, under one meaning of each."""

    def __init__(self, senses: Mapping[str, str], tensors: list[str], indices: set[str]) -> None:
        self.senses, self.tensors, self.indices, self.fresh = senses, tensors, indices, 0

    def __call__(self, node: Node) -> Node:
        """The node with every sign between running expressions written out."""
        if node.kind == "index" and node.parts[0].kind == "times" and len(node.parts) == 2 and runs(node, self.indices):
            sign, place = node.parts
            return self.summed(sign, self.index_of(sign, place), place)
        if node.kind == "times" and any(running(p, self.indices) for p in node.parts[1:]):
            letter = self.common(node)
            return self.summed(node, letter, name(letter))
        return Node(node.kind, tuple(self(p) if isinstance(p, Node) else p for p in node.parts), node.place)

    def summed(self, node: Node, letter: str, place: Node) -> Node:
        """sum_u a(..) b(..), the result at a place."""
        sign, left, right = node.parts
        sense = self.senses.get(sign.split("_")[0], "")
        if sense not in PLACES:
            raise SymconvError(f"{sense or 'a product'} between entries is not understood: write (x * h)[n]")
        self.fresh += 1
        u = f"u{self.fresh}"
        at = PLACES[sense](name(u), place)
        factors = tuple(self(self.entry(p, letter)).subs({letter: e}) for p, e in zip((left, right), at, strict=True))
        return Node("sum", (Node("mul", factors), Node("each", (u,))), node.place)

    def entry(self, node: Node, letter: str) -> Node:
        """An operand as a function of the index: a whole signal f is f[n]."""
        if node.kind == "name" and node.parts[0] in self.tensors:
            return Node("index", (node, name(letter)), node.place)
        if node.kind in ("mul", "add", "neg", "div"):
            return Node(node.kind, tuple(self.entry(p, letter) for p in node.parts), node.place)
        if node.kind in ("times", "call"):
            return Node("index", (node, name(letter)), node.place)
        return node

    def common(self, node: Node) -> str:
        """The index that runs: the one that every operand has, and that is the whole index of some entry."""
        found = [set(running(p, self.indices)) for p in node.parts[1:]]
        shared = set.intersection(*found) if all(found) else set.union(*found)
        alone = {e.parts[0] for n in node.walk() if n.kind == "index" for e in n.parts[1:] if e.kind == "name"} & shared
        chosen = sorted(alone or shared)
        if len(chosen) != 1:
            raise SymconvError("which index runs is not known: write the operation of whole signals, as in (x * h)[n]")
        return str(chosen[0])

    def index_of(self, node: Node, place: Node) -> str:
        """The index that runs in the operands of a sign whose result is taken at a place."""
        own = {n for p in node.parts[1:] for n in running(p, self.indices)} & set(place.names())
        if len(own) == 1:
            return own.pop()
        return self.common(node)
