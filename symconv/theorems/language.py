"""Short names for stating theorems, with the expressions of ``core``: the same that the deriver produces.

>>> from symconv.theorems.language import entry, integers, product, tensor, total
>>> p, i, K, N = integers("p i K N")
>>> x, w = tensor("x", N), tensor("w", K)
>>> window = total((p, K), entry(w, p), entry(x, i + p))
"""

from __future__ import annotations

from symconv.core.expr import Access, Bracket, Condition, Equal, Expr, InRange, Item, Sum, Tensor
from symconv.core.integers import Int, floor, integer, mod, var

Index = Int | int


def integers(names: str) -> tuple[Int, ...]:
    """Names, separated by blanks."""
    return tuple(var(name) for name in names.split())


def tensor(name: str, *sizes: Index) -> Tensor:
    """A tensor of the given sizes; it is 0 outside."""
    return Tensor(name, tuple(integer(n) for n in sizes))


def entry(of: Tensor, *index: Index) -> Access:
    """An entry."""
    return Access(of, tuple(integer(e) for e in index))


def total(*items: tuple[Int, Index] | Item | Condition) -> Expr:
    """A sum of products: (index, size) pairs bind, entries multiply, conditions are brackets."""
    made: list[Item] = []
    for item in items:
        if isinstance(item, tuple):
            index, size = item
            made.append(Sum(str(index.name), integer(size)))
        elif isinstance(item, (Access, Bracket, Sum)):
            made.append(item)
        else:
            made.append(Bracket((item,)))  # type: ignore[arg-type]
    return Expr((tuple(made),))


def product(*items: Access) -> Expr:
    """A product without a sum."""
    return Expr((tuple(items),))


def plus(*sums: Expr) -> Expr:
    """The sum of expressions."""
    return Expr(tuple(term for e in sums for term in e.terms))


def equal(left: Index, right: Index) -> Equal:
    """[left = right]."""
    return Equal(integer(left), integer(right))


def within(value: Index, size: Index) -> InRange:
    """[0 <= value < size]."""
    return InRange(integer(value), integer(size))


__all__ = ["entry", "equal", "floor", "integers", "mod", "plus", "product", "tensor", "total", "within"]
