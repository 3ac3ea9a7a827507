"""Solving for the bound integers of one term in those of another: how the prover guesses a map.

Nothing here is trusted.  The equations say that the same entries are read and that the other term's equations hold; of each

    v + r = 0              v = -r
    c v + r = 0            v = -r/c where c divides r exactly, after all that is known; else the quotient by Euclid
    c v + t + r = 0        with 0 <= t < c: the quotient and the rest of -r by c, exactly where r says what they are

What no equation determines takes a bound integer with the same range that is not used yet.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from symconv.check.kernel.hypotheses import Hypotheses
from symconv.check.kernel.steps import Fact
from symconv.check.kernel.terms import Product
from symconv.language.integers import Int, Monomial, integer, var

Term = tuple[Monomial, int]


class Solution:
    """Values for the bound integers of ``other`` at the points of ``one``, with the facts that the values rest on."""

    def __init__(self, one: Product, other: Product, known: Hypotheses, reads: Sequence[int], count: Iterator[int]) -> None:
        self.one, self.other, self.known, self.count = one, other, known, count
        self.facts: list[Fact] = []
        self.put: dict[str, Int] = {}
        self.left = list(other.bound)
        self.equations = [known.reduced(e) for e in other.eq]
        for read, place in zip(one.reads, reads, strict=True):
            there = other.reads[place]
            self.equations += [known.reduced(b - a) for a, b in zip(read.at, there.at, strict=True)]

    def values(self) -> tuple[Int, ...] | None:
        """A value for every bound integer of the other term, or None."""
        while self.left:
            self.equations = [e for e in self.equations if not e.names().isdisjoint(self.left)]
            if not (self._single() or self._multiple() or self._digits() or self._unit() or self._unread()):
                return None
        return tuple(self.put[name] for name in self.other.bound)

    def _unknown(self, e: Int) -> list[str]:
        return [n for n in self.left if n in e.names()]

    def _set(self, name: str, value: Int) -> bool:
        here = {name: value}
        self.left.remove(name)
        self.put = {n: e.subs(here) for n, e in self.put.items()}
        self.put[name] = value
        self.equations = [self.known.reduced(e.subs(here)) for e in self.equations]
        return True

    def _single(self) -> bool:
        """An equation with one unknown, alone."""
        for e in self.equations:
            unknown = self._unknown(e)
            if len(unknown) == 1:
                factor, rest = e.split(unknown[0])
                if factor in (1, -1) and unknown[0] not in rest.names():
                    return self._set(unknown[0], -rest if factor == 1 else rest)
        return False

    def _multiple(self) -> bool:
        """c v + r = 0 with one unknown."""
        for e in self.equations:
            unknown = self._unknown(e)
            if len(unknown) != 1:
                continue
            factor, rest = e.split(unknown[0])
            if unknown[0] in factor.names() | rest.names():
                continue
            exact = divided(-rest, factor)
            if exact is not None:
                return self._set(unknown[0], exact)
            if any(c > 0 for _, c in factor.terms):
                return self._set(unknown[0], self._euclid(-rest, factor)[0])
            return self._set(unknown[0], self._euclid(rest, -factor)[0])
        return False

    def _digits(self) -> bool:
        """c v + t + r = 0 with 0 <= t < c."""
        for e in self.equations:
            for v, t in itertools.permutations(self._unknown(e), 2):
                for sign in (1, -1):
                    factor, rest = (e * sign).split(v)
                    unit, rest = rest.split(t)
                    if unit != 1 or {v, t} & (factor.names() | rest.names()) or self._unknown(rest):
                        continue
                    if factor - 1 - var(t) in self.other.ge and var(t) in self.other.ge:
                        quotient, left = self._quotient(-rest, factor)
                        self._set(t, left)
                        return self._set(v, quotient)
        return False

    def _quotient(self, top: Int, bottom: Int) -> tuple[Int, Int]:
        """top = bottom * q + t with 0 <= t < bottom: read off the terms where they say so, else by Euclid."""
        for e in self.one.eq:  # the one term may divide the same
            for v, t in itertools.permutations([n for n in self.one.bound if n in e.names()], 2):
                factor, others = e.split(v)
                unit, others = others.split(t)
                if unit == 1 and self.known.reduced(factor - bottom) == 0 == self.known.reduced(others + top):
                    return var(v), var(t)
        whole, rest = split_by(top, bottom)
        if self.known.shows("ge", rest) and self.known.shows("ge", bottom - 1 - rest):
            return whole, rest
        return self._euclid(top, bottom)

    def _euclid(self, top: Int, bottom: Int) -> tuple[Int, Int]:
        names = f"q!!{next(self.count)}", f"t!!{next(self.count)}"
        self.facts.append(Fact("euclid", (top, bottom), names=names))
        q, t = map(var, names)
        self.known = self.known.more([t, bottom - 1 - t], [bottom * q + t - top])
        return q, t

    def _unit(self) -> bool:
        """An equation with several unknowns, one of them alone."""
        for e in self.equations:
            for name in self._unknown(e):
                factor, rest = e.split(name)
                if factor in (1, -1) and name not in rest.names():
                    return self._set(name, -rest if factor == 1 else rest)
        return False

    def _unread(self) -> bool:
        """What no equation determines takes a bound integer of the one term with the same range."""
        name = self.left[0]
        used = {n for e in self.put.values() for n in e.names()}
        size = range_of(self.other, name)
        for candidate in self.one.bound:
            if candidate not in used and size is not None and range_of(self.one, candidate) == size:
                return self._set(name, var(candidate))
        return size is not None and self._set(name, integer(0))


def range_of(term: Product, name: str) -> Int | None:
    """n, where the guards say 0 <= name < n and nothing else holds the name in an upper bound."""
    uppers = [e + var(name) + 1 for e in term.ge if e.split(name)[0] == -1]
    uppers = [n for n in uppers if name not in n.names()]
    return uppers[0] if var(name) in term.ge and uppers else None


def divided(e: Int, by: Int) -> Int | None:
    """e / by, if it is a polynomial: by one term, or by the leading terms of several."""
    if e == 0:
        return e
    quotient = integer(0)
    for _ in range(40):
        if e == 0:
            return quotient
        part = _ratio(e, by)
        if part is None:
            return None
        quotient, e = quotient + part, e - part * by
    return None


def _ratio(e: Int, by: Int) -> Int | None:
    """The quotient of the leading terms, by degree and then by name."""
    part = _quotient(_leading(e), _leading(by))
    return None if part is None else Int([part])


def _quotient(term: Term, by: Term) -> Term | None:
    """One term by another, if that is one."""
    (m, c), (n, d) = term, by
    if c % d:
        return None
    rest = list(m)
    for atom in n:
        if atom not in rest:
            return None
        rest.remove(atom)
    return tuple(rest), c // d


def _leading(e: Int) -> Term:
    if len(e.terms) == 1:
        return e.terms[0]
    return max(e.terms, key=lambda t: (len(t[0]), sorted(map(str, t[0]))))


def split_by(e: Int, by: Int) -> tuple[Int, Int]:
    """(whole, rest) with e = by * whole + rest, every term that one term of ``by`` divides in the whole."""
    if len(by.terms) != 1:
        exact = divided(e, by)
        return (exact, integer(0)) if exact is not None else (integer(0), e)
    ((n, d),) = by.terms
    whole, rest = list[Term](), list[Term]()
    for term in e.terms:
        part = _quotient(term, (n, d))
        if part is None:
            rest.append(term)
        else:
            whole.append(part)
    return (Int(whole), Int(rest)) if whole else (integer(0), e)
