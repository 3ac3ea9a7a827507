"""Activations, losses and flatten.

    relu, leaky_relu(slope), sigmoid, tanh, softplus, gelu    entry by entry
    softmax                                                  over the channels, each image by itself
    sum, mse(reduction), cross_entropy(reduction)            a scalar; mse takes a target of the input's shape, cross_entropy
                                                             logits (n, c) and a class per image
    flatten                                                  all axes behind the first in one, row by row

Definitions as in PyTorch (gelu exact, with erf; cross_entropy has the softmax fused in).  Source: the documentation of torch.nn.
"""

from __future__ import annotations

import math
from fractions import Fraction
from numbers import Rational
from typing import Any

from symconv.errors import SymconvError, nearest
from symconv.language.functions import REDUCTIONS, Layer
from symconv.language.text import NUMBER
from symconv.layers.parameters import name, shown

DIGITS = 100  # of a slope
NAMES = ("relu", "leaky_relu", "sigmoid", "tanh", "softplus", "gelu", "softmax", "sum", "mse", "cross_entropy", "flatten")


def pointwise(which: str) -> Layer:
    """An activation without parameters."""
    return Layer(which, "pointwise")


def leaky_relu(slope: Any = Fraction(1, 100)) -> Layer:
    """x where x > 0, else slope x; a text is a number (1/10, 0.1) or a name."""
    if isinstance(slope, str) and len(slope) < DIGITS and NUMBER.fullmatch(slope.strip()):
        slope = Fraction(slope.strip())
    if isinstance(slope, str):
        return Layer("leaky_relu", "pointwise", slope=name(slope, "slope", "slope"))
    known = isinstance(slope, Rational) or (isinstance(slope, float) and math.isfinite(slope))
    if isinstance(slope, bool) or not known:
        raise SymconvError(f"slope: expected a number or a name, got {shown(slope)}")
    if isinstance(slope, Rational) and max(abs(int(slope.numerator)), int(slope.denominator)) >= 10**DIGITS:
        raise SymconvError(f"slope: expected a number of at most {DIGITS} digits, got a longer one")
    found = Fraction(str(slope)) if isinstance(slope, float) else Fraction(int(slope.numerator), int(slope.denominator))
    return Layer("leaky_relu", "pointwise", slope=found)


def softmax() -> Layer:
    """Over the channels."""
    return Layer("softmax", "softmax")


def flatten() -> Layer:
    """All axes behind the first in one."""
    return Layer("flatten", "flatten")


def total() -> Layer:
    """The sum of all entries as a loss."""
    return Layer("sum", "loss", reduction="sum")


def loss(which: str, reduction: Any = "mean") -> Layer:
    """mse or cross_entropy."""
    if not isinstance(reduction, str) or reduction not in REDUCTIONS:
        close = nearest(reduction, list(REDUCTIONS)) if isinstance(reduction, str) else ""
        raise SymconvError(f"reduction: expected mean or sum, got {shown(reduction)}{close}")
    return Layer(which, "loss", reduction=reduction)
