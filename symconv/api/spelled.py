"""Formulas, lines and entries as text, and as displays for Jupyter; the list of the operators with theirs."""

from __future__ import annotations

from typing import Any

from symconv.api.borders import padding_formula
from symconv.derivation.functions import entry, formulas
from symconv.language.expr import Apply, Expr
from symconv.language.facts import Derivation, Reduction
from symconv.language.operator import Operator, inner
from symconv.language.unshared import definition, entry_of
from symconv.layers.catalog import CATALOG
from symconv.pages.laid import Speller
from symconv.pages.nodes import Lines, Math
from symconv.pages.styles import TEXT


def formula_of(op: Any) -> tuple[Any, Any]:
    """(left, right) of y[...] = ...."""
    if op.window is None:
        return formulas(op)[0]
    return entry_of(op, "y", {}), definition(op)


def formula_text(op: Any) -> str:
    """y[...] = ... as Unicode text."""
    if op.kind == "pointwise":
        return f"y[i] = {op.name}(x[i])"
    speller = Speller(TEXT)
    page = inner(op) if isinstance(op, Operator) else op
    left, right = formula_of(page)
    shown = f"{speller.access(left)} = {speller.expr(right)}"
    if page is op:
        return shown

    return f"{shown}, {padding_formula(page, op)}"


def formula_latex(op: Any) -> str:
    """y[...] = ... as a display for Jupyter."""
    from symconv.pages.border import definition as padded
    from symconv.pages.border import folded
    from symconv.pages.latex import jupyter

    if op.kind == "pointwise":
        return jupyter(
            [Lines.definitions(((Math((entry("y", "i"),)), Expr(((Apply(op.name, entry("x", "i")),),)), None),))]
        )
    page = inner(op) if isinstance(op, Operator) else op
    left, right = formula_of(page)
    rows: Any = ((Math((left,)), right, None),)
    if page is not op:
        rows += (folded if op.border.role == "y" else padded)(page, op.border).rows
    return jupyter([Lines.definitions(rows)])


def entries_latex(concrete: Operator, case: Any) -> str:
    """The entries of y of an explicit case as a display for Jupyter."""
    from symconv.examples.cases import entries as written_out
    from symconv.pages.document import entries
    from symconv.pages.latex import jupyter

    rows = written_out(concrete)
    return jupyter([entries(concrete.result.name, rows, False, most=len(rows))])


def step_text(d: Derivation, number: int) -> str:
    """One line as Unicode text, with its guards."""
    from symconv.pages.fields import formula

    return formula(d.steps[number])


def step_latex(d: Derivation, number: int) -> str:
    """One line as LaTeX, with its guards."""
    from symconv.pages.fields import latex

    return latex(d.steps[number])


def line_latex(d: Derivation, number: int) -> str:
    """One line as a display for Jupyter."""
    from symconv.pages.latex import jupyter_line

    return jupyter_line(step_latex(d, number))


def sum_latex(reduction: Reduction) -> str:
    """A closed form that only adds up, as a display for Jupyter."""
    from symconv.pages.latex import jupyter_sum

    return jupyter_sum(reduction.data.name)


def gather_text(d: Derivation) -> str:
    """The gather form with its guards, as Unicode text."""
    return step_text(d, d.gather)


def catalogue(to: str) -> str:
    """The operators with their parameters, as text or JSON."""
    rows = [(e, formula_text(e.build())) for e in CATALOG.values()]
    if to == "json":
        from symconv.pages.json import text

        listed = [{"name": e.name, "family": e.family, "parameters": e.names, "formula": f} for e, f in rows]
        return text({"operators": listed})
    out = []
    for row, shown in rows:
        out.append(f"{row.name}({', '.join(row.names)})\n    {shown}")
    return "\n".join(out) + "\n"
