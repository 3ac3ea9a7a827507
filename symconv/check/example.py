"""The numbers of a worked example against ``evaluate`` (a sweep over buffers) and brute force (term by term), exactly."""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.evaluate import evaluate
from symconv.core.example import Array, Example
from symconv.core.facts import Check, Verdict
from symconv.core.operator import upstream


def packed(array: Array) -> Any:
    """The array in NumPy, its numbers as they are."""
    made = np.empty(len(array.entries), dtype=object)
    made[:] = array.entries
    return made.reshape(array.shape)


def known(made: Example) -> dict[str, Any]:
    """x, w, b (if there is one) and g in NumPy, by role."""
    op = made.op
    names = {"x": op.data.name, "w": op.kernel.name, "g": upstream(op)} | ({"b": op.bias.name} if op.bias else {})
    there = {array.name: array for array in made.arrays}
    return {role: packed(there[name]) for role, name in names.items() if name in there}


def results(made: Example) -> dict[str, Any]:
    """What the example says: y and the gradients, by role."""
    return {"y": packed(made.array(made.op.result.name)), **{d.wrt: packed(d.array) for d in made.gradients}}


def compared(made: Example, kind: str, how: str, theirs: dict[str, Any]) -> Check:
    """The check that the example's numbers are theirs."""
    ours, count = results(made), 0
    for name, array in ours.items():
        count += array.size
        if array.shape != theirs[name].shape or not np.array_equal(array, theirs[name]):
            return Check(kind, Verdict("refuted", f"differs from {how} in {name}"), f"differs from {how}")
    detail = f"y and the gradients equal {how}, {count} entries"
    return Check(kind, Verdict("checked", detail), detail)


def against_evaluate(made: Example) -> Check:
    """Against the taps swept over padded buffers."""
    run = evaluate(made.op, **known(made))
    theirs = {"y": run.y, "x": run.grad_x, "w": run.grad_w, "b": run.grad_b}
    return compared(made, "evaluate", "symconv.evaluate", theirs)


def against_brute(made: Example) -> Check:
    """Against the definition's loops, term by term."""
    op, arrays = made.op, known(made)

    def zeros(shape: tuple[int, ...]) -> Any:
        return np.zeros(shape, dtype=object)

    y = brute.forward(op, arrays["x"], arrays["w"], arrays.get("b"), zeros(brute.numbers(op, op.result)))
    theirs = {"y": y}
    for d in made.gradients:
        shape = brute.numbers(op, op.operand(d.wrt))
        theirs[d.wrt] = brute.gradient(op, d.wrt, arrays["x"], arrays["w"], arrays["g"], zeros(shape))
    return compared(made, "brute-force", "brute force", theirs)
