r"""Typst: a page as one file that the compiler takes as it is; its mathematics is written by the style ``TYPST``.

Lines of mathematics stand in a grid - left side, what it equals, the rule, the tick - and Typst breaks a long side itself, at a
relation or an operator.  Words are escaped; figures are SVG within the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from string import Formatter
from typing import Any

from symconv.language.facts import Verdict
from symconv.language.prose import Joined, Prose
from symconv.pages import svg, symbolic
from symconv.pages.laid import chunks, condition, laid
from symconv.pages.layout import Form, Layout, Name, Number, Sign, entry, joined, row
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
    Worked,
)
from symconv.pages.quoted import LOOKS, clean, printable
from symconv.pages.spelling import GRADIENT, Writer
from symconv.pages.styles import TYPST, TYPST_INLINE
from symconv.words import message

SPECIAL = "\\#$*_`<>@~[]'\"=+-/"
PREAMBLE = """#set page(margin: 2cm)
#set text(size: 10pt)
#set par(leading: 0.65em)
#show heading: set block(above: 1.4em, below: 0.8em)
#let focus(x) = text(fill: rgb("#0072B2"), x)
#let tall(body) = $display(body)$
#let lines(columns: (auto, 3fr, 2fr, auto), ..cells) = block(width: 100%, above: 1em, below: 1em, {
  show math.equation: set text(top-edge: "bounds", bottom-edge: "bounds")
  grid(columns: columns, column-gutter: 0.5em, row-gutter: 0.9em, align: left + horizon, ..cells)
})
#let rows(columns: 2, align: left, ..cells) = block(above: 1em, below: 1em, table(
  columns: columns, stroke: none, align: align, inset: (x: 0.4em, y: 0.35em), ..cells,
))
"""
TICK = Verdict("checked", "")
WIDEST = 16  # columns of a matrix of entries


def escape(text: str) -> str:
    """Words made safe for Typst's markup."""
    return "".join("\\" + ch if ch in SPECIAL else ch for ch in text)


def quote(text: str) -> str:
    """A string of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def tall(shown: str) -> str:
    """Mathematics at display size."""
    return f"#tall(${shown.strip()}$)"


def cells(found: Iterable[str]) -> str:
    """The cells of a grid, one a line."""
    return "".join(f"\n  [{one}]," for one in found)


class TypstTarget:
    """Lays a document out as Typst."""

    def __init__(self, level: int = 1) -> None:
        self.level = level
        self.write, self.within = Writer(TYPST), Writer(TYPST_INLINE)

    def render(self, page: Document) -> str:
        """The whole page."""
        return "\n\n".join(part for part in map(self.block, page.shown("typst")) if part) + "\n"

    def block(self, block: Block) -> str:
        """One block."""
        kinds: dict[type, Callable[[Any], str]] = {
            Heading: self.heading, Paragraph: self.paragraph, Table: self.table, Lines: self.lines,
            Arrays: self.arrays, Figure: self.figure, Code: self.code, Edit: self.edit, Records: self.records,
        }  # fmt: skip
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
            return escape(piece.separator).replace(" x ", " $times$ ").join(map(self.inline, piece.pieces))
        if isinstance(piece, Math):
            return f"${' '.join(self.within(self.laid(part)).strip() for part in piece.parts)}$"
        if isinstance(piece, Layout):
            return f"${self.within(piece)}$"
        if isinstance(piece, Given):
            return f"_{escape(clean(piece.text))}_" if piece.stressed else escape(clean(piece.text))
        if isinstance(piece, Quoted):
            return f"#raw({quote(clean(piece.text))})"
        if isinstance(piece, Judged):
            return " ".join([LOOKS[piece.status].mark] * piece.mark + [piece.status] * piece.word)
        return escape(str(piece))

    def laid(self, part: Any) -> Layout:
        """Any mathematics of a page."""
        if isinstance(part, Foreign):
            return symbolic.laid(part.expression)
        if isinstance(part, str):
            return Sign(part) if part in TYPST.signs else Name(part, "typed")
        return Form("transposed", (laid(part.tensor),)) if isinstance(part, Transposed) else laid(part)

    def shown(self, part: Any) -> str:
        """Mathematics at display size in a cell."""
        return tall(self.write(self.laid(part)))

    def mark(self, verdict: Verdict | None) -> str:
        """A tick for a line that was checked, a question mark for one that was not, nothing where nothing is claimed."""
        return "" if verdict is None else "$checkmark$" if verdict.holds else "?"

    def told(self, rule: Any) -> str:
        """The words beside a line."""
        return "" if rule is None else self.inline(rule)

    # words
    def heading(self, block: Heading) -> str:
        """A heading, or words in bold that open a passage."""
        text = self.inline(block.text)
        return f"*{text}*" if block.level == 4 else f"{'=' * (self.level + block.level - 1)} {text}"

    def paragraph(self, block: Paragraph) -> str:
        """Sentences, or a list."""
        said = list(map(self.inline, block.sentences))
        return "\n".join(f"- {one}" for one in said) if block.items else " ".join(said)

    def table(self, block: Table) -> str:
        """Rows under a heading, or labels and what they say."""
        if not block.header:
            columns = f"({', '.join(['auto', *['1fr'] * (len(block.align) - 1)])})"
            return f"#rows(columns: {columns},{cells(self.inline(c) for line in block.rows for c in line)}\n)"
        sides = ", ".join("right" if side == "r" else "left" for side in block.align)
        body = cells(map(self.inline, block.header)) + "\n  table.hline(),"
        for k, line in enumerate(block.rows):
            body += ("\n  table.hline()," if k and k in block.rules else "") + cells(map(self.inline, line))
        return f"#rows(columns: {len(block.align)}, align: ({sides},),{body}\n)"

    # lines of mathematics
    def lines(self, block: Lines) -> str:
        """Left side, what it equals, what is said of it, its tick: the columns that a look has."""
        columns = {"display": "(3fr, 2fr)", "definitions": "(auto, 3fr, 2fr)"}
        columns |= dict.fromkeys(("entries", "work"), "(auto, 1fr, auto)")
        made = {"steps": self.step, "argument": self.reason, "entries": self.written, "work": self.worked}
        found: list[str] = []
        for line in block.lines:
            if block.look == "display":
                found += [self.shown(line.right), self.told(line.remark)]
            elif block.look == "definitions":
                found += [self.left(line), tall(f"= {self.write(self.laid(line.right))}"), self.told(line.remark)]
            else:
                found += made[block.look](line)
        given = f"columns: {columns[block.look]}," if block.look in columns else ""
        shown = f"#lines({given}{cells(found)}\n)"
        return shown if block.more is None else f"{shown}\n\n{self.inline(block.more)}"

    def left(self, line: Equation) -> str:
        """A left side; nothing where that of the line above goes on."""
        if line.left is None:
            return ""
        parts = line.left.parts if isinstance(line.left, Math) else (line.left,)
        return tall(" ".join(self.write(self.laid(part)).strip() for part in parts))

    def step(self, line: Equation) -> list[str]:
        """A line of a derivation: guards and notes below it."""
        write = Writer(replace(TYPST, colour=lambda s: f"focus({s})"), line.focus)
        below = [tall(f"= {' '.join(map(write, chunks(line.right)))}")]
        if line.guards:
            below.append("where $" + ", ".join(write(condition(c)) for c in line.guards) + "$")
        below += map(self.inline, line.notes)
        return [self.left(line), " \\ ".join(below), self.told(line.remark), self.mark(line.verdict) or "?"]

    def reason(self, line: Equation) -> list[str]:
        """A line whose right side has its relation sign."""
        return [self.left(line), self.shown(line.right), self.told(line.remark), self.mark(line.verdict)]

    def written(self, line: Equation) -> list[str]:
        """An entry as a sum of products."""
        left = self.shown(self.entry(*line.left))
        return [left, tall(f"= {self.write(self.products(line.right))}"), self.mark(line.verdict)]

    def worked(self, line: Equation) -> list[str]:
        """An entry in symbols, in numbers, its value."""
        return [
            self.shown(self.entry(*line.left)),
            tall(self.sides(line.right)),
            self.mark(TICK if line.right.tick else None),
        ]

    # entries
    def entry(self, name: str, index: Sequence[Any]) -> Layout:
        """x[0,1]; dL/dx[0] on one line."""
        gradient = GRADIENT.match(name)
        at = [Number(i) if isinstance(i, int) else Name(str(i), "typed") for i in index]
        bare = Name(gradient[2] if gradient else name, "tensor")
        shown = entry(bare, *at) if at else bare
        return Form("gradient.flat", (Name(gradient[1]), shown)) if gradient else shown

    def products(self, value: Any) -> Layout:
        """A polynomial in entries, a maximum or a mean of them, or a SymPy expression."""
        if isinstance(value, Foreign):
            return symbolic.laid(value.expression)
        if isinstance(value, Listing) and value.function == "max":
            return self.largest(value)
        if isinstance(value, Listing):
            inner = self.products(value.entries)
            return inner if value.divisor == 1 else Form("over", (inner, Number(value.divisor)))
        parts: list[Layout] = []
        for k, (c, factors) in enumerate(value):
            parts += [Sign("-")] if c < 0 and not k else [Sign("minus" if c < 0 else "plus")] if k else []
            size = [Number(abs(c))] if abs(c) != 1 or not factors else []
            parts.append(joined([*size, *(self.entry(n, i) for n, i in factors)], Sign("times")))
        return row(*parts) if parts else Number(0)

    def largest(self, value: Listing) -> Layout:
        """max(x[0], x[1])."""
        return Form("apply", (Sign("max"), joined((self.products((one,)) for one in value.entries), Sign("comma"))))

    def sides(self, one: Worked) -> str:
        """= symbols = numbers = value."""
        digit = TYPST.digits
        symbols = [
            "dots.c" if term is None else " thin ".join(self.write(self.entry(n, i)) if n else digit(i) for n, i in term)
            for term in one.symbols
        ]
        numbers = []
        for k, term in enumerate(one.numbers):
            mark = one.marks[k] if k < len(one.marks) else None
            factors = [f"({digit(n)})" if n.startswith("-") and (k or j) else digit(n) for j, n in enumerate(term or ())]
            numbers.append((" dot ".join(factors) if term else "dots.c") + (f'^(upright("{mark}"))' if mark else ""))
        alone = numbers == [digit(one.value)]
        found = [self.framed(one, side) for side in (symbols, [] if alone else numbers) if side]
        return " ".join(f"= {side}" for side in [*found, digit(one.value)])

    def framed(self, one: Worked, parts: list[str]) -> str:
        """A sum, the largest, or a mean."""
        if one.function == "max":
            return f"max {{{', '.join(parts)}}}"
        inner = " + ".join(parts)
        return inner if one.function != "mean" or one.divisor == 1 else f"inline(frac(1, {one.divisor})) ({inner})"

    # arrays
    def arrays(self, block: Arrays) -> str:
        """A matrix with its heads, as characters where it is too wide, a small picture, or arrays with their names."""
        letters, heads = block.letters, block.heads
        if letters is not None and heads is not None and len(heads.columns) > WIDEST:
            if len(letters.lines[0]) > 140:
                return self.inline(letters.wide)
            return self.drawn(letters.lines, block.caption) + f"\n\n{escape(letters.legend)}"
        caption = [] if block.caption is None else [self.inline(block.caption)]
        if heads is not None:
            return "\n\n".join([*caption, self.headed(block, heads)])
        if block.planes[0][0] is None:
            body = cells(map(self.cell, (c for line in block.cells for c in line)))
            return "\n\n".join([*caption, f"#rows(columns: {max(map(len, block.cells))},{body}\n)"])
        return "\n\n".join([*caption, "\n".join(self.plane(block, *one) for one in block.planes)])

    def headed(self, block: Arrays, heads: Heads) -> str:
        """A matrix whose rows and columns are named, with lines below and beside the names."""
        body = cells(map(self.cell, ((), *heads.columns) if heads.corner is None else (heads.corner, *heads.columns)))
        for name, line in zip(heads.rows, block.cells, strict=True):
            body += cells([self.cell(name), *map(self.cell if block.letters is None else self.total, line)])
        marks = zip(("hline(y: {})", "vline(x: {})"), block.rules, strict=True)
        rules = ", ".join("table." + form.format(k + 1) for form, at in marks for k in (0, *at))
        return f"#rows(columns: {len(heads.columns) + 1}, align: center, {rules},{body}\n)"

    def plane(self, block: Arrays, name: Any, lines: Sequence[Sequence[Any]]) -> str:
        """An array with its name, and lines where copies begin."""
        left = ""
        if block.named or len(block.planes) > 1:
            shown = self.entry(*name) if isinstance(name, tuple) else self.laid(name)
            left = self.write(shown) + (" = " if block.named else ": thick ")
        body = "; ".join(", ".join(map(self.digit, line)) for line in lines)
        marks = zip(("hline", "vline"), block.rules, strict=True)
        ruled = [f"{kind}: ({', '.join(map(str, at))},)" for kind, at in marks if at]
        augment = f"augment: #({', '.join(ruled)}), " if ruled else ""
        return f'$ {left}mat(delim: "[", {augment}{body}) $'

    def digit(self, cell: Any) -> str:
        """A number as it is written, or mathematics."""
        return TYPST.digits(cell) if isinstance(cell, str) else self.write(self.laid(cell))

    def total(self, cell: Any) -> str:
        """A sum of entries, or the dot of a zero."""
        return f"${'+'.join(self.write(self.entry(*one)) for one in cell) or 'dot'}$"

    def cell(self, cell: Any) -> str:
        """An entry, mathematics, a dot for zero, or a blank."""
        if cell is None or cell == ():
            return "$dot$" if cell is None else ""
        return f"${self.write(self.entry(*cell) if isinstance(cell, tuple) else self.laid(cell))}$"

    # pictures and quotations
    def figure(self, block: Figure) -> str:
        """A picture with its caption."""
        drawn = quote(svg.render(block.scene))
        return f'#figure(image(bytes({drawn}), format: "svg"), caption: [{self.inline(block.caption)}], numbering: none)'

    def drawn(self, lines: Sequence[str], caption: Prose | None) -> str:
        """Characters in their columns."""
        text = "\n".join(map(printable, lines))
        shown = f"#raw({quote(text)}, block: true)".replace("\n", "\\n")
        return shown if caption is None else f"{self.inline(caption)}\n\n{shown}"

    def code(self, block: Code) -> str:
        """A picture made of characters, or lines that a user gave."""
        return self.drawn(block.lines, block.caption)

    def edit(self, block: Edit) -> str:
        """Published above repaired."""
        return self.drawn((f"- {block.old}", f"+ {block.new}"), None)

    def records(self, block: Records) -> str:
        """Entries of a report: verdict and name on a line, the formula and what was found set in below them."""
        found = []
        for head, below in block.entries:
            *label, formula = map(self.inline, head)
            pieces = [self.code(one) if isinstance(one, Code) else self.inline(one) for one in below]
            inner = " \\\n".join([formula, *pieces])
            found.append(f"{label[0]} #strong[{' '.join(label[1:])}]\n#pad(left: 1.5em, top: -0.4em)[{inner}]")
        return "\n\n".join(found)


def render(pages: list[Document]) -> str:
    """The pages as one file; those behind the first are sections of it."""
    first, *others = pages
    rest = (TypstTarget(2).render(page) for page in others)
    return PREAMBLE + "\n" + "\n\n".join([TypstTarget().render(first), *rest])
