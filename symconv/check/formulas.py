"""The value of a formula, item by item in plain Python: sums and maxima are loops, nothing is rearranged.

It knows the whole language (maxima, divisors, pointwise functions), and is slow; it serves formulas on small sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.cases import cases, tally
from symconv.check.steps import arrays_for
from symconv.language.expr import (
    Access,
    Apply,
    Bracket,
    Condition,
    Divides,
    Equal,
    Expr,
    Factor,
    InRange,
    Max,
    Over,
    Sum,
    Term,
)
from symconv.language.facts import Check
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose
from symconv.language.unshared import COUNT, Unshared, name_sizes, own_names

Number = Any
SMALL = 40_000


class Outside(Exception):
    """An entry outside its tensor, under a maximum: it does not take part."""


@dataclass
class Reader:
    """Arrays by name, functions by (name, order), numbers for sizes."""

    arrays: Mapping[str, Any]
    sizes: Mapping[str, int]
    functions: Mapping[tuple[str, int], Callable[[Number], Number]] = field(default_factory=dict)

    def expr(self, expr: Expr, at: Mapping[str, int]) -> Number:
        """The value at the given indices."""
        return sum(self.term(term, dict(at), False) for term in expr.terms)

    def term(self, term: Term, at: dict[str, int], under_max: bool) -> Number:
        """The value of a term; a sum or a maximum reaches over all that stands to its right."""
        if not term:
            return 1
        item, rest = term[0], term[1:]
        if isinstance(item, Sum):
            count = int(item.size.evaluate({**self.sizes, **at}))
            return sum(self.term(rest, {**at, item.index: k}, under_max) for k in range(count))
        if isinstance(item, Max):
            return self.largest(item, rest, at)
        value = self.item(item, at, under_max)
        return value if value == 0 and not under_max else value * self.term(rest, at, under_max)

    def largest(self, item: Max, rest: Term, at: dict[str, int]) -> Number:
        """The maximum over the indices for which every entry lies in its tensor."""
        found = []
        for k in range(int(item.size.evaluate({**self.sizes, **at}))):
            try:
                found.append(self.term(rest, {**at, item.index: k}, True))
            except Outside:
                continue
        if not found:
            raise Outside
        return max(found)

    def item(self, item: Any, at: dict[str, int], under_max: bool) -> Number:
        """One factor."""
        known = {**self.sizes, **at}
        if isinstance(item, Access):
            return self.entry(item, known, under_max)
        if isinstance(item, Apply):
            return self.functions[item.function, item.order](self.entry(item.of, known, under_max))
        if isinstance(item, Over):
            return Fraction(1, int(item.bottom.evaluate(known)))
        if isinstance(item, Factor):
            return item.value
        if isinstance(item, Bracket):
            return int(all(holds(c, known) for c in item.conditions))
        raise TypeError(f"a formula holds no {type(item).__name__}")

    def entry(self, access: Access, known: Mapping[str, int], under_max: bool) -> Number:
        """A tensor entry; 0 outside, unless under a maximum."""
        array = self.arrays[access.tensor.name]
        index = tuple(int(e.evaluate(known)) for e in access.index)
        if not all(0 <= k < n for k, n in zip(index, array.shape, strict=True)):
            if under_max:
                raise Outside
            return 0
        value = array[index]
        return 1 / Fraction(value) if access.tensor.inverse else value


def holds(condition: Condition, known: Mapping[str, int]) -> bool:
    """Whether a condition holds."""
    if isinstance(condition, Equal):
        return bool(condition.left.evaluate(known) == condition.right.evaluate(known))
    if isinstance(condition, InRange):
        return bool(0 <= condition.value.evaluate(known) < condition.size.evaluate(known))
    assert isinstance(condition, Divides)
    return bool(condition.value.evaluate(known) % condition.divisor.evaluate(known) == 0)


def check_definition(node: Unshared, formula: Expr) -> Check:
    """The formula of a node, read literally, equals brute force."""
    tried = good = 0
    sizes = name_sizes(node)
    for number, case in enumerate(cases(node)):
        concrete = node.subs(case)
        arrays: dict[str, Any] = dict(arrays_for(concrete, 13 * number))
        if int(np.prod(brute.shape_of(concrete, "y"))) > SMALL:
            continue
        if node.kind == "avg_pool":
            arrays[COUNT] = brute.counts(concrete)
        truth = brute.forward(concrete, arrays)
        reader = Reader(arrays, case)
        names = own_names(node, "y")
        ranges = [range(int(sizes[n].evaluate(case))) for n in names]
        found = [reader.expr(formula, dict(zip(names, index, strict=True))) for index in product(*ranges)]
        tried += 1
        good += found == list(truth.flat)
    detail = Prose("check.formula.read", {"good": good, "cases": tried})
    return Check("formula", tally(good, tried), detail)
