"""Padding modes: values, gradients and derivations against loops that know nothing but the definition.

definition   y[n,o,i] = b[o] + sum_{c,p} w[o,c,p] x[n,c,phi(s i + d p - lo)], phi walked one reflection at a time
whose        NumPy's pad, SciPy's ndimage and PyTorch's layers by their own names of the modes
lines        every line of the fold is proved; a wrong one is refused
closed       closed forms are operators: they evaluate, and are derived again
"""

from __future__ import annotations

import json
import random
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import ndimage
from sympy import symbols

import symconv as sc
from symconv.errors import InternalError, SymconvError
from symconv.language.border import places
from symconv.language.expr import Access, Expr
from symconv.language.facts import Fold
from symconv.language.operator import inner
from tests.harness import run
from tests.oracles.copies import MODES, NUMPY, walk

NDIMAGE = {"circular": "wrap", "reflect": "mirror", "symmetric": "reflect", "replicate": "nearest"}
ON_EACH = pytest.mark.parametrize("mode", MODES)


def by_definition(mode: str, x: Any, w: Any, g: Any, s: Any, d: Any, pads: Any, groups: int, flip: bool) -> Any:
    """(y, dL/dx, dL/dw) by loops, for L = sum g y; g as a function of y's shape."""
    n_dim = x.ndim - 2
    sizes, taps = x.shape[2:], w.shape[2:]
    out = [(n + lo + hi - e * (k - 1) - 1) // t + 1 for n, (lo, hi), e, k, t in zip(sizes, pads, d, taps, s, strict=True)]
    filters, channels = w.shape[0] // groups, w.shape[1]
    y = np.zeros((x.shape[0], w.shape[0], *out), dtype=np.int64)
    up = g(y.shape)
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for n, o, c in product(range(x.shape[0]), range(w.shape[0]), range(channels)):
        for i, p in product(product(*map(range, out)), product(*map(range, taps))):
            at = tuple(
                walk(mode, s[a] * i[a] + d[a] * (taps[a] - 1 - p[a] if flip else p[a]) - pads[a][0], sizes[a])
                for a in range(n_dim)
            )
            source = (n, channels * (o // filters) + c, *at)
            y[(n, o, *i)] += w[(o, c, *p)] * x[source]
            dx[source] += w[(o, c, *p)] * up[(n, o, *i)]
            dw[(o, c, *p)] += x[source] * up[(n, o, *i)]
    return y, dx, dw, up


@pytest.mark.parametrize("seed", range(48))
def test_layers_are_the_definition(seed: int) -> None:
    """1D, 2D and 3D, batch, groups, stride, dilation, unequal and cropping pads, pads far beyond the input."""
    rng = random.Random(seed)
    numbers = np.random.RandomState(seed)
    mode, ndim, groups = MODES[seed % 4], 1 + seed // 4 % 3, rng.choice((1, 2))
    while True:
        sizes = [rng.randint(1, 5 if ndim < 3 else 3) for _ in range(ndim)]
        taps = [rng.randint(1, 3) for _ in range(ndim)]
        s, d = ([rng.randint(1, 3) for _ in range(ndim)] for _ in range(2))
        pads = [(rng.randint(-1, 7 if ndim == 1 else 3), rng.randint(-1, 3)) for _ in range(ndim)]
        if all(n + lo + hi > e * (k - 1) for n, (lo, hi), e, k in zip(sizes, pads, d, taps, strict=True)):
            break
    x = numbers.randint(-9, 10, (2, groups * rng.randint(1, 2), *sizes))
    w = numbers.randint(-9, 10, (groups * rng.randint(1, 3), x.shape[1] // groups, *taps))
    flip = rng.random() < 0.5
    y, dx, dw, g = by_definition(mode, x, w, lambda shape: numbers.randint(-9, 10, shape), s, d, pads, groups, flip)
    make = getattr(sc, f"conv{ndim}d")
    op = make(stride=tuple(s), dilation=tuple(d), padding=tuple(pads), groups=groups, flip_kernel=flip, padding_mode=mode)
    run = sc.evaluate(op, x=x, w=w, g=g)
    for found, true in ((run.y, y), (run.grad_x, dx), (run.grad_w, dw)):
        assert np.array_equal(found, true)


@ON_EACH
@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_places_are_numpys(mode: str, n: int) -> None:
    for lo, hi in product(range(12), repeat=2):
        assert places(mode, n, lo, hi) == np.pad(np.arange(n), (lo, hi), mode=NUMPY[mode]).tolist()
    assert places(mode, 5, -1, 2)[0] == 1
    assert len(places(mode, 5, -2, -3)) == 0


@ON_EACH
def test_whose_mode_it_is(mode: str) -> None:
    """ndimage's names: its mirror is reflect here, its reflect is symmetric."""
    x, w = np.array([[5, -2, 7, 1], [3, 9, -4, 2], [8, 6, 0, -1]]), np.array([[1, -2, 3], [4, 5, -6], [7, -8, 9]])
    y = sc.evaluate(sc.correlate2d(padding=1, padding_mode=mode), x=x, w=w).y
    assert np.array_equal(y, ndimage.correlate(x, w, mode=NDIMAGE[mode]))


def test_the_modes_differ() -> None:
    x, w = [1, 2, 4, 8], [1, 1, 1]
    values = {m: tuple(sc.evaluate(sc.correlate1d(padding=2, padding_mode=m), x=x, w=w).y) for m in (*MODES, "zeros")}
    assert len(set(values.values())) == 5
    assert values["reflect"] == (4 + 2 + 1, 2 + 1 + 2, 1 + 2 + 4, 2 + 4 + 8, 4 + 8 + 4, 8 + 4 + 2)


@ON_EACH
def test_without_padding_there_is_nothing_to_continue(mode: str) -> None:
    assert sc.conv1d(padding_mode=mode) == sc.conv1d()
    assert sc.conv2d(padding=1, padding_mode="zeros") == sc.conv2d(padding=1)
    assert sc.conv2d(padding=1, padding_mode=mode) != sc.conv2d(padding=1)


def test_fractions_and_large_numbers_stay_exact() -> None:
    from fractions import Fraction

    run = sc.evaluate(sc.correlate1d(padding=3, padding_mode="replicate"), x=[Fraction(1, 3), 10**30], w=[1], g=[2**61] * 8)
    assert run.y.tolist() == [Fraction(1, 3)] * 4 + [10**30] * 4
    assert run.grad_x.tolist() == [4 * 2**61, 4 * 2**61]


# derivations
ALL = [
    ("conv1d", {"stride": "s", "padding": (("P", "Q"),), "dilation": "d"}),
    ("convolve1d", {"stride": "s", "padding": "P"}),
    ("correlate1d", {"mode": "same", "stride": 2}),
    ("correlate1d", {"padding": ((-1, 2),), "kernel": 3}),
    ("conv2d", {"stride": (2, 1), "padding": ((1, 0), (2, 1)), "groups": 2, "flip_kernel": True}),
]


@pytest.mark.slow
@ON_EACH
@pytest.mark.parametrize(("name", "given"), ALL, ids=[str(k) for k in range(len(ALL))])
def test_every_line_is_proved(mode: str, name: str, given: dict[str, Any]) -> None:
    op = getattr(sc, name)(padding_mode=mode, **given)
    for wrt in ("x", "w"):
        d = sc.derive(op, wrt)
        facts = d.facts.bordered
        assert all(v.holds for v in d.verdicts)
        lines = [s for f in facts.folds for s in f.steps] + list(facts.wrapped)
        assert [s.verdict.status for s in lines] == ["proved"] * len(lines)
        assert bool(facts.folds) == (wrt == "x")
        assert bool(facts.wrapped) == (wrt == "x" and mode == "circular" and op.data.ndim == 1)
        assert {"border", "numpy-pad", "border-adjoint", "border-differences"} <= {c.kind for c in d.facts.checks}


FOLDED = {
    "circular": "dL/dx̄[j + P] + dL/dx̄[j - (N-P)] + dL/dx̄[j + (N+P)]",
    "symmetric": "dL/dx̄[j + P] + dL/dx̄[P - 1 - j] + dL/dx̄[2N + P - 1 - j]",
    "reflect": "dL/dx̄[j + P] + [0 ≤ P - j < P] dL/dx̄[P - j] + [0 ≤ N - 2 - j < P] dL/dx̄[2(N-1) + P - j]",
    "replicate": "dL/dx̄[j + P] + [j = 0] Σ_m [0 ≤ m < P] dL/dx̄[m] + [j = N - 1] Σ_m [0 ≤ m - (N+P) < P] dL/dx̄[m]",
}


@pytest.mark.sweep(3)
@ON_EACH
def test_the_fold(mode: str) -> None:
    d = sc.derive(sc.correlate1d(padding="P", padding_mode=mode), "x")
    told = json.loads(d.json())
    assert told["fold"][0]["steps"][-1]["formula"] == FOLDED[mode]
    assert told["parameters"]["padding_mode"] == mode
    assert told["closed_form"]["border"] == {"folded": "dL/dx", "padding_mode": mode, "padding": [["P", "P"]]}
    assert "x̄[m] = x[φ(m - P)]" in d.text()


@pytest.mark.parametrize("flip", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_circular_gradient_is_circular(flip: bool) -> None:
    """With O = N and stride 1: the gradient is the circular operator with the flip toggled and pads (e - lo, e - hi)."""
    numbers = np.random.RandomState(3)
    make, other = (sc.convolve1d, sc.correlate1d) if flip else (sc.correlate1d, sc.convolve1d)
    for n, k, lo in product((3, 5), (1, 2, 3), range(3)):
        if lo > k - 1:
            continue
        x, w, g = (numbers.randint(-9, 10, size) for size in (n, k, n))
        op = make(padding=((lo, k - 1 - lo),), padding_mode="circular")
        back = other(padding=((k - 1 - lo, lo),), padding_mode="circular")
        assert np.array_equal(sc.evaluate(op, x=x, w=w, g=g).grad_x, sc.evaluate(back, x=g, w=w).y)
    page = sc.derive(sc.conv1d(padding="P", stride="s", padding_mode="circular"), "x").text()
    assert "Circular again" in page
    assert "its\n      period is N" in page


@pytest.mark.slow
@ON_EACH
@pytest.mark.parametrize("wrt", ["x", "w"])
@pytest.mark.parametrize("name", ["conv1d", "convolve2d"])
def test_closed_forms_evaluate_and_are_derived_again(mode: str, wrt: str, name: str) -> None:
    numbers = np.random.RandomState(5)
    op = getattr(sc, name)(stride=2, padding=1, padding_mode=mode)
    lead = [(2, 2), (3, 2)] if name == "conv1d" else [(), ()]
    space = (5,) if name == "conv1d" else (5, 4)
    taps = (3,) if name == "conv1d" else (3, 2)
    x, w = numbers.randint(-9, 10, lead[0] + space), numbers.randint(-9, 10, lead[1] + taps)
    y = sc.evaluate(op, x=x, w=w).y
    g = numbers.randint(-9, 10, y.shape)
    run = sc.evaluate(op, x=x, w=w, g=g)
    d = sc.derive(op, wrt)
    arrays = {"x": x, "w": w, "g": g}
    closed = d.closed_form
    sizes = {"output": space if wrt == "x" else taps}
    names = {f"N{'' if len(space) == 1 else k + 1}": n for k, n in enumerate(space)}
    names |= {f"K{'' if len(space) == 1 else k + 1}": n for k, n in enumerate(taps)}
    first = sc.evaluate(closed, x=arrays[closed.data.data.name], w=arrays[closed.data.kernel.name], **sizes, **names).y
    assert np.array_equal(first, run.grad_x if wrt == "x" else run.grad_w)
    for again in ("x", "w"):
        second = sc.derive(closed, again)
        assert all(v.holds for v in second.verdicts)
        assert second.facts.bordered is not None


def test_a_wrong_fold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from symconv.derivation import fold

    true = fold._solved

    def wrong(*given: Any) -> Any:
        term = true(*given)
        last = term[-1]
        return (*term[:-1], Access(last.tensor, (last.index[0] + 1,)))

    monkeypatch.setattr(fold, "_solved", wrong)
    for mode in MODES:
        with pytest.raises(InternalError, match="'fold'"):
            sc.derive(sc.correlate1d(padding=1, padding_mode=mode), "x")


@pytest.mark.sweep(1)
@pytest.mark.parametrize("mode", MODES)
def test_the_prover_shows_no_false_fold(mode: str) -> None:
    """A line shifted by one, or without one of its pieces, is not proved."""
    from symconv.check.prove.border import prove_fold

    op = sc.correlate1d(padding="P", padding_mode=mode).data
    d = sc.derive(sc.Operator(op), "x").facts
    (one,) = d.bordered.folds
    *before, last = one.steps
    shifted = Expr(tuple((*t[:-1], Access(t[-1].tensor, (t[-1].index[0] + 1,))) for t in last.expr.terms))
    for bad in (shifted, Expr(last.expr.terms[:2]), Expr((*last.expr.terms[:2], last.expr.terms[1]))):
        steps = (*before, type(last)(last.rule, bad))
        assert not prove_fold(inner(op), op, Fold(0, one.left, steps)).whole
    assert prove_fold(inner(op), op, one).whole


# explicit cases
@pytest.mark.sweep(2)
@ON_EACH
def test_explicit_cases(mode: str) -> None:
    op = sc.conv1d(padding=2, stride=2, padding_mode=mode, bias=False)
    case = op.at(input=5, kernel=3)
    assert case.check().status == "checked"
    line = places(mode, 5, 2, 2)
    x, w = symbols("x0:5"), symbols("w0:3")
    for i in range(4):
        assert case.y[0, 0, i] == sum(w[p] * x[line[2 * i + p]] for p in range(3))
    loss = sum(g * y for g, y in zip(symbols("g0:4"), case.y[0, 0], strict=True))
    assert [(case.grad("x")[0, 0, j] - loss.diff(x[j])).expand() for j in range(5)] == [0] * 5
    page = sc.derive(op, "x").at(input=5, kernel=3)
    assert {c.kind for c in page.facts.checks} >= {"map", "sympy"}
    assert all(v.holds for v in page.verdicts)
    assert "dL/dx[0]" in page.text()


def test_explicit_entries_by_hand() -> None:
    case = sc.correlate1d(padding=1, padding_mode="reflect").at(input=3, kernel=3)
    assert str(case.y[0]) == "w0*x1 + w1*x0 + w2*x1"
    assert str(case.grad("x")[1]) == "g0*w0 + g0*w2 + g1*w1 + g2*w0 + g2*w2"


@pytest.mark.parametrize(
    ("mode", "most"), [pytest.param("circular", 3, marks=pytest.mark.slow), ("symmetric", 3), ("reflect", 2)]
)
def test_limits_of_the_page(mode: str, most: int) -> None:
    """A derivation's formulas reach as far as PyTorch's layers; evaluation goes on beyond."""
    op = sc.correlate1d
    assert sc.derive(op(padding=most, padding_mode=mode), "x").at(input=3, kernel=2)
    with pytest.raises(SymconvError, match=f"{mode} padding of at most {most} along axis 0"):
        sc.derive(op(padding=most + 1, padding_mode=mode), "x").at(input=3, kernel=2)
    assert sc.evaluate(op(padding=9, padding_mode=mode), x=[1, 2, 3], w=[1]).y.shape == (21,)


def test_an_empty_input_cannot_be_continued() -> None:
    with pytest.raises(SymconvError, match="at least one entry along axis 0"):
        sc.evaluate(sc.correlate1d(padding=2, padding_mode="circular"), x=[], w=[1])


# the command line
@pytest.mark.sweep(1)
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json"])
def test_pages(to: str) -> None:
    result = run(
        "derive",
        "conv2d",
        "--padding",
        "1:0x2:1",
        "--padding-mode",
        "symmetric",
        "--input",
        "4x5",
        "--kernel",
        "2x3",
        "--to",
        to,
    )
    assert result.exit_code == 0
    assert "symmetric" in result.stdout


@pytest.mark.torch
@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("mode", ["circular", "reflect", "replicate"])
def test_pytorch_agrees(mode: str, ndim: int) -> None:
    import torch

    rng = random.Random(ndim)
    for _ in range(6):
        sizes = tuple(rng.randint(3, 5) for _ in range(ndim))
        taps = tuple(rng.randint(1, 3) for _ in range(ndim))
        s, d, p = (tuple(rng.randint(low, 2) for _ in range(ndim)) for low in (1, 1, 0))
        if any(n + 2 * q <= e * (k - 1) for n, q, e, k in zip(sizes, p, d, taps, strict=True)):
            continue
        layer = getattr(torch.nn, f"Conv{ndim}d")(4, 6, taps, s, p, d, groups=2, padding_mode=mode, dtype=torch.float64)
        x = torch.randint(-9, 10, (2, 4, *sizes)).double().requires_grad_()
        with torch.no_grad():
            layer.weight.copy_(torch.randint(-9, 10, layer.weight.shape))
            layer.bias.copy_(torch.randint(-9, 10, layer.bias.shape))
        y = layer(x)
        g = torch.randint(-9, 10, y.shape).double()
        y.backward(g)
        op = getattr(sc, f"conv{ndim}d")(stride=s, padding=p, dilation=d, groups=2, padding_mode=mode)
        found = sc.evaluate(op, x=x.detach(), w=layer.weight.detach(), b=layer.bias.detach(), g=g)
        pairs = [(found.y, y), (found.grad_x, x.grad), (found.grad_w, layer.weight.grad), (found.grad_b, layer.bias.grad)]
        assert all(np.array_equal(a, b.detach().numpy()) for a, b in pairs)
