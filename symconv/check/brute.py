"""Brute force from the forward definition alone: every product that the definition adds up, one by one.

    y[n,o,i] += w[o,c,p] x[n,c,j]     for all n, gamma, o, c, i, p with  r j = s i + d p~ - lo,  0 <= j < N

``terms`` lists the index triples (output, tap, input); values and gradients are sums over that list, term by term:

    y[out] += w[tap] x[in]      dx[in] += w[tap] g[out]      dw[tap] += x[in] g[out]      db[o] += g[out]
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

from symconv.errors import SymconvError
from symconv.language.operator import Operand, Operator, labels, shape

Index = tuple[int, ...]


def concrete_shape(op: Operator, operand: Operand) -> Index:
    """The shape of an operand of a concrete operator."""
    sizes = [size.constant for size in shape(op, operand)]
    return tuple(0 if size is None else size for size in sizes)


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


def terms(op: Operator) -> Iterator[tuple[Index, Index, Index]]:
    """Every (output, tap, input) triple of a concrete operator, in the order of the definition's loops."""
    extents = {label: size.constant or 0 for label, size in op.extents}
    used = tuple(dict.fromkeys((*labels(op.result), *labels(op.kernel), *labels(op.data))))
    per_axis = [_axis_terms(op, k) for k in range(op.ndim)]
    spatial = [tuple(zip(*t, strict=True)) if t else ((), (), ()) for t in product(*per_axis)]
    for digits in product(*(range(extents[n]) for n in used)):
        values = dict(zip(used, digits, strict=True))
        out, tap, data = (lead(o, values, extents) for o in (op.result, op.kernel, op.data))
        found = ((out + i, tap + p, data + j) for i, p, j in spatial)
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


def within(op: Operator, limit: int) -> None:
    """Raise SymconvError for more products, or more entries in an operand, than the limit; nothing is built before."""
    counted = {"products": count(op)}
    counted |= {f"entries in {o.name}": prod(concrete_shape(op, o)) for o in (op.data, op.kernel, op.result)}
    for what, found in counted.items():
        if found > limit:
            raise SymconvError(
                f"the explicit case has {found} {what}, over the limit of {limit}: use smaller sizes, or raise the limit "
                "(limit= in Python, --limit on the command line)"
            )


def forward(op: Operator, x: Any, w: Any, b: Any, y: Any) -> Any:
    """Fill ``y`` (zeros of the output's shape) by the definition."""
    for out, tap, data in terms(op):
        y[out] += w[tap] * x[data]
    if b is not None:
        for index in product(*(range(n) for n in concrete_shape(op, op.result))):
            y[index] += b[owner(op, index)]
    return y


def owner(op: Operator, index: Index) -> Index:
    """The bias entry that an output entry contains: that of its own filter."""
    layout = op.operand("b").layout
    return tuple(index[op.result.layout.index(axis)] for axis in layout)


def gradient(op: Operator, wrt: str, x: Any, w: Any, g: Any, into: Any) -> Any:
    """Fill ``into`` (zeros of the operand's shape) with dL/d(wrt) for L = sum g y, term by term."""
    if wrt == "b":
        for index in product(*(range(n) for n in concrete_shape(op, op.result))):
            into[owner(op, index)] += g[index]
        return into
    for out, tap, data in terms(op):
        if wrt == "x":
            into[data] += w[tap] * g[out]
        else:
            into[tap] += x[data] * g[out]
    return into


def jacobian(op: Operator, wrt: str, x: Any, w: Any, into: Any) -> Any:
    """Fill ``into`` (output's shape + operand's shape, zeros) with dy/d(wrt), by the definition's products."""
    if wrt == "b":
        for index in product(*(range(n) for n in concrete_shape(op, op.result))):
            into[index + owner(op, index)] += 1
        return into
    for out, tap, data in terms(op):
        if wrt == "x":
            into[out + data] += w[tap]
        else:
            into[out + tap] += x[data]
    return into
