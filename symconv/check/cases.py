"""Concrete sizes on which steps and results are tried: chosen to expose mistakes, the same on every machine.

A case gives a number to every name of an operator.  Remainders are wanted both larger and not larger than the right
pad, inputs and kernels that are not square, strides that differ from dilations, pads that differ.
"""

from __future__ import annotations

import random
from functools import lru_cache

from symconv.errors import SymconvError
from symconv.language.facts import Verdict
from symconv.language.integers import Int
from symconv.language.lazy import dataclass
from symconv.language.operator import Operator, names
from symconv.language.prose import Prose
from symconv.language.unshared import POOLING, Unshared, Windowed, windows_read

Case = dict[str, int]
Chosen = tuple[tuple[str, int], ...]
LIMIT = 600_000
LARGEST = 8_000_000


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
        rich = out > 1 and taps > 1 and n > 3
        tests = {
            "remainder beyond the pad": a > max(hi, 0),
            "remainder within the pad": 0 < a <= hi,
            "no remainder": a == 0,
            "remainder that makes surplus entries": a >= d,
            "stride beyond the kernel": s > d * (taps - 1) + 1,
            "stride differs from dilation": s != d,
            "dilation": d > 1,
            "stride and dilation": s > 1 and d > 1 and s != d,
            "pads differ": lo != hi,
            "three windows, three taps": out > 2 and taps > 2,
            "four entries": n > 3,
        }
        found |= {f"{k} {name}" for name, holds in tests.items() if holds and rich}
        found |= {
            f"{k} poor {name}"
            for name in ("kernel beyond the input", "one window")
            if not rich and _poor(name, n, taps, out)
        }
    if len(set(sizes)) == len(sizes):
        found.add("axes differ")
    counts = {label: int(size.evaluate(case)) for label, size in op.extents}
    n, o, c = (counts.get(label, 0) for label in ("n", "o", "c"))
    rules = {"images": n > 1, "channels": c > 1 and o > 1 and c != o, "images, channels": n > 1 and n not in (c, o)}
    found |= {name for name, holds in rules.items() if holds}
    return frozenset(found)


def _poor(name: str, n: int, taps: int, out: int) -> bool:
    return taps > n if name == "kernel beyond the input" else out == 1


@dataclass(frozen=True)
class Room:
    """An axis whose input size is chosen last: ``factor`` size + ``rest`` >= 0 for the first window, ``step`` for another."""

    size: str
    factor: Int
    rest: Int
    step: Int
    least: tuple[Int, ...]


class Draws:
    """Random numbers for all names: the input size is chosen last, so that a few windows fit."""

    def __init__(self, op: Operator, small: bool = False) -> None:
        self.op, self.small = op, small
        self.spare = [left - right for left, right in op.fits]
        inputs = [name for left, _ in op.fits for name in sorted(left.names()) if split_base(name) == "N"]
        lower = dict(op.lower)
        self.bounds = [(name, *self._bounds(name, lower.get(name, 1))) for name in sorted(names(op)) if name not in inputs]
        self.rooms: list[Room] = []
        known = {name for name, _, _ in self.bounds}
        for spare, axis in zip(self.spare, op.axes, strict=False):
            size = next((n for n in sorted(spare.names()) if n in inputs and n not in known), None)
            if size is None:
                continue
            least = tuple(right for left, right in op.fits if left.name == size and right.names() <= known)
            self.rooms.append(Room(size, *spare.split(size), axis.stride * axis.input_dilation, least))
            known.add(size)

    def _bounds(self, name: str, low: int) -> tuple[int, int]:
        """The least and the largest number for a name that is no input size; 0 and 0 where it is 1 and nothing is drawn."""
        if self.small and name in "BCF":
            return 0, 0
        top = {"B": 3, "C": 3, "F": 3}.get(name, 1 if self.small else 4 if split_base(name) == "K" else 3 if low else 2)
        return max(low, 2) if name in ("C", "F") else low, max(low, top)

    def draw(self, rng: random.Random) -> Case | None:
        """A case, or None where the sizes drawn do not fit."""
        case = {name: rng.randint(low, top) if top else 1 for name, low, top in self.bounds}
        for room in self.rooms:
            factor, rest, step = (int(e.evaluate(case)) for e in (room.factor, room.rest, room.step))
            need = step * rng.randint(0, 1 if self.small else 3) + rng.randint(0, step - 1) - rest
            least = max((int(e.evaluate(case)) for e in room.least), default=1)
            case[room.size] = max(1 if self.small else rng.choice((1, 4, 5)), -(-need // factor), least)
        if any(int(e.evaluate(case)) < 0 for e in self.spare):
            return None
        return complete_case(self.op, case)


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
    """The size of the largest array that evaluating a line takes: products, Jacobian, bracket, gather."""
    products = pairs = bracket = gathered = 1
    for axis in op.axes:
        n, taps, out = (max(int(e.evaluate(case)), 1) for e in (axis.data, axis.kernel, axis.output))
        products *= taps * out
        pairs *= max(n, taps) * out
        bracket = max(bracket, n * taps * out)
        gathered *= n * taps
    channels = 1
    for _, size in op.extents:
        channels *= int(size.evaluate(case))
    return max(products * channels, pairs * channels * channels, bracket, gathered * channels)


def _pool(op: Operator, rng: random.Random, small: bool, limit: int) -> dict[Chosen, tuple[frozenset[str], int]]:
    """Affordable random cases with their features and their cost."""
    draws = Draws(op, small)
    pool: dict[Chosen, tuple[frozenset[str], int]] = {}
    for _ in range(120):
        case = draws.draw(rng)
        if case is None:
            continue
        key = tuple(sorted(case.items()))
        if key not in pool and (price := cost(op, case)) <= limit:
            pool[key] = features(op, case), price
    return pool


@lru_cache(maxsize=64)
def choose(op: Operator, most: int = 8, seed: int = 2012) -> tuple[Chosen, ...]:
    """Up to ``most`` affordable cases that between them show as many features as can be had.

    Where the parameters are so large that no ordinary case is affordable, the smallest ones are tried.
    """
    rng = random.Random(seed)
    pool = _pool(op, rng, False, LIMIT) or _pool(op, rng, True, LARGEST)
    chosen: list[Chosen] = []
    seen: set[str] = set()
    while pool and len(chosen) < most:
        best = max(pool, key=lambda c: (len(pool[c][0] - seen), len(pool[c][0]), -pool[c][1]))
        if len(chosen) >= 6 and not pool[best][0] - seen:
            break
        seen |= pool.pop(best)[0]
        chosen.append(best)
    return tuple(chosen)


def anywhere(op: Operator, seed: int = 7) -> Case | None:
    """Some sizes of the domain, however large, or None if a few draws find none."""
    rng = random.Random(seed)
    draws = Draws(op, small=True)
    drawn = (draws.draw(rng) for _ in range(20))
    return next((case for case in drawn if case is not None), None)


def cases(layer: Windowed, most: int = 8) -> list[Case]:
    """The chosen cases as dictionaries; of pooling those for which every window meets the input."""
    if layer.kind not in POOLING:
        return [dict(case) for case in choose(layer.window, most)]
    return [case for case in map(dict, choose(layer.window, 3 * most)) if readable(layer.subs(case))][:most]


def tally(good: int, tried: int) -> Verdict:
    """The verdict where ``good`` of the cases tried hold; undecided where none could be tried."""
    status = "unsupported" if not tried else "checked" if good == tried else "refuted"
    return Verdict(status, Prose("check.cases", {"cases": tried}))


def readable(layer: Windowed) -> bool:
    """Whether no window of concrete pooling lies in the padding alone."""
    try:
        if isinstance(layer, Unshared) and layer.kind in POOLING:
            windows_read(layer)
    except SymconvError:
        return False
    return True
