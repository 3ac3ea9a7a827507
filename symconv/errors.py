"""The errors a user can meet: one line each, saying what was expected, what came, how to mend it."""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own, without loading it: a file of that name may lie where ``python -m symconv`` starts
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeVar

    Found = TypeVar("Found")


class SymconvError(ValueError):
    """Bad input.  The message is one clear line; the command line prints it and exits with status 2."""

    exit_status = 2

    def __str__(self) -> str:
        """One line that no terminal is steered by, whatever of a user's it quotes."""
        return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in super().__str__())


class InternalError(SymconvError):
    """A step that fails its own check.  It names the rule and is never printed as if it were true."""

    exit_status = 3


def brief(value: object, most: int = 60, plain: bool = False) -> str:
    """A user's value within a message: short, printable and on one line; words as they are if ``plain``."""
    if plain and isinstance(value, (str, BaseException)):
        text = " ".join(str(value).split())
    elif isinstance(value, (bool, float, complex, str, bytes, type(None))):
        text = repr(value[:most] if isinstance(value, (str, bytes)) else value)
    elif isinstance(value, int):
        text = str(value) if value.bit_length() < 200 else f"an integer of {value.bit_length()} bits"
    elif isinstance(value, (list, tuple)) and len(value) <= 8 and all(type(e) in (int, float, str, bool) for e in value):
        inner = ", ".join(brief(e, 20) for e in value)
        text = f"[{inner}]" if isinstance(value, list) else f"({inner})"
    else:
        text = type(value).__name__
    text = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return text if len(text) <= most else text[: most - 1] + "…"


def first(found: Iterable[Found], what: str) -> Found:
    """The first of what was looked for in a user's formula; SymconvError with ``what`` where there is none."""
    for one in found:
        return one
    raise SymconvError(what)


def nearest(word: object, known: list[str], alike: float = 0.5) -> str:
    """'; did you mean ...?' for a misspelt word, or an empty string."""
    import difflib

    if not isinstance(word, str):
        return ""
    close = difflib.get_close_matches(word, known, n=1, cutoff=alike)
    return f"; did you mean {close[0]!r}?" if close else ""
