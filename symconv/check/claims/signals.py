"""Arrays and signals whose entries are polynomials, and what operators do to them, by their definitions, in plain loops.

full  c[i] = sum_p b[p] a[i - p]        valid  the entries of full where b lies within a        same  the size of a
correlation: the same with b reversed;  on Z: (a conv b)(i) = sum_p a(p) b(i - p),  (a corr b)(i) = sum_p conj a(p) b(p + i)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import field
from fractions import Fraction

from symconv.check.claims.polynomials import Polynomial, add, scaled, times
from symconv.errors import SymconvError
from symconv.language.lazy import dataclass

Index = tuple[int, ...]


class Misfit(Exception):
    """Shapes that do not fit the operation; the message says which."""


@dataclass
class Signal:
    """Entries at ``first`` <= index < first + shape; 0 outside."""

    shape: Index
    data: dict[Index, Polynomial] = field(default_factory=dict)
    first: Index = ()

    def __post_init__(self) -> None:
        self.first = self.first or (0,) * len(self.shape)

    def at(self, index: Index) -> Polynomial:
        """An entry."""
        return self.data.get(index, {})

    def places(self) -> itertools.product[Index]:
        """Every index of the box."""
        return itertools.product(*(range(lo, lo + n) for lo, n in zip(self.first, self.shape, strict=True)))

    def mapped(self, change: Callable[[Polynomial], Polynomial]) -> Signal:
        """Every entry changed."""
        return Signal(self.shape, {i: change(p) for i, p in self.data.items()}, self.first)


def same_axes(a: Signal, b: Signal) -> None:
    """Raise SymconvError unless both have as many axes."""
    if len(a.shape) != len(b.shape):
        raise SymconvError(f"expected two tensors with as many axes, got {len(a.shape)} and {len(b.shape)}")


def total(a: Signal, b: Signal, sign: int = 1) -> Signal:
    """The sum of two arrays of one shape."""
    if a.shape != b.shape:
        raise Misfit(f"a sum of arrays of shapes {shaped(a.shape)} and {shaped(b.shape)}")
    made = {i: dict(p) for i, p in a.data.items()}
    for i, p in b.data.items():
        add(made.setdefault(i, {}), p, sign)
    return Signal(a.shape, made, a.first)


def shaped(shape: Index) -> str:
    """2 x 3."""
    return " x ".join(map(str, shape)) if shape else "one number"


def flipped(a: Signal, axes: tuple[bool, ...] = ()) -> Signal:
    """Read backwards within its box, along the marked axes (all without a mark)."""
    turn = axes or (True,) * len(a.shape)
    moved = {
        tuple(2 * lo + n - 1 - i if t else i for i, lo, n, t in zip(index, a.first, a.shape, turn, strict=True)): p
        for index, p in a.data.items()
    }
    return Signal(a.shape, moved, a.first)


def slid(a: Signal, b: Signal, pads: tuple[tuple[int, int], ...], stride: Index, dilation: Index) -> Signal:
    """y[i] = sum_p b[p] a[s i + d p - lo]: the cross-correlation of an array with a kernel."""
    same_axes(a, b)
    reach = tuple(d * (k - 1) for d, k in zip(dilation, b.shape, strict=True))
    rooms = [n + lo + hi - e - 1 for n, (lo, hi), e in zip(a.shape, pads, reach, strict=True)]
    if any(room < 0 for room in rooms):
        raise Misfit(f"a kernel {shaped(b.shape)} is larger than the padded input {shaped(a.shape)}")
    shape = tuple(room // s + 1 for room, s in zip(rooms, stride, strict=True))
    made: dict[Index, Polynomial] = {}
    for i in itertools.product(*map(range, shape)):
        value: Polynomial = {}
        for p, factor in b.data.items():
            at = tuple(s * x + d * q - lo for s, x, d, q, (lo, _) in zip(stride, i, dilation, p, pads, strict=True))
            if at in a.data:
                add(value, times(factor, a.data[at]))
        made[i] = value
    return Signal(shape, made)


def operated(a: Signal, b: Signal, flip: bool, mode: str) -> Signal:
    """Convolution (``flip``) or cross-correlation of arrays in mode full, valid or same; in valid, the smaller one slides."""
    same_axes(a, b)
    if mode == "valid" and all(m <= n for m, n in zip(a.shape, b.shape, strict=True)) and a.shape != b.shape:
        a, b = b, a
    ones = (1,) * len(a.shape)
    reach = [k - 1 for k in b.shape]
    pads = {
        "valid": tuple((0, 0) for _ in reach),
        "full": tuple((e, e) for e in reach),
        "same": tuple((e - e // 2, e // 2) for e in reach),
    }[mode]
    return slid(a, flipped(b) if flip else b, pads, ones, ones)


def combined(a: Signal, b: Signal, signs: tuple[int, int], conjugate: Callable[[Polynomial], Polynomial]) -> Signal:
    """On Z: the sum of a(p) b(q) at signs[0] p + signs[1] q; what is counted backwards is conjugated."""
    same_axes(a, b)
    backwards = min(signs) < 0
    first, shape = [], []
    for lo, n, other, m in zip(a.first, a.shape, b.first, b.shape, strict=True):
        ends = sorted((signs[0] * lo, signs[0] * (lo + n - 1))), sorted((signs[1] * other, signs[1] * (other + m - 1)))
        first.append(ends[0][0] + ends[1][0])
        shape.append(max(0, n + m - 1))
    made: dict[Index, Polynomial] = {}
    for p, x in a.data.items():
        for q, y in b.data.items():
            at = tuple(signs[0] * i + signs[1] * j for i, j in zip(p, q, strict=True))
            left = conjugate(x) if backwards and signs[0] < 0 else x
            right = conjugate(y) if backwards and signs[1] < 0 else y
            add(made.setdefault(at, {}), times(left, right))
    return Signal(tuple(shape), made, tuple(first))


def cyclic(a: Signal, b: Signal, sign: int) -> Signal:
    """Around a circle as long as the longer one: sum_p a[p] b[i - p], or (sign -1) sum_p a[p] b[i + p]."""
    same_axes(a, b)
    circle = tuple(map(max, a.shape, b.shape))
    made: dict[Index, Polynomial] = {}
    for p, x in a.data.items():
        for q, y in b.data.items():
            at = tuple((i + j if sign > 0 else j - i) % n for i, j, n in zip(p, q, circle, strict=True))
            add(made.setdefault(at, {}), times(x, y))
    return Signal(circle, made)


def spread(a: Signal, factor: int) -> Signal:
    """factor - 1 zeros between entries."""
    shape = tuple(max(0, factor * (n - 1) + 1) for n in a.shape)
    return Signal(shape, {tuple(factor * i for i in index): p for index, p in a.data.items()})


def padded(a: Signal, pads: tuple[tuple[int, int], ...]) -> Signal:
    """Zeros around."""
    shape = tuple(n + lo + hi for n, (lo, hi) in zip(a.shape, pads, strict=True))
    moved = {tuple(i + lo for i, (lo, _) in zip(index, pads, strict=True)): p for index, p in a.data.items()}
    inside = {i: p for i, p in moved.items() if all(0 <= x < n for x, n in zip(i, shape, strict=True))}
    return Signal(shape, inside)


def transposed(a: Signal) -> Signal:
    """Rows and columns exchanged."""
    return Signal(a.shape[::-1], {i[::-1]: p for i, p in a.data.items()}, a.first[::-1])


def matrix_product(a: Signal, b: Signal) -> Signal:
    """The product of matrices, of vectors as rows on the left and columns on the right."""
    if not a.shape or not b.shape or len(a.shape) > 2 or len(b.shape) > 2:
        raise SymconvError("a matrix product of tensors that are no matrices")
    if a.shape[-1] != b.shape[0]:
        raise Misfit(f"a matrix product of shapes {shaped(a.shape)} and {shaped(b.shape)}")
    made: dict[Index, Polynomial] = {}
    for i, x in a.data.items():
        for j, y in b.data.items():
            if i[-1] == j[0]:
                add(made.setdefault(i[:-1] + j[1:], {}), times(x, y))
    return Signal(a.shape[:-1] + b.shape[1:], made)


def entrywise(a: Signal, b: Signal) -> Signal:
    """The product entry by entry."""
    if a.shape != b.shape:
        raise Misfit(f"an entrywise product of shapes {shaped(a.shape)} and {shaped(b.shape)}")
    return Signal(a.shape, {i: times(p, b.data[i]) for i, p in a.data.items() if i in b.data}, a.first)


def divided(a: Signal, by: int | Fraction) -> Signal:
    """Every entry divided by a number."""
    return a.mapped(lambda p: scaled(p, Fraction(1) / by))
