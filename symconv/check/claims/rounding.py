"""Numbers written to so many digits: correct where the value is within half of the last one.

A value is a rational number, or a ball of FLINT's arb that surely holds it; a ball that is too wide to tell decides nothing.
"""

from __future__ import annotations

from fractions import Fraction

from symconv.check.claims.function_values import Absent, Numbers, Real, Unable, ball, precision, same, shown
from symconv.errors import SymconvError
from symconv.language.formula import Node
from symconv.language.functional import Functional
from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Rounded:
    """Whether the two sides of a link are equal, whether they agree to the digits shown, and the true value in words."""

    equal: bool
    near: bool
    value: str


def rounded(left: Node, right: Node, digits: int | None) -> Rounded:
    """Compare two constants; ``digits`` are those behind the point of the side that is rounded, None where neither is.

    Raises SymconvError for what has no value, and where the values are too close to the border to tell.
    """
    from flint import ctx

    claim = Functional(((left, right),), ())
    with ctx.workprec(precision(claim)):
        numbers = Numbers(claim, {}, {})
        try:
            a, b = numbers.value(left, {}), numbers.value(right, {})
        except (Unable, Absent) as error:
            raise SymconvError(f"verify: expected numbers that can be worked out, got none: {error}") from None
        return Rounded(same(a, b), within(a, b, digits), shown(a))


def within(a: Real, b: Real, digits: int | None) -> bool:
    """Whether two numbers differ by at most half of the last digit; without digits, whether their balls meet."""
    gap = abs(ball(a) - ball(b))
    if digits is None:
        return bool(gap.contains(0))
    half = ball(Fraction(1, 2 * 10**digits))
    if gap <= half:
        return True
    if gap > half:
        return False
    raise SymconvError("verify: the value is too close to half of the last digit to tell")
