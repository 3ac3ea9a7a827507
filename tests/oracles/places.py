"""The truth about locally connected layers: a kernel for every place, by loops over the definition.  Nothing here is symconv's.

y[n,o,i] = b[o,i] + sum over c, p of  w[o,c,i,p] x[n,c,s i + d p - lo]
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import symconv as sc
from tests.oracles.trial import Index, Trial, numbers, summed


def outputs(sizes: Index, own: dict[str, Any]) -> Index:
    """Windows placed one after the other while they fit."""
    found = []
    for n, k, s, d, (lo, hi) in zip(sizes, own["kernel"], own["stride"], own["dilation"], own["padding"], strict=True):
        begin = count = 0
        while begin + d * (k - 1) + 1 <= n + lo + hi:
            begin, count = begin + s, count + 1
        found.append(count)
    return tuple(found)


def products(x: Any, w: Any, own: dict[str, Any]) -> Iterator[dict[str, Index]]:
    """(output, weight, input) of every product, from loops over images, groups, filters, channels, places and taps."""
    ndim, groups = x.ndim - 2, own["groups"]
    filters, inward = w.shape[0] // groups, w.shape[1]
    outs = w.shape[2 : 2 + ndim]
    for n, gamma, o, c in product(range(x.shape[0]), range(groups), range(filters), range(inward)):
        for place in product(*map(range, outs)):
            for tap in product(*map(range, own["kernel"])):
                spot = tuple(
                    s * i + d * p - lo
                    for s, i, d, p, (lo, _) in zip(own["stride"], place, own["dilation"], tap, own["padding"], strict=True)
                )
                if all(0 <= m < size for m, size in zip(spot, x.shape[2:], strict=True)):
                    f = o + filters * gamma
                    yield {"y": (n, f, *place), "w": (f, c, *place, *tap), "x": (n, c + inward * gamma, *spot)}


CORNERS: list[dict[str, Any]] = [
    {"sizes": (1,), "kernel": (1,)},
    {"sizes": (1, 1), "kernel": (1, 1), "bias": False},
    {"sizes": (1, 1, 1), "kernel": (1, 1, 1)},
    {"sizes": (7,), "kernel": (2,), "stride": (3,)},  # a remainder larger than the right pad
    {"sizes": (7,), "kernel": (3,), "stride": (3,), "padding": ((1, 2),)},  # and a smaller one
    {"sizes": (9,), "kernel": (2,), "stride": (4,), "dilation": (2,)},  # gaps
    {"sizes": (2,), "kernel": (5,), "padding": ((3, 2),)},  # K > N; weights that meet padding alone
    {"sizes": (6,), "kernel": (2,), "padding": ((-1, -2),)},  # cropping
    {"sizes": (4, 5), "kernel": (2, 3), "stride": (2, 1), "padding": ((1, 0), (0, 2)), "channels": (2, 3)},
    {"sizes": (3, 5), "kernel": (2, 1), "stride": (1, 3), "padding": ((0, 1), (-1, 0)), "batch": 2, "bias": False},
    {"sizes": (3, 3), "kernel": (2, 2), "groups": 2, "channels": (4, 6)},
    {"sizes": (4, 3), "kernel": (1, 2), "dilation": (1, 2), "groups": 3, "channels": (3, 3), "batch": 2},
    {"sizes": (2, 3, 4), "kernel": (1, 2, 3), "stride": (1, 1, 2), "padding": ((0, 0), (1, 0), (0, 1)), "channels": (2, 1)},
    {"sizes": (3, 2, 3), "kernel": (2, 1, 2), "stride": (2, 1, 1), "dilation": (2, 1, 1), "batch": 2},
]


def parameters(seed: int) -> dict[str, Any]:
    """The corners first, then different numbers per axis at random."""
    draw = random.Random(seed)
    ndim = seed % 3 + 1
    if seed < len(CORNERS):
        own = dict(CORNERS[seed])
        ndim = len(own["sizes"])
    else:
        kernel = tuple(draw.randint(1, 3 if ndim < 3 else 2) for _ in range(ndim))
        dilation = tuple(draw.choice((1, 1, 2)) for _ in range(ndim))
        own = {
            "kernel": kernel,
            "dilation": dilation,
            "stride": tuple(draw.randint(1, 3) for _ in range(ndim)),
            "padding": tuple((draw.randint(-1, 2), draw.randint(-1, 2)) for _ in range(ndim)),
            "groups": (groups := draw.choice((1, 1, 2))),
            "channels": (groups * draw.randint(1, 2), groups * draw.randint(1, 2)),
            "batch": draw.choice((1, 2)),
            "bias": draw.random() < 0.7,
        }
        own["sizes"] = tuple(
            max(1, d * (k - 1) + 1 - lo - hi + draw.randint(0, 3 if ndim < 3 else 1))
            for k, d, (lo, hi) in zip(kernel, dilation, own["padding"], strict=True)
        )
    return {
        "stride": (1,) * ndim, "dilation": (1,) * ndim, "padding": ((0, 0),) * ndim, "groups": 1, "channels": (1, 1),
        "batch": 1, "bias": True, **own,
    }  # fmt: skip


def trial(seed: int) -> Trial:
    """A layer with its numbers; one in four has no numbers for its bias."""
    own, draw = parameters(seed), random.Random(seed)
    outs, (inward, filters) = outputs(own["sizes"], own), own["channels"]
    given = {
        "x": numbers((own["batch"], inward, *own["sizes"]), draw),
        "w": numbers((filters, inward // own["groups"], *outs, *own["kernel"]), draw),
        "g": numbers((own["batch"], filters, *outs), draw),
    }
    if own["bias"]:
        given["b"] = numbers((filters, *outs), draw)
    kept = {k: own[k] for k in ("stride", "dilation", "padding", "groups", "bias")}
    found = tuple(products(given["x"], given["w"], own))
    truth = summed(found, given, given["g"].shape)
    if own["bias"] and seed % 4 == 0:
        truth["y"] = truth["y"] - given.pop("b")
    return Trial(getattr(sc, f"local{len(own['kernel'])}d")(**kept), given, truth, found, 2)
