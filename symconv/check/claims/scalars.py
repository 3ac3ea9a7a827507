"""The verdict on a question about numbers: tried, then proved, or conditional, or refuted by its smallest counterexample.

``proved`` is what the prover shows for all values; "exactly when" is said where the condition was proved to give the claim and
the claim to give the condition.  What was only tried is ``checked``, unless the sides are different polynomials.
"""

from __future__ import annotations

import time
from dataclasses import replace

from symconv.check.claims import factors
from symconv.check.claims.conditions import Found, hollow, supported
from symconv.check.claims.points import Plan, Trial, Tried, constants, shrunk, trial
from symconv.check.claims.proof import only_if, proof
from symconv.check.claims.values import TERMS, TooLarge, Undefined, terms, value
from symconv.check.kernel.verdict import Proved
from symconv.errors import SymconvError
from symconv.language.claims import Condition, Failure
from symconv.language.facts import Verdict
from symconv.language.formula import Node
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose, Words
from symconv.language.question import Question
from symconv.language.spelling import spelled


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
    made = failing(question, found) if found.smallest is not None else true(question, found)
    return replace(made, verdict=made.verdict.timed(round(1e3 * (time.perf_counter() - start), 1)))


def failing(question: Question, found: Trial) -> Answer:
    """Conditional where a condition is found, else refuted."""
    assert found.smallest is not None
    again = Plan(question).at({n: found.smallest.point[n] for n, _ in question.variables})
    if again != found.smallest:
        raise SymconvError("a counterexample did not survive its second evaluation")
    failure = described(question, found.smallest)
    exactly = factors.vanishing(question)
    conditions = supported(question, found, (exactly,) if exactly is not None else ())
    if conditions:
        return conditional(question, conditions, found, failure, exactly)
    within = sum(found.smallest.point[n] - low for n, low in question.variables) <= found.bound
    smallest = Prose("claim.smallest" if within else "claim.smallest.found")
    how = Prose("claim.fails.points", {"how": smallest, "failures": len(found.failures), "points": len(found.points)})
    return Answer(Verdict("refuted", how), None, failure)


def true(question: Question, found: Trial) -> Answer:
    """Proved, or checked at all points tried; not where the sides are different polynomials."""
    if question.variables and all(hollow(question, t) for t in found.points):
        return Answer(Verdict("unsupported", Prose("claim.scalars.hollow")))
    shown = proof(question, domain(question) if question.variables else "")
    if shown is not None:
        return Answer(shown)
    if not question.variables:
        return Answer(Verdict("checked", Prose("claim.exact")))
    if factors.differ(question):
        apart = factors.disagreement(question, found)
        if apart is None:
            return Answer(Verdict("unsupported", Prose("claim.scalars.differ", {"tried": tried_words(question, found)})))
        least, near = shrunk(Plan(question), apart)
        return failing(question, replace(found, points=(*found.points, apart, least, *near), smallest=least))
    missed = unmet(question, found)
    if missed:
        words = Prose("claim.scalars.missed", {"tried": tried_words(question, found), "constants": missed})
        return Answer(Verdict("unsupported", words))
    return Answer(Verdict("checked", tried_words(question, found), domain(question)))


def unmet(question: Question, found: Trial) -> str:
    """A constant of the formula, or a neighbour of one, that some name could not be given for the size of the values there."""
    if not found.large:
        return ""
    tops = {n: max(t.point[n] for t in found.points) for n, _ in question.variables}
    far = {n: c for n, top in tops.items() for c in constants(question) if c + 1 > top}
    return ", ".join(f"{n} = {c}" for n, c in far.items())


def tried_words(question: Question, found: Trial) -> Prose:
    """What was tried."""
    names = [n for n, _ in question.variables]
    top = found.bound + sum(least for _, least in question.variables)
    small = sum(sum(t.point[n] for n in names) <= top for t in found.points)
    largest = max(t.point[n] for t in found.points for n in names)
    met = {t.point[n] for t in found.points for n in names}
    told = ", ".join(str(c) for c in constants(question)[:4] if c in met)
    near = "claim.scalars.neighbours" if "," in told else "claim.scalars.neighbour"
    marks = Prose(near, {"constants": told}) if told else ""
    beyond = len(found.points) - small
    more = Prose("claim.scalars.larger", {"points": beyond, "largest": largest, "marks": marks}) if beyond > 0 else ""
    left = Prose("claim.scalars.left", {"where": found.large}) if found.large else ""
    slots = {"points": len(found.points), "sum": " + ".join(names), "bound": top, "more": more, "left": left}
    return Prose("claim.scalars.held", slots)


def conditional(
    question: Question, conditions: list[Found], found: Trial, failure: Failure, exactly: Node | None
) -> Answer:
    """True under a condition: proved there if it can be, and "exactly" where the claim gives the condition in turn."""
    best: tuple[Found, Proved] | None = None
    for condition in conditions:
        shown = proof(question.under(condition.node))
        if shown is not None:
            best = best or (condition, shown)
            if condition.fits and (condition.node == exactly or only_if(question, condition.node)):
                return conditioned(question, condition, True, failure, Prose("claim.exactly"), shown.solver)
    condition = best[0] if best else conditions[0]
    how = Prose("claim.under.proved")
    if best is None:
        largest = max(t.point[n] for t in found.points if t.failed is None for n, _ in question.variables)
        how = Prose("claim.under.points", {"points": condition.inside, "largest": largest})
    outside = condition.tried - condition.inside
    failed = len(found.failures)
    key = "claim.outside.all" if failed == outside else "claim.outside.some"
    how = Prose(key, {"how": how, "failed": failed, "points": outside})
    return conditioned(question, condition, False, failure, how, best[1].solver if best else "")


def conditioned(question: Question, condition: Found, exact: bool, failure: Failure, how: Words, solver: str) -> Answer:
    """The answer under a condition."""
    verdict = Verdict("conditional", how, domain(question), solver)
    return Answer(verdict, Condition(condition.words, exact), failure)


def domain(question: Question) -> str:
    """For which values."""
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
