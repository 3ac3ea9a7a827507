"""im2col on a page: the matrices in symbols, the three products, one entry of each written out, what was checked."""

from __future__ import annotations

from itertools import product as every
from math import prod
from typing import Any

from symconv.language.operator import formula, inner, own_parameters
from symconv.language.prose import Joined, Prose
from symconv.pages.border import convention, definition
from symconv.pages.document import own_entry
from symconv.pages.faces import Fields, fields, page
from symconv.pages.headed import DOTS, ZERO, compact, matrix, touching
from symconv.pages.layout import EQUALS, PLUS, SPACE, Form, Layout, Name, Number, gradient, joined, product, row
from symconv.pages.nodes import Block, Document, Heading, Lines, Math, Paragraph, Table, pads, per_axis
from symconv.pages.receipts import checked
from symconv.topics.im2col.facts import Cell, Group, Index, Unfolding

U, W, G = Name("U"), Name("W"), Name("G")
COL2IM = Name("col2im", "function")
BACK = row(Form("transposed", (W,)), SPACE, G)
ONE = {
    "y": row(Name("y"), EQUALS, product((W, U))),
    "w": row(gradient(W), EQUALS, product((G, Form("transposed", (U,))))),
    "x": row(gradient(Name("x")), EQUALS, Form("apply", (COL2IM, BACK))),
}


@page.register(Unfolding)
def document(found: Unfolding) -> Document:
    """The page."""
    op, given = found.op, own_parameters(found.op)
    if op.border is not None:
        given["padding"] = list(op.border.pads)
    said = [Prose(f"parameters.{what}", {"value": per_axis(given[what])}) for what in ("stride", "dilation")]
    said.append(Prose("parameters.padding", {"value": pads(given["padding"])}))
    if op.border is not None:
        said.append(Prose("parameters.padding_mode", {"mode": op.border.mode}))
    if op.groups != 1:
        said.append(Prose("parameters.groups", {"groups": Math((op.groups,))}))
    blocks: list[Block] = [Heading(Prose("unfold.title", {"op": op.name}), 1), Paragraph((Joined(tuple(said)),))]
    blocks += setting(found)
    for number, group in enumerate(found.groups):
        if len(found.groups) > 1:
            blocks.append(Heading(Prose("unfold.group", {"number": str(number)})))
            if number:  # the first group shows what there is to see
                blocks.append(Paragraph((Prose("unfold.group.same"),)))
                blocks.append(unfolded(found, group))
                continue
        blocks += shown(found, group)
    blocks += counted(found) + checks(found)
    return Document(tuple(blocks))


def setting(found: Unfolding) -> list[Block]:
    """The formula, and what the matrices are."""
    op, page = found.op, inner(found.op)
    rows: tuple[Any, ...] = ((Math((own_entry(page, page.result),)), formula(page), None),)
    if op.border is not None:
        rows += definition(page, op.border).rows
    group = found.groups[0]
    height, length, filters = len(group.unfolded), len(group.unfolded[0]) if group.unfolded else 0, len(group.kernel)
    table = [
        (Math((U,)), Prose("unfold.U", {"height": str(height), "width": str(length), "read": read(found)})),
        (Math((W,)), Prose("unfold.W", {"height": str(filters), "width": str(height)})),
        (Math((G,)), Prose("unfold.G", {"height": str(filters), "width": str(length)})),
        (Math((COL2IM,)), Prose("unfold.col2im")),
    ]
    blocks: list[Block] = [
        Heading(Prose("heading.setting"), part="statement"),
        Lines.definitions(rows),
        Table(tuple(table)),
    ]
    if op.border is not None:
        blocks.append(convention(op.border))
    said = [Prose("unfold.order")]
    if op.bias is not None:
        said.append(Prose("unfold.bias"))
    if op.flip:
        said.append(Prose("unfold.flip"))
    return [*blocks, Paragraph(tuple(said))]


def read(found: Unfolding) -> Math:
    """x[s i + d p - lo], as the formula has it."""
    page = inner(found.op)
    access = formula(page).terms[-1][-1]
    return Math((access,))


def trim(found: Unfolding, role: str, index: Index) -> Index:
    """An index without its leading axes of size 1."""
    sizes = found.shape(role)
    lead = len(sizes) - found.op.ndim
    skip = next((k for k in range(lead) if sizes[k] != 1), lead)
    return index[skip:]


def cell(found: Unfolding, role: str, index: Cell, name: str = "") -> Layout:
    """An entry, or the dot of a zero."""
    return ZERO if index is None else compact(name or role, trim(found, role, index))


def unfolded(found: Unfolding, group: Group) -> Any:
    """U, with the tap of each row and the output of each column."""
    heads = [cell(found, "y", index) for index in group.output[0]]
    taps = (cell(found, "w", w) for w in group.kernel[0])
    rows = [(tap, [cell(found, "x", c) for c in row]) for tap, row in zip(taps, group.unfolded, strict=True)]
    return matrix(Prose("unfold.matrix"), U, heads, rows)


def shown(found: Unfolding, group: Group) -> list[Block]:
    """The matrices of one group and their products."""
    blocks: list[Block] = [unfolded(found, group)]
    numbers = [Number(k) for k in range(len(group.kernel[0]))]
    filters = [Number(o) for o in range(len(group.kernel))]
    rows = [(o, [cell(found, "w", w) for w in row]) for o, row in zip(filters, group.kernel, strict=True)]
    blocks.append(matrix(Prose("unfold.kernel"), W, numbers, rows))
    blocks.append(Heading(Prose("unfold.products")))
    biased = row(ONE["y"], PLUS, Name("b"))
    blocks.append(
        Lines.display(tuple((biased if which == "y" and found.op.bias else ONE[which], None) for which in ("y", "w", "x")))
    )
    blocks.append(Lines.display(tuple(examples(found, group))))
    if len(group.kernel) == 1:  # W^T G has one product a cell
        heads = [cell(found, "y", index, "g") for index in group.output[0]]
        back = [
            (cell(found, "w", w), [touching(cell(found, "w", w), cell(found, "y", i, "g")) for i in group.output[0]])
            for w in group.kernel[0]
        ]
        blocks.append(matrix(Prose("unfold.back"), BACK, heads, back))
    return blocks


def examples(found: Unfolding, group: Group) -> list[tuple[Layout, Any]]:
    """The middle entry of y, of dL/dW and of dL/dx, written out."""
    sums: dict[str, dict[Index, list[Layout]]] = {"y": {}, "w": {}, "x": {}}
    for kernel, output in zip(group.kernel, group.output, strict=True):
        for w, line in zip(kernel, group.unfolded, strict=True):
            for y, x in zip(output, line, strict=True):
                if x is None:
                    continue
                one, two, three = cell(found, "w", w), cell(found, "x", x), cell(found, "y", y, "g")
                sums["y"].setdefault(y, []).append(touching(one, two))
                sums["w"].setdefault(w, []).append(touching(two, three))
                sums["x"].setdefault(x, []).append(touching(one, three))
    lines = []
    for role, entries in sums.items():
        if not entries:
            continue
        index = max(entries, key=lambda i, e=entries: (len(e[i]), [-k for k in i]))  # type: ignore[misc]
        left = cell(found, role, index)
        if role != "y":
            left = gradient(left)
        if role == "y" and found.op.bias is not None:
            owner = index[1:2] if found.shape("y")[1] > 1 else ()
            entries[index].insert(0, compact("b", owner))
        terms = entries[index][:8]
        more = len(entries[index]) - len(terms)
        lines.append((row(left, EQUALS, joined([*terms, *([DOTS] if more else [])], PLUS)), None))
    return lines


def counted(found: Unfolding) -> list[Block]:
    """How much larger the unfolded input is."""
    entries = sum(len(group.unfolded) * len(row) for group in found.groups for row in group.unfolded[:1])
    size = prod(found.shape("x"))
    times: dict[Index, int] = dict.fromkeys(every(*(range(n) for n in found.shape("x"))), 0)
    for group in found.groups:
        for line in group.unfolded:
            for index in line:
                if index is not None:
                    times[index] += 1
    slots = {
        "entries": str(entries),
        "size": str(size),
        "least": str(min(times.values())),
        "most": str(max(times.values())),
    }
    return [Heading(Prose("unfold.cost")), Paragraph((Prose("unfold.copies", slots), Prose("unfold.inverse")))]


def checks(found: Unfolding) -> list[Block]:
    """What was checked."""
    return [*checked(found.checks), Paragraph((Prose("unfold.exact"),))]


@fields.register(Unfolding)
def unfolding_fields(found: Unfolding) -> Fields:
    """For other programs: entries as x0_1, a zero of the padding as 0."""

    def named(role: str, index: Cell) -> Any:
        return 0 if index is None else role + "_".join(map(str, index))

    groups = [
        {
            "unfolded": [[named("x", c) for c in row] for row in group.unfolded],
            "kernel": [[named("w", c) for c in row] for row in group.kernel],
            "output": [[named("y", c) for c in row] for row in group.output],
        }
        for group in found.groups
    ]
    return {
        "operator": found.op.name,
        "shapes": dict(found.shapes),
        "groups": groups,
        "products": {"y": "W U", "dw": "G U^T", "dx": "col2im(W^T G)"},
        "checks": found.checks,
    }
