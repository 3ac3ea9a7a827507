"""The numbers of a function's example, found again without anything that made them.

evaluate      NumPy's sweep: equal where numbers are rational, else in float64
digits        Python's ``decimal`` with PRECISION digits, by formulas that differ from those of the page: activations by the
              lines of ``oracles``, dL/dx[c] of softmax = y[c] sum_k y[k] (g[c] - g[k])
differences   exact ones where y is piecewise a polynomial, else (L(x + h) - L(x - h)) / 2h with h = 1e-30 in decimal
slope         the formula of f' against such differences of f, at fixed points
kink          the slopes on both sides of a kink that occurs, and the convention between them
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from symconv.check.evaluate import evaluate
from symconv.check.example import packed
from symconv.check.oracles import PRECISION, both, context, exactly, fits_kinks, log1p, normal, pi, rational, short
from symconv.language.example import Array, Example, Trace
from symconv.language.expand import Index
from symconv.language.facts import Check, Verdict
from symconv.language.functions import CLASSES, Function, Tree
from symconv.language.prose import Joined, Prose
from symconv.language.rounded import FEW, PLACES, Rounded, settled

STEP, WITHIN = -30, -25
FLOATS = 1e-11
POINTS = tuple(Fraction(*p) for p in ((-3, 1), (-5, 4), (-3, 4), (-1, 7), (2, 9), (1, 1), (9, 5), (4, 1)))
Numbers = dict[Index, Decimal]


def entries(count: int) -> Prose:
    """So many entries, in words."""
    return Prose("check.entry" if count == 1 else "check.entries", {"entries": count})


# evaluate
def against_evaluate(made: Example) -> Check:
    """Against NumPy."""
    arrays = {name: packed(made.array(name)) for name in ("x", "g", "t") if made.has(name)}
    if made.function.name == "cross_entropy":
        arrays["t"] = arrays["t"].astype(np.int64)
    run = evaluate(made.function, arrays["x"], g=arrays.get("g"), target=arrays.get("t"))
    theirs = {made.y.name: run.y, "dL/dx": run.grad_x}
    count = sum(np.asarray(a).size for a in theirs.values())
    rational = made.function.rational
    scale = max([1.0, *(abs(float(n)) for name in ("x", "g", "t") if made.has(name) for n in made.array(name).entries)])
    for part in (made.y, *made.gradient("x").ways):
        ours = np.array([settled(v) for v in part.values], dtype=object).reshape(part.shape)
        other = np.asarray(theirs[part.name])
        close = other.shape == ours.shape and (
            np.array_equal(ours, other)
            if rational
            else bool(np.all(np.abs(ours.astype(float) - other.astype(float)) <= FLOATS * scale))
        )
        if not close:
            wrong = Prose("check.example.differs.in", {"part": part.name})
            return Check("evaluate", Verdict("refuted", wrong), wrong)
    how = Prose("check.evaluate.equal") if rational else Prose("check.evaluate.agree", {"within": FLOATS})
    detail = Prose("check.evaluate", {"name": made.y.name, "how": how, "entries": count})
    return Check("evaluate", Verdict("checked", detail), detail)


def rows(shape: Index) -> list[list[Index]]:
    """The indices of every row along the channels."""
    axis = 0 if len(shape) == 1 else 1
    found: dict[Index, list[Index]] = {}
    for index in np.ndindex(*shape):
        found.setdefault(index[:axis] + index[axis + 1 :], []).append(index)
    return list(found.values())


def row_name(shape: Index, index: Index) -> Index:
    """The row of an index."""
    axis = 0 if len(shape) == 1 else 1
    return index[:axis] + index[axis + 1 :]


def forward(layer: Function, x: Mapping[Index, Decimal], shape: Index, known: Mapping[str, Array]) -> Numbers:
    """y, or the loss at the index ()."""
    if layer.kind == "pointwise":
        return {i: both(layer, n)[0] for i, n in x.items()}
    found: Numbers = {}
    losses = []
    for row in rows(shape):
        top = max(x[i] for i in row)
        powers = {i: (x[i] - top).exp() for i in row}
        total = sum(powers.values(), Decimal(0))
        found |= {i: p / total for i, p in powers.items()}
        if layer.kind == "loss":
            (mark,) = (i for i in row if known[CLASSES][i] == 1)
            losses.append(top + total.ln() - x[mark])
    if layer.kind != "loss":
        return found
    return {(): sum(losses, Decimal(0)) / (len(losses) if layer.reduction == "mean" else 1)}


# digits
def against_decimals(made: Example) -> Check | None:
    """Every rounded number again; None where no number is rounded."""
    parts = [part for part in made.everything if any(isinstance(v, Rounded) for v in part.values)]
    if not parts:
        return None
    count = 0
    with localcontext(context()):
        theirs = again(made)
        for part in parts:
            for line in part.lines:
                other = theirs[part.name][line.index]
                if not same(line.value, other):
                    wrong = Prose("check.decimals.differs", {"part": part.name, "index": list(line.index)})
                    return Check("digits", Verdict("refuted", wrong), wrong)
                count += isinstance(line.value, Rounded)
    detail = Prose("check.decimals" if count > 1 else "check.decimals.one", {"numbers": count, "digits": PRECISION})
    return Check("digits", Verdict("checked", detail), detail)


def same(ours: Any, theirs: Decimal) -> bool:
    """Whether a number rounds to the digits that are printed, or equals an exact one."""
    if isinstance(ours, Rounded):
        return all(context(n).plus(theirs) == ours.to(n) for n in (FEW, PLACES))
    return abs(theirs - exactly(ours)) <= Decimal(10) ** -60 * max(Decimal(1), abs(theirs))


def again(made: Example) -> dict[str, Numbers]:
    """Every part of the example by its name, in decimals."""
    layer, shape = made.function, made.array("x").shape
    x = {i: exactly(made.entry("x", i)) for i in np.ndindex(*shape)}
    g = {i: exactly(made.entry("g", i)) for i in np.ndindex(*shape)} if made.has("g") else {}
    if layer.kind == "pointwise":
        found = {i: both(layer, n) for i, n in x.items()}
        return {"y": {i: y for i, (y, _) in found.items()}, "dL/dx": {i: g[i] * slope for i, (_, slope) in found.items()}}
    parts: dict[str, Numbers] = {name: {} for name in ("Z", "log Z", "p", "y", "s", "dL/dp", "dL/dx")}
    hot = made.array(CLASSES) if made.has(CLASSES) else None
    by = len(rows(shape)) if layer.reduction == "mean" else 1
    for row in rows(shape):
        name = row_name(shape, row[0])
        top = max(x[i] for i in row)
        total = sum(((x[i] - top).exp() for i in row), Decimal(0))
        parts["Z"][name], parts["log Z"][name] = top.exp() * total, top + total.ln()
        y = {i: (x[i] - top).exp() / total for i in row}
        parts["y"] |= y
        parts["p"] |= y
        if g:
            parts["s"][name] = sum((g[i] * y[i] for i in row), Decimal(0))
            for c in row:
                parts["dL/dx"][c] = y[c] * sum((y[k] * (g[c] - g[k]) for k in row), Decimal(0))
        if hot is not None:
            (mark,) = (i for i in row if hot[i] == 1)
            parts["dL/dp"] |= {c: -1 / (by * y[c]) if c == mark else Decimal(0) for c in row}
            rest = sum((y[k] for k in row if k != mark), Decimal(0))
            parts["dL/dx"] |= {c: (-rest if c == mark else y[c]) / by for c in row}
    if hot is not None:
        parts["L"] = {(): loss(made, parts["p"], hot) / by}
    return parts


def loss(made: Example, p: Numbers, hot: Array) -> Decimal:
    """The sum of -log p over the rows; 1 - p is summed, so that a p near 1 loses nothing."""
    total = Decimal(0)
    for row in rows(hot.shape):
        (mark,) = (i for i in row if hot[i] == 1)
        rest = sum((p[k] for k in row if k != mark), Decimal(0))
        total += log1p(rest / p[mark])
    return total


# differences
def against_differences(made: Example) -> Check:
    """The gradient by moving one entry of x at a time."""
    return rational_differences(made) if made.function.rational else decimal_differences(made)


def rational_differences(made: Example) -> Check:
    """Exact: y is a polynomial of degree 2 at most in between kinks, where central differences are the derivative."""
    layer, x = made.function, packed(made.array("x"))
    breaks = layer.function.breaks if layer.kind == "pointwise" else (Fraction(0),)
    sizes = [abs(n - at) for n in made.array("x").entries for at in breaks if n != at]
    h = min(sizes, default=Fraction(1)) / 2
    known = {name: packed(made.array(name)) for name in ("g", "t") if made.has(name)}
    count = 0
    for line in made.gradient("x").scatter.lines:
        if line.case == "kink":
            continue
        ends = []
        for sign in (1, -1):
            moved = x.copy()
            moved[line.index] = moved[line.index] + sign * h
            ends.append(exact_loss(layer, moved, line.index, known))
        if (ends[0] - ends[1]) / (2 * h) != line.value:
            wrong = Prose("check.example.differs.in", {"part": f"dL/dx{list(line.index)}"})
            return Check("differences", Verdict("refuted", wrong), wrong)
        count += 1
    away = Prose("check.example.away") if count < x.size else ""
    detail = Prose("check.example.differences.exact", {"entries": entries(count), "away": away})
    return Check("differences", Verdict("checked", detail), detail)


def exact_loss(layer: Function, x: Any, index: Index, known: Mapping[str, Any]) -> Fraction:
    """sum g y, or the loss: as far as it depends on one entry of x."""
    if layer.name == "sum":
        return Fraction(x[index])
    if layer.name == "mse":
        square = Fraction((x[index] - known["t"][index]) ** 2)
        return square / (x.size if layer.reduction == "mean" else 1)
    if layer.kind == "flatten":
        return Fraction(x[index]) * Fraction(known["g"].reshape(x.shape)[index])
    return rational(layer, Fraction(x[index])) * Fraction(known["g"][index])


def decimal_differences(made: Example) -> Check:
    """With a step of 1e-30; only the row of the entry is looked at."""
    layer, x = made.function, made.array("x")
    arrays = {a.name: a for a in made.arrays}
    count = len(rows(x.shape)) if layer.kind != "pointwise" and layer.reduction == "mean" and layer.kind == "loss" else 1
    with localcontext(context()):
        h = Decimal(10) ** STEP
        known = {i: exactly(x[i]) for i in x.indices()}
        bound = Decimal(10) ** WITHIN * max(
            [Decimal(1), *(abs(exactly(n)) for n in (arrays["g"].entries if "g" in arrays else ()))]
        )
        groups = {i: [i] for i in known} if layer.kind == "pointwise" else {i: row for row in rows(x.shape) for i in row}
        lines = [line for line in made.gradient("x").scatter.lines if line.case != "kink"]
        for line in lines:
            ends = []
            for sign in (1, -1):
                some = {i: known[i] + (sign * h if i == line.index else 0) for i in groups[line.index]}
                y = near(layer, some, line.index, x.shape, arrays)
                ends.append(y)
            found = (ends[0] - ends[1]) / (2 * h * count)
            ours = line.value.low if isinstance(line.value, Rounded) else exactly(line.value)
            if abs(found - ours) > bound:
                wrong = Prose("check.example.differs.in", {"part": f"dL/dx{list(line.index)}"})
                return Check("differences", Verdict("refuted", wrong), wrong)
    away = Prose("check.example.away") if len(lines) < len(made.gradient("x").scatter.lines) else ""
    slots = {
        "step": f"1e{STEP}",
        "digits": PRECISION,
        "within": f"1e{WITHIN}",
        "entries": entries(len(lines)),
        "away": away,
    }
    detail = Prose("check.example.differences", slots)
    return Check("differences", Verdict("checked", detail), detail)


def near(layer: Function, x: Numbers, index: Index, shape: Index, arrays: Mapping[str, Array]) -> Decimal:
    """The part of L that depends on one entry: its own y, or its row's."""
    if layer.kind == "pointwise":
        return both(layer, x[index])[0] * exactly(arrays["g"][index])
    top = max(x.values())
    powers = {i: (n - top).exp() for i, n in x.items()}
    total = sum(powers.values(), Decimal(0))
    if layer.kind == "loss":
        (mark,) = (i for i in x if arrays[CLASSES][i] == 1)
        return top + total.ln() - x[mark]
    return sum((exactly(arrays["g"][i]) * p / total for i, p in powers.items()), Decimal(0))


# the derivative's formula, and kinks
def check_slope(layer: Function) -> Check:
    """f' as it is printed against central differences of f as it is printed."""
    with localcontext(context()):
        h, worst = Decimal(10) ** STEP, Decimal(0)
        for point in POINTS:
            k = layer.function.case(point)
            at = exactly(point)
            tree = layer.function.cases[k]
            ends = [fold(tree, layer, at + sign * h, None) for sign in (1, -1)]
            slope = fold(layer.function.derivative[k], layer, at, fold(tree, layer, at, None))
            worst = max(worst, abs((ends[0] - ends[1]) / (2 * h) - slope))
    detail = Prose("check.example.slope", {"points": len(POINTS), "within": f"1e{WITHIN}"})
    good = worst <= Decimal(10) ** WITHIN
    return Check("slope", Verdict("checked" if good else "refuted", detail), detail)


def fold(tree: Tree, layer: Function, x: Decimal, own: Decimal | None) -> Decimal:
    """A tree of ``language.functions`` in decimals."""
    if isinstance(tree, (int, Fraction)):
        return exactly(tree)
    leaves: dict[str, Callable[[], Any]] = {
        "x": lambda: x,
        "f": lambda: own,
        "pi": pi,
        "name": lambda: exactly(layer.values[tree[1]]),
    }
    if tree[0] in leaves:
        return Decimal(leaves[tree[0]]())
    parts = [fold(part, layer, x, own) for part in tree[1:]]
    makers: dict[str, Callable[..., Decimal]] = {
        "neg": lambda a: -a,
        "add": lambda a, b: a + b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "exp": lambda a: a.exp(),
        "log": lambda a: a.ln(),
        "sqrt": lambda a: a.sqrt(),
        "tanh": lambda a: (a.exp() - (-a).exp()) / (a.exp() + (-a).exp()),
        "sigmoid": lambda a: 1 / (1 + (-a).exp()),
        "erf": lambda a: 2 * normal(a * Decimal(2).sqrt())[0] - 1,
    }
    return makers[tree[0]](*parts)


def check_kink(made: Example) -> Check | None:
    """At entries on a kink: the slopes on either side, and the convention between them; None where there is none."""
    layer, x = made.function, made.array("x")
    places = [line.index for line in made.gradient("x").scatter.lines if line.case == "kink"]
    if not places:
        return None
    g, fits, told = made.array("g") if made.has("g") else None, fits_kinks(layer), []
    for kink in reversed(layer.kinks):
        here = [i for i in places if x[i] == kink.at]
        if not here or g is None or kink.left is None or kink.right is None or kink.taken is None:
            continue
        fits = fits and all(close(made.gradient("x").scatter[i].value, g[i] * kink.taken) for i in here)
        slots = {"left": short(kink.left), "right": short(kink.right), "taken": short(kink.taken)}
        where = {"place": kink.at, "count": len(here), "entries": entries(prod(x.shape))}
        told.append(Prose("check.example.kink", {**where, **slots}))
    detail = Joined(tuple(told), "; ")
    return Check("kink", Verdict("checked" if fits and told else "refuted", detail), detail)


def close(ours: Any, theirs: Any) -> bool:
    """Whether an entry is a number, or rounds to the same digits."""
    with localcontext(context()):
        return same(ours, exactly(Fraction(theirs)))


def agreeing(made: Example, same_numbers: bool) -> Check:
    """What the exact comparison of both ways found (it is made where the ways are)."""
    one, other = made.gradient("x").ways
    detail = Prose("check.example.same", {"entries": entries(len(one.lines))})
    good = same_numbers and list(map(printed, one.values)) == list(map(printed, other.values))
    return Check("agree", Verdict("checked" if good else "refuted", detail), detail)


def printed(value: Any) -> Any:
    """A number as it is printed."""
    return (value.to(FEW), value.to(PLACES)) if isinstance(value, Rounded) else value


def adds_up(found: Trace) -> Verdict:
    """The terms make the entry: their sum, or for an entry of softmax its own power over the sum of all."""
    with localcontext(context()):
        values = [number(t.value) for t in found.summands]
        total, truth = sum(values, Decimal(0)), number(found.line.value)
        if found.role == "y" and found.example.function.kind == "softmax":
            x = found.example.array("x")
            total = exactly(x[found.index]).exp() / total
        size = sum((abs(v) for v in values), Decimal(0)) if found.role == "x" else abs(total)
        if abs(total - truth) > Decimal(10) ** WITHIN * size:
            return Verdict("refuted", Prose("check.example.gives", {"value": f"{total:.12g}", "true": f"{truth:.12g}"}))
    return Verdict("checked", Prose("check.example.terms"))


def number(value: Any) -> Decimal:
    """An exact number, or the middle of its bounds."""
    return (value.low + value.high) / 2 if isinstance(value, Rounded) else exactly(value)
