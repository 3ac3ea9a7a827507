"""Edits of the right side of an equation between functions, as text: a sign turned, a square added, twice, the negative."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symconv.language.prose import Prose

CALL = re.compile(r"\\?[A-Za-z]+\{?[A-Za-z]*\}?\([^()]*\)(?!\s*[\^'*]{1,2}\s*[\d{])")
EXPONENT = re.compile(r"(?:e\^\{|e\^\(|exp\()(?=[^-])")
CHOICES = (
    "<",
    ">",
    "cases",
    "\\le",
    "\\ge",
    "?",
)  # what has more than one equals sign, or a case distinction, is left alone


def sides(text: str) -> tuple[str, str] | None:
    """Both sides of one equation, else None."""
    if text.count("=") != 1 or any(s in text for s in CHOICES):
        return None
    left, _, right = text.partition("=")
    return left, right


def candidates(right: str) -> Iterator[tuple[str, Prose]]:
    """Edits of the right side, the smallest first."""
    for found in re.finditer(r"(?<=[\w)}\]'])\s*([-+])\s*(?=[\w(\\{])", right):
        at = found.start(1)
        sign = "-" if right[at] == "+" else "+"
        yield right[:at] + sign + right[at + 1 :], Prose("edit.sign.one")
    for found in EXPONENT.finditer(right):
        yield right[: found.end()] + "-" + right[found.end() :], Prose("edit.sign.exponent")
    for found in CALL.finditer(right):
        yield f"{right[: found.end()]}^2{right[found.end() :]}", Prose("edit.square")
    body = right.strip()
    end = right[len(right.rstrip()) :]
    yield f" -({body}){end}", Prose("edit.sign.all")
    yield f" 2({body}){end}", Prose("edit.twice.all")
