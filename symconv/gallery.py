"""The gallery: one source page per question, with its generated .md and .tex beside it, and the pictures of the former as .svg.

A source is a small Python file that uses the public face.  Its docstring is the page's title (first line) and introduction;
its ``page`` is a list of derivations, worked examples, traces and other pages.  Everything written is the same everywhere.
"""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from symconv.errors import SymconvError
from symconv.language.lazy import dataclass
from symconv.pages.files import write as to_file
from symconv.pages.write import gallery, write
from symconv.public.page import Page as Sheet

TARGETS = (("markdown", ".md"), ("latex", ".tex"))


@dataclass(frozen=True)
class Page:
    """A source with what it generates."""

    source: Path
    introduction: str
    derivations: tuple[Sheet[Any], ...]

    def render(self, to: str) -> str:
        """The page in a target."""
        return self.drawn(to)[0]

    def drawn(self, to: str) -> tuple[str, dict[str, str]]:
        """The page in a target, and the pictures that lie beside it by the names of their files."""
        pictures: dict[str, str] = {}

        def place(scene: Any) -> str:
            name = f"{self.source.stem}-{len(pictures) + 1}.svg"
            pictures[name] = str(write(scene, "svg"))
            return name

        return gallery(self.introduction, [d.facts for d in self.derivations], to, place), pictures


def sources(folder: Path) -> list[Path]:
    """The source pages, in order of their names.

    Raises SymconvError if the folder has none.
    """
    found = sorted(p for p in folder.glob("*.py") if not p.name.startswith("_"))
    if not found:
        raise SymconvError(f"gallery: expected a folder with source pages (*.py), got {str(folder)!r}")
    return found


def load(source: Path) -> Page:
    """Run a source page.

    Raises SymconvError if it has no docstring or no list ``page`` of derivations and pages.
    """
    try:
        made = runpy.run_path(str(source))
    except (Exception, SystemExit) as error:  # a page is a program of its author's
        raise SymconvError(f"gallery: {source.name} does not run: {type(error).__name__}: {error}") from None
    introduction, page = made.get("__doc__"), made.get("page")
    if not introduction or not isinstance(page, list) or not all(isinstance(d, Sheet) for d in page):
        raise SymconvError(f"gallery: expected a docstring and a list 'page' of derivations in {source.name}")
    return Page(source, introduction.strip(), tuple(page))


def generate(folder: Path) -> Iterator[tuple[Path, str]]:
    """(file, its text) for every page and target."""
    for source in sources(folder):
        yield from written_by(load(source))


def written_by(page: Page) -> Iterator[tuple[Path, str]]:
    """(file, its text) of one page: its targets, and its pictures."""
    for to, ending in TARGETS:
        text, pictures = page.drawn(to)
        yield page.source.with_suffix(ending), text
        for name, picture in pictures.items():
            yield page.source.with_name(name), picture


def _standing(path: Path) -> str | None:
    """What stands in a file, if it can be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def regenerate(folder: Path, check: bool = False) -> list[str]:
    """Write every generated file whole (or, with ``check``, only compare); the names of those that changed."""
    changed = []
    for path, text in list(generate(folder)):  # all pages first: a bad source changes nothing
        if _standing(path) != text:
            changed.append(path.name)
            if not check:
                to_file(text, path)
    return changed
