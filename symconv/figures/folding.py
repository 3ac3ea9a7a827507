"""The gradient of a padded tensor folded back onto the tensor: what arrives at a copy is added to the entry that was copied.

dL/dx[j] = sum of dL/dxbar[m] over the places m that hold x[j]
"""

from __future__ import annotations

from collections.abc import Callable

from symconv.figures.layout import (
    SIZE,
    SMALL,
    Block,
    Place,
    around,
    displayed,
    elided,
    factor,
    few,
    plane,
    row,
    shown,
    width_of,
)
from symconv.figures.passes import lost
from symconv.language.example import Example, Folded, Gradient, Line
from symconv.language.expand import Index, Number
from symconv.language.prose import sentence
from symconv.language.scene import Arrow, Element, Runs, Text, above, bounds, entry, joined, words

TERMS = 18  # in a line of arithmetic


def folding(
    example: Example, d: Gradient, at: Index, known: Callable[[Index], bool], worked: bool = True, room: float = 400.0
) -> tuple[Element, ...]:
    """dL/dxbar and dL/dx beside each other, the places that fold to one entry framed, and that entry worked out.

    ``at`` is a place of dL/dxbar; ``known`` says which of its entries have been worked out: dL/dx holds their sums so far.
    """
    fold = d.fold
    assert fold is not None
    lead = at[: fold.part.lead]
    target = next(e for e in d.closed.lines if any(p.factors[0][1] == at for p in e.terms))
    places = {p.factors[0][1][len(lead) :] for p in target.terms}
    few(len(fold.part.lines) + len(d.array.entries))
    w = width_of((*fold.part.array.entries, *d.array.entries), example.decimal)
    left = padded(example, fold, lead, places if worked else {at[len(lead) :]}, known, w)
    right = gradient(example, d, lead, target.index[len(lead) :], known, w)
    ((one,), (other,)) = row([[left], [right]], 56.0)
    before = around(one.boxes.values())
    note = sentence("figure.folding.dashed")
    top = bounds((*one.elements, *other.elements)).y
    head = Text(before.x, top - 20, words(sentence("figure.folding.title"), "b"), SMALL + 1, "start")
    arrow = Arrow(((before.right + 10, before.centre[1]), (bounds(other.elements).x - 8, before.centre[1])), "ink", 1.8)
    sign = Text((before.right + bounds(other.elements).x) / 2, before.centre[1] - 14, words("∑"), SIZE)
    drawn: tuple[Element, ...] = (head, *one.elements, arrow, sign, *other.elements)
    drawn = above([drawn, [Text(0, 0, words(note), SMALL, "start", "muted")]], gap=12.0)
    return above([drawn, arithmetic(example, d, target, room, known)], gap=18.0) if worked else drawn


def padded(
    example: Example, fold: Folded, lead: Index, framed: set[Index], known: Callable[[Index], bool], w: float
) -> Block:
    """The gradient of the padded tensor; at the edges the indices of the entries that stand there."""
    array = fold.part.array

    def place(index: Index) -> Place:
        spot = index[len(lead) :]
        written = words(shown(array[index], example.decimal)) if known(index) else ()
        copy = any(line[m] for line, m in zip(fold.copies, spot, strict=True))
        own = "miss" if not known(index) else "copy" if copy else "gradient"
        return Place(written, own, f"{array.name}{list(index)}", "window" if spot in framed else "")

    return plane(array, lead, place, w, fold.places)


def gradient(example: Example, d: Gradient, lead: Index, at: Index, known: Callable[[Index], bool], w: float) -> Block:
    """The gradient itself, as far as what it adds up is known."""
    array, found = d.array, d.closed

    def place(index: Index) -> Place:
        spot = index[len(lead) :]
        there = [p.factors[0] for p in found[index].terms if known(p.factors[0][1])]
        total: Number = sum((example.value(f) for f in there), start=0)
        whole = len(there) == len(found[index].terms)
        own = "unread" if lost(spot, d.unreached) else "gradient" if whole else "paper" if there else "miss"
        written = words(shown(total, example.decimal)) if there or whole else ()
        return Place(written, own, f"{array.name}{list(index)}", "window" if spot == at else "")

    return plane(array, lead, place, w)


def arithmetic(
    example: Example, d: Gradient, one: Line, room: float, known: Callable[[Index], bool]
) -> tuple[Element, ...]:
    """The entry as the sum over its places, in symbols and in numbers, as far as they are known."""
    assert d.fold is not None
    array = d.fold.part.array
    symbols: list[Runs] = []
    numbers: list[Runs] = []
    there = [part for part in one.terms if known(part.factors[0][1])]
    for k, part in enumerate(there):
        plus = "+ " if k else ""
        symbols.append(joined(plus, entry(array.name, array.short(part.factors[0][1]))))
        numbers.append(words(plus + factor(example.value(part.factors[0]), example.decimal)))
    left = joined(entry(d.array.name, d.array.short(one.index)), " =")
    total: Number = sum((example.value(part.factors[0]) for part in there), start=0)
    missing = len(one.terms) - len(there)
    answer = joined(
        "= ", ((shown(total, example.decimal), "b"),), sentence("figure.folding.left", missing=missing) if missing else ""
    )
    return displayed([[left, *elided(symbols, TERMS)], [words("="), *elided(numbers, TERMS)], [answer]], room)
