"""A scene: a figure as plain data, in points with y downwards, painted in the order of its elements.

    Cell     a square of an array with its entry, which never leaves it
    Area     a rectangle: a window's frame, a band, padding
    Curve    a polyline or smooth curve, open, closed or filled (graphs of functions, intervals, cones)
    Arrow    a curve with a head
    Text     a line of text at a place

What an element means is its *role* ("data", "kernel", "window", ...); a renderer gives every role a colour that colour-blind
readers can tell apart and, besides it, an outline or a pattern that survives print without colour.  Text is a tuple of runs
(characters, style), with the styles "" (upright), "i", "b", "sub", "sup".  It is measured by ``metrics``, so that boxes can be
checked: ``flaws`` lists every text that leaves its cell, its neighbours' room, or the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from symconv.errors import SymconvError
from symconv.language import metrics
from symconv.language.border import BAR
from symconv.language.lazy import dataclass

Point = tuple[float, float]
Run = tuple[str, str]
Runs = tuple[Run, ...]

# what things mean; every renderer knows each of them (tests hold that)
ROLES = (
    "ink", "muted", "faint", "paper",  # text and lines; a plain cell
    "data", "kernel", "result", "upstream", "gradient", "bias",  # tensors
    "window", "hit", "miss", "pad", "hole", "crop", "unread", "winner", "tie",  # what becomes of a cell
    "copy", "hit-copy",  # what a border put in, and where a window hits it
    "band0", "band1", "band2", "band3", "band4", "band5", "band6", "band7",  # told apart by colour and pattern
    "level0", "level1", "level2", "level3", "level4",  # ordered: light to dark
)  # fmt: skip
SMALL = 0.7  # subscripts
STYLES = ("", "i", "b", "sub", "sup")


@dataclass(frozen=True)
class Box:
    """A rectangle: its left upper corner and its sizes."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.h

    @property
    def centre(self) -> Point:
        """The middle."""
        return self.x + self.w / 2, self.y + self.h / 2

    def grown(self, by: float) -> Box:
        """Larger on every side (smaller, if negative)."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def moved(self, dx: float, dy: float) -> Box:
        """Elsewhere."""
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def holds(self, other: Box, slack: float = 0.01) -> bool:
        """Whether the other lies within."""
        inside = self.x - slack <= other.x and self.y - slack <= other.y
        return inside and other.right <= self.right + slack and other.bottom <= self.bottom + slack

    def meets(self, other: Box, slack: float = 0.01) -> bool:
        """Whether they share more than an edge."""
        across = self.x < other.right - slack and other.x < self.right - slack
        return across and self.y < other.bottom - slack and other.y < self.bottom - slack


@dataclass(frozen=True)
class Text:
    """A line of text: ``x`` is its start, middle or end (``anchor``), ``y`` its middle."""

    x: float
    y: float
    runs: Runs
    size: float = 13.0
    anchor: str = "middle"
    role: str = "ink"

    @property
    def box(self) -> Box:
        """The room it takes."""
        w = width(self.runs, self.size)
        left = self.x - {"start": 0.0, "middle": w / 2, "end": w}[self.anchor]
        up, down = extent(self.runs, self.size)
        return Box(left, self.y + BASELINE * self.size - up, w, up + down)


@dataclass(frozen=True)
class Cell:
    """One entry of an array: its role, what is written in it, and ``key``, what it is ("x[0,1]").

    ``outline`` names the role of a heavy frame, for a cell that stands out.
    """

    box: Box
    runs: Runs = ()
    size: float = 14.0
    role: str = "paper"
    key: str = ""
    outline: str = ""

    @property
    def text(self) -> Text:
        """What is written in it, where it stands."""
        x, y = self.box.centre
        return Text(x, y, self.runs, self.size)


@dataclass(frozen=True)
class Area:
    """A rectangle.  ``fill`` takes the role's tint and pattern, ``stroke`` is the outline's width (0: none)."""

    box: Box
    role: str
    fill: bool = False
    stroke: float = 2.0
    dash: bool = False
    radius: float = 0.0


@dataclass(frozen=True)
class Curve:
    """A line through points; ``smooth`` rounds it, ``closed`` joins its ends, ``fill`` takes the role's tint and pattern."""

    points: tuple[Point, ...]
    role: str = "ink"
    stroke: float = 1.5
    dash: bool = False
    closed: bool = False
    fill: bool = False
    smooth: bool = False


@dataclass(frozen=True)
class Arrow:
    """A line through points with a head at its end, or at both ends."""

    points: tuple[Point, ...]
    role: str = "ink"
    stroke: float = 1.5
    dash: bool = False
    both: bool = False


Element = Cell | Area | Curve | Arrow | Text


@dataclass(frozen=True)
class Scene:
    """A figure: its size, what it shows in a line (``title``) and in sentences (``description``), and its elements."""

    width: float
    height: float
    title: str
    description: str
    elements: tuple[Element, ...]
    language: str = "en"


# text
BASELINE = 0.36  # the baseline below the middle of a line, in font sizes


def words(text: str, style: str = "") -> Runs:
    """Text in one style."""
    return ((text, style),) if text else ()


def entry(name: str, index: Sequence[object] | None = None) -> Runs:
    """A tensor, or one of its entries: a slanted name with its subscript, dL/dx as it is written in text; xbar has a bar."""
    head: list[Run] = []
    if name.endswith(BAR):
        name = name.removesuffix(BAR) + "\u0304"
    for part in re.split(r"([A-Za-zα-ωΑ-Ω]+[\u0303\u0304]?)", name):
        if part:
            slanted = part[0].isalpha()
            upright = part.startswith("d") and len(part) > 1
            head += [("d", ""), (part[1:], "i")] if upright else [(part, "i" if slanted else "")]
    if index is not None and len(index):
        head.append((",".join(map(str, index)), "sub"))
    return tuple(head)


def joined(*parts: Runs | str) -> Runs:
    """Runs and plain words in a row."""
    out: list[Run] = []
    for part in parts:
        for run in words(part) if isinstance(part, str) else part:
            if out and out[-1][1] == run[1]:
                out[-1] = (out[-1][0] + run[0], run[1])
            else:
                out.append(run)
    return tuple(out)


def plain(runs: Runs) -> str:
    """The characters; a subscript in brackets."""
    return "".join(f"[{chars}]" if style == "sub" else f"^{chars}" if style == "sup" else chars for chars, style in runs)


def width(runs: Runs, size: float) -> float:
    """How wide the runs are."""
    total = 0.0
    for chars, style in runs:
        own = size * SMALL if style in ("sub", "sup") else size
        total += metrics.width(chars, own, style == "b")
    return total


def extent(runs: Runs, size: float) -> tuple[float, float]:
    """What stands above and below the baseline."""
    up = metrics.RISE + (0.15 if any(style == "sup" for _, style in runs) else 0.0)
    down = metrics.DROP + (0.06 if any(style == "sub" for _, style in runs) else 0.0)
    return up * size, down * size


def fitted(runs: Runs, room: float, size: float) -> float:
    """The size at which the runs fit into the room: the given one, or a smaller one."""
    own = width(runs, size)
    return size if own <= room else size * room / own


def column(labels: Iterable[Runs], size: float, least: float, most: float, margin: float = 8.0) -> float:
    """A width for cells that hold the labels: the widest plus a margin, between ``least`` and ``most``."""
    widest = max((width(runs, size) for runs in labels), default=0.0)
    return min(max(least, widest + margin), most)


def cell(box: Box, runs: Runs, size: float = 14.0, role: str = "paper", key: str = "", outline: str = "") -> Cell:
    """A cell whose text is small enough to stay in it."""
    return Cell(box, runs, min(fitted(runs, box.w - 6, size), 0.8 * box.h), role, key, outline)


def wrapped(text: str, room: float, size: float) -> list[str]:
    """Words broken into lines that fit into the room; a word that is too long stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


# elements together
def moved(elements: Iterable[Element], dx: float, dy: float) -> tuple[Element, ...]:
    """The elements elsewhere."""

    def shift(e: Element) -> Element:
        if isinstance(e, (Cell, Area)):
            return replace(e, box=e.box.moved(dx, dy))
        if isinstance(e, Text):
            return replace(e, x=e.x + dx, y=e.y + dy)
        return replace(e, points=tuple((x + dx, y + dy) for x, y in e.points))

    return tuple(shift(e) for e in elements)


def bounds(elements: Iterable[Element]) -> Box:
    """The box around the elements; raises SymconvError if there are none."""
    boxes = [box_of(e) for e in elements]
    if not boxes:
        raise SymconvError("figure: expected something to draw, got an empty one")
    left, top = min(b.x for b in boxes), min(b.y for b in boxes)
    return Box(left, top, max(b.right for b in boxes) - left, max(b.bottom for b in boxes) - top)


def box_of(e: Element) -> Box:
    """The box around an element."""
    if isinstance(e, (Cell, Area, Text)):
        return e.box
    xs, ys = [x for x, _ in e.points], [y for _, y in e.points]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def scene(elements: Iterable[Element], title: str, description: str, language: str = "en", margin: float = 14.0) -> Scene:
    """A scene around the elements, with a margin."""
    held = tuple(elements)
    around = bounds(held)
    placed = moved(held, margin - around.x, margin - around.y)
    wide, high = around.w + 2 * margin, around.h + 2 * margin
    return Scene(_up(wide), _up(high), title, description, placed, language)


def _up(length: float) -> float:
    """Up to a whole point."""
    return float(-int(-length // 1))


def beside(parts: Iterable[Iterable[Element]], gap: float = 36.0, align: str = "middle") -> tuple[Element, ...]:
    """Groups of elements in a row, their middles (or their tops) in line."""
    out: list[Element] = []
    x = 0.0
    for part in (tuple(p) for p in parts):
        around = bounds(part)
        dy = -around.y if align == "top" else -(around.y + around.h / 2)
        out += moved(part, x - around.x, dy)
        x += around.w + gap
    return tuple(out)


def above(parts: Iterable[Iterable[Element]], gap: float = 24.0, align: str = "left") -> tuple[Element, ...]:
    """Groups of elements in a column, their left edges (or their middles) in line."""
    out: list[Element] = []
    y = 0.0
    for part in (tuple(p) for p in parts):
        around = bounds(part)
        dx = -around.x if align == "left" else -(around.x + around.w / 2)
        out += moved(part, dx, y - around.y)
        y += around.h + gap
    return tuple(out)


def flaws(picture: Scene) -> list[str]:
    """What is wrong with a scene's boxes: text out of its cell, over other text, over another cell, or off the page."""
    page = Box(0, 0, picture.width, picture.height)
    cells = [e for e in picture.elements if isinstance(e, Cell)]
    lines = [e for e in picture.elements if isinstance(e, Text) and e.runs]
    found = [f"{box_of(e)} leaves the page" for e in picture.elements if not page.holds(box_of(e))]
    found += [f"{plain(c.runs)!r} leaves its cell {c.key}" for c in cells if c.runs and not c.box.holds(c.text.box)]
    for k, line in enumerate(lines):
        found += [f"{plain(line.runs)!r} lies over {plain(o.runs)!r}" for o in lines[k + 1 :] if line.box.meets(o.box)]
        found += [f"{plain(line.runs)!r} lies over the cell {c.key}" for c in cells if line.box.meets(c.box)]
    for k, c in enumerate(cells):
        found += [f"the cell {c.key} lies over {o.key}" for o in cells[k + 1 :] if c.box.meets(o.box)]
    return found
