"""The geometry of every layer that a layer list may hold: windows, channels, parameters, by the layers' own arguments.

    conv, conv_transpose, local   channels in and out, a kernel, stride, padding, dilation (groups, bias)
    max_pool, avg_pool            a kernel, stride (the kernel's size unless given), padding, dilation, ceil_mode
    relu, ..., softmax            entry by entry, or along the channels: no window
    flatten, linear               all entries in a row; features in and out
    sum, mse, cross_entropy       a scalar

Only shapes are described here: what a layer computes is said by its own constructor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from symconv.errors import SymconvError
from symconv.language.integers import Int, floor, integer
from symconv.language.layerlist import LayerText, read_layers
from symconv.language.lazy import dataclass
from symconv.language.text import NAME
from symconv.layers.catalog import CATALOG
from symconv.layers.parameters import WORDS, entries, flag, number, padding_mode, shown
from symconv.topics.sizes.facts import Geometry, Window

Pair = tuple[Int, Int]


@dataclass(frozen=True)
class Known:
    """A layer by its parameters' names; ``make`` turns its arguments into its geometry."""

    parameters: tuple[str, ...]
    make: Callable[[LayerText, dict[str, Any]], Geometry]


def amount(value: Any, what: str, low: int | None) -> Int:
    """A number of at least ``low``, or a name."""
    if isinstance(value, Int):
        return value
    if isinstance(value, str):
        if not NAME.match(value) or value.lower() in WORDS:
            raise SymconvError(f"{what}: expected a number or a name, got {shown(value)}")
        return integer(value)
    return integer(number(value, what, low))


def axes(value: Any, ndim: int, what: str, low: int) -> tuple[Int, ...]:
    """One value for all axes, or one per axis."""
    return tuple(amount(entry, what, low) for entry in entries(value, ndim, what))


def sides(value: Any, ndim: int) -> tuple[Pair, ...]:
    """Padding: one value, one per axis, or (lo, hi) per axis; a single pair of sides serves all axes."""
    if isinstance(value, (tuple, list)) and len(value) == 1 and isinstance(value[0], (tuple, list)):
        value = list(value) * ndim
    pairs = []
    for entry in entries(value, ndim, "padding"):
        pair = entry if isinstance(entry, (tuple, list)) else (entry, entry)
        if len(pair) != 2:
            raise SymconvError(f"padding: expected (lo, hi) for an axis, got {shown(entry)}")
        pairs.append((amount(pair[0], "padding", None), amount(pair[1], "padding", None)))
    return tuple(pairs)


def windows(given: dict[str, Any], ndim: int, pool: bool = False) -> tuple[Window, ...]:
    """The windows of a layer with ``ndim`` spatial axes."""
    if given.get("kernel") is None:
        raise SymconvError(f"expected a kernel, as in kernel={'2' if pool else '3'}")
    kernel = axes(given["kernel"], ndim, "kernel", 1)
    stride = given.get("stride")
    strides = (kernel if pool else (integer(1),) * ndim) if stride is None else axes(stride, ndim, "stride", 1)
    dilations = axes(given.get("dilation", 1), ndim, "dilation", 1)
    pads = padding(given.get("padding", 0), ndim, kernel, strides, dilations, pool)
    whole = flag(given.get("ceil_mode", False), "ceil_mode")
    parts = zip(kernel, strides, dilations, pads, strict=True)
    return tuple(Window(k, s, d, lo, hi, whole) for k, s, d, (lo, hi) in parts)


def padding(
    value: Any, ndim: int, kernel: tuple[Int, ...], strides: tuple[Int, ...], dilations: tuple[Int, ...], pool: bool
) -> tuple[Pair, ...]:
    """Padding as given; "same" as PyTorch has it (lo = floor(e/2), hi = e - lo, stride 1 alone), "valid" none."""
    if value == "valid" and not pool:
        return sides(0, ndim)
    if value == "same" and not pool:
        if any(s != 1 for s in strides):
            raise SymconvError("padding: expected numbers where the stride is not 1 ('same' needs stride 1)")
        reaches = [d * (k - 1) for k, d in zip(kernel, dilations, strict=True)]
        return tuple((floor(e, 2), e - floor(e, 2)) for e in reaches)
    return sides(value, ndim)


def channels(given: dict[str, Any], what: str) -> Int | None:
    """A number of channels, if it is given."""
    value = given.get(what)
    return None if value is None else amount(value, what, 1)


def convolution(ndim: int, kind: str, layer: LayerText, given: dict[str, Any]) -> Geometry:
    """conv, conv_transpose and local."""
    made = windows(given, ndim)
    groups = amount(given.get("groups", 1), "groups", 1)
    inward, outward = channels(given, "in_channels"), channels(given, "out_channels")
    for what, total in (("in_channels", inward), ("out_channels", outward)):
        if total is not None and groups != 1:
            if total.constant is None or groups.constant is None:
                raise SymconvError(f"{what}: expected numbers for channels and groups where there are groups")
            if total.constant % groups.constant:
                raise SymconvError(f"{what}: expected a multiple of groups={groups}, got {total}")
    if kind == "transposed":
        extra = axes(given.get("output_padding", 0), ndim, "output_padding", 0)
        made = tuple(scattering(w, more) for w, more in zip(made, extra, strict=True))
    mode = padding_mode(given.get("padding_mode", "zeros"))
    if mode != "zeros" and any(p != 0 for w in made for p in (w.lo, w.hi)):
        made = tuple(replace(w, border=mode) for w in made)
    flag(given.get("flip_kernel", False), "flip_kernel")
    bias = flag(given.get("bias", True), "bias")
    return Geometry(layer.name, layer.text, layer.place, kind, made, inward, outward, groups, bias)


def scattering(window: Window, more: Int) -> Window:
    """The window of a transposed layer."""
    s, d, extra = window.stride.constant, window.dilation.constant, more.constant
    if s is not None and d is not None and extra is not None and extra >= max(s, d):
        raise SymconvError(
            f"output_padding: expected 0 <= output_padding < max(stride, dilation) = {max(s, d)}, got {extra}"
        )
    return Window(window.kernel, window.stride, window.dilation, window.lo, window.hi, extra=more)


def pooling(ndim: int, layer: LayerText, given: dict[str, Any]) -> Geometry:
    """max_pool and avg_pool."""
    return Geometry(layer.name, layer.text, layer.place, "pool", windows(given, ndim, pool=True))


def linear(layer: LayerText, given: dict[str, Any]) -> Geometry:
    """A fully connected layer; a single number is the features that come out."""
    if "out_features" not in given and "in_features" in given and len(layer.args) == 1:
        given = {**given, "out_features": given["in_features"], "in_features": None}
    if given.get("out_features") is None:
        raise SymconvError("expected how many features come out, as in linear(5)")
    inward = given.get("in_features")
    return Geometry(
        layer.name, layer.text, layer.place, "linear",
        inward=None if inward is None else amount(inward, "in_features", 1),
        outward=amount(given["out_features"], "out_features", 1), bias=flag(given.get("bias", True), "bias"),
    )  # fmt: skip


def plain(kind: str, layer: LayerText, given: dict[str, Any]) -> Geometry:
    """A layer without windows."""
    return Geometry(layer.name, layer.text, layer.place, kind)


def _table() -> dict[str, Known]:
    ways = ("in_channels", "out_channels", "kernel", "stride", "padding")
    pool = ("kernel", "stride", "padding", "dilation", "ceil_mode")
    found: dict[str, Known] = {}
    for n in (1, 2, 3):
        conv = (*ways, "dilation", "groups", "bias", "flip_kernel", "padding_mode")
        found[f"conv{n}d"] = Known(conv, partial(convolution, n, "conv"))
        back = (*ways, "output_padding", "groups", "bias", "dilation")
        found[f"conv_transpose{n}d"] = Known(back, partial(convolution, n, "transposed"))
        found[f"local{n}d"] = Known((*ways, "dilation", "groups", "bias"), partial(convolution, n, "local"))
        found[f"max_pool{n}d"] = Known((*pool, "ties"), partial(pooling, n))
        found[f"avg_pool{n}d"] = Known((*pool, "count_include_pad"), partial(pooling, n))
    kinds = {"activation": "pointwise", "shape": "flatten", "loss": "loss"}
    for row in CATALOG.values():
        if row.family in kinds:
            found[row.name] = Known(row.names, partial(plain, kinds[row.family]))
    found["linear"] = Known(("in_features", "out_features", "bias"), linear)
    return found


KNOWN = _table()


def geometry(layers: str | Sequence[str]) -> tuple[Geometry, ...]:
    """The layers of a list, as a text or a text each, with their geometry.

    Raises SymconvError, naming the layer and its place, for a text that cannot be read and for arguments that do not fit.
    """
    if isinstance(layers, (list, tuple)) and all(isinstance(text, str) for text in layers):
        layers = " ".join(layers)
    found = []
    made: dict[str, Geometry] = {}  # a layer that is repeated is made once
    for layer in read_layers(layers, {name: known.parameters for name, known in KNOWN.items()}):  # type: ignore[arg-type]
        if layer.text not in made:
            made[layer.text] = described(layer)
        found.append(replace(made[layer.text], place=layer.place))
    return tuple(found)


def described(layer: LayerText) -> Geometry:
    """The geometry of one layer as typed."""
    known = KNOWN[layer.name]
    given = {**dict(zip(known.parameters, layer.args, strict=False)), **layer.keywords}
    try:
        return known.make(layer, given)
    except SymconvError as error:
        raise SymconvError(f"layers: {layer.text[:60]} at character {layer.place}: {error}") from None
