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
from symconv.check.kernel.steps import Cancel, Certificate, Drop, Fact, Merge, Split, Step
from symconv.check.kernel.terms import Product, Read
from symconv.check.prove.facts import digits
from symconv.check.prove.solve import Solution, range_of
from symconv.check.prove.witness import Hints, witness
from symconv.language.facts import Claim
from symconv.language.integers import Floor, Int, Mod, var

MOST_ORDERS = 6
MOST_FAILURES = 40  # attempts with the solver
MOST_SPLITS = 12


def attempt(claim: Claim, solver: bool = True, hints: Hints = tuple) -> tuple[Session, Certificate | None]:
    """The session of a claim, and a certificate if it was finished; ``hints`` are sizes to try for the witness.

    Raises NotShown where the claim itself is outside of the kernel's language.
    """
    session = Session(claim, solver)
    facts: tuple[tuple[Fact, ...] | None, ...] = ()
    if session.start:
        session = steps(session, solver)
    else:
        facts = tuple(goal_facts(session, number, solver) for number in range(len(session.goals)))
        if None in facts:
            return session, None
    if not session.shown:  # or 0 = 0, which says nothing
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


def steps(session: Session, solver: bool) -> Session:
    """Take every step that stands, the cheap ones first; the session in which they were taken."""
    session.desk.solver = False
    for number in tuple(session.terms):
        cancelled(session, number)
    while any(merged(session, k, n) for k, n in pairs(session)):
        pass
    for _ in range(MOST_SPLITS if solver and session.terms else 0):
        further = split(session)
        if further is None:
            break
        session = further
        while any(merged(session, k, n) for k, n in pairs(session)):
            pass
    session.desk.solver = solver
    if solver:
        asked(session)
    return session


def asked(session: Session) -> None:
    """Take the steps that stand by the solver."""
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
            progress = any(_taken(session, Drop(k)) for k in tuple(session.terms))


def cancelled(session: Session, number: int) -> None:
    """Factors 1/n against sums over n."""
    term = session.terms[number]
    for place, read in enumerate(term.reads):
        if read.tensor == "over:":
            for bound in (b for b in term.bound if range_of(term, b) == read.at[0]):
                if _taken(session, Cancel(number, bound, place)):
                    cancelled(session, number)
                    return


def split(session: Session) -> Session | None:
    """A term split where a map leaves the other term, if the piece inside is then one sum with it; else None."""
    for one, other in pairs(session):
        for k, n in ((one, other), (other, one)):
            for step in candidates(session, k, n):
                condition = unmet(session, step)
                if condition is None:
                    continue
                trial = replayed(session)
                if _taken(trial, Split(k, condition)) and merged(trial, k, n):
                    return trial
    return None


def unmet(session: Session, step: Merge) -> Int | None:
    """The first guard of the other term that is not evident at the map's values."""
    one, other = session.terms[step.term], session.terms[step.other]
    known = _with(session.domain.known.more(one.ge, one.eq), step.forward)
    put = dict(zip(other.bound, step.phi, strict=True))
    for guard in other.ge:
        e = guard.subs(put)
        if not known.shows("ge", e):
            return e if all("!!" not in n for n in e.names()) else None
    return None


def replayed(session: Session) -> Session:
    """A session of the same claim in which the same steps were taken."""
    made = Session(session.claim, session.desk.solver)
    for step in session.steps:
        made.take(step)
    return made


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


def merged(session: Session, number: int, other: int) -> bool:
    """Whether a map was found that makes the two terms one."""
    return any(_taken(session, step) for step in candidates(session, number, other))


def _taken(session: Session, step: Step) -> bool:
    try:
        session.take(step)
    except NotShown:
        return False
    return True


def candidates(session: Session, number: int, other: int) -> Iterator[Merge]:
    """Merges worth trying: one for each way to pair the reads."""
    one, two = session.terms[number], fresh_bound(session.terms[other], session.terms[number])
    own = {new: var(name) for new, name in zip(two.bound, session.terms[other].bound, strict=True) if new != name}
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
            back_facts = [_renamed(f, own) for f in (*facts[1], *backward.facts)]
            psi = tuple(e.subs(own) for e in psi)
            yield Merge(number, other, phi, psi, reads, (*facts[0], *forward.facts), tuple(back_facts))
        there_and_back = by_range(one, two), by_range(two, one)
        if there_and_back[0] is not None and there_and_back[1] is not None:
            yield Merge(number, other, there_and_back[0], tuple(e.subs(own) for e in there_and_back[1]), reads)


def by_range(one: Product, other: Product) -> tuple[Int, ...] | None:
    """Every bound integer of the other term as the first of the one that has its range and is not taken."""
    left = list(one.bound)
    found: list[Int] = []
    for name in other.bound:
        size = range_of(other, name)
        match = next((b for b in left if size is not None and range_of(one, b) == size), None)
        if match is None:
            return None
        left.remove(match)
        found.append(var(match))
    return tuple(found) if len(one.bound) == len(other.bound) else None


def fresh_bound(term: Product, other: Product) -> Product:
    """The term under names that the other does not have: pieces of one term share theirs."""
    put = {name: var(f"{name}!!!") for name in term.bound if name in other.bound}
    if not put:
        return term
    return Product(
        tuple(str(put[name].name) if name in put else name for name in term.bound),
        tuple(e.subs(put) for e in term.ge),
        tuple(e.subs(put) for e in term.eq),
        tuple(Read(r.tensor, tuple(e.subs(put) for e in r.at)) for r in term.reads),
        term.coefficient,
    )


def _renamed(fact: Fact, put: dict[str, Int]) -> Fact:
    return fact._replace(parts=tuple(e.subs(put) for e in fact.parts))


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
