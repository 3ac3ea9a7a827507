"""Activations: functions entry by entry, each by one row that all else goes by.

    relu(x) = max(0, x)             leaky_relu(x) = x where x > 0, else slope x        relu6(x) = min(max(0, x), 6)
    sigmoid(x) = 1/(1 + e^-x)       tanh                                               softplus(x) = log(1 + e^x)
    gelu(x) = x (1 + erf(x/sqrt 2))/2        silu(x) = x sigmoid(x)                    mish(x) = x tanh(softplus(x))
    elu(x) = x where x > 0, else alpha (e^x - 1)                                       selu(x) = lambda elu(x)
    hardswish(x) = x min(max(0, x + 3), 6)/6

Definitions, constants and what is taken at a kink are PyTorch's (gelu exact, with erf; hardswish takes 0 at -3 and 1 at 3, as
since 2025: before pull request 148049 it took -1/2 and 3/2).  A row says the cases, and the slope in the form that a reader
wants.  Source: the documentation of torch.nn; Klambauer et al., Self-normalizing neural networks, 2017 (the constants of selu).
"""

from __future__ import annotations

import math
from fractions import Fraction
from numbers import Rational
from typing import Any

from symconv.errors import SymconvError
from symconv.language.functions import ONE, F, Function, Pointwise, Tree, X
from symconv.language.text import NUMBER
from symconv.layers.given import PARAMETERS, Real
from symconv.layers.parameters import name, shown
from symconv.layers.row import Row

DIGITS = 100  # of a parameter
ZERO, TWO, SIX, HALF = Fraction(0), Fraction(2), Fraction(6), Fraction(1, 2)
SLOPE, ALPHA, LAMBDA = ("name", "slope"), ("name", "alpha"), ("name", "lambda")
SELU = (
    ("lambda", Fraction("1.0507009873554804934193349852946")),
    ("alpha", Fraction("1.6732632423543772848170429916717")),
)


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
SOFT = ("tanh", ("log", ("add", ONE, ("exp", X))))
POWER = less(("exp", X), ONE)
RAMP = ("div", times(X, ("add", X, Fraction(3))), SIX)


def pointwise(function: Pointwise) -> Function:
    """An activation without parameters."""
    return Function(function.name, "pointwise", function)


def leaky_relu(function: Pointwise, slope: Real = Fraction(1, 100)) -> Function:
    """x where x > 0, else slope x."""
    return Function("leaky_relu", "pointwise", function, (("slope", real(slope, "slope")),))


def elu(function: Pointwise, alpha: Real = ONE) -> Function:
    """x where x > 0, else alpha (e^x - 1)."""
    return Function("elu", "pointwise", function, (("alpha", real(alpha, "alpha")),))


def real(value: Any, what: str) -> Fraction | str:
    """A number, or a name; a text is a number (1/10, 0.1) or a name."""
    if isinstance(value, str) and len(value) < DIGITS and NUMBER.fullmatch(value.strip()):
        value = Fraction(value.strip())
    if isinstance(value, str):
        return name(value, what, PARAMETERS[what].own)
    known = isinstance(value, Rational) or (isinstance(value, float) and math.isfinite(value))
    if isinstance(value, bool) or not known:
        raise SymconvError(f"{what}: expected {PARAMETERS[what].takes}, got {shown(value)}")
    if isinstance(value, Rational) and max(abs(int(value.numerator)), int(value.denominator)) >= 10**DIGITS:
        raise SymconvError(f"{what}: expected a number of at most {DIGITS} digits, got a longer one")
    return Fraction(str(value)) if isinstance(value, float) else Fraction(int(value.numerator), int(value.denominator))


def row(
    function: Pointwise, words: str, said: str, make: Any = pointwise, aliases: tuple[str, ...] = (), **more: Any
) -> Row:
    """The row of an activation."""
    case = more.pop("case", '--x "1 -2 0"')
    return Row(
        function.name, "activation", make, words, case, (function,), aliases=aliases, oracle="function", function=function,
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
        Pointwise("relu6", (SIX, X, ZERO), (ZERO, ONE, ZERO), (SIX, ZERO), (ZERO, ZERO)),
        "the positive part, 6 at most",
        "min(max(0, x), 6)",
        case='--x "1 -2 7"',
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
    row(
        Pointwise("silu", (("div", X, GATE),), (("add", F, ("div", less(ONE, F), GATE)),)),
        "x times its sigmoid",
        "x sigmoid(x)",
        aliases=("swish",),
    ),
    row(
        Pointwise(
            "mish", (times(X, SOFT),), (("add", SOFT, ("div", times(X, less(ONE, times(SOFT, SOFT))), GATE)),), farthest=40
        ),
        "x times the hyperbolic tangent of its softplus",
        "x tanh(softplus(x))",
    ),
    row(
        Pointwise("elu", (X, times(ALPHA, POWER)), (ONE, times(ALPHA, ("exp", X))), (ZERO,), (ALPHA,)),
        "the positive part, and an exponential that nears -alpha",
        "x where x > 0, else alpha (exp(x) - 1)",
        elu,
    ),
    row(
        Pointwise(
            "selu",
            (times(LAMBDA, X), times(LAMBDA, ALPHA, POWER)),
            (LAMBDA, times(LAMBDA, ALPHA, ("exp", X))),
            (ZERO,),
            (times(LAMBDA, ALPHA),),
            SELU,
        ),
        "elu with the constants that keep mean 0 and variance 1",
        "lambda x where x > 0, else lambda alpha (exp(x) - 1)",
    ),
    row(
        Pointwise(
            "hardswish",
            (X, RAMP, ZERO),
            (ONE, ("div", ("add", times(TWO, X), Fraction(3)), SIX), ZERO),
            (Fraction(3), Fraction(-3)),
            (ONE, ZERO),
        ),
        "x times a ramp from -3 to 3",
        "x hardsigmoid(x)",
        aliases=("hswish",),
        case='--x "1 -2 4"',
    ),
]
