"""A worked example's page with pictures: each at the end of the section that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from symconv.errors import SymconvError
from symconv.language.prose import Prose
from symconv.language.scene import Scene
from symconv.pages.nodes import Block, Document, Figure, Heading, Paragraph

Picture = Scene | SymconvError


def drawn(draw: Callable[[], Scene]) -> Picture:
    """A figure, or the reason why there is none."""
    try:
        return draw()
    except SymconvError as error:
        return error


def illustrated(page: Document, forward: Sequence[Picture], gradients: Mapping[str, Sequence[Picture]]) -> Document:
    """The page with the forward figures and those of every gradient by its name; a reason stands where there is no figure."""
    waiting: Sequence[Picture] = ()
    blocks: list[Block] = []
    for block in page.blocks:
        if isinstance(block, Heading):
            blocks += map(shown, waiting)
            waiting = forward if key(block) == "heading.forward" else gradients.get(subject(block), ())
        blocks.append(block)
    return Document((*blocks, *map(shown, waiting)))


def before(page: Document, place: str, picture: Picture) -> Document:
    """The page with a figure before the heading of that key."""
    blocks: list[Block] = []
    for block in page.blocks:
        if isinstance(block, Heading) and key(block) == place:
            blocks.append(shown(picture))
        blocks.append(block)
    return Document(tuple(blocks))


def key(heading: Heading) -> str:
    """The key of a heading's words."""
    return heading.text.key if isinstance(heading.text, Prose) else ""


def subject(heading: Heading) -> str:
    """The gradient that a heading names."""
    if not isinstance(heading.text, Prose) or heading.text.key != "heading.gradient":
        return ""
    (access,) = heading.text.slots["gradient"].parts
    return str(access.tensor.name)


def shown(picture: Picture) -> Block:
    """A figure with its title below it, or why there is none."""
    if isinstance(picture, Scene):
        return Figure(picture, Prose("figure.caption", {"title": picture.title}))
    return Paragraph((Prose("figure.none", {"reason": str(picture).removeprefix("figure: ")}),))
