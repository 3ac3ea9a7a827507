"""Verified formulas for other programs: JSON with stable keys."""

from __future__ import annotations

import re

from symconv.language.claims import Judgement, Report
from symconv.language.facts import Verdict
from symconv.pages.claims import counts
from symconv.pages.faces import Fields, fields, verdicts
from symconv.pages.timing import by_name, timing

NUMBER = re.compile(r"-?\d+\Z")


def claim(judgement: Judgement) -> Fields:
    """One claim; what does not apply is null."""
    published, verdict = judgement.published, judgement.verdict
    condition, failure, repair = judgement.condition, judgement.failure, judgement.repair
    return {
        "id": published.id,
        "formula": published.formula,
        "line": published.line or None,
        "about": published.about or None,
        "source": published.source or None,
        "reading": judgement.reading,
        "verdict": verdict,
        "domain": verdict.domain or None,
        "condition": condition.words if condition else None,
        "condition_exact": condition.exact if condition else None,
        "counterexample": None
        if failure is None
        else {
            "sizes": {name: value(v) for name, v in failure.sizes},
            "entry": failure.entry or None,
            "claimed": value(failure.claimed),
            "true": value(failure.true),
        },
        "repair": repair.formula if repair else None,
        "repair_edit": repair.edit if repair else None,
        "repair_verdict": repair.verdict if repair else None,
        "branches": {name: claim(inner) for name, inner in judgement.branches},
        "how": str(verdict.how),
        "solver": by_name(verdict),
    }


def value(text: str) -> int | str:
    """A whole number as a number."""
    return int(text) if NUMBER.match(text) and len(text) < 18 else text


@verdicts.register(Judgement)
def its_verdict(judgement: Judgement) -> tuple[Verdict, ...]:
    """The one that it is about."""
    return (judgement.verdict,)


@verdicts.register(Report)
def every_verdict(report: Report) -> tuple[Verdict, ...]:
    """One for every claim."""
    return tuple(judgement.verdict for judgement in report.judgements)


@fields.register(Judgement)
def alone(judgement: Judgement) -> Fields:
    """One formula, as a report of one."""
    return several(Report("formula", (judgement,)))


@fields.register(Report)
def several(report: Report) -> Fields:
    """{"claims": [...], "summary": {...}, "skipped": [...], "timing": {...}}."""
    times = [round(j.verdict.milliseconds, 1) for j in report.judgements]
    return {
        "claims": [claim(j) for j in report.judgements],
        "summary": {"claims": len(report.judgements), **counts(report), "skipped": len(report.skipped)},
        "skipped": [{"line": s.line, "formula": s.formula, "reason": s.reason} for s in report.skipped],
        "timing": {**timing(j.verdict for j in report.judgements), "claims": times},
    }
