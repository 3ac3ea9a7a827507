"""Proofs of questions about numbers, by the one door to the prover; what a claim implies; the polynomials that it compares."""

from __future__ import annotations

import itertools
from dataclasses import replace

from symconv.check.claims.goals import OutOfReach, Reader, goals, simpler
from symconv.check.kernel.terms import PLAIN
from symconv.check.kernel.verdict import Proved
from symconv.check.prove.settle import implied, settled
from symconv.errors import SymconvError
from symconv.language.facts import Claim
from symconv.language.formula import Node
from symconv.language.integers import Int, var
from symconv.language.question import Link, Question

MOST_CLAIMS = 64


def proof(question: Question, domain: str = "", solver: bool = True) -> Proved | None:
    """A proof for all values of the variables, or None if the question is out of reach or was not decided."""
    claims = lowered(question)
    return settled(claims, lambda _: domain, solver) if claims is not None else None


def lowered(question: Question) -> list[Claim] | None:
    """The question as cases for the kernel, under names that it takes; None where it has no words for it."""
    try:
        claims = list(itertools.islice(goals(simpler(question)), MOST_CLAIMS + 1))
    except (OutOfReach, SymconvError, RecursionError):
        return None
    return [plain(claim) for claim in claims] if len(claims) <= MOST_CLAIMS else None


def plain(claim: Claim) -> Claim:
    """The claim with v1, v2, ... for names such as kernel_size[0]."""
    taken = {n for n, _ in claim.sizes}
    odd = [n for n, _ in claim.sizes if not PLAIN.match(n)]
    fresh = (n for n in map("v{}".format, itertools.count(1)) if n not in taken)
    new = dict(zip(odd, fresh, strict=False))
    put = {n: var(v) for n, v in new.items()}
    return replace(
        claim,
        sizes=tuple((new.get(n, n), least) for n, least in claim.sizes),
        given=tuple(e.subs(put) for e in claim.given),
        goals=tuple((kind, a.subs(put), b.subs(put)) for kind, a, b in claim.goals),
    )


def only_if(question: Question, condition: Node) -> bool:
    """Whether the claim is proved to imply the condition."""
    if any(link.condition is not None for link in question.links):
        return False
    held = replace(question, given=(*question.given, *(link.claim for link in question.links)))
    return follows(held, condition)


def follows(question: Question, condition: Node) -> bool:
    """Whether what is given is proved to imply a condition: all of "and", the last of "or" where the others fail."""
    if condition.kind == "and":
        return all(follows(question, p) for p in condition.inner())
    if condition.kind == "or":
        *others, last = condition.inner()
        return follows(replace(question, given=(*question.given, *(Node("not", (o,)) for o in others))), last)
    if condition.kind != "relation":
        return False
    claims = lowered(replace(question, links=(Link(condition, "the condition"),)))
    return claims is not None and implied(claims) is not None


def difference(question: Question) -> Int | None:
    """left - right of the one equation that is asked, up to divisors that are at least 1, where both are polynomials in names."""
    if len(question.links) != 1 or question.links[0].condition is not None:
        return None
    claim = question.links[0].claim
    if claim.kind != "relation" or claim.parts[0] != "=":
        return None
    reader = Reader(question)
    try:
        left, right = reader.value(claim.parts[1]), reader.value(claim.parts[2])
    except (OutOfReach, SymconvError, RecursionError):
        return None
    if len(left) != 1 or len(right) != 1 or left[0].owed or right[0].owed:
        return None
    made = left[0].top * right[0].bottom - right[0].top * left[0].bottom
    return made if all(isinstance(a, str) for m, _ in made.terms for a in m) else None
