"""The rules, one function a rule: each takes a term and returns a term that equals it.

    partial of an entry     d T[e] / d T[j] = [e = j],   and for a zero-dilated view  d T^r[e] / d T[j] = [e = r j]
    one term survives       sum_n' [n' = n] F(n') = F(n);  [c' + C t' = c + C t] = [c' = c][t' = t] for 0 <= c, c' < C
    swap                    finite sums commute
    solve for i             sum_{0<=i<O} [s i = E] F(i) = F(E/s) where s | E and 0 <= E/s < O
    zero dilation           g[E/s] where s | E and 0 <= E/s < O  is  g^s[E]
    reflect                 sum_p f(p) = sum_q f(K-1-q)

Divisibility is a guard that is kept, never dropped; nothing here divides.
"""

from __future__ import annotations

from symconv.language.expr import (
    Access,
    Bracket,
    Condition,
    Divides,
    Equal,
    InRange,
    Item,
    Partial,
    Sum,
    Tensor,
    Term,
    subs_access,
    subs_term,
    sums,
)
from symconv.language.integers import Int, integer, quotient, var
from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Target:
    """What the rules aim at: the indices to be solved for, with the tensor whose entry they index."""

    names: tuple[str, ...]
    tensor: str


def only_access(term: Term, tensor: str) -> Access:
    """The one access to a tensor in a term."""
    (found,) = [item for item in term if isinstance(item, Access) and item.tensor.name == tensor]
    return found


def partial_to_bracket(term: Term) -> Term:
    """d T[e] / d T[j] = [e = j], one bracket per axis; for a zero-dilated view [e = r j]."""
    items: list[Item] = []
    for item in term:
        if isinstance(item, Partial):
            zeros = item.of.tensor.zeros or (integer(1),) * len(item.of.index)
            pairs = zip(item.of.index, item.wrt.index, zeros, strict=True)
            items += [Bracket((Equal(e, r * j),)) for e, j, r in pairs if e != j]
        else:
            items.append(item)
    return tuple(items)


def survivors(term: Term, bound: set[str]) -> dict[str, Int]:
    """The values that brackets like [n' = n] or [c' + C t' = c + C t] force on the bound names given."""
    forced: dict[str, Int] = {}
    for item in term:
        if isinstance(item, Bracket):
            for condition in item.conditions:
                if isinstance(condition, Equal):
                    forced.update(_matched(condition.left, condition.right, bound))
    return forced


def _matched(left: Int, right: Int, bound: set[str]) -> dict[str, Int]:
    """Match two mixed-radix sums digit by digit: same weights, one digit each."""
    if len(left.terms) != len(right.terms):
        return {}
    found: dict[str, Int] = {}
    for (monomial, c1), (other, c2) in zip(left.terms, right.terms, strict=True):
        digit, value = monomial[-1] if monomial else "", other[-1] if other else ""
        same_weight = c1 == c2 and monomial[:-1] == other[:-1]
        if not (same_weight and isinstance(digit, str) and isinstance(value, str) and digit in bound):
            return {}
        found[digit] = var(value)
    return found


def keep_survivors(term: Term, forced: dict[str, Int]) -> Term:
    """Drop the sums over forced names and the brackets that then hold by themselves."""
    rest = tuple(item for item in term if not (isinstance(item, Sum) and item.index in forced))
    items: list[Item] = []
    for item in subs_term(rest, forced):
        if isinstance(item, Bracket):
            left = tuple(c for c in item.conditions if not (isinstance(c, Equal) and c.left == c.right))
            if left:
                items.append(Bracket(left, item.aside))
        else:
            items.append(item)
    return tuple(items)


def isolate(condition: Equal, name: str) -> tuple[Int, Equal] | None:
    """A i + B = C with A free of i, written A i = C - B with the terms in reading order."""
    (left, left_rest), (right, right_rest) = condition.left.split(name), condition.right.split(name)
    factor, whole = left - right, right_rest - left_rest
    if not factor.terms or name in whole.names():
        return None
    if all(c < 0 for _, c in factor.terms):
        factor, whole = -factor, left_rest - right_rest
    return factor, Equal(factor * var(name), positives_first(whole))


def positives_first(e: Int) -> Int:
    """The same polynomial with its positive terms first, otherwise in order."""
    return Int([t for t in e.terms if t[1] > 0] + [t for t in e.terms if t[1] < 0])


def swap(term: Term, target: Target) -> Term:
    """Bring the target's sums inwards: the other sums, what does not see the target, the target's sums, the rest."""
    inner = set(target.names)
    outer_sums = [i for i in term if isinstance(i, Sum) and i.index not in inner]
    target_sums = [i for i in term if isinstance(i, Sum) and i.index in inner]
    factors = [i for i in term if not isinstance(i, Sum)]
    sees = [i for i in factors if _sees(i, inner)]
    blind = [i for i in factors if not _sees(i, inner)]
    turned = [_turn(i, inner) for i in sees]
    return (*outer_sums, *blind, *target_sums, *turned)


def _sees(item: Item, names: set[str]) -> bool:
    if isinstance(item, Access):
        return any(not e.names().isdisjoint(names) for e in item.index)
    if isinstance(item, Bracket):
        return any(_equation_for(c, names) is not None for c in item.conditions)
    return False


def _equation_for(condition: Condition, names: set[str]) -> Equal | None:
    if isinstance(condition, Equal):
        for name in names:
            if name in condition.left.names() | condition.right.names():
                solved = isolate(condition, name)
                return solved[1] if solved else None
    return None


def _turn(item: Item, names: set[str]) -> Item:
    if not isinstance(item, Bracket):
        return item
    return Bracket(tuple(_equation_for(c, names) or c for c in item.conditions), item.aside)


def solve(term: Term, target: Target) -> Term:
    """Replace each target index by the one value its bracket allows, keeping range and divisibility as guards."""
    sizes = sums(term)
    values: dict[str, Int] = {}
    guards: list[Condition] = []
    used: set[Condition] = set()
    for name in target.names:
        for condition in (c for i in term if isinstance(i, Bracket) for c in i.conditions):
            equation = isolate(condition, name) if isinstance(condition, Equal) else None
            if equation is None or condition in used:
                continue
            factor, whole = equation[0], equation[1].right
            values[name] = quotient(whole, factor)
            if factor != 1:
                guards.append(Divides(factor, whole))
            guards.append(InRange(values[name], sizes[name]))
            used.add(condition)
            break
    items: list[Item] = []
    for item in term:
        if isinstance(item, Sum) and item.index in values:
            continue
        if isinstance(item, Bracket) and all(c in used for c in item.conditions):
            continue
        items.append(subs_access(item, values) if isinstance(item, Access) else item)
    return (*items, Bracket(tuple(guards), aside=True))


def absorb(term: Term, tensor: str, factors: tuple[Int, ...]) -> Term:
    """g[E/s] under its guards is g^s[E]: divisibility goes into the zeros, the range into zero extension."""
    items: list[Item] = []
    for item in term:
        if isinstance(item, Bracket) and item.aside:
            continue
        if isinstance(item, Access) and item.tensor.name == tensor:
            lead = len(item.index) - len(factors)
            tops = [_top(e, f) for e, f in zip(item.index[lead:], factors, strict=True)]
            view = item.tensor.dilated((integer(1),) * lead + factors)
            item = Access(view, (*item.index[:lead], *tops))
        items.append(item)
    return tuple(items)


def _top(e: Int, factor: Int) -> Int:
    """The E of the exact quotient E / factor."""
    ((monomial, _),) = e.terms if factor != 1 and len(e.terms) == 1 else (((), 1),)
    if monomial and not isinstance(monomial[0], str):
        return monomial[0].top
    return e * factor


def single(term: Term, taps: tuple[str, ...], kernel: str) -> Term:
    """Where the kernel has one tap, p = 0 and d p drops out of the other entry's index."""
    zero: dict[str, Int] = {p: integer(0) for p in taps}
    return tuple(subs_access(i, zero) if isinstance(i, Access) and i.tensor.name != kernel else i for i in term)


def reflect(term: Term, taps: dict[str, str], kernel: str) -> Term:
    """p = K-1-q for each tap p, and the kernel read backwards through the flipped view."""
    sizes = sums(term)
    values = {p: sizes[p] - 1 - var(q) for p, q in taps.items()}
    items: list[Item] = []
    for item in term:
        if isinstance(item, Sum) and item.index in taps:
            items.append(Sum(taps[item.index], item.size))
        elif isinstance(item, Access) and item.tensor.name == kernel:
            flips = tuple(e.name in taps for e in item.index)
            index = tuple(var(taps[e.name]) if e.name in taps else e for e in item.index)
            items.append(Access(item.tensor.reversed(flips), index))
        elif isinstance(item, Access):
            items.append(subs_access(item, values))
        else:
            items.append(item)
    return tuple(items)


def insert_position(term: Term, tensor: Tensor, names: tuple[str, ...]) -> Term:
    """T[e] = sum_m T[m] [m = e]: name the position that is read (zero extension covers the rest).

    For a zero-dilated view T^r[e] = sum_m T[m] [r m = e].
    """
    access = only_access(term, tensor.name)
    lead = len(access.index) - len(names)
    zeros = access.tensor.zeros[lead:] or (integer(1),) * len(names)
    brackets = [Bracket((Equal(r * var(m), e),)) for m, e, r in zip(names, access.index[lead:], zeros, strict=True)]
    plain = Access(Tensor(tensor.name, tensor.sizes, lead=tensor.lead), (*access.index[:lead], *(var(m) for m in names)))
    outer = [i for i in term if isinstance(i, Sum)]
    others = [i for i in term if not isinstance(i, Sum) and i != access]
    new = [Sum(m, size) for m, size in zip(names, tensor.sizes[lead:], strict=True)]
    return (*outer, *new, plain, *others, *brackets)
