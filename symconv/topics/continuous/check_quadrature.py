"""A convolution against its definition: quadrature at random places, and exactly for piecewise polynomials.

Quadrature: Gauss and Legendre with 24 nodes on every stretch between the breaks of f(tau) and of g(t - tau), both sampled from
what was typed.  Impulses pick values (and slopes, by central differences) of the other function.

Exactly: with rational knots f(tau) g(t - tau) is a polynomial between breaks, so that its integral is a finite sum of its
values at rational places; the result is a polynomial of known degree between the sums of knots, so that agreement at one place
more than the degree, on every stretch, is equality everywhere: a proof.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from symconv.check.kernel.finite import stretches
from symconv.language.facts import Verdict
from symconv.language.prose import Joined, Prose
from symconv.topics.continuous.check_precise import piece_at, terms_at
from symconv.topics.continuous.check_typed import FAR, Sampled, degree, exact, knots, sampled
from symconv.topics.continuous.facts import Bell, Convolution, Impulse, Lorentz, Piece, Side, Smooth, Term

Number = Callable[[Any], float]


def legendre(n: int) -> tuple[Any, Any]:
    """Nodes and weights of Gauss and Legendre on -1..1, by Newton's iteration on the recursion of the polynomials."""
    x = np.cos(math.pi * (np.arange(n, 0, -1) - 0.25) / (n + 0.5))
    slope = x
    for _ in range(8):
        before, now = np.ones(n), x
        for k in range(2, n + 1):
            before, now = now, ((2 * k - 1) * x * now - (k - 1) * before) / k
        slope = n * (x * now - before) / (x * x - 1)
        x = x - now / slope
    return x, 2 / ((1 - x * x) * slope * slope)


POINTS = 20
TOLERANCE = 2e-8
STRETCHES = 120  # beyond so many the proof takes longer than a reader waits
NODES, WEIGHTS = legendre(24)


# by quadrature
def integral(f: Sampled, g: Sampled, t: float, turn: int) -> float:
    """The integral of f(tau) g(t - tau), or of f(tau) g(t + tau) where ``turn`` is -1; regular parts alone."""
    ends = (t - g.hi, t - g.lo) if turn == 1 else (g.lo - t, g.hi - t)
    lo, hi = max(f.lo, ends[0], -FAR), min(f.hi, ends[1], FAR)
    if lo >= hi:
        return 0.0
    moved = [t - b if turn == 1 else b - t for b in g.breaks]
    edges = np.array(sorted({lo, hi, *(b for b in (*f.breaks, *moved) if lo < b < hi)}))
    half, middle = (edges[1:] - edges[:-1]) / 2, (edges[1:] + edges[:-1]) / 2
    tau = middle[:, None] + half[:, None] * NODES
    values = f.values(tau) * g.values(t - tau if turn == 1 else t + tau)
    return float((values * WEIGHTS * half[:, None]).sum())


def true_value(f: Sampled, g: Sampled, t: float, turn: int) -> float:
    """The convolution at t, away from the places of impulses of the result."""
    total = integral(f, g, t, turn)
    for c, k, p in f.impulses:
        total += c * (turn**k * slope(g, t - p, k) if turn == 1 else (-1) ** k * slope(g, t + p, k))
    for c, k, p in g.impulses:
        total += c * (slope(f, t - p, k) if turn == 1 else slope(f, p - t, k) * (-1) ** k * (-1) ** k)
    return total


def slope(f: Sampled, x: float, order: int) -> float:
    """The derivative, by central differences of the fourth order, repeated."""
    if order == 0:
        return float(f.values(np.array([x]))[0])
    h = 2e-3
    values = [slope(f, x + k * h, order - 1) for k in (-2, -1, 1, 2)]
    return (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)


# the result in numbers, term by term
def normal(z: float, v: float, order: int = 0) -> float:
    """The order-th derivative of the normal density of mean 0, by Hermite's recursion."""
    before, now = 0.0, math.exp(-z * z / (2 * v)) / math.sqrt(2 * math.pi * v)
    for k in range(order):
        before, now = now, -(z * now + k * before) / v
    return now


def repeated(z: float, v: float, power: int, rate: float = 0.0) -> float:
    """z^power/power! e^(-rate z), z > 0, convolved with the normal density: e^(-rate z + rate^2 v/2) I_power(z - rate v).

    I_0 is the integral of the density and m I_m(u) = u I_(m-1)(u) + v I_(m-2)(u).  The exponential, which may be large, meets
    the tail of I_0, which is small, in e^(y^2) erfc(y): no overflow.
    """
    u = z - rate * v
    y = -u / math.sqrt(2 * v)
    before = normal(z, v)
    tail = (
        math.exp(-z * z / (2 * v)) * scaled_tail(y) if y > 2 else math.exp(-rate * z + rate * rate * v / 2) * math.erfc(y)
    )
    now = tail / 2
    for m in range(1, power + 1):
        before, now = now, (u * now + v * before) / m
    return now


def scaled_tail(y: float) -> float:
    """e^(y^2) erfc(y) for y > 2, by its continued fraction."""
    found = y
    for k in range(120, 0, -1):
        found = y + k / 2 / found
    return 1 / (math.sqrt(math.pi) * found)


def value(term: Term, t: float, number: Number) -> float:
    """A term at t; impulses are 0 away from their places."""
    c = number(term.c)
    if isinstance(term, Impulse):
        return 0.0
    if isinstance(term, Bell):
        return c * normal(t - number(term.mean), number(term.variance), term.order)
    z = t - number(term.knot)
    if isinstance(term, Lorentz):
        w = number(term.width)
        return c * w / (math.pi * (z * z + w * w))
    rate = number(term.rate)
    if isinstance(term, Smooth):
        z, v = -z if term.left else z, number(term.variance)
        return c * repeated(z, v, term.power, rate)
    z = -z if term.left else z
    live = z > 0 if term.left else z >= 0
    return c * z**term.power / math.factorial(term.power) * math.exp(-rate * z) if live else 0.0


def piece_value(piece: Piece, t: float, number: Number) -> float:
    """A piece at t."""
    return sum(
        math.exp(-number(rate) * t) * sum(number(c) * t**j for j, c in enumerate(total)) for rate, total in piece.parts
    )


def evaluator(env: Mapping[str, float]) -> Number:
    """Exact numbers to floats, with the parameters put in."""

    @cache
    def number(e: Any) -> float:
        if isinstance(e, (int, float, Fraction)):
            return float(e)
        return float(e.evalf(subs={s: env[s.name] for s in e.free_symbols}, n=20))

    return number


# random parameters and places
def drawn(made: Convolution, names: list[str], seed: int) -> dict[str, float]:
    """Parameters that meet the conditions: positive where they must be, apart from each other."""
    random = np.random.default_rng(seed)
    for _ in range(1000):
        env = {
            n: round(float(random.uniform(0.4, 2.5) * (1 if n in made.positive else random.choice((-1, 1)))), 3)
            for n in names
        }
        number = evaluator(env)
        signs = {"!=": lambda a, b: abs(a - b) > 0.15, "<": lambda a, b: a < b - 0.05, ">": lambda a, b: a > b + 0.05}
        if all(signs[s](number(a), number(b)) for s, a, b in made.conditions):
            return env
    return {}


def places(f: Sampled, g: Sampled, turn: int, count: int, seed: int) -> list[float]:
    """Random t over the range where something happens, away from where the result may jump."""
    first = [*f.breaks, *(p for _, _, p in f.impulses)] or [0.0]
    second = [*g.breaks, *(p for _, _, p in g.impulses)] or [0.0]
    sums = np.array([b + a if turn == 1 else b - a for a in core(first) for b in core(second)])
    every = [b + a if turn == 1 else b - a for _, _, a in f.impulses for b in second]
    every += [b + a if turn == 1 else b - a for a in first for _, _, b in g.impulses]
    low, high = sums.min() - 0.5, sums.max() + 0.5
    random = np.random.default_rng(seed)
    found: list[float] = []
    while len(found) < count:
        t = float(random.uniform(low, high))
        if np.abs(sums - t).min() > 1e-3 and min((abs(e - t) for e in every), default=1) > 0.02:
            found.append(t)
    return found


def core(breaks: list[float]) -> list[float]:
    """The breaks that are not far out."""
    near = [b for b in breaks if abs(b) <= 12]
    return near or [min(breaks, key=abs)]


def close(a: float, b: float, scale: float) -> bool:
    """Equal up to the accuracy of quadrature."""
    return abs(a - b) <= TOLERANCE * max(1.0, scale)


def by_quadrature(
    made: Convolution, names: list[str], terms: tuple[Term, ...] | None = None, points: int = POINTS
) -> Verdict:
    """The result against the integral at random places and parameters; every printed case at places of its own."""
    result = made.result if terms is None else terms
    turn = -1 if made.correlate else 1
    rounds = 4 if names else 1
    done = 0
    for seed in range(rounds):
        env = drawn(made, names, seed)
        if names and not env:
            return Verdict("unsupported", Prose("check.quadrature.none"))
        number = evaluator(env)
        f, g = (sampled(node, env) for node in made.nodes)
        impulsive = 1e3 if any(k for _, k, _ in (*f.impulses, *g.impulses)) else 1.0
        for t in places(f, g, turn, points // rounds, seed):
            true = true_value(f, g, t, turn)
            found = sum(value(term, t, number) for term in result) if result is not None else slow_value(made, t, env)
            pieces = [c.value for c in made.cases if inside(c.value, t, number)] if terms is None else []
            claims = [(found, None), *((piece_value(p, t, number), p) for p in pieces)]
            for claimed, p in claims:
                if not close(claimed, true, impulsive * abs(true)):
                    exact_one = piece_at(p, t, env) if p is not None else terms_at(result or (), t, env) if result else None
                    if exact_one is not None and close(exact_one, true, impulsive * abs(true)):
                        continue  # floats cancelled
                    return Verdict(
                        "refuted",
                        Prose(
                            "check.quadrature.differs",
                            {"t": f"{t:.4f}", "claimed": f"{claimed:.9g}", "true": f"{true:.9g}"},
                        ),
                    )
            done += 1
    what = Prose("check.quadrature.random", {"times": done})
    chosen = Prose("check.quadrature.parameters", {"rounds": rounds}) if names else ""
    return Verdict("checked", Prose("check.quadrature.agrees", {"where": Joined((what, chosen), "")}))


def by_slope(made: Convolution, names: list[str], points: int = 8) -> Verdict:
    """The derivative against differences of the integral, away from knots."""
    turn, h = -1 if made.correlate else 1, 2e-4
    env = drawn(made, names, 3)
    number = evaluator(env)
    f, g = (sampled(node, env) for node in made.nodes)
    rough = 100.0 if f.impulses or g.impulses else 1.0  # a slope of a slope
    for t in places(f, g, turn, points, 3):
        ends = [true_value(f, g, t + k * h, turn) for k in (-2, -1, 1, 2)]
        true = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * h)
        found = sum(value(term, t, number) for term in made.slope or ())
        if abs(found - true) > 1e-5 * rough * (1 + abs(true)):
            found = terms_at(made.slope or (), t, env) or found  # floats may have cancelled
        if abs(found - true) > 1e-5 * rough * (1 + abs(true)):
            return Verdict(
                "refuted",
                Prose("check.quadrature.slope", {"true": f"{true:.6g}", "t": f"{t:.4f}", "found": f"{found:.6g}"}),
            )
    return Verdict("checked", Prose("check.quadrature.derivative", {"points": points}))


def slow_value(made: Convolution, t: float, env: Mapping[str, float]) -> float:
    """What SymPy's integration found, at t."""
    number = evaluator({**env, "t": t})
    for lo, hi, expression in made.slow:
        if (lo is None or number(lo) <= t) and (hi is None or t < number(hi)):
            return number(expression)
    return 0.0


def inside(piece: Piece, t: float, number: Number) -> bool:
    """Whether t is in the range of a piece."""
    return (piece.lo is None or number(piece.lo) <= t) and (piece.hi is None or t < number(piece.hi))


def case_verdicts(made: Convolution, names: list[str], points: int = 5) -> list[Verdict]:
    """A verdict per case, at random places of its range."""
    turn = -1 if made.correlate else 1
    env = drawn(made, names, 7)
    number = evaluator(env)
    f, g = (sampled(node, env) for node in made.nodes)
    random = np.random.default_rng(11)
    found = []
    for case in made.cases:
        p = case.value
        lo, hi = (None if e is None else number(e) for e in (p.lo, p.hi))
        a, b = (lo if lo is not None else (hi if hi is not None else 0) - 2), (hi if hi is not None else (lo or 0) + 3)
        gap = min(0.02, (b - a) / 10)
        wrong = None
        for t in random.uniform(a + gap, b - gap, points):
            true, claimed = true_value(f, g, float(t), turn), piece_value(p, float(t), number)
            if not close(claimed, true, abs(true)) and not close(piece_at(p, float(t), env), true, abs(true)):
                wrong = Verdict(
                    "refuted",
                    Prose(
                        "check.quadrature.differs", {"t": f"{t:.4f}", "claimed": f"{claimed:.9g}", "true": f"{true:.9g}"}
                    ),
                )
        found.append(wrong or Verdict("checked", Prose("check.quadrature.range", {"points": points})))
    return found


# exactly
def polynomial(made: Convolution) -> bool:
    """Whether both functions are piecewise polynomials with rational knots."""
    return all(exact(node, Fraction(1, 97)) is not None for node in made.nodes)


def exact_value(made: Convolution, t: Fraction) -> Fraction | None:
    """The integral at a rational t; None if it has no finite limits."""
    f, g = made.nodes
    turn = -1 if made.correlate else 1
    edges = sorted({*knots(f), *(t - k if turn == 1 else k - t for k in knots(g))})
    order = degree(f) + degree(g)
    if not edges:
        return None

    def at(x: Fraction) -> Fraction:
        return (exact(f, x) or Fraction(0)) * (exact(g, t - x if turn == 1 else t + x) or Fraction(0))

    outside = [at(edges[0] - k) for k in range(1, order + 2)] + [at(edges[-1] + k) for k in range(1, order + 2)]
    if any(outside):
        return None
    return sum((stretch(at, a, b, order) for a, b in pairwise(edges)), Fraction(0))


def stretch(at: Callable[[Fraction], Fraction], a: Fraction, b: Fraction, order: int) -> Fraction:
    """The integral of a polynomial from its values at order + 1 inner places."""
    n = order + 1
    values = [at(a + (b - a) * Fraction(2 * k + 1, 2 * n)) for k in range(n)]
    return (b - a) * sum((w * v for w, v in zip(weights(n), values, strict=True)), Fraction(0))


@cache
def weights(n: int) -> tuple[Fraction, ...]:
    """Weights at (2k+1)/(2n) of 0..1 that are exact for polynomials below degree n."""
    places = [Fraction(2 * k + 1, 2 * n) for k in range(n)]
    found = []
    for k, x in enumerate(places):
        basis = [Fraction(1)]
        for j, y in enumerate(places):
            if j != k:
                basis = [
                    (low - y * high) / (x - y)
                    for low, high in zip([Fraction(0), *basis], [*basis, Fraction(0)], strict=True)
                ]
        found.append(sum((c / (i + 1) for i, c in enumerate(basis)), Fraction(0)))
    return tuple(found)


def exactly(made: Convolution) -> tuple[Verdict, list[Verdict]] | None:
    """Equality as a proof, of the terms and of every case; None where the functions are no piecewise polynomials."""
    if not polynomial(made) or made.result is None or not all(isinstance(t, Side) for t in made.result):
        return None
    f, g = made.nodes
    sums = sorted({b - a if made.correlate else a + b for a in knots(f) for b in knots(g)})
    if not 0 < len(sums) <= STRETCHES:
        return None
    order = degree(f) + degree(g) + 2
    whole: dict[int, list[tuple[Fraction, Fraction, Fraction]]] = {}
    cases: list[dict[int, list[tuple[Fraction, Fraction, Fraction]]]] = [{} for _ in made.cases]
    for j, (lo, hi) in enumerate(zip([sums[0] - 1, *sums], [*sums, sums[-1] + 1], strict=True)):
        inner = [lo + (hi - lo) * Fraction(2 * k + 1, 2 * order + 2) for k in range(order + 1)]
        for t in inner if j == 0 else [lo, *inner]:
            true = exact_value(made, t)
            if true is None:
                return None
            found = sum((side(term, t) for term in made.result if isinstance(term, Side)), Fraction(0))
            if found != true:
                return Verdict("refuted", Prose("check.quadrature.differs", {"t": t, "claimed": found, "true": true})), []
            whole.setdefault(j, []).append((t, found, true))
            for case, values in zip(made.cases, cases, strict=True):
                p = case.value
                if (p.lo is None or p.lo <= t) and (p.hi is None or t < p.hi):
                    claimed = sum((c * t**n for _, total in p.parts for n, c in enumerate(total)), Fraction(0))
                    values.setdefault(j, []).append((t, Fraction(claimed), true))
    every = Prose("check.quadrature.places", {"places": order + 1})
    how = Prose("check.quadrature.degree", {"degree": order - 1, "every": every})
    good = stretches(sums, order - 1, whole, how)
    return good, [
        stretches(sums, order - 1, values, how, range(min(values, default=0), max(values, default=-1) + 1))
        for values in cases
    ]


def side(term: Side, t: Fraction) -> Fraction:
    """A truncated power at a rational place."""
    z = term.knot - t if term.left else t - term.knot
    live = z > 0 if term.left else z >= 0
    return Fraction(term.c * z**term.power, math.factorial(term.power)) if live else Fraction(0)
