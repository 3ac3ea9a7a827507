"""The DFT theorem checked exactly: products of entries, each with an element of Z[omega], compared for every frequency.

    left    sum_i omega^(k i) y[i], y by brute force from the definition with its index modulo N
    right   the product of the transforms, multiplied out

X[k] = sum_n omega^(k n) x[n], unnormalised; along several axes omega^(k n) is the product of one root per axis.  All monomials
of all frequencies are covered, so this is a proof at the given sizes.  Beside it NumPy's FFT in floats, on random integers.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import lcm, prod
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.kernel.cyclotomic import canonical, minimal
from symconv.check.kernel.finite import roots
from symconv.check.steps import integers
from symconv.errors import SymconvError
from symconv.language.facts import Check, Verdict
from symconv.language.operator import Operator
from symconv.language.prose import Prose, Words
from symconv.topics.fourier.facts import Index, Spectrum

LIMIT = 200_000
STEPS = 5_000_000  # a product costs as many as a power of the root has coefficients
Element = dict[int, int]
Products = dict[tuple[Index, Index], Element]
Build = Callable[[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], bool], Operator]


def axis_numbers(op: Operator) -> tuple[Index, Index, Index, Index]:
    """(N, K, lo, d) per axis of a concrete circular operator."""
    border = op.border
    found = []
    for k, axis in enumerate(op.axes):
        n = border.sizes[k] if border is not None else axis.data
        lo = border.pads[k][0] if border is not None else axis.lo
        found.append([e.constant or 0 for e in (n, axis.kernel, lo, axis.dilation)])
    sizes, taps, shifts, dilations = (tuple(row) for row in zip(*found, strict=True))
    return sizes, taps, shifts, dilations


class Transform:
    """The root of unity for given sizes, and the two sides of the theorem for one frequency."""

    def __init__(self, op: Operator) -> None:
        self.op = op
        self.sizes, self.taps, self.shifts, self.dilations = axis_numbers(op)
        self.order = lcm(*self.sizes)
        work = prod(self.sizes) ** 2 * prod(self.taps)
        if work > LIMIT or work * self.order > STEPS:
            most = min(LIMIT, STEPS // self.order)
            raise SymconvError(
                f"fourier: expected at most {most} products over all frequencies, got {work}; use smaller sizes"
            )
        self.terms = list(brute.terms(op))

    def frequencies(self) -> list[Index]:
        """Every k."""
        return list(product(*(range(n) for n in self.sizes)))

    def exponent(self, k: Index, at: Index) -> int:
        """omega to this power is the root at frequency k and place at."""
        return sum([f * p * (self.order // n) for f, p, n in zip(k, at, self.sizes, strict=True)]) % self.order

    def turns(self, k: Index) -> dict[Index, int]:
        """The exponents at one frequency, place by place."""
        return {n: self.exponent(k, n) for n in self.frequencies()}

    def forward(self, k: Index) -> Products:
        """sum_i omega^(k i) y[i], by the definition's products (w, x)."""
        found: Products = {}
        turns = self.turns(k)
        for out, tap, data in self.terms:
            _add(found, (tap, data), turns[out])
        return found

    def tap(self, p: Index) -> Index:
        """Where tap p stands: d p, or d(K-1-p) for a true convolution."""
        turned = tuple(t - 1 - q for q, t in zip(p, self.taps, strict=True)) if self.op.flip else p
        return tuple(d * q for d, q in zip(self.dilations, turned, strict=True))

    def product(self, k: Index) -> Products:
        """omega^(k lo) X[k] conj(W[k]) for a correlation; omega^(-k (e - lo)) X[k] W[k] for a convolution.

        W[k] = sum_p omega^(k d p) w[p], for which w is made periodic where it is longer than N.
        """
        found: Products = {}
        reach = tuple(d * (t - 1) for d, t in zip(self.dilations, self.taps, strict=True))
        shift = self.exponent(
            k, tuple(lo - e for lo, e in zip(self.shifts, reach, strict=True)) if self.op.flip else self.shifts
        )
        sign, turns = 1 if self.op.flip else -1, self.turns(k)
        for p in product(*(range(t) for t in self.taps)):
            w = self.exponent(k, tuple(d * q for d, q in zip(self.dilations, p, strict=True)))
            for n, turn in turns.items():
                _add(found, (p, n), shift + sign * w + turn)
        return found

    def gradient_data(self, k: Index) -> tuple[Products, Products]:
        """The transform of dL/dx, by brute force, and omega^(-k lo) W[k] G[k], with the taps where the operator has them."""
        left: Products = {}
        right: Products = {}
        turns = self.turns(k)
        for out, tap, data in self.terms:
            _add(left, (tap, out), turns[data])
        for p in product(*(range(t) for t in self.taps)):
            w = self.exponent(k, self.tap(p)) - self.exponent(k, self.shifts)
            for n, turn in turns.items():
                _add(right, (p, n), w + turn)
        return left, right

    def gradient_kernel(self, p: Index) -> tuple[Products, Products]:
        """N dL/dw[p], by brute force, and sum_k omega^(-k (d p - lo)) conj(G[k]) X[k]."""
        left: Products = {}
        right: Products = {}
        for out, tap, data in self.terms:
            if tap == p:
                _add(left, (out, data), 0, prod(self.sizes))
        at = tuple(t - lo for t, lo in zip(self.tap(p), self.shifts, strict=True))
        for k in self.frequencies():
            turns, back = self.turns(k), self.exponent(k, at)
            for g, x in product(turns, repeat=2):
                _add(right, (g, x), turns[x] - turns[g] - back)
        return left, right

    def same(self, left: Products, right: Products) -> bool:
        """Whether two sums of products are equal in Z[omega]."""
        zero = canonical({}, self.order)
        one = {key: c for key, e in left.items() if (c := canonical(e, self.order)) != zero}
        return one == {key: c for key, e in right.items() if (c := canonical(e, self.order)) != zero}

    def holds(self) -> bool:
        """The theorem at every frequency."""
        return all(self.same(self.forward(k), self.product(k)) for k in self.frequencies())


def _add(found: Products, key: tuple[Index, Index], exponent: int, times: int = 1) -> None:
    element = found.setdefault(key, {})
    element[exponent] = element.get(exponent, 0) + times


def spectrum(op: Operator, textbook: Operator, build: Build) -> Spectrum:
    """The facts about a circular operator, checked; ``textbook`` is circular convolution at the same sizes."""
    transform = Transform(op)
    count = len(transform.terms) * prod(transform.sizes)
    frequencies = transform.frequencies()
    told = Prose("check.fourier.transform", {"frequencies": len(frequencies), "products": count})
    checks = [
        _proved(
            "dft-convolution",
            Transform(textbook),
            lambda t: [(t.forward(k), t.product(k)) for k in frequencies],
            Prose("check.fourier.theorem"),
        ),
        _proved("dft-layer", transform, lambda t: [(t.forward(k), t.product(k)) for k in frequencies], told),
        _proved(
            "dft-inverse",
            transform,
            orthogonality,
            Prose("check.fourier.orthogonal"),
        ),
        _proved(
            "dft-dx",
            transform,
            lambda t: [t.gradient_data(k) for k in frequencies],
            Prose("check.fourier.data"),
        ),
    ]
    if prod(transform.sizes) ** 3 * prod(transform.taps) <= LIMIT:
        taps = list(product(*(range(t) for t in transform.taps)))
        told = Prose("check.fourier.kernel")
        checks.append(_proved("dft-dw", transform, lambda t: [t.gradient_kernel(p) for p in taps], told))
    linear = wrapped(op, transform)
    checks.append(_said("dft-linear", *_linear(op, transform, linear)))
    checks.append(_said("dft-numpy", numeric(op), Prose("check.fourier.numpy")))
    checks.append(_said("dft-sweep", *sweep(build)))
    return Spectrum(
        op,
        transform.sizes,
        transform.taps,
        transform.shifts,
        transform.dilations,
        transform.order,
        minimal(transform.order),
        tuple(linear.items()),
        tuple(checks),
    )


Pairs = list[tuple[Products, Products]]


def _proved(kind: str, transform: Transform, sides: Callable[[Transform], Pairs], detail: Words) -> Check:
    """A finite identity at the sizes of the page: the kernel compares all products of entries."""
    sizes = ", ".join(
        f"{n} = {'x'.join(map(str, v))}"
        for n, v in (("N", transform.sizes), ("K", transform.taps), ("d", transform.dilations))
    )
    return Check(kind, roots(sides(transform), transform.order, Prose("check.fourier.exact"), sizes), detail)


def _said(kind: str, holds: bool, detail: Words) -> Check:
    return Check(kind, Verdict("checked" if holds else "refuted", Prose("check.fourier.exact")), detail)


def orthogonality(transform: Transform) -> Pairs:
    """sum_k omega^(k t) = N [t = 0], t by t."""
    pairs: Pairs = []
    for t in transform.frequencies():
        total: Products = {}
        for k in transform.frequencies():
            _add(total, (t, t), transform.exponent(k, t))
        pairs.append((total, {} if any(t) else {(t, t): {0: prod(transform.sizes)}}))
    return pairs


def orthogonal(transform: Transform) -> bool:
    """The same as a question."""
    return all(transform.same(*pair) for pair in orthogonality(transform))


def wrapped(op: Operator, transform: Transform) -> dict[Index, tuple[Index, ...]]:
    """For every y[i], the places of the linear operator (all its N + e of them, the first at 0) that fall onto it."""
    reach = tuple(d * (t - 1) for d, t in zip(transform.dilations, transform.taps, strict=True))
    found: dict[Index, list[Index]] = {i: [] for i in transform.frequencies()}
    for place in product(*(range(n + e) for n, e in zip(transform.sizes, reach, strict=True))):
        # the linear operator at place m reads x[m - e + d p]: that is y[i] for i = m - e + lo, modulo N
        i = tuple((m - e + lo) % n for m, e, lo, n in zip(place, reach, transform.shifts, transform.sizes, strict=True))
        found[i].append(place)
    return {i: tuple(places) for i, places in found.items()}


def _linear(op: Operator, transform: Transform, linear: dict[Index, tuple[Index, ...]]) -> tuple[bool, Words]:
    """Every circular entry is the sum of those linear ones, product by product; padded to N + e zeros, nothing wraps."""
    circular: dict[Index, set[Any]] = {i: set() for i in linear}
    for out, tap, data in transform.terms:
        circular[out].add((tap, data))
    reach = tuple(d * (t - 1) for d, t in zip(transform.dilations, transform.taps, strict=True))
    full: dict[Index, set[Any]] = {}
    for p in product(*(range(t) for t in transform.taps)):
        for x in transform.frequencies():
            place = tuple(j - at + e for j, at, e in zip(x, transform.tap(p), reach, strict=True))
            full.setdefault(place, set()).add((p, x))
    good = all(set().union(*(full.get(m, set()) for m in places)) == circular[i] for i, places in linear.items())
    good = good and sum(len(v) for v in full.values()) == len(transform.terms)
    return (
        good,
        Prose("check.fourier.wraps", {"products": len(transform.terms)}),
    )


def numeric(op: Operator) -> bool:
    """NumPy's FFT on random integers."""
    sizes, taps, shifts, dilations = axis_numbers(op)
    x, w = integers(sizes, 5), integers(taps, 6)
    y = brute.forward(op, {"x": x, "w": w})
    spread = np.zeros(sizes, dtype=np.int64)
    for p in product(*(range(t) for t in taps)):
        spread[tuple(d * q % n for d, q, n in zip(dilations, p, sizes, strict=True))] += w[p]
    reach = [d * (t - 1) for d, t in zip(dilations, taps, strict=True)]
    shift = [lo - e for lo, e in zip(shifts, reach, strict=True)] if op.flip else list(shifts)
    phase = np.ones(sizes, dtype=np.complex128)
    for k, (n, s) in enumerate(zip(sizes, shift, strict=True)):
        along = [1] * len(sizes)
        along[k] = n
        phase = phase * np.exp(-2j * np.pi * np.arange(n) * s / n).reshape(along)
    w_hat = np.fft.fftn(spread)
    wanted = phase * np.fft.fftn(x) * (w_hat if op.flip else w_hat.conj())
    return bool(np.allclose(np.fft.fftn(y), wanted, rtol=1e-9, atol=1e-9 * max(1.0, float(np.abs(wanted).max()))))


def sweep(build: Build, largest: int = 5) -> tuple[bool, Words]:
    """The theorem for all sizes up to a bound, kernels longer than the input and dilation included."""
    count, good = 0, True
    for n, k, d in product(range(1, largest + 1), range(1, largest + 1), (1, 2)):
        reach = d * (k - 1)
        for lo in sorted({0, reach // 2, reach}):
            for flip in (False, True):
                good = good and Transform(build((n,), (k,), (lo,), (d,), flip)).holds()
                count += 1
    return good, Prose("check.fourier.sizes", {"largest": largest, "cases": count})
