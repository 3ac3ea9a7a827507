"""NumPy's own pieces against ours: forward references, the adjoint identity, central differences.

forward      y of the sweep == y built from np.correlate / np.convolve (one axis) or sliding_window_view + einsum
adjoint      sum_i g[i] (A v)[i] == sum_j (A^T g)[j] v[j]   exactly, for random integers g and v
differences  (L(T + h e) - L(T - h e)) / 2h  against the gradient's entry, in floats
numbers      what ``evaluate`` computes (all windows at once) == brute force, window by window
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from symconv.check import brute
from symconv.check.cases import Case, cases, tally
from symconv.check.closed import apply
from symconv.check.evaluate import results
from symconv.check.padding import constant, fold
from symconv.check.steps import arrays_for, integers, named, spread
from symconv.check.sweep import Sweep
from symconv.language.border import BAR, Border
from symconv.language.facts import Check, Reduction, Verdict
from symconv.language.operator import Operator, complete, inner, labels, matrices
from symconv.language.prose import Prose
from symconv.language.unshared import Unshared

NUMPY: dict[str, Any] = {"circular": "wrap", "reflect": "reflect", "symmetric": "symmetric", "replicate": "edge"}
STEP = 1e-5
TOLERANCE = 1e-6


def reference(op: Operator, x: Any, w: Any) -> Any:
    """y of a concrete operator (without bias) from NumPy's own correlations and windows; padding modes by NumPy's pad."""
    if op.border is not None:
        given = {"x": x, "w": w}
        if op.border.role in given:
            given[op.border.role] = by_numpy(op.border, given[op.border.role])
        made = reference(inner(op), given["x"], given["w"])
        return fold(op.border, made) if op.border.role == "y" else made
    if op.ndim == 1 and not op.result.layout and op.axes[0].input_dilation == 1:
        return _line(op, x, w)
    if op.output_padding is not None:
        return brute.forward(op, {"x": x, "w": w})
    padded = _padded(op, x)
    windows = padded
    for k, axis in enumerate(op.axes):
        at = padded.ndim - op.ndim + k
        reach, s, d = (int(e.constant or 0) for e in (axis.reach, axis.stride, axis.dilation))
        windows = sliding_window_view(windows, reach + 1, axis=at)[..., ::d]
        windows = windows[(slice(None),) * at + (slice(None, None, s),)]
        windows = windows[(slice(None),) * at + (slice(axis.output.constant),)]  # a remainder may hold more windows
    if op.flip:
        w = np.flip(w, tuple(range(w.ndim - op.ndim, w.ndim)))
    return _contract(op, windows, w)


def _line(op: Operator, x: Any, w: Any) -> Any:
    """One axis, one channel: np.convolve if the kernel is flipped, else np.correlate, on the dilated kernel."""
    (axis,) = op.axes
    padded = _padded(op, x)
    wide = np.zeros(int(axis.reach.constant or 0) + 1, dtype=w.dtype)
    wide[:: axis.dilation.constant] = w
    made = np.convolve(padded, wide, "valid") if op.flip else np.correlate(padded, wide, "valid")
    return made[:: axis.stride.constant][: axis.output.constant]


def _padded(op: Operator, x: Any) -> Any:
    """The data zero-dilated, then padded by np.pad and cropped by slicing."""
    pads, cuts = [(0, 0)] * (x.ndim - op.ndim), [slice(None)] * (x.ndim - op.ndim)
    for at, axis in enumerate(op.axes, x.ndim - op.ndim):
        r, lo, hi = (int(e.constant or 0) for e in (axis.input_dilation, axis.lo, axis.hi))
        if r > 1:
            x = np.insert(x, np.repeat(np.arange(1, x.shape[at]), r - 1), 0, axis=at)
        pads.append((max(0, lo), max(0, hi)))
        cuts.append(slice(max(0, -lo), x.shape[at] + max(0, lo) + max(0, hi) - max(0, -hi)))
    return np.pad(x, pads)[tuple(cuts)]


def _contract(op: Operator, windows: Any, w: Any) -> Any:
    """Sum over taps and the labels that y lacks."""
    extents = {n: e.constant or 0 for n, e in op.extents}
    known = list(extents)

    def opened(array: Any, operand: Any) -> Any:
        return array.reshape([extents[n] for n in labels(operand)] + list(array.shape[len(operand.layout) :]))

    def letters(operand: Any) -> list[int]:
        return [known.index(n) for n in labels(operand)]

    places, taps = list(range(20, 20 + op.ndim)), list(range(30, 30 + op.ndim))
    y = np.einsum(
        opened(windows, op.data),
        letters(op.data) + places + taps,
        opened(w, op.kernel),
        letters(op.kernel) + taps,
        letters(op.result) + places,
    )
    return y.reshape(brute.shape_of(op, "y"))


def check_numeric(op: Operator, wrt: str, closed: Operator | Reduction) -> list[Check]:
    """The three checks on every case, as facts."""
    chosen = [(case, op.subs(case)) for case in cases(op)]
    forward = _forward_cases([c for _, c in chosen])
    products, worst = 0, 0.0
    for case, concrete in chosen:
        for seed in (3, 5):
            arrays = arrays_for(concrete, seed)
            products += adjoint(concrete, wrt, gradient(concrete, closed, case, arrays), arrays, seed + 40)
        floats = {role: a / 7.0 for role, a in arrays_for(concrete, 23).items()}
        worst = max(worst, difference(concrete, wrt, gradient(concrete, closed, case, floats), floats, 4))
    n = len(chosen)
    ways = "np.convolve" if op.flip else "np.correlate"
    line = op.ndim == 1 and not op.result.layout and op.axes[0].input_dilation == 1
    way = (
        ways
        if line
        else "einsum"
        if not op.axes
        else Prose("check.numeric.windows")
        if op.output_padding is None
        else Prose("check.numeric.scatter")
    )
    if not n:
        undecided = Verdict("unsupported", Prose("check.brute.none"))
        return [Check(kind, undecided, undecided.how) for kind in ("numpy-forward", "adjoint", "differences")]
    return [
        Check(
            "numpy-forward",
            tally(forward, n),
            Prose("check.numeric.forward", {"way": way, "good": forward, "cases": n}),
        ),
        Check(
            "adjoint",
            tally(products // 2, n),
            Prose("check.adjoint", {"good": products, "trials": 2 * n}),
        ),
        Check(
            "differences",
            tally(n if worst < TOLERANCE else 0, n),
            Prose("check.differences.cases", {"within": f"{TOLERANCE:.0e}", "cases": n}),
        ),
    ]


def _forward_cases(operators: list[Operator]) -> int:
    good = 0
    for number, op in enumerate(operators):
        arrays = arrays_for(op, 11 * number)
        ours = Sweep(op, {"x": arrays["x"], "w": arrays["w"]}).forward()
        good += bool(np.array_equal(ours, reference(op, arrays["x"], arrays["w"])))
    return good


def linear_in(op: Operator, wrt: str, arrays: dict[str, Any], v: Any) -> Any:
    """A v: the forward map without bias, as a linear map of the tensor ``wrt``."""
    if wrt == "b":
        lead = (1,) * (1 if op.result.layout else 0)
        return np.broadcast_to(v.reshape(lead + v.shape + (1,) * op.ndim), brute.shape_of(op, "y"))
    return reference(op, v if wrt == "x" else arrays["x"], v if wrt == "w" else arrays["w"])


def gradient(op: Operator, closed: Operator | Reduction, case: Case, arrays: dict[str, Any]) -> Any:
    """The closed form's value: what it reads is padded, what it makes is folded."""
    given = named(op, arrays)
    if isinstance(closed, Reduction) or closed.border is None:
        return apply(closed, case, given)
    plain, border = inner(closed), closed.border.subs(complete(op, case))
    for name in list(given):
        if name + BAR in (plain.data.name, plain.kernel.name):
            given[name + BAR] = by_numpy(border, given[name])
    made = apply(plain, case, given)
    return fold(border, made) if border.role == "y" else made


def by_numpy(border: Border, array: Any) -> Any:
    """P x by np.pad, crops by slicing afterwards."""
    first = array.ndim - len(border.pads)
    pairs = [(constant(lo), constant(hi)) for lo, hi in border.pads]
    out: Any = np.pad(array, [(0, 0)] * first + [(max(0, lo), max(0, hi)) for lo, hi in pairs], mode=NUMPY[border.mode])
    cuts = [slice(max(0, -lo), n - max(0, -hi)) for (lo, hi), n in zip(pairs, out.shape[first:], strict=True)]
    return out[(..., *cuts)]


def adjoint(op: Operator, wrt: str, gradient: Any, arrays: dict[str, Any], seed: int) -> bool:
    """<g, A v> = <A^T g, v> for random integers v."""
    v = integers(brute.shape_of(op, wrt), seed)
    left = int((arrays["g"] * linear_in(op, wrt, arrays, v)).sum())
    return gradient.shape == v.shape and left == int((gradient * v).sum())


def difference(op: Operator, wrt: str, gradient: Any, arrays: dict[str, Any], most: int) -> float:
    """The largest relative difference over a few entries, the first and the last (where a border folds) among them."""
    at = integers(brute.shape_of(op, wrt), 29) / 7.0
    if gradient.shape != at.shape:
        return float("inf")
    worst = 0.0
    for flat in spread(most, at.size):
        index = np.unravel_index(flat, at.shape)
        up, down = at.copy(), at.copy()
        up[index] += STEP
        down[index] -= STEP
        rise = (arrays["g"] * (linear_in(op, wrt, arrays, up) - linear_in(op, wrt, arrays, down))).sum()
        slope = rise / (2 * STEP)
        worst = max(worst, abs(slope - gradient[index]) / max(1.0, abs(gradient[index])))
    return float(worst)


# windows with weights of their own
def check_numbers(layer: Unshared, wrt: str) -> Check:
    """What ``evaluate`` computes (NumPy, all windows at once) against brute force, window by window."""
    chosen = cases(layer)
    good = 0
    for number, case in enumerate(chosen):
        concrete = layer.subs(case)
        equal = True
        for ties in (False, True):
            arrays = arrays_for(concrete, 17 * number + 5, ties)
            found = results(concrete, arrays)
            equal = equal and np.array_equal(found["y"], brute.forward(concrete, arrays))
            equal = equal and np.array_equal(found[f"grad_{wrt}"], brute.gradient(concrete, wrt, arrays))
        good += bool(equal)
    n = len(chosen)
    return Check("numpy", tally(good, n), Prose("check.nodes.numpy", {"good": good, "cases": n}))


def check_differences(layer: Unshared, wrt: str) -> Check:
    """The convention, window by window, against exact central differences where no window has a tie."""
    chosen = cases(layer)
    good = 0
    for number, case in enumerate(chosen):
        concrete = layer.subs(case)
        arrays = arrays_for(concrete, 31 * number + 2)
        jacobian = brute.jacobian(concrete, wrt, arrays)
        truth = np.tensordot(arrays["g"], jacobian, axes=arrays["g"].ndim)
        good += bool(np.array_equal(brute.gradient(concrete, wrt, arrays), truth))
    n = len(chosen)
    where = Prose("check.nodes.ties.none") if layer.kind == "max_pool" else ""
    return Check(
        "differences",
        tally(good, n),
        Prose("check.nodes.differences", {"good": good, "cases": n, "where": where}),
    )


# what follows from linearity
def check_matrices(op: Operator, closed: Operator) -> Check:
    """A gradient without spatial axes as the product of matrices that is printed, by NumPy's own product."""
    chosen = cases(op)
    good = 0
    for number, case in enumerate(chosen):
        concrete = op.subs(case)
        arrays = arrays_for(concrete, 3 * number)
        given = named(op, arrays)
        left, right = (given[name].T if turned else given[name] for name, turned in matrices(closed))
        good += bool(np.array_equal(left @ right, apply(closed, case, given)))
    n = len(chosen)
    return Check("matrix", tally(good, n), Prose("check.numeric.matrix", {"good": good, "cases": n}))


def check_hessian(op: Operator) -> Check:
    """The operator is additive in its data and in its kernel (no pure second derivative), and the mixed one is not 0."""
    chosen = [op.subs(case) for case in cases(op)]
    additive = mixed = 0
    for number, concrete in enumerate(chosen):
        one, two = arrays_for(concrete, 31 * number), arrays_for(concrete, 31 * number + 9)
        base = reference(concrete, one["x"], one["w"])
        by_data = reference(concrete, one["x"] + two["x"], one["w"]) - base - reference(concrete, two["x"], one["w"])
        by_kernel = reference(concrete, one["x"], one["w"] + two["w"]) - base - reference(concrete, one["x"], two["w"])
        additive += not by_data.any() and not by_kernel.any()
        mixed += bool(base.any())
    n = len(chosen)
    holds = n > 0 and additive == n and mixed > 0
    detail = Prose("check.numeric.bilinear", {"good": additive, "cases": n, "mixed": mixed})
    return Check(
        "hessian",
        Verdict("checked" if holds else "refuted" if n else "unsupported", Prose("check.cases", {"cases": n})),
        detail,
    )
