"""What a maximum does at a tie, and what pooling does under a shift: exhaustive checks on small windows.

A vector v is a subgradient of max at x if max(z) >= max(x) + sum_p v[p] (z[p] - x[p]) for all z.  Its entries then sum to 1
(add t to every entry: the maximum grows by t), so "all" is none at any tie; first and split are, and both are checked against
every z of a grid.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.cases import cases, tally
from symconv.check.steps import arrays_for
from symconv.check.sweep import Sweep
from symconv.language.facts import Check, Shift, Verdict
from symconv.language.integers import floor, integer
from symconv.language.operator import spatial
from symconv.language.prose import Prose
from symconv.language.unshared import Unshared, constant_count

Row = tuple[Any, ...]
LARGEST_WINDOW = 4
VALUES = (0, 1, 2)
WIDEST = 12  # taps of a window for which every input of 0 and 1 is tried
LONGEST = 7


def weights(ties: str, x: tuple[int, ...]) -> list[Fraction]:
    """The selection of one window."""
    best = max(x)
    hits = [p for p, value in enumerate(x) if value == best]
    chosen = hits[:1] if ties == "first" else hits
    share = Fraction(1, len(hits)) if ties == "split" else Fraction(1)
    return [share if p in chosen else Fraction(0) for p in range(len(x))]


def subgradient(v: list[Fraction], x: tuple[int, ...], values: tuple[int, ...]) -> bool:
    """The defining inequality for every z of the grid."""
    for z in product(values, repeat=len(x)):
        if max(z) < max(x) + sum(a * (b - c) for a, b, c in zip(v, z, x, strict=True)):
            return False
    return True


@cache
def check_ties() -> Check:
    """first and split are subgradients at every tie of a small window, and all is not; in one check."""
    windows = members = refused = 0
    for taps in range(2, LARGEST_WINDOW + 1):
        for x in product(VALUES, repeat=taps):
            if x.count(max(x)) == 1:
                continue
            windows += 1
            grid = (*VALUES, max(VALUES) + 1)
            members += all(subgradient(weights(ties, x), x, grid) for ties in ("first", "split"))
            refused += not subgradient(weights("all", x), x, grid)
    holds = windows == members == refused
    detail = Prose("check.ties.subgradients", {"windows": windows, "largest": LARGEST_WINDOW, "most": max(VALUES)})
    return Check(
        "subgradient", Verdict("checked" if holds else "refuted", Prose("check.ties.windows", {"windows": windows})), detail
    )


def line_of(node: Unshared) -> Unshared | None:
    """The node along its first axis without padding, at numbers: the smallest that its names allow (a kernel of two)."""
    axis = node.window.axes[0]
    taps = axis.kernel.constant or 2
    stride = axis.stride.constant or (taps if axis.stride == axis.kernel else 2)
    if axis.dilation != 1 or taps == 1:
        return None
    zero = integer(0)
    length = floor(axis.data - taps, stride) + 1
    plain = replace(
        axis,
        kernel=integer(taps),
        stride=integer(stride),
        lo=zero,
        hi=zero,
        output=length,
        remainder=zero,
        dilation=integer(1),
    )
    window = replace(spatial(node.window), axes=(plain,), definitions=(), fits=(), lower=())
    return replace(node, window=window, ceil_mode=False, count_include_pad=True)


def shifts(node: Unshared) -> tuple[Check, Shift] | None:
    """Shifts by one place along the first axis: a sufficient condition checked, and the smallest counterexample."""
    line = line_of(node)
    if line is None or (line.window.axes[0].kernel.constant or 0) > WIDEST:
        return None
    taps, stride = (line.window.axes[0].kernel.constant or 0), (line.window.axes[0].stride.constant or 0)
    size_name = node.window.axes[0].data.name
    tried = 0
    broken: list[tuple[Row, Row, Row, Row]] = []
    kept: tuple[Row, Row] | None = None
    for n in range(taps, max(LONGEST, taps + 2) + 1):
        concrete = line.subs({size_name: n}) if size_name else line
        if concrete.window.axes[0].data.constant != n:
            return None
        seen = brute.windows(concrete)
        for x in product((0, 1), repeat=n):
            lost = x[-1] != 0 or (n - taps) % stride != 0  # a shift that loses an entry proves little
            moved = (0, *x[:-1])
            y, after = (tuple(_value(line, [v[d[0]] for _, d in w.reads]) for w in seen) for v in (x, moved))
            alike = all(_stays(line, [d[0] for _, d in w.reads], x, moved) for w in seen)
            tried += 1
            further = (0,) * stride + x[: n - stride]
            whole = tuple(_value(line, [further[d[0]] for _, d in w.reads]) for w in seen)
            if (alike and y != after) or whole[1:] != y[: len(y) - 1]:
                return _refuted(tried), Shift(taps, stride, ((), ()), x, y, moved, after)
            if y != after and not broken and not lost:
                broken.append((x, y, moved, after))
            if kept is None and y == after and any(x) and not lost and len(seen) > 1:
                kept = (x, y)
        if broken and kept and n >= taps + 2:
            break
    if not broken:
        return None
    x, y, moved, after = broken[0]
    detail = Prose("check.ties.shift", {"inputs": tried})
    return Check("shift", Verdict("checked", Prose("check.inputs", {"inputs": tried})), detail), Shift(
        taps, stride, kept or ((), ()), x, y, moved, after
    )


def _refuted(tried: int) -> Check:
    return Check("shift", Verdict("refuted", Prose("check.ties.input", {"input": tried})), Prose("check.ties.moves"))


def _value(node: Unshared, entries: list[int]) -> int | Fraction:
    return max(entries) if node.kind == "max_pool" else Fraction(sum(entries), len(entries))


def _stays(node: Unshared, places: list[int], x: tuple[int, ...], moved: tuple[int, ...]) -> bool:
    """What enters the window is not larger than the largest that stays in it (an average: enters equals leaves)."""
    inner = [x[p] for p in places[:-1]]  # they stay, one place further on
    enters, leaves = moved[places[0]], x[places[-1]]
    if node.kind == "max_pool":
        return max(enters, leaves) <= max(inner)
    return enters == leaves


def check_depthwise(node: Unshared) -> Check | None:
    """An average with one divisor for all windows equals the depthwise convolution with that constant kernel, exactly."""
    found = good = 0
    for number, case in enumerate(cases(node)):
        concrete = node.subs(case)
        weight = constant_count(concrete)
        if weight is None or weight.constant is None:
            return None
        window = concrete.window
        x = np.random.RandomState(number).randint(-9, 10, size=brute.shape_of(concrete, "x"))
        w = np.full([int(a.kernel.constant or 0) for a in window.axes], 1, dtype=np.int64)
        y = brute.forward(concrete, {"x": x})
        found += 1
        good += bool(np.array_equal(Sweep(window, {"x": x, "w": w}).forward() * Fraction(1, weight.constant), y))
    detail = Prose("check.ties.average", {"good": good, "cases": found})
    return Check("depthwise", tally(good, found), detail)


def check_shared(node: Unshared) -> Check:
    """The gradients of unshared kernels, summed over the places, are the shared kernel's gradient."""
    chosen = cases(node)
    good = 0
    for number, case in enumerate(chosen):
        concrete = node.subs(case)
        arrays = arrays_for(concrete, 19 * number)
        apart = brute.gradient(concrete, "w", arrays)
        lead = len(concrete.window.kernel.layout)
        total = apart.sum(axis=tuple(range(lead, lead + concrete.ndim)))
        shared = Sweep(concrete.window, {"x": arrays["x"], "g": arrays["g"]}).grad_kernel()
        good += bool(np.array_equal(total, shared))
    n = len(chosen)
    detail = Prose("check.local.summed", {"good": good, "cases": n})
    return Check("shared", tally(good, n), detail)
