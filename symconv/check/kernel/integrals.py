"""Identities between integrals: each becomes the other by an affine change of its variables, for all integrable functions.

    u = A z + r in place of the bound variables, A invertible: dz = du/|det A|

The canonical form of an integral is the least over all choices of factors whose arguments become the new variables; two sides are
equal if the same forms have the same coefficients.  Every integral runs over the whole space of its bound variables, so a change
of the order of integration is part of it: each must converge absolutely (Fubini), which is the domain.  Derivatives are refused:
what may be differentiated under an integral, and what vanishes at infinity, is not known here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from symconv.check.kernel.verdict import Proved, issue
from symconv.language.prose import Prose
from symconv.language.tensorial import Integral

Side = tuple[Integral, ...]
HOW = Prose("kernel.integrals")
DOMAIN = "for all functions for which every integral converges absolutely"


class Unclear(Exception):
    """An integral without a canonical form."""


def proved(links: tuple[tuple[Side, Side], ...]) -> Proved | None:
    """``proved`` if every link has the same canonical form on both sides; None otherwise."""
    if not links or any("'" in f for sides in links for side in sides for i in side for f, _ in i.factors):
        return None
    try:
        same = all(canonical(left) == canonical(right) for left, right in links)
    except Unclear:
        return None
    return issue(HOW, DOMAIN) if same else None


def canonical(side: Side) -> dict[Any, Fraction]:
    """Every integral in its least form, with its coefficient."""
    made: dict[Any, Fraction] = {}
    for i in side:
        key, factor = least(i)
        made[key] = made.get(key, Fraction(0)) + factor
    return {k: c for k, c in made.items() if c}


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
