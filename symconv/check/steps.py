"""Every line of a derivation against brute force, on concrete sizes and random integers, exactly; a maximum with ties too.

Where windows have weights of their own the truth is the exact central difference, but at ties, where it is the convention,
window by window, and the lines from the selection on are compared with it (there is no derivative to compare the first with).
"""

from __future__ import annotations

import math
import random
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.cases import Case, cases
from symconv.check.lines import World, value
from symconv.language.expr import Expr
from symconv.language.facts import Check, Entrywise, Verdict
from symconv.language.operator import upstream
from symconv.language.prose import Joined, Prose
from symconv.language.unshared import COUNT, POOLING, SELECTION, Unshared, Windowed, constant_count, name_sizes, own_names

Array = Any


def integers(shape: tuple[int, ...], seed: int) -> Any:
    """Random integers between -9 and 9, none of them 0, the same on every machine."""
    rng = random.Random(seed)  # NumPy's own takes longer to load than a whole derivation to check
    numbers = rng.choices([k for k in range(-9, 10) if k], k=math.prod(shape))
    return np.array(numbers, dtype=np.int64).reshape(shape)


def spread(count: int, total: int) -> list[int]:
    """Up to ``count`` places out of ``total``, evenly spread, the first and the last among them."""
    return list(dict.fromkeys(np.linspace(0, total - 1, count).astype(int).tolist())) if total else []


def arrays_for(layer: Windowed, seed: int, ties: bool = False) -> dict[str, Array]:
    """Random integers by role; what is pooled has distinct entries (in random order), or 0 and 1 where ties are wanted."""
    roles = [role for role in ("x", "w", "g", "b") if role in (*layer.roles, "g")]
    found: dict[str, Array] = {role: integers(brute.shape_of(layer, role), seed + k) for k, role in enumerate(roles)}
    if layer.kind in POOLING:
        rng, total = random.Random(seed), found["x"].size
        numbers = rng.choices((0, 1), k=total) if ties else rng.sample(range(-(total // 2), total - total // 2), total)
        found["x"] = np.array(numbers, dtype=np.int64).reshape(found["x"].shape)
    return found


class Trial:
    """One case of a layer: its tensors by role and by name, the true gradient, and the world that lines are evaluated in."""

    def __init__(self, layer: Windowed, wrt: str, case: Case, seed: int, ties: bool = False) -> None:
        self.layer, self.wrt, self.case = layer, wrt, case
        self.concrete = layer.subs(case)
        self.arrays = arrays_for(self.concrete, seed, ties)
        self.smooth = not brute.tied(self.concrete, self.arrays["x"])
        self.named = named(layer, self.arrays)

    @cached_property
    def jacobian(self) -> Array:
        """dy/d(wrt)."""
        return brute.jacobian(self.concrete, self.wrt, self.arrays)

    @cached_property
    def truth(self) -> Array:
        """dL/d(wrt)."""
        if isinstance(self.layer, Unshared) and self.smooth:
            return np.tensordot(self.arrays["g"], self.jacobian, axes=self.arrays["g"].ndim)
        return brute.gradient(self.concrete, self.wrt, self.arrays)

    @cached_property
    def world(self) -> World:
        """What lines are evaluated in: dy/dT by the definition beside the tensors."""
        found = dict(self.named)
        if isinstance(self.concrete, Unshared) and self.layer.kind == "max_pool":
            found[SELECTION] = brute.selection(self.concrete, self.arrays["x"])
        if isinstance(self.concrete, Unshared) and self.layer.kind == "avg_pool":
            found[COUNT] = brute.counts(self.concrete)
        operand = self.layer.window.operand(self.wrt)
        return World(self.case, found, {operand.name: self.jacobian} if self.smooth else {})

    def equals(self, expr: Expr) -> bool:
        """Whether the line's value is the gradient; a line with an index that nothing binds is false."""
        try:
            return bool(np.array_equal(self.value(expr), self.truth))
        except KeyError:
            return False

    def value(self, expr: Expr) -> Any:
        """The line's value, in the shape of the tensor that was differentiated."""
        return value(expr, free_indices(self.layer, self.wrt, self.case), self.world).reshape(self.truth.shape)


def named(layer: Windowed, arrays: dict[str, Array]) -> dict[str, Array]:
    """The arrays by the names of their tensors."""
    op = layer.window
    return {upstream(op) if role == "g" else op.operand(role).name: array for role, array in arrays.items()}


def free_indices(layer: Windowed, role: str, case: Case) -> list[tuple[str, int]]:
    """The names in the index of a tensor with their sizes."""
    sizes = name_sizes(layer)
    return [(name, int(sizes[name].evaluate(case))) for name in own_names(layer, role)]


def check_lines(layer: Windowed, wrt: str, lines: list[Expr], most: int = 8) -> list[Verdict]:
    """A verdict per line: its value equals the brute-force gradient on every case; for a maximum with ties too."""
    chosen = cases(layer, most)
    if not chosen:
        return [Verdict("unsupported", Prose("check.brute.none"))] * len(lines)
    failed: dict[int, str] = {}
    entries = 0
    for number, case in enumerate(chosen):
        for ties in (False, True) if layer.kind == "max_pool" else (False,):
            trial = Trial(layer, wrt, case, 100 * number, ties)
            entries += trial.truth.size
            for k, line in enumerate(lines):
                if k not in failed and (trial.smooth or k > 0) and not trial.equals(line):
                    failed[k] = ", ".join(f"{n} = {v}" for n, v in case.items())
    how = Prose("check.brute.equal", {"cases": len(chosen), "entries": entries})
    if layer.kind == "max_pool":
        how = Prose("check.brute.ways", {"ways": Prose("check.cases.ties", {"cases": len(chosen)}), "entries": entries})
    good = Verdict("checked", how)
    return [
        Verdict("refuted", Prose("check.brute.differs.at", {"case": failed[k]})) if k in failed else good
        for k in range(len(lines))
    ]


# the entries as they are written out
def check_entries(node: Unshared, wrt: str, line: Expr, case: Entrywise) -> Check:
    """The last line's value, and the entries as written out, equal the true gradient at these sizes."""
    trial = Trial(node, wrt, {}, 41)
    good = trial.equals(line)
    for place, parts in case.gradient:
        total = 0
        for coefficient, factors in parts:
            term = coefficient
            for name, at in factors:
                term = term * factor(trial, name, at)
            total = total + term
        share = _even(node)
        good = good and total * share == trial.truth[(0,) * (trial.truth.ndim - len(place)) + place]
    words = (
        Prose("check.nodes.entries", {"entries": len(case.gradient)}) if trial.smooth else Prose("check.nodes.convention")
    )
    return Check(
        "entries",
        Verdict("checked" if good else "refuted", words),
        Joined((words, Prose("check.nodes.sizes")), ""),
    )


def _even(node: Unshared) -> Any:
    known = constant_count(node)
    if node.kind != "avg_pool" or known is None or known.constant is None:
        return 1
    return Fraction(1, known.constant)


def factor(trial: Trial, name: str, at: tuple[int, ...]) -> Any:
    """A written factor's number; 1/m is a reciprocal."""
    array = trial.world.arrays[name.removeprefix("1/")]
    value_of = array[(0,) * (array.ndim - len(at)) + at]
    return 1 / Fraction(value_of) if name.startswith("1/") else value_of
