"""A formula at an index: its products, and for each that is absent the guards that kill it.

    y[i] = b + sum_p w[p] x[s i + d p - lo]     at i = 2:   b,   w[0] x[3],   w[1] x[5],   w[2] 0, since not 0 <= 7 < 6

A term is walked from left to right: a ``Sum`` or ``Max`` runs its index, an ``Access`` is read through its view, where

    T^r[E], T[E/r]     hold T[m] if r m = E and 0 <= m < n, else nothing        T~[m] = T[n - 1 - m]

``Over`` and ``Factor`` go into the coefficient, an inverse view stays a factor, an ``Apply`` names the entry that it is of, and a
``Bracket`` kills; one that stands ``aside`` says again what the accesses say, and is left out.

Products name entries and hold no numbers, so they have a value over any ring: integers, fractions, SymPy's expressions.
``Expansion`` makes a formula ready once, to be read at many indices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from symconv.language.expr import (
    Access,
    Apply,
    Bracket,
    Condition,
    Equal,
    Expr,
    Factor,
    InRange,
    Max,
    Over,
    Partial,
    Sum,
    Term,
)
from symconv.language.integers import Int, Quotient

Index = tuple[int, ...]
# an entry of a tensor by its name and full index; ZERO stands where none is
Entry = tuple[str, Index]
ZERO: Entry = ("", ())
Number = int | Fraction
Values = list[int]
Reader = Callable[[Values], int]


class Guard(NamedTuple):
    """What an index along an axis has to meet: ``divisor`` divides ``top``, and 0 <= top / divisor < size.

    ``name`` is the index that top / divisor is the value of (i1, j2, ...), ``axis`` the tensor's, its leading ones not counted.
    """

    axis: int
    name: str
    top: int
    divisor: int
    size: int

    @property
    def kind(self) -> str:
        """Which of the two it fails: "divides" before "range"."""
        return "divides" if self.top % self.divisor else "range"

    @property
    def value(self) -> int:
        """What the index would be."""
        return self.top // self.divisor


class Product(NamedTuple):
    """coefficient times its factors, in reading order; ``bound`` are the indices summed over, ``killed`` what makes it 0.

    ``through`` is the place of a padded tensor at which an entry is read, where there is one.
    """

    factors: tuple[Entry, ...]
    coefficient: Number = 1
    bound: tuple[tuple[str, int], ...] = ()
    killed: tuple[Guard, ...] = ()
    through: Index = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The factors that are entries: of an absent product those that there are."""
        return tuple(f for f in self.factors if f is not ZERO)


Names = Mapping[str, Sequence[str]]  # what the indices of a tensor are called, leading axes not counted


def expand(expr: Expr, at: Mapping[str, int], names: Names | None = None) -> Iterator[Product]:
    """The products of a formula, its free names (indices and sizes) having the values ``at``, absent ones included."""
    return Expansion(expr, tuple(at), names).at(tuple(at.values()))


class Expansion:
    """A formula with its free names in order, to be read at many values of them."""

    def __init__(self, expr: Expr, free: Sequence[str], names: Names | None = None) -> None:
        self.terms = [Compiled(term, tuple(free), names or {}) for term in expr.terms]

    def at(self, index: Index) -> Iterator[Product]:
        """The products, term by term, in the order of the sums."""
        for term in self.terms:
            yield from term.at(index)


class Compiled:
    """One term: where its indices stand among the values, and how each item is read off them."""

    def __init__(self, term: Term, free: tuple[str, ...], names: Names) -> None:
        over = [item for item in term if isinstance(item, (Sum, Max))]
        self.names = tuple(item.index for item in over)
        self.slots = {name: k for k, name in enumerate((*free, *self.names))}
        self.free = len(free)
        self.sizes = [self.reader(item.size) for item in over]
        self.reads = [Read(self, entry, names.get(entry.tensor.name, ())) for entry in map(accessed, term) if entry]
        self.brackets = [c for item in term if isinstance(item, Bracket) and not item.aside for c in item.conditions]
        self.factor = Fraction(1)
        self.bottoms: list[Reader] = []
        for item in term:
            if isinstance(item, Partial):
                raise TypeError("a derivative has no products: expected a line whose entries are independent")
            self.factor *= item.value if isinstance(item, Factor) else 1
            self.bottoms += [self.reader(item.bottom)] if isinstance(item, Over) else []

    def reader(self, e: Int) -> Reader:
        """How a polynomial is read off the values; what is linear in few names without looking names up."""
        parts, constant = [], 0
        for monomial, c in e.terms:
            if len(monomial) > 1 or not all(isinstance(atom, str) for atom in monomial):
                return lambda values: int(e.evaluate({n: values[k] for n, k in self.slots.items()}))
            if monomial:
                parts.append((c, self.slots[str(monomial[0])]))
            else:
                constant = c
        if not parts:
            return lambda values: constant
        if len(parts) == 1:
            ((a, k),) = parts
            return (lambda values: values[k]) if (a, constant) == (1, 0) else (lambda values: a * values[k] + constant)
        if len(parts) == 2:
            (a, k), (b, m) = parts
            return lambda values: a * values[k] + b * values[m] + constant
        return lambda values: sum([c * values[k] for c, k in parts], constant)

    def number(self, e: Int) -> int | Reader:
        """A number, or how it is read off the values."""
        return self.reader(e) if e.constant is None else e.constant

    def at(self, index: Index) -> Iterator[Product]:
        """The products for values of the free names."""
        values = [*index, *(0 for _ in self.names)]
        reads, fixed = self.reads, None if self.bottoms else self.coefficient(values)
        for _ in self.run(values, 0):
            factors: list[Entry] = []
            killed: list[Guard] = []
            for read in reads:
                read.into(values, factors, killed)
            if self.brackets:
                known = {n: values[k] for n, k in self.slots.items()}
                killed += [guard for c in self.brackets if (guard := failed(c, known)) is not None]
            bound = tuple(zip(self.names, values[self.free :], strict=True))
            coefficient = self.coefficient(values) if fixed is None else fixed
            yield Product(tuple(factors), coefficient, bound, tuple(dict.fromkeys(killed)) if killed else ())

    def run(self, values: Values, k: int) -> Iterator[None]:
        """Every combination of the bound indices, put into the values."""
        if k == len(self.sizes):
            yield
            return
        slot, last = self.free + k, k + 1 == len(self.sizes)
        for n in range(self.sizes[k](values)):
            values[slot] = n
            if last:
                yield
            else:
                yield from self.run(values, k + 1)

    def coefficient(self, values: Values) -> Number:
        """The rational number in front."""
        found = self.factor
        for bottom in self.bottoms:
            found = found / bottom(values)
        return int(found) if found.denominator == 1 else found


class Read:
    """An access: the place that is read along every axis, and which entry stands there."""

    def __init__(self, term: Compiled, access: Access, names: Sequence[str]) -> None:
        tensor = access.tensor
        self.name = tensor.name
        self.axes: list[tuple[Reader, int | Reader, int | Reader, bool, int, str]] = []
        for k, (e, size) in enumerate(zip(access.index, tensor.sizes, strict=True)):
            divisor = tensor.zeros[k] if tensor.zeros else Int([((), 1)])
            atom = e.terms[0][0][0] if len(e.terms) == 1 and e.terms[0][1] == 1 and len(e.terms[0][0]) == 1 else None
            if isinstance(atom, Quotient):
                e, divisor = atom.top, divisor * atom.bottom
            own = k - tensor.lead
            turned = bool(tensor.flipped and tensor.flipped[k])
            name = names[own] if 0 <= own < len(names) else ""
            self.axes.append((term.reader(e), term.number(divisor), term.number(size), turned, own, name))

    def into(self, values: Values, factors: list[Entry], killed: list[Guard]) -> None:
        """Add the entry that is read, or ZERO and why there is none."""
        index, there = [], True
        for place, divisor, size, turned, axis, name in self.axes:
            top = place(values)
            r = divisor if isinstance(divisor, int) else divisor(values)
            n = size if isinstance(size, int) else size(values)
            m, rest = (top, 0) if r == 1 else divmod(top, r)
            if rest or not 0 <= m < n:
                killed.append(Guard(axis, name, top, r, n))
                there = False
            index.append(n - 1 - m if turned else m)
        factors.append((self.name, tuple(index)) if there else ZERO)


def accessed(item: Any) -> Access | None:
    """The entry that an item reads."""
    return item if isinstance(item, Access) else item.of if isinstance(item, Apply) else None


def failed(condition: Condition, at: Mapping[str, int]) -> Guard | None:
    """A condition that is not met, as a guard of no axis; [u = v] is 0 <= u - v < 1."""
    if isinstance(condition, Equal):
        top, divisor, size = int(condition.left.evaluate(at) - condition.right.evaluate(at)), 1, 1
    elif isinstance(condition, InRange):
        top, divisor, size = int(condition.value.evaluate(at)), 1, int(condition.size.evaluate(at))
    else:
        top, divisor = int(condition.value.evaluate(at)), int(condition.divisor.evaluate(at))
        return Guard(-1, "", top, divisor, 0) if top % divisor else None
    return None if 0 <= top < size else Guard(-1, "", top, divisor, size)
