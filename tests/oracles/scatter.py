"""The truth about transposed layers: plain loops over the scatter that defines them.  Nothing here is symconv's.

    y[n,o,i] = b[o] + sum over c, j, p with s j + d p - lo = i of  w[c,o,p] x[n,c,j],      0 <= i < O
    O = s(N-1) + d(K-1) + 1 - lo - hi + output_padding

with w of shape (C_in, C_out/groups, K); a product that lands outside of y is lost.  ``cases()`` draws such layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

import symconv as sc
from symconv.public import Operator
from tests.cases.strategies import Pads, Sizes, entries
from tests.oracles.brute import Truth


def landings(n: int, k: int, out: int, s: int, d: int, lo: int) -> list[tuple[int, int, int]]:
    """Every (i, p, j) along one axis: where x[j] w[p] lands."""
    found = [(s * j + d * p - lo, p, j) for j in range(n) for p in range(k)]
    return [(i, p, j) for i, p, j in found if 0 <= i < out]


def run(
    x: Any, w: Any, b: Any, g: Any, *, stride: Sizes, dilation: Sizes, padding: Pads, groups: int = 1
) -> Truth:  # fmt: skip
    """The truth for x[n,c,...], w[c,o/groups,...], b[o] or None, and g[n,o,...] of the output's shape."""
    ndim = len(stride)
    n, k, out = x.shape[2:], w.shape[2:], g.shape[2:]
    axes = [landings(n[a], k[a], out[a], stride[a], dilation[a], padding[a][0]) for a in range(ndim)]
    truth = Truth(*(np.zeros(shape, dtype=object) for shape in (g.shape, x.shape, w.shape, (g.shape[1],))))
    per_in, per_out = x.shape[1] // groups, w.shape[1]
    for place in np.ndindex(g.shape):
        truth.y[place] += 0 if b is None else b[place[1]]
        truth.db[place[1]] += g[place]
    for batch, c, o in product(range(x.shape[0]), range(x.shape[1]), range(per_out)):
        filt = o + per_out * (c // per_in)
        for triples in product(*axes):
            i, p, j = (tuple(t[m] for t in triples) for m in range(3))
            at_y, at_w, at_x = (batch, filt, *i), (c, o, *p), (batch, c, *j)
            truth.y[at_y] += w[at_w] * x[at_x]
            truth.dx[at_x] += w[at_w] * g[at_y]
            truth.dw[at_w] += x[at_x] * g[at_y]
    return truth


def lengths(
    n: Sequence[int], k: Sequence[int], stride: Sequence[int], dilation: Sequence[int], padding: Pads, extra: Sequence[int]
) -> Sizes:
    """O per axis, as the documentation has it; negative where the padding crops more than there is."""
    rows = zip(n, k, stride, dilation, padding, extra, strict=True)
    return tuple(s * (size - 1) + d * (taps - 1) + 1 - lo - hi + more for size, taps, s, d, (lo, hi), more in rows)


@dataclass(frozen=True)
class Transposed:
    """A transposed layer as a user would build it, with concrete sizes."""

    stride: Sizes
    dilation: Sizes
    padding: Pads
    output_padding: Sizes
    input: Sizes
    kernel: Sizes
    groups: int = 1
    bias: bool = False
    batch: int = 1
    in_channels: int = 1
    out_channels: int = 1

    @property
    def ndim(self) -> int:
        return len(self.stride)

    @property
    def roles(self) -> tuple[str, ...]:
        """What can be differentiated by."""
        return ("x", "w", "b") if self.bias else ("x", "w")

    @cached_property
    def output(self) -> Sizes:
        return lengths(self.input, self.kernel, self.stride, self.dilation, self.padding, self.output_padding)

    def operator(self, **changes: Any) -> Operator:
        """The operator with its sizes left open."""
        given = {
            "stride": self.stride, "dilation": self.dilation, "padding": self.padding, "groups": self.groups,
            "output_padding": self.output_padding, "bias": self.bias,
        }  # fmt: skip
        return getattr(sc, f"conv_transpose{self.ndim}d")(**given | changes)

    def sizes(self) -> dict[str, Any]:
        """What ``.at`` is given."""
        channels = {"batch": self.batch, "in_channels": self.in_channels, "out_channels": self.out_channels}
        return {"input": self.input, "kernel": self.kernel, **channels}

    @cached_property
    def shapes(self) -> dict[str, Sizes]:
        """The shapes of x, w, b and g."""
        found = {
            "x": (self.batch, self.in_channels, *self.input),
            "w": (self.in_channels, self.out_channels // self.groups, *self.kernel),
            "g": (self.batch, self.out_channels, *self.output),
        }
        return found | ({"b": (self.out_channels,)} if self.bias else {})

    def arrays(self, seed: int = 0) -> dict[str, Any]:
        """Random x, w, g (and b)."""
        return {role: entries(shape, 10 * seed + k) for k, (role, shape) in enumerate(self.shapes.items())}

    def truth(self, arrays: dict[str, Any]) -> dict[str, Any]:
        """y and the gradients x, w, b."""
        x, w, g = (arrays[role] for role in ("x", "w", "g"))
        how = {"stride": self.stride, "dilation": self.dilation, "padding": self.padding, "groups": self.groups}
        found = run(x, w, arrays.get("b"), g, **how)
        return {"y": found.y, "x": found.dx, "w": found.dw, "b": found.db}


@st.composite
def axis(draw: st.DrawFn, ndim: int) -> tuple[int, int, tuple[int, int], int, int, int]:
    """(stride, dilation, pads, output_padding, input, kernel) of one axis with an output."""
    small = ndim > 1
    s, d = draw(st.integers(1, 3 if small else 4)), draw(st.integers(1, 3))
    k, n = draw(st.integers(1, 3 if small else 4)), draw(st.integers(1, 3 if small else 5))
    extra = draw(st.integers(0, max(s, d) - 1))
    whole = s * (n - 1) + d * (k - 1) + 1 + extra
    lo = draw(st.integers(-2, min(3, whole + 1)))
    hi = draw(st.integers(-2, min(3, whole - lo - 1)))
    return s, d, (lo, hi), extra, n, k


@st.composite
def cases(draw: st.DrawFn, ndims: tuple[int, ...] = (1, 2, 3)) -> Transposed:
    """A transposed layer with sizes."""
    ndim = draw(st.sampled_from(ndims))
    stride, dilation, padding, extra, sizes, kernel = zip(*(draw(axis(ndim)) for _ in range(ndim)), strict=True)
    groups = draw(st.integers(1, 2))
    return Transposed(
        stride, dilation, padding, extra, sizes, kernel, groups, draw(st.booleans()), draw(st.integers(1, 2)),
        groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 3 if ndim < 3 else 2)),
    )  # fmt: skip
