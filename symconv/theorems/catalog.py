"""The catalogue.  Notation: N input, K kernel, O output, stride s, dilation d, pads P and Q, remainder a, e = d(K-1).

Every theorem is a list of claims; each is an identity between sums over arbitrary tensors, or a claim about sizes, for all
values of its names within the hypotheses.  ``expected`` says what the prover must find: some statements stand here because
they are often believed and false.  Sources: Dumoulin & Visin, A guide to convolution arithmetic (2016); Oppenheim & Schafer,
Discrete-Time Signal Processing, chapter 2; Araujo, Norris & Sim, Computing receptive fields (2019).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from symconv.core.expr import Access, Expr, Partial, Sum
from symconv.core.facts import Claim, Theorem
from symconv.core.integers import Int, integer, var
from symconv.core.operator import Operator
from symconv.theorems.language import entry, equal, floor, integers, mod, plus, tensor, total, within

Build = Callable[..., Operator]

N, K, O, s, d, P, Q, a, i, j, p, q, m, r, h, t = integers("N K O s d P Q a i j p q m r h t")
REACH = d * (K - 1)
SLACK = N + P + Q - REACH - 1
LAYER: dict[str, Any] = {
    "sizes": (("N", 1), ("K", 1), ("s", 1), ("d", 1), ("P", 0), ("Q", 0)),
    "definitions": (("O", floor(SLACK, s) + 1), ("a", mod(SLACK, s))),
    "given": (SLACK,),
    "multipliers": ("s", "d"),
}
ALL = "for all N, K, s, d >= 1 and P, Q >= 0 with N + P + Q >= d(K-1) + 1"
x, w, g, y = tensor("x", N), tensor("w", K), tensor("g", O), tensor("y", O)


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


@cache
def catalogue(build: Build) -> dict[str, Theorem]:
    """All theorems by name; ``build`` makes operators (the house hands it in)."""
    found = [*_gradients(build), *_sizes(), *_transposed(), *_algebra(), *_shifts(), *_stacks(), *_others()]
    return {theorem.name: theorem for theorem in found}


def _identity(words: str, left: Expr, right: Expr, free: Any, **given: Any) -> Claim:
    return Claim(words, left=left, right=right, free=free, **given)


def _goal(words: str, *goals: Any, **given: Any) -> Claim:
    """A claim about sizes: ("ge", e) is e >= 0, ("eq", e) is e = 0; a third member stands in place of the 0."""
    return Claim(words, goals=tuple((*goal, integer(0))[:3] for goal in goals), **given)


def _gradients(build: Build) -> list[Theorem]:
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
    shape_x = _goal("its size", ("eq", s * (O - 1) + 1 + (REACH - P) + (REACH - Q + a) - REACH - N), **LAYER)
    shape_w = _goal("its size", ("eq", N + P + Q - a - s * (O - 1) - 1 - d * (K - 1)), **LAYER)
    e = "with e = d(K-1) and a the remainder"
    return [
        Theorem(
            "gather-form",
            "dL/dx[j] = sum_p w[p] g[(j + P - d p)/s] over the taps p for which s divides j + P - d p and the quotient "
            "is an output",
            ALL,
            (_identity("gather form", gradient(corr, "x"), gather, **by_x, op=corr),),
        ),
        Theorem(
            "closed-form-x",
            f"for cross-correlation, dL/dx is the correlation of g, zero-dilated by s, with the flipped kernel: stride 1, "
            f"dilation d, pads (e - P, e - Q + a), {e}",
            ALL,
            (_identity("closed form", gradient(corr, "x"), flipped, **by_x, op=corr), shape_x),
        ),
        Theorem(
            "closed-form-w",
            "for cross-correlation, dL/dw is the correlation of x with g: stride d, dilation s, pads (P, Q - a), no flip",
            ALL,
            (_identity("closed form", gradient(corr, "w"), kernel, **by_w, op=corr), shape_w),
        ),
        Theorem(
            "closed-form-x-convolution",
            f"for true convolution, dL/dx is the correlation of g, zero-dilated by s, with the kernel as it stands: pads "
            f"(e - P, e - Q + a), {e}",
            ALL,
            (_identity("closed form", gradient(conv, "x"), plain, **by_x, op=conv), shape_x),
        ),
        Theorem(
            "closed-form-w-convolution",
            f"for true convolution, dL/dw is the correlation of g, zero-dilated by s, with x as its kernel: stride d, pads "
            f"(e - P, e - Q + a), {e}",
            ALL,
            (_identity("closed form", gradient(conv, "w"), exchanged, **by_w, op=conv),),
        ),
        Theorem(
            "no-flip-in-dx",
            "for cross-correlation, dL/dx is the correlation of the padded g with the kernel as it stands",
            "for all N, K >= 1 with N >= K",
            (
                _identity(
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
            ALL,
            (
                _identity(
                    "mixed derivative",
                    total((j, N), (m, O), entry(tensor("h", N), j), entry(up, m), equal(s * m, j - d * q + P)),
                    total((m, O), entry(up, m), entry(tensor("h", N), s * m + d * q - P)),
                    (("q", K),),
                    **LAYER,
                ),
            ),
        ),
    ]


def _sizes() -> list[Theorem]:
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
            ALL,
            (
                _goal("placements below O fit", ("ge", N + P + Q - 1 - (s * i + REACH)), **inside),
                _goal("a placement that fits is below O", ("ge", O - 1 - i), **beyond),
            ),
        ),
        Theorem(
            "output-size-ceil",
            "O = ceil((N + P + Q - d(K-1) - 1)/s) + 1",
            ALL,
            (_goal("ceil", ("eq", floor(SLACK + s - 1, s) + 1, O), **o_given),),
            "refuted",
            "what holds is output-size, with floor",
        ),
        Theorem(
            "remainder",
            "the last window ends a places before the end of the padded input, and no window reads the last a places",
            ALL,
            (
                _goal("the last window", ("eq", N + P + Q - 1 - a - (s * (O - 1) + REACH)), **o_given),
                _goal(
                    "every read is before them",
                    ("ge", N + P + Q - 1 - a - (s * i + d * p)),
                    **{**LAYER, "free": (("i", O), ("p", K))},
                ),
            ),
        ),
        Theorem(
            "dw-size",
            "dL/dw computed as a plain correlation with pads (P, Q) has K + floor(a/d) entries: it must be cropped to K",
            ALL,
            (
                _goal("so many fit", ("ge", windows - 1 - d * (K + c - 1)), **o_given),
                _goal("one more does not", ("ge", d * (K + c) - windows), **o_given),
            ),
        ),
        Theorem(
            "dw-size-uncropped",
            "dL/dw computed as a plain correlation with pads (P, Q) has K entries",
            ALL,
            (_goal("K entries", ("eq", K, floor(windows - 1, d) + 1), **o_given),),
            "refuted",
            "what holds is dw-size: K + floor(a/d) entries",
        ),
        Theorem(
            "input-size-preimage",
            "the inputs with O outputs are those with s(O-1) <= N + P + Q - d(K-1) - 1 < s O",
            ALL,
            (
                _goal("at least", ("ge", SLACK - s * (O - 1)), **o_given),
                _goal("less than", ("ge", s * O - 1 - SLACK), **o_given),
            ),
        ),
    ]


def _transposed() -> list[Theorem]:
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
    domain = "for all N, K, s, d >= 1, P, Q >= 0 and 0 <= op < s with an output"
    size = O + P + Q - REACH - 1
    return [
        Theorem(
            "transpose-is-adjoint",
            "conv_transpose is the adjoint of the conv whose remainder is its output_padding: the sum of conv_transpose(x) z "
            "equals the sum of x conv(z)",
            domain,
            (
                _identity(
                    "adjoint",
                    total((i, O), (j, N), (p, K), entry(z, i), entry(w, p), entry(x, j), equal(s * j + d * p - P, i)),
                    total((j, N), (p, K), entry(x, j), entry(w, p), entry(z, s * j + d * p - P)),
                    (),
                    **given,
                ),
                _goal("that conv has N outputs", ("ge", size - s * (N - 1)), ("ge", s * N - 1 - size), **given, free=()),
                _goal("its remainder", ("eq", size - s * (N - 1) - op), **given, free=()),
            ),
        ),
        Theorem(
            "output-padding-interval",
            "a conv takes size O to N if and only if O = s(N-1) + d(K-1) + 1 - P - Q + op for some 0 <= op < s",
            domain,
            (
                _goal("so it does", ("ge", size - s * (N - 1)), ("ge", s * N - 1 - size), **given, free=()),
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
            "for all N, K >= 1 with N >= K",
            (
                _identity(
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


def _algebra() -> list[Theorem]:
    """Commutativity, associativity, distributivity; convolution against cross-correlation."""
    A, B, C = integers("A B C")
    f, k, u, v = tensor("f", A), tensor("k", B), tensor("u", C), tensor("v", B)
    two: Any = {"sizes": (("A", 1), ("B", 1))}
    three: Any = {"sizes": (("A", 1), ("B", 1), ("C", 1))}
    full = A + B - 1
    domain = "for all finite signals"
    return [
        Theorem(
            "convolution-commutes",
            "in full mode, f * k = k * f",
            domain,
            (
                _identity(
                    "commutes",
                    total((p, B), entry(k, p), entry(f, i - p)),
                    total((q, A), entry(f, q), entry(k, i - q)),
                    (("i", full),),
                    **two,
                ),
            ),
        ),
        Theorem(
            "convolution-associates",
            "in full mode, (f * k) * u = f * (k * u)",
            domain,
            (
                _identity(
                    "associates",
                    total((q, C), (p, B), entry(u, q), entry(k, p), entry(f, i - q - p), within(i - q, A + B - 1)),
                    total((m, B + C - 1), (q, C), entry(u, q), entry(k, m - q), entry(f, i - m)),
                    (("i", A + B + C - 2),),
                    **three,
                ),
            ),
        ),
        Theorem(
            "same-commutes",
            "in same mode, f * k = k * f wherever both are defined",
            domain,
            (
                _identity(
                    "same mode",
                    total((p, B), entry(k, p), entry(f, i - p + floor(B - 1, 2))),
                    total((q, A), entry(f, q), entry(k, i - q + floor(A - 1, 2))),
                    (("i", None),),
                    **{**two, "given": (i, A - 1 - i, B - 1 - i)},
                ),
            ),
            "refuted",
            "full mode commutes: convolution-commutes",
        ),
        Theorem(
            "same-associates",
            "in same mode, (f * k) * u = f * (k * u)",
            domain,
            (
                _identity(
                    "same mode",
                    total(
                        (q, C),
                        (p, B),
                        entry(u, q),
                        entry(k, p),
                        entry(f, i - q + floor(C - 1, 2) - p + floor(B - 1, 2)),
                        within(i - q + floor(C - 1, 2), A),
                    ),
                    total(
                        (m, B),
                        (q, C),
                        entry(u, q),
                        entry(k, m - q + floor(C - 1, 2)),
                        entry(f, i - m + floor(B - 1, 2)),
                    ),
                    (("i", A),),
                    **three,
                ),
            ),
            "refuted",
            "full mode associates: convolution-associates",
        ),
        Theorem(
            "valid-associates",
            "in valid mode, valid(valid(f, k), u) = valid(f, valid(k, u))",
            "for all finite signals with room for both kernels",
            (
                _identity(
                    "valid mode",
                    total((q, C), (p, B), entry(u, C - 1 - q), entry(k, B - 1 - p), entry(f, i + q + p)),
                    total((m, B - C + 1), (q, C), entry(u, C - 1 - q), entry(k, m + q), entry(f, i + B - C - m)),
                    (("i", A - B - C + 2),),
                    **{**three, "given": (A - B - C + 1, B - C)},
                ),
            ),
            "refuted",
            "what holds is valid-of-full: valid(valid(f, k), u) = valid(f, full(k, u))",
        ),
        Theorem(
            "valid-of-full",
            "valid(valid(f, k), u) = valid(f, full(k, u))",
            "for all finite signals with room for both kernels",
            (
                _identity(
                    "valid of full",
                    total((q, C), (p, B), entry(u, q), entry(k, p), entry(f, i + (C - 1 - q) + (B - 1 - p))),
                    total((m, B + C - 1), (q, C), entry(u, q), entry(k, m - q), entry(f, i + (B + C - 2 - m))),
                    (("i", A - B - C + 2),),
                    **{**three, "given": (A - B - C + 1,)},
                ),
            ),
        ),
        Theorem(
            "convolution-distributes",
            "f * (k + v) = f * k + f * v",
            domain,
            (
                _identity(
                    "distributes",
                    plus(
                        total((p, B), entry(k, p), entry(f, i - p)),
                        total((p, B), entry(v, p), entry(f, i - p)),
                    ),
                    plus(
                        total((q, A), entry(f, q), entry(k, i - q)),
                        total((q, A), entry(f, q), entry(v, i - q)),
                    ),
                    (("i", full),),
                    **two,
                ),
            ),
        ),
        Theorem(
            "correlation-reverses",
            "(k corr f)(i) = (f corr k)(-i)",
            domain,
            (
                _identity(
                    "reverses",
                    total((p, B), entry(k, p), entry(f, i + p)),
                    total((q, A), entry(f, q), entry(k, q - i)),
                    (("i", None),),
                    **two,
                ),
            ),
        ),
        Theorem(
            "correlation-commutes",
            "(k corr f)(i) = (f corr k)(i)",
            domain,
            (
                _identity(
                    "commutes",
                    total((p, B), entry(k, p), entry(f, i + p)),
                    total((q, A), entry(f, q), entry(k, i + q)),
                    (("i", None),),
                    **two,
                ),
            ),
            "refuted",
            "what holds is correlation-reverses: (k corr f)(i) = (f corr k)(-i)",
        ),
        Theorem(
            "correlation-is-flipped-convolution",
            "cross-correlation is convolution with the flipped kernel",
            ALL,
            (
                _identity(
                    "flipped",
                    total((p, K), entry(w, p), entry(x, s * i + d * p - P)),
                    total((q, K), entry(w, K - 1 - q), entry(x, s * i + d * (K - 1 - q) - P)),
                    (("i", O),),
                    **LAYER,
                ),
            ),
        ),
        Theorem(
            "sums-swap",
            "finite sums commute",
            "for all finite ranges",
            (
                _identity(
                    "swap",
                    total((p, A), (q, B), entry(tensor("f", A), p), entry(tensor("M", A, B), p, q)),
                    total((q, B), (p, A), entry(tensor("M", A, B), p, q), entry(tensor("f", A), p)),
                    (),
                    **two,
                ),
            ),
        ),
    ]


def _shifts() -> list[Theorem]:
    """Translation equivariance, and how far it goes with strides."""
    line: Any = {"sizes": (("N", 1), ("K", 1), ("s", 1), ("d", 1), ("P", 0)), "multipliers": ("s", "d")}
    free: Any = (("i", None), ("h", None))
    return [
        Theorem(
            "shift-equivariance",
            "on Z, at stride 1, shifting the input by h shifts the output by h",
            "for all finite signals, i and h",
            (
                _identity(
                    "shift by h",
                    total((p, K), entry(w, p), entry(x, i + d * p - P - h)),
                    total((p, K), entry(w, p), entry(x, (i - h) + d * p - P)),
                    free,
                    **line,
                ),
            ),
        ),
        Theorem(
            "shift-equivariance-finite",
            "on finite signals the same holds at every output i for which i - h is an output too",
            ALL,
            (
                _identity(
                    "shift inside the windows",
                    total((p, K), entry(w, p), entry(x, s * i + d * p - P - s * h)),
                    total((p, K), entry(w, p), entry(x, s * (i - h) + d * p - P), within(i - h, O)),
                    (("i", O), ("h", None)),
                    **{**LAYER, "given": (SLACK, i - h, O - 1 - i + h)},
                ),
            ),
        ),
        Theorem(
            "shift-equivariance-stride",
            "with stride s, shifting the input by s h shifts the output by h",
            "for all finite signals, s, d >= 1, i and h",
            (
                _identity(
                    "shift by s h",
                    total((p, K), entry(w, p), entry(x, s * i + d * p - P - s * h)),
                    total((p, K), entry(w, p), entry(x, s * (i - h) + d * p - P)),
                    free,
                    **line,
                ),
            ),
        ),
        Theorem(
            "shift-by-h-with-stride",
            "with stride s, shifting the input by h shifts the output by h",
            "for all finite signals, s, d >= 1, i and h",
            (
                _identity(
                    "shift by h",
                    total((p, K), entry(w, p), entry(x, s * i + d * p - P - h)),
                    total((p, K), entry(w, p), entry(x, s * (i - h) + d * p - P)),
                    free,
                    **line,
                ),
            ),
            "refuted",
            "what holds is shift-equivariance-stride: by s h",
        ),
        Theorem(
            "shift-equivariance-input-dilation",
            "with input dilation r, shifting the input by h shifts the output by r h",
            "for all finite signals, r, d >= 1, i and h",
            (
                _identity(
                    "shift by r h",
                    total((p, K), (j, N), entry(w, p), entry(x, j), equal(r * (j + h), i + d * p - P)),
                    total((p, K), (j, N), entry(w, p), entry(x, j), equal(r * j, (i - r * h) + d * p - P)),
                    free,
                    sizes=(("N", 1), ("K", 1), ("r", 1), ("d", 1), ("P", 0)),
                    multipliers=("r", "d"),
                ),
            ),
        ),
    ]


def _stacks() -> list[Theorem]:
    """Stacked layers and receptive fields."""
    K1, K2, s1, s2, d1, d2, P1, P2, O1, O2 = integers("K1 K2 s1 s2 d1 d2 P1 P2 O1 O2")
    one, two = tensor("w1", K1), tensor("w2", K2)
    names = ("N", "K1", "K2", "s1", "s2", "d1", "d2")
    reach = d1 * (K1 - 1) + s1 * d2 * (K2 - 1)

    def stacked(pad: Int, sizes: tuple[tuple[str, int], ...], given: tuple[Int, ...]) -> Claim:
        middle = s2 * i + d2 * q - pad
        left = total(
            (q, K2), (p, K1), entry(two, q), entry(one, p), entry(x, s1 * middle + d1 * p - P1), within(middle, O1)
        )
        right = total(
            (m, reach + 1), (q, K2), (p, K1), entry(two, q), entry(one, p),
            entry(x, s1 * s2 * i + m - P1 - s1 * pad), equal(m, d1 * p + s1 * d2 * q),
        )  # fmt: skip
        return _identity(
            "one layer", left, right, (("i", O2),), sizes=sizes, given=given, multipliers=("s1", "s2", "d1", "d2")
        )

    sizes = (*((n, 1) for n in names), ("P1", 0), ("O1", 1), ("O2", 1))
    fits = (O1 - 1 - (s2 * (O2 - 1) + d2 * (K2 - 1)),)
    R, J, start, unit = integers("R J start unit")
    field_sizes = (("K", 1), ("s", 1), ("d", 1), ("P", 0), ("R", 1), ("J", 1), ("start", 0))
    step: Any = {"sizes": field_sizes, "multipliers": ("J", "s", "d"), "free": (("unit", None), ("p", K))}
    place = s * unit + d * p - P  # the unit below that tap p reads
    return [
        Theorem(
            "two-layers-are-one",
            "two stacked layers, the second without padding and nothing between, are one layer: kernel W[m] = sum [m = d1 p1 + "
            "s1 d2 p2] w1[p1] w2[p2], stride s1 s2, padding that of the first",
            "for all sizes with windows of the second layer inside the first one's output",
            (stacked(integer(0), sizes, fits),),
        ),
        Theorem(
            "two-layers-are-one-padded",
            "the same with padding in the second layer",
            "for all sizes",
            (stacked(P2, (*sizes, ("P2", 0)), (O1 + 2 * P2 - 1 - (s2 * (O2 - 1) + d2 * (K2 - 1)),)),),
            "refuted",
            "padding in the second layer is no padding of the input: two-layers-are-one needs it to be 0",
        ),
        Theorem(
            "receptive-field",
            "if a unit u sees the places J u + start to J u + start + R - 1, then a unit of the next layer sees R + d(K-1)J "
            "places, J s apart, from start - P J on",
            "for all K, s, d, R, J >= 1 (windows that touch no padding; the hull)",
            (
                _goal("no earlier place", ("ge", (J * place + start) - (J * s * unit + start - P * J)), **step),
                _goal(
                    "no later place",
                    ("ge", (J * s * unit + start - P * J) + R + d * (K - 1) * J - (J * place + start + R)),
                    **step,
                ),
                _goal(
                    "both ends are reached",
                    ("eq", (J * (s * unit - P) + start) - (J * s * unit + start - P * J)),
                    ("eq", (J * (s * unit + REACH - P) + start + R) - (J * s * unit + start - P * J) - R - d * (K - 1) * J),
                    **{**step, "free": (("unit", None),)},
                ),
            ),
        ),
        Theorem(
            "receptive-field-without-holes",
            "every place in the hull of a receptive field is read",
            "for all K, d >= 1",
            (
                _identity(
                    "no holes",
                    total((p, K), entry(x, i + d * p)),
                    total((m, REACH + 1), entry(x, i + m)),
                    (("i", N),),
                    sizes=(("N", 1), ("K", 1), ("d", 1)),
                    multipliers=("d",),
                ),
            ),
            "refuted",
            "dilation makes holes; receptive-field speaks of the hull",
        ),
    ]


def _others() -> list[Theorem]:
    """Average pooling as a depthwise convolution; polyphase decomposition."""
    B, C, c = integers("B C c")
    n = var("n")
    image = tensor("x", B, C, N)
    ones = tensor("one", C, K)
    Z = var("Z")  # phases: ceil(K / s)
    return [
        Theorem(
            "average-pooling-is-depthwise",
            "average pooling that counts its padding, with no window beyond it, is a depthwise convolution with a constant "
            "kernel",
            ALL,
            (
                _identity(
                    "depthwise",
                    total((p, K), entry(image, n, c, s * i + d * p - P), entry(ones, c, p)),
                    total((m, C), (q, K), entry(ones, m, q), entry(image, n, m, s * i + d * q - P), equal(m, c)),
                    (("n", B), ("c", C), ("i", O)),
                    **{**LAYER, "sizes": (*LAYER["sizes"], ("B", 1), ("C", 1))},
                ),
            ),
        ),
        Theorem(
            "polyphase",
            "a correlation with stride s is the sum of s correlations at stride 1 between the phases of input and kernel",
            "for all N, K, s >= 1",
            (
                _identity(
                    "polyphase",
                    total((p, K), entry(w, p), entry(x, s * i + p)),
                    total((r, s), (q, Z), entry(w, s * q + r), entry(x, s * (i + q) + r)),
                    (("i", None),),
                    sizes=(("N", 1), ("K", 1), ("s", 1)),
                    definitions=(("Z", floor(K + s - 1, s)),),
                    multipliers=("s",),
                ),
            ),
        ),
    ]
