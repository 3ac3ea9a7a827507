"""Published formulas: no wrong verdict, and at least the score that stands.

``corpora/claims`` holds 125 published formulas, encoded as claim files, with verdicts that were checked by brute force elsewhere,
and ``more-*``: further ones, whose verdicts are found here by brute force (``published``, ``published_functions``).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from symconv.api import verify
from symconv.language.claims import Judgement, Published
from tests import CORPORA, ROOT
from tests.oracles import published, published_functions, published_layers

DATA = CORPORA / "claims"
CORPUS = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
LAYERS = json.loads((DATA / "more-layers-expected.json").read_text(encoding="utf-8"))
MORE = {**json.loads((DATA / "more-expected.json").read_text(encoding="utf-8")), **LAYERS}
EXPECTED = {**{name: entry["verdict"] for name, entry in CORPUS.items()}, **MORE}
HOLDS, FAILS = {"proved", "checked"}, {"refuted", "conditional"}
RIGHT = {"true": HOLDS, "false": FAILS, "true-under-conditions": FAILS}
WRONG = {"true": {"refuted"}, "false": HOLDS, "true-under-conditions": HOLDS}
FILES = sorted(DATA.glob("*.toml"))
SCORES = {"": 87, "more-": 318}


def files(prefix: str) -> list[Path]:
    return [file for file in FILES if file.stem.startswith("more-") == bool(prefix)]


@pytest.mark.sweep(1)
@pytest.mark.parametrize("file", files(""), ids=lambda file: file.stem)
def test_no_verdict_of_a_file_is_wrong(file: Path) -> None:
    for judgement in verify.report(file, verify.claims(file, Published(""))).judgements:
        assert judgement.verdict.status not in WRONG[EXPECTED[judgement.published.id]], judgement.published
        believable(judgement)


@pytest.mark.slow
@pytest.mark.parametrize("prefix", ["", "more-"])
def test_no_verdict_is_wrong_and_the_score_stands(prefix: str) -> None:
    """One test for each corpus, so that each is judged once, whatever the number of workers."""
    found = [j for f in files(prefix) for j in verify.report(f, verify.claims(f, Published(""))).judgements]
    expected = {j.published.id: EXPECTED[j.published.id] for j in found}
    right = [j for j in found if j.verdict.status in RIGHT[expected[j.published.id]]]
    wrong = [j for j in found if j.verdict.status in WRONG[expected[j.published.id]]]
    open_ = [f"{j.published.id}: {j.verdict.status}, {str(j.verdict.how)[:100]}" for j in found if j not in right]
    tally = Counter(j.verdict.status for j in found)
    print(
        f"\n{len(right)} of {len(MORE if prefix else CORPUS)} decided rightly, {len(wrong)} wrongly; {tally}",
        *open_,
        sep="\n  ",
    )
    assert [(j.published.id, j.published.formula, j.verdict.status, j.condition, j.failure) for j in wrong] == []
    assert len(right) >= SCORES[prefix]
    for judgement in found:
        believable(judgement)


def believable(judgement: Judgement) -> None:
    """A refutation has its counterexample, a condition its words and a failure outside, an ambiguity its answers."""
    status, name = judgement.verdict.status, judgement.published.id
    assert judgement.verdict.how, name
    assert status != "refuted" or judgement.failure is not None, name
    assert status != "conditional" or (judgement.condition is not None and judgement.failure is not None), name
    assert status != "ambiguous" or len({inner.verdict.status for _, inner in judgement.branches}) > 1, name
    if judgement.repair is not None:
        assert judgement.repair.verdict.holds, name


def test_the_readme_gives_the_score() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"\b{SCORES['']} of (the )?125\b", text)


def test_every_formula_is_encoded_or_left_out_for_a_reason() -> None:
    claims = [claim for file in FILES for claim in verify.claims(file, Published("")).claims]
    encoded = {claim.id for claim in claims}
    left = {name for name, entry in CORPUS.items() if entry.get("left out")}
    assert len(encoded) == len(claims)
    assert encoded | left == set(EXPECTED)
    assert not encoded & left
    assert len(CORPUS) == 125
    assert len(MORE) >= 60
    assert all(claim.source for claim in claims)


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


def test_brute_force_agrees_about_layers() -> None:
    for name, points in published_layers.hold().items():
        assert (tally(points) == "true") == (LAYERS[name] == "true"), name


@pytest.mark.parametrize("name", published_functions.CLAIMS)
def test_brute_force_agrees_about_functions_and_pooling(name: str) -> None:
    assert published_functions.holds(published_functions.CLAIMS[name]) == (MORE[name] == "true")


def test_brute_force_knows_every_further_formula() -> None:
    known = set(published.NUMBERS) | set(published.tensors_hold(1)) | set(published_functions.CLAIMS)
    assert set(MORE) == known | set(published_layers.hold(1))
