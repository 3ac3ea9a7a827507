"""The page of a worked example: setting, numbers, forward, backward, each gradient both ways, checks.

One page for all layers.  ``worked_windows`` supplies what it says of sums of products, unshared kernels, maxima and means,
``worked_functions`` what it says of activations, softmax, losses and flatten.
"""

from __future__ import annotations

from typing import Any, Protocol

from symconv.language.example import Example, Gradient
from symconv.language.prose import Joined, Prose
from symconv.pages import worked_functions, worked_windows
from symconv.pages.nodes import Block, Document, Heading, Lines, Paragraph
from symconv.pages.receipts import checked
from symconv.pages.work import cut, origin, shapes, upstream_grid, whole


class Family(Protocol):
    """What the page says of one family of layers."""

    def kind(self, made: Example, /) -> Prose:
        """What sort of layer it is."""

    def parameters(self, made: Example, /) -> list[Prose]:
        """Stride, padding and the like; the slope or the reduction."""

    def symbols(self, made: Example, /) -> list[Block]:
        """Every symbol with its meaning and range, and the definition."""

    def conventions(self, made: Example, /) -> list[Prose]:
        """Sizes, and how an index is read."""

    def remarks(self, made: Example, /) -> list[Prose]:
        """What else is to be known of the numbers."""

    def operands(self, made: Example, /) -> list[Block]:
        """The numbers that go in."""

    def forward(self, made: Example, elide: int | None, /) -> list[Block]:
        """Every entry of y, and y as an array."""

    def backward(self, made: Example, /) -> Prose:
        """Where backpropagation begins."""

    def gradient(self, made: Example, d: Gradient, elide: int | None, /) -> list[Block]:
        """A gradient in its ways, as an array, and that they agree."""

    def entries(self, made: Example, /) -> Lines:
        """The entries of y in one display."""


def family(made: Example) -> Family:
    """What belongs to the layer."""
    return worked_functions if made.kind == "function" else worked_windows


def worked_page(made: Example, elide: int | None = None) -> Document:
    """The page of an example; with ``elide`` at most so many products to a line."""
    own = family(made)
    blocks = [*head(made, "worked.title"), *setting(made), *numbers(made)]
    blocks += [Heading(Prose("heading.forward")), *own.forward(made, elide), *backward(made)]
    for d in sorted(made.gradients, key=lambda d: "wbx".index(d.wrt)):
        name = Prose("heading.gradient", {"gradient": whole(d.array.name)})
        blocks += [Heading(name), *own.gradient(made, d, elide)]
    return Document((*blocks, *checked(made.checks)))


def head(made: Example, key: str, **more: Any) -> list[Block]:
    """The title and the parameters."""
    own = family(made)
    title = Prose(key, {"op": made.layer.name, "kind": own.kind(made), **more})
    return [Heading(title, 1), Paragraph((Joined(tuple(own.parameters(made))),))]


def setting(made: Example) -> list[Block]:
    """The symbols, shapes and sizes, conventions, and where the numbers come from."""
    own = family(made)
    said = (shapes(made), *own.conventions(made), origin(made), *own.remarks(made), *cut(made))
    return [*own.symbols(made), Paragraph(said)]


def numbers(made: Example) -> list[Block]:
    """The operands, as arrays."""
    return [Heading(Prose("heading.numbers"), part="statement"), *family(made).operands(made)]


def backward(made: Example) -> list[Block]:
    """The upstream gradient; a loss has none but 1."""
    g = [upstream_grid(made)] if made.has(made.upstream) else []
    return [Heading(Prose("heading.backward")), Paragraph((family(made).backward(made),)), *g]


def entries(made: Example) -> Lines:
    """The entries of y, worked out."""
    return family(made).entries(made)
