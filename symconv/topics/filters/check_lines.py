r"""The lines of the page, evaluated: the kernel's own entries, and pixels of the filtered picture as it is written.

w is the kernel, and u and v are read off it (a row and a column that are not 0, as coprime integers with a sign); y is the
filtered picture over its one denominator, which a pass of slices made (``picture``).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from symconv.check.printed import World, printed
from symconv.check.values import Matrix
from symconv.language.formula import Node
from symconv.topics.filters.facts import Filtering


def check(found: Filtering, lines: Mapping[str, Node], total: Any, bottom: int) -> dict[str, Node]:
    """The lines, each evaluated; total/bottom is the filtered picture.

    Raises InternalError for one that is false.
    """
    own = kernel(found)
    worlds = {"": [own]}
    for number, pixel in enumerate(found.pixels):
        channel = found.channels.index(pixel.channel)
        shown = own.having(y=lambda r, c, at=channel: Fraction(int(total[r, c, at]), bottom))
        worlds |= {f"{key}{number}": [shown] for key in ("products", "exact")}
    return printed(lines, worlds, "an image filter")


def kernel(found: Filtering) -> World:
    """w, with a row and a column of it brought to coprime integers."""
    rows = found.kernel.entries
    names: dict[str, Any] = {"w": Matrix(rows)}
    first = next((k for k, row in enumerate(rows) if any(row)), None)
    if first is None:
        unit = [[int(k == 0)] for k in range(max(map(len, (rows, rows[0]))))]
        names |= {"u": Matrix(unit[: len(rows)]), "v": Matrix(unit[: len(rows[0])])}
    else:
        at = next(k for k, e in enumerate(rows[first]) if e)
        u, v = coprime([row[at] for row in rows]), coprime(list(rows[first]))
        if next(e for e in u if e) < 0:
            u = [-e for e in u]
        row = next(k for k, e in enumerate(u) if e)
        column = next(k for k, e in enumerate(v) if e)
        if rows[row][column] * u[row] * v[column] < 0:  # the scale is positive
            v = [-e for e in v]
        names |= {"u": Matrix([[e] for e in u]), "v": Matrix([[e] for e in v])}
    return World(names, signs={"·": lambda a, b: a * b})


def coprime(line: list[Fraction]) -> list[int]:
    """A line as coprime integers."""
    whole = [int(e * lcm(*(f.denominator for f in line))) for e in line]
    return [e // gcd(*whole) for e in whole]
