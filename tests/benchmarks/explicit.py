"""The explicit identity dL/dx == closed form: our maps and SymPy arrays beside the naive way and symengine's, in one run.

    naive        L = sum g y as one expanded SymPy sum, differentiated entry by entry.  Each derivative walks the whole sum, so
                 the whole takes minutes to hours: a few entries are timed, and the time is extrapolated to all.
                 What is timed is ``diff`` alone; building L and comparing are left out, in the naive way's favour.
    symengine    the same with symengine, all entries, where it is installed; again ``diff`` alone.
    maps         ``Identity.decide``: the exact identity, every product generated twice and compared.
    arrays       y and dL/dx as SymPy arrays, from nothing, with SymPy's cache emptied before.

Bounds are ratios: ours is at most the naive time divided by so much.  The last table shows that the maps' cost is linear.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import Any

SAMPLE = 8
GROWTH = 2.5  # time per product at the largest size, as a multiple of that at 32 x 32


@dataclass(frozen=True)
class Subject:
    """A layer without bias, at a size; the divisors that its bounds are made of, and symengine's where it is compared."""

    name: str
    input: int
    channels: tuple[int, int]
    maps: int
    arrays: int
    symengine: int = 0

    @property
    def products(self) -> int:
        return 9 * (self.input - 2) ** 2 * self.channels[0] * self.channels[1]

    def operator(self) -> Any:
        import symconv as sc

        return sc.conv2d(bias=False)

    def sizes(self) -> dict[str, Any]:
        side, (inward, outward) = self.input, self.channels
        return {"input": (side, side), "kernel": (3, 3), "in_channels": inward, "out_channels": outward}

    def terms(self, symbol: Callable[[str], Any]) -> tuple[list[Any], list[Any]]:
        """The products g w x of L, by plain loops, and the entries of x."""
        side, (inward, outward) = self.input, self.channels
        places, taps, outs = (list(product(range(n), repeat=2)) for n in (side, 3, side - 2))
        x = {(c, *j): symbol(f"x{c}_{j[0]}_{j[1]}") for c in range(inward) for j in places}
        w = {(o, c, *p): symbol(f"w{o}_{c}_{p[0]}_{p[1]}") for o in range(outward) for c in range(inward) for p in taps}
        g = {(o, *i): symbol(f"g{o}_{i[0]}_{i[1]}") for o in range(outward) for i in outs}
        made = [
            g[o, i1, i2] * w[o, c, p1, p2] * x[c, i1 + p1, i2 + p2]
            for (o, i1, i2), c, (p1, p2) in product(g, range(inward), taps)
        ]
        return made, list(x.values())


SUBJECTS = [
    Subject("28x28 * 3x3", 28, (1, 1), 3000, 60, 60),
    Subject("64x64 * 3x3", 64, (1, 1), 1000, 30),
    Subject("3 -> 4 channels, 8x8 * 3x3", 8, (3, 4), 1000, 30),
]


def seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def naive(subject: Subject) -> float:
    """Seconds for all derivatives, extrapolated from a few entries spread over x."""
    from sympy import Add, Symbol
    from sympy.core.cache import clear_cache

    terms, entries = subject.terms(Symbol)
    loss = Add(*terms)
    clear_cache()
    chosen = entries[len(entries) // (2 * SAMPLE) :: len(entries) // SAMPLE][:SAMPLE]
    return sum(seconds(lambda entry=entry: loss.diff(entry)) for entry in chosen) / len(chosen) * len(entries)


def symengine(subject: Subject) -> float | None:
    """Seconds for all derivatives; None where symengine is not installed."""
    try:
        import symengine as se
    except ImportError:
        return None
    terms, entries = subject.terms(se.Symbol)
    loss = se.Add(*terms)
    return seconds(lambda: [loss.diff(entry) for entry in entries])


def maps(subject: Subject, rounds: int = 9, typical: Callable[[list[float]], float] = median) -> float:
    """Seconds for the exact identity."""
    from symconv.api import story as way
    from symconv.api.operators import concrete_closed
    from symconv.check.maps import Identity

    op = way.at(subject.operator().data, **subject.sizes())
    member = concrete_closed(op, "x")
    assert Identity(op, "x", member).decide()[0]
    return typical([seconds(Identity(op, "x", member).decide) for _ in range(rounds)])


def arrays(subject: Subject, rounds: int = 1) -> float:
    """Seconds for y and dL/dx as SymPy arrays."""
    from sympy.core.cache import clear_cache

    def run() -> None:
        case = subject.operator().at(**subject.sizes())
        assert case.y is not None
        assert case.grad("x") is not None

    found = []
    for _ in range(rounds):
        clear_cache()
        found.append(seconds(run))
    return median(found)


def line(name: str, took: float | None, bound: float | None, least: str = "") -> bool:
    """Print one row; whether its bound holds."""
    if took is None:
        print(f"  {name:34}  not installed")
        return True
    ok = bound is None or took <= bound
    said = f"{bound:12.4f}  {'yes' if ok else 'NO'}  {least}" if bound is not None else f"  {least}"
    print(f"  {name:34}{took:12.4f}{said}", flush=True)
    return ok


def compared(subject: Subject) -> bool:
    """The ways beside each other, for one subject."""
    slow, other = naive(subject), symengine(subject) if subject.symengine else None
    ours, shown = maps(subject), arrays(subject)
    print(f"{subject.name}, dL/dx, {subject.products} products: seconds, bound, ok")
    good = line("naive diff, extrapolated", slow, None, f"from {SAMPLE} entries")
    if subject.symengine:
        line("symengine diff", other, None, "" if other is None else f"naive / {slow / other:.0f}")
    if other is not None:
        said = f"symengine / {other / ours:.0f}, at least {subject.symengine}"
        good &= line("maps, against symengine", ours, other / subject.symengine, said)
    good &= line(
        "maps: the exact identity", ours, slow / subject.maps, f"naive / {slow / ours:.0f}, at least {subject.maps}"
    )
    good &= line(
        "SymPy arrays of y and dL/dx",
        shown,
        slow / subject.arrays,
        f"naive / {slow / shown:.0f}, at least {subject.arrays}",
    )
    print()
    return good


def linear() -> bool:
    """Time per product of the maps at growing sizes."""
    print("maps at growing sizes: products, seconds (the best of many), nanoseconds per product")
    rates = {}
    for side in (16, 32, 64, 128):
        subject = Subject(f"{side}x{side} * 3x3", side, (1, 1), 1, 1)
        took = maps(subject, 40, min)
        rates[side] = took / subject.products
        print(f"  {subject.name:16}{subject.products:10}{took:12.5f}{1e9 * rates[side]:12.0f}", flush=True)
    growth = rates[128] / rates[32]
    print(f"  per product, 128x128 over 32x32: {growth:.2f}, at most {GROWTH}: {'yes' if growth <= GROWTH else 'NO'}\n")
    return growth <= GROWTH


def table(only: str = "") -> bool:
    """Measure and print what has the word in its name; whether all bounds hold."""
    chosen = [subject for subject in SUBJECTS if only in f"explicit {subject.name}"]
    growing = only in "explicit linear"
    if chosen or growing:
        print("\nThe explicit identity: ratios in one run\n")
    results = [compared(subject) for subject in chosen]
    if growing:
        results.append(linear())
    return all(results)


if __name__ == "__main__":
    import sys

    sys.exit(0 if table() else 1)
