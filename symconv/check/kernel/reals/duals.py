"""Numbers that move: a + b eps, eps^2 = 0, over rational functions; by these a derivative needs no rule for sums or definitions.

    f(a + b eps) = f(a) + f'(a) b eps        |x| at x = 0 + eps is +eps, at 0 - eps is +eps as well: its slopes are 1 and -1

``tag`` tells nested motions apart, the inner one is infinitely smaller.  The sign of 0 + b eps is that of b: then the value is
one-sided, which ``Ties`` remembers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symconv.check.kernel.reals import field
from symconv.check.kernel.reals.field import NoForm, Rational, Undefined, number
from symconv.check.kernel.reals.signs import Signs

Value = Any  # Rational or Dual
HALF = number(Fraction(1, 2))


class Steep(NoForm):
    """A slope without bound on this side."""


class Dual:
    """a + b eps."""

    __slots__ = ("a", "b", "tag")

    def __init__(self, tag: int, a: Value, b: Value) -> None:
        self.tag, self.a, self.b = tag, a, b


def pair(x: Value, y: Value) -> tuple[int, Value, Value, Value, Value]:
    """Two numbers at the deeper of their tags."""
    tag = max(v.tag for v in (x, y) if isinstance(v, Dual))
    parts: list[Value] = []
    for v in (x, y):
        parts += [v.a, v.b] if isinstance(v, Dual) and v.tag == tag else [v, number(0)]
    return (tag, *parts)


def add(x: Value, y: Value) -> Value:
    """x + y."""
    if isinstance(x, Dual) or isinstance(y, Dual):
        tag, a, b, c, d = pair(x, y)
        return Dual(tag, add(a, c), add(b, d))
    return x + y


def mul(x: Value, y: Value) -> Value:
    """x y; what is 0 whatever moves does not move."""
    if (isinstance(x, Rational) and x.zero) or (isinstance(y, Rational) and y.zero):
        return number(0)
    if isinstance(x, Dual) or isinstance(y, Dual):
        tag, a, b, c, d = pair(x, y)
        return Dual(tag, mul(a, c), add(mul(a, d), mul(b, c)))
    return x * y


def neg(x: Value) -> Value:
    """-x."""
    return mul(number(-1), x)


def mapped(x: Value, change: Callable[[Rational], Rational]) -> Value:
    """A linear map of every part."""
    return Dual(x.tag, mapped(x.a, change), mapped(x.b, change)) if isinstance(x, Dual) else change(x)


class Ops:
    """What divides, has a sign, or is a function, in a region; ``ties`` are the motions that decided a sign."""

    def __init__(self, signs: Signs) -> None:
        self.signs = signs
        self.ties: set[int] = set()
        self.units: dict[field.Monomial, int] = {}
        self.changed = False

    def unit(self, m: field.Monomial, q: int) -> int:
        """What the terms of angles are divided by: the same for all multiples of a monomial."""
        known = self.units.get(m, 1)
        self.units[m] = math.lcm(known, q)
        self.changed |= self.units[m] != known
        return self.units[m]

    def ask(self, p: field.Poly) -> int:
        """The sign of a polynomial."""
        return self.signs.sign(p)

    def sign(self, x: Value) -> int:
        """The sign, from one side where the value itself is 0."""
        if isinstance(x, Rational):
            return field.sign(x, self.ask)
        at = self.sign(x.a)
        if at:
            return at
        moved = self.sign(x.b)
        if not moved:
            raise NoForm  # the second order would decide
        self.ties.add(x.tag)
        return moved

    def divided(self, x: Value, y: Value) -> Value:
        """x/y."""
        return mul(x, self.reciprocal(y))

    def reciprocal(self, x: Value) -> Value:
        """1/x."""
        if isinstance(x, Dual):
            r = self.reciprocal(x.a)
            return Dual(x.tag, r, neg(mul(x.b, mul(r, r))))
        return field.divided(field.ONE, x, self.ask)

    def power(self, x: Value, q: Fraction) -> Value:
        """A power with a fixed exponent."""
        if not isinstance(x, Dual):
            return field.power(x, q, self.ask)
        if q.denominator == 1 and q >= 0:
            made: Value = field.ONE
            for _ in range(min(int(q), field.LARGEST_POWER + 1)):
                made = mul(made, x)
            if q > field.LARGEST_POWER:
                raise NoForm
            return made
        if q > 0 and self.sign(x.a) == 0:
            if self.sign(x) < 0:  # of a motion that counts; Ops.sign remembers the tie
                raise Undefined("no derivative there, a root of 0")
            if q < 1:  # the chain rule is silent: what is multiplied by 0 may have a slope
                raise Steep
        return Dual(x.tag, self.power(x.a, q), mul(mul(number(q), self.power(x.a, q - 1)), x.b))

    def call(self, word: str, x: Value) -> Value:
        """An elementary function."""
        if not isinstance(x, Dual) and word in ("sin", "cos"):
            return field.circular(word, x, self.unit)
        if not isinstance(x, Dual):
            return field.elementary(word, x, self.ask)
        if word == "sqrt":
            return self.power(x, Fraction(1, 2))
        value = self.call(word, x.a)
        if word == "exp":
            slope = value
        elif word == "log":
            slope = self.reciprocal(x.a)
        elif word == "tanh":
            slope = add(field.ONE, neg(mul(value, value)))
        elif word in ("sinh", "cosh"):
            slope = self.call("cosh" if word == "sinh" else "sinh", x.a)
        elif word in ("sin", "cos"):
            slope = self.call("cos", x.a) if word == "sin" else neg(self.call("sin", x.a))
        elif word == "erf":
            root = self.call("sqrt", field.generator(("pi",)))
            slope = self.divided(mul(number(2), self.call("exp", neg(mul(x.a, x.a)))), root)
        else:
            raise NoForm
        return Dual(x.tag, value, mul(slope, x.b))
