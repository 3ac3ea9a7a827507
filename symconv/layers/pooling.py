"""max_pool1d/2d/3d and avg_pool1d/2d/3d: a number per window, each image and channel by itself.

    max_pool   y[n,c,i] = max_p x[n,c,s i + d p - lo]                over the taps that meet the input (pads are minus infinity)
    avg_pool   y[n,c,i] = 1/m[i] sum_p x[n,c,s i + d p - lo]         m[i]: all taps in the padded input (count_include_pad, the
                                                                    default), or those that meet the input alone

Parameters as in PyTorch: the stride is the kernel's size unless given; padding also per side, and without PyTorch's limit of
half the kernel, so long as every window meets the input.  With M = N + lo + hi - d(K-1) - 1 the output size is
O = floor(M/s) + 1, or with ``ceil_mode`` O = ceil(M/s) + 1, less 1 if the last window would begin at or beyond N + lo.
``ties`` says what the gradient of a maximum is at a tie: "first" (as in PyTorch and TensorFlow), "split", "all".
Source: the documentation of torch.nn.MaxPool2d and torch.nn.AvgPool2d.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symconv.language.integers import Int, ceil, floor, integer, least, var
from symconv.language.operator import Axis, Operand, Operator, numbered, windows_fit
from symconv.language.unshared import Unshared, windows_read
from symconv.layers.correlation import kernel_sizes, make_axes
from symconv.layers.given import Padding, PerAxis
from symconv.layers.parameters import choice, flag, per_axis, per_side
from symconv.layers.parameters import least as least_values
from symconv.layers.row import spatial


def max_pooling(
    ndim: int,
    kernel: PerAxis | None = None,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    ties: str = "first",
) -> Unshared:
    """The operator max_pool{ndim}d."""
    ties, whole = choice(ties, "ties"), flag(ceil_mode, "ceil_mode")
    node = Unshared(
        f"max_pool{ndim}d", "max_pool", window(ndim, "max_pool", kernel, stride, padding, dilation, whole), ties, whole
    )
    windows_read(node)
    return node


def avg_pooling(
    ndim: int,
    kernel: PerAxis | None = None,
    stride: PerAxis | None = None,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Unshared:
    """The operator avg_pool{ndim}d."""
    whole, include = flag(ceil_mode, "ceil_mode"), flag(count_include_pad, "count_include_pad")
    made = window(ndim, "avg_pool", kernel, stride, padding, dilation, whole)
    node = Unshared(f"avg_pool{ndim}d", "avg_pool", made, ceil_mode=whole, count_include_pad=include)
    windows_read(node)
    return node


def window(ndim: int, family: str, kernel: Any, stride: Any, padding: Any, dilation: Any, whole: bool) -> Operator:
    """The windows: a depthwise correlation with one kernel for all channels."""
    taps = kernel_sizes(kernel, ndim)
    strides = taps if stride is None else per_axis(stride, ndim, "stride")
    dilations, pads = per_axis(dilation, ndim, "dilation"), per_side(padding, ndim)
    axes, definitions = make_axes(strides, dilations, taps, pads)
    fits = windows_fit(axes)
    if whole:
        axes, definitions = rounded_up(axes)
        fits = tuple((left + axis.stride - 1, right) for (left, right), axis in zip(fits, axes, strict=True))
    return Operator(
        name=f"{family}{ndim}d",
        axes=axes,
        flip=False,
        data=Operand("x", (("n",), ("c",)), "j"),
        kernel=Operand("w", (), "p"),
        result=Operand("y", (("n",), ("c",)), "i"),
        extents=(("n", var("B")), ("c", var("C"))),
        definitions=definitions,
        layered=True,
        fits=fits,
        lower=least_values(
            ((*strides, *dilations, *taps, var("B"), var("C"), *(axis.data for axis in axes)), 1),
            (tuple(p for pair in pads for p in pair), 0),
        ),
    )


def rounded_up(axes: tuple[Axis, ...]) -> tuple[tuple[Axis, ...], tuple[tuple[str, Int], ...]]:
    """The axes with ceil_mode's output size; the last window begins before N + lo, and none of the input is left over.

    Where every window meets the input, "less 1 if the last would begin at or beyond N + lo" is the smaller of the two sizes.
    """
    found, definitions = [], []
    for k, axis in enumerate(axes):
        begins = floor(axis.data + axis.lo - 1, axis.stride)
        length = least(ceil(axis.slack, axis.stride), begins) + 1
        name = numbered("O", k, len(axes))
        if length.constant is None:
            definitions.append((name, length))
            length = var(name)
        found.append(replace(axis, output=length, remainder=integer(0)))
    return tuple(found), tuple(definitions)


CASE = ("--kernel 2 --input 1x6", "--kernel 2 --input 1x4x6", "--kernel 2x1x2 --input 1x2x2x4")
ROWS = [
    *spatial("max_pool", max_pooling, "the largest entry of every window, in {n}D", CASE, label="pool", oracle="pooling"),
    *spatial("avg_pool", avg_pooling, "the mean of every window, in {n}D", CASE, label="pool", oracle="pooling"),
]
