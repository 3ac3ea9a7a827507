"""Worked examples and traces of pooling: numbers in -> windows -> both ways to dL/dx -> checks -> page -> target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from symconv.api.examples import refused
from symconv.api.nodes import derive_node
from symconv.api.pipeline import refuse
from symconv.api.sizing import placed, plane, sized, small
from symconv.api.worked import spelled
from symconv.examples.pooling import fill, forward, gather, role_of, scatter, selection, unread, windows
from symconv.examples.pooling import trace as traced
from symconv.examples.reading import read
from symconv.examples.tracing import read_entry
from symconv.examples.working import sizes, triples
from symconv.figures import pooling as figures
from symconv.figures.pooling import figure
from symconv.figures.pooling import traced as trace_figure
from symconv.language.example import Array, Gradient, Index
from symconv.language.facts import Check, NodeDerivation, Verdict
from symconv.language.node import Node, windows_read
from symconv.language.operator import bare, gradient_name, upstream
from symconv.language.pooled import Pooled, PooledTrace
from symconv.pages.faces import Fields, Moving
from symconv.pages.illustrated import drawn
from symconv.pages.nodes import Block, Document


def pooled(
    node: Node, given: Mapping[str, Any], input: Any, kernel: Any, counts: dict[str, Any], values: Any, seed: int
) -> Pooled:
    """The worked example of a pooling node (see ``api.examples.example``)."""
    refused(node, given, counts)
    found = {role: plane(node.window, role, read(value, role)) for role, value in given.items() if value is not None}
    op, axes = sized(node.window, found, input, kernel, counts, values, node.ceil_mode)
    node = replace(node, window=op)
    windows_read(node)
    small(op)
    arrays, wanted = placed(op, found, axes)
    wanted.pop(op.kernel.name)
    every = triples(op)
    arrays = fill(node, arrays, wanted, every, seed)
    x, lead = arrays[op.data.name], len(op.result.layout)
    seen = windows(node, every, x)
    y = forward(node, seen, x)
    shown = [
        x,
        Array(op.result.name, sizes(op, op.result), tuple(e.value for e in y), lead, axes["y"]),
        arrays[upstream(op)],
    ]
    if node.kind == "max_pool":
        shown.append(selection(node, seen, lead))
    made = Pooled(
        op,
        tuple(shown),
        y,
        (gradient(node, seen, shown, axes["x"]),),
        generated=tuple(wanted),
        seed=seed,
        decimal=any(one.decimal for one in found.values()),
        node=node,
        windows=seen,
        derivation=derived(node),
    )
    return checked(made)


def derived(node: Node) -> NodeDerivation:
    """dL/dx of the node at its sizes, as the page writes it: without batch and channels of size 1."""
    return derive_node(replace(node, window=bare(node.window)), "x", True, False, False)


def gradient(node: Node, seen: Any, shown: list[Array], axes: int) -> Gradient:
    """dL/dx both ways."""
    op, arrays = node.window, {a.name: a for a in shown}
    given, closed = scatter(node, seen, arrays), gather(node, arrays)
    name, x = gradient_name(op, op.data), arrays[op.data.name]
    array = Array(name, x.shape, tuple(e.value for e in given), x.lead, axes)
    agree = [(e.index, e.value) for e in given] == [(e.index, e.value) for e in closed]
    return Gradient("x", array, given, closed, op, (), unread(node), agree)


def checked(made: Pooled) -> Pooled:
    """The example with its checks; raises InternalError where one fails."""
    from symconv.check.pooledexample import against_brute, against_differences, against_evaluate

    d = made.gradient("x")
    detail = f"what the windows send equals what the entries collect, {len(d.scatter)} entries"
    status = Verdict("checked", detail) if d.agree else Verdict("refuted", f"differs in {d.array.name}")
    checks = [Check("agree", status, detail), against_evaluate(made), against_brute(made)]
    slopes = against_differences(made)
    if slopes is not None:
        checks.append(slopes)
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return replace(made, checks=tuple(checks))


def trace(entry: str, made: Pooled) -> PooledTrace:
    """Every window that holds an entry of x, what is largest there and what it sends; or every tap of an entry of y."""
    from symconv.check.nodes import check_node_lines

    role_of(entry, made.node)
    role, index = read_entry(entry, made.op)
    found = traced(made, role, index)
    entries = made.y if role == "y" else made.gradient("x").closed
    truth = next(e.value for e in entries if e.index == index)
    if found.value != truth:
        refuse(Verdict("refuted", f"gives {found.value} where the example has {truth}"), "the trace of an entry")
    if role == "x":
        lines = [step.expr for step in made.derivation.steps[-2:]]  # the first line of a list is not tried at ties
        refuse(check_node_lines(made.derivation.op, "x", lines)[0][-1], "the rule of the gather form")
    return found


def example_document(made: Pooled, elide: int | None) -> Document:
    """The page of an example."""
    from symconv.pages.pooled import document
    from symconv.pages.worked import elided

    return elided(document(made), elide)


def example_fields(made: Pooled, elide: int | None) -> Fields:
    """The example for other programs."""
    from symconv.pages.pooled_json import as_object

    return as_object(made, elide)


def trace_document(found: PooledTrace) -> Document:
    """The page of a trace."""
    from symconv.pages.pooled import trace_document as document

    return document(found)


def trace_fields(found: PooledTrace) -> Fields:
    """The trace for other programs."""
    from symconv.pages.pooled_json import trace_object

    return trace_object(found)


def display(made: Pooled) -> Block:
    """Every window, worked out."""
    from symconv.pages.pooled import windows as worked

    return worked(made)


def trace_display(found: PooledTrace) -> Block:
    """What reaches the entry."""
    from symconv.pages.pooled import total

    return total(found)


# figures
def moving(made: Pooled, part: str | None, worked: bool) -> Moving:
    """The windows in their order: what each takes (part y), or what it sends while dL/dx fills up (part x)."""
    from symconv.pages.pooled import row, sent

    part = part or "y"
    frames = figures.sequence(made, part, worked)
    array = made.array(made.op.result.name) if part == "y" else made.gradient("x").array
    name, x = made.node.name, made.op.data.name
    if part == "y":
        words = f"The window moves over {x}; every step is one entry of {array.name}, worked out below."
        lines = [[row(made, e, w, array_index(made, e.index))] for e, w in zip(made.y, made.windows, strict=True)]
    else:
        words = (
            f"Window by window, what {upstream(made.op)} sends back; below, {array.name} as far as it has been collected."
        )
        lines = sent(made)
    steps = [(spelled(made.op.result.name, array_index(made, w.index)), scene, rows)
             for w, scene, rows in zip(made.windows, frames, lines, strict=True)]  # fmt: skip
    return Moving(f"{name}, step by step: {array.name}", words, steps)


def array_index(made: Pooled, index: Index) -> Index:
    """An index of y as it is written."""
    return made.array(made.op.result.name).short(index)


def illustrated(made: Pooled, page: Document) -> Document:
    """The page with the windows, and the way back."""
    from symconv.pages.illustrated import illustrated as put

    back = {made.gradient("x").array.name: [drawn(partial(figure, made, "backward-x"))]}
    return put(page, [drawn(partial(figure, made, "forward"))], back)


def trace_illustrated(found: PooledTrace, page: Document) -> Document:
    """The page of a trace with the window that selects its entry."""
    from symconv.pages.illustrated import before

    return before(page, "trace.windows" if found.role == "x" else "trace.taps", drawn(partial(trace_figure, found)))


__all__ = [
    "display",
    "example_document",
    "example_fields",
    "figure",
    "illustrated",
    "moving",
    "pooled",
    "trace",
    "trace_display",
    "trace_document",
    "trace_fields",
    "trace_figure",
    "trace_illustrated",
]  # fmt: skip
