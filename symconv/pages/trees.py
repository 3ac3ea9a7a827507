r"""Trees of ``language.applied`` in symbols and with their numbers put in, as text and as LaTeX.

    1/(1 + e^(-x[0]))         \frac{1}{1 + e^{-x_{0}}}
    1/(1 + e^(-1))            \frac{1}{1 + e^{-1}}

What a tree is made of decides where parentheses stand: a sum within a product, a negative number or a product within a power.  A
rounded number that is put in is cut to FEW digits, and ``rough`` remembers that it was.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.language.applied import FEW, Applied, Rounded, Value
from symconv.language.example import decimal
from symconv.language.functions import Tree
from symconv.language.integers import var
from symconv.language.lazy import dataclass
from symconv.pages.arrays import flat, latex_number
from symconv.pages.filling import HARD
from symconv.pages.latex import LatexTarget
from symconv.pages.nodes import Spelled
from symconv.pages.text import TextTarget

SUM, PRODUCT, ATOM = range(3)
MORE = ("…", r"\cdots")
LONG = 60  # columns of a factor and a sum that stay on one line
SIGNS = {True: "-", False: "+"}
FUNCTIONS = {"log": r"\log", "tanh": r"\tanh", "erf": r"\mathrm{erf}"}


@dataclass(frozen=True)
class Shown:
    """A tree in both spellings, with how tightly each holds together."""

    text: str
    latex: str
    text_level: int = ATOM
    latex_level: int = ATOM
    number: bool = False

    @property
    def spelled(self) -> Spelled:
        """For a page; it is not broken within."""
        return Spelled(self.text.replace(" ", HARD), self.latex)

    def within(self, level: int) -> Shown:
        """In parentheses where it holds together less tightly than that."""
        text = f"({self.text})" if self.text_level < level else self.text
        return Shown(text, bracketed(self.latex) if self.latex_level < level else self.latex, ATOM, ATOM, self.number)


def bracketed(latex: str) -> str:
    """In parentheses as high as a fraction."""
    tall = "frac" in latex or "sqrt" in latex
    return rf"\Bigl({latex}\Bigr)" if tall else f"({latex})"


def plain(made: Applied, n: Value, digits: int | None = None) -> str:
    """A number as it is written: 3, -1/2, 0.25 where the user wrote decimals, or rounded to its digits."""
    if isinstance(n, Rounded):
        return n.text(digits) if digits else n.text()
    return decimal(n) if made.decimal and isinstance(n, Fraction) else str(n)


def symbol(name: str, index: tuple[Any, ...]) -> Shown:
    """x[0,1]."""
    return Shown(TextTarget().entry(name, index), flat(LatexTarget(), name, index))


class Speller:
    """Spells trees in symbols, or with the numbers put in; sums of more than ``most`` terms lose their middle."""

    def __init__(self, made: Applied, numbers: bool = False, most: int | None = None) -> None:
        self.made, self.numbers, self.most, self.rough, self.first = made, numbers, most, False, True
        self.flat = False  # within a power, where fractions stand on one line
        self.parts = {part.name: part for part in made.everything}

    def number(self, n: Value) -> Shown:
        """A number."""
        if isinstance(n, Rounded):
            self.rough = True
        text = plain(self.made, n, FEW if isinstance(n, Rounded) else None)
        latex = text if self.flat and "/" in text else latex_number(text)
        negative = text.startswith("-")
        level = SUM if negative else PRODUCT if "/" in text else ATOM
        tex = SUM if negative else PRODUCT if "cdot" in latex or (self.flat and "/" in text) else ATOM
        return Shown(text, latex, level, tex, True)

    def of(self, tree: Tree) -> Shown:
        """A tree."""
        if isinstance(tree, (int, Fraction)):
            return self.number(Fraction(tree) if not isinstance(tree, int) and tree.denominator != 1 else int(tree))
        head, *rest = tree
        if head in ("add", "sum"):
            return self.joined(self.terms(tree))
        found: Shown = getattr(self, f"of_{head}", self.function)(head, rest)
        return found

    # leaves
    def of_entry(self, _: str, rest: list[Any]) -> Shown:
        """An entry, or its number."""
        name, index = rest
        return self.number(self.made.value(name, index)) if self.numbers else symbol(name, index)

    def of_value(self, _: str, rest: list[Any]) -> Shown:
        """What was worked out before: by its name, or its number."""
        name, index, _tree, *left = rest
        if self.numbers:
            return self.number(self.parts[name][index].value)
        return self.of(left[0]) if left else symbol(name, index)

    def of_named(self, _: str, rest: list[Any]) -> Shown:
        """By its name."""
        return symbol(rest[0], rest[1])

    def of_x(self, _: str, __: list[Any]) -> Shown:
        """The argument of a definition."""
        return Shown("x", "x")

    def of_f(self, _: str, __: list[Any]) -> Shown:
        """The function's own value, in a definition."""
        return self.call(self.made.layer.name, Shown("x", "x"))

    def of_name(self, _: str, rest: list[Any]) -> Shown:
        """A parameter by its number, a constant by its name."""
        own = dict(self.made.layer.parameters).get(rest[0])
        return self.of_constant("", rest) if own is None else self.of(own)

    def of_constant(self, _: str, rest: list[Any]) -> Shown:
        """By its name."""
        name = var(rest[0])
        return Shown(TextTarget().speller.integer(name), LatexTarget().speller.integer(name))

    def of_pi(self, _: str, __: list[Any]) -> Shown:
        """The number of the circle."""
        return Shown("π", r"\pi")

    # functions
    def call(self, name: str, inner: Shown, prime: str = "") -> Shown:
        """f(x) of a function by its name."""
        upright = name.replace("_", r"\_")
        return Shown(f"{name}{prime}({inner.text})", rf"\mathrm{{{upright}}}{prime}({inner.latex})")

    def of_call(self, _: str, rest: list[Any]) -> Shown:
        """f(x)."""
        return self.call(rest[0], self.of(rest[1]))

    def of_partial(self, _: str, rest: list[Any]) -> Shown:
        """The derivative of one thing by another."""
        above, below = (self.of(part) for part in rest)
        top = above.text if above.text_level == ATOM else f"({above.text})"
        return Shown(f"∂{top}/∂{below.text}", rf"\frac{{\partial {above.latex}}}{{\partial {below.latex}}}", PRODUCT)

    def of_prime(self, _: str, rest: list[Any]) -> Shown:
        """f'(x)."""
        return self.call(rest[0], self.of(rest[1]), "'")

    def function(self, head: str, rest: list[Any]) -> Shown:
        """log, tanh, erf."""
        inner = self.of(rest[0])
        tall = "frac" in inner.latex or "sqrt" in inner.latex
        left, right = (r"\Bigl(", r"\Bigr)") if tall else ("(", ")")
        return Shown(f"{head}({inner.text})", f"{FUNCTIONS[head]}{left}{inner.latex}{right}")

    def of_exp(self, _: str, rest: list[Any]) -> Shown:
        """A power of e."""
        outer, self.flat = self.flat, True
        inner = self.of(rest[0])
        self.flat = outer
        text = inner.text if inner.text_level == ATOM else f"({inner.text})"
        return Shown(f"e^{text}", f"e^{{{inner.latex}}}")

    def of_sqrt(self, _: str, rest: list[Any]) -> Shown:
        """A root."""
        inner = self.of(rest[0])
        return Shown(f"√{inner.within(ATOM).text}", rf"\sqrt{{{inner.latex}}}")

    def of_sigmoid(self, _: str, rest: list[Any]) -> Shown:
        """Spelled out."""
        return self.of(("div", 1, ("add", 1, ("exp", ("neg", rest[0])))))

    def of_square(self, _: str, rest: list[Any]) -> Shown:
        """A square."""
        inner = self.of(rest[0])
        held = inner.within(ATOM)
        tall = inner.number and "frac" in inner.latex and inner.latex_level == ATOM
        return Shown(f"{held.text}^2", f"{bracketed(inner.latex) if tall else f'{{{held.latex}}}'}^{{2}}")

    # arithmetic
    def of_neg(self, _: str, rest: list[Any]) -> Shown:
        """-a; of a number, the number."""
        inner = self.of(rest[0])
        if inner.number:
            if inner.text.startswith("-"):
                return Shown(inner.text[1:], inner.latex[1:], PRODUCT if "/" in inner.text else ATOM, ATOM, True)
            if inner.text == "0":
                return inner
        held = inner.within(PRODUCT)
        return Shown(f"-{held.text}", f"-{held.latex}", SUM, SUM, inner.number)

    def of_div(self, _: str, rest: list[Any]) -> Shown:
        """A quotient."""
        above, below = self.of(rest[0]), self.of(rest[1])
        less = above.text.startswith("-") and (above.number or (above.text_level == SUM and not above.text.count(" ")))
        top = above.text if less else above.within(PRODUCT).text
        latex = rf"-\frac{{{above.latex[1:]}}}{{{below.latex}}}" if less else rf"\frac{{{above.latex}}}{{{below.latex}}}"
        if "/" in above.text and above.number:
            top = f"({top})"
        if self.flat:
            latex = f"{above.latex if less else above.within(PRODUCT).latex}/{below.within(ATOM).latex}"
        return Shown(f"{top}/{below.within(ATOM).text}", latex, SUM if less else PRODUCT, SUM if less else ATOM)

    def of_mul(self, _: str, rest: list[Any]) -> Shown:
        """A product."""
        parts = [part for part in flattened(("mul", *rest), ("mul", "times")) if not self.one(part)]
        factors = [self.of(part) for part in squared(parts)]
        texts, latexes = [], []
        for k, one in enumerate(factors):
            last = k == len(factors) - 1
            opens = self.first and k == 0 and one.number and "/" not in one.text
            level = SUM if opens else PRODUCT if last and not (k and one.number) else ATOM
            texts.append(one.within(level).text)
            latexes.append(one.within(SUM if opens or (self.first and k == 0 and one.number) else PRODUCT).latex)
        dots = self.numbers
        return Shown(
            ("·" if dots else " ").join(texts), (r"\cdot " if dots else r"\,").join(latexes), PRODUCT, PRODUCT
        )  # fmt: skip

    of_times = of_mul

    def one(self, part: Tree) -> bool:
        """Whether a factor is a parameter that is 1."""
        return isinstance(part, tuple) and part[0] == "name" and dict(self.made.layer.parameters).get(part[1]) == 1

    def terms(self, tree: Tree) -> list[tuple[bool, Shown]]:
        """(whether it is subtracted, the term) of a sum; None's place is taken by dots."""
        parts = flattened(tree, ("add", "sum"))
        found: list[tuple[bool, Shown]] = []
        for part in self.kept(parts):
            if part is None:
                found.append((False, Shown(*MORE)))
                continue
            less = isinstance(part, tuple) and part[0] == "neg"
            outer, self.first = self.first, self.first and not found and not less
            shown = self.of(part[1] if less else part)
            self.first = outer
            held = shown.within(PRODUCT) if found or less else shown
            found.append((less, held))
        return found

    def kept(self, parts: list[Tree]) -> list[Tree]:
        """The terms, the middle left out (None) where there are too many."""
        if self.most is None or len(parts) <= self.most:
            return parts
        first = (self.most + 1) // 2
        return [*parts[:first], None, *parts[len(parts) - (self.most - first) :]]

    def joined(self, terms: list[tuple[bool, Shown]]) -> Shown:
        """The terms of a sum."""
        if len(terms) == 1 and not terms[0][0]:
            return terms[0][1]
        text = latex = ""
        for k, (less, one) in enumerate(terms):
            sign = SIGNS[less] + " " if k else "-" if less else ""
            text += (" " if k else "") + sign + one.text
            latex += (" " if k else "") + sign + one.latex
        return Shown(text, latex, SUM, SUM)

    # in pieces that a line may be broken between
    def pieces(self, tree: Tree) -> list[Spelled]:
        """A sum term by term, also behind a factor; anything else in one piece."""
        if isinstance(tree, tuple) and tree[0] in ("add", "sum"):
            last = tree[-1]
            if isinstance(last, tuple) and last[0] == "log" and inner_sum(last[1]):
                return [*split(self.terms((*tree[:-1],))), *self.wrapped("+ log(", r"+ \log\bigl(", last[1])]
            return split(self.terms(tree))
        if isinstance(tree, tuple) and tree[0] == "log" and inner_sum(tree[1]):
            return self.wrapped("log(", r"\log\bigl(", tree[1])
        if isinstance(tree, tuple) and tree[0] == "times" and len(tree) == 3 and (inner_sum(tree[2]) or self.long(tree)):
            front, inside = self.of(tree[1]), split(self.terms(tree[2]))
            held = front.within(SUM if front.number and "/" not in front.text else ATOM)
            tall = any("frac" in piece.latex for piece in inside)
            left, right = (r"\Bigl(", r"\Bigr)") if tall else (r"\bigl(", r"\bigr)")
            dot = ("·", r"\cdot ") if self.numbers else (HARD, r"\,")
            first, last = inside[0], inside[-1]
            inside[0] = Spelled(f"{held.text}{dot[0]}({first.text}", f"{front.latex}{dot[1]}{left}{first.latex}")
            last = inside[-1]
            inside[-1] = Spelled(f"{last.text})", f"{last.latex}{right}")
            return inside
        return [self.of(tree).spelled]

    def long(self, tree: Tree) -> bool:
        """Whether a factor and a sum behind it need more than a line."""
        behind = tree[2]
        return isinstance(behind, tuple) and behind[0] == "add" and len(self.of(tree).text) > LONG

    def wrapped(self, text: str, latex: str, inner: Tree) -> list[Spelled]:
        """A sum within a function, term by term."""
        pieces = split(self.terms(inner))
        pieces[0] = Spelled((text + pieces[0].text).replace(" ", HARD), latex + pieces[0].latex)
        pieces[-1] = Spelled(pieces[-1].text + ")", pieces[-1].latex + r"\bigr)")
        return pieces


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


def split(terms: list[tuple[bool, Shown]]) -> list[Spelled]:
    """The terms of a sum with their signs, one by one."""
    out = []
    for k, (less, one) in enumerate(terms):
        sign = SIGNS[less] + " " if k else "-" if less else ""
        out.append(Spelled((sign + one.text).replace(" ", HARD), sign + one.latex))
    return out
