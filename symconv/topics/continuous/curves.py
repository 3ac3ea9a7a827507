"""Curves for figures: a convolution in numbers, sampled over the range where something is to be seen."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symconv.topics.continuous.check_quadrature import drawn, true_value
from symconv.topics.continuous.check_typed import Sampled, sampled
from symconv.topics.continuous.facts import Convolution

Curve = list[tuple[float, float]]
VISIBLE = 0.02
STEPS = 240
SHOWN = 4  # places of t


def seen(f: Sampled) -> tuple[float, float]:
    """Where a function is more than a fiftieth of its largest value; a little of what has no end."""
    marks = [b for b in (*f.breaks, *(p for _, _, p in f.impulses)) if abs(b) < 40] or [0.0]
    without = (min(marks) - 2, max(m for m in marks if m < min(marks) + 8) + 3)  # the ends where there are none
    far = (min(marks) - 3, max(marks) + 3)
    lo, hi = (
        end if abs(end) < 1000 else near if math.isinf(end) else away
        for end, near, away in zip((f.lo, f.hi), without, far, strict=True)
    )
    places = [p for _, _, p in f.impulses]
    if lo >= hi:
        return min(places, default=0.0), max(places, default=0.0)
    x = np.linspace(lo, hi, 6001)
    v = np.abs(f.values(x))
    live = x[v > VISIBLE * max(float(v.max()), 1e-12)]
    ends = [*places, *([float(live[0]), float(live[-1])] if len(live) else [])]
    return (min(ends), max(ends)) if ends else (0.0, 0.0)


def sample(made: Convolution, names: list[str]) -> dict[str, Any]:
    """Plain numbers for a figure: f, g, four places of t with g moved there, the product, and the result.

    Parameters get numbers of their own, which are told.
    """
    env = shown_values(made, names)
    f, g = (sampled(node, env) for node in made.nodes)
    turn = -1 if made.correlate else 1
    (a, b), (c, d) = seen(f), seen(g)
    start, stop = (a + c, b + d) if turn == 1 else (c - b, d - a)
    if stop - start < 1e-9:
        start, stop = start - 1, stop + 1
    margin = 0.08 * (stop - start)
    times = np.linspace(start - margin, stop + margin, STEPS + 1)
    result = [(float(t), true_value(f, g, float(t) + 1e-7, turn)) for t in times]
    ts = told(result, start, stop)
    moved = [e for t in (ts[0], ts[-1]) for e in ((t - d, t - c) if turn == 1 else (c - t, d - t))]
    left, right = min(a, *moved), max(b, *moved)
    pad = 0.06 * (right - left) + 0.05
    tau = grid(left - pad, right + pad, f.breaks)
    panels = []
    for t in ts:
        own = grid(left - pad, right + pad, (*f.breaks, *((t - e) if turn == 1 else (e - t) for e in g.breaks)))
        other = g.values(t - own if turn == 1 else t + own)
        places = [(k, (t - p) if turn == 1 else (p - t), e) for e, k, p in g.impulses]
        panels.append({
            "t": t, "g": pairs(own, other), "product": pairs(own, f.values(own) * other),
            "impulses": [(x, e) for k, x, e in places if k == 0],
        })  # fmt: skip
    return {
        "f": pairs(tau, f.values(tau)), "impulses": [(p, e) for e, k, p in f.impulses if k == 0], "panels": panels,
        "result": result, "marks": [(t, true_value(f, g, t + 1e-7, turn)) for t in ts], "values": env,
    }  # fmt: skip


def told(result: Curve, start: float, stop: float) -> list[float]:
    """Places with an equal share of the result's area between them, rounded; evenly spread where there is no area."""
    weights = np.cumsum([abs(v) for _, v in result])
    if weights[-1] < 1e-9:
        return [start + (stop - start) * (k + 1) / (SHOWN + 1) for k in range(SHOWN)]
    shares = weights / weights[-1]
    step = 10.0 ** math.floor(math.log10((stop - start) / 20))
    found = [result[int(np.searchsorted(shares, (k + 0.5) / SHOWN))][0] for k in range(SHOWN)]
    return [round(round(t / step) * step, 9) for t in found]


def shown_values(made: Convolution, names: list[str]) -> dict[str, float]:
    """Simple numbers for the parameters, 1, 2, 3/2, ... in order, if they meet the conditions; else random ones."""
    from symconv.topics.continuous.check_quadrature import evaluator

    simple = dict(zip(names, (1.0, 2.0, 1.5, 2.5, 0.5, 3.0), strict=False))
    if len(simple) == len(names):
        number = evaluator(simple)
        signs = {"!=": lambda a, b: a != b, "<": lambda a, b: a < b, ">": lambda a, b: a > b}
        if all(signs[s](number(x), number(y)) for s, x, y in made.conditions):
            return simple
    return drawn(made, names, 0)


def grid(lo: float, hi: float, breaks: tuple[float, ...]) -> Any:
    """Places between two ends, with both sides of every break."""
    near = [b + e for b in breaks if lo < b < hi for e in (-1e-6, 1e-6)]
    return np.unique(np.array([*np.linspace(lo, hi, STEPS + 1), *near]))


def pairs(x: Any, y: Any) -> Curve:
    """Plain floats; what is not finite is left out."""
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True) if math.isfinite(b)]
