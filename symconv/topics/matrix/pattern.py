"""What a matrix is called: read off its cells, axis by axis.

A matrix is Toeplitz if its entry in row i and column j depends on j - i alone, block Toeplitz if its blocks do, and doubly block
Toeplitz if besides every block is Toeplitz.  With a stride s the entry depends on j - s i: the matrix holds every s-th row of a
Toeplitz matrix; with zeros between the inputs (a transposed layer, r = its stride) on r j - i: every r-th column of one.

With a border a window reads copies as well.  On a ring of N entries (circular) the entry depends on (j - s i) mod N: it is
circulant if it is square and s = 1, and doubly block circulant if so on both axes.  The other borders fold: the matrix is that of
zero padding plus what the copies add, in its first rows and its last.  With s i + d p - lo = -1 - j (symmetric, to the left) the
tap p depends on j + s i alone, and so it does to the right: the fold is a Hankel matrix.

Source: Golub & Van Loan, Matrix Computations, section 4.7; Hansen, Nagy & O'Leary, Deblurring Images, chapter 4; Ng, Chan & Tang,
A fast algorithm for deblurring models with Neumann boundary conditions (Toeplitz plus Hankel).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symconv.language.border import source
from symconv.language.operator import Axis, Operator
from symconv.topics.matrix.cells import Line, line
from symconv.topics.matrix.facts import Level, Matrix, Pattern


def level(op: Operator, k: int) -> Level:
    """The pattern along an axis, found from its cells."""
    cells, axis = line(op, k), op.axes[k]
    if op.border is not None and op.border.role != "w":
        found = ring(op, k, cells) if op.border.mode == "circular" else fold(op, k, cells)
        if found is not None:
            return found
    return banded(cells, axis)


def banded(cells: Line, axis: Axis) -> Level:
    """A matrix whose entry depends on r j - s i, if it does."""
    s, r = axis.stride.constant or 1, axis.input_dilation.constant or 1
    rows, columns = len(cells), len(cells[0]) if cells else 0
    tried = [(1, 1), (s, 1), (1, r), (s, r)]
    found = next(((a, b) for a, b in tried if depends_on_difference(cells, a, b)), None)
    kinds = {(False, False): "toeplitz", (True, False): "rows", (False, True): "columns", (True, True): "both"}
    kind = "none" if found is None else kinds[found[0] > 1, found[1] > 1]
    s, r = found or (s, r)
    used = {r * j - s * i for i, row in enumerate(cells) for j, p in enumerate(row) if p}
    return Level(kind, s, r, rows, columns, len(used), axis.dilation.constant or 1)


def depends_on_difference(cells: Line, s: int, r: int) -> bool:
    """Whether the entry in row i and column j depends on r j - s i alone."""
    return depends(taken(cells), lambda i, j: r * j - s * i)


def taken(cells: Line) -> dict[tuple[int, int], tuple[int, ...]]:
    """The taps by row and column."""
    return {(i, j): taps for i, row in enumerate(cells) for j, taps in enumerate(row)}


def depends(cells: Mapping[tuple[int, int], tuple[int, ...]], on: Callable[[int, int], int]) -> bool:
    """Whether cells with the same number hold the same."""
    by: dict[int, tuple[int, ...]] = {}
    return all(by.setdefault(on(*at), taps) == taps for at, taps in cells.items())


# borders
def ring(op: Operator, k: int, cells: Line) -> Level | None:
    """The pattern on a ring; None where no window reads a copy."""
    assert op.border is not None
    n, s = op.border.sizes[k].constant or 0, op.axes[k].stride.constant or 1
    square = len(cells) == n and all(len(row) == n for row in cells)
    if op.border.role == "y":
        if not square or s != 1 or op.axes[k].input_dilation != 1:
            return None
    elif not folds(op, k):
        return None
    if not depends(taken(cells), lambda i, j: (j - s * i) % n):
        return None
    used = {(j - s * i) % n for (i, j), taps in taken(cells).items() if taps}
    kind = "circulant" if square and s == 1 else "ring"
    return Level(kind, s, 1, len(cells), n, len(used), op.axes[k].dilation.constant or 1, n)


def fold(op: Operator, k: int, cells: Line) -> Level | None:
    """The pattern with copies that fold back; None where no window reads one."""
    assert op.border is not None
    found = folds(op, k)
    if op.border.role == "y" or not found:
        return None
    axis, n = op.axes[k], op.border.sizes[k].constant or 0
    lo = op.border.pads[k][0].constant or 0
    padded = line(op, k, padded=True)
    plain = banded(tuple(tuple(row[j + lo] if 0 <= j + lo < len(row) else () for j in range(n)) for row in padded), axis)
    first = {i for i, side, _, _ in found if side == "left"}
    last = {i for i, side, _, _ in found if side == "right"}
    return Level(
        "fold", plain.stride, 1, len(cells), n, plain.diagonals, plain.apart,
        first=len(first), last=len(last), law=law(op, k, found),
    )  # fmt: skip


def folds(op: Operator, k: int) -> list[tuple[int, str, int, int]]:
    """(row, side, column, tap) of everything that a window reads in the padding."""
    assert op.border is not None
    n, lo = op.border.sizes[k].constant or 0, op.border.pads[k][0].constant or 0
    found = []
    for (i, m), taps in taken(line(op, k, padded=True)).items():
        if not 0 <= m - lo < n:
            found += [(i, "left" if m < lo else "right", source(op.border.mode, m - lo, n), p) for p in taps]
    return found


def law(op: Operator, k: int, found: list[tuple[int, str, int, int]]) -> str:
    """What the fold is: hankel, hankel-inside, ends, or nothing."""
    assert op.border is not None
    n, s = op.border.sizes[k].constant or 0, op.axes[k].stride.constant or 1
    if op.border.mode == "replicate":
        return "ends" if all(j == (0 if side == "left" else n - 1) for _, side, j, _ in found) else ""
    inside = op.border.mode == "reflect"
    for which in ("left", "right"):
        columns = [j for j in range(n) if not inside or j != (0 if which == "left" else n - 1)]
        cells: dict[tuple[int, int], tuple[int, ...]] = {
            (i, j): () for i in range(op.axes[k].output.constant or 0) for j in columns
        }
        for i, side, j, p in found:
            if side == which:
                if (i, j) not in cells:
                    return ""
                cells[i, j] = (*cells[i, j], p)
        if not depends(cells, lambda i, j: j + s * i):
            return ""
    return "hankel-inside" if inside else "hankel"


def pattern(op: Operator, found: Matrix) -> Pattern:
    """The pattern of the whole."""
    extents = {label: n.constant or 1 for label, n in op.extents}
    levels = tuple(level(op, k) for k in range(op.ndim))
    groups = extents.get("gamma", 1)
    identity = all(is_identity(line(op, k)) for k in range(op.ndim))
    return Pattern(
        levels,
        extents.get("o", 1) * groups,
        extents.get("c", 1) * groups,
        groups,
        extents.get("n", 1),
        triangle(found),
        identity,
    )


def is_identity(cells: Line) -> bool:
    """Whether the one tap of an axis sits on the diagonal of a square."""
    square = bool(cells) and len(cells) == len(cells[0])
    return square and all(len(taps) == (i == j) for (i, j), taps in taken(cells).items())


def triangle(found: Matrix) -> str:
    """Diagonal, lower or upper triangular, of a square matrix."""
    if len(found.rows) != len(found.columns) or not found.rows:
        return ""
    places = [(i, j) for i, row in enumerate(found.cells) for j, cell in enumerate(row) if cell]
    if all(i == j for i, j in places):
        return "diagonal"
    if all(j <= i for i, j in places):
        return "lower"
    return "upper" if all(j >= i for i, j in places) else ""
