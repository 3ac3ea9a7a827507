"""A worked example of a locally connected layer as plain data: a kernel (and a bias) of its own for every window.

    y[i] = b[i] + sum_p w[i,p] x[s i + d p - lo]

    dL/dx[j]   += g[i] w[i,p]     where window i reads x[j] at its tap p
    dL/dw[i,p] += g[i] x[j]       once for every image: no other window has that weight
    dL/db[i]   += g[i]

``op`` of the example are the windows, the convolution layer of the same sizes; w and b have the axes of the places between those
of the channels and of the taps, and ``Array.lead`` counts the channels alone.
"""

from __future__ import annotations

from typing import ClassVar

from symconv.language.example import Array, Example, Index
from symconv.language.facts import NodeDerivation
from symconv.language.lazy import dataclass
from symconv.language.node import Node


@dataclass(frozen=True, kw_only=True)
class Local(Example):
    """A worked example of a local node; ``shared`` is dL/dw summed over the places: the gradient of a kernel that all share."""

    family: ClassVar[str] = "local"

    node: Node
    derivations: tuple[NodeDerivation, ...]
    shared: Array

    def derivation(self, wrt: str) -> NodeDerivation:
        """dL/d(wrt) at the sizes of the example."""
        return next(d for d in self.derivations if d.wrt == wrt)


def unshared(tap: Index, place: Index) -> Index:
    """The entry of w that the window at a place has at a tap, which is given with its channels."""
    lead = len(tap) - len(place)
    return tap[:lead] + place + tap[lead:]


def parts(index: Index, lead: int, ndim: int) -> tuple[Index, Index, Index]:
    """(channels, place, tap) of an entry of w."""
    return index[:lead], index[lead : lead + ndim], index[lead + ndim :]
