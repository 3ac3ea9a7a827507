"""A theorem: an identity between sums over arbitrary tensors, or a claim about sizes; proved, or refuted by an example.

A failed proof is no refutation: ``refuted`` needs a concrete counterexample, and where neither is found the verdict is
``unsupported``, which says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from symconv.check.prove.discharge import BOUND, Obligation, Tally, discharge, satisfiable, version
from symconv.check.prove.identity import Free, prove_identity
from symconv.check.prove.model import Builder
from symconv.check.prove.refute import smallest, tensors
from symconv.core.expr import Access, Bracket, Expr, Factor, Max, Over, Partial, Sum, Term, condition_names
from symconv.core.facts import Claim, Counterexample, Theorem, Verdict
from symconv.core.integers import Int, var
from symconv.core.operator import Operator, names
from symconv.errors import SymconvError


def prove(theorem: Theorem) -> tuple[Verdict, Tally, Counterexample | None]:
    """The verdict on a theorem, with its obligations and, if it is false, its smallest counterexample.

    Raises SymconvError for hypotheses that no sizes satisfy, undeclared names and tensors read twice in a product.
    """
    total = Tally()
    if not theorem.claims:
        raise SymconvError(f"prove: expected at least one claim in {theorem.name!r}, got none")
    for claim in theorem.claims:
        well_formed(claim)
        declared(claim)
        builder = assumed(claim)
        if satisfiable((*builder.facts.ge, *somewhere(builder, claim)), builder.facts.eq) is None:
            raise SymconvError(
                f"no sizes satisfy the hypotheses of {theorem.name!r}: a claim about none of them proves nothing"
            )
        tally, found = decided(builder, claim)
        total.ways += tally.ways
        total.milliseconds += tally.milliseconds
        total.bounded |= tally.bounded
        total.shown += tally.shown
        total.failed += tally.failed
        if found is not None:
            return Verdict("refuted", "by the smallest counterexample"), total, found
    if total.proved:
        return (
            Verdict("proved", total.words(), theorem.domain + bounds(total), solver(total), total.milliseconds),
            total,
            None,
        )
    return Verdict("unsupported", f"neither proved nor refuted; {total.words()}"), total, None


def well_formed(claim: Claim) -> None:
    """Raise SymconvError unless the claim is an identity with two sides, or has goals that say >= or =."""
    both = claim.left is not None and claim.right is not None
    if both == bool(claim.goals) or (claim.left is None) != (claim.right is None):
        raise SymconvError(f"prove: expected two sides or goals in {claim.words!r}, got neither or both")
    for kind, *_ in claim.goals:
        if kind not in ("ge", "eq"):
            raise SymconvError(f"prove: expected a goal of kind ge or eq in {claim.words!r}, got {kind!r}")


def somewhere(builder: Builder, claim: Claim) -> list[Int]:
    """The hypotheses about free indices: their ranges, and what is given of them."""
    found = [e for name, size in claim.free if size is not None for e in (var(name), size - 1 - var(name))]
    named = {name for name, _ in claim.free}
    return found + [builder.clean_fact(e) for e in claim.given if not e.names().isdisjoint(named)]


def decided(builder: Builder, claim: Claim) -> tuple[Tally, Counterexample | None]:
    """Cheap proof, quick refutation, the solver's nonlinear part, the full search: in this order."""
    tally = attempt(builder, claim, cheap=True)
    if tally.proved:
        return tally, None
    found = smallest(claim, largest=5)
    if found is not None:
        return tally, found
    tally = attempt(builder, claim, cheap=False)
    return tally, None if tally.proved and not tally.bounded else smallest(claim)


def bounds(tally: Tally) -> str:
    """What a proof says of the names that were put in as numbers."""
    return f"; {', '.join(sorted(tally.bounded))} in 1..{BOUND}" if tally.bounded else ""


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
    found = [Obligation(claim.words, *known, kind, goal, tuple(facts.multipliers)) for kind, goal in goals]
    return discharge([*builder.owed, *found], cheap=cheap)


PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*'*\Z")
SLASHED = re.compile(r"[A-Za-z][A-Za-z0-9_/]*'*\Z")


def declared(claim: Claim) -> None:
    """Raise SymconvError for a name that is not declared, is declared twice, or is no plain name."""
    stated = [n for n, _ in claim.sizes] + [n for n, _ in claim.definitions] + [n for n, _ in claim.free]
    sides = [side for side in (claim.left, claim.right) if side is not None]
    bound = [item.index for side in sides for term in side.terms for item in term if isinstance(item, Sum)]
    for name in (*stated, *bound):
        if not PLAIN.match(name):
            raise SymconvError(f"prove: expected names of letters, digits and _, got {name!r}")
    for name in tensors(*sides) if sides else ():
        if not SLASHED.match(name):
            raise SymconvError(f"prove: expected tensors named by letters, digits and _, got {name!r}")
    if len(set(stated)) != len(stated):
        twice = sorted({n for n in stated if stated.count(n) > 1})
        raise SymconvError(f"prove: expected each name declared once, got {', '.join(twice)} twice")
    known = set(stated) | (op_names(claim.op) if claim.op is not None else set())
    for used in (e.names() for e in (*claim.given, *(e for _, *both in claim.goals for e in both))):
        _refuse_unknown(claim, used - known)
    for _, size in claim.free:
        _refuse_unknown(claim, (size.names() if size is not None else set()) - known)
    _axes_agree(sides)
    for side in sides:
        for term in side.terms:
            inner = {item.index for item in term if isinstance(item, Sum)}
            _refuse_unknown(claim, term_names(term) - known - inner)


def _axes_agree(sides: list[Expr]) -> None:
    """Raise SymconvError where a tensor is read with another number of indices than it has axes."""
    axes: dict[str, int] = {}
    for item in (item for side in sides for term in side.terms for item in term):
        for access in [item] if isinstance(item, Access) else [item.of, item.wrt] if isinstance(item, Partial) else []:
            found = (len(access.index), len(access.tensor.sizes), axes.setdefault(access.tensor.name, len(access.index)))
            if len(set(found)) > 1:
                raise SymconvError(
                    f"prove: expected {access.tensor.name!r} to have one number of axes, got {sorted(set(found))}"
                )


def _refuse_unknown(claim: Claim, unknown: Collection[str]) -> None:
    for name in sorted(unknown):
        raise SymconvError(
            f"prove: undeclared name {name!r} in {claim.words!r}: declare it among the sizes or the free indices"
        )


def op_names(op: Operator) -> set[str]:
    """The names that an operator brings."""
    return set(names(op)) | {n for n, _ in op.definitions}


def term_names(term: Term) -> set[str]:
    """Every integer name in a term."""
    found: set[str] = set()
    for item in term:
        if isinstance(item, (Sum, Max)):
            found |= item.size.names()
        elif isinstance(item, Over):
            found |= item.bottom.names()
        elif isinstance(item, Factor):
            continue
        elif isinstance(item, Bracket):
            found |= {n for c in item.conditions for n in condition_names(c)}
        else:
            accesses = [item] if isinstance(item, Access) else [item.of, *([item.wrt] if isinstance(item, Partial) else [])]
            for access in accesses:
                view = access.tensor
                found |= {n for e in (*access.index, *view.sizes, *view.zeros) for n in e.names()}
    return found
