"""From a claim to what is known and what must vanish: hypotheses, and terms with rational coefficients.

A term is  coefficient * sum over bound integers of a product of reads, where every ge >= 0 and every eq = 0.

    T[e]            a read at e, with 0 <= e < n (a tensor is 0 outside)
    T^r[e]          a bound u with r u = e, r >= 1, a read at u       T~[q]   a read at n - 1 - q
    [c1, c2]        the guards themselves; d | e is a bound k with d k = e, d >= 1
    floor(u/v)      a bound q with v q + t = u, 0 <= t < v, v >= 1    (also for u mod v and for an exact quotient)
    ceil(u/v)       floor((u + v - 1)/v)          min(u, v)  a bound m <= u, v with (u - m)(v - m) = 0
    /n, 1/T[e]      a read of a function of n (n >= 1 is owed), and of a tensor of its own
    f(T[e])         a read of a function of the place, which nothing is known of outside of T either
    d T[e]/d T[j]   e = j            d y[..]/d T[j]   y's definition, the product rule at every occurrence of T

Every bound integer has a finite range or is determined by d b = e with d >= 1, so every sum is finite.  Quotients that a term
brings along are bound in that term, under its guards, and say nothing about the sizes.  Those of the claim's own definitions
become facts once their divisor is shown >= 1 from what was known before.  Bound names are new in every term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from symconv.check.kernel.hypotheses import Hypotheses
from symconv.check.kernel.obligations import Desk, NotShown
from symconv.core.expr import (
    Access,
    Apply,
    Bracket,
    Condition,
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
    condition_names,
    subs_item,
)
from symconv.core.facts import Claim
from symconv.core.integers import Atom, Ceil, Floor, Int, Min, Mod, integer, var
from symconv.core.operator import entry, formula, labels, operator_domain, spatial_names

PLAIN = re.compile(r"[^\W\d][\w']*\Z")  # a name of the user's; the kernel's own hold a "!"


class Read(NamedTuple):
    """An entry of a tensor, or a value of a function, at integer coordinates."""

    tensor: str
    at: tuple[Int, ...]


class Product(NamedTuple):
    """A term: coefficient * sum over ``bound`` of the product of ``reads`` under the guards."""

    bound: tuple[str, ...]
    ge: tuple[Int, ...]
    eq: tuple[Int, ...]
    reads: tuple[Read, ...]
    coefficient: Fraction


class Stated(NamedTuple):
    """A claim's hypotheses in its own words: sizes with their least value, definitions, what is >= 0, free indices."""

    sizes: tuple[tuple[str, int], ...]
    definitions: tuple[tuple[str, Int], ...]
    given: tuple[Int, ...]
    free: tuple[tuple[str, Int | None], ...]


def stated(claim: Claim) -> Stated:
    """The hypotheses of a claim, those of its operator first."""
    sizes, definitions, fits = operator_domain(claim.op) if claim.op is not None else ([], [], [])
    return Stated((*sizes, *claim.sizes), (*definitions, *claim.definitions), (*fits, *claim.given), claim.free)


class Domain:
    """What a claim takes for granted, as polynomials over its names; quotients are names with their equation."""

    def __init__(self, claim: Claim, desk: Desk) -> None:
        self.claim, self.desk = claim, desk
        self.names: set[str] = set()
        self.ge: list[Int] = []
        self.eq: list[Int] = []
        self.atoms: dict[Atom, Int] = {}
        self.tensors: dict[str, tuple[Int, ...]] = {}
        self._count = 0
        self._known: Hypotheses | None = None
        self.stated = stated(claim)
        self._sizes()
        self._free()

    @property
    def known(self) -> Hypotheses:
        """The hypotheses so far."""
        if self._known is None:
            self._known = Hypotheses(self.ge, self.eq)
        return self._known

    def fresh(self, base: str) -> str:
        """A name that occurs nowhere else."""
        self._count += 1
        return f"{base.split('!', maxsplit=1)[0]}!{self._count}"

    def assume(self, ge: Iterable[Int] = (), eq: Iterable[Int] = ()) -> None:
        """Add to what is known."""
        self.ge += ge
        self.eq += eq
        self._known = None

    def declare(self, name: str) -> None:
        """Take a name of the claim's.

        Raises NotShown for one that is no plain name or is declared twice.
        """
        if not PLAIN.match(name) or name in self.names:
            raise NotShown(f"expected plain names, each declared once, got {name!r}")
        self.names.add(name)

    def _sizes(self) -> None:
        """Lower bounds, then what is given without definitions, then the definitions, then the rest of what is given."""
        sizes, definitions, given, free_indices = self.stated
        free = {name for name, _ in free_indices}
        for name, least in sizes:
            self.declare(name)
            self.assume([var(name) - least])
        defined = {name for name, _ in definitions}
        later = defined | free
        for e in (e for e in given if e.names().isdisjoint(later)):
            self.assume([self.cleaned(e)])
        for name, meaning in definitions:
            value = self.cleaned(meaning)
            self.declare(name)
            self.assume(eq=[value - var(name)])
        for e in (e for e in given if not e.names().isdisjoint(defined) and e.names().isdisjoint(free)):
            self.assume([self.cleaned(e)])

    def _free(self) -> None:
        """The free indices, with their ranges and what is given of them."""
        ranges = [(name, None if size is None else self.cleaned(size)) for name, size in self.stated.free]
        for name, size in ranges:
            self.declare(name)
            self.assume([var(name), size - 1 - var(name)] if size is not None else [])
        free = {name for name, _ in self.stated.free}
        for e in (e for e in self.stated.given if not e.names().isdisjoint(free)):
            self.assume([self.cleaned(e)])

    def cleaned(self, e: Int) -> Int:
        """The polynomial with the quotients of sizes (and free indices) as names that everything shares."""
        return replaced(e, self._atom)

    def _atom(self, atom: Atom) -> Int:
        atom = plain_atom(atom, self.cleaned)
        if atom not in self.atoms:
            if not isinstance(atom, Min):
                self.desk.owe("a divisor is positive", self.known, "ge", atom.bottom - 1)  # type: ignore[union-attr]
            names, ge, eq, values = introduced(atom, self.fresh)
            self.names.update(names)
            self.atoms |= values
            self.assume(ge, eq)
        return self.atoms[atom]

    def extent(self, tensor: Tensor) -> tuple[Int, ...]:
        """A tensor's sizes: the same wherever it is read, which is owed where they are spelled otherwise.

        Raises NotShown for another number of axes, or a size that depends on an index.
        """
        sizes = tuple(self.cleaned(n) for n in tensor.sizes)
        if any(not n.names() <= self.names for n in sizes):
            raise NotShown(f"expected sizes of {tensor.name!r} that depend on no index")
        first = self.tensors.setdefault(tensor.name, sizes)
        if len(first) != len(sizes):
            raise NotShown(f"expected {tensor.name!r} to have one number of axes")
        for one, other in zip(first, sizes, strict=True):
            if one != other:
                self.desk.owe(f"{tensor.name} has one extent", self.known, "eq", one - other)
        return sizes

    # terms
    def expression(self, expr: Expr, sign: int) -> list[Product]:
        """The terms of an expression, times a sign."""
        return [p for term in expr.terms for p in self.term(term, sign)]

    def term(self, term: Term, sign: int) -> list[Product]:
        """The products of one term: more than one where a derivative of y expands to several."""
        _well_scoped(term, self.names)
        scope = Scope(self, Fraction(sign))
        partials = scope.items(term)
        if not partials:
            return [scope.product()]
        if len(partials) > 1:
            raise NotShown("expected one derivative of an output in a product, got two")
        return [inner.product() for inner in self._derived(partials[0], scope)]

    def _derived(self, partial: Partial, outer: Scope) -> Iterator[Scope]:
        """d y[e]/d T[j]: the definition at bound indices that equal e; T's occurrences become equations, one at a time."""
        op = self.claim.op
        if op is None or partial.of.tensor.name != op.result.name:
            raise NotShown(f"no definition of {partial.of.tensor.name!r} is known")
        definition = formula(op) if self.claim.forward is None else self.claim.forward
        self.extent(partial.of.tensor)
        own = (*labels(op.result), *spatial_names(op, op.result))
        sizes = [*(dict(op.extents)[n] for n in labels(op.result)), *(axis.output for axis in op.axes)]
        index = entry(op, op.result, {}, tuple(var(n) for n in spatial_names(op, op.result))).index
        for inner in definition.terms:
            for place, item in enumerate(inner):
                if not isinstance(item, Access) or item.tensor.name != partial.wrt.tensor.name:
                    continue
                scope = outer.copy()
                scope.renamed = {}
                for name, size in zip(own, sizes, strict=True):
                    scope.bind(name, size)
                scope.eq += [e.subs(scope.renamed) - scope.cleaned(at)
                             for e, at in zip(index, partial.of.index, strict=True)]  # fmt: skip
                before, behind = inner[:place], inner[place + 1 :]
                if scope.items((*before, *behind), (Partial(item, partial.wrt),)):
                    raise NotShown("expected a definition without derivatives")
                yield scope


class Scope:
    """A term under construction."""

    def __init__(self, domain: Domain, coefficient: Fraction) -> None:
        self.domain, self.coefficient = domain, coefficient
        self.bound: list[str] = []
        self.ge: list[Int] = []
        self.eq: list[Int] = []
        self.reads: list[Read] = []
        self.atoms: dict[Atom, Int] = {}
        self.renamed: dict[str, Int] = {}

    def copy(self) -> Scope:
        """An independent copy."""
        made = Scope(self.domain, self.coefficient)
        made.bound, made.ge, made.eq, made.reads = self.bound[:], self.ge[:], self.eq[:], self.reads[:]
        made.atoms, made.renamed = dict(self.atoms), dict(self.renamed)
        return made

    def product(self) -> Product:
        """The finished term.

        Raises NotShown for a name that is neither declared nor bound.
        """
        known = self.domain.names | set(self.bound)
        every = (*self.ge, *self.eq, *(e for read in self.reads for e in read.at))
        for name in {n for e in every for n in e.names()} - known:
            raise NotShown(f"expected declared names, got {name!r}")
        return Product(tuple(self.bound), tuple(self.ge), tuple(self.eq), tuple(self.reads), self.coefficient)

    def bind(self, name: str, size: Int) -> None:
        """A bound index 0 <= name < size under a name of its own."""
        length = self.cleaned(size.subs(self.renamed))
        new = self.domain.fresh(name)
        self.renamed[name] = var(new)
        self.bound.append(new)
        self.ge += [var(new), length - 1 - var(new)]

    def items(self, term: Term, derivatives: tuple[Partial, ...] = ()) -> list[Partial]:
        """Take the items in: sums, then divisibilities (they say what an exact quotient is), then the rest.

        Gives back the derivatives of outputs, which expand to a definition.
        """
        later: list[Partial] = []
        for item in sorted(term, key=_order):
            if isinstance(item, Sum):
                self.bind(item.index, item.size)
                continue
            moved = subs_item(item, self.renamed)
            if isinstance(moved, Partial) and moved.of.tensor.name != moved.wrt.tensor.name:
                later.append(moved)
            else:
                self._item(moved)
        for partial in derivatives:
            self._derivative(Partial(_access(partial.of, self.renamed), partial.wrt))
        return later

    def _item(self, item: Item) -> None:
        if isinstance(item, Access):
            self._read(item)
        elif isinstance(item, Factor):
            self.coefficient *= item.value
        elif isinstance(item, Over):
            bottom = self.cleaned(item.bottom)
            self._positive(bottom)
            self.reads.append(Read("over:", (bottom,)))
        elif isinstance(item, Partial):
            self._derivative(item)
        elif isinstance(item, Bracket):
            for condition in sorted(item.conditions, key=lambda c: not isinstance(c, Divides)):
                self._condition(condition)
        elif isinstance(item, Apply):
            self._applied(item)
        else:
            raise NotShown(f"expected sums of products of entries, got {type(item).__name__}")

    def _read(self, access: Access) -> None:
        """T[e] with its zero extension, through its views."""
        tensor = access.tensor
        at = []
        for k, (e, n) in enumerate(zip(access.index, self.domain.extent(tensor), strict=True)):
            place = self.cleaned(e)
            if tensor.zeros and tensor.zeros[k] != 1:
                place = self._quotient(place, self.cleaned(tensor.zeros[k]))
            if tensor.flipped and tensor.flipped[k]:
                place = n - 1 - place
            self.ge += [place, n - 1 - place]
            at.append(place)
        self.reads.append(Read(f"1/:{tensor.name}" if tensor.inverse else tensor.name, tuple(at)))

    def _applied(self, item: Apply) -> None:
        tensor = item.of.tensor
        if tensor.zeros or any(tensor.flipped) or tensor.inverse:
            raise NotShown("expected a function of an entry of a tensor as it stands")
        self.domain.extent(tensor)
        at = tuple(self.cleaned(e) for e in item.of.index)
        self.reads.append(Read(f"{item.function}:{item.order}:{tensor.name}", at))

    def _derivative(self, item: Partial) -> None:
        """d T[e]/d T[j]: 1 where the place that e reads through its view is j, else 0."""
        view, wrt = item.of.tensor, item.wrt.tensor
        if wrt.zeros or any(wrt.flipped) or wrt.inverse or view.inverse:
            raise NotShown("expected a derivative by an entry of a tensor as it stands")
        self.domain.extent(wrt)
        for k, (e, j, n) in enumerate(zip(item.of.index, item.wrt.index, self.domain.extent(view), strict=True)):
            place, wanted = self.cleaned(e), self.cleaned(j)
            factor = self.cleaned(view.zeros[k]) if view.zeros else integer(1)
            if factor != 1:
                self._positive(factor)
            self.ge += [wanted, n - 1 - wanted]
            self.eq.append(place - factor * (n - 1 - wanted if view.flipped and view.flipped[k] else wanted))

    def _condition(self, condition: Condition) -> None:
        if isinstance(condition, Equal):
            self.eq.append(self.cleaned(condition.left) - self.cleaned(condition.right))
        elif isinstance(condition, InRange):
            value = self.cleaned(condition.value)
            self.ge += [value, self.cleaned(condition.size) - 1 - value]
        else:
            divisor, value = self.cleaned(condition.divisor), self.cleaned(condition.value)
            k = self._quotient(value, divisor)
            self.atoms[Floor(value, divisor)] = k  # an exact quotient under this guard is k itself
            self.atoms[Mod(value, divisor)] = integer(0)

    def _quotient(self, value: Int, divisor: Int) -> Int:
        """A bound u with divisor * u = value."""
        self._positive(divisor)
        u = self.domain.fresh("u")
        self.bound.append(u)
        self.eq.append(divisor * var(u) - value)
        return var(u)

    def _positive(self, divisor: Int) -> None:
        """Owe that a divisor is at least 1, where it stands."""
        if divisor.constant is None or divisor.constant < 1:
            known = self.domain.known.more(self.ge, self.eq)
            self.domain.desk.owe("a divisor is positive", known, "ge", divisor - 1)

    def cleaned(self, e: Int) -> Int:
        """The polynomial with quotients as names: those of the definitions, or bound in this term."""
        return replaced(e, self._atom)

    def _atom(self, atom: Atom) -> Int:
        atom = plain_atom(atom, self.cleaned)
        for table in (self.atoms, self.domain.atoms):
            if atom in table:
                return table[atom]
        if not isinstance(atom, Min):
            self._positive(atom.bottom)  # type: ignore[union-attr]
        names, ge, eq, values = introduced(atom, self.domain.fresh)
        self.bound += names
        self.ge += ge
        self.eq += eq
        self.atoms |= values
        return self.atoms[atom]


def replaced(e: Int, atom: object) -> Int:
    """The polynomial with every atom that is no name replaced."""
    if all(isinstance(a, str) for m, _ in e.terms for a in m):
        return e
    total = integer(0)
    for monomial, coefficient in e.terms:
        product = integer(coefficient)
        for a in monomial:
            product = product * (var(a) if isinstance(a, str) else atom(a))  # type: ignore[operator]
        total = total + product
    return total


def plain_atom(atom: Atom, cleaned: object) -> Atom:
    """floor, mod or min of polynomials over names: a ceiling and an exact quotient are floors."""
    assert not isinstance(atom, str)
    top, bottom = cleaned(atom.top), cleaned(atom.bottom)  # type: ignore[operator]
    if isinstance(atom, Ceil):
        return Floor(top + bottom - 1, bottom)
    return type(atom)(top, bottom) if isinstance(atom, (Min, Mod)) else Floor(top, bottom)


def introduced(atom: Atom, fresh: object) -> tuple[list[str], list[Int], list[Int], dict[Atom, Int]]:
    """(names, ge, eq, what they stand for) of a quotient with its rest, or of the smaller of two."""
    assert isinstance(atom, (Floor, Mod, Min))
    if isinstance(atom, Min):
        name = fresh("m")  # type: ignore[operator]
        m, u, v = var(name), atom.top, atom.bottom
        return [name], [u - m, v - m], [(u - m) * (v - m)], {atom: m}
    names = [fresh("q"), fresh("t")]  # type: ignore[operator]
    q, t = map(var, names)
    values: dict[Atom, Int] = {Floor(atom.top, atom.bottom): q, Mod(atom.top, atom.bottom): t}
    return names, [t, atom.bottom - 1 - t], [atom.bottom * q + t - atom.top], values


def _order(item: Item) -> int:
    divides = isinstance(item, Bracket) and any(isinstance(c, Divides) for c in item.conditions)
    return 0 if isinstance(item, Sum) else 1 if divides else 2


def _access(access: Access, renamed: Mapping[str, Int]) -> Access:
    moved = subs_item(access, renamed)
    assert isinstance(moved, Access)
    return moved


def _well_scoped(term: Term, free: set[str]) -> None:
    """Raise NotShown for an index that is bound twice, hides a free one, or is used to the left of its sum."""
    seen: set[str] = set()
    bound: set[str] = set()
    for item in term:
        if isinstance(item, Sum):
            if item.index in bound | free | seen or not PLAIN.match(item.index):
                raise NotShown(f"expected each index bound once and used behind its sum, got {item.index!r} otherwise")
            bound.add(item.index)
            seen |= item.size.names() - bound
        else:
            seen |= _names(item) - bound


def _names(item: Item) -> set[str]:
    if isinstance(item, Bracket):
        return {n for c in item.conditions for n in condition_names(c)}
    if isinstance(item, Over):
        return set(item.bottom.names())
    accesses = [item] if isinstance(item, Access) else [item.of, item.wrt] if isinstance(item, Partial) else []
    accesses += [item.of] if isinstance(item, Apply) else []
    return {n for access in accesses for e in access.index for n in e.names()}
