r"""The claims of a file, by its kind.

    .toml   a claim file            .tex .ltx   a LaTeX document
    .md .markdown .rst .ipynb   a page          .py         docstrings, parsed and never run

Limits: 4 MB, 5,000 claims; a LaTeX document does not follow its \input.
"""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from symconv.errors import SymconvError, nearest

if TYPE_CHECKING:
    from symconv.claims.binding import Found

ENDINGS = (".toml", ".tex", ".ltx", ".md", ".markdown", ".rst", ".ipynb", ".py")
LARGEST = 4_000_000
MOST = 5_000


COMMENTS = {".tex": "% {}", ".ltx": "% {}", ".py": ".. {}", ".rst": ".. {}"}


def annotation(path: Any, formula: str) -> str:
    """The comment that gives a formula its meaning, to be pasted beside it and filled in: the names that no custom knows.

    Nothing for one that cannot be read: a meaning does not mend it.
    """
    from symconv.claims.reading import Reading
    from symconv.claims.syntax import read
    from symconv.claims.vocabulary import recognise

    try:
        names = dict.fromkeys(n for s in read(formula, Reading()) for n in s.node.names())
    except SymconvError:
        return ""
    unknown = [n for n in names if recognise(n) is None and '"' not in n]
    keys = f'where="{", ".join(f"{n}=..." for n in unknown)}"' if unknown else "operator=..."
    ending = os.path.splitext(str(path))[1].lower()
    return COMMENTS.get(ending, "<!-- {} -->").format(f"symconv: {keys}")


def is_file(text: str) -> bool:
    """Whether what a user gave is a file rather than a formula: it exists, or its name ends like one and is no formula."""
    if not text or len(text) > 1_000 or "\n" in text or "\0" in text:
        return False
    if os.path.exists(text):
        return os.path.splitext(text)[1].lower() in ENDINGS or os.sep in text or os.path.isdir(text)
    return os.path.splitext(text)[1].lower() in ENDINGS and not set(text) & set("=<>{}^+*$∑⌊")


def reader(ending: str) -> Callable[[str], Found]:
    """What reads a kind of file, loaded when there is one."""
    if ending == ".toml":
        from symconv.claims.claimfile import read as claims_in
    elif ending in (".tex", ".ltx"):
        from symconv.claims.latexfile import read as claims_in
    elif ending == ".py":
        from symconv.claims.docstrings import read as claims_in
    elif ending == ".rst":
        from symconv.claims.restfile import read as claims_in
    elif ending == ".ipynb":
        from symconv.claims.notebook import read as claims_in
    else:
        from symconv.claims.markdownfile import read as claims_in
    return claims_in


def read(path: Any) -> Found:
    """The claims of a file with their lines.

    Raises SymconvError, in one line, for a file that is missing, a directory, too large, of another kind or encoding.
    """
    shown = os.path.basename(str(path)) or str(path)
    ending = os.path.splitext(str(path))[1].lower()
    if ending not in ENDINGS:
        known = list(ENDINGS)
        if os.path.isdir(path):
            raise SymconvError(f"verify: {shown!r} is a directory; expected a file ({', '.join(known)})")
        raise SymconvError(
            f"verify: expected a file that ends in {', '.join(known)}, got {shown!r}{nearest(ending, known)}"
        )
    try:
        text = _text(path, ending)
        found = reader(ending)(text)
        if ending != ".toml":
            from symconv.claims.context import informed

            if ending == ".ipynb":
                from symconv.claims.notebook import page

                text = page(text)
            found = informed(found, text)
    except SymconvError as error:
        raise SymconvError(f"{shown}: {error}") from None
    if len(found.claims) > MOST:
        raise SymconvError(f"{shown}: expected at most {MOST} claims, got {len(found.claims)}; split the file")
    if not found.claims and not found.skipped and not found.broken:
        raise SymconvError(f"{shown}: no formulas found; expected {_expected(ending)}")
    return found


def _expected(ending: str) -> str:
    if ending == ".toml":
        return "at least one [[claim]]"
    if ending == ".py":
        return "formulas in docstrings (:math:, .. math::, or lines such as o = i - k + 1)"
    return "displayed equations, or formulas within the text that a symconv comment gives a meaning"


def _text(path: Any, ending: str) -> str:
    """The file's text: UTF-8, or as a Python file declares."""
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        reason = "it is a directory" if isinstance(error, IsADirectoryError) else error.strerror or str(error)
        raise SymconvError(f"cannot read the file: {reason}; expected a file that exists and can be read") from None
    except ValueError as error:
        raise SymconvError(f"cannot read the file: {error}") from None
    if len(raw) > LARGEST:
        raise SymconvError(f"expected a file of at most {LARGEST // 1_000_000} MB; split it")
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(raw).readline)[0] if ending == ".py" else "utf-8-sig"
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise SymconvError(f"not {error.encoding} at byte {error.start}; save the file as UTF-8") from None
    except (SyntaxError, LookupError) as error:
        raise SymconvError(f"unknown encoding: {error}; save the file as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
