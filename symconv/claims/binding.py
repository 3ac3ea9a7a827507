r"""Which comment gives which equation its meaning.

    within an equation          it is of the row that it trails, or of the whole equation
    on the line of its end      it is of the equation before it
    otherwise                   of the next equation, if nothing but blank lines lies between; or of the one before it, likewise;
                                or of a formula in a line of text beside it; or of the next equation within a few lines

A comment that stands beside no equation is an error: nothing that an author writes is dropped in silence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from symconv.claims.meaning import claim, note, short, with_defaults
from symconv.core.claims import Published, Skipped
from symconv.errors import SymconvError

RELATION = re.compile(
    r"=|<|>|\\(?:leq?|geq?|lt|gt|ne|neq|equiv|approx|sim|triangleq|coloneqq|to|rightarrow|mapsto|in|iff|propto|leqslant|geqslant)"
    r"(?![A-Za-z])|[≤≥≠≈≡→∈≔⇔]"
)
NEAR = 5


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
    """What a file holds: claims, whether each was given a meaning, and what was left out."""

    claims: tuple[Published, ...]
    stated: tuple[bool, ...]
    skipped: tuple[Skipped, ...] = ()


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
    given: list[dict[str, str]] = [{} for _ in equations]
    order = sorted(range(len(equations)), key=lambda k: equations[k].start)
    for mark in notes:
        chosen = _chosen(blank, equations, order, mark, lines)
        if not chosen:
            raise SymconvError(
                f"line {lines.of(mark.start)}: this symconv comment stands beside no equation; "
                "put it on the line before or after one"
            )
        for k in chosen:
            _add(given[k], mark, lines)
    return _claims(equations, given, lines, order, default or {})


def _add(keys: dict[str, str], mark: Note, lines: Lines) -> None:
    for key, value in mark.keys.items():
        if keys.get(key, value) != value:
            raise SymconvError(
                f"line {lines.of(mark.start)}: a second {key} for the same equation: {short(value)}; keep one"
            )
        keys[key] = value


def _chosen(blank: str, equations: list[Equation], order: list[int], mark: Note, lines: Lines) -> list[int]:
    """The equations that a note is of."""
    shown = [k for k in order if equations[k].shown]
    within = [k for k in shown if equations[k].group[0] <= mark.start < equations[k].group[1]]
    if within:
        trailed = [k for k in within if _trails(blank, equations[k], mark, lines)]
        return trailed[-1:] if len(within) > 1 and trailed else within
    line = lines.of(mark.start)
    before = max((equations[k].group for k in shown if equations[k].group[1] <= mark.start), default=None)
    after = min((equations[k].group for k in shown if equations[k].group[0] >= mark.end), default=None)
    if before and not _between(blank, before[1], mark.start) and lines.of(before[1] - 1) == line:
        return _rows(equations, before)
    beside = [k for k in order if not equations[k].shown and RELATION.search(equations[k].formula)]
    same = [k for k in beside if lines.of(equations[k].end - 1) == line and equations[k].end <= mark.start]
    if same:
        return same[-1:]
    last = lines.of(mark.end - 1)
    following = [k for k in beside if equations[k].start >= mark.end and lines.of(equations[k].start) in (last, last + 1)]
    preceding = [k for k in beside if lines.of(equations[k].end - 1) == line - 1]
    if after and not _between(blank, mark.end, after[0]) and not (preceding and lines.of(after[0]) > last + 1):
        return _rows(equations, after)
    if before and not _between(blank, before[1], mark.start):
        return _rows(equations, before)
    if following or preceding:
        return following[:1] or preceding[-1:]
    if after and lines.of(after[0]) - last <= NEAR:
        return _rows(equations, after)
    return []


def _rows(equations: list[Equation], group: tuple[int, int]) -> list[int]:
    return [k for k, e in enumerate(equations) if e.shown and e.group == group]


def _between(blank: str, start: int, end: int) -> str:
    """What stands between, punctuation left out."""
    return blank[start:end].strip().strip(".,;")


def _trails(blank: str, equation: Equation, mark: Note, lines: Lines) -> bool:
    """Whether a note stands behind an equation's row, on the line of its end."""
    ended = equation.start + len(blank[equation.start : equation.end].rstrip())
    return lines.of(max(ended - 1, 0)) == lines.of(mark.start) and equation.start <= mark.start


def _claims(
    equations: list[Equation], given: list[dict[str, str]], lines: Lines, order: list[int], default: dict[str, str]
) -> Found:
    claims, stated, skipped = [], [], []
    taken: dict[str, int] = {}
    for k in order:
        equation, keys = equations[k], given[k]
        line = lines.of(equation.start)
        if not equation.shown and not keys:
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
