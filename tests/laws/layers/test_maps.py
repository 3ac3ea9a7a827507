"""The identity dL/dT == closed form, decided twice: on sparse maps and on SymPy's expressions.

Both accept what is true and refute what is false; they agree on every closed form, true or spoilt, and name the same first
entry that is wrong.  The maps do so at any size, up to a limit that the message states.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symconv as sc
from symconv.api import story
from symconv.check.exact import Explicit
from symconv.check.maps import Identity
from symconv.errors import SymconvError
from symconv.language.facts import Reduction
from symconv.language.integers import integer
from symconv.language.operator import Operator as Core
from tests.cases.helpers import examples
from tests.cases.strategies import Case, cases
from tests.harness import run
from tests.oracles import scatter
from tests.oracles.scatter import Transposed

Layer = Case | Transposed
Mutation = Callable[[Core], Core]
BIGGEST = 400

TABLE: dict[str, Layer] = {
    "conv1d": Case("conv", (3,), (2,), ((1, -1),), (10,), (3,), groups=2, bias=True, batch=2, in_channels=4, out_channels=6),
    "conv1d-flip": Case("conv", (2,), (3,), ((-1, 2),), (9,), (2,), flip_kernel=True, batch=2, out_channels=2),
    "conv2d": Case("conv", (2, 3), (1, 2), ((1, 0), (-1, 2)), (5, 7), (3, 2), bias=True, in_channels=2, out_channels=3),
    "conv3d": Case("conv", (1, 2, 3), (2, 1, 1), ((1, 0), (0, 1), (-1, 1)), (3, 4, 5), (2, 3, 2), bias=True, out_channels=2),
    "correlate1d": Case("correlate", (2,), (2,), ((2, -1),), (8,), (3,)),
    "correlate2d": Case("correlate", (3, 2), (1, 2), ((0, 1), (-1, 2)), (5, 6), (2, 3)),
    "correlate3d": Case("correlate", (2, 1, 2), (1, 2, 1), ((0, 1), (1, 0), (-1, 0)), (4, 3, 5), (2, 2, 3)),
    "convolve1d": Case("convolve", (3,), (2,), ((1, 2),), (8,), (3,)),
    "convolve2d": Case("convolve", (2, 3), (2, 1), ((1, -1), (0, 2)), (6, 5), (2, 3)),
    "convolve3d": Case("convolve", (1, 2, 1), (1, 1, 2), ((1, 0), (-1, 1), (0, 0)), (3, 5, 4), (2, 3, 2)),
    "conv_transpose1d": Transposed((3,), (2,), ((1, -1),), (2,), (3,), (3,), 2, True, 2, 4, 6),
    "conv_transpose2d": Transposed((2, 3), (1, 2), ((1, 0), (-1, 2)), (1, 0), (2, 3), (3, 2), 1, True, 1, 2, 3),
    "conv_transpose3d": Transposed((1, 2, 2), (2, 1, 1), ((1, 0), (0, 1), (-1, 1)), (0, 1, 1), (2, 3, 2), (2, 1, 3), 1, True),
}  # fmt: skip
ROLES = [(key, role) for key, case in TABLE.items() for role in case.roles]
ON_ROLES = pytest.mark.parametrize(("key", "role"), ROLES, ids=[f"{k}-{r}" for k, r in ROLES])


def concrete(case: Layer) -> Core:
    return story.at(case.operator().data, **case.sizes())


def truth(op: Core, role: str) -> Core | Reduction:
    return story.derive(op, role, channels=True, check=False).closed_form


# what is true
@ON_ROLES
def test_true_closed_forms(key: str, role: str) -> None:
    op = concrete(TABLE[key])
    member = truth(op, role)
    assert Identity(op, role, member).decide()[:2] == (True, None)
    assert Identity(op, role, member).check().status == "checked"
    assert Explicit(op).check(role, member).status == "checked"


@given(st.one_of(cases(), scatter.cases()), st.integers(0, 2))
def test_random_true_closed_forms(case: Layer, number: int) -> None:
    role = case.roles[number % len(case.roles)]
    op = concrete(case)
    member = truth(op, role)
    assert Identity(op, role, member).check().status == "checked"
    assume(small(op))
    assert Explicit(op).check(role, member).status == "checked"


def small(op: Core) -> bool:
    """Few enough products for SymPy in a test."""
    sizes = [axis.output * axis.kernel for axis in op.axes] + [size for _, size in op.extents]
    return int(np.prod([e.constant or 1 for e in sizes])) <= BIGGEST


@ON_ROLES
def test_the_count_is_the_number_of_products(key: str, role: str) -> None:
    """Every product of the plain loops, once: for b every entry of g."""
    case = TABLE[key]
    op = concrete(case)
    ones = {name: np.ones(shape, dtype=object) for name, shape in case.shapes.items() if name != "b"}
    expected = ones["g"].size if role == "b" else case.truth(ones)["y"].sum()
    assert Identity(op, role, truth(op, role)).decide()[2] == expected


@pytest.mark.sweep(24)
@pytest.mark.parametrize("path", ["".join(p) for p in product("xw", repeat=2)])
@pytest.mark.parametrize("key", [key for key in TABLE if "3d" not in key])
def test_derived_members(key: str, path: str) -> None:
    """A gradient is an operator: its own gradients are decided in the same way."""
    op = truth(concrete(TABLE[key]), path[0])
    assert isinstance(op, Core)
    member = truth(op, path[1])
    assert Identity(op, path[1], member).check().status == "checked"
    assert small(op) is False or Explicit(op).check(path[1], member).status == "checked"


# what is false
def shifted(field: str, by: int, axis: int = 0) -> Mutation:
    """One parameter of one axis, off by a little; never below 1 for a factor."""

    def mutate(member: Core) -> Core:
        axes = list(member.axes)
        k = axis % len(axes)
        value = getattr(axes[k], field) + by
        least = -99 if field in ("lo", "hi") else 1
        axes[k] = replace(axes[k], **{field: value if (value.constant or 0) >= least else integer(least)})
        return replace(member, axes=tuple(axes))

    return mutate


def both_pads(by: int) -> Mutation:
    """The window moved: lo and hi in opposite directions."""
    return lambda member: shifted("hi", -by)(shifted("lo", by)(member))


def turned(member: Core) -> Core:
    return replace(member, flip=not member.flip)


def exchanged(member: Core) -> Core:
    """Stride and dilation in each other's place."""
    axes = tuple(replace(a, stride=a.dilation, dilation=a.stride) for a in member.axes)
    return replace(member, axes=axes)


def zeros_for_taps(member: Core) -> Core:
    """Input dilation and dilation in each other's place."""
    return replace(
        member, axes=tuple(replace(a, input_dilation=a.dilation, dilation=a.input_dilation) for a in member.axes)
    )


def relabelled(member: Core) -> Core:
    """The kernel read with the last labels of its two leading axes exchanged."""
    (*group, one), (*other_group, other) = member.kernel.layout
    return replace(member, kernel=replace(member.kernel, layout=((*group, other), (*other_group, one))))


def axes_reversed(member: Core) -> Core:
    """The parameters of the first axis on the last, the sizes left in place."""
    moved = [
        replace(a, lo=b.lo, hi=b.hi, stride=b.stride, dilation=b.dilation, input_dilation=b.input_dilation)
        for a, b in zip(member.axes, reversed(member.axes), strict=True)
    ]
    return replace(member, axes=tuple(moved))


MUTATIONS: dict[str, Mutation] = {
    **{f"{field}{by:+d}": shifted(field, by) for field in ("lo", "hi") for by in (-2, -1, 1, 2)},
    **{f"{field}{by:+d}": shifted(field, by) for field in ("stride", "input_dilation", "dilation") for by in (-1, 1)},
    "lo-last-axis": shifted("lo", 1, -1),
    "dilation-last-axis": shifted("dilation", 1, -1),
    "moved right": both_pads(1),
    "moved left": both_pads(-1),
    "flip": turned,
    "stride for dilation": exchanged,
    "zeros for taps": zeros_for_taps,
    "axes reversed": axes_reversed,
}
CLOSED = [(key, role) for key, role in ROLES if role != "b"]
SPOILT = [(key, role, name) for key, role in CLOSED for name in MUTATIONS]
BEYOND = ("hi+1", "hi+2")  # a longer right pad holds zeros alone: the claim stays true


def agree(op: Core, role: str, member: Core) -> str:
    """The verdict on which both agree, with the first wrong entry."""
    holds, wrong, _ = Identity(op, role, member).decide()
    index = Explicit(op).first_difference(role, member)
    shape = tuple(e.constant or 0 for e in sizes_of(op, role))
    assert holds == (index is None)
    assert holds or tuple(int(k) for k in np.unravel_index(wrong or 0, shape)) == index
    ours, theirs = Identity(op, role, member).check(), Explicit(op).check(role, member)
    assert ours.status == theirs.status
    assert holds or str(list(index or ())) in str(ours.how)
    return ours.status


def sizes_of(op: Core, role: str) -> tuple[Any, ...]:
    from symconv.language.operator import shape

    return shape(op, op.operand(role))


@pytest.mark.sweep(16)
@pytest.mark.parametrize(("key", "role", "name"), SPOILT)
def test_spoilt_closed_forms(key: str, role: str, name: str) -> None:
    """The same verdict and the same first entry; the true value decides which, by brute force."""
    op = concrete(TABLE[key])
    member = truth(op, role)
    assert isinstance(member, Core)
    spoilt = MUTATIONS[name](member)
    status = agree(op, role, spoilt)
    assert status == ("checked" if harmless(TABLE[key], role, spoilt) else "refuted")


def harmless(case: Layer, role: str, spoilt: Core) -> bool:
    """Whether the spoilt closed form has the true value for random numbers, by plain loops over its own definition."""
    rng = np.random.RandomState(5)
    arrays = {name: rng.randint(1, 10**6, size=shape).astype(object) for name, shape in case.shapes.items()}
    return bool(np.all(applied(spoilt, arrays) == case.truth(arrays)[role]))


def applied(member: Core, arrays: dict[str, Any]) -> Any:
    """sum_p v~[p] u^r[s i + d p - lo] over labels, entry by entry, cut off where the padded data end."""
    extents = {label: size.constant or 1 for label, size in member.extents}
    shape = tuple(e.constant or 0 for e in sizes_of(member, "y"))
    made = np.zeros(shape, dtype=object)
    axes = [windows(axis, member.flip) for axis in member.axes]
    for digits in product(*(range(n) for n in extents.values())):
        at = dict(zip(extents, digits, strict=True))
        out, tap, data = (place(o.layout, at, extents) for o in (member.result, member.kernel, member.data))
        for triples in product(*axes):
            i, p, j = (tuple(t[m] for t in triples) for m in range(3))
            made[out + i] += arrays[member.kernel.name][tap + p] * arrays[member.data.name][data + j]
    return made


def windows(axis: Any, flip: bool) -> list[tuple[int, int, int]]:
    n, k, out, s, r, d, lo, hi = (
        getattr(axis, f).constant
        for f in ("data", "kernel", "output", "stride", "input_dilation", "dilation", "lo", "hi")
    )  # fmt: skip
    last = r * (n - 1) + hi
    triples = product(range(out), range(k), range(n))
    reads = ((i, p, j, s * i + d * (k - 1 - p if flip else p) - lo) for i, p, j in triples)
    return [(i, p, j) for i, p, j, at in reads if r * j == at and at <= last]


def place(layout: Any, at: dict[str, int], extents: dict[str, int]) -> tuple[int, ...]:
    found = []
    for axis in layout:
        index = 0
        for label in axis:
            index = index * extents[label] + at[label]
        found.append(index)
    return tuple(found)


def test_most_mistakes_show() -> None:
    """The table is asymmetric enough: nearly every mutation is refuted somewhere, wrt x and wrt w."""
    for role in "xw":
        for name, mutate in MUTATIONS.items():
            rows = [key for key, r in CLOSED if r == role]
            assert any(refuted(key, role, mutate) for key in rows) == (name not in BEYOND), name


def refuted(key: str, role: str, mutate: Mutation) -> bool:
    op = concrete(TABLE[key])
    member = truth(op, role)
    assert isinstance(member, Core)
    return not Identity(op, role, mutate(member)).decide()[0]


@examples(150)
@given(st.one_of(cases(), scatter.cases()), st.sampled_from("xw"), st.lists(st.sampled_from(sorted(MUTATIONS)), max_size=2))
def test_random_spoilt_closed_forms(case: Layer, role: str, names: list[str]) -> None:
    op = concrete(case)
    assume(small(op))
    member = truth(op, role)
    assert isinstance(member, Core)
    for name in names:
        member = MUTATIONS[name](member)
    agree(op, role, member)


@pytest.mark.slow
@settings(max_examples=2000, derandomize=False)
@given(st.one_of(cases(), scatter.cases()), st.sampled_from("xw"), st.lists(st.sampled_from(sorted(MUTATIONS)), max_size=3))
def test_random_spoilt_sweep(case: Layer, role: str, names: list[str]) -> None:
    op = concrete(case)
    assume(small(op))
    member = truth(op, role)
    assert isinstance(member, Core)
    for name in names:
        member = MUTATIONS[name](member)
    agree(op, role, member)


SHAPES: dict[str, Mutation] = {
    "one entry more": shifted("output", 1),
    "one entry less": shifted("output", -1),
    "longer data": shifted("data", 1),
    "longer kernel": shifted("kernel", 1),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize(("key", "role"), CLOSED, ids=[f"{k}-{r}" for k, r in CLOSED])
def test_wrong_shapes_are_refuted(key: str, role: str, name: str) -> None:
    op = concrete(TABLE[key])
    member = truth(op, role)
    assert isinstance(member, Core)
    assert Identity(op, role, SHAPES[name](member)).check().status == "refuted"


@pytest.mark.parametrize(("key", "role"), CLOSED, ids=[f"{k}-{r}" for k, r in CLOSED])
def test_a_wrong_length_is_refuted_by_both(key: str, role: str) -> None:
    op = concrete(TABLE[key])
    member = truth(op, role)
    assert isinstance(member, Core)
    for by in (1, -1):
        assert Explicit(op).check(role, shifted("output", by)(member)).status == "refuted"


LABELLED = [(key, role) for key, role in CLOSED if not key.startswith("corr") and not key.startswith("convolve")]


@pytest.mark.sweep(6)
@pytest.mark.parametrize(("key", "role"), LABELLED, ids=[f"{k}-{r}" for k, r in LABELLED])
@pytest.mark.parametrize("channels", ["as many filters as channels", "more"])
def test_channels_in_the_wrong_order(key: str, role: str, channels: str) -> None:
    """The kernel's leading axes read the wrong way round: refuted, whether or not the shapes would allow it."""
    case, each = TABLE[key], 2 * TABLE[key].groups
    sizes = {"batch": 2, "in_channels": each, "out_channels": each + (case.groups if channels == "more" else 0)}
    op = concrete(replace(case, **sizes))
    member = truth(op, role)
    assert isinstance(member, Core)
    spoilt = relabelled(member)
    assert spoilt != member
    assert Identity(op, role, spoilt).check().status == "refuted"
    assert Explicit(op).check(role, spoilt).status == "refuted"
    assert channels == "more" or agree(op, role, spoilt) == "refuted"


# the bias
BIASED = [key for key, role in ROLES if role == "b"]


@pytest.mark.parametrize("key", BIASED)
def test_one_sum_for_all_filters_is_refuted(key: str) -> None:
    """db has an entry per filter: one sum over everything has another value, or at least another shape."""
    op = concrete(TABLE[key])
    member = truth(op, "b")
    assert isinstance(member, Reduction)
    spoilt = replace(member, result=replace(member.result, layout=()))
    assert Identity(op, "b", spoilt).check().status == "refuted"
    assert Explicit(op).check("b", spoilt).status == "refuted"


@pytest.mark.parametrize("key", BIASED)
def test_a_sum_of_another_tensor_is_refuted(key: str) -> None:
    """db adds up g, and nothing else."""
    op = concrete(TABLE[key])
    member = truth(op, "b")
    assert isinstance(member, Reduction)
    spoilt = replace(member, data=op.data)
    assert Explicit(op).check("b", spoilt).status == "refuted"
    assert Identity(op, "b", spoilt).check().status == "refuted"


# sizes
LARGE: list[tuple[str, dict[str, Any], dict[str, Any], int]] = [
    ("conv2d", {}, {"input": (28, 28), "kernel": (3, 3)}, 26 * 26 * 9),
    ("conv2d", {}, {"input": (64, 64), "kernel": (3, 3)}, 62 * 62 * 9),
    ("conv2d", {}, {"input": (8, 8), "kernel": (3, 3), "in_channels": 3, "out_channels": 4}, 6 * 6 * 9 * 12),
    ("conv2d", {"padding": 1, "stride": 2}, {"input": (28, 28), "kernel": (3, 3), "batch": 3}, 3 * (2 * 14 + 13) ** 2),
    ("conv3d", {"groups": 2}, {"input": (8, 9, 10), "kernel": (3, 2, 1), "in_channels": 4, "out_channels": 2}, 6 * 8 * 10 * 24),
    ("convolve1d", {"mode": "full"}, {"input": 5000, "kernel": 40}, 5000 * 40),
    ("conv_transpose2d", {"stride": 2}, {"input": (14, 13), "kernel": (3, 3), "in_channels": 2}, 14 * 13 * 9 * 2),
]  # fmt: skip


@pytest.mark.sweep(4)
@pytest.mark.parametrize(
    ("name", "given_", "sizes", "products"),
    LARGE,
    ids=[f"{row[0]}-{place}" for place, row in enumerate(LARGE)],
)
def test_at_any_size(name: str, given_: dict[str, Any], sizes: dict[str, Any], products: int) -> None:
    """True is checked, product by product; a kernel that is not flipped, or a shifted pad, is refuted."""
    op = story.at(getattr(sc, name)(**given_).data, **sizes)
    for role in "xw":
        member = truth(op, role)
        assert isinstance(member, Core)
        holds, _, count = Identity(op, role, member).decide()
        assert (holds, count) == (True, products)
        assert not Identity(op, role, both_pads(1)(member)).decide()[0]
    assert not Identity(op, "x", turned(truth(op, "x"))).decide()[0]


def test_the_first_wrong_entry_at_a_large_size() -> None:
    """A closed form that is wrong at the far end alone: the entry is named."""
    op = story.at(sc.correlate1d(stride=2).data, input=1002, kernel=3)
    member = truth(op, "x")
    assert isinstance(member, Core)
    spoilt = shifted("hi", -4)(member)
    assert str(Identity(op, "x", spoilt).check().how).startswith("dL/dx[998]")


# the limit
def test_the_limit_of_an_explicit_case_is_stated() -> None:
    for limit, sizes, products in ((None, 400, 398 * 398 * 9), (50, 6, 4 * 4 * 9)):
        with pytest.raises(SymconvError) as caught:
            sc.conv2d().at(input=(sizes, sizes), kernel=(3, 3), limit=limit)
        told = str(caught.value)
        assert str(products) in told
        assert str(limit or 100_000) in told
        assert "limit=" in told
        assert "--limit" in told
        assert "\n" not in told


def test_a_raised_limit_is_heeded() -> None:
    case = sc.conv2d().at(input=(6, 6), kernel=(3, 3), limit=144)
    assert case.check().status == "checked"
    with pytest.raises(SymconvError, match="143"):
        sc.conv2d().at(input=(6, 6), kernel=(3, 3), limit=143)
    with pytest.raises(SymconvError, match="143"):
        sc.derive(sc.conv2d(), "x").at(input=(6, 6), kernel=(3, 3), limit=143)


def test_the_limit_of_the_maps_says_how_to_raise_it() -> None:
    """The number, the limit, and the mend."""
    op = story.at(sc.conv2d().data, input=(3000, 3000), kernel=(3, 3))
    with pytest.raises(SymconvError) as caught:
        Identity(op, "x", truth(op, "x")).decide()
    told = str(caught.value)
    assert str(2998 * 2998 * 9) in told or "over the limit" in told
    assert "raise" in told


WORDS = ["derive", "conv2d", "--wrt", "x", "--input", "6x6", "--kernel", "3x3"]


def test_the_limit_on_the_command_line() -> None:
    low = run(*WORDS, "--limit", "143")
    assert low.exit_code == 2
    assert low.output.count("\n") == 1
    assert "144 products" in low.output
    assert "--limit" in low.output
    assert run(*WORDS, "--limit", "144").exit_code == 0


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "1e9"])
def test_bad_limits(limit: str) -> None:
    result = run(*WORDS, "--limit", limit)
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
