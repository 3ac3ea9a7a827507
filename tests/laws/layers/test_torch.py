"""PyTorch as an oracle: layers and their gradients agree with torch.nn.functional and autograd, on integers held in float64.

Asymmetric and negative pads go through ``torch.nn.functional.pad``; a flipped kernel through ``torch.flip``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given

import symconv as sc
from tests.cases.helpers import closed_value, examples
from tests.cases.strategies import Case, cases

pytestmark = pytest.mark.torch


def torch_results(case: Case, arrays: dict[str, Any]) -> dict[str, Any]:
    """y and the gradients by PyTorch."""
    import torch
    from torch.nn import functional

    leaves = {role: torch.tensor(a.astype(np.float64), requires_grad=True) for role, a in arrays.items() if role != "g"}
    pads = [side for pair in reversed(case.padding) for side in pair]
    kernel = leaves["w"].flip(list(range(2, 2 + case.ndim))) if case.flip else leaves["w"]
    layer = getattr(functional, f"conv{case.ndim}d")
    y = layer(
        functional.pad(leaves["x"], pads), kernel, leaves.get("b"),
        stride=case.stride, dilation=case.dilation, groups=case.groups,
    )  # fmt: skip
    y.backward(torch.tensor(arrays["g"].astype(np.float64)))
    gradients = {role: leaf.grad.numpy() for role, leaf in leaves.items()}
    return {"y": y.detach().numpy(), **gradients}


def slicing_first(case: Case) -> bool:
    """Whether PyTorch can take the pads: cropping must leave something of the input."""
    return all(n + min(lo, 0) + min(hi, 0) > 0 for n, (lo, hi) in zip(case.input, case.padding, strict=True))


@examples(150)
@given(cases(families=("conv",)).filter(slicing_first))
def test_random_layers(case: Case) -> None:
    arrays = case.arrays()
    theirs = torch_results(case, arrays)
    ours = sc.evaluate(case.operator(), **arrays)
    assert np.array_equal(ours.y.astype(float), theirs["y"])
    for role in case.roles:
        assert np.array_equal(getattr(ours, f"grad_{role}").astype(float), theirs[role])
        size = {"x": case.input, "w": case.kernel, "b": None}[role]
        closed = closed_value(sc.derive(case.operator(), role, check=False), arrays, size)
        assert np.array_equal(closed.astype(float), theirs[role])


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_same(kernel: int, dilation: int) -> None:
    import torch
    from torch.nn import functional

    x, w = np.arange(1, 12).reshape(1, 1, 11), np.arange(2, 2 + kernel).reshape(1, 1, kernel)
    ours = sc.evaluate(sc.conv1d(padding="same", dilation=dilation), x=x, w=w).y
    theirs = functional.conv1d(torch.tensor(x).double(), torch.tensor(w).double(), padding="same", dilation=dilation)
    assert np.array_equal(ours.astype(float), theirs.numpy())


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_constructor_order_and_tensors(ndim: int) -> None:
    """conv2d(2, 3, kernel=3, ...) takes its parameters in PyTorch's order, and ``evaluate`` takes PyTorch's tensors."""
    import torch

    module = getattr(torch.nn, f"Conv{ndim}d")(4, 6, 3, 2, 1, 1, 2).double()
    ours = getattr(sc, f"conv{ndim}d")(4, 6, 3, 2, 1, 1, 2)
    x = torch.randn(2, 4, *(7,) * ndim, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    run = sc.evaluate(ours, x=x, w=module.weight, b=module.bias)
    assert np.allclose(run.y, module(x).detach().numpy(), rtol=1e-12, atol=1e-12)


def test_whole_tensors_of_integers_stay_exact() -> None:
    import torch

    run = sc.evaluate(sc.correlate1d(), x=torch.tensor([2**40, 1]), w=torch.tensor([2**40]))
    assert run.exact
    assert list(run.y) == [2**80, 2**40]
