"""A transposed layer against the ordinary layer: it is the adjoint, and not the inverse.

sum conv_transpose(x) z == sum x conv(z)     for random integers x, z, exactly
conv_transpose(conv(x)) != x                 the smallest input and kernel where that shows, with a kernel of ones
"""

from __future__ import annotations

import numpy as np

from symconv.check.evaluate import Sweep
from symconv.check.steps import integers
from symconv.core.facts import Check, NotInverse, Verdict
from symconv.core.integers import Int
from symconv.core.operator import Operator, shape

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
    detail = f"the sum of conv_transpose(x) z equals the sum of x conv(z) exactly on {good} of {n} cases"
    return Check("inverse", Verdict("checked" if holds else "refuted" if n else "unsupported", f"{n} cases"), detail)


def _shapes(op: Operator) -> list[tuple[Int, ...]]:
    return [shape(op, operand) for operand in (op.data, op.kernel, op.result)]


def smallest(pairs: list[tuple[Operator, Operator]]) -> NotInverse | None:
    """The smallest (input, kernel) of the ordinary layer, by sum, where conv and then conv_transpose change a one-hot input."""
    sized = [(int(down.axes[0].data.constant or 0), int(down.axes[0].kernel.constant or 0), up, down) for up, down in pairs]
    for n, k, up, down in sorted(sized, key=lambda found: (found[0] + found[1], found[0])):
        ones = np.ones(k, dtype=np.int64)
        for place in range(n):
            x = np.zeros(n, dtype=np.int64)
            x[place] = 1
            y = Sweep(down, {"x": x, "w": ones}).forward()
            back = Sweep(up, {"x": y, "w": ones}).forward()
            if not np.array_equal(back, x):
                return NotInverse(n, k, *(tuple(int(e) for e in array) for array in (x, y, back)))
    return None
