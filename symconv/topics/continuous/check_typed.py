"""Functions of t in numbers, straight from what was typed: values, breaks, where they live, impulses.

A function is sampled from its node, never from the terms that the convolution is computed with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from symconv.errors import SymconvError
from symconv.language.lazy import dataclass
from symconv.topics.continuous.facts import TimeFunction

Values = Callable[[Any], Any]
FAR = 1e10  # beyond, a Cauchy density of width w holds w/(pi FAR): less than quadrature sees
SPREAD = (0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 11, 15, 20, 28, 38)


@dataclass(frozen=True)
class Sampled:
    """Values as a function of an array; breaks; the ends of the support (for numbers); impulses (c, order, place)."""

    values: Values
    breaks: tuple[float, ...]
    lo: float
    hi: float
    impulses: tuple[tuple[float, int, float], ...] = ()


def number(node: TimeFunction, env: Mapping[str, float]) -> float:
    """The value of a node without t."""
    if node.kind == "number":
        return float(node.value)
    if node.kind == "name":
        return env[node.value]
    if node.kind == "pi":
        return math.pi
    inner = [number(part, env) for part in node.parts]
    if node.kind == "add":
        return sum(inner)
    if node.kind == "mul":
        return math.prod(inner)
    if node.kind == "div":
        return inner[0] / inner[1]
    if node.kind == "sqrt":
        return math.sqrt(inner[0])
    return float(inner[0] ** node.value)


def sampled(node: TimeFunction, env: Mapping[str, float]) -> Sampled:
    """The function at the given parameters."""
    if not node.signal:
        c = number(node, env)
        return Sampled(lambda x: np.full_like(x, c), (), -math.inf, math.inf)
    if node.kind == "add":
        return added([sampled(part, env) for part in node.parts])
    if node.kind == "mul":
        return multiplied([sampled(part, env) for part in node.parts])
    if node.kind == "pow":
        base = sampled(node.parts[0], env)
        return Sampled(lambda x: base.values(x) ** node.value, base.breaks, base.lo, base.hi)
    inner = [number(part, env) for part in node.parts if not part.signal]
    if node.kind == "div":
        return scaled(sampled(node.parts[0], env), 1 / inner[0])
    if node.kind == "shift":
        f, by = sampled(node.parts[0], env), inner[0]
        places = tuple((c, k, p + by) for c, k, p in f.impulses)
        return Sampled(lambda x: f.values(x - by), tuple(b + by for b in f.breaks), f.lo + by, f.hi + by, places)
    if node.kind == "reverse":
        return reversed_(sampled(node.parts[0], env))
    return named(node.kind, inner)


def added(parts: list[Sampled]) -> Sampled:
    """A sum."""
    return Sampled(
        lambda x: sum((p.values(x) for p in parts), np.zeros_like(x)),
        tuple(b for p in parts for b in p.breaks),
        min(p.lo for p in parts),
        max(p.hi for p in parts),
        tuple(i for p in parts for i in p.impulses),
    )


def scaled(f: Sampled, c: float) -> Sampled:
    """A multiple."""
    impulses = tuple((c * e, k, p) for e, k, p in f.impulses)
    return Sampled(lambda x: c * f.values(x), f.breaks, f.lo, f.hi, impulses)


def picked(parts: list[Sampled], impulse: Sampled, place: float, order: int) -> list[float]:
    """(-1)^j C(order, j) times the j-th derivative of the other factors at the place, by central differences."""

    def rest(x: float) -> float:
        at = np.array([x])
        return math.prod(float(p.values(at)[0]) for p in parts if p is not impulse)

    def slope(x: float, j: int) -> float:
        if j == 0:
            return rest(x)
        h = 2e-3
        a, b, c, d = (slope(x + k * h, j - 1) for k in (-2, -1, 1, 2))
        return (a - 8 * b + 8 * c - d) / (12 * h)

    return [(-1) ** j * math.comb(order, j) * slope(place, j) for j in range(order + 1)]


def multiplied(parts: list[Sampled]) -> Sampled:
    """A product of values; impulses pick the values and slopes of the other factors."""
    live = [p for p in parts if p.breaks or p.impulses or not (p.lo == -math.inf and p.hi == math.inf)]
    impulses = [p for p in parts if p.impulses]
    kept: tuple[tuple[float, int, float], ...] = ()
    if impulses:
        kept = tuple(
            (c * weight, k - j, p)
            for c, k, p in impulses[0].impulses
            for j, weight in enumerate(picked(parts, impulses[0], p, k))
        )

    def values(x: Any) -> Any:
        found = np.ones_like(x)
        for p in parts:
            found = found * p.values(x)
        return found

    breaks = tuple(b for p in live for b in p.breaks)
    return Sampled(values, breaks, max(p.lo for p in parts), min(p.hi for p in parts), kept)


def reversed_(f: Sampled) -> Sampled:
    """f(-t)."""
    impulses = tuple((c * (-1) ** k, k, -p) for c, k, p in f.impulses)
    return Sampled(lambda x: f.values(-x), tuple(-b for b in f.breaks), -f.hi, -f.lo, impulses)


def named(kind: str, given: list[float]) -> Sampled:
    """The functions of the language."""
    if kind == "box":
        a, b = given or [-0.5, 0.5]
        return Sampled(lambda x: ((x >= a) & (x < b)).astype(float), (a, b), a, b)
    if kind == "triangle":
        w = given[0] if given else 1.0
        return Sampled(lambda x: np.maximum(0, 1 - np.abs(x) / w), (-w, 0, w), -w, w)
    if kind == "gaussian":
        m, s = (given[0] if len(given) == 2 else 0.0), given[-1]
        breaks = tuple(m + s * e * k for e in SPREAD[:11] for k in (-1, 1))
        return Sampled(
            lambda x: np.exp(-(((x - m) / s) ** 2) / 2) / (s * math.sqrt(2 * math.pi)), (m, *breaks), m - 39 * s, m + 39 * s
        )
    if kind == "exp_decay":
        (r,) = given
        breaks = tuple(k / r for k in SPREAD)
        return Sampled(lambda x: np.where(x >= 0, np.exp(-r * np.maximum(x, 0)), 0), (0, *breaks), 0, 45 / r)
    if kind == "exp_abs":
        f = named("exp_decay", given)
        breaks = (*f.breaks, *(-b for b in f.breaks))
        return Sampled(lambda x: np.exp(-given[0] * np.abs(x)), breaks, -f.hi, f.hi)
    if kind == "time":
        return Sampled(lambda x: x, (), -math.inf, math.inf)
    if kind == "ramp":
        return Sampled(lambda x: np.maximum(x, 0), (0,), 0, math.inf)
    if kind == "step":
        return Sampled(lambda x: (x >= 0).astype(float), (0,), 0, math.inf)
    if kind == "delta":
        place, order = (given[0] if given else 0.0), int(given[1]) if len(given) == 2 else 0
        return Sampled(np.zeros_like, (), math.inf, -math.inf, ((1.0, order, place),))
    if kind == "cauchy":
        (w,) = given
        breaks = tuple(k * w * 4.0**e for e in range(-2, 18) for k in (-1, 1))
        return Sampled(lambda x: w / (math.pi * (x * x + w * w)), (0, *breaks), -FAR * w, FAR * w)
    raise SymconvError(f"function: unknown function {kind!r}")


# exactly, for piecewise polynomials
def exact(node: TimeFunction, x: Fraction) -> Fraction | None:
    """The value at a rational place; None for what is no piecewise polynomial with rational knots."""
    if node.kind in ("number", "time"):
        return node.value if node.kind == "number" else x
    if node.kind in ("shift", "reverse"):
        by = constant(node.parts[1]) if node.kind == "shift" else Fraction(0)
        if by is None:
            return None
        return exact(node.parts[0], x - by if node.kind == "shift" else -x)
    if node.kind in ("add", "mul", "div", "pow"):
        inner = [exact(part, x) for part in node.parts]
        known = [e for e in inner if e is not None]
        if len(known) != len(inner):
            return None
        if node.kind == "pow":
            return known[0] ** node.value if node.value >= 0 or known[0] else None
        if node.kind == "div":
            return known[0] / known[1]
        return sum(known, Fraction(0)) if node.kind == "add" else math.prod(known, start=Fraction(1))
    given = [constant(part) for part in node.parts]
    numbers = [e for e in given if e is not None]
    if len(numbers) != len(given):
        return None
    return polynomial(node.kind, numbers, x)


def polynomial(kind: str, given: list[Fraction], x: Fraction) -> Fraction | None:
    """The piecewise polynomials of the language."""
    if kind == "box":
        a, b = given or [Fraction(-1, 2), Fraction(1, 2)]
        return Fraction(int(a <= x < b))
    if kind == "triangle":
        return max(Fraction(0), 1 - abs(x) / (given[0] if given else 1))
    if kind in ("ramp", "step"):
        return max(Fraction(0), x) if kind == "ramp" else Fraction(int(x >= 0))
    return None


def constant(node: TimeFunction) -> Fraction | None:
    """A rational number without parameters."""
    return None if node.signal else exact(node, Fraction(0))


def knots(node: TimeFunction) -> list[Fraction]:
    """Where a piecewise polynomial may change."""
    if node.kind == "shift":
        by = constant(node.parts[1]) or Fraction(0)
        return [k + by for k in knots(node.parts[0])]
    if node.kind == "reverse":
        return [-k for k in knots(node.parts[0])]
    own = [constant(part) or Fraction(0) for part in node.parts if not part.signal]
    if node.kind == "box":
        return own or [Fraction(-1, 2), Fraction(1, 2)]
    if node.kind == "triangle":
        w = own[0] if own else Fraction(1)
        return [-w, Fraction(0), w]
    if node.kind in ("ramp", "step"):
        return [Fraction(0)]
    return [k for part in node.parts for k in knots(part)]


def degree(node: TimeFunction) -> int:
    """No piece has a higher degree."""
    inner = [degree(part) for part in node.parts]
    if node.kind in ("time", "triangle", "ramp"):
        return 1
    if node.kind == "mul":
        return sum(inner)
    if node.kind == "pow":
        return int(inner[0] * node.value)
    return max(inner, default=0)
