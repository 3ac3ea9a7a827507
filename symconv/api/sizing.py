"""What numbers a worked example needs: its sizes from the arrays and the options, its operands by name, and its limits.

Whole shapes are (batch, channels, spatial); leading axes that the user left out have size 1.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from symconv.errors import SymconvError
from symconv.examples.reading import MOST, Given
from symconv.examples.working import LIMIT, count, sizes, view_sizes
from symconv.language.example import Array, Index
from symconv.language.operator import Operand, Operator, upstream
from symconv.layers.parameters import number
from symconv.layers.sizes import at, spatial_given

LARGEST_VIEW = 100_000
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


def plane(op: Operator, role: str, one: Given) -> Given:
    """A row typed by itself is a plane of one row for an operator on planes."""
    return replace(one, shape=(1, *one.shape)) if one.row and op.ndim == 2 and role != "b" else one


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


def placed(op: Operator, given: dict[str, Given], axes: dict[str, int]) -> tuple[dict[str, Array], dict[str, Array]]:
    """(arrays given, arrays to be drawn) by name.  A bias is drawn only with the kernel: left out, it is none."""
    names, stand, wanted = operands(op), {}, {}
    for role in ("x", "w", "b", "g"):
        if role == "b" and op.bias is None:
            continue
        part = operand(op, role)
        array = Array(names[role], sizes(op, part), (), len(part.layout), axes[role])
        if role in given:
            stand[array.name] = replace(array, entries=given[role].entries)
        elif role != "b" or "w" not in given:
            wanted[array.name] = array
    return stand, wanted
