"""The errors a user can meet: one line each, saying what was expected, what came, how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class SymconvError(ValueError):
    """Bad input.  The message is one clear line; the command line prints it and exits with status 2."""

    exit_status = 2


class InternalError(SymconvError):
    """A step that fails its own check.  It names the rule and is never printed as if it were true."""

    exit_status = 3


def brief(value: Any, most: int = 60, write: Callable[[Any], str] = repr) -> str:
    """A user's value within a message: short, and on one line."""
    try:
        text = " ".join(write(value).split())
    except (ValueError, RecursionError):  # an integer of thousands of digits, lists within lists
        text = "a huge number" if isinstance(value, int) else f"{type(value).__name__} too large to show"
    return text if len(text) <= most else text[: most - 1] + "…"


def nearest(word: str, known: list[str], alike: float = 0.5) -> str:
    """'; did you mean ...?' for a misspelt word, or an empty string."""
    import difflib

    close = difflib.get_close_matches(word, known, n=1, cutoff=alike)
    return f"; did you mean {close[0]!r}?" if close else ""
