"""Padding modes: the lines of the fold, and whole gradients, against brute force.

Three independent constructions meet here: phi by modular arithmetic (``language.border``), NumPy's own ``pad``, and brute force,
which walks from a place outside back to the entry that stands there, one wrap or reflection at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.cases import Case, choose
from symconv.check.closed import apply
from symconv.check.lines import World, value
from symconv.check.numeric import reference
from symconv.check.padding import constant, fold
from symconv.check.steps import integers, spread
from symconv.language.border import BAR, Border, pieces
from symconv.language.expr import Expr
from symconv.language.facts import Check, Fold, Reduction, Verdict
from symconv.language.integers import var
from symconv.language.operator import Operator, complete, inner, upstream
from symconv.language.prose import Prose, Words

Array = Any
NUMPY: dict[str, Any] = {"circular": "wrap", "reflect": "reflect", "symmetric": "symmetric", "replicate": "edge"}
STEP = 1e-5
TOLERANCE = 1e-6


def by_numpy(border: Border, array: Array) -> Array:
    """P x by np.pad, crops by slicing afterwards."""
    first = array.ndim - len(border.pads)
    pairs = [(constant(lo), constant(hi)) for lo, hi in border.pads]
    out: Array = np.pad(array, [(0, 0)] * first + [(max(0, lo), max(0, hi)) for lo, hi in pairs], mode=NUMPY[border.mode])
    cuts = [slice(max(0, -lo), n - max(0, -hi)) for (lo, hi), n in zip(pairs, out.shape[first:], strict=True)]
    return out[(..., *cuts)]


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
    equal = forward = adjoint = entries = 0
    worst = 0.0
    for number, (case, concrete) in enumerate(chosen):
        arrays = sized(concrete, 13 * number)
        found = gradient(op, closed, case, arrays)
        into = np.zeros(brute.concrete_shape(concrete, concrete.operand(wrt)), dtype=np.int64)
        truth = brute.gradient(concrete, wrt, arrays["x"], arrays["w"], arrays["g"], into)
        equal += bool(np.array_equal(found, truth))
        entries += truth.size
        y = np.zeros(brute.concrete_shape(concrete, concrete.result), dtype=np.int64)
        y = brute.forward(concrete, arrays["x"], arrays["w"], None, y)
        forward += bool(np.array_equal(y, through_numpy(concrete, arrays["x"], arrays["w"])))
        adjoint += _adjoint(concrete, wrt, found, arrays)
        worst = max(worst, _difference(op, concrete, wrt, closed, case, arrays))
    n, name = len(chosen), op.operand(wrt).name
    return [
        Check("border", _verdict(equal == n, n), Prose("check.border.gradient", {"name": name, "cases": n, "entries": entries})),
        Check("numpy-pad", _verdict(forward == n, n), Prose("check.border.pad", {"good": forward, "cases": n})),
        Check(
            "border-adjoint",
            _verdict(adjoint == n, n),
            Prose("check.adjoint", {"good": adjoint, "trials": n}),
        ),
        Check(
            "border-differences",
            _verdict(worst < TOLERANCE, n),
            Prose("check.differences.cases", {"within": f"{TOLERANCE:.0e}", "cases": n}),
        ),
    ]  # fmt: skip


def _verdict(holds: bool, n: int) -> Verdict:
    return Verdict("checked" if holds else "refuted", Prose("check.cases", {"cases": n}))


def sized(op: Operator, seed: int) -> dict[str, Array]:
    """Random integers for x, w and g of a concrete operator."""
    shapes = {"x": op.data, "w": op.kernel, "g": op.result}
    return {role: integers(brute.concrete_shape(op, operand), seed + k) for k, (role, operand) in enumerate(shapes.items())}


def gradient(op: Operator, closed: Operator | Reduction, case: Case, arrays: dict[str, Array]) -> Array:
    """The closed form's value: what it reads is padded, what it makes is folded."""
    named = {op.data.name: arrays["x"], op.kernel.name: arrays["w"], upstream(op): arrays["g"]}
    if isinstance(closed, Reduction) or closed.border is None:
        return apply(closed, case, named)
    plain, border = inner(closed), closed.border.subs(complete(op, case))
    for name in list(named):
        if name + BAR in (plain.data.name, plain.kernel.name):
            named[name + BAR] = by_numpy(border, named[name])
    made = apply(plain, case, named)
    return fold(border, made) if border.role == "y" else made


def through_numpy(op: Operator, x: Array, w: Array) -> Array:
    """y of a concrete bordered operator, the data padded by NumPy."""
    assert op.border is not None
    by_role = {"x": x, "w": w}
    if op.border.role in by_role:
        by_role[op.border.role] = by_numpy(op.border, by_role[op.border.role])
    made = reference(inner(op), by_role["x"], by_role["w"])
    return fold(op.border, made) if op.border.role == "y" else made


def _linear(op: Operator, wrt: str, arrays: dict[str, Array], v: Array) -> Array:
    if wrt == "b":
        return np.broadcast_to(
            v.reshape((1,) * (1 if op.result.layout else 0) + v.shape + (1,) * op.ndim), brute.concrete_shape(op, op.result)
        )
    return through_numpy(op, v if wrt == "x" else arrays["x"], v if wrt == "w" else arrays["w"])


def _adjoint(op: Operator, wrt: str, found: Array, arrays: dict[str, Array]) -> bool:
    v = integers(brute.concrete_shape(op, op.operand(wrt)), 41)
    return found.shape == v.shape and int((arrays["g"] * _linear(op, wrt, arrays, v)).sum()) == int((found * v).sum())


def _difference(
    op: Operator, concrete: Operator, wrt: str, closed: Operator | Reduction, case: Case, arrays: dict[str, Array]
) -> float:
    """The largest relative difference over a few entries, the first and the last (where the border folds) among them."""
    arrays = {role: a / 7.0 for role, a in arrays.items()}
    found, at = (
        gradient(op, closed, case, arrays),
        integers(brute.concrete_shape(concrete, concrete.operand(wrt)), 29) / 7.0,
    )
    if found.shape != at.shape:
        return float("inf")
    worst = 0.0
    for flat in spread(5, at.size):
        index = np.unravel_index(flat, at.shape)
        up, down = at.copy(), at.copy()
        up[index] += STEP
        down[index] -= STEP
        rise = (arrays["g"] * (_linear(concrete, wrt, arrays, up) - _linear(concrete, wrt, arrays, down))).sum()
        worst = max(worst, abs(rise / (2 * STEP) - found[index]) / max(1.0, abs(found[index])))
    return float(worst)


def check_wrapped(op: Operator, written: Sequence[Expr]) -> list[Verdict]:
    """The lines of a circular operator's gradient against brute force, pads beyond N included."""
    assert op.border is not None
    free = (op.data.index, op.border.sizes[0])
    marks = [True] * len(written)
    chosen = [*wide_cases(op), *_beyond(op)]
    for number, case in enumerate(chosen):
        concrete = op.subs(case)
        known = completed(op, case)
        arrays = sized(concrete, 19 * number)
        into = np.zeros(brute.concrete_shape(concrete, concrete.data), dtype=np.int64)
        truth = brute.gradient(concrete, "x", arrays["x"], arrays["w"], arrays["g"], into)
        world = World(known, {op.kernel.name: arrays["w"], upstream(op): arrays["g"]})
        for k, expr in enumerate(written):
            marks[k] = marks[k] and bool(np.array_equal(value(expr, [(free[0], len(into))], world), truth))
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
