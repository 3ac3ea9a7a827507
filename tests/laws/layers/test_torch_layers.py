"""PyTorch as an oracle: pooling with its gradients and indices, activations, losses, and whole nets with every parameter."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.layers.catalog import CATALOG

pytestmark = pytest.mark.torch


def rng(*key: Any) -> np.random.RandomState:
    return np.random.RandomState(sum(map(ord, str(key))))


POOLS = [
    (ndim, kernel, stride, padding, ceil)
    for ndim, kernel, stride, padding, ceil in itertools.product((1, 2, 3), (2, 3), (None, 1, 2, 3), (0, 1), (False, True))
]


@pytest.mark.parametrize(("ndim", "kernel", "stride", "padding", "ceil"), POOLS)
@pytest.mark.parametrize("dilation", [1, 2])
def test_max_pool(ndim: int, kernel: int, stride: int | None, padding: int, ceil: bool, dilation: int) -> None:
    import torch
    from torch.nn import functional

    size = (8, 7, 6)[:ndim]
    x = rng(ndim, kernel, stride).randint(0, 5, (2, 3, *size))  # many ties
    leaf = torch.tensor(x.astype(float), requires_grad=True)
    made = getattr(functional, f"max_pool{ndim}d")(leaf, kernel, stride, padding, dilation, ceil, return_indices=True)
    g = rng(padding).randint(-5, 6, tuple(made[0].shape))
    made[0].backward(torch.tensor(g.astype(float)))
    op = getattr(sc, f"max_pool{ndim}d")(kernel, stride, padding, dilation, ceil)
    run = sc.evaluate(op, x=x, g=g)
    assert run.exact
    assert np.array_equal(run.y, made[0].detach().numpy())
    assert np.array_equal(run.indices, made[1].numpy())
    assert np.array_equal(run.grad_x, leaf.grad.numpy())


@pytest.mark.parametrize(("ndim", "kernel", "stride", "padding", "ceil"), POOLS)
@pytest.mark.parametrize("include", [False, True])
def test_avg_pool(ndim: int, kernel: int, stride: int | None, padding: int, ceil: bool, include: bool) -> None:
    import torch
    from torch.nn import functional

    x = rng(ndim, kernel, stride).randint(-9, 10, (2, 3, *(8, 7, 6)[:ndim]))
    leaf = torch.tensor(x.astype(float), requires_grad=True)
    y = getattr(functional, f"avg_pool{ndim}d")(leaf, kernel, stride, padding, ceil, include)
    g = rng(padding).randint(-5, 6, tuple(y.shape))
    y.backward(torch.tensor(g.astype(float)))
    op = getattr(sc, f"avg_pool{ndim}d")(kernel, stride, padding, ceil_mode=ceil, count_include_pad=include)
    run = sc.evaluate(op, x=x, g=g)
    assert np.allclose(run.y.astype(float), y.detach().numpy(), rtol=1e-13)
    assert np.allclose(run.grad_x.astype(float), leaf.grad.numpy(), rtol=1e-13)


@pytest.mark.parametrize("name", [row.name for row in CATALOG.values() if row.family == "activation"])
def test_activations(name: str) -> None:
    import torch
    from torch.nn import functional

    x, g = rng(name).randn(3, 5) * 4, rng(name, "g").randn(3, 5)
    leaf = torch.tensor(x, requires_grad=True)
    function = {"softmax": lambda t: functional.softmax(t, dim=1), "tanh": torch.tanh, "sigmoid": torch.sigmoid}.get(
        name, getattr(functional, name, None)
    )
    y = function(leaf)
    y.backward(torch.tensor(g))
    run = sc.evaluate(getattr(sc, name)(), x=x, g=g)
    assert np.allclose(run.y, y.detach().numpy(), rtol=1e-12, atol=1e-14)
    assert np.allclose(run.grad_x, leaf.grad.numpy(), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", [row.name for row in CATALOG.values() if row.function and row.function.breaks])
def test_what_is_taken_at_a_kink(name: str) -> None:
    import torch
    from torch.nn import functional

    function = CATALOG[name].function
    assert function is not None
    x = np.array([float(at) for at in function.breaks])
    leaf = torch.tensor(x, requires_grad=True)
    getattr(functional, name)(leaf).sum().backward()
    if name == "hardswish" and leaf.grad.tolist() == [1.5, -0.5]:
        pytest.skip("PyTorch before 2025 (pull request 148049): the slope from within")
    assert np.allclose(sc.evaluate(getattr(sc, name)(), x=x, g=np.ones(len(x))).grad_x, leaf.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("multiplier", [1, 2])
def test_depthwise_convolution(ndim: int, multiplier: int) -> None:
    import torch
    from torch.nn import functional

    draw, taps = rng("depthwise", ndim, multiplier), (2, 3, 1)[:ndim]
    x, w, b = (
        draw.randint(-4, 5, (2, 3, 6, 5, 4)[: 2 + ndim]),
        draw.randint(-4, 5, (3 * multiplier, 1, *taps)),
        draw.randint(-4, 5, 3 * multiplier),
    )
    leaves = [torch.tensor(a.astype(float), requires_grad=True) for a in (x, w, b)]
    y = getattr(functional, f"conv{ndim}d")(*leaves, stride=2, padding=1, groups=3)
    g = draw.randint(-4, 5, tuple(y.shape))
    y.backward(torch.tensor(g.astype(float)))
    op = getattr(sc, f"depthwise_conv{ndim}d")(3, taps, stride=2, padding=1, multiplier=multiplier)
    run = sc.evaluate(op, x=x, w=w, b=b, g=g)
    assert np.array_equal(run.y, y.detach().numpy())
    for ours, leaf in zip((run.grad_x, run.grad_w, run.grad_b), leaves, strict=True):
        assert np.array_equal(ours, leaf.grad.numpy())


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("name", ["mse", "cross_entropy"])
def test_losses(name: str, reduction: str) -> None:
    import torch
    from torch.nn import functional

    x = rng(name).randn(4, 5) * 3
    target = rng(name, "t").randn(4, 5) if name == "mse" else rng("t").randint(0, 5, 4)
    leaf = torch.tensor(x, requires_grad=True)
    theirs = functional.mse_loss if name == "mse" else functional.cross_entropy
    loss = theirs(leaf, torch.tensor(target), reduction=reduction)
    loss.backward()
    run = sc.evaluate(getattr(sc, name)(reduction), x=x, target=target)
    assert np.isclose(float(run.y), loss.item(), rtol=1e-13)
    assert np.allclose(run.grad_x, leaf.grad.numpy(), rtol=1e-12, atol=1e-15)


def nets() -> list[tuple[Any, Any, tuple[int, ...], Any]]:
    """(ours, theirs, an input's shape, a target): three nets of different shape."""
    from torch import nn

    return [
        (
            sc.chain("conv2d(2,3,kernel=3) relu max_pool2d(2) flatten linear(5) cross_entropy"),
            nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(27, 5)),
            (4, 2, 8, 8),
            np.array([0, 4, 2, 1]),
        ),
        (
            sc.chain(
                sc.conv1d(3, 4, kernel=3, stride=2, padding=1, dilation=2), sc.tanh(), sc.avg_pool1d(3, stride=1, padding=1),
                sc.conv_transpose1d(4, 2, kernel=4, stride=2, padding=1), sc.gelu(), sc.flatten(), sc.linear(6), sc.softplus(),
                sc.linear(3), sc.mse(),
            ),
            nn.Sequential(
                nn.Conv1d(3, 4, 3, 2, 1, 2), nn.Tanh(), nn.AvgPool1d(3, 1, 1), nn.ConvTranspose1d(4, 2, 4, 2, 1), nn.GELU(),
                nn.Flatten(), nn.Linear(24, 6), nn.Softplus(), nn.Linear(6, 3),
            ),
            (2, 3, 13),
            np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]),
        ),
        (
            sc.chain(
                "conv3d(2,4,kernel=2,groups=2) leaky_relu(0.1) max_pool3d(2,stride=1,padding=1) conv3d(4,2,kernel=2,bias=False) "
                "sigmoid flatten linear(4) softmax mse"
            ),
            nn.Sequential(
                nn.Conv3d(2, 4, 2, groups=2), nn.LeakyReLU(0.1), nn.MaxPool3d(2, 1, 1), nn.Conv3d(4, 2, 2, bias=False),
                nn.Sigmoid(), nn.Flatten(), nn.Linear(2 * 3 * 4 * 2, 4), nn.Softmax(dim=1),
            ),
            (2, 2, 4, 5, 3),
            np.array([[0.5, 0.25, 0.25, 0.0], [0.0, 1.0, 0.0, 0.0]]),
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("which", [0, 1, 2])
def test_nets(which: int) -> None:
    """The loss and the gradient of every parameter and of the input agree to float64 rounding."""
    import torch
    from torch.nn import functional

    ours, theirs, shape, target = nets()[which]
    theirs = theirs.double()
    x = torch.tensor(rng(which).randn(*shape), requires_grad=True)
    out = theirs(x)
    loss = (functional.cross_entropy if which == 0 else functional.mse_loss)(out, torch.tensor(target))
    loss.backward()
    named = [p for module in theirs for p in module.parameters()]
    assert len(named) == len(ours.parameters)
    params = dict(zip(ours.parameters, named, strict=True))
    run = sc.evaluate(ours, x=x, params=params, target=target)
    assert np.isclose(float(run.loss), loss.item(), rtol=1e-12)
    for name, parameter in params.items():
        assert np.allclose(run.grad(name), parameter.grad.numpy(), rtol=1e-10, atol=1e-14), name
    assert np.allclose(run.grad("x"), x.grad.numpy(), rtol=1e-10, atol=1e-14)
