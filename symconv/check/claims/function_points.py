"""Points at which equations between functions are compared: simple ones, the formula's constants, and large ones.

Every real variable takes 0, 1, -1, 2, -2, halves, 3, 7/2, ..; each constant c of the formula and each place b at which a case
changes, with c - 1, c + 1, 2 c, c + c/1000, c - c/1000 and their mirror images; and 10^k of both signs for -6 <= k <= 6.  Entries
of vectors take rows of equal, distinct, negative and large ones.  Sizes are 1, 2, 3, and 7 once.  A difference counts if two
rigorous balls, or two exact numbers, are apart.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from symconv.check.claims.function_values import Absent, Corner, Numbers, Real, Silent, Unable, differ, precision, shown
from symconv.check.kernel.reals.field import UNIT
from symconv.check.kernel.reals.places import Found
from symconv.check.kernel.reals.signs import Signs
from symconv.language.formula import Node
from symconv.language.functional import Family, Functional
from symconv.language.lazy import dataclass

Q = Fraction
Assigned = dict[tuple[str, tuple[int, ...]], Fraction]
REAL = (Q(0), Q(1), Q(-1), Q(2), Q(-2), Q(1, 2), Q(-1, 2), Q(3), Q(-3), Q(7, 2), Q(-11, 2))
FAR = (*(s * Q(10) ** k for k in (1, 2, 3, 6, -2, -3, -6) for s in (1, -1)), Q(20), Q(-20), Q(7), Q(-8))
INSIDE = (Q(1, 2), Q(1, 4), Q(3, 4), Q(1, 3), Q(9, 10), Q(1, 1000), Q(999, 1000), Q(1, 10**6), 1 - Q(1, 10**6))
POSITIVE = (Q(1), Q(2), Q(1, 2), Q(3), Q(5, 2), Q(10), Q(1, 10), Q(1000), Q(1, 1000), Q(10**6), Q(1, 10**6))
ROWS: tuple[tuple[Fraction, ...], ...] = tuple(
    tuple(map(Q, row))
    for row in ((5, -7, 11, 3, -2, 8, 4), (2, 2, 2), (-9, -9, 4), (100, -100, 99), (-40, 1, 30), (1000, 3, -1000))
)
SMALL = (Q(1), Q(0), Q(-1), Q(2))
POINTS = 120
SILENT = "not defined: no case applies"
CORNER = "not defined: no derivative there, a kink"
LARGEST = 3
WIDE = 7
PLACES = 100  # of the free indices at the wide size: two of them
CONSTANTS = 12
LONGEST = 10**400  # of a place at which cases change
QUARTERS = tuple(Q(355, 226) * k for k in (1, -1, 2, -2, 3, 4))  # near the multiples of pi/2


@dataclass(frozen=True)
class Tried:
    """A point: sizes, values, free indices; whether it held, and both sides."""

    sizes: dict[str, int]
    values: Assigned
    place: dict[str, int]
    held: bool
    claimed: str = ""
    true: str = ""
    corner: bool = False  # the true side is a derivative at a kink
    zero: bool = False  # both sides are 0


def constants(claim: Functional) -> list[Fraction]:
    """The numbers of the formula and of its definitions, with their neighbours."""
    nodes = [n for pair in claim.links for s in pair for n in s.walk()]
    nodes += [n for d in claim.defined if d.body is not None for n in d.body.walk()]
    nodes += [n for g in claim.given for n in g.walk()]
    found = dict.fromkeys(abs(Q(n.parts[0])) for n in nodes if n.kind == "number" and n.parts[0] not in (0, 1, 2))
    waves = QUARTERS if any(n.kind == "call" and n.parts[0] in ("sin", "cos") for n in nodes) else ()
    return [*list(found)[:CONSTANTS], *waves]


def around(marks: Iterable[Fraction]) -> list[Fraction]:
    """Places with their neighbours, and between them."""
    places = sorted(set(marks))
    made = list(places)
    made += [(a + b) / 2 for a, b in itertools.pairwise(places)]
    made += [c + step for c in places for step in (1, -1, Q(5, 2), Q(-5, 2))]
    made += [c * k for c in places for k in (2, -1, Q(1001, 1000), Q(999, 1000))]
    return list(dict.fromkeys(made))


def borders(found: Sequence[Found]) -> dict[str, list[Fraction]]:
    """The places at which cases change, by variable."""
    made: dict[str, set[Fraction]] = {}
    for atom in {a for f in found for a, _ in f.region}:
        rest = [(m, c) for m, c in atom if m]
        if len(rest) == 1 and len(rest[0][0]) == 1:
            (((g, e),), c) = rest[0]
            place = -dict(atom).get(UNIT, Q(0)) / c
            if g[0] == "v" and e == 1 and max(abs(place.numerator), place.denominator) < LONGEST:
                made.setdefault(g[1], set()).add(place)
    return {v: around(places) for v, places in made.items()}


def choices(family: Family, extra: list[Fraction], numbers: list[Fraction]) -> tuple[Fraction, ...]:
    """The values of a variable, the simplest first."""
    if family.domain in ("probability", "fraction"):
        return INSIDE
    if family.domain == "positive":
        return tuple(dict.fromkeys((*POSITIVE[:5], *(c for c in around(numbers) if c > 0), *POSITIVE[5:])))
    if family.groups:
        return SMALL
    first = sorted(extra, key=lambda q: (q.denominator, abs(q), q < 0))
    return tuple(dict.fromkeys((*first, *REAL, *around([*numbers, *(-c for c in numbers)]), *FAR)))


def sampled(claim: Functional, found: Sequence[Found]) -> Iterator[Tried]:
    """Points, sizes first, then values by the sum of their places in the lists."""
    groups = sorted(
        {g for _, g in claim.groups} | {g for f in claim.families for g in f.groups} | {g for g, _ in claim.sizes}
    )
    extra, numbers = borders(found), constants(claim)
    for total in range(len(groups) * LARGEST + 1):
        for sizes in itertools.product(range(1, LARGEST + 1), repeat=len(groups)):
            if sum(sizes) == total:
                yield from at_sizes(claim, dict(zip(groups, sizes, strict=True)), extra, numbers)
    yield from far(claim, groups)
    yield from inside(claim, found, groups)


def at_sizes(
    claim: Functional, sizes: dict[str, int], extra: dict[str, list[Fraction]], numbers: list[Fraction]
) -> Iterator[Tried]:
    """Points at one choice of sizes."""
    scalars = [f for f in claim.families if not f.groups]
    most = max(POINTS // {0: 2, 1: 6}.get(len(sizes), 15), 120 if not sizes and len(scalars) < 2 else 0)
    made = 0
    for values in assigned(claim, sizes, extra, numbers):
        for tried in at_places(claim, sizes, values):
            made += 1
            yield tried
        if made >= most:
            break
    for f in scalars if len(scalars) > 1 or sizes else []:  # one variable far out, the others simple
        others = next(assigned(claim, sizes, {}, []), {})
        for v in choices(f, extra.get(f.name, []), numbers)[len(REAL) :] if sum(sizes.values()) <= len(sizes) + 1 else ():
            yield from at_places(claim, sizes, {k: v if k == (f.name, ()) else other_value(w) for k, w in others.items()})


def other_value(w: Fraction) -> Fraction:
    """Not 0, where much vanishes."""
    return w if w else Q(1)


def far(claim: Functional, groups: list[str]) -> Iterator[Tried]:
    """Entries that are equal, distinct, negative and large; and a size of 7, unless its places are too many."""
    if not groups:
        return
    for size in (LARGEST, WIDE):
        if size == WIDE and (len(groups) > 1 or size ** len(claim.free) > PLACES):
            continue
        sizes = dict.fromkeys(groups, size)
        for start in range(len(ROWS)):
            values: Assigned = {}
            for shift, f in enumerate(claim.families):
                row = ROWS[(start + shift) % len(ROWS)]
                places = list(itertools.product(*(range(sizes[g]) for g in f.groups)))
                if f.domain == "target" and f.groups:
                    for at in itertools.product(*(range(sizes[g]) for g in f.groups[:-1])):
                        values |= dict(list(rows(f.name, at, sizes[f.groups[-1]]))[(start + shift) % sizes[f.groups[-1]]])
                elif f.domain != "real":
                    values |= {(f.name, p): choices(f, [], [])[(start + k) % 5] for k, p in enumerate(places)}
                else:
                    values |= {(f.name, p): row[k % len(row)] if f.groups else row[0] for k, p in enumerate(places)}
            yield from at_places(claim, sizes, values)


def inside(claim: Functional, found: Sequence[Found], groups: list[str]) -> Iterator[Tried]:
    """Points of thin regions: what a polynomial = 0 determines is computed from simple values of the rest."""
    if groups:
        return
    for f in found:
        table = Signs(f.region, [], [], {}).table
        if not f.fails or not table:
            continue
        for values in itertools.islice(assigned(claim, {}, {}, []), 60):
            moved = dict(values)
            for g, r in table.items():
                at = Q(0)
                for m, c in r.num.items():
                    if any(h[0] != "v" or e.denominator != 1 or e < 0 for h, e in m):
                        break
                    for h, e in m:
                        c *= values.get((h[1], ()), Q(0)) ** int(e)
                    at += c
                else:
                    moved[g[1], ()] = at
            yield from at_places(claim, {}, moved)


def at_places(claim: Functional, sizes: dict[str, int], values: Assigned) -> Iterator[Tried]:
    """A choice of values at every place of the free indices."""
    spans = [range(sizes[dict(claim.groups)[k]]) for k in claim.free]
    for place in itertools.product(*spans):
        tried = compared(claim, sizes, values, dict(zip(claim.free, place, strict=True)))
        if tried is not None:
            yield tried


def assigned(
    claim: Functional, sizes: dict[str, int], extra: dict[str, list[Fraction]], numbers: list[Fraction]
) -> Iterator[Assigned]:
    """Values of every entry: targets are one-hot rows first, then a mixture; the rest by increasing place."""
    spans: list[list[list[tuple[tuple[str, tuple[int, ...]], Fraction]]]] = []
    for f in claim.families:
        places = list(itertools.product(*(range(sizes[g]) for g in f.groups)))
        if f.domain == "target" and f.groups:
            for row in itertools.product(*(range(sizes[g]) for g in f.groups[:-1])):
                spans.append(list(rows(f.name, row, sizes[f.groups[-1]])))
            continue
        for k, place in enumerate(places):
            options = choices(f, extra.get(f.name, []), numbers)
            turn = k % len(options) if f.groups else 0
            options = (*options[turn:], *options[:turn]) if f.groups else options
            spans.append([[((f.name, place), v)] for v in options])
    if not spans:
        yield {}
        return
    for chosen in diagonal([len(s) for s in spans]):
        yield dict(item for s, k in zip(spans, chosen, strict=True) for item in s[k])


def rows(family: str, row: tuple[int, ...], size: int) -> Iterator[list[tuple[tuple[str, tuple[int, ...]], Fraction]]]:
    """One-hot rows, and one with unequal parts."""
    for c in range(size):
        yield [((family, (*row, k)), Q(int(k == c))) for k in range(size)]
    if size > 1:
        total = size * (size + 1) // 2
        yield [((family, (*row, k)), Q(k + 1, total)) for k in range(size)]


def diagonal(lengths: list[int], most: int = 400) -> Iterator[tuple[int, ...]]:
    """Tuples of places by increasing sum, at most so many."""
    made = 0

    def sums(total: int, rest: list[int]) -> Iterator[tuple[int, ...]]:
        if not rest:
            if total == 0:
                yield ()
            return
        for k in range(min(total, rest[0] - 1) + 1):
            for tail in sums(total - k, rest[1:]):
                yield (k, *tail)

    for total in range(sum(n - 1 for n in lengths) + 1):
        for chosen in sums(total, lengths):
            yield chosen
            made += 1
            if made >= most:
                return


def compared(claim: Functional, sizes: dict[str, int], values: Assigned, place: dict[str, int]) -> Tried | None:
    """Both sides of every link at a point; None where neither is defined, or nothing can be said."""
    from flint import ctx

    with ctx.workprec(precision(claim)):
        return both(claim, sizes, values, place)


def both(claim: Functional, sizes: dict[str, int], values: Assigned, place: dict[str, int]) -> Tried | None:
    """The same, with the precision set."""
    numbers = Numbers(claim, sizes, values)
    try:
        if not all(numbers.true(g, dict(place)) for g in claim.given):
            return None
    except (Unable, Absent):
        return None
    some, zero = False, True
    for left, right in claim.links:
        try:
            sides = [value_of(numbers, side, place) for side in (left, right)]
        except Unable:
            continue
        (true, why), (claimed, other) = sides
        if (true is None and claimed is None) or SILENT in (why, other):
            continue
        try:
            apart = true is None or claimed is None or differ(true, claimed)
        except Unable:
            continue
        some = True
        zero = zero and isinstance(true, Q) and isinstance(claimed, Q) and true == claimed == 0
        if apart:
            return Tried(
                sizes, values, place, False,
                other if claimed is None else shown(claimed), why if true is None else shown(true), why is CORNER,
            )  # fmt: skip
    return Tried(sizes, values, place, True, zero=zero) if some else None


def value_of(numbers: Numbers, side: Node, place: dict[str, int]) -> tuple[Real | None, str]:
    """A side's value, or why it has none."""
    try:
        return numbers.value(side, dict(place)), ""
    except Corner:
        return None, CORNER
    except Silent:
        return None, SILENT
    except Absent as absent:
        return None, f"not defined: {absent}"
