"""A layer with numbers, and what is true of it: what each oracle by loops makes of a seed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

Index = tuple[int, ...]
Products = tuple[dict[str, Index], ...]


@dataclass(frozen=True)
class Trial:
    """Operands by role, y and the gradients by role; of an affine layer every product, by the places of y, w and x in it."""

    op: Any
    given: dict[str, Any]
    truth: dict[str, Any]
    products: Products | None = None
    lead: int = 0  # axes before the places of x: images and channels
    digits: int | None = None  # of what is printed, where numbers are rounded


def zeros(*shape: int) -> Any:
    """An array that holds any numbers."""
    made = np.empty(shape, dtype=object)
    made[...] = 0
    return made


def exact(nested: Any) -> Any:
    """Nested lists (of JSON: rational numbers as text) as an array of exact numbers."""

    def one(part: Any) -> Any:
        if isinstance(part, list):
            return [one(inner) for inner in part]
        return Fraction(str(part)) if isinstance(part, str | float) else part

    return np.array(one(nested), dtype=object)


def numbers(shape: Index, draw: random.Random, of: Iterable[Any] = (-3, -1, 0, 1, 2, 4, Fraction(1, 2))) -> Any:
    """Numbers of a few, so that they meet again; 0 and fractions among them."""
    made = zeros(*shape)
    made.reshape(-1)[:] = [draw.choice(tuple(of)) for _ in range(prod(shape))]
    return made


def summed(products: Products, given: dict[str, Any], shape: Index) -> dict[str, Any]:
    """y and the gradients by x, w and b, by adding up the products of the definition."""
    x, w, g, b = (given.get(role) for role in ("x", "w", "g", "b"))
    found = {"y": zeros(*shape), "x": zeros(*x.shape), "w": zeros(*w.shape)}
    for at in products:
        i, p, j = at["y"], at["w"], at["x"]
        found["y"][i] += w[p] * x[j]
        found["x"][j] += w[p] * g[i]
        found["w"][p] += x[j] * g[i]
    if b is not None:
        found["b"] = zeros(*b.shape)
        for i in np.ndindex(*shape):
            found["y"][i] += b[i[1 : 1 + b.ndim]]
            found["b"][i[1 : 1 + b.ndim]] += g[i]
    return found
