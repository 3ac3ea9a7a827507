"""Chains of layers as far as their geometry goes: plain data.  Nothing here computes.

What a layer does to places is said by its windows (``language.geometry``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction

from symconv.language.facts import Check
from symconv.language.formula import Node
from symconv.language.geometry import Geometry
from symconv.language.integers import Int
from symconv.language.lazy import dataclass

TRACED = 20_000  # places along an axis whose reads are listed


Shape = tuple[Int, ...]
Ranges = tuple[tuple[int, int], ...]  # (first, last) of every run of places


@dataclass(frozen=True)
class Edge:
    """A layer of a chain with what it makes: the shape behind it, and what it costs.

    ``weights`` and ``biases`` are parameters, ``products`` multiply-adds, ``sums`` additions of a bias, ``idle`` those of the
    products that meet nothing but padding (None where sizes are names).  ``unread`` lists, axis by axis, the places of the
    input that no window reads.
    """

    layer: Geometry
    shape: Shape
    weights: Int
    biases: Int
    products: Int
    sums: Int
    idle: int | None
    unread: tuple[Ranges, ...] = ()


@dataclass(frozen=True)
class Chain:
    """A chain of layers with the shape at every edge (the batch left out: it is ``batch``, None if there is none).

    A shape is (channels, places, ...), (features,) or, behind a loss, (); ``width`` is the number of bytes that an entry takes;
    ``lost`` are, axis by axis, the places of the input that no output depends on.
    """

    shape: Shape
    batch: Int | None
    edges: tuple[Edge, ...]
    width: int
    lost: tuple[Ranges, ...] = ()
    checks: tuple[Check, ...] = ()
    names: tuple[tuple[str, Int], ...] = ()  # sizes with names of their own, each by those before it
    short: Chain | None = None  # the same with names for sizes that are long, where there are any
    lines: Mapping[str, Node] = field(default_factory=dict)  # the formulas of the page, as they were evaluated

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape at every edge, the input's first."""
        return (self.shape, *(edge.shape for edge in self.edges))


@dataclass(frozen=True)
class AxisField:
    """The receptive field along one axis: unit u sees places among J u + start, ..., J u + start + size - 1.

    ``jump`` is J.  Bit k of ``seen`` tells whether the k-th of these places is read (None where sizes are names, or too large):
    all of them, or fewer where dilation or stride leaves holes.
    """

    size: Int
    jump: Int
    start: Int
    seen: int | None

    @property
    def centre(self) -> Fraction | None:
        """start + (size - 1)/2: the middle of the field of unit 0."""
        start, size = self.start.constant, self.size.constant
        return None if start is None or size is None else start + Fraction(size - 1, 2)

    @property
    def holes(self) -> int | None:
        """How many places within the field are not read."""
        size = self.size.constant
        return None if size is None or self.seen is None else size - self.seen.bit_count()


@dataclass(frozen=True)
class FieldRow:
    """A layer of a stack with its receptive field, axis by axis; () where it sees all (linear, a loss)."""

    layer: Geometry
    axes: tuple[AxisField, ...]


@dataclass(frozen=True)
class Level:
    """One row of the pyramid: the layer, the units that the unit on top depends on, and the middle of each one's field.

    Positions are in places of the input.
    """

    name: str
    units: tuple[int, ...]
    middles: tuple[Fraction, ...]


@dataclass(frozen=True)
class Pyramid:
    """What unit ``unit`` of the last layer depends on along one axis, level by level, from the top down to the input.

    ``edges`` are (level of the upper end, upper unit, lower unit).
    """

    axis: int
    unit: int
    levels: tuple[Level, ...]
    edges: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Border:
    """At a given size of an axis: (unit of the last layer, the places of the input it depends on) for some units."""

    axis: int
    size: int
    output: int
    units: tuple[tuple[int, Ranges], ...]


@dataclass(frozen=True)
class Field:
    """The receptive fields of a stack, its pyramids (one for each axis that differs), and how they were checked."""

    ndim: int
    rows: tuple[FieldRow, ...]
    same: bool  # whether every axis has the same windows
    pyramids: tuple[Pyramid, ...]
    borders: tuple[Border, ...] = ()
    checks: tuple[Check, ...] = ()
    lines: Mapping[str, Node] = field(default_factory=dict)  # the formulas of the page, as they were evaluated
