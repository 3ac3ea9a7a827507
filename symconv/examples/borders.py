"""Padding that is not zeros, in an example: copies put in beyond the ends, and the gradient folded back.

    xbar[m] = x[phi(m - lo)]                        every place of the padded tensor holds an entry of x
    dL/dx[j] = sum over m of dL/dxbar[m] [phi(m - lo) = j]      the transpose: what arrives at a copy goes to the entry copied

phi is defined by arithmetic for every pad (``language.border``); a negative pad crops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from symconv.language.border import Border, places
from symconv.language.example import Folded, Line, Part
from symconv.language.expand import Index, Number, Product
from symconv.language.operator import Operator

Cells = list[int | str]
Pads = tuple[tuple[int, int], ...]
Beyond = tuple[tuple[bool, ...], ...]


def lines(border: Border) -> list[list[int]]:
    """For every axis, the entry that stands at each place of the padded line."""
    return [
        places(border.mode, n.constant or 0, lo.constant or 0, hi.constant or 0)
        for n, (lo, hi) in zip(border.sizes, border.pads, strict=True)
    ]


def beyond(border: Border) -> Beyond:
    """For every axis, which places of the padded line lie beyond the ends, and so hold copies."""
    found = []
    for n, (lo, hi) in zip(border.sizes, border.pads, strict=True):
        size, first, last = (e.constant or 0 for e in (n, lo, hi))
        found.append(tuple(not 0 <= m - first < size for m in range(max(0, size + first + last))))
    return tuple(found)


def pairs(op: Operator, axis: int) -> list[int]:
    """The entry at each place that the windows read along an axis; nothing if they read the data themselves."""
    return lines(op.border)[axis] if op.border is not None and op.border.role == "x" else []


def entry_at(known: Sequence[Sequence[int]], place: Index) -> Index:
    """The full index of the entry at a place of the padded tensor."""
    lead = len(place) - len(known)
    return place[:lead] + tuple(line[m] for line, m in zip(known, place[lead:], strict=True))


def places_of(known: Sequence[Sequence[int]], entry: Index) -> list[Index]:
    """Every place of the padded tensor that holds the entry, by full indices."""
    lead = len(entry) - len(known)
    held = [[m for m, j in enumerate(line) if j == own] for line, own in zip(known, entry[lead:], strict=True)]
    return [entry[:lead] + m for m in product(*held)]


def copied(border: Border | None, role: str, axes: list[Cells], pads: Pads) -> tuple[list[Cells], Pads, Beyond]:
    """The axes of a view by the entries themselves, all its pads, and which of its places hold copies."""
    if border is None or border.role != role:
        return axes, pads, ()
    known, outside = lines(border), beyond(border)
    own = [[c if isinstance(c, str) else line[c] for c in axis] for axis, line in zip(axes, known, strict=True)]
    marks = tuple(tuple(not isinstance(c, str) and out[c] for c in axis) for axis, out in zip(axes, outside, strict=True))
    both = zip(pads, border.pads, strict=True)
    total = tuple((a + (lo.constant or 0), b + (hi.constant or 0)) for (a, b), (lo, hi) in both)
    return own, total, marks


def folded(border: Border, name: str, closed: Part) -> tuple[Folded, Part]:
    """(the gradient of the padded tensor, that of the tensor itself as sums over the places of each entry)."""
    known = lines(border)
    padded = replace(closed, name=name, shape=closed.shape[: closed.lead] + tuple(map(len, known)))
    made = []
    for index in product(*map(range, closed.shape)):
        held = places_of(known, index)
        total: Number = sum((padded[m].value for m in held), start=0)
        made.append(Line(index, tuple(Product(((name, m),)) for m in held), total))
    return Folded(padded, tuple(map(tuple, known)), beyond(border)), replace(closed, lines=tuple(made))
