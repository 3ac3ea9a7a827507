"""Figures of operators and worked examples: which there are, drawn as SVG, TikZ, PNG, GIF, or as a page that steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from symconv.core.example import ZERO, Example, Index, Trace
from symconv.core.operator import Operator
from symconv.core.pooled import Pooled, PooledTrace
from symconv.core.scene import Scene
from symconv.errors import SymconvError, nearest
from symconv.figures import pooling
from symconv.figures.geometry import overlaps, strides
from symconv.figures.matrix import matrix
from symconv.figures.passes import Pass
from symconv.figures.upstream import upstream
from symconv.figures.window import both, chosen, passes, sequence, window
from symconv.rendering.nodes import Document

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
PICTURES = ("svg", "tikz", "png", "gif", "stepper")


def figure(made: Example, name: str = "both") -> Scene:
    """A figure of an example by its name (see ``FIGURES``).

    Raises SymconvError for an unknown name, or sizes that make no figure that can be read.
    """
    if isinstance(made, Pooled):
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


def draw(scene: Scene, to: str, standalone: bool = False, scale: float = 2.0) -> Any:
    """A scene as svg or tikz (text), or png (bytes).

    Raises SymconvError for another target, or if the extra that PNG needs is not installed.
    """
    if to == "svg":
        from symconv.rendering.svg import render as as_svg

        return as_svg(scene)
    if to == "tikz":
        from symconv.rendering.tikz import render as as_tikz

        return as_tikz(scene, standalone)
    if to == "png":
        from symconv.rendering.png import render as as_png

        return as_png(scene, scale)
    raise SymconvError(f"to: expected svg, tikz or png for one figure, got {to!r}")


def picture(made: Example, to: str, name: str | None = None, standalone: bool = False) -> Any:
    """An example in pictures: one figure as svg, tikz or png; the moving window as gif or stepper (parts y, x, w).

    ``name`` is a figure's (default: both), for gif and stepper a part (default: y).  Raises SymconvError for unknown names.
    """
    if to not in PICTURES:
        raise SymconvError(f"to: expected {', '.join(PICTURES)}, got {to!r}{nearest(to, list(PICTURES))}")
    if isinstance(made, Pooled) and to in ("gif", "stepper"):
        raise SymconvError(f"to: expected svg, tikz or png for {made.node.name}, got {to}, which has no moving window yet")
    if not made.op.axes and to in ("gif", "stepper"):
        raise without_windows(made)
    if to == "gif":
        from symconv.rendering.gif import render as as_gif

        return as_gif([scene for _, scene in sequence(made, name or "y")])
    if to == "stepper":
        return stepper(made, name or "y")
    return draw(figure(made, name or ("both" if made.op.axes else "matrix")), to, standalone)


def trace_figure(found: Trace | PooledTrace) -> Scene:
    """The window at the entry that is traced: in y, or in the closed form of a gradient; of pooling one that selects it."""
    if isinstance(found, PooledTrace):
        return pooling.traced(found)
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


def traced(found: Trace | PooledTrace, to: str, standalone: bool = False) -> Any:
    """The picture of a trace as svg, tikz or png."""
    return draw(trace_figure(found), to, standalone)


def drawn(draw: Callable[[], Scene]) -> Scene | SymconvError:
    """A figure, or the reason why there is none."""
    try:
        return draw()
    except SymconvError as error:
        return error


def illustrated(made: Example, page: Document) -> Document:
    """The page of an example with its figures; where an example is too large for one, the page says so."""
    from symconv.rendering.illustrated import illustrated as put

    if isinstance(made, Pooled):
        back = {made.gradient("x").array.name: [drawn(partial(figure, made, "backward-x"))]}
        return put(page, [drawn(partial(figure, made, "forward"))], back)
    if not made.op.axes:
        return page
    known, names = passes(made), {d.wrt: d.array.name for d in made.gradients}
    gradients = {names[k]: [drawn(partial(figure, made, f"backward-{k}"))] for k in ("w", "x") if k in known}
    if "x" in known:
        gradients[names["x"]].insert(0, drawn(partial(figure, made, "upstream")))
    return put(page, [drawn(partial(figure, made, "forward"))] if "y" in known else [], gradients)


def trace_illustrated(found: Trace | PooledTrace, page: Document) -> Document:
    """The page of a trace with its figure; where there is none that can be read, the page says why."""
    from symconv.rendering.illustrated import before

    if not found.example.op.axes:
        return page
    heading = "trace.sum"
    if isinstance(found, PooledTrace):
        heading = "trace.windows" if found.role == "x" else "trace.taps"
    return before(page, heading, drawn(partial(trace_figure, found)))


def stepper(made: Example, part: str = "y") -> str:
    """The window over every entry of y, or of a gradient's closed form, as one HTML file that steps."""
    from symconv.rendering import stepper as pages

    one = chosen(made, part)
    moving: list[tuple[Index, Scene]] = sequence(made, part, worked=False)
    array = one.result
    entries = [one.entries[index] for index, _ in moving]
    shown = pages.steps(made, array.name, array.shape, array.lead, entries, [scene for _, scene in moving])
    title = f"{made.op.name}, step by step: {one.name}"
    words = f"The window moves over {one.data.name}; every step is one entry of {one.name}, worked out below ({one.words})."
    return pages.render(title, words, shown)
