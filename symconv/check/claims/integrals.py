"""Identities between integrals: by affine substitution for all integrable functions; refuted with indicator functions.

The substitution is found and checked by ``kernel.integrals``.  For f = 1 on [0, a) an integral over one variable is the length of
an intersection of intervals, an exact rational number.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

from symconv.check.kernel.integrals import Side, Unclear, canonical, proved
from symconv.language.facts import Verdict
from symconv.language.prose import Prose
from symconv.language.tensorial import Affine, Analysis, Failing, Integral, Outcome

LENGTHS = (Fraction(1), Fraction(2), Fraction(3))
POINTS = tuple(Fraction(k, 2) for k in (0, 1, -1, 2, -2, 3, -3, 4, 5))
UNDER = "f is integrable and g has a bounded continuous derivative, so that the derivative may be taken under the integral"


def decide(analysis: Analysis) -> Outcome:
    """The verdict on the links under one meaning of the sign."""
    try:
        for left, right, defining in analysis.links:
            if canonical(tuple(map(by_parts, left))) == canonical(tuple(map(by_parts, right))):
                continue
            failing = counterexample(left, right)
            if failing is None:
                return Outcome(Verdict("unsupported", Prose("claim.integrals.open")), undefined=defining)
            shown = ", ".join(f"{n} = {v}" for n, v in failing.sizes)
            slots = {"at": shown, "claimed": failing.claimed, "true": failing.true}
            how = Prose("claim.integrals.fails", slots)
            return Outcome(Verdict("refuted", how), failing, undefined=defining)
    except Unclear:
        return Outcome(Verdict("unsupported", Prose("claim.integrals.unbounded")))
    if not analysis.derived:
        verdict = proved(tuple((left, right) for left, right, _ in analysis.links))
        return Outcome(verdict or Verdict("unsupported", Prose("claim.integrals.open")))
    how = Prose("claim.integrals.derivative")
    return Outcome(Verdict("conditional", how), kink(), UNDER, False)


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
