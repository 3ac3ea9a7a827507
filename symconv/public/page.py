"""The handle of every checked page: its facts, and the page in every target."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from symconv.errors import SymconvError, brief
from symconv.language.facts import Verdict
from symconv.pages import faces
from symconv.pages.files import write as to_file
from symconv.pages.nodes import Document
from symconv.pages.write import STILL, displayed, target, write
from symconv.public.door import door, doors

Facts = TypeVar("Facts")


@doors
class Page(Generic[Facts]):
    """A checked page: ``facts`` is what it says as data; text, LaTeX, Markdown, HTML, PDF, JSON and pictures are its faces."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict of every line and check."""
        return faces.verdicts(self.facts)

    @property
    def document(self) -> Document:
        """The page as blocks with its figures, for a gallery."""
        return faces.illustrated(self.facts)

    def text(self) -> str:
        """The page for a terminal of 80 columns."""
        return str(self._in("text"))

    def latex(self, standalone: bool = False) -> str:
        """The page as a LaTeX fragment, or as a document that plain pdflatex compiles."""
        return str(self._in("latex", standalone))

    def markdown(self) -> str:
        """The page in GitHub's Markdown."""
        return str(self._in("markdown"))

    def html(self) -> str:
        """The page as one HTML file that works offline."""
        return str(self._in("html"))

    def json(self) -> str:
        """The page's facts as one JSON object with stable keys."""
        return str(self._in("json"))

    def picture(self, to: str = "svg", figure: str | None = None) -> str | bytes:
        """A figure as svg or tikz (text) or png (bytes): the one of that name, or the one that shows most.

        Raises SymconvError for another name, for a page without figures, for sizes that make no figure that can be read, and
        if the extra that PNG needs is not installed.
        """
        if to not in STILL:
            raise SymconvError(f"to: expected svg, tikz or png for one figure, got {brief(to)}")
        return self._in(to, figure=figure)

    def render(self, to: str = "text", standalone: bool = False) -> str | bytes:
        """The page in a target: text, latex, markdown, html or json as text, pdf as bytes.

        Raises SymconvError for an unknown target, or a PDF without a pdflatex.
        """
        return self._in(target(to), alone(to, standalone))

    def _in(self, to: str, standalone: bool = False, **options: Any) -> str | bytes:
        """The page in a target."""
        return write(self.facts, to, standalone, **options)

    def __repr__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str | None:
        return displayed(self.facts)


def alone(to: str, standalone: bool) -> bool:
    """The option of LaTeX, which no other target has."""
    if standalone and to != "latex":
        raise SymconvError(f"standalone: expected to='latex' beside it, got to={brief(to)}")
    return standalone


@door
def render(page: Page[Any], to: str = "text", path: Any = None, standalone: bool = False) -> str | bytes:
    """A page (a derivation, a worked example, a proof, a matrix, ...) as text, latex, markdown, html, json or pdf (bytes).

    With ``path`` also write the file (whole, or not at all).  Raises SymconvError for an unknown target, a place that cannot
    be written, or a PDF without a pdflatex.
    """
    if not isinstance(page, Page):
        raise SymconvError(f"render: expected a derivation, got {type(page).__name__}; derive one with sc.derive")
    made = page.render(to, standalone)
    if path is not None:
        to_file(made, path)
    return made


__all__ = ["Page", "alone", "render"]
