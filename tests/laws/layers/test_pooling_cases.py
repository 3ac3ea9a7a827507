"""Published pooling cases: ``sc.evaluate`` reproduces the numbers that other projects print."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.errors import SymconvError
from tests import CORPORA

CASES = json.loads((CORPORA / "pooling.json").read_text(encoding="utf-8"))["cases"]


def number(value: Any) -> Any:
    """Numbers as written; "p/q" is a Fraction; lists entry by entry."""
    if isinstance(value, list):
        return [number(v) for v in value]
    return Fraction(value) if isinstance(value, str) else value


def run(case: dict[str, Any]) -> Any:
    """The case, through the public face."""
    own: dict[str, Any] = {"ties": case["tie"] or "first"}
    if case["op"] == "avg_pool":
        own = {"count_include_pad": bool(case["count_include_pad"])}
    op = getattr(sc, f"{case['op']}{len(case['stride'])}d")(
        kernel=tuple(case["kernel"]), stride=tuple(case["stride"]), padding=tuple(map(tuple, case["padding"])),
        dilation=tuple(case["dilation"]), ceil_mode=case["ceil_mode"], **own,
    )  # fmt: skip
    given = {"x": "x", "g": "grad_y"}
    operands = {role: number(case[key]) for role, key in given.items() if case[key] is not None}
    return sc.evaluate(op, **operands, input=tuple(case["x_shape"][2:]))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_published_numbers(case: dict[str, Any]) -> None:
    if not np.array(case["y"]).size:  # published as an empty array; a window that does not fit is refused here
        with pytest.raises(SymconvError, match="expected a kernel that fits"):
            run(case)
        return
    found = run(case)
    published = [name for name in ("y", "grad_x", "indices") if case.get(name) is not None]
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
    sensitive = Counter(kind for case in CASES for kind in case["sensitive_to"])
    assert all(sensitive[kind] >= 3 for kind in ("pad_swap", "pad_axis_order", "count_include_pad"))
    assert {len(case["stride"]) for case in CASES} == {1, 2, 3}
    assert Counter(case["op"] for case in CASES).keys() == {"max_pool", "avg_pool"}
    assert sum(case["grad_x"] is not None for case in CASES) >= 20
    assert all(case["licence"] and case["source"] for case in CASES)
