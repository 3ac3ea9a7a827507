"""Why large tiles lose accuracy: exact constants, and the error of float32 on fixed data.

The direct form adds r products of size at most 1 (for |d|, |g| <= 1).  The fast form adds products that may be larger by the
amplification  max_k sum_i |A^T[k,i]| (sum_p |G[i,p]|) (sum_t |B^T[i,t]|), and which then cancel: rounding errors do not.

Floats are added and multiplied entry by entry, in a fixed order, each operation rounded to float32: IEEE arithmetic gives the
same figures on every machine.  Data are multiples of 2^-20, so that the true value is exact in float64.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from symconv.topics.fast.check_bilinear import inverted, powers
from symconv.topics.fast.facts import Bilinear, Growth, Rows

SAMPLES = 2000


def growth(a: Bilinear) -> Growth:
    """Constants and errors of one tile size."""
    n = a.products
    square = powers(a.points, n)
    g, d = data(a.sizes[1], 1), data(n, 2)
    true = direct(a, g, d, np.float64)
    error = float(np.abs(fast(a, g, d) - true).max())
    plain = float(np.abs(direct(a, g, d, np.float32) - true).max())
    biggest = max(abs(e) for m in (a.out, a.left, a.right) for row in m for e in row)
    return Growth(a.sizes, n, a.direct, biggest, amplification(a), norm(square) * norm(inverted(square)), error, plain)


def amplification(a: Bilinear) -> Fraction:
    """The largest that the absolute products of one output can add up to, for |d|, |g| <= 1."""
    size = [row(p) * row(q) for p, q in zip(a.left, a.right, strict=True)]
    return max(sum((abs(c) * e for c, e in zip(out, size, strict=True)), Fraction(0)) for out in a.out)


def row(entries: tuple[Fraction, ...]) -> Fraction:
    """The sum of absolute values."""
    return sum((abs(e) for e in entries), Fraction(0))


def norm(matrix: list[list[Fraction]]) -> Fraction:
    """The maximum norm: the largest row."""
    return max(row(tuple(entries)) for entries in matrix)


def data(length: int, seed: int) -> list[Any]:
    """Fixed samples between -1 and 1, multiples of 2^-20, by Knuth's linear congruence; one array per entry."""
    state, found = seed, []
    for _ in range(length * SAMPLES):
        state = (6364136223846793005 * state + 1442695040888963407) % 2**64
        found.append((state >> 40) % (2**21 + 1) - 2**20)
    return list((np.array(found, dtype=np.float64) / 2**20).reshape(length, SAMPLES))


def transform(matrix: Rows, entries: list[Any]) -> list[Any]:
    """A matrix times a vector of samples in float32, term by term from the left."""
    made = []
    for coefficients in matrix:
        total: Any = np.zeros(SAMPLES, dtype=np.float32)
        for c, e in zip(coefficients, entries, strict=True):
            if c:
                total = total + np.float32(float(c)) * e
        made.append(total)
    return made


def fast(a: Bilinear, g: list[Any], d: list[Any]) -> Any:
    """The fast form in float32."""
    single = [[e.astype(np.float32) for e in entries] for entries in (g, d)]
    taps, values = transform(a.left, single[0]), transform(a.right, single[1])
    return np.array(transform(a.out, [p * q for p, q in zip(taps, values, strict=True)]))


def direct(a: Bilinear, g: list[Any], d: list[Any], dtype: Any) -> Any:
    """The definition, in float32 or (exactly) in float64."""
    m, r = a.sizes
    made = []
    for k in range(m):
        total: Any = np.zeros(SAMPLES, dtype=dtype)
        for p in range(r):
            total = total + g[p].astype(dtype) * d[k + p].astype(dtype)
        made.append(total)
    return np.array(made)
