"""A matrix against the definition: every product of the forward pass, one by one, has its cell, and every cell its product.

The products come from ``maps``, which loops over outputs and taps; the cells were solved for the tap from row and column.
dL/dx = T^T g: the matrix of the closed form (the flipped kernel over the zero-dilated upstream gradient) is compared with the
transpose, cell by cell, and with the products that its own padded arrays give.  Where a border makes copies, several products
meet in a cell, and the places are those of NumPy's pad.

A locally connected layer has no closed form: its transpose is compared with the products of the definition, window by window, and
those with the last line of the derivation of dL/dx.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.maps import Triples, closed, forward, gather_axis
from symconv.check.steps import check_entries
from symconv.language.expr import Expr
from symconv.language.facts import Entrywise, Verdict
from symconv.language.operator import Operator, upstream
from symconv.language.prose import Prose
from symconv.language.unshared import Unshared
from symconv.topics.matrix.facts import Index, Level, Matrix

MOST = 10**9  # products: the cells are limited as it is


def from_products(found: Triples, names: tuple[str, str, str], shapes: tuple[Any, Any, Any]) -> dict[tuple[int, int], Any]:
    """{(row, column): kernel entries} of a list of products, in order."""
    result, kernel, data = names
    columns = found.columns
    taps: Any = np.unravel_index(columns[kernel], shapes[1]) if found.count else ()
    cells: dict[tuple[int, int], Any] = {}
    for k, (row, column) in enumerate(zip(columns[result].tolist(), columns[data].tolist(), strict=True)):
        cells.setdefault((row, column), []).append(tuple(int(axis[k]) for axis in taps))
    return {at: tuple(sorted(some)) for at, some in cells.items()}


def filled(matrix: Matrix) -> dict[tuple[int, int], Any]:
    """{(row, column): kernel entries} of a matrix."""
    return {(i, j): cell for i, row in enumerate(matrix.cells) for j, cell in enumerate(row) if cell}


def terms(cells: dict[tuple[int, int], Any]) -> int:
    """How many entries of the kernel stand in cells."""
    return sum(map(len, cells.values()))


def check_matrix(op: Operator, matrix: Matrix) -> Verdict:
    """Whether T x is y: the products of the definition are the cells."""
    shapes = tuple(brute.shape_of(op, role) for role in ("y", "w", "x"))
    products = from_products(forward(op), (upstream(op), op.kernel.name, op.data.name), shapes)  # type: ignore[arg-type]
    if products != filled(matrix):
        return Verdict("refuted", Prose("check.matrix.products.not"))
    return Verdict("checked", Prose("check.matrix.products", {"products": terms(products)}))


def check_transpose(op: Operator, matrix: Matrix, member: Operator, other: Matrix) -> Verdict:
    """Whether the closed form of dL/dx has the matrix T^T, and its products are those of T^T g."""
    transposed = matrix.transposed
    if other.cells != transposed.cells:
        return Verdict("refuted", Prose("check.matrix.transpose.not"))
    shapes = tuple(brute.shape_of(member, role) for role in ("y", "w", "x"))
    products = from_products(closed(member, op.data.name), (op.data.name, member.kernel.name, member.data.name), shapes)  # type: ignore[arg-type]
    if products != filled(transposed):
        return Verdict("refuted", Prose("check.matrix.closed.not"))
    count = terms(products)
    return Verdict("checked", Prose("check.matrix.transpose", {"entries": count}))


def check_pattern(op: Operator, levels: tuple[Level, ...]) -> Verdict:
    """Whether, within every block, the entry depends on r j - s i alone along each axis: all pairs of row and column.

    On a ring that is so mod N; where copies fold it is so but for the rows that are named, and what they add is as it is said.

    The cells are those of the products of the definition, not of the matrix that is shown.
    """
    shapes = tuple(brute.shape_of(op, role) for role in ("y", "w", "x"))
    products = from_products(forward(op), (upstream(op), op.kernel.name, op.data.name), shapes)  # type: ignore[arg-type]
    lead = len(op.kernel.layout)
    rows, columns = list(np.ndindex(shapes[0])), list(np.ndindex(shapes[2]))
    top, left = len(op.result.layout), len(op.data.layout)
    by: dict[Any, Any] = {}
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            places = zip(levels, row[top:], column[left:], strict=True)
            where = (row[:top], column[:left], *(diagonal(one, y, x) for one, y, x in places))
            tap = products.get((i, j))
            if by.setdefault(where, tap) != tap:
                return Verdict("refuted", Prose("check.matrix.pattern.not", {"row": i, "column": j}))
    spatial = {where: tuple(tap[lead:] for tap in taps) for where, taps in by.items() if taps is not None}
    shared = {where[2:]: taps for where, taps in spatial.items()}
    if any(shared[where[2:]] != taps for where, taps in spatial.items()):
        return Verdict("refuted", Prose("check.matrix.blocks"))
    for k, one in enumerate(levels):
        if one.kind == "fold" and not fold_holds(op, k, one):
            return Verdict("refuted", Prose("check.matrix.fold", {"axis": k}))
    return Verdict("checked", Prose("check.matrix.pattern", {"rows": len(rows), "columns": len(columns)}))


def diagonal(one: Level, i: int, j: int) -> Any:
    """What the entry in row i and column j depends on alone; in a row that a fold changes on both."""
    if one.kind == "fold" and (i < one.first or i >= one.rows - one.last):
        return (i, j)
    place = one.input_dilation * j - one.stride * i
    return place % one.modulus if one.modulus else place


def fold_holds(op: Operator, k: int, one: Level) -> bool:
    """Whether the rows that read copies are those that are named, and what the copies add is as the law says.

    By the definition: from a place t outside, brute force walks back to the entry that stands there.
    """
    assert op.border is not None
    n, lo = op.border.sizes[k].constant or 0, op.border.pads[k][0].constant or 0
    found: dict[str, dict[tuple[int, int], list[int]]] = {"left": {}, "right": {}}
    for i, p, m in zip(*(part.tolist() for part in gather_axis(op.axes[k], op.flip)), strict=True):
        t = m - lo
        if not 0 <= t < n:
            at = (i, brute.landing(op.border.mode, t, n))
            found["left" if t < 0 else "right"].setdefault(at, []).append(p)
    rows = {side: {i for i, _ in cells} for side, cells in found.items()}
    if rows != {"left": set(range(one.first)), "right": set(range(one.rows - one.last, one.rows))}:
        return False
    return all(lawful(cells, one, 0 if side == "left" else n - 1, n) for side, cells in found.items())


def lawful(cells: dict[tuple[int, int], list[int]], one: Level, end: int, n: int) -> bool:
    """Whether what one side adds stands in the end's column, or depends on j + s i alone (outside of that column)."""
    if one.law == "ends":
        return all(j == end for _, j in cells)
    if not one.law:
        return True
    inside = [j for j in range(n) if one.law == "hankel" or j != end]
    by: dict[int, list[int]] = {}
    held = all(j in inside for _, j in cells)
    for i in range(one.rows):
        for j in inside:
            taps = cells.get((i, j), [])
            held = held and by.setdefault(j + one.stride * i, taps) == taps
    return held


# weights of one's own
def check_own(node: Unshared, matrix: Matrix) -> Verdict:
    """Whether T x is y: the products of the definition, window by window, are the cells."""
    rows, columns = ({at: k for k, at in enumerate(found)} for found in (matrix.rows, matrix.columns))
    cells: dict[tuple[int, int], tuple[Index, ...]] = {}
    for out, tap, data in brute.terms(node):
        at = rows[out], columns[data]
        cells[at] = (*cells.get(at, ()), tap)
    if cells != filled(matrix):
        return Verdict("refuted", Prose("check.matrix.definition.not"))
    return Verdict("checked", Prose("check.matrix.definition", {"products": terms(cells)}))


def check_unshared(node: Unshared, matrix: Matrix) -> Verdict:
    """Whether the zeros are those of the convolution with the same windows, and no weight stands twice.

    With several images every weight stands once for each of them.
    """
    op = node.window
    shapes = tuple(brute.shape_of(op, role) for role in ("y", "w", "x"))
    products = from_products(forward(op), (upstream(op), op.kernel.name, op.data.name), shapes)  # type: ignore[arg-type]
    mine = filled(matrix)
    if mine.keys() != products.keys():
        return Verdict("refuted", Prose("check.matrix.zeros.not"))
    images = shapes[0][0] if op.result.layout else 1
    weights = Counter(weight for cell in mine.values() for weight in cell)
    if any(times != images for times in weights.values()):
        return Verdict("refuted", Prose("check.matrix.weight"))
    return Verdict("checked", Prose("check.matrix.zeros", {"weights": len(weights)}))


def check_derived(node: Unshared, matrix: Matrix, line: Expr, skip: tuple[int, int, int], case: Entrywise) -> Verdict:
    """Whether T^T g is dL/dx: its products are those of the explicit case, entry by entry.

    These are true, and the last line of the derivation equals them as well.
    """
    y, w, x = skip
    brute.within(node, MOST)
    transposed = matrix.transposed
    for at, row, (place, products) in zip(transposed.rows, transposed.cells, case.gradient, strict=True):
        made = [(("g", of[y:]), ("w", tap[w:])) for of, cell in zip(transposed.columns, row, strict=True) for tap in cell]
        if at[x:] != place or sorted(made) != sorted(factors for _, factors in products):
            return Verdict("refuted", Prose("check.matrix.entry", {"index": list(at)}))
    if not check_entries(node, "x", line, case).verdict.holds:
        return Verdict("refuted", Prose("check.matrix.line.not"))
    return Verdict("checked", Prose("check.matrix.gradient"))


def as_sympy(names: list[list[list[str]]]) -> Any:
    """The matrix as a SymPy matrix of sums of symbols."""
    from sympy import Add, Symbol
    from sympy import Matrix as Dense

    return Dense([[Add(*map(Symbol, cell)) for cell in row] for row in names])
