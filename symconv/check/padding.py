"""The padding map P and its transpose in numbers, for arrays of any kind.

widen   P x:    (P x)[m] = x[phi(m - lo)]          fold   P^T h:   (P^T h)[j] = sum over the m with phi(m - lo) = j of h[m]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.errors import SymconvError
from symconv.language.border import Border, places
from symconv.language.integers import Int

Array = Any


def lines(border: Border) -> list[list[int]]:
    """For every axis, the entry that stands at each place of the padded line."""
    found = []
    for axis, (n, (lo, hi)) in enumerate(zip(border.sizes, border.pads, strict=True)):
        size, first, last = (constant(e) for e in (n, lo, hi))
        if size < 1:
            raise SymconvError(f"expected at least one entry along axis {axis} to continue it ({border.mode}), got none")
        found.append(places(border.mode, size, first, last))
    return found


def constant(e: Int) -> int:
    """A size or a pad of a concrete border."""
    if e.constant is None:
        raise SymconvError(f"expected a number for {', '.join(sorted(e.names()))}; give the missing size or value")
    return e.constant


def widen(border: Border, array: Array) -> Array:
    """P x, over the last axes."""
    found = lines(border)
    for k, line in enumerate(found):
        array = np.take(array, np.array(line, dtype=np.int64), axis=array.ndim - len(found) + k)
    return array


def fold(border: Border, array: Array) -> Array:
    """P^T h, over the last axes."""
    found = lines(border)
    for k, (line, n) in enumerate(zip(found, border.sizes, strict=True)):
        at = array.ndim - len(found) + k
        moved = np.moveaxis(array, at, 0)
        kept = np.zeros((constant(n), *moved.shape[1:]), dtype=array.dtype)
        np.add.at(kept, np.array(line, dtype=np.int64), moved)
        array = np.moveaxis(kept, 0, at)
    return array
