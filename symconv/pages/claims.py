"""What the page of verified formulas says: the formula, its reading, the verdict, and what a reader needs to believe it.

One formula has a card; a file has a report: a row a claim, the cards of those that do not hold, what was skipped, the counts.
Markdown has a table of the claims, the other targets show each with what was found below it.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace

from symconv.language.claims import Failure, Judgement, Report, Skipped
from symconv.language.facts import VERDICTS, Verdict
from symconv.language.prose import Joined, Prose, Words
from symconv.pages.faces import page
from symconv.pages.nodes import (
    Block,
    Code,
    Document,
    Edit,
    Given,
    Heading,
    Judged,
    Medium,
    Paragraph,
    Quoted,
    Records,
    Table,
)
from symconv.pages.quoted import clean

TOKEN = re.compile(r"\\[A-Za-z]+|[A-Za-z]+|\d+|\s+|.", re.DOTALL)
BRIEF: tuple[Medium, ...] = ("terminal", "fragment")  # media without the cards of the claims that do not hold
FULL: tuple[Medium, ...] = ("notes", "page")
TABLES: tuple[Medium, ...] = ("notes",)  # media in which a claim is the row of a table
LISTS: tuple[Medium, ...] = ("terminal", "fragment", "page")
LABEL = 30  # columns of a label that has what it says beside it


@page.register(Judgement)
def judgement_page(judgement: Judgement) -> Document:
    """The page of one formula."""
    title = Heading(Quoted(judgement.published.formula), 1)
    return Document((title, Heading(Judged(judgement.verdict.status), 4, part="closed form"), *card(judgement, 2)))


def card(judgement: Judgement, level: int) -> list[Block]:
    """Everything about one formula, below its title; ``level`` is that of the headings."""
    verdict = judgement.verdict
    blocks: list[Block] = [Paragraph((sentence(judgement),))]
    if judgement.pointer:
        blocks.append(Code(tuple(judgement.pointer.split("\n"))))
    if judgement.reading:
        read = tuple(Given(str(line)) for line in judgement.reading)
        blocks += [Heading(Prose("verify.reading"), level, part="statement"), Paragraph(read, items=True)]
    rows = facts(judgement)
    if rows:
        blocks += [Heading(Prose("verify.findings"), level), Table(tuple(rows), most=LABEL)]
    if judgement.branches:
        branches = tuple((Given(name), branch(found)) for name, found in judgement.branches)
        blocks += [Heading(Prose("verify.branches"), level), Table(branches, most=LABEL)]
    if judgement.repair is not None:
        words, how = judgement.repair.edit, standing(judgement.repair.verdict)
        blocks += [Heading(Prose("verify.meant"), level), edit(judgement.published.formula, judgement.repair.formula)]
        blocks.append(Paragraph((ended(Joined((Given(str(words)), how), ": ") if words else how),)))
    if verdict.how and verdict.status != "unsupported":
        blocks += [Heading(Prose("verify.how"), level, part="receipt"), Paragraph((Given(str(verdict.how)),))]
    return blocks


def sentence(judgement: Judgement) -> Prose:
    """The verdict in a sentence."""
    verdict, condition = judgement.verdict, judgement.condition
    if verdict.status == "conditional" and condition is not None:
        key = "verify.exactly" if condition.exact else "verify.at-least"
        return Prose(key, {"condition": Given(condition.words)})
    if verdict.status == "unsupported":
        return Prose("verify.unsupported", {"how": Given(str(verdict.how))})
    if verdict.status in ("proved", "checked"):
        return ended(standing(verdict, ".first"))
    return Prose(f"verify.{verdict.status}")


def standing(verdict: Verdict, place: str = "") -> Prose:
    """The verdict with its domain: proved for all k >= 1; what is checked held at cases of it alone."""
    status, domain = Prose(f"status.{verdict.status}{place}"), clean(verdict.domain)
    if not domain:
        return status
    if verdict.status == "checked" and not domain.startswith("at "):
        cases = Given(domain.removeprefix("for all ").removeprefix("for "))
        return Prose(f"verify.stands.cases{place}", {"domain": cases})
    key = "verify.stands" if domain.startswith(("for ", "on ", "in ", "at ")) else "verify.stands.for"
    return Prose(key, {"status": status, "domain": Given(domain)})


def ended(said: Words) -> Prose:
    """A sentence with its full stop."""
    return Prose("verify.sentence", {"said": said})


def facts(judgement: Judgement) -> list[tuple[Prose, Prose | Given]]:
    """The rows of findings: the domain of what is not plainly true, and the smallest failure."""
    rows: list[tuple[Prose, Prose | Given]] = []
    verdict, failure = judgement.verdict, judgement.failure
    if verdict.domain and not verdict.holds:
        rows.append((Prose("verify.domain"), Given(verdict.domain)))
    if failure is not None:
        sizes = assigned(failure)
        rows.append((Prose("verify.failure"), Given(sizes) if sizes else Prose("verify.always")))
        if failure.entry and not same(failure.entry, judgement.published.formula):
            rows.append((Prose("verify.entry"), Given(failure.entry)))
        rows.append((Prose("verify.claimed"), Given(failure.claimed)))
        rows.append((Prose("verify.true"), Given(failure.true)))
    return rows


def same(entry: str, formula: str) -> bool:
    """Whether the entry is the formula itself, which the reader has seen."""
    return "".join(entry.split()).rstrip(".,;") == "".join(formula.split()).rstrip(".,;")


def assigned(failure: Failure) -> str:
    """H = 1, W = 2."""
    return ", ".join(f"{clean(name)} = {clean(value)}" for name, value in failure.sizes)


def branch(found: Judgement) -> Joined:
    """The verdict under one convention, on a line."""
    return Joined((Prose(f"status.{found.verdict.status}"), *finding(found)), " ")


def finding(judgement: Judgement) -> list[Words | Given]:
    """What was found, in a few words: the condition, the smallest failure."""
    found: list[Words | Given] = []
    condition, failure = judgement.condition, judgement.failure
    if condition is not None:
        key = "verify.only-if" if condition.exact else "verify.at-least-if"
        found.append(Prose(key, {"condition": Given(condition.words)}))
    if failure is not None:
        sizes = assigned(failure)
        told = failure.entry and not same(failure.entry, judgement.published.formula)
        values = Prose("verify.values", {"claimed": Given(failure.claimed), "true": Given(failure.true)})
        where = (Prose("verify.at", {"sizes": Given(sizes)}),) if sizes else ()
        found.append(Joined((*where, *((Given(failure.entry),) if told else ()), values), ": "))
    if judgement.verdict.status == "unsupported":
        found.append(Given(str(judgement.verdict.how)))
    if judgement.branches:
        each = (Joined((Given(name), Prose(f"status.{one.verdict.status}")), ": ") for name, one in judgement.branches)
        found.append(Joined(tuple(each), "; "))
    return found


def read_as(judgement: Judgement) -> Prose | None:
    """The reading in one sentence, for a row that says that a formula does not hold."""
    if judgement.verdict.holds or not judgement.reading:
        return None
    return Prose("verify.read-as", {"reading": Joined(tuple(Given(str(line)) for line in judgement.reading), "; ")})


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


def summary(report: Report) -> Prose | Joined:
    """7 claims: 4 proved, 1 conditional, 2 refuted; 3 equations skipped."""
    parts = [
        Prose("verify.count", {"n": n, "status": Prose(f"status.{status}")}) for status, n in counts(report).items() if n
    ]
    line: Prose | Joined = numbered("verify.claims", len(report.judgements))
    if parts:
        line = Joined((line, Joined(tuple(parts))), ": ")
    return Joined((line, numbered("verify.skips", len(report.skipped))), "; ") if report.skipped else line


def numbered(key: str, n: int) -> Prose:
    """One of a kind, or several."""
    return Prose(f"{key}.one" if n == 1 else key, {"n": n})


@page.register(Report)
def report(made: Report) -> Document:
    """The page of a file."""
    total = ended(summary(made))
    blocks: list[Block] = [Heading(Given(made.file), 1), Paragraph((total,), part="closed form", only=("fragment", *FULL))]
    blocks.append(Records(tuple(record(j, True) for j in made.judgements), only=BRIEF))
    blocks.append(Records(tuple(record(j, False) for j in made.judgements), only=("page",)))
    if made.judgements:
        names = (Prose(f"verify.column.{key}") for key in ("claim", "verdict", "formula", "finding"))
        blocks.append(Table(tuple(row(j) for j in made.judgements), ("", *names), "lllll", only=TABLES))
    blocks += details([j for j in made.judgements if not j.verdict.holds])
    blocks += left_out(made.skipped)
    return Document((*blocks, Heading(summary(made), 4, part="closed form", only=("terminal",))))


def record(judgement: Judgement, alone: bool) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """A claim, with what was found below it if it does not simply hold; ``alone`` if no card follows that says the rest."""
    published, repair = judgement.published, judgement.repair
    below: list[object] = [*finding(judgement)]
    if judgement.pointer and alone:
        below.append(Code(tuple(judgement.pointer.split("\n"))))
    if repair is not None and repair.formula:
        below.append(repaired(repair.formula))
    said = read_as(judgement)
    if said is not None and alone:
        below.append(said)
    return (Judged(judgement.verdict.status), Given(published.id), Quoted(published.formula)), tuple(below)


def row(judgement: Judgement) -> tuple[object, ...]:
    """A claim as a row: its mark, name, verdict and formula, and what was found."""
    published, status, repair = judgement.published, judgement.verdict.status, judgement.repair
    found: list[object] = [*finding(judgement)]
    if repair is not None and repair.formula:
        found.append(repaired(repair.formula))
    cells = (Judged(status, word=False), Given(published.id), Judged(status, mark=False), Quoted(published.formula))
    return (*cells, Joined(tuple(found), "; "))


def repaired(formula: str) -> Joined:
    """The nearest true formula."""
    return Joined((Prose("verify.repaired"), Quoted(formula)), ": ")


def details(failing: list[Judgement]) -> list[Block]:
    """The cards of what does not hold."""
    blocks: list[Block] = [Heading(Prose("verify.details"))] if failing else []
    for judgement in failing:
        published = judgement.published
        name = Joined((Given(published.id), Judged(judgement.verdict.status, mark=False)), ": ")
        blocks += [Heading(name, 3), Paragraph((Quoted(published.formula),)), *card(judgement, 4)]
        if published.source:
            blocks.append(Paragraph((Given(published.source, stressed=True),)))
    return [replace(block, only=FULL) for block in blocks]


def left_out(skipped: tuple[Skipped, ...]) -> list[Block]:
    """The equations that were not judged, and why."""
    if not skipped:
        return []
    lists, rows = [], []
    for one in skipped:
        formula, reason = Quoted(one.formula[:200]), Given(one.reason)
        lists.append(((Prose("verify.line", {"line": str(one.line)}), formula), (reason,)))
        rows.append((str(one.line), formula, reason))
    header = tuple(Prose(f"verify.column.{key}") for key in ("line", "formula", "reason"))
    return [
        Heading(Prose("verify.skipped"), part="receipt"),
        Records(tuple(lists), only=LISTS),
        Table(tuple(rows), header, "lll", only=TABLES),
    ]
