"""The tests' own instruments: the brute force is the derivative of its own forward map, and the strategies reach their corners."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tests.cases.strategies import Case, Member, cases, entries, members, same
from tests.oracles import brute


def loss(x: Any, w: Any, g: Any, **how: Any) -> Any:
    """L = sum g y."""
    return (brute.run(x, w, None, g, **how).y * g).sum()


def test_brute_gradient_is_the_coefficient_of_each_entry() -> None:
    """L is linear in x and in w, so the derivative by an entry is L at that unit vector."""
    how = {"stride": (2,), "dilation": (2,), "padding": ((1, -1),), "groups": 2, "flip": True, "zeros": (3,)}
    x, w, g = entries((2, 4, 4), 1), entries((4, 2, 2), 2), entries((2, 4, 4), 3)
    truth = brute.run(x, w, None, g, **how)
    for array, gradient in ((x, truth.dx), (w, truth.dw)):
        for index in np.ndindex(array.shape):
            unit = np.zeros(array.shape, dtype=object)
            unit[index] = 1
            operands = (unit, w) if array is x else (x, unit)
            assert loss(*operands, g, **how) == gradient[index]


def test_brute_by_hand() -> None:
    """Three small cases that fit on a blackboard."""
    x, w, g = (np.array(v, dtype=object)[None, None] for v in ([1, 2, 3, 4], [1, 10], [5, 7]))
    plain = brute.run(x, w, None, g, stride=(2,), dilation=(1,), padding=((0, 0),))
    assert same(plain.y[0, 0], [21, 43])
    assert same(plain.dx[0, 0], [5, 50, 7, 70])
    assert same(plain.dw[0, 0], [26, 38])
    turned = brute.run(x, w, None, g, stride=(2,), dilation=(1,), padding=((0, 0),), flip=True)
    assert same(turned.y[0, 0], [12, 34])


def seen(strategy: Any, features: Any) -> Counter[str]:
    """How often each feature occurs among the examples of a strategy."""
    found: Counter[str] = Counter()

    @settings(max_examples=300)
    @given(strategy)
    def collect(case: Any) -> None:
        found.update(name for name, holds in features(case).items() if holds)

    collect()
    return found


def case_features(case: Case) -> dict[str, bool]:
    axes = zip(case.remainder, case.padding, strict=True)
    return {
        "remainder beyond the pad": any(a > max(hi, 0) for a, (_, hi) in axes),
        "remainder within the pad": any(0 < a <= hi for a, (_, hi) in zip(case.remainder, case.padding, strict=True)),
        "negative pad": any(p < 0 for pads in case.padding for p in pads),
        "pads differ": any(lo != hi for lo, hi in case.padding),
        "stride beyond the kernel": any(
            s > d * (k - 1) + 1 for s, d, k in zip(case.stride, case.dilation, case.kernel, strict=True)
        ),
        "groups": case.groups > 1,
        "channels differ": case.in_channels != case.out_channels,
        "flip": case.flip,
        "mode": case.mode is not None,
        "bias": case.bias,
        "batch": case.batch > 1,
        **{f"{n}D": case.ndim == n for n in (1, 2, 3)},
    }


@pytest.mark.slow
def test_cases_reach_every_corner() -> None:
    found = seen(cases(), case_features)
    assert min(found[name] for name in case_features(Case("conv", (1,), (1,), ((0, 0),), (1,), (1,)))) >= 10


def member_features(member: Member) -> dict[str, bool]:
    remainders = [axis.remainder.constant for axis in member.core().axes]
    return {
        "zeros between entries": any(r > 1 for _, _, _, _, r, _, _, _ in member.axes),
        "remainder beyond the stride": any(a >= axis[3] for a, axis in zip(remainders, member.axes, strict=True)),
        "no remainder": not any(remainders),
        "flip": member.flip,
    }


@pytest.mark.slow
def test_members_reach_every_corner() -> None:
    found = seen(members(), member_features)
    assert min(found[name] for name in member_features(Member(((1, 1, 1, 1, 1, 1, 0, 0),), False))) >= 10
