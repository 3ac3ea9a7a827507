"""A worked example of pooling as plain data: every window with the entries it reads, who is largest, what goes back.

    max_pool   y[i] = the largest entry read          dL/dx[j] += g[i] S[i,p]   where window i reads x[j] at its tap p
    avg_pool   y[i] = the sum of those read / m[i]    dL/dx[j] += g[i] / m[i]

S is the selection of ``language.node``: which largest entry stands for the window, by the convention at ties.
"""

from __future__ import annotations

from typing import ClassVar

from symconv.language.example import Example, Index, Number, Trace
from symconv.language.facts import NodeDerivation
from symconv.language.lazy import dataclass
from symconv.language.node import Node


@dataclass(frozen=True)
class Window:
    """One window: its index in y, (tap, entry of x) for the taps that meet the input, and what it hands back to each.

    ``count`` is what an average divides by.  ``largest`` are the entries that attain a maximum, in the order of the taps;
    ``shares`` says, tap by tap, which part of the upstream gradient goes to its entry.
    """

    index: Index
    taps: tuple[tuple[Index, Index], ...]
    count: int
    largest: tuple[Index, ...]
    shares: tuple[Number, ...]

    @property
    def tied(self) -> bool:
        """Whether more than one entry is the largest."""
        return len(self.largest) > 1

    def share(self, place: Index) -> Number:
        """What part of the upstream gradient an entry of x gets; 0 if the window does not read it."""
        return next((s for (_, at), s in zip(self.taps, self.shares, strict=True) if at == place), 0)


@dataclass(frozen=True, kw_only=True)
class Pooled(Example):
    """A worked example of a pooling node; ``op`` are its windows.  Of a maximum, ``arrays`` has the selection S as well."""

    family: ClassVar[str] = "pooled"

    node: Node
    windows: tuple[Window, ...]
    derivation: NodeDerivation

    def window(self, index: Index) -> Window:
        """The window of an entry of y."""
        return next(one for one in self.windows if one.index == index)


@dataclass(frozen=True, kw_only=True)
class PooledTrace(Trace):
    """Every window that holds an entry of x (or every tap of an entry of y), and the candidates that do not."""

    example: Pooled
    role: str  # y or x
