"""A published formula: read -> given its meaning -> decided -> repaired.

What is about sizes is decided by ``check.claims.scalars``, what is about tensors by ``tensor_claims``.  Where the text leaves a
convention open and the verdict depends on it, the verdict is ``ambiguous``, with the answer under each.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace

from symconv.claims import pooling
from symconv.claims.chains import chain, is_chain
from symconv.claims.constants import approximate, digits
from symconv.claims.entrywise import lifted
from symconv.claims.evidence import evidence, real
from symconv.claims.function_context import is_about_functions
from symconv.claims.relations import Statement
from symconv.claims.scalars import question
from symconv.claims.setting import Interpretation, setting
from symconv.claims.tokens import refuse
from symconv.claims.topics import about_tensors, topic
from symconv.errors import SymconvError, nearest
from symconv.language.claims import Failure, Judgement, Published
from symconv.language.facts import Verdict
from symconv.language.prose import Prose
from symconv.language.question import Question

CONVENTIONS = {
    "padding": {"": "counted on each side", "total": "counted for both sides together"},
    "dilation": {"": "counted from 1", "0": "counted from 0"},
    "count": {
        "": "in the usual way",
        "weights": "of the weights alone, without biases",
        "bias": "with the bias",
        "once": "of two operations a multiply-add, and one for the bias",
        "mults": "of multiplications alone",
        "adds": "of one addition less than multiplications for each output",
    },
    "stack": {
        "": "one convolution a layer, with dilations 1, b, b^2, ..",
        "two": "two convolutions a layer, with dilations 1, b, b^2, ..",
        "later": "one convolution a layer, with dilations b, b^2, ..",
    },
    "operator": {
        "": "of a convolution",
        "conv_transpose": "of a transposed convolution",
        "same": "of a convolution with SAME padding",
        "separable": "of a depthwise convolution and then a pointwise one",
    },
}


APPLIED = re.compile(r"\s*([A-Za-z])\s*\(\s*([a-z](?:\s*,\s*[a-z])*)\s*\)\s*:?=")  # o(i) = i - k + 1


CHOICES = {
    "padding": ("each", "total", "same"),
    "dilation": ("1", "0"),
    "count": ("usual", "weights", "bias", "once", "mults", "adds"),
    "stack": ("one", "two", "later"),
    "brackets": ("group", "floor", "ceil"),
    "division": ("exact", "floor"),
    "base": ("0", "1"),
    "index": ("0", "1"),
    "star": (),
    "forward": (),
}


def known(conventions: tuple[tuple[str, str], ...]) -> None:
    """Raise SymconvError for a convention that there is none of, or a choice that it does not have."""
    for name, choice in conventions:
        if name not in CHOICES:
            raise SymconvError(
                f"convention: expected one of {', '.join(CHOICES)}, got {name[:40]!r}{nearest(name, list(CHOICES))}"
            )
        if CHOICES[name] and choice not in CHOICES[name]:
            raise SymconvError(f"convention: expected {name} to be {' or '.join(CHOICES[name])}, got {choice[:40]!r}")


def judge(published: Published) -> Judgement:
    """The verdict on a formula as published.

    Raises SymconvError (FormulaError with its place) for what cannot be read or has no meaning.
    """
    start = time.perf_counter()
    known(published.conventions)
    entrywise = lifted(published)
    if entrywise is not None:
        judged = judge(entrywise[0])
        return replace(judged, published=published, reading=(entrywise[1], *judged.reading))
    if (links := approximate(published)) is not None:
        judgement = constants(published, links)
    elif pooling.is_about_pooling(published):
        judgement = tensors(published)
    elif is_about_functions(published):
        judgement = functions(published)
    else:
        found = replace(published, about=topic(published))
        judgement = tensors(found) if about_tensors(found) else of_reals(found) or scalars(found)
    spent = round(1e3 * (time.perf_counter() - start), 1)
    return replace(judgement, verdict=judgement.verdict.timed(spent))


def of_reals(published: Published) -> Judgement | None:
    """The verdict on an identity whose letters nothing makes whole numbers: they are real; None where that decides nothing."""
    told = (published.where, published.given, published.operator, published.forward, published.conventions)
    if published.about != "identity" or any(told) or not real(evidence(published.formula)):
        return None
    try:
        found = functions(published)
    except SymconvError:
        return None
    simple = found.condition is None or " and (" not in found.condition.words
    return found if found.verdict.status != "unsupported" and simple else None


def constants(published: Published, links: list[Statement]) -> Judgement:
    """The verdict on a chain of constants that ends in a decimal number: the first link that is not correct is named."""
    from symconv.check.claims.rounding import rounded

    exact = True
    for link in links:
        sign, left, right = link.node.parts
        many = digits(link, published.formula)
        found = rounded(left, right, many)
        exact = exact and (sign == "~" or found.equal or many is None)
        if not found.near:
            shown = published.formula[slice(*link.node.place)]
            failure = Failure((), published.formula[slice(*right.place)], found.value, shown)
            how = Prose("claim.rounding.false", {"value": found.value})
            return Judgement(published, Verdict("refuted", how), failure=failure)
    many = max(n for n in (digits(link, published.formula) for link in links) if n is not None)
    words = Prose("claim.rounded" if many > 1 else "claim.rounded.one", {"digits": many})
    held = Judgement(published, Verdict("checked", Prose("claim.rounding", {"rounded": words}), "at its own numbers"))
    if exact:
        return held
    failed = Judgement(published, Verdict("refuted", Prose("claim.rounding.exact")))
    how = Prose("claim.rounded.open", {"rounded": words})
    return Judgement(published, Verdict("ambiguous", how), branches=(("exactly", failed), (str(words), held)))


def functions(published: Published) -> Judgement:
    """A claim about functions, softmax and losses."""
    from symconv.api.function_claims import judge as judge_functions

    return judge_functions(published)


def tensors(published: Published) -> Judgement:
    """A claim about tensors."""
    from symconv.api.tensor_claims import judge as judge_tensors

    return judge_tensors(published)


def scalars(published: Published) -> Judgement:
    """A claim about sizes: under the usual conventions, then under those that the text leaves open."""
    applied = APPLIED.match(published.formula)
    if applied is not None:
        what = f"is {applied[1]}({applied[2]}) a function or a product?  Write {applied[1]} alone on the left"
        raise refuse(published.formula, *applied.span(1), what)
    if published.about in ("output-size", "arithmetic") and is_chain(published.formula):
        return chained(published)
    conventions = dict(published.conventions)
    asked, meaning = question(published, conventions)
    found = decided(published, asked, meaning)
    if found.verdict.status not in ("refuted", "conditional"):
        return found
    for convention, choice in alternatives(published, meaning):
        second = other(published, conventions, convention, choice)
        if second is not None and second.verdict.holds:
            return ambiguous(published, convention, choice, found, second)
    return rounded(published, asked, found) or repaired(published, asked, meaning, found)


def rounded(published: Published, asked: Question, found: Judgement) -> Judgement | None:
    """A decimal number that is the exact one with fewer digits: whether it is meant exactly is not said."""
    if asked.variables or len(asked.links) != 1 or found.failure is None or asked.links[0].claim.parts[0] != "=":
        return None
    texts = [published.formula[slice(*side.place)] for side in asked.links[0].claim.inner() if side.kind == "number"]
    digits = [len(t.split(".")[1]) for t in texts if re.fullmatch(r"\d+\.\d+", t)]
    if len(digits) != 1:
        return None
    from symconv.check.kernel.finite import rounded as nearly

    words = Prose("claim.rounded" if digits[0] > 1 else "claim.rounded.one", {"digits": digits[0]})
    left, right = asked.links[0].claim.inner()
    verdict = nearly(left, right, digits[0], Prose("claim.rounded.exact", {"rounded": words}))
    if verdict is None:
        return None
    held = replace(found, verdict=verdict, failure=None, repair=None)
    how = Prose("claim.rounded.open", {"rounded": words})
    return replace(found, verdict=Verdict("ambiguous", how), branches=(("exactly", found), (str(words), held)))


def alternatives(published: Published, meaning: Interpretation) -> list[tuple[str, str]]:
    """The conventions that the text leaves open, with their other choices."""
    found = [(convention, choice) for convention, choices in meaning.open.items() for choice in choices.split(",")]
    if published.about == "output-size" and not published.operator and not meaning.setting.mode:
        found += [("operator", "conv_transpose"), ("operator", "same")]
    if published.about == "padding" and not published.operator and not meaning.setting.mode:
        found.append(("operator", "same"))
    if published.about == "parameters" and not published.operator:
        found.append(("operator", "separable"))
    return found


def other(published: Published, conventions: dict[str, str], convention: str, choice: str) -> Judgement | None:
    """The verdict under another choice; None where the formula has no meaning there."""
    try:
        if convention == "operator":
            fixed = {"conv_transpose": "conv_transpose(stride=1, dilation=1, padding=0, output_padding=0, kernel=1)"}
            return decided(published, *question(replace(published, operator=fixed.get(choice, choice)), conventions))
        return decided(published, *question(published, {**conventions, convention: choice}))
    except SymconvError:
        return None


def chained(published: Published) -> Judgement:
    """A chain of plain sizes."""
    from symconv.check.claims.scalars import answer

    asked, reading = chain(published.formula, setting(published.operator))
    found = answer(asked)
    return Judgement(published, found.verdict, tuple(reading), found.condition, found.failure)


def decided(published: Published, asked: Question, meaning: Interpretation) -> Judgement:
    """The verdict under one reading."""
    from symconv.check.claims.scalars import answer

    found = answer(asked)
    if found.verdict.holds and meaning.worked is not None:
        numbers = answer(meaning.worked)
        found = found if numbers.verdict.holds else numbers
    verdict = found.verdict
    if meaning.bound and verdict.holds:
        verdict = verdict.weakened("checked", Prose("noted", {"words": meaning.bound, "how": verdict.how}))
    return Judgement(published, verdict, tuple(meaning.words), found.condition, found.failure)


def ambiguous(published: Published, convention: str, choice: str, usual: Judgement, other: Judgement) -> Judgement:
    """Two answers, one under each convention."""
    names = CONVENTIONS[convention]
    first, second = names[""], names[choice]
    mend = f"--operator {choice}" if convention == "operator" else f"--convention {convention}={choice}"
    counts = published.about == "parameters"
    padding = published.about == "padding"
    thing = {"operator": "count" if counts else "padding" if padding else "output size", "count": "count"}.get(
        convention, convention
    )
    slots = {"one": usual.verdict.status, "thing": thing, "first": first, "other": other.verdict.status, "second": second}
    how = Prose("claim.open", {**slots, "mend": mend})
    verdict = Verdict("ambiguous", how, usual.verdict.domain)
    reading = (*usual.reading, Prose("reading.open", {"thing": thing, "first": first, "second": second}))
    branches = ((f"{thing} {first}", usual), (f"{thing} {second}", other))
    return Judgement(published, verdict, reading, usual.condition, usual.failure, None, branches)


def repaired(published: Published, asked: Question, meaning: Interpretation, found: Judgement) -> Judgement:
    """The verdict with the nearest true formula, if one is found."""
    from symconv.api.repairs import repair

    return replace(found, repair=repair(published, asked, meaning))
