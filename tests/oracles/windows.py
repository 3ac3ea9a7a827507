"""The truth about pooling: the largest and the mean of windows, by loops over the definition; ties everywhere.

Nothing here is symconv's.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

import symconv as sc
from tests.oracles.trial import Index, Trial


def length(n: int, k: int, s: int, d: int, lo: int, hi: int, ceil: bool) -> int:
    """Windows placed one after the other: those that fit; rounded up, one more if it begins before the right padding."""
    places, begin = 0, 0
    while begin + d * (k - 1) + 1 <= n + lo + hi:
        places, begin = places + 1, begin + s
    last = begin - s + d * (k - 1) + 1
    return places + (ceil and last < n + lo + hi and begin < n + lo)


def pooled(x: Any, g: Any, kind: str, own: dict[str, Any]) -> tuple[Any, Any, Any]:
    """(y, dL/dx, which window holds which entry) for x[n, c, ...]; g is a function of the index, for its shape follows from y."""
    ndim, y, taps = x.ndim - 2, {}, []
    grad = {index: Fraction(0) for index in np.ndindex(x.shape)}
    sizes = x.shape[2:]
    outs = [
        length(n, k, s, d, lo, hi, own["ceil_mode"])
        for n, k, s, d, (lo, hi) in zip(sizes, own["kernel"], own["stride"], own["dilation"], own["padding"], strict=True)
    ]
    for lead in product(*map(range, x.shape[:2])):
        for out in product(*map(range, outs)):
            inside, padded = [], 0
            for tap in product(*map(range, own["kernel"])):
                at = [s * i + d * p for s, i, d, p in zip(own["stride"], out, own["dilation"], tap, strict=True)]
                padded += all(m < n + lo + hi for m, n, (lo, hi) in zip(at, sizes, own["padding"], strict=True))
                spot = tuple(m - lo for m, (lo, _) in zip(at, own["padding"], strict=True))
                if all(0 <= m < n for m, n in zip(spot, sizes, strict=True)):
                    inside.append(lead + spot)
            taps += [{"y": lead + out, "x": j} for j in inside]
            values, up = [x[j] for j in inside], g(lead + out)
            if kind == "max":
                best = max(values)
                y[lead + out] = best
                winners = [j for j in inside if x[j] == best]
                for j in winners[:1] if own["ties"] == "first" else winners:
                    grad[j] += Fraction(up) / (len(winners) if own["ties"] == "split" else 1)
            else:
                count = padded if own["count_include_pad"] else len(inside)
                y[lead + out] = Fraction(sum(values)) / count
                for j in inside:
                    grad[j] += Fraction(up) / count
    assert len(y) == prod(x.shape[:2]) * prod(outs), ndim
    shape = (*x.shape[:2], *outs)
    return (
        np.array([y[i] for i in np.ndindex(shape)], dtype=object).reshape(shape),
        np.array([grad[j] for j in np.ndindex(x.shape)], dtype=object).reshape(x.shape),
        tuple(taps),
    )


def upstream(index: Index) -> int:
    return sum((3 * k + 2) * i for k, i in enumerate(index)) % 7 - 2


def parameters(seed: int) -> tuple[str, dict[str, Any], Any]:
    """A pooling operator with its input: different numbers per axis, few values, so that ties abound."""
    draw = random.Random(seed)
    ndim = seed % 3 + 1
    kernel = [draw.randint(1, 3) for _ in range(ndim)]
    dilation = [draw.choice((1, 1, 2)) for _ in range(ndim)]
    padding = [tuple(draw.randint(0, k // 2) for _ in range(2)) for k in kernel]
    own: dict[str, Any] = {
        "kernel": tuple(kernel), "stride": tuple(draw.randint(1, 3) for _ in range(ndim)), "padding": tuple(padding),
        "dilation": tuple(dilation), "ceil_mode": draw.random() < 0.4,
    }  # fmt: skip
    kind = draw.choice(("max", "avg"))
    own |= {"ties": draw.choice(("first", "split", "all"))} if kind == "max" else {"count_include_pad": draw.random() < 0.5}
    sizes = [d * (k - 1) + 1 + draw.randint(0, 4 if ndim < 3 else 2) for k, d in zip(kernel, dilation, strict=True)]
    shape = (draw.randint(1, 2), draw.randint(1, 2), *sizes)
    x = np.array([draw.choice((-2, 0, 1, 3, Fraction(1, 2))) for _ in range(prod(shape))], dtype=object).reshape(shape)
    return kind, own, x


def trial(seed: int) -> Trial:
    """A pooling layer with its numbers."""
    kind, own, x = parameters(seed)
    y, grad, taps = pooled(x, upstream, kind, own)
    g = np.array([upstream(i) for i in np.ndindex(y.shape)], dtype=object).reshape(y.shape)
    op = getattr(sc, f"{kind}_pool{x.ndim - 2}d")(**own)
    return Trial(op, {"x": x, "g": g}, {"y": y, "x": grad}, taps, 2)
