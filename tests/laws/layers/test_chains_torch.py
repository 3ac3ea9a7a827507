"""Chains against PyTorch: shapes, parameters, and receptive fields by its automatic differentiation (marked torch)."""

from __future__ import annotations

import random
from typing import Any

import pytest

import symconv as sc
from symconv.errors import SymconvError

pytestmark = pytest.mark.torch
torch: Any = pytest.importorskip("torch")
KINDS = ("conv", "conv_transpose", "max_pool", "avg_pool")


def pair(draw: random.Random, ndim: int, low: int, high: int) -> list[int]:
    return [draw.randint(low, high) for _ in range(ndim)]


def shown(values: list[int]) -> str:
    return f"({','.join(map(str, values))},)"


def layer(draw: random.Random, ndim: int, channels: int, kinds: tuple[str, ...]) -> tuple[str, Any, int]:
    """(text, PyTorch's module, channels behind it)."""
    nn, kind = torch.nn, draw.choice(kinds)
    kernel, stride, dilation = pair(draw, ndim, 1, 3), pair(draw, ndim, 1, 3), pair(draw, ndim, 1, 2)
    ceil = draw.random() < 0.5
    if kind == "max_pool":
        pads = [draw.randint(0, k // 2) for k in kernel]
        made = getattr(nn, f"MaxPool{ndim}d")(kernel, stride, pads, dilation, ceil_mode=ceil)
        text = f"kernel={shown(kernel)},stride={shown(stride)},padding={shown(pads)},dilation={shown(dilation)},ceil_mode={ceil}"
        return f"max_pool{ndim}d({text})", made, channels
    if kind == "avg_pool":
        pads = [draw.randint(0, k // 2) for k in kernel]
        made = getattr(nn, f"AvgPool{ndim}d")(kernel, stride, pads, ceil_mode=ceil)
        return (
            f"avg_pool{ndim}d(kernel={shown(kernel)},stride={shown(stride)},padding={shown(pads)},ceil_mode={ceil})",
            made,
            channels,
        )
    pads, groups, bias = pair(draw, ndim, 0, 2), draw.choice((1, 2)) if channels % 2 == 0 else 1, draw.random() < 0.5
    filters = 2 * draw.randint(1, 2)
    common = f"{channels},{filters},kernel={shown(kernel)},stride={shown(stride)},padding={shown(pads)}"
    common += f",dilation={shown(dilation)},groups={groups},bias={bias}"
    ways = {"stride": stride, "padding": pads, "dilation": dilation, "groups": groups, "bias": bias}
    if kind == "conv":
        return f"conv{ndim}d({common})", getattr(nn, f"Conv{ndim}d")(channels, filters, kernel, **ways), filters
    extra = [draw.randint(0, max(s, d) - 1) for s, d in zip(stride, dilation, strict=True)]
    made = getattr(nn, f"ConvTranspose{ndim}d")(channels, filters, kernel, output_padding=extra, **ways)
    return f"conv_transpose{ndim}d({common},output_padding={shown(extra)})", made, filters


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_shapes_and_parameters(ndim: int) -> None:
    draw, compared, refused = random.Random(ndim), 0, 0
    for _ in range(150):
        channels, texts, modules = 2, [], []
        for _ in range(draw.randint(1, 4)):
            text, module, channels = layer(draw, ndim, channels, KINDS)
            texts.append(text)
            modules.append(module)
        size = pair(draw, ndim, 3, 9)
        x = torch.zeros([1, 2, *size])
        shapes = []
        try:
            for module in modules:
                x = module(x)
                shapes.append(tuple(x.shape[1:]))
        except RuntimeError as error:
            if "smaller than kernel size" in str(error):
                continue  # avg_pool3d wants a whole window even in ceil_mode; its siblings do not
            refused += 1
            with pytest.raises(SymconvError):
                sc.sizes(texts, input=(2, *size))
            continue
        try:
            found = sc.sizes(texts, input=(2, *size))
        except SymconvError as error:
            # PyTorch takes dilated windows between whose taps the input falls, and empty transposed outputs
            said = str(error)
        else:
            said = ""
            assert list(found.shapes[1:]) == shapes, texts
            assert found.parameters == sum(p.numel() for m in modules for p in m.parameters()), texts
            compared += 1
        assert not said or "padding alone" in said or "got output size 0" in said
    assert compared > 40
    assert refused > 5


@pytest.mark.parametrize("ndim", [1, 2])
def test_receptive_fields_by_automatic_differentiation(ndim: int) -> None:
    """With positive weights, an input place has a gradient exactly where the unit depends on it."""
    draw, compared = random.Random(10 + ndim), 0
    for _ in range(60):
        channels, texts, modules = 1, [], []
        for _ in range(draw.randint(1, 4)):
            text, module, channels = layer(draw, ndim, channels, ("conv", "avg_pool"))
            texts.append(text)
            modules.append(module)
        if any("groups=2" in text for text in texts):
            continue  # channels apart are another matter
        for module in modules:
            for p in module.parameters():
                torch.nn.init.ones_(p)
        size = pair(draw, ndim, 6, 14)
        x = torch.zeros([1, 1, *size], dtype=torch.float64, requires_grad=True)
        try:
            y = torch.nn.Sequential(*modules).double()(x)
            field = sc.receptive_field(texts, input=tuple(size))
        except (RuntimeError, SymconvError):
            continue
        borders = {b.axis: b for b in field.facts.borders}
        borders = {axis: borders.get(axis, borders[0]) for axis in range(ndim)}
        for which in range(len(borders[0].units)):
            unit = [borders[axis].units[min(which, len(borders[axis].units) - 1)] for axis in range(ndim)]
            x.grad = None
            y[(0, 0, *(u for u, _ in unit))].backward(retain_graph=True)
            sets = [{j for a, b in ranges for j in range(a, b + 1)} for _, ranges in unit]
            grid = torch.zeros(size, dtype=torch.bool)
            grid[tuple(torch.meshgrid(*(torch.tensor(sorted(s), dtype=torch.long) for s in sets), indexing="ij"))] = True
            assert torch.equal(x.grad[0, 0] > 0, grid), texts
            compared += 1
    assert compared > 15
