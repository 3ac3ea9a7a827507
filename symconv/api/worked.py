"""Pictures beside worked examples: one that moves step by step, and one that may not be there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symconv.errors import SymconvError
from symconv.language.expand import Index
from symconv.language.lazy import dataclass
from symconv.language.scene import Scene
from symconv.pages.nodes import Argument, Worked


@dataclass(frozen=True)
class Moving:
    """A picture that moves entry by entry: of every step its name, its scene, and the lines that the page works out."""

    title: str
    words: str
    steps: Sequence[tuple[str, Scene, Sequence[Worked] | Argument]]


def drawn(draw: Callable[[], Scene]) -> Scene | SymconvError:
    """A figure, or the reason why there is none."""
    try:
        return draw()
    except SymconvError as error:
        return error


def spelled(name: str, index: Index) -> str:
    """x[0,1], the name of a step."""
    return f"{name}[{','.join(map(str, index))}]"
