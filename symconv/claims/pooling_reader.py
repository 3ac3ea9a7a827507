r"""Formulas about pooling, from the flat tree to nodes: names before brackets are tensors, letters in an index are parameters.

\text{input}(N_i, C_j, \text{stride} \times l + m)      x_{si+p}      \max_{m=0, \ldots, kH-1}      \max_{0 \le p < K}
"""

from __future__ import annotations

import re
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.function_names import APPLIED, LOSSES, canonical
from symconv.claims.function_pieces import bracket, bracketed
from symconv.claims.function_reader import FunctionReader, statements
from symconv.claims.relations import Statement
from symconv.claims.spelling import spelled as spell
from symconv.claims.tokens import refuse
from symconv.claims.vocabulary import recognise
from symconv.language.formula import Node, number

PARAMETERS = ("stride", "kernel", "padding", "dilation")


def read_pooling(text: str, axes: int = 0) -> list[Statement]:
    """The statements of a formula about pooling.

    Raises FormulaError with the place of whatever cannot be read.
    """
    return statements(text, PoolingReader(text, frozenset()))


def parameter(word: str) -> bool:
    """Whether a name is a stride, a kernel size, a padding or a dilation by habit."""
    role = recognise(word)
    return role is not None and role.kind in PARAMETERS


class PoolingReader(FunctionReader):
    """Turns lark's tree into nodes; brackets behind a name are an index, behind a parameter a part of its name."""

    def applied(self, pieces: list[Any], at: int) -> tuple[Node, int]:
        """A tensor with its index in brackets; floor, max and the rest as functions."""
        piece = pieces[at]
        following: Any = pieces[at + 1] if at + 1 < len(pieces) and pieces[at + 1] != "neg" else None
        word = self.head(piece)
        if (word or self.plain_word(piece)) in ("floor", "ceil") and bracket(following):
            inner = self.elements(following.children[0])
            return Node(self.plain_word(piece) or word, tuple(inner), self.span(piece)), at + 2
        if not bracket(following) or following.children[0].data not in ("parens", "brackets") or word in ("max", "min"):
            return super().applied(pieces, at)
        node = self.scripted(piece)
        if node.kind != "name" or (canonical(node.parts[0]) in APPLIED and node.parts[0] not in LOSSES):
            return super().applied(pieces, at)
        if node.parts[0] in LOSSES:
            return node, at + 2
        shown = re.sub(r"\s", "", self.text[slice(*self.span(following.children[0]))])
        if parameter(node.parts[0]) and re.fullmatch(r"\[\w\]|\(\w\)", shown) and len(node.parts[0]) > 1:
            made = Node("name", (node.parts[0] + "[" + shown[1:-1] + "]",), node.place)
            return made, at + 2
        if parameter(node.parts[0]) and following.children[0].data == "parens":
            return node, at + 1
        made = Node("index", (node, *self.elements(following.children[0])), node.place)
        return self.scripts(made, following.children[1:], following), at + 2

    def plain_word(self, piece: Any) -> str:
        """The name that a piece is, if it is no more."""
        atom = piece.children[0]
        return (
            str(atom.children[0]) if getattr(atom, "data", "") in ("name", "function") and len(piece.children) == 1 else ""
        )

    def atom(self, tree: Any) -> Node:
        """Roundings and dots too."""
        if getattr(tree, "data", "") == "dots":
            return Node("dots", (), self.span(tree))
        if getattr(tree, "data", "") in ("floor", "ceil"):
            return Node(tree.data, (self.side(tree.children[1]),), self.span(tree))
        return super().atom(tree)

    def side_by_side(self, word: str, place: tuple[int, int]) -> Node | None:
        """si is s i, where s is a parameter; kH is a name."""
        axis = word in ("kh", "kw", "sh", "sw", "ph", "pw", "dh", "dw")
        if re.fullmatch(r"[a-zA-Z][a-z]", word) and not axis and parameter(word[0]) and not parameter(word):
            return Node("mul", tuple(Node("name", (c,), place) for c in word), place)
        return None

    def indices(self, value: Any) -> list[Node]:
        """The indices of an entry, any expressions; letters side by side count each."""
        found = self.elements(value) if bracketed(value) else [self.value(value)]
        made: list[Node] = []
        for node in found:
            word = node.parts[0] if node.kind == "name" else ""
            if re.fullmatch(r"[a-z]{2,3}", word) and not parameter(word):
                made += [Node("name", (c,), node.place) for c in word]
            else:
                made.append(node)
        return made

    def ranges(self, lower: Any, upper: Any, tree: Tree) -> list[Node]:
        """m=0 .. k-1 below and above, m=0, ..., k-1 below, 0 <= m < k, m in {0, ..., k-1}."""
        if lower is None:
            raise self.refuse(tree, "expected what it runs over, below its sign")
        elements = [
            e for c in lower.children if getattr(c, "data", "") == "elements" for e in c.children if e.data != "joint"
        ]
        nodes = [s.node for e in elements for s in self.item(e)] if bracketed(lower) else [self.value(lower)]
        top = None if upper is None else self.value(upper)
        made: list[Node] = []
        while nodes:
            made.append(self.range(nodes, top))
        return made

    def range(self, nodes: list[Node], top: Node | None) -> Node:
        """One range off the front."""
        node = nodes.pop(0)
        if node.kind == "name" and top is None:
            return Node("each", node.parts, node.place)
        if node.kind == "relation" and node.parts[1].kind == "name" and node.parts[0] == "=":
            index, first = node.parts[1].parts[0], node.parts[2]
            if top is not None:
                return Node("range", (index, first, top), node.place)
            at = next((k for k, n in enumerate(nodes) if n.kind == "dots"), -1)
            if at >= 0 and at + 1 < len(nodes):
                last = nodes[at + 1]
                del nodes[: at + 2]
                return Node("range", (index, first, last), node.place)
        if node.kind == "relation" and node.parts[0] in ("<=", "<") and nodes and nodes[0].kind == "relation":
            low, second = node, nodes.pop(0)
            if low.parts[2] == second.parts[1] and low.parts[2].kind == "name" and second.parts[0] in ("<=", "<"):
                first = low.parts[1] if low.parts[0] == "<=" else plus(low.parts[1], 1)
                last = second.parts[2] if second.parts[0] == "<=" else plus(second.parts[2], -1)
                return Node("range", (low.parts[2].parts[0], first, last), node.place)
        raise refuse(self.text, *node.place, f"expected a range such as m=0, ..., k-1 below the sign, got {spell(node)}")


def plus(node: Node, more: int) -> Node:
    """node + more."""
    extra = number(more) if more >= 0 else Node("neg", (number(-more),))
    if node.kind == "number":
        return number(node.parts[0] + more)
    return Node("add", (*(node.parts if node.kind == "add" else (node,)), extra), node.place)
