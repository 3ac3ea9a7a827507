"""im2col as plain data: the unfolded input, the kernel and the output as matrices whose entries are tensor entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from symconv.language.expr import Expr
from symconv.language.facts import Check
from symconv.language.formula import Node
from symconv.language.lazy import dataclass
from symconv.language.operator import Operator

Index = tuple[int, ...]
Cell = Index | None  # None is a zero of the padding


@dataclass(frozen=True)
class Group:
    """The matrices of one group: y = w x, with w F x CK, x (unfolded) CK x BO, y F x BO; every entry by its index."""

    unfolded: tuple[tuple[Cell, ...], ...]
    kernel: tuple[tuple[Index, ...], ...]
    output: tuple[tuple[Index, ...], ...]


@dataclass(frozen=True)
class Unfolding:
    """An operator at concrete sizes as matrix products, one per group."""

    op: Operator
    shapes: tuple[tuple[str, Index], ...]
    groups: tuple[Group, ...]
    checks: tuple[Check, ...] = ()
    definition: Expr = Expr(())  # y at its own indices, as it was evaluated
    lines: Mapping[str, Node] = field(default_factory=dict)  # every other line of the page, as it was evaluated

    def shape(self, role: str) -> Index:
        """The shape of x, w or y."""
        return dict(self.shapes)[role]
