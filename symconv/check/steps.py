"""Every line of a derivation against brute force, on concrete sizes and random integers, exactly."""

from __future__ import annotations

import math
import random
from functools import cached_property
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.cases import Case, cases
from symconv.check.lines import World, value
from symconv.language.expr import Expr
from symconv.language.facts import Verdict
from symconv.language.operator import Operand, Operator, labels, shape, spatial_names, upstream
from symconv.language.prose import Prose


def integers(shape: tuple[int, ...], seed: int) -> Any:
    """Random integers between -9 and 9, none of them 0, the same on every machine."""
    rng = random.Random(seed)  # NumPy's own takes longer to load than a whole derivation to check
    numbers = rng.choices([k for k in range(-9, 10) if k], k=math.prod(shape))
    return np.array(numbers, dtype=np.int64).reshape(shape)


def spread(count: int, total: int) -> list[int]:
    """Up to ``count`` places out of ``total``, evenly spread, the first and the last among them."""
    return list(dict.fromkeys(np.linspace(0, total - 1, count).astype(int).tolist())) if total else []


class Trial:
    """One case of an operator: tensors, the brute-force gradient, and the world that lines are evaluated in."""

    def __init__(self, op: Operator, wrt: str, case: Case, seed: int) -> None:
        concrete = op.subs(case)
        self.op, self.case, self.operand = op, case, op.operand(wrt)
        self.arrays = {
            op.data.name: integers(brute.concrete_shape(concrete, concrete.data), seed),
            op.kernel.name: integers(brute.concrete_shape(concrete, concrete.kernel), seed + 1),
            upstream(op): integers(brute.concrete_shape(concrete, concrete.result), seed + 2),
        }
        self.concrete, self.wrt = concrete, wrt
        self.own = brute.concrete_shape(concrete, concrete.operand(wrt))
        x, w, g = (self.arrays[n] for n in (op.data.name, op.kernel.name, upstream(op)))
        self.truth = brute.gradient(concrete, wrt, x, w, g, np.zeros(self.own, dtype=np.int64))

    @cached_property
    def world(self) -> World:
        """What lines are evaluated in: dy/dT by the definition beside the tensors."""
        whole = np.zeros(brute.concrete_shape(self.concrete, self.concrete.result) + self.own, dtype=np.int64)
        x, w = (self.arrays[n] for n in (self.op.data.name, self.op.kernel.name))
        jacobian = brute.jacobian(self.concrete, self.wrt, x, w, whole)
        return World(self.case, self.arrays, {self.operand.name: jacobian})

    def equals(self, expr: Expr) -> bool:
        """Whether the line's value is the gradient; a line with an index that nothing binds is false."""
        try:
            return bool(np.array_equal(self.value(expr), self.truth))
        except KeyError:
            return False

    def value(self, expr: Expr) -> Any:
        """The line's value, in the shape of the tensor that was differentiated."""
        return value(expr, free_indices(self.op, self.operand, self.case), self.world).reshape(self.truth.shape)


def free_indices(op: Operator, operand: Operand, case: Case) -> list[tuple[str, int]]:
    """The operand's labels and spatial indices with their sizes."""
    extents = dict(op.extents)
    found = [(n, int(extents[n].evaluate(case))) for n in labels(operand)]
    sizes = shape(op, operand)[len(operand.layout) :]
    return found + [(n, int(e.evaluate(case))) for n, e in zip(spatial_names(op, operand), sizes, strict=True)]


def check_lines(op: Operator, wrt: str, lines: list[Expr], most: int = 8) -> list[Verdict]:
    """A verdict per line: its value equals the brute-force gradient on every case."""
    chosen = cases(op, most)
    if not chosen:
        return [Verdict("unsupported", Prose("check.brute.none"))] * len(lines)
    failed: dict[int, str] = {}
    entries = 0
    for number, case in enumerate(chosen):
        trial = Trial(op, wrt, case, 100 * number)
        entries += trial.truth.size
        for k, line in enumerate(lines):
            if k not in failed and not trial.equals(line):
                failed[k] = ", ".join(f"{n} = {v}" for n, v in case.items())
    good = Verdict("checked", Prose("check.brute.equal", {"cases": len(chosen), "entries": entries}))
    return [
        Verdict("refuted", Prose("check.brute.differs.at", {"case": failed[k]})) if k in failed else good
        for k in range(len(lines))
    ]
