"""Karatsuba's identity for the full convolution of N entries with N, one half at a time.

    u = u0 + x^h u1,  v = v0 + x^h v1:     u v = u0 v0 + x^h [(u0 + u1)(v0 + v1) - u0 v0 - u1 v1] + x^2h u1 v1

Three products of half the size in place of four; repeated, N^1.585 multiplications for N a power of 2.  One step is
Toom-Cook with the points 0, 1 and infinity.  Source: Karatsuba & Ofman (1962).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.errors import SymconvError
from symconv.topics.fast.facts import Bilinear
from symconv.topics.fast.toom import size

MOST = 32
Form = dict[int, int]


def karatsuba(n: Any) -> Bilinear:
    """The full convolution of n entries with n, by halves.

    Raises SymconvError for n < 1 or n > 32.
    """
    n = size(n, "N, the entries of both")
    if n > MOST:
        raise SymconvError(f"karatsuba: expected at most {MOST} entries, got {n}; the matrices would not fit a page")
    forms, outputs = halves([{k: 1} for k in range(n)])
    left = tuple(tuple(Fraction(form.get(k, 0)) for k in range(n)) for form in forms)
    out = tuple(tuple(Fraction(row.get(k, 0)) for k in range(len(forms))) for row in outputs)
    return Bilinear("karatsuba", (n, n), out, left, left)


def halves(entries: list[Form]) -> tuple[list[Form], list[Form]]:
    """(the linear forms of u and of v to be multiplied, each output as a sum of these products)."""
    n = len(entries)
    if n == 1:
        return [entries[0]], [{0: 1}]
    h = (n + 1) // 2
    low, high = entries[:h], entries[h:]
    both = [plus(e, high[k]) if k < len(high) else e for k, e in enumerate(low)]
    forms: list[Form] = []
    parts = []
    for part in (low, high, both):
        own, rows = halves(part)
        parts.append([{k + len(forms): c for k, c in row.items()} for row in rows])
        forms += own
    outputs: list[Form] = [{} for _ in range(2 * n - 1)]
    for rows, places in zip(parts, [[(0, 1), (h, -1)], [(2 * h, 1), (h, -1)], [(h, 1)]], strict=True):
        for k, row in enumerate(rows):
            for at, sign in places:
                outputs[k + at] = plus(outputs[k + at], row, sign)
    return forms, outputs


def plus(a: Form, b: Form, sign: int = 1) -> Form:
    """a + sign b, without zeros."""
    found = dict(a)
    for k, c in b.items():
        found[k] = found.get(k, 0) + sign * c
    return {k: c for k, c in found.items() if c}
