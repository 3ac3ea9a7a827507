"""Activations written anew, a line each, and their slopes without any formula for them.

``ORACLES[name](m, x, p)`` is f(x) for any kind of number: m has its exp, log1p and normal distribution ncdf, p the parameters.
With mpmath's numbers it is differentiated numerically; with ``Dual`` numbers, (f, f') in Python's decimals (whose exp and ln are
correctly rounded), the slope comes along:

    (u, u') + (v, v') = (u + v, u' + v')      (u, u') (v, v') = (u v, u' v + u v')      exp (u, u') = (e^u, u' e^u)

A line is written so that nothing cancels far from 0.  Source: Griewank & Walther, Evaluating Derivatives, section 3.1.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal, getcontext, localcontext
from fractions import Fraction
from functools import cache
from typing import Any

from symconv.language.functions import Function
from symconv.language.lazy import dataclass
from symconv.language.rounded import decimal

PRECISION, FAR = 120, 10**17
SCALE, ALPHA = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"  # of selu

ORACLES: dict[str, Callable[..., Any]] = {
    "relu": lambda m, x, p: max(x, 0 * x),
    "leaky_relu": lambda m, x, p: x if x > 0 else p["slope"] * x,
    "relu6": lambda m, x, p: min(max(x, 0 * x), 6 + 0 * x),
    "sigmoid": lambda m, x, p: 1 / (1 + m.exp(-x)),
    "tanh": lambda m, x, p: 1 - 2 / (1 + m.exp(2 * x)),
    "softplus": lambda m, x, p: m.log1p(m.exp(x)),
    "gelu": lambda m, x, p: x * m.ncdf(x),
    "silu": lambda m, x, p: x / (1 + m.exp(-x)),
    "mish": lambda m, x, p: x * (1 - 2 / (1 + (1 + m.exp(x)) * (1 + m.exp(x)))),
    "elu": lambda m, x, p: x if x > 0 else p["alpha"] * (m.exp(x) - 1),
    "selu": lambda m, x, p: m.mpf(SCALE) * (x if x > 0 else m.mpf(ALPHA) * (m.exp(x) - 1)),
    "hardswish": lambda m, x, p: x * max(0 * x, min(6 + 0 * x, x + 3)) / 6,
}


def context(digits: int = PRECISION) -> Context:
    """Decimals far from 1 as well."""
    return Context(prec=digits, Emin=-FAR, Emax=FAR)


def exactly(n: Any) -> Decimal:
    """A rational number as a decimal."""
    return Decimal(n.numerator) / Decimal(n.denominator)


def named(layer: Function, unknown: Fraction = Fraction(1, 7)) -> dict[str, Fraction]:
    """The parameters of a layer as numbers; a name is tried as 1/7."""
    return {what: unknown if isinstance(value, str) else value for what, value in layer.parameters}


def by_mpmath(layer: Function) -> Callable[[Any], Any]:
    """The function by mpmath."""
    from mpmath import mp

    parameters = {what: mp.mpf(n.numerator) / n.denominator for what, n in named(layer).items()}
    return lambda x: ORACLES[layer.name](mp, x, parameters)


def rational(layer: Function, x: Fraction) -> Fraction:
    """A function that takes rational numbers to rational ones."""
    return Fraction(ORACLES[layer.name](None, x, named(layer)))


def both(layer: Function, x: Decimal) -> tuple[Decimal, Decimal]:
    """(f(x), f'(x)) in decimals."""
    parameters = {what: exactly(n) for what, n in named(layer).items()}
    found = ORACLES[layer.name](Duals, Dual(x, Decimal(1)), parameters)
    return found.value, found.slope


@dataclass(frozen=True)
class Dual:
    """A number and its slope."""

    value: Decimal
    slope: Decimal

    def __add__(self, other: Any) -> Dual:
        v = lifted(other)
        return Dual(self.value + v.value, self.slope + v.slope)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __sub__(self, other: Any) -> Dual:
        return self + -lifted(other)

    def __rsub__(self, other: Any) -> Dual:
        return lifted(other) - self

    def __mul__(self, other: Any) -> Dual:
        v = lifted(other)
        return Dual(self.value * v.value, self.slope * v.value + self.value * v.slope)

    def __truediv__(self, other: Any) -> Dual:
        v = lifted(other)
        return Dual(self.value / v.value, self.slope / v.value - self.value / v.value * (v.slope / v.value))

    def __rtruediv__(self, other: Any) -> Dual:
        return lifted(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other: Any) -> bool:
        return self.value < lifted(other).value

    def __gt__(self, other: Any) -> bool:
        return self.value > lifted(other).value


def lifted(n: Any) -> Dual:
    """A number without a slope."""
    return n if isinstance(n, Dual) else Dual(Decimal(n), Decimal(0))


class Duals:
    """The functions of dual numbers."""

    mpf = Decimal

    @staticmethod
    def exp(u: Dual) -> Dual:
        """e^u."""
        power = u.value.exp()
        return Dual(power, u.slope * power)

    @staticmethod
    def log1p(u: Dual) -> Dual:
        """log(1 + u), u >= 0."""
        return Dual(log1p(u.value), u.slope / (1 + u.value))

    @staticmethod
    def ncdf(u: Dual) -> Dual:
        """The normal distribution function."""
        below, density = normal(u.value)
        return Dual(below, u.slope * density)


# functions in decimals
def log1p(u: Decimal) -> Decimal:
    """log(1 + u), u >= 0."""
    if u < Decimal(10) ** -40:
        return u - u * u / 2 + u * u * u / 3
    return (1 + u).ln()


def pi() -> Decimal:
    """By Machin's formula, to the digits of the context."""
    return machin(getcontext().prec)


@cache
def machin(digits: int) -> Decimal:
    """4 (4 arctan 1/5 - arctan 1/239)."""
    with localcontext(context(digits + 10)):
        return 4 * (4 * arctan(5) - arctan(239))


def arctan(n: int) -> Decimal:
    """The arc whose tangent is 1/n."""
    total, power, k = Decimal(0), 1 / Decimal(n), 0
    while power.adjusted() > -getcontext().prec:
        total += (power if k % 2 == 0 else -power) / (2 * k + 1)
        power, k = power / (n * n), k + 1
    return total


def normal(x: Decimal) -> tuple[Decimal, Decimal]:
    """(the normal distribution function, its density) at x; Kummer's series for erf, in which nothing cancels."""
    with localcontext(context(PRECISION + 20 + int(x * x))) as c:
        term = total = x
        k = 1
        while term and term.adjusted() > total.adjusted() - c.prec:
            k += 2
            term = term * x * x / k
            total += term
        density = (-x * x / 2).exp() / (2 * pi()).sqrt()
        return Decimal(1) / 2 + density * total, density


def slopes_beside(layer: Function, at: Fraction) -> tuple[Decimal, Decimal]:
    """The slopes on the left and the right of a place, next to it: exact to some 40 digits."""
    with localcontext(context()):
        near = Decimal(10) ** -45
        left, right = (both(layer, exactly(at) + side * near)[1] for side in (-1, 1))
        return left, right


def fits_kinks(layer: Function) -> bool:
    """Whether the slopes that the layer states beside its kinks are the true ones, and differ."""
    with localcontext(context()):
        for kink in layer.kinks:
            for stated, true in zip((kink.left, kink.right), slopes_beside(layer, kink.at), strict=True):
                if stated is not None and abs(exactly(stated) - true) > Decimal(10) ** -40:
                    return False
            if kink.left is not None and kink.right is not None and kink.taken is not None:
                low, high = min(kink.left, kink.right), max(kink.left, kink.right)
                if not (low < high and low <= kink.taken <= high):
                    return False
    return True


def short(n: Fraction) -> str:
    """A number, cut where it has too many digits."""
    return str(n) if n.denominator < 10**12 else decimal(n)
