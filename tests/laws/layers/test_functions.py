"""Activations, losses, flatten, dense and unshared layers: derivatives, numbers, kinks, pages, bad input."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.derivation.slopes import agrees, derivatives
from symconv.layers.catalog import CATALOG, build
from tests.harness import run

ACTIVATIONS = [row.name for row in CATALOG.values() if row.function is not None]
EVERY = [*ACTIVATIONS, "softmax", "sum", "mse", "cross_entropy", "flatten"]


def complex_slope(name: str, x: np.ndarray[Any, Any]) -> Any:
    """f'(x) by a complex step on a definition written here (gelu: a fine central difference)."""
    from math import erf

    h = 1e-30
    z = x + 1j * h
    found = {
        "sigmoid": lambda: 1 / (1 + np.exp(-z)), "tanh": lambda: np.tanh(z), "softplus": lambda: np.log(1 + np.exp(z)),
        "silu": lambda: z / (1 + np.exp(-z)), "mish": lambda: z * np.tanh(np.log(1 + np.exp(z))),
    }  # fmt: skip
    if name in found:
        return found[name]().imag / h
    step = 1e-5
    value = {
        "gelu": lambda v: v / 2 * (1 + erf(v / 2**0.5)),
        "relu": lambda v: max(v, 0),
        "leaky_relu": lambda v: v if v > 0 else v / 100,
        "relu6": lambda v: min(max(v, 0), 6),
        "elu": lambda v: v if v > 0 else np.expm1(v),
        "selu": lambda v: 1.0507009873554805 * (v if v > 0 else 1.6732632423543772 * np.expm1(v)),
        "hardswish": lambda v: v * min(max(v + 3, 0), 6) / 6,
    }[name]
    return np.array([(value(v + step) - value(v - step)) / (2 * step) for v in x])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slopes(name: str) -> None:
    x, g = np.array([-4.0, -1.5, -0.3, 0.2, 1.1, 6.5]), np.array([1.0, -2.0, 3.0, 0.5, 1.0, -1.0])
    run = sc.evaluate(getattr(sc, name)(), x=x, g=g)
    assert np.allclose(run.grad_x, g * complex_slope(name, x), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_form_shown_is_sympys_derivative(name: str) -> None:
    assert agrees(build(name))


def test_a_wrong_form_would_be_noticed() -> None:
    """sigma' = sigma (1 + sigma) is not what SymPy derives."""
    right = build("sigmoid")
    wrong = replace(right.function, derivative=(("mul", ("f",), ("add", Fraction(1), ("f",))),))
    assert not agrees(replace(right, definition=wrong))
    assert str(derivatives(right)[0][1]) == "exp(-x)/(1 + exp(-x))**2"


def test_kinks_and_their_convention() -> None:
    run = sc.evaluate(sc.relu(), x=[-1, 0, 1], g=[5, 5, 5])
    assert (run.y.tolist(), run.grad_x.tolist(), run.exact) == ([0, 0, 1], [0, 0, 5], True)
    run = sc.evaluate(sc.leaky_relu(Fraction(1, 4)), x=[-2, 0, 2], g=[4, 4, 4])
    assert (run.y.tolist(), run.grad_x.tolist(), run.exact) == ([Fraction(-1, 2), 0, 2], [1, 1, 4], True)
    assert "by convention the gradient takes 0" in " ".join(sc.derive(sc.relu()).text().split())
    assert "kink" not in sc.derive(sc.gelu()).text()
    assert sc.derive(sc.leaky_relu(1)).text()  # no kink at all


@pytest.mark.sweep(8)
@pytest.mark.parametrize("name", EVERY)
def test_pages_in_every_target(name: str) -> None:
    d = sc.derive(getattr(sc, name)())
    assert {v.status for v in d.verdicts} == {"checked"}
    assert "✓" in d.text()
    assert r"\checkmark" in d.latex(standalone=True)
    assert r"\operatorname" not in d.markdown()
    told = json.loads(d.json())
    assert told["operator"] == name
    assert {s["verdict"] for s in told["steps"]} == {"checked"}


def test_exact_losses() -> None:
    run = sc.evaluate(sc.mse(), x=[[1, 2], [3, 4]], target=[[0, 0], [Fraction(1, 2), 0]])
    assert run.exact
    assert run.y == Fraction(1 + 4 + 16, 4) + Fraction(25, 16)
    assert run.grad_x.tolist() == [[Fraction(1, 2), 1], [Fraction(5, 4), 2]]
    assert sc.evaluate(sc.sum(), x=[[1, 2], [3, 4]]).grad_x.tolist() == [[1, 1], [1, 1]]
    assert sc.evaluate(sc.mse("sum"), x=[1, 2], target=[0, 0]).y == 5


def test_cross_entropy_fused_and_apart() -> None:
    """The fused gradient is softmax's, applied to the gradient of -mean(log p)."""
    x, t = np.random.RandomState(0).randn(3, 4), [1, 0, 3]
    p = sc.evaluate(sc.softmax(), x=x).y
    by_p = np.zeros_like(p)
    by_p[range(3), t] = -1 / (3 * p[range(3), t])
    apart = sc.evaluate(sc.softmax(), x=x, g=by_p).grad_x
    run = sc.evaluate(sc.cross_entropy(), x=x, target=t)
    assert not run.exact
    assert np.allclose(run.grad_x, apart, rtol=1e-12)
    assert np.isclose(run.y, -np.log(p[range(3), t]).mean(), rtol=1e-13)
    large = sc.evaluate(sc.cross_entropy(), x=[[1000.0, -1000.0]], target=[1])
    assert large.y == 2000


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: sc.evaluate(sc.cross_entropy(), x=[[1, 2, 3]], target=[3]), "classes from 0 to 2, got 3 for image 0"),
        (lambda: sc.evaluate(sc.cross_entropy(), x=[[1, 2, 3]], target=[-1]), "classes from 0 to 2, got -1"),
        (lambda: sc.evaluate(sc.cross_entropy(), x=[[1, 2, 3]], target=[0.5]), "expected a class"),
        (lambda: sc.evaluate(sc.cross_entropy(), x=[[1, 2, 3]]), "expected one for cross_entropy"),
        (lambda: sc.evaluate(sc.cross_entropy(), x=[[[1]]], target=[0]), "flatten before it"),
        (lambda: sc.evaluate(sc.mse(), x=[1, 2], target=[1]), "expected the shape (2,)"),
        (lambda: sc.evaluate(sc.relu(), x=[1, 2], g=[1]), "expected the shape (2,)"),
        (lambda: sc.evaluate(sc.relu(), x=[1, 2], target=[1]), "which is no loss"),
        (lambda: sc.evaluate(sc.conv1d(), x=[[[1, 2]]], w=[[[1]]], target=[1]), "which is no loss"),
        (lambda: sc.evaluate(sc.relu(), x=[float("nan")]), "NaN"),
        (lambda: sc.leaky_relu(True), "expected a number or a name"),
        (lambda: sc.leaky_relu(float("inf")), "expected a number or a name"),
        (lambda: sc.mse("men"), "did you mean 'mean'"),
        (lambda: sc.derive(sc.relu(), "w"), "expected x for relu"),
        (lambda: sc.linear(0, 2), "in_features: expected an integer >= 1"),
        (lambda: sc.evaluate(sc.linear(3, 2), x=[[1, 2]], w=[[1, 2, 3], [4, 5, 6]]), "do not agree"),
    ],
)
def test_bad_input(make: Any, said: str) -> None:
    with pytest.raises(sc.SymconvError) as caught:
        make()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "words", ["relu", "leaky_relu --slope 1/10", "mse --reduction sum", "softmax --to latex", "flatten --json"]
)
def test_commands(words: str) -> None:
    result = run("derive", *words.split())
    assert (result.exit_code, result.stderr) == (0, "")


# the fully connected layer
@pytest.mark.parametrize("wrt", ["x", "w", "b"])
def test_linear_is_proved_and_a_product_of_matrices(wrt: str) -> None:
    d = sc.derive(sc.linear(), wrt)
    assert {s.verdict.status for s in d.steps} == {"proved"}
    rng = np.random.RandomState(0)
    x, w, g = rng.randint(-9, 9, (4, 3)), rng.randint(-9, 9, (2, 3)), rng.randint(-9, 9, (4, 2))
    run = sc.evaluate(sc.linear(), x=x, w=w, b=[1, 2], g=g)
    assert np.array_equal(run.y, x @ w.T + [1, 2])
    assert np.array_equal(getattr(run, f"grad_{wrt}"), {"x": g @ w, "w": g.T @ x, "b": g.sum(axis=0)}[wrt])
    printed = {"x": "dL/dx = g w", "w": "dL/dw = gᵀ x", "b": "the sum of g over all images"}[wrt]
    assert printed in d.text()


def test_linear_again_and_explicit() -> None:
    once = sc.derive(sc.linear(), "x").closed_form
    assert "dM/dw = gᵀ h" in sc.derive(once, "w").text()
    assert sc.linear(3, 2).at(batch=2).check().status == "checked"
    assert sc.linear(5) == sc.linear(out_features=5)


# unshared kernels
@pytest.mark.slow
@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("wrt", ["x", "w", "b"])
def test_local_is_proved(ndim: int, wrt: str) -> None:
    d = sc.derive(getattr(sc, f"local{ndim}d")(stride="s", padding="P", dilation="d"), wrt)
    assert {v.status for v in d.verdicts} <= {"proved", "checked"}
    assert {s.verdict.status for s in d.steps} == {"proved"}


def test_local_with_equal_kernels_is_the_convolution() -> None:
    """Kernels that agree at every place give conv2d; their gradients, summed over the places, are the shared kernel's."""
    rng = np.random.RandomState(0)
    geometry: dict[str, Any] = {"stride": (2, 1), "padding": ((1, 0), (0, 2)), "dilation": (1, 2), "groups": 2}
    x, w, b = rng.randint(-9, 9, (2, 4, 6, 5)), rng.randint(-9, 9, (6, 2, 2, 3)), rng.randint(-9, 9, 6)
    conv = sc.evaluate(sc.conv2d(**geometry), x=x, w=w, b=b)
    out = conv.y.shape[2:]
    g = rng.randint(-9, 9, conv.y.shape)
    conv = sc.evaluate(sc.conv2d(**geometry), x=x, w=w, b=b, g=g)
    wide = np.broadcast_to(w[:, :, None, None], (6, 2, *out, 2, 3))
    spread = np.broadcast_to(b[:, None, None], (6, *out))
    local = sc.evaluate(sc.local2d(**geometry), x=x, w=wide, b=spread, g=g)
    assert np.array_equal(local.y, conv.y)
    assert np.array_equal(local.grad_x, conv.grad_x)
    assert np.array_equal(local.grad_w.sum(axis=(2, 3)), conv.grad_w)
    assert np.array_equal(local.grad_b.sum(axis=(1, 2)), conv.grad_b)


def test_local_fractions_stay_exact() -> None:
    run = sc.evaluate(sc.local1d(), x=[[[Fraction(1, 3), 2]]], w=[[[[1], [Fraction(1, 2)]]]], b=[[1, 0]], g=[[[1, 2]]])
    assert run.exact
    assert run.y.tolist() == [[[Fraction(4, 3), 1]]]
    assert run.grad_x.tolist() == [[[1, 1]]]
    assert run.grad_w.tolist() == [[[[Fraction(1, 3)], [4]]]]
    assert run.grad_b.tolist() == [[1, 2]]
