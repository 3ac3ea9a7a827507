"""A node's derivation, proved line by line for all sizes.

An affine node is proved from its definition on, a maximum from the selection on, whatever the selection is (it is a tensor
like any other there).
"""

from __future__ import annotations

from dataclasses import dataclass

from symconv.check.prove.discharge import Tally
from symconv.check.prove.identity import prove_identity
from symconv.check.prove.model import Builder
from symconv.core.facts import NodeDerivation
from symconv.core.node import frozen, name_sizes, own_names
from symconv.errors import SymconvError


@dataclass
class NodeProof:
    """A tally per line; None where a line is the definition, or is not provable this way (the selection)."""

    lines: list[Tally | None]

    @property
    def whole(self) -> Tally:
        """Everything together."""
        total = Tally()
        for tally in (t for t in self.lines if t is not None):
            total.ways += tally.ways
            total.milliseconds += tally.milliseconds
            total.bounded |= tally.bounded
            total.failed += tally.failed
            total.shown += tally.shown
        return total


def prove_node(d: NodeDerivation) -> NodeProof:
    """Try to prove every line equal to the one before it."""
    builder = Builder(d.page.window, frozen(d.page))
    sizes = name_sizes(d.page)
    free = [(n, sizes[n]) for n in own_names(d.page, d.wrt)]
    lines: list[Tally | None] = [None]
    for before, after in zip(d.steps, d.steps[1:], strict=False):
        if after.rule == "select":
            lines.append(None)
            continue
        try:
            lines.append(prove_identity(builder, before.expr, after.expr, free, after.rule))
        except SymconvError:  # beyond the prover's language
            from symconv.check.prove.identity import undecided

            lines.append(undecided(after.rule))
    return NodeProof(lines)
