"""Obligations, and the two ways in which one falls: an exact identity, or the solver's ``unsat``.

    identity    ``hypotheses.shows``
    solver      z3 on the hypotheses and the negated goal; first with every product of names as a name of its own (linear),
                then with products as they are (nonlinear); only ``unsat`` counts

The solver's budget is counted in its own steps (``rlimit``), so that a busy machine gives the same answer as a quiet one, and
each prover's session has a context of its own, so that threads do not meet.  Only + - * and numbers reach it: quotients and
rests are names with their equation by then, for z3's div and mod are not floor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from symconv.check.kernel.hypotheses import Hypotheses
from symconv.language.integers import Int
from symconv.language.prose import Joined, Prose, Words

LINEAR_STEPS = 200_000
STEPS = 1_500_000
WIDEST = 2**128  # beyond it the solver's steps take any time: its arithmetic is not counted in them


class NotShown(Exception):
    """An obligation that neither way decides, or a step that is not one; this refutes nothing."""


class Obligation(NamedTuple):
    """The hypotheses imply the goal (``kind`` ge: goal >= 0; eq: goal = 0), for all integers."""

    words: Words
    known: Hypotheses
    kind: str
    goal: Int


class Shown(NamedTuple):
    """An obligation and the way that decided it: identity, linear or nonlinear."""

    obligation: Obligation
    way: str


class Desk:
    """Where obligations are decided: what was shown, by which way, and the solver's context, made when first needed."""

    def __init__(self, solver: bool = True) -> None:
        self.shown: list[Shown] = []
        self.solver = solver
        self._context: Any = None

    def owe(self, words: Words, known: Hypotheses, kind: str, goal: Int) -> None:
        """Decide an obligation.

        Raises NotShown if neither way does.
        """
        obligation = Obligation(words, known, kind, goal)
        if known.shows(kind, goal):
            self.shown.append(Shown(obligation, "identity"))
            return
        way = self.unsat(obligation) if self.solver else None
        if way is None:
            raise NotShown(f"{words}: {goal} {'>=' if kind == 'ge' else '='} 0 was not shown")
        self.shown.append(Shown(obligation, way))

    def model(self, ge: Sequence[Int], eq: Sequence[Int], names: Sequence[str], bound: int) -> dict[str, int] | None:
        """Values up to ``bound`` in size for which the hypotheses hold, as the solver says; a witness is evaluated anew."""
        z3 = _z3()
        spell = Speller(z3, self.context, False)
        solver = z3.Solver(ctx=self.context)
        solver.set("rlimit", STEPS)
        solver.add(*(spell(e) >= 0 for e in ge), *(spell(e) == 0 for e in eq))
        every = {name: spell.name(name) for name in names}
        solver.add(*(v <= bound for v in every.values()), *(v >= -bound for v in every.values()))
        if solver.check() != z3.sat:
            return None
        model = solver.model()
        return {name: model.eval(v, model_completion=True).as_long() for name, v in every.items()}

    @property
    def context(self) -> Any:
        """The solver's context, made when first needed."""
        if self._context is None:
            self._context = _z3().Context()
        return self._context

    def unsat(self, o: Obligation) -> str | None:
        """The solver's way, or None."""
        z3, context = _z3(), self.context
        ge, eq = near(o)
        if any(abs(c) > WIDEST for e in (*ge, *eq, o.goal) for _, c in e.terms):
            return None
        for way, steps in (("linear", LINEAR_STEPS), ("nonlinear", STEPS)):
            spell = Speller(z3, context, way == "linear")
            solver = z3.SolverFor("QF_LIA", ctx=context) if way == "linear" else z3.Solver(ctx=context)
            solver.set("rlimit", steps)
            solver.add(*(spell(e) >= 0 for e in ge), *(spell(e) == 0 for e in eq))
            goal = spell(o.goal)
            solver.add(goal < 0 if o.kind == "ge" else goal != 0)
            if solver.check() == z3.unsat:
                return way
        return None


def near(o: Obligation) -> tuple[tuple[Int, ...], tuple[Int, ...]]:
    """The hypotheses that share names with the goal, directly or through others.  Leaving some out is sound."""
    seen = set(o.goal.names())
    ge, eq = tuple(dict.fromkeys(o.known.ge)), tuple(dict.fromkeys(o.known.eq))
    if not seen:
        return ge, eq
    while True:
        wider = seen.union(*(e.names() for e in (*ge, *eq) if not e.names().isdisjoint(seen)))
        if wider == seen:
            break
        seen = wider
    return tuple(e for e in ge if e.names() <= seen), tuple(e for e in eq if e.names() <= seen)


def ways(shown: list[Shown]) -> Prose:
    """As in "14 obligations: 12 by identity, 2 linear"."""
    count = Counter(s.way for s in shown)
    parts = [Prose(f"obligation.{way}", {"count": count[way]}) for way in ("identity", "linear", "nonlinear") if count[way]]
    if not parts:
        return Prose("obligation.none")
    return Prose("obligation.count", {"count": len(shown), "ways": Joined(tuple(parts))})


def solver_name(shown: list[Shown]) -> str:
    """The solver by name and version; nothing where identities decided all."""
    return f"z3 {_z3().get_version_string()}" if any(s.way != "identity" for s in shown) else ""


def _z3() -> Any:
    import z3

    return z3


class Speller:
    """Polynomials as z3 terms; with ``linear`` each product of names is a name of its own."""

    def __init__(self, z3: Any, context: Any, linear: bool) -> None:
        self.z3, self.context, self.linear = z3, context, linear
        self.known: dict[str, Any] = {}

    def name(self, name: str) -> Any:
        """The z3 integer of a name."""
        if name not in self.known:
            self.known[name] = self.z3.Int(name, ctx=self.context)
        return self.known[name]

    def __call__(self, e: Int) -> Any:
        """The term."""
        parts = []
        for monomial, coefficient in e.terms:
            product = self.z3.IntVal(coefficient, ctx=self.context)
            if monomial:
                names = sorted(str(a) for a in monomial)
                factors = ["*".join(names)] if self.linear else names
                for name in factors:
                    product = product * self.name(name)
            parts.append(product)
        return self.z3.Sum(parts) if len(parts) > 1 else parts[0] if parts else self.z3.IntVal(0, ctx=self.context)
