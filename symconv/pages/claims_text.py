"""Verified formulas on a terminal of 80 columns: a card for one, a row per claim for a file."""

from __future__ import annotations

import unicodedata
from typing import Any

from symconv.language.claims import Judgement, Report
from symconv.pages.claims import (
    MARKS,
    Code,
    Edit,
    Listed,
    Part,
    Piece,
    Pointer,
    Said,
    Table,
    Titled,
    card,
    clean,
    edit,
    finding,
    read_as,
    summary,
)
from symconv.pages.messages import message

COLUMNS = 80
COLOURS = {
    "proved": "green",
    "checked": "green",
    "conditional": "yellow",
    "ambiguous": "yellow",
    "refuted": "red",
    "unsupported": "magenta",
}


def columns(text: str) -> int:
    """Columns that a text takes on a terminal; East Asian letters take two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def filled(text: str, indent: str, first: str | None = None, room: int = COLUMNS) -> list[str]:
    """Words filled into lines; a word longer than a line is cut."""
    lines: list[str] = []
    current = indent if first is None else first
    empty = True
    for word in text.split():
        if not empty and columns(current) + 1 + columns(word) > room:
            lines.append(current)
            current, empty = indent, True
        begun = current if empty else current + " "
        empty = False
        *full, current = cut(word, begun, indent, room)
        lines += full
    return [*lines, current]


def cut(word: str, begun: str, indent: str, room: int) -> list[str]:
    """Lines of a word behind what is begun, each as long as there is room for; one pass over its letters."""
    lines: list[str] = []
    at, used = 0, columns(begun)
    for k, c in enumerate(word):
        wide = columns(c)
        if used + wide > room and k > at:
            lines.append(begun + word[at:k])
            begun, at, used = indent, k, columns(indent)
        used += wide
    return [*lines, begun + word[at:]]


def styled(text: str, colour: bool, **style: Any) -> str:
    """Coloured where the caller asks for it."""
    if not colour:
        return text
    import click

    return click.style(text, **style)


def inline(pieces: tuple[Piece, ...]) -> str:
    """Words and formulas on one line."""
    return "".join(clean(p.text) if isinstance(p, Code) else p for p in pieces)


def one(judgement: Judgement, colour: bool = False) -> str:
    """The card of one formula."""
    status = judgement.verdict.status
    head = styled(f"{MARKS[status]} {status}", colour, fg=COLOURS[status], bold=True)
    out = [*filled(clean(judgement.published.formula), "  ", ""), "", head]
    for part in card(judgement):
        out += lines(part, colour)
    return "\n".join(out) + "\n"


def lines(part: Part, colour: bool) -> list[str]:
    """One part."""
    if isinstance(part, Titled):
        return ["", styled(part.words, colour, bold=True)]
    if isinstance(part, Said):
        return filled(inline(part.pieces), "  ")
    if isinstance(part, Listed):
        return [line for item in part.items for line in filled(inline(item), "    ", "  ")]
    if isinstance(part, Table):
        column = min(max(columns(label) for label, _ in part.rows) + 3, 30)
        out = []
        for label, pieces in part.rows:
            if columns(label) >= column:  # a long label has a line of its own
                out += [*filled(label, "    ", "  "), *filled(inline(pieces), "      ")]
                continue
            head = "  " + label + " " * (column - columns(label))
            out += filled(inline(pieces), " " * (column + 2), head)
        return out
    if isinstance(part, Edit):
        return edited(part, colour)
    assert isinstance(part, Pointer)
    return ["", *(printable(line)[: COLUMNS + 30] for line in part.text.split("\n"))]


def printable(line: str) -> str:
    """A line as it stands, without what would steer the terminal."""
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in line)


def edited(part: Edit, colour: bool) -> list[str]:
    """Published above repaired, in slices of a line, the edited symbols marked below."""
    labels = (message("verify.published"), message("verify.repaired"))
    indent = "  " + " " * (max(map(columns, labels)) + 3)
    room = COLUMNS - len(indent)
    out = []
    for label, text, marks, ink in (
        (labels[0], part.old, part.cut, "red"),
        (labels[1], part.new, part.put, "green"),
    ):
        for k, (start, end) in enumerate(slices(text, room)):
            head = indent if k else "  " + label + " " * (len(indent) - 2 - columns(label))
            shown = "".join(
                styled(c, colour, fg=ink, bold=True) if any(a <= at < b for a, b in marks) else c
                for at, c in enumerate(text[start:end], start)
            )
            out.append(head + shown)
            under = "".join(
                ("^" if any(a <= at < b for a, b in marks) else " ") * max(columns(c), 0)
                for at, c in enumerate(text[start:end], start)
            ).rstrip()
            if under:
                out.append(indent + under)
    return out


def slices(text: str, room: int) -> list[tuple[int, int]]:
    """Extents that fit, cut at blanks where there are any."""
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(text) or not found:
        end = start
        while end < len(text) and columns(text[start : end + 1]) <= room:
            end += 1
        if end < len(text) and " " in text[start:end]:
            end = text.rindex(" ", start, end) + 1
        end = max(end, min(start + 1, len(text)))
        found.append((start, end))
        start = end
        if not text:
            break
    return found


def several(report: Report, colour: bool = False) -> str:
    """The report on a file: a row per claim, what was found below it, what was skipped, the summary."""
    out = [styled(clean(report.file), colour, bold=True), ""]
    names = max((columns(clean(j.published.id)) for j in report.judgements), default=0)
    names = min(names, 24)
    for judgement in report.judgements:
        out += row(judgement, names, colour)
    if report.skipped:
        out += ["", styled(message("verify.skipped"), colour, bold=True)]
        for skipped in report.skipped:
            words = f"{message('verify.line').format(line=skipped.line)}: {clean(skipped.formula)}"
            out += filled(words if columns(words) <= 200 else words[:199] + "…", "      ", "  ")
            out += filled(clean(skipped.reason), "      ")
    total = [styled(line, colour, bold=True) for line in filled(summary(report), "  ", "")]
    return "\n".join([*out, "", *total]) + "\n"


def row(judgement: Judgement, names: int, colour: bool) -> list[str]:
    """One claim: mark, id, verdict, formula; below it what was found, if it does not simply hold."""
    status = judgement.verdict.status
    name = clean(judgement.published.id)
    shown = name if columns(name) <= names else name[: names - 1] + "…"
    label = f"{MARKS[status]} {shown}{' ' * (names - columns(shown))}  {status}{' ' * (11 - len(status))}"
    formula = clean(judgement.published.formula)
    if columns(label) + 2 + columns(formula) <= COLUMNS:
        out = [f"{styled(label, colour, fg=COLOURS[status])}  {formula}".rstrip()]
    else:
        out = [styled(label.rstrip(), colour, fg=COLOURS[status]), *filled(formula, "      ", "    ")]
    for words in finding(judgement):
        out += filled(words, "      ", "    ")
    if judgement.pointer:
        out += [f"    {printable(line)}"[: COLUMNS + 30] for line in judgement.pointer.split("\n")]
    if judgement.repair is not None and judgement.repair.formula:
        changed = edit(judgement.published.formula, judgement.repair.formula)
        out += filled(f"{message('verify.repaired')}: {changed.new}", "      ", "    ")
    said = read_as(judgement)
    return out + (filled(said, "      ", "    ") if said else [])
