"""A circular operator beside its discrete Fourier transform, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from symconv.language.facts import Check
from symconv.language.formula import Node
from symconv.language.lazy import dataclass
from symconv.language.operator import Operator

Index = tuple[int, ...]


@dataclass(frozen=True)
class Spectrum:
    """A circular operator at concrete sizes, y as long as x; ``order`` is that of the root of unity, ``minimal`` its polynomial.

    ``linear`` holds, for every y[i] of the circular operator, the places of the linear one that it adds up.
    """

    op: Operator
    sizes: Index
    taps: Index
    shifts: Index
    dilations: Index
    order: int
    minimal: tuple[int, ...]
    linear: tuple[tuple[Index, tuple[Index, ...]], ...]
    checks: tuple[Check, ...] = ()
    lines: Mapping[str, Node] = field(default_factory=dict)  # the formulas of the page, each evaluated

    @property
    def reaches(self) -> Index:
        """d(K-1) per axis."""
        return tuple(d * (k - 1) for d, k in zip(self.dilations, self.taps, strict=True))
