"""Atoms, one method per kind of tree."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.reading import Base
from symconv.claims.symbols import GREEK
from symconv.language.formula import Node

WORDED = re.compile(r"(d[A-Za-z]|[a-z]{2,7})_([i-n]{1,3}|\d{1,3})\Z")


class Atoms(Base):
    """Atoms, one method per kind of tree."""

    def atom(self, tree: Any) -> Node:
        """An atom, by its kind."""
        if hasattr(tree, "type"):
            return Node("name", (str(tree),), self.span(tree))
        make = getattr(self, f"_{tree.data}", None)
        if make is None:
            raise self.refuse(tree, f"did not expect this {tree.data} here")
        made: Node = make(tree)
        return made

    def _number(self, tree: Tree) -> Node:
        value = Fraction(str(tree.children[0]))
        return Node("number", (int(value) if value.denominator == 1 else value,), self.span(tree))

    def _name(self, tree: Tree) -> Node:
        """A name; in a formula about tensors, delta_i and dx_j of plain text are entries."""
        found = WORDED.match(str(tree.children[0])) if self.how.tensors and not self.depth else None
        if found and found[0] not in self.how.scalars and (found[1] in GREEK or found[1][0] == "d"):
            start, end = self.span(tree)
            self.how.arrays.add(found[1])
            base = Node("name", (found[1],), (start, start + len(found[1])))
            if found[2].isdigit():
                return Node("index", (base, Node("number", (int(found[2]),), (end - len(found[2]), end))), (start, end))
            return Node("index", (base, *(Node("name", (c,), (start, end)) for c in found[2])), (start, end))
        word = str(tree.children[0])
        if self.how.tensors and self.depth and len(word) == 2 and word.islower() and word[1] in self.bound - {word}:
            letters = tuple(Node("name", (c,), self.span(tree)) for c in word)  # s i
            return Node("mul", letters, self.span(tree))
        strided = len(word) == 2 and word[0] in "sd" and word[0] not in self.letters and word[1] in self.letters - self.told
        if self.how.tensors and self.depth and strided and word not in self.told:
            return Node("mul", tuple(Node("name", (c,), self.span(tree)) for c in word), self.span(tree))  # s i beside y_i
        if self.side_by_side(word):
            return Node("mul", tuple(Node("name", (c,), self.span(tree)) for c in word), self.span(tree))
        return Node("name", (word,), self.span(tree))

    def side_by_side(self, word: str) -> bool:
        """Whether two letters are a product: both occur alone, one of them as a tensor, and nobody told of the word."""
        if not self.how.tensors or len(word) != 2 or not word.isalpha() or word in self.told | set(GREEK):
            return False
        plain = word not in self.how.arrays and set(word) <= self.how.arrays
        return plain or (
            word[0] != "d" and not self.depth and set(word) <= self.letters and bool(set(word) & self.how.arrays)
        )

    _function = _name

    def _infinity(self, tree: Tree) -> Node:
        return Node("infinity", (), self.span(tree))

    def _dots(self, tree: Tree) -> Node:
        return Node("dots", (), self.span(tree))

    def _string(self, tree: Tree) -> Node:
        return Node("string", (str(tree.children[0]),), self.span(tree))

    def _signed(self, tree: Tree) -> Node:
        return self.side(tree)

    def _scripted(self, tree: Tree) -> Node:
        return self.scripted(tree)

    def _parens(self, tree: Tree) -> Node:
        found = self.elements(tree)
        if len(found) == 1:
            return Node(found[0].kind, found[0].parts, self.span(tree)) if found[0].kind != "name" else found[0]
        return Node("tuple", tuple(found), self.span(tree))

    def _brackets(self, tree: Tree) -> Node:
        found = self.elements(tree)
        if len(found) == 1 and not self.how.tensors:
            if self.how.brackets in ("floor", "ceil"):
                return Node(self.how.brackets, tuple(found), self.span(tree))
            if found[0].kind == "relation":
                return Node("truth", tuple(found), self.span(tree))
            return found[0]
        if len(found) == 1 and (self.tensorial(found[0]) or found[0].kind not in ("number", "list", "name", "neg", "div")):
            return found[0] if found[0].kind != "relation" else Node("truth", tuple(found), self.span(tree))
        return Node("list", tuple(found), self.span(tree))

    def _braces(self, tree: Tree) -> Node:
        found = self.elements(tree)
        return found[0] if len(found) == 1 else Node("tuple", tuple(found), self.span(tree))

    def _set(self, tree: Tree) -> Node:
        return Node("set", tuple(self.elements(tree)), self.span(tree))

    def _floor(self, tree: Tree) -> Node:
        return Node("floor", (self.side(tree.children[1]),), self.span(tree))

    def _ceil(self, tree: Tree) -> Node:
        return Node("ceil", (self.side(tree.children[1]),), self.span(tree))

    def _abs(self, tree: Tree) -> Node:
        return Node("abs", (self.side(tree.children[1]),), self.span(tree))

    def _angles(self, tree: Tree) -> Node:
        """<n - k>_N: the modulus stands below, and scripts reads it."""
        return Node("angles", (self.side(tree.children[1]),), self.span(tree))

    def _pmod(self, tree: Tree) -> Node:
        raise self.refuse(tree, "congruences (pmod) are not understood: write a mod b")

    def _styled(self, tree: Tree) -> Node:
        return (
            self.atom(tree.children[-1]) if not hasattr(tree.children[-1], "type") else self.plain_value(tree.children[-1])
        )

    def _accent(self, tree: Tree) -> Node:
        kind, inner = str(tree.children[0]), tree.children[1]
        node = self.plain_value(inner) if hasattr(inner, "type") else self.atom(inner)
        if node.kind != "name":
            raise self.refuse(tree, f"expected a name below \\{kind}")
        return Node("name", (f"{node.parts[0]}^{kind.removeprefix('wide')}",), self.span(tree))

    def _overline(self, tree: Tree) -> Node:
        inner = tree.children[1]
        node = self.plain_value(inner) if hasattr(inner, "type") else self.atom(inner)
        if self.how.tensors:
            return Node("conj", (node,), self.span(tree))
        if node.kind != "name":
            raise self.refuse(tree, "expected a name below \\overline")
        return Node("name", (f"{node.parts[0]}^bar",), self.span(tree))

    def _frac(self, tree: Tree) -> Node:
        top, bottom = tree.children[1], tree.children[2]
        wrt = self.differential(bottom)
        if wrt is not None and self.differential(top) is not None:
            return self.quotient(top, wrt, tree)
        a, b = self.braced(top), self.braced(bottom)
        return Node("div", (a, b), self.span(tree))

    def _cases(self, tree: Tree) -> Node:
        rows = [c for c in tree.children if hasattr(c, "data") and c.data == "row"]
        made: Node | None = None
        for row in reversed(rows):
            parts = [c for c in row.children if hasattr(c, "data") and c.data != "mark"]
            otherwise = any(getattr(c, "type", "") == "ELSE" for c in row.children)
            value = self.side(parts[0])
            if len(parts) == 1 or otherwise:
                made = value if made is None else made
                if not otherwise and row is not rows[-1]:
                    raise self.refuse(row, "expected a condition in this row of the cases")
                continue
            made = Node("if", (self.condition(parts[1]), value, made or Node("undefined")), self.span(row))
        if made is None:
            raise self.refuse(tree, "expected rows within the cases")
        return made

    def _matrix(self, tree: Tree) -> Node:
        rows = [c for c in tree.children if hasattr(c, "data") and c.data == "line"]
        lines = [tuple(self.side(c) for c in row.children if hasattr(c, "data")) for row in rows]
        if len(lines) == 1:
            return Node("list", lines[0], self.span(tree))
        return Node(
            "list",
            tuple(Node("list", line, self.span(row)) for line, row in zip(lines, rows, strict=True)),
            self.span(tree),
        )

    def _truth(self, tree: Tree) -> Node:
        return self.side(tree)
