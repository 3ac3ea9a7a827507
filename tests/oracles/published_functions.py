"""Published formulas about activations, softmax, losses and pooling by brute force: the claimed value beside a true one.

Nothing of symconv is used here.  Derivatives are taken numerically: by mpmath with 30 digits for one variable, by a complex step
for losses of several; pooling is done window by window on random numbers.  An entry gives the pairs (claimed, true).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np

mp = mpmath.mp
Pair = tuple[Any, Any]
POINTS = [mpmath.mpf(x) for x in ("-2.3", "-1", "-0.4", "0", "0.3", "1", "2.7")]
AWAY = [x for x in POINTS if x != 0]


def sig(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def relu(x: Any) -> Any:
    return x if x > 0 else x * 0


HUNDREDTH = mpmath.mpf("0.01")


def leaky(x: Any, a: Any = HUNDREDTH) -> Any:
    return x if x > 0 else a * x


def softplus(x: Any) -> Any:
    return mp.log(1 + mp.exp(x))


def gelu(x: Any) -> Any:
    return x * mp.ncdf(x)


def silu(x: Any) -> Any:
    return x * sig(x)


def d(f: Callable[[Any], Any], kinks: tuple[Any, ...] = ()) -> Callable[[Any], Any]:
    """The derivative; None at a kink."""
    return lambda x: None if x in kinks else mp.diff(f, x)


def one(claimed: Callable[[Any], Any], true: Callable[[Any], Any], points: Any = POINTS) -> Callable[[], Iterator[Pair]]:
    """A claim about a function of one variable."""
    return lambda: ((claimed(x), true(x)) for x in points)


# several variables
def soft(z: Any) -> Any:
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def step(f: Callable[[Any], Any], x: Any) -> Any:
    """d f / d x, the entries of f first."""
    made = []
    for at in np.ndindex(*x.shape):
        moved = x.astype(complex)
        moved[at] += 1e-30j
        made.append(np.asarray(f(moved)).imag / 1e-30)
    return np.moveaxis(np.array(made).reshape(*x.shape, *np.shape(f(x))), range(x.ndim), range(-x.ndim, 0))


def draws() -> Iterator[tuple[Any, Any, int]]:
    """Logits, a target that sums to 1, a class."""
    rng = np.random.RandomState(5)
    for size in (1, 2, 3, 5):
        for c in range(size):
            y = rng.rand(size)
            yield rng.randn(size), y / y.sum(), c
            yield rng.randn(size), np.eye(size)[c], c


def vector(claimed: Callable[..., Any], true: Callable[..., Any]) -> Callable[[], Iterator[Pair]]:
    """A claim about logits z, a target y and a class c."""
    return lambda: ((claimed(z, y, c), true(z, y, c)) for z, y, c in draws())


def ce(z: Any, y: Any) -> Any:
    return -(y * np.log(soft(z))).sum()


def batch(claimed: Callable[..., Any]) -> Callable[[], Iterator[Pair]]:
    """The mean cross-entropy of a batch."""

    def pairs() -> Iterator[Pair]:
        rng = np.random.RandomState(6)
        for n, k in itertools.product((1, 2, 3), (2, 3)):
            z, y = rng.randn(n, k), np.eye(k)[rng.randint(k, size=n)]
            yield claimed(z, y), step(lambda u, y=y: -(y * np.log(soft(u))).sum() / len(u), z)

    return pairs


def squares(claimed: Callable[..., Any], true: Callable[..., Any]) -> Callable[[], Iterator[Pair]]:
    def pairs() -> Iterator[Pair]:
        rng = np.random.RandomState(7)
        for n in (1, 2, 3, 4):
            x, t = rng.randn(n), rng.randn(n)
            yield claimed(x, t), true(x, t)

    return pairs


def mse(x: Any, t: Any) -> Any:
    return ((x - t) ** 2).sum() / x.size


def binary(claimed: Callable[..., Any], by: str = "z") -> Callable[[], Iterator[Pair]]:
    """L = -(y log p + (1 - y) log(1 - p)), by z or p, or L itself."""

    def loss(p: Any, y: Any) -> Any:
        return -(y * mp.log(p) + (1 - y) * mp.log(1 - p))

    def pairs() -> Iterator[Pair]:
        for z, y in itertools.product(AWAY, (0, 1, mpmath.mpf("0.3"))):
            p = sig(z)
            true = {
                "z": lambda z=z, y=y: mp.diff(lambda u: loss(sig(u), y), z),
                "p": lambda p=p, y=y: mp.diff(lambda q: loss(q, y), p),
                "": lambda p=p, y=y: loss(p, y),
            }[by]()
            yield claimed(z, p, y), true

    return pairs


def dense(claimed: Callable[..., Any], by: str) -> Callable[[], Iterator[Pair]]:
    """L = sum g f(W x + b), f = tanh; delta = dL/dz."""

    def pairs() -> Iterator[Pair]:
        rng = np.random.RandomState(8)
        for m, n in ((1, 1), (2, 3), (3, 2)):
            v = {"W": rng.randn(m, n), "x": rng.randn(n), "b": rng.randn(m)}
            g = rng.randn(m)
            z = v["W"] @ v["x"] + v["b"]
            slope = 1 - np.tanh(z) ** 2

            def loss(u: Any, v: Any = v, g: Any = g) -> Any:
                w = {**v, by: u}
                return (g * np.tanh(w["W"] @ w["x"] + w["b"])).sum()

            yield claimed(v["W"], v["x"], g * slope, g, slope), step(loss, v[by])

    return pairs


# pooling
def pool(
    claimed: Callable[..., Any], kind: str, given: Callable[..., bool] = lambda *_: True, pads: int = 1
) -> Callable[[], Iterator[Pair]]:
    """One axis: y[i] from x, k, s, P (zeros, or -infinity), over all small sizes."""

    def pairs() -> Iterator[Pair]:
        rng = np.random.RandomState(9)
        for n, k, s, p in itertools.product(range(1, 6), range(1, 4), range(1, 4), range(pads)):
            if n + 2 * p < k or not given(n, k, s, p):
                continue
            x = rng.randn(n)
            padded = np.pad(x, p, constant_values=0 if kind == "avg" else -np.inf)
            for i in range((n + 2 * p - k) // s + 1):
                window = padded[s * i : s * i + k]
                true = window.mean() if kind == "avg" else window.max()
                yield claimed(At(x), i, k, s, p), true

    return pairs


def spread(
    claimed: Callable[..., Any], given: Callable[..., bool] = lambda *_: True, pads: int = 1
) -> Callable[[], Iterator[Pair]]:
    """The gradient of an average pooling, each window handing its part to every entry it reads."""

    def pairs() -> Iterator[Pair]:
        rng = np.random.RandomState(10)
        for n, k, s, p in itertools.product(range(1, 6), range(1, 4), range(1, 4), range(pads)):
            if n + 2 * p < k or not given(n, k, s, p):
                continue
            g = rng.randn((n + 2 * p - k) // s + 1)
            grad = np.zeros(n + 2 * p)
            for i, v in enumerate(g):
                grad[s * i : s * i + k] += v / k
            for j in range(n):
                yield claimed(At(g), j, k, s, p), grad[p + j]

    return pairs


class At:
    """A row that is 0 outside, and at fractions."""

    def __init__(self, row: Any) -> None:
        self.row = row

    def __call__(self, at: Any) -> Any:
        whole = int(at) if float(at).is_integer() else -1
        return self.row[whole] if 0 <= whole < len(self.row) else 0.0


def planes(claimed: Callable[..., Any], kind: str) -> Callable[[], Iterator[Pair]]:
    """Two axes without padding, a kernel and a stride per axis."""

    def pairs() -> Iterator[Pair]:
        rng = np.random.RandomState(11)
        for kh, kw, sh, sw in itertools.product((1, 2), (1, 3), (1, 2), (1, 3)):
            x = rng.randn(4, 5)
            for h, w in itertools.product(range((4 - kh) // sh + 1), range((5 - kw) // sw + 1)):
                window = x[sh * h : sh * h + kh, sw * w : sw * w + kw]
                yield claimed(x, h, w, kh, kw, sh, sw), window.mean() if kind == "avg" else window.max()

    return pairs


def largest(x: Any, h: int, w: int, kh: int, kw: int, sh: int, sw: int) -> Any:
    return max(x[sh * h + m, sw * w + n] for m in range(kh) for n in range(kw))


def mean(x: Any, h: int, w: int, kh: int, kw: int, sh: int, sw: int) -> Any:
    return sum(x[sh * h + m, sw * w + n] for m in range(kh) for n in range(kw)) / (kh * kw)


def holds(entry: Callable[[], Iterator[Pair]]) -> bool:
    """Whether every claimed value is the true one."""
    tried = 0
    for claimed, true in entry():
        tried += 1
        if claimed is None or true is None:
            if claimed is not true:
                return False
        elif not np.allclose(np.asarray(claimed, float), np.asarray(true, float), rtol=1e-9, atol=1e-9):
            return False
    assert tried
    return True


E = mp.exp
CLAIMS: dict[str, Callable[[], Iterator[Pair]]] = {
    "f-sig": one(lambda x: 1 / (1 + E(-x)), sig),
    "f-sig-wrong": one(lambda x: 1 / (1 + E(x)), sig),
    "f-sig-exp": one(lambda x: E(x) / (1 + E(x)), sig),
    "f-sig-d": one(lambda x: sig(x) * (1 - sig(x)), d(sig)),
    "f-sig-d-plus": one(lambda x: sig(x) * (1 + sig(x)), d(sig)),
    "f-sig-d-bare": one(lambda x: sig(x) * (1 - sig(x)), d(sig)),
    "f-sig-d-frac": one(lambda x: E(-x) / (1 + E(-x)) ** 2, d(sig)),
    "f-sig-d-alias": one(lambda x: sig(x) * (1 - sig(x)), d(sig)),
    "f-sig-d-out": one(lambda x: sig(x) * (1 - sig(x)), d(sig)),
    "f-sig-dd": one(lambda x: sig(x) * (1 - sig(x)) * (1 - 2 * sig(x)), lambda x: mp.diff(sig, x, 2)),
    "f-sig-minus": one(lambda x: 1 - sig(x), lambda x: sig(-x)),
    "f-sig-minus-wrong": one(lambda x: -sig(x), lambda x: sig(-x)),
    "f-sig-tanh": one(lambda x: (1 + mp.tanh(x / 2)) / 2, sig),
    "f-tanh": one(lambda x: (E(x) - E(-x)) / (E(x) + E(-x)), mp.tanh),
    "f-tanh-2x": one(lambda x: (E(2 * x) - 1) / (E(2 * x) + 1), mp.tanh),
    "f-tanh-sig": one(lambda x: 2 * sig(2 * x) - 1, mp.tanh),
    "f-tanh-sig-wrong": one(lambda x: 2 * sig(x) - 1, mp.tanh),
    "f-tanh-d": one(lambda x: 1 - mp.tanh(x) ** 2, d(mp.tanh)),
    "f-tanh-d-wrong": one(lambda x: 1 - mp.tanh(x), d(mp.tanh)),
    "f-tanh-d-sech": one(lambda x: mp.sech(x) ** 2, d(mp.tanh)),
    "f-tanh-d-out": one(lambda x: 1 - mp.tanh(x) ** 2, d(mp.tanh)),
    "f-softplus": one(lambda x: mp.log(1 + E(x)), softplus),
    "f-softplus-d": one(sig, d(softplus)),
    "f-softplus-pair": one(lambda x: x, lambda x: softplus(x) - softplus(-x)),
    "f-softplus-stable": one(lambda x: max(0, x) + mp.log(1 + E(-abs(x))), softplus),
    "f-logsigmoid": one(lambda x: mp.log(1 / (1 + E(-x))), lambda x: mp.log(sig(x))),
    "f-logsigmoid-d": one(lambda x: 1 - sig(x), d(lambda x: mp.log(sig(x)))),
    "f-relu": one(lambda x: max(0, x), relu),
    "f-relu-cases": one(lambda x: x if x > 0 else 0, relu),
    "f-relu-abs": one(lambda x: (x + abs(x)) / 2, relu),
    "f-relu-min": one(lambda x: min(0, x), relu),
    "f-relu-d": one(lambda x: 1 if x > 0 else 0, d(relu, (0,))),
    "f-relu-d-open": one(lambda x: 1 if x > 0 else 0, d(relu, (0,)), AWAY),
    "f-relu-d-given": one(lambda x: 1 if x > 0 else 0, d(relu, (0,)), AWAY),
    "f-relu-d-geq": one(lambda x: 1 if x >= 0 else 0, d(relu, (0,))),
    "f-relu-d-x": one(lambda x: x if x > 0 else 0, d(relu, (0,)), AWAY),
    "f-leaky": one(lambda x: max(0, x) + mpmath.mpf("0.01") * min(0, x), leaky),
    "f-leaky-max": one(lambda x: max(mpmath.mpf("0.01") * x, x), leaky),
    "f-leaky-max-a": lambda: ((max(a * x, x), leaky(x, a)) for a in (0.5, 2) for x in (-1.0, 1.5)),
    "f-leaky-d": one(lambda x: 1 if x > 0 else mpmath.mpf("0.01"), d(leaky, (0,)), AWAY),
    "f-gelu": one(lambda x: x * mp.ncdf(x), gelu),
    "f-gelu-erf": one(lambda x: x / 2 * (1 + mp.erf(x / mp.sqrt(2))), gelu),
    "f-gelu-tanh": one(lambda x: x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mpmath.mpf("0.044715") * x**3))), gelu),
    "f-gelu-sig": one(lambda x: x * sig(mpmath.mpf("1.702") * x), gelu),
    "f-gelu-d": one(lambda x: mp.ncdf(x) + x * mp.npdf(x), d(gelu)),
    "f-silu-d": one(lambda x: sig(x) * (1 + x * (1 - sig(x))), d(silu)),
    "f-silu-d-swish": one(lambda x: silu(x) + sig(x) * (1 - silu(x)), d(silu)),
    "f-relu6": one(lambda x: min(max(0, x), 6), lambda x: min(relu(x), 6), [*POINTS, mpmath.mpf(7)]),
    "f-soft": vector(lambda z, y, c: np.exp(z) / np.exp(z).sum(), lambda z, y, c: soft(z)),
    "f-soft-shift": vector(lambda z, y, c: soft(z), lambda z, y, c: soft(z + 1.7)),
    "f-soft-scale": vector(lambda z, y, c: soft(z), lambda z, y, c: soft(2 * z)),
    "f-soft-max": vector(lambda z, y, c: np.exp(z - z.max()) / np.exp(z - z.max()).sum(), lambda z, y, c: soft(z)),
    "f-soft-jac": vector(lambda z, y, c: np.diag(soft(z)) - np.outer(soft(z), soft(z)), lambda z, y, c: step(soft, z)),
    "f-soft-jac-cases": vector(
        lambda z, y, c: np.diag(soft(z)) - np.outer(soft(z), soft(z)), lambda z, y, c: step(soft, z)
    ),
    "f-soft-jac-one": vector(lambda z, y, c: np.outer(soft(z), 1 - soft(z)), lambda z, y, c: step(soft, z)),
    "f-soft-jac-sign": vector(lambda z, y, c: np.outer(soft(z), soft(z)) - np.diag(soft(z)), lambda z, y, c: step(soft, z)),
    "f-soft-jac-diag": vector(lambda z, y, c: np.diag(soft(z)) - np.outer(soft(z), soft(z)), lambda z, y, c: step(soft, z)),
    "f-logsoft-d": vector(
        lambda z, y, c: np.eye(len(z)) - soft(z)[None, :], lambda z, y, c: step(lambda u: np.log(soft(u)), z)
    ),
    "f-soft-vjp": vector(
        lambda z, y, c: soft(z) * (y - (soft(z) * y).sum()), lambda z, y, c: step(lambda u: (y * soft(u)).sum(), z)
    ),
    "f-lse": vector(lambda z, y, c: 0.7 + np.log(np.exp(z - 0.7).sum()), lambda z, y, c: np.log(np.exp(z).sum())),
    "f-lse-d": vector(lambda z, y, c: soft(z), lambda z, y, c: step(lambda u: np.log(np.exp(u).sum()), z)),
    "f-ce-def": vector(lambda z, y, c: -(y * np.log(soft(z))).sum(), lambda z, y, c: ce(z, y)),
    "f-ce-class": vector(lambda z, y, c: -z[c] + np.log(np.exp(z).sum()), lambda z, y, c: ce(z, np.eye(len(z))[c])),
    "f-ce-class-frac": vector(
        lambda z, y, c: -np.log(np.exp(z)[c] / np.exp(z).sum()), lambda z, y, c: ce(z, np.eye(len(z))[c])
    ),
    "f-ce-class-sign": vector(lambda z, y, c: z[c] - np.log(np.exp(z).sum()), lambda z, y, c: ce(z, np.eye(len(z))[c])),
    "f-ce-dz": vector(lambda z, y, c: soft(z) - y, lambda z, y, c: step(lambda u: ce(u, y), z)),
    "f-ce-dz-hat": vector(lambda z, y, c: soft(z) - y, lambda z, y, c: step(lambda u: ce(u, y), z)),
    "f-ce-dz-chain": vector(lambda z, y, c: soft(z) - y, lambda z, y, c: step(lambda u: ce(u, y), z)),
    "f-ce-dz-sign": vector(lambda z, y, c: y - soft(z), lambda z, y, c: step(lambda u: ce(u, y), z)),
    "f-ce-dz-class": vector(
        lambda z, y, c: soft(z) - np.eye(len(z))[c], lambda z, y, c: step(lambda u: ce(u, np.eye(len(z))[c]), z)
    ),
    "f-ce-dp": vector(lambda z, y, c: -y / soft(z), lambda z, y, c: step(lambda q: -(y * np.log(q)).sum(), soft(z))),
    "f-ce-dp-sign": vector(lambda z, y, c: y / soft(z), lambda z, y, c: step(lambda q: -(y * np.log(q)).sum(), soft(z))),
    "f-ce-batch": batch(lambda z, y: (soft(z) - y) / len(z)),
    "f-ce-batch-sum": batch(lambda z, y: soft(z) - y),
    "f-mse-d": squares(lambda x, t: 2 * (x - t) / x.size, lambda x, t: step(lambda u: mse(u, t), x)),
    "f-mse-d-half": squares(lambda x, t: x - t, lambda x, t: step(lambda u: mse(u, t), x)),
    "f-mse-d-sign": squares(lambda x, t: 2 * (t - x) / x.size, lambda x, t: step(lambda u: mse(u, t), x)),
    "f-sq-d": squares(lambda x, t: x - t, lambda x, t: step(lambda u: ((u - t) ** 2).sum() / 2, x)),
    "f-mse": squares(lambda x, t: ((x - t) ** 2).sum() / x.size, mse),
    "f-bce-dz": binary(lambda z, p, y: p - y),
    "f-bce-dz-wrong": binary(lambda z, p, y: p * (1 - y)),
    "f-bce-dp": binary(lambda z, p, y: (p - y) / (p * (1 - p)), "p"),
    "f-bce-logits": binary(lambda z, p, y: max(z, 0) - z * y + mp.log(1 + E(-abs(z))), ""),
    "f-dense-dw": dense(lambda w, x, delta, g, slope: np.outer(delta, x), "W"),
    "f-dense-dw-vec": dense(lambda w, x, delta, g, slope: np.outer(delta, x), "W"),
    "f-dense-dw-act": dense(lambda w, x, delta, g, slope: np.outer(g * slope, x), "W"),
    "f-dense-dw-lost": dense(lambda w, x, delta, g, slope: np.outer(g, x), "W"),
    "f-dense-db": dense(lambda w, x, delta, g, slope: delta, "b"),
    "f-dense-dx": dense(lambda w, x, delta, g, slope: w.T @ delta, "x"),
    "f-dense-dx-sum": dense(lambda w, x, delta, g, slope: w.T @ delta, "x"),
    "p-avg1": pool(lambda x, i, k, s, p: sum(x(s * i + m) for m in range(k)) / k, "avg"),
    "p-avg1-pad": pool(lambda x, i, k, s, p: sum(x(s * i + m) for m in range(k)) / k, "avg", pads=2),
    "p-avg1-pads": pool(lambda x, i, k, s, p: sum(x(s * i + m - p) for m in range(k)) / k, "avg", pads=2),
    "p-avg1-sum": pool(lambda x, i, k, s, p: sum(x(s * i + m) for m in range(k)), "avg"),
    "p-avg1-long": pool(lambda x, i, k, s, p: sum(x(s * i + m) for m in range(k + 1)) / k, "avg"),
    "p-avg1-nostride": pool(lambda x, i, k, s, p: sum(x(i + m) for m in range(k)) / k, "avg"),
    "p-avg1-apart": pool(lambda x, i, k, s, p: sum(x(k * i + m) for m in range(k)) / k, "avg"),
    "p-avg2": planes(mean, "avg"),
    "p-avg2-one": planes(lambda x, h, w, kh, kw, sh, sw: mean(x, h, w, kh, kw, sh, sw) * kw, "avg"),
    "p-max1": pool(lambda x, i, k, s, p: max(x(s * i + m) for m in range(k)), "max"),
    "p-max1-range": pool(lambda x, i, k, s, p: max(x(s * i + m) for m in range(k)), "max"),
    "p-max1-min": pool(lambda x, i, k, s, p: min(x(s * i + m) for m in range(k)), "max"),
    "p-max1-long": pool(lambda x, i, k, s, p: max(x(s * i + m) for m in range(k + 1)), "max"),
    "p-max2": planes(largest, "max"),
    "p-max2-swap": planes(lambda x, h, w, kh, kw, sh, sw: largest(np.pad(x, 5), h + 5, w + 5, kw, kh, 1, 1), "max"),
    "p-avg-g": spread(lambda g, j, k, s, p: sum(g(i) for i in range(9) if 0 <= j - s * i < k) / k),
    "p-avg-g-flip": spread(lambda g, j, k, s, p: sum(g((j - m) / s) for m in range(k)) / k),
    "p-avg-g-apart": spread(lambda g, j, k, s, p: g(j // k) / k, lambda n, k, s, p: s == k),
    "p-avg-g-lost": spread(lambda g, j, k, s, p: g(j // k), lambda n, k, s, p: s == k),
    "p-avg-g-any": spread(lambda g, j, k, s, p: g(j // k) / k),
}
