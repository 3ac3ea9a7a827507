"""A theorem: an identity between sums over arbitrary tensors, or a claim about sizes; proved, or refuted by an example.

A failed proof is no refutation: ``refuted`` needs a concrete counterexample, and where neither is found the verdict is
``unsupported``, which says so.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from typing import NamedTuple

from symconv.check.kernel.obligations import Shown
from symconv.check.kernel.session import Session, conclude
from symconv.check.kernel.steps import Certificate
from symconv.check.prove.refute import smallest, tensors
from symconv.check.prove.settle import Domain, tried
from symconv.check.prove.witness import inhabited
from symconv.errors import SymconvError
from symconv.language.expr import Access, Bracket, Expr, Factor, Max, Over, Partial, Sum, Term, condition_names
from symconv.language.facts import Claim, Counterexample, Theorem, Verdict
from symconv.language.operator import Operator, names
from symconv.language.prose import Prose, Words


class Proof(NamedTuple):
    """The verdict on a theorem, what was shown for it, and the smallest counterexample if it is false.

    ``proofs`` has the session and the certificate of every claim that was proved.
    """

    verdict: Verdict
    shown: list[Shown]
    proofs: tuple[tuple[Session, Certificate], ...] = ()
    counterexample: Counterexample | None = None


def prove(theorem: Theorem, domain: Domain) -> Proof:
    """The verdict on a theorem; ``domain`` spells the domain of the claims that were proved.

    Raises SymconvError for hypotheses that no sizes satisfy, undeclared names and ill-formed claims.
    """
    start = time.perf_counter()
    if not theorem.claims:
        raise SymconvError(f"prove: expected at least one claim in {theorem.name!r}, got none")
    proofs: list[tuple[Session, Certificate]] = []
    shown: list[Shown] = []
    why: Words = ""
    for claim in theorem.claims:
        well_formed(claim)
        declared(claim)
        session, certificate, reason, example = decided(claim, theorem.name)
        if example is not None:
            return Proof(Verdict("refuted", Prose("check.prove.counterexample")), shown, (), example)
        if session is not None:
            shown += session.desk.shown
        if session is None or certificate is None:
            why = why or reason
            continue
        proofs.append((session, certificate))
    if why:
        return Proof(Verdict("unsupported", Prose("check.prove.open", {"why": why})), shown, tuple(proofs))
    verdict = conclude([s for s, _ in proofs], domain, 1e3 * (time.perf_counter() - start))
    return Proof(verdict, shown, tuple(proofs))


def decided(claim: Claim, name: str) -> tuple[Session | None, Certificate | None, Words, Counterexample | None]:
    """Identities first, a quick refutation, the solver, the full search for a counterexample: in this order."""
    found, certificate, why = tried(claim, solver=False)
    if certificate is not None:
        return found, certificate, "", None
    if not inhabited(claim):
        raise SymconvError(f"no sizes satisfy the hypotheses of {name!r}: a claim about none of them proves nothing")
    example = smallest(claim, largest=5)
    if example is not None:
        return found, None, "", example
    found, certificate, why = tried(claim, solver=True)
    return found, certificate, why, None if certificate is not None else smallest(claim)


def well_formed(claim: Claim) -> None:
    """Raise SymconvError unless the claim is an identity with two sides, or has goals that say >= or =."""
    both = claim.left is not None and claim.right is not None
    if both == bool(claim.goals) or (claim.left is None) != (claim.right is None):
        raise SymconvError(f"prove: expected two sides or goals in {claim.words!r}, got neither or both")
    for kind, *_ in claim.goals:
        if kind not in ("ge", "eq"):
            raise SymconvError(f"prove: expected a goal of kind ge or eq in {claim.words!r}, got {kind!r}")


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
    for named, extent in ((t.name, e) for t in tensors(*sides).values() for e in (*t.sizes, *t.zeros)):
        if extent.names() & {*bound, *(n for n, _ in claim.free)}:
            raise SymconvError(f"prove: expected the extents of {named!r} in sizes, got {extent}")
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
