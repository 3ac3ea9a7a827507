r"""What lines are evaluated with: places per axis, arrays that are 0 elsewhere, matrices.

    Place (2, 3) + (1, 1) = (3, 4)       Array x(2, 3)       Matrix A @ x

Their entries may be any numbers that add and multiply: fractions, floats, residues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import starmap
from math import prod
from operator import add, floordiv, mod, mul, sub
from typing import Any

Entry = Any  # a number of the world


class Place(tuple[int, ...]):
    """An index or a size per axis: arithmetic goes axis by axis, and a number stands for itself on every axis."""

    def _by(self, other: object, operation: Callable[[int, int], int], turned: bool = False) -> Place:
        there = other if isinstance(other, tuple) else (other,) * len(self)
        pairs = zip(there, self, strict=True) if turned else zip(self, there, strict=True)
        return Place(starmap(operation, pairs))

    def __add__(self, other: object) -> Place:
        """a + b."""
        return self._by(other, add)

    __radd__ = __add__

    def __sub__(self, other: object) -> Place:
        """a - b."""
        return self._by(other, sub)

    def __rsub__(self, other: object) -> Place:
        """a - b."""
        return self._by(other, sub, True)

    def __mul__(self, other: object) -> Place:
        """a b."""
        return self._by(other, mul)

    __rmul__ = __mul__

    def __mod__(self, other: object) -> Place:
        """The remainder, as of floor."""
        return self._by(other, mod)

    def __floordiv__(self, other: object) -> Place:
        """Rounded down."""
        return self._by(other, floordiv)

    def __neg__(self) -> Place:
        """-a."""
        return Place(-a for a in self)

    def __abs__(self) -> int:
        """How many entries there are of that size."""
        return prod(self)

    def __int__(self) -> int:
        """The number along a single axis."""
        (only,) = self
        return only

    def __rtruediv__(self, other: int) -> Fraction:
        """1/N."""
        return Fraction(other, int(self))


class Array:
    """Entries by their places, 0 everywhere else."""

    def __init__(self, entries: Mapping[tuple[int, ...], Entry]) -> None:
        self.entries = entries

    def __call__(self, *at: Any) -> Entry:
        """The entry at a place, given whole or axis by axis."""
        return self.entries.get(tuple(at[0]) if len(at) == 1 and isinstance(at[0], tuple) else at, 0)

    def __mul__(self, other: Array) -> Array:
        """Entry by entry."""
        return Array({at: one * other(at) for at, one in self.entries.items()})

    def __eq__(self, other: object) -> bool:
        """Entry by entry."""
        if not isinstance(other, Array):
            return False
        return all(self(at) == other(at) for at in {*self.entries, *other.entries})

    __hash__ = None  # type: ignore[assignment]


class Vector(tuple[Entry, ...]):
    """Numbers in a row, 0 everywhere else."""

    def __call__(self, at: int) -> Entry:
        """The entry at a place."""
        return self[at] if 0 <= at < len(self) else 0


class Matrix:
    """A matrix, as rows; ``back`` is its inverse where that is known."""

    def __init__(self, rows: Sequence[Sequence[Entry]], back: Callable[[], Matrix] | None = None) -> None:
        self.rows, self.back = tuple(map(tuple, rows)), back

    def __matmul__(self, other: Any) -> Any:
        """A B, or A x."""
        if isinstance(other, Matrix):
            columns = list(zip(*other.rows, strict=True))
            return Matrix([[dot(row, column) for column in columns] for row in self.rows])
        return Vector(dot(row, other) for row in self.rows)

    def __mul__(self, other: Matrix) -> Any:
        """A B, written as a product."""
        return self @ other

    def __rmul__(self, other: Entry) -> Matrix:
        """c A."""
        return Matrix([[other * entry for entry in row] for row in self.rows])

    def __add__(self, other: Matrix) -> Matrix:
        """Entry by entry."""
        return Matrix([[a + b for a, b in zip(*rows, strict=True)] for rows in zip(self.rows, other.rows, strict=True)])

    def __call__(self, row: int, column: int) -> Entry:
        """The entry at a place."""
        return self.rows[row][column]

    def transpose(self) -> Matrix:
        """Rows become columns."""
        return Matrix(list(zip(*self.rows, strict=True)), None if self.back is None else lambda: self.inverse().transpose())

    def inverse(self) -> Matrix:
        """As it was given."""
        assert self.back is not None
        return self.back()

    def diagonal(self) -> bool:
        """Whether all other entries are 0."""
        return all(entry == 0 for k, row in enumerate(self.rows) for j, entry in enumerate(row) if j != k)

    def __eq__(self, other: object) -> bool:
        """Entry by entry."""
        return bool(self.rows == (other.rows if isinstance(other, Matrix) else other))

    __hash__ = None  # type: ignore[assignment]


def dot(u: Sequence[Entry], v: Sequence[Entry]) -> Entry:
    """The sum of the products."""
    return sum([a * b for a, b in zip(u, v, strict=True)], 0)
