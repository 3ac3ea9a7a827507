"""Padding modes: a zero-padded operator made into one that reads its data through a border.

    y[i] = sum_p w[p] xbar[s i + d p],      xbar[m] = x[phi(m - lo)],   0 <= m < N + lo + hi

The windows, the output size and the remainder are those of zero padding; only what stands in the padding changes.
Source: the documentation of torch.nn.Conv2d (padding_mode), numpy.pad, scipy.ndimage.correlate.
"""

from __future__ import annotations

from dataclasses import replace

from symconv.errors import SymconvError
from symconv.language.border import Border
from symconv.language.integers import integer
from symconv.language.operator import Operator


def bordered(op: Operator, mode: str) -> Operator:
    """The operator with another padding mode; without any padding there is nothing to continue."""
    pads = tuple((axis.lo, axis.hi) for axis in op.axes)
    if mode == "zeros" or all(p == 0 for pair in pads for p in pair):
        return op
    border = Border(mode, tuple(axis.data for axis in op.axes), pads)
    zero = integer(0)
    axes = tuple(replace(a, data=m, lo=zero, hi=zero) for a, m in zip(op.axes, border.lengths, strict=True))
    return replace(op, axes=axes, border=border, fits=(*op.fits, *border.limits()))


def within_limits(op: Operator) -> None:
    """Raise SymconvError for numbers beyond what the formulas of a derivation cover."""
    if op.border is None:
        return
    for axis, (n, sides) in enumerate(zip(op.border.sizes, op.border.pads, strict=True)):
        for pad in sides:
            most = (n - 1 if op.border.mode == "reflect" else n).constant
            if op.border.mode != "replicate" and most is not None and pad.constant is not None and pad.constant > most:
                raise SymconvError(
                    f"{op.name}: expected {op.border.mode} padding of at most {most} along axis {axis} of {n} entries, got "
                    f"{pad.constant}; use less padding or a larger input (sc.evaluate takes any)"
                )
