"""Traces: every candidate of an entry, those that are there and those that a guard kills, against the plain definition.

there     exactly the (output, tap, input) triples of the definition that hold the entry; their sum is the entry
absent    every other pair of bound indices, with a guard that does fail: divisibility by the stride, or a range
"""

from __future__ import annotations

import json
import re
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symconv as sc
from symconv.language.example import Trace
from tests.cases.helpers import examples
from tests.cases.strategies import Case, cases
from tests.harness import run
from tests.laws.pages.test_gallery_tex import complaints
from tests.oracles import brute, scatter

TRY = ("dx[0,0,1,3]", "conv2d", "--input", "1x5x6", "--kernel", "3x3", "--stride", "2", "--padding", "1")


def triples(case: Any) -> list[tuple[tuple[int, ...], ...]]:
    """(y, w, x) by full indices: all that the definition multiplies."""
    sized = zip(case.input, case.kernel, case.output, case.stride, case.dilation, case.padding, strict=True)
    if isinstance(case, scatter.Transposed):
        axes = [scatter.landings(n, k, out, s, d, pads[0]) for n, k, out, s, d, pads in sized]
    else:
        axes = [brute.hits(n, k, out, s, d, pads[0], case.flip) for n, k, out, s, d, pads in sized]
    spots = [tuple(tuple(t[m] for t in some) for m in range(3)) for some in product(*axes)]
    if not getattr(case, "layered", True):
        return spots
    groups, per_in, per_out = case.groups, case.in_channels // case.groups, case.out_channels // case.groups
    found = []
    for n, gamma, c, o in product(range(case.batch), range(groups), range(per_in), range(per_out)):
        filt, channel = o + per_out * gamma, c + per_in * gamma
        tap = (channel, o) if isinstance(case, scatter.Transposed) else (filt, c)
        found += [((n, filt, *i), (*tap, *p), (n, channel, *j)) for i, p, j in spots]
    return found


@st.composite
def questions(draw: st.DrawFn) -> tuple[Any, str, tuple[int, ...]]:
    """An operator and one of its entries."""
    case = draw(st.one_of(cases(), scatter.cases()))
    role = draw(st.sampled_from(["y", "x", "w"]))
    shape = case.shapes["g" if role == "y" else role]
    return case, role, tuple(draw(st.integers(0, n - 1)) for n in shape)


def traced(case: Any, role: str, index: tuple[int, ...]) -> Trace:
    made = sc.example(case.operator(), **{k: a.tolist() for k, a in case.arrays(1).items()})
    name = role if role == "y" else f"d{role}"
    return made.trace(f"{name}[{','.join(map(str, index))}]").facts


@given(questions())
@examples(60)
def test_guards(question: tuple[Any, str, tuple[int, ...]]) -> None:
    """Every candidate is one of all pairs of bound indices; what kills it is false, and true of nothing that is there."""
    case, role, index = question
    found = traced(case, role, index)
    transposed = isinstance(case, scatter.Transposed)
    over = case.kernel if role != "w" else case.input if transposed else case.output
    lead = getattr(case, "layered", True)
    many = 1
    if lead:
        many = {"y": case.in_channels // case.groups, "x": case.out_channels // case.groups, "w": case.batch}[role]
    plain = [one for one in found.terms if all(name != "b" for name, _ in one.factors)]
    assert len(plain) == many * prod(over)
    assert len({one.bound for one in plain}) == len(plain)
    for one in plain:
        for guard in one.killed:
            if guard.kind == "divides":
                assert guard.top % guard.divisor != 0
            else:
                assert guard.top % guard.divisor == 0
                assert not 0 <= guard.top // guard.divisor < guard.size


@given(st.one_of(cases(families=("conv",)), scatter.cases()))
@examples(40)
def test_bias(case: Any) -> None:
    made = sc.example(case.operator(bias=True), input=(case.batch, case.in_channels, *case.input), kernel=case.kernel,
                      out_channels=case.out_channels)  # fmt: skip
    for o in range(case.out_channels):
        found = made.trace(f"db[{o}]").facts
        assert {f for one in found.terms for f in one.factors} == {
            ("g", i) for i in made.facts.array("g").indices() if i[1] == o
        }
        assert found.value == made.grad("b")[o]
        assert not any(one.killed for one in found.terms)


# the pages
def test_the_example_of_the_issue() -> None:
    result = run("trace", *TRY)
    assert (result.exit_code, result.stderr) == (0, "")
    text = " ".join(result.stdout.split())
    assert "dL/dx[1,3] = g[1,2] w[0,0] + g[1,1] w[0,2] + g[0,2] w[2,0] + g[0,1] w[2,2]" in text
    assert "w[0, 1] 2 does not divide 3, so i₂ = 3/2 is no index" in text
    assert "where 2 divides j₁ + 1 - p₁" in text
    assert "g[1,2] · g[1,1]" in text  # the picture
    assert "4 of 9 candidates" in text
    assert all(len(line) <= 80 for line in result.stdout.split("\n"))


def test_json() -> None:
    found = json.loads(run("trace", *TRY, "--to", "json").stdout)
    assert found.keys() == {"operator", "parameters", "entry", "index", "products", "absent", "value", "seed", "checks"}
    assert found["index"] == [0, 0, 1, 3]
    assert len(found["products"]) == 4
    assert len(found["absent"]) == 5
    assert sum(one["value"] for one in found["products"]) == found["value"]
    assert found["absent"][0]["killed_by"][0] == {
        "axis": 1,
        "index": "i2",
        "kind": "divides",
        "says": "2 does not divide 3",
    }
    example = json.loads(run("example", *TRY[1:], "--to", "json").stdout)
    assert example["grad_x"][0][1][3] == found["value"]


WORDS = {
    "y with padding": (("y[0,0]", "conv2d", "--input", "3x3", "--kernel", "2x2", "--padding", "1"), "j₁ = -1 lies in the padding"),
    "dw with padding": (("dw[0,0]", "conv2d", "--input", "3x3", "--kernel", "2x2", "--padding", "1"), "lies in the padding"),
    "dx at the edge": (("dx[0]", "conv1d", "--input", "4", "--kernel", "2"), "i = -1 is not in 0 ≤ i < 3"),
    "dx behind the last window": (("dx[6]", "conv1d", "--input", "7", "--kernel", "2", "--stride", "3"), "is not in 0 ≤ i < 2"),
    "no product": (("dx[2]", "conv1d", "--input", "9", "--kernel", "2", "--stride", "3"), "dL/dx[2] = 0"),
    "db": (("db", "conv1d", "--input", "4", "--kernel", "2"), "No candidate is absent"),
    "y of a transposed layer": (("y[1]", "conv_transpose1d", "--input", "3", "--kernel", "3", "--stride", "2"), "2 does not divide"),
    "dx of a transposed layer": (("dx[0]", "conv_transpose1d", "--input", "3", "--kernel", "3", "--padding", "1"), "i = -1 is not in"),
    "dw of a transposed layer": (("dw[0]", "conv_transpose1d", "--input", "3", "--kernel", "3", "--padding", "1"), "i = -1 is not in"),
    "with a bias": (("y[1]", "conv1d", "--x", "1 2 3", "--w", "1 2", "--b", "1/2"), "b + w[0] x[1]"),
    "a volume": (("dx[1,1,1]", "conv3d", "--input", "3x3x3", "--kernel", "2x2x2"), "8 of 8 candidates"),
}  # fmt: skip


@pytest.mark.sweep(4)
@pytest.mark.parametrize("key", WORDS)
def test_pages(key: str) -> None:
    words, piece = WORDS[key]
    result = run("trace", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    assert piece in " ".join(result.stdout.split())
    for to in ("latex", "markdown", "json"):
        assert run("trace", *words, "--to", to).exit_code == 0


@pytest.mark.tex
@pytest.mark.parametrize("key", WORDS)
def test_pages_compile(key: str, tmp_path: Path) -> None:
    made = run("trace", *WORDS[key][0], "--to", "latex", "--standalone").stdout
    assert complaints(made, tmp_path) == []


@pytest.mark.parametrize("name", ["dx", "dL/dx", "grad_x", " dx "])
def test_names(name: str) -> None:
    found = sc.trace(f"{name}[1, 3]", sc.conv2d(stride=2, padding=1), input=(5, 6), kernel=(3, 3))
    assert found.value == sc.trace("dx[0,0,1,3]", sc.conv2d(stride=2, padding=1), input=(5, 6), kernel=(3, 3)).value
    assert repr(found) == found.text()
    assert re.match(r"\$\$\\begin\{aligned\}\n\\partial L/\\partial x_\{1,3\}", found._repr_latex_())


def test_case_has_what_the_truth_needs() -> None:
    assert {"layered", "flip"} <= set(dir(Case))
