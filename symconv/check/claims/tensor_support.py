"""Where the indices of a sum run: their limits, or all values for which an entry is within its tensor."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symconv.check.claims.polynomials import Number, Polynomial
from symconv.check.claims.signals import Signal
from symconv.errors import SymconvError
from symconv.language.formula import Node
from symconv.language.tensorial import Array, Equation, Forward

Values = dict[str, int]
Count = Callable[[Values], Number]
Weigh = Callable[[Values], Polynomial]
WIDEST = 5_000
AFFINE = {"add", "neg", "mul", "div", "name", "number"}


class Sides(ABC):
    """The sides of an equation, as the parts of their evaluator see them."""

    equation: Equation
    arrays: dict[str, Array]
    senses: dict[str, str]
    boxes: dict[str, tuple[tuple[int, int], ...]]

    @abstractmethod
    def count(self, node: Node) -> Count:
        """A number, as a function of the names' values."""

    @abstractmethod
    def truth(self, node: Node) -> Callable[[Values], bool]:
        """A condition."""

    @abstractmethod
    def weigh(self, node: Node) -> Weigh:
        """A polynomial in entries, as a function of the names' values."""

    @abstractmethod
    def signal(self, node: Node, values: Values) -> Signal:
        """The whole array or signal that a node is."""

    @abstractmethod
    def gradient(self, forward: Forward) -> Signal:
        """dL/d(wrt) = sum_i g[i] dy[i]/d(wrt)."""


def infinite(node: Node) -> bool:
    """Whether a limit is infinity."""
    return any(n.kind == "infinity" for n in node.walk())


class Supports(Sides):
    """Limits of sums."""

    def spans(self, body: Node, ranges: list[Node]) -> tuple[Any, ...]:
        """Every index of a sum with its limits, every condition as soon as its names are bound."""
        limited = [r for r in ranges if r.kind != "such"]
        names = [r.parts[0] for r in limited]
        such = [r.parts[0] for r in ranges if r.kind == "such"]
        order: list[Any] = []
        left = list(limited)
        while left:
            here = next((r for r in left if self.bounded(r, body, [x.parts[0] for x in left], such)), None)
            if here is None:
                raise SymconvError(f"cannot tell where {left[0].parts[0]!r} runs: write its limits")
            left.remove(here)
            waiting = {r.parts[0] for r in left}
            order.append(("run", here.parts[0], self.limits(here, body, waiting, such)))
            for c in [c for c in such if waiting.isdisjoint(c.names())]:
                such.remove(c)
                order.append(("such", "", self.truth(c)))
        order += [("such", "", self.truth(c)) for c in such]
        if not names:
            raise SymconvError("a sum without an index")
        return tuple(order)

    def bounded(self, r: Node, body: Node, waiting: list[str], such: list[Node]) -> bool:
        """Whether the limits of an index are known once the others that wait are."""
        others = set(waiting) - {r.parts[0]}
        if r.kind == "range" and not infinite(r):
            return others.isdisjoint(name for e in r.inner() for name in e.names())
        return self.support(body, r.parts[0], frozenset(others)) is not None

    def limits(self, r: Node, body: Node, waiting: set[str], such: list[Node]) -> Callable[[Values], tuple[int, int]]:
        """Lower and upper limit, both included."""
        if r.kind == "range" and not infinite(r):
            lower, upper = self.count(r.parts[1]), self.count(r.parts[2])
            return lambda values: (math.ceil(lower(values)), math.floor(upper(values)))
        found = self.support(body, r.parts[0], frozenset(waiting))
        assert found is not None
        if r.kind == "range":  # one end is finite
            ends = [None if infinite(e) else self.count(e) for e in r.parts[1:]]

            def clipped(values: Values) -> tuple[int, int]:
                low, high = found(values)
                low = max(low, math.ceil(ends[0](values))) if ends[0] else low
                return low, min(high, math.floor(ends[1](values))) if ends[1] else high

            return clipped
        return found

    def support(self, node: Node, name: str, waiting: frozenset[str]) -> Callable[[Values], tuple[int, int]] | None:
        """Where an index can be for a node not to vanish, or None if that is not to be seen."""
        if node.kind == "index":
            return self.within(node, name, waiting)
        if node.kind in ("neg", "conj", "div"):
            return self.support(node.parts[0], name, waiting)
        if node.kind == "sum":
            inner = waiting | {r.parts[0] for r in node.inner() if r.kind in ("range", "each")}
            return self.support(node.parts[0], name, frozenset(inner))
        if node.kind not in ("mul", "add"):
            return None
        found = [self.support(p, name, waiting) for p in node.parts]
        if node.kind == "add":
            if any(f is None for f in found):
                return None
            every = [f for f in found if f is not None]

            def union(values: Values) -> tuple[int, int]:
                spans = [f(values) for f in every]
                return min(a for a, _ in spans), max(b for _, b in spans)

            return union
        known = [f for f in found if f is not None]
        if not known:
            return None

        def common(values: Values) -> tuple[int, int]:
            spans = [f(values) for f in known]
            return max(a for a, _ in spans), min(b for _, b in spans)

        return common

    def within(self, node: Node, name: str, waiting: frozenset[str]) -> Callable[[Values], tuple[int, int]] | None:
        """Where an index can be for an entry to be within its tensor."""
        tensor, *index = node.parts
        known = []
        for axis, e in enumerate(index):
            free = set(e.names())
            if name not in free or not waiting.isdisjoint(free) or any(n.kind not in AFFINE for n in e.walk()):
                continue
            known.append((axis, self.count(e)))
        if not known:
            return None

        def box(values: Values) -> tuple[tuple[int, int], ...]:
            inner = tensor.parts[0] if tensor.kind == "conj" else tensor
            if inner.kind == "name" and inner.parts[0] in self.boxes:
                return self.boxes[inner.parts[0]]
            made = self.signal(tensor, values)
            return tuple((lo, lo + n) for lo, n in zip(made.first, made.shape, strict=True))

        def reach(values: Values) -> tuple[int, int]:
            low, high = -WIDEST, WIDEST
            spans = box(values)
            inner = dict(values)
            for axis, count in known:
                inner[name] = 0
                at = count(inner)
                inner[name] = 1
                slope = count(inner) - at
                if slope == 0:
                    continue
                if axis >= len(spans):
                    raise SymconvError("an entry is read with more indices than its tensor has axes")
                first, end = spans[axis]
                ends = sorted((Fraction(first - at) / slope, Fraction(end - 1 - at) / slope))
                low, high = max(low, math.ceil(ends[0])), min(high, math.floor(ends[1]))
            return low, high

        return reach
