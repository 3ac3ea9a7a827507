"""Curves over axes: a frame that takes numbers to places, round ticks, and the heights that hold some curves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from symconv.language.scene import Arrow, Curve, Element, Text, words

HIGH, SIZE = 120.0, 12.0
LABEL = 6  # digits of the numbers at an axis, which are round
Points = Sequence[tuple[float, float]]


class Frame:
    """Numbers to places: x from ``left`` to ``right`` over the width, y from ``low`` to ``high`` over the height."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float], width: float, height: float = HIGH) -> None:
        self.x, self.y, self.width, self.height = x, y, width, height

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point."""
        (left, right), (low, high) = self.x, self.y
        across = (x - left) / (right - left) * self.width
        up = (y - low) / (high - low) * self.height
        return round(across, 2), round(self.height - up, 2)

    def curve(self, points: Points, role: str, **look: Any) -> Curve:
        """A line through points."""
        return Curve(thinned([self.at(x, y) for x, y in points]), role, **look)

    def area(self, points: Points, role: str) -> list[Element]:
        """The area between a line and the axis, where it is not empty."""
        live = [(x, y) for x, y in points if abs(y) > 1e-9]
        if not live:
            return []
        around = [(live[0][0], 0.0), *live, (live[-1][0], 0.0)]
        return [Curve(thinned([self.at(x, y) for x, y in around]), role, 1.0, closed=True, fill=True)]

    def axes(self, name: str) -> list[Element]:
        """The horizontal axis with whole numbers, and its name; the vertical one at 0."""
        (left, right), (low, high) = self.x, self.y
        found: list[Element] = [Arrow((self.at(left, 0), self.at(right, 0)), "muted", 1.0)]
        if left < 0 < right:
            found.append(Curve((self.at(0, low), self.at(0, high)), "faint", 1.0))
        x, y = self.at(right, 0)
        found.append(Text(x + 6, y, words(name, "i"), SIZE, "start"))
        for value in ticks(left, right):
            px, py = self.at(value, 0)
            found.append(Curve(((px, py - 2.5), (px, py + 2.5)), "muted", 1.0))
            found.append(Text(px, self.height + 12, words(short(value, LABEL)), SIZE - 2, role="muted"))
        return found


def thinned(points: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Without points that lie on the line between their neighbours."""
    found: list[tuple[float, float]] = []
    for p in points:
        while len(found) > 1 and straight(found[-2], found[-1], p):
            found.pop()
        if not found or found[-1] != p:
            found.append(p)
    return tuple(found)


def straight(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    """Whether b is on the way from a to c."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) < 1e-9


def ticks(left: float, right: float) -> list[float]:
    """Round numbers, five or so: 1, 2 or 5 (below 1 also 2.5) times a power of ten."""
    step, power, wide = 1, 0, right - left
    while wide / (step * 10**power) > 7:
        if step == 1:
            step = 2 if wide / 10**power < 16 else 5
        else:
            step, power = (5, power) if step == 2 else (1, power + 1)
    if not power and step == 1:
        return placed(left, right, below_one(wide))
    return placed(left, right, float(step * 10**power))


def below_one(wide: float) -> float:
    """1, 1/2, 1/4, 1/10, ...: the first that a width holds two and a half times."""
    step, factors = 1.0, cycle((2.0, 2.0, 2.5))
    while wide / step < 2.5:
        step = float(f"{step / next(factors):.3g}")
    return step


def placed(left: float, right: float, step: float) -> list[float]:
    """The multiples of a step between two ends, not at the very ends."""
    first = int(left // step) + 1
    found = [k * step for k in range(first, int(right // step) + 1)]
    return [v for v in found if left + 0.02 * (right - left) < v < right - 0.03 * (right - left)]


def short(value: float, digits: int = 3) -> str:
    """A number without needless digits, with a true minus."""
    return f"{value:.{digits}g}".replace("-", "\u2212")


def spread(curves: Sequence[Points], impulses: Sequence[tuple[float, float]] = ()) -> tuple[float, float]:
    """The heights that hold the curves, 0 included."""
    heights = [y for points in curves for _, y in points] + [e for _, e in impulses] + [0.0]
    low, high = min(heights), max(heights)
    high = high if high - low > 1e-9 else low + 1
    return low - 0.06 * (high - low) * (low < 0), high + 0.08 * (high - low)
