"""Convolution and cross-correlation of signals: algebra and translations."""

from __future__ import annotations

from typing import Any

from symconv.language.facts import Theorem
from symconv.topics.theorems.language import entry, equal, floor, integers, plus, tensor, total, within
from symconv.topics.theorems.notation import LAYER, SLACK, K, N, O, P, d, h, i, identity, j, m, p, q, r, s, w, x

A, B, C = integers("A B C")
f, k, u, v = tensor("f", A), tensor("k", B), tensor("u", C), tensor("v", B)
two: Any = {"sizes": (("A", 1), ("B", 1))}
three: Any = {"sizes": (("A", 1), ("B", 1), ("C", 1))}
full = A + B - 1
domain = "for all finite signals"


def algebra() -> list[Theorem]:
    """Commutativity, associativity, distributivity; convolution against cross-correlation."""
    return [*full_mode(), *other_modes(), *correlations()]


def full_mode() -> list[Theorem]:
    """Convolution in full mode commutes, associates and distributes."""
    return [
        Theorem(
            "convolution-commutes",
            "in full mode, f * k = k * f",
            (
                identity(
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
            (
                identity(
                    "associates",
                    total((q, C), (p, B), entry(u, q), entry(k, p), entry(f, i - q - p), within(i - q, A + B - 1)),
                    total((m, B + C - 1), (q, C), entry(u, q), entry(k, m - q), entry(f, i - m)),
                    (("i", A + B + C - 2),),
                    **three,
                ),
            ),
        ),
        Theorem(
            "convolution-distributes",
            "f * (k + v) = f * k + f * v",
            (
                identity(
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
    ]


def other_modes() -> list[Theorem]:
    """In same and valid mode it does not; what holds instead."""
    return [
        Theorem(
            "same-commutes",
            "in same mode, f * k = k * f wherever both are defined",
            (
                identity(
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
            (
                identity(
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
            (
                identity(
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
            (
                identity(
                    "valid of full",
                    total((q, C), (p, B), entry(u, q), entry(k, p), entry(f, i + (C - 1 - q) + (B - 1 - p))),
                    total((m, B + C - 1), (q, C), entry(u, q), entry(k, m - q), entry(f, i + (B + C - 2 - m))),
                    (("i", A - B - C + 2),),
                    **{**three, "given": (A - B - C + 1,)},
                ),
            ),
        ),
    ]


def correlations() -> list[Theorem]:
    """Cross-correlation against convolution; sums."""
    return [
        Theorem(
            "correlation-reverses",
            "(k corr f)(i) = (f corr k)(-i)",
            (
                identity(
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
            (
                identity(
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
            (
                identity(
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
            (
                identity(
                    "swap",
                    total((p, A), (q, B), entry(tensor("f", A), p), entry(tensor("M", A, B), p, q)),
                    total((q, B), (p, A), entry(tensor("M", A, B), p, q), entry(tensor("f", A), p)),
                    (),
                    **two,
                ),
            ),
        ),
    ]


def differences() -> list[Theorem]:
    """The derivative theorem's discrete twin: u = (1, -1) makes f * u the backward difference Df[i] = f[i] - f[i-1]."""
    mixed = total((q, C), (p, B), entry(u, q), entry(k, p), entry(f, i - q - p), within(i - q, A + B - 1))
    on_k = total((m, B + C - 1), (q, C), entry(u, q), entry(k, m - q), entry(f, i - m))
    on_f = total((p, B), (m, C), entry(k, p), entry(u, m), entry(f, i - p - m))
    slid = total((m, C), (p, B), entry(u, m), entry(k, p), entry(f, i - m + p))
    inner = total((p, B), (m, C), entry(k, p), entry(u, m), entry(f, i + p - m))
    turned = total((q, B + C - 1), (m, C), entry(u, m), entry(k, q - (C - 1) + m), entry(f, i + q - (C - 1)))
    unturned = total((q, B + C - 1), (m, C), entry(u, m), entry(k, q - m), entry(f, i + q))
    ends: Any = (("i", A + B + C - 2),)
    twin = "with u = (1, -1) these are backward differences: D(f * k) = Df * k = f * Dk, signals being 0 outside"
    return [
        Theorem(
            "difference-of-convolution",
            "in full mode, (f * k) * u = (f * u) * k = f * (k * u) for every u, and for u = (1, -1) that is "
            "D(f * k) = Df * k = f * Dk, D the backward difference",
            (identity("on f", mixed, on_f, ends, **three), identity("on k", mixed, on_k, ends, **three)),
            "proved",
            twin,
        ),
        Theorem(
            "difference-of-correlation",
            "(k corr f) * u = k corr (f * u) = (u corr k) corr f for every u: for u = (1, -1) the difference of a "
            "cross-correlation falls on f as it stands, on k as k[q] - k[q+1], with its sign turned and one step on",
            (
                identity("on f", slid, inner, (("i", None),), **three),
                identity("on k", slid, turned, (("i", None),), **three),
            ),
        ),
        Theorem(
            "difference-of-correlation-unturned",
            "(k corr f) * u = (k * u) corr f: the difference of a cross-correlation falls on k as it stands",
            (identity("on k", slid, unturned, (("i", None),), **three),),
            "refuted",
            "what holds is difference-of-correlation: on k the sign turns",
        ),
    ]


def shifts() -> list[Theorem]:
    """Translation equivariance, and how far it goes with strides."""
    line: Any = {"sizes": (("N", 1), ("K", 1), ("s", 1), ("d", 1), ("P", 0)), "multipliers": ("s", "d")}
    free: Any = (("i", None), ("h", None))
    return [
        Theorem(
            "shift-equivariance",
            "on Z, at stride 1, shifting the input by h shifts the output by h",
            (
                identity(
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
            (
                identity(
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
            (
                identity(
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
            (
                identity(
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
            (
                identity(
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
