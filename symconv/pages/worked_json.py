"""Worked examples and traces as JSON: numbers as numbers, fractions as "p/q", stable keys.

    operator parameters shapes generated seed  x w b y g  grad_x grad_w grad_b  closed_form  unreached  entries  checks

With a border ``padded`` is x as the windows read it: its values, the ``origin`` of each (an index of x), which are ``copies``;
closed_form.x.padded is the gradient of that array, and ``places`` says per axis which index of x each place is added to.

An array has as many axes as the user wrote: y leaves out what x left out, where its size is 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from symconv.language.example import Array, Entry, Example, Gradient, Guard, Number, Trace, View, nested
from symconv.language.facts import Reduction
from symconv.language.operator import gradient_name, upstream
from symconv.pages.arrays import products, symbols
from symconv.pages.bordered import is_copy
from symconv.pages.fields import parameters
from symconv.pages.text import TextTarget
from symconv.pages.worked import DOT, middle, worked

Closed = Callable[[Example, Gradient], dict[str, Any]]


def plain(made: Example, found: Any) -> Any:
    """Numbers within lists: fractions as "p/q", or as floats where the user wrote decimals."""
    if isinstance(found, list):
        return [plain(made, part) for part in found]
    if isinstance(found, Fraction):
        return float(found) if made.decimal else str(found)
    return found


def as_object(made: Example, elide: int | None = None, closed: Closed | None = None) -> dict[str, Any]:
    """The example; ``closed`` says what a gradient's closed form is (default: a member with its arrays)."""
    op, there = made.op, {a.name: a for a in made.arrays}
    names = {"x": op.data.name, "w": op.kernel.name, "b": op.bias.name if op.bias else "", "y": op.result.name}
    names["g"] = upstream(op)
    found: dict[str, Any] = {
        "operator": op.name,
        "parameters": parameters(op),
        "shapes": {role: list(there[name].shape) for role, name in names.items() if name in there},
        "generated": [role for role, name in names.items() if name in made.generated],
        "seed": made.seed if made.generated else None,
        "output_size": [a.output for a in op.axes],
        "remainder": [a.remainder for a in op.axes],
    }
    for role, name in names.items():
        found[role] = plain(made, there[name].nested()) if name in there else None
    for wrt in ("x", "w", "b"):
        found[f"grad_{wrt}"] = next((plain(made, d.array.nested()) for d in made.gradients if d.wrt == wrt), None)
    if op.border is not None:
        found["padded"] = viewed(made, made.views[0])
    found["agree"] = all(d.agree for d in made.gradients)
    found["closed_form"] = {d.wrt: (closed or closed_form)(made, d) for d in made.gradients}
    found["unreached"] = [
        {"axis": one.axis, "places": list(one.places), "reason": one.reason} for d in made.gradients for one in d.unreached
    ]
    y = made.array(op.result.name)
    found["entries"] = {"y": [entry(made, y, e, elide) for e in made.y]}
    for d in made.gradients:
        found["entries"][f"grad_{d.wrt}"] = [entry(made, d.array, e, elide) for e in d.scatter]
    found["checks"] = made.checks
    return found


def again_of(made: Example, d: Gradient) -> Any:
    """A gradient once more, worked out by itself."""
    return plain(made, nested(tuple(e.value for e in d.closed), d.array.shape[len(d.array.shape) - d.array.axes :]))


def closed_form(made: Example, d: Gradient) -> dict[str, Any]:
    """The member with the very arrays that it reads; its result once more, worked out by itself."""
    again, member = again_of(made, d), d.member
    if isinstance(member, Reduction):
        return {"name": "sum", "data": member.data.name, "value": again}
    return {
        "name": "correlate",
        "data": member.data.name,
        "kernel": member.kernel.name,
        "stride": [a.stride for a in member.axes],
        "input_dilation": [a.input_dilation for a in member.axes],
        "dilation": [a.dilation for a in member.axes],
        "padding": [[a.lo, a.hi] for a in member.axes],
        "flip": member.flip,
        "arrays": {view.part: viewed(made, view) for view in d.views},
        **folded(made, d),
        "value": again,
    }


def folded(made: Example, d: Gradient) -> dict[str, Any]:
    """The gradient of the padded tensor, and along every axis the entry that each of its places is added to."""
    if d.fold is None:
        return {}
    array = d.fold.array
    values = plain(made, nested(array.entries, array.shape[len(array.shape) - array.axes :]))
    return {
        "padded": {"name": TextTarget().entry(array.name, ()), "value": values, "places": [list(p) for p in d.fold.lines]}
    }


def viewed(made: Example, view: View) -> dict[str, Any]:
    """An array as it is read: the zeros that were put in are 0 in ``values`` and a dot in ``origin``."""
    array = made.array(view.name)
    values: list[Number] = []
    for at, _ in array.planes():
        values += [0 if isinstance(c, str) else array[at + c] for c in view.cells]
    shape = (*array.shape[: array.lead], *view.shape)
    places: tuple[Any, ...] = tuple(DOT if isinstance(c, str) else ",".join(map(str, c)) for c in view.cells)
    found = {
        "name": view.name,
        "shape": list(shape),
        "values": plain(made, nested(tuple(values), shape)),
        "origin": nested(places, view.shape),
    }
    if view.copies:  # which of them a border put in
        copies = tuple(view.copied(at) for at in product(*map(range, view.shape)))
        found["copies"] = nested(copies, view.shape)
    return found


def entry(made: Example, array: Array, one: Entry, elide: int | None) -> dict[str, Any]:
    """One entry: symbol, substitution, result."""
    shown, target = worked(made, array.name, array.short(one.index), one, True), TextTarget()
    parts = middle(shown.symbols, elide) if elide else shown.symbols
    numbers = middle(shown.numbers, elide) if elide else shown.numbers
    return {
        "entry": target.entry(array.name, shown.index),
        "symbols": " ".join(symbols(target, parts)) or "0",
        "numbers": " ".join(products(numbers)) or "0",
        "value": plain(made, one.value),
    }


def trace_object(found: Trace) -> dict[str, Any]:
    """The trace as one object."""
    made, op = found.example, found.example.op
    role = next((d.wrt for d in made.gradients if gradient_name(op, op.operand(d.wrt)) == found.name), "y")
    target = TextTarget()
    there, absent = [], []
    for one in found.candidates:
        shown: dict[str, Any] = {
            "bound": dict(one.bound),
            "factors": [target.entry(n, made.array(n).short(i)) for n, i in one.factors],
        }
        if one.through:
            shown |= {"place": list(one.through), "copy": is_copy(made, one.through)}
        if one.killed:
            absent.append({**shown, "killed_by": [guard(g) for g in one.killed]})
            continue
        numbers = [made.value(f) for f in one.factors]
        total: Number = 1
        for n in numbers:
            total = total * n
        there.append({**shown, "numbers": plain(made, numbers), "value": plain(made, total)})
    return {
        "operator": op.name,
        "parameters": parameters(op),
        "entry": f"{'d' if role != 'y' else ''}{role}[{','.join(map(str, found.index))}]",
        "index": list(found.index),
        "products": there,
        "absent": absent,
        "value": plain(made, found.value),
        "seed": made.seed if made.generated else None,
        "checks": made.checks,
    }


def guard(one: Guard) -> dict[str, Any]:
    """A condition that fails."""
    text_of = (
        f"{one.divisor} does not divide {one.top}"
        if one.kind == "divides"
        else f"not 0 <= {one.top // one.divisor} < {one.size}"
    )
    return {"axis": one.axis, "index": one.index, "kind": one.kind, "says": text_of}
