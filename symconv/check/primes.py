"""Primes that have roots of unity: Z[w, 1/N] -> F_p for p = 1 mod N."""

from __future__ import annotations

from functools import cache


@cache
def prime(order: int) -> tuple[int, int]:
    """A prime p = 1 mod ``order`` beyond 2^60, and a number of that order."""
    from flint import fmpz

    k = (1 << 60) // order
    while not fmpz(k * order + 1).is_prime():
        k += 1
    p = k * order + 1
    parts = [int(q) for q, _ in fmpz(order).factor()]
    for g in range(2, 1000):
        w = pow(g, (p - 1) // order, p)
        if all(pow(w, order // q, p) != 1 for q in parts):
            return p, w
    raise AssertionError("every prime has a primitive root")
