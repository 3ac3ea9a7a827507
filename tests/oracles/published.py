"""Published formulas by brute force: each claimed value beside one that is counted, over all small sizes.

Nothing of symconv is used here.  An entry is (domain, claimed, true); the domain yields dictionaries of sizes.  Windows are
counted one by one, an output of a transposed convolution is measured by scattering, SAME pads by trying them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Any

import numpy as np

Sizes = dict[str, int]


def windows(n: int, k: int, s: int = 1, lo: int = 0, hi: int = 0, d: int = 1) -> int:
    """Windows that fit into the padded input, counted."""
    return sum(1 for i in range(n + lo + hi) if s * i + d * (k - 1) < n + lo + hi)


def scattered(n: int, k: int, s: int = 1, p: int = 0, d: int = 1, op: int = 0) -> int:
    """The length of a transposed convolution's output: the places that are written to, cropped."""
    return max(s * i + d * q for i in range(n) for q in range(k)) + 1 - 2 * p + op


def same(n: int, s: int) -> int:
    """The output size of SAME: positions 0, s, 2s, ... below n."""
    return len(range(0, n, s))


def same_total(n: int, k: int, s: int) -> int:
    """The least total padding with which the output has SAME's size."""
    return next(p for p in range(n * s + k + 1) if windows(n, k, s, p) == same(n, s) or windows(n, k, s, p) > same(n, s))


def keeping(n: int, k: int, d: int = 1) -> int | None:
    """The padding on each side that keeps the size at stride 1, if there is one."""
    return next((p for p in range(d * k + 1) if windows(n, k, 1, p, p, d) == n), None)


def reach(layers: list[tuple[int, int]]) -> int:
    """The receptive field of (kernel, stride) layers: the inputs that one unit reads."""
    seen = {0}
    for k, s in reversed(layers):
        seen = {s * i + q for i in seen for q in range(k)}
    return len(range(min(seen), max(seen) + 1))


def sizes(
    n: int = 6, k: int = 3, s: int = 3, p: int = 2, d: int = 3, given: Callable[[Sizes], bool] = lambda v: True
) -> Iterator[Sizes]:
    """Sizes with at least one window."""
    for values in product(range(1, n + 1), range(1, k + 1), range(1, s + 1), range(p + 1), range(1, d + 1)):
        made = dict(zip("nkspd", values, strict=True))
        if made["n"] + 2 * made["p"] >= made["d"] * (made["k"] - 1) + 1 and given(made):
            yield made


def every(given: Callable[[Sizes], bool] = lambda v: True, **ranges: range) -> Iterator[Sizes]:
    """All sizes in ranges."""
    for values in product(*ranges.values()):
        made = dict(zip(ranges, values, strict=True))
        if given(made):
            yield made


Q = Fraction
ONE = range(1, 2)
Entry = tuple[Callable[[], Iterator[Sizes]], Callable[[Any], Any], Callable[[Any], Any]]


def conv(claimed: Callable[..., Any], **ranges: int) -> Entry:
    """A claim about the output size of a convolution with equal pads."""
    return (
        lambda: sizes(**ranges),
        lambda v: claimed(**v),
        lambda v: windows(v["n"], v["k"], v["s"], v["p"], v["p"], v["d"]),
    )


def plain(claimed: Callable[..., Any], **ranges: int) -> Entry:
    """The same at dilation 1."""
    return conv(claimed, **{"d": 1, **ranges})


def total(claimed: Callable[..., Any]) -> Entry:
    """A claim about the output size with a total padding."""
    return (
        lambda: every(lambda v: v["n"] + v["p"] >= v["k"], n=range(1, 7), k=range(1, 4), s=range(1, 4), p=range(5)),
        lambda v: claimed(**v),
        lambda v: windows(v["n"], v["k"], v["s"], v["p"], 0),
    )


def sides(claimed: Callable[..., Any]) -> Entry:
    """A claim about the output size with different pads."""
    return (
        lambda: every(
            lambda v: v["n"] + v["a"] + v["b"] >= v["d"] * (v["k"] - 1) + 1,
            n=range(1, 6), k=range(1, 4), s=range(1, 4), a=range(3), b=range(3), d=range(1, 4),
        ),
        lambda v: claimed(**v),
        lambda v: windows(v["n"], v["k"], v["s"], v["a"], v["b"], v["d"]),
    )  # fmt: skip


def transposed(claimed: Callable[..., Any], op: int = 0, **ranges: int) -> Entry:
    """A claim about the output size of a transposed convolution."""
    most = {"n": 5, "k": 3, "s": 3, "p": 2, "d": 1, **ranges}
    return (
        lambda: (
            {**v, "op": extra}
            for v in every(**{key: range(0 if key == "p" else 1, most[key] + 1) for key in "nkspd"})
            for extra in range(op + 1)
            if extra < max(v["s"], v["d"]) and scattered(*(v[key] for key in "nkspd"), extra) >= 1
        ),
        lambda v: claimed(**v),
        lambda v: scattered(v["n"], v["k"], v["s"], v["p"], v["d"], v["op"]),
    )


def same_size(claimed: Callable[..., Any]) -> Entry:
    return (
        lambda: every(n=range(1, 9), k=range(1, 5), s=range(1, 5)),
        lambda v: claimed(**v),
        lambda v: same(v["n"], v["s"]),
    )


def same_pads(claimed: Callable[..., Any], given: Callable[[Sizes], bool] = lambda v: True) -> Entry:
    return (
        lambda: every(given, n=range(1, 8), k=range(1, 5), s=range(1, 5)),
        lambda v: claimed(**v),
        lambda v: same_total(v["n"], v["k"], v["s"]),
    )


def keeps(claimed: Callable[..., Any], given: Callable[[Sizes], bool] = lambda v: True) -> Entry:
    return (
        lambda: every(given, k=range(1, 8), d=range(1, 4)),
        lambda v: claimed(**v),
        lambda v: keeping(9, v["k"], v["d"]),
    )


def numbers(left: Callable[..., Any], right: Callable[..., Any], **ranges: range) -> Entry:
    return (lambda: every(**ranges), lambda v: left(**v), lambda v: right(**v))


def causal(claimed: Callable[..., Any]) -> Entry:
    """The padding before the input with which entry i reads x[i] last and nothing later."""
    return (
        lambda: every(k=range(1, 6), d=range(1, 4)),
        lambda v: claimed(**v),
        lambda v: next(p for p in range(40) if windows(9, v["k"], 1, p, 0, v["d"]) == 9),
    )


def weights(o: int, c: int, kh: int, kw: int) -> int:
    return int(np.ones((o, c, kh, kw), dtype=int).sum())


def counted(n: int, k: int, c: int, o: int) -> int:
    """Multiply-adds of a layer on an n x n input, one by one."""
    places = windows(n, k)
    return sum(1 for _ in product(range(places), range(places), range(o), range(c), range(k), range(k)))


CHANNELS = {"kh": range(1, 4), "kw": range(1, 4), "c": range(1, 4), "o": range(1, 4)}
NUMBERS: dict[str, Entry] = {
    "torch-945": conv(lambda n, k, s, p, d: Q(floor(n + 2 * p - d * (k - 1) + 1), s) + 1),
    "torch-945-fix": conv(lambda n, k, s, p, d: floor(Q(n + 2 * p - (d * (k - 1) + 1), s)) + 1),
    "mcn-1010": sides(lambda n, k, s, a, b, d: floor(Q(n + a + b - k, s)) + 1 if d == 1 else windows(n, k, s, a, b, d)),
    "mcn-1010-dil": sides(lambda n, k, s, a, b, d: floor(Q(n + a + b - k * (d - 1) - 1, s)) + 1),
    "forum-conv": conv(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1),
    "forum-convt": transposed(lambda n, k, s, p, d, op: (n - 1) * s - 2 * p + k + p),
    "cutlass-3502": sides(lambda n, k, s, a, b, d: Q(n + a + b - k * d, s) + 1),
    "cutlass-profiler": conv(lambda n, k, s, p, d: ceil(Q(n + 2 * p - ((k - 1) * d + 1) + 1, s))),
    "webnn-449": sides(lambda n, k, s, a, b, d: floor(1 + Q(n - (k - 1) * d - 1 + a + b, s))),
    "rocmlir-37": conv(lambda n, k, s, p, d: Q(n + 2 * p - k, s) + 1),
    "jovian": plain(lambda n, k, s, p, d: floor(Q(n + 2 * p - k, s) + 1)),
    "tpaul-valid": plain(lambda n, k, s, p, d: floor(Q(n - k, s)) + 1, p=0),
    "tpaul-out": plain(lambda n, k, s, p, d: floor(Q(n - k + 2 * p, s)) + 1),
    "tpaul-same": same_size(lambda n, k, s: ceil(Q(n, s))),
    "csdn-valid": plain(lambda n, k, s, p, d: Q(n - k, s) + 1, p=0),
    "csdn-same": same_size(lambda n, k, s: Q(n, s)),
    "csdn-all": plain(lambda n, k, s, p, d: Q(n - k + 2 * p, s) + 1),
    "ext-total": total(lambda n, k, s, p: floor(Q(n + p - k, s)) + 1),
    "ext-prime": plain(lambda n, k, s, p, d: floor(Q(n + 2 * p - k, s) + 1)),
    "elearn": total(lambda n, k, s, p: Q(n - k + p, s) + 1),
    "gist-conv": conv(lambda n, k, s, p, d: Q(n + 2 * p - k - (k - 1) * (d - 1), s) + 1),
    "gist-convt": transposed(lambda n, k, s, p, d, op: (n - 1) * s - 2 * p + k + op, op=2),
    "gist-convt-dil": transposed(lambda n, k, s, p, d, op: (n - 1) * s - 2 * p + k + op, op=2, d=3),
    "zou": plain(lambda n, k, s, p, d: Q(n + 2 * p - k, s) + 1),
    "eva-n": plain(lambda n, k, s, p, d: Q(n + 2 * p - k, s) + 1),
    "aistack": plain(lambda n, k, s, p, d: floor(Q(n - k + 2 * p, s) + 1)),
    "caffe": plain(lambda n, k, s, p, d: Q(n + 2 * p - k, s) + 1),
    "mxnet-f": conv(lambda n, k, s, p, d: floor(Q(n + 2 * p - d * (k - 1) - 1, s)) + 1),
    "cudnn": conv(lambda n, k, s, p, d: 1 + Q(n + 2 * p - ((k - 1) * d + 1), s)),
    "chainer": conv(lambda n, k, s, p, d: (n + p * 2 - (k + (k - 1) * (d - 1))) // s + 1),
    "pt-conv2d": conv(lambda n, k, s, p, d: floor(Q(n + 2 * p - d * (k - 1) - 1, s) + 1)),
    "pt-conv3d": conv(lambda n, k, s, p, d: floor(Q(n + 2 * p - d * (k - 1) - 1, s) + 1)),
    "pt-convt2d": transposed(lambda n, k, s, p, d, op: (n - 1) * s - 2 * p + d * (k - 1) + op + 1, op=2, d=3),
    "pt-avgpool2d": plain(lambda n, k, s, p, d: floor(Q(n + 2 * p - k, s) + 1)),
    "pt-maxpool2d": conv(lambda n, k, s, p, d: floor(Q(n + 2 * p - d * (k - 1) - 1, s) + 1)),
    "pt-lppool2d": plain(lambda n, k, s, p, d: floor(Q(n - k, s) + 1), p=0),
    "pt-unpool": transposed(lambda n, k, s, p, d, op: (n - 1) * s - 2 * p + k),
    "tf-same": same_size(lambda n, k, s: ceil(Q(n, s))),
    "tf-valid": plain(lambda n, k, s, p, d: ceil(Q(n - k + 1, s)), p=0),
    "onnx-convt": transposed(lambda n, k, s, p, d, op: s * (n - 1) + op + ((k - 1) * d + 1) - p - p, op=2, d=3),
    "onnx-avg": sides(lambda n, k, s, a, b, d: floor(Q(n + (a + b) - d * (k - 1) - 1, s) + 1)),
    "d2l-valid": plain(lambda n, k, s, p, d: n - k + 1, s=1, p=0),
    "d2l-pad": (
        lambda: every(lambda v: v["n"] + v["p"] >= v["k"], n=range(1, 7), k=range(1, 4), p=range(5)),
        lambda v: v["n"] - v["k"] + v["p"] + 1,
        lambda v: windows(v["n"], v["k"], 1, v["p"], 0),
    ),
    "d2l-div": (
        lambda: every(n=range(1, 7), k=range(1, 4), s=range(1, 4)),
        lambda v: Q(v["n"], v["s"]),
        lambda v: windows(v["n"], v["k"], v["s"], v["k"] - 1, 0),
    ),
    "dv-1": plain(lambda n, k, s, p, d: (n - k) + 1, s=1, p=0),
    "dv-5": plain(lambda n, k, s, p, d: floor(Q(n - k, s)) + 1, p=0),
    "dv-8": transposed(lambda n, k, s, p, d, op: n + (k - 1), s=1, p=0),
    "dv-12": transposed(lambda n, k, s, p, d, op: s * (n - 1) + k, p=0),
    "dv-13": transposed(lambda n, k, s, p, d, op: s * (n - 1) + k - 2 * p),
    "dv-15": conv(lambda n, k, s, p, d: floor(Q(n + 2 * p - k - (k - 1) * (d - 1), s)) + 1),
    "dv-khat": numbers(lambda k, d: k + (k - 1) * (d - 1), lambda k, d: d * (k - 1) + 1, k=range(1, 9), d=range(1, 9)),
    "cs-w2": plain(lambda n, k, s, p, d: Q(n - k + 2 * p, s) + 1),
    "cs-pool": plain(lambda n, k, s, p, d: Q(n - k, s) + 1, p=0),
    "ng-floor": plain(lambda n, k, s, p, d: floor(Q(n + 2 * p - k, s) + 1)),
    "wrong-ceil": plain(lambda n, k, s, p, d: ceil(Q(n + 2 * p - k, s)) + 1),
    "wrong-prec": plain(lambda n, k, s, p, d: n - k + Q(2 * p, s) + 1),
    "wrong-sign": transposed(lambda n, k, s, p, d, op: (n - 1) * s + k + 2 * p),
    "wrong-half": transposed(lambda n, k, s, p, d, op: s * (n - 1) + k - p),
    "convt-is": transposed(lambda n, k, s, p, d, op: n * s, p=0),
    "wrong-noplus": plain(lambda n, k, s, p, d: floor(Q(n - k + 2 * p, s))),
    "wrong-minus": plain(lambda n, k, s, p, d: floor(Q(n - k + 2 * p, s)) - 1),
    "wrong-dk": conv(lambda n, k, s, p, d: floor(Q(n + 2 * p - d * k, s)) + 1),
    "sides-two": sides(lambda n, k, s, a, b, d: (n + a + b - k) // s + 1 if d == 1 else windows(n, k, s, a, b, d)),
    "full": (
        lambda: every(n=range(1, 7), k=range(1, 5)),
        lambda v: v["n"] + v["k"] - 1,
        lambda v: windows(v["n"], v["k"], 1, v["k"] - 1, v["k"] - 1),
    ),
    "tpaul-pad": same_pads(lambda n, k, s: (same(n, s) - 1) * s - n + k),
    "tf-pad-div": same_pads(lambda n, k, s: max(k - s, 0), lambda v: v["n"] % v["s"] == 0),
    "tf-pad-mod": same_pads(lambda n, k, s: max(k - n % s, 0), lambda v: v["n"] % v["s"] != 0),
    "tf-pad-mod-alone": same_pads(lambda n, k, s: max(k - n % s, 0)),
    "cs-pad": keeps(lambda k, d: Q(k - 1, 2), lambda v: v["d"] == 1),
    "ng-pad": keeps(lambda k, d: Q(k - 1, 2), lambda v: v["d"] == 1),
    "pad-odd": keeps(lambda k, d: (k - 1) // 2, lambda v: v["d"] == 1 and v["k"] % 2 == 1),
    "pad-dil": keeps(lambda k, d: d * (k - 1) // 2, lambda v: v["k"] % 2 == 1),
    "pad-dil-wrong": keeps(lambda k, d: d * k // 2, lambda v: v["k"] % 2 == 1),
    "causal": causal(lambda k, d: (k - 1) * d),
    "causal-wrong": causal(lambda k, d: (k - 1) * d // 2),
    "eva-rf": numbers(
        lambda a, t, k, s: reach([(a, t)]) + (k - 1) * t, lambda a, t, k, s: reach([(a, t), (k, s)]),
        a=range(1, 5), t=range(1, 4), k=range(1, 5), s=range(1, 4),
    ),
    "eva-jump": numbers(
        lambda t, s: t * s, lambda t, s: reach([(1, t), (1, s), (2, 1)]) - 1, t=range(1, 5), s=range(1, 5)
    ),
    "rf-in-out": numbers(
        lambda a, t, k, s: reach([(a, t)]) + (k - 1) * t, lambda a, t, k, s: reach([(a, t), (k, s)]),
        a=range(1, 5), t=range(1, 4), k=range(1, 5), s=range(1, 4),
    ),
    "rf-wrong": numbers(
        lambda a, t, k, s: reach([(a, t)]) + k * t, lambda a, t, k, s: reach([(a, t), (k, s)]),
        a=range(1, 5), t=range(1, 4), k=range(1, 5), s=range(1, 4),
    ),
    "rf-jout": numbers(
        lambda a, t, k, s: reach([(a, t)]) + (k - 1) * t * s, lambda a, t, k, s: reach([(a, t), (k, s)]),
        a=range(1, 5), t=range(1, 4), k=range(1, 5), s=range(1, 4),
    ),
    "distill-sum": numbers(
        lambda a, s, b, t, c, u: (a - 1) + (b - 1) * s + (c - 1) * s * t + 1,
        lambda a, s, b, t, c, u: reach([(a, s), (b, t), (c, u)]),
        a=range(1, 4), s=range(1, 4), b=range(1, 4), t=range(1, 4), c=range(1, 4), u=ONE,
    ),
    "params-bias": numbers(lambda kh, kw, c, o: (kh * kw * c + 1) * o, lambda kh, kw, c, o: weights(o, c, kh, kw) + o, **CHANNELS),
    "params-nobias": numbers(lambda kh, kw, c, o: kh * kw * c * o, lambda kh, kw, c, o: weights(o, c, kh, kw) + o, **CHANNELS),
    "params-jiny": numbers(lambda c, o: 3 * 3 * c * o + o, lambda c, o: weights(o, c, 3, 3) + o, c=range(1, 5), o=range(1, 5)),
    "params-groups": (
        lambda: every(lambda v: v["c"] % v["g"] == v["o"] % v["g"] == 0, o=range(1, 7), c=range(1, 7), g=range(1, 4), k=range(1, 4)),
        lambda v: v["o"] * (v["c"] // v["g"]) * v["k"] * 2,
        lambda v: sum(weights(v["o"] // v["g"], v["c"] // v["g"], v["k"], 2) for _ in range(v["g"])),
    ),
    "shumai": numbers(
        lambda n, k, c, o: k * k * c * windows(n, k) ** 2 * o, lambda n, k, c, o: 2 * counted(n, k, c, o),
        n=range(2, 5), k=range(1, 3), c=range(1, 3), o=range(1, 3),
    ),
    "shumai-2": numbers(
        lambda n, k, c, o: k * k * c * windows(n, k) ** 2 * o * 2, lambda n, k, c, o: 2 * counted(n, k, c, o),
        n=range(2, 5), k=range(1, 3), c=range(1, 3), o=range(1, 3),
    ),
    "macs": numbers(
        lambda n, k, c, o: k * k * c * o * windows(n, k) ** 2, counted,
        n=range(2, 5), k=range(1, 3), c=range(1, 3), o=range(1, 3),
    ),
    "ceil-div": numbers(lambda a, b: ceil(Q(a, b)), lambda a, b: (a + b - 1) // b, a=range(-9, 10), b=range(1, 8)),
    "ceil-floor": numbers(lambda n, s: ceil(Q(n, s)), lambda n, s: floor(Q(n - 1, s)) + 1, n=range(-9, 10), s=range(1, 8)),
    "ceil-floor-1": numbers(lambda n, s: ceil(Q(n, s)), lambda n, s: floor(Q(n, s)) + 1, n=range(1, 10), s=range(1, 8)),
    "mod-floor": numbers(lambda a, b: a % b, lambda a, b: a - b * floor(Q(a, b)), a=range(-9, 10), b=range(1, 8)),
    "mobilenet-ratio": numbers(
        lambda k, m, n: Q(k * k * m + m * n, k * k * m * n), lambda k, m, n: Q(1, n) + Q(1, k * k),
        k=range(1, 5), m=range(1, 5), n=range(1, 5),
    ),
    "mobilenet-wrong": numbers(
        lambda k, m, n: Q(k * k * m + m * n, k * k * m * n), lambda k, m, n: Q(1, m) + Q(1, k * k),
        k=range(1, 5), m=range(1, 5), n=range(1, 5),
    ),
    "alex-55": numbers(lambda: Q(227 - 11, 4) + 1, lambda: 55),
    "alex-224": numbers(lambda: Q(224 - 11, 4) + 1, lambda: 55),
    "alex-290": numbers(lambda: 55 * 55 * 96, lambda: 290_400),
    "alex-105": numbers(lambda: 290_400 * 364, lambda: 105_705_600),
    "alex-34": numbers(lambda: 96 * 11 * 11 * 3, lambda: 34_848),
    "rasbt-72": numbers(lambda: floor(Q(10 + 4 - 3, 2)) + 1, lambda: 6),
    "rasbt-72-bracket": numbers(lambda: Q(10 + 4 - 3, 2) + 1, lambda: 6),
    "aistack-3": numbers(lambda: floor(Q(7 - 3, 2) + 1) ** 2, lambda: 3 * 3),
}  # fmt: skip


# tensors: a dictionary from indices to numbers, 0 elsewhere
Tensor = dict[tuple[int, ...], int]


def at(t: Tensor, *index: int) -> int:
    return t.get(index, 0)


def random_tensor(rng: Any, *shape: int) -> Tensor:
    return {index: int(rng.integers(-9, 10)) for index in product(*(range(n) for n in shape))}


def forward(rng: Any, reads: Callable[[tuple[int, ...], tuple[int, ...]], tuple[int, ...]], y: Any, w: Any, x: Any) -> Any:
    """A linear layer y[i] = sum_p w[p] x[reads(i, p)] with random w, x and upstream gradient, and dL/dx, dL/dw."""
    W, X, G = random_tensor(rng, *w), random_tensor(rng, *x), random_tensor(rng, *y)
    dx: Tensor = dict.fromkeys(X, 0)
    dw: Tensor = dict.fromkeys(W, 0)
    for i, p in product(G, W):
        j = reads(i, p)
        if j in X:
            dx[j] += G[i] * W[p]
            dw[p] += G[i] * X[j]
    return W, X, G, dx, dw


def plus(i: tuple[int, ...], p: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(i, p, strict=True))


def minus(i: tuple[int, ...], p: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a - b for a, b in zip(i, p, strict=True))


def scaled(s: int) -> Callable[[tuple[int, ...], tuple[int, ...]], tuple[int, ...]]:
    return lambda i, p: tuple(s * a + b for a, b in zip(i, p, strict=True))


def convolved(f: Tensor, g: Tensor, sign: int = 1) -> Tensor:
    """Sums of f[m] g[n] at n + m (sign 1: convolution) or n - m (sign -1: (f star g)[n - m] of a correlation)."""
    made: Tensor = {}
    for a, b in product(f, g):
        at_ = tuple(y + sign * x for x, y in zip(a, b, strict=True))
        made[at_] = made.get(at_, 0) + f[a] * g[b]
    return {index: v for index, v in made.items() if v}


def added(f: Tensor, g: Tensor) -> Tensor:
    made = {i: at(f, *i) + at(g, *i) for i in {*f, *g}}
    return {i: v for i, v in made.items() if v}


def gradients(rng: Any) -> Iterator[tuple[str, Any, Any]]:
    """(id, claimed, true) for the gradients, once."""
    W, X, G, dx, dw = forward(rng, plus, (4,), (3,), (6,))
    yield "g-dx", {j: sum(G[i] * at(W, j[0] - i[0]) for i in G) for j in X}, dx
    W, X, G, dx, dw = forward(rng, plus, (3, 2), (2, 3), (4, 4))
    yield "g-dx-plus", {j: sum(at(G, *plus(j, p)) * W[p] for p in W) for j in X}, dx
    yield "g-dx-minus", {j: sum(at(G, *minus(j, p)) * W[p] for p in W) for j in X}, dx
    yield "g-dw", {p: sum(G[i] * at(X, *plus(i, p)) for i in G) for p in W}, dw
    yield "g-dw-minus", {p: sum(G[i] * at(X, *minus(i, p)) for i in G) for p in W}, dw
    losses = [sum(G[i] * (b + sum(W[p] * at(X, *plus(i, p)) for p in W)) for i in G) for b in (0, 1)]
    yield "g-db", sum(G.values()), losses[1] - losses[0]
    for s in (1, 2, 3):
        W, X, G, dx, dw = forward(rng, scaled(s), (3,), (3,), (2 * s + 3,))
        yield "g-dx-s", {j: sum(G[i] * at(W, j[0] - s * i[0]) for i in G) for j in X}, dx
        yield "g-dx-s-lost", {j: sum(G[i] * at(W, j[0] - i[0]) for i in G) for j in X}, dx
    W, X, G, dx, dw = forward(rng, minus, (6,), (3,), (4,))
    yield "g-conv", {j: sum(G[i] * at(W, i[0] - j[0]) for i in G) for j in X}, dx


def signals(rng: Any) -> Iterator[tuple[str, Any, Any]]:
    """(id, claimed, true) for the algebra of signals, once."""
    f, g, h = random_tensor(rng, 2), random_tensor(rng, 3), random_tensor(rng, 4)
    span = [(n,) for n in range(-8, 9)]

    def sums(term: Callable[[int, int], int]) -> Tensor:
        made = {n: sum(term(n[0], m) for m in range(-9, 10)) for n in span}
        return {n: v for n, v in made.items() if v}

    yield "w-conv", sums(lambda n, m: at(f, m) * at(g, n - m)), sums(lambda n, m: at(f, n - m) * at(g, m))
    yield "w-comm", convolved(f, g), convolved(g, f)
    yield "w-assoc", convolved(f, convolved(g, h)), convolved(convolved(f, g), h)
    yield "w-dist", convolved(f, added(g, h)), added(convolved(f, g), convolved(f, h))
    yield "x-comm", convolved(f, g, -1), convolved(g, f, -1)
    yield "x-assoc", convolved(f, convolved(g, h, -1), -1), convolved(convolved(f, g, -1), h, -1)
    yield "w-xcorr", sums(lambda n, m: at(f, m) * at(g, m + n)), convolved(f, g, -1)
    yield "np-convolve", sums(lambda n, m: at(f, m) * at(g, n - m)), convolved(f, g)
    x, w = random_tensor(rng, 3, 2), random_tensor(rng, 2, 2)
    places = list(product(range(-4, 6), repeat=2))
    for id_, move in (("namra", minus), ("namra-x", plus)):
        made = {i: sum(at(x, *move(i, p)) * w[p] for p in w) for i in places}
        yield id_, {i: v for i, v in made.items() if v}, convolved(x, w)


def holds(name: str, entry: Entry) -> tuple[int, int]:
    """At how many points an entry of NUMBERS holds, and at how many it was tried."""
    domain, claimed, true = entry
    found = [claimed(v) == true(v) for v in domain()]
    return sum(found), len(found)


def tensors_hold(seeds: int = 5) -> dict[str, tuple[int, int]]:
    """The same for the claims about tensors."""
    tally: dict[str, list[bool]] = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        for name, claimed, true in (*gradients(rng), *signals(rng)):
            tally.setdefault(name, []).append(claimed == true)
    return {name: (sum(found), len(found)) for name, found in tally.items()}
