"""SymPy's expressions, written by SymPy: positive terms first, names as everywhere in the house."""

from __future__ import annotations

from functools import cache
from typing import Any

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
