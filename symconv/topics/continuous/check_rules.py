r"""The rules on the page, evaluated on numbers: each convolution by quadrature of its two sides, I_m by its integral.

A delta is a narrow normal density here, so that lines with one are compared less closely.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from symconv.check.printed import World, printed
from symconv.language.formula import Node
from symconv.topics.continuous.check_quadrature import NODES, WEIGHTS

FAR, NARROW = 40.0, 4e-3
NUMBERS = {"a": 0.3, "b": 0.45, "m": 2, "n": 1, "p": 0.7, "q": 1.1, "r": 0.5, "w": 0.8, "mu": 0.4, "nu": -0.6, "s": 0.9}
VARIANCE = 1.44
PLACES = (-0.7, 0.9, 2.3)


def density(mean: float, variance: float) -> Callable[[Any], Any]:
    """The normal density."""
    return lambda x: np.exp(-((np.asarray(x) - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)


def normal(*given: float) -> Any:
    """N(mu, v), or the density of mean 0 at a place."""
    return density(*given) if len(given) == 2 else density(0, VARIANCE)(*given)


@cache
def grid(*near: float) -> tuple[Any, Any]:
    """The places of quadrature over all numbers with breaks near some of them, and half the lengths of the pieces."""
    fine = [at + k * NARROW for at in near for k in (-12, -6, -3, -1, 0, 1, 3, 6, 12)]
    marks = np.unique([*np.arange(-FAR, FAR + 1), *fine])
    half, middle = np.diff(marks) / 2, (marks[1:] + marks[:-1]) / 2
    return middle[:, None] + half[:, None] * NODES, half[:, None]


def whole(body: Callable[[Any], Any], *near: float) -> float:
    """The integral over all numbers, with breaks near some of them."""
    x, half = grid(*near)
    return float((body(x) * WEIGHTS * half).sum())


def folded(order: Any) -> Callable[[Any], Any]:
    """I_m: the integral of (x - y)_+^m/m! times the density; the density itself for m = -1."""
    if order < 0:
        return density(0, VARIANCE)
    m = int(order)
    return lambda x: whole(
        lambda y: np.maximum(x - y, 0) ** m / math.factorial(m) * (y < x) * density(0, VARIANCE)(y), float(x)
    )


def quietly(x: Any) -> Any:
    """e^x, infinite where it is large."""
    with np.errstate(over="ignore"):
        return np.exp(x)


def slope(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """f' by central differences."""
    h = NARROW / 40
    return lambda x: (f(np.asarray(x) + h) - f(np.asarray(x) - h)) / (2 * h)


def world(t: float, close: float) -> World:
    """The numbers at a place."""
    near = [at for knot in ("a", "b") for at in (NUMBERS[knot], t - NUMBERS[knot])]

    def convolved(f: Callable[[Any], Any], g: Callable[[Any], Any]) -> float:
        return whole(lambda tau: f(tau) * g(t - tau), *near, 0.0, t)

    names: dict[str, Any] = {
        **NUMBERS, "t": t, "x": t - NUMBERS["a"], "v": VARIANCE, "sigma": math.sqrt(VARIANCE), "e": math.e, "pi": math.pi,
        "u": lambda x: (np.asarray(x) >= 0).astype(float), "N": normal, "I": folded, "g": density(0.2, 1.5),
        "delta": density(0, NARROW**2), "'": slope, "Φ": lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))),
        "positive": lambda x: np.maximum(x, 0), "factorial": lambda n: math.factorial(int(n)), "exp": quietly,
        "of t": lambda value: value(t) if callable(value) else value, "folded": convolved,
    }  # fmt: skip
    return World(names, {}, {}, lambda body: whole(body, 0.5), close)


def check(lines: Mapping[str, Node]) -> dict[str, Node]:
    """The lines, each evaluated.

    Raises InternalError for one that is false.
    """
    worlds = {"": [world(t, 1e-6) for t in PLACES]}
    worlds |= {key: [world(t, 2e-3) for t in PLACES] for key in ("impulse", "slope")}
    return printed(lines, worlds, "a continuous convolution")
