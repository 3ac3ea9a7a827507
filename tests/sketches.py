"""Worked examples for the tests of figures, put together by hand from the definition of the family."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import symconv as sc
from symconv import api
from symconv.core.example import GAP, PAD, ZERO, Array, Entry, Example, Gradient, Index, Product, Unreached, View
from symconv.core.operator import Operand, Operator, gradient_name, labels, shape, upstream


def dims(op: Operator, operand: Operand) -> Index:
    return tuple(int(size.constant) for size in shape(op, operand))  # type: ignore[arg-type]


def numbers(axis: Any) -> dict[str, int]:
    fields = ("data", "kernel", "output", "stride", "input_dilation", "dilation", "lo", "hi")
    return {f: int(getattr(axis, f).constant) for f in fields}


def views(op: Operator) -> tuple[View, View]:
    axes = [numbers(a) for a in op.axes]
    lines: list[list[Any]] = []
    for a in axes:
        r, n = a["input_dilation"], a["data"]
        whole: list[Any] = [m // r if m % r == 0 else GAP for m in range(r * (n - 1) + 1)]
        whole = [PAD] * max(a["lo"], 0) + whole[max(-a["lo"], 0) :]
        lines.append(whole + [PAD] * a["hi"] if a["hi"] >= 0 else whole[: a["hi"]])
    taps = [
        [m // a["dilation"] if m % a["dilation"] == 0 else GAP for m in range(a["dilation"] * (a["kernel"] - 1) + 1)]
        for a in axes
    ]
    if op.flip:
        taps = [t[::-1] for t in taps]

    def view(name: str, part: str, lines: list[list[Any]], zeros: Index, pads: Any, flipped: bool) -> View:
        cells = [PAD if PAD in spot else GAP if GAP in spot else spot for spot in product(*lines)]
        return View(name, part, tuple(map(len, lines)), tuple(cells), zeros, pads, flipped)

    dilations = tuple(a["dilation"] for a in axes)
    pads = tuple((a["lo"], a["hi"]) for a in axes)
    none = ((0, 0),) * len(axes)
    return (
        view(op.data.name, "data", lines, tuple(a["input_dilation"] for a in axes), pads, False),
        view(op.kernel.name, "kernel", taps, dilations, none, op.flip),
    )


def lead(operand: Operand, at: dict[str, int], extents: dict[str, int]) -> Index:
    out = []
    for axis in operand.layout:
        k = 0
        for label in axis:
            k = k * extents[label] + at[label]
        out.append(k)
    return tuple(out)


def entries(op: Operator, arrays: dict[str, Array], zeros: bool) -> tuple[Entry, ...]:
    data, kernel = views(op)
    at_data = dict(zip(product(*map(range, data.shape)), data.cells, strict=True))
    at_kernel = dict(zip(product(*map(range, kernel.shape)), kernel.cells, strict=True))
    extents = {n: int(size.constant) for n, size in op.extents}  # type: ignore[arg-type]
    every = list(dict.fromkeys((*labels(op.result), *labels(op.kernel), *labels(op.data))))
    axes = [numbers(a) for a in op.axes]
    sums: dict[Index, list[Product]] = {i: [] for i in product(*map(range, dims(op, op.result)))}
    for some in product(*(range(extents[n]) for n in every)):
        at = dict(zip(every, some, strict=True))
        for i in product(*(range(a["output"]) for a in axes)):
            for q in product(*(range(a["kernel"]) for a in axes)):
                j = at_data[tuple(a["stride"] * m + a["dilation"] * t for a, m, t in zip(axes, i, q, strict=True))]
                p = at_kernel[tuple(a["dilation"] * t for a, t in zip(axes, q, strict=True))]
                tap = (op.kernel.name, lead(op.kernel, at, extents) + p)
                x = ZERO if isinstance(j, str) else (op.data.name, lead(op.data, at, extents) + j)
                if zeros or x != ZERO:
                    sums[lead(op.result, at, extents) + i].append(Product((x, tap) if zeros else (tap, x)))

    def worth(p: Product) -> Any:
        return prod((0 if f == ZERO else arrays[f[0]][f[1]] for f in p.factors), start=1)

    return tuple(Entry(i, tuple(ps), sum(map(worth, ps))) for i, ps in sums.items())


def unreached(op: Operator) -> tuple[Unreached, ...]:
    found = []
    for k, axis in enumerate(op.axes):
        a = numbers(axis)
        spots = {a["stride"] * i + a["dilation"] * p - a["lo"] for i in range(a["output"]) for p in range(a["kernel"])}
        missed = tuple(j for j in range(a["data"]) if a["input_dilation"] * j not in spots)
        if missed:
            found.append(Unreached(k, missed, "remainder" if missed[-1] == a["data"] - 1 else "gap"))
    return tuple(found)


def example(
    name: str, input: Any, kernel: Any, entries_of: Any = None, channels: tuple[int, int] = (1, 1), **parameters: Any
) -> Example:
    """An example with small numbers; ``entries_of`` gives the values of an array of a name and a size."""
    cases = (
        {}
        if not getattr(sc, name)().data.layered
        else {"in_channels": channels[0], "out_channels": channels[1], "batch": 1}
    )
    op = api.at(
        getattr(sc, name)(**parameters).data,
        input,
        kernel,
        cases.get("batch"),
        cases.get("in_channels"),
        cases.get("out_channels"),
        {},
    )
    arrays: dict[str, Array] = {}
    fill = entries_of or small

    def add(name: str, operand: Operand, values: tuple[Any, ...] | None = None) -> None:
        size = dims(op, operand)
        held = values if values is not None else tuple(fill(name, prod(size)))
        arrays[name] = Array(name, size, held, len(operand.layout), len(size))

    add(op.data.name, op.data)
    add(op.kernel.name, op.kernel)
    forward = entries(op, arrays, False)
    add(op.result.name, op.result, tuple(e.value for e in forward))
    add(upstream(op), op.result)
    gradients = []
    for wrt in "xw":
        member = api.concrete_closed(op, wrt)
        assert isinstance(member, Operator)
        closed = entries(member, arrays, True)
        operand = op.operand(wrt)
        made = Array(gradient_name(op, operand), dims(op, operand), tuple(e.value for e in closed), len(operand.layout), 2)
        gradients.append(
            Gradient(wrt, made, closed, closed, member, views(member), unreached(op) if wrt == "x" else (), True)
        )
    return Example(op, tuple(arrays.values()), forward, tuple(gradients), views(op))


def small(name: str, size: int) -> list[int]:
    start = {"x": 3, "w": 1, "g": 2}.get(name, 0)
    return [(start + 5 * k * k + 3 * k + k // 3) % 7 - 2 for k in range(size)]


def wide(name: str, size: int) -> list[Any]:
    """Entries of one to four digits, negative ones and fractions."""
    kinds = [7, -3, 42, -15, 128, -999, 2048, -4096, Fraction(1, 2), Fraction(-3, 14), Fraction(125, 8), 0]
    return [kinds[(k * 5 + len(name) + ord(name[0])) % len(kinds)] for k in range(size)]
