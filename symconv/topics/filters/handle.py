"""Image filters in the user's hands."""

from __future__ import annotations

from typing import Any

from symconv.public.door import door, doors
from symconv.public.page import Page
from symconv.topics.filters import story
from symconv.topics.filters.facts import Filtering


@doors
class Filtered(Page[Filtering]):
    """A filtered picture: ``levels`` (0 to 255), and ``numerators`` / ``denominator``, the exact values."""

    def __init__(self, facts: Filtering, levels: Any, numerators: Any, denominator: int) -> None:
        super().__init__(facts)
        self.levels, self.numerators, self.denominator = levels, numerators, denominator

    def save(self, path: Any) -> None:
        """Write the filtered picture as a PNG (whole, or not at all); needs Pillow."""
        story.save(self.levels, str(path))


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
        kernel = story.rows_as_text(kernel)
    places = () if pixel is None else (story.pixel(pixel),)
    return Filtered(
        *story.array_filter(picture, kernel=kernel, mode=mode, border=border, range=range, size=size, places=places)
    )
