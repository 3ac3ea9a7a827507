"""The pipeline for activations, losses and flatten: definition -> derivative by SymPy -> steps -> checks -> page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import symconv.pages.functions  # noqa: F401  (the faces of its facts)
from symconv.api.operators import role
from symconv.derivation.functions import formulas, stories
from symconv.derivation.slopes import agrees, derivatives, shown, values
from symconv.errors import SymconvError
from symconv.language.facts import FunctionDerivation, Story, refuse
from symconv.language.functions import Function


def roles(op: Function, wrt: str) -> list[str]:
    """x alone."""
    return ["x"] if wrt in ("x", "all") else [derived(op, wrt).wrt]


def derived(op: Function, wrt: str, channels: bool = False, check: bool = False) -> FunctionDerivation:
    """dL/dx of a layer that has no parameters to learn."""
    role(wrt)
    if wrt not in op.roles:
        raise SymconvError(f"wrt: expected x for {op.name}, got {wrt!r}")
    told = tuple(stories(op))
    found = FunctionDerivation(op, op, wrt, told)
    if op.kind == "pointwise":
        found = replace(found, definition=values(op), derived=derivatives(op), form=shown(op))
    else:
        found = replace(found, formulas=tuple(formulas(op)))
    return found


def checked(d: FunctionDerivation) -> FunctionDerivation:
    """A verdict on every line, and the independent checks."""
    from symconv.check.functionlines import check_evaluation, check_kink, check_lines, check_rows, check_symbolic

    verdicts = check_lines(d.op, [(s.left, [step.expr for step in s.steps]) for s in d.stories])
    told = []
    for story, row in zip(d.stories, verdicts, strict=True):
        for step, verdict in zip(story.steps, row, strict=True):
            refuse(verdict, f"the rule {step.rule!r}")
        steps = tuple(replace(step, verdict=v) for step, v in zip(story.steps, row, strict=True))
        told.append(Story(story.key, story.left, steps))
    checks = [check_evaluation(d.op)]
    if d.op.kind == "pointwise":
        checks.append(check_symbolic(d.op, d.derived, agrees(d.op)))
        if d.op.kinks:
            checks.append(check_kink(d.op))
    if d.op.kind == "softmax":
        checks.append(check_rows())
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return replace(d, stories=tuple(told), checks=tuple(checks))


def proved(d: FunctionDerivation) -> FunctionDerivation:
    """Its lines are decided by their checks: there is nothing to prove for all sizes."""
    return d


def at(op: Function, input: Any, kernel: Any, **sizes: Any) -> Any:
    """A function has no explicit case."""
    raise SymconvError(f"input: expected no explicit case for {op.name}: it acts entry by entry or row by row")


def with_case(d: FunctionDerivation, concrete: Any, limit: int | None = None, loss: str | None = None) -> Any:
    """Nor has its derivation."""
    return at(d.op, None, None)
