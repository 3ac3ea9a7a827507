"""A node at explicit sizes, entry by entry: which entries of x a window reads, and who sends how much back."""

from __future__ import annotations

from itertools import product
from typing import Any

from symconv.check import reads as brute
from symconv.check.pages import LIMIT
from symconv.language.facts import Entrywise, Polynomial
from symconv.language.node import COUNT, SELECTION, Node, constant_count
from symconv.language.operator import numbered

Index = tuple[int, ...]


class NodeCase:
    """An explicit case; indices leave out leading axes of size 1."""

    def __init__(self, node: Node, limit: int | None = None) -> None:
        self.node = node
        brute.within(node, LIMIT if limit is None else limit)
        self.windows = brute.windows(node)

    def trim(self, role: str) -> int:
        """How many leading axes of size 1 an entry's index leaves out."""
        operand = self.node.window.operand("y" if role == "g" else role)
        found = brute.shape_of(self.node, role)
        return next((k for k in range(len(operand.layout)) if found[k] != 1), len(operand.layout))

    def shown(self, role: str, index: Index) -> tuple[str, Index]:
        """A factor."""
        return (role, index[self.trim(role) :])

    def y(self) -> list[tuple[Index, str, Polynomial, int]]:
        """(entry, function, entries, divisor)."""
        found: list[Any] = []
        for window in self.windows:
            out = window.out[self.trim("y") :]
            if self.node.kind == "local":
                products: list[Any] = [
                    (1, (self.shown("w", brute.kernel_index(self.node, window, tap)), self.shown("x", data)))
                    for tap, data in window.reads
                ]
                if self.node.window.bias is not None:
                    products.insert(0, (1, (self.shown("b", brute.bias_index(self.node, window.out)),)))
                found.append((out, "sum", tuple(products), 1))
            else:
                entries = tuple((1, (self.shown("x", data),)) for _, data in window.reads)
                largest = self.node.kind == "max_pool"
                found.append((out, "max" if largest else "sum", entries, 1 if largest else window.count))
        return found

    def gradient(self, wrt: str) -> list[tuple[Index, Polynomial]]:
        """(entry, sum of products) for every entry of the tensor."""
        made: dict[Index, list[Any]] = {i: [] for i in product(*(range(n) for n in brute.shape_of(self.node, wrt)))}
        trim = self.trim("y")
        for window in self.windows:
            g = ("g", window.out[trim:])
            if wrt == "b":
                made[brute.bias_index(self.node, window.out)].append((1, (g,)))
                continue
            for tap, data in window.reads:
                if self.node.kind == "local":
                    place = brute.kernel_index(self.node, window, tap)
                    other = self.shown("w", place) if wrt == "x" else self.shown("x", data)
                    made[data if wrt == "x" else place].append((1, (g, other)))
                elif self.node.kind == "max_pool":
                    made[data].append((1, (g, (SELECTION, window.out[trim:] + tap))))
                elif constant_count(self.node) is None:
                    made[data].append((1, (g, (f"1/{COUNT}", window.out[len(window.out) - self.node.ndim :]))))
                else:
                    made[data].append((1, (g,)))
        skip = self.trim(wrt)
        return [(index[skip:], tuple(found)) for index, found in made.items()]

    def entrywise(self, wrt: str) -> Entrywise:
        """The case as data."""
        node, sizes = self.node, []
        for field, letter in (("data", "N"), ("kernel", "K"), ("output", "O")):
            for k, axis in enumerate(node.window.axes):
                sizes.append((numbered(letter, k, node.ndim), int(getattr(axis, field).constant or 0)))
        shapes = tuple((role, brute.shape_of(node, role)) for role in ("x", "y", wrt))
        return Entrywise(tuple(sizes), shapes, tuple(self.y()), tuple(self.gradient(wrt)))
