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
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.api import local as api_local
from symconv.api.figures import figure, trace_figure
from symconv.figures.local import FIGURES, one
from symconv.language.local import Local
from symconv.language.scene import Cell, flaws, plain
from symconv.pages.write import gallery as gallery_page
from tests.cases.helpers import beside
from tests.harness import fields, run
from tests.laws.pages.test_gallery_tex import complaints

ISSUE = ["local2d", "--x", "1 2 3 4; 5 6 7 8; 9 1 2 3", "--kernel", "2x2", "--stride", "1x2", "--padding", "0x1:0"]


def array(nested: Any) -> Any:
    def exact(part: Any) -> Any:
        if isinstance(part, list):
            return [exact(one) for one in part]
        return Fraction(part) if isinstance(part, str) else part

    return np.array(exact(nested), dtype=object)


def zeros(*shape: int) -> Any:
    made = np.empty(shape, dtype=object)
    made[...] = 0
    return made


# truth: loops over the definition
def outputs(sizes: tuple[int, ...], own: dict[str, Any]) -> tuple[int, ...]:
    """Windows placed one after the other while they fit."""
    found = []
    for n, k, s, d, (lo, hi) in zip(sizes, own["kernel"], own["stride"], own["dilation"], own["padding"], strict=True):
        begin = count = 0
        while begin + d * (k - 1) + 1 <= n + lo + hi:
            begin, count = begin + s, count + 1
        found.append(count)
    return tuple(found)


def reads(x: Any, w: Any, own: dict[str, Any]) -> Any:
    """(output, weight, input) of every product, from loops over images, groups, filters, channels, places and taps."""
    ndim, groups = x.ndim - 2, own["groups"]
    filters, inward = w.shape[0] // groups, w.shape[1]
    outs = w.shape[2 : 2 + ndim]
    for n, gamma, o, c in product(range(x.shape[0]), range(groups), range(filters), range(inward)):
        for place in product(*map(range, outs)):
            for tap in product(*map(range, own["kernel"])):
                spot = tuple(
                    s * i + d * p - lo
                    for s, i, d, p, (lo, _) in zip(own["stride"], place, own["dilation"], tap, own["padding"], strict=True)
                )
                if all(0 <= m < size for m, size in zip(spot, x.shape[2:], strict=True)):
                    f = o + filters * gamma
                    yield (n, f, *place), (f, c, *place, *tap), (n, c + inward * gamma, *spot)


def truth(x: Any, w: Any, b: Any, g: Any, own: dict[str, Any]) -> dict[str, Any]:
    y, dx, dw = zeros(*g.shape), zeros(*x.shape), zeros(*w.shape)
    for i, p, j in reads(x, w, own):
        y[i] += w[p] * x[j]
        dx[j] += g[i] * w[p]
        dw[p] += g[i] * x[j]
    db = zeros(*g.shape[1:])
    for i in np.ndindex(g.shape):
        db[i[1:]] += g[i]
        y[i] += b[i[1:]] if b is not None else 0
    return {"y": y, "x": dx, "w": dw} | ({"b": db} if own["bias"] else {})


def numbers(shape: tuple[int, ...], draw: random.Random) -> Any:
    some = [draw.choice((-3, -1, 0, 1, 2, 4, Fraction(1, 2))) for _ in range(prod(shape))]
    made = zeros(*shape)
    made.reshape(-1)[:] = some
    return made


CORNERS: list[dict[str, Any]] = [
    {"sizes": (1,), "kernel": (1,)},
    {"sizes": (1, 1), "kernel": (1, 1), "bias": False},
    {"sizes": (1, 1, 1), "kernel": (1, 1, 1)},
    {"sizes": (7,), "kernel": (2,), "stride": (3,)},  # a remainder larger than the right pad
    {"sizes": (7,), "kernel": (3,), "stride": (3,), "padding": ((1, 2),)},  # and a smaller one
    {"sizes": (9,), "kernel": (2,), "stride": (4,), "dilation": (2,)},  # gaps
    {"sizes": (2,), "kernel": (5,), "padding": ((3, 2),)},  # K > N; weights that meet padding alone
    {"sizes": (6,), "kernel": (2,), "padding": ((-1, -2),)},  # cropping
    {"sizes": (4, 5), "kernel": (2, 3), "stride": (2, 1), "padding": ((1, 0), (0, 2)), "channels": (2, 3)},
    {"sizes": (3, 5), "kernel": (2, 1), "stride": (1, 3), "padding": ((0, 1), (-1, 0)), "batch": 2, "bias": False},
    {"sizes": (3, 3), "kernel": (2, 2), "groups": 2, "channels": (4, 6)},
    {"sizes": (4, 3), "kernel": (1, 2), "dilation": (1, 2), "groups": 3, "channels": (3, 3), "batch": 2},
    {"sizes": (2, 3, 4), "kernel": (1, 2, 3), "stride": (1, 1, 2), "padding": ((0, 0), (1, 0), (0, 1)), "channels": (2, 1)},
    {"sizes": (3, 2, 3), "kernel": (2, 1, 2), "stride": (2, 1, 1), "dilation": (2, 1, 1), "batch": 2},
]


def trial(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """(parameters, operands): the corners first, then different numbers per axis at random."""
    draw = random.Random(seed)
    ndim = seed % 3 + 1
    if seed < len(CORNERS):
        own = dict(CORNERS[seed])
        ndim = len(own["sizes"])
    else:
        kernel = tuple(draw.randint(1, 3 if ndim < 3 else 2) for _ in range(ndim))
        dilation = tuple(draw.choice((1, 1, 2)) for _ in range(ndim))
        own = {
            "kernel": kernel,
            "dilation": dilation,
            "stride": tuple(draw.randint(1, 3) for _ in range(ndim)),
            "padding": tuple((draw.randint(-1, 2), draw.randint(-1, 2)) for _ in range(ndim)),
            "groups": (groups := draw.choice((1, 1, 2))),
            "channels": (groups * draw.randint(1, 2), groups * draw.randint(1, 2)),
            "batch": draw.choice((1, 2)),
            "bias": draw.random() < 0.7,
        }
        own["sizes"] = tuple(
            max(1, d * (k - 1) + 1 - lo - hi + draw.randint(0, 3 if ndim < 3 else 1))
            for k, d, (lo, hi) in zip(kernel, dilation, own["padding"], strict=True)
        )
    own = {
        "stride": (1,) * ndim, "dilation": (1,) * ndim, "padding": ((0, 0),) * ndim, "groups": 1, "channels": (1, 1),
        "batch": 1, "bias": True, **own,
    }  # fmt: skip
    outs, (inward, filters) = outputs(own["sizes"], own), own["channels"]
    x = numbers((own["batch"], inward, *own["sizes"]), draw)
    w = numbers((filters, inward // own["groups"], *outs, *own["kernel"]), draw)
    b = numbers((filters, *outs), draw) if own["bias"] and seed % 4 else None
    return own, {"x": x, "w": w, "b": b, "g": numbers((own["batch"], filters, *outs), draw)}


def operator(own: dict[str, Any]) -> Any:
    kept = {k: own[k] for k in ("stride", "dilation", "padding", "groups", "bias")}
    return getattr(sc, f"local{len(own['kernel'])}d")(**kept)


def made(seed: int) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    own, given = trial(seed)
    found = sc.example(operator(own), **{k: None if a is None else a.tolist() for k, a in given.items()})
    return found, truth(given["x"], given["w"], given["b"], given["g"], own), given


TRIALS = range(60)


@pytest.mark.parametrize("seed", beside(TRIALS, str, lambda place, _: place % 4 != 0))
def test_numbers_and_both_ways(seed: int) -> None:
    found, right, _ = made(seed)
    facts = found.facts
    assert isinstance(facts, Local)
    assert array(found.y).tolist() == right["y"].tolist()
    assert {d.wrt for d in facts.gradients} == right.keys() - {"y"}
    for d in facts.gradients:
        assert array(found.grad(d.wrt)).tolist() == right[d.wrt].tolist()
        assert [e.value for e in d.scatter] == [e.value for e in d.closed] == list(right[d.wrt].flat)
        for e in (*d.scatter, *d.closed):
            assert sum(prod((facts.value(f) for f in p.factors), start=1) for p in e.products) == e.value
    for e in (e for d in facts.gradients if d.wrt != "x" for e in d.closed):
        assert len(e.products) in (0, facts.array("x").shape[0])  # one product for every image, or padding
    assert all(one.verdict.status == "checked" for one in facts.checks)
    kinds = {one.kind for one in facts.checks}
    assert kinds - {"differences"} == {"agree", "evaluate", "brute-force", "formula", "shared"}


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_what_sharing_would_sum(seed: int) -> None:
    found, right, given = made(seed)
    own, ndim = trial(seed)[0], found.facts.node.ndim
    conv = getattr(sc, f"conv{ndim}d")(**{k: own[k] for k in ("stride", "dilation", "padding", "groups")}, bias=False)
    shared = sc.evaluate(conv, x=given["x"].tolist(), g=given["g"].tolist(), kernel=own["kernel"]).grad_w
    total = right["w"].sum(axis=tuple(range(2, 2 + ndim)))
    assert array(found.facts.shared.nested()).tolist() == total.tolist() == np.asarray(shared).tolist()


def test_the_trials_reach_the_corners() -> None:
    owns = [trial(seed)[0] for seed in TRIALS]
    facts = [made(seed)[0].facts for seed in TRIALS]
    assert {one.reason for f in facts for one in f.gradient("x").unreached} == {"remainder", "gap", "cropped"}
    assert any(not e.products for f in facts for e in f.gradient("w").scatter)
    assert any(f.op.bias is not None and all(a.name != "b" for a in f.arrays) for f in facts)
    assert {own["groups"] for own in owns} >= {1, 2, 3}
    assert any(own["batch"] > 1 and own["channels"][0] != own["channels"][1] != 1 for own in owns)
    assert sum("differences" in {c.kind for c in f.checks} for f in facts) > len(facts) // 2


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_every_trace_adds_up(seed: int) -> None:
    found, right, given = made(seed)
    products = list(reads(given["x"], given["w"], trial(seed)[0]))
    for role, place in (("y", 0), ("w", 1), ("x", 2)):
        name = role if role == "y" else f"d{role}"
        for index in random.Random(seed).sample(list(np.ndindex(right[role].shape)), min(3, right[role].size)):
            facts = found.trace(f"{name}[{','.join(map(str, index))}]").facts
            assert facts.value == right[role][index]
            mine = [t for t in products if t[place] == index]
            there = {frozenset(c.factors) for c in facts.candidates if not c.killed and c.factors[0][0] != "b"}
            wanted = {
                "y": lambda i, p, j: {("w", p), ("x", j)},
                "x": lambda i, p, j: {("g", i), ("w", p)},
                "w": lambda i, p, j: {("g", i), ("x", j)},
            }[role]
            assert there == {frozenset(wanted(*t)) for t in mine}
            taps, own = prod(trial(seed)[0]["kernel"]), trial(seed)[0]
            channels = {"y": own["channels"][0], "x": own["channels"][1]}.get(role, 0) // own["groups"]
            bias = role == "y" and given["b"] is not None
            assert len(facts.candidates) == (own["batch"] if role == "w" else taps * channels + bias)
            for one_ in facts.candidates:
                for guard in one_.killed:
                    out = guard.kind == "range" and not 0 <= guard.top // guard.divisor < guard.size
                    assert out or (guard.kind == "divides" and guard.top % guard.divisor)
    if "b" in right:
        index = (0,) * right["b"].ndim
        traced = found.trace(f"db[{','.join(map(str, index))}]")
        assert traced.value == right["b"][index]
        assert len(traced.facts.candidates) == right["y"].shape[0]


# the page
def lines(text: str) -> list[tuple[str, tuple[int, ...], str]]:
    """(name, index, what it equals) of every worked line, joined where it was broken."""
    block = re.sub(r"\n +(?==)", " ", re.sub(r"\n +(?=[+])", " ", text))
    found = re.findall(r"^  (y|dL/d[xwb])\[([0-9,]+)\] = (.*?) *✓?$", block, re.MULTILINE)
    return [(name, tuple(map(int, at.split(","))), rest) for name, at, rest in found]


@pytest.mark.parametrize("options", [
    ISSUE,
    ["local1d", "--x", "2 0 1/2 3 -1 4 2", "--kernel", "3", "--stride", "2", "--padding", "1:0"],
    ["local1d", "--input", "2x5", "--out-channels", "3", "--kernel", "2", "--batch", "2", "--seed", "3"],
    ["local2d", "--input", "2x4x3", "--kernel", "2x3", "--dilation", "2x1", "--padding", "1", "--no-bias", "--stride", "2"],
    ["local3d", "--input", "2x3x2", "--kernel", "2x1x2", "--padding", "0x0x1:0"],
    ["local2d", "--input", "4x3x3", "--out-channels", "2", "--kernel", "2x2", "--groups", "2", "--stride", "2x1"],
])  # fmt: skip
def test_every_line_of_the_page_is_true(options: list[str]) -> None:
    found = fields("example", *options)
    text = run("example", *options).stdout
    known = {
        name: array(found[role])
        for name, role in (("x", "x"), ("w", "w"), ("b", "b"), ("g", "g"), ("y", "y"))
        if found[role] is not None
    }
    known |= {f"dL/d{r}": array(found[f"grad_{r}"]) for r in "xwb" if found[f"grad_{r}"] is not None}

    def at(name: str, index: tuple[int, ...]) -> Any:
        whole = known[name]
        return whole[(0,) * (whole.ndim - len(index)) + index]

    seen = lines(text)
    assert len(seen) == known["y"].size + 2 * sum(a.size for n, a in known.items() if n.startswith("dL/"))
    for name, index, rest in seen:
        sides = rest.split(" = ")
        assert Fraction(sides[-1]) == at(name, index)
        if len(sides) == 1:
            assert sides[0] == "0"
            continue
        parts = [re.findall(r"([xwbg])\[([0-9,]+)\]", part) for part in sides[0].split(" + ")]
        values = [[at(n, tuple(map(int, i.split(",")))) for n, i in part] for part in parts]
        assert sum(prod(part) for part in values) == at(name, index)
        if len(sides) == 3:
            written = [[Fraction(n.strip("()")) for n in part.split("·")] for part in sides[1].split(" + ")]
            assert written == values
    grid = re.findall(r"\bw\[([0-9,]*):(?:,:)*\]", text)
    if options[0] != "local1d" and known["w"].shape[-4:-2] != (1, 1):
        assert len(grid) >= 2  # the kernels stand by themselves, named by their windows


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
    assert array(found["shared"]).tolist() == array(found["grad_w"]).sum(axis=(0, 1)).tolist()


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_round_trip(seed: int) -> None:
    """What JSON says, given back, makes the same page; so do numbers that were drawn."""
    own, given = trial(seed)
    op = operator(own)
    for found in (
        sc.example(op, **{k: None if a is None else a.tolist() for k, a in given.items()}),
        sc.example(op, input=own["sizes"], kernel=own["kernel"], batch=own["batch"], in_channels=own["channels"][0],
                   out_channels=own["channels"][1], seed=seed),
    ):  # fmt: skip
        told_ = json.loads(found.json())
        again = sc.example(op, **{role: told_[role] for role in "xwbg" if told_[role] is not None})
        other = json.loads(again.json())
        for key in ("y", "grad_x", "grad_w", "grad_b", "shared", "shapes"):
            assert told_[key] == other[key]


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
    size = prod(w.shape[w.lead + facts.node.ndim :])
    kernels = [w.entries[k : k + size] for k in range(0, len(w.entries), size)]
    assert len(set(kernels)) >= len(kernels) - 1
    assert sum(k != k[::-1] for k in kernels) >= len(kernels) - 1
    assert len({e.value for e in facts.y}) >= len(facts.y) // 2
    assert max(abs(e.value) for e in facts.y) < 100


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
@pytest.mark.parametrize("seed", beside(TRIALS, str, lambda place, _: place % 4 != 0))
def test_nothing_leaves_its_cell(seed: int) -> None:
    facts = made(seed)[0].facts
    for name in FIGURES:
        scene = figure(facts, name)
        assert flaws(scene) == [], name
        assert scene.title
        assert scene.description.endswith(".")


def cells(scene: Any) -> dict[str, Any]:
    return {e.key: e for e in scene.elements if isinstance(e, Cell)}


@pytest.mark.parametrize("seed", beside(TRIALS, str, lambda place, _: place % 4 != 0))
def test_the_heavy_cells_are_what_the_entry_is_made_of(seed: int) -> None:
    found, right, given = made(seed)
    facts, draw = found.facts, random.Random(seed)
    products = list(reads(given["x"], given["w"], trial(seed)[0]))
    roles = {"y": ("w", "x"), "x": ("g", "w")}
    for part, place in (("y", 0), ("x", 2)):
        index = draw.choice(list(np.ndindex(right[part].shape)))
        scene = one(facts, part, index)
        heavy = {key for key, cell in cells(scene).items() if cell.role == "hit"}
        wanted = set()
        for i, p, j in (t for t in products if t[place] == index):
            for name, at in (("g", i), ("w", p), ("x", j)):
                if name in roles[part]:
                    wanted.add(f"{name}[{','.join(map(str, facts.array(name).short(at)))}]")
        assert heavy == wanted
        (framed,) = [cell for cell in cells(scene).values() if cell.outline]
        assert Fraction(plain(framed.runs).replace("−", "-")) == right[part][index]


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
@pytest.mark.parametrize(("part", "steps", "titles"), [
    ("y", 3, ["y[0]", "y[1]", "y[2]"]),
    ("x", 4, ["dL/dx[0]", "dL/dx[1]", "dL/dx[2]", "dL/dx[3]"]),
    ("w", 3, ["dL/dw[0,:]", "dL/dw[1,:]", "dL/dw[2,:]"]),
])  # fmt: skip
def test_the_moving_window(part: str, steps: int, titles: list[str]) -> None:
    found = sc.example(sc.local1d(), x=[1, 2, 3, 4], w=[[1, 2], [0, 1], [3, -1]], g=[1, -1, 2])
    moving = api_local.moving(found.facts, part, False)
    assert [name for name, _, _ in moving.steps] == titles
    name = {"y": "y[", "x": "dL/dx[", "w": "dL/dw["}[part]
    filled = [sum(k.startswith(name) and bool(c.runs) for k, c in cells(scene).items()) for _, scene, _ in moving.steps]
    assert filled == [k * (2 if part == "w" else 1) for k in range(1, steps + 1)]
    assert len({(scene.width, scene.height) for _, scene, _ in moving.steps}) == 1
    rows = [row for _, _, lines_ in moving.steps for row in lines_]
    total = array(found.y if part == "y" else found.grad(part))
    assert [Fraction(row.value) for row in rows] == list(total.flat)
    page = found.picture("stepper", part)
    assert page.count('class="frame"') == steps
    assert found.picture("gif", part)[:6] == b"GIF89a"


def test_no_step_shows_a_flaw() -> None:
    found = sc.example(sc.local2d(stride=2, padding=1), input=(2, 3, 3), kernel=(2, 2), out_channels=2, batch=2).facts
    for part in "yxw":
        for _, scene, _ in api_local.moving(found, part, True).steps:
            assert flaws(scene) == []


# bad input
X = "--x 1,2,3,4;5,6,7,8;9,1,2,3"


@pytest.mark.parametrize(("words", "says"), [
    (f"example local2d {X} --w 1,2;3,4", "w: expected 4 to 6 axes, filters x channels x 2 axes of places x 2 axes of taps"),
    (f"example local2d {X} --w [[[[1,2],[3,4]]]]", "w: expected shape 1x1x2x3x2x2 (filters x channels x 2 axes of places x 2 axes of taps)"),
    ("example local1d --x 1,2,3 --w 1,2;3,4;5,6", "w: expected shape 1x1x2x2 (filters x channels x places x taps)"),
    ("example local1d --x 1,2,3 --w 1,2;3,4 --b 1,2,3", "b: expected shape 1x2 (filters x places)"),
    (f"example local2d {X} --kernel 2x2 --b 1", "b: expected shape 1x2x3 (filters x 2 axes of places)"),
    ("example local2d --input 3x3 --kernel 2x2 --b [[[[1]]]]", "b: expected 2 to 3 axes, filters x 2 axes of places"),
    (f"example local2d {X} --kernel 2x2 --no-bias --b 1", "b: expected no bias for local2d"),
    (f"example local2d {X} --kernel 2x2 --g 1,2", "g: expected shape 1x1x2x3"),
    ("example local2d --input 4x4", "expected a number for K1, K2"),
    ("example local2d --input 3x3 --kernel 4x4", "a kernel that fits"),
    ("example local2d --input 40x40 --kernel 4x4", "use smaller sizes"),
    ("example local1d --input 240 --kernel 100", "at most 10000 numbers"),
    ("example local1d --input 2x4 --kernel 2 --groups 3", "multiple of groups=3"),
    ("example local2d --input 3x3 --kernel 2x2 --padding-mode reflect", "takes no parameter 'padding_mode'"),
    ("example local2d --input 3x3 --kernel 2x2 --to svg --figure upstream", "expected both, forward, backward-x"),
    ("example local2d --input 3x3 --kernel 2x2 --to gif --figure b", "expected one of y, x, w"),
    ("example local1d --input 99 --kernel 2 --to stepper", "at most 64 steps"),
    ("trace dw[0,0] local2d --input 3x3 --kernel 2x2", "expected 4 to 6 indices into an array of 1x1x2x2x2x2"),
    ("trace dw[2,0,0,0] local2d --input 3x3 --kernel 2x2", "0 <= index < 2"),
    ("trace db local1d --input 3 --kernel 2", "expected 1 to 2 indices into an array of 1x2"),
    ("trace db[0] local1d --input 3 --kernel 2 --no-bias", "has no bias"),
    ("trace dz[0] local1d --input 3 --kernel 2", "expected y, dx, dw or db"),
])  # fmt: skip
def test_one_clear_line(words: str, says: str) -> None:
    result = run(*words.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert "internal" not in result.stderr
