"""Facts worth stating before a map is tried: digits are unique.

    u + R v = u' + R v'  with 0 <= u, u' < R   gives   v = v'  and  u = u'

An equation R X + t = 0 with -R < t < R has X = 0:  R X + R - 1 = R - 1 - t >= 0 gives X >= 0, and  -R X + R - 1 >= 0  gives
-X >= 0.  The kernel owes all of it anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from symconv.check.kernel.hypotheses import Hypotheses
from symconv.check.kernel.steps import Fact
from symconv.check.prove.solve import split_by
from symconv.core.integers import Int, var

MOST = 24


def digits(known: Hypotheses, equations: Iterable[Int]) -> Iterator[Fact]:
    """The facts that unique digits give for the equations, where both ranges are evident."""
    given = list(dict.fromkeys(e for e in equations if len(e.terms) > 1))[:MOST]
    ranges = set(known.ge)
    pairs = (a - b for a, b in itertools.combinations(given, 2) if _share(a, b))
    seen: set[Int] = set()
    for e in (*given, *pairs):
        for radix in radices(e):
            high, low = split_by(e, radix)
            if high.names() and high not in seen and _within(ranges, low, radix):
                seen |= {high, -high}
                yield from (Fact("divide", (radix, high)), Fact("divide", (radix, -high)), Fact("have", (high,), "eq"))


def _share(a: Int, b: Int) -> bool:
    """Whether two equations divide by the same size."""
    products = {n for m, _ in a.terms if len(m) > 1 for n in m}
    return any(len(m) > 1 and not products.isdisjoint(m) for m, _ in b.terms)


def radices(e: Int) -> list[Int]:
    """Names, and sizes with several terms, that multiply something in the equation."""
    names = dict.fromkeys(str(n) for m, _ in e.terms if len(m) > 1 for n in m)
    return [var(n) for n in names if "!" not in n]


def _within(ranges: set[Int], low: Int, radix: Int) -> bool:
    """Whether it is a digit, or the difference of two: each a name with its range among the hypotheses."""
    signs = sorted(c for _, c in low.terms)
    if signs not in ([], [1], [-1], [-1, 1]):
        return False
    digits = [var(str(m[0])) for m, _ in low.terms if len(m) == 1]
    return len(digits) == len(signs) and all(u in ranges and radix - 1 - u in ranges for u in digits)
