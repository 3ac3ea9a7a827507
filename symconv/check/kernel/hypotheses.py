"""What is known, and the exact identities by which a goal follows from it.

Hypotheses are polynomials over the integers, ``ge`` (each >= 0) and ``eq`` (each = 0).  An equation in which a name stands
alone, +-1 times it, is solved for it and put into everything else; what remains of a goal is then

    e = 0     0, or an equation that is known, or both e >= 0 and -e >= 0
    e >= 0    a number >= 0; a hypothesis, or the sum of two, plus a number >= 0; or, with every hypothesis  v - r >= 0  used
              once as  v = r + z, z >= 0,  a polynomial whose coefficients are all >= 0 in names that are all >= 0

Each is an identity between polynomials, compared exactly; nothing is searched for beyond this, and no solver is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import gcd

from symconv.language.integers import Int, integer, var

ABSURD = integer(-1)  # as a goal >= 0: what is known contradicts itself
MOST_SLACKS = 60
LATELY = 4


class Hypotheses:
    """Everything that is known at one place of a proof; ``parent`` holds what was known outside of it."""

    def __init__(self, ge: Iterable[Int] = (), eq: Iterable[Int] = (), parent: Hypotheses | None = None) -> None:
        self.own_ge, self.own_eq, self.parent = tuple(ge), tuple(eq), parent
        self.lately: dict[object, Hypotheses] = {}  # a few that were made of these, and others
        self.ready = False
        self.put: dict[str, Int] = {}
        self.low: dict[Int, int] = {}  # part without a number -> the best number: part + number >= 0
        self.rest: list[Int] = []  # equations that no name solves

    @property
    def ge(self) -> tuple[Int, ...]:
        """Everything known to be >= 0."""
        return (self.parent.ge if self.parent is not None else ()) + self.own_ge

    @property
    def eq(self) -> tuple[Int, ...]:
        """Everything known to be 0."""
        return (self.parent.eq if self.parent is not None else ()) + self.own_eq

    def more(self, ge: Iterable[Int] = (), eq: Iterable[Int] = ()) -> Hypotheses:
        """These and others; who asks again soon is given the same ones, which are solved once."""
        ge, eq = tuple(ge), tuple(eq)
        key = tuple([e.terms for e in ge]), tuple([e.terms for e in eq])
        found = self.lately.get(key)
        if found is None:
            found = Hypotheses(ge, eq, self)
            self.lately = {**(self.lately if len(self.lately) < LATELY else {}), key: found}
        return found

    # solving for names
    def solve(self) -> None:
        """Every equation that has a name alone is put into the others; once, and told to others when it is done."""
        if self.ready:
            return
        put: dict[str, Int] = {}
        low: dict[Int, int] = {}
        rest: list[Int] = []
        if self.parent is not None:
            self.parent.solve()
            put, low, rest = dict(self.parent.put), self.parent.low, list(self.parent.rest)
        before = len(put)
        rest += [e.subs(put) for e in self.own_eq]
        while (found := _solvable(rest)) is not None:
            place, name, value = found
            here = {name: value}
            put = {n: e.subs(here) for n, e in put.items()}
            put[name] = value
            rest = [e.subs(here) for k, e in enumerate(rest) if k != place]
        fresh = list(put)[before:]
        best: dict[Int, int] = {}
        for part, number in low.items():
            if part.names().isdisjoint(fresh):
                _keep(best, part, number)
            else:
                _lower(best, (part + number).subs(put))
        for e in self.own_ge:
            _lower(best, e.subs(put))
        self.rest = [e for e in dict.fromkeys(map(_reduced, rest)) if e != 0]
        self.put, self.low, self.ready = put, best, True

    def reduced(self, e: Int) -> Int:
        """The polynomial with all that is solved put in."""
        self.solve()
        return e.subs(self.put)

    # what follows by identity
    def shows(self, kind: str, goal: Int) -> bool:
        """Whether the goal (``kind`` ge: >= 0, eq: = 0) follows by one of the identities."""
        e = self.reduced(goal)
        if kind == "ge":
            return self._at_least_zero(e)
        if e == 0:
            return True
        scaled = _reduced(e)
        if scaled in self.rest or -scaled in self.rest:
            return True
        return self._at_least_zero(e) and self._at_least_zero(-e)

    def _at_least_zero(self, e: Int) -> bool:
        part, number = e.parted()
        if not part.terms and number >= 0:
            return True
        return self._sum(part, number) or self._by_slacks(e)

    def _sum(self, part: Int, number: int) -> bool:
        """A hypothesis, or the sum of two, plus a number >= 0."""
        if part in self.low and number >= self.low[part]:
            return True
        if self.low.get(integer(0), 0) < 0 or any(not e.names() for e in self.rest):
            return True  # a number < 0 that is known to be >= 0, or one that is known to be 0 and is not
        for one, first in self.low.items():
            other = part - one
            if other in self.low and number >= first + self.low[other]:
                return True
        return False

    def _by_slacks(self, goal: Int) -> bool:
        """All coefficients are >= 0 once every hypothesis v - r >= 0 was used as v = r + z with z >= 0."""
        waiting = sorted((part + number for part, number in self._near(goal)), key=lambda e: (len(e.terms), str(e)))
        slack: set[str] = set()
        for count in range(min(len(waiting), MOST_SLACKS)):
            e = waiting[count]
            name = next(_leading(e), None)
            if name is None:
                continue
            z = f"z!!!{count}"
            put = {name: var(name) - e + var(z)}
            slack = (slack - {name}) | {z}
            goal = goal.subs(put)
            waiting = [e.subs(put) for e in waiting]
            if all(c >= 0 and slack.issuperset(m) for m, c in goal.terms):
                return True
        return False

    def _near(self, goal: Int) -> Iterator[tuple[Int, int]]:
        """The hypotheses that share names with the goal, directly or through others."""
        seen, left = set(goal.names()), dict(self.low)
        while True:
            near = [part for part in left if not part.names().isdisjoint(seen)]
            if not near:
                return
            for part in near:
                seen |= part.names()
                yield part, left.pop(part)


def _lower(best: dict[Int, int], e: Int) -> None:
    """Keep e >= 0 where it says more than what is kept already."""
    _keep(best, *e.parted())


def _keep(best: dict[Int, int], part: Int, number: int) -> None:
    if part not in best or number < best[part]:
        best[part] = number


def _reduced(e: Int) -> Int:
    """An equation divided by what all its coefficients share."""
    shared = gcd(*(c for _, c in e.terms))
    return Int((m, c // shared) for m, c in e.terms) if shared > 1 else e


def _solvable(equations: list[Int]) -> tuple[int, str, Int] | None:
    """(equation, name, value) of a name that stands alone, a bound one first."""
    found: tuple[int, str, Int] | None = None
    for place, e in enumerate(equations):
        for name, sign in _alone(e):
            if "!" in name:
                return place, name, _value(e, name, sign)
            if found is None:
                found = place, name, _value(e, name, sign)
    return found


def _alone(e: Int) -> Iterator[tuple[str, int]]:
    """The names that occur in one term only, by themselves, with a coefficient of 1 or -1."""
    for m, c in e.terms:
        if len(m) == 1 and c in (1, -1) and isinstance(m[0], str) and sum(m[0] in other for other, _ in e.terms) == 1:
            yield m[0], c


def _leading(e: Int) -> Iterator[str]:
    """The names that stand alone with the coefficient 1."""
    return (name for name, sign in _alone(e) if sign == 1)


def _value(e: Int, name: str, sign: int) -> Int:
    rest = e - sign * var(name)
    return -rest if sign == 1 else rest
