"""Arrays as blocks of cells, and lines of arithmetic: what every figure is put together from.

One axis is a row of cells, two are a plane, three a row of planes (one for each place along the first axis).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

from symconv.errors import SymconvError
from symconv.language.border import BAR
from symconv.language.example import Array
from symconv.language.expand import Index, Number
from symconv.language.lazy import dataclass
from symconv.language.operator import Operator, gradient_name, upstream
from symconv.language.prose import counting, sentence
from symconv.language.rounded import FEW, Rounded, Value, decimal
from symconv.language.scene import (
    Area,
    Box,
    Element,
    Runs,
    Text,
    above,
    bounds,
    cell,
    column,
    entry,
    joined,
    moved,
    width,
    words,
    wrapped,
)

SIZE, SMALL, LEAST, MOST = 14.0, 11.0, 34.0, 92.0
LINE = 22.0  # from one line of arithmetic to the next
ROOM = 640.0  # how wide it may become
LIMIT = 1200  # cells in a figure
FAR = 1e12  # numbers that lie farther out are not drawn to scale


@dataclass(frozen=True)
class Place:
    """What a cell shows."""

    runs: Runs = ()
    role: str = "paper"
    key: str = ""
    outline: str = ""


@dataclass(frozen=True)
class Block:
    """Elements, with the boxes of the array's cells by spatial index."""

    elements: tuple[Element, ...]
    boxes: Mapping[Index, Box]

    def moved(self, dx: float, dy: float) -> Block:
        """The block elsewhere."""
        return Block(moved(self.elements, dx, dy), {at: box.moved(dx, dy) for at, box in self.boxes.items()})

    @property
    def bounds(self) -> Box:
        """The box around it."""
        return bounds(self.elements)

    @property
    def body(self) -> Box:
        """The box around its cells."""
        return around(self.boxes.values())


def around(boxes: Iterable[Box]) -> Box:
    """The box around boxes."""
    held = list(boxes)
    left, top = min(b.x for b in held), min(b.y for b in held)
    return Box(left, top, max(b.right for b in held) - left, max(b.bottom for b in held) - top)


def few(count: int) -> None:
    """Raise SymconvError for a figure with too many cells to read."""
    if count > LIMIT:
        raise SymconvError(f"figure: expected at most {LIMIT} cells, got {count}; use smaller sizes or fewer channels")


# numbers
def more(count: int, noun: str) -> str:
    """and 2 more rows, and 1 more row: what a figure leaves out."""
    return counting(f"figure.more.{noun}", count)


def shown(value: Value, decimals: bool = False) -> str:
    """A number as a figure has it: a real minus, p/q or, where the user wrote decimals, a decimal; few digits if rounded."""
    if isinstance(value, Rounded):
        return value.text(FEW).replace("-", "−")
    if isinstance(value, int) or value.denominator == 1:
        return minus(int(value))
    return (decimal(value) if decimals else f"{value.numerator}/{value.denominator}").replace("-", "−")


def factor(value: Number, decimals: bool = False) -> str:
    """A number within a product: in parentheses if it is negative or a fraction."""
    written = shown(value, decimals)
    return f"({written})" if written.startswith("−") or "/" in written else written


# blocks
def roles(op: Operator) -> dict[str, str]:
    """The role of every tensor of an operator by name."""
    found = {upstream(op): "upstream", op.result.name: "result", op.kernel.name: "kernel", op.data.name: "data"}
    found |= {gradient_name(op, o): "gradient" for o in (op.data, op.kernel)}
    if op.border is not None:
        found[gradient_name(op, op.data) + BAR] = "gradient"
    if op.bias is not None:
        found |= {op.bias.name: "bias", gradient_name(op, op.bias): "gradient"}
    return found


def heading(array: Array, lead: Index, ndim: int, flipped: bool = False) -> Runs:
    """The name of a spatial block: x, or x[0,1,:,:] where there are channels; with a tilde if it is flipped."""
    short = array.short(lead + (0,) * ndim)
    named = short[: len(short) - ndim]
    return entry(array.name + "\u0303" * flipped, (*named, *":" * ndim) if named else ())


def side(labels: Iterable[Runs]) -> float:
    """The width of cells that hold the labels."""
    return column(labels, SIZE, LEAST, MOST)


def width_of(values: Iterable[Value], decimals: bool) -> float:
    """The width of cells that hold numbers."""
    return side(words(shown(value, decimals)) for value in values)


def label(array: Array, index: Index) -> str:
    """x[0,1], an entry by its name in plain text."""
    return f"{array.name}[{','.join(map(str, array.short(index)))}]"


def plane(
    array: Array,
    lead: Index,
    place: Callable[[Index], Place],
    w: float,
    numbers: Sequence[Sequence[int]] | None = None,
) -> Block:
    """The spatial block of an array at its leading indices, under its name; ``place`` takes full indices."""
    shape = array.shape[array.lead :]
    head, edges = heading(array, lead, len(shape)), [range(n) for n in shape]
    return block(shape, lambda spot: place(lead + spot), head, w, edges if numbers is None else numbers)


def framed(one: Block, places: Iterable[Index], grown: float, stroke: float) -> list[Element]:
    """A frame around places of a block, one for every plane that they reach into."""
    by_plane: dict[Index, list[Box]] = {}
    for place in places:
        by_plane.setdefault(place[:-2], []).append(one.boxes[place])
    return [Area(around(boxes).grown(grown), "window", stroke=stroke) for boxes in by_plane.values()]


def block(
    shape: Index,
    place: Callable[[Index], Place],
    header: Runs = (),
    w: float = LEAST,
    numbers: Sequence[Sequence[int]] | None = None,
) -> Block:
    """An array of up to three axes; ``numbers`` are the indices at its edges, per axis."""
    planes = shape[:-2] if len(shape) > 2 else ()
    rows, columns = (1, *shape)[-2:]
    h = LEAST
    elements: list[Element] = []
    boxes: dict[Index, Box] = {}
    marked = numbers is not None and len(shape) > 0
    pitch = columns * w + 30
    for k, plane in enumerate(product(*map(range, planes))):
        x0 = k * pitch
        for r, c in product(range(rows), range(columns)):
            at = (*plane, r, c) if len(shape) > 1 else (c,)
            boxes[at] = Box(x0 + c * w, r * h, w, h)
            here = place(at)
            elements.append(cell(boxes[at], here.runs, SIZE, here.role, here.key, here.outline))
        if marked and numbers is not None:
            elements += [edge(str(m), x0 + (c + 0.5) * w, -9) for c, m in enumerate(numbers[-1])]
            if len(shape) > 1:
                elements += [edge(str(m), x0 - 6, (r + 0.5) * h, "end") for r, m in enumerate(numbers[-2])]
        if planes and numbers is not None:
            above = sentence("figure.plane", index=", ".join(minus(numbers[a][m]) for a, m in enumerate(plane)))
            elements.append(Text(x0 + columns * w / 2, -26, words(above), SMALL, role="muted"))
    if header:
        top = -(44.0 if planes else 26.0 if marked else 14.0)
        wide = max(width(header, SIZE), 1.0)
        if planes or wide > columns * w:
            elements.append(Text(0, top, header, SIZE, "start"))
        else:
            elements.append(Text(columns * w / 2, top, header, SIZE))
    return Block(tuple(elements), boxes)


def minus(value: int) -> str:
    """An index with a real minus."""
    return str(value).replace("-", "−")


def edge(label: str, x: float, y: float, anchor: str = "middle") -> Text:
    """A small index at an edge."""
    return Text(x, y, words(label.replace("-", "−")), SMALL - 1, anchor, "muted")


def stack(blocks: Sequence[Block], gap: float = 14.0) -> list[Block]:
    """Blocks in a column, their cells' left edges in line."""
    out: list[Block] = []
    y = 0.0
    for one in blocks:
        out.append(one.moved(-one.body.x, y - one.bounds.y))
        y += one.bounds.h + gap
    return out


def row(groups: Sequence[Sequence[Block]], gap: float = 46.0) -> list[list[Block]]:
    """Stacks beside each other, the middles of their cells in line."""
    out: list[list[Block]] = []
    x = 0.0
    for group in groups:
        room = bounds(e for b in group for e in b.elements)
        body = around(b.body for b in group)
        dx, dy = x - room.x, -(body.y + body.h / 2)
        out.append([b.moved(dx, dy) for b in group])
        x += room.w + gap
    return out


# arithmetic
def flow(chunks: Sequence[Runs], room: float, size: float = SIZE, indent: float = 0.0) -> list[Text]:
    """Chunks in lines no wider than the room, the later ones indented; a chunk is never broken."""
    lines: list[Runs] = []
    for chunk in chunks:
        longer = joined(lines[-1], " ", chunk) if lines else chunk
        space = room - (indent if len(lines) > 1 else 0.0)
        if lines and width(longer, size) <= space:
            lines[-1] = longer
        else:
            lines.append(chunk)
    return [Text(indent if k else 0.0, k * LINE, runs, size, "start") for k, runs in enumerate(lines)]


def displayed(sides: Iterable[Sequence[Runs]], room: float) -> tuple[Element, ...]:
    """Lines of arithmetic: every side of an equation on lines of its own, below each other."""
    lines: list[Element] = []
    for chunks in sides:
        lines += moved(flow(chunks, room, SIZE, 28.0), 0.0, LINE * len(lines))
    return tuple(lines)


def titled(parts: Iterable[tuple[str, Iterable[Element]]]) -> tuple[Element, ...]:
    """Drawings below each other, each under its heading."""
    return above(
        [above([[Text(0, 0, words(head, "b"), SIZE + 1, "start")], elements], gap=14.0) for head, elements in parts],
        gap=34.0,
    )


def elided(chunks: Sequence[Runs], most: int) -> list[Runs]:
    """The chunks, the middle left out where there are more than ``most``, with the number of those left out."""
    if len(chunks) <= most:
        return list(chunks)
    head, tail = (most + 1) // 2, most // 2
    left = len(chunks) - head - tail
    return [*chunks[:head], words(sentence("figure.terms", count=left)), *chunks[len(chunks) - tail :]]


def noted(blocks: list[Block], said: str) -> list[Block]:
    """Blocks with a caption below the last of them, broken into lines."""
    if not said:
        return blocks
    last = blocks[-1]
    room = max(*(b.body.w for b in blocks), 150.0)
    lines = [
        Text(last.body.centre[0], last.body.bottom + 14 + 15 * k, words(line), SMALL, role="muted")
        for k, line in enumerate(wrapped(said, room, SMALL))
    ]
    return [*blocks[:-1], Block((*last.elements, *lines), last.boxes)]
