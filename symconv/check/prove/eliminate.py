"""Eliminating bound integers through equations, the prover's own way.

    unit     an equation  +-v + rest = 0  with v bound and not in rest gives v = -+rest
    radix    u + R v = u' + R v'  with 0 <= u, u' < R  gives  u = u'  and  v = v'     (Euclid: the digits are unique)

What is left over is a set of guards in the parameters, the free indices and the coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass

from symconv.check.prove.model import Builder, Normal, Read
from symconv.core.integers import Int, var


@dataclass(frozen=True)
class Guards:
    """The guards of a term at given coordinates, and the bound integers that could not be eliminated."""

    ge: tuple[Int, ...]
    eq: tuple[Int, ...]
    left: tuple[str, ...]


Coordinates = dict[str, tuple[Int, ...]]


def coordinates(normal: Normal, other: Normal, builder: Builder) -> tuple[Coordinates, list[Int], dict[str, Int]]:
    """Fresh coordinates for every tensor that is read: (coordinates, their ranges as ge, ranges by name).

    An axis that is read at c + C gamma gets two digits for coordinates.
    """
    made: Coordinates = {}
    ge: list[Int] = []
    ranges: dict[str, Int] = {}
    theirs = {read.tensor: read for read in other.reads}
    for read in normal.reads:
        entries = []
        for k, size in enumerate(read.sizes):
            radix = _radix(read.at[k], dict(normal.ranges)) or _radix(theirs[read.tensor].at[k], dict(other.ranges))
            high = _divide(size, radix) if radix is not None else None
            base = f"{read.tensor}!{k}"
            names = [f"c!{base}"] if high is None else [f"c!{base}", f"h!{base}"]
            extents = [size] if high is None or radix is None else [radix, high]
            if high is not None and radix is not None:
                builder.positive(radix, None)  # digits stand for every place only then
            for name, extent in zip(names, extents, strict=True):
                ranges[name] = extent
                ge += [var(name), extent - 1 - var(name)]
            entries.append(var(names[0]) if radix is None or high is None else var(names[0]) + radix * var(names[1]))
        made[read.tensor] = tuple(entries)
    return made, ge, ranges


def _radix(e: Int, ranges: dict[str, Int]) -> Int | None:
    """The R of u + R v, u having the range R."""
    if len(e.terms) < 2:
        return None
    for monomial, coefficient in e.terms:
        name = monomial[0] if len(monomial) == 1 and coefficient == 1 else None
        if isinstance(name, str) and name in ranges and _divide(e - var(name), ranges[name]) is not None:
            return ranges[name]
    return None


def _divide(e: Int, by: Int) -> Int | None:
    """e / by for a monomial ``by``, if every term can be divided."""
    if len(by.terms) != 1 or by == 1:
        return None
    ((factor, scale),) = by.terms
    found = []
    for monomial, coefficient in e.terms:
        rest = list(monomial)
        for atom in factor:
            if atom not in rest:
                return None
            rest.remove(atom)
        if coefficient % scale:
            return None
        found.append((tuple(rest), coefficient // scale))
    return Int(found)


def at(normal: Normal, where: Coordinates, ranges: dict[str, Int]) -> Guards:
    """The guards under which the term contributes to the monomial at the coordinates."""
    eq = [*normal.eq, *_pinned(normal.reads, where)]
    ge, bound = list(normal.ge), list(normal.bound)
    known = {**dict(normal.ranges), **ranges}
    while True:
        eq = [e for e in eq if e != 0]
        split = _split_radix(eq, known)
        if split is not None:
            place, parts = split
            eq = eq[:place] + list(parts) + eq[place + 1 :]
            continue
        step = _unit(eq, bound)
        if step is None:
            return Guards(_inequalities(ge), _equations(eq), tuple(b for b in bound if _used(b, ge, eq)))
        place, name, value = step
        bound.remove(name)
        eq = [e.subs({name: value}) for k, e in enumerate(eq) if k != place]
        ge = [e.subs({name: value}) for e in ge]


def _pinned(reads: tuple[Read, ...], where: Coordinates) -> list[Int]:
    return [e - c for read in reads for e, c in zip(read.at, where[read.tensor], strict=True)]


def _unit(eq: list[Int], bound: list[str]) -> tuple[int, str, Int] | None:
    """(equation, name, value) of a bound name with coefficient +-1."""
    wanted = set(bound)
    for place, e in enumerate(eq):
        for monomial, coefficient in e.terms:
            if len(monomial) == 1 and coefficient in (1, -1) and monomial[0] in wanted:
                name = str(monomial[0])
                factor, rest = e.split(name)
                if factor == coefficient and name not in rest.names():
                    return place, name, -rest if coefficient == 1 else rest
    return None


def _split_radix(eq: list[Int], ranges: dict[str, Int]) -> tuple[int, tuple[Int, Int]] | None:
    """An equation u - u' + R(v - v') = 0 with 0 <= u, u' < R, split into its digits."""
    for place, e in enumerate(eq):
        plus = [str(m[0]) for m, c in e.terms if c == 1 and len(m) == 1 and m[0] in ranges]
        minus = [str(m[0]) for m, c in e.terms if c == -1 and len(m) == 1 and m[0] in ranges]
        for u in plus:
            for v in minus:
                if ranges[u] != ranges[v]:
                    continue
                high = _divide(e - var(u) + var(v), ranges[u])
                if high is not None and high != 0:
                    return place, (var(u) - var(v), high)
    return None


def _inequalities(found: list[Int]) -> tuple[Int, ...]:
    """Each guard e >= 0 once; those that numbers alone make true are left out."""
    return tuple(dict.fromkeys(e for e in found if e.constant is None or e.constant < 0))


def _equations(found: list[Int]) -> tuple[Int, ...]:
    """Each guard e = 0 once; 0 = 0 is left out, and 1 = 0 is not."""
    return tuple(dict.fromkeys(e for e in found if e != 0))


def _used(name: str, ge: list[Int], eq: list[Int]) -> bool:
    return any(name in e.names() for e in (*ge, *eq))
