r"""Mathematics laid out once: what stands beside, above, below or within something else, and no letter of any target.

    Row a b c     Name x     Number -1/6     Sign =     Form kind a b ...

    s i + d p - lo       Row(Name s, times, Name i, plus, ...)
    g[(j + lo)/s]        Form("access", (Name g, Form("quotient", (..., Name s))))
    sum over p < K       Form("sum.limits", (Name p, Row(Name K, minus, Number 1)))

Fractions, scripts, brackets, large signs and calls are kinds of one ``Form``: a kind is a row in the table of every style
(``spelling``), so that a new one is a line per target and no branch anywhere.  ``level`` says how tightly a layout holds
together; a style asks for parentheses where its own notation needs them: (a + b)/c on a line, none over a bar.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from symconv.language.lazy import dataclass

SUM, PRODUCT, ATOM = range(3)


@dataclass(frozen=True)
class Name:
    """A name: an index, size or number (which may be in focus), a "tensor", a "function", or "typed" digits."""

    name: str
    kind: str = "name"
    level: int = ATOM


@dataclass(frozen=True)
class Number:
    """A rational number."""

    value: Fraction | int

    @property
    def level(self) -> int:
        """A sum where it is negative, a product where it is a fraction."""
        return SUM if self.value < 0 else ATOM if isinstance(self.value, int) or self.value.denominator == 1 else PRODUCT


@dataclass(frozen=True)
class Sign:
    """A sign or a gap, by its key in the styles."""

    key: str
    level: int = ATOM


@dataclass(frozen=True)
class Words:
    """Words within mathematics."""

    text: str
    level: int = ATOM


@dataclass(frozen=True)
class Row:
    """Layouts side by side."""

    parts: tuple[Layout, ...]
    level: int = SUM


@dataclass(frozen=True)
class Form:
    """A kind of arrangement and what it arranges."""

    kind: str
    parts: tuple[Layout, ...]
    level: int = ATOM


@dataclass(frozen=True)
class Symbolic:
    """A SymPy expression."""

    expression: Any
    level: int = SUM


Layout = Name | Number | Sign | Words | Row | Form | Symbolic

PLUS, MINUS, NEGATIVE, TIMES, TIGHT, COMMA = (Sign(key) for key in ("plus", "minus", "-", "times", "tight", "comma"))
EQUALS, SPACE = Sign("="), Sign(" ")
NOTHING = Row((), ATOM)


def row(*parts: Layout, level: int = SUM) -> Layout:
    """Side by side; one alone is itself."""
    return parts[0] if len(parts) == 1 else Row(parts, level)


def joined(parts: Iterable[Layout], between: Layout, level: int = SUM) -> Layout:
    """Side by side with something between each two."""
    out: list[Layout] = []
    for part in parts:
        out += [between, part] if out else [part]
    return row(*out, level=level)


def product(parts: Iterable[Layout]) -> Layout:
    """Factors."""
    return joined(parts, TIMES, PRODUCT)


def over(above: Layout, below: Layout) -> Layout:
    """A fraction."""
    return Form("over", (above, below), PRODUCT)


def gradient(of: Layout) -> Layout:
    """dL/dx."""
    return Form("gradient", (Name("L"), of))


def entry(base: Layout, *index: Layout) -> Layout:
    """An entry of an array: x[0,1]."""
    return Form("entry", (base, joined(index, Sign(","))))


def sup(base: Layout, high: Layout) -> Layout:
    """With a superscript, also on a line: ω²."""
    return Form("sup", (base, high))


def power(base: Layout, exponent: Layout) -> Layout:
    """A power; on a line with a caret: t^2."""
    return Form("power", (base, exponent))


def bracketed(inner: Layout, kind: str = "()") -> Layout:
    """In brackets: ()  []  ||  as high as the line, "big", "Big", or "tall" for as high as what is inside."""
    return Form(kind, (inner,))
