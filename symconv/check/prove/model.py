"""From expressions to normal terms: bound integers, guards ``e >= 0`` and ``e = 0``, and reads of tensors at coordinates.

    T[e]            a read at e, with 0 <= e < n (a tensor is 0 outside)
    T^r[e]          a fresh u with r u = e, a read at u           T~[q]   a read at n - 1 - q
    [c1, c2]        the guards themselves; d | e is a fresh k with d k = e
    floor(u/v)      a fresh q with v q + t = u, 0 <= t < v        (also for u mod v and for an exact quotient)
    ceil(u/v)       floor((u + v - 1)/v)        min(u, v)  a fresh m <= u, v with (u - m)(v - m) = 0
    /n, 1/T[e]      a factor that both sides must share
    d T[e]/d T[j]   e = j                                         d y[..]/d T[j]   the forward definition, T[e] replaced by it

Nothing is solved here, and no rule of the deriver is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from symconv.check.prove.discharge import Obligation
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
    Max,
    Over,
    Partial,
    Sum,
    Term,
    condition_names,
)
from symconv.core.integers import Atom, Ceil, Floor, Int, Min, Mod, Quotient, integer, var
from symconv.core.operator import Operator, formula, labels, spatial_names
from symconv.errors import SymconvError


@dataclass(frozen=True)
class Read:
    """A tensor entry at integer coordinates."""

    tensor: str
    at: tuple[Int, ...]
    sizes: tuple[Int, ...]


@dataclass(frozen=True)
class Normal:
    """coefficient * sum over ``bound`` of the product of ``reads`` where every ge >= 0 and every eq = 0."""

    bound: tuple[str, ...] = ()
    ge: tuple[Int, ...] = ()
    eq: tuple[Int, ...] = ()
    reads: tuple[Read, ...] = ()
    ranges: tuple[tuple[str, Int], ...] = ()
    coefficient: int = 1


@dataclass
class Facts:
    """What holds for every size of the domain: ge >= 0 and eq = 0; ``multipliers`` are strides and dilations (>= 1)."""

    ge: list[Int] = field(default_factory=list)
    eq: list[Int] = field(default_factory=list)
    multipliers: list[str] = field(default_factory=list)


class Builder:
    """Turns expressions into normal terms over one supply of fresh names and one set of facts."""

    def __init__(self, op: Operator | None = None, definition: Expr | None = None) -> None:
        self.op = op
        self.definition = definition  # of y, where it is not the operator's own formula
        self.facts = Facts()
        self.owed: list[Obligation] = []  # divisors that must be positive
        self._count = 0
        self._atoms: dict[Atom, Int] = {}
        if op is not None:
            self._assume(op)

    def fresh(self, base: str) -> str:
        """A name that occurs nowhere else."""
        self._count += 1
        return f"{base.rstrip(chr(39)).split('!')[0]}!{self._count}"

    def _assume(self, op: Operator) -> None:
        """The domain of an operator: sizes, strides, dilations >= 1, pads >= 0, windows fit, O and a by their meaning."""
        lower = dict(op.lower)
        named: set[str] = set()
        for axis in op.axes:
            for e in (axis.data, axis.kernel, axis.stride, axis.dilation, axis.input_dilation, axis.output):
                named |= e.names()
            for e in (axis.stride, axis.dilation, axis.input_dilation):
                if e.name and e.name not in self.facts.multipliers:
                    self.facts.multipliers.append(e.name)
        for _, size in op.extents:
            named |= size.names()
        defined = {name for name, _ in op.definitions}
        for name in sorted(named | lower.keys()):
            if name not in defined:
                self.facts.ge.append(var(name) - lower.get(name, 1))
        for name, meaning in op.definitions:
            self._define(name, meaning)
        self.facts.ge += [self.clean_fact(left - right) for left, right in op.fits]

    def _define(self, name: str, meaning: Int) -> None:
        """name = meaning; a floor becomes a quotient with its rest, shared with the mod of the same two."""
        self.facts.eq.append(self.clean_fact(meaning) - var(name))
        if meaning.names() and name[:1] == "O":
            self.facts.ge.append(var(name) - 1)  # windows fit: shown as an obligation of its own

    def clean_fact(self, e: Int) -> Int:
        """The polynomial with floors and rests of parameters replaced by fresh integers that all terms share."""
        return self._cleaned(e, None)

    def _cleaned(self, e: Int, local: _Local | None) -> Int:
        if all(isinstance(a, str) for m, _ in e.terms for a in m):
            return e
        total = integer(0)
        for monomial, coefficient in e.terms:
            product = integer(coefficient)
            for atom in monomial:
                product = product * (var(atom) if isinstance(atom, str) else self._divided(atom, local))
            total = total + product
        return total

    def _smaller(self, top: Int, bottom: Int) -> Int:
        """The fresh integer that stands for min(u, v), u and v free of indices."""
        key: Atom = Min(top, bottom)
        if key not in self._atoms:
            m = var(self.fresh("m"))
            self._atoms[key] = m
            self.facts.ge += [top - m, bottom - m]
            self.facts.eq.append((top - m) * (bottom - m))
        return self._atoms[key]

    def _divided(self, atom: Floor | Mod | Quotient | Ceil | Min, local: _Local | None) -> Int:
        """The fresh integer that stands for floor(u/v), u mod v, u/v, ceil(u/v) or min(u, v)."""
        top, bottom = self._cleaned(atom.top, local), self._cleaned(atom.bottom, local)
        if isinstance(atom, Min):
            if local is not None and not (top.names() | bottom.names()).isdisjoint(local.names):
                raise SymconvError("prove: expected the smaller of two sizes, got one that depends on an index")
            return self._smaller(top, bottom)
        if isinstance(atom, Ceil):
            top = top + bottom - 1
        own = local is not None and not (top.names() | bottom.names()).isdisjoint(local.names)
        table = local.atoms if own and local is not None else self._atoms
        key: Atom = Floor(top, bottom)
        if key not in table:
            self.positive(bottom, local)
            quotient, rest = self.fresh("q"), self.fresh("t")
            ge = [var(rest), bottom - 1 - var(rest)]
            eq = bottom * var(quotient) + var(rest) - top
            table[key], table[Mod(top, bottom)] = var(quotient), var(rest)
            if own and local is not None:
                local.bound += [quotient, rest]
                local.ge += ge
                local.eq.append(eq)
                local.names |= {quotient, rest}
            else:
                self.facts.ge += ge
                self.facts.eq.append(eq)
        return table[Mod(top, bottom)] if isinstance(atom, Mod) else table[key]

    def positive(self, divisor: Int, local: _Local | None) -> None:
        """Owe the proof that a divisor is at least 1 where it is used.

        Raises SymconvError for a number below 1.
        """
        if divisor.constant is not None:
            if divisor.constant < 1:
                raise SymconvError(f"prove: expected a divisor >= 1, got {divisor.constant}")
            return
        ge, eq = list(self.facts.ge), list(self.facts.eq)
        if local is not None:
            ge += local.ge
            eq += local.eq
        owed = Obligation("a divisor is positive", tuple(ge), tuple(eq), "ge", divisor - 1, tuple(self.facts.multipliers))
        if not any(owed.goal == before.goal for before in self.owed):
            self.owed.append(owed)

    # terms
    def expr(self, expr: Expr, free: Iterable[tuple[str, Int]]) -> list[Normal]:
        """The normal terms of an expression with the given free indices."""
        return [n for term in expr.terms for n in self.term(term, dict(free))]

    def term(self, term: Term, free: dict[str, Int]) -> list[Normal]:
        """The normal terms of one term: more than one if a derivative of y expands to several."""
        local = _Local(set(free), dict(free))
        renamed: dict[str, Int] = {}
        partial: Partial | None = None
        _well_scoped(term, set(free))
        for item in sorted(term, key=_reading_order):
            if isinstance(item, Sum):
                new = self.fresh(item.index)
                renamed[item.index] = var(new)
                local.add(new, self._cleaned(item.size.subs(renamed), local))
                continue
            moved = _moved(item, renamed)
            if not isinstance(moved, Partial) or moved.of.tensor.name == moved.wrt.tensor.name:
                self._item(moved, local)
            elif partial is not None:
                raise SymconvError("prove: expected one derivative of an output in a product, got two")
            else:
                partial = moved
        if partial is None:
            return [local.normal()]
        return [self._expanded(partial, inner, local) for inner in self._forward(partial)]

    def _forward(self, partial: Partial) -> list[Term]:
        """The terms of y's definition in which the tensor occurs."""
        if self.op is None or partial.of.tensor.name != self.op.result.name:
            raise SymconvError(f"prove: no definition of {partial.of.tensor.name!r} is known")
        whole = formula(self.op) if self.definition is None else self.definition
        return [
            t for t in whole.terms if any(isinstance(i, Access) and i.tensor.name == partial.wrt.tensor.name for i in t)
        ]

    def _expanded(self, partial: Partial, inner: Term, outer: _Local) -> Normal:
        """d y[e] / d T[j]: the definition at fresh indices that equal e, with T's entry replaced by an equation."""
        assert self.op is not None
        local = outer.copy()
        op, renamed = self.op, {}
        extents = dict(op.extents)
        sizes = [extents[n] for n in labels(op.result)] + [a.output for a in op.axes]
        for name, size in zip((*labels(op.result), *spatial_names(op, op.result)), sizes, strict=True):
            new = self.fresh(name)
            renamed[name] = var(new)
            local.add(new, self._cleaned(size, local))
        own = _y_index(op)
        local.eq += [e.subs(renamed) - given for e, given in zip(own, partial.of.index, strict=True)]
        for item in inner:
            if isinstance(item, Sum):
                new = self.fresh(item.index)
                renamed[item.index] = var(new)
                local.add(new, self._cleaned(item.size, local))
                continue
            moved = _moved(item, renamed)
            if isinstance(moved, Access) and moved.tensor.name == partial.wrt.tensor.name:
                moved = Partial(moved, partial.wrt)
            self._item(moved, local)
        return local.normal()

    def _item(self, item: Item, local: _Local) -> None:
        if isinstance(item, Access):
            self._read(item, local)
        elif isinstance(item, Over):  # a scalar, whatever its value
            local.reads.append(Read(f"1/({item.bottom})", (), ()))
        elif isinstance(item, (Apply, Factor, Max)):
            raise SymconvError(f"prove: expected sums of products of entries, got {type(item).__name__}")
        elif isinstance(item, Partial):
            self._derivative(item, local)
        elif isinstance(item, Bracket):
            for condition in sorted(item.conditions, key=lambda c: not isinstance(c, Divides)):
                self._condition(condition, local)

    def _derivative(self, item: Partial, local: _Local) -> None:
        """d T[e] / d T[j]: 1 where the place that e reads through its view is j, else 0."""
        if item.wrt.tensor.zeros or any(item.wrt.tensor.flipped):
            raise SymconvError(
                "prove: expected a derivative by an entry of a tensor as it stands, got one by a view's entry"
            )
        view = item.of.tensor
        for k, (e, j) in enumerate(zip(item.of.index, item.wrt.index, strict=True)):
            place, wanted, n = self._cleaned(e, local), self._cleaned(j, local), self._cleaned(view.sizes[k], local)
            if view.flipped and view.flipped[k]:
                wanted = n - 1 - wanted
            factor = view.zeros[k] if view.zeros else integer(1)
            local.eq.append(place - factor * wanted)
            local.ge += [wanted, n - 1 - wanted]

    def _read(self, access: Access, local: _Local) -> None:
        """T[e] with its zero extension, through its views."""
        tensor, at = access.tensor, []
        for k, (e, size) in enumerate(zip(access.index, tensor.sizes, strict=True)):
            place, n = self._cleaned(e, local), self._cleaned(size, local)
            if tensor.zeros and tensor.zeros[k] != 1:
                self.positive(self._cleaned(tensor.zeros[k], local), local)
                u = self.fresh("u")
                local.bound.append(u)
                local.names.add(u)
                local.eq.append(tensor.zeros[k] * var(u) - place)
                place = var(u)
            if tensor.flipped and tensor.flipped[k]:
                place = n - 1 - place
            local.ge += [place, n - 1 - place]
            at.append(place)
        name = f"1/{tensor.name}" if tensor.inverse else tensor.name
        local.reads.append(Read(name, tuple(at), tuple(self._cleaned(s, local) for s in tensor.sizes)))

    def _condition(self, condition: Condition, local: _Local) -> None:
        if isinstance(condition, Equal):
            local.eq.append(self._cleaned(condition.left, local) - self._cleaned(condition.right, local))
        elif isinstance(condition, InRange):
            value = self._cleaned(condition.value, local)
            local.ge += [value, self._cleaned(condition.size, local) - 1 - value]
        else:
            divisor, value = self._cleaned(condition.divisor, local), self._cleaned(condition.value, local)
            self.positive(divisor, local)
            k = self.fresh("k")
            local.bound.append(k)
            local.names.add(k)
            local.eq.append(divisor * var(k) - value)
            local.atoms[Floor(value, divisor)] = var(k)  # an exact quotient under this guard is k itself
            local.atoms[Mod(value, divisor)] = integer(0)


def _well_scoped(term: Term, free: set[str]) -> None:
    """Raise SymconvError for an index that is bound twice, hides a free one, or is used to the left of its sum."""
    seen: set[str] = set()
    bound: set[str] = set()
    for item in term:
        if isinstance(item, Sum):
            if item.index in bound | free | seen:
                raise SymconvError(
                    f"prove: expected each index bound once and used behind its sum, got {item.index!r} otherwise"
                )
            bound.add(item.index)
            continue
        seen |= _names(item)


def _names(item: Item) -> set[str]:
    if isinstance(item, Bracket):
        return {n for c in item.conditions for n in condition_names(c)}
    accesses = [item] if isinstance(item, Access) else [item.of, item.wrt] if isinstance(item, Partial) else []
    return {n for access in accesses for e in access.index for n in e.names()}


def _reading_order(item: Item) -> int:
    """Sums first, then divisibility, which says what an exact quotient is, then the rest as it stands."""
    divides = isinstance(item, Bracket) and any(isinstance(c, Divides) for c in item.conditions)
    return 0 if isinstance(item, Sum) else 1 if divides else 2


@dataclass
class _Local:
    """A term under construction."""

    names: set[str]
    ranges: dict[str, Int]
    bound: list[str] = field(default_factory=list)
    ge: list[Int] = field(default_factory=list)
    eq: list[Int] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    atoms: dict[Atom, Int] = field(default_factory=dict)

    def add(self, name: str, size: Int) -> None:
        """Bind a name with 0 <= name < size.

        Raises SymconvError for a range that depends on another index.
        """
        if not size.names().isdisjoint(self.names):
            raise SymconvError(
                f"prove: expected ranges that do not depend on an index, got 0 <= {name.split('!', maxsplit=1)[0]} < {size}"
            )
        self.bound.append(name)
        self.names.add(name)
        self.ranges[name] = size
        self.ge += [var(name), size - 1 - var(name)]

    def copy(self) -> _Local:
        """An independent copy."""
        return _Local(
            set(self.names),
            dict(self.ranges),
            list(self.bound),
            list(self.ge),
            list(self.eq),
            list(self.reads),
            dict(self.atoms),
        )

    def normal(self) -> Normal:
        """The finished term."""
        ranges = tuple(self.ranges.items())
        return Normal(tuple(self.bound), tuple(self.ge), tuple(self.eq), tuple(self.reads), ranges)


def _y_index(op: Operator) -> tuple[Int, ...]:
    """y's own index at its own names."""
    from symconv.core.operator import entry

    return entry(op, op.result, {}, tuple(var(n) for n in spatial_names(op, op.result))).index


def _moved(item: Item, renamed: dict[str, Int]) -> Item:
    """The item with bound names renamed (an Access keeps its tensor)."""
    from symconv.core.expr import subs_item

    return subs_item(item, renamed)


def negated(normal: Normal) -> Normal:
    """The term with the opposite sign."""
    return replace(normal, coefficient=-normal.coefficient)
