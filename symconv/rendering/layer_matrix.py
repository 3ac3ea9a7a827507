"""The page of an operator as a matrix: cells, their pattern in words, the transpose as the gradient, weights shared or not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from string import ascii_letters
from typing import Any

from symconv.core.expr import Access, Tensor
from symconv.core.facts import Polynomial
from symconv.core.integers import quotient, var
from symconv.core.matrices import Comparison, Index, Level, Matrix, MatrixPage, Pattern
from symconv.core.operator import gradient_name, upstream
from symconv.core.scene import Scene
from symconv.rendering.chains import checked, plain
from symconv.rendering.document import entries
from symconv.rendering.nodes import (
    Block,
    Columns,
    Document,
    Figure,
    Heading,
    Joined,
    Lattice,
    Math,
    Paragraph,
    Picture,
    Prose,
    Title,
    pads,
    per_axis,
)

Said = Any
WHOLE = Math((Tensor("T", ()),))


def tensor(name: str) -> Math:
    """A tensor by its name."""
    return Math((Access(Tensor(name, ()), ()),))


def matrix_page(page: MatrixPage, drawn: Mapping[str, Scene] | None = None) -> Document:
    """The page; ``drawn`` are pictures of T, of its "transpose" and of the comparison ("compare"), in place of characters."""
    figures = drawn or {}
    op = page.op
    y, x = tensor(op.result.name), tensor(op.data.name)
    i, j = var("i"), var("j")
    blocks: list[Block] = [Title(Prose("matrix.title", {"op": op.name, "y": y, "x": x, "T": WHOLE}))]
    parts = {"r": "input_dilation", "s": "stride", "d": "dilation", "lo": "lo"}
    found = {n: [getattr(a, field) for a in op.axes] for n, field in parts.items()}
    r, s, d, lo = (values[0] if all(v == values[0] for v in values) else var(n) for n, values in found.items())
    each = [
        Prose("matrix.each", {"names": Math((var(n),)), "values": Joined(tuple(Math((v,)) for v in values))})
        for n, values in found.items()
        if any(v != values[0] for v in values)
    ]
    tap = Math((quotient(r * j - s * i + lo, d),))
    cell = Prose("matrix.cell.flip" if op.flip else "matrix.cell", {"tap": tap, "each": Joined(tuple(each), "")})
    flat = {
        "T": WHOLE,
        "y": y,
        "x": x,
        "rows": str(len(page.matrix.rows)),
        "columns": str(len(page.matrix.columns)),
        "cell": cell,
    }
    said = [Prose("matrix.flat", flat)] + ([Prose("matrix.bias", {"y": y})] if op.bias is not None else [])
    blocks += [Paragraph(tuple(said)), figured(figures, "T") or lattice(page, page.matrix, "matrix.picture")]
    blocks += [Heading(Prose("matrix.named")), Paragraph(tuple(pattern(page.pattern)))]
    blocks += transpose(page, figures) + shared(page.comparisons, figures)
    return Document((*blocks, *checked(page.checks)))


# the picture
def figured(drawn: Mapping[str, Scene], which: str) -> Figure | None:
    """A figure with its title, if there is one."""
    if which not in drawn:
        return None
    return Figure(drawn[which], Prose("figure.caption", {"title": drawn[which].title}))


def trimmed(page: MatrixPage, index: Index, which: str) -> Index:
    """An index without the leading ones that are always 0."""
    return index[page.skip["ywx".index(which)] :]


def lattice(page: MatrixPage, matrix: Matrix, caption: str) -> Lattice:
    """The cells with names of rows and columns, and lines between the blocks."""
    op = page.op
    role = {op.result.name: "y", op.data.name: "x"}
    above, _, across = matrix.names
    kernel = op.kernel.name
    rows = tuple((above, trimmed(page, r, role[above])) for r in matrix.rows)
    columns = tuple((across, trimmed(page, c, role[across])) for c in matrix.columns)
    cells = tuple(tuple(None if c is None else (kernel, trimmed(page, c, "w")) for c in row) for row in matrix.cells)
    used = sorted({c for row in matrix.cells for c in row if c is not None})
    letter = dict(zip(used, ascii_letters, strict=False))
    letters = tuple("".join("·" if c is None else letter.get(c, "#") for c in row) for row in matrix.cells)
    legend = ", ".join(f"{letter[c]} = {kernel}[{','.join(map(str, trimmed(page, c, 'w')))}]" for c in used if c in letter)
    size = {"rows": str(len(rows)), "columns": str(len(columns))}
    wide = Prose("matrix.wide", size)
    return Lattice(
        Prose(caption, {"T": WHOLE}),
        rows,
        columns,
        cells,
        breaks(matrix.rows),
        breaks(matrix.columns),
        letters,
        legend,
        wide,
    )


def breaks(names: tuple[Index, ...]) -> tuple[int, ...]:
    """Where an index before the last changes: a block begins."""
    return tuple(k for k in range(1, len(names)) if names[k][:-1] != names[k - 1][:-1])


# the pattern in words
def pattern(found: Pattern) -> list[Prose]:
    """What the matrix is called."""
    said: list[Prose] = []
    counts = {"filters": str(found.filters), "channels": str(found.channels), "T": WHOLE}
    if found.identity:
        return [Prose("matrix.product", counts), *special(found)]
    many = found.filters * found.channels * found.batch > 1
    if found.filters * found.channels > 1:
        said.append(Prose("matrix.blocks", counts))
    if found.groups > 1:
        said.append(Prose("matrix.groups", {"groups": str(found.groups)}))
    if found.batch > 1:
        said.append(Prose("matrix.batch", {"n": str(found.batch)}))
    what = Prose("matrix.every") if many else Prose("matrix.T", {"T": WHOLE})
    if all(one.kind == "toeplitz" for one in found.levels):
        return [*said, toeplitz(found.levels, what), *special(found)]
    kinds = tuple(level(one) for one in found.levels)
    if len(kinds) == 1:
        return [*said, Prose("matrix.one", {"what": what, "kind": kinds[0]}), *special(found)]
    return [*said, Prose("matrix.nested", {"what": what, "kinds": Joined(kinds, "; ")}), *special(found)]


def special(found: Pattern) -> list[Prose]:
    """Diagonal or triangular."""
    return [Prose(f"matrix.{found.shape}")] if found.shape else []


def apart(one: Level) -> Said:
    """How far the diagonals are apart, where a dilation parts them."""
    return Prose("matrix.apart", {"d": str(one.apart)}) if one.apart > 1 and one.diagonals > 1 else ""


def toeplitz(levels: tuple[Level, ...], what: Prose) -> Prose:
    """Toeplitz along every axis."""
    if len(levels) == 1:
        return Prose("matrix.toeplitz", {"what": what, "n": str(levels[0].diagonals), "apart": apart(levels[0])})
    if len(levels) == 2:
        outer, inner = levels
        slots = {"outer": str(outer.diagonals), "outer_apart": apart(outer), "inner": str(inner.diagonals)}
        return Prose("matrix.block2", {**slots, "what": what, "inner_apart": apart(inner)})
    return Prose("matrix.block3", {"what": what, "counts": ", ".join(str(one.diagonals) for one in levels)})


def level(one: Level) -> Prose:
    """The pattern along one axis."""
    slots = {"s": str(one.stride), "r": str(one.input_dilation), "n": str(one.diagonals), "apart": apart(one)}
    slots["th"] = ordinal(one.input_dilation if one.kind == "columns" else one.stride)
    return Prose({"toeplitz": "matrix.plain", "none": "matrix.free"}.get(one.kind, f"matrix.{one.kind}"), slots)


def ordinal(n: int) -> str:
    """2nd, 3rd, 4th."""
    return {2: "nd", 3: "rd"}.get(n, "th")


# the transpose
def transpose(page: MatrixPage, drawn: Mapping[str, Scene]) -> list[Block]:
    """dL/dx = T^T g beside the closed form, in symbols."""
    member = page.member
    gradient = gradient_name(page.op, page.op.data)
    slots = {
        "gradient": tensor(gradient),
        "T": WHOLE,
        "g": tensor(upstream(page.op)),
        "call": Prose("matrix.call", {"data": Math((member_data(page),)), "kernel": Math((member_kernel(page),))}),
        "stride": per_axis([a.stride for a in member.axes]),
        "dilation": per_axis([a.dilation for a in member.axes]),
        "padding": pads([(a.lo, a.hi) for a in member.axes]),
    }
    rows = []
    for k, place in enumerate(page.closed.rows):
        rows.append((trimmed(page, place, "x"), products(page, page.closed, k)))
    return [
        Heading(Prose("matrix.transpose")),
        figured(drawn, "transpose") or lattice(page, page.closed, "matrix.picture.transposed"),
        Paragraph((Prose("matrix.transpose.says", slots),)),
        entries(gradient, rows, all(c.verdict.holds for c in page.checks)),
    ]


def member_data(page: MatrixPage) -> Tensor:
    """The upstream gradient as the closed form reads it."""
    member = page.member
    bare = Tensor(upstream(page.op), tuple(a.data for a in member.axes))
    return bare.dilated(tuple(a.input_dilation for a in member.axes))


def member_kernel(page: MatrixPage) -> Tensor:
    """The kernel as the closed form reads it: flipped, if its operator flips."""
    member = page.member
    bare = Tensor(member.kernel.name, tuple(a.kernel for a in member.axes))
    return bare.reversed((member.flip,) * member.ndim)


def products(page: MatrixPage, matrix: Matrix, row: int) -> Polynomial:
    """A row of the matrix times g."""
    name = upstream(page.op)
    found = []
    for column, cell in zip(matrix.columns, matrix.cells[row], strict=True):
        if cell is not None:
            found.append((1, ((page.op.kernel.name, trimmed(page, cell, "w")), (name, trimmed(page, column, "y")))))
    return tuple(found)


# weights shared or not
def shared(found: tuple[Comparison, ...], drawn: Mapping[str, Scene]) -> list[Block]:
    """Dense, locally connected, convolutional: one picture each, and the counts."""
    if not found:
        return []
    header = tuple(Prose(f"matrix.column.{c}") for c in ("layer", "joined", "weights", "biases"))
    rows = []
    for one in found:
        joined = sum(1 for row in one.cells for c in row if c is not None)
        counts = (plain(f"{n:,}") for n in (joined, one.weights, one.biases))
        rows.append((Prose(f"matrix.compare.{one.name}"), *counts))
    blocks: list[Block] = [Heading(Prose("matrix.shared")), Paragraph((Prose("matrix.shared.says"),))]
    figure = figured(drawn, "compare")
    blocks += [figure] if figure else numbered(found)
    return [*blocks, Columns(header, tuple(rows), "lrrr")]


def numbered(found: tuple[Comparison, ...]) -> list[Block]:
    """The matrices with the numbers of their weights, side by side where there is room."""
    column = max(len(str(c)) for one in found for row in one.cells for c in row if c is not None)
    across = (column + 1) * len(found[0].cells[0]) - 1
    if across > 72 or len(found[0].cells) > 40:
        return []
    pictures = [[" ".join(("·" if c is None else str(c)).rjust(column) for c in row) for row in one.cells] for one in found]
    names = [Prose(f"matrix.compare.{one.name}") for one in found]
    said = tuple(
        Prose("matrix.compare.picture", {"name": name, "n": str(one.weights)})
        for name, one in zip(names, found, strict=True)
    )
    if 3 * across + 8 > 72:
        return [Picture(caption, tuple(lines)) for caption, lines in zip(said, pictures, strict=True)]
    rows = tuple("    ".join(parts) for parts in zip(*pictures, strict=True))
    return [Picture(Prose("plain", {"words": Joined(said)}), rows)]


def matrix_json(page: MatrixPage) -> str:
    """The matrix for other programs: cells as strings, 0 where there is none."""

    def named(name: str, index: Index, which: str) -> str:
        return name + "_".join(map(str, trimmed(page, index, which)))

    def cells(matrix: Matrix) -> list[list[Any]]:
        kernel = page.op.kernel.name
        return [[0 if c is None else named(kernel, c, "w") for c in row] for row in matrix.cells]

    op, found = page.op, page.pattern
    whole = {
        "operator": op.name,
        "rows": [named(op.result.name, r, "y") for r in page.matrix.rows],
        "columns": [named(op.data.name, c, "x") for c in page.matrix.columns],
        "matrix": cells(page.matrix),
        "pattern": {
            "levels": [vars(one) for one in found.levels],
            "filters": found.filters,
            "channels": found.channels,
            "groups": found.groups,
            "shape": found.shape,
            "product_over_channels": found.identity,
        },
        "closed_form": cells(page.closed),
        "compared": [
            {"layer": one.name, "weights": one.weights, "biases": one.biases, "cells": [list(row) for row in one.cells]}
            for one in page.comparisons
        ],
        "checks": [{"kind": c.kind, "verdict": c.verdict.status, "detail": c.detail} for c in page.checks],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
