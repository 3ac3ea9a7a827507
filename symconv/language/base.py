r"""Indices that begin at another number: a substitution, made before a line is checked.

    y[i] = sum_{p=0}^{K-1} w[p] x[s i + p]        y[i] = sum_{p=1}^{K} w[p] x[s i + p - s]

Every index i is i - b, an entry at place e stands at e + b, and a sum begins at b: the same numbers in another notation, which
the checker evaluates as it stands (``check.lines`` with the base in its world).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symconv.language.expr import Access, Apply, Expr, Item, Max, Partial, Sum, Term, subs_item
from symconv.language.integers import Int, var


def based(expr: Expr, base: int, free: Iterable[str]) -> Expr:
    """The expression with all indices, its free ones among them, counted from ``base``."""
    return Expr(tuple(based_term(term, base, free) for term in expr.terms)) if base else expr


def based_term(term: Term, base: int, free: Iterable[str]) -> Term:
    """A term, its bound indices and its free ones counted from ``base``."""
    bound = [item.index for item in term if isinstance(item, (Sum, Max))]
    moved = {name: var(name) - base for name in (*free, *bound)}
    return tuple(based_item(item, base, moved) for item in term)


def based_item(item: Item, base: int, moved: dict[str, Int]) -> Item:
    """One item: a sum from its new beginning, an entry at its new place, conditions as they are."""
    if isinstance(item, (Sum, Max)):
        return replace(item, size=item.size.subs(moved), first=base)
    found = subs_item(item, moved)
    if isinstance(found, Access):
        return placed(found, base)
    if isinstance(found, Partial):
        return Partial(placed(found.of, base), placed(found.wrt, base))
    return replace(found, of=placed(found.of, base)) if isinstance(found, Apply) else found


def placed(access: Access, base: int) -> Access:
    """An entry at its new place."""
    return Access(access.tensor, tuple(e + base for e in access.index))
