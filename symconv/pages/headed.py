"""Matrices of tensor entries on a page: compact entries, heads, and what is left out where a matrix is large."""

from __future__ import annotations

from collections.abc import Sequence

from symconv.pages.nodes import Matrix, Prose, Spelled
from symconv.pages.spelling import SUBSCRIPTS, latex_name, text_name, width

DOTS = Spelled("⋯", r"\cdots")
ZERO = Spelled("·", r"\cdot")
COLUMNS = 80
ROWS = 24
MOST = 20

Index = tuple[int, ...]


def compact(name: str, index: Index) -> Spelled:
    """x[0, 3] as x with the subscript 03; commas where an index has two digits."""
    comma = "," if any(k > 9 for k in index) else ""
    text = comma.join(str(k) for k in index).translate(SUBSCRIPTS)
    latex = comma.join(str(k) for k in index)
    return Spelled(text_name(name) + text, latex_name(name) + (f"_{{{latex}}}" if index else ""))


def joined(*factors: Spelled) -> Spelled:
    """Factors side by side."""
    return Spelled("".join(f.text for f in factors), r"\,".join(f.latex for f in factors))


def matrix(
    caption: Prose, corner: Spelled, columns: Sequence[Spelled], rows: Sequence[tuple[Spelled, Sequence[Spelled]]]
) -> Matrix:
    """A matrix, its middle columns and rows left out where it would not fit on a page."""
    body = [(head, *cells) for head, cells in rows]
    widest = max((width(cell.text) for row in [tuple(columns), *(r[1:] for r in body)] for cell in row), default=1)
    first = max(width(cell.text) for cell in (corner, *(row[0] for row in body)))
    room = min(MOST, (COLUMNS - 4 - first - 3) // (widest + 2))
    heads = cut(list(columns), room)
    kept = [(row[0], *cut(list(row[1:]), room)) for row in body]
    if len(kept) > ROWS:
        gap = tuple(DOTS for _ in kept[0])
        kept = [*kept[: ROWS - 2], gap, kept[-1]]
    return Matrix(caption, corner, tuple(heads), tuple(kept))


def cut(cells: list[Spelled], room: int) -> list[Spelled]:
    """The first cells, dots, and the last, where there are more than fit."""
    return cells if len(cells) <= room else [*cells[: room - 2], DOTS, cells[-1]]
