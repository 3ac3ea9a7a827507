"""Atoms with their scripts, in formulas about functions: entries, powers, marks, cases, brackets."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.function_names import APPLIED, LOSSES, canonical
from symconv.claims.function_pieces import bracketed, letters, roman, spelled
from symconv.claims.relations import Relations
from symconv.claims.symbols import GREEK
from symconv.claims.tokens import refuse
from symconv.language.formula import Node

WORDED = re.compile(r"([A-Za-z]|[a-z]+|d[A-Za-z](?:hat)?)_([a-z]{1,2})\Z")
MARK = re.compile(r"\((\w|l[-+]1)\)|\[(\w|l[-+]1)\]|[lLn]|l[-+]1|\*|prime")


class Atoms(Relations):
    """Atoms with their scripts; what stands in their brackets is read by the class that inherits."""

    def __init__(self, text: str, functions: frozenset[str]) -> None:
        super().__init__(text)
        self.functions = functions

    def scripted(self, tree: Tree) -> Node:
        """An atom with its scripts."""
        node = self.atom(tree.children[0])
        if node.kind == "mul" and tree.children[0].data == "name" and len(tree.children) > 1:  # pp^T is p p^T
            return Node("mul", (*node.parts[:-1], self.scripts(node.parts[-1], tree.children[1:], tree)), node.place)
        return self.scripts(node, tree.children[1:], tree)

    def scripts(self, node: Node, scripts: Any, tree: Tree) -> Node:
        """Subscripts are indices or parts of a name; superscripts are powers, transposes or marks."""
        indices: list[Node] = []
        for script in scripts:
            kind = script.children[0].type
            value: Any = script.children[1] if len(script.children) > 1 else None
            place = (node.place[0], self.span(script)[1])
            if kind == "SUB":
                if node.kind == "name" and self.part_of_name(value):
                    node = Node("name", (f"{node.parts[0]}_{self.shown(value)}",), place)
                elif node.kind == "number":
                    raise self.refuse(script, "a subscript that belongs to no name")
                else:
                    indices += self.indices(value)
            elif kind == "PRIME":
                if node.kind != "name":
                    raise self.refuse(script, "a prime that belongs to no function")
                node = Node("name", (node.parts[0] + str(script.children[0]),), place)
            elif kind == "POWER":
                node = self.superscript(node, value, place)
            elif kind == "TRANSPOSED" or (kind == "ATTRIBUTE" and str(value) == "T"):
                node = Node("transpose", (node,), place)
            else:
                raise self.refuse(script, "not understood in a formula about functions")
        return Node("index", (node, *indices), (node.place[0], self.span(tree)[1])) if indices else node

    def part_of_name(self, value: Any) -> bool:
        """Whether a subscript names, and does not count: L_{CE}, f_{max}."""
        shown = self.shown(value)
        return bool(re.fullmatch(r"[A-Z]{2,}|[A-Za-z]{3,}", shown)) and shown not in GREEK

    def superscript(self, node: Node, value: Any, place: tuple[int, int]) -> Node:
        """A power, a transpose, a mark, or e^x."""
        shown = self.shown(value)
        if self.text[slice(*self.span(value))].strip("{} ") == "+":
            return Node("max", (Node("number", (0,)), node), place)
        if shown in ("T", "top", "⊤"):
            return Node("transpose", (node,), place)
        if node.kind == "name" and (MARK.fullmatch(shown) or set(shown) == {"'"}):
            return Node("name", (f"{node.parts[0]}^{shown}",), place)
        exponent = self.value(value)
        if node == Node("name", ("e",)):
            return Node("call", ("exp", exponent), place)
        return Node("pow", (node, exponent), place)

    def indices(self, value: Any) -> list[Node]:
        """The indices of an entry; letters side by side count each."""
        found = self.elements(value) if bracketed(value) else [self.value(value)]
        return [part for node in found for part in spelled(node)]

    def value(self, tree: Any) -> Node:
        """A script: braces around an expression, a number or a name."""
        if hasattr(tree, "type"):
            return Node("name", (str(tree),), self.span(tree))
        if bracketed(tree):
            found = self.elements(tree)
            if len(found) != 1:
                raise self.refuse(tree, f"expected one expression within the brackets, got {len(found)}")
            return found[0]
        return self.atom(tree)

    def shown(self, tree: Any) -> str:
        """A script as it stands, without braces."""
        if hasattr(tree, "type"):
            return str(tree)
        plain = "".join(str(t) for t in tree.scan_values(lambda t: True))
        return re.sub(r"[{}\s\\]", "", plain)

    def elements(self, tree: Tree) -> list[Node]:
        """The elements within brackets."""
        made = []
        for child in tree.children:
            for element in child.children if getattr(child, "data", "") == "elements" else ():
                if element.data == "joint":
                    continue
                if element.data == "slice":
                    raise self.refuse(element, "a slice is not understood in a formula about functions")
                made.append(self.one(element))
        return made

    def inside(self, tree: Tree, condition: bool = False) -> Node:
        """One expression, or one condition, within brackets."""
        found = self.elements(tree.children[0])
        if len(found) != 1 or (condition and found[0].kind not in ("relation", "and")):
            raise self.refuse(tree, "expected one condition within the brackets")
        return found[0]

    def atom(self, tree: Any) -> Node:
        """An atom, by its kind."""
        place = self.span(tree)
        data = getattr(tree, "data", "")
        if data == "number":
            value = Fraction(str(tree.children[0]))
            return Node("number", (int(value) if value.denominator == 1 else value,), place)
        if data in ("name", "function"):
            return self.name(str(tree.children[0]), place)
        if data in ("parens", "braces", "brackets"):
            found = self.elements(tree)
            if len(found) != 1:
                raise self.refuse(tree, "expected one expression within the brackets")
            if found[0].kind in ("relation", "and"):
                return Node("truth", (found[0],), place)
            return Node(found[0].kind, found[0].parts, place)
        if data == "frac":
            return Node("div", (self.value(tree.children[1]), self.value(tree.children[2])), place)
        if data == "styled":
            inner = tree.children[-1]
            return Node("name", (str(inner),), place) if hasattr(inner, "type") else self.atom(inner)
        if data == "accent":
            node = self.value(tree.children[1])
            if node.kind != "name":
                raise self.refuse(tree, "expected a name below an accent")
            return Node("name", (f"{node.parts[0]}^{str(tree.children[0]).removeprefix('wide')}",), place)
        if data == "overline":
            node = self.value(tree.children[1])
            if node.kind == "name":
                return Node("name", (f"{node.parts[0]}^bar",), place)
        if data == "abs":
            return Node("call", ("abs", self.side(tree.children[1])), place)
        if data == "cases":
            return self.cases(tree)
        if data == "signed":
            return self.side(tree)
        if data == "scripted":
            return self.scripted(tree)
        raise self.refuse(tree, "not understood in a formula about functions")

    def name(self, word: str, place: tuple[int, int]) -> Node:
        """A name; delta_ij and y_i of plain text are entries."""
        word = roman(word)
        if (factors := self.side_by_side(word, place)) is not None:
            return factors
        found = WORDED.match(word)
        if found and canonical(word) not in APPLIED and (len(found[1]) == 1 or found[1] in GREEK or "hat" in found[1]):
            return Node("index", (Node("name", (found[1],), place), *letters(found[2], place)), place)
        return Node("name", (word,), place)

    def side_by_side(self, word: str, place: tuple[int, int]) -> Node | None:
        """Letters side by side are a product where the formula is typeset, or where each stands alone elsewhere too."""
        if (
            not re.fullmatch(r"[A-Za-z]{2,3}", word)
            or word in self.functions
            or canonical(word) in APPLIED
            or word in GREEK
        ):
            return None
        if self.text[slice(*place)] != word or word in LOSSES or (word[0] == "d" and len(word) == 2):
            return None
        alone = [re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", self.text) for c in word]
        if "\\" in self.text or all(alone):
            return Node("mul", tuple(Node("name", (c,), place) for c in word), place)
        if any(alone):
            raise refuse(self.text, *place, f"is {word!r} a product?  Write {'*'.join(word)}")
        return None

    def cases(self, tree: Tree) -> Node:
        """Rows with their conditions, the last one otherwise."""
        made: Node | None = None
        rows = [c for c in tree.children if getattr(c, "data", "") == "row"]
        for row in reversed(rows):
            parts = [c for c in row.children if hasattr(c, "data") and c.data != "mark"]
            otherwise = any(getattr(c, "type", "") == "ELSE" for c in row.children) and len(parts) == 1
            value = self.side(parts[0])
            if otherwise and made is None:
                made = value
                continue
            if len(parts) < 2:
                raise self.refuse(row, "expected a condition in this row of the cases")
            made = Node("if", (self.condition(parts[1]), value, made or Node("undefined")), self.span(row))
        if made is None:
            raise self.refuse(tree, "expected rows within the cases")
        return made
