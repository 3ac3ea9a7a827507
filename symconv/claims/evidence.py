r"""What the signs of a formula say of its names, before any name has a meaning: evidence, not letters.

    f \star g           f and g are operands: signals                x[n], x_{i+p}, x(n - k)     x has entries: a tensor
    \sum_k, \max_p      k and p are bound: indices                   \lfloor (h - f)/t \rfloor   h, f and t are numbers
    \sin x, e^{-x}      x is a real number                           (f * g)[n]                  a star whose result has entries

Nothing here looks at which letter a name is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.function_names import APPLIED, canonical
from symconv.claims.functions import OPERATIONS
from symconv.claims.grammar import parse
from symconv.claims.relations import flattened
from symconv.claims.symbols import GREEK

STARS = {"ast", "star", "otimes", "circledast"}
GROUPS = ("parens", "brackets", "braces", "set")
CUSTOM = set("xyzuvt")  # real numbers, where nothing says more; i to n are whole
REAL = APPLIED - {"abs", "max", "min", "diag"}


class Evidence:
    """The uses of every name.

    star       operand of a sign of convolution or correlation        asterisk   operand of a plain *
    operand    the like, not within brackets that are the operand
    entry      with an index in brackets                              offset     with a subscript that is an expression
    below      with a name or a number as its subscript               applied    before something in round brackets
    bound      what a sum, a product or a maximum runs over           index      within the index of another name
    place      alone the index of something                           rounded    below floor, ceil, // or mod
    limit      within the limits of a sum
    real       in the argument of a function of real numbers          alone      a factor of its own
    scale      beside what a sign joins: the a of a (x * h)           called     before other brackets: x(n), f(x)
    """

    def __init__(self, tree: Tree) -> None:
        self.uses: dict[str, set[str]] = {}
        self.stars: set[str] = set()
        self.operations: set[str] = set()
        self.functions: set[str] = set()
        self.signs: set[str] = set()
        self.multiplied = False  # a number is a factor of *
        self.results = False  # a sign's result is taken at an index
        for item in tree.children:
            self.visit(item, frozenset())
        self.sides = [
            names_in(side) for chain in tree.find_data("chain") for side in chain.children if side.data != "relation"
        ]

    def names(self, use: str) -> set[str]:
        """The names that are used so."""
        return {n for n, found in self.uses.items() if use in found}

    def use(self, name: str, *how: str) -> None:
        """One use of a name."""
        self.uses.setdefault(name, set()).update(how)

    # the tree
    def visit(self, tree: Any, within: frozenset[str]) -> None:
        """Everything below a tree, within what stands around it."""
        if not isinstance(tree, Tree):
            if tree.type in ("FLOORDIV", "MOD", "SLASH", "CROSS", "COMPARE", "APPROX", "UPDATE", "EQUAL", "PARTIAL", "INT"):
                self.signs.add(tree.type)
            return
        self.signs.add(tree.data)
        if tree.data in ("term", "negative_term"):
            self.product(flattened(tree), within)
        elif tree.data == "scripted":
            self.product([tree], within)
        elif tree.data in ("floor", "ceil"):
            self.all(tree, within | {"rounded"})
        else:
            self.all(tree, within)

    def all(self, tree: Tree, within: frozenset[str]) -> None:
        """Every child."""
        for child in tree.children:
            self.visit(child, within)

    def product(self, pieces: list[Any], within: frozenset[str]) -> None:
        """The factors of a term, with the signs between them."""
        if any(sign(p) in ("FLOORDIV", "MOD") for p in pieces):
            within = within | {"rounded"}
        self.scales(pieces, within)
        self.numbers(pieces)
        for at, piece in enumerate(pieces):
            if piece == "neg":
                continue
            if piece.data == "operator":
                self.all(piece, within)
                continue
            self.factor(pieces, at, within)

    def numbers(self, pieces: list[Any]) -> None:
        """2*p is a product of numbers."""
        for at, piece in enumerate(pieces):
            beside = {sign(p) for p in pieces[max(at - 1, 0) : at + 2]}
            atom = piece.children[0] if getattr(piece, "data", "") == "scripted" else piece
            self.multiplied |= getattr(atom, "data", "") == "number" and "TIMES" in beside

    def scales(self, pieces: list[Any], within: frozenset[str]) -> None:
        """The factors beside an operand: a (x * h), and a x where a sign joins the product with something."""
        runs: list[list[Any]] = [[]]
        for piece in pieces:
            if sign(piece) in STARS | {"TIMES"}:
                runs.append([])
            elif piece != "neg" and not sign(piece):
                runs[-1].append(piece)
        for run in runs:
            *before, last = run or [""]
            if before and group(last) and not starred(last):
                self.uses_of(before[-1:], "called")
            elif before and (group(last) or (name_of(last) and (len(runs) > 1 or within & {"star", "asterisk"}))):
                self.uses_of(before, "scale")
                self.uses_of([last], "scaled")

    def uses_of(self, pieces: list[Any], how: str) -> None:
        """One use of each factor that is a name."""
        for word in filter(None, map(name_of, pieces)):
            self.use(word, how)

    def factor(self, pieces: list[Any], at: int, within: frozenset[str]) -> None:
        """One factor: a name with its scripts and brackets, or a group."""
        piece = pieces[at]
        end = at + 1
        while end < len(pieces) and group(pieces[end]) and group(piece) != "":
            end += 1
        beside = {s for s in (sign(pieces[at - 1]) if at else "", self.after(pieces, at)) if s}
        word = name_of(piece)
        if word and callable_name(piece, word):
            self.function(pieces, at, word, within)
            return
        if not word:
            self.grouped(pieces, at, beside, within)
            return
        how = set(within) | self.operand(pieces, at, beside)
        how |= {"alone"} if not how else set()
        following = group(pieces[at + 1]) if at + 1 < len(pieces) else ""
        if following == "brackets":
            how.add("entry")
        elif following in ("parens",):
            how.add("applied")
        for script in piece.children[1:]:
            how |= self.script(script, within)
        self.use(word, *how)

    def after(self, pieces: list[Any], at: int) -> str:
        """The sign behind a factor and the brackets that follow it."""
        end = at + 1
        while end < len(pieces) and group(pieces[end]) in ("brackets", "parens"):
            end += 1
        return sign(pieces[end]) if end < len(pieces) else ""

    def operand(self, pieces: list[Any], at: int, beside: set[str]) -> set[str]:
        """What the signs beside a factor make of it."""
        del pieces, at
        found = set()
        if beside & STARS:
            found.add("star")
            self.stars |= beside & STARS
        if "TIMES" in beside:
            found.add("asterisk")
        return found | {"operand"} if found else found

    def script(self, script: Tree, within: frozenset[str]) -> set[str]:
        """A subscript: an index, or a word below; the names in it."""
        if getattr(script.children[0], "type", "") != "SUB":
            for child in script.children[1:]:
                self.visit(child, within)
            return set()
        value = script.children[1]
        words = [t for t in tokens(value) if t.type in ("NAME", "FUNCTION", "NUMBER")]
        offset = any(t.type in ("PLUS", "MINUS", "TIMES", "SLASH") for t in tokens(value)) and bool(words)
        for word in words:
            if word.type == "NAME":
                self.use(str(word), "index" if offset else "subscript")
        if offset:
            return {"offset"}
        return {"below", "digits"} if words and all(w.type == "NUMBER" for w in words) else {"below"}

    def grouped(self, pieces: list[Any], at: int, beside: set[str], within: frozenset[str]) -> None:
        """Brackets, sums, numbers: what stands in them is used as they are."""
        piece = pieces[at]
        inner = within
        atom = piece.children[0] if piece.data == "scripted" else piece
        kind = getattr(atom, "data", "")
        if at and group(piece) in ("brackets", "parens") and not sign(pieces[at - 1]) and pieces[at - 1] != "neg":
            before = pieces[at - 1]
            if group(piece) == "brackets" or name_of(before):
                inner = within | {"index"} if group(piece) == "brackets" else within | {"argument"}
            if group(before) == "parens" and starred(before):
                self.results = True
            result = group(before) == "parens"
            alone = list(places(atom))
            if group(piece) == "brackets" or result or len(alone) == 1:
                for word in alone if not name_of(before) or not callable_name(before, name_of(before)) else ():
                    self.use(word, "place")
        elif kind in GROUPS and beside & STARS:
            inner = within | {"star"}
            self.stars |= beside & STARS
        elif kind in GROUPS and "TIMES" in beside:
            inner = within | {"asterisk"}
        if kind == "big":
            self.big(piece)
            return
        below = (
            any(getattr(s.children[0], "type", "") == "SUB" for s in piece.children[1:])
            if piece.data == "scripted"
            else False
        )
        if kind == "parens" and below and starred(piece):  # (f * g)_n
            self.results = True
        if kind == "frac":
            self.signs.add("SLASH")
        self.visit_atom(atom, inner)
        for script in piece.children[1:] if piece.data == "scripted" else ():
            self.script(script, within)

    def visit_atom(self, atom: Any, within: frozenset[str]) -> None:
        """An atom that is no name."""
        if isinstance(atom, Tree):
            self.signs.add(atom.data)
            self.all(atom, within | {"rounded"} if atom.data in ("floor", "ceil") else within)

    def big(self, piece: Tree) -> None:
        """What a sum binds, and its limits."""
        self.signs.add(str(piece.children[0].children[0].type))
        for script in piece.children[1:]:
            lower = script.children[0].type == "SUB"
            value = script.children[1]
            names = [t for t in tokens(value) if t.type == "NAME"]
            first = True
            for token in names:
                bound = lower and (first or not any(t.type == "EQUAL" for t in tokens(value)))
                self.use(str(token), "bound" if bound else "limit")
                first = False

    def function(self, pieces: list[Any], at: int, word: str, within: frozenset[str]) -> None:
        """A function that is known: what follows is its argument."""
        if word in OPERATIONS:
            self.operations.add(OPERATIONS[word])
        made = canonical(word)
        if made in REAL:
            self.functions.add(made)
        for script in pieces[at].children[1:]:
            self.script(script, within)


def name_of(piece: Any) -> str:
    """The name that a factor is, whatever its scripts and style."""
    if piece == "neg" or not isinstance(piece, Tree):
        return ""
    atom: Any = piece.children[0] if piece.data == "scripted" else piece
    while isinstance(atom, Tree) and atom.data in ("styled", "accent", "overline") and atom.children:
        atom = atom.children[-1]
        if isinstance(atom, Tree) and atom.data == "braces":
            inner = [t for t in tokens(atom) if t.type in ("NAME", "FUNCTION")]
            return str(inner[0]) if len(inner) == 1 else ""
    return str(atom.children[0]) if isinstance(atom, Tree) and atom.data in ("name", "function") else ""


def callable_name(piece: Tree, word: str) -> bool:
    """Whether a name is that of a function or an operation that is known."""
    atom = piece.children[0]
    return getattr(atom, "data", "") == "function" or word in OPERATIONS or (len(word) > 1 and canonical(word) in APPLIED)


def group(piece: Any) -> str:
    """The kind of brackets that a factor is, or nothing."""
    if piece == "neg" or not isinstance(piece, Tree) or piece.data != "scripted":
        return ""
    kind = getattr(piece.children[0], "data", "")
    return kind if kind in GROUPS else ""


def sign(piece: Any) -> str:
    """The sign that a piece of a product is: star, TIMES, SLASH, or nothing."""
    if piece == "neg" or not isinstance(piece, Tree) or piece.data != "operator":
        return ""
    token = piece.children[0]
    return str(token) if token.type == "STAR" else str(token.type)


def places(tree: Tree) -> Iterator[str]:
    """The names that are, alone, an element of brackets."""
    for elements in (c for c in tree.children if getattr(c, "data", "") == "elements"):
        for element in elements.children:
            found = list(tokens(element))
            if len(found) == 1 and found[0].type == "NAME":
                yield str(found[0])


def names_in(side: Tree) -> frozenset[str]:
    """The names of one side of an equation."""
    return frozenset(str(t) for t in tokens(side) if t.type == "NAME")


def starred(piece: Tree) -> bool:
    """Whether two operands with a star between them stand in brackets: (f * g)."""
    inner = [p for t in piece.find_data("term") for p in flattened(t)]
    return any(sign(p) in STARS | {"TIMES"} for p in inner)


def tokens(tree: Any) -> Iterator[Any]:
    """The words of a tree."""
    return tree.scan_values(lambda t: True) if isinstance(tree, Tree) else iter((tree,))


@lru_cache(maxsize=64)
def evidence(text: str) -> Evidence:
    """What the signs of a formula say.

    Raises FormulaError for what cannot be read.
    """
    return Evidence(parse(text))


def numbered(found: Evidence) -> bool:
    """Whether every name has numbers for its subscript, and three tensors or more do: entries that are written out."""
    return len(found.uses) > 2 and all(u & {"digits"} and not u & {"applied", "rounded"} for u in found.uses.values())


def real(found: Evidence) -> bool:
    """Whether every name is a letter that is only added, multiplied and divided, one of them by custom a real number."""
    other = {"bound", "limit", "index", "entry", "offset", "below", "applied", "rounded", "star", "asterisk"}
    whole = {"FLOORDIV", "MOD", "CROSS", "COMPARE", "SUM", "PROD", "floor", "ceil", "APPROX", "UPDATE"}
    return (
        bool(set(found.uses) & CUSTOM)
        and not found.signs & whole
        and all(len(n) == 1 and not u & other for n, u in found.uses.items())
    )


def scalars(found: Evidence) -> set[str]:
    """The names that only scale what a sign joins: a of a (x * h); a capital letter there may be an operator."""
    other = {"operand", "offset", "index", "called", "scaled", "place", "rounded"}
    if not signals(found) or found.names("bound") or found.names("entry"):
        return set()
    letters = {n for n in found.names("scale") if n[:1].islower() and (len(n) == 1 or n in GREEK)}
    return {n for n in letters if not found.uses[n] & other}


ALGEBRA = {"SLASH", "FLOORDIV", "MOD", "CROSS", "COMPARE", "APPROX", "UPDATE", "PARTIAL", "INT", "SUM", "PROD", "floor",
           "ceil", "frac", "abs", "script", "big", "function"}  # fmt: skip


def algebra(found: Evidence) -> bool:
    """Whether a formula is a law of the sign *: f * (g + h) = f * g + f * h, every name on every side, and sums alone.

    An equation between sizes has an unknown that stands on one side.
    """
    operands = found.names("asterisk") & found.names("operand")
    return (
        not found.signs & ALGEBRA
        and not found.multiplied
        and len(operands) > 1
        and len(found.sides) > 1
        and len(set(found.sides)) == 1
        and all(len(n) == 1 for n in operands)
    )


def signals(found: Evidence) -> bool:
    """Whether a formula speaks of signals: operands of a star, a sign's result at an index, entries that nothing rounds."""
    if found.stars or found.results or algebra(found):
        return True
    if len(found.names("asterisk") & found.names("applied")) > 1:  # f(t) * g(t)
        return True
    rounded = found.names("rounded")
    return not rounded and any(len(n) == 1 for n in found.names("entry"))
