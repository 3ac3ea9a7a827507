"""Families of worked examples: each has its own work, pages and figures, and is found by the name that its examples bear.

Sums of products, maxima and means are worked by ``api.examples`` and ``api.figures`` themselves; every other family is a module
that offers the functions of ``Family``.
"""

from __future__ import annotations

from typing import Any, Protocol

from symconv.language.example import Example, Trace, WorkedExample, WorkedTrace
from symconv.language.expand import Index
from symconv.language.scene import Scene
from symconv.pages.faces import Fields, Moving
from symconv.pages.nodes import Block, Document


def spelled(name: str, index: Index) -> str:
    """x[0,1], the name of a step."""
    return f"{name}[{','.join(map(str, index))}]"


class Family(Protocol):
    """What a module of worked examples offers; ``made`` is an example, ``found`` a trace of its family."""

    def trace(self, entry: str, made: Any) -> Any:
        """Every product that reaches an entry, and every candidate that does not."""

    def example_document(self, made: Any, elide: int | None) -> Document:
        """The page of an example."""

    def example_fields(self, made: Any, elide: int | None) -> Fields:
        """The example for other programs."""

    def trace_document(self, found: Any) -> Document:
        """The page of a trace."""

    def trace_fields(self, found: Any) -> Fields:
        """The trace for other programs."""

    def display(self, made: Any) -> Block:
        """The entries of y, worked out, for Jupyter."""

    def trace_display(self, found: Any) -> Block:
        """The products that reach the entry, for Jupyter."""

    def figure(self, made: Any, name: str) -> Scene:
        """A figure by its name."""

    def trace_figure(self, found: Any) -> Scene:
        """The figure of a trace."""

    def moving(self, made: Any, part: str | None, worked: bool) -> Moving:
        """The moving picture of a part (default: the forward pass); ``worked`` draws the arithmetic into every scene."""

    def illustrated(self, made: Any, page: Document) -> Document:
        """The page of an example with its figures."""

    def trace_illustrated(self, found: Any, page: Document) -> Document:
        """The page of a trace with its figure."""


def affine(made: WorkedExample) -> Example:
    """An example of sums, maxima or means, which have no module of their own."""
    assert isinstance(made, Example)
    return made


def affine_trace(found: WorkedTrace) -> Trace:
    """A trace of such an example."""
    assert isinstance(found, Trace)
    return found


def family(made: WorkedExample) -> Family | None:
    """The module that works out examples like this one; None for sums of products, maxima and means."""
    if made.family == "applied":
        from symconv.api import applied

        return applied
    return None
