"""Receptive fields against what numbers do: an input place is moved, and it is seen which units change."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from typing import Any

import pytest

import symconv as sc
from symconv.errors import SymconvError
from tests.harness import run
from tests.oracles.stacks import stack

ISSUE = "conv2d(kernel=3) conv2d(kernel=3) max_pool2d(2)"


def last(layers: str) -> tuple[Any, Any, Any]:
    found = sc.receptive_field(layers)
    return found.sizes[-1], found.jumps[-1], found.starts[-1]


def test_fields_that_are_printed() -> None:
    assert last("conv1d(kernel=3) conv1d(kernel=3)") == ((5,), (1,), (0,))  # true: two layers of kernel 3 see 5 inputs
    assert last("conv2d(kernel=3) conv2d(kernel=3)") == last("conv2d(kernel=5)")
    assert last("conv2d(kernel=3) conv2d(kernel=3) conv2d(kernel=3)")[0] == (7, 7)
    assert last(ISSUE) == ((6, 6), (2, 2), (0, 0))
    printed = sc.receptive_field("conv1d(kernel=3) conv1d(kernel=3,stride=2) max_pool1d(2) conv1d(kernel=3,dilation=2)")
    assert printed.sizes == ((3,), (5,), (7,), (23,))
    wavenet = " ".join(f"conv1d(kernel=2,dilation={2**k})" for k in range(10))
    assert last(wavenet)[0] == (1024,)
    assert last("conv1d(kernel=2) " + wavenet)[0] == (1025,)
    resnet = "conv2d(kernel=7,stride=2,padding=3) max_pool2d(3,stride=2,padding=1) conv2d(kernel=3,padding=1)"
    assert last(resnet) == ((19, 19), (4, 4), (-9, -9))
    vgg = "conv2d(kernel=3,padding=1) conv2d(kernel=3,padding=1) max_pool2d(2) " * 2
    vgg += "conv2d(kernel=3,padding=1) conv2d(kernel=3,padding=1) conv2d(kernel=3,padding=1) max_pool2d(2) " * 3
    assert last(vgg)[:2] == ((212, 212), (32, 32))


def test_axes_may_differ_in_three_dimensions() -> None:
    assert last("conv3d(kernel=1x2x3,stride=3x2x1,padding=0x1x2) conv3d(kernel=3,dilation=1x2x3)") == (
        (7, 10, 9), (3, 2, 1), (0, -1, -2),
    )  # fmt: skip


def depends(layers: list[Any], n: int) -> list[set[int]]:
    """For every unit on top, the places of the input that move it: numbers, through sc.evaluate, kernel entries 1."""
    images = [[0] * j + [1] + [0] * (n - 1 - j) for j in range(n)]
    for _, g in layers:
        op = sc.correlate1d(stride=g["stride"][0], dilation=g["dilation"][0], padding=g["padding"])
        images = [[int(v) for v in sc.evaluate(op, x=image, w=[1] * g["kernel"][0]).y] for image in images]
    return [{j for j in range(n) if images[j][u]} for u in range(len(images[0]))]


def test_fields_against_numbers() -> None:
    draw = random.Random(5)
    compared = holes = cut = 0
    for _ in range(60):
        layers = stack(draw, 1, ("conv", "local"), most=3)
        n = draw.randint(9, 26)
        text = " ".join(words for words, _ in layers)
        try:
            found = sc.receptive_field(text, input=(n,))
        except SymconvError:
            continue
        sets = depends(layers, n)
        (border,) = found.facts.borders
        assert border.output == len(sets)
        for unit, ranges in border.units:
            assert {j for a, b in ranges for j in range(a, b + 1)} == sets[unit], text
        (axis,) = found.facts.rows[-1].axes
        size, jump, start = (e.constant for e in (axis.size, axis.jump, axis.start))
        assert axis.seen is not None
        whole = {t for t in range(size) if axis.seen >> t & 1}
        assert axis.holes == size - len(whole)
        for unit, seen in enumerate(sets):
            places = {jump * unit + start + t for t in whole}
            assert seen <= places, text
            if len(layers) == 1:  # nothing but the input's own padding cuts
                assert seen == places & set(range(n)), text
            compared += seen == places
            cut += seen < places & set(range(n))
        holes += bool(axis.holes)
    assert compared > 100
    assert holes > 5
    assert cut > 0, "padding between layers cuts fields off, and no case showed it"


@pytest.mark.sweep(2)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_every_stack_is_checked(ndim: int) -> None:
    draw = random.Random(ndim)
    for _ in range(60):
        text = " ".join(words for words, _ in stack(draw, ndim, ("conv", "max_pool", "avg_pool", "local"), most=5))
        assert [v.status for v in sc.receptive_field(text).verdicts] == ["checked"]


def test_names_stay_names() -> None:
    found = sc.receptive_field("conv1d(kernel=k,stride=s,padding=P) relu conv1d(kernel=3,dilation=d)")
    assert found.sizes == (("k",), ("k",), ("k + 2*d*s",))
    assert found.jumps[-1] == ("s",)
    assert found.starts[-1] == ("-P",)
    assert [v.status for v in found.verdicts] == ["checked"]


def test_flatten_renumbers_and_linear_sees_all() -> None:
    """An entry of flatten is one unit of the layer before it; a product with a whole matrix sees every one."""
    found = sc.receptive_field("conv2d(kernel=3) flatten relu linear(4) softmax")
    assert found.sizes == ((3, 3), (3, 3), (3, 3), (), ())
    assert "all" in found.text()
    assert "flatten only puts the units in a row" in found.text()
    assert sc.receptive_field("conv2d(kernel=3) flatten softmax").sizes == ((3, 3), (3, 3), ())
    assert sc.receptive_field("conv2d(kernel=3) softmax").sizes == ((3, 3), (3, 3))  # over the channels of a place
    assert "flatten" not in sc.receptive_field("conv2d(kernel=3) mse").text()
    assert "A unit behind conv2d(kernel=3) sees" in sc.receptive_field("conv2d(kernel=3) flatten").text()


def test_fields_that_are_sums_are_told_as_pairs() -> None:
    """3 + 2s x 3 + 2s would read as a product."""
    found = sc.receptive_field("conv2d(kernel=3,stride=s) conv2d(kernel=3)").text()
    assert "(3 + 2s, 3 + 2s)" in found
    assert "x 3 + 2s" not in found
    assert "too wide" not in sc.receptive_field("conv2d(kernel=3,stride=s)").text()  # a name has no width
    assert "(4, H - 2, W - 2)" in sc.sizes("conv2d(3,4,kernel=3)", input=(3, "H", "W")).text()


def test_wide_fields_are_told_apart_from_lists() -> None:
    found = sc.receptive_field("conv1d(kernel=3,stride=2) " * 20)
    assert found.sizes[-1] == (2**21 - 1,)
    assert found.facts.rows[-1].axes[0].seen is None
    assert "both ends" in str(found.verdicts[0].how)


def test_a_wrong_field_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from symconv.topics.sizes import receptive

    good = receptive.behind
    for wrong in ({"size": 1}, {"jump": 1}, {"start": 1}):
        (what,) = wrong
        monkeypatch.setattr(
            receptive, "behind", lambda a, w, what=what: replace(good(a, w), **{what: getattr(good(a, w), what) + 1})
        )
        with pytest.raises(SymconvError, match="false"):
            sc.receptive_field("conv1d(kernel=2) conv1d(kernel=3)")
    monkeypatch.setattr(receptive, "behind", lambda a, w: replace(good(a, w), seen=1))
    with pytest.raises(SymconvError, match="false"):
        sc.receptive_field("conv1d(kernel=2)")


# the picture
def test_the_pyramid_of_the_issue() -> None:
    done = run("receptive-field", ISSUE)
    assert done.exit_code == 0
    shown = [line.rstrip() for line in done.stdout.split("\n")]
    at = next(k for k, line in enumerate(shown) if line.startswith("    max_pool2d(2)"))
    rows = [line[23:] for line in shown[at : at + 4]]
    assert [row.count("o") for row in rows] == [1, 2, 4, 6]
    middles = [[k for k, ch in enumerate(row) if ch == "o"] for row in rows]
    assert [Fraction(sum(row), len(row)) for row in middles] == [Fraction(sum(middles[0]))] * 4
    assert max(map(len, shown)) <= 80


def test_the_pyramid_as_data() -> None:
    (found,) = sc.receptive_field(ISSUE).facts.pyramids
    assert [level.units for level in found.levels] == [(0,), (0, 1), (0, 1, 2, 3), tuple(range(6))]
    assert found.levels[0].middles == (Fraction(5, 2),)
    assert (1, 0, 2) in found.edges or (1, 0, 1) in found.edges
    two = sc.receptive_field("conv2d(kernel=3x2,padding=1x0)", unit="4x1").facts.pyramids
    assert [(p.axis, p.unit, p.levels[-1].units) for p in two] == [(0, 4, (3, 4, 5)), (1, 1, (1, 2))]
    inner = sc.receptive_field("conv1d(kernel=3,padding=1) conv1d(kernel=3,padding=1,stride=2)").facts.pyramids[0]
    assert inner.unit == 1
    assert min(inner.levels[-1].units) >= 0


@pytest.mark.parametrize("to", ["latex", "markdown", "json"])
def test_targets(to: str) -> None:
    done = run("receptive-field", "conv2d(kernel=3x5,padding=1x0) relu max_pool2d(2)", "--input", "20x30", "--to", to)
    assert done.exit_code == 0
    if to == "json":
        found = json.loads(done.stdout)
        assert [axis["size"] for axis in found["layers"][2]["axes"]] == [4, 6]
        assert found["layers"][2]["axes"][0]["centre"] == 0.5
        assert [b["output"] for b in found["borders"]] == [10, 13]
        assert found["borders"][0]["units"][0] == {"unit": 0, "places": [[0, 2]]}


def test_long_stacks_are_drawn_as_bars() -> None:
    text = sc.receptive_field("conv2d(kernel=3) " * 150).text()
    assert "301" in text
    assert "====" in text
    assert max(map(len, text.split("\n"))) <= 80
