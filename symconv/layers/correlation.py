"""correlate1d/2d/3d and convolve1d/2d/3d: one channel, pure mathematics.

    cross-correlation  y[i] = sum_p w[p] x[s i + d p - lo]
    convolution        y[i] = sum_p w[p] x[s i + d(K-1-p) - lo]        (with lo = d(K-1), s = 1: w[p] x[i - d p])

with e = d(K-1) and the pads of scipy.signal: valid lo = hi = 0; full lo = hi = e; same lo = e - floor(e/2),
hi = floor(e/2), sampled at s i.  Or explicit padding.  ``padding_mode`` fills the padding with zeros, or continues the data
beyond their ends: circular, reflect, symmetric, replicate (``symconv.language.border``).
Source: scipy.signal.correlate, numpy.convolve, numpy.pad.
"""

from __future__ import annotations

from typing import Any

from symconv.errors import SymconvError
from symconv.language.integers import Int, floor, integer, var
from symconv.language.operator import Axis, Operand, Operator, numbered, sized, windows_fit
from symconv.layers.borders import bordered
from symconv.layers.given import PARAMETERS, Padding, PerAxis
from symconv.layers.parameters import choice, least, per_axis, per_side, shown
from symconv.layers.row import spatial


def correlation(
    ndim: int,
    flip: bool,
    kernel: PerAxis | None = None,
    mode: str | None = None,
    stride: PerAxis = 1,
    padding: Padding | None = None,
    dilation: PerAxis = 1,
    padding_mode: str = "zeros",
) -> Operator:
    """The operator correlate{ndim}d, or convolve{ndim}d with ``flip``."""
    if mode is not None and padding is not None:
        raise SymconvError(f"expected mode or padding, got both: mode {shown(mode)} and padding {shown(padding)}")
    strides, dilations = per_axis(stride, ndim, "stride"), per_axis(dilation, ndim, "dilation")
    taps = kernel_sizes(kernel, ndim)
    reaches = [d * (k - 1) for d, k in zip(dilations, taps, strict=True)]
    if padding is None:
        mode = "valid" if mode is None else mode
        pads = tuple(mode_pads(mode, e) for e in reaches)
    elif isinstance(padding, str) and padding in PARAMETERS["mode"].choices:
        raise SymconvError(f"padding: expected integers or names, got {padding!r}; write mode={padding!r}")
    else:
        pads = per_side(padding, ndim)
    axes, definitions = make_axes(strides, dilations, taps, pads)
    border = choice(padding_mode, "padding_mode")
    made = Operator(
        name=f"{'convolve' if flip else 'correlate'}{ndim}d",
        axes=axes,
        flip=flip,
        data=Operand("x", (), "j"),
        kernel=Operand("w", (), "p"),
        result=Operand("y", (), "i"),
        definitions=definitions,
        mode=mode,
        fits=windows_fit(axes),
        lower=least(
            ((*strides, *dilations, *taps, *(axis.data for axis in axes)), 1), (tuple(p for pair in pads for p in pair), 0)
        ),
    )
    return bordered(made, border)


def kernel_sizes(kernel: Any, ndim: int) -> tuple[Int, ...]:
    """Kernel sizes as given, or K (K1, K2, ...) where they are left open."""
    if kernel is None:
        return tuple(var(numbered("K", k, ndim)) for k in range(ndim))
    return per_axis(kernel, ndim, "kernel")


def mode_pads(mode: Any, reach: Int) -> tuple[Int, Int]:
    """(lo, hi) of a mode of scipy.signal for the reach e = d(K-1)."""
    mode = choice(mode, "mode")
    if mode == "valid":
        return integer(0), integer(0)
    if mode == "full":
        return reach, reach
    return reach - floor(reach, 2), floor(reach, 2)


def make_axes(
    strides: tuple[Int, ...], dilations: tuple[Int, ...], taps: tuple[Int, ...], pads: tuple[tuple[Int, Int], ...]
) -> tuple[tuple[Axis, ...], tuple[tuple[str, Int], ...]]:
    """The axes, with input size N and the output size and remainder they imply."""
    ndim, zero, one = len(taps), integer(0), integer(1)
    axes, definitions = [], []
    for k, (s, d, size, (lo, hi)) in enumerate(zip(strides, dilations, taps, pads, strict=True)):
        bare = Axis(var(numbered("N", k, ndim)), size, zero, s, one, d, lo, hi, zero)
        axis, defined = sized(bare, numbered("O", k, ndim), numbered("a", k, ndim))
        axes.append(axis)
        definitions += defined
    return tuple(axes), tuple(definitions)


CASE = ("--input 5 --kernel 3", "--input 4x5 --kernel 2x3", "--input 3x4x3 --kernel 2x2x1")
ROWS = [
    *spatial("correlate", correlation, "cross-correlation in {n}D, one channel", CASE, given=(False,), oracle="affine"),
    *spatial(
        "convolve",
        correlation,
        "convolution in {n}D, one channel: the kernel is turned round",
        CASE,
        given=(True,),
        oracle="affine",
    ),
]
