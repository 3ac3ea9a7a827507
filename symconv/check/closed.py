"""A closed form applied to numbers, on concrete sizes, against brute force on the operator it came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.check.cases import cases
from symconv.check.steps import Trial
from symconv.check.sweep import Sweep
from symconv.language.facts import Reduction, Verdict
from symconv.language.operator import Operator
from symconv.language.prose import Prose


def apply(closed: Operator | Reduction, sizes: dict[str, int], arrays: dict[str, Any]) -> Any:
    """The closed form's value for arrays by tensor name."""
    if isinstance(closed, Reduction):
        g = arrays[closed.data.name]
        kept = [closed.data.layout.index(axis) for axis in closed.result.layout]
        return np.asarray(g.sum(axis=tuple(k for k in range(g.ndim) if k not in kept)))
    concrete = closed.subs(sizes)
    member = Sweep(concrete, {"x": arrays[closed.data.name], "w": arrays[closed.kernel.name]})
    return member.forward()


def check_closed(op: Operator, wrt: str, closed: Operator | Reduction, most: int = 8) -> tuple[Verdict, int, int]:
    """The closed form equals the brute-force gradient on every case; with the numbers of cases and entries.

    The remainder of the member must be what it says: the last window ends where the padded data end.
    """
    chosen = cases(op, most)
    entries = 0
    if not chosen:
        return Verdict("unsupported", Prose("check.brute.none")), 0, 0
    for number, case in enumerate(chosen):
        trial = Trial(op, wrt, case, 7 + 100 * number)
        where = ", ".join(f"{n} = {v}" for n, v in case.items())
        found = apply(closed, case, trial.named)
        entries += trial.truth.size
        if found.shape != trial.truth.shape or not np.array_equal(found, trial.truth):
            return Verdict("refuted", Prose("check.brute.differs.at", {"case": where})), len(chosen), entries
        if isinstance(closed, Operator) and not _fits(closed.subs(case)):
            return Verdict("refuted", Prose("check.closed.lengths", {"case": where})), len(chosen), entries
    return Verdict("checked", Prose("check.brute.equal", {"cases": len(chosen), "entries": entries})), len(chosen), entries


def _fits(member: Operator) -> bool:
    """slack = s (O - 1) + a along every axis."""
    return all(axis.slack == axis.stride * (axis.output - 1) + axis.remainder for axis in member.axes)
