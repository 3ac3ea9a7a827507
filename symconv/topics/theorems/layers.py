"""Gradients of a layer, its sizes and remainders, and the transposed layer."""

from __future__ import annotations

from typing import Any

from symconv.language.expr import Access, Expr, Partial, Sum
from symconv.language.facts import Claim, Theorem
from symconv.language.integers import Int, var
from symconv.language.operator import Operator
from symconv.topics.theorems.language import entry, equal, floor, tensor, total
from symconv.topics.theorems.notation import (
    LAYER,
    REACH,
    SLACK,
    Build,
    K,
    N,
    O,
    P,
    Q,
    a,
    d,
    goal,
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


def gradient(op: Operator, wrt: str) -> Expr:
    """sum_i g[i] dy[i]/dT[t], the definition of the gradient."""
    names = {"x": (x, j), "w": (w, p)}
    of, at = names[wrt]
    out = tensor("y", op.axes[0].output)
    upstream = tensor("g", op.axes[0].output)
    index = "i"
    partial = Partial(entry(out, var(index)), entry(of, at))
    return Expr(((Sum(index, op.axes[0].output), entry(upstream, var(index)), partial),))


def dilated(of: Access, factor: Int) -> Access:
    """The entry of the zero-dilated tensor."""
    return Access(of.tensor.dilated((factor,)), of.index)


def gradients(build: Build) -> list[Theorem]:
    """The gradients of correlation and of true convolution, in gather form and as members of the family."""
    corr = build("correlate1d", stride="s", dilation="d", padding=(("P", "Q"),))
    conv = build("convolve1d", stride="s", dilation="d", padding=(("P", "Q"),))
    up = tensor("g", O)
    by_x: Any = {"free": (("j", N),)}
    by_w: Any = {"free": (("p", K),)}
    gather = total((p, K), (q, O), entry(w, p), entry(up, q), equal(s * q, j + P - d * p))
    flipped = total((q, K), entry(w, K - 1 - q), dilated(entry(up, j + d * q - (REACH - P)), s))
    plain = total((q, K), entry(w, q), dilated(entry(up, j + d * q - (REACH - P)), s))
    kernel = total((i, O), entry(up, i), entry(x, s * i + d * p - P))
    exchanged = total((m, N), entry(x, m), dilated(entry(up, m + d * p - (REACH - P)), s))
    shape_x = goal("its size", ("eq", s * (O - 1) + 1 + (REACH - P) + (REACH - Q + a) - REACH - N), **LAYER)
    shape_w = goal("its size", ("eq", N + P + Q - a - s * (O - 1) - 1 - d * (K - 1)), **LAYER)
    e = "with e = d(K-1) and a the remainder"
    return [
        Theorem(
            "gather-form",
            "dL/dx[j] = sum_p w[p] g[(j + P - d p)/s] over the taps p for which s divides j + P - d p and the quotient "
            "is an output",
            (identity("gather form", gradient(corr, "x"), gather, **by_x, op=corr),),
        ),
        Theorem(
            "closed-form-x",
            f"for cross-correlation, dL/dx is the correlation of g, zero-dilated by s, with the flipped kernel: stride 1, "
            f"dilation d, pads (e - P, e - Q + a), {e}",
            (identity("closed form", gradient(corr, "x"), flipped, **by_x, op=corr), shape_x),
        ),
        Theorem(
            "closed-form-w",
            "for cross-correlation, dL/dw is the correlation of x with g: stride d, dilation s, pads (P, Q - a), no flip",
            (identity("closed form", gradient(corr, "w"), kernel, **by_w, op=corr), shape_w),
        ),
        Theorem(
            "closed-form-x-convolution",
            f"for true convolution, dL/dx is the correlation of g, zero-dilated by s, with the kernel as it stands: pads "
            f"(e - P, e - Q + a), {e}",
            (identity("closed form", gradient(conv, "x"), plain, **by_x, op=conv), shape_x),
        ),
        Theorem(
            "closed-form-w-convolution",
            f"for true convolution, dL/dw is the correlation of g, zero-dilated by s, with x as its kernel: stride d, pads "
            f"(e - P, e - Q + a), {e}",
            (identity("closed form", gradient(conv, "w"), exchanged, **by_w, op=conv),),
        ),
        Theorem(
            "no-flip-in-dx",
            "for cross-correlation, dL/dx is the correlation of the padded g with the kernel as it stands",
            (
                identity(
                    "no flip",
                    total((q, K), entry(w, K - 1 - q), entry(tensor("g", N - K + 1), j + q - (K - 1))),
                    total((q, K), entry(w, q), entry(tensor("g", N - K + 1), j + q - (K - 1))),
                    (("j", N),),
                    sizes=(("N", 1), ("K", 1)),
                    given=(N - K,),
                ),
            ),
            "refuted",
            "what holds is closed-form-x: the kernel is flipped",
        ),
        Theorem(
            "second-derivative",
            "the mixed second derivative stays in the family: deriving dL/dx by w, contracted with h, is the correlation of h "
            "with g: stride d, dilation s, pads (P, Q - a)",
            (
                identity(
                    "mixed derivative",
                    total((j, N), (m, O), entry(tensor("h", N), j), entry(up, m), equal(s * m, j - d * q + P)),
                    total((m, O), entry(up, m), entry(tensor("h", N), s * m + d * q - P)),
                    (("q", K),),
                    **LAYER,
                ),
            ),
        ),
    ]


def sizes() -> list[Theorem]:
    """Sizes, remainders and crops."""
    inside = {**LAYER, "free": (("i", O),)}
    beyond = {**LAYER, "free": (("i", None),), "given": (SLACK, i, N + P + Q - 1 - (s * i + REACH))}
    c = floor(a, d)
    windows = N + P + Q - s * (O - 1)  # what a kernel of g's own length, s apart, leaves of the padded input
    o_given = {**LAYER, "free": ()}
    return [
        Theorem(
            "output-size",
            "O = floor((N + P + Q - d(K-1) - 1)/s) + 1 is the number of placements: the window at s i fits if and only if i < O",
            (
                goal("placements below O fit", ("ge", N + P + Q - 1 - (s * i + REACH)), **inside),
                goal("a placement that fits is below O", ("ge", O - 1 - i), **beyond),
            ),
        ),
        Theorem(
            "output-size-ceil",
            "O = ceil((N + P + Q - d(K-1) - 1)/s) + 1",
            (goal("ceil", ("eq", floor(SLACK + s - 1, s) + 1, O), **o_given),),
            "refuted",
            "what holds is output-size, with floor",
        ),
        Theorem(
            "remainder",
            "the last window ends a places before the end of the padded input, and no window reads the last a places",
            (
                goal("the last window", ("eq", N + P + Q - 1 - a - (s * (O - 1) + REACH)), **o_given),
                goal(
                    "every read is before them",
                    ("ge", N + P + Q - 1 - a - (s * i + d * p)),
                    **{**LAYER, "free": (("i", O), ("p", K))},
                ),
            ),
        ),
        Theorem(
            "dw-size",
            "dL/dw computed as a plain correlation with pads (P, Q) has K + floor(a/d) entries: it must be cropped to K",
            (
                goal("so many fit", ("ge", windows - 1 - d * (K + c - 1)), **o_given),
                goal("one more does not", ("ge", d * (K + c) - windows), **o_given),
            ),
        ),
        Theorem(
            "dw-size-uncropped",
            "dL/dw computed as a plain correlation with pads (P, Q) has K entries",
            (goal("K entries", ("eq", K, floor(windows - 1, d) + 1), **o_given),),
            "refuted",
            "what holds is dw-size: K + floor(a/d) entries",
        ),
        Theorem(
            "input-size-preimage",
            "the inputs with O outputs are those with s(O-1) <= N + P + Q - d(K-1) - 1 < s O",
            (
                goal("at least", ("ge", SLACK - s * (O - 1)), **o_given),
                goal("less than", ("ge", s * O - 1 - SLACK), **o_given),
            ),
        ),
    ]


def transposed() -> list[Theorem]:
    """conv_transpose: an adjoint; its size; the interval of output_padding."""
    op = var("op")
    long = s * (N - 1) + REACH + 1 - P - Q + op
    given: dict[str, Any] = {
        "sizes": (("N", 1), ("K", 1), ("s", 1), ("d", 1), ("P", 0), ("Q", 0), ("op", 0)),
        "definitions": (("O", long),),
        "given": (long - 1, s - 1 - op),
        "multipliers": ("s", "d"),
    }
    z = tensor("z", O)
    size = O + P + Q - REACH - 1
    return [
        Theorem(
            "transpose-is-adjoint",
            "conv_transpose is the adjoint of the conv whose remainder is its output_padding: the sum of conv_transpose(x) z "
            "equals the sum of x conv(z)",
            (
                identity(
                    "adjoint",
                    total((i, O), (j, N), (p, K), entry(z, i), entry(w, p), entry(x, j), equal(s * j + d * p - P, i)),
                    total((j, N), (p, K), entry(x, j), entry(w, p), entry(z, s * j + d * p - P)),
                    (),
                    **given,
                ),
                goal("that conv has N outputs", ("ge", size - s * (N - 1)), ("ge", s * N - 1 - size), **given, free=()),
                goal("its remainder", ("eq", size - s * (N - 1) - op), **given, free=()),
            ),
        ),
        Theorem(
            "output-padding-interval",
            "a conv takes size O to N if and only if O = s(N-1) + d(K-1) + 1 - P - Q + op for some 0 <= op < s",
            (
                goal("so it does", ("ge", size - s * (N - 1)), ("ge", s * N - 1 - size), **given, free=()),
                Claim(
                    "and only so",
                    sizes=(("N", 1), ("K", 1), ("s", 1), ("d", 1), ("P", 0), ("Q", 0), ("O", 1)),
                    given=(size - s * (N - 1), s * N - 1 - size),
                    multipliers=("s", "d"),
                    goals=(
                        ("ge", O, s * (N - 1) + REACH + 1 - P - Q),
                        ("ge", s * N + REACH - P - Q, O),
                    ),
                ),
            ),
        ),
        Theorem(
            "transpose-is-inverse",
            "conv_transpose(conv(x)) = x",
            (
                identity(
                    "inverse",
                    total(
                        (i, N - K + 1),
                        (p, K),
                        (q, K),
                        entry(tensor("v", K), p),
                        entry(w, q),
                        entry(x, i + q),
                        equal(i + p, j),
                    ),
                    total((p, 1), (q, 1), entry(tensor("v", K), p), entry(w, q), entry(x, j)),
                    (("j", N),),
                    sizes=(("N", 1), ("K", 1)),
                    given=(N - K,),
                ),
            ),
            "refuted",
            "it is the adjoint, not the inverse: transpose-is-adjoint (here with two kernels, v back and w forth)",
        ),
    ]
