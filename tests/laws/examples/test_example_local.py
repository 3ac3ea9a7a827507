"""Worked examples, traces and figures of locally connected layers.

truth      y and the three gradients of loops written here, from the definition; channels, groups, images, pads of both signs
page       every printed line is read back: its factors looked up, its products and its sum found anew
sharing    dL/dw summed over the windows is the gradient of the convolution layer's kernel
figure     the heavy cells are what the entry is made of, the framed kernels those of its windows; text stays in its cell
"""

from __future__ import annotations

import json
import random
import re
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.api.figures import figure, moving, trace_figure
from symconv.figures.local import one
from symconv.language.example import shared as shared_by_all
from symconv.language.scene import Cell, flaws, plain
from symconv.pages.write import gallery as gallery_page
from tests.cases.layers import example, trial
from tests.harness import fields, run
from tests.laws.pages.test_gallery_tex import complaints
from tests.oracles import places
from tests.oracles.trial import exact

ISSUE = ["local2d", "--x", "1 2 3 4; 5 6 7 8; 9 1 2 3", "--kernel", "2x2", "--stride", "1x2", "--padding", "0x1:0"]


SEEDS = range(0, 30, 2)


@pytest.mark.sweep(8)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_sharing_would_sum(seed: int) -> None:
    found, right, own = example("local", seed), trial("local", seed), places.parameters(seed)
    ndim = len(own["kernel"])
    conv = getattr(sc, f"conv{ndim}d")(**{k: own[k] for k in ("stride", "dilation", "padding", "groups")}, bias=False)
    shared = sc.evaluate(conv, x=right.given["x"].tolist(), g=right.given["g"].tolist(), kernel=own["kernel"]).grad_w
    total = right.truth["w"].sum(axis=tuple(range(2, 2 + ndim)))
    assert exact(shared_by_all(found.facts).nested()).tolist() == total.tolist() == np.asarray(shared).tolist()


def test_the_trials_reach_the_corners() -> None:
    few = range(18)
    owns, told = [places.parameters(seed) for seed in few], [json.loads(example("local", seed).json()) for seed in few]
    assert {one["reason"] for found in told for one in found["unreached"]} == {"remainder", "gap", "cropped"}
    assert any(found["unmet"] for found in told)
    assert any(own["bias"] and found["b"] is None for own, found in zip(owns, told, strict=True))
    assert {own["groups"] for own in owns} >= {1, 2, 3}
    assert any(own["batch"] > 1 for own in owns)
    assert any(own["channels"][0] != own["channels"][1] for own in owns)


# the page
def test_the_page_of_the_issue() -> None:
    page = " ".join(run("example", *ISSUE).stdout.split())
    for line in (
        "y[i₁, i₂] = b[i₁, i₂] + Σ_{p₁,p₂} w[i₁, i₂, p₁, p₂] x[i₁ + p₁, 2i₂ + p₂ - 1]",
        "w[i₁, i₂, p₁, p₂] kernels, one for every place i₁, i₂",
        "Shapes: x is 1 x 1 x 3 x 4, w is 1 x 1 x 2 x 2 x 2 x 2, b is 1 x 2 x 2",
        "dL/dw[i₁, i₂, p₁, p₂] = g[i₁, i₂] x[i₁ + p₁, 2i₂ + p₂ - 1]",
        "dL/dx[j₁, j₂] = Σ_{p₁,p₂} g[j₁ - p₁, (j₂ + 1 - p₂)/2] w[j₁ - p₁, (j₂ + 1 - p₂)/2, p₁, p₂]",
        "where 0 ≤ j₁ - p₁ < 2, 2 divides j₂ + 1 - p₂, 0 ≤ (j₂ + 1 - p₂)/2 < 2",
        "4 weights meet padding alone, and get 0: w[0, 0, 0, 0], w[0, 0, 1, 0], w[1, 0, 0, 0], w[1, 0, 1, 0].",
        "Nothing is summed over the windows i₁, i₂. That sum is what sharing adds",
        "No gradient for x at j₂ = 3: the last max(0, a - hi) = 1 places",
        "summed over the places, dL/dw equals the convolution layer's",
    ):
        assert line in page


@pytest.mark.sweep(3)
@pytest.mark.parametrize("options", [[], ["--stride", "2", "--padding", "1:0"], ["--dilation", "2", "--stride", "3"]])
@pytest.mark.parametrize("wrt", "xwb")
def test_the_formulas_are_those_of_the_derivation(wrt: str, options: list[str]) -> None:
    derived = run("derive", "local1d", "--wrt", wrt, *options).stdout
    page = run("example", "local1d", "--input", "7", "--kernel", "2", *options).stdout
    traced = run("trace", f"d{wrt}[0{',0' * (wrt == 'w')}]", "local1d", "--input", "7", "--kernel", "2", *options).stdout
    steps = re.findall(
        r"^ +(= .*?)(?:  +.*)?$", derived[derived.index(f"  dL/d{wrt}[") : derived.index("In words")], re.MULTILINE
    )
    head = {"x": "dL/dx[j] ", "w": "dL/dw[i, p] ", "b": "dL/db[i] "}[wrt]
    for text in (page, traced):
        assert head + steps[-1] in text
    (guards,) = re.findall(r"^ +where (.*)$", derived, re.MULTILINE)[:1] or [""]
    if wrt == "x":
        outs = fields("example", "local1d", "--input", "7", "--kernel", "2", *options)["output_size"][0]
        shown = guards.replace("and ", "").replace("< O", f"< {outs}")
        assert f"where {shown}" in " ".join(page.split())


def test_a_trace_names_what_kills_a_candidate() -> None:
    page = " ".join(run("trace", "dx[1,2]", *ISSUE).stdout.split())
    assert "Products: 2 of 4 candidates" in page
    assert "p₁ = 0, p₂ = 0 2 does not divide 3, so i₂ = 3/2 is no index" in page
    weight = " ".join(run("trace", "dw[0,0,1,0]", *ISSUE).stdout.split())
    assert "Products: 0 of 1 candidates" in weight
    assert "No other window than i₁, i₂ has this weight" in weight
    assert "g[0, 0] j₂ = -1 lies in the padding (not in 0 ≤ j₂ < 4), so the factor is 0" in weight
    found = fields("trace", "y[0,0]", *ISSUE)
    assert [one["factors"] for one in found["absent"]] == [["w[0,0,0,0]"], ["w[0,0,1,0]"]]
    assert found["entry"] == "y[0,0,0,0]"


@pytest.mark.tex
@pytest.mark.parametrize("words", [
    tuple(ISSUE),
    ("local1d", "--input", "2x2x6", "--kernel", "3", "--out-channels", "2", "--elide", "4"),
    ("local3d", "--input", "3x2x3", "--kernel", "2x2x2", "--padding", "0x1x0"),
])  # fmt: skip
def test_standalone_compiles(words: tuple[str, ...], tmp_path: Path) -> None:
    text = run("example", *words, "--to", "latex", "--standalone").stdout
    assert complaints(text, tmp_path) == []
    log = (tmp_path / "page.log").read_text(encoding="utf-8", errors="replace").replace("\n", "")
    assert [n for n in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", log) if float(n) > 3] == []


def test_json_keys() -> None:
    found = fields("example", *ISSUE)
    assert list(found) == [
        "operator", "parameters", "shapes", "generated", "seed", "output_size", "remainder", "x", "w", "b", "y", "g", "grad_x",
        "grad_w", "grad_b", "agree", "closed_form", "shared", "unmet", "unreached", "entries", "checks",
    ]  # fmt: skip
    assert (found["agree"], found["generated"], found["remainder"]) == (True, ["w", "b", "g"], [0, 1])
    assert found["unmet"] == ["w[0,0,0,0]", "w[0,0,1,0]", "w[1,0,0,0]", "w[1,0,1,0]"]
    assert {wrt: one["value"] for wrt, one in found["closed_form"].items()} == {r: found[f"grad_{r}"] for r in "xwb"}
    assert exact(found["shared"]).tolist() == exact(found["grad_w"]).sum(axis=(0, 1)).tolist()


def test_leading_axes_of_size_1_may_be_left_out() -> None:
    w = [[1, 2], [3, 4], [5, 6]]
    short, long = (
        fields("example", "local1d", "--x", "1 2 3 4", "--w", json.dumps(part), "--g", "1 1 1") for part in (w, [[w]])
    )
    assert (short["grad_w"], long["grad_w"]) == ([[1, 2], [2, 3], [3, 4]], [[[[1, 2], [2, 3], [3, 4]]]])
    assert short["y"] == [5, 18, 39]
    assert short["b"] is None
    row = fields("example", "local1d", "--x", "1 2", "--w", "3 4")  # a row is the kernel of the only window
    assert row["y"] == [11]
    plane = fields("example", "local2d", "--x", "1 2 3", "--w", "[[[[1, 1]], [[2, 0]]]]", "--b", "5 6")
    assert plane["y"] == [[8, 10]]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("name", "input_", "kernel"), [("local1d", 5, 2), ("local2d", (3, 4), (2, 2))])
def test_drawn_numbers_teach(name: str, input_: Any, kernel: Any, seed: int) -> None:
    facts = sc.example(getattr(sc, name)(), input=input_, kernel=kernel, seed=seed).facts
    w = facts.array("w")
    size = prod(w.shape[w.lead + facts.op.ndim :])
    kernels = [w.entries[k : k + size] for k in range(0, len(w.entries), size)]
    assert len(set(kernels)) >= len(kernels) - 1
    assert sum(k != k[::-1] for k in kernels) >= len(kernels) - 1
    assert len({e.value for e in facts.y.lines}) >= len(facts.y.lines) // 2
    assert max(abs(e.value) for e in facts.y.lines) < 100


def test_in_python_and_jupyter() -> None:
    found = sc.example(sc.local2d(stride=2), input=(4, 4), kernel=(2, 2), seed=2)
    assert found._repr_latex_().startswith("$$\\begin{aligned}")
    assert found.trace("dx[0,1]")._repr_latex_().startswith("$$\\begin{aligned}")
    assert np.shape(found.w) == (2, 2, 2, 2)
    assert np.shape(found.b) == (2, 2)
    assert (
        sc.trace("dw[1,0,0,1]", sc.local2d(stride=2), input=(4, 4), kernel=(2, 2), seed=2).value
        == found.grad("w")[1][0][0][1]
    )
    run_ = sc.evaluate(sc.local2d(stride=2), x=[[found.x]], w=[[found.w]], b=[found.b], g=[[found.g]])
    assert np.asarray(run_.y)[0, 0].tolist() == found.y
    named = sc.example(sc.local1d(stride="s"), input=5, kernel=2, s=3)
    assert len(named.y) == 2


# figures
def cells(scene: Any) -> dict[str, Any]:
    return {e.key: e for e in scene.elements if isinstance(e, Cell)}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_heavy_cells_are_what_the_entry_is_made_of(seed: int) -> None:
    right, facts, draw = trial("local", seed), example("local", seed).facts, random.Random(seed)
    roles = {"y": ("w", "x"), "x": ("g", "w")}
    for part in ("y", "x"):
        index = draw.choice(list(np.ndindex(right.truth[part].shape)))
        scene = one(facts, part, index)
        heavy = {key for key, cell in cells(scene).items() if cell.role == "hit"}
        wanted = set()
        for at_ in (t for t in right.products or () if t[part] == index):
            for name, at in (("g", at_["y"]), ("w", at_["w"]), ("x", at_["x"])):
                if name in roles[part]:
                    wanted.add(f"{name}[{','.join(map(str, facts.array(name).short(at)))}]")
        assert heavy == wanted
        (framed,) = [cell for cell in cells(scene).values() if cell.outline]
        assert Fraction(plain(framed.runs).replace("−", "-")) == right.truth[part][index]


def test_the_kernel_of_the_window_stands_out_among_all() -> None:
    facts = sc.example(sc.local2d(), x="1 2 3; 4 5 6; 7 8 9", kernel=(2, 2)).facts
    shown = cells(one(facts, "y", (0, 0, 1, 0)))
    assert {k for k, c in shown.items() if k.startswith("w[") and c.role == "hit"} == {
        f"w[1,0,{p},{q}]" for p in (0, 1) for q in (0, 1)
    }
    assert sum(k.startswith("w[") for k in shown) == 16
    back = cells(one(facts, "x", (0, 0, 1, 1)))
    assert {k for k, c in back.items() if c.role == "hit"} == {
        *(f"g[{i},{j}]" for i in (0, 1) for j in (0, 1)), "w[0,0,1,1]", "w[0,1,1,0]", "w[1,0,0,1]", "w[1,1,0,0]",
    }  # fmt: skip


def test_the_matrix_is_that_of_the_convolution_with_a_name_for_every_entry() -> None:
    ours = figure(sc.example(sc.local2d(padding=1), input=(3, 3), kernel=(2, 3)).facts, "matrix")
    conv = figure(sc.example(sc.conv2d(padding=1), input=(3, 3), kernel=(2, 3)).facts, "matrix")
    ours_, conv_ = ({k: plain(c.runs) for k, c in cells(scene).items()} for scene in (ours, conv))
    assert {k for k, name in ours_.items() if name != "·"} == {k for k, name in conv_.items() if name != "·"}
    names = [name for name in ours_.values() if name != "·"]
    assert len(names) == len(set(names)) > len({name for name in conv_.values() if name != "·"})
    assert all(ours_[k].endswith(conv_[k].removeprefix("w[")) for k, name in conv_.items() if name != "·")


def test_too_many_kernels_stand_alone() -> None:
    facts = sc.example(sc.local2d(), input=(8, 8), kernel=(3, 3)).facts
    scene = figure(facts, "forward")
    assert flaws(scene) == []
    assert sum(k.startswith("w[") for k in cells(scene)) == 9
    assert any("1 of 36 kernels" in plain(e.runs) for e in scene.elements if hasattr(e, "runs"))


def test_figures_of_traces() -> None:
    found = sc.example(sc.local1d(padding=1), input=4, kernel=2)
    for entry in ("y[2]", "dx[1]", "dw[1,1]"):
        assert flaws(trace_figure(found.trace(entry).facts)) == []
        assert found.trace(entry).picture().startswith(("<svg", "<?xml"))
    with pytest.raises(sc.SymconvError, match="only a sum"):
        found.trace("db[0]").picture()
    assert "There is no figure here" in found.trace("db[0]").html()
    assert "<svg" in found.html()


@pytest.mark.parametrize(
    "made_", [sc.example(sc.local1d(), input=3, kernel=2), sc.example(sc.max_pool1d(2), input=4)], ids=["local", "pooled"]
)
def test_in_the_gallery_a_page_is_its_family_s(made_: Any) -> None:
    for facts, own in ((made_.facts, made_), (made_.trace("dx[0]").facts, made_.trace("dx[0]"))):
        page = gallery_page("Title\n\nWords.", [facts], "markdown")
        own_parts = own.markdown().partition("\n")[2].replace("\n## ", "\n### ").strip().split("\n\n")
        assert all(part in page for part in own_parts)
        assert page.index(own_parts[0]) < page.index(own_parts[-1])
        assert "tikzpicture" in gallery_page("Title\n\nWords.", [facts], "latex")


# what moves
@pytest.mark.sweep(2)
@pytest.mark.parametrize(("part", "steps", "titles"), [
    ("y", 3, ["y[0]", "y[1]", "y[2]"]),
    ("x", 4, ["dL/dx[0]", "dL/dx[1]", "dL/dx[2]", "dL/dx[3]"]),
    ("w", 3, ["dL/dw[0,:]", "dL/dw[1,:]", "dL/dw[2,:]"]),
])  # fmt: skip
def test_the_moving_window(part: str, steps: int, titles: list[str]) -> None:
    found = sc.example(sc.local1d(), x=[1, 2, 3, 4], w=[[1, 2], [0, 1], [3, -1]], g=[1, -1, 2])
    moved = moving(found.facts, part, False)
    assert [name for name, _, _ in moved.steps] == titles
    name = {"y": "y[", "x": "dL/dx[", "w": "dL/dw["}[part]
    filled = [sum(k.startswith(name) and bool(c.runs) for k, c in cells(scene).items()) for _, scene, _ in moved.steps]
    assert filled == [k * (2 if part == "w" else 1) for k in range(1, steps + 1)]
    assert len({(scene.width, scene.height) for _, scene, _ in moved.steps}) == 1
    rows = [row for _, _, lines_ in moved.steps for row in lines_]
    total = exact(found.y if part == "y" else found.grad(part))
    assert [Fraction(row.value) for row in rows] == list(total.flat)
    page = found.picture("stepper", part)
    assert page.count('class="frame"') == steps
    assert found.picture("gif", part)[:6] == b"GIF89a"


def test_no_step_shows_a_flaw() -> None:
    found = sc.example(sc.local2d(stride=2, padding=((1, 0), (0, 1))), input=(2, 3, 2), kernel=(2, 2), out_channels=2).facts
    for part in "yxw":
        for _, scene, _ in moving(found, part, True).steps:
            assert flaws(scene) == []
