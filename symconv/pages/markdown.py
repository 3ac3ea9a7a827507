r"""GitHub's Markdown: ```` ```math ```` blocks and ``$`...`$`` inline, tables, and plain prose; no ``\operatorname``."""

from __future__ import annotations

from collections.abc import Callable
from string import Formatter
from typing import Any

from symconv.language.prose import Joined, Prose
from symconv.language.scene import Scene
from symconv.pages.latex import WIDEST_MATRIX, LatexTarget
from symconv.pages.layout import Layout
from symconv.pages.nodes import (
    Arrays,
    Block,
    Code,
    Document,
    Edit,
    Figure,
    Given,
    Heading,
    Judged,
    Lines,
    Math,
    Paragraph,
    Quoted,
    Records,
    Table,
)
from symconv.pages.quoted import LOOKS, clean, fenced, printable, span
from symconv.words import message

Place = Callable[[Scene], str]
SPECIAL = "\\`*_{}[]<>|#~$"


def escape(text: str) -> str:
    """Words made safe for Markdown."""
    return "".join("\\" + ch if ch in SPECIAL else ch for ch in text)


class MarkdownTarget:
    """Lays a document out as Markdown; its mathematics is that of the LaTeX target.

    Markdown holds no drawings: ``place`` puts one into a file and gives its name; without it a drawing is told in words.
    """

    def __init__(self, level: int = 1, place: Place | None = None) -> None:
        self.level, self.place = level, place
        self.tex = LatexTarget()

    def render(self, page: Document) -> str:
        """The whole page."""
        return "\n\n".join(part for part in (self.block(b).strip("\n") for b in page.shown("markdown")) if part) + "\n"

    def block(self, block: Block) -> str:
        """One block."""
        kinds: dict[type, Callable[[Any], str]] = {
            Heading: self.heading,
            Paragraph: self.paragraph,
            Table: self.table,
            Arrays: self.arrays,
            Figure: self.figure,
            Lines: self.lines,
            Code: self.code,
            Edit: lambda b: fenced(f"- {b.old}\n+ {b.new}", "diff"),
            Records: lambda b: "\n\n".join(self.record(*entry) for entry in b.entries),
        }
        return kinds[type(block)](block)

    def inline(self, piece: Any) -> str:
        """Prose, mathematics, or words."""
        if isinstance(piece, Prose):
            out = ""
            for words, slot, _, _ in Formatter().parse(message(piece.key)):
                out += escape(words) + (self.inline(piece.slots[slot]) if slot else "")
            return out
        if isinstance(piece, Joined):
            return piece.separator.replace(" x ", " × ").join(self.inline(p) for p in piece.pieces)
        if isinstance(piece, Math):
            return f"$`{' '.join(self.tex.math(part) for part in piece.parts)}`$"
        if isinstance(piece, Layout):
            return f"$`{self.tex.within(piece)}`$"
        if isinstance(piece, Given):
            return f"*{escape(clean(piece.text))}*" if piece.stressed else escape(clean(piece.text))
        if isinstance(piece, Quoted):
            return span(piece.text)
        if isinstance(piece, Judged):
            return " ".join([LOOKS[piece.status].mark] * piece.mark + [message(f"status.{piece.status}")] * piece.word)
        return escape(str(piece))

    def heading(self, block: Heading) -> str:
        """A heading, or words in bold that open a passage."""
        text = self.inline(block.text)
        return f"**{text}**" if block.level == 4 else f"{'#' * (self.level + block.level - 1)} {text}"

    def paragraph(self, block: Paragraph) -> str:
        """Sentences, or a list."""
        if block.items:
            return "\n".join(f"- {self.inline(s)}" for s in block.sentences)
        return " ".join(self.inline(s) for s in block.sentences)

    def code(self, block: Code) -> str:
        """Characters in their columns."""
        if block.caption is None:
            return fenced("\n".join(map(printable, block.lines)), "text")
        return f"{self.inline(block.caption)}\n\n```text\n" + "\n".join(block.lines) + "\n```"

    def record(self, cells: tuple[Any, ...], below: tuple[Any, ...]) -> str:
        """An entry of a report with what was found below it."""
        found = [self.code(piece) if isinstance(piece, Code) else self.inline(piece) for piece in below]
        return "\n\n".join([" ".join(map(self.inline, cells)), *found])

    def figure(self, block: Figure) -> str:
        """A picture with its caption below, or the caption with what the picture shows."""
        caption, told = self.inline(block.caption), escape(block.scene.description)
        return f"{caption} {told}" if self.place is None else f"![{told}]({self.place(block.scene)})\n\n{caption}"

    def arrays(self, block: Arrays) -> str:
        """A matrix with its heads, as characters where it is too wide, or arrays side by side."""
        caption = [] if block.caption is None else [self.inline(block.caption)]
        letters = block.letters
        if letters is not None and block.breadth > WIDEST_MATRIX:
            if len(letters.lines[0]) > 140:
                return self.inline(letters.wide)
            return "\n\n".join([*caption, "```text\n" + "\n".join(letters.lines) + "\n```", escape(letters.legend)])
        shown = self.tex.planes(block)
        return "\n\n".join([*caption, *map(fence, shown)]) if shown else ""

    def table(self, block: Table) -> str:
        """A table with its heading; GitHub wants one in any case, which may be empty."""
        rule = "|".join("---:" if side == "r" else "---" for side in block.align)
        names = block.header or ("",) * len(block.align)
        head, *rows = ([cell(self.inline(c)) for c in row] for row in (names, *block.rows))
        heading = "|".join(f" {c} " if c else " " for c in head)
        return "\n".join([f"|{heading}|", f"|{rule}|", *(f"| {' | '.join(row)} |" for row in rows)])

    def lines(self, block: Lines) -> str:
        """Lines of mathematics."""
        more = [] if block.more is None else [self.inline(block.more)]
        return "\n\n".join([*map(fence, self.tex.displays(block)), *more])


def cell(text: str) -> str:
    """A table cell: a bar would end it, within mathematics as well."""
    return text.replace("\\|", "|").replace("|", "\\|")


def fence(shown: str) -> str:
    """A display as a math block."""
    inner = shown.strip().removeprefix("\\[").removesuffix("\\]")
    return f"```math\n{inner}\n```"


def render(pages: list[Document], place: Place | None = None) -> str:
    """The pages as Markdown; those behind the first are sections of it."""
    first, *others = pages
    rest = (MarkdownTarget(2, place).render(page) for page in others)
    return "\n\n".join([MarkdownTarget(1, place).render(first), *rest])
