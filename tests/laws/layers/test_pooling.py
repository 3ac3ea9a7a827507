"""Pooling: numbers against loops written here, ties and subgradients, sizes, the convolution it is, pages, bad input."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import symconv as sc
from tests.cases.helpers import examples
from tests.harness import run

Case = dict[str, Any]


@st.composite
def cases(draw: Any) -> Case:
    """Small pooling layers: asymmetric and cropping pads, dilation, strides beyond the kernel, ceil_mode."""
    ndim = draw(st.integers(1, 3))
    small = st.integers(1, 3)
    pads = st.integers(-1, 3)
    axes = [draw(st.tuples(small, small, small, pads, pads, st.integers(1, 6 if ndim < 3 else 4))) for _ in range(ndim)]
    case = {
        "kernel": tuple(a[0] for a in axes), "stride": tuple(a[1] for a in axes), "dilation": tuple(a[2] for a in axes),
        "padding": tuple((a[3], a[4]) for a in axes), "ceil_mode": draw(st.booleans()),
    }  # fmt: skip
    size = tuple(a[5] for a in axes)
    seed = draw(st.integers(0, 10**6))
    x = np.random.RandomState(seed).randint(-3, 4, size=(2, 2, *size))
    return {"parameters": case, "x": x, "seed": seed, "include": draw(st.booleans())}


def windows(case: Case) -> list[tuple[tuple[int, ...], list[tuple[int, ...]], int]] | None:
    """(output place, input places, taps in the padded input) from the definition; None if a window or the output is empty."""
    p = case["parameters"]
    per_axis = []
    for k, n in enumerate(case["x"].shape[2:]):
        size, s, d, (lo, hi) = p["kernel"][k], p["stride"][k], p["dilation"][k], p["padding"][k]
        room = n + lo + hi - d * (size - 1) - 1
        if p["ceil_mode"]:
            out = -(-room // s) + 1
            out -= (out - 1) * s >= n + lo
        else:
            out = room // s + 1
        if out < 1:
            return None
        axis = []
        for i in range(out):
            places = [s * i + d * q - lo for q in range(size)]
            inside = [j for j in places if 0 <= j < n]
            if not inside:
                return None
            axis.append((i, inside, sum(0 <= j + lo < n + lo + hi for j in places)))
        per_axis.append(axis)
    found = []
    for chosen in itertools.product(*per_axis):
        count = int(np.prod([c[2] for c in chosen]))
        found.append((tuple(c[0] for c in chosen), list(itertools.product(*(c[1] for c in chosen))), count))
    return found


def operator(case: Case, family: str, **own: Any) -> Any:
    ndim = case["x"].ndim - 2
    return getattr(sc, f"{family}{ndim}d")(**case["parameters"], **own)


@examples(80)
@given(cases(), st.sampled_from(["first", "split", "all"]))
def test_max_pool_against_loops(case: Case, ties: str) -> None:
    seen = windows(case)
    assume(seen is not None)
    x = case["x"]
    out = tuple(max(w[0][k] for w in seen) + 1 for k in range(x.ndim - 2))
    g = np.random.RandomState(case["seed"] + 1).randint(-5, 6, size=(2, 2, *out))
    y, dx, places = np.zeros((2, 2, *out), dtype=int), np.zeros(x.shape, dtype=object), np.zeros((2, 2, *out), dtype=int)
    for n, c in itertools.product(range(2), range(2)):
        for i, inside, _ in seen:
            values = [x[(n, c, *j)] for j in inside]
            best = max(values)
            hits = [j for j, v in zip(inside, values, strict=True) if v == best]
            y[(n, c, *i)] = best
            places[(n, c, *i)] = np.ravel_multi_index(hits[0], x.shape[2:])
            for j in hits[:1] if ties == "first" else hits:
                dx[(n, c, *j)] += Fraction(int(g[(n, c, *i)]), len(hits) if ties == "split" else 1)
    run = sc.evaluate(operator(case, "max_pool", ties=ties), x=x, g=g)
    assert run.exact
    assert np.array_equal(run.y, y)
    assert np.array_equal(run.indices, places)
    assert np.array_equal(run.grad_x, dx)


@examples(80)
@given(cases())
def test_avg_pool_against_loops(case: Case) -> None:
    seen = windows(case)
    assume(seen is not None)
    assume(all(count > 0 for _, _, count in seen))
    x, include = case["x"], case["include"]
    out = tuple(max(w[0][k] for w in seen) + 1 for k in range(x.ndim - 2))
    g = np.random.RandomState(case["seed"] + 1).randint(-5, 6, size=(2, 2, *out))
    y, dx = np.zeros((2, 2, *out), dtype=object), np.zeros(x.shape, dtype=object)
    for n, c in itertools.product(range(2), range(2)):
        for i, inside, count in seen:
            by = count if include else len(inside)
            y[(n, c, *i)] = Fraction(sum(int(x[(n, c, *j)]) for j in inside), by)
            for j in inside:
                dx[(n, c, *j)] += Fraction(int(g[(n, c, *i)]), by)
    run = sc.evaluate(operator(case, "avg_pool", count_include_pad=include), x=x, g=g)
    assert run.exact
    assert np.array_equal(run.y, y)
    assert np.array_equal(run.grad_x, dx)


@examples(60)
@given(cases())
def test_what_is_refused_has_an_empty_window(case: Case) -> None:
    """No output, as for the convolutions, or a window without input: one clear line."""
    said = ""
    try:
        assert sc.evaluate(operator(case, "max_pool"), x=case["x"]).y.size > 0
    except sc.SymconvError as error:
        said = str(error)
    assert (windows(case) is None) == bool(said)
    assert not said or "entirely inside the padding" in said or "fits into the padded input" in said


def test_window_in_the_padding_is_named() -> None:
    for make in (sc.max_pool1d, sc.avg_pool1d):
        with pytest.raises(sc.SymconvError, match=r"entirely inside the padding.*undefined"):
            make(2, padding=2)
        with pytest.raises(sc.SymconvError, match=r"entirely inside the padding"):
            sc.evaluate(make(2, stride=3, padding=((0, 5),)), x=[1, 2, 3, 4])


def test_a_window_that_counts_nothing_is_named() -> None:
    """ceil_mode and a cropping pad: the last window begins behind the padded input, and 0 entries divide its sum."""
    cropped = {"stride": 3, "padding": ((-1, -1),), "ceil_mode": True}
    with pytest.raises(sc.SymconvError, match=r"begins at place 3 of its 3 along axis 0.*average is undefined"):
        sc.evaluate(sc.avg_pool1d(1, **cropped), x=[1, 2, 3, 4, 5])
    assert sc.evaluate(sc.avg_pool1d(1, **cropped, count_include_pad=False), x=[1, 2, 3, 4, 5]).y.tolist() == [2, 5]
    assert sc.evaluate(sc.max_pool1d(1, **cropped), x=[1, 2, 3, 4, 5]).y.tolist() == [2, 5]


def test_wide_pads_beyond_half_the_kernel() -> None:
    """PyTorch refuses pads beyond half the kernel; these windows all meet the input."""
    run = sc.evaluate(sc.max_pool1d(3, stride=1, padding=2), x=[-5, -7], g=[1, 2, 4, 8])
    assert run.y.tolist() == [-5, -5, -5, -7]
    assert run.grad_x.tolist() == [7, 8]


def test_planes_images_and_batches_answer_in_kind() -> None:
    plane = np.arange(12).reshape(3, 4)
    op = sc.max_pool2d(2)
    for x in (plane, plane[None], plane[None, None]):
        run = sc.evaluate(op, x=x, g=np.ones(sc.evaluate(op, x=x).y.shape, dtype=int))
        assert run.y.shape == (*x.shape[:-2], 1, 2)
        assert run.grad_x.shape == (*x.shape[:-2], 3, 4)
        assert run.y.reshape(-1).tolist() == [5, 7]


@pytest.mark.parametrize("ties", ["first", "split", "all"])
def test_subgradients_at_ties(ties: str) -> None:
    """first and split satisfy max(z) >= max(x) + v (z - x) for every z of a grid, at every tie; all at none."""
    for x in itertools.product((0, 1, 2), repeat=3):
        if x.count(max(x)) == 1:
            continue
        v = sc.evaluate(sc.max_pool1d(3, ties=ties), x=list(x), g=[1]).grad_x
        holds = all(
            max(z) >= max(x) + sum(a * (b - c) for a, b, c in zip(v, z, x, strict=True))
            for z in itertools.product(range(4), repeat=3)
        )
        assert holds == (ties != "all")
        assert sum(v) == (1 if ties != "all" else x.count(max(x)))


def test_average_is_a_depthwise_convolution() -> None:
    x = np.random.RandomState(0).randint(-9, 10, size=(2, 3, 7, 6))
    pool = sc.avg_pool2d((3, 2), stride=(2, 1), padding=((1, 0), (0, 1)))
    conv = sc.conv2d(3, 3, stride=(2, 1), padding=((1, 0), (0, 1)), groups=3, bias=False)
    w = np.full((3, 1, 3, 2), Fraction(1, 6), dtype=object)
    assert np.array_equal(sc.evaluate(pool, x=x).y, sc.evaluate(conv, x=x, w=w).y)
    d = sc.derive(pool)
    assert d.closed_form is not None
    assert "As a convolution" in d.text()
    assert sc.derive(sc.avg_pool1d(2, padding=1, count_include_pad=False)).closed_form is None


def test_stride_2_convolution_takes_the_place_of_pooling() -> None:
    """The same windows, so the same output size; and a kernel that picks one tap is subsampling."""
    x = np.random.RandomState(1).randint(-9, 10, size=(1, 1, 8, 9))
    w = np.zeros((1, 1, 2, 2), dtype=int)
    w[0, 0, 0, 0] = 1
    conv = sc.evaluate(sc.conv2d(stride=2, bias=False), x=x, w=w).y
    assert conv.shape == sc.evaluate(sc.max_pool2d(2), x=x).y.shape
    assert np.array_equal(conv, sc.evaluate(sc.max_pool2d(1, stride=2), x=x).y[:, :, :, : conv.shape[3]])


@pytest.mark.parametrize("family", ["max_pool", "avg_pool"])
def test_small_shifts_smallest_counterexample(family: str) -> None:
    """No shorter input of 0 and 1 that loses nothing changes its pooled output; the one on the page does."""
    op = getattr(sc, f"{family}1d")(2)
    shift = sc.derive(op).facts.shift
    pool = lambda v: sc.evaluate(op, x=list(v)).y.tolist()  # noqa: E731
    assert pool(shift.x) == list(shift.y) != list(shift.after) == pool(shift.moved)
    assert shift.moved == (0, *shift.x[:-1])
    assert shift.x[-1] == 0
    for x in itertools.product((0, 1), repeat=2):
        assert x[-1] or pool(x) == pool((0, *x[:-1])) or len(shift.x) == 2


SLOWLY = [pytest.param(name, marks=pytest.mark.slow) for name in ("max_pool3d", "avg_pool3d")]


@pytest.mark.sweep(4)
@pytest.mark.parametrize("wrt_page", ["max_pool1d", "avg_pool1d", *SLOWLY])
@pytest.mark.parametrize("names", [{"stride": "s", "padding": "P", "dilation": "d"}, {"ceil_mode": True}, {}])
def test_pages_hold_in_every_target(wrt_page: str, names: dict[str, Any]) -> None:
    d = sc.derive(getattr(sc, wrt_page)(**names))
    assert {v.status for v in d.verdicts} <= {"proved", "checked"}
    assert "✓" in d.text()
    assert r"\checkmark" in d.latex()
    assert "```math" in d.markdown()
    told = json.loads(d.json())
    assert told["operator"] == wrt_page
    assert all(step["verdict"] in ("proved", "checked") for step in told["steps"])


def test_maximum_is_not_called_proved() -> None:
    """The step to the selection is checked; an average's lines are proved."""
    statuses = [s.verdict.status for s in sc.derive(sc.max_pool1d(stride="s")).steps]
    assert set(statuses) == {"checked"}
    assert {s.verdict.status for s in sc.derive(sc.avg_pool1d(stride="s", padding="P")).steps} == {"proved"}


def test_explicit_case() -> None:
    d = sc.derive(sc.max_pool1d(2, stride=1)).at(input=3)
    assert "max(x[0], x[1])" in d.text()
    assert "g[0] S[0,1] + g[1] S[1,0]" in d.text()
    small = sc.avg_pool1d(2, stride=1).at(input=3)
    assert str(small.y) == "[[[x0/2 + x1/2, x1/2 + x2/2]]]"
    assert str(small.grad("x")) == "[[[g0/2, g0/2 + g1/2, g1/2]]]"
    assert small.check().status == "checked"
    most = sc.max_pool1d(2).at(input=4)
    assert str(most.y) == "[[[Max(x0, x1), Max(x2, x3)]]]"
    assert most.check().status == "checked"


@pytest.mark.parametrize(
    "words",
    [
        "derive max_pool2d --wrt x --kernel 2x2 --stride 2",
        "derive avg_pool2d --wrt x --kernel 3x2 --stride 2x1 --padding 1x0",
        "derive avg_pool1d --kernel 2 --exclude-pad --padding 1 --ceil-mode --to latex",
        "derive max_pool1d --ties all --kernel 2 --input 2x4 --to json",
    ],
)
def test_commands(words: str) -> None:
    result = run(*words.split())
    assert (result.exit_code, result.stderr) == (0, "")
