"""What a page is made of: plain blocks of prose (by message key) and mathematics (core objects).

A target asks each block for nothing but its data: it looks up the message, spells the mathematics in its own style, and
lays it out.  No target derives, decides or checks anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from symconv.language.expr import Access, Condition
from symconv.language.facts import Verdict
from symconv.language.integers import Int
from symconv.language.lazy import dataclass
from symconv.language.prose import Joined, Prose
from symconv.pages.layout import Layout
from symconv.pages.quoted import clean

if TYPE_CHECKING:
    from symconv.language.scene import Scene

Part = Literal["question", "statement", "step", "closed form", "figure", "receipt"]
PARTS: tuple[Part, ...] = get_args(Part)
Medium = Literal["terminal", "fragment", "notes", "page"]
MEDIA: dict[str, Medium] = {"text": "terminal", "latex": "fragment", "markdown": "notes"}  # every other target makes a page


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
class Given:
    """Words that hold what a user wrote: safe in every target, never markup; ``stressed`` where they stand apart."""

    text: str
    stressed: bool = False

    def __str__(self) -> str:
        return clean(self.text)


@dataclass(frozen=True)
class Quoted:
    """A formula as it was published: written symbol by symbol, never typeset and never run."""

    text: str


@dataclass(frozen=True)
class Judged:
    """A verdict's mark, its word, or both, in its colour."""

    status: str
    mark: bool = True
    word: bool = True


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of a page: the part of the page that it belongs to, and the media that show it where not all do.

    A heading opens a part, a step unless it says otherwise; what follows belongs to it up to the next heading.
    """

    part: Part | None = None
    only: tuple[Medium, ...] = ()


@dataclass(frozen=True)
class Heading(Block):
    """A heading: of the page (level 1), of a section, of a part of it, or (4) words that open a passage."""

    text: Prose | Given | Quoted | Judged | Joined
    level: int = 2


@dataclass(frozen=True)
class Paragraph(Block):
    """Sentences, or as many ``items`` of a list."""

    sentences: tuple[Any, ...]
    items: bool = False


@dataclass(frozen=True)
class Table(Block):
    """Rows under a heading; ``align`` has l or r for each column; the rows behind ``rules`` are set off by a line.

    Without a heading: what stands on the left, explained on the right; a label of ``most`` columns and more has a line of its
    own.
    """

    rows: tuple[tuple[Any, ...], ...]
    header: tuple[Any, ...] = ()
    align: str = "ll"
    rules: tuple[int, ...] = ()
    most: int = 80


@dataclass(frozen=True)
class Equation:
    """One line of mathematics: its sides (no left one: that of the line above), what is said of it, its verdict.

    ``guards`` hold where it is used, ``notes`` stand below it, and the names in ``focus`` are what it is about.
    """

    left: Any
    right: Any
    remark: Any = None
    verdict: Verdict | None = None
    guards: tuple[Condition, ...] = ()
    notes: tuple[Prose, ...] = ()
    focus: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lines(Block):
    """Lines of mathematics, and how many ``more`` there are; their look is one of six.

    definitions   left = right, with a remark behind a comma
    steps         a left side, and below it the chain of right sides, each with its rule and its verdict
    argument      both sides as they are given, the right one with its relation sign, rules and verdicts in the margin
    display       whole formulas with words to their right
    entries       entries of an array, each a sum of products
    work          entries worked out: symbols, numbers put in, result
    """

    lines: tuple[Equation, ...]
    look: Literal["definitions", "steps", "argument", "display", "entries", "work"]
    more: Prose | None = None

    @property
    def rows(self) -> tuple[tuple[Any, Any, Any], ...]:
        """The lines as they were given: left, right, remark."""
        return tuple((line.left, line.right, line.remark) for line in self.lines)

    @classmethod
    def definitions(cls, rows: Iterable[tuple[Any, Any, Prose | None]]) -> Lines:
        """left = right, each with a remark or None."""
        return cls(tuple(Equation(*row) for row in rows), "definitions")

    @classmethod
    def steps(cls, left: Access, lines: Sequence[Equation]) -> Lines:
        """A derivation of what stands on the left."""
        return cls((replace(lines[0], left=left), *lines[1:]), "steps")

    @classmethod
    def argument(cls, lines: Iterable[Equation]) -> Lines:
        """Lines aligned at their relation signs."""
        return cls(tuple(lines), "argument")

    @classmethod
    def display(cls, lines: Iterable[tuple[Any, Any]]) -> Lines:
        """Whole formulas, each with words or None."""
        return cls(tuple(Equation(None, shown, words) for shown, words in lines), "display")

    @classmethod
    def entries(cls, rows: Iterable[tuple[tuple[str, Any], Any]], verdict: Verdict | None, more: Prose | None) -> Lines:
        """Entries (tensor, index) with their values."""
        return cls(tuple(Equation(entry, value, None, verdict) for entry, value in rows), "entries", more)

    @classmethod
    def work(cls, rows: Iterable[Worked]) -> Lines:
        """Entries worked out."""
        return cls(tuple(Equation((row.name, row.index), row) for row in rows), "work")


@dataclass(frozen=True)
class Listing:
    """The largest of some entries, or their sum over a divisor."""

    function: str
    entries: Any
    divisor: int = 1


@dataclass(frozen=True)
class Heads:
    """What the rows and the columns of a matrix are called, and what stands in its corner."""

    rows: tuple[Any, ...]
    columns: tuple[Any, ...]
    corner: Any = None


@dataclass(frozen=True)
class Letters:
    """A matrix with one character a cell, for where it is wide, what the characters mean, and what is said of a wider one."""

    lines: tuple[str, ...]
    legend: str
    wide: Prose


Cells = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Arrays(Block):
    """An array, or several side by side, each with its name, under a caption.

    A cell is a number as it is written ("·" a zero that was put in), mathematics, an entry (tensor, index), None for 0 or () for
    nothing; in a matrix with ``letters`` a sum of entries.  ``rules`` are the rows and the columns before which a line is drawn.
    """

    planes: tuple[tuple[Any, Cells], ...]
    caption: Prose | None = None
    heads: Heads | None = None
    rules: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    letters: Letters | None = None
    named: bool = True  # whether the array is what its name says (a padded or flipped one is not)
    across: int = 0  # planes in a row at most; 0: as many as fit

    @property
    def cells(self) -> Cells:
        """The rows of an array that stands alone."""
        return self.planes[0][1]

    @property
    def breadth(self) -> int:
        """The columns, those with sums counted by their longest."""
        return sum(max([1, *map(len, column)]) for column in zip(*self.cells, strict=True))

    @classmethod
    def numbers(cls, caption: Prose, planes: Iterable[tuple[tuple[str, Any], Cells]], named: bool = True, rules: Any = ((), ()),
                across: int = 0) -> Arrays:  # fmt: skip
        """Arrays of numbers: (name, index with ":" for the axes shown) and rows."""
        return cls(tuple(planes), caption, None, rules, None, named, across)

    @classmethod
    def grid(cls, caption: Prose, cells: Cells) -> Arrays:
        """A small array of entries, as a picture."""
        return cls(((None, cells),), caption)

    @classmethod
    def brackets(cls, name: Layout, cells: Cells) -> Arrays:
        """name = a matrix, given in full."""
        return cls(((name, cells),))

    @classmethod
    def headed(cls, caption: Prose, heads: Heads, cells: Cells) -> Arrays:
        """A matrix with headed rows and columns."""
        return cls(((None, cells),), caption, heads)


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
class Figure(Block):
    """A picture with its caption."""

    scene: Scene
    caption: Prose
    part: Part | None = field(default="figure", kw_only=True)


@dataclass(frozen=True)
class Code(Block):
    """Characters in their columns: a picture made of them with its caption, or (without one) lines that a user gave."""

    lines: tuple[str, ...]
    caption: Prose | None = None


@dataclass(frozen=True)
class Edit(Block):
    """A formula as published and as repaired, with the extents that differ."""

    old: str
    new: str
    cut: tuple[tuple[int, int], ...]
    put: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Records(Block):
    """Entries of a report, each a line of (verdict, name, formula) or (name, formula) with what was found below it."""

    entries: tuple[tuple[tuple[Any, ...], tuple[Any, ...]], ...]


@dataclass(frozen=True)
class Document:
    """A page; every block of it knows its part."""

    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        """Give every block its part."""
        object.__setattr__(self, "blocks", tuple(parted(self.blocks)))

    def shown(self, to: str) -> tuple[Block, ...]:
        """What a target shows of it."""
        medium = MEDIA.get(to, "page")
        return tuple(b for b in self.blocks if not b.only or medium in b.only)


def parted(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, each with the part that it says or that was opened before it."""
    opened: Part = "question"
    for block in blocks:
        if isinstance(block, Heading):
            opened = block.part or ("step" if block.level > 1 else "question")
        yield block if block.part else replace(block, part=opened)


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
