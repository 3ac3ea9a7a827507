"""The numbers of a worked example of sums, maxima and means, found again without anything that made them, exactly.

evaluate      a sweep over buffers; of a node all windows at once, of a maximum its places as well
brute force   the definition, term by term or window by window
formula       of an unshared kernel the formulas of the page, read item by item
differences   of a node exact central differences of y, where there is a derivative
shared        of an unshared kernel, dL/dw summed over the places: the gradient of a kernel that all windows share
numpy-pad     with a border NumPy's ``pad``: the plain operator on the array that it makes gives the same y, the same dL/dw, and
              the gradient of the padded array before it is folded
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.evaluate import evaluate
from symconv.check.lines import World, value
from symconv.check.numeric import by_numpy
from symconv.language.border import Border
from symconv.language.example import Array, Example, shared
from symconv.language.facts import Check, Verdict, WindowDerivation
from symconv.language.functions import Function
from symconv.language.operator import inner, upstream
from symconv.language.prose import Prose, Words
from symconv.language.unshared import Unshared, definition, name_sizes, own_names

JACOBIAN = 20_000  # entries of the Jacobian that is found by differences


def independent(made: Example) -> list[Check]:
    """What there is to compare with, by the kind of layer."""
    found: list[Check | None] = [added_up(made), against_evaluate(made), against_brute(made)]
    if made.kind == "local":
        found += [against_formulas(made), against_differences(made), against_shared(made)]
    elif isinstance(made.layer, Unshared):
        found.append(against_differences(made))
    return [one for one in found if one is not None]


def added_up(made: Example) -> Check | None:
    """That every line is worth what it says: its products added, the largest of them, or their mean. Only a false one is told."""
    for part in (made.y, *(way for found in made.gradients for way in found.ways)):
        for line in part.lines:
            products = [worth_of(made, one.coefficient, one.factors) for one in line.terms]
            true = max(products, default=0) if line.case == "max" else sum(products)
            if line.case in ("sum", "max", "mean") and true != line.value * (line.divisor if line.case == "mean" else 1):
                wrong = Prose("check.example.differs.in", {"part": part.name})
                return Check("line", Verdict("refuted", wrong), wrong)
    return None


def worth_of(made: Example, coefficient: Any, factors: Any) -> Any:
    """A product by the entries that it names."""
    for name, index in factors:
        coefficient = coefficient * (made.array(name)[index] if name else 0)
    return coefficient


def packed(array: Array) -> Any:
    """The array in NumPy, its numbers as they are."""
    made = np.empty(len(array.entries), dtype=object)
    made[:] = array.entries
    return made.reshape(array.shape)


def known(made: Example) -> dict[str, Any]:
    """x, w, b (if there is one) and g in NumPy, by role."""
    op = made.op
    names = {"x": op.data.name, "w": op.kernel.name, "g": upstream(op)} | ({"b": op.bias.name} if op.bias else {})
    there = {array.name: array for array in made.arrays}
    return {role: packed(there[name]) for role, name in names.items() if name in there}


def results(made: Example) -> dict[str, Any]:
    """What the example says: y and the gradients, by role."""
    return {"y": packed(made.array(made.op.result.name)), **{d.wrt: packed(d.array) for d in made.gradients}}


def compared(made: Example, kind: str, how: Words, theirs: dict[str, Any]) -> Check:
    """The check that the example's numbers are theirs."""
    ours, count = results(made), 0
    for name, array in ours.items():
        count += array.size
        if array.shape != theirs[name].shape or not np.array_equal(array, theirs[name]):
            wrong = Prose("check.example.differs", {"how": how, "part": name})
            return Check(kind, Verdict("refuted", wrong), wrong)
    key = "check.example.equal.one" if pooled(made) else "check.example.equal"
    detail = Prose(key, {"how": how, "entries": count})
    return Check(kind, Verdict("checked", detail), detail)


def pooled(made: Example) -> bool:
    """Whether y is made of maxima or means."""
    return made.kind not in ("sum", "local")


def against_evaluate(made: Example) -> Check:
    """Against the taps swept over padded buffers, or over all windows at once; of a maximum its places as well."""
    arrays = known(made)
    run = evaluate(made.layer, **arrays)
    theirs = {"y": run.y, "x": run.grad_x, **{role: getattr(run, f"grad_{role}", None) for role in ("w", "b")}}
    found = compared(made, "evaluate", "symconv.evaluate", theirs)
    if made.kind == "max_pool" and not np.array_equal(places(made), run.indices):
        wrong = Prose("check.example.places")
        return Check("evaluate", Verdict("refuted", wrong), wrong)
    return found


def places(made: Example) -> Any:
    """Of every window the first largest entry's place in its plane, flattened."""
    x = made.array(made.op.data.name)
    found = []
    for line in made.y.lines:
        first = next(at for at in line.entries if x[at] == line.value)
        found.append(np.ravel_multi_index(first[x.lead :], x.shape[x.lead :]))
    return np.array(found, dtype=np.int64).reshape(made.y.shape)


def against_brute(made: Example) -> Check:
    """Against the definition's loops, term by term, or window by window."""
    arrays = known(made)
    assert not isinstance(made.layer, Function)
    theirs = {"y": brute.forward(made.layer, arrays)}
    theirs |= {d.wrt: brute.gradient(made.layer, d.wrt, arrays) for d in made.gradients}
    return compared(made, "brute-force", Prose("check.example.brute"), theirs)


# nodes
def operands(made: Example) -> dict[str, Any]:
    """x, w, b and g in NumPy; a bias that was not given is 0."""
    assert isinstance(made.layer, Unshared)
    none = {"b": np.zeros(brute.shape_of(made.layer, "b"), dtype=object)} if "b" in made.layer.roles else {}
    return {**none, **known(made)}


def against_formulas(made: Example) -> Check:
    """Against the formulas that the page shows: y as it is defined, and the last line of every derivation."""
    lines: dict[str, Any] = {}
    for one in made.gradients:
        assert isinstance(one.derivation, WindowDerivation)
        page = one.derivation.page
        lines |= {"y": definition(page), one.wrt: one.derivation.steps[one.derivation.gather].expr}
    arrays = {role: array.reshape(brute.shape_of(page, role)) for role, array in operands(made).items()}
    world, sizes = World({}, arrays), name_sizes(page)
    whole = {role: array.shape for role, array in results(made).items()}
    theirs = {}
    for role, line in lines.items():
        free = [(n, int(sizes[n].constant or 0)) for n in own_names(page, role)]
        theirs[role] = value(line, free, world).reshape(whole[role])
    return compared(made, "formula", Prose("check.example.formulas"), theirs)


def against_differences(made: Example) -> Check | None:
    """Against exact central differences of y; None at a tie, where there is no derivative, and for large examples."""
    node, arrays = made.layer, operands(made)
    assert isinstance(node, Unshared)
    work = max(arrays[d.wrt].size for d in made.gradients) * arrays["g"].size
    if max(work, brute.differences(node) // 50 if pooled(made) else 0) > JACOBIAN or (
        made.kind == "max_pool" and brute.tied(node, arrays["x"])
    ):
        return None
    theirs = {"y": results(made)["y"]}
    if pooled(made):
        arrays["x"] = arrays["x"] * distances(made)
    for d in made.gradients:
        slopes = brute.jacobian(node, d.wrt, arrays)
        theirs[d.wrt] = np.tensordot(arrays["g"], slopes, arrays["g"].ndim)
    found = compared(made, "differences", Prose("check.example.central"), theirs)
    key = "check.example.central.one" if pooled(made) else "check.example.central.all"
    detail = Prose(key, {"entries": sum(len(d.closed.lines) for d in made.gradients)})
    return Check(found.kind, Verdict("checked", detail), detail) if found.verdict.status == "checked" else found


def distances(made: Example) -> int:
    """A factor that puts different entries at least 1 apart: y is homogeneous, so its derivative stays what it is."""
    entries = sorted(set(made.array(made.op.data.name).entries))
    gaps = [b - a for a, b in pairwise(entries)]
    return max(1, int(-(-1 // min(gaps)))) if gaps else 1


def against_shared(made: Example) -> Check:
    """dL/dw summed over the places against the gradient of the convolution layer with the same windows."""
    arrays, op = known(made), made.op
    whole = brute.gradient(op, "w", arrays)
    good = np.array_equal(packed(shared(made)), whole)
    detail = Prose("check.example.shared", {"entries": whole.size})
    return Check("shared", Verdict("checked" if good else "refuted", detail), detail)


# borders
def widened(border: Border, array: Any) -> Any:
    """The padded array: by NumPy where it pads once, else walked back to the entry from every place."""
    if border.once:
        return by_numpy(border, array)
    for axis, (n, (lo, hi)) in enumerate(zip(border.sizes, border.pads, strict=True), array.ndim - len(border.pads)):
        size, first, last = (e.constant or 0 for e in (n, lo, hi))
        line = [brute.landing(border.mode, m - first, size) for m in range(size + first + last)]
        array = np.take(array, line, axis=axis)
    return array


def against_padded(made: Example) -> Check:
    """Against the plain operator on the padded array, which the example's own must be."""
    op, arrays = made.op, known(made)
    assert op.border is not None
    x = widened(op.border, arrays["x"])
    how = Prose("check.example.pad" if op.border.once else "check.example.walked")
    view = made.views[0]
    places = widened(op.border, np.arange(arrays["x"].size).reshape(arrays["x"].shape))
    own = made.array(view.name)
    ours = np.array([own.flat(at + c) for at, _ in own.planes() for c in view.cells if not isinstance(c, str)])
    wrong: list[Words] = []
    if not np.array_equal(ours, places.ravel()):
        wrong.append(Prose("check.example.places.of", {"part": view.name}))
    run = evaluate(inner(op), **{**arrays, "x": x})
    theirs = {"y": run.y, "w": run.grad_w, "b": run.grad_b}
    wrong += [name for name, array in results(made).items() if name != "x" and not np.array_equal(array, theirs[name])]
    fold = made.gradient("x").fold
    if fold is None or not np.array_equal(packed(fold.part.array), run.grad_x):
        wrong.append(Prose("check.example.unfolded"))
    verdict = Verdict("refuted", Prose("check.example.differs", {"how": how, "part": wrong[0]})) if wrong else None
    detail = Prose("check.example.padded", {"how": how, "places": x.size})
    return Check("numpy-pad", verdict or Verdict("checked", detail), detail)
