r"""Exact numbers, pieces and terms of functions of t, laid out.

Sums begin with a positive term where there is one (b - a, not -a + b); SymPy spells what holds parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import comb, factorial
from typing import Any

from symconv.pages.laid import signed
from symconv.pages.layout import ATOM, NEGATIVE, PRODUCT, SUM, Form, Layout, Name, Number, Sign, Symbolic, product, row
from symconv.topics.continuous.facts import Bell, Impulse, Limit, Lorentz, Piece, Side, Smooth, Term

T, TAU = Name("t"), Name("tau")


def exact(value: Any) -> Layout:
    """A number, or an expression in parameters."""
    if isinstance(value, (int, Fraction)):
        return Number(value)
    value = readable(value)
    return Symbolic(value, ATOM if value.is_Symbol else SUM if value.is_Add else PRODUCT)


def readable(value: Any) -> Any:
    """Powers of e multiplied out; the rest as it stands."""
    from sympy import exp, expand

    return expand(value) if value.has(exp) and not value.has(exp_of_t()) else value


@cache
def exp_of_t() -> Any:
    """The time, as a symbol of its own."""
    from sympy import Symbol

    return Symbol("t", real=True)


def negative(value: Any) -> bool:
    """Whether a number is written with a minus."""
    return value < 0 if isinstance(value, (int, Fraction)) else bool(value.could_extract_minus_sign())


def compound(value: Any) -> bool:
    """Whether a number is a sum."""
    return not isinstance(value, (int, Fraction)) and value.is_Add


def fraction(value: Any) -> bool:
    """Whether a number is a proper fraction."""
    return isinstance(value, Fraction) and value.denominator != 1


def bracketed(s: Layout, needed: bool = True) -> Layout:
    """(s)."""
    return Form("tall()", (s,)) if needed else s


def plus(parts: Sequence[tuple[bool, Layout]], ordered: bool = False) -> Layout:
    """Signed parts in a row, a positive one first unless ``ordered``; 0 if there are none."""
    if parts and parts[0][0] and not ordered:
        parts = sorted(parts, key=lambda p: p[0])
    return signed([(-1 if minus else 1, part) for minus, part in parts])


def scaled(value: Any, of: Layout | None) -> tuple[bool, Layout]:
    """(whether a minus stands before it, |value| times something)."""
    if not isinstance(value, (int, Fraction)):
        value = readable(value)
    minus = negative(value)
    size = -value if minus else value
    if of is None:
        return minus, bracketed(exact(size), compound(size) and minus)
    if size == 1:
        return minus, of
    return minus, product((bracketed(exact(size), compound(size)), of))


def power(base: Layout, n: int, simple: bool = True) -> Layout:
    """base^n."""
    base = bracketed(base, not simple)
    return base if n == 1 else Form("power", (base, Number(n)))


def moved(t: Layout, by: Any) -> Layout:
    """t - by."""
    if by == 0:
        return t
    if compound(by):
        return plus([(False, t), *(scaled(-e, None) for e in by.as_ordered_terms())])
    return plus([(False, t), scaled(-by, None)])


# polynomials and exponentials
def polynomial(coefficients: Sequence[Any], t: Layout, simple: bool = True) -> Layout:
    """sum c_j t^j, highest first; c (t - k)^n where it is that."""
    degree = len(coefficients) - 1
    found = _pure(coefficients)
    if found is not None:
        c, k = found
        base = moved(t, k)
        minus, shown = scaled(c, power(base, degree, simple and k == 0))
        return row(NEGATIVE, shown) if minus else shown
    parts = []
    for j in range(degree, -1, -1):
        if j == 1 and coefficients[j] == 1:
            parts.append((False, t))  # a sum needs no brackets within a sum
        elif coefficients[j] != 0:
            parts.append(scaled(coefficients[j], power(t, j, simple) if j else None))
    return plus(parts, ordered=degree > 1)


def _pure(coefficients: Sequence[Any]) -> tuple[Fraction, Fraction] | None:
    """(c, k) if a polynomial of degree 2 or more is c (t - k)^n."""
    n = len(coefficients) - 1
    if n < 2 or not all(isinstance(c, Fraction) for c in coefficients):
        return None
    c = coefficients[n]
    k = -coefficients[n - 1] / (n * c)
    good = all(coefficients[j] == c * comb(n, j) * (-k) ** (n - j) for j in range(n + 1))
    return (c, k) if good else None


def exponential(rate: Any, t: Layout, simple: bool = True) -> Layout:
    """e^(-rate t)."""
    minus, shown = scaled(-rate, bracketed(t, not simple))
    return Form("exp", (row(NEGATIVE, shown) if minus else shown,))


def piece(parts: Sequence[tuple[Any, Sequence[Any]]], t: Layout = T, simple: bool = True) -> Layout:
    """A piece; ``simple`` if t is a single letter."""
    common = _common(parts)
    if common is not None:
        lead, signs = common
        inner = plus([(s < 0, exponential(r, t, simple)) for s, (r, _) in zip(signs, parts, strict=True)])
        return over(inner, lead)
    found: list[tuple[bool, Layout]] = []
    for rate, total in parts:
        if rate == 0:
            found += [(False, polynomial(total, t, simple))] if len(parts) == 1 else _separate(total, t, simple)
            continue
        fade = exponential(rate, t, simple)
        if len(total) == 1:
            found.append(scaled(total[0], fade))
        else:
            shown = bracketed(polynomial(total, t, simple), sum(c != 0 for c in total) > 1)
            found.append((False, product((shown, fade))))
    if len(found) == 1 and not found[0][0]:
        return found[0][1]
    return plus(found)


def _separate(total: Sequence[Any], t: Layout, simple: bool) -> list[tuple[bool, Layout]]:
    """The monomials of a polynomial that stands beside other things."""
    return [scaled(total[j], power(t, j, simple) if j else None) for j in range(len(total) - 1, -1, -1) if total[j] != 0]


def _common(parts: Sequence[tuple[Any, Sequence[Any]]]) -> tuple[Any, list[int]] | None:
    """(c, signs) if the piece is c times a sum of exponentials with signs."""
    if len(parts) < 2 or any(len(total) != 1 or rate == 0 for rate, total in parts):
        return None
    lead = parts[0][1][0]
    lead = -lead if negative(lead) else lead
    signs = [1 if total[0] - lead == 0 else -1 if total[0] + lead == 0 else 0 for _, total in parts]
    return (lead, signs) if all(signs) and lead != 1 else None


def over(inner: Layout, lead: Any) -> Layout:
    """lead times a sum, as a fraction where lead is one over something."""
    if isinstance(lead, Fraction):
        top, bottom = Fraction(lead.numerator), Fraction(lead.denominator)
    else:
        top, bottom = lead.as_numer_denom()
    if bottom == 1:
        return row(bracketed(exact(top), compound(top)), Sign("beside"), bracketed(inner))
    below = exact(bottom)
    if top == 1:
        return Form("over.sum", (inner, below), PRODUCT)
    return Form("over.sum.times", (exact(top), inner, below), PRODUCT)


# terms
def normal(t: Layout, mean: Any, variance: Any) -> Layout:
    """The normal density."""
    top = power(moved(t, mean), 2, mean == 0)
    return Form("normal", (top, doubled(variance), _pi_times(2 * variance)))


def doubled(value: Any) -> Layout:
    """2 v, a sum held together."""
    return row(Number(2), Sign("beside"), bracketed(exact(value))) if compound(value) else exact(2 * value)


def _pi_times(value: Any) -> Layout:
    """2 pi v."""
    if isinstance(value, Fraction):
        return Name("pi") if value == 1 else row(Number(value), Sign("beside"), Name("pi"))
    import sympy

    return exact(sympy.factor(value) * sympy.pi)


def term(given: Term, t: Layout = T) -> tuple[bool, Layout]:
    """(whether a minus stands before it, a term)."""
    if isinstance(given, Impulse):
        delta = Name("delta" + "'" * given.order)
        if given.order > 3:
            delta = Form("order", (Name("delta"), Number(given.order)))  # type: ignore[assignment]
        return scaled(given.c, Form("apply", (delta, moved(t, given.knot))))
    if isinstance(given, Bell):
        shown = normal(t, given.mean, given.variance)
        if given.order:
            shown = Form("derivative.n" if given.order > 1 else "derivative", (shown, Number(given.order)))
        return scaled(given.c, shown)
    if isinstance(given, Lorentz):
        z = power(moved(t, given.knot), 2, given.knot == 0)
        below = power(exact(given.width), 2, not compound(given.width) and not fraction(given.width))
        return scaled(given.c, Form("lorentz", (exact(given.width), z, below)))
    if isinstance(given, Smooth):
        return smooth(given, t)
    return side(given, t)


def side(given: Side, t: Layout) -> tuple[bool, Layout]:
    """c/m! (t-a)_+^m e^(-r(t-a)), with the step u where m = 0; (.)_+ is 0 for negative arguments."""
    z = moved(t, given.knot)
    if given.left:
        z = plus([scaled(given.knot, None), (True, t)]) if given.knot != 0 else row(NEGATIVE, t)
    m = given.power
    if m == 0:
        body: Layout = Form("apply", (Name("u"), z))
    else:
        alone = given.knot == 0 and not given.left
        body = Form("positive", (t if alone else bracketed(z),))
        body = body if m == 1 else Form("power", (body, Number(m)))
    if given.rate != 0:
        mirrored = given.left and given.knot == 0
        fade = exponential(-given.rate, t) if mirrored else exponential(given.rate, z, given.knot == 0)
        body = product((body, fade))
    return scaled(given.c / factorial(m), body)


def smooth(given: Smooth, t: Layout) -> tuple[bool, Layout]:
    """A Side, smoothed: e^(-r z + r^2 v/2) I_m(z - r v), with m I_m = z I_(m-1) + v I_(m-2), written out."""
    import sympy
    from sympy import Function, Rational, exp, pi, sqrt

    x = exp_of_t()
    numbers = (given.knot, given.variance, given.rate, given.c)
    knot, v, rate, c = (Rational(e.numerator, e.denominator) if isinstance(e, Fraction) else e for e in numbers)
    z = knot - x if given.left else x - knot
    u = z - rate * v
    cdf = Function("Phi")
    before, now = exp(-(u**2) / (2 * v)) / sqrt(2 * pi * v), cdf(u / sqrt(v))
    for m in range(1, given.power + 1):
        before, now = now, sympy.expand((u * now + v * before) / m)
    made = c * exp(-rate * z + rate**2 * v / 2) * now
    minus = bool(c.could_extract_minus_sign())
    return minus, exact(-made if minus else made)


def terms(given: Sequence[Term], t: Layout = T) -> Layout:
    """A sum of terms, impulses last, truncated powers by their knots."""
    return plus([term(e, t) for e in arranged(given)], ordered=True)


def arranged(given: Sequence[Term]) -> list[Term]:
    """In reading order."""
    sides = [e for e in given if isinstance(e, Side)]
    rest = [e for e in given if not isinstance(e, (Side, Impulse))]
    if all(isinstance(e.knot, Fraction) for e in sides):
        sides.sort(key=lambda e: (e.knot, -e.power))
    found: list[Term] = [*sides, *rest, *(e for e in given if isinstance(e, Impulse))]
    first = next((k for k, e in enumerate(found) if not negative(e.c)), 0)
    return [found[first], *found[:first], *found[first + 1 :]] if found and negative(found[0].c) else found


def bound(end: Any) -> Layout:
    """An end: a number, or a limit that moves with t."""
    if not isinstance(end, Limit):
        return exact(end)
    moving = [(end.turn < 0, T)] if end.turn else []
    return plus([*moving, *([scaled(end.at, None)] if end.at != 0 or not end.turn else [])])


def interval(lo: Any, hi: Any, t: Layout = T) -> Layout:
    """lo <= t < hi."""
    if lo is None and hi is None:
        return row(Sign("all"), t)
    if lo is None:
        return row(t, Sign("<"), bound(hi))
    if hi is None:
        return row(t, Sign("≥"), bound(lo))
    return row(bound(lo), Sign("≤"), t, Sign("<"), bound(hi))


__all__ = ["Piece", "bracketed", "exact", "interval", "piece", "plus", "scaled", "term", "terms"]
