"""Maxima and averages of windows with NumPy, tap by tap over all windows at once.

max_pool   a running maximum over the taps in row-major order; the first tap that attains it is kept, ties are counted
avg_pool   a running sum, divided by the window's count

Integers and Fractions stay exact, floats are float64.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np

from symconv.check.operands import divided, tidy, wide
from symconv.check.sweep import LIMIT
from symconv.errors import SymconvError
from symconv.language.unshared import Unshared, windows_read

Array = Any


def pooled(node: Unshared, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """What the arrays of concrete pooling determine, by name: y, grad_x, and of a maximum the indices."""
    windows_read(node)
    taps = Taps(node)
    made: dict[str, Array] = {}
    if node.kind == "avg_pool":
        if "x" in arrays:
            made["y"] = taps.average(wide(arrays["x"], taps.total))
        if "g" in arrays and all(n is not None for n in taps.lengths):
            made["grad_x"] = taps.spread_evenly(wide(arrays["g"], taps.total))
        return made
    if "x" in arrays:
        best, first, ties = taps.largest(arrays["x"])
        made["y"] = tidy(best)
        made["indices"] = taps.indices(first)
        if "g" in arrays:
            made["grad_x"] = taps.spread(arrays["x"], best, first, ties, wide(arrays["g"], taps.total))
    return made


class Taps:
    """The taps of a concrete pooling operator: which places each reads in every window."""

    def __init__(self, node: Unshared) -> None:
        self.node = node
        self.ndim = node.ndim
        fields = ("data", "kernel", "output", "stride", "dilation", "lo", "hi")
        self.axes = [{f: getattr(axis, f).constant for f in fields} for axis in node.window.axes]
        for axis in self.axes:
            unknown = next((f for f in ("kernel", "stride", "dilation") if axis[f] is None), None)
            if unknown is not None:
                raise SymconvError(f"{node.name}: the {unknown} is not known; give {unknown}=")
            if axis["output"] is None or axis["data"] is None:
                raise SymconvError(f"{node.name}: the input size is not known; give x, or input=")
        self.lengths = [axis["data"] for axis in self.axes]
        self.outputs = [max(0, axis["output"]) for axis in self.axes]
        self.total = int(np.prod([axis["kernel"] for axis in self.axes]))
        if self.total * int(np.prod(self.outputs)) > LIMIT:
            raise SymconvError(f"{node.name}: expected at most {LIMIT} entries read, got more; use smaller sizes")

    def __iter__(self) -> Iterator[tuple[int, tuple[Array, ...], tuple[Array, ...]]]:
        """(number, windows per axis that the tap serves, the places it reads there), in row-major order."""
        per_axis = []
        for axis, out in zip(self.axes, self.outputs, strict=True):
            i = np.arange(out)
            found = []
            for p in range(axis["kernel"]):
                place = axis["stride"] * i + axis["dilation"] * p - axis["lo"]
                inside = (place >= 0) & (place < axis["data"])
                found.append((i[inside], place[inside]))
            per_axis.append(found)
        for number, chosen in enumerate(product(*per_axis)):
            yield number, np.ix_(*(w for w, _ in chosen)), np.ix_(*(p for _, p in chosen))

    def largest(self, x: Array) -> tuple[Array, Array, Array]:
        """The maximum of every window, the number of the first tap that attains it, and how many do."""
        shape = (*x.shape[: x.ndim - self.ndim], *self.outputs)
        best = np.zeros(shape, dtype=x.dtype)
        first = np.full(shape, -1)
        ties: Array = np.zeros(shape, dtype=np.int64)
        for number, windows, places in self:
            seen, now = x[(..., *places)], best[(..., *windows)]
            empty = first[(..., *windows)] < 0
            more = empty | (seen > now)
            best[(..., *windows)] = np.where(more, seen, now)
            first[(..., *windows)] = np.where(more, number, first[(..., *windows)])
            ties[(..., *windows)] = np.where(more, 1, ties[(..., *windows)] + (~empty & (seen == now)))
        return best, first, ties

    def indices(self, first: Array) -> Array:
        """The first largest entry's place in its plane, flattened."""
        taps = np.unravel_index(np.maximum(first, 0), [axis["kernel"] for axis in self.axes])
        places = []
        for k, (axis, out, p) in enumerate(zip(self.axes, self.outputs, taps, strict=True)):
            along = [1] * self.ndim
            along[k] = out
            places.append(axis["stride"] * np.arange(out).reshape(along) + axis["dilation"] * p - axis["lo"])
        return np.ravel_multi_index(tuple(np.broadcast_arrays(*places)), self.lengths) if first.size else first

    def spread(self, x: Array, best: Array, first: Array, ties: Array, g: Array) -> Array:
        """dL/dx of a maximum by the node's convention at ties."""
        node = self.node
        if node.ties == "split":
            g = g / ties if g.dtype == np.float64 else divided(g, ties)
        made: Array = np.zeros(x.shape, dtype=g.dtype)
        for number, windows, places in self:
            hit = first[(..., *windows)] == number
            if node.ties != "first":
                hit = x[(..., *places)] == best[(..., *windows)]
            made[(..., *places)] += np.where(hit, g[(..., *windows)], 0)
        return tidy(made)

    def counts(self) -> Array:
        """How many entries every window counts."""
        found: Array = np.ones(self.outputs, dtype=np.int64)
        for k, (axis, out) in enumerate(zip(self.axes, self.outputs, strict=True)):
            begin = 0 if self.node.count_include_pad else axis["lo"]
            end = axis["data"] + axis["lo"] + axis["hi"] if self.node.count_include_pad else axis["lo"] + axis["data"]
            place = axis["stride"] * np.arange(out)[:, None] + axis["dilation"] * np.arange(axis["kernel"])
            along = [1] * self.ndim
            along[k] = out
            found = found * ((place >= begin) & (place < end)).sum(axis=1).reshape(along)
        return found

    def average(self, x: Array) -> Array:
        """y of an average."""
        total: Array = np.zeros((*x.shape[: x.ndim - self.ndim], *self.outputs), dtype=x.dtype)
        for _, windows, places in self:
            total[(..., *windows)] += x[(..., *places)]
        counts = self.counts()
        return total / counts if x.dtype == np.float64 else tidy(divided(total, counts))

    def spread_evenly(self, g: Array) -> Array:
        """dL/dx of an average."""
        shares = g / self.counts() if g.dtype == np.float64 else divided(g, self.counts())
        made: Array = np.zeros((*g.shape[: g.ndim - self.ndim], *self.lengths), dtype=shares.dtype)
        for _, windows, places in self:
            made[(..., *places)] += shares[(..., *windows)]
        return tidy(made)
