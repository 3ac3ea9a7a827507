"""One way from facts to a target.

    text  latex  markdown  html  typst  pdf  json    a page      svg  tikz  png    one figure      gif  stepper    one that moves

facts -> ``page`` (or ``illustrated``, for a page of its own) -> the target's writer;  facts -> ``fields`` -> JSON;  facts ->
``scene`` -> a figure's writer.  Every writer is one file, loaded when its target is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symconv.errors import SymconvError, brief, nearest
from symconv.language.prose import Prose
from symconv.language.scene import Scene
from symconv.pages.faces import display, illustrated, moving, page, scene
from symconv.pages.nodes import Document, Heading, Lines, Paragraph

TARGETS = ("text", "latex", "markdown", "html", "typst", "pdf", "json")
STILL = ("svg", "tikz", "png")  # one figure
MOVING = ("gif", "stepper")
CLAIMS = ("text", "markdown", "latex", "html", "typst", "pdf", "json", "junit")
DRAWN = (
    "html",
    "typst",
    "pdf",
)  # pages of their own hold figures: a fragment of LaTeX asks for no TikZ, Markdown and text hold none


def target(to: str, known: tuple[str, ...] = TARGETS) -> str:
    """The target, if there is one of that name."""
    if not isinstance(to, str) or to not in known:
        shown = " ".join(str(to).split())[:40]
        raise SymconvError(f"to: expected {', '.join(known)}, got {shown!r}{nearest(shown, list(known))}")
    return to


def write(
    found: Any, to: str = "text", standalone: bool = False, colour: bool = False, figure: str | None = None, **options: Any
) -> str | bytes:
    """A fact, a document, or a list of them in a target: text, or bytes for pdf and png.

    ``standalone`` makes LaTeX and TikZ a whole document, ``colour`` is for terminals, ``figure`` names a figure; ``options`` go
    to the page or the fields.  Raises SymconvError for an unknown target, with the nearest name.
    """
    target(to, (*TARGETS, *STILL, *MOVING, "junit"))
    options = {name: value for name, value in options.items() if value is not None}
    facts: Sequence[Any] = found if isinstance(found, list) else [found]
    if to in STILL:
        return drawn(scene(facts[0], figure), to, standalone)
    if to in MOVING:
        return moved(facts[0], to, figure)
    if to == "json":
        import symconv.pages.fields  # noqa: F401  (what JSON says of a derivation)
        from symconv.pages.json import written

        return written(facts, "derivations" if isinstance(found, list) else "", **options)
    if to == "junit":
        from symconv.pages.junit import as_junit

        return as_junit(found)
    face = illustrated if to in DRAWN or standalone else page
    return paged([face(fact, **options) for fact in facts], to, standalone=standalone, colour=colour)


def paged(
    pages: list[Document],
    to: str,
    standalone: bool = False,
    colour: bool = False,
    place: Callable[[Scene], str] | None = None,
) -> str | bytes:
    """Documents in a target of pages; ``place`` puts a figure of Markdown into a file and gives its name."""
    if to == "text":
        from symconv.pages.text import render as as_text

        return "\n\n".join(as_text(each, colour=colour) for each in pages)
    if to == "markdown":
        from symconv.pages.markdown import render as as_markdown

        return as_markdown(pages, place)
    if to == "html":
        from symconv.pages.html import render as as_html

        return as_html(pages)
    if to == "typst":
        from symconv.pages.typst import render as as_typst

        return as_typst(pages)
    from symconv.pages.latex import render as as_latex

    if to == "latex":
        return as_latex(pages, standalone)
    from symconv.pages.pdf import render as as_pdf

    return as_pdf(as_latex(pages, standalone=True, to="pdf"))


def displayed(fact: Any) -> str | None:
    """For a notebook's cell: the mathematics of a fact, or where it says none of its own its page's steps or first lines."""
    own = display(fact)
    if own is not None:
        return own
    from symconv.pages.latex import jupyter

    lines = sorted((b for b in page(fact).blocks if isinstance(b, Lines)), key=lambda b: b.look != "steps")
    return jupyter(lines[:1]) if lines else None


def drawn(figure: Scene, to: str, standalone: bool = False, scale: float = 2.0) -> str | bytes:
    """A figure as svg or tikz (text), or png (bytes).

    Raises SymconvError for another target, or if the extra that PNG needs is not installed.
    """
    if to == "svg":
        from symconv.pages.svg import render as as_svg

        return as_svg(figure)
    if to == "tikz":
        from symconv.pages.tikz import render as as_tikz

        return as_tikz(figure, standalone)
    if to == "png":
        from symconv.pages.png import render as as_png

        return as_png(figure, scale)
    raise SymconvError(f"to: expected svg, tikz or png for one figure, got {brief(to)}")


def moved(fact: Any, to: str, part: str | None) -> str | bytes:
    """A figure that moves, as gif (bytes) or as a page that steps."""
    found = moving(fact, part, to == "gif")
    if to == "gif":
        from symconv.pages.gif import render as as_gif

        return as_gif([scene for _, scene, _ in found.steps])
    from symconv.pages.stepper import render as as_stepper
    from symconv.pages.stepper import step

    return as_stepper(found.title, found.words, [step(*one) for one in found.steps])


def gallery(introduction: str, facts: Sequence[Any], to: str, place: Callable[[Scene], str] | None = None) -> str:
    """A gallery page: the introduction's title and paragraphs, then the pages of the facts with their figures."""
    title, _, rest = introduction.partition("\n")
    paragraphs = [" ".join(p.split()) for p in rest.strip().split("\n\n") if p.strip()]
    opening = Document(
        (Heading(Prose("plain", {"words": title}), 1), *(Paragraph((Prose("plain", {"words": p}),)) for p in paragraphs))
    )
    return str(paged([opening, *map(illustrated, facts)], to, standalone=to == "latex", place=place))
