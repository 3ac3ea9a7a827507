"""Numbers with e in them: exactly, as quotients of sums of powers of e, and as decimals with certain digits.

    sum_r c[r] e^r / (sum_r b[r] e^r)^k         r, c, b rational

Sums, products and quotients of entries of softmax, sigmoid and tanh stay of this kind over one denominator.  Such sums are equal
only if their coefficients are (Lindemann and Weierstrass: powers of e with different algebraic exponents are linearly independent
over the algebraic numbers), so that equality, and whether a number is rational, are decided, not estimated.

Decimals come from mpmath's interval arithmetic, with as much precision as it takes until both bounds round alike; the largest
power is taken out before, so that nothing overflows and nothing cancels.  A logarithm keeps its argument as such a sum.
Source: A. Baker, Transcendental Number Theory, 1975, chapter 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import Any

from symconv.errors import SymconvError
from symconv.language.expand import Index
from symconv.language.functions import Tree
from symconv.language.lazy import dataclass
from symconv.language.rounded import FEW, PLACES, Rounded, Value

Powers = dict[Fraction, Fraction]  # exponent: coefficient, none of them 0
Entry = Callable[[str, Index], Any]
NOTHING = Fraction(0)
UNIT: Powers = {NOTHING: Fraction(1)}
FIRST, LAST, BOUND = 40, 1300, 34  # digits of working precision: at first, at most; of a bound
FAR = 10**17  # exponents of decimals


def added(a: Powers, b: Powers) -> Powers:
    """The sum."""
    found = dict(a)
    for r, c in b.items():
        found[r] = found.get(r, NOTHING) + c
    return {r: c for r, c in found.items() if c}


def multiplied(a: Powers, b: Powers) -> Powers:
    """The product."""
    found: Powers = {}
    for r, c in a.items():
        for s, d in b.items():
            found[r + s] = found.get(r + s, NOTHING) + c * d
    return {r: c for r, c in found.items() if c}


@dataclass(frozen=True)
class Quotient:
    """``above`` over ``below`` to the power ``times``."""

    above: Powers
    below: Powers
    times: int = 0

    def raised(self, times: int) -> Powers:
        """What stands above when below is taken so many times."""
        found = self.above
        for _ in range(times - self.times):
            found = multiplied(found, self.below)
        return found

    @property
    def rational(self) -> Fraction | None:
        """The number, if it is rational: above is that multiple of what is below."""
        if not self.above:
            return NOTHING
        under = Quotient(UNIT, self.below).raised(self.times)
        if under.keys() != self.above.keys():
            return None
        ratios = {c / under[r] for r, c in self.above.items()}
        return ratios.pop() if len(ratios) == 1 else None


def number(value: Fraction) -> Quotient:
    """A rational number."""
    return Quotient({NOTHING: Fraction(value)} if value else {}, UNIT)


def common(a: Quotient, b: Quotient) -> Powers | None:
    """What both stand over; None if that differs."""
    if a.times and b.times and a.below != b.below:
        return None
    return a.below if a.times else b.below


def plus(a: Quotient, b: Quotient) -> Quotient | None:
    """The sum."""
    below = common(a, b)
    if below is None:
        return None
    times = max(a.times, b.times)
    parts = [Quotient(q.above, below, q.times).raised(times) for q in (a, b)]
    return Quotient(added(*parts), below, times)


def by(a: Quotient, b: Quotient) -> Quotient | None:
    """The product."""
    below = common(a, b)
    return None if below is None else Quotient(multiplied(a.above, b.above), below, a.times + b.times)


def inverse(a: Quotient) -> Quotient | None:
    """1/a; None where it stands over two sums."""
    if len(a.above) == 1:
        ((r, c),) = a.above.items()
        return Quotient({-r: 1 / c}, UNIT) if not a.times else Quotient(
            multiplied({-r: 1 / c}, Quotient(UNIT, a.below).raised(a.times)), a.below, 0
        )  # fmt: skip
    return None if a.times else Quotient(UNIT, a.above, 1)


def equal(a: Quotient, b: Quotient) -> bool | None:
    """Whether they are the same number; None if they stand over different sums."""
    if common(a, b) is None:
        return None
    found = plus(a, Quotient({r: -c for r, c in b.above.items()}, b.below, b.times))
    return found is not None and not found.above


class Reckoner:
    """Trees to numbers; ``entry`` looks the numbers up.  What bears a name is worked out once."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.known: dict[tuple[str, Index], Quotient | None] = {}

    # exactly
    def exact(self, tree: Tree) -> Quotient | None:
        """The tree as a quotient, if it is one."""
        if isinstance(tree, (int, Fraction)):
            return number(Fraction(tree))
        head, *rest = tree
        if head == "entry":
            return number(Fraction(self.entry(*rest)))
        if head == "constant":  # its digits are too many to be read
            return None
        if head in ("value", "named"):
            name, index, inner = rest[:3]
            if (name, index) not in self.known:
                self.known[name, index] = self.exact(inner)
            return self.known[name, index]
        if head in ("log", "erf", "sqrt", "pi", "tanh", "exp", "sigmoid"):
            return self.applied(head, rest)
        parts = [self.exact(part) for part in rest]
        if head in ("mul", "times", "div") and any(p is not None and not p.above for p in parts):
            return number(NOTHING)
        if head in ("neg", "square") and parts[0] is not None:
            return by(number(Fraction(-1)) if head == "neg" else parts[0], parts[0])
        found: Quotient | None = parts[0]
        for part in parts[1:]:
            if head == "div" and part is not None:
                part = inverse(part)
            if found is None or part is None:
                return None
            found = plus(found, part) if head in ("add", "sum") else by(found, part)
        return found

    def applied(self, head: str, rest: list[Tree]) -> Quotient | None:
        """A function, at a rational number."""
        if head == "pi":
            return None
        inner = self.exact(rest[0])
        x = inner.rational if inner is not None else None
        if head == "log":
            one = list(inner.above.items()) if inner is not None and not inner.times else []
            return number(one[0][0]) if len(one) == 1 and one[0][1] == 1 else None
        if head == "tanh" and isinstance(rest[0], tuple) and rest[0][0] == "log":
            return self.of_logarithm(rest[0][1])
        if x is None or head == "sqrt":
            return None
        if head == "exp":
            return Quotient({x: Fraction(1)}, UNIT)
        if x == 0:
            return number(Fraction(1, 2) if head == "sigmoid" else NOTHING)
        if head == "erf":
            return None
        if head == "sigmoid":
            return Quotient(UNIT, {NOTHING: Fraction(1), -x: Fraction(1)}, 1)
        return Quotient({x: Fraction(1), -x: Fraction(-1)}, {x: Fraction(1), -x: Fraction(1)}, 1)

    def of_logarithm(self, tree: Tree) -> Quotient | None:
        """tanh(log q) = (q^2 - 1)/(q^2 + 1), of a sum of powers q."""
        inner = self.exact(tree)
        if inner is None or inner.times:
            return None
        square = multiplied(inner.above, inner.above)
        return Quotient(added(square, {NOTHING: Fraction(-1)}), added(square, UNIT), 1)

    def same(self, one: Tree, other: Tree) -> bool | None:
        """Whether two trees are the same number; None if they are no quotients of the kind that is decided here."""
        a, b = self.exact(one), self.exact(other)
        return None if a is None or b is None else equal(a, b)

    # decimals
    def value(self, tree: Tree) -> Value:
        """A rational number as it is, any other one rounded.

        Raises SymconvError for a number whose digits are not settled with LAST digits of precision.
        """
        found = self.exact(tree)
        if found is not None and found.rational is not None:
            plain = found.rational
            return int(plain) if plain.denominator == 1 else plain
        digits = FIRST
        while digits <= LAST:
            bounds = Interval(self, digits).of(tree)
            low, high = decimal(bounds, 0, digits), decimal(bounds, 1, digits)
            if settled(low, high):
                return Rounded(low, high)
            digits *= 2
        raise SymconvError(
            f"x: expected numbers whose results have {PLACES} certain digits, got some that are too close to 0"
        )


def settled(low: Decimal, high: Decimal) -> bool:
    """Whether both bounds have one sign and round alike."""
    if not low or low.is_signed() != high.is_signed():
        return False
    try:
        return all(Rounded(low, high).to(n) is not None for n in (FEW, PLACES))
    except ValueError:
        return False


def decimal(bound: Any, end: int, digits: int) -> Decimal:
    """The lower (0) or upper (1) end of an interval as a decimal, moved outwards by more than the conversion may err."""
    sign, mantissa, power, _ = bound._mpi_[end]
    wide = Context(prec=digits + 60, Emin=-FAR, Emax=FAR)
    size = wide.multiply(Decimal(int(mantissa)), wide.power(Decimal(2), power))
    size = wide.multiply(size, 1 + (1 if bool(sign) != bool(end) else -1) * Decimal(10) ** -(digits + 40))
    outwards = Context(prec=BOUND, rounding=ROUND_CEILING if end else ROUND_FLOOR, Emin=-FAR, Emax=FAR)
    return outwards.plus(-size if sign else size)


class Interval:
    """Trees to intervals, with so many digits."""

    def __init__(self, exact: Reckoner, digits: int) -> None:
        from mpmath import iv

        self.iv, self.exact, self.digits = iv, exact, digits

    def of(self, tree: Tree) -> Any:
        """An interval that holds the number."""
        before = self.iv.prec
        try:
            self.iv.dps = self.digits + 5
            return self.fold(tree)
        finally:
            self.iv.prec = before

    def ratio(self, value: Fraction) -> Any:
        """A rational number."""
        return self.iv.mpf(value.numerator) / self.iv.mpf(value.denominator)

    def fold(self, tree: Tree) -> Any:
        """One tree."""
        found = self.exact.exact(tree)
        if found is not None:
            return self.quotient(found)
        head, *rest = tree
        if head in ("value", "named"):
            return self.fold(rest[2])
        if head == "log":
            return self.logarithm(rest[0])
        if head == "erf":
            return 1 - self.erfc(rest[0])
        if head == "add" and rest[0] == 1 and rest[1][0] == "erf":
            return self.erfc(("neg", rest[1][1]))
        if head == "pi":
            return self.iv.pi
        if head == "constant":
            return self.ratio(rest[1])
        parts = [self.fold(part) for part in rest]
        return getattr(self, head)(*parts)

    def neg(self, a: Any) -> Any:
        """-a."""
        return -a

    def sqrt(self, a: Any) -> Any:
        """The root."""
        return self.iv.sqrt(a)

    def exp(self, a: Any) -> Any:
        """e^a."""
        return self.iv.exp(a)

    def div(self, a: Any, b: Any) -> Any:
        """a/b."""
        return a / b

    def sum(self, *parts: Any) -> Any:
        """The sum."""
        total = self.iv.mpf(0)
        for part in parts:
            total = total + part
        return total

    def times(self, *parts: Any) -> Any:
        """The product."""
        total = self.iv.mpf(1)
        for part in parts:
            total = total * part
        return total

    add, mul = sum, times

    def quotient(self, q: Quotient) -> Any:
        """A quotient, its largest powers taken out."""
        top, above = self.powers(q.above)
        under, below = self.powers(q.below)
        found = above * self.iv.exp(self.ratio(top - q.times * under))
        for _ in range(q.times):
            found = found / below
        return found

    def powers(self, p: Powers) -> tuple[Fraction, Any]:
        """(the largest exponent, the sum with it taken out)."""
        top = max(p, default=NOTHING)
        return top, self.sum(*(self.ratio(c) * self.iv.exp(self.ratio(r - top)) for r, c in p.items()))

    def logarithm(self, tree: Tree) -> Any:
        """Of a sum of powers: its largest exponent, and log(c) or the log of 1 and a little more."""
        inner = self.exact.exact(tree)
        if inner is None or inner.times:
            if inner is not None:
                return self.log_of(inner.above) - inner.times * self.log_of(inner.below)
            return self.iv.log(self.fold(tree))
        return self.log_of(inner.above)

    def log_of(self, p: Powers) -> Any:
        """log of a positive sum of powers of e."""
        top = max(p)
        rest = {r - top: c for r, c in p.items() if r != top}
        small = self.sum(*(self.ratio(c) * self.iv.exp(self.ratio(r)) for r, c in rest.items()))
        whole = self.ratio(top)
        if p[top] == 1 and rest and all(c > 0 for c in rest.values()) and small.b < self.iv.mpf(10) ** -self.digits:
            return whole + self.iv.mpf([(small - small * small / 2).a, small.b])  # u - u^2/2 < log(1 + u) < u
        return whole + self.iv.log(self.ratio(p[top]) + small)

    def erfc(self, tree: Tree) -> Any:
        """mpmath has no interval for it: a value with more digits, widened by far more than its error."""
        from mpmath import mp

        inside = self.fold(tree)
        with mp.workdps(self.digits + 40):
            ends = [mp.erfc(mp.make_mpf(end)) for end in inside._mpi_]
            slack = mp.mpf(10) ** -(self.digits + 10)
            return self.iv.mpf([min(ends) * (1 - slack), max(ends) * (1 + slack)])


def reckoner(arrays: Mapping[str, Any]) -> Reckoner:
    """A reckoner over arrays."""
    return Reckoner(lambda name, index: arrays[name][index])
