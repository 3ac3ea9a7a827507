r"""An author's own short commands, expanded: \newcommand, \def, \DeclareMathOperator.

\newcommand{\size}[1]{\lfloor #1 \rfloor}     \size{i/s}  ->  \lfloor i/s \rfloor
"""

from __future__ import annotations

import re
from itertools import islice

from symconv.errors import SymconvError
from symconv.language.lazy import dataclass

DEFINITION = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand)\*?\s*+\{?\s*+\\([A-Za-z]+)\s*+\}?\s*+(?:\[(\d)\])?\s*+(?:\[([^\]\n]*)\])?\s*+(?=\{)"
    r"|\\def\s*+\\([A-Za-z]+)((?:#\d)*+)\s*+(?=\{)"
    r"|\\DeclareMathOperator\*?\s*+\{?\s*+\\([A-Za-z]+)\s*+\}?\s*+(?=\{)"
)
MOST = 300
LONGEST = 5_000


@dataclass(frozen=True)
class Macro:
    """A command with its number of arguments; the first may have a default."""

    body: str
    arguments: int = 0
    default: str | None = None


def argument(text: str, at: int) -> tuple[str, int] | None:
    """What stands in braces at ``at`` (or the one symbol there), and where it ends; None if there is nothing."""
    while at < len(text) and text[at] in " \t\n":
        at += 1
    if at >= len(text):
        return None
    if text[at] != "{":
        found = re.compile(r"\\[A-Za-z]+|.", re.DOTALL).match(text, at)
        return (found[0], found.end()) if found else None
    depth = 0
    for end in range(at, min(len(text), at + LONGEST)):
        if text[end - 1 : end] != "\\" or end == at:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return text[at + 1 : end], end + 1
    return None


def definitions(text: str) -> tuple[dict[str, Macro], list[tuple[int, int]]]:
    """The commands that a document defines, and where."""
    found: dict[str, Macro] = {}
    places = []
    for match in islice(DEFINITION.finditer(text), MOST):
        body = argument(text, match.end())
        if body is None:
            continue
        if match[6]:
            found[match[6]] = Macro(rf"\operatorname{{{body[0]}}}")
        elif match[4]:
            found[match[4]] = Macro(body[0], len(match[5]) // 2)
        else:
            found[match[1]] = Macro(body[0], int(match[2] or 0), match[3])
        places.append((match.start(), body[1]))
    return found, places


def expand(formula: str, macros: dict[str, Macro]) -> str:
    """A formula with the author's commands replaced, from left to right.

    Raises SymconvError for a command whose replacement does not end.
    """
    if not macros:
        return formula
    pattern = re.compile(r"\\(" + "|".join(sorted(macros, key=len, reverse=True)) + r")(?![A-Za-z])")
    at = 0
    for _ in range(MOST):
        found = pattern.search(formula, at)
        if found is None:
            return formula
        made = _filled(formula, found, macros[found[1]])
        if made is None or len(made) > LONGEST:
            raise SymconvError(f"the command \\{found[1]} of this document cannot be expanded here")
        formula, at = made, found.start()
    raise SymconvError(f"the commands of this document do not end: more than {MOST} replacements in one formula")


def _filled(formula: str, found: re.Match[str], macro: Macro) -> str | None:
    at, values = found.end(), []
    for k in range(macro.arguments):
        optional = re.compile(r"\s*\[([^\]]*)\]").match(formula, at) if k == 0 and macro.default is not None else None
        if k == 0 and macro.default is not None:
            values.append(optional[1] if optional else macro.default)
            at = optional.end() if optional else at
            continue
        taken = argument(formula, at)
        if taken is None:
            return None
        values.append(taken[0])
        at = taken[1]
    body = re.sub(r"#(\d)", lambda m: values[int(m[1]) - 1] if 0 < int(m[1]) <= len(values) else m[0], macro.body)
    gap = " " if re.search(r"\\[A-Za-z]+\Z", body) and formula[at : at + 1].isalpha() else ""
    return formula[: found.start()] + body + gap + formula[at:]
