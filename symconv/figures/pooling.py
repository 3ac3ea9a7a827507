"""Pooling windows: the input with what every window selects, the output, and the way back.

    forward    x with its windows framed; the entry that a window selects is heavy, one that ties with it is dotted; y
    backward   g beside dL/dx: where each window's upstream gradient goes

Windows that overlap are framed one at a time: the figure of an entry shows one window, that of the whole shows all of them
where they lie apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import prod

from symconv.errors import SymconvError
from symconv.figures.layout import (
    ROOM,
    SIZE,
    SMALL,
    Block,
    Place,
    block,
    displayed,
    elided,
    factor,
    few,
    flow,
    framed,
    label,
    more,
    plane,
    row,
    shown,
    titled,
    width_of,
)
from symconv.figures.motion import Known, everywhere, filling
from symconv.language.example import Array, Example, Line, Trace, worth
from symconv.language.expand import Index
from symconv.language.prose import counting, sentence
from symconv.language.scene import Arrow, Element, Runs, Scene, Text, above, bounds, entry, joined, scene, words

PLANES = 4  # planes of channels in a figure
TERMS = 18


def planes(made: Example) -> dict[Index, list[Line]]:
    """The windows over each channel of each image, by its leading indices."""
    lead = made.array(made.op.result.name).lead
    found: dict[Index, list[Line]] = {}
    for one in made.y.lines:
        found.setdefault(one.index[:lead], []).append(one)
    return found


def apart(made: Example) -> bool:
    """Whether no two windows read the same entry, nor lie inside each other's gaps."""
    return all(a.stride.constant >= a.reach.constant + 1 for a in made.op.axes)  # type: ignore[operator]


# blocks
def data(made: Example, lead: Index, seen: list[Line], w: float, gradient: bool = False) -> Block:
    """The plane of x (or of dL/dx), its cells in the role that they have in the windows shown."""
    array = made.gradient("x").array if gradient else made.array(made.op.data.name)
    looks = parts(made, seen)
    read = {j for one in made.y.lines for j in one.entries}

    def place(index: Index) -> Place:
        role = looks.get(index, "data" if index in read else "unread")
        if gradient and role == "data":
            role = "gradient" if array[index] else "paper"
        outline = "winner" if looks.get(index) == "winner" else ""
        return Place(words(shown(array[index], made.decimal)), role, label(array, index), outline)

    return plane(array, lead, place, w)


def parts(made: Example, seen: list[Line]) -> dict[Index, str]:
    """winner: selected by a window shown; tie: as large, but not selected; hit: read, where a frame holds gaps too."""
    found: dict[Index, str] = {}
    gaps = any(axis.dilation != 1 and axis.kernel != 1 for axis in made.op.axes)
    for one in seen:
        largest = made.largest(one) if made.kind == "max_pool" else []
        for j, share in zip(one.entries, one.shares, strict=True):
            if share and largest:
                found[j] = "winner"
            elif j in largest and found.get(j) != "winner":
                found[j] = "tie"
            elif gaps:
                found.setdefault(j, "hit")
    return found


def result(made: Example, name: str, lead: Index, at: Index | None, w: float, known: Known) -> Block:
    """The plane of y or of g, the entry shown framed; entries that are not known yet stay empty."""
    array = made.array(name)
    role = "upstream" if name == made.upstream else "result"

    def place(index: Index) -> Place:
        written = words(shown(array[index], made.decimal)) if known(index) else ()
        return Place(written, role if known(index) else "miss", label(array, index), "window" if index == at else "")

    return plane(array, lead, place, w)


def columns(made: Example) -> float:
    """One width for all cells."""
    arrays: list[Array] = [*(a for a in made.arrays if a.name != "S"), made.gradient("x").array]
    return width_of((v for a in arrays for v in set(a.entries)), made.decimal)


# figures
def windows(made: Example, backward: bool = False, at: Index | None = None) -> Scene:
    """x beside y, or g beside dL/dx; all windows where they lie apart, else one (``at``, or the first with most to tell).

    Raises SymconvError for more cells than a figure can show.
    """
    index = telling(made).index if at is None else at
    elements, said = drawn(made, backward, index, at is None and apart(made))
    name = made.gradient("x").array.name if backward else made.op.result.name
    return scene(
        elements,
        sentence("figure.pool.title.back" if backward else "figure.pool.title", layer=made.layer.name, name=name),
        said,
    )


def drawn(
    made: Example, backward: bool, index: Index, everything: bool, known: Known = everywhere, worked: bool = True
) -> tuple[tuple[Element, ...], str]:
    """The elements, and what they show in words."""
    x, y = made.array(made.op.data.name), made.array(made.op.result.name)
    every = planes(made)
    some = [
        (at, seen if everything else [made.y[index]]) for at, seen in every.items() if everything or at == index[: y.lead]
    ]
    rest, some = len(some[PLANES:]), some[:PLANES]
    few(len(some) * (len(x.entries) + len(y.entries)) // max(1, len(every)))
    w = columns(made)
    rows = []
    for lead, seen in some:
        reads = data(made, lead, seen, w, backward)
        other = result(made, made.upstream if backward else y.name, lead, None if everything else index, w, known)
        marks = [e for one in seen for e in framed(reads, (j[len(lead) :] for j in one.entries), -1.0, 2.6)]
        rows.append(pair(reads, other, marks, backward))
    pieces: list[Iterable[Element]] = list(rows)
    pieces.append(legend(made, [one for _, seen in some for one in seen], backward))
    if rest:
        pieces.append([Text(0, 0, words(more(rest, "plane")), SIZE - 2, "start", "muted")])
    if worked and not everything:
        one = made.y[index]
        pieces.append(arithmetic(made, one, max(bounds(rows[0]).w, 0.6 * ROOM), backward))
    return above(pieces, gap=20.0), described(made, index, everything, backward)


def pair(reads: Block, other: Block, marks: list[Element], backward: bool) -> tuple[Element, ...]:
    """The two arrays with an arrow in the direction of the work."""
    left, right = row([[other], [reads]] if backward else [[reads], [other]], 60.0)
    moved = (right if backward else left)[0]
    dx, dy = moved.body.x - reads.body.x, moved.body.y - reads.body.y
    elements = [e for group in (left, right) for b in group for e in b.elements]
    elements += Block(tuple(marks), {}).moved(dx, dy).elements
    start, end = bounds(left[0].elements).right, bounds(right[0].elements).x
    elements.append(Arrow(((start + 10, 0.0), (end - 8, 0.0)), "ink", 1.8))
    return tuple(elements)


def legend(made: Example, seen: list[Line], backward: bool) -> list[Element]:
    """What the marks mean, where they occur."""
    out: list[Element] = []
    roles = set(parts(made, seen).values())
    told = {
        "winner": sentence("figure.pool.selected"),
        "tie": sentence("figure.pool.alike"),
        "hit": sentence("figure.pool.read"),
    }
    some = [(role, said) for role, said in told.items() if role in roles]
    if len({j for one in made.y.lines for j in one.entries}) < len(made.array(made.op.data.name).entries):
        some.append(("unread", sentence("figure.pool.unread")))
    if backward and made.kind == "max_pool" and len(seen) < len(made.y.lines):
        some.append(("gradient", sentence("figure.pool.others")))
    place = 0.0
    for role, said in some:
        cell = Place((), role, f"legend {role}", "winner" if role == "winner" else "")
        key = block((1,), partial(same, cell), w=22.0)
        text = Text(place + 22 + 8, key.boxes[0,].h / 2, words(said), SMALL, "start", "muted")
        out += [*key.moved(place, 0).elements, text]
        place = text.box.right + 22
    cut = any(len(one.terms) < prod(axis.kernel.constant or 0 for axis in made.op.axes) for one in seen)
    frame = counting("figure.pool.frame", len(seen), cut=sentence("figure.pool.cut") if cut else "")
    out.append(Text(place, 17.0, words(frame), SMALL, "start", "muted"))
    return out


def same(cell: Place, _: Index) -> Place:
    """One and the same cell wherever it stands."""
    return cell


def arithmetic(made: Example, one: Line, room: float, backward: bool) -> tuple[Element, ...]:
    """The window's entry, or what it sends, in symbols and numbers."""
    x, y, g = (made.array(n) for n in (made.op.data.name, made.op.result.name, made.upstream))
    if backward:
        sent = [(j, s) for j, s in zip(one.entries, one.shares, strict=True) if s]
        to = sentence("figure.pool.to")
        chunks = [joined(to, entry(x.name, x.short(j)), ": ", words(shown(g[one.index] * s, made.decimal), "b"),
                         "," * (k < len(sent) - 1)) for k, (j, s) in enumerate(sent)]  # fmt: skip
        said = joined(
            entry(g.name, g.short(one.index)), sentence("figure.pool.goes", worth=shown(g[one.index], made.decimal))
        )
        return tuple(flow(elided([said, *chunks], TERMS), room, SIZE, 28.0))
    left = joined(entry(y.name, y.short(one.index)), " =")
    symbols = [entry(x.name, x.short(j)) for j in one.entries]
    numbers: list[Runs] = [words(factor(x[j], made.decimal), "b" if s and made.kind == "max_pool" else "")
                           for j, s in zip(one.entries, one.shares, strict=True)]  # fmt: skip
    answer = joined("= ", ((shown(y[one.index], made.decimal), "b"),))
    sides = ([left, *listed(made, one, symbols)], [words("="), *listed(made, one, numbers)], [answer])
    return displayed((elided(chunks, TERMS) for chunks in sides), room)


def listed(made: Example, one: Line, terms: list[Runs]) -> list[Runs]:
    """max(a, b, c), or (a + b + c)/m."""
    if made.kind == "max_pool":
        found = [joined(t, ",") for t in terms[:-1]] + [joined(terms[-1], ")")]
        return [joined("max(", found[0]), *found[1:]]
    found = [joined("+ " if k else "(", t) for k, t in enumerate(terms)]
    return [*found[:-1], joined(found[-1], f")/{one.divisor}")]


def telling(made: Example) -> Line:
    """The window to show alone: one with a tie if there is one, else with the most entries, the first of them."""
    return max(made.y.lines, key=lambda one: (tied(made, one), len(one.terms)))


def tied(made: Example, one: Line) -> bool:
    """Whether more than one entry is the largest."""
    return made.kind == "max_pool" and len(made.largest(one)) > 1


def described(made: Example, index: Index, everything: bool, backward: bool) -> str:
    """The figure in sentences."""
    x, y, g = (made.array(n) for n in (made.op.data.name, made.op.result.name, made.upstream))
    seen = list(made.y.lines) if everything else [made.y[index]]
    said = []
    for one in seen[:TERMS]:
        name, chosen = label(y, one.index), [label(x, j) for j in one.selected]
        worth = shown(g[one.index] if backward else y[one.index], made.decimal)
        if backward:
            said.append(sentence("figure.pool.back", name=name, worth=worth, entries=", ".join(chosen)))
        else:
            how = (
                sentence("figure.pool.largest", entries=", ".join(chosen))
                if made.kind == "max_pool"
                else sentence("figure.pool.mean", count=one.divisor)
            )
            said.append(f"{name} = {worth}{how}")
    return (
        sentence("figure.pool.windows", name=x.name)
        + "; ".join(said)
        + (sentence("figure.pool.more") if len(seen) > TERMS else ".")
    )


def both(made: Example) -> Scene:
    """The forward pass above the way back."""
    index, all_ = telling(made).index, apart(made)
    ways = [
        (head, *drawn(made, backward, index, all_))
        for head, backward in ((sentence("figure.head.forward"), False), (sentence("figure.head.backward"), True))
    ]
    elements = titled([(head, one) for head, one, _ in ways])
    return scene(elements, sentence("figure.local.title", layer=made.layer.name), " ".join(said for _, _, said in ways))


def traced(found: Trace) -> Scene:
    """The window of an entry of y; of an entry of x the first window that selects it, or else the first that holds it.

    Raises SymconvError for an entry that no window reads.
    """
    made = found.example
    if found.role == "y":
        return windows(made, at=found.index)
    holding = [one for one in made.y.lines if found.index in one.entries]
    if not holding:
        raise SymconvError("figure: expected an entry that some window reads, got one that none does")
    return windows(made, True, max(holding, key=lambda one: bool(one.share(found.index))).index)


def sequence(made: Example, part: str, worked: bool) -> list[Scene]:
    """Window by window: y as it fills up (part y), or dL/dx as it collects (part x); all scenes have one size.

    Raises SymconvError for another part, and for more windows than anyone steps through.
    """
    if part not in ("y", "x"):
        raise SymconvError(f"figure: expected y or x for the moving window of {made.layer.name}, got {part[:40]!r}")
    total, g = made.gradient("x"), made.array(made.upstream)
    sums = dict.fromkeys(total.array.indices(), Fraction(0))

    def draw(index: Index, known: frozenset[Index]) -> Scene:
        one, now = made.y[index], made
        for j, share in zip(one.entries, one.shares, strict=True):
            sums[j] += g[index] * share
        if part == "x":
            lines = tuple(replace(line, value=sums[line.index]) for line in total.scatter.lines)
            so_far = replace(total, ways=(replace(total.scatter, lines=lines), *total.ways[1:]))
            now = replace(made, gradients=(so_far,))
        there = everywhere if part == "x" else known.__contains__
        elements, said = drawn(now, part == "x", index, False, there, worked)
        return scene(elements, sentence("figure.graph.steps", name=made.layer.name), said)

    return filling([(one.index,) for one in made.y.lines], draw)


def collected(made: Example) -> list[list[Line]]:
    """Of every window, the entries of dL/dx that it sends to, as far as they have been collected when it has sent."""
    full, tables = made.gradient("x").scatter, {name: array.table for name, array in made.named.items()}
    so_far = dict.fromkeys(full.table, 0)
    found = []
    for one in made.y.lines:
        lines = []
        for at in one.selected:
            so_far[at] += 1
            terms = full[at].terms[: so_far[at]]
            lines.append(replace(full[at], terms=terms, value=sum((worth(part, tables) for part in terms), start=0)))
        found.append(lines)
    return found


FIGURES: dict[str, Callable[[Example], Scene]] = {
    "both": both,
    "forward": windows,
    "backward-x": lambda made: windows(made, True),
}


def figure(made: Example, name: str) -> Scene:
    """A figure by its name; raises SymconvError for one that pooling lacks."""
    if name not in FIGURES:
        raise SymconvError(f"figure: expected {', '.join(FIGURES)} for {made.layer.name}, got {name[:40]!r}")
    return FIGURES[name](made)


__all__ = ["FIGURES", "figure", "windows"]
