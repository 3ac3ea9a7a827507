"""The arrays of a function's example: read, or drawn from a seed so that they teach.

Drawn for relu are both sides of the kink and the kink itself; for softmax and cross_entropy rows without ties, classes that
differ and are not all the likeliest; for mse targets that miss; an upstream gradient that is not constant in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Any

from symconv.errors import SymconvError
from symconv.examples.generating import TRIES, alike, best_of, draw, stream
from symconv.examples.reading import MOST, Given, read
from symconv.language.example import Array
from symconv.language.expand import Index
from symconv.language.functions import CLASSES, Function
from symconv.language.lazy import dataclass

ROUNDED_MOST, FARTHEST = 1000, 10**6
TERMS = 5_000
CHOICES: dict[str, tuple[int, ...]] = {
    "pointwise": (-3, -2, -1, 0, 1, 2, 3, 4), "softmax": (-1, 0, 1, 2, 3), "cross_entropy": (-1, 0, 1, 2, 3),
    "mse": (0, 1, 2, 3, 4, 5), "sum": (-2, -1, 0, 1, 2, 3, 4, 5), "flatten": (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    "t": (0, 1, 2, 3, 4, 5), "g": (1, 2, -1, 3, -2),
}  # fmt: skip


@dataclass(frozen=True)
class Operands:
    """Arrays by name, the names of those drawn, and whether some number was written as a decimal."""

    arrays: dict[str, Array]
    drawn: tuple[str, ...]
    decimal: bool


def spelled(shape: Index) -> str:
    """2x3."""
    return "x".join(map(str, shape)) or "one number"


def operands(layer: Function, given: Mapping[str, Any], input: Any, seed: int) -> Operands:
    """x, the target, g, and the classes as T.

    Raises SymconvError for what cannot be read, shapes that do not agree, classes out of range, and numbers too large.
    """
    for what, one in layer.parameters:
        if isinstance(one, str):
            raise SymconvError(f"{what}: expected a number for a worked example, like 1/10, got the name {one}")
    found = {role: read(value, role) for role, value in given.items() if value is not None}
    wanted(layer, found)
    shape = shape_of(layer, found, input)
    sized(layer, shape)
    shapes = {"x": shape, **target_shape(layer, shape, found), **upstream_shape(layer, shape)}
    arrays: dict[str, Array] = {}
    drawn = []
    for number, (name, own) in enumerate(shapes.items()):
        role = "target" if name == "t" else name
        if role in found:
            arrays[name] = Array(name, own, fitted(layer, role, own, found[role]), 0, len(own))
        else:
            drawn.append(name)
            arrays[name] = drawn_array(layer, name, own, arrays, seed, number)
    if layer.name == "cross_entropy":
        classes(arrays["x"], arrays["t"])
        arrays[CLASSES] = one_hot(arrays["x"], arrays["t"])
    bounded(layer, arrays["x"])
    return Operands(arrays, tuple(drawn), any(one.decimal for one in found.values()))


def wanted(layer: Function, found: Mapping[str, Given]) -> None:
    """Raise SymconvError for an operand that the layer has no use for."""
    if "target" in found and layer.name not in ("mse", "cross_entropy"):
        why = "which has none" if layer.kind == "loss" else "which is no loss"
        raise SymconvError(f"target: expected none for {layer.name}, {why}; leave it out")
    if "g" in found and layer.kind == "loss":
        raise SymconvError(
            f"g: expected none for {layer.name}, a loss, where backpropagation begins with dL/dL = 1; leave it out"
        )


def shape_of(layer: Function, found: Mapping[str, Given], input: Any) -> Index:
    """The shape of x: that of the array, or the sizes of one to be drawn."""
    sizes = tuple(input) if isinstance(input, (tuple, list)) else (input,) if input is not None else None
    if sizes is not None and not all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in sizes):
        raise SymconvError(f"input: expected whole numbers >= 1 like 2x3, got {spelled(sizes)[:40]!r}")
    if "x" in found:
        if sizes is not None and sizes != found["x"].shape:
            raise SymconvError(
                f"input: expected the sizes {spelled(found['x'].shape)} of the array given, got {spelled(sizes)}"
            )
        return found["x"].shape
    if sizes is None:
        raise SymconvError(
            f"x: expected numbers for {layer.name}, or the sizes of an input to be drawn (input), got neither"
        )
    if prod(sizes) > MOST:
        raise SymconvError(f"{layer.name}: expected at most {MOST} numbers in x, got {prod(sizes)}; use smaller sizes")
    return sizes


def sized(layer: Function, shape: Index) -> None:
    """Raise SymconvError for a shape that the layer does not take, or an example that nobody would read."""
    least = {"flatten": 2, "softmax": 1, "cross_entropy": 1}.get(layer.name, 0)
    if len(shape) < least:
        axes = "images and channels" if layer.name == "flatten" else "classes in a row"
        raise SymconvError(
            f"{layer.name}: expected at least {least} ax{'is' if least == 1 else 'es'} ({axes}), got shape {spelled(shape)}"
        )
    if layer.name == "cross_entropy" and len(shape) > 2:
        raise SymconvError(
            f"cross_entropy: expected logits of shape (images, classes), got {spelled(shape)}; flatten before it"
        )
    rows = layer.name in ("softmax", "cross_entropy")
    terms = prod(shape) * shape[0 if len(shape) == 1 else 1] if rows else 0
    if terms > TERMS or (not layer.rational and prod(shape) > ROUNDED_MOST):
        most = ROUNDED_MOST if prod(shape) > ROUNDED_MOST else TERMS
        what, got = ("numbers in x", prod(shape)) if most == ROUNDED_MOST else ("terms", terms)
        raise SymconvError(
            f"{layer.name}: expected a worked example of at most {most} {what}, got {got}; use smaller sizes or sc.evaluate"
        )


def target_shape(layer: Function, shape: Index, found: Mapping[str, Given]) -> dict[str, Index]:
    """The shape of the target, if there is one."""
    if layer.name == "mse":
        return {"t": shape}
    if layer.name != "cross_entropy":
        return {}
    return {"t": shape[:-1]}


def upstream_shape(layer: Function, shape: Index) -> dict[str, Index]:
    """The shape of g, if there is one."""
    if layer.kind == "loss":
        return {}
    return {"g": (shape[0], prod(shape[1:])) if layer.kind == "flatten" else shape}


def fitted(layer: Function, role: str, shape: Index, one: Given) -> tuple[Any, ...]:
    """The entries of an array of that shape; a row typed by itself is a plane of one row where one is expected."""
    if (
        one.shape == shape
        or (one.row and shape == (1, *one.shape))
        or (role == "target" and one.shape in ((), (1,)) and prod(shape) == 1)
    ):
        return one.entries
    if layer.name == "cross_entropy":
        raise SymconvError(f"target: expected a class for each of {prod(shape)} images, got shape {spelled(one.shape)}")
    raise SymconvError(f"{role}: expected shape {spelled(shape)} for {layer.name}, got {spelled(one.shape)}")


def classes(x: Array, t: Array) -> None:
    """Raise SymconvError for a class that is none."""
    count = x.shape[-1]
    for k, one in enumerate(t.entries):
        if not isinstance(one, int) or not 0 <= one < count:
            raise SymconvError(f"target: expected classes (whole numbers from 0 to {count - 1}), got {one} for image {k}")


def one_hot(x: Array, t: Array) -> Array:
    """T[n,c] = 1 where c is the class of image n."""
    entries = tuple(int(c == one) for one in t.entries for c in range(x.shape[-1]))
    return Array(CLASSES, x.shape, entries, 0, len(x.shape))


def bounded(layer: Function, x: Array) -> None:
    """Raise SymconvError for an argument of e that is out of all proportion."""
    if layer.rational:
        return
    most = layer.function.farthest if layer.kind == "pointwise" else FARTHEST
    for n in x.entries:
        if n > most or n < -most:
            raise SymconvError(f"x: expected numbers from -{most} to {most} in a worked example of {layer.name}, got {n}")


# numbers that are drawn
def drawn_array(layer: Function, name: str, shape: Index, known: Mapping[str, Array], seed: int, number: int) -> Array:
    """An array of that shape with as few blemishes as some tries find."""
    choices = CHOICES[layer.name if layer.name in CHOICES else layer.kind] if name == "x" else CHOICES[name]
    if name == "t" and layer.name == "cross_entropy":
        choices = tuple(range(known["x"].shape[-1]))
    blank = Array(name, shape, (), 0, len(shape))
    rules: dict[str, Callable[[Array], int]] = {
        "x": lambda x: input_blemishes(layer, x),
        "t": lambda t: target_blemishes(layer, known["x"], t),
        "g": lambda g: upstream_blemishes(layer, g),
    }
    tries = TRIES if prod(shape) < 1000 else 2
    draws = (replace(blank, entries=draw(shape, choices, stream(seed, number, k))) for k in range(tries))
    return best_of(draws, rules[name])


def rows_of(layer: Function, x: Array) -> list[list[Any]]:
    """The rows along the channels."""
    axis = 0 if len(x.shape) == 1 else 1
    found: dict[Index, list[Any]] = {}
    for index in x.indices():
        found.setdefault(index[:axis] + index[axis + 1 :], []).append(x[index])
    return list(found.values())


def input_blemishes(layer: Function, x: Array) -> int:
    """Sides of 0 that do not occur, ties within a row, entries that repeat."""
    entries = list(x.entries)
    if layer.kind == "softmax" or layer.name == "cross_entropy":
        rows = rows_of(layer, x)
        shifts = [tuple(Fraction(n) - row[0] for n in row) for row in rows]
        return sum(map(alike, rows)) + 3 * alike(shifts)  # type: ignore[arg-type]
    flaws = alike(entries)
    if layer.kind == "pointwise":
        breaks = layer.function.breaks
        for at in breaks or (Fraction(0),):
            sides = {(n > at) - (n < at) for n in entries}
            flaws += 20 * sum(side not in sides for side in (1, -1, *((0,) if breaks else ())))
            flaws += 3 * max(0, entries.count(at) - 1)
    return flaws


def target_blemishes(layer: Function, x: Array, t: Array) -> int:
    """Targets that are hit, or far away; classes that are all the same, or all the likeliest."""
    if layer.name == "mse":
        gaps = [a - b for a, b in zip(x.entries, t.entries, strict=True)]
        return 3 * gaps.count(0) + sum(n > 3 or n < -3 for n in gaps) + alike(gaps)
    best = [max(range(len(row)), key=row.__getitem__) for row in rows_of(layer, x)]
    return (
        3 * alike(list(t.entries))
        + 2 * (list(t.entries) == best)
        + 1 * all(a != b for a, b in zip(t.entries, best, strict=True))
    )


def upstream_blemishes(layer: Function, g: Array) -> int:
    """A gradient that is the same all over a row (softmax hands nothing back then), and entries that repeat."""
    rows = rows_of(layer, g) if layer.kind == "softmax" else [list(g.entries)]
    return sum(9 for row in rows if len(row) > 1 and len(set(row)) == 1) + alike(list(g.entries))
