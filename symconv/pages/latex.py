r"""LaTeX: a fragment for any document with amsmath, amssymb and xcolor, or a standalone document for plain pdflatex.

Only portable mathematics: ``aligned``, ``array``, ``\frac``, ``\sum``, ``\textcolor``.  The rules stand in the margin column,
the index that moves is coloured.  Words are escaped; names come from the spelling tables alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from string import Formatter
from typing import Any

from symconv.language.expr import Access, Apply, Expr, Tensor, Term
from symconv.language.facts import Polynomial, Verdict
from symconv.language.integers import Int
from symconv.language.prose import Joined, Prose
from symconv.pages import arrays
from symconv.pages.escapes import escape
from symconv.pages.laid import Speller, negative
from symconv.pages.layout import Layout
from symconv.pages.nodes import (
    Arrays,
    Block,
    Code,
    Document,
    Edit,
    Equation,
    Figure,
    Foreign,
    Given,
    Heading,
    Heads,
    Judged,
    Lines,
    Listing,
    Math,
    Paragraph,
    Quoted,
    Records,
    Table,
    Transposed,
)
from symconv.pages.quoted import CUT, LOOKS, PUT, clean, fixed, marked, symbol, typewriter
from symconv.pages.spelling import GRADIENT, Writer, latex_name, overlined, width
from symconv.pages.styles import LATEX, LATEX_INLINE, TEXT
from symconv.words import message

TOKENS = {"≥": r"\ge", "≤": r"\le", "Σ": r"\sum"}
LONGEST = 54
WIDEST_MATRIX = 28  # columns
SIZES = ((94, ""), (104, r"\small"), (118, r"\footnotesize"), (140, r"\scriptsize"))
PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage[margin=2cm]{geometry}
\usepackage{amsmath,amssymb,xcolor}
\setlength{\parindent}{0pt}\setlength{\parskip}{4pt}
\begin{document}
"""
BEGIN = r"\begin{document}"
FIGURES = "\\usepackage{tikz}\n\\usetikzlibrary{patterns}\n"


LINE = 483  # points: the width of a page's text
# (most columns, size, points of a letter, of a digit in its index, of a comma there): Computer Modern's at 10, 9, 7, 5 points
LATTICES = (
    (8, "", 7.2, 4.0, 2.3),
    (12, r"\small", 6.5, 3.7, 2.2),
    (28, r"\scriptsize", 5.6, 3.4, 2.1),
    (28, r"\tiny", 4.3, 3.4, 2.1),
)


def lattice_size(block: Arrays) -> str | None:
    """The largest size that a matrix with its entries fits in, by the widths of its letters and indices; None for none."""

    def wide(entries: Sequence[tuple[str, Any]], letter: float, digit: float, comma: float) -> float:
        """Of a sum of entries, a plus sign as wide as a letter."""
        one = [letter + digit * len("".join(map(str, i))) + comma * max(0, len(i) - 1) for _, i in entries]
        return sum(one) + letter * (len(one) - 1) + 5.5 if one else letter + 5.5

    heads = block.heads
    assert heads is not None
    for most, size, *metrics in LATTICES:
        total = max(wide([row], *metrics) for row in heads.rows)
        for head, column in zip(heads.columns, zip(*block.cells, strict=True), strict=True):
            total += max(wide(entries, *metrics) for entries in ([head], *column))
        if len(heads.columns) <= most and total + len(block.rules[1]) <= LINE:
            return size
    return None


class LatexTarget:
    """Lays a document out as LaTeX."""

    def __init__(self, title: str = "section", to: str = "latex") -> None:
        self.title, self.to = title, to
        self.widest = 0  # of the lines broken since a display began
        self.speller = Speller(LATEX)
        self.plain = Speller(TEXT)
        self.within = Writer(LATEX_INLINE)  # a sentence

    def render(self, page: Document) -> str:
        """The fragment."""
        return "\n".join(self.block(b) for b in page.shown(self.to)) + "\n"

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
            Records: lambda b: "\n".join(f"\n{self.record(*entry)}\n" for entry in b.entries),
        }
        return kinds[type(block)](block)

    # inline
    def inline(self, piece: Any) -> str:
        """Prose, mathematics, or words."""
        if isinstance(piece, Prose):
            out = ""
            for words, slot, _, _ in Formatter().parse(message(piece.key)):
                out += escape(words) + (self.inline(piece.slots[slot]) if slot else "")
            return out
        if isinstance(piece, Joined):
            times = piece.separator.replace(" x ", r" $\times$ ")
            return times.join(self.inline(p) for p in piece.pieces)
        if isinstance(piece, Math):
            return f"${' '.join(self.math(part) for part in piece.parts)}$"
        if isinstance(piece, Layout):
            return f"${self.within(piece)}$"
        if isinstance(piece, Given):
            return rf"\emph{{{given(piece.text)}}}" if piece.stressed else given(piece.text)
        if isinstance(piece, Quoted):
            return typewriter(piece.text)
        if isinstance(piece, Judged):
            look = LOOKS[piece.status]
            shown = [look.tex] * piece.mark + [message(f"status.{piece.status}")] * piece.word
            return rf"\textcolor{{{look.ink}}}{{" + r"\,".join(shown) + "}"
        return escape(str(piece))

    def math(self, part: Any) -> str:
        """One core object or token."""
        if isinstance(part, Int):
            return self.speller.integer(part)
        if isinstance(part, Access):
            gradient = GRADIENT.match(part.tensor.name)
            if gradient:  # within a sentence, on one line
                inner = Access(Tensor(gradient[2], part.tensor.sizes), part.index)
                return rf"\partial {gradient[1]}/\partial {self.speller.access(inner)}"
            return self.speller.access(part)
        if isinstance(part, Tensor):
            return self.speller.tensor(part)
        if isinstance(part, Foreign):
            return (r"\displaystyle " if part.large else "") + foreign(part)
        if isinstance(part, Layout):
            return self.speller.write(part)
        if isinstance(part, Apply):
            return self.speller.item(part)
        if isinstance(part, Transposed):
            return self.speller.tensor(part.tensor) + "^{T}"
        if isinstance(part, str):
            return TOKENS.get(part, part)
        if isinstance(part, Expr):
            return self.speller.expr(part)
        return self.speller.condition(part)

    def mixed(self, piece: Any) -> str:
        """Prose within a display: the words in text mode, the mathematics outside of it."""
        parts = re.split(r"(\$[^$]*\$)", self.inline(piece))
        return "".join(p[1:-1] if p.startswith("$") else rf"\text{{{p}}}" for p in parts if p)

    # blocks
    def heading(self, block: Heading) -> str:
        """The page's title, a section's heading, or words that open a passage."""
        text = self.inline(block.text)
        if block.level == 1:
            return rf"\{self.title}*{{{text}}}"
        return f"\n\\textbf{{{text}}}" if block.level == 4 else rf"\paragraph{{{text}}}\leavevmode"

    def paragraph(self, block: Paragraph) -> str:
        """Sentences, or a list."""
        if not block.items:
            return "\n" + " ".join(self.inline(s) for s in block.sentences) + "\n"
        items = "\n".join(rf"\item {self.inline(s)}" for s in block.sentences)
        return f"\n\\begin{{itemize}}\\setlength{{\\itemsep}}{{0pt}}\n{items}\n\\end{{itemize}}\n"

    def code(self, block: Code) -> str:
        """Characters in their columns."""
        if block.caption is None:
            return f"\n{fixed(block.lines)}\n"
        return f"\n{self.inline(block.caption)}\n" + verbatim(block.lines)

    def edit(self, block: Edit) -> str:
        """Published above repaired, the edited symbols in colour."""
        old, new = marked(block.old, block.cut, CUT.ink), marked(block.new, block.put, PUT.ink)
        labels = (escape(message(key)) for key in ("verify.published", "verify.repaired"))
        return pairs([f"{label} & {shown} \\\\" for label, shown in zip(labels, (old, new), strict=True)])

    def record(self, cells: tuple[Any, ...], below: tuple[Any, ...]) -> str:
        """An entry of a report, on lines of its own so that it breaks over pages."""
        *label, formula = map(self.inline, cells)
        head = (
            [rf"\noindent\textbf{{{label[1]}}}\quad {label[0]}", formula]
            if label[1:]
            else [rf"\noindent {label[0]}: {formula}"]
        )
        found = [self.inline(piece) for piece in below if not isinstance(piece, Code)]
        return "\\\\\n\\hspace*{1.5em}".join([*head, *found])

    def table(self, block: Table) -> str:
        """A table, smaller where it is wide; without a heading, labels and what they say."""
        rows = [" & ".join(self.inline(c) for c in row) + " \\\\" for row in (block.header, *block.rows) if row]
        if not block.header:
            return pairs(rows, max((width(self.plain_words(row[0])) for row in block.rows), default=0) > 26)
        for k in sorted((*block.rules, 0), reverse=True):
            rows.insert(k + 1, r"\hline\noalign{\vskip 2pt}")
        widest = sum(
            max(width(self.plain_words(c)) for c in column) + 2 for column in zip(block.header, *block.rows, strict=True)
        )
        size = next((size for room, size in SIZES if widest <= room), SIZES[-1][1])
        body = f"\\begin{{tabular}}{{@{{}}{block.align}@{{}}}}\n" + "\n".join(rows) + "\n\\end{tabular}"
        return f"\n{{{size}\n{body}\n}}\n" if size else f"\n{body}\n"

    def lines(self, block: Lines) -> str:
        """Lines of mathematics; a derivation smaller where a line is too wide for the page."""
        self.widest = 0
        shown = "\n".join(self.displays(block))
        if block.look == "steps":
            margin = max((width(self.plain_words(line.remark)) for line in block.lines), default=0) + 6
            left = span(self.plain.access(block.lines[0].left)) + 4
            size = next((size for room, size in SIZES if left + self.widest + margin <= room), SIZES[-1][1])
            return f"{{{size}\n{shown}\n}}" if size else shown
        return shown + ("" if block.more is None else f"\n{self.inline(block.more)}\n")

    def displays(self, block: Lines) -> list[str]:
        """The displays of the lines: as many as pages need to break."""
        if block.look == "work":
            return arrays.latex_work(self, [line.right for line in block.lines])
        if block.look == "argument":
            return [self.argument(block.lines)]
        if block.look == "steps":
            return [display([self.step(line) for line in block.lines])]
        if block.look == "display":
            return [display([self.displayed(line) for line in block.lines])]
        if block.look == "entries":
            rows = [self.written(line) for line in block.lines]
            return [display(rows[k : k + 12]) for k in range(0, len(rows), 12)]
        # formulas first, then what carries a remark, so that no formula pushes the remarks off the page
        plain = [self.definition(line, LONGEST + 30) for line in block.lines if line.remark is None]
        remarked = [self.definition(line, LONGEST) for line in block.lines if line.remark is not None]
        return [display(rows) for rows in (plain, remarked) if rows]

    def definition(self, line: Equation, longest: int) -> str:
        """left = right with its remark; a long left side has lines of its own."""
        left, right = line.left, self.broken(self.pieces(line.right, self.speller), longest)
        whole = left.parts[0] if len(left.parts) == 1 else None
        if isinstance(whole, Expr) and width(self.plain.expr(whole)) > LONGEST:
            return f"&\\phantom{{={{}}}} {self.broken(self.pieces(whole, self.speller), longest)}\\\\\n &= {right}"
        said = rf" && {self.mixed(line.remark)}" if line.remark is not None else ""
        return f"{' '.join(map(self.math, left.parts))} &= {right}{said}"

    def displayed(self, line: Equation) -> str:
        """A whole formula, aligned at its first sign of equality, with its words."""
        said = "" if line.remark is None else rf" && {self.mixed(line.remark)}"
        whole = self.math(line.right)
        left, sign, right = whole.partition(" = ")
        continued = right.startswith(r"\quad {}")  # a sum that goes on
        return (f"&{right}" if continued else f"{left} &= {right}" if sign else f"& {whole}") + said

    def written(self, line: Equation) -> str:
        """An entry with its products."""
        tick = "" if line.verdict is None else rf" && {self.mark(line.verdict)}"
        return f"{self.entry(*line.left)} &= {self.products(line.right)}{tick}"

    def step(self, line: Equation) -> str:
        """One step."""
        coloured = Speller(replace(LATEX, colour=lambda s: rf"\textcolor{{blue}}{{{s}}}"), line.focus)
        head = "" if line.left is None else self.speller.access(line.left)
        out = f"{head} &= " + self.broken(self.pieces(line.right, coloured))
        out += rf" && {self.mixed(line.remark)}\;{self.mark(line.verdict)}"
        if line.guards:
            width_of = [width(self.plain.condition(c)) for c in line.guards]
            texts = [coloured.condition(c) + r",\;" * (k < len(line.guards) - 1) for k, c in enumerate(line.guards)]
            out += f"\\\\\n &\\qquad \\text{{{message('lines.where')}}} " + self.broken(
                list(zip(texts, width_of, strict=True))
            )
        for note in line.notes:
            out += r"\\" + "\n" + rf" &\qquad {self.mixed(note)}"
        return out

    def argument(self, lines: Sequence[Equation]) -> str:
        """Lines aligned at their relation signs, rules in the margin column."""
        rows: list[str] = []
        for k, line in enumerate(lines):
            said = rf" && {self.mixed(line.remark)}" if line.remark is not None else " &&" * (line.verdict is not None)
            tick = rf"\;{self.mark(line.verdict)}" if line.verdict is not None else ""
            left = self.math(line.left) if line.left is not None else ""
            gap = "[3pt]" if left and k else ""
            if gap:
                rows[-1] += f" \\\\{gap}\n"
            elif k:
                rows[-1] += " \\\\\n"
            rows.append(f"{left} &{self.math(line.right)}{said}{tick}")
        return "\\[\\begin{aligned}\n" + "".join(rows) + "\n\\end{aligned}\\]"

    def arrays(self, block: Arrays) -> str:
        """A matrix with its heads, smaller where it has many columns or as characters, or arrays side by side."""
        caption = "" if block.caption is None else f"\n{self.inline(block.caption)}\n"
        columns = len(block.cells[0])
        if block.letters is not None:
            size = lattice_size(block)
            if block.breadth <= WIDEST_MATRIX and size is not None:
                return f"{caption}{{{size}\\setlength{{\\arraycolsep}}{{2.5pt}}\n\\[{self.planes(block)[0]}\\]}}\n"
            if len(block.letters.lines[0]) > 140:
                return f"\n{self.inline(block.letters.wide)}\n"
            return caption + verbatim(block.letters.lines) + f"\n{escape(block.letters.legend)}\n"
        shown = self.planes(block)
        if block.heads is not None:
            sizes = ((9, ""), (14, r"\small"), (18, r"\footnotesize"))
            size = next((s for most, s in sizes if columns <= most), r"\scriptsize")
            return caption + (f"{{{size}\\[{shown[0]}\\]}}" if size else f"\\[{shown[0]}\\]")
        if block.caption is None:
            size = next((s for most, s in ((16, ""), (24, r"\small"), (40, r"\scriptsize")) if columns <= most), r"\tiny")
            return f"{{{size}\n{shown[0]}\n}}" if size else shown[0]
        return caption + "\n".join(shown) if shown else ""

    def planes(self, block: Arrays) -> list[str]:
        """The displays of the arrays; none where one is too wide for a page."""
        if block.heads is not None:
            return [(self.headed if block.letters is None else self.lattice)(block, block.heads)]
        if block.caption is None:
            return [self.brackets(block)]
        if block.planes[0][0] is None:
            return [shown] if (shown := self.grid(block)) else []
        return arrays.latex_planes(self, block)

    def grid(self, block: Arrays) -> str:
        """A small array as a display; nothing if it is too wide for a page."""
        columns = max(len(row) for row in block.cells)
        if columns > 12:
            return ""
        body = " \\\\\n".join(" & ".join(self.cell(c) for c in row) for row in block.cells)
        return f"\\[\\begin{{array}}{{{'c' * columns}}}\n{body}\n\\end{{array}}\\]"

    def lattice(self, block: Arrays, heads: Heads) -> str:
        """The matrix as a display."""
        rows = []
        for k, row in enumerate(block.cells):
            shown = " & ".join("+".join(self.entry(*one) for one in c) or r"\cdot" for c in row)
            rows.append((r"\hline " if k in block.rules[0] else "") + f"{self.entry(*heads.rows[k])} & {shown}")
        spec = "".join(("|" if k in block.rules[1] else "") + "c" for k in range(len(heads.columns)))
        top = " & ".join(["", *(self.entry(*c) for c in heads.columns)]) + r" \\ \hline"
        return "\n".join([f"\\begin{{array}}{{c|{spec}}}", top, " \\\\\n".join(rows), r"\end{array}"])

    def headed(self, block: Arrays, heads: Heads) -> str:
        """The array, a rule below its head and to the right of its first column."""
        head = " & ".join(map(self.math, (heads.corner, *heads.columns)))
        rows = ((head, *row) for head, row in zip(heads.rows, block.cells, strict=True))
        body = " \\\\\n".join(" & ".join(map(self.math, row)) for row in rows)
        shape = "c|" + "c" * len(heads.columns)
        return f"\\begin{{array}}{{{shape}}}\n{head} \\\\ \\hline\n{body}\n\\end{{array}}"

    def brackets(self, block: Arrays) -> str:
        """A matrix with its name."""
        cells = [[self.math(c) for c in row] for row in block.cells]
        gap = " \\\\[3pt]\n" if any("frac" in c for row in cells for c in row) else " \\\\\n"
        body = gap.join(map(" & ".join, cells))
        inner = f"\\left[\\begin{{array}}{{{'r' * len(block.cells[0])}}}\n{body}\n\\end{{array}}\\right]"
        return f"\\[{self.math(block.planes[0][0])} = {inner}\\]"

    def pieces(self, value: Any, speller: Speller) -> list[tuple[str, int]]:
        """(LaTeX, width in text) of the unbreakable pieces of a right-hand side."""
        if isinstance(value, Layout):
            return [(speller.write(value), width(self.plain.write(value)))]
        if not isinstance(value, Expr):
            return [(speller.integer(value), width(self.plain.integer(value)))]
        found: list[tuple[str, int]] = []
        for k, term in enumerate(value.terms):
            less = negative(term)
            found += ([("-" if less else "+", 1)] if k or less else []) + self.factors(term, speller)
        return found

    def factors(self, term: Term, speller: Speller) -> list[tuple[str, int]]:
        """The factors of a term with their widths."""
        widths = [span(c) for c in self.plain.term(term)[0]]
        return list(zip(speller.term(term)[0], widths, strict=True))

    def broken(self, pieces: list[tuple[str, int]], longest: int = LONGEST) -> str:
        """The pieces, broken over lines where they would be too long."""
        out, used = "", 0
        for shown, columns in pieces:
            if used and used + columns > longest:
                out += "\\\\\n &\\qquad "
                used = 3
            elif out and not out.endswith(" "):
                out += " " if shown[0] in "+-" else r"\,"
            out += shown
            used += columns + 1
            self.widest = max(self.widest, used)
        return out

    def plain_words(self, piece: Any) -> str:
        """Words with their mathematics, roughly as wide as they print."""
        return self.inline(piece).replace("$", "").replace("\\", "")

    def mark(self, verdict: Verdict | None) -> str:
        """A tick for a line that was checked, a question mark for one that was not."""
        return r"\checkmark" if verdict is not None and verdict.holds else "?"

    def entry(self, name: str, index: tuple[int, ...]) -> str:
        """x_{0,1}."""
        gradient = GRADIENT.match(name)
        shown = overlined(gradient[2] if gradient else name, latex_name) + (
            f"_{{{','.join(map(str, index))}}}" if index else ""
        )
        return rf"\frac{{\partial {gradient[1]}}}{{\partial {shown}}}" if gradient else shown

    def products(self, value: Polynomial) -> str:
        """The products of a polynomial with their signs."""
        if isinstance(value, Foreign):
            return foreign(value)
        if isinstance(value, Listing):
            return self.listing(value)
        pieces = []
        for k, (coefficient, factors) in enumerate(value):
            sign = "-" if coefficient < 0 else "+" if k else ""
            size = str(abs(coefficient)) if abs(coefficient) != 1 or not factors else ""
            shown = sign + size + r"\,".join(self.entry(n, i) for n, i in factors)
            pieces.append((shown, 2 + sum(2 + len(i) for _, i in factors)))
        return self.broken(pieces, 70) if pieces else "0"

    def figure(self, block: Figure) -> str:
        """A picture with its caption below."""
        from symconv.pages import tikz

        said = self.inline(block.caption)
        return "\n".join(["\n\\begin{center}", tikz.picture(block.scene) + "\\par\\smallskip", said, "\\end{center}\n"])

    def listing(self, value: Listing) -> str:
        r"""\max(x_0, x_1), or (x_0 + x_1)/2."""
        if value.function == "max":
            shown = [
                (self.products((one,)) + ",\\," * (k < len(value.entries) - 1), 6) for k, one in enumerate(value.entries)
            ]
            return r"\max\bigl(" + self.broken(shown, 70) + r"\bigr)"
        if value.divisor == 1:
            return self.products(value.entries)
        return rf"\frac{{1}}{{{value.divisor}}}\bigl(" + self.products(value.entries) + r"\bigr)"

    def cell(self, cell: Any) -> str:
        """An entry, a dot for zero, or a blank."""
        if cell is None or cell == ():
            return r"\cdot" if cell is None else ""
        gradient = GRADIENT.match(cell[0])
        return rf"\partial {gradient[1]}/\partial {self.entry(gradient[2], cell[1])}" if gradient else self.entry(*cell)


def foreign(value: Foreign) -> str:
    """A SymPy expression, the entries of y with commas between their indices."""
    from sympy import latex

    def entry(symbol: Any) -> str:
        if not re.fullmatch(r"y_?[0-9]+(_[0-9]+)*", symbol.name):
            return latex_name(symbol.name)
        return f"y_{{{symbol.name[1:].replace('_', ',')}}}"

    made = str(latex(value.expression, symbol_names={s: entry(s) for s in value.expression.free_symbols}))
    return made.replace(r"\operatorname", r"\mathrm")


def given(text: str) -> str:
    """Words made safe, a user's names among them."""
    runs = re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]+", clean(text))
    return "".join(escape(run) if run.isascii() else "".join(map(symbol, run)) for run in runs)


def pairs(rows: list[str], wide: bool = False) -> str:
    """A table of two columns, the first as wide as the second where its labels are long."""
    columns = r"p{0.5\linewidth}p{0.45\linewidth}" if wide else r"lp{0.75\linewidth}"
    return f"\n\\begin{{tabular}}{{@{{}}{columns}@{{}}}}\n" + "\n".join(rows) + "\n\\end{tabular}\n"


def verbatim(lines: Sequence[str]) -> str:
    """Characters as they stand, smaller where they would leave the page."""
    widest = max(map(width, lines), default=0)
    size = next((size for room, size in SIZES if widest <= room), SIZES[-1][1])
    return f"{{{size}\n\\begin{{verbatim}}\n" + "\n".join(lines) + "\n\\end{verbatim}\n}\n"


def span(chunk: str) -> int:
    """About how wide a factor is in print, in characters, judged by its text: subscripts are small, fractions stack."""
    if chunk.startswith("["):
        return width(chunk)
    if chunk.startswith("∂"):
        return max(map(span, chunk.replace("∂", " ").split("/")))
    small = sum(1 for ch in chunk if unicodedata.category(ch) == "No")
    return 2 + round(0.62 * (width(chunk) - 1) - 0.2 * small)


def display(rows: list[str]) -> str:
    """Rows in one aligned display."""
    return "\\[\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\\]"


def render(pages: list[Document], standalone: bool = False, to: str = "latex") -> str:
    """The pages as a fragment, or as a document that plain pdflatex compiles."""
    first, *others = pages
    titles = ["section", *("subsection" for _ in others)]
    body = "\n\n".join(LatexTarget(title, to).render(page) for title, page in zip(titles, pages, strict=True))
    drawn = any(isinstance(block, Figure) for page in pages for block in page.blocks)
    quoting = any(isinstance(block, Heading) and isinstance(block.text, (Given, Quoted)) for block in first.blocks)
    if quoting:
        body = re.sub(r"\n{3,}", "\n\n", body.rstrip("\n") + "\n")
    if standalone:
        preamble = PREAMBLE.replace(BEGIN, FIGURES + BEGIN) if drawn else PREAMBLE
        return preamble + ("\\sloppy\n" if quoting else "") + body + "\\end{document}\n"
    return f"% needs amsmath, amssymb, xcolor{', tikz with its library patterns' * drawn}\n" + body


def jupyter(blocks: Sequence[Block]) -> str:
    """Displays as Jupyter takes them: $$...$$ around aligned, no other environment."""
    target = LatexTarget()
    shown = []
    for block in blocks:
        if isinstance(block, Lines):
            shown += target.displays(block)
            shown += [] if block.more is None else [display([target.mixed(block.more)])]
        else:
            shown.append(target.block(block))
    return (
        "\n".join(shown)
        .replace("\\[\\begin{aligned}", "$$\\begin{aligned}")
        .replace("\\end{aligned}\\]", "\\end{aligned}$$")
    )


def jupyter_line(latex: str) -> str:
    """One line of LaTeX as Jupyter takes it."""
    return f"$$\\begin{{aligned}}{latex}\\end{{aligned}}$$"


def jupyter_sum(name: str) -> str:
    """The sum of a tensor, for Jupyter."""
    return jupyter_line(rf"\sum {latex_name(name)}")
