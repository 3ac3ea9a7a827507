"""Figures of operators and worked examples: which there are, drawn as SVG, TikZ, PNG, GIF, or as a page that steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from symconv.errors import SymconvError, nearest
from symconv.figures import graphs, local, pooling
from symconv.figures.geometry import overlaps, strides
from symconv.figures.matrix import matrix
from symconv.figures.passes import Pass
from symconv.figures.upstream import upstream
from symconv.figures.window import both, chosen, passes, sequence, window
from symconv.language.example import Example, Trace
from symconv.language.expand import ZERO, Index
from symconv.language.operator import Operator
from symconv.language.operator import upstream as op_upstream
from symconv.language.prose import sentence
from symconv.language.scene import Scene
from symconv.pages.faces import Moving
from symconv.pages.illustrated import before, drawn
from symconv.pages.illustrated import illustrated as put
from symconv.pages.nodes import Document
from symconv.pages.spelling import overlined, text_name
from symconv.pages.stepper import products
from symconv.pages.work import work
from symconv.pages.worked_functions import one_line

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


def figure(made: Example, name: str | None = None) -> Scene:
    """A figure of an example by its name (see ``FIGURES``; default: both, where there are windows).

    Raises SymconvError for an unknown name, or sizes that make no figure that can be read.
    """
    if made.kind == "function":
        return graphs.figure(made, name or "both")
    name = name or ("both" if made.op.axes else "matrix")
    if made.kind == "local":
        return local.figure(made, name)
    if made.kind != "sum":
        return pooling.figure(made, name)
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


def trace_figure(found: Trace, name: str | None = None) -> Scene:
    """The window at the entry that is traced: in y, or in the closed form of a gradient; of pooling one that selects it."""
    made = found.example
    if made.kind == "function":
        return graphs.traced(found)
    if made.kind == "local":
        return local.traced(found)
    if made.kind != "sum":
        return pooling.traced(found)
    if not made.op.axes:
        raise without_windows(made)
    known = passes(made)
    if found.role not in known:
        names = [(one.folded.array if one.folded else one.result).name for one in known.values()]
        raise SymconvError(f"figure: expected an entry of {', '.join(names)}, got one of {found.name}, which is only a sum")
    return window(made, found.role, place_of(known[found.role], found.index))


def place_of(one: Pass, index: Index) -> Index:
    """The entry of the pass that shows an entry of a gradient: of one that is folded, its place with the most products."""
    if one.folded is None:
        return index
    held = [part.factors[0][1] for part in one.folded.closed[index].terms]
    if not held:
        raise SymconvError(f"figure: expected an entry that the padded tensor holds, got {list(index)}, which is cropped")
    return max(held, key=lambda m: sum(ZERO not in p.factors for p in one.entries[m].terms))


def illustrated(made: Example, page: Document) -> Document:
    """The page of an example with its figures; where an example is too large for one, the page says so."""
    if made.kind == "sum" and not made.op.axes:
        return page
    shown = ("w", "x") if made.kind in ("sum", "local") else ("x",)
    known = passes(made) if made.kind == "sum" else {"y": None, **dict.fromkeys(shown)}
    gradients = {made.gradient(k).array.name: [drawn(partial(figure, made, f"backward-{k}"))] for k in shown if k in known}
    if made.kind == "sum" and "x" in known:
        gradients[made.gradient("x").array.name].insert(0, drawn(partial(figure, made, "upstream")))
    return put(page, [drawn(partial(figure, made, "forward"))] if "y" in known else [], gradients)


def trace_illustrated(found: Trace, page: Document) -> Document:
    """The page of a trace with its figure; where there is none that can be read, the page says why."""
    made = found.example
    if made.kind == "sum" and not made.op.axes:
        return page
    pooled = "trace.windows" if found.role == "x" else "trace.taps"
    heads = {"sum": "trace.sum", "local": "trace.sum", "function": "trace.terms"}
    return before(page, heads.get(made.kind, pooled), drawn(partial(trace_figure, found)))


def moving(made: Example, part: str | None = None, worked: bool = False) -> Moving:
    """The window over every entry of y, or of a gradient's closed form."""
    if made.kind == "sum" and not made.op.axes:
        raise without_windows(made)
    ways = {"sum": moving_window, "local": moving_kernel, "function": moving_point}
    return ways.get(made.kind, moving_pool)(made, part or "y", worked)


def spelled(name: str, index: Index) -> str:
    """x[0,1], the name of a step."""
    return f"{name}[{','.join(map(str, index))}]"


def moving_window(made: Example, part: str, worked: bool) -> Moving:
    """The window of a correlation: the forward pass, or a closed form."""
    one = chosen(made, part)
    frames = sequence(made, part, worked)
    of = made.y if part == "y" else one.folded.fold.part if one.folded and one.folded.fold else made.gradient(part).closed
    rows = products(made, of, [one.entries[index] for index, _ in frames])
    words = sentence("moving.window", over=one.data.name, name=one.name, closed=one.words)
    name = overlined(of.name, text_name)
    steps = [(spelled(name, row.index), scene, [row]) for row, (_, scene) in zip(rows, frames, strict=True)]
    return Moving(sentence("moving.title", layer=made.op.name, name=one.name), words, steps)


def moving_kernel(made: Example, part: str, worked: bool) -> Moving:
    """The window with its own kernel over every entry of y; every entry of dL/dx; or dL/dw, kernel by kernel."""
    frames = local.sequence(made, part, worked)
    whole = made.part(part)
    steps = []
    for indices, scene in frames:
        rows = products(made, whole, [whole[index] for index in indices])
        steps.append((local.title_of(made, part, indices[0]), scene, rows))
    words = sentence(f"moving.kernel.{part}", over=made.op.data.name, name=whole.name)
    return Moving(sentence("moving.title", layer=made.layer.name, name=whole.name), words, steps)


def moving_pool(made: Example, part: str, worked: bool) -> Moving:
    """The windows in their order: what each takes (part y), or what it sends while dL/dx fills up (part x)."""
    frames = pooling.sequence(made, part, worked)
    name = made.part(part).name
    if part == "y":
        words = sentence("moving.pool", over=made.op.data.name, name=name)
        lines = [[row.right for row in work(made, made.y, [line]).lines] for line in made.y.lines]
    else:
        words = sentence("moving.pool.back", upstream=op_upstream(made.op), name=name)
        lines = [
            [row.right for row in work(made, made.gradient("x").scatter, some).lines] for some in pooling.collected(made)
        ]
    named = [spelled(made.y.name, made.y.short(line.index)) for line in made.y.lines]
    return Moving(
        sentence("moving.title", layer=made.layer.name, name=name), words, list(zip(named, frames, lines, strict=True))
    )


def moving_point(made: Example, part: str, _: bool) -> Moving:
    """A point that moves along the graph, entry by entry."""
    frames = graphs.sequence(made, part)
    array = made.y if part == "y" else made.gradient("x").scatter
    words = sentence("moving.point", name=array.name)
    steps = [
        (spelled(array.name, line.index), scene, one_line(made, array, line))
        for line, scene in zip(array.lines, frames, strict=True)
    ]
    return Moving(sentence("moving.title", layer=made.function.name, name=array.name), words, steps)
