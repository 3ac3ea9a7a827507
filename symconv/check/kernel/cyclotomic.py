"""Exact arithmetic with roots of unity: integers in the powers of omega = e^(-2 pi i / n), modulo its minimal polynomial.

    omega^n = 1,    Phi_n(omega) = 0,    Phi_n = (t^n - 1) / product of Phi_m over the proper divisors m of n

An element is a map from exponents to integers; two elements are equal if and only if they agree modulo Phi_n.  No floats.
Source: Washington, Introduction to Cyclotomic Fields, chapter 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache


@cache
def minimal(n: int) -> tuple[int, ...]:
    """The coefficients of Phi_n, the constant one first."""
    top = [-1] + [0] * (n - 1) + [1]
    for m in range(1, n):
        if n % m == 0:
            top = divided(top, minimal(m))
    return tuple(top)


def divided(top: list[int], bottom: tuple[int, ...]) -> list[int]:
    """An exact quotient by a monic polynomial."""
    rest, out = list(top), [0] * (len(top) - len(bottom) + 1)
    for k in range(len(out) - 1, -1, -1):
        out[k] = rest[k + len(bottom) - 1]
        for j, c in enumerate(bottom):
            rest[k + j] -= out[k] * c
    assert not any(rest)
    return out


def canonical(element: Mapping[int, int], n: int) -> tuple[int, ...]:
    """The element's coefficients modulo Phi_n: equal elements, equal tuples."""
    phi = minimal(n)
    rest = [0] * n
    for exponent, c in element.items():
        rest[exponent % n] += c
    degree = len(phi) - 1
    for k in range(n - 1, degree - 1, -1):
        c = rest[k]
        if c:
            for j, b in enumerate(phi):
                rest[k - degree + j] -= c * b
    return tuple(rest[:degree])
