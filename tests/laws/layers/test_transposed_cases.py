"""Published transposed cases: ``sc.evaluate`` reproduces the numbers that other projects print.

Exactly, or within the stated tolerance where the published numbers were rounded; w has shape (C_in, C_out/groups, K).
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest

import symconv as sc
from tests import CORPORA
from tests.laws.layers.test_cases import number

CASES = json.loads((CORPORA / "transposed.json").read_text(encoding="utf-8"))["cases"]
RESULTS = ("y", "grad_x", "grad_w", "grad_b")


def run(case: dict[str, Any]) -> Any:
    """The case, through the public face."""
    given = {key: tuple(case[key]) for key in ("stride", "dilation", "output_padding")}
    op = getattr(sc, f"conv_transpose{len(case['stride'])}d")(
        **given,
        padding=tuple(map(tuple, case["padding"])),
        groups=case["groups"],
        bias=case["b"] is not None or case["grad_b"] is not None,
    )
    keys = {"x": "x", "w": "w", "b": "b", "g": "grad_y"}
    operands = {role: number(case[key]) for role, key in keys.items() if case[key] is not None}
    return sc.evaluate(op, **operands, input=tuple(case["x_shape"][2:]), kernel=tuple(case["w_shape"][2:]))


def off(case: dict[str, Any], name: str, ours: Any) -> Any:
    """How far the entries are beyond the published precision."""
    theirs = np.array(number(case[name]), dtype=object)
    assert ours.shape == theirs.shape
    if case["exact"]:
        return ours - theirs
    room = case["tol"]["atol"] + case["tol"]["rtol"] * np.abs(theirs.astype(float))
    return np.maximum(0, np.abs(ours.astype(float) - theirs.astype(float)) - room)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_published_numbers(case: dict[str, Any]) -> None:
    found = run(case)
    published = [name for name in RESULTS if case[name] is not None]
    assert published
    assert not any(np.any(off(case, name, getattr(found, name)) != 0) for name in published)


def test_every_mistake_would_show() -> None:
    """The cases cover the mistakes that the corpus knows, gradients, and all three dimensions; each names its licence."""
    sensitive = Counter(kind for case in CASES for kind in case["sensitive_to"])
    assert sensitive["flip"] >= 10
    assert sensitive["pad_swap"] >= 3
    assert sensitive["pad_axis_order"] >= 1
    assert {len(case["stride"]) for case in CASES} == {1, 2, 3}
    assert sum(case["grad_x"] is not None for case in CASES) >= 3
    assert sum(case["grad_w"] is not None for case in CASES) >= 3
    assert any(case["b"] is not None for case in CASES)
    assert all(case["licence"] and case["source"] for case in CASES)
