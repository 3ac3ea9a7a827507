"""Handles for chains of layers: sizes and receptive fields."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from symconv.language.facts import Verdict
from symconv.language.integers import Int, integer
from symconv.public.door import door, doors
from symconv.topics.sizes import story as chains
from symconv.topics.sizes.facts import Chain, Field


def total(parts: Iterable[Int]) -> Int:
    """The sum."""
    found = integer(0)
    for n in parts:
        found = found + n
    return found


@doors
class Page(ABC):
    """What pages have in common."""

    @abstractmethod
    def _page(self, to: str, **options: Any) -> Any:
        """The page in a target."""

    def text(self) -> str:
        """The page for a terminal of 80 columns."""
        return str(self._page("text"))

    def latex(self, standalone: bool = False) -> str:
        """The page as a LaTeX fragment, or as a document that plain pdflatex compiles."""
        return str(self._page("latex", standalone=standalone))

    def markdown(self) -> str:
        """The page in GitHub's Markdown."""
        return str(self._page("markdown"))

    def html(self) -> str:
        """The page as one HTML file that works offline."""
        return str(self._page("html"))

    def json(self) -> str:
        """One JSON object."""
        return str(self._page("json"))

    def __repr__(self) -> str:
        return self.text()


@doors
class Sizes(Page):
    """The shape at every edge of a chain of layers, with parameters, multiply-adds and memory; every figure checked."""

    def __init__(self, data: Chain) -> None:
        self.data = data

    @property
    def shapes(self) -> tuple[tuple[Any, ...], ...]:
        """The shape at every edge, the input's first; channels first, the batch left out; () behind a loss."""
        return tuple(tuple(chains.plain(n) for n in shape) for shape in self.data.shapes)

    @property
    def parameters(self) -> Any:
        """Weights and biases in all."""
        return chains.plain(total(e.weights + e.biases for e in self.data.edges))

    @property
    def multiply_adds(self) -> Any:
        """Products in all, those on padding too."""
        return chains.plain(total(e.products for e in self.data.edges))

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict of every check."""
        return tuple(c.verdict for c in self.data.checks)

    @property
    def document(self) -> Any:
        """The page as blocks, for a gallery."""
        return chains.sizes_document(self.data)

    def _page(self, to: str, **options: Any) -> Any:
        return chains.sizes_page(self.data, to, **options)


@doors
class ReceptiveField(Page):
    """The places of the input that a unit behind each layer depends on, axis by axis."""

    def __init__(self, data: Field) -> None:
        self.data = data

    @property
    def sizes(self) -> tuple[tuple[Any, ...], ...]:
        """How many places a unit behind each layer sees, per axis; () for all, behind linear or a loss."""
        return tuple(tuple(chains.plain(a.size) for a in row.axes) for row in self.data.rows)

    @property
    def jumps(self) -> tuple[tuple[Any, ...], ...]:
        """How far the fields of neighbours are apart."""
        return tuple(tuple(chains.plain(a.jump) for a in row.axes) for row in self.data.rows)

    @property
    def starts(self) -> tuple[tuple[Any, ...], ...]:
        """The first place that unit 0 sees; negative in the padding."""
        return tuple(tuple(chains.plain(a.start) for a in row.axes) for row in self.data.rows)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict of every check."""
        return tuple(c.verdict for c in self.data.checks)

    @property
    def document(self) -> Any:
        """The page as blocks, for a gallery."""
        return chains.field_document(self.data, figures=True)

    def picture(self, to: str = "svg") -> Any:
        """The pyramid, or bars where it is too wide, as svg or tikz (text) or png (bytes).

        Raises SymconvError where sizes are names, and if the extra that PNG needs is not installed.
        """
        return chains.field_picture(self.data, to)

    def _page(self, to: str, **options: Any) -> Any:
        return chains.field_page(self.data, to, **options)


def plain_layers(layers: Any) -> Any:
    """Handles as the data that they hold; texts as they are."""
    if isinstance(layers, (list, tuple)):
        return [plain_layers(one) for one in layers]
    return layers.data if type(layers).__module__.startswith("symconv.public") else layers


@door
def sizes(layers: Any, input: Any = None, bytes: int = 4) -> Sizes:
    """The sizes along a chain of layers: output shapes, places never read, parameters, multiply-adds, memory.

    ``layers`` is a text such as "conv2d(3,64,kernel=7,stride=2,padding=3) relu flatten linear(10)", a net (``sc.chain(...)``),
    an operator (``sc.conv2d(3, 64, kernel=7)``), or a list of texts and operators; ``input`` the sizes CxSPATIAL,
    SPATIAL or NxCxSPATIAL, as (3, 224, 224) or "3x224x224", names among them ("3,H,W"; a net that was made with its input
    needs none);
    ``bytes`` how many bytes an entry takes.  Every figure is checked window by window.  Source: Dumoulin & Visin, A guide to
    convolution arithmetic.  Raises SymconvError for layers that cannot be read or do not chain, and for sizes without output.
    """
    return Sizes(chains.sizes(plain_layers(layers), input, bytes))


@door
def receptive_field(layers: Any, input: Any = None, unit: Any = None) -> ReceptiveField:
    """The receptive field behind every layer of a stack: size R, jump J and start, per axis.

    ``layers`` as for ``sizes``.  Unit u sees places among J u + start, ..., J u + start + R - 1.
    ``input`` (spatial sizes) shows where borders cut the
    fields off; ``unit`` chooses the unit whose pyramid is drawn.  Every dependency set is checked by sending index sets
    backwards.  Source: Araujo, Norris & Sim, Computing receptive fields of convolutional neural networks (2019).
    Raises SymconvError for layers that cannot be read, stacks of mixed dimension and transposed layers.
    """
    return ReceptiveField(chains.receptive_field(plain_layers(layers), input, unit))
