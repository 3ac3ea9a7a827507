"""The formulas of a reStructuredText page, with the lines on which they stand.

:math:`..` that states something, .. math:: blocks with their options, ``code`` that states something
.. symconv: about=output-size where="o=output"       the meaning of the formula beside it
"""

from __future__ import annotations

from symconv.claims.binding import Found, Lines, bind, notes_of
from symconv.claims.docstrings import COMMENT, equations
from symconv.claims.latexfile import blanked


def read(text: str) -> Found:
    """The claims of a page.

    Raises SymconvError for a symconv comment that cannot be read.
    """
    lines = Lines(text)
    comments = [(" ".join(m[2].split()), m.start(), m.end()) for m in COMMENT.finditer(text)]
    blank = COMMENT.sub(lambda m: blanked(m[0]), text)
    return bind(blank, list(equations(blank)), notes_of(comments, lines), lines)
