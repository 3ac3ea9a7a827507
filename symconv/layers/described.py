"""The geometry of layers that were built as operators, and of nets of them: the same data as a layer list describes.

conv, local      the axes' own kernel, stride, dilation and pads (those of the border where the padding is no zeros)
conv_transpose   a member with input dilation r = stride and pads e - lo, e - hi + output_padding: solved for lo and hi
linear           no axes, features in and out
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symconv.errors import SymconvError
from symconv.language.functions import Layer
from symconv.language.integers import Int
from symconv.language.network import Network
from symconv.language.node import Node
from symconv.language.operator import Operator, leading_sizes
from symconv.layers.chain import labelled
from symconv.layers.geometry import geometry
from symconv.topics.sizes.facts import Geometry, Window

OWN = ("C", "F")  # channels that were not given


def described(layers: Any) -> tuple[Geometry, ...]:
    """The layers of a text, of a net, of an operator, or of a list of texts and operators, with their geometry.

    Raises SymconvError for what is no layer, and for texts that cannot be read.
    """
    if isinstance(layers, str) or (isinstance(layers, (list, tuple)) and all(isinstance(one, str) for one in layers)):
        return geometry(layers)
    if isinstance(layers, Network):
        return operators([op for _, op in layers.layers])
    listed = list(layers) if isinstance(layers, Sequence) else [layers]
    wrong = [one for one in listed if not isinstance(one, (str, Operator, Node, Layer, Network))]
    if wrong:
        raise SymconvError(
            "layers: expected a text, sc.chain(...), operators such as sc.conv2d(3, 4, kernel=3), or a list of them, got "
            f"{type(wrong[0]).__name__}"
        )
    return tuple(
        one for layer in listed for one in (described(layer) if isinstance(layer, (str, Network)) else operators([layer]))
    )


def operators(made: list[Any]) -> tuple[Geometry, ...]:
    """The geometry of operators."""
    return tuple(one(op) for _, op in labelled(made).layers)


def one(op: Any) -> Geometry:
    """The geometry of one operator."""
    if isinstance(op, Layer):
        kind = {"softmax": "pointwise"}.get(op.kind, op.kind)
        return Geometry(op.name, op.name, 0, kind)
    window = op.window if isinstance(op, Node) else op
    windows = tuple(windows_of(op, window))
    if isinstance(op, Node) and op.kind != "local":
        return Geometry(op.name, spelled(op.name, windows, [], True), 0, "pool", windows)
    inward, outward = (leading_sizes(window, operand)[1] for operand in (window.data, window.result))
    channels = [None if any(n in OWN for n in size.names()) else size for size in (inward, outward)]
    if not window.axes:
        features = f"{inward},{outward}"
        return Geometry(op.name, f"linear({features})", 0, "linear", (), channels[0], outward, bias=window.bias is not None)
    kind = "local" if isinstance(op, Node) else "transposed" if op.output_padding is not None else "conv"
    said = [str(n) for n in channels if n is not None]
    said = said if len(said) == 2 else []
    text = spelled(op.name, windows, said, False)
    return Geometry(op.name, text, 0, kind, windows, channels[0], channels[1], window.groups, window.bias is not None)


def windows_of(op: Any, window: Operator) -> list[Window]:
    """The windows of a layer with axes."""
    found = []
    extra = window.output_padding or ()
    for k, axis in enumerate(window.axes):
        lo, hi = (axis.lo, axis.hi) if window.border is None else window.border.pads[k]
        if not extra:
            whole = isinstance(op, Node) and op.ceil_mode
            mode = "zeros" if window.border is None else window.border.mode
            found.append(Window(axis.kernel, axis.stride, axis.dilation, lo, hi, whole, border=mode))
            continue
        reach = axis.dilation * (axis.kernel - 1)
        found.append(
            Window(axis.kernel, axis.input_dilation, axis.dilation, reach - lo, reach - hi + extra[k], extra=extra[k])
        )
    return found


def spelled(name: str, windows: tuple[Window, ...], channels: list[str], pool: bool) -> str:
    """The layer as a layer list has it."""
    said = list(channels)
    kernels, strides = [w.kernel for w in windows], [w.stride for w in windows]
    said.append(f"kernel={per_axis(kernels)}")
    if (strides != kernels) if pool else any(s != 1 for s in strides):
        said.append(f"stride={per_axis(strides)}")
    pads = [(w.lo, w.hi) for w in windows]
    if any(p != 0 for pair in pads for p in pair):
        even = all(lo == hi for lo, hi in pads)
        sides = ",".join(f"({lo},{hi})" for lo, hi in pads)
        said.append(
            f"padding={per_axis([lo for lo, _ in pads]) if even else f'({sides},)' if len(pads) == 1 else f'({sides})'}"
        )
    if any(w.extra is not None and w.extra != 0 for w in windows):
        said.append(f"output_padding={per_axis([w.extra for w in windows if w.extra is not None])}")
    if any(w.dilation != 1 for w in windows):
        said.append(f"dilation={per_axis([w.dilation for w in windows])}")
    said += [f"padding_mode={mode}" for mode in {w.border for w in windows} if mode != "zeros"]
    if any(w.ceil for w in windows):
        said.append("ceil_mode=True")
    return f"{name}({','.join(said)})"


def per_axis(values: list[Int]) -> str:
    """One value for all axes, or one each."""
    return str(values[0]) if all(v == values[0] for v in values) else f"({','.join(map(str, values))})"


__all__ = ["described"]
