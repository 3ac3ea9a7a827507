"""The sliding window: the array that a correlation reads, the kernel, the result, and one entry worked out.

    y[i] = sum of kernel[q] data[s i + d q]     both arrays as they are read: padded, zero-dilated, flipped

The forward pass and both backward passes are such sums, so one builder draws all of them; the scatter of a worked example
stands beside its closed form in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product

from symconv.errors import SymconvError
from symconv.figures.folding import folding
from symconv.figures.layout import (
    LINE,
    ROOM,
    SIZE,
    SMALL,
    Block,
    Place,
    around,
    block,
    displayed,
    elided,
    factor,
    few,
    framed,
    heading,
    label,
    minus,
    more,
    noted,
    plane,
    roles,
    row,
    shown,
    stack,
    titled,
    width_of,
)
from symconv.figures.motion import filling
from symconv.figures.passes import Lost, Meets, Pass, chosen, lost, partners, passes, taps, telling, unread_by
from symconv.language.border import BAR
from symconv.language.example import GAP, PAD, Array, Example, View
from symconv.language.expand import ZERO, Entry, Index, Product
from symconv.language.prose import counting, sentence
from symconv.language.scene import (
    Arrow,
    Element,
    Runs,
    Scene,
    Text,
    above,
    bounds,
    entry,
    joined,
    scene,
    words,
)

CHANNELS = 4  # planes in a stack
PRODUCTS = 18  # in a line of arithmetic


# pieces
def read(
    view: View, array: Array, lead: Index, hit: set[Index], role: str, decimal: bool, w: float, unread: Lost = ()
) -> Block:
    """A view's spatial block, with the places that a window hits, and the entries that no window reads."""
    table = dict(zip(product(*map(range, view.shape)), view.cells, strict=True))

    def place(at: Index) -> Place:
        found = table[at]
        own = {PAD: "pad", GAP: "hole"}.get(found, role) if isinstance(found, str) else role
        if not isinstance(found, str) and lost(found, unread):
            own = "unread"
        key = "0" if isinstance(found, str) else label(array, lead + found)
        value = 0 if isinstance(found, str) else array[lead + found]
        if own == role:
            own = "copy" if view.copied(at) else role
            own = {"copy": "hit-copy"}.get(own, "hit") if at in hit else own
        return Place(words(shown(value, decimal)), own, key)

    # indices at the edges: those of the entries; none where zeros or padding stand
    numbers: Sequence[Sequence[int]] = [range(-lo, n - lo) for n, (lo, _) in zip(view.shape, view.pads, strict=True)]
    if view.copies:
        numbers = [[next(iter(e)) for e in line] for line in held(view)]
    plain = all(z == 1 for z in view.zeros) and not view.flipped
    named = replace(array, name=array.name + BAR) if view.copies else array
    return block(view.shape, place, heading(named, lead, len(view.shape), view.flipped), w, numbers if plain else None)


def held(view: View) -> list[list[set[int]]]:
    """For every axis and place, the indices of the entries that stand there."""
    found: list[list[set[int]]] = [[set() for _ in range(n)] for n in view.shape]
    for at, cell in zip(product(*map(range, view.shape)), view.cells, strict=True):
        for axis, m in enumerate(at):
            found[axis][m] |= set() if isinstance(cell, str) else {cell[axis]}
    return found


def caption(view: View) -> str:
    """What was done to an array before it is read."""
    said = [sentence("figure.flipped")] if view.flipped else []
    if any(z > 1 for z in view.zeros):
        between = " × ".join(str(z - 1) for z in view.zeros) if len(set(view.zeros)) > 1 else str(view.zeros[0] - 1)
        said.append(counting("figure.between", 1 if between == "1" else 2, zeros=between))
    if any(pad != (0, 0) for pad in view.pads):
        said.append(sentence("figure.padding", pads=pads(view.pads)) + (f", {view.mode}" if view.copies else ""))
    return ", ".join(said)


def pads(pairs: tuple[tuple[int, int], ...]) -> str:
    """Pads in words: one number if all sides agree, else (lo, hi), per axis where the axes differ."""
    if len({n for pair in pairs for n in pair}) == 1:
        return minus(pairs[0][0]) + (sentence("figure.window.sides") if len(pairs) > 1 else sentence("figure.window.both"))
    some = pairs[:1] if len(set(pairs)) == 1 else pairs
    return " × ".join(f"({minus(lo)}, {minus(hi)})" for lo, hi in some)


def result(one: Pass, lead: Index, at: Index, known: Callable[[Index], bool], w: float) -> Block:
    """The result's block; entries that are not known yet stay empty."""
    array, example = one.result, one.example
    role = roles(example.op).get(array.name, "result")
    gone = () if array.name == example.op.result.name else unread_by(one)

    def place(index: Index) -> Place:
        spot = index[len(lead) :]
        written = words(shown(array[index], example.decimal)) if known(index) else ()
        own = "miss" if not known(index) else "unread" if lost(spot, gone) else role
        return Place(written, own, f"{array.name}{list(index)}", "window" if spot == at else "")

    return plane(array, lead, place, w)


def columns(example: Example, names: tuple[str, ...]) -> float:
    """One width for the cells of all the arrays."""
    return width_of({v for n in names for v in example.array(n).entries} | {0}, example.decimal)


# arithmetic
def written(example: Example, arrays: Mapping[str, Array]) -> Callable[[Entry], Runs]:
    """How a factor is written as a symbol."""

    def symbol(f: Entry) -> Runs:
        return words("0") if f == ZERO else entry(f[0], arrays[f[0]].short(f[1]))

    return symbol


def terms(parts: list[Product], write: Callable[[Entry], Runs]) -> list[Runs]:
    """Products, joined by plus signs."""
    out = []
    for k, part in enumerate(parts):
        factors: Runs = joined(*(joined("·" if m else "", write(f)) for m, f in enumerate(part.factors)))
        out.append(joined("+ " if k else "", factors))
    return out


def arithmetic(one: Pass, index: Index, room: float, most: int = PRODUCTS) -> tuple[Element, ...]:
    """The entry as symbols, as numbers, as a result; products with a zero of padding or gaps are counted, not written."""
    example, found = one.example, one.entries[index]
    arrays = {a.name: a for a in example.arrays}
    real = [p for p in found.terms if ZERO not in p.factors]
    zeros = len(found.terms) - len(real)

    def number(f: Entry) -> Runs:
        return words(factor(arrays[f[0]][f[1]], example.decimal))

    left = entry(one.result.name, one.result.short(index))
    symbols = elided(terms(real, written(example, arrays)), most) or [words("0")]
    figures = elided(terms(real, number), most) or [words("0")]
    answer = joined("= ", ((shown(found.value, example.decimal), "b"),))
    lines = list(displayed([[joined(left, " ="), *symbols], [words("="), *figures], [answer]], room))
    if zeros:
        said = counting("figure.window.zeros", zeros)
        lines.append(Text(0.0, LINE * len(lines), words(said), SMALL + 1, "start", "muted"))
    return tuple(lines)


# the figure
def window(
    example: Example,
    part: str = "y",
    at: Index | None = None,
    known: Callable[[Index], bool] | None = None,
    worked: bool = True,
) -> Scene:
    """The window at one entry of y, or of a gradient's closed form: what it reads, the kernel, the entry worked out.

    ``at`` is the entry's full index (default: the first with the most products); ``known`` says which entries of the result
    are written; ``worked`` puts the arithmetic below.  Raises SymconvError for a part or an entry that is not there, or more
    cells than a figure can show.
    """
    one = chosen(example, part)
    index = telling(one) if at is None else tuple(at)
    if index not in one.entries:
        raise SymconvError(f"figure: expected an entry of {one.result.name}, shape {one.result.shape}, got {list(index)}")
    drawn = picture(one, index, known or (lambda _: True), worked)
    title = f"{one.words}: {one.name}[{','.join(map(str, one.result.short(index)))}]"
    return scene(drawn, title, described(one, index))


def picture(one: Pass, index: Index, known: Callable[[Index], bool], worked: bool = True) -> tuple[Element, ...]:
    """The window's elements."""
    example, member, ndim = one.example, one.member, one.member.ndim
    lead, spot = index[: len(index) - ndim], index[len(index) - ndim :]
    pairs = partners(one, lead)
    data, kernel = example.array(one.data.name), example.array(one.kernel.name)
    few(len(pairs[:CHANNELS]) * (len(one.data.cells) + len(one.kernel.cells)) + len(one.entries))
    meets = taps(member, spot)
    op, looks, gone = example.op, roles(example.op), unread_by(one)
    w = max(columns(example, (data.name, kernel.name)), width_of(one.result.entries, example.decimal))
    table = dict(zip(product(*map(range, one.data.shape)), one.data.cells, strict=True))
    hit = {place for place, _ in meets}
    on = {tap for place, tap in meets if not isinstance(table[place], str)}
    left, middle = [], []
    for reads, weighs in pairs[:CHANNELS]:
        role = looks.get(data.name, "data")
        left.append(read(one.data, data, reads, hit, role, example.decimal, w, gone if data.name == op.data.name else ()))
        middle.append(read(one.kernel, kernel, weighs, on, looks.get(kernel.name, "kernel"), example.decimal, w))
    right = result(one, lead, spot, known, w)
    left, middle = (left, middle) if ndim == 1 else (noted(left, caption(one.data)), noted(middle, caption(one.kernel)))
    elements = lined(left, middle, right, spot, meets) if ndim == 1 else facing(left, middle, right, meets)
    if gone and not (one.data.copies and not any(lost(c, gone) for c in one.data.cells if not isinstance(c, str))):
        note = sentence("figure.window.unread", input=op.data.name, output=op.result.name)
        elements = above([elements, [Text(0, 0, words(note), SMALL, "start", "muted")]], gap=12.0)
    if any(map(any, (*one.data.copies, *one.kernel.copies))):
        note = sentence("figure.window.dashed")
        elements = above([elements, [Text(0, 0, words(note), SMALL, "start", "muted")]], gap=12.0)
    said = "; ".join(f"{v.name}: {words_}" for v in (one.data, one.kernel) if (words_ := caption(v)))
    if ndim == 1 and said:
        elements = above([elements, [Text(0, 0, words(said), SMALL, "start", "muted")]], gap=12.0)
    if len(pairs) > CHANNELS:
        rest = words(more(len(pairs) - CHANNELS, "channel"))
        elements = above([elements, [Text(0, 0, rest, SIZE - 2, "start", "muted")]], gap=10.0)
    room = max(bounds(elements).w, 0.6 * ROOM)
    parts: list[Iterable[Element]] = [elements, arithmetic(one, index, room)] if worked else [elements]
    if one.folded is not None:
        parts.append(folding(example, one.folded, index, known, worked, room))
    return above(parts, gap=22.0)


def frames(blocks: list[Block], meets: Meets) -> list[Element]:
    """The window's frame over each block, one for every plane that it reaches into."""
    return [e for one in blocks for e in framed(one, (place for place, _ in meets), 1.5, 3.0)]


def facing(
    left: list[Block], middle: list[Block], right: Block, meets: Meets, signs: tuple[str, str] = ("⊙", "∑")
) -> tuple[Element, ...]:
    """Two and three axes: data, kernel and result beside each other, with a sign before and over the arrow."""
    groups = row([stack(left, 18.0), stack(middle, 18.0), [right]], 56.0)
    elements: list[Element] = [e for group in groups for b in group for e in b.elements]
    elements += frames(groups[0], meets)
    for k, (before, after) in enumerate(pairwise(groups)):
        x0 = bounds(e for b in before for e in b.elements).right
        x1 = bounds(e for b in after for e in b.elements).x
        if k == 0:
            elements.append(Text((x0 + x1) / 2, 0, words(signs[0]), 20))
        else:
            elements.append(Arrow(((x0 + 10, 0.0), (x1 - 8, 0.0)), "ink", 1.8))
            elements.append(Text((x0 + x1) / 2, -14, words(signs[1]), SIZE))
    return tuple(elements)


def lined(left: list[Block], middle: list[Block], right: Block, spot: Index, meets: Meets) -> tuple[Element, ...]:
    """One axis: the kernel under its window, the result below."""
    out: list[Element] = []
    y = 0.0
    first = meets[0][0]
    for data, kernel in zip(left, middle, strict=True):
        upper = tagged(data)
        upper = upper.moved(-upper.body.x, y - upper.bounds.y)
        lower = tagged(kernel)
        lower = lower.moved(upper.boxes[first].x - lower.body.x, upper.body.bottom + 30 - lower.body.y)
        out += [*upper.elements, *frames([upper], meets), *lower.elements]
        y = lower.body.bottom + 22
    below = tagged(right)
    below = below.moved(-below.body.x, y + 22 - below.bounds.y)
    box, start = below.boxes[spot], around(lower.boxes.values())
    out += below.elements
    out.append(Arrow(((start.centre[0], start.bottom + 4), (box.centre[0], box.y - 18)), "window", 1.8))
    return tuple(out)


def tagged(one: Block) -> Block:
    """A row whose name stands to its right, so that nothing stands between it and the next row."""
    own = [e for e in one.elements if not isinstance(e, Text) or e.size != SIZE]
    names = [e for e in one.elements if isinstance(e, Text) and e.size == SIZE]
    tags = [Text(one.body.right + 10, one.body.centre[1], n.runs, SIZE, "start") for n in names]
    return Block((*own, *tags), one.boxes)


def described(one: Pass, index: Index) -> str:
    """The figure in sentences, for those who do not see it."""
    found, example = one.entries[index], one.example
    real = [p for p in found.terms if ZERO not in p.factors]
    products = " + ".join("·".join(factor(example.value(f), example.decimal) for f in p.factors) for p in real[:PRODUCTS])
    more = sentence("figure.window.more", products=len(real)) if len(real) > PRODUCTS else ""
    name = f"{one.name}[{','.join(map(str, one.result.short(index)))}]"
    worth = shown(found.value, example.decimal)
    over = (
        sentence("figure.window.padded", name=one.data.name) if one.data.mode else one.data.name
    )  # by copies, which the window reads
    return sentence("figure.window.slides", over=over, name=name, products=products or 0, more=more, worth=worth)


def sequence(example: Example, part: str = "y", worked: bool = True) -> list[tuple[Index, Scene]]:
    """The window at every entry, in order, the result filling up; all scenes have one size."""
    order = list(chosen(example, part).entries)

    def draw(index: Index, known: frozenset[Index]) -> Scene:
        return window(example, part, index, known.__contains__, worked)

    return list(zip(order, filling([(index,) for index in order], draw), strict=True))


def both(example: Example, wrt: str = "x", at: Index | None = None) -> Scene:
    """The forward pass above the closed form of a gradient."""
    forward, backward = chosen(example, "y"), chosen(example, wrt)
    parts = []
    for one, head in (
        (forward, sentence("figure.head.forward")),
        (backward, f"{sentence('figure.head.backward')}: {backward.words}"),
    ):
        index = telling(one) if at is None or at not in one.entries else at
        parts.append((head, picture(one, index, lambda _: True)))
    said = " ".join(described(one, telling(one)) for one in (forward, backward))
    return scene(titled(parts), sentence("figure.window.title", forward=forward.name, backward=backward.name), said)


__all__ = ["arithmetic", "both", "chosen", "passes", "sequence", "taps", "telling", "window"]
