"""Identities between integrals: by affine substitution for all integrable functions; refuted with indicator functions.

    u = A z + r in place of the bound variables, where A is invertible: dz = du / |det A|

The canonical form of an integral is the least over all choices of factors whose arguments become the new variables.  For
f = 1 on [0, a) an integral over one variable is the length of an intersection of intervals, an exact rational number.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from symconv.core.facts import Verdict
from symconv.core.tensorial import Affine, Analysis, Failing, Integral, Outcome

Side = tuple[Integral, ...]
LENGTHS = (Fraction(1), Fraction(2), Fraction(3))
POINTS = tuple(Fraction(k, 2) for k in (0, 1, -1, 2, -2, 3, -3, 4, 5))
UNDER = "f is integrable and g has a bounded continuous derivative, so that the derivative may be taken under the integral"


class Unclear(Exception):
    """An integral without a canonical form."""


def decide(analysis: Analysis) -> Outcome:
    """The verdict on the links under one meaning of the sign."""
    try:
        for left, right, defining in analysis.links:
            if canonical(left) == canonical(right):
                continue
            failing = counterexample(left, right)
            if failing is None:
                return Outcome(
                    Verdict("unsupported", "neither a substitution nor a counterexample was found"), undefined=defining
                )
            shown = ", ".join(f"{n} = {v}" for n, v in failing.sizes)
            how = f"fails for indicator functions, {shown}: claimed {failing.claimed}, true {failing.true}"
            return Outcome(Verdict("refuted", how), failing, undefined=defining)
    except Unclear:
        return Outcome(Verdict("unsupported", "an integral over a variable that no function bounds"))
    if not analysis.derived:
        how = "each integral becomes the other by an affine substitution"
        return Outcome(Verdict("proved", how, "whenever the integrals converge"))
    how = "the derivative goes to one factor where it may be taken under the integral"
    return Outcome(Verdict("conditional", how), kink(), UNDER, False)


def canonical(side: Side) -> dict[Any, Fraction]:
    """Every integral in its least form, with its coefficient."""
    made: dict[Any, Fraction] = {}
    for i in map(by_parts, side):
        key, factor = least(i)
        made[key] = made.get(key, Fraction(0)) + factor
    return {k: c for k, c in made.items() if c}


def by_parts(i: Integral) -> Integral:
    """f'(a z + ..) g(b z + ..) as -(b/a) f g', under one variable: every derivative on the function that is last by name."""
    if len(i.bound) != 1:
        return i
    moving = [k for k, (_, at) in enumerate(i.factors) if dict(at).get(i.bound[0])]
    if len(moving) != 2:
        return i
    first, last = sorted(moving, key=lambda k: i.factors[k][0].rstrip("'"))
    (f, at), (g, other) = i.factors[first], i.factors[last]
    if f.rstrip("'") == g.rstrip("'") or not f.endswith("'"):
        return i
    primes = len(f) - len(f.rstrip("'"))
    ratio = -dict(other)[i.bound[0]] / dict(at)[i.bound[0]]
    factors = list(i.factors)
    factors[first], factors[last] = (f.rstrip("'"), at), (g + "'" * primes, other)
    return Integral(i.coefficient * ratio**primes, i.bound, tuple(factors))


def least(i: Integral) -> tuple[Any, Fraction]:
    """The least form over all choices of new variables."""
    if not i.bound:
        return (0, tuple(sorted((f, tuple(sorted(at))) for f, at in i.factors))), i.coefficient
    forms = list(forms_of(i))
    if not forms:
        raise Unclear
    return min(forms)


def forms_of(i: Integral) -> Iterator[tuple[Any, Fraction]]:
    """The integral in the arguments of some of its factors as variables."""
    k = len(i.bound)
    if k > 3 or len(i.factors) > 7:
        raise Unclear
    rows = [[dict(at).get(b, Fraction(0)) for b in i.bound] for _, at in i.factors]
    rests = [tuple((n, c) for n, c in at if n not in i.bound) for _, at in i.factors]
    for chosen in itertools.permutations(range(len(rows)), k):
        solved = inverse([rows[c] for c in chosen])
        if solved is None:
            continue
        matrix, determinant = solved
        factors = []
        for row, rest, (f, _) in zip(rows, rests, i.factors, strict=True):
            new = [sum((row[a] * matrix[a][b] for a in range(k)), Fraction(0)) for b in range(k)]
            at: dict[str, Fraction] = dict(rest)
            for b in range(k):
                for n, c in rests[chosen[b]]:
                    at[n] = at.get(n, Fraction(0)) - new[b] * c
                at[f"#{b}"] = new[b]
            factors.append((f, tuple(sorted((n, c) for n, c in at.items() if c))))
        yield (k, tuple(sorted(factors))), i.coefficient / abs(determinant)


def inverse(rows: list[list[Fraction]]) -> tuple[list[list[Fraction]], Fraction] | None:
    """The inverse of a small matrix with its determinant, None if it has none."""
    n = len(rows)
    work = [list(r) + [Fraction(int(a == b)) for b in range(n)] for a, r in enumerate(rows)]
    determinant = Fraction(1)
    for c in range(n):
        pivot = next((r for r in range(c, n) if work[r][c]), None)
        if pivot is None:
            return None
        if pivot != c:
            work[c], work[pivot] = work[pivot], work[c]
            determinant = -determinant
        determinant *= work[c][c]
        work[c] = [x / work[c][c] for x in work[c]]
        for r in range(n):
            if r != c and work[r][c]:
                work[r] = [x - work[r][c] * y for x, y in zip(work[r], work[c], strict=True)]
    return [r[n:] for r in work], determinant


def counterexample(left: Side, right: Side) -> Failing | None:
    """Indicator functions and a point for which the sides differ."""
    integrals = (*left, *right)
    functions = sorted({f for i in integrals for f, _ in i.factors})
    free = sorted({n for i in integrals for _, at in i.factors for n, _ in at if n and n not in i.bound})
    if any(f.endswith("'") for f in functions) or any(len(i.bound) > 1 for i in integrals) or len(free) > 2:
        return None
    for lengths in itertools.product(LENGTHS, repeat=len(functions)):
        boxes = dict(zip(functions, lengths, strict=True))
        for point in itertools.product(POINTS, repeat=len(free)):
            place = dict(zip(free, point, strict=True))
            true, claimed = (sum((measured(i, boxes, place) for i in side), Fraction(0)) for side in (left, right))
            if true != claimed:
                sizes = (*((f, f"1 on [0, {boxes[f]})") for f in functions), *((n, str(v)) for n, v in place.items()))
                return Failing(sizes, (), "", str(claimed), str(true))
    return None


def measured(i: Integral, boxes: dict[str, Fraction], place: dict[str, Fraction]) -> Fraction:
    """The integral of a product of indicator functions: the length of an intersection."""
    low, high = None, None
    for f, at in i.factors:
        slope, rest = Fraction(0), Fraction(0)
        for n, c in at:
            if n in i.bound:
                slope += c
            else:
                rest += c * place.get(n, Fraction(1))
        if not slope:
            if not 0 <= rest < boxes[f]:
                return Fraction(0)
            continue
        ends = sorted((-rest / slope, (boxes[f] - rest) / slope))
        low = ends[0] if low is None else max(low, ends[0])
        high = ends[1] if high is None else min(high, ends[1])
    if not i.bound:
        return i.coefficient
    if low is None or high is None:
        raise Unclear
    return i.coefficient * max(Fraction(0), high - low)


def kink() -> Failing:
    """f = g = 1 on [0, 1): (f * g)(x) = x near 1/2 has the derivative 1, but g' = 0 almost everywhere makes f * g' = 0."""
    at, step = Fraction(1, 2), Fraction(1, 4)
    values = []
    for x in (at - step, at + step):
        one: Affine = (("z", Fraction(1)),)
        other: Affine = (("x", Fraction(1)), ("z", Fraction(-1)))
        both = Integral(Fraction(1), ("z",), (("f", one), ("g", other)))
        values.append(measured(both, {"f": Fraction(1), "g": Fraction(1)}, {"x": x}))
    slope = (values[1] - values[0]) / (2 * step)
    sizes = (("f", "1 on [0, 1)"), ("g", "1 on [0, 1), g' = 0 almost everywhere"), ("x", str(at)))
    return Failing(sizes, (), "", "0", str(slope))
