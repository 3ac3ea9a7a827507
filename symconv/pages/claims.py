"""What the page of a verified formula says: the formula, its reading, the verdict, and what a reader needs to believe it.

A card is a list of plain parts; text, Markdown and LaTeX lay it out.  ``Code`` is a user's own formula, never typeset.
"""

from __future__ import annotations

import difflib
import re
import unicodedata

from symconv.language.claims import Failure, Judgement, Report
from symconv.language.facts import VERDICTS
from symconv.language.lazy import dataclass
from symconv.pages.messages import message

MARKS = {"proved": "✓", "checked": "✓", "conditional": "!", "refuted": "✗", "ambiguous": "?", "unsupported": "–"}
TOKEN = re.compile(r"\\[A-Za-z]+|[A-Za-z]+|\d+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Code:
    """A formula as it was published."""

    text: str


Piece = str | Code


@dataclass(frozen=True)
class Said:
    """A paragraph."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Titled:
    """A heading."""

    words: str


@dataclass(frozen=True)
class Listed:
    """Items of a list."""

    items: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True)
class Table:
    """Labels with what stands beside them."""

    rows: tuple[tuple[str, tuple[Piece, ...]], ...]


@dataclass(frozen=True)
class Edit:
    """The formula as published and as repaired, with the extents that differ."""

    old: str
    new: str
    cut: tuple[tuple[int, int], ...]
    put: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Pointer:
    """A line of the formula with carets below it."""

    text: str


Part = Said | Titled | Listed | Table | Edit | Pointer


def clean(text: str) -> str:
    """A user's text without what would steer a terminal or break a line."""
    shown = "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t" else c for c in text)
    return " ".join(shown.split())


def card(judgement: Judgement) -> list[Part]:
    """Everything about one formula, below its title."""
    verdict = judgement.verdict
    parts: list[Part] = [Said(sentence(judgement))]
    if judgement.pointer:
        parts.append(Pointer(judgement.pointer))
    if judgement.reading:
        parts += [Titled(message("verify.reading")), Listed(tuple((clean(line),) for line in judgement.reading))]
    rows = facts(judgement)
    if rows:
        parts += [Titled(message("verify.findings")), Table(tuple(rows))]
    if judgement.branches:
        parts.append(Titled(message("verify.branches")))
        parts.append(Table(tuple((clean(name), branch(found)) for name, found in judgement.branches)))
    if judgement.repair is not None:
        parts += [Titled(message("verify.meant")), edit(judgement.published.formula, judgement.repair.formula)]
        words = judgement.repair.edit
        how = judgement.repair.verdict
        parts.append(Said((clean(f"{words}{': ' if words else ''}{standing(how.status, how.domain)}."),)))
    if verdict.how and verdict.status not in ("unsupported",):
        parts += [Titled(message("verify.how")), Said((clean(str(verdict.how)),))]
    return parts


def sentence(judgement: Judgement) -> tuple[Piece, ...]:
    """The verdict in a sentence."""
    verdict, condition = judgement.verdict, judgement.condition
    if verdict.status == "conditional" and condition is not None:
        key = "verify.exactly" if condition.exact else "verify.at-least"
        return (message(key).format(condition=clean(condition.words)),)
    if verdict.status == "unsupported":
        return (message("verify.unsupported").format(how=clean(str(verdict.how))),)
    if verdict.status in ("proved", "checked"):
        return (f"{capital(standing(verdict.status, verdict.domain))}.",)
    return (message(f"verify.{verdict.status}"),)


def standing(status: str, domain: str) -> str:
    """The verdict with its domain: proved for all k >= 1; what is checked held at cases of it alone."""
    domain = clean(domain)
    if not domain:
        return status
    if status == "checked" and not domain.startswith("at "):
        return f"checked at cases of {domain.removeprefix('for all ').removeprefix('for ')}; not proved"
    return f"{status} {domain}" if domain.startswith(("for ", "on ", "in ", "at ")) else f"{status} for {domain}"


def capital(words: str) -> str:
    """With a capital."""
    return words[:1].upper() + words[1:]


def facts(judgement: Judgement) -> list[tuple[str, tuple[Piece, ...]]]:
    """The rows of findings: the domain of what is not plainly true, and the smallest failure."""
    rows: list[tuple[str, tuple[Piece, ...]]] = []
    verdict = judgement.verdict
    if verdict.domain and not verdict.holds:
        rows.append((message("verify.domain"), (clean(verdict.domain),)))
    if judgement.failure is not None:
        failure = judgement.failure
        rows.append((message("verify.failure"), (assigned(failure) or message("verify.always"),)))
        if failure.entry and not same(failure.entry, judgement.published.formula):
            rows.append((message("verify.entry"), (clean(failure.entry),)))
        rows.append((message("verify.claimed"), (clean(failure.claimed),)))
        rows.append((message("verify.true"), (clean(failure.true),)))
    return rows


def same(entry: str, formula: str) -> bool:
    """Whether the entry is the formula itself, which the reader has seen."""
    return "".join(entry.split()).rstrip(".,;") == "".join(formula.split()).rstrip(".,;")


def assigned(failure: Failure) -> str:
    """H = 1, W = 2."""
    return ", ".join(f"{clean(name)} = {clean(value)}" for name, value in failure.sizes)


def branch(found: Judgement) -> tuple[Piece, ...]:
    """The verdict under one convention, on a line."""
    return (clean(" ".join([found.verdict.status, *finding(found)])),)


def finding(judgement: Judgement) -> list[str]:
    """What was found, in a few words: the condition, the smallest failure."""
    found = []
    if judgement.condition is not None:
        key = "verify.only-if" if judgement.condition.exact else "verify.at-least-if"
        found.append(message(key).format(condition=clean(judgement.condition.words)))
    if judgement.failure is not None:
        failure = judgement.failure
        sizes = assigned(failure)
        where = message("verify.at").format(sizes=sizes) + ": " if sizes else ""
        told = failure.entry and not same(failure.entry, judgement.published.formula)
        entry = f"{clean(failure.entry)}: " if told else ""
        values = message("verify.values").format(claimed=clean(failure.claimed), true=clean(failure.true))
        found.append(f"{where}{entry}{values}")
    if judgement.verdict.status == "unsupported":
        found.append(clean(str(judgement.verdict.how)))
    if judgement.branches:
        found.append("; ".join(f"{clean(name)}: {inner.verdict.status}" for name, inner in judgement.branches))
    return found


def read_as(judgement: Judgement) -> str:
    """The reading in one sentence, for a row that says that a formula does not hold."""
    if judgement.verdict.holds or not judgement.reading:
        return ""
    return message("verify.read-as").format(reading="; ".join(clean(line) for line in judgement.reading))


def edit(old: str, new: str) -> Edit:
    """The two formulas, with the extents of the symbols that differ."""
    old, new = clean(old), clean(new)
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    cut, put = [], []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            cut.append((len("".join(a[:i])), len("".join(a[:j]))))
            put.append((len("".join(b[:k])), len("".join(b[:m]))))
    if sum(end - start for start, end in cut) > len(old) / 2:  # another formula: marks would say nothing
        return Edit(old, new, (), ())
    return Edit(old, new, _solid(old, cut), _solid(new, put))


def _solid(text: str, extents: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Extents without the blanks at their ends."""
    found = []
    for start, end in extents:
        while start < end and text[start] == " ":
            start += 1
        while end > start and text[end - 1] == " ":
            end -= 1
        if end > start:
            found.append((start, end))
    return tuple(found)


def counts(report: Report) -> dict[str, int]:
    """How many claims have each verdict."""
    found = dict.fromkeys(VERDICTS, 0)
    for judgement in report.judgements:
        found[judgement.verdict.status] += 1
    return found


def summary(report: Report) -> str:
    """7 claims: 4 proved, 1 conditional, 2 refuted; 3 equations skipped."""
    total = len(report.judgements)
    parts = [f"{n} {status}" for status, n in counts(report).items() if n]
    line = f"{total} {'claim' if total == 1 else 'claims'}" + (": " + ", ".join(parts) if parts else "")
    if report.skipped:
        n = len(report.skipped)
        line += f"; {n} {'equation' if n == 1 else 'equations'} skipped"
    return line
