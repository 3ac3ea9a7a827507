"""Claims about tensors: gradients, identities, definitions, fast algorithms; from the text to the verdict.

text -> meaning (cases of the open conventions) -> search (all small sizes) -> proof (all sizes) -> verdict, repair
"""

from __future__ import annotations

import time
from dataclasses import replace

from symconv.check.claims import fourier, integrals, tensor_decide
from symconv.claims import pooling, tensors
from symconv.claims.fourier_text import spectral
from symconv.claims.spelling import spelled
from symconv.claims.tensor_fourier import transformed
from symconv.language.claims import Condition, Failure, Judgement, Published, Repair
from symconv.language.facts import Verdict
from symconv.language.prose import Joined, Prose
from symconv.language.tensorial import Case, Failing, Meaning, Outcome

TOPICS = ("gradient", "identity", "definition", "continuous", "winograd")


def judge(published: Published) -> Judgement:
    """The verdict on a published formula about tensors.

    Raises FormulaError for a text that cannot be read, SymconvError for a meaning that is missing or contradicts itself.
    """
    began = time.perf_counter()
    if spectral(published):
        judged = transforms(published)
    elif published.about == "continuous":
        analyses, reading = tensors.integrated(published)
        made = [(Case(a.label, ()), integrals.decide(a)) for a in analyses]
        judged = settled(published, Meaning(reading), made)
    elif pooling.is_about_pooling(published):
        judged = decided(published, pooling.meant(published))
    else:
        judged = decided(published, tensors.meant(published))
    spent = (time.perf_counter() - began) * 1000
    return replace(judged, verdict=judged.verdict.timed(spent))


def transforms(published: Published) -> Judgement:
    """The verdict on a formula about discrete Fourier transforms: all its equations, under every open convention."""
    reading, claims = transformed(published)
    made: dict[str, tuple[Case, Outcome, bool]] = {}
    for claim in claims:
        outcome, beyond = fourier.decide(claim)
        before = made.get(claim.label)
        if before is None or (before[1].verdict.holds and not outcome.verdict.holds):
            made[claim.label] = Case(claim.label, ()), outcome, beyond or (before is not None and before[2])
    beyond = any(b for _, _, b in made.values())  # else nothing is read beyond the ends, and both are one
    cases = [(c, o) for c, o, _ in made.values() if beyond or not c.label.endswith("0 beyond their ends")]
    if not beyond:
        cases = [(replace(c, label=c.label.removesuffix("periodic beyond their ends").rstrip(", ")), o) for c, o in cases]
    return together(published, Meaning(reading), cases)


def decided(published: Published, meaning: Meaning) -> Judgement:
    """The verdict on what a formula means."""
    if meaning.fault is not None:
        how = Prose("claim.ill", {"why": meaning.fault.words})
        return Judgement(published, Verdict("refuted", how), meaning.reading, failure=failure(meaning.fault))
    made = [(c, tensor_decide.case(c, meaning)) for c in meaning.cases]
    if not any(o.verdict.holds for _, o in made):
        doubts = [Case(words, equations) for c in meaning.cases for words, equations in c.doubts]
        others = ((c, tensor_decide.case(c, meaning)) for c in doubts)
        made += [(c, o) for c, o in others if o.verdict.holds]
    return settled(published, meaning, made)


def settled(published: Published, meaning: Meaning, cases: list[tuple[Case, Outcome]]) -> Judgement:
    """What the formula itself says of its sign narrows the cases."""
    known = [(c, o) for c, o in cases if not o.undefined]
    if (
        known and not all(c.unusual for c, _ in known) and len(known) < len(cases)
    ):  # the formula itself says what its sign means
        meaning = replace(
            meaning, reading=(*meaning.reading, Prose("reading.by.definition", {"convention": known[0][0].label}))
        )
        cases = [next(((c, o) for c, o in known if o.verdict.holds), known[0])]
    return together(published, meaning, cases)


def together(published: Published, meaning: Meaning, cases: list[tuple[Case, Outcome]]) -> Judgement:
    """One verdict of all cases: ambiguous where it depends on which one is meant."""
    holding = [o for _, o in cases if o.verdict.holds]
    conditional = [o for _, o in cases if o.verdict.status == "conditional"]
    if conditional and len(conditional) == len(cases):
        return spread(one(published, meaning, conditional[0]), labels_of(cases))
    unknown = [o for _, o in cases if o.verdict.status == "unsupported"]
    labels = labels_of(cases)
    if unknown:
        return one(published, meaning, unknown[0])
    if len(holding) == len(cases):
        worst = next((o for o in holding if o.verdict.status == "checked"), holding[0])
        return spread(one(published, meaning, worst), labels if len(cases) > 1 else "")
    if not holding:
        made = [tensor_decide.explained(o, meaning) for _, o in cases]
        chosen = next((o for o in made if o.condition), made[0])
        label = cases[made.index(chosen)][0].label
        if chosen.condition and any(not o.condition for o in made):
            chosen = replace(chosen, condition=f"{label}, and {chosen.condition}")
        return spread(one(published, meaning, chosen), labels if len(cases) > 1 and not chosen.condition else "")
    branches = tuple((c.label, one(published, meaning, o)) for c, o in cases)
    open_ = tuple(Prose("noted", {"words": label, "how": b.verdict.status}) for label, b in branches)
    how = Prose("claim.open.convention", {"branches": Joined(open_, "; ")})
    failed = next(b for _, b in branches if b.failure is not None)
    return Judgement(published, Verdict("ambiguous", how), meaning.reading, failure=failed.failure, branches=branches)


def labels_of(cases: list[tuple[Case, Outcome]]) -> str:
    """The conventions of several cases."""
    return "; ".join(c.label for c, _ in cases) if len(cases) > 1 else ""


def spread(judged: Judgement, labels: str) -> Judgement:
    """A verdict that holds under every convention."""
    if not labels:
        return judged
    return replace(judged, verdict=judged.verdict.noted(Prose("claim.each", {"conventions": labels})))


def one(published: Published, meaning: Meaning, outcome: Outcome) -> Judgement:
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
