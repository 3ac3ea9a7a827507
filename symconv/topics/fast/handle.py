"""Fast algorithms in the user's hands."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.errors import SymconvError
from symconv.language.facts import Verdict
from symconv.public.door import door, doors
from symconv.public.page import Page
from symconv.topics.fast import story as algorithms
from symconv.topics.fast.facts import Bilinear, Fast


@doors
class Algorithm(Page[Fast]):
    """A bilinear algorithm with exact matrices, proved equal to its definition.

    ``AT``, ``G``, ``BT`` (Winograd), or ``C``, ``P``, ``Q`` (full convolution), are nested lists of Fractions, of the first
    axis; ``points`` has None for infinity; ``multiplications`` and ``direct`` are counts.  Calling it computes.
    """

    @property
    def first(self) -> Bilinear:
        """The first axis."""
        return self.facts.axes[0]

    @property
    def points(self) -> tuple[Fraction | None, ...]:
        """The interpolation points, None for infinity."""
        return self.first.points

    @property
    def C(self) -> list[list[Fraction]]:
        """The matrix that combines the products."""
        return [list(row) for row in self.first.out]

    @property
    def P(self) -> list[list[Fraction]]:
        """The transform of the taps, or of the first signal."""
        return [list(row) for row in self.first.left]

    @property
    def Q(self) -> list[list[Fraction]]:
        """The transform of the data, or of the second signal."""
        return [list(row) for row in self.first.right]

    AT, G, BT = C, P, Q

    @property
    def multiplications(self) -> int:
        """Products of data by taps."""
        return self.facts.products

    @property
    def direct(self) -> int:
        """Products that the definition makes."""
        return self.facts.direct

    @property
    def verdict(self) -> Verdict:
        """The verdict on the identity."""
        return self.facts.checks[0].verdict

    def __call__(self, u: Any, v: Any) -> list[Any]:
        """The algorithm on numbers: (taps, data) for Winograd, two signals for a full convolution; one axis.

        Raises SymconvError for lengths that do not fit.
        """
        return algorithms.run(self.facts, u, v)


@door
def winograd(m: Any, r: Any, points: Any = None, nested: bool = False) -> Algorithm:
    """Winograd's F(m, r): m outputs of a correlation with r taps, y[k] = sum_p g[p] d[k+p], in m + r - 1 multiplications.

    ``nested=True`` is F(m x m, r x r); m and r may be pairs, one size per axis.  ``points`` are integers, Fractions, texts
    like "1/2" or "inf"; by default 0, 1, -1, 2, -2, 1/2, -1/2, ..., infinity.  The matrices are proved equal to the definition.
    Raises SymconvError for sizes below 1, points that are not all different, or too few or many of them.
    Source: Winograd (1980), Lavin & Gray (2016).
    """
    _boolean(nested, "nested")
    return Algorithm(algorithms.winograd(m, r, points, nested))


@door
def toom_cook(n: Any, m: Any, points: Any = None) -> Algorithm:
    """Toom-Cook: the full convolution of n entries with m in n + m - 1 multiplications, s = C [(P u) . (Q v)].

    Raises SymconvError as ``winograd`` does.  Source: Toom (1963), Cook (1966).
    """
    return Algorithm(algorithms.toom_cook(n, m, points))


@door
def karatsuba(n: Any) -> Algorithm:
    """Karatsuba: the full convolution of n entries with n, three half-size products in place of four, repeated.

    Raises SymconvError for n < 1 or n > 32.  Source: Karatsuba & Ofman (1962).
    """
    return Algorithm(algorithms.karatsuba(n))


@door
def check_winograd(AT: Any, G: Any, BT: Any, convention: str = "correlate") -> Verdict:
    """Whether published matrices compute y = A^T [(G g) . (B^T d)]: proved, refuted by one coefficient, or conditional.

    ``convention="convolve"`` asks for a true convolution (the taps flipped): the usual matrices are one only for kernels that
    equal their mirror image.  Raises SymconvError for entries that are not rational and shapes that do not fit.
    """
    return algorithms.check_winograd(AT, G, BT, convention)


def _boolean(value: Any, what: str) -> None:
    if not isinstance(value, bool):
        raise SymconvError(f"{what}: expected True or False, got {' '.join(str(value).split())[:30]!r}")


__all__ = ["Algorithm", "check_winograd", "karatsuba", "toom_cook", "winograd"]
