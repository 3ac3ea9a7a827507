"""Topics: subjects that stand on the spine, one folder each, and nothing stands on them.

What a folder offers stands in its ``__init__``; its parts are loaded when they are asked for, which is the only import by name:

    facts      what is known, as plain data                 story     what is given -> facts, built and checked
    page       the faces of the facts; figure draws them    command   on the command line        handle   what users hold
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple


class Topic(NamedTuple):
    """A folder: its name, its commands with the first sentences of their help, and the names that users import."""

    name: str
    commands: dict[str, str]
    names: tuple[str, ...] = ()

    def part(self, which: str) -> Any:
        """A module of the folder."""
        return import_module(f"{__name__}.{self.name}.{which}")


@cache
def topics() -> tuple[Topic, ...]:
    """All of them, as their folders say."""
    folder = os.path.dirname(__file__)
    found = sorted(entry for entry in os.listdir(folder) if os.path.exists(os.path.join(folder, entry, "__init__.py")))
    return tuple(import_module(f"{__name__}.{name}").TOPIC for name in found)


def public(name: str) -> Any:
    """What users import by this name; raises AttributeError where no topic has it."""
    for topic in topics():
        if name in topic.names:
            return getattr(topic.part("handle"), name)
    raise AttributeError(f"module 'symconv' has no attribute {name!r}")
