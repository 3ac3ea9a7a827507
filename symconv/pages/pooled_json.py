"""Worked pooling examples and traces as JSON, with the keys of ``worked_json`` wherever they mean the same.

    operator parameters shapes generated seed  x y g  grad_x  indices windows  unreached  entries  checks

``indices`` are the places of the largest entries as ``sc.evaluate`` and PyTorch count them, flattened in their plane.
"""

from __future__ import annotations

from typing import Any

from symconv.language.example import Array, Entry, Index, Number, nested
from symconv.language.operator import upstream
from symconv.language.pooled import Pooled, PooledTrace, Window
from symconv.pages.arrays import FRAMES, framed, products, symbols
from symconv.pages.nodes import Worked
from symconv.pages.pooled import row, total
from symconv.pages.text import TextTarget
from symconv.pages.windows import own_fields
from symconv.pages.worked import middle, worked
from symconv.pages.worked_json import again_of, guard, plain


def as_object(made: Pooled, elide: int | None = None) -> dict[str, Any]:
    """The example."""
    op, d = made.op, made.gradient("x")
    names = {"x": op.data.name, "y": op.result.name, "g": upstream(op)}
    found: dict[str, Any] = {
        "operator": made.node.name,
        "parameters": own_fields(made.derivation),
        "shapes": {role: list(made.array(name).shape) for role, name in names.items()},
        "generated": [role for role, name in names.items() if name in made.generated],
        "seed": made.seed if made.generated else None,
        "output_size": [a.output for a in op.axes],
    }
    for role, name in names.items():
        found[role] = plain(made, made.array(name).nested())
    found["grad_x"] = plain(made, d.array.nested())
    found["indices"] = indices(made) if made.node.kind == "max_pool" else None
    found["agree"] = d.agree
    found["gather"] = again_of(made, d)
    found["unreached"] = [{"axis": one.axis, "places": list(one.places), "reason": one.reason} for one in d.unreached]
    found["windows"] = [window(made, one) for one in made.windows]
    y = made.array(op.result.name)
    shown = [row(made, e, w, y.short(e.index)) for e, w in zip(made.y, made.windows, strict=True)]
    found["entries"] = {
        "y": [entry(made, one, e, elide) for one, e in zip(shown, made.y, strict=True)],
        "grad_x": [entry(made, worked(made, d.array.name, d.array.short(e.index), e, True), e, elide) for e in d.scatter],
    }
    found["checks"] = made.checks
    return found


def indices(made: Pooled) -> Any:
    """The places of the first largest entries, in the shape of y."""
    x, y = made.array(made.op.data.name), made.array(made.op.result.name)
    flat = []
    for one in made.windows:
        place = 0
        for n, i in zip(x.shape[x.lead :], one.largest[0][x.lead :], strict=True):
            place = place * n + i
        flat.append(place)
    return nested(tuple(flat), y.shape[len(y.shape) - y.axes :])


def window(made: Pooled, one: Window) -> dict[str, Any]:
    """One window: the entries it reads, who is largest, and what it hands back to each that gets something."""
    x, y, g = (made.array(n) for n in (made.op.data.name, made.op.result.name, upstream(made.op)))
    found: dict[str, Any] = {"entry": named(y, one.index), "reads": [named(x, j) for _, j in one.taps]}
    if made.node.kind == "max_pool":
        found |= {"largest": [named(x, j) for j in one.largest], "tie": one.tied}
    else:
        found["divisor"] = one.count
    found["sends"] = {
        named(x, j): plain(made, whole(g[one.index] * share))
        for (_, j), share in zip(one.taps, one.shares, strict=True)
        if share
    }
    return found


def whole(n: Number) -> Number:
    """A whole number as an int."""
    return int(n) if n.denominator == 1 else n


def named(array: Array, index: Index) -> str:
    """x[0,1]."""
    return TextTarget().entry(array.name, array.short(index))


def entry(made: Pooled, shown: Worked, one: Entry, elide: int | None) -> dict[str, Any]:
    """One entry: symbol, substitution, result."""
    target = TextTarget()
    parts = symbols(target, middle(shown.symbols, elide) if elide else shown.symbols)
    numbers = products(middle(shown.numbers, elide) if elide else shown.numbers)
    if shown.function:
        parts, numbers = framed(shown, parts, FRAMES), framed(shown, numbers, FRAMES)
    return {
        "entry": target.entry(shown.name, shown.index),
        "symbols": " ".join(parts) or "0",
        "numbers": " ".join(numbers) or "0",
        "value": plain(made, one.value),
    }


def trace_object(found: PooledTrace) -> dict[str, Any]:
    """The trace as one object."""
    made = found.example
    there, absent = [], []
    for one in found.candidates:
        factors = [named(made.array(n), i) for n, i in one.factors]
        shown: dict[str, Any] = {"bound": dict(one.bound), "factors": factors}
        if one.killed:
            absent.append({**shown, "killed_by": [guard(g) for g in one.killed]})
            continue
        numbers = [made.value(f) for f in one.factors]
        shown["numbers"] = plain(made, numbers)
        if found.role == "x":
            holds = made.window(one.factors[0][1])
            shown["window"] = window(made, holds)
            shown["value"] = plain(made, whole(numbers[0] * holds.share(found.index)))
        there.append(shown)
    line = total(found).rows[0]
    return {
        "operator": made.node.name,
        "parameters": own_fields(made.derivation),
        "entry": f"{'d' if found.role != 'y' else ''}{found.role}[{','.join(map(str, found.index))}]",
        "index": list(found.index),
        "windows" if found.role == "x" else "taps": there,
        "absent": absent,
        "numbers": entry(made, line, Entry(found.index, (), found.value), None)["numbers"],
        "value": plain(made, found.value),
        "seed": made.seed if made.generated else None,
        "checks": made.checks,
    }
