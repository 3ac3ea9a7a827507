"""Small integer polynomials, the arithmetic of indices and sizes.

An ``Int`` is a polynomial with integer coefficients over *atoms*.  An atom is a name (``"s"``, ``"i1"``) or one of

    Floor(u, v) = floor(u / v)      Mod(u, v) = u - v floor(u / v)      Quotient(u, v) = u / v, exact under a guard
    Ceil(u, v) = ceil(u / v)        Min(u, v) = the smaller of u and v

and is opaque to the arithmetic.  Terms and factors keep the order in which they were written, since a reader wants
``s i + d p - P`` and not ``-P + d p + i s``; equality and hashing ignore that order.  There is no solving here: the
deriver and the checkers each have their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from symconv.errors import SymconvError
from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Floor:
    """floor(top / bottom)."""

    top: Int
    bottom: Int


@dataclass(frozen=True)
class Mod:
    """top - bottom * floor(top / bottom)."""

    top: Int
    bottom: Int


@dataclass(frozen=True)
class Quotient:
    """top / bottom where a guard of the same expression says that it is an integer."""

    top: Int
    bottom: Int


@dataclass(frozen=True)
class Ceil:
    """ceil(top / bottom)."""

    top: Int
    bottom: Int


@dataclass(frozen=True)
class Min:
    """The smaller of the two."""

    top: Int
    bottom: Int


Atom = str | Floor | Mod | Quotient | Ceil | Min
Monomial = tuple[Atom, ...]


def _plain(atom: Atom) -> str:
    """An atom in a message: floor((H + 1)/2)."""
    if isinstance(atom, str):
        return atom
    top, bottom = (str(e) if len(e.terms) < 2 else f"({e})" for e in (atom.top, atom.bottom))
    if isinstance(atom, Min):
        return f"min({atom.top}, {atom.bottom})"
    return {Floor: "floor({}/{})", Ceil: "ceil({}/{})", Mod: "({} mod {})", Quotient: "({}/{})"}[type(atom)].format(
        top, bottom
    )


@lru_cache(maxsize=1 << 16)
def _canonical(monomial: Monomial) -> Monomial:
    if len(monomial) < 2:
        return monomial
    if all(type(a) is str for a in monomial):
        return tuple(sorted(monomial))  # type: ignore[type-var]
    return tuple(sorted(monomial, key=repr))


Terms = tuple[tuple[Monomial, int], ...]


def _keyed(terms: Terms) -> dict[Monomial, tuple[Monomial, int]]:
    """Terms of one polynomial by what they are whatever the order of their factors."""
    return {m if len(m) < 2 else _canonical(m): (m, c) for m, c in terms}


def _collected(found: dict[Monomial, tuple[Monomial, int]], more: Iterable[tuple[Monomial, int]]) -> Terms:
    """Terms with more of them: what is alike is added up, where it stood first."""
    for m, c in more:
        key = m if len(m) < 2 else _canonical(m)
        before = found.get(key)
        found[key] = (m, c) if before is None else (before[0], before[1] + c)
    return tuple([term for term in found.values() if term[1]])


class Int:
    """An immutable integer polynomial; ``terms`` are (monomial, coefficient) in reading order."""

    __slots__ = ("_key", "_names", "terms")

    terms: Terms
    _key: frozenset[tuple[Monomial, int]]
    _names: frozenset[str]

    def __init__(self, terms: Iterable[tuple[Monomial, int]] = ()) -> None:
        self.terms = _collected({}, terms)

    # equality up to order
    def key(self) -> frozenset[tuple[Monomial, int]]:
        """The terms whatever their order; found once, when first asked for."""
        try:
            return self._key
        except AttributeError:
            self._key = frozenset([(m if len(m) < 2 else _canonical(m), c) for m, c in self.terms])
            return self._key

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            return self.terms == ((((), other),) if other else ())
        if not isinstance(other, Int) or len(self.terms) != len(other.terms):
            return False
        return self.terms == other.terms or self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return " + ".join(f"{c}*{'*'.join(map(str, m))}" if m else str(c) for m, c in self.terms) or "0"

    def __str__(self) -> str:
        """Plain text for messages, as in ``2*C`` or ``N1 + 2``."""
        parts = []
        for monomial, coefficient in self.terms:
            atoms = [_plain(a) for a in monomial]
            shown = atoms if coefficient == 1 and atoms else [str(coefficient), *atoms]
            parts.append("*".join(shown))
        return " + ".join(parts).replace("+ -", "- ") or "0"

    # arithmetic
    def __add__(self, other: Int | int) -> Int:
        return _ordered(_collected(_keyed(self.terms), integer(other).terms))

    def __radd__(self, other: int) -> Int:
        return integer(other) + self

    def __neg__(self) -> Int:
        return _ordered(tuple([(m, -c) for m, c in self.terms]))

    def __sub__(self, other: Int | int) -> Int:
        return _ordered(_collected(_keyed(self.terms), [(m, -c) for m, c in integer(other).terms]))

    def __rsub__(self, other: int) -> Int:
        return integer(other) - self

    def __mul__(self, other: Int | int) -> Int:
        factors = integer(other).terms
        products = [(m1 + m2, c1 * c2) for m1, c1 in self.terms for m2, c2 in factors]
        return _ordered(tuple(products)) if len(factors) == 1 else Int(products)

    def __rmul__(self, other: int) -> Int:
        return integer(other) * self

    # questions
    @property
    def constant(self) -> int | None:
        """The value of a polynomial without atoms, else None."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and self.terms[0][0] == ():
            return self.terms[0][1]
        return None

    @property
    def name(self) -> str | None:
        """The name, if the polynomial is one name and nothing else."""
        if len(self.terms) == 1 and self.terms[0][1] == 1 and len(self.terms[0][0]) == 1:
            atom = self.terms[0][0][0]
            return atom if isinstance(atom, str) else None
        return None

    def names(self) -> frozenset[str]:
        """Every name in it, those inside atoms included; found once."""
        try:
            return self._names
        except AttributeError:
            self._names = frozenset().union(*[_names(atom) for monomial, _ in self.terms for atom in monomial])
            return self._names

    def parted(self) -> tuple[Int, int]:
        """The polynomial without its number, and the number."""
        number = next((c for m, c in self.terms if not m), 0)
        return (_ordered(tuple([term for term in self.terms if term[0]])) if number else self), number

    def split(self, name: str) -> tuple[Int, Int]:
        """(A, B) with self = A * name + B, for a name of degree at most one outside the opaque atoms."""
        with_it, without = [], []
        for monomial, coefficient in self.terms:
            if name in monomial:
                at = monomial.index(name)
                with_it.append((monomial[:at] + monomial[at + 1 :], coefficient))
            else:
                without.append((monomial, coefficient))
        return _ordered(tuple(with_it)), _ordered(tuple(without))

    # substitution and evaluation
    def subs(self, values: Mapping[str, Int | int]) -> Int:
        """Put polynomials (or numbers) in place of names; floors of numbers become numbers."""
        if not values or self.names().isdisjoint(values):
            return self
        result: list[tuple[Monomial, int]] = []
        for monomial, number in self.terms:
            kept: Monomial = ()
            made: list[tuple[Monomial, int]] | None = None  # None as long as it is number * kept
            for atom in monomial:
                if type(atom) is str and atom not in values:
                    if made is None:
                        kept = (*kept, atom)
                    else:
                        made = [((*m, atom), c) for m, c in made]
                    continue
                value = values[atom] if type(atom) is str else _substituted(atom, values)
                if type(value) is int:
                    number *= value
                elif made is None:
                    made = [(kept + n, d) for n, d in integer(value).terms]
                else:
                    made = [(m + n, c * d) for m, c in made for n, d in integer(value).terms]
            if number:
                result += [(kept, number)] if made is None else [(m, c * number) for m, c in made]
        return Int(result)

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value for numbers (or arrays of them) in place of every name.

        A ``Quotient`` is evaluated by floor division: its guard tells where that is exact.
        """
        total: Any = 0
        for monomial, coefficient in self.terms:
            product: Any = coefficient
            for atom in monomial:
                product = product * (values[atom] if type(atom) is str else _value(atom, values))
            total = total + product
        return total


def _names(atom: Atom) -> frozenset[str]:
    return frozenset((atom,)) if isinstance(atom, str) else atom.top.names() | atom.bottom.names()


def _substituted(atom: Atom, values: Mapping[str, Int | int]) -> Int:
    assert not isinstance(atom, str)
    make = {Floor: floor, Mod: mod, Quotient: quotient, Ceil: ceil, Min: least}[type(atom)]
    return make(atom.top.subs(values), atom.bottom.subs(values))


def _value(atom: Atom, values: Mapping[str, Any]) -> Any:
    assert not isinstance(atom, str)
    top, bottom = atom.top.evaluate(values), atom.bottom.evaluate(values)
    if isinstance(atom, Min):
        return (top + bottom - abs(top - bottom)) // 2  # of arrays as well
    if isinstance(atom, Ceil):
        return -(-top // bottom)
    return top % bottom if isinstance(atom, Mod) else top // bottom


def _ordered(terms: Terms) -> Int:
    """The polynomial of terms of which no two are alike and none is 0."""
    made = Int.__new__(Int)
    made.terms = terms
    return made


@lru_cache(maxsize=1 << 12)
def _number(value: int) -> Int:
    return _ordered((((), value),) if value else ())


def integer(value: Int | int | str) -> Int:
    """An ``Int`` from a number, a name, or an ``Int``.

    Raises SymconvError for anything else: a float, a fraction, a boolean.
    """
    if isinstance(value, Int):
        return value
    if isinstance(value, str):
        return var(value)
    if type(value) is int:
        return _number(value)
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise SymconvError(f"expected a polynomial in integers, got {str(value)[:60]!r}")
    return _number(int(value))


@lru_cache(maxsize=1 << 12)
def var(name: str) -> Int:
    """The polynomial that is one name."""
    return _ordered((((name,), 1),))


def floor(top: Int | int, bottom: Int | int) -> Int:
    """The floor of top / bottom, simplified when the bottom is 1 or both are numbers."""
    t, b = integer(top), integer(bottom)
    if b == 1:
        return t
    if t.constant is not None and b.constant:
        return integer(t.constant // b.constant)
    return _ordered((((Floor(t, b),), 1),))


def mod(top: Int | int, bottom: Int | int) -> Int:
    """top mod bottom, simplified when the bottom is 1 or both are numbers."""
    t, b = integer(top), integer(bottom)
    if b == 1:
        return integer(0)
    if t.constant is not None and b.constant:
        return integer(t.constant % b.constant)
    return _ordered((((Mod(t, b),), 1),))


def ceil(top: Int | int, bottom: Int | int) -> Int:
    """The ceiling of top / bottom, simplified when the bottom is 1 or both are numbers."""
    t, b = integer(top), integer(bottom)
    if b == 1:
        return t
    if t.constant is not None and b.constant:
        return integer(-(-t.constant // b.constant))
    return _ordered((((Ceil(t, b),), 1),))


def least(one: Int | int, other: Int | int) -> Int:
    """The smaller of the two, simplified where their difference is a number."""
    a, b = integer(one), integer(other)
    room = (a - b).constant
    if room is not None:
        return a if room <= 0 else b
    return _ordered((((Min(a, b),), 1),))


def quotient(top: Int | int, bottom: Int | int) -> Int:
    """top / bottom, exact wherever its guard holds (the guard stands beside it in the expression)."""
    t, b = integer(top), integer(bottom)
    if b == 1:
        return t
    if t.constant is not None and b.constant and t.constant % b.constant == 0:
        return integer(t.constant // b.constant)
    return _ordered((((Quotient(t, b),), 1),))
