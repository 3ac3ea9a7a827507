r"""Which comment gives which equation its meaning.

    within an equation          it is of the row that it trails, or of the whole equation
    on the line of its end      it is of the equation before it
    otherwise                   of the next equation, if nothing but blank lines lies between; or of the one before it, likewise;
                                or of a formula in a line of text beside it; or of the next equation within a few lines

A comment that stands beside no equation is an error: nothing that an author writes is dropped in silence.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from symconv.claims.meaning import LONGEST, claim, note, short, with_defaults
from symconv.errors import SymconvError
from symconv.language.claims import Published, Skipped
from symconv.language.lazy import dataclass

RELATION = re.compile(
    r"=|<|>|\\(?:leq?|geq?|lt|gt|ne|neq|equiv|approx|sim|triangleq|coloneqq|to|rightarrow|mapsto|in|iff|propto|leqslant|geqslant)"
    r"(?![A-Za-z])|[≤≥≠≈≡→∈≔⇔]"
)
NEAR = 5
MARKED = re.compile(r"[^\s.,;]+")


@dataclass(frozen=True)
class Equation:
    """An equation as it stands in a document, at [start, end); rows of one display share their ``group``, its extent.

    ``shown`` is False for a formula within a line of text, which is only judged if it is given a meaning.
    """

    formula: str
    start: int
    end: int
    shown: bool = True
    label: str = ""
    group: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Note:
    """A comment with keys, at [start, end)."""

    keys: dict[str, str]
    start: int
    end: int


@dataclass(frozen=True)
class Found:
    """What a file holds: claims, whether each was given a meaning, what was left out, and displays that are never closed."""

    claims: tuple[Published, ...]
    stated: tuple[bool, ...]
    skipped: tuple[Skipped, ...] = ()
    broken: tuple[Skipped, ...] = ()


class Lines:
    """Offsets to line numbers."""

    def __init__(self, text: str, first: int = 1) -> None:
        self.starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self.first = first

    def of(self, offset: int) -> int:
        """The line of an offset."""
        return bisect_right(self.starts, offset) - 1 + self.first


def notes_of(comments: list[tuple[str, int, int]], lines: Lines) -> list[Note]:
    """The comments that are ours."""
    found = []
    for text, start, end in comments:
        try:
            keys = note(text)
        except SymconvError as error:
            raise SymconvError(f"line {lines.of(start)}: {error}") from None
        if keys is not None:
            found.append(Note(keys, start, end))
    return found


def bind(
    blank: str, equations: list[Equation], notes: list[Note], lines: Lines, default: dict[str, str] | None = None
) -> Found:
    """The claims of a document whose comments are blanked; ``default`` are keys for all of its equations."""
    equations = sorted(equations, key=lambda e: e.start)
    given: list[dict[str, str]] = [{} for _ in equations]
    places = _Places(blank, equations, lines)
    for mark in notes:
        chosen = places.chosen(mark)
        if not chosen:
            raise SymconvError(
                f"line {lines.of(mark.start)}: this symconv comment stands beside no equation; "
                "put it on the line before or after one"
            )
        for k in chosen:
            _add(given[k], mark, lines)
    return _claims(equations, given, lines, default or {})


def _add(keys: dict[str, str], mark: Note, lines: Lines) -> None:
    for key, value in mark.keys.items():
        if keys.get(key, value) != value:
            raise SymconvError(
                f"line {lines.of(mark.start)}: a second {key} for the same equation: {short(value)}; keep one"
            )
        keys[key] = value


class _Places:
    """Where the equations of a document stand: displays by their extents, formulas within text by their lines."""

    def __init__(self, blank: str, equations: list[Equation], lines: Lines) -> None:
        self.blank, self.equations, self.lines = blank, equations, lines
        self.marked = [m.span() for m in MARKED.finditer(blank)]
        self.trailing: dict[tuple[int, int], dict[int, list[int]]] = {}  # of a display: its rows by the line of their end
        self.rows: dict[tuple[int, int], list[int]] = {}
        self.begins: dict[int, list[int]] = {}
        self.ends: dict[int, list[int]] = {}
        for k, e in enumerate(equations):
            if e.shown:
                self.rows.setdefault(e.group, []).append(k)
            elif RELATION.search(e.formula):
                self.begins.setdefault(lines.of(e.start), []).append(k)
                self.ends.setdefault(lines.of(e.end - 1), []).append(k)
        self.groups = sorted(self.rows)
        self.starts = [start for start, _ in self.groups]

    def chosen(self, mark: Note) -> list[int]:
        """The equations that a note is of."""
        at = bisect_right(self.starts, mark.start)
        before = self.groups[at - 1] if at else None
        after = self.groups[at] if at < len(self.groups) else None
        if before and mark.start < before[1]:
            rows = self.rows[before]
            trailed = self.trailed(before, mark)
            return trailed[-1:] if len(rows) > 1 and trailed else rows
        line, last = self.lines.of(mark.start), self.lines.of(mark.end - 1)
        behind = before is not None and self.clear(before[1], mark.start)
        if before and behind and self.lines.of(before[1] - 1) == line:
            return self.rows[before]
        same = self.ends.get(line, [])
        if behind_them := bisect_right(same, mark.start, key=lambda k: self.equations[k].end):
            return same[behind_them - 1 : behind_them]
        preceding = self.ends.get(line - 1, [])
        close = after is not None and self.lines.of(after[0]) - last <= NEAR
        ahead = after is not None and close and self.clear(mark.end, after[0])
        if after and ahead and not (preceding and self.lines.of(after[0]) > last + 1):
            return self.rows[after]
        if before and behind:
            return self.rows[before]
        for there in (self.begins.get(last, []), self.begins.get(last + 1, [])):
            first = bisect_left(there, mark.end, key=lambda k: self.equations[k].start)
            if first < len(there):
                return [there[first]]
        if preceding:
            return preceding[-1:]
        return self.rows[after] if after and close else []

    def trailed(self, group: tuple[int, int], mark: Note) -> list[int]:
        """The rows of a display that end on a note's line, before it."""
        if group not in self.trailing:
            by_line = self.trailing.setdefault(group, {})
            for k in self.rows[group]:
                e = self.equations[k]
                ended = e.start + len(self.blank[e.start : e.end].rstrip())
                by_line.setdefault(self.lines.of(max(ended - 1, 0)), []).append(k)
        rows = self.trailing[group].get(self.lines.of(mark.start), [])
        return rows[: bisect_right(rows, mark.start, key=lambda k: self.equations[k].start)]

    def clear(self, start: int, end: int) -> bool:
        """Whether nothing stands between but spaces and punctuation."""
        at = bisect_right(self.marked, (start, len(self.blank)))
        before = at > 0 and self.marked[at - 1][1] > start
        return not before and (at == len(self.marked) or self.marked[at][0] >= end)


def states(formula: str) -> bool:
    """Whether a formula within a line of text states something: an equation between more than a name and a number or a word."""
    sides = re.split(r"(?<![<>!:=\\])=(?!=)|\\approx(?![A-Za-z])", formula)
    if len(sides) < 2 or len(formula) > 400:
        return False
    return any(re.search(r"[-+*/^]|\\frac|\\sum|\\lfloor|\\cdot|\\times|\(", side) for side in sides)


def _claims(equations: list[Equation], given: list[dict[str, str]], lines: Lines, default: dict[str, str]) -> Found:
    claims, stated, skipped = [], [], []
    taken: dict[str, int] = {}
    for equation, keys in zip(equations, given, strict=True):
        line = lines.of(equation.start)
        if not equation.shown and not keys and not states(equation.formula):
            continue
        if len(equation.formula) > LONGEST:
            skipped.append(Skipped(equation.formula[:60], line, f"longer than {LONGEST} characters"))
            continue
        if "skip" in keys:
            skipped.append(Skipped(equation.formula, line, keys["skip"] or "marked so"))
            continue
        try:
            made = claim(equation.formula, {"id": equation.label or f"line {line}", **keys}, line=line)
            made = with_defaults(made, claim("", default))
        except SymconvError as error:
            raise SymconvError(f"line {line}: {error}") from None
        taken[made.id] = taken.get(made.id, 0) + 1
        claims.append(made if taken[made.id] == 1 else replace(made, id=f"{made.id} ({taken[made.id]})"))
        stated.append(bool(keys or default))
    return Found(tuple(claims), tuple(stated), tuple(skipped))
