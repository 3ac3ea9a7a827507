"""Worked examples and traces of activations, losses and flatten: numbers in -> both ways -> checks -> page -> target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from symconv.api.nodes import refuse
from symconv.api.worked import spelled
from symconv.derivation.functions import formulas, stories
from symconv.errors import SymconvError
from symconv.examples.applying import Work
from symconv.examples.followed import read_entry
from symconv.examples.followed import trace as traced
from symconv.examples.operands import operands
from symconv.figures import graphs
from symconv.figures.graphs import figure
from symconv.figures.graphs import traced as trace_figure
from symconv.language.applied import Applied, AppliedTrace
from symconv.language.facts import Check, FunctionDerivation
from symconv.language.functions import Layer
from symconv.pages.faces import Fields, Moving
from symconv.pages.illustrated import drawn
from symconv.pages.nodes import Block, Document


def applied(layer: Layer, given: Mapping[str, Any], input: Any, others: Mapping[str, Any], seed: int) -> Applied:
    """The worked example of a layer (see ``api.examples.example``); ``others`` are what it must not be given."""
    name = layer.open
    if name is not None and others.get(name) is not None:
        number = Fraction(others[name])
        parameters = tuple((what, number if value == name else value) for what, value in layer.parameters)
        layer, others = replace(layer, parameters=parameters), {**others, name: None}
    for what, value in others.items():
        if value is not None:
            raise SymconvError(f"{what}: expected none for {layer.name}, which takes x alone; leave it out")
    found = operands(layer, given, input, seed)
    work = Work(layer, found.arrays)
    parts, y = work.forward()
    before, ways = work.backward()
    order = [name for name in ("x", "t", "T", "g") if name in found.arrays]
    made = Applied(
        layer,
        tuple(found.arrays[name] for name in order),
        tuple(parts),
        y,
        tuple(before),
        tuple(ways),
        derived(layer),
        work.made.get("again"),
        found.drawn,
        seed,
        found.decimal,
    )
    return checked(made, len(ways) < 2 or work.agree(*ways))


def derived(layer: Layer) -> FunctionDerivation:
    """What the derivation's page says before its steps; a pointwise function's cases are spelled from its definition."""
    found = FunctionDerivation(layer, layer, "x", tuple(stories(layer)))
    return found if layer.kind == "pointwise" else replace(found, formulas=tuple(formulas(layer)))


def checked(made: Applied, same: bool) -> Applied:
    """The example with its checks; raises InternalError where one fails."""
    from symconv.check import appliedexample as check

    found: list[Check | None] = [check.agreeing(made, same)] if len(made.ways) > 1 else []
    found += [check.against_evaluate(made), check.against_decimals(made), check.against_differences(made)]
    if made.layer.kind == "pointwise" and not made.layer.rational:
        found.append(check.check_slope(made.layer))
    found.append(check.check_kink(made))
    checks = [one for one in found if one is not None]
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return replace(made, checks=tuple(checks))


def trace(entry: str, made: Applied) -> AppliedTrace:
    """Every term that reaches an entry of y (or L) or of dL/dx."""
    from symconv.check.appliedexample import adds_up

    found = traced(made, *read_entry(entry, made))
    refuse(adds_up(found), "the trace of an entry")
    return found


def example_document(made: Applied, elide: int | None) -> Document:
    """The page of an example."""
    from symconv.pages.applied import document

    return document(made, elide)


def example_fields(made: Applied, elide: int | None) -> Fields:
    """The example for other programs."""
    from symconv.pages.applied_json import as_object

    return as_object(made, elide)


def trace_document(found: AppliedTrace) -> Document:
    """The page of a trace."""
    from symconv.pages.applied_trace import document

    return document(found)


def trace_fields(found: AppliedTrace) -> Fields:
    """The trace for other programs."""
    from symconv.pages.applied_json import trace_object

    return trace_object(found)


def display(made: Applied) -> Block:
    """The entries of y, worked out."""
    from symconv.pages.applied import shown

    return shown(made, made.y)


def trace_display(found: AppliedTrace) -> Block:
    """The terms that reach the entry."""
    from symconv.pages.applied_trace import total

    return total(found)


# figures
def moving(made: Applied, part: str | None, worked: bool) -> Moving:
    """A point that moves along the graph, entry by entry."""
    from symconv.pages.applied import one_line

    frames = graphs.sequence(made, part or "y")
    array = made.y if (part or "y") == "y" else made.gradient
    words = (
        f"The point moves over the entries of x, in their order; every step is one entry of {array.name}, worked out below."
    )
    steps = [
        (spelled(array.name, line.index), scene, one_line(made, array, line))
        for line, scene in zip(array.lines, frames, strict=True)
    ]
    return Moving(f"{made.layer.name}, step by step: {array.name}", words, steps)


def illustrated(made: Applied, page: Document) -> Document:
    """The page with the graph or the bars, forward and backward."""
    from symconv.pages.illustrated import illustrated as put

    back = {made.gradient.name: [drawn(partial(figure, made, "backward-x"))]}
    return put(page, [drawn(partial(figure, made, "forward"))], back)


def trace_illustrated(found: AppliedTrace, page: Document) -> Document:
    """The page of a trace with its figure."""
    from symconv.pages.illustrated import before

    return before(page, "trace.terms", drawn(partial(trace_figure, found)))


__all__ = [
    "applied",
    "display",
    "example_document",
    "example_fields",
    "figure",
    "illustrated",
    "moving",
    "trace",
    "trace_display",
    "trace_document",
    "trace_fields",
    "trace_figure",
    "trace_illustrated",
]  # fmt: skip
