"""A theorem: an identity between sums over arbitrary tensors, or a claim about sizes; proved, or refuted by an example.

A failed proof is no refutation: ``refuted`` needs a concrete counterexample, and where neither is found the verdict is
``unsupported``, which says so.
"""

from __future__ import annotations

from symconv.check.prove.discharge import Obligation, Tally, discharge, satisfiable, version
from symconv.check.prove.identity import Free, prove_identity
from symconv.check.prove.model import Builder
from symconv.check.prove.refute import smallest
from symconv.core.facts import Claim, Counterexample, Theorem, Verdict
from symconv.core.integers import var
from symconv.errors import SymconvError


def prove(theorem: Theorem) -> tuple[Verdict, Tally, Counterexample | None]:
    """The verdict on a theorem, with its obligations and, if it is false, its smallest counterexample.

    Raises SymconvError for hypotheses that no sizes satisfy, undeclared names and tensors read twice in a product.
    """
    total = Tally()
    for claim in theorem.claims:
        declared(claim)
        builder = assumed(claim)
        if satisfiable(builder.facts.ge, builder.facts.eq) is None:
            raise SymconvError(
                f"no sizes satisfy the hypotheses of {theorem.name!r}: a claim about none of them proves nothing"
            )
        tally, found = decided(builder, claim)
        total.ways += tally.ways
        total.milliseconds += tally.milliseconds
        total.bounded = total.bounded or tally.bounded
        total.shown += tally.shown
        total.failed += tally.failed
        if found is not None:
            return Verdict("refuted", "by the smallest counterexample"), total, found
    if total.proved:
        return (
            Verdict("proved", total.words(), theorem.domain + _bounded(total), solver(total), total.milliseconds),
            total,
            None,
        )
    return Verdict("unsupported", f"neither proved nor refuted; {total.words()}"), total, None


def decided(builder: Builder, claim: Claim) -> tuple[Tally, Counterexample | None]:
    """Cheap proof, quick refutation, the solver's nonlinear part, the full search: in this order."""
    tally = attempt(builder, claim, cheap=True)
    if tally.proved:
        return tally, None
    found = smallest(claim, largest=5)
    if found is not None:
        return tally, found
    tally = attempt(builder, claim, cheap=False)
    return tally, None if tally.proved else smallest(claim)


def _bounded(tally: Tally) -> str:
    return "; strides and dilations in 1..8" if tally.bounded else ""


def solver(tally: Tally) -> str:
    """What decided: nothing but substitution, or the solver by name and version."""
    return version() if set(tally.ways) - {"substitution"} else "substitution"


def assumed(claim: Claim) -> Builder:
    """A builder that knows the claim's sizes, definitions and hypotheses."""
    builder = Builder(claim.op)
    facts = builder.facts
    facts.ge += [var(name) - least for name, least in claim.sizes]
    facts.multipliers += [n for n in claim.multipliers if n not in facts.multipliers]
    for name, meaning in claim.definitions:
        facts.eq.append(builder.clean_fact(meaning) - var(name))
    free = {name for name, _ in claim.free}
    facts.ge += [builder.clean_fact(e) for e in claim.given if e.names().isdisjoint(free)]
    return builder


def attempt(builder: Builder, claim: Claim, cheap: bool) -> Tally:
    """Try to prove one claim; ``cheap`` leaves the nonlinear part of the solver out."""
    free: Free = [(name, size) for name, size in claim.free if size is not None]
    facts = builder.facts
    named = {n for n, _ in claim.free}
    own = [builder.clean_fact(e) for e in claim.given if not e.names().isdisjoint(named)]
    if claim.left is not None and claim.right is not None:
        facts.ge += [e for e in own if e not in facts.ge]
        return prove_identity(builder, claim.left, claim.right, free, claim.words, cheap)
    goals = [
        (kind, builder.clean_fact(left) - builder.clean_fact(right)) for kind, left, right in claim.goals
    ]  # what a floor stands for becomes a fact before the facts are used
    ge = [*facts.ge, *own, *(e for name, size in free for e in (var(name), size - 1 - var(name)))]
    known = tuple(ge), tuple(facts.eq)
    found = (Obligation(claim.words, *known, kind, goal, tuple(facts.multipliers)) for kind, goal in goals)
    return discharge(found, cheap=cheap)


def declared(claim: Claim) -> None:
    """Raise SymconvError if a claim about sizes uses a name that it does not declare."""
    known = {n for n, _ in claim.sizes} | {n for n, _ in claim.definitions} | {n for n, _ in claim.free}
    if claim.op is not None:
        return
    for e in (*claim.given, *(e for _, *both in claim.goals for e in both)):
        for name in sorted(e.names() - known):
            raise SymconvError(
                f"prove: undeclared name {name!r} in {claim.words!r}: declare it among the sizes or the free indices"
            )
