"""The obligations of an identity between two sums of terms, for all sizes of a domain.

For one term on each side, at fresh coordinates for every tensor:

    monomial   both sides read the same tensors, none twice
    unique     bound integers that remain are determined:   A(u) and A(u') imply u = u'
    equal      the guards of A imply each guard of B, and the reverse; what remains bound on the other side gets a witness
               by Euclid (S q + t = e, 0 <= t < S)
    not vacuous   the hypotheses and the guards of A are satisfiable

Several terms are matched in pairs that read the same tensors.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from symconv.check.prove.discharge import Obligation, Tally, discharge, satisfiable
from symconv.check.prove.eliminate import Guards, at, coordinates
from symconv.check.prove.model import Builder, Normal
from symconv.core.expr import Expr
from symconv.core.integers import Int, var
from symconv.errors import SymconvError

Free = Sequence[tuple[str, Int]]


class Mismatch(Exception):
    """The sides cannot be matched term by term; this refutes nothing."""


def prove_identity(builder: Builder, left: Expr, right: Expr, free: Free, words: str, cheap: bool = False) -> Tally:
    """Try to prove left = right for all free indices in range.  A failure refutes nothing."""
    sides = builder.expr(left, free), builder.expr(right, free)
    try:
        pairs = matched(*sides)
    except Mismatch:
        return undecided(words)
    tally = Tally()
    for one, other in pairs:
        discharge(obligations(builder, one, other, free, words), tally, cheap)
    return discharge(builder.owed, tally, cheap)  # divisors and radices that were taken to be positive


def undecided(words: str) -> Tally:
    """A tally with one obligation that nothing decided."""
    tally = Tally()
    tally.ways["undecided"] += 1
    tally.failed.append(Obligation(words, (), (), "eq", var("undecided")))
    return tally


def signature(normal: Normal) -> tuple[Any, ...]:
    """The tensors that a term reads, with their sizes, and its coefficient."""
    names = sorted(read.tensor for read in normal.reads)
    if len(set(names)) != len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise SymconvError(f"prove: expected each tensor once in a product, got {twice!r} twice")
    reads = sorted(((read.tensor, read.sizes) for read in normal.reads), key=lambda found: found[0])
    return tuple(reads), normal.coefficient


def matched(left: list[Normal], right: list[Normal]) -> list[tuple[Normal, Normal]]:
    """The terms in pairs with equal signatures.

    Raises Mismatch if there is no such pairing.
    """
    rest = list(right)
    pairs = []
    for one in left:
        other = next((r for r in rest if signature(r) == signature(one)), None)
        if other is None:
            raise Mismatch("the sides do not have the same terms")
        rest.remove(other)
        pairs.append((one, other))
    if rest:
        raise Mismatch("the sides do not have the same terms")
    return pairs


def obligations(builder: Builder, one: Normal, other: Normal, free: Free, words: str) -> Iterator[Obligation]:
    """Everything to be shown for one pair of terms."""
    where, ge, ranges = coordinates(one, other, builder)
    ranges = {**ranges, **dict(free)}
    for name, size in free:
        ge += [var(name), size - 1 - var(name)]
    a, b = at(one, where, ranges), at(other, where, ranges)
    facts = builder.facts
    known = (tuple(facts.ge) + tuple(ge), tuple(facts.eq))
    multipliers = tuple(facts.multipliers)
    for label, side in (("left", a), ("right", b)):
        yield from unique(builder, side, known, multipliers, f"{words}: the {label} side counts each product once")
    for label, (have, want) in (("left to right", (a, b)), ("right to left", (b, a))):
        yield from implied(builder, have, want, known, multipliers, f"{words}: {label}")


def unique(
    builder: Builder, side: Guards, known: tuple[tuple[Int, ...], tuple[Int, ...]], multipliers: tuple[str, ...], words: str
) -> Iterator[Obligation]:
    """A(u) and A(u') imply u = u'."""
    if not side.left:
        return
    again = {name: var(builder.fresh(name)) for name in side.left}
    ge = (*known[0], *side.ge, *(e.subs(again) for e in side.ge))
    eq = (*known[1], *side.eq, *(e.subs(again) for e in side.eq))
    for name in side.left:
        yield Obligation(words, ge, eq, "eq", var(name) - again[name], multipliers)


def implied(
    builder: Builder,
    have: Guards,
    want: Guards,
    known: tuple[tuple[Int, ...], tuple[Int, ...]],
    multipliers: tuple[str, ...],
    words: str,
) -> Iterator[Obligation]:
    """The guards of one side imply those of the other, with witnesses for what remains bound there."""
    ge, eq = [*known[0], *have.ge], [*known[1], *have.eq]
    put: dict[str, Int] = {}
    for name in want.left:
        witness = euclid(builder, name, want, put)
        if witness is None:
            yield Obligation(f"{words}: a value of {name}", tuple(ge), tuple(eq), "eq", var(name), multipliers)
            return
        value, more_ge, more_eq, positive = witness
        yield Obligation(f"{words}: the divisor is positive", tuple(ge), tuple(eq), "ge", positive, multipliers)
        put[name] = value
        ge += more_ge
        eq += more_eq
    for kind, goals in (("eq", want.eq), ("ge", want.ge)):
        for goal in goals:
            yield Obligation(words, tuple(ge), tuple(eq), kind, goal.subs(put), multipliers)


def euclid(builder: Builder, name: str, want: Guards, put: dict[str, Int]) -> tuple[Int, list[Int], list[Int], Int] | None:
    """A witness for a bound integer from its own guards: e - S v >= 0 and S - 1 - e + S v >= 0 give v = floor(e / S)."""
    for low, high in itertools.permutations([e.subs(put) for e in want.ge if name in e.names()], 2):
        factor, rest = low.split(name)
        size = low + high + 1
        if name in size.names() or name in rest.names() or -factor != size:
            continue
        q, t = builder.fresh("q"), builder.fresh("t")
        ge = [var(t), size - 1 - var(t)]
        return var(q), ge, [size * var(q) + var(t) - rest], size - 1
    for e in want.eq:  # S v = e: exists only where the other side says so; its own equation is tried by name
        factor, rest = e.subs(put).split(name)
        if factor.terms and name not in rest.names():
            q, t = builder.fresh("q"), builder.fresh("t")
            sign = 1 if all(c > 0 for _, c in factor.terms) else -1
            size = factor * sign
            ge = [var(t), size - 1 - var(t)]
            return var(q), ge, [size * var(q) + var(t) + rest * sign], size - 1
    return None


def vacuous(builder: Builder, normal: Normal, free: Free) -> bool:
    """Whether no values at all were found for which the term contributes."""
    where, ge, ranges = coordinates(normal, normal, builder)
    side = at(normal, where, {**ranges, **dict(free)})
    for name, size in free:
        ge += [var(name), size - 1 - var(name)]
    return satisfiable((*builder.facts.ge, *ge, *side.ge), (*builder.facts.eq, *side.eq)) is None
