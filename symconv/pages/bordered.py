"""What a border adds to the pages of examples and traces: the padded tensor, whose entry each place holds, the gradient folded.

xbar[m] = x[phi(m - lo)]        dL/dx[j] = sum over m of dL/dxbar[m] [phi(m - lo) = j]
"""

from __future__ import annotations

from typing import Any

from symconv.language.border import BAR, Border, source
from symconv.language.example import Entry, Example, Gradient, Index, Product, Trace, View
from symconv.language.expr import Access, Tensor
from symconv.language.integers import integer, var
from symconv.language.operator import Operator, gradient_name, inner, numbered
from symconv.pages.border import definition, example_of, padded_row, phi_of, transpose
from symconv.pages.document import index_ranges, own_entry, ranges
from symconv.pages.laid import integer as laid
from symconv.pages.layout import Layout, Number, Sign, joined, row
from symconv.pages.nodes import (
    Block,
    Equations,
    Heading,
    Joined,
    Math,
    Numbers,
    Paragraph,
    Prose,
    Rows,
    Work,
)

SHOWN = 19  # places of a line, before its middle is left out
Rules = tuple[tuple[int, ...], tuple[int, ...]]


def whole(name: str) -> Math:
    """A tensor by its name."""
    return Math((Access(Tensor(name, ()), ()),))


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
def reads(page: Operator, border: Border) -> Equations:
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
    return Equations(tuple(found))


def line(held: list[tuple[int, int]], size: int) -> Layout:
    """1 | 0 1 2 | 1: the entries in a row, with bars where those beyond the ends begin."""
    parts: list[Layout] = []
    zone = None
    for t, entry in held:
        here = -1 if t < 0 else 1 if t >= size else 0
        if zone is not None and here != zone:
            parts.append(Sign("bar"))
        parts.append(Number(entry))
        zone = here
    if len(parts) > SHOWN:
        parts = [*parts[: SHOWN // 2], Sign("…"), *parts[len(parts) - SHOWN // 2 :]]
    return joined(parts, Sign("gap"))


# arrays
def rules(copies: tuple[tuple[bool, ...], ...]) -> Rules:
    """The rows and columns before which copies begin or end."""
    two = ((), *copies)[-2:]
    first, second = (tuple(m for m in range(1, len(part)) if part[m] != part[m - 1]) for part in two)
    return first, second


def caption(border: Border, view: View) -> Prose:
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


def padded(border: Border, view: View, planes: tuple[Any, ...]) -> Numbers:
    """The padded tensor in numbers, with rules where copies begin."""
    said = caption(border, view)
    named = tuple(((view.name + BAR, index), cells) for (_, index), cells in planes)
    return Numbers(said, named, said.key != "numbers.view.border.less", rules(view.copies))


# the fold
def fold(made: Example, d: Gradient, grid: Numbers) -> list[Block]:
    """The gradient of the padded tensor, and how it is folded: the transpose, and along every axis its entries."""
    assert d.fold is not None
    assert d.derivation is not None
    assert d.derivation.bordered is not None
    found = d.derivation.bordered
    border = made.op.border
    assert border is not None
    slots = {"bar": whole(made.op.data.name + BAR)}
    blocks: list[Block] = [
        grid,
        Paragraph((Prose("fold.numbers", slots),)),
        Equations((transpose_row(made.op, border),)),
    ]
    if border.once and found.folds:
        if made.op.ndim > 1:
            blocks.append(Paragraph((Prose("fold.numbers.axes", slots),)))
        blocks.append(Equations(tuple((Math((one.left,)), one.steps[-1].expr, None) for one in found.folds)))
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
    """The places that the candidates go through."""
    return list(dict.fromkeys(one.through for one in found.candidates if one.through))


def standing(found: Trace, role: str) -> list[Block]:
    """Where the entry of dL/dx stands in the padded tensor."""
    made = found.example
    if role != "x" or made.op.border is None:
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


def through(found: Trace, role: str) -> list[Block]:
    """What reaches every place of the entry: the entries of dL/dxbar that are folded to it."""
    from symconv.pages.worked import worked

    made = found.example
    if role != "x" or made.op.border is None or not held_at(found):
        return []
    fold = made.gradient("x").fold
    assert fold is not None
    rows = []
    for place in held_at(found):
        some = tuple(Product(one.factors) for one in found.candidates if one.through == place and not one.killed)
        index = found.index[: fold.array.lead] + place
        rows.append(worked(made, fold.array.name, fold.array.short(index), Entry(index, some, fold.array[index]), True))
    return [Heading(Prose("trace.through")), Work(tuple(rows))]


def copies(found: Trace, role: str) -> list[Block]:
    """Which products of an entry of y or dL/dw read copies."""
    made = found.example
    if role not in ("y", "w") or made.op.border is None:
        return []
    rows = []
    for one in found.candidates:
        if one.through and not one.killed and is_copy(made, one.through):
            shown = tuple(
                Math((Access(Tensor(n, ()), tuple(map(integer, made.array(n).short(i)))),)) for n, i in one.factors
            )
            rows.append(
                (Joined(shown, " "), Prose("trace.copy", {"name": shown[-1], "place": place_of(made, one.through)}))
            )
    return [Heading(Prose("trace.copies")), Rows(tuple(rows))] if rows else []
