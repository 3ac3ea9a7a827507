"""Forward values, gradients and recognised closed forms equal brute force, on every configuration.

36 configurations: stride {1,2,3} x padding {0,1,2} x dilation {1,2} x groups {1,2}, inputs that are not square, remainders
a != 0 on one axis or the other, channels in != out; then random operators, and random members of the family with
everything that derivation makes of them.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symconv as sc
from symconv.public import Derivation
from tests.cases.helpers import checked, closed_value, examples
from tests.cases.strategies import Case, Member, cases, members, same

CONFIGURATIONS = list(product((1, 2, 3), (0, 1, 2), (1, 2), (1, 2)))
IDS = [f"s{s}-P{p}-d{d}-G{g}" for s, p, d, g in CONFIGURATIONS]
SIDES = ("left over on axis 0", "left over on axis 1")


def configured(s: int, p: int, d: int, groups: int, side: str, flip: bool) -> Case:
    """A 2D layer of the configuration whose remainder is the largest on one axis and 0 on the other."""
    kernel = (3, 2)
    rest = (s - 1, 0) if side == SIDES[0] else (0, s - 1)
    fits = [s * windows + d * (k - 1) + 1 + a - 2 * p for windows, k, a in zip((1, 2), kernel, rest, strict=True)]
    sizes = tuple(n if n > 0 else n + s * -(-(1 - n) // s) for n in fits)
    return Case(
        "conv", (s, s), (d, d), ((p, p), (p, p)), sizes, kernel,
        flip_kernel=flip, groups=groups, bias=True, batch=2, in_channels=2 * groups, out_channels=3 * groups,
    )  # fmt: skip


def agrees(case: Case, seed: int = 0) -> None:
    """Forward and gradients by ``sc.evaluate``, and the closed forms of the open-sized operator, all against brute force."""
    arrays = case.arrays(seed)
    truth, op = case.truth(arrays), case.operator()
    found = sc.evaluate(op, **arrays)
    assert found.exact
    assert same(found.y, truth["y"])
    for role in case.roles:
        assert same(getattr(found, f"grad_{role}"), truth[role])
        closed = sc.derive(op, role, check=False)
        size = {"x": case.input, "w": case.kernel, "b": None}[role]
        assert same(closed_value(closed, arrays, size), truth[role])


@pytest.mark.sweep(16)
@pytest.mark.parametrize(
    "configuration",
    CONFIGURATIONS,
    ids=IDS,
)
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("flip", [False, True], ids=["correlation", "convolution"])
def test_configuration(configuration: tuple[int, int, int, int], side: str, flip: bool) -> None:
    case = configured(*configuration, side, flip)
    assert case.remainder == ((configuration[0] - 1, 0) if side == SIDES[0] else (0, configuration[0] - 1))
    agrees(case)


@cache
def symbolic(role: str, flip: bool) -> Derivation:
    """The derivation in names alone: stride s, padding P, dilation d, G groups."""
    op = sc.conv2d(stride="s", padding="P", dilation="d", groups="G", flip_kernel=flip)
    return sc.derive(op, role, check=False)


@pytest.mark.sweep(16)
@pytest.mark.parametrize(
    "configuration",
    CONFIGURATIONS,
    ids=IDS,
)
@pytest.mark.parametrize("flip", [False, True], ids=["correlation", "convolution"])
def test_one_symbolic_closed_form_serves_all(configuration: tuple[int, int, int, int], flip: bool) -> None:
    s, p, d, groups = configuration
    for side in SIDES:
        case = configured(*configuration, side, flip)
        arrays = case.arrays(5)
        truth = case.truth(arrays)
        for role, size in (("x", case.input), ("w", case.kernel)):
            found = closed_value(symbolic(role, flip), arrays, size, s=s, P=p, d=d, G=groups)
            assert same(found, truth[role])
        assert same(closed_value(symbolic("b", flip), arrays), truth["b"])


@given(cases())
def test_random_operator(case: Case) -> None:
    agrees(case)


@pytest.mark.slow
@given(cases(), st.integers(0, 2))
def test_checked_derivation_of_a_random_operator(case: Case, role: int) -> None:
    """The whole pipeline, checks included, accepts what is true."""
    d = checked(case.operator(), case.roles[role % len(case.roles)])
    assert {v.status for v in d.verdicts} == {"checked"}


def descends(member: Any, arrays: dict[str, Any], truth: dict[str, Any], depth: int) -> None:
    """The gradients of a member, by evaluation and by closed form; then the gradients of those closed forms."""
    found = sc.evaluate(member, **arrays)
    assert same(found.y, truth["y"])
    for role in ("x", "w"):
        assert same(getattr(found, f"grad_{role}"), truth[role])
        d = sc.derive(member, role, check=False)
        facts = d.facts.closed_form
        names = {"x": member.data.data.name, "w": member.data.kernel.name, "g": upstream(d)}
        by_name = {names[r]: arrays[r] for r in ("x", "w", "g")}
        assert same(closed_value(d, by_name), truth[role])
        if depth:
            sides = {"x": by_name[facts.data.name], "w": by_name[facts.kernel.name], "g": arrays[role]}
            below = sc.evaluate(d.closed_form, **sides)
            descends(d.closed_form, sides, {"y": truth[role], "x": below.grad_x, "w": below.grad_w}, depth - 1)


def upstream(d: Derivation) -> str:
    """The name of the upstream gradient in a derivation: the tensor of its closed form that the operator lacks."""
    closed, op = d.facts.closed_form, d.facts.op
    (name,) = {closed.data.name, closed.kernel.name} - {op.data.name, op.kernel.name}
    return name


@examples(60)
@given(members())
def test_random_member_and_its_descendants(member: Member) -> None:
    arrays = member.arrays()
    descends(member.operator(), arrays, member.truth(arrays), 1)


@given(members((1,)), st.sampled_from(["x", "w"]))
def test_checked_derivation_of_a_random_member(member: Member, role: str) -> None:
    d = checked(member.operator(), role)
    assert {v.status for v in d.verdicts} == {"checked"}


@pytest.mark.slow
@settings(max_examples=1500, derandomize=False)
@given(cases())
def test_random_operator_sweep(case: Case) -> None:
    agrees(case, 3)


@pytest.mark.slow
@settings(max_examples=3000, derandomize=False)
@given(members((1, 2, 3)))
def test_random_member_sweep(member: Member) -> None:
    arrays = member.arrays(3)
    descends(member.operator(), arrays, member.truth(arrays), 2)
