"""im2col checked: the matrix products, multiplied out in symbols, against brute force from the definition.

Every identity is decided on maps from products of entries to how often they occur, so all monomials are covered at this size.

    y       (W U)[o, (n, i)] has the very products w x of the definition's y
    dL/dw   (G U^T)[o, (c, p)] has those of dL/dw for L = sum g y
    dL/dx   col2im(W^T G) has those of dL/dx
    adjoint U(x) M and x col2im(M) add up the very same products x M, col2im scattering along the definition's loops
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.evaluate import evaluate
from symconv.check.steps import integers
from symconv.language.facts import Check, Verdict
from symconv.language.prose import Prose
from symconv.topics.im2col.facts import Group, Index, Unfolding

Products = dict[Index, Counter[Any]]


def check_unfolding(found: Unfolding) -> tuple[Check, ...]:
    """The verdicts on y, dL/dw, dL/dx, the adjoint, and on numbers."""
    terms = list(brute.terms(found.op))
    truth: dict[str, Products] = {role: {} for role in ("y", "w", "x")}
    for out, tap, data in terms:
        truth["y"].setdefault(out, Counter())[tap, data] += 1
        truth["w"].setdefault(tap, Counter())[out, data] += 1
        truth["x"].setdefault(data, Counter())[tap, out] += 1
    made: dict[str, Products] = {role: {} for role in ("y", "w", "x")}
    for group in found.groups:
        _multiply(group, made)
    said = {"y": "y = W U", "w": "dL/dW = G Uᵀ", "x": "dL/dx = col2im(Wᵀ G)"}
    checks = []
    for role in ("y", "w", "x"):
        detail = Prose("check.im2col.products", {"said": said[role], "products": len(terms)})
        checks.append(Check(f"im2col-{role}", _verdict(made[role] == truth[role]), detail))
    checks.append(_adjoint(found, terms))
    checks.append(_numbers(found))
    return tuple(checks)


def _verdict(holds: bool) -> Verdict:
    return Verdict("checked", Prose("check.im2col.exact")) if holds else Verdict("refuted", Prose("check.im2col.not"))


def _multiply(group: Group, made: dict[str, Products]) -> None:
    """The products of W U, of G U^T and of W^T G scattered back, in symbols."""
    for kernel, output in zip(group.kernel, group.output, strict=True):
        for row, w in zip(group.unfolded, kernel, strict=True):
            for cell, y in zip(row, output, strict=True):
                if cell is not None:
                    made["y"].setdefault(y, Counter())[w, cell] += 1
                    made["w"].setdefault(w, Counter())[y, cell] += 1
                    made["x"].setdefault(cell, Counter())[w, y] += 1


def _adjoint(found: Unfolding, terms: list[Any]) -> Check:
    """The products x M of <U(x), M> and of <x, col2im(M)>; M's entries by the tap and the output that meet there."""
    left: Counter[Any] = Counter()
    firsts = set()
    for group in found.groups:
        firsts.add(group.kernel[0][0][:1] if found.op.layered else ())
        for row, w in zip(group.unfolded, group.kernel[0], strict=True):
            for cell, y in zip(row, group.output[0], strict=True):
                if cell is not None:
                    left[cell, w, y] += 1
    right = Counter((data, tap, out) for out, tap, data in terms if not found.op.layered or tap[:1] in firsts)
    detail = Prose("check.im2col.adjoint", {"products": sum(left.values())})
    return Check("im2col-adjoint", _verdict(left == right), detail)


def _numbers(found: Unfolding) -> Check:
    """W U, G U^T and col2im(W^T G) by NumPy's matrix product on random integers, against the sweep."""
    arrays = {role: integers(found.shape(role), seed) for seed, role in enumerate(("x", "w", "y"))}
    run = evaluate(found.op, x=arrays["x"], w=arrays["w"], g=arrays["y"])
    y, dw, dx = (np.zeros(found.shape(role), dtype=np.int64) for role in ("y", "w", "x"))
    for group in found.groups:
        unfolded = np.array([[0 if c is None else arrays["x"][c] for c in row] for row in group.unfolded])
        kernel = np.array([[arrays["w"][w] for w in row] for row in group.kernel])
        upstream = np.array([[arrays["y"][i] for i in row] for row in group.output])
        back = kernel.T @ upstream
        for index, value in _entries(group.output, kernel @ unfolded):
            y[index] = value
        for index, value in _entries(group.kernel, upstream @ unfolded.T):
            dw[index] = value
        for index, value in _entries(group.unfolded, back):
            dx[index] += value
    good = all(np.array_equal(a, b) for a, b in ((y, run.y), (dw, run.grad_w), (dx, run.grad_x)))
    return Check("im2col-numbers", _verdict(good), Prose("check.im2col.numpy"))


def _entries(cells: Any, values: Any) -> list[tuple[Index, Any]]:
    """(index, value) of every cell that is an entry."""
    return [
        (c, v) for row, line in zip(cells, values, strict=True) for c, v in zip(row, line, strict=True) if c is not None
    ]
