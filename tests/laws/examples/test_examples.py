"""Worked examples: the numbers are the truth's, both ways agree because they are both right, and the page says what it adds up.

truth      y and the gradients of ``tests.brute`` and ``tests.scatter``, for random operators, transposed layers and members
page       every printed line is read back: its symbols looked up, its numbers multiplied and added, its value compared
published  the cases of other projects, through ``symconv example --to json``
drawn      the same on every machine; the kernel changes under every flip, no two windows are alike, results are short
"""

from __future__ import annotations

import json
import re
import shlex
from fractions import Fraction
from functools import partial
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import symconv as sc
from symconv.language.example import GAP, PAD, Array
from tests import CORPORA, harness
from tests.cases.helpers import examples
from tests.cases.strategies import Case, cases, same
from tests.harness import printed
from tests.laws.pages.test_gallery_tex import complaints
from tests.oracles.page import lines, read_back
from tests.oracles.trial import exact

DATA = CORPORA
X, W = "1 2 3 0; 0 1 2 3; 3 0 1 2; 2 3 0 1", "2 0 1; 0 1 2; 1 0 2"


fields = partial(harness.fields, "example")


def numpy_of(array: Array) -> Any:
    packed = np.empty(len(array.entries), dtype=object)
    packed[:] = array.entries
    return packed.reshape(array.shape)


# truth
def test_a_derived_operator() -> None:
    closed = sc.derive(sc.conv2d(stride=2), "x", check=False).closed_form
    found = sc.example(closed, input=(2, 3), kernel=(3, 2), N1=6, N2=7).facts
    assert all(d.agree for d in found.gradients)
    assert [a.name for a in found.arrays] == ["g", "w", "dL/dx", "h"]
    with pytest.raises(sc.SymconvError, match="contradict"):
        sc.example(closed, input=(2, 3), kernel=(3, 2), N1=7, N2=7)


def test_the_remainder_and_the_gaps_are_told() -> None:
    """Stride 3 over a kernel of 2: gaps, and the last two of the eleven inputs."""
    (last, gap) = sorted(
        sc.example(sc.conv1d(stride=3), input=10, kernel=2).facts.gradient("x").unreached, key=lambda u: -u.places[-1]
    )
    assert (last.reason, last.places) == ("remainder", (8, 9))
    assert (gap.reason, gap.places) == ("gap", (2, 5))
    text = " ".join(sc.example(sc.conv1d(stride=3), input=10, kernel=2).text().split())
    assert "j = 8, 9: the last max(0, a - hi) = 2 places" in text
    assert "j = 2, 5: a gap that no tap reaches" in text
    within = sc.example(sc.conv1d(stride=3, padding=((0, 2),)), input=10, kernel=3)
    assert within.facts.gradient("x").unreached == ()
    assert "remainder 0" not in within.text()


@pytest.mark.parametrize(
    ("op", "sizes", "reasons"),
    [
        (sc.conv1d(padding=((-1, -2),)), {"input": 7, "kernel": 2}, {("cropped", (0,)), ("cropped", (5, 6))}),
        (sc.conv1d(padding=((-1, -2),)), {"input": 6, "kernel": 2}, {("cropped", (0, 4, 5))}),
        (sc.conv_transpose1d(padding=2), {"input": 4, "kernel": 2}, {("outside", (0, 3))}),
        (sc.conv1d(stride=2, padding=((0, 1),)), {"input": 4, "kernel": 2}, set()),
        (sc.conv1d(stride=4, padding=((0, 1),)), {"input": 6, "kernel": 2}, {("gap", (2, 3))}),
    ],
)
def test_reasons(op: Any, sizes: dict[str, Any], reasons: set[Any]) -> None:
    found = {(one.reason, one.places) for one in sc.example(op, **sizes).facts.gradient("x").unreached}
    assert {(why, m) for why, places in found for m in places} == {(why, m) for why, places in reasons for m in places}


# the arrays that are shown
@given(cases(families=("conv",), ndims=(1, 2)))
@examples(40)
def test_the_arrays_shown_are_what_the_words_say(case: Case) -> None:
    """dL/dx reads g with s - 1 zeros between entries and pads (e - lo, e - hi + a), by NumPy's own insert and pad."""
    made = sc.example(case.operator(), **{role: a.tolist() for role, a in case.arrays(3).items()}).facts
    data, kernel = made.gradient("x").views
    lead = made.array("g").lead
    for at, entries in made.array("g").planes():
        plane = np.array(entries, dtype=object).reshape(made.array("g").shape[lead:])
        for k in range(case.ndim):
            s, d, taps, pads, a = (v[k] for v in (case.stride, case.dilation, case.kernel, case.padding, case.remainder))
            plane = np.insert(plane, np.repeat(np.arange(1, plane.shape[k]), s - 1), 0, axis=k)
            wide = [d * (taps - 1) - pads[0], d * (taps - 1) - pads[1] + a]
            plane = np.pad(plane, [(max(0, wide[0]), max(0, wide[1])) if m == k else (0, 0) for m in range(case.ndim)])
            cut = slice(max(0, -wide[0]), plane.shape[k] - max(0, -wide[1]))
            plane = plane[(slice(None),) * k + (cut,)]
        shown = [0 if isinstance(cell, str) else made.array("g")[at + cell] for cell in data.cells]
        assert same(np.array(shown, dtype=object).reshape(data.shape), plane)
    assert kernel.flipped is not case.flip or prod(case.kernel) == 1
    firsts = [cell for cell in kernel.cells if not isinstance(cell, str)]
    assert firsts == (sorted(firsts, reverse=True) if kernel.flipped else sorted(firsts))
    assert set(data.cells) & {PAD, GAP} <= {PAD, GAP}


# page
PAGES = {
    "one plane": ("conv2d", {"x": X, "w": W}),
    "channels and stride": ("conv2d", {"input": (2, 5, 6), "kernel": (3, 2), "out_channels": 2, "stride": 2, "seed": 7}),
    "groups and batch": ("conv1d", {"input": (2, 4, 6), "kernel": 3, "out_channels": 2, "groups": 2, "dilation": 2}),
    "crop": ("conv2d", {"input": (6, 5), "kernel": (2, 3), "padding": ((-1, 1), (2, -1)), "stride": (2, 1)}),
    "true convolution": ("convolve1d", {"x": "1/2 -3 2 5", "w": "1 -1/3", "mode": "same"}),
    "transposed": ("conv_transpose2d", {"input": (3, 2), "kernel": (3, 2), "stride": 2, "padding": 1, "seed": 2}),
    "volume": ("conv3d", {"input": (3, 3, 2), "kernel": (2, 2, 2)}),
    "decimals": ("correlate1d", {"x": "0.5 1.25 3 0.1", "w": "0.2 1"}),
    "gaps": ("conv1d", {"input": 10, "kernel": 2, "stride": 3}),
    "fractions": ("conv2d", {"x": "1/2 -3/4; 5/6 7/123", "w": "1/3 2; -5/7 1", "padding": 1}),
    "long sums": ("conv1d", {"input": 60, "kernel": 30}),
    "long numbers": ("conv2d", {"x": "123456 -7890; 12345 67890", "w": "1000 -2000"}),
    "four channels": ("conv2d", {"input": (4, 5, 5), "kernel": (3, 2), "out_channels": 4, "groups": 2, "stride": 2}),
    "more kernel than input": ("correlate1d", {"x": "1 2", "w": "3 4 5", "mode": "full"}),
}
BUILD = ("stride", "dilation", "padding", "groups", "mode", "bias", "output_padding", "flip_kernel")


def example(key: str) -> Any:
    name, given_ = PAGES[key]
    op = getattr(sc, name)(**{k: v for k, v in given_.items() if k in BUILD})
    return sc.example(op, **{k: v for k, v in given_.items() if k not in BUILD})


@pytest.mark.sweep(6)
@pytest.mark.parametrize("key", PAGES)
def test_every_line_of_the_page_is_true(key: str) -> None:
    made = example(key)
    seen = read_back(made.text(), json.loads(made.json()))
    facts = made.facts
    for array, times in ((facts.array(facts.op.result.name), 1), *((d.array, 2) for d in facts.gradients)):
        assert all(seen[array.name, array.short(i)] == times for i in array.indices())
    assert all(len(line) <= 80 for line in made.text().split("\n"))


@pytest.mark.sweep(8)
@pytest.mark.parametrize("key", PAGES)
def test_the_page_is_complete(key: str) -> None:
    """Shapes, conventions, padding, both ways, the checks."""
    text = " ".join(example(key).text().split())
    for piece in ("Indices start at 0", "stride", "padding" if "mode" not in PAGES[key][1] else "mode", "The upstream gradient",
                  "First way", "Second way", "Both ways agree", "brute force"):  # fmt: skip
        assert piece in text
    assert text.count("First way") == text.count("Second way") == len(example(key).facts.gradients)


@pytest.mark.sweep(2)
@pytest.mark.parametrize("key", ["one plane", "true convolution", "channels and stride"])
def test_elided(key: str) -> None:
    """At most so many products to a line, an ellipsis for the middle; nothing changes without it."""
    whole, short = example(key).text(), example(key).text(elide=4)
    assert "…" not in whole
    assert example(key).text(elide=1000) == whole
    longest = max(len(e.terms) for e in example(key).facts.gradient("x").closed.lines)
    assert ("…" in short) == (longest > 4)
    for line in lines(short):
        for side in line.sides:
            if "…" in side:
                assert len(re.findall("·|[0-9]\\] [a-z]", side)) <= 4
    latex = example(key).latex(elide=4)
    assert (r"\cdots" in latex) == (longest > 4)


@pytest.mark.tex
@pytest.mark.parametrize("key", PAGES)
def test_standalone_compiles_and_nothing_sticks_out(key: str, tmp_path: Path) -> None:
    assert complaints(example(key).latex(standalone=True), tmp_path) == []
    log = (tmp_path / "page.log").read_text(encoding="utf-8", errors="replace").replace("\n", "")
    assert [n for n in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", log) if float(n) > 3] == []


# the commands of the issue
TRY = {
    f'conv2d --x "{X}" --w "{W}" --to latex --standalone -o ex.tex': "documentclass",
    f'conv2d --x "{X}" --w "{W}" --to json': '"y": [',
    "conv2d --input 2x5x6 --kernel 3x2 --out-channels 2 --stride 2 --seed 7 --to html -o ex.html": "<!DOCTYPE html>",
    "conv_transpose2d --input 3x3 --kernel 3x3 --stride 2 --padding 1 --seed 2 --to svg -o up.svg": "<svg",
}


@pytest.mark.parametrize("line", TRY)
def test_try_it(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = printed("example", *shlex.split(line))
    written = [p.read_text(encoding="utf-8") for p in tmp_path.iterdir()]
    assert TRY[line] in (written or [shown])[0]
    assert (shown == "") == bool(written) == ("-o" in line)
    assert len(written) <= 1


# JSON
def test_the_example_of_the_issue() -> None:
    found = fields("conv2d", "--x", X, "--w", W)
    assert found["y"] == [[15, 16], [6, 15]]
    assert found["shapes"] == {"x": [1, 1, 4, 4], "w": [1, 1, 3, 3], "y": [1, 1, 2, 2], "g": [1, 1, 2, 2]}
    assert found["generated"] == ["g"]
    assert found["b"] is None


KEYS = {
    "operator", "parameters", "shapes", "generated", "seed", "output_size", "remainder", "x", "w", "b", "y", "g", "grad_x",
    "grad_w", "grad_b", "agree", "closed_form", "unreached", "entries", "checks",
}  # fmt: skip


@pytest.mark.parametrize("key", PAGES)
def test_json_keys(key: str) -> None:
    found = json.loads(example(key).json())
    assert found.keys() == KEYS
    for wrt in "xw":
        again = np.array(exact(found["closed_form"][wrt]["value"]), dtype=object)
        assert np.all(again == np.array(exact(found[f"grad_{wrt}"]), dtype=object))
    for name, rows in found["entries"].items():
        assert len(rows) == np.size(np.array(found[name], dtype=object))


# (x, w, g) -> the axes of y, grad_x, grad_w: omitted leading axes of size 1 are left out again
AXES = {
    "spatial": (["--x", X, "--w", W], (2, 2, 2)),
    "x with its channels": (["--x", f"[{json.dumps([[1, 2], [3, 4]])}]", "--w", "1"], None),
    "two filters": (["--x", X, "--w", "[[[[1,2],[3,4]]],[[[0,1],[2,0]]]]"], (3, 2, 4)),
    "channels": (["--x", "[[[1,2],[3,4]],[[5,6],[7,8]]]", "--w", "[[[1,0]],[[2,1]]]"], (3, 3, 3)),
    "everything": (["--x", "[[[[1,2],[3,4]]]]", "--w", "[[[[1,0]]]]"], (4, 4, 4)),
    "everything but w": (["--x", "[[[[1,2],[3,4]]]]", "--w", "1 0; 2 1"], (4, 4, 2)),
    "drawn": (["--input", "5x6", "--kernel", "3x2"], (2, 2, 2)),
    "drawn with channels": (["--input", "2x5x6", "--kernel", "3x2"], (3, 3, 3)),
    "drawn with a batch": (["--input", "1x2x5x6", "--kernel", "3x2"], (4, 4, 4)),
    "drawn with one channel": (["--input", "1x5x6", "--kernel", "3x2"], (3, 3, 2)),
    "batch by option": (["--input", "5x6", "--kernel", "3x2", "--batch", "2"], (4, 4, 4)),
}


@pytest.mark.parametrize("key", [k for k, (_, axes) in AXES.items() if axes])
def test_axes_left_out_are_left_out_again(key: str) -> None:
    words, axes = AXES[key]
    found = fields("conv2d", *words)
    assert tuple(np.array(found[name]).ndim for name in ("y", "grad_x", "grad_w")) == axes
    assert np.array(found["g"]).shape == np.array(found["y"]).shape
    assert np.array(found["grad_x"]).shape == np.array(found["x"]).shape
    assert np.array(found["grad_w"]).shape == np.array(found["w"]).shape
    assert np.size(found["y"]) == prod(found["shapes"]["y"])


def test_rationals_are_strings_and_decimals_are_numbers() -> None:
    assert fields("correlate1d", "--x", "1/2 1 3/4", "--w", "2 1/3")["y"] == ["4/3", "9/4"]
    assert fields("correlate1d", "--x", "0.5 1 0.75", "--w", "2 0.1")["y"] == [1.1, 2.075]
    assert fields("correlate1d", "--x", "0.1 0.2", "--w", "1 1")["y"] == [0.3]


def test_no_bias_is_added_where_none_was_given() -> None:
    plain = fields("conv2d", "--x", X, "--w", W)
    assert (plain["b"], len(plain["grad_b"])) == (None, 1)
    assert fields("conv2d", "--x", X, "--w", W, "--no-bias")["grad_b"] is None
    assert fields("conv2d", "--x", X, "--w", W, "--b", "10")["y"] == [[25, 26], [16, 25]]
    assert fields("conv2d", "--input", "4x4", "--kernel", "3x3")["b"] is not None


# drawn
SIZES = [("conv2d", {"input": (6, 6), "kernel": (3, 3)}), ("conv2d", {"input": (2, 5, 6), "kernel": (3, 2), "out_channels": 2, "stride": 2}),
         ("conv1d", {"input": 7, "kernel": 3, "padding": 1}), ("correlate2d", {"input": (4, 5), "kernel": (2, 3)}),
         ("conv_transpose2d", {"input": (3, 3), "kernel": (3, 3), "stride": 2, "padding": 1}),
         ("conv3d", {"input": (4, 4, 3), "kernel": (2, 2, 2)})]  # fmt: skip


@pytest.mark.sweep(12)
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("name", "given_"), SIZES)
def test_drawn_numbers_teach(name: str, given_: dict[str, Any], seed: int) -> None:
    """No flip maps the kernel to itself, no two windows are alike, g is not constant, and every result has two digits."""
    op = getattr(sc, name)(**{k: v for k, v in given_.items() if k in BUILD})
    made = sc.example(op, **{k: v for k, v in given_.items() if k not in BUILD}, seed=seed).facts
    w = numpy_of(made.array("w"))
    for plane in w.reshape(-1, *w.shape[len(made.op.kernel.layout) :]):
        assert not np.array_equal(plane, np.flip(plane))
        for k in range(plane.ndim):
            assert plane.shape[k] == 1 or not np.array_equal(plane, np.flip(plane, k))
    if made.op.output_padding is None:
        windows: dict[Any, list[Any]] = {}
        for e in made.y.lines:
            key = e.index[1:] if made.op.layered else e.index
            windows.setdefault(key, []).append(
                tuple((f[1], made.value(f)) for p in e.terms for f in p.factors if f[0] == "x")
            )
        taken = [tuple(v for _, v in one[0]) for key, one in windows.items() if not made.op.layered or key[0] == 0]
        assert len(set(taken)) == len(taken)
    results = [n for a in (made.array("y"), *(d.array for d in made.gradients)) for n in a.entries]
    assert all(type(n) is int and abs(n) < 100 for n in results)
    assert len(set(made.array("g").entries)) > 1
    assert max(abs(n) for a in made.arrays if a.name in "xwbg" for n in a.entries) <= 4


def test_the_numbers_of_a_seed_stay() -> None:
    """Pinned: a seed means the same numbers on every machine and in every version."""
    found = sc.example(sc.conv2d(padding=1), input=(4, 4), kernel=(3, 3), seed=7)
    assert (found.x, found.w, found.b, found.g) == PINNED


PINNED = (
    [[4, 3, 4, 1], [2, 2, 3, 0], [3, 2, 4, 1], [4, 2, 1, 0]],
    [[1, -2, 3], [3, 3, 2], [1, -1, 2]],
    [1],
    [[-2, 1, 2, 3], [3, 2, 2, -1], [-1, 2, 2, 2], [1, 3, 3, 2]],
)


def test_seeds_differ_and_given_numbers_stand() -> None:
    one, two = (fields("conv2d", "--x", X, "--kernel", "2x3", "--seed", str(k)) for k in (1, 2))
    assert one["x"] == two["x"]
    assert one["w"] != two["w"]
    assert one["generated"] == ["w", "b", "g"]


# from Python
def test_from_python(tmp_path: Path) -> None:
    made = sc.example(sc.conv2d(), x=X, w=np.array([[2, 0, 1], [0, 1, 2], [1, 0, 2]]), g=[[1, 0], [0, Fraction(1, 2)]])
    assert made.y == [[15, 16], [6, 15]]
    assert made.grad("b") == [Fraction(3, 2)]
    assert made.b is None
    assert repr(made) == made.text()
    assert made._repr_latex_().startswith("$$\\begin{aligned}")
    assert "y_{0,0}" in made._repr_latex_()
    assert made.markdown().startswith("# Worked example: conv2d")
    assert sc.render(made, to="latex", standalone=True, path=tmp_path / "a.tex") == made.latex(standalone=True)
    assert (tmp_path / "a.tex").read_text(encoding="utf-8") == made.latex(standalone=True)
    assert sc.render(made.trace("dx[0,1]")) == sc.trace("dx[0,1]", sc.conv2d(), x=X, w=W, g="1 0; 0 1/2").text()
    assert made.picture().startswith("<?xml")
    assert "tikzpicture" in made.trace("dx[0,1]").picture("tikz")
    with pytest.raises(sc.SymconvError, match="wrt: expected x, w, b"):
        made.grad("y")
    with pytest.raises(AttributeError):
        made.nothing  # noqa: B018


def test_named_parameters() -> None:
    made = sc.example(sc.conv1d(stride="s"), x="1 2 3 4 5", w="1 -1", s=2)
    assert made.y == [-1, -1]
    assert fields("conv1d", "--stride", "s", "--x", "1 2 3 4 5", "--w", "1 -1", "--at", "s=2")["y"] == [-1, -1]
