"""Correlations, convolutions, transposed and dense layers, and members of the closed family, by their seeds.

The corners first: remainders, gaps, one entry, more kernel than input, cropping pads, sizes, kernels, pads and strides that differ
by axis and side, groups, images; then at random.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import symconv as sc
from tests.cases.strategies import Case, Member
from tests.oracles import brute, scatter
from tests.oracles.trial import Index, Products, Trial, numbers, summed

# (family, stride, dilation, pads, input, kernel, what else differs from one image, one channel, no bias)
CORNERS: list[tuple[str, Index, Index, Any, Index, Index, dict[str, Any]]] = [
    ("correlate", (1,), (1,), ((0, 0),), (1,), (1,), {}),
    ("convolve", (2,), (3,), ((0, 3),), (6,), (3,), {}),
    ("correlate", (3,), (1,), ((1, 0),), (8,), (2,), {}),  # a remainder larger than the right pad, and gaps
    ("convolve", (1,), (1,), ((4, 4),), (2,), (5,), {}),  # more kernel than input
    ("correlate", (1, 2), (2, 1), ((-1, 1), (2, -1)), (6, 5), (2, 3), {}),  # crops
    ("convolve", (1, 1, 2), (1, 1, 1), ((0, 0), (1, 0), (0, 1)), (2, 3, 4), (1, 2, 3), {}),
    ("conv", (2, 1), (1, 2), ((1, 0), (0, 2)), (4, 5), (3, 2), {"batch": 2, "in_channels": 4, "out_channels": 6, "groups": 2, "bias": True}),
    ("conv", (4,), (2,), ((0, 1),), (9,), (2,), {"in_channels": 2, "out_channels": 3, "flip_kernel": True}),
    ("conv", (1,), (1,), ((-2, -1),), (7,), (2,), {"batch": 3, "bias": True}),
    ("conv", (1, 1, 2), (1, 1, 1), ((0, 0), (1, 0), (0, 1)), (2, 3, 3), (1, 2, 2), {"in_channels": 2, "groups": 2, "out_channels": 2}),
]  # fmt: skip


def drawn(draw: random.Random, ndim: int) -> tuple[Index, Index, Any, Index, Index]:
    """(stride, dilation, pads, input, kernel), no two axes alike, with an output."""
    small = ndim > 1
    axes = []
    for _ in range(ndim):
        s, d, k = draw.randint(1, 3), draw.randint(1, 2 if small else 3), draw.randint(1, 3 if ndim < 3 else 2)
        pads = draw.randint(-2, 3), draw.randint(-2, 3)
        axes.append((s, d, pads, max(1, d * (k - 1) + 1 - sum(pads)) + draw.randint(0, s + (1 if small else 4)), k))
    stride, dilation, pads, sizes, kernel = zip(*axes, strict=True)
    return stride, dilation, pads, sizes, kernel


def layered(draw: random.Random) -> dict[str, Any]:
    """Images, channels, groups and a bias."""
    groups = draw.randint(1, 2)
    return {"groups": groups, "bias": draw.random() < 0.5, "batch": draw.randint(1, 2),
            "in_channels": groups * draw.randint(1, 2), "out_channels": groups * draw.randint(1, 2)}  # fmt: skip


def given_to(case: Any, draw: random.Random) -> dict[str, Any]:
    """Numbers for its operands; fractions among them one time in four."""
    of = (-3, -1, 0, 1, 2, 4) if draw.random() < 0.75 else (-3, -1, 0, 1, 2, Fraction(draw.randint(1, 9), 7))
    return {role: numbers(shape, draw, of) for role, shape in case.shapes.items()}


def channels(case: Any, spots: list[tuple[Index, ...]], transposed: bool) -> Products:
    """The products of every image, group and channel, of those along the axes."""
    groups = case.groups
    per_in, per_out = case.in_channels // groups, case.out_channels // groups
    found = []
    for n, gamma, c, o in product(range(case.batch), range(groups), range(per_in), range(per_out)):
        filt, channel = o + per_out * gamma, c + per_in * gamma
        tap = (channel, o) if transposed else (filt, c)
        found += [{"y": (n, filt, *i), "w": (*tap, *p), "x": (n, channel, *j)} for i, p, j in spots]
    return tuple(found)


def across(axes: list[list[tuple[int, int, int]]]) -> list[tuple[Index, ...]]:
    """Triples of indices, of the triples along each axis."""
    return [tuple(tuple(t[m] for t in some) for m in range(3)) for some in product(*axes)]


def trial(seed: int) -> Trial:
    """A correlation, a convolution or a layer."""
    draw = random.Random(seed)
    if seed < len(CORNERS):
        family, *axes, own = CORNERS[seed]
    else:
        family, axes = draw.choice(("correlate", "convolve", "conv", "conv")), list(drawn(draw, seed % 3 + 1))
        own = {**layered(draw), "flip_kernel": draw.random() < 0.5} if family == "conv" else {}
    case = Case(family, *axes, **own)
    return made(case, case.operator(), draw)


def made(case: Case, op: Any, draw: random.Random) -> Trial:
    """The truth of a case, by its loops."""
    sized = zip(case.input, case.kernel, case.output, case.stride, case.dilation, case.padding, strict=True)
    spots = across([brute.hits(n, k, out, s, d, pads[0], case.flip) for n, k, out, s, d, pads in sized])
    plain = tuple({"y": i, "w": p, "x": j} for i, p, j in spots)
    products = channels(case, spots, False) if case.layered else plain
    given = given_to(case, draw)
    return Trial(op, given, summed(products, given, case.shapes["g"]), products, 2 if case.layered else 0)


def depthwise(seed: int) -> Trial:
    """A depthwise layer, by the loops of a layer with a group for every channel."""
    draw, ndim = random.Random(seed), seed % 3 + 1
    axes, count, each = drawn(draw, ndim), draw.randint(1, 3), draw.randint(1, 2)
    own = {"bias": draw.random() < 0.5, "flip_kernel": draw.random() < 0.5}
    case = Case("conv", *axes, groups=count, in_channels=count, out_channels=count * each, batch=draw.randint(1, 2), **own)
    parameters = {what: value for what, value in case.parameters().items() if what != "groups"}
    return made(case, getattr(sc, f"depthwise_conv{ndim}d")(multiplier=each, **parameters), draw)


def transposed(seed: int) -> Trial:
    """A transposed layer."""
    draw, ndim = random.Random(seed), seed % 3 + 1
    while True:
        stride, dilation, pads, _, kernel = drawn(draw, ndim)
        extra = tuple(draw.randint(0, max(s, d) - 1) for s, d in zip(stride, dilation, strict=True))
        sizes = tuple(draw.randint(1, 4 if ndim == 1 else 2) for _ in range(ndim))
        case = scatter.Transposed(stride, dilation, pads, extra, sizes, kernel, **layered(draw))
        if min(case.output) > 0 and prod(case.output) < 150:
            break
    sized = zip(case.input, case.kernel, case.output, case.stride, case.dilation, case.padding, strict=True)
    spots = across([scatter.landings(n, k, out, s, d, pads[0]) for n, k, out, s, d, pads in sized])
    products, given = channels(case, spots, True), given_to(case, draw)
    return Trial(case.operator(), given, summed(products, given, case.shapes["g"]), products, 2)


def member(seed: int) -> Trial:
    """A member of the closed family: zeros between the entries of its data, any remainder."""
    draw, axes = random.Random(seed), []
    for _ in range(seed % 2 + 1):
        n, k, o = (draw.randint(1, 4) for _ in range(3))
        s, r, d = (draw.randint(1, 3) for _ in range(3))
        lo = draw.randint(-3, 4)
        axes.append((n, k, o, s, r, d, lo, s * (o - 1) + d * (k - 1) + draw.randint(0, 4) - r * (n - 1) - lo))
    made = Member(tuple(axes), draw.random() < 0.5)
    spots = across([brute.hits(n, k, o, s, d, lo, made.flip, r) for n, k, o, s, r, d, lo, _ in made.axes])
    shapes = {role: tuple(axis[m] for axis in made.axes) for m, role in enumerate("xwg")}
    given = {role: numbers(shape, draw) for role, shape in shapes.items()}
    products = tuple({"y": i, "w": p, "x": j} for i, p, j in spots)
    return Trial(made.operator(), given, summed(products, given, shapes["g"]), products)


DENSE = [(1, 3, 2, True), (2, 1, 2, True), (2, 3, 1, False), (1, 1, 1, True), (3, 2, 4, True), (4, 1, 1, False)]


def dense(seed: int) -> Trial:
    """y[n, o] = b[o] + sum over c of w[o, c] x[n, c]."""
    images, into, out, bias = DENSE[seed % len(DENSE)]
    draw = random.Random(seed)
    shapes: dict[str, Index] = {"x": (images, into), "w": (out, into), "g": (images, out)} | ({"b": (out,)} if bias else {})
    given = {role: numbers(shape, draw) for role, shape in shapes.items()}
    places = product(range(images), range(out), range(into))
    products = tuple({"y": (n, o), "w": (o, c), "x": (n, c)} for n, o, c in places)
    return Trial(sc.linear(into, out, bias=bias), given, summed(products, given, shapes["g"]), products, 2)
