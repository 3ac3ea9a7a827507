"""The numbers of a worked pooling example against ``evaluate`` (all windows at once), brute force and central differences."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from symconv.check import reads
from symconv.check.example import packed
from symconv.check.pooling import evaluate_node
from symconv.language.facts import Check, Verdict
from symconv.language.operator import upstream
from symconv.language.pooled import Pooled

MOST = 20_000  # entries of the Jacobian that is found by differences


def known(made: Pooled) -> dict[str, Any]:
    """x and g in NumPy."""
    return {"x": packed(made.array(made.op.data.name)), "g": packed(made.array(upstream(made.op)))}


def compared(made: Pooled, kind: str, how: str, theirs: dict[str, Any]) -> Check:
    """The check that the example's numbers are theirs."""
    ours = {"y": packed(made.array(made.op.result.name)), "x": packed(made.gradient("x").array)}
    for name, array in theirs.items():
        if ours[name].shape != array.shape or not np.array_equal(ours[name], array):
            return Check(kind, Verdict("refuted", f"differs from {how} in {name}"), f"differs from {how}")
    what = "y and the gradient equal" if len(theirs) > 1 else "the gradient equals"
    detail = f"{what} {how}, {sum(a.size for a in theirs.values())} entries"
    return Check(kind, Verdict("checked", detail), detail)


def against_evaluate(made: Pooled) -> Check:
    """Against the taps over all windows at once; for a maximum its places as well."""
    run = evaluate_node(made.node, **known(made))
    found = compared(made, "evaluate", "symconv.evaluate", {"y": run.y, "x": run.grad_x})
    if made.node.kind == "max_pool" and not np.array_equal(places(made), run.indices):
        return Check("evaluate", Verdict("refuted", "differs from symconv.evaluate in the places"), "differs in the places")
    return found


def places(made: Pooled) -> Any:
    """Of every window the first largest entry's place in its plane, flattened."""
    x, y = made.array(made.op.data.name), made.array(made.op.result.name)
    found = [np.ravel_multi_index(one.largest[0][x.lead :], x.shape[x.lead :]) for one in made.windows]
    return np.array(found, dtype=np.int64).reshape(y.shape)


def against_brute(made: Pooled) -> Check:
    """Against the definition, window by window."""
    arrays = known(made)
    theirs = {"y": reads.forward(made.node, arrays), "x": reads.gradient(made.node, "x", arrays)}
    return compared(made, "brute-force", "brute force", theirs)


def against_differences(made: Pooled) -> Check | None:
    """Against exact central differences of y; None at a tie, where there is no derivative, and for large examples."""
    arrays = known(made)
    if max(arrays["x"].size * arrays["g"].size, reads.differences(made.node) // 50) > MOST or (
        made.node.kind == "max_pool" and reads.tied(made.node, arrays["x"])
    ):
        return None
    smaller = distances(made)
    slopes = reads.jacobian(made.node, "x", {"x": arrays["x"] * smaller})
    truth = np.tensordot(arrays["g"], slopes, arrays["g"].ndim)
    return compared(made, "differences", "exact central differences of y", {"x": truth})


def distances(made: Pooled) -> int:
    """A factor that puts different entries at least 1 apart: y is homogeneous, so its derivative stays what it is."""
    entries = sorted(set(made.array(made.op.data.name).entries))
    gaps = [b - a for a, b in pairwise(entries)]
    return max(1, int(-(-1 // min(gaps)))) if gaps else 1
