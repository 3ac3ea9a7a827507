"""Padding modes: the lines of the fold, and whole gradients, against brute force.

Three independent constructions meet here: phi by modular arithmetic (``language.border``), NumPy's own ``pad``, and brute force,
which walks from a place outside back to the entry that stands there, one wrap or reflection at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.cases import Case, choose, tally
from symconv.check.lines import World, value
from symconv.check.numeric import TOLERANCE, adjoint, difference, gradient, reference
from symconv.check.padding import constant
from symconv.check.steps import arrays_for, integers, named
from symconv.language.border import pieces
from symconv.language.expr import Expr
from symconv.language.facts import Check, Fold, Reduction, Verdict
from symconv.language.integers import var
from symconv.language.operator import Operator, complete, inner
from symconv.language.prose import Prose, Words

Array = Any


def wide_cases(op: Operator) -> list[Case]:
    """Cases of a bordered operator, among them pads that differ and pads that reach as far as they may."""
    plain = inner(op)
    found: dict[tuple[tuple[str, int], ...], None] = {}
    for seed in (2012, 3):
        found.update(dict.fromkeys(choose(plain, seed=seed)))
    return [dict(case) for case in list(found)[:9]]


def check_folds(op: Operator, folds: Sequence[Fold]) -> tuple[list[list[Verdict]], Verdict, Words]:
    """A verdict per line of every fold, one on the pieces, and how much was compared."""
    assert op.border is not None
    chosen = wide_cases(op)
    good: list[list[bool]] = [[True] * len(one.steps) for one in folds]
    whole, entries = True, 0
    for number, case in enumerate(chosen):
        concrete = op.subs(case)
        assert concrete.border is not None
        for one, marks in zip(folds, good, strict=True):
            trial = _Line(op, concrete, one, completed(op, case), 17 * number)
            whole = whole and trial.pieces_hold()
            entries += trial.truth.size
            for k, step in enumerate(one.steps):
                marks[k] = marks[k] and bool(np.array_equal(trial.value(step.expr), trial.truth))
    if not chosen:
        none = Verdict("unsupported", Prose("check.brute.none"))
        return [[none] * len(one.steps) for one in folds], none, none.how
    how = Prose("check.brute.equal", {"cases": len(chosen), "entries": entries})
    wrong = Verdict("refuted", Prose("check.brute.differs"))
    right = Verdict("checked", how)
    return [[right if mark else wrong for mark in marks] for marks in good], right if whole else wrong, how


class _Line:
    """One axis of a case: random numbers, the padding map as a matrix by brute force, and the fold's true value."""

    def __init__(self, op: Operator, concrete: Operator, one: Fold, case: dict[str, Any], seed: int) -> None:
        assert op.border is not None
        assert concrete.border is not None
        self.border, self.axis, self.case = op.border, one.axis, case
        border = concrete.border
        n, length = constant(border.sizes[one.axis]), max(0, constant(border.lengths[one.axis]))
        lo = constant(border.pads[one.axis][0])
        self.name = op.operand(border.role).name
        self.index = one.left.index[0].name or ""
        self.matrix = np.zeros((length, n), dtype=np.int64)
        for m in range(length):
            self.matrix[m, brute.landing(border.mode, m - lo, n)] = 1
        self.x, h = integers((n,), seed), integers((length,), seed + 1)
        self.truth = self.matrix.T @ h
        before = next(i.tensor.name for i in one.steps[0].expr.terms[0] if hasattr(i, "tensor"))
        self.world = World(case, {before: h, self.name: self.x}, {self.name: self.matrix})
        self.length = length

    def value(self, expr: Expr) -> Array:
        """A line's value at every j."""
        return value(expr, [(self.index, len(self.x))], self.world)

    def pieces_hold(self) -> bool:
        """The three pieces are the padded line."""
        shown = value(pieces(self.border, self.axis, self.name, var("m")), [("m", self.length)], self.world)
        return bool(np.array_equal(shown, self.matrix @ self.x))


def check_bordered(op: Operator, wrt: str, closed: Operator | Reduction) -> list[Check]:
    """The whole gradient against brute force, NumPy's pad, the adjoint identity and central differences."""
    chosen = [(case, op.subs(case)) for case in wide_cases(op)]
    if not chosen:
        none = Verdict("unsupported", Prose("check.brute.none"))
        return [Check("border", none, none.how)]
    equal = forward = good = entries = 0
    worst = 0.0
    for number, (case, concrete) in enumerate(chosen):
        arrays = arrays_for(concrete, 13 * number)
        found = gradient(op, closed, case, arrays)
        truth = brute.gradient(concrete, wrt, arrays)
        equal += bool(np.array_equal(found, truth))
        entries += truth.size
        y = brute.forward(concrete, {"x": arrays["x"], "w": arrays["w"]})
        forward += bool(np.array_equal(y, reference(concrete, arrays["x"], arrays["w"])))
        good += adjoint(concrete, wrt, found, arrays, 41)
        floats = {role: a / 7.0 for role, a in arrays.items()}
        worst = max(worst, difference(concrete, wrt, gradient(op, closed, case, floats), floats, 5))
    n, name = len(chosen), op.operand(wrt).name
    return [
        Check("border", tally(equal, n), Prose("check.border.gradient", {"name": name, "cases": n, "entries": entries})),
        Check("numpy-pad", tally(forward, n), Prose("check.border.pad", {"good": forward, "cases": n})),
        Check(
            "border-adjoint",
            tally(good, n),
            Prose("check.adjoint", {"good": good, "trials": n}),
        ),
        Check(
            "border-differences",
            tally(n if worst < TOLERANCE else 0, n),
            Prose("check.differences.cases", {"within": f"{TOLERANCE:.0e}", "cases": n}),
        ),
    ]  # fmt: skip


def check_wrapped(op: Operator, written: Sequence[Expr]) -> list[Verdict]:
    """The lines of a circular operator's gradient against brute force, pads beyond N included."""
    assert op.border is not None
    free = (op.data.index, op.border.sizes[0])
    marks = [True] * len(written)
    chosen = [*wide_cases(op), *_beyond(op)]
    for number, case in enumerate(chosen):
        concrete = op.subs(case)
        known = completed(op, case)
        arrays = arrays_for(concrete, 19 * number)
        truth = brute.gradient(concrete, "x", arrays)
        world = World(known, named(op, arrays))
        for k, expr in enumerate(written):
            marks[k] = marks[k] and bool(np.array_equal(value(expr, [(free[0], len(truth))], world), truth))
    if not chosen:
        return [Verdict("unsupported", Prose("check.brute.none"))] * len(written)
    right = Verdict("checked", Prose("check.brute.beyond", {"cases": len(chosen)}))
    return [right if mark else Verdict("refuted", Prose("check.brute.differs")) for mark in marks]


def completed(op: Operator, case: Mapping[str, int]) -> Case:
    """The case with the values of O and a, from their definitions."""
    return {
        name: value if isinstance(value, int) else int(value.constant or 0) for name, value in complete(op, case).items()
    }


def _beyond(op: Operator) -> list[Case]:
    """The same cases with the input cut to one or two entries, where windows still fit."""
    found = []
    for case in wide_cases(op):
        for n in (1, 2):
            smaller = {k: v for k, v in case.items() if k not in {name for name, _ in op.definitions}} | {"N": n}
            room = [int((left - right).evaluate(smaller)) for left, right in op.fits[: op.ndim]]
            if "N" in case and all(r >= 0 for r in room):
                found.append(completed(op, smaller))
    return found
