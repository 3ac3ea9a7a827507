"""The pages of pooling examples and traces: every window worked out, its largest entries marked, and what goes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symconv.language.example import Array, Entry, Guard, Index, Number, Product
from symconv.language.expr import Access, InRange, Tensor
from symconv.language.integers import integer, var
from symconv.language.operator import gradient_name, numbered, scalar, upstream
from symconv.language.pooled import Pooled, PooledTrace, Window
from symconv.pages import windows as nodes
from symconv.pages.nodes import (
    Block,
    Document,
    Equations,
    Heading,
    Joined,
    Math,
    Paragraph,
    Prose,
    Rows,
    Work,
    Worked,
)
from symconv.pages.traced import bound, gathered
from symconv.pages.worked import everything, grid, listed, origin, text, times, whole, worked

CHOSEN, TIED = "*", "°"


def document(made: Pooled) -> Document:
    """The page of an example."""
    rows = tuple((Prose(f"kind.{one.kind}"), one.detail) for one in made.checks)
    return Document((
        Heading(Prose("worked.title", {"op": made.node.name, "kind": Prose(f"node.{made.node.kind}")}), 1),
        Paragraph((Joined(tuple(nodes.parameters(made.derivation))),)),
        *setting(made),
        *numbers(made),
        *forward(made),
        *backward(made),
        *gradient(made),
        Heading(Prose("heading.checks")),
        Rows(rows),
    ))  # fmt: skip


def setting(made: Pooled) -> list[Block]:
    """Every symbol, the formula, shapes and sizes, and where the numbers come from."""
    blocks = nodes.setting(made.derivation)[:-1]  # its last paragraph says for which sizes it holds: here they are numbers
    shown = [a for a in made.arrays if a.name in (made.op.data.name, made.op.result.name, upstream(made.op))]
    shapes = [Prose("worked.shape", {"name": whole(a.name), "shape": times(a.shape)}) for a in shown]
    said: list[Any] = [
        Prose("worked.shapes", {"list": Joined(tuple(shapes))}),
        Prose("worked.sizes", {"sizes": sizes(made)}),
        Prose("pooled.conventions"),
        origin(replace(made, arrays=tuple(shown))),
    ]
    if made.decimal and any(text(made, n).endswith("…") for a in everything(made) for n in a.entries):
        said.append(Prose("worked.rounded"))
    return [*blocks, Paragraph(tuple(said))]


def sizes(made: Pooled) -> Joined:
    """N, K, O by their names."""
    found = []
    for field, letter in (("data", "N"), ("kernel", "K"), ("output", "O")):
        for k, axis in enumerate(made.op.axes):
            found.append(Math((var(numbered(letter, k, made.op.ndim)), "=", integer(getattr(axis, field)))))
    return Joined(tuple(found))


def numbers(made: Pooled) -> list[Block]:
    """The input."""
    x = made.op.data.name
    return [Heading(Prose("heading.numbers")), grid(made, made.array(x), Prose("numbers.x", {"name": whole(x)}))]


# forward
def forward(made: Pooled) -> list[Block]:
    """Every window, worked out, with its largest entries marked; the array."""
    y, kind = made.array(made.op.result.name), made.node.kind
    slots = {"y": whole(y.name), "x": whole(made.op.data.name)}
    said = [Prose(f"pooled.forward.{kind}", slots)]
    if kind == "max_pool":
        said.append(Prose(f"pooled.marks.{made.node.ties}"))
    blocks: list[Block] = [Heading(Prose("heading.forward")), Paragraph(tuple(said)), windows(made)]
    return [*blocks, *ties(made), grid(made, y, Prose("numbers.y", {"name": whole(y.name)}))]


def windows(made: Pooled) -> Work:
    """y, entry by entry."""
    y = made.array(made.op.result.name)
    return Work(tuple(row(made, e, w, y.short(e.index)) for e, w in zip(made.y, made.windows, strict=True)))


def row(made: Pooled, one: Entry, window: Window, index: Index) -> Worked:
    """One window."""
    plain = worked(made, made.op.result.name, index, one, True)
    if made.node.kind == "avg_pool":
        return replace(plain, function="mean", divisor=window.count)
    return replace(plain, function="max", marks=tuple(mark(window, j, s) for (_, j), s in shared(window)))


def shared(window: Window) -> list[tuple[tuple[Index, Index], Any]]:
    """The taps with their shares."""
    return list(zip(window.taps, window.shares, strict=True))


def mark(window: Window, place: Index, share: Any) -> str:
    """* for an entry that is selected, ° for one as large that is not."""
    return CHOSEN if share else TIED if place in window.largest else ""


def ties(made: Pooled) -> list[Block]:
    """Which windows have a tie, and what the convention makes of it."""
    if made.node.kind != "max_pool":
        return []
    tied = [one for one in made.windows if one.tied]
    if not tied:
        return [Paragraph((Prose("pooled.ties.none"),))]
    names = Joined(tuple(entry(made.array(made.op.result.name), one.index) for one in tied))
    slots: dict[str, Any] = {"windows": names, "all": str(len(made.windows)), "y": whole(made.op.result.name)}
    return [
        Paragraph(
            (
                Prose("pooled.ties" if len(made.windows) > 1 else "pooled.ties.one", slots),
                Prose(f"pooled.ties.{made.node.ties}"),
            )
        )
    ]


def entry(array: Array, index: Index) -> Math:
    """x[0, 1]."""
    return Math((Access(Tensor(array.name, ()), tuple(integer(i) for i in array.short(index))),))


def sent(made: Pooled) -> list[list[Worked]]:
    """Of every window, the entries of dL/dx that it sends to, as far as they have been collected when it has sent."""
    d, so_far = made.gradient("x"), {e.index: 0 for e in made.gradient("x").scatter}
    full = {e.index: e for e in d.scatter}
    found = []
    for one in made.windows:
        rows = []
        for (_, j), share in zip(one.taps, one.shares, strict=True):
            if share:
                so_far[j] += 1
                parts = full[j].products[: so_far[j]]
                entry = replace(full[j], products=parts, value=sum((value(made, p) for p in parts), start=0))
                rows.append(worked(made, d.array.name, d.array.short(j), entry, True))
        found.append(rows)
    return found


def value(made: Pooled, part: Product) -> Number:
    """The number that a product is."""
    worth: Number = part.coefficient
    for factor in part.factors:
        worth = worth * made.value(factor)
    return worth


# backward
def backward(made: Pooled) -> list[Block]:
    """The upstream gradient."""
    g = upstream(made.op)
    slots = {"L": Math((Tensor(scalar(made.op), ()),)), "g": whole(g), "y": whole(made.op.result.name)}
    said = Prose("numbers.g", {"name": whole(g), "dy": whole(gradient_name(made.op, made.op.result))})
    several = made.node.kind == "max_pool" and made.node.ties != "first" and any(one.tied for one in made.windows)
    back = Prose(f"pooled.backward.{made.node.kind}{'.several' * several}", slots)
    return [Heading(Prose("heading.backward")), Paragraph((back,)), grid(made, made.array(g), said)]


def gradient(made: Pooled) -> list[Block]:
    """dL/dx: accumulated window by window, collected entry by entry, and that both agree."""
    d = made.gradient("x")
    array, count = d.array, len(d.closed)

    def work(entries: tuple[Entry, ...], tick: bool) -> Work:
        return Work(tuple(worked(made, array.name, array.short(e.index), e, True, tick) for e in entries))

    agree = Prose("gradient.agree" if count > 1 else "gradient.agree.one", {"count": str(count)})
    return [
        Heading(Prose("heading.gradient", {"gradient": whole(array.name)})),
        Paragraph((Prose("pooled.scatter"),)),
        work(d.scatter, False),
        Paragraph((Prose("pooled.gather"),)),
        *formula(made),
        work(d.closed, d.agree),
        grid(made, array, Prose("numbers.result")),
        Paragraph((agree, *missed(made))),
    ]


def formula(made: Pooled) -> list[Block]:
    """The last line of the derivation, its guards, and what S is."""
    d, said = made.derivation, []
    for step in d.steps:
        if step.rule == "select":
            said += [note for note in nodes.node_line(d, step).notes if isinstance(note, Prose)]
    return gathered(d.left, d.steps[d.gather], more=said)


def missed(made: Pooled) -> list[Prose]:
    """Which entries get no gradient, and why: no window reads them, or they are the largest of none."""
    d, x = made.gradient("x"), made.array(made.op.data.name)
    found = []
    for one in d.unreached:
        index = numbered(made.op.data.index, one.axis, made.op.ndim)
        places = Math((var(index), "=", listed(one.places)))
        found.append(Prose("pooled.unread", {"name": whole(x.name), "places": places}))
    if made.node.kind == "max_pool":
        read = {j for w in made.windows for _, j in w.taps}
        chosen = {j for w in made.windows for (_, j), share in zip(w.taps, w.shares, strict=True) if share}
        never = len(read - chosen)
        if never:
            found.append(Prose("pooled.never" if never > 1 else "pooled.never.one", {"count": str(never)}))
    if not found and not d.unreached:
        found.append(Prose("unreached.none", {"name": whole(x.name)}))
    return found


# traces
def trace_document(found: PooledTrace) -> Document:
    """The page of a trace."""
    made, op = found.example, found.example.op
    shown = Access(Tensor(found.name, ()), tuple(integer(i) for i in short(found)))
    there = sum(not one.killed for one in found.candidates)
    g, y = upstream(op), made.array(op.result.name)
    key = "trace.windows" if found.role == "x" else "trace.taps"
    blocks: list[Block] = [
        Heading(
            Prose("trace.title", {"entry": Math((shown,)), "op": made.node.name, "kind": Prose(f"node.{made.node.kind}")}),
            1,
        ),
        Paragraph((Joined(tuple(nodes.parameters(made.derivation))),)),
        *setting(made),
        Heading(Prose("trace.formula")),
        *(formula(made) if found.role == "x" else [Equations((nodes_formula(made),))]),
        Heading(Prose(key, {"count": str(there), "all": str(len(found.candidates))})),
        *said(found),
        total(found),
        *absent(found),
        *numbers(made),
        grid(made, y, Prose("numbers.y", {"name": whole(y.name)})),
    ]
    if found.role == "x":
        slots = {"name": whole(g), "dy": whole(gradient_name(op, op.result))}
        blocks.append(grid(made, made.array(g), Prose("numbers.g", slots)))
    return Document(tuple(blocks))


def nodes_formula(made: Pooled) -> tuple[Math, Any, None]:
    """y[i] = ... of the page."""
    from symconv.language.node import definition

    return nodes.own_entry(made.derivation.page, "y"), definition(made.derivation.page), None


def short(found: PooledTrace) -> Index:
    """The entry's index as it is written."""
    made = found.example
    array = made.array(made.op.result.name) if found.role == "y" else made.gradient("x").array
    return array.short(found.index)


def said(found: PooledTrace) -> list[Block]:
    """For dL/dx a row for every window that holds the entry: its value, who is largest there, what it sends."""
    made = found.example
    if found.role == "y":
        return []
    rows: list[tuple[Any, Any]] = []
    x, y, g = (made.array(n) for n in (made.op.data.name, made.op.result.name, upstream(made.op)))
    for one in found.candidates:
        if one.killed:
            continue
        window = made.window(one.factors[0][1])
        sends = text(made, g[window.index] * window.share(found.index))
        slots: dict[str, Any] = {"value": text(made, y[window.index]), "sends": sends, "x": entry(x, found.index)}
        slots |= {"count": str(window.count), "many": str(len(window.largest))}
        slots |= (
            {"largest": Joined(tuple(entry(x, j) for j in window.largest)), "first": entry(x, window.largest[0])}
            if (window.largest)
            else {}
        )
        rows.append((entry(y, window.index), Prose(reason(found, window), slots)))
    return [Rows(tuple(rows))] if rows else []


def reason(found: PooledTrace, window: Window) -> str:
    """Why a window sends what it sends, as the key of its prose."""
    if found.example.node.kind == "avg_pool":
        return "trace.sends.mean"
    if found.index not in window.largest:
        return "trace.sends.smaller.tied" if window.tied else "trace.sends.smaller"
    if not window.tied:
        return "trace.sends.largest"
    first = found.example.node.ties == "first"
    return f"trace.sends.tie.{found.example.node.ties}" + (".other" if first and found.index != window.largest[0] else "")


def total(found: PooledTrace) -> Work:
    """What is there, and the entry that it makes."""
    made = found.example
    entries = made.y if found.role == "y" else made.gradient("x").closed
    one = next(e for e in entries if e.index == found.index)
    if found.role == "y":
        return Work((replace(row(made, one, made.window(found.index), short(found)), tick=True),))
    return Work((worked(made, found.name, short(found), one, True, True),))


def absent(found: PooledTrace) -> list[Block]:
    """The taps that meet nothing, each with the condition that kills it."""
    gone = [one for one in found.candidates if one.killed]
    if not gone:
        return [Paragraph((Prose("trace.none"),))]
    rows = tuple((bound(one), Joined(tuple(guarded(found, g) for g in one.killed), "; ")) for one in gone)
    return [Heading(Prose("trace.absent")), Rows(rows)]


def guarded(found: PooledTrace, guard: Guard) -> Prose:
    """Why a tap meets nothing."""
    index = Math((var(guard.index),))
    if guard.kind == "divides":
        return Prose("trace.divides", {"index": index, "top": str(guard.top), "divisor": str(guard.divisor)})
    slots = {
        "index": index,
        "value": str(guard.top // guard.divisor),
        "range": Math((InRange(var(guard.index), integer(guard.size)),)),
    }
    key = "trace.range" if found.role == "x" else f"trace.padding.{found.example.node.kind}"
    return Prose(key, slots)
