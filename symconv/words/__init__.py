"""What is said, by key: a table per language.  ``{slot}`` stands for what the one who says it supplies."""

from __future__ import annotations

from symconv.words.en import ENGLISH


def message(key: str) -> str:
    """The template of a key."""
    return ENGLISH[key]
