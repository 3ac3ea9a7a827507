"""The entrywise identity at any size, decided on sparse maps: a monomial g[out] w[tap] x[in] is an index triple.

    L      = sum over (out, tap, in) of coefficient * g[out] w[tap] x[in]      from the forward definition's loops
    closed = the same monomials, generated from the closed form's own padded arrays

The two lists are made independently, by loops over different indices, and compared as sorted integer keys with their
coefficients.  Every monomial is covered, so this is a proof at the given size.  The cost is linear in the number of terms
but for the sort.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.errors import SymconvError
from symconv.language.facts import Explication, Polynomial, Reduction, Verdict
from symconv.language.integers import Int
from symconv.language.lazy import dataclass
from symconv.language.operator import Axis, Operand, Operator, labels, shape, upstream
from symconv.language.prose import Prose

Array = Any
LIMIT = 20_000_000


@dataclass(frozen=True)
class Triples:
    """Flat positions of every product: in g (or the result), in the kernel and in the data, by tensor name."""

    columns: dict[str, Array]

    @property
    def count(self) -> int:
        """The number of products."""
        return len(next(iter(self.columns.values()))) if self.columns else 0


def _numbers(*sizes: Int) -> list[int]:
    return [int(e.constant or 0) for e in sizes]


def gather_axis(axis: Axis, flip: bool) -> tuple[Array, Array, Array]:
    """(i, p, j) with r j = s i + d p~ - lo along one axis, by loops over i and p."""
    size, taps, out, s, r, d, lo = _numbers(
        axis.data, axis.kernel, axis.output, axis.stride, axis.input_dilation, axis.dilation, axis.lo
    )
    i, p = (grid.ravel() for grid in np.meshgrid(np.arange(out), np.arange(taps), indexing="ij"))
    place = s * i + d * (taps - 1 - p if flip else p) - lo
    inside = (place % r == 0) & (place >= 0) & (place // r < size)
    return i[inside], p[inside], place[inside] // r


def scatter_axis(axis: Axis) -> tuple[Array, Array, Array]:
    """(i, p, j) with i = s j + d p - lo along one axis of a transposed layer, by loops over j and p."""
    size, taps, out, s, d, reach, lo = _numbers(
        axis.data, axis.kernel, axis.output, axis.input_dilation, axis.dilation, axis.reach, axis.lo
    )
    j, p = (grid.ravel() for grid in np.meshgrid(np.arange(size), np.arange(taps), indexing="ij"))
    place = s * j + d * p - (reach - lo)
    inside = (place >= 0) & (place < out)
    return place[inside], p[inside], j[inside]


def padded_axis(axis: Axis, flip: bool) -> tuple[Array, Array, Array]:
    """(i, p, j) read off a padded array: the zero-dilated data are laid into it, then every window is looked at."""
    size, taps, out, s, r, d, lo, hi = _numbers(
        axis.data, axis.kernel, axis.output, axis.stride, axis.input_dilation, axis.dilation, axis.lo, axis.hi
    )
    length = r * (size - 1) + 1 + lo + hi
    holds = np.full(max(length, 0), -1, dtype=np.int64)
    at = lo + r * np.arange(size)
    kept = (at >= 0) & (at < length)
    holds[at[kept]] = np.arange(size)[kept]
    windows = s * np.arange(out)[:, None] + d * np.arange(taps)[None, :]
    read = np.where(windows < length, holds[np.minimum(windows, max(length - 1, 0))], -1) if length > 0 else windows * 0 - 1
    i, q = np.nonzero(read >= 0)
    return i, (taps - 1 - q if flip else q), read[i, q]


def triples(op: Operator, per_axis: list[tuple[Array, Array, Array]], names: tuple[str, str, str]) -> Triples:
    """All products of a concrete operator: every label combination with every combination of the axes' (i, p, j)."""
    extents = {label: int(size.constant or 0) for label, size in op.extents}
    used = tuple(dict.fromkeys((*labels(op.result), *labels(op.kernel), *labels(op.data))))
    counts = [extents[n] for n in used] + [len(i) for i, _, _ in per_axis]
    if math.prod(counts) > LIMIT:
        raise SymconvError(
            f"the identity has {math.prod(counts)} products, over the limit of {LIMIT} that no option raises: use smaller sizes"
        )
    grids = np.indices(counts, sparse=True) if counts else ()
    digits = dict(zip(used, grids, strict=False))
    columns = {}
    for which, (operand, name) in enumerate(zip((op.result, op.kernel, op.data), names, strict=True)):
        spatial = [axis[which][grid] for axis, grid in zip(per_axis, grids[len(used) :], strict=True)]
        flat = _flat(op, operand, digits, spatial, extents)
        columns[name] = np.broadcast_to(flat, counts).reshape(-1)
    return Triples(columns)


def _flat(op: Operator, operand: Operand, digits: dict[str, Array], spatial: list[Array], extents: dict[str, int]) -> Array:
    """The row-major position in the operand."""
    position: Array = np.int64(0)
    sizes = [int(e.constant or 0) for e in shape(op, operand)]
    for axis, size in zip(operand.layout, sizes, strict=False):
        index: Array = np.int64(0)
        for label in axis:
            index = index * extents[label] + digits[label]
        position = position * size + index
    for place, size in zip(spatial, sizes[len(operand.layout) :], strict=True):
        position = position * size + place
    return position


NUMPY_MODES: dict[str, Any] = {"circular": "wrap", "reflect": "reflect", "symmetric": "symmetric", "replicate": "edge"}
PerAxis = list[tuple[Array, Array, Array]]


def through_border(op: Operator, per_axis: PerAxis) -> PerAxis:
    """The places in a padded tensor replaced by the entries that NumPy's pad copies there."""
    border = op.border
    if border is None:
        return per_axis
    column = {"y": 0, "w": 1, "x": 2}[border.role]
    found = []
    for one, n, (lo, hi) in zip(per_axis, border.sizes, border.pads, strict=True):
        size, first, last = _numbers(n, lo, hi)
        line = np.pad(np.arange(size), (max(0, first), max(0, last)), mode=NUMPY_MODES[border.mode])
        line = line[max(0, -first) : len(line) - max(0, -last)]
        found.append(tuple(line[c] if k == column else c for k, c in enumerate(one)))
    return found


def forward(op: Operator) -> Triples:
    """The products of L = sum g y, from the forward definition."""
    axes = [scatter_axis(a) if op.output_padding is not None else gather_axis(a, op.flip) for a in op.axes]
    axes = through_border(op, axes)
    return triples(op, axes, (upstream(op), op.kernel.name, op.data.name))


def closed(member: Operator, wrt: str) -> Triples:
    """The products of sum (closed form) * (the tensor that was differentiated), from the closed form's padded arrays."""
    axes = through_border(member, [padded_axis(a, member.flip) for a in member.axes])
    return triples(member, axes, (wrt, member.kernel.name, member.data.name))


def keys(found: Triples, order: list[str], sizes: dict[str, int]) -> tuple[Array, Array]:
    """Sorted distinct monomials as integers, with their coefficients."""
    key: Array = np.zeros(found.count, dtype=np.int64)
    if math.prod(sizes[n] for n in order) >= 2**62:
        raise SymconvError("the tensors are too large for one integer key per product: use smaller sizes")
    for name in order:
        key = key * sizes[name] + found.columns[name]
    distinct, counts = np.unique(key, return_counts=True)
    return distinct, counts


class Identity:
    """dL/d(wrt) == closed form, for a concrete operator, on maps."""

    def __init__(self, op: Operator, wrt: str, member: Operator | Reduction) -> None:
        self.op, self.wrt, self.member = op, wrt, member
        self.target = op.operand(wrt)
        roles = {op.data.name: "x", op.kernel.name: "w", upstream(op): "y"}
        self.shapes = {name: brute.shape_of(op, role) for name, role in roles.items()}
        self.sizes = {name: max(1, math.prod(found)) for name, found in self.shapes.items()}

    def decide(self) -> tuple[bool, int | None, int]:
        """(whether it holds, the first entry that differs, the number of products)."""
        if isinstance(self.member, Reduction):
            return self._decide_sum(self.member)
        order = [self.target.name, *(n for n in self.sizes if n != self.target.name)]
        left = forward(self.op)
        if not self._same_shapes(self.member):
            return False, 0, left.count
        right = closed(self.member, self.target.name)
        (one, many), (two, much) = keys(left, order, self.sizes), keys(right, order, self.sizes)
        if np.array_equal(one, two) and np.array_equal(many, much):
            return True, None, left.count
        rest = math.prod(self.sizes[n] for n in order[1:])
        return False, int(_first_difference(one, many, two, much) // rest), left.count

    def _same_shapes(self, member: Operator) -> bool:
        """The closed form reads and makes tensors of the very shapes that they have."""
        made = {member.data.name: "x", member.kernel.name: "w", self.target.name: "y"}
        return {name: brute.shape_of(member, role) for name, role in made.items()} == self.shapes

    def _decide_sum(self, member: Reduction) -> tuple[bool, int | None, int]:
        """db: each entry of g belongs to one filter, by the definition's broadcast and by the closed form's sum."""
        if not self._sums_to_target(member):
            return False, 0, 0
        found = brute.shape_of(self.op, "y")
        g = np.arange(math.prod(found), dtype=np.int64).reshape(found)
        owner = np.zeros(found, dtype=np.int64)
        if member.result.layout:
            owner = owner + np.arange(found[1]).reshape((1, -1) + (1,) * self.op.ndim)
        filters = g.reshape(found[0], found[1], -1) if member.result.layout else g.reshape(1, 1, -1)
        for k in range(filters.shape[1]):
            if not np.array_equal(np.sort(filters[:, k].ravel()), np.flatnonzero(owner.ravel() == k)):
                return False, k, g.size
        return True, None, g.size

    def _sums_to_target(self, member: Reduction) -> bool:
        """Whether it is g, in its own layout, that is summed, into the bias's own shape."""
        made = (member.data.name, member.data.layout, member.result.layout)
        return made == (upstream(self.op), self.op.result.layout, self.target.layout)

    def check(self) -> Verdict:
        """The verdict; a failure names the first entry that is wrong."""
        holds, wrong, count = self.decide()
        name = self.target.name
        if not holds:
            own = brute.shape_of(self.op, self.wrt)
            index = [int(k) for k in np.unravel_index(wrong or 0, own)] if own else []
            return Verdict("refuted", Prose("check.closed.differs", {"name": name, "index": index}))
        entries = math.prod(brute.shape_of(self.op, self.wrt))
        return Verdict("checked", Prose("check.maps.products", {"products": count, "entries": entries}))


def _first_difference(one: Array, many: Array, two: Array, much: Array) -> int:
    """The smallest key at which two maps differ."""
    left, right = dict(zip(one.tolist(), many.tolist(), strict=True)), dict(zip(two.tolist(), much.tolist(), strict=True))
    return int(min(key for key in left.keys() | right.keys() if left.get(key) != right.get(key)))


def written(op: Operator, wrt: str, member: Operator | Reduction, found: Explication) -> Verdict:
    """Whether an explicit case is written out as it is: its products are those of these maps, entry by entry."""
    roles = {op.kernel.name: "w", op.data.name: "x", upstream(op): "y"}
    shapes = {name: brute.shape_of(op, role) for name, role in roles.items()}
    leads = {name: len(op.operand(role).layout) for name, role in roles.items()}
    trims = {name: next((k for k in range(leads[name]) if shape[k] != 1), leads[name]) for name, shape in shapes.items()}

    def same(maps: Triples, by: str, given: list[Polynomial]) -> bool:
        names = [(name, shape, trims[name]) for name, shape in shapes.items() if name != by]
        return given == polynomials(maps, by, names, math.prod(shapes[by]))

    biased = 0 if op.bias is None else 1  # which stands first in every entry of y
    good = same(forward(op), upstream(op), [entry[biased:] for _, entry in found.y])
    if not isinstance(member, Reduction):
        name = op.operand(wrt).name
        good = good and same(forward(op), name, [left for _, left, _ in found.gradient])
        good = good and same(closed(member, name), name, [right for _, _, right in found.gradient])
    return Verdict("checked" if good else "refuted", Prose("check.maps.written"))


def polynomials(found: Triples, by: str, names: list[tuple[str, tuple[int, ...], int]], size: int) -> list[Polynomial]:
    """For every entry of ``by``, its sum of products; ``names`` are (tensor, shape, leading axes left out) of the factors."""
    order = np.lexsort([found.columns[n] for n, _, _ in names] + [found.columns[by]])
    columns = [
        [tuple(int(k) for k in index) for index in zip(*np.unravel_index(found.columns[n][order], sizes), strict=True)]
        if sizes
        else [()] * found.count
        for n, sizes, _ in names
    ]
    ends = np.searchsorted(found.columns[by][order], np.arange(size + 1))
    result: list[Polynomial] = []
    for k in range(size):
        rows = range(int(ends[k]), int(ends[k + 1]))
        result.append(
            tuple((1, tuple((n, columns[c][row][trim:]) for c, (n, _, trim) in enumerate(names))) for row in rows)
        )
    return result
