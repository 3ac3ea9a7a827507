"""Short names for stating theorems, with the expressions of the language: the same that the deriver produces.

>>> from symconv.topics.theorems.language import entry, integers, product, tensor, total
>>> p, i, K, N = integers("p i K N")
>>> x, w = tensor("x", N), tensor("w", K)
>>> window = total((p, K), entry(w, p), entry(x, i + p))
"""

from __future__ import annotations

from symconv.errors import SymconvError
from symconv.language.expr import Access, Bracket, Condition, Equal, Expr, InRange, Item, Sum, Tensor
from symconv.language.integers import Int, floor, integer, mod, var

Index = Int | int


def whole(e: Index) -> Int:
    """An index or a size: a polynomial in integers.

    Raises SymconvError for anything else, a float or a SymPy expression.
    """
    if isinstance(e, Int):
        return e
    if isinstance(e, int) and not isinstance(e, bool):
        return integer(e)
    raise SymconvError(f"expected an index or a size that is a polynomial in integers, got {str(e)[:60]!r}")


def integers(names: str) -> tuple[Int, ...]:
    """Names, separated by blanks."""
    return tuple(var(name) for name in names.split())


def tensor(name: str, *sizes: Index) -> Tensor:
    """A tensor of the given sizes; it is 0 outside."""
    return Tensor(name, tuple(whole(n) for n in sizes))


def entry(of: Tensor, *index: Index) -> Access:
    """An entry."""
    return Access(of, tuple(whole(e) for e in index))


def total(*items: tuple[Int, Index] | Item | Condition) -> Expr:
    """A sum of products: (index, size) pairs bind, entries multiply, conditions are brackets."""
    made: list[Item] = []
    for item in items:
        if isinstance(item, tuple):
            index, size = item
            if not isinstance(index, Int) or index.name is None:
                raise SymconvError(f"expected (index, size) with a name as index, got {str(index)[:60]!r}")
            made.append(Sum(index.name, whole(size)))
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
    return Equal(whole(left), whole(right))


def within(value: Index, size: Index) -> InRange:
    """[0 <= value < size]."""
    return InRange(whole(value), whole(size))


__all__ = ["entry", "equal", "floor", "integers", "mod", "plus", "product", "tensor", "total", "within"]
