"""The truth about padding modes: the very products of the definition, copies by the entries that they copy.

Nothing here is symconv's.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

import symconv as sc
from tests.oracles.trial import Index, Trial, summed

MODES = ("circular", "reflect", "symmetric", "replicate")
NUMPY = {"circular": "wrap", "reflect": "reflect", "symmetric": "symmetric", "replicate": "edge"}


def walk(mode: str, t: int, n: int) -> int:
    """phi, one step at a time."""
    while t < 0 or t >= n:
        if mode == "replicate":
            t = max(0, min(t, n - 1))
        elif mode == "circular":
            t += n if t < 0 else -n
        elif n == 1:
            t = 0
        else:
            edge = 1 if mode == "symmetric" else 0
            t = -t - edge if t < 0 else 2 * (n - 1) - t + edge
    return t


@dataclass(frozen=True)
class Case:
    """A layer with a border, its numbers, and its products by loops: (y, w, place in xbar, x) by full indices."""

    mode: str
    sizes: Index
    taps: Index
    stride: Index
    dilation: Index
    pads: tuple[tuple[int, int], ...]
    batch: int = 1
    channels: int = 1
    filters: int = 1
    groups: int = 1
    flip: bool = False
    bias: bool = True
    seed: int = 0

    @property
    def output(self) -> Index:
        each = zip(self.sizes, self.taps, self.stride, self.dilation, self.pads, strict=True)
        return tuple((n + lo + hi - d * (k - 1) - 1) // s + 1 for n, k, s, d, (lo, hi) in each)

    @property
    def padded(self) -> Index:
        return tuple(n + lo + hi for n, (lo, hi) in zip(self.sizes, self.pads, strict=True))

    @cached_property
    def arrays(self) -> dict[str, Any]:
        numbers = np.random.RandomState(self.seed)
        shapes = {
            "x": (self.batch, self.channels, *self.sizes),
            "w": (self.filters, self.channels // self.groups, *self.taps),
            "g": (self.batch, self.filters, *self.output),
        } | ({"b": (self.filters,)} if self.bias else {})
        return {name: numbers.randint(1, 10, s) * numbers.choice([-1, 1], s) for name, s in shapes.items()}

    def source(self, place: Index) -> Index:
        each = zip(place, self.sizes, self.pads, strict=True)
        return tuple(walk(self.mode, m - lo, n) for m, n, (lo, _) in each)

    def copy(self, place: Index) -> bool:
        return any(not 0 <= m - lo < n for m, n, (lo, _) in zip(place, self.sizes, self.pads, strict=True))

    @cached_property
    def products(self) -> list[tuple[Index, Index, Index, Index]]:
        found = []
        each, per = self.channels // self.groups, self.filters // self.groups
        for n, o, c in product(range(self.batch), range(self.filters), range(each)):
            for i, p in product(product(*map(range, self.output)), product(*map(range, self.taps))):
                turned = tuple(k - 1 - q for k, q in zip(self.taps, p, strict=True)) if self.flip else p
                m = tuple(s * a + d * q for s, a, d, q in zip(self.stride, i, self.dilation, turned, strict=True))
                channel = each * (o // per) + c
                found.append(((n, o, *i), (o, c, *p), (n, channel, *m), (n, channel, *self.source(m))))
        return found

    def operator(self) -> Any:
        return getattr(sc, f"conv{len(self.sizes)}d")(
            stride=self.stride, dilation=self.dilation, padding=self.pads, groups=self.groups, flip_kernel=self.flip,
            padding_mode=self.mode,
        )  # fmt: skip


NAMED = {
    "plain": Case("reflect", (4,), (3,), (1,), (1,), ((2, 1),)),
    "remainder": Case("circular", (6,), (2,), (3,), (1,), ((1, 0),)),
    "far": Case("reflect", (3,), (2,), (2,), (2,), ((7, 4),)),
    "as far as N": Case("symmetric", (3,), (3,), (1,), (1,), ((3, 3),)),
    "circular N": Case("circular", (2,), (3,), (1,), (1,), ((2, 2),), flip=True),
    "one entry": Case("reflect", (1,), (2,), (1,), (1,), ((2, 3),)),
    "one circular": Case("circular", (1,), (1,), (2,), (1,), ((4, 0),)),
    "cropped": Case("symmetric", (5,), (2,), (1,), (1,), ((-2, 3),), flip=True),
    "only copies": Case("circular", (2,), (2,), (1,), (1,), ((-2, 4),)),
    "holes": Case("replicate", (3,), (1,), (3,), (1,), ((1, 2),)),
    "groups": Case("replicate", (3, 2), (2, 3), (2, 1), (1, 2), ((1, 0), (2, 3)), 2, 4, 2, 2),
    "flip": Case("circular", (3, 4), (2, 3), (1, 2), (2, 1), ((0, 1), (2, 1)), 1, 2, 3, flip=True, bias=False),
    "crop one axis": Case("reflect", (4, 3), (2, 2), (1, 1), (1, 1), ((-1, 1), (2, 0)), 2, 1, 2),
    "volume": Case("symmetric", (2, 2, 3), (2, 1, 2), (1, 1, 2), (1, 1, 1), ((1, 2), (0, 0), (1, -1)), 1, 2, 1),
}


def drawn(seed: int) -> Case:
    rng = random.Random(seed)
    ndim, groups = 1 + seed // 4 % 3, rng.choice((1, 2))
    while True:
        sizes = tuple(rng.randint(1, 5 if ndim < 3 else 2) for _ in range(ndim))
        taps = tuple(rng.randint(1, 3 if ndim < 3 else 2) for _ in range(ndim))
        s, d = (tuple(rng.randint(1, 3) for _ in range(ndim)) for _ in range(2))
        pads = tuple((rng.randint(-1, 7 if ndim == 1 else 2), rng.randint(-1, 3 if ndim < 3 else 1)) for _ in range(ndim))
        case = Case(MODES[seed % 4], sizes, taps, s, d, pads, rng.randint(1, 2), groups * rng.randint(1, 2),
                    groups * rng.randint(1, 2), groups, rng.random() < 0.5, rng.random() < 0.5, seed)  # fmt: skip
        if min(case.output) > 0 and any(p for pair in pads for p in pair):
            return case


def trial(seed: int) -> Trial:
    """A layer with a border: the named ones first."""
    known = list(NAMED.values())
    case = known[seed] if seed < len(known) else drawn(seed)
    products = tuple({"y": i, "w": p, "place": m, "x": j} for i, p, m, j in case.products)
    given = {role: a.astype(object) for role, a in case.arrays.items()}
    return Trial(case.operator(), given, summed(products, given, given["g"].shape), products, 2)
