"""The receptive field as a pyramid: the unit on top, what it reads, what that reads, down to the places of the input.

Along an axis unit u of a layer sees places among J u + start, ..., J u + start + R - 1, and stands above their middle.  A line
joins a unit to everything that its window reads.  Where that is too much to draw, a bar for every layer is as long as its field.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from functools import partial

from symconv.errors import SymconvError
from symconv.figures.layout import SMALL, minus
from symconv.language.metrics import width as measured
from symconv.language.prose import counting, sentence
from symconv.language.scene import (
    Area,
    Box,
    Cell,
    Curve,
    Element,
    Point,
    Runs,
    Scene,
    Text,
    above,
    cell,
    fitted,
    joined,
    scene,
    words,
)
from symconv.pages.faces import illustrated
from symconv.pages.faces import scene as scenes
from symconv.pages.illustrated import drawn
from symconv.pages.nodes import Document
from symconv.topics.sizes.facts import AxisField, Field, FieldRow, Level, Pyramid
from symconv.topics.sizes.page import field_page

SIZE = 12.0
SIDE = 26.0  # of a unit's cell
STEP = 64.0  # from one level to the next
ROOM = 620.0  # for the places of the input, if they fit
LEAST = 20.0
LINES = 420  # joining lines; beyond, only the outermost two of every window
LONGEST = 300.0  # a layer's text beside its level
MOST = 24  # bars
AXES = {1: ("",), 2: ("rows", "columns"), 3: ("planes", "rows", "columns")}


@scenes.register(Field)
def pyramid(found: Field, name: str | None = None) -> Scene:
    """The pyramids of a stack, one for every axis that differs, or bars where an axis is too wide.

    Raises SymconvError where sizes are names.
    """
    parts = [axis_figure(found, axis) for axis in range(1 if found.same else found.ndim)]
    top = windowed(found)[-1].layer.text
    title = sentence("figure.sizes.title", layer=shortened(top))
    elements = parts[0][0] if len(parts) == 1 else above([part for part, _ in parts], 40.0)
    return scene(elements, title, " ".join(said for _, said in parts))


@illustrated.register(Field)
def field_illustrated(found: Field) -> Document:
    """The page with the pyramids that can be read."""
    shown = {k: drawn(partial(axis_pyramid, found, k)) for k in range(1 if found.same else found.ndim)}
    return field_page(found, {k: one for k, one in shown.items() if isinstance(one, Scene)})


def axis_pyramid(found: Field, axis: int) -> Scene:
    """The figure of one axis."""
    elements, said = axis_figure(found, axis)
    return scene(
        elements, sentence("figure.sizes.title", layer=shortened(windowed(found)[-1].layer.text)) + along(found, axis), said
    )


def axis_figure(found: Field, axis: int) -> tuple[tuple[Element, ...], str]:
    """The elements of an axis, and what they show in words."""
    rows = windowed(found)
    if any(row.axes[axis].size.constant is None for row in rows):
        names = sorted({n for row in rows for n in row.axes[axis].size.names()})
        raise SymconvError(f"figure: expected numbers for kernels, strides and pads, got the names {', '.join(names)[:80]}")
    drawn = next((p for p in found.pyramids if p.axis == axis), None)
    fields = [row.axes[axis] for row in rows]
    if drawn is None or len(drawn.levels) > MOST:
        return bars(found, axis, rows)
    heading = joined(words(direction(found, axis), "b")) if not found.same else ()
    return units(drawn, fields, heading), told(drawn, fields, along(found, axis))


def windowed(found: Field) -> list[FieldRow]:
    """The layers with windows, as far as a unit's field is a box."""
    return [row for row in found.rows if row.layer.ndim and row.axes]


def direction(found: Field, axis: int) -> str:
    """along the columns."""
    return sentence("figure.sizes.along", axis=sentence(f"figure.{AXES[found.ndim][axis]}"))


def along(found: Field, axis: int) -> str:
    """Which axis, where they differ."""
    return "" if found.same else ", " + direction(found, axis)


def shortened(text: str, room: float = LONGEST, size: float = SIZE) -> str:
    """A layer's text, cut where it is longer than the room."""
    if measured(text, size) <= room:
        return text
    while text and measured(text + "…", size) > room:
        text = text[:-1]
    return text + "…"


# unit by unit
def units(drawn: Pyramid, fields: list[AxisField], heading: Runs) -> tuple[Element, ...]:
    """The levels from the top down, the lines between them, and what the cells mean."""
    first = min(level.middles[0] for level in drawn.levels)
    last = max(level.middles[-1] for level in drawn.levels)
    pitch = max(LEAST, min(SIDE + 12, ROOM / float(last - first + 1)))
    own = min(SIDE, pitch - 4)

    def at(middle: Fraction, k: int) -> Point:
        return float(middle - first) * pitch, k * STEP

    lines, cells, texts, live = joins(drawn, at), list[Cell](), list[Element](), alive(drawn)
    size = min(fitted(words(minus(u)), own - 5, SIZE) for level in drawn.levels for u in level.units)
    left, right = -own / 2 - 14, float(last - first) * pitch + own / 2 + 14
    base = len(drawn.levels) - 1
    for k, level in enumerate(drawn.levels):
        held = dict(zip(level.units, level.middles, strict=True))
        if k == base:  # the places between, which no window reads, as well
            held = {u: Fraction(u) for u in range(level.units[0], level.units[-1] + 1)}
        for u, middle in held.items():
            x, y = at(middle, k)
            role = "result" if k == 0 else "level1" if k < base else "data"
            role = "unread" if u not in level.units else role if u in live[k] else "pad"
            box = Box(x - own / 2, y - SIDE / 2, own, SIDE)
            cells.append(cell(box, words(minus(u)) if role != "unread" else (), size, role, f"{k}:{u}"))
        texts.append(Text(left, k * STEP, words(shortened(level.name)), SIZE, "end"))
        if k < base:
            texts.append(Text(right, k * STEP, numbers(fields[-1 - k]), SIZE, "start", "muted"))
    texts.append(Text(right, base * STEP, words(sentence("figure.sizes.places.axis")), SIZE, "start", "muted"))
    texts += [Text(left, -STEP * 0.75, heading, SIZE, "start")] if heading else []
    return (*lines, *cells, *texts, *legend(drawn, cells, base * STEP + 44, left))


def alive(drawn: Pyramid) -> list[set[int]]:
    """Level by level the units that are read through no padding; units before 0 are padding."""
    found = [{drawn.unit}] + [set[int]() for _ in drawn.levels[1:]]
    for k, upper, lower in drawn.edges:  # from the top down
        if lower >= 0 and upper in found[k]:
            found[k + 1].add(lower)
    return found


def joins(drawn: Pyramid, at: Callable[[Fraction, int], Point]) -> list[Element]:
    """A line from every unit to what its window reads; from padding, which reads nothing, a dashed one."""
    places = [dict(zip(level.units, level.middles, strict=True)) for level in drawn.levels]
    fans: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k, upper, lower in drawn.edges:
        fans[k, upper].append(lower)
    found: list[Element] = []
    for (k, upper), read in sorted(fans.items()):
        ends = sorted(set(read)) if len(drawn.edges) <= LINES else sorted({min(read), max(read)})
        x, y = at(places[k][upper], k)
        for end in ends:
            a, b = at(places[k + 1][end], k + 1)
            role = "muted" if end in (min(read), max(read)) else "faint"
            found.append(Curve(((x, y + SIDE / 2), (a, b - SIDE / 2)), role, 1.0, dash=upper < 0))
    return found


def numbers(field: AxisField) -> Runs:
    """R = 6, J = 2."""
    return joined((("R", "i"),), f" = {field.size}, ", (("J", "i"),), f" = {field.jump}")


def legend(drawn: Pyramid, cells: list[Cell], y: float, x: float) -> list[Element]:
    """R and J in words, and the marks that stand in the figure."""
    used = {c.role for c in cells}
    lines = [sentence("figure.sizes.legend")]
    if len(drawn.edges) > LINES:
        lines.append(sentence("figure.sizes.outermost"))
    out: list[Element] = [Text(x, y + 20 * k, words(text), SMALL, "start", "muted") for k, text in enumerate(lines)]
    y += 20 * len(lines)
    for role, text in (
        ("pad", sentence("figure.sizes.dashed")),
        ("unread", sentence("figure.sizes.unread")),
    ):
        if role in used:
            out += [Area(Box(x, y - 6, 12, 12), role, True, 1.0), Text(x + 18, y, words(text), SMALL, "start", "muted")]
            y += 20
    return out


def told(drawn: Pyramid, fields: list[AxisField], where: str) -> str:
    """The pyramid in sentences."""
    top = drawn.levels[0]
    steps = "; ".join(sentence("figure.sizes.of", units=count(level), level=level.name) for level in drawn.levels[1:-1])
    between = sentence("figure.sizes.reads", steps=steps) if steps else ""
    live = sorted(alive(drawn)[-1])
    read = counting("figure.sizes.live", len(live)) if live else sentence("figure.sizes.live.none")
    span = sentence("figure.sizes.from", first=minus(live[0]), last=minus(live[-1])) if live else ""
    padded = sentence("figure.sizes.before") if any(level.units[0] < 0 for level in drawn.levels) else ""
    return sentence(
        "figure.sizes.unit",
        unit=drawn.unit,
        layer=top.name,
        read=read,
        span=span,
        where=where,
        between=between,
        padded=padded,
        size=fields[-1].size,
        jump=fields[-1].jump,
    )


def count(level: Level) -> str:
    """3 units."""
    return counting("figure.sizes.units", len(level.units))


# layer by layer
def bars(found: Field, axis: int, rows: list[FieldRow]) -> tuple[tuple[Element, ...], str]:
    """A bar for every layer (some, where there are many), as long as its field; the input below them."""
    kept = rows[:: len(rows) // -MOST][::-1]  # the last among them
    sizes = [row.axes[axis].size.constant or 1 for row in kept]
    most = max(sizes)
    out: list[Element] = []
    for k, (row, size) in enumerate(reversed(list(zip(kept, sizes, strict=True)))):
        y, long = k * 26.0, max(2.0, ROOM * 0.75 * size / most)
        out.append(Area(Box(-long / 2, y - 8, long, 16), "level2", True, 1.0))
        out.append(Text(-ROOM * 0.375 - 14, y, words(shortened(row.layer.text)), SIZE, "end"))
        out.append(Text(ROOM * 0.375 + 14, y, numbers(row.axes[axis]), SIZE, "start", "muted"))
    y = len(kept) * 26.0
    out.append(Area(Box(-ROOM * 0.375, y - 8, ROOM * 0.75, 16), "data", True, 1.0))
    out.append(Text(-ROOM * 0.375 - 14, y, words(sentence("figure.sizes.input")), SIZE, "end"))
    out.append(Text(ROOM * 0.375 + 14, y, words(sentence("figure.sizes.places", places=most)), SIZE, "start", "muted"))
    left = -ROOM * 0.375
    notes = [sentence("figure.sizes.legend")]
    notes += [sentence("figure.sizes.shown", shown=len(kept), layers=len(rows))] if len(kept) < len(rows) else []
    out += [Text(left, y + 30 + 20 * k, words(text), SMALL, "start", "muted") for k, text in enumerate(notes)]
    if not found.same:
        out.append(
            Text(
                left,
                -30,
                words(direction(found, axis), "b"),
                SIZE,
                "start",
            )
        )
    last = kept[-1]
    said = sentence(
        "figure.sizes.bars",
        along=along(found, axis),
        layer=last.layer.text[:80],
        size=last.axes[axis].size,
        jump=last.axes[axis].jump,
    )
    return tuple(out), said
