"""A node's derivation, proved line by line for all sizes.

An affine node is proved from its definition on, a maximum from the selection on, whatever the selection is (it is a tensor
like any other there).
"""

from __future__ import annotations

from symconv.check.prove.derivation import Chain, chained, hinted, lines
from symconv.language.facts import WindowDerivation
from symconv.language.unshared import frozen, name_sizes, own_names


def prove_node(d: WindowDerivation) -> Chain:
    """Try to prove every line equal to the one before it, from the definition or the selection on."""
    sizes = name_sizes(d.page)
    free = tuple((n, sizes[n]) for n in own_names(d.page, d.wrt))
    first = next((k for k, step in enumerate(d.steps) if step.rule == "select"), 0)
    steps = [(step.rule, step.expr) for step in d.steps[first:]]
    return chained(lines(steps, free, d.page.window, frozen(d.page)), hinted(d.page.window))
