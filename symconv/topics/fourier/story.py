"""The DFT theorem: a circular operator as long as its input -> exact checks -> a page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import symconv.topics.fourier.page  # noqa: F401  (the faces of its facts)
from symconv.errors import SymconvError
from symconv.language.facts import refuse
from symconv.language.operator import Operator
from symconv.layers.catalog import build
from symconv.layers.parameters import number
from symconv.layers.typed import whole_numbers
from symconv.topics.fourier.facts import Spectrum

Sizes = tuple[int, ...]


def circular(sizes: Sizes, taps: Sizes, shifts: Sizes, dilations: Sizes, flip: bool) -> Operator:
    """The circular operator with as many outputs as inputs: pads lo and e - lo."""
    pads = tuple((lo, d * (k - 1) - lo) for lo, d, k in zip(shifts, dilations, taps, strict=True))
    name = f"{'convolve' if flip else 'correlate'}{len(sizes)}d"
    op = build(name, kernel=taps, padding=pads, dilation=dilations, padding_mode="circular")
    found: Operator = op.subs({f"N{k + 1}" if len(sizes) > 1 else "N": n for k, n in enumerate(sizes)})
    return found


def spectrum(input: Any, kernel: Any, padding: Any = None, dilation: Any = 1, convolve: bool = False) -> Spectrum:
    """The DFT theorem at concrete sizes, checked exactly.

    ``padding`` is lo per axis (the right pad follows, since y is as long as x); left out it is centred, and for a convolution
    the textbook's, lo = d(K-1).  Raises SymconvError for sizes that are missing, too large or do not agree.
    """
    from symconv.topics.fourier.check_lines import check
    from symconv.topics.fourier.check_spectrum import spectrum as run
    from symconv.topics.fourier.lines import lines

    sizes = whole(input, "input", 1)
    taps = whole(kernel, "kernel", 1, len(sizes))
    if not 1 <= len(sizes) <= 3:
        raise SymconvError(f"input: expected 1 to 3 sizes like 6 or 4x5, got {len(sizes)}")
    dilations = whole(dilation, "dilation", 1, len(sizes))
    reach = tuple(d * (k - 1) for d, k in zip(dilations, taps, strict=True))
    if max((*sizes, *taps, *reach)) > 512:
        raise SymconvError(f"fourier: expected sizes of at most 512, got {max((*sizes, *taps, *reach))}")
    centred = reach if convolve else tuple(e - e // 2 for e in reach)
    shifts = centred if padding is None else whole(padding, "padding", None, len(sizes))
    op = circular(sizes, taps, shifts, dilations, convolve)
    found = run(op, circular(sizes, taps, reach, dilations, True), circular)
    for one in found.checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return replace(found, lines=check(found, lines(found)))


def whole(value: Any, what: str, low: int | None, ndim: int | None = None) -> Sizes:
    """Whole numbers per axis, as numbers or as typed ("4x5")."""
    given = (
        whole_numbers(value, what)
        if isinstance(value, str)
        else list(value)
        if isinstance(value, (list, tuple))
        else [value]
    )
    found = tuple(number(n, what, low) for n in given)
    if ndim is not None and len(found) == 1:
        found *= ndim
    if ndim is not None and len(found) != ndim:
        raise SymconvError(f"{what}: expected one number or one per axis ({ndim}), got {len(found)}")
    return found
