"""Polynomials in the entries of tensors, as sparse maps: a product of entries to its coefficient.

Two sides that are equal as such maps are equal for all entries: at the given sizes that is a proof.
"""

from __future__ import annotations

from fractions import Fraction

Number = int | Fraction
Entry = tuple[str, tuple[int, ...]]
Monomial = tuple[Entry, ...]
Polynomial = dict[Monomial, Number]


class Outside(Exception):
    """An index that does not exist."""


class Undefined(Exception):
    """A value that the formula does not define here, such as a division by 0."""


class Zero(Undefined):
    """A division by 0."""


class TooLarge(Exception):
    """More products than a comparison at these sizes should have."""


MOST = 60_000
work = [0]  # products and sums so far: how much a search has done, the same on every machine


limit = [10**18]  # how far the work may go at the sizes at hand


def step(much: int = 1) -> None:
    """Count the work, and stop beyond its limit."""
    work[0] += much
    if work[0] > limit[0]:
        raise TooLarge


def constant(value: Number) -> Polynomial:
    """A number."""
    return {(): value} if value else {}


def add(into: Polynomial, more: Polynomial, factor: Number = 1) -> None:
    """Add in place."""
    step(1 + len(more))
    for monomial, coefficient in more.items():
        total = into.get(monomial, 0) + factor * coefficient
        if total:
            into[monomial] = total
        else:
            into.pop(monomial, None)
    if len(into) > MOST:
        raise TooLarge


def times(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product."""
    step()
    if not a or not b:
        return {}
    if len(a) == 1 and len(b) == 1:
        ((left, x),), ((right, y),) = a.items(), b.items()
        return {tuple(sorted(left + right)) if left and right else left or right: x * y}
    made: Polynomial = {}
    for left, x in a.items():
        for right, y in b.items():
            key = tuple(sorted(left + right)) if left and right else left or right
            total = made.get(key, 0) + x * y
            if total:
                made[key] = total
            else:
                made.pop(key, None)
        if len(made) > MOST:
            raise TooLarge
    return made


def scaled(a: Polynomial, factor: Number) -> Polynomial:
    """The product with a number."""
    return {m: c * factor for m, c in a.items()} if factor else {}


def derivatives(a: Polynomial, name: str) -> dict[tuple[int, ...], Polynomial]:
    """By every entry of one tensor: d a / d name[index], the indices that occur."""
    found: dict[tuple[int, ...], Polynomial] = {}
    for monomial, coefficient in a.items():
        for at, (tensor, index) in enumerate(monomial):
            if tensor == name:
                add(found.setdefault(index, {}), {monomial[:at] + monomial[at + 1 :]: coefficient})
    return found


def difference(a: Polynomial, b: Polynomial) -> tuple[Monomial, Number, Number] | None:
    """The first product that the two count differently, with its coefficient in each."""
    if a == b:
        return None
    for monomial in sorted({*a, *b}, key=lambda m: (len(m), m)):
        if a.get(monomial, 0) != b.get(monomial, 0):
            return monomial, a.get(monomial, 0), b.get(monomial, 0)
    return None


def spelled(monomial: Monomial) -> str:
    """w[0] x[1]."""
    return " ".join(f"{name}[{', '.join(map(str, index))}]" if index else name for name, index in monomial) or "1"


def conjugate(p: Polynomial) -> Polynomial:
    """Every entry conjugated; the coefficients are real."""
    return {tuple(sorted((_other(n), i) for n, i in m)): c for m, c in p.items()}


def _other(name: str) -> str:
    return name.removeprefix("conj ") if name.startswith("conj ") else f"conj {name}"


def as_integer(value: Number) -> int:
    """A number that must be an integer."""
    if value.denominator != 1:
        raise Undefined
    return int(value)
