"""Worked examples and traces: numbers in -> sizes -> numbers drawn -> every product -> both ways -> checks -> page -> target."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symconv.api import nodes, operators
from symconv.api.borders import example_checks
from symconv.api.sizing import operands, placed, row, shared, shown, sized, small, unshared
from symconv.api.story import roles
from symconv.errors import SymconvError, brief
from symconv.examples.build import forward, gradient, selection, sizes, views, window_sums
from symconv.examples.generating import fill
from symconv.examples.reading import Given, read
from symconv.examples.sums import Sums
from symconv.examples.tracing import read_entry
from symconv.examples.tracing import trace as traced
from symconv.language.example import Example, Trace, page_of
from symconv.language.facts import Check, Derivation, Verdict, WindowDerivation, refuse
from symconv.language.functions import Function
from symconv.language.operator import Operator
from symconv.language.prose import Prose
from symconv.language.scene import Scene
from symconv.language.text import read_assignments
from symconv.language.unshared import SELECTION, Unshared, windows_read
from symconv.layers.typed import POOLS, from_text, whole_numbers
from symconv.pages.faces import Fields, Moving, display, fields, illustrated, moving, page, scene, verdicts
from symconv.pages.nodes import Document

LARGEST_SEED = 2**63


def example(
    op: Operator | Unshared | Function,
    x: Any = None,
    w: Any = None,
    b: Any = None,
    g: Any = None,
    input: Any = None,
    kernel: Any = None,
    batch: Any = None,
    in_channels: Any = None,
    out_channels: Any = None,
    values: Mapping[str, int] | None = None,
    seed: int = 0,
    target: Any = None,
) -> Example:
    """The worked example of an operator: operands read or drawn, every product forward and backward, all of it checked.

    Raises SymconvError for numbers that cannot be read, shapes that do not agree and examples that are too large,
    InternalError if two of our own ways disagree.
    """
    seeded(seed)
    operands_ = {"x": x, "w": w, "b": b, "g": g}
    counts = {"batch": batch, "in_channels": in_channels, "out_channels": out_channels}
    if isinstance(op, Function):
        from symconv.api.applied import applied as function_example

        others = {"w": w, "b": b, "kernel": kernel, **counts, **(values or {})}
        return function_example(op, {"x": x, "g": g, "target": target}, input, others, seed)
    if target is not None:
        raise SymconvError(f"target: expected none for {op.name}, which is no loss; leave it out")
    if isinstance(op, Unshared) and op.kind != "local":
        refused(op, operands_, counts)
    layer = op if isinstance(op, Unshared) else workable(op)
    given = {role: row(layer, role, read(value, role)) for role, value in operands_.items() if value is not None}
    layer, axes = at_sizes(layer, given, input, kernel, counts, values)
    derivations = {wrt: stated(page_of(layer), wrt) for wrt in roles(layer, "all")}
    sums = Sums(layer, derivations)
    arrays, wanted = placed(layer, given, axes)
    arrays = fill(sums, arrays, wanted, seed)
    y = forward(sums, arrays, axes["y"])
    arrays[y.name] = y.array
    names = list(operands(sums.op).values())
    if sums.node is not None and sums.node.kind == "max_pool":
        names.append(SELECTION)
        arrays[SELECTION] = selection(sums, y)
    made = Example(
        layer,
        tuple(arrays[name] for name in names if name in arrays),
        y,
        tuple(gradient(sums, wrt, y, arrays, shown(layer, wrt, axes), d) for wrt, d in derivations.items()),
        views(sums.op),
        tuple(name for name in names if name in wanted),
        seed,
        any(one.decimal for one in given.values()),
    )
    return checked(made, sums)


def at_sizes(
    layer: Operator | Unshared, given: dict[str, Given], input: Any, kernel: Any, counts: dict[str, Any], values: Any
) -> tuple[Operator | Unshared, dict[str, int]]:
    """The layer at the sizes that the arrays and the options tell, and how many axes each array shows."""
    alike = {role: shared(layer, role, one) for role, one in given.items()}
    if not isinstance(layer, Unshared):
        made, axes = sized(layer, alike, input, kernel, counts, values)
        small(made)
        return made, axes
    op, axes = sized(layer.window, alike, input, kernel, counts, values, layer.ceil_mode)
    node = replace(layer, window=op)
    if node.kind != "local":
        windows_read(node)
    small(op)
    alone = axes["w"] < len(op.kernel.layout) + node.ndim and sizes(op, op.kernel)[:1] == (1,)
    if unshared(node, "b") and "b" not in given and alone:
        axes["b"] = 0  # as y leaves the filters out
    return node, axes


def example_from_text(name: str, options: Mapping[str, Any]) -> Example:
    """The example that the words of a command line describe."""
    pools = name.startswith(POOLS)  # their kernel is a parameter
    op = from_text(name, options if pools else {**options, "kernel": None})
    spatial = ("input",) if pools else ("input", "kernel")
    sizes_ = {what: whole_numbers(options[what], what) for what in spatial if options[what] is not None}
    counts: dict[str, Any] = {}
    for what in ("batch", "in_channels", "out_channels"):
        if options[what] is not None:
            found = whole_numbers(options[what], what)
            if len(found) != 1:
                raise SymconvError(f"{what}: expected one number, got {options[what]!r}")
            counts[what] = found[0]
    values = read_assignments(options["at_"], "at") if options["at_"] is not None else None
    given = {role: options[role] for role in ("x", "w", "b", "g", "target")}
    return example(op, **given, **sizes_, **counts, values=values, seed=options["seed"])


def workable(op: Any) -> Operator:
    """The operator, if there are worked examples of its kind."""
    name = str(getattr(op, "name", op))
    if not isinstance(op, Operator):
        raise SymconvError(
            f"{name}: expected correlate, convolve, conv, conv_transpose, local, max_pool, avg_pool (1d, 2d, 3d) or linear "
            f"for a worked example, got {name}, which has none yet; use symconv derive or sc.evaluate"
        )
    if op.border is not None and op.derived:
        raise SymconvError(
            f"{name}: expected an operator as it was built for a worked example, got the gradient of one with padding_mode="
            f"{op.border.mode}, which has none; use sc.derive or sc.evaluate"
        )
    return op


def stated(layer: Operator | Unshared, wrt: str) -> Derivation | WindowDerivation:
    """The derivation that a page of numbers quotes; a border may wrap more than once in it."""
    return operators.stated(layer, wrt) if isinstance(layer, Operator) else nodes.derived(layer, wrt, True)


def refused(node: Unshared, given: Mapping[str, Any], counts: Mapping[str, Any]) -> None:
    """Raise SymconvError for what pooling lacks."""
    for what, value in {"w": given["w"], "b": given["b"], "out_channels": counts["out_channels"]}.items():
        if value is not None:
            raise SymconvError(
                f"{what}: expected none for {node.name}, which has neither kernel nor bias and keeps its channels; leave it out"
            )


def held(made: Example, role: str) -> Any:
    """The numbers in a role (x, w, b, g, y, target) as nested lists; None where there are none."""
    if made.kind == "function":
        name = {"target": "t"}.get(role, role)
        return made.y.nested() if role == "y" else made.array(name).nested() if made.has(name) else None
    found = made.named.get(operands(made.op).get(role, ""))
    return None if found is None else found.nested()


def gradients(made: Example) -> dict[str, Any]:
    """Every gradient as nested lists."""
    return {d.wrt: d.scatter.nested() for d in made.gradients}


def seeded(seed: Any) -> int:
    """The seed, if it is a whole number that every machine can hold."""
    if isinstance(seed, bool) or not hasattr(seed, "__index__") or not 0 <= operator.index(seed) < LARGEST_SEED:
        raise SymconvError(f"seed: expected a whole number from 0 to 2^63 - 1, got {brief(seed)}")
    return operator.index(seed)


# checks
def checked(made: Example, sums: Sums) -> Example:
    """The example with its checks: both ways agree, and independent constructions find the same numbers.

    Raises InternalError where they do not: such an example is never printed.
    """
    from symconv.check import example as check

    checks = [agreed_both_ways(made, sums), *check.independent(made)]
    if made.op.border is not None:
        checks += example_checks(made)
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return replace(made, checks=tuple(checks))


def agreed_both_ways(made: Example, sums: Sums) -> Check:
    """Every gradient equals its closed form, and y the correlation of the arrays that are shown."""
    wrong = [found.array.name for found in made.gradients if not found.agree]
    count = sum(len(found.scatter.lines) for found in made.gradients)
    if made.kind == "sum":
        if not window_sums(sums, made.y, {a.name: a for a in made.arrays}):
            wrong.append(made.y.name)
        key = "check.example.correlations" if made.op.axes else "check.example.matrices"
        detail = Prose(key, {"entries": count + len(made.y.lines)})
    else:
        key = "check.example.handed" if made.kind == "local" else "check.example.sent"
        detail = Prose(key, {"entries": count})
    differs = Verdict("refuted", Prose("check.example.differs.in", {"part": wrong[0]})) if wrong else None
    return Check("agree", differs or Verdict("checked", detail), detail)


def trace(entry: str, made: Example) -> Any:
    """Every product that reaches an entry, and every candidate that does not.

    Raises SymconvError for an entry that cannot be read or lies outside of its array, InternalError where the sum is not the
    example's entry or the formula on the page is not the definition.
    """
    if made.kind == "function":
        from symconv.check.appliedexample import adds_up
        from symconv.examples import followed

        of = followed.trace(made, *followed.read_entry(entry, made))
        refuse(adds_up(of), "the trace of an entry")
        return of
    role, index = read_entry(entry, made)
    found = traced(made, role, index)
    truth = made.part(role)[index].value
    if found.value != truth:
        gives = Prose("check.example.gives", {"value": found.value, "true": truth})
        refuse(Verdict("refuted", gives), "the trace of an entry")
    if role != "y":
        gathered(made, role)
    return found


def gathered(made: Example, role: str) -> None:
    """The formula that a trace shows is checked like every line."""
    from symconv.check.example import JACOBIAN
    from symconv.check.steps import check_lines

    d = made.gradient(role).derivation
    if isinstance(d, Derivation):
        (verdict,) = check_lines(d.op, d.wrt, [d.steps[d.gather].expr])
    elif not isinstance(d, WindowDerivation):
        return
    elif made.kind != "local":
        lines = [step.expr for step in d.steps[-2:]]  # the first line of a list is not tried at ties
        verdict = check_lines(d.op, role, lines)[-1]
    elif (
        len(made.part(role).lines) * len(made.y.lines) <= JACOBIAN
    ):  # beyond, the example's own check of the formula stands
        (verdict,) = check_lines(d.page, role, [d.steps[d.gather].expr])
    else:
        return
    refuse(verdict, "the rule of the gather form")


# faces
@page.register(Example)
def example_page(made: Example, elide: int | None = None) -> Document:
    """The page of an example without its figures; with ``elide`` at most so many products to a line."""
    from symconv.pages.worked import worked_page

    return worked_page(made, elide)


@illustrated.register(Example)
def with_figures(made: Example, elide: int | None = None) -> Document:
    """The page with its figures."""
    from symconv.api import figures

    return figures.illustrated(made, example_page(made, elide))


@scene.register(Example)
def example_scene(made: Example, name: str | None = None) -> Scene:
    """A figure by its name, or both passes."""
    from symconv.api import figures

    return figures.figure(made, name)


@moving.register(Example)
def example_moving(made: Example, part: str | None = None, worked: bool = False) -> Moving:
    """The window over every entry of a part."""
    from symconv.api import figures

    return figures.moving(made, part, worked)


@fields.register(Example)
def example_fields(made: Example, elide: int | None = None) -> Fields:
    """For other programs."""
    from symconv.pages.worked_json import as_object

    return as_object(made, elide)


@display.register(Example)
def example_display(made: Example) -> str:
    """The entries of y, worked out."""
    from symconv.pages.latex import jupyter
    from symconv.pages.worked import entries

    return jupyter([entries(made)])


@page.register(Trace)
def trace_document(found: Trace) -> Document:
    """The page of a trace without its figure."""
    from symconv.pages.traced import trace_page

    return trace_page(found)


@illustrated.register(Trace)
def trace_with_figure(found: Trace) -> Document:
    """The page of a trace with its figure."""
    from symconv.api import figures

    return figures.trace_illustrated(found, trace_document(found))


@scene.register(Trace)
def trace_scene(found: Trace, name: str | None = None) -> Scene:
    """The window at the entry that is traced."""
    from symconv.api import figures

    return figures.trace_figure(found, name)


@fields.register(Trace)
def trace_fields(found: Trace) -> Fields:
    """For other programs."""
    from symconv.pages.worked_json import trace_object

    return trace_object(found)


@verdicts.register(Trace)
def trace_verdicts(found: Trace) -> tuple[Verdict, ...]:
    """Those of the example that it belongs to."""
    return verdicts(found.example)


@display.register(Trace)
def trace_display(found: Trace) -> str:
    """The products that reach the entry."""
    from symconv.pages.latex import jupyter
    from symconv.pages.traced import total

    return jupyter([total(found)])
