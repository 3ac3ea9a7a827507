"""Two polynomials that shall be equal: where their difference vanishes, exactly, and a point where it does not.

left = right holds where a factor of left - right vanishes, and nowhere else: t (r - 1) = t m where t = 0 or r = m + 1.  A
factor that is positive everywhere in the domain is left out, and the factors are multiplied again: what is said is exact.
A polynomial that is not 0 does not vanish on a grid of one value more than its degree in each name.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import gcd

from symconv.check.claims.goals import simpler
from symconv.check.claims.points import Plan, Trial, Tried
from symconv.check.claims.proof import difference
from symconv.language.formula import Node, name, number
from symconv.language.integers import Int, integer, var
from symconv.language.question import Question, relation

TERMS = 40  # of a difference that is taken apart
WIDEST = 10**30  # coefficients beyond it take any time
GRID = 4_000  # points of one grid
BASES = 12


def vanishing(question: Question) -> Node | None:
    """Where the one equation that is asked holds, as a condition; None where its sides are no polynomials, or no factor helps."""
    made = difference(question)
    if made is None or not made.terms or len(made.terms) > TERMS or made.constant is not None:
        return None
    if any(abs(c) > WIDEST for _, c in made.terms):
        return None
    low = dict(question.variables)
    found = factored(made)
    open_ = [f for f in found if not signed(f, low)]
    if not open_ or not all(simple(f) for f in open_):
        return None
    order = {n: k for k, n in enumerate(low)}
    open_.sort(key=lambda f: sorted(order[n] for n in f.names()))
    relations = [zero(f, question) for f in open_]
    return relations[0] if len(relations) == 1 else Node("or", tuple(relations))


def factored(e: Int) -> list[Int]:
    """The irreducible factors, each once; their product is checked."""
    shared = [n for n in sorted(e.names()) if all(n in m for m, _ in e.terms)]
    rest = e
    for n in shared:
        while all(n in m for m, _ in rest.terms):
            rest = rest.split(n)[0]
    content = gcd(*(c for _, c in rest.terms))
    rest = Int((m, c // content) for m, c in rest.terms)
    if all(len(m) < 2 for m, _ in rest.terms):  # linear
        return [*map(var, shared), *([rest] if rest.constant is None else [])]
    import sympy as sp

    gens = sorted(e.names())
    symbols = [sp.Symbol(f"v{k}") for k in range(len(gens))]
    terms = {tuple(m.count(n) for n in gens): c for m, c in e.terms}
    unit, found = sp.Poly(terms, *symbols).factor_list()
    made, again = [], integer(int(unit))
    for factor, times in found:
        made.append(Int((monomial(gens, exponents), int(c)) for exponents, c in factor.terms()))
        for _ in range(times):
            again = again * made[-1]
    return made if again == e else [e]


def monomial(gens: list[str], exponents: Sequence[int]) -> tuple[str, ...]:
    """Names, each as often as its exponent says."""
    return tuple(n for n, k in zip(gens, exponents, strict=True) for _ in range(k))


def signed(e: Int, low: dict[str, int]) -> bool:
    """Whether a polynomial has one sign and no zero from the least values on: all its coefficients there have that sign."""
    moved = e.subs({n: var(n) + low[n] for n in e.names()})
    signs = {c > 0 for _, c in moved.terms}
    return len(signs) == 1 and () in dict(moved.terms)


def simple(e: Int) -> bool:
    """Whether e = 0 is worth saying: a relation between two products, or a linear one between few names."""
    return len(e.terms) <= 2 or (len(e.terms) <= 4 and all(len(m) < 2 for m, _ in e.terms))


def zero(e: Int, question: Question) -> Node:
    """e = 0, said of a name that stands alone, r = m + 1; else the positive terms equal the negative ones."""
    terms = dict(e.terms)
    low = dict(question.variables)
    if len(terms) == 2 and sorted(terms.values()) == [-1, 1] and () in terms and all(low[n] >= 1 for n in e.names()):
        ones = [relation("=", name(n), number(1)) for n in low if n in e.names()]  # a product of sizes is 1
        return ones[0] if len(ones) == 1 else Node("and", tuple(ones))
    for each, _ in question.variables:
        if terms.get((each,)) in (1, -1) and sum(each in m for m in terms) == 1:
            sign = terms[(each,)]
            return relation("=", name(each), written(Int((m, -sign * c) for m, c in e.terms if m != (each,))))
    ahead = next(iter(e.terms))[1]
    left = Int((m, abs(c)) for m, c in e.terms if c * ahead > 0)
    right = Int((m, abs(c)) for m, c in e.terms if c * ahead < 0)
    return relation("=", written(left), written(right))


def written(e: Int) -> Node:
    """A polynomial as a node, positive terms first."""
    parts = [product(m, c) for m, c in sorted(e.terms, key=lambda t: (t[1] < 0, not t[0]))]
    if not parts:
        return number(0)
    return parts[0] if len(parts) == 1 else Node("add", tuple(parts))


def product(monomial: tuple[object, ...], c: int) -> Node:
    """c a b."""
    names = [name(str(a)) for a in monomial]
    factors = [number(abs(c)), *names] if abs(c) != 1 or not names else names
    made = factors[0] if len(factors) == 1 else Node("mul", tuple(factors))
    return Node("neg", (made,)) if c < 0 else made


def differ(question: Question) -> bool:
    """Whether the sides are different polynomials on a domain of inequalities, so that they differ at some point."""
    plain = simpler(question)
    if any(g.kind != "relation" or g.parts[0] not in ("<", "<=", ">", ">=") for g in plain.given):
        return False
    made = difference(plain)
    return made is not None and bool(made.terms)


def disagreement(question: Question, found: Trial) -> Tried | None:
    """A point where different polynomials differ, from grids beside the points that were tried, if the domain has one there."""
    made = difference(question)
    if made is None:
        return None
    degrees = {n: max(m.count(n) for m, _ in made.terms) for n, _ in question.variables}
    plan = Plan(question)
    for base in bases(question, found):
        spans = [range(base[n], base[n] + degrees[n] + 1) for n, _ in question.variables]
        for place in itertools.islice(itertools.product(*spans), GRID):
            tried = plan.at({n: v for (n, _), v in zip(question.variables, place, strict=True)})
            if tried is not None and tried.failed is not None:
                return tried
    return None


def bases(question: Question, found: Trial) -> Iterator[dict[str, int]]:
    """Corners of grids: points of the domain, the last of them among the largest."""
    chosen = [*found.points[:: max(1, len(found.points) // BASES)], *found.points[-1:]]
    for t in chosen:
        yield {n: t.point[n] for n, _ in question.variables}
