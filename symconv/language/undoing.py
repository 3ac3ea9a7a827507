"""What is to be undone if this process is stopped in the midst of its work: temporary files, other processes.

Whoever makes such a thing holds it for as long as it is there; the command line, when it is told to stop, undoes all of them.
What a killed process leaves is another matter: the next run clears it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_HELD: dict[object, Callable[[], object]] = {}


@contextmanager
def held(undo: Callable[[], object]) -> Iterator[None]:
    """While the block runs, ``undo`` is what a stop asks for."""
    mark = object()
    _HELD[mark] = undo
    try:
        yield
    finally:
        _HELD.pop(mark, None)


def undo_all() -> None:
    """Undo everything that is held; what is gone already is no matter."""
    for undo in list(_HELD.values()):
        with suppress(OSError):
            undo()
