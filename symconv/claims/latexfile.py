r"""The equations of a LaTeX document, with the lines on which they stand.

    \begin{equation} .. \end{equation}    \[ .. \]    $$ .. $$    align, gather, multline, eqnarray, ...
    $ .. $   \( .. \)                     only where a comment gives them a meaning
    % symconv: about=output-size where="o=output, i=input"      the meaning of the equation beside it

Comments and verbatim text are no mathematics; \input is not followed; the author's short commands are expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from symconv.claims.binding import RELATION, Equation, Found, Lines, bind, notes_of
from symconv.claims.displays import rows, tidy
from symconv.claims.macros import definitions, expand
from symconv.errors import SymconvError
from symconv.language.claims import Skipped

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

    Raises SymconvError for a symconv comment that cannot be read.
    """
    lines = Lines(text)
    blank = VERBATIM.sub(lambda m: blanked(m[0]), text)
    comments = [(m[2], m.start() + len(m[1]), m.end()) for m in COMMENT.finditer(blank)]
    blank = COMMENT.sub(lambda m: m[1] + " " * (len(m[0]) - len(m[1])), blank)
    macros, places = definitions(blank)
    blank = without(blank, places)
    begin, stop = _body(blank)
    equations, unclosed = displays(blank, begin, stop, lines)
    made, failed = [], []
    for equation in equations:
        try:
            made.append(replace(equation, formula=expand(equation.formula, macros)))
        except SymconvError as error:
            failed.append(Skipped(equation.formula, lines.of(equation.start), str(error)))
    found = bind(blank, made, notes_of(comments, lines), lines)
    return replace(found, skipped=(*found.skipped, *failed, *unclosed.inline()), broken=unclosed.displays())


def blanked(text: str) -> str:
    """Spaces in its place, lines kept."""
    return re.sub(r"[^\n]", " ", text)


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with spaces in place of spans, in one pass."""
    out, at = [], 0
    for start, end in sorted(spans):
        out += [text[at:start], blanked(text[max(start, at) : end])]
        at = max(at, end)
    return "".join((*out, text[at:]))


def _body(text: str) -> tuple[int, int]:
    r"""From \begin{document} to \end{document}, if they are there."""
    begin = re.search(r"\\begin\s*\{document\}", text)
    end = re.search(r"\\end\s*\{document\}", text)
    return begin.end() if begin else 0, end.start() if end else len(text)


class Unclosed:
    """What is opened and never closed, each sign once, with its lines."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.found: dict[str, list[int]] = {}

    def add(self, sign: str, at: int) -> None:
        """One more, at an offset."""
        self.found.setdefault(sign, []).append(self.lines.of(at))

    def inline(self) -> tuple[Skipped, ...]:
        """Formulas within a line: a dollar may well be one."""
        return tuple(self._told(sign, "in its paragraph") for sign in self.found if sign in INLINE)

    def displays(self) -> tuple[Skipped, ...]:
        """Displays."""
        return tuple(self._told(sign, f"expected {closing(sign)}") for sign in self.found if sign not in INLINE)

    def _told(self, sign: str, how: str) -> Skipped:
        lines = self.found[sign]
        more = f"; {len(lines) - 1} more of them, up to line {lines[-1]}" if len(lines) > 1 else ""
        words = f"this {sign} is never closed {how}" if sign in INLINE else f"{sign} is never closed; {how}"
        return Skipped(sign, lines[0], words + more)


INLINE = ("\\(", "$")


def closing(sign: str) -> str:
    """What closes a display."""
    return {"\\[": "\\]", "$$": "$$"}.get(sign) or sign.replace("begin", "end", 1)


def displays(text: str, at: int, stop: int, lines: Lines) -> tuple[list[Equation], Unclosed]:
    """Every display, row by row, and every formula within a line; and what is opened and never closed."""
    made: list[Equation] = []
    unclosed = Unclosed(lines)
    paragraph = -1  # where the present one ends
    bare = -1  # up to where there is no \\)
    while found := OPENING.search(text, at, stop):
        at = found.end()
        sign = f"\\begin{{{found[1]}{found[2]}}}" if found[1] else found[0]
        if sign in unclosed.found and sign not in INLINE:  # nor is this one: what closes it was looked for up to the end
            unclosed.add(sign, found.start())
        elif found[1] or sign in ("\\[", "$$"):
            close = _display_end(text, at, stop, found)
            if close is None:
                unclosed.add(sign, found.start())
                continue
            begin = at + len(_argument(found[1] or "", text, at))
            made += rows(text, begin, close[0], found[1] or "", (found.start(), close[1]))
            at = close[1]
        elif sign in INLINE:
            if paragraph < at:
                blank = PARAGRAPH.search(text, at, stop)
                paragraph = blank.start() if blank else stop
            close = _inline_end(text, at, paragraph, sign) if at > bare or sign == "$" else None
            if close is None:
                unclosed.add(sign, found.start())
                bare = paragraph if sign != "$" else bare
                continue
            formula = tidy(text[at : close[0]])
            made.append(Equation(formula, found.start(), close[1], False, "", (found.start(), close[1])))
            at = close[1]
    return [e for e in made if not e.shown or RELATION.search(e.formula)], unclosed


def _display_end(text: str, at: int, stop: int, found: re.Match[str]) -> tuple[int, int] | None:
    """Where a display ends that was opened."""
    if found[1]:
        close = re.compile(r"\\end\s*\{" + re.escape(found[1] + found[2]) + r"\}").search(text, at, stop)
        return close.span() if close else None
    end = text.find(closing(found[0]), at, stop)
    return (end, end + 2) if end >= 0 else None


def _argument(kind: str, text: str, at: int) -> str:
    """The number of columns behind alignat, the option of an environment."""
    found = re.compile(r"\s*\{\d+\}" if kind == "alignat" else r"").match(text, at)
    return found[0] if found else ""


def _inline_end(text: str, at: int, last: int, opening: str) -> tuple[int, int] | None:
    r"""Where a formula within a line ends: at $ or \), before the paragraph does."""
    found = (DOLLAR if opening == "$" else ROUND).search(text, at, last)
    return (found.start(), found.end()) if found else None
