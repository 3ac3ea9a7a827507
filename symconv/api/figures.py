"""Figures of operators and worked examples: which there are, drawn as SVG, TikZ, PNG, GIF, or as a page that steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from symconv.api.worked import affine, affine_trace, family, spelled
from symconv.errors import SymconvError, nearest
from symconv.figures.geometry import overlaps, strides
from symconv.figures.matrix import matrix
from symconv.figures.passes import Pass
from symconv.figures.upstream import upstream
from symconv.figures.window import both, chosen, passes, sequence, window
from symconv.language.example import ZERO, Example, Index, WorkedExample, WorkedTrace
from symconv.language.operator import Operator
from symconv.language.scene import Scene
from symconv.pages.faces import Moving
from symconv.pages.faces import moving as moved
from symconv.pages.faces import scene as scenes
from symconv.pages.illustrated import drawn
from symconv.pages.nodes import Document

# figures of a worked example, and those that need no numbers
EXAMPLES: dict[str, Callable[[Example], Scene]] = {
    "both": both,
    "forward": lambda made: window(made, "y"),
    "backward-x": lambda made: window(made, "x"),
    "backward-w": lambda made: window(made, "w"),
    "upstream": upstream,
}
OPERATORS: dict[str, Callable[[Operator], Scene]] = {
    "strides": strides,
    "overlaps": overlaps,
    "matrix": matrix,
    "matrix-transposed": lambda op: matrix(op, True),
}
FIGURES = (*EXAMPLES, *OPERATORS)


@scenes.register(WorkedExample)
def figure(made: WorkedExample, name: str | None = None) -> Scene:
    """A figure of an example by its name (see ``FIGURES``; default: both, where there are windows).

    Raises SymconvError for an unknown name, or sizes that make no figure that can be read.
    """
    own = family(made)
    if own:
        return own.figure(made, name or "both")
    made = affine(made)
    name = name or ("both" if made.op.axes else "matrix")
    if not made.op.axes and name in (*EXAMPLES, "strides", "overlaps"):
        raise without_windows(made)
    if name in EXAMPLES:
        return EXAMPLES[name](made)
    return operator_figure(made.op, name)


def without_windows(made: Example) -> SymconvError:
    """The error of a figure of windows where there are none."""
    return SymconvError(f"figure: expected matrix or matrix-transposed for {made.op.name}, which has no windows to show")


def operator_figure(op: Operator, name: str) -> Scene:
    """A figure of an operator at concrete sizes: strides, overlaps, matrix, matrix-transposed."""
    if name not in OPERATORS:
        raise SymconvError(f"figure: expected one of {', '.join(FIGURES)}, got {name[:40]!r}{nearest(name, list(FIGURES))}")
    return OPERATORS[name](op)


@scenes.register(WorkedTrace)
def trace_figure(found: WorkedTrace, name: str | None = None) -> Scene:
    """The window at the entry that is traced: in y, or in the closed form of a gradient; of pooling one that selects it."""
    own = family(found.example)
    if own:
        return own.trace_figure(found)
    found = affine_trace(found)
    made = found.example
    if not made.op.axes:
        raise without_windows(made)
    known = passes(made)
    parts = {(one.folded.array if one.folded else one.result).name: part for part, one in known.items()}
    if found.name not in parts:
        raise SymconvError(f"figure: expected an entry of {', '.join(parts)}, got one of {found.name}, which is only a sum")
    part = parts[found.name]
    return window(made, part, place_of(known[part], found.index))


def place_of(one: Pass, index: Index) -> Index:
    """The entry of the pass that shows an entry of a gradient: of one that is folded, its place with the most products."""
    if one.folded is None:
        return index
    held = [p.factors[0][1] for e in one.folded.closed if e.index == index for p in e.products]
    if not held:
        raise SymconvError(f"figure: expected an entry that the padded tensor holds, got {list(index)}, which is cropped")
    return max(held, key=lambda m: sum(ZERO not in p.factors for p in one.entries[m].products))


def illustrated(made: WorkedExample, page: Document) -> Document:
    """The page of an example with its figures; where an example is too large for one, the page says so."""
    from symconv.pages.illustrated import illustrated as put

    own = family(made)
    if own:
        return own.illustrated(made, page)
    made = affine(made)
    if not made.op.axes:
        return page
    known, names = passes(made), {d.wrt: d.array.name for d in made.gradients}
    gradients = {names[k]: [drawn(partial(figure, made, f"backward-{k}"))] for k in ("w", "x") if k in known}
    if "x" in known:
        gradients[names["x"]].insert(0, drawn(partial(figure, made, "upstream")))
    return put(page, [drawn(partial(figure, made, "forward"))] if "y" in known else [], gradients)


def trace_illustrated(found: WorkedTrace, page: Document) -> Document:
    """The page of a trace with its figure; where there is none that can be read, the page says why."""
    from symconv.pages.illustrated import before

    own = family(found.example)
    if own:
        return own.trace_illustrated(found, page)
    if not affine(found.example).op.axes:
        return page
    return before(page, "trace.sum", drawn(partial(trace_figure, found)))


@moved.register(WorkedExample)
def moving(made: WorkedExample, part: str | None = None, worked: bool = False) -> Moving:
    """The window over every entry of y, or of a gradient's closed form."""
    from symconv.pages.spelling import overlined, text_name
    from symconv.pages.stepper import products

    own = family(made)
    if own:
        return own.moving(made, part, worked)
    made = affine(made)
    if not made.op.axes:
        raise without_windows(made)
    one = chosen(made, part or "y")
    frames = sequence(made, part or "y", worked)
    array = one.result
    rows = products(made, array.name, array.shape, array.lead, [one.entries[index] for index, _ in frames])
    title = f"{made.op.name}, step by step: {one.name}"
    words = f"The window moves over {one.data.name}; every step is one entry of {one.name}, worked out below ({one.words})."
    steps = zip(rows, frames, strict=True)
    return Moving(
        title, words, [(spelled(overlined(array.name, text_name), row.index), scene, [row]) for row, (_, scene) in steps]
    )
