"""All sizes up to a bound, by increasing sum: where the sides agree, and the smallest point where they do not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from symconv.check.claims import polynomials
from symconv.check.claims.polynomials import Number, Polynomial
from symconv.check.claims.signals import Misfit, Signal, shaped
from symconv.check.claims.tensor_values import Outside, TooLarge, Undefined, World, Zero
from symconv.core.formula import Node
from symconv.core.lazy import dataclass
from symconv.core.tensorial import Equation, Failing, Found

NEAR = (0, 1, -1, 2, -2, 3)  # an index over all integers, the smallest first
WORK = 10_000  # products of entries compared before the search stops
ENTRIES = 300
MOST = 200_000  # at one choice of sizes
LEAST = 12


@dataclass
class Search:
    """What one pass over the sizes saw."""

    compared: int = 0
    bound: int = 0
    work: int = 0
    failure: Failing | None = None
    points: list[tuple[tuple[tuple[str, int], ...], bool]] | None = None
    filled: bool = False
    skipped: int = 0


def search(equation: Equation, largest: int = 9, every: bool = False, work: int = WORK) -> Found:
    """Compare both sides for all sizes by increasing sum; stop at the first failure unless ``every``."""
    world = World(equation)
    seen = Search(points=[] if every else None)
    began = polynomials.work[0]
    low = [least for _, least in equation.sizes]
    names = [n for n, _ in equation.sizes]
    for more in range(largest + 1):
        for sizes in _splits(more, low, names):
            if not world.at(sizes):
                continue
            polynomials.limit[0] = polynomials.work[0] + MOST
            failing = compared(world, seen)
            seen.compared += 1
            seen.work = polynomials.work[0] - began + seen.compared * 20 + seen.skipped
            if seen.points is not None:
                seen.points.append((tuple(sizes.items()), failing is None))
            if failing is not None and seen.failure is None:
                seen.failure = failing
                if not every:
                    return _result(seen)
            if seen.work > work and seen.compared >= LEAST:
                return _result(seen)
        seen.bound = sum(low) + more
        if not names:
            break
    return _result(seen)


def _result(seen: Search) -> Found:
    return Found(seen.compared, seen.bound, seen.failure, tuple(seen.points or ()), not seen.filled)


def _splits(total: int, low: list[int], names: list[str]) -> Iterator[dict[str, int]]:
    """All sizes with the sum of what they have beyond the least; unequal ones are among them."""
    if not names:
        if total == 0:
            yield {}
        return
    for cuts in itertools.combinations(range(total + len(names) - 1), len(names) - 1):
        ends = (-1, *cuts, total + len(names) - 1)
        yield {n: least + ends[k + 1] - ends[k] - 1 for k, (n, least) in enumerate(zip(names, low, strict=True))}


def compared(world: World, seen: Search) -> Failing | None:
    """The first entry at which the sides differ at the sizes of the world."""
    sizes = tuple((n, world.values[n]) for n, _ in world.equation.sizes)
    try:
        if world.equation.whole:
            return _arrays(world, sizes, seen)
        return _entries(world, sizes, seen)
    except Misfit as misfit:
        return Failing(sizes, (), "", "not defined", "defined", str(misfit))
    except Outside as outside:
        return Failing(sizes, (), "", "not defined", "defined", str(outside))
    except TooLarge:
        seen.skipped += 10 * WORK
        return None


def _arrays(world: World, sizes: tuple[tuple[str, int], ...], seen: Search) -> Failing | None:
    equation = world.equation
    true, claimed = world.signal(equation.true, world.values), world.signal(equation.claimed, world.values)
    if not equation.lattice and true.shape != claimed.shape:
        shapes = shaped(claimed.shape), shaped(true.shape)
        return Failing(sizes, (), "shape", *shapes, f"the result has shape {shapes[0]}, not {shapes[1]}")
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
    for place in itertools.islice(_places(world), ENTRIES):
        values = {**world.values, **{f.name: i for f, i in zip(equation.free, place, strict=True)}}
        try:
            right = true(values)
            left = claimed(values)
        except Zero:
            return Failing(sizes, place, "", "not defined", "defined", "a division by 0")
        except Undefined:
            continue
        found = _differ(left, right, seen)
        if found is not None:
            return Failing(sizes, place, found[0], str(found[1]), str(found[2]))
    return None


def _places(world: World) -> Iterator[tuple[int, ...]]:
    """The values of the free indices: within their ranges, or near 0."""
    near = sum(world.values.get(n, 0) for n, _ in world.equation.sizes)
    spans: list[list[int]] = []
    for f in world.equation.free:
        if f.lower is None or f.upper is None:
            spans.append(list(range(-near - 1, near + 2)) if len(world.equation.free) == 1 else list(NEAR))
            spans[-1].sort(key=lambda i: (abs(i), i < 0))
            continue
        lower, upper = world.count(f.lower)(world.values), world.count(f.upper)(world.values)
        spans.append(list(range(int(lower), int(upper) + 1)))
    yield from itertools.product(*spans)


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


def numbered(equation: Equation, name: str, value: int) -> Equation:
    """One name put in as a number."""
    return replace(
        equation, given=(*equation.given, Node("relation", ("=", Node("name", (name,)), Node("number", (value,)))))
    )


__all__ = ["Search", "Signal", "fits", "numbered", "search"]
