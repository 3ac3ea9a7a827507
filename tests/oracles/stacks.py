"""Random layer lists, and a brute force that knows nothing of sizes or fields: windows are laid over padded lists."""

from __future__ import annotations

import random
from typing import Any


def numbers(draw: random.Random, ndim: int, low: int, high: int) -> tuple[int, ...]:
    return tuple(draw.randint(low, high) for _ in range(ndim))


def layer(draw: random.Random, ndim: int, kinds: tuple[str, ...], crop: int = -1) -> tuple[str, dict[str, Any]]:
    """A layer's text and its parameters: strides, dilations and pads differ from axis to axis, pads from side to side."""
    kind = draw.choice(kinds)
    given: dict[str, Any] = {
        "kernel": numbers(draw, ndim, 1, 4),
        "stride": numbers(draw, ndim, 1, 3),
        "dilation": numbers(draw, ndim, 1, 3),
        "padding": tuple((draw.randint(crop, 2), draw.randint(crop, 2)) for _ in range(ndim)),
    }
    shown = [f"{what}=({','.join(map(str, given[what]))},)" for what in ("kernel", "stride", "dilation")]
    shown.append("padding=(" + ",".join(f"({lo},{hi})" for lo, hi in given["padding"]) + ",)")
    if "pool" in kind:
        given["ceil_mode"] = draw.random() < 0.5
        shown.append(f"ceil_mode={given['ceil_mode']}")
    return f"{kind}{ndim}d({', '.join(shown)})", {"kind": kind, **given}


def stack(draw: random.Random, ndim: int, kinds: tuple[str, ...], most: int = 4, crop: int = -1) -> list[Any]:
    return [layer(draw, ndim, kinds, crop) for _ in range(draw.randint(1, most))]


def padded(items: list[Any], lo: int, hi: int) -> list[Any]:
    """None on both sides; a negative pad crops."""
    items = [None] * lo + items if lo >= 0 else items[-lo:]
    return items + [None] * hi if hi >= 0 else items[: len(items) + hi]


def lay(items: list[Any], k: int, s: int, d: int, lo: int, hi: int, ceil: bool = False) -> list[list[Any]]:
    """What lies under every window, along one axis.

    Rounded up, the list goes on (with what was cropped, then None) until the last window is full, which must begin before
    what is behind the items.
    """
    row, span = padded(items, lo, hi), d * (k - 1) + 1
    if ceil and len(row) > span - s:
        end = lo + len(items)  # where the padding behind the items begins
        short = (span - len(row)) % s if len(row) >= span else span - len(row)
        begin = len(row) + short - span
        if short and begin < end:
            cropped = items[hi:] if hi < 0 else []  # negative padding moves the window, it takes nothing away
            row = row + (cropped + [None] * short)[:short]
        elif not short and begin >= end:
            row = row[:-s]
    found = []
    at = 0
    while at + span <= len(row):
        found.append([row[at + d * p] for p in range(k)])
        at += s
    return found
