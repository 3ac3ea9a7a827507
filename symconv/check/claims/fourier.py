"""Claims about discrete Fourier transforms, compared exactly for all small N, and at larger ones modulo primes.

N stands for every size, so nothing is proved.  Larger N, and those next to the numbers of the formula, are tried in
``fourier_residues``; what fails there is evaluated again in exact arithmetic, with as few entries as it needs.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from symconv.check.claims.fourier_residues import Residues, few, sizes
from symconv.check.claims.fourier_values import TERMS, Exact, TooLong
from symconv.language.facts import Verdict
from symconv.language.prose import Prose
from symconv.language.tensorial import Failing, Outcome
from symconv.language.transforms import Transformed

LARGEST = 5
MORE = (0, 1, 2, 3)  # a shift or a padding
SMALL = 5  # so many times the terms at given sizes, at all the small ones
STEPS = 120_000  # nodes evaluated at larger sizes


def decide(claim: Transformed) -> tuple[Outcome, bool]:
    """The outcome, and whether a signal was read beyond its ends (where it is periodic or 0, as the case says).

    Raises SymconvError for sums that are too long at the smallest sizes.
    """
    compared, beyond, filled = 0, False, False
    terms = 0
    for values in points(claim):
        world = Exact(claim, values)
        for place, left, right in world.sides():
            compared += 1
            filled |= bool(left) or bool(right)
            failing = world.differ(place, left, right)
            if failing is not None:
                return Outcome(Verdict("refuted", fails(failing)), failing), world.beyond
        beyond |= world.beyond
        terms += world.terms
        if terms > SMALL * TERMS:
            raise TooLong(f"expected sums of at most {SMALL * TERMS:,} terms at all {claim.size} <= {LARGEST}, got more")
    if not compared or not filled:
        return Outcome(Verdict("unsupported", Prose("claim.zero.sizes"))), beyond
    others = Prose("claim.fourier.others", {"sizes": ", ".join(claim.others), "most": max(MORE)}) if claim.others else ""
    how = Prose("claim.fourier.equal", {"size": claim.size, "largest": LARGEST, "others": others})
    failing, larger, more = at_larger(claim)
    if failing is not None:
        return Outcome(Verdict("refuted", fails(failing)), failing), beyond or more
    if larger:
        slots = {"size": claim.size, "larger": ", ".join(map(str, larger))}
        how = Prose("claim.fourier.random", {"how": how, **slots})
    return Outcome(Verdict("checked", how, f"at these sizes, arbitrary signals of {claim.size} entries")), beyond or more


def fails(failing: Failing) -> Prose:
    """The counterexample in a sentence."""
    sizes = ", ".join(f"{n} = {v}" for n, v in failing.sizes)
    slots = {"claimed": failing.claimed, "product": failing.product, "true": failing.true}
    return Prose("claim.fails.product", {"at": sizes, **slots})


def points(claim: Transformed) -> Iterator[dict[str, int]]:
    """All sizes up to the bound, the smallest first."""
    long = {n for _, e in claim.lengths for n in e.names()}
    for n in range(1, LARGEST + 1):
        spans = [range(1, n + 1) if o in long else MORE for o in claim.others]
        for rest in itertools.product(*spans):
            yield {claim.size: n, **dict(zip(claim.others, rest, strict=True))}


# larger sizes
def at_larger(claim: Transformed) -> tuple[Failing | None, list[int], bool]:
    """The first failure at larger sizes, re-evaluated exactly; the sizes that were compared; whether a signal was read beyond."""
    done: list[int] = []
    steps, beyond = 0, False
    for values in sizes(claim):
        if steps > STEPS:
            break
        world = Residues(claim, values)
        try:
            for place, left, right in world.sides(few(values[claim.size])):
                if left != right:
                    failing = shown(claim, values, place)
                    if failing is not None:
                        return failing, done, beyond or world.beyond
        except TooLong:
            break
        steps += world.steps
        beyond |= world.beyond
        if values[claim.size] not in done:
            done.append(values[claim.size])
    return None, done, beyond


def shown(claim: Transformed, values: dict[str, int], place: tuple[int, ...]) -> Failing | None:
    """A failure at a place with as few entries as it needs, in exact arithmetic."""

    def fails(alive: set[tuple[str, int]]) -> bool:
        world = Residues(claim, values)
        world.alive = alive
        left, right = world.at_place(place)
        return bool(left != right)

    kept = {(s, at) for s in claim.signals for at in range(values[claim.size])}
    part = len(kept)
    while part > 1:
        part = (part + 1) // 2
        ordered = sorted(kept)
        for start in range(0, len(ordered), part):
            without = kept - set(ordered[start : start + part])
            if fails(without):
                kept = without
    kept = next((k for k in ({one} for one in sorted(kept)) if fails(k)), kept)
    world = Exact(claim, values)
    world.alive = kept
    return world.differ(place, *world.at_place(place))
