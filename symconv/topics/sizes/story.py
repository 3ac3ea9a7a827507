"""Chains of layers: layer list -> geometry -> sizes or receptive fields -> checks -> page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

import symconv.topics.sizes.figure  # noqa: F401  (the faces of its facts)
from symconv.errors import SymconvError
from symconv.language.facts import Check, Verdict, refuse
from symconv.language.geometry import Geometry
from symconv.language.integers import Int, integer
from symconv.language.network import Network
from symconv.language.operator import leading_sizes, names, shape
from symconv.language.prose import Prose
from symconv.language.text import read_entries
from symconv.layers.catalog import CATALOG, build
from symconv.layers.described import amount, renamed
from symconv.layers.described import described as geometry
from symconv.layers.parameters import number, shown
from symconv.layers.sizes import at
from symconv.topics.sizes.facts import Border, Chain, Field, Ranges
from symconv.topics.sizes.receptive import field
from symconv.topics.sizes.sizes import chain, output

MOST_SENT = 1_000  # places along an axis that are sent through the layers both ways
Layers = Any  # a text, a net, operators, or a list of them


# sizes
def sizes(layers: Layers, input: Any = None, width: int = 4) -> Chain:
    """The chain with its sizes, parameters and costs; every figure checked.

    Raises SymconvError for layers that do not chain, InternalError for a figure that fails its check.
    """
    described = geometry(layers)
    own = layers.input[1:] if isinstance(layers, Network) and layers.input else None  # a net may say its own
    shape = given_shape(input if input is not None or not own else own)
    found = chain(described, shape, number(width, "bytes", 1))
    short = chain(described, shape, found.width, named=True)
    found = replace(found, short=short if short.names else None)
    smaller = list(small_chains(found, described)) if open_names(found, described) else None
    checks = [check_windows(found, smaller), *check_operators(found)]
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    from symconv.topics.sizes.check_lines import check_sizes
    from symconv.topics.sizes.lines import sizes as lines

    return replace(found, checks=tuple(checks), lines=check_sizes(found, lines(found), smaller or ()))


def given_shape(given: Any) -> tuple[Int, ...]:
    """An input's sizes: 3x224x224, (3, 224, 224), names by commas."""
    if given is None:
        raise SymconvError("input: expected the sizes of the input, as in 3x224x224")
    parts: Any = read_entries(given, "input") if isinstance(given, str) else given
    if isinstance(parts, (int, Int)):
        parts = (parts,)
    if not isinstance(parts, (tuple, list)) or not 1 <= len(parts) <= 5:
        raise SymconvError(f"input: expected sizes like 3x224x224, got {shown(given)}")
    return tuple(amount(n, "input", 1) for n in parts)


def small_chains(found: Chain, layers: tuple[Geometry, ...]) -> Iterator[tuple[dict[str, int], Chain]]:
    """A dozen numbers in the place of every name, with the chains that have them."""
    for values, numbers in small_cases(found, open_names(found, layers), found_axes(layers)):
        try:
            yield values, chain(tuple(renamed(g, values) for g in layers), numbers, found.width)
        except SymconvError:
            continue  # at these numbers there is no output


def open_names(found: Chain, layers: tuple[Geometry, ...]) -> tuple[str, ...]:
    """The names among the sizes of a chain."""
    given = (*found.shape, *((found.batch,) if found.batch is not None else ()))
    return tuple(sorted({n for e in given for n in e.names()} | {n for g in layers for n in named(g)}))


def check_windows(found: Chain, smaller: list[tuple[dict[str, int], Chain]] | None) -> Check:
    """Brute force: at these sizes, or at a dozen numbers in the place of every name."""
    from symconv.topics.sizes.check_windows import check_chain

    if smaller is None:
        verdict = check_chain(found)
        return Check("windows", verdict, verdict.how)
    for values, small in smaller:
        verdict = check_chain(small)
        same = [[e.subs(at) for e in figures(one)] == figures(small) for one, at in forms(found, values)]
        if verdict.status == "refuted" or not all(same):
            how = Prose("check.sizes.other", {"values": values, "how": verdict.how})
            return Check("numbers", Verdict("refuted", how), how)
    if not smaller:
        how = Prose("check.sizes.small.none")
        return Check("numbers", Verdict("unsupported", how), how)
    how = Prose("check.sizes.numbers", {"times": len(smaller)})
    return Check("numbers", Verdict("checked", how), how)


def forms(found: Chain, values: dict[str, int]) -> list[tuple[Chain, dict[str, Any]]]:
    """The chain, and the one with names for long sizes, each with the numbers of its names."""
    whole: dict[str, Any] = dict(values)
    for name, meaning in found.short.names if found.short is not None else ():
        whole[name] = meaning.subs(whole)
    return [(found, dict(values)), *([(found.short, whole)] if found.short is not None else [])]


def small_cases(found: Chain, unknown: tuple[str, ...], ndim: int) -> Iterator[tuple[dict[str, int], tuple[Int, ...]]]:
    """Numbers for the names, small and larger along the spatial axes, with the input's sizes that follow."""
    from symconv.topics.sizes.check_windows import samples

    spatial = {e.name for e in found.shape[-ndim:] if e.name}
    for values in samples(unknown):
        for more in (0, 7, 40) if spatial else (0,):
            moved = {name: n + more * (name in spatial) for name, n in values.items()}
            whole = ((found.batch,) if found.batch is not None else ()) + found.shape
            yield moved, tuple(e.subs(moved) for e in whole)


def figures(found: Chain) -> list[Int]:
    """Every size and count of a chain."""
    sizes = [e for shape_ in found.shapes for e in shape_]
    return sizes + [e for row in found.edges for e in (row.weights, row.biases, row.products, row.sums)]


def found_axes(layers: tuple[Geometry, ...]) -> int:
    """The number of spatial axes of the first layer with windows."""
    return next((layer.ndim for layer in layers if layer.ndim), 1)


def named(layer: Geometry) -> set[str]:
    """The names among a layer's parameters."""
    found: set[str] = set()
    for e in (layer.inward, layer.outward, layer.groups):
        found |= e.names() if e is not None else set()
    for w in layer.windows:
        for e in (w.kernel, w.stride, w.dilation, w.lo, w.hi, w.extra):
            found |= e.names() if e is not None else set()
    return found


def check_operators(found: Chain) -> list[Check]:
    """The operators' own shapes: every conv and conv_transpose of the chain is built, and asked for its y and w."""
    compared = 0
    for before, edge in zip(found.shapes, found.edges, strict=False):
        layer = edge.layer
        if (
            layer.kind not in ("conv", "transposed")
            or any(n.constant is None for n in (*before, *edge.shape))
            or named(layer)
        ):
            continue
        ways = {"stride": [], "padding": [], "dilation": []}  # type: dict[str, list[Any]]
        for w in layer.windows:
            ways["stride"].append(w.stride.constant)
            ways["padding"].append((w.lo.constant, w.hi.constant))
            ways["dilation"].append(w.dilation.constant)
        extra = {"output_padding": [w.extra.constant for w in layer.windows if w.extra is not None]}
        given = {k: tuple(v) for k, v in (ways | (extra if layer.kind == "transposed" else {})).items()}
        inward, outward = before[0].constant or 0, edge.shape[0].constant or 0
        every = {
            "in_channels": inward,
            "out_channels": outward,
            "groups": layer.groups.constant,
            "multiplier": outward // inward,
        }
        counts = {what: n for what, n in every.items() if what in CATALOG[layer.name].names}
        op = build(layer.name, kernel=tuple(w.kernel.constant for w in layer.windows), bias=layer.bias, **given, **counts)
        whole = at(op, input=tuple(n.constant for n in before[1:]), values={n: 1 for n in names(op) if n == "B"})
        weights = integer(1)
        for n in shape(whole, whole.kernel):
            weights = weights * n
        made = shape(whole, whole.result)[1:]
        biases = leading_sizes(whole, whole.bias)[0] if whole.bias is not None else integer(0)
        if made != edge.shape or weights != edge.weights or biases != edge.biases:
            how = Prose("check.sizes.differ", {"layer": layer.text, "made": tuple(map(str, made)), "weights": weights})
            return [Check("operators", Verdict("refuted", how), how)]
        compared += 1
    if not compared:
        return []
    how = Prose("check.sizes.operators", {"compared": compared})
    return [Check("operators", Verdict("checked", how), how)]


# receptive fields
def receptive_field(layers: Layers, input: Any = None, unit: Any = None) -> Field:
    """The receptive fields of a stack; every dependency set checked by brute force.

    ``input`` (spatial sizes, channels left out or ignored) shows where the borders cut them off; ``unit`` chooses the unit
    whose pyramid is drawn.
    """
    described = geometry(layers)
    chosen = None
    if unit is not None:
        axes = found_axes(described)
        parts: Any = read_entries(unit, "unit") if isinstance(unit, str) else unit
        parts = list(parts) if isinstance(parts, (list, tuple)) or getattr(parts, "ndim", 0) == 1 else [parts] * axes
        parts = parts * axes if len(parts) == 1 else parts
        if len(parts) != axes:
            raise SymconvError(f"unit: expected one number or one per axis ({axes}), got {shown(unit)}")
        chosen = tuple(number(n, "unit", 0) for n in parts)
    found = field(described, chosen)
    if input is not None:
        found = replace(found, borders=tuple(borders(described, given_shape(input), found, chosen)))
    check = check_fields(found, described)
    refuse(check.verdict, f"the check {check.kind!r}")
    from symconv.topics.sizes.check_lines import check_fields as evaluated
    from symconv.topics.sizes.lines import fields

    return replace(found, checks=(check,), lines=evaluated(fields()))


def check_fields(found: Field, layers: tuple[Geometry, ...]) -> Check:
    """Index sets sent backwards; where there are names, at a dozen numbers in their place."""
    from symconv.topics.sizes.check_windows import check_field, samples

    unknown = tuple(sorted({n for g in layers for n in named(g)}))
    if not unknown:
        verdict = check_field(found)
        return Check("sets", verdict, verdict.how)
    for values in samples(unknown):
        small = field(tuple(renamed(g, values) for g in layers))
        verdict = check_field(small)
        same = all(
            tuple(e.subs(values) for e in (a.size, a.jump, a.start)) == (b.size, b.jump, b.start)
            for one, two in zip(found.rows, small.rows, strict=True)
            for a, b in zip(one.axes, two.axes, strict=True)
        )
        if verdict.status == "refuted" or not same:
            how = Prose("check.fields.other", {"values": values, "how": verdict.how})
            return Check("sets", Verdict("refuted", how), how)
    how = Prose("check.fields.numbers", {"times": len(samples(unknown))})
    return Check("sets", Verdict("checked", how), how)


def borders(
    layers: tuple[Geometry, ...], given: tuple[Int, ...], found: Field, unit: tuple[int, ...] | None
) -> list[Border]:
    """What the first, a middle and the last unit (or the chosen one) depend on at given sizes, axis by axis."""
    from symconv.topics.sizes.check_windows import check_dependencies, dependencies

    windowed = [layer for layer in layers if layer.ndim]
    spatial = given[-found.ndim :] if len(given) >= found.ndim else ()
    if not spatial or len(given) > found.ndim + 2 or any(n.constant is None for n in spatial):
        raise SymconvError(f"input: expected {found.ndim} numbers for the spatial sizes, got {'x'.join(map(str, given))}")
    if any(named(layer) for layer in windowed):
        raise SymconvError("input: expected layers without names beside it")
    result = []
    for axis in range(found.ndim):
        sizes: list[int] = [spatial[axis].constant or 0]
        for layer in windowed:
            n = output(layer.windows[axis], integer(sizes[-1])).constant or 0
            if n < 1:
                raise SymconvError(
                    f"{layer.text[:80]}: expected a kernel that fits into {sizes[-1]} places along axis {axis}"
                )
            sizes.append(n)
        if max(sizes) > 10_000:
            raise SymconvError(f"input: expected at most 10000 places along an axis, got {max(sizes)}")
        last = sizes[-1]
        if unit is not None and unit[axis] >= last:
            raise SymconvError(f"unit: expected less than {last} along axis {axis}, got {unit[axis]}")
        shown_units = sorted({0, last // 2, last - 1} if unit is None else {unit[axis]})
        stack = [layer.windows[axis] for layer in windowed]
        sets = dependencies(stack, sizes[:-1], shown_units)
        if max(sizes) <= MOST_SENT:
            refuse(check_dependencies(stack, sizes, list(zip(shown_units, sets, strict=True))), "the places at the borders")
        result.append(Border(axis, sizes[0], last, tuple((u, runs(s)) for u, s in zip(shown_units, sets, strict=True))))
    alike = found.same and all(b.size == result[0].size and b.units == result[0].units for b in result)
    return result[:1] if alike else result


def runs(places: set[int]) -> Ranges:
    """(first, last) of every run of places."""
    ordered = sorted(places)
    grouped = [[n for _, n in group] for _, group in groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0])]
    return tuple((group[0], group[-1]) for group in grouped)
