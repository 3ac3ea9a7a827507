"""Finding a certificate: pairs of terms that are one sum, a map for each pair, and a witness.

Terms that read the same tensors are tried in pairs, first by identities alone, then with the solver; what has no points is
dropped.  Every step is taken in a kernel session, which shows it or refuses; the steps taken are the certificate.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from symconv.check.kernel.obligations import NotShown
from symconv.check.kernel.session import Session
from symconv.check.kernel.steps import Certificate, Drop, Fact, Merge
from symconv.check.kernel.terms import Product
from symconv.check.prove.facts import digits
from symconv.check.prove.solve import Solution
from symconv.check.prove.witness import Hints, witness
from symconv.core.facts import Claim
from symconv.core.integers import Floor, Mod

MOST_ORDERS = 6
MOST_FAILURES = 40  # attempts with the solver


def attempt(claim: Claim, solver: bool = True, hints: Hints = tuple) -> tuple[Session, Certificate | None]:
    """The session of a claim, and a certificate if it was finished; ``hints`` are sizes to try for the witness.

    Raises NotShown where the claim itself is outside of the kernel's language.
    """
    session = Session(claim, solver)
    facts: tuple[tuple[Fact, ...] | None, ...] = ()
    if session.start:
        steps(session, solver)
    else:
        facts = tuple(goal_facts(session, number, solver) for number in range(len(session.goals)))
        if None in facts:
            return session, None
    if session.terms or session.open:
        return session, None
    found = witness(session, hints)
    if found is None:
        return session, None
    values, met = found
    session.witness(values, met)
    goals = tuple(f for f in facts if f is not None)
    return session, Certificate(values, met, tuple(session.facts), tuple(session.steps), goals)


def goal_facts(session: Session, number: int, solver: bool) -> tuple[Fact, ...] | None:
    """The facts by which a goal is shown, or None: none, or that it divides out of a multiple; then the solver."""
    kind, goal = session.goals[number]
    divisors = dict.fromkeys(atom.bottom for atom in session.domain.atoms if isinstance(atom, (Floor, Mod)))
    divides = [(Fact("divide", (by, goal)),) for by in divisors if by.names()] if kind == "ge" else []
    for asked in (False, True) if solver else (False,):
        session.desk.solver = asked
        for facts in ((), *divides) if not asked else ((),):
            try:
                session.goal(number, facts)
            except NotShown:
                continue
            return facts
    return None


def steps(session: Session, solver: bool) -> None:
    """Take every step that stands, the cheap ones first."""
    session.desk.solver = False
    while any(merged(session, k, n) for k, n in pairs(session)):
        pass
    session.desk.solver = solver
    if not solver:
        return
    failures = 0
    progress = True
    while session.terms and progress and failures < MOST_FAILURES:
        progress = False
        for k, n in pairs(session):
            if merged(session, k, n):
                progress = True
                break
            failures += 1
        else:
            progress = any(dropped(session, k) for k in tuple(session.terms))


def signature(term: Product) -> tuple[str, ...]:
    """The tensors that a term reads."""
    return tuple(sorted(read.tensor for read in term.reads))


def pairs(session: Session) -> list[tuple[int, int]]:
    """Terms that may be one sum: of opposite coefficients first."""
    every = [
        (k, n) for k, n in itertools.combinations(session.terms, 2)
        if signature(session.terms[k]) == signature(session.terms[n])
    ]  # fmt: skip

    def unlike(pair: tuple[int, int]) -> bool:
        return session.terms[pair[0]].coefficient + session.terms[pair[1]].coefficient != 0

    return sorted(every, key=unlike)


def dropped(session: Session, number: int) -> bool:
    """Whether the term has no points, shown."""
    try:
        session.take(Drop(number))
    except NotShown:
        return False
    return True


def merged(session: Session, number: int, other: int) -> bool:
    """Whether a map was found that makes the two terms one."""
    return any(_taken(session, step) for step in candidates(session, number, other))


def _taken(session: Session, step: Merge) -> bool:
    try:
        session.take(step)
    except NotShown:
        return False
    return True


def candidates(session: Session, number: int, other: int) -> Iterator[Merge]:
    """Merges worth trying: one for each way to pair the reads."""
    one, two = session.terms[number], session.terms[other]
    known = session.domain.known
    here, there = known.more(one.ge, one.eq), known.more(two.ge, two.eq)
    facts = tuple(digits(here, (*known.eq, *one.eq))), tuple(digits(there, (*known.eq, *two.eq)))
    here, there = _with(here, facts[0]), _with(there, facts[1])
    for reads in itertools.islice(orders(one, two), MOST_ORDERS):
        count = itertools.count()
        forward = Solution(one, two, here, reads, count)
        phi = forward.values()
        if phi is None:
            continue
        back = tuple(sorted(range(len(reads)), key=reads.__getitem__))
        backward = Solution(two, one, there, back, count)
        psi = backward.values()
        if psi is not None:
            yield Merge(number, other, phi, psi, reads, (*facts[0], *forward.facts), (*facts[1], *backward.facts))


def _with(known: Any, facts: Any) -> Any:
    return known.more(eq=[f.parts[0] for f in facts if f.rule == "have"]) if facts else known


def orders(one: Product, other: Product) -> Iterator[tuple[int, ...]]:
    """Ways to pair the reads of two terms, tensor by tensor."""
    places: dict[str, list[int]] = {}
    for k, read in enumerate(other.reads):
        places.setdefault(read.tensor, []).append(k)
    names = list(places)
    for chosen in itertools.product(*(itertools.permutations(places[n]) for n in names)):
        left = {n: list(order) for n, order in zip(names, chosen, strict=True)}
        yield tuple(left[read.tensor].pop(0) for read in one.reads)
