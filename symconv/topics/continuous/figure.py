"""A continuous convolution as a figure: f, g moved to four places of t, the area of their product, and the result.

The area under f(tau) g(t - tau) is the value of the result at t: the four areas are four points of the last curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from symconv.language.scene import Arrow, Curve, Element, Runs, Scene, Text, above, beside, joined, scene, words

WIDE, HIGH, GAP = 250.0, 120.0, 30.0
SIZE = 12.0
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


def picture(data: dict[str, Any], texts: tuple[str, str], correlate: bool) -> Scene:
    """The figure of a convolution, from plain samples."""
    x = (data["f"][0][0], data["f"][-1][0])
    panels = [panel(data, one, x, correlate) for one in data["panels"]]
    rows = [beside(panels[k : k + 2], GAP + 12, "top") for k in range(0, len(panels), 2)]
    chosen = [[Text(0, 0, words("drawn for " + ", ".join(given(data))), SIZE, "start")]] if data["values"] else []
    whole = above([legend(correlate), *chosen, *rows, result(data, correlate)], 22.0)
    star, sign = ("\u22c6", "+") if correlate else ("*", "\u2212")
    kind = "cross-correlation" if correlate else "convolution"
    title = f"The {kind} of {texts[0]} and {texts[1]} as t moves"
    values = ", ".join(given(data))
    places = "; ".join(f"at t = {short(t)} it is {short(v)}" for t, v in data["marks"])
    about = (
        f"Four panels show f(\u03c4) and g(t {sign} \u03c4) for four values of t; the filled area is that of their product. The "
        f"last panel shows the areas as a function of t, (f {star} g)(t): {places}."
    )
    return scene(whole, title, about + (f" Drawn for {values}." if values else ""))


def given(data: dict[str, Any]) -> list[str]:
    """What the parameters are in the figure."""
    return [f"{n} = {short(v)}" for n, v in data["values"].items()]


def legend(correlate: bool) -> list[Element]:
    """What the lines are."""
    sign = "+" if correlate else "\u2212"
    moved: Runs = joined(words("g", "i"), f"(t {sign} \u03c4)")
    product: Runs = joined(words("f", "i"), "(\u03c4) ", words("g", "i"), f"(t {sign} \u03c4)")
    items: list[list[Element]] = [
        [Curve(((0, 0), (26, 0)), "data", 2.2), Text(32, 0, joined(words("f", "i"), "(\u03c4)"), SIZE, "start")],
        [Curve(((0, 0), (26, 0)), "kernel", 2.2, dash=True), Text(32, 0, moved, SIZE, "start")],
        [
            Curve(((0, -5), (26, -5), (26, 5), (0, 5)), "result", 1.0, closed=True, fill=True),
            Text(32, 0, product, SIZE, "start"),
        ],
    ]
    return list(beside(items, 26.0))


def panel(data: dict[str, Any], one: dict[str, Any], x: tuple[float, float], correlate: bool) -> list[Element]:
    """One place of t."""
    every = [data["f"], *(p[which] for p in data["panels"] for which in ("g", "product"))]
    impulses = [*data["impulses"], *(i for p in data["panels"] for i in p["impulses"])]
    frame = Frame(x, spread(every, impulses), WIDE)
    found = [*frame.area(one["product"], "result"), *frame.axes("\u03c4")]
    found += [frame.curve(data["f"], "data", stroke=2.2), frame.curve(one["g"], "kernel", stroke=2.2, dash=True)]
    for places, role in ((data["impulses"], "data"), (one["impulses"], "kernel")):
        found += [Arrow((frame.at(p, 0), frame.at(p, e)), role, 2.2) for p, e in places if x[0] <= p <= x[1]]
    return [Text(0, -12, words(f"t = {short(one['t'])}"), SIZE, "start"), *found]


def result(data: dict[str, Any], correlate: bool) -> list[Element]:
    """The result, with the four places marked."""
    points = data["result"]
    frame = Frame((points[0][0], points[-1][0]), spread([points]), 2 * WIDE + GAP + 24)
    found: list[Element] = [
        Text(
            0, -12, joined("(", words("f", "i"), " \u22c6 " if correlate else " * ", words("g", "i"), ")(t)"), SIZE, "start"
        )
    ]
    found += frame.axes("t")
    found.append(frame.curve(points, "result", stroke=2.4))
    for t, v in data["marks"]:
        px, py = frame.at(t, v)
        found.append(Curve((frame.at(t, 0), (px, py)), "muted", 1.0, dash=True))
        ring = ((px - 3, py), (px, py - 3), (px + 3, py), (px, py + 3))
        found.append(Curve(ring, "result", 1.2, closed=True, fill=True, smooth=True))
    return found
