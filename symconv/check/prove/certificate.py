"""A certificate as a text file: the theorem, the steps, and every obligation as SMT-LIB 2 with the words for it.

The head is JSON in comments, between ``; begin`` and ``; end``: per claim its names with their least values, definitions, what
is given (>= 0), free indices with ranges, both sides term by term (or goals), an output's definition where a derivative of
one is taken; the names of the kernel's quotients and of every term's bound integers; facts, steps and the witness.
Polynomials are written as sums, ``2*s*i + floor(N - 1, s) - P``.

Below, each obligation stands between ``(push)`` and ``(pop)``: the hypotheses that share names with its goal, the negated goal,
``(check-sat)``.  ``unsat`` proves it.  Any solver with integers and multiplication can replay the file, without this package;
whoever reads the head can compute the obligations anew and see that none is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from symconv.check.kernel.obligations import Obligation, Shown, near
from symconv.check.kernel.session import Session
from symconv.check.kernel.steps import Cancel, Certificate, Drop, Fact, Merge, Share, Split, Step
from symconv.language.expr import Access, Apply, Bracket, Equal, Expr, Factor, InRange, Item, Over, Partial, Sum, Tensor
from symconv.language.facts import Claim, Theorem
from symconv.language.integers import Ceil, Floor, Int, Min, Mod, Quotient
from symconv.language.operator import Operator, entry, formula, labels, operator_domain, spatial_names
from symconv.language.operator import tensor as shaped

CALLS = {Floor: "floor", Mod: "mod", Quotient: "quotient", Ceil: "ceil", Min: "min"}
Proof = tuple[Session, Certificate]


def certificate(theorem: Theorem, domain: str, proofs: Sequence[Proof]) -> str:
    """The file's text; ``domain`` is the theorem's in words, ``proofs`` has a session and a certificate per proved claim."""
    head = {
        "certificate": 1,
        "theorem": theorem.name,
        "statement": theorem.statement,
        "domain": domain,
        "claims": [proved(session, steps) for session, steps in proofs],
    }
    out = [f"; {_words(f'{theorem.name}: {theorem.statement}')}", "; every check-sat below is expected to answer unsat"]
    if len(proofs) < len(theorem.claims):
        out.append(f"; {len(proofs)} of {len(theorem.claims)} claims were proved; the theorem is not")
    out += ["; begin", *(f"; {line}" for line in laid_out(head).splitlines()), "; end", "(set-logic ALL)"]
    number = 0
    for place, (session, _) in enumerate(proofs, 1):
        for shown in session.desk.shown:
            number += 1
            out += [
                "",
                f"; {number}. claim {place}: {_words(str(shown.obligation.words))} ({shown.way})",
                *block(shown.obligation),
            ]
    return "\n".join(out) + "\n"


def blocks(shown: Iterable[Shown]) -> str:
    """Obligations alone, for a solver."""
    return "\n".join(line for one in shown for line in block(one.obligation))


def laid_out(value: Any, depth: int = 0) -> str:
    """JSON with what fits on a line on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + depth <= 110 or not isinstance(value, (dict, list)) or not value:
        return flat
    pad = " " * (depth + 1)
    if isinstance(value, dict):
        rows = [f"{pad}{json.dumps(k, ensure_ascii=False)}: {laid_out(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + " " * depth + "}"
    return "[\n" + ",\n".join(pad + laid_out(v, depth + 1) for v in value) + "\n" + " " * depth + "]"


# the theorem
def proved(session: Session, found: Certificate) -> dict[str, Any]:
    """A claim with its steps."""
    return {**stated(session.claim), **steps(session, found)}


def stated(claim: Claim) -> dict[str, Any]:
    """A claim; the operator's sizes, definitions and hypotheses stand before its own."""
    sizes, definitions, given = list(claim.sizes), list(claim.definitions), list(claim.given)
    made: dict[str, Any] = {"words": claim.words}
    if claim.op is not None:
        own, defined, fits = operator_domain(claim.op)
        sizes, definitions, given = [*own, *sizes], [*defined, *definitions], [*fits, *given]
        made["output"] = output(claim.op, claim.forward)
    made["sizes"] = [[name, least] for name, least in sizes]
    made["definitions"] = [[name, text(e)] for name, e in definitions]
    made["given"] = [text(e) for e in given]
    made["free"] = [[name, None if size is None else text(size)] for name, size in claim.free]
    if claim.goals:
        made["goals"] = [[kind, text(left), text(right)] for kind, left, right in claim.goals]
    else:
        made["left"], made["right"] = side(claim.left), side(claim.right)
    return made


def output(op: Operator, forward: Expr | None) -> dict[str, Any]:
    """y[index] = definition, for 0 <= bound < size."""
    extents = dict(op.extents)
    names = [*labels(op.result), *spatial_names(op, op.result)]
    sizes = [*(extents[n] for n in labels(op.result)), *(axis.output for axis in op.axes)]
    at = entry(op, op.result, {}, tuple(Int([((n,), 1)]) for n in spatial_names(op, op.result)))
    return {
        "bound": [[name, text(size)] for name, size in zip(names, sizes, strict=True)],
        "entry": _entry(Access(shaped(op, op.result), at.index)),
        "definition": side(formula(op) if forward is None else forward),
    }


def side(expr: Expr | None) -> list[list[dict[str, Any]]]:
    """Terms as lists of items, read from left to right."""
    return [[_item(item) for item in term] for term in expr.terms] if expr is not None else []


def _item(item: Item) -> dict[str, Any]:
    if isinstance(item, Sum):
        return {"sum": item.index, "below": text(item.size)}
    if isinstance(item, Access):
        return _entry(item)
    if isinstance(item, Bracket):
        return {"where": [_condition(c) for c in item.conditions]}
    if isinstance(item, Partial):
        return {"derivative": _entry(item.of), "by": _entry(item.wrt)}
    if isinstance(item, Over):
        return {"over": text(item.bottom)}
    if isinstance(item, Factor):
        return {"times": str(item.value)}
    assert isinstance(item, Apply)
    return {"function": item.function, "order": item.order, "of": _entry(item.of)}


def _condition(condition: Any) -> list[str]:
    if isinstance(condition, Equal):
        return ["equal", text(condition.left), text(condition.right)]
    if isinstance(condition, InRange):
        return ["within", text(condition.value), text(condition.size)]
    return ["divides", text(condition.divisor), text(condition.value)]


def _entry(access: Access) -> dict[str, Any]:
    tensor: Tensor = access.tensor
    made: dict[str, Any] = {"entry": tensor.name, "at": [text(e) for e in access.index]}
    made["sizes"] = [text(e) for e in tensor.sizes]
    if tensor.zeros:
        made["spread"] = [text(e) for e in tensor.zeros]
    if any(tensor.flipped):
        made["flipped"] = list(tensor.flipped)
    if tensor.inverse:
        made["inverse"] = True
    return made


# the steps
def steps(session: Session, found: Certificate) -> dict[str, Any]:
    """Names of the kernel's, facts, steps, the witness."""
    atoms = session.domain.atoms.items()
    return {
        "quotients": [[text(Int([((atom,), 1)])), meaning.name] for atom, meaning in atoms],
        "bound": {str(number): list(term.bound) for number, term in session.start.items()},
        "facts": [_fact(f) for f in found.domain],
        "steps": [_step(s) for s in found.steps],
        "shown": [[_fact(f) for f in facts] for facts in found.goals],
        "witness": dict(found.witness),
        "met": found.met,
    }


def _fact(fact: Fact) -> list[Any]:
    rule = f"have {fact.kind}" if fact.rule == "have" else fact.rule
    return [rule, [text(e) for e in fact.parts], *([list(fact.names)] if fact.names else [])]


def _step(step: Step) -> dict[str, Any]:
    if isinstance(step, Split):
        return {"split": step.term, "by": text(step.condition)}
    if isinstance(step, Share):
        return {"share": step.term, "part": str(step.part)}
    if isinstance(step, Drop):
        return {"drop": step.term, "facts": [_fact(f) for f in step.facts]}
    if isinstance(step, Cancel):
        return {"cancel": step.term, "bound": step.bound, "read": step.read}
    assert isinstance(step, Merge)
    return {
        "merge": step.term,
        "with": step.other,
        "there": [text(e) for e in step.phi],
        "back": [text(e) for e in step.psi],
        "reads": list(step.reads),
        "facts": [_fact(f) for f in step.forward],
        "facts back": [_fact(f) for f in step.backward],
    }


def text(e: Int) -> str:
    """A polynomial as a sum of products."""
    parts = []
    for monomial, coefficient in e.terms:
        factors = [a if isinstance(a, str) else f"{CALLS[type(a)]}({text(a.top)}, {text(a.bottom)})" for a in monomial]
        shown = factors if abs(coefficient) == 1 and factors else [str(abs(coefficient)), *factors]
        parts.append(("- " if coefficient < 0 else "+ ") + "*".join(shown))
    return " ".join(parts).removeprefix("+ ") or "0"


# the obligations
def block(o: Obligation) -> list[str]:
    """One obligation, on the hypotheses that share names with its goal."""
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


def _words(words: str) -> str:
    return " ".join(words.split())
