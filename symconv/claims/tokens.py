"""A token of a formula, with the place where it stood; and the error that shows a place."""

from __future__ import annotations

from symconv.errors import SymconvError
from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Word:
    """A token: its kind, what it stands for, and where it stood."""

    kind: str
    text: str
    start: int
    end: int


def show(text: str, start: int, end: int) -> str:
    """The place, as a line of the text with a caret below it, in one line of words."""
    before = text[max(0, start - 30) : start]
    shown = text[start : max(start + 1, min(end, start + 20))]
    after = text[max(start + 1, min(end, start + 20)) :][:20]
    return " ".join(f"{'…' if start > 30 else ''}{before} ▸{shown}◂ {after}".split())


def refuse(text: str, start: int, end: int, what: str) -> SymconvError:
    """An error that shows its place."""
    return FormulaError(what, text, start, end)


class FormulaError(SymconvError):
    """A formula that cannot be read: what was expected, and the place, shown with a caret by ``pointed``."""

    def __init__(self, what: str, text: str, start: int, end: int) -> None:
        self.what, self.text, self.start, self.end = what, text, start, max(end, start + 1)
        super().__init__(f"formula: {what} at character {start + 1}: {show(text, start, end)}")

    def pointed(self) -> str:
        """The line of the text with carets under the place."""
        first = self.text.rfind("\n", 0, self.start) + 1
        last = self.text.find("\n", self.start)
        line = self.text[first : last if last >= 0 else len(self.text)].replace("\t", " ")
        offset = self.start - first
        begin = max(0, offset - 50)
        return f"  {line[begin : begin + 100]}\n  {' ' * (offset - begin)}{'^' * min(self.end - self.start, 40)}"
