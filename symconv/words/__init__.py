"""What is said, by key: a table per language.  ``{slot}`` stands for what the one who says it supplies.

A language is a folder ``words/<language>/`` with the keys of English and a row in ``LANGUAGES``; it is chosen here and nowhere
else, for what is said within a ``with`` block and in its thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from symconv.words.en import ENGLISH

LANGUAGES: dict[str, Mapping[str, str]] = {"en": ENGLISH}
_SPOKEN: ContextVar[Mapping[str, str]] = ContextVar("spoken", default=ENGLISH)


def message(key: str) -> str:
    """The template of a key, in the language that is spoken."""
    return _SPOKEN.get()[key]


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """What is said within is said in this language."""
    token = _SPOKEN.set(LANGUAGES[language])
    try:
        yield
    finally:
        _SPOKEN.reset(token)
