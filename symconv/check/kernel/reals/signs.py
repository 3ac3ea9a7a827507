"""The sign of a polynomial in generators, in a region: decided, or the question that would decide it.

A *region* is a list of polynomials with their signs -1, 0, +1; every point of the real line lies in exactly one of the three
regions that one more polynomial makes, so a tree of such splits covers everything.  The sign of a product is that of its factors;

    a E(m) - b E(n), a, b > 0      has the sign of      m - n + log(a/b)

and what is left is linear in its monomials: if the region and p <= 0 contradict each other as linear inequalities between
monomials (Fourier and Motzkin), p is positive.  Where p = c v + r = 0, v = -r/c is put in everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from symconv.check.kernel.reals.field import (
    POSITIVE,
    UNIT,
    Generator,
    Monomial,
    NoForm,
    Poly,
    Rational,
    Undefined,
    exp,
    factored,
    generator,
    holds,
    log_number,
    plus,
    surely_positive,
)

Atom = frozenset[tuple[Monomial, Fraction]]
Region = tuple[tuple[Atom, int], ...]
Linear = tuple[dict[Monomial, Fraction], Fraction, bool]  # sum + constant > 0 (True), or >= 0
ROWS = 160


class Split(Exception):
    """A polynomial whose sign is open in a region."""

    def __init__(self, atom: Atom) -> None:
        self.atom = atom


def canonical(p: Poly) -> tuple[Atom, int]:
    """A polynomial up to a positive factor and its sign, and that sign."""
    below = math.lcm(*(c.denominator for c in p.values()))
    scale = Fraction(below, math.gcd(*(int(c * below) for c in p.values())))
    lead = min((m for m in p if m), key=order, default=UNIT)
    turn = 1 if p[lead] > 0 else -1
    return frozenset((m, c * scale * turn) for m, c in p.items()), turn


def order(m: Monomial) -> tuple[Any, ...]:
    """Variables before all else."""
    return (any(g[0] != "v" for g, _ in m), sorted((repr(g), -e) for g, e in m))


def substituted(p: Poly, table: dict[Generator, Rational]) -> Rational:
    """A polynomial with values in place of generators, within exponentials too.  Raises NoForm for other places."""

    def closed(q: Poly) -> int:
        raise NoForm

    made = Rational({})
    for m, c in p.items():
        term = Rational({UNIT: c})
        for g, e in m:
            if g in table:
                if e.denominator != 1 or e < 0:
                    raise NoForm
                term = term * table[g].power(int(e))
            elif not any(holds(g, word) for word in (k[1] for k in table)):
                term = term * generator(g, e)
            elif g[0] == "E" and isinstance(g[1], frozenset):
                term = term * exp(substituted({g[1]: e}, table), closed)
            else:
                raise NoForm
        made = made + term
    return made


class Signs:
    """What a region says.

    ``positive`` are generators known to be positive, ``small`` those below 1; ``named`` says how many classes of a group are
    named: where any is, a sum over the others may have no term.
    """

    def __init__(
        self, region: Region, positive: Iterable[Generator], small: Iterable[Generator], named: dict[str, int]
    ) -> None:
        self.positive, self.small, self.named = set(positive), set(small), named
        self.table: dict[Generator, Rational] = {}
        self.known: dict[Atom, int] = {}
        self.possible = True
        self.asked: dict[Atom, int] = {}
        for atom, s in region:
            self.learn(dict(atom), s)

    def learn(self, p: Poly, s: int) -> None:
        """One more polynomial with its sign."""
        try:
            value = substituted(p, self.table)
        except NoForm:
            return
        if not value.polynomial:
            return
        if not value.num or value.constant is not None:
            self.possible &= (0 if not value.num else 1 if value.num[UNIT] > 0 else -1) == s
            return
        atom, turn = canonical(value.num)
        if self.known.setdefault(atom, s * turn) != s * turn:
            self.possible = False
        if s == 0:
            self.solve(value.num)

    def solve(self, p: Poly) -> None:
        """v = -r/c where p = c v + r."""
        for m, c in sorted(p.items(), key=lambda item: order(item[0])):
            if len(m) != 1:
                continue
            ((g, e),) = m
            rest = {n: -d / c for n, d in p.items() if n != m}
            if g[0] != "v" or e != 1 or any(within(n, g) for n in rest):
                continue
            new = {g: Rational(rest)}
            try:
                self.table = {k: substituted(r.num, new) for k, r in self.table.items()} | new
            except NoForm:
                continue
            before, self.known = self.known, {}
            for atom, s in before.items():
                if atom != canonical(p)[0]:
                    self.learn(dict(atom), s)
            return

    def sign(self, p: Poly) -> int:
        """The sign of a polynomial.  Raises Split where the region does not decide it."""
        if not p:
            return 0
        if surely_positive(p):
            return 1
        if surely_positive({m: -c for m, c in p.items()}):
            return -1
        question = frozenset(p.items())
        if question not in self.asked:
            self.asked[question] = self.decided(p)
        return self.asked[question]

    def decided(self, p: Poly) -> int:
        """The product of the signs of all factors."""
        content, common, factors = factored(p)
        made = 1 if content > 0 else -1
        for g, e in common:
            if g[0] not in POSITIVE and g not in self.positive:
                if e.denominator != 1:
                    raise NoForm
                one = self.factor({frozenset({(g, Fraction(1))}): Fraction(1)})
                made *= one ** (2 if e % 2 == 0 else 1)
        for f, e in factors:
            one = self.factor(f)
            made *= one ** (2 if e % 2 == 0 else 1)
        return made

    def factor(self, p: Poly) -> int:
        """The sign of a factor."""
        if surely_positive(p):
            return 1
        if surely_positive({m: -c for m, c in p.items()}):
            return -1
        turned = exponentials(p) or self.logarithms(p)
        if turned is not None:
            return self.sign(turned)
        atom, turn = canonical(p)
        if any(starred(m) for m in p):
            raise NoForm  # a class that stands for many
        if atom in self.known:
            return self.known[atom] * turn
        facts = self.facts(p)
        for s in (1, -1, 0):
            others = [t for t in (1, -1, 0) if t != s]
            if all(contradictory([*facts, *rows(p, t)]) for t in others):
                return s
        raise Split(atom)

    def logarithms(self, p: Poly) -> Poly | None:
        """The product of q^c exp(r), less 1, for a sum of c log q and r; None for what is none."""
        rest, made = dict(p), Rational({UNIT: Fraction(1)})
        scale = math.lcm(*(c.denominator for m, c in p.items() if any(g[0] == "log" for g, _ in m)))
        found = False
        for m, c in p.items():
            if not any(g[0] == "log" for g, _ in m):
                continue
            ((g, e), *others) = m
            if others or e != 1 or abs(c * scale) > 8:
                return None
            found = True
            inside = Rational(dict(g[1]))
            made = made * (inside if self.sign(inside.num) > 0 else -inside).power(int(c * scale))
            del rest[m]
        if not found:
            return None
        whole = made * exp(Rational({m: c * scale for m, c in rest.items()}), self.sign)
        turn = self.sign(whole.den)
        return plus({m: c * turn for m, c in whole.num.items()}, {m: -c * turn for m, c in whole.den.items()})

    def facts(self, p: Poly) -> list[Linear]:
        """All that is known, linear in monomials."""
        made = [row for atom, s in self.known.items() for row in rows(dict(atom), s)]
        monomials = {m for m in p if m} | {m for part, _, _ in made for m in part}
        monomials |= {frozenset((g, e) for g, e in m if g != ("E", UNIT)) for m in monomials} - {UNIT}
        for m in monomials:
            s = self.of_monomial(m)
            if s is not None:
                made.append(({m: Fraction(1)}, Fraction(0), s))
            made += self.bounds(m)
        return made

    def of_monomial(self, m: Monomial) -> bool | None:
        """True where a monomial is known to be positive, False where it is not negative."""
        strict = True
        odd = 1
        for g, e in m:
            s = self.known.get(frozenset({(frozenset({(g, Fraction(1))}), Fraction(1))}))
            if g[0] in POSITIVE or g in self.positive or s == 1:
                continue
            if g[0] == "R" and self.not_negative(g[2]):
                strict = strict and not self.named.get(g[1], 0)
                continue
            if s == -1 and e.denominator == 1:
                odd *= -1 if e % 2 else 1
                continue
            if e.denominator == 1 and e % 2 == 0:
                strict = False
                continue
            return None
        return strict if odd > 0 else None

    def not_negative(self, m: Monomial) -> bool:
        """Whether a monomial of a class that is not named is a product of positive generators."""
        return all(g[0] in POSITIVE or (g[0] == "R" and self.not_negative(g[2])) for g, _ in m)

    def bounds(self, m: Monomial) -> list[Linear]:
        """Sizes, fractions, pi and logarithms of whole numbers between rational numbers."""
        for g, e in m:
            rest = m - {(g, e)}
            if g == ("E", UNIT) and (not rest or self.of_monomial(rest)):  # a power of e is above 1, or below
                above = Fraction(1 if e > 0 else -1)
                return [({m: above, rest: -above}, Fraction(0), True) if rest else ({m: above}, -above, True)]
        if len(m) != 1:
            return []
        ((g, e),) = m
        if e != 1:
            return []
        if g[0] == "size":
            return [({m: Fraction(1)}, Fraction(-max(1, self.named.get(g[1], 0))), False)]
        if g[0] in ("C", "S"):
            return [({m: Fraction(s)}, Fraction(1), False) for s in (1, -1)]
        if g in self.small:
            return [({m: Fraction(-1)}, Fraction(1), True)]
        if g[0] in ("pi", "logn"):
            low, high = enclosed(g)
            return [({m: Fraction(1)}, -low, True), ({m: Fraction(-1)}, high, True)]
        return []

    def satisfiable(self) -> bool:
        """False only where the region is surely empty."""
        if not self.possible:
            return False
        try:
            return not contradictory(self.facts({}))
        except NoForm:
            return True


def enclosed(g: Generator) -> tuple[Fraction, Fraction]:
    """pi, or the logarithm of a whole number, between two rational numbers: a ball of FLINT's."""
    from flint import arb, fmpz

    ball = arb.pi() if g[0] == "pi" else arb(fmpz(g[1])).log()
    scaled = ball * 10**9
    low, high = (scaled - 1).floor().unique_fmpz(), (scaled + 1).ceil().unique_fmpz()
    if low is None or high is None:
        raise NoForm
    return Fraction(int(low), 10**9), Fraction(int(high), 10**9)


def within(thing: Any, g: Generator) -> bool:
    """Whether a generator stands anywhere within."""
    if thing == g:
        return True
    return isinstance(thing, (frozenset, tuple)) and any(within(t, g) for t in thing)


def starred(thing: Any) -> bool:
    """Whether a class that stands for all the others is within, other than under a maximum over all."""
    if isinstance(thing, tuple) and thing and thing[0] == "op":
        return False
    if isinstance(thing, (frozenset, tuple)):
        return any(starred(t) for t in thing)
    return isinstance(thing, str) and thing.startswith("*")


def exponentials(p: Poly) -> Poly | None:
    """m - n + log(a/b) for a E(m) - b E(n); None for what is none."""
    if len(p) != 2:
        return None
    (m, a), (n, b) = p.items()
    if a * b > 0 or any(g[0] != "E" or not isinstance(g[1], frozenset) for part in (m, n) for g, _ in part):
        return None
    if a < 0:
        (m, a), (n, b) = (n, b), (m, a)
    made: Poly = {}
    for part, turn in ((m, 1), (n, -1)):
        for g, e in part:
            made = plus(made, {g[1]: e * turn})
    return plus(made, log_number(a / -b).num)


def rows(p: Poly, s: int) -> list[Linear]:
    """A polynomial with its sign as linear inequalities."""
    there = {m: c for m, c in p.items() if m}, p.get(UNIT, Fraction(0))
    back = {m: -c for m, c in p.items() if m}, -p.get(UNIT, Fraction(0))
    if s == 0:
        return [(*there, False), (*back, False)]
    return [(*(there if s > 0 else back), True)]


def contradictory(given: list[Linear]) -> bool:
    """Whether linear inequalities have no solution in real numbers: monomials are eliminated one by one."""
    todo = given
    while True:
        if any(not part and (constant < 0 or (strict and constant == 0)) for part, constant, strict in todo):
            return True
        todo = [row for row in todo if row[0]]
        if not todo or len(todo) > ROWS:
            return False
        counts: dict[Monomial, list[int]] = {}
        for part, _, _ in todo:
            for m, c in part.items():
                counts.setdefault(m, [0, 0])[c > 0] += 1
        chosen = min(counts, key=lambda m: counts[m][0] * counts[m][1] - counts[m][0] - counts[m][1])
        low = [row for row in todo if row[0].get(chosen, 0) > 0]
        high = [row for row in todo if row[0].get(chosen, 0) < 0]
        if len(low) * len(high) > ROWS * 4:
            return False
        todo = [row for row in todo if chosen not in row[0]]
        todo += [eliminated(a, b, chosen) for a in low for b in high]


def eliminated(a: Linear, b: Linear, m: Monomial) -> Linear:
    """A positive combination of two inequalities without a monomial."""
    x, y = -b[0][m], a[0][m]
    made = {n: c * x for n, c in a[0].items()}
    for n, c in b[0].items():
        made[n] = made.get(n, Fraction(0)) + c * y
    return {n: c for n, c in made.items() if c}, a[1] * x + b[1] * y, a[2] or b[2]


__all__ = ["Atom", "Region", "Signs", "Split", "Undefined", "canonical"]
