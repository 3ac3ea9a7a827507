"""The lines by which padding is taken back, each proved equal to the one before it, for all sizes of the page's domain.

The first line is the chain rule; the second puts the pieces of xbar in, which is the definition of the padding within its
limits (it is compared with brute force elsewhere).  From there on every line is an identity between sums, piece by piece.
"""

from __future__ import annotations

from collections.abc import Sequence

from symconv.check.prove.derivation import Chain, chained, hinted, lines
from symconv.core.expr import Expr
from symconv.core.facts import Fold
from symconv.core.operator import Operator

WORDS = "the padding taken back"


def prove_fold(page: Operator, op: Operator, fold: Fold) -> Chain:
    """The lines of a fold from the second on: what stands before is the definition."""
    return _proved(page, op, fold.axis, fold.left.index[0].name or "", [step.expr for step in fold.steps[1:]])


def prove_wrapped(page: Operator, op: Operator, shown: Sequence[Expr]) -> Chain:
    """The lines that show a circular operator's gradient to be circular."""
    return _proved(page, op, 0, op.data.index, shown)


def _proved(page: Operator, op: Operator, axis: int, index: str, shown: Sequence[Expr]) -> Chain:
    assert op.border is not None
    return chained(lines([(WORDS, e) for e in shown], ((index, op.border.sizes[axis]),), page), hinted(page))
