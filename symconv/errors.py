"""The errors a user can meet: one line each, saying what was expected, what came, how to mend it."""

from __future__ import annotations


class SymconvError(ValueError):
    """Bad input.  The message is one clear line; the command line prints it and exits with status 2."""

    exit_status = 2


class InternalError(SymconvError):
    """A step that fails its own check.  It names the rule and is never printed as if it were true."""

    exit_status = 3


def nearest(word: str, known: list[str], alike: float = 0.5) -> str:
    """'; did you mean ...?' for a misspelt word, or an empty string."""
    import difflib

    close = difflib.get_close_matches(word, known, n=1, cutoff=alike)
    return f"; did you mean {close[0]!r}?" if close else ""
