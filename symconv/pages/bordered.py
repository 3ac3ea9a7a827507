"""What a border adds to the pages of examples and traces: the padded tensor, whose entry each place holds, the gradient folded.

xbar[m] = x[phi(m - lo)]        dL/dx[j] = sum over m of dL/dxbar[m] [phi(m - lo) = j]
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symconv.language.border import BAR, Border, source
from symconv.language.example import Example, Gradient, Trace
from symconv.language.expand import Index
from symconv.language.expr import Access, Tensor
from symconv.language.facts import Derivation
from symconv.language.integers import integer, var
from symconv.language.operator import Operator, gradient_name, inner, numbered
from symconv.language.prose import Joined, Prose
from symconv.pages.border import definition, example_of, padded_row, phi_of, transpose
from symconv.pages.document import index_ranges, own_entry, ranges
from symconv.pages.laid import integer as laid
from symconv.pages.layout import Layout, Number, Sign, joined, row
from symconv.pages.nodes import Block, Heading, Lines, Math, Paragraph, Table
from symconv.pages.work import entry, grid, rules, whole, work

SHOWN = 19  # places of a line, before its middle is left out


# setting
def rows(page: Operator, border: Border) -> list[tuple[Any, Any]]:
    """x, and x with its padding."""
    plain = inner(page)
    name = page.data.name
    slots = {"range": ranges(plain, plain.data), "name": Math((Tensor(name, ()),))}
    said = Prose("role.padded.inside", slots)
    return [padded_row(page, border, index_ranges), (Math((own_entry(plain, plain.data),)), said)]


def equations(page: Operator, border: Border) -> list[tuple[Math, Any, Prose | None]]:
    """xbar[m] = x[phi(m - lo)], and phi."""
    return list(definition(inner(page), border).rows)


def convention(border: Border) -> Prose:
    """Whose mode it is."""
    return Prose(f"border.{border.mode}", {"example": Math((example_of(border),))})


# places
def reads(page: Operator, border: Border) -> Lines:
    """Along every padded axis, the entries that stand at the places of the padded tensor, those beyond the ends set off."""
    found = []
    for k, (n, (lo, hi)) in enumerate(zip(border.sizes, border.pads, strict=True)):
        if lo == 0 and hi == 0:
            continue
        size, first, last = (e.constant or 0 for e in (n, lo, hi))
        m = var(numbered("m", k, page.ndim))
        left = phi_of(laid(m - lo))
        held = [(t, source(border.mode, t, size)) for t in range(-first, size + last)]
        span: Layout = joined(map(Number, range(len(held))), Sign("list"))
        if len(held) > 3:
            span = row(Number(0), Sign("list"), Sign("…"), Sign("list"), Number(len(held) - 1))
        remark = Prose("border.reads", {"name": whole(page.data.name), "places": Math((m, "=", span))})
        found.append((Math((left,)), line(held, size), remark))
    return Lines.definitions(tuple(found))


def line(held: list[tuple[int, int]], size: int) -> Layout:
    """1 | 0 1 2 | 1: the entries in a row, with bars where those beyond the ends begin."""
    parts: list[Layout] = []
    zone = None
    for t, own in held:
        here = -1 if t < 0 else 1 if t >= size else 0
        if zone is not None and here != zone:
            parts.append(Sign("bar"))
        parts.append(Number(own))
        zone = here
    if len(parts) > SHOWN:
        parts = [*parts[: SHOWN // 2], Sign("…"), *parts[len(parts) - SHOWN // 2 :]]
    return joined(parts, Sign("gap"))


# the fold
def fold(made: Example, d: Gradient, elide: int | None) -> list[Block]:
    """The gradient of the padded tensor, and how it is folded: the transpose, and along every axis its entries."""
    assert d.fold is not None
    assert isinstance(d.derivation, Derivation)
    assert d.derivation.bordered is not None
    part, found = d.fold.part, d.derivation.bordered
    border = made.op.border
    assert border is not None
    slots = {"bar": whole(made.op.data.name + BAR)}
    blocks: list[Block] = [
        work(made, part, symbols=False, elide=elide),
        replace(grid(made, part.array, Prose("numbers.result")), rules=rules(d.fold.copies)),
        Paragraph((Prose("fold.numbers", slots),)),
        Lines.definitions((transpose_row(made.op, border),)),
    ]
    if border.once and found.folds:
        if made.op.ndim > 1:
            blocks.append(Paragraph((Prose("fold.numbers.axes", slots),)))
        blocks.append(Lines.definitions(tuple((Math((one.left,)), one.steps[-1].expr, None) for one in found.folds)))
    return [*blocks, Paragraph((Prose("fold.numbers.entries", slots),))]


def transpose_row(op: Operator, border: Border) -> tuple[Math, Any, None]:
    """dL/dx[j] = sum over m of dL/dxbar[m] [phi(m - lo) = j]."""
    return transpose(gradient_name(op, op.data), border)


# traces
def place_of(made: Example, place: Index) -> Math:
    """xbar[m], by its spatial place."""
    return Math((Access(Tensor(made.op.data.name + BAR, ()), tuple(integer(m) for m in place)),))


def is_copy(made: Example, place: Index) -> bool:
    """Whether a place of the padded tensor lies beyond the ends."""
    border = made.op.border
    assert border is not None
    sides = zip(place, border.sizes, border.pads, strict=True)
    return any(not 0 <= m - (lo.constant or 0) < (n.constant or 0) for m, n, (lo, _) in sides)


def held_at(found: Trace) -> list[Index]:
    """The places that the terms go through."""
    return list(dict.fromkeys(one.through for one in found.terms if one.through))


def standing(found: Trace) -> list[Block]:
    """Where the entry of dL/dx stands in the padded tensor."""
    made = found.example
    if found.role != "x" or made.op.border is None:
        return []
    bar, places = whole(made.op.data.name + BAR), held_at(found)
    if not places:
        return [Paragraph((Prose("trace.places.none", {"bar": bar}),))]
    far = [place for place in places if is_copy(made, place)]
    beyond: Any = ""
    if far:
        listed = Joined(tuple(place_of(made, place) for place in far))
        beyond = Prose("trace.places.copies" if len(far) > 1 else "trace.places.copy", {"list": listed})
    slots = {"bar": bar, "list": Joined(tuple(place_of(made, place) for place in places)), "copies": beyond}
    return [Paragraph((Prose("trace.places", slots),))]


def through(found: Trace) -> list[Block]:
    """What reaches every place of the entry: the entries of dL/dxbar that are folded to it."""
    made = found.example
    if found.role != "x" or made.op.border is None or not held_at(found):
        return []
    fold = made.gradient("x").fold
    assert fold is not None
    lines = []
    for place in held_at(found):
        index = found.index[: fold.part.lead] + place
        lines.append(replace(fold.part[index], terms=tuple(one for one in found.there if one.through == place)))
    return [Heading(Prose("trace.through")), work(made, fold.part, lines)]


def copies(found: Trace) -> list[Block]:
    """Which products of an entry of y or dL/dw read copies."""
    made = found.example
    if found.role not in ("y", "w") or made.op.border is None:
        return []
    rows = []
    for one in found.there:
        if one.through and is_copy(made, one.through):
            shown = tuple(entry(made.array(name), index) for name, index in one.factors)
            rows.append(
                (Joined(shown, " "), Prose("trace.copy", {"name": shown[-1], "place": place_of(made, one.through)}))
            )
    return [Heading(Prose("trace.copies")), Table(tuple(rows))] if rows else []
