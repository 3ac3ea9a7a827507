"""Published cases: ``sc.evaluate`` and worked examples give the numbers that other projects print."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.errors import SymconvError
from tests.cases.published_numbers import CASES, FILES, RESULTS, agree, number, operands, operator, sizes, words
from tests.harness import ROOT, fields, shell
from tests.oracles.trial import exact

ON_EACH = pytest.mark.parametrize(("kind", "case"), CASES, ids=[case["id"] for _, case in CASES])
SHOWN = [(kind, case) for kind, case in CASES if kind != "pooling" or (case["x"] is not None and np.size(case["y"]))]


def published(case: dict[str, Any]) -> list[str]:
    """The results that a case prints."""
    found = [name for name in RESULTS if case.get(name) is not None]
    assert found
    return found


@ON_EACH
def test_evaluate(kind: str, case: dict[str, Any]) -> None:
    def run() -> Any:
        return sc.evaluate(operator(kind, case), **operands(case), **sizes(kind, case))

    if kind == "pooling" and not np.size(case["y"]):  # published as an empty array; a window that does not fit is refused
        with pytest.raises(SymconvError, match="expected a kernel that fits"):
            run()
        return
    found = run()
    for name in published(case):
        ours = getattr(found, name)
        assert agree(case, name, ours), name
        if case["exact"]:
            assert np.all(ours == np.array(number(case[name]), dtype=object))


@pytest.mark.sweep(12)
@pytest.mark.parametrize(("kind", "case"), SHOWN, ids=[case["id"] for _, case in SHOWN])
def test_worked_examples(kind: str, case: dict[str, Any]) -> None:
    found = fields("example", *words(kind, case))
    for name in published(case):
        assert agree(case, name, exact(found[name])), name
    assert found["agree"] is True
    assert {check["verdict"] for check in found["checks"]} == {"checked"}


@pytest.mark.slow
@pytest.mark.parametrize("place", [0, 20, 70])
def test_in_a_process_of_its_own(place: int) -> None:
    kind, case = SHOWN[place]
    done = shell(["example", *words(kind, case), "--to", "json"], ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(agree(case, name, exact(json.loads(done.stdout)[name])) for name in published(case))


# kinds of mistakes that so many cases of each file would show
SENSITIVE = {
    "conv": {"flip": 3, "pad_swap": 3, "pad_axis_order": 3, "stride_order": 3, "dilation_order": 3, "bias": 3},
    "transposed": {"flip": 10, "pad_swap": 3, "pad_axis_order": 1},
    "pooling": {"pad_swap": 3, "pad_axis_order": 3, "count_include_pad": 3},
}


@pytest.mark.parametrize("kind", FILES)
def test_every_mistake_would_show(kind: str) -> None:
    """The cases cover the mistakes that the corpus knows, gradients, and all three dimensions; each names its licence."""
    cases = [case for one, case in CASES if one == kind]
    sensitive = Counter(mistake for case in cases for mistake in case["sensitive_to"])
    assert {mistake for mistake, least in SENSITIVE[kind].items() if sensitive[mistake] < least} == set()
    assert {len(case["stride"]) for case in cases} == {1, 2, 3}
    assert {case["op"] for case in cases} >= {"conv": {"corr", "conv"}, "pooling": {"max_pool", "avg_pool"}}.get(
        kind, set()
    )
    gradients = {"conv": ("grad_x", 5), "transposed": ("grad_x", 3), "pooling": ("grad_x", 20)}[kind]
    assert sum(case[gradients[0]] is not None for case in cases) >= gradients[1]
    assert kind == "pooling" or sum(case["grad_w"] is not None for case in cases) >= 3
    assert kind == "pooling" or any(case["b"] is not None for case in cases)
    assert all(case["licence"] and case["source"] for case in cases)
