"""A matrix against the definition: every product of the forward pass, one by one, has its cell, and every cell its product.

The products come from ``maps``, which loops over outputs and taps; the cells were solved for the tap from row and column.
dL/dx = T^T g: the matrix of the closed form (the flipped kernel over the zero-dilated upstream gradient) is compared with the
transpose, cell by cell, and with the products that its own padded arrays give.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.maps import Triples, closed, forward
from symconv.core.facts import Verdict
from symconv.core.matrices import Level, Matrix
from symconv.core.operator import Operator, upstream


def from_products(found: Triples, names: tuple[str, str, str], shapes: tuple[Any, Any, Any]) -> dict[tuple[int, int], Any]:
    """{(row, column): kernel entry} of a list of products; a cell that two products claim is marked by None."""
    result, kernel, data = names
    columns = found.columns
    taps: Any = np.unravel_index(columns[kernel], shapes[1]) if found.count else ()
    cells: dict[tuple[int, int], Any] = {}
    for k, (row, column) in enumerate(zip(columns[result].tolist(), columns[data].tolist(), strict=True)):
        tap = tuple(int(axis[k]) for axis in taps)
        cells[row, column] = tap if (row, column) not in cells else None
    return cells


def filled(matrix: Matrix) -> dict[tuple[int, int], Any]:
    """{(row, column): kernel entry} of a matrix."""
    return {(i, j): cell for i, row in enumerate(matrix.cells) for j, cell in enumerate(row) if cell is not None}


def check_matrix(op: Operator, matrix: Matrix) -> Verdict:
    """Whether T x is y: the products of the definition are the cells."""
    shapes = tuple(brute.numbers(op, operand) for operand in (op.result, op.kernel, op.data))
    products = from_products(forward(op), (upstream(op), op.kernel.name, op.data.name), shapes)  # type: ignore[arg-type]
    if products != filled(matrix):
        return Verdict("refuted", "is not the products of the forward definition")
    return Verdict("checked", f"T x has the {len(products)} products of the forward definition, each in its row")


def check_transpose(op: Operator, matrix: Matrix, member: Operator, other: Matrix) -> Verdict:
    """Whether the closed form of dL/dx has the matrix T^T, and its products are those of T^T g."""
    transposed = matrix.transposed
    if other.cells != transposed.cells:
        return Verdict("refuted", "the matrix of the closed form is not the transpose")
    shapes = tuple(brute.numbers(member, operand) for operand in (member.result, member.kernel, member.data))
    products = from_products(closed(member, op.data.name), (op.data.name, member.kernel.name, member.data.name), shapes)  # type: ignore[arg-type]
    if products != filled(transposed):
        return Verdict("refuted", "the products of the closed form are not those of the transpose")
    count = len(products)
    return Verdict("checked", f"the closed form's matrix is the transpose, cell by cell: {count} entries of the kernel")


def check_pattern(op: Operator, levels: tuple[Level, ...]) -> Verdict:
    """Whether, within every block, the entry depends on r j - s i alone along each axis: all pairs of row and column.

    The cells are those of the products of the definition, not of the matrix that is shown.
    """
    shapes = tuple(brute.numbers(op, operand) for operand in (op.result, op.kernel, op.data))
    products = from_products(forward(op), (upstream(op), op.kernel.name, op.data.name), shapes)  # type: ignore[arg-type]
    lead = len(op.kernel.layout)
    rows, columns = list(np.ndindex(shapes[0])), list(np.ndindex(shapes[2]))
    top, left = len(op.result.layout), len(op.data.layout)
    by: dict[Any, Any] = {}
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            places = zip(levels, row[top:], column[left:], strict=True)
            where = (row[:top], column[:left], *(a.input_dilation * x - a.stride * y for a, y, x in places))
            tap = products.get((i, j))
            if by.setdefault(where, tap) != tap:
                return Verdict("refuted", f"row {i}, column {j} breaks the pattern")
    shared = {where[2:]: tap[lead:] for where, tap in by.items() if tap is not None}
    if any(shared[where[2:]] != tap[lead:] for where, tap in by.items() if tap is not None):
        return Verdict("refuted", "the blocks have different patterns")
    return Verdict("checked", f"all {len(rows)} x {len(columns)} cells, diagonal by diagonal")


def as_sympy(matrix: Matrix, names: list[list[str | None]]) -> Any:
    """The matrix as a SymPy matrix of symbols."""
    from sympy import Matrix as Dense
    from sympy import Symbol

    return Dense([[0 if name is None else Symbol(name) for name in row] for row in names])
