"""A worked example and a trace as plain data: the numbers, every product, the arrays that the closed forms read.

One ``Example`` drives the text, the figure, the numbers and the caption, so that they cannot disagree:

    y[i]     = (b[o] +) the sum of the products w[p] x[j], entry by entry
    dL/dx    twice: what every product of y hands back (scatter), and the closed form, a correlation of two arrays that are
             shown as they are read (``View``: padded, zero-dilated, flipped)

Indices are full (batch and channel axes included) unless a docstring says otherwise; arrays lie flat in row-major order.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, ClassVar

from symconv.language.facts import Check, Derivation, Reduction
from symconv.language.lazy import dataclass
from symconv.language.operator import Operator, bare

Number = int | Fraction
Index = tuple[int, ...]
# an entry of a tensor by its name and full index; ZERO is a zero that padding or dilation put in
Factor = tuple[str, Index]
ZERO: Factor = ("", ())
# what stands in a view where no entry does
PAD, GAP = "pad", "gap"
PLACES = 10  # decimals are shown in full up to so many significant digits


@dataclass(frozen=True)
class Array:
    """A named array of exact numbers.  ``lead`` counts its leading axes (batch, channels); the others are spatial.

    ``axes`` is how many of its axes the user wrote (or would): the leading ones left out have size 1.
    """

    name: str
    shape: Index
    entries: tuple[Number, ...]
    lead: int = 0
    axes: int = 0

    def __getitem__(self, index: Index) -> Number:
        """The entry at a full index."""
        return self.entries[self.flat(index)]

    def flat(self, index: Index) -> int:
        """The place of a full index in ``entries``."""
        place = 0
        for n, i in zip(self.shape, index, strict=True):
            place = place * n + i
        return place

    def indices(self) -> Iterator[Index]:
        """Every full index, in row-major order."""
        return product(*(range(n) for n in self.shape))

    def short(self, index: Index) -> Index:
        """An index as it is written: without the leading axes of size 1 before the first that is larger."""
        return index[trim(self.shape, self.lead) :]

    def planes(self) -> list[tuple[Index, tuple[Number, ...]]]:
        """(leading indices, the entries of that spatial block, row-major), for every batch and channel."""
        size = prod(self.shape[self.lead :])
        leads = product(*(range(n) for n in self.shape[: self.lead]))
        return [(at, self.entries[k * size : (k + 1) * size]) for k, at in enumerate(leads)]

    def nested(self) -> Any:
        """The entries as nested lists with ``axes`` axes, as the user would write them."""
        return nested(self.entries, self.shape[len(self.shape) - self.axes :])


def page_of(op: Operator) -> Operator:
    """The operator as the page of an example writes it: without labels of size 1; a dense layer keeps its two."""
    return bare(op) if op.axes else op


def decimal(n: Fraction) -> str:
    """A fraction as a decimal; cut, with an ellipsis, behind PLACES significant digits."""
    sign, size = ("-" if n < 0 else ""), abs(n)
    before, rest = divmod(size.numerator, size.denominator)
    digits, leading = "", len(str(before)) if before else 0
    while rest and leading < PLACES and len(digits) < 3 * PLACES:
        digit, rest = divmod(rest * 10, size.denominator)
        digits += str(digit)
        leading += 1 if leading or digit else 0
    return f"{sign}{before}{'.' + digits if digits else ''}{'…' if rest else ''}"


def trim(shape: Index, lead: int) -> int:
    """How many leading axes of size 1 an index leaves out."""
    return next((k for k in range(lead) if shape[k] != 1), lead)


def nested(entries: tuple[Number, ...], shape: Index) -> Any:
    """A flat row-major tuple as nested lists; a single number for no axes."""
    if not shape:
        return entries[0]
    step = prod(shape[1:])
    return [nested(entries[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


@dataclass(frozen=True)
class Product:
    """coefficient times its factors, in reading order."""

    factors: tuple[Factor, ...]
    coefficient: Number = 1


@dataclass(frozen=True)
class Entry:
    """One entry of a result: its full index, the products that make it, its value; ``kind`` says how they make it.

    ``divisor`` is what the sum is divided by, in an average.
    """

    index: Index
    products: tuple[Product, ...]
    value: Number
    kind: str = "sum"
    divisor: int = 1


@dataclass(frozen=True)
class View:
    """An array as a correlation reads it: zero-dilated by ``zeros``, padded (or cropped) by ``pads``, flipped; one spatial block.

    ``cells`` are row-major: the spatial index of the entry of ``name`` that stands there, or PAD, or GAP (between entries).
    The block is the same for every leading index.  In the data's view the window of the result's entry i has its tap p at
    stride*i + dilation*p (of the member that reads it); in the kernel's view that tap stands at dilation*p.

    A border (``mode``) puts in copies: the cell is the index of the entry copied, and ``copies`` says, axis by axis, which places
    lie beyond the ends.
    """

    name: str
    part: str  # data or kernel
    shape: Index
    cells: tuple[Index | str, ...]
    zeros: Index
    pads: tuple[tuple[int, int], ...]
    flipped: bool = False
    mode: str = ""
    copies: tuple[tuple[bool, ...], ...] = ()

    def copied(self, place: Index) -> bool:
        """Whether a copy stands at a place."""
        return any(line[m] for line, m in zip(self.copies, place, strict=False))


@dataclass(frozen=True)
class Unreached:
    """Places of the input along one axis that get no gradient.

    ``reason``: "remainder" (the last max(0, a - hi)), "gap" (between the taps), "cropped" (by a negative pad), "outside"
    (every product of a transposed layer's entry lands outside of y), or "border" (neither it nor a copy of it is read).
    """

    axis: int
    places: Index
    reason: str


@dataclass(frozen=True)
class Folded:
    """The gradient of a padded tensor, dL/dxbar, as the closed form gives it, before it is folded back.

    ``lines`` says, axis by axis, which entry stands at each place of the padded tensor, and ``copies`` whether it is a copy.
    """

    array: Array
    closed: tuple[Entry, ...]
    lines: tuple[Index, ...]
    copies: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True)
class Gradient:
    """dL/d(wrt) twice, entry by entry in row-major order: ``scatter`` accumulates, ``closed`` is the closed form.

    ``member`` is the closed form as an operator (its data and kernel are ``views[0]`` and ``views[1]``), or a sum.  Where the
    tensor is padded by a border the member gives ``fold``, and ``closed`` adds up its entries.
    """

    wrt: str
    array: Array
    scatter: tuple[Entry, ...]
    closed: tuple[Entry, ...]
    member: Operator | Reduction
    views: tuple[View, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    agree: bool = False
    derivation: Derivation | None = None
    fold: Folded | None = None


class WorkedExample:
    """A worked example of any family: of sums of products (``Example``), or of another kind; ``api.worked`` finds its module."""

    family: ClassVar[str]

    @property
    def exact(self) -> bool:
        """Whether every number in it is; others are rounded."""
        return True


class WorkedTrace:
    """Everything that reaches one entry of a worked example of any family; ``value`` is the entry."""

    example: WorkedExample
    value: Any


@dataclass(frozen=True)
class Example(WorkedExample):
    """A concrete operator with numbers: operands x, w (and b), y, the upstream gradient g, and the gradients.

    ``y`` are the entries of the result; ``views`` the padded data and the kernel as the forward pass reads them; ``generated``
    names the arrays that were drawn from ``seed`` rather than given.  ``family`` says whose work it is (see ``api.worked``).
    """

    family: ClassVar[str] = "affine"

    op: Operator
    arrays: tuple[Array, ...]
    y: tuple[Entry, ...]
    gradients: tuple[Gradient, ...]
    views: tuple[View, ...] = ()
    generated: tuple[str, ...] = ()
    seed: int = 0
    decimal: bool = False  # the user wrote decimals: numbers are shown as decimals
    checks: tuple[Check, ...] = ()

    def array(self, name: str) -> Array:
        """An operand, the result, the upstream gradient, or the gradient of a padded tensor by its name."""
        folded = (d.fold.array for d in self.gradients if d.fold is not None)
        return next(a for a in (*self.arrays, *folded) if a.name == name)

    def value(self, factor: Factor) -> Number:
        """The number that a factor is."""
        return 0 if factor == ZERO else self.array(factor[0])[factor[1]]

    def gradient(self, wrt: str) -> Gradient:
        """The gradient with respect to a role: x, w or b."""
        return next(found for found in self.gradients if found.wrt == wrt)


@dataclass(frozen=True)
class Guard:
    """A condition of one candidate along one spatial axis: ``divisor`` divides ``top``, and 0 <= top / divisor < size.

    ``index`` names the index solved for (i1, j2, ...); ``kind`` is "range" or "divides"; ``holds`` says whether it is met.
    """

    axis: int
    index: str
    top: int
    divisor: int
    size: int
    kind: str
    holds: bool


@dataclass(frozen=True)
class Candidate:
    """One term of the sum for an entry: its bound indices, its factors, and the guards that kill it (none: it is there)."""

    bound: tuple[tuple[str, int], ...]
    factors: tuple[Factor, ...]  # where it is absent, only the factors that do exist
    killed: tuple[Guard, ...] = ()
    through: Index = ()  # the place in the padded tensor at which a border's operand is read


@dataclass(frozen=True)
class Trace(WorkedTrace):
    """Every product that reaches one entry, and every candidate that does not, with the guard that kills it."""

    example: Example
    name: str  # y, dL/dx, dL/dw or dL/db
    index: Index
    candidates: tuple[Candidate, ...]
    value: Number
