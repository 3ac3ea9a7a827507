"""JSON: one object with stable keys; numbers where sizes are numbers, else expressions in Python's notation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import product
from typing import Any

from symconv.language.expr import Bracket
from symconv.language.facts import (
    Check,
    Derivation,
    Explication,
    FunctionDerivation,
    NetDerivation,
    NodeDerivation,
    Polynomial,
    Reduction,
    Step,
)
from symconv.language.integers import Int, integer
from symconv.language.operator import Operator, inner, labels, own_parameters
from symconv.pages.document import line, views
from symconv.pages.laid import Speller
from symconv.pages.latex import LatexTarget
from symconv.pages.styles import CODE, TEXT
from symconv.pages.text import TextTarget
from symconv.pages.timing import by_name, timing
from symconv.pages.words import words

CODED = Speller(CODE)


def render(page: Derivation | list[Derivation]) -> str:
    """The object as text; a list of derivations becomes {"derivations": [...]}."""
    whole: dict[str, Any] = {"derivations": [as_object(d) for d in page]} if isinstance(page, list) else as_object(page)
    whole["timing"] = timing(c.verdict for d in (page if isinstance(page, list) else [page]) for c in d.checks)
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def as_object(d: Any) -> dict[str, Any]:
    """A derivation, of an operator of the closed family or of a node."""
    if isinstance(d, NodeDerivation):
        from symconv.pages.node_json import as_object as node_object

        return node_object(d)
    if isinstance(d, NetDerivation):
        from symconv.pages.networks import as_object as net_object

        return net_object(d)
    if isinstance(d, FunctionDerivation):
        from symconv.pages.functions import as_object as function_object

        return function_object(d)
    return derivation(d)


def derivation(d: Derivation) -> dict[str, Any]:
    """A derivation of an operator of the closed family."""
    found: dict[str, Any] = {
        "operator": d.op.name,
        "wrt": d.wrt,
        "parameters": parameters(d.bordered.op if d.bordered is not None else d.op),
        "definitions": {name: value(e) for name, e in d.op.definitions},
        "result": formula(d.steps[d.gather]),
        "closed_form": closed_form(d),
        "steps": [step(d, s) for s in d.steps],
        "checks": [check(c) for c in d.checks],
    }
    if d.bordered is not None and d.bordered.folds:
        found["fold"] = [{"axis": f.axis, "steps": [step(d, s) for s in f.steps]} for f in d.bordered.folds]
    if d.channels is not None:
        shown = Step("channels", d.channels[1], verdict=d.channels_verdict)
        found["channels"] = {
            "formula": formula(shown),
            "verdict": d.channels_verdict.status if d.channels_verdict else "unsupported",
        }
    if d.explicit is not None:
        found["explicit"] = explicit(d, d.explicit)
    return found


def check(c: Check) -> dict[str, Any]:
    """One check; a proof says its domain and its solver."""
    found: dict[str, Any] = {"kind": c.kind, "verdict": c.verdict.status, "detail": str(c.detail)}
    if c.verdict.domain:
        found |= {"domain": c.verdict.domain, "solver": by_name(c.verdict)}
    return found


def value(e: Int) -> int | str:
    """A number, or an expression in Python's notation."""
    return e.constant if e.constant is not None else CODED.integer(e)


def parameters(op: Operator) -> dict[str, Any]:
    """The operator's parameters, per axis."""
    given = own_parameters(op)
    found: dict[str, Any] = {
        "kernel": [value(a.kernel) for a in op.axes],
        "stride": [value(e) for e in given["stride"]],
        "padding": [[value(lo), value(hi)] for lo, hi in given["padding"]],
        "dilation": [value(e) for e in given["dilation"]],
        "groups": value(op.groups),
        "flip_kernel": op.flip,
        "bias": op.bias is not None,
    }
    if op.border is not None:
        found["padding"] = [[value(lo), value(hi)] for lo, hi in op.border.pads]
        found["padding_mode"] = op.border.mode
    if op.output_padding is not None:
        found["output_padding"] = [value(e) for e in op.output_padding]
    elif op.derived:
        found["input_dilation"] = [value(a.input_dilation) for a in op.axes]
    if op.layered:
        extents = dict(op.extents)
        for what, label in (("in_channels", "c"), ("out_channels", "o")):
            found[what] = value(extents.get(label, integer(1)) * op.groups)
    return {**found, "mode": op.mode} if op.mode else found


def closed_form(d: Derivation) -> dict[str, Any]:
    """The closed form; numbers where sizes are given."""
    member = d.closed_form
    if d.explicit is not None and d.explicit.closed_form is not None:
        member = d.explicit.closed_form
        member = inner(member) if isinstance(member, Operator) else member
    said = " ".join(TextTarget().inline(s) for s in words(d)).replace("\u00a0", " ")
    if isinstance(member, Reduction):
        over = [n for n in labels(member.data) if n not in labels(member.result)] + ["positions"]
        none: dict[str, Any] = {key: [] for key in ("stride", "input_dilation", "dilation", "padding", "size")}
        return {
            "name": "sum", "data": member.data.name, "kernel": None, **none, "flip": False,
            "groups": value(member.of.groups), "over": over, "words": said,
        }  # fmt: skip
    moved = dict(views(member))
    known = d.explicit.layer if d.explicit is not None else d.layer
    layer = {k: plain(v) for k, v in vars(known).items() if v != ()} if known is not None else None
    return {
        "name": member.name,
        "data": member.data.name,
        "kernel": member.kernel.name,
        "stride": [value(a.stride) for a in member.axes],
        "input_dilation": [value(a.input_dilation) for a in member.axes],
        "dilation": [value(a.dilation) for a in member.axes],
        "padding": [[value(a.lo), value(a.hi)] for a in member.axes],
        "flip": member.flip,
        "size": [value(a.output) for a in member.axes],
        "groups": value(member.groups),
        **border(d),
        **({"views": moved, "labels": {n: value(e) for n, e in member.extents}} if moved else {}),
        **({"layer": layer} if layer else {}),
        "words": said,
    }


def border(d: Derivation) -> dict[str, Any]:
    """Which tensor of the closed form is padded before, or folded afterwards, and how."""
    closed = d.bordered.closed_form if d.bordered is not None else None
    if not isinstance(closed, Operator) or closed.border is None:
        return {}
    found = closed.border
    sides = [[value(lo), value(hi)] for lo, hi in found.pads]
    what = {"x": "padded", "w": "padded", "y": "folded"}[found.role]
    return {"border": {what: closed.operand(found.role).name, "padding_mode": found.mode, "padding": sides}}


def plain(found: Any) -> Any:
    """Integers of the language within lists and tuples, made plain."""
    if isinstance(found, (list, tuple)):
        return [plain(e) for e in found]
    return value(found) if isinstance(found, Int) else found


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


def step(d: Derivation, s: Step) -> dict[str, Any]:
    """One line."""
    return {
        "rule": TextTarget().inline(line(d, s).remark).replace("\u00a0", " "),
        "formula": formula(s),
        "latex": latex(s),
        "verdict": s.verdict.status if s.verdict else "unsupported",
    }


def explicit(d: Derivation, case: Explication) -> dict[str, Any]:
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


def nested(flat: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """A flat list in row-major order as nested lists."""
    if not shape:
        return flat[0]
    step = len(list(product(*(range(n) for n in shape[1:]))))
    return [nested(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]
