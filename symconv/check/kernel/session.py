"""The kernel at work on one claim: it builds the terms, takes steps one by one, and owes everything anew.

    left - right = sum of terms, all of which must vanish.

A prover may drive a session step by step and see which steps stand; ``prove`` replays a certificate from the start.  A step
that is not shown leaves the session as it was.  Only ``conclude`` says ``proved``, and only of sessions that are finished:
no term is left, every goal is shown, and a witness, evaluated exactly, meets the hypotheses and some term.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from symconv.check.kernel.hypotheses import ABSURD, Hypotheses
from symconv.check.kernel.obligations import Desk, NotShown, Shown, solver_name, ways
from symconv.check.kernel.steps import Cancel, Certificate, Drop, Fact, Merge, Split, Step
from symconv.check.kernel.terms import Domain, Product, Read, Stated, rational, whole
from symconv.check.kernel.verdict import Proved, issue
from symconv.language.facts import Claim
from symconv.language.integers import Int, var
from symconv.language.prose import Prose

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = re.compile(r"[a-z]+!!\d+\Z")  # a certificate's names: neither the user's nor the kernel's
ARITY = {"have": 1, "product": 2, "divide": 2, "euclid": 2}


class Vacuous(NotShown):
    """The witness does not meet the hypotheses, or no term."""


class Session:
    """One claim, its hypotheses, and the terms or goals that are left."""

    def __init__(self, claim: Claim, solver: bool = True) -> None:
        self.claim, self.desk = claim, Desk(solver)
        self.domain = Domain.of(claim, self.desk)
        self.terms: dict[int, Product] = {}
        self.goals: list[tuple[str, Int]] = []
        self.steps: list[Step] = []
        self.facts: list[Fact] = []
        self.witnessed = False
        if claim.left is not None and claim.right is not None and not claim.goals:
            made = [*self.domain.expression(claim.left, 1), *self.domain.expression(claim.right, -1)]
            self.terms = dict(enumerate(p for p in made if p.coefficient))
        elif claim.left is None and claim.right is None and claim.goals:
            for kind, left, right in claim.goals:
                if kind not in ("ge", "eq"):
                    raise NotShown(f"expected goals of kind ge or eq, got {kind!r}")
                self.goals.append((kind, self.domain.cleaned(left - right)))
        else:
            raise NotShown("expected two sides, or goals")
        self.start = dict(self.terms)
        self.open = set(range(len(self.goals)))
        self._next = len(self.terms)

    @contextmanager
    def _attempt(self) -> Iterator[None]:
        """What was owed in a step that failed is struck out."""
        count = len(self.desk.shown)
        try:
            yield
        except NotShown:
            del self.desk.shown[count:]
            raise

    # facts
    def know(self, facts: Iterable[Fact]) -> None:
        """Facts about the claim's domain."""
        with self._attempt():
            for fact in facts:
                ge, eq = self._shown(self.domain.known, fact, self.domain.names)
                self.domain.names.update(fact.names)
                self.domain.assume(ge, eq)
                self.facts.append(fact)

    def established(self, known: Hypotheses, facts: Iterable[Fact], names: set[str]) -> tuple[Hypotheses, set[str]]:
        """What is known with the facts, each shown first, and the names that may occur behind them.

        Raises NotShown for a fact that is not shown.
        """
        names = set(names)
        for fact in facts:
            ge, eq = self._shown(known, fact, names)
            known = known.more(ge, eq)
            names.update(fact.names)
        return known, names

    def _shown(self, known: Hypotheses, fact: Fact, names: set[str]) -> tuple[tuple[Int, ...], tuple[Int, ...]]:
        """What a fact adds, after its obligations."""
        _only(fact.parts, names)
        if len(fact.parts) != ARITY.get(fact.rule):
            raise NotShown(f"expected a rule and its parts, got {fact.rule!r} with {len(fact.parts)}")
        if fact.rule == "have":
            (e,) = fact.parts
            self.desk.owe(Prose("obligation.fact"), known, fact.kind, e)
        elif fact.rule == "product":
            for e in fact.parts:
                self.desk.owe(Prose("obligation.factor"), known, "ge", e)
        elif fact.rule == "divide":
            c, z = fact.parts
            self.desk.owe(Prose("obligation.factor.positive"), known, "ge", c - 1)
            self.desk.owe(Prose("obligation.multiple"), known, "ge", c * z + c - 1)
        else:
            if len(set(fact.names)) != 2 or not names.isdisjoint(fact.names) or not all(map(OWN.match, fact.names)):
                raise NotShown("expected two new names for a quotient and its rest")
            self.desk.owe(Prose("obligation.divisor"), known, "ge", fact.parts[1] - 1)
        return added(fact)

    # steps
    def take(self, step: Step) -> None:
        """Take a step.

        Raises NotShown if it does not stand; the session is then as it was.
        """
        with self._attempt():
            if isinstance(step, Merge):
                self._merge(step)
            else:
                term = self._term(step.term)
                if isinstance(step, Drop):
                    self._drop(step, term)
                elif isinstance(step, Cancel):
                    rest = cancelled(term, step.bound, step.read)
                    known, _ = self._under(rest)
                    self.desk.owe(Prose("obligation.range"), known, "ge", term.reads[step.read].at[0] - 1)
                    self.terms[step.term] = rest
                elif isinstance(step, Split):
                    _only((step.condition,), self.domain.names | set(term.bound))
                    self.terms[step.term] = term._replace(ge=(*term.ge, step.condition))
                    self._new(term._replace(ge=(*term.ge, -step.condition - 1)))
                else:
                    part = rational(step.part)
                    del self.terms[step.term]
                    for share in (part, term.coefficient - part):
                        if share:
                            self._new(term._replace(coefficient=share))
        self.steps.append(step)

    def _term(self, number: int) -> Product:
        if number not in self.terms:
            raise NotShown(f"expected a term that is left, got {number}")
        return self.terms[number]

    def _new(self, term: Product) -> None:
        self.terms[self._next] = term
        self._next += 1

    def _under(self, term: Product) -> tuple[Hypotheses, set[str]]:
        """What is known at a term's points, and its names."""
        return self.domain.known.more(term.ge, term.eq), self.domain.names | set(term.bound)

    def _drop(self, step: Drop, term: Product) -> None:
        known, _ = self.established(*self._facts_under(term, step.facts))
        self.desk.owe(Prose("obligation.empty"), known, "ge", ABSURD)
        del self.terms[step.term]

    def _facts_under(self, term: Product, facts: Sequence[Fact]) -> tuple[Hypotheses, Sequence[Fact], set[str]]:
        known, names = self._under(term)
        return known, facts, names

    def _merge(self, step: Merge) -> None:
        one, other = self._term(step.term), self._term(step.other)
        if step.term == step.other:
            raise NotShown("expected two terms, got one twice")
        if sorted(step.reads) != list(range(len(other.reads))) or len(one.reads) != len(other.reads):
            raise NotShown("expected each read of the one term against one of the other")
        self._carried(one, other, step.phi, step.psi, step.forward, step.backward, step.reads)
        self._carried(other, one, step.psi, step.phi, step.backward, step.forward, None)
        coefficient = one.coefficient + other.coefficient
        del self.terms[step.other]
        if coefficient:
            self.terms[step.term] = one._replace(coefficient=coefficient)
        else:
            del self.terms[step.term]

    def _carried(
        self,
        one: Product,
        other: Product,
        there: Sequence[Int],
        back: Sequence[Int],
        facts: Sequence[Fact],
        returning: Sequence[Fact],
        reads: Sequence[int] | None,
    ) -> None:
        """``there`` maps the points of ``one`` into those of ``other``, ``back`` undoes it, and the reads agree."""
        if len(there) != len(other.bound) or len(back) != len(one.bound):
            raise NotShown("expected a value for every bound integer")
        known, names = self.established(*self._facts_under(one, facts))
        _only(there, names)
        put = dict(zip(other.bound, there, strict=True))
        for kind, guards in (("eq", other.eq), ("ge", other.ge)):
            for guard in guards:
                self.desk.owe(Prose("obligation.points"), known, kind, guard.subs(put))
        if reads is not None:
            for read, place in zip(one.reads, reads, strict=True):
                self._same(known, read, other.reads[place], put)
        # the facts about the other term hold at the image, for new quotients and rests
        again = {name: self.domain.fresh(name) for fact in returning for name in fact.names}
        image = {**put, **{name: var(new) for name, new in again.items()}}
        for fact in returning:
            ge, eq = added(fact)
            known = known.more([e.subs(image) for e in ge], [e.subs(image) for e in eq])
        for name, e in zip(one.bound, back, strict=True):
            self.desk.owe(Prose("obligation.inverse"), known, "eq", var(name) - e.subs(image))

    def _same(self, known: Hypotheses, one: Read, other: Read, put: Mapping[str, Int]) -> None:
        if one.tensor != other.tensor:
            raise NotShown("expected the same tensor on both sides")
        for a, b in zip(one.at, other.at, strict=True):
            self.desk.owe(Prose("obligation.reads"), known, "eq", a - b.subs(put))

    # goals
    def goal(self, number: int, facts: Sequence[Fact] = ()) -> None:
        """Show a goal about sizes."""
        if number not in range(len(self.goals)):
            raise NotShown(f"expected a goal, got {number}")
        kind, e = self.goals[number]
        with self._attempt():
            known, _ = self.established(self.domain.known, facts, self.domain.names)
            self.desk.owe(self.claim.words, known, kind, e)
        self.open.discard(number)

    # the witness
    def witness(self, values: Mapping[str, int], met: int | None = None) -> None:
        """Values that meet the hypotheses and, for an identity, the term number ``met``; evaluated exactly.

        Raises Vacuous if they do not.
        """
        point = evaluated(self.domain.stated, values)
        for atom, meaning in self.domain.atoms.items():
            assert not isinstance(atom, str)
            point[meaning.name or ""] = Int([((atom,), 1)]).evaluate(point)
        if self.start:
            term = self.start.get(-1 if met is None else met)
            if term is None:
                raise Vacuous("expected a term that the witness meets")
            point |= {name: int(values[name]) for name in term.bound if name in values}
            if not point.keys() >= set(term.bound) or not met_by(term, point):
                raise Vacuous("the witness meets no term")
        self.witnessed = True

    @property
    def shown(self) -> bool:
        """Whether nothing is left to be shown."""
        return not self.terms and not self.open and bool(self.start or self.goals)


def added(fact: Fact) -> tuple[tuple[Int, ...], tuple[Int, ...]]:
    """What a fact says: (>= 0, = 0)."""
    if fact.rule == "have":
        return (fact.parts, ()) if fact.kind == "ge" else ((), fact.parts)
    if fact.rule == "product":
        u, v = fact.parts
        return (u * v,), ()
    if fact.rule == "divide":
        return (fact.parts[1],), ()
    (u, v), (q, t) = fact.parts, map(var, fact.names)
    return (t, v - 1 - t), (v * q + t - u,)


def cancelled(term: Product, index: str, place: int) -> Product:
    """The term without its factor 1/n and its sum over 0 <= index < n, on which nothing else depends."""
    read = term.reads[place] if 0 <= place < len(term.reads) else Read("", ())
    if read.tensor != "over:" or index not in term.bound:
        raise NotShown("expected a factor 1/n and a bound index")
    (n,) = read.at
    reads = (*term.reads[:place], *term.reads[place + 1 :])
    ranges = {var(index), n - 1 - var(index)}
    if {e for e in (n, *term.ge, *term.eq, *(e for r in reads for e in r.at)) if index in e.names()} != ranges:
        raise NotShown("expected a sum over 0 <= t < n on which nothing depends")
    ge = tuple(e for e in term.ge if e not in ranges)
    return Product(tuple(b for b in term.bound if b != index), ge, term.eq, reads, term.coefficient)


def evaluated(said: Stated, values: Mapping[str, int]) -> dict[str, int]:
    """The names of a claim at a point, definitions included, if the point meets every hypothesis.

    Raises Vacuous if it does not.
    """
    try:
        point = {name: int(values[name]) for name, _ in (*said.sizes, *said.free)}
        for name, meaning in said.definitions:
            point[name] = int(meaning.evaluate(point))
        held = (
            all(point[name] >= least for name, least in said.sizes)
            and all(int(e.evaluate(point)) >= 0 for e in said.given)
            and all(size is None or 0 <= point[name] < int(size.evaluate(point)) for name, size in said.free)
        )
    except (KeyError, ZeroDivisionError) as error:
        raise Vacuous(f"the witness has no value for {error}") from None
    if not held:
        raise Vacuous("the witness does not meet the hypotheses")
    return point


def met_by(term: Product, point: Mapping[str, int]) -> bool:
    """Whether a point meets every guard of a term."""
    return all(e.evaluate(point) >= 0 for e in term.ge) and all(e.evaluate(point) == 0 for e in term.eq)


def _only(expressions: Iterable[Int], names: set[str]) -> None:
    """Raise NotShown for a name that the place does not know."""
    for e in expressions:
        for name in e.names() - names:
            raise NotShown(f"a map or a fact mentions {name!r}, which is not a name of its term")
        whole(e)
        if any(not isinstance(a, str) for m, _ in e.terms for a in m):
            raise NotShown("expected polynomials in names: a quotient is stated as a fact first")


def conclude(
    sessions: Sequence[Session],
    domain: Callable[[tuple[Claim, ...]], str],
    milliseconds: float = 0.0,
    cases: bool = False,
) -> Proved:
    """The verdict ``proved`` of sessions in which everything is shown, over the domain of their claims as ``domain`` spells it.

    Every claim has a witness.  ``cases`` of one claim need one among them: a case without points says nothing.
    Raises NotShown if something is left, or there is no witness.
    """
    met = [s.witnessed for s in sessions]
    if not sessions or not all(s.shown for s in sessions) or not (any(met) if cases else all(met)):
        raise NotShown("expected every claim to be shown and met")
    shown = [o for s in sessions for o in s.desk.shown]
    claims = tuple(s.claim for s in sessions)
    return issue(ways(shown), domain(claims), solver_name(shown), milliseconds)


def prove(claims: Sequence[Claim], certificates: Sequence[Certificate], domain: Callable[[tuple[Claim, ...]], str],
          solver: bool = True) -> tuple[Proved, list[Shown]]:  # fmt: skip
    """Replay certificates, one per claim.

    Raises NotShown where one does not stand.
    """
    sessions = []
    for claim, certificate in zip(claims, certificates, strict=True):
        session = Session(claim, solver)
        session.know(certificate.domain)
        for step in certificate.steps:
            session.take(step)
        for number, facts in enumerate(certificate.goals):
            session.goal(number, facts)
        session.witness(certificate.witness, certificate.met)
        sessions.append(session)
    return conclude(sessions, domain), [o for s in sessions for o in s.desk.shown]
