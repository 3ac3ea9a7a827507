r"""The index language laid out: integers, entries, conditions, sums; ``Speller`` writes them in one style.

Indices are written in reading order.  A size that stands as ``f K - f`` is written f(K-1), with an index that shares the
factor inside: f(K-1-p).  Where an index is followed by several parameter terms these are held together:
j + d q - (d(K-1) - P).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from symconv.language.expr import (
    Access,
    Apply,
    Bracket,
    Condition,
    Equal,
    Expr,
    Factor,
    InRange,
    Item,
    Max,
    Over,
    Partial,
    Sum,
    Tensor,
    Term,
)
from symconv.language.integers import Atom, Ceil, Floor, Int, Min, Mod
from symconv.language.lazy import dataclass
from symconv.pages.layout import (
    ATOM,
    COMMA,
    NEGATIVE,
    PRODUCT,
    SUM,
    TIGHT,
    TIMES,
    Form,
    Layout,
    Name,
    Number,
    Row,
    Sign,
    bracketed,
    joined,
    row,
)
from symconv.pages.spelling import GRADIENT, SIZE_LETTERS, Style, Writer, is_index, split_name

GAPS = {"": ("plus", "minus"), "tight": ("plus.tight", "minus.tight"), "inner": ("plus.inner", "minus.inner")}
Signed = tuple[int, Layout]


# integers
def integer(e: Int, gap: str = "") -> Layout:
    """A polynomial in reading order; ``gap`` is tight within the limits of a sum."""
    level = ATOM if e.constant is not None or e.name is not None else PRODUCT if len(grouped(e)) == 1 else SUM
    return signed(_parts(e), gap, level)


def signed(parts: list[Signed], gap: str = "", level: int = SUM) -> Layout:
    """Terms with their signs; 0 where there are none."""
    if not parts:
        return Number(0)
    out: list[Layout] = [] if parts[0][0] > 0 else [NEGATIVE]
    out.append(parts[0][1])
    for sign, part in parts[1:]:
        out += [Sign(GAPS[gap][sign < 0]), part]
    return Row(tuple(out), level)


def relation(e: Int, sign: str) -> Layout:
    """e against 0 with every written term on the side where it is positive: N + 2P ≥ d(K-1) + 1."""
    sides = (sorted((part for s, part in _parts(e) if s == side), key=lambda p: isinstance(p, Number)) for side in (1, -1))
    left, right = (signed([(1, part) for part in parts]) for parts in sides)
    return row(left, Sign(sign), right)


def _plain(e: Int) -> Layout:
    """The terms as they stand, nothing gathered."""
    return signed([(1 if c > 0 else -1, _group(Group(c, m))) for m, c in e.terms], "inner")


def _parts(e: Int) -> list[Signed]:
    """(sign, layout) per written term."""
    groups = grouped(e)
    if len(groups) == 1 and groups[0].inner is not None and not groups[0].factor and abs(groups[0].coefficient) == 1:
        return [(1 if c > 0 else -1, _group(Group(c, m))) for m, c in groups[0].inner.terms]
    indexed = [g for g in groups if any(is_index(n) for n in g.names())]
    fixed = [g for g in groups if g not in indexed]
    if indexed and len(fixed) > 1 and all(g.lead < 0 for g in indexed):  # 2(N-1) + P - m
        return [*_ordered(fixed), *_ordered(indexed)]
    if indexed and len(fixed) > 1:
        sized = [g for g in fixed if any(split_name(n)[0] in SIZE_LETTERS for n in g.names())]
        sign = (sized or fixed)[0].lead
        held = Int([t for g in sized + [f for f in fixed if f not in sized] for t in g.value.terms])
        simple = len(held.terms) == 2
        return [*_ordered(indexed), (sign, bracketed(integer(held * sign, "tight" if simple else "")))]
    if indexed:  # indices first, what is subtracted last
        groups = sorted(indexed + fixed, key=lambda g: g.lead < 0)
    return _ordered(groups)


def _ordered(groups: list[Group]) -> list[Signed]:
    """The groups, a positive one brought to the front."""
    if groups and groups[0].lead < 0:
        first = next((g for g in groups if g.lead > 0), None)
        if first is not None:
            groups = [first, *(g for g in groups if g is not first)]
    return [(1 if g.lead > 0 else -1, _group(g)) for g in groups]


def _group(group: Group) -> Layout:
    """One product, the sign left out."""
    coefficient = abs(group.coefficient)
    factors = [_atom(a) for a in group.factor]
    body = [joined(factors, TIMES, PRODUCT)] if factors else []
    if coefficient != 1 or not (factors or group.inner is not None):
        body = [Number(coefficient), *body]
    if group.inner is not None:
        body.append(bracketed(_plain(group.inner)))
    return joined(body, TIGHT, PRODUCT)


def _atom(atom: Atom) -> Layout:
    if isinstance(atom, str):
        return Name(atom)
    return Form(KINDS.get(type(atom), "quotient"), (integer(atom.top), integer(atom.bottom)))


KINDS: dict[type, str] = {Min: "least", Floor: "floor", Ceil: "ceil", Mod: "mod"}


# tensors
def tensor(given: Tensor) -> Layout:
    """The tensor's name with its view marks."""
    shown: Layout = Name(given.name, "tensor")
    if any(given.flipped):
        shown = Form("flipped", (shown,))
    if given.zeros:
        spatial = given.zeros[given.lead :]
        factors = [integer(z) for z in spatial]
        same = len(set(spatial)) == 1
        shown = Form("dilated", (shown, factors[0] if same else bracketed(joined(factors, Sign(",")))))
    return shown


def access(given: Access) -> Layout:
    """A tensor entry, or 1 over it."""
    if given.tensor.inverse:
        return Form("fraction", (Number(1), access(Access(replace(given.tensor, inverse=False), given.index))))
    gradient = GRADIENT.match(given.tensor.name)
    if gradient:
        inner = access(Access(Tensor(gradient[2], given.tensor.sizes), given.index))
        return Form("gradient", (Name(gradient[1]), bracketed(inner) if GRADIENT.match(gradient[2]) else inner))
    if not given.index:
        return tensor(given.tensor)
    return Form("access", (tensor(given.tensor), joined(map(integer, given.index), COMMA)))


# conditions and terms
def condition(given: Condition) -> Layout:
    """A condition."""
    if isinstance(given, Equal):
        return row(integer(given.left), Sign("equal"), integer(given.right))
    if isinstance(given, InRange):
        return row(Number(0), Sign("≤"), integer(given.value), Sign("<"), integer(given.size))
    return Form("divides", (integer(given.divisor), integer(given.value)))


def item(given: Item) -> Layout:
    """One factor."""
    if isinstance(given, Access):
        return access(given)
    if isinstance(given, Partial):
        top = access(given.of)
        return Form("partial", (bracketed(top) if GRADIENT.match(given.of.tensor.name) else top, access(given.wrt)))
    if isinstance(given, Bracket):
        return Form("iverson", (joined(map(condition, given.conditions), COMMA),))
    if isinstance(given, Over):
        return Form("fraction", (Number(1), integer(given.bottom)))
    if isinstance(given, Factor):
        value = abs(given.value)
        if value.denominator == 1:
            return Number(value.numerator)
        return Form("fraction", (Number(value.numerator), Number(value.denominator)))
    if isinstance(given, Apply):
        return Form("apply", (Name(given.function + "'" * given.order, "function"), access(given.of)))
    return sums([given])


def sums(run: list[Sum | Max]) -> Layout:
    """A run of sums (or of maxima), written as one sign."""
    sign = "max" if isinstance(run[0], Max) else "sum"
    if len(run) == 1 and run[0].first:
        first, last = run[0].first, integer(run[0].size - 1 + run[0].first, "tight")
        return Form(f"{sign}.between", (Name(run[0].index), Number(first), last))
    if len(run) == 1:
        return Form(f"{sign}.limits", (Name(run[0].index), integer(run[0].size - 1, "tight")))
    return Form(f"{sign}.over", (joined((Name(s.index) for s in run), Sign(",")),))


def term(given: Term) -> tuple[list[Layout], list[Condition]]:
    """(factors from left to right, the guards that stand aside)."""
    chunks: list[Layout] = []
    run: list[Sum | Max] = []
    guards: list[Condition] = []
    for one in given:
        if isinstance(one, Factor) and abs(one.value) == 1 and len(given) > 1:
            continue  # its sign stands between the terms
        if isinstance(one, (Sum, Max)):
            if run and _kind(run[-1]) != _kind(one):
                chunks.append(sums(run))
                run = []
            run.append(one)
            continue
        if run:
            chunks.append(sums(run))
            run = []
        if isinstance(one, Bracket) and one.aside:
            guards += one.conditions
        else:
            chunks.append(item(one))
    return chunks + ([sums(run)] if run else []), guards


def chunks(expr: Expr) -> list[Layout]:
    """The factors of every term, with the signs between the terms."""
    found: list[Layout] = []
    for k, one in enumerate(expr.terms):
        less = negative(one)
        if k or less:
            found.append(Sign("-" if less else "+"))
        found += term(one)[0]
    return found


def expression(expr: Expr) -> Layout:
    """A whole expression on one line, its guards left to the caller."""
    found = chunks(expr)
    if len(found) == 1 and isinstance(found[0], Form) and isinstance(expr.terms[0][0], Over):
        return replace(found[0], kind="fraction.alone")
    return joined(found, Sign(" "))


def laid(part: Any) -> Layout:
    """Any mathematics of a page: core objects, and what is laid out."""
    if isinstance(part, Layout):
        return part
    kinds: dict[type, Callable[[Any], Layout]] = {
        Int: integer, Access: access, Tensor: tensor, Expr: expression, Apply: item,
    }  # fmt: skip
    return kinds.get(type(part), condition)(part)


class Speller:
    """Writes the index language in one style; the names in ``focus`` are coloured where the style has a colour."""

    def __init__(self, style: Style, focus: Iterable[str] = (), names: Mapping[str, str] | None = None) -> None:
        self.write = Writer(style, focus, names)

    def integer(self, e: Int) -> str:
        """A polynomial in reading order."""
        return self.write(integer(e))

    def relation(self, e: Int, sign: str) -> str:
        """e against 0."""
        return self.write(relation(e, sign))

    def tensor(self, given: Tensor) -> str:
        """The tensor's name with its view marks."""
        return self.write(tensor(given))

    def access(self, given: Access) -> str:
        """A tensor entry."""
        return self.write(access(given))

    def condition(self, given: Condition) -> str:
        """A condition."""
        return self.write(condition(given))

    def item(self, given: Item) -> str:
        """One factor."""
        return self.write(item(given))

    def term(self, given: Term) -> tuple[list[str], list[Condition]]:
        """(factors from left to right, the guards that stand aside)."""
        found, guards = term(given)
        return [self.write(one) for one in found], guards

    def chunks(self, expr: Expr) -> list[str]:
        """The factors of every term, with the signs between the terms."""
        return [self.write(one) for one in chunks(expr)]

    def expr(self, given: Expr) -> str:
        """A whole expression on one line."""
        return self.write(expression(given))


def negative(term: Term) -> bool:
    """Whether a term is subtracted."""
    return sum(1 for item in term if isinstance(item, Factor) and item.value < 0) % 2 == 1


def _kind(item: Sum | Max) -> int:
    base = split_name(item.index)[0]
    if isinstance(item, Max):
        return 9
    return {"i": 0, "n": 0, "gamma": 0, "o": 0, "c": 1, "p": 1, "q": 1}.get(base, 2)


@dataclass(frozen=True)
class Group:
    """One written product: coefficient * factor, or coefficient * factor * (inner)."""

    coefficient: int
    factor: tuple[Atom, ...]
    inner: Int | None = None

    @property
    def lead(self) -> int:
        """The sign of the product."""
        return 1 if self.coefficient > 0 else -1

    @property
    def value(self) -> Int:
        """The product multiplied out."""
        return Int([(self.factor, self.coefficient)]) * (self.inner if self.inner is not None else 1)

    def names(self) -> frozenset[str]:
        """The names in it."""
        return self.value.names()


def grouped(e: Int) -> list[Group]:
    """The terms, with f K - f (- f p) gathered into f(K-1(-p)) for every size K, where the first of them stood."""
    left = list(e.terms)
    gathered: dict[int, Group] = {}
    for monomial, coefficient in e.terms:
        found = _size_group(monomial, coefficient, left)
        if found is not None:
            group, used = found
            gathered[min(e.terms.index(t) for t in used)] = group
            left = [t for t in left if t not in used]
    singles = {e.terms.index(t): Group(t[1], t[0]) for t in left}
    return [group for _, group in sorted({**singles, **gathered}.items())]


Pair = tuple[tuple[Atom, ...], int]


def _size_group(monomial: tuple[Atom, ...], coefficient: int, left: list[Pair]) -> tuple[Group, list[Pair]] | None:
    """f(K-1) or f(K-1-p) and the terms it takes up, if this is the term f K of one."""
    size = next((a for a in monomial if isinstance(a, str) and split_name(a)[0] in SIZE_LETTERS), None)
    if size is None or monomial.count(size) != 1 or (monomial, coefficient) not in left:
        return None
    rest = tuple(a for a in monomial if a != size)
    opposite = [t for t in left if t[1] == -coefficient]
    one = next((t for t in opposite if sorted(map(str, t[0])) == sorted(map(str, rest))), None)
    shared = [
        t
        for t in opposite
        if coefficient > 0 and any(isinstance(a, str) and is_index(a) for a in t[0]) and _shares(t[0], rest)
    ]
    if one is None or (not rest and abs(coefficient) == 1 and not shared):
        return None
    inner = Int([((size,), 1), ((), -1)])
    used = [(monomial, coefficient), one]
    if shared:
        used.append(shared[0])
        inner = inner - Int([(_without(shared[0][0], rest), 1)])
    return Group(coefficient, rest, inner), used


def _shares(monomial: tuple[Atom, ...], factor: tuple[Atom, ...]) -> bool:
    return len(_without(monomial, factor)) == 1 and len(monomial) == len(factor) + 1


def _without(monomial: tuple[Atom, ...], factor: tuple[Atom, ...]) -> tuple[Atom, ...]:
    rest = list(monomial)
    for atom in factor:
        if atom in rest:
            rest.remove(atom)
    return tuple(rest)
