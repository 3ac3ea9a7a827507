"""Stacked layers, receptive fields, pooling, polyphase."""

from __future__ import annotations

from typing import Any

from symconv.language.facts import Claim, Theorem
from symconv.language.integers import Int, integer, var
from symconv.topics.theorems.language import entry, equal, floor, integers, tensor, total, within
from symconv.topics.theorems.notation import LAYER, REACH, K, N, O, P, d, goal, i, identity, m, p, q, r, s, w, x


def stacks() -> list[Theorem]:
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
        return identity(
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
            (stacked(integer(0), sizes, fits),),
        ),
        Theorem(
            "two-layers-are-one-padded",
            "the same with padding in the second layer",
            (stacked(P2, (*sizes, ("P2", 0)), (O1 + 2 * P2 - 1 - (s2 * (O2 - 1) + d2 * (K2 - 1)),)),),
            "refuted",
            "padding in the second layer is no padding of the input: two-layers-are-one needs it to be 0",
        ),
        Theorem(
            "receptive-field",
            "if a unit u sees the places J u + start to J u + start + R - 1, then a unit of the next layer sees R + d(K-1)J "
            "places, J s apart, from start - P J on",
            (
                goal("no earlier place", ("ge", (J * place + start) - (J * s * unit + start - P * J)), **step),
                goal(
                    "no later place",
                    ("ge", (J * s * unit + start - P * J) + R + d * (K - 1) * J - (J * place + start + R)),
                    **step,
                ),
                goal(
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
            (
                identity(
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


def others() -> list[Theorem]:
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
            (
                identity(
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
            (
                identity(
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
