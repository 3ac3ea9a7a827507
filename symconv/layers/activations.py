"""Activations: functions entry by entry, each by one row that all else goes by.

    relu(x) = max(0, x)             leaky_relu(x) = x where x > 0, else slope x
    sigmoid(x) = 1/(1 + e^-x)       tanh                                               softplus(x) = log(1 + e^x)
    gelu(x) = x (1 + erf(x/sqrt 2))/2

Definitions and what is taken at a kink are PyTorch's (gelu exact, with erf).  A row says the cases, and the slope in the form
that a reader wants.  Source: the documentation of torch.nn.
"""

from __future__ import annotations

import math
from fractions import Fraction
from numbers import Rational
from typing import Any

from symconv.errors import SymconvError
from symconv.language.functions import ONE, F, Layer, Pointwise, Tree, X
from symconv.language.text import NUMBER
from symconv.layers.given import Real
from symconv.layers.parameters import name, shown
from symconv.layers.row import Row

DIGITS = 100  # of a parameter
ZERO, TWO, HALF = Fraction(0), Fraction(2), Fraction(1, 2)
SLOPE = ("name", "slope")


def less(a: Tree, b: Tree) -> Tree:
    """a - b."""
    return ("add", a, ("neg", b))


def times(*parts: Tree) -> Tree:
    """A product."""
    first, *rest = parts
    for part in rest:
        first = ("mul", first, part)
    return first


GATE = ("add", ONE, ("exp", ("neg", X)))  # 1/GATE is the sigmoid
SPREAD = ("add", ONE, ("erf", ("div", X, ("sqrt", TWO))))  # twice the normal distribution function
DENSITY = ("div", ("exp", ("neg", ("div", times(X, X), TWO))), ("sqrt", times(TWO, ("pi",))))


def pointwise(function: Pointwise) -> Layer:
    """An activation without parameters."""
    return Layer(function.name, "pointwise", function)


def leaky_relu(function: Pointwise, slope: Real = Fraction(1, 100)) -> Layer:
    """x where x > 0, else slope x."""
    return Layer("leaky_relu", "pointwise", function, (("slope", real(slope, "slope")),))


def real(value: Any, what: str) -> Fraction | str:
    """A number, or a name; a text is a number (1/10, 0.1) or a name."""
    if isinstance(value, str) and len(value) < DIGITS and NUMBER.fullmatch(value.strip()):
        value = Fraction(value.strip())
    if isinstance(value, str):
        return name(value, what, what)
    known = isinstance(value, Rational) or (isinstance(value, float) and math.isfinite(value))
    if isinstance(value, bool) or not known:
        raise SymconvError(f"{what}: expected a number or a name, got {shown(value)}")
    if isinstance(value, Rational) and max(abs(int(value.numerator)), int(value.denominator)) >= 10**DIGITS:
        raise SymconvError(f"{what}: expected a number of at most {DIGITS} digits, got a longer one")
    return Fraction(str(value)) if isinstance(value, float) else Fraction(int(value.numerator), int(value.denominator))


def row(
    function: Pointwise, words: str, said: str, make: Any = pointwise, aliases: tuple[str, ...] = (), **more: Any
) -> Row:
    """The row of an activation."""
    case = more.pop("case", '--x "1 -2 0"')
    return Row(
        function.name, "activation", make, words, case, (function,), aliases=aliases, oracle=function.name, function=function,
        said=f"{function.name}(x) = {said}", **more,
    )  # fmt: skip


ROWS = [
    row(
        Pointwise("relu", (X, ZERO), (ONE, ZERO), (ZERO,), (ZERO,)),
        "the positive part",
        "x where x > 0, else 0",
        aliases=("rectifier",),
    ),
    row(
        Pointwise("leaky_relu", (X, times(SLOPE, X)), (ONE, SLOPE), (ZERO,), (SLOPE,)),
        "the positive part, and a little of the negative",
        "x where x > 0, else the slope times x",
        leaky_relu,
        ("leakyrelu", "lrelu", "prelu"),
        label="relu",
    ),
    row(
        Pointwise("sigmoid", (("div", ONE, GATE),), (times(F, less(ONE, F)),)),
        "the logistic function",
        "1/(1 + exp(-x))",
        aliases=("sigma", "logistic", "expit", "sigm", "sigmoidfunction"),
    ),
    row(
        Pointwise("tanh", (("tanh", X),), (less(ONE, times(F, F)),)), "the hyperbolic tangent", "(e^x - e^-x)/(e^x + e^-x)"
    ),
    row(
        Pointwise("softplus", (("log", ("add", ONE, ("exp", X))),), (("sigmoid", X),)),
        "a smooth positive part",
        "log(1 + exp(x))",
    ),
    row(
        Pointwise("gelu", (times(HALF, X, SPREAD),), (("add", times(HALF, SPREAD), times(X, DENSITY)),), farthest=40),
        "x times the normal distribution function",
        "x (1 + erf(x/sqrt 2))/2",
    ),
]
