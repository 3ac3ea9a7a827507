"""What the page of a trace says of layers with windows: what meets what, the products, and the guards that kill the others."""

from __future__ import annotations

from itertools import product
from typing import Any

from symconv.language.example import Line, Trace, page_of
from symconv.language.expand import Guard, Index, Product
from symconv.language.expr import InRange
from symconv.language.facts import Derivation, WindowDerivation
from symconv.language.integers import integer, var
from symconv.language.operator import Operand, spatial_sizes, upstream
from symconv.language.operator import formula as forward
from symconv.language.prose import Joined, Prose
from symconv.language.unshared import definition
from symconv.pages import bordered
from symconv.pages import windows as nodes
from symconv.pages.document import own_entry
from symconv.pages.nodes import Arrays, Block, Heading, Lines, Math, Paragraph, Table
from symconv.pages.work import entry, grid, text, whole, work
from symconv.pages.worked_windows import gathered, places, pooled, ties_of

WIDEST = 9


def named(found: Trace) -> Math:
    """The entry by its name."""
    return entry(found.example.part(found.role), found.index)


def formula(found: Trace) -> list[Block]:
    """The formula of the entry, and what meets what along its window."""
    return [*stated(found), *bordered.standing(found), *drawn(found), *bordered.through(found)]


def counted(found: Trace) -> Prose:
    """How many products, taps or windows there are, of how many."""
    counts = {"count": str(len(found.there)), "all": str(len(found.terms))}
    sent = "trace.windows" if found.role == "x" else "trace.taps"
    return Prose(sent if pooled(found.example) else "trace.sum", counts)


def before(found: Trace) -> list[Block]:
    """That unshared weights are met at one place; what every window of a pool sends."""
    if found.example.kind == "local" and found.role in ("w", "b"):
        return [Paragraph((Prose(f"local.only.{found.role}", {"i": places(found.example)}),))]
    return sends(found) if pooled(found.example) and found.role == "x" else []


def behind(found: Trace) -> list[Block]:
    """Which entries were copies, and what is absent."""
    return [*bordered.copies(found), *absent(found)]


def result(found: Trace) -> list[Block]:
    """y, where windows choose from it."""
    made = found.example
    return [grid(made, made.y.array, Prose("numbers.y", {"name": whole(made.y.name)}))] if pooled(made) else []


def total(found: Trace) -> Lines:
    """The products that are there, and the entry that they make."""
    made, part = found.example, found.example.part(found.role)
    line = part[found.index] if pooled(made) else Line(found.index, found.there, found.value)
    return work(made, part, [line], tick=True)


def stated(found: Trace) -> list[Block]:
    """The formula of the entry, with its guards."""
    made, role = found.example, found.role
    d = made.gradients[0].derivation if role == "y" else made.gradient(role).derivation
    if role == "y":
        if isinstance(d, WindowDerivation):
            return [Lines.definitions(((nodes.own_entry(d.page, "y"), definition(d.page), None),))]
        page = page_of(made.op)
        return [Lines.definitions(((Math((own_entry(page, page.result),)), forward(page), None),))]
    border = made.op.border
    assert isinstance(d, (Derivation, WindowDerivation))
    return gathered(d, (bordered.transpose_row(made.op, border),) if border is not None and role == "x" else ())


def over(found: Trace) -> tuple[Operand, Operand] | None:
    """(what the candidates run over, what each meets), where that is a picture of one or two axes."""
    op, role = found.example.op, found.role
    if pooled(found.example) or (found.example.kind == "local" and role == "w") or role == "b" or not 0 < op.ndim <= 2:
        return None
    if role == "y":
        return op.kernel, op.data
    if role == "x":
        return op.kernel, op.result
    return (op.data, op.result) if op.output_padding is not None else (op.result, op.data)


def drawn(found: Trace) -> list[Block]:
    """A picture: at every tap the entry that it meets, by spatial indices, or a dot."""
    pair, role = over(found), found.role
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
        body = picture(found.terms, name, len(met.layout), size)
        return [Arrays.grid(Prose("trace.drawn" if taps is op.kernel else "trace.drawn.over", slots), body)]
    grids: list[Block] = []
    for place in dict.fromkeys(one.through for one in found.terms):  # one for every place of the entry
        some = tuple(one for one in found.terms if one.through == place)
        shown = {**slots, "place": bordered.place_of(found.example, place)}
        grids.append(Arrays.grid(Prose("trace.drawn.through", shown), picture(some, name, len(met.layout), size)))
    return grids


def picture(terms: tuple[Product, ...], name: str, lead: int, size: Index) -> tuple[tuple[Any, ...], ...]:
    """At every tap the entry of the tensor that it meets."""
    cells: dict[Index, Any] = {}
    for one in terms:
        place = tuple(value for _, value in one.bound)[-len(size) :]
        hit = next((i for n, i in one.factors if n == name), None)
        if len(place) == len(size):
            cells[place] = None if one.killed or hit is None else (name, hit[lead:])
    rows = [cells.get(spot) for spot in product(*map(range, size))]
    width = size[-1]
    return tuple(tuple(rows[k : k + width]) for k in range(0, len(rows), width))


# a maximum or a mean
def sends(found: Trace) -> list[Block]:
    """A row for every window that holds an entry of x: its value, who is largest there, what it sends."""
    made, x, g = found.example, found.example.array(found.example.op.data.name), upstream(found.example.op)
    rows: list[tuple[Any, Any]] = []
    for one in found.there:
        line = made.y[one.factors[0][1]]
        largest = made.largest(line) if made.kind == "max_pool" else []
        sent = text(made, made.array(g)[line.index] * line.share(found.index))
        slots: dict[str, Any] = {"value": text(made, line.value), "sends": sent, "x": entry(x, found.index)}
        slots |= {"count": str(line.divisor), "many": str(len(largest))}
        if largest:
            slots |= {"largest": Joined(tuple(entry(x, j) for j in largest)), "first": entry(x, largest[0])}
        rows.append((entry(made.y, line.index), Prose(reason(found, largest), slots)))
    return [Table(tuple(rows))] if rows else []


def reason(found: Trace, largest: list[Index]) -> str:
    """Why a window sends what it sends, as the key of its prose."""
    if found.example.kind == "avg_pool":
        return "trace.sends.mean"
    if found.index not in largest:
        return "trace.sends.smaller.tied" if len(largest) > 1 else "trace.sends.smaller"
    if len(largest) == 1:
        return "trace.sends.largest"
    ties = ties_of(found.example)
    return f"trace.sends.tie.{ties}" + (".other" if ties == "first" and found.index != largest[0] else "")


# what is not there
def absent(found: Trace) -> list[Block]:
    """The products that are not there, each with the guards that kill it."""
    if not found.absent:
        return [Paragraph((Prose("trace.none"),))]
    rows = tuple((absent_name(found, one), Joined(tuple(said(found, g) for g in one.killed), "; ")) for one in found.absent)
    return [Heading(Prose("trace.absent")), Table(rows)]


def absent_name(found: Trace, one: Product) -> Joined:
    """The factor that does exist, or the bound indices."""
    made = found.example
    if not one.factors or pooled(made):
        return Joined(tuple(Math((var(n), "=", integer(v))) for n, v in one.bound))
    shown: list[Any] = [entry(made.array(name), index) for name, index in one.factors]
    if one.through and found.role == "x":
        shown.append(Prose("trace.at", {"place": bordered.place_of(made, one.through)}))
    return Joined(tuple(shown), " ")


def said(found: Trace, guard: Guard) -> Prose:
    """Why a product is absent."""
    made, index = found.example, Math((var(guard.name),))
    if guard.kind == "divides":
        return Prose("trace.divides", {"index": index, "top": str(guard.top), "divisor": str(guard.divisor)})
    slots = {
        "index": index,
        "value": str(guard.value),
        "range": Math((InRange(var(guard.name), integer(guard.size)),)),
    }
    if pooled(made):
        return Prose("trace.range" if found.role == "x" else f"trace.padding.{made.kind}", slots)
    padded = found.role in ("y", "w") and guard.name.startswith(made.op.data.index)
    return Prose("trace.padding" if padded and made.op.output_padding is None else "trace.range", slots)
