"""Explicit cases put to numbers: x0_1 stands for x[0, 1]; leading axes (batch, channels) of size 1 are left out."""

from __future__ import annotations

from typing import Any

import numpy as np

Sizes = tuple[int, ...]


def spelled(name: str, place: Sizes, shape: Sizes, lead: int) -> str:
    """The symbol of an entry; ``lead`` axes come before the spatial ones."""
    first = 0
    while first < lead and shape[first] == 1:
        first += 1
    return name + "_".join(map(str, place[first:]))


def known(arrays: dict[str, Any], lead: int) -> dict[str, Any]:
    """Numbers by symbol for every entry of every tensor; a bias has one axis, and it is a leading one."""
    found = {}
    for name, array in arrays.items():
        axes = min(lead, 1) if name == "b" else lead
        found.update({spelled(name, place, array.shape, axes): array[place] for place in np.ndindex(array.shape)})
    return found


def values(expressions: Any, numbers: dict[str, Any], shape: Sizes) -> Any:
    """A SymPy array (or nested lists of expressions) with the numbers put in."""
    flat = np.array(expressions.tolist() if hasattr(expressions, "tolist") else expressions, dtype=object).ravel()
    made = [e.subs({symbol: numbers[str(symbol)] for symbol in e.free_symbols}) for e in flat]
    return np.array(made, dtype=object).reshape(shape)
