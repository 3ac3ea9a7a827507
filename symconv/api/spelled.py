"""Formulas, lines and entries as text, and as displays for Jupyter; the list of the operators with theirs."""

from __future__ import annotations

from typing import Any

from symconv.derivation.functions import formulas
from symconv.language.facts import Derivation, FunctionDerivation, NetDerivation, NodeDerivation, Reduction
from symconv.language.node import definition, entry_of
from symconv.language.operator import Operator, inner
from symconv.layers.catalog import CATALOG
from symconv.pages.faces import display, page


def formula_of(op: Any) -> tuple[Any, Any]:
    """(left, right) of y[...] = ...."""
    if op.window is None:
        return formulas(op)[0]
    return entry_of(op, "y", {}), definition(op)


def formula_text(op: Any) -> str:
    """y[...] = ... as Unicode text."""
    from symconv.pages.laid import Speller
    from symconv.pages.styles import TEXT

    if op.kind == "pointwise":
        return f"y[i] = {op.name}(x[i])"
    speller = Speller(TEXT)
    page = inner(op) if isinstance(op, Operator) else op
    left, right = formula_of(page)
    shown = f"{speller.access(left)} = {speller.expr(right)}"
    if page is op:
        return shown
    from symconv.api.borders import padding_formula

    return f"{shown}, {padding_formula(page, op)}"


def formula_latex(op: Any) -> str:
    """y[...] = ... as a display for Jupyter."""
    from symconv.pages.latex import jupyter
    from symconv.pages.nodes import Lines, Math

    if op.kind == "pointwise":
        from symconv.derivation.functions import entry
        from symconv.language.expr import Apply, Expr

        return jupyter(
            [Lines.definitions(((Math((entry("y", "i"),)), Expr(((Apply(op.name, entry("x", "i")),),)), None),))]
        )
    page = inner(op) if isinstance(op, Operator) else op
    left, right = formula_of(page)
    rows: Any = ((Math((left,)), right, None),)
    if page is not op:
        from symconv.pages.border import definition, folded

        rows += (folded if op.border.role == "y" else definition)(page, op.border).rows
    return jupyter([Lines.definitions(rows)])


@display.register(Derivation)
@display.register(FunctionDerivation)
@display.register(NodeDerivation)
@display.register(NetDerivation)
def steps_latex(d: Any) -> str:
    """The lines of a derivation as a display for Jupyter."""
    from symconv.pages.latex import jupyter
    from symconv.pages.nodes import Lines

    return jupyter([b for b in page(d).blocks if isinstance(b, Lines) and b.look == "steps"][:1])


def entries_latex(concrete: Operator, case: Any) -> str:
    """The entries of y of an explicit case as a display for Jupyter."""
    from symconv.examples.cases import entries as written_out
    from symconv.pages.document import entries
    from symconv.pages.latex import jupyter

    rows = written_out(concrete)
    return jupyter([entries(concrete.result.name, rows, False, most=len(rows))])


def step_text(d: Derivation, number: int) -> str:
    """One line as Unicode text, with its guards."""
    from symconv.pages.fields import formula as line

    return line(d.steps[number])


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
    for entry, shown in rows:
        out.append(f"{entry.name}({', '.join(entry.names)})\n    {shown}")
    return "\n".join(out) + "\n"
