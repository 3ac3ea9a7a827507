"""Properties of layers with numbers: shifts, symmetric kernels, shared weights, channels; and what the theorems say of them."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.errors import SymconvError
from symconv.topics.theorems import story

EXPECTED = {
    "correlation-is-convolution": ("refuted", {"N": 2, "K": 2}),
    "symmetric-kernel": ("proved", None),
    "symmetric-kernel-only": ("proved", None),
    "symmetric-kernel-2d": ("proved", None),
    "shift-in-a-frame": ("proved", None),
    "shift-in-a-frame-padded": ("refuted", {"N": 1, "K": 1, "P": 1}),
    "strided-is-sampled": ("proved", None),
    "shared-weights": ("proved", None),
    "shared-weights-one-place": ("refuted", {"O": 2}),
    "matrix": ("proved", None),
    "matrix-transpose": ("proved", None),
    "matrix-toeplitz": ("proved", None),
    "matrix-toeplitz-stride": ("refuted", {"s": 2}),
    "matrix-rows": ("proved", None),
    "one-by-one": ("proved", None),
    "depthwise-separable": ("proved", None),
    "depthwise-separable-saving": ("proved", None),
    "depthwise-separable-fewer": ("refuted", {"C": 1, "F": 1, "K": 1}),
    "two-3-see-5": ("proved", None),
    "two-3x3-save": ("proved", None),
    "valid-size-2d": ("proved", None),
    "valid-width-from-height": ("refuted", {"H": 1, "W": 2}),
    "valid-width-from-height-square": ("proved", None),
}


@pytest.mark.sweep(16)
@pytest.mark.parametrize("name", EXPECTED)
def test_the_catalogue_says(name: str) -> None:
    found = sc.prove(name)
    status, sizes = EXPECTED[name]
    assert found.verdict.status == status == story.theorem(name).expected
    if sizes is not None:
        assert found.counterexample is not None
        assert sizes.items() <= dict(found.counterexample.sizes).items()


@pytest.mark.sweep(1)
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json"])
def test_pages_of_the_theorems(to: str) -> None:
    for name in EXPECTED:
        assert getattr(sc.prove(name), to)()


def values(draw: random.Random, *shape: int) -> Any:
    return np.array([draw.randint(-9, 9) for _ in range(int(np.prod(shape)))]).reshape(shape)


def moved(x: Any, h: int) -> Any:
    """Shifted by h within its frame: what leaves it is lost, zeros come in."""
    out = np.zeros_like(x)
    n = len(x)
    out[max(0, h) : n + min(0, h)] = x[max(0, -h) : n - max(0, h)]
    return out


def test_shifts_in_a_frame_with_numbers() -> None:
    """Where the theorem says so, and at the smallest counterexample with padding."""
    draw = random.Random(1)
    for n, k, s, h in itertools.product((5, 8), (1, 3), (1, 2), (-2, -1, 1, 2)):
        x, w = values(draw, n), values(draw, k)
        plain, after = (sc.evaluate(sc.correlate1d(stride=s), x=v, w=w).y for v in (x, moved(x, s * h)))
        for i in range(len(plain)):
            if i - h >= 0 and s * (i - h) + k <= n:
                assert after[i] == plain[i - h]
    x, w = np.array([3]), np.array([5])
    plain, after = (sc.evaluate(sc.correlate1d(padding=1), x=v, w=w).y for v in (x, moved(x, -1)))
    assert after[0] == 0 != plain[1]


def test_a_stride_keeps_only_its_own_shifts() -> None:
    x, w = np.array([1, 0, 0, 0]), np.array([1])
    by_two, by_one = (sc.evaluate(sc.correlate1d(stride=2), x=np.roll(x, h), w=w).y for h in (2, 1))
    plain = sc.evaluate(sc.correlate1d(stride=2), x=x, w=w).y
    assert by_two[1] == plain[0]
    assert by_one[1] != plain[0]


@pytest.mark.parametrize("shape", [(3,), (4,), (3, 2), (2, 3, 3)])
def test_the_two_coincide_for_kernels_that_equal_themselves_turned_round(shape: tuple[int, ...]) -> None:
    draw, ndim = random.Random(2), len(shape)
    v, x = values(draw, *shape), values(draw, *(6,) * ndim)
    corr, conv = getattr(sc, f"correlate{ndim}d")(), getattr(sc, f"convolve{ndim}d")()
    turned = np.flip(v)
    same = [sc.evaluate(op, x=x, w=v + turned).y for op in (corr, conv)]
    other = [sc.evaluate(op, x=x, w=v).y for op in (corr, conv)]
    assert np.array_equal(*same)
    assert not np.array_equal(*other)


def test_commutativity_with_numbers() -> None:
    draw = random.Random(3)
    f, k = values(draw, 5), values(draw, 3)
    there, back = (sc.evaluate(sc.convolve1d(mode="full"), x=a, w=b).y for a, b in ((f, k), (k, f)))
    assert np.array_equal(there, back)
    there, back = (sc.evaluate(sc.correlate1d(mode="full"), x=a, w=b).y for a, b in ((f, k), (k, f)))
    assert not np.array_equal(there, back)
    assert np.array_equal(there, back[::-1])


def test_the_gradient_of_a_shared_kernel_is_a_sum_over_places() -> None:
    draw = random.Random(4)
    x, w, g = values(draw, 8), values(draw, 3), values(draw, 3)
    run = sc.evaluate(sc.correlate1d(stride=2), x=x, w=w, g=g)
    asked = [[g[i] * x[2 * i + q] for q in range(3)] for i in range(3)]
    assert [sum(column) for column in zip(*asked, strict=True)] == list(run.grad_w)
    assert asked[0] != list(run.grad_w)


def test_a_stride_samples_the_layer_without() -> None:
    draw = random.Random(5)
    x, w = values(draw, 9, 11), values(draw, 2, 3)
    whole, some = (sc.evaluate(sc.correlate2d(stride=s), x=x, w=w).y for s in (1, (2, 3)))
    assert np.array_equal(whole[::2, ::3], some)


# channels and filters
def test_a_filter_has_a_kernel_for_every_channel() -> None:
    assert sc.sizes("conv2d(1,1,kernel=4,bias=False)", input=(1, 4, 4)).parameters == 16
    assert sc.sizes("conv2d(3,1,kernel=4,bias=False)", input=(3, 4, 4)).parameters == 48
    draw = random.Random(6)
    x, w = values(draw, 1, 3, 6, 6), values(draw, 2, 3, 3, 3)
    y = sc.evaluate(sc.conv2d(), x=x, w=w).y
    assert y.shape == (1, 2, 4, 4)  # one output channel for every filter
    planes = [[sc.evaluate(sc.correlate2d(), x=x[0, c], w=w[o, c]).y for c in range(3)] for o in range(2)]
    assert all(np.array_equal(y[0, o], sum(planes[o])) for o in range(2))


def test_channels_that_do_not_match_are_one_clear_line() -> None:
    with pytest.raises(SymconvError, match="channel") as error:
        sc.evaluate(sc.conv2d(), x=np.ones((1, 3, 5, 5), int), w=np.ones((2, 4, 3, 3), int))
    assert "\n" not in str(error.value)
    with pytest.raises(SymconvError, match="3x5x5: expected a shape 4x5x5"):
        sc.sizes("relu conv2d(4,2,kernel=3)", input=(3, 5, 5))


def test_one_by_one_is_a_matrix_product() -> None:
    draw = random.Random(7)
    x, w = values(draw, 2, 3, 4, 5), values(draw, 6, 3, 1, 1)
    y = sc.evaluate(sc.conv2d(), x=x, w=w).y
    assert np.array_equal(y, np.einsum("oc,nchw->nohw", w[:, :, 0, 0], x))


def test_depthwise_then_pointwise_is_one_layer() -> None:
    draw = random.Random(8)
    x, u, v = values(draw, 1, 3, 7), values(draw, 3, 1, 2), values(draw, 4, 3, 1)
    between = sc.evaluate(sc.conv1d(groups=3, stride=2, padding=1), x=x, w=u).y
    two = sc.evaluate(sc.conv1d(), x=between, w=v).y
    whole = np.einsum("oc,cp->ocp", v[:, :, 0], u[:, 0])
    assert np.array_equal(two, sc.evaluate(sc.conv1d(stride=2, padding=1), x=x, w=whole).y)
    assert np.array_equal(sc.evaluate(sc.conv1d(stride=2, padding=1), x=x, w=whole).y, two)


def test_two_kernels_of_3_are_one_of_5_and_not_every_one_of_5() -> None:
    draw = random.Random(9)
    one, two, x = values(draw, 3), values(draw, 3), values(draw, 12)
    stacked = sc.evaluate(sc.correlate1d(), x=sc.evaluate(sc.correlate1d(), x=x, w=one).y, w=two).y
    assert np.array_equal(stacked, sc.evaluate(sc.correlate1d(), x=x, w=np.convolve(one, two)).y)


def test_not_every_5x5_kernel_is_made_of_two_3x3_kernels() -> None:
    """Stacked kernels multiply as polynomials; x^4 + y^4 + 1 is irreducible (the Fermat curve is smooth)."""
    from sympy import Poly, symbols

    x, y = symbols("x y")
    assert Poly(x**4 + y**4 + 1, x, y).is_irreducible
    made = Poly((x**2 + 2 * y + 3) * (x * y + y**2 - 1), x, y)
    assert not made.is_irreducible
