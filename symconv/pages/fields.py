"""The fields of a derivation in the closed family, for other programs; its values are walked by ``json``.

operator wrt parameters definitions result closed_form steps checks   [fold]  [channels]  [explicit]
"""

from __future__ import annotations

from typing import Any

from symconv.language.expr import Bracket
from symconv.language.facts import Derivation, Explication, Polynomial, Reduction, Step, Verdict
from symconv.language.integers import integer
from symconv.language.operator import Operator, inner, labels, own_parameters
from symconv.language.prose import Prose
from symconv.pages.document import line, views
from symconv.pages.faces import Fields, fields, measured
from symconv.pages.json import nested
from symconv.pages.laid import Speller
from symconv.pages.latex import LatexTarget
from symconv.pages.styles import TEXT
from symconv.pages.text import TextTarget
from symconv.pages.words import words


@measured.register(Derivation)
def times(d: Derivation) -> list[Verdict]:
    """The verdicts of the checks, the proof among them."""
    return [c.verdict for c in d.checks]


@fields.register(Derivation)
def derivation(d: Derivation) -> Fields:
    """A derivation of an operator of the closed family."""
    found: Fields = {
        "operator": d.op.name,
        "wrt": d.wrt,
        "parameters": parameters(d.bordered.op if d.bordered is not None else d.op),
        "definitions": dict(d.op.definitions),
        "result": formula(d.steps[d.gather]),
        "closed_form": closed_form(d),
        "steps": [step(line(d, s).remark, s) for s in d.steps],
        "checks": d.checks,
    }
    if d.bordered is not None and d.bordered.folds:
        found["fold"] = [{"axis": f.axis, "steps": [step(line(d, s).remark, s) for s in f.steps]} for f in d.bordered.folds]
    if d.channels is not None:
        found["channels"] = channels(d.channels[1], d.channels_verdict)
    if d.explicit is not None:
        found["explicit"] = explicit(d, d.explicit)
    return found


def channels(expr: Any, verdict: Verdict | None) -> Fields:
    """The line with channels."""
    return {"formula": formula(Step("channels", expr)), "verdict": status(verdict)}


def status(verdict: Verdict | None) -> str:
    """The verdict in a word; what was not checked is unsupported."""
    return verdict.status if verdict is not None else "unsupported"


def step(rule: Prose, s: Step) -> Fields:
    """One line: its rule in words, the line as text and as LaTeX, its verdict."""
    return {"rule": said([rule]), "formula": formula(s), "latex": latex(s), "verdict": status(s.verdict)}


def said(sentences: Any) -> str:
    """Sentences on one line."""
    return " ".join(TextTarget().inline(s) for s in sentences).replace("\u00a0", " ")


def parameters(op: Operator) -> Fields:
    """The operator's parameters, per axis."""
    found: Fields = {
        "kernel": [a.kernel for a in op.axes],
        **own_parameters(op),
        "groups": op.groups,
        "flip_kernel": op.flip,
        "bias": op.bias is not None,
    }
    if op.border is not None:
        found |= {"padding": op.border.pads, "padding_mode": op.border.mode}
    if op.output_padding is not None:
        found["output_padding"] = op.output_padding
    elif op.derived:
        found["input_dilation"] = [a.input_dilation for a in op.axes]
    if op.layered:
        extents = dict(op.extents)
        for what, label in (("in_channels", "c"), ("out_channels", "o")):
            found[what] = extents.get(label, integer(1)) * op.groups
    return {**found, "mode": op.mode} if op.mode else found


def closed_form(d: Derivation) -> Fields:
    """The closed form; numbers where sizes are given."""
    member = d.closed_form
    if d.explicit is not None and d.explicit.closed_form is not None:
        member = d.explicit.closed_form
        member = inner(member) if isinstance(member, Operator) else member
    if isinstance(member, Reduction):
        over = [n for n in labels(member.data) if n not in labels(member.result)] + ["positions"]
        none: Fields = {key: [] for key in ("stride", "input_dilation", "dilation", "padding", "size")}
        return {
            "name": "sum", "data": member.data.name, "kernel": None, **none, "flip": False,
            "groups": member.of.groups, "over": over, "words": said(words(d)),
        }  # fmt: skip
    moved = dict(views(member))
    known = d.explicit.layer if d.explicit is not None else d.layer
    layer = {name: part for name, part in vars(known).items() if part != ()} if known is not None else None
    return {
        "name": member.name,
        "data": member.data.name,
        "kernel": member.kernel.name,
        **geometry(member),
        "groups": member.groups,
        **border(d),
        **({"views": moved, "labels": dict(member.extents)} if moved else {}),
        **({"layer": layer} if layer else {}),
        "words": said(words(d)),
    }


def geometry(member: Operator) -> Fields:
    """A member's windows, axis by axis."""
    return {
        "stride": [a.stride for a in member.axes],
        "input_dilation": [a.input_dilation for a in member.axes],
        "dilation": [a.dilation for a in member.axes],
        "padding": [(a.lo, a.hi) for a in member.axes],
        "flip": member.flip,
        "size": [a.output for a in member.axes],
    }


def border(d: Derivation) -> Fields:
    """Which tensor of the closed form is padded before, or folded afterwards, and how."""
    closed = d.bordered.closed_form if d.bordered is not None else None
    if not isinstance(closed, Operator) or closed.border is None:
        return {}
    found = closed.border
    what = {"x": "padded", "w": "padded", "y": "folded"}[found.role]
    return {"border": {what: closed.operand(found.role).name, "padding_mode": found.mode, "padding": found.pads}}


def formula(step: Step) -> str:
    """A line as text, its guards behind it."""
    speller = Speller(TEXT)
    chunks = speller.chunks(step.expr)
    guards = [g for term in step.expr.terms for g in speller.term(term)[1]]
    where = " where " + " and ".join(speller.condition(c) for c in guards) if guards else ""
    return " ".join(chunks) + where


def latex(s: Step) -> str:
    """A line as LaTeX, its guards behind it."""
    target = LatexTarget()
    guards = [c for term in s.expr.terms for i in term if isinstance(i, Bracket) and i.aside for c in i.conditions]
    shown = r"\,".join(chunk for chunk, _ in target.pieces(s.expr, target.speller))
    return shown + (r"\quad\text{where } " + r",\; ".join(target.speller.condition(c) for c in guards) if guards else "")


def explicit(d: Derivation, case: Explication) -> Fields:
    """y, the gradient and the closed form as nested lists of strings."""
    shapes = dict(case.shapes)
    own = {}
    if case.loss is not None:
        own = {"loss": str(case.loss), "upstream": nested([str(e) for _, e in case.upstream], shapes["y"])}
    return {
        "sizes": dict(case.sizes),
        **own,
        "y": nested([polynomial(p) for _, p in case.y], shapes["y"]),
        "gradient": nested([polynomial(p) for _, p, _ in case.gradient], shapes[d.wrt]),
        "closed_form": nested([polynomial(p) for _, _, p in case.gradient], shapes[d.wrt]),
        "equal": case.equal,
    }


def polynomial(value: Polynomial) -> str:
    """g0*w0 + g1*w1."""
    out = ""
    for coefficient, factors in value:
        sign = ("-" if coefficient < 0 else "") if not out else " - " if coefficient < 0 else " + "
        names = [name + "_".join(map(str, index)) for name, index in factors]
        size = [str(abs(coefficient))] if abs(coefficient) != 1 or not names else []
        out += sign + "*".join(size + names)
    return out or "0"
