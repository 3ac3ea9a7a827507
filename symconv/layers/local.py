"""local1d/2d/3d: the locally connected layer, a convolution layer whose kernels are not shared.

    y[n, o + F gamma, i] = b[o + F gamma, i] + sum_{c<C} sum_p w[o + F gamma, c, i, p] x[n, c + C gamma, s i + d p - lo]

Every place i of the output has a kernel (and a bias) of its own: w has the axes (filters, channels per group, places, taps).
The parameters are those of conv1d/2d/3d.  Source: Goodfellow, Bengio & Courville, Deep Learning, section 9.5 (unshared
convolution); keras LocallyConnected2D.
"""

from __future__ import annotations

from dataclasses import replace

from symconv.language.unshared import Unshared
from symconv.layers.given import Number, Padding, PerAxis
from symconv.layers.layers import layer
from symconv.layers.row import spatial


def local(
    ndim: int,
    in_channels: Number | None = None,
    out_channels: Number | None = None,
    kernel: PerAxis | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: Number = 1,
    bias: bool = True,
) -> Unshared:
    """The operator local{ndim}d."""
    made = layer(ndim, in_channels, out_channels, kernel, stride, padding, dilation, groups, bias)
    return Unshared(f"local{ndim}d", "local", replace(made, name=f"local{ndim}d"))


CASE = ("--input 5 --kernel 3", "--input 3x4 --kernel 2x2", "--input 2x3x2 --kernel 1x2x2")
ROWS = spatial("local", local, "the {n}D locally connected layer: a kernel for every place", CASE, oracle="local")
