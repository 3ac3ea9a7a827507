"""Brackets behind a name: an entry, a call of a function, a slice, or a part of the name."""

from __future__ import annotations

import re
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.functions import FUNCTIONS, METHODS, NUMPY, OPERATIONS, REMARKS
from symconv.claims.reading import Base, stem
from symconv.claims.tokens import refuse
from symconv.language.formula import Node


class Entries(Base):
    """Brackets behind a name: an entry, a call of a function, a slice, or a part of the name."""

    def applied(self, pieces: list[Any], at: int) -> tuple[Node, int]:
        """A factor with the brackets that follow it, where they are its arguments."""
        piece = pieces[at]
        function = self.function(piece)
        following: Any = pieces[at + 1] if at + 1 < len(pieces) else None
        group = self.group(following)
        if function in ("sum", "total") and group == "brackets" and self.how.tensors and len(pieces) > at + 2:
            return self.bracketed_sum(pieces, at), len(pieces)
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

    def bracketed_sum(self, pieces: list[Any], at: int) -> Node:
        """sum[..., i, ...] of all that follows: sums over the axes that are named."""
        place = (self.span(pieces[at])[0], self.span(pieces[-1])[1])
        self.depth += 1
        over = [r for n in self.elements(pieces[at + 1].children[0]) if n.kind != "dots" for r in self.range(n, None)]
        self.depth -= 1
        return Node("sum", (self.product(list(pieces[at + 2 :]), place), *over), place)

    def called(self, node: Node, pieces: list[Any], at: int) -> tuple[Node, int]:
        """Brackets behind a tensor are an index; behind the name of a size, part of the name."""
        while at < len(pieces) and pieces[at] != "neg":
            group = self.group(pieces[at])
            if self.remark(pieces[at]):
                break
            if node.kind == "method" and group == "parens":
                node = self.built(
                    node.parts[0], [node.parts[1], *self.elements(pieces[at].children[0])], node.place, pieces[at]
                )
            elif group == "brackets" and self.is_slice(pieces[at]) and self.how.tensors:
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
        if node.kind == "method":
            raise refuse(self.text, *node.place, f"expected brackets after .{node.parts[0]}")
        return node, at

    def remark(self, tree: Tree) -> str:
        """(full convolution) behind an operation: its mode."""
        if not self.how.tensors or self.group(tree) != "parens" or len(tree.children) > 1:
            return ""
        inner = tree.children[0]
        word = self.text[slice(*self.span(inner))]
        word = re.sub(r"\\[a-z]+|[{}()\s\\_]", "", word).replace("-", "_").lower()
        return REMARKS.get(word, "")

    def accepts(self, node: Node, group: str, tree: Tree) -> bool:
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
            or (
                node.kind == "partial"
                and node.parts[0].kind != "following"
                and (self.tensorial(node) or self.tensorial(node.parts[0]))
            )
            or (node.kind in ("add", "neg") and self.tensorial(node))
        )

    def differentiated(self, node: Node) -> bool:
        """Whether a node is the derivative of a function, or by a tensor."""
        if node.kind != "partial" or node.parts[0].kind == "following":
            return False
        return self.tensorial(node) or self.tensorial(node.parts[0])

    def entry(self, node: Node, tree: Tree) -> Node:
        """node[index, ...]."""
        inner = tree.children[0] if tree.data == "scripted" else tree
        self.depth += 1
        index: list[Node] = []
        for element in self.elements(inner):
            index.append(element)
        self.depth -= 1
        return Node("index", (node, *index), (node.place[0], self.span(tree)[1]))

    def elements(self, tree: Tree) -> list[Node]:
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

    def slice(self, tree: Tree) -> Node:
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

    def is_slice(self, tree: Tree) -> bool:
        """Whether brackets hold [::-1]."""
        inner = tree.children[0] if tree.data == "scripted" else tree
        return any(
            t.data == "slice" and len([c for c in t.children if hasattr(c, "type")]) == 2 for t in inner.iter_subtrees()
        )

    def sliced(self, node: Node, tree: Tree) -> Node:
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

    def bracket_name(self, tree: Tree) -> str:
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

    def rescripted(self, tree: Tree) -> Any:
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

    def function_only(self, tree: Tree) -> bool:
        """Whether a piece can be nothing but a function."""
        return getattr(tree.children[0], "data", "") == "function" and len(tree.children) == 1

    def dotted(self, tree: Tree) -> str:
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

    def call(self, function: str, tree: Tree, named: Any) -> Node:
        """A function with its arguments."""
        place = (self.span(named)[0], self.span(tree)[1])
        inner = tree.children[0]
        if function in ("sum", "total", "prod") and (found := self.comprehension(inner, place)) is not None:
            return found if function != "prod" else Node("product", found.parts, place)
        arguments = self.elements(inner)
        same = any(p.kind == "string" and p.parts == ("same",) for a in arguments for p in a.walk())
        if self.how.tensors and same and self.dotted(named) in NUMPY:  # the other modes do not ask which is longer
            library = Node("name", ("library",), place), Node("string", ("numpy",), place)
            arguments.append(Node("relation", ("=", *library), place))
        node = self.built(function, arguments, place, tree)
        return self.scripts(node, tree) if len(tree.children) > 1 else node

    def comprehension(self, tree: Tree, place: tuple[int, int]) -> Node | None:
        """sum(w[p] * x[i+p] for p in range(K)), else None."""
        inner = next((c for c in tree.children if getattr(c, "data", "") == "elements"), None)
        if inner is None or not any(c.data == "joint" and c.children[0].type == "FOR" for c in inner.children):
            return None
        body, *members = [c for c in inner.children if c.data != "joint"]
        outer = set(self.bound)
        for member in members:
            self.bound |= {str(t) for t in member.children[:1] for t in t.scan_values(lambda t: t.type == "NAME")}
        node = Node("sum", (self.one(body), *(r for m in members for r in self.range(self.one(m), None))), place)
        self.bound = outer
        return node

    def array_function(self, function: str, arguments: list[Node]) -> str:
        """A method's name as the operations are called; rot90 twice is a flip."""
        if function == "rot90" and len(arguments) == 2 and arguments[1] == Node("number", (2,)):
            arguments.pop()
            return "flip"
        return METHODS.get(function, function) if self.how.tensors else function

    def built(self, function: str, arguments: list[Node], place: tuple[int, int], tree: Tree) -> Node:
        """The node of a function that the language has itself."""
        function = self.array_function(function, arguments)
        if function == "conj" and len(arguments) == 1:
            return Node("conj", tuple(arguments), place)
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
        if function == "clip":
            if len(arguments) != 3:
                raise self.refuse(tree, f"expected clip(index, lowest, highest), got {len(arguments)} arguments")
            return Node("min", (Node("max", tuple(arguments[:2]), place), arguments[2]), place)
        if function in ("mod", "quotient", "pow", "ceildiv"):
            if len(arguments) != 2:
                raise self.refuse(tree, f"expected two arguments of {function}, got {len(arguments)}")
            if function == "ceildiv":
                return Node("ceil", (Node("div", tuple(arguments), place),), place)
            return Node(function, tuple(arguments), place)
        if self.how.tensors and function in OPERATIONS.values():
            for argument in arguments[: 2 if "con" in function or "cor" in function or function == "layer" else 1]:
                bare = argument.parts[0] if argument.kind in ("transpose", "conj", "neg") else argument
                if (
                    isinstance(bare, Node)
                    and bare.kind == "name"
                    and stem(bare.parts[0]) not in self.how.scalars | self.bound
                ):
                    self.how.arrays.add(stem(bare.parts[0]))
        return Node("call", (function, *arguments), place)
