"""Laws of worked examples and traces, of every kind of layer: the table is ``tests.cases.layers``, the truth its oracles by loops.

numbers    y and every gradient are the oracle's, however they are asked for; every check of the page holds
entries    what the JSON says of an entry, in symbols and in numbers, has its value; there is one line for every entry
page       every line of the page of text is true, by both ways to a gradient; nothing is wider than 80 columns
traces     the products that hold an entry, and no others; what is absent has a condition that fails; they add up
again      the arrays that were used make the same example again
figures    text stays in its cell
formulas   a second reader reads the mathematics of LaTeX and Markdown
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from math import prod
from typing import Any

import mpmath
import numpy as np
import pytest

import symconv as sc
from symconv.api.figures import figure, trace_figure
from symconv.language.scene import Scene, flaws
from symconv.layers.catalog import CATALOG
from tests.cases.helpers import beside
from tests.cases.layers import ROWS, example, trial
from tests.oracles.mathematics import faults, in_latex
from tests.oracles.page import ENTRY, at, evaluated, indices, known, lengthened, looked_up, read_back
from tests.oracles.trial import Index, Trial, exact

mp = mpmath.mp


def on(share: int = 1, rows: Any = tuple(ROWS)) -> Any:
    """Trials of these rows: every so many-th of the few in the suite proper, all of the many in the marked set."""
    cases = [(row, seed) for row in rows for seed in range(ROWS[row].many)]
    proper = {f"{row}-{seed}" for row, seed in cases if seed < ROWS[row].few and seed % share == 0}
    return pytest.mark.parametrize(
        ("row", "seed"), beside(cases, lambda case: f"{case[0]}-{case[1]}", lambda _, called: called not in proper)
    )


def test_every_layer_of_the_catalogue_has_an_oracle() -> None:
    assert {row.oracle for row in CATALOG.values()} == ROWS.keys() - {"member", "border"}


def told(row: str, seed: int) -> dict[str, Any]:
    """The example's JSON."""
    return json.loads(example(row, seed).json())


def whole(n: Any) -> Any:
    """A rational number to as many digits as are asked for."""
    return mp.mpf(n.numerator) / n.denominator if hasattr(n, "numerator") else n


def agree(ours: Any, theirs: Any, digits: int | None) -> bool:
    """A rational number is exact; a rounded one has the digits that are printed."""
    if digits is None:
        return bool(exact(ours).item() == theirs)
    if {".", "e"} & set(str(ours)):
        return Decimal(str(ours)) == Decimal(f"{Decimal(mpmath.nstr(whole(theirs), 60, strip_zeros=False)):.{digits - 1}e}")
    return bool(mp.almosteq(whole(exact(ours).item()), whole(theirs), rel_eps=mp.mpf(10) ** -40, abs_eps=mp.mpf(10) ** -40))


def same(ours: Any, theirs: Any, digits: int | None) -> bool:
    """Arrays of one shape but for leading axes of size 1, equal entry by entry."""
    flat, right = np.array(ours, dtype=object).ravel(), np.array(theirs, dtype=object).ravel()
    return len(flat) == len(right) and all(agree(a, b, digits) for a, b in zip(flat, right, strict=True))


# numbers
@on()
def test_numbers(row: str, seed: int) -> None:
    right, found = trial(row, seed), told(row, seed)
    with mp.workdps(80):
        assert same(found["y"], right.truth["y"], right.digits)
        for role in right.truth.keys() - {"y"}:
            assert same(found[f"grad_{role}"], right.truth[role], right.digits), role
        closed = found.get("closed_form", {})
        ways = [found["gather"]] if "gather" in found else [way["grad_x"] for way in found.get("ways", ())]
        assert all(same(way, right.truth["x"], right.digits) for way in ways)
        assert all(same(one["value"], right.truth[role], None) for role, one in closed.items() if role in right.truth)
    assert ways or set(closed) >= {"x", "w"}
    assert found["agree"] is not False
    assert {one["verdict"] for one in found["checks"]} == {"checked"}
    assert {one["kind"] for one in found["checks"]} >= {"evaluate"}


@on(rows=["affine", "transposed", "border", "local"])
def test_inputs_without_gradient(row: str, seed: int) -> None:
    """Those that stand in no product of the definition, and no others, are named."""
    right = trial(row, seed)
    lost = {(one["axis"], place) for one in told(row, seed)["unreached"] for place in one["places"]}
    read = {at_["x"] for at_ in right.products or ()}
    for index in np.ndindex(*right.truth["x"].shape):
        named = any((axis, place) in lost for axis, place in enumerate(index[right.lead :]))
        assert named == (index not in read), index


@on(rows=[row for row in ROWS if row != "member"])
def test_evaluate(row: str, seed: int) -> None:
    """The same numbers without a page; rounded ones as the processor rounds them."""
    right = trial(row, seed)
    run = sc.evaluate(right.op, **{role: array.tolist() for role, array in right.given.items()})
    for role, theirs in right.truth.items():
        ours = np.array(run.y if role == "y" else getattr(run, f"grad_{role}"), dtype=object)
        assert ours.shape == theirs.shape
        if right.digits is None and run.exact:
            assert same(ours, theirs, None), role
        else:
            assert np.allclose(ours.astype(float), theirs.astype(float), rtol=1e-12, atol=1e-12), role


AFFINE = ["affine", "transposed", "dense", "border", "local", "pooling"]


@on(rows=AFFINE)
def test_entries(row: str, seed: int) -> None:
    found = told(row, seed)
    arrays = known(found)
    for part, entries in found["entries"].items():
        assert len(entries) == np.size(np.array(found[part], dtype=object))
        for one in entries:
            entry, value = ENTRY.fullmatch(one["entry"]), exact(one["value"]).item()
            assert at(arrays[entry["name"]], indices(entry["index"])) == value
            assert evaluated(one["numbers"]) == value
            if row != "pooling" or part == "y":
                assert looked_up(one["symbols"], arrays) == value


@on(2, rows=["function"])
def test_entries_of_functions(row: str, seed: int) -> None:
    """Exact sides have the value to all its digits; sides with rounded numbers to about three."""
    found, count = told(row, seed), 0
    with mp.workdps(60):
        for part, entries in [*found["entries"].items(), *((way["way"], way["entries"]) for way in found["ways"])]:
            for one in entries:
                side, value = evaluated(one["numbers"]), whole(exact(one["value"]).item())
                rounded = any("." in number and len(number) > 4 for number in one["numbers"].replace("(", " ").split())
                room = mp.mpf(10) ** (-3 if rounded else -9) * (
                    1 + abs(value) + sum(abs(mp.mpf(n)) for n in re.findall(r"[0-9]+\.?[0-9]*", one["numbers"]))
                )
                assert abs(whole(side) - value) < room, (part, one)
                count += 1
    assert count >= 2


# the page
@on(2, rows=AFFINE)
def test_the_page(row: str, seed: int) -> None:
    """The entries of y once, those of a gradient by both ways; every side of every line."""
    right, text = trial(row, seed), example(row, seed).text()
    seen = read_back(text, told(row, seed))
    for role, array in right.truth.items():
        name = "y" if role == "y" else f"dL/d{role}"
        times = [n for (called, _), n in seen.items() if called == name]
        assert len(times) == array.size, name
        assert max(times) <= 2
        assert row in ("pooling", "border") or set(times) == {1 if role == "y" else 2}, name
    assert all(len(line.replace("\u0304", "")) <= 80 for line in text.split("\n"))


def test_the_reader_would_notice() -> None:
    """One number of a page, or of what the JSON says, other than it is."""
    text, found = example("affine", 6).text(), told("affine", 6)
    for old, new in (("·", "·1"), (" + ", " + 1 + "), ("g[0,0,0,0]", "g[0,0,0,1]"), (" = ", " = 1")):
        before, _, behind = text.partition("Forward")[2].partition("Closed")[0].rpartition(old)
        with pytest.raises((AssertionError, IndexError, TypeError, ValueError)):
            read_back(before + new + behind, found)
    found["grad_x"][0][0][0][0] = 99
    with pytest.raises(AssertionError):
        read_back(text, found)
    right = trial("affine", 6)
    assert not same(found["grad_x"], right.truth["x"], None)
    assert agree("0.2447284711", mp.mpf("0.24472847105"), 10) != agree("0.2447284712", mp.mpf("0.24472847105"), 10)


# traces
def wanted(right: Trial, role: str, index: Index) -> Counter[Any]:
    """The pairs of factors that meet in an entry, by the definition."""
    names = {"y": "g", "w": "w", "x": "x"}
    assert right.products is not None
    return Counter(
        frozenset((names[other], at_[other]) for other in "ywx" if other != role)
        for at_ in right.products if at_[role] == index
    )  # fmt: skip


@on(2, rows=["affine", "transposed", "member", "dense", "border", "local"])
def test_traces(row: str, seed: int) -> None:
    right, made = trial(row, seed), example(row, seed)
    draw = random.Random(seed)
    for role in ("y", "x", "w"):
        shape = right.truth[role].shape
        for index in draw.sample(list(np.ndindex(*shape)), min(2, prod(shape))):
            traced = made.trace(f"{'' if role == 'y' else 'd'}{role}[{','.join(map(str, index))}]")
            assert traced.value == right.truth[role][index]
            there = [one for one in traced.facts.terms if not one.killed and len(one.factors) == 2]
            assert Counter(frozenset(one.factors) for one in there) == wanted(right, role, index)
            for one in traced.facts.terms:
                for guard in one.killed:
                    if guard.kind == "divides":
                        assert guard.top % guard.divisor != 0
                    else:
                        assert not 0 <= guard.top // guard.divisor < guard.size
            found = json.loads(traced.json())
            assert sum(exact(one["value"]).item() for one in found["products"]) == right.truth[role][index]
            assert all(one["killed_by"] for one in found["absent"])


@on(2, rows=["pooling"])
def test_traces_of_pooling(row: str, seed: int) -> None:
    """The windows that hold an entry, or the entries that a window holds, and no others."""
    right, made = trial(row, seed), example(row, seed)
    for role, other in (("y", "x"), ("x", "y")):
        shape = right.truth[role].shape
        for index in random.Random(seed).sample(list(np.ndindex(*shape)), min(3, prod(shape))):
            found = json.loads(made.trace(f"{'' if role == 'y' else 'd'}{role}[{','.join(map(str, index))}]").json())
            assert exact(found["value"]).item() == right.truth[role][index]
            near = [at_[other] for at_ in right.products or () if at_[role] == index]
            spoken = [
                one["factors"][0] if role == "y" else one["window"]["entry"]
                for one in found["taps" if role == "y" else "windows"]
            ]
            assert sorted(lengthened(entry, len(index)) for entry in spoken) == sorted(near)
            if role == "x":
                assert sum(exact(one["value"]).item() for one in found["windows"]) == right.truth["x"][index]


@on(2, rows=["function"])
def test_traces_of_functions(row: str, seed: int) -> None:
    made, found = example(row, seed), told(row, seed)
    for role, array in (("dx", exact(found["grad_x"])), ("y", exact(found["y"]))):
        for index in random.Random(seed).sample(list(np.ndindex(*array.shape)), min(3, array.size)):
            traced = json.loads(made.trace(f"{role}[{','.join(map(str, index))}]" if index else "L").json())
            assert exact(traced["value"]).item() == array[index]
            total = sum(float(exact(one["value"]).item()) for one in traced["terms"])
            if (found["operator"], role) == ("softmax", "y"):
                total = float(mp.exp(float(exact(found["x"])[index]))) / total
            assert abs(total - float(array[index])) < 1e-8 * (1 + abs(total))
            assert traced["terms"] or traced["others"]


# again
@on(3, rows=[row for row in ROWS if row != "member"])
def test_json_goes_round(row: str, seed: int) -> None:
    first = told(row, seed)
    given = {role: first[role] for role in ("x", "w", "b", "g", "target") if first.get(role) is not None}
    again = json.loads(sc.example(trial(row, seed).op, **given).json())
    assert again.pop("generated") == []
    assert again.pop("seed") is None
    assert again == {key: value for key, value in first.items() if key not in ("generated", "seed")}


# figures and formulas
NAMED = ("both", "forward", "backward-x")
MORE = {"affine": ("backward-w", "upstream", "strides", "overlaps", "matrix"), "border": ("backward-w", "matrix"),
        "local": ("backward-w", "matrix")}  # fmt: skip


def drawn(draw: Callable[[], Scene]) -> Scene | None:
    """A figure, or none where what is asked for is too large to be read, or has none."""
    try:
        return draw()
    except sc.SymconvError as error:
        said = str(error)
    assert "expected" in said or "only a sum" in said
    return None


@on(3, rows=[row for row in ROWS if row not in ("member", "dense")])
def test_nothing_leaves_its_cell(row: str, seed: int) -> None:
    facts = example(row, seed).facts
    for name in (*NAMED, *MORE.get(row, ())):
        scene = drawn(partial(figure, facts, name))
        assert scene is None or (flaws(scene), scene.title != "", scene.description[-1]) == ([], True, "."), name


@on(4, rows=["affine", "transposed", "border", "local", "pooling"])
def test_nothing_leaves_its_cell_in_a_trace(row: str, seed: int) -> None:
    right = trial(row, seed)
    for role in ("y", "dx"):
        index = ",".join("0" * right.truth[role[-1]].ndim)
        scene = drawn(partial(trace_figure, example(row, seed).trace(f"{role}[{index}]").facts))
        assert scene is None or flaws(scene) == []


@on(4)
def test_a_second_reader_reads_the_mathematics(row: str, seed: int) -> None:
    made = example(row, seed)
    found = in_latex(made.latex())
    assert len(found) > 4
    assert faults(found) == []
