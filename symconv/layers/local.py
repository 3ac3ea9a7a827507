"""local1d/2d/3d: the locally connected layer, a convolution layer whose kernels are not shared.

    y[n, o + F gamma, i] = b[o + F gamma, i] + sum_{c<C} sum_p w[o + F gamma, c, i, p] x[n, c + C gamma, s i + d p - lo]

Every place i of the output has a kernel (and a bias) of its own: w has the axes (filters, channels per group, places, taps).
The parameters are those of conv1d/2d/3d.  Source: Goodfellow, Bengio & Courville, Deep Learning, section 9.5 (unshared
convolution); keras LocallyConnected2D.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symconv.language.node import Node
from symconv.layers.layers import layer


def local(
    ndim: int, in_channels: Any = None, out_channels: Any = None, kernel: Any = None, stride: Any = 1, padding: Any = 0,
    dilation: Any = 1, groups: Any = 1, bias: Any = True,
) -> Node:  # fmt: skip
    """The operator local{ndim}d."""
    made = layer(ndim, in_channels, out_channels, kernel, stride, padding, dilation, groups, bias)
    return Node(f"local{ndim}d", "local", replace(made, name=f"local{ndim}d"))
