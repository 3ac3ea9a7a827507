"""Sums, products and integrals with their limits; derivatives."""

from __future__ import annotations

import re
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.reading import Base, stem
from symconv.claims.relations import flattened
from symconv.claims.tokens import refuse
from symconv.language.formula import Node

NOT_DIFFERENTIAL = {"div", "delta", "dilation", "dim", "dims", "data", "depth", "dot"}
SPOKEN = re.compile(r"(sum|Sum|prod)_([a-z]{1,3}|[a-z](?:_[a-z])+)\Z")


class Sums(Base):
    """Sums, products and integrals with their limits; derivatives."""

    def is_big(self, tree: Any) -> bool:
        """Whether a piece is a sum, a product or an integral sign."""
        if not hasattr(tree, "data") or tree.data != "scripted":
            return False
        atom = tree.children[0]
        if getattr(atom, "data", "") == "function" and str(atom.children[0]) in ("sum", "prod"):
            return len(tree.children) > 1 and getattr(tree.children[1].children[0], "type", "") == "SUB"
        return getattr(atom, "data", "") == "big" or bool(self.spoken(atom))

    def spoken(self, atom: Any) -> list[str]:
        """sum_p or sum_ij of plain text, which is read as one word: the sign and its indices."""
        if not self.how.tensors or getattr(atom, "data", "") != "name":
            return []
        found = SPOKEN.match(str(atom.children[0]))
        return [found[1].lower(), *(found[2].split("_") if "_" in found[2] else found[2])] if found else []

    def big(self, tree: Tree, rest: list[Any]) -> Node:
        """A sum with its limits, over all that follows."""
        lower, upper = None, None
        spoken = self.spoken(tree.children[0])
        sign = "PROD" if (spoken or [str(tree.children[0].children[0])])[0] == "prod" else "SUM"
        if tree.children[0].data == "big":
            sign = tree.children[0].children[0].type
        for script in tree.children[1:]:
            if script.children[0].type == "SUB":
                lower = script.children[1]
            elif script.children[0].type == "POWER":
                upper = script.children[1]
        if not rest:
            raise self.refuse(tree, "expected something to add up behind the sign")
        place = (self.span(tree)[0], self.span(rest[-1])[1] if rest[-1] != "neg" else self.span(tree)[1])
        if sign == "INT":
            self.whole(lower, r"-infty|-inf(?:inity)?|-∞|R(?:\^?\w)?", tree)
            self.whole(upper, r"\+?(?:infty|inf(?:inity)?|∞)", tree)
            return self.integral(rest, place, tree)
        place_of = self.span(tree)
        ranges = [Node("each", (i,), place_of) for i in spoken[1:]] if spoken else self.ranges(lower, upper, tree)
        outer = set(self.bound)
        self.bound |= {r.parts[0] for r in ranges if r.kind in ("range", "each")}
        body = self.product(list(rest), place)
        self.bound = outer
        return Node("sum" if sign == "SUM" else "product", (body, *ranges), place)

    def ranges(self, lower: Any, upper: Any, tree: Tree) -> list[Node]:
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
        if where.kind == "call" and where.parts[0] == "range" and len(where.parts) in (2, 3):
            first = where.parts[1] if len(where.parts) == 3 else Node("number", (0,), where.place)
            return [
                Node("such", (Node("relation", ("<=", first, index), where.place),), where.place),
                Node("such", (Node("relation", ("<", index, where.parts[-1]), where.place),), where.place),
            ]
        if where.kind in ("set", "list") and len(where.parts) >= 3 and any(p.kind == "dots" for p in where.inner()):
            first, last = where.parts[0], where.parts[-1]
            return [
                Node("such", (Node("relation", ("<=", first, index), where.place),), where.place),
                Node("such", (Node("relation", ("<=", index, last), where.place),), where.place),
            ]
        raise refuse(self.text, *where.place, "expected a range such as {0, ..., K-1}")

    def whole(self, limit: Any, pattern: str, tree: Tree) -> None:
        """Refuse a limit of an integral that leaves a part of the line out."""
        shown = "" if limit is None else re.sub(r"\\math\w+|[{}()\s\\]", "", self.text[slice(*self.span(limit))])
        if shown and not re.fullmatch(pattern, shown.replace("ℝ", "R").replace("−", "-")):
            raise self.refuse(tree, "an integral over a part of the line is not understood, only over all of it")

    def integral(self, rest: list[Any], place: tuple[int, int], tree: Tree) -> Node:
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

    def ratio(self, pieces: list[Any], at: int) -> tuple[Node, int] | None:
        """A derivative on one line, as in dL/dx[j] or with signs of partial derivatives, else None."""
        if not self.how.tensors:
            return None
        if (found := self.nabla(pieces, at)) is not None:
            return found
        slash = next((k for k in range(at + 1, min(at + 4, len(pieces))) if self.slash(pieces[k])), 0)
        if not slash or slash + 1 >= len(pieces) or any(p == "neg" or p.data == "operator" for p in pieces[at:slash]):
            if self.is_partial(pieces[at]):
                raise self.refuse(pieces[at], "expected a derivative such as dL/dx or \\frac{\\partial L}{\\partial x}")
            return None
        of = self.stripped(pieces[at:slash])
        end = slash + 2
        if self.is_partial(pieces[slash + 1]):
            end = slash + 3
        wrt = self.stripped(pieces[slash + 1 : end])
        if of is None or not wrt:
            return None
        place = (self.span(pieces[at])[0], self.span(pieces[end - 1])[1])
        below = self.wrt(wrt, pieces[slash + 1])
        base = below.parts[0] if below.kind == "index" else below
        if base.kind == "name" and stem(base.parts[0]) not in self.how.scalars | self.bound:
            self.how.arrays.add(stem(base.parts[0]))
        if not of:
            return Node("partial", (Node("following"), below), place), end
        above = of[0] if isinstance(of[0], Node) else self.product(list(of), place)
        return Node("partial", (above, below), place), end

    def nabla(self, pieces: list[Any], at: int) -> tuple[Node, int] | None:
        r"""\nabla_W L, else None."""
        piece = pieces[at]
        if piece.data != "scripted" or self._base(piece) != "nabla" or at + 1 >= len(pieces) or pieces[at + 1] == "neg":
            return None
        if len(piece.children) != 2 or getattr(piece.children[1].children[0], "type", "") != "SUB":
            return None
        value = piece.children[1].children[1]
        wrt = self.braced(value) if getattr(value, "data", "") in ("braces", "parens") else self.plain_value(value)
        if wrt.kind == "name":
            self.how.arrays.add(stem(wrt.parts[0]))
        of = self.scripted(pieces[at + 1])
        return Node("partial", (of, wrt), (self.span(piece)[0], of.place[1])), at + 2

    def slash(self, piece: Any) -> bool:
        """Whether a piece is the sign of a division."""
        return bool(piece != "neg" and piece.data == "operator" and piece.children[0].type == "SLASH")

    def stripped(self, pieces: list[Any]) -> list[Any] | None:
        """What stands behind a partial sign, or behind the d of a name; None if there is neither."""
        if not pieces or pieces[0] == "neg" or getattr(pieces[0], "data", "") != "scripted":
            return None
        if self.is_partial(pieces[0]):
            return pieces[1:]
        name = self._base(pieces[0])
        if len(pieces) > 1 or len(name) < 2 or name[0] != "d" or name in self.how.scalars | NOT_DIFFERENTIAL:
            return None
        return self.without_d(pieces[0]) if len(name.split("_")[0]) <= 5 else None

    def differential(self, tree: Tree) -> list[Any] | None:
        """What stands behind d or the partial sign, as pieces, in one half of a fraction; None if it is no differential."""
        pieces = self.pieces(tree)
        if not pieces or pieces[0] == "neg":
            return None
        if self.is_partial(pieces[0]):
            return pieces[1:]
        name = self._base(pieces[0]) if pieces[0].data == "scripted" else ""
        if name == "d":
            return pieces[1:]
        if len(name) < 2 or name[0] != "d" or len(pieces) > 1 or not self.how.tensors or name in self.how.scalars:
            return None
        return self.without_d(pieces[0])

    def without_d(self, piece: Any) -> list[Any]:
        """dx[j] as x[j]."""
        node = self.scripted(piece)
        inner = node.parts[0] if node.kind == "index" else node
        if inner.kind != "name" or inner.parts[0][:1] != "d":
            return [piece]
        bare = Node("name", (inner.parts[0][1:],), inner.place)
        return [Node("index", (bare, *node.parts[1:]), node.place) if node.kind == "index" else bare]

    def pieces(self, tree: Tree) -> list[Any]:
        """The factors within braces that hold one term."""
        inner = [e for c in tree.children if getattr(c, "data", "") == "elements" for e in c.children if e.data != "joint"]
        if len(inner) != 1 or inner[0].data != "signed" or len(inner[0].children) != 1:
            return []
        return flattened(inner[0].children[0])

    def quotient(self, top: Any, wrt: list[Any], tree: Tree) -> Node:
        r"""\frac{\partial L}{\partial x_j}; with nothing above, what follows is differentiated."""
        above = self.differential(top)
        if above is None or not wrt:
            raise self.refuse(tree, "expected a derivative such as \\partial L over \\partial x")
        if not above or (len(above) == 1 and not isinstance(above[0], Node) and self.empty(above[0])):
            return Node("partial", (Node("following"), self.wrt(wrt, tree)), self.span(tree))
        of = above[0] if isinstance(above[0], Node) else self.product(list(above), self.span(top))
        return Node("partial", (of, self.wrt(wrt, tree)), self.span(tree))

    def empty(self, piece: Any) -> bool:
        """Braces around nothing."""
        return piece != "neg" and re.sub(r"[{}\s]", "", self.text[slice(*self.span(piece))]) == ""

    def wrt(self, pieces: list[Any], tree: Tree) -> Node:
        """The variable of a derivative."""
        if not pieces:
            raise self.refuse(tree, "expected the variable of the derivative")
        return pieces[0] if isinstance(pieces[0], Node) else self.product(list(pieces), self.span(tree))
