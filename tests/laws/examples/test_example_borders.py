"""Worked examples, traces and figures of padding modes, against loops that know nothing but the definition.

products     y, dL/dw and dL/dx by accumulation: the very products of the definition, copies by the entries that they copy
the fold     dL/dxbar is the gradient of the plain operator on np.pad's array; places that hold an entry are added up
traces       every product that reaches an entry, through each of its places; what is absent has a condition that fails
the page     the places and their entries are np.pad's, copies stand beyond the lines, no zero was put in
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.api import figures
from symconv.errors import InternalError, SymconvError
from symconv.figures.matrix import contributions
from symconv.language.scene import Cell, plain
from symconv.pages.arrays import kept, narrowed
from symconv.pages.write import write
from symconv.public.examples import Example
from tests.cases.layers import example, trial
from tests.harness import printed, run
from tests.laws.pages.test_gallery_tex import complaints
from tests.laws.pages.test_jupyter import DISPLAY
from tests.oracles.copies import MODES, NAMED, NUMPY, Index, walk
from tests.oracles.mathematics import Formula, faults
from tests.oracles.trial import zeros

pytestmark = pytest.mark.sweep(3)

ON_EACH = pytest.mark.parametrize("mode", MODES)
TRY = ("conv2d", "--x", "1 2 3; 4 5 6; 7 8 10", "--w", "1 2; 3 -1", "--padding", "1x0:2", "--padding-mode", "reflect")


ON_NAMED = pytest.mark.parametrize("name", NAMED)


def named(name: str) -> Example:
    """The worked example of a named case; they stand first in their row."""
    return example("border", list(NAMED).index(name))


def truth(name: str) -> dict[str, Any]:
    """The gradients by x and by the padded x."""
    case, right = NAMED[name], trial("border", list(NAMED).index(name))
    bar = zeros(case.batch, case.channels, *case.padded)
    for at_ in right.products or ():
        bar[at_["place"]] += right.given["w"][at_["w"]] * right.given["g"][at_["y"]]
    return {"x": right.truth["x"], "bar": bar}


def test_exact_numbers_and_names() -> None:
    made = sc.example(
        sc.correlate1d(padding="P", padding_mode="replicate"),
        x=[Fraction(1, 3), 10**25],
        w=["1/2", 1],
        g=[1, 2, 3, 4, 5],
        P=2,
    )
    assert made.grad("x") == [6, Fraction(33, 2)]  # 1/2 + 2 + 7/2, and 5 + 13/2 + 5
    assert sc.example(sc.conv1d(padding="same", padding_mode="circular"), input=4, kernel=3).facts.op.border is not None
    assert made.y[0] == Fraction(1, 2)
    decimals = sc.example(sc.correlate1d(padding=1, padding_mode="circular"), x="0.5 1 2", w="1 0.25")
    assert "0.5" in decimals.text()


# traces
def test_a_trace_goes_through_every_copy() -> None:
    page = printed("trace", "dx[0,1]", *TRY)
    said = "In x̄ the entry stands at x̄[1, 1], x̄[1, 3], of which x̄[1, 3] lies beyond the ends: a copy."
    assert said in " ".join(page.replace("\u00a0", " ").split())
    assert "dL/dx̄[1,1] = " in page
    assert "dL/dx[j₁, j₂] = Σ_{m₁,m₂} dL/dx̄[m₁, m₂] [φ(m₁ - 1) = j₁, φ(m₂) = j₂]" in page
    told = json.loads(printed("trace", "dx[0,1]", *TRY, "--json"))
    assert {(*one["place"], one["copy"]) for one in told["products"]} == {(1, 1, False), (1, 3, True)}
    assert sum(one["value"] for one in told["products"]) == told["value"] == 5
    page = printed("trace", "y[0,0]", *TRY)
    assert "w[0, 0] x[1, 0]   x[1, 0] read at x̄[0, 0], a copy" in page
    assert "padding" not in page.partition("Read from copies")[2]
    nothing = sc.trace("dx[0]", sc.correlate1d(padding=((-1, 2),), padding_mode="reflect"), x="1 2 3 4", w="1 2")
    assert "No place of x̄ holds the entry" in nothing.text()
    assert nothing.value == 0


# pages
def places_line(mode: str, n: int, lo: int, hi: int) -> str:
    """np.pad's places with bars, for pads on both sides."""
    line = list(map(str, np.pad(np.arange(n), (lo, hi), mode=NUMPY[mode])))  # type: ignore[call-overload]
    return " | ".join(" ".join(part) for part in (line[:lo], line[lo : lo + n], line[lo + n :]) if part)


@ON_EACH
def test_the_places_are_those_of_numpy(mode: str) -> None:
    page = sc.example(sc.correlate1d(padding=((2, 3),), padding_mode=mode), input=5, kernel=3).text()
    assert f"φ(m - 2) = {places_line(mode, 5, 2, 3)}, the entries of x that stand at m = 0, …, 9" in page
    page = sc.example(sc.correlate1d(padding=((5, 4),), padding_mode=mode), input=3, kernel=2).text()
    assert f"φ(m - 5) = {places_line(mode, 3, 5, 4)}, the entries" in page.replace("\n      ", " ")
    assert ("t < 0" in page) == (mode == "replicate")  # else by arithmetic
    assert ("mod" in page.split("Shapes")[0].split("padding_mode")[1]) == (mode != "replicate")


def test_the_page_of_the_issue() -> None:
    page = printed("example", *TRY)
    assert "     4   5   6  │  5   4\n    ────────────┼───────\n     1   2   3  │  2   1\n" in page
    assert "x̄: x with its padding (reflect); beyond the lines stand copies" in page
    assert "y[0,0] = w[0,0] x[1,0] + w[0,1] x[1,1] + w[1,0] x[0,0] + w[1,1] x[0,1]" in page
    assert "dL/dx[0,0] = dL/dx̄[1,0] + dL/dx̄[1,4] = -8 + (-5) = -13" in page
    assert "f[j₁] = r[j₁ + 1] + [0 ≤ 1 - j₁ < 1] r[1 - j₁] + [0 ≤ 1 - j₁ < 1] r[5 - j₁]" in page
    forward = page.partition("Forward")[2].partition("Backward")[0]
    assert "zero" not in forward
    assert "dxbar" not in page


@ON_EACH
def test_the_fold_is_the_derivation(mode: str) -> None:
    """The line by which the page folds is the last line of the derivation at the same sizes."""
    op = sc.correlate1d(padding=((2, 1),), padding_mode=mode)
    steps = sc.derive(op, "x", check=False, proof=False).at(input=4, kernel=3).facts.bordered
    assert steps is not None
    made = sc.example(op, input=4, kernel=3)
    own = made.facts.gradient("x").derivation
    assert own is not None
    assert own.bordered is not None
    assert [s.rule for f in own.bordered.folds for s in f.steps] == [s.rule for f in steps.folds for s in f.steps]
    shown = made.text().partition("The padding taken back")[2]
    assert "dL/dx[j] = dL/dx̄[j + 2]" in shown
    assert [c.kind for c in made.facts.checks] == ["agree", "evaluate", "brute-force", "numpy-pad", "fold"]
    far = sc.example(sc.correlate1d(padding=((9, 0),), padding_mode=mode), input=4, kernel=3)
    assert ("fold" in [c.kind for c in far.facts.checks]) == (mode == "replicate")
    assert ("dL/dx[j] = dL/dx̄[j + 9]" in far.text()) == (mode == "replicate")


@pytest.mark.tex
@pytest.mark.parametrize("name", ["plain", "far", "groups", "volume"])
def test_the_latex_compiles(name: str, tmp_path: Path) -> None:
    assert not complaints(named(name).latex(standalone=True), tmp_path)


@pytest.mark.sweep(2)
@ON_NAMED
def test_every_target(name: str) -> None:
    made = named(name)
    assert "xbar" not in made.text()
    assert made.html() == made.html()
    for shown in (made, made.trace("dw" + str([0] * (2 + len(NAMED[name].sizes))))):
        latex = shown._repr_latex_()
        assert DISPLAY.findall(latex)
        assert not faults([Formula(rf"\begin{{aligned}}{part}\end{{aligned}}", True) for part in DISPLAY.findall(latex)])


@pytest.mark.parametrize("most", [5, 6, 9, 20])
@pytest.mark.parametrize("places", [(3, 7), (1, 2), (10, 17), (4, 16), (9, 10), (18,)])
def test_lines_stand_where_copies_begin(places: Index, most: int) -> None:
    """Also in rows whose middle is left out: what is shown lies on its own side of every line."""
    row = tuple(str(sum(m >= p for p in places)) for m in range(19))  # the number of lines to its left
    (short,) = narrowed((row,), most)
    lines = kept(19, places, most)
    for k, cell in enumerate(short):
        if cell != "…":
            assert sum(p <= k for p in lines) == int(cell), (short, lines)


def test_planes_of_copies_are_said_to_be() -> None:
    assert "a plane beyond the ends is a copy as a whole" in " ".join(named("volume").text().split())
    assert "along some axis only copies are left" in named("only copies").text()
    assert "x̄: x, cropped" in sc.example(sc.correlate1d(padding=-1, padding_mode="reflect"), input=5, kernel=2).text()
    assert "without the places that no window reads" in " ".join(named("far").text().split())
    assert "without the places" not in named("plain").text()


@ON_NAMED
def test_json_goes_round(name: str) -> None:
    case = NAMED[name]
    told = json.loads(named(name).json())
    again = sc.example(case.operator(), **{role: told[role] for role in "xwbg" if told[role] is not None})
    assert json.loads(again.json()) == told
    assert told["parameters"]["padding_mode"] == case.mode
    assert told["agree"] is True
    values = np.array(told["padded"]["values"])
    assert values.shape == (case.batch, case.channels, *case.padded)
    origin, copies = np.array(told["padded"]["origin"]), np.array(told["padded"]["copies"])
    for m in product(*map(range, case.padded)):
        assert tuple(map(int, origin[m].split(","))) == case.source(m)
        assert bool(copies[m]) == case.copy(m)
        assert values[(0, 0, *m)] == case.arrays["x"][(0, 0, *case.source(m))]
    back = told["closed_form"]["x"]["padded"]
    assert back["places"] == [[walk(case.mode, m - lo, n) for m in range(length)]
                              for n, length, (lo, _) in zip(case.sizes, case.padded, case.pads, strict=True)]  # fmt: skip
    assert np.array_equal(np.array(back["value"]).ravel(), truth(name)["bar"].ravel())


def test_zero_padding_says_nothing_of_borders() -> None:
    told = json.loads(printed("example", "conv1d", "--input", "4", "--kernel", "3", "--padding", "1", "--json"))
    assert "padded" not in told
    assert not any("copies" in view for view in told["closed_form"]["x"]["arrays"].values())
    assert "copies" not in printed("example", "conv1d", "--input", "4", "--kernel", "3", "--padding", "1")


# figures
def test_copies_are_drawn_as_copies() -> None:
    case = NAMED["plain"]
    cells = [e for e in figures.figure(named("plain").facts, "forward").elements if isinstance(e, Cell)]
    seen = [c for c in cells if c.key.startswith("x[")]
    assert len(seen) == sum(case.padded)
    assert sum(c.role in ("copy", "hit-copy") for c in seen) == 3
    assert [c.key for c in seen] == [f"x[{case.source((m,))[0]}]" for m in range(*case.padded)]
    folded = [e for e in figures.figure(named("plain").facts, "backward-x").elements if isinstance(e, Cell)]
    places = [c for c in folded if c.key.startswith("dL/dxbar") and c.role == "copy"]
    assert len(places) == 3


def test_the_fold_fills_up() -> None:
    """Every step adds one place; what stands in dL/dx are the sums so far, at last the gradient."""
    made = named("plain").facts
    steps = figures.sequence(made, "x")
    assert len(steps) == sum(NAMED["plain"].padded)
    assert len({(s.width, s.height) for _, s in steps}) == 1
    last = [e for e in steps[-1][1].elements if isinstance(e, Cell) and e.key.startswith("dL/dx[")]
    assert [int(plain(c.runs).replace("−", "-")) for c in last] == truth("plain")["x"].ravel().tolist()
    first = [e for e in steps[0][1].elements if isinstance(e, Cell) and e.key.startswith("dL/dx[")]
    assert sum(bool(c.runs) for c in first) == 1
    page = str(write(made, "stepper", figure="x"))
    assert "Step" in page
    assert "dL/dx̄[0]" in page


@pytest.mark.parametrize("lo", [0, 1, 2])
def test_the_matrix_of_a_ring_is_circulant(lo: int) -> None:
    op = sc.correlate1d(padding=((lo, 2 - lo),), padding_mode="circular").at(input=5, kernel=3).data
    found = contributions(op)
    for (i, j), taps in found.items():
        assert found[((i[0] + 1) % 5,), ((j[0] + 1) % 5,)] == taps
    assert len(found) == 15


@ON_NAMED
def test_the_matrix_is_the_operator(name: str) -> None:
    case = NAMED[name]
    wanted: dict[Any, list[Index]] = {}
    for i, p, _, j in case.products:
        if i[:2] == (0, 0) and p[:2] == (0, 0):
            wanted.setdefault((i[2:], j[2:]), []).append(p[2:])
    found = contributions(named(name).facts.op)
    assert {pair: sorted(taps) for pair, taps in found.items()} == {pair: sorted(taps) for pair, taps in wanted.items()}


@pytest.mark.sweep(2)
@pytest.mark.parametrize("to", ["svg", "tikz", "png", "gif", "stepper"])
def test_pictures_are_written(to: str, tmp_path: Path) -> None:
    path = tmp_path / f"picture.{to}"
    words = (
        ["conv1d", "--input", "3", "--kernel", "2", "--padding", "1:0", "--padding-mode", "reflect"] if to == "gif" else TRY
    )
    printed("example", *words, "--to", to, "-o", str(path), *(("--figure", "x") if to in ("gif", "stepper") else ()))
    assert path.stat().st_size > 2000
    if to in ("svg", "tikz", "png"):
        printed("trace", "dx[1,0]", *TRY, "--to", to, "-o", str(path))


# what goes wrong
def test_a_wrong_border_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A border that copies other entries than it says is never printed, nor is a fold that drops a place."""
    from symconv.examples import borders
    from symconv.language import border

    right = border.places
    monkeypatch.setattr(borders, "places", lambda mode, n, lo, hi: right("symmetric", n, lo, hi))
    with pytest.raises(InternalError, match="differs"):
        sc.example(NAMED["plain"].operator(), **{role: a.tolist() for role, a in NAMED["plain"].arrays.items()})
    monkeypatch.setattr(borders, "places", right)
    held = borders.places_of
    monkeypatch.setattr(borders, "places_of", lambda known, entry: held(known, entry)[:1])
    with pytest.raises(InternalError, match="differs in dL/dx"):
        sc.example(NAMED["plain"].operator(), **{role: a.tolist() for role, a in NAMED["plain"].arrays.items()})


def test_what_has_no_example_says_so() -> None:
    back = sc.derive(sc.correlate1d(padding=1, padding_mode="reflect"), "x", check=False, proof=False).closed_form
    with pytest.raises(SymconvError, match="got the gradient of one with padding_mode=reflect"):
        sc.example(back, x=[1, 2, 3], w=[1, 2, 3])


@pytest.mark.torch
@pytest.mark.parametrize("mode", ["circular", "reflect", "replicate"])
def test_pytorch_agrees(mode: str) -> None:
    import torch

    made = sc.example(sc.conv2d(stride=(2, 1), padding=(1, 2), padding_mode=mode), input=(2, 2, 4, 5), kernel=(3, 2),
                      out_channels=3)  # fmt: skip
    layer = torch.nn.Conv2d(2, 3, (3, 2), (2, 1), (1, 2), padding_mode=mode, dtype=torch.float64)
    x = torch.tensor(made.x).double().requires_grad_()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(made.w))
        layer.bias.copy_(torch.tensor(made.b))
    y = layer(x)
    y.backward(torch.tensor(made.g).double())
    pairs = [(made.y, y), (made.grad("x"), x.grad), (made.grad("w"), layer.weight.grad), (made.grad("b"), layer.bias.grad)]
    assert all(np.array_equal(a, b.detach().numpy()) for a, b in pairs)


@pytest.mark.parametrize(("words", "says", "never"), [
    ("--padding 1 --padding-mode reflect", "before: e = 1,  behind: e + a = 1 + 0 = 1", "lo"),
    ("--padding 1", "before: e − lo = 1 − 1 = 0,  behind: e − hi + a = 1 − 1 + 0 = 0", "e + a"),
])  # fmt: skip
def test_the_pads_of_the_upstream_gradient_name_no_pad_that_the_page_gives_otherwise(
    words: str, says: str, never: str
) -> None:
    line = f"example conv1d --input 4 --kernel 2 {words} --to svg --figure upstream"
    drawn = re.sub(r"<[^>]*>", "", run(*line.split()).stdout)
    assert says in drawn
    assert never not in drawn.split("e = d(K−1)")[-1]


@pytest.mark.parametrize(("words", "over"), [("--padding 1 --padding-mode reflect", "the padded x"), ("--padding 1", "x")])
def test_a_description_names_the_tensor_that_the_window_slides_over(words: str, over: str) -> None:
    line = f"example conv1d --input 4 --kernel 2 {words} --to svg --figure forward"
    assert f"A window slides over {over}; here" in run(*line.split()).stdout
