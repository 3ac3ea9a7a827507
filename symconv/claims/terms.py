"""Sums and products of factors: what is tight first, then from left to right; a sum takes all that follows."""

from __future__ import annotations

import re
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.functions import METHODS, OPERATIONS
from symconv.claims.reading import Base, stem
from symconv.claims.relations import flattened
from symconv.claims.tokens import refuse
from symconv.language.formula import Node

STARS = {"star", "otimes", "circledast", "odot"}


def entry_like(node: Node) -> bool:
    """Whether a factor is a number or an entry, between which a star multiplies."""
    return node.kind in ("index", "number", "sum", "conj", "mul", "neg", "div")


def indexed(node: Node) -> bool:
    """Whether a factor has an entry in it."""
    return any(n.kind == "index" for n in node.walk())


def rounds(piece: Any) -> bool:
    """Whether a piece of a product is // or mod: a sign before them belongs to the first factor alone."""
    return getattr(piece, "data", "") == "operator" and piece.children[0].type in ("FLOORDIV", "MOD")


class Terms(Base):
    """Sums and products of factors: what is tight first, then from left to right; a sum takes all that follows."""

    def side(self, tree: Tree) -> Node:
        """One side: an expression."""
        if tree.data == "word":
            return Node("string", (str(tree.children[0]),), self.span(tree))
        if tree.data != "signed":
            return self.atom(tree)
        made: list[Node] = []
        sign = 1
        for child in tree.children:
            if child.data == "sign":
                sign = -1 if child.children[0].type == "MINUS" else 1
                continue
            pieces = flattened(child)
            inner = sign < 0 and not made and any(map(rounds, pieces))  # -a // b is (-a) // b, as -a mod b
            node = self.product(["neg", *pieces] if inner else pieces, self.span(child))
            made.append(node if sign == 1 or inner else Node("neg", (node,), node.place))
            sign = 1
        return made[0] if len(made) == 1 else Node("add", tuple(made), self.span(tree))

    def term(self, tree: Tree) -> Node:
        """A product: what is tight first, then from left to right; a sum takes all that follows."""
        return self.product(flattened(tree), self.span(tree))

    def product(self, pieces: list[Any], place: tuple[int, int]) -> Node:
        """Pieces from left to right."""
        made: Node | None = None
        operator, negative, at = "", False, 0
        while at < len(pieces):
            piece = pieces[at]
            if piece == "neg":
                negative, at = True, at + 1
                continue
            if piece.data == "operator":
                operator, at = self.operator(piece), at + 1
                continue
            remark = self.remark(piece)
            if remark and made is not None and made.kind == "times":
                made, at = Node("times", (f"{made.parts[0].split('_')[0]}_{remark}", *made.parts[1:]), made.place), at + 1
                continue
            if self.is_big(piece):
                node, at = self.big(piece, pieces[at + 1 :]), len(pieces)
            else:
                node, at = self.ratio(pieces, at) or self.applied(pieces, at)
                node, at = self.called(node, pieces, at) if node.kind == "partial" else self.tight(node, pieces, at)
                if node.kind == "partial" and node.parts[0].kind == "following":
                    if at >= len(pieces):
                        raise refuse(self.text, *node.place, "expected what is differentiated behind the derivative")
                    body = self.product(pieces[at:], place)
                    node, at = Node("partial", (body, node.parts[1]), (node.place[0], place[1])), len(pieces)
            node = Node("neg", (node,), node.place) if negative else node
            made = node if made is None else self.combine(operator or " ", made, node, (place[0], node.place[1]))
            operator, negative = "", False
        assert made is not None
        return made

    def tight(self, node: Node, pieces: list[Any], at: int) -> tuple[Node, int]:
        """A number with the name that touches it is one factor: 1/2p is 1/(2p)."""
        while node.kind == "number" and at < len(pieces) and pieces[at] != "neg" and pieces[at].data == "scripted":
            following = pieces[at]
            touching = self.span(following)[0] == node.place[1] and self._base(following)
            if not touching or self.is_big(following):
                break
            inner, at = self.applied(pieces, at)
            node = Node("mul", (node, inner), (node.place[0], inner.place[1]))
        return node, at

    def operator(self, tree: Tree) -> str:
        """The sign of an operator; a word below it is kept: star_full."""
        token = tree.children[0]
        sign = {"FLOORDIV": "//", "SLASH": "/", "OVER": "/", "MOD": "mod"}.get(token.type, str(token))
        if len(tree.children) > 1:
            sign += "_" + re.sub(r"\W", "", self._plain(tree.children[-1]))
        return sign

    def combine(self, sign: str, a: Node, b: Node, place: tuple[int, int]) -> Node:
        """Two factors and the sign between them."""
        if self.how.tensors and not self.depth and sign not in (" ", "/", "//", "mod", "·"):
            self.operands(sign, a, b)
        if sign in ("/", "//", "mod"):
            if sign == "/" and (self.tensorial(a) or self.tensorial(b)) and self.tensorial(b):
                raise refuse(self.text, *place, "cannot divide by a tensor")
            kind = {"/": "div", "//": "quotient", "mod": "mod"}[sign]
            return Node(kind, (a, b), place)
        if self.tensorial(a) and self.tensorial(b):
            return Node("times", (sign.strip() or "·", a, b), place)
        star = sign.split("_", maxsplit=1)[0]
        if self.how.tensors and star in STARS and not (entry_like(a) and entry_like(b)):
            return Node("times", (sign, a, b), place)
        if self.how.lifted and not self.depth and star in ("*", "ast", "star", "circledast") and indexed(a) and indexed(b):
            return Node("times", (sign, a, b), place)
        if "_" in sign:
            raise refuse(
                self.text,
                *place,
                f"{sign.split('_', maxsplit=1)[0]} with a word below it stands between tensors: declare them with --where",
            )
        if sign == "circ":
            return Node("times", (sign, a, b), place)
        parts = (*a.parts, b) if a.kind == "mul" else (a, b)
        return Node("mul", parts, place)

    def operands(self, sign: str, a: Node, b: Node) -> None:
        """A bare name beside an operator whose other side is a tensor is a tensor, and so are both beside a star."""
        for this, other in ((a, b), (b, a)):
            if this.kind == "transpose":
                this = this.parts[0]
            names = this.parts if this.kind in ("add", "neg") else (this,)
            if any(n.kind not in ("name", "mul", "times", "neg", "call") for n in names):
                continue
            if self.tensorial(other) or (sign != "×" and other.kind in ("name", "add", "mul", "times")):
                free = {stem(n.parts[0]) for n in names if n.kind == "name"}
                self.how.arrays |= free - self.how.scalars - self.bound

    def tensorial(self, node: Node) -> bool:
        """Whether an expression is a tensor, not a number."""
        if not self.how.tensors:
            return False
        if node.kind == "name":
            return stem(node.parts[0]) in self.how.arrays
        if node.kind in ("times", "flip", "transpose", "list", "slice"):
            return True
        if node.kind == "call":
            return node.parts[0] in OPERATIONS.values() or node.parts[0] in METHODS
        if node.kind == "index":
            return any(isinstance(p, Node) and p.kind in ("all", "slice") for p in node.parts[1:])
        if node.kind == "partial":
            return self.tensorial(node.parts[1])
        if node.kind in ("neg", "conj", "sum"):
            return self.tensorial(node.parts[0])
        if node.kind in ("add", "mul"):
            return any(self.tensorial(p) for p in node.inner())
        return node.kind in ("div",) and self.tensorial(node.parts[0])
