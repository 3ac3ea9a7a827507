"""The verdict on a question about numbers: tried, then proved, or conditional, or refuted by its smallest counterexample."""

from __future__ import annotations

import time
from dataclasses import replace

from symconv.check.claims.conditions import Found, weakest
from symconv.check.claims.points import Trial, Tried, trial
from symconv.check.claims.proof import proof
from symconv.check.claims.values import TERMS, TooLarge, Undefined, terms, value
from symconv.core.claims import Condition, Failure
from symconv.core.facts import Verdict
from symconv.core.formula import Node
from symconv.core.lazy import dataclass
from symconv.core.question import Link, Question
from symconv.errors import SymconvError


@dataclass(frozen=True)
class Answer:
    """A verdict with its condition and its smallest failure."""

    verdict: Verdict
    condition: Condition | None = None
    failure: Failure | None = None


@terms(5 * TERMS)
def answer(question: Question) -> Answer:
    """Decide a question.

    Raises SymconvError if no values satisfy what is given, or none are small enough to be worked out.
    """
    start = time.perf_counter()
    found = trial(question)
    if not found.points:
        if found.large:
            raise SymconvError(f"verify: expected numbers that can be worked out, got none: {found.large}")
        raise SymconvError(
            "verify: no sizes that were tried satisfy what is given: a claim about none of them says nothing"
        )
    failures = found.failures
    if not failures:
        return Answer(true(question, found, start))
    failure = described(question, failures[0])
    condition = weakest(question, found)
    if condition is not None:
        return Answer(conditional(question, condition, found, start), Condition(condition.words, condition.exact), failure)
    how = f"by the smallest counterexample; fails at {len(failures)} of the {len(found.points)} points tried"
    return Answer(Verdict("refuted", how, "", "", spent(start)), None, failure)


def spent(start: float) -> float:
    """Milliseconds."""
    return round(1e3 * (time.perf_counter() - start), 1)


def true(question: Question, found: Trial, start: float) -> Verdict:
    """Proved, or checked at all points tried."""
    if not question.variables:
        return Verdict("proved", "by exact arithmetic", "", "", spent(start))
    shown = proof(question, domain(question))
    if shown is not None:
        return shown.timed(spent(start))
    return Verdict("checked", tried_words(question, found), domain(question), "", spent(start))


def tried_words(question: Question, found: Trial) -> str:
    """What was tried."""
    low = " + ".join(n for n, _ in question.variables)
    top = found.bound + sum(least for _, least in question.variables)
    return f"held at {len(found.points)} points: all with {low} <= {top}, and larger ones"


def conditional(question: Question, condition: Found, found: Trial, start: float) -> Verdict:
    """True under a condition: proved there if it can be."""
    shown = proof(question.under(condition.node))
    how = (
        "proved under the condition"
        if shown is not None
        else f"under the condition it held at all {condition.inside} points tried"
    )
    if shown is not None and condition.exact and only_if(question, condition.node):
        how = "proved: it holds if and only if the condition does"
        return Verdict("conditional", how, domain(question), shown.solver, spent(start))
    outside = len(found.points) - condition.inside
    failed = len(found.failures)
    how += f"; outside it fails at {'all' if failed == outside else f'{failed} of'} {outside} points tried"
    solver = shown.solver if shown is not None else ""
    return Verdict("conditional", how, domain(question), solver, spent(start))


def only_if(question: Question, condition: Node) -> bool:
    """Whether the claim is proved to imply the condition: one equation, and one condition or two joined by "or"."""
    if len(question.links) != 1 or question.links[0].condition is not None:
        return False
    given = (*question.given, question.links[0].claim)
    if condition.kind == "or" and len(condition.parts) == 2:
        first, condition = condition.parts
        given = (*given, Node("not", (first,)))
    if condition.kind != "relation":
        return False
    reversed_ = replace(question, given=given, links=(Link(condition, "the condition"),))
    return proof(reversed_) is not None


def domain(question: Question) -> str:
    """For which values."""
    from symconv.core.spelling import spelled

    groups: dict[int, list[str]] = {}
    for each, low in question.variables:
        groups.setdefault(low, []).append(each)
    parts = [f"{', '.join(names)} >= {low}" for low, names in sorted(groups.items(), reverse=True)]
    conditions = [fit(g) or spelled(g) for g in question.given]
    return "for all " + ", ".join(parts) + (f" with {', '.join(dict.fromkeys(conditions))}" if conditions else "")


def fit(node: Node) -> str:
    """At least one window, in words."""
    if node.kind == "relation" and any(p.kind == "call" for p in node.inner()):
        return "at least one output"
    return ""


def described(question: Question, failed: Tried) -> Failure:
    """The counterexample, with the value claimed and the true one."""
    link = failed.failed
    assert link is not None
    names = [n for n, _ in question.variables]
    sizes = tuple((n, str(failed.point[n])) for n in names if n in failed.point)
    claimed, true_ = sides(question, failed)
    return Failure(sizes, claimed, true_, link.text)


def sides(question: Question, failed: Tried) -> tuple[str, str]:
    """The value claimed and the true value: where one side is derived from the layer, that is the true one."""
    link = failed.failed
    assert link is not None
    if link.shown is None:
        return "true", "false"
    left, right = (shown_value(side, failed) for side in link.shown)
    derived = {n for n, _ in question.definitions}
    if link.shown[1].kind == "call":
        return left, right
    if link.shown[1].kind == "name" and link.shown[1].parts[0] in derived and link.shown[0].kind != "name":
        return left, right
    return (right, left)


def shown_value(node: Node, failed: Tried) -> str:
    """A value as text, or why there is none."""
    try:
        return str(value(node, failed.point))
    except (Undefined, TooLarge) as error:
        return f"none ({error})"
