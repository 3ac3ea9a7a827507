"""Formulas made to be misread: signs before //, letters side by side, limits of integrals, free pads, windows and lattices.

``corpora/claims/attacks`` holds them in the style of slides, documentation and forum posts, with verdicts found by hand or by
counting; "open" must not be decided.  What cannot be read or has no single meaning is no wrong verdict, a wrong yes or no is.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symconv.api import verify
from symconv.language.claims import Published
from tests import CORPORA
from tests.laws.claims.test_claims_corpus import FAILS, HOLDS, believable

ATTACKS = CORPORA / "claims" / "attacks"
EXPECTED = {
    name: verdict
    for file in ("expected.json", "layers-expected.json")
    for name, verdict in json.loads((ATTACKS / file).read_text(encoding="utf-8")).items()
}
WRONG = {"true": FAILS, "false": HOLDS, "true-under-conditions": HOLDS, "open": HOLDS | FAILS}
RIGHT = {"true": HOLDS, "false": FAILS, "true-under-conditions": FAILS, "open": {"ambiguous", "unsupported"}}
FILES = sorted(ATTACKS.glob("*.toml"))
SCORES = {
    "arithmetic": 17,
    "continuous": 10,
    "definition": 29,
    "functions": 167,
    "gradient": 42,
    "guessed": 1,
    "identity": 66,
    "layers": 59,
    "output-size": 90,
    "padding": 40,
    "parameters": 26,
    "pooling": 22,
    "receptive-field": 25,
    "winograd": 3,
}


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_no_verdict_is_wrong(file: Path) -> None:
    found = verify.report(file, verify.claims(file, Published(""))).judgements
    wrong = [
        (j.published.id, j.published.formula, j.verdict.status)
        for j in found
        if j.verdict.status in WRONG[EXPECTED[j.published.id]]
    ]
    right = [j for j in found if j.verdict.status in RIGHT[EXPECTED[j.published.id]]]
    assert wrong == []
    assert len(right) >= SCORES[file.stem]
    for judgement in found:
        believable(judgement)


def test_every_formula_has_a_verdict() -> None:
    encoded = [c.id for file in FILES for c in verify.claims(file, Published("")).claims]
    assert sorted(encoded) == sorted(EXPECTED)
    assert len(encoded) >= 150
    assert {file.stem for file in FILES} == set(SCORES)


def test_a_condition_leaves_the_kernel_free() -> None:
    """A kernel of one tap hides what a formula forgets: the condition is of padding and dilation, not k = 1 or s = 1."""
    formula = r"y_{i,j} = \max_{0 \le m < k, 0 \le n < k} x_{si+m, sj+n}"
    found = verify.judge(Published(formula, operator="max_pool2d"))
    assert found.condition is not None
    assert found.condition.words == "P1 = 0, P2 = 0, d1 = 1 and d2 = 1"


def test_what_was_lifted_is_said() -> None:
    """x[n] * h[n] beside a sum is (x * h)[n], and the report says so under the formula as published."""
    formula = r"x[n] * h[n] = \sum_{k=-\infty}^{\infty} x[k] h[n-k]"
    found = verify.judge(Published(formula))
    assert found.published.formula == formula
    assert found.reading[0] == "x[n] * h[n] is read as (x * h)[n]"
    assert found.verdict.holds
