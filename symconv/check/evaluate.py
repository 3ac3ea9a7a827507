"""Exact values and gradients of any layer for what a user gives.

    windows with a kernel    one ``sweep`` of the taps, shared or unshared; with a border the padded operand is made before, and
                             what belongs to it folded back
    maxima and averages      tap by tap over all windows at once                                              ``pooling``
    functions                entry by entry, row by row                                                       ``functions``

A window that does not fit into the padded input is refused, along any axis; a batch without images is none the less a batch: y is
as empty, and dL/dw and dL/db are 0.  Integers and fractions stay exact but where exp and log come in; floats are float64.  Shapes
are PyTorch's for the layers, bare spatial arrays otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from symconv.check.binding import Binding
from symconv.check.functions import forward
from symconv.check.operands import as_array, common, floating, restored, tidy, wide
from symconv.check.padding import fold, widen
from symconv.check.pooling import pooled
from symconv.check.sweep import Sweep
from symconv.errors import SymconvError
from symconv.language.border import Border
from symconv.language.functions import Function
from symconv.language.lazy import dataclass
from symconv.language.operator import Operator, inner
from symconv.language.unshared import POOLING, Unshared, Windowed

Array = Any
GRADIENTS = ("grad_x", "grad_w", "grad_b")


@dataclass(frozen=True)
class Evaluation:
    """y and the gradients as NumPy arrays; None for what the given operands do not determine."""

    y: Array
    grad_x: Array
    grad_w: Array
    grad_b: Array
    exact: bool
    indices: Array = None  # of a maximum: the place of the first largest entry in its plane, flattened row by row


def evaluate(
    layer: Windowed | Function,
    x: Any = None,
    w: Any = None,
    b: Any = None,
    g: Any = None,
    input: Any = None,
    kernel: Any = None,
    output: Any = None,
    target: Any = None,
    values: Mapping[str, int] | None = None,
) -> Evaluation:
    """The numbers: y from x, w (and b); grad_x from w and g; grad_w from x and g; grad_b from g.

    ``input``, ``kernel`` and ``output`` give the spatial sizes of operands that are left out.  ``values`` gives numbers to
    parameters that are names.  Pooling also takes one image (channels first) or one plane, and answers in the same shape; a loss
    takes a ``target``.  Raises SymconvError for ragged or non-numeric operands, NaN, infinity, operands that the layer lacks and
    shapes that do not agree.
    """
    given = {"x": x, "w": w, "b": b, "g": g}
    sizes = {"input": input, "kernel": kernel, "output": output}
    if target is not None and layer.kind != "loss":
        raise SymconvError(f"target: expected none for {layer.name}, which is no loss; leave it out")
    if isinstance(layer, Function):
        lacking(layer, {role: value for role, value in {**given, **sizes}.items() if value is not None})
        return function(layer, read(given), target)
    arrays = read(given)
    lacking(layer, arrays)
    short = missing_axes(layer, arrays)
    found = {role: a.reshape((1,) * short + a.shape) if role in ("x", "g") else a for role, a in arrays.items()}
    with np.errstate(over="ignore", invalid="ignore"):  # what float64 does not hold is infinite, and refused
        made = results(bound(layer, found, sizes, dict(values or {})), found)
    for key in [k for k in ("y", "grad_x", "indices") if short and k in made]:
        made[key] = made[key].reshape(made[key].shape[short:])
    exact = all(a.dtype != np.float64 for a in arrays.values())
    if not exact and not all(np.isfinite(a).all() for a in made.values()):
        raise SymconvError(f"{layer.name}: expected results within float64's range, got an overflow; use smaller numbers")
    return evaluation(made, exact)


def evaluation(made: Mapping[str, Array], exact: bool) -> Evaluation:
    """Results by name."""
    grad_x, grad_w, grad_b = (made.get(name) for name in GRADIENTS)
    return Evaluation(made.get("y"), grad_x, grad_w, grad_b, exact, made.get("indices"))


def read(given: Mapping[str, Any]) -> dict[str, Array]:
    """What was given, as arrays."""
    return {role: as_array(value, role) for role, value in given.items() if value is not None}


def lacking(layer: Windowed | Function, given: Mapping[str, Any]) -> None:
    """Raise SymconvError for an operand that the layer does not have."""
    extra = sorted(given.keys() - {*layer.roles, "g"})
    if extra and isinstance(layer, Operator):
        raise SymconvError(
            f"b: expected no bias for {layer.name} as it was built, got an array of shape {given['b'].shape}"
        )
    if extra:
        raise SymconvError(
            f"{extra[0]}: expected none for {layer.name}, which has {', '.join(layer.roles)} alone; leave it out"
        )


def missing_axes(layer: Windowed, found: Mapping[str, Array]) -> int:
    """How many of batch and channel a pooling operand leaves out: 0, 1 (an image) or 2 (a plane)."""
    if layer.kind not in POOLING or not found:
        return 0
    role = "x" if "x" in found else "g"
    short = len(layer.window.data.layout) + layer.ndim - int(found[role].ndim)
    if not 0 <= short <= len(layer.window.data.layout) or any(
        a.ndim != found[role].ndim for r, a in found.items() if r in ("x", "g")
    ):
        return 0  # the shapes are refused where they are matched
    return short


def bound(layer: Windowed, arrays: Mapping[str, Array], sizes: Mapping[str, Any], values: dict[str, int]) -> Windowed:
    """The layer at the sizes of what was given."""
    binding = Binding(layer, values)
    for role, array in arrays.items():
        binding.match(role, array.shape)
    for role, what in (("x", "input"), ("w", "kernel"), ("y", "output")):
        if sizes[what] is not None:
            binding.match_spatial(role, sizes[what])
    return binding.solve()


def function(layer: Function, arrays: Mapping[str, Array], target: Any) -> Evaluation:
    """y (a loss: the scalar) and dL/dx of a layer without windows."""
    if "x" not in arrays:
        raise SymconvError(f"x: expected the input of {layer.name}, got nothing")
    if layer.open is not None:
        raise SymconvError(f"{layer.name}: expected a number for {layer.open}, as in leaky_relu(slope=0.01)")
    y, back = forward(layer, arrays["x"], target)
    made, g = {"y": y}, arrays.get("g")
    if g is not None and g.shape != y.shape:
        raise SymconvError(f"g: expected the shape {y.shape} of the output of {layer.name}, got {g.shape}")
    if layer.kind == "loss" or g is not None:
        made["grad_x"] = back(np.array(1) if g is None else g)
    return evaluation(made, all(a.dtype != np.float64 for a in made.values()))


def results(layer: Windowed, given: Mapping[str, Array], wanted: tuple[str, ...] = ("y", *GRADIENTS)) -> dict[str, Array]:
    """What the arrays of a layer at numbers determine, by name; of what costs a sweep of its own only what is wanted."""
    arrays = floating(given)
    if isinstance(layer, Unshared) and layer.kind in POOLING:
        return pooled(layer, arrays)
    border = layer.window.border
    return swept(layer, arrays, wanted) if border is None else folded(layer.window, border, arrays, wanted)


def folded(op: Operator, border: Border, given: dict[str, Array], wanted: tuple[str, ...]) -> dict[str, Array]:
    """A bordered operator: the padded operand made, the plain member swept, what belongs to the padded operand folded back."""
    role = {"y": "g"}.get(border.role, border.role)
    made = swept(inner(op), {name: widen(border, a) if name == role else a for name, a in given.items()}, wanted)
    own = {"x": "grad_x", "w": "grad_w", "g": "y"}[role]
    if own in made:
        exact = made[own].dtype != np.float64
        made[own] = tidy(fold(border, made[own].astype(object) if exact else made[own]))
    return made


def swept(layer: Windowed, given: dict[str, Array], wanted: tuple[str, ...]) -> dict[str, Array]:
    """The sweeps of a kernel's taps, exact on common denominators."""
    exact = all(a.dtype != np.float64 for a in given.values())
    scaled, scales = common(given) if exact else (given, {})
    sweep, have = Sweep(layer, scaled), given.keys()

    def back(array: Array, *roles: str) -> Array:
        return restored(array, math.prod(scales[role] for role in roles)) if exact else array

    made: dict[str, Array] = {}
    if {"x", "w"} <= have and "y" in wanted:
        y = back(sweep.forward(), "x", "w")
        made["y"] = tidy(wide(y, 2) + wide(sweep.along(given["b"]), 2)) if "b" in have else y
    if {"w", "g"} <= have and "grad_x" in wanted and sweep.sized(sweep.op.data):
        made["grad_x"] = back(sweep.grad_data(), "w", "g")
    if {"x", "g"} <= have and "grad_w" in wanted and sweep.sized(sweep.op.kernel):
        made["grad_w"] = back(sweep.grad_kernel(), "x", "g")
    if "g" in have and "grad_b" in wanted and sweep.op.bias is not None:
        made["grad_b"] = back(sweep.grad_bias(), "g")
    return made
