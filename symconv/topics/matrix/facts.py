"""A linear operator at given sizes as a matrix, y = T x: plain data.

Rows are the entries of y and columns those of x, each read row by row.  A cell lists the entries of the kernel whose sum stands
there: none (0), one, or several where a border lets one window meet an entry of x more than once, through its copies.
"""

from __future__ import annotations

from symconv.language.facts import Check
from symconv.language.lazy import dataclass
from symconv.language.operator import Operator
from symconv.language.unshared import Unshared

Index = tuple[int, ...]
Cell = tuple[Index, ...]
Cells = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Level:
    """How the matrix of one axis is made: its entry depends on r j - s i alone (i the row, j the column).

    ``kind`` is toeplitz (r = s = 1), rows (every s-th row of a Toeplitz matrix), columns (every r-th column), both, or none.
    With a border it may also be

        circulant   square, and entries depend on (j - i) mod N alone        ring   on (j - s i) mod N: rows of a circulant
        fold        rows of a Toeplitz matrix but for the ``first`` rows and the ``last``, whose windows read the padding

    where ``law`` says what the fold is: hankel (it depends on j + s i alone), hankel-inside (so it does, but the end itself is
    not copied), ends (it stands in the first and in the last column), or nothing (the pads wrap or reflect more than once).
    """

    kind: str
    stride: int
    input_dilation: int
    rows: int
    columns: int
    diagonals: int
    apart: int
    modulus: int = 0
    first: int = 0
    last: int = 0
    law: str = ""


@dataclass(frozen=True)
class Pattern:
    """What the whole is: one level for every axis (outermost first), blocks for channels, groups, special cases.

    ``shape`` is diagonal, lower or upper (triangular), or nothing; ``identity`` tells whether every axis is the identity, so that
    the layer is a product over channels alone.
    """

    levels: tuple[Level, ...]
    filters: int
    channels: int
    groups: int
    batch: int
    shape: str = ""
    identity: bool = False


@dataclass(frozen=True)
class Matrix:
    """y = T x: the cells, whose rows and columns are named by the entries of y and x; ``name`` is the kernel's."""

    rows: tuple[Index, ...]
    columns: tuple[Index, ...]
    cells: Cells
    names: tuple[str, str, str]  # result, kernel, data

    @property
    def filled(self) -> int:
        """The cells that are not 0."""
        return sum(1 for row in self.cells for cell in row if cell)

    @property
    def transposed(self) -> Matrix:
        """Rows and columns exchanged."""
        result, kernel, data = self.names
        cells = tuple(zip(*self.cells, strict=True)) if self.cells else ()
        return Matrix(self.columns, self.rows, cells, (data, kernel, result))


@dataclass(frozen=True)
class Comparison:
    """The same connections with weights of their own: cells hold the number of their weight, or None."""

    name: str
    cells: tuple[tuple[int | None, ...], ...]
    weights: int
    biases: int


@dataclass(frozen=True)
class MatrixPage:
    """A concrete operator with its matrix, its pattern, the matrix of its dL/dx in closed form, and the checks.

    Of a locally connected layer ``op`` are its windows and ``node`` is the layer itself: its cells are entries of w with their
    places, and in place of a closed form (``member``) stands the derivation, whose matrix is the transpose.
    ``skip`` leading indices of size 1 are left out of x's, y's and w's names.
    """

    op: Operator
    matrix: Matrix
    pattern: Pattern
    closed: Matrix
    member: Operator | None
    skip: tuple[int, int, int]
    comparisons: tuple[Comparison, ...] = ()
    checks: tuple[Check, ...] = ()
    node: Unshared | None = None
