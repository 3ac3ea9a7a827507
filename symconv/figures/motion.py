"""Pictures that step: how many steps there may be, and scenes on pages of one size, so that only what changes moves."""

from __future__ import annotations

from dataclasses import replace

from symconv.errors import SymconvError
from symconv.language.expand import Index
from symconv.language.scene import Cell, Scene, moved

STEPS = 64


def stepped(count: int) -> None:
    """Raise SymconvError for more steps than anyone follows."""
    if count > STEPS:
        raise SymconvError(f"figure: expected at most {STEPS} steps, got {count}; use smaller sizes or fewer channels")


def same_size(found: list[tuple[Index, Scene]]) -> list[tuple[Index, Scene]]:
    """The scenes on pages of one size, their first cells at one place: nothing moves but the window."""
    corners = [next(e.box for e in s.elements if isinstance(e, Cell)) for _, s in found]
    left, top = max(box.x for box in corners), max(box.y for box in corners)
    placed = []
    for (index, one), box in zip(found, corners, strict=True):
        dx, dy = left - box.x, top - box.y
        wide, high = one.width + dx, one.height + dy
        placed.append((index, replace(one, width=wide, height=high, elements=moved(one.elements, dx, dy))))
    wide, high = (float(-int(-max(sides) // 1)) for sides in zip(*((s.width, s.height) for _, s in placed), strict=True))
    return [(index, replace(s, width=wide, height=high)) for index, s in placed]
