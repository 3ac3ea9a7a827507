"""Derivations: the rules in their order, guards kept, nothing trivial printed, closed forms exactly as the theory says.

For y[i] = sum_p v~[p] u^r[s i + d p - lo], with e = d(K-1), output length O and remainder a:

    wrt u           data g, kernel v, flip toggled; stride r, input dilation s, dilation d, pads (e - lo, e - hi + a), length N
    wrt v, no flip  data u, kernel g, no flip; stride d, input dilation r, dilation s, pads (lo, hi - a), length K
    wrt v, flip     data g, kernel u, no flip; stride d, input dilation s, dilation r, pads (e - lo, e - hi + a), length K
"""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.language.expr import Bracket, Divides, InRange, Sum
from symconv.language.facts import Reduction
from symconv.language.integers import integer
from symconv.language.operator import Operator as Core
from symconv.language.operator import labels, names, numbered, shape, spatial_names
from symconv.public import Derivation
from tests.cases.helpers import checked
from tests.cases.strategies import entries
from tests.cases.zoo import OPERATORS, QUESTIONS, build, derived, keys, questions
from tests.oracles import brute
from tests.oracles.reading import Reader, number

pytestmark = pytest.mark.sweep(8)

ON_EACH = pytest.mark.parametrize(("key", "wrt"), questions())
CHANNELS = pytest.mark.parametrize("channels", [False, True], ids=["spatial", "channels"])


def rules(d: Derivation) -> list[str]:
    return [step.rule for step in d.steps]


START = ["chain", "linearity", "independent"]
ORDER = [
    ("conv1d", "x", False, [*START, "swap", "solve", "reflect"]),
    ("conv1d", "x", True, [*START, "survivor", "swap", "solve", "reflect"]),
    ("conv1d", "w", False, [*START, "survivor"]),
    ("conv1d", "w", True, [*START, "survivor"]),
    ("conv1d", "b", True, [*START, "survivor"]),
    ("conv1d", "b", False, START),
    ("conv1d-names", "x", False, [*START, "swap", "solve", "dilate", "reflect"]),
    ("conv1d-names", "x", True, [*START, "survivor", "swap", "solve", "dilate", "reflect"]),
    ("conv1d-flip", "x", False, [*START, "swap", "solve", "dilate"]),
    ("conv1d-flip", "w", False, [*START, "survivor", "position", "swap", "solve", "dilate"]),
    ("conv1d-flip-plain", "x", False, [*START, "swap", "solve", "extend"]),
    ("conv1d-pointwise", "x", False, [*START, "swap", "solve", "extend", "single"]),
    ("conv1d-pointwise-strided", "x", False, [*START, "swap", "solve", "dilate", "single"]),
    ("conv2d-one-tap-axis", "x", False, [*START, "swap", "solve", "dilate", "single", "reflect"]),
    ("convolve1d", "x", False, [*START, "swap", "solve", "extend"]),
    ("convolve1d-names", "w", False, [*START, "survivor", "position", "swap", "solve", "dilate"]),
    ("correlate3d", "x", False, [*START, "swap", "solve", "dilate", "reflect"]),
]


@pytest.mark.parametrize(("key", "wrt", "channels", "expected"), ORDER, ids=[f"{k}-{w}-{c}" for k, w, c, _ in ORDER])
def test_rules_in_order(key: str, wrt: str, channels: bool, expected: list[str]) -> None:
    assert rules(derived(key, wrt, channels)) == expected


@CHANNELS
@ON_EACH
def test_every_line_and_every_check_holds(key: str, wrt: str, channels: bool) -> None:
    d = derived(key, wrt, channels)
    assert len(d.verdicts) == len(d.steps) + len(d.facts.checks)
    assert {v.status for v in d.verdicts} == {"checked"}
    assert all(v.how for v in d.verdicts)
    assert d.facts.channels_verdict is None or d.facts.channels_verdict.status == "checked"
    assert {c.kind for c in d.facts.checks} >= {"brute-force", "numpy-forward", "adjoint", "differences"}


@CHANNELS
@ON_EACH
def test_no_line_repeats_the_one_before(key: str, wrt: str, channels: bool) -> None:
    """A trivial step is not printed: each line differs from the last, if only by a guard that became zero extension."""
    lines = [step.expr for step in derived(key, wrt, channels).steps]
    assert all(a != b for a, b in itertools.pairwise(lines))


@ON_EACH
def test_trivial_rules_stay_away(key: str, wrt: str) -> None:
    """No zeros between entries at stride 1, no reflection of a single tap or of a flipped kernel."""
    d = derived(key, wrt)
    op = d.facts.op
    if all(axis.stride == 1 for axis in op.axes):
        assert "dilate" not in rules(d)
    if op.flip or all(axis.kernel == 1 for axis in op.axes):
        assert "reflect" not in rules(d)
    if not any(axis.kernel == 1 for axis in op.axes):
        assert "single" not in rules(d)


@CHANNELS
@pytest.mark.parametrize("key", keys())
def test_gather_form_keeps_its_guards(key: str, channels: bool) -> None:
    """Solving for i keeps range and divisibility: s | E and 0 <= E/s < O, for every axis; stride 1 needs no divisibility."""
    d = derived(key, "x", channels)
    page, gather = d.facts.page, d.steps[d.facts.gather]
    assert gather.rule == "solve"
    guards = [c for item in gather.expr.terms[0] if isinstance(item, Bracket) and item.aside for c in item.conditions]
    ranges = [c for c in guards if isinstance(c, InRange)]
    divisors = [c for c in guards if isinstance(c, Divides)]
    assert [c.size for c in ranges] == [axis.output for axis in page.axes]
    assert [c.divisor for c in divisors] == [axis.stride for axis in page.axes if axis.stride != 1]
    assert all("where" in d.result and word in d.result for word in ("0 ≤", "<"))
    assert ("divides" in d.result) == bool(divisors)


@pytest.mark.parametrize("key", keys())
def test_guards_are_left_out_only_where_a_named_object_absorbs_them(key: str) -> None:
    """From the gather form on, a line without guards reads g through its zeros or says that g is 0 outside."""
    d = derived(key, "x")
    after = d.steps[d.facts.gather + 1 :]
    assert after[0].rule in ("dilate", "extend", "reflect")
    assert not any(isinstance(item, Bracket) for step in after for item in step.expr.terms[0])


# closed forms
def theory(op: Core, wrt: str) -> list[dict[str, Any]]:
    """The parameters of the gradient along each axis, by the rules at the top of this file."""
    found = []
    for axis in op.axes:
        e, a = axis.dilation * (axis.kernel - 1), axis.remainder
        opposite = {"lo": e - axis.lo, "hi": e - axis.hi + a, "input_dilation": axis.stride}
        if wrt == "x":
            row = {"data": axis.output, "kernel": axis.kernel, "output": axis.data, "stride": axis.input_dilation}
            row |= opposite | {"dilation": axis.dilation}
        elif op.flip:
            row = {"data": axis.output, "kernel": axis.data, "output": axis.kernel, "stride": axis.dilation}
            row |= opposite | {"dilation": axis.input_dilation}
        else:
            row = {"data": axis.data, "kernel": axis.output, "output": axis.kernel, "stride": axis.dilation}
            row |= {"lo": axis.lo, "hi": axis.hi - a, "input_dilation": axis.input_dilation, "dilation": axis.stride}
        found.append(row)
    return found


def plain(key: str) -> bool:
    """One tap makes the flip, and the dilation, a matter of taste."""
    return all(axis.kernel != 1 for axis in build(key).data.axes)


CLOSED = [(key, wrt) for key, wrt in QUESTIONS if wrt != "b" and plain(key)]


@pytest.mark.parametrize(("key", "wrt"), questions(CLOSED))
def test_closed_form_is_the_theory(key: str, wrt: str) -> None:
    op, closed = derived(key, wrt).facts.op, derived(key, wrt).facts.closed_form
    assert isinstance(closed, Core)
    for axis, expected in zip(closed.axes, theory(op, wrt), strict=True):
        assert {field: getattr(axis, field) for field in expected} == expected
    assert closed.flip == (not op.flip if wrt == "x" else False)
    operands = {"x": ("g", "w"), "w": ("g", "x") if op.flip else ("x", "g")}[wrt]
    assert (closed.data.name, closed.kernel.name) == operands


@pytest.mark.slow
@pytest.mark.parametrize(("key", "wrt"), CLOSED, ids=[f"{key}-{wrt}" for key, wrt in CLOSED])
def test_second_derivatives_stay_in_the_family(key: str, wrt: str) -> None:
    """The closed form is an operator: it is derived again, checked, and has the form that the theory gives."""
    first = derived(key, wrt)
    known = sized(first.facts.op)
    for again in ("x", "w"):
        d = checked(first.closed_form, again)
        closed = d.facts.closed_form
        assert isinstance(closed, Core)
        assert {v.status for v in d.verdicts} == {"checked"}
        for axis, expected in zip(closed.axes, theory(d.facts.op, again), strict=True):  # up to s(O-1) + a = slack
            found = {field: number(getattr(axis, field), known) for field in expected}
            assert found == {field: number(e, known) for field, e in expected.items()}


@pytest.mark.parametrize(("key", "wrt"), [q for q in QUESTIONS if q[1] == "b"])
def test_bias_gradient_is_a_sum(key: str, wrt: str) -> None:
    closed = derived(key, wrt).facts.closed_form
    assert isinstance(closed, Reduction)
    assert closed.data.name == "g"
    assert set(labels(closed.data)) - set(labels(closed.result)) == {"n"}


@pytest.mark.parametrize("key", keys())
def test_remainder_is_shown_exactly_where_it_can_be(key: str) -> None:
    """s = 1 has no remainder; elsewhere a is defined on the page."""
    op = build(key).data
    defined = [name for name, _ in op.definitions if name.startswith("a")]
    assert defined == [numbered("a", k, op.ndim) for k, axis in enumerate(op.axes) if axis.stride != 1]


def test_channel_labels() -> None:
    """dL/dx sums filters and lets o and c change places; dL/dw sums images; groups stay apart; the batch is carried."""
    op = sc.conv2d(groups=2, stride=2)
    dx, dw, db = (checked(op, wrt, True) for wrt in "xwb")
    assert summed(dx) == {"o", "q1", "q2"}
    assert summed(dw) == {"n", "i1", "i2"}
    assert summed(db) == {"n", "i1", "i2"}
    member = dx.facts.closed_form
    assert isinstance(member, Core)
    assert (member.data.layout, member.kernel.layout) == ((("n",), ("gamma", "o")), (("gamma", "o"), ("c",)))
    assert member.result.layout == (("n",), ("gamma", "c"))


def summed(d: Derivation) -> set[str]:
    return {item.index for item in d.steps[-1].expr.terms[0] if isinstance(item, Sum)}


def test_spatial_page_has_one_line_for_the_channels() -> None:
    d = checked(sc.conv2d(groups=2), "x")
    assert d.facts.page.extents == ()
    assert d.facts.channels is not None
    assert d.facts.channels_verdict is not None
    assert d.facts.channels_verdict.status == "checked"
    assert checked(sc.conv2d(groups=2), "x", True).facts.channels is None
    assert checked(sc.correlate2d(), "x").facts.channels is None


@pytest.mark.parametrize("again", [None, "x", "w"])
@pytest.mark.parametrize("wrt", ["x", "w"])
def test_words_say_what_is_summed(wrt: str, again: str | None) -> None:
    """'so o is summed' stands on the page only if the line with channels sums over o; derivatives of derivatives too."""
    d = derived("conv1d-names", wrt)
    d = checked(d.closed_form, again) if again else d
    assert d.facts.channels is not None
    bound = {item.index for item in d.facts.channels[1].terms[0] if isinstance(item, Sum)}
    claimed = set(re.findall(r"so (\w+) is summed", " ".join(d.text().split())))
    assert claimed <= bound
    assert claimed or again


# names
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_names_per_axis(ndim: int) -> None:
    op = getattr(sc, f"conv{ndim}d")(stride=2).data
    assert spatial_names(op, op.data) == tuple(numbered("j", k, ndim) for k in range(ndim))
    assert spatial_names(op, op.result) == (("i",) if ndim == 1 else tuple(f"i{k + 1}" for k in range(ndim)))
    assert {"N", "K"} | {"B", "C", "F"} == {n.rstrip("123") for n in names(op)}
    assert [n for n, _ in op.definitions][:2] == (["O", "a"] if ndim == 1 else ["O1", "a1"])


@ON_EACH
def test_bound_names_never_clash(key: str, wrt: str) -> None:
    """No index is bound twice in a line, none is free and bound, and none is a parameter's name."""
    d = derived(key, wrt, True)
    free = {*labels(d.facts.page.operand(wrt)), *spatial_names(d.facts.page, d.facts.page.operand(wrt))}
    for step in d.steps:
        for term in step.expr.terms:
            bound = [item.index for item in term if isinstance(item, Sum)]
            assert len(bound) == len(set(bound))
            assert not free & set(bound)
            assert not set(bound) & names(d.facts.op)


# pads
SCIPY = {
    ("valid", 3, 1): (0, 0), ("valid", 4, 3): (0, 0),
    ("full", 1, 1): (0, 0), ("full", 3, 1): (2, 2), ("full", 3, 2): (4, 4),
    ("same", 1, 1): (0, 0), ("same", 2, 1): (1, 0), ("same", 3, 1): (1, 1), ("same", 4, 1): (2, 1), ("same", 5, 1): (2, 2),
    ("same", 2, 2): (1, 1), ("same", 2, 3): (2, 1), ("same", 4, 3): (5, 4),
}  # fmt: skip


@pytest.mark.parametrize("family", ["correlate", "convolve"])
@pytest.mark.parametrize(("mode", "kernel", "dilation"), SCIPY)
def test_modes_pad_as_scipy_does(family: str, mode: str, kernel: int, dilation: int) -> None:
    expected = SCIPY[mode, kernel, dilation]
    for ndim in (1, 2, 3):
        op = getattr(sc, f"{family}{ndim}d")(mode=mode, kernel=kernel, dilation=dilation)
        assert [(axis.lo, axis.hi) for axis in op.data.axes] == [tuple(map(integer, expected))] * ndim


def test_the_default_mode_is_valid() -> None:
    assert sc.correlate2d() == sc.correlate2d(mode="valid")
    assert sc.correlate2d().data.mode == "valid"


TORCH = {(1, 1): (0, 0), (2, 1): (0, 1), (3, 1): (1, 1), (4, 1): (1, 2), (2, 2): (1, 1), (4, 3): (4, 5), (2, 3): (1, 2)}


@pytest.mark.parametrize(("kernel", "dilation"), TORCH)
def test_same_of_a_layer_is_pytorchs(kernel: int, dilation: int) -> None:
    op = sc.conv1d(padding="same", kernel=kernel, dilation=dilation).data
    assert (op.axes[0].lo, op.axes[0].hi) == TORCH[kernel, dilation]
    assert dict(op.definitions)["O"] == op.axes[0].data


# what the lines mean
NUMBERS = {"s": 3, "d": 2, "P": 1, "lo": 1, "hi": 0, "G": 2, "B": 2, "F": 2, "C": 3, "K": 2, "K1": 2, "K2": 3, "K3": 2}


def sized(op: Core) -> dict[str, int]:
    """Numbers for all names: two windows along every axis, and the largest remainder."""
    known = {n: NUMBERS[n] for n in names(op) if n in NUMBERS}
    for axis in op.axes:
        s = number(axis.stride, known)
        need = number(axis.reach - axis.lo - axis.hi, known) + s + (s - 1) + 1
        known[axis.data.name or ""] = max(1, need)
    for name, meaning in op.definitions:
        known[name] = number(meaning, known)
    return known


def reader(op: Core, known: dict[str, int], wrt: str) -> tuple[Reader, Any]:
    """A reader of the operator's lines on random integers, and the true gradient."""
    operands = {op.data.name: op.data, op.kernel.name: op.kernel, "g": op.result} | ({"b": op.bias} if op.bias else {})
    shapes = {name: tuple(number(e, known) for e in shape(op, operand)) for name, operand in operands.items()}
    arrays = {name: entries(size, k) for k, (name, size) in enumerate(shapes.items())}
    fields = [[number(getattr(axis, f), known) for axis in op.axes] for f in ("stride", "dilation", "lo", "hi")]
    how: dict[str, Any] = {"stride": fields[0], "dilation": fields[1], "padding": list(zip(*fields[2:], strict=True))}
    how |= {"groups": number(op.groups, known), "flip": op.flip}
    lead, trim = ((None, None), (0, 0)) if not op.result.layout else ((), ())

    def results(given: dict[str, Any]) -> brute.Truth:
        b = given["b"].reshape(-1) if "b" in given else None
        return brute.run(given["x"][(*lead, ...)], given["w"][(*lead, ...)], b, given["g"][(*lead, ...)], **how)

    zero = {**arrays, wrt: np.zeros_like(arrays[wrt])}
    flat = results(zero).y[trim]
    slopes: dict[Any, Any] = {}

    def slope(of: tuple[int, ...], place: tuple[int, ...]) -> Any:
        if place not in slopes:
            unit = np.zeros_like(arrays[wrt])
            unit[place] = 1
            slopes[place] = results({**arrays, wrt: unit}).y[trim] - flat
        return slopes[place][of]

    truth = results(arrays)
    gradient = {"x": truth.dx[trim], "w": truth.dw[trim], "b": truth.db.reshape(arrays["b"].shape) if op.bias else None}[
        wrt
    ]
    return Reader(known, arrays, slope), gradient


READ = [(key, wrt) for key, wrt in QUESTIONS if not key.startswith(("conv3d", "correlate3d", "convolve3d"))]


@pytest.mark.parametrize(("key", "wrt"), questions(READ))
def test_every_line_read_by_hand_is_the_gradient(key: str, wrt: str) -> None:
    """An independent reading of every line, with plain loops; a guard that is missing would be read as a fraction."""
    one_axis = OPERATORS[key][0].endswith("1d")
    for channels in (False, True) if one_axis else (False,):
        d = derived(key, wrt, channels)
        page = d.facts.page
        known = sized(page)
        hand, truth = reader(page, known, wrt)
        operand = page.operand(wrt)
        extents = dict(page.extents)
        sizes = shape(page, operand)[len(operand.layout) :]
        free = [(n, number(extents[n], known)) for n in labels(operand)]
        free += [(n, number(e, known)) for n, e in zip(spatial_names(page, operand), sizes, strict=True)]
        for step in d.steps:
            found = hand.array(step.expr, free).reshape(truth.shape)
            assert np.all(found == truth), f"{step.rule} reads {found.tolist()}, true is {truth.tolist()}"


def test_json_says_what_python_says() -> None:
    d = derived("conv2d-axes", "x")
    told = json.loads(d.json())
    assert told["result"] == d.result
    assert [s["verdict"] for s in told["steps"]] == [s.verdict.status for s in d.steps]
