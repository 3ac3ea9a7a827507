"""Times and versions: on the terminal, and in one field of a JSON object.

Documents are the same on every run and every machine, and so is JSON but for this field.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from symconv.language.facts import Verdict


def timing(verdicts: Iterable[Verdict | None]) -> dict[str, Any]:
    """What verdicts took in all, and the solver with its version if one was asked."""
    given = [v for v in verdicts if v is not None]
    solvers = dict.fromkeys(v.solver for v in given if v.solver)
    return {"milliseconds": round(sum(v.milliseconds for v in given), 1), "solver": ", ".join(solvers) or None}


def by_name(verdict: Verdict) -> str | None:
    """The solver without its version."""
    return verdict.solver.partition(" ")[0] or None


def spent(verdicts: Iterable[Verdict | None]) -> str:
    """The same in words, as in "(z3 4.15.0, 191 ms)"; nothing where nothing was measured."""
    found = timing(verdicts)
    words = [found["solver"]] if found["solver"] else []
    words += [f"{found['milliseconds']:.0f} ms"] if found["milliseconds"] else []
    return f"({', '.join(words)})" if words else ""
