"""Toom-Cook and Winograd from points.

A polynomial s of degree n - 1 is known from its values at n different points; at infinity the value is the leading
coefficient.  With E(k) the n x k matrix of powers a^0 ... a^(k-1) of the points (at infinity 0 ... 0 1) and V = E(n),

    Toom-Cook    s = u * v              s = V^-1 [(E(N) u) . (E(M) v)],  n = N + M - 1
    Winograd     y[k] = sum_p g[p] d[k+p]    y = E(m)^T [(E(r) g) . (V^-T d)],  n = m + r - 1

the second being the first, transposed.  Row i of V^-T holds the coefficients of Lagrange's polynomial of point i, that is
prod_(j != i) (x - a_j) divided by f_i = prod_(j != i) (a_i - a_j); as is usual, f_i is moved from there into E(r):

    A^T = E(m)^T,   G = F^-1 E(r),   B^T = F V^-T,   F = diag(f)

and for the point 0 the signs are those that make G's entry positive.  Sources: Winograd, Arithmetic Complexity of
Computations (1980); Lavin & Gray, Fast Algorithms for Convolutional Neural Networks (2016); the signs are wincnn's.
"""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Any

from symconv.errors import SymconvError
from symconv.topics.fast.facts import Bilinear, Point, Rows
from symconv.topics.fast.points import MOST, chosen

ZERO, ONE = Fraction(0), Fraction(1)


def winograd(m: Any, r: Any, points: Any = None) -> Bilinear:
    """F(m, r): m outputs of a correlation with r taps, in m + r - 1 multiplications.

    Raises SymconvError for m, r < 1, too large tiles, and points that are not m + r - 1 different ones.
    """
    m, r = size(m, "m, the outputs"), size(r, "r, the taps")
    n = fitting(m + r - 1, f"F({m}, {r})")
    found = chosen(points, n, f"F({m}, {r})")
    scales = [weight(found, i) for i in range(n)]
    taps = evaluation(found, r)
    return Bilinear(
        "winograd",
        (m, r),
        transposed(evaluation(found, m)),
        tuple(tuple(e / f for e in row) for row, f in zip(taps, scales, strict=True)),
        tuple(scaled(lagrange(found, i), f / weight(found, i, False)) for i, f in enumerate(scales)),
        found,
    )


def toom_cook(n: Any, m: Any, points: Any = None) -> Bilinear:
    """The full convolution of n entries with m, in n + m - 1 multiplications.

    Raises SymconvError as ``winograd`` does.
    """
    n, m = size(n, "N, the entries of the first"), size(m, "M, the entries of the second")
    what = f"Toom-Cook of {n} and {m} entries"
    count = fitting(n + m - 1, what)
    found = chosen(points, count, what)
    inverse = transposed(tuple(scaled(lagrange(found, i), 1 / weight(found, i, False)) for i in range(count)))
    return Bilinear("toom-cook", (n, m), inverse, evaluation(found, n), evaluation(found, m), found)


def size(given: Any, what: str) -> int:
    """A size from 1 on."""
    try:
        found = 0 if isinstance(given, bool) else operator.index(given)
    except TypeError:
        found = 0
    if found < 1:
        raise SymconvError(f"expected a whole number >= 1 for {what}, got {' '.join(str(given).split())[:30]!r}")
    return found


def fitting(count: int, what: str) -> int:
    """The number of points, if there are sensible ones."""
    if count > MOST:
        raise SymconvError(
            f"{what} needs {count} points: expected at most {MOST}; the constants of larger tiles lose all accuracy"
        )
    return count


def evaluation(points: tuple[Point, ...], width: int) -> Rows:
    """E(width): a row of powers per point; at infinity the leading coefficient."""
    last = (*([ZERO] * (width - 1)), ONE)
    return tuple(last if p is None else tuple(p**k for k in range(width)) for p in points)


def lagrange(points: tuple[Point, ...], i: int) -> tuple[Fraction, ...]:
    """Coefficients of the product of (x - a_j) over the other finite points, as many as there are points."""
    found = [ONE]
    for j, p in enumerate(points):
        if j != i and p is not None:
            found = [a - p * b for a, b in zip([ZERO, *found], [*found, ZERO], strict=True)]
    return (*found, *([ZERO] * (len(points) - len(found))))


def weight(points: tuple[Point, ...], i: int, signed: bool = True) -> Fraction:
    """f_i, the product of a_i - a_j over the other finite points, 1 at infinity; positive for the point 0 if ``signed``."""
    own = points[i]
    found = ONE
    for j, p in enumerate(points):
        if own is not None and j != i and p is not None:
            found *= own - p
    return abs(found) if signed and own == 0 else found


def scaled(row: tuple[Fraction, ...], factor: Fraction) -> tuple[Fraction, ...]:
    """A row times a number."""
    return tuple(e * factor for e in row)


def transposed(rows: Rows) -> Rows:
    """Rows become columns."""
    return tuple(zip(*rows, strict=True))
