r"""The equations of a Markdown page, with the lines on which they stand.

```math blocks, $$ .. $$, \[ .. \], \begin{align} ..    displayed
$ .. $, $`..`$, `code`, other fenced blocks             only where a comment gives them a meaning
<!-- symconv: about=output-size where="o=output" -->    the meaning of the equation beside it
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symconv.claims.binding import RELATION, Equation, Found, Lines, bind, notes_of
from symconv.claims.displays import rows, tidy
from symconv.claims.latexfile import blanked, displays

FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})[ \t]*([^\n`]*)\n(.*?)(?:^[ \t>]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
GITHUB = re.compile(r"\$`([^`\n]+)`\$")
SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]+)\1(?!`)")
DOUBLED = re.compile(r"\\\\\((.+?)\\\\\)|\\\\\[(.+?)\\\\\]", re.DOTALL)  # \\( .. \\) as Jekyll wants it
MONEY = re.compile(r"(?<!\\)\$(?=\d[\d.,]*(?:\s|$|[kKMB]\b)(?![^$\n]*[=\\^_][^$\n]*\$))")


def read(text: str) -> Found:
    """The claims of a page.

    Raises SymconvError for a symconv comment that cannot be read.
    """
    lines = Lines(text)
    equations: list[Equation] = []
    blank = text

    def hide(start: int, end: int) -> None:
        nonlocal blank
        blank = blank[:start] + blanked(blank[start:end]) + blank[end:]

    fences = list(FENCE.finditer(text))
    for found in fences:
        equations += _fence(text, found)
        hide(found.start(), found.end())
    comments = [(m[1], m.start(), m.end()) for m in COMMENT.finditer(blank)]
    for _, start, end in comments:
        hide(start, end)
    for found in GITHUB.finditer(blank):
        equations.append(_span(found, found[1]))
        hide(found.start(), found.end())
    for found in SPAN.finditer(blank):
        equations.append(_span(found, found[2]))
        hide(found.start(), found.end())
    for found in DOUBLED.finditer(blank):
        if found[2]:
            equations += rows(blank, found.start(2), found.end(2), "", found.span())
        else:
            equations.append(_span(found, found[1]))
        hide(found.start(), found.end())
    for found in MONEY.finditer(blank):
        hide(found.start(), found.end())
    shown, broken = displays(blank, 0, len(blank), lines)
    equations += shown
    visible = _visible(blank, equations)
    made = [e for e in equations if not e.shown or RELATION.search(e.formula)]
    kept = bind(visible, made, notes_of(comments, lines), lines)
    return replace(kept, skipped=(*kept.skipped, *broken))


def _visible(blank: str, equations: list[Equation]) -> str:
    """The page with something standing where an equation was hidden, so that no comment reaches past one."""
    out = list(blank)
    for e in equations:
        if out[e.group[0]] == " ":
            out[e.group[0]] = "x"
    return "".join(out)


def _fence(text: str, found: re.Match[str]) -> Iterator[Equation]:
    """A math block; another one is a formula only if it is given a meaning."""
    if found[2].strip().lower() in ("math", "latex", "tex", "katex"):
        yield from rows(text, found.start(3), found.end(3), "", found.span())
        return
    formula = "\n".join(line for line in found[3].splitlines() if line.strip())
    if formula and len(formula) < 1000:
        yield Equation(formula, found.start(), found.end(), False, "", found.span())


def _span(found: re.Match[str], formula: str) -> Equation:
    return Equation(tidy(formula), found.start(), found.end(), False, "", found.span())
