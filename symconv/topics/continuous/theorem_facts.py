"""The derivative theorem (f * g)' = f * g' as plain data: how its lines were checked, its discrete twin, and what it is not."""

from __future__ import annotations

from collections.abc import Mapping

from symconv.language.facts import Check, Verdict
from symconv.language.formula import Node
from symconv.language.lazy import dataclass

Numbers = tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """L = sum_i g[i] y[i], y = f * k in full mode: its gradient by f, beside what the derivative theorem would put there."""

    f: Numbers
    k: Numbers
    g: Numbers
    y: Numbers
    gradient: Numbers  # dL/df, entry by entry
    difference: Numbers  # Dk
    claimed: Numbers  # (f * Dk)[j], j an entry of f


@dataclass(frozen=True)
class DerivativeTheorem:
    """The theorem with the verdicts of its lines (by name), the theorems that are its twin, and comparisons by number."""

    pairs: tuple[tuple[str, str], ...]
    lines: tuple[Check, ...]
    twins: tuple[tuple[str, str, Verdict], ...]  # (name, statement, verdict)
    comparisons: tuple[Comparison, ...]
    formulas: Mapping[str, Node]  # the lines of the page, each evaluated
