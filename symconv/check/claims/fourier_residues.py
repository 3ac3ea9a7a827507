"""Claims about discrete Fourier transforms at larger sizes: modulo a prime p = 1 mod 4N, which has the roots of unity.

    Z[w, 1/N] -> F_p,  w -> a number of order 4N,  every entry -> a number at random

is a homomorphism: sides that differ in F_p differ.  (Sides that agree there agree but for an accident of one in 2^50.)  A value
is a pair, itself and its conjugate, whose entries are numbers of their own unless the signal is real.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from symconv.check.claims.fourier_values import Exact
from symconv.check.primes import prime
from symconv.language.formula import Node
from symconv.language.transforms import Transformed

Pair = tuple[int, int]
PLAIN = (6, 7, 8, 9, 10, 12, 16, 17, 32, 33, 64, 100)
LARGEST = 130
SPREAD = 12  # choices of the other numbers at one size


def sizes(claim: Transformed) -> Iterator[dict[str, int]]:
    """Larger sizes, and those next to the numbers in the formula, with shifts and lengths of all kinds."""
    nodes = [n for side in (claim.left, claim.right, *(b for _, _, b in claim.defined)) for n in side.walk()]
    numbers = {int(n.parts[0]) for n in nodes if n.kind == "number" and n.parts[0] == int(n.parts[0])}
    near = {m + d for m in numbers for d in (-1, 0, 1)}
    long = {n for _, e in claim.lengths for n in e.names()}
    for n in sorted({*PLAIN, *(m for m in near if 5 < m <= LARGEST)}):
        shifts = dict.fromkeys((0, 1, n - 1, n, n + 1, 5, *sorted(m for m in near if 0 <= m <= LARGEST)))
        lengths = dict.fromkeys((1, 2, n - 1, n, 6, *sorted(m for m in near if 1 <= m <= n)))
        spans = [[m for m in lengths if m <= n] if o in long else list(shifts) for o in claim.others]
        most = SPREAD if n <= 20 else 3
        for rest in itertools.islice(itertools.product(*spans), most):
            yield {claim.size: n, **dict(zip(claim.others, rest, strict=True))}
        if claim.others:  # and each number as large as it gets
            yield {claim.size: n, **{o: span[-1] for o, span in zip(claim.others, spans, strict=True)}}


def few(n: int) -> list[int]:
    """Values of a free index."""
    return sorted({*range(min(n, 8)), n // 2, n - 2, n - 1})


class Residues(Exact):
    """Both sides modulo a prime."""

    def __init__(self, claim: Transformed, values: dict[str, int]) -> None:
        super().__init__(claim, values)
        self.p, w = prime(self.order)
        self.powers = [1]
        for _ in range(self.order - 1):
            self.powers.append(self.powers[-1] * w % self.p)
        self.steps = 0

    def value(self, node: Node, env: dict[str, int]) -> Any:
        """The same, counted."""
        self.steps += 1
        return super().value(node, env)

    def number(self, value: Fraction) -> Any:
        """A number and its conjugate."""
        n = value.numerator * pow(value.denominator, -1, self.p) % self.p
        return n, n

    def symbol(self, name: str, at: tuple[int, ...]) -> Any:
        """A number at random, the same for the same entry."""
        if self.alive is not None and at and (name, *at) not in self.alive:
            return 0, 0
        seed = sum(ord(c) * 131**k for k, c in enumerate(name)) * 1_000_003 + sum((i + 1) * 7919 for i in at)
        first, second = pow(3, seed + 17, self.p), pow(5, seed + 29, self.p)
        return (first, first) if self.claim.real else (first, second)

    def root(self, turns: Fraction) -> Any:
        """e^(2 pi i turns)."""
        ((e, _),) = super().root(turns)[()].items()
        return self.powers[e], self.powers[-e % self.order]

    def times(self, a: Any, b: Any) -> Any:
        """The product."""
        return a[0] * b[0] % self.p, a[1] * b[1] % self.p

    def conj(self, a: Any) -> Any:
        """The conjugate."""
        return a[1], a[0]

    def total(self, parts: Any) -> Any:
        """The sum."""
        self.steps += len(parts) // 8
        return sum(a for a, _ in parts) % self.p, sum(b for _, b in parts) % self.p

    def scaled(self, a: Any, factor: Fraction) -> Any:
        """A multiple."""
        return self.times(a, self.number(factor))
