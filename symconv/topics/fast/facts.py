"""Bilinear algorithms as plain data: z = C [(P u) . (Q v)], the dot entry by entry, with exact rational matrices.

    winograd     y[k] = sum_p g[p] d[k + p]     u = g (r taps), v = d (m + r - 1 data), z = y (m outputs)
    full         s[i] = sum_k u[k] v[i - k]     z = s (N + M - 1 entries): Toom-Cook, Karatsuba

A point is a rational number, or None for infinity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction

from symconv.language.facts import Check
from symconv.language.formula import Node
from symconv.language.lazy import dataclass

Rows = tuple[tuple[Fraction, ...], ...]
Point = Fraction | None


@dataclass(frozen=True)
class Bilinear:
    """One axis of an algorithm: ``kind`` is winograd, toom-cook or karatsuba; ``sizes`` are (m, r) or (N, M)."""

    kind: str
    sizes: tuple[int, int]
    out: Rows  # C
    left: Rows  # P, on the taps
    right: Rows  # Q, on the data
    points: tuple[Point, ...] = ()

    @property
    def products(self) -> int:
        """How many multiplications of data by taps it makes."""
        return len(self.left)

    @property
    def direct(self) -> int:
        """How many the definition makes."""
        return self.sizes[0] * self.sizes[1]


@dataclass(frozen=True)
class Growth:
    """What one tile size costs in accuracy: exact constants, and the error of float32 on fixed data."""

    sizes: tuple[int, int]
    products: int
    direct: int
    largest: Fraction  # the largest constant of the three matrices
    amplification: Fraction  # the sum of absolute products for |d|, |g| <= 1 is at most so much
    condition: Fraction  # of the evaluation matrix, in the maximum norm
    error: float  # the largest, in float32
    plain: float  # the same of the definition


@dataclass(frozen=True)
class Costs:
    """Operations of one transform as its matrix stands: nothing shared between rows."""

    additions: int
    scalings: int  # products with constants other than 0, 1 and -1


@dataclass(frozen=True)
class Fast:
    """An algorithm per axis (one, or two nested) with its checks; ``steps`` has the verdict of every line of why it works."""

    axes: tuple[Bilinear, ...]
    steps: tuple[Check, ...] = ()
    checks: tuple[Check, ...] = ()
    growth: tuple[Growth, ...] = ()
    costs: tuple[tuple[str, Costs], ...] = ()
    lines: Mapping[str, Node] = field(default_factory=dict)  # the formulas of the page, each evaluated

    @property
    def products(self) -> int:
        """Multiplications, the axes together."""
        found = 1
        for axis in self.axes:
            found *= axis.products
        return found

    @property
    def direct(self) -> int:
        """Multiplications of the definition, the axes together."""
        found = 1
        for axis in self.axes:
            found *= axis.direct
        return found
