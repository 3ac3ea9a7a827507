"""A worked example and a trace as plain data: the numbers, every product, the arrays that the closed forms read.

One ``Example`` drives the text, the figure, the numbers and the caption, so that they cannot disagree:

    y[i]     = (b[o] +) the sum of the products w[p] x[j], their largest, or their mean: entry by entry
    dL/dx    twice: what every product of y hands back (scatter), and the closed form, worked out by itself: a correlation of two
             arrays that are shown as they are read (``View``), or the last line of the derivation, entry by entry

An example is made of ``Part``s, an array each, and a part of ``Line``s, an entry each.  Indices are full (batch and channel
axes included) unless a docstring says otherwise; arrays lie flat in row-major order.

A line of sums has products.  A line of a function has sides, each a *tree* of ``language.functions`` with these heads besides:

    ("entry", name, index)         an entry of an array that is given
    ("value", name, index, tree)   a quantity that was worked out before and bears a name: y[0,1], r[2]; a fifth part is what is
                                   written for it in symbols, where that is no entry: log Z[0]
    ("named", name, index, tree)   the same, always written by its name
    ("sum", a, b, ...)   ("times", a, b, ...)   of any number of parts;   ("square", a)
    ("prime", f, a)   ("partial", a, b)   the slope of f at a, and da/db, as they are written

What comes of a tree is a number, or, where e and log leave no rational number, a ``Rounded`` one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

from symconv.language.expand import ZERO, Entry, Index, Number, Product
from symconv.language.facts import Check, Derivation, FunctionDerivation, Reduction, WindowDerivation
from symconv.language.functions import CLASSES, Function, Tree
from symconv.language.lazy import dataclass
from symconv.language.operator import Operator, bare, upstream
from symconv.language.rounded import Rounded, settled
from symconv.language.unshared import SELECTION, Unshared

# what stands in a view where no entry does
PAD, GAP = "pad", "gap"


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

    @cached_property
    def table(self) -> dict[Index, Number]:
        """The entries by their full indices."""
        return dict(zip(self.indices(), self.entries, strict=True))

    def __getitem__(self, index: Index) -> Number:
        """The entry at a full index."""
        return self.table[index]

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


def page_of(layer: Operator | Unshared) -> Any:
    """The layer as the page of an example writes it: without labels of size 1; a dense layer keeps its two."""
    if isinstance(layer, Unshared):
        return replace(layer, window=bare(layer.window))
    return bare(layer) if layer.axes else layer


def trim(shape: Index, lead: int) -> int:
    """How many leading axes of size 1 an index leaves out."""
    return next((k for k in range(lead) if shape[k] != 1), lead)


def nested(entries: Sequence[Any], shape: Index) -> Any:
    """Flat row-major entries as nested lists; a single one for no axes."""
    if not shape:
        return entries[0]
    step = prod(shape[1:])
    return [nested(entries[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


def worth(part: Product, tables: Mapping[str, Mapping[Index, Any]]) -> Any:
    """What a product comes to over the ring that the entries are of."""
    value: Any = part.coefficient
    for name, index in part.factors:
        value = value * tables[name][index] if name else 0
    return value


def indices(shape: Index) -> Iterator[Index]:
    """Every index, in row-major order."""
    return product(*map(range, shape))


@dataclass(frozen=True)
class Line:
    """One entry worked out: its full index, the products that make it, its value; ``case`` says how: sum, max, mean.

    ``divisor`` is what a mean divides by; ``shares`` are, term by term, which part of the upstream gradient a maximum or a mean
    hands back to the entry read.

    Of a function ``symbols`` is the tree in symbols and ``numbers`` the one that numbers are put into; ``case`` is the case of
    the definition that applies (above, below, kink), or what else is to be said; ``left`` is what the line begins with where that
    is no entry of an array.
    """

    index: Index
    terms: tuple[Product, ...]
    value: Any  # a number of the ring; of a function a number or a ``Rounded``
    case: str = "sum"
    divisor: int = 1
    shares: tuple[Number, ...] = ()
    symbols: Tree = None
    numbers: Tree = None
    left: Tree = None

    @property
    def substituted(self) -> Tree:
        """The tree that the numbers are put into."""
        return self.symbols if self.numbers is None else self.numbers

    @property
    def entries(self) -> tuple[Index, ...]:
        """The entry that each term of a maximum or a mean reads."""
        return tuple(part.factors[0][1] for part in self.terms)

    @property
    def selected(self) -> tuple[Index, ...]:
        """The entries that something is handed back to."""
        return tuple(at for at, share in zip(self.entries, self.shares, strict=True) if share)

    def share(self, entry: Index) -> Number:
        """What part of the upstream gradient an entry gets; 0 if the window does not read it."""
        return next((s for at, s in zip(self.entries, self.shares, strict=True) if at == entry), 0)


@dataclass(frozen=True)
class Part:
    """An array of lines by its name; ``lead`` and ``axes`` as of an ``Array``; ``key`` says which way it was found."""

    name: str
    shape: Index
    lines: tuple[Line, ...]
    lead: int = 0
    axes: int = 0
    key: str = ""

    @cached_property
    def table(self) -> dict[Index, Line]:
        """The lines by their indices."""
        return {line.index: line for line in self.lines}

    def __getitem__(self, index: Index) -> Line:
        """The line of an entry."""
        return self.table[index]

    @property
    def values(self) -> tuple[Any, ...]:
        """The numbers."""
        return tuple(line.value for line in self.lines)

    @cached_property
    def array(self) -> Array:
        """The numbers as an array."""
        return Array(self.name, self.shape, self.values, self.lead, self.axes)

    def nested(self) -> Any:
        """The numbers as nested lists, the rounded ones as floats."""
        return nested([settled(v) for v in self.values], self.shape[len(self.shape) - self.axes :])

    def short(self, index: Index) -> Index:
        """An index as it is written."""
        return index[trim(self.shape, self.lead) :]


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

    ``places`` says, axis by axis, which entry stands at each place of the padded tensor, and ``copies`` whether it is a copy.
    """

    part: Part
    places: tuple[Index, ...]
    copies: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True)
class Gradient:
    """dL/d(wrt) in one or more ways, entry by entry in row-major order; ``before`` are parts that a way needs first.

    Of sums there are two: ``scatter`` accumulates, ``closed`` is worked out by itself.  ``member`` is the closed form as an
    operator (its data and kernel are ``views[0]`` and ``views[1]``), or a sum; there is none where ``closed`` follows the last
    line of the derivation.  Where the tensor is padded by a border the member gives ``fold``, and ``closed`` adds up its entries.
    """

    wrt: str
    ways: tuple[Part, ...]
    derivation: Derivation | WindowDerivation | FunctionDerivation
    member: Operator | Reduction | None = None
    views: tuple[View, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    fold: Folded | None = None
    before: tuple[Part, ...] = ()

    @property
    def scatter(self) -> Part:
        """The first way."""
        return self.ways[0]

    @property
    def closed(self) -> Part:
        """The last way."""
        return self.ways[-1]

    @property
    def array(self) -> Array:
        """The numbers."""
        return self.scatter.array

    @cached_property
    def agree(self) -> bool:
        """Whether both ways are the same numbers."""
        return [(e.index, e.value) for e in self.scatter.lines] == [(e.index, e.value) for e in self.closed.lines]


@dataclass(frozen=True)
class Example:
    """A concrete layer with numbers: operands x, w (and b), y, the upstream gradient g, and the gradients.

    ``y`` is the result, entry by entry; ``views`` the padded data and the kernel as the forward pass reads them; ``generated``
    names the arrays that were drawn from ``seed`` rather than given.  Of a maximum, ``arrays`` has the selection S as well.  Of a
    function ``parts`` are what y is made of (Z, p, r), and ``again`` is a loss in another way.
    """

    layer: Operator | Unshared | Function
    arrays: tuple[Array, ...]
    y: Part
    gradients: tuple[Gradient, ...]
    views: tuple[View, ...] = ()
    generated: tuple[str, ...] = ()
    seed: int = 0
    decimal: bool = False  # the user wrote decimals: numbers are shown as decimals
    checks: tuple[Check, ...] = ()
    parts: tuple[Part, ...] = ()
    again: Part | None = None

    @property
    def op(self) -> Operator:
        """The layer, or the windows that it looks through."""
        assert not isinstance(self.layer, Function)
        return self.layer.window

    @property
    def function(self) -> Function:
        """The layer, where it is an activation, a loss, softmax or flatten."""
        assert isinstance(self.layer, Function)
        return self.layer

    @property
    def kind(self) -> str:
        """What is done in the windows: "sum", or what a node does; "function" where there are none."""
        if isinstance(self.layer, Function):
            return "function"
        return self.layer.kind if isinstance(self.layer, Unshared) else "sum"

    @property
    def upstream(self) -> str:
        """The name of the upstream gradient."""
        return "g" if self.kind == "function" else upstream(self.op)

    @property
    def tensors(self) -> tuple[Array, ...]:
        """The operands, y and the upstream gradient; not what is a notation for others: a selection, classes as rows."""
        notation = CLASSES if self.kind == "function" else SELECTION
        own = tuple(array for array in self.arrays if array.name != notation)
        return own if self.has(self.y.name) else (own[0], self.y.array, *own[1:])

    @property
    def everything(self) -> tuple[Part, ...]:
        """All that is worked out."""
        again = (self.again,) if self.again is not None else ()
        return (*self.parts, self.y, *again, *(part for d in self.gradients for part in (*d.before, *d.ways)))

    @property
    def exact(self) -> bool:
        """Whether no number on the page is rounded."""
        return self.kind != "function" or not any(isinstance(v, Rounded) for part in self.everything for v in part.values)

    def has(self, name: str) -> bool:
        """Whether there is such an array."""
        return name in self.named

    def entry(self, name: str, index: Index) -> Number:
        """An entry of an array."""
        return self.named[name][index]

    @cached_property
    def named(self) -> dict[str, Array]:
        """The arrays by name, the gradient of a padded tensor among them."""
        folded = [d.fold.part.array for d in self.gradients if d.fold is not None]
        return {array.name: array for array in (*self.arrays, *folded)}

    def array(self, name: str) -> Array:
        """An operand, the result, the upstream gradient, or the gradient of a padded tensor by its name."""
        return self.named[name]

    def value(self, factor: Entry) -> Number:
        """The number that a factor is."""
        return 0 if factor == ZERO else self.named[factor[0]].table[factor[1]]

    def largest(self, line: Line) -> list[Index]:
        """The entries that attain a maximum, in the order of the taps."""
        return [at for at, part in zip(line.entries, line.terms, strict=True) if self.value(part.factors[0]) == line.value]

    def gradient(self, wrt: str) -> Gradient:
        """The gradient with respect to a role: x, w or b."""
        return next(found for found in self.gradients if found.wrt == wrt)

    def part(self, role: str) -> Part:
        """y, or a gradient as it was worked out by itself, by its role."""
        return self.y if role == "y" else self.gradient(role).closed


@dataclass(frozen=True)
class Term:
    """One term of an entry's sum: what it comes by (g[k] dy[k]/dx[i], a power of e), its tree, its value; why it is 0."""

    left: Tree
    symbols: Tree
    value: Any
    absent: str = ""
    numbers: Tree = None


@dataclass(frozen=True)
class Trace:
    """Every product that reaches one entry, and every one that does not, with the guards that kill it.

    Of a function the ``summands`` that reach it, and ``others``: how many more the sum has, all 0, and why.
    """

    example: Example
    role: str  # y, x, w or b
    index: Index
    line: Line
    terms: tuple[Product, ...] = ()
    summands: tuple[Term, ...] = ()
    others: tuple[str, int] = ("", 0)

    @property
    def value(self) -> Any:
        """The entry."""
        return settled(self.line.value)

    @property
    def name(self) -> str:
        """The array of the entry: y, dL/dx, ..."""
        return self.example.part(self.role).name

    @property
    def there(self) -> tuple[Product, ...]:
        """The products that there are."""
        return tuple(one for one in self.terms if not one.killed)

    @property
    def absent(self) -> tuple[Product, ...]:
        """Those that there are not."""
        return tuple(one for one in self.terms if one.killed)


# unshared kernels
def apart(index: Index, lead: int, ndim: int) -> tuple[Index, Index, Index]:
    """(channels, place, tap) of an entry of w."""
    return index[:lead], index[lead : lead + ndim], index[lead + ndim :]


def shared(made: Example) -> Array:
    """dL/dw of unshared kernels summed over the places: what the kernel would get if all windows shared it."""
    dw, ndim = made.gradient("w").array, made.op.ndim
    sums: dict[Index, Number] = {}
    for index, value in dw.table.items():
        channels, _, tap = apart(index, dw.lead, ndim)
        sums[channels + tap] = sums.get(channels + tap, dw.entries[0] * 0) + value
    return Array(
        dw.name, (*dw.shape[: dw.lead], *dw.shape[dw.lead + ndim :]), tuple(sums.values()), dw.lead, dw.axes - ndim
    )
