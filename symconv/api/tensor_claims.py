"""Claims about tensors: gradients, identities, definitions, fast algorithms; from the text to the verdict.

text -> meaning (cases of the open conventions) -> search (all small sizes) -> proof (all sizes) -> verdict, repair
"""

from __future__ import annotations

import time
from dataclasses import replace

from symconv.check.claims import tensor_decide
from symconv.claims import tensors
from symconv.claims.spelling import spelled
from symconv.core.claims import Condition, Failure, Judgement, Published, Repair
from symconv.core.facts import Verdict
from symconv.core.tensorial import Failing, Meaning
from symconv.core.tensorial import Outcome as Found

TOPICS = ("gradient", "identity", "definition", "continuous", "winograd")
ORDER = ("refuted", "unsupported", "conditional", "checked", "proved")


def judge(published: Published) -> Judgement:
    """The verdict on a published formula about tensors.

    Raises FormulaError for a text that cannot be read, SymconvError for a meaning that is missing or contradicts itself.
    """
    began = time.perf_counter()
    meaning = tensors.meant(published)
    judged = decided(published, meaning)
    spent = (time.perf_counter() - began) * 1000
    return replace(judged, verdict=replace(judged.verdict, milliseconds=spent))


def decided(published: Published, meaning: Meaning) -> Judgement:
    """The verdict on what a formula means."""
    if meaning.fault is not None:
        how = f"ill-formed: {meaning.fault.words}"
        return Judgement(published, Verdict("refuted", how), meaning.reading, failure=failure(meaning.fault))
    outcomes = [tensor_decide.case(c, meaning) for c in meaning.cases]
    branches = [one(published, meaning, o) for o in outcomes]
    statuses = [b.verdict.status for b in branches]
    if len(branches) == 1 or len(set(statuses)) == 1:
        worst = branches[0]
        if len(branches) > 1:
            labels = "; ".join(c.label for c in meaning.cases)
            how = f"under each convention ({labels}): {worst.verdict.how}"
            worst = replace(worst, verdict=replace(worst.verdict, how=how))
        return worst
    if "unsupported" in statuses:
        return next(b for b in branches if b.verdict.status == "unsupported")
    if all(s in ("proved", "checked") for s in statuses):
        return next(b for b in branches if b.verdict.status == "checked")
    labelled = tuple((c.label, b) for c, b in zip(meaning.cases, branches, strict=True))
    if not any(s in ("proved", "checked") for s in statuses):
        return next(b for b in branches if b.verdict.status == "refuted")
    how = "it depends on the convention: " + "; ".join(f"{label}: {b.verdict.status}" for label, b in labelled)
    failed = next(b for b in branches if b.failure is not None)
    return Judgement(published, Verdict("ambiguous", how), meaning.reading, failure=failed.failure, branches=labelled)


def one(published: Published, meaning: Meaning, outcome: Found) -> Judgement:
    """The verdict under one choice of conventions."""
    condition = Condition(outcome.condition, outcome.exact) if outcome.condition else None
    repair = None
    if outcome.repair is not None:
        repair = Repair(spelled(outcome.repair), outcome.edit, outcome.repair_verdict or Verdict("checked", ""))
    return Judgement(
        published,
        outcome.verdict,
        (*meaning.reading, *outcome.notes),
        condition,
        failure(outcome.failure) if outcome.failure else None,
        repair,
    )


def failure(found: Failing) -> Failure:
    """A counterexample as it is printed."""
    sizes = tuple((n, str(v)) for n, v in found.sizes)
    entry = f"[{', '.join(map(str, found.entry))}]" if found.entry else ""
    if found.words:
        entry = found.words
    elif found.product and found.product != "1":
        entry = f"{entry}, the coefficient of {found.product}" if entry else f"the coefficient of {found.product}"
    return Failure(sizes, found.claimed, found.true, entry)
