"""Matrices of tensor entries on a page: compact entries, heads, and what is left out where a matrix is large."""

from __future__ import annotations

from collections.abc import Sequence

from symconv.language.prose import Prose
from symconv.pages import laid_formula
from symconv.pages.layout import Layout, Name, Sign
from symconv.pages.nodes import Arrays, Heads
from symconv.pages.spelling import Writer, width
from symconv.pages.styles import TEXT

DOTS, ZERO = Sign("⋯"), Sign("dot")
COLUMNS = 80
ROWS = 24
MOST = 20

Index = tuple[int, ...]


def compact(name: str, index: Index) -> Layout:
    """x[0, 3] as x with the subscript 03."""
    return laid_formula.compact(Name(name), index)


def matrix(
    caption: Prose, corner: Layout, columns: Sequence[Layout], rows: Sequence[tuple[Layout, Sequence[Layout]]]
) -> Arrays:
    """A matrix, its middle columns and rows left out where it would not fit on a page."""
    body = [(head, *cells) for head, cells in rows]
    text = Writer(TEXT)
    widest = max((width(text(cell)) for row in [tuple(columns), *(r[1:] for r in body)] for cell in row), default=1)
    first = max(width(text(cell)) for cell in (corner, *(row[0] for row in body)))
    room = min(MOST, (COLUMNS - 4 - first - 3) // (widest + 2))
    heads = cut(list(columns), room)
    kept = [(row[0], *cut(list(row[1:]), room)) for row in body]
    if len(kept) > ROWS:
        gap = tuple(DOTS for _ in kept[0])
        kept = [*kept[: ROWS - 2], gap, kept[-1]]
    names = Heads(tuple(row[0] for row in kept), tuple(heads), corner)
    return Arrays.headed(caption, names, tuple(tuple(row[1:]) for row in kept))


def cut(cells: list[Layout], room: int) -> list[Layout]:
    """The first cells, dots, and the last, where there are more than fit."""
    return cells if len(cells) <= room else [*cells[: room - 2], DOTS, cells[-1]]
