"""NumPy's own pieces against ours: forward references, the adjoint identity, central differences.

forward      y of the sweep == y built from np.correlate / np.convolve (one axis) or sliding_window_view + einsum
adjoint      sum_i g[i] (A v)[i] == sum_j (A^T g)[j] v[j]   exactly, for random integers g and v
differences  (L(T + h e) - L(T - h e)) / 2h  against the gradient's entry, in floats
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from symconv.check import brute
from symconv.check.cases import cases
from symconv.check.closed import apply
from symconv.check.steps import integers, spread
from symconv.check.sweep import Sweep
from symconv.language.facts import Check, Reduction, Verdict
from symconv.language.operator import Operator, labels, matrices, upstream
from symconv.language.prose import Prose

STEP = 1e-5
TOLERANCE = 1e-6


def reference(op: Operator, x: Any, w: Any) -> Any:
    """y of a concrete operator (without bias) from NumPy's own correlations and windows."""
    if op.ndim == 1 and not op.result.layout and op.axes[0].input_dilation == 1:
        return _line(op, x, w)
    if op.output_padding is not None:
        return brute.forward(op, x, w, None, np.zeros(brute.concrete_shape(op, op.result), dtype=x.dtype))
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
    return y.reshape(brute.concrete_shape(op, op.result))


def _sized(op: Operator, seed: int) -> dict[str, Any]:
    """Random integers for x, w and g of a concrete operator."""
    return {
        "x": integers(brute.concrete_shape(op, op.data), seed),
        "w": integers(brute.concrete_shape(op, op.kernel), seed + 1),
        "g": integers(brute.concrete_shape(op, op.result), seed + 2),
    }


def check_numeric(op: Operator, wrt: str, closed: Operator | Reduction) -> list[Check]:
    """The three checks on every case, as facts."""
    chosen = [(case, op.subs(case)) for case in cases(op)]
    forward = _forward_cases([c for _, c in chosen])
    products = sum(_adjoint(c, wrt, closed, case) for case, c in chosen)
    worst = max((_difference(c, wrt, closed, case) for case, c in chosen), default=0.0)
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
            _verdict(forward == n, n),
            Prose("check.numeric.forward", {"way": way, "good": forward, "cases": n}),
        ),
        Check(
            "adjoint",
            _verdict(products == 2 * n, n),
            Prose("check.adjoint", {"good": products, "trials": 2 * n}),
        ),
        Check(
            "differences",
            _verdict(worst < TOLERANCE, n),
            Prose("check.differences.cases", {"within": f"{TOLERANCE:.0e}", "cases": n}),
        ),
    ]


def _verdict(holds: bool, n: int) -> Verdict:
    return Verdict("checked" if holds else "refuted", Prose("check.cases", {"cases": n}))


def _forward_cases(operators: list[Operator]) -> int:
    good = 0
    for number, op in enumerate(operators):
        arrays = _sized(op, 11 * number)
        ours = Sweep(op, {"x": arrays["x"], "w": arrays["w"]}).forward()
        good += bool(np.array_equal(ours, reference(op, arrays["x"], arrays["w"])))
    return good


def linear_in(op: Operator, wrt: str, arrays: dict[str, Any], v: Any) -> Any:
    """A v: the forward map without bias, as a linear map of the tensor ``wrt``."""
    if wrt == "b":
        shape = brute.concrete_shape(op, op.result)
        return np.broadcast_to(v.reshape((1,) * (1 if op.result.layout else 0) + v.shape + (1,) * op.ndim), shape)
    return reference(op, v if wrt == "x" else arrays["x"], v if wrt == "w" else arrays["w"])


def _gradient(op: Operator, wrt: str, closed: Operator | Reduction, case: dict[str, int], arrays: Any) -> Any:
    named = {op.data.name: arrays["x"], op.kernel.name: arrays["w"], upstream(op): arrays["g"]}
    return apply(closed, case, named)


def _adjoint(op: Operator, wrt: str, closed: Operator | Reduction, case: dict[str, int]) -> int:
    good = 0
    for seed in (3, 5):
        arrays = _sized(op, seed)
        gradient = _gradient(op, wrt, closed, case, arrays)
        v = integers(brute.concrete_shape(op, op.operand(wrt)), seed + 40)
        left = int((arrays["g"] * linear_in(op, wrt, arrays, v)).sum())
        good += gradient.shape == v.shape and left == int((gradient * v).sum())
    return good


def _difference(op: Operator, wrt: str, closed: Operator | Reduction, case: dict[str, int]) -> float:
    """The largest relative difference over a few entries."""
    arrays = {role: a / 7.0 for role, a in _sized(op, 23).items()}
    gradient = _gradient(op, wrt, closed, case, arrays)
    at = integers(brute.concrete_shape(op, op.operand(wrt)), 29) / 7.0
    if gradient.shape != at.shape:
        return float("inf")
    worst = 0.0
    for flat in spread(4, at.size):
        index = np.unravel_index(flat, at.shape)
        up, down = at.copy(), at.copy()
        up[index] += STEP
        down[index] -= STEP
        rise = (arrays["g"] * (linear_in(op, wrt, arrays, up) - linear_in(op, wrt, arrays, down))).sum()
        slope = rise / (2 * STEP)
        worst = max(worst, abs(slope - gradient[index]) / max(1.0, abs(gradient[index])))
    return float(worst)


def check_matrices(op: Operator, closed: Operator) -> Check:
    """A gradient without spatial axes as the product of matrices that is printed, by NumPy's own product."""
    chosen = cases(op)
    good = 0
    for number, case in enumerate(chosen):
        concrete = op.subs(case)
        arrays = _sized(concrete, 3 * number)
        named = {op.data.name: arrays["x"], op.kernel.name: arrays["w"], upstream(op): arrays["g"]}
        left, right = (named[name].T if turned else named[name] for name, turned in matrices(closed))
        good += bool(np.array_equal(left @ right, apply(closed, case, named)))
    n = len(chosen)
    return Check("matrix", _verdict(good == n, n), Prose("check.numeric.matrix", {"good": good, "cases": n}))


def check_hessian(op: Operator) -> Check:
    """The operator is additive in its data and in its kernel (no pure second derivative), and the mixed one is not 0."""
    chosen = [op.subs(case) for case in cases(op)]
    additive = mixed = 0
    for number, concrete in enumerate(chosen):
        one, two = _sized(concrete, 31 * number), _sized(concrete, 31 * number + 9)
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
