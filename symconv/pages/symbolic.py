"""SymPy's expressions, written by SymPy: positive terms first, names as everywhere; or laid out, node by node."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import Any

from symconv.pages.layout import (
    ATOM,
    NEGATIVE,
    PRODUCT,
    SUM,
    Form,
    Layout,
    Name,
    Number,
    Sign,
    bracketed,
    entry,
    joined,
    over,
    power,
    product,
    row,
)
from symconv.pages.spelling import latex_name, text_name


@cache
def _printers() -> tuple[Any, Any]:
    """SymPy's printers, positive terms first, names as everywhere in the house."""
    from sympy.printing.latex import LatexPrinter
    from sympy.printing.str import StrPrinter

    class Latex(LatexPrinter):  # type: ignore[misc]
        def _as_ordered_terms(self, expr: Any, order: Any = None) -> Any:
            return sorted(super()._as_ordered_terms(expr, order), key=lambda e: e.could_extract_minus_sign())

        def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
            return latex_name(expr.name)

    class Text(StrPrinter):  # type: ignore[misc]
        def _as_ordered_terms(self, expr: Any, order: Any = None) -> Any:
            return sorted(super()._as_ordered_terms(expr, order), key=lambda e: e.could_extract_minus_sign())

        def _print_Symbol(self, expr: Any) -> str:
            return text_name(expr.name)

        def _print_Pi(self, expr: Any) -> str:
            return "π"

        def _print_Exp1(self, expr: Any) -> str:
            return "e"

        def _print_Pow(self, expr: Any, rational: bool = False) -> str:
            if expr.exp.is_number and expr.exp.is_negative and expr.exp != -0.5:
                below = self._print(1 / expr)
                return f"1/({below})" if (1 / expr).is_Add else f"1/{below}"
            return str(super()._print_Pow(expr, rational))

    return Text(), Latex({"fold_short_frac": False})


def text(value: Any) -> str:
    """For the terminal."""
    return str(_printers()[0].doprint(value)).replace("**", "^").replace("*", " ").replace("Phi(", "Φ(")


def latex(value: Any) -> str:
    """LaTeX."""
    return str(_printers()[1].doprint(value))


def laid(value: Any) -> Layout:
    """An expression as a layout, node by node."""
    if value.is_Rational:
        return Number(Fraction(int(value.p), int(value.q)))
    if value.is_Symbol:
        found = re.fullmatch(r"([A-Za-z]+)_?([0-9]+(?:_[0-9]+)*)", value.name)
        return entry(Name(found[1]), *map(Number, map(int, found[2].split("_")))) if found else Name(value.name)
    if value.is_Add:
        terms = [(bool(term.could_extract_minus_sign()), term) for term in value.as_ordered_terms()]
        shown = [(less, held(-term if less else term, PRODUCT)) for less, term in sorted(terms, key=lambda one: one[0])]
        first, *rest = shown
        parts: list[Layout] = [*([NEGATIVE] if first[0] else []), first[1]]
        for less, one in rest:
            parts += [Sign("minus" if less else "plus"), one]
        return row(*parts, level=SUM)
    if value.is_Mul and value.could_extract_minus_sign():
        return row(NEGATIVE, held(-value, PRODUCT), level=SUM)
    if value.is_Mul or (value.is_Pow and value.exp.could_extract_minus_sign()):
        above, below = value.as_numer_denom()
        if below != 1:
            return over(laid(above), laid(below))
        return product(held(factor, PRODUCT) for factor in value.as_ordered_factors())
    if value.is_Pow and value.exp.is_Rational and value.exp.q == 2:
        return Form("root", (laid(value.base ** (2 * value.exp)),))
    if value.is_Pow or value.func.__name__ == "exp":
        base, exponent = value.as_base_exp()
        return power(Name("e") if base.func.__name__ == "Exp1" else held(base, ATOM), laid(exponent))
    if value.is_Function:
        head = Sign("Φ") if value.func.__name__ == "Phi" else Name(value.func.__name__, "function")
        return Form("apply", (head, joined(map(laid, value.args), Sign("comma"))))
    return Name({"Pi": "pi", "Exp1": "e"}.get(value.func.__name__, str(value)))


def held(value: Any, level: int) -> Layout:
    """In brackets where it holds together less tightly than that."""
    shown = laid(value)
    return bracketed(shown) if shown.level < level else shown
