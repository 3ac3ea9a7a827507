"""Brute force from the forward definition alone: every product that it adds up, every window, one by one.

    y[n,o,i] += w[o,c,p] x[n,c,j]     for all n, gamma, o, c, i, p with  r j = s i + d p~ - lo,  0 <= j < N

``terms`` lists the index triples (output, tap, input); values and gradients are sums over that list, term by term (with a kernel
for every window the tap is that window's):

    y[out] += w[tap] x[in]      dx[in] += w[tap] g[out]      dw[tap] += x[in] g[out]      db[o] += g[out]

Pooling goes window by window over the entries that it reads:

    max_pool   y = the largest entry read            avg_pool   y = the sum of the entries read, over the count

Where windows have weights of their own gradients are found twice: by the convention at ties, window by window, and (where no
window has a tie) by exact central differences: y is linear near such an x, so (y(x + h e) - y(x - h e)) / 2h is the derivative
itself for a small h.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from symconv.errors import SymconvError
from symconv.language.lazy import dataclass
from symconv.language.operator import Operand, Operator, labels
from symconv.language.unshared import POOLING, Unshared, Windowed, tensor_of

Array = Any
Arrays = Mapping[str, Array]
Index = tuple[int, ...]
STEP = Fraction(1, 4)
STEPS = 4_000_000


# products
def shape_of(layer: Windowed, role: str) -> Index:
    """The shape of a tensor of a concrete layer."""
    return tuple(int(e.constant or 0) for e in tensor_of(layer, role).sizes)


def entries(layer: Windowed, role: str) -> Iterator[Index]:
    """Every index of a tensor of a concrete layer."""
    return product(*(range(n) for n in shape_of(layer, role)))


def landing(mode: str, place: int, n: int) -> int:
    """The entry of n at any place of the continued line, walking back one wrap or reflection at a time."""
    while not 0 <= place < n:
        if mode == "circular":
            place += n if place < 0 else -n
        elif mode == "replicate":
            place = 0 if place < 0 else n - 1
        elif mode == "symmetric":
            place = -1 - place if place < 0 else 2 * n - 1 - place
        else:
            place = 0 if n == 1 else -place if place < 0 else 2 * (n - 1) - place
    return place


def own(op: Operator, role: str, index: Index) -> Index:
    """The index in the tensor itself of an index in the padded one, for the operand that a border pads."""
    border = op.border
    if border is None or border.role != role:
        return index
    lines = zip(index[len(index) - op.ndim :], border.sizes, border.pads, strict=True)
    places = tuple(landing(border.mode, m - (lo.constant or 0), n.constant or 0) for m, n, (lo, _) in lines)
    return index[: len(index) - op.ndim] + places


def _scattered(op: Operator, k: int) -> list[tuple[int, int, int]]:
    """(i, p, j) along one axis of a transposed layer: x[j] w[p] lands at i = s j + d p - lo."""
    axis = op.axes[k]
    found = []
    for j in range(axis.data.constant or 0):
        for p in range(axis.kernel.constant or 0):
            place = (axis.input_dilation * j + axis.dilation * p - (axis.reach - axis.lo)).constant or 0
            if 0 <= place < (axis.output.constant or 0):
                found.append((place, p, j))
    return found


def _axis_terms(op: Operator, k: int) -> list[tuple[int, int, int]]:
    """(i, p, j) along one spatial axis."""
    if op.output_padding is not None:
        return _scattered(op, k)
    axis = op.axes[k]
    size, taps, out, s, r, d, lo = (
        e.constant or 0
        for e in (axis.data, axis.kernel, axis.output, axis.stride, axis.input_dilation, axis.dilation, axis.lo)
    )
    found = []
    for i in range(out):
        for p in range(taps):
            through = taps - 1 - p if op.flip else p
            place = s * i + d * through - lo
            if place % r == 0 and 0 <= place // r < size:
                found.append((i, p, place // r))
    return found


def lead(operand: Operand, values: dict[str, int], extents: dict[str, int]) -> Index:
    """The leading indices of an operand for given label values."""
    result = []
    for axis in operand.layout:
        index = 0
        for label in axis:
            index = index * extents[label] + values[label]
        result.append(index)
    return tuple(result)


def terms(layer: Windowed) -> Iterator[tuple[Index, Index, Index]]:
    """Every (output, tap, input) triple of a concrete layer, in the order of the definition's loops."""
    op, unshared = layer.window, layer.kind == "local"
    extents = {label: size.constant or 0 for label, size in op.extents}
    used = tuple(dict.fromkeys((*labels(op.result), *labels(op.kernel), *labels(op.data))))
    per_axis = [_axis_terms(op, k) for k in range(op.ndim)]
    spatial = [tuple(zip(*t, strict=True)) if t else ((), (), ()) for t in product(*per_axis)]
    for digits in product(*(range(extents[n]) for n in used)):
        values = dict(zip(used, digits, strict=True))
        out, tap, data = (lead(o, values, extents) for o in (op.result, op.kernel, op.data))
        found = ((out + i, tap + i + p if unshared else tap + p, data + j) for i, p, j in spatial)
        yield from (
            found if op.border is None else ((own(op, "y", y), own(op, "w", w), own(op, "x", x)) for y, w, x in found)
        )


def count(op: Operator) -> int:
    """How many products the definition adds up, at most (taps outside the input included)."""
    total = 1
    for axis in op.axes:
        total *= max(0, (axis.output.constant or 0)) * (axis.kernel.constant or 0)
    for label, size in op.extents:
        if label in (*labels(op.result), *labels(op.kernel), *labels(op.data)):
            total *= size.constant or 0
    return total


def within(layer: Windowed, limit: int) -> None:
    """Raise SymconvError for more products, or more entries in an operand, than the limit; nothing is built before.

    Central differences read a window once more for each of its entries, and fill a Jacobian of y by x: that is work as well.
    """
    op = layer.window
    counted = {"products": count(op)}
    counted |= {f"entries in {op.operand(role).name}": prod(shape_of(op, role)) for role in ("x", "w", "y")}
    for what, found in counted.items():
        if found > limit:
            raise SymconvError(
                f"the explicit case has {found} {what}, over the limit of {limit}: use smaller sizes, or raise the limit "
                "(limit= in Python, --limit on the command line)"
            )
    if isinstance(layer, Unshared):
        work = max(differences(layer), prod(shape_of(layer, "y")) * prod(shape_of(layer, "x")))
        if work > STEPS:
            raise SymconvError(
                f"the explicit case takes {work} steps, over the limit of {STEPS} that no option raises: use smaller sizes"
            )


def differences(layer: Windowed) -> int:
    """How many entries are read for central differences."""
    return count(layer.window) * prod(a.kernel.constant or 0 for a in layer.window.axes)


def zeros(layer: Windowed, shape: Index, arrays: Arrays) -> Array:
    """Zeros for sums of products of the arrays' entries, or for exact numbers of any kind."""
    return np.zeros(shape, dtype=object if isinstance(layer, Unshared) else np.result_type(*arrays.values()))


def owner(layer: Windowed, index: Index) -> Index:
    """The bias entry that an output entry contains: that of its own filter, or of its filter and place."""
    op = layer.window
    filters = tuple(index[op.result.layout.index(axis)] for axis in op.operand("b").layout)
    return filters + index[len(index) - layer.ndim :] if layer.kind == "local" else filters


# windows
@dataclass(frozen=True)
class Window:
    """One output entry: the (tap, entry read) pairs in the order of the taps, and the count of an average."""

    out: Index
    reads: tuple[tuple[Index, Index], ...]
    count: int


def windows(layer: Windowed) -> list[Window]:
    """Every window of a concrete layer."""
    found: dict[Index, list[tuple[Index, Index]]] = {out: [] for out in entries(layer, "y")}
    for out, tap, data in terms(layer):
        found[out].append((tap, data))
    return [Window(out, tuple(reads), _count(layer, out, len(reads))) for out, reads in found.items()]


def _count(layer: Windowed, out: Index, met: int) -> int:
    """What the average of a window divides by."""
    if not isinstance(layer, Unshared) or not layer.count_include_pad:
        return met
    total = 1
    for axis, i in zip(layer.window.axes, out[len(out) - layer.ndim :], strict=True):
        taps, s, d, end = (
            e.constant or 0 for e in (axis.kernel, axis.stride, axis.dilation, axis.data + axis.lo + axis.hi)
        )
        total *= sum(1 for p in range(taps) if 0 <= s * i + d * p < end)
    return total


def value(layer: Windowed, window: Window, arrays: Arrays) -> Any:
    """One output entry."""
    x = arrays["x"]
    if layer.kind == "max_pool":
        return max(x[data] for _, data in window.reads)
    if layer.kind == "avg_pool":
        return Fraction(sum(x[data] for _, data in window.reads)) / window.count
    total = sum(arrays["w"][tap] * x[data] for tap, data in window.reads)
    return total + (arrays["b"][owner(layer, window.out)] if "b" in arrays else 0)


def selection(node: Unshared, x: Array) -> Array:
    """S[out, tap] of a maximum, by the layer's convention at ties."""
    taps = tuple(int(axis.kernel.constant or 0) for axis in node.window.axes)
    made = np.zeros((*shape_of(node, "y"), *taps), dtype=object)
    for window in windows(node):
        best = max(x[data] for _, data in window.reads)
        hits = [tap for tap, data in window.reads if x[data] == best]
        for tap in hits[:1] if node.ties == "first" else hits:
            made[window.out + tap] = Fraction(1, len(hits)) if node.ties == "split" else 1
    return made


def tied(layer: Windowed, x: Array) -> bool:
    """Whether a maximum has more than one largest entry in some window."""
    found = [[x[data] for _, data in window.reads] for window in windows(layer)] if layer.kind == "max_pool" else []
    return any(read.count(max(read)) > 1 for read in found)


def counts(node: Unshared) -> Array:
    """m[i], by place."""
    made = np.zeros(tuple(int(axis.output.constant or 0) for axis in node.window.axes), dtype=object)
    for window in windows(node):
        made[window.out[len(window.out) - node.ndim :]] = window.count
    return made


# values and gradients
def forward(layer: Windowed, arrays: Arrays) -> Array:
    """y by the definition; without b there is no bias."""
    y = zeros(layer, shape_of(layer, "y"), arrays)
    if layer.kind in POOLING:
        for window in windows(layer):
            y[window.out] = value(layer, window, arrays)
        return y
    x, w = arrays["x"], arrays["w"]
    for out, tap, data in terms(layer):
        y[out] += w[tap] * x[data]
    if "b" in arrays:
        for out in entries(layer, "y"):
            y[out] += arrays["b"][owner(layer, out)]
    return y


def gradient(layer: Windowed, wrt: str, arrays: Arrays) -> Array:
    """dL/d(wrt) for L = sum g y, term by term; of a maximum by its convention at ties."""
    g, into = arrays["g"], zeros(layer, shape_of(layer, wrt), arrays)
    if wrt == "b":
        for out in entries(layer, "y"):
            into[owner(layer, out)] += g[out]
    elif isinstance(layer, Unshared) and layer.kind in POOLING:
        chosen = selection(layer, arrays["x"]) if layer.kind == "max_pool" else None
        for window in windows(layer):
            for tap, data in window.reads:
                into[data] += g[window.out] * (Fraction(1, window.count) if chosen is None else chosen[window.out + tap])
    elif wrt == "x":
        w = arrays["w"]
        for out, tap, data in terms(layer):
            into[data] += w[tap] * g[out]
    else:
        x = arrays["x"]
        for out, tap, data in terms(layer):
            into[tap] += x[data] * g[out]
    return into


def jacobian(layer: Windowed, wrt: str, arrays: Arrays) -> Array:
    """dy/d(wrt), as y's shape and the operand's: by the definition's products; with weights of one's own by differences."""
    into = zeros(layer, shape_of(layer, "y") + shape_of(layer, wrt), arrays)
    if isinstance(layer, Unshared):
        return _differences(layer, wrt, arrays, into)
    if wrt == "b":
        for out in entries(layer, "y"):
            into[out + owner(layer, out)] += 1
        return into
    other = arrays["w" if wrt == "x" else "x"]
    for out, tap, data in terms(layer):
        if wrt == "x":
            into[out + data] += other[tap]
        else:
            into[out + tap] += other[data]
    return into


def _differences(node: Unshared, wrt: str, arrays: Arrays, into: Array) -> Array:
    """dy/d(wrt) by exact central differences (of no use where a window has a tie)."""
    touched: dict[Index, list[Window]] = {}
    for window in windows(node):
        places = {data if wrt == "x" else tap for tap, data in window.reads} if wrt != "b" else {owner(node, window.out)}
        for place in places:
            touched.setdefault(place, []).append(window)
    moved = {**arrays, wrt: arrays[wrt].astype(object)}
    for place, seen in touched.items():
        before = moved[wrt][place]
        for window in seen:
            moved[wrt][place] = before + STEP
            up = value(node, window, moved)
            moved[wrt][place] = before - STEP
            into[window.out + place] = Fraction(up - value(node, window, moved)) / (2 * STEP)
        moved[wrt][place] = before
    return into
