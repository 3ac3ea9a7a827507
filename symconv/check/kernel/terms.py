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
brings along are bound in that term, under its guards, and say nothing about the sizes; a divisor is shown positive by the sums
that it stands in and the brackets beside it, not by what stands to its right or by an entry being inside of its tensor.  Those
of the claim's own definitions become facts once their divisor is shown >= 1 from what was known before.  A quotient written as
exact is shown to be.  Bound names are new in every term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from copy import copy
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from symconv.check.kernel.hypotheses import Hypotheses
from symconv.check.kernel.obligations import Desk, NotShown
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
    Item,
    Over,
    Partial,
    Sum,
    Tensor,
    Term,
    condition_names,
    subs_item,
)
from symconv.language.facts import Claim
from symconv.language.integers import Atom, Ceil, Floor, Int, Min, Mod, Quotient, integer, var
from symconv.language.operator import entry, formula, labels, operator_domain, spatial_names
from symconv.language.prose import Prose

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

    def __init__(self, said: Stated, desk: Desk) -> None:
        self.stated, self.desk = said, desk
        self.declared: set[str] = set()  # the claim's own names; ``names`` has the kernel's and the certificate's as well
        self.names: set[str] = set()
        self.ge: list[Int] = []
        self.eq: list[Int] = []
        self.atoms: dict[Atom, Int] = {}
        self.tensors: dict[str, tuple[Int, ...]] = {}
        self.claim: Claim  # whose terms are built
        self._count = 0
        self._known: Hypotheses | None = None
        self._sizes()
        self._free()

    @classmethod
    def of(cls, claim: Claim, desk: Desk) -> Domain:
        """A claim's domain; what many claims state alike is worked out once, and owed in each of them."""
        ready = _prepared(stated(claim), desk.solver)
        made = copy(ready)
        made.claim, made.desk = claim, desk
        desk.shown += ready.desk.shown
        for name in ("declared", "names", "ge", "eq", "atoms", "tensors"):
            setattr(made, name, getattr(ready, name).copy())
        return made

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
        self.declared.add(name)

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
        free = {name for name, _ in self.stated.free}
        for name, _ in self.stated.free:
            self.declare(name)
        for name, size in self.stated.free:
            self.assume([var(name), self.cleaned(size) - 1 - var(name)] if size is not None else [])
        for e in (e for e in self.stated.given if not e.names().isdisjoint(free)):
            self.assume([self.cleaned(e)])

    def cleaned(self, e: Int) -> Int:
        """The polynomial with the quotients of sizes (and free indices) as names that everything shares.

        Raises NotShown for a name that the claim does not declare.
        """
        _declared(e.names(), self.declared)
        return replaced(e, self._atom)

    def _atom(self, atom: Atom) -> Int:
        exact = isinstance(atom, Quotient)
        atom = plain_atom(atom, self.cleaned)
        if atom not in self.atoms:
            if not isinstance(atom, Min):
                self.desk.owe(Prose("obligation.divisor"), self.known, "ge", atom.bottom - 1)  # type: ignore[union-attr]
            names, ge, eq, values = introduced(atom, self.fresh)
            self.names.update(names)
            self.atoms |= values
            self.assume(ge, eq)
        if exact:
            self.desk.owe(Prose("obligation.exact"), self.known, "eq", self.atoms[rest(atom)])
        return self.atoms[atom]

    def extent(self, access: Access) -> tuple[Int, ...]:
        """A tensor's sizes: the same wherever it is read, which is owed where they are spelled otherwise.

        Raises NotShown for another number of axes, or a size that depends on an index.
        """
        tensor = access.tensor
        sizes = tuple(self.cleaned(n) for n in tensor.sizes)
        first = self.tensors.setdefault(tensor.name, sizes)
        if not len(first) == len(sizes) == len(access.index):
            raise NotShown(f"expected {tensor.name!r} to have one number of axes")
        if ":" in tensor.name:
            raise NotShown(f"expected a tensor's name without a colon, got {tensor.name!r}")
        for one, other in zip(first, sizes, strict=True):
            if one != other:
                self.desk.owe(Prose("obligation.extent", {"name": tensor.name}), self.known, "eq", one - other)
        return sizes

    # terms
    def expression(self, expr: Expr, sign: int) -> list[Product]:
        """The terms of an expression, times a sign."""
        return [p for term in expr.terms for p in self.term(term, sign)]

    def term(self, term: Term, sign: int) -> list[Product]:
        """The products of one term: more than one where a derivative of y expands to several."""
        _well_scoped(term, self.declared)
        scope = Scope(self, Fraction(sign))
        partials = scope.items(term)
        if not partials:
            return [scope.product()]
        if len(partials) > 1:
            raise NotShown("expected one derivative of an output in a product, got two")
        return [inner.product() for inner in self._derived(partials[0], scope)]

    def _derived(self, partial: Partial, outer: Scope) -> Iterator[Scope]:
        """d y[e]/d T[j]: the definition at bound indices that equal e; T's occurrences become equations, one at a time."""
        op, wrt = self.claim.op, partial.wrt.tensor.name
        if op is None or partial.of.tensor.name != op.result.name:
            raise NotShown(f"no definition of {partial.of.tensor.name!r} is known")
        definition = formula(op) if self.claim.forward is None else self.claim.forward
        own = (*labels(op.result), *spatial_names(op, op.result))
        sizes = [*(dict(op.extents)[n] for n in labels(op.result)), *(axis.output for axis in op.axes)]
        result = entry(op, op.result, {}, tuple(var(n) for n in spatial_names(op, op.result)))
        _itself(partial.of.tensor)
        for access in (result, partial.of):
            self.extent(access)
        for inner in definition.terms:
            _well_scoped(inner, self.declared - {name for name, _ in self.claim.free} | set(own))
            for place, item in enumerate(inner):
                if isinstance(item, Apply) and item.of.tensor.name == wrt:
                    raise NotShown(f"expected a definition that reads {wrt!r} itself, not a function of it")
                if not isinstance(item, Access) or item.tensor.name != wrt:
                    continue
                scope = outer.copy()
                scope.renamed = {}
                for name, size in zip(own, sizes, strict=True):
                    scope.bind(name, size)
                scope.eq += [e.subs(scope.renamed) - scope.cleaned(at)
                             for e, at in zip(result.index, partial.of.index, strict=True)]  # fmt: skip
                derivatives = scope.items((*inner[:place], Taken(item, partial.wrt), *inner[place + 1 :]))
                if derivatives:
                    raise NotShown("expected a definition without derivatives")
                yield scope


@lru_cache(maxsize=64)
def _prepared(said: Stated, solver: bool) -> Domain:
    """A domain before any claim has used it."""
    return Domain(said, Desk(solver))


class Taken(NamedTuple):
    """An entry in a definition, to be differentiated by an entry that the definition's names do not reach."""

    of: Access
    wrt: Access


class Scope:
    """A term under construction."""

    def __init__(self, domain: Domain, coefficient: Fraction) -> None:
        self.domain, self.coefficient = domain, coefficient
        self.bound: list[str] = []
        self.ge: list[Int] = []
        self.eq: list[Int] = []
        self.inside_ge: list[Int] = []  # an entry outside of its tensor is 0, which makes no divisor positive
        self.inside_eq: list[Int] = []
        self.reads: list[Read] = []
        self.atoms: dict[Atom, Int] = {}
        self.renamed: dict[str, Int] = {}

    def copy(self) -> Scope:
        """An independent copy."""
        made = Scope(self.domain, self.coefficient)
        for name in ("bound", "ge", "eq", "inside_ge", "inside_eq", "reads", "atoms", "renamed"):
            setattr(made, name, getattr(self, name).copy())
        return made

    def product(self) -> Product:
        """The finished term."""
        ge, eq = (*self.ge, *self.inside_ge), (*self.eq, *self.inside_eq)
        return Product(tuple(self.bound), ge, eq, tuple(self.reads), self.coefficient)

    def bind(self, name: str, size: Int) -> None:
        """A bound index 0 <= name < size under a name of its own."""
        length = self.cleaned(size.subs(self.renamed))
        new = self.domain.fresh(name)
        self.renamed[name] = var(new)
        self.bound.append(new)
        self.ge += [var(new), length - 1 - var(new)]

    def items(self, term: Sequence[Item | Taken]) -> list[Partial]:
        """Take the items in, as ``_arranged``.  Gives back the derivatives of outputs, which expand to a definition."""
        later: list[Partial] = []
        for item in _arranged(term):
            if isinstance(item, Sum):
                if later:
                    raise NotShown("expected a derivative behind every sum")
                self.bind(item.index, item.size)
            elif isinstance(item, Taken):
                self._derivative(Partial(_access(item.of, self.renamed), item.wrt))
            else:
                moved = subs_item(item, self.renamed)
                if isinstance(moved, Partial) and moved.of.tensor.name != moved.wrt.tensor.name:
                    later.append(moved)
                else:
                    self._item(moved)
        return later

    def _item(self, item: Item) -> None:
        if isinstance(item, Access):
            self._read(item)
        elif isinstance(item, Factor):
            self.coefficient *= rational(item.value)
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
        for k, (e, n) in enumerate(zip(access.index, self.domain.extent(access), strict=True)):
            place = self.cleaned(e)
            if tensor.zeros and tensor.zeros[k] != 1:
                place = self._quotient(place, self.domain.cleaned(tensor.zeros[k]), self.inside_eq)
            if tensor.flipped and tensor.flipped[k]:
                place = n - 1 - place
            self.inside_ge += [place, n - 1 - place]
            at.append(place)
        self.reads.append(Read(f"1/:{tensor.name}" if tensor.inverse else tensor.name, tuple(at)))

    def _applied(self, item: Apply) -> None:
        _itself(item.of.tensor)
        self.domain.extent(item.of)
        at = tuple(self.cleaned(e) for e in item.of.index)
        self.reads.append(Read(f"{item.function}:{item.order}:{item.of.tensor.name}", at))

    def _derivative(self, item: Partial) -> None:
        """d T[e]/d T[j]: 1 where the place that e reads through its view is j, else 0."""
        view = item.of.tensor
        _itself(item.wrt.tensor)
        _itself(replace(view, zeros=(), flipped=()))
        self.domain.extent(item.wrt)
        for k, (e, j, n) in enumerate(zip(item.of.index, item.wrt.index, self.domain.extent(item.of), strict=True)):
            place, wanted = self.cleaned(e), self.cleaned(j)
            factor = self.domain.cleaned(view.zeros[k]) if view.zeros else integer(1)
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
            k = self._quotient(value, divisor, self.eq)
            self.atoms[Floor(value, divisor)] = k  # an exact quotient under this guard is k itself
            self.atoms[Mod(value, divisor)] = integer(0)

    def _quotient(self, value: Int, divisor: Int, eq: list[Int]) -> Int:
        """A bound u with divisor * u = value, which goes to ``eq``."""
        self._positive(divisor)
        u = self.domain.fresh("u")
        self.bound.append(u)
        eq.append(divisor * var(u) - value)
        return var(u)

    def _positive(self, divisor: Int) -> None:
        """Owe that a divisor is at least 1, where it stands."""
        if divisor.constant is None or divisor.constant < 1:
            known = self.domain.known.more(self.ge, self.eq)
            self.domain.desk.owe(Prose("obligation.divisor"), known, "ge", divisor - 1)

    def cleaned(self, e: Int) -> Int:
        """The polynomial with quotients as names: those of the definitions, or bound in this term."""
        return replaced(e, self._atom)

    def _atom(self, atom: Atom) -> Int:
        exact = isinstance(atom, Quotient)
        atom = plain_atom(atom, self.cleaned)
        table = next((t for t in (self.atoms, self.domain.atoms) if atom in t), self.atoms)
        if atom not in table:
            if not isinstance(atom, Min):
                self._positive(atom.bottom)  # type: ignore[union-attr]
            names, ge, eq, values = introduced(atom, self.domain.fresh)
            self.bound += names
            self.ge += ge
            self.eq += eq
            self.atoms |= values
        if exact:
            self.domain.desk.owe(
                Prose("obligation.exact"), self.domain.known.more(self.ge, self.eq), "eq", table[rest(atom)]
            )
        return table[atom]


def replaced(e: Int, atom: object) -> Int:
    """The polynomial with every atom that is no name replaced."""
    whole(e)
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


def rest(atom: Atom) -> Atom:
    """u mod v for floor(u/v)."""
    assert isinstance(atom, Floor)
    return Mod(atom.top, atom.bottom)


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


def _arranged(term: Sequence[Item | Taken]) -> list[Item | Taken]:
    """Sums where they stand; between two, divisibilities (they say what an exact quotient is), conditions, then the rest."""
    level, keyed = 0, list[tuple[int, int, Item | Taken]]()
    for item in term:
        level += isinstance(item, Sum)
        keyed.append((level, 0 if isinstance(item, Sum) else 3 - _firmness(item), item))
    return [item for *_, item in sorted(keyed, key=lambda k: k[:2])]


def _firmness(item: Item | Taken) -> int:
    return isinstance(item, Bracket) + (isinstance(item, Bracket) and any(isinstance(c, Divides) for c in item.conditions))


def _access(access: Access, renamed: Mapping[str, Int]) -> Access:
    moved = subs_item(access, renamed)
    assert isinstance(moved, Access)
    return moved


def _itself(tensor: Tensor) -> None:
    """Raise NotShown for a view."""
    if tensor.zeros or any(tensor.flipped) or tensor.inverse:
        raise NotShown(f"expected {tensor.name!r} as it stands, not a view of it")


def whole(e: Int) -> None:
    """Raise NotShown for coefficients that are no integers."""
    if any(type(c) is not int for _, c in e.terms):
        raise NotShown(f"expected integer coefficients, got {e}")


def rational(value: object) -> Fraction:
    """A coefficient.

    Raises NotShown for a float, whose arithmetic is not exact.
    """
    if not isinstance(value, (int, Fraction)):
        raise NotShown(f"expected a rational number, got {value!r}")
    return Fraction(value)


def _declared(names: Set[str], known: Set[str]) -> None:
    """Raise NotShown for a name that is not known."""
    for name in names - known:
        raise NotShown(f"expected declared names, got {name!r}")


def _well_scoped(term: Term, known: set[str]) -> None:
    """Raise NotShown for a name that is neither known nor bound by a sum to its left."""
    bound: set[str] = set()
    for item in term:
        _declared(_names(item), known | bound)
        if isinstance(item, Sum):
            bound.add(item.index)


def _names(item: Item) -> set[str]:
    if isinstance(item, Bracket):
        return {n for c in item.conditions for n in condition_names(c)}
    if isinstance(item, (Over, Sum)):
        return set((item.bottom if isinstance(item, Over) else item.size).names())
    accesses = [item] if isinstance(item, Access) else [item.of, item.wrt] if isinstance(item, Partial) else []
    accesses += [item.of] if isinstance(item, Apply) else []
    return {n for access in accesses for e in access.index for n in e.names()}
