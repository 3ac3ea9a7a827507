"""The page of an operator as a matrix: cells, their pattern in words, the transpose as the gradient, weights shared or not.

With a border a cell holds the sum of the taps that meet in it:

    T[i, j] = sum of w[p] over the taps p with phi(s i + d p - lo) = j
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from string import ascii_letters
from typing import Any

from symconv.language.border import BAR
from symconv.language.expr import Access, Tensor
from symconv.language.facts import Polynomial
from symconv.language.integers import quotient, var
from symconv.language.operator import Operator, gradient_name, shape, upstream
from symconv.language.prose import Joined, Prose
from symconv.language.scene import Scene
from symconv.language.unshared import tensor_of
from symconv.pages.border import phi
from symconv.pages.document import entries
from symconv.pages.faces import Fields, fields, page
from symconv.pages.nodes import (
    Arrays,
    Block,
    Code,
    Document,
    Figure,
    Heading,
    Heads,
    Letters,
    Lines,
    Math,
    Paragraph,
    Table,
    pads,
    per_axis,
)
from symconv.pages.receipts import checked, plain
from symconv.topics.matrix.facts import Cell, Comparison, Index, Level, Matrix, MatrixPage, Pattern
from symconv.words import message

Said = Any
WHOLE = Math((Tensor("T", ()),))


def tensor(name: str) -> Math:
    """A tensor by its name."""
    return Math((Access(Tensor(name, ()), ()),))


@page.register(MatrixPage)
def matrix_page(page: MatrixPage, drawn: Mapping[str, Scene] | None = None) -> Document:
    """The page; ``drawn`` are pictures of T, of its "transpose" and of the comparison ("compare"), in place of characters."""
    figures = drawn or {}
    op = page.op
    y, x = tensor(op.result.name), tensor(op.data.name)
    blocks: list[Block] = [Heading(Prose("matrix.title", {"op": op.name, "y": y, "x": x, "T": WHOLE}), 1)]
    flat = {
        "T": WHOLE,
        "y": y,
        "x": x,
        "rows": str(len(page.matrix.rows)),
        "columns": str(len(page.matrix.columns)),
        "cell": cell(page),
    }
    said = [Prose("matrix.flat", flat)] + ([Prose("matrix.bias", {"y": y})] if op.bias is not None else [])
    blocks.append(Paragraph(tuple(said)))
    if op.border is not None:
        blocks.append(Lines.definitions((phi(op.border),)))
    blocks.append(figured(figures, "T") or lattice(page, page.matrix, "matrix.picture"))
    blocks += [
        Heading(Prose("matrix.named"), part="closed form"),
        Paragraph(tuple(unshared(page) if page.node else pattern(page.pattern))),
    ]
    blocks += transpose(page, figures) + shared(page.comparisons, figures)
    return Document((*blocks, *checked(page.checks)))


def cell(page: MatrixPage) -> Prose:
    """What stands in row i and column j along an axis."""
    op, (i, j, p) = page.op, map(var, "ijp")
    parts = {"r": "input_dilation", "s": "stride", "d": "dilation", "lo": "lo"}
    found = {n: [getattr(a, field) for a in op.axes] for n, field in parts.items()}
    border = op.border
    if border is not None and border.role == "x":
        found["lo"] = [lo for lo, _ in border.pads]
    r, s, d, lo = (values[0] if all(v == values[0] for v in values) else var(n) for n, values in found.items())
    each = [
        Prose("matrix.each", {"names": Math((var(n),)), "values": Joined(tuple(Math((v,)) for v in values))})
        for n, values in found.items()
        if any(v != values[0] for v in values)
    ]
    slots: dict[str, Any] = {"each": Joined(tuple(each), "")}
    flip = ".flip" if op.flip else ""
    if border is not None:
        place = Math((s * i + d * p - lo,))
        return Prose(f"matrix.cell.{border.role}{flip}", {**slots, "place": place, "first": Math((border.pads[0][0],))})
    own = ".own" if page.node else flip
    return Prose(f"matrix.cell{own}", {**slots, "tap": Math((quotient(r * j - s * i + lo, d),))})


# the picture
def figured(drawn: Mapping[str, Scene], which: str) -> Figure | None:
    """A figure with its title, if there is one."""
    if which not in drawn:
        return None
    return Figure(drawn[which], Prose("figure.caption", {"title": drawn[which].title}))


def trimmed(page: MatrixPage, index: Index, which: str) -> Index:
    """An index without the leading ones that are always 0."""
    return index[page.skip["ywx".index(which)] :]


def lattice(page: MatrixPage, matrix: Matrix, caption: str) -> Arrays:
    """The cells with names of rows and columns, and lines between the blocks."""
    op = page.op
    role = {op.result.name: "y", op.data.name: "x"}
    above, _, across = matrix.names
    kernel = op.kernel.name
    rows = tuple((above, trimmed(page, r, role[above])) for r in matrix.rows)
    columns = tuple((across, trimmed(page, c, role[across])) for c in matrix.columns)
    cells = tuple(tuple(tuple((kernel, trimmed(page, tap, "w")) for tap in c) for c in row) for row in matrix.cells)
    letters, legend = lettered(page, matrix)
    size = {"rows": str(len(rows)), "columns": str(len(columns))}
    wide = Prose("matrix.wide", size)
    rules = breaks(matrix.rows), breaks(matrix.columns)
    return Arrays(
        ((None, cells),), Prose(caption, {"T": WHOLE}), Heads(rows, columns), rules, Letters(letters, legend, wide)
    )


def lettered(page: MatrixPage, matrix: Matrix) -> tuple[tuple[str, ...], str]:
    """The cells with one character each, and what the characters mean; weights of their own are too many to be told apart."""
    used = sorted({c for row in matrix.cells for c in row if c}, key=lambda c: (len(c), c))
    letter = dict(zip(used, ascii_letters, strict=False)) if page.node is None else {}
    letters = tuple("".join(letter.get(c, "#") if c else "·" for c in row) for row in matrix.cells)
    if page.node is not None:
        return letters, message("matrix.legend.own")
    legend = ", ".join(f"{letter[c]} = {summed(page, c, ' + ')}" for c in used if c in letter)
    more = message("matrix.legend.others").format(n=len(used) - len(letter)) if len(used) > len(letter) else ""
    return letters, legend + more


def summed(page: MatrixPage, found: Cell, plus: str) -> str:
    """w[0] + w[2]."""
    name = page.op.kernel.name
    return plus.join(f"{name}[{','.join(map(str, trimmed(page, tap, 'w')))}]" for tap in found)


def breaks(names: tuple[Index, ...]) -> tuple[int, ...]:
    """Where an index before the last changes: a block begins."""
    return tuple(k for k in range(1, len(names)) if names[k][:-1] != names[k - 1][:-1])


# the pattern in words
def pattern(found: Pattern) -> list[Prose]:
    """What the matrix is called."""
    if found.identity:
        counts = {"filters": str(found.filters), "channels": str(found.channels), "T": WHOLE}
        return [Prose("matrix.product", counts), *special(found)]
    many = found.filters * found.channels * found.batch > 1
    said = blocks_of(found)
    what = Prose("matrix.every") if many else Prose("matrix.T", {"T": WHOLE})
    kind = found.levels[0].kind
    if kind in ("toeplitz", "circulant") and all(one.kind == kind for one in found.levels):
        made = toeplitz if kind == "toeplitz" else circulant
        return [*said, made(found.levels, what), *special(found)]
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


def circulant(levels: tuple[Level, ...], what: Prose) -> Prose:
    """Circulant along every axis."""
    slots = {"what": what, "n": str(levels[-1].modulus), "outer": str(levels[0].modulus)}
    slots["sizes"] = ", ".join(str(one.modulus) for one in levels)
    return Prose(f"matrix.circulant{len(levels)}", slots)


def folded(one: Level) -> Prose:
    """A Toeplitz matrix with what copies add to it."""
    rows = ".rows" if one.stride > 1 else ""
    step = {"s": str(one.stride), "th": ordinal(one.stride)}
    sides = "both" if one.first and one.last else "first" if one.first else "last"
    law = f"{one.law}.{sides}" if one.law in ("ends", "hankel-inside") else one.law or "free"
    place = Math((var("j") + one.stride * var("i"),))
    changed = len({*range(one.first), *range(one.rows - one.last, one.rows)})
    slots = {side: f" {n}" if n > 1 else "" for side, n in (("first", one.first), ("last", one.last))}
    which = Prose("matrix.fold.all" if changed == one.rows else f"matrix.fold.{sides}", {**slots, "rows": str(one.rows)})
    said = Prose(f"matrix.fold.law.{law}", {"place": place, "hankel": Prose(f"matrix.fold.hankel{rows}", step)})
    head = Prose("matrix.fold.rows" if rows else "matrix.fold.toeplitz", step)
    return Prose("matrix.fold", {"head": head, "law": said, "which": which})


def ring(one: Level) -> Prose:
    """Rows of a circulant matrix."""
    slots = {"s": str(one.stride), "th": ordinal(one.stride), "n": str(one.modulus), "rows": str(one.rows)}
    if one.stride > 1:
        return Prose("matrix.ring.strided", slots)
    return Prose("matrix.ring.less" if one.rows < one.modulus else "matrix.ring.more", slots)


def unshared(page: MatrixPage) -> list[Prose]:
    """What the matrix of a locally connected layer is called, and how many weights that makes."""
    assert page.node is not None
    found, node = page.pattern, page.node
    counts = {role: prod(n.constant or 0 for n in tensor_of(node, role).sizes) for role in node.roles}
    own = len({tap for row in page.matrix.cells for c in row for tap in c})
    slots: dict[str, Any] = {"T": WHOLE, "conv": f"conv{node.ndim}d", "own": f"{own:,}", "w": tensor("w"), "b": tensor("b")}
    slots |= {"weights": f"{counts['w']:,}", "biases": f"{counts.get('b', 0):,}", "filters": str(found.filters)}
    slots["kernel"] = f"{prod(n.constant or 0 for n in shape(page.op, page.op.kernel)):,}"
    slots["image"] = Prose("matrix.own.image") if found.batch > 1 else ""
    said = [Prose("matrix.own", slots), *blocks_of(found)]
    said.append(Prose("matrix.own.counts" if "b" in counts else "matrix.own.weights", slots))
    return [*said, Prose("matrix.own.idle", slots)] if own < counts["w"] else said


def blocks_of(found: Pattern) -> list[Prose]:
    """Blocks for filters and channels, groups, images."""
    said = []
    if found.filters * found.channels > 1:
        counts = {"filters": str(found.filters), "channels": str(found.channels), "T": WHOLE}
        said.append(Prose("matrix.blocks", counts))
    if found.groups > 1:
        said.append(Prose("matrix.groups", {"groups": str(found.groups)}))
    if found.batch > 1:
        said.append(Prose("matrix.batch", {"n": str(found.batch)}))
    return said


def level(one: Level) -> Prose:
    """The pattern along one axis."""
    special_ones = {"fold": folded, "ring": ring}
    if one.kind in special_ones:
        return special_ones[one.kind](one)
    slots = {"s": str(one.stride), "r": str(one.input_dilation), "n": str(one.diagonals), "apart": apart(one)}
    slots["modulus"] = str(one.modulus)
    slots["th"] = ordinal(one.input_dilation if one.kind == "columns" else one.stride)
    return Prose(
        {"toeplitz": "matrix.plain", "none": "matrix.free", "circulant": "matrix.circulant"}.get(
            one.kind, f"matrix.{one.kind}"
        ),
        slots,
    )


def ordinal(n: int) -> str:
    """2nd, 3rd, 4th."""
    return {2: "nd", 3: "rd"}.get(n, "th")


# the transpose
def transpose(page: MatrixPage, drawn: Mapping[str, Scene]) -> list[Block]:
    """dL/dx = T^T g beside the closed form, in symbols."""
    gradient = gradient_name(page.op, page.op.data)
    rows = []
    for k, place in enumerate(page.closed.rows):
        rows.append((trimmed(page, place, "x"), products(page, page.closed, k)))
    return [
        Heading(Prose("matrix.transpose")),
        figured(drawn, "transpose")
        or lattice(page, page.closed, f"matrix.picture.{'derived' if page.member is None else 'transposed'}"),
        Paragraph((form(page, gradient),)),
        entries(gradient, rows, all(c.verdict.holds for c in page.checks)),
    ]


def form(page: MatrixPage, gradient: str) -> Prose:
    """The closed form in words; with a border its fold, and of a locally connected layer that there is none."""
    member = page.member
    slots: dict[str, Any] = {"gradient": tensor(gradient), "T": WHOLE, "g": tensor(upstream(page.op))}
    if member is None:
        return Prose("matrix.transpose.own", slots)
    slots |= {
        "call": Prose("matrix.call", {"data": Math((member_data(member),)), "kernel": Math((member_kernel(member),))}),
        "stride": per_axis([a.stride for a in member.axes]),
        "dilation": per_axis([a.dilation for a in member.axes]),
        "padding": pads([(a.lo, a.hi) for a in member.axes]),
    }
    if member.border is None or member.border.role != "y":
        return Prose("matrix.transpose.says", slots)
    return Prose("matrix.transpose.folded", {**slots, "bar": tensor(gradient + BAR)})


def member_data(member: Operator) -> Tensor:
    """The upstream gradient as the closed form reads it."""
    bar = BAR if member.border is not None and member.border.role == "x" else ""
    bare = Tensor(member.data.name + bar, tuple(a.data for a in member.axes))
    return bare.dilated(tuple(a.input_dilation for a in member.axes))


def member_kernel(member: Operator) -> Tensor:
    """The kernel as the closed form reads it: flipped, if its operator flips."""
    bar = BAR if member.border is not None and member.border.role == "w" else ""
    bare = Tensor(member.kernel.name + bar, tuple(a.kernel for a in member.axes))
    return bare.reversed((member.flip,) * member.ndim)


def products(page: MatrixPage, matrix: Matrix, row: int) -> Polynomial:
    """A row of the matrix times g."""
    name = upstream(page.op)
    found = []
    for column, taps in zip(matrix.columns, matrix.cells[row], strict=True):
        for tap in taps:
            found.append((1, ((page.op.kernel.name, trimmed(page, tap, "w")), (name, trimmed(page, column, "y")))))
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
    return [*blocks, Table(tuple(rows), header, "lrrr")]


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
        return [Code(tuple(lines), caption) for caption, lines in zip(said, pictures, strict=True)]
    rows = tuple("    ".join(parts) for parts in zip(*pictures, strict=True))
    return [Code(rows, Prose("plain", {"words": Joined(said)}))]


@fields.register(MatrixPage)
def matrix_fields(page: MatrixPage) -> Fields:
    """The matrix for other programs: cells as strings, 0 where there is none."""

    def named(name: str, index: Index, which: str) -> str:
        return name + "_".join(map(str, trimmed(page, index, which)))

    def cells(matrix: Matrix) -> list[list[Any]]:
        kernel = page.op.kernel.name
        return [[" + ".join(named(kernel, tap, "w") for tap in c) or 0 for c in row] for row in matrix.cells]

    op, found = page.op, page.pattern
    return {
        "operator": op.name,
        "rows": [named(op.result.name, r, "y") for r in page.matrix.rows],
        "columns": [named(op.data.name, c, "x") for c in page.matrix.columns],
        "matrix": cells(page.matrix),
        "pattern": {
            "levels": found.levels,
            "filters": found.filters,
            "channels": found.channels,
            "groups": found.groups,
            "shape": found.shape,
            "product_over_channels": found.identity,
        },
        "padding_mode": op.border.mode if op.border is not None else "zeros",
        "weights_of_their_own": page.node is not None,
        "transpose" if page.member is None else "closed_form": cells(page.closed),
        "compared": [
            {"layer": one.name, "weights": one.weights, "biases": one.biases, "cells": one.cells}
            for one in page.comparisons
        ],
        "checks": page.checks,
    }
