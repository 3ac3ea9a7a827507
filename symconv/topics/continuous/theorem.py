"""The derivative theorem, its discrete twin, and the comparison with backpropagation."""

from __future__ import annotations

import symconv.topics.continuous.page_theorem  # noqa: F401  (the faces of its facts)
from symconv.errors import InternalError
from symconv.language.facts import Check
from symconv.topics.continuous.facts import read_function
from symconv.topics.continuous.story import continuous
from symconv.topics.continuous.theorem_facts import DerivativeTheorem
from symconv.topics.theorems.story import prove, theorem

PAIRS = (("box(-1,2)", "gaussian(1)"), ("exp_decay(1)", "gaussian(1/2)"), ("triangle", "cauchy(1)"))
TWINS = ("difference-of-convolution", "difference-of-correlation", "difference-of-correlation-unturned")
NOTED = ((1, 2), (3, 4), (1, 0, 0))  # numbers that show it well


def derivative_theorem() -> DerivativeTheorem:
    """The theorem with its verdicts.

    Raises InternalError if a line fails its check or a twin has not the verdict that the catalogue expects.
    """
    from symconv.topics.continuous.check_theorem import compared, lines, of_boxes, smallest
    from symconv.topics.continuous.check_theorem_lines import check as evaluated
    from symconv.topics.continuous.theorem_lines import LINES

    nodes = [(read_function(f, "f"), read_function(g, "g")) for f, g in PAIRS]
    boxes = next(c for c in continuous("box", "box").checks if c.kind == "derivative")
    found = (*lines(nodes), of_boxes(read_function("box", "f")), Check("impulses", boxes.verdict, boxes.detail))
    for check in found:
        if not check.verdict.holds:
            raise InternalError(
                f"internal error: the line {check.kind!r} of the derivative theorem is false; please report it"
            )
    twins = []
    for name in TWINS:
        stated = theorem(name)
        verdict = prove(stated).verdict
        if verdict.status != stated.expected:
            raise InternalError(f"internal error: the theorem {name!r} is {verdict.status}; please report it")
        twins.append((name, stated.statement, verdict))
    noted, box = compared(*NOTED), read_function("box", "f")
    formulas = evaluated(LINES, nodes, box, noted)
    return DerivativeTheorem(PAIRS, found, tuple(twins), (smallest(), noted), formulas)
