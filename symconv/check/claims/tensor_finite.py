"""Equations between tensors at the sizes of the formula alone: every entry of both sides as a map of coefficients.

Where an index runs over all integers, or where an entry does not exist, the entries are not all there, and nothing is proved.
"""

from __future__ import annotations

import itertools

from symconv.check.claims import polynomials
from symconv.check.claims.polynomials import Outside, Polynomial, TooLarge, Undefined, Zero
from symconv.check.claims.signals import Misfit
from symconv.check.claims.tensor_search import ENTRIES, MOST
from symconv.check.claims.tensor_values import World
from symconv.check.kernel.finite import coefficients
from symconv.language.facts import Verdict
from symconv.language.prose import Prose
from symconv.language.tensorial import Equation

HOW = Prose("claim.coefficients")
DOMAIN = "at the sizes of the formula"


def proof(equations: list[Equation]) -> Verdict | None:
    """The kernel's verdict on all coefficients of all entries; None where they cannot all be listed."""
    listed: list[tuple[Polynomial, Polynomial]] = []
    for equation in equations:
        found = pairs(equation)
        if found is None:
            return None
        listed += found
    verdict = coefficients(listed, HOW, DOMAIN)
    return verdict if verdict.status == "proved" else None


def pairs(equation: Equation) -> list[tuple[Polynomial, Polynomial]] | None:
    """Both sides of every entry; None where some are missing."""
    world = World(equation)
    if equation.sizes or not world.at({}):
        return None
    polynomials.limit[0] = polynomials.work[0] + MOST
    try:
        if equation.whole:
            true, claimed = world.signal(equation.true, world.values), world.signal(equation.claimed, world.values)
            if not equation.lattice and true.shape != claimed.shape:
                return None
            return [(true.at(i), claimed.at(i)) for i in {**true.data, **claimed.data}]
        spans: list[range] = []
        for f in equation.free:
            if f.lower is None or f.upper is None:
                return None
            spans.append(range(int(world.count(f.lower)(world.values)), int(world.count(f.upper)(world.values)) + 1))
        places = list(itertools.islice(itertools.product(*spans), ENTRIES + 1))
        if len(places) > ENTRIES:
            return None
        right, left = world.weigh(equation.true), world.weigh(equation.claimed)
        at = [{**world.values, **{f.name: i for f, i in zip(equation.free, p, strict=True)}} for p in places]
        return [(right(values), left(values)) for values in at]
    except (Misfit, Outside, TooLarge, Undefined, Zero):
        return None
