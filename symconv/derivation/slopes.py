"""Derivatives of pointwise functions, derived by SymPy from their definition.

symbolic      the tree as a SymPy expression in x, case by case
derivatives   SymPy's derivative of every case
agrees        whether that is the form a reader wants (sigma' = sigma (1 - sigma), say): the difference simplifies to 0
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from symconv.language.functions import Function, Tree

Symbolic = Any


@cache
def x() -> Symbolic:
    """The argument, a real number."""
    from sympy import Symbol

    return Symbol("x", real=True)


def symbolic(tree: Tree, layer: Function, value: Symbolic = None) -> Symbolic:
    """A tree as a SymPy expression; ``value`` stands for ("f",)."""
    import sympy

    if isinstance(tree, (Fraction, int)):
        found = Fraction(tree)
        return sympy.Rational(found.numerator, found.denominator)
    head = tree[0]
    if head == "name":
        return named(tree[1], layer)
    rest = [symbolic(part, layer, value) for part in tree[1:]]
    if head == "x":
        return x()
    if head == "f":
        return value
    makers: dict[str, Any] = {
        "pi": lambda: sympy.pi,
        "neg": lambda a: -a,
        "add": lambda a, b: a + b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "exp": sympy.exp,
        "log": sympy.log,
        "tanh": sympy.tanh,
        "erf": sympy.erf,
        "sqrt": sympy.sqrt,
        "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)),
    }
    return makers[head](*rest)


def named(name: str, layer: Function) -> Symbolic:
    """A parameter: its number, or the user's name for it; a constant stays a name."""
    from sympy import Rational, Symbol

    own = dict(layer.parameters).get(name, name)
    return Symbol(own, real=True) if isinstance(own, str) else Rational(own.numerator, own.denominator)


@cache
def values(layer: Function) -> tuple[tuple[str, Symbolic], ...]:
    """(condition, value) of every case."""
    f = layer.function
    return tuple((f.where(k), symbolic(tree, layer)) for k, tree in enumerate(f.cases))


@cache
def derivatives(layer: Function) -> tuple[tuple[str, Symbolic], ...]:
    """(condition, SymPy's derivative) of every case."""
    return tuple((when, value.diff(x())) for when, value in values(layer))


@cache
def forms(layer: Function) -> tuple[tuple[str, Symbolic], ...]:
    """(condition, the derivative in the form a reader wants) of every case, the function's own value put in."""
    return tuple(
        (when, symbolic(tree, layer, value))
        for (when, value), tree in zip(values(layer), layer.function.derivative, strict=True)
    )


@cache
def shown(layer: Function) -> tuple[tuple[str, Symbolic], ...]:
    """The forms as they are printed, f standing for the function's own value."""
    from sympy import Symbol

    own = Symbol("f")
    return tuple(
        (when, symbolic(tree, layer, own)) for (when, _), tree in zip(values(layer), layer.function.derivative, strict=True)
    )


@cache
def agrees(layer: Function) -> bool:
    """Whether every form equals SymPy's derivative: their difference simplifies to 0."""
    from sympy import simplify

    pairs = zip(derivatives(layer), forms(layer), strict=True)
    return all(simplify((one - other).rewrite("exp")) == 0 for (_, one), (_, other) in pairs)
