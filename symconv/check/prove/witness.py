"""Small numbers that meet a claim's hypotheses and, for an identity, some term: the claim is about something.

Sizes are tried by increasing sum; a term's bound integers in their ranges, and where an equation determines one, that value.
The search is counted in points, and the kernel evaluates what is found anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from symconv.check.kernel.obligations import NotShown
from symconv.check.kernel.session import Session, Vacuous, evaluated
from symconv.check.kernel.terms import Product, operator_domain
from symconv.core.integers import Int

POINTS = 20_000
LARGEST = 12
NEAR = (0, 1, -1, 2, -2, 3, -3)


def witness(session: Session) -> tuple[dict[str, int], int | None] | None:
    """(values, the term that is met), or None if none was found within the budget."""
    budget = Budget(POINTS)
    for values in points(session, budget):
        if not session.start:
            return values, None
        full = dict(values)
        for atom, meaning in session.domain.atoms.items():
            assert not isinstance(atom, str)
            full[meaning.name or ""] = Int([((atom,), 1)]).evaluate(full)
        for number, term in session.start.items():
            met = next(meeting(term, full, budget), None)
            if met is not None:
                return values | {name: met[name] for name in term.bound}, number
    return None


class Budget:
    """A number of points."""

    def __init__(self, points: int) -> None:
        self.left = points

    def spend(self) -> bool:
        """Whether one more may be tried."""
        self.left -= 1
        return self.left >= 0


def points(session: Session, budget: Budget) -> Iterator[dict[str, int]]:
    """Sizes and free indices that meet the hypotheses, the definitions' values included."""
    claim = session.claim
    sizes = list(claim.sizes)
    if claim.op is not None:
        sizes = [*operator_domain(claim.op)[0], *sizes]
    names = [n for n, _ in sizes]
    for total in range(LARGEST + 1):
        for excess in splits(total, len(names)):
            values = {n: least + e for (n, least), e in zip(sizes, excess, strict=True)}
            for free in itertools.product(*(_span(size, values, claim) for _, size in claim.free)):
                if not budget.spend():
                    return
                point = values | {n: v for (n, _), v in zip(claim.free, free, strict=True)}
                try:
                    yield evaluated(claim, point)
                except Vacuous:
                    continue
        if not names:
            return


def _span(size: Int | None, values: Mapping[str, int], claim: object) -> range | tuple[int, ...]:
    """Where a free index is tried; its range may rest on a definition, so it is cut off rather than computed."""
    if size is None:
        return NEAR
    if size.names() <= values.keys():
        try:
            return range(max(0, min(int(size.evaluate(values)), LARGEST)))
        except ZeroDivisionError:
            return range(0)
    return range(3)


def splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write total as a sum of that many numbers >= 0."""
    if parts <= 1:
        if parts == 1 or total == 0:
            yield (total,) * parts
        return
    for first in range(total + 1):
        for rest in splits(total - first, parts - 1):
            yield (first, *rest)


def meeting(term: Product, values: Mapping[str, int], budget: Budget) -> Iterator[dict[str, int]]:
    """Points of a term: bound integers one by one, each determined or in its range."""
    waiting = [n for n in term.bound if n not in values]
    if not all(e.evaluate(values) >= 0 for e in term.ge if e.names() <= values.keys()):
        return
    if not all(e.evaluate(values) == 0 for e in term.eq if e.names() <= values.keys()):
        return
    if not waiting:
        yield dict(values)
        return
    name, choices = _next(term, waiting, values)
    for value in choices:
        if not budget.spend():
            return
        yield from meeting(term, {**values, name: value}, budget)


def _next(term: Product, waiting: list[str], values: Mapping[str, int]) -> tuple[str, list[int] | range]:
    """The next bound integer: one that an equation determines, else one with a range, else any near 0."""
    for e in term.eq:
        unknown = [n for n in waiting if n in e.names()]
        if len(unknown) == 1 and e.names() - {unknown[0]} <= values.keys():
            parts = e.split(unknown[0])
            if any(unknown[0] in part.names() for part in parts):  # a square: the smaller of two
                continue
            factor, rest = (part.evaluate(values) for part in parts)
            if factor:
                return unknown[0], [-rest // factor] if rest % factor == 0 else []
    for name in waiting:
        uppers = [(e.split(name)) for e in term.ge if name in e.names()]
        limits = [rest.evaluate(values) for factor, rest in uppers if factor == -1 and rest.names() <= values.keys()]
        lows = [-rest.evaluate(values) for factor, rest in uppers if factor == 1 and rest.names() <= values.keys()]
        if limits and lows:
            return name, range(max(lows), min(limits) + 1)
    return waiting[0], list(range(-LARGEST, LARGEST + 1))


__all__ = ["NotShown", "witness"]
