"""Locally connected layers: the window over x with its own kernel among all kernels, and the ways back.

    forward      x, the kernels with that of the window framed, y
    backward-x   g, the kernels with one weight of every window that reads the entry, dL/dx
    backward-w   x, g at one window, dL/dw with the kernel of that window framed

Along one axis the kernels stand under their windows, a row for each: a row is what an output reads, a column what an entry of
x gets back.  Along more axes they lie in a grid, as the windows do; where there are too many, those that matter stand alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from math import prod

from symconv.errors import SymconvError
from symconv.figures.geometry import overlaps, strides
from symconv.figures.layout import (
    LEAST,
    LINE,
    ROOM,
    SIZE,
    SMALL,
    Block,
    Place,
    around,
    block,
    elided,
    factor,
    few,
    flow,
    heading,
    label,
    more,
    noted,
    plane,
    roles,
    shown,
    stack,
    titled,
    width_of,
)
from symconv.figures.matrix import matrix
from symconv.figures.motion import Known, everywhere, filling
from symconv.figures.passes import Lost, Meets, chosen, lost, passes, taps, telling, unread_by
from symconv.figures.upstream import numbers
from symconv.figures.window import CHANNELS, arithmetic, caption, described, facing, frames, read, terms, written
from symconv.language.example import Array, Example, Line, Trace, apart
from symconv.language.expand import Index
from symconv.language.lazy import dataclass
from symconv.language.operator import gradient_name, labels, leading, upstream
from symconv.language.prose import counting, sentence
from symconv.language.scene import Area, Arrow, Box, Element, Scene, Text, above, bounds, entry, joined, moved, scene, words

KERNELS = 260  # cells of kernels that are shown all together
TERMS = 18
SHOWS = {"y": "figure.local.window", "x": "figure.local.back", "w": "figure.local.kernel"}
Leads = tuple[Index, Index, Index]


@dataclass(frozen=True)
class Look:
    """How the cells of a figure look: what the entry shown is made of (``hit``), whose kernels are its own, what is known.

    ``framed`` is the entry itself (by array and index), ``fills`` the array of which only ``known`` entries are written.
    """

    made: Example
    w: float
    hit: frozenset[tuple[str, Index]]
    own: frozenset[Index]
    framed: tuple[str, Index]
    fills: str
    known: Known
    gone: Lost = ()

    def place(self, array: Array, index: Index) -> Place:
        """The cell of an entry."""
        name, made = array.name, self.made
        key = label(array, index)
        if name == self.fills and not self.known(index):
            return Place((), "miss", key)
        role = "hit" if (name, index) in self.hit else self.role(array, index)
        return Place(words(shown(array[index], made.decimal)), role, key, "window" if (name, index) == self.framed else "")

    def role(self, array: Array, index: Index) -> str:
        """What a cell is that the entry is not made of: a kernel of another window is bare."""
        op = self.made.op
        if array.name in (op.kernel.name, gradient_name(op, op.kernel)):
            own = apart(index, array.lead, self.made.op.ndim)[1] in self.own
            return ("kernel" if array.name == op.kernel.name else "gradient") if own else "paper"
        if array.name in (op.data.name, gradient_name(op, op.data)) and lost(index[array.lead :], self.gone):
            return "unread"
        return roles(op)[array.name]

    def cell(self, array: Array, index: Index) -> Block:
        """One cell by itself."""
        here = self.place(array, index)
        return block((1,), lambda _: here, w=self.w)

    def plane(self, array: Array, lead: Index) -> Block:
        """A spatial block."""
        return plane(array, lead, lambda index: self.place(array, index), self.w)


# what there is to show
def leads(made: Example, part: str, lead: Index) -> list[Leads]:
    """(leading indices of x, of w, of y) of the blocks that make up the one at ``lead`` of y, dL/dx or dL/dw."""
    op = made.op
    extents = {n: size.constant or 0 for n, size in op.extents}
    names = list(dict.fromkeys((*labels(op.result), *labels(op.data))))
    found: list[Leads] = []
    for some in product(*(range(extents[n]) for n in names)):
        at = dict(zip(names, some, strict=True))
        here = leading(op.data, at, extents), leading(op.kernel, at, extents), leading(op.result, at, extents)
        if here["xwy".index(part)] == lead:
            found.append(here)
    return found


def width(made: Example) -> float:
    """One width for all cells."""
    arrays = [*made.arrays, *(made.gradient(wrt).array for wrt in ("x", "w"))]
    return width_of((v for a in arrays for v in {*a.entries, 0}), made.decimal)


def look_at(made: Example, part: str, index: Index, known: Known) -> Look:
    """The look of a figure of one entry of y or dL/dx; of dL/dw that of one kernel, ``index`` any of its weights."""
    one = passes(made)[part]
    entries = kernel_entries(made, index) if part == "w" else [one.entries[index]]
    hit = frozenset(f for e in entries for p in e.terms for f in p.factors)
    w = made.array(made.op.kernel.name)
    if part == "x":
        own = {apart(at, w.lead, made.op.ndim)[1] for name, at in hit if name == w.name}
    else:
        own = {apart(index, w.lead, made.op.ndim)[1] if part == "w" else index[len(index) - made.op.ndim :]}
    framed = ("", ()) if part == "w" else (one.result.name, index)
    gone = unread_by(one) if part != "w" else unread_by(passes(made)["y"])
    return Look(made, width(made), hit, frozenset(own), framed, one.result.name, known, gone)


def kernel_entries(made: Example, index: Index) -> list[Line]:
    """The entries of dL/dw for the kernels of one window and filter, all its channels."""
    w, ndim = made.gradient("w").array, made.op.ndim
    channels, place, _ = apart(index, w.lead, ndim)
    return [
        e
        for e in made.gradient("w").closed.lines
        if (e.index[:1], apart(e.index, w.lead, ndim)[1]) == (channels[:1], place)
    ]


# kernels in a grid
def small(look: Look, array: Array, lead: Index, place: Index) -> Block:
    """One kernel, its place above it; its boxes by place and tap, framed if it is the window's own."""
    shape = array.shape[array.lead + len(place) :]
    one = block(shape, lambda tap: look.place(array, lead + place + tap), (), look.w)
    said: list[Element] = [Text(one.body.w / 2, -10.0, words(",".join(map(str, place))), SMALL - 1, role="muted")]
    if place in look.own:
        said.append(Area(one.body.grown(3.0), "window", stroke=2.6))
    return Block((*one.elements, *said), {place + tap: box for tap, box in one.boxes.items()})


def grid(look: Look, array: Array, lead: Index, alone: bool) -> Block:
    """The kernels as the windows lie; ``alone``: those of the entry's own windows only."""
    ndim = look.made.op.ndim
    outs = array.shape[array.lead : array.lead + ndim]
    there = [place for place in product(*map(range, outs)) if not alone or place in look.own]
    x = y = 0.0
    row: Index | None = None
    elements: list[Element] = []
    boxes: dict[Index, Box] = {}
    for place in there or [(0,) * ndim]:
        one = small(look, array, lead, place)
        if row is not None and row != place[:-1]:
            x, y = 0.0, bounds(elements).bottom + 14
        row = place[:-1]
        here = one.moved(x - one.body.x, y - one.bounds.y)
        x = here.body.right + 16
        elements += here.elements
        boxes |= here.boxes
    named = (*array.short(lead + (0,) * (len(array.shape) - array.lead))[: -2 * ndim], *":" * 2 * ndim)
    head = entry(array.name, named if len(named) > 2 * ndim else None)
    elements.append(Text(0.0, bounds(elements).y - 12, head, SIZE, "start"))
    return Block(tuple(elements), boxes)


def grids(look: Look, array: Array, some: list[Index]) -> list[Block]:
    """The kernels of several channels, all windows' or, where those are too many, the entry's own."""
    cells = prod(array.shape[array.lead :])
    alone = len(some) * cells > KERNELS
    found = [grid(look, array, lead, alone) for lead in some]
    whole = prod(array.shape[array.lead : array.lead + look.made.op.ndim])
    said = (
        sentence("figure.local.kernels", shown=max(1, len(look.own)), kernels=whole)
        if alone
        else sentence("figure.local.own")
    )
    return noted(stack(found, 18.0), said)


# pictures
def picture(made: Example, part: str, index: Index, known: Known = everywhere, worked: bool = True) -> tuple[Element, ...]:
    """The elements of a figure of one entry (of dL/dw: of one kernel)."""
    look, ndim = look_at(made, part, index, known), made.op.ndim
    lead = index[: made.array(made.op.kernel.name).lead if part == "w" else len(index) - ndim]
    if part == "w":
        channels = dict.fromkeys(e.index[: len(lead)] for e in kernel_entries(made, index))
        some = [one for at in channels for one in leads(made, part, at)]
    else:
        some = leads(made, part, lead)
    rest, some = len(some[CHANNELS:]), some[:CHANNELS]
    array = made.gradient("w").array if part == "w" else made.array(made.op.kernel.name)
    few(
        len(some) * min(KERNELS, prod(array.shape[array.lead :])) + len(made.views[0].cells) * len(some) + len(made.y.lines)
    )
    elements = (lined if ndim == 1 else spread)(look, part, index, some)
    notes = []
    there = any(lost(c, look.gone) for c in made.views[0].cells if not isinstance(c, str))
    if (part == "x" and look.gone) or (part == "y" and there):
        said = sentence("figure.local.unread", name=made.op.data.name)
        notes.append(words(said))
    if rest:
        notes.append(words(more(rest, "plane")))
    for note in notes:
        elements = above([elements, [Text(0, 0, note, SMALL, "start", "muted")]], gap=12.0)
    if not worked:
        return elements
    room = max(bounds(elements).w, 0.6 * ROOM)
    lines = sums(made, index, room) if part == "w" else arithmetic(passes(made)[part], index, room)
    return above([elements, lines], gap=22.0)


def data(look: Look, lead: Index, meets: Meets) -> Block:
    """x as the windows read it, padded; the taps of one window heavy."""
    made = look.made
    view, x = made.views[0], made.array(made.op.data.name)
    return read(view, x, lead, {place for place, _ in meets}, "data", made.decimal, look.w, look.gone)


def spread(look: Look, part: str, index: Index, some: list[Leads]) -> tuple[Element, ...]:
    """Two and three axes: what is read, the kernels, the result."""
    made, op = look.made, look.made.op
    y, g = made.array(op.result.name), made.array(upstream(op))
    xs, ws, ys = (list(dict.fromkeys(one[k] for one in some)) for k in range(3))
    w = made.array(op.kernel.name)
    if part == "x":
        left = stack([look.plane(g, at) for at in ys], 18.0)
        return facing(left, grids(look, w, ws), look.plane(made.gradient("x").array, xs[0]), [])
    place = apart(index, w.lead, made.op.ndim)[1] if part == "w" else index[y.lead :]
    meets = taps(op, place)
    left = noted(stack([data(look, at, meets) for at in xs], 18.0), caption(made.views[0]))
    if part == "y":
        return facing(left, grids(look, w, ws), look.plane(y, ys[0]), meets)
    right = merged(grids(look, made.gradient("w").array, ws))
    middle = stack([look.plane(g, at) for at in ys], 18.0)
    return facing(left, middle, right, meets, ("·", "∑" if len(ys) > 1 else ""))


def merged(blocks: list[Block]) -> Block:
    """Blocks as one."""
    boxes = {(k, *at): box for k, one in enumerate(blocks) for at, box in one.boxes.items()}
    return Block(tuple(e for one in blocks for e in one.elements), boxes)


def lined(look: Look, part: str, index: Index, some: list[Leads]) -> tuple[Element, ...]:
    """One axis: every kernel in a row under its window; a row is what an output reads, a column what an entry gets back."""
    made, op = look.made, look.made.op
    weights = made.gradient("w").array if part == "w" else made.array(op.kernel.name)
    place = apart(index, weights.lead, 1)[1] if part == "w" else index[-1:]
    meets = taps(op, place) if part != "x" else []
    kernels = list(dict.fromkeys(one[1] for one in some))
    pieces: list[tuple[Element, ...]] = []
    for w_lead in kernels:
        xs, ys = (list(dict.fromkeys(one[k] for one in some if one[1] == w_lead)) for k in (0, 2))
        tops = [look.plane(made.gradient("x").array, at) if part == "x" else data(look, at, meets) for at in xs]
        begin = 0.0 if part == "x" else -numbers(op.axes[0])["lo"] * look.w
        tops = [one.moved(begin, 0.0) for one in stack(tops, 14.0)]
        rows = stairs(look, weights, w_lead, tops, ys if part != "y" or w_lead == kernels[-1] else [], part == "y")
        over = [e for one in tops for e in one.elements] if part != "x" or w_lead == kernels[0] else []
        pieces.append((*over, *(frames(tops, meets) if meets else []), *rows))
    said = caption(made.views[0])
    if said and part != "x":
        pieces.append((Text(0, 0, words(f"{op.data.name}: {said}"), SMALL, "start", "muted"),))
    return above(pieces, gap=24.0)


def stairs(
    look: Look, weights: Array, lead: Index, tops: list[Block], outs: list[Index], forward: bool
) -> tuple[Element, ...]:
    """A row for every kernel under its window, and beside it the outputs (or what comes back to them)."""
    op = look.made.op
    a, outputs = numbers(op.axes[0]), look.made.array(op.result.name if forward else upstream(op))
    spots = [[a["stride"] * i + a["dilation"] * p - a["lo"] for p in range(a["kernel"])] for i in range(a["output"])]
    body = around(one.body for one in tops)
    left = min(body.x, spots[0][0] * look.w)
    right = max(body.right, (spots[-1][-1] + 1) * look.w) + 52
    apart = look.w + 34
    out: list[Element] = []
    y = body.bottom + 24
    for k, at in enumerate(outs):
        out.append(Text(right + k * apart + look.w / 2, y - 14, heading(outputs, at, 1), SIZE))
    for i, row in enumerate(spots):
        cells = [look.cell(weights, (*lead, i, p)).moved(m * look.w, y) for p, m in enumerate(row)]
        beside = [look.cell(outputs, (*at, i)).moved(right + k * apart, y) for k, at in enumerate(outs)]
        own, middle = (i,) in look.own, y + LEAST / 2
        name = entry(weights.name, (*weights.short((*lead, i, 0))[:-1], ":"))
        out += [e for b in (*cells, *beside) for e in b.elements]
        out.append(Text(left - 12, middle, name, SIZE, "end"))
        if beside:
            ends = ((right - 38, middle), (right - 10, middle))
            out.append(Arrow(ends if forward else ends[::-1], "window" if own else "muted", 1.8 if own else 1.0))
        if own:
            out.append(Area(around(b.body for b in cells).grown(1.5), "window", stroke=3.0))
        y += LEAST + 10
    return tuple(out)


def sums(made: Example, index: Index, room: float) -> tuple[Element, ...]:
    """The gradient of one kernel, weight by weight; the middle is left out where there are many."""
    array, write = made.gradient("w").array, written(made, {a.name: a for a in made.arrays})
    found = kernel_entries(made, index)
    skipped = len(found) - TERMS
    lines: list[Element] = []
    for e in found if skipped <= 0 else [*found[: TERMS // 2], *found[-TERMS // 2 :]]:
        if skipped > 0 and e is found[-TERMS // 2]:
            lines.append(
                Text(0.0, LINE * len(lines), words(sentence("figure.skipped", count=skipped)), SIZE, "start", "muted")
            )
        work = [terms(list(e.terms), one) for one in (write, lambda f: words(factor(made.value(f), made.decimal)))]
        chunks = [joined(entry(array.name, array.short(e.index)), " =")]
        chunks += [chunk for side_ in work if e.terms for chunk in (*elided(side_, TERMS), words("="))]
        chunks.append(((shown(e.value, made.decimal), "b"),))
        lines += moved(flow(chunks, room, SIZE, 28.0), 0.0, LINE * len(lines))
    return tuple(lines)


# figures
def best(made: Example, part: str) -> Index:
    """The entry that shows most; of dL/dw a weight of the kernel that shows most."""
    if part != "w":
        return telling(passes(made)[part])

    def score(one: Line) -> int:
        return sum(bool(made.value(f)) for e in kernel_entries(made, one.index) for p in e.terms for f in p.factors)

    firsts = [e for e in made.gradient("w").closed.lines if not any(e.index[-made.op.ndim :]) and not e.index[1]]
    return max(firsts, key=score).index


def title_of(made: Example, part: str, index: Index) -> str:
    """y[0,1], or dL/dw[0,1,:,:] for a whole kernel, all its channels."""
    array, taps_ = passes(made)[part].result, made.op.ndim
    named = list(map(str, index))
    if part == "w":
        named[-taps_:] = ":" * taps_
        named[1] = ":" if array.shape[1] != 1 else named[1]
    return f"{array.name}[{','.join(named[len(index) - len(array.short(index)) :])}]"


def one(made: Example, part: str, at: Index | None = None, known: Known = everywhere, worked: bool = True) -> Scene:
    """The figure of an entry of y or dL/dx, or of a kernel of dL/dw (default: the one that shows most).

    Raises SymconvError for more cells than a figure can show.
    """
    index = best(made, part) if at is None else at
    elements = picture(made, part, index, known, worked)
    return scene(elements, f"{sentence(SHOWS[part])}: {title_of(made, part, index)}", told(made, part, index))


def told(made: Example, part: str, index: Index) -> str:
    """The figure in sentences."""
    if part == "y":
        return described(passes(made)[part], index) + sentence("figure.local.description")
    name = title_of(made, part, index)
    if part == "w":
        values = ", ".join(shown(e.value, made.decimal) for e in kernel_entries(made, index)[:TERMS])
        return sentence("figure.local.kernel.description", name=name, values=values)
    found = passes(made)[part].entries[index]
    reads, worth = len(found.terms), shown(found.value, made.decimal)
    return counting("figure.local.reads", reads, name=name, worth=worth)


def both(made: Example) -> Scene:
    """The forward pass above dL/dx."""
    ways = [(part, head, best(made, part)) for part, head in (("y", "forward"), ("x", "backward"))]
    parts = [
        (f"{sentence(f'figure.head.{head}')}: {title_of(made, part, at)}", picture(made, part, at))
        for part, head, at in ways
    ]
    said = " ".join(told(made, part, at) for part, _, at in ways)
    return scene(titled(parts), sentence("figure.local.title", layer=made.layer.name), said)


def sequence(made: Example, part: str, worked: bool) -> list[tuple[list[Index], Scene]]:
    """Entry by entry (of dL/dw kernel by kernel), the result filling up: the entries of every step, and its scene.

    Raises SymconvError for another part, and for more steps than anyone follows.
    """
    array, ndim = chosen(made, part).result, made.op.ndim
    groups: dict[Index, list[Index]] = {}
    for index in array.indices():
        same = (*index[:1], *apart(index, array.lead, ndim)[1]) if part == "w" else index
        groups.setdefault(same, []).append(index)

    def draw(index: Index, known: frozenset[Index]) -> Scene:
        return one(made, part, index, known.__contains__, worked)

    return list(zip(groups.values(), filling(list(groups.values()), draw), strict=True))


FIGURES: Mapping[str, Callable[[Example], Scene]] = {
    "both": both,
    "forward": lambda made: one(made, "y"),
    "backward-x": lambda made: one(made, "x"),
    "backward-w": lambda made: one(made, "w"),
    "strides": lambda made: strides(made.op),
    "overlaps": lambda made: overlaps(made.op),
    "matrix": lambda made: matrix(made.op, unshared=True),
    "matrix-transposed": lambda made: matrix(made.op, True, unshared=True),
}


def figure(made: Example, name: str) -> Scene:
    """A figure by its name; raises SymconvError for one that there is not."""
    if name not in FIGURES:
        raise SymconvError(f"figure: expected {', '.join(FIGURES)} for {made.layer.name}, got {name[:40]!r}")
    return FIGURES[name](made)


def traced(found: Trace) -> Scene:
    """The figure of the entry that is traced; of a weight that of its kernel.  Raises SymconvError for a bias."""
    made = found.example
    parts_ = {known.result.name: part for part, known in passes(made).items()}
    if found.name not in parts_:
        raise SymconvError(
            f"figure: expected an entry of {', '.join(parts_)}, got one of {found.name}, which is only a sum"
        )
    return one(made, parts_[found.name], found.index)


__all__ = ["FIGURES", "figure", "sequence", "title_of", "traced"]
