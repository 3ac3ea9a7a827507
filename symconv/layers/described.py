"""The geometry of layers: of those that were built as operators, of nets of them, and of layer lists as typed.

conv, local      the axes' own kernel, stride, dilation and pads (those of the border where the padding is no zeros)
conv_transpose   a member with input dilation r = stride and pads e - lo, e - hi + output_padding: solved for lo and hi
linear           no axes, features in and out

A layer as typed is built by its row like any other.  Its names stand for themselves here, tensors and indices of a page included:
they bear a mark while the layer is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symconv.errors import SymconvError
from symconv.language.functions import Function
from symconv.language.geometry import Geometry, Window
from symconv.language.integers import Int, integer, var
from symconv.language.layerlist import LayerText, Value, read_layers
from symconv.language.network import Network
from symconv.language.operator import Operator, leading_sizes, own_parameters
from symconv.language.text import NAME
from symconv.language.unshared import Unshared
from symconv.layers.catalog import CATALOG, build
from symconv.layers.chain import labelled
from symconv.layers.parameters import WORDS, number, per_side, shown

OWN = ("C", "F")  # channels that were not given
MARK = "u_"
SIZED = ("in_channels", "out_channels", "multiplier", "kernel", "stride", "padding", "dilation", "output_padding", "groups",
         "in_features", "out_features")  # fmt: skip
KNOWN = {name: row.names for name, row in CATALOG.items() if row.family not in ("correlate", "convolve")}


def described(layers: Any) -> tuple[Geometry, ...]:
    """The layers of a text, of a net, of an operator, or of a list of texts and operators, with their geometry.

    Raises SymconvError for what is no layer, and for texts that cannot be read.
    """
    if isinstance(layers, str) or (isinstance(layers, (list, tuple)) and all(isinstance(one, str) for one in layers)):
        return typed(layers if isinstance(layers, str) else " ".join(layers))
    if isinstance(layers, Network):
        return operators([op for _, op in layers.layers])
    listed = list(layers) if isinstance(layers, Sequence) else [layers]
    wrong = [one for one in listed if not isinstance(one, (str, Operator, Unshared, Function, Network))]
    if wrong:
        raise SymconvError(
            "layers: expected a text, sc.chain(...), operators such as sc.conv2d(3, 4, kernel=3), or a list of them, got "
            f"{type(wrong[0]).__name__}"
        )
    return tuple(
        one for layer in listed for one in (described(layer) if isinstance(layer, (str, Network)) else operators([layer]))
    )


# as typed
def typed(text: str) -> tuple[Geometry, ...]:
    """The layers of a list; one that is repeated is made once.

    Raises SymconvError, naming the layer and its place, for a text that cannot be read and for arguments that do not fit.
    """
    made: dict[str, Geometry] = {}
    found = []
    for layer in read_layers(text, KNOWN):
        if layer.text not in made:
            try:
                made[layer.text] = replace(of_text(layer), text=layer.text)
            except SymconvError as error:
                raise SymconvError(f"layers: {layer.text[:60]} at character {layer.place}: {error}") from None
        found.append(replace(made[layer.text], place=layer.place))
    return tuple(found)


def of_text(layer: LayerText) -> Geometry:
    """The geometry of one layer as typed; what it needs must be given."""
    given = {**dict(zip(KNOWN[layer.name], layer.args, strict=False)), **layer.keywords}
    if layer.name == "linear" and len(layer.args) == 1 and "out_features" not in given:
        given["out_features"] = given.pop("in_features")  # one number: what comes out
    if layer.name == "linear" and given.get("out_features") is None:
        raise SymconvError("expected how many features come out, as in linear(5)")
    if "kernel" in KNOWN[layer.name] and given.get("kernel") is None:
        raise SymconvError(f"expected a kernel, as in kernel={'2' if 'pool' in layer.name else '3'}")
    names: dict[str, Int | int] = {}
    ready = {what: marked(value, what, names) if what in SIZED else value for what, value in given.items()}
    if "pool" not in layer.name:
        return renamed(one(build(layer.name, **ready)), names)
    pads = ready.pop("padding", 0)  # a chain says itself which window lies in padding alone
    found = one(build(layer.name, **ready))
    sides = zip(found.windows, per_side(pads, found.ndim), strict=True)
    return renamed(replace(found, windows=tuple(replace(w, lo=lo, hi=hi) for w, (lo, hi) in sides)), names)


def marked(value: Value, what: str, names: dict[str, Int | int]) -> Value:
    """A value whose names bear the mark."""
    if isinstance(value, tuple):
        return tuple(marked(part, what, names) for part in value)
    if not isinstance(value, str) or (what == "padding" and value in ("same", "valid")):
        return value
    checked_name(value, what)
    names[MARK + value] = var(value)
    return MARK + value


def checked_name(value: str, what: str) -> str:
    """A name for a number.

    Raises SymconvError for a word with a meaning of its own.
    """
    if not NAME.match(value) or value.lower() in WORDS:
        raise SymconvError(f"{what}: expected a number or a name, got {shown(value)}")
    return value


def amount(value: Any, what: str, low: int | None) -> Int:
    """A number of at least ``low``, or a name."""
    if isinstance(value, Int):
        return value
    return integer(checked_name(value, what) if isinstance(value, str) else number(value, what, low))


def renamed(found: Geometry, names: Mapping[str, Int | int]) -> Geometry:
    """The geometry with other names, or numbers, in place of its own."""

    def put(e: Int | None) -> Int | None:
        return None if e is None else e.subs(names)

    def window(w: Window) -> Window:
        kernel, stride, dilation, lo, hi = (e.subs(names) for e in (w.kernel, w.stride, w.dilation, w.lo, w.hi))
        return Window(kernel, stride, dilation, lo, hi, w.ceil, put(w.extra), w.border)

    windows = tuple(map(window, found.windows))
    inward, outward, groups = put(found.inward), put(found.outward), found.groups.subs(names)
    return replace(found, windows=windows, inward=inward, outward=outward, groups=groups)


# as built
def operators(made: list[Any]) -> tuple[Geometry, ...]:
    """The geometry of operators."""
    return tuple(one(op) for _, op in labelled(made).layers)


def one(op: Any) -> Geometry:
    """The geometry of one operator."""
    if op.window is None:
        kind = {"softmax": "pointwise"}.get(op.kind, op.kind)
        return Geometry(op.name, op.name, 0, kind)
    window = op.window
    windows = tuple(windows_of(op, window))
    if op.kind in ("max_pool", "avg_pool"):
        return Geometry(op.name, spelled(op.name, windows, [], True), 0, "pool", windows)
    inward, outward = (leading_sizes(window, operand)[1] for operand in (window.data, window.result))
    channels = [None if any(n in OWN for n in size.names()) else size for size in (inward, outward)]
    if not window.axes:
        features = f"{inward},{outward}"
        return Geometry(op.name, f"linear({features})", 0, "linear", (), channels[0], outward, bias=window.bias is not None)
    kind = "local" if op.kind == "local" else "transposed" if window.output_padding is not None else "conv"
    each = dict(window.extents).get("o", integer(1)) if "depthwise" in op.name else None
    said = [str(n) for n in channels if n is not None]
    said = said if len(said) == 2 else []
    if each is not None:
        said = [*said[:1], *([f"multiplier={each}"] if each != 1 else [])]
    text = spelled(op.name, windows, said, False)
    bias = window.bias is not None
    return Geometry(op.name, text, 0, kind, windows, channels[0], channels[1], window.groups, bias, each)


def windows_of(op: Any, window: Operator) -> list[Window]:
    """The windows of a layer with axes."""
    own, border = own_parameters(window), window.border
    pads = own["padding"] if border is None else border.pads
    extra = window.output_padding or (None,) * window.ndim
    whole, mode = isinstance(op, Unshared) and op.ceil_mode, "zeros" if border is None else border.mode
    parts = zip(window.axes, own["stride"], pads, extra, strict=True)
    return [Window(axis.kernel, s, axis.dilation, lo, hi, whole, more, mode) for axis, s, (lo, hi), more in parts]


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
