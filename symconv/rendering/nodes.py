"""What a page is made of: plain blocks of prose (by message key) and mathematics (core objects).

A target asks each block for nothing but its data: it looks up the message, spells the mathematics in its own style, and
lays it out.  No target derives, decides or checks anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symconv.core.expr import Access, Condition, Expr
from symconv.core.facts import Verdict
from symconv.core.integers import Int


@dataclass(frozen=True)
class Math:
    """Mathematics: core objects and tokens ("=", "<", ...), written one after the other."""

    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Transposed:
    """A matrix, transposed."""

    tensor: Any


@dataclass(frozen=True)
class Foreign:
    """A SymPy expression, spelled by SymPy; ``large`` asks for display size within a line."""

    expression: Any
    large: bool = False


@dataclass(frozen=True)
class Prose:
    """A message with its slots (mathematics, prose, or plain words)."""

    key: str
    slots: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Joined:
    """Pieces written in a row."""

    pieces: tuple[Any, ...]
    separator: str = ", "


@dataclass(frozen=True)
class Title:
    """The page's title."""

    text: Prose


@dataclass(frozen=True)
class Heading:
    """A section's heading."""

    text: Prose


@dataclass(frozen=True)
class Paragraph:
    """Sentences."""

    sentences: tuple[Prose | Joined, ...]


@dataclass(frozen=True)
class Rows:
    """What stands on the left, explained on the right."""

    rows: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True)
class Equations:
    """left = expr, one equation a row, with a remark."""

    rows: tuple[tuple[Math, Any, Prose | None], ...]


@dataclass(frozen=True)
class Line:
    """One step of a derivation."""

    expr: Expr
    guards: tuple[Condition, ...]
    rule: Prose
    notes: tuple[Prose, ...]
    verdict: Verdict | None
    focus: tuple[str, ...]


@dataclass(frozen=True)
class Steps:
    """A derivation: the left side and its lines."""

    left: Access
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Listing:
    """The largest of some entries, or their sum over a divisor."""

    function: str
    entries: Any
    divisor: int = 1


@dataclass(frozen=True)
class Entries:
    """Explicit entries: (tensor entry, its value or values), each a sum of products."""

    name: str
    rows: tuple[tuple[Any, Any], ...]
    total: int
    elided: Prose
    equal: bool = False


@dataclass(frozen=True)
class Grid:
    """A small array of entries, as a picture in text."""

    caption: Prose
    cells: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Columns:
    """Columns under a heading; ``align`` has l or r for each; the rows behind ``rules`` are set off by a line."""

    header: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]
    align: str
    rules: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lattice:
    """A matrix of entries (tensor, index), None for 0, with lines before the given rows and columns.

    ``rows`` and ``columns`` name them; ``letters`` is the same with one character a cell, for where it is wide, and ``legend``
    says what the characters mean.
    """

    caption: Prose
    rows: tuple[tuple[str, Any], ...]
    columns: tuple[tuple[str, Any], ...]
    cells: tuple[tuple[Any, ...], ...]
    above: tuple[int, ...]
    before: tuple[int, ...]
    letters: tuple[str, ...]
    legend: str
    wide: Prose


@dataclass(frozen=True)
class Picture:
    """A picture made of characters, with its caption."""

    caption: Prose
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Aside:
    """A remark for the terminal alone: times and versions."""

    text: Prose


Block = Aside | Title | Heading | Paragraph | Rows | Equations | Steps | Entries | Grid | Columns | Lattice | Picture


@dataclass(frozen=True)
class Document:
    """A page."""

    blocks: tuple[Block, ...]


def per_axis(values: list[Int]) -> Any:
    """One value if all axes agree, else a tuple with one per axis."""
    if all(v == values[0] for v in values):
        return Math((values[0],))
    return Prose("tuple", {"values": Joined(tuple(Math((v,)) for v in values))})


def pads(pairs: list[tuple[Int, Int]]) -> Any:
    """Pads: one value on both sides, or (lo, hi), per axis where the axes differ."""
    if all(lo == hi == pairs[0][0] for lo, hi in pairs):
        if pairs[0][0] == 0:
            return Math((pairs[0][0],))
        return Prose("parameters.both", {"value": Math((pairs[0][0],))})
    shown = pairs[:1] if all(pair == pairs[0] for pair in pairs) else pairs
    return Joined(tuple(Prose("parameters.sides", {"lo": Math((lo,)), "hi": Math((hi,))}) for lo, hi in shown), " x ")
