"""The formulas of a notebook's Markdown cells, with the lines of the file on which they stand.

A notebook is JSON in which every line of a cell is a string on a line of its own; the page that is read has each of these lines
where the file has it, and nothing else.
"""

from __future__ import annotations

import json

from symconv.claims.binding import Found
from symconv.claims.markdownfile import read as read_page
from symconv.errors import SymconvError


def page(text: str) -> str:
    """The Markdown of a notebook, line for line where the file has it.

    Raises SymconvError for what is no notebook.
    """
    try:
        cells = json.loads(text)["cells"]
        sources = [c["source"] for c in cells if c["cell_type"] == "markdown"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SymconvError("not a notebook: expected JSON with cells, each with cell_type and source") from None
    wanted = [line for s in sources for line in (s.splitlines(keepends=True) if isinstance(s, str) else s)]
    made, at = [], 0
    for line in text.split("\n"):
        shown = ""
        if at < len(wanted) and string(line) == wanted[at]:
            shown, at = str(wanted[at]).rstrip("\n"), at + 1
        made.append(shown)
    return "\n".join(made) if at == len(wanted) else "".join(map(str, wanted))


def string(line: str) -> str | None:
    """The string that a line of JSON holds, if it holds one alone."""
    inner = line.strip().rstrip(",")
    try:
        found = json.loads(inner) if inner.startswith('"') else None
    except ValueError:
        return None
    return found if isinstance(found, str) else None


def read(text: str) -> Found:
    """The claims of a notebook."""
    return read_page(page(text))
