"""HTML: a page as one file that works offline; its mathematics is that of the LaTeX target, set by KaTeX (see ``page``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from html import escape
from string import Formatter
from typing import Any

from symconv.language.prose import Joined, Prose
from symconv.pages import svg
from symconv.pages.laid import Speller
from symconv.pages.latex import WIDEST_MATRIX, LatexTarget
from symconv.pages.layout import Layout
from symconv.pages.nodes import (
    Arrays,
    Block,
    Code,
    Document,
    Edit,
    Equation,
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
from symconv.pages.page import display, frame, inline
from symconv.pages.quoted import LOOKS, clean, printable
from symconv.pages.styles import LATEX
from symconv.words import message

# the colours of verdicts and of edits, and the table of a report; in pages that hold them
VERDICTS = """
.verdict { font-weight: bold; white-space: nowrap; }
.proved, .checked, ins { color: #00664b; }
.conditional, .ambiguous { color: #8a5300; }
.refuted, del { color: #a32014; }
.unsupported { color: #666; }
h1 code { font-weight: normal; overflow-wrap: anywhere; }
h3 { margin-top: 2rem; }
p.opening { margin: 1rem 0 0.3rem; font-weight: bold; }
ul { margin: 0.4rem 0; padding-left: 1.3rem; }
pre { margin: 0.6rem 0; overflow-x: auto; font-size: 0.85em; }
table.records { width: 100%; }
.records th, .records td { padding: 0.5rem 0.9rem 0.5rem 0; border-bottom: 1px solid #eee; }
.records td p { margin: 0.3rem 0 0; }
.records code { overflow-wrap: anywhere; }
"""


class HtmlTarget:
    """Lays a document out as HTML."""

    def __init__(self, level: int = 1) -> None:
        self.level = level
        self.tex = LatexTarget()

    def render(self, page: Document) -> str:
        """The body of the page."""
        return "\n".join(part for part in map(self.block, page.shown("html")) if part) + "\n"

    def block(self, block: Block) -> str:
        """One block."""
        kinds: dict[type, Callable[[Any], str]] = {
            Heading: self.heading,
            Paragraph: self.paragraph,
            Table: self.table,
            Arrays: self.arrays,
            Lines: self.lines,
            Figure: self.figure,
            Code: self.code,
            Edit: self.edit,
            Records: self.records,
        }
        return kinds[type(block)](block)

    def inline(self, piece: Any) -> str:
        """Prose, mathematics, or words."""
        if isinstance(piece, Prose):
            out = ""
            for words, slot, _, _ in Formatter().parse(message(piece.key)):
                out += escape(words, quote=False) + (self.inline(piece.slots[slot]) if slot else "")
            return out
        if isinstance(piece, Joined):
            between = escape(piece.separator.replace(" x ", " × "), quote=False)
            return between.join(map(self.inline, piece.pieces))
        if isinstance(piece, Math):
            return inline(" ".join(self.tex.math(part) for part in piece.parts))
        if isinstance(piece, Layout):
            return inline(self.tex.within(piece))
        if isinstance(piece, Given):
            shown = escape(clean(piece.text), quote=False)
            return f"<em>{shown}</em>" if piece.stressed else shown
        if isinstance(piece, Quoted):
            return f"<code>{escape(clean(piece.text), quote=False)}</code>"
        if isinstance(piece, Judged):
            shown = " ".join([LOOKS[piece.status].mark] * piece.mark + [message(f"status.{piece.status}")] * piece.word)
            return f'<span class="verdict {piece.status}">{shown}</span>'
        return escape(str(piece), quote=False)

    def words(self, piece: Any) -> str:
        """Prose as plain text, for the page's title."""
        if isinstance(piece, Prose):
            parts = Formatter().parse(message(piece.key))
            return "".join(words + (self.words(piece.slots[slot]) if slot else "") for words, slot, _, _ in parts)
        if isinstance(piece, Joined):
            return piece.separator.join(map(self.words, piece.pieces))
        if isinstance(piece, Math):
            return " ".join(self.plain(part) for part in piece.parts)
        if isinstance(piece, Layout):
            return self.plain(piece)
        if isinstance(piece, (Given, Quoted)):
            return clean(piece.text)
        return message(f"status.{piece.status}") if isinstance(piece, Judged) else str(piece)

    def plain(self, part: Any) -> str:
        """Mathematics as Unicode text."""
        from symconv.pages.text import TextTarget

        return TextTarget().math(part)

    def heading(self, block: Heading) -> str:
        """A heading, or words that open a passage."""
        tag = "p" if block.level == 4 else f"h{self.level + block.level - 1}"
        opening = ' class="opening"' * (block.level == 4)
        return f"<{tag}{opening}>{self.inline(block.text)}</{tag}>"

    def paragraph(self, block: Paragraph) -> str:
        """Sentences, or a list."""
        if block.items:
            return "<ul>\n" + "\n".join(f"<li>{self.inline(s)}</li>" for s in block.sentences) + "\n</ul>"
        return f"<p>{' '.join(map(self.inline, block.sentences))}</p>"

    def code(self, block: Code) -> str:
        """Characters in their columns."""
        if block.caption is None:
            return preformatted(map(printable, block.lines))
        return f"<p>{self.inline(block.caption)}</p>\n{preformatted(block.lines)}"

    def edit(self, block: Edit) -> str:
        """Published above repaired, the edited symbols marked."""
        old, new = changed(block.old, block.cut, "del"), changed(block.new, block.put, "ins")
        labels = (escape(message(key), quote=False) for key in ("verify.published", "verify.repaired"))
        body = "\n".join(
            f'<tr><th scope="row">{label}</th><td><code>{shown}</code></td></tr>'
            for label, shown in zip(labels, (old, new), strict=True)
        )
        return f'<div class="scroll"><table class="edit">\n{body}\n</table></div>'

    def records(self, block: Records) -> str:
        """Entries of a report: the verdict or the place on the left, what it is about and what was found on the right."""
        rows = []
        for (first, *rest), below in block.entries:
            head = "".join(f"<strong>{self.inline(name)}</strong><br>\n" for name in rest[:-1])
            found = [self.code(p) if isinstance(p, Code) else f"<p>{self.inline(p)}</p>" for p in below]
            right = "\n".join([head + self.inline(rest[-1]), *found])
            rows.append(f'<tr><th scope="row">{self.inline(first)}</th><td>{right}</td></tr>')
        return '<table class="records">\n' + "\n".join(rows) + "\n</table>" if rows else ""

    def lines(self, block: Lines) -> str:
        """Lines of mathematics; of a derivation a row a step, with its rule and its tick."""
        if block.look != "steps":
            more = [] if block.more is None else [f"<p>{self.inline(block.more)}</p>"]
            return "\n".join([*(display(bare(one)) for one in self.tex.displays(block)), *more])
        body = "\n".join(map(self.step, block.lines))
        return f'<div class="scroll fit"><table class="steps">\n{body}\n</table></div>'

    def step(self, line: Equation) -> str:
        """One step."""
        tex = self.tex
        coloured = Speller(replace(LATEX, colour=lambda s: rf"\textcolor{{blue}}{{{s}}}"), line.focus)
        shown = "{}= " + tex.broken(tex.factors(line.right.terms[0], coloured))
        rows = [shown]
        if line.guards:
            guards = r",\;".join(coloured.condition(c) for c in line.guards)
            rows.append(rf"&\qquad \text{{{message('lines.where')}}} {guards}")
        rows += [rf"&\qquad {tex.mixed(note)}" for note in line.notes]
        maths = r"\begin{aligned}&" + r"\\ ".join(rows) + r"\end{aligned}"
        held = line.verdict is not None and line.verdict.holds
        mark = "✓" if held else "?"
        told = message("mark.checked" if held else "mark.unchecked")
        head = "" if line.left is None else inline(r"\displaystyle " + self.tex.speller.access(line.left))
        cells = (
            f'<td class="left">{head}</td>',
            f"<td>{inline(maths)}</td>",
            f'<td class="rule">{self.inline(line.remark)}</td>',
            f'<td class="mark{"" if held else " open"}"><span role="img" aria-label="{told}" title="{told}">{mark}</span></td>',
        )
        return f"<tr>{''.join(cells)}</tr>"

    def arrays(self, block: Arrays) -> str:
        """A matrix with its heads, as characters where it is too wide, or arrays side by side."""
        caption = [] if block.caption is None else [f"<p>{self.inline(block.caption)}</p>"]
        letters = block.letters
        if letters is not None and block.breadth > WIDEST_MATRIX:
            if len(letters.lines[0]) > 140:
                return f"<p>{self.inline(letters.wide)}</p>"
            return "\n".join([*caption, preformatted(letters.lines), f"<p>{escape(letters.legend)}</p>"])
        shown = self.tex.planes(block)
        return "\n".join([*caption, *(display(bare(one)) for one in shown)]) if shown else ""

    def table(self, block: Table) -> str:
        """Columns under their headings; without any, the row's heading is its label, which explains nothing by itself."""
        sides = [' class="right"' if side == "r" else "" for side in block.align]
        rows = []
        if block.header:
            cells = (f'<th scope="col"{side}>{self.inline(c)}</th>' for side, c in zip(sides, block.header, strict=True))
            rows.append("".join(cells))
        for row in block.rows:
            shown = [f"<td{side}>{self.inline(c)}</td>" for side, c in zip(sides, row, strict=True)]
            if not block.header:
                shown[0] = f'<th scope="row">{self.inline(row[0])}</th>'
            rows.append("".join(shown))
        body = "\n".join(f"<tr>{row}</tr>" for row in rows)
        return f'<div class="scroll"><table>\n{body}\n</table></div>'

    def figure(self, block: Figure) -> str:
        """A picture with its caption."""
        caption = self.inline(block.caption)
        return f"<figure>\n{svg.render(block.scene, inline=True)}<figcaption>{caption}</figcaption>\n</figure>"


def preformatted(lines: Iterable[str]) -> str:
    """Characters in their columns."""
    return "<pre>" + escape("\n".join(lines)) + "</pre>"


def changed(text: str, extents: tuple[tuple[int, int], ...], tag: str) -> str:
    """A formula with the extents that differ in a tag."""
    out, at = "", 0
    for start, end in extents:
        out += f"{escape(text[at:start], quote=False)}<{tag}>{escape(text[start:end], quote=False)}</{tag}>"
        at = end
    return out + escape(text[at:], quote=False)


def bare(shown: str) -> str:
    """A display without its delimiters."""
    return shown.strip().removeprefix("\\[").removesuffix("\\]")


def title(page: Document) -> str:
    """The page's title as plain text."""
    first = next((b for b in page.blocks if isinstance(b, Heading)), None)
    return HtmlTarget().words(first.text) if first else "symconv"


def render(pages: list[Document], language: str = "en") -> str:
    """The pages as one file; those behind the first are sections of it."""
    first, *others = pages
    body = HtmlTarget().render(first) + "".join(HtmlTarget(2).render(page) for page in others)
    style = VERDICTS if 'class="verdict' in body else ""
    return frame(title(first), body, language, style, maths='class="math' in body)
