"""The integrals that a page prints case by case, each over its own limits, against the value of the case.

    value(t) = sum over the overlaps of  integral from lower(t) to upper(t) of f_piece(tau) g_piece(t -+ tau)

by Gauss and Legendre from the printed limits and pieces alone; and where t is drawn out of the integral, the product of what
stands before it and what stays within is f_piece(tau) g_piece(t -+ tau) at every node.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.language.facts import Verdict
from symconv.language.prose import Prose
from symconv.topics.continuous.check_precise import piece_at
from symconv.topics.continuous.check_quadrature import NODES, WEIGHTS, Number, close, drawn, evaluator, piece_value
from symconv.topics.continuous.facts import Case, Convolution, Limit, Overlap, Piece, drawn_out

FADED = 45.0  # e^-45 is nothing to a float


def printed_integrals(made: Convolution, names: list[str], points: int = 3) -> Verdict:
    """Whether every case's integrals, as they are printed, give the case's value."""
    env = drawn(made, names, 3)
    number = evaluator(env)
    random = np.random.default_rng(17)
    tried = 0
    for case in made.cases:
        for t in inner(case, number, random, points):
            total = sum(value(o, t, made.correlate, number) for o in case.overlaps)
            claimed = piece_value(case.value, t, number)
            if not close(total, claimed, abs(claimed)):
                claimed = piece_at(case.value, t, env)  # floats may have cancelled
            if not close(total, claimed, abs(claimed)):
                return Verdict(
                    "refuted",
                    Prose(
                        "check.overlaps.differs", {"t": f"{t:.4f}", "total": f"{total:.9g}", "claimed": f"{claimed:.9g}"}
                    ),
                )
            tried += len(case.overlaps)
    return Verdict("checked", Prose("check.overlaps.limits", {"integrals": tried}))


def inner(case: Case, number: Number, random: Any, points: int) -> list[float]:
    """Random places within the range of a case that has integrals."""
    if not case.overlaps:
        return []
    lo, hi = (None if e is None else number(e) for e in (case.value.lo, case.value.hi))
    low = lo if lo is not None else (hi if hi is not None else 0.0) - 2
    return [float(t) for t in random.uniform(low, hi if hi is not None else low + 3, points)]


def value(o: Overlap, t: float, correlate: bool, number: Number) -> float:
    """One integral at t; not a number where what is drawn out differs from the integrand."""
    lo, hi = (limit(e, t, number) for e in (o.lower, o.upper))
    if lo is not None and hi is not None and lo >= hi:
        return 0.0
    edges = stretches(lo, hi, rates(o, correlate, number))
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    tau = middle[:, None] + half[:, None] * NODES
    product = at(o.f, tau, number) * at(o.g, t + tau if correlate else t - tau, number)
    out = drawn_out(o, correlate)
    if out is not None:
        c, rate, rest = (number(e) for e in out)
        if not np.allclose(product, c * np.exp(-rate * t) * np.exp(-rest * tau), rtol=1e-9, atol=0):
            return float("nan")
    return float((product * WEIGHTS * half[:, None]).sum())


def rates(o: Overlap, correlate: bool, number: Number) -> list[float]:
    """How fast the products of the parts of both pieces change with tau."""
    pairs = [(number(a), number(b)) for a, _ in o.f.parts for b, _ in o.g.parts]
    return [abs(a + b if correlate else a - b) for a, b in pairs if a != (-b if correlate else b)]


def stretches(lo: float | None, hi: float | None, rates: list[float]) -> Any:
    """The ends of the stretches: short at a limit, and growing from there; towards infinity until the slowest product faded."""
    slow, fast = min(rates, default=1.0), max(rates, default=0.0)
    if lo is not None and hi is not None:  # the nodes are exact for polynomials
        steps = np.geomspace(0.3 / fast, hi - lo, 60) if fast * (hi - lo) > 1 else np.array([])
        return np.unique(np.clip([lo, hi, *(lo + steps), *(hi - steps)], lo, hi))
    steps = np.concatenate([[0.0], np.geomspace(0.3 / (fast or 1.0), FADED / slow, 60)])
    if lo is not None:
        return lo + steps
    return (hi or 0.0) - steps[::-1] if hi is not None else np.concatenate([-steps[:0:-1], steps])


def limit(e: Limit | None, t: float, number: Number) -> float | None:
    """A limit of integration at t."""
    return None if e is None else e.turn * t + number(e.at)


def at(piece: Piece, x: Any, number: Number) -> Any:
    """The values of a piece's formula, whatever its range."""
    total = np.zeros_like(x)
    for rate, coefficients in piece.parts:
        total = total + np.exp(-number(rate) * x) * sum(number(c) * x**k for k, c in enumerate(coefficients))
    return total
