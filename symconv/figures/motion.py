"""Pictures that step: how many steps there may be, and scenes on pages of one size, so that only what changes moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from symconv.errors import SymconvError
from symconv.language.expand import Index
from symconv.language.scene import Cell, Scene, moved

STEPS = 64
Known = Callable[[Index], bool]


def everywhere(_: Index) -> bool:
    """Every entry is known: the picture of the end."""
    return True


def stepped(count: int) -> None:
    """Raise SymconvError for more steps than anyone follows."""
    if count > STEPS:
        raise SymconvError(f"figure: expected at most {STEPS} steps, got {count}; use smaller sizes or fewer channels")


def filling(steps: Sequence[Sequence[Index]], draw: Callable[[Index, frozenset[Index]], Scene]) -> list[Scene]:
    """A result that fills up, step by step: ``draw`` is given the first entry of a step, and all that are known by then.

    Raises SymconvError for more steps than anyone follows.
    """
    stepped(len(steps))
    known: set[Index] = set()
    found = []
    for step in steps:
        known |= set(step)
        found.append(draw(step[0], frozenset(known)))
    return same_size(found)


def same_size(found: list[Scene]) -> list[Scene]:
    """The scenes on pages of one size, their first cells at one place: nothing moves but the window."""
    corners = [next(e.box for e in one.elements if isinstance(e, Cell)) for one in found]
    left, top = max(box.x for box in corners), max(box.y for box in corners)
    placed = []
    for one, box in zip(found, corners, strict=True):
        dx, dy = left - box.x, top - box.y
        placed.append(replace(one, width=one.width + dx, height=one.height + dy, elements=moved(one.elements, dx, dy)))
    wide, high = (float(-int(-max(sides) // 1)) for sides in zip(*((s.width, s.height) for s in placed), strict=True))
    return [replace(one, width=wide, height=high) for one in placed]
