"""A replayable certificate: every obligation as SMT-LIB 2, commented in words, with the answer that is expected.

Each obligation stands between ``(push)`` and ``(pop)``: its hypotheses, its negated goal, ``(check-sat)``.  ``unsat`` proves it.
Any solver with integers and multiplication can replay the file, without this package.
"""

from __future__ import annotations

from collections.abc import Iterable

from symconv.check.kernel.obligations import Obligation, Shown, near
from symconv.core.integers import Int


def certificate(title: str, obligations: Iterable[Shown]) -> str:
    """The file's text."""
    out = [f"; {_words(title)}", "; every check-sat below is expected to answer unsat", "(set-logic ALL)"]
    for number, (obligation, way) in enumerate(obligations, 1):
        out += ["", f"; {number}. {_words(obligation.words)} ({way})", *block(obligation)]
    return "\n".join(out) + "\n"


def block(o: Obligation) -> list[str]:
    """One obligation, on the hypotheses that share variables with its goal."""
    ge, eq = near(o)
    names = sorted({n for e in (*ge, *eq, o.goal) for n in e.names()})
    out = ["(push 1)", *(f"(declare-const {_name(n)} Int)" for n in names)]
    out += [f"(assert (>= {spell(e)} 0))" for e in ge]
    out += [f"(assert (= {spell(e)} 0))" for e in eq]
    goal = f"(>= {spell(o.goal)} 0)" if o.kind == "ge" else f"(= {spell(o.goal)} 0)"
    return [*out, f"(assert (not {goal}))", "(set-info :status unsat)", "(check-sat)", "(pop 1)"]


def spell(e: Int) -> str:
    """A polynomial in prefix notation."""
    parts = []
    for monomial, coefficient in e.terms:
        factors = [_name(str(a)) for a in monomial]
        number = str(coefficient) if coefficient >= 0 else f"(- {-coefficient})"
        if not factors:
            parts.append(number)
        else:
            shown = factors if coefficient == 1 else [number, *factors]
            parts.append(shown[0] if len(shown) == 1 else f"(* {' '.join(shown)})")
    return parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})" if parts else "0"


def _name(name: str) -> str:
    return f"|{name}|"


def _words(text: str) -> str:
    return " ".join(text.split())
