"""Every line of a node's derivation against brute force, on concrete sizes, exactly; with ties and without.

Where no window has a tie, the truth is the exact central difference; at ties it is the convention, window by window, and
the lines from the selection on are compared with it (there is no derivative to compare the first line with).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symconv.check import reads as brute
from symconv.check.cases import Case, cases
from symconv.check.lines import World, value
from symconv.check.steps import integers
from symconv.errors import SymconvError
from symconv.language.expr import Expr
from symconv.language.facts import Check, Entrywise, Verdict
from symconv.language.prose import Joined, Prose
from symconv.language.unshared import COUNT, SELECTION, Unshared, constant_count, name_sizes, own_names, windows_read

Array = Any


def node_cases(node: Unshared, most: int = 8) -> list[Case]:
    """Concrete sizes for which every window meets the input."""
    return cases(node.window, most, lambda case: readable(node.subs(case)))


def readable(node: Unshared) -> bool:
    """Whether every window of a concrete node meets the input."""
    if node.kind == "local":
        return True
    try:
        windows_read(node)
    except SymconvError:
        return False
    return True


def arrays_for(node: Unshared, seed: int, ties: bool = False) -> dict[str, Array]:
    """Random integers: distinct entries for x (in random order), or 0 and 1 where ties are wanted."""
    rng = np.random.RandomState(seed)
    size = brute.shape_of(node, "x")
    total = int(np.prod(size))
    x = rng.randint(0, 2, size=total) if ties else rng.permutation(total) - total // 2
    found = {"x": x.astype(np.int64).reshape(size), "g": integers(brute.shape_of(node, "y"), seed + 1)}
    for k, role in enumerate(("w", "b")):
        if role in node.roles:
            found[role] = integers(brute.shape_of(node, role), seed + 2 + k)
    return found


class NodeTrial:
    """One case: tensors, the true gradient, and the world that lines are evaluated in."""

    def __init__(self, node: Unshared, wrt: str, case: Case, seed: int, ties: bool = False) -> None:
        concrete = node.subs(case)
        arrays = arrays_for(concrete, seed, ties)
        self.node, self.wrt, self.case = node, wrt, case
        self.smooth = not (node.kind == "max_pool" and brute.tied(concrete, arrays["x"]))
        jacobians = {}
        if self.smooth:
            jacobian = brute.jacobian(concrete, wrt, arrays)
            jacobians = {wrt: jacobian}
            self.truth = np.tensordot(arrays["g"], jacobian, axes=arrays["g"].ndim)
        else:
            self.truth = brute.gradient(concrete, wrt, arrays)
        named = dict(arrays)
        if node.kind == "max_pool":
            named[SELECTION] = brute.selection(concrete, arrays["x"])
        if node.kind == "avg_pool":
            named[COUNT] = brute.counts(concrete)
        self.world = World(case, named, jacobians)
        self.arrays, self.concrete = arrays, concrete

    def equals(self, line: Expr) -> bool:
        """Whether the line's value is the gradient; a line with an index that nothing binds is false."""
        sizes = name_sizes(self.node)
        free = [(n, int(sizes[n].evaluate(self.case))) for n in own_names(self.node, self.wrt)]
        try:
            return bool(np.array_equal(value(line, free, self.world).reshape(self.truth.shape), self.truth))
        except KeyError:
            return False


def check_node_lines(node: Unshared, wrt: str, lines: list[Expr], most: int = 8) -> tuple[list[Verdict], int]:
    """A verdict per line, and the number of entries compared; for a maximum every case is tried with ties too."""
    chosen = node_cases(node, most)
    if not chosen:
        return [Verdict("unsupported", Prose("check.brute.none"))] * len(lines), 0
    failed: dict[int, str] = {}
    entries = tries = 0
    for number, case in enumerate(chosen):
        for ties in (False, True) if node.kind == "max_pool" else (False,):
            trial = NodeTrial(node, wrt, case, 100 * number, ties)
            tries += 1
            entries += trial.truth.size
            for k, line in enumerate(lines):
                if k not in failed and (trial.smooth or k > 0) and not trial.equals(line):
                    failed[k] = ", ".join(f"{n} = {v}" for n, v in case.items())
    ways = (
        Prose("check.cases.ties", {"cases": len(chosen)})
        if node.kind == "max_pool"
        else Prose("check.cases", {"cases": len(chosen)})
    )
    good = Verdict("checked", Prose("check.brute.ways", {"ways": ways, "entries": entries}))
    return [
        Verdict("refuted", Prose("check.brute.differs.at", {"case": failed[k]})) if k in failed else good
        for k in range(len(lines))
    ], entries


def check_numbers(node: Unshared, wrt: str) -> Check:
    """What ``evaluate`` computes (NumPy, all windows at once) against brute force, window by window."""
    from symconv.check.evaluate import results

    chosen = node_cases(node)
    good = 0
    for number, case in enumerate(chosen):
        concrete = node.subs(case)
        equal = True
        for ties in (False, True):
            arrays = arrays_for(concrete, 17 * number + 5, ties)
            found = results(concrete, arrays)
            equal = equal and np.array_equal(found["y"], brute.forward(concrete, arrays))
            equal = equal and np.array_equal(found[f"grad_{wrt}"], brute.gradient(concrete, wrt, arrays))
        good += bool(equal)
    n = len(chosen)
    status = "unsupported" if not n else "checked" if good == n else "refuted"
    return Check(
        "numpy", Verdict(status, Prose("check.cases", {"cases": n})), Prose("check.nodes.numpy", {"good": good, "cases": n})
    )


def check_differences(node: Unshared, wrt: str) -> Check:
    """The convention, window by window, against exact central differences where no window has a tie."""
    chosen = node_cases(node)
    good = 0
    for number, case in enumerate(chosen):
        concrete = node.subs(case)
        arrays = arrays_for(concrete, 31 * number + 2)
        jacobian = brute.jacobian(concrete, wrt, arrays)
        truth = np.tensordot(arrays["g"], jacobian, axes=arrays["g"].ndim)
        good += bool(np.array_equal(brute.gradient(concrete, wrt, arrays), truth))
    n = len(chosen)
    status = "unsupported" if not n else "checked" if good == n else "refuted"
    where = Prose("check.nodes.ties.none") if node.kind == "max_pool" else ""
    return Check(
        "differences",
        Verdict(status, Prose("check.cases", {"cases": n})),
        Prose("check.nodes.differences", {"good": good, "cases": n, "where": where}),
    )


def check_channel_line(node: Unshared, wrt: str, line: Expr) -> tuple[list[Verdict], int]:
    """The line with images, channels and filters, on a few cases."""
    found, entries = check_node_lines(node, wrt, [line, line], most=3)
    return found[1:], entries


def check_shared(node: Unshared) -> Check:
    """The gradients of unshared kernels, summed over the places, are the shared kernel's gradient."""
    from symconv.check.sweep import Sweep

    chosen = node_cases(node)
    good = 0
    for number, case in enumerate(chosen):
        concrete = node.subs(case)
        arrays = arrays_for(concrete, 19 * number)
        apart = brute.gradient(concrete, "w", arrays)
        lead = len(concrete.window.kernel.layout)
        total = apart.sum(axis=tuple(range(lead, lead + concrete.ndim)))
        shared = Sweep(concrete.window, {"x": arrays["x"], "g": arrays["g"]}).grad_kernel()
        good += bool(np.array_equal(total, shared))
    n = len(chosen)
    status = "unsupported" if not n else "checked" if good == n else "refuted"
    detail = Prose("check.local.summed", {"good": good, "cases": n})
    return Check("shared", Verdict(status, Prose("check.cases", {"cases": n})), detail)


def check_entries(node: Unshared, wrt: str, line: Expr, case: Entrywise) -> Check:
    """The last line's value, and the entries as written out, equal the true gradient at these sizes."""
    trial = NodeTrial(node, wrt, {}, 41)
    index = next((k for k in range(len(trial.truth.shape)) if trial.truth.shape[k] != 1), 0)
    operand = node.window.operand(wrt)
    skip = min(index, len(operand.layout))
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
        Joined((words, Prose("check.nodes.sizes") if skip >= 0 else ""), ""),
    )


def _even(node: Unshared) -> Any:
    from fractions import Fraction

    known = constant_count(node)
    if node.kind != "avg_pool" or known is None or known.constant is None:
        return 1
    return Fraction(1, known.constant)


def factor(trial: NodeTrial, name: str, at: tuple[int, ...]) -> Any:
    """A written factor's number; 1/m is a reciprocal."""
    from fractions import Fraction

    array = trial.world.arrays[name.removeprefix("1/")]
    value_of = array[(0,) * (array.ndim - len(at)) + at]
    return 1 / Fraction(value_of) if name.startswith("1/") else value_of
