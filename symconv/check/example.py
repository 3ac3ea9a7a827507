"""The numbers of a worked example against ``evaluate`` (a sweep over buffers) and brute force (term by term), exactly.

With a border also against NumPy's ``pad``: the plain operator on the array that it makes gives the same y, the same dL/dw, and
the gradient of the padded array before it is folded.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.borders import by_numpy
from symconv.check.evaluate import evaluate
from symconv.language.border import Border
from symconv.language.example import Array, Example
from symconv.language.facts import Check, Verdict
from symconv.language.operator import inner, upstream


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


def widened(border: Border, array: Any) -> Any:
    """The padded array: by NumPy where it pads once, else walked back to the entry from every place."""
    if border.once:
        return by_numpy(border, array)
    for axis, (n, (lo, hi)) in enumerate(zip(border.sizes, border.pads, strict=True), array.ndim - len(border.pads)):
        size, first, last = (e.constant or 0 for e in (n, lo, hi))
        line = [brute.landing(border.mode, m - first, size) for m in range(size + first + last)]
        array = np.take(array, line, axis=axis)
    return array


def against_padded(made: Example) -> Check:
    """Against the plain operator on the padded array, which the example's own must be."""
    op, arrays = made.op, known(made)
    assert op.border is not None
    x = widened(op.border, arrays["x"])
    how = "np.pad's" if op.border.once else "the one that walking back from every place gives"
    view = made.views[0]
    places = widened(op.border, np.arange(arrays["x"].size).reshape(arrays["x"].shape))
    own = made.array(view.name)
    ours = np.array([own.flat(at + c) for at, _ in own.planes() for c in view.cells if not isinstance(c, str)])
    wrong = [] if np.array_equal(ours, places.ravel()) else ["the places of " + view.name]
    run = evaluate(inner(op), **{**arrays, "x": x})
    theirs = {"y": run.y, "w": run.grad_w, "b": run.grad_b}
    wrong += [name for name, array in results(made).items() if name != "x" and not np.array_equal(array, theirs[name])]
    fold = made.gradient("x").fold
    if fold is None or not np.array_equal(packed(fold.array), run.grad_x):
        wrong.append("the gradient before it is folded")
    verdict = Verdict("refuted", f"differs from {how} in {wrong[0]}") if wrong else None
    detail = f"the padded array is {how}, {x.size} places; y and the gradients are those of the plain operator on it"
    return Check("numpy-pad", verdict or Verdict("checked", detail), detail)
