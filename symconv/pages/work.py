"""Numbers on a page: where they come from, arrays as planes and as a correlation reads them, entries worked out.

y[0] = w[0] x[0] + w[1] x[1] = 2*3 + 1*(-1) = 5
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import chain, product
from math import prod
from typing import Any

from symconv.language.border import BAR, Border
from symconv.language.example import Array, Example, Line, Part, View
from symconv.language.expand import ZERO, Entry, Index
from symconv.language.expr import Access, Tensor
from symconv.language.integers import integer
from symconv.language.operator import gradient_name
from symconv.language.prose import Joined, Prose
from symconv.language.rounded import PLACES, Rounded, Value, decimal
from symconv.pages.nodes import Arrays, Lines, Math, Worked

DOT = "·"
CHOSEN, TIED = "*", "°"  # an entry that is selected as the largest; one as large that is not
FUNCTIONS = ("max", "mean")  # the cases that are not sums
Rules = tuple[tuple[int, ...], tuple[int, ...]]


def whole(name: str) -> Math:
    """A tensor by its name."""
    return Math((Access(Tensor(name, ()), ()),))


def times(shape: Index) -> Joined:
    """2 x 3, a word for no axes."""
    return Joined(tuple(map(str, shape)) or (Prose("shape.none"),), " x ")


def text(made: Example, n: Value, digits: int = PLACES) -> str:
    """A number as it is written: 3, -1/2, 0.25 where the user wrote decimals, or rounded to its digits."""
    if isinstance(n, Rounded):
        return n.text(digits)
    return decimal(n) if made.decimal and isinstance(n, Fraction) else str(n)


# where they come from
def shapes(made: Example) -> Prose:
    """The shape of every tensor."""
    told = [Prose("worked.shape", {"name": whole(a.name), "shape": times(a.shape)}) for a in made.tensors]
    return Prose("worked.shapes", {"list": Joined(tuple(told))})


def origin(made: Example) -> Prose:
    """Which numbers were drawn, and from which seed."""
    if not made.generated:
        return Prose("worked.given")
    given = {a.name for a in made.tensors} - {*made.generated, made.y.name}
    names = Joined(tuple(whole(name) for name in made.generated))
    return Prose("worked.drawn" if given else "worked.drawn.all", {"seed": str(made.seed), "names": names})


def cut(made: Example) -> list[Prose]:
    """That a decimal goes on behind its last digit, if one does."""
    numbers = chain(*(a.entries for a in made.arrays), *(part.values for part in made.everything))
    goes_on = made.decimal and any(text(made, n).endswith("…") for n in numbers)
    return [Prose("worked.rounded")] if goes_on else []


# arrays
def upstream_grid(made: Example) -> Arrays:
    """g as an array."""
    dy = "dL/dy" if made.kind == "function" else gradient_name(made.op, made.op.result)
    return grid(made, made.array(made.upstream), Prose("numbers.g", {"name": whole(made.upstream), "dy": whole(dy)}))


def grid(made: Example, array: Array, caption: Prose) -> Arrays:
    """An array as planes of numbers; one plane is the array itself, where no index of its own is left out of the name."""
    shape = array.shape[array.lead :]
    if not shape:  # a bias: its filters in a row; of a dense layer a matrix
        wide = array.shape[-1] if array.shape else 1
        cells = [text(made, n) for n in array.entries]
        rows = tuple(tuple(cells[k : k + wide]) for k in range(0, len(cells), wide))
        return Arrays.numbers(caption, (((array.name, ()), rows),))
    found = [p for at, entries in array.planes() for p in planes(made, array, at, shape, entries)]
    if made.kind == "function" and len(shape) > 2:
        return Arrays.numbers(caption, tuple(found))
    return Arrays.numbers(caption, whole_or_planes(array.name, found))


def whole_or_planes(name: str, found: list[Any]) -> tuple[Any, ...]:
    """One plane is the array itself."""
    return (((name, ()), found[0][1]),) if len(found) == 1 else tuple(found)


def planes(made: Example, array: Array, at: Index, shape: Index, entries: tuple[Any, ...]) -> list[Any]:
    """A spatial block as planes: one for one or two axes, one per index of those before."""
    rows, columns = (shape[-2] if len(shape) > 1 else 1), (shape[-1] if shape else 1)
    found = []
    for k, depth in enumerate(product(*map(range, shape[:-2]))):
        part = entries[k * rows * columns : (k + 1) * rows * columns]
        cells = tuple(
            tuple(n if isinstance(n, str) else text(made, n) for n in part[r * columns : (r + 1) * columns])
            for r in range(rows)
        )
        index: tuple[Any, ...] = (*array.short(at + (0,) * len(shape))[: -len(shape) or None], *depth)
        found.append(((array.name, (*index, *(":" * min(2, len(shape))))), cells))
    return found


def viewed(made: Example, view: View) -> Arrays:
    """A view with its numbers, a dot for every zero that was put in."""
    array = made.array(view.name)
    found: list[Any] = []
    for at, _ in array.planes():
        cells = tuple(DOT if isinstance(c, str) else array[at + c] for c in view.cells)
        found += planes(made, array, at, view.shape, cells)
    if view.copies and made.op.border is not None:
        return padded(made.op.border, view, whole_or_planes(view.name, found))
    return Arrays.numbers(caption(view), whole_or_planes(view.name, found), not changed(view))


def caption(view: View) -> Prose:
    """What was done to an array before it is read."""
    slots: dict[str, Any] = {"name": whole(view.name), "zeros": zeros(view.zeros)}
    spread = any(r != 1 for r in view.zeros)
    if view.flipped and prod(view.shape) > 1:
        return Prose("numbers.view.flipped.dilated" if spread else "numbers.view.flipped", slots)
    padded = any(side > 0 for pair in view.pads for side in pair)
    if padded or spread:
        return Prose(f"numbers.view.{'both' if padded and spread else 'padded' if padded else 'dilated'}", slots)
    cropped = any(side < 0 for pair in view.pads for side in pair)
    return Prose("numbers.view.cropped" if cropped else "numbers.view.plain", slots)


def zeros(factors: Index) -> Prose:
    """How many zeros stand between two entries."""
    if any(f != factors[0] for f in factors):
        return Prose("zeros.axes", {"list": Prose("tuple", {"values": Joined(tuple(str(f - 1) for f in factors))})})
    return Prose("zeros.one") if factors[0] == 2 else Prose("zeros.many", {"count": str(factors[0] - 1)})


def changed(view: View) -> bool:
    """Whether a view is more than its array."""
    return (
        bool(view.copies)
        or view.flipped
        or any(r != 1 for r in view.zeros)
        or any(side for pair in view.pads for side in pair)
    )


def entry(array: Array | Part, index: Index) -> Math:
    """x[0, 1], by a full index."""
    return Math((Access(Tensor(array.name, ()), tuple(integer(i) for i in array.short(index))),))


# arrays that a border pads
def rules(copies: tuple[tuple[bool, ...], ...]) -> Rules:
    """The rows and columns before which copies begin or end."""
    two = ((), *copies)[-2:]
    first, second = (tuple(m for m in range(1, len(part)) if part[m] != part[m - 1]) for part in two)
    return first, second


def border_caption(border: Border, view: View) -> Prose:
    """What the padded tensor is, as it is read."""
    pads = tuple((lo.constant or 0, hi.constant or 0) for lo, hi in border.pads)
    slots = {"bar": whole(view.name + BAR), "name": whole(view.name), "mode": border.mode}
    if view.pads != pads:
        return Prose("numbers.view.border.less", slots)
    return Prose(f"numbers.view.border{beyond(view.copies)}", slots)


def beyond(copies: tuple[tuple[bool, ...], ...]) -> str:
    """Which words tell where copies stand: beyond the rules, everywhere, nowhere; of planes also whole ones."""
    if not any(map(any, copies)):
        return ".none"
    if any(map(all, copies)):
        return ".all"
    return ".planes" if any(map(any, copies[:-2])) else ""


def padded(border: Border, view: View, planes: tuple[Any, ...]) -> Arrays:
    """The padded tensor in numbers, with rules where copies begin."""
    said = border_caption(border, view)
    named = tuple(((view.name + BAR, index), cells) for (_, index), cells in planes)
    return Arrays.numbers(said, named, said.key != "numbers.view.border.less", rules(view.copies))


# work
def work(
    made: Example,
    part: Part,
    lines: Iterable[Line] | None = None,
    symbols: bool = True,
    tick: bool = False,
    elide: int | None = None,
) -> Lines:
    """The lines of a part, or some of them, in symbols, in numbers, and their values; at most ``elide`` products to a line."""
    signs: dict[Entry, Any] = {ZERO: ("", "0")}
    numbers: dict[Entry, str] = {ZERO: "0"}

    def sign(factor: Entry) -> Any:
        if factor not in signs:
            signs[factor] = (factor[0], made.array(factor[0]).short(factor[1]))
        return signs[factor]

    def number(factor: Entry) -> str:
        if factor not in numbers:
            numbers[factor] = text(made, made.value(factor))
        return numbers[factor]

    def row(line: Line) -> Worked:
        shown, values = [], []
        for one in line.terms:
            front = [] if one.coefficient == 1 and one.factors else [text(made, one.coefficient)]
            shown.append((*(("", c) for c in front), *map(sign, one.factors)))
            values.append((*front, *map(number, one.factors)))
        made_of = Worked(part.name, part.short(line.index), tuple(shown) if symbols else (), tuple(values),
                         text(made, line.value), tick)  # fmt: skip
        if line.case not in FUNCTIONS:
            return made_of
        marks = tuple(mark(made, line, k) for k in range(len(line.terms))) if line.case == "max" else ()
        return replace(made_of, function=line.case, marks=marks, divisor=line.divisor if line.case == "mean" else 1)

    return Lines.work(tuple(short(row(line), elide) for line in (part.lines if lines is None else lines)))


def mark(made: Example, line: Line, k: int) -> str:
    """* for an entry that is selected, ° for one as large that is not."""
    if line.shares[k]:
        return CHOSEN
    return TIED if made.value(line.terms[k].factors[0]) == line.value else ""


def short(row: Worked, most: int | None) -> Worked:
    """One entry with its middle left out."""
    return replace(row, symbols=middle(row.symbols, most), numbers=middle(row.numbers, most), marks=middle(row.marks, most))


def middle(parts: tuple[Any, ...], most: int | None) -> tuple[Any, ...]:
    """The first and the last parts, at most so many of them; None stands for those between."""
    if most is None or len(parts) <= most:
        return parts
    first = (most + 1) // 2
    return (*parts[:first], None, *parts[len(parts) - (most - first) :])
