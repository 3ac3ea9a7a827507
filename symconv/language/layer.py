"""What every layer answers, whatever it computes: the one face that derivations, numbers, examples, sizes and nets ask.

    a member of the closed family   y[i] = sum_p v~[p] u^r[s i + d p - lo]         its window is itself     ``operator``
    windows with weights of their own: a maximum, an average, unshared kernels     the window of a member   ``unshared``
    a function of entries or rows: activation, softmax, loss, flatten              no window                ``functions``
    a net of these                                                                 those of its layers      ``network``

A layer is data.  Whoever asks goes by this face, by ``kind``, or by the items of its formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from symconv.language.integers import Int
    from symconv.language.operator import Operator


class Layer(Protocol):
    """A layer: ``kind`` says what is done with the entries that it reads, ``roles`` what it can be differentiated by."""

    @property
    def name(self) -> str:
        """Its name in the catalogue."""

    @property
    def kind(self) -> str:
        """affine, max_pool, avg_pool, local; pointwise, softmax, flatten, loss; net."""

    @property
    def roles(self) -> tuple[str, ...]:
        """x, and what it learns: w, b; of a net all its parameters, conv1.w."""

    @property
    def ndim(self) -> int:
        """The number of spatial axes; 1 for what takes any."""

    @property
    def window(self) -> Operator | None:
        """The member of the closed family whose windows it looks through; None without windows."""

    def subs(self, values: Mapping[str, Int | int], /) -> Self:
        """The layer with numbers in place of names."""
