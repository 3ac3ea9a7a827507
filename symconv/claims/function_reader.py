r"""Formulas about functions and losses, from the flat tree to nodes: \sigma'(x), \tanh^2 x, e^{-x}, \log\sum_j e^{z_j}.

Here every letter is a number, an entry or a function, so that brackets apply only what is a function:

    sigma(x)(1 - sigma(x)) is a product      log p_i q takes p_i alone      f'(x) is the derivative of f, taken at x
    p_i, \hat y_k, W_{ij} are entries        L_{CE}, z^{(i)}, a^{[l]} are names with their marks

Kinds beside those of ``language.formula``: prime f n a (f differentiated n times, at a), partial of wrt, extremum m body range..,
truth c (1 where c holds, else 0).
"""

from __future__ import annotations

import re
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.function_atoms import Atoms
from symconv.claims.function_names import APPLIED, LOSSES, UNARY, canonical
from symconv.claims.function_pieces import (
    bare,
    bars,
    bracket,
    bracketed,
    combined,
    inner_pieces,
    is_partial,
    letters,
    named,
    roman,
    slashed,
    spelled,
    stripped,
)
from symconv.claims.grammar import parse
from symconv.claims.relations import Statement, flattened
from symconv.claims.symbols import GREEK
from symconv.claims.tokens import refuse
from symconv.language.formula import Node

SPOKEN = re.compile(r"(sum|max|min)_([a-z])\Z")
DIFFERENTIAL = re.compile(
    r"d([A-Za-z]|[a-z]*hat|sigma|phi|ell|loss|Loss|softmax|tanh|sigmoid|relu|gelu)(?:_([a-z]{1,2}))?\Z"
)
OPEN = ("f", "g", "F", "G", "phi", "varphi", "psi", "Phi", "Psi")


def read_functions(text: str, functions: frozenset[str] = frozenset()) -> list[Statement]:
    """The statements of a formula; ``functions`` are names that are applied to what stands in brackets behind them.

    Raises FormulaError with the place of whatever cannot be read.
    """
    return statements(text, FunctionReader(text, functions))


def statements(text: str, reader: FunctionReader) -> list[Statement]:
    """What a reader finds in the items of a text."""
    tree = parse(text, lambda found: bars(text, found))
    made: list[Statement] = []
    for child in tree.children:
        if child.data == "item":
            made += reader.item(child.children[0])
    if not made:
        raise refuse(text, 0, len(text), "expected a formula")
    return made


class FunctionReader(Atoms):
    """Turns lark's tree into nodes."""

    # statements
    def one(self, tree: Tree) -> Node:
        """A guarded element that must be one expression."""
        found = self.item(tree)
        if len(found) > 1 and all(s.node.kind == "relation" for s in found):  # 0 <= i < K
            return Node("and", tuple(s.node for s in found), self.span(tree))
        if len(found) != 1 or found[0].condition is not None:
            raise self.refuse(tree, "expected one expression")
        return found[0].node

    # terms
    def side(self, tree: Tree) -> Node:
        """One side: a sum of terms."""
        if tree.data in ("guarded", "chain"):
            return self.one(tree)
        if tree.data == "word":
            raise self.refuse(tree, "did not expect this word here")
        if tree.data != "signed":
            return self.product(flattened(tree), self.span(tree))
        made: list[Node] = []
        negative = False
        for child in tree.children:
            if child.data == "sign":
                negative = child.children[0].type == "MINUS"
                continue
            node = self.product(flattened(child), self.span(child))
            made.append(Node("neg", (node,), node.place) if negative else node)
            negative = False
        return made[0] if len(made) == 1 else Node("add", tuple(made), self.span(tree))

    def product(self, pieces: list[Any], place: tuple[int, int]) -> Node:
        """Pieces from left to right."""
        made: Node | None = None
        sign, negative, at = "", False, 0
        while at < len(pieces):
            piece = pieces[at]
            if piece == "neg":
                negative, at = True, at + 1
                continue
            if self.nothing(piece):
                at += 1
                continue
            if piece.data == "operator":
                sign, at = str(piece.children[0]), at + 1
                if piece.children[0].type in ("MOD", "FLOORDIV"):
                    raise self.refuse(piece, "did not expect this sign in a formula about functions")
                continue
            node, at = self.factor(pieces, at, place)
            node = Node("neg", (node,), node.place) if negative else node
            made = node if made is None else combined(sign, made, node, (place[0], node.place[1]))
            sign, negative = "", False
        if made is None:
            raise refuse(self.text, *place, "expected an expression here")
        return made

    def nothing(self, piece: Any) -> bool:
        """Braces around nothing, which only space."""
        inner: Any = piece.children[0] if piece.data == "scripted" and len(piece.children) == 1 else None
        return getattr(inner, "data", "") == "braces" and not any(c.children for c in inner.children if hasattr(c, "data"))

    def factor(self, pieces: list[Any], at: int, place: tuple[int, int]) -> tuple[Node, int]:
        """A factor with what belongs to it: a sum takes all that follows, a function its argument."""
        piece = pieces[at]
        if self.big(piece):
            return self.summed(piece, pieces[at + 1 :], place), len(pieces)
        found = self.ratio(pieces, at)
        node, at = found if found is not None else self.applied(pieces, at)
        if node.kind == "partial" and node.parts[0].kind == "following":
            if at >= len(pieces):
                raise refuse(self.text, *node.place, "expected what is differentiated behind the derivative")
            body, after = self.derived(pieces, at, place)
            node, at = Node("partial", (body, node.parts[1]), (node.place[0], place[1])), after
        return node, at

    def derived(self, pieces: list[Any], at: int, place: tuple[int, int]) -> tuple[Node, int]:
        """What stands behind d/dx: brackets alone, or all that follows."""
        if bracket(pieces[at]) and at + 1 < len(pieces) and len(pieces[at].children) == 1:
            return self.scripted(pieces[at]), at + 1
        return self.product(pieces[at:], place), len(pieces)

    # functions
    def applied(self, pieces: list[Any], at: int) -> tuple[Node, int]:
        """A function with its argument; else a factor as it stands."""
        piece = pieces[at]
        if self.indicator(piece) and at + 1 < len(pieces) and bracket(pieces[at + 1]):
            return Node("truth", (self.inside(pieces[at + 1], condition=True),), self.span(piece)), at + 2
        if self.indicator(piece, scripts=1) and piece.children[1].children[0].type == "SUB":
            found = self.elements(piece.children[1].children[1]) if bracketed(piece.children[1].children[1]) else []
            if len(found) == 1 and found[0].kind in ("relation", "and"):
                return Node("truth", (found[0],), self.span(piece)), at + 1
        head = self.head(piece)
        following: Any = pieces[at + 1] if at + 1 < len(pieces) and pieces[at + 1] != "neg" else None
        if not head:
            node = self.scripted(piece)
            if node.kind == "name" and bracket(following):
                if following.children[0].data == "brackets":
                    found = self.elements(following.children[0])
                    if all(e.kind in ("name", "index") for e in found):
                        indices = [p for e in found for p in spelled(e)]
                        return self.scripts(
                            Node("index", (node, *indices), node.place), following.children[1:], following
                        ), at + 2
                self.no_function(node, following)
            elif node.kind == "index" and node.parts[0].parts[0] in OPEN and bracket(following):
                self.no_function(node.parts[0], following)  # g_sigma(x)
            return node, at + 1
        word, order, power, marks = self.marked(piece, head)
        if marks and word in ("max", "min"):
            ranges = self.ranges(marks[0], None, piece)
            rest = self.product(pieces[at + 1 :], self.span(piece))
            return Node("extremum", (word, rest, *ranges), self.span(piece)), len(pieces)
        if bracket(following):
            node, at = self.called(word, order, following, piece), at + 2
            node = self.scripts(node, following.children[1:], following)
        elif word in UNARY and following is not None and following.data != "operator":
            if self.big(following):
                inner, at = self.summed(following, pieces[at + 2 :], self.span(following)), len(pieces)
            else:
                inner, at = self.argument(pieces, at + 1)
            node = self.function(word, order, [inner], piece)
        else:
            return self.scripted(piece), at + 1
        for mark in marks:
            node = Node("index", (node, *self.indices(mark)), node.place)
        return (Node("pow", (node, power), node.place) if power is not None else node), at

    def no_function(self, node: Node, following: Any) -> None:
        """Refuse f(x) where nothing says what f is: it is not f times x."""
        found = self.elements(following.children[0])
        word = str(node.parts[0])
        worded = re.fullmatch(r"[A-Za-z]{4,}", word) is not None and word not in GREEK  # no product of letters
        single = worded or len(found) != 1 or found[0].kind in ("name", "index")
        if (single or word.rstrip("'") in OPEN) and not any(bare(a, word) for a in found):
            raise self.refuse(
                following, f"is {word}(...) a function?  Say which with --where, as in {word}=sigmoid, or a product"
            )

    def argument(self, pieces: list[Any], at: int) -> tuple[Node, int]:
        """The argument of a function without brackets: a factor, or a number and the name that touches it."""
        inner, after = self.applied(pieces, at)
        scripted = after < len(pieces) and pieces[after] != "neg" and pieces[after].data == "scripted"
        if inner.kind != "number" or not scripted or bracket(pieces[after]):
            return inner, after
        if self.span(pieces[after])[0] != inner.place[1]:
            return inner, after
        more, after = self.applied(pieces, after)
        return Node("mul", (inner, more), (inner.place[0], more.place[1])), after

    def head(self, piece: Any) -> str:
        """The function that a piece names, or nothing."""
        if not hasattr(piece, "data") or piece.data != "scripted":
            return ""
        atom = stripped(piece.children[0])
        if getattr(atom, "data", "") not in ("name", "function"):
            return ""
        word = roman(str(atom.children[0]))
        for script in piece.children[1:]:
            if script.children[0].type == "ATTRIBUTE":
                word = str(script.children[1])
        made = canonical(word)
        return word if made in APPLIED or word in self.functions or word in LOSSES else ""

    def marked(self, piece: Any, word: str) -> tuple[str, int, Node | None, list[Any]]:
        """A function's name with its primes, its power and its index: sigma'^2(x), softmax_i(z)."""
        order, power, marks = 0, None, []
        for script in piece.children[1:]:
            kind = script.children[0].type
            if kind == "PRIME":
                order += len(str(script.children[0]))
            elif kind == "ATTRIBUTE":
                continue
            elif kind == "POWER":
                shown = self.shown(script.children[1])
                if set(shown) <= {"'"} or shown in ("prime", "'"):
                    order += max(1, shown.count("'"))
                    continue
                if shown[:1] in ("(", "["):
                    raise self.refuse(script, "a derivative of this order is not understood: write primes")
                power = self.value(script.children[1])
                if power.kind == "neg":
                    raise self.refuse(script, "an inverse, or a power -1, of a function is not understood: write 1/f(x)")
            elif kind == "SUB":
                marks.append(script.children[1])
            else:
                raise self.refuse(script, "did not expect this behind a function")
        return (word if word in self.functions else canonical(word)), order, power, marks

    def called(self, word: str, order: int, tree: Tree, named: Any) -> Node:
        """A function with its arguments in brackets; sigma(1 - sigma) is a product, for sigma stands bare in it."""
        arguments = self.elements(tree.children[0])
        if any(bare(a, word) for a in arguments):
            first = Node("name", (word + "'" * order,), self.span(named))
            return Node("mul", (first, *arguments), (self.span(named)[0], self.span(tree)[1]))
        return self.function(word, order, arguments, named)

    def function(self, word: str, order: int, arguments: list[Node], named: Any) -> Node:
        """The node of a function."""
        place = (self.span(named)[0], arguments[-1].place[1] if arguments else self.span(named)[1])
        if word in LOSSES and word not in self.functions:
            return Node("name", (word,), place)
        if not arguments:
            raise self.refuse(named, f"expected an argument of {word}")
        if order:
            return Node("prime", (word, order, *arguments), place)
        if word in ("max", "min") and len(arguments) > 1:
            return Node(word, tuple(arguments), place)
        return Node("call", (word, *arguments), place)

    def indicator(self, piece: Any, scripts: int = 0) -> bool:
        r"""\mathbb{1}, \mathbf 1, I, 1 before a condition in brackets, or above one."""
        if not hasattr(piece, "data") or piece.data != "scripted" or len(piece.children) != 1 + scripts:
            return False
        whole = self.text[slice(*self.span(piece.children[0]))]
        shown = re.sub(r"\\(?:math\w+|bm|boldsymbol|text)|[{}\s]", "", whole)
        return shown in ("1", "I", "𝟙", "indicator")

    # sums and derivatives
    def big(self, tree: Any) -> bool:
        """Whether a piece is the sign of a sum."""
        if not hasattr(tree, "data") or tree.data != "scripted":
            return False
        atom = tree.children[0]
        if getattr(atom, "data", "") == "big":
            return True
        if getattr(atom, "data", "") == "name" and SPOKEN.match(str(atom.children[0])):
            return True
        return getattr(atom, "data", "") == "function" and str(atom.children[0]) == "sum" and len(tree.children) > 1

    def summed(self, tree: Tree, rest: list[Any], place: tuple[int, int]) -> Node:
        """A sum (or sum_j of plain text) over all that follows."""
        if not rest:
            raise self.refuse(tree, "expected something to add up behind the sign")
        atom = tree.children[0]
        if atom.data == "big" and atom.children[0].type != "SUM":
            raise self.refuse(tree, "only sums are understood in a formula about functions")
        body = self.product(list(rest), (self.span(tree)[0], place[1]))
        spoken = SPOKEN.match(str(atom.children[0])) if atom.data == "name" else None
        if spoken:
            each = Node("each", (spoken[2],), self.span(tree))
            return (
                Node("sum", (body, each), body.place) if spoken[1] == "sum" else Node("extremum", (spoken[1], body, each))
            )
        lower = upper = None
        for script in tree.children[1:]:
            if script.children[0].type == "SUB":
                lower = script.children[1]
            elif script.children[0].type == "POWER":
                upper = script.children[1]
        return Node("sum", (body, *self.ranges(lower, upper, tree)), (self.span(tree)[0], place[1]))

    def ranges(self, lower: Any, upper: Any, tree: Tree) -> list[Node]:
        """What a sum runs over."""
        if lower is None:
            raise self.refuse(tree, "expected what the sum runs over, below its sign")
        found = self.elements(lower) if bracketed(lower) else [self.value(lower)]
        top = None if upper is None else self.value(upper)
        made: list[Node] = []
        for node in found:
            if node.kind == "name":
                made.append(Node("each", node.parts, node.place))
            elif node.kind == "relation" and node.parts[0] == "=" and top is not None:
                made.append(Node("range", (named(node.parts[1]), node.parts[2], top), node.place))
            elif node.kind == "relation" and node.parts[0] == "!=" and node.parts[1].kind == "name":
                made += [Node("each", node.parts[1].parts, node.place), Node("such", (node,), node.place)]
            elif node.kind == "relation" and node.parts[0] == "in" and node.parts[1].kind == "name":
                raise refuse(self.text, *node.place, "a sum over a set is not understood in a formula about functions")
            else:
                raise refuse(self.text, *node.place, "expected an index such as j, j=1 or j \\ne i below the sign")
        return made

    def ratio(self, pieces: list[Any], at: int) -> tuple[Node, int] | None:
        r"""A derivative: a fraction of differentials, dL/dx_i on one line, \partial_x, \nabla_z; else None."""
        piece = pieces[at]
        if piece == "neg" or piece.data != "scripted":
            return None
        atom = piece.children[0]
        if getattr(atom, "data", "") == "frac" and len(piece.children) == 1:
            below = self.differential(inner_pieces(atom.children[2]))
            above = self.differential(inner_pieces(atom.children[1]))
            if below is None or above is None or not below:
                return None
            of = Node("following") if not above else self.differentiated(above, piece)
            return Node("partial", (of, self.wrt(below, piece)), self.span(piece)), at + 1
        if getattr(atom, "data", "") == "partial" or self.nabla(piece):
            subscript = next((s.children[1] for s in piece.children[1:] if s.children[0].type == "SUB"), None)
            if subscript is not None:
                return Node("partial", (Node("following"), self.value(subscript)), self.span(piece)), at + 1
        return self.on_one_line(pieces, at)

    def on_one_line(self, pieces: list[Any], at: int) -> tuple[Node, int] | None:
        """dL/dx_i, d/dx, with signs of partial derivatives too."""
        slash = next((k for k in range(at + 1, min(at + 4, len(pieces))) if slashed(pieces[k])), 0)
        if not slash or slash + 1 >= len(pieces):
            return None
        above = self.differential(pieces[at:slash])
        end = slash + 2
        if is_partial(pieces[slash + 1]) and slash + 2 < len(pieces):
            end = slash + 3
        below = self.differential(pieces[slash + 1 : end])
        if above is None or not below:
            return None
        of = Node("following") if not above else self.differentiated(above, pieces[at])
        place = (self.span(pieces[at])[0], self.span(pieces[end - 1])[1])
        return Node("partial", (of, self.wrt(below, pieces[slash + 1])), place), end

    def nabla(self, piece: Any) -> bool:
        """Whether a piece is the sign of a gradient."""
        atom = piece.children[0]
        return getattr(atom, "data", "") == "name" and str(atom.children[0]) == "nabla"

    def differential(self, pieces: list[Any]) -> list[Any] | None:
        """What stands behind d or the partial sign: pieces, or a node; None if it is no differential."""
        if not pieces or any(p == "neg" for p in pieces[:1]) or not hasattr(pieces[0], "data"):
            return None
        first = pieces[0]
        if first.data != "scripted":
            return None
        if is_partial(first):
            if len(first.children) > 1:
                raise self.refuse(first, "second derivatives by this sign are not understood")
            return pieces[1:]
        atom = first.children[0]
        if getattr(atom, "data", "") not in ("name", "function"):
            return None
        word = str(atom.children[0])
        if word == "d" and len(first.children) == 1:
            return pieces[1:]
        found = DIFFERENTIAL.match(word)
        if found is None or (len(first.children) == 1 and len(pieces) > 1 and not all(map(bracket, pieces[1:]))):
            return None
        place = self.span(first)
        node = Node("name", (found[1],), place)
        if found[2]:
            node = Node("index", (node, *letters(found[2], place)), place)
        return [self.scripts(node, first.children[1:], first), *pieces[1:]]

    def differentiated(self, pieces: list[Any], tree: Tree) -> Node:
        """What is differentiated: L, p_i, sigma(x)."""
        if isinstance(pieces[0], Node):
            node = pieces[0]
            if len(pieces) > 1 and node.kind == "name" and bracket(pieces[1]):
                if node.parts[0] in LOSSES:
                    return node
                return self.function(canonical(node.parts[0]), 0, self.elements(pieces[1].children[0]), tree)
            return node
        return self.product(list(pieces), self.span(tree))

    def wrt(self, pieces: list[Any], tree: Tree) -> Node:
        """The variable of a derivative: a name or an entry."""
        node = pieces[0] if isinstance(pieces[0], Node) else self.product(list(pieces), self.span(tree))
        base = node.parts[0] if node.kind == "index" else node
        if base.kind != "name":
            raise self.refuse(tree, "expected a variable or an entry below the derivative")
        return node
