"""An explicit case of a node as SymPy expressions: y by the definition, L = sum g y, and dL/d(wrt).

SymPy differentiates L itself for an average and for unshared kernels.  The derivative of a maximum is written with the selection:
the symbol S_{window}_{tap} is 1 at the tap that the convention picks, else 0; it is compared with SymPy's own derivative of
Max at numbers without ties.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.language.facts import Verdict
from symconv.language.prose import Prose
from symconv.language.unshared import SELECTION, Unshared

Index = tuple[int, ...]
LIMIT = 20_000


class NodeExplicit:
    """The case; every array is a SymPy array in the tensor's own shape."""

    def __init__(self, node: Unshared, limit: int | None = None) -> None:
        self.node = node
        brute.within(node, LIMIT if limit is None else limit)
        self.windows = brute.windows(node)

    def symbols(self, name: str, role: str) -> Any:
        """An object array of symbols, leading axes of size 1 left out of their names."""
        from sympy import Symbol

        shape = brute.shape_of(self.node, role)
        operand = self.node.window.operand("y" if role == "g" else role)
        skip = next((k for k in range(len(operand.layout)) if shape[k] != 1), len(operand.layout))
        made = np.zeros(shape, dtype=object)
        for index in product(*(range(n) for n in shape)):
            made[index] = Symbol(name + "_".join(map(str, index[skip:])))
        return made

    def arrays(self) -> dict[str, Any]:
        """Symbols for every operand."""
        return {role: self.symbols(role, role) for role in ("g", *self.node.roles)}

    def y(self) -> Any:
        """y by the definition."""
        from sympy import Max

        arrays = self.arrays()
        made = np.zeros(brute.shape_of(self.node, "y"), dtype=object)
        for window in self.windows:
            if self.node.kind == "max_pool":
                made[window.out] = Max(*(arrays["x"][data] for _, data in window.reads))
            else:
                made[window.out] = _value(self.node, window, arrays)
        return made

    def loss(self) -> Any:
        """L = sum g y."""
        from sympy import Add

        return Add(*(self.arrays()["g"] * self.y()).flat)

    def gradient(self, wrt: str) -> Any:
        """dL/d(wrt): SymPy's derivative, or g times the selection."""
        arrays = self.arrays()
        made = np.zeros(brute.shape_of(self.node, wrt), dtype=object)
        if self.node.kind == "max_pool":
            from sympy import Symbol

            for window in self.windows:
                for tap, data in window.reads:
                    place = "_".join(map(str, (*window.out[self._skip() :], *tap)))
                    made[data] += arrays["g"][window.out] * Symbol(SELECTION + place)
            return made
        loss = self.loss()
        for index in product(*(range(n) for n in made.shape)):
            made[index] = loss.diff(arrays[wrt][index])
        return made

    def _skip(self) -> int:
        shape, lead = brute.shape_of(self.node, "y"), len(self.node.window.result.layout)
        return next((k for k in range(lead) if shape[k] != 1), lead)

    def check(self) -> Verdict:
        """SymPy's derivative of L, entry by entry, against brute force on symbols (a maximum: on numbers without ties)."""
        if self.node.kind == "max_pool":
            return self._check_numbers()
        from sympy import expand

        for wrt in self.node.roles:
            ours = brute.gradient(self.node, wrt, self.arrays())
            theirs = self.gradient(wrt)
            if any(expand(a - b) != 0 for a, b in zip(ours.flat, theirs.flat, strict=True)):
                return Verdict("refuted", Prose("check.sympy.differs", {"name": wrt}))
        return Verdict("checked", Prose("check.sympy.windows"))

    def _check_numbers(self) -> Verdict:
        rng = np.random.RandomState(3)
        shape = brute.shape_of(self.node, "x")
        x = rng.permutation(int(np.prod(shape))).reshape(shape)
        g = rng.randint(1, 9, size=brute.shape_of(self.node, "y"))
        symbols = self.arrays()
        values = dict(zip(symbols["x"].flat, map(int, x.flat), strict=True))
        values |= dict(zip(symbols["g"].flat, map(int, g.flat), strict=True))
        truth = brute.gradient(self.node, "x", {"x": x, "g": g})
        loss = self.loss()
        good = all(loss.diff(s).subs(values) == n for s, n in zip(symbols["x"].flat, truth.flat, strict=True))
        how = Prose("check.sympy.max")
        return Verdict("checked" if good else "refuted", how)


def _value(node: Unshared, window: brute.Window, arrays: dict[str, Any]) -> Any:
    """An average or a product sum, over SymPy's rationals."""
    from sympy import Add, Rational

    if node.kind == "avg_pool":
        return Add(*(arrays["x"][data] for _, data in window.reads)) * Rational(1, window.count)
    return brute.value(node, window, arrays)


def array(found: Any) -> Any:
    """An object array as SymPy's."""
    from sympy import ImmutableDenseNDimArray

    return ImmutableDenseNDimArray(list(found.flat), found.shape)
