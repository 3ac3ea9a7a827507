"""Values of a result with 60 digits, where floats cancel: (a - b)^-17, or truncated powers far from their knots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from symconv.topics.continuous.facts import Piece, Side, Term

DIGITS = 60


def terms_at(terms: Iterable[Term], t: float, env: Mapping[str, float]) -> float | None:
    """The sum of one-sided terms at t; None if another kind is among them."""
    from mpmath import exp, factorial, mp, mpf

    found = list(terms)
    if not all(isinstance(term, Side) for term in found):
        return None
    with mp.workdps(DIGITS):
        total = mpf(0)
        for term in found:
            assert isinstance(term, Side)
            z = mpf(t) - number(term.knot, env)
            if z < 0 if not term.left else z >= 0:
                continue
            z = -z if term.left else z
            total += number(term.c, env) * z**term.power / factorial(term.power) * exp(-number(term.rate, env) * z)
        return float(total)


def piece_at(piece: Piece, t: float, env: Mapping[str, float]) -> float:
    """A piece's formula at t."""
    from mpmath import exp, mp, mpf

    with mp.workdps(DIGITS):
        total = mpf(0)
        for rate, coefficients in piece.parts:
            inner = sum((number(c, env) * mpf(t) ** k for k, c in enumerate(coefficients)), mpf(0))
            total += exp(-number(rate, env) * mpf(t)) * inner
        return float(total)


def number(e: Any, env: Mapping[str, float]) -> Any:
    """An exact number in mpmath, the parameters put in."""
    from mpmath import mpf

    if isinstance(e, (int, Fraction)):
        return mpf(Fraction(e).numerator) / Fraction(e).denominator
    from sympy import Float

    exact = {s: Float(env[s.name], DIGITS) for s in e.free_symbols}
    return mpf(str(e.evalf(DIGITS, subs=exact)))
