r"""A second reader for LaTeX mathematics (math-core), and the ways to find the mathematics in a Markdown or LaTeX page.

The reader knows its own list of commands, wants braces and environments closed, ``&`` only within tables, one subscript to
a symbol.  Beyond it, ``columns`` compares the cells of ``aligned`` and ``array`` rows, which it lets pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

FORBIDDEN = (
    r"\operatorname",
    r"\tag",
    r"\label",
    r"\intertext",
    r"\mbox",
    r"\mathbb",
    r"\begin{align}",
    r"\begin{equation}",
)


@dataclass(frozen=True)
class Formula:
    """Mathematics as it stands on a page, without its delimiters."""

    tex: str
    display: bool


@cache
def _converter() -> Any:
    from math_core import LatexToMathML

    return LatexToMathML(fancy_error=False)


def complaint(formula: Formula) -> str:
    """What the second reader says of it; nothing if it can be read."""
    from math_core import LatexError

    try:
        _converter().convert_with_local_state(formula.tex, displaystyle=formula.display)
    except LatexError as error:
        return " ".join(str(error).split())
    return ""


def unbalanced(tex: str) -> bool:
    """Whether braces, or \\begin and \\end, do not pair up."""
    bare = re.sub(r"\\[\\{}]", "", tex)
    depth = 0
    for ch in bare:
        depth += {"{": 1, "}": -1}.get(ch, 0)
        if depth < 0:
            return True
    stack: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", tex):
        if kind == "begin":
            stack.append(name)
        elif not stack or stack.pop() != name:
            return True
    return bool(depth or stack)


def rows(tex: str) -> list[list[str]]:
    """The cells of the rows of each aligned or array, in order; no environment stands within another here."""
    found = []
    for _, columns, body in re.findall(r"\\begin\{(aligned|array)\}(?:\{([\w|]+)\})?(.*?)\\end\{\1\}", tex, re.S):
        found.append([columns.replace("|", ""), *(line.count("&") - line.count(r"\&") + 1 for line in body.split(r"\\"))])
    return found


def ragged(tex: str) -> bool:
    """Whether an array's row has another number of cells than its columns, or an aligned row more than two pairs."""
    for columns, *cells in rows(tex):
        if columns and any(n != len(columns) for n in cells):
            return True
        if not columns and any(n > 4 for n in cells):
            return True
    return False


def in_latex(page: str) -> list[Formula]:
    r"""\[...\] and $...$ of a LaTeX page; mathematics within \text within a display is the display's own."""
    displays = re.findall(r"\\\[(.*?)\\\]", page, re.S)
    rest = re.sub(r"\\\[(.*?)\\\]", " ", page, flags=re.S).replace(r"\$", " ")
    return [Formula(d, True) for d in displays] + [Formula(m, False) for m in re.findall(r"\$(.*?)\$", rest, re.S)]


def faults(formulas: list[Formula]) -> list[str]:
    """Everything that is wrong with the formulas of a page, each complaint once."""
    found: dict[str, None] = {}
    for one in formulas:
        for said in (
            complaint(one),
            "unbalanced" if unbalanced(one.tex) else "",
            "ragged" if ragged(one.tex) else "",
            *(f"uses {word}" for word in FORBIDDEN if word in one.tex),
            "empty" if not one.tex.strip() else "",
        ):
            if said:
                found.setdefault(f"{said}: {' '.join(one.tex.split())[:80]}")
    return list(found)
