"""Numbers as they are written: fractions as decimals, and irrational numbers rounded to digits that are certain."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from symconv.language.expand import Number
from symconv.language.lazy import dataclass

PLACES = 10  # decimals are shown in full up to so many significant digits
FEW = 4  # digits of a rounded number within a line
PLAIN = 12  # a rounded number of so many digits before the point, or fewer zeros behind it, is written in full
LEADING = 5
FAR = 10**17  # exponents


def decimal(n: Fraction) -> str:
    """A fraction as a decimal; cut, with an ellipsis, behind PLACES significant digits."""
    sign, size = ("-" if n < 0 else ""), abs(n)
    before, rest = divmod(size.numerator, size.denominator)
    digits, leading = "", len(str(before)) if before else 0
    while rest and leading < PLACES and len(digits) < 3 * PLACES:
        digit, rest = divmod(rest * 10, size.denominator)
        digits += str(digit)
        leading += 1 if leading or digit else 0
    return f"{sign}{before}{'.' + digits if digits else ''}{'…' if rest else ''}"


@dataclass(frozen=True)
class Rounded:
    """An irrational number between two decimals, close enough that rounding to FEW and to PLACES digits is certain."""

    low: Decimal
    high: Decimal

    def to(self, digits: int) -> Decimal:
        """The number rounded to so many significant digits; both bounds round to the same."""
        context = Context(prec=digits, Emin=-FAR, Emax=FAR)
        low, high = context.plus(self.low), context.plus(self.high)
        if low != high:
            raise ValueError(f"{digits} digits of a number between {self.low} and {self.high} are not known")
        return low

    def text(self, digits: int = PLACES) -> str:
        """0.7310585786, or 5.07e-435 far from 1."""
        found = self.to(digits)
        power = found.adjusted()
        if -LEADING <= power < PLAIN:
            return f"{found:.{max(0, digits - 1 - power)}f}"
        return f"{found.scaleb(-power):.{digits - 1}f}e{power}"

    def __float__(self) -> float:
        return float(self.low)


Value = Number | Rounded


def settled(value: Value) -> Any:
    """A number as a user takes it: exact, or the nearest float."""
    return float(value) if isinstance(value, Rounded) else value
