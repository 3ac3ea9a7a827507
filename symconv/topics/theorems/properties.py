"""Properties of layers: symmetric kernels, borders and shifts, shared weights, matrices, channels, what stacking saves."""

from __future__ import annotations

from typing import Any

from symconv.language.facts import Theorem
from symconv.language.integers import var
from symconv.topics.theorems.language import entry, equal, integers, plus, tensor, total, within
from symconv.topics.theorems.layers import gradient
from symconv.topics.theorems.notation import (
    LAYER,
    REACH,
    SLACK,
    Build,
    K,
    N,
    O,
    P,
    d,
    goal,
    h,
    i,
    identity,
    j,
    m,
    p,
    q,
    s,
    w,
    x,
)

line: Any = {"sizes": (("N", 1), ("K", 1), ("s", 1), ("d", 1), ("P", 0)), "multipliers": ("s", "d")}
valid: Any = {"sizes": (("N", 1), ("K", 1)), "given": (N - K,)}
v = tensor("v", K)


def properties(build: Build) -> list[Theorem]:
    """All of them."""
    return [*symmetric(), *borders(), *sharing(build), *matrices(), *channels(), *stacking(), *printed()]


def symmetric() -> list[Theorem]:
    """When convolution and cross-correlation are the same."""
    K1, K2, N1, N2, i1, i2, p1, p2 = integers("K1 K2 N1 N2 i1 i2 p1 p2")
    u, image = tensor("u", K1, K2), tensor("x", N1, N2)
    straight = entry(image, i1 + p1, i2 + p2)
    turned = entry(image, i1 + (K1 - 1 - p1), i2 + (K2 - 1 - p2))
    two = ((p1, K1), (p2, K2))
    there, back = entry(u, p1, p2), entry(u, K1 - 1 - p1, K2 - 1 - p2)
    forward, backward = entry(x, s * i + d * p - P), entry(x, s * i + d * (K - 1 - p) - P)
    return [
        Theorem(
            "correlation-is-convolution",
            "cross-correlation and convolution with the same kernel are the same",
            (
                identity(
                    "the same",
                    total((p, K), entry(w, p), entry(x, i + p)),
                    total((p, K), entry(w, p), entry(x, i + (K - 1 - p))),
                    (("i", N - K + 1),),
                    **valid,
                ),
            ),
            "refuted",
            "what holds is symmetric-kernel: for a kernel that equals itself turned round, and for no other",
        ),
        Theorem(
            "symmetric-kernel",
            "for a symmetric kernel, w[p] = w[K-1-p], cross-correlation and convolution are the same; every such kernel is "
            "w[p] = v[p] + v[K-1-p]",
            (
                identity(
                    "the same",
                    plus(total((p, K), entry(v, p), forward), total((p, K), entry(v, K - 1 - p), forward)),
                    plus(total((p, K), entry(v, K - 1 - p), backward), total((p, K), entry(v, p), backward)),
                    (("i", None),),
                    **line,
                ),
            ),
        ),
        Theorem(
            "symmetric-kernel-only",
            "and for no other: the input at distance q from the window's start enters the one with w[q], the other with w[K-1-q]",
            (
                identity(
                    "in the cross-correlation",
                    total((p, K), entry(w, p), equal(i + p, i + q)),
                    total((p, 1), entry(w, q)),
                    (("q", K), ("i", None)),
                    sizes=(("K", 1),),
                ),
                identity(
                    "in the convolution",
                    total((p, K), entry(w, p), equal(i + (K - 1 - p), i + q)),
                    total((p, 1), entry(w, K - 1 - q)),
                    (("q", K), ("i", None)),
                    sizes=(("K", 1),),
                ),
            ),
        ),
        Theorem(
            "symmetric-kernel-2d",
            "in 2D, for a kernel that equals itself turned by 180 degrees, cross-correlation and convolution are the same",
            (
                identity(
                    "the same",
                    plus(total(*two, there, straight), total(*two, back, straight)),
                    plus(total(*two, back, turned), total(*two, there, turned)),
                    (("i1", None), ("i2", None)),
                    sizes=(("N1", 1), ("N2", 1), ("K1", 1), ("K2", 1)),
                ),
            ),
        ),
    ]


def borders() -> list[Theorem]:
    """Shifting inside a frame: what leaves it is lost, and zeros come in."""
    inside: Any = {"sizes": (("N", 1), ("K", 1), ("s", 1)), "multipliers": ("s",)}
    padded: Any = {"sizes": (("N", 1), ("K", 1), ("P", 0)), "given": (N + 2 * P - K, i - h, N + 2 * P - K - (i - h))}
    moved = total((p, K), entry(w, p), entry(x, s * i + p - s * h), within(s * i + p, N))
    return [
        Theorem(
            "shift-in-a-frame",
            "without padding, shifting the input by s h within its frame shifts the output by h, at every output whose window "
            "and the window h before lie in the frame",
            (
                identity(
                    "shift",
                    moved,
                    total((p, K), entry(w, p), entry(x, s * (i - h) + p)),
                    (("i", None), ("h", None)),
                    **inside,
                    given=(i, i - h, N - K - s * i, N - K - s * (i - h)),
                ),
            ),
        ),
        Theorem(
            "shift-in-a-frame-padded",
            "with padding, shifting the input by h within its frame shifts the output by h, at every output i for which i - h "
            "is an output too",
            (
                identity(
                    "shift",
                    total((p, K), entry(w, p), entry(x, i + p - P - h), within(i + p - P, N)),
                    total((p, K), entry(w, p), entry(x, (i - h) + p - P)),
                    (("i", N + 2 * P - K + 1), ("h", None)),
                    **padded,
                ),
            ),
            "refuted",
            "what leaves the frame is lost, though a window in the padding would have seen it: shift-in-a-frame",
        ),
        Theorem(
            "strided-is-sampled",
            "a layer with stride s gives every s-th output of the layer with stride 1",
            (
                identity(
                    "sampled",
                    total((p, K), entry(w, p), entry(x, s * i + d * p - P)),
                    total((m, SLACK + 1), (p, K), entry(w, p), entry(x, m + d * p - P), equal(m, s * i)),
                    (("i", O),),
                    **LAYER,
                ),
            ),
        ),
    ]


def sharing(build: Build) -> list[Theorem]:
    """One kernel for all places: its gradient is the sum of what every place would ask for."""
    corr = build("correlate1d", stride="s", dilation="d", padding=(("P", "Q"),))
    up, n = tensor("g", O), var("n")
    wanted = total((p, 1), entry(up, i), entry(x, s * i + d * q - P))
    return [
        Theorem(
            "shared-weights",
            "dL/dw[q] is the sum over all places i of g[i] x[s i + d q - P], which is the gradient that a kernel of place i's "
            "own would have",
            (
                identity(
                    "a kernel of its own: dL/dv[i, q]",
                    total((n, O), (p, K), entry(up, n), entry(x, s * n + d * p - P), equal(n, i), equal(p, q)),
                    wanted,
                    (("i", O), ("q", K)),
                    **LAYER,
                ),
                identity(
                    "one kernel for all: their sum",
                    gradient(corr, "w"),
                    total((i, O), entry(up, i), entry(x, s * i + d * p - P)),
                    (("p", K),),
                    op=corr,
                ),
            ),
        ),
        Theorem(
            "shared-weights-one-place",
            "dL/dw[q] is what the first place asks for, g[0] x[d q - P]",
            (
                identity(
                    "one place",
                    total((i, O), entry(up, i), entry(x, s * i + d * q - P)),
                    total((p, 1), entry(up, 0), entry(x, d * q - P)),
                    (("q", K),),
                    **LAYER,
                ),
            ),
            "refuted",
            "what holds is shared-weights: the sum over all places",
        ),
    ]


def matrices() -> list[Theorem]:
    """y = T x with T[i, j] = sum_p w[p] [s i + d p - P = j]."""
    up = tensor("g", O)

    def cell(row: Any, column: Any) -> Any:
        return total((p, K), entry(w, p), equal(s * row + d * p - P, column))

    everywhere = (("i", None), ("j", None))
    return [
        Theorem(
            "matrix",
            "a layer is a matrix: y = T x, where T[i, j] is w[p] for the tap p with s i + d p - P = j, and 0 if there is none",
            (
                identity(
                    "y = T x",
                    total((p, K), entry(w, p), entry(x, s * i + d * p - P)),
                    total((j, N), (p, K), entry(w, p), entry(x, j), equal(s * i + d * p - P, j)),
                    (("i", O),),
                    **LAYER,
                ),
            ),
        ),
        Theorem(
            "matrix-transpose",
            "dL/dx = T^T g is the correlation of g, zero-dilated by s, with the flipped kernel, pads (e - P, e - Q + a), "
            "e = d(K-1)",
            (
                identity(
                    "transpose",
                    total((i, O), (p, K), entry(up, i), entry(w, p), equal(s * i + d * p - P, j)),
                    total((q, K), (i, O), entry(w, K - 1 - q), entry(up, i), equal(s * i, j + d * q - (REACH - P))),
                    (("j", N),),
                    **LAYER,
                ),
            ),
        ),
        Theorem(
            "matrix-toeplitz",
            "at stride 1 the matrix is Toeplitz: T[i+1, j+1] = T[i, j]",
            (
                identity(
                    "Toeplitz",
                    total((p, K), entry(w, p), equal(i + 1 + d * p - P, j + 1)),
                    total((p, K), entry(w, p), equal(i + d * p - P, j)),
                    everywhere,
                    sizes=(("K", 1), ("d", 1), ("P", 0)),
                    multipliers=("d",),
                ),
            ),
        ),
        Theorem(
            "matrix-toeplitz-stride",
            "with stride s the matrix is Toeplitz: T[i+1, j+1] = T[i, j]",
            (identity("Toeplitz", cell(i + 1, j + 1), cell(i, j), everywhere, **line),),
            "refuted",
            "what holds is matrix-rows: T[i+1, j+s] = T[i, j]",
        ),
        Theorem(
            "matrix-rows",
            "with stride s each row of the matrix is the one above, moved by s: T[i+1, j+s] = T[i, j]",
            (identity("rows", cell(i + 1, j + s), cell(i, j), everywhere, **line),),
        ),
    ]


def channels() -> list[Theorem]:
    """1x1 convolutions, depthwise separable layers."""
    B, C, F, c = integers("B C F c")
    n, o = var("n"), var("o")
    image = tensor("x", B, C, N)
    point, deep = tensor("v", F, C), tensor("u", C, K)
    read = entry(image, n, c, s * i + d * p - P)
    free = (("n", B), ("o", F), ("i", O))
    given = {**LAYER, "sizes": (*LAYER["sizes"], ("B", 1), ("C", 1), ("F", 1))}
    between = total(
        (c, C), (m, O), (p, K), entry(point, o, c), entry(deep, c, p), entry(image, n, c, s * m + d * p - P), equal(m, i)
    )
    counts: Any = {"sizes": (("C", 1), ("F", 1), ("K", 1)), "free": ()}
    return [
        Theorem(
            "one-by-one",
            "a layer with kernel 1 is a matrix product over the channels: y[n,o,i] = sum_c w[o,c] x[n,c,i] at every place i",
            (
                identity(
                    "matrix product",
                    total((c, C), (p, 1), entry(tensor("w", F, C, 1), o, c, p), entry(image, n, c, i + p)),
                    total((c, C), entry(tensor("w", F, C, 1), o, c, 0), entry(image, n, c, i)),
                    (("n", B), ("o", F), ("i", N)),
                    sizes=(("N", 1), ("B", 1), ("C", 1), ("F", 1)),
                ),
            ),
        ),
        Theorem(
            "depthwise-separable",
            "a depthwise layer u, then a pointwise layer v, is one layer whose kernel is w[o,c,p] = v[o,c] u[c,p]",
            (
                identity(
                    "one layer",
                    between,
                    total((c, C), (p, K), entry(point, o, c), entry(deep, c, p), read),
                    free,
                    **given,
                ),
            ),
        ),
        Theorem(
            "depthwise-separable-saving",
            "with K taps in all, it has C K + F C weights in place of F C K: their ratio is 1/F + 1/K",
            (goal("the ratio", ("eq", (C * K + F * C) * F * K, F * C * K * (F + K)), **counts),),
        ),
        Theorem(
            "depthwise-separable-fewer",
            "depthwise separable layers never have more weights",
            (goal("fewer", ("ge", F * C * K, C * K + F * C), **counts),),
            "refuted",
            "with one filter or one tap they have more; from F, K >= 2 on they never do",
        ),
    ]


def stacking() -> list[Theorem]:
    """Two small kernels against a large one."""
    C = var("C")
    p1, p2 = integers("p1 p2")
    one, two = tensor("w1", 3), tensor("w2", 3)
    return [
        Theorem(
            "two-3-see-5",
            "two stacked layers of kernel 3, nothing between, are one layer of kernel 5: W[m] = sum [m = p1 + p2] w1[p1] w2[p2]",
            (
                identity(
                    "one layer of kernel 5",
                    total((p2, 3), (m, N - 2), (p1, 3), entry(two, p2), entry(one, p1), entry(x, m + p1), equal(m, i + p2)),
                    total((q, 5), (p2, 3), (p1, 3), entry(two, p2), entry(one, p1), entry(x, i + q), equal(q, p1 + p2)),
                    (("i", N - 4),),
                    sizes=(("N", 5),),
                ),
            ),
        ),
        Theorem(
            "two-3x3-save",
            "with C channels in and out, two 3x3 layers have 18 C^2 weights, fewer than the 25 C^2 of the 5x5 layer that sees as "
            "much",
            (goal("fewer", ("ge", 25 * C * C, 18 * C * C + 1), sizes=(("C", 1),), free=()),),
            remark="They are not the same functions: not every 5x5 kernel is made of two 3x3 kernels, and with an activation "
            "between them they are no single layer",
        ),
    ]


def printed() -> list[Theorem]:
    """The sizes that lecture notes print."""
    H, W, KH, KW = integers("H W K_H K_W")
    OH, OW = integers("O_H O_W")
    defined = (("O_H", H - KH + 1), ("O_W", W - KW + 1))
    sizes = (("H", 1), ("W", 1), ("K_H", 1), ("K_W", 1))
    i1, i2 = integers("i1 i2")
    within_all: Any = {"sizes": sizes, "definitions": defined, "given": (H - KH, W - KW), "free": (("i1", OH), ("i2", OW))}
    last: Any = {"sizes": sizes, "definitions": defined, "given": (H - KH, W - KW), "free": ()}
    return [
        Theorem(
            "valid-size-2d",
            "an H x W input and a K_H x K_W kernel, without padding and stride, give (H - K_H + 1) x (W - K_W + 1) outputs",
            (
                goal("these windows fit", ("ge", H, i1 + KH), ("ge", W, i2 + KW), **within_all),
                goal("one more row does not", ("ge", OH + KH - 1, H), **last),
                goal("one more column does not", ("ge", OW + KW - 1, W), **last),
            ),
        ),
        Theorem(
            "valid-width-from-height",
            "O_W = H - K_W + 1",
            (goal("the width", ("eq", OW, H - KW + 1), **last),),
            "refuted",
            "a misprint: the width is W - K_W + 1; the two agree if and only if H = W",
        ),
        Theorem(
            "valid-width-from-height-square",
            "for a square input, H = W, O_W = H - K_W + 1",
            (goal("the width", ("eq", OW, H - KW + 1), **{**last, "given": (H - KH, W - KW, H - W, W - H)}),),
        ),
    ]
