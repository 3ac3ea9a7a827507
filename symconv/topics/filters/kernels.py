"""Kernels by name or as typed, in exact rational numbers; separable ones are factorised.

    kernel = scale u v^T        rank 1: K1 + K2 multiplications a pixel in two passes instead of K1 K2

A kernel has rank 1 if and only if every 2 x 2 minor vanishes.  u and v are coprime integers; the first nonzero entry of u is
positive.  Sobel's kernels are those of scipy.ndimage.sobel: as a cross-correlation, sobel-x is positive where the picture grows
brighter to the right, sobel-y where it grows brighter downwards; a true convolution turns both signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import comb, gcd

from symconv.errors import SymconvError, brief, nearest
from symconv.topics.filters.facts import Factors, Kernel, Row

LARGEST = 31
DIGITS = 9
TOKEN = re.compile(rf"[-+]?(?:[0-9]{{1,{DIGITS}}}(?:/[0-9]{{1,{DIGITS}}}|\.[0-9]{{0,{DIGITS}}})?|\.[0-9]{{1,{DIGITS}}})\Z")

NAMED = {
    "identity": (1, "0 0 0; 0 1 0; 0 0 0"),
    "box": (9, "1 1 1; 1 1 1; 1 1 1"),
    "gaussian": (16, "1 2 1; 2 4 2; 1 2 1"),
    "sharpen": (1, "0 -1 0; -1 5 -1; 0 -1 0"),
    "laplacian": (1, "0 1 0; 1 -4 1; 0 1 0"),
    "sobel-x": (1, "-1 0 1; -2 0 2; -1 0 1"),
    "sobel-y": (1, "-1 -2 -1; 0 0 0; 1 2 1"),
    "emboss": (1, "-2 -1 0; -1 1 1; 0 1 2"),
}
SIZED = {"box": LARGEST, "gaussian": 25}  # the most taps; binomials of 24 squared still fit into 64 bits


def kernel(given: str, size: int | None = None) -> Kernel:
    """The kernel of a name, or as typed: rows by semicolons, entries (integers, fractions, decimals) by blanks.

    ``size`` is that of box and gaussian (binomial coefficients).  Raises SymconvError for an unknown name, with the nearest,
    and for rows that are no rectangle of numbers.
    """
    word = given.strip()
    if word in NAMED:
        return _named(word, size)
    if size is not None:
        raise SymconvError(f"size: expected --kernel {' or '.join(SIZED)} beside it, got {word[:40]!r}")
    if re.match(r"[-+.0-9]", word):
        entries = typed(word)
        return Kernel("custom", entries, factorised(entries))
    raise SymconvError(
        f'kernel: expected {", ".join(NAMED)} or rows like "1 2 1; 2 4 2; 1 2 1", got {" ".join(word.split())[:40]!r}'
        + nearest(word, list(NAMED))
    )


def _named(word: str, size: int | None) -> Kernel:
    scale, text = NAMED[word]
    entries = tuple(tuple(e / scale for e in row) for row in typed(text))
    if size is not None:
        if word not in SIZED:
            raise SymconvError(f"size: expected --kernel {' or '.join(SIZED)} beside it, got {word!r}")
        if not 1 <= size <= SIZED[word] or size % 2 == 0:
            raise SymconvError(f"size: expected an odd number from 1 to {SIZED[word]} for {word}, got {brief(size)}")
        line = [1] * size if word == "box" else [comb(size - 1, k) for k in range(size)]
        entries = tuple(tuple(Fraction(a * b, sum(line) ** 2) for b in line) for a in line)
    return Kernel(word, entries, factorised(entries))


def typed(text: str) -> tuple[Row, ...]:
    """Rows of numbers as typed; nothing is evaluated."""
    rows = []
    for row in text.strip().strip(";").split(";"):
        words = row.replace(",", " ").split()
        for word in words:
            if not TOKEN.match(word) or re.search(r"/0+\Z", word):
                raise SymconvError(
                    f"kernel: expected numbers like 2, -1, 1/16 or 0.25 (at most {DIGITS} digits), got {word[:40]!r}"
                )
        rows.append(tuple(Fraction(word) for word in words))
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise SymconvError(
            f"kernel: expected rows of equal length, got lengths {', '.join(str(len(row)) for row in rows[:8])}"
        )
    if max(len(rows), len(rows[0])) > LARGEST:
        raise SymconvError(f"kernel: expected at most {LARGEST} rows and columns, got {len(rows)} x {len(rows[0])}")
    return tuple(rows)


def factorised(entries: Sequence[Row]) -> Factors:
    """scale u v^T for a kernel of rank 1; otherwise the rank and a minor that shows it."""
    rank = _rank(entries)
    if rank > 1:
        return Factors(rank, minor=_minor(entries))
    row = next((r for r in entries if any(r)), None)
    if row is None:
        return Factors(0, Fraction(0), (1,) + (0,) * (len(entries) - 1), (1,) + (0,) * (len(entries[0]) - 1))
    v, _ = _primitive(row)
    at = next(k for k, e in enumerate(v) if e)
    u, scale = _primitive([r[at] / v[at] for r in entries])
    if next(e for e in u if e) < 0:
        u, scale = tuple(-e for e in u), -scale
    if scale < 0:
        v, scale = tuple(-e for e in v), -scale
    return Factors(1, scale, u, v)


def _primitive(line: Sequence[Fraction]) -> tuple[tuple[int, ...], Fraction]:
    """The line as coprime integers and the number that it is a multiple by."""
    bottom = 1
    for e in line:
        bottom = bottom * e.denominator // gcd(bottom, e.denominator)
    whole = [int(e * bottom) for e in line]
    common = gcd(*whole)
    return tuple(e // common for e in whole), Fraction(common, bottom)


def _rank(entries: Sequence[Row]) -> int:
    """The rank, by exact elimination."""
    rows = [list(row) for row in entries]
    rank = 0
    for column in range(len(rows[0])):
        pivot = next((k for k in range(rank, len(rows)) if rows[k][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for k in range(rank + 1, len(rows)):
            factor = rows[k][column] / rows[rank][column]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[rank], strict=True)]
        rank += 1
    return rank


def _minor(entries: Sequence[Row]) -> tuple[int, int, int, int, Fraction]:
    """Two rows and two columns whose determinant is not 0."""
    for i, k in combinations(range(len(entries)), 2):
        for j, m in combinations(range(len(entries[0])), 2):
            value = entries[i][j] * entries[k][m] - entries[i][m] * entries[k][j]
            if value:
                return i, k, j, m, value
    raise AssertionError("a matrix of rank 2 has a minor that is not 0")
