"""A filtered picture checked: exact arithmetic at chosen pixels, one product at a time, corners and edges among them.

Each pixel is computed with Fractions from the kernel's own entries by the definition, the border by walking back one wrap or
reflection at a time; the filtered array must hold that very number.  The factors of a separable kernel are multiplied out.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from symconv.check.brute import landing
from symconv.language.facts import Check, Verdict
from symconv.language.prose import Prose
from symconv.topics.filters.facts import Filtering, Kernel, Read

SAMPLES = 120


def reads(found: Filtering, picture: Any, place: tuple[int, int], channel: int) -> tuple[Read, ...]:
    """Every product of a pixel, in the order of the window's places."""
    rows, columns = found.kernel.shape
    made = []
    for p in range(rows):
        for q in range(columns):
            tap = (rows - 1 - p, columns - 1 - q) if found.mode == "convolve" else (p, q)
            at = (place[0] + p - found.origin[0], place[1] + q - found.origin[1])
            entry: tuple[int, int] | None = None
            if found.border == "zeros":
                inside = all(0 <= a < n for a, n in zip(at, found.size, strict=True))
                entry = at if inside else None
            else:
                one, two = (landing(found.border, a, n) for a, n in zip(at, found.size, strict=True))
                entry = (one, two)
            value = 0 if entry is None else int(picture[entry[0], entry[1], channel])
            made.append(Read(tap, at, entry, found.kernel.entries[tap[0]][tap[1]], value))
    return tuple(made)


def exact(products: tuple[Read, ...]) -> Fraction:
    """Their sum."""
    return sum((r.weight * r.value for r in products), Fraction(0))


def level(value: Fraction, how: str) -> int:
    """The level that is written: rounded half up, then kept between 0 and 255."""
    shown = abs(value) if how == "absolute" else value
    rounded = (2 * shown.numerator + shown.denominator) // (2 * shown.denominator)
    return min(max(rounded + (128 if how == "offset" else 0), 0), 255)


def check_picture(found: Filtering, picture: Any, total: Any, bottom: int, written: Any) -> tuple[Check, ...]:
    """The factors, and the pixels."""
    rows, columns = found.size
    rng = random.Random(7)
    edge = {(r, c) for r in (0, rows - 1) for c in (0, columns - 1)}
    places = sorted(edge | {(rng.randrange(rows), rng.randrange(columns)) for _ in range(SAMPLES)})
    places += [(rng.choice((0, rows - 1)), rng.randrange(columns)) for _ in range(8)]
    places += [(rng.randrange(rows), rng.choice((0, columns - 1))) for _ in range(8)]
    places = sorted(set(places))[: max(8, 20_000 // (found.kernel.shape[0] * found.kernel.shape[1]))]
    good = count = 0
    for number, place in enumerate(places):
        channel = number % len(found.channels)
        value = exact(reads(found, picture, place, channel))
        here = (*place, channel)
        good += Fraction(int(total[here]), bottom) == value and int(written[here]) == level(value, found.range)
        count += 1
    detail = Prose("check.picture.pixels", {"good": good, "pixels": count})
    checks = [Check("filter-pixels", Verdict("checked" if good == count else "refuted", detail), detail)]
    return (*checks, factors(found.kernel))


def factors(kernel: Kernel) -> Check:
    """scale u v^T multiplied out; or the minor computed again."""
    known = kernel.factors
    if known.separable:
        same = all(
            e == known.scale * a * b
            for row, a in zip(kernel.entries, known.u, strict=True)
            for e, b in zip(row, known.v, strict=True)
        )
        detail = Prose("check.picture.separable")
    else:
        assert known.minor is not None
        i, k, j, m, value = known.minor
        w = kernel.entries
        same = w[i][j] * w[k][m] - w[i][m] * w[k][j] == value and value != 0
        detail = Prose("check.picture.minor")
    return Check("filter-factors", Verdict("checked" if same else "refuted", detail), detail)
