"""What the page of a trace says: the formula, what meets what, the products that are there, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from symconv.language.example import Candidate, Entry, Guard, Index, Product, Trace, page_of
from symconv.language.expr import Access, Bracket, Expr, InRange, Tensor
from symconv.language.facts import Step
from symconv.language.integers import integer, var
from symconv.language.operator import Operand, formula, gradient_name, spatial_sizes, upstream
from symconv.pages import bordered
from symconv.pages.document import given_parameters, kind, own_entry
from symconv.pages.nodes import (
    Block,
    Document,
    Equations,
    Grid,
    Heading,
    Joined,
    Math,
    Paragraph,
    Prose,
    Rows,
    Work,
)
from symconv.pages.worked import grid, numbers, setting, whole, worked

WIDEST = 9


def role_of(found: Trace) -> str:
    """x, w, b, or y."""
    op = found.example.op
    return next((d.wrt for d in found.example.gradients if gradient_name(op, op.operand(d.wrt)) == found.name), "y")


def document(found: Trace) -> Document:
    """The page of a trace."""
    made, role = found.example, role_of(found)
    op = made.op
    shown = Access(Tensor(found.name, ()), tuple(integer(i) for i in short(found)))
    there = sum(not one.killed for one in found.candidates)
    blocks: list[Block] = [
        Heading(Prose("trace.title", {"entry": Math((shown,)), "op": op.name, "kind": kind(op)}), 1),
        Paragraph((Joined(tuple(given_parameters(op, op.border))),)),
        *setting(made, page_of(op)),
        Heading(Prose("trace.formula")),
        *stated(found, role),
        *bordered.standing(found, role),
        *drawn(found, role),
        *bordered.through(found, role),
        Heading(Prose("trace.sum", {"count": str(there), "all": str(len(found.candidates))})),
        total(found),
        *bordered.copies(found, role),
        *absent(found, role),
        *numbers(made),
    ]
    if role != "y":
        slots = {"name": whole(upstream(op)), "dy": whole(gradient_name(op, op.result))}
        blocks.append(grid(made, made.array(upstream(op)), Prose("numbers.g", slots)))
    return Document(tuple(blocks))


def short(found: Trace) -> Index:
    """The entry's index as it is written."""
    made, role = found.example, role_of(found)
    array = made.array(made.op.result.name) if role == "y" else made.gradient(role).array
    return array.short(found.index)


def total(found: Trace) -> Work:
    """The products that are there, and their sum."""
    there = tuple(Product(one.factors) for one in found.candidates if not one.killed)
    return Work((worked(found.example, found.name, short(found), Entry(found.index, there, found.value), True, True),))


def stated(found: Trace, role: str) -> list[Block]:
    """The formula of the entry, with its guards."""
    made = found.example
    page = page_of(made.op)
    if role == "y":
        return [Equations(((Math((own_entry(page, page.result),)), formula(page), None),))]
    d = made.gradient(role).derivation
    assert d is not None
    border = made.op.border
    fold = [bordered.transpose_row(made.op, border)] if border is not None and role == "x" else []
    return gathered(d.left, d.steps[d.gather], fold)


def gathered(left: Access, line: Step, before: Sequence[Any] = (), more: Sequence[Prose] = ()) -> list[Block]:
    """A line of a derivation as a formula (behind the rows ``before``), with its guards (and more to say) below it."""
    terms = line.expr.terms
    guards = [c for item in terms[0] if isinstance(item, Bracket) and item.aside for c in item.conditions]
    bare_terms = tuple(tuple(i for i in t if not (isinstance(i, Bracket) and i.aside)) for t in terms)
    said = [Prose("trace.where", {"guards": Joined(tuple(Math((c,)) for c in guards))})] if guards else []
    shown = Equations((*before, (Math((left,)), Expr(bare_terms), None)))
    return [shown, *([Paragraph((Joined((*said, *more), "; "),))] if said or more else [])]


def over(found: Trace, role: str) -> tuple[Operand, Operand] | None:
    """(what the candidates run over, what each meets), where that is a picture of one or two axes."""
    op = found.example.op
    if role == "b" or not 0 < op.ndim <= 2:
        return None
    if role == "y":
        return op.kernel, op.data
    if role == "x":
        return op.kernel, op.result
    return (op.data, op.result) if op.output_padding is not None else (op.result, op.data)


def drawn(found: Trace, role: str) -> list[Block]:
    """A picture: at every tap the entry that it meets, by spatial indices, or a dot."""
    pair = over(found, role)
    op = found.example.op
    if pair is None:
        return []
    taps, met = pair
    size = tuple(e.constant or 0 for e in spatial_sizes(op, taps))
    if max(size) > WIDEST:
        return []
    name = {op.result: upstream(op)}.get(met, met.name) if role != "y" else met.name
    said = upstream(op) if taps is op.result else taps.name
    slots: dict[str, Any] = {"w": whole(said), "over": whole(said)}
    if role != "x" or op.border is None:
        body = picture(found.candidates, name, len(met.layout), size)
        return [Grid(Prose("trace.drawn" if taps is op.kernel else "trace.drawn.over", slots), body)]
    grids: list[Block] = []
    for place in dict.fromkeys(one.through for one in found.candidates):  # one for every place of the entry
        some = tuple(one for one in found.candidates if one.through == place)
        shown = {**slots, "place": bordered.place_of(found.example, place)}
        grids.append(Grid(Prose("trace.drawn.through", shown), picture(some, name, len(met.layout), size)))
    return grids


def picture(candidates: tuple[Candidate, ...], name: str, lead: int, size: Index) -> tuple[tuple[Any, ...], ...]:
    """At every tap the entry of the tensor that it meets."""
    cells: dict[Index, Any] = {}
    for one in candidates:
        place = tuple(value for _, value in one.bound)[-len(size) :]
        hit = next((i for n, i in one.factors if n == name), None)
        if len(place) == len(size):
            cells[place] = None if one.killed or hit is None else (name, hit[lead:])
    rows = [cells.get(spot) for spot in product(*map(range, size))]
    width = size[-1]
    return tuple(tuple(rows[k : k + width]) for k in range(0, len(rows), width))


def absent(found: Trace, role: str) -> list[Block]:
    """The candidates that are not there, each with the condition that kills it."""
    gone = [one for one in found.candidates if one.killed]
    if not gone:
        return [Paragraph((Prose("trace.none"),))]
    rows = tuple((head(found, one), Joined(tuple(said(found, role, g) for g in one.killed), "; ")) for one in gone)
    return [Heading(Prose("trace.absent")), Rows(rows)]


def head(found: Trace, one: Candidate) -> Joined:
    """The factor that does exist, or the bound indices."""
    made = found.example
    if not one.factors:
        return bound(one)
    shown: list[Any] = [
        Math((Access(Tensor(n, ()), tuple(integer(i) for i in made.array(n).short(index))),)) for n, index in one.factors
    ]
    if one.through and role_of(found) == "x":
        shown.append(Prose("trace.at", {"place": bordered.place_of(made, one.through)}))
    return Joined(tuple(shown), " ")


def bound(one: Candidate) -> Joined:
    """p1 = 0, p2 = 1."""
    return Joined(tuple(Math((var(n), "=", integer(v))) for n, v in one.bound))


def said(found: Trace, role: str, guard: Guard) -> Prose:
    """Why a candidate is absent."""
    index = Math((var(guard.index),))
    if guard.kind == "divides":
        return Prose("trace.divides", {"index": index, "top": str(guard.top), "divisor": str(guard.divisor)})
    slots = {
        "index": index,
        "value": str(guard.top // guard.divisor),
        "range": Math((InRange(var(guard.index), integer(guard.size)),)),
    }
    padded = role in ("y", "w") and guard.index.startswith(found.example.op.data.index)
    return Prose("trace.padding" if padded and found.example.op.output_padding is None else "trace.range", slots)
