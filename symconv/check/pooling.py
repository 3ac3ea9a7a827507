"""Exact values and gradients of a node with NumPy, tap by tap over all windows at once.

max_pool   a running maximum over the taps in row-major order; the first tap that attains it is kept, ties are counted
avg_pool   a running sum, divided by the window's count
local      the taps of ``check.sweep.Sweep``, with a kernel per place

Integers and Fractions stay exact, floats are float64.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from symconv.check.evaluate import Binding, Evaluation, as_array, as_floats, common
from symconv.check.evaluate import restored_numbers as restored
from symconv.check.sweep import LIMIT, Sweep
from symconv.errors import SymconvError
from symconv.language.integers import Int
from symconv.language.operator import labels
from symconv.language.unshared import Unshared, tensor_of, windows_read

Array = Any


class NodeBinding(Binding):
    """Numbers for the names of a node, from the shapes of its tensors."""

    def __init__(self, node: Unshared, values: dict[str, int]) -> None:
        super().__init__(node.window, values)
        self.node = node

    def sizes(self, role: str) -> tuple[Int, ...]:
        """The sizes of the tensor in a role."""
        return tensor_of(self.node, role).sizes


def evaluate_node(
    node: Unshared,
    values: Mapping[str, int] | None = None,
    input: Any = None,
    kernel: Any = None,
    output: Any = None,
    **given: Any,
) -> Evaluation:
    """y, the gradients and (for a maximum) the places it is attained at.

    Pooling also takes one image (channels first) or one plane, and answers in the same shape.  Raises SymconvError for operands
    that the node lacks, shapes that do not agree, NaN and infinity, and windows that lie in the padding alone.
    """
    found = {role: as_array(value, role) for role, value in given.items() if value is not None}
    extra = sorted(found.keys() - {*node.roles, "g"})
    if extra:
        raise SymconvError(
            f"{extra[0]}: expected none for {node.name}, which has {', '.join(node.roles)} alone; leave it out"
        )
    missing = _missing_axes(node, found)
    arrays = {role: a.reshape((1,) * missing + a.shape) if role in ("x", "g") else a for role, a in found.items()}
    binding = NodeBinding(node, dict(values or {}))
    for role, array in arrays.items():
        binding.match(role, array.shape)
    for role, extent in (("x", input), ("w", kernel), ("y", output)):
        if extent is not None:
            binding.match_spatial(role, extent)
    binding.solve()
    concrete = node.subs(binding.known)
    exact = all(a.dtype != np.float64 for a in arrays.values())
    if not exact:
        arrays = {role: as_floats(a, role) for role, a in arrays.items()}
    made = run_node(concrete, arrays)
    for key in [k for k, a in made.items() if missing and k in ("y", "grad_x", "indices")]:
        made[key] = made[key].reshape(made[key].shape[missing:])
    y, grad_x, grad_w, grad_b = (made.get(k) for k in ("y", "grad_x", "grad_w", "grad_b"))
    return Evaluation(y, grad_x, grad_w, grad_b, exact, made.get("indices"))


def _missing_axes(node: Unshared, found: Mapping[str, Array]) -> int:
    """How many of batch and channel a pooling operand leaves out: 0, 1 (an image) or 2 (a plane)."""
    if node.kind == "local" or not found:
        return 0
    role = "x" if "x" in found else "g"
    short = len(node.window.data.layout) + node.ndim - int(found[role].ndim)
    if not 0 <= short <= len(node.window.data.layout) or any(
        a.ndim != found[role].ndim for r, a in found.items() if r in ("x", "g")
    ):
        return 0  # the shapes are refused where they are matched
    return short


def run_node(node: Unshared, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """What the arrays of a concrete node determine, by name: y, grad_x, ..., indices."""
    if node.kind == "local":
        return _local(node, dict(arrays))
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


def wide(array: Array, terms: int) -> Array:
    """Python's own integers where a sum of that many could overflow int64."""
    if array.dtype == np.int64 and array.size and max(abs(int(array.min())), abs(int(array.max()))) * terms >= 2**62:
        return array.astype(object)
    return array


def tidy(array: Array) -> Array:
    """Exact numbers as plain as they can be: int64 where every entry is a small integer."""
    return restored(array, 1) if array.dtype == object else array


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


def divided(array: Array, by: Array) -> Array:
    """Exact quotients; integers where they all come out even."""
    by = np.broadcast_to(by, array.shape)
    if array.dtype == np.int64 and not (array % by).any():
        return array // by
    made = np.empty(array.shape, dtype=object)
    made.reshape(-1)[:] = [Fraction(n) / int(m) for n, m in zip(array.astype(object).flat, by.flat, strict=True)]
    return made


class LocalSweep(Sweep):
    """The taps of a locally connected layer: every place has its own kernel."""

    def __init__(self, node: Unshared, arrays: dict[str, Array]) -> None:
        super().__init__(node.window, arrays)
        self.node = node

    def weights(self) -> Array:
        """The kernel with one axis per label, then the places, then the taps."""
        w = self.arrays["w"]
        extents = [self.extents[n] for n in labels(self.op.kernel)]
        return w.reshape([*extents, *w.shape[len(self.op.kernel.layout) :]])

    def forward(self) -> Array:
        """y without bias."""
        op, buffer, w = self.op, self._buffer(), self.weights()
        y = np.zeros(self._shape(op.result), dtype=self.kind)
        for tap, seen in self._windows():
            y += self._product(w[(..., *tap)], op.kernel, True, buffer[(..., *seen)], op.data, True, op.result, True)
        return self._close(op.result, y)

    def grad_data(self) -> Array:
        """dL/dx."""
        op = self.op
        data, places, lengths = self._places()
        g, w = self._open(op.result, self.arrays["g"]), self.weights()
        shape = self._shape(op.data)
        buffer: Array = np.zeros((*shape[: len(shape) - op.ndim], *lengths), dtype=self.kind)
        for tap, seen in self._windows():
            buffer[(..., *seen)] += self._product(w[(..., *tap)], op.kernel, True, g, op.result, True, op.data, True)
        x: Array = np.zeros(shape, dtype=self.kind)
        x[(..., *data)] = buffer[(..., *places)]
        return self._close(op.data, x)

    def grad_kernel(self) -> Array:
        """dL/dw."""
        op, buffer, g = self.op, self._buffer(), self._open(self.op.result, self.arrays["g"])
        sizes = [int(e.constant or 0) for e in tensor_of(self.node, "w").sizes]
        extents = [self.extents[n] or 1 for n in labels(op.kernel)]
        w: Array = np.zeros([*extents, *sizes[len(op.kernel.layout) :]], dtype=self.kind)
        for tap, seen in self._windows():
            w[(..., *tap)] = self._product(g, op.result, True, buffer[(..., *seen)], op.data, True, op.kernel, True)
        return w.reshape(sizes)

    def grad_bias(self) -> Array:
        """dL/db: g summed over the images."""
        g = self.arrays["g"]
        return g.sum(axis=0) if self.op.result.layout else g


def _local(node: Unshared, given: dict[str, Array]) -> dict[str, Array]:
    """A locally connected layer; exact on common denominators."""
    exact = all(a.dtype != np.float64 for a in given.values())
    scaled, scales = common(given) if exact else (given, dict.fromkeys(given, 1))
    sweep, made = LocalSweep(node, scaled), {}

    def back(array: Array, *roles: str) -> Array:
        scale = int(np.prod([scales[r] for r in roles], dtype=object))
        return restored(array, scale) if exact else array

    have = given.keys()
    if {"x", "w"} <= have:
        y = back(sweep.forward(), "x", "w")
        made["y"] = tidy(y + given["b"]) if "b" in have else y
    if {"w", "g"} <= have and sweep.sized(node.window.data):
        made["grad_x"] = back(sweep.grad_data(), "w", "g")
    if {"x", "g"} <= have and sweep.sized(node.window.kernel):
        made["grad_w"] = back(sweep.grad_kernel(), "x", "g")
    if "g" in have and node.window.bias is not None:
        made["grad_b"] = back(np.asarray(sweep.grad_bias()), "g")
    return made
