"""Worked examples, traces and figures of pooling.

truth      y, the places and dL/dx of loops written here, from the definition; ties everywhere
page       every printed line is read back: its entries looked up, its largest or mean found anew
published  the cases of other projects, through ``symconv example --to json``
figure     the heavy cells are the entries that are selected, text stays in its cell
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.api.figures import moving, trace_figure
from symconv.check.example import JACOBIAN as MOST
from symconv.figures.pooling import windows
from symconv.language.example import Example
from symconv.language.scene import Cell, flaws, plain
from tests.cases.layers import example
from tests.harness import fields, run
from tests.laws.pages.test_gallery_tex import complaints

TIED = "1 3 2 4; 3 0 5 1; 2 2 0 7; 1 0 7 6"


def test_the_trials_reach_the_corners() -> None:
    told = [json.loads(example("pooling", seed).json()) for seed in range(24)]
    tied = [found for found in told if any(one.get("tie") for one in found["windows"])]
    assert {found["parameters"].get("ties") for found in tied} >= {"first", "split", "all"}
    assert any(found["parameters"]["ceil_mode"] and not found["unreached"] for found in told)
    assert {one["reason"] for found in told for one in found["unreached"]} == {"remainder", "gap"}
    assert any(len({len(one["reads"]) for one in found["windows"]}) > 1 for found in told)
    for found in told:
        smooth = found["operator"].startswith("avg") or found not in tied
        numbers = np.size(np.array(found["y"])) * np.size(np.array(found["x"]))
        assert ("differences" in {one["kind"] for one in found["checks"]}) == (smooth and numbers <= MOST)


def test_traces_say_who_is_largest() -> None:
    words = ("trace", "dx[1,2]", "max_pool2d", "--x", TIED, "--kernel", "2", "--stride", "1", "--g", "1 2 3; 4 5 6; 7 8 9")
    page = " ".join(run(*words).stdout.split())
    assert "Windows that hold the entry: 4 of 4 candidates" in page
    for line in (
        "y[1, 2] = 7; its largest entry is x[2, 3], so it sends 0",
        "y[1, 1] = 5; x[1, 2] is its largest entry, so it sends 5",
        "y[0, 2] = 5; x[1, 2] is its largest entry, so it sends 3",
        "y[0, 1] = 5; x[1, 2] is its largest entry, so it sends 2",
        "dL/dx[1,2] = g[1,2] S[1,2,0,0] + g[1,1] S[1,1,0,1] + g[0,2] S[0,2,1,0] + g[0,1] S[0,1,1,1] = 6·0 + 5·1 + 3·1 + 2·1 = 10",
    ):
        assert line in page
    found = fields(*words)
    assert found["value"] == 10
    assert [one["value"] for one in found["windows"]] == [0, 5, 3, 2]
    assert [one["window"]["largest"] for one in found["windows"]] == [["x[2,3]"], ["x[1,2]"], ["x[1,2]"], ["x[1,2]"]]


@pytest.mark.parametrize(("ties", "says", "value"), [
    ("first", "x[0, 1], x[1, 0] tie, x[0, 1] is the first of them, so it sends 0", 0),
    ("split", "x[0, 1], x[1, 0] tie, each gets 1/2 of the upstream gradient: it sends 5/2", "5/2"),
    ("all", "x[0, 1], x[1, 0] tie, each gets the whole upstream gradient: it sends 5", 5),
])  # fmt: skip
def test_the_conventions_at_a_tie(ties: str, says: str, value: Any) -> None:
    words = (
        "trace",
        "dx[1,0]",
        "max_pool2d",
        "--x",
        TIED,
        "--kernel",
        "2",
        "--stride",
        "2",
        "--g",
        "5 1; 1 1",
        "--ties",
        ties,
    )
    assert says in " ".join(run(*words).stdout.split())
    assert fields(*words)["value"] == value


def test_padding_kills_a_tap() -> None:
    page = " ".join(run("trace", "y[0,0]", "max_pool2d", "--x", TIED, "--kernel", "2", "--padding", "1").stdout.split())
    assert "Entries that the window reads: 1 of 4 taps" in page
    assert "lies in the padding (not in 0 ≤ j₁ < 4), which is never the largest" in page
    gap = " ".join(
        run("trace", "dx[2,0]", "max_pool2d", "--x", "1 2; 3 4; 5 6", "--kernel", "1", "--stride", "3").stdout.split()
    )
    assert "3 does not divide 2" in gap
    assert "dL/dx[2,0] = 0" in gap


# the page
def test_whole_numbers_are_numbers() -> None:
    split = fields("example", "max_pool1d", "--x", "2 2 1 1", "--g", "4 1", "--kernel", "2", "--ties", "split")
    assert split["grad_x"] == split["gather"] == [2, 2, "1/2", "1/2"]
    assert split["windows"][0]["sends"] == {"x[0]": 2, "x[1]": 2}
    mean = fields("example", "avg_pool1d", "--x", "0.5 1.5 4", "--g", "2 2", "--kernel", "2", "--stride", "1")
    assert json.dumps([mean["y"], mean["grad_x"]]) == "[[1, 2.75], [1, 2, 1]]"


def test_ties_are_named() -> None:
    page = " ".join(run("example", "max_pool2d", "--x", TIED, "--kernel", "2").stdout.split())
    assert "y[0,0] = max(x[0,0], x[0,1], x[1,0], x[1,1]) = max(1, 3*, 3°, 0) = 3" in page
    assert "Ties: y[0, 0], y[1, 0], y[1, 1] (of 4 windows)." in page
    assert "12 entries that are read are the choice of no window, and get 0." in page
    assert "differences" not in page
    smooth = " ".join(run("example", "max_pool2d", "--x", "1 2; 3 4", "--kernel", "2").stdout.split())
    assert "No window has a tie" in smooth
    assert "exact central differences of y" in smooth


@pytest.mark.tex
@pytest.mark.parametrize("words", [
    ("max_pool2d", "--x", TIED, "--kernel", "2", "--ties", "split"),
    ("avg_pool2d", "--input", "2x5x4", "--kernel", "3", "--stride", "1", "--padding", "1", "--elide", "4"),
])  # fmt: skip
def test_standalone_compiles(words: tuple[str, ...], tmp_path: Path) -> None:
    text = run("example", *words, "--to", "latex", "--standalone").stdout
    assert complaints(text, tmp_path) == []
    log = (tmp_path / "page.log").read_text(encoding="utf-8", errors="replace").replace("\n", "")
    assert [n for n in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", log) if float(n) > 3] == []


def test_json_keys() -> None:
    found = fields("example", "max_pool2d", "--x", TIED, "--kernel", "2")
    assert list(found) == [
        "operator", "parameters", "shapes", "generated", "seed", "output_size", "x", "y", "g", "grad_x", "indices", "agree",
        "gather", "unreached", "windows", "entries", "checks",
    ]  # fmt: skip
    assert (found["y"], found["indices"], found["agree"]) == ([[3, 5], [2, 7]], [[1, 6], [8, 11]], True)
    assert found["gather"] == found["grad_x"]
    assert found["windows"][0]["largest"] == ["x[0,1]", "x[1,0]"]
    assert found["entries"]["y"][0] == {
        "entry": "y[0,0]", "symbols": "max(x[0,0], x[0,1], x[1,0], x[1,1])", "numbers": "max(1, 3, 3, 0)", "value": 3,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_drawn_numbers_teach(name: str, seed: int) -> None:
    found = sc.example(getattr(sc, name)(2), input=(4, 6), seed=seed).facts
    assert isinstance(found, Example)
    assert name == "avg_pool2d" or not any(len(found.largest(line)) > 1 for line in found.y.lines)
    assert len({e.value for e in found.y.lines}) >= len(found.y.lines) // 2


# figures
@pytest.mark.sweep(4)
@pytest.mark.parametrize("seed", range(24))
def test_the_heavy_cells_are_selected(seed: int) -> None:
    found = example("pooling", seed).facts
    if found.kind != "max_pool":
        return
    x = found.array("x")
    lines = found.y.lines
    window = next((line for line in lines if len(found.largest(line)) > 1), lines[0])
    cells = {e.key: e for e in windows(found, at=window.index).elements if isinstance(e, Cell)}
    for j, share in zip(window.entries, window.shares, strict=True):
        cell = cells[f"x[{','.join(map(str, x.short(j)))}]"]
        assert (cell.role == "winner") == (cell.outline == "winner") == bool(share)
        assert (cell.role == "tie") == (not share and j in found.largest(window))
        assert Fraction(plain(cell.runs).replace("−", "-")) == x[j]


def test_figures_of_traces() -> None:
    made_ = sc.example(sc.max_pool2d(2, stride=1), x=TIED)
    scene = trace_figure(made_.trace("dx[1,2]").facts)
    assert flaws(scene) == []
    assert "sends" in scene.description
    unread = sc.example(sc.max_pool1d(2), x="1 2 3").trace("dx[2]")
    with pytest.raises(sc.SymconvError, match="none does"):
        unread.picture()
    assert "There is no figure here" in unread.html()


# dense layers
def test_a_dense_layer_on_the_page() -> None:
    words = ("linear", "--x", "1 2 3; 0 1 -1", "--w", "1 0 2; 2 -1 1", "--b", "1 -1", "--g", "1 2; 3 -1")
    page = " ".join(run("example", *words).stdout.split())
    for line in (
        "y[1,1] = b[1] + w[1,0] x[1,0] + w[1,1] x[1,1] + w[1,2] x[1,2] = -1 + 2·0 + (-1)·1 + 1·(-1) = -3",
        "dL/dw = gᵀ x, a product of matrices",
        "dL/dx[0,1] = g[0,0] w[0,1] + g[0,1] w[1,1] = 1·0 + 2·(-1) = -2",
    ):
        assert line in page
    assert fields("example", *words)["grad_w"] == [[1, 5, 0], [2, 3, 7]]
    assert "2 of 2 candidates" in run("trace", "dw[1,2]", *words).stdout
    assert run("example", *words, "--to", "svg").stdout.startswith(("<svg", "<?xml"))


# the moving window
def test_the_moving_window_collects_the_gradient() -> None:
    made = sc.example(sc.max_pool1d(2, stride=1, ties="split"), x=[1, 1, 0, 2], g=[2, 4, 6])
    moved = moving(made.facts, "x", False)
    assert [name for name, _, _ in moved.steps] == ["y[0]", "y[1]", "y[2]"]
    so_far = [{row.index: row.value for row in rows} for _, _, rows in moved.steps]
    assert so_far == [{(0,): "1", (1,): "1"}, {(1,): "5"}, {(3,): "6"}]
    cells = [{e.key: plain(e.runs) for e in scene.elements if isinstance(e, Cell)} for _, scene, _ in moved.steps]
    assert [cell["dL/dx[1]"] for cell in cells] == ["1", "5", "5"]
    assert len({(scene.width, scene.height) for _, scene, _ in moved.steps}) == 1


def test_the_moving_window_fills_y() -> None:
    made = sc.example(sc.avg_pool2d((1, 2), stride=1, padding=((0, 0), (1, 0))), x=[[3, 1, 4], [1, 5, 9]])
    moved = moving(made.facts, "y", True)
    filled = [[e for e in scene.elements if isinstance(e, Cell) and e.key.startswith("y[") and e.runs]
              for _, scene, _ in moved.steps]  # fmt: skip
    assert list(map(len, filled)) == [1, 2, 3, 4, 5, 6]
    page = made.picture("stepper", "y")
    assert page.count('class="frame"') == 6
    assert "step by step" in page
    assert made.picture("gif", "x")[:6] == b"GIF89a"


@pytest.mark.parametrize("op", [sc.max_pool1d(2), sc.relu()], ids=["pooling", "activation"])
def test_derivations_without_a_border_say_their_verdicts(op: Any) -> None:
    assert sc.derive(op).verdicts


@pytest.mark.parametrize(("options", "says", "never"), [
    ("--kernel 2 --ties all", ["Tie: y[0], the one window.", "back to the entries that are marked"], "windows)"),
    ("--kernel 2 --stride 1 --ties split", ["Ties: y[0] (of 2 windows).", "back to the entries that are marked"], "the entry that"),
    ("--kernel 2 --stride 1", ["Ties: y[0] (of 2 windows).", "back to the entry that is marked"], "entries that are marked"),
])  # fmt: skip
def test_what_is_said_of_ties_is_true_of_these(options: str, says: list[str], never: str) -> None:
    found = run("example", "max_pool1d", "--x", "1 1 2", *options.split())
    text = " ".join(found.stdout.split())
    assert all(one in text for one in says)
    assert never not in text


def test_what_a_window_sends_is_listed_with_commas() -> None:
    drawn = sc.example(sc.avg_pool1d(kernel=2), x=[1, 2, 3, 5], g=[3, 1]).trace("dx[0]").picture("svg")
    assert "g0 = 3 goes to x0: 3/2, to x1: 3/2" in re.sub(r"<[^>]*>", "", str(drawn))
