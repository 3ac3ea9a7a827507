"""The lines on pointwise functions, softmax, losses and flatten, evaluated on numbers and compared with true derivatives."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from symconv.check.evaluate import evaluate
from symconv.check.functions import (
    both,
    complex_step,
    naive_loss,
    naive_softmax,
    probabilities,
)
from symconv.check.lines import World, value
from symconv.check.oracles import by_mpmath, fits_kinks, named, short
from symconv.language.expr import Access, Expr
from symconv.language.facts import Check, Verdict
from symconv.language.functions import CLASSES, TOTAL, Function
from symconv.language.lazy import dataclass
from symconv.language.prose import Joined, Prose

Array = Any
POINTS = (-3.0, -1.7, -0.6, -0.1, 0.2, 0.9, 1.6, 2.8)
DIGITS = 40
UNKNOWN = Fraction(1, 7)  # a parameter that is a name
RELATIVE = 1e-11
SEEDS = (1, 2, 3)


def true_slopes(layer: Function, x: Array) -> Array:
    """f'(x) by mpmath's numerical differentiation, entry by entry."""
    from mpmath import mp

    function = by_mpmath(layer)
    with mp.workdps(DIGITS):
        return np.array([float(mp.diff(function, mp.mpf(float(v)), h=mp.mpf("1e-12"))) for v in x.flat]).reshape(x.shape)


def points_of(layer: Function) -> Array:
    """Numbers on both sides of every break, and on none."""
    breaks = [float(at) for at in layer.function.breaks if at]
    beside = [at + side for at in breaks for side in (-0.45, 0.45)]
    return np.array([*(x for x in POINTS if x not in breaks), *beside])


def functions_of(layer: Function | None) -> dict[tuple[str, int], Any]:
    """The functions that lines may hold, those of a layer among them."""
    found: dict[tuple[str, int], Any] = {("exp", 0): np.exp, ("log", 0): np.log}
    if layer is not None and layer.kind == "pointwise":
        found |= {(layer.name, order): lambda x, order=order: both(layer, np.asarray(x))[order] for order in (0, 1)}
    return found


@dataclass
class LayerTrial:
    """Arrays by name, sizes, and the true gradient by the left side's tensor."""

    world: World
    truths: dict[str, Array]
    arrays: dict[str, Array]
    target: Any = None

    def equals(self, left: Access, line: Expr) -> bool:
        """Whether the line's value is the truth for its left side."""
        truth = self.truths[left.tensor.name]
        names = [n for e in left.index for n in e.names()]
        free = [(name, size) for name, size in zip(names, truth.shape, strict=True)]
        found = value(line, free, self.world).astype(float)
        return bool(np.allclose(found, truth, rtol=RELATIVE, atol=1e-13))


def trial(layer: Function, seed: int) -> LayerTrial:
    """Random numbers for one layer, with the true derivative."""
    rng = np.random.RandomState(seed)
    functions = functions_of(layer)
    if layer.kind == "pointwise":
        x = points_of(layer) * (1 + 0.1 * seed)
        g = rng.randn(x.size)
        slopes = true_slopes(layer, x)
        y = functions[layer.name, 0](x)
        world = World({"N": x.size}, {"x": x, "g": g, "y": y}, {"x": np.diag(slopes)}, functions)
        return LayerTrial(world, {"dL/dx": g * slopes}, {"x": x, "g": g})
    if layer.kind == "flatten":
        x = rng.randn(2, 3, 4, 2)
        g = rng.randn(2, 24)
        truth = np.zeros_like(x)
        for n in range(2):
            for k, place in enumerate(np.ndindex(3, 4, 2)):
                truth[(n, *place)] = g[n, k]
        world = World({"B": 2, "C": 3, "N1": 4, "N2": 2}, {"x": x, "g": g}, {}, functions)
        return LayerTrial(world, {"dL/dx": truth}, {"x": x, "g": g})
    shape = (3 + seed % 2, 4)
    x = rng.randn(*shape)
    sizes = {"B": shape[0], "C": shape[1], "N": shape[0]}
    if layer.kind == "softmax":
        g, jacobian = rng.randn(*shape), complex_step(naive_softmax, x)
        world = World(sizes, {"x": x, "g": g, "y": naive_softmax(x)}, {"x": jacobian}, functions)
        return LayerTrial(world, {"dL/dx": np.tensordot(g, jacobian, axes=2)}, {"x": x, "g": g})
    return loss_trial(layer, rng, x, sizes, functions)


def loss_trial(layer: Function, rng: Any, x: Array, sizes: dict[str, int], functions: Any) -> LayerTrial:
    """A loss: mse and sum on a row, cross_entropy on logits and classes."""
    if layer.name != "cross_entropy":
        x, t = x[:, 0], rng.randn(len(x))
        truth = complex_step(naive_loss(layer, t), x)
        world = World({"N": len(x)}, {"x": x, "t": t, "r": x - t}, {}, functions)
        return LayerTrial(world, {"dL/dx": truth}, {"x": x}, t if layer.name == "mse" else None)
    classes = rng.randint(0, x.shape[1], size=len(x))
    hot = np.zeros_like(x)
    hot[np.arange(len(x)), classes] = 1
    p = naive_softmax(x)

    def by_p(q: Array) -> Any:
        total = -sum(np.log(row[k]) for row, k in zip(q, classes, strict=True))
        return total / (len(q) if layer.reduction == "mean" else 1)

    truths = {"dL/dx": complex_step(naive_loss(layer, classes), x), "dL/dp": complex_step(by_p, p)}
    arrays = {"x": x, "p": p, CLASSES: hot, TOTAL: np.exp(x).sum(axis=1), "dL/dp": truths["dL/dp"]}
    return LayerTrial(World(sizes, arrays, {}, functions), truths, {"x": x}, classes)


def check_lines(layer: Function, told: list[tuple[Access, list[Expr]]]) -> list[list[Verdict]]:
    """A verdict per line of every story: its value is the true derivative."""
    trials = [trial(layer, seed) for seed in SEEDS]
    way = Prose(f"check.functions.way.{layer.kind if layer.kind in ('pointwise', 'flatten') else 'complex'}")
    entries = sum(t.truths["dL/dx"].size for t in trials)
    found = []
    for left, lines in told:
        verdicts = []
        for line in lines:
            good = all(t.equals(left, line) for t in trials)
            key = "check.functions.equal" if good else "check.functions.differs"
            how = Prose(key, {"way": way, "inputs": len(trials), "entries": entries})
            verdicts.append(Verdict("checked" if good else "refuted", how))
        found.append(verdicts)
    return found


def check_evaluation(layer: Function) -> Check:
    """What ``evaluate`` computes against the true derivative, and its value against the definition."""
    good = 0
    numeric = replace(layer, parameters=tuple(named(layer).items()))
    for seed in SEEDS:
        one = trial(numeric, seed)
        found = evaluate(numeric, one.arrays["x"], g=one.arrays.get("g"), target=one.target)
        good += bool(np.allclose(found.grad_x, one.truths["dL/dx"], rtol=RELATIVE, atol=1e-13))
    status = "checked" if good == len(SEEDS) else "refuted"
    detail = Prose("check.functions.numpy", {"within": f"{RELATIVE:.0e}", "good": good, "inputs": len(SEEDS)})
    return Check("numpy", Verdict(status, Prose("check.inputs", {"inputs": good})), detail)


def check_rows() -> Check:
    """softmax: the gradient of every row sums to 0, and a constant added to a row changes nothing."""
    good = 0
    for seed in SEEDS:
        one = trial(Function("softmax", "softmax"), seed)
        x = one.arrays["x"]
        still = np.allclose(naive_softmax(x + 2.5), naive_softmax(x), rtol=RELATIVE)
        good += bool(still and np.allclose(one.truths["dL/dx"].sum(axis=1), 0, atol=1e-13))
    detail = Prose("check.functions.rows", {"good": good, "inputs": len(SEEDS)})
    return Check(
        "rows", Verdict("checked" if good == len(SEEDS) else "refuted", Prose("check.inputs", {"inputs": good})), detail
    )


def check_kink(layer: Function) -> Check:
    """At a kink the slopes from the left and from the right differ; the convention is one of those between."""
    words = []
    for kink in reversed(layer.kinks):
        left, right, taken = (UNKNOWN if n is None else n for n in (kink.left, kink.right, kink.taken))
        where = Prose("check.functions.at", {"place": kink.at}) if len(layer.kinks) > 1 else ""
        slots = {"where": where, "left": short(left), "right": short(right), "taken": short(taken)}
        words.append(Prose("check.functions.slopes", slots))
    detail = Joined(tuple(words), "; ")
    return Check("kink", Verdict("checked" if fits_kinks(layer) else "refuted", detail), detail)


def check_symbolic(layer: Function, derived: Any, agrees: bool) -> Check:
    """SymPy's derivative, case by case, against mpmath's numbers; and the form that is shown against SymPy's."""
    from sympy import Symbol

    good = 0
    points = points_of(layer)
    truth = true_slopes(layer, points)
    for point, slope in zip(points.tolist(), truth, strict=True):
        expression = derived[layer.function.case(point)][1]
        known = {"x": point, **dict(layer.function.constants if layer.definition is not None else ())}
        put = {s: known.get(s.name, UNKNOWN) for s in expression.free_symbols if isinstance(s, Symbol)}
        good += bool(abs(float(expression.subs(put).evalf(20)) - slope) < 1e-10)
    holds = good == len(points) and agrees
    shown = Prose("check.functions.form.equal" if agrees else "check.functions.form.open")
    detail = Prose("check.functions.mpmath", {"good": good, "points": len(points), "shown": shown})
    return Check("sympy", Verdict("checked" if holds else "refuted", Prose("check.points", {"points": good})), detail)


__all__ = ["check_evaluation", "check_kink", "check_lines", "check_rows", "check_symbolic", "probabilities", "trial"]
