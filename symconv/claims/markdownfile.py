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
from symconv.claims.latexfile import displays, without

FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})[ \t]*([^\n`]*)\n(.*?)(?:^[ \t>]*\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
GITHUB = re.compile(r"\$`([^`\n]+)`\$")
SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]+)\1(?!`)")
DOXYGEN = re.compile(r"\\f\[(.*?)\\f\]|\\f\$(.*?)\\f\$", re.DOTALL)
DOUBLED = re.compile(r"\\\\([(\[])")  # \\( .. \\) as Jekyll wants it
CLOSING = {"(": ")", "[": "]"}
MONEY = re.compile(r"(?<!\\)\$(?=\d[\d.,]*(?:\s|$|[kKMB]\b))")
UP_TO = re.compile(r"[^$\n]*\$")
SIGNS = re.compile(r"[=\\^_]")


def read(text: str) -> Found:
    """The claims of a page.

    Raises SymconvError for a symconv comment that cannot be read.
    """
    lines = Lines(text)
    equations: list[Equation] = []
    fences = list(FENCE.finditer(text))
    for found in fences:
        equations += _fence(text, found)
    blank = without(text, [m.span() for m in fences])
    comments = [(m[1], m.start(), m.end()) for m in COMMENT.finditer(blank)]
    blank = without(blank, [(start, end) for _, start, end in comments])
    for pattern, group in ((GITHUB, 1), (SPAN, 2)):
        spans = list(pattern.finditer(blank))
        equations += [_span(m.span(), m[group]) for m in spans]
        blank = without(blank, [m.span() for m in spans])
    for found in DOXYGEN.finditer(blank):
        if found[1] is not None:
            equations += rows(blank, found.start(1), found.end(1), "", found.span())
        else:
            equations.append(_span(found.span(), found[2]))
    blank = without(blank, [m.span() for m in DOXYGEN.finditer(blank)])
    doubled = list(_doubled(blank))
    for sign, start, end in doubled:
        if sign == "[":
            equations += rows(blank, start + 3, end - 3, "", (start, end))
        else:
            equations.append(_span((start, end), blank[start + 3 : end - 3]))
    blank = without(blank, [(start, end) for _, start, end in doubled])
    blank = without(blank, _money(blank))
    shown, unclosed = displays(blank, 0, len(blank), lines)
    equations += shown
    visible = _visible(blank, equations)
    made = [e for e in equations if not e.shown or RELATION.search(e.formula)]
    kept = bind(visible, made, notes_of(comments, lines), lines)
    return replace(kept, skipped=(*kept.skipped, *unclosed.inline()), broken=unclosed.displays())


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


def _span(place: tuple[int, int], formula: str) -> Equation:
    return Equation(tidy(formula), *place, False, "", place)


def _doubled(text: str) -> Iterator[tuple[str, int, int]]:
    r"""\\( .. \\) and \\[ .. \\]: the sign, and its extent; a closing sign that is nowhere is looked for once."""
    at = 0
    missing: set[str] = set()
    while found := DOUBLED.search(text, at):
        sign, at = found[1], found.end()
        close = -1 if sign in missing else text.find("\\\\" + CLOSING[sign], at + 1)
        if close < 0:
            missing.add(sign)
            continue
        yield sign, found.start(), close + 3
        at = close + 3


def _money(text: str) -> Iterator[tuple[int, int]]:
    """Dollars before a price, unless a formula stands between them and the next."""
    for found in MONEY.finditer(text):
        following = UP_TO.match(text, found.end())
        if following is None or not SIGNS.search(following[0]):
            yield found.span()
