"""Numbers for pointwise functions, softmax, losses and flatten; and the checks of their derivations.

Exact where they are rational (relu, leaky_relu, sum, mse, flatten of ints and Fractions), float64 where exp and log come in.
The true derivatives are found without any formula for them: mpmath differentiates a pointwise function numerically with 40
digits; softmax and the losses take a complex step, Im f(x + i h)/h with h = 1e-30, exact to rounding.
Source of the complex step: Squire & Trapp, Using complex variables to estimate derivatives of real functions, 1998.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from symconv.check.evaluate import Evaluation, as_floats, read
from symconv.check.pooling import divided, tidy
from symconv.errors import SymconvError, brief
from symconv.language.functions import Layer

Array = Any
RATIONAL = ("relu", "leaky_relu")
erf = np.vectorize(math.erf, otypes=[float])


def evaluate_layer(layer: Layer, x: Any = None, g: Any = None, target: Any = None) -> Evaluation:
    """y (a loss: the scalar) and dL/dx.

    Raises SymconvError for operands that are missing or of the wrong shape, and classes out of range.
    """
    if x is None:
        raise SymconvError(f"x: expected the input of {layer.name}, got nothing")
    found = read(x, "x")
    upstream = read(g, "g") if g is not None else None
    if layer.kind != "loss" and target is not None:
        raise SymconvError(f"target: expected none for {layer.name}, which is no loss; leave it out")
    if isinstance(layer.slope, str):
        raise SymconvError(f"{layer.name}: expected a number for {layer.slope}, as in leaky_relu(slope=0.01)")
    y, back = forward(layer, found, target)
    grad = None
    if layer.kind == "loss" or upstream is not None:
        if upstream is not None and upstream.shape != y.shape:
            raise SymconvError(f"g: expected the shape {y.shape} of the output of {layer.name}, got {upstream.shape}")
        grad = back(upstream if upstream is not None else np.array(1))
    exact = all(a is None or a.dtype != np.float64 for a in (y, grad))
    return Evaluation(y, grad, None, None, exact)


def forward(layer: Layer, x: Array, target: Any = None) -> tuple[Array, Any]:
    """(y, the map from g to dL/dx)."""
    if layer.kind == "pointwise":
        return _pointwise(layer, x)
    if layer.kind == "flatten":
        _axes(layer, x, 2)
        return x.reshape(x.shape[0], -1), lambda g: g.reshape(x.shape)
    if layer.kind == "softmax":
        _axes(layer, x, 1)
        y = probabilities(floats(x))
        axis = 1 if x.ndim > 1 else 0
        return y, lambda g: y * (g - (g * y).sum(axis=axis, keepdims=True))
    return _loss(layer, x, target)


def floats(x: Array) -> Array:
    """As float64."""
    return as_floats(x, "x")


def _axes(layer: Layer, x: Array, least: int) -> None:
    if x.ndim < least:
        raise SymconvError(f"{layer.name}: expected at least {least} axes, got an input of shape {x.shape}")


def _pointwise(layer: Layer, x: Array) -> tuple[Array, Any]:
    if layer.name in RATIONAL:
        slope = Fraction(0) if layer.name == "relu" else Fraction(layer.slope)
        small: Any = float(slope) if x.dtype == np.float64 else slope
        if layer.name == "relu":
            return np.where(x > 0, x, np.zeros_like(x)), lambda g: np.where(x > 0, g, np.zeros_like(g))
        y = np.where(x > 0, x, x * small)
        return settle(y), lambda g: settle(np.where(x > 0, g, g * (float(slope) if g.dtype == np.float64 else slope)))
    real = floats(x)
    return VALUES[layer.name](real), lambda g: g * SLOPES[layer.name](real)


def settle(array: Array) -> Array:
    """Exact numbers as plain as they can be."""
    return tidy(array) if array.dtype == object else array


def sigmoid(x: Array) -> Array:
    """1/(1 + exp(-x)), without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


VALUES: dict[str, Any] = {
    "relu": lambda x: np.where(x > 0, x, 0),
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    "gelu": lambda x: x / 2 * (1 + erf(x / math.sqrt(2))),
}
SLOPES: dict[str, Any] = {
    "relu": lambda x: np.where(x > 0, 1.0, 0.0),
    "sigmoid": lambda x: sigmoid(x) * sigmoid(-x),
    "tanh": lambda x: 1 - np.tanh(x) ** 2,
    "softplus": sigmoid,
    "gelu": lambda x: (1 + erf(x / math.sqrt(2))) / 2 + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
}


def probabilities(x: Array) -> Array:
    """softmax over axis 1 (0 for one row).

    Raises SymconvError where there is no class.
    """
    axis = 1 if x.ndim > 1 else 0
    if not x.ndim or not x.shape[axis]:
        raise SymconvError(f"softmax: expected at least one class, got an array of shape {x.shape}")
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _loss(layer: Layer, x: Array, target: Any) -> tuple[Array, Any]:
    if layer.name == "sum":
        if target is not None:
            raise SymconvError("target: expected none for sum; leave it out")
        return np.asarray(x.sum()), lambda g: np.full(x.shape, g.item())
    if target is None:
        raise SymconvError(f"target: expected one for {layer.name}, got nothing")
    if layer.name == "mse":
        return _squares(layer, x, target)
    classes = labels(x, target)
    real = floats(x)
    rows = real if real.ndim > 1 else real[None]
    top = rows.max(axis=1, keepdims=True)
    logs = np.log(np.exp(rows - top).sum(axis=1)) + top[:, 0]
    each = logs - rows[np.arange(len(rows)), classes]
    by = len(rows) if layer.reduction == "mean" else 1
    hot = np.zeros_like(rows)
    hot[np.arange(len(rows)), classes] = 1
    return np.asarray(each.sum() / by), lambda g: ((probabilities(rows) - hot) * (g / by)).reshape(x.shape)


def _squares(layer: Layer, x: Array, target: Any) -> tuple[Array, Any]:
    t = read(target, "target")
    if t.shape != x.shape:
        raise SymconvError(f"target: expected the shape {x.shape} of the input of mse, got {t.shape}")
    if np.float64 in (x.dtype, t.dtype):
        x, t = floats(x), floats(t)
    else:
        x, t = x.astype(object), t.astype(object)
    shape, r = x.shape, x.reshape(-1) - t.reshape(-1)  # a number by itself stays an array
    by = max(1, r.size) if layer.reduction == "mean" else 1
    value = (r * r).sum()
    if r.dtype == np.float64:
        return np.asarray(value / by), lambda g: (r * (2 * g / by)).reshape(shape)
    return tidy(divided(np.array(value, dtype=object), np.array(by))), lambda g: tidy(
        divided(2 * r * g.item(), np.array(by))
    ).reshape(shape)


def labels(x: Array, target: Any) -> Array:
    """The class of every row of logits.

    Raises SymconvError for logits that are no rows, a target of another length, and classes out of range.
    """
    if x.ndim not in (1, 2):
        raise SymconvError(f"cross_entropy: expected logits of shape (images, classes), got {x.shape}; flatten before it")
    found = read(target, "target")
    rows, count = (1, x.shape[0]) if x.ndim == 1 else x.shape
    if found.dtype != np.int64 or found.ndim > 1 or found.size != rows or (x.ndim == 2 and found.ndim == 0 and rows != 1):
        raise SymconvError(
            f"target: expected a class (an integer from 0 to {count - 1}) for each of {rows} images, got {brief(target)}"
        )
    found = found.reshape(-1)
    for k, one in enumerate(found):
        if not 0 <= one < count:
            raise SymconvError(f"target: expected classes from 0 to {count - 1}, got {one} for image {k}")
    return found


def complex_step(function: Any, x: Array, step: float = 1e-30) -> Array:
    """d function / dx, entry by entry: the function's shape, then x's."""
    base = np.asarray(function(x.astype(complex)))
    found = np.zeros(base.shape + x.shape)
    for index in np.ndindex(*x.shape):
        moved = x.astype(complex)
        moved[index] += 1j * step
        found[(..., *index)] = np.asarray(function(moved)).imag / step
    return found


def naive_softmax(x: Array) -> Array:
    """The definition as it stands."""
    powers = np.exp(x)
    return powers / powers.sum(axis=1, keepdims=True)


def naive_loss(layer: Layer, target: Array) -> Any:
    """The definition of a loss as it stands, for complex numbers too."""
    if layer.name == "sum":
        return lambda x: x.sum()
    if layer.name == "mse":
        return lambda x: ((x - target) ** 2).sum() / (x.size if layer.reduction == "mean" else 1)

    def value(x: Array) -> Any:
        total = sum(np.log(np.exp(row).sum()) - row[int(k)] for row, k in zip(x, target, strict=True))
        return total / (len(x) if layer.reduction == "mean" else 1)

    return value


Environment = Mapping[str, Any]
