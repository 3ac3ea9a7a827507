"""im2col on a page: the matrices in symbols, the three products, one entry of each written out, what was checked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as every
from math import prod
from typing import Any

from symconv.language.formula import Node
from symconv.language.operator import inner, own_parameters
from symconv.language.prose import Joined, Prose
from symconv.pages.border import convention, definition
from symconv.pages.document import own_entry
from symconv.pages.faces import Fields, fields, page
from symconv.pages.headed import ZERO, matrix
from symconv.pages.laid_formula import formula as laid
from symconv.pages.layout import Layout, Name, Number
from symconv.pages.nodes import Arrays, Block, Document, Heading, Lines, Math, Paragraph, Table, pads, per_axis
from symconv.pages.receipts import checked
from symconv.topics.im2col.facts import Cell, Index, Unfolding

U, W, G = Name("U"), Name("W"), Name("G")
COL2IM = Name("col2im", "function")


@page.register(Unfolding)
def unfolding_page(found: Unfolding) -> Document:
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
    for number in range(len(found.groups)):
        if len(found.groups) > 1:
            blocks.append(Heading(Prose("unfold.group", {"number": str(number)})))
            if number:  # the first group shows what there is to see
                blocks.append(Paragraph((Prose("unfold.group.same"),)))
                blocks.append(unfolded(found, number))
                continue
        blocks += shown(found)
    blocks += counted(found) + checks(found)
    return Document(tuple(blocks))


def setting(found: Unfolding) -> list[Block]:
    """The formula, and what the matrices are."""
    op, page = found.op, inner(found.op)
    rows: tuple[Any, ...] = ((Math((own_entry(page, page.result),)), found.definition, None),)
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
    return Math((found.definition.terms[-1][-1],))


def sides(found: Unfolding, key: str) -> tuple[Layout, Node]:
    """What a line says of what: its left side laid out, and its right."""
    _, left, right = found.lines[key].parts
    return laid(left), right


def cells(row: Node) -> list[Layout]:
    """The entries of a list; a zero of the padding is a dot."""
    return [ZERO if cell.kind == "number" else laid(cell) for cell in row.parts]


def table(found: Unfolding, what: str, key: str, rows: Sequence[Layout], columns: Sequence[Layout]) -> Arrays:
    """A matrix that a line writes out, with what stands beside its rows and above its columns."""
    corner, body = sides(found, key)
    return matrix(Prose(what), corner, columns, [(head, cells(row)) for head, row in zip(rows, body.parts, strict=True)])


def unfolded(found: Unfolding, number: int) -> Arrays:
    """U, with the tap of each row and the output of each column."""
    taps, outputs = (cells(sides(found, f"{key}{number}")[1]) for key in ("taps", "outputs"))
    return table(found, "unfold.matrix", f"U{number}", taps, outputs)


def shown(found: Unfolding) -> list[Block]:
    """The matrices of the first group and its products."""
    group, lines = found.groups[0], found.lines
    filters, taps = len(group.kernel), len(group.kernel[0])
    entries = [lines[key] for key in ("y.entry", "w.entry", "x.entry") if key in lines]
    blocks: list[Block] = [
        unfolded(found, 0),
        table(found, "unfold.kernel", "W", list(map(Number, range(filters))), list(map(Number, range(taps)))),
        Heading(Prose("unfold.products")),
        Lines.display(tuple((laid(lines[key]), None) for key in ("y", "w", "x"))),
        Lines.display(tuple((laid(line), None) for line in entries)),
    ]
    if "back" in lines:
        rows, columns = (cells(sides(found, key)[1]) for key in ("taps0", "back.heads"))
        blocks.append(table(found, "unfold.back", "back", rows, columns))
    return blocks


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
