"""The convolution of two sums of terms, exactly.

    equal rates      R_m(a) * R_n(b) = R_(m+n+1)(a+b): knots add, degrees add and grow by 1
    different rates  partial fractions of the transforms' product 1/((s+p)^(m+1) (s+q)^(n+1))
    right * left     the same of 1/((s+p)^(m+1) (q-s)^(n+1)), which converges for p + q > 0 alone
    delta            D^k delta(a) * g = D^k g, shifted by a
    normal           means and variances add, orders of derivatives add

A right part whose tail vanishes (a box: R0(a) - R0(b)) is written from the left instead where that converges.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import comb, factorial

from symconv.errors import SymconvError
from symconv.topics.continuous.facts import Bell, Impulse, Lorentz, Side, Smooth
from symconv.topics.continuous.numbers import Undecided, exponential, rational, same, sign, tidy, zero
from symconv.topics.continuous.terms import ONE, Beyond, Terms, collected, mirrored, shifted, slope, times


class Diverges(SymconvError):
    """An integral that does not converge."""


def convolved(f: Terms, g: Terms) -> Terms:
    """(f * g)(t).

    Raises Diverges if the integral does not converge, Undecided if that depends on parameters, Beyond if the terms do not
    span the result.
    """
    found: Terms = []
    beyond: Beyond | None = None
    for first in groups(f):
        for second in groups(g):
            try:
                found += pair(first, second)
            except Beyond as error:  # another pair may have no value at all
                beyond = beyond or error
    if beyond is not None:
        raise beyond
    return collected(found)


def groups(terms: Terms) -> list[Terms]:
    """Sides by side and rate; every other term by itself."""
    found: list[Terms] = []
    for term in terms:
        for group in found:
            head = group[0]
            if isinstance(term, Side) and isinstance(head, Side) and head.left == term.left and same(head.rate, term.rate):
                group.append(term)
                break
        else:
            found.append([term])
    return found


def ends(group: Terms) -> bool:
    """Whether Sides of one rate cancel beyond their last knot: whether their tail, a polynomial, vanishes."""
    return degree(group) is None


def degree(group: Terms) -> int | None:
    """The degree of the tail of Sides of one rate, the exponential left out; None if they cancel."""
    head = group[0]
    turn = isinstance(head, Side) and head.left
    sides = [t for t in (mirrored(group) if turn else group) if isinstance(t, Side)]
    for j in reversed(range(max(t.power for t in sides) + 1)):
        total: object = Fraction(0)
        for t in sides:
            if t.power >= j:
                lead = 1 if t.power == j else (-t.knot) ** (t.power - j)
                weight = Fraction(comb(t.power, j), factorial(t.power))
                total = total + t.c * weight * lead * exponential(t.rate * t.knot)
        if not zero(total):
            return j
    return None


def turned(group: Terms) -> Terms:
    """Sides that end, written from the other side: what is added up to the last knot is taken away from it."""
    return [replace(t, c=-t.c * (-1) ** t.power, rate=-t.rate, left=not t.left) for t in group if isinstance(t, Side)]


def pair(f: Terms, g: Terms) -> Terms:
    """The convolution of two groups."""
    a, b = f[0], g[0]
    if isinstance(a, Side) and isinstance(b, Side):
        if a.left != b.left and not converges(a, b):
            if ends(f):
                f = turned(f)
            elif ends(g):
                g = turned(g)
            else:
                raise Diverges("the integral does not converge: the two functions do not decay enough towards each other")
        return [piece for x in f for y in g for piece in sides(x, y)]  # type: ignore[arg-type]
    if isinstance(b, Impulse) and not isinstance(a, Impulse):
        return pair(g, f)
    if isinstance(a, Impulse):
        found = g
        for _ in range(a.order):
            found = [piece for term in found for piece in slope(term)]
        return times(shifted(found, a.knot), a.c)
    if isinstance(a, Bell) and isinstance(b, Bell):
        return [Bell(a.c * b.c, a.order + b.order, tidy(a.mean + b.mean), tidy(a.variance + b.variance))]
    if isinstance(a, Lorentz) and isinstance(b, Lorentz):
        return [Lorentz(a.c * b.c, tidy(a.width + b.width), tidy(a.knot + b.knot))]
    if isinstance(a, Bell) and isinstance(b, Side):
        return [piece for term in g for piece in smoothed(term, a)]
    if isinstance(b, Bell) and isinstance(a, Side):
        return pair(g, f)
    for one, group in ((a, g), (b, f)):
        if isinstance(one, Lorentz) and isinstance(group[0], Side) and same(group[0].rate, Fraction(0)) and degree(group):
            raise Diverges(
                "the integral does not converge: a Cauchy density decays like 1/t^2, which a polynomial of degree "
                f"{degree(group)} outweighs"
            )
    raise Beyond("the convolution of these functions is not a sum of the terms")


def converges(a: Side, b: Side) -> bool:
    """Whether a right and a left side meet with enough decay.

    Raises Undecided where that depends on parameters.
    """
    return sign(a.rate + b.rate) > 0


def sides(a: Side, b: Side) -> Terms:
    """The convolution of two Sides."""
    knot, c = tidy(a.knot + b.knot), a.c * b.c
    if a.left != b.left:
        right, left = (b, a) if a.left else (a, b)
        return two_sided(right, left, c, knot)
    if same(a.rate, b.rate):
        # from the left, the mirror image of the same
        return [Side(c, a.rate, a.power + b.power + 1, knot, a.left)]
    gap = b.rate - a.rate
    found: Terms = []
    for x, y, h in ((a, b, gap), (b, a, -gap)):
        for j in range(1, x.power + 2):
            i = x.power + 1 - j
            found.append(Side(c * (-1) ** i * comb(y.power + i, i) / h ** (y.power + 1 + i), x.rate, j - 1, knot, a.left))
    return found


def two_sided(right: Side, left: Side, c: object, knot: object) -> Terms:
    """Partial fractions of 1/((s+p)^(m+1) (q-s)^(n+1)): every coefficient is positive."""
    total = right.rate + left.rate
    found: Terms = []
    for x, y in ((right, left), (left, right)):
        for j in range(1, x.power + 2):
            i = x.power + 1 - j
            found.append(Side(c * comb(y.power + i, i) / total ** (y.power + 1 + i), x.rate, j - 1, knot, x.left))  # type: ignore[operator]
    return found


def smoothed(term: object, bell: Bell) -> Terms:
    """A Side with (a derivative of) the normal density: the derivative moves to the Side."""
    assert isinstance(term, Side)
    pieces: Terms = [replace(term, c=term.c * bell.c, knot=tidy(term.knot + bell.mean))]
    for _ in range(bell.order):
        pieces = [p for piece in pieces for p in slope(piece)]
    found: Terms = []
    for p in pieces:
        if isinstance(p, Impulse):
            found.append(Bell(p.c, p.order, p.knot, bell.variance))
        elif isinstance(p, Side):
            found.append(Smooth(p.c, p.rate, p.power, p.knot, bell.variance, p.left))
    return found


def canonical(terms: Terms) -> Terms:
    """Left parts that end are written from the right, as is usual."""
    found: Terms = []
    for group in groups(terms):
        head = group[0]
        found += turned(group) if isinstance(head, Side) and head.left and ends(group) else group
    return collected(found)


def distinct(f: Terms, g: Terms) -> list[tuple[object, object]]:
    """The pairs of rates that were taken to differ, though parameters could make them equal."""
    found: list[tuple[object, object]] = []
    rates = [[(t.rate, t.left) for t in terms if isinstance(t, Side)] for terms in (f, g)]
    for p, left in rates[0]:
        for q, other in rates[1]:
            if (
                left == other
                and not (rational(p) and rational(q))
                and not same(p, q)
                and (p, q) not in found
                and unsure(p - q)
            ):
                found.append((p, q))
    return found


def unsure(difference: object) -> bool:
    """Whether a difference may be 0 for some parameters."""
    try:
        return sign(difference) == 0
    except Undecided:
        return True


__all__ = ["ONE", "Diverges", "canonical", "collected", "convolved", "distinct"]
