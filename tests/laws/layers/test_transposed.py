"""conv_transpose: the scatter of its own definition, its gradients, its kinship with conv.

y                    equals plain loops over s j + d p - lo = i, in 1D, 2D, 3D, for everything asymmetric
dL/dx                is the conv with the layer's own stride, dilation and pads (lo, hi - output_padding)
dL/dx of a conv      is the conv_transpose with the layer's own parameters and output_padding = its remainder
<conv_T x, z>        equals <x, conv z> where the conv's remainder is the output_padding
conv_T(conv x)       differs from x already for the witness on the page, and for nothing smaller
"""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symconv as sc
from symconv.errors import SymconvError
from symconv.language.facts import NotInverse
from symconv.language.integers import integer
from symconv.language.operator import Operator as Core
from symconv.public import Derivation
from tests.cases.helpers import checked, closed_value, examples
from tests.cases.strategies import entries, same
from tests.harness import run
from tests.oracles import brute, scatter
from tests.oracles.scatter import Transposed, cases
from tests.oracles.symbols import known, values

pytestmark = pytest.mark.sweep(4)

OPERATORS: dict[str, tuple[int, dict[str, Any]]] = {
    "1d": (1, {}),
    "1d-stride": (1, {"stride": 2}),
    "1d-names": (1, {"stride": "s", "padding": "P", "dilation": "d", "output_padding": "r"}),
    "1d-sides": (1, {"stride": "s", "padding": (("left", "right"),)}),
    "1d-numbers": (1, {"stride": 3, "padding": 2, "dilation": 2, "output_padding": 1}),
    "1d-extra-from-dilation": (1, {"dilation": 3, "output_padding": 2}),
    "1d-widened": (1, {"stride": 2, "padding": ((-1, -2),)}),
    "1d-no-bias": (1, {"stride": 2, "bias": False}),
    "1d-groups": (1, {"stride": 2, "groups": 2}),
    "1d-group-names": (1, {"stride": "s", "groups": "G", "output_padding": "r"}),
    "1d-kernel": (1, {"kernel": 3, "stride": 2, "padding": 1, "output_padding": 1}),
    "1d-one-tap": (1, {"kernel": 1, "stride": 2}),
    "2d": (2, {"stride": (2, 1), "padding": ((1, 0), (0, 1)), "output_padding": (1, 0)}),
    "2d-names": (2, {"stride": ("s", 1), "padding": ("P", 0), "dilation": (1, "d"), "output_padding": ("r", 0)}),
    "2d-groups": (2, {"stride": (3, 2), "groups": 2, "output_padding": (2, 1), "dilation": (1, 2)}),
    "2d-fixed": (2, {"in_channels": 4, "out_channels": 6, "kernel": (3, 2), "groups": 2, "stride": 2}),
    "3d": (3, {"stride": (1, 2, 1), "padding": (0, 1, 0), "output_padding": (0, 1, 0)}),
    "3d-names": (3, {"stride": "s", "padding": "P"}),
}
QUESTIONS = [(key, wrt) for key in OPERATORS for wrt in "xwb" if wrt != "b" or OPERATORS[key][1].get("bias", True)]
IDS = [f"{key}-{wrt}" for key, wrt in QUESTIONS]


def build(key: str) -> Any:
    ndim, parameters = OPERATORS[key]
    return getattr(sc, f"conv_transpose{ndim}d")(**parameters)


@cache
def derived(key: str, wrt: str, channels: bool = False) -> Derivation:
    return checked(build(key), wrt, channels)


# values
def agrees(case: Transposed, seed: int = 0) -> None:
    """Forward and gradients by ``sc.evaluate``, and the closed forms of the open-sized operator, against the scatter."""
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


@examples(120)
@given(cases())
def test_random_layer(case: Transposed) -> None:
    agrees(case)


@pytest.mark.slow
@settings(max_examples=1500, derandomize=False)
@given(cases())
def test_random_layer_sweep(case: Transposed) -> None:
    agrees(case, 3)


CONFIGURATIONS = list(product((1, 2, 3), (0, 1, 2), (1, 2), (1, 2)))


@cache
def symbolic(role: str) -> Derivation:
    """The derivation in names alone: stride s, padding P, dilation d, output_padding r, G groups."""
    names = {"stride": "s", "padding": "P", "dilation": "d", "output_padding": "r", "groups": "G"}
    return sc.derive(sc.conv_transpose2d(**names), role, check=False)


@pytest.mark.parametrize(
    "configuration",
    CONFIGURATIONS,
    ids=lambda c: "s{}-P{}-d{}-G{}".format(*c),
)
def test_one_symbolic_closed_form_serves_all(configuration: tuple[int, int, int, int]) -> None:
    s, p, d, groups = configuration
    for extra in range(max(s, d)):
        case = Transposed(
            (s, s), (d, d), ((p, p), (p, p)), (extra, extra), (3, 4), (3, 2), groups, True, 2, 2 * groups, 3 * groups
        )
        arrays = case.arrays(extra)
        truth = case.truth(arrays)
        agrees(case)
        for role, size in (("x", case.input), ("w", case.kernel)):
            found = closed_value(symbolic(role), arrays, size, s=s, P=p, d=d, r=extra, G=groups)
            assert same(found, truth[role])
        assert same(closed_value(symbolic("b"), arrays), truth["b"])


@given(cases())
def test_output_size(case: Transposed) -> None:
    """O = s(N-1) + d(K-1) + 1 - lo - hi + output_padding; the last entries that no product reaches hold the bias."""
    concrete = case.operator().at(**case.sizes()).data
    assert tuple(axis.output.constant for axis in concrete.axes) == case.output
    arrays = case.arrays()
    assert sc.evaluate(case.operator(), **arrays).y.shape == arrays["g"].shape


# derivations
@pytest.mark.sweep(1)
@pytest.mark.slow
@pytest.mark.parametrize("channels", [False, True], ids=["spatial", "channels"])
@pytest.mark.parametrize(("key", "wrt"), QUESTIONS)
def test_every_line_and_every_check_holds(key: str, wrt: str, channels: bool) -> None:
    d = derived(key, wrt, channels)
    assert len(d.verdicts) >= len(d.steps) + len(d.facts.checks)
    assert {v.status for v in d.verdicts} == {"checked"}
    assert d.facts.channels_verdict is None or d.facts.channels_verdict.status == "checked"
    assert {c.kind for c in d.facts.checks} >= {"brute-force", "numpy-forward", "adjoint", "differences", "inverse"}


PROVED = [
    (key, wrt) for key, wrt in QUESTIONS if key in ("1d-names", "1d-sides", "1d-numbers", "1d-group-names", "2d-names")
]


@pytest.mark.sweep(2)
@pytest.mark.parametrize(("key", "wrt"), PROVED, ids=[f"{key}-{wrt}" for key, wrt in PROVED])
def test_every_line_is_proved_for_all_sizes(key: str, wrt: str) -> None:
    d = sc.derive(build(key), wrt)
    assert {step.verdict.status for step in d.steps} == {"proved"}
    assert all(v.holds for v in d.verdicts)


@examples(25)
@given(cases((1, 2)), st.integers(0, 2))
def test_checked_derivation_of_a_random_layer(case: Transposed, role: int) -> None:
    """The whole pipeline, checks included, accepts what is true."""
    d = checked(case.operator(), case.roles[role % len(case.roles)])
    assert {v.status for v in d.verdicts} == {"checked"}


PARAMETERS = {"stride": "s", "dilation": "d", "padding": "P", "output_padding": "r"}


def per_axis_names(ndim: int) -> dict[str, tuple[str, ...]]:
    return {what: tuple(f"{name}{k + 1}" for k in range(ndim)) for what, name in PARAMETERS.items()}


@pytest.mark.sweep(1)
@pytest.mark.parametrize("ndim", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("wrt", ["x", "w"])
def test_names_for_every_parameter(ndim: int, wrt: str) -> None:
    """One name for all axes, or one per axis, through every line."""
    for given_ in (PARAMETERS, per_axis_names(ndim)):
        d = checked(getattr(sc, f"conv_transpose{ndim}d")(**given_), wrt)
        assert {v.status for v in d.verdicts} == {"checked"}
        parameters = json.loads(d.json())["parameters"]
        for what, name in given_.items():
            wanted = list(name) if isinstance(name, tuple) else [name] * ndim
            assert parameters[what] == ([[n, n] for n in wanted] if what == "padding" else wanted)


# closed forms
@pytest.mark.sweep(2)
@pytest.mark.parametrize("key", OPERATORS)
def test_gradient_is_the_conv_with_pads_short_by_output_padding(key: str) -> None:
    """dL/dx = correlate(g, w): the layer's own stride and dilation, pads (lo, hi - output_padding), no flip, length N."""
    ndim, given_ = OPERATORS[key]
    closed, op = derived(key, "x").facts.closed_form, build(key).data
    assert isinstance(closed, Core)
    assert not closed.flip
    assert (closed.data.name, closed.kernel.name) == ("g", "w")
    expected = [
        [per(given_, what, k, ndim) for what in ("stride", "dilation", "padding", "output_padding")] for k in range(ndim)
    ]
    for axis, ours, (s, d, pads, extra) in zip(closed.axes, op.axes, expected, strict=True):
        lo, hi = pads if isinstance(pads, tuple) else (pads, pads)
        assert [str(e) for e in (axis.stride, axis.dilation, axis.lo)] == [str(s), str(d), str(lo)]
        assert axis.hi + integer(extra) == integer(hi)
        assert axis.input_dilation == 1
        assert axis.output == ours.data


def per(given_: dict[str, Any], what: str, axis: int, ndim: int) -> Any:
    """What the user gave for an axis."""
    value = given_.get(what, 1 if what in ("stride", "dilation") else 0)
    return value[axis] if isinstance(value, tuple) and len(value) == ndim else value


def told(d: Derivation) -> dict[str, Any]:
    return json.loads(d.json())["closed_form"]


LAYERS = [
    (
        "conv_transpose1d", {"stride": "s", "padding": "P", "dilation": "d", "output_padding": "r"},
        {"name": "conv1d", "stride": ["s"], "dilation": ["d"], "padding": [["P", "P - r"]]},
    ),
    (
        "conv_transpose2d", {"stride": (3, 2), "padding": ((1, 2), (0, -1)), "dilation": (1, 2), "output_padding": (2, 1)},
        {"name": "conv2d", "stride": [3, 2], "dilation": [1, 2], "padding": [[1, 0], [0, -2]]},
    ),
    (
        "conv_transpose3d", {"stride": (1, 2, 4), "padding": 1, "output_padding": (0, 1, 3)},
        {"name": "conv3d", "stride": [1, 2, 4], "dilation": [1, 1, 1], "padding": [[1, 1], [1, 0], [1, -2]]},
    ),
    (
        "conv1d", {"stride": "s", "padding": (("left", "right"),), "dilation": "d"},
        {"name": "conv_transpose1d", "stride": ["s"], "dilation": ["d"], "padding": [["left", "right"]], "output_padding": ["a"]},
    ),
    (
        "conv2d", {"stride": (2, 3), "padding": ((1, 0), (-1, 2))},
        {
            "name": "conv_transpose2d", "stride": [2, 3], "dilation": [1, 1], "padding": [[1, 0], [-1, 2]],
            "output_padding": ["a1", "a2"],
        },
    ),
    (
        "conv1d", {"padding": 2, "dilation": 3},
        {"name": "conv_transpose1d", "stride": [1], "dilation": [3], "padding": [[2, 2]], "output_padding": [0]},
    ),
]  # fmt: skip


@pytest.mark.sweep(2)
@pytest.mark.parametrize(("name", "given_", "expected"), LAYERS, ids=[f"{n}-{k}" for k, (n, _, _) in enumerate(LAYERS)])
def test_gradient_is_named_as_a_layer(name: str, given_: dict[str, Any], expected: dict[str, Any]) -> None:
    d = checked(getattr(sc, name)(**given_), "x")
    assert told(d)["layer"] == expected
    assert all(
        expected["name"] in page for page in (d.text(), d.latex().replace(r"\_", "_"), d.markdown().replace(r"\_", "_"))
    )


@pytest.mark.parametrize("name", ["conv_transpose1d", "conv2d"])
def test_only_the_datas_gradient_is_a_layer(name: str) -> None:
    assert "layer" not in told(checked(getattr(sc, name)(stride=2), "w"))


def test_the_gradient_of_a_true_convolution_is_no_transposed_layer() -> None:
    assert "layer" not in told(checked(sc.conv1d(stride=2, flip_kernel=True), "x"))


def back(case: Transposed) -> dict[str, Any]:
    """How ``tests.brute`` is told of the conv with the same parameters."""
    return {"stride": case.stride, "dilation": case.dilation, "padding": case.padding, "groups": case.groups}


@given(cases())
def test_adjoint_of_the_conv_whose_remainder_is_output_padding(case: Transposed) -> None:
    """<conv_T x, z> = <x, conv z> for all x and z; conv's gradient is then this very layer, and the other way about."""
    arrays = case.arrays()
    x, w, z = arrays["x"], arrays["w"], arrays["g"]
    up = sc.evaluate(case.operator(bias=False), x=x, w=w).y
    down = brute.run(z, w, None, x, **back(case))
    assert (up * z).sum() == (x * down.y).sum()
    assert same(up, down.dx)
    ours = sc.derive(case.operator(bias=False), "x", check=False)
    assert same(closed_value(ours, {"g": z, "w": w}, case.input), down.y)


@given(cases((1, 2)))
def test_only_the_right_remainder_makes_an_adjoint(case: Transposed) -> None:
    """A conv from O back to N with stride s exists for that input size exactly when output_padding is its remainder."""
    sizes = brute.output_sizes(case.output, case.kernel, case.stride, case.dilation, case.padding)
    rows = zip(case.output_padding, case.stride, case.input, sizes, strict=True)
    for extra, s, n, found in rows:
        assert (found == n) == (extra < s)


# the witness
def there_and_back(n: int, k: int, how: dict[str, int], place: int) -> tuple[Any, Any, Any] | None:
    """(x, conv x, conv_T conv x) for a one-hot x and a kernel of ones; None if conv has no output or another remainder."""
    s, d, lo, hi = how["stride"], how["dilation"], how["lo"], how["hi"]
    slack = n + lo + hi - d * (k - 1) - 1
    if slack < 0 or slack % s != how["output_padding"] % s or slack < how["output_padding"]:
        return None
    m = (slack - how["output_padding"]) // s + 1
    x, ones = np.zeros((1, 1, n), dtype=object), np.ones((1, 1, k), dtype=object)
    x[0, 0, place] = 1
    along = {"stride": (s,), "dilation": (d,), "padding": ((lo, hi),)}
    y = brute.run(x, ones, None, np.zeros((1, 1, m), dtype=object), **along).y
    return tuple(a[0, 0].tolist() for a in (x, y, scatter.run(y, ones, None, x, **along).y))


FIRST = {
    "1d": {}, "1d-stride": {"stride": 2}, "1d-names": {}, "1d-sides": {},
    "1d-numbers": {"stride": 3, "lo": 2, "hi": 2, "dilation": 2, "output_padding": 1},
    "1d-widened": {"stride": 2, "lo": -1, "hi": -2}, "1d-groups": {"stride": 2},
    "2d": {"stride": 2, "lo": 1, "output_padding": 1}, "3d": {},
    "2d-groups": {"stride": 3, "output_padding": 2},
}  # fmt: skip


def first_axis(key: str) -> dict[str, int]:
    """The parameters of the first axis, names at their least values."""
    return {"stride": 1, "dilation": 1, "lo": 0, "hi": 0, "output_padding": 0} | FIRST[key]


@pytest.mark.sweep(3)
@pytest.mark.parametrize("key", FIRST)
def test_the_witness_is_no_inverse(key: str) -> None:
    found = derived(key, "x").facts.witness
    assert isinstance(found, NotInverse)
    mine = there_and_back(found.input, found.kernel, first_axis(key), found.x.index(1))
    assert mine is not None
    assert mine == tuple(map(list, (found.x, found.y, found.back)))
    assert mine[2] != mine[0]


def is_the_layers(found: NotInverse, how: dict[str, int]) -> bool:
    """Whether y is as long as conv makes it."""
    pads = ((how["lo"], how["hi"]),)
    sizes = brute.output_sizes((found.input,), (found.kernel,), (how["stride"],), (how["dilation"],), pads)
    return sizes == (len(found.y),)


@pytest.mark.sweep(3)
@pytest.mark.parametrize("key", FIRST)
def test_the_witness_speaks_of_the_conv_layer(key: str) -> None:
    found = derived(key, "x").facts.witness
    assert found is not None
    assert is_the_layers(found, first_axis(key))


def test_no_conv_layer_has_a_remainder_of_its_stride_or_more() -> None:
    """output_padding = 2 at stride 1 comes from dilation 3: there is no conv layer to speak of, and the page names none."""
    d = derived("1d-extra-from-dilation", "x")
    how = {"stride": 1, "dilation": 3, "lo": 0, "hi": 0}
    assert d.facts.witness is None or is_the_layers(d.facts.witness, how)
    assert "must have the remainder 2" not in " ".join(d.text().split())


@pytest.mark.sweep(3)
@pytest.mark.parametrize(
    "parameters", [{"kernel": 1}, {"padding": 12}, {"kernel": 9, "stride": 10}, {"padding": "P", "stride": 9}]
)
def test_every_page_about_x_says_adjoint_and_not_inverse(parameters: dict[str, Any]) -> None:
    """Where a kernel of ones is its own inverse, and where the smallest case is not small, as well."""
    page = " ".join(checked(sc.conv_transpose1d(**parameters), "x").text().split())
    assert "Adjoint, not inverse" in page
    assert "is not the inverse" in page


@pytest.mark.parametrize("key", FIRST)
def test_nothing_smaller_is_a_witness(key: str) -> None:
    found = derived(key, "x").facts.witness
    assert isinstance(found, NotInverse)
    smaller = [(n, t - n) for t in range(2, found.input + found.kernel) for n in range(1, t)]
    for n, k in smaller:
        for place in range(n):
            tried = there_and_back(n, k, first_axis(key), place)
            assert tried is None or tried[2] == tried[0]


@pytest.mark.parametrize("key", FIRST)
def test_the_page_says_adjoint_and_not_inverse(key: str) -> None:
    d = derived(key, "x")
    page = " ".join(d.text().split())
    witness = d.facts.witness
    assert witness is not None
    assert "Adjoint, not inverse" in page
    assert f"input {witness.input}, kernel {witness.kernel}" in page
    assert f"to {list(witness.back)}, not to {list(witness.x)}" in page


# bad input
OUTSIDE = [
    (1, {"output_padding": 1}),
    (1, {"output_padding": -1}),
    (1, {"stride": 2, "output_padding": 2}),
    (1, {"stride": 2, "dilation": 3, "output_padding": 3}),
    (2, {"stride": (3, 1), "output_padding": (2, 1)}),
    (2, {"stride": (1, 3), "output_padding": 2}),
    (3, {"dilation": (1, 2, 2), "output_padding": 1}),
]


@pytest.mark.parametrize(("ndim", "given_"), OUTSIDE, ids=[str(g) for _, g in OUTSIDE])
def test_output_padding_outside_its_interval(ndim: int, given_: dict[str, Any]) -> None:
    with pytest.raises(SymconvError, match="output_padding: expected") as caught:
        getattr(sc, f"conv_transpose{ndim}d")(**given_)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("numbers", [{"s": 2, "r": 2}, {"s": 1, "r": 1}, {"s": 2, "r": -1}, {"s": 3, "r": 7}])
def test_names_that_get_values_outside_the_interval(numbers: dict[str, int]) -> None:
    """Whichever way the numbers come in: an explicit case, or values."""
    op = sc.conv_transpose1d(stride="s", output_padding="r")
    with pytest.raises(SymconvError):
        op.at(input=3, kernel=2, **numbers)
    with pytest.raises(SymconvError):
        sc.evaluate(op, x=[[[1, 2, 3]]], w=[[[1, 2]]], **numbers)


@pytest.mark.parametrize("numbers", [{"s": 1, "d": 3, "r": 2}, {"s": 2, "d": 3, "r": 2}, {"s": 3, "d": 1, "r": 2}])
def test_names_that_get_values_inside_the_interval(numbers: dict[str, int]) -> None:
    """0 <= output_padding < max(s, d), as for numbers."""
    named = sc.conv_transpose1d(stride="s", dilation="d", output_padding="r").at(input=2, kernel=2, **numbers)
    plain = sc.conv_transpose1d(stride=numbers["s"], dilation=numbers["d"], output_padding=numbers["r"])
    assert named.y == plain.at(input=2, kernel=2).y


WORDS = [
    ["--output-padding", "1"],
    ["--output-padding", "-1"],
    ["--stride", "2", "--output-padding", "2"],
    ["--stride", "2", "--output-padding", "9", "--dilation", "3"],
    ["--output-padding", "1.5"],
    ["--output-padding", "1:2"],
    ["--output-padding", "1x1"],
    ["--output-padding", "n an"],
    ["--output-padding", "g"],
    ["--stride", "s", "--output-padding", "1", "--input", "3", "--kernel", "2", "--at", "s=1"],
    ["--padding", "5", "--input", "3", "--kernel", "2"],
    ["--kernel", "2", "--input", "3", "--mode", "same"],
    ["--flip-kernel"],
]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_bad_words_are_one_line_and_status_2(words: list[str]) -> None:
    result = run("derive", "conv_transpose1d", *words)
    assert result.exit_code == 2
    assert result.output.startswith("symconv: ")
    assert result.output.count("\n") == 1


def test_output_padding_belongs_to_the_transposed_layers() -> None:
    with pytest.raises(SymconvError, match="output_padding"):
        sc.conv2d(output_padding=1)


def test_kernel_shape_is_pytorchs() -> None:
    """w is (C_in, C_out/groups, K): the other order is refused, not swapped."""
    op = sc.conv_transpose1d(bias=False)
    x, w = entries((1, 2, 4), 1), entries((2, 3, 2), 2)
    assert sc.evaluate(op, x=x, w=w).y.shape == (1, 3, 5)
    with pytest.raises(SymconvError, match="do not agree"):
        sc.evaluate(op, x=x, w=np.swapaxes(w, 0, 1))


@examples(40)
@given(cases((1, 2)))
def test_explicit_case_of_a_random_layer(case: Transposed) -> None:
    """SymPy's y and gradients, put to numbers, are the scatter's."""
    assume(np.prod([*case.input, *case.kernel]) * case.in_channels * case.out_channels * case.batch < 300)
    inst = case.operator().at(**case.sizes())
    assert inst.check().status == "checked"
    arrays = case.arrays()
    truth, numbers = case.truth(arrays), known(arrays, 2)
    assert same(values(inst.y, numbers, truth["y"].shape), truth["y"])
    for role in case.roles:
        assert same(values(inst.grad(role), numbers, truth[role].shape), truth[role])
