"""Sums, products and integrals with their limits; derivatives."""

from __future__ import annotations

from typing import Any

from symconv.claims.lexer import refuse
from symconv.claims.reading import Base
from symconv.core.formula import Node


class Sums(Base):
    """Sums, products and integrals with their limits; derivatives."""

    def is_big(self, tree: Any) -> bool:
        """Whether a piece is a sum, a product or an integral sign."""
        return hasattr(tree, "data") and tree.data == "scripted" and getattr(tree.children[0], "data", "") == "big"

    def big(self, tree: Any, rest: list[Any]) -> Node:
        """A sum with its limits, over all that follows."""
        sign = tree.children[0].children[0].type
        lower, upper = None, None
        for script in tree.children[1:]:
            if script.children[0].type == "SUB":
                lower = script.children[1]
            elif script.children[0].type == "POWER":
                upper = script.children[1]
        if not rest:
            raise self.refuse(tree, "expected something to add up behind the sign")
        place = (self.span(tree)[0], self.span(rest[-1])[1] if rest[-1] != "neg" else self.span(tree)[1])
        if sign == "INT":
            return self.integral(rest, place, tree)
        ranges = self.ranges(lower, upper, tree)
        outer = set(self.bound)
        self.bound |= {r.parts[0] for r in ranges if r.kind in ("range", "each")}
        body = self.product(list(rest), place)
        self.bound = outer
        return Node("sum" if sign == "SUM" else "product", (body, *ranges), place)

    def ranges(self, lower: Any, upper: Any, tree: Any) -> list[Node]:
        """The limits of a sum: p=0 .. K-1, bare p,q, or conditions below the sign."""
        if lower is None:
            raise self.refuse(tree, "expected what the sum runs over, below its sign")
        self.depth += 1
        found = self.elements(lower) if getattr(lower, "data", "") in ("braces", "parens") else [self.plain_value(lower)]
        top = (
            None
            if upper is None
            else (self.braced(upper) if getattr(upper, "data", "") in ("braces", "parens") else self.plain_value(upper))
        )
        self.depth -= 1
        made: list[Node] = []
        for node in found:
            made += self.range(node, top)
        if upper is not None and not any(r.kind == "range" for r in made):
            raise self.refuse(tree, "expected an index with its lower limit, as in p=0, below the sign")
        return made

    def range(self, node: Node, top: Node | None) -> list[Node]:
        """What one element below a sum's sign says."""
        if node.kind == "tuple":
            return [r for p in node.inner() for r in self.range(p, top)]
        if node.kind == "name":
            return [Node("each", (p.parts[0],), node.place) for p in self.spelled(node)]
        if node.kind == "mul" and all(p.kind == "name" for p in node.parts):
            return [Node("each", (p.parts[0],), node.place) for p in node.parts]
        if node.kind == "relation":
            sign, left, right = node.parts
            if sign == "=" and left.kind == "name" and top is not None:
                return [Node("range", (left.parts[0], right, top), node.place)]
            if sign == "in" and left.kind == "name":
                return [Node("each", (left.parts[0],), node.place), *self.member(left, right)]
            return [Node("such", (node,), node.place)]
        if node.kind == "string":
            return []
        raise refuse(self.text, *node.place, "expected an index, or a condition, below the sign of the sum")

    def member(self, index: Node, where: Node) -> list[Node]:
        """p in {0, ..., K-1}; in Z."""
        if where.kind == "name" and where.parts[0] in ("Z", "R", "N"):
            return []
        if where.kind in ("set", "list") and len(where.parts) >= 3 and any(p.kind == "dots" for p in where.inner()):
            first, last = where.parts[0], where.parts[-1]
            return [
                Node("such", (Node("relation", ("<=", first, index), where.place),), where.place),
                Node("such", (Node("relation", ("<=", index, last), where.place),), where.place),
            ]
        raise refuse(self.text, *where.place, "expected a range such as {0, ..., K-1}")

    def integral(self, rest: list[Any], place: tuple[int, int], tree: Any) -> Node:
        """An integral over everything: the last factor is d and the variable."""
        *body, last = rest
        name = self.dotted(last) if hasattr(last, "data") else ""
        if len(name) < 2 or name[0] != "d":
            name = "d" + name if len(rest) > 1 and self.dotted(rest[-2]) == "d" else ""
            body = body[:-1]
        if not name or not body:
            raise self.refuse(tree, "expected dz, with the variable of the integral, at its end")
        outer = set(self.bound)
        self.bound.add(name[1:])
        node = Node("integral", (self.product(list(body), place), name[1:]), place)
        self.bound = outer
        return node

    def is_partial(self, tree: Any) -> bool:
        """Whether a piece is a bare partial sign."""
        return hasattr(tree, "data") and tree.data == "scripted" and getattr(tree.children[0], "data", "") == "partial"

    def derivative(self, tree: Any, rest: list[Any]) -> Node:
        """A partial sign without its fraction."""
        raise self.refuse(tree, "expected the derivative as a fraction, as in dL/dx or \\frac{\\partial L}{\\partial x}")

    def differential(self, tree: Any) -> Any:
        """What stands behind d or the partial sign in a denominator, as pieces; None if it is no differential."""
        pieces = self.pieces(tree)
        if not pieces:
            return None
        if self.is_partial(pieces[0]) and len(pieces) > 1:
            return pieces[1:]
        if self.is_partial(pieces[0]):
            return []
        name = self._base(pieces[0]) if pieces[0] != "neg" and pieces[0].data == "scripted" else ""
        if name == "d" and len(pieces) > 1:
            return pieces[1:]
        if (
            len(name) >= 2
            and name[0] == "d"
            and len(pieces) == 1
            and self.how.tensors
            and name not in self.how.arrays | self.how.scalars
        ):
            return pieces
        return None

    def pieces(self, tree: Any) -> list[Any]:
        """The factors within braces that hold one term."""
        inner = [e for c in tree.children if getattr(c, "data", "") == "elements" for e in c.children if e.data != "joint"]
        if len(inner) != 1 or inner[0].data != "signed" or len(inner[0].children) != 1:
            return []
        return self.flattened(inner[0].children[0])

    def quotient(self, top: Any, wrt: list[Any], tree: Any) -> Node:
        r"""\frac{\partial L}{\partial x_j}; with nothing above, what follows is differentiated."""
        above = self.pieces(top)
        marked = bool(above) and above[0] != "neg"
        if marked and (self.is_partial(above[0]) or (self._base(above[0]) == "d" and len(above) > 1)):
            above = above[1:]
        elif above and above[0] != "neg" and self._base(above[0])[:1] == "d" and len(self._base(above[0])) == 2:
            of = Node("name", (self._base(above[0])[1:],), self.span(above[0]))
            return Node("partial", (of, self.wrt(wrt, tree)), self.span(tree))
        else:
            raise self.refuse(tree, "expected a derivative such as \\partial L over \\partial x")
        if not above or not wrt:
            return Node("partial", (Node("following"), self.wrt(wrt, tree)), self.span(tree))
        of = self.product(list(above), self.span(top))
        return Node("partial", (of, self.wrt(wrt, tree)), self.span(tree))

    def wrt(self, pieces: list[Any], tree: Any) -> Node:
        """The variable of a derivative; dX in a denominator is X."""
        if not pieces:
            raise self.refuse(tree, "expected the variable of the derivative")
        node = self.product(list(pieces), self.span(tree))
        inner = node.parts[0] if node.kind == "index" else node
        if (
            inner.kind == "name"
            and inner.parts[0][0] == "d"
            and len(inner.parts[0]) > 1
            and inner.parts[0] not in self.how.arrays
        ):
            plain = Node("name", (inner.parts[0][1:],), inner.place)
            return Node("index", (plain, *node.parts[1:]), node.place) if node.kind == "index" else plain
        return node
