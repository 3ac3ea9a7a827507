"""A layer as far as its geometry goes: plain data.  Nothing here computes.

A *window* is one spatial axis of a layer: output i reads the places s i + d p - lo, 0 <= p < K, of the axis below.  A layer's
windows are a box: its axes do not mix, so whatever is asked of places is answered axis by axis.
"""

from __future__ import annotations

from symconv.language.integers import Int, integer
from symconv.language.lazy import dataclass

ONE = integer(1)


@dataclass(frozen=True)
class Window:
    """One axis of a layer: kernel K, stride s, dilation d, pads lo and hi; ``ceil`` rounds the size up (pooling).

    ``border`` is the padding mode: with any but zeros, what stands in the padding is a copy of an entry (``language.border``).
    With ``extra``, its output_padding, the window belongs to a transposed layer: input j is scattered to s j + d p - lo.
    """

    kernel: Int
    stride: Int
    dilation: Int
    lo: Int
    hi: Int
    ceil: bool = False
    extra: Int | None = None
    border: str = "zeros"

    @property
    def reach(self) -> Int:
        """d(K-1): the distance between the first and the last tap."""
        return self.dilation * (self.kernel - 1)

    @property
    def numbers(self) -> tuple[int, int, int, int, int] | None:
        """(K, s, d, lo, hi), if all of them are numbers."""
        found = [e.constant for e in (self.kernel, self.stride, self.dilation, self.lo, self.hi)]
        k, s, d, lo, hi = found
        if k is None or s is None or d is None or lo is None or hi is None:
            return None
        return k, s, d, lo, hi


@dataclass(frozen=True)
class Geometry:
    """A layer of a chain: what it does to shapes, and how many parameters it has.

    ``kind`` is conv, transposed, local, pool, pointwise, flatten, linear or loss.  ``inward`` and ``outward`` count channels
    (of a linear layer, features); None means as many as come.  ``each`` counts the filters of every
    channel, of a layer that keeps its channels apart.
    """

    name: str
    text: str
    place: int
    kind: str
    windows: tuple[Window, ...] = ()
    inward: Int | None = None
    outward: Int | None = None
    groups: Int = ONE
    bias: bool = False
    each: Int | None = None

    @property
    def ndim(self) -> int:
        """The number of spatial axes; 0 for a layer that takes any."""
        return len(self.windows)
