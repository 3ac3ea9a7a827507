r"""Which indices run over the same entries: those that stand at the same place of a family, and those that are compared.

\sum_{j=1}^C runs over all, and C is how many there are; another limit is not understood.
"""

from __future__ import annotations

from symconv.claims.spelling import spelled
from symconv.errors import SymconvError
from symconv.language.formula import Node, number
from symconv.language.functional import Defined


class Groups:
    """Indices and axes, joined."""

    def __init__(self) -> None:
        self.above: dict[str, str] = {}
        self.sizes: dict[str, str] = {}
        self.bound: set[str] = set()
        self.indices: dict[str, None] = {}

    def root(self, key: str) -> str:
        """The representative."""
        while self.above.get(key, key) != key:
            key = self.above[key]
        return key

    def join(self, a: str, b: str) -> None:
        """The same group."""
        self.above.setdefault(a, a)
        self.above[self.root(a)] = self.root(b)
        self.above.setdefault(self.root(b), self.root(b))

    def axis(self, family: str, k: int) -> str:
        """An axis of a family, as a key."""
        return f"{family}[{k}]"

    def whole(self, node: Node) -> Node:
        """Sums over j=1..C and j=0..C-1 as sums over all; what runs over a part is refused."""
        parts = []
        for p in node.parts:
            if isinstance(p, Node) and p.kind == "range":
                parts.append(Node("each", (p.parts[0],)))
                self.sized(p)
            else:
                parts.append(self.whole(p) if isinstance(p, Node) else p)
        return Node(node.kind, tuple(parts), node.place)

    def sized(self, r: Node) -> None:
        """The size that a range names."""
        index, low, high = r.parts
        if low == number(0) and high.kind == "add" and len(high.parts) == 2 and high.parts[1] == Node("neg", (number(1),)):
            high, low = high.parts[0], number(1)
        if low != number(1) or high.kind != "name":
            shown = f"{index} = {spelled(r.parts[1])} .. {spelled(r.parts[2])}"
            raise SymconvError(f"a sum over a part of the entries is not understood, only over all: {shown}")
        self.join(index, f"size {high.parts[0]}")
        self.sizes[high.parts[0]] = index

    def visit(self, node: Node, names: set[str]) -> None:
        """Join what a node joins; ``names`` are scalars, which are no indices."""
        for n in node.walk():
            if n.kind == "index" and n.parts[0].kind == "name":
                for k, e in enumerate(n.parts[1:]):
                    if e.kind != "name":
                        raise SymconvError(f"expected a plain index, got {spelled(e)}")
                    self.indices[e.parts[0]] = None
                    self.join(e.parts[0], self.axis(n.parts[0].parts[0], k))
            if n.kind == "each":
                self.bound.add(n.parts[0])
                self.indices[n.parts[0]] = None
                self.above.setdefault(n.parts[0], n.parts[0])
        for n in node.walk():
            if n.kind == "relation" and all(e.kind == "name" and e.parts[0] not in names for e in n.parts[1:]):
                a, b = (e.parts[0] for e in n.parts[1:])
                if a in self.indices or b in self.indices:
                    self.indices[a] = self.indices[b] = None
                    self.join(a, b)

    def counting(self, node: Node) -> None:
        """Refuse an index that stands as a number: i p_i."""
        if node.kind == "name" and node.parts[0] in self.indices:
            raise SymconvError(f"the index {node.parts[0]!r} stands as a number here, which is not understood")
        parts = list(node.inner())
        if node.kind == "index":
            parts = parts[:1]
        if node.kind == "relation" and all(p.kind == "name" for p in parts):
            parts = []
        if node.kind == "partial" and parts[1].kind == "index":
            parts = parts[:1]
        for p in parts:
            if p.kind != "each":
                self.counting(p)

    def axes(self, shapes: dict[str, int]) -> dict[str, tuple[str, ...]]:
        """The groups of every name's axes, so far."""
        return {w: tuple(self.root(self.axis(w, k)) for k in range(abs(s))) for w, s in shapes.items()}

    def merged(self, before: dict[str, tuple[str, ...]]) -> str:
        """A matrix whose two sizes were different and must now be equal, or nothing."""
        for word, axes in before.items():
            if len(axes) == 2 and axes[0] != axes[1] and self.root(axes[0]) == self.root(axes[1]):
                return word
        return ""

    def define(self, made: Defined) -> None:
        """The axes of what is defined are those of its parameters."""
        for k, p in enumerate(made.parameters):
            self.indices[p] = None
            self.bound.add(p)
            self.join(p, self.axis(made.name, k))
