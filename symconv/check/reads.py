"""Brute force for nodes, from the definition alone: every window as the list of the entries it reads, in plain Python.

    max_pool   y = the largest entry read            avg_pool   y = the sum of the entries read, over the count
    local      y = b + sum of w[window, tap] entry

Gradients are found twice: by the convention at ties, window by window, and (where no window has a tie) by exact central
differences: all three are linear near such an x, so (y(x + h e) - y(x - h e)) / 2h is the derivative itself for a small h.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.brute import Index, concrete_shape
from symconv.errors import SymconvError
from symconv.language.lazy import dataclass
from symconv.language.operator import Operator
from symconv.language.unshared import Unshared, constant_count, tensor_of

Array = Any
STEP = Fraction(1, 4)
STEPS = 4_000_000


@dataclass(frozen=True)
class Taps:
    """One output entry: the (kernel index, entry read) pairs in the order of the taps, and the count of an average."""

    out: Index
    reads: tuple[tuple[Index, Index], ...]
    count: int


def shape_of(node: Unshared, role: str) -> Index:
    """The shape of a tensor of a concrete node."""
    return tuple(int(e.constant or 0) for e in tensor_of(node, role).sizes)


def within(node: Unshared, limit: int) -> None:
    """Raise SymconvError for more products than the limit, or more work than STEPS; nothing is built before.

    Central differences read a window once more for each of its entries, and fill a Jacobian of y by x.
    """
    window = node.window
    brute.within(window, limit)
    work = max(differences(node), prod(concrete_shape(window, window.result)) * prod(concrete_shape(window, window.data)))
    if work > STEPS:
        raise SymconvError(
            f"the explicit case takes {work} steps, over the limit of {STEPS} that no option raises: use smaller sizes"
        )


def differences(node: Unshared) -> int:
    """How many entries are read for central differences."""
    return brute.count(node.window) * prod(a.kernel.constant or 0 for a in node.window.axes)


def windows(node: Unshared) -> list[Taps]:
    """Every window of a concrete node."""
    window = node.window
    found: dict[Index, list[tuple[Index, Index]]] = {}
    for out in product(*(range(n) for n in concrete_shape(window, window.result))):
        found[out] = []
    for out, tap, data in brute.terms(window):
        found[out].append((tap, data))
    return [Taps(out, tuple(reads), _count(node, out, len(reads))) for out, reads in found.items()]


def _count(node: Unshared, out: Index, met: int) -> int:
    """What the average of a window divides by."""
    if not node.count_include_pad:
        return met
    total = 1
    for axis, i in zip(node.window.axes, out[len(out) - node.ndim :], strict=True):
        taps, s, d, end = (
            e.constant or 0 for e in (axis.kernel, axis.stride, axis.dilation, axis.data + axis.lo + axis.hi)
        )
        total *= sum(1 for p in range(taps) if 0 <= s * i + d * p < end)
    return total


def blank(shape: Index) -> Array:
    """Zeros that hold exact numbers."""
    made = np.empty(shape, dtype=object)
    made[...] = 0
    return made


def kernel_index(node: Unshared, window: Taps, tap: Index) -> Index:
    """Where a local layer keeps the weight of a window's tap."""
    lead = len(tap) - node.ndim
    return tap[:lead] + window.out[len(window.out) - node.ndim :] + tap[lead:]


def bias_index(node: Unshared, out: Index) -> Index:
    """Where a local layer keeps the bias of an output entry: its filter (if there are several) and its place."""
    op = node.window
    filters = op.bias.layout if op.bias is not None else ()
    return tuple(out[op.result.layout.index(axis)] for axis in filters) + out[len(out) - node.ndim :]


def value(node: Unshared, window: Taps, arrays: dict[str, Array]) -> Any:
    """One output entry."""
    x = arrays["x"]
    if node.kind == "max_pool":
        return max(x[data] for _, data in window.reads)
    if node.kind == "avg_pool":
        return Fraction(sum(x[data] for _, data in window.reads)) / window.count
    total = sum(arrays["w"][kernel_index(node, window, tap)] * x[data] for tap, data in window.reads)
    return total + (arrays["b"][bias_index(node, window.out)] if "b" in arrays else 0)


def forward(node: Unshared, arrays: dict[str, Array]) -> Array:
    """y by the definition."""
    y = blank(shape_of(node, "y"))
    for window in windows(node):
        y[window.out] = value(node, window, arrays)
    return y


def selection(node: Unshared, x: Array) -> Array:
    """S[out, tap] of a maximum, by the node's convention at ties."""
    taps = tuple(int(axis.kernel.constant or 0) for axis in node.window.axes)
    made = blank((*shape_of(node, "y"), *taps))
    for window in windows(node):
        best = max(x[data] for _, data in window.reads)
        hits = [tap for tap, data in window.reads if x[data] == best]
        for tap in hits[:1] if node.ties == "first" else hits:
            made[window.out + tap] = Fraction(1, len(hits)) if node.ties == "split" else 1
    return made


def tied(node: Unshared, x: Array) -> bool:
    """Whether some window has more than one largest entry."""
    for window in windows(node):
        found = [x[data] for _, data in window.reads]
        if found.count(max(found)) > 1:
            return True
    return False


def counts(node: Unshared) -> Array:
    """m[i], by place."""
    made = blank(tuple(int(axis.output.constant or 0) for axis in node.window.axes))
    for window in windows(node):
        made[window.out[len(window.out) - node.ndim :]] = window.count
    return made


def gradient(node: Unshared, wrt: str, arrays: dict[str, Array]) -> Array:
    """dL/d(wrt) for L = sum g y, window by window."""
    g, made = arrays["g"], blank(shape_of(node, wrt))
    chosen = selection(node, arrays["x"]) if node.kind == "max_pool" else None
    for window in windows(node):
        if wrt == "b":
            made[bias_index(node, window.out)] += g[window.out]
            continue
        for tap, data in window.reads:
            if chosen is not None:
                made[data] += g[window.out] * chosen[window.out + tap]
            elif node.kind == "avg_pool":
                made[data] += g[window.out] * Fraction(1, window.count)
            elif wrt == "x":
                made[data] += g[window.out] * arrays["w"][kernel_index(node, window, tap)]
            else:
                made[kernel_index(node, window, tap)] += g[window.out] * arrays["x"][data]
    return made


def jacobian(node: Unshared, wrt: str, arrays: dict[str, Array]) -> Array:
    """dy/d(wrt) by exact central differences (of no use where a window has a tie)."""
    touched: dict[Index, list[Taps]] = {}
    for window in windows(node):
        places = {data for _, data in window.reads}
        if wrt == "w":
            places = {kernel_index(node, window, tap) for tap, _ in window.reads}
        elif wrt == "b":
            places = {bias_index(node, window.out)}
        for place in places:
            touched.setdefault(place, []).append(window)
    made = blank(shape_of(node, "y") + shape_of(node, wrt))
    moved = {**arrays, wrt: arrays[wrt].astype(object)}
    for place, seen in touched.items():
        before = moved[wrt][place]
        for window in seen:
            moved[wrt][place] = before + STEP
            up = value(node, window, moved)
            moved[wrt][place] = before - STEP
            made[window.out + place] = Fraction(up - value(node, window, moved)) / (2 * STEP)
        moved[wrt][place] = before
    return made


def depthwise(node: Unshared) -> tuple[Operator, Fraction] | None:
    """The depthwise convolution that an average is, with its constant kernel entry; None where the divisor varies."""
    known = constant_count(node)
    if node.kind != "avg_pool" or known is None or known.constant is None:
        return None
    return node.window, Fraction(1, known.constant)
