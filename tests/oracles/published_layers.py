"""The verdicts of the published formulas about layers and transforms, by brute force: loops, finite sums, NumPy's FFT.

Nothing of symconv is used: a forward pass is written out, and differentiated by what one entry more changes, since it is linear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

Found = Iterator[tuple[str, bool]]


def vjp(f: Callable[[Any], Any], like: Any, g: Any) -> Any:
    """sum_i g[i] df[i]/dx, entry by entry; f is affine."""
    made, rest = np.zeros(like.shape, dtype=int), f(np.zeros_like(like))
    for at in np.ndindex(*like.shape):
        unit = np.zeros_like(like)
        unit[at] = 1
        made[at] = int(np.sum(g * (f(unit) - rest)))
    return made


def jacobian(f: Callable[[Any], Any], like: Any) -> Any:
    """df[i]/dx[j]."""
    rest = f(np.zeros_like(like))
    return np.stack([f(row) - rest for row in np.eye(len(like), dtype=int)], axis=1)


def get(a: Any, *at: int) -> int:
    return int(a[at]) if all(0 <= i < n for i, n in zip(at, a.shape, strict=True)) else 0


def array(rng: Any, *shape: int) -> Any:
    return rng.integers(1, 10, shape)


def same(a: Any, b: Any) -> bool:
    return np.shape(a) == np.shape(b) and bool(np.array_equal(a, b))


def local(rng: Any) -> Found:
    for s, o, k in product((1, 2), (2, 3), (2, 3)):
        yield from local_at(rng, s, o, k)
    yield from local_axes(rng)


def local_at(rng: Any, s: int, o: int, k: int) -> Found:
    n = s * (o - 1) + k + 1
    w, x, b, g = array(rng, o, k), array(rng, n), array(rng, o), array(rng, o)

    def layer(x: Any, w: Any, b: Any) -> Any:
        return np.array([b[i] + sum(w[i, p] * x[s * i + p] for p in range(k)) for i in range(o)])

    if s == 1:
        yield "loc-def", same([b[i] + w[i] @ x[i : i + k] for i in range(o)], layer(x, w, b))
    dw = vjp(lambda v: layer(x, v, b), w, g)
    dx = vjp(lambda v: layer(v, w, b), x, g)
    db = vjp(lambda v: layer(x, w, v), b, g)
    yield "loc-dw", same([[g[i] * x[s * i + p] for p in range(k)] for i in range(o)], dw)
    yield "loc-shared", same([[sum(g[a] * x[s * a + p] for a in range(o)) for p in range(k)] for _ in range(o)], dw)
    yield "loc-dx", same([sum(g[i] * get(w, i, j - s * i) for i in range(o)) for j in range(n)], dx)
    yield "loc-swap", same([sum(g[i] * get(w, j - s * i, i) for i in range(o)) for j in range(n)], dx)
    yield "loc-place", same([sum(g[i] * get(w, j, j - s * i) for i in range(o)) for j in range(n)], dx)
    yield "loc-db", same(g, db)
    yield "loc-db-sum", same([g.sum()] * o, db)


def local_axes(rng: Any) -> Found:
    w, x, g = array(rng, 2, 3, 2, 2), array(rng, 3, 4), array(rng, 2, 3)
    dw = vjp(lambda v: np.einsum("ijpq,ijpq->ij", v, np.lib.stride_tricks.sliding_window_view(x, (2, 2))), w, g)
    made = [g[i, j] * x[i + p, j + q] for i, j, p, q in np.ndindex(2, 3, 2, 2)]
    yield "loc-2d-dw", same(np.reshape(made, (2, 3, 2, 2)), dw)
    w, x, g = array(rng, 2, 3, 2, 2), array(rng, 2, 4), array(rng, 2, 3)  # o, i, l, p
    dx = vjp(lambda v: np.einsum("oilp,lip->oi", w, np.lib.stride_tricks.sliding_window_view(v, 2, axis=1)), x, g)
    made = [sum(g[o, i] * get(w, o, i, c, m - i) for o, i in np.ndindex(2, 3)) for c, m in np.ndindex(2, 4)]
    yield "loc-ch-dx", same(np.reshape(made, (2, 4)), dx)
    w, x = array(rng, 2, 2, 3, 2, 2, 2), array(rng, 2, 3, 4)  # i, j, k, l, m, n
    windows = np.lib.stride_tricks.sliding_window_view(x, (2, 2), axis=(1, 2))
    made = [
        sum(x[c, j + m, k + n] * w[i, j, k, c, m, n] for c, m, n in np.ndindex(2, 2, 2)) for i, j, k in np.ndindex(2, 2, 3)
    ]
    yield "loc-good", same(np.reshape(made, (2, 2, 3)), np.einsum("ijklmn,ljkmn->ijk", w, windows))


def counts(rng: Any) -> Found:
    """Parameters, one by one; multiplications."""
    for o, k, c, f in product((1, 2, 3), (1, 2), (1, 3), (1, 2)):
        true = np.ones((o, k, c, f)).size + np.ones((o, f)).size
        yield "loc-par", o * k * c * f + o * f == true
        square = np.ones((o, o + 1, k, k + 1, c, f)).size + np.ones((o, o + 1, f)).size
        yield "loc-par-2d", o * (o + 1) * f * (k * (k + 1) * c + 1) == square
        yield "loc-par-conv", k * (k + 1) * c * f + f == square
    for m, r, n, s in product(range(1, 5), repeat=4):
        least = len(
            np.convolve(np.ones(m), np.ones(r))
        )  # as many products as the product of the polynomials has coefficients
        other = len(np.convolve(np.ones(n), np.ones(s)))
        yield "mu", m + r - 1 == least
        yield "mu-direct", m * r == least
        yield "mu-2d", (m + r - 1) * (n + s - 1) == least * other
        d = m + 1
        full, small = d * d * r * n * s * s, d * d * r * s * s + r * n * s * s
        yield "mobile-ratio", Fraction(small, full) == Fraction(1, n) + Fraction(1, d * d)


def circled(h: Any, x: Any) -> Any:
    """Circular convolution, product by product."""
    made = np.zeros(len(x), dtype=int)
    for (a, u), (b, v) in product(enumerate(h), enumerate(x)):
        made[(a + b) % len(x)] += u * v
    return made


def circular(rng: Any) -> Found:
    for n in range(1, 7):
        yield from circular_at(rng, n)


def circular_at(rng: Any, n: int) -> Found:
    h, x, g = array(rng, n), array(rng, n), array(rng, n)
    true = circled(h, x)
    minus = [sum(h[k] * x[(i - k) % n] for k in range(n)) for i in range(n)]
    for name in ("circ-angle", "circ-double", "circ-word", "circ-code"):
        yield name, same(minus, true)
    plus = [sum(h[k] * x[(i + k) % n] for k in range(n)) for i in range(n)]
    yield "circ-plus", same(plus, true)
    yield "circ-comm", same(circled(h, x), circled(x, h))
    yield "circ-corr-comm", same(plus, [sum(x[k] * h[(i + k) % n] for k in range(n)) for i in range(n)])
    dx, dh = vjp(lambda v: circled(h, v), x, g), vjp(lambda v: circled(v, x), h, g)
    yield "circ-dx", same([sum(h[k] * g[(j + k) % n] for k in range(n)) for j in range(n)], dx)
    yield "circ-dx-conv", same([sum(h[k] * g[(j - k) % n] for k in range(n)) for j in range(n)], dx)
    yield "circ-dh", same([sum(g[i] * x[(i - k) % n] for i in range(n)) for k in range(n)], dh)
    yield "circ-dh-plus", same([sum(g[i] * x[(i + k) % n] for i in range(n)) for k in range(n)], dh)
    yield "jac-circ", same([[h[(i - m) % n] for m in range(n)] for i in range(n)], jacobian(lambda v: circled(h, v), x))
    for a, b in product(range(1, 4), repeat=2):
        u, v = array(rng, a), array(rng, b)
        if n >= a + b - 2 and n >= max(a, b):
            padded = np.pad(u, (0, n - a)), np.pad(v, (0, n - b))
            line = np.convolve(u, v)[:n]
            agrees = same(circled(*padded), np.pad(line, (0, n - len(line))))
            yield "circ-linear-less", agrees
            if n >= a + b - 1:
                yield "circ-linear", agrees


MODES = {"circ": "wrap", "edge": "edge", "mirror": "reflect"}


def padded(rng: Any) -> Found:
    for n, k, lo in product(range(2, 6), range(1, 4), range(3)):
        if lo >= n or n + 2 * lo < k:
            continue
        yield from padded_at(rng, n, k, lo)


def padded_at(rng: Any, n: int, k: int, lo: int) -> Found:
    o = n + 2 * lo - k + 1
    w, x, g = array(rng, k), array(rng, n), array(rng, o)

    def layer(x: Any, w: Any, mode: str) -> Any:
        return np.correlate(np.pad(x, lo, mode=mode), w, "valid")  # type: ignore[call-overload]  # a mode of numpy.pad

    def read(place: Callable[[int], int]) -> Any:
        return [sum(w[p] * get(x, place(i + p)) for p in range(k)) for i in range(o)]

    def taps(place: Callable[[int], int]) -> Any:
        return [sum(g[i] * get(x, place(i + p)) for i in range(o)) for p in range(k)]

    wrap, edge, mirror = (layer(x, w, MODES[m]) for m in ("circ", "edge", "mirror"))
    yield "circ-pad", same(read(lambda i: (i - lo) % n), wrap)
    yield "circ-pad-sign", same(read(lambda i: (i + lo) % n), wrap)
    dw = vjp(lambda v: layer(x, v, "wrap"), w, g)
    yield "circ-pad-dw", same(taps(lambda i: (i - lo) % n), dw)
    yield "circ-pad-dw-zero", same(taps(lambda i: i - lo), dw)
    yield "edge-def", same(read(lambda i: int(np.clip(i - lo, 0, n - 1))), edge)
    yield "edge-off", same(read(lambda i: int(np.clip(i - lo, 0, n))), edge)
    dw, dx = vjp(lambda v: layer(x, v, "edge"), w, g), vjp(lambda v: layer(v, w, "edge"), x, g)
    yield "edge-dw", same(taps(lambda i: min(max(i - lo, 0), n - 1)), dw)
    yield "edge-dx", same([sum(g[i] * get(w, j - i + lo) for i in range(o)) for j in range(n)], dx)
    yield "mirror-def", same(read(lambda i: n - 1 - abs(n - 1 - abs(i - lo))), mirror)
    yield "mirror-half", same(read(lambda i: abs(i - lo)), mirror)


def near(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=1e-9, atol=1e-9))


def fourier(rng: Any) -> Found:
    f = np.fft.fft
    for n in range(1, 7):
        x, w = (array(rng, n) + 1j * array(rng, n) for _ in range(2))
        k = np.arange(n)
        folded = np.array([sum(x[p] * w[(i - p) % n] for p in range(n)) for i in range(n)])
        for name in ("dft-conv", "dft-words", "dft-y", "dft-y-name"):
            yield name, near(f(folded), f(x) * f(w))
        yield "dft-back", near(folded, np.fft.ifft(f(x) * f(w)))
        spectra = np.array([sum(f(x)[p] * f(w)[(i - p) % n] for p in range(n)) for i in range(n)])
        yield "dft-product", near(f(x * w), spectra / n)
        yield "dft-product-n", near(f(x * w), spectra)
        real = array(rng, n)
        y = np.array([sum(real[p] * x[(i + p) % n] for p in range(n)) for i in range(n)])
        yield "dft-corr", near(f(y), f(x) * f(real).conj())
        yield "dft-corr-plain", near(f(y), f(x) * f(real))
        for lo in range(3):
            z = np.array([sum(real[p] * x[(i + p - lo) % n] for p in range(n)) for i in range(n)])
            yield "dft-phase", near(f(z), np.exp(-2j * np.pi * k * lo / n) * f(x) * f(real).conj())
            yield "dft-phase-sign", near(f(z), np.exp(2j * np.pi * k * lo / n) * f(x) * f(real).conj())
            yield "dft-shift", near(f(np.roll(x, lo)), np.exp(-2j * np.pi * k * lo / n) * f(x))
            yield "dft-shift-sign", near(f(np.roll(x, lo)), np.exp(2j * np.pi * k * lo / n) * f(x))
        yield "parseval", near(sum(abs(x) ** 2), sum(abs(f(x)) ** 2) / n)
        yield "parseval-n", near(sum(abs(x) ** 2), sum(abs(f(x)) ** 2))
        yield "plancherel", near(sum(x * w.conj()), sum(f(x) * f(w).conj()) / n)
        matrix = np.exp(-2j * np.pi * np.outer(k, k) / n)
        yield "dft-def", near(matrix @ x, f(x))
        yield "dft-def-plus", near(matrix.conj() @ x, f(x))
        yield "idft", near(matrix.conj() @ f(x) / n, x)
        yield "idft-n", near(matrix.conj() @ f(x), x)
        yield "dft-real", near([f(real)[(n - q) % n] for q in k], f(real).conj())


def fits(made: Callable[[], Any]) -> bool:
    """Whether the shapes of a product fit."""
    try:
        made()
    except ValueError:
        return False
    return True


def products(rng: Any) -> Found:
    m, k, n = 2, 3, 4
    W, X, G = array(rng, m, k), array(rng, k, n), array(rng, m, n)
    dX, dW = vjp(lambda v: W @ v, X, G), vjp(lambda v: v @ X, W, G)
    for name in ("mat-dx", "mat-dcol"):
        yield name, same(W.T @ G, dX)
    yield "mat-dx-w", fits(lambda: W @ G)
    yield "mat-dw", same(G @ X.T, dW)
    yield "mat-row", same(W.T @ G, vjp(lambda v: W @ v, X, G))
    x, g = array(rng, k), array(rng, m)
    yield "mat-toeplitz", same(W.T @ g, vjp(lambda v: W @ v, x, g))
    yield "mat-toeplitz-w", fits(lambda: W @ g)
    yield "mat-outer", same(np.outer(g, x), vjp(lambda v: v @ x, W, g))
    data, weights = array(rng, 6), array(rng, m, k)
    columns = np.lib.stride_tricks.sliding_window_view
    upstream = array(rng, m, 4)
    dx = vjp(lambda v: weights @ columns(v, k).T, data, upstream)
    folded = np.zeros(6, dtype=int)
    for p, i in np.ndindex(k, 4):
        folded[i + p] += (weights.T @ upstream)[p, i]
    yield "col2im", same(folded, dx)
    yield "phi-star", same(folded, vjp(lambda v: columns(v, k) @ weights.T, data, upstream.T))
    yield "col2im-w", fits(lambda: weights @ upstream)
    w, x = array(rng, 3), array(rng, 6)
    by_x, by_w = jacobian(lambda v: np.correlate(v, w, "valid"), x), jacobian(lambda v: np.correlate(x, v, "valid"), w)
    yield "jac-x", same([[get(w, j - i) for j in range(6)] for i in range(4)], by_x)
    yield "jac-x-w", same([[get(w, i - j) for j in range(6)] for i in range(4)], by_x)
    yield "jac-w", same([[x[i + p] for p in range(3)] for i in range(4)], by_w)
    for s in (1, 2, 3):
        step = jacobian(lambda v: np.correlate(v, w, "valid"), x)[::s]
        yield "jac-s", same([[get(w, j - s * i) for j in range(6)] for i in range(len(step))], step)
    u, v, image = array(rng, 2), array(rng, 3), array(rng, 4, 5)
    both = convolved(np.outer(u, v), image)
    yield "separable", same(convolved(u[:, None], convolved(v[None, :], image)), both)
    yield "separable-w", same(convolved(u[:, None], convolved(v[:, None], image)), both)


def convolved(a: Any, b: Any) -> Any:
    """Convolution along two axes, product by product."""
    made = np.zeros([m + n - 1 for m, n in zip(a.shape, b.shape, strict=True)], dtype=int)
    for i in np.ndindex(*a.shape):
        made[tuple(slice(p, p + n) for p, n in zip(i, b.shape, strict=True))] += a[i] * b
    return made


def field(layers: list[tuple[int, int, int]]) -> int:
    """Inputs between the first and the last that one output reads: (kernel, stride, dilation), by sets of places."""
    places = {0}
    for k, s, d in reversed(layers):
        places = {s * i + d * p for i in places for p in range(k)}
    return max(places) - min(places) + 1


def stacks(rng: Any) -> Found:
    for k, n in product(range(1, 5), range(1, 5)):
        doubled = [(k, 1, 2**layer) for layer in range(n)]
        twice = [layer for layer in doubled for _ in range(2)]
        yield "tcn", 1 + 2 * (k - 1) * (2**n - 1) == field(twice)
        yield "tcn-words", n * k * 2 ** (n - 1) == field(twice)
        yield "doubling", 1 + (k - 1) * (2**n - 1) == field(doubled)
        yield "doubling-last", 1 + (k - 1) * 2 ** (n - 1) == field(doubled)
        tripled = [(k, 1, 3**layer) for layer in range(n)]
        yield "base", 1 + (k - 1) * Fraction(3**n - 1, 2) == field(tripled)
        for blocks in (1, 2, 3):
            if k == 2:
                yield "wavenet", blocks * 2**n - blocks + 1 == field(doubled * blocks)
            made = blocks * 2**n * (k - 1) - (k - 2) - blocks + 1
            yield "wavenet-k", made == field(doubled * blocks)
    for s, r, k in product(range(1, 5), repeat=3):
        need = len({s * i + p for i in range(r) for p in range(k)} | set(range(s * (r - 1) + 1)))
        yield "top-down", s * r + (k - s) == need
        yield "top-down-w", s * r + k == need
        yield "top-down-1", s * r + k - 1 == need
    for a, b, s, t in product(range(1, 4), repeat=4):
        yield "top-down-0", (a - 1) + (b - 1) * s + 1 == field([(a, s, 1), (b, t, 1)])
    for n, k, s, p in product(range(1, 8), range(1, 4), range(1, 4), range(2)):
        o = len(range(-p, n + p - k + 1, s))
        if o >= 1:
            told = (o - 1) * s + k - 2 * p
            yield "inverse", told == n
            yield "inverse-sign", told + 4 * p == n
            if told >= 1:
                yield "inverse-least", told == next(m for m in range(1, 99) if len(range(-p, m + p - k + 1, s)) == o)


def hold(seeds: int = 3) -> dict[str, tuple[int, int]]:
    """At how many points each formula holds, and at how many it was tried."""
    tally: dict[str, list[bool]] = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        for part in (local, counts, circular, padded, fourier, products, stacks):
            for name, held in part(rng):
                tally.setdefault(name, []).append(held)
    return {name: (sum(found), len(found)) for name, found in tally.items()}
