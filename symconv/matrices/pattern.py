"""What a matrix is called: read off its cells, axis by axis.

A matrix is Toeplitz if its entry in row i and column j depends on j - i alone, block Toeplitz if its blocks do, and doubly block
Toeplitz if besides every block is Toeplitz.  With a stride s the entry depends on j - s i: the matrix holds every s-th row of a
Toeplitz matrix; with zeros between the inputs (a transposed layer, r = its stride) on r j - i: every r-th column of one.
Source: Golub & Van Loan, Matrix Computations, section 4.7; Hansen, Nagy & O'Leary, Deblurring Images, chapter 4.
"""

from __future__ import annotations

from symconv.core.matrices import Level, Matrix, Pattern
from symconv.core.operator import Axis, Operator
from symconv.matrices.cells import axis_cells


def level(axis: Axis, flip: bool) -> Level:
    """The pattern along one axis, found from its cells."""
    cells = axis_cells(axis, flip)
    s, r = axis.stride.constant or 1, axis.input_dilation.constant or 1
    rows, columns = len(cells), len(cells[0]) if cells else 0
    tried = [(1, 1), (s, 1), (1, r), (s, r)]
    found = next(((a, b) for a, b in tried if depends_on_difference(cells, a, b)), None)
    kinds = {(False, False): "toeplitz", (True, False): "rows", (False, True): "columns", (True, True): "both"}
    kind = "none" if found is None else kinds[found[0] > 1, found[1] > 1]
    s, r = found or (s, r)
    used = {r * j - s * i for i, row in enumerate(cells) for j, p in enumerate(row) if p is not None}
    return Level(kind, s, r, rows, columns, len(used), axis.dilation.constant or 1)


def depends_on_difference(cells: tuple[tuple[int | None, ...], ...], s: int, r: int) -> bool:
    """Whether the entry in row i and column j depends on r j - s i alone."""
    by: dict[int, int | None] = {}
    return all(by.setdefault(r * j - s * i, p) == p for i, row in enumerate(cells) for j, p in enumerate(row))


def pattern(op: Operator, found: Matrix) -> Pattern:
    """The pattern of the whole."""
    extents = {label: n.constant or 1 for label, n in op.extents}
    levels = tuple(level(axis, op.flip) for axis in op.axes)
    groups = extents.get("gamma", 1)
    identity = all(is_identity(axis, op.flip) for axis in op.axes)
    return Pattern(
        levels,
        extents.get("o", 1) * groups,
        extents.get("c", 1) * groups,
        groups,
        extents.get("n", 1),
        triangle(found),
        identity,
    )


def is_identity(axis: Axis, flip: bool) -> bool:
    """Whether the one tap of an axis sits on the diagonal of a square."""
    cells = axis_cells(axis, flip)
    square = bool(cells) and len(cells) == len(cells[0])
    return square and all((p is not None) == (i == j) for i, row in enumerate(cells) for j, p in enumerate(row))


def triangle(found: Matrix) -> str:
    """Diagonal, lower or upper triangular, of a square matrix."""
    if len(found.rows) != len(found.columns) or not found.rows:
        return ""
    places = [(i, j) for i, row in enumerate(found.cells) for j, cell in enumerate(row) if cell is not None]
    if all(i == j for i, j in places):
        return "diagonal"
    if all(j <= i for i, j in places):
        return "lower"
    return "upper" if all(j >= i for i, j in places) else ""
