"""Plain loops over claims, from the definitions: an expression is read term by term, as how often each product occurs.

These loops share nothing with symconv but the expressions themselves.  A side at numbers is a polynomial in the entries of
its tensors,  product of factors -> coefficient,  a factor being an entry (T, place), 1/T, or a function of an entry.  A
derivative of an output is taken of that polynomial, factor by factor.  What divides by 0, spreads by less than 1 or calls an
inexact quotient exact is ``Undefined``; a sum that is empty, and a bracket that is 0, hide what stands behind or beside them,
an entry outside of its tensor does not.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symconv.language.expr import (
    Access,
    Apply,
    Bracket,
    Divides,
    Equal,
    Expr,
    Factor,
    InRange,
    Item,
    Over,
    Partial,
    Sum,
    Tensor,
    Term,
)
from symconv.language.facts import Claim
from symconv.language.integers import Ceil, Int, Min, Mod, Quotient, var
from symconv.language.operator import Operator, formula, labels, names, spatial_names, spatial_sizes

Key = tuple[Any, ...]
Polynomial = dict[tuple[Key, ...], Fraction]
Values = Mapping[str, int]


class Undefined(Exception):
    """Something at these numbers has no value."""


# whole numbers
def number(e: Int, values: Values) -> int:
    """The value of an integer polynomial.

    Raises Undefined for a divisor 0, an inexact quotient, or a name without a value.
    """
    found = 0
    for monomial, coefficient in e.terms:
        for atom in monomial:
            coefficient *= _named(atom, values) if isinstance(atom, str) else _atom(atom, values)
        found += coefficient
    if found != int(found):
        raise Undefined(f"{found} is no whole number")
    return int(found)


def _named(name: str, values: Values) -> int:
    if name not in values:
        raise Undefined(f"{name} has no value")
    return values[name]


def _atom(atom: Any, values: Values) -> int:
    top, bottom = number(atom.top, values), number(atom.bottom, values)
    if isinstance(atom, Min):
        return min(top, bottom)
    if bottom == 0 or (isinstance(atom, Quotient) and top % bottom):
        raise Undefined(f"{top}/{bottom}")
    if isinstance(atom, Ceil):
        return -(-top // bottom)
    return top % bottom if isinstance(atom, Mod) else top // bottom


def holds(condition: Any, values: Values) -> bool:
    """Whether an Iverson bracket's condition holds."""
    if isinstance(condition, Equal):
        return number(condition.left, values) == number(condition.right, values)
    if isinstance(condition, InRange):
        return 0 <= number(condition.value, values) < number(condition.size, values)
    assert isinstance(condition, Divides)
    divisor, value = number(condition.divisor, values), number(condition.value, values)
    if divisor < 1:
        raise Undefined(f"{divisor} | {value}")
    return value % divisor == 0


def goal_holds(goal: tuple[str, Int, Int], values: Values) -> bool:
    """Whether a goal about sizes holds."""
    kind, left, right = goal
    if kind not in ("ge", "eq"):
        raise Undefined(kind)
    a, b = number(left, values), number(right, values)
    return a >= b if kind == "ge" else a == b


def place(access: Access, values: Values) -> tuple[int, ...] | None:
    """The entry of the tensor itself that is read through its views; None where it is 0."""
    found, inside = [], True
    tensor = access.tensor
    for k, e in enumerate(access.index):
        at, size = number(e, values), number(tensor.sizes[k], values)
        if tensor.zeros:
            factor = number(tensor.zeros[k], values)
            if factor < 1:
                raise Undefined(f"spread by {factor}")
            inside = inside and at % factor == 0
            at //= factor
        if tensor.flipped and tensor.flipped[k]:
            at = size - 1 - at
        inside = inside and 0 <= at < size
        found.append(at)
    return tuple(found) if inside else None


# sides
class Side:
    """An expression at numbers; ``y`` has the operator's definition, or the claim's own."""

    def __init__(self, op: Operator | None = None, forward: Expr | None = None) -> None:
        self.op = op
        self.definition = formula(op) if op is not None and forward is None else forward

    def __call__(self, expr: Expr, values: Values) -> Polynomial:
        """The polynomial."""
        found: Polynomial = {}
        for term in expr.terms:
            for factors, coefficient in self._read(levels(term), dict(values), {(): Fraction(1)}):
                found[factors] = found.get(factors, Fraction(0)) + coefficient
        return {factors: c for factors, c in found.items() if c}

    def _read(self, left: Sequence[Term], values: dict[str, int], so_far: Polynomial) -> Iterator[tuple[Any, Fraction]]:
        """What the levels that are left contribute; ``so_far`` 0 is read on only to see that everything has a value."""
        if not left:
            yield from so_far.items()
            return
        level, rest = left[0], left[1:]
        if level and isinstance(level[0], Sum):
            for value in range(number(level[0].size, values)):
                yield from self._read([level[1:], *rest], {**values, level[0].index: value}, so_far)
            return
        if not all(holds(c, values) for item in level if isinstance(item, Bracket) for c in item.conditions):
            return
        for item in level:
            if not isinstance(item, Bracket):
                so_far = times(so_far, self._item(item, values))
        if so_far or any(divides(item) for part in rest for item in part):
            yield from self._read(rest, values, so_far)

    def _item(self, item: Item, values: dict[str, int]) -> Polynomial:
        if isinstance(item, Access):
            at = place(item, values)
            name = f"1/{item.tensor.name}" if item.tensor.inverse else item.tensor.name
            return {} if at is None else {((name, at),): Fraction(1)}
        if isinstance(item, Factor):
            return {(): Fraction(item.value)} if item.value else {}
        if isinstance(item, Over):
            below = number(item.bottom, values)
            if below == 0:
                raise Undefined("1/0")
            return {(): Fraction(1, below)}
        if isinstance(item, Apply):
            of = item.of.tensor
            if of.zeros:
                raise Undefined("a function between the entries of a spread tensor")
            at = tuple(number(e, values) for e in item.of.index)
            if any(of.flipped):
                turned = zip(at, of.sizes, of.flipped, strict=True)
                at = tuple(number(n, values) - 1 - k if back else k for k, n, back in turned)
            name = f"1/{of.name}" if of.inverse else of.name
            return {((f"{item.function}^({item.order})", name, at),): Fraction(1)}
        if not isinstance(item, Partial):
            raise Undefined(f"{type(item).__name__} is not read here")
        return self._derivative(item, values)

    def _derivative(self, item: Partial, values: dict[str, int]) -> Polynomial:
        name, at, where = item.wrt.tensor.name, place(item.wrt, values), place(item.of, values)
        if at is None or where is None:
            return {}
        if item.of.tensor.name == name:
            return derivative({((f"1/{name}" if item.of.tensor.inverse else name, where),): Fraction(1)}, name, at)
        if self.op is None or self.definition is None or item.of.tensor.name != self.op.result.name:
            raise Undefined(f"{item.of.tensor.name} has no definition")
        if any(isinstance(part, Partial) for term in self.definition.terms for part in term):
            raise Undefined("a definition with derivatives")
        own = [*labels(self.op.result), *spatial_names(self.op, self.op.result)]
        assert len(own) == len(where), "labels that share an axis are not read here"
        inner = {**values, **dict(zip(own, where, strict=True))}
        sizes = [*(dict(self.op.extents)[n] for n in labels(self.op.result)), *spatial_sizes(self.op, self.op.result)]
        if not all(0 <= k < number(n, values) for k, n in zip(where, sizes, strict=True)):
            return {}
        return derivative(self(self.definition, inner), name, at)


def levels(term: Term) -> list[Term]:
    """The term, cut before every sum."""
    cuts = [k for k, item in enumerate(term) if isinstance(item, Sum)]
    return [part for a, b in itertools.pairwise([0, *cuts, len(term)]) if (part := term[a:b])]


def divides(item: Item) -> bool:
    """Whether an item might have no value."""
    if isinstance(item, Over):
        return True
    accesses = [item] if isinstance(item, Access) else [item.of, item.wrt] if isinstance(item, Partial) else []
    inner = [e for a in accesses for e in (*a.index, *a.tensor.zeros)]
    inner += item.of.index if isinstance(item, Apply) else ()
    return any(not isinstance(atom, str) for e in inner for m, _ in e.terms for atom in m)


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    """The product."""
    found: Polynomial = {}
    for (a, c), (b, d) in itertools.product(one.items(), other.items()):
        key = tuple(sorted((*a, *b), key=repr))
        found[key] = found.get(key, Fraction(0)) + c * d
    return found


def derivative(of: Polynomial, name: str, at: tuple[int, ...]) -> Polynomial:
    """By the entry ``name[at]``: the product rule, factor by factor."""
    found: Polynomial = {}
    for factors, c in of.items():
        for k, factor in enumerate(factors):
            others = (*factors[:k], *factors[k + 1 :])
            if factor == (name, at):
                inner, sign = others, 1
            elif factor == (f"1/{name}", at):
                inner, sign = (*others, factor, factor), -1
            elif len(factor) == 3 and factor[1:] == (name, at):
                order = int(factor[0].rpartition("^")[2].strip("()")) + 1
                inner, sign = (*others, (f"{factor[0].rpartition('^')[0]}^({order})", name, at)), 1
            else:
                continue
            key = tuple(sorted(inner, key=repr))
            found[key] = found.get(key, Fraction(0)) + c * sign
    return {factors: c for factors, c in found.items() if c}


# claims
def tensors(claim: Claim) -> Iterator[Tensor]:
    """The tensors that a claim names, its definition included."""
    sides = [e for e in (claim.left, claim.right, claim.forward) if e is not None]
    for item in (item for e in sides for term in e.terms for item in term):
        for access in (item, getattr(item, "of", None), getattr(item, "wrt", None)):
            if isinstance(access, Access):
                yield access.tensor


def one_extent(claim: Claim, values: Values) -> None:
    """Raise Undefined for a tensor of two extents."""
    found: dict[str, tuple[int, ...]] = {}
    for tensor in tensors(claim):
        sizes = tuple(number(n, values) for n in tensor.sizes)
        if found.setdefault(tensor.name, sizes) != sizes:
            raise Undefined(f"{tensor.name} has the extents {sizes} and {found[tensor.name]}")


def entries(claim: Claim, sizes: Values) -> Iterator[dict[str, int]]:
    """Every value of the free indices at these sizes; a range may rest on an index before it."""

    def further(left: Sequence[tuple[str, Int | None]], values: dict[str, int]) -> Iterator[dict[str, int]]:
        if not left:
            if all(number(e, values) >= 0 for e in claim.given):
                yield values
            return
        (name, size), rest = left[0], left[1:]
        for value in range(-4, 5) if size is None else range(number(size, values)):
            yield from further(rest, {**values, name: value})

    yield from further(claim.free, dict(sizes))


def fails(claim: Claim, values: Values) -> bool:
    """Whether the claim fails where every name of it has its value."""
    if claim.left is None or claim.right is None:
        return not all(goal_holds(goal, values) for goal in claim.goals)
    side = Side(claim.op, claim.forward)
    return side(claim.left, values) != side(claim.right, values)


def differs(claim: Claim, sizes: Values) -> bool:
    """Whether the claim fails at some entry for these sizes, within its hypotheses."""
    return any(fails(claim, values) for values in entries(claim, sizes))


def sized(claim: Claim) -> tuple[list[tuple[str, int]], list[tuple[str, Int]], list[Int]]:
    """(names with their least values, definitions, what is >= 0), the operator's included."""
    least, defined, given = list(claim.sizes), list(claim.definitions), list(claim.given)
    if claim.op is not None:
        low = dict(claim.op.lower)
        least = [*((n, low.get(n, 1)) for n in sorted(names(claim.op))), *least]
        defined = [*claim.op.definitions, *defined]
        given = [*(a - b for a, b in claim.op.fits), *given]
    return least, defined, given


def completed(claim: Claim, sizes: Values) -> dict[str, int] | None:
    """The sizes with those that are defined, if they meet the hypotheses that speak of sizes alone."""
    _, defined, given = sized(claim)
    values = dict(sizes)
    for name, meaning in defined:
        values[name] = number(meaning, values)
    free = {name for name, _ in claim.free}
    return values if all(number(e, values) >= 0 for e in given if e.names().isdisjoint(free)) else None


def small_sizes(claim: Claim, most: int = 3, count: int = 400) -> Iterator[dict[str, int]]:
    """Sizes within the hypotheses, those with a small sum first; ``most`` values per name, ``count`` choices in all."""
    least, _, _ = sized(claim)
    choices = itertools.product(*(range(low, low + most) for _, low in least))
    for chosen in sorted(choices, key=sum)[:count]:
        found = completed(claim, {n: v for (n, _), v in zip(least, chosen, strict=True)})
        if found is not None:
            yield found


def judged(claim: Claim, most: int = 3, count: int = 400) -> str:
    """ "false", "undefined" (or ill-formed), "vacuous", or "holds" as far as the loops went."""
    met = False
    declared = [n for n, _ in (*claim.sizes, *claim.definitions, *claim.free)]
    if len(set(declared)) < len(declared):
        return "undefined"
    side = Side(claim.op, claim.forward)
    try:
        for sizes in small_sizes(claim, most, count):
            for values in entries(claim, sizes):
                one_extent(claim, values)
                if claim.left is None or claim.right is None:
                    if not all(goal_holds(goal, values) for goal in claim.goals):
                        return "false"
                    met = True
                    continue
                one, other = side(claim.left, values), side(claim.right, values)
                if one != other:
                    return "false"
                met = met or bool(one)
    except (Undefined, ValueError, IndexError):
        return "undefined"
    return "holds" if met else "vacuous"


__all__ = ["Side", "Undefined", "differs", "fails", "goal_holds", "holds", "judged", "number", "place", "var"]
