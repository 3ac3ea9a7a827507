"""The checker for equations between functions: both sides become rational functions of generators in every region.

A certificate is a list of regions: polynomials with their signs.  The kernel asks that the regions cover every point (whichever
polynomial splits, its three signs are there), and computes both sides in each of them from the claim's own expressions, with
whatever they divide by, take a logarithm or a root of, or compare.  Then a region is one in which

    both sides are the same function   equal
    no side exists                     nowhere: taken out of the domain, which is printed
    one side exists, or they differ    fails

``proved`` is said if no region fails.  A class index is one of those that the formula names, or a *star*, which stands for all
the others; then  sum_k f(k) = sum over the named classes + R(f(*)),  R linear, R(1) = the size - how many are named,  and nothing
depends on the size.  A derivative exists where the values and the slopes from both sides agree (``duals``): kinks that cancel are
none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from fractions import Fraction
from typing import Any

import symconv.check.kernel.reals.field as field_
from symconv.check.kernel.reals.duals import Dual, Ops, Steep, Value, add, mapped, mul, neg
from symconv.check.kernel.reals.field import NoForm, Rational, Undefined, generator, number
from symconv.check.kernel.reals.opened import fresh, opened
from symconv.check.kernel.reals.places import Found, Pattern, domain
from symconv.check.kernel.reals.signs import Region, Signs, Split
from symconv.check.kernel.verdict import Proved, issue
from symconv.language.formula import Node, name
from symconv.language.functional import Defined, Functional
from symconv.language.lazy import dataclass
from symconv.language.prose import Words

SIGNS = {
    "=": lambda s: s == 0, "!=": lambda s: s != 0, "<": lambda s: s < 0, ">": lambda s: s > 0, "<=": lambda s: s <= 0,
    ">=": lambda s: s >= 0,
}  # fmt: skip
ROUNDS = 5  # until the angles have a common unit
KINK = "no derivative there, a kink"


class Silent(Exception):
    """A place of which a case distinction says nothing."""


@dataclass(frozen=True)
class Where:
    """The class of every index, the value of every bound name, the classes of the stars in use, and what moves."""

    classes: dict[str, str]
    values: dict[str, Value] = field(default_factory=dict)
    stars: tuple[tuple[str, str], ...] = ()  # (star, group)
    moves: tuple[tuple[str, tuple[str, ...], int, int], ...] = ()  # name, classes, tag, direction


class Normal:
    """Nodes as rational functions, under one pattern and in one region."""

    def __init__(self, claim: Functional, pattern: Pattern, region: Region) -> None:
        self.claim = claim
        self.named = {g: list(labels) for g, labels in pattern.named}
        self.defined = {d.name: d for d in claim.defined}
        self.families = {f.name: f for f in claim.families}
        self.groups = dict(claim.groups)
        positive = [("v", f.name, ()) for f in claim.families if f.domain in ("positive", "fraction", "probability")]
        small = [("v", f.name, ()) for f in claim.families if f.domain in ("fraction", "probability")]
        self.ops = Ops(Signs(region, positive, small, {g: len(v) for g, v in self.named.items()}))
        self.tags = 0

    # names
    def value(self, node: Node, where: Where) -> Value:
        """A node's value."""
        make = getattr(self, f"_{node.kind}", None)
        if make is None:
            raise NoForm
        return make(node, where)

    def _number(self, node: Node, where: Where) -> Value:
        return number(Fraction(node.parts[0]))

    def _name(self, node: Node, where: Where) -> Value:
        word = node.parts[0]
        if word in where.values:
            return where.values[word]
        if word == "pi":
            return generator(("pi",))
        if word == "e":
            return field_.exp(field_.ONE, self.ops.ask)
        return self.moved(self.still(word, (), (), where), word, (), where)

    def _index(self, node: Node, where: Where) -> Value:
        base, *at = node.parts
        if base.kind != "name" or any(a.kind != "name" or a.parts[0] not in where.classes for a in at):
            raise NoForm
        classes = tuple(where.classes[a.parts[0]] for a in at)
        return self.moved(self.still(base.parts[0], tuple(at), classes, where), base.parts[0], classes, where)

    def still(self, word: str, at: tuple[Node, ...], classes: tuple[str, ...], where: Where) -> Value:
        """What a name stands for, its own motion apart."""
        made = self.defined.get(word)
        if made is not None and made.body is None:
            return self.loss(made, where)
        if made is not None:
            if len(made.parameters) != len(at):
                raise NoForm
            return self.value(opened(made, at, set(where.classes)), where)
        for group, size in self.claim.sizes:
            if size == word and not at:
                return generator(("size", group))
        if word not in self.families or len(self.families[word].groups) != len(at):
            raise NoForm
        return self.variable(word, classes)

    def variable(self, word: str, classes: tuple[str, ...]) -> Rational:
        """A variable, or what the region makes of it."""
        g = ("v", word, classes)
        return self.ops.signs.table.get(g) or generator(g)

    def moved(self, value: Value, word: str, classes: tuple[str, ...], where: Where) -> Value:
        """A value with what moves it."""
        for mine, at, tag, direction in where.moves:
            if (mine, at) == (word, classes):
                value = add(value, Dual(tag, number(0), number(direction)))
        return value

    def loss(self, made: Defined, where: Where) -> Value:
        """A function of which only its derivatives by the entries of a family are named."""
        opaque = generator(("loss", made.name))
        if not where.moves:
            return opaque
        k = fresh(f"k@{made.of}", set(where.classes))
        entry, weight = (Node("index", (name(w), name(k))) for w in (made.of, f"d{made.name}/d{made.of}"))
        change = self.summed(Node("mul", (weight, entry)), [k], where)
        if not isinstance(change, Dual):
            return opaque
        if len(where.moves) != 1 or isinstance(change.b, Dual):
            raise NoForm  # a second derivative of a function that is not known
        return Dual(change.tag, opaque, change.b)

    # arithmetic
    def _add(self, node: Node, where: Where) -> Value:
        made: Value = number(0)
        for p in node.parts:
            made = add(made, self.value(p, where))
        return made

    def _neg(self, node: Node, where: Where) -> Value:
        return neg(self.value(node.parts[0], where))

    def _mul(self, node: Node, where: Where) -> Value:
        made: Value = field_.ONE
        for p in node.parts:  # to the end, also behind a 0: a factor may be undefined
            made = mul(made, self.value(p, where))
        return made

    def _div(self, node: Node, where: Where) -> Value:
        return self.ops.divided(self.value(node.parts[0], where), self.value(node.parts[1], where))

    def _pow(self, node: Node, where: Where) -> Value:
        base, exponent = (self.value(p, where) for p in node.parts)
        if isinstance(exponent, Rational) and exponent.constant is not None:
            return self.ops.power(base, exponent.constant)
        return self.ops.call("exp", mul(exponent, self.ops.call("log", base)))

    def _call(self, node: Node, where: Where) -> Value:
        word, inner = node.parts
        if word == "sqrt" and inner.kind == "pow" and inner.parts[1].kind == "number" and inner.parts[1].parts[0] % 2 == 0:
            u, n = inner.parts  # |u|^(n/2), which has a slope where the root of 0 has none
            if n.parts[0] > 0:
                return self._pow(
                    Node("pow", (Node("max", (u, Node("neg", (u,)))), Node("number", (n.parts[0] / 2,)))), where
                )
        return self.ops.call(node.parts[0], self.value(node.parts[1], where))

    def _unknown(self, node: Node, where: Where) -> Value:
        word, order, a = node.parts
        return self.unknown(word, order, self.value(a, where))

    def unknown(self, word: str, order: int, a: Value) -> Value:
        """A function with all derivatives."""
        if isinstance(a, Dual):
            return Dual(a.tag, self.unknown(word, order, a.a), mul(self.unknown(word, order + 1, a.a), a.b))
        return generator(("f", word, order, a.key()))

    def _truth(self, node: Node, where: Where) -> Value:
        return field_.ONE if self.true(node.parts[0], where) else number(0)

    def _size(self, node: Node, where: Where) -> Value:
        return generator(("size", node.parts[0]))

    # derivatives
    def _slope(self, node: Node, where: Where) -> Value:
        body, v, n, a = node.parts
        return self.repeated(body, v, n, self.value(a, where), where)

    def repeated(self, body: Node, v: str, n: int, at: Value, where: Where) -> Value:
        """The n-th derivative of a function of one name."""
        if n == 0:
            return self.value(body, replace(where, values={**where.values, v: at}))
        self.tags += 1
        tag = self.tags

        def moved(d: int) -> Value:
            return self.repeated(body, v, n - 1, add(at, Dual(tag, number(0), number(d))) if d else at, where)

        return self.slope(tag, moved)

    def _partial(self, node: Node, where: Where) -> Value:
        of, wrt = node.parts
        base, *at = (wrt,) if wrt.kind == "name" else wrt.parts
        word = base.parts[0]
        if any(a.kind != "name" or a.parts[0] not in where.classes for a in at):
            raise NoForm
        self.tags += 1
        tag = self.tags
        if word in where.values:
            now = where.values[word]

            def bound(d: int) -> Value:
                put = add(now, Dual(tag, number(0), number(d))) if d else now
                return self.value(of, replace(where, values={**where.values, word: put}))

            return self.slope(tag, bound)
        classes = tuple(where.classes[a.parts[0]] for a in at)
        if word not in self.families and word not in self.defined:
            raise NoForm

        def free(d: int) -> Value:
            return self.value(of, replace(where, moves=(*where.moves, (word, classes, tag, d))) if d else where)

        return self.slope(tag, free)

    def slope(self, tag: int, at: Any) -> Value:
        """The derivative, from both sides where a tie was broken by the motion.  Raises Undefined at a kink."""
        known = self.ops.ties
        self.ops.ties = set()
        try:
            right, tied = at(1), tag in self.ops.ties
        except Steep:
            at(-1)  # on one side of the root of 0 there may be nothing at all
            raise
        self.ops.ties = known | (self.ops.ties - {tag})
        value, change = parted(right, tag)
        if not tied:
            return change
        left, other = parted(at(-1), tag)
        self.ops.ties -= {tag}
        here = at(0)
        for a, b in ((value, here), (left, here), (change, neg(other))):
            if not self.same(a, b):
                raise Undefined(KINK)
        return change

    def same(self, a: Value, b: Value) -> bool:
        """Whether two values agree in this region, with whatever moves in them."""
        gap = add(a, neg(b))
        while isinstance(gap, Dual):
            if not self.same(gap.b, number(0)):
                return False
            gap = gap.a
        return field_.sign(gap, self.ops.ask) == 0

    # cases
    def _if(self, node: Node, where: Where) -> Value:
        condition, yes, no = node.parts
        chosen = yes if self.true(condition, where) else no
        if chosen.kind == "undefined":
            raise Silent
        return self.value(chosen, where)

    def _max(self, node: Node, where: Where) -> Value:
        best, *others = (self.value(p, where) for p in node.parts)
        for other in others:
            gap = add(other, neg(best))
            if nothing(gap):  # they agree, to the order that counts
                continue
            best = other if self.ops.sign(gap) * (1 if node.kind == "max" else -1) > 0 else best
        return best

    _min = _max

    def true(self, condition: Node, where: Where) -> bool:
        """Whether a condition holds."""
        if condition.kind == "and":
            return all(self.true(p, where) for p in condition.parts)
        if condition.kind != "relation" or condition.parts[0] not in SIGNS:
            raise NoForm
        sign, a, b = condition.parts
        if self.is_class(a, where) and self.is_class(b, where):
            if sign not in ("=", "!="):
                raise NoForm
            same = where.classes[a.parts[0]] == where.classes[b.parts[0]]
            return same if sign == "=" else not same
        return bool(SIGNS[sign](self.ops.sign(add(self.value(a, where), neg(self.value(b, where))))))

    def is_class(self, node: Node, where: Where) -> bool:
        """Whether a node is an index."""
        return node.kind == "name" and node.parts[0] in where.classes

    # sums
    def _sum(self, node: Node, where: Where) -> Value:
        body, *ranges = node.parts
        bound = [r.parts[0] for r in ranges if r.kind == "each"]
        for r in ranges:
            if r.kind == "such":
                body = Node("if", (r.parts[0], body, Node("number", (0,))))
            elif r.kind != "each":
                raise NoForm
        return self.summed(body, bound, where)

    def summed(self, body: Node, bound: list[str], where: Where) -> Value:
        """Index by index: the named classes, then the rest."""
        if not bound:
            return self.value(body, where)
        k, *more = bound
        group = self.groups.get(k.rstrip("~"), "")
        if not group:
            raise NoForm
        made: Value = number(0)
        outer = [s for s, g in where.stars if g == group]
        for label in (*self.named.get(group, []), *outer):
            made = add(made, self.summed(body, more, replace(where, classes={**where.classes, k: label})))
        star = f"*{len(where.stars) + 1}"
        inner = replace(where, classes={**where.classes, k: star}, stars=(*where.stars, (star, group)))
        rest = self.summed(body, more, inner)
        made = add(made, mapped(rest, lambda r: self.over_rest(r, star, group)))
        for s in outer:
            at: str = s
            made = add(made, neg(mapped(rest, lambda r, to=at: field_.renamed(r, star, to))))  # type: ignore[misc]
        return made

    def over_rest(self, value: Rational, star: str, group: str) -> Rational:
        """The sum over all classes that are not named, term by term."""
        if field_.holds(tuple(value.den), star):
            value = Rational(value.num) * generator(("inv", Rational(value.den).key()))
            return self.over_rest(value, star, group)
        made = number(0)
        for m, c in value.num.items():
            mine = frozenset((g, e) for g, e in m if field_.holds(g, star))
            made = made + Rational({m - mine: c}) * self.total(mine, star, group)
        return made * Rational({field_.UNIT: Fraction(1)}, value.den)

    def total(self, mine: Any, star: str, group: str) -> Rational:
        """R of a monomial; R(1) counts, and targets sum to 1."""
        if not mine:
            return generator(("size", group)) - number(len(self.named.get(group, [])))
        if len(mine) == 1:
            ((g, e),) = mine
            family = self.families.get(g[1]) if g[0] == "v" else None
            if family is not None and family.domain == "target" and e == 1 and g[2][-1:] == (star,):
                made = field_.ONE
                for label in self.named.get(group, []):
                    made = made - self.variable(g[1], (*g[2][:-1], label))
                return made
        return generator(("R", group, field_.replaced(mine, star, f"o{field_.depth(mine) + 1}")))

    def _extremum(self, node: Node, where: Where) -> Value:
        """The largest over all classes stands for itself; nothing in it may move."""
        word, body, *ranges = node.parts
        if len(ranges) != 1 or where.moves or any(n.kind in ("truth", "if", "slope", "partial") for n in body.walk()):
            raise NoForm
        group = self.groups.get(ranges[0].parts[0].rstrip("~"), "")
        if set(body.names()) & (set(where.classes) | set(where.values)) - {ranges[0].parts[0]}:
            raise NoForm
        value = self.value(body, Where({**where.classes, ranges[0].parts[0]: "*"}, where.values, (("*", group),)))
        return generator(("op", word, group, value.key()))


def nothing(value: Value) -> bool:
    """Whether a value is 0, and does not move."""
    return nothing(value.a) and nothing(value.b) if isinstance(value, Dual) else value.zero


def parted(value: Value, tag: int) -> tuple[Value, Value]:
    """A value and how it moves with a tag."""
    return (value.a, value.b) if isinstance(value, Dual) and value.tag == tag else (value, number(0))


# regions
def patterns(claim: Functional) -> Iterator[Pattern]:
    """Every way in which free indices may be equal."""
    groups = dict(claim.groups)

    def split(rest: Sequence[str], classes: dict[str, str], named: dict[str, tuple[str, ...]]) -> Iterator[Pattern]:
        if not rest:
            yield Pattern(tuple(sorted(classes.items())), tuple(sorted(named.items())))
            return
        k, *more = rest
        group = groups[k]
        for label in named.get(group, ()):
            yield from split(more, {**classes, k: label}, named)
        yield from split(more, {**classes, k: k}, {**named, group: (*named.get(group, ()), k)})

    yield from split(claim.free, {}, {})


def looked(claim: Functional, link: int, pattern: Pattern, region: Region) -> Found | None:
    """What holds in a region; None where no point of it is meant.

    Raises Split where the region is too wide to tell, NoForm where a side has no normal form.
    """
    units: dict[field_.Monomial, int] = {}
    for _ in range(ROUNDS):
        normal = Normal(claim, pattern, region)
        normal.ops.units = units
        found = compared(normal, link, pattern, region)
        if not normal.ops.changed:
            return found
    raise NoForm


def compared(normal: Normal, link: int, pattern: Pattern, region: Region) -> Found | None:
    """Both sides in a region."""
    claim = normal.claim
    if not normal.ops.signs.satisfiable():
        return None
    where = Where(dict(pattern.classes))
    try:
        if not all(normal.true(g, where) for g in claim.given):
            return None
    except Undefined:
        return None
    values: list[Value | None] = []
    reasons = ["", ""]
    for k, side in enumerate(claim.links[link]):
        try:
            values.append(normal.value(side, where))
        except Silent:
            return Found(link, pattern, region, "silent", "no case applies")
        except Undefined as why:
            reasons[k] = str(why)
            values.append(None)
    left, right = values
    if left is None or right is None:
        status = "nowhere" if left is right else "left" if left is None else "right"
        return Found(link, pattern, region, status, reasons[left is not None])
    return Found(link, pattern, region, "equal" if normal.same(left, right) else "differ")


def covers(regions: Sequence[Region]) -> bool:
    """Whether regions leave no point out: whatever they split by first, all three signs are there and cover in their turn."""
    if () in regions:
        return True
    if not regions:
        return False
    atom = regions[0][0][0]
    for s in (-1, 0, 1):
        mine = [without(r, atom) for r in regions if dict(r).get(atom, s) == s]
        if not covers(mine):
            return False
    return True


def without(region: Region, atom: Any) -> Region:
    """A region within one of the three parts that a polynomial makes."""
    return tuple((a, s) for a, s in region if a != atom)


# the verdict
Certificate = dict[tuple[int, Pattern], list[Region]]


def proved(claim: Functional, certificate: Certificate, how: Words) -> Proved | None:
    """``proved`` for a claim whose certificate covers every point, with no region that fails and one in which it holds."""
    found: list[Found] = []
    for pattern in patterns(claim):
        for link in range(len(claim.links)):
            regions = certificate.get((link, pattern), [])
            if not covers(regions):
                return None
            try:
                found += [f for r in regions if (f := looked(claim, link, pattern, r)) is not None]
            except (Split, NoForm):
                return None
    if any(f.fails for f in found) or not any(f.status == "equal" for f in found):
        return None
    return issue(how, domain(claim, found))


__all__ = [
    "Certificate",
    "Found",
    "NoForm",
    "Normal",
    "Pattern",
    "Split",
    "covers",
    "domain",
    "looked",
    "patterns",
    "proved",
]
