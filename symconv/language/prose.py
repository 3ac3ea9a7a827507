"""Sentences as data: a key of words/ with what stands in its places, written by whoever shows them.

    Prose("check.brute.equal", {"cases": 9, "entries": 120})        "equal to brute force on 9 cases, 120 entries"

As a plain string it is English.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Prose:
    """A message with its slots (mathematics, prose, or plain words)."""

    key: str
    slots: dict[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.key, *self.slots))

    def __str__(self) -> str:
        from symconv.words import message  # a table is loaded once something is said

        return message(self.key).format(**self.slots)


@dataclass(frozen=True)
class Joined:
    """Pieces written in a row."""

    pieces: tuple[Any, ...]
    separator: str = ", "

    def __str__(self) -> str:
        return self.separator.join(map(str, self.pieces))


Words = Prose | Joined | str


def counting(key: str, count: int, **slots: Any) -> str:
    """A sentence that counts: ``key`` for many, ``key.one`` for one."""
    return sentence(f"{key}.one" if count == 1 else key, count=count, **slots)


def sentence(key: str, **slots: Any) -> str:
    """A sentence as a plain string, where it is measured before it is shown: in figures."""
    return str(Prose(key, slots))
