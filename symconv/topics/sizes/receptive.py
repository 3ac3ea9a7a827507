"""Receptive fields: which places of the input a unit depends on.

If a unit u sees places among J u + start, ..., J u + start + R - 1, then unit u of the next layer, whose tap p reads the unit
s u + d p - lo, sees places among

    J' = J s        start' = start - lo J        R' = R + d(K-1) J

from J' u + start' on: the theorem ``receptive-field`` of the catalogue.  At the input J = 1, start = 0, R = 1.  Within these
places exactly those at start' + t are read for t in {J d p} + {what was read before}, sums over all choices.  Padding of the
layers is not cut off here: places before 0, or beyond the input, are padding.
Source: Araujo, Norris & Sim, Computing receptive fields of convolutional neural networks (2019).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from symconv.errors import SymconvError
from symconv.language.geometry import Geometry, Window
from symconv.language.integers import integer
from symconv.topics.sizes.facts import AxisField, Field, FieldRow, Level, Pyramid

LISTED = 1 << 16  # places in a field: beyond, only its size, jump and start are told
DRAWN = 64  # places in a pyramid

Axes = tuple[AxisField, ...]


def field(layers: tuple[Geometry, ...], unit: tuple[int, ...] | None = None) -> Field:
    """The receptive field behind every layer.

    Raises SymconvError for a stack without windows, of mixed dimension, or with a transposed layer.
    """
    ndim = dimension(layers)
    stacks = tuple(tuple(layer.windows[k] for layer in layers if layer.ndim) for k in range(ndim))
    same = all(stack == stacks[0] for stack in stacks)
    columns = [along(stack) for stack in (stacks[:1] if same else stacks)]
    rows, depth, flat, whole = [], 0, False, False
    for layer in layers:  # flatten renumbers units: each still sees what it saw; softmax mixes a row of them
        flat = flat or layer.kind == "flatten"
        whole = whole or layer.kind in ("linear", "loss") or (flat and layer.name == "softmax")
        depth += bool(layer.ndim)
        axes = tuple(column[depth] for column in columns)
        rows.append(FieldRow(layer, () if whole else axes * (ndim if same else 1)))
    names = tuple(layer.text for layer in layers if layer.ndim)
    pyramids = []
    for k, column in enumerate(columns):
        found = pyramid(k, stacks[k], column, names, unit[k] if unit else None)
        pyramids += [found] if found is not None else []
    return Field(ndim, tuple(rows), same, tuple(pyramids))


def dimension(layers: tuple[Geometry, ...]) -> int:
    """The number of spatial axes, which all layers share."""
    windowed = [layer for layer in layers if layer.ndim]
    if not windowed:
        raise SymconvError(
            f"receptive field: expected a layer with windows, such as conv2d(kernel=3), got {layers[0].text}"
        )
    for before, layer in pairwise(windowed):
        if layer.ndim != before.ndim:
            raise SymconvError(
                f"layers do not chain: {layer.text[:80]} has {layer.ndim} spatial axes, "
                f"{before.text[:80]} before it {before.ndim}"
            )
    for layer in windowed:
        if layer.kind == "transposed":
            raise SymconvError(
                f"receptive field: {layer.text[:80]}: expected layers that read windows; what a unit of a transposed layer sees "
                "depends on its place between the inputs"
            )
    return windowed[0].ndim


def along(windows: tuple[Window, ...]) -> Axes:
    """The fields along one axis: of an input place, then behind every layer."""
    found = [AxisField(integer(1), integer(1), integer(0), 1)]
    for window in windows:
        found.append(behind(found[-1], window))
    return tuple(found)


def behind(before: AxisField, window: Window) -> AxisField:
    """The field behind one more layer."""
    found = [e.constant for e in (before.size, before.jump, before.start)]
    if window.numbers is not None and None not in found:  # numbers are added as numbers: stacks are long
        k, s, d, lo, _ = window.numbers
        size, jump, start = (n or 0 for n in found)
        wide, step = size + d * (k - 1) * jump, d * jump
        seen = None
        if before.seen is not None and wide <= LISTED:
            seen = 0
            for p in range(k):
                seen |= before.seen << (p * step)
        return AxisField(integer(wide), integer(jump * s), integer(start - lo * jump), seen)
    size_, jump_, start_ = before.size, before.jump, before.start
    return AxisField(size_ + window.reach * jump_, jump_ * window.stride, start_ - window.lo * jump_, None)


def pyramid(
    axis: int, windows: tuple[Window, ...], fields: Axes, names: tuple[str, ...], unit: int | None
) -> Pyramid | None:
    """What a unit on top depends on, level by level; None where that is too much to draw or sizes are names."""
    top = fields[-1]
    if top.seen is None or (top.size.constant or 0) > DRAWN or any(w.numbers is None for w in windows):
        return None
    first = inner(windows) if unit is None else unit
    levels, edges, units = [], [], [first]
    for k in range(len(windows), -1, -1):
        levels.append(Level(names[k - 1] if k else "input", tuple(units), tuple(middle(fields[k], u) for u in units)))
        if k:
            numbers = windows[k - 1].numbers
            assert numbers is not None
            taps, s, d, lo, _ = numbers
            links = [(u, s * u + d * p - lo) for u in units for p in range(taps)]
            edges += [(len(levels) - 1, upper, lower) for upper, lower in links]
            units = sorted({lower for _, lower in links})
    return Pyramid(axis, first, tuple(levels), tuple(edges))


def middle(field: AxisField, unit: int) -> Fraction:
    """The middle of a unit's field."""
    assert field.centre is not None
    return field.centre + (field.jump.constant or 0) * unit


def inner(windows: tuple[Window, ...]) -> int:
    """The first unit on top that depends on no padding before the input."""
    jump, start, unit = 1, 0, 0
    for window in reversed(windows):  # the first unit below, of unit u on top, is jump u + start
        assert window.numbers is not None
        _, s, _, lo, _ = window.numbers
        jump, start = jump * s, s * start - lo
        unit = max(unit, -(start // jump))
    return unit
