"""Rational functions over Q in generators: variables, exponentials of monomials, logarithms, roots, sums over the other classes.

    exp(a + b/2) = E(a) E(b)^(1/2)        log(u v^2) = log u + 2 log v        tanh a = (E(a)^2 - 1)/(E(a)^2 + 1)

Exponents are rational, so that a single monomial has an inverse.  Both sides of an identity become such functions; if a/b and
c/d have a d - b c = 0 term by term they are equal wherever they are defined.  Nothing here divides by what may vanish, or takes
a root or a logarithm of what may be negative, without asking: ``Ask`` gives the sign of a polynomial, or says that it is open.
A generator ``log p`` is the logarithm of |p|; a generator ``root p`` is p, positive in the region, with an exponent from 0 to 1;
``C m q`` and ``S m q`` are the cosine and the sine of m/q, S^2 = 1 - C^2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

Generator = tuple[Any, ...]
Monomial = frozenset[tuple[Generator, Fraction]]
Poly = dict[Monomial, Fraction]
Ask = Callable[[Poly], int]
UNIT: Monomial = frozenset()
MOST = 4_000
EFFORT = [0]  # products of terms formed so far: what a search has cost, the same on every machine
LARGEST_POWER = 24
LARGEST_NUMBER = 20_000  # bits of a power of a number
POSITIVE = ("E", "n", "pi", "size", "root")


class NoForm(Exception):
    """A value that has no such form, or one that is too large."""


class Undefined(Exception):
    """A value that does not exist in this region, and why."""


def joined(a: Monomial, b: Monomial) -> tuple[Monomial, Fraction]:
    """The product of two monomials; whole powers of primes become a coefficient."""
    if not a or not b:
        return a | b, Fraction(1)
    made = dict(a)
    for g, e in b:
        made[g] = made.get(g, Fraction(0)) + e
    factor = Fraction(1)
    for g, e in list(made.items()):
        if g[0] == "n" and (e >= 1 or e < 0):
            whole = e.numerator // e.denominator
            factor *= Fraction(g[1]) ** whole
            made[g] = e - whole
        if not made[g]:
            del made[g]
    return frozenset(made.items()), factor


def plus(a: Poly, b: Poly) -> Poly:
    """The sum."""
    made = dict(a)
    for m, c in b.items():
        made[m] = made.get(m, Fraction(0)) + c
        if not made[m]:
            del made[m]
    return made


def product(a: Poly, b: Poly) -> Poly:
    """The product.  Raises NoForm beyond the limit."""
    if len(a) * len(b) > MOST * 10:
        raise NoForm
    EFFORT[0] += len(a) * len(b)
    made: Poly = {}
    for m, c in a.items():
        for n, d in b.items():
            key, factor = joined(m, n)
            full = next((g for g, e in key if (g[0] == "root" and e >= 1) or (g[0] == "S" and e >= 2)), None)
            if full is None:
                made[key] = made.get(key, Fraction(0)) + c * d * factor
            else:
                rest: Poly = {key - {(full, dict(key)[full])}: c * d * factor}
                made = plus(made, product(product(rest, inside(full)), less(full, key)))
    made = {m: c for m, c in made.items() if c}
    if len(made) > MOST:
        raise NoForm
    return made


def inside(g: Generator) -> Poly:
    """What a root is to the power 1, and a sine to the power 2."""
    if g[0] == "root":
        return dict(g[1])
    cosine: Generator = ("C", *g[1:])
    return {UNIT: Fraction(1), frozenset({(cosine, Fraction(2))}): Fraction(-1)}


def less(g: Generator, m: Monomial) -> Poly:
    """A generator's power in a monomial, lowered by that of ``inside``."""
    rest = dict(m)[g] - (1 if g[0] == "root" else 2)
    return {frozenset({(g, rest)}) if rest else UNIT: Fraction(1)}


def inverse(m: Monomial, c: Fraction) -> Poly:
    """1/(c m)."""
    turned, factor = joined(frozenset((g, -e) for g, e in m), frozenset({(("n", 1), Fraction(0))}))
    turned = frozenset((g, e) for g, e in turned if e)
    return {turned: factor / c}


class Rational:
    """num/den."""

    __slots__ = ("den", "num")

    def __init__(self, num: Poly, den: Poly | None = None) -> None:
        den = den if den is not None else {UNIT: Fraction(1)}
        if not den:
            raise Undefined("a division by 0")
        if len(den) == 1:
            ((m, c),) = den.items()
            roots = frozenset((g, 1 - e if g[0] == "root" else Fraction(1)) for g, e in m if g[0] in ("root", "S"))
            if roots:
                more: Poly = {roots: Fraction(1)}
                num, den = product(num, more), product(den, more)
            elif m or c != 1:
                num, den = product(num, inverse(m, c)), {UNIT: Fraction(1)}
        if not num:
            den = {UNIT: Fraction(1)}
        self.num, self.den = num, den

    def __add__(self, other: Rational) -> Rational:
        if self.den == other.den:
            return Rational(plus(self.num, other.num), self.den)
        return Rational(plus(product(self.num, other.den), product(other.num, self.den)), product(self.den, other.den))

    def __neg__(self) -> Rational:
        return Rational({m: -c for m, c in self.num.items()}, self.den)

    def __sub__(self, other: Rational) -> Rational:
        return self + (-other)

    def __mul__(self, other: Rational) -> Rational:
        return Rational(product(self.num, other.num), product(self.den, other.den))

    def __truediv__(self, other: Rational) -> Rational:
        return Rational(product(self.num, other.den), product(self.den, other.num))

    def power(self, n: int) -> Rational:
        """A whole power; a number has larger ones."""
        fixed = self.constant
        if fixed and abs(n) * (fixed.numerator.bit_length() + fixed.denominator.bit_length()) <= LARGEST_NUMBER:
            return number(fixed**n)
        if abs(n) > LARGEST_POWER:
            raise NoForm
        made, base = ONE, self if n >= 0 else ONE / self
        for _ in range(abs(n)):
            made = made * base
        return made

    @property
    def zero(self) -> bool:
        """Whether it is 0 everywhere."""
        return not self.num

    @property
    def polynomial(self) -> bool:
        """Whether its denominator is 1."""
        return self.den == {UNIT: Fraction(1)}

    @property
    def constant(self) -> Fraction | None:
        """Its value if it is a rational number."""
        if not self.polynomial or any(self.num):
            return None
        return self.num.get(UNIT, Fraction(0))

    def key(self) -> tuple[Any, ...]:
        """Of two functions that are written alike."""
        if self.polynomial:
            return ("poly", frozenset(self.num.items()))
        lead = next(iter(sorted(self.den.items(), key=repr)))[1]
        return (
            "quot",
            frozenset((m, c / lead) for m, c in self.num.items()),
            frozenset((m, c / lead) for m, c in self.den.items()),
        )


def number(value: Fraction | int) -> Rational:
    """A number."""
    return Rational({UNIT: Fraction(value)} if value else {})


def generator(g: Generator, power: Fraction | int = 1) -> Rational:
    """A generator, or its power."""
    return Rational({frozenset({(g, Fraction(power))}): Fraction(1)})


ONE = number(1)


# functions
def divided(a: Rational, b: Rational, ask: Ask) -> Rational:
    """a/b.  Raises Undefined where b is 0."""
    if ask(b.num) == 0:
        raise Undefined("a division by 0")
    return a / b


def sign(a: Rational, ask: Ask) -> int:
    """The sign of a quotient whose denominator is not 0."""
    return ask(a.num) * ask(a.den) if a.num else 0


def exp(a: Rational, ask: Ask) -> Rational:
    """E(m)^c for every term c m."""
    if not a.polynomial:
        return generator(("E", a.key()))
    made = ONE
    for m, c in a.num.items():
        made = made * power_of(m, c, ask)
    return made


def power_of(m: Monomial, c: Fraction, ask: Ask) -> Rational:
    """exp(c m); of a logarithm, the power of what is in it."""
    if len(m) == 1:
        ((g, e),) = m
        if e == 1 and g[0] == "log":
            inside = Rational(dict(g[1]))
            return power(inside if sign(inside, ask) > 0 else -inside, c, ask)
        if e == 1 and g[0] == "logn":
            return root(Fraction(g[1]), c)
    return generator(("E", m), c)


def surely_positive(p: Poly) -> bool:
    """Whether every term is a positive number times a product of positive generators."""
    return bool(p) and all(c > 0 and all(g[0] in POSITIVE for g, _ in m) for m, c in p.items())


def log(a: Rational, ask: Ask) -> Rational:
    """log num - log den, of a positive number."""
    if sign(a, ask) <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    return log_of(a.num) - log_of(a.den)


def log_of(p: Poly) -> Rational:
    """The logarithm of |p|: of its content, of a common monomial, of the rest."""
    common = shared(p)
    rest = {joined(m, frozenset((g, -e) for g, e in common))[0]: c for m, c in p.items()}
    lead = sorted(rest.items(), key=repr)[0][1]
    made = log_number(abs(lead))
    for g, e in common:
        made = made + log_generator(g) * number(e)
    rest = {m: c / lead for m, c in rest.items()}
    return made if rest == {UNIT: Fraction(1)} else made + generator(("log", frozenset(rest.items())))


def shared(p: Poly) -> Monomial:
    """The greatest monomial that divides every term; what is no prime number's root."""
    least: dict[Generator, Fraction] = {}
    for g in {g for m in p for g, _ in m if g[0] not in ("n", "root", "S")}:
        least[g] = min(dict(m).get(g, Fraction(0)) for m in p)
    return frozenset((g, e) for g, e in least.items() if e)


def log_generator(g: Generator) -> Rational:
    """log E(m) = m; log of another generator stands for itself."""
    if g[0] == "E" and isinstance(g[1], frozenset):
        return Rational({g[1]: Fraction(1)})
    return generator(("log", frozenset({(frozenset({(g, Fraction(1))}), Fraction(1))})))


def log_number(value: Fraction) -> Rational:
    """By prime factors."""
    made = number(0)
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        for p, e in primes(part):
            made = made + generator(("logn", p)) * number(sign * e)
    return made


def primes(n: int) -> list[tuple[int, int]]:
    """The prime factors of a number; the rest beyond the limit counts as one."""
    found, p = [], 2
    while p * p <= n and p < 1000:
        e = 0
        while n % p == 0:
            n, e = n // p, e + 1
        if e:
            found.append((p, e))
        p += 1
    return [*found, (n, 1)] if n > 1 else found


def root(value: Fraction, exponent: Fraction) -> Rational:
    """A power of a positive number."""
    made = ONE
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        for p, e in primes(part):
            whole, rest = divmod(sign * e * exponent, 1)
            made = made * number(Fraction(p) ** int(whole))
            if rest:
                made = made * generator(("n", p), rest)
    return made


def power(a: Rational, exponent: Fraction, ask: Ask) -> Rational:
    """A power with a rational exponent: of a negative number only a whole one, of 0 only a positive one."""
    if exponent.denominator == 1 and exponent >= 0:
        return a.power(int(exponent))
    at = sign(a, ask)
    if at == 0 and exponent > 0:
        return number(0)
    if at == 0:
        raise Undefined("a division by 0")
    if exponent.denominator == 1:
        return a.power(int(exponent))
    if at < 0:
        raise Undefined("the root of a negative number")
    return absolute(a.num, exponent, ask) / absolute(a.den, exponent, ask)


def absolute(p: Poly, exponent: Fraction, ask: Ask) -> Rational:
    """|p|^exponent of what is not 0, factor by factor."""
    content, common, factors = factored(p)
    made = root(abs(content), exponent)
    for g, e in common:
        whole, rest = divmod(e * exponent, 1)
        if g[0] in POSITIVE:
            made = made * generator(g, e * exponent)
            continue
        if e.denominator != 1:
            raise NoForm
        factors = [*factors, ({frozenset({(g, Fraction(1))}): Fraction(1)}, e)]
    for f, e in factors:
        whole, rest = divmod(e * exponent, 1)
        inside = Rational(f) if ask(f) > 0 else -Rational(f)
        made = made * inside.power(int(whole))
        if rest:
            made = made * generator(("root", frozenset(inside.num.items())), rest)
    return made


def factored(p: Poly) -> tuple[Fraction, Monomial, list[tuple[Poly, Fraction]]]:
    """content * monomial * product of f^e, by FLINT, multiplied out again to be sure."""
    common = shared(p)
    rest: Poly = {}
    for m, c in p.items():
        key, factor = joined(m, frozenset((g, -e) for g, e in common))
        rest[key] = c * factor
    if len(rest) == 1 and UNIT in rest:
        return rest[UNIT], common, []
    generators = sorted({g for m in rest for g, _ in m}, key=repr)
    if len(rest) > 60 or len(generators) > 8:
        return Fraction(1), common, [(rest, Fraction(1))]
    scale = {g: Fraction(1, math.lcm(*(e.denominator for m in rest for h, e in m if h == g))) for g in generators}
    if any(e / scale[g] > 60 for m in rest for g, e in m):
        return Fraction(1), common, [(rest, Fraction(1))]
    from flint import Ordering, fmpq, fmpq_mpoly_ctx

    ring = fmpq_mpoly_ctx.get([f"t{k}" for k in range(len(generators))], Ordering.lex)
    terms = {}
    for m, c in rest.items():
        powers = dict(m)
        terms[tuple(int(powers.get(g, Fraction(0)) / scale[g]) for g in generators)] = fmpq(c.numerator, c.denominator)
    content, found = ring.from_dict(terms).factor()
    made: list[tuple[Poly, Fraction]] = []
    check = number(Fraction(int(content.p), int(content.q)))
    for f, e in found:
        back: Poly = {}
        for powers_, q in f.to_dict().items():
            key = frozenset((g, Fraction(int(k)) * scale[g]) for g, k in zip(generators, powers_, strict=True) if k)
            back[key] = Fraction(int(q.p), int(q.q))
        made.append((back, Fraction(int(e))))
        check = check * Rational(back).power(int(e)) if e <= LARGEST_POWER else check
    if not (check - Rational(rest)).zero:
        return Fraction(1), common, [(rest, Fraction(1))]
    return Fraction(int(content.p), int(content.q)), common, made


def elementary(word: str, a: Rational, ask: Ask) -> Rational:
    """exp, log, tanh, sinh, cosh, erf, sqrt.  Raises NoForm for another."""
    if word == "exp":
        return exp(a, ask)
    if word == "log":
        return log(a, ask)
    if word == "sqrt":
        return power(a, Fraction(1, 2), ask)
    if word == "erf":
        return odd("erf", a)
    plus_, minus_ = exp(a, ask), exp(-a, ask)
    half = number(Fraction(1, 2))
    if word == "sinh":
        return (plus_ - minus_) * half
    if word == "cosh":
        return (plus_ + minus_) * half
    if word == "tanh":
        return (plus_ - minus_) / (plus_ + minus_)
    raise NoForm


def circular(word: str, a: Rational, unit: Callable[[Monomial, int], int]) -> Rational:
    """The cosine or the sine of a sum of terms, by their addition theorems; ``unit`` is what a term is divided by."""
    if not a.polynomial:
        raise NoForm
    cosine, sine = ONE, number(0)
    for m, c in a.num.items():
        q = unit(m, c.denominator)
        times = c * q
        if abs(times) > LARGEST_POWER:
            raise NoForm
        base = turned(m, q)
        for _ in range(abs(int(times))):
            step = base[1] if times > 0 else -base[1]
            cosine, sine = cosine * base[0] - sine * step, sine * base[0] + cosine * step
    return cosine if word == "cos" else sine


def turned(m: Monomial, q: int) -> tuple[Rational, Rational]:
    """The cosine and the sine of m/q; known ones of pi/q."""
    half = number(Fraction(1, 2))
    if m == frozenset({(("pi",), Fraction(1))}) and q in (1, 2, 3, 4, 6):
        two, three = root(Fraction(2), Fraction(1, 2)) * half, root(Fraction(3), Fraction(1, 2)) * half
        zero = number(0)
        return {1: (-ONE, zero), 2: (zero, ONE), 3: (half, three), 4: (two, two), 6: (three, half)}[q]
    return generator(("C", m, q)), generator(("S", m, q))


def odd(word: str, a: Rational) -> Rational:
    """f(-a) = -f(a): the sign of the first term goes out."""
    if a.zero:
        return number(0)
    if sorted(a.num.items(), key=repr)[0][1] < 0:
        return -generator((word, (-a).key()))
    return generator((word, a.key()))


# stars: the class that stands for all classes which are not distinguished
def replaced(thing: Any, old: str, new: str) -> Any:
    """One class in place of another, anywhere within."""
    if isinstance(thing, frozenset):
        return frozenset(replaced(t, old, new) for t in thing)
    if isinstance(thing, tuple):
        return tuple(replaced(t, old, new) for t in thing)
    return new if thing == old and isinstance(thing, str) else thing


def holds(thing: Any, star: str) -> bool:
    """Whether a class stands anywhere within."""
    if isinstance(thing, (frozenset, tuple)):
        return any(holds(t, star) for t in thing)
    return isinstance(thing, str) and thing == star


def depth(thing: Any) -> int:
    """How many sums over the rest are nested within; each has a name of its own for its class."""
    if not isinstance(thing, (frozenset, tuple)):
        return 0
    own = int(isinstance(thing, tuple) and bool(thing) and isinstance(thing[0], str) and thing[0] == "R")
    return own + max((depth(t) for t in thing), default=0)


def renamed(a: Rational, old: str, new: str) -> Rational:
    """The same function of another class."""

    def poly(p: Poly) -> Poly:
        made: Poly = {}
        for m, c in p.items():
            key, factor = UNIT, Fraction(1)
            for g, e in m:
                key, more = joined(key, frozenset({(replaced(g, old, new), e)}))
                factor *= more
            made = plus(made, {key: c * factor})
        return made

    return Rational(poly(a.num), poly(a.den))
