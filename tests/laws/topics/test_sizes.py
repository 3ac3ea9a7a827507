"""Sizes along chains: shapes, places never read, parameters, multiply-adds, memory; the numbers that lecture notes print."""

from __future__ import annotations

import json
import random
from itertools import product
from math import prod
from typing import Any

import pytest

import symconv as sc
from symconv.errors import SymconvError
from symconv.language.integers import floor, var
from symconv.pages.spelling import width
from symconv.topics.sizes.sizes import floored
from tests.harness import run
from tests.oracles.stacks import lay, stack

KINDS = ("conv", "local", "max_pool", "avg_pool")
RESNET = "conv2d(3,64,kernel=7,stride=2,padding=3) max_pool2d(3,stride=2,padding=1) conv2d(64,64,kernel=3,padding=1)"


def totals(layers: str, shape: tuple[int, ...]) -> dict[str, Any]:
    return json.loads(sc.sizes(layers, input=shape).json())


# what the notes print
def last(layers: str, *shape: int) -> tuple[Any, ...]:
    return sc.sizes(layers, input=shape).shapes[-1]


def weights(layers: str, *shape: int) -> int:
    return totals(layers, shape)["total"]["weights"]


def test_numbers_that_the_notes_print() -> None:
    assert last("conv2d(kernel=3)", 28, 28) == (1, 26, 26)  # true
    assert last("max_pool2d(2)", 64, 112, 112) == (64, 56, 56)
    assert last("max_pool2d(2)", 64, 112, 112) != (64, 112, 112)  # printed, false
    assert last("max_pool2d(2)", 64, 224, 224) == (64, 112, 112)
    assert weights("conv2d(3,1,kernel=5)", 3, 32, 32) == 5 * 5 * 3 == 75  # true
    assert last("conv2d(3,1,kernel=5)", 3, 32, 32) == (1, 28, 28)  # true
    assert weights("conv2d(3,1,kernel=4)", 3, 9, 9) == 4 * 4 * 3 == 48  # true
    assert weights("conv2d(1,1,kernel=4)", 1, 9, 9) == 16  # a kernel, not a filter
    assert last("conv1d(kernel=2,stride=2)", 6) == (1, 3)  # true
    assert last("conv2d(3,2,kernel=3)", 3, 6, 6) == (2, 4, 4)  # true: one output channel for every filter
    assert last("conv2d(kernel=3)", 5, 5) == (1, 3, 3)  # and not 2 x 2
    ten = sc.sizes("conv2d(kernel=5) " * 10, input=(240, 240))
    assert ten.shapes[-1] == (1, 200, 200)


def test_the_example_network_of_a_course() -> None:
    """39x39x3 -> 37x37x10 -> 17x17x20 -> 7x7x40 = 1960, and 280 parameters in the first layer."""
    found = sc.sizes(
        "conv2d(3,10,kernel=3) conv2d(10,20,kernel=5,stride=2) conv2d(20,40,kernel=5,stride=2) flatten", input=(3, 39, 39)
    )
    assert found.shapes == ((3, 39, 39), (10, 37, 37), (20, 17, 17), (40, 7, 7), (1960,))
    assert json.loads(found.json())["layers"][0]["weights"] + 10 == 280


VERDICTS = {
    "valid-size-2d": "proved",  # O_H = H - K_H + 1 true
    "valid-width-from-height": "refuted",  # O_W = H - K_W + 1 false
    "valid-width-from-height-square": "proved",  # unless H = W
    "correlation-commutes": "refuted",  # sum f(a) g(i+a) = sum f(i+a) g(a) false
}


@pytest.mark.parametrize("name", VERDICTS)
def test_formulas_that_the_notes_print(name: str) -> None:
    assert sc.prove(name).verdict.status == VERDICTS[name]


def test_one_window_that_the_notes_print() -> None:
    assert (
        int(sc.evaluate(sc.correlate2d(), x=[[0, 1], [3, 4]], w=[[0, 1], [2, 3]]).y[0, 0]) == 0 * 0 + 1 * 1 + 3 * 2 + 4 * 3
    )
    assert int(sc.evaluate(sc.correlate1d(), x=[1, 2, 4, 5], w=[0, 1, 2, 3]).y[0]) == 0 * 1 + 1 * 2 + 2 * 4 + 3 * 5 == 25


def test_known_networks() -> None:
    """Parameters and multiply-adds that papers print."""
    separable = totals(
        "conv2d(16,16,kernel=3,padding=1,groups=16,bias=False) conv2d(16,32,kernel=1,bias=False)", (16, 28, 28)
    )
    full = totals("conv2d(16,32,kernel=3,padding=1,bias=False)", (16, 28, 28))
    ratio = separable["total"]["multiply_adds"] / full["total"]["multiply_adds"]
    assert ratio == pytest.approx(1 / 32 + 1 / 9)
    assert separable["total"]["weights"] / full["total"]["weights"] == pytest.approx(1 / 32 + 1 / 9)
    inception = totals("conv2d(192,16,kernel=1,bias=False) conv2d(16,32,kernel=5,padding=2,bias=False)", (192, 28, 28))
    assert [row["multiply_adds"] for row in inception["layers"]] == [2_408_448, 10_035_200]
    lenet = "conv2d(1,6,kernel=5,padding=2) tanh avg_pool2d(2) conv2d(6,16,kernel=5) tanh avg_pool2d(2) flatten linear(120) tanh"
    found = sc.sizes(f"{lenet} linear(84) tanh linear(10)", input=(1, 28, 28))
    assert found.parameters == 61_706
    assert found.shapes[-8:] == ((16, 5, 5), (400,), (120,), (120,), (84,), (84,), (10,))[-8:] or found.shapes[7] == (400,)
    assert totals("conv2d(128,128,kernel=5,padding=2)", (128, 256, 256))["total"]["multiply_adds"] * 2 == 53_687_091_200


# brute force
def test_shapes_against_windows_laid_one_by_one() -> None:
    draw = random.Random(7)
    seen = dict.fromkeys(("unread", "ceil", "refused"), 0)
    for _ in range(400):
        ndim = draw.choice((1, 2, 3))
        layers = stack(draw, ndim, KINDS, most=3)
        spatial = [draw.randint(3, 14) for _ in range(ndim)]
        levels = [[list(range(n)) for n in spatial]]
        reads: list[list[set[int]]] = []
        good = True
        for _, given in layers:
            out, read = [], []
            for axis, items in enumerate(levels[-1]):
                k, s, d = (given[what][axis] for what in ("kernel", "stride", "dilation"))
                windows = lay(items, k, s, d, *given["padding"][axis], given.get("ceil_mode", False))
                empty = "pool" in given["kind"] and any(all(e is None for e in w) for w in windows)
                good = good and bool(windows) and not empty
                out.append(list(range(len(windows))))
                read.append({e for w in windows for e in w if e is not None})
            levels.append(out)
            reads.append(read)
        text = " ".join(words for words, _ in layers)
        if not good:
            seen["refused"] += 1
            with pytest.raises(SymconvError):
                sc.sizes(text, input=tuple(spatial))
            continue
        found = sc.sizes(text, input=tuple(spatial))
        assert [shape[1:] for shape in found.shapes] == [tuple(map(len, level)) for level in levels], text
        for edge, before, read in zip(found.facts.edges, levels, reads, strict=False):
            listed = [{j for a, b in ranges for j in range(a, b + 1)} for ranges in edge.unread]
            assert listed == [set(items) - seen_ for items, seen_ in zip(before, read, strict=True)], text
            seen["unread"] += any(listed)
        seen["ceil"] += any(g.get("ceil_mode") for _, g in layers)
    assert min(seen.values()) > 30, seen


def test_costs_against_loops() -> None:
    """Parameters and products of one layer, counted tuple by tuple, with groups, batch and a kernel larger than the input."""
    draw = random.Random(3)
    for kind in ("conv", "local", "conv_transpose"):
        for _ in range(25):
            groups, each, to = draw.randint(1, 3), draw.randint(1, 2), draw.randint(1, 3)
            n, k, s, lo, hi = (
                draw.randint(2, 5),
                draw.randint(1, 4),
                draw.randint(1, 3),
                draw.randint(0, 2),
                draw.randint(0, 2),
            )
            channels, filters, batch = groups * each, groups * to, draw.randint(1, 3)
            text = f"{kind}2d({channels},{filters},kernel={k}x1,stride={s}x1,padding={lo}:{hi}x0:0,groups={groups})"
            try:
                row = json.loads(sc.sizes(text, input=(batch, channels, n, 2)).json())["layers"][0]
            except SymconvError:
                continue
            outputs = row["shape"][1]
            pairs = [(o, c) for o, c in product(range(filters), range(channels)) if o // to == c // each]
            places = n if kind == "conv_transpose" else outputs
            kernels = {(o, c, p) for o, c in pairs for p in range(k)}
            own = len(kernels) * (outputs * 2 if kind == "local" else 1)
            assert row["weights"] == own
            assert row["biases"] == filters * (outputs * 2 if kind == "local" else 1)
            assert row["multiply_adds"] == sum(1 for _ in product(range(batch), kernels, range(places), range(2)))
            met = 0
            for i, p in product(range(places), range(k)):
                inside = 0 <= s * i + p - lo < (outputs if kind == "conv_transpose" else n)
                met += inside
            assert row["on_padding"] == row["multiply_adds"] - met * len(pairs) * batch * 2
            assert row["entries"] == batch * filters * outputs * 2


def test_lost_places_reach_no_output() -> None:
    """Through a chain: place j is lost if no output changes with it."""
    draw = random.Random(11)
    lost = 0
    for _ in range(120):
        layers = stack(draw, 1, ("conv",), most=3, crop=-1)
        n = draw.randint(6, 18)
        below: list[Any] = [{j} for j in range(n)]
        for _, g in layers:
            windows = lay(below, g["kernel"][0], g["stride"][0], g["dilation"][0], *g["padding"][0])
            below = [set().union(*(e for e in w if e is not None)) for w in windows]
            if not below:
                break
        text = " ".join(words for words, _ in layers)
        if not below:
            continue
        found = {j for a, b in sc.sizes(text, input=(n,)).facts.lost[0] for j in range(a, b + 1)}
        assert found == set(range(n)) - set().union(*below), text
        lost += bool(found)
    assert lost > 20


# names
def test_symbolic_sizes() -> None:
    found = sc.sizes(RESNET, input="3,H,W")
    assert found.shapes[1] == (64, "((H + 1)//2)", "((W + 1)//2)")
    assert found.shapes[3] == (64, "((H + 3)//4)", "((W + 3)//4)")
    assert {v.status for v in found.verdicts} == {"checked"}
    assert sc.sizes("conv1d(2,u,kernel=f)", input="2,H").shapes[-1] == ("u", "H - f + 1")
    for h in range(8, 60):
        numbers = sc.sizes(RESNET, input=(3, h, h + 5)).shapes
        for symbolic, number in zip(found.shapes, numbers, strict=True):
            own = tuple(eval(str(e), {"H": h, "W": h + 5}) for e in symbolic)
            assert own == number


def test_floors_of_floors() -> None:
    x = var("x")
    for b, k, c in product(range(1, 5), range(-3, 4), range(1, 5)):
        made = floored(floored(2 * x + k, floor(b, 1)) + k, floor(c, 1))
        for value in range(-9, 10):
            assert made.evaluate({"x": value}) == ((2 * value + k) // b + k) // c


@pytest.mark.sweep(1)
@pytest.mark.parametrize("kernel", [1, 2, 3])
def test_ceil_mode_with_names_is_the_literal_rule(kernel: int) -> None:
    for k, s, lo, hi, d in product((kernel,), (1, 2, 3), (0, 1), (0, 1), (1, 2)):
        text = f"max_pool1d({k},stride={s},padding={lo}:{hi},dilation={d},ceil_mode=True)"
        symbolic = sc.sizes(text, input="1,n").facts.shapes[1][1]
        for n in range(d * (k - 1) + 1, 12):
            try:
                number, said = sc.sizes(text, input=(1, n)).shapes[1][1], ""
            except SymconvError as error:
                number, said = None, str(error)
            assert ("padding alone" in said) == (number is None)
            assert number in (None, symbolic.evaluate({"n": n})), (text, n)


# the page and the command
def test_the_command_of_the_issue() -> None:
    done = run("sizes", RESNET, "--input", "3x224x224")
    assert done.exit_code == 0
    for shown in ("64×112×112", "64×56×56", "118,013,952", "115,605,504", "9,472", "46,400"):
        assert shown in done.stdout
    assert max(map(len, done.stdout.split("\n"))) <= 80


@pytest.mark.parametrize("to", ["latex", "markdown", "json"])
def test_targets(to: str) -> None:
    done = run(
        "sizes", "conv2d(2,3,kernel=2x3,stride=3x4) relu flatten linear(5) cross_entropy", "--input", "2x16x20", "--to", to
    )
    assert done.exit_code == 0
    if to == "json":
        found = json.loads(done.stdout)
        assert found["unread_input"] == [
            [[2, 2], [5, 5], [8, 8], [11, 11], [14, 15]],
            [[3, 3], [7, 7], [11, 11], [15, 15], [19, 19]],
        ]
        assert found["total"]["parameters"] == 39 + 5 * 75 + 5
        assert {c["verdict"] for c in found["checks"]} == {"checked"}


def test_memory() -> None:
    found = totals("conv1d(2,3,kernel=2) relu", (2, 5))
    assert [row["entries"] for row in found["layers"]] == [12, 12]
    assert found["total"]["entries"] == 10 + 12 + 12
    eight = json.loads(run("sizes", "conv1d(2,3,kernel=2) relu", "--input", "2x5", "--bytes", "8", "--json").stdout)
    assert eight["total"]["bytes"] == 8 * 34
    assert totals("relu linear(3)", (7,))["layers"][1]["weights"] == 21


def test_a_wrong_figure_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check stands apart from what is computed: a mistake in the sizes is an internal error."""
    from symconv.topics.sizes import sizes

    good = sizes.output
    monkeypatch.setattr(sizes, "output", lambda window, n: good(window, n) - 1)
    with pytest.raises(SymconvError, match="false"):
        sc.sizes("conv1d(kernel=2)", input=(5,))


def test_products_and_places_multiply() -> None:
    found = totals("conv3d(2,3,kernel=1x2x3,bias=False)", (2, 3, 4, 5))
    assert found["layers"][0]["multiply_adds"] == prod((2, 3, 1 * 2 * 3, 3 * 3 * 3))


def test_long_axes_are_checked_by_their_ends() -> None:
    """Too long to slide along: the last window fits and one more does not; and the page says so."""
    from symconv.language.geometry import Window
    from symconv.language.integers import integer
    from symconv.topics.sizes.check_windows import by_ends, slide

    found = sc.sizes("conv1d(2,3,kernel=7,stride=2,padding=3) max_pool1d(2,ceil_mode=True)", input=(2, 300_001))
    assert found.shapes[1:] == ((3, 150_001), (3, 75_001))
    assert "2 of them, too long" in str(found.verdicts[0].how)
    assert "Not listed" in found.text()
    for k, s, d, lo, hi, n in product((1, 2, 4), (1, 2, 3), (1, 2), (0, 1), (-1, 0, 2), (4, 5, 9)):
        for ceil, extra in ((False, None), (True, None), (False, integer(0))):
            window = Window(*map(integer, (k, s, d, lo, hi)), ceil, extra)
            right = slide(window, n)
            if right >= 1:
                assert [by_ends(window, n, right + more) for more in (-1, 0, 1)][1:] == [True, False]
                assert right == 1 or not by_ends(window, n, right - 1)


NAMED = [
    ("conv2d(3,4,kernel=3,stride=s,padding=P) relu max_pool2d(2,ceil_mode=True) flatten linear(10)", "3,H,W"),
    (
        "conv2d(8,16,kernel=3,stride=2,padding=1) conv2d(16,16,kernel=3,stride=s2) conv_transpose2d(16,4,kernel=3)",
        "8,H_1,W",
    ),
    ("conv3d(1,2,kernel=K,stride=s,dilation=d,padding=P) max_pool3d(2) conv3d(2,3,kernel=3,stride=2)", "B,1,D,H,W"),
]


@pytest.mark.parametrize(("layers", "given"), NAMED)
def test_long_sizes_have_names(layers: str, given: str) -> None:
    """Rows of 80 columns; each name is defined once, and means what the whole expression does."""
    made = sc.sizes(layers, input=given)
    page = made.text()
    assert all(width(line) <= 80 for line in page.splitlines())
    assert made.facts.short is not None
    assert {v.status for v in made.verdicts} == {"checked"}
    names = dict(made.facts.short.names)
    assert len(names) == len(made.facts.short.names)
    assert not set(names) & {
        n for e in (*made.facts.shape, *((made.facts.batch and (made.facts.batch,)) or ())) for n in e.names()
    }
    values: dict[str, Any] = dict.fromkeys(("s", "d", "s2"), 1) | {
        "P": 2,
        "K": 3,
        "B": 5,
        "H": 31,
        "H_1": 23,
        "W": 26,
        "D": 29,
    }
    whole = dict(values)
    for name, meaning in names.items():
        assert len([line for line in made.latex().splitlines() if line.startswith(f"{latex_name(name)} &=")]) == 1
        whole[name] = meaning.subs(whole)
    for full, short in zip(made.facts.edges, made.facts.short.edges, strict=True):
        assert [e.subs(values) for e in full.shape] == [e.subs(whole) for e in short.shape]
        assert full.products.subs(values) == short.products.subs(whole)
        assert full.weights.subs(values) == short.weights.subs(whole)


def latex_name(name: str) -> str:
    base, _, index = name.partition("_")
    return rf"\mathit{{{base}}}_{{{index}}}" if len(base) > 1 else f"{base}_{{{index}}}"


def test_short_sizes_stay_as_they_are() -> None:
    assert sc.sizes("conv2d(3,4,kernel=3)", input="3,H,W").facts.short is None
    assert sc.sizes("conv2d(3,4,kernel=3,stride=2)", input="3x8x9").facts.short is None


def test_a_batch_that_is_a_name_and_sizes_in_messages() -> None:
    assert {v.status for v in sc.sizes("conv1d(1,2,kernel=3)", input="B,1,N").verdicts} == {"checked"}
    with pytest.raises(SymconvError, match=r"of shape 4xfloor\(\(H \+ 1\)/2\)xfloor\(\(W \+ 1\)/2\)"):
        sc.sizes("conv2d(1,4,kernel=3,stride=2,padding=1) conv2d(3,4,kernel=3)", input="1,H,W")


def test_sizes_want_an_input() -> None:
    with pytest.raises(SymconvError, match="expected the sizes"):
        sc.sizes("relu")
