"""The sizes of a layer from the shapes of what was given.

Every shape is an equation between a size of the layer (a number, a name, or a multiple of one) and a number; O and a follow from
their definitions.  What contradicts, and a window that does not fit into the padded input, along any axis, is refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.check.sweep import ENTRIES
from symconv.errors import SymconvError, brief
from symconv.language.integers import Int, integer
from symconv.language.operator import Operator, interval, names
from symconv.language.unshared import Windowed, tensor_of


class Binding:
    """Numbers for names, found by matching the shapes of what was given with the shapes of the layer's tensors."""

    def __init__(self, layer: Windowed, values: dict[str, int]) -> None:
        self.layer, self.op = layer, layer.window
        self.known: dict[str, int] = values
        self.equations: list[tuple[Int, int, str]] = []

    def match(self, role: str, found: tuple[int, ...]) -> None:
        """The operand's shape is ``found``."""
        sizes = tensor_of(self.layer, role).sizes
        if len(sizes) != len(found):
            wanted = f"({', '.join(map(str, sizes))})"
            raise SymconvError(f"{role}: expected {len(sizes)} axes {wanted} for {self.op.name}, got shape {found}")
        self.equations += [(e, n, f"{role} has shape {found}") for e, n in zip(sizes, found, strict=True)]

    def match_spatial(self, role: str, extent: Any) -> None:
        """The operand's spatial sizes are ``extent`` (an integer, or one per axis)."""
        given = list(extent) if isinstance(extent, (tuple, list)) else [extent] * self.op.ndim
        what = {"x": "input", "w": "kernel", "y": "output"}[role]
        if not self.op.ndim:
            raise SymconvError(f"{what}: expected none for {self.op.name}, which has no spatial sizes, got {brief(extent)}")
        if len(given) != self.op.ndim or not all(
            isinstance(n, (int, np.integer)) and not isinstance(n, bool) and 0 <= n <= ENTRIES for n in given
        ):
            raise SymconvError(f"{what}: expected {self.op.ndim} spatial size(s) from 0 to {ENTRIES}, got {brief(extent)}")
        sizes = tensor_of(self.layer, role).sizes[-self.op.ndim :]
        self.equations += [(e, int(n), f"{what} is {extent}") for e, n in zip(sizes, given, strict=True)]

    def solve(self) -> Windowed:
        """The layer with every size that can be known put in.

        Raises SymconvError where two shapes contradict each other.
        """
        again = True
        while again:
            again = False
            for e, n, why in self.equations:
                again = self._unify(e, n, why) or again
            again = self._define() or again
        result = self.op.subs(dict(self.known))
        interval(result)
        missing = [
            n for n in sorted(names(self.op) - self.known.keys()) if n in dict(self.op.lower) and n[0] not in "NKBCFG"
        ]
        if missing:
            raise SymconvError(f"{self.op.name}: expected a number for {', '.join(missing)}, as in {missing[0]}=2")
        for axis in result.axes:
            if axis.kernel == 0:
                raise SymconvError("w: expected a kernel of at least one tap along every axis, got none")
        fitting(result)
        return self.layer.subs(self.known)

    def _unify(self, e: Int, n: int, why: str) -> bool:
        """Use one equation e = n; True if it taught something."""
        rest = e.subs(self.known)
        if rest.constant is not None:
            if rest.constant != n:
                raise SymconvError(self._disagree(e, n, rest.constant, why))
            return False
        if len(rest.terms) != 1 or len(rest.terms[0][0]) != 1 or not isinstance(rest.terms[0][0][0], str):
            return False
        ((name,), factor) = rest.terms[0]
        if n % factor:
            raise SymconvError(f"{why}: expected a multiple of {factor} ({e}), got {n}; do the groups divide the channels?")
        self.known[str(name)] = n // factor
        return True

    def _disagree(self, e: Int, n: int, value: int, why: str) -> str:
        counted = {"B": " images", "C": " channels", "F": " filters"}.get(e.name or "", "")
        meaning = f"{e} = {value}{counted}" if e.constant is None else str(value)
        return f"shapes of {self.op.name} do not agree: {why}, expected {meaning} where it has {n}"

    def _define(self) -> bool:
        """O and a from their definitions; an empty output has length 0."""
        taught = False
        for name, meaning in self.op.definitions:
            value = meaning.subs(self.known).constant
            if value is None:
                continue
            value = max(0, value)
            if name not in self.known:
                self.known[name] = value
                taught = True
            elif self.known[name] != value:
                raise SymconvError(
                    f"shapes of {self.op.name} do not agree: {name} is {self.known[name]}, expected {name} = {value}"
                )
        return taught


def fitting(op: Operator) -> None:
    """Raise SymconvError where a window does not fit into the padded input, or an axis of the data holds nothing."""
    for k, axis in enumerate(op.axes):
        left, right = op.fits[k] if k < len(op.fits) else (integer(0), integer(0))
        room, data, out = (left - right).constant, axis.data.constant, axis.output.constant
        if (room is not None and room < 0) or (out is not None and out < 1):
            padded = (
                op.border.sizes[k] + sum(op.border.pads[k], integer(0))
                if op.border is not None
                else axis.data + axis.lo + axis.hi
            )
            raise SymconvError(
                f"{op.name}: expected a kernel that fits into the padded input along axis {k}, got an input of {padded} with its "
                f"padding against a reach of {axis.reach + 1}; use a smaller kernel or more padding"
                if op.output_padding is None
                else f"{op.name}: expected padding that leaves an output along axis {k}, got output size {axis.slack + 1}; "
                "use less padding or a larger input"
            )
        if data is not None and data < 1:
            raise SymconvError(f"{op.name}: expected at least one entry of {op.data.name} along axis {k}, got none")
