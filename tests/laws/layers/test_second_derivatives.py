"""A closed form is an operator, and is derived again: flips and remainders right, at every level.

L = sum g y is linear in x, in w and in g.  Along a direction h the derivative of such a form is a difference,

    M(h, ...) = L(x + h, ...) - L(x, ...)        R(u, ...) = M(w + u, ...) - M(w, ...)        and so on,

so plain loops over the forward definition give the truth at every level, without a formula for any gradient.  The page says
that a pure second derivative vanishes and the mixed one does not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symconv as sc
from symconv.errors import SymconvError
from symconv.public import Derivation, Operator
from tests.cases.helpers import checked, closed_value, examples
from tests.cases.strategies import Case, cases, entries, same
from tests.oracles import scatter
from tests.oracles.scatter import Transposed

pytestmark = pytest.mark.sweep(6)

Tensors = dict[str, Any]
Form = Callable[[Tensors], Any]
Layer = Case | Transposed

LAYERS: dict[str, Layer] = {
    "conv1d": Case(
        "conv", (3,), (2,), ((1, -1),), (9,), (3,), groups=2, batch=2, in_channels=2, out_channels=4
    ),
    "conv1d-flip": Case("conv", (2,), (3,), ((-1, 2),), (8,), (2,), flip_kernel=True, batch=2, out_channels=2),
    "conv2d": Case("conv", (2, 3), (1, 2), ((1, 0), (-1, 2)), (4, 6), (3, 2), in_channels=2, out_channels=3),
    "conv2d-groups": Case("conv", (2, 1), (1, 1), ((0, 1), (1, 0)), (4, 3), (2, 3), groups=2, in_channels=4, out_channels=2),
    "conv3d": Case("conv", (1, 2, 3), (2, 1, 1), ((1, 0), (0, 1), (-1, 1)), (3, 4, 5), (2, 3, 2), out_channels=2),
    "correlate1d": Case("correlate", (2,), (2,), ((2, -1),), (8,), (3,)),
    "correlate2d": Case("correlate", (3, 2), (1, 2), ((0, 1), (-1, 2)), (5, 6), (2, 3)),
    "correlate3d": Case("correlate", (2, 1, 2), (1, 2, 1), ((0, 1), (1, 0), (-1, 0)), (4, 3, 5), (2, 2, 3)),
    "convolve1d": Case("convolve", (3,), (2,), ((1, 2),), (8,), (3,)),
    "convolve2d": Case("convolve", (2, 3), (2, 1), ((1, -1), (0, 2)), (6, 5), (2, 3)),
    "convolve3d": Case("convolve", (1, 2, 1), (1, 1, 2), ((1, 0), (-1, 1), (0, 0)), (3, 5, 4), (2, 3, 2)),
    "conv_transpose1d": Transposed((3,), (2,), ((1, -1),), (2,), (3,), (3,), 2, False, 2, 2, 4),
    "conv_transpose1d-wide": Transposed((1,), (3,), ((0, 1),), (2,), (3,), (2,), 1, False, 1, 2, 1),
    "conv_transpose2d": Transposed((2, 3), (1, 2), ((1, 0), (-1, 2)), (1, 0), (2, 3), (3, 2), 1, False, 1, 2, 3),
    "conv_transpose3d": Transposed((1, 2, 2), (2, 1, 1), ((1, 0), (0, 1), (-1, 1)), (0, 1, 1), (2, 3, 2), (2, 1, 3)),
}  # fmt: skip
PATHS = ["".join(path) for length in (2, 3) for path in product("xw", repeat=length)]


def loss(layer: Layer) -> Form:
    """L = sum g y, from the forward definition."""
    return lambda tensors: (layer.truth(tensors)["y"] * tensors["g"]).sum()


def along(form: Form, name: str, direction: str) -> Form:
    """The derivative of a form that is linear in ``name``: what it gains along the direction."""
    return lambda tensors: form(tensors | {name: tensors[name] + tensors[direction]}) - form(tensors)


def upstream(d: Derivation) -> str:
    """The tensor of the closed form that the operator lacks: g, then h, u, ..."""
    closed, op = d.facts.closed_form, d.facts.op
    (name,) = {closed.data.name, closed.kernel.name} - {op.data.name, op.kernel.name}
    return name


def directions(d: Derivation, tensors: Tensors, slot: str) -> Tensors:
    """The tensors with one more: a random direction of the shape of what the last derivative was taken by."""
    name = upstream(d)
    return tensors if name in tensors else tensors | {name: entries(tensors[slot].shape, 90 + len(tensors))}


def descends(layer: Layer, path: str, one_hot: bool = False) -> None:
    """Derive along the path of roles; at each level the closed form, contracted with any v, is the form's gain along v."""
    member, form, last = unbiased(layer), loss(layer), "y"
    tensors = {name: array for name, array in layer.arrays(1).items() if name != "b"}
    for role in path:
        operand = member.data.operand(role).name
        d = sc.derive(member, role, check=False)
        if last != "y":
            tensors = directions(d, tensors, last)
            form = along(form, last, upstream(d))
        shape = tensors[operand].shape
        found = closed_value(d, tensors, tuple(shape[len(shape) - layer.ndim :]))
        assert found.shape == shape
        for v in trials(shape, one_hot):
            gain = along(form, operand, "v")(tensors | {"v": v})
            assert (found * v).sum() == gain
        member, last = d.closed_form, operand


def unbiased(layer: Layer) -> Operator:
    layered = isinstance(layer, Transposed) or layer.layered
    return layer.operator(bias=False) if layered else layer.operator()


def trials(shape: tuple[int, ...], one_hot: bool) -> list[Any]:
    """Random directions; or every entry by itself."""
    if not one_hot:
        return [entries(shape, seed) for seed in (501, 502)]
    return [unit(shape, place) for place in np.ndindex(shape)]


def unit(shape: tuple[int, ...], place: tuple[int, ...]) -> Any:
    found = np.zeros(shape, dtype=object)
    found[place] = 1
    return found


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("key", LAYERS)
def test_along_random_directions(key: str, path: str) -> None:
    descends(LAYERS[key], path)


@pytest.mark.parametrize("path", [p for p in PATHS if len(p) == 2])
@pytest.mark.parametrize("key", [key for key in LAYERS if "1d" in key or key in ("correlate2d", "conv_transpose2d")])
def test_entry_by_entry(key: str, path: str) -> None:
    descends(LAYERS[key], path, one_hot=True)


@examples(60)
@given(cases(), st.sampled_from(PATHS))
def test_random_operators(case: Case, path: str) -> None:
    descends(case, path)


@examples(40)
@given(scatter.cases(), st.sampled_from(PATHS))
def test_random_transposed_layers(case: Transposed, path: str) -> None:
    descends(case, path)


@pytest.mark.slow
@settings(max_examples=600, derandomize=False)
@given(st.one_of(cases(), scatter.cases()), st.sampled_from([p for p in PATHS if len(p) == 3]))
def test_random_sweep(case: Layer, path: str) -> None:
    descends(case, path)


# the pages
@cache
def twice(name: str, path: str) -> Derivation:
    """The derivation at the end of the path, every line checked."""
    *before, last = path
    member: Operator = getattr(sc, name)(**PARAMETERS[name])
    for role in before:
        member = checked(member, role).closed_form
    return checked(member, last)


PARAMETERS: dict[str, dict[str, Any]] = {
    "conv1d": {"stride": "s", "padding": "P", "dilation": "d"},
    "conv2d": {"stride": (2, 1), "padding": ((1, 0), (-1, 2)), "groups": 2},
    "conv3d": {"stride": (1, 2, 1)},
    "correlate2d": {"mode": "full", "stride": 2},
    "convolve1d": {"stride": "s", "padding": (("left", "right"),)},
    "conv_transpose1d": {"stride": "s", "padding": "P", "output_padding": "r"},
    "conv_transpose2d": {"stride": (2, 3), "output_padding": (1, 2), "groups": 2},
}
PAGES = [(name, path) for name in PARAMETERS for path in PATHS if len(path) == 2 or name.endswith("1d")]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "path"), PAGES, ids=[f"{n}-{p}" for n, p in PAGES])
def test_every_line_is_checked(name: str, path: str) -> None:
    d = twice(name, path)
    assert {v.status for v in d.verdicts} == {"checked"}
    assert {c.kind for c in d.facts.checks} >= {"brute-force", "adjoint", "hessian"}


@pytest.mark.sweep(4)
@pytest.mark.parametrize("path", ["xw", "wx", "xx"])
@pytest.mark.parametrize("name", ["conv1d", "convolve1d", "conv_transpose1d"])
def test_every_line_is_proved_for_all_sizes(name: str, path: str) -> None:
    d = sc.derive(sc.derive(getattr(sc, name)(**PARAMETERS[name]), path[0], check=False).closed_form, path[1])
    assert {step.verdict.status for step in d.steps} == {"proved"}
    assert all(v.holds for v in d.verdicts)


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", PARAMETERS)
def test_the_page_speaks_of_the_hessian(name: str) -> None:
    """The pure second derivatives vanish, the mixed one does not; a first derivative has nothing to say of them."""
    page = " ".join(twice(name, "xw").text().split())
    assert "Second derivatives" in page
    assert "pure second derivatives vanish" in page
    assert "mixed derivative does not vanish" in page
    assert "Second derivatives" not in checked(getattr(sc, name)(**PARAMETERS[name]), "x").text()


@pytest.mark.parametrize("key", LAYERS)
def test_pure_second_derivatives_vanish(key: str) -> None:
    """Our own y, contracted: along two directions in x alone, or in w alone, L gains nothing; along one of each it does."""
    layer = LAYERS[key]
    tensors, op = layer.arrays(2), unbiased(layer)
    tensors |= {"h": entries(tensors["x"].shape, 7), "k": entries(tensors["x"].shape, 8)}
    tensors |= {"u": entries(tensors["w"].shape, 9), "v": entries(tensors["w"].shape, 10)}

    def form(known: Tensors) -> Any:
        return (sc.evaluate(op, x=known["x"], w=known["w"]).y * known["g"]).sum()

    assert along(along(form, "x", "h"), "x", "k")(tensors) == 0
    assert along(along(form, "w", "u"), "w", "v")(tensors) == 0
    assert along(along(form, "x", "h"), "w", "u")(tensors) != 0


def test_names_move_on() -> None:
    """dL/dx, then dM/dw along h, then dR/dh along u: no tensor bears two names."""
    d = [twice("conv1d", path) for path in ("xx", "xxw")]
    assert [upstream(one) for one in d] == ["h", "u"]
    results = [one.facts.closed_form.result.name for one in d]
    assert [r.split("/")[0] for r in results] == ["dM", "dR"]


def test_symmetric() -> None:
    """The mixed derivative is the same both ways: x then w along h, u equals w then x along u, h."""
    layer = LAYERS["conv2d"]
    tensors = layer.arrays(3)
    h, u = entries(tensors["x"].shape, 4), entries(tensors["w"].shape, 5)
    op = layer.operator(bias=False)
    one = sc.derive(sc.derive(op, "x", check=False).closed_form, role_of(op, "x", "w"), check=False)
    two = sc.derive(sc.derive(op, "w", check=False).closed_form, role_of(op, "w", "x"), check=False)
    left = closed_value(one, tensors | {upstream(one): h}, layer.kernel)
    right = closed_value(two, tensors | {upstream(two): u}, layer.input)
    assert (left * u).sum() == (right * h).sum() != 0


def role_of(op: Operator, wrt: str, name: str) -> str:
    """The role that a tensor plays in the closed form of a gradient."""
    member = sc.derive(op, wrt, check=False).closed_form.data
    return next(role for role in "xw" if member.operand(role).name == name)


def test_a_derivative_by_the_upstream_gradient_is_the_forward_map() -> None:
    """dM/dg along h is the layer without bias, applied to h."""
    layer = LAYERS["conv2d-groups"]
    op, arrays = layer.operator(bias=False), layer.arrays(6)
    d = sc.derive(sc.derive(op, "x", check=False).closed_form, role_of(op, "x", "g"), check=False)
    h = entries(arrays["x"].shape, 11)
    found = closed_value(d, {"w": arrays["w"], upstream(d): h}, layer.output)
    assert same(found, layer.truth(arrays | {"x": h})["y"])


def derived_often(member: Operator, times: int) -> Operator:
    for _ in range(times):
        member = sc.derive(member, "x", check=False).closed_form
    return member


def test_too_many_derivatives_in_a_row() -> None:
    """The letters run out: one line says so."""
    with pytest.raises(SymconvError, match="derivatives in a row") as caught:
        derived_often(sc.conv1d(), 7)
    assert "\n" not in str(caught.value)


def test_the_bias_gradient_has_no_second() -> None:
    with pytest.raises(SymconvError) as caught:
        sc.derive(sc.derive(sc.conv1d(), "b").closed_form, "x")
    assert "\n" not in str(caught.value)
    with pytest.raises(SymconvError, match="bias"):
        sc.derive(sc.derive(sc.conv1d(), "x").closed_form, "b")
