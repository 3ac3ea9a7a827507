"""Worked examples, traces and figures of pooling.

truth      y, the places and dL/dx of loops written here, from the definition; ties everywhere
page       every printed line is read back: its entries looked up, its largest or mean found anew
published  the cases of other projects, through ``symconv example --to json``
figure     the heavy cells are the entries that are selected, text stays in its cell
"""

from __future__ import annotations

import json
import random
import re
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.api import pooled as api_pooled
from symconv.api.figures import figure, trace_figure
from symconv.check.pooledexample import MOST
from symconv.figures.pooling import windows
from symconv.language.pooled import Pooled
from symconv.language.scene import Cell, flaws, plain
from tests import CORPORA
from tests.harness import fields, run
from tests.laws.pages.test_gallery_tex import complaints

CASES = json.loads((CORPORA / "pooling.json").read_text(encoding="utf-8"))["cases"]
TIED = "1 3 2 4; 3 0 5 1; 2 2 0 7; 1 0 7 6"


def numbers(nested: Any) -> Any:
    if isinstance(nested, list):
        return [numbers(part) for part in nested]
    return Fraction(nested) if isinstance(nested, str) else nested


# truth: loops over the definition
def length(n: int, k: int, s: int, d: int, lo: int, hi: int, ceil: bool) -> int:
    """Windows placed one after the other: those that fit; rounded up, one more if it begins before the right padding."""
    places, begin = 0, 0
    while begin + d * (k - 1) + 1 <= n + lo + hi:
        places, begin = places + 1, begin + s
    last = begin - s + d * (k - 1) + 1
    return places + (ceil and last < n + lo + hi and begin < n + lo)


def pooled(x: Any, g: Any, kind: str, own: dict[str, Any]) -> tuple[Any, Any]:
    """(y, dL/dx) for x[n, c, ...]; g is a function of the index, for its shape follows from y."""
    ndim, y = x.ndim - 2, {}
    grad = {index: Fraction(0) for index in np.ndindex(x.shape)}
    sizes = x.shape[2:]
    outs = [
        length(n, k, s, d, lo, hi, own["ceil_mode"])
        for n, k, s, d, (lo, hi) in zip(sizes, own["kernel"], own["stride"], own["dilation"], own["padding"], strict=True)
    ]
    for lead in product(*map(range, x.shape[:2])):
        for out in product(*map(range, outs)):
            inside, padded = [], 0
            for tap in product(*map(range, own["kernel"])):
                at = [s * i + d * p for s, i, d, p in zip(own["stride"], out, own["dilation"], tap, strict=True)]
                padded += all(m < n + lo + hi for m, n, (lo, hi) in zip(at, sizes, own["padding"], strict=True))
                spot = tuple(m - lo for m, (lo, _) in zip(at, own["padding"], strict=True))
                if all(0 <= m < n for m, n in zip(spot, sizes, strict=True)):
                    inside.append(lead + spot)
            values, up = [x[j] for j in inside], g(lead + out)
            if kind == "max":
                best = max(values)
                y[lead + out] = best
                winners = [j for j in inside if x[j] == best]
                for j in winners[:1] if own["ties"] == "first" else winners:
                    grad[j] += Fraction(up) / (len(winners) if own["ties"] == "split" else 1)
            else:
                count = padded if own["count_include_pad"] else len(inside)
                y[lead + out] = Fraction(sum(values)) / count
                for j in inside:
                    grad[j] += Fraction(up) / count
    assert len(y) == prod(x.shape[:2]) * prod(outs), ndim
    shape = (*x.shape[:2], *outs)
    return (
        np.array([y[i] for i in np.ndindex(shape)], dtype=object).reshape(shape),
        np.array([grad[j] for j in np.ndindex(x.shape)], dtype=object).reshape(x.shape),
    )


def upstream(index: tuple[int, ...]) -> int:
    return sum((3 * k + 2) * i for k, i in enumerate(index)) % 7 - 2


def trial(seed: int) -> tuple[str, dict[str, Any], Any]:
    """A pooling operator with its input: different numbers per axis, few values, so that ties abound."""
    draw = random.Random(seed)
    ndim = seed % 3 + 1
    kernel = [draw.randint(1, 3) for _ in range(ndim)]
    dilation = [draw.choice((1, 1, 2)) for _ in range(ndim)]
    padding = [tuple(draw.randint(0, k // 2) for _ in range(2)) for k in kernel]
    own: dict[str, Any] = {
        "kernel": tuple(kernel), "stride": tuple(draw.randint(1, 3) for _ in range(ndim)), "padding": tuple(padding),
        "dilation": tuple(dilation), "ceil_mode": draw.random() < 0.4,
    }  # fmt: skip
    kind = draw.choice(("max", "avg"))
    own |= {"ties": draw.choice(("first", "split", "all"))} if kind == "max" else {"count_include_pad": draw.random() < 0.5}
    sizes = [d * (k - 1) + 1 + draw.randint(0, 4 if ndim < 3 else 2) for k, d in zip(kernel, dilation, strict=True)]
    shape = (draw.randint(1, 2), draw.randint(1, 2), *sizes)
    x = np.array([draw.choice((-2, 0, 1, 3, Fraction(1, 2))) for _ in range(prod(shape))], dtype=object).reshape(shape)
    return kind, own, x


def made(seed: int) -> tuple[Any, Any, Any]:
    kind, own, x = trial(seed)
    op = getattr(sc, f"{kind}_pool{x.ndim - 2}d")(**own)
    y, grad = pooled(x, upstream, kind, own)
    g = np.array([upstream(i) for i in np.ndindex(y.shape)], dtype=object).reshape(y.shape)
    return sc.example(op, x=x.tolist(), g=g.tolist()), y, grad


@pytest.mark.parametrize("seed", range(60))
def test_numbers_and_both_ways(seed: int) -> None:
    found, y, grad = made(seed)
    d = found.facts.gradient("x")
    assert found.y == y.tolist()
    assert found.grad("x") == grad.tolist()
    assert [e.value for e in d.scatter] == [e.value for e in d.closed] == list(grad.flat)
    for e in (*d.scatter, *d.closed):
        assert sum(p.coefficient * prod((found.facts.value(f) for f in p.factors), start=1) for p in e.products) == e.value
    kinds = {one.kind for one in found.facts.checks}
    assert {"agree", "evaluate", "brute-force"} <= kinds
    smooth = found.facts.node.kind == "avg_pool" or not any(w.tied for w in found.facts.windows)
    assert ("differences" in kinds) == (smooth and y.size * grad.size <= MOST)
    assert all(one.verdict.status == "checked" for one in found.facts.checks)


def test_the_trials_reach_the_corners() -> None:
    facts = [made(seed)[0].facts for seed in range(60)]
    assert {f.node.ties for f in facts if f.node.kind == "max_pool" and any(w.tied for w in f.windows)} == {
        "first",
        "split",
        "all",
    }
    assert any(f.node.ceil_mode and f.gradient("x").unreached == () for f in facts)
    assert {one.reason for f in facts for one in f.gradient("x").unreached} == {"remainder", "gap"}
    assert any(len({w.count for w in f.windows}) > 1 for f in facts if f.node.kind == "avg_pool")


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_every_trace_adds_up(seed: int) -> None:
    found, y, grad = made(seed)
    for index in random.Random(seed).sample(list(np.ndindex(grad.shape)), 3):
        facts = found.trace(f"dx[{','.join(map(str, index))}]").facts
        there = [one for one in facts.candidates if not one.killed]
        holding = [w for w in found.facts.windows if index in [j for _, j in w.taps]]
        assert {one.factors[0][1] for one in there} == {w.index for w in holding}
        assert facts.value == grad[index]
        assert (
            sum(found.facts.value(one.factors[0]) * found.facts.window(one.factors[0][1]).share(index) for one in there)
            == grad[index]
        )
    index = (0,) * y.ndim
    assert found.trace(f"y[{','.join('0' * y.ndim)}]").value == y[index]


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
def entries(words: str, name: str) -> list[tuple[int, ...]]:
    return [tuple(map(int, i.split(","))) for i in re.findall(rf"{name}\[([0-9,]+)\]", words)]


@pytest.mark.parametrize("options", [
    ["max_pool2d", "--x", TIED, "--kernel", "2", "--stride", "1", "--padding", "1"],
    ["max_pool2d", "--input", "3x5x6", "--kernel", "3x2", "--stride", "2x1", "--seed", "4"],
    ["max_pool1d", "--x", "1 -3 1/2 -3", "--kernel", "2", "--stride", "1", "--ties", "all"],
    ["avg_pool2d", "--input", "5x4", "--kernel", "2x3", "--stride", "2", "--padding", "1", "--exclude-pad"],
    ["avg_pool3d", "--input", "2x3x4", "--kernel", "2", "--stride", "1", "--ceil-mode"],
])  # fmt: skip
def test_every_line_of_the_page_is_true(options: list[str]) -> None:
    found = fields("example", *options)
    text = run("example", *options).stdout
    x, y = np.array(numbers(found["x"]), dtype=object), np.array(numbers(found["y"]), dtype=object)
    block = re.sub(r"\n +(?==)", " ", re.sub(r"\n +(?=[+xg0-9(-])", " ", text))
    lines = re.findall(r"^ +y\[([0-9,]+)\] = (.*)$", block, re.MULTILINE)
    assert len(lines) == y.size
    for at, line in lines:
        symbols, written, value = line.split(" = ")
        values = [x[j] for j in entries(symbols, "x")]
        assert Fraction(value) == y[tuple(map(int, at.split(",")))]
        shown = [Fraction(n) for n in re.findall(r"-?[0-9]+(?:/[0-9]+)?", re.sub(r"/[0-9]+\Z", "", written))]
        assert shown == values
        if options[0].startswith("max"):
            assert max(values) == Fraction(value)
            marked = [m for _, m in re.findall(r"(-?[0-9]+(?:/[0-9]+)?)([*°]?)", written)]
            assert [bool(m) for m in marked] == [v == max(values) for v in values]
            assert marked.count("*") == (1 if "--ties" not in options else values.count(max(values)))
        else:
            assert sum(values) / Fraction(written.rpartition("/")[2]) == Fraction(value)


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


# published numbers
@pytest.mark.parametrize("case", [c for c in CASES if c["x"] is not None and np.size(c["y"])], ids=lambda case: case["id"])
def test_published_numbers(case: dict[str, Any]) -> None:
    sides = "x".join(f"{lo}:{hi}" for lo, hi in case["padding"])
    words = ["example", f"{case['op']}{len(case['stride'])}d", "--x", json.dumps(case["x"]), "--padding", sides]
    words += [part for what in ("kernel", "stride", "dilation") for part in (f"--{what}", "x".join(map(str, case[what])))]
    words += ["--ceil-mode"] * bool(case["ceil_mode"])
    if case["op"] == "avg_pool":
        words += [] if case["count_include_pad"] else ["--exclude-pad"]
    else:
        words += ["--ties", case["tie"] or "first"]
    words += [] if case["grad_y"] is None else ["--g", json.dumps(case["grad_y"])]
    found = fields(*words)
    for name in ("y", "grad_x", "indices"):
        if case.get(name) is None:
            continue
        ours, theirs = (np.array(numbers(n), dtype=object).astype(float) for n in (found[name], case[name]))
        assert ours.shape == theirs.shape
        room = {"atol": 0.0, "rtol": 1e-15} if case["exact"] else case["tol"]
        assert np.all(np.abs(ours - theirs) <= room["atol"] + room["rtol"] * np.abs(theirs))


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
    assert isinstance(found, Pooled)
    assert not any(one.tied for one in found.windows)
    assert len({e.value for e in found.y}) >= len(found.y) // 2


# figures
def shown(seed: int) -> list[Any]:
    found = made(seed)[0].facts
    return [figure(found, name) for name in ("both", "forward", "backward-x")]


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_nothing_leaves_its_cell(seed: int) -> None:
    for scene in shown(seed):
        assert flaws(scene) == []


@pytest.mark.parametrize("seed", range(60))
def test_the_heavy_cells_are_selected(seed: int) -> None:
    found = made(seed)[0].facts
    if found.node.kind != "max_pool":
        return
    x = found.array("x")
    window = next(w for w in found.windows if w.tied) if any(w.tied for w in found.windows) else found.windows[0]
    cells = {e.key: e for e in windows(found, at=window.index).elements if isinstance(e, Cell)}
    for (_, j), share in zip(window.taps, window.shares, strict=True):
        cell = cells[f"x[{','.join(map(str, x.short(j)))}]"]
        assert (cell.role == "winner") == (cell.outline == "winner") == bool(share)
        assert (cell.role == "tie") == (not share and j in window.largest)
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
@pytest.mark.parametrize(("batch", "into", "out", "bias"), [
    (1, 3, 2, True), (2, 1, 2, True), (2, 3, 1, False), (1, 1, 1, True), (3, 2, 4, True), (1, 1, 3, True), (4, 1, 1, False),
])  # fmt: skip
def test_dense_layers(batch: int, into: int, out: int, bias: bool) -> None:
    found = sc.example(sc.linear(into, out, bias=bias), batch=batch, seed=5)
    facts = found.facts
    x, w, g = (
        np.array(facts.array(n).entries).reshape(s)
        for n, s in (("x", (batch, into)), ("w", (out, into)), ("g", (batch, out)))
    )
    y = x @ w.T + (np.array(facts.array("b").entries) if bias else 0)
    assert [e.value for e in facts.y] == y.ravel().tolist()
    truth = {"x": g @ w, "w": g.T @ x, "b": g.sum(axis=0)}
    assert {d.wrt for d in facts.gradients} == set("xwb" if bias else "xw")
    for d in facts.gradients:
        assert [e.value for e in d.scatter] == [e.value for e in d.closed] == truth[d.wrt].ravel().tolist()
    for to in ("text", "latex", "markdown", "html", "json"):
        assert found.render(to) == found.render(to)
    assert found.trace(f"dx[{batch - 1},{into - 1}]").value == truth["x"][-1, -1]
    assert "products of matrices" in " ".join(found.text().split())
    assert "windows" not in found.text()


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
    moving = api_pooled.moving(made.facts, "x", False)
    assert [name for name, _, _ in moving.steps] == ["y[0]", "y[1]", "y[2]"]
    so_far = [{row.index: row.value for row in rows} for _, _, rows in moving.steps]
    assert so_far == [{(0,): "1", (1,): "1"}, {(1,): "5"}, {(3,): "6"}]
    cells = [{e.key: plain(e.runs) for e in scene.elements if isinstance(e, Cell)} for _, scene, _ in moving.steps]
    assert [cell["dL/dx[1]"] for cell in cells] == ["1", "5", "5"]
    assert len({(scene.width, scene.height) for _, scene, _ in moving.steps}) == 1


def test_the_moving_window_fills_y() -> None:
    made = sc.example(sc.avg_pool2d((1, 2), stride=1, padding=((0, 0), (1, 0))), x=[[3, 1, 4], [1, 5, 9]])
    moving = api_pooled.moving(made.facts, "y", True)
    filled = [[e for e in scene.elements if isinstance(e, Cell) and e.key.startswith("y[") and e.runs]
              for _, scene, _ in moving.steps]  # fmt: skip
    assert list(map(len, filled)) == [1, 2, 3, 4, 5, 6]
    page = made.picture("stepper", "y")
    assert page.count('class="frame"') == 6
    assert "step by step" in page
    assert made.picture("gif", "x")[:6] == b"GIF89a"


# bad input
@pytest.mark.parametrize(("words", "says"), [
    ("example max_pool2d --input 4x4", "expected a number for K1, K2"),
    ("example max_pool2d --input 4x4 --kernel 2 --padding 2", "entirely inside the padding along axis 0"),
    ("example max_pool2d --input 4x4 --kernel 2 --w 1", "w: expected none for max_pool2d"),
    ("example avg_pool1d --input 4 --kernel 2 --b 1", "b: expected none for avg_pool1d"),
    ("example max_pool2d --input 4x4 --kernel 2 --out-channels 2", "out_channels: expected none"),
    ("example max_pool2d --input 4x4 --kernel 2 --ties most", "ties: expected first, split or all"),
    ("example avg_pool2d --input 4x4 --kernel 2 --ties split", "takes no parameter 'ties'"),
    ("example max_pool2d --input 4x4 --kernel 5", "a kernel that fits"),
    ("example max_pool2d --input 999x999 --kernel 2", "use smaller sizes"),
    ("example max_pool2d --input 4x4 --kernel 2 --g 1,2", "g: expected shape 1x1x2x2"),
    ("example max_pool2d --input 4x4 --kernel 2 --to gif --figure w", "expected y or x"),
    ("example max_pool1d --input 199 --kernel 2 --to stepper", "at most 64 steps"),
    ("example max_pool2d --input 4x4 --kernel 2 --to svg --figure matrix", "expected both, forward, backward-x"),
    ("trace dw[0] max_pool2d --input 4x4 --kernel 2", "expected y or dx"),
    ("trace dx[4,0] max_pool2d --input 4x4 --kernel 2", "0 <= index < 4"),
    ("example linear --in-channels 3 --out-channels 2 --to gif", "which has no windows to show"),
    ("example linear --in-channels 3 --out-channels 2 --to svg --figure forward", "expected matrix"),
    ("example linear --x 1,2;3,4 --w 1,2,3", "w: expected shape 1x2"),
    ("example softmax", "x: expected numbers for softmax"),
])  # fmt: skip
def test_one_clear_line(words: str, says: str) -> None:
    result = run(*words.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert "internal" not in result.stderr


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
