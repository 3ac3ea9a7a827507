"""All sizes up to a bound, by increasing sum, and further ones: where the sides agree, and the smallest point where they do not.

    small    every choice of sizes, while the work lasts
    wide     the constants of the formula and their neighbours as sizes, sizes to 17 in every order of magnitude (strides beyond
             kernels, kernels beyond inputs), a fixed sequence; entries near 0, near those constants, and spread to the last

The work is counted in products of entries, the same on every machine; what would take too much is not compared, and does not
count.  Sizes at which a sum is over nothing, or at which no entry was compared, support nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from math import prod

from symconv.check.claims import polynomials
from symconv.check.claims.points import Sequence
from symconv.check.claims.polynomials import Number, Outside, Polynomial, TooLarge, Undefined, Zero
from symconv.check.claims.signals import Misfit, shaped
from symconv.check.claims.tensor_support import infinite
from symconv.check.claims.tensor_values import World
from symconv.language.lazy import dataclass
from symconv.language.tensorial import Equation, Failing, Found

NEAR = (0, 1, -1, 2, -2, 3)  # an index over all integers, the smallest first
WORK = 10_000  # products of entries compared before the search stops
WIDE = 200_000  # of them at sizes beyond
ENTRIES = 300  # at one choice of sizes
ENTRIES_WIDE = 60
MOST = 200_000  # products of entries at one choice of sizes
MOST_WIDE = 30_000
LEAST = 12
SIZES = (5, 8, 11, 12, 17)
SPREAD = 24
CONSTANT = 2_000  # no larger constant becomes a size


@dataclass
class Search:
    """What one pass over the sizes saw."""

    compared: int = 0
    tried: int = 0
    bound: int = 0
    work: int = 0
    failure: Failing | None = None
    points: list[tuple[tuple[tuple[str, int], ...], bool]] | None = None
    filled: bool = False
    complete: bool = True  # no choice of sizes was left out for its work
    largest: int = 0
    met: int = 0  # entries at the sizes at hand
    entries: int = ENTRIES  # of them at the most


def search(equation: Equation, largest: int = 9, every: bool = False, work: int = WORK) -> Found:
    """Compare both sides for all sizes by increasing sum; stop at the first failure unless ``every``."""
    world = World(equation)
    seen = Search(points=[] if every else None)
    low = [least for _, least in equation.sizes]
    names = [n for n, _ in equation.sizes]
    for more in range(largest + 1):
        for sizes in _splits(more, low, names):
            if look(world, sizes, seen, MOST) and not every:
                return _result(seen)
            if seen.work > work and seen.tried >= LEAST:
                return _result(seen)
        if seen.complete:
            seen.bound = sum(low) + more
        if not names:
            break
    return _result(seen)


def beyond(equation: Equation, every: bool = False, work: int = WIDE) -> Found:
    """Compare both sides at sizes beyond the small ones; a failure is made smaller while it fails."""
    world = World(equation)
    seen = Search(points=[] if every else None, entries=ENTRIES_WIDE)
    done: set[tuple[int, ...]] = set()
    for sizes in wide(equation):
        if tuple(sizes.values()) in done:
            continue
        done.add(tuple(sizes.values()))
        if look(world, sizes, seen, MOST_WIDE) and not every:
            assert seen.failure is not None
            seen.failure = shrunk(world, seen.failure)
            break
        if seen.work > work:
            break
    return _result(seen)


def once(equation: Equation, sizes: dict[str, int], entries: int = ENTRIES) -> Failing | None:
    """The failure at one choice of sizes, evaluated anew; None if there is none."""
    seen = Search(entries=entries)
    look(World(equation), sizes, seen, MOST)
    return seen.failure


def look(world: World, sizes: dict[str, int], seen: Search, most: int) -> bool:
    """Compare at one choice of sizes; whether the sides differ there."""
    if not world.at(sizes):
        return False
    began = polynomials.work[0]
    polynomials.limit[0] = began + most
    seen.tried, seen.met = seen.tried + 1, 0
    try:
        failing = compared(world, seen)
    except TooLarge:
        seen.complete = False
        seen.work += most
        return False
    seen.work += polynomials.work[0] - began + 20
    if failing is None and (seen.met == 0 or hollow(world)):
        return False
    seen.compared += 1
    seen.largest = max(seen.largest, *sizes.values(), 0)
    if seen.points is not None:
        seen.points.append((tuple(sizes.items()), failing is None))
    seen.failure = seen.failure or failing
    return failing is not None


def shrunk(world: World, failing: Failing) -> Failing:
    """A smaller failure: every size in turn as small as the sides still differ, by halving."""
    best = failing

    def fails(name: str, value: int) -> bool:
        nonlocal best
        found = Search(entries=ENTRIES_WIDE)
        sizes = {n: v for n, v in best.sizes if isinstance(v, int)}
        if look(world, {**sizes, name: value}, found, MOST_WIDE) and found.failure is not None:
            best = found.failure
            return True
        return False

    for _ in range(2):
        for name, low in world.equation.sizes:
            high = next(v for n, v in best.sizes if n == name)
            assert isinstance(high, int)
            if high == low or fails(name, low):
                continue
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if fails(name, middle) else (middle, high)
    return best


def _result(seen: Search) -> Found:
    return Found(seen.compared, seen.bound, seen.failure, tuple(seen.points or ()), not seen.filled, seen.largest)


def _splits(total: int, low: list[int], names: list[str]) -> Iterator[dict[str, int]]:
    """All sizes with the sum of what they have beyond the least; unequal ones are among them."""
    if not names:
        if total == 0:
            yield {}
        return
    for cuts in itertools.combinations(range(total + len(names) - 1), len(names) - 1):
        ends = (-1, *cuts, total + len(names) - 1)
        yield {n: least + ends[k + 1] - ends[k] - 1 for k, (n, least) in enumerate(zip(names, low, strict=True))}


# sizes beyond
def constants(equation: Equation) -> list[int]:
    """The whole numbers >= 2 in an equation, and in what is given."""
    sides = [equation.claimed, equation.true, *equation.given, *(m for _, m in equation.definitions)]
    if equation.forward is not None:
        sides.append(equation.forward.body)
    sides += [e for f in equation.free for e in (f.lower, f.upper) if e is not None]
    found = {abs(n.parts[0].numerator) for e in sides for n in e.walk() if n.kind == "number"}
    return sorted(c for c in found if 2 <= c <= CONSTANT)


def wide(equation: Equation) -> Iterator[dict[str, int]]:
    """Sizes beyond the small ones, those with constants first."""
    names = [n for n, _ in equation.sizes]
    if not names:
        return
    for values in rows(len(names), [c + near for c in constants(equation) if c > 2 for near in (0, 1, -1, 2)]):
        yield {n: max(low, v) for (n, low), v in zip(equation.sizes, values, strict=True)}


def rows(count: int, marks: list[int]) -> Iterator[list[int]]:
    """So many sizes at once: one at a mark beside small, equal and larger ones; every order of magnitude; a sequence."""
    for at, mark in itertools.product(range(count), [*marks, *SIZES]):
        for other in (1, 2, 3):
            yield [mark if k == at else other - (k + at) % 2 * (other == 3) for k in range(count)]
    for mark in marks:
        yield [mark] * count
        for at, large in itertools.product(range(count), repeat=2):  # one more at least as large, the rest small
            if at != large:
                yield [mark if k == at else 2 * mark + 1 if k == large else 1 + k % 2 for k in range(count)]
        for at in range(count):
            yield [mark if k == at else mark + 3 for k in range(count)]
    for turn in range(count):
        for pattern in ((11, 2, 7, 3, 5, 13), (13, 4, 3, 1)):
            yield [pattern[(k + turn) % len(pattern)] for k in range(count)]
    numbers = Sequence()
    for at in range(SPREAD):
        yield [1 + numbers.below((6, 12, 4)[(k + at) % 3]) for k in range(count)]


def hollow(world: World) -> bool:
    """Whether a sum whose limits are sizes is over nothing."""
    for lower, upper in extents(world):
        try:
            if lower(world.values) > upper(world.values):
                return True
        except (Undefined, TooLarge):
            continue
    return False


def extents(world: World) -> list[tuple[Callable[[dict[str, int]], Number], Callable[[dict[str, int]], Number]]]:
    """The limits of the explicit sums and maxima that depend on sizes alone."""
    equation = world.equation
    known = {n for n, _ in (*equation.sizes, *equation.definitions)}
    found = []
    for node in (n for side in (equation.claimed, equation.true) for n in side.walk()):
        for r in node.inner() if node.kind in ("sum", "extremum") else ():
            if r.kind == "range" and all(set(e.names()) <= known and not infinite(e) for e in r.inner()):
                found.append((world.count(r.parts[1]), world.count(r.parts[2])))
    return found


# one choice of sizes
def compared(world: World, seen: Search) -> Failing | None:
    """The first entry at which the sides differ at the sizes of the world.

    Raises TooLarge where that takes too much work.
    """
    sizes = tuple((n, world.values[n]) for n, _ in world.equation.sizes)
    try:
        if world.equation.whole:
            return _arrays(world, sizes, seen)
        return _entries(world, sizes, seen)
    except Misfit as misfit:
        return Failing(sizes, (), "", "not defined", "defined", str(misfit))
    except Outside as outside:
        return Failing(sizes, (), "", "not defined", "defined", str(outside))


def _arrays(world: World, sizes: tuple[tuple[str, int], ...], seen: Search) -> Failing | None:
    equation = world.equation
    try:
        true = world.signal(equation.true, world.values)
    except Undefined:
        return None
    try:
        claimed = world.signal(equation.claimed, world.values)
    except Undefined as error:
        return Failing(sizes, (), "", "not defined", "defined", without_value(error))
    if not equation.lattice and true.shape != claimed.shape:
        shapes = shaped(claimed.shape), shaped(true.shape)
        return Failing(sizes, (), "shape", *shapes, f"the result has shape {shapes[0]}, not {shapes[1]}")
    seen.met += prod(true.shape)
    for index in sorted({*true.data, *claimed.data}, key=lambda i: (sum(map(abs, i)), i)):
        found = _differ(claimed.at(index), true.at(index), seen)
        if found is not None:
            return Failing(sizes, index, found[0], str(found[1]), str(found[2]))
    return None


def _differ(claimed: Polynomial, true: Polynomial, seen: Search) -> tuple[str, Number, Number] | None:
    seen.filled |= bool(true) or bool(claimed)
    found = polynomials.difference(claimed, true)
    return (polynomials.spelled(found[0]), found[1], found[2]) if found else None


def _entries(world: World, sizes: tuple[tuple[str, int], ...], seen: Search) -> Failing | None:
    equation = world.equation
    true, claimed = world.weigh(equation.true), world.weigh(equation.claimed)
    for place in _places(world, seen.entries):
        values = {**world.values, **{f.name: i for f, i in zip(equation.free, place, strict=True)}}
        try:
            right = true(values)
        except Undefined:
            continue
        try:
            left = claimed(values)
        except Undefined as error:
            return Failing(sizes, place, "", "not defined", shown(right), without_value(error))
        seen.met += 1
        found = _differ(left, right, seen)
        if found is not None:
            return Failing(sizes, place, found[0], str(found[1]), str(found[2]))
    return None


def without_value(error: Undefined) -> str:
    """Why a side has no value."""
    return "a division by 0" if isinstance(error, Zero) else "the formula has no value"


def shown(p: Polynomial) -> str:
    """A value in a counterexample: 2 x[0], where it is short."""
    if len(p) > 2:
        return "defined"
    return " + ".join(f"{c} {polynomials.spelled(m)}".removeprefix("1 ") if m else str(c) for m, c in p.items()) or "0"


def _places(world: World, most: int) -> Iterator[tuple[int, ...]]:
    """The values of the free indices: within their ranges, or near 0 and the constants of the formula; spread where many."""
    near = sum(world.values.get(n, 0) for n, _ in world.equation.sizes)
    spans: list[list[int]] = []
    for f in world.equation.free:
        if f.lower is None or f.upper is None:
            beside = {s * c + e for c in (near, *constants(world.equation)) for s in (1, -1) for e in (-1, 0, 1)}
            here = range(-near - 1, near + 2) if len(world.equation.free) == 1 else NEAR
            spans.append(sorted({*here, *beside}, key=lambda i: (abs(i), i < 0)))
            continue
        lower, upper = world.count(f.lower)(world.values), world.count(f.upper)(world.values)
        spans.append(list(range(int(lower), int(upper) + 1)))
    yield from spread(spans, most)


def spread(spans: list[list[int]], most: int) -> Iterator[tuple[int, ...]]:
    """The product of spans; where it has too many places, the first ones and some that are spread up to the last."""
    total = prod(map(len, spans))
    if total <= most:
        yield from itertools.product(*spans)
        return
    half = most // 2
    rest = [half + (total - 1 - half) * k // (half - 1) for k in range(half)]
    for at in (*range(half), *rest):
        place = []
        for span in reversed(spans):
            at, digit = divmod(at, len(span))
            place.append(span[digit])
        yield tuple(reversed(place))


def fits(equation: Equation, sizes: dict[str, int]) -> bool:
    """Whether the sides are arrays of one shape at the given sizes."""
    world = World(equation)
    if not world.at(sizes):
        return False
    polynomials.limit[0] = polynomials.work[0] + MOST
    try:
        return bool(world.signal(equation.claimed, world.values).shape == world.signal(equation.true, world.values).shape)
    except (Misfit, TooLarge):
        return False
