"""Published formulas: no wrong verdict, and at least the score that stands.

``data/claims`` holds 125 published formulas, encoded as claim files, with verdicts that were checked by brute force elsewhere,
and ``more-*``: further ones, whose verdicts are found here by brute force (``published``).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from symconv.api import verify
from symconv.core.claims import Judgement, Published
from tests import published

ROOT = Path(__file__).parent
DATA = ROOT / "data" / "claims"
CORPUS = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
MORE = json.loads((DATA / "more-expected.json").read_text(encoding="utf-8"))
EXPECTED = {**{name: entry["verdict"] for name, entry in CORPUS.items()}, **MORE}
HOLDS, FAILS = {"proved", "checked"}, {"refuted", "conditional"}
RIGHT = {"true": HOLDS, "false": FAILS, "true-under-conditions": FAILS}
WRONG = {"true": {"refuted"}, "false": HOLDS, "true-under-conditions": HOLDS}
FILES = sorted(DATA.glob("*.toml"))
SCORES = {"": 80, "more-": 100}


@cache
def judged(file: Path) -> tuple[Judgement, ...]:
    return verify.report(file, verify.claims(file, Published(""))).judgements


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_no_verdict_is_wrong(file: Path) -> None:
    wrong = [
        (j.published.id, j.published.formula, j.verdict.status, EXPECTED[j.published.id], j.condition, j.failure)
        for j in judged(file)
        if j.verdict.status in WRONG[EXPECTED[j.published.id]]
    ]
    assert wrong == []


@pytest.mark.parametrize("prefix", SCORES)
def test_the_score(prefix: str) -> None:
    found = [j for file in FILES if file.stem.startswith("more-") == bool(prefix) for j in judged(file)]
    right = [j for j in found if j.verdict.status in RIGHT[EXPECTED[j.published.id]]]
    open_ = [f"{j.published.id}: {j.verdict.status}, {j.verdict.how[:100]}" for j in found if j not in right]
    total = len(MORE) if prefix else len(CORPUS)
    print(
        f"\n{prefix or 'corpus'}: {len(right)} of {total} decided rightly; {Counter(j.verdict.status for j in found)}",
        *open_,
        sep="\n  ",
    )
    assert len(right) >= SCORES[prefix]


def test_the_readme_gives_the_score() -> None:
    text = (ROOT.parent / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"\b{SCORES['']} of (the )?125\b", text)


def test_every_formula_is_encoded_or_left_out_for_a_reason() -> None:
    encoded = {j.published.id for file in FILES for j in judged(file)}
    left = {name for name, entry in CORPUS.items() if entry.get("left out")}
    assert encoded | left == set(EXPECTED)
    assert not encoded & left
    assert len(CORPUS) == 125
    assert len(MORE) >= 60
    assert all(j.published.source for file in FILES for j in judged(file))


def test_every_refutation_has_its_counterexample_and_every_condition_its_words() -> None:
    for file in FILES:
        for judgement in judged(file):
            status = judgement.verdict.status
            assert status != "refuted" or judgement.failure is not None or judgement.verdict.how, judgement.published.id
            assert status != "conditional" or (judgement.condition is not None and judgement.failure is not None)


# the verdicts of the further ones
def tally(points: tuple[int, int]) -> str:
    held, tried = points
    assert tried > 0
    return "true" if held == tried else "not true"


@pytest.mark.parametrize("name", published.NUMBERS)
def test_brute_force_agrees_about_sizes(name: str) -> None:
    found = tally(published.holds(name, published.NUMBERS[name]))
    assert (found == "true") == (MORE[name] == "true")


def test_brute_force_agrees_about_tensors() -> None:
    for name, points in published.tensors_hold().items():
        assert (tally(points) == "true") == (MORE[name] == "true"), name


def test_brute_force_knows_every_further_formula() -> None:
    assert set(MORE) == set(published.NUMBERS) | set(published.tensors_hold(1))
