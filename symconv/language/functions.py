"""Pointwise functions, softmax and losses: named once, as data, for every room.

A pointwise function is given by cases in its argument; a tree is a number or

    ("x",)   ("name",) a parameter   ("f",) the function's own value   ("neg", a)   ("add", a, b)   ("mul", a, b)
    ("div", a, b)   ("exp", a)   ("log", a)   ("tanh", a)   ("erf", a)   ("sqrt", a)   ("sigmoid", a)

``kinks`` are the points without derivative; there ``at_kink`` is what a gradient takes by convention.

    softmax         y[n,c] = exp(x[n,c]) / Z[n],  Z[n] = sum_k exp(x[n,k])
    sum             L = sum_i x[i]
    mse             L = 1/N sum_i (x[i] - t[i])^2                        (reduction="sum": without 1/N)
    cross_entropy   L = 1/B sum_n (log Z[n] - sum_c T[n,c] x[n,c])      T[n,c] = 1 where c is the class of image n, else 0
    flatten         y[n,f] = x[n,c,i],  f = the place of (c, i), row by row

Source: Goodfellow, Bengio & Courville, Deep Learning, sections 6.2, 6.3; the documentation of torch.nn.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.language.lazy import dataclass

Tree = Any
X: Tree = ("x",)
F: Tree = ("f",)
ONE = Fraction(1)
HALF = Fraction(1, 2)
CLASSES = "T"
TOTAL = "Z"


@dataclass(frozen=True)
class Pointwise:
    """``cases`` are (condition on x, value), the last one otherwise.

    ``derivative`` is the form a reader wants, to be shown equal to what SymPy derives, case by case.
    """

    name: str
    cases: tuple[tuple[str, Tree], ...]
    derivative: tuple[Tree, ...]
    kinks: tuple[Fraction, ...] = ()
    at_kink: Tree = 0
    symbol: str = ""
    words: str = ""


def _gelu_derivative() -> Tree:
    density = ("div", ("exp", ("neg", ("div", ("mul", X, X), Fraction(2)))), ("sqrt", ("mul", Fraction(2), ("pi",))))
    spread = ("mul", HALF, ("add", ONE, ("erf", ("div", X, ("sqrt", Fraction(2))))))
    return ("add", spread, ("mul", X, density))


POINTWISE: dict[str, Pointwise] = {
    f.name: f
    for f in (
        Pointwise("relu", (("x > 0", X), ("", Fraction(0))), (ONE, Fraction(0)), (Fraction(0),), Fraction(0)),
        Pointwise(
            "leaky_relu", (("x > 0", X), ("", ("mul", ("slope",), X))), (ONE, ("slope",)), (Fraction(0),), ("slope",)
        ),
        Pointwise(
            "sigmoid", (("", ("div", ONE, ("add", ONE, ("exp", ("neg", X))))),), (("mul", F, ("add", ONE, ("neg", F))),)
        ),
        Pointwise("tanh", (("", ("tanh", X)),), (("add", ONE, ("neg", ("mul", F, F))),)),
        Pointwise("softplus", (("", ("log", ("add", ONE, ("exp", X)))),), (("sigmoid", X),)),
        Pointwise(
            "gelu",
            (("", ("mul", ("mul", HALF, X), ("add", ONE, ("erf", ("div", X, ("sqrt", Fraction(2))))))),),
            (_gelu_derivative(),),
        ),
    )
}
LOSSES = ("sum", "mse", "cross_entropy")
REDUCTIONS = ("mean", "sum")


@dataclass(frozen=True)
class Layer:
    """A pointwise function, softmax, a loss or flatten, with its parameters; ``kind`` is one of those words."""

    name: str
    kind: str
    slope: Fraction | str = Fraction(1, 100)
    reduction: str = "mean"

    @property
    def ndim(self) -> int:
        """Of no particular shape."""
        return 1

    @property
    def roles(self) -> tuple[str, ...]:
        """What can be differentiated by."""
        return ("x",)

    @property
    def function(self) -> Pointwise:
        """The pointwise function."""
        return POINTWISE[self.name]
