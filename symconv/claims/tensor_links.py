"""The links of a chain of equations between tensors: their signs and tensors, what is wrong with their form."""

from __future__ import annotations

import re

from symconv.claims.relations import Statement
from symconv.claims.syntax import Reading, read
from symconv.claims.tensor_forms import (
    add,
    bound_in,
    indices_of,
    minus,
    modular,
    rewritten,
    settled,
)
from symconv.claims.tensor_names import STARS, Names, plain_name
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.tensorial import Array, Case, Equation, Failing, Free, Meaning


def links(statements: list[Statement], text: str = "") -> tuple[list[tuple[Node, Node]], list[Node]]:
    """Both sides of every equation, and the conditions."""
    found, conditions = [], []
    for s in statements:
        node = modular(settled(s.node), text)
        if node.kind == "relation" and node.parts[0] == "=":
            found.append((node.parts[1], node.parts[2]))
        elif node.kind in ("range", "relation"):
            conditions.append(node)
        else:
            raise SymconvError(f"expected an equation, got {s.text[:60]!r}")
        if s.condition is not None:
            conditions.append(settled(s.condition))
    if not found:
        raise SymconvError("expected an equation between tensors")
    return found, conditions


def equivariance(left: Node, right: Node) -> Meaning | None:
    """convolution(shift(x)) = shift(convolution(x)): a layer of any stride, on all integers, and a shift by h."""

    def nested(node: Node, outer: str, inner: str) -> bool:
        if node.kind != "call" or len(node.parts) != 2 or node.parts[0] not in outer.split():
            return False
        return bool(
            node.parts[1].kind == "call" and len(node.parts[1].parts) == 2 and node.parts[1].parts[0] in inner.split()
        )

    layers, shifts = "conv convolve corr layer", "shift"
    for a, b in ((left, right), (right, left)):
        if nested(a, layers, shifts) and nested(b, shifts, layers) and a.parts[1].parts[1] == b.parts[1].parts[1]:
            break
    else:
        return None
    x, w, i, p, s, h = (name(n) for n in ("x", "w", "i", "p", "s", "h"))
    span = Node("range", ("p", number(0), minus(name("K"), 1)))

    def read(place: Node) -> Node:
        return Node("sum", (Node("mul", (Node("index", (w, p)), Node("index", (x, add(place, p))))), span))

    before = read(minus(Node("mul", (s, i)), h))
    after = read(Node("mul", (s, minus(i, h))))
    arrays = (Array("x", (name("N"),)), Array("w", (name("K"),)))
    sizes = (("N", 1), ("K", 1), ("s", 1), ("h", 1))
    equation = Equation("equivariance", before, after, arrays, sizes, (Free("i"),), lattice=True)
    notes = ("a layer with a kernel w and any stride s, on all integers, x being 0 outside; a shift by h >= 1",)
    return Meaning(notes, (Case("", (equation,)),), None, "signals of finite support", ("s",))


def given_relations(published: Published) -> list[Node]:
    """The conditions that were given beside the formula."""
    told = {plain_name(n) for n, words in published.where if re.search(r"\b(length|size|number)\b", words)}
    told |= {n.split("_")[0] for n in told}
    return [settled(s.node) for text in published.given for s in read(text, Reading(tensors=True, scalars=set(told)))]


def whole_names(node: Node, names: Names) -> list[str]:
    """The tensors of a side, indexed or whole, in reading order."""
    bound = bound_in(node)
    found: dict[str, None] = {}

    def visit(n: Node, whole: bool) -> None:
        if n.kind == "index":
            visit(n.parts[0], True)
        elif n.kind == "name":
            if whole and n.parts[0] not in bound:
                found[n.parts[0]] = None
        elif n.kind == "call":
            takes = 2 if n.parts[0].split("_")[0] in ("conv", "corr", "convolve", "layer", "transposed") else 1
            for k, p in enumerate(n.inner()):
                if k < takes:
                    visit(p, True)
        elif n.kind in ("sum", "product"):
            visit(n.parts[0], whole)
        elif n.kind in ("times", "transpose", "conj", "neg", "add", "mul", "div"):
            for p in n.inner():
                visit(p, whole or n.kind == "times")

    visit(node, False)
    return [n for n in found if names.role(n) not in ("stride", "padding", "dilation", "number", "index")]


def plain_star(node: Node) -> tuple[str, tuple[str, ...]] | None:
    """(f * g)(i), f * g: the sign and its operands, if a side is nothing else."""
    inner = node.parts[0] if node.kind == "index" else node
    if inner.kind == "times" and all(p.kind == "name" for p in inner.parts[1:]):
        return inner.parts[0], tuple(p.parts[0] for p in inner.parts[1:])
    return None


def has_star(node: Node) -> bool:
    """Whether an open sign stands in a side."""
    return bool(signs_of([node]))


def signs_of(nodes: list[Node]) -> list[str]:
    """The open signs, in reading order."""
    found: dict[str, None] = {}
    for node in nodes:
        for n in node.walk():
            if n.kind == "times" and n.parts[0].split("_")[0] in STARS:
                found[n.parts[0].split("_")[0]] = None
            if n.kind == "call" and n.parts[0].split("_")[0] == "conv":
                found["conv"] = None
    return list(found)


def defined_names(pairs: list[tuple[Node, Node]], names: Names) -> set[str]:
    """Names that an equation only introduces: S(i, j) = (I * K)(i, j)."""
    found = set()
    for k, (left, _) in enumerate(pairs):
        inner = left.parts[0] if left.kind == "index" else left
        if inner.kind != "name":
            continue
        others = [
            n for j, pair in enumerate(pairs) for at, side in enumerate(pair) if (j, at) != (k, 0) for n in side.names()
        ]
        if inner.parts[0] not in others:
            found.add(inner.parts[0])
    return found


def _base(node: Node) -> str:
    inner = node.parts[0] if node.kind == "index" else node
    return str(inner.parts[0]) if inner.kind == "name" else ""


def full(node: Node) -> Node:
    """Every open operation in full mode."""

    def change(n: Node) -> Node | None:
        if n.kind == "times" and n.parts[0] in STARS:
            return Node("times", (f"{n.parts[0]}_full", *(full(p) for p in n.parts[1:])), n.place)
        if n.kind == "call" and n.parts[0] in ("conv", "corr", "convolve") and all(p.kind != "string" for p in n.inner()):
            return Node("call", (f"{n.parts[0]}_full", *(full(p) for p in n.parts[1:])), n.place)
        return None

    return rewritten(node, change)


def ill_formed(pairs: list[tuple[Node, Node]], names: Names) -> Failing | None:
    """A limit that is a tensor, another number of indices than a tensor has, an index that nothing binds."""
    nodes = [n for p in pairs for n in p]
    tensors = {t for n in nodes for t in indices_of(n, ())}
    bound = {b for n in nodes for b in bound_in(n)}
    for node in nodes:
        for r in node.walk():
            if r.kind == "range":
                for e in r.inner():
                    for t in e.names():
                        if t in tensors and t not in bound_in(node):
                            if not any(set(i.names()) & bound for i in indices_at(nodes, t)):
                                raise SymconvError(f"is {t!r} a size or a tensor?  Say it with --where, as in {t}=number")
                            return _fault(f"the limit {t!r} of a sum is a tensor, not a number")
    counts: dict[str, int] = {}
    for node in nodes:
        for n in node.walk():
            if n.kind == "index" and n.parts[0].kind == "name":
                t = n.parts[0].parts[0]
                declared = len(names.shapes.get(t, ()))
                if declared and declared != len(n.parts) - 1:
                    return _fault(f"{t!r} has {declared} axes, but {len(n.parts) - 1} indices")
                if counts.setdefault(t, len(n.parts) - 1) != len(n.parts) - 1:
                    return _fault(f"{t!r} is read with {counts[t]} and with {len(n.parts) - 1} indices")
    return None


def indices_at(nodes: list[Node], tensor: str) -> list[Node]:
    """Everything by which a tensor is indexed."""
    entries = (n for node in nodes for n in node.walk() if n.kind == "index")
    return [e for n in entries if n.parts[0].kind == "name" and n.parts[0].parts[0] == tensor for e in n.parts[1:]]


def _fault(words: str) -> Failing:
    return Failing((), (), "", "", "", words)


def columns(pairs: list[tuple[Node, Node]]) -> set[str]:
    """The vectors of an outer product, u v^T: columns of two axes, the second of length 1."""
    turned = {
        n.parts[0].parts[0]
        for p in pairs
        for s in p
        for n in s.walk()
        if n.kind == "transpose" and n.parts[0].kind == "name"
    }
    found: set[str] = set()
    for n in (n for p in pairs for s in p for n in s.walk()):
        if n.kind not in ("times", "mul") or (n.kind == "times" and n.parts[0] not in ("·", "@")):
            continue
        inner = list(n.inner())
        if (
            len(inner) == 2
            and inner[0].kind == "name"
            and inner[1].kind == "transpose"
            and inner[1].parts[0].kind == "name"
        ):
            found |= {inner[0].parts[0], inner[1].parts[0].parts[0]}
    return found if turned & found else set()
