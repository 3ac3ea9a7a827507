"""Published cases: ``sc.evaluate`` reproduces the numbers that other projects print, exactly or within the stated tolerance."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import symconv as sc
from tests import CORPORA

CASES = json.loads((CORPORA / "cases.json").read_text(encoding="utf-8"))["cases"]
RESULTS = {"y": "y", "grad_x": "grad_x", "grad_w": "grad_w", "grad_b": "grad_b"}


def number(value: Any) -> Any:
    """Numbers as written; "p/q" is a Fraction; lists entry by entry."""
    if isinstance(value, list):
        return [number(v) for v in value]
    return Fraction(value) if isinstance(value, str) else value


def run(case: dict[str, Any]) -> Any:
    """The case, through the public face."""
    make = getattr(sc, f"conv{len(case['stride'])}d")
    op = make(
        stride=tuple(case["stride"]),
        padding=tuple(map(tuple, case["padding"])),
        dilation=tuple(case["dilation"]),
        groups=case["groups"],
        bias=case["b"] is not None or case["grad_b"] is not None,
        flip_kernel=case["op"] == "conv",
    )
    given = {"x": "x", "w": "w", "b": "b", "g": "grad_y"}
    operands = {role: number(case[key]) for role, key in given.items() if case[key] is not None}
    return sc.evaluate(op, **operands, input=tuple(case["x_shape"][2:]), kernel=tuple(case["w_shape"][2:]))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_published_numbers(case: dict[str, Any]) -> None:
    found = run(case)
    published = [name for name in RESULTS if case[name] is not None]
    assert published
    for name in published:
        ours, theirs = getattr(found, name), np.array(number(case[name]), dtype=object)
        assert ours.shape == theirs.shape
        if case["exact"]:
            assert np.all(ours == theirs)
        else:
            off = np.abs(ours.astype(float) - theirs.astype(float))
            assert np.all(off <= case["tol"]["atol"] + case["tol"]["rtol"] * np.abs(theirs.astype(float)))


def test_every_mistake_would_show() -> None:
    """The cases still cover every kind of mistake that the corpus knows, and all three dimensions."""
    sensitive = Counter(kind for case in CASES for kind in case["sensitive_to"])
    kinds = ("flip", "pad_swap", "pad_axis_order", "stride_order", "dilation_order", "bias")
    assert all(sensitive[kind] >= 3 for kind in kinds)
    assert {len(case["stride"]) for case in CASES} == {1, 2, 3}
    assert {case["op"] for case in CASES} == {"corr", "conv"}
    assert sum(case["grad_x"] is not None for case in CASES) >= 5
    assert sum(case["grad_w"] is not None for case in CASES) >= 5
    assert all(case["licence"] and case["source"] for case in CASES)
