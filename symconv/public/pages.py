"""Pages about matrices, transforms and filters: what users hold of them, and how they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symconv.errors import SymconvError
from symconv.language.facts import Verdict
from symconv.public.door import door, doors
from symconv.topics.filters import story as filters_api
from symconv.topics.fourier import story as fourier_api
from symconv.topics.im2col import story as unfold_api

Render = Callable[..., str]


@doors
class Page:
    """A checked page: ``data`` (its facts), ``verdicts``, and the page in every target."""

    def __init__(self, facts: Any, render: Render, document: Any) -> None:
        self.data, self._render, self.document = facts, render, document

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict of every check."""
        return tuple(c.verdict for c in self.data.checks)

    def text(self) -> str:
        """The page for a terminal of 80 columns."""
        return self._render(self.data, "text")

    def latex(self, standalone: bool = False) -> str:
        """The page as a LaTeX fragment, or as a document that plain pdflatex compiles."""
        return self._render(self.data, "latex", standalone=standalone)

    def markdown(self) -> str:
        """The page in GitHub's Markdown."""
        return self._render(self.data, "markdown")

    def json(self) -> str:
        """The page as one JSON object."""
        return self._render(self.data, "json")

    def __repr__(self) -> str:
        return self.text()


@doors
class Filtered(Page):
    """A filtered picture: ``picture`` (levels 0 to 255), and ``numerators`` / ``denominator``, the exact values."""

    def __init__(self, found: tuple[Any, Any, Any, int]) -> None:
        facts, self.picture, self.numerators, self.denominator = found
        super().__init__(facts, filters_api.page, filters_api.document(facts))

    def save(self, path: Any) -> None:
        """Write the filtered picture as a PNG (whole, or not at all); needs Pillow."""
        filters_api.save(self.picture, str(path))


@door
def im2col(op: Any, input: Any, kernel: Any, **given: Any) -> Page:
    """An operator as a matrix product at concrete sizes (see ``Operator.at``): U, W, and the three products, checked.

    Raises SymconvError for a transposed layer and for more than 20,000 entries of the unfolded input.
    """
    from symconv.public import Operator

    if not isinstance(op, Operator):
        raise SymconvError(f"expected an operator such as sc.conv2d(stride=2), got {type(op).__name__}")
    found = unfold_api.unfolding(op.at(input=input, kernel=kernel, **given).data)
    return Page(found, unfold_api.page, unfold_api.document(found))


@door
def fourier(input: Any, kernel: Any, padding: Any = None, dilation: Any = 1, convolve: bool = False) -> Page:
    """The DFT theorem for a circular operator, Y[k] = e^(-2 pi i k lo/N) X[k] conj(W[k]), exactly and in symbols.

    ``padding`` is lo, per axis; y is as long as x.  ``convolve`` takes the true convolution, for which Y = X W at lo = d(K-1).
    """
    found = fourier_api.spectrum(input, kernel, padding, dilation, convolve)
    return Page(found, fourier_api.page, fourier_api.document(found))


@door
def image_filter(
    picture: Any,
    kernel: Any,
    mode: str = "correlate",
    border: str = "symmetric",
    range: str | None = None,
    size: int | None = None,
    pixel: tuple[int, int] | None = None,
) -> Filtered:
    """A picture (levels 0 to 255, by row and column, or by row, column and channel; or a file) filtered exactly.

    ``kernel`` is a name (sobel-x, sobel-y, laplacian, identity, box, gaussian, sharpen, emboss) or rows like "1 2 1; 2 4 2;
    1 2 1", or nested lists or an array of integers, Fractions or decimals.  ``pixel`` writes out the arithmetic of one pixel.
    Raises SymconvError for kernels and pictures that cannot be read, and a kernel larger than the picture.
    """
    if hasattr(kernel, "tolist"):
        kernel = kernel.tolist()
    if isinstance(kernel, (list, tuple)):
        kernel = filters_api.rows_as_text(kernel)
    places = () if pixel is None else (filters_api.pixel(pixel),)
    found = filters_api.array_filter(
        picture, kernel=kernel, mode=mode, border=border, range=range, size=size, places=places
    )
    return Filtered(found)
