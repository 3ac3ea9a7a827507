"""Discharging obligations: the cheap way first.

    substitution   the goal is one of the hypotheses, or evident from numbers
    division       quotient and remainder are unique: d X + t = 0 with 0 <= t < d gives X = 0 and t = 0, as more
                   hypotheses; d X = 0 with d >= 1 gives X = 0
    linear         every product of names is taken as a name of its own, products of hypotheses with strides and dilations
                   (all >= 1) are added, and linear integer arithmetic decides
    nonlinear      the solver with its nonlinear part, on the hypotheses that share variables with the goal, then on all
    finite         strides and dilations put in as numbers 1..8, each case linear

Only ``unsat`` of the negated goal proves.  z3 is imported when the first obligation needs it.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from symconv.core.integers import Int, integer

MILLISECONDS = 2_000
BOUND = 8
FEW = 14


@dataclass(frozen=True)
class Obligation:
    """hypotheses (ge >= 0, eq = 0) imply the goal (``kind`` ge: goal >= 0; eq: goal = 0), for all integers."""

    words: str
    ge: tuple[Int, ...]
    eq: tuple[Int, ...]
    kind: str
    goal: Int
    multipliers: tuple[str, ...] = ()


@dataclass
class Tally:
    """How many obligations each way decided, and the time."""

    ways: Counter[str] = field(default_factory=Counter)
    milliseconds: float = 0.0
    bounded: set[str] = field(default_factory=set)  # the names that were put in as 1..8
    failed: list[Obligation] = field(default_factory=list)
    shown: list[tuple[Obligation, str]] = field(default_factory=list)

    @property
    def proved(self) -> bool:
        """Whether every obligation was decided."""
        return not self.failed

    def words(self) -> str:
        """As in "14 obligations: 12 by substitution, 2 linear"."""
        order = ("substitution", "linear", "division", "nonlinear", "finite", "undecided")
        named = {"substitution": "by substitution", "division": "by unique division"}
        parts = [f"{self.ways[way]} {named.get(way, way)}" for way in order if self.ways[way]]
        return f"{sum(self.ways.values())} obligations: {', '.join(parts)}" if parts else "nothing to show"


def discharge(obligations: Iterable[Obligation], tally: Tally | None = None, cheap: bool = False) -> Tally:
    """Decide obligations one by one; a goal that no way decides is listed as failed (which refutes nothing)."""
    found = tally or Tally()
    start = time.perf_counter()
    for obligation in obligations:
        way = decide(obligation, cheap)
        if way is None:
            found.failed.append(obligation)
            found.ways["undecided"] += 1
        else:
            found.ways[way] += 1
            found.bounded |= set(_used_multipliers(obligation) or ["strides and dilations"]) if way == "finite" else set()
        found.shown.append((obligation, way or "undecided"))
    found.milliseconds += 1e3 * (time.perf_counter() - start)
    return found


def decide(o: Obligation, cheap: bool = False) -> str | None:
    """The way that proves the obligation, or None; ``cheap`` stops before the solver's nonlinear part."""
    if evident(o) or evident(substituted(o)):
        return "substitution"
    slice_ge, slice_eq = cone(o)
    if _linear(o):
        return "linear"
    if cheap:
        return None
    unique = divided(o)
    if unique is not None and (evident(unique) or evident(substituted(unique)) or _linear(unique)):
        return "division"
    for ge, eq in ((slice_ge, slice_eq), (o.ge, o.eq)):
        if unsat(o, ge, eq, linear=False):
            return "nonlinear"
    return "finite" if finite(o) else None


def _linear(o: Obligation) -> bool:
    """Whether linear integer arithmetic decides, on the hypotheses that share variables with the goal."""
    ge, eq = cone(o)
    return unsat(o, products(o, ge), eq, linear=True)


def divided(o: Obligation) -> Obligation | None:
    """The obligation with what unique division gives, or None if it gives nothing.

    Of two hypotheses d q + t = E and d p = E the difference is d (q - p) + t = 0; where 0 <= t < d, both q = p and t = 0.
    """
    found: list[Int] = []
    rests = _remainders(o.ge)
    for d in sorted({n for e in o.ge for n in e.names() if e.terms == (((n,), 1), ((), -1))}):  # d - 1 >= 0
        loose = [{tuple(sorted(map(str, m))): c for m, c in e.terms if d not in m} for e in o.eq]
        for k, one in enumerate(o.eq):
            for other, parts in ((integer(0), {}), *zip(o.eq[:k], loose[:k], strict=True)):
                for sign in (1, -1) if parts else (1,):
                    left = {m: loose[k].get(m, 0) - sign * parts.get(m, 0) for m in {**loose[k], **parts}}
                    left = {m: c for m, c in left.items() if c}
                    t = next(((m[0], c) for m, c in left.items() if len(m) == 1), None)
                    if left and (len(left) > 1 or t is None or abs(t[1]) != 1 or (t[0], d) not in rests):
                        continue
                    whole = one - other * sign
                    if t is None or _alone(whole, t[0]):
                        found += [_part(whole, d), *([integer(t[0])] if t else [])]
    made = dict.fromkeys(e for e in found if e.terms)
    return Obligation(o.words, o.ge, (*o.eq, *made), o.kind, o.goal, o.multipliers) if made else None


def _remainders(ge: Iterable[Int]) -> set[tuple[str, str]]:
    """(t, d) wherever the hypotheses say 0 <= t <= d - 1."""
    every = set(ge)
    found = set()
    for e in every:
        parts = dict(e.terms)
        if len(parts) == 3 and parts.get(()) == -1 and all(len(m) < 2 for m in parts):
            up, down = ([str(m[0]) for m, c in parts.items() if m and c == sign] for sign in (1, -1))
            if up and down and integer(down[0]) in every:
                found.add((down[0], up[0]))
    return found


def _part(e: Int, d: str) -> Int:
    """The terms with a factor d, divided by it."""
    return Int((m[: m.index(d)] + m[m.index(d) + 1 :], c) for m, c in e.terms if d in m)


def evident(o: Obligation) -> bool:
    """The goal is a hypothesis, or holds by numbers alone."""
    if o.kind == "eq":
        return o.goal == 0 or o.goal in o.eq or -o.goal in o.eq
    if o.goal.constant is not None:
        return o.goal.constant >= 0
    if o.goal in o.ge or o.goal in o.eq or -o.goal in o.eq:
        return True
    differences = ((o.goal - e).constant for e in o.ge)
    return any(number is not None and number >= 0 for number in differences)


def substituted(o: Obligation) -> Obligation:
    """The obligation with every equation that a name stands alone in (+-1 times it) put into the others."""
    eq, ge, goal = list(dict.fromkeys(o.eq)), list(dict.fromkeys((*o.ge, *_lifted(o)))), o.goal
    for _ in range(len(eq)):
        found = next(
            (
                (k, m[0], c)
                for k, e in enumerate(eq)
                for m, c in e.terms
                if len(m) == 1 and c in (1, -1) and _alone(e, m[0])
            ),
            None,
        )
        if found is None:
            break
        k, name, sign = found
        rest = eq.pop(k).split(str(name))[1]
        put = {str(name): -rest if sign == 1 else rest}
        eq, ge, goal = [e.subs(put) for e in eq], [e.subs(put) for e in ge], goal.subs(put)
    made = Obligation(o.words, tuple(dict.fromkeys(ge)), tuple(eq), o.kind, goal, o.multipliers)
    return _from_sum(made)


def _alone(e: Int, name: object) -> bool:
    """Whether a name occurs in one term of a polynomial only, by itself."""
    return sum(name in m for m, _ in e.terms) == 1


def _lifted(o: Obligation) -> tuple[Int, ...]:
    """What ``products`` adds to short hypotheses about the goal's names."""
    near = tuple(e for e in o.ge if e.names() & o.goal.names())
    return products(o, near)[len(near) :] if len(near) <= FEW else ()


def _from_sum(o: Obligation) -> Obligation:
    """A goal >= 0 that is the sum of two or three hypotheses and a number >= 0 is one: it is added to the hypotheses."""
    if o.kind != "ge":
        return o
    near = [e for e in o.ge if e.names() and e.names() <= o.goal.names()]
    if len(near) <= FEW:
        for count in (2, 3):
            for chosen in itertools.combinations(near, count):
                gap = (o.goal - sum(chosen, integer(0))).constant
                if gap is not None and gap >= 0:
                    return Obligation(o.words, (*o.ge, o.goal), o.eq, o.kind, o.goal, o.multipliers)
    return o


def cone(o: Obligation) -> tuple[tuple[Int, ...], tuple[Int, ...]]:
    """The hypotheses that share variables with the goal, shared strides and dilations aside.  Leaving some out is sound."""
    shared = set(o.multipliers)
    seen = set(o.goal.names()) - shared
    while True:
        near = [e for e in (*o.ge, *o.eq) if (e.names() - shared) & seen]
        wider = seen.union(*(e.names() - shared for e in near))
        if wider == seen:
            break
        seen = wider
    keep = shared | seen
    near_ge, near_eq = ((e for e in every if e.names() <= keep) for every in (o.ge, o.eq))
    return tuple(dict.fromkeys(near_ge)), tuple(dict.fromkeys(near_eq))


def products(o: Obligation, ge: tuple[Int, ...]) -> tuple[Int, ...]:
    """The hypotheses with their products by the multipliers: e >= 0 and s >= 1 give s e >= 0."""
    used = {n for e in (o.goal, *o.eq, *ge) for n in e.names()}
    wanted = sorted(m for m in o.multipliers if m in used and _not_negative(m, o.ge))
    low = [e for e in ge if len(e.terms) <= 3]
    more = [integer(m) * e for m in wanted for e in low if e.names() - {m}]
    return (*ge, *more)


def _not_negative(name: str, ge: tuple[Int, ...]) -> bool:
    """Whether a hypothesis says that the name is at least some number >= 0."""
    gaps = ((e - integer(name)).constant for e in ge)
    return any(gap is not None and gap <= 0 for gap in gaps)


@cache
def _z3() -> Any:
    import z3

    return z3


def version() -> str:
    """The solver by name and version."""
    return f"z3 {_z3().get_version_string()}"


def unsat(o: Obligation, ge: Iterable[Int], eq: Iterable[Int], linear: bool) -> bool:
    """Whether the hypotheses and the negated goal are unsatisfiable."""
    z3 = _z3()
    solver = z3.SolverFor("QF_LIA") if linear else z3.Solver()
    solver.set("timeout", MILLISECONDS // 4 if linear else MILLISECONDS)
    spell = Speller(linear)
    solver.add(*(spell(e) >= 0 for e in ge))
    solver.add(*(spell(e) == 0 for e in eq))
    goal = spell(o.goal)
    solver.add(goal < 0 if o.kind == "ge" else goal != 0)
    return bool(solver.check() == z3.unsat)


class Speller:
    """Polynomials as z3 terms; with ``linear`` each product of names is a name of its own."""

    def __init__(self, linear: bool) -> None:
        self.linear = linear
        self.known: dict[str, Any] = {}

    def name(self, name: str) -> Any:
        """The z3 integer of a name."""
        if name not in self.known:
            self.known[name] = _z3().Int(name)
        return self.known[name]

    def __call__(self, e: Int) -> Any:
        """The term."""
        z3 = _z3()
        parts = []
        for monomial, coefficient in e.terms:
            if not monomial:
                parts.append(z3.IntVal(coefficient))
                continue
            names = sorted(map(str, monomial))
            whole = self.linear or len(names) == 1
            product = self.name("*".join(names)) if whole else z3.Product([self.name(n) for n in names])
            parts.append(product if coefficient == 1 else coefficient * product)
        return z3.Sum(parts) if len(parts) != 1 else parts[0]


def finite(o: Obligation) -> bool:
    """The goal for strides and dilations 1..8, each case decided by linear arithmetic."""
    used = _used_multipliers(o)
    if not used or len(used) > 3:
        return False
    for values in itertools.product(range(1, BOUND + 1), repeat=len(used)):
        put = dict(zip(used, values, strict=True))
        case = Obligation(
            o.words, tuple(e.subs(put) for e in o.ge), tuple(e.subs(put) for e in o.eq), o.kind, o.goal.subs(put)
        )
        if not evident(case) and not unsat(case, case.ge, case.eq, linear=True):
            return False
    return True


def _used_multipliers(o: Obligation) -> list[str]:
    return [m for m in o.multipliers if any(m in e.names() for e in (o.goal, *o.ge, *o.eq))]


def satisfiable(ge: Iterable[Int], eq: Iterable[Int], largest: int = 6) -> dict[str, int] | None:
    """Small values that meet all hypotheses, re-evaluated; None if none were found."""
    z3 = _z3()
    for bound in (largest, 4 * largest):
        solver = z3.Solver()
        solver.set("timeout", MILLISECONDS)
        spell = Speller(False)
        every_ge, every_eq = list(ge), list(eq)
        solver.add(*(spell(e) >= 0 for e in every_ge))
        solver.add(*(spell(e) == 0 for e in every_eq))
        solver.add(*(v <= bound for v in spell.known.values()), *(v >= -bound for v in spell.known.values()))
        if solver.check() != z3.sat:
            continue
        model = solver.model()
        values = {name: model.eval(v, model_completion=True).as_long() for name, v in spell.known.items()}
        if all(e.evaluate(values) >= 0 for e in every_ge) and all(e.evaluate(values) == 0 for e in every_eq):
            return values
    return None
