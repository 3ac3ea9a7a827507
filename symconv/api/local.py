"""Worked examples and traces of locally connected layers: numbers in -> products -> both ways -> checks -> page -> target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import prod
from typing import Any

from symconv.api import refuse
from symconv.api.nodes import derive_node
from symconv.api.sizing import operand, operands, sized, small, spelled
from symconv.api.sizing import placed as placed_shared
from symconv.errors import SymconvError
from symconv.examples.local import collect, fill, forward, read_entry, scatter, shape, shared, triples
from symconv.examples.local import trace as traced
from symconv.examples.reading import MOST, Given, read
from symconv.examples.working import Triple, sizes, unreached, views
from symconv.figures import local as figures
from symconv.figures.local import figure
from symconv.figures.local import traced as trace_figure
from symconv.language.example import Array, Gradient, Trace
from symconv.language.facts import Check, Verdict
from symconv.language.local import Local
from symconv.language.node import Node
from symconv.language.operator import bare, gradient_name
from symconv.pages.faces import Fields, Moving
from symconv.pages.illustrated import drawn
from symconv.pages.nodes import Block, Document

AXES = {"w": ("filters", "channels", "places", "taps"), "b": ("filters", "places")}


def local(
    node: Node, given: Mapping[str, Any], input: Any, kernel: Any, counts: dict[str, Any], values: Any, seed: int
) -> Local:
    """The worked example of a locally connected layer (see ``api.examples.example``)."""
    found = {role: row(node, role, read(value, role)) for role, value in given.items() if value is not None}
    op, axes = sized(node.window, {r: as_shared(node, r, one) for r, one in found.items()}, input, kernel, counts, values)
    node = replace(node, window=op)
    small(op)
    if "b" not in found and axes["w"] < len(op.kernel.layout) + node.ndim and shape(node, "w")[0] == 1:
        axes["b"] = 0  # as y leaves the filters out
    arrays, wanted = placed(node, found, axes)
    every = triples(node)
    arrays = fill(node, arrays, wanted, every, seed)
    y = forward(node, every, arrays)
    name = op.result.name
    arrays[name] = Array(name, sizes(op, op.result), tuple(e.value for e in y), len(op.result.layout), axes["y"])
    page = replace(node, window=bare(op))
    gradients = tuple(gradient(node, wrt, every, arrays, shown(node, wrt, axes)) for wrt in node.roles)
    order = list(operands(op).values())
    made = Local(
        op,
        tuple(arrays[n] for n in order if n in arrays),
        y,
        gradients,
        views(op),
        tuple(n for n in order if n in wanted),
        seed,
        any(one.decimal for one in found.values()),
        node=node,
        derivations=tuple(derive_node(page, wrt, True, False, False) for wrt in node.roles),
        shared=shared(op, gradients[1].array, shown(node, "w", axes)),
    )
    return checked(made)


# the shapes of unshared kernels
def own_axes(node: Node, role: str) -> tuple[int, int]:
    """(leading axes, the others) of the tensor in a role: w has places and taps, b has places; a bias may be refused."""
    return len(operand(node.window, role).layout), node.ndim * (2 if role == "w" else 1)


def row(node: Node, role: str, one: Given) -> Given:
    """A row typed by itself is a plane of one row where the axes behind the leading ones are two."""
    return replace(one, shape=(1, *one.shape)) if one.row and own_axes(node, role)[1] == 2 else one


def as_shared(node: Node, role: str, one: Given) -> Given:
    """The shape that a shared kernel or bias would have: without the places."""
    if role not in ("w", "b"):
        return one
    lead, rest = own_axes(node, role)
    if not rest <= len(one.shape) <= rest + lead:
        raise SymconvError(
            f"{role}: expected {rest} to {rest + lead} axes, {axes_of(node, role)} (leading ones left out have size 1), for "
            f"{node.name}, got shape {spelled(one.shape)}"
        )
    ahead = len(one.shape) - rest
    return replace(one, shape=(*one.shape[:ahead], *one.shape[ahead + node.ndim :]))


def axes_of(node: Node, role: str) -> str:
    """filters x channels x places x taps; with more axes: filters x channels x 2 axes of places x 2 axes of taps."""
    many = f"{node.ndim} axes of " * (node.ndim > 1)
    return " x ".join(f"{many}{word}" if word in ("places", "taps") else word for word in AXES[role])


def shown(node: Node, role: str, axes: Mapping[str, int]) -> int:
    """How many axes an array shows: those of a shared one, and the places."""
    return axes[role] + (node.ndim if role in ("w", "b") else 0)


def placed(node: Node, found: Mapping[str, Given], axes: Mapping[str, int]) -> tuple[dict[str, Array], dict[str, Array]]:
    """(arrays given, arrays to be drawn) by name, w and b with the axes of the places.

    Raises SymconvError for other numbers of places than there are windows, and for more weights than anyone reads.
    """
    op = node.window
    arrays, wanted = placed_shared(op, {r: as_shared(node, r, one) for r, one in found.items()}, dict(axes))
    for role, part in (("w", op.kernel), ("b", op.bias)):
        if part is None:
            continue
        whole = shape(node, role)
        if prod(whole) > MOST:
            raise SymconvError(
                f"{node.name}: expected at most {MOST} numbers in {role}, got {prod(whole)}; use smaller sizes"
            )
        if role in found:
            got = (1,) * (len(whole) - len(found[role].shape)) + found[role].shape
            if got != whole:
                raise SymconvError(
                    f"{role}: expected shape {spelled(whole)} ({axes_of(node, role)}) for {node.name} beside the other sizes, "
                    f"got {spelled(got)}"
                )
        for table in (arrays, wanted):
            if part.name in table:
                table[part.name] = replace(table[part.name], shape=whole, axes=shown(node, role, axes))
    return arrays, wanted


# the work
def gradient(node: Node, wrt: str, every: list[Triple], arrays: Mapping[str, Array], axes: int) -> Gradient:
    """dL/d(wrt) both ways."""
    op = node.window
    given, closed = scatter(node, wrt, every, arrays), collect(node, wrt, arrays)
    part = op.operand(wrt)
    array = Array(gradient_name(op, part), shape(node, wrt), tuple(e.value for e in given), len(part.layout), axes)
    agree = [(e.index, e.value) for e in given] == [(e.index, e.value) for e in closed]
    return Gradient(wrt, array, given, closed, op, (), unreached(op) if wrt == "x" else (), agree)


def checked(made: Local) -> Local:
    """The example with its checks; raises InternalError where one fails."""
    from symconv.check import localexample as check

    wrong = [d.array.name for d in made.gradients if not d.agree]
    detail = (
        f"what the outputs hand back equals what the entries collect, {sum(len(d.closed) for d in made.gradients)} entries"
    )
    status = Verdict("refuted", f"differs in {wrong[0]}") if wrong else Verdict("checked", detail)
    checks = [Check("agree", status, detail)]
    checks += [check.against_evaluate(made), check.against_brute(made), check.against_formulas(made)]
    slopes = check.against_differences(made)
    checks += [slopes] if slopes is not None else []
    checks.append(check.against_shared(made))
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return replace(made, checks=tuple(checks))


def trace(entry: str, made: Local) -> Trace:
    """Every product that reaches an entry, and every candidate that does not."""
    from symconv.check.localexample import MOST as DIFFERENCES
    from symconv.check.nodes import check_node_lines

    role, index = read_entry(entry, made.node)
    found = traced(made, role, index)
    entries = made.y if role == "y" else made.gradient(role).scatter
    truth = next(e.value for e in entries if e.index == index)
    if found.value != truth:
        refuse(Verdict("refuted", f"gives {found.value} where the example has {truth}"), "the trace of an entry")
    if role != "y" and len(entries) * len(made.y) <= DIFFERENCES:  # beyond, the example's own check of the formula stands
        d = made.derivation(role)
        refuse(check_node_lines(d.page, role, [d.steps[d.gather].expr])[0][0], "the rule of the gather form")
    return found


# pages
def example_document(made: Local, elide: int | None) -> Document:
    """The page of an example."""
    from symconv.pages.local import document
    from symconv.pages.worked import elided

    return elided(document(made), elide)


def example_fields(made: Local, elide: int | None) -> Fields:
    """The example for other programs."""
    from symconv.pages.local_json import as_object

    return as_object(made, elide)


def trace_document(found: Trace) -> Document:
    """The page of a trace."""
    from symconv.pages.local import trace_document as document

    return document(found)


def trace_fields(found: Trace) -> Fields:
    """The trace for other programs."""
    from symconv.pages.worked_json import trace_object

    return trace_object(found)


def display(made: Local) -> Block:
    """The entries of y, worked out."""
    from symconv.pages.worked import work

    y = made.array(made.op.result.name)
    return work(made, y.name, made.y, y.lead, y.shape, True, False)


def trace_display(found: Trace) -> Block:
    """The products that reach the entry."""
    from symconv.pages.traced import total

    return total(found)


# figures
def moving(made: Local, part: str | None, worked: bool) -> Moving:
    """The window with its own kernel over every entry of y; every entry of dL/dx; or dL/dw, kernel by kernel."""
    from symconv.pages.stepper import products

    part = part or "y"
    frames = figures.sequence(made, part, worked)
    array = made.array(made.op.result.name) if part == "y" else made.gradient(part).array
    whole = {e.index: e for e in (made.y if part == "y" else made.gradient(part).closed)}
    steps = []
    for indices, scene in frames:
        rows = products(made, array.name, array.shape, array.lead, [whole[index] for index in indices])
        steps.append((figures.title_of(made, part, indices[0]), scene, rows))
    words = {
        "y": f"The window moves over {made.op.data.name}, and every window has a kernel of its own; every step is one entry of "
        f"{array.name}, worked out below.",
        "x": f"Every step is one entry of {array.name}: which outputs read it, and the weight that each of them has for it.",
        "w": f"Window by window, the gradient of its own kernel; every step is one kernel of {array.name}.",
    }
    return Moving(f"{made.node.name}, step by step: {array.name}", words[part], steps)


def illustrated(made: Local, page: Document) -> Document:
    """The page with the window and its kernel, and both ways back."""
    from symconv.pages.illustrated import illustrated as put

    back = {made.gradient(wrt).array.name: [drawn(partial(figure, made, f"backward-{wrt}"))] for wrt in ("w", "x")}
    return put(page, [drawn(partial(figure, made, "forward"))], back)


def trace_illustrated(found: Trace, page: Document) -> Document:
    """The page of a trace with its figure; where there is none that can be read, the page says why."""
    from symconv.pages.illustrated import before

    return before(page, "trace.sum", drawn(partial(trace_figure, found)))


__all__ = [
    "display",
    "example_document",
    "example_fields",
    "figure",
    "illustrated",
    "local",
    "moving",
    "trace",
    "trace_display",
    "trace_document",
    "trace_fields",
    "trace_figure",
    "trace_illustrated",
]  # fmt: skip
