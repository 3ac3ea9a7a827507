"""The lines of the derivative theorem on functions, by quadrature; and its right side against backpropagation, in numbers.

A line with a limit is not proved here: it is compared, on the functions that are named, with differences of small steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from symconv.language.facts import Check, Verdict
from symconv.language.prose import Prose
from symconv.topics.continuous.check_quadrature import integral, slope
from symconv.topics.continuous.check_typed import Sampled, sampled
from symconv.topics.continuous.facts import TimeFunction
from symconv.topics.continuous.theorem_facts import Comparison, Numbers

PLACES, STEP = 8, 1e-3


def lines(pairs: list[tuple[TimeFunction, TimeFunction]]) -> list[Check]:
    """The verdict of every line on the pairs (f integrable, g smooth)."""
    random = np.random.default_rng(5)
    good = {"quotient": True, "bound": True, "limit": True}
    for first, second in pairs:
        f, g = sampled(first, {}), sampled(second, {})
        x = np.linspace(-12, 12, 4801)
        steepest = float(np.abs(derived(g).values(x)).max())
        for t in random.uniform(-2, 2, PLACES):
            whole = (integral(f, g, t + STEP, 1) - integral(f, g, t, 1)) / STEP
            moved = stepped(g)
            good["quotient"] &= abs(whole - integral(f, moved, t, 1)) < 1e-7
            good["bound"] &= float(np.abs(moved.values(x)).max()) <= steepest * (1 + 1e-4)  # seen on a grid
            central = (integral(f, g, t + STEP, 1) - integral(f, g, t - STEP, 1)) / (2 * STEP)
            good["limit"] &= abs(central - integral(f, derived(g), t, 1)) < 1e-5
    how = Prose("check.theorem.pairs", {"pairs": len(pairs), "places": PLACES})
    return [
        Check(kind, Verdict("checked" if fine else "refuted", how if fine else "differs"), how)
        for kind, fine in good.items()
    ]


def stepped(g: Sampled) -> Sampled:
    """The difference quotient of g."""

    def values(x: Any) -> Any:
        return (g.values(x + STEP) - g.values(x)) / STEP

    return Sampled(values, g.breaks, g.lo - STEP, g.hi)


def derived(g: Sampled) -> Sampled:
    """g' by central differences."""

    def values(x: Any) -> Any:
        h = 1e-4
        ends = [g.values(x + k * h) for k in (-2, -1, 1, 2)]
        return (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * h)

    return Sampled(values, g.breaks, g.lo, g.hi)


def of_boxes(box: TimeFunction) -> Check:
    """Two boxes: the convolution has slope 1 and -1, though each box has slope 0 wherever it has one."""
    f = sampled(box, {})
    rising = (integral(f, f, -0.4, 1) - integral(f, f, -0.6, 1)) / 0.2
    falling = (integral(f, f, 0.6, 1) - integral(f, f, 0.4, 1)) / 0.2
    flat = all(slope(f, x, 1) == 0 for x in (-0.4, 0.1, 0.3))
    good = abs(rising - 1) < 1e-9 and abs(falling + 1) < 1e-9 and flat
    how = Prose("check.theorem.slopes")
    return Check("boxes", Verdict("checked" if good else "refuted", how), how)


# against backpropagation
def convolved(u: Numbers, v: Numbers) -> Numbers:
    """Full mode, by definition."""
    out = [0] * (len(u) + len(v) - 1)
    for (i, a), (j, b) in product(enumerate(u), enumerate(v)):
        out[i + j] += a * b
    return tuple(out)


def compared(f: Numbers, k: Numbers, g: Numbers) -> Comparison:
    """The gradient of L = sum g (f * k) by the entries of f, from L itself (it is linear in each), and f * Dk."""

    def loss(h: Numbers) -> int:
        return sum(a * b for a, b in zip(g, convolved(h, k), strict=True))

    raised = [tuple(e + (i == j) for i, e in enumerate(f)) for j in range(len(f))]
    difference = convolved(k, (1, -1))
    claimed = convolved(f, difference)[: len(f)]
    return Comparison(f, k, g, convolved(f, k), tuple(loss(h) - loss(f) for h in raised), difference, claimed)


def smallest() -> Comparison:
    """The first comparison that differs, by size and then by the sum of the entries, which are 1, 2, ..."""
    return next(c for c in candidates() if c.gradient != c.claimed)


def candidates() -> Iterator[Comparison]:
    """Comparisons in growing order."""
    for total in range(2, 6):
        for length in range(1, total):
            sizes = (length, total - length, total - 1)
            for entries in sorted(product((1, 2), repeat=sum(sizes)), key=lambda e: (sum(e), e)):
                a, b = sizes[0], sizes[0] + sizes[1]
                yield compared(entries[:a], entries[a:b], entries[b:])
