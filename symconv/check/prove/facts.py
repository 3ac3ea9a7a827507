"""Facts worth stating before a map is tried: digits are unique.

    u + R v = u' + R v'  with 0 <= u, u' < R   gives   v = v'  and  u = u'

An equation R X + t = 0 with -R < t < R has X = 0:  R X + R - 1 = R - 1 - t >= 0 gives X >= 0, and  -R X + R - 1 >= 0  gives
-X >= 0.  The kernel owes all of it anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from symconv.check.kernel.hypotheses import Hypotheses
from symconv.check.kernel.steps import Fact
from symconv.check.prove.solve import split_by
from symconv.language.integers import Int, var

MOST = 24


def digits(known: Hypotheses, equations: Iterable[Int]) -> Iterator[Fact]:
    """The facts that unique digits give for the equations, where both ranges are among the hypotheses."""
    hypotheses = set(known.ge)
    ranges = {name: radix for e in hypotheses for name, radix in _uppers(e) if var(name) in hypotheses}
    if not ranges:
        return
    given = [e for e in dict.fromkeys(equations) if len(e.terms) > 1][:MOST]
    pairs = (a - b for a, b in itertools.combinations(given, 2) if _share(a, b))
    seen: set[Int] = set()
    for e in (*given, *pairs):
        for radix in dict.fromkeys(ranges[n] for n in _units(e) if n in ranges):
            high, low = split_by(e, radix)
            if high.names() and high not in seen and _within(ranges, low, radix):
                seen |= {high, -high}
                yield from (Fact("divide", (radix, high)), Fact("divide", (radix, -high)), Fact("have", (high,), "eq"))


def _uppers(e: Int) -> Iterator[tuple[str, Int]]:
    """(t, R) for a hypothesis R - 1 - t >= 0, R a size that multiplies."""
    if len(e.terms) == 3:
        parts = dict(e.terms)
        down = [m[0] for m, c in e.terms if c == -1 and len(m) == 1]
        if parts.get(()) == -1 and len(down) == 1:
            yield str(down[0]), e + 1 + var(str(down[0]))


def _units(e: Int) -> list[str]:
    """The names that stand in a term by themselves, +-1 times."""
    return [str(m[0]) for m, c in e.terms if len(m) == 1 and c in (1, -1)]


def _share(a: Int, b: Int) -> bool:
    """Whether two equations divide by the same size."""
    products = {n for m, _ in a.terms if len(m) > 1 for n in m}
    return any(len(m) > 1 and not products.isdisjoint(m) for m, _ in b.terms)


def _within(ranges: Mapping[str, Int], low: Int, radix: Int) -> bool:
    """Whether it is a digit, or the difference of two, in the range of the radix."""
    units = _units(low)
    return len(units) == len(low.terms) and sorted(c for _, c in low.terms) in ([1], [-1], [-1, 1]) and all(
        ranges.get(name) == radix for name in units
    )  # fmt: skip
