"""The points at which a question about numbers is tried, the smallest first, and what is found there.

All points with small sums of sizes come first, so that the first failure is the smallest counterexample; then larger ones,
spread without chance.  A point counts if it satisfies what is given.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from symconv.check.claims.values import TERMS, Point, TooLarge, Undefined, compiled, terms, tested
from symconv.core.lazy import dataclass
from symconv.core.question import Link, Question

BUDGET = 5_000
ENOUGH = 900
LARGER = 150


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
    large: str = ""  # what was too large to be worked out, at some point

    @property
    def failures(self) -> list[Tried]:
        """The points where the claim fails, the smallest first."""
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


def larger(question: Question) -> Iterator[dict[str, int]]:
    """Larger points, from a fixed sequence."""
    state = 12_345
    for _ in range(LARGER):
        point = {}
        for each, least in question.variables:
            state = (state * 1_103_515_245 + 12_345) % 2**31
            point[each] = least + (state >> 8) % (23 if least else 7)
        yield point


class Plan:
    """A question made ready for many points: conditions as soon as their names are known, then the links."""

    def __init__(self, question: Question) -> None:
        known = {n for n, _ in question.variables}
        waiting = list(question.given)

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


def add(found: list[Tried], plan: Plan, point: dict[str, int]) -> str:
    """Try a point, if it is in the domain; what is too large to be worked out there is said, and decides nothing."""
    try:
        full = plan.completed(point)
        if full is not None:
            found.append(plan.tried(full))
    except TooLarge as error:
        return str(error)
    return ""


@lru_cache(maxsize=64)  # the verdict and the repair look at the same points
@terms(5 * TERMS)
def trial(question: Question, budget: int = BUDGET, enough: int = ENOUGH) -> Trial:
    """Try the question: all small points, then larger ones."""
    plan = Plan(question)
    found: list[Tried] = []
    bound, large = 0, ""
    for seen, (total, point) in enumerate(candidates(question)):
        if (seen >= budget or len(found) >= enough) and total > bound:
            break
        bound = total
        if seen > 3 * budget:
            bound -= 1
            break
        large = add(found, plan, point) or large
    if question.variables:
        known = {tuple(t.point[n] for n, _ in question.variables) for t in found}
        for point in larger(question):
            if tuple(point.values()) not in known:
                add(found, plan, point)
    return Trial(tuple(found), bound, large)
