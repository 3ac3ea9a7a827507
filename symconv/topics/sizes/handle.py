"""Handles for chains of layers: sizes and receptive fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from symconv.language.integers import Int, integer
from symconv.pages.json import plain
from symconv.public.door import door, doors
from symconv.public.page import Page
from symconv.topics.sizes import story as chains
from symconv.topics.sizes.facts import Chain, Field


def total(parts: Iterable[Int]) -> Int:
    """The sum."""
    found = integer(0)
    for n in parts:
        found = found + n
    return found


@doors
class Sizes(Page[Chain]):
    """The shape at every edge of a chain of layers, with parameters, multiply-adds and memory; every figure checked."""

    @property
    def shapes(self) -> tuple[tuple[int | str, ...], ...]:
        """The shape at every edge, the input's first; channels first, the batch left out; () behind a loss."""
        return tuple(tuple(plain(n) for n in shape) for shape in self.facts.shapes)

    @property
    def parameters(self) -> int | str:
        """Weights and biases in all."""
        found: int | str = plain(total(e.weights + e.biases for e in self.facts.edges))
        return found

    @property
    def multiply_adds(self) -> int | str:
        """Products in all, those on padding too."""
        found: int | str = plain(total(e.products for e in self.facts.edges))
        return found


@doors
class ReceptiveField(Page[Field]):
    """The places of the input that a unit behind each layer depends on, axis by axis."""

    @property
    def sizes(self) -> tuple[tuple[int | str, ...], ...]:
        """How many places a unit behind each layer sees, per axis; () for all, behind linear or a loss."""
        return tuple(tuple(plain(a.size) for a in row.axes) for row in self.facts.rows)

    @property
    def jumps(self) -> tuple[tuple[int | str, ...], ...]:
        """How far the fields of neighbours are apart."""
        return tuple(tuple(plain(a.jump) for a in row.axes) for row in self.facts.rows)

    @property
    def starts(self) -> tuple[tuple[int | str, ...], ...]:
        """The first place that unit 0 sees; negative in the padding."""
        return tuple(tuple(plain(a.start) for a in row.axes) for row in self.facts.rows)


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
