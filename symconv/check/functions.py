"""Numbers for pointwise functions, softmax, losses and flatten; and the checks of their derivations.

Exact where they are rational (relu, hardswish, sum, mse, flatten, ... of ints and Fractions), float64 where exp and log come in.
A pointwise function goes by its definition, its slope by the rules of differentiation: the form that its row states is not read.
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

from symconv.check.operands import as_array, as_floats, divided, tidy
from symconv.errors import SymconvError, brief
from symconv.language.functions import Function, Tree
from symconv.language.lazy import dataclass

Array = Any
erf = np.vectorize(math.erf, otypes=[float])


def forward(layer: Function, x: Array, target: Any = None) -> tuple[Array, Any]:
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


def _axes(layer: Function, x: Array, least: int) -> None:
    if x.ndim < least:
        raise SymconvError(f"{layer.name}: expected at least {least} axes, got an input of shape {x.shape}")


def _pointwise(layer: Function, x: Array) -> tuple[Array, Any]:
    whole = layer.rational and x.dtype != np.float64
    real = x if layer.rational else floats(x)
    y, slope = both(layer, real, whole)

    def back(g: Array) -> Array:
        if whole and g.dtype != np.float64:
            return settle(g * slope)
        return as_floats(g, "g") * slope.astype(float)

    return settle(y) if whole else y, back


def both(layer: Function, x: Array, whole: bool = False) -> tuple[Array, Array]:
    """(f(x), f'(x)), entry by entry, in floats or (``whole``) exactly; at a kink the slope that is taken."""
    function, values = layer.function, numeric_parameters(layer, whole)
    with np.errstate(all="ignore"):  # a case that does not hold may overflow
        read = Slopes(x, values, whole)
        y, slope = (np.broadcast_to(part, np.shape(x)) for part in read.tree(function.cases[-1]))
        for at, tree in zip(reversed(function.breaks), reversed(function.cases[:-1]), strict=True):
            (above, steep), right = read.tree(tree), x > plain(Fraction(at), whole)
            y, slope = np.where(right, above, y), np.where(right, steep, slope)
        taken = dict(zip(function.breaks, function.taken, strict=True))
        for kink in layer.kinks:
            slope = np.where(x == plain(Fraction(kink.at), whole), read.tree(taken[kink.at])[0], slope)
    return y, slope


def numeric_parameters(layer: Function, whole: bool) -> dict[str, Any]:
    """The parameters and constants; what bears a name is tried as 1/7."""
    found = {what: Fraction(1, 7) if isinstance(n, str) else n for what, n in layer.values.items()}
    return {what: plain(n, whole) for what, n in found.items()}


def plain(n: Fraction, whole: bool) -> Any:
    """A number of a tree: an int or a Fraction, or a float."""
    return float(n) if not whole else n if n.denominator != 1 else int(n)


@dataclass
class Slopes:
    """Trees with their slopes, by the rules of differentiation: (u, u'), in a way that neither overflows nor cancels.

    log(1 + e^u), e^u - 1 and 1/(1 + e^-u) are read as a whole.
    """

    x: Array
    values: Mapping[str, Any]
    whole: bool

    def tree(self, tree: Tree) -> tuple[Array, Array]:
        """One tree."""
        if not isinstance(tree, tuple):
            return plain(Fraction(tree), self.whole), 0
        head, *rest = tree
        if head == "x":
            return self.x, 1
        if head in ("name", "pi"):
            return self.values[rest[0]] if head == "name" else math.pi, 0
        if head in ("log", "div", "add") and (inner := exponent(tree)) is not None:
            u, du = self.tree(inner)
            whole: dict[str, tuple[Array, Array]] = {
                "log": (np.logaddexp(0, u), sigmoid(u) * du),
                "div": (sigmoid(-u), -sigmoid(u) * sigmoid(-u) * du),
                "add": (np.expm1(u), np.exp(u) * du),
            }
            return self.mul(self.tree(rest[0]), whole[head]) if head == "div" else whole[head]
        found: tuple[Array, Array] = getattr(self, head)(*(self.tree(part) for part in rest))
        return found

    def neg(self, u: Any) -> tuple[Array, Array]:
        """-u."""
        return -u[0], -u[1]

    def add(self, u: Any, v: Any) -> tuple[Array, Array]:
        """u + v."""
        return u[0] + v[0], u[1] + v[1]

    def mul(self, u: Any, v: Any) -> tuple[Array, Array]:
        """u v."""
        return u[0] * v[0], u[1] * v[0] + u[0] * v[1]

    def div(self, u: Any, v: Any) -> tuple[Array, Array]:
        """u/v; exactly by a number alone."""
        if self.whole:
            return u[0] * Fraction(1, v[0]), u[1] * Fraction(1, v[0])
        return u[0] / v[0], (u[1] - u[0] / v[0] * v[1]) / v[0]

    def exp(self, u: Any) -> tuple[Array, Array]:
        """e^u."""
        return np.exp(u[0]), np.exp(u[0]) * u[1]

    def tanh(self, u: Any) -> tuple[Array, Array]:
        """tanh u."""
        return np.tanh(u[0]), (1 - np.tanh(u[0]) ** 2) * u[1]

    def erf(self, u: Any) -> tuple[Array, Array]:
        """The error function."""
        return erf(u[0]), 2 / math.sqrt(math.pi) * np.exp(-u[0] * u[0]) * u[1]

    def sqrt(self, u: Any) -> tuple[Array, Array]:
        """The root of a number."""
        return np.sqrt(u[0]), 0

    def sigmoid(self, u: Any) -> tuple[Array, Array]:
        """1/(1 + e^-u)."""
        return sigmoid(u[0]), sigmoid(u[0]) * sigmoid(-u[0]) * u[1]


def exponent(tree: Tree) -> Tree | None:
    """u of log(1 + e^u), of a/(1 + e^u) and of e^u - 1."""
    head, inner = tree[0], tree[-1]
    if head == "add":
        power, one = tree[1], inner == ("neg", 1)
    elif isinstance(inner, tuple) and inner[0] == "add":
        power, one = inner[2], inner[1] == 1
    else:
        return None
    return power[1] if one and isinstance(power, tuple) and power[0] == "exp" else None


def settle(array: Array) -> Array:
    """Exact numbers as plain as they can be."""
    return tidy(array) if array.dtype == object else array


def sigmoid(x: Array) -> Array:
    """1/(1 + exp(-x)), without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def probabilities(x: Array) -> Array:
    """softmax over axis 1 (0 for one row).

    Raises SymconvError where there is no class.
    """
    axis = 1 if x.ndim > 1 else 0
    if not x.ndim or not x.shape[axis]:
        raise SymconvError(f"softmax: expected at least one class, got an array of shape {x.shape}")
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _loss(layer: Function, x: Array, target: Any) -> tuple[Array, Any]:
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


def _squares(layer: Function, x: Array, target: Any) -> tuple[Array, Any]:
    t = as_array(target, "target")
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
    found = as_array(target, "target")
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


def naive_loss(layer: Function, target: Array) -> Any:
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
