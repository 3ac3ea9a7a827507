"""Pyramids of receptive fields and bands of matrices as pictures: what they show is what was checked, and every target has them."""

from __future__ import annotations

import re
from itertools import pairwise, product
from math import prod
from pathlib import Path
from typing import Any

import pytest

import symconv as sc
from symconv.errors import SymconvError
from symconv.language.operator import shape as operator_shape
from symconv.language.scene import Area, Cell, Curve, Text, entry, flaws, plain
from symconv.pages import tikz
from symconv.topics.matrix.figure import bands, compared
from symconv.topics.sizes.figure import MOST, pyramid
from symconv.topics.sizes.story import receptive_field
from tests.harness import run

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


COMMANDS = {
    "pyramid": ("receptive-field", STACKS["axes"][0]),
    "matrix": ("matrix", "conv2d", "--input", "3x4", "--kernel", "2x2", "--stride", "1x2"),
    "comparison": ("matrix", "conv1d", "--input", "5", "--kernel", "2", "--compare"),
}


@pytest.mark.sweep(2)
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
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


# matrices
MATRICES: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("conv2d", {"input": (4, 4), "kernel": (2, 2)}),
    "remainder": ("conv2d", {"input": (6, 5), "kernel": (3, 2), "stride": (2, 3), "padding": ((1, 0), (0, 2))}),
    "channels": ("conv2d", {"input": (3, 4), "kernel": (2, 1), "in_channels": 4, "out_channels": 2, "groups": 2}),
    "batch": ("conv1d", {"input": 4, "kernel": 2, "batch": 2, "in_channels": 2, "out_channels": 3}),
    "dilation": ("conv1d", {"input": 9, "kernel": 3, "dilation": 2, "padding": 1}),
    "flip": ("convolve1d", {"input": 5, "kernel": 3, "mode": "full"}),
    "transposed": ("conv_transpose1d", {"input": 4, "kernel": 3, "stride": 2, "output_padding": 1}),
    "three axes": ("conv3d", {"input": (2, 3, 3), "kernel": (1, 2, 2)}),
    "product over channels": ("conv2d", {"input": (2, 2), "kernel": (1, 1), "in_channels": 3, "out_channels": 2}),
    "one": ("conv1d", {"input": 1, "kernel": 1}),
    "wide kernel": ("conv1d", {"input": 2, "kernel": 5, "padding": 3}),
    "large": ("conv2d", {"input": (9, 8), "kernel": (3, 3), "stride": (2, 1)}),
    "larger": ("conv2d", {"input": (14, 14), "kernel": (3, 3)}),
}
COMPARED = [
    name for name, (op, _) in MATRICES.items() if op.startswith("conv") and op not in ("convolve1d", "conv_transpose1d")
]


def linear(name: str, compare: bool = False) -> Any:
    op, given = MATRICES[name]
    sizes = {k: given[k] for k in ("input", "kernel", "batch", "in_channels", "out_channels") if k in given}
    return sc.matrix(getattr(sc, op)(**{k: v for k, v in given.items() if k not in sizes}), compare=compare, **sizes).facts


@pytest.mark.sweep(3)
@pytest.mark.parametrize("name", MATRICES)
def test_bands_hold(name: str) -> None:
    page = linear(name)
    for transpose in (False, True):
        picture = bands(page, transpose)
        assert flaws(picture) == []
        assert picture.title.endswith("transposed") == transpose
        assert picture.description.endswith(".")


@pytest.mark.parametrize("name", [n for n in MATRICES if not n.startswith("large")])
def test_the_bands_are_the_forward_definition(name: str) -> None:
    """T times x, read off the picture, is what evaluate makes of x (entries of w by their names in the cells)."""
    op, given = MATRICES[name]
    page = linear(name)
    rows, columns = len(page.matrix.rows), len(page.matrix.columns)
    shape = [max(at[k] for at in page.matrix.columns) + 1 for k in range(len(page.matrix.columns[0]))]
    kernel = [n.constant for n in kernel_shape(page.op)]
    x, w = filled(shape, 3), filled(kernel, 7)
    built = getattr(sc, op)(**{k: v for k, v in given.items() if k in PARAMETERS})
    y = flat(sc.evaluate(built, x=nested(x, shape), w=nested(w, kernel)).y)
    names = {
        entry("w", at[page.skip[1] :]): w[k] for k, at in enumerate(product(*(range(n) for n in kernel)))
    }  # as they are written in the cells
    drawn = {e.key: e for e in bands(page).elements if isinstance(e, Cell)}
    assert len(drawn) == rows * columns
    for r in range(rows):
        cells = [drawn[f"T[{r},{c}]"] for c in range(columns)]
        assert sum(names[c.runs] * v for c, v in zip(cells, x, strict=True) if c.role != "miss") == y[r]


PARAMETERS = ("stride", "padding", "dilation", "groups", "mode", "output_padding")


def filled(shape: list[Any], factor: int) -> list[int]:
    return [(factor * k * k + 5 * k + 1) % 101 - 40 for k in range(prod(shape))]


def nested(values: list[int], shape: list[Any]) -> Any:
    if not shape[1:]:
        return values
    step = len(values) // shape[0]
    return [nested(values[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


def flat(values: Any) -> list[Any]:
    return [v for part in values for v in flat(part)] if hasattr(values, "__len__") else [values]


def kernel_shape(op: Any) -> Any:
    return operator_shape(op, op.kernel)


@pytest.mark.parametrize("name", ["plain", "dilation", "channels"])
def test_a_tap_has_one_look_and_few_taps_differ(name: str) -> None:
    page = linear(name)
    look = {(e.runs, e.role) for e in bands(page).elements if isinstance(e, Cell) and e.role != "miss"}
    assert len({runs for runs, _ in look}) == len(look)
    if len(look) <= 8:
        assert len({role for _, role in look}) == len(look)


def test_squares_are_the_cells_of_t() -> None:
    page = linear("larger")
    squares = [e for e in bands(page).elements if isinstance(e, Area) and e.role.startswith("band") and e.box.h == 4.5]
    left, top = min(e.box.x for e in squares), min(e.box.y for e in squares)
    found = {(round((e.box.y - top) / 4.5), round((e.box.x - left) / 4.5)) for e in squares}
    wanted = {(r, c) for r, row in enumerate(page.matrix.cells) for c, tap in enumerate(row) if tap}
    assert found == wanted


@pytest.mark.sweep(3)
@pytest.mark.parametrize("name", COMPARED)
def test_comparisons_hold(name: str) -> None:
    page = linear(name, True)
    picture = compared(page)
    assert flaws(picture) == []
    for one in page.comparisons:
        cells = {e.key: plain(e.runs) for e in picture.elements if isinstance(e, Cell) and e.key.startswith(one.name)}
        if cells:
            wanted = {
                f"{one.name}[{r},{c}]": "" if n is None else str(n)
                for r, row in enumerate(one.cells)
                for c, n in enumerate(row)
            }
            assert cells == wanted
        assert f"{one.weights} weight" in picture.description
    shared = [e for e in picture.elements if isinstance(e, Cell) and e.role.startswith("band")]
    assert all(e.key.startswith("conv[") for e in shared)


def test_matrices_without_a_picture() -> None:
    with pytest.raises(SymconvError, match="figure: expected at most 256 rows and columns"):
        bands(sc.matrix(sc.conv2d(), input=(2, 130), kernel=(1, 2)).facts)
    page = run("matrix", "conv2d", "--input", "2x130", "--kernel", "1x2", "--to", "html")
    assert page.exit_code == 0
    assert "<figure>" not in page.stdout
    wrong = run("matrix", "conv2d", "--input", "2x130", "--kernel", "1x2", "--to", "svg")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    one = sc.matrix(sc.conv1d(), input=5, kernel=2)
    with pytest.raises(SymconvError, match="expected a comparison"):
        one.picture(figure="compare")
    with pytest.raises(SymconvError, match="expected one of T, transpose, compare, got 'Tt'"):
        one.picture(figure="Tt")
    assert one.picture(figure="transpose") != one.picture()


def test_a_page_of_a_pdf_holds_the_figure() -> None:
    """A tall figure is made smaller, so that its caption stands below it."""
    tall = compared(linear("plain", True))
    assert tall.height * tikz.POINT > tikz.TALLEST
    (unit,) = re.findall(r"x=([0-9.]+)pt", tikz.picture(tall))
    assert float(unit) * tall.height <= tikz.TALLEST + 0.1
    (unit,) = re.findall(r"x=([0-9.]+)pt", tikz.picture(pyramid(stack("plain"))))
    assert float(unit) == tikz.POINT
