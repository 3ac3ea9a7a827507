"""Formulas as published: from a formula or a file to verdicts, and from verdicts to a page.

text, where, given, ...  ->  Published  ->  judge  ->  Judgement  ->  page          (one formula)
file                     ->  Published with lines  ->  judge, in order  ->  Report  ->  page  (a file)
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import symconv.pages.claims_data  # noqa: F401  (the faces of its facts)
from symconv.claims import files, meaning
from symconv.errors import InternalError, SymconvError, brief
from symconv.language.claims import Judgement, Published, Report, Skipped
from symconv.language.facts import Verdict

if TYPE_CHECKING:
    from symconv.claims.binding import Found

OPEN = ("identity", "definition", "continuous", "winograd")  # topics in which an equation may well be a definition


def published(
    formula: str,
    about: Any = None,
    where: Any = None,
    given: Any = None,
    operator: Any = None,
    forward: Any = None,
    conventions: Any = None,
) -> Published:
    """A formula with its meaning.

    Raises SymconvError for an unknown topic, for a name with two meanings, and for values of the wrong kind.
    """
    if not isinstance(formula, str):
        raise SymconvError(f"verify: expected a formula as a string, got {type(formula).__name__}")
    told = {
        "about": about,
        "where": where,
        "given": given,
        "operator": operator,
        "forward": forward,
        "conventions": conventions,
    }
    return meaning.claim(formula, {key: value for key, value in told.items() if value is not None})


def judge(formula: Published) -> Judgement:
    """The verdict on one formula.

    Raises SymconvError for a formula that cannot be read (the error shows its place by ``pointed()``), and for one that an
    operator fails on in a way that nobody foresaw: what it failed with is the error's cause.
    """
    from symconv.api.claims import judge as decide

    if not formula.formula.strip():
        raise SymconvError("verify: expected a formula, got an empty string")
    begun = time.perf_counter()
    try:
        found = decide(formula)
    except SymconvError:
        raise
    except RecursionError as error:
        raise SymconvError("verify: the formula is nested too deeply: expected a simpler one") from error
    except MemoryError as error:
        raise SymconvError("verify: out of memory: expected smaller sizes") from error
    except Exception as error:  # the one door: a user sees a line
        said = f"{type(error).__name__}: {brief(error, 80, plain=True)}".rstrip(": ")
        raise SymconvError(f"verify: this formula cannot be worked out ({said}); please report it") from error
    spent = (time.perf_counter() - begun) * 1000
    return found if found.verdict.milliseconds else replace(found, verdict=found.verdict.timed(spent))


def tolerant(formula: Published) -> Judgement:
    """The verdict on one formula of a file: whatever fails in it is its outcome, and the rest of the file is reported.

    One that cannot be read is unsupported, and its row says why; a fault of ours is named as one.
    """
    try:
        return judge(formula)
    except InternalError as error:
        return unread(formula, SymconvError(f"internal error: {error}; please report it"))
    except SymconvError as error:
        return unread(formula, error)


def unread(formula: Published, error: SymconvError) -> Judgement:
    """A formula that was not understood, with its place."""
    words = " ".join(str(getattr(error, "what", None) or error).split())
    return Judgement(formula, Verdict("unsupported", words), pointer=pointed(error))


def pointed(error: Exception) -> str:
    """The line with carets under what was not understood, if the error knows its place."""
    show = getattr(error, "pointed", None)
    return str(show()) if callable(show) else ""


def is_file(text: str) -> bool:
    """Whether what a user gave is a file rather than a formula."""
    return files.is_file(text)


def claims(path: Any, defaults: Published) -> Found:
    """The claims of a file; ``defaults`` fill in what each leaves open.

    Raises SymconvError for a file that is missing, too large or cannot be read, with the line.
    """
    found = files.read(path)
    return replace(found, claims=tuple(meaning.with_defaults(c, defaults) for c in found.claims))


def report(
    path: Any, found: Found, jobs: int = 1, tick: Callable[[int], Any] | None = None, stated: bool = False
) -> Report:
    """The verdicts on the claims of a file, in its order whatever the number of jobs.

    An equation that was given no meaning (unless ``stated``: the command line gave one) and is not understood is skipped;
    so is one that would be false as an identity, for it may be a definition.
    """
    kept: list[Judgement] = []
    skipped = list(found.skipped)
    broken = [unread(Published(b.formula, id=f"line {b.line}", line=b.line), SymconvError(b.reason)) for b in found.broken]
    for judgement, told in zip(run(found.claims, jobs, tick), found.stated, strict=True):
        why = "" if told or stated else unjudged(judgement)
        if why:
            formula = judgement.published
            line = files.annotation(path, formula.formula)
            needed = f"no meaning was given, and {why}" + (f"; it needs a meaning: {line}" if line else "")
            skipped.append(Skipped(formula.formula, formula.line, needed))
        else:
            kept.append(judgement)
    if broken:
        kept = sorted((*kept, *broken), key=lambda j: j.published.line)
    return Report(os.path.basename(str(path)), tuple(kept), tuple(sorted(skipped, key=lambda s: s.line)))


def unjudged(judgement: Judgement) -> str:
    """Why an equation without a meaning is not judged, or an empty string."""
    if judgement.verdict.status == "unsupported":
        return str(judgement.verdict.how)
    if judgement.published.about in OPEN and not judgement.verdict.holds:
        return "it is no identity; a definition must say of what"
    return ""


def run(formulas: tuple[Published, ...], jobs: int, tick: Callable[[int], Any] | None) -> Iterator[Judgement]:
    """Every verdict, in order; with more jobs than one in isolated processes."""
    if jobs == 1:
        for formula in formulas:
            yield tolerant(formula)
            if tick is not None:
                tick(1)
        return
    from symconv.api.judging import judge_line, judged
    from symconv.processes.pool import answers

    key = secrets.token_bytes(32)
    lines = [judge_line(formula, key) for formula in formulas]
    for formula, answer in zip(formulas, answers(lines, jobs, "symconv.api.judge"), strict=True):
        yield judged(answer, formula, key)
        if tick is not None:
            tick(1)
