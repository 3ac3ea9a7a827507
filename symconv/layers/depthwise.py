"""depthwise_conv1d/2d/3d: the convolution layer whose channels stay apart, each with filters of its own.

    y[n, o + M c, i] = b[o + M c] + sum_p w[o + M c, p] x[n, c, s i + d p - lo]

for C channels with M filters each: conv1d/2d/3d with C groups, and its weights, w of the shape (C M, 1, taps).  No channel is
summed over.  Source: Howard et al., MobileNets, 2017, section 3.1; keras DepthwiseConv2D; torch.nn.Conv2d (groups).
"""

from __future__ import annotations

from symconv.language.integers import var
from symconv.language.operator import Operator
from symconv.layers.given import Number, Padding, PerAxis
from symconv.layers.layers import windowed
from symconv.layers.parameters import atom
from symconv.layers.row import spatial


def depthwise(
    ndim: int,
    in_channels: Number | None = None,
    kernel: PerAxis | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    multiplier: Number = 1,
    bias: bool = True,
    flip_kernel: bool = False,
    padding_mode: str = "zeros",
) -> Operator:
    """The operator depthwise_conv{ndim}d."""
    channels = var("C") if in_channels is None else atom(in_channels, "in_channels")
    sizes = {"n": var("B"), "c": channels, "o": atom(multiplier, "multiplier")}
    extents = {label: size for label, size in sizes.items() if size != 1}
    inward, outward = (tuple(label for label in labels if label in extents) for labels in (("c",), ("c", "o")))
    layouts = (inward, (outward, ()), outward)
    return windowed(
        f"depthwise_conv{ndim}d", ndim, extents, layouts, kernel, stride, padding, dilation, bias, flip_kernel, padding_mode
    )


CASE = ("--stride 2 --input 2x5 --kernel 2", "--stride 2 --input 2x5x5 --kernel 3x3", "--input 2x3x4x3 --kernel 2x2x1")
ROWS = spatial(
    "depthwise_conv",
    depthwise,
    "the {n}D convolution layer with a filter for every channel",
    CASE,
    label="conv",
    oracle="depthwise",
)
