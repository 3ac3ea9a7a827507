"""The weight matrix of a layer, y = T x, as a picture: every tap of the kernel is a band, and lines part the blocks.

    T[i, j] = w[p]  where the window of output i has its tap p at input j, else 0

With several axes, channels or samples the indices before the last change at the lines: the heavier the line, the further out the
index.  The comparison shows the same connections with weights of their own (locally connected), and all connections (dense).
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import product

from symconv.errors import SymconvError, brief
from symconv.figures.layout import SMALL
from symconv.figures.matrix import BANDS, LARGEST, SIDE, edges
from symconv.language.operator import gradient_name, upstream
from symconv.language.prose import counting, sentence
from symconv.language.scene import (
    Area,
    Box,
    Cell,
    Curve,
    Element,
    Runs,
    Scene,
    Text,
    above,
    beside,
    bounds,
    column,
    entry,
    fitted,
    joined,
    scene,
    width,
    words,
)
from symconv.pages.faces import illustrated
from symconv.pages.faces import scene as scenes
from symconv.pages.illustrated import drawn
from symconv.pages.nodes import Document
from symconv.topics.matrix.facts import Cell as KernelCell
from symconv.topics.matrix.facts import Comparison, Index, Matrix, MatrixPage
from symconv.topics.matrix.page import matrix_page

WIDEST = 256  # rows or columns: beyond LARGEST squares without names
FILLED = 6000  # squares
LEAST = 10.5  # the size of names: TeX has none that are much smaller
ROOM = 1000.0  # for three panels side by side
NUMBERED = 40
OWN = {True: "level1", False: "level3"}  # a weight of its own: darker where squares are small


PICTURES = ("T", "transpose", "compare")


@scenes.register(MatrixPage)
def picture(page: MatrixPage, name: str | None = None) -> Scene:
    """T, its transpose, or the comparison (the default, if there is one).

    Raises SymconvError for another name, or where there is no picture.
    """
    which = name or ("compare" if page.comparisons else "T")
    if which not in PICTURES:
        raise SymconvError(f"figure: expected one of {', '.join(PICTURES)}, got {brief(which)}")
    return compared(page) if which == "compare" else bands(page, which == "transpose")


@illustrated.register(MatrixPage)
def matrix_illustrated(page: MatrixPage) -> Document:
    """The page with the matrices that can be read."""
    shown = {which: drawn(partial(picture, page, which)) for which in PICTURES}
    return matrix_page(page, {which: one for which, one in shown.items() if isinstance(one, Scene)})


def bands(page: MatrixPage, transpose: bool = False) -> Scene:
    """T with the kernel's entries as bands, or its transpose, the matrix of the closed form of dL/dx.

    Raises SymconvError for more rows or columns than ``WIDEST``.
    """
    drawn = page.closed if transpose else page.matrix
    few(drawn)
    role = {page.op.result.name: page.skip[0], page.op.data.name: page.skip[2]}
    rows, columns = ([at[role[name] :] for at in found] for name, found in heads(drawn))
    left, upper = drawn.names[0], drawn.names[2]
    if transpose:
        left, upper = gradient_name(page.op, page.op.data), upstream(page.op)
    look = looks(page)
    names = {c: total(c, drawn.names[1], page.skip[1]) for c in look}
    plain = max(len(rows), len(columns)) > LARGEST
    sums = any(len(c) > 1 for c in look)
    w, h = (side(drawn),) * 2 if plain else (column(names.values(), 13.0, SIDE, 110.0 if sums else 70.0), SIDE)
    elements: list[Element] = [Area(Box(0, 0, len(columns) * w, len(rows) * h), "faint", stroke=1.0)] if plain else []
    short = {c: abridged(c, drawn.names[1], page.skip[1], w - 6) for c in look}
    elements += squares(drawn, look, w) if plain else cells(drawn, look, short, w)
    elements += lines(drawn, w, h)
    if plain:
        elements += [] if page.node else colours(names, look, len(rows) * h + 22, max(len(columns) * w, 360.0))
    else:
        elements += edges(rows, columns, left, upper, w)
    said = note(page, short != names and not plain)
    elements += [Text(0.0, len(rows) * h + 20, words(said), SMALL, "start", "muted")] if said else []
    title = sentence("figure.matrix.as", operator=page.op.name) + (
        sentence("figure.matrix.transposed") if transpose else ""
    )
    held = told_cells(page, drawn.names[1], sums)
    told = sentence(
        "figure.cells.cells",
        rows=len(rows),
        output=left,
        columns=len(columns),
        input=upper,
        filled=drawn.filled,
        cells=len(rows) * len(columns),
        held=held,
    )
    return scene(elements, title, told)


def abridged(found: KernelCell, name: str, skip: int, room: float) -> Runs:
    """The sum in a cell, or its beginning where it is too long."""
    whole = total(found, name, skip)
    return whole if len(found) < 3 or fitted(whole, room, 13.0) > LEAST else joined(total(found[:1], name, skip), "+…")


def note(page: MatrixPage, cut: bool) -> str:
    """What a reader must know beside the colours."""
    if page.node is None:
        return sentence("figure.cells.room") if cut else ""
    windows = {
        tap[len(tap) - 2 * page.op.ndim : len(tap) - page.op.ndim] for row in page.matrix.cells for c in row for tap in c
    }
    again = sentence("figure.matrix.again") if len(windows) > BANDS else ""
    return sentence("figure.matrix.own", again=again) + sentence("figure.cells.image") * (page.pattern.batch > 1)


def total(found: KernelCell, name: str, skip: int) -> Runs:
    """The sum of the entries of the kernel in a cell."""
    return joined(*(joined("+" if k else "", entry(name, tap[skip:])) for k, tap in enumerate(found)))


def told_cells(page: MatrixPage, name: str, sums: bool) -> str:
    """What the cells hold, in words."""
    if page.node is not None:
        return sentence("figure.cells.one", name=name)
    bands = sentence("figure.cells.bands", name=name)
    return sentence("figure.cells.sums", bands=bands) if sums else bands


def heads(drawn: Matrix) -> tuple[tuple[str, tuple[Index, ...]], ...]:
    """The tensors of the rows and of the columns, with their entries."""
    return (drawn.names[0], drawn.rows), (drawn.names[2], drawn.columns)


def few(drawn: Matrix) -> None:
    """Raise SymconvError for more than can be told apart."""
    high, wide = len(drawn.rows), len(drawn.columns)
    if max(high, wide) > WIDEST or drawn.filled > FILLED:
        raise SymconvError(
            f"figure: expected at most {WIDEST} rows and columns and {FILLED} entries of the kernel, got {high}, {wide} and "
            f"{drawn.filled}; use smaller sizes"
        )


def side(drawn: Matrix) -> float:
    """The side of a square without a name."""
    most = max(len(drawn.rows), len(drawn.columns))
    return 10.0 if most <= 80 else 6.0 if most <= 160 else 4.5


def looks(page: MatrixPage) -> dict[KernelCell, str]:
    """The band of every cell that occurs in T, by its kernel entry: its own where there are few, else that of its place.

    Sums have one look; on a ring they are bands of their own, if there are few.  A locally connected layer has a band a window.
    """
    found = sorted({c for row in page.matrix.cells for c in row if c}, key=lambda c: (len(c), c))
    if len(found) <= BANDS and page.op.border is not None and page.op.border.mode == "circular":  # sums form bands as well
        return {c: f"band{k}" for k, c in enumerate(found)}
    used, sums = [c for c in found if len(c) == 1], dict.fromkeys((c for c in found if len(c) > 1), "level1")
    if page.node is None and (len(used) <= BANDS or page.op.ndim == 0):
        return {c: f"band{k % BANDS}" for k, c in enumerate(used)} | sums
    n = page.op.ndim
    own = page.node is not None
    sizes = [(a.output if own else a.kernel).constant or 1 for a in page.op.axes]
    places = {at: k for k, at in enumerate(product(*(range(size) for size in sizes)))}
    ends = {c: len(c[0]) - n * own for c in used}
    return {c: f"band{places[c[0][ends[c] - n : ends[c]]] % BANDS}" for c in used} | sums


def cells(drawn: Matrix, look: dict[KernelCell, str], names: dict[KernelCell, Runs], w: float) -> list[Element]:
    """Cells with their names; those that hold something painted last, over their neighbours' outlines."""
    empty, taken = list[Element](), list[Element]()
    for r, row in enumerate(drawn.cells):
        for c, tap in enumerate(row):
            box = Box(c * w, r * SIDE, w, SIDE)
            if not tap:
                empty.append(Cell(box, words("·"), 12.0, "miss", f"T[{r},{c}]"))
            else:
                taken.append(Cell(box, names[tap], fitted(names[tap], w - 6, 13.0), look[tap], f"T[{r},{c}]"))
    return [*empty, *taken]


def squares(drawn: Matrix, look: dict[KernelCell, str], a: float) -> list[Element]:
    """Small squares where there is no room for names."""
    return [
        Area(Box(c * a, r * a, a, a), look[tap], True, 0.6)
        for r, row in enumerate(drawn.cells)
        for c, tap in enumerate(row)
        if tap
    ]


def lines(drawn: Matrix, w: float, h: float) -> list[Element]:
    """Lines between the blocks."""
    high, wide = len(drawn.rows) * h, len(drawn.columns) * w
    across = [Curve(((0, k * h), (wide, k * h)), "muted", s) for k, s in parted(drawn.rows)]
    return [*across, *(Curve(((k * w, 0), (k * w, high)), "muted", s) for k, s in parted(drawn.columns))]


def parted(names: tuple[Index, ...]) -> list[tuple[int, float]]:
    """Where an index before the last changes, and how heavy the line is: the heavier, the further out that index."""
    found = []
    for k in range(1, len(names)):
        same = next(m for m, (a, b) in enumerate(zip(names[k - 1], names[k], strict=True)) if a != b)
        outward = len(names[k]) - 1 - same
        if outward:
            found.append((k, 0.6 + 0.9 * min(outward, 3)))
    return found


def colours(names: dict[KernelCell, Runs], look: dict[KernelCell, str], y: float, room: float) -> list[Element]:
    """What the colours mean: the first entry of every band."""
    first: dict[str, Runs] = {}
    for tap, role in look.items():
        first.setdefault(role, words(sentence("figure.cells.several")) if role == "level1" else names[tap])
    out: list[Element] = []
    x = 0.0
    for role, runs in first.items():
        wide = 18 + width(runs, SMALL) + 16
        if x and x + wide > room:
            x, y = 0.0, y + 20
        out += [Area(Box(x, y - 6, 12, 12), role, True, 1.0), Text(x + 18, y, runs, SMALL, "start")]
        x += wide
    if sum(role != "level1" for role in look.values()) > sum(role != "level1" for role in first):
        out.append(Text(0, y + 20, words(sentence("figure.cells.again")), SMALL, "start", "muted"))
    return out


# weights shared or not
def compared(page: MatrixPage) -> Scene:
    """Dense, locally connected and convolutional: the matrices with the same input and output, and whose weights are whose.

    Raises SymconvError without the comparison, or for more rows or columns than ``WIDEST``.
    """
    if not page.comparisons:
        raise SymconvError("figure: expected a comparison: give --compare, or compare=True")
    few(page.matrix)
    high, wide = len(page.matrix.rows), len(page.matrix.columns)
    longest = width(words(str(max(one.weights for one in page.comparisons) - 1)), SMALL)
    named = max(high, wide) <= NUMBERED
    a = max(20.0, longest + 6) if named else side(page.matrix) * 0.6
    parts = [panel(page, one, a, named) for one in page.comparisons]
    whole = beside(parts, 40.0, "top") if sum(bounds(p).w + 40 for p in parts) <= ROOM else above(parts, 30.0)
    counts = "; ".join(f"{sentence(f'figure.cells.{one.name}')}: {tally(one)}" for one in page.comparisons)
    told = sentence("figure.cells.three", rows=high, columns=wide, first=counts[0].upper(), rest=counts[1:])
    title = sentence("figure.cells.three.title", operator=page.op.name)
    return scene((*whole, *key(page, named, bounds(whole))), title, told)


def tally(one: Comparison) -> str:
    """4 weights, 1 bias."""
    biases = ", " + counting("figure.cells.biases", one.biases) if one.biases else ""
    return counting("figure.cells.weights", one.weights) + biases


def panel(page: MatrixPage, one: Comparison, a: float, named: bool) -> list[Element]:
    """One of the three, its counts above it."""
    high, wide = len(page.matrix.rows), len(page.matrix.columns)
    out: list[Element] = [
        Text(0, -34, words(sentence(f"figure.cells.{one.name}"), "b"), 13.0, "start"),
        Text(0, -15, words(tally(one)), 12.0, "start", "muted"),
    ]
    full = all(c is not None for row in one.cells for c in row)
    if full and not named:  # one area for what would be thousands of squares
        return [*out, Area(Box(0, 0, wide * a, high * a), OWN[named], True, 1.0), *lines(page.matrix, a, a)]
    shared = owners(one, OWN[named])
    drawn: list[Element] = []
    for r, row in enumerate(one.cells):
        for c, number in enumerate(row):
            box = Box(c * a, r * a, a, a)
            if named:
                runs = words("" if number is None else str(number))
                role = "miss" if number is None else shared[number]
                drawn.append(Cell(box, runs, SMALL, role, f"{one.name}[{r},{c}]"))
            elif number is not None:
                drawn.append(Area(box, shared[number], True, 0.0))
    frame = Area(Box(0, 0, wide * a, high * a), "muted", stroke=1.0)
    drawn.sort(key=lambda e: getattr(e, "role", "") != "miss")  # outlines of those that hold something on top
    return [*out, *drawn, frame, *lines(page.matrix, a, a)]


def owners(one: Comparison, own: str) -> dict[int, str]:
    """The look of every weight: a band for one that stands in several cells, one look for all that stand in a single cell."""
    counts = Counter(c for row in one.cells for c in row if c is not None)
    return {n: f"band{n % BANDS}" if times > 1 else own for n, times in counts.items()}


def key(page: MatrixPage, named: bool, around: Box) -> list[Element]:
    """What the colours mean."""
    own = OWN[named]
    used = {role for one in page.comparisons for role in owners(one, own).values()}
    out: list[Element] = []
    y = around.bottom + 24
    shared = sorted(r for r in used if r != own)
    if own in used:
        out += [Area(Box(0, y - 6, 12, 12), own, True, 1.0)]
        out += [Text(18, y, words(sentence("figure.cells.weight")), SMALL, "start")]
        y += 20
    if shared:
        again = max(one.weights for one in page.comparisons if one.name == "conv") > BANDS
        said = sentence("figure.cells.shared.numbers") if named else (
            sentence("figure.cells.shared.band")
        )  # fmt: skip
        out += [Area(Box(14.0 * k, y - 6, 12, 12), role, True, 1.0) for k, role in enumerate(shared)]
        x = 14.0 * len(shared) + 4
        out.append(Text(x, y, words(said + (sentence("figure.matrix.again") if again else "")), SMALL, "start"))
    if shared:
        y += 20
    if any(len(owners(one, own)) < one.weights for one in page.comparisons):
        out.append(Text(0, y, words(sentence("figure.cells.padding")), SMALL, "start", "muted"))
    return out
