r"""The equations of a LaTeX document, with the lines on which they stand.

    \begin{equation} .. \end{equation}    \[ .. \]    $$ .. $$    align, gather, multline, eqnarray, ...
    $ .. $   \( .. \)                     only where a comment gives them a meaning
    % symconv: about=output-size where="o=output, i=input"      the meaning of the equation beside it

Comments and verbatim text are no mathematics; \input is not followed; the author's short commands are expanded.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symconv.claims.binding import RELATION, Equation, Found, Lines, bind, notes_of
from symconv.claims.displays import rows, tidy
from symconv.claims.macros import definitions, expand
from symconv.core.claims import Skipped
from symconv.errors import SymconvError

DISPLAYS = ("equation", "align", "gather", "multline", "eqnarray", "displaymath", "flalign", "alignat", "math", "dmath")
VERBATIM = re.compile(
    r"\\begin\{(verbatim\*?|Verbatim|lstlisting|minted|comment|alltt|filecontents\*?)\}.*?(?:\\end\{\1\}|\Z)|\\verb\*?([^\sA-Za-z]).*?\2",
    re.DOTALL,
)
COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%([^\n]*)")
PARAGRAPH = re.compile(r"\n[ \t]*\n")
DOLLAR = re.compile(r"(?<!\\)\$")
ROUND = re.compile(r"\\\)")
OPENING = re.compile(
    r"\\begin\s*\{(" + "|".join(DISPLAYS) + r")(\*?)\}|\\\\\*?(?:[ \t]*\[[^\]\n]{0,20}\])?|\\\[|\\\(|\$\$|\$|\\[$]|\\."
)


def read(text: str) -> Found:
    """The claims of a document.

    Raises SymconvError for a symconv comment that cannot be read, and for a display that is never closed.
    """
    lines = Lines(text)
    blank = VERBATIM.sub(lambda m: blanked(m[0]), text)
    comments = [(m[2], m.start() + len(m[1]), m.end()) for m in COMMENT.finditer(blank)]
    blank = COMMENT.sub(lambda m: m[1] + " " * (len(m[0]) - len(m[1])), blank)
    macros, places = definitions(blank)
    for start, end in places:
        blank = blank[:start] + blanked(blank[start:end]) + blank[end:]
    begin, stop = _body(blank)
    equations, broken = displays(blank, begin, stop, lines)
    made, failed = [], []
    for equation in equations:
        try:
            made.append(replace(equation, formula=expand(equation.formula, macros)))
        except SymconvError as error:
            failed.append(Skipped(equation.formula, lines.of(equation.start), str(error)))
    found = bind(blank, made, notes_of(comments, lines), lines)
    return replace(found, skipped=(*found.skipped, *failed, *broken))


def blanked(text: str) -> str:
    """Spaces in its place, lines kept."""
    return re.sub(r"[^\n]", " ", text)


def _body(text: str) -> tuple[int, int]:
    r"""From \begin{document} to \end{document}, if they are there."""
    begin = re.search(r"\\begin\s*\{document\}", text)
    end = re.search(r"\\end\s*\{document\}", text)
    return begin.end() if begin else 0, end.start() if end else len(text)


def displays(text: str, at: int, stop: int, lines: Lines) -> tuple[list[Equation], list[Skipped]]:
    """Every display, row by row, and every formula within a line; what is opened and never closed is listed."""
    made: list[Equation] = []
    broken: list[Skipped] = []
    paragraph = -1  # where the present one ends
    while found := OPENING.search(text, at, stop):
        at = found.end()
        if found[1]:
            closing = re.compile(r"\\end\s*\{" + re.escape(found[1] + found[2]) + r"\}").search(text, at, stop)
            if closing is None:
                raise SymconvError(
                    f"line {lines.of(found.start())}: \\begin{{{found[1]}{found[2]}}} is never closed; "
                    f"expected \\end{{{found[1]}{found[2]}}}"
                )
            begin = at + len(_argument(found[1], text, at))
            made += rows(text, begin, closing.start(), found[1], (found.start(), closing.end()))
            at = closing.end()
        elif found[0] in ("\\[", "$$"):
            close = text.find("\\]" if found[0] == "\\[" else "$$", at, stop)
            if close < 0:
                raise SymconvError(f"line {lines.of(found.start())}: {found[0]} is never closed")
            made += rows(text, at, close, "", (found.start(), close + 2))
            at = close + 2
        elif found[0] in ("\\(", "$"):
            if paragraph < at:
                blank = PARAGRAPH.search(text, at, stop)
                paragraph = blank.start() if blank else stop
            ended = _inline_end(text, at, paragraph, found[0])
            if ended is None:
                broken.append(
                    Skipped(found[0], lines.of(found.start()), f"this {found[0]} is never closed in its paragraph")
                )
                continue
            formula = tidy(text[at : ended[0]])
            made.append(Equation(formula, found.start(), ended[1], False, "", (found.start(), ended[1])))
            at = ended[1]
    return [e for e in made if not e.shown or RELATION.search(e.formula)], broken


def _argument(kind: str, text: str, at: int) -> str:
    """The number of columns behind alignat, the option of an environment."""
    found = re.compile(r"\s*\{\d+\}" if kind == "alignat" else r"").match(text, at)
    return found[0] if found else ""


def _inline_end(text: str, at: int, last: int, opening: str) -> tuple[int, int] | None:
    r"""Where a formula within a line ends: at $ or \), before the paragraph does."""
    found = (DOLLAR if opening == "$" else ROUND).search(text, at, last)
    return (found.start(), found.end()) if found else None
