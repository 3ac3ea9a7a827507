"""im2col: the matrices against windows cut out by NumPy, the products against brute force, wrong matrices refused."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.errors import SymconvError
from symconv.topics.im2col import story as unfold
from symconv.topics.im2col.check_unfolding import check_unfolding
from symconv.topics.im2col.facts import Unfolding
from symconv.topics.im2col.unfold import reads
from tests.harness import run


def matrices(op: Any, **given: Any) -> Unfolding:
    return unfold.unfolding(op.at(**given).data)


def test_the_textbook_case() -> None:
    found = matrices(sc.correlate2d(), input=(4, 4), kernel=(2, 2))
    (group,) = found.groups
    assert np.array(group.unfolded).shape == (4, 9, 2)
    for row, (a, b) in zip(group.unfolded, product(range(2), repeat=2), strict=True):
        assert list(row) == [(i + a, j + b) for i, j in product(range(3), repeat=2)]
    assert reads(found)[0, 0] == 1
    assert reads(found)[1, 2] == 4


CASES = [
    ("conv1d", {"stride": 2, "padding": ((1, 2),)}, {"input": 6, "kernel": 3, "in_channels": 2, "out_channels": 3, "batch": 2}),
    ("conv1d", {"groups": 2, "dilation": 2, "padding": 1}, {"input": 5, "kernel": 2, "in_channels": 4, "out_channels": 6}),
    ("conv2d", {"stride": (2, 1), "padding": ((1, 0), (2, 1)), "groups": 2, "flip_kernel": True},
     {"input": (3, 4), "kernel": (2, 3), "in_channels": 2, "out_channels": 4, "batch": 2}),
    ("conv2d", {"padding": ((-1, 1), (0, -1))}, {"input": (4, 5), "kernel": (2, 1)}),
    ("conv3d", {"stride": (1, 2, 1), "padding": (1, 0, 1)}, {"input": (2, 3, 2), "kernel": (2, 2, 1), "in_channels": 2}),
    ("convolve2d", {"mode": "full"}, {"input": (2, 3), "kernel": (3, 2)}),
    ("correlate1d", {"padding": 4, "dilation": 2}, {"input": 2, "kernel": 4}),
    ("correlate1d", {}, {"input": 1, "kernel": 1}),
    ("conv2d", {"padding": 1, "padding_mode": "reflect", "stride": 2}, {"input": (3, 4), "kernel": (2, 3), "in_channels": 2}),
    ("convolve1d", {"padding": ((0, 2),), "padding_mode": "circular"}, {"input": 4, "kernel": 3}),
    ("correlate3d", {"padding": 1, "padding_mode": "symmetric"}, {"input": (2, 1, 2), "kernel": (1, 2, 2)}),
]  # fmt: skip
ON_EACH = pytest.mark.parametrize(("name", "given", "sizes"), CASES, ids=[str(k) for k in range(len(CASES))])


@ON_EACH
def test_products_are_exact(name: str, given: dict[str, Any], sizes: dict[str, Any]) -> None:
    found = matrices(getattr(sc, name)(**given), **sizes)
    assert [c.verdict.status for c in found.checks] == ["checked"] * 5
    assert {c.kind.removeprefix("im2col-") for c in found.checks} == {"y", "w", "x", "adjoint", "numbers"}


@ON_EACH
def test_matrix_products_in_numbers(name: str, given: dict[str, Any], sizes: dict[str, Any]) -> None:
    """y, dL/dw and dL/dx from the printed matrices alone, against sc.evaluate."""
    op = getattr(sc, name)(**given)
    found = matrices(op, **sizes)
    numbers = np.random.RandomState(1)
    x, w, g = (numbers.randint(-9, 10, found.shape(role)) for role in ("x", "w", "y"))
    run = sc.evaluate(op, x=x, w=w, g=g)
    y, dw, dx = np.zeros_like(g), np.zeros_like(w), np.zeros_like(x)
    for group in found.groups:
        u = np.array([[0 if c is None else x[c] for c in row] for row in group.unfolded])
        kernel = np.array([[w[c] for c in row] for row in group.kernel])
        up = np.array([[g[c] for c in row] for row in group.output])
        for cells, values, into in (
            (group.output, kernel @ u, y),
            (group.kernel, up @ u.T, dw),
            (group.unfolded, kernel.T @ up, dx),
        ):
            for row, line in zip(cells, values, strict=True):
                for cell, value in zip(row, line, strict=True):
                    if cell is not None:
                        into[cell] += value
    assert np.array_equal(y, run.y)
    assert np.array_equal(dw, run.grad_w)
    assert np.array_equal(dx, run.grad_x)


@pytest.mark.parametrize("seed", range(12))
def test_a_wrong_matrix_is_refuted(seed: int) -> None:
    """One entry of U changed, or two columns exchanged: some check says so."""
    rng = random.Random(seed)
    found = matrices(sc.conv2d(padding=1, stride=(1, 2)), input=(3, 4), kernel=(2, 2), in_channels=2)
    (group,) = found.groups
    rows = [list(row) for row in group.unfolded]
    if seed % 2:
        k = rng.randrange(len(rows))
        j = rng.randrange(len(rows[k]))
        rows[k][j] = (0, 0, 0, 0) if rows[k][j] != (0, 0, 0, 0) else None
    else:
        i, j = rng.sample(range(len(rows[0])), 2)
        for row in rows:
            row[i], row[j] = row[j], row[i]
    bad = replace(found, groups=(replace(group, unfolded=tuple(map(tuple, rows))),))
    verdicts = {c.kind: c.verdict.status for c in check_unfolding(bad)}
    assert verdicts["im2col-y"] == "refuted"
    assert verdicts["im2col-x"] == "refuted"
    assert verdicts["im2col-numbers"] == "refuted"


def test_col2im_is_no_inverse() -> None:
    """col2im(im2col(1)) counts the copies."""
    counts = reads(matrices(sc.correlate1d(stride=3), input=7, kernel=2))
    assert [counts[j,] for j in range(7)] == [1, 1, 0, 1, 1, 0, 0]


# pages
@pytest.mark.sweep(16)
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json"])
@ON_EACH
def test_pages(name: str, given: dict[str, Any], sizes: dict[str, Any], to: str) -> None:
    page = sc.im2col(getattr(sc, name)(**given), **sizes)
    text = getattr(page, to)()
    assert "col2im" in text
    if to == "text":
        assert max(map(len, text.split("\n"))) <= 80
    if to == "json":
        assert {c["verdict"] for c in json.loads(text)["checks"]} == {"checked"}


def test_the_command() -> None:
    result = run("im2col", "conv2d", "--input", "4x4", "--kernel", "2x2")
    assert result.exit_code == 0
    assert "w₁₁ │ x₁₁  x₁₂  x₁₃  x₂₁  x₂₂  x₂₃  x₃₁  x₃₂  x₃₃" in result.stdout
    told = json.loads(run("im2col", "conv2d", "--input", "4x4", "--kernel", "2x2", "--json").stdout)
    assert told["groups"][0]["unfolded"][3][8] == "x0_0_3_3"
    assert told["shapes"] == {"x": [1, 1, 4, 4], "w": [1, 1, 2, 2], "y": [1, 1, 3, 3]}


def test_bad_input_from_python() -> None:
    with pytest.raises(SymconvError, match="expected an operator"):
        sc.im2col("conv2d", input=3, kernel=2)


@pytest.mark.torch
def test_pytorchs_unfold_has_the_same_rows_and_columns() -> None:
    import torch

    x = torch.arange(2 * 2 * 4 * 5).reshape(2, 2, 4, 5).double()
    theirs = torch.nn.functional.unfold(x, (2, 3), dilation=(1, 2), padding=(1, 0), stride=(2, 1)).numpy()
    op = sc.conv2d(stride=(2, 1), padding=(1, 0), dilation=(1, 2))
    found = matrices(op, input=(4, 5), kernel=(2, 3), in_channels=2, batch=2)
    ours = np.array([[0 if c is None else x.numpy()[c] for c in row] for row in found.groups[0].unfolded])
    assert np.array_equal(np.concatenate(list(theirs), axis=1), ours)
