"""Small numbers that meet a claim's hypotheses and, for an identity, some term: the claim is about something.

Sizes are tried by increasing sum; a term's bound integers in their ranges, and where an equation determines one, that value.
The search is counted in points, and the kernel evaluates what is found anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from symconv.check.kernel.obligations import NotShown
from symconv.check.kernel.session import Session, Vacuous, evaluated
from symconv.check.kernel.terms import Product, Stated, stated
from symconv.language.facts import Claim
from symconv.language.integers import Int, integer

Hints = Callable[[], Iterable[Mapping[str, int]]]
Found = tuple[dict[str, int], int | None]
POINTS = 4_000
FIRST = 120  # sizes tried before the hints
BOUNDS = (8, 64, 4096, 10**7)
LARGEST = 12
NEAR = (0, 1, -1, 2, -2, 3, -3)


def witness(session: Session, hints: Hints = tuple) -> Found | None:
    """(values, the term that is met), or None if none was found within the budget; ``hints`` give sizes to try."""
    budget = Budget(POINTS)
    for values in points(session.domain.stated, budget, hints):
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
    return solved(session)


def inhabited(claim: Claim) -> bool:
    """Whether some values were found that meet the hypotheses."""
    if next(points(stated(claim), Budget(POINTS)), None) is not None:
        return True
    try:
        session = Session(replace(claim, left=None, right=None, goals=(("eq", integer(0), integer(0)),)))
    except NotShown:
        return False
    return solved(session) is not None


def solved(session: Session) -> Found | None:
    """The solver's model of the hypotheses and the guards of some term, the smallest bound first."""
    known = session.domain.known
    terms: list[tuple[int | None, Product | None]] = [*session.start.items()] or [(None, None)]
    names = sorted(session.domain.names)
    for bound, (number, term) in itertools.product(BOUNDS, terms):
        ge, eq = (known.ge, known.eq) if term is None else ((*known.ge, *term.ge), (*known.eq, *term.eq))
        values = session.desk.model(ge, eq, [*names, *(term.bound if term is not None else ())], bound)
        if values is not None:
            return values, number
    return None


class Budget:
    """A number of points."""

    def __init__(self, points: int) -> None:
        self.left = points

    def spend(self) -> bool:
        """Whether one more may be tried."""
        self.left -= 1
        return self.left >= 0


def points(said: Stated, budget: Budget, hints: Hints = tuple) -> Iterator[dict[str, int]]:
    """Sizes and free indices that meet the hypotheses, the definitions' values included: a few small ones, hints, others."""
    names = list(said.sizes)
    first = itertools.islice(small(names), FIRST)
    for values in itertools.chain(first, later(hints), itertools.islice(small(names), FIRST, None)):
        for free in itertools.product(*(_span(size, values) for _, size in said.free)):
            if not budget.spend():
                return
            point = {**values, **{n: v for (n, _), v in zip(said.free, free, strict=True)}}
            try:
                yield evaluated(said, point)
            except Vacuous:
                continue


def later(hints: Hints) -> Iterator[Mapping[str, int]]:
    """The hints, asked for when they are needed."""
    yield from hints()


def small(sizes: list[tuple[str, int]]) -> Iterator[dict[str, int]]:
    """Sizes by increasing sum."""
    for total in range(LARGEST + 1 if sizes else 1):
        for excess in splits(total, len(sizes)):
            yield {n: least + e for (n, least), e in zip(sizes, excess, strict=True)}


def _span(size: Int | None, values: Mapping[str, int]) -> range | tuple[int, ...]:
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
