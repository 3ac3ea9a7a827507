"""The theorem catalogue: stated, proved or refuted, and written down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symconv.check.prove.certificate import certificate as written
from symconv.errors import SymconvError, brief, nearest
from symconv.language.expr import Expr, Item
from symconv.language.facts import Claim, Theorem
from symconv.language.integers import Int, integer
from symconv.language.operator import Operator
from symconv.layers.catalog import build
from symconv.topics.theorems.facts import Catalogue, Settled
from symconv.topics.theorems.page import domain


def theorem_list() -> dict[str, Theorem]:
    """The theorem catalogue by name."""
    from symconv.topics.theorems.catalog import catalogue as stated

    return stated(build)


def theorem(name: str) -> Theorem:
    """A theorem of the catalogue.

    Raises SymconvError for an unknown name, with the nearest one.
    """
    known = theorem_list()
    if name not in known:
        raise SymconvError(f"unknown theorem {name[:60]!r}: symconv theorems lists them{nearest(name, list(known))}")
    return known[name]


def stated(given: Any) -> Theorem:
    """A theorem of the user's own, if it is one."""
    if not isinstance(given, Theorem) or not given.claims:
        raise SymconvError(f"prove: expected a theorem's name or a Theorem with claims, got {type(given).__name__}")
    if not isinstance(given.name, str) or not isinstance(given.statement, str):
        raise SymconvError(f"prove: expected a Theorem with a name and a statement in words, got {brief(given.name)}")
    claims = given.claims if isinstance(given.claims, tuple | list) else [given.claims]
    for one in claims:
        if not isinstance(one, Claim):
            raise SymconvError(f"prove: expected a Theorem whose claims are Claims, got {type(one).__name__} among them")
        typed(one)
    return replace(given, claims=tuple(map(settled, claims)))


def typed(claim: Claim) -> None:
    """Raise SymconvError where a part of a claim is no such part."""
    size, row = (Int, int), (tuple, list)
    parts: dict[str, Any] = {
        "sizes": (str, int), "definitions": (str, size), "given": size, "free": (str, (*size, type(None))),
        "goals": (str, size, size), "left": (Expr, type(None)), "right": (Expr, type(None)),
        "forward": (Expr, type(None)), "op": (Operator, type(None)), "words": str,
    }  # fmt: skip

    def fits(value: Any, kinds: Any) -> bool:
        return isinstance(value, kinds) and not isinstance(value, bool)

    for part, kinds in parts.items():
        value = getattr(claim, part)
        if part in ("left", "right", "forward", "op", "words"):
            good = fits(value, kinds)
            if good and isinstance(value, Expr):
                good = all(isinstance(term, tuple) and all(isinstance(i, Item) for i in term) for term in value.terms)
        elif part == "given":
            good = fits(value, row) and all(fits(e, kinds) for e in value)
        else:
            good = fits(value, row) and all(
                fits(e, row) and len(e) == len(kinds) and all(map(fits, e, kinds)) for e in value
            )
        if not good:
            raise SymconvError(f"prove: expected the {part} of a Claim as its documentation says, got {str(value)[:60]!r}")


def settled(claim: Claim) -> Claim:
    """Numbers as sizes, lists as tuples."""

    def size(e: Any) -> Any:
        return integer(e) if isinstance(e, int) else e

    return replace(
        claim,
        sizes=tuple((n, least) for n, least in claim.sizes),
        definitions=tuple((n, size(e)) for n, e in claim.definitions),
        given=tuple(map(size, claim.given)),
        free=tuple((n, size(e)) for n, e in claim.free),
        goals=tuple((kind, size(left), size(right)) for kind, left, right in claim.goals),
    )


def prove(statement: Theorem) -> Settled:
    """The theorem with its verdict."""
    from symconv.check.prove.theorem import prove as run

    found = run(statement, domain)
    shown = tuple((o.obligation.words, o.way) for o in found.shown)
    return Settled(statement, found.verdict, shown, found.counterexample, found.proofs)


def certificate(found: Settled) -> str:
    """A theorem with its steps, and every obligation as SMT-LIB 2."""
    return written(found.theorem, domain(found.theorem.claims), found.proofs)


def everything() -> Catalogue:
    """The catalogue, proved."""
    return Catalogue(tuple(prove(statement) for statement in theorem_list().values()))
