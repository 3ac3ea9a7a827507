"""The terminal: Unicode mathematics, aligned, 80 columns; colour only where the caller asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from symconv.language.expr import Access, Apply, Expr, Tensor
from symconv.language.facts import Polynomial, Verdict
from symconv.language.integers import Int
from symconv.language.operator import Operator
from symconv.language.prose import Joined, Prose
from symconv.pages.document import domain
from symconv.pages.filling import COLUMNS, fill, lay, slices, visible
from symconv.pages.laid import Speller
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
    Letters,
    Lines,
    Listing,
    Math,
    Paragraph,
    Quoted,
    Records,
    Table,
    Transposed,
)
from symconv.pages.quoted import CUT, LOOKS, PUT, clean, printable
from symconv.pages.spelling import HARD, overlined, text_name, width
from symconv.pages.styles import TEXT
from symconv.words import message

RULE_AT = 50
NAMES = 24  # columns of the names in a report


class TextTarget:
    """Lays a document out as text, in a measure of columns; ``names`` says how names of the page are written."""

    def __init__(self, colour: bool = False, names: Mapping[str, str] | None = None, measure: int = COLUMNS) -> None:
        self.colour, self.names, self.columns = colour, names or {}, measure
        self.rule_at, self.mark_at = RULE_AT * measure // COLUMNS, measure - 2
        self.speller = Speller(TEXT, names=self.names)

    def fill(self, text: str, indent: str, columns: int | None = None, first: str | None = None) -> str:
        """Words filled into the measure."""
        return fill(text, indent, columns or self.columns, first)

    def render(self, page: Document) -> str:
        """The whole page."""
        parts = [self.block(b) for b in page.shown("text")]
        whole = "\n".join(part for part in parts if part).replace(HARD, " ").strip("\n") + "\n"
        return re.sub(r"\n{3,}", "\n\n", whole)

    def _style(self, text: str, **style: Any) -> str:
        if not self.colour:
            return text
        import click

        return click.style(text, **style)

    def block(self, block: Block) -> str:
        """One block with its lines."""
        kinds: dict[type, Callable[[Any], str]] = {
            Heading: self.heading,
            Paragraph: self.paragraph,
            Table: self.table,
            Arrays: self.arrays,
            Lines: self.lines,
            Figure: lambda b: self.fill(
                f"{self.inline(b.caption)} {b.scene.description}", "  "
            ),  # a terminal holds no drawings
            Code: self.code,
            Edit: self.edit,
            Records: lambda b: "\n".join(self.records(b)),
        }
        return kinds[type(block)](block)

    # inline
    def inline(self, piece: Any) -> str:
        """Prose, mathematics, or words on one line."""
        if isinstance(piece, Prose) and piece.key == "tuple":
            return f"({self.inline(piece.slots['values']).replace(' ', HARD)})"
        if isinstance(piece, Prose):
            return message(piece.key).format(**{k: self.inline(v) for k, v in piece.slots.items()})
        if isinstance(piece, Joined):
            return piece.separator.join(self.inline(p) for p in piece.pieces)
        if isinstance(piece, Math):  # mathematics within prose is not broken
            return " ".join(self.math(part) for part in piece.parts).replace(" ", HARD)
        if isinstance(piece, Layout):
            return self.math(piece).replace(" ", HARD)
        if isinstance(piece, (Given, Quoted)):
            return clean(piece.text)
        if isinstance(piece, Judged):
            shown = [LOOKS[piece.status].mark] * piece.mark + [message(f"status.{piece.status}")] * piece.word
            return self._style(" ".join(shown), fg=LOOKS[piece.status].colour, bold=True)
        return str(piece)

    def math(self, part: Any) -> str:
        """One core object or token."""
        if isinstance(part, Int):
            return self.speller.integer(part)
        if isinstance(part, Access):
            return self.speller.access(part)
        if isinstance(part, Tensor):
            return self.speller.tensor(part)
        if isinstance(part, Expr):
            return self.speller.expr(part)
        if isinstance(part, Apply):
            return self.speller.item(part)
        if isinstance(part, Transposed):
            return self.speller.tensor(part.tensor) + "ᵀ"
        if isinstance(part, Foreign):
            return foreign(part.expression)
        if isinstance(part, Layout):
            return self.speller.write(part)
        if isinstance(part, str):
            return part
        return self.speller.condition(part)

    # blocks
    def heading(self, block: Heading) -> str:
        """A heading in bold; a published formula and a verdict look like themselves."""
        gap = "\n" if block.level > 1 else ""
        if isinstance(block.text, Judged):
            return gap + self.inline(block.text)
        if isinstance(block.text, Quoted):
            return gap + self.fill(self.inline(block.text), "  ", first="")
        lines = self.fill(self.inline(block.text), "  " if block.level == 4 else "", first="").split("\n")
        return gap + "\n".join(self._style(line, bold=True) for line in lines)

    def paragraph(self, block: Paragraph) -> str:
        """Sentences, filled; items, each from its own line."""
        if block.items:
            return "\n".join(self.fill(self.inline(s), "    ", first="  ") for s in block.sentences)
        return self.fill(" ".join(self.inline(s) for s in block.sentences), "  ")

    def code(self, block: Code) -> str:
        """Characters in their columns."""
        if block.caption is None:
            return "\n".join(["", *(printable(line)[: self.columns + 30] for line in block.lines)])
        return "\n".join(["", self.fill(self.inline(block.caption), "  "), "", *(f"    {n}".rstrip() for n in block.lines)])

    def edit(self, block: Edit) -> str:
        """Published above repaired, in slices of a line, the edited symbols marked below."""
        labels = (message("verify.published"), message("verify.repaired"))
        indent = " " * (max(map(width, labels)) + 5)
        out = []
        for label, text, marks, look in ((labels[0], block.old, block.cut, CUT), (labels[1], block.new, block.put, PUT)):
            for start, end in slices(text, self.columns - len(indent)):
                head = f"  {label}".ljust(len(indent)) if not start else indent
                letters = [(c, any(a <= at < b for a, b in marks)) for at, c in enumerate(text[start:end], start)]
                out.append(head + "".join(self._style(c, fg=look.colour, bold=True) if on else c for c, on in letters))
                under = "".join(("^" if on else " ") * width(c) for c, on in letters).rstrip()
                out += [indent + under] * bool(under)
        return "\n".join(out)

    def records(self, block: Records) -> list[str]:
        """Each entry with what was found below it; names of verdicts in a column."""
        names = [width(self.inline(cells[1])) for cells, _ in block.entries if isinstance(cells[0], Judged)]
        out = [""] if names else []
        for cells, below in block.entries:
            out += self.judged(cells, min(max(names), NAMES)) if isinstance(cells[0], Judged) else self.named(*cells)
            for piece in below:
                if isinstance(piece, Code):
                    out += [f"    {printable(line)}"[: self.columns + 30] for line in piece.lines]
                else:
                    out.append(self.fill(self.inline(piece), " " * 6, first="    " if names else None))
        return out

    def judged(self, cells: tuple[Any, ...], names: int) -> list[str]:
        """Mark, name, verdict, formula; the formula goes below where there is no room beside them."""
        verdict, name, formula = cells
        look, shown = LOOKS[verdict.status], self.inline(name)
        shown = shown if width(shown) <= names else shown[: names - 1] + "…"
        label = f"{look.mark} {shown}{' ' * (names - width(shown))}  {message(f'status.{verdict.status}'):<11}"
        text = self.inline(formula)
        if width(label) + 2 + width(text) <= self.columns:
            return [f"{self._style(label, fg=look.colour)}  {text}".rstrip()]
        return [self._style(label.rstrip(), fg=look.colour), self.fill(text, " " * 6, first="    ")]

    def named(self, name: Any, formula: Quoted) -> list[str]:
        """What was left out, by its place."""
        words = f"{self.inline(name)}: {self.inline(formula)}"
        return [self.fill(words if width(words) <= 200 else words[:199] + "…", " " * 6, first="  ")]

    def lines(self, block: Lines) -> str:
        """Lines of mathematics in their look."""
        if block.look == "work":
            from symconv.pages.arrays import text_work

            return str(text_work(self, [line.right for line in block.lines]))
        looks: dict[str, Callable[[Equation], list[str]]] = {
            "definitions": self.definition,
            "steps": self.step,
            "argument": self.reason,
            "display": self.displayed,
            "entries": self.written,
        }
        out = [shown for line in block.lines for shown in looks[block.look](line)]
        out += [] if block.more is None else ["  " + self.inline(block.more)]
        return "\n".join([*[""] * (block.look != "definitions"), *out, *[""] * (block.look == "argument")])

    def definition(self, line: Equation) -> list[str]:
        """left = right, wrapped at its factors, with its remark behind a comma."""
        head, pieces, left = f"  {self.inline(line.left)} = ", self.pieces(line.right), line.left
        if width(head) > self.columns // 2 and len(left.parts) == 1 and isinstance(left.parts[0], Expr):
            head, pieces = "  ", [*self.pieces(left.parts[0]), "=", *pieces]
        if line.remark is not None:
            pieces = [*pieces[:-1], pieces[-1] + ",", *self.inline(line.remark).split(" ")]
        return lay(pieces, head, " " * 6, self.columns)

    def step(self, line: Equation) -> list[str]:
        """One step: wrapped formula, the rule to its right, guards and notes below; what it is about above the first."""
        speller = self.speller
        if self.colour:
            speller = Speller(replace(TEXT, colour=lambda s: self._style(s, fg="cyan")), line.focus, self.names)
        chunks = self.pieces(line.right, speller)
        rule = self.inline(line.remark)
        lines = lay(chunks, "    = ", " " * 8, self.rule_at)
        if len(lines) > 2:
            lines = lay(chunks, "    = ", " " * 8, self.columns - 2)
        if visible(lines[-1]) > self.rule_at - 1 or self.rule_at + width(rule) > self.mark_at - 1:
            at = min(self.rule_at, self.mark_at - 2 - width(rule))
            if visible(lines[-1]) > at - 1:
                lines.append("")
        else:
            at = self.rule_at
        last = lines[-1]
        last += " " * (at - visible(last)) + rule
        lines[-1] = last + " " * (self.mark_at - visible(last)) + self.mark(line.verdict)
        if line.guards:
            guards = [speller.condition(c) for c in line.guards]
            pieces = [g + "," for g in guards[:-1]] + [(message("lines.and") if len(guards) > 1 else "") + guards[-1]]
            lines += lay(pieces, " " * 8 + message("lines.where"), " " * 14, self.columns)
        for note in line.notes:
            lines += self.fill(self.inline(note), " " * 8).split("\n")
        return lines if line.left is None else ["  " + self.speller.access(line.left), *lines]

    def reason(self, line: Equation) -> list[str]:
        """One line; the rule goes below where there is no room beside it."""
        head = f"  {self.math(line.left)} " if line.left is not None else "    "
        right = self.math(line.right)
        if not right:
            return [head.rstrip()]
        lines = lay(right.split(" "), head, " " * 8, self.columns - 3)
        said = self.inline(line.remark) if line.remark is not None else ""
        if said and max(visible(lines[-1]), self.rule_at - 1) + 1 + width(said) <= self.mark_at - 1:
            lines[-1] += " " * (max(visible(lines[-1]) + 1, self.rule_at) - visible(lines[-1])) + said
        elif said:
            lines += self.fill(said, " " * 10, self.columns - 3).split("\n")
        if line.verdict is not None:
            lines[-1] += " " * (self.mark_at - visible(lines[-1])) + self.mark(line.verdict)
        return lines

    def displayed(self, line: Equation) -> list[str]:
        """A whole formula with its words."""
        shown = self.math(line.right)
        lines = lay(shown.strip().split(" "), " " * (2 + len(shown) - len(shown.lstrip())), " " * 6, self.columns)
        said = "" if line.remark is None else self.inline(line.remark)
        if said and width(lines[-1]) < self.rule_at and self.rule_at + width(said) <= self.columns:
            lines[-1] += " " * (self.rule_at - width(lines[-1])) + said
        elif said:
            lines.append(" " * max(6, min(self.rule_at, self.columns - width(said))) + said)
        return lines

    def written(self, line: Equation) -> list[str]:
        """An entry with its products."""
        head = f"  {self.entry(*line.left)} = "
        lines = lay(self.products(line.right), head, " " * 8, self.columns - (2 if line.verdict is not None else 0))
        if line.verdict is not None:
            lines[-1] += " " * (self.mark_at - visible(lines[-1])) + self.mark(line.verdict)
        return lines

    def pieces(self, value: Any, speller: Speller | None = None) -> list[str]:
        """The unbreakable pieces of a right-hand side."""
        if not isinstance(value, Expr):
            return [self.math(value)]
        return (speller or self.speller).chunks(value)

    def mark(self, verdict: Verdict | None) -> str:
        """A tick for a line that was checked, a question mark for one that was not."""
        if verdict is not None and verdict.holds:
            return self._style("✓", fg="green")
        return self._style("?", fg="yellow")

    def entry(self, name: str, index: tuple[int, ...]) -> str:
        """x[0,1]."""
        return overlined(name, text_name) + (f"[{','.join(map(str, index))}]" if index else "")

    def products(self, value: Polynomial) -> list[str]:
        """The products of a polynomial, with their signs."""
        if isinstance(value, Foreign):
            return self.math(value).split(" ")
        if isinstance(value, Listing):
            return self.listing(value)
        if not value:
            return ["0"]
        out = []
        for k, (coefficient, factors) in enumerate(value):
            sign = "- " if coefficient < 0 else "+ " if k else ""
            size = str(abs(coefficient)) + " " if abs(coefficient) != 1 or not factors else ""
            out.append((sign + size + " ".join(self.entry(n, i) for n, i in factors)).strip())
        return out

    def listing(self, value: Listing) -> list[str]:
        """max(x[0], x[1]), or (x[0] + x[1])/2."""
        if value.function == "max":
            pieces = [piece.removeprefix("+ ") for piece in self.products(value.entries)]
            pieces = [f"{p}," for p in pieces[:-1]] + pieces[-1:]
            return [f"max({pieces[0]}", *pieces[1:-1], f"{pieces[-1]})"] if len(pieces) > 1 else pieces
        pieces = self.products(value.entries)
        if value.divisor == 1:
            return pieces
        if len(pieces) == 1:
            return [f"{pieces[0]}/{value.divisor}"]
        return [f"({pieces[0]}", *pieces[1:-1], f"{pieces[-1]})/{value.divisor}"]

    def arrays(self, block: Arrays) -> str:
        """A matrix with its heads, or arrays side by side."""
        if block.heads is not None:
            found = (block, block.heads)
            return self.headed(*found) if block.letters is None else self.lattice(*found, block.letters)
        if block.caption is None:
            return self.brackets(block)
        if block.planes[0][0] is None:
            return self.grid(block)
        from symconv.pages.arrays import text_numbers

        return text_numbers(self, block)

    def grid(self, block: Arrays) -> str:
        """A small array."""
        cells = [[self.cell(c) for c in row] for row in block.cells]
        column = max(width(c) for row in cells for c in row)
        lines = ["    " + "  ".join(" " * (column - width(c)) + c for c in row) for row in cells]
        if max(map(width, lines)) > self.columns:
            return ""
        return "\n".join(["", "  " + self.inline(block.caption), *lines])

    def lattice(self, block: Arrays, heads: Heads, letters: Letters) -> str:
        """A matrix with its entries; one character a cell, with a legend, where it is too wide."""
        caption = ["", self.fill(self.inline(block.caption), "  "), ""]
        above, before = block.rules
        named = [["+".join(map(tight, c)) or "·" for c in row] for row in block.cells]
        tops, sides = [tight(c) for c in heads.columns], [tight(r) for r in heads.rows]
        column, side = max(map(width, [*tops, *(c for row in named for c in row)])), max(map(width, sides))
        if 4 + side + 2 + (column + 1) * len(tops) + 2 * len(before) <= self.columns:
            rows = [" " * (side + 2) + barred([h.rjust(column) for h in tops], before, " ")]
            for k, (name, row) in enumerate(zip(sides, named, strict=True)):
                if k in above:
                    rows.append(" " * (side + 2) + barred(["─" * column] * len(tops), before, "┼").replace(" ", "─"))
                rows.append(name.rjust(side) + "  " + barred([c.rjust(column) for c in row], before, "│"))
            return "\n".join([*caption, *("    " + row for row in rows), ""])
        if len(letters.lines[0]) + 6 > self.columns:
            return "\n" + self.fill(self.inline(letters.wide), "  ")
        return "\n".join([*caption, *("    " + row for row in letters.lines), "", self.fill(letters.legend, "    "), ""])

    def headed(self, block: Arrays, heads: Heads) -> str:
        """A matrix with its heads; columns as wide as they must be."""
        table = [(heads.corner, *heads.columns), *((head, *row) for head, row in zip(heads.rows, block.cells, strict=True))]
        shown = [[self.math(cell) for cell in row] for row in table]
        columns = [max(width(row[k]) for row in shown) for k in range(len(shown[0]))]
        lines = []
        for k, row in enumerate(shown):
            cells = [" " * (c - width(text)) + text for text, c in zip(row, columns, strict=True)]
            lines.append(f"    {cells[0]} │ {'  '.join(cells[1:])}".rstrip())
            if k == 0:
                lines.append("    " + "─" * (columns[0] + 1) + "┼" + "─" * (sum(columns[1:]) + 2 * len(columns) - 3))
        return "\n".join(["", self.fill(self.inline(block.caption), "  "), *lines])

    def brackets(self, block: Arrays) -> str:
        """name = [rows], the columns flush right."""
        shown = [[self.math(cell) for cell in row] for row in block.cells]
        widths = [max(map(width, column)) for column in zip(*shown, strict=True)]
        lines: list[str] = []
        head = f"  {self.math(block.planes[0][0])} = "
        for row in shown:
            cells = "  ".join(" " * (w - width(c)) + c for c, w in zip(row, widths, strict=True))
            lines.append((head if not lines else " " * width(head)) + f"[ {cells} ]")
        return "\n".join(["", *lines])

    def table(self, block: Table) -> str:
        """Columns, the last one wrapped; a table that is wider than the terminal becomes one paragraph a row."""
        if not block.header:
            return self.explained(block)
        cells = [[self.inline(c).replace(HARD, " ") for c in row] for row in (block.header, *block.rows)]
        widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
        room = self.columns - 2 - sum(widths[:-1]) - 2 * len(widths[:-1])
        if room < min(widths[-1], 20):
            return "\n".join("  " + self._record(cells[0], row) for row in cells[1:])
        out = []
        for k, row in enumerate(cells):
            if k == 1 or k - 1 in block.rules:
                out.append("  " + "─" * min(self.columns - 2, sum(widths) + 2 * len(widths[:-1])))
            *head, last = (
                " " * (w - width(c)) + c if side == "r" else c + " " * (w - width(c))
                for c, w, side in zip(row, widths, block.align, strict=True)
            )
            indent = " " * (self.columns - room)
            lines = self.fill(last.strip(), indent) if width(last) > room else indent + last
            out.append(("  " + "".join(c + "  " for c in head) + lines[len(indent) :]).rstrip())
        return "\n".join(out)

    def explained(self, block: Table) -> str:
        """Labels with what stands beside them."""
        pairs = [(self.inline(left), self.inline(right)) for left, right in block.rows]
        column = min(max((width(left) for left, _ in pairs), default=0) + 3, block.most)
        out = []
        for left, right in pairs:
            if width(left) >= column:
                out += [self.fill(left, "    ", first="  "), self.fill(right, " " * 6)]
            else:
                out.append(self.fill(right, " " * (column + 2), first="  " + left + " " * (column - width(left))))
        return "\n".join(out)

    def _record(self, header: list[str], row: list[str]) -> str:
        said = [f"{name} {cell}".strip() for name, cell in zip(header, row, strict=True) if cell]
        return self.fill("; ".join(said), "      ").lstrip()

    def cell(self, cell: Any) -> str:
        """An entry (tensor, index), a dot for zero, or a blank."""
        return "·" if cell is None else "" if cell == () else self.entry(*cell)


def foreign(expression: Any) -> str:
    """A SymPy expression, its names as they are spelled elsewhere."""
    shown = str(expression).replace("**", "^").replace("*", " ")
    names = {s.name for s in expression.free_symbols if s.name[:1] != "y"}
    return re.sub(r"[A-Za-z_][A-Za-z0-9_]*", lambda m: text_name(m[0]) if m[0] in names else m[0], shown)


def tight(cell: Any) -> str:
    """w00 for w[0,0], in a matrix; w10,3 where an index has two digits."""
    name, index = str(cell[0]), cell[1]
    return name + ("" if max(index, default=0) < 10 else ",").join(map(str, index))


def barred(cells: list[str], before: tuple[int, ...], bar: str) -> str:
    """Cells in a row, with bars before some."""
    return " ".join((bar + " " if k in before else "") + c for k, c in enumerate(cells))


def render(page: Document, colour: bool = False) -> str:
    """The page as text."""
    return TextTarget(colour).render(page)


def domain_text(op: Operator) -> str:
    """The domain of an operator's page in words: for all N, K >= 1 with ..."""
    return TextTarget().inline(domain(op)).replace(HARD, " ")
