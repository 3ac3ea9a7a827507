"""Claims about functions, softmax and losses: from the text to the verdict.

text -> meaning (definitions, entries) -> normal form (proof), numbers (refutation, condition) -> verdict

A dense layer is z = W x + b.  A formula that fails for it and holds for z = W^T x + b is ambiguous: both are in use.
"""

from __future__ import annotations

from dataclasses import replace

from symconv.api.function_repairs import repair
from symconv.check.claims.function_decide import decide
from symconv.claims.function_context import named, shows_matrix
from symconv.claims.function_meaning import meant
from symconv.errors import SymconvError
from symconv.language.claims import Judgement, Published
from symconv.language.facts import Verdict
from symconv.language.prose import Prose


def judge(published: Published) -> Judgement:
    """The verdict on a published formula about functions.

    Raises FormulaError for a text that cannot be read, SymconvError for a meaning that is missing.
    """
    found = judged(published, transposed=False)
    if found.verdict.status in ("refuted", "conditional") and open_matrix(published):
        other = turned(published)
        if other is not None and other.verdict.holds:
            how = Prose("claim.open.matrix", {"one": found.verdict.status, "other": other.verdict.status})
            branches = (("a layer W x + b", found), ("a layer W^T x + b", other))
            reading = (*found.reading, Prose("reading.open.matrix"))
            return Judgement(published, Verdict("ambiguous", how), reading, failure=found.failure, branches=branches)
    if found.verdict.status == "refuted" and found.failure is not None:
        return replace(found, repair=repair(published, lambda p: judged(p, transposed=False)))
    return found


def judged(published: Published, transposed: bool) -> Judgement:
    """The verdict under one convention."""
    claim = meant(published, transposed)
    found = decide(claim)
    return Judgement(published, found.verdict, claim.reading, found.condition, found.failure)


def turned(published: Published) -> Judgement | None:
    """The verdict for z = W^T x + b; None where the formula has no meaning there."""
    try:
        return judged(published, transposed=True)
    except SymconvError:
        return None


def open_matrix(published: Published) -> bool:
    """Whether a dense layer is meant of which the formula itself does not show the side of the matrix."""
    context = named(published.operator) if published.operator.strip() else None
    if context is None and published.forward.strip() and "=" not in published.forward:
        context = named(published.forward)
    return context is not None and context.kind == "dense" and not shows_matrix(published.formula)
