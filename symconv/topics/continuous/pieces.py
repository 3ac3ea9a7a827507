"""Sides as pieces between their knots, and the cases of a convolution: which pieces overlap for which t.

f(tau) lives between its knots, g(t - tau) between t minus the knots of g.  The order of all these limits changes only where t
passes a sum of a knot of f and a knot of g, so between two neighbouring sums the integrals have the same limits.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise
from math import comb, factorial
from typing import Any

from symconv.topics.continuous.facts import Case, Limit, Overlap, Piece, Side, Term
from symconv.topics.continuous.numbers import Undecided, exponential, rational, same, sign, tidy, zero
from symconv.topics.continuous.terms import collected

MOST = 24  # cases on a page


def split(terms: tuple[Term, ...] | list[Term]) -> tuple[Piece, ...] | None:
    """The pieces of a sum of Sides, zeros included; None for other terms.

    Raises Undecided if the order of the knots depends on parameters.
    """
    sides = [t for t in terms if isinstance(t, Side)]
    if len(sides) != len(terms):
        return None
    knots = in_order([t.knot for t in sides])
    edges = [None, *knots, None]
    found: list[Piece] = []
    for lo, hi in pairwise(edges):
        live = [t for t in sides if covers(t, lo, hi)]
        piece = Piece(lo, hi, parts(live))
        if found and alike(found[-1], piece):
            piece = Piece(found.pop().lo, hi, piece.parts)
        found.append(piece)
    return tuple(found)


def vanishes(terms: list[Term]) -> bool:
    """Whether a sum of terms is 0, piece by piece where the terms alone do not show it."""
    left = collected(terms)
    if not left:
        return True
    try:
        pieces = split([t for t in left if isinstance(t, Side)]) if all(isinstance(t, Side) for t in left) else None
    except Undecided:
        return False
    return pieces is not None and all(not p.parts for p in pieces)


def in_order(values: list[Any]) -> list[Any]:
    """Different numbers, increasing."""
    if all(rational(v) for v in values):
        return sorted(set(values))
    kept: list[Any] = []
    for v in values:
        if not any(same(v, k) for k in kept):
            kept.append(v)
    return sorted(kept, key=cmp_to_key(before))


def before(a: Any, b: Any) -> int:
    """Negative if a is less than b."""
    return sign(a - b)


def covers(side: Side, lo: Any, hi: Any) -> bool:
    """Whether a side lives between two neighbouring knots."""
    if side.left:
        return hi is not None and sign(side.knot - hi) >= 0
    return lo is not None and sign(lo - side.knot) >= 0


def parts(sides: list[Side]) -> tuple[tuple[Any, tuple[Any, ...]], ...]:
    """Their sum, as polynomials by rate."""
    found: list[tuple[Any, list[Any]]] = []
    for side in sides:
        turn = -1 if side.left else 1
        rate = tidy(side.rate * turn)
        at = next((k for k, (r, _) in enumerate(found) if same(r, rate)), None)
        if at is None:
            at = len(found)
            found.append((rate, []))
        total = found[at][1]
        total += [Fraction(0)] * (side.power + 1 - len(total))
        lead = side.c * exponential(rate * side.knot)
        for j in range(side.power + 1):
            rest = side.power - j
            shift = 1 if rest == 0 else (-side.knot * turn) ** rest
            weight = Fraction(comb(side.power, j) * turn**j, factorial(side.power))
            total[j] = total[j] + lead * weight * shift
    made = [(rate, trimmed([tidy(c) for c in total])) for rate, total in found]
    return tuple((rate, total) for rate, total in made if total)


def trimmed(coefficients: list[Any]) -> tuple[Any, ...]:
    """Without zeros at the end."""
    while coefficients and zero(coefficients[-1]):
        coefficients = coefficients[:-1]
    return tuple(coefficients)


def alike(a: Piece, b: Piece) -> bool:
    """Whether two pieces are the same function."""
    if len(a.parts) != len(b.parts):
        return False
    for rate, total in a.parts:
        twin = next((other for r, other in b.parts if same(r, rate)), None)
        if twin is None or len(twin) != len(total) or not all(same(x, y) for x, y in zip(total, twin, strict=True)):
            return False
    return True


def cases(f: tuple[Piece, ...], g: tuple[Piece, ...], result: tuple[Piece, ...], correlate: bool) -> tuple[Case, ...]:
    """The result range by range of t, with the integrals that make it.

    Ranges are split at every sum (difference) of knots where an integral's limits change.  Raises Undecided as ``split`` does.
    """
    turn = -1 if correlate else 1
    sums = [tidy(b - a if correlate else a + b) for a in edges(f) for b in edges(g)]
    knots = in_order(sums)
    if len(knots) > MOST:
        return ()
    found = []
    ends = [None, *knots, None]
    for lo, hi in pairwise(ends):
        inside = between(lo, hi)
        met = [o for a in f for b in g if a.parts and b.parts and (o := overlap(a, b, inside, turn))]
        home = next(p for p in result if within(p, lo, hi))
        found.append(Case(Piece(lo, hi, home.parts), tuple(met)))
    return tuple(found)


def edges(pieces: tuple[Piece, ...]) -> list[Any]:
    """The knots."""
    return [p.hi for p in pieces if p.hi is not None]


def between(lo: Any, hi: Any) -> Any:
    """A number of the range."""
    if lo is None:
        return hi - 1 if hi is not None else Fraction(0)
    return lo + 1 if hi is None else (lo + hi) / 2


def within(piece: Piece, lo: Any, hi: Any) -> bool:
    """Whether a piece holds the range."""
    below = piece.lo is None or (lo is not None and sign(lo - piece.lo) >= 0)
    return below and (piece.hi is None or (hi is not None and sign(piece.hi - hi) >= 0))


def overlap(f: Piece, g: Piece, t: Any, turn: int) -> Overlap | None:
    """Where a piece of f and a piece of g, moved by t, are both."""
    start, stop = (g.hi, g.lo) if turn == 1 else (g.lo, g.hi)  # tau = t - x mirrors g, tau = x - t only shifts it
    lower = largest([fixed(f.lo), moved(start, turn)], t, 1)
    upper = largest([fixed(f.hi), moved(stop, turn)], t, -1)
    if lower is not None and upper is not None and sign(at(upper, t) - at(lower, t)) <= 0:
        return None
    return Overlap(lower, upper, f, g)


def fixed(value: Any) -> Limit | None:
    """A limit that stands still."""
    return None if value is None else Limit(0, value)


def moved(knot: Any, turn: int) -> Limit | None:
    """t - knot for a convolution, knot - t for a correlation."""
    return None if knot is None else Limit(turn, tidy(-turn * knot))


def at(limit: Limit, t: Any) -> Any:
    """Its value."""
    return limit.turn * t + limit.at


def largest(limits: list[Limit | None], t: Any, way: int) -> Limit | None:
    """The largest of those that are there (with ``way`` -1 the smallest)."""
    found = [limit for limit in limits if limit is not None]
    if len(found) == 2:
        return found[0] if sign(at(found[0], t) - at(found[1], t)) * way >= 0 else found[1]
    return found[0] if found else None
