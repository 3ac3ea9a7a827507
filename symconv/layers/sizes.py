"""Concrete sizes: numbers for everything that an operator leaves open, as a user gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symconv.errors import SymconvError
from symconv.language.integers import Int, integer
from symconv.language.operator import Operator, interval, labels, names, spatial_sizes
from symconv.layers.borders import within_limits
from symconv.layers.parameters import number


def has_output(op: Operator, far: bool = False) -> None:
    """Raise SymconvError if the sizes that are fixed leave no output, or (unless ``far``) a border wraps more than once."""
    interval(op)
    if not far:
        within_limits(op)
    for k, (left, right) in enumerate(op.fits):
        room = (left - right).constant
        if room is None or room >= 0:
            continue
        if k >= op.ndim:  # a sufficient condition for names; what numbers must meet is the interval
            continue
        axis = op.axes[k]
        if op.output_padding is not None:
            raise SymconvError(
                f"{op.name}: expected padding that leaves an output along axis {k}, got output size {axis.slack + 1}; "
                "use less padding or a larger input"
            )
        raise SymconvError(
            f"{op.name}: expected a kernel that fits into the padded input along axis {k}, got {_padded(op, k)} "
            f"against a reach of {axis.reach + 1}; use a smaller kernel or more padding"
        )


def _padded(op: Operator, k: int) -> str:
    """input 3 + padding 2."""
    if op.border is not None:
        return f"input {op.border.sizes[k]} + padding {sum(op.border.pads[k], start=integer(0))}"
    return f"input {op.axes[k].data} + padding {op.axes[k].lo + op.axes[k].hi}"


def at(
    op: Operator,
    input: Any = None,
    kernel: Any = None,
    batch: Any = None,
    in_channels: Any = None,
    out_channels: Any = None,
    values: Mapping[str, int] | None = None,
    far: bool = False,
) -> Operator:
    """The operator at concrete sizes.

    ``batch``, ``in_channels`` and ``out_channels`` are totals, 1 (or one per group) if left out and not fixed.  ``far`` admits
    borders that wrap or reflect more than once.
    Raises SymconvError for sizes that are missing, not positive, or without output.
    """
    known = numbers_for(op, values)
    for what, given, operand in (("input", input, op.data), ("kernel", kernel, op.kernel)):
        for own, n in zip(spatial_sizes(op, operand), spatial_given(op, given, what), strict=False):
            fix(known, own.subs(known), n, what)
    extents = dict(op.extents)
    if op.layered:
        for what, total, label in (
            ("batch", batch, "n"),
            ("in_channels", in_channels, "c"),
            ("out_channels", out_channels, "o"),
        ):
            per = 1 if label == "n" else beside(op, label, known)
            size = extents.get(label)
            if total is None:
                if size is not None and size.subs(known).constant is None:
                    fix(known, size.subs(known), 1, what)
                continue
            count = number(total, what, 1)
            if count % per:
                raise SymconvError(f"{what}: expected a multiple of groups={per}, got {count}")
            fix(known, integer(1) if size is None else size.subs(known), count // per, what)
    elif any(v is not None for v in (batch, in_channels, out_channels)):
        raise SymconvError(f"{op.name} has one channel and no batch: expected none of batch, in_channels, out_channels")
    return settled(op, known, far)


def beside(op: Operator, label: str, known: Mapping[str, int]) -> int:
    """How many times there are so many channels or filters: once a group; filters of a depthwise layer once a channel."""
    apart = "c" in {*labels(op.result)} & {*labels(op.kernel)} & {*labels(op.data)}
    size = dict(op.extents).get("c" if apart and label == "o" else "gamma", integer(1))
    return size.subs(known).constant or 1


def numbers_for(op: Operator, values: Mapping[str, Any] | None) -> dict[str, int]:
    """Numbers for parameters that are names.

    Raises SymconvError for a name that the operator does not have, and for what is no number or too small.
    """
    lower = dict(op.lower)
    known = {str(name): number(value, str(name), lower.get(str(name))) for name, value in (values or {}).items()}
    for name in known:
        if name not in names(op):
            open_names = ", ".join(sorted(names(op))) or "none: every parameter is a number"
            raise SymconvError(f"{op.name} has no parameter named {name!r}: expected one of {open_names}")
    return known


def settled(op: Operator, known: dict[str, int], far: bool = False) -> Operator:
    """The operator with the numbers put in; every name must have one, and there must be an output."""
    missing = sorted(names(op) - known.keys())
    if missing:
        sizes = [n for n in missing if n[0] in "NK" and (n[1:].isdigit() or n[1:] == "")]
        raise SymconvError(
            f"{op.name}: expected a number for {', '.join(missing)}"
            + ("; give input and kernel sizes" if sizes else f"; give one, as in {missing[0]}=2")
        )
    concrete = op.subs(known)
    has_output(concrete, far)
    return concrete


def spatial_given(op: Operator, given: Any, what: str) -> list[int]:
    """Spatial sizes as the user gave them: one integer, or one per axis; a kernel of one size has it on every axis."""
    if given is None:
        return []
    sizes = list(given) if isinstance(given, (tuple, list)) else [given] * op.ndim
    if what == "kernel" and len(sizes) == 1 < op.ndim:
        sizes *= op.ndim
    if len(sizes) != op.ndim:
        raise SymconvError(f"{what}: expected {op.ndim} spatial size(s) for {op.name}, got {len(sizes)}")
    return [number(n, what, 1) for n in sizes]


def fix(known: dict[str, int], size: Int, n: int, what: str) -> None:
    """Give a size its number, or compare it with the number that it has."""
    if size.name is not None:
        known[size.name] = n
    elif size.constant != n:
        raise SymconvError(f"{what}: expected {size} as the operator was built, got {n}")
