"""A continuous convolution as a figure: f, g moved to four places of t, the area of their product, and the result.

The area under f(tau) g(t - tau) is the value of the result at t: the four areas are four points of the last curve.
"""

from __future__ import annotations

from typing import Any

from symconv.figures.axes import SIZE, Frame, short, spread
from symconv.language.prose import sentence
from symconv.language.scene import Arrow, Curve, Element, Runs, Scene, Text, above, beside, joined, scene, words

WIDE, GAP = 250.0, 30.0


def picture(data: dict[str, Any], texts: tuple[str, str], correlate: bool) -> Scene:
    """The figure of a convolution, from plain samples."""
    x = (data["f"][0][0], data["f"][-1][0])
    panels = [panel(data, one, x, correlate) for one in data["panels"]]
    rows = [beside(panels[k : k + 2], GAP + 12, "top") for k in range(0, len(panels), 2)]
    chosen = [[Text(0, 0, words("drawn for " + ", ".join(given(data))), SIZE, "start")]] if data["values"] else []
    whole = above([legend(correlate), *chosen, *rows, result(data, correlate)], 22.0)
    star, sign = ("\u22c6", "+") if correlate else ("*", "\u2212")
    kind = "cross-correlation" if correlate else "convolution"
    title = sentence("figure.overlap.title", kind=kind, f=texts[0], g=texts[1])
    values = ", ".join(given(data))
    places = "; ".join(sentence("figure.overlap.at", t=short(t), value=short(v)) for t, v in data["marks"])
    about = sentence("figure.overlap.description", sign=sign, star=star, places=places)
    return scene(whole, title, about + (sentence("figure.overlap.values", values=values) if values else ""))


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
