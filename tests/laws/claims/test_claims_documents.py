"""Documents of the kinds that people write: every formula has the outcome that a careful reader would give it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from symconv.api import verify
from symconv.language.claims import Published
from tests import CORPORA

PAGES = json.loads((CORPORA / "pages" / "expected.json").read_text(encoding="utf-8"))["pages"]
OPEN = {"L = 0.42"}  # a value within a line of text is not collected yet


def found_in(page: str) -> dict[int, list[tuple[str, str]]]:
    path = CORPORA / "pages" / page
    report = verify.report(path, verify.claims(path, Published("")))
    rows: dict[int, list[tuple[str, str]]] = {}
    for judgement in report.judgements:
        rows.setdefault(judgement.published.line, []).append((judgement.verdict.status, judgement.published.formula))
    for one in report.skipped:
        rows.setdefault(one.line, []).append(("skipped", one.formula))
    return rows


def outcome(rows: dict[int, list[tuple[str, str]]], row: dict[str, Any]) -> str:
    here = rows.get(row["line"], [])
    start = "".join(row["formula"].split())[:12]
    return next(
        (status for status, formula in here if start[:6] in "".join(formula.split())), here[0][0] if here else "absent"
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_formula_of_a_page_has_its_outcome(page: str) -> None:
    rows = found_in(page)
    wrong = []
    for row in PAGES[page]:
        wanted = {row["outcome"]} if isinstance(row["outcome"], str) else set(row["outcome"])
        if "definition" in wanted or "needs a meaning" in wanted or "not a claim" in wanted:
            wanted |= {"skipped"}
        if "not a claim" in wanted or row["formula"] in OPEN:
            wanted |= {"absent"}
        if (found := outcome(rows, row)) not in wanted:
            wrong.append((row["line"], row["formula"], found))
    assert wrong == []


@pytest.mark.slow
def test_the_unseen_corpus_is_settled_without_symconv() -> None:
    """Its verdicts follow from the definitions alone; the corpus itself is run before and behind a piece of work, never between."""
    settle = CORPORA / "unseen" / "settle.py"
    done = subprocess.run([sys.executable, str(settle)], capture_output=True, text=True, check=False, cwd=settle.parent)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "import symconv" not in settle.read_text(encoding="utf-8")
