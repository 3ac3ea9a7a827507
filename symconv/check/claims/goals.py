"""A question about numbers as goals: claims about integer polynomials with floors.

Every expression becomes fractions of integer polynomials with floors, one for each case that max, min, |.| and if split it
into; a/b = c/d is a d = c b where the divisors are shown to be at least 1.  What is out of reach (exponents that are names,
sums, divisors of unknown sign) is left to the points that were tried.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

from symconv.check.claims.values import TooLarge, Undefined, value
from symconv.language.facts import Claim
from symconv.language.formula import Node
from symconv.language.integers import Int, floor, integer, mod, var
from symconv.language.lazy import dataclass
from symconv.language.question import Link, Question

MOST_CASES = 16


class OutOfReach(Exception):
    """The prover has no words for this expression."""


@dataclass(frozen=True)
class Case:
    """A value top/bottom where all of ``given`` are >= 0; ``owed`` must be 0, or >= 0, for the value to exist."""

    top: Int
    bottom: Int
    given: tuple[Int, ...] = ()
    owed: tuple[tuple[str, Int], ...] = ()


def simpler(question: Question) -> Question:
    """Where a name is given as equal to a number or another name, it is put in its place."""
    for node in question.given:
        if node.kind == "and" and all(p.kind == "relation" for p in node.parts):
            others = tuple(g for g in question.given if g != node)
            return simpler(replace(question, given=(*others, *node.parts)))
        if node.kind != "relation" or node.parts[0] != "=":
            continue
        left, right = node.parts[1], node.parts[2]
        names = dict(question.variables)
        if (
            left.kind != "name"
            or left.parts[0] not in names
            or left.parts[0] in right.names()
            or right.kind not in ("name", "number")
        ):
            continue
        put = {left.parts[0]: right}
        low = names[left.parts[0]] - 1
        others = tuple(g.subs(put) for g in question.given if g != node)
        if low >= 0 and right.kind == "name" and names.get(right.parts[0], -1) < low + 1:
            others = (*others, Node("relation", (">=", right, Node("number", (low + 1,)))))
        return simpler(
            Question(
                tuple((n, least) for n, least in question.variables if n != left.parts[0]),
                tuple((n, m.subs(put)) for n, m in question.definitions),
                others,
                tuple(
                    Link(k.claim.subs(put), k.text, None, k.condition.subs(put) if k.condition else None)
                    for k in question.links
                ),
            )
        )
    return question


def goals(question: Question) -> Iterator[Claim]:
    """A claim for each case of each link."""
    reader = Reader(question)
    given = reader.given()
    for link in question.links:
        conditions = reader.condition(link.condition, True) if link.condition is not None else [()]
        for known, extra, (facts, goal) in itertools.product(given, conditions, reader.goal(link.claim)):
            yield Claim(
                link.text or "the claim",
                sizes=tuple(reader.least.items()),
                given=(*known, *extra, *facts),
                goals=goal,
                multipliers=tuple(n for n, least in reader.least.items() if least == 1),
            )


def worked(node: Node) -> Case:
    """An expression without names, worked out exactly.  A division by 0 has no value, and no proof."""
    try:
        found = value(node, {})
    except (Undefined, TooLarge) as error:
        raise OutOfReach from error
    return Case(integer(found.numerator), integer(found.denominator))


def same_total(n: Node, k: Node, s: Node, d: Node) -> Node:
    """max((ceil(n/s) - 1) s + d(k-1) + 1 - n, 0)."""
    one, less = Node("number", (1,)), Node("number", (-1,))
    last = Node("mul", (Node("add", (Node("ceil", (Node("div", (n, s)),)), less)), s))
    extent = Node("mul", (d, Node("add", (k, less))))
    return Node("max", (Node("add", (last, extent, one, Node("neg", (n,)))), Node("number", (0,))))


def floor_of(top: Int, bottom: Int) -> Int:
    """floor(top / bottom), whole multiples of a name below taken out: floor((n + s - 1)/s) = floor((n - 1)/s) + 1."""
    times = dict(top.terms).get((bottom.name,), 0) if bottom.name else 0
    return floor(top - times * bottom, bottom) + times if times else floor(top, bottom)


def rest(top: Int, bottom: Int) -> Int:
    """top mod bottom, whole multiples of a name below taken out likewise: both speak of one quotient."""
    times = dict(top.terms).get((bottom.name,), 0) if bottom.name else 0
    return mod(top - times * bottom, bottom)


class Reader:
    """Expressions into cases."""

    def __init__(self, question: Question) -> None:
        self.least = dict(question.variables)
        self.meanings = dict(question.definitions)
        self.question = question
        self.fitting = {g.parts[2] for g in question.given if self._at_least_one(g)}
        self.spelled: dict[str, str] = {}

    @staticmethod
    def _at_least_one(node: Node) -> bool:
        return node.kind == "relation" and node.parts[0] == "<=" and node.parts[1] == Node("number", (1,))

    def given(self) -> list[tuple[Int, ...]]:
        """The hypotheses as polynomials >= 0, one list for each case."""
        found: list[tuple[Int, ...]] = [()]
        for node in self.question.given:
            found = [(*a, *b) for a, b in itertools.product(found, self.condition(node, True))]
            self._few(found)
        return found

    def _few(self, found: list) -> None:  # type: ignore[type-arg]
        if len(found) > MOST_CASES:
            raise OutOfReach

    # values
    def value(self, node: Node) -> list[Case]:
        """The cases of an expression."""
        if node.kind not in ("number", "name") and not node.names():
            return [worked(node)]
        make: Callable[[Node], list[Case]] | None = getattr(self, f"_{node.kind}", None)
        if make is None:
            raise OutOfReach
        found = make(node)
        self._few(found)
        return found

    def _number(self, node: Node) -> list[Case]:
        number = node.parts[0]
        return [Case(integer(number.numerator), integer(number.denominator))]

    def _name(self, node: Node) -> list[Case]:
        each = node.parts[0]
        if each in self.meanings:
            return self.value(self.meanings[each])
        if each not in self.least:
            raise OutOfReach
        return [Case(var(each), integer(1))]

    def _combined(self, nodes: tuple[Node, ...], join: Callable[[Case, Case], tuple[Int, Int]]) -> list[Case]:
        found = self.value(nodes[0])
        for node in nodes[1:]:
            made = []
            for a, b in itertools.product(found, self.value(node)):
                top, bottom = join(a, b)
                made.append(Case(top, bottom, (*a.given, *b.given), (*a.owed, *b.owed)))
            found = made
            self._few(found)
        return found

    def _add(self, node: Node) -> list[Case]:
        def join(a: Case, b: Case) -> tuple[Int, Int]:
            if a.bottom == b.bottom:
                return a.top + b.top, a.bottom
            return a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom

        return self._combined(node.parts, join)

    def _neg(self, node: Node) -> list[Case]:
        return [Case(-c.top, c.bottom, c.given, c.owed) for c in self.value(node.parts[0])]

    def _mul(self, node: Node) -> list[Case]:
        return self._combined(node.parts, lambda a, b: (a.top * b.top, a.bottom * b.bottom))

    def _div(self, node: Node) -> list[Case]:
        def join(a: Case, b: Case) -> tuple[Int, Int]:
            self._is_positive(b.top)
            return a.top * b.bottom, a.bottom * b.top

        return self._combined(node.parts, join)

    def _is_positive(self, e: Int) -> None:
        """A divisor is at least 1: counted from the least values of its names, it has no negative coefficient, and a constant."""
        if any(n not in self.least for n in e.names()) or any(not isinstance(a, str) for m, _ in e.terms for a in m):
            raise OutOfReach
        moved = e.subs({n: var(n) + self.least[n] for n in e.names()})
        if any(c < 0 for _, c in moved.terms) or dict(moved.terms).get((), 0) < 1:
            raise OutOfReach

    def _floor(self, node: Node) -> list[Case]:
        return [Case(floor_of(c.top, c.bottom), integer(1), c.given, c.owed) for c in self.value(node.parts[0])]

    def _ceil(self, node: Node) -> list[Case]:
        """ceil(a/b) = floor((a - 1)/b) + 1, in which (a + b - 1) // b comes out alike."""
        return [Case(floor_of(c.top - 1, c.bottom) + 1, integer(1), c.given, c.owed) for c in self.value(node.parts[0])]

    def _quotient(self, node: Node) -> list[Case]:
        return [Case(floor_of(c.top, c.bottom), integer(1), c.given, c.owed) for c in self._div(node)]

    def _mod(self, node: Node) -> list[Case]:
        def join(a: Case, b: Case) -> tuple[Int, Int]:
            self._is_positive(b.top)
            if a.bottom == 1 and b.bottom == 1:
                return rest(a.top, b.top), integer(1)
            low = floor(a.top * b.bottom, a.bottom * b.top)
            return a.top * b.bottom - b.top * a.bottom * low, a.bottom * b.bottom

        return self._combined(node.parts, join)

    def _pow(self, node: Node) -> list[Case]:
        exponent = node.parts[1].parts[0] if node.parts[1].kind == "number" else None
        if not isinstance(exponent, int) or not 0 < exponent <= 6:
            raise OutOfReach
        return self._combined((node.parts[0],) * exponent, lambda a, b: (a.top * b.top, a.bottom * b.bottom))

    def _max(self, node: Node) -> list[Case]:
        found = self.value(node.parts[0])
        for part in node.parts[1:]:
            made = []
            for a, b in itertools.product(found, self.value(part)):
                difference = a.top * b.bottom - b.top * a.bottom
                sign = 1 if node.kind == "max" else -1
                both = (*a.given, *b.given)
                made.append(Case(a.top, a.bottom, (*both, sign * difference), (*a.owed, *b.owed)))
                made.append(Case(b.top, b.bottom, (*both, -sign * difference - 1), (*a.owed, *b.owed)))
            found = made
            self._few(found)
        return found

    _min = _max

    def _abs(self, node: Node) -> list[Case]:
        made = []
        for c in self.value(node.parts[0]):
            made.append(Case(c.top, c.bottom, (*c.given, c.top), c.owed))
            made.append(Case(-c.top, c.bottom, (*c.given, -c.top - 1), c.owed))
        return made

    def _if(self, node: Node) -> list[Case]:
        condition, yes, no = node.parts
        made = []
        for wanted, part in ((True, yes), (False, no)):
            for facts, c in itertools.product(self.condition(condition, wanted), self.value(part)):
                made.append(Case(c.top, c.bottom, (*facts, *c.given), c.owed))
        return made

    def _call(self, node: Node) -> list[Case]:
        function, *arguments = node.parts
        if function == "trunc" and len(arguments) == 1:
            return [
                case
                for c in self.value(arguments[0])
                for case in (
                    Case(floor(c.top, c.bottom), integer(1), (*c.given, c.top), c.owed),
                    Case(-floor(-c.top, c.bottom), integer(1), (*c.given, -c.top - 1), c.owed),
                )
            ]
        if function == "same_total":
            return self.value(same_total(*arguments))
        if function not in ("windows", "scattered", "every", "pooled"):
            raise OutOfReach
        made = []
        for parts in itertools.product(*(self.value(a) for a in arguments)):
            given = tuple(e for c in parts for e in c.given)
            owed = [o for c in parts for o in c.owed]
            numbers = []
            for k, c in enumerate(parts):
                e = c.top if c.bottom == 1 else floor(c.top, c.bottom)
                if c.bottom != 1:
                    owed.append(("eq", mod(c.top, c.bottom)))
                if k in (3, 4) and function == "windows" and e.constant is None and e.name is None:
                    owed.append(("ge", e))
                numbers.append(e)
            made += [Case(t, b, (*given, *g), (*owed, *o)) for t, b, g, o in self._counted(node, function, numbers)]
        return made

    def _counted(self, node: Node, function: str, n: list[Int]) -> Iterator[tuple[Int, Int, tuple[Int, ...], tuple]]:  # type: ignore[type-arg]
        """The closed forms of what the evaluator counts."""
        one = integer(1)
        self._is_positive(n[1] if function == "every" else n[2])
        if function == "every":
            yield floor(n[0] - 1, n[1]) + 1, one, (), ()
            return
        size, k, s, lo, hi, d, *rest = n
        if function == "scattered":
            yield (size - 1) * s + d * (k - 1) + 1 - lo - hi + rest[0], one, (), ()
            return
        room = size + lo + hi - d * (k - 1) - 1
        if function == "pooled":  # with at least one complete window
            up = floor(room - 1, s) + 2
            starts = (up - 1) * s - size - lo
            yield up, one, (room, -starts - 1), ()
            yield up - 1, one, (room, starts), ()
            return
        yield floor(room, s) + 1, one, (room,), ()
        if node not in self.fitting:
            yield integer(0), one, (-room - 1,), ()

    # conditions
    def condition(self, node: Node, wanted: bool) -> list[tuple[Int, ...]]:
        """The cases of a condition (or of its opposite) as polynomials >= 0."""
        if node.kind in ("and", "or"):
            every = (node.kind == "and") == wanted
            parts = [self.condition(p, wanted) for p in node.inner()]
            if every:
                found = [tuple(e for c in combination for e in c) for combination in itertools.product(*parts)]
            else:
                found = [c for p in parts for c in p]
            self._few(found)
            return found
        if node.kind == "not":
            return self.condition(node.parts[0], not wanted)
        if node.kind != "relation":
            raise OutOfReach
        sign, left, right = node.parts
        if self._at_least_one(node) and wanted and right.kind == "call" and right.parts[0] in ("windows", "pooled"):
            return [tuple(e for c in combination for e in c) for combination in itertools.product([self._room(right)])]
        made: list[tuple[Int, ...]] = []
        for a, b in itertools.product(self.value(left), self.value(right)):
            known = (*a.given, *b.given)
            made += [(*known, *facts) for facts in self._compared(sign, a, b, wanted)]
        self._few(made)
        return made

    def _room(self, node: Node) -> tuple[Int, ...]:
        """At least one window: N + lo + hi - d(K-1) - 1 >= 0."""
        found = [c for a in node.parts[1:] for c in self.value(a)]
        if len(found) != len(node.parts) - 1 or any(c.bottom != 1 for c in found):
            raise OutOfReach
        n, k, _, lo, hi, d = (c.top for c in found[:6])
        return (n + lo + hi - d * (k - 1) - 1, *(e for c in found for e in c.given))

    def _compared(self, sign: str, a: Case, b: Case, wanted: bool) -> list[tuple[Int, ...]]:
        difference = a.top * b.bottom - b.top * a.bottom  # a - b, times positive divisors
        opposite = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "|": "∤", "∤": "|"}
        sign = sign if wanted else opposite.get(sign, "")
        if sign == "=":
            return [(difference, -difference)]
        if sign == "!=":
            return [(difference - 1,), (-difference - 1,)]
        if sign in ("<", "<="):
            return [(-difference - (1 if sign == "<" else 0),)]
        if sign in (">", ">="):
            return [(difference - (1 if sign == ">" else 0),)]
        if sign in ("|", "∤") and a.bottom == 1 and b.bottom == 1:
            self._is_positive(a.top)
            left = rest(b.top, a.top)
            return [(-left,)] if sign == "|" else [(left - 1,)]
        raise OutOfReach

    # goals
    def goal(self, node: Node) -> list[tuple[tuple[Int, ...], tuple[tuple[str, Int, Int], ...]]]:
        """(what is known, what is to be shown) for each case of a relation."""
        if node.kind == "and":
            return [g for p in node.inner() for g in self.goal(p)]
        if node.kind != "relation":
            raise OutOfReach
        sign, left, right = node.parts
        zero = integer(0)
        made = []
        for a, b in itertools.product(self.value(left), self.value(right)):
            owed = tuple((kind, e, zero) for kind, e in (*a.owed, *b.owed))
            top, bottom = a.top * b.bottom, b.top * a.bottom
            if sign == "=":
                shown: tuple[tuple[str, Int, Int], ...] = (("eq", top, bottom),)
            elif sign in ("<=", "<"):
                shown = (("ge", bottom, top + (1 if sign == "<" else 0)),)
            elif sign in (">=", ">"):
                shown = (("ge", top, bottom + (1 if sign == ">" else 0)),)
            elif sign == "|" and a.bottom == 1 and b.bottom == 1:
                self._is_positive(a.top)
                shown = (("eq", rest(b.top, a.top), zero),)
            elif sign == "∤" and a.bottom == 1 and b.bottom == 1:
                self._is_positive(a.top)
                shown = (("ge", rest(b.top, a.top), integer(1)),)
            elif sign == "!=":  # a whole number is not 0 where its square is at least 1
                shown = (("ge", (top - bottom) * (top - bottom), integer(1)),)
            else:
                raise OutOfReach
            made.append(((*a.given, *b.given), (*owed, *shown)))
        self._few(made)
        return made
