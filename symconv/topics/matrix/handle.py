"""The handle of an operator as a matrix."""

from __future__ import annotations

from typing import Any

from symconv.errors import SymconvError
from symconv.public.door import door, doors
from symconv.public.operators import Operator
from symconv.public.page import Page
from symconv.topics.matrix import story as matrices
from symconv.topics.matrix.facts import MatrixPage, Pattern


@doors
class Matrix(Page[MatrixPage]):
    """y = T x for an operator at given sizes, checked against its definition; its transpose is dL/dx.

    Its figures are T, transpose and compare (the one shown, where a comparison was asked for).
    """

    @property
    def shape(self) -> tuple[int, int]:
        """Rows (entries of y) and columns (entries of x)."""
        return len(self.facts.matrix.rows), len(self.facts.matrix.columns)

    @property
    def cells(self) -> list[list[str | None]]:
        """The kernel's entry in every cell by name ("w0_1"; "w0 + w2" where a border lets several meet), or None for 0."""
        return matrices.names(self.facts)

    @property
    def pattern(self) -> Pattern:
        """What the matrix is called, axis by axis."""
        return self.facts.pattern

    def sympy(self) -> Any:
        """T as a SymPy matrix of symbols, or of their sums."""
        return matrices.sympy_matrix(self.facts)


@door
def matrix(op: Operator, input: Any = None, kernel: Any = None, compare: bool = False, **given: Any) -> Matrix:
    """An operator at given sizes as a matrix T, with y = T x (+ b) and dL/dx = T^T g.

    Entries of x and y are read row by row. Without strides T is banded Toeplitz (doubly block Toeplitz in 2D); otherwise
    it is named for what it is. With a padding mode T is that of the whole map, copies included: circulant where circular
    padding keeps the size, else Toeplitz plus a fold in the first rows and the last. Of a locally connected layer every
    cell has a weight of its own. ``compare`` adds the dense and the locally connected layer with the same input and
    output. The other arguments are those of ``Operator.at``. Raises SymconvError for sizes that are missing or without
    output, and for more cells than can be read.
    """
    if not isinstance(op, Operator):
        raise SymconvError(f"matrix: expected an operator such as sc.conv2d(), got {type(op).__name__}")
    return Matrix(matrices.as_matrix(matrices.given(op.data, input, kernel, given), compare))
