"""A node's derivation as JSON, with the keys of ``json.py`` wherever they mean the same."""

from __future__ import annotations

from typing import Any

from symconv.language.facts import NodeDerivation, Step
from symconv.language.operator import own_parameters
from symconv.pages.json import check, formula, latex, plain, polynomial, value
from symconv.pages.text import TextTarget
from symconv.pages.windows import node_line, words


def as_object(d: NodeDerivation) -> dict[str, Any]:
    """A node's derivation."""
    found: dict[str, Any] = {
        "operator": d.op.name,
        "wrt": d.wrt,
        "parameters": parameters(d),
        "definitions": {name: value(e) for name, e in d.op.window.definitions},
        "result": formula(d.steps[d.gather]),
        "closed_form": closed_form(d),
        "steps": [step(d, s) for s in d.steps],
        "checks": [check(c) for c in d.checks],
    }
    if d.channels is not None:
        status = d.channels_verdict.status if d.channels_verdict else "unsupported"
        found["channels"] = {"formula": formula(Step("channels", d.channels[1])), "verdict": status}
    if d.explicit is not None:
        case = d.explicit
        found["explicit"] = {
            "sizes": dict(case.sizes),
            "shapes": {role: list(size) for role, size in case.shapes},
            "y": [{"entry": list(i), "function": f, "of": polynomial(p), "divisor": n} for i, f, p, n in case.y],
            "gradient": [{"entry": list(i), "value": polynomial(p)} for i, p in case.gradient],
        }
    return found


def parameters(d: NodeDerivation) -> dict[str, Any]:
    """The node's parameters, per axis."""
    window = d.op.window
    given = own_parameters(window)
    found: dict[str, Any] = {
        "kernel": [value(a.kernel) for a in window.axes],
        "stride": [value(e) for e in given["stride"]],
        "padding": [[value(lo), value(hi)] for lo, hi in given["padding"]],
        "dilation": [value(e) for e in given["dilation"]],
    }
    if d.op.kind != "local":
        found["ceil_mode"] = d.op.ceil_mode
    if d.op.kind == "max_pool":
        found["ties"] = d.op.ties
    if d.op.kind == "avg_pool":
        found["count_include_pad"] = d.op.count_include_pad
    return found


def closed_form(d: NodeDerivation) -> dict[str, Any] | None:
    """The member that an average's gradient is, or the words alone."""
    said = " ".join(TextTarget().inline(s) for s in words(d)).replace("\u00a0", " ")
    member = d.closed_form
    if member is None:
        return {"name": None, "words": said}
    return {
        "name": member.name,
        "data": "g",
        "kernel": "constant",
        "stride": [value(a.stride) for a in member.axes],
        "input_dilation": [value(a.input_dilation) for a in member.axes],
        "dilation": [value(a.dilation) for a in member.axes],
        "padding": [plain([a.lo, a.hi]) for a in member.axes],
        "size": [value(a.output) for a in member.axes],
        "words": said,
    }


def step(d: NodeDerivation, s: Step) -> dict[str, Any]:
    """One line."""
    return {
        "rule": TextTarget().inline(node_line(d, s).remark).replace("\u00a0", " "),
        "formula": formula(s),
        "latex": latex(s),
        "verdict": s.verdict.status if s.verdict else "unsupported",
    }
