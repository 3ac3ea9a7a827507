"""The value of a line: evaluating expressions of the index language with NumPy, exactly, on concrete sizes.

Every item of a term becomes an integer array over the indices that occur in it (an access reads zero outside its tensor,
a bracket is 0 or 1, a derivative of an entry of y comes from the brute-force Jacobian), and the product is summed over the
bound indices by ``einsum``.  Nothing is rewritten here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from typing import Any

import numpy as np

from symconv.language.expr import (
    Access,
    Apply,
    Bracket,
    Condition,
    Divides,
    Equal,
    Expr,
    Factor,
    InRange,
    Over,
    Partial,
    Sum,
    Tensor,
    Term,
    condition_names,
    sums,
)
from symconv.language.integers import Int, var
from symconv.language.lazy import dataclass

Array = Any
SMALL = 1 << 14  # so many products are added up before an order of contraction is found


@dataclass
class World:
    """Numbers for names, arrays for tensors, and Jacobians dy/dT by the tensor's name."""

    sizes: Mapping[str, int]
    arrays: Mapping[str, Array]
    jacobians: Mapping[str, Array] = field(default_factory=dict)
    functions: Mapping[tuple[str, int], Any] = field(default_factory=dict)  # (name, order) -> entry by entry
    base: int = 0  # where indices begin

    def view(self, tensor: Tensor) -> Array:
        """The array of a tensor, zero-dilated or flipped as the view says."""
        array = self.arrays[tensor.name]
        if any(tensor.flipped):
            array = np.flip(array, tuple(k for k, f in enumerate(tensor.flipped) if f))
        if tensor.zeros:
            factors = [int(f.evaluate(self.sizes)) for f in tensor.zeros]
            wide = np.zeros([max(0, r * (n - 1) + 1) for n, r in zip(array.shape, factors, strict=True)], array.dtype)
            wide[tuple(slice(None, None, r) for r in factors)] = array
            array = wide
        return reciprocals(array) if tensor.inverse else array


def reciprocals(array: Array) -> Array:
    """1 over every entry, as Fractions unless they are floats."""
    if array.dtype == np.float64:
        return 1 / array
    found = np.empty(array.shape, dtype=object)
    found.reshape(-1)[:] = [1 / Fraction(n) for n in array.flat]
    return found


def value(expr: Expr, free: list[tuple[str, int]], world: World) -> Array:
    """The array of the expression over its free indices, in the order given."""
    shape = [n for _, n in free]
    total = np.zeros(shape, dtype=np.int64)
    for term in expr.terms:
        total = total + _term(term, dict(free), world)
    return total


def _term(term: Term, free: dict[str, int], world: World) -> Array:
    ranges = dict(free)
    factors: list[tuple[tuple[str, ...], Array]] = []
    for name, size in sums(term).items():
        over = _over(size.names(), ranges)
        most = np.max(size.evaluate(_grid(over, ranges, world)), initial=0)
        ranges[name] = int(most)
        if over:  # a range that depends on another index: the longest, and where it ends
            factors.append(_condition(InRange(var(name) - world.base, size), ranges, world))
    scalar = Fraction(1)
    for item in term:
        if isinstance(item, Access):
            factors.append(_gathered(world.view(item.tensor), item.index, ranges, world))
        elif isinstance(item, Bracket):
            factors += [_condition(c, ranges, world) for c in item.conditions]
        elif isinstance(item, Partial):
            factors += _partial(item, ranges, world)
        elif isinstance(item, Over):
            over = _over(item.bottom.names(), ranges)
            bottom = np.asarray(item.bottom.evaluate(_grid(over, ranges, world)))
            if over:
                shape = tuple(ranges[n] for n in over)
                factors.append((over, np.broadcast_to(reciprocals(bottom), shape)))
            else:
                scalar /= int(bottom)
        elif isinstance(item, Factor):
            scalar *= item.value
        elif isinstance(item, Apply):
            over, found = _gathered(world.view(item.of.tensor), item.of.index, ranges, world)
            factors.append((over, world.functions[item.function, item.order](found)))
        elif not isinstance(item, Sum):
            raise TypeError(f"a line holds no {type(item).__name__}")
    for name, count in ranges.items():
        if not any(name in over for over, _ in factors):
            factors.append(((name,), np.ones(count, dtype=np.int64)))
    if not factors:
        factors.append(((), np.ones((), dtype=np.int64)))
    letters = {name: k for k, name in enumerate(ranges)}
    operands: list[Any] = []
    for over, array in factors:
        operands += [array, [letters[n] for n in over]]
    ordered = len(factors) > 2 and math.prod(ranges.values()) > SMALL
    made = np.einsum(*operands, [letters[n] for n in free], optimize="greedy" if ordered else False)
    if scalar.denominator == 1:
        return made if scalar == 1 else made * int(scalar)
    return made * float(scalar) if made.dtype == np.float64 else made.astype(object) * scalar


def _grid(over: tuple[str, ...], ranges: dict[str, int], world: World) -> dict[str, Any]:
    known: dict[str, Any] = dict(world.sizes)
    for k, name in enumerate(over):
        along = [1] * len(over)
        along[k] = ranges[name]
        known[name] = (np.arange(ranges[name]) + world.base).reshape(along)
    return known


def _over(names: frozenset[str], ranges: dict[str, int]) -> tuple[str, ...]:
    return tuple(n for n in ranges if n in names)


def _gathered(array: Array, index: tuple[Int, ...], ranges: dict[str, int], world: World) -> tuple[tuple[str, ...], Array]:
    """array[index] over the names in the index, 0 outside."""
    over = _over(frozenset().union(*(e.names() for e in index)), ranges)
    known = _grid(over, ranges, world)
    shape = tuple(ranges[n] for n in over)
    inside: Any = np.ones(shape, dtype=bool)
    places = []
    for e, n in zip(index, array.shape, strict=True):
        place = np.asarray(e.evaluate(known)) - world.base
        inside = inside & (place >= 0) & (place < n)
        places.append(np.minimum(np.maximum(place, 0), max(n - 1, 0)))
    if 0 in array.shape:
        return over, np.zeros(shape, dtype=np.int64)
    return over, np.where(inside, np.broadcast_to(array[tuple(places)], shape), 0)


def _condition(condition: Condition, ranges: dict[str, int], world: World) -> tuple[tuple[str, ...], Array]:
    """0 or 1 over the names in the condition."""
    over = _over(condition_names(condition), ranges)
    known = _grid(over, ranges, world)
    if isinstance(condition, Equal):
        holds = condition.left.evaluate(known) == condition.right.evaluate(known)
    elif isinstance(condition, InRange):
        number = condition.value.evaluate(known)
        holds = (number >= 0) & (number < condition.size.evaluate(known))
    elif isinstance(condition, Divides):
        holds = condition.value.evaluate(known) % condition.divisor.evaluate(known) == 0
    return over, np.broadcast_to(np.asarray(holds), tuple(ranges[n] for n in over)).astype(np.int64)


def _partial(item: Partial, ranges: dict[str, int], world: World) -> list[tuple[tuple[str, ...], Array]]:
    """d T[e] / d T[j]: 1 where the places agree; d y[e] / d T[j]: from the Jacobian."""
    if item.of.tensor.name != item.wrt.tensor.name:
        return [_gathered(world.jacobians[item.wrt.tensor.name], item.of.index + item.wrt.index, ranges, world)]
    view = item.of.tensor
    found = []
    for k, (e, j) in enumerate(zip(item.of.index, item.wrt.index, strict=True)):
        if world.base:
            e, j = e - world.base, j - world.base
        place = view.sizes[k] - 1 - j if view.flipped and view.flipped[k] else j
        found.append(_condition(Equal(e, view.zeros[k] * place if view.zeros else place), ranges, world))
    return found
