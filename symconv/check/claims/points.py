"""The points at which a question about numbers is tried, and what is found there.

    small     all points with small sums of sizes, so that a failure among them is the smallest counterexample
    marked    the constants of the formula and what can be made of two of them (sums, products, quotients, roots, powers), their
              neighbours, in every name, beside small, equal and larger values of the others
    spread    sizes of every magnitude up to 10^6 from a fixed sequence, with coincidences: two names equal, one a multiple of
              another, one beyond another by 1

A point counts if it satisfies what is given; where an equation is given for a name, it is solved for it.  A failure that was
found beyond the small points is made smaller, name by name and two names together, while it still fails.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from math import isqrt
from typing import Any

from symconv.check.claims.values import TERMS, Point, TooLarge, Undefined, compiled, left, terms, tested, value
from symconv.errors import SymconvError
from symconv.language.formula import Node
from symconv.language.lazy import dataclass
from symconv.language.question import Link, Question

BUDGET = 5_000  # small points looked at
ENOUGH = 900  # of them in the domain
MARKED = 2_400  # points looked at that hold a constant of the formula
SPREAD = 400
LARGEST = 10**6
MOST = 10**9  # no constant beyond is put in
CONSTANTS = 8
SUMMED = 40_000  # terms of sums worked out, at small points and again at the others
SHRINKS = 600  # points looked at to make a failure smaller


@dataclass(frozen=True)
class Tried:
    """A point of the domain and the first link that fails there, if one does; ``why`` where a side has no value."""

    point: dict[str, int]
    failed: Link | None = None
    why: str = ""


@dataclass(frozen=True)
class Trial:
    """All that was tried."""

    points: tuple[Tried, ...]
    bound: int  # every point with sizes summing up to this much above their least values was tried
    smallest: Tried | None = None  # failure
    thresholds: tuple[tuple[str, int], ...] = ()  # values of the failure that were brought down to where it just fails
    large: str = ""  # what was too large to be worked out, at some point

    @property
    def failures(self) -> list[Tried]:
        """The points where the claim fails."""
        return [t for t in self.points if t.failed is not None]


def sums(count: int, total: int) -> Iterator[tuple[int, ...]]:
    """All ways to write ``total`` as ``count`` numbers >= 0."""
    if count == 0:
        if total == 0:
            yield ()
        return
    if count == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in sums(count - 1, total - first):
            yield (first, *rest)


def candidates(question: Question) -> Iterator[tuple[int, dict[str, int]]]:
    """Points by increasing sum: (sum above the least values, point)."""
    names = [n for n, _ in question.variables]
    leasts = [least for _, least in question.variables]
    for total in itertools.count():
        for excess in sums(len(names), total):
            yield total, {n: least + e for n, least, e in zip(names, leasts, excess, strict=True)}
        if not names:
            return


# the constants of a formula
def expressions(question: Question) -> Iterator[Node]:
    """Every expression of a question."""
    for link in question.links:
        yield link.claim
        yield from link.shown or ()
        if link.condition is not None:
            yield link.condition
    for _, meaning in question.definitions:
        yield meaning
    yield from question.given


def closed(node: Node) -> Iterator[Node]:
    """The largest parts without names."""
    if node.kind in ("relation", "and", "or", "not") or node.names():
        for part in node.inner():
            yield from closed(part)
        return
    yield node


@lru_cache(maxsize=256)
def constants(question: Question) -> tuple[int, ...]:
    """The whole numbers >= 2 that the formula names or works out, numerators and denominators among them."""
    found: set[int] = set()
    for node in (n for e in expressions(question) for n in closed(e)):
        for inner in node.walk():
            try:
                made = value(inner, {})
            except (Undefined, TooLarge, SymconvError, KeyError):  # what has no value is no constant
                continue
            found |= {abs(made.numerator), made.denominator}
    kept = sorted(c for c in found if 2 <= c <= MOST)
    return tuple(kept[: CONSTANTS // 2] + kept[CONSTANTS // 2 :][-(CONSTANTS // 2) :])


def marks(question: Question) -> list[int]:
    """Where a formula with these constants may change: they, what two of them make, and the neighbours of all."""
    found = constants(question)
    made = set(found)
    for c in found:
        made |= {2 * c, c * c, isqrt(c), c.bit_length() - 1, c.bit_length()}
    for a, b in itertools.combinations(found, 2):
        made |= {a + b, b - a, a * b, b // a, -(-b // a), 2 * b // a}
    kept = {m + near for m in made for near in (-1, 0, 1)}
    return sorted(m for m in kept if 0 <= m <= MOST)


def marked(question: Question) -> Iterator[dict[str, int]]:
    """Every name at every mark, beside others that are small, equal to it, a little or much larger."""
    here = [m for m in marks(question) if m > 3]
    each = question.variables
    for rank in range(8):
        for at, (chosen, low) in enumerate(each):
            for mark in here:
                if mark < low:
                    continue
                around = beside(mark, rank, at)
                point = {n: max(least, around(k)) for k, (n, least) in enumerate(each)}
                yield {**point, chosen: mark}


def beside(mark: int, rank: int, at: int) -> Callable[[int], int]:
    """Values of the other names: by their place."""
    kinds: tuple[Callable[[int], int], ...] = (
        lambda k: 0,
        lambda k: (2, 3, 5, 7, 11, 13)[(k + at) % 6],
        lambda k: mark * mark + 7 if k < at else 3,
        lambda k: 3 if k < at else mark * mark + 7,
        lambda k: mark,
        lambda k: mark + (1 if k % 2 else -1),
        lambda k: 10 * mark + 3 if k % 2 == at % 2 else 2,
        lambda k: 2 * mark if k < at else mark // 2,
    )
    return kinds[rank]


class Sequence:
    """Numbers without chance: the same on every machine."""

    def __init__(self, state: int = 12_345) -> None:
        self.state = state

    def below(self, end: int) -> int:
        """The next, >= 0 and below ``end``."""
        self.state = (self.state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        return (self.state >> 33) % end


def spread(question: Question) -> Iterator[dict[str, int]]:
    """Points of every magnitude, and coincidences among them."""
    numbers = Sequence()
    each = question.variables
    for at in range(SPREAD):
        top = (7, 30, 30, 300, 3_000, 30_000, LARGEST)[numbers.below(7)]
        point = {n: least + numbers.below(max(2, top // (1, 1, 3, 10)[numbers.below(4)])) for n, least in each}
        if len(each) > 1 and at % 2:
            (one, least), (other, _) = (each[numbers.below(len(each))] for _ in range(2))
            times, more = (1, 1, 2, 3, 0)[numbers.below(5)], (0, 0, 1, -1)[numbers.below(4)]
            point[one] = max(least, times * point[other] + more)
        yield point


# a question made ready
class Plan:
    """A question made ready for many points: conditions as soon as their names are known, then the links."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.large = ""  # what was too large to be worked out, at some point
        known = {n for n, _ in question.variables}
        waiting = list(question.given)
        self.solved = list(solved(question))

        def ready() -> list[Callable[[Point], bool]]:
            now = [g for g in waiting if set(g.names()) <= known]
            waiting[:] = [g for g in waiting if g not in now]
            return [tested(g) for g in now]

        self.first = ready()
        self.stages: list[tuple[str, Callable[[Point], Any], list[Callable[[Point], bool]]]] = []
        for each, meaning in question.definitions:
            known.add(each)
            self.stages.append((each, compiled(meaning), ready()))
        self.unknown = bool(waiting)
        self.links = [
            (k, tested(k.claim), tested(k.condition) if k.condition is not None else None) for k in question.links
        ]

    def fitted(self, point: dict[str, int]) -> dict[str, int] | None:
        """The point with every name for which an equation is given; None where it has no such value."""
        made = dict(point)
        for each, low, meaning in self.solved:
            try:
                found = meaning(made)
            except (Undefined, TooLarge):
                return None
            if not isinstance(found, int) or found < low:
                return None
            made[each] = found
        return made

    def completed(self, point: dict[str, int]) -> Point | None:
        """The point with its definitions; None where it is outside of the domain."""
        if self.unknown:
            return None
        full: dict[str, int] = dict(point)
        try:
            if not all(test(full) for test in self.first):
                return None
            for each, meaning, tests in self.stages:
                full[each] = meaning(full)
                if not all(test(full) for test in tests):
                    return None
        except Undefined:
            return None
        return full

    def tried(self, point: Point) -> Tried:
        """The claim at one point of the domain."""
        for link, test, condition in self.links:
            try:
                if condition is not None and not condition(point):
                    continue
                if not test(point):
                    return Tried(dict(point), link)
            except Undefined as error:
                return Tried(dict(point), link, str(error))
        return Tried(dict(point))

    def at(self, point: dict[str, int]) -> Tried | None:
        """The claim at a point, or None outside of the domain and where values are too large."""
        try:
            full = self.completed(point)
            return None if full is None else self.tried(full)
        except TooLarge as error:
            self.large = str(error)
            return None


def solved(question: Question) -> Iterator[tuple[str, int, Callable[[Point], Any]]]:
    """Names that a given equation says in terms of the others: p = (k - 1)/2."""
    free = dict(question.variables)
    for node in question.given:
        if node.kind != "relation" or node.parts[0] != "=":
            continue
        for one, other in ((node.parts[1], node.parts[2]), (node.parts[2], node.parts[1])):
            if one.kind == "name" and one.parts[0] in free and set(other.names()) <= free.keys() - {one.parts[0]}:
                yield one.parts[0], free.pop(one.parts[0]), compiled(other)
                break


# trying
@lru_cache(maxsize=64)  # the verdict and the repair look at the same points
@terms(5 * TERMS)
def trial(question: Question, budget: int = BUDGET, enough: int = ENOUGH) -> Trial:
    """Try the question: all small points, then those with its constants, then larger ones."""
    plan = Plan(question)
    found: list[Tried] = []
    bound, began = 0, left()
    clear: int | None = None
    for seen, (total, point) in enumerate(candidates(question)):
        if (seen >= budget or len(found) >= enough or began - left() > SUMMED) and total > bound:
            break
        bound = total
        if seen > 3 * budget:
            bound -= 1
            break
        tried = plan.at(point)
        if tried is not None:
            found.append(tried)
        elif plan.large and clear is None:
            clear = total - 1  # not all with this sum were worked out
    if clear is not None:
        bound = clear
    if not question.variables:
        return replace(Trial(tuple(found), bound, next((t for t in found if t.failed), None)), large=plan.large)
    smallest = next((t for t in found if t.failed is not None), None)
    found += beyond(question, plan, found)
    if smallest is not None:
        return replace(Trial(tuple(found), bound, smallest), large=plan.large)
    failures = [t for t in found if t.failed is not None]
    if not failures:
        return replace(Trial(tuple(found), bound), large=plan.large)
    failing = min(failures, key=lambda t: sum(t.point[n] for n, _ in question.variables))
    least, near = shrunk(plan, failing)
    thresholds = tuple((n, least.point[n]) for n, low in question.variables if least.point[n] > low + 2)
    return replace(Trial((*found, least, *near), bound, least, thresholds), large=plan.large)


def beyond(question: Question, plan: Plan, found: list[Tried]) -> Iterator[Tried]:
    """The points beyond the small ones."""
    names = [n for n, _ in question.variables]
    known = {tuple(t.point[n] for n in names) for t in found}
    began = left()
    for point in itertools.chain(itertools.islice(marked(question), MARKED), spread(question)):
        fitted = plan.fitted(point)
        if fitted is None or tuple(fitted[n] for n in names) in known:
            continue
        if began - left() > SUMMED:
            return
        known.add(tuple(fitted[n] for n in names))
        tried = plan.at(fitted)
        if tried is not None:
            yield tried


def shrunk(plan: Plan, failing: Tried) -> tuple[Tried, list[Tried]]:
    """A smaller failure of the same claim, and what was tried on the way."""
    names = [(n, low) for n, low in plan.question.variables if n not in {s for s, *_ in plan.solved}]
    seen: list[Tried] = []
    best = failing

    def fails(changes: dict[str, int]) -> bool:
        nonlocal best
        if len(seen) >= SHRINKS:
            return False
        fitted = plan.fitted({**{n: best.point[n] for n, _ in plan.question.variables}, **changes})
        tried = plan.at(fitted) if fitted is not None else None
        if tried is None:
            seen.append(failing)  # counted, so that the search ends
            return False
        seen.append(tried)
        if tried.failed is None:
            return False
        best = tried
        return True

    here = marks(plan.question)
    groups = [[n] for n in names] + [list(pair) for pair in itertools.combinations(names, 2)] + [names]
    changed = True
    while changed and len(seen) < SHRINKS:
        before = best
        for group in groups:
            if len(group) == 1:
                ((each, low),) = group
                any(fails({each: m}) for m in here if low <= m < best.point[each])
            lowered(group, best, fails)
        changed = best is not before
    return best, [t for t in seen if t is not failing]


def lowered(group: list[tuple[str, int]], best: Tried, fails: Callable[[dict[str, int]], bool]) -> None:
    """Names lowered together by one number, the largest with which the claim still fails, found by halving."""
    room = min(best.point[n] - low for n, low in group)
    start = {n: best.point[n] for n, _ in group}
    low, high = 0, room + 1  # fails at low
    for step in (room, room - 1, 1):
        if low < step <= room and fails({n: v - step for n, v in start.items()}):
            low = max(low, step)
    if low == 0:
        return
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fails({n: v - middle for n, v in start.items()}) else (low, middle)
