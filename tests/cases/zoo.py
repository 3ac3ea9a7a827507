"""Operators that the laws about derivations run over: names and numbers, every trivial and every awkward parameter.

``OPERATORS`` is a table of (constructor, parameters).  A new family joins by adding its rows.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import symconv as sc
from symconv.public import Derivation, Operator
from tests.cases.helpers import beside, checked

OPERATORS: dict[str, tuple[str, dict[str, Any]]] = {
    "conv1d": ("conv1d", {}),
    "conv1d-names": ("conv1d", {"stride": "s", "padding": "P", "dilation": "d"}),
    "conv1d-sides": ("conv1d", {"stride": "s", "padding": (("lo", "hi"),)}),
    "conv1d-numbers": ("conv1d", {"stride": 3, "padding": 2, "dilation": 2}),
    "conv1d-crop": ("conv1d", {"stride": 2, "padding": ((-1, -2),)}),
    "conv1d-mixed-pads": ("conv1d", {"stride": 2, "padding": ((-1, 3),), "dilation": 3}),
    "conv1d-no-bias": ("conv1d", {"stride": 2, "bias": False}),
    "conv1d-flip": ("conv1d", {"stride": "s", "padding": "P", "dilation": "d", "flip_kernel": True}),
    "conv1d-flip-plain": ("conv1d", {"flip_kernel": True}),
    "conv1d-groups": ("conv1d", {"stride": 2, "groups": 2}),
    "conv1d-group-names": ("conv1d", {"stride": "s", "groups": "G"}),
    "conv1d-kernel": ("conv1d", {"kernel": 3, "stride": 2, "padding": 1}),
    "conv1d-pointwise": ("conv1d", {"kernel": 1}),
    "conv1d-pointwise-strided": ("conv1d", {"kernel": 1, "stride": 2, "padding": 1}),
    "conv1d-same": ("conv1d", {"padding": "same", "kernel": 4, "dilation": 3}),
    "conv2d": ("conv2d", {}),
    "conv2d-axes": ("conv2d", {"stride": ("s", 1), "padding": ((1, 0), (2, 1)), "dilation": (1, "d")}),
    "conv2d-numbers": ("conv2d", {"stride": (2, 3), "padding": ((0, 1), (-1, 2)), "dilation": (2, 1), "groups": 2}),
    "conv2d-flip": ("conv2d", {"stride": (2, 1), "padding": 1, "flip_kernel": True}),
    "conv2d-one-tap-axis": ("conv2d", {"kernel": (1, 3), "stride": (2, 1)}),
    "conv2d-fixed": ("conv2d", {"in_channels": 4, "out_channels": 6, "kernel": 3, "groups": 2, "stride": 2}),
    "conv3d": ("conv3d", {"stride": (1, 2, 1), "padding": (0, 1, 0)}),
    "correlate1d": ("correlate1d", {}),
    "correlate1d-same": ("correlate1d", {"mode": "same", "stride": 2, "dilation": 3}),
    "correlate2d-full": ("correlate2d", {"mode": "full"}),
    "correlate3d": ("correlate3d", {"stride": 2}),
    "convolve1d": ("convolve1d", {}),
    "convolve1d-names": ("convolve1d", {"stride": "s", "padding": (("lo", "hi"),), "dilation": "d"}),
    "convolve1d-full": ("convolve1d", {"mode": "full"}),
    "convolve1d-one-tap": ("convolve1d", {"kernel": 1, "stride": 2}),
    "convolve2d-same": ("convolve2d", {"mode": "same", "kernel": (4, 3)}),
    "convolve3d": ("convolve3d", {"padding": 1}),
}


def build(key: str) -> Operator:
    """The operator of that row."""
    name, parameters = OPERATORS[key]
    return getattr(sc, name)(**parameters)


@cache
def derived(key: str, wrt: str, channels: bool = False) -> Derivation:
    """The derivation of that row, checked once for all laws."""
    return checked(build(key), wrt, channels)


def roles(key: str) -> tuple[str, ...]:
    """What the operator of that row can be differentiated by."""
    name, parameters = OPERATORS[key]
    return ("x", "w", "b") if name.startswith("conv") and name[4].isdigit() and parameters.get("bias", True) else ("x", "w")


QUESTIONS = [(key, wrt) for key in OPERATORS for wrt in roles(key)]
IDS = [f"{key}-{wrt}" for key, wrt in QUESTIONS]

# the suite proper: names, numbers, remainders, crops, groups, flips, one tap, pads of either side, two axes that differ; the
# marked set holds the laws of all
PROPER = {
    "conv1d", "conv1d-names", "conv1d-mixed-pads", "conv1d-flip", "conv1d-groups", "conv1d-pointwise-strided", "conv2d-axes",
    "conv2d-numbers", "correlate1d-same", "convolve1d-names",
}  # fmt: skip


def questions(some: list[tuple[str, str]] = QUESTIONS) -> list[Any]:
    """Parameters of a law of derivations, by (operator, tensor)."""
    return beside(some, "-".join, lambda _, name: name.rpartition("-")[0] not in PROPER)


def keys() -> list[Any]:
    """Parameters of a law of operators."""
    return beside(OPERATORS, str, lambda _, name: name not in PROPER)
