"""Subscripts and superscripts: indices, powers, transposes, conjugates, or parts of a name."""

from __future__ import annotations

import re
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.functions import MARKS, METHODS, TRANSPOSES
from symconv.claims.reading import Base, stem
from symconv.language.formula import Node

MODULES = {"np", "numpy", "torch", "F", "scipy", "tf", "jnp", "signal", "math", "Math", "self"}


CHAINED = {
    "ceil_div": "ceildiv",
    "div_ceil": "ceildiv",
    "floor_div": "quotient",
    "div_floor": "quotient",
    "ceil": "ceil",
    "floor": "floor",
    "abs": "abs",
    "max": "max",
    "min": "min",
}


class Scripts(Base):
    """Subscripts and superscripts: indices, powers, transposes, conjugates, or parts of a name."""

    def scripted(self, tree: Tree) -> Node:
        """An atom with its subscripts, superscripts, primes and attributes."""
        return self.scripts(self.atom(tree.children[0]), tree)

    def scripts(self, node: Node, tree: Tree) -> Node:
        """The scripts of a piece, one after the other; an index waits for marks: x_i^l."""
        indices: list[Node] = []
        powered = False
        for script in tree.children[1:]:
            token = script.children[0]
            value = script.children[1] if len(script.children) > 1 else None
            place = (node.place[0], self.span(script)[1])
            if token.type == "PRIME" and self.how.tensors and node.kind in ("call", "times", "list"):
                node = Node("prime" if node.kind == "times" else "transpose", (node,), place)
            elif token.type == "PRIME":
                node = self.suffixed(node, str(token), place, script)
            elif token.type == "ATTRIBUTE":
                if str(value) in ("T", "t"):
                    node = Node("transpose", (node,), place)
                    continue
                module = node.kind == "name" and node.parts[0] in MODULES
                if str(value) in CHAINED and not module:  # (n - k).ceil_div(s)
                    node = Node("method", (CHAINED[str(value)], node), place)
                    continue
                method = (
                    self.how.tensors
                    and str(value) in METHODS
                    and (node.kind != "name" or stem(node.parts[0]) not in MODULES)
                )
                node = (
                    Node("method", (str(value), node), place)
                    if method
                    else self.suffixed(node, "." + str(value), place, script)
                )
            elif token.type == "TRANSPOSED":
                node = Node("transpose", (node,), place)
            elif token.type == "BANG":
                raise self.refuse(script, "factorials are not understood")
            elif token.type == "SUB" and (node.kind == "angles" or (script is tree.children[1] and self.wraps(tree))):
                inner = node.parts[0] if node.kind == "angles" else node
                node = Node("mod", (inner, self.circle(value)), place)
            elif token.type == "SUB":
                if self.how.tensors and self.may_index(node, script):
                    indices += self.subscripts(value)
                else:
                    node = self.suffixed(node, "_" + self.script_name(value), place, script)
            else:
                made = self.superscript(node, value, place, script)
                if powered and node.kind == made.kind == "pow" and made.parts[0] is node:  # 2^3^2 is 2^(3^2)
                    made = Node("pow", (node.parts[0], Node("pow", (node.parts[1], made.parts[1]), place)), place)
                node, powered = made, made.kind == "pow"
        if node.kind == "angles":
            raise self.refuse(tree, "angle brackets are understood with the modulus below them: \\langle n - k \\rangle_N")
        if indices:
            return Node("index", (node, *indices), (node.place[0], self.span(tree)[1]))
        return node

    def wraps(self, tree: Tree) -> bool:
        """Whether brackets within an index have a modulus below them: x[((n - k))_N]."""
        return bool(self.how.tensors and self.depth and getattr(tree.children[0], "data", "") in ("parens", "brackets"))

    def circle(self, value: Any) -> Node:
        """The modulus below brackets."""
        found = self.braced(value) if getattr(value, "data", "") in ("braces", "parens") else self.plain_value(value)
        if found.kind not in ("name", "number", "add"):
            raise self.refuse(value, "expected the length of the circle below the brackets")
        return found

    def may_index(self, node: Node, script: Tree) -> bool:
        """Whether a subscript is an index of this node; within an index, it is a part of a name."""
        if self.depth:
            return False
        if node.kind in ("times", "flip", "call", "partial", "conj", "transpose", "index") or (
            node.kind != "name" and self.tensorial(node)
        ):
            return True
        if node.kind != "name" or node.parts[0] in self.how.scalars:
            return False
        return stem(node.parts[0]) in self.how.arrays and self._indexing(script)

    def subscripts(self, value: Any) -> list[Node]:
        """The indices below a tensor: separated by commas, or side by side."""
        if not hasattr(value, "data") or value.data in ("number", "name", "infinity"):
            return self.spelled(self.plain_value(value))
        self.depth += 1
        found = self.elements(value) if value.data in ("braces", "parens") else [self.atom(value)]
        self.depth -= 1
        return [part for node in found for part in self.spelled(node)]

    def spelled(self, node: Node) -> list[Node]:
        """Letters side by side, each an index of its own: ij, i'j'd."""
        if node.kind == "mul" and (
            all(p.kind == "name" for p in node.parts) or all(p.kind in ("add", "number") for p in node.parts)
        ):
            return [q for p in node.parts for q in self.spelled(p)]
        if node.kind == "name" and self._letters(node.parts[0].rstrip("'")) and node.parts[0] not in self.bound:
            word, primes = node.parts[0].rstrip("'"), len(node.parts[0]) - len(node.parts[0].rstrip("'"))
            letters = [*word[:-1], word[-1] + "'" * primes]
            return [Node("name", (letter,), node.place) for letter in letters]
        return [node]

    def plain_value(self, value: Any) -> Node:
        """A script that is one number or one name."""
        if hasattr(value, "type"):
            return Node("name", (str(value),), self.span(value))
        return self.atom(value)

    def suffixed(self, node: Node, suffix: str, place: tuple[int, int], script: Tree) -> Node:
        """A longer name."""
        if node.kind == "index" and set(suffix) == {"'"}:
            raise self.refuse(script, "expected the prime before the index")
        if node.kind != "name":
            raise self.refuse(script, "a script that belongs to no name")
        return Node("name", (node.parts[0] + suffix,), place)

    def script_name(self, value: Any) -> str:
        """A script as part of a name."""
        if hasattr(value, "type"):
            return str(value)
        shown = self._plain(value)
        shown = re.sub(r"[{}()\s\\]", "", shown)
        if not re.fullmatch(r"[\w,'.+\-\[\]:*/^]{1,40}", shown):
            raise self.refuse(value, "expected a word, a letter or a number as a subscript")
        return shown

    def superscript(self, node: Node, value: Any, place: tuple[int, int], script: Tree) -> Node:
        """A power, a transpose, a conjugate, or a mark of the name."""
        shown = re.sub(r"[{}\s\\]", "", self._plain(value) if not hasattr(value, "type") else str(value))
        if shown in ("*", "ast") and self.how.tensors:
            return Node("conj", (node,), place)
        if shown in ("+", "-", "*", "ast", "star"):
            return self.suffixed(node, "^" + shown, place, script)
        if set(shown) <= {"'"} or shown == "prime":
            return self.suffixed(node, "'" * max(1, shown.count("'")), place, script)
        if node.kind != "number" and (shown in TRANSPOSES and self.how.tensors) and shown not in self.how.scalars:
            return Node("transpose", (node,), place)
        if (
            node.kind == "name"
            and (shown in MARKS and shown not in self.how.scalars)
            and (self.how.tensors or "[" in shown or "(" in shown)
        ):
            return Node("name", (f"{node.parts[0]}^{shown}",), place)
        if node.kind == "name" and self.how.tensors and len(shown) == 2 and shown[0] == "T" and shown[1] in self.how.arrays:
            return Node("mul", (Node("transpose", (node,), place), Node("name", (shown[1],), place)), place)
        exponent = self.plain_value(value) if not hasattr(value, "data") or value.data != "braces" else self.braced(value)
        return Node("pow", (node, exponent), place)

    def braced(self, tree: Tree) -> Node:
        """Braces or parentheses around one expression."""
        found = self.elements(tree)
        if len(found) != 1:
            raise self.refuse(tree, f"expected one expression within the brackets, got {len(found)}")
        return found[0]
