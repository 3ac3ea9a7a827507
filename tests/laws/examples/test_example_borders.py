"""Worked examples, traces and figures of padding modes, against loops that know nothing but the definition.

products     y, dL/dw and dL/dx by accumulation: the very products of the definition, copies by the entries that they copy
the fold     dL/dxbar is the gradient of the plain operator on np.pad's array; places that hold an entry are added up
traces       every product that reaches an entry, through each of its places; what is absent has a condition that fails
the page     the places and their entries are np.pad's, copies stand beyond the lines, no zero was put in
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.api import figures
from symconv.errors import InternalError, SymconvError
from symconv.figures.matrix import contributions
from symconv.language.scene import Cell, flaws, plain
from symconv.pages.arrays import kept, narrowed
from symconv.pages.write import write
from symconv.public.examples import Example
from tests.cases.helpers import beside
from tests.harness import printed, run
from tests.laws.layers.test_padding_modes import MODES, NUMPY, walk
from tests.laws.pages.test_gallery_tex import complaints
from tests.laws.pages.test_jupyter import DISPLAY
from tests.oracles.mathematics import Formula, faults

ON_EACH = pytest.mark.parametrize("mode", MODES)
Index = tuple[int, ...]
TRY = ("conv2d", "--x", "1 2 3; 4 5 6; 7 8 10", "--w", "1 2; 3 -1", "--padding", "1x0:2", "--padding-mode", "reflect")


@dataclass(frozen=True)
class Case:
    """A layer with a border, its numbers, and its products by loops: (y, w, place in xbar, x) by full indices."""

    mode: str
    sizes: Index
    taps: Index
    stride: Index
    dilation: Index
    pads: tuple[tuple[int, int], ...]
    batch: int = 1
    channels: int = 1
    filters: int = 1
    groups: int = 1
    flip: bool = False
    bias: bool = True
    seed: int = 0

    @property
    def output(self) -> Index:
        each = zip(self.sizes, self.taps, self.stride, self.dilation, self.pads, strict=True)
        return tuple((n + lo + hi - d * (k - 1) - 1) // s + 1 for n, k, s, d, (lo, hi) in each)

    @property
    def padded(self) -> Index:
        return tuple(n + lo + hi for n, (lo, hi) in zip(self.sizes, self.pads, strict=True))

    @cached_property
    def arrays(self) -> dict[str, Any]:
        numbers = np.random.RandomState(self.seed)
        shapes = {
            "x": (self.batch, self.channels, *self.sizes),
            "w": (self.filters, self.channels // self.groups, *self.taps),
            "g": (self.batch, self.filters, *self.output),
        } | ({"b": (self.filters,)} if self.bias else {})
        return {name: numbers.randint(1, 10, s) * numbers.choice([-1, 1], s) for name, s in shapes.items()}

    def source(self, place: Index) -> Index:
        each = zip(place, self.sizes, self.pads, strict=True)
        return tuple(walk(self.mode, m - lo, n) for m, n, (lo, _) in each)

    def copy(self, place: Index) -> bool:
        return any(not 0 <= m - lo < n for m, n, (lo, _) in zip(place, self.sizes, self.pads, strict=True))

    @cached_property
    def products(self) -> list[tuple[Index, Index, Index, Index]]:
        found = []
        each, per = self.channels // self.groups, self.filters // self.groups
        for n, o, c in product(range(self.batch), range(self.filters), range(each)):
            for i, p in product(product(*map(range, self.output)), product(*map(range, self.taps))):
                turned = tuple(k - 1 - q for k, q in zip(self.taps, p, strict=True)) if self.flip else p
                m = tuple(s * a + d * q for s, a, d, q in zip(self.stride, i, self.dilation, turned, strict=True))
                channel = each * (o // per) + c
                found.append(((n, o, *i), (o, c, *p), (n, channel, *m), (n, channel, *self.source(m))))
        return found

    def operator(self) -> Any:
        return getattr(sc, f"conv{len(self.sizes)}d")(
            stride=self.stride, dilation=self.dilation, padding=self.pads, groups=self.groups, flip_kernel=self.flip,
            padding_mode=self.mode,
        )  # fmt: skip

    def example(self) -> Example:
        return sc.example(self.operator(), **{name: a.tolist() for name, a in self.arrays.items()})


NAMED = {
    "plain": Case("reflect", (4,), (3,), (1,), (1,), ((2, 1),)),
    "remainder": Case("circular", (6,), (2,), (3,), (1,), ((1, 0),)),
    "far": Case("reflect", (3,), (2,), (2,), (2,), ((7, 4),)),
    "as far as N": Case("symmetric", (3,), (3,), (1,), (1,), ((3, 3),)),
    "circular N": Case("circular", (2,), (3,), (1,), (1,), ((2, 2),), flip=True),
    "one entry": Case("reflect", (1,), (2,), (1,), (1,), ((2, 3),)),
    "one circular": Case("circular", (1,), (1,), (2,), (1,), ((4, 0),)),
    "cropped": Case("symmetric", (5,), (2,), (1,), (1,), ((-2, 3),), flip=True),
    "only copies": Case("circular", (2,), (2,), (1,), (1,), ((-2, 4),)),
    "holes": Case("replicate", (3,), (1,), (3,), (1,), ((1, 2),)),
    "groups": Case("replicate", (3, 2), (2, 3), (2, 1), (1, 2), ((1, 0), (2, 3)), 2, 4, 2, 2),
    "flip": Case("circular", (3, 4), (2, 3), (1, 2), (2, 1), ((0, 1), (2, 1)), 1, 2, 3, flip=True, bias=False),
    "crop one axis": Case("reflect", (4, 3), (2, 2), (1, 1), (1, 1), ((-1, 1), (2, 0)), 2, 1, 2),
    "volume": Case("symmetric", (2, 2, 3), (2, 1, 2), (1, 1, 2), (1, 1, 1), ((1, 2), (0, 0), (1, -1)), 1, 2, 1),
}
ON_NAMED = pytest.mark.parametrize("name", NAMED)


@cache
def named(name: str) -> Example:
    return NAMED[name].example()


def drawn(seed: int) -> Case:
    rng = random.Random(seed)
    ndim, groups = 1 + seed // 4 % 3, rng.choice((1, 2))
    while True:
        sizes = tuple(rng.randint(1, 5 if ndim < 3 else 2) for _ in range(ndim))
        taps = tuple(rng.randint(1, 3 if ndim < 3 else 2) for _ in range(ndim))
        s, d = (tuple(rng.randint(1, 3) for _ in range(ndim)) for _ in range(2))
        pads = tuple((rng.randint(-1, 7 if ndim == 1 else 2), rng.randint(-1, 3 if ndim < 3 else 1)) for _ in range(ndim))
        case = Case(MODES[seed % 4], sizes, taps, s, d, pads, rng.randint(1, 2), groups * rng.randint(1, 2),
                    groups * rng.randint(1, 2), groups, rng.random() < 0.5, rng.random() < 0.5, seed)  # fmt: skip
        if min(case.output) > 0 and any(p for pair in pads for p in pair):
            return case


def counted(entries: Any) -> dict[Index, Counter[Any]]:
    """The products of every entry, as factors in any order; those of a bias left out."""
    return {e.index: Counter(frozenset(p.factors) for p in e.products if len(p.factors) == 2) for e in entries}


def expected(case: Case, role: str) -> dict[Index, Counter[Any]]:
    shape = case.arrays[{"y": "g"}.get(role, role)].shape
    found: dict[Index, Counter[Any]] = {i: Counter() for i in np.ndindex(shape)}
    for i, p, _, j in case.products:
        three = {"y": ("g", i), "w": ("w", p), "x": ("x", j)}
        at = {"y": i, "w": p, "x": j}[role]
        found[at][frozenset(f for r, f in three.items() if r != role)] += 1
    return found


def truth(case: Case) -> dict[str, Any]:
    """y, the gradients and that of the padded tensor, by the products."""
    a = case.arrays
    y = np.zeros_like(a["g"]) + (a["b"].reshape(1, -1, *(1,) * len(case.sizes)) if case.bias else 0)
    found = {"y": y, "x": np.zeros_like(a["x"]), "w": np.zeros_like(a["w"])}
    found["bar"] = np.zeros((case.batch, case.channels, *case.padded), dtype=np.int64)
    for i, p, m, j in case.products:
        found["y"][i] += a["w"][p] * a["x"][j]
        found["x"][j] += a["w"][p] * a["g"][i]
        found["bar"][m] += a["w"][p] * a["g"][i]
        found["w"][p] += a["x"][j] * a["g"][i]
    return found


def holds(case: Case, made: Example) -> None:
    """All numbers and all products."""
    values, facts = truth(case), made.facts
    assert np.array_equal(made.y, values["y"])
    for wrt in "xw":
        assert np.array_equal(made.grad(wrt), values[wrt])
        assert counted(facts.gradient(wrt).scatter) == expected(case, wrt)
    assert counted(facts.y) == expected(case, "y")
    fold = facts.gradient("x").fold
    assert fold is not None
    assert fold.array.name == "dL/dxbar"
    assert np.array_equal(np.array(fold.array.entries, dtype=object).reshape(fold.array.shape), values["bar"])
    for e in facts.gradient("x").closed:
        places = [p.factors[0][1] for p in e.products]
        assert len(set(places)) == len(places)
        assert set(places) == {m for m in np.ndindex(fold.array.shape) if (*m[:2], *case.source(m[2:])) == e.index}
        assert e.value == sum(values["bar"][m] for m in places) == values["x"][e.index]


@ON_NAMED
def test_named_cases(name: str) -> None:
    holds(NAMED[name], named(name))


@pytest.mark.parametrize("seed", beside(range(36), str, lambda place, _: place % 3 != 0))
def test_drawn_cases(seed: int) -> None:
    case = drawn(seed)
    holds(case, case.example())


@ON_NAMED
def test_inputs_without_gradient_are_named(name: str) -> None:
    case, made = NAMED[name], named(name)
    read = {j for *_, j in case.products}
    lost = {j for j in np.ndindex(case.arrays["x"].shape) if j not in read}
    said = made.facts.gradient("x").unreached
    assert {one.reason for one in said} <= {"border"}
    hit = {j for j in np.ndindex(case.arrays["x"].shape) if any(j[2 + one.axis] in one.places for one in said)}
    assert hit == lost
    text = made.text()
    assert ("nor a copy of it" in text) == bool(lost)
    assert ("Every entry of x gets a gradient" in text) == (not lost)


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
def candidates(case: Case, role: str, index: Index) -> Counter[Any]:
    """The products that hold an entry, each with its place."""
    part = {"y": 0, "w": 1, "x": 3}[role]
    names = {"y": "g", "w": "w", "x": "x"}
    found: Counter[Any] = Counter()
    for t in case.products:
        if t[part] == index:
            both = [(names[r], t[k]) for r, k in (("y", 0), ("w", 1), ("x", 3)) if r != role]
            found[frozenset(both), t[2][2:]] += 1
    return found


@ON_NAMED
def test_traces(name: str) -> None:
    case, made = NAMED[name], named(name)
    rng = random.Random(name)
    for role, operand in (("y", "g"), ("x", "x"), ("w", "w")):
        shape = case.arrays[operand].shape
        for index in rng.sample(list(np.ndindex(shape)), min(4, int(np.prod(shape)))):
            found = made.trace(f"{'' if role == 'y' else 'd'}{role}[{','.join(map(str, index))}]")
            there = [one for one in found.facts.candidates if not one.killed and len(one.factors) == 2]
            assert Counter((frozenset(one.factors), one.through) for one in there) == candidates(case, role, index)
            assert found.value == truth(case)[role][index]
            absent = [one for one in found.facts.candidates if one.killed]
            assert all(not g.holds and g.index.startswith("i") for one in absent for g in one.killed)
            if role == "x":  # all taps at all places
                places = [m for m in product(*map(range, case.padded)) if case.source(m) == index[2:]]
                each = case.filters // case.groups * int(np.prod(case.taps))
                assert len(found.facts.candidates) == each * len(places)
                assert {one.through for one in found.facts.candidates} == set(places)
            else:
                assert not absent


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
    assert np.array_equal(np.array(back["value"]).ravel(), truth(case)["bar"].ravel())


def test_zero_padding_says_nothing_of_borders() -> None:
    told = json.loads(printed("example", "conv1d", "--input", "4", "--kernel", "3", "--padding", "1", "--json"))
    assert "padded" not in told
    assert not any("copies" in view for view in told["closed_form"]["x"]["arrays"].values())
    assert "copies" not in printed("example", "conv1d", "--input", "4", "--kernel", "3", "--padding", "1")


# figures
@ON_NAMED
def test_every_figure(name: str) -> None:
    made = named(name).facts
    for figure in figures.FIGURES:
        assert flaws(figures.figure(made, figure)) == [], figure
    steps = figures.sequence(made, "x") if np.prod(NAMED[name].padded) <= 16 and made.op.extents[0][1] == 1 else []
    assert all(flaws(scene) == [] for _, scene in steps)


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
    assert [int(plain(c.runs).replace("−", "-")) for c in last] == truth(NAMED["plain"])["x"].ravel().tolist()
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


@pytest.mark.parametrize("to", ["svg", "tikz", "png", "gif", "stepper"])
def test_pictures_are_written(to: str, tmp_path: Path) -> None:
    path = tmp_path / f"picture.{to}"
    printed("example", *TRY, "--to", to, "-o", str(path), *(("--figure", "x") if to in ("gif", "stepper") else ()))
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
        NAMED["plain"].example()
    monkeypatch.setattr(borders, "places", right)
    held = borders.places_of
    monkeypatch.setattr(borders, "places_of", lambda known, entry: held(known, entry)[:1])
    with pytest.raises(InternalError, match="differs in dL/dx"):
        NAMED["plain"].example()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("example", "conv1d", "--input", "5", "--kernel", "3", "--padding", "1", "--padding-mode", "mirror"), "'reflect'"),
        (
            ("example", "conv1d", "--input", "5", "--kernel", "3", "--padding", "1", "--padding-mode", "odd"),
            "expected one of",
        ),
        (("example", "conv_transpose1d", "--input", "5", "--kernel", "3", "--padding-mode", "circular"), "padding_mode"),
        (("example", "max_pool1d", "--input", "5", "--kernel", "3", "--padding-mode", "circular"), "padding_mode"),
        (
            ("example", "conv1d", "--input", "5", "--kernel", "3", "--padding", "-3", "--padding-mode", "reflect"),
            "fits into",
        ),
        (
            ("example", "conv1d", "--input", "5", "--kernel", "3", "--padding", "99999", "--padding-mode", "circular"),
            "at most",
        ),
        (
            ("trace", "dx[5]", "conv1d", "--input", "5", "--kernel", "3", "--padding", "2", "--padding-mode", "circular"),
            "< 5",
        ),
        (("example", *TRY, "--figure", "fold", "--to", "svg"), "expected one of"),
        (("example", *TRY, "--figure", "b", "--to", "gif"), "expected one of"),
    ],
)
def test_bad_input_is_one_line(words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert re.search(re.escape(said), result.stderr)


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
