"""SymPy expressions as JSON and back, for the border of a process: a list per node, its kind first.

    t*exp(-a)  ->  ["Mul", ["t", "real", "t"], ["exp", ["Mul", ["n", "-1"], ["t", "positive", "a"]]]]

Only the kinds below are written and read; a text is never evaluated.
"""

from __future__ import annotations

from typing import Any

from symconv.topics.continuous.terms import Beyond

FUNCTIONS = [
    "Add",
    "Mul",
    "Pow",
    "exp",
    "log",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "atan2",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "sinc",
    "erf",
    "erfc",
    "erfi",
    "Abs",
    "sign",
    "Heaviside",
    "Max",
    "Min",
    "gamma",
    "lowergamma",
    "uppergamma",
    "expint",
    "Ei",
    "Si",
    "Ci",
    "besselj",
    "bessely",
    "besseli",
    "besselk",
    "floor",
    "ceiling",
    "re",
    "im",
    "arg",
    "Piecewise",
    "ExprCondPair",
    "Eq",
    "Ne",
    "Lt",
    "Le",
    "Gt",
    "Ge",
    "And",
    "Or",
    "Not",
]
CONSTANTS = ("pi", "E", "I", "oo", "true", "false")
RENAMED = {
    "Equality": "Eq", "Unequality": "Ne", "StrictLessThan": "Lt", "LessThan": "Le", "StrictGreaterThan": "Gt",
    "GreaterThan": "Ge",
}  # fmt: skip
MOST = 20_000  # nodes


def packed(expression: Any) -> list[Any] | None:
    """An expression as lists; None stays None.

    Raises Beyond for a kind of node that has no place here, and for expressions that are too large for a page.
    """
    if expression is None:
        return None
    import sympy

    for count, _ in enumerate(sympy.preorder_traversal(expression)):
        if count > MOST:
            raise Beyond("SymPy's integration gives an expression too large for a page")
    return _packed(expression)


def _packed(e: Any) -> list[Any]:
    import sympy

    if e == -sympy.oo:
        return ["-oo"]
    for name in CONSTANTS:
        constant = {"true": sympy.true, "false": sympy.false}.get(name, getattr(sympy, name, None))
        if e is constant:
            return [name]
    if e.is_Symbol:
        return ["s", "positive" if e.is_positive else "real", e.name]
    if e.is_Rational:
        return ["n", f"{e.p:x}", f"{e.q:x}"]
    kind = RENAMED.get(type(e).__name__, type(e).__name__)
    if kind not in FUNCTIONS:
        raise Beyond(f"SymPy's integration answers with {kind}, which no page of ours can show")
    return [kind, *(_packed(part) for part in e.args)]


def unpacked(written: Any) -> Any:
    """The expression again."""
    import sympy

    if written is None:
        return None
    kind, *parts = written
    if kind == "n":
        return sympy.Rational(int(parts[0], 16), int(parts[1], 16))
    if kind == "s":
        return sympy.Symbol(parts[1], **{parts[0]: True}) if parts[0] in ("positive", "real") else _unknown(kind)
    if kind == "-oo":
        return -sympy.oo
    if kind in CONSTANTS:
        return {"true": sympy.true, "false": sympy.false}.get(kind) or getattr(sympy, kind)
    if kind not in FUNCTIONS:
        return _unknown(kind)
    if kind == "Piecewise":
        return sympy.Piecewise(*((unpacked(value), unpacked(when)) for _, value, when in parts))
    return getattr(sympy, kind)(*(unpacked(part) for part in parts))


def _unknown(kind: Any) -> Any:
    raise Beyond(f"an expression of kind {str(kind)[:40]!r}")
