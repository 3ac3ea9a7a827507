"""The matrix of a layer: its cells, read off the products of y.

A product w[p] x[j] of y[i] puts the weight p into row i and column j.  With channels a cell is the kernel's entry of the filter
and channel that meet in it; batch and groups only meet themselves.  A border makes a window read copies: a column collects the
taps of all places that hold its entry; where the result is folded back (dL/dx of such an operator) a row collects those of all
the places that are added to it.  A locally connected layer has in every cell the weight of the row's own place.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod

from symconv.errors import SymconvError
from symconv.examples.sums import Sums
from symconv.language.operator import Operand, Operator, shape, spatial
from symconv.language.unshared import Unshared
from symconv.topics.matrix.facts import Cell, Cells, Comparison, Index, Matrix

LIMIT = 250_000  # cells


def sizes(op: Operator, operand: Operand) -> Index:
    """An operand's shape, in numbers."""
    found = [n.constant for n in shape(op, operand)]
    return tuple(0 if n is None else n for n in found)


def matrix(layer: Operator | Unshared) -> Matrix:
    """The matrix of a concrete layer.

    Raises SymconvError if it has more cells than anybody reads.
    """
    op = layer.window
    above, across = sizes(op, op.result), sizes(op, op.data)
    if prod(above) * prod(across) > LIMIT:
        raise SymconvError(
            f"the matrix has {prod(above)} x {prod(across)} cells, over the limit of {LIMIT}: use smaller sizes"
        )
    rows, columns = (tuple(product(*(range(n) for n in found))) for found in (above, across))
    cells = []
    for parts in Sums(layer, {}).y.values():
        row: dict[Index, Cell] = {}
        for (_, weight), (_, entry) in (one.factors for one in parts if len(one.factors) > 1):
            row[entry] = (*row.get(entry, ()), weight)
        cells.append(tuple(tuple(sorted(row.get(column, ()))) for column in columns))
    return Matrix(rows, columns, tuple(cells), (op.result.name, op.kernel.name, op.data.name))


Line = tuple[tuple[tuple[int, ...], ...], ...]


def line(op: Operator, k: int, padded: bool = False) -> Line:
    """The taps in every row and column along an axis; ``padded``: of the padded line, its copies places of their own."""
    border = None
    if op.border is not None and not padded:
        border = replace(op.border, sizes=(op.border.sizes[k],), pads=(op.border.pads[k],))
    alone = replace(spatial(op), axes=(op.axes[k],), bias=None, border=border, output_padding=None)
    return tuple(tuple(tuple(p for (p,) in cell) for cell in row) for row in matrix(alone).cells)


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


__all__ = ["Cells", "comparisons", "line", "matrix"]
