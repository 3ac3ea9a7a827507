"""Verified formulas in GitHub's Markdown."""

from __future__ import annotations

import re

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
    capital,
    card,
    clean,
    finding,
    summary,
)
from symconv.pages.claims_text import edited, printable
from symconv.pages.markdown import cell, escape
from symconv.pages.messages import message


def code(text: str) -> str:
    """A formula as a code span, whatever it holds."""
    shown = clean(text)
    ticks = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def inline(pieces: tuple[Piece, ...]) -> str:
    """Words and formulas."""
    return "".join(code(p.text) if isinstance(p, Code) else escape(p) for p in pieces)


def one(judgement: Judgement) -> str:
    """The card of one formula."""
    status = judgement.verdict.status
    out = [f"# {code(judgement.published.formula)}", f"**{MARKS[status]} {status}**"]
    return "\n\n".join([*out, *(part(p) for p in card(judgement))]) + "\n"


def part(piece: Part, level: int = 2) -> str:
    """One part."""
    if isinstance(piece, Titled):
        return f"{'#' * level} {escape(piece.words)}" if level < 4 else f"**{escape(piece.words)}**"
    if isinstance(piece, Said):
        return inline(piece.pieces)
    if isinstance(piece, Listed):
        return "\n".join(f"- {inline(item)}" for item in piece.items)
    if isinstance(piece, Table):
        body = "\n".join(f"| {cell(escape(label))} | {cell(inline(pieces))} |" for label, pieces in piece.rows)
        return "| | |\n|---|---|\n" + body
    shown = edited(piece, False) if isinstance(piece, Edit) else pointed(piece)
    if isinstance(piece, Edit):
        return fenced(f"- {piece.old}\n+ {piece.new}", "diff")
    return fenced("\n".join(shown), "text")


def pointed(piece: Pointer) -> list[str]:
    """The line with its carets."""
    return [printable(line) for line in piece.text.split("\n")]


def fenced(text: str, kind: str) -> str:
    """A block of code, whatever it holds."""
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{kind}\n{text}\n{ticks}"


def several(report: Report) -> str:
    """The report on a file: a table with a row per claim."""
    out = [f"# {escape(clean(report.file))}", escape(capital(summary(report))) + "."]
    if report.judgements:
        heads = [message(f"verify.column.{key}") for key in ("claim", "verdict", "formula", "finding")]
        table = [f"| | {' | '.join(heads)} |", "|---|---|---|---|---|"]
        for judgement in report.judgements:
            status = judgement.verdict.status
            words = [escape(words) for words in finding(judgement)]
            if judgement.repair is not None and judgement.repair.formula:
                words.append(f"{escape(message('verify.repaired'))}: {code(judgement.repair.formula)}")
            cells = (escape(clean(judgement.published.id)), status, code(judgement.published.formula), "; ".join(words))
            table.append(f"| {MARKS[status]} | {' | '.join(cell(c) for c in cells)} |")
        out.append("\n".join(table))
    failing = [j for j in report.judgements if not j.verdict.holds]
    if failing:
        out.append(f"## {escape(message('verify.details'))}")
    for judgement in failing:
        head = escape(clean(judgement.published.id))
        out += [f"### {head}: {judgement.verdict.status}", code(judgement.published.formula)]
        out += [part(p, 4) for p in card(judgement)]
        if judgement.published.source:
            out.append(f"*{escape(clean(judgement.published.source))}*")
    if report.skipped:
        out.append(f"## {escape(message('verify.skipped'))}")
        body = [f"| {s.line} | {cell(code(s.formula[:200]))} | {cell(escape(clean(s.reason)))} |" for s in report.skipped]
        out.append("\n".join(["| line | formula | reason |", "|---|---|---|", *body]))
    return "\n\n".join(out) + "\n"
