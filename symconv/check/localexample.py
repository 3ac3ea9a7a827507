"""The numbers of a worked locally connected example, checked in five ways.

``evaluate`` (all windows at once), brute force, the formulas of the page read item by item, exact central differences, and the
gradient of a shared kernel.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.check import brute, reads
from symconv.check.example import compared, known, packed, results
from symconv.check.lines import World, value
from symconv.check.pooling import evaluate_node
from symconv.language.facts import Check, Verdict
from symconv.language.local import Local
from symconv.language.node import definition, name_sizes, own_names

MOST = 20_000  # entries of the Jacobian that is found by differences


def operands(made: Local) -> dict[str, Any]:
    """x, w, b and g in NumPy; a bias that was not given is 0."""
    none = {"b": reads.blank(reads.shape_of(made.node, "b"))} if "b" in made.node.roles else {}
    return {**none, **known(made)}


def against_evaluate(made: Local) -> Check:
    """Against the taps over all windows at once."""
    run = evaluate_node(made.node, **known(made))
    return compared(made, "evaluate", "symconv.evaluate", {"y": run.y, "x": run.grad_x, "w": run.grad_w, "b": run.grad_b})


def against_brute(made: Local) -> Check:
    """Against the definition, window by window."""
    arrays = known(made)
    theirs = {"y": reads.forward(made.node, arrays)}
    theirs |= {d.wrt: reads.gradient(made.node, d.wrt, arrays) for d in made.gradients}
    return compared(made, "brute-force", "brute force", theirs)


def against_formulas(made: Local) -> Check:
    """Against the formulas that the page shows: y as it is defined, and the last line of every derivation."""
    page = made.derivations[0].page
    arrays = {role: array.reshape(reads.shape_of(page, role)) for role, array in operands(made).items()}
    world, sizes = World({}, arrays), name_sizes(page)
    lines = {"y": definition(page), **{d.wrt: d.steps[d.gather].expr for d in made.derivations}}
    whole = {role: array.shape for role, array in results(made).items()}
    theirs = {}
    for role, line in lines.items():
        free = [(n, int(sizes[n].constant or 0)) for n in own_names(page, role)]
        theirs[role] = value(line, free, world).reshape(whole[role])
    return compared(made, "formula", "the formulas above, read item by item", theirs)


def against_differences(made: Local) -> Check | None:
    """The gradients against exact central differences of y; None for large examples."""
    arrays = operands(made)
    most = max(arrays[d.wrt].size for d in made.gradients)
    if most * arrays["g"].size > MOST:
        return None
    theirs = {"y": packed(made.array(made.op.result.name))}
    for d in made.gradients:
        slopes = reads.jacobian(made.node, d.wrt, arrays)
        theirs[d.wrt] = np.tensordot(arrays["g"], slopes, arrays["g"].ndim)
    found = compared(made, "differences", "exact central differences of y", theirs)
    detail = f"the gradients equal exact central differences of y, {sum(len(d.closed) for d in made.gradients)} entries"
    return Check(found.kind, Verdict("checked", detail), detail) if found.verdict.status == "checked" else found


def against_shared(made: Local) -> Check:
    """dL/dw summed over the places against the gradient of the convolution layer with the same windows."""
    arrays, op = known(made), made.op
    whole = brute.gradient(op, "w", arrays["x"], arrays["w"], arrays["g"], reads.blank(brute.numbers(op, op.kernel)))
    good = np.array_equal(packed(made.shared), whole)
    detail = f"summed over the places, dL/dw equals the convolution layer's, {whole.size} entries"
    return Check("shared", Verdict("checked" if good else "refuted", detail), detail)
