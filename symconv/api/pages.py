"""From facts to documents, and from documents to their targets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from symconv.errors import SymconvError, nearest
from symconv.language.facts import Derivation, FunctionDerivation, NetDerivation, NodeDerivation, Verdict

STILL = ("svg", "tikz", "png")  # one picture
DRAWN = ("html", "pdf")  # pages that hold figures: a fragment of LaTeX asks for no TikZ, Markdown and text hold none
TARGETS = ("text", "latex", "markdown", "html", "pdf", "json")


def target(to: str, known: tuple[str, ...] = TARGETS) -> str:
    """The target, if there is one of that name."""
    if not isinstance(to, str) or to not in known:
        shown = " ".join(str(to).split())[:40]
        raise SymconvError(f"to: expected {', '.join(known)}, got {shown!r}{nearest(shown, list(known))}")
    return to


def render(page: Derivation | list[Derivation], to: str, **options: Any) -> Any:
    """The page in a target: text, latex, markdown, html or json as text, pdf as bytes.

    Raises SymconvError for an unknown target, with the nearest name.
    """
    target(to)
    if to == "json":
        from symconv.pages.json import render as as_json

        return as_json(page)
    return render_pages([page_of(d) for d in (page if isinstance(page, list) else [page])], to, **options)


def document_of(d: Any) -> Any:
    """The document of a derivation, by its kind."""
    if isinstance(d, NodeDerivation):
        from symconv.pages.windows import document as windows_page

        return windows_page(d)
    if isinstance(d, NetDerivation):
        from symconv.pages.networks import document as net_page

        return net_page(d)
    if isinstance(d, FunctionDerivation):
        from symconv.pages.functions import document as function_page

        return function_page(d)
    from symconv.pages.document import document

    return document(d)


def render_pages(pages: list[Any], to: str, **options: Any) -> Any:
    """Documents in a target other than JSON; bytes for pdf, else text."""
    if to == "text":
        from symconv.pages.text import render as as_text

        return "\n\n".join(as_text(p, **options) for p in pages)
    if to == "markdown":
        from symconv.pages.markdown import render as as_markdown

        return as_markdown(pages, **options)
    if to == "html":
        from symconv.pages.html import render as as_html

        return as_html(pages)
    from symconv.pages.latex import render as as_latex

    if to == "pdf":
        from symconv.pages.pdf import render as as_pdf

        return as_pdf(as_latex(pages, standalone=True, to="pdf"))
    return as_latex(pages, **options)


def gallery_page(introduction: str, facts: list[Any], to: str, place: Any = None) -> str:
    """A gallery page: the introduction's title and paragraphs, then the derivations, examples, traces and other pages.

    ``place`` puts a picture of Markdown into a file, and gives its name.
    """
    from symconv.pages.nodes import Document, Heading, Paragraph, Prose

    title, _, rest = introduction.partition("\n")
    paragraphs = [" ".join(p.split()) for p in rest.strip().split("\n\n") if p.strip()]
    opening = Document(
        (Heading(Prose("plain", {"words": title}), 1), *(Paragraph((Prose("plain", {"words": p}),)) for p in paragraphs))
    )
    options = {"standalone": True} if to == "latex" else {"place": place} if to == "markdown" else {}
    return str(render_pages([opening, *map(page_of, facts)], to, **options))


def spent(verdicts: Iterable[Verdict | None]) -> str:
    """What verdicts took, for the terminal: no page says it."""
    from symconv.pages.timing import spent as words

    return words(verdicts)


def page_of(facts: Any) -> Any:
    """What the page of a derivation, a worked example or a trace says; the last two with their figures."""
    if isinstance(facts, (Derivation, FunctionDerivation, NetDerivation, NodeDerivation)):
        return document_of(facts)
    from symconv.language.example import Example, Trace

    if isinstance(facts, Example):
        from symconv.api.examples import document
        from symconv.api.figures import illustrated

        return illustrated(facts, document(facts))
    if isinstance(facts, Trace):
        from symconv.api.examples import trace_document
        from symconv.api.figures import trace_illustrated

        return trace_illustrated(facts, trace_document(facts))
    return facts
