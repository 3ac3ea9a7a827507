"""The truth about activations, losses, softmax and flatten: from the definitions, in fractions and by mpmath to 80 digits.

Nothing here is symconv's; a derivative has the form that the field gives it, not that of the function.
"""

from __future__ import annotations

import random
from fractions import Fraction
from math import prod
from typing import Any

import mpmath
import numpy as np

import symconv as sc
from tests.oracles.trial import Index, Trial, numbers, zeros

mp = mpmath.mp
RATIONAL = ("relu", "leaky_relu", "relu6", "hardswish")
SMOOTH = ("sigmoid", "tanh", "softplus", "gelu", "silu", "mish", "elu", "selu")
POINTWISE = (*RATIONAL, *SMOOTH)
EXACT = (*RATIONAL, "mse", "flatten", "sum")
SCALE, ALPHA = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"  # of selu
NAMES = (*POINTWISE, "softmax", "mse", "cross_entropy", "flatten", "sum")
SIZES: list[Index] = [(3,), (2, 3), (2, 3, 2), (1, 2, 2, 2), (1,), (4, 1)]


def number(n: Any) -> Any:
    """A rational number to as many digits as are asked for."""
    found = Fraction(str(n))
    return mp.mpf(found.numerator) / found.denominator


def value(name: str, x: Any, slope: Any = "1/100") -> Any:
    """f(x) by its definition."""
    if name in ("relu", "leaky_relu"):
        return x if x > 0 else (0 if name == "relu" else Fraction(slope)) * x
    return {
        "sigmoid": lambda: 1 / (1 + mp.exp(-x)),
        "tanh": lambda: mp.sinh(x) / mp.cosh(x),
        "softplus": lambda: mp.log1p(mp.exp(x)),
        "gelu": lambda: x * mp.ncdf(x),
        "silu": lambda: x * (1 + mp.tanh(x / 2)) / 2,
        "mish": lambda: x * mp.tanh(mp.log1p(mp.exp(x))),
        "elu": lambda: x if x > 0 else mp.expm1(x),
        "selu": lambda: mp.mpf(SCALE) * (x if x > 0 else mp.mpf(ALPHA) * mp.expm1(x)),
        "hardswish": lambda: x * min(max(x + 3, 0), 6) / 6,
        "relu6": lambda: min(max(x, 0), 6),
    }[name]()


def slope_of(name: str, x: Any, slope: Any = "1/100") -> Any:
    """f'(x), from the right definition: 1/(2 + 2 cosh x), sech^2, the normal density."""
    if name in ("relu", "leaky_relu"):
        return 1 if x > 0 else 0 if name == "relu" else Fraction(slope)
    return {
        "sigmoid": lambda: 1 / (2 + 2 * mp.cosh(x)),
        "tanh": lambda: mp.sech(x) ** 2,
        "softplus": lambda: 1 / (1 + mp.exp(-x)),
        "gelu": lambda: mp.ncdf(x) + x * mp.npdf(x),
        "silu": lambda: (1 + mp.tanh(x / 2)) / 2 + x / (2 + 2 * mp.cosh(x)),
        "mish": lambda: misra(x),
        "elu": lambda: 1 if x > 0 else mp.exp(x),
        "selu": lambda: mp.mpf(SCALE) * (1 if x > 0 else mp.mpf(ALPHA) * mp.exp(x)),
        "hardswish": lambda: 0 if x <= -3 else 1 if x >= 3 else Fraction(2 * x + 3) / 6,
        "relu6": lambda: int(0 < x < 6),
    }[name]()


def misra(x: Any) -> Any:
    """mish' as Misra (2019) has it: e^x omega / delta^2."""
    e = mp.exp(x)
    return e * (4 * (x + 1) + 4 * e**2 + e**3 + e * (4 * x + 6)) / (2 * e + e**2 + 2) ** 2


def truth(name: str, own: dict[str, Any], x: Any, g: Any, target: Any) -> tuple[dict[Index, Any], dict[Index, Any]]:
    """(y or L, dL/dx) by index, of arrays."""
    size = x.shape
    spots = list(np.ndindex(*size))
    of = Fraction if name in EXACT else number
    at_x = {i: of(x[i]) for i in spots}
    at_g = {i: of(g[i]) for i in np.ndindex(*g.shape)} if g is not None else {}
    if name in POINTWISE:
        slope = own.get("slope", "1/100")
        return {i: value(name, n, slope) for i, n in at_x.items()}, {
            i: at_g[i] * slope_of(name, n, slope) for i, n in at_x.items()
        }
    if name == "sum":
        return {(): sum(at_x.values())}, dict.fromkeys(spots, 1)
    if name == "mse":
        by = prod(size) if own["reduction"] == "mean" else 1
        r = {i: n - of(target[i]) for i, n in at_x.items()}
        return {(): sum(n * n for n in r.values()) / by}, {i: 2 * n / by for i, n in r.items()}
    if name == "flatten":
        places = {i: (i[0], sum(k * prod(size[m + 2 :]) for m, k in enumerate(i[1:]))) for i in spots}
        return {places[i]: at_x[i] for i in spots}, {i: at_g[places[i]] for i in spots}
    axis = 0 if len(size) == 1 else 1
    groups: dict[Index, list[Index]] = {}
    for i in spots:
        groups.setdefault(i[:axis] + i[axis + 1 :], []).append(i)
    y, back, losses = {}, {}, []
    for row, members in groups.items():
        total = mp.fsum(mp.exp(at_x[i]) for i in members)
        y |= {i: mp.exp(at_x[i]) / total for i in members}
        if name == "softmax":
            mean = mp.fsum(at_g[i] * y[i] for i in members)
            back |= {i: y[i] * (at_g[i] - mean) for i in members}
        else:
            by = len(groups) if own["reduction"] == "mean" else 1
            mark = int(target[row[0]]) if row else int(target.flat[0])
            losses.append((mp.log(total) - at_x[members[mark]]) / by)
            back |= {i: (y[i] - (k == mark)) / by for k, i in enumerate(members)}
    return (y, back) if name == "softmax" else ({(): mp.fsum(losses)}, back)


def array(found: dict[Index, Any], shape: Index) -> Any:
    """Numbers by index as an array."""
    made = zeros(*shape)
    for index, n in found.items():
        made[index] = n
    return made


def trial(seed: int) -> Trial:
    """Each in turn, on numbers of a few that meet 0, the kink and each other."""
    name, draw = NAMES[seed % len(NAMES)], random.Random(seed)
    size = SIZES[seed // len(NAMES) % len(SIZES)]
    if name == "flatten" and len(size) < 2:
        size = (2, *size)
    if name == "cross_entropy":
        size = size[:2]
    of = (-3, -1, 0, 1, 2, Fraction(1, 2), Fraction(-4, 3), 5)
    own: dict[str, Any] = {"slope": draw.choice((Fraction(1, 5), 3, -2, 0))} if name == "leaky_relu" else {}
    if name in ("mse", "cross_entropy"):
        own["reduction"] = draw.choice(("mean", "sum"))
    given = {"x": numbers(size, draw, of)}
    if name == "mse":
        given["target"] = numbers(size, draw, of)
    elif name == "cross_entropy":
        images = size[:1] if len(size) > 1 else ()
        given["target"] = numbers(images, draw, range(size[-1]))
    elif name != "sum":
        given["g"] = numbers((size[0], prod(size[1:])) if name == "flatten" else size, draw, of)
    with mp.workdps(80):
        y, back = truth(name, own, given["x"], given.get("g"), given.get("target"))
        shape = given["g"].shape if "g" in given else ()
        found = {"y": array(y, shape), "x": array(back, size)}
    return Trial(getattr(sc, name)(**own), given, found, None, 0, None if name in EXACT else 10)
