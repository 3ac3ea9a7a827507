r"""The lines of the page, evaluated on random integers; what they must come to is taken from brute force alone.

The rows of U are the taps of a group's first filter and its columns that filter's outputs, both in their order as indices; an
entry is what the definition multiplies that tap with at that output.  y, dL/dW and dL/dx are sums over the products of the
definition (``check.brute``), whatever the matrices hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.lines import World as Arrays
from symconv.check.lines import value
from symconv.check.numeric import by_numpy
from symconv.check.printed import World, printed
from symconv.check.steps import free_indices, integers
from symconv.check.values import Array, Matrix, Vector
from symconv.errors import InternalError
from symconv.language.expr import Expr
from symconv.language.formula import Node
from symconv.language.operator import inner
from symconv.topics.im2col.facts import Index, Unfolding

WHAT = "a layer as a matrix product"


class Numbers:
    """x, w, g, b at random; y and the gradients by the products that the definition adds up."""

    def __init__(self, found: Unfolding) -> None:
        op = found.op
        self.op = op
        self.met: dict[tuple[Index, Index], Index] = {}  # (tap, output) -> what they meet
        self.x, self.w, self.g = (integers(found.shape(role), seed) for seed, role in enumerate(("x", "w", "y"), 5))
        self.b = integers(found.shape("y")[1:2], 9)
        self.y = np.zeros(found.shape("y"), dtype=np.int64)
        if op.bias is not None:
            self.y += self.b.reshape(-1, *(1,) * op.ndim)
        self.dx, self.dw = np.zeros_like(self.x), np.zeros_like(self.w)
        for out, tap, data in brute.terms(op):
            self.met[tap, out] = data
            self.y[out] += self.w[tap] * self.x[data]
            self.dw[tap] += self.x[data] * self.g[out]
            self.dx[data] += self.w[tap] * self.g[out]

    def groups(self) -> list[World]:
        """A world of matrices for every group."""
        if not self.op.layered:
            return [self.group([()], [()], [()])]
        channels, per = self.x.shape[1], self.w.shape[1]
        count = channels // per
        filters = len(self.w) // count
        images: list[Index] = [(n,) for n in range(len(self.x))]
        owned = [range(k * filters, (k + 1) * filters) for k in range(count)]
        return [self.group([(o,) for o in own], [(c,) for c in range(per)], images) for own in owned]

    def group(self, filters: list[Index], channels: list[Index], images: list[Index]) -> World:
        """W, U, G, y and the gradients of some filters; images and channels are () where there are none."""
        ndim = self.op.ndim
        taps = [(*c, *p) for c, p in product(channels, np.ndindex(*self.w.shape[-ndim:]))]
        outputs = [(n, i) for n, i in product(images, np.ndindex(*self.y.shape[-ndim:]))]
        places = [[self.met.get(((*filters[0], *p), (*n, *filters[0], *i))) for n, i in outputs] for p in taps]

        def of(array: Any, rows: list[list[Index]]) -> Matrix:
            return Matrix([[int(array[at]) for at in row] for row in rows])

        kernel = [[(*o, *p) for p in taps] for o in filters]
        outs = [[(*n, *o, *i) for n, i in outputs] for o in filters]
        read = {at for row in places for at in row if at is not None}

        def col2im(given: Matrix) -> Array:
            sums = dict.fromkeys(read, 0)
            for row, line in zip(places, given.rows, strict=True):
                for at, one in zip(row, line, strict=True):
                    if at is not None:
                        sums[at] += one
            return Array(sums)

        names: dict[str, Any] = {
            "U": Matrix([[0 if at is None else int(self.x[at]) for at in row] for row in places]),
            "W": of(self.w, kernel),
            "G": of(self.g, outs),
            "y": of(self.y, outs),
            "dL/dW": of(self.dw, kernel),
            "dL/dx": Array({at: int(self.dx[at]) for at in read}),
            "col2im": col2im,
            "first": lambda matrix: Vector(matrix.rows[0]),
        }
        if self.op.bias is not None:
            names["b"] = Matrix([[int(self.b[o])] * len(outputs) for o in filters])
        return World(names)

    def entries(self) -> dict[str, Any]:
        """Every tensor by the indices of its entries on the page: leading axes of size 1 are left out."""
        arrays = {"x": self.x, "w": self.w, "g": self.g, "y": self.y, "dL/dx": self.dx, "dL/dw": self.dw}
        found: dict[str, Any] = {key: short(array, self.op.ndim) for key, array in arrays.items()}
        return found | {"b": short(self.b, 0)} if self.op.bias is not None else found


def short(array: Any, ndim: int) -> Array:
    """An array without its leading axes of size 1."""
    while array.ndim > ndim and len(array) == 1:
        array = array[0]
    return Array({at: int(array[at]) for at in np.ndindex(array.shape)})


def defined(found: Unfolding, definition: Expr) -> Expr:
    """y at its own indices, evaluated.

    Raises InternalError if that is false.
    """
    op, numbers = inner(found.op), Numbers(found)
    border = found.op.border
    x = numbers.x if border is None else by_numpy(border, numbers.x)
    arrays = {op.data.name: x, op.kernel.name: numbers.w}
    if op.bias is not None:
        arrays[op.bias.name] = numbers.b
    made = value(definition, free_indices(op, "y", {}), Arrays({}, arrays))
    if not np.array_equal(made.reshape(numbers.y.shape), numbers.y):
        raise InternalError(f"internal error: the definition of {WHAT} is false; please report it")
    return definition


def check(found: Unfolding, lines: Mapping[str, Node]) -> dict[str, Node]:
    """The lines, each evaluated.

    Raises InternalError for one that is false.
    """
    numbers = Numbers(found)
    groups, entries = numbers.groups(), numbers.entries()
    worlds: dict[str, list[World]] = {"": groups}
    for number, world in enumerate(groups):  # entries of the tensors beside the matrices of the group
        mixed = world.having(Y=world.names["y"], **entries)
        worlds |= {key: [mixed] for key in (f"U{number}", f"taps{number}", f"outputs{number}")}
        if not number:
            worlds |= {key: [mixed] for key in ("W", "back", "back.heads", "y.entry", "w.entry", "x.entry")}
    return printed(lines, worlds, WHAT)
