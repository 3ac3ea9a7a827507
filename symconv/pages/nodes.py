"""What a page is made of: plain blocks of prose (by message key) and mathematics (core objects).

A target asks each block for nothing but its data: it looks up the message, spells the mathematics in its own style, and
lays it out.  No target derives, decides or checks anything.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from symconv.language.expr import Access, Condition, Expr
from symconv.language.facts import Verdict
from symconv.language.integers import Int
from symconv.language.lazy import dataclass
from symconv.pages.layout import Layout

if TYPE_CHECKING:
    from symconv.language.scene import Scene


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
class Spelled:
    """Mathematics that is already spelled, as text and as LaTeX; made in this room alone."""

    text: str
    latex: str


Shown = Layout | Spelled


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
class Brackets:
    """name = a matrix of numbers, given in full."""

    name: Shown
    rows: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True)
class Table:
    """Columns under their headings; words or Shown."""

    head: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Reason:
    """One line of an argument: left, what stands on the right (with its relation sign), the rule, the verdict."""

    left: Shown | None
    right: Shown
    rule: Prose | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Argument:
    """Lines of mathematics, aligned at their relation signs, with their rules and their ticks."""

    lines: tuple[Reason, ...]


@dataclass(frozen=True)
class Numbers:
    """Arrays of numbers under a caption: (name, index with ":" for the axes shown) and rows; "·" is a zero that was put in.

    ``rules`` are the rows and the columns before which a line is drawn: what lies beyond it was copied.
    """

    caption: Prose
    planes: tuple[tuple[tuple[str, tuple[Any, ...]], tuple[tuple[str, ...], ...]], ...]
    named: bool = True  # whether the array is what its name says (a padded or flipped one is not)
    rules: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    across: int = 0  # planes in a row at most; 0: as many as fit


# a product as written: its factors as (tensor, index), a number by itself as ("", number); None stands for those left out
Symbols = tuple[tuple[tuple[str, Any], ...] | None, ...]


@dataclass(frozen=True)
class Worked:
    """One entry: its products in symbols (or none), with the numbers put in, and its value.

    ``function`` is "" for their sum, "max" for the largest, "mean" for the sum over ``divisor``; ``marks`` stand behind the
    numbers: * at those that a maximum selects, ° at others as large.
    """

    name: str
    index: tuple[int, ...]
    symbols: Symbols
    numbers: tuple[tuple[str, ...] | None, ...]
    value: str
    tick: bool = False
    function: str = ""
    divisor: int = 1
    marks: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Work:
    """Entries worked out: symbol, substitution, result."""

    rows: tuple[Worked, ...]


@dataclass(frozen=True)
class Figure:
    """A picture with its caption."""

    scene: Scene
    caption: Prose


@dataclass(frozen=True)
class Columns:
    """Columns under a heading; ``align`` has l or r for each; the rows behind ``rules`` are set off by a line."""

    header: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]
    align: str
    rules: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lattice:
    """A matrix whose cells are sums of entries (tensor, index), () for 0, with lines before the given rows and columns.

    ``rows`` and ``columns`` name them; ``letters`` is the same with one character a cell, for where it is wide, and ``legend``
    says what the characters mean.
    """

    caption: Prose
    rows: tuple[tuple[str, Any], ...]
    columns: tuple[tuple[str, Any], ...]
    cells: tuple[tuple[tuple[tuple[str, Any], ...], ...], ...]
    above: tuple[int, ...]
    before: tuple[int, ...]
    letters: tuple[str, ...]
    legend: str
    wide: Prose

    @property
    def breadth(self) -> int:
        """The columns, those with sums counted by their longest."""
        return sum(max([1, *map(len, column)]) for column in zip(*self.cells, strict=True))


@dataclass(frozen=True)
class Picture:
    """A picture made of characters, with its caption."""

    caption: Prose
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """A matrix with headed rows and columns; every cell, head included, is Shown."""

    caption: Prose
    corner: Shown
    columns: tuple[Shown, ...]
    rows: tuple[tuple[Shown, ...], ...]  # the head of the row first


@dataclass(frozen=True)
class Display:
    """Lines of mathematics that are already spelled, each with words to its right (or None)."""

    lines: tuple[tuple[Shown, Any], ...]


@dataclass(frozen=True)
class Aside:
    """A remark for text alone: how a proof was reached."""

    text: Prose


Block = (
    Aside
    | Title
    | Heading
    | Paragraph
    | Rows
    | Equations
    | Steps
    | Entries
    | Grid
    | Numbers
    | Work
    | Figure
    | Columns
    | Lattice
    | Picture
    | Matrix
    | Display
    | Brackets
    | Table
    | Argument
)


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
