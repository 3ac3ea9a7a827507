"""Both sides of an equation as rational functions of generators, for every pattern of equal indices and every case.

A class index is one of those that the formula names, or a *star*, which stands for all the others: then

    sum_k f(k) = sum over the named classes + R(f(*)),      R linear, R(1) = the size - how many are named

and nothing depends on the size.  Case distinctions compare affine functions of one variable; between their breakpoints, and at
each of them, every condition is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from fractions import Fraction
from typing import Any

from symconv.check.claims import function_field as field_
from symconv.check.claims.function_calculus import Calculus, cases, opened
from symconv.check.claims.function_field import NoForm, Rational, generator, number
from symconv.core.formula import Node
from symconv.core.functional import Functional
from symconv.core.lazy import dataclass

Region = Mapping[str, tuple[Fraction | None, Fraction | None]]  # a variable at (b, b), or strictly between
SIGNS = {
    "=": lambda s: s == 0, "!=": lambda s: s != 0, "<": lambda s: s < 0, ">": lambda s: s > 0, "<=": lambda s: s <= 0,
    ">=": lambda s: s >= 0,
}  # fmt: skip


class Kink(Exception):
    """A derivative that does not exist."""


class Quiet(Exception):
    """A place of which a case distinction says nothing."""


class Border(Exception):
    """A condition that the region does not decide: a variable and the place at which it changes."""

    def __init__(self, variable: str, at: Fraction) -> None:
        self.variable, self.at = variable, at


@dataclass
class Where:
    """The class of every index, the value of every bound name, the classes of the stars in use."""

    classes: dict[str, str]
    values: dict[str, Rational] = field(default_factory=dict)
    stars: tuple[tuple[str, str], ...] = ()  # (star, group)


class Normal:
    """Nodes as rational functions, under one pattern and in one region."""

    def __init__(self, claim: Functional, named: dict[str, list[str]], region: Region) -> None:
        self.claim, self.named, self.region = claim, named, region
        self.defined = {d.name: d for d in claim.defined}
        self.families = {f.name: f for f in claim.families}
        self.groups = dict(claim.groups)

    def value(self, node: Node, where: Where) -> Rational:
        """A node's value."""
        make = getattr(self, f"_{node.kind}", None)
        if make is None:
            raise NoForm
        made: Rational = make(node, where)
        return made

    def _number(self, node: Node, where: Where) -> Rational:
        return number(Fraction(node.parts[0]))

    def _name(self, node: Node, where: Where) -> Rational:
        word = node.parts[0]
        if word in where.values:
            return where.values[word]
        if word == "pi":
            return generator(("pi",))
        if word == "e":
            return field_.exp(field_.ONE)
        made = self.defined.get(word)
        if made is not None:
            if made.body is None or made.parameters:
                raise NoForm
            return self.value(opened(made, (), set(where.classes)), where)
        for group, size in self.claim.sizes:
            if size == word:
                return generator(("size", group))
        if word not in self.families:
            raise NoForm
        place = self.region.get(word)
        if place is not None and place[0] is not None and place[0] == place[1]:
            return number(place[0])
        return generator(("v", word, ()))

    def _index(self, node: Node, where: Where) -> Rational:
        base, *at = node.parts
        if base.kind != "name" or any(a.kind != "name" or a.parts[0] not in where.classes for a in at):
            raise NoForm
        word = base.parts[0]
        made = self.defined.get(word)
        if made is not None:
            if made.body is None:
                raise NoForm
            return self.value(opened(made, tuple(at), set(where.classes)), where)
        classes = tuple(where.classes[a.parts[0]] for a in at)
        return generator(("v", word, classes))

    def _add(self, node: Node, where: Where) -> Rational:
        made = number(0)
        for p in node.parts:
            made = made + self.value(p, where)
        return made

    def _neg(self, node: Node, where: Where) -> Rational:
        return -self.value(node.parts[0], where)

    def _mul(self, node: Node, where: Where) -> Rational:
        made = field_.ONE
        for p in node.parts:
            made = made * self.value(p, where)
            if made.zero:
                return made
        return made

    def _div(self, node: Node, where: Where) -> Rational:
        return self.value(node.parts[0], where) / self.value(node.parts[1], where)

    def _pow(self, node: Node, where: Where) -> Rational:
        base, exponent = (self.value(p, where) for p in node.parts)
        n = exponent.constant
        if n is not None:
            return field_.power(base, n)
        if base.constant is not None and base.constant > 0:
            return field_.exp(exponent * field_.log(base))
        raise NoForm

    def _call(self, node: Node, where: Where) -> Rational:
        word, a = node.parts
        return field_.elementary(word, self.value(a, where))

    def _unknown(self, node: Node, where: Where) -> Rational:
        word, order, a = node.parts
        return generator(("f", word, order, self.value(a, where).key()))

    def _slope(self, node: Node, where: Where) -> Rational:
        body, v, n, a = node.parts
        at = self.value(a, where)
        for _ in range(n):
            body = Calculus(self.defined, Node("name", (v,))).of(body)
        return self.value(body, Where(where.classes, {**where.values, v: at}, where.stars))

    def _partial(self, node: Node, where: Where) -> Rational:
        of, wrt = node.parts
        return self.value(Calculus(self.defined, wrt).of(of), where)

    def _truth(self, node: Node, where: Where) -> Rational:
        return field_.ONE if self.true(node.parts[0], where) else number(0)

    def _size(self, node: Node, where: Where) -> Rational:
        return generator(("size", node.parts[0]))

    # cases
    def _if(self, node: Node, where: Where) -> Rational:
        condition, yes, no = node.parts
        chosen = yes if self.true(condition, where) else no
        if chosen.kind == "undefined":
            raise Quiet
        return self.value(chosen, where)

    def _max(self, node: Node, where: Where) -> Rational:
        return self.value(cases(node), where)

    _min = _max

    def _kinked(self, node: Node, where: Where) -> Rational:
        """The derivative of a case distinction: at its border both sides must agree."""
        condition, yes, no, above, below = node.parts
        if not self.border(condition, where):
            chosen = yes if self.true(condition, where) else no
            if chosen.kind == "undefined":
                raise Kink
            return self.value(chosen, where)
        for a, b in ((above, below), (yes, no)):
            if "undefined" in (a.kind, b.kind) or not (self.value(a, where) - self.value(b, where)).zero:
                raise Kink
        return self.value(yes, where)

    def border(self, condition: Node, where: Where) -> bool:
        """Whether two sides of a condition on numbers are equal here."""
        if condition.kind == "and":
            return any(self.border(p, where) for p in condition.parts)
        _, a, b = condition.parts
        if self.is_class(a, where) and self.is_class(b, where):
            return False
        return self.sign(a, b, where) == 0

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
        return bool(SIGNS[sign](self.sign(a, b, where)))

    def is_class(self, node: Node, where: Where) -> bool:
        """Whether a node is an index."""
        return node.kind == "name" and node.parts[0] in where.classes

    def sign(self, a: Node, b: Node, where: Where) -> int:
        """The sign of a - b, where the region decides it.  Raises Border where it does not."""
        difference = self.value(a, where) - self.value(b, where)
        value = difference.constant
        if value is None:
            value = self.affine(difference)
        return (value > 0) - (value < 0)

    def affine(self, difference: Rational) -> Fraction:
        """A value with the sign of c x + d."""
        if field_.surely_positive(difference.num) and field_.surely_positive(difference.den):
            return Fraction(1)
        if not difference.polynomial:
            raise NoForm
        variables = {g for m in difference.num for g, _ in m}
        if len(variables) != 1 or any(e != 1 for m in difference.num for _, e in m):
            raise NoForm
        (g,) = variables
        if g[0] != "v" or g[2]:
            raise NoForm
        slope = difference.num[frozenset({(g, Fraction(1))})]
        at = -difference.num.get(field_.UNIT, Fraction(0)) / slope
        low, high = self.region.get(g[1], (None, None))
        if high is not None and high <= at and not low == high == at:
            return -slope
        if low is not None and low >= at:
            return slope
        raise Border(g[1], at)

    # sums
    def _sum(self, node: Node, where: Where) -> Rational:
        body, *ranges = node.parts
        bound = [r.parts[0] for r in ranges if r.kind == "each"]
        for r in ranges:
            if r.kind == "such":
                body = Node("mul", (Node("truth", r.parts), body))
        return self.summed(body, bound, where)

    def summed(self, body: Node, bound: list[str], where: Where) -> Rational:
        """Index by index: the named classes, then the rest."""
        if not bound:
            return self.value(body, where)
        k, *more = bound
        group = self.groups.get(k.rstrip("~"), "")
        made = number(0)
        outer = [s for s, g in where.stars if g == group]
        for label in (*self.named.get(group, []), *outer):
            made = made + self.summed(body, more, Where({**where.classes, k: label}, where.values, where.stars))
        star = f"*{len(where.stars) + 1}"
        inner = Where({**where.classes, k: star}, where.values, (*where.stars, (star, group)))
        rest = self.summed(body, more, inner)
        made = made + self.over_rest(rest, star, group)
        for s in outer:
            made = made - field_.renamed(rest, star, s)
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
                    made = made - generator(("v", g[1], (*g[2][:-1], label)))
                return made
        return generator(("R", group, field_.replaced(mine, star, f"o{field_.depth(mine) + 1}")))

    def _extremum(self, node: Node, where: Where) -> Rational:
        """The largest over all classes stands for itself."""
        word, body, *ranges = node.parts
        if len(ranges) != 1 or any(n.kind in ("truth", "if") for n in body.walk()):
            raise NoForm
        group = self.groups.get(ranges[0].parts[0].rstrip("~"), "")
        if set(body.names()) & set(where.classes) - {ranges[0].parts[0]}:
            raise NoForm
        value = self.value(body, Where({**where.classes, ranges[0].parts[0]: "*"}, where.values, (("*", group),)))
        return generator(("op", word, group, value.key()))


@dataclass(frozen=True)
class Seen:
    """One pattern and one region: whether both sides are equal there; None if no side is defined."""

    pattern: tuple[tuple[str, str], ...]
    region: tuple[tuple[str, Fraction | None, Fraction | None], ...]
    equal: bool | None


def patterns(claim: Functional) -> Iterator[tuple[dict[str, str], dict[str, list[str]]]]:
    """Which free indices are equal: the class of each, and the named classes of every group."""
    groups = dict(claim.groups)

    def split(rest: tuple[str, ...], classes: dict[str, str], named: dict[str, list[str]]) -> Iterator[Any]:
        if not rest:
            yield dict(classes), {g: list(v) for g, v in named.items()}
            return
        k, *more = rest
        group = groups[k]
        for label in named.get(group, []):
            yield from split(tuple(more), {**classes, k: label}, named)
        yield from split(tuple(more), {**classes, k: k}, {**named, group: [*named.get(group, []), k]})

    yield from split(claim.free, {}, {})


def identical(claim: Functional) -> list[Seen]:
    """Every pattern and every region, with what was found.

    Raises NoForm where the sides cannot be compared.
    """
    made: list[Seen] = []
    for classes, named in patterns(claim):
        for left, right in claim.links:
            made += regions(claim, classes, named, left, right)
    return made


def regions(claim: Functional, classes: dict[str, str], named: dict[str, list[str]], left: Node, right: Node) -> list[Seen]:
    """The regions of one pattern, split at each border that is met."""
    todo: list[dict[str, tuple[Fraction | None, Fraction | None]]] = [{}]
    made: list[Seen] = []
    while todo:
        region = todo.pop()
        if len(made) + len(todo) > 40:
            raise NoForm
        normal = Normal(claim, named, region)
        try:
            if not all(normal.true(g, Where(dict(classes))) for g in claim.given):
                continue
            equal = agree(normal, classes, left, right)
        except Border as border:
            low, high = region.get(border.variable, (None, None))
            for span in ((low, border.at), (border.at, border.at), (border.at, high)):
                todo.append({**region, border.variable: span})
            continue
        found = tuple((v, lo, hi) for v, (lo, hi) in sorted(region.items()))
        made.append(Seen(tuple(sorted(classes.items())), found, equal))
    return made


def agree(normal: Normal, classes: dict[str, str], left: Node, right: Node) -> bool | None:
    """Whether both sides are the same function; None where neither is defined."""
    values: list[Rational | None] = []
    for side in (left, right):
        try:
            values.append(normal.value(side, Where(dict(classes))))
        except Quiet:
            return None
        except Kink:
            values.append(None)
    if values[0] is None or values[1] is None:
        return None if values[0] is values[1] else False
    return (values[0] - values[1]).zero
