"""Completing the square, checked as an identity of polynomials in t and tau over the field of the parameters."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.core.facts import Check, Verdict
from symconv.core.signals import Bell, Convolution


def completed(made: Convolution) -> list[Check]:
    """(tau-a)^2/(2v) + (t-tau-b)^2/(2w) = (tau-m)^2/(2s) + (t-a-b)^2/(2(v+w)), and the factors before the exponentials."""
    import sympy

    (f,), (g,) = made.operands
    assert isinstance(f, Bell)
    assert isinstance(g, Bell)
    a, v, b, w = (plain(e) for e in (-f.mean if made.correlate else f.mean, f.variance, g.mean, g.variance))
    t, tau = sympy.symbols("t tau", real=True)
    s, m = v * w / (v + w), (a * w + (t - b) * v) / (v + w)
    left = (tau - a) ** 2 / (2 * v) + (t - tau - b) ** 2 / (2 * w)
    right = (tau - m) ** 2 / (2 * s) + (t - a - b) ** 2 / (2 * (v + w))
    good = sympy.cancel(sympy.together(left - right)) == 0
    found = [Check("square", made_of(good), "both sides are the same rational function of t, τ and the parameters")]
    # 1/sqrt(2 pi v) 1/sqrt(2 pi w) sqrt(2 pi s) = 1/sqrt(2 pi (v + w)), squared: all are positive
    factor = sympy.cancel(s / (v * w) - 1 / (v + w)) == 0
    (result,) = made.result or (None,)
    same = isinstance(result, Bell) and all(
        sympy.cancel(sympy.together(plain(x) - y)) == 0 for x, y in ((result.mean, a + b), (result.variance, v + w))
    )
    how = "the factors before the exponentials give that of the result, whose mean and variance are the sums"
    return [*found, Check("normal", made_of(bool(factor and same)), how)]


def made_of(good: bool) -> Verdict:
    """A verdict."""
    return Verdict("proved", "an identity of rational functions") if good else Verdict("refuted", "is no identity")


def plain(value: Any) -> Any:
    """As a SymPy number."""
    from sympy import Rational

    return Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value
