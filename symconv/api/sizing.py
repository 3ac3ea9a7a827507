"""What numbers a worked example needs: its sizes from the arrays and the options, its operands by name, and its limits.

Whole shapes are (batch, channels, spatial); leading axes that the user left out have size 1.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from symconv.errors import SymconvError
from symconv.examples.build import numbers, sizes
from symconv.examples.reading import MOST, Given
from symconv.language.example import Array
from symconv.language.expand import Index
from symconv.language.operator import Operand, Operator, labels, upstream
from symconv.language.unshared import Unshared, tensor_of
from symconv.layers.parameters import number
from symconv.layers.sizes import at, spatial_given

LARGEST_VIEW = 100_000
LIMIT = 20_000  # products
COLLECTED = 500_000


def operands(op: Operator) -> dict[str, str]:
    """The arrays' names by role, in the order of a page."""
    named = {"x": op.data.name, "w": op.kernel.name, "b": op.bias.name if op.bias else "", "y": op.result.name}
    return {**named, "g": upstream(op)}


def operand(op: Operator, role: str) -> Operand:
    """The operand in a role; g has the shape of y."""
    if role == "b" and op.bias is None:
        raise SymconvError(f"b: expected no bias for {op.name} as it was built, got numbers")
    return op.operand("y" if role == "g" else role)


def sized(
    op: Operator,
    given: dict[str, Given],
    input: Any,
    kernel: Any,
    counts: dict[str, Any],
    values: Any,
    rounded_up: bool = False,
) -> tuple[Operator, dict[str, int]]:
    """The operator at the sizes that the arrays and the options tell, and how many axes each array shows.

    ``rounded_up``: the output size is, so that the windows may overhang the input.
    """
    whole = {role: full(op, role, one) for role, one in given.items()}
    spatial = {"input": input, "kernel": kernel}
    spread, spatial["input"] = leads(op, input)
    for what, role in (("input", "x"), ("kernel", "w")):
        if role in whole:
            agreed(op, what, spatial, whole[role][len(whole[role]) - op.ndim :])
    told = {what: found for what in counts if (found := counts[what]) is not None}
    for what, n in zip(("batch", "in_channels")[-len(spread) :] if spread else (), spread, strict=True):
        if number(told.setdefault(what, n), what, 1) != n:
            raise SymconvError(f"{what}: expected one number, got {n} in the input and {told[what]} beside it")
    for role, shape in whole.items():
        for what, label in (("batch", "n"), ("in_channels", "c"), ("out_channels", "o")):
            found = total(op, role, label, shape)
            if found is not None:
                told.setdefault(what, found)
    batch, inward, outward = (told.get(what) for what in ("batch", "in_channels", "out_channels"))
    made = at(op, spatial["input"], spatial["kernel"], batch, inward, outward, values, far=True)
    for role, shape in whole.items():
        wanted = sizes(made, operand(made, role))
        if shape != wanted:
            raise SymconvError(
                f"{role}: expected shape {spelled(wanted)} for {op.name} beside the other sizes, got {spelled(shape)}"
            )
    for k, axis in enumerate(made.axes):
        if not rounded_up and axis.slack != axis.stride * (axis.output - 1) + axis.remainder:
            raise SymconvError(f"{op.name}: the sizes and the values given along axis {k} contradict each other")
    return made, shown_axes(made, given, op.ndim + len(spread) if input is not None else 0)


def spelled(shape: Index) -> str:
    """2x3x4."""
    return "x".join(map(str, shape)) or "one number"


def full(op: Operator, role: str, one: Given) -> Index:
    """The whole shape of an array as given: leading axes left out have size 1."""
    part = operand(op, role)
    lead, spatial = len(part.layout), 0 if role == "b" else op.ndim
    if not spatial <= len(one.shape) <= lead + spatial:
        span = f"{spatial} to {spatial + lead} axes (leading ones left out have size 1)"
        if not lead:
            span = f"{spatial} axes" if spatial > 1 else "1 axis"
        raise SymconvError(f"{role}: expected {span} for {op.name}, got shape {spelled(one.shape)}")
    return (1,) * (lead + spatial - len(one.shape)) + one.shape


def leads(op: Operator, input: Any) -> tuple[list[int], Any]:
    """(batch and channels, spatial sizes) of input sizes: SPATIAL, CxSPATIAL or NxCxSPATIAL by their count."""
    if not isinstance(input, (tuple, list)) or len(input) <= op.ndim:
        return [], input
    spread = list(input[: -op.ndim])
    if len(spread) > 2 or not op.layered:
        raise SymconvError(f"input: expected {op.ndim} sizes for {op.name}, got {len(input)}")
    return [number(n, "input", 1) for n in spread], list(input[-op.ndim :])


def agreed(op: Operator, what: str, spatial: dict[str, Any], found: Index) -> None:
    """The spatial sizes of an array, which must be those given beside it."""
    if spatial[what] is not None and tuple(spatial_given(op, spatial[what], what)) != found:
        wanted = spelled(tuple(spatial_given(op, spatial[what], what)))
        raise SymconvError(f"{what}: expected the sizes {spelled(found)} of the array given, got {wanted}")
    spatial[what] = found


def total(op: Operator, role: str, label: str, shape: Index) -> int | None:
    """Batch or channels in all, as far as one array's shape tells."""
    for axis, n in zip(operand(op, role).layout, shape, strict=False):
        if label in axis[-1:] or (label != "n" and axis == ("gamma",) and _owns(role, label)):
            groups = 1 if "gamma" in axis or label == "n" else op.groups.constant or 1
            return n * groups
    return None


def _owns(role: str, label: str) -> bool:
    return (role == "x") == (label == "c")


def shown_axes(op: Operator, given: dict[str, Given], wanted: int) -> dict[str, int]:
    """How many axes each array shows: as many as were given; y leaves out what x left out, where its size is 1.

    Without x the input sizes decide; what is drawn shows its leading axes from the first that is longer than 1.
    """
    whole = {role: sizes(op, operand(op, role)) for role in ("x", "w", "g")}

    def least(role: str) -> int:
        shape = whole[role]
        return next((len(shape) - k for k in range(len(shape) - op.ndim) if shape[k] != 1), op.ndim)

    axes = {"x": len(given["x"].shape) if "x" in given else max(wanted, least("x"))}
    everything = axes["x"] == len(whole["x"]) > op.ndim
    axes["w"] = len(given["w"].shape) if "w" in given else len(whole["w"]) if everything else least("w")
    axes["y"] = len(whole["g"]) if everything else max(axes["x"] - len(whole["x"]) + len(whole["g"]), least("g"))
    axes["g"] = len(given["g"].shape) if "g" in given else axes["y"]
    axes["b"] = len(given["b"].shape) if "b" in given else 1 if op.layered else 0
    return axes


def small(op: Operator) -> None:
    """Raise SymconvError for an example that nobody would read."""
    products = count(op)
    if products > LIMIT:
        raise SymconvError(f"{op.name}: expected an example of at most {LIMIT} products, got {products}; use smaller sizes")
    spatial = prod((a.data.constant or 0) * (a.kernel.constant or 0) for a in op.axes)
    collected = spatial * prod(size.constant or 0 for _, size in op.extents)
    if collected > COLLECTED:
        raise SymconvError(
            f"{op.name}: expected a gradient dL/dx of at most {COLLECTED} products, those with zeros included, got {collected}; "
            "use smaller sizes"
        )
    for part in (op.data, op.kernel, op.result):
        size = prod(sizes(op, part))
        if size > MOST:
            raise SymconvError(f"{op.name}: expected at most {MOST} numbers in {part.name}, got {size}; use smaller sizes")
    if view_sizes(op) > LARGEST_VIEW:
        raise SymconvError(
            f"{op.name}: expected padded arrays of at most {LARGEST_VIEW} places, got {view_sizes(op)}; use less padding or "
            "dilation"
        )


def count(op: Operator) -> int:
    """How many products there are at most, those with padding included."""
    taken = {n for o in (op.result, op.kernel, op.data) for n in labels(o)}
    landing = op.output_padding is not None
    spatial = prod(((a.data if landing else a.output).constant or 0) * (a.kernel.constant or 0) for a in op.axes)
    return int(spatial * prod(size.constant or 0 for n, size in op.extents if n in taken))


def view_sizes(op: Operator) -> int:
    """How many places the largest of the arrays that the correlations read has, at most."""
    rows = [numbers(a) for a in op.axes]
    data = prod(max(1, r * n + abs(lo) + abs(hi)) for n, _, _, _, r, _, lo, hi in rows)
    back = prod(max(1, s * out + 2 * d * taps + abs(lo) + abs(hi)) for _, taps, out, s, _, d, lo, hi in rows)
    return max(data, back)


def placed(
    layer: Operator | Unshared, given: dict[str, Given], axes: dict[str, int]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """(arrays given, arrays to be drawn) by name.  A bias is drawn only with the kernel: left out, it is none.

    Raises SymconvError for unshared kernels with other numbers of places than there are windows, or of more weights than anyone
    reads.
    """
    op = layer.window
    names, stand, wanted = operands(op), {}, {}
    for role in ("x", "w", "b", "g"):
        if (role == "b" and op.bias is None) or (role == "w" and layer.kind in ("max_pool", "avg_pool")):
            continue
        part = operand(op, role)
        whole = sizes(op, part)
        if unshared(layer, role):
            whole = places_fit(layer, role, given.get(role))
        array = Array(names[role], whole, (), len(part.layout), shown(layer, role, axes))
        if role in given:
            stand[array.name] = replace(array, entries=given[role].entries)
        elif role != "b" or "w" not in given:
            wanted[array.name] = array
    return stand, wanted


# the shapes of unshared kernels: w has the axes of places and taps behind the leading ones, b those of the places
AXES = {"w": ("filters", "channels", "places", "taps"), "b": ("filters", "places")}


def unshared(layer: Operator | Unshared, role: str) -> bool:
    """Whether every window has a tensor of its own in a role."""
    return layer.kind == "local" and role in AXES


def own_axes(layer: Operator | Unshared, role: str) -> tuple[int, int]:
    """(leading axes, the others) of the tensor in a role; a bias may be refused."""
    op = layer.window
    if unshared(layer, role):
        return len(operand(op, role).layout), op.ndim * (2 if role == "w" else 1)
    return len(operand(op, role).layout), 0 if role == "b" else op.ndim


def row(layer: Operator | Unshared, role: str, one: Given) -> Given:
    """A row typed by itself is a plane of one row where the axes behind the leading ones are two."""
    return replace(one, shape=(1, *one.shape)) if one.row and own_axes(layer, role)[1] == 2 else one


def shared(layer: Operator | Unshared, role: str, one: Given) -> Given:
    """The shape that a shared kernel or bias would have: without the places."""
    if not unshared(layer, role):
        return one
    (lead, rest), n = own_axes(layer, role), layer.ndim
    if not rest <= len(one.shape) <= rest + lead:
        raise SymconvError(
            f"{role}: expected {rest} to {rest + lead} axes, {axes_of(layer, role)} (leading ones left out have size 1), for "
            f"{layer.name}, got shape {spelled(one.shape)}"
        )
    ahead = len(one.shape) - rest
    return replace(one, shape=(*one.shape[:ahead], *one.shape[ahead + n :]))


def axes_of(layer: Operator | Unshared, role: str) -> str:
    """filters x channels x places x taps; with more axes: filters x channels x 2 axes of places x 2 axes of taps."""
    many = f"{layer.ndim} axes of " * (layer.ndim > 1)
    return " x ".join(f"{many}{word}" if word in ("places", "taps") else word for word in AXES[role])


def shown(layer: Operator | Unshared, role: str, axes: dict[str, int]) -> int:
    """How many axes an array shows: those of a shared one, and the places."""
    return axes[role] + (layer.ndim if unshared(layer, role) else 0)


def places_fit(layer: Operator | Unshared, role: str, given: Given | None) -> Index:
    """The shape of an unshared kernel or bias, which the array given must have."""
    assert isinstance(layer, Unshared)
    whole = tuple(n.constant or 0 for n in tensor_of(layer, role).sizes)
    if prod(whole) > MOST:
        raise SymconvError(f"{layer.name}: expected at most {MOST} numbers in {role}, got {prod(whole)}; use smaller sizes")
    got = whole if given is None else (1,) * (len(whole) - len(given.shape)) + given.shape
    if got != whole:
        raise SymconvError(
            f"{role}: expected shape {spelled(whole)} ({axes_of(layer, role)}) for {layer.name} beside the other sizes, "
            f"got {spelled(got)}"
        )
    return whole
