"""conv_transpose1d/2d/3d: the transposed layer, defined by scattering; parameters and axis order as in PyTorch.

    y[n, o + F gamma, i] = b[o + F gamma] + sum_{c<C} sum_j sum_p [s j + d p - lo = i] w[c + C gamma, o, p] x[n, c + C gamma, j]
    O = s(N-1) + d(K-1) + 1 - lo - hi + output_padding

for C input channels and F output channels per group.  As a member of the closed family it reads x zero-dilated by s with the
kernel flipped, stride 1 and pads (e - lo, e - hi + output_padding), e = d(K-1).  It is the adjoint of the conv layer with the
same parameters whose remainder is output_padding, and not its inverse.
Source: the documentation of torch.nn.ConvTranspose2d; Dumoulin & Visin, A guide to convolution arithmetic, section 4.
"""

from __future__ import annotations

from dataclasses import replace

from symconv.language.integers import Int, integer, var
from symconv.language.operator import Axis, Operand, Operator, interval, numbered, sized
from symconv.layers.correlation import kernel_sizes
from symconv.layers.given import Number, Padding, PerAxis
from symconv.layers.layers import channel_extents, grouped
from symconv.layers.parameters import flag, least, per_axis, per_side
from symconv.layers.row import spatial


def transposed(
    ndim: int,
    in_channels: Number | None = None,
    out_channels: Number | None = None,
    kernel: PerAxis | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
    groups: Number = 1,
    bias: bool = True,
    dilation: PerAxis = 1,
) -> Operator:
    """The operator conv_transpose{ndim}d."""
    strides, dilations = per_axis(stride, ndim, "stride"), per_axis(dilation, ndim, "dilation")
    taps, pads = kernel_sizes(kernel, ndim), per_side(padding, ndim)
    extra = per_axis(output_padding, ndim, "output_padding")
    axes, definitions = _axes(strides, dilations, taps, pads, extra)
    extents = channel_extents(in_channels, out_channels, groups)
    made = Operator(
        name=f"conv_transpose{ndim}d",
        axes=axes,
        flip=True,
        data=Operand("x", (("n",), grouped(extents, "c")), "j"),
        kernel=Operand("w", (grouped(extents, "c"), ("o",) if "o" in extents else ()), "p"),
        result=Operand("y", (("n",), grouped(extents, "o")), "i"),
        extents=tuple(extents.items()),
        bias=Operand("b", (grouped(extents, "o"),), "") if flag(bias, "bias") else None,
        definitions=definitions,
        layered=True,
        output_padding=extra,
        fits=(*_there_is_output(axes), *_interval(strides, dilations, extra)),
        lower=least(
            ((*strides, *dilations, *taps, *extents.values(), *(axis.data for axis in axes)), 1),
            ((*(p for pair in pads for p in pair), *extra), 0),
        ),
    )
    interval(made)
    return made


def _axes(
    strides: tuple[Int, ...],
    dilations: tuple[Int, ...],
    taps: tuple[Int, ...],
    pads: tuple[tuple[Int, Int], ...],
    extra: tuple[Int, ...],
) -> tuple[tuple[Axis, ...], tuple[tuple[str, Int], ...]]:
    """The axes as members of the family: input dilation s, stride 1, pads e - lo and e - hi + output_padding."""
    ndim, zero, one = len(taps), integer(0), integer(1)
    axes, definitions = [], []
    for k, (s, d, size, (lo, hi), more) in enumerate(zip(strides, dilations, taps, pads, extra, strict=True)):
        reach = d * (size - 1)
        bare = Axis(var(numbered("N", k, ndim)), size, zero, one, s, d, reach - lo, reach - hi + more, zero)
        axis, defined = sized(bare, numbered("O", k, ndim), numbered("a", k, ndim))
        axes.append(axis)
        length = s * (axis.data - 1) + reach - lo - hi + more + 1
        definitions += [(name, length) for name, _ in defined]  # the reading order of the documentation
    return tuple(replace(axis) for axis in axes), tuple(definitions)


def _there_is_output(axes: tuple[Axis, ...]) -> tuple[tuple[Int, Int], ...]:
    """O >= 1: nothing remains where the padding crops everything."""
    return tuple((axis.slack + 1, integer(1)) for axis in axes)


def _interval(strides: tuple[Int, ...], dilations: tuple[Int, ...], extra: tuple[Int, ...]) -> list[tuple[Int, Int]]:
    """0 <= output_padding < max(s, d): checked on numbers; for names the sufficient s >= output_padding + 1."""
    wanted = []
    for s, d, more in zip(strides, dilations, extra, strict=True):
        if more == 0:
            continue
        if s.constant is None or d.constant is None or more.constant is None:
            wanted.append((s, more + 1))
    return wanted


CASE = ("--stride 2 --input 1x3 --kernel 2", "--stride 2 --input 1x2x3 --kernel 2x3", "--input 1x2x2x2 --kernel 2x1x2")
ROWS = spatial(
    "conv_transpose",
    transposed,
    "the {n}D transposed convolution layer: it scatters",
    CASE,
    label="convt",
    oracle="transposed",
)
