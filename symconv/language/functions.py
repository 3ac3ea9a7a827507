"""Pointwise functions, softmax and losses as data, for every room.

A pointwise function is given by cases in its argument, from the right to the left; a tree is a number or

    ("x",)   ("name", n) a parameter or a constant   ("f",) the function's own value   ("neg", a)   ("add", a, b)   ("mul", a, b)
    ("div", a, b)   ("exp", a)   ("log", a)   ("tanh", a)   ("erf", a)   ("sqrt", a)   ("sigmoid", a)   ("pi",)

    softmax         y[n,c] = exp(x[n,c]) / Z[n],  Z[n] = sum_k exp(x[n,k])
    sum             L = sum_i x[i]
    mse             L = 1/N sum_i (x[i] - t[i])^2                        (reduction="sum": without 1/N)
    cross_entropy   L = 1/B sum_n (log Z[n] - sum_c T[n,c] x[n,c])      T[n,c] = 1 where c is the class of image n, else 0
    flatten         y[n,f] = x[n,c,i],  f = the place of (c, i), row by row

Source: Goodfellow, Bengio & Courville, Deep Learning, sections 6.2, 6.3; the documentation of torch.nn.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from symconv.language.lazy import dataclass

Tree = Any
X: Tree = ("x",)
F: Tree = ("f",)
ONE = Fraction(1)
CLASSES = "T"
TOTAL = "Z"


@dataclass(frozen=True)
class Pointwise:
    """``cases[k]`` holds for x > ``breaks[k]`` (which fall), the last one otherwise; ``derivative`` is its slope, case by case.

    The derivative stands in the form that a reader wants, to be shown equal to what SymPy derives.  Where the slopes on both
    sides of a break differ, the function has a kink there, and a gradient takes ``taken[k]`` by convention.  ``constants`` are
    numbers with names; ``farthest`` is how far from 0 an argument of a worked example may be.
    """

    name: str
    cases: tuple[Tree, ...]
    derivative: tuple[Tree, ...]
    breaks: tuple[Fraction, ...] = ()
    taken: tuple[Tree, ...] = ()
    constants: tuple[tuple[str, Fraction], ...] = ()
    farthest: int = 10**6

    @property
    def rational(self) -> bool:
        """Whether its values at rational numbers are rational, and have few digits."""
        return not self.constants and all(map(_rational, (*self.cases, *self.derivative)))

    @property
    def flat(self) -> bool:
        """Whether it is constant somewhere: what lies there ties."""
        return 0 in self.derivative

    def case(self, x: Any) -> int:
        """Which case holds at a number."""
        return next((k for k, at in enumerate(self.breaks) if x > at), len(self.breaks))

    def where(self, k: int, inside: bool = False) -> str:
        """The condition of a case: x > 6, 0 < x ≤ 6, and "" for the last, or (``inside``, between the breaks) x < 0."""
        if not self.breaks:
            return ""
        if k == 0:
            return f"x > {self.breaks[0]}"
        if k < len(self.breaks):
            return f"{self.breaks[k]} < x {'<' if inside else '≤'} {self.breaks[k - 1]}"
        return f"x < {self.breaks[-1]}" if inside else ""


def _rational(tree: Tree) -> bool:
    if not isinstance(tree, tuple):
        return True
    if tree[0] in ("x", "f", "name"):
        return True
    return tree[0] in ("neg", "add", "mul", "div") and all(map(_rational, tree[1:]))


LOSSES = ("sum", "mse", "cross_entropy")


@dataclass(frozen=True)
class Kink:
    """A place without a derivative: the slopes on its left and right, and what a gradient takes; None for what bears a name."""

    at: Fraction
    left: Fraction | None
    right: Fraction | None
    taken: Fraction | None


@dataclass(frozen=True)
class Function:
    """A pointwise function, softmax, a loss or flatten, with its parameters; ``kind`` is one of those words."""

    name: str
    kind: str
    definition: Pointwise | None = None
    parameters: tuple[tuple[str, Fraction | str], ...] = ()
    reduction: str = "mean"

    window: ClassVar[None] = None  # it looks through none

    @property
    def ndim(self) -> int:
        """Of no particular shape."""
        return 1

    def subs(self, values: Mapping[str, Any]) -> Function:
        """It has no sizes of its own."""
        return self

    @property
    def roles(self) -> tuple[str, ...]:
        """What can be differentiated by."""
        return ("x",)

    @property
    def function(self) -> Pointwise:
        """The pointwise function."""
        assert self.definition is not None, f"{self.name} is no pointwise function"
        return self.definition

    @property
    def rational(self) -> bool:
        """Whether its results at rational numbers are rational."""
        if self.kind == "pointwise":
            return self.function.rational
        return self.name in ("sum", "mse", "flatten")

    @property
    def values(self) -> dict[str, Fraction | str]:
        """What the names of its trees stand for: the parameters, and the constants."""
        return {**dict(self.parameters), **dict(self.function.constants if self.definition is not None else ())}

    @property
    def open(self) -> str | None:
        """A parameter that is a name and no number, if there is one."""
        return next((value for _, value in self.parameters if isinstance(value, str)), None)

    @property
    def kinks(self) -> tuple[Kink, ...]:
        """Where the slopes on both sides differ, from the right to the left (a slope with a name is taken to differ)."""
        if self.definition is None:
            return ()
        found = []
        for k, at in enumerate(self.definition.breaks):
            right, left = (exact(tree, self.values, at) for tree in self.definition.derivative[k : k + 2])
            if left is None or left != right:
                found.append(Kink(at, left, right, exact(self.definition.taken[k], self.values, at)))
        return tuple(found)


def exact(tree: Tree, values: Mapping[str, Fraction | str], x: Fraction) -> Fraction | None:
    """A tree at a number, if that is a rational number (of what is no polynomial, at 0); None where a name stands for one."""
    if not isinstance(tree, tuple):
        return Fraction(tree)
    head, *rest = tree
    if head == "x":
        return x
    if head == "name":
        found = values[rest[0]]
        return None if isinstance(found, str) else found
    parts = [exact(part, values, x) for part in rest]
    if any(part is None for part in parts):
        return None
    a, b = (*(part for part in parts if part is not None), ONE, ONE)[:2]
    if head == "exp":
        return ONE if a == 0 else None
    if head == "div":
        return a / b
    return {"neg": lambda: -a, "add": lambda: a + b, "mul": lambda: a * b}.get(head, lambda: None)()
