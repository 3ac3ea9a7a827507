"""The lines by which padding is taken back, each proved equal to the one before it, for all sizes of the page's domain.

The first line is the chain rule; the second puts the pieces of xbar in, which is the definition of the padding within its
limits (it is compared with brute force elsewhere).  From there on every line is an identity between sums, piece by piece.
"""

from __future__ import annotations

from collections.abc import Sequence

from symconv.check.prove.discharge import Tally
from symconv.check.prove.identity import prove_identity
from symconv.check.prove.model import Builder
from symconv.core.expr import Expr
from symconv.core.facts import Fold
from symconv.core.operator import Operator


def prove_lines(page: Operator, op: Operator, fold: Fold | None, lines: Sequence[Expr] = ()) -> list[Tally | None]:
    """A tally per line; None for what is a definition."""
    assert op.border is not None
    axis = fold.axis if fold is not None else 0
    index = fold.left.index[0].name if fold is not None else op.data.index
    free = [(index or "", op.border.sizes[axis])]
    shown = [step.expr for step in fold.steps] if fold is not None else list(lines)
    given = 2 if fold is not None else 1
    found: list[Tally | None] = [None] * given
    for before, after in zip(shown[given - 1 :], shown[given:], strict=False):
        found.append(prove_identity(Builder(page), before, after, free, "the padding taken back"))
    return found
