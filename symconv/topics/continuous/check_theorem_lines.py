r"""The lines of the derivative theorem's page, evaluated: on pairs of functions by quadrature, on boxes, on whole numbers.

A function is sampled from what was typed; f * g is an integral, g' a central difference, and sup is taken over a grid.  What
holds as distributions is paired with a smooth function: <g', p> = -<g, p'>, <δ(t - a), p> = p(a).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from symconv.check.printed import World, printed
from symconv.check.values import Array, Place
from symconv.language.formula import Node
from symconv.topics.continuous.check_quadrature import NODES, WEIGHTS, integral
from symconv.topics.continuous.check_theorem import derived
from symconv.topics.continuous.check_typed import Sampled, sampled
from symconv.topics.continuous.facts import TimeFunction as Typed
from symconv.topics.continuous.theorem_facts import Comparison

PLACES, STEP = (-1.3, 0.37), 1e-3
GRID = np.linspace(-12, 12, 4801)
CLOSE = 1e-5


class Function:
    """A function by its values; ``of`` is what it was sampled from, where it was."""

    def __init__(self, values: Callable[[Any], Any], of: Sampled | None = None) -> None:
        self.values, self.of = values, of

    def __call__(self, x: Any) -> Any:
        """The values at places."""
        return self.values(np.asarray(x, dtype=float))

    def __abs__(self) -> Function:
        """|f|."""
        return Function(lambda x: abs(self.values(x)))

    def __eq__(self, other: object) -> bool:
        """Whether two functions agree at some places."""
        return isinstance(other, Function) and all(abs(self(x) - other(x)) < CLOSE for x in (*PLACES, 1.9))

    __hash__ = None  # type: ignore[assignment]


def function(of: Sampled) -> Function:
    """What was typed."""
    return Function(of.values, of)


def convolved(f: Function, g: Function) -> Function:
    """f * g by quadrature."""
    assert f.of is not None
    assert g.of is not None
    one, two = f.of, g.of
    return Function(lambda x: np.float64(integral(one, two, float(x), 1)))


def slope(f: Function) -> Function:
    """f' by central differences."""
    if f.of is not None:
        return function(derived(f.of))
    return Function(lambda x: (f(x + STEP) - f(x - STEP)) / (2 * STEP))


class Sup:
    """The largest value on a grid."""

    def __matmul__(self, of: Function) -> float:
        """Of a function."""
        return float(np.max(of(GRID)))


def quadrature(edges: Sequence[float]) -> Callable[..., float]:
    """Gauss and Legendre between the places where an integrand may break."""
    marks = np.unique([e for e in edges if np.isfinite(e)])
    half, middle = np.diff(marks) / 2, (marks[1:] + marks[:-1]) / 2
    tau = middle[:, None] + half[:, None] * NODES
    return lambda body: float((body(tau) * WEIGHTS * half[:, None]).sum())


def check(lines: Mapping[str, Node], pairs: Sequence[tuple[Typed, Typed]], box: Typed, one: Comparison) -> dict[str, Node]:
    """The lines, each evaluated.

    Raises InternalError for one that is false.
    """
    whole = [of_pair(sampled(f, {}), sampled(g, {})) for f, g in pairs]
    made = [placed(world, t) for world in whole for t in PLACES]
    inner = [world.having(tau=tau) for world in made for tau in (-0.4, 0.2, 0.8)]
    square = function(sampled(box, {}))
    two = World({"f": square, "g": square, "'": slope, "t": 0.3}, {}, {"*": convolved}, close=1e-6)
    worlds: dict[str, list[World]] = {
        "": made,
        "line": whole,
        "bounded": [World(world.names, close=CLOSE) for world in whole],
        "bound": inner,
        "triangle": [two.having(t=t) for t in (-0.8, -0.1, 0.6)],
        "inside": [two.having(t=t) for t in (-1, 0.4, 1)],
        **{key: [two.having(t=0.1)] for key in ("rising", "falling", "flat")},
        **{key: [distributions()] for key in ("impulses", "twice")},
        **numbers(one),
    }
    return printed(lines, worlds, "the derivative theorem")


def of_pair(f: Sampled, g: Sampled) -> World:
    """Two functions, whatever t is."""
    most = float(np.abs(derived(g).values(GRID)).max()) * (1 + 1e-6)
    names = {"f": function(f), "g": function(g), "h": STEP, "'": slope, "sup": Sup(), "M": most}
    return World(names, {}, {"*": convolved})


def placed(pair: World, t: float) -> World:
    """Two functions at a place."""
    f, g = pair.names["f"].of, pair.names["g"].of
    edges = [*f.breaks, f.lo, f.hi, *(t + by - b for b in g.breaks for by in (0, STEP))]
    between = quadrature([e for e in edges if f.lo <= e <= f.hi])
    return World({**pair.names, "t": t}, {}, pair.signs, between, CLOSE)


class Weak:
    """A distribution by its value on p."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __neg__(self) -> Weak:
        """-a."""
        return Weak(-self.value)

    def __add__(self, other: Weak) -> Weak:
        """a + b."""
        return Weak(self.value + other.value)

    def __eq__(self, other: object) -> bool:
        """Whether the values agree."""
        return isinstance(other, Weak) and abs(self.value - other.value) < 1e-9

    __hash__ = None  # type: ignore[assignment]


def distributions() -> World:
    """A box of width 1, paired with p(t) = (1 + t + t^3) e^(-t^2): <f(t + a), p> = the integral of p over the moved box."""

    def p(x: Any) -> Any:
        return (1 + x + x**3) * np.exp(-(x**2))

    def p_slope(x: Any) -> Any:
        return (1 + 3 * x**2 - 2 * x * (1 + x + x**3)) * np.exp(-(x**2))

    def moved(a: float) -> Weak:
        return Weak(quadrature([-0.5 - a, 0.5 - a])(p))

    def primed(_: Any) -> Weak:
        return Weak(-quadrature([-0.5, 0.5])(p_slope))

    def folded(_: Any, __: Weak) -> Weak:
        """<f * g', p> = -<f * g, p'>, where f * g is 1 - |t|."""
        return Weak(-quadrature([-1.0, 0.0, 1.0])(lambda x: (1 - abs(x)) * p_slope(x)))

    names = {"f": lambda a: moved(float(a)), "g": None, "'": primed, "delta": lambda a: Weak(float(p(-a))), "t": 0.0}
    return World(names, {}, {"*": folded})


def numbers(one: Comparison) -> dict[str, list[World]]:
    """The discrete lines, on the page's own numbers: D, full convolution, and the gradient entry by entry."""
    f, k, g = (Array({(n,): e for n, e in enumerate(values)}) for values in (one.f, one.k, one.g))
    gradient = Array({(n,): e for n, e in enumerate(one.gradient)})
    names = {"f": f, "k": k, "g": g, "dL/df": gradient, "D": differences}
    world = World(names, {"i": range(len(one.g))}, {"*": full})
    places = range(len(one.f) + 1)
    return {
        "twin": [world],
        "d": [world.having(i=i) for i in places],
        "gradient": [world.having(j=j) for j in range(len(one.f))],
    }


def differences(f: Array) -> Array:
    """f[i] - f[i-1]."""
    places = {at[0] + by for at in f.entries for by in (0, 1)}
    return Array({(i,): f(i) - f(i - 1) for i in places})


def full(f: Array, g: Array) -> Array:
    """The full convolution."""
    out: dict[tuple[int, ...], Any] = {}
    for (a, one), (b, two) in product(f.entries.items(), g.entries.items()):
        place = Place(a) + Place(b)
        out[tuple(place)] = out.get(tuple(place), 0) + one * two
    return Array(out)
