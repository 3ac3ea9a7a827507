r"""The rows of a displayed equation.

    a &= b \\ c &= d            two formulas
    a &= b \\   &= c            one chain, a = b = c
    a &= b & c &= d             two formulas (every second & separates, in align)

A break within braces or within an inner environment (cases, a matrix) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symconv.claims.binding import Equation

BREAK = re.compile(r"\\\\\*?(?:[ \t]*\[[^\]\n]{0,20}\])?")
TOKEN = re.compile(r"\\begin\s*\{[^}]*\}|\\end\s*\{[^}]*\}|\\\\\*?(?:[ \t]*\[[^\]\n]{0,20}\])?|\\.|[{}&]", re.DOTALL)
LABEL = re.compile(r"\\(?:label|tag\*?)\s*\{([^{}]*)\}")
NOISE = re.compile(r"\\(?:nonumber|notag|noalign\s*\{[^{}]*\}|allowdisplaybreaks|displaybreak)(?![A-Za-z])")
INNER = re.compile(
    r"\s*\\begin\s*\{(aligned|split|gathered|alignedat|array)\}(?:\s*\[[a-z]\])?(?:\{[\dlcr|@{}\s]*\})?(.*)\\end\s*\{\1\}[\s.,;]*\Z",
    re.DOTALL,
)
CONTINUED = re.compile(
    r"(?:&|\\[,;:! ]|\\q?quad(?![A-Za-z])|\{\}|\s)*"
    r"(?:=|<|>|≤|≥|\\(?:leq?|geq?|equiv|approx|to|rightarrow)(?![A-Za-z])|[+*/×]|\\(?:times|cdot)(?![A-Za-z])|(?<=[&} ])-)"
)
OPENED = re.compile(r"(?:\s|&|\\(?:label|tag\*?)\s*\{[^{}]*\})*")
OPEN_END = re.compile(r"(?:[=+\-*/<>×]|\\(?:times|cdot|leq?|geq?))\s*&?\s*\Z")
PUNCTUATION = re.compile(r"(?:\s|(?<!\\)[.,;]|\\[,;:! ]|\\q?quad(?![A-Za-z]))++")
ALIGNED = ("align", "aligned", "alignat", "alignedat", "flalign", "split")


def tidy(formula: str) -> str:
    """One line, without labels, numbers and closing punctuation."""
    made = NOISE.sub(" ", LABEL.sub(" ", formula))
    made = " ".join(made.split())
    end = next((m.start() for m in PUNCTUATION.finditer(made) if m.end() == len(made)), len(made))
    made = made[:end]
    return re.sub(r"\A(?:\s|\\q?quad(?![A-Za-z]))+", "", made)


def rows(text: str, start: int, end: int, kind: str, group: tuple[int, int], label: str = "") -> Iterator[Equation]:
    """The equations within text[start:end], the inside of a display of a kind (equation, align, gather, ...)."""
    inner = INNER.match(text[start:end])
    if inner is not None and (inner[1] != "array" or re.search(r"(?<![<>!:])=", inner[2])):
        found = LABEL.search(text[inner.end(2) + start : end]) or LABEL.search(text[start : start + inner.start(2)])
        yield from rows(text, start + inner.start(2), start + inner.end(2), inner[1], group, found[1] if found else label)
        return
    if kind in ("multline", "math"):
        spans = [(start, end)]
    elif kind in ("equation", "displaymath", ""):
        spans = _cut(text, start, end, kind) if _broken(text, start, end) else [(start, end)]
    else:
        spans = _cut(text, start, end, kind)
    for a, b in spans:
        found = LABEL.search(text, a, b)
        formula = tidy(BREAK.sub(" ", text[a:b]) if kind == "multline" else _unaligned(text[a:b], kind))
        if formula:
            opened = OPENED.match(text, a, b)
            begin = opened.end() if opened else a
            yield Equation(formula, begin, b, True, found[1] if found else label, group)


def _broken(text: str, start: int, end: int) -> bool:
    """Whether a plain display has breaks of its own."""
    return len(list(_breaks(text, start, end))) > 0


def _breaks(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    r"""The \\ and & outside of braces and of inner environments."""
    depth = 0
    for found in TOKEN.finditer(text, start, end):
        shown = found[0]
        if shown == "{" or shown.startswith("\\begin"):
            depth += 1
        elif shown == "}" or shown.startswith("\\end"):
            depth -= 1
        elif depth == 0 and (shown == "&" or shown.startswith("\\\\")):
            yield ("&" if shown == "&" else "break"), found.start(), found.end()


def _cut(text: str, start: int, end: int, kind: str) -> list[tuple[int, int]]:
    """The extents of the formulas: rows, joined where one continues the one before it."""
    made: list[tuple[int, int]] = []
    begin, marks = start, 0
    pieces: list[tuple[int, int, bool]] = []  # with: whether a new row begins here
    fresh = True
    for what, a, b in _breaks(text, start, end):
        if what == "break":
            pieces.append((begin, a, fresh))
            begin, marks, fresh = b, 0, True
            continue
        marks += 1
        if kind in ALIGNED and marks % 2 == 0:
            pieces.append((begin, a, fresh))
            begin, fresh = b, False
    pieces.append((begin, end, fresh))
    for a, b, new in pieces:
        if not text[a:b].strip():
            continue
        if made and new and (CONTINUED.match(text[a:b]) or OPEN_END.search(text[made[-1][0] : made[-1][1]])):
            made[-1] = (made[-1][0], b)
        else:
            made.append((a, b))
    return made


def _unaligned(text: str, kind: str) -> str:
    r"""Without the & and \\ of the display itself; those of inner environments stay."""
    out, at = "", 0
    for _, a, b in _breaks(text, 0, len(text)):
        out += text[at:a] + " "
        at = b
    return out + text[at:]
