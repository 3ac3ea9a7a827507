"""The faces of a fact, registered by its type in the file that writes them; whoever holds a fact asks here.

    page(fact)       its page as blocks                        illustrated(fact)   the same with its figures
    fields(fact)     its keys and values, for other programs   measured(fact)      the verdicts whose times JSON tells
    display(fact)    its mathematics for a notebook's cell     verdicts(fact)      every verdict on it
    scene(fact)      one figure                                moving(fact)        a figure that moves

A page of its own (HTML, PDF, a whole LaTeX document) holds figures; a fragment, Markdown and text hold none.  A new kind of
fact is one file with ``@page.register(Fact)``, and nothing else is edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatch
from typing import Any

from symconv.errors import SymconvError
from symconv.language.facts import Verdict
from symconv.language.lazy import dataclass
from symconv.language.scene import Scene
from symconv.pages.nodes import Document, Lines, Worked

Fields = dict[str, Any]


@dataclass(frozen=True)
class Moving:
    """A picture that moves entry by entry: of every step its name, its scene, and the lines that the page works out."""

    title: str
    words: str
    steps: Sequence[tuple[str, Scene, Sequence[Worked] | Lines]]


@singledispatch
def page(fact: Any, **options: Any) -> Document:
    """The page as blocks."""
    raise TypeError(f"no page is registered for {type(fact).__name__}")


@page.register(Document)
def _(fact: Document) -> Document:
    return fact


@singledispatch
def illustrated(fact: Any, **options: Any) -> Document:
    """The page with its figures; the plain one where there are none."""
    return page(fact, **options)


@singledispatch
def fields(fact: Any, **options: Any) -> Fields:
    """What JSON says: stable keys, values of the language."""
    raise TypeError(f"no fields are registered for {type(fact).__name__}")


@singledispatch
def measured(fact: Any) -> Iterable[Verdict | None] | None:
    """The verdicts whose times JSON tells in a field of its own; None where it tells of no times."""
    return None


@singledispatch
def display(fact: Any) -> str | None:
    """The mathematics of a fact as LaTeX for a notebook's cell; None where its page says it."""
    return None


@singledispatch
def scene(fact: Any, name: str | None = None) -> Scene:
    """A figure by its name, or the one that shows the fact best.

    Raises SymconvError for another name, and where sizes make no figure that can be read.
    """
    raise SymconvError(f"figure: expected a page with figures, got one of {type(fact).__name__}, which has none")


@singledispatch
def moving(fact: Any, name: str | None = None, worked: bool = False) -> Moving:
    """A figure that moves, of a part by its name; ``worked`` draws the arithmetic into every scene.

    Raises SymconvError for another name, and where nothing moves.
    """
    raise SymconvError(f"figure: expected a page with a figure that moves, got one of {type(fact).__name__}")


@scene.register(Scene)
def _(fact: Scene, name: str | None = None) -> Scene:
    return fact


@singledispatch
def verdicts(fact: Any) -> tuple[Verdict, ...]:
    """The verdict of every line and check; of most facts those of its checks."""
    return tuple(check.verdict for check in fact.checks)
