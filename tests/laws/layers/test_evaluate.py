"""``sc.evaluate``: exact where the operands are exact, refused where they are no numbers, and whatever they determine.

Missing operands are needed only for what depends on them; a window that does not fit is refused; NumPy's own convolutions agree.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symconv as sc
from tests.cases.strategies import Case, cases, same

Run = dict[str, Any]


# exactness
def test_fractions_stay_fractions() -> None:
    third = Fraction(1, 3)
    run = sc.evaluate(sc.correlate1d(), x=[third, 1, Fraction(2, 7)], w=[Fraction(3, 5), 2], g=[Fraction(1, 2), third])
    assert run.exact
    assert list(run.y) == [third * Fraction(3, 5) + 2, Fraction(3, 5) + Fraction(4, 7)]
    assert list(run.grad_x) == [Fraction(3, 10), 1 + Fraction(1, 5), Fraction(2, 3)]
    assert list(run.grad_w) == [third / 2 + third, Fraction(1, 2) + Fraction(2, 21)]


@given(cases(), st.integers(2, 7), st.integers(2, 7), st.integers(2, 7))
def test_fractions_scale(case: Case, p: int, q: int, r: int) -> None:
    """y and the gradients are multilinear: denominators come out exactly."""
    arrays = case.arrays()
    arrays.pop("b", None)
    scales = {"x": Fraction(1, p), "w": Fraction(1, q), "g": Fraction(1, r)}
    found = sc.evaluate(case.operator(), **{role: array * scales[role] for role, array in arrays.items()})
    truth = case.truth(arrays)
    assert same(found.y, truth["y"] * scales["x"] * scales["w"])
    assert same(found.grad_x, truth["x"] * scales["w"] * scales["g"])
    assert same(found.grad_w, truth["w"] * scales["x"] * scales["g"])


@pytest.mark.parametrize("power", [31, 40, 62, 63, 64, 100, 400])
def test_large_integers_do_not_wrap_around(power: int) -> None:
    big = 2**power
    run = sc.evaluate(sc.conv1d(), x=[[[big, -big, 1]]], w=[[[big, big]]], b=[1], g=[[[big, 1]]])
    assert run.exact
    assert same(run.y, [[[1, big - big * big + 1]]])
    assert same(run.grad_x, [[[big * big, big * big + big, big]]])
    assert same(run.grad_w, [[[big * big - big, 1 - big * big]]])
    assert same(run.grad_b, [big + 1])


def test_sums_that_only_just_overflow() -> None:
    """Many products below 2^62 whose sum is beyond int64."""
    n, big = 64, 2**30
    run = sc.evaluate(sc.correlate1d(), x=[big] * n, w=[big] * n)
    assert same(run.y, [n * big * big])


def test_a_bias_that_takes_a_sum_beyond_int64() -> None:
    for op, w, b in ((sc.conv1d(), [[[1]]], [2**62]), (sc.local1d(), [[[[1]]]], [[2**62]])):
        assert same(sc.evaluate(op, x=[[[2**62]]], w=w, b=b).y, [[[2**63]]])


def test_floats_beyond_float64() -> None:
    big = 1.7e308
    for op, arrays in (
        (sc.correlate1d(), {"x": [big, big], "w": [1, 1.0]}),
        (sc.local1d(bias=False), {"x": [[[big, big]]], "w": [[[[1.0, 1]]]]}),
        (sc.avg_pool1d(2), {"x": [big, big]}),
    ):
        with pytest.raises(sc.SymconvError, match="within float64's range, got an overflow"):
            sc.evaluate(op, **arrays)


def test_floats_are_float64() -> None:
    run = sc.evaluate(sc.correlate1d(), x=[0.5, 1, 2], w=[1, 0.25])
    assert run.y.dtype == np.float64
    assert not run.exact
    assert list(run.y) == [0.75, 1.5]


def test_a_float_beside_a_fraction() -> None:
    run = sc.evaluate(sc.correlate1d(), x=[Fraction(1, 2), 1], w=[2.0])
    assert list(run.y) == [1.0, 2.0]
    assert not run.exact


@pytest.mark.parametrize(
    "dtype",
    [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint32, np.uint64, np.float16, np.float32, np.float64, object],
)
def test_numpy_arrays(dtype: Any) -> None:
    x, w = np.array([1, 2, 3], dtype=dtype), np.array([100, 101], dtype=dtype)
    run = sc.evaluate(sc.correlate1d(), x=x, w=w)
    assert list(run.y) == [302, 503]
    assert run.exact == (np.dtype(dtype).kind != "f")


def test_uint64_beyond_int64() -> None:
    run = sc.evaluate(sc.correlate1d(), x=np.array([2**63 + 1], dtype=np.uint64), w=[2])
    assert list(run.y) == [2**64 + 2]


def test_operands_are_left_alone() -> None:
    x, w = np.arange(4), np.arange(2)
    before = x.copy(), w.copy()
    sc.evaluate(sc.correlate1d(), x=x, w=w, g=[1, 2, 3])
    assert same(x, before[0])
    assert same(w, before[1])


# what is given, and what is found
@given(cases())
def test_missing_operands(case: Case) -> None:
    """Each result needs its own operands, and no others; the sizes of those left out may have to be said."""
    arrays = case.arrays()
    truth, op = case.truth(arrays), case.operator()
    sizes: Run = {"input": case.input, "kernel": case.kernel}
    from_g = sc.evaluate(op, w=arrays["w"], g=arrays["g"], **sizes)
    assert (from_g.y, from_g.grad_w) == (None, None)
    assert same(from_g.grad_x, truth["x"])
    from_x = sc.evaluate(op, x=arrays["x"], g=arrays["g"], **sizes)
    assert (from_x.y, from_x.grad_x) == (None, None)
    assert same(from_x.grad_w, truth["w"])
    forward = sc.evaluate(op, **{role: a for role, a in arrays.items() if role != "g"})
    assert (forward.grad_x, forward.grad_w, forward.grad_b) == (None, None, None)
    assert same(forward.y, truth["y"])
    if case.bias:
        assert same(sc.evaluate(op, g=arrays["g"], **sizes).grad_b, truth["b"])


def test_without_g_or_w_nothing_is_found() -> None:
    run = sc.evaluate(sc.conv1d(), x=[[[1, 2, 3]]])
    assert (run.y, run.grad_x, run.grad_w, run.grad_b) == (None, None, None, None)


def test_the_size_of_what_is_left_out_decides_the_length() -> None:
    """At stride 2 the same w and g have gradients of two lengths: the size says which; unsaid, there is no gradient."""
    op, given = sc.correlate1d(stride=2), {"w": [1], "g": [1, 1, 1]}
    for n, expected in ((5, [1, 0, 1, 0, 1]), (6, [1, 0, 1, 0, 1, 0])):
        assert list(sc.evaluate(op, **given, input=n).grad_x) == expected
    assert sc.evaluate(op, **given).grad_x is None
    with pytest.raises(sc.SymconvError, match="do not agree"):
        sc.evaluate(op, **given, input=7)


def test_bias_left_out_is_no_bias() -> None:
    run = sc.evaluate(sc.conv1d(), x=[[[1, 2]]], w=[[[1]], [[3]]])
    assert same(run.y, [[[1, 2], [3, 6]]])


def test_names_take_values() -> None:
    op = sc.correlate1d(stride="s", padding="P", dilation="d")
    run = sc.evaluate(op, x=[1, 2, 3, 4, 5], w=[1, 10], s=2, P=1, d=2)
    assert list(run.y) == [20, 42, 4]
    with pytest.raises(sc.SymconvError, match="s"):
        sc.evaluate(op, x=[1, 2, 3], w=[1], P=0, d=1)


# corners
def test_empty_batch() -> None:
    x, w = np.zeros((0, 2, 5), dtype=int), np.ones((3, 2, 2), dtype=int)
    run = sc.evaluate(sc.conv1d(), x=x, w=w, b=[1, 2, 3], g=np.zeros((0, 3, 4), dtype=int))
    assert run.y.shape == (0, 3, 4)
    assert run.grad_x.shape == (0, 2, 5)
    assert same(run.grad_w, np.zeros((3, 2, 2), dtype=int))
    assert same(run.grad_b, [0, 0, 0])


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [4, 5, 9])
def test_a_kernel_beyond_the_input_is_refused_along_every_axis(kernel: int, stride: int) -> None:
    with pytest.raises(sc.SymconvError, match="fits into the padded input along axis 0"):
        sc.evaluate(sc.correlate1d(stride=stride), x=[1, 2, 3], w=[1] * kernel)
    for axis in range(3):
        sizes = [9 if k != axis else 3 for k in range(3)]
        taps = [1 if k != axis else kernel for k in range(3)]
        with pytest.raises(sc.SymconvError, match=f"fits into the padded input along axis {axis}"):
            sc.evaluate(sc.correlate3d(stride=stride), x=np.ones(sizes), w=np.ones(taps))
        with pytest.raises(sc.SymconvError, match=f"fits into the padded input along axis {axis}"):
            sc.evaluate(sc.max_pool3d(tuple(taps), stride=stride), x=np.ones((1, 2, *sizes)))


def test_the_smallest_kernel_that_does_not_fit() -> None:
    """One entry less in the padding, and it is refused, whatever is asked; the empty batch does not excuse it."""
    for op, x, w in ((sc.conv1d(padding=1), (1, 1, 2), (1, 1, 5)), (sc.conv1d(dilation=2), (0, 1, 4), (1, 1, 3))):
        with pytest.raises(sc.SymconvError, match="fits into the padded input"):
            sc.evaluate(op, x=np.ones(x), w=np.ones(w))
        with pytest.raises(sc.SymconvError, match="fits into the padded input"):
            sc.evaluate(op, w=np.ones(w), g=np.ones((x[0], 1, 0)), input=x[2])
    assert sc.evaluate(sc.conv1d(padding=1), x=np.ones((1, 1, 2)), w=np.ones((1, 1, 4))).y.shape == (1, 1, 1)
    with pytest.raises(sc.SymconvError, match="padding that leaves an output"):
        sc.evaluate(sc.conv_transpose1d(padding=5), x=np.ones((1, 1, 3)), w=np.ones((1, 1, 3)))


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
def test_an_empty_signal_is_refused(mode: str) -> None:
    """As NumPy's own convolution refuses it."""
    with pytest.raises(sc.SymconvError, match=r"fits into|at least one entry"):
        sc.evaluate(sc.convolve1d(mode=mode), x=[], w=[1, 2, 3])


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_one_element(ndim: int) -> None:
    x: Any = 3
    w: Any = 5
    g: Any = 7
    for _ in range(ndim):
        x, w, g = [x], [w], [g]
    run = sc.evaluate(getattr(sc, f"convolve{ndim}d")(), x=x, w=w, g=g)
    assert [r.ravel().tolist() for r in (run.y, run.grad_x, run.grad_w)] == [[15], [35], [21]]
    assert run.y.shape == (1,) * ndim


def test_negative_pads_move_the_window_over_the_zero_extended_tensor() -> None:
    """lo = -2 starts two entries in; a tensor that is cropped away altogether reads as zeros."""
    assert list(sc.evaluate(sc.correlate1d(padding=((-2, 0),)), x=[1, 2, 3, 4], w=[1, 10]).y) == [43]
    assert list(sc.evaluate(sc.correlate1d(padding=((-3, 3),)), x=[1, 2], w=[1]).y) == [0, 0]


# what is refused
REFUSED: dict[str, tuple[str, Run, str]] = {
    "nan": ("correlate1d", {"x": [1.0, float("nan")], "w": [1]}, "x: expected finite numbers, got NaN or infinity"),
    "infinity": ("correlate1d", {"x": [1, 2], "w": [float("inf")]}, "w: expected finite numbers, got NaN or infinity"),
    "nan in an array": ("correlate1d", {"x": [1, 2], "w": [1], "g": np.array([np.nan, 1])}, "g: expected finite numbers"),
    "bool": ("correlate1d", {"x": [True, 2], "w": [1]}, "x: expected numbers, got True"),
    "bool array": ("correlate1d", {"x": np.array([True, False]), "w": [1]}, "x: expected numbers, got an array of bool"),
    "complex array": ("correlate1d", {"x": np.array([1j]), "w": [1]}, "x: expected numbers, got an array of complex128"),
    "dates": (
        "correlate1d",
        {"x": np.array(["2020-01-01"], "M8[D]"), "w": [1]},
        "x: expected numbers, got an array of datetime64",
    ),
    "durations": (
        "correlate1d",
        {"x": np.array([3], "m8[s]"), "w": [1]},
        "x: expected numbers, got an array of timedelta64",
    ),
    "structured": (
        "correlate1d",
        {"x": np.zeros(2, [("a", int), ("b", float)]), "w": [1]},
        "x: expected numbers, got an array of void",
    ),
    "texts": ("correlate1d", {"x": np.array(["1", "2"]), "w": [1]}, "x: expected numbers, got an array of str"),
    "bytes": ("correlate1d", {"x": np.array([b"1"]), "w": [1]}, "x: expected numbers, got an array of bytes"),
    "objects": (
        "correlate1d",
        {"x": np.array([object(), 1]), "w": [1]},
        "x: expected integers, Fractions or floats, got object",
    ),
    "objects that are ragged": (
        "correlate1d",
        {"x": np.array([[1], 2], object), "w": [1]},
        "x: expected a rectangular array",
    ),
    "masked": (
        "correlate1d",
        {"x": np.ma.array([1, 2], mask=[True, False]), "w": [1]},
        "x: expected plain numbers, got a masked",
    ),
    "masked floats": ("correlate1d", {"x": np.ma.array([1.0, 2.0]), "w": [1]}, "x: expected plain numbers, got a masked"),
    "nan in half precision": ("correlate1d", {"x": np.array([np.nan], np.float16), "w": [1]}, "x: expected finite numbers"),
    "beyond float64": ("correlate1d", {"x": np.array([np.longdouble("1e4000")]), "w": [1]}, "x: expected finite numbers"),
    "broadcast": (
        "correlate3d",
        {"x": np.broadcast_to(1.0, (1000, 1000, 1000)), "w": [[[1]]]},
        "x: expected at most 20000000 numbers",
    ),
    "broadcast integers": (
        "correlate1d",
        {"x": [1], "w": np.broadcast_to(1, 10**12)},
        "w: expected at most 20000000 numbers",
    ),
    "broadcast objects": (
        "correlate1d",
        {"x": np.broadcast_to(np.array(1, object), 10**12), "w": [1]},
        "x: expected at most 20000000",
    ),
    "one row many times": (
        "correlate3d",
        {"x": [[[1] * 1000] * 1000] * 1000, "w": [[[1]]]},
        "x: expected at most 20000000 numbers",
    ),
    "an array many times": (
        "correlate2d",
        {"x": [np.ones(10**6)] * 10**6, "w": [[1]]},
        "x: expected at most 20000000 numbers",
    ),
    "size too large": ("correlate1d", {"w": [1], "g": [1], "input": 10**12}, "input: expected 1 spatial size"),
    "a generator": (
        "correlate1d",
        {"x": (n for n in (1, 2)), "w": [1]},
        "x: expected numbers, texts, lists or arrays, got generator",
    ),
    "bytes alone": ("correlate1d", {"x": b"12", "w": [1]}, "x: expected numbers, texts, lists or arrays, got b'12'"),
    "an iterator": ("correlate1d", {"x": iter([1]), "w": [1]}, "x: expected numbers, texts, lists or arrays"),
    "a function": ("correlate1d", {"x": lambda: 1, "w": [1]}, "x: expected numbers, texts, lists or arrays, got function"),
    "string": ("correlate1d", {"x": ["1", 2], "w": [1]}, "x: expected integers, Fractions or floats, got '1'"),
    "None inside": ("correlate1d", {"x": [None, 2], "w": [1]}, "x: expected integers"),
    "complex": ("correlate1d", {"x": [1j, 2], "w": [1]}, "x: expected integers"),
    "ragged": ("correlate2d", {"x": [[1, 2], [3]], "w": [[1]]}, "x: expected a rectangular array"),
    "ragged in depth": ("correlate2d", {"x": [[1, 2], 3], "w": [[1]]}, "x: expected a rectangular array"),
    "too few axes": ("conv1d", {"x": [1, 2, 3], "w": [[[1]]]}, "x: expected 3 axes"),
    "too many axes": ("correlate1d", {"x": [[1, 2, 3]], "w": [1]}, "x: expected 1 axes"),
    "g of another shape": ("correlate1d", {"x": [1, 2, 3], "w": [1], "g": [1, 2]}, "shapes of correlate1d do not agree"),
    "channels": ("conv1d", {"x": [[[1, 2], [3, 4]]], "w": [[[1]]]}, "shapes of conv1d do not agree"),
    "batch of g": ("conv1d", {"x": [[[1, 2]]], "w": [[[1]]], "g": [[[1, 2]], [[1, 2]]]}, "shapes of conv1d do not agree"),
    "bias of another length": ("conv1d", {"x": [[[1]]], "w": [[[1]]], "b": [1, 2]}, "shapes of conv1d do not agree"),
    "no bias": ("correlate1d", {"x": [1], "w": [1], "b": [1]}, "b: expected no bias"),
    "empty kernel": ("correlate1d", {"x": [1, 2], "w": []}, "w: expected a kernel of at least one tap"),
    "input against x": ("correlate1d", {"x": [1, 2], "w": [1], "input": 3}, "shapes of correlate1d do not agree"),
    "input not a size": ("correlate1d", {"w": [1], "g": [1], "input": "3"}, "input: expected 1 spatial size"),
    "negative input": ("correlate1d", {"w": [1], "g": [1], "input": -3}, "input: expected 1 spatial size"),
    "unknown name": ("correlate1d", {"x": [1], "w": [1], "zz": 3}, "zz"),
    "huge beside a float": ("correlate1d", {"x": [10**400, 0.5], "w": [1]}, "x: expected numbers within float64"),
}


@pytest.mark.parametrize(("name", "given", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(name: str, given: Run, message: str) -> None:
    with pytest.raises(sc.SymconvError) as caught:
        sc.evaluate(getattr(sc, name)(), **given)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


GROUPED: dict[str, Run] = {
    "input channels": {"x": [[[1], [2], [3]]], "w": [[[1]], [[1]]]},
    "filters": {"x": [[[1], [2]]], "w": [[[1]], [[1]], [[1]]]},
}


@pytest.mark.parametrize("given", GROUPED.values(), ids=GROUPED.keys())
def test_groups_that_do_not_divide(given: Run) -> None:
    with pytest.raises(sc.SymconvError, match="groups"):
        sc.evaluate(sc.conv1d(groups=2), **given)


# NumPy
LENGTHS = [(n, k) for n in range(1, 9) for k in range(1, 7)]


@pytest.mark.parametrize(("n", "k"), LENGTHS)
@pytest.mark.parametrize("mode", ["valid", "full", "same"])
def test_numpy_agrees(n: int, k: int, mode: Any) -> None:
    """np.correlate and np.convolve, even kernels included, where NumPy does not swap its operands (N >= K)."""
    rng = np.random.RandomState(10 * n + k)
    x, w = rng.randint(-9, 10, n), rng.randint(-9, 10, k)
    for family, theirs in (("correlate", np.correlate), ("convolve", np.convolve)):
        op = getattr(sc, f"{family}1d")(mode=mode)
        if n < k and mode == "valid":
            with pytest.raises(sc.SymconvError, match="fits into the padded input"):
                sc.evaluate(op, x=x, w=w)
            continue
        ours = sc.evaluate(op, x=x, w=w).y
        if n >= k or mode == "full":
            assert same(ours, theirs(x, w, mode))
        else:
            assert ours.shape == (n,)


def test_default_mode_is_valid() -> None:
    x, w = [1, 2, 3, 4], [1, 2]
    assert same(sc.evaluate(sc.convolve1d(), x=x, w=w).y, np.convolve(x, w, "valid"))


# arrays that are taken
@pytest.mark.parametrize(
    "x",
    [
        np.array([1, 2, 3, 4], np.float16), np.array([1, 2, 3, 4], ">i2"), np.array([1, 2, 3, 4], np.uint64), np.float32([1, 2, 3, 4]),
        np.arange(1, 9)[::2] // 2 + 1, np.asfortranarray([1, 2, 3, 4]), np.array([1, 2, 3, 4], object), np.longdouble([1, 2, 3, 4]),
        np.lib.stride_tricks.as_strided(np.arange(1, 8), (4,), (8,)), [np.int8(1), np.float16(2), 3, Fraction(4)],
    ],
    ids=str,
)  # fmt: skip
def test_arrays_of_any_numbers(x: Any) -> None:
    expected = np.correlate(np.array([float(n) for n in x]), [1.0, 10.0], "valid")
    assert same(sc.evaluate(sc.correlate1d(), x=x, w=[1, 10]).y, expected)


def test_a_window_of_unknown_size_is_refused() -> None:
    x = [[[[1, 2, 3, 4]] * 4]]
    with pytest.raises(sc.SymconvError, match="avg_pool2d: the kernel is not known; give kernel="):
        sc.evaluate(sc.avg_pool2d(), x=x, output=1)
    assert sc.evaluate(sc.avg_pool2d(), x=x, kernel=4).y.shape == (1, 1, 1, 1)
