"""Explicit cases: SymPy's arrays are what the definition says, and dL/dx, dL/dw, dL/db equal the closed form, entry by entry.

Entries are symbols named x0_1 for x[0, 1], leading axes of size 1 left out; L = sum g y is differentiated by SymPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, given

import symconv as sc
from symconv.public import Instance
from tests.cases.helpers import examples
from tests.cases.strategies import Case, cases

CASES = {
    "correlate1d": Case("correlate", (1,), (1,), ((0, 0),), (5,), (3,)),
    "correlate1d-strided": Case("correlate", (2,), (2,), ((2, -1),), (8,), (3,)),
    "convolve1d": Case("convolve", (3,), (1,), ((0, 2),), (6,), (4,)),
    "convolve1d-same": Case("convolve", (1,), (1,), ((2, 1),), (5,), (4,), "same"),
    "correlate2d": Case("correlate", (2, 1), (1, 2), ((1, 0), (0, 2)), (4, 5), (3, 2)),
    "convolve2d-full": Case("convolve", (1, 1), (1, 1), ((1, 1), (2, 2)), (3, 2), (2, 3), "full"),
    "correlate3d": Case("correlate", (1, 2, 1), (1, 1, 2), ((0, 1), (1, 0), (0, 0)), (3, 3, 4), (2, 1, 2)),
    "convolve3d": Case("convolve", (2, 1, 1), (1, 1, 1), ((0, 0), (1, 0), (0, 1)), (3, 2, 3), (2, 2, 1)),
    "conv1d": Case("conv", (2,), (1,), ((1, 0),), (5,), (2,), bias=True, batch=2, in_channels=2, out_channels=3),
    "conv1d-flip": Case("conv", (1,), (2,), ((1, 2),), (4,), (2,), flip_kernel=True, in_channels=3, out_channels=2),
    "conv1d-groups": Case("conv", (2,), (1,), ((0, 1),), (4,), (3,), groups=2, bias=True, in_channels=4, out_channels=6),
    "conv1d-depthwise": Case("conv", (1,), (1,), ((1, 1),), (4,), (3,), groups=3, in_channels=3, out_channels=3),
    "conv2d": Case(
        "conv", (2, 1), (1, 2), ((1, 0), (0, 1)), (4, 3), (2, 2), bias=True, batch=2, in_channels=2, out_channels=3
    ),
    "conv2d-flip": Case("conv", (1, 2), (1, 1), ((-1, 1), (1, 0)), (4, 3), (3, 2), flip_kernel=True, in_channels=2),
    "conv3d": Case("conv", (1, 1, 2), (1, 1, 1), ((0, 0), (1, 0), (0, 1)), (2, 2, 3), (1, 2, 2), bias=True, out_channels=2),
    "one": Case("conv", (1,), (1,), ((0, 0),), (1,), (1,), bias=True),
    "unread": Case("correlate", (3,), (1,), ((0, 0),), (8,), (1,)),
}
ON_CASES = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def instance(case: Case) -> Instance:
    return case.operator().at(**case.sizes())


def symbol(role: str, index: tuple[int, ...], shape: tuple[int, ...], lead: int) -> sympy.Symbol:
    """x0_1 for x[0, 1]; leading axes of size 1 are left out."""
    skip = 0
    while skip < lead and shape[skip] == 1:
        skip += 1
    return sympy.Symbol(role + "_".join(map(str, index[skip:])))


def symbols(case: Case, role: str) -> dict[tuple[int, ...], sympy.Symbol]:
    shape = case.shapes[role]
    lead = len(shape) - case.ndim if role != "b" else 1
    return {index: symbol(role, index, shape, lead) for index in np.ndindex(shape)}


def value(array: Any, known: dict[sympy.Symbol, sympy.Integer]) -> Any:
    """The numbers that a SymPy array holds once its symbols have values."""
    flat = [entry.xreplace(known) for entry in sympy.flatten(array)]
    assert all(entry.is_Integer for entry in flat)
    return np.array([int(entry) for entry in flat], dtype=object).reshape(array.shape)


def numbers_agree(case: Case) -> None:
    """y and the gradients, with numbers put in, are brute force's."""
    found, arrays = instance(case), case.arrays()
    truth = case.truth(arrays)
    known = {s: sympy.Integer(arrays[role][i]) for role in case.shapes for i, s in symbols(case, role).items()}
    assert tuple(found.y.shape) == case.shapes["g"]
    assert np.all(value(found.y, known) == truth["y"])
    for role in case.roles:
        assert tuple(found.grad(role).shape) == case.shapes[role]
        assert np.all(value(found.grad(role), known) == truth[role])


@ON_CASES
def test_numbers_put_in(case: Case) -> None:
    numbers_agree(case)


@ON_CASES
def test_identity(case: Case) -> None:
    """dL/dx == closed form as SymPy expressions, no simplification, for every role; and ``check`` says so."""
    found = instance(case)
    for role in case.roles:
        assert isinstance(found.grad(role), sympy.ImmutableDenseNDimArray)
        assert found.grad(role) == found.closed_form(role)
    verdict = found.check()
    assert verdict.status == "checked"
    assert all(f"{np.prod(case.shapes[role], dtype=int)} entries" in str(verdict.how) for role in case.roles)


@pytest.mark.sweep(4)
@ON_CASES
def test_gradient_is_sympys_derivative_of_the_loss(case: Case) -> None:
    """Entry by entry, the slow way: differentiate the whole of L, which is sum g y."""
    found = instance(case)
    g = symbols(case, "g")
    assert sympy.expand(found.loss - sum(g[i] * found.y[i] for i in g)) == 0
    for role in case.roles:
        for index, entry in list(symbols(case, role).items())[:6]:
            assert found.grad(role)[index] == sympy.diff(found.loss, entry)


@examples(25)
@given(cases())
def test_random_case(case: Case) -> None:
    assume(np.prod(case.shapes["g"]) * np.prod(case.kernel) * case.in_channels <= 400)
    numbers_agree(case)
    assert instance(case).check().status == "checked"


def test_channels_are_totals() -> None:
    found = sc.conv1d(groups=2).at(input=3, kernel=2, in_channels=4, out_channels=6, batch=2)
    assert found.y.shape == (2, 6, 2)
    assert found.grad("x").shape == (2, 4, 3)
    assert found.grad("w").shape == (6, 2, 2)
    assert found.grad("b").shape == (6,)


def test_by_hand() -> None:
    """y = [w0 x0 + w1 x1, ...] and dL/dx = [w0 g0, w1 g0 + w0 g1, w1 g1]: the full convolution of g with w."""
    found = sc.correlate1d().at(input=3, kernel=2)
    x, w, g = (sympy.symbols(f"{name}0:3") for name in "xwg")
    assert list(found.y) == [w[0] * x[0] + w[1] * x[1], w[0] * x[1] + w[1] * x[2]]
    assert list(found.grad("x")) == [w[0] * g[0], w[1] * g[0] + w[0] * g[1], w[1] * g[1]]
    assert list(found.grad("w")) == [x[0] * g[0] + x[1] * g[1], x[1] * g[0] + x[2] * g[1]]
    turned = sc.convolve1d().at(input=3, kernel=2)
    assert list(turned.y) == [w[1] * x[0] + w[0] * x[1], w[1] * x[1] + w[0] * x[2]]
    assert list(turned.grad("x")) == [w[1] * g[0], w[0] * g[0] + w[1] * g[1], w[0] * g[1]]


def test_names_get_numbers() -> None:
    op = sc.conv1d(stride="s", padding="P", dilation="d")
    one = op.at(input=7, kernel=3, s=2, P=1, d=2)
    other = sc.conv1d(stride=2, padding=1, dilation=2).at(input=7, kernel=3)
    assert one.y == other.y
    assert one.grad("x") == other.grad("x")


def test_entries_that_no_window_reads_have_gradient_zero() -> None:
    """The last max(0, a - hi) inputs, and the gaps where taps skip positions."""
    assert [e == 0 for e in sc.correlate1d(stride=3).at(input=8, kernel=1).grad("x")] == [False, True, True] * 2 + [
        False,
        True,
    ]
    assert [e == 0 for e in sc.correlate1d(stride=2).at(input=6, kernel=3).grad("x")] == [False] * 5 + [True]


def test_too_many_products_are_refused_not_begun() -> None:
    with pytest.raises(sc.SymconvError, match="limit"):
        _ = sc.conv2d().at(input=(300, 300), kernel=9).y
    assert sc.conv1d().at(input=5, kernel=3, limit=9).y.shape == (1, 1, 3)
    with pytest.raises(sc.SymconvError, match="limit"):
        _ = sc.conv1d().at(input=5, kernel=3, limit=8).y


def test_unknown_role() -> None:
    with pytest.raises(sc.SymconvError, match="x, w or b"):
        sc.conv1d().at(input=5, kernel=3).grad("v")
    with pytest.raises(sc.SymconvError, match="no bias"):
        sc.correlate1d().at(input=5, kernel=3).grad("b")
