"""Rows of numbers as bars: logits, probabilities and gradients; pairs of squared errors; cells that flatten and sum move.

Every row of logits stands beside its probabilities, the class framed, and the gradient below: probability less target.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symconv.errors import SymconvError
from symconv.figures.layout import FAR, SIZE, SMALL, Block, Place, block, few, more, shown, width_of
from symconv.language.example import Array, Example, indices
from symconv.language.expand import Index
from symconv.language.functions import CLASSES
from symconv.language.prose import sentence
from symconv.language.rounded import Value
from symconv.language.scene import (
    Area,
    Arrow,
    Box,
    Curve,
    Element,
    Runs,
    Scene,
    Text,
    above,
    beside,
    bounds,
    entry,
    joined,
    moved,
    scene,
    words,
)

PITCH, BAR, HIGH, ROWS, MOST, GAP = 58.0, 34.0, 92.0, 4, 12, 4.0
FRAMED = BAR + 16
Values = Sequence[Value]


def drawable(values: Values) -> list[float]:
    """The numbers as floats; raises SymconvError where none could be drawn beside the others."""
    found = [float(v) for v in values]
    if any(abs(v) > FAR for v in found):
        raise SymconvError("figure: expected numbers of moderate size for bars, got one beyond 1e12; use smaller numbers")
    return found


def chart(
    made: Example,
    header: Runs,
    values: Values,
    labels: Sequence[Runs],
    role: str,
    mark: int | None = None,
    high: float = HIGH,
) -> tuple[Element, ...]:
    """Bars on a line at 0, each with its number at its end and its name below; ``mark`` is framed."""
    heights = drawable(values)
    top, low = max(0.0, *heights), min(0.0, *heights)
    scale = high / ((top - low) or 1.0)
    base = top * scale
    out: list[Element] = [Text(0, -36.0, header, SIZE - 1, "start")]
    wide = len(values) * PITCH
    for k, (v, h) in enumerate(zip(values, heights, strict=True)):
        x, size = k * PITCH + (PITCH - BAR) / 2, max(abs(h) * scale, 0.0)
        y = base - size if h >= 0 else base
        if size > 0.4:
            out.append(Area(Box(round(x, 2), round(y, 2), BAR, round(size, 2)), role, True, 1.2))
        end = y - 10 if h >= 0 else y + size + 10
        text = words(shown(v, made.decimal))
        out.append(Text(x + BAR / 2, round(end, 2), text, fitting(text, FRAMED if k == mark else PITCH)))
        if k == mark:
            bottom = high + (21.0 if low < 0 else 4.0)
            out.append(Area(Box(round(x - 8, 2), -20.0, FRAMED, round(bottom + 20.0, 2)), "window", False, 1.6, True, 4.0))
    out.append(Curve(((0.0, round(base, 2)), (wide, round(base, 2))), "muted", 1.0))
    below = high + (34.0 if low < 0 else 17.0)
    out += [Text(k * PITCH + PITCH / 2, below, label, SMALL) for k, label in enumerate(labels)]
    return tuple(out)


def fitting(text: Runs, room: float) -> float:
    """A size at which a number stays apart from those beside it, and within its frame."""
    size = SMALL - 0.5 if len(text[0][0]) < 9 else SMALL - 2.5
    wide = Text(0, 0, text, size).box.w
    return size if wide <= room - GAP else round(size * (room - GAP) / wide, 1)


def title_of(name: str, back: str = "figure.gradient") -> str:
    """What a figure shows: both passes, or one."""
    return sentence({"both": "figure.both", "forward": "figure.forward.short", "backward-x": back}[name])


# softmax and cross entropy
def rows(made: Example) -> list[list[Index]]:
    """The indices of every row."""
    shape = made.array("x").shape
    axis = 0 if len(shape) == 1 else 1
    found: dict[Index, list[Index]] = {}
    for index in made.array("x").indices():
        found.setdefault(index[:axis] + index[axis + 1 :], []).append(index)
    return list(found.values())


def softmax(made: Example, name: str, at: Index | None = None) -> Scene:
    """Logits and probabilities; the gradient beside or below them.  ``at`` shows the row of one entry alone."""
    every = [row for row in rows(made) if at is None or at in row]
    if len(every[0]) > MOST:
        raise SymconvError(f"figure: expected at most {MOST} bars in a row, got {len(every[0])}; use fewer classes")
    some, rest = every[:ROWS], len(every[ROWS:])
    groups = [one_row(made, row, name, at) for row in some]
    parts: list[Any] = [*groups, legend(made, name, at is not None)]
    if rest:
        parts.append([Text(0, 0, words(more(rest, "row")), SIZE - 2, "start", "muted")])
    title = title_of(name)
    return scene(above(parts, 30.0), f"{made.function.name}: {title}", described(made, some))


def one_row(made: Example, row: list[Index], name: str, at: Index | None) -> tuple[Element, ...]:
    """One row: x, the arrow, its shares; the upstream gradient and dL/dx."""
    loss = made.function.kind == "loss"
    mark = next((k for k, i in enumerate(row) if (made.entry(CLASSES, i) == 1 if loss else i == at)), None)
    share = next(p for p in made.parts if p.name == "p") if loss else made.y
    x = chart(made, entry("x"), [made.entry("x", i) for i in row], [entry("x", i) for i in row], "data", mark)
    y = chart(made, entry(share.name), [share[i].value for i in row], [entry(share.name, i) for i in row], "result", mark)
    total = made.gradient("x").scatter
    back = chart(
        made, entry(total.name), [total[i].value for i in row], [entry(total.name, i) for i in row], "gradient", mark
    )
    if loss:
        pieces = {"both": [x, y, back], "forward": [x, y], "backward-x": [y, back]}[name]
        return arrowed(
            pieces,
            ["softmax", back_words(made)] if name == "both" else ["softmax" if name == "forward" else back_words(made)],
        )
    g = chart(made, entry("g"), [made.entry("g", i) for i in row], [entry("g", i) for i in row], "upstream")
    first, second = arrowed([x, y], ["softmax"]), arrowed([g, back], ["y (g \u2212 s)"])
    if name == "both":
        return above([first, second], 30.0)
    return first if name == "forward" else second


def back_words(made: Example) -> str:
    """What the gradient is of the probabilities."""
    count = len(rows(made))
    return "p \u2212 T" if made.function.reduction == "sum" or count == 1 else f"(p \u2212 T)/{count}"


def arrowed(parts: list[tuple[Element, ...]], said: list[str]) -> tuple[Element, ...]:
    """Charts in a row, with an arrow and its words between two."""
    out: list[Element] = []
    x = 0.0
    for k, part in enumerate(parts):
        around = bounds(part)
        out += moved(part, x - around.x, 0.0)
        x += around.w
        if k < len(said):
            label = words(said[k])
            wide = max(40.0, Text(0, 0, label, SMALL).box.w + 6)
            out.append(Arrow(((x + 12, HIGH / 2), (x + 12 + wide, HIGH / 2)), "ink", 1.6))
            out.append(Text(x + 12 + wide / 2, HIGH / 2 - 14, label, SMALL))
            x += wide + 28
    return tuple(out)


def key(role: str, said: str) -> list[Element]:
    """A patch of a legend."""
    return [Area(Box(0, -6, 12, 12), role, True, 1.2), Text(19, 0, words(said), SMALL, "start", "muted")]


def legend(made: Example, name: str, single: bool = False) -> list[Element]:
    """What the colours and the frame mean."""
    loss = made.function.kind == "loss"
    items: list[list[Element]] = []
    if name != "backward-x":
        items.append(key("data", sentence("figure.bars.logits" if loss else "figure.input")))
    if name != "backward-x" or loss:
        items.append(key("result", sentence("figure.bars.probabilities" if loss else "figure.bars.output")))
    if name != "forward":
        items += [] if loss else [key("upstream", sentence("figure.upstream"))]
        items.append(key("gradient", sentence("figure.bars.gradient")))
        if not loss:
            items.append([Text(0, 0, words(sentence("figure.bars.mean")), SMALL, "start", "muted")])
    if loss or single:
        items.append(
            [
                Area(Box(0, -7, 14, 14), "window", False, 1.6, True, 3.0),
                Text(
                    21,
                    0,
                    words(sentence("figure.bars.chosen") if loss else sentence("figure.bars.entry")),
                    SMALL,
                    "start",
                    "muted",
                ),
            ]
        )
    return list(beside(items, 20.0))


def described(made: Example, some: list[list[Index]]) -> str:
    """The rows in sentences."""
    loss = made.function.kind == "loss"
    share = next(p for p in made.parts if p.name == "p") if loss else made.y
    said = []
    for row in some:
        x = ", ".join(shown(made.entry("x", i), made.decimal) for i in row)
        y = ", ".join(shown(share[i].value, made.decimal) for i in row)
        back = ", ".join(shown(made.gradient("x").scatter[i].value, made.decimal) for i in row)
        target = (
            sentence("figure.bars.class", k=next((k for k, i in enumerate(row) if made.entry(CLASSES, i) == 1)))
            if loss
            else ""
        )
        said.append(sentence("figure.bars.row", x=x, name=share.name, y=y, target=target, gradient=back))
    return sentence("figure.bars.rows", rows=" ".join(said))


# mse
def pairs(made: Example, name: str) -> Scene:
    """Every x with its target: the distance between them is the residual; the gradient as bars."""
    every = list(made.array("x").indices())
    if len(every) > MOST * 2:
        raise SymconvError(f"figure: expected at most {MOST * 2} pairs, got {len(every)}; use smaller sizes")
    parts: list[Any] = []
    if name != "backward-x":
        parts += [distances(made, every), pair_legend()]
    if name != "forward":
        total = made.gradient("x").scatter
        parts.append(chart(made, entry(total.name), total.values, [entry("dL/dx", i) for i in every], "gradient"))
    r = made.parts[0]
    said = "; ".join(
        f"x{list(i)} = {shown(made.entry('x', i), made.decimal)}, t = {shown(made.entry('t', i), made.decimal)}, "
        f"r = {shown(r[i].value, made.decimal)}"
        for i in every
    )
    title = {
        "both": sentence("figure.residuals"),
        "forward": sentence("figure.residuals.alone"),
        "backward-x": sentence("figure.gradient"),
    }[name]
    return scene(
        above(parts, 26.0), sentence("figure.mse.title", title=title), sentence("figure.mse.description", pairs=said)
    )


def distances(made: Example, every: list[Index]) -> tuple[Element, ...]:
    """A dot for x, a diamond for t, the residual between them."""
    xs, ts = drawable([made.entry("x", i) for i in every]), drawable([made.entry("t", i) for i in every])
    low, top = min(*xs, *ts, 0.0), max(*xs, *ts, 0.0)
    scale = HIGH / ((top - low) or 1.0)
    out: list[Element] = [Text(0, -36.0, joined(entry("r"), " = ", entry("x"), " \u2212 ", entry("t")), SIZE - 1, "start")]
    wide = len(every) * PITCH
    base = round(top * scale, 2)
    out.append(Curve(((0.0, base), (wide, base)), "faint", 1.0))
    r = made.parts[0]
    for k, (i, x, t) in enumerate(zip(every, xs, ts, strict=True)):
        at = k * PITCH + PITCH / 2
        a, b = round((top - x) * scale, 2), round((top - t) * scale, 2)
        out.append(Curve(((at, a), (at, b)), "window", 2.0))
        out += [*dot(at, a), *diamond(at, b)]
        text = words(shown(r[i].value, made.decimal))
        out.append(Text(at + 9, round((a + b) / 2, 2), text, SMALL - 0.5, "start"))
        out.append(Text(at, HIGH + 20.0, entry("r", i), SMALL))
    return tuple(out)


def dot(x: float, y: float) -> list[Element]:
    """The mark of x."""
    points = (
        (x - 5, y),
        (x - 3.5, y - 3.5),
        (x, y - 5),
        (x + 3.5, y - 3.5),
        (x + 5, y),
        (x + 3.5, y + 3.5),
        (x, y + 5),
        (x - 3.5, y + 3.5),
    )
    return [Curve(points, "data", 1.6, closed=True, fill=True, smooth=True)]


def diamond(x: float, y: float) -> list[Element]:
    """The mark of t."""
    return [Curve(((x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)), "kernel", 1.6, closed=True, fill=True)]


def pair_legend() -> list[Element]:
    """What the marks mean."""
    items: list[list[Element]] = [
        [*dot(5, 0), Text(16, 0, words(sentence("figure.input")), SMALL, "start", "muted")],
        [*diamond(6, 0), Text(18, 0, words("target t"), SMALL, "start", "muted")],
        [Curve(((0, 0), (16, 0)), "window", 2.0), Text(22, 0, words("residual r"), SMALL, "start", "muted")],
    ]
    return list(beside(items, 20.0))


# flatten and sum
def cells(made: Example, array: Array, role: str, shape: Index, names: dict[Index, Index], first: Index = ()) -> Block:
    """An array, or one image of it, as cells."""

    def place(spot: Index) -> Place:
        index = names[spot]
        own = f"band{(index[1] if len(index) > 1 else 0) % 8}" if role == "bands" else role
        return Place(words(shown(array[index], made.decimal)), own, f"{array.name}{list(index)}")

    header = entry(array.name, (*first, *":" * len(shape)) if first else None)
    return block(shape, place, header, width_of(array.entries, made.decimal), [range(n) for n in shape])


def moved_cells(made: Example, name: str) -> Scene:
    """Every image as its planes, and as the row that it becomes; every channel has a colour."""
    x = made.array("x")
    shape = x.shape[1:]
    few(len(x.entries) * 2)
    if len(shape) > 3:
        raise SymconvError(f"figure: expected at most 3 axes behind the images, got {len(shape)}; use a smaller input")
    parts: list[Any] = []
    for n in range(min(x.shape[0], ROWS)):
        for back in {"both": [False, True], "forward": [False], "backward-x": [True]}[name]:
            parts.append(one_image(made, n, shape, back))
    if x.shape[0] > ROWS:
        parts.append([Text(0, 0, words(more(x.shape[0] - ROWS, "image")), SIZE - 2, "start", "muted")])
    title = title_of(name, "figure.back")
    sizes, count = " x ".join(map(str, shape)), len(x.entries) // x.shape[0]
    said = sentence("figure.flatten.description", sizes=sizes, count=count)
    return scene(above(parts, 34.0), sentence("figure.flatten.title", title=title), said)


def one_image(made: Example, n: int, shape: Index, back: bool) -> tuple[Element, ...]:
    """x above y, or g above dL/dx."""
    spots = list(indices(shape))
    whole = {spot: (n, *spot) for spot in spots}
    array, other = (made.gradient("x").array, made.array("g")) if back else (made.array("x"), made.y.array)
    planes = cells(made, array, "bands", shape, whole, (n,)).elements
    flat: dict[Index, Index] = {(k,): (n, k) for k in range(len(spots))}
    bands = {k: f"band{spot[0] % 8}" for k, spot in enumerate(spots)}
    w = width_of(other.entries, made.decimal)

    def place(spot: Index) -> Place:
        index = flat[spot]
        return Place(words(shown(other[index], made.decimal)), bands[spot[0]], f"{other.name}{list(index)}")

    row = block((len(spots),), place, entry(other.name, (n, ":")), w, [range(len(spots))]).elements
    pieces = [row, planes] if back else [planes, row]
    first = bounds(pieces[0])
    arrow: Element = Arrow(((first.x + 26, 0.0), (first.x + 26, 26.0)), "ink", 1.6)
    return above([pieces[0], [arrow], pieces[1]], 12.0)


def summed_cells(made: Example, name: str) -> Scene:
    """x and its sum; the gradient, 1 everywhere."""
    x = made.array("x")
    shape = x.shape if 0 < len(x.shape) <= 3 else (len(x.entries),)
    few(len(x.entries) * 2)
    names = dict(zip(indices(shape), x.indices(), strict=True))
    parts: list[Any] = []
    if name != "backward-x":
        answer = block(
            (1,),
            lambda _: Place(words(shown(made.y.values[0], made.decimal)), "result", "L"),
            entry("L"),
            width_of(made.y.values, made.decimal),
        )
        parts.append(
            beside(
                [cells(made, x, "data", shape, names).elements, [Arrow(((0, 0), (40, 0)), "ink", 1.6)], answer.elements],
                14.0,
            )
        )
    if name != "forward":
        parts.append(cells(made, made.gradient("x").array, "gradient", shape, names).elements)
    title = title_of(name)
    total = shown(made.y.values[0], made.decimal)
    said = sentence("figure.sum.description", entries=len(x.entries), total=total)
    return scene(above(parts, 28.0), sentence("figure.sum.title", title=title), said)
