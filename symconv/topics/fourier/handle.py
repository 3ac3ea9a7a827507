"""The DFT theorem in the user's hands."""

from __future__ import annotations

from typing import Any

from symconv.public.door import door
from symconv.public.page import Page
from symconv.topics.fourier.facts import Spectrum
from symconv.topics.fourier.story import spectrum


@door
def fourier(input: Any, kernel: Any, padding: Any = None, dilation: Any = 1, convolve: bool = False) -> Page[Spectrum]:
    """The DFT theorem for a circular operator, Y[k] = e^(-2 pi i k lo/N) X[k] conj(W[k]), exactly and in symbols.

    ``padding`` is lo, per axis; y is as long as x.  ``convolve`` takes the true convolution, for which Y = X W at lo = d(K-1).
    """
    return Page(spectrum(input, kernel, padding, dilation, convolve))
