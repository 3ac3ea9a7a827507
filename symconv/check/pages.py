"""An explicit case as plain data for the page: sums of products, straight from the sparse maps; SymPy is not needed.

The left column is L differentiated: the products of the forward definition, sorted by the entry that they hold.  The right
column comes from the closed form's own padded arrays.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.maps import Identity, closed, forward, polynomials
from symconv.language.facts import Explication, Polynomial, Reduction
from symconv.language.operator import Operand, Operator, gradient_name, numbered, spatial_sizes, upstream

LIMIT = 100_000
WIDEST = 12

Index = tuple[int, ...]


class Case:
    """A concrete operator, to be shown.

    Raises SymconvError for more products than ``limit``.
    """

    def __init__(self, op: Operator, limit: int = LIMIT) -> None:
        brute.within(op, limit)
        self.op, self.upstream = op, upstream(op)

    def shape(self, operand: Operand) -> Index:
        """The operand's shape."""
        return brute.concrete_shape(self.op, operand)

    def trim(self, operand: Operand) -> int:
        """How many leading axes of size 1 an entry's index leaves out."""
        found = self.shape(operand)
        return next((k for k in range(len(operand.layout)) if found[k] != 1), len(operand.layout))

    def indices(self, operand: Operand) -> list[Index]:
        """Every index of the operand, as shown."""
        skip = self.trim(operand)
        return [index[skip:] for index in product(*(range(n) for n in self.shape(operand)))]

    def factors(self, *skip: str) -> list[tuple[str, Index, int]]:
        """(tensor, shape, leading axes left out) of the factors of a product, the named ones left out."""
        op = self.op
        found = [(op.kernel.name, op.kernel), (op.data.name, op.data), (self.upstream, op.result)]
        return [(name, self.shape(o), self.trim(o)) for name, o in found if name not in skip]

    def y(self) -> list[Polynomial]:
        """The sums of products that y's entries are, the bias first."""
        op = self.op
        size = int(np.prod(self.shape(op.result), dtype=np.int64))
        sums = polynomials(forward(op), self.upstream, self.factors(self.upstream), size)
        if op.bias is None:
            return sums
        skip = self.trim(op.bias)
        owners = [index[1:2] if op.bias.layout else () for index in product(*(range(n) for n in self.shape(op.result)))]
        return [((1, ((op.bias.name, owner[skip:]),)), *found) for owner, found in zip(owners, sums, strict=True)]

    def gradient(self, wrt: str, member: Operator | Reduction) -> list[tuple[Index, Polynomial, Polynomial]]:
        """(entry, L differentiated, closed form) for every entry."""
        operand = self.op.operand(wrt)
        if isinstance(member, Reduction):
            sums = self._bias_sums(operand)
            return [(index, found, found) for index, found in zip(self.indices(operand), sums, strict=True)]
        size = int(np.prod(self.shape(operand), dtype=np.int64))
        names = self.factors(operand.name)
        left = polynomials(forward(self.op), operand.name, names, size)
        right = polynomials(closed(member, operand.name), operand.name, names, size)
        return list(zip(self.indices(operand), left, right, strict=True))

    def _bias_sums(self, operand: Operand) -> list[Polynomial]:
        skip = self.trim(self.op.result)
        sums: dict[Index, list[Any]] = {index: [] for index in product(*(range(n) for n in self.shape(operand)))}
        for index in product(*(range(n) for n in self.shape(self.op.result))):
            sums[index[1:2] if operand.layout else ()].append((1, ((self.upstream, index[skip:]),)))
        return [tuple(found) for found in sums.values()]

    def explication(self, wrt: str, member: Operator | Reduction, equal: bool) -> Explication:
        """The case as data; whether both columns are equal was decided by ``Identity``."""
        op = self.op
        y = tuple(zip(self.indices(op.result), self.y(), strict=True))
        gradient = tuple(self.gradient(wrt, member))
        shapes = {role: self.shape(op.operand(role)) for role in ("x", "w", "y", wrt)}
        grids = self._grids(wrt, member, gradient)
        return Explication(self._sizes(), tuple(shapes.items()), y, gradient, equal, grids, member)

    def _sizes(self) -> tuple[tuple[str, int], ...]:
        """The sizes by the page's names."""
        op, found = self.op, []
        outputs, rests = ([getattr(a, field) for a in op.axes] for field in ("output", "remainder"))
        sizes = {"N": spatial_sizes(op, op.data), "K": spatial_sizes(op, op.kernel), "O": outputs, "a": rests}
        for letter, per_axis in sizes.items():
            for k, (axis, size) in enumerate(zip(op.axes, per_axis, strict=True)):
                number = int(size.constant or 0)
                if letter != "a" or axis.stride != 1:
                    found.append((numbered(letter, k, op.ndim), number))
        names = {"n": "B", "gamma": "G", "o": "F", "c": "C"}
        found += [(names[label], size.constant or 0) for label, size in op.extents if size != 1]
        return tuple(found)

    def _grids(self, wrt: str, member: Operator | Reduction, gradient: Any) -> tuple[Any, ...]:
        """Small pictures: the arrays that the closed form reads, and who contributes to whom."""
        if isinstance(member, Reduction) or any(e != 1 for _, e in member.extents):
            return ()
        grids: list[Any] = []
        if member.ndim <= 2:
            grids += self._arrays(member)
        columns = self.indices(self.op.result)
        if len(columns) <= 8 and len(gradient) <= 16:
            name = gradient_name(self.op, self.op.operand(wrt))
            grids.append(("contributions", name, self._contributions(name, gradient, columns)))
        return tuple(grids)

    def _arrays(self, member: Operator) -> list[Any]:
        """The zero-dilated, padded data and the (flipped) kernel; a border's copies by the entries that they copy."""
        axes = [[int(e.constant or 0) for e in (a.data, a.input_dilation, a.lo, a.hi, a.kernel)] for a in member.axes]
        lengths = [r * (n - 1) + 1 + lo + hi for n, r, lo, hi, _ in axes]
        if max(lengths) > WIDEST:
            return []

        def data(place: Index) -> Any:
            index = []
            for m, (n, r, lo, _, _) in zip(place, axes, strict=True):
                if (m - lo) % r or not 0 <= (m - lo) // r < n:
                    return None
                index.append((m - lo) // r)
            return (member.data.name, brute.own(member, "x", tuple(index)))

        def kernel(place: Index) -> Any:
            turned = tuple(a[4] - 1 - k for k, a in zip(place, axes, strict=True)) if member.flip else place
            return (member.kernel.name, brute.own(member, "w", turned))

        pictures = [("data", member.data.name, _picture(data, lengths))]
        if max(a[4] for a in axes) <= WIDEST:
            pictures.append(("kernel", member.kernel.name, _picture(kernel, [a[4] for a in axes])))
        return pictures

    def _contributions(self, name: str, gradient: Any, columns: list[Index]) -> tuple[Any, ...]:
        rows: list[Any] = [((), *((self.upstream, c) for c in columns))]
        for index, value, _ in gradient:
            found = {}
            for _, factors in value:
                place = next(i for n, i in factors if n == self.upstream)
                found[place] = next(f for f in factors if f[0] != self.upstream)
            rows.append(((name, index), *(found.get(c) for c in columns)))
        return tuple(rows)


def _picture(cell: Any, lengths: list[int]) -> tuple[tuple[Any, ...], ...]:
    """An array of one or two axes as rows of cells."""
    if len(lengths) == 1:
        return (tuple(cell((k,)) for k in range(lengths[0])),)
    return tuple(tuple(cell((i, j)) for j in range(lengths[1])) for i in range(lengths[0]))


__all__ = ["LIMIT", "Case", "Identity"]
