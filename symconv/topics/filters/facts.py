"""An image filter as plain data: its kernel in exact numbers, its factors, and the arithmetic of a pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction

from symconv.language.facts import Check
from symconv.language.formula import Node
from symconv.language.lazy import dataclass

Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class Factors:
    """kernel = scale u v^T with coprime integers in u and v; or its rank and a 2 x 2 minor that is not 0."""

    rank: int
    scale: Fraction = Fraction(1)
    u: tuple[int, ...] = ()
    v: tuple[int, ...] = ()
    minor: tuple[int, int, int, int, Fraction] | None = None  # rows i, k and columns j, l, and its value

    @property
    def separable(self) -> bool:
        """Whether the kernel is one column times one row."""
        return self.rank <= 1


@dataclass(frozen=True)
class Kernel:
    """A filter kernel: its name (or "custom"), its entries, its factors."""

    name: str
    entries: tuple[Row, ...]
    factors: Factors

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.entries), len(self.entries[0])

    @property
    def total(self) -> Fraction:
        """The sum of the entries: what a constant picture is multiplied by."""
        return sum((e for row in self.entries for e in row), Fraction(0))


@dataclass(frozen=True)
class Read:
    """One product of a pixel: the tap, the place read (as it lies, outside included), the entry that stands there."""

    tap: tuple[int, int]
    place: tuple[int, int]
    entry: tuple[int, int] | None
    weight: Fraction
    value: int


@dataclass(frozen=True)
class Pixel:
    """The arithmetic of one pixel of one channel, and the level that is written."""

    channel: str
    place: tuple[int, int]
    reads: tuple[Read, ...]
    exact: Fraction
    level: int


@dataclass(frozen=True)
class Filtering:
    """A picture filtered: what was done to it, in words and numbers; the picture itself is elsewhere."""

    kernel: Kernel
    mode: str
    border: str
    range: str
    size: tuple[int, int]
    channels: tuple[str, ...]
    clipped: int
    pixels: tuple[Pixel, ...] = ()
    checks: tuple[Check, ...] = ()
    lines: Mapping[str, Node] = field(default_factory=dict)  # every line of the page, as it was evaluated

    @property
    def origin(self) -> tuple[int, int]:
        """The tap of the window that lies on the pixel itself."""
        return tuple(k // 2 if self.mode == "correlate" else k - 1 - k // 2 for k in self.kernel.shape)  # type: ignore[return-value]
