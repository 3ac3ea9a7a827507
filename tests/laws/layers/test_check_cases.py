"""The sizes on which every line is tried are adversarial: they show what square, symmetric, unit-stride sizes hide.

For each operator, some case has each of these, along an axis where several windows meet several taps: a remainder beyond the
right pad, one within it, none; sizes that differ between axes; more than one image; several channels and filters, not as many.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import symconv as sc
from symconv.check.cases import cases
from symconv.language.operator import Operator
from tests.cases.zoo import OPERATORS, build
from tests.oracles.reading import number

EXTRA: dict[str, tuple[str, dict[str, Any]]] = {
    "conv2d-all-names": (
        "conv2d",
        {"stride": ("s1", "s2"), "dilation": ("d1", "d2"), "padding": (("t1", "u1"), ("t2", "u2"))},
    ),
    "correlate2d-one-name": ("correlate2d", {"stride": "s", "dilation": "d", "padding": "P"}),
}


def operator(key: str) -> Operator:
    if key in EXTRA:
        name, parameters = EXTRA[key]
        return getattr(sc, name)(**parameters).data
    return build(key).data


@cache
def tried(key: str) -> list[dict[str, int]]:
    return cases(operator(key))


def values(key: str, k: int) -> list[dict[str, int]]:
    """The parameters of axis k in each case."""
    fields = ("data", "kernel", "output", "stride", "dilation", "lo", "hi", "remainder")
    axis = operator(key).axes[k]
    return [{f: number(getattr(axis, f), case) for f in fields} for case in tried(key)]


def rich(v: dict[str, int]) -> bool:
    return min(v["data"], v["kernel"], v["output"]) > 1


KEYS = [*OPERATORS, *EXTRA]
MANY_TAPS = [key for key in KEYS if "pointwise" not in key and "one-tap" not in key]
STRIDED = [key for key in MANY_TAPS if {"stride"} & (OPERATORS | EXTRA)[key][1].keys()]
LAYERS = [key for key in KEYS if (OPERATORS | EXTRA)[key][0] in ("conv1d", "conv2d", "conv3d")]
SEVERAL_AXES = [key for key in KEYS if not (OPERATORS | EXTRA)[key][0].endswith("1d")]


@pytest.mark.parametrize("key", KEYS)
def test_cases_have_an_output_and_determine_everything(key: str) -> None:
    op = operator(key)
    assert len(tried(key)) >= 3
    for case in tried(key):
        concrete = op.subs(case)
        assert all(axis.output.constant is not None and axis.output.constant >= 1 for axis in concrete.axes)
        assert all(axis.remainder.constant is not None and axis.remainder.constant >= 0 for axis in concrete.axes)


@pytest.mark.parametrize("key", MANY_TAPS)
def test_several_windows_meet_several_taps(key: str) -> None:
    for k in range(operator(key).ndim):
        assert sum(map(rich, values(key, k))) >= 2


@pytest.mark.parametrize("key", STRIDED)
def test_remainders(key: str) -> None:
    """Without a remainder and with one; beyond the right pad, and within it where the pad can hold one."""
    for k, axis in enumerate(operator(key).axes):
        found = [v for v in values(key, k) if rich(v)]
        if axis.stride == 1:
            continue
        assert any(v["remainder"] == 0 for v in found)
        assert any(v["remainder"] > 0 for v in found)
        if axis.hi.constant is None or axis.hi.constant > 0:
            assert any(0 < v["remainder"] <= v["hi"] for v in found)
        if axis.hi.names() & axis.kernel.names():
            continue  # a pad that grows with the kernel holds every remainder once there are several taps
        if axis.hi.constant is None or axis.hi.constant < number(axis.stride, {"s": 3, "s1": 3, "s2": 3}) - 1:
            assert any(v["remainder"] > max(v["hi"], 0) for v in found)


@pytest.mark.parametrize("key", [key for key in LAYERS if key != "conv2d-fixed"])
def test_images_channels_and_filters(key: str) -> None:
    sizes = [{label: number(size, case) for label, size in operator(key).extents} for case in tried(key)]
    assert any(v["n"] > 1 for v in sizes)
    assert any(v["c"] > 1 and v["o"] > 1 and v["c"] != v["o"] for v in sizes)


@pytest.mark.parametrize("key", SEVERAL_AXES)
def test_axes_differ(key: str) -> None:
    """Not square: some case has different sizes, and different parameters wherever names leave them free."""
    by_axis = list(zip(*(values(key, k) for k in range(operator(key).ndim)), strict=True))
    axes = operator(key).axes
    for field in ("data", "kernel", "stride", "dilation", "lo", "hi"):
        differ = [len({v[field] for v in case}) > 1 for case in by_axis]
        free = all(getattr(axis, field).constant is None for axis in axes) and len({getattr(a, field) for a in axes}) > 1
        assert any(differ) or not free, f"{field} is the same on all axes of every case"
