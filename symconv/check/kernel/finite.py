"""Finite identities: two maps from places to exact numbers, compared place by place; and what is finite in disguise.

    coefficients   both sides are polynomials, or linear in unit vectors: equal if and only if every coefficient agrees
    roots          the coefficients are sums of roots of unity: compared modulo the cyclotomic polynomial
    stretches      two polynomials of degree <= d on every stretch of the line that agree at d + 1 places of each are equal
    bilinear       z = C [(P u) . (Q v)] against its definition, both built here
    rounded        a decimal number that the exact value has when rounded

What the maps hold is the caller's: each call says, in words that are printed, which two constructions were compared.  A number
must be an int or a Fraction: a float is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import TypeVar

from symconv.check.kernel.cyclotomic import canonical
from symconv.check.kernel.verdict import Proved, issue
from symconv.language.facts import Verdict
from symconv.language.formula import Node
from symconv.language.prose import Prose, Words

Place = TypeVar("Place", bound=Hashable)
Number = int | Fraction
Rows = Sequence[Sequence[Number]]


def exact(value: Number) -> Fraction:
    """A number, and no float."""
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        raise TypeError(f"expected an exact number, got {type(value).__name__}")
    return Fraction(value)


def coefficients(
    pairs: Iterable[tuple[Mapping[Place, Number], Mapping[Place, Number]]], how: Words, domain: str
) -> Verdict:
    """``proved`` if both maps of every pair agree at every place; a place that a map lacks holds 0.  No pair proves nothing."""
    compared = 0
    for left, right in pairs:
        for place in {**left, **right}:
            a, b = exact(left.get(place, 0)), exact(right.get(place, 0))
            if a != b:
                return Verdict("refuted", Prose("finite.differ", {"place": place, "a": a, "b": b}), domain)
        compared += 1
    if not compared:
        return Verdict("unsupported", Prose("finite.nothing"), domain)
    return issue(how, domain)


Roots = Mapping[int, Number]


def roots(
    pairs: Iterable[tuple[Mapping[Place, Roots], Mapping[Place, Roots]]], order: int, how: Words, domain: str
) -> Verdict:
    """The same where a coefficient is a sum c w^e, w = e^(-2 pi i/order), given as {e: c}."""
    if order < 1:
        raise ValueError("expected an order >= 1")
    compared = 0
    for left, right in pairs:
        for place in {**left, **right}:
            gap: dict[int, Fraction] = {}
            for part, turn in ((left.get(place, {}), 1), (right.get(place, {}), -1)):
                for e, c in part.items():
                    gap[e % order] = gap.get(e % order, Fraction(0)) + turn * exact(c)
            scale = 1
            for c in gap.values():
                scale *= c.denominator // _gcd(scale, c.denominator)
            if any(canonical({e: int(c * scale) for e, c in gap.items() if c}, order)):
                return Verdict("refuted", Prose("finite.place", {"place": place}), domain)
        compared += 1
    if not compared:
        return Verdict("unsupported", Prose("finite.nothing"), domain)
    return issue(how, domain)


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def stretches(
    knots: Sequence[Number],
    degree: int,
    values: Mapping[int, Sequence[tuple[Number, Number, Number]]],
    how: Words,
    only: range | None = None,
) -> Verdict:
    """Two functions that are polynomials of at most this degree before, between and after the knots.

    ``values[j]`` are (t, left, right) on the j-th stretch, the one before the first knot being 0; a stretch holds the knot at its
    left end, at which the values are compared too.  ``only`` are the stretches that are meant, all of them if nothing is said.
    """
    ends = [exact(k) for k in knots]
    if any(a >= b for a, b in pairwise(ends)) or degree < 0:
        raise ValueError("expected knots in order and a degree >= 0")
    meant = range(len(ends) + 1) if only is None else only
    low = f"t >= {ends[meant[0] - 1]}" if meant and meant[0] else ""
    high = f"t < {ends[meant[-1]]}" if meant and meant[-1] < len(ends) else ""
    domain = "for all t" + (f" with {' and '.join(filter(None, (low, high)))}" if low or high else "")
    for j in meant:
        seen = set()
        for t, a, b in values.get(j, ()):
            if (j > 0 and t < ends[j - 1]) or (j < len(ends) and t >= ends[j]):
                return Verdict("unsupported", Prose("finite.stretch", {"t": t}), domain)
            if exact(a) != exact(b):
                return Verdict("refuted", Prose("finite.differ.at", {"t": t, "a": a, "b": b}), domain)
            seen.add(exact(t))
        if len(seen - set(ends)) <= degree or (j > 0 and ends[j - 1] not in seen):
            return Verdict("unsupported", Prose("finite.places", {"places": len(seen), "degree": degree}), domain)
    return issue(how, domain) if meant else Verdict("unsupported", Prose("finite.none"), domain)


# z = C [(P u) . (Q v)]
def expanded(out: Rows, left: Rows, right: Rows) -> dict[tuple[int, int, int], Fraction]:
    """The coefficient of u[p] v[t] in z[k], by (k, p, t); zeros are left out."""
    found: dict[tuple[int, int, int], Fraction] = {}
    for i, (u, v) in enumerate(zip(left, right, strict=True)):
        first, second = ([(j, exact(e)) for j, e in enumerate(row) if e] for row in (u, v))
        for k, c in ((k, exact(row[i])) for k, row in enumerate(out) if row[i]):
            for (p, x), (t, y) in product(first, second):
                found[k, p, t] = found.get((k, p, t), Fraction(0)) + c * x * y
    return {place: c for place, c in found.items() if c}


def defined(what: str, shape: tuple[int, int, int]) -> dict[tuple[int, int, int], Fraction]:
    """The same of a definition: [t = k + p], [t = k + width - 1 - p], or [k = p + t]."""
    outputs, width, length = shape
    known: dict[str, Callable[[int, int], int]] = {
        "correlation": lambda k, p: k + p,
        "flipped": lambda k, p: k + width - 1 - p,
        "convolution": lambda k, p: k - p,
    }
    place = known[what]
    return {(k, p, t): Fraction(1) for k in range(outputs) for p in range(width) for t in [place(k, p)] if 0 <= t < length}


def bilinear(out: Rows, left: Rows, right: Rows, what: str, shape: tuple[int, int, int]) -> Verdict:
    """Whether an algorithm is the correlation or the convolution, for all u and v."""
    outputs, width, length = shape
    if len(out) != outputs or {len(r) for r in left} != {width} or {len(r) for r in right} != {length}:
        return Verdict("unsupported", Prose("finite.shapes"), "for all data and taps")
    how = Prose("finite.bilinear", {"count": outputs * width * length})
    return coefficients([(expanded(out, left, right), defined(what, shape))], how, "for all data and taps")


# plain numbers
def number(node: Node) -> Fraction | None:
    """The value of a formula without names; None for what is not understood."""
    if node.kind == "number":
        return Fraction(node.parts[0])
    parts = [number(p) for p in node.inner()]
    if not parts or any(p is None for p in parts) or len(parts) != len(node.parts):
        return None
    values = [p for p in parts if p is not None]
    if node.kind == "add":
        return sum(values, Fraction(0))
    if node.kind == "neg":
        return -values[0]
    if node.kind == "mul":
        made = Fraction(1)
        for v in values:
            made *= v
        return made
    if node.kind in ("max", "min"):
        return max(values) if node.kind == "max" else min(values)
    if node.kind in ("floor", "ceil"):
        return Fraction(values[0].__floor__() if node.kind == "floor" else values[0].__ceil__())
    if node.kind in ("div", "quotient", "mod") and values[1]:
        a, b = values
        return a / b if node.kind == "div" else Fraction(a // b) if node.kind == "quotient" else a % b
    if node.kind == "pow" and values[1].denominator == 1 and abs(values[1]) <= 64 and (values[0] or values[1] > 0):
        return values[0] ** int(values[1])
    return None


def rounded(left: Node, right: Node, digits: int, how: Words) -> Proved | None:
    """``proved`` if the two numbers differ by at most half of the last digit; None otherwise, or where one is not understood."""
    a, b = number(left), number(right)
    if a is None or b is None or abs(a - b) * 10**digits > Fraction(1, 2):
        return None
    return issue(how, "")
