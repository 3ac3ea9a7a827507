"""The contribution matrix: y = C x with a row for every output and a column for every input, the taps as coloured bands.

    C[i, j] = w[p]  where r j = s i + d p~ - lo for a tap p, else 0

A tap has one band (colour, pattern, and its name in the cell), so that the bands of a stride-1 correlation are diagonals: the
matrix is Toeplitz; several axes make it block Toeplitz.  The backward pass is its transpose.

Data that a border pads are read through their copies as well: several taps of a window may meet one entry, and their sum
stands in the cell.  A circular border that keeps the size makes the matrix circulant.
"""

from __future__ import annotations

from itertools import product

from symconv.errors import SymconvError
from symconv.figures.geometry import concrete
from symconv.figures.layout import SMALL
from symconv.figures.upstream import numbers
from symconv.language.border import source
from symconv.language.expand import Index
from symconv.language.operator import Operator, spatial_sizes
from symconv.language.prose import sentence
from symconv.language.scene import Area, Box, Cell, Element, Runs, Scene, Text, column, entry, fitted, joined, scene, words

BANDS = 8
SIDE = 30.0
LARGEST = 50


def contributions(op: Operator) -> dict[tuple[Index, Index], list[Index]]:
    """The taps that take an input to an output, by (output, input); without a border every pair has at most one (d >= 1)."""
    found: dict[tuple[Index, Index], list[Index]] = {}
    per_axis = []
    for k, axis in enumerate(op.axes):
        a = numbers(axis)
        table = []
        for i, p in product(range(a["output"]), range(a["kernel"])):
            through = a["kernel"] - 1 - p if op.flip else p
            j, rest = divmod(a["stride"] * i + a["dilation"] * through - a["lo"], a["input_dilation"])
            if not rest and 0 <= j < a["data"]:
                table.append((i, entry_at(op, k, j), p))
        per_axis.append(table)
    for some in product(*per_axis):
        out, data, tap = (tuple(part[k] for part in some) for k in range(3))
        found.setdefault((out, data), []).append(tap)
    return found


def entry_at(op: Operator, axis: int, m: int) -> int:
    """The entry at a place of the data along an axis, which a border may have copied."""
    if op.border is None or op.border.role != "x":
        return m
    n, (lo, _) = op.border.sizes[axis], op.border.pads[axis]
    return source(op.border.mode, m - (lo.constant or 0), n.constant or 0)


def matrix(op: Operator, transpose: bool = False, unshared: bool = False) -> Scene:
    """The contribution matrix of the spatial step (one channel to one), or its transpose, the backward pass.

    ``unshared``: every output has a kernel of its own, so that no entry stands twice; a colour is then one output's kernel.
    Raises SymconvError for sizes that are not numbers, or a matrix with a side above ``LARGEST``.
    """
    concrete(op)
    axes = [numbers(a) for a in op.axes]
    outputs = list(product(*(range(a["output"]) for a in axes)))
    for a, n in zip(axes, spatial_sizes(op, op.data), strict=True):
        a["data"] = n.constant or 0
    inputs = list(product(*(range(a["data"]) for a in axes)))
    taps = list(product(*(range(a["kernel"]) for a in axes)))
    if max(len(outputs), len(inputs)) > LARGEST:
        raise SymconvError(
            f"figure: expected at most {LARGEST} outputs and inputs, got {len(outputs)} and {len(inputs)}; use smaller sizes"
        )
    found = contributions(op)
    rows, columns = (inputs, outputs) if transpose else (outputs, inputs)
    upper, left = (op.result.name, op.data.name) if transpose else (op.data.name, op.result.name)
    if transpose:
        upper, left = f"dL/d{upper}", f"dL/d{left}"
    kernels = [(of, p) for of in outputs for p in taps] if unshared else [((), p) for p in taps]
    names = {own: entry(op.kernel.name, (*own[0], *own[1])) for own in kernels}
    sums = {tuple(found[at]): total(found[at], {p: names[(), p] for p in taps}) for at in found if len(found[at]) > 1}
    w = column((*names.values(), *sums.values()), 13.0, SIDE, 110.0 if sums else 70.0)
    elements: list[Element] = []
    taken: list[Element] = []  # painted last, over their neighbours' outlines
    for (r, at), (c, of) in product(enumerate(rows), enumerate(columns)):
        pair = (of, at) if transpose else (at, of)
        box = Box(c * w, r * SIDE, w, SIDE)
        met = found.get(pair)
        if met is None:
            elements.append(Cell(box, words("·"), 12.0, "miss", f"C[{r},{c}]"))
            continue
        runs = names[pair[0] if unshared else (), met[0]]
        look = f"band{(outputs.index(pair[0]) if unshared else taps.index(met[0])) % BANDS}"
        if len(met) > 1:
            runs, look = sums[tuple(met)], "level1"
        taken.append(Cell(box, runs, fitted(runs, w - 6, 13.0), look, f"C[{r},{c}]"))
    elements += taken
    elements += edges(rows, columns, left, upper, w)
    if op.ndim > 1:
        elements += blocks(rows, columns, axes, w, transpose)
    if unshared:
        again = sentence("figure.matrix.again") if len(outputs) > BANDS else ""
        note = words(sentence("figure.matrix.own", again=again))
        elements.append(Text(0.0, len(rows) * SIDE + 18, note, SMALL, "start", "muted"))
    title = sentence("figure.matrix.title", operator=op.name) + (sentence("figure.matrix.transposed") if transpose else "")
    said = sentence(
        "figure.matrix.description", rows=len(rows), columns=len(columns), output=left, input=upper, kernel=op.kernel.name
    ) + (sentence("figure.matrix.own.description") if unshared else sentence("figure.matrix.bands"))
    if sums:
        said += sentence("figure.matrix.copies")
    return scene(elements, title, said)


def total(met: list[Index], names: dict[Index, Runs]) -> Runs:
    """The sum of several taps."""
    return joined(*(joined("+" if k else "", names[tap]) for k, tap in enumerate(met)))


def edges(rows: list[Index], columns: list[Index], left: str, upper: str, w: float) -> list[Element]:
    """The names of the rows and columns; above narrow cells only the index is written."""
    out: list[Element] = []
    for r, at in enumerate(rows):
        out.append(Text(-8.0, (r + 0.5) * SIDE, entry(left, at), 12.0, "end"))
    for c, of in enumerate(columns):
        full: Runs = entry(upper, of)
        size = fitted(full, w - 4, 12.0)
        runs = full if size > 8.0 else words(",".join(map(str, of)))
        out.append(Text((c + 0.5) * w, -12.0, runs, max(fitted(runs, w - 4, SMALL), 6.0)))
    return out


def blocks(rows: list[Index], columns: list[Index], axes: list[dict[str, int]], w: float, transpose: bool) -> list[Element]:
    """Frames around the blocks that the last axis makes."""
    tall, wide = (axes[-1][k] for k in (("data", "output") if transpose else ("output", "data")))
    return [
        Area(Box(c * w, r * SIDE, wide * w, tall * SIDE), "muted", stroke=1.8)
        for r in range(0, len(rows), tall)
        for c in range(0, len(columns), wide)
    ]
