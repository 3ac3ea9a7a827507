"""Sums of products of entries on their way to the prover: a coefficient, bound indices, conditions, accesses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import lcm

from symconv.language.expr import Access, Bracket, Condition, Equal, Expr, InRange, Item, Sum
from symconv.language.formula import Node
from symconv.language.integers import Int
from symconv.language.lazy import dataclass

# A term is repeated at most so often for its coefficient.
REPEATED = 24


class NoForm(Exception):
    """Outside the index language."""


@dataclass(frozen=True)
class Summand:
    """coefficient * sum over the bound indices of the accesses, where the conditions hold."""

    coefficient: Fraction = Fraction(1)
    bound: tuple[tuple[str, Int], ...] = ()
    conditions: tuple[Condition, ...] = ()
    accesses: tuple[Access, ...] = ()

    def times(self, other: Summand) -> Summand:
        """The product; bound names are fresh on both."""
        return Summand(
            self.coefficient * other.coefficient,
            self.bound + other.bound,
            self.conditions + other.conditions,
            self.accesses + other.accesses,
        )

    def items(self) -> tuple[Item, ...]:
        """As a term of the index language."""
        sums: tuple[Item, ...] = tuple(Sum(n, size) for n, size in self.bound)
        return (*sums, *self.accesses, *(Bracket((c,)) for c in self.conditions))


Terms = list[Summand]
Entry = Callable[[tuple[Int, ...]], Terms]


@dataclass(frozen=True)
class Shaped:
    """An array as a function of its index, with its sizes; ``safe`` if it vanishes outside by itself."""

    sizes: tuple[Int, ...]
    entry: Entry
    safe: bool = True


def integers_of(item: Item) -> list[Int]:
    """The integer expressions of an item."""
    if isinstance(item, Access):
        return list(item.index)
    if isinstance(item, Bracket):
        return [
            e
            for c in item.conditions
            for e in (
                (c.left, c.right)
                if isinstance(c, Equal)
                else (c.value, c.size)
                if isinstance(c, InRange)
                else (c.divisor, c.value)
            )
        ]
    return []


def factors(node: Node) -> list[Node]:
    """The entries that multiply everything in a node."""
    if node.kind == "index":
        return [node]
    if node.kind in ("mul",):
        return [f for p in node.parts for f in factors(p)]
    if node.kind in ("neg", "conj", "sum", "div"):
        return factors(node.parts[0])
    return []


def scaled(terms: Terms, by: Fraction) -> Terms:
    """A number times a sum."""
    return [replace(t, coefficient=by * t.coefficient) for t in terms]


def constant(node: Node) -> Fraction:
    """The value of a node of numbers alone."""
    if node.kind == "number":
        return Fraction(node.parts[0])
    if node.kind == "neg":
        return -constant(node.parts[0])
    if node.kind == "div":
        return constant(node.parts[0]) / nonzero(node.parts[1])
    raise NoForm


def nonzero(node: Node) -> Fraction:
    """The value of a node of numbers alone by which one may divide."""
    value = constant(node)
    if not value:
        raise NoForm
    return value


def conjugated(access: Access) -> Access:
    """The entry of the conjugate tensor."""
    name = access.tensor.name
    other = name.removeprefix("conj_") if name.startswith("conj_") else f"conj_{name}"
    return Access(replace(access.tensor, name=other), access.index)


def balanced(left: Terms, right: Terms) -> tuple[Expr, Expr]:
    """Both sides without signs or fractions: what is subtracted changes sides, and n times a term is n terms."""
    sides: tuple[list[tuple[Item, ...]], list[tuple[Item, ...]]] = ([], [])
    whole = lcm(*(t.coefficient.denominator for t in (*left, *right)))
    for home, terms in enumerate((left, right)):
        for t in terms:
            times = abs(t.coefficient * whole)
            if times > REPEATED or not t.accesses:
                raise NoForm
            sides[home if t.coefficient > 0 else 1 - home].extend([t.items()] * int(times))
    if not sides[0] or not sides[1]:
        raise NoForm
    return Expr(tuple(sides[0])), Expr(tuple(sides[1]))
