r"""Trees of functions (``language.example``) in symbols and with their numbers put in, as text and as LaTeX.

    1/(1 + e^(-x[0]))         \frac{1}{1 + e^{-x_{0}}}
    1/(1 + e^(-1))            \frac{1}{1 + e^{-1}}

What a tree is made of decides where parentheses stand: a sum within a product, a negative number or a product within a power.  A
rounded number that is put in is cut to FEW digits, and ``rough`` remembers that it was.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.language.example import Example
from symconv.language.functions import Tree
from symconv.language.integers import var
from symconv.language.rounded import FEW, Rounded, Value
from symconv.pages.laid import integer
from symconv.pages.laid import signed as laid_sum
from symconv.pages.layout import (
    NEGATIVE,
    PRODUCT,
    SUM,
    TIMES,
    Form,
    Layout,
    Name,
    Number,
    Row,
    Sign,
    entry,
    joined,
    row,
)
from symconv.pages.spelling import DIGITS, GRADIENT, Writer
from symconv.pages.styles import LATEX, TEXT
from symconv.pages.work import text as written

LONG = 60  # columns of a factor and a sum that stay on one line
FUNCTIONS = ("log", "tanh", "erf")
MORE = Sign("⋯ in a sum")

text = Writer(TEXT)


def unbroken(given: Layout) -> Layout:
    """For a page; it is not broken within."""
    return Form("unbroken", (given,), given.level)


def digits(shown: str, flat: bool = False) -> Name:
    """A number as it is written; ``flat`` where a fraction stands on one line."""
    if flat and "/" in shown:
        return Name(shown, "flat", SUM if shown.startswith("-") else PRODUCT)
    if shown.startswith("-"):
        return Name(shown, "digits", SUM)
    if "/" in shown:
        return Name(shown, "fraction", PRODUCT)
    return Name(shown, "power of ten" if "e" in shown else "digits")


def is_number(given: Layout) -> bool:
    """Whether it is a number, a sign before it included."""
    return isinstance(given, Name) and given.kind in (*DIGITS, "flat")


def negated(given: Name) -> Name:
    """The number with the other sign."""
    if given.name == "0":
        return given
    shown = given.name[1:] if given.name.startswith("-") else f"-{given.name}"
    return digits(shown, given.kind == "flat")


def symbol(name: str, index: tuple[Any, ...]) -> Layout:
    """x[0,1]."""
    gradient = GRADIENT.match(name)
    bare: Layout = Name(gradient[2] if gradient else name, "array")
    shown = entry(bare, *(Name(str(i)) if isinstance(i, str) else Number(i) for i in index)) if index else bare
    return Form("gradient.flat", (Name(gradient[1]), shown)) if gradient else shown


class Speller:
    """Spells trees in symbols, or with the numbers put in; sums of more than ``most`` terms lose their middle."""

    def __init__(self, made: Example, numbers: bool = False, most: int | None = None) -> None:
        self.made, self.numbers, self.most, self.rough, self.first = made, numbers, most, False, True
        self.flat = False  # within a power, where fractions stand on one line
        self.parts = {part.name: part for part in made.everything}

    def number(self, n: Value) -> Layout:
        """A number."""
        if isinstance(n, Rounded):
            self.rough = True
        return digits(written(self.made, n, FEW), self.flat)

    def of(self, tree: Tree) -> Layout:
        """A tree."""
        if isinstance(tree, (int, Fraction)):
            return self.number(Fraction(tree) if not isinstance(tree, int) and tree.denominator != 1 else int(tree))
        head, *rest = tree
        if head in ("add", "sum"):
            return self.joined(self.terms(tree))
        found: Layout = getattr(self, f"of_{head}", self.function)(head, rest)
        return found

    # leaves
    def of_entry(self, _: str, rest: list[Any]) -> Layout:
        """An entry, or its number."""
        name, index = rest
        return self.number(self.made.entry(name, index)) if self.numbers else symbol(name, index)

    def of_value(self, _: str, rest: list[Any]) -> Layout:
        """What was worked out before: by its name, or its number."""
        name, index, _tree, *left = rest
        if self.numbers:
            return self.number(self.parts[name][index].value)
        return self.of(left[0]) if left else symbol(name, index)

    def of_named(self, _: str, rest: list[Any]) -> Layout:
        """By its name."""
        return symbol(rest[0], rest[1])

    def of_x(self, _: str, __: list[Any]) -> Layout:
        """The argument of a definition."""
        return Name("x")

    def of_f(self, _: str, __: list[Any]) -> Layout:
        """The function's own value, in a definition."""
        return self.call(self.made.function.name, Name("x"))

    def of_name(self, _: str, rest: list[Any]) -> Layout:
        """A parameter by its number, a constant by its name."""
        own = dict(self.made.function.parameters).get(rest[0])
        return self.of_constant("", rest) if own is None else self.of(own)

    def of_constant(self, _: str, rest: list[Any]) -> Layout:
        """By its name."""
        return integer(var(rest[0]))

    def of_pi(self, _: str, __: list[Any]) -> Layout:
        """The number of the circle."""
        return Name("pi")

    # functions
    def call(self, name: str, inner: Layout, prime: str = "") -> Layout:
        """f(x) of a function by its name."""
        return Form("apply", (Name(f"{name}{prime}", "function"), inner))

    def of_call(self, _: str, rest: list[Any]) -> Layout:
        """f(x)."""
        return self.call(rest[0], self.of(rest[1]))

    def of_partial(self, _: str, rest: list[Any]) -> Layout:
        """The derivative of one thing by another."""
        above, below = (self.of(part) for part in rest)
        return Form("partial.tree", (above, below), PRODUCT)

    def of_prime(self, _: str, rest: list[Any]) -> Layout:
        """f'(x)."""
        return self.call(rest[0], self.of(rest[1]), "'")

    def function(self, head: str, rest: list[Any]) -> Layout:
        """log, tanh, erf."""
        assert head in FUNCTIONS
        return Form("named", (Sign(head), self.of(rest[0])))

    def of_exp(self, _: str, rest: list[Any]) -> Layout:
        """A power of e."""
        outer, self.flat = self.flat, True
        inner = self.of(rest[0])
        self.flat = outer
        return Form("power", (Name("e"), inner))

    def of_sqrt(self, _: str, rest: list[Any]) -> Layout:
        """A root."""
        return Form("root", (self.of(rest[0]),))

    def of_sigmoid(self, _: str, rest: list[Any]) -> Layout:
        """Spelled out."""
        return self.of(("div", 1, ("add", 1, ("exp", ("neg", rest[0])))))

    def of_square(self, _: str, rest: list[Any]) -> Layout:
        """A square."""
        inner = self.of(rest[0])
        tall = isinstance(inner, Name) and inner.kind == "fraction"
        return Form("square.tall" if tall else "square", (inner,))

    # arithmetic
    def of_neg(self, _: str, rest: list[Any]) -> Layout:
        """-a; of a number, the number."""
        inner = self.of(rest[0])
        if isinstance(inner, Name) and is_number(inner):
            return negated(inner)
        return Row((NEGATIVE, Form("product", (inner,), PRODUCT)), SUM)

    def of_div(self, _: str, rest: list[Any]) -> Layout:
        """A quotient."""
        above, below = self.of(rest[0]), self.of(rest[1])
        if isinstance(above, Name) and is_number(above) and "/" in above.name:
            less = above.name.startswith("-")
            kind = ("ratio" if self.flat else "over") + ".fraction" + (".less" if less else "")
            return Form(kind, (above, below, negated(above)), SUM if less else PRODUCT)
        less = is_less(above)
        if self.flat:
            return Form("ratio.less" if less else "ratio.tree", (above, below), SUM if less else PRODUCT)
        if not less:
            return Form("over.tree", (above, below), PRODUCT)
        bare = negated(above) if isinstance(above, Name) else row(*above.parts[1:])  # type: ignore[union-attr]
        return Form("over.less", (bare, below), SUM)

    def of_mul(self, _: str, rest: list[Any]) -> Layout:
        """A product."""
        parts = [part for part in flattened(("mul", *rest), ("mul", "times")) if not self.one(part)]
        factors = [self.of(part) for part in squared(parts)]
        shown = []
        for k, one in enumerate(factors):
            last, number = k == len(factors) - 1, is_number(one)
            opens = self.first and k == 0 and number
            if opens and "/" not in one.name:  # type: ignore[union-attr]
                shown.append(one)
                continue
            level = "product" if last and not (k and number) else "factor"
            shown.append(Form(f"{level}.first" if opens else level, (one,)))
        return (
            joined(shown, Sign("·") if self.numbers else TIMES, PRODUCT) if len(shown) > 1 else Row(tuple(shown), PRODUCT)
        )

    of_times = of_mul

    def one(self, part: Tree) -> bool:
        """Whether a factor is a parameter that is 1."""
        return isinstance(part, tuple) and part[0] == "name" and dict(self.made.function.parameters).get(part[1]) == 1

    def terms(self, tree: Tree) -> list[tuple[bool, Layout]]:
        """(whether it is subtracted, the term) of a sum; dots in the place of None."""
        parts = flattened(tree, ("add", "sum"))
        found: list[tuple[bool, Layout]] = []
        for part in self.kept(parts):
            if part is None:
                found.append((False, MORE))
                continue
            less = isinstance(part, tuple) and part[0] == "neg"
            outer, self.first = self.first, self.first and not found and not less
            shown = self.of(part[1] if less else part)
            self.first = outer
            found.append((less, Form("product", (shown,), max(shown.level, PRODUCT)) if found or less else shown))
        return found

    def kept(self, parts: list[Tree]) -> list[Tree]:
        """The terms, the middle left out (None) where there are too many."""
        if self.most is None or len(parts) <= self.most:
            return parts
        first = (self.most + 1) // 2
        return [*parts[:first], None, *parts[len(parts) - (self.most - first) :]]

    def joined(self, terms: list[tuple[bool, Layout]]) -> Layout:
        """The terms of a sum."""
        if len(terms) == 1 and not terms[0][0]:
            return terms[0][1]
        return laid_sum([(-1 if less else 1, one) for less, one in terms])

    # in pieces that a line may be broken between
    def pieces(self, tree: Tree) -> list[Layout]:
        """A sum term by term, also behind a factor; anything else in one piece."""
        return list(map(unbroken, self.parts_of(tree)))

    def parts_of(self, tree: Tree) -> list[Layout]:
        """The pieces, which may be broken within."""
        if isinstance(tree, tuple) and tree[0] in ("add", "sum"):
            last = tree[-1]
            if isinstance(last, tuple) and last[0] == "log" and inner_sum(last[1]):
                return [*split(self.terms((*tree[:-1],))), *self.wrapped(row(Sign("+ "), Sign("log ")), last[1])]
            return split(self.terms(tree))
        if isinstance(tree, tuple) and tree[0] == "log" and inner_sum(tree[1]):
            return self.wrapped(Sign("log"), tree[1])
        if isinstance(tree, tuple) and tree[0] == "times" and len(tree) == 3 and (inner_sum(tree[2]) or self.long(tree)):
            front, inside = self.of(tree[1]), split(self.terms(tree[2]))
            whole = isinstance(front, Name) and is_number(front) and "/" not in front.name
            tall = any("frac" in Writer(LATEX)(piece) for piece in inside)
            left, right = (Sign("(Big"), Sign(")Big")) if tall else (Sign("(big"), Sign(")big"))
            held = front if whole else Form("factor.first", (front,))
            inside[0] = row(held, Sign("·") if self.numbers else TIMES, left, inside[0])
            inside[-1] = row(inside[-1], right)
            return inside
        return [self.of(tree)]

    def long(self, tree: Tree) -> bool:
        """Whether a factor and a sum behind it need more than a line."""
        behind = tree[2]
        return isinstance(behind, tuple) and behind[0] == "add" and len(text(self.of(tree))) > LONG

    def wrapped(self, front: Layout, inner: Tree) -> list[Layout]:
        """A sum within a function, term by term."""
        pieces = split(self.terms(inner))
        pieces[0] = row(front, Sign("(big"), pieces[0])
        pieces[-1] = row(pieces[-1], Sign(")big"))
        return pieces


def is_less(given: Layout) -> bool:
    """Whether it is a number or a single factor with a minus."""
    if isinstance(given, Name):
        return is_number(given) and given.name.startswith("-")
    return isinstance(given, Row) and given.level == SUM and given.parts[0] == NEGATIVE and " " not in text(given)


def inner_sum(tree: Tree) -> bool:
    """Whether a tree is a sum of several terms."""
    return isinstance(tree, tuple) and tree[0] == "sum"


def flattened(tree: Tree, heads: tuple[str, ...]) -> list[Tree]:
    """The parts of nested sums or products."""
    out: list[Tree] = []
    for part in tree[1:]:
        out += flattened(part, heads) if isinstance(part, tuple) and part[0] in heads else [part]
    return out


def squared(parts: list[Tree]) -> list[Tree]:
    """Two equal factors in a row are a square."""
    out: list[Tree] = []
    for part in parts:
        if out and part == out[-1] and not isinstance(part, (int, Fraction)):
            out[-1] = ("square", part)
        else:
            out.append(part)
    return out


def split(terms: list[tuple[bool, Layout]]) -> list[Layout]:
    """The terms of a sum with their signs, one by one."""
    out: list[Layout] = []
    for k, (less, one) in enumerate(terms):
        sign = (Sign("- " if less else "+ "),) if k else (NEGATIVE,) if less else ()
        out.append(row(*sign, one))
    return out
