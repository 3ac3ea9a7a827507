"""A claim about numbers, ready to be decided: plain data between its reading and the checkers.

The names of ``variables`` run over all integers from their least value on; ``definitions`` follow from them, in order;
``given`` are conditions; each of ``links`` must hold.  Expressions are ``Node``s in which only these names occur, and the
quantities of a layer along one axis stand as calls, which each checker works out in its own way:

    windows(N, K, s, lo, hi, d)     complete windows of a convolution or pooling (0 if none fits)
    pooled(N, K, s, lo, hi, d)      windows of a pooling with ceil_mode
    scattered(N, K, s, lo, hi, d, op)   length of a transposed convolution's output
    every(N, s)                     positions 0, s, 2s, .. below N: output size of "same"
"""

from __future__ import annotations

from dataclasses import replace

from symconv.language.formula import Node
from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Link:
    """One statement to be decided; ``shown`` are the two sides whose values a counterexample gives."""

    claim: Node
    text: str
    shown: tuple[Node, Node] | None = None
    condition: Node | None = None


@dataclass(frozen=True)
class Question:
    """What is to hold for all values of the variables that satisfy what is given."""

    variables: tuple[tuple[str, int], ...]
    definitions: tuple[tuple[str, Node], ...]
    given: tuple[Node, ...]
    links: tuple[Link, ...]
    forgotten: tuple[tuple[str, int], ...] = ()  # free parameters that the formula does not mention, with their defaults

    def under(self, condition: Node) -> Question:
        """The same question with one more condition."""
        return replace(self, given=(*self.given, condition))


def call(function: str, *arguments: Node) -> Node:
    """A quantity of a layer."""
    return Node("call", (function, *arguments))


def relation(sign: str, a: Node, b: Node) -> Node:
    """a sign b."""
    return Node("relation", (sign, a, b))
