"""A transposed layer against the ordinary layer: it is the adjoint, and not the inverse.

sum conv_transpose(x) z == sum x conv(z)     for random integers x, z, exactly
conv_transpose(conv(x)) != x                 the smallest input and kernel where that shows, with a kernel of ones
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np

from symconv.check.cases import cases
from symconv.check.steps import integers
from symconv.check.sweep import Sweep
from symconv.language.facts import Check, NotInverse, Verdict
from symconv.language.integers import Int, integer
from symconv.language.operator import Operator, shape
from symconv.language.prose import Prose

LARGEST = 8


def check_adjoint(pairs: list[tuple[Operator, Operator]]) -> Check:
    """Concrete (transposed, ordinary) layers: equal inner products."""
    good = 0
    for number, (up, down) in enumerate(pairs):
        shapes = [[e.constant or 0 for e in sizes] for sizes in _shapes(up)]
        x, w, z = (integers(tuple(shape), 50 + 7 * number + k) for k, shape in enumerate(shapes))
        left = (Sweep(up, {"x": x, "w": w}).forward() * z).sum()
        good += bool(left == (x * Sweep(down, {"x": z, "w": w}).forward()).sum())
    n = len(pairs)
    holds = good == n and n > 0
    detail = Prose("check.transposed.adjoint", {"good": good, "cases": n})
    return Check(
        "inverse",
        Verdict("checked" if holds else "refuted" if n else "unsupported", Prose("check.cases", {"cases": n})),
        detail,
    )


def _shapes(op: Operator) -> list[tuple[Int, ...]]:
    return [shape(op, operand) for operand in (op.data, op.kernel, op.result)]


def smallest(pairs: list[tuple[Operator, Operator]]) -> NotInverse | None:
    """The smallest (input, kernel) of the ordinary layer, by sum, where conv and then conv_transpose change a one-hot input.

    The kernel is all ones; where that shows nothing (one tap, stride 1), all twos.
    """
    sized = [(int(down.axes[0].data.constant or 0), int(down.axes[0].kernel.constant or 0), up, down) for up, down in pairs]
    ordered = sorted(sized, key=lambda found: (found[0] + found[1], found[0]))
    for weight, (n, k, up, down) in product((1, 2), ordered):
        kernel = np.full(k, weight, dtype=np.int64)
        for place in range(n):
            x = np.zeros(n, dtype=np.int64)
            x[place] = 1
            y = Sweep(down, {"x": x, "w": kernel}).forward()
            back = Sweep(up, {"x": y, "w": kernel}).forward()
            if not np.array_equal(back, x):
                return NotInverse(n, k, weight, *(tuple(int(e) for e in array) for array in (x, y, back)))
    return None


def against_conv(page: Operator) -> tuple[Check, NotInverse | None]:
    """The transposed layer is the adjoint of the conv whose remainder is its output_padding; and not its inverse."""
    pairs = [_pair(page, case) for case in cases(page)]
    line = replace(page, axes=page.axes[:1], output_padding=(page.output_padding or ())[:1], fits=page.fits[:1])
    least = {name: low for name, low in page.lower if name not in _open_sizes(page)}
    small = []
    axis, extra = page.axes[0], (page.output_padding or ())[0]
    if (room := (axis.input_dilation - 1 - extra).constant) is not None and room < 0:
        return check_adjoint(pairs), None  # no ordinary layer has a remainder of its stride or more
    crop = sum(abs((axis.reach - e).constant or 0) for e in (axis.lo, axis.hi))
    most = LARGEST + min(crop, 60)
    for n, k in product(range(1, most), range(1, LARGEST)):
        case = {**least, **_first_axis(page, n, k)}
        if all(int((left - right).evaluate(case)) >= 0 for left, right in line.fits):
            small.append(_pair(line, case))
    return check_adjoint(pairs), smallest([pair for pair in small if _whole(pair)])


def _open_sizes(op: Operator) -> set[str]:
    return {e.name for a in op.axes for e in (a.data, a.kernel) if e.name}


def _first_axis(op: Operator, n: int, k: int) -> dict[str, int]:
    """n entries in and k taps, where the sizes are open."""
    axis = op.axes[0]
    return {e.name: size for e, size in ((axis.data, n), (axis.kernel, k)) if e.name}


def _pair(op: Operator, case: Mapping[str, int]) -> tuple[Operator, Operator]:
    """The transposed layer at concrete sizes, and the ordinary layer from its output back to its input."""
    up = op.subs(case)
    return up, _ordinary(up)


def _ordinary(up: Operator) -> Operator:
    """The ordinary layer with the same parameters: data and result change places, output_padding is its remainder."""
    axes = tuple(
        replace(
            a,
            data=a.output,
            output=a.data,
            stride=a.input_dilation,
            input_dilation=integer(1),
            lo=a.reach - a.lo,
            hi=a.reach - a.hi + extra,
            remainder=extra,
        )
        for a, extra in zip(up.axes, up.output_padding or (), strict=True)
    )
    data, result = replace(up.result, name="x"), replace(up.data, name="y")
    return replace(up, axes=axes, flip=False, data=data, result=result, output_padding=None, bias=None)


def _whole(pair: tuple[Operator, Operator]) -> bool:
    """Both layers have outputs."""
    return all((a.output.constant or 0) > 0 and (a.data.constant or 0) > 0 for op in pair for a in op.axes)
