"""Certificates by hand, and what a careless kernel would have accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest

from symconv.check.kernel import terms
from symconv.check.kernel.obligations import Desk, NotShown
from symconv.check.kernel.session import Session, prove
from symconv.check.kernel.steps import Cancel, Certificate, Drop, Fact, Merge, Share, Split
from symconv.check.kernel.terms import Product
from symconv.check.prove.search import attempt
from symconv.check.prove.witness import witness
from symconv.language.facts import Claim
from symconv.language.integers import Int, integer, var

Maps = Callable[..., Sequence[Int | int]]


def accepted(claim: Claim, certificate: Certificate, solver: bool = True) -> bool:
    """Whether the kernel says ``proved`` of the claim for this certificate."""
    try:
        verdict, _ = prove([claim], [certificate], lambda claims: "everywhere", solver)
    except NotShown:
        return False
    assert verdict.status == "proved"
    return True


def refused(claim: Claim, certificate: Certificate) -> str:
    """Why the kernel does not accept: its words, or "" where it does."""
    try:
        prove([claim], [certificate], lambda claims: "everywhere")
    except NotShown as found:
        return str(found) or type(found).__name__
    return ""


def found(claim: Claim, solver: bool = True) -> Certificate | None:
    """The search's certificate, which stands when it is replayed."""
    try:
        _, certificate = attempt(claim, solver)
    except NotShown:
        return None
    assert certificate is None or accepted(claim, certificate)
    return certificate


def careless(claim: Claim) -> Certificate | None:
    """A certificate by a search to which every obligation is granted: what the claim would need, if it were true."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Desk, "owe", lambda self, words, known, kind, goal: None)
        patched.setattr(terms, "_prepared", terms._prepared.__wrapped__)  # nothing granted is kept
        try:
            session, certificate = attempt(claim)
        except (NotShown, ZeroDivisionError, KeyError):
            return None
    if certificate is not None or session.terms:
        return certificate
    goals = tuple(() for _ in session.goals)
    return Certificate({}, None, tuple(session.facts), tuple(session.steps), goals)


class Hand:
    """A session driven by hand: maps are functions of a term's bound integers."""

    def __init__(self, claim: Claim, solver: bool = True) -> None:
        self.claim = claim
        self.session = Session(claim, solver)

    def term(self, number: int) -> Product:
        """A term that is left."""
        return self.session.terms[number]

    def over(self, number: int, made: Callable[..., Any]) -> Any:
        """A function of a term's bound integers, at them."""
        return made(*map(var, self.term(number).bound))

    def merge(
        self,
        one: int,
        other: int,
        phi: Maps,
        psi: Maps,
        reads: Sequence[int] | None = None,
        forward: Callable[..., Sequence[Fact]] = lambda *b: (),
        backward: Callable[..., Sequence[Fact]] = lambda *b: (),
    ) -> None:
        """One sum made of two."""
        there = tuple(integer(e) for e in self.over(one, phi))
        back = tuple(integer(e) for e in self.over(other, psi))
        order = tuple(range(len(self.term(one).reads))) if reads is None else tuple(reads)
        facts = tuple(self.over(one, forward)), tuple(self.over(other, backward))
        self.session.take(Merge(one, other, there, back, order, *facts))

    def split(self, number: int, condition: Callable[..., Int]) -> int:
        """The number of the part where the condition fails."""
        self.session.take(Split(number, integer(self.over(number, condition))))
        return max(self.session.terms)

    def share(self, number: int, part: Any) -> tuple[int, int]:
        """The numbers of the two parts."""
        self.session.take(Share(number, Fraction(part)))
        one, other = sorted(self.session.terms)[-2:]
        return one, other

    def drop(self, number: int, facts: Callable[..., Sequence[Fact]] = lambda *b: ()) -> None:
        """A term without points."""
        self.session.take(Drop(number, tuple(self.over(number, facts))))

    def cancel(self, number: int, place: int, read: int = -1) -> None:
        """1/n against the sum over the bound integer at a place; the factor 1/n is the last read."""
        term = self.term(number)
        self.session.take(Cancel(number, term.bound[place], read % len(term.reads)))

    def certificate(self, values: Mapping[str, int] | None = None, met: int | None = None,
                    goals: Sequence[Sequence[Fact]] = ()) -> Certificate:  # fmt: skip
        """What was done, with a witness by the search where none is given."""
        if values is None:
            pair = witness(self.session)
            assert pair is not None
            values, met = pair
        return Certificate(values, met, tuple(self.session.facts), tuple(self.session.steps), tuple(map(tuple, goals)))


def have(e: Int, kind: str = "ge") -> Fact:
    """e >= 0, or = 0."""
    return Fact("have", (e,), kind)


def product(u: Int, v: Int) -> Fact:
    """u v >= 0."""
    return Fact("product", (u, v))


def divide(c: Int, z: Int) -> Fact:
    """z >= 0 from c z + c - 1 >= 0."""
    return Fact("divide", (c, z))


def euclid(u: Int, v: Int, q: str = "q!!0", t: str = "t!!0") -> Fact:
    """v q + t = u, 0 <= t < v."""
    return Fact("euclid", (u, v), names=(q, t))
