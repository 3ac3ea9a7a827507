"""The DFT theorem: exact arithmetic against SymPy's, the theorem against NumPy's FFT, altered statements refuted."""

from __future__ import annotations

import json
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
from sympy import Poly, Symbol, cyclotomic_poly

import symconv as sc
from symconv.check.kernel.cyclotomic import canonical, minimal
from symconv.errors import SymconvError
from symconv.topics.fourier.check_spectrum import Transform, orthogonal
from symconv.topics.fourier.story import circular, spectrum
from tests import harness


@pytest.mark.parametrize("n", [*range(1, 41), 60, 105])
def test_minimal_polynomials(n: int) -> None:
    t = Symbol("t")
    assert list(minimal(n)) == Poly(cyclotomic_poly(n, t), t).all_coeffs()[::-1]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 8, 9, 12, 15])
def test_canonical_forms_are_exact(n: int) -> None:
    """Two elements are equal if and only if their values are: compared in floats, on random ones and on true identities."""
    numbers = np.random.RandomState(n)
    root = np.exp(-2j * np.pi / n)

    def worth(element: dict[int, int]) -> complex:
        return complex(sum(c * root**e for e, c in element.items()))

    for _ in range(40):
        one = {int(e): int(c) for e, c in zip(numbers.randint(-n, 2 * n, 4), numbers.randint(-5, 6, 4), strict=True)}
        two = {int(e): int(c) for e, c in zip(numbers.randint(-n, 2 * n, 4), numbers.randint(-5, 6, 4), strict=True)}
        assert (canonical(one, n) == canonical(two, n)) == (abs(worth(one) - worth(two)) < 1e-9)
    if n > 1:
        assert canonical(dict.fromkeys(range(n), 1), n) == canonical({}, n)


CASES = [
    ((6,), (3,), (1,), (1,)),
    ((5,), (3,), (0,), (1,)),
    ((4,), (7,), (2,), (1,)),
    ((1,), (3,), (1,), (1,)),
    ((7,), (3,), (-2,), (2,)),
    ((3,), (2,), (9,), (1,)),
    ((2, 3), (2, 2), (1, 0), (1, 1)),
    ((4, 2), (3, 1), (1, 0), (2, 1)),
    ((2, 3, 2), (1, 2, 2), (0, 1, 1), (1, 1, 1)),
]
ON_EACH = pytest.mark.parametrize(("sizes", "taps", "lo", "d"), CASES, ids=[str(c[:2]) for c in CASES])
BOTH = pytest.mark.parametrize("flip", [False, True], ids=["correlate", "convolve"])


@pytest.mark.sweep(2)
@BOTH
@ON_EACH
def test_the_theorem(sizes: Any, taps: Any, lo: Any, d: Any, flip: bool) -> None:
    found = spectrum(sizes, taps, lo, d, flip)
    rest = {"dft-linear", "dft-numpy", "dft-sweep"}
    assert {c.kind: c.verdict.status for c in found.checks} == {
        c.kind: "checked" if c.kind in rest else "proved" for c in found.checks
    }
    assert all(c.verdict.domain.startswith("N = ") for c in found.checks if c.kind not in rest)
    assert len(found.checks) == 8


@pytest.mark.sweep(8)
@BOTH
@ON_EACH
def test_the_theorem_in_numbers(sizes: Any, taps: Any, lo: Any, d: Any, flip: bool) -> None:
    """Y = e^(-2 pi i k lo/N) X conj(W), with NumPy's FFT of what sc.evaluate computes; w made periodic."""
    numbers = np.random.RandomState(2)
    x, w = numbers.randint(-9, 10, sizes), numbers.randint(-9, 10, taps)
    pads = tuple((a, e * (k - 1) - a) for a, e, k in zip(lo, d, taps, strict=True))
    make = getattr(sc, f"{'convolve' if flip else 'correlate'}{len(sizes)}d")
    y = sc.evaluate(make(padding=pads, dilation=d, padding_mode="circular"), x=x, w=w).y
    assert y.shape == x.shape
    wide = np.zeros(sizes)
    for p in product(*map(range, taps)):
        wide[tuple(e * q % n for e, q, n in zip(d, p, sizes, strict=True))] += w[p]
    shift = [a - e * (k - 1) if flip else a for a, e, k in zip(lo, d, taps, strict=True)]
    k = np.meshgrid(*map(np.arange, sizes), indexing="ij")
    phase = np.exp(-2j * np.pi * sum(f * a / n for f, a, n in zip(k, shift, sizes, strict=True)))
    spectrum_of_w = np.fft.fftn(wide) if flip else np.fft.fftn(wide).conj()
    assert np.allclose(np.fft.fftn(y), phase * np.fft.fftn(x) * spectrum_of_w, atol=1e-8)


def test_textbook_convolution_needs_no_phase() -> None:
    """F(x * w) = F x . F w for (x * w)[i] = sum w[p] x[(i - p) mod N]: numpy's own product of transforms."""
    x, w = [3, -1, 4, 1, -5], [2, 7, -1]
    op = sc.convolve1d(padding=((2, 0),), padding_mode="circular")
    y = np.fft.ifft(np.fft.fft(x) * np.fft.fft(w, 5)).real
    assert sc.evaluate(op, x=x, w=w).y.tolist() == np.rint(y).astype(int).tolist()


class Altered(Transform):
    """The theorem with its phase, its conjugation or its sign of k changed."""

    change = ""

    def exponent(self, k: Any, at: Any) -> int:
        return -super().exponent(k, at) if self.change == "sign" and at == self.shifts else super().exponent(k, at)


@pytest.mark.parametrize("change", ["phase", "conjugate", "sign"])
def test_altered_theorems_are_refuted(change: str) -> None:
    true = Transform(circular((6,), (3,), (1,), (1,), False))
    assert true.holds()
    altered = Altered(circular((6,), (3,), (1,), (1,), False))
    if change == "phase":
        altered.shifts = (0,)
    elif change == "conjugate":
        wrong = Transform(circular((6,), (3,), (1,), (1,), True))
        assert not all(true.same(true.forward(k), wrong.product(k)) for k in true.frequencies())
        return
    else:
        altered.change = "sign"
        assert not all(true.same(true.forward(k), altered.product(k)) for k in true.frequencies())
        return
    assert not altered.holds()


def test_gradients_are_not_each_others() -> None:
    transform = Transform(circular((5,), (3,), (1,), (1,), False))
    left, right = transform.gradient_data((1,))
    assert transform.same(left, right)
    assert not transform.same(left, transform.gradient_data((2,))[1])
    left, right = transform.gradient_kernel((0,))
    assert transform.same(left, right)
    assert not transform.same(left, transform.gradient_kernel((1,))[1])


def test_orthogonality_would_notice_a_wrong_order() -> None:
    transform = Transform(circular((6,), (2,), (0,), (1,), False))
    assert orthogonal(transform)
    transform.order = 12
    transform.sizes = (4,)
    assert orthogonal(transform)  # still a root of order 4
    transform.exponent = lambda k, at: k[0] * at[0]  # type: ignore[method-assign]
    assert not orthogonal(transform)


@pytest.mark.sweep(2)
@pytest.mark.parametrize(("n", "taps", "lo"), [(6, 3, 1), (4, 3, 0), (5, 2, 1), (2, 4, 1), (3, 1, 0)])
def test_linear_entries_wrap_onto_circular_ones(n: int, taps: int, lo: int) -> None:
    numbers = np.random.RandomState(4)
    x, w = numbers.randint(-9, 10, n), numbers.randint(-9, 10, taps)
    linear = np.correlate(np.pad(x, taps - 1), w, "valid")
    found = spectrum(n, taps, lo)
    y = sc.evaluate(sc.correlate1d(padding=((lo, taps - 1 - lo),), padding_mode="circular"), x=x, w=w).y
    assert [sum(int(linear[m]) for (m,) in places) for _, places in found.linear] == y.tolist()
    wide = np.fft.ifft(np.fft.fft(x, n + taps - 1) * np.fft.fft(w, n + taps - 1).conj()).real  # nothing wraps
    assert sorted(np.rint(wide).astype(int).tolist()) == sorted(linear.tolist())


# pages
run = partial(harness.run, "fourier")


@pytest.mark.slow
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json"])
@ON_EACH
def test_pages(sizes: Any, taps: Any, lo: Any, d: Any, to: str) -> None:
    text = getattr(sc.fourier(sizes, taps, lo, d), to)()
    assert "N" in text
    if to == "text":
        assert max(map(len, text.split("\n"))) <= 80
        assert "no floating" in " ".join(text.split())


def test_the_command() -> None:
    result = run("--input", "6", "--kernel", "3")
    assert result.exit_code == 0
    for line in (
        "Φ₆(t) = t² - t + 1",
        "X[1] = x₀ + ω x₁ + ω² x₂ + ω³ x₃ + ω⁴ x₄ + ω⁵ x₅",
        "= ω^(k lo) X[k] conj(W[k])",
        "y₀ = z₁ + z₇",
    ):
        assert line in result.stdout
    told = json.loads(run("--input", "6", "--kernel", "3", "--convolve", "--json").stdout)
    assert told["theorem"] == "ω^(-k (e - lo)) X[k] W[k]"
    assert (told["lo"], told["pad_to"], told["minimal_polynomial"]) == ([2], [8], [1, -1, 1])
    assert {c["verdict"] for c in told["checks"]} == {"checked", "proved"}


def test_bad_input_from_python() -> None:
    with pytest.raises(SymconvError, match="expected an integer"):
        sc.fourier(2.5, 3)
