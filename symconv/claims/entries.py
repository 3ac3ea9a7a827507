"""Brackets behind a name: an entry, a call of a function, a slice, or a part of the name."""

from __future__ import annotations

import re
from typing import Any

from symconv.claims.functions import FUNCTIONS, OPERATIONS
from symconv.claims.reading import Base, stem
from symconv.core.formula import Node


class Entries(Base):
    """Brackets behind a name: an entry, a call of a function, a slice, or a part of the name."""

    def applied(self, pieces: list[Any], at: int) -> tuple[Node, int]:
        """A factor with the brackets that follow it, where they are its arguments."""
        piece = pieces[at]
        function = self.function(piece)
        following = pieces[at + 1] if at + 1 < len(pieces) else None
        group = self.group(following)
        if function and group in ("parens", "braces", "brackets"):
            return self.called(self.call(function, following, piece), pieces, at + 2)
        if function and self.function_only(piece):
            if (
                following is not None
                and following != "neg"
                and following.data != "operator"
                and function not in ("max", "min")
            ):
                inner, after = self.applied(pieces, at + 1)
                return Node("call", (function, inner), (self.span(piece)[0], inner.place[1])), after
            raise self.refuse(piece, f"expected brackets after {function}")
        node = self.scripted(piece)
        return self.called(node, pieces, at + 1)

    def called(self, node: Node, pieces: list[Any], at: int) -> tuple[Node, int]:
        """Brackets behind a tensor are an index; behind the name of a size, part of the name."""
        while at < len(pieces) and pieces[at] != "neg":
            group = self.group(pieces[at])
            if group == "brackets" and self.is_slice(pieces[at]) and self.how.tensors:
                node = self.sliced(node, pieces[at])
            elif group == "brackets" and not self.how.tensors and node.kind == "name":
                node = Node(
                    "name", (node.parts[0] + self.bracket_name(pieces[at]),), (node.place[0], self.span(pieces[at])[1])
                )
            elif group in ("parens", "brackets") and self.accepts(node, group, pieces[at]):
                node = self.entry(node, pieces[at])
            else:
                break
            pieces[at] = self.rescripted(pieces[at])
            if pieces[at] is not None:
                node = self.scripts(node, pieces[at])
            at += 1
        return node, at

    def accepts(self, node: Node, group: str, tree: Any) -> bool:
        """Whether a bracket behind a node is its index."""
        if not self.how.tensors:
            return False
        if node.kind == "name":
            name = node.parts[0]
            if name in self.how.scalars or name in self.bound or re.fullmatch(r"\d+", name):
                return False
            if stem(name) in self.how.arrays:
                return True
            if self.depth and group == "parens":
                return False
            self.how.arrays.add(stem(name))
            return True
        return (
            node.kind in ("times", "flip", "conj", "transpose")
            or (node.kind == "call" and node.parts[0] in OPERATIONS.values())
            or (node.kind == "partial" and self.tensorial(node))
            or (node.kind in ("add", "neg") and self.tensorial(node))
        )

    def entry(self, node: Node, tree: Any) -> Node:
        """node[index, ...]."""
        inner = tree.children[0] if tree.data == "scripted" else tree
        self.depth += 1
        index: list[Node] = []
        for element in self.elements(inner):
            index.append(element)
        self.depth -= 1
        return Node("index", (node, *index), (node.place[0], self.span(tree)[1]))

    def elements(self, tree: Any) -> list[Node]:
        """The elements within brackets."""
        made = []
        for child in tree.children:
            if not hasattr(child, "data") or child.data != "elements":
                continue
            for element in child.children:
                if element.data == "joint":
                    continue
                if element.data == "slice":
                    made.append(self.slice(element))
                else:
                    made += [s.node for s in self.item(element)]
        return made

    def slice(self, tree: Any) -> Node:
        """a:b:c, or all of an axis."""
        parts: list[Node | None] = []
        pending: Node | None = None
        for child in tree.children:
            if hasattr(child, "type"):
                parts.append(pending)
                pending = None
            else:
                pending = self.side(child)
        parts.append(pending)
        if all(p is None for p in parts):
            return Node("all", (), self.span(tree))
        return Node("slice", tuple(p or Node("all") for p in parts), self.span(tree))

    def is_slice(self, tree: Any) -> bool:
        """Whether brackets hold [::-1]."""
        inner = tree.children[0] if tree.data == "scripted" else tree
        return any(
            t.data == "slice" and len([c for c in t.children if hasattr(c, "type")]) == 2 for t in inner.iter_subtrees()
        )

    def sliced(self, node: Node, tree: Any) -> Node:
        """x[::-1] is x read backwards, on every axis that says so."""
        inner = tree.children[0] if tree.data == "scripted" else tree
        axes = []
        for part in self.elements(inner):
            step = part.parts[2] if part.kind == "slice" and len(part.parts) == 3 else None
            backwards = (
                step is not None and step.kind == "neg" and step.parts[0].kind == "number" and step.parts[0].parts[0] == 1
            )
            if not backwards and part.kind != "all":
                raise self.refuse(tree, "expected [::-1], or : for a whole axis")
            axes.append(backwards)
        return Node(
            "call",
            ("flip", node, Node("string", ("".join("r" if a else "-" for a in axes),))),
            (node.place[0], self.span(tree)[1]),
        )

    def bracket_name(self, tree: Any) -> str:
        """[0] or [i] behind the name of a size."""
        shown = re.sub(r"\s|\\[,;]", "", self.text[slice(*self.span(tree))])
        if not re.fullmatch(r"\[[\w\-+:]{1,20}\](?:\[[\w\-+]{1,20}\])*", shown):
            raise self.refuse(tree, "expected a number or a letter in brackets, as in stride[0]")
        return shown

    def group(self, tree: Any) -> str:
        """The kind of brackets that a piece is, or nothing."""
        if tree is None or tree == "neg" or not hasattr(tree, "data") or tree.data != "scripted":
            return ""
        inner = tree.children[0]
        return str(inner.data) if getattr(inner, "data", "") in ("parens", "brackets", "braces") else ""

    def rescripted(self, tree: Any) -> Any:
        """The scripts behind brackets, if there are any: f(x)^2."""
        return tree if tree.data == "scripted" and len(tree.children) > 1 else None

    def function(self, tree: Any) -> str:
        """The function that a piece names, as the tables spell it."""
        if not hasattr(tree, "data") or tree.data != "scripted":
            return ""
        name = self.dotted(tree)
        if self.how.tensors and name in OPERATIONS and name not in self.how.scalars and name not in self.how.arrays:
            return OPERATIONS[name]
        return FUNCTIONS.get(name, "") if name not in self.how.scalars else ""

    def function_only(self, tree: Any) -> bool:
        """Whether a piece can be nothing but a function."""
        return getattr(tree.children[0], "data", "") == "function" and len(tree.children) == 1

    def dotted(self, tree: Any) -> str:
        """The name of a piece with its attributes, if it has no other scripts."""
        atom, *scripts = tree.children
        if getattr(atom, "data", "") not in ("name", "function"):
            return ""
        name = str(atom.children[0])
        for script in scripts:
            token = script.children[0]
            if token.type == "ATTRIBUTE":
                name += "." + str(script.children[1])
            elif token.type == "SUB" and name in ("rot", "Rot") and "180" in self._plain(script.children[1]):
                return "rot180"
            else:
                return ""
        return name

    def call(self, function: str, tree: Any, named: Any) -> Node:
        """A function with its arguments."""
        place = (self.span(named)[0], self.span(tree)[1])
        inner = tree.children[0]
        arguments = self.elements(inner)
        node = self.built(function, arguments, place, tree)
        return self.scripts(node, tree) if len(tree.children) > 1 else node

    def built(self, function: str, arguments: list[Node], place: tuple[int, int], tree: Any) -> Node:
        """The node of a function that the language has itself."""
        one = {"floor", "ceil", "abs", "trunc", "exact", "round"}
        if function in one and len(arguments) != 1:
            raise self.refuse(tree, f"expected one argument of {function}, got {len(arguments)}")
        if function == "exact":
            return arguments[0]
        if function in ("floor", "ceil", "abs"):
            return Node(function, tuple(arguments), place)
        if function in ("max", "min"):
            if len(arguments) == 1 and arguments[0].kind == "list":
                arguments = list(arguments[0].inner())
            if not arguments:
                raise self.refuse(tree, f"expected arguments of {function}")
            return Node(function, tuple(arguments), place)
        if function in ("mod", "quotient", "pow", "ceildiv"):
            if len(arguments) != 2:
                raise self.refuse(tree, f"expected two arguments of {function}, got {len(arguments)}")
            if function == "ceildiv":
                return Node("ceil", (Node("div", tuple(arguments), place),), place)
            return Node(function, tuple(arguments), place)
        return Node("call", (function, *arguments), place)
