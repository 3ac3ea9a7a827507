"""Smallest counterexamples: sizes by increasing sum, then the entry, then the product that both sides count differently.

Every candidate is evaluated exactly on concrete arrays; the one that is found is evaluated again with one-hot tensors, so
that the two numbers printed are coefficients of one product.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.lines import World, value
from symconv.errors import SymconvError
from symconv.language.expr import Access, Apply, Expr, Max, Partial, Tensor
from symconv.language.facts import Claim, Counterexample
from symconv.language.integers import Int
from symconv.language.operator import names, tensor

MOST = 200_000
MOST_ONES = 3
NEAREST = (0, 1, -1, 2, -2, 3, -3)  # a free index over all integers, the smallest first


def smallest(claim: Claim, largest: int = 14) -> Counterexample | None:
    """The smallest counterexample of a claim, by the sum of its sizes; None if none was found up to ``largest``.

    Claims with a function of an entry or a largest entry in them are not evaluated.
    """
    sides = [side for side in (claim.left, claim.right) if side is not None]
    if any(isinstance(item, Apply | Max) for side in sides for term in side.terms for item in term):
        return None
    if claim.op is not None:  # the operator's own sizes
        op = claim.op
        own = tuple((n, dict(op.lower).get(n, 1)) for n in sorted(names(op)))
        fits = tuple(left - right for left, right in op.fits)
        claim = replace(
            claim,
            sizes=(*own, *claim.sizes),
            definitions=(*op.definitions, *claim.definitions),
            given=(*fits, *claim.given),
        )
    for sizes in itertools.islice(assignments(claim, largest), MOST):
        if claim.left is None or claim.right is None:
            found = _failing_goal(claim, sizes)
        else:
            found = _failing_entry(claim, claim.left, claim.right, sizes)
        if found is not None:
            return found
    return None


def assignments(claim: Claim, largest: int) -> Iterator[dict[str, int]]:
    """Values of the sizes that meet the hypotheses, by increasing sum; what is defined follows."""
    stated = [n for n, _ in claim.sizes]
    low = [least for _, least in claim.sizes]
    for total in range(sum(low), sum(low) + largest):
        for extra in _splits(total - sum(low), len(stated)):
            sizes = {n: least + more for n, least, more in zip(stated, low, extra, strict=True)}
            try:
                for name, meaning in claim.definitions:
                    sizes[name] = int(meaning.evaluate(sizes))
            except ZeroDivisionError:  # outside the domain
                continue
            if all(_known(e, sizes) is None or int(e.evaluate(sizes)) >= 0 for e in claim.given):
                yield sizes


def _splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write total as a sum of that many numbers >= 0."""
    if parts == 0:
        if total == 0:
            yield ()
        return
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _splits(total - first, parts - 1):
            yield (first, *rest)


def _known(e: Int, sizes: Mapping[str, int]) -> bool | None:
    return True if e.names() <= sizes.keys() else None


def entries(claim: Claim, sizes: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """The values of the free indices: within their ranges, or near 0 where they run over all integers."""
    spans: list[Sequence[int]] = []
    for _, size in claim.free:
        spans.append(NEAREST if size is None else range(max(0, int(size.evaluate(sizes)))))
    indices = [n for n, _ in claim.free]
    for values in itertools.product(*spans):
        found = {**sizes, **dict(zip(indices, values, strict=True))}
        if all(int(e.evaluate(found)) >= 0 for e in claim.given if e.names() <= found.keys()):
            yield found


def _failing_goal(claim: Claim, sizes: dict[str, int]) -> Counterexample | None:
    """The first free index for which a goal of a claim about sizes fails."""
    for where in entries(claim, sizes):
        for kind, left, right in claim.goals:
            claimed, true = (_number(claim, e, where) for e in (left, right))
            if (kind == "ge" and claimed < true) or (kind == "eq" and claimed != true):
                entry = tuple((n, where[n]) for n, _ in claim.free)
                return Counterexample(
                    tuple(sizes.items()), entry, "", str(claimed), ("" if kind == "eq" else ">= ") + str(true)
                )
    return None


def tensors(*sides: Expr) -> dict[str, Tensor]:
    """The tensors that are read, without their views."""
    found: dict[str, Tensor] = {}
    for side in sides:
        for term in side.terms:
            for item in term:
                if isinstance(item, Access):
                    found.setdefault(item.tensor.name, Tensor(item.tensor.name, item.tensor.sizes))
    return found


def _failing_entry(claim: Claim, left: Expr, right: Expr, sizes: dict[str, int]) -> Counterexample | None:
    used = {n: t for n, t in tensors(left, right).items() if claim.op is None or n != claim.op.result.name}
    if claim.op is not None:
        for operand in (claim.op.data, claim.op.kernel):
            used.setdefault(operand.name, tensor(claim.op, operand))
    shapes = {n: tuple(int(e.evaluate(sizes)) for e in t.sizes) for n, t in used.items()}
    if any(n < 0 for shape in shapes.values() for n in shape):
        return None
    rng = np.random.RandomState(3)
    arrays = {n: rng.randint(1, 1000, size=shape).astype(np.int64) for n, shape in shapes.items()}
    for where in entries(claim, sizes):
        if _value(claim, left, where, arrays) != _value(claim, right, where, arrays):
            return _one_hot(claim, left, right, sizes, where, shapes)
    return None


def _value(claim: Claim, side: Expr, where: Mapping[str, int], arrays: Mapping[str, Any]) -> Fraction:
    try:
        made = value(side, [], World(where, arrays, _jacobians(claim, side, where, arrays)))
        return Fraction(made.item() if isinstance(made, np.ndarray | np.generic) else made)
    except (ZeroDivisionError, ValueError) as error:
        raise _without(claim, where, error) from None


def _number(claim: Claim, e: Int, where: Mapping[str, int]) -> int:
    try:
        return int(e.evaluate(where))
    except ZeroDivisionError as error:
        raise _without(claim, where, error) from None


def _without(claim: Claim, where: Mapping[str, int], error: Exception) -> SymconvError:
    at = describe(list(where.items()))
    return SymconvError(f"prove: {claim.words!r} has no value at {at} ({error}): expected divisors and spreads >= 1")


def _jacobians(claim: Claim, side: Expr, where: Mapping[str, int], arrays: Mapping[str, Any]) -> dict[str, Any]:
    """dy/dT by brute force, for the derivatives of an operator's output that the side holds."""
    found: dict[str, Any] = {}
    wanted = {
        i.wrt.tensor.name for t in side.terms for i in t if isinstance(i, Partial) and i.of.tensor.name != i.wrt.tensor.name
    }
    if not wanted or claim.op is None:
        return found
    op = claim.op.subs({n: v for n, v in where.items() if n in names(claim.op)})
    x, w = (arrays.get(op.operand(r).name, np.zeros(brute.shape_of(op, r), dtype=np.int64)) for r in ("x", "w"))
    for role, operand in (("x", op.data), ("w", op.kernel)):
        if operand.name in wanted:
            found[operand.name] = brute.jacobian(op, role, {"x": x, "w": w})
    return found


def _one_hot(
    claim: Claim, left: Expr, right: Expr, sizes: dict[str, int], where: dict[str, int], shapes: dict[str, tuple[int, ...]]
) -> Counterexample | None:
    """The first product that the two sides count differently at the entry.

    Where a tensor is read several times in a product, one entry alone may tell nothing: then several are 1, all others 0.
    """
    order = sorted(shapes)
    for most in range(1, MOST_ONES + 1):
        ones = (_choices(shapes[n], most) for n in order)
        for places in itertools.islice(itertools.product(*ones), MOST):
            arrays = {n: _ones(shapes[n], chosen) for n, chosen in zip(order, places, strict=True)}
            claimed, true = _value(claim, right, where, arrays), _value(claim, left, where, arrays)
            if claimed != true:
                named = (f"{n}{list(p)}" for n, chosen in zip(order, places, strict=True) for p in chosen)
                entry = tuple((n, where[n]) for n, _ in claim.free)
                product = " ".join(named) if most == 1 else f"{' = '.join(named)} = 1, all else 0"
                return Counterexample(tuple(sizes.items()), entry, product, str(claimed), str(true))
    return None


def _choices(shape: tuple[int, ...], most: int) -> list[tuple[tuple[int, ...], ...]]:
    """One to ``most`` places of an array."""
    places = [tuple(map(int, p)) for p in np.ndindex(*shape)]
    counts = [1] if most == 1 else range(1, most + 1)
    return [chosen for k in counts for chosen in itertools.combinations(places, k)]


def _ones(shape: tuple[int, ...], places: tuple[tuple[int, ...], ...]) -> Any:
    made = np.zeros(shape, dtype=np.int64)
    for place in places:
        made[place] = 1
    return made


def describe(sizes: Sequence[tuple[str, int]]) -> str:
    """N = 1, K = 2."""
    return ", ".join(f"{n} = {v}" for n, v in sizes)
