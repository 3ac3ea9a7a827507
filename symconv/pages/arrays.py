r"""Arrays of numbers and worked entries, in text and in LaTeX.

    y[0,1] = w[0,0] x[0,1] + w[0,1] x[0,2] + ...        y_{0,1} &= w_{0,0}\,x_{0,1} + \dots
           = 2·3 + 0·(-1) + ...                                 &= 2\cdot 3 + 0\cdot(-1) + \dots
           = 6                                                  &= 6

Numbers are texts here: 3, -1/2, 0.25.  A negative number is put in parentheses unless it opens its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from symconv.pages.nodes import Arrays, Symbols, Worked
from symconv.pages.spelling import GRADIENT, latex_digits, width

LONGEST = 92.0  # digits in a line of print
Cells = tuple[tuple[str, ...], ...]
Rules = tuple[tuple[int, ...], tuple[int, ...]]
EQUALS, TICKED, GAP = 2.6, 6.5, 4.0
LINES = 14  # lines in one display, so that pages can break
ELLIPSIS = "…"


class Target(Protocol):
    """What a target does for entries and words."""

    def entry(self, name: str, index: tuple[Any, ...]) -> str:
        """x[0,1]."""

    def inline(self, piece: Any) -> str:
        """Prose."""


# text
def text_numbers(target: Any, block: Arrays) -> str:
    """The planes side by side as far as they fit, each under its name if there are several."""
    several = len(block.planes) > 1
    boxes = []
    for (name, index), rows in block.planes:
        column = max(width(cell) for row in rows for cell in row)
        lines = [
            "  ".join(" " * (column - width(c)) + c for c in row)
            for row in narrowed(rows, (target.columns - 6) // (column + 2))
        ]
        if block.rules != ((), ()):
            lines = ruled(rows, block.rules, column, target.columns)
        boxes.append([target.entry(name, index), *lines] if several else lines)
    out = ["", *filled(target.inline(block.caption), target.columns)]
    for group in grouped(boxes, block.across, target.columns):
        tall = max(map(len, group))
        wide = [max(map(width, box)) for box in group]
        for k in range(tall):
            cells = [(box[k] if k < len(box) else "") for box in group]
            padded = (cell + " " * (n - width(cell)) for cell, n in zip(cells, wide, strict=True))
            out.append(("    " + "    ".join(padded)).rstrip())
    return "\n".join([*out, ""])


def ruled(rows: Cells, rules: Rules, column: int, columns: int) -> list[str]:
    """The rows with lines before some rows and columns."""
    before = kept(len(rows[0]), rules[1], (columns - 8) // (column + 2) - 1)
    lines = []
    for k, row in enumerate(narrowed(rows, (columns - 8) // (column + 2) - 1)):
        parts = [("│ " if c in before else "") + " " * (column - width(cell)) + cell for c, cell in enumerate(row)]
        if k in rules[0]:
            lines.append("  ".join(("┼─" if c in before else "") + "─" * column for c in range(len(row))).replace(" ", "─"))
        lines.append("  ".join(parts))
    return lines


def kept(n: int, places: tuple[int, ...], most: int) -> tuple[int, ...]:
    """Where places among n columns are once the middle is left out; one that lies in it stands beside the ellipsis."""
    if n <= most:
        return places
    half = (most - 1) // 2
    first = most - 1 - half
    shown = [p if p <= first else p - n + most for p in places if p <= first or p >= n - half]
    beside = [p for p in (first + 1, first) if p not in shown]
    return tuple(sorted((*shown, *beside[: len(places) - len(shown)])))


def filled(words: str, columns: int) -> list[str]:
    """A caption in lines."""
    lines = [" "]
    for word in words.split(" "):
        if width(lines[-1]) + 1 + width(word) > columns:
            lines.append(" ")
        lines[-1] += " " + word
    return lines


def grouped(boxes: list[list[str]], across: int, columns: int) -> list[list[list[str]]]:
    """Boxes that fit side by side; those of ``across`` make a row of their own."""
    groups: list[list[list[str]]] = [[]]
    used = 0
    for k, box in enumerate(boxes):
        wide = max(map(width, box)) + 4
        if groups[-1] and (used + wide > columns or (across and not k % across)):
            groups.append([])
            used = 0
        groups[-1].append(box)
        used += wide
    return groups


def narrowed(rows: tuple[tuple[str, ...], ...], most: int) -> list[tuple[str, ...]]:
    """The rows, their middle columns left out where there are more than fit."""
    if len(rows[0]) <= most:
        return list(rows)
    half = (most - 1) // 2
    return [(*row[: most - 1 - half], ELLIPSIS, *row[len(row) - half :]) for row in rows]


def text_work(target: Any, rows: Sequence[Worked]) -> str:
    """Each entry on one line if it fits, else symbol, substitution and result below each other."""
    out = []
    for row in rows:
        head = f"  {target.entry(row.name, row.index)}"
        sides = [side for side in (symbols(target, row.symbols), products(row.numbers)) if side]
        if row.function and sides:
            sides = [framed(row, side, FRAMES) for side in (sides[0], marked(row, sides[1], "{}{}"))]
        elif [p.strip("()") for p in sides[-1:][0]] == [row.value] if sides else False:
            sides.pop()  # a single number is its own result
        one = " = ".join([head, *(" ".join(side) for side in sides), row.value])
        room = target.columns - (2 if row.tick else 0)
        if width(one) <= room:
            lines = [one]
        else:
            lines = []
            for side in [*sides, [row.value]]:
                lines += laid(side, (head if not lines else " " * width(head)) + " = ", " " * (width(head) + 3), room)
        if row.tick:
            lines[-1] += " " * max(1, target.columns - 2 - width(lines[-1])) + target.mark(TICK)
        out += lines
    return "\n".join(["", *out, ""])


class _Held:
    holds = True


TICK: Any = _Held()


def laid(pieces: list[str], head: str, indent: str, room: int) -> list[str]:
    """Pieces behind a head, wrapped between pieces."""
    lines, current, margin = [], [head.rstrip()] if head.strip() else [], width(indent)
    used = sum(map(width, current))
    for piece in pieces:
        more = width(piece)
        if used > margin and used + 1 + more > room:
            lines.append(" ".join(current))
            current, used = [indent + piece], margin + more
        else:
            used += more + (1 if current else 0)
            current.append(piece)
    return [*lines, " ".join(current)]


def symbols(target: Target, found: Symbols) -> list[str]:
    """w[0,0] x[0,1], + w[0,1] x[0,2], ..."""
    out = []
    for k, term in enumerate(found):
        sign = "+ " if k else ""
        shown = ELLIPSIS if term is None else " ".join([n if not name else target.entry(name, n) for name, n in term])
        out.append(sign + shown)
    return out


def products(found: tuple[tuple[str, ...] | None, ...]) -> list[str]:
    """2·3, + 0·(-1), ..."""
    out = []
    for k, term in enumerate(found):
        if term is None:
            out.append(f"+ {ELLIPSIS}")
            continue
        alone = len(term) == 1
        shown = "·".join(number(n, bool(k or m), alone) for m, n in enumerate(term))
        out.append(("+ " if k else "") + shown)
    return out


def number(text: str, inside: bool, alone: bool) -> str:
    """A number within a sum: negative ones and fractions in parentheses where they could be misread."""
    guarded = (text.startswith("-") and inside) or ("/" in text and not alone)
    return f"({text})" if guarded else text


# maxima and means: (what opens, what stands between, what closes); the divisor stands in the place of {m}
FRAMES = {"max": ("max(", ",", ")"), "mean": ("(", "", ")/{m}")}
LATEX_FRAMES = {"max": (r"\max\{", ",", r"\}"), "mean": (r"\tfrac{1}{{m}}(", "", ")")}


def marked(row: Worked, pieces: list[str], form: str, tied: str = "°") -> list[str]:
    """The numbers with their marks; ``tied`` is how a target writes that of an entry as large."""
    marks = [tied if mark == "°" else mark for mark in row.marks or (None,) * len(pieces)]
    return [form.format(bare(row, p), mark) if mark else p for p, mark in zip(pieces, marks, strict=True)]


def bare(row: Worked, piece: str) -> str:
    """A piece of a list: without the sign of a sum, and without the parentheses that only a sum needs."""
    if row.function != "max":
        return piece
    piece = piece.removeprefix("+ ")
    return piece[1:-1] if piece.startswith("(") and piece.endswith(")") else piece


def framed(row: Worked, pieces: list[str], frames: dict[str, tuple[str, str, str]]) -> list[str]:
    """max(a, b, c), or (a + b + c)/m, in pieces; a mean over 1 is its entry."""
    before, between, after = (part.replace("{m}", str(row.divisor)) for part in frames[row.function])
    if row.function == "mean" and row.divisor == 1:
        return pieces
    found = [bare(row, p) + between for p in pieces]
    found[-1] = found[-1].removesuffix(between) + after if between else found[-1] + after
    return [before + found[0], *found[1:]]


# LaTeX
def latex_planes(target: Target, block: Arrays) -> list[str]:
    """The planes as displays, as many side by side as fit."""
    displays: list[list[str]] = [[]]
    used = 0.0
    for k, ((name, index), given) in enumerate(block.planes):
        left = flat(target, name, index) + (" = " if block.named else r" \colon\; ")
        label = span(name, index) + EQUALS
        if not block.named and len(block.planes) == 1:
            left, label = "", 0.0
        column = 2 + max(number_span(cell) for row in given for cell in row)
        rows = narrowed(given, int((LONGEST - label - 3) / column))
        wide = label + 3 + len(rows[0]) * column
        body = r" \\ ".join(" & ".join(map(latex_digits, row)) for row in rows)
        layout = "r" * len(rows[0])
        if block.rules != ((), ()):
            before = kept(len(given[0]), block.rules[1], int((LONGEST - label - 3) / column))
            layout = "".join("|r" if k in before else "r" for k in range(len(rows[0])))
            lines = (" & ".join(map(latex_digits, row)) for row in rows)
            body = r" \\ ".join((r"\hline " if k in block.rules[0] else "") + line for k, line in enumerate(lines))
        shown = rf"{left}\left[\begin{{array}}{{{layout}}} {body} \end{{array}}\right]"
        if displays[-1] and (used + GAP + wide > LONGEST or (block.across and not k % block.across)):
            displays.append([])
            used = 0.0
        used += wide + (GAP if displays[-1] else 0)
        displays[-1].append(shown)
    return [r"\[" + r" \qquad ".join(group) + r"\]" for group in displays if group]


def flat(target: Target, name: str, index: tuple[Any, ...]) -> str:
    r"""An entry on one line: \partial L/\partial x_{0,1} rather than a tall fraction."""
    gradient = GRADIENT.match(name)
    return rf"\partial {gradient[1]}/\partial {target.entry(gradient[2], index)}" if gradient else target.entry(name, index)


def latex_work(target: Any, found: Sequence[Worked]) -> list[str]:
    """Entries in aligned displays of limited height."""
    displays: list[list[str]] = [[]]
    used = 0
    for row in found:
        lines = worked_lines(target, row)
        if displays[-1] and used + len(lines) > LINES:
            displays.append([])
            used = 0
        displays[-1] += lines
        used += len(lines)
    return ["\\[\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\\]" for rows in displays if rows]


def worked_lines(target: Any, row: Worked) -> list[str]:
    """The lines of one entry: on one if it is short."""
    head = flat(target, row.name, row.index)
    sides = [side for side in (latex_symbols(target, row.symbols), latex_products(row.numbers)) if side]
    value = latex_digits(row.value)
    if row.function and sides:
        wide = [n for _, n in sides[0]], [n + 1 for _, n in sides[1]]
        shown = [s for s, _ in sides[0]], marked(row, [s for s, _ in sides[1]], "{}^{{{}}}", r"\circ")
        sides = [list(zip(framed(row, s, LATEX_FRAMES), w, strict=True)) for s, w in zip(shown, wide, strict=True)]
    elif sides and len(sides[-1]) == 1 and len(row.numbers[0] or ()) == 1:
        sides.pop()
    sides.append([(value, number_span(row.value))])
    mark = rf" && {target.mark(TICK)}" if row.tick else ""
    room = LONGEST - span(row.name, row.index) - EQUALS - (TICKED if row.tick else 0)
    if sum(columns for side in sides for _, columns in side) + EQUALS * (len(sides) - 1) <= room:
        return [f"{head} &= " + " = ".join(" ".join(shown for shown, _ in side) for side in sides) + mark]
    lines: list[str] = []
    for side in sides:
        broken = split(side, room)
        lines.append(f"{'' if lines else head} &= {broken[0]}")
        lines += [rf" &\quad {part}" for part in broken[1:]]
    lines[-1] += mark
    return lines


def split(side: list[tuple[str, float]], room: float) -> list[str]:
    """The pieces in lines."""
    lines: list[list[str]] = [[]]
    used = 0.0
    for shown, columns in side:
        if lines[-1] and used + columns > room:
            lines.append([])
            used = 2.0
        lines[-1].append(shown)
        used += columns
    return [" ".join(line) for line in lines]


# widths in print, in digits of the text: a letter, an index, a sign between two terms
def span(name: str, index: tuple[Any, ...]) -> float:
    """About how wide an entry is."""
    return (5.6 if GRADIENT.match(name) else 1.5) + sum(0.9 * len(str(i)) + 0.45 for i in index)


def number_span(text: str) -> float:
    """About how wide a number is."""
    size = text.lstrip("-")
    wide = 0.8 * max(map(len, size.split("/"))) + 0.6 if "/" in size else len(size)
    return wide + (1.6 if text.startswith("-") else 0)


def latex_symbols(target: Target, found: Symbols) -> list[tuple[str, float]]:
    """(LaTeX, about how wide) of the products in symbols."""
    out = []
    for k, term in enumerate(found):
        sign = "+ " if k else ""
        if term is None:
            out.append((sign + r"\cdots", 5.0))
            continue
        shown = r"\,".join(latex_digits(n) if not name else flat(target, name, n) for name, n in term)
        out.append((sign + shown, 2.5 + sum(0.3 + (span(name, n) if name else number_span(n)) for name, n in term)))
    return out


def latex_products(found: tuple[tuple[str, ...] | None, ...]) -> list[tuple[str, float]]:
    """(LaTeX, about how wide) of the products in numbers."""
    out = []
    for k, term in enumerate(found):
        sign = "+ " if k else ""
        if term is None:
            out.append((sign + r"\cdots", 5.0))
            continue
        factors = []
        for m, n in enumerate(term):
            shown = latex_digits(n)
            factors.append(f"({shown})" if n.startswith("-") and (k or m) else shown)
        wide = 2.5 + sum(number_span(n) + (1.6 if n.startswith("-") else 0) for n in term) + 1.5 * (len(term) - 1)
        out.append((sign + r"\cdot ".join(factors), wide))
    return out
