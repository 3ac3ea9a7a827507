"""Concrete sizes on which steps and results are tried: chosen to expose mistakes, the same on every machine.

A case gives a number to every name of an operator.  Remainders are wanted both larger and not larger than the right
pad, inputs and kernels that are not square, strides that differ from dilations, pads that differ.
"""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any

from symconv.core.operator import Operator, names

Case = dict[str, int]
LIMIT = 60_000


def features(op: Operator, case: Case) -> frozenset[str]:
    """What a case exercises, by name; a feature shows only where several windows meet several taps."""
    found: set[str] = set()
    sizes = []
    for k, axis in enumerate(op.axes):
        n, taps, out, s, d, lo, hi, a = (
            int(e.evaluate(case))
            for e in (axis.data, axis.kernel, axis.output, axis.stride, axis.dilation, axis.lo, axis.hi, axis.remainder)
        )
        sizes.append((n, taps, out, s, d))
        rich = "" if out > 1 and taps > 1 and n > 1 else "poor "
        tests = {
            "remainder beyond the pad": a > max(hi, 0),
            "remainder within the pad": 0 < a <= hi,
            "no remainder": a == 0,
            "stride beyond the kernel": s > d * (taps - 1) + 1,
            "kernel beyond the input": taps > n,
            "stride, dilation differ": s != d,
            "pads differ": lo != hi,
            "three windows": out > 2,
        }
        found |= {f"{rich}{k} {name}" for name, holds in tests.items() if holds and (not rich or k == 0)}
    if len(set(sizes)) == len(sizes):
        found.add("axes differ")
    return frozenset(found)


def _draw(op: Operator, free: list[str], rng: random.Random) -> Case | None:
    """Random numbers for all names: the input size is chosen last, so that a few windows fit."""
    lower = dict(op.lower)
    case: Case = {}
    inputs = [name for left, _ in op.fits for name in sorted(left.names()) if split_base(name) == "N"]
    for name in free:
        if name not in inputs:
            low = lower.get(name, 1)
            top = {"B": 2, "C": 3, "F": 3}.get(name, 3 if low else 2)
            case[name] = rng.randint(max(low, 2) if name in ("C", "F") else low, max(low, top))
    for (left, right), axis in zip(op.fits, op.axes, strict=False):
        room = left - right
        size = next((n for n in sorted(room.names()) if n in inputs and n not in case), None)
        if size is None:
            continue
        factor, rest = (int(e.evaluate(case)) for e in room.split(size))
        step = int((axis.stride * axis.input_dilation).evaluate(case))
        need = step * rng.randint(0, 2) + rng.randint(0, step - 1) - rest
        case[size] = max(1, -(-need // factor))
    if any(int((left - right).evaluate(case)) < 0 for left, right in op.fits):
        return None
    return complete_case(op, case)


def split_base(name: str) -> str:
    """The letters of a name."""
    return name.rstrip("0123456789")


def complete_case(op: Operator, case: Case) -> Case:
    """The case with the values of O and a added."""
    known = dict(case)
    for name, meaning in op.definitions:
        known[name] = int(meaning.evaluate(known))
    return known


def cost(op: Operator, case: Case) -> int:
    """About how large the arrays become when a line is evaluated on the case."""
    total = 1
    for axis in op.axes:
        n, taps, out = (int(e.evaluate(case)) for e in (axis.data, axis.kernel, axis.output))
        total *= max(n, 1) * max(taps, 1) * max(out, 1)
    for _, size in op.extents:
        total *= int(size.evaluate(case))
    return total


@lru_cache(maxsize=64)
def choose(op: Operator, most: int = 8, seed: int = 2012) -> tuple[tuple[tuple[str, int], ...], ...]:
    """Up to ``most`` affordable cases that between them show as many features as can be had."""
    rng = random.Random(seed)
    free = sorted(names(op))
    pool: dict[tuple[tuple[str, int], ...], frozenset[str]] = {}
    for _ in range(40):
        case = _draw(op, free, rng)
        if case is not None and cost(op, case) <= LIMIT * 10:
            pool.setdefault(tuple(sorted(case.items())), features(op, case))
    chosen: list[tuple[tuple[str, int], ...]] = []
    seen: set[str] = set()
    while pool and len(chosen) < most:
        best = max(pool, key=lambda c: (len(pool[c] - seen), -cost(op, dict(c))))
        if len(chosen) >= 6 and not pool[best] - seen:
            break
        seen |= pool.pop(best)
        chosen.append(best)
    return tuple(chosen)


def cases(op: Operator, most: int = 8) -> list[Case]:
    """The chosen cases as dictionaries."""
    return [dict(case) for case in choose(op, most)]


def describe(op: Operator, case: dict[str, Any]) -> str:
    """A case in words, for messages."""
    return ", ".join(f"{name} = {value}" for name, value in sorted(case.items())) or "the given sizes"
