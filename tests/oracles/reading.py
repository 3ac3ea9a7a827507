"""The meaning of a line, by nested loops over its indices in plain Python.  It reads ``language.expr`` and nothing else.

    sum_i  binds i for all that follows      T[e]  is 0 outside      [..]  is 1 or 0      d T[e]/d T[j]  is [e = j] (or r j)

A derivative of an entry of y is the forward map (``tests.brute``) at a unit vector, minus its value at 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from symconv.language.expr import Access, Bracket, Condition, Divides, Equal, Expr, InRange, Partial, Sum, Term
from symconv.language.integers import Int, Quotient


@dataclass
class Reader:
    """Numbers for names, arrays for tensors, and ``slope(place of y, place of T)`` for derivatives of y."""

    sizes: dict[str, int]
    arrays: dict[str, Any]
    slope: Callable[[tuple[int, ...], tuple[int, ...]], Any]

    def array(self, expr: Expr, free: list[tuple[str, int]]) -> Any:
        """The line's value over its free indices."""
        result = np.zeros([n for _, n in free], dtype=object)
        for place in product(*(range(n) for _, n in free)):
            known = self.sizes | {name: at for (name, _), at in zip(free, place, strict=True)}
            result[place] = sum(self.term(term, self.guarded(term), known) for term in expr.terms)
        return result

    @staticmethod
    def guarded(term: Term) -> tuple[Any, ...]:
        """Guards that stand beside the formula speak first about what they guard: right behind the last sum."""
        last = max((k for k, item in enumerate(term) if isinstance(item, Sum)), default=-1)
        asides = [item for item in term if isinstance(item, Bracket) and item.aside]
        rest = [item for item in term if item not in asides]
        return (*rest[: last + 1], *asides, *rest[last + 1 :])

    def term(self, whole: Term, items: tuple[Any, ...], known: dict[str, int]) -> Any:
        """The value of what is left of a term."""
        if not items:
            return 1
        first, rest = items[0], items[1:]
        if isinstance(first, Sum):
            size = number(first.size, known)
            return sum(self.term(whole, rest, known | {first.index: k}) for k in range(size))
        factor = self.factor(first, known)
        return factor * self.term(whole, rest, known) if factor else 0

    def factor(self, item: Any, known: dict[str, int]) -> Any:
        if isinstance(item, Bracket):
            return int(all(holds(c, known) for c in item.conditions))
        if isinstance(item, Partial):
            return self.partial(item, known)
        return self.entry(item, tuple(number(e, known) for e in item.index))

    def entry(self, access: Access, place: tuple[int, ...]) -> Any:
        """T[place]: through the view's zeros and flips, 0 outside."""
        array = self.arrays[access.tensor.name]
        zeros = access.tensor.zeros or (1,) * len(place)
        found = []
        for k, (at, r, n) in enumerate(zip(place, zeros, array.shape, strict=True)):
            step = r if isinstance(r, int) else number(r, self.sizes)
            if at % step or not 0 <= at // step < n:
                return 0
            flipped = bool(access.tensor.flipped) and access.tensor.flipped[k]
            found.append(n - 1 - at // step if flipped else at // step)
        return array[tuple(found)]

    def partial(self, item: Partial, known: dict[str, int]) -> Any:
        of, wrt = (tuple(number(e, known) for e in access.index) for access in (item.of, item.wrt))
        if item.of.tensor.name != item.wrt.tensor.name:
            return self.slope(of, wrt)
        zeros = [number(r, known) for r in item.of.tensor.zeros] or [1] * len(of)
        return int(all(e == r * j for e, j, r in zip(of, wrt, zeros, strict=True)))


def number(e: Int, known: dict[str, int]) -> int:
    """The value of a polynomial, atom by atom."""
    total = 0
    for monomial, coefficient in e.terms:
        value = coefficient
        for atom in monomial:
            value *= known[atom] if isinstance(atom, str) else divided(atom, known)
        total += value
    return total


def divided(atom: Any, known: dict[str, int]) -> int:
    """A floor, a remainder, or a quotient that its guard has made exact."""
    top, bottom = number(atom.top, known), number(atom.bottom, known)
    if isinstance(atom, Quotient):
        return exact(top, bottom)
    return top % bottom if type(atom).__name__ == "Mod" else top // bottom


def exact(top: int, bottom: int) -> int:
    """A quotient outside its guard has no meaning."""
    if top % bottom:
        raise ArithmeticError(f"{top}/{bottom} is read although no guard keeps it an integer")
    return top // bottom


def holds(condition: Condition, known: dict[str, int]) -> bool:
    """Whether a condition holds."""
    if isinstance(condition, Equal):
        return number(condition.left, known) == number(condition.right, known)
    if isinstance(condition, Divides):
        return number(condition.value, known) % number(condition.divisor, known) == 0
    assert isinstance(condition, InRange)
    return 0 <= number(condition.value, known) < number(condition.size, known)
