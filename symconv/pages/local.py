"""The pages of locally connected examples and traces: the kernel of every window, every product, and what sharing would sum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symconv.language.example import Array, Gradient, Index, Trace, page_of
from symconv.language.expr import Access, Tensor
from symconv.language.integers import integer, var
from symconv.language.local import Local
from symconv.language.node import definition
from symconv.language.operator import gradient_name, spatial_names, upstream
from symconv.pages import worked
from symconv.pages.nodes import (
    Block,
    Document,
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
from symconv.pages.traced import absent, drawn, gathered, role_of, short, total
from symconv.pages.windows import own_entry, parameters
from symconv.pages.windows import setting as node_setting
from symconv.pages.worked import backward, changed, grid, missed, viewed, whole, work

LISTED = 12  # weights named one by one


def document(made: Local) -> Document:
    """The page of an example."""
    blocks = [*head(made, "worked.title"), *setting(made), *numbers(made), *forward(made), *backward(made)]
    for found in sorted(made.gradients, key=lambda d: "wbx".index(d.wrt)):
        blocks += gradient(made, found)
    rows = tuple((Prose(f"kind.{one.kind}"), one.detail) for one in made.checks)
    return Document((*blocks, Heading(Prose("heading.checks")), Rows(rows)))


def head(made: Local, key: str, **more: Any) -> list[Block]:
    """The title and the parameters."""
    title = Prose(key, {"op": made.node.name, "kind": Prose("node.local"), **more})
    return [Heading(title, 1), Paragraph((Joined(tuple(parameters(made.derivations[0]))),))]


def setting(made: Local) -> list[Block]:
    """Every symbol, the formula, shapes and sizes, and where the numbers come from."""
    blocks = node_setting(made.derivations[0])[
        :-1
    ]  # its last paragraph says for which sizes it holds: here they are numbers
    return [*blocks, worked.setting(made, page_of(made.op))[-1]]


# numbers
def numbers(made: Local) -> list[Block]:
    """The input, the kernel of every window, the biases."""
    there = {a.name: a for a in made.arrays}
    x, w = there[made.op.data.name], there[made.op.kernel.name]
    blocks: list[Block] = [
        Heading(Prose("heading.numbers")),
        grid(made, x, Prose("numbers.x", {"name": whole(x.name)})),
        kernels(made, w, "numbers.w"),
    ]
    if made.op.bias is not None and made.op.bias.name in there:
        b = there[made.op.bias.name]
        blocks.append(grid(made, b, Prose("numbers.b.local", {"name": whole(b.name), "i": places(made)})))
    return blocks


def places(made: Local) -> Joined:
    """i1, i2."""
    return Joined(tuple(Math((var(n),)) for n in spatial_names(made.op, made.op.result)))


def kernels(made: Local, array: Array, key: str) -> Numbers:
    """Small kernels in a grid, as the windows lie; of one axis a row for every window."""
    ndim = made.node.ndim
    slots = {"name": whole(array.name), "i": places(made), "entry": own_entry(made.derivations[0].page, "w", array.name)}
    shown = grid(made, array, Prose(f"{key}.local{'.rows' if ndim == 1 else ''}", slots))
    across = {1: 0, 2: array.shape[array.lead + 1], 3: array.shape[-3]}[ndim]
    return replace(shown, across=across)


# forward and backward
def forward(made: Local) -> list[Block]:
    """y: every window with its own kernel, worked out, and the array."""
    y, w = made.array(made.op.result.name), whole(made.op.kernel.name)
    biased = made.op.bias is not None and any(a.name == made.op.bias.name for a in made.arrays)
    said = Prose("forward.local.bias" if biased else "forward.local", {"y": whole(y.name), "w": w})
    shown = [viewed(made, view) for view in made.views[:1] if changed(view)]
    return [
        Heading(Prose("heading.forward")),
        Paragraph((said,)),
        *shown,
        work(made, y.name, made.y, y.lead, y.shape, True, False),
        grid(made, y, Prose("numbers.y", {"name": whole(y.name)})),
    ]


def gradient(made: Local, d: Gradient) -> list[Block]:
    """One gradient: accumulated, collected by the last line of its derivation, and that both agree."""
    array, count, found = d.array, len(d.closed), made.derivation(d.wrt)
    agree = Prose("gradient.agree" if count > 1 else "gradient.agree.one", {"count": str(count)})
    slots = {"i": places(made), "images": Math((var("n"),))}
    several = ".images" if made.array(made.op.result.name).shape[0] > 1 and d.wrt != "x" else ""

    def lines(entries: Any, tick: bool) -> Work:
        return work(made, array.name, entries, array.lead, array.shape, True, tick)

    together = grid(made, array, Prose("numbers.result"))
    return [
        Heading(Prose("heading.gradient", {"gradient": whole(array.name)})),
        Paragraph((Prose("gradient.scatter"),)),
        lines(d.scatter, False),
        Paragraph((Prose(f"local.collect.{d.wrt}{several}", slots),)),
        *gathered(found.left, found.steps[found.gather]),
        lines(d.closed, d.agree),
        kernels(made, array, "numbers.result") if d.wrt == "w" else together,
        Paragraph((agree, *(missed(made, d) if d.wrt == "x" else unmet_weights(made) if d.wrt == "w" else ()))),
        *(sharing(made) if d.wrt == "w" else ()),
    ]


def unmet(made: Local) -> list[Index]:
    """The weights that meet padding alone."""
    return [e.index for e in made.gradient("w").scatter if not e.products]


def unmet_weights(made: Local) -> list[Prose]:
    """The same in words."""
    found, w = unmet(made), made.array(made.op.kernel.name)
    if not found:
        return []
    some = [Math((Access(Tensor(w.name, ()), tuple(integer(i) for i in w.short(index))),)) for index in found[:LISTED]]
    rest = "…" if len(found) > LISTED else ""
    key = "local.unmet" if len(found) > 1 else "local.unmet.one"
    return [Prose(key, {"list": Joined((*some, *([rest] if rest else []))), "count": str(len(found))})]


def sharing(made: Local) -> list[Block]:
    """What a kernel that all windows share would get: the sum over the windows."""
    name = whole(made.shared.name)
    shown = grid(made, made.shared, Prose("local.shared", {"name": name}))
    return [Paragraph((Prose("local.sharing", {"i": places(made), "name": name}),)), replace(shown, named=False)]


# traces
def trace_document(found: Trace) -> Document:
    """The page of a trace."""
    made, role = found.example, role_of(found)
    assert isinstance(made, Local)
    op = made.op
    shown = Access(Tensor(found.name, ()), tuple(integer(i) for i in short(found)))
    there = sum(not one.killed for one in found.candidates)
    blocks: list[Block] = [
        *head(made, "trace.title", entry=Math((shown,))),
        *setting(made),
        Heading(Prose("trace.formula")),
        *stated(made, role),
        *(drawn(found, role) if role in ("x", "y") else ()),
        Heading(Prose("trace.sum", {"count": str(there), "all": str(len(found.candidates))})),
        *([Paragraph((Prose(f"local.only.{role}", {"i": places(made)}),))] if role in ("w", "b") else []),
        total(found),
        *absent(found, role),
        *numbers(made),
    ]
    if role != "y":
        g = upstream(op)
        slots = {"name": whole(g), "dy": whole(gradient_name(op, op.result))}
        blocks.append(grid(made, made.array(g), Prose("numbers.g", slots)))
    return Document(tuple(blocks))


def stated(made: Local, role: str) -> list[Block]:
    """The formula of the entry, with its guards."""
    page = made.derivations[0].page
    if role == "y":
        return [Equations(((own_entry(page, "y"), definition(page), None),))]
    d = made.derivation(role)
    return gathered(d.left, d.steps[d.gather])
