"""Fast algorithms: from points to matrices, checks, page."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import symconv.topics.fast.page  # noqa: F401  (the faces of its facts)
from symconv.errors import InternalError, SymconvError, brief
from symconv.language.facts import Verdict
from symconv.topics.fast.facts import Bilinear, Fast
from symconv.topics.fast.karatsuba import karatsuba as karatsuba_of
from symconv.topics.fast.toom import size
from symconv.topics.fast.toom import toom_cook as toom_cook_of
from symconv.topics.fast.toom import winograd as winograd_of

TABLE = 9  # the table of constants goes up to m + r = 9


def winograd(m: Any, r: Any, points: Any = None, nested: bool = False, growth: bool = True) -> Fast:
    """F(m, r), or F(m x m, r x r) nested; m and r may be pairs.  Every identity is checked.

    Raises SymconvError for bad sizes and points, InternalError if an identity fails.
    """
    pairs = [sizes(e, what) for e, what in ((m, "m, the outputs"), (r, "r, the taps"))]
    many = 2 if nested or any(len(p) == 2 for p in pairs) else 1
    outputs, taps = (p if len(p) == many else p * many for p in pairs)
    if many == 2 and points is not None and outputs[0] + taps[0] != outputs[1] + taps[1]:
        raise SymconvError("points: expected none for axes that need different numbers of points; the defaults serve both")
    axes = tuple(winograd_of(a, b, points) for a, b in zip(outputs, taps, strict=True))
    return verified(Fast(axes), growth)


def sizes(given: Any, what: str) -> tuple[int, ...]:
    """One size, or one per axis: 2, (2, 3), "2x3"."""
    typed = given.replace("×", "x").split("x") if isinstance(given, str) else given
    parts = typed if isinstance(typed, (list, tuple)) else [typed]
    if not 1 <= len(parts) <= 2:
        raise SymconvError(f"expected one size or two like 2x3 for {what}, got {' '.join(str(given).split())[:30]!r}")
    numbers = [int(p) if isinstance(p, str) and p.strip().isdecimal() and len(p) < 9 else p for p in parts]
    if isinstance(given, str) and any(isinstance(n, str) for n in numbers):  # the text as it was typed, not a part of it
        raise SymconvError(f"expected a whole number from 1 to 99999999 for {what}, got {' '.join(given.split())[:30]!r}")
    return tuple(size(n, what) for n in numbers)


def toom_cook(n: Any, m: Any, points: Any = None) -> Fast:
    """The full convolution of n entries with m, from points."""
    (first,), (second,) = one(n, "N, the entries of the first"), one(m, "M, the entries of the second")
    return verified(Fast((toom_cook_of(first, second, points),)), False)


def karatsuba(n: Any) -> Fast:
    """The full convolution of n entries with n, by halves."""
    return verified(Fast((karatsuba_of(one(n, "N, the entries of both")[0]),)), False)


def one(given: Any, what: str) -> tuple[int, ...]:
    """A single size."""
    found = sizes(given, what)
    if len(found) != 1:
        raise SymconvError(f"expected one size for {what}, got {given!r}")
    return found


def verified(fast: Fast, growth: bool) -> Fast:
    """The algorithm with its checks and its table; an identity that fails is never shown."""
    from dataclasses import replace

    from symconv.topics.fast.check_bilinear import checked
    from symconv.topics.fast.check_lines import check as evaluated
    from symconv.topics.fast.lines import lines

    found = checked(fast)
    found = replace(found, lines=evaluated(found, lines(found)))
    for check in (*found.checks, *found.steps):
        if not check.verdict.holds:
            raise InternalError(
                f"internal error: the check {check.kind!r} of a fast algorithm: {check.detail!s}; please report it"
            )
    if not growth:
        return found
    from symconv.topics.fast.check_floats import growth as grown

    own = fast.axes[0]
    r = own.sizes[1]
    table = [winograd_of(m, r) for m in range(1, max(1, TABLE - r) + 1) if m != own.sizes[0]]
    return replace(found, growth=tuple(sorted((grown(a) for a in (own, *table)), key=lambda g: g.sizes)))


def check_winograd(AT: Any, G: Any, BT: Any, convention: str = "correlate") -> Verdict:
    """Whether matrices that someone published compute the definition, y = A^T [(G g) . (B^T d)].

    ``convention`` is correlate (what CNN layers and wincnn mean) or convolve (the taps flipped).  Raises SymconvError for
    entries that are no rational numbers and for shapes that do not fit.
    """
    from symconv.topics.fast.check_bilinear import identity

    if convention not in ("correlate", "convolve"):
        raise SymconvError(f"convention: expected correlate or convolve, got {' '.join(str(convention).split())[:30]!r}")
    out, left, right = (matrix(m, what) for m, what in ((AT, "AT"), (G, "G"), (BT, "BT")))
    n, m, r = len(right), len(out), len(left[0])
    expected = {"AT": (m, n), "G": (n, r), "BT": (n, m + r - 1)}
    for what, given in (("AT", out), ("G", left), ("BT", right)):
        if (len(given), len(given[0])) != expected[what]:
            rows, columns = expected[what]
            raise SymconvError(
                f"{what}: expected {rows} x {columns} for {m} outputs, {r} taps and {n} products, "
                f"got {len(given)} x {len(given[0])}"
            )
    return identity(Bilinear("winograd", (m, r), out, left, right), flip=convention == "convolve")


def matrix(given: Any, what: str) -> tuple[tuple[Fraction, ...], ...]:
    """Nested lists of rational numbers."""
    try:
        rows = tuple(tuple(rational(e) for e in row) for row in given)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        raise SymconvError(f"{what}: expected rows of integers, Fractions or texts like '1/2'") from None
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        raise SymconvError(f"{what}: expected rows of the same length, at least one")
    return rows


def rational(e: Any) -> Fraction:
    """An exact number."""
    if isinstance(e, bool) or not isinstance(e, (int, str, float, Fraction)) or (isinstance(e, str) and len(e) > 30):
        raise TypeError
    return Fraction(e)


def run(fast: Fast, u: Any, v: Any) -> list[Any]:
    """The algorithm on two vectors of numbers: exact where they are."""
    if len(fast.axes) != 1:
        raise SymconvError(
            "expected an algorithm on one axis to compute with; nest it by hand: y = AT [(G g GT) . (BT d B)] A"
        )
    (a,) = fast.axes
    first, second = vector(u, "u"), vector(v, "v")
    wanted = (len(a.left[0]), len(a.right[0]))
    if (len(first), len(second)) != wanted:
        raise SymconvError(f"expected {wanted[0]} and {wanted[1]} numbers, got {len(first)} and {len(second)}")
    products = [p * q for p, q in zip(times(a.left, first), times(a.right, second), strict=True)]
    return times(a.out, products)


def vector(given: Any, name: str) -> list[Any]:
    """A vector's numbers: of Python, of NumPy or of SymPy."""
    found = given.tolist() if getattr(given, "ndim", 0) == 1 else given
    if not isinstance(found, (list, tuple)) or any(
        isinstance(e, (bool, str, list, tuple, dict)) or not hasattr(e, "__mul__") for e in found
    ):
        raise SymconvError(f"{name}: expected a list of numbers, got {brief(given)}")
    return list(found)


def times(rows: Any, x: list[Any]) -> list[Any]:
    """A matrix times a vector."""
    return [sum(c * e for c, e in zip(row, x, strict=True)) for row in rows]
