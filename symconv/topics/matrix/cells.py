"""The matrix of an operator: its cells, solved for the tap.

Along an axis the entry in row i and column j is the kernel's at the tap p with r j = s i + d p - lo, that is

    p = (r j - s i + lo)/d   where d divides it and 0 <= p < K          (for a flipped kernel, K - 1 - p)

and nothing elsewhere.  With several axes a cell is the kernel's entry at all the taps; with channels, of the filter and channel
that meet in it; batch and groups only meet themselves.

A border makes the line of x longer by copies: a column collects the taps of all places m that hold its entry, phi(m - lo) = j.
Where the result is folded back (dL/dx of such an operator) a row collects those of all the places that are added to it.

A locally connected layer has the cells of the convolution with the same windows, each with the weight of its own window.
"""

from __future__ import annotations

from itertools import product
from math import prod

from symconv.errors import SymconvError
from symconv.language.border import source
from symconv.language.example import unshared
from symconv.language.node import Node
from symconv.language.operator import Axis, Operand, Operator, shape
from symconv.topics.matrix.facts import Cell, Cells, Comparison, Index, Matrix

LIMIT = 250_000  # cells


def sizes(op: Operator, operand: Operand) -> Index:
    """An operand's shape, in numbers."""
    found = [n.constant for n in shape(op, operand)]
    return tuple(0 if n is None else n for n in found)


def axis_cells(axis: Axis, flip: bool) -> tuple[tuple[int | None, ...], ...]:
    """The tap in every row and column along one axis."""
    n, k, length, s, r, d, lo = (
        e.constant or 0
        for e in (axis.data, axis.kernel, axis.output, axis.stride, axis.input_dilation, axis.dilation, axis.lo)
    )
    rows = []
    for i in range(length):
        row: list[int | None] = []
        for j in range(n):
            p, rest = divmod(r * j - s * i + lo, d)
            row.append((k - 1 - p if flip else p) if rest == 0 and 0 <= p < k else None)
        rows.append(tuple(row))
    return tuple(rows)


Line = tuple[tuple[tuple[int, ...], ...], ...]


def line(op: Operator, k: int) -> Line:
    """The taps in every row and column along an axis: those of the padded line, collected where its places come from."""
    found = axis_cells(op.axes[k], op.flip)
    if op.border is None:
        return tuple(tuple(() if p is None else (p,) for p in row) for row in found)
    n, (lo, _) = op.border.sizes[k].constant or 0, op.border.pads[k]
    at = [source(op.border.mode, m - (lo.constant or 0), n) for m in range(op.border.lengths[k].constant or 0)]
    if op.border.role == "w":
        return tuple(tuple(() if p is None else (at[p],) for p in row) for row in found)
    if op.border.role == "x":
        return tuple(collected(row, at, n) for row in found)
    columns = tuple(collected(column, at, n) for column in zip(*found, strict=True))
    return tuple(zip(*columns, strict=True)) if columns else ((),) * n


def collected(taps: tuple[int | None, ...], at: list[int], n: int) -> tuple[tuple[int, ...], ...]:
    """The taps of a padded line, by the entry that stands at each place."""
    found: list[list[int]] = [[] for _ in range(n)]
    for p, place in zip(taps, at, strict=True):
        if p is not None:
            found[place].append(p)
    return tuple(tuple(sorted(one)) for one in found)


def digits(operand: Operand, index: Index, extents: dict[str, int]) -> dict[str, int]:
    """The labels that make up an entry's leading indices."""
    found: dict[str, int] = {}
    for axis, value in zip(operand.layout, index, strict=False):
        for label in reversed(axis):
            value, found[label] = divmod(value, extents[label])
    return found


def leading(operand: Operand, labels: dict[str, int], extents: dict[str, int]) -> Index:
    """The leading indices that the labels make up."""
    found = []
    for axis in operand.layout:
        index = 0
        for label in axis:
            index = index * extents[label] + labels[label]
        found.append(index)
    return tuple(found)


def matrix(op: Operator) -> Matrix:
    """The matrix of a concrete operator.

    Raises SymconvError if it has more cells than anybody reads.
    """
    above, across = sizes(op, op.result), sizes(op, op.data)
    if prod(above) * prod(across) > LIMIT:
        raise SymconvError(
            f"the matrix has {prod(above)} x {prod(across)} cells, over the limit of {LIMIT}: use smaller sizes"
        )
    extents = {label: n.constant or 0 for label, n in op.extents}
    axes = [line(op, k) for k in range(op.ndim)]
    rows, columns = (tuple(product(*(range(n) for n in found))) for found in (above, across))
    lead = {operand: len(operand.layout) for operand in (op.result, op.data)}
    seen = [(digits(op.data, c, extents), c[lead[op.data] :]) for c in columns]
    cells = []
    for r in rows:
        mine, place = digits(op.result, r, extents), r[lead[op.result] :]
        row: list[Cell] = []
        for theirs, at in seen:
            cell: Cell = ()
            if all(mine[n] == theirs[n] for n in mine.keys() & theirs.keys()):
                taps = [a[i][j] for a, i, j in zip(axes, place, at, strict=True)]
                if all(taps):
                    ahead = leading(op.kernel, {**mine, **theirs}, extents)
                    cell = tuple(ahead + one for one in product(*taps))
            row.append(cell)
        cells.append(tuple(row))
    return Matrix(rows, columns, tuple(cells), (op.result.name, op.kernel.name, op.data.name))


def own_weights(node: Node, found: Matrix) -> Matrix:
    """The matrix of a locally connected layer, made of that of its windows: in every cell the weight of the row's own place."""
    cells = tuple(
        tuple(tuple(unshared(tap, at[len(at) - node.ndim :]) for tap in cell) for cell in row)
        for at, row in zip(found.rows, found.cells, strict=True)
    )
    return Matrix(found.rows, found.columns, cells, found.names)


def comparisons(op: Operator, found: Matrix) -> tuple[Comparison, ...]:
    """Dense, locally connected, convolutional: the same input and output, and ever fewer weights of their own.

    ``found`` is the matrix of the convolution, without a border: a cell has at most one tap.
    """
    taps = tuple(product(*(range(n) for n in sizes(op, op.kernel))))
    number = {tap: k for k, tap in enumerate(taps)}
    width, each = len(found.columns), taps_of_a_filter(op)
    dense = tuple(tuple(k * width + j for j in range(width)) for k in range(len(found.rows)))
    local, shared = [], []
    for k, row in enumerate(found.cells):
        local.append(tuple(k * each + number[c[0]] % each if c else None for c in row))
        shared.append(tuple(number[c[0]] if c else None for c in row))
    outputs = len(found.rows)
    filters = (op.groups.constant or 1) * {n: e.constant or 1 for n, e in op.extents}.get("o", 1)
    bias = op.bias is not None
    return (
        Comparison("dense", dense, outputs * width, outputs * bias),
        Comparison("local", tuple(local), outputs * each, outputs * bias),
        Comparison("conv", tuple(shared), len(taps), filters * bias),
    )


def taps_of_a_filter(op: Operator) -> int:
    """How many kernel entries one output entry has."""
    whole = sizes(op, op.kernel)
    return prod(whole[1:]) if len(op.kernel.layout) else prod(whole)


__all__ = ["Cells", "comparisons", "line", "matrix", "own_weights"]
