"""The index language: sums of products of tensor entries under integer conditions.

A term is read from left to right,

    sum_i  sum_p  g[i]  w[p]  [s i + d p - P = j]

as a sequence of items: a ``Sum`` binds its index for everything to its right, an ``Access`` is a tensor entry, a
``Bracket`` is Iverson's (1 where its conditions hold, else 0), a ``Partial`` is a derivative of one entry by another.
A ``Max`` binds like a sum and takes the largest (what lies outside a tensor does not take part), an ``Over`` divides by a
size, a ``Factor`` is a rational number, an ``Apply`` is a pointwise function of an entry (``language.functions`` names them).
A tensor is 0 outside its extents.  Two views give tensors new names on the page:

    zero-dilated   T^r[r m] = T[m], 0 elsewhere, of length r (n - 1) + 1        flipped   T~[q] = T[n - 1 - q]

and an inverse view reads 1/T[m].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from symconv.language.integers import Int, integer, var
from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Tensor:
    """A named array of the given sizes; ``zeros`` (per axis, 1 = none) and ``flipped`` make it a view of itself."""

    name: str
    sizes: tuple[Int, ...]
    zeros: tuple[Int, ...] = ()
    flipped: tuple[bool, ...] = ()
    lead: int = 0  # leading axes, which no view touches
    inverse: bool = False  # read as 1/T

    def dilated(self, factors: tuple[Int, ...]) -> Tensor:
        """The view with factor - 1 zeros between entries, per axis."""
        return self if all(f == 1 for f in factors) else replace(self, zeros=factors)

    def reversed(self, axes: tuple[bool, ...]) -> Tensor:
        """The view that is read backwards along the marked axes."""
        return replace(self, flipped=axes) if any(axes) else self

    @property
    def extents(self) -> tuple[Int, ...]:
        """Sizes of the view: a zero-dilated axis of n entries has r (n - 1) + 1."""
        if not self.zeros:
            return self.sizes
        return tuple(n if r == 1 else r * (n - 1) + 1 for n, r in zip(self.sizes, self.zeros, strict=True))


@dataclass(frozen=True)
class Sum:
    """sum over 0 <= index < size, of all that stands to the right; where it begins at ``first``, there are still ``size``."""

    index: str
    size: Int
    first: int = 0


@dataclass(frozen=True)
class Max:
    """The largest over 0 <= index < size of all that stands to the right; entries outside a tensor do not take part."""

    index: str
    size: Int
    first: int = 0


@dataclass(frozen=True)
class Over:
    """Divided by a size."""

    bottom: Int


@dataclass(frozen=True)
class Factor:
    """A rational number."""

    value: Fraction


@dataclass(frozen=True)
class Access:
    """tensor[index, ...]; zero outside."""

    tensor: Tensor
    index: tuple[Int, ...]


@dataclass(frozen=True)
class Partial:
    """d of / d wrt, both tensor entries."""

    of: Access
    wrt: Access


@dataclass(frozen=True)
class Equal:
    """left = right."""

    left: Int
    right: Int


@dataclass(frozen=True)
class InRange:
    """0 <= value < size."""

    value: Int
    size: Int


@dataclass(frozen=True)
class Divides:
    """divisor | value."""

    divisor: Int
    value: Int


Condition = Equal | InRange | Divides


@dataclass(frozen=True)
class Bracket:
    """1 where every condition holds, else 0; ``aside`` prints it as a guard beside the formula ("where ...")."""

    conditions: tuple[Condition, ...]
    aside: bool = False


@dataclass(frozen=True)
class Apply:
    """function(entry); ``order`` counts its derivatives: f'(x) is the function of order 1."""

    function: str
    of: Access
    order: int = 0


Item = Sum | Max | Access | Partial | Bracket | Over | Factor | Apply
Term = tuple[Item, ...]


@dataclass(frozen=True)
class Expr:
    """A sum of terms."""

    terms: tuple[Term, ...]


def sums(term: Term) -> dict[str, Int]:
    """The bound indices of a term with their sizes."""
    return {item.index: item.size for item in term if isinstance(item, Sum)}


def subs_condition(condition: Condition, values: Mapping[str, Int | int]) -> Condition:
    """Substitute in a condition."""
    if isinstance(condition, Equal):
        return Equal(condition.left.subs(values), condition.right.subs(values))
    if isinstance(condition, InRange):
        return InRange(condition.value.subs(values), condition.size.subs(values))
    return Divides(condition.divisor.subs(values), condition.value.subs(values))


def subs_access(access: Access, values: Mapping[str, Int | int]) -> Access:
    """Substitute in the indices of an access."""
    return Access(access.tensor, tuple(e.subs(values) for e in access.index))


def subs_item(item: Item, values: Mapping[str, Int | int]) -> Item:
    """Substitute in one item; a Sum or Max whose index is given a new *name* is renamed."""
    if isinstance(item, Access):
        return subs_access(item, values)
    if isinstance(item, Bracket):
        return Bracket(tuple(subs_condition(c, values) for c in item.conditions), item.aside)
    if isinstance(item, Partial):
        return Partial(subs_access(item.of, values), subs_access(item.wrt, values))
    if isinstance(item, Apply):
        return replace(item, of=subs_access(item.of, values))
    if isinstance(item, Over):
        return Over(item.bottom.subs(values))
    if isinstance(item, Factor):
        return item
    renamed = integer(values.get(item.index, item.index)).name
    return type(item)(renamed or item.index, item.size.subs(values))


def subs_term(term: Term, values: Mapping[str, Int | int]) -> Term:
    """Substitute in every item of a term."""
    return tuple(subs_item(item, values) for item in term)


def fresh(name: str, taken: Iterable[str]) -> str:
    """``name``, with as many primes as keep it apart from the names taken."""
    used = set(taken)
    while name in used:
        name += "'"
    return name


def avoid(names: Iterable[str], taken: Iterable[str]) -> dict[str, Int]:
    """The renaming that gives each clashing name a prime."""
    used = set(taken)
    changes: dict[str, Int] = {}
    for name in names:
        new = fresh(name, used)
        used.add(new)
        if new != name:
            changes[name] = var(new)
    return changes


def condition_names(condition: Condition) -> frozenset[str]:
    """The names that occur in a condition."""
    if isinstance(condition, Equal):
        return condition.left.names() | condition.right.names()
    if isinstance(condition, InRange):
        return condition.value.names() | condition.size.names()
    return condition.divisor.names() | condition.value.names()
