r"""The lines of the pages, evaluated: windows are slid, sets of places are sent back through one layer; no formula is used.

An output size is the number of windows, a named size that of a chain whose names are numbers (``check_windows`` counted it).  A
receptive field is a set of places: with units that see J v + start, ..., J v + start + R - 1, unit u of the next layer sees what
the units s u + d p - lo see; where that begins for u = 0 and u = 1, and how far it goes, are start', J' and R'.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from symconv.check.printed import World, printed
from symconv.language.formula import Node
from symconv.language.geometry import Window
from symconv.language.integers import integer
from symconv.topics.sizes.check_windows import slide
from symconv.topics.sizes.facts import Chain

TRIED = 24


def check_sizes(
    found: Chain, lines: Mapping[str, Node], cases: Iterable[tuple[Mapping[str, int], Chain]]
) -> dict[str, Node]:
    """The lines, each evaluated; ``cases`` are numbers for the names and the chain that has them.

    Where no numbers have a chain the named sizes stand as they are: the page says that nothing was checked.  Raises
    InternalError for a line that is false.
    """
    short = found.short if found.short is not None else found
    known = {name for name, _ in short.names}
    chains = []
    for values, small in cases:
        pairs = zip((n for e in short.edges for n in e.shape), (n for e in small.edges for n in e.shape), strict=True)
        counted = {a.name: b.constant for a, b in pairs if a.name in known}
        chains.append(World({**values, **{name: n for name, n in counted.items() if name}}))
    asked = lines if chains else {"O": lines["O"]}
    return {**lines, **printed(asked, {"": chains, "O": tried(window)}, "a chain of layers")}


def check_fields(lines: Mapping[str, Node]) -> dict[str, Node]:
    """The lines, each evaluated.

    Raises InternalError for one that is false.
    """
    return printed(lines, {"": tried(seen)}, "receptive fields")


def numbers() -> list[dict[str, int]]:
    """Numbers for the names, the same on every machine."""
    drawn = random.Random(5)
    least = {"K": 1, "s": 1, "d": 1, "lo": 0, "hi": 0, "J": 1, "R": 1, "start": -3, "u": 0, "N": 17}
    return [{name: low + drawn.randrange(5) for name, low in least.items()} for _ in range(TRIED)]


@cache
def tried(made: Callable[[Mapping[str, int]], World]) -> tuple[World, ...]:
    """The worlds of these numbers, which are the same for every page."""
    return tuple(map(made, numbers()))


def window(given: Mapping[str, int]) -> World:
    """Windows that fit into N places."""
    kernel, stride, dilation, lo, hi = (integer(given[name]) for name in ("K", "s", "d", "lo", "hi"))
    own = Window(kernel, stride, dilation, lo, hi)
    return World({**given, "O": slide(own, given["N"])})


def seen(given: Mapping[str, int]) -> World:
    """What units of two layers see."""
    K, s, d, lo, J, R, start = (given[name] for name in ("K", "s", "d", "lo", "J", "R", "start"))

    def below(v: int) -> set[int]:
        first = start
        for _ in range(abs(v)):
            first += J if v > 0 else -J
        return set(range(first, first + R))

    def above(v: int) -> set[int]:
        return {place for p in range(K) for place in below(s * v + d * p - lo)}

    own, zero, one = below(given["u"]), above(0), above(1)
    after = {"J'": min(one) - min(zero), "start'": min(zero), "R'": max(zero) - min(zero) + 1}
    return World({**given, **after, "first": min(own), "last": max(own)})
