"""conv1d/2d/3d: the CNN layer, with batch, channels, groups and bias; parameters and axis order as in PyTorch.

    y[n, o + F gamma, i] = b[o + F gamma] + sum_{c<C} sum_p w[o + F gamma, c, p] x[n, c + C gamma, s i + d p - lo]

for C input channels and F filters per group, G groups.  It is a cross-correlation; ``flip_kernel=True`` makes it a true
convolution (as in NNlib and MLX).  "same" pads as PyTorch does: lo = floor(e/2), hi = e - lo, stride 1 only.  ``padding_mode``
is zeros, circular, reflect, replicate as there, or symmetric (``symconv.language.border``).
Source: the documentation of torch.nn.Conv2d.
"""

from __future__ import annotations

from typing import Any

from symconv.errors import SymconvError
from symconv.language.integers import Int, floor, integer, var
from symconv.language.operator import Layout, Operand, Operator, windows_fit
from symconv.layers.borders import bordered
from symconv.layers.correlation import kernel_sizes, make_axes
from symconv.layers.given import PARAMETERS, Number, Padding, PerAxis
from symconv.layers.parameters import atom, choice, flag, least, per_axis, per_side, shown
from symconv.layers.row import spatial


def layer(
    ndim: int,
    in_channels: Number | None = None,
    out_channels: Number | None = None,
    kernel: PerAxis | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: Number = 1,
    bias: bool = True,
    flip_kernel: bool = False,
    padding_mode: str = "zeros",
) -> Operator:
    """The operator conv{ndim}d."""
    extents = channel_extents(in_channels, out_channels, groups)
    weights = (grouped(extents, "o"), ("c",) if "c" in extents else ())
    layouts = (grouped(extents, "c"), weights, grouped(extents, "o"))
    return windowed(
        f"conv{ndim}d", ndim, extents, layouts, kernel, stride, padding, dilation, bias, flip_kernel, padding_mode
    )


def windowed(
    name: str,
    ndim: int,
    extents: dict[str, Int],
    layouts: tuple[tuple[str, ...], Layout, tuple[str, ...]],
    kernel: PerAxis | None,
    stride: PerAxis,
    padding: Padding,
    dilation: PerAxis,
    bias: bool,
    flip_kernel: bool,
    padding_mode: str,
) -> Operator:
    """A layer of windows; ``layouts`` are the labels of the channels of x, of w's leading axes and of the channels of y."""
    strides, dilations = per_axis(stride, ndim, "stride"), per_axis(dilation, ndim, "dilation")
    taps = kernel_sizes(kernel, ndim)
    if isinstance(padding, str) and padding == "same":
        pads = same_pads(strides, tuple(d * (k - 1) for d, k in zip(dilations, taps, strict=True)), stride)
    else:
        pads = per_side(0 if isinstance(padding, str) and padding == "valid" else padding, ndim)
    axes, definitions = make_axes(strides, dilations, taps, pads)
    border = choice(padding_mode, "padding_mode")
    inward, weights, outward = layouts
    made = Operator(
        name=name,
        axes=axes,
        flip=flag(flip_kernel, "flip_kernel"),
        data=Operand("x", (("n",), inward), "j"),
        kernel=Operand("w", weights, "p"),
        result=Operand("y", (("n",), outward), "i"),
        extents=tuple(extents.items()),
        bias=Operand("b", (outward,), "") if flag(bias, "bias") else None,
        definitions=definitions,
        layered=True,
        fits=windows_fit(axes),
        lower=least(
            ((*strides, *dilations, *taps, *extents.values(), *(axis.data for axis in axes)), 1),
            (tuple(p for pair in pads for p in pair), 0),
        ),
    )
    return bordered(made, border)


def same_pads(strides: tuple[Int, ...], reaches: tuple[Int, ...], given: Any) -> tuple[tuple[Int, Int], ...]:
    """PyTorch's padding="same"."""
    if any(s != 1 for s in strides):
        raise SymconvError(
            f"padding: expected numbers where the stride is not 1 ('same' needs stride 1), got stride {shown(given)}"
        )
    return tuple((floor(e, 2), e - floor(e, 2)) for e in reaches)


def channel_extents(in_channels: Any, out_channels: Any, groups: Any) -> dict[str, Int]:
    """The label sizes: batch B, groups G, filters F and channels C per group; a label of size 1 is left out."""
    count = atom(groups, "groups")
    extents = {"n": var("B"), "gamma": count}
    extents["o"] = per_group(out_channels, count, "out_channels")
    extents["c"] = per_group(in_channels, count, "in_channels")
    return {label: size for label, size in extents.items() if size != 1}


def per_group(total: Any, groups: Int, what: str) -> Int:
    """Channels per group, from the layer's total."""
    if total is None:
        return var(PARAMETERS[what].own)
    size = atom(total, what)
    if groups == 1:
        return size
    if size.constant is None or groups.constant is None:
        raise SymconvError(f"{what}: expected numbers for channels and groups where there are groups, got {shown(total)}")
    if size.constant % groups.constant:
        raise SymconvError(f"{what}: expected a multiple of groups={groups.constant}, got {size.constant}")
    return integer(size.constant // groups.constant)


def grouped(extents: dict[str, Int], label: str) -> tuple[str, ...]:
    """The labels of a channel axis: group first (major), then the channel within the group."""
    return tuple(name for name in ("gamma", label) if name in extents)


CASE = ("--stride 2 --input 2x5 --kernel 2", "--stride 2 --input 2x5x5 --kernel 3x3", "--input 1x3x4x3 --kernel 2x2x1")
ROWS = spatial("conv", layer, "the {n}D convolution layer of a CNN", CASE, oracle="affine")
