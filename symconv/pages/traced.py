"""The page of a trace: the formula of an entry, what meets what, the terms that are there, and why the others are not.

One page for all layers, as that of an example (``worked``): ``traced_windows`` and ``traced_functions`` supply what it says.
"""

from __future__ import annotations

from typing import Protocol

from symconv.language.example import Trace
from symconv.language.prose import Prose
from symconv.pages import traced_functions, traced_windows
from symconv.pages.layout import Layout
from symconv.pages.nodes import Block, Document, Heading, Lines, Math
from symconv.pages.work import upstream_grid
from symconv.pages.worked import head, numbers, setting


class Family(Protocol):
    """What the page says of one family of layers."""

    def named(self, found: Trace, /) -> Math | Layout:
        """The entry by its name."""

    def formula(self, found: Trace, /) -> list[Block]:
        """The formula of the entry, and what meets what in it."""

    def counted(self, found: Trace, /) -> Prose:
        """How many terms there are, of how many."""

    def before(self, found: Trace, /) -> list[Block]:
        """What is said of the terms before they are added up."""

    def total(self, found: Trace, /) -> Lines:
        """The terms, and the entry that they make."""

    def behind(self, found: Trace, /) -> list[Block]:
        """What is said of them behind it."""

    def result(self, found: Trace, /) -> list[Block]:
        """y, where the entry is made of its numbers."""


def family(found: Trace) -> Family:
    """What belongs to the layer."""
    return traced_functions if found.example.kind == "function" else traced_windows


def trace_page(found: Trace) -> Document:
    """The page of a trace."""
    own, made = family(found), found.example
    g = [upstream_grid(made)] if found.role != "y" and made.has(made.upstream) else []
    return Document((
        *head(made, "trace.title", entry=own.named(found)),
        *setting(made),
        Heading(Prose("trace.formula"), part="statement"),
        *own.formula(found),
        Heading(own.counted(found)),
        *own.before(found),
        own.total(found),
        *own.behind(found),
        *numbers(made),
        *own.result(found),
        *g,
    ))  # fmt: skip


def total(found: Trace) -> Lines:
    """The terms that reach the entry."""
    return family(found).total(found)
