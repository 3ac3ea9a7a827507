"""What was proved and what was checked, and how: the receipts at the end of a page.

Proof      proved for all N >= 1
Checked    steps   4 lines, each equal to brute force on 9 cases
NumPy   agrees exactly on 9 of 9 cases
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symconv.language.facts import Check
from symconv.language.prose import Prose, Words
from symconv.pages.nodes import Block, Heading, Paragraph, Table

Row = tuple[Words, Words]


def detail(check: Check) -> Words:
    """What a check found; an undecided one says so, a false one is never hidden."""
    if check.verdict.holds:
        return check.detail
    if check.verdict.status == "unsupported":
        return Prose("check.undecided", {"how": check.verdict.how})
    return Prose("check.wrong", {"status": check.verdict.status, "how": check.verdict.how})


def checked(checks: Iterable[Check], first: Iterable[Row] = ()) -> list[Block]:
    """The table of what was checked, behind rows of the page's own."""
    rows = (*first, *((Prose(f"kind.{one.kind}"), detail(one)) for one in checks))
    return [Heading(Prose("heading.checks"), part="receipt"), Table(rows)]


def unchecked() -> list[Block]:
    """That nothing was, as asked."""
    return [Heading(Prose("heading.checks"), part="receipt"), Paragraph((Prose("check.none"),))]


def by_status(checks: Sequence[Check], topic: str) -> list[Block]:
    """What was proved, then what was only checked; the kinds are named in the words of a topic."""
    found: list[Block] = []
    for status, heading in (("proved", "heading.proof"), ("checked", "heading.checks")):
        rows = tuple((Prose(f"{topic}.kind.{c.kind}"), plain(c.detail)) for c in checks if c.verdict.status == status)
        if rows:
            found += [Heading(Prose(heading), part="receipt"), Table(rows)]
    return found


def plain(words: Words) -> Prose:
    """Words as they are."""
    return Prose("plain", {"words": words})
