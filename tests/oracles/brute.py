"""The truth: plain loops over the contraction that defines every member of the family.  Nothing here is symconv's.

    y[n,o,i] = b[o] + sum_{c,p,j} [ r j = s i + d p~ - lo ] w[o,c,p] x[n,c+C gamma,j],      p~ = p, or K-1-p if flipped

The bracket is tried for every j, and every product that survives gives its four contributions:

    y += w x        dx += w g        dw += x g        db += g
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

Sizes = tuple[int, ...]


@dataclass(frozen=True)
class Truth:
    """The four results, in PyTorch's axis order, as exact object arrays."""

    y: Any
    dx: Any
    dw: Any
    db: Any


def output_sizes(
    n: Sequence[int], k: Sequence[int], stride: Sequence[int], dilation: Sequence[int], padding: Sequence[tuple[int, int]]
) -> Sizes:
    """How often the window fits: floor((N + lo + hi - d(K-1) - 1) / s) + 1 per axis, and at least 0."""
    found = []
    for size, taps, s, d, (lo, hi) in zip(n, k, stride, dilation, padding, strict=True):
        found.append(max(0, (size + lo + hi - d * (taps - 1) - 1) // s + 1))
    return tuple(found)


def hits(n: int, k: int, out: int, s: int, d: int, lo: int, flip: bool, r: int = 1) -> list[tuple[int, int, int]]:
    """Every (i, p, j) for which the bracket holds along one axis."""
    triples = product(range(out), range(k), range(n))
    return [(i, p, j) for i, p, j in triples if r * j == s * i + d * (k - 1 - p if flip else p) - lo]


def run(
    x: Any,
    w: Any,
    b: Any,
    g: Any,
    *,
    stride: Sequence[int],
    dilation: Sequence[int],
    padding: Sequence[tuple[int, int]],
    groups: int = 1,
    flip: bool = False,
    zeros: Sequence[int] | None = None,
) -> Truth:
    """The truth for x[n,c,...], w[o,c,...], b[o] or None, and g[n,o,...] of the output's shape."""
    ndim = len(stride)
    zeros = zeros or (1,) * ndim
    n, k, out = x.shape[2:], w.shape[2:], g.shape[2:]
    axes = [
        hits(n[a], k[a], out[a], stride[a], dilation[a], padding[a][0], flip, zeros[a])
        for a in range(ndim)
    ]  # fmt: skip
    truth = Truth(*(np.zeros(shape, dtype=object) for shape in (g.shape, x.shape, w.shape, (w.shape[0],))))
    per_out, per_in = w.shape[0] // groups, x.shape[1] // groups
    for batch, o, i in product(range(x.shape[0]), range(w.shape[0]), product(*(range(m) for m in out))):
        truth.y[(batch, o, *i)] += 0 if b is None else b[o]
        truth.db[o] += g[(batch, o, *i)]
    for batch, o, c in product(range(x.shape[0]), range(w.shape[0]), range(per_in)):
        channel = c + per_in * (o // per_out)
        for triples in product(*axes):
            i, p, j = (tuple(t[m] for t in triples) for m in range(3))
            at_y, at_w, at_x = (batch, o, *i), (o, c, *p), (batch, channel, *j)
            truth.y[at_y] += w[at_w] * x[at_x]
            truth.dx[at_x] += w[at_w] * g[at_y]
            truth.dw[at_w] += x[at_x] * g[at_y]
    return truth
