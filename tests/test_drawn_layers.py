"""Pyramids of receptive fields and bands of matrices as pictures: what they show is what was checked, and every target has them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import symconv as sc
from symconv.api.chains import receptive_field
from symconv.cli import main
from symconv.core.scene import Area, Cell, Curve, Text, flaws, plain
from symconv.errors import SymconvError
from symconv.figures.pyramid import MOST, pyramid

STACKS: dict[str, tuple[str, Any]] = {
    "plain": ("conv2d(kernel=3) conv2d(kernel=3) max_pool2d(2)", None),
    "axes": ("conv2d(kernel=(3,2),stride=(2,1)) relu conv2d(kernel=(1,3),dilation=2,padding=((2,1),(0,1)))", None),
    "holes": ("conv1d(kernel=2,stride=4,dilation=3) conv1d(kernel=2,dilation=2)", None),
    "padding": ("conv1d(kernel=3,padding=1) conv1d(kernel=3,padding=((3,0),)) max_pool1d(2)", 0),
    "padding only": ("conv1d(kernel=2,padding=3)", 0),
    "cropping": ("conv1d(kernel=3,padding=((-2,1),)) conv1d(kernel=2)", 4),
    "behind flatten": ("conv2d(2,3,kernel=3) flatten linear(10)", None),
    "one": ("conv1d(kernel=1)", None),
    "three axes": ("conv3d(kernel=(1,2,3)) avg_pool3d(2)", None),
    "wide": ("conv1d(kernel=21) conv1d(kernel=22) conv1d(kernel=20)", None),
    "too wide": ("conv2d(kernel=(2,90)) conv2d(kernel=3,stride=2)", None),
    "deep": ("conv1d(kernel=3) " * 150, None),
    "long text": (
        "conv2d(kernel=(3,3),padding=((10,11),(12,13)),dilation=(1,1),stride=(1,1),groups=1,bias=False)",
        (12, 12),
    ),
}


def stack(name: str) -> Any:
    layers, unit = STACKS[name]
    return receptive_field(layers, unit=unit)


@pytest.mark.parametrize("name", STACKS)
def test_boxes_hold(name: str) -> None:
    picture = pyramid(stack(name))
    assert flaws(picture) == []
    assert picture.title.startswith("the receptive field behind ")
    assert picture.description.endswith(".")
    assert picture.width < 2000


def windows(found: Any) -> list[tuple[int, ...]]:
    """(K, s, d, lo) of axis 0, the layer on top first, straight from the layers."""
    rows = [row.layer.windows[0].numbers for row in found.rows if row.layer.ndim]
    return [numbers[:4] for numbers in rows[::-1]]


@pytest.mark.parametrize("name", ["plain", "holes", "padding", "padding only", "cropping", "one", "wide"])
def test_the_marked_places_are_those_that_are_read(name: str) -> None:
    """Index sets sent backwards from the unit on top, padding cut off: solid cells; all else is dashed or hatched."""
    found = stack(name)
    cells = [e for e in pyramid(found).elements if isinstance(e, Cell)]
    live = {found.pyramids[0].unit}
    for k, (taps, s, d, lo) in enumerate(windows(found), 1):
        live = {s * u + d * p - lo for u in live for p in range(taps)}
        live = {u for u in live if u >= 0}
        solid = {c.key for c in cells if c.key.startswith(f"{k}:") and c.role in ("data", "level1")}
        assert solid == {f"{k}:{u}" for u in live}


def test_units_stand_above_the_middle_of_their_field() -> None:
    found = stack("plain")
    boxes = {c.key: c.box for c in pyramid(found).elements if isinstance(c, Cell)}
    assert boxes["0:0"].centre[0] == pytest.approx((boxes["3:0"].centre[0] + boxes["3:5"].centre[0]) / 2)
    assert boxes["1:1"].centre[0] == pytest.approx(boxes["3:3"].centre[0])
    base = [boxes[f"3:{u}"].x for u in range(6)]
    steps = [b - a for a, b in pairwise(base)]
    assert steps == pytest.approx([steps[0]] * 5)


def test_lines_join_what_windows_read() -> None:
    picture = pyramid(stack("plain"))
    boxes = {c.key: c.box for c in picture.elements if isinstance(c, Cell)}
    drawn = {(round(a, 3), round(b, 3)) for e in picture.elements if isinstance(e, Curve) for (a, _), (b, _) in [e.points]}
    wanted = {(0, 0, u) for u in (0, 1)} | {(1, u, u + p) for u in (0, 1) for p in range(3)}
    wanted |= {(2, u, u + p) for u in range(4) for p in range(3)}
    centre = {key: round(box.centre[0], 3) for key, box in boxes.items()}
    assert drawn == {(centre[f"{k}:{a}"], centre[f"{k + 1}:{b}"]) for k, a, b in wanted}


def test_bars_are_in_proportion() -> None:
    picture = pyramid(stack("deep"))
    bars = [e.box.w for e in picture.elements if isinstance(e, Area) and e.role == "level2"]
    assert 2 < len(bars) <= MOST
    told = [int(m[1]) for e in picture.elements if isinstance(e, Text) and (m := re.match(r"R = (\d+)", plain(e.runs)))]
    assert told[0] == 301
    assert [b / bars[0] for b in bars] == pytest.approx([n / 301 for n in told])
    assert "of 150 layers are shown" in plain([e for e in picture.elements if isinstance(e, Text)][-1].runs)


def test_names_make_no_pyramid() -> None:
    with pytest.raises(SymconvError, match="figure: expected numbers for kernels, strides and pads, got the names K, s"):
        pyramid(receptive_field("conv1d(kernel=3,stride=s) conv1d(kernel=K)"))
    page = run("receptive-field", "conv1d(kernel=3,stride=s) conv1d(kernel=K)", "--to", "html")
    assert page.exit_code == 0  # the page without the picture
    assert "<figure>" not in page.stdout


def run(*words: str) -> Any:
    return CliRunner().invoke(main, list(words))


@pytest.mark.parametrize("words", [("receptive-field", STACKS["axes"][0])], ids=lambda w: w[0])
def test_targets(words: tuple[str, ...], tmp_path: Path) -> None:
    made = {to: run(*words, "--to", to) for to in ("svg", "tikz", "html")}
    assert all(r.exit_code == 0 for r in made.values()), made
    assert made["svg"].stdout.startswith("<?xml")
    assert "<title" in made["svg"].stdout
    assert "<desc" in made["svg"].stdout
    assert r"\begin{tikzpicture}" in made["tikz"].stdout
    assert r"\documentclass" in run(*words, "--to", "tikz", "--standalone").stdout
    assert "<figure>" in made["html"].stdout
    assert made["svg"].stdout == run(*words, "--to", "svg").stdout
    target = tmp_path / "figure.png"
    assert run(*words, "--to", "png", "-o", str(target)).exit_code == 0
    assert target.read_bytes().startswith(b"\x89PNG")
    wrong = run(*words, "--to", "svg", "--standalone")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    wrong = run(*words, "--to", "gif")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)


def test_from_python() -> None:
    field = sc.receptive_field("conv2d(kernel=3)")
    assert field.picture().startswith("<?xml")
    assert field.picture("png").startswith(b"\x89PNG")
    assert "<figure>" in field.html()
