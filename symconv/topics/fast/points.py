"""Interpolation points: rational numbers and infinity, all different.

The defaults are small and come in pairs +a, -a, whose transforms share sums: 0, 1, -1, 2, -2, 1/2, -1/2, ..., infinity last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symconv.errors import SymconvError, brief
from symconv.topics.fast.facts import Point

SMALL = ("0", "1", "-1", "2", "-2", "1/2", "-1/2", "4", "-4", "1/4", "-1/4", "3", "-3", "1/3", "-1/3", "3/2", "-3/2", "2/3")
POINT = re.compile(r"[-+]?[0-9]{1,6}(/[0-9]{1,6})?\Z")
INFINITY = ("inf", "infinity", "oo", "∞")
LARGEST = 10**12
MOST = len(SMALL) + 1


def chosen(points: Any, needed: int, what: str) -> tuple[Point, ...]:
    """The points: those given, or the defaults.

    Raises SymconvError for a number of points other than ``needed``, a point twice, and what is no point.
    """
    if points is None:
        return (*(Fraction(p) for p in SMALL[: needed - 1]), None)
    given = [read(p) for p in (points.split(",") if isinstance(points, str) else listed(points))]
    seen: set[Point] = set()
    for point in given:
        if point in seen:
            raise SymconvError(
                f"points: expected {needed} different points, got {spelled(point)} twice; a point used twice says "
                "nothing new of the product, and the interpolation has no answer"
            )
        seen.add(point)
    if len(given) != needed:
        raise SymconvError(
            f"points: expected {needed} for {what}, got {len(given)}; infinity, written inf, counts as a point"
        )
    return tuple(given)


def listed(points: Any) -> Sequence[Any]:
    """Points that come as a list."""
    if not isinstance(points, Sequence):
        raise SymconvError(f"points: expected a list like [0, 1, -1, 'inf'], got {type(points).__name__}")
    return points


def read(given: Any) -> Point:
    """One point: an integer, a Fraction, a text like 1/2, or inf."""
    if isinstance(given, (int, Fraction)) and not isinstance(given, bool):
        if max(abs(given.numerator), given.denominator) > LARGEST:
            raise SymconvError(f"points: expected numbers of at most {len(str(LARGEST)) - 1} digits, got a longer one")
        return Fraction(given)
    if given is None or (isinstance(given, float) and given == float("inf")):
        return None
    text = given.strip() if isinstance(given, str) else ""
    if text.lower() in INFINITY:
        return None
    if not POINT.match(text) or (text.partition("/")[2].strip("0") == "" and "/" in text):
        raise SymconvError(f"points: expected integers, fractions like 1/2, or inf, got {brief(given)}")
    return Fraction(text)


def spelled(point: Point) -> str:
    """A point as typed."""
    return "inf" if point is None else str(point)
