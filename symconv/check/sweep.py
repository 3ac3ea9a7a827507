"""Values and gradients of a concrete layer with a kernel, by sweeping its taps over a padded buffer.

Along every axis the zero-dilated data u^r lies at offset lo in a buffer of length s(O-1) + d(K-1) + 1; tap p sees every
s-th entry from d p~ on.  One sweep serves all four results:

    y += w[p] buffer[p]        d buffer[p] += w[p] g        dw[p] = sum g buffer[p]        db = sum g

Where every window has a kernel of its own, w[p], dw[p] and db keep the places: only labels are summed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from symconv.errors import SymconvError
from symconv.language.integers import Int
from symconv.language.operator import Operand, labels, shape, spatial_sizes
from symconv.language.unshared import Windowed, tensor_of

Array = Any
LIMIT = 200_000_000  # products
ENTRIES = 20_000_000  # of one array


def within(entries: int, role: str) -> None:
    """Raise SymconvError for more entries than are taken."""
    if entries > ENTRIES:
        raise SymconvError(f"{role}: expected at most {ENTRIES} numbers in an array, got {entries}")


class Sweep:
    """The taps of a concrete layer over its padded buffer."""

    def __init__(self, layer: Windowed, arrays: dict[str, Array]) -> None:
        self.layer, self.op, self.arrays = layer, layer.window, arrays
        self.own = layer.kind == "local"  # a kernel for every window
        self.extents = {label: size.constant for label, size in self.op.extents}
        self.kind = next(iter(arrays.values())).dtype if arrays else np.dtype(np.int64)

    def sized(self, operand: Operand) -> bool:
        """Whether the operand's shape is known."""
        return all(size.constant is not None for size in shape(self.op, operand))

    def _number(self, e: Int, what: str) -> int:
        if e.constant is None:
            known = ", ".join(sorted(e.names()))
            raise SymconvError(f"{self.op.name}: the {what} depends on {known}; give the missing size or value")
        return e.constant

    def _shape(self, operand: Operand) -> list[int]:
        """Labels first, then the spatial sizes; of a kernel for every window the places before the taps."""
        sizes = [self._number(dict(self.op.extents)[n], "shape") for n in labels(operand)]
        spatial = spatial_sizes(self.op, operand)
        if self.own and operand is self.op.kernel:
            spatial = (*spatial_sizes(self.op, self.op.result), *spatial)
        return sizes + [max(0, self._number(n, "size")) for n in spatial]

    def _open(self, operand: Operand, array: Array) -> Array:
        """The array with one axis per label."""
        return array.reshape(self._shape(operand))

    def _close(self, role: str, array: Array) -> Array:
        """The array in the shape of the tensor in a role."""
        return array.reshape([max(0, self._number(n, "shape")) for n in tensor_of(self.layer, role).sizes])

    def _letters(self, operand: Operand) -> list[int]:
        known = list(self.extents)
        return [known.index(n) for n in labels(operand)]

    def _axes(self) -> list[tuple[int, int, int, int, int, int, int]]:
        found = []
        for axis in self.op.axes:
            fields = (axis.data, axis.kernel, axis.output, axis.stride, axis.input_dilation, axis.dilation, axis.lo)
            found.append(tuple(self._number(e, "result") for e in fields))
        work = math.prod(max(1, f[1]) * max(1, f[2]) for f in found) * math.prod(v or 1 for v in self.extents.values())
        room = math.prod(self._length(f[1], max(0, f[2]), f[3], f[5]) for f in found) * math.prod(
            v or 1 for v in self.extents.values()
        )
        for operand in (self.op.data, self.op.kernel, self.op.result):
            within(math.prod(e.constant or 0 for e in shape(self.op, operand)), operand.name)
        work = max(work, room)
        if work > LIMIT:
            raise SymconvError(f"{self.op.name}: expected at most {LIMIT} products, got {work}; use smaller sizes")
        return found  # type: ignore[return-value]

    def _length(self, taps: int, out: int, s: int, d: int) -> int:
        return s * (out - 1) + d * (taps - 1) + 1 if out > 0 else 0

    def _places(self) -> tuple[tuple[slice, ...], tuple[slice, ...], list[int]]:
        """(slices of the data, slices of the buffer, lengths of the buffer): where the data lie."""
        data, buffer, lengths = [], [], []
        for n, taps, out, s, r, d, lo in self._axes():
            length = self._length(taps, max(0, out), s, d)
            first = max(0, -(lo // r))  # the first entry at a place >= 0
            last = min(n, -((lo - length) // r))  # the first entry beyond the end
            last = max(first, last)
            data.append(slice(first, last))
            buffer.append(slice(lo + r * first, max(lo + r * (last - 1) + 1, lo + r * first), r))
            lengths.append(length)
        return tuple(data), tuple(buffer), lengths

    def _windows(self) -> Iterator[tuple[tuple[int, ...], tuple[slice, ...]]]:
        """(tap, the buffer entries it sees), for every tap."""
        axes = self._axes()
        for tap in product(*(range(f[1]) for f in axes)):
            seen = []
            for p, (_, taps, out, s, _, d, _) in zip(tap, axes, strict=True):
                start = d * (taps - 1 - p if self.op.flip else p)
                seen.append(slice(start, start + s * (max(0, out) - 1) + 1, s) if out > 0 else slice(0, 0))
            yield tap, tuple(seen)

    def _buffer(self) -> Array:
        data, buffer, lengths = self._places()
        x = self._open(self.op.data, self.arrays["x"])
        lead = x.shape[: x.ndim - self.op.ndim]
        filled: Array = np.zeros((*lead, *lengths), dtype=self.kind)
        filled[(..., *buffer)] = x[(..., *data)]
        return filled

    def forward(self) -> Array:
        """y without bias."""
        op = self.op
        buffer, w = self._buffer(), self._open(op.kernel, self.arrays["w"])
        y = np.zeros(self._shape(op.result), dtype=self.kind)
        for tap, seen in self._windows():
            y += self._product(w[(..., *tap)], op.kernel, self.own, buffer[(..., *seen)], op.data, True, op.result, True)
        return self._close("y", y)

    def grad_data(self) -> Array:
        """dL/dx: every tap hands its share of g back to the entries it saw."""
        op = self.op
        data, places, lengths = self._places()
        g, w = self._open(op.result, self.arrays["g"]), self._open(op.kernel, self.arrays["w"])
        shape = self._shape(op.data)
        buffer: Array = np.zeros((*shape[: len(shape) - op.ndim], *lengths), dtype=self.kind)
        for tap, seen in self._windows():
            buffer[(..., *seen)] += self._product(w[(..., *tap)], op.kernel, self.own, g, op.result, True, op.data, True)
        x: Array = np.zeros(shape, dtype=self.kind)
        x[(..., *data)] = buffer[(..., *places)]
        return self._close("x", x)

    def grad_kernel(self) -> Array:
        """dL/dw: for every tap, g against the entries it saw."""
        op = self.op
        buffer, g = self._buffer(), self._open(op.result, self.arrays["g"])
        w: Array = np.zeros(self._shape(op.kernel), dtype=self.kind)
        for tap, seen in self._windows():
            w[(..., *tap)] = self._product(g, op.result, True, buffer[(..., *seen)], op.data, True, op.kernel, self.own)
        return self._close("w", w)

    def grad_bias(self) -> Array:
        """dL/db: g summed over everything but b's own labels (and the places, where every one has its bias)."""
        op = self.op
        bias = op.operand("b")
        g = self._open(op.result, self.arrays["g"])
        gone = tuple(k for k, n in enumerate(labels(op.result)) if n not in labels(bias))
        spatial = () if self.own else tuple(range(g.ndim - op.ndim, g.ndim))
        return self._close("b", np.asarray(g.sum(axis=gone + spatial, dtype=self.kind)))

    def along(self, b: Array) -> Array:
        """The bias, shaped to be added to y."""
        if self.own:
            return b
        return b.reshape((1,) * (1 if self.op.result.layout else 0) + b.shape + (1,) * self.op.ndim)

    def _product(
        self, a: Array, one: Operand, a_wide: bool, b: Array, two: Operand, b_wide: bool, out: Operand, wide: bool
    ) -> Array:
        """Contract over the labels (and positions, marked wide) that ``out`` lacks."""
        places = list(range(40, 40 + self.op.ndim))
        return np.einsum(
            a,
            self._letters(one) + (places if a_wide else []),
            b,
            self._letters(two) + (places if b_wide else []),
            self._letters(out) + (places if wide else []),
        )
