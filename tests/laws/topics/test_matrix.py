"""Operators as matrices: T x against numbers, the pattern against the cells, the transpose against dL/dx, weights shared or not."""

from __future__ import annotations

import json
import random
import subprocess
from dataclasses import replace
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import pytest

import symconv as sc
from symconv.errors import SymconvError
from symconv.pages.spelling import width
from tests.harness import run

CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "1d": (sc.correlate1d(), {"input": 5, "kernel": 3}),
    "1d flipped": (sc.convolve1d(), {"input": 5, "kernel": 3}),
    "full": (sc.convolve1d(mode="full"), {"input": 3, "kernel": 4}),
    "same even": (sc.correlate1d(mode="same"), {"input": 5, "kernel": 4}),
    "remainder": (sc.correlate1d(stride=3, padding=((1, 0),)), {"input": 8, "kernel": 2}),
    "dilation": (sc.correlate1d(dilation=2, padding=((0, 3),)), {"input": 6, "kernel": 3}),
    "cropping": (sc.correlate1d(padding=((-1, -2),)), {"input": 7, "kernel": 2}),
    "kernel wider than input": (sc.correlate1d(padding=((2, 1),)), {"input": 2, "kernel": 4}),
    "one cell": (sc.correlate1d(), {"input": 1, "kernel": 1}),
    "2d": (sc.correlate2d(), {"input": (4, 4), "kernel": (2, 2)}),
    "2d uneven": (sc.conv2d(stride=(1, 2), padding=((1, 0), (0, 2)), dilation=(2, 1)), {"input": (4, 5), "kernel": (2, 3)}),
    "3d": (sc.correlate3d(padding=(0, 1, 0)), {"input": (2, 2, 3), "kernel": (2, 3, 1)}),
    "channels": (sc.conv1d(), {"input": 4, "kernel": 2, "in_channels": 2, "out_channels": 3}),
    "groups": (sc.conv1d(groups=2, stride=2), {"input": 5, "kernel": 2, "in_channels": 4, "out_channels": 2}),
    "batch": (sc.conv1d(flip_kernel=True), {"input": 3, "kernel": 2, "batch": 2}),
    "transposed": (sc.conv_transpose1d(stride=2, padding=1, output_padding=1), {"input": 4, "kernel": 3}),
    "transposed 2d": (
        sc.conv_transpose2d(stride=(2, 1), dilation=(1, 2)), {"input": (2, 3), "kernel": (3, 2), "in_channels": 2, "out_channels": 2}
    ),
    "transposed groups": (sc.conv_transpose1d(groups=2, stride=3), {"input": 2, "kernel": 2, "in_channels": 2, "out_channels": 4}),
}  # fmt: skip
ON_EACH = pytest.mark.parametrize("name", CASES)


def made(name: str, **more: Any) -> Any:
    op, given = CASES[name]
    return sc.matrix(op, **given, **more)


def shapes(found: Any) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """y's, w's and x's."""
    from symconv.topics.matrix.cells import sizes

    op = found.facts.op
    return sizes(op, op.result), sizes(op, op.kernel), sizes(op, op.data)


def nested(flat: list[Any], shape: tuple[int, ...]) -> Any:
    if not shape:
        return flat[0]
    step = prod(shape[1:])
    return [nested(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


def numbers(found: Any, draw: random.Random) -> tuple[dict[str, int], Any]:
    """A number for every entry of the kernel, by the names in the cells, and as an array."""
    _, shape, _ = shapes(found)
    values = [draw.randint(-9, 9) for _ in range(prod(shape))]
    skip = found.facts.skip[1]
    names = ["w" + "_".join(map(str, index[skip:])) for index in product(*(range(n) for n in shape))]
    return dict(zip(names, values, strict=True)), nested(values, shape)


@ON_EACH
def test_the_matrix_computes_the_layer_and_its_transpose_the_gradient(name: str) -> None:
    """With numbers: T x = y and T^T g = dL/dx, both by sc.evaluate."""
    draw, found = random.Random(name), made(name)
    above, _, across = shapes(found)
    w, kernel = numbers(found, draw)
    x, g = ([draw.randint(-9, 9) for _ in range(prod(shape))] for shape in (across, above))
    cells = [[0 if c is None else w[c] for c in row] for row in found.cells]
    done = sc.evaluate(sc_handle(found), x=nested(x, across), w=kernel, g=nested(g, above))
    assert [sum(c * v for c, v in zip(row, x, strict=True)) for row in cells] == [int(v) for v in done.y.ravel()]
    back = [sum(row[j] * v for row, v in zip(cells, g, strict=True)) for j in range(len(x))]
    assert back == [int(v) for v in done.grad_x.ravel()]
    assert found.shape == (len(g), len(x))


def sc_handle(found: Any) -> Any:
    return sc.Operator(found.facts.op)


def test_what_has_no_matrix_here_is_one_line() -> None:
    with pytest.raises(SymconvError, match=r"expected an operator such as sc.conv2d\(\), got str"):
        sc.matrix("conv2d")  # type: ignore[arg-type]


@ON_EACH
def test_every_check_held(name: str) -> None:
    assert {v.status for v in made(name).verdicts} == {"checked"}
    assert len(made(name).verdicts) == 3


@pytest.mark.sweep(24)
@ON_EACH
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json"])
def test_every_target(name: str, to: str) -> None:
    page = getattr(made(name), to)()
    assert page
    if to == "text":
        assert max(map(width, page.split("\n"))) <= 80
    if to == "json":
        assert json.loads(page)["matrix"]


LEVELS = {
    "1d": ["toeplitz"], "full": ["toeplitz"], "dilation": ["toeplitz"], "remainder": ["rows"], "2d": ["toeplitz"] * 2,
    "2d uneven": ["toeplitz", "rows"], "3d": ["toeplitz"] * 3, "groups": ["rows"], "transposed": ["columns"],
    "transposed 2d": ["columns", "toeplitz"],
}  # fmt: skip
WORDS = {
    "1d": "T is a banded Toeplitz matrix", "2d": "T is doubly block Toeplitz", "3d": "block Toeplitz on three levels",
    "remainder": "every 3rd row of a Toeplitz matrix", "dilation": "3 diagonals, 2 apart", "groups": "the 2 groups on the diagonal",
    "transposed": "every 2nd column of a Toeplitz matrix", "channels": "T has 3 x 2 blocks", "batch": "Every image has the same",
}  # fmt: skip


@pytest.mark.parametrize("name", LEVELS)
def test_patterns(name: str) -> None:
    assert [level.kind for level in made(name).pattern.levels] == LEVELS[name]


@pytest.mark.parametrize("name", WORDS)
def test_patterns_in_words(name: str) -> None:
    assert WORDS[name] in " ".join(made(name).text().split())


def test_toeplitz_is_what_it_says() -> None:
    """Constant along diagonals, and in 2D along diagonals of blocks and within them; with a stride it is not."""
    one, two, strided = made("1d").cells, made("2d").cells, made("remainder").cells
    assert all(one[i][j] == one[i + 1][j + 1] for i in range(2) for j in range(4))
    assert all(two[i][j] == two[i + 3][j + 4] for i in range(6) for j in range(12))
    assert all(two[i][j] == two[i + 1][j + 1] for i, j in product(range(8), range(15)) if i % 3 != 2 and j % 4 != 3)
    assert any(strided[i][j] != strided[i + 1][j + 1] for i in range(2) for j in range(7))
    assert all(strided[i][j] == strided[i + 1][j + 3] for i in range(2) for j in range(5))


def test_special_shapes() -> None:
    causal = sc.matrix(sc.correlate1d(padding=((2, 0),)), input=4, kernel=3)
    assert causal.pattern.shape == "lower"
    assert sc.matrix(sc.correlate1d(padding=((0, 2),)), input=4, kernel=3).pattern.shape == "upper"
    point = sc.matrix(sc.conv2d(kernel=1), input=(2, 2), in_channels=2, out_channels=3)
    assert point.pattern.identity
    assert "one matrix product over the channels, 3 x 2" in " ".join(point.text().split())
    assert not sc.matrix(sc.conv1d(kernel=1, stride=2), input=3).pattern.identity


def test_a_sympy_matrix() -> None:
    import sympy

    T = made("1d").sympy()
    w0, w1, w2 = sympy.symbols("w0 w1 w2")
    assert T.row(1) == sympy.Matrix([[0, w0, w1, w2, 0]])


def test_the_command_of_the_issue() -> None:
    done = run("matrix", "conv2d", "--input", "4x4", "--kernel", "2x2")
    assert done.exit_code == 0
    assert "y11    ·   ·   ·   · │   · w00 w01   · │   · w10 w11   · │   ·   ·   ·   ·" in done.stdout
    assert "doubly block Toeplitz" in done.stdout
    assert done.stdout.count("✓") == 16
    assert "36 products" in done.stdout


# weights of one's own, weights shared
def test_dense_local_convolutional() -> None:
    found = sc.matrix(sc.conv1d(), input=6, kernel=3, compare=True)
    dense, local, conv = found.facts.comparisons
    assert [(c.weights, c.biases) for c in (dense, local, conv)] == [(24, 4), (12, 4), (3, 1)]
    assert (
        sum(c is not None for row in conv.cells for c in row)
        == sum(c is not None for row in local.cells for c in row)
        == 12
    )
    assert conv.cells[1] == (None, 0, 1, 2, None, None)
    assert local.cells[1] == (None, 3, 4, 5, None, None)
    assert [v.status for v in found.verdicts] == ["checked"] * 4
    shown = found.text()
    assert all(
        f"{name} ({n} weights)" in " ".join(shown.split())
        for name, n in (("dense", 24), ("locally connected", 12), ("convolutional", 3))
    )


def test_comparison_with_channels_groups_and_padding() -> None:
    op = sc.conv2d(groups=2, padding=1, stride=(1, 2), bias=False)
    found = sc.matrix(op, input=(2, 3), kernel=(2, 2), in_channels=2, out_channels=4, compare=True)
    dense, local, conv = found.facts.comparisons
    outputs = 4 * 3 * 2
    assert (conv.weights, local.weights, dense.weights) == (4 * 1 * 4, outputs * 4, outputs * 12)
    assert dense.biases == local.biases == conv.biases == 0
    own = [c for row in local.cells for c in row if c is not None]
    assert len(own) == len(set(own))


def test_a_wrong_matrix_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from symconv.topics.matrix import story as matrices

    good = matrices.matrix
    monkeypatch.setattr(matrices, "matrix", lambda layer: replace(good(layer), cells=good(layer).cells[::-1]))
    with pytest.raises(SymconvError, match="false"):
        matrices.as_matrix(sc.correlate1d().at(input=4, kernel=2).data)


WIDE = [
    "conv2d --input 2x3x3 --kernel 2x2 --out-channels 2",
    "conv1d --input 28 --kernel 3",
    "conv3d --input 2x2x2x3 --kernel 2x1x2 --out-channels 2",
    "conv2d --input 1x4x4 --kernel 2x2",
]


@pytest.mark.tex
@pytest.mark.parametrize("line", WIDE)
def test_no_matrix_is_wider_than_its_page(line: str, tmp_path: Path) -> None:
    """Set smaller as far as that is read, and beyond it one letter a cell, with a legend."""
    made = run("matrix", *line.split(), "--to", "latex", "--standalone").stdout
    (tmp_path / "m.tex").write_text(made, encoding="utf-8")
    words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "m.tex"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout
    if line == WIDE[0]:
        fragment = run("matrix", *line.split(), "--to", "latex").stdout
        assert "b = w[0,0,0,1]" in fragment
        assert r"\begin{verbatim}" in fragment
