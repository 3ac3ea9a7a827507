"""Worked examples and traces: numbers in -> sizes -> numbers drawn -> every product -> both ways -> checks -> page -> target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any

from symconv.api import derive, refuse, render_pages, roles, target
from symconv.api.worked import affine, affine_trace, family
from symconv.core.applied import Applied
from symconv.core.example import Array, Example, Index, WorkedExample, WorkedTrace, page_of
from symconv.core.facts import Check, Verdict
from symconv.core.functions import Layer
from symconv.core.node import Node
from symconv.core.operator import Operand, Operator, upstream
from symconv.core.text import read_assignments
from symconv.errors import SymconvError
from symconv.examples.generating import fill
from symconv.examples.reading import MOST, Given, read
from symconv.examples.tracing import read_entry
from symconv.examples.tracing import trace as traced
from symconv.examples.working import LIMIT, count, forward, gradient, sizes, triples, view_sizes, views, window_sums
from symconv.operators.parameters import number
from symconv.operators.sizes import at, spatial_given
from symconv.operators.typed import POOLS, from_text, whole_numbers

TARGETS = ("text", "latex", "markdown", "html", "pdf", "json")
LARGEST_VIEW = 100_000
LARGEST_SEED = 2**63


def example(
    op: Operator | Node | Layer,
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
) -> WorkedExample:
    """The worked example of an operator: operands read or drawn, every product forward and backward, all of it checked.

    Raises SymconvError for numbers that cannot be read, shapes that do not agree and examples that are too large,
    InternalError if two of our own ways disagree.
    """
    seeded(seed)
    operands_ = {"x": x, "w": w, "b": b, "g": g}
    counts = {"batch": batch, "in_channels": in_channels, "out_channels": out_channels}
    if isinstance(op, Layer):
        from symconv.api.applied import applied

        others = {"w": w, "b": b, "kernel": kernel, **counts, **(values or {})}
        return applied(op, {"x": x, "g": g, "target": target}, input, others, seed)
    if target is not None:
        raise SymconvError(f"target: expected none for {op.name}, which is no loss; leave it out")
    if isinstance(op, Node) and op.kind != "local":
        from symconv.api.pooled import pooled

        return pooled(op, operands_, input, kernel, counts, values, seed)
    op = workable(op)
    given = {role: plane(op, role, read(value, role)) for role, value in operands_.items() if value is not None}
    op, axes = sized(op, given, input, kernel, counts, values)
    small(op)
    found = triples(op)
    arrays, wanted = placed(op, given, axes)
    arrays = fill(op, arrays, wanted, found, seed)
    entries = forward(op, found, arrays)
    shape, lead = sizes(op, op.result), len(op.result.layout)
    arrays[op.result.name] = Array(op.result.name, shape, tuple(e.value for e in entries), lead, axes["y"])
    gradients = []
    for wrt in roles(op, "all"):
        d = derive(page_of(op), wrt, channels=True, check=False, proof=False)
        gradients.append(gradient(op, wrt, found, arrays, axes[wrt], d))
    names = operands(op)
    made = Example(
        op,
        tuple(arrays[name] for name in names.values() if name in arrays),
        entries,
        tuple(gradients),
        views(op),
        tuple(name for name in names.values() if name in wanted),
        seed,
        any(one.decimal for one in given.values()),
    )
    return checked(made)


def example_from_text(name: str, options: Mapping[str, Any]) -> WorkedExample:
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
            f"{name}: expected correlate, convolve, conv, conv_transpose, max_pool, avg_pool (1d, 2d, 3d) or linear for a "
            f"worked example, got {name}, which has none yet; use symconv derive or sc.evaluate"
        )
    if op.border is not None:
        raise SymconvError(
            f"{name}: expected zero padding for a worked example, got padding_mode={op.border.mode}, which has none yet; use "
            "symconv derive or sc.evaluate"
        )
    return op


def refused(node: Node, given: Mapping[str, Any], counts: Mapping[str, Any]) -> None:
    """Raise SymconvError for what pooling lacks."""
    for what, value in {"w": given["w"], "b": given["b"], "out_channels": counts["out_channels"]}.items():
        if value is not None:
            raise SymconvError(
                f"{what}: expected none for {node.name}, which has neither kernel nor bias and keeps its channels; leave it out"
            )


def operands(op: Operator) -> dict[str, str]:
    """The arrays' names by role, in the order of a page."""
    named = {"x": op.data.name, "w": op.kernel.name, "b": op.bias.name if op.bias else "", "y": op.result.name}
    return {**named, "g": upstream(op)}


def held(made: WorkedExample, role: str) -> Any:
    """The numbers in a role (x, w, b, g, y, target) as nested lists; None where there are none."""
    if isinstance(made, Applied):
        return made.held(role)
    if role == "target":
        return None
    made = affine(made)
    name = operands(made.op)[role]
    return next((a.nested() for a in made.arrays if a.name == name), None)


def gradients(made: WorkedExample) -> dict[str, Any]:
    """Every gradient as nested lists."""
    if isinstance(made, Applied):
        return {"x": made.gradient.nested()}
    return {d.wrt: d.array.nested() for d in affine(made).gradients}


def seeded(seed: Any) -> int:
    """The seed, if it is a whole number that every machine can hold."""
    try:
        ok = not isinstance(seed, bool) and 0 <= seed.__index__() < LARGEST_SEED
    except AttributeError:
        ok = False
    if not ok:
        raise SymconvError(f"seed: expected a whole number from 0 to 2^63 - 1, got {' '.join(str(seed).split())[:40]!r}")
    return int(seed)


def operand(op: Operator, role: str) -> Operand:
    """The operand in a role; g has the shape of y."""
    if role == "b" and op.bias is None:
        raise SymconvError(f"b: expected no bias for {op.name} as it was built, got numbers")
    return op.operand("y" if role == "g" else role)


# sizes
def sized(
    op: Operator,
    given: dict[str, Given],
    input: Any,
    kernel: Any,
    counts: dict[str, Any],
    values: Any,
    rounded_up: bool = False,
) -> tuple[Operator, dict[str, int]]:
    """The operator at the sizes that the arrays and the options tell, and how many axes each array shows.

    ``rounded_up``: the output size is, so that the windows may overhang the input.
    """
    whole = {role: full(op, role, one) for role, one in given.items()}
    spatial = {"input": input, "kernel": kernel}
    spread, spatial["input"] = leads(op, input)
    for what, role in (("input", "x"), ("kernel", "w")):
        if role in whole:
            agreed(op, what, spatial, whole[role][len(whole[role]) - op.ndim :])
    told = {what: found for what in counts if (found := counts[what]) is not None}
    for what, n in zip(("batch", "in_channels")[-len(spread) :] if spread else (), spread, strict=True):
        if number(told.setdefault(what, n), what, 1) != n:
            raise SymconvError(f"{what}: expected one number, got {n} in the input and {told[what]} beside it")
    for role, shape in whole.items():
        for what, label in (("batch", "n"), ("in_channels", "c"), ("out_channels", "o")):
            found = total(op, role, label, shape)
            if found is not None:
                told.setdefault(what, found)
    batch, inward, outward = (told.get(what) for what in ("batch", "in_channels", "out_channels"))
    made = at(op, spatial["input"], spatial["kernel"], batch, inward, outward, values)
    for role, shape in whole.items():
        wanted = sizes(made, operand(made, role))
        if shape != wanted:
            raise SymconvError(
                f"{role}: expected shape {spelled(wanted)} for {op.name} beside the other sizes, got {spelled(shape)}"
            )
    for k, axis in enumerate(made.axes):
        if not rounded_up and axis.slack != axis.stride * (axis.output - 1) + axis.remainder:
            raise SymconvError(f"{op.name}: the sizes and the values given along axis {k} contradict each other")
    return made, shown_axes(made, given, op.ndim + len(spread) if input is not None else 0)


def plane(op: Operator, role: str, one: Given) -> Given:
    """A row typed by itself is a plane of one row for an operator on planes."""
    return replace(one, shape=(1, *one.shape)) if one.row and op.ndim == 2 and role != "b" else one


def spelled(shape: Index) -> str:
    """2x3x4."""
    return "x".join(map(str, shape)) or "one number"


def full(op: Operator, role: str, one: Given) -> Index:
    """The whole shape of an array as given: leading axes left out have size 1."""
    part = operand(op, role)
    lead, spatial = len(part.layout), 0 if role == "b" else op.ndim
    if not spatial <= len(one.shape) <= lead + spatial:
        span = f"{spatial} to {spatial + lead} axes (leading ones left out have size 1)"
        if not lead:
            span = f"{spatial} axes" if spatial > 1 else "1 axis"
        raise SymconvError(f"{role}: expected {span} for {op.name}, got shape {spelled(one.shape)}")
    return (1,) * (lead + spatial - len(one.shape)) + one.shape


def leads(op: Operator, input: Any) -> tuple[list[int], Any]:
    """(batch and channels, spatial sizes) of input sizes: SPATIAL, CxSPATIAL or NxCxSPATIAL by their count."""
    if not isinstance(input, (tuple, list)) or len(input) <= op.ndim:
        return [], input
    spread = list(input[: -op.ndim])
    if len(spread) > 2 or not op.layered:
        raise SymconvError(f"input: expected {op.ndim} sizes for {op.name}, got {len(input)}")
    return [number(n, "input", 1) for n in spread], list(input[-op.ndim :])


def agreed(op: Operator, what: str, spatial: dict[str, Any], found: Index) -> None:
    """The spatial sizes of an array, which must be those given beside it."""
    if spatial[what] is not None and tuple(spatial_given(op, spatial[what], what)) != found:
        wanted = spelled(tuple(spatial_given(op, spatial[what], what)))
        raise SymconvError(f"{what}: expected the sizes {spelled(found)} of the array given, got {wanted}")
    spatial[what] = found


def total(op: Operator, role: str, label: str, shape: Index) -> int | None:
    """Batch or channels in all, as far as one array's shape tells."""
    for axis, n in zip(operand(op, role).layout, shape, strict=False):
        if label in axis or (label != "n" and axis == ("gamma",) and _owns(role, label)):
            groups = 1 if "gamma" in axis or label == "n" else op.groups.constant or 1
            return n * groups
    return None


def _owns(role: str, label: str) -> bool:
    return (role == "x") == (label == "c")


def shown_axes(op: Operator, given: dict[str, Given], wanted: int) -> dict[str, int]:
    """How many axes each array shows: as many as were given; y leaves out what x left out, where its size is 1.

    Without x the input sizes decide; what is drawn shows its leading axes from the first that is longer than 1.
    """
    whole = {role: sizes(op, operand(op, role)) for role in ("x", "w", "g")}

    def least(role: str) -> int:
        shape = whole[role]
        return next((len(shape) - k for k in range(len(shape) - op.ndim) if shape[k] != 1), op.ndim)

    axes = {"x": len(given["x"].shape) if "x" in given else max(wanted, least("x"))}
    everything = axes["x"] == len(whole["x"]) > op.ndim
    axes["w"] = len(given["w"].shape) if "w" in given else len(whole["w"]) if everything else least("w")
    axes["y"] = len(whole["g"]) if everything else max(axes["x"] - len(whole["x"]) + len(whole["g"]), least("g"))
    axes["g"] = len(given["g"].shape) if "g" in given else axes["y"]
    axes["b"] = len(given["b"].shape) if "b" in given else 1 if op.layered else 0
    return axes


def small(op: Operator) -> None:
    """Raise SymconvError for an example that nobody would read."""
    products = count(op)
    if products > LIMIT:
        raise SymconvError(f"{op.name}: expected an example of at most {LIMIT} products, got {products}; use smaller sizes")
    for part in (op.data, op.kernel, op.result):
        size = prod(sizes(op, part))
        if size > MOST:
            raise SymconvError(f"{op.name}: expected at most {MOST} numbers in {part.name}, got {size}; use smaller sizes")
    if view_sizes(op) > LARGEST_VIEW:
        raise SymconvError(
            f"{op.name}: expected padded arrays of at most {LARGEST_VIEW} places, got {view_sizes(op)}; use less padding or "
            "dilation"
        )


def placed(op: Operator, given: dict[str, Given], axes: dict[str, int]) -> tuple[dict[str, Array], dict[str, Array]]:
    """(arrays given, arrays to be drawn) by name.  A bias is drawn only with the kernel: left out, it is none."""
    names, stand, wanted = operands(op), {}, {}
    for role in ("x", "w", "b", "g"):
        if role == "b" and op.bias is None:
            continue
        part = operand(op, role)
        array = Array(names[role], sizes(op, part), (), len(part.layout), axes[role])
        if role in given:
            stand[array.name] = replace(array, entries=given[role].entries)
        elif role != "b" or "w" not in given:
            wanted[array.name] = array
    return stand, wanted


# checks
def checked(made: Example) -> Example:
    """The example with its checks: both ways agree, and ``evaluate`` and brute force find the same numbers.

    Raises InternalError where they do not: such an example is never printed.
    """
    from symconv.check.example import against_brute, against_evaluate

    checks = [agreed_both_ways(made), against_evaluate(made), against_brute(made)]
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return replace(made, checks=tuple(checks))


def agreed_both_ways(made: Example) -> Check:
    """Every gradient equals its closed form, and y the correlation of the arrays that are shown."""
    wrong = [found.array.name for found in made.gradients if not found.agree]
    if not window_sums(made):
        wrong.append(made.op.result.name)
    count = sum(len(found.scatter) for found in made.gradients) + len(made.y)
    closed = "correlations of the arrays shown" if made.op.axes else "products of matrices and the sums"
    detail = f"products added up one by one equal the {closed}, {count} entries"
    return Check("agree", Verdict("refuted", f"differs in {wrong[0]}") if wrong else Verdict("checked", detail), detail)


def trace(entry: str, made: WorkedExample) -> Any:
    """Every product that reaches an entry, and every candidate that does not.

    Raises SymconvError for an entry that cannot be read or lies outside of its array, InternalError where the sum is not the
    example's entry or the formula on the page is not the definition.
    """
    own = family(made)
    if own:
        return own.trace(entry, made)
    made = affine(made)
    role, index = read_entry(entry, made.op)
    found = traced(made, role, index)
    entries = made.y if role == "y" else made.gradient(role).closed
    truth = next(e.value for e in entries if e.index == index)
    if found.value != truth:
        refuse(Verdict("refuted", f"gives {found.value} where the example has {truth}"), "the trace of an entry")
    if role != "y":
        gathered(made, role)
    return found


def gathered(made: Example, role: str) -> None:
    """The formula that a trace shows is checked like every line."""
    from symconv.check.steps import check_lines

    d = made.gradient(role).derivation
    assert d is not None
    (verdict,) = check_lines(d.op, d.wrt, [d.steps[d.gather].expr])
    refuse(verdict, "the rule of the gather form")


# pages
def example_page(made: WorkedExample, to: str, elide: int | None = None, **options: Any) -> Any:
    """The example in a target.

    Raises SymconvError for an unknown target, or an ``elide`` below 2.
    """
    from symconv.rendering.worked import document, elided

    target(to, TARGETS)
    if elide is not None:
        elide = number(elide, "elide", 2)
    own = family(made)
    if own:
        page = own.example_page(made, to, elide)
        return page if to == "json" else pages(made, page, to, **options)
    if to == "json":
        from symconv.rendering.worked_json import render

        return render(affine(made), elide)
    return pages(made, elided(document(affine(made)), elide), to, **options)


def pages(made: WorkedExample, page: Any, to: str, **options: Any) -> Any:
    """A document in its target, with figures where it is a page of its own."""
    if to in ("html", "pdf") or options.get("standalone"):
        from symconv.api.figures import illustrated

        page = illustrated(made, page)
    return render_pages([page], to, **options)


def example_latex(made: WorkedExample) -> str:
    """The entries of y, worked out, as a display for Jupyter."""
    from symconv.rendering.latex import jupyter
    from symconv.rendering.worked import work

    own = family(made)
    if own:
        return jupyter([own.display(made)])
    made = affine(made)
    y = made.array(made.op.result.name)
    return jupyter([work(made, y.name, made.y, y.lead, y.shape, True, False)])


def trace_latex(found: WorkedTrace) -> str:
    """The products that reach the entry, as a display for Jupyter."""
    from symconv.rendering.latex import jupyter

    own = family(found.example)
    if own:
        return jupyter([own.trace_display(found)])
    from symconv.rendering.traced import total

    return jupyter([total(affine_trace(found))])


def trace_page(found: WorkedTrace, to: str, **options: Any) -> Any:
    """The trace in a target."""
    target(to, TARGETS)
    own = family(found.example)
    if own:
        page = own.trace_page(found, to)
        return page if to == "json" else trace_pages(found, page, to, **options)
    if to == "json":
        from symconv.rendering.worked_json import render_trace

        return render_trace(affine_trace(found))
    from symconv.rendering.traced import document

    return trace_pages(found, document(affine_trace(found)), to, **options)


def trace_pages(found: WorkedTrace, page: Any, to: str, **options: Any) -> Any:
    """A trace's document in its target, with its figure where it is a page of its own."""
    if to in ("html", "pdf") or options.get("standalone"):
        from symconv.api.figures import trace_illustrated

        page = trace_illustrated(found, page)
    return render_pages([page], to, **options)
