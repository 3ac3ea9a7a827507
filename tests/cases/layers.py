"""Layers x laws: each kind of layer by its oracle.  A new kind joins by its row; whatever holds of every layer is then held of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import symconv as sc
from tests.oracles import affine, copies, places, pointwise, windows
from tests.oracles.trial import Trial


@dataclass(frozen=True)
class Row:
    """An oracle: trials by seed, how many stand in the suite proper, how many in the marked set."""

    trial: Callable[[int], Trial]
    few: int
    many: int


ROWS = {
    "affine": Row(affine.trial, 4, 60),
    "depthwise": Row(affine.depthwise, 3, 30),
    "transposed": Row(affine.transposed, 4, 40),
    "member": Row(affine.member, 3, 40),
    "dense": Row(affine.dense, 3, 6),
    "border": Row(copies.trial, 4, 50),
    "local": Row(places.trial, 4, 60),
    "pooling": Row(windows.trial, 4, 60),
    "function": Row(pointwise.trial, 17, 68),
}


@cache
def trial(row: str, seed: int) -> Trial:
    """What the oracle of a row makes of a seed."""
    return ROWS[row].trial(seed)


@cache
def example(row: str, seed: int) -> Any:
    """The worked example of a trial, as users hold it."""
    found = trial(row, seed)
    return sc.example(found.op, **{role: array.tolist() for role, array in found.given.items()})
