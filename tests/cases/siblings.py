"""Claims whose truth changes late, or at few points: formulas, and both sides in Python to settle them by brute force.

Every row: the formula, the names with their least values, the claim in Python, marks (values at which a name is tried beside
1..9), options of ``verify``.  What the claim is at these points is the truth that a verdict is held against.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any


@dataclass(frozen=True)
class Row:
    """A claim and its truth."""

    formula: str
    names: str  # n m: least 1; n0: least 0
    claim: Callable[..., bool]
    marks: tuple[int, ...] = ()
    where: str = ""
    given: str = ""
    operator: str = ""
    about: str = ""

    def points(self) -> Iterator[dict[str, int]]:
        """Where it is tried: small values and marks, in every name."""
        each = [(n.rstrip("0"), 0 if n.endswith("0") else 1) for n in self.names.split()]
        near = {m + e for m in self.marks for e in (-1, 0, 1)}
        small = {1: 40, 2: 12, 3: 7, 4: 4}[len(each)]
        spans = [sorted({*range(low, low + small), *(v for v in near if v >= low)}) for _, low in each]
        for values in itertools.product(*spans):
            yield {n: v for (n, _), v in zip(each, values, strict=True)}

    def truth(self) -> dict[tuple[tuple[str, int], ...], bool]:
        """The claim at every point of its domain: None from it is outside."""
        found: dict[tuple[tuple[str, int], ...], bool] = {}
        for point in self.points():
            try:
                held: Any = self.claim(**point)
            except ZeroDivisionError:  # no value: it does not hold
                held = False
            if held is not None:
                found[tuple(point.items())] = bool(held)
        return found


def fits(o: Callable[..., Any]) -> Callable[..., Any]:
    """A claim about an output size, where a window fits: windows are listed, o = the formula."""

    def claim(**p: int) -> Any:
        n, k, s, pad, d = p["i"], p.get("k", 1), p.get("s", 1), p.get("p", 0), p.get("d", 1)
        starts = range(-pad, n + pad - d * (k - 1), s)
        return None if not starts else o(**p) == len(starts)

    return claim


def same(o: Callable[..., Any]) -> Callable[..., Any]:
    """A claim about an output size with SAME padding: as many as positions 0, s, 2s, .. below i."""
    return lambda **p: o(**p) == len(range(0, p["i"], p.get("s", 1)))


def unless(given: Callable[..., bool], claim: Callable[..., bool]) -> Callable[..., Any]:
    """A claim where something is given; outside it says nothing."""
    return lambda **p: claim(**p) if given(**p) else None


SIZE = "o=output, i=input, k=kernel, s=stride, p=zero padding on each side, d=dilation"
AB = "a=number, b=number, c=number"


def size(formula: str, names: str, o: Callable[..., Any], *marks: int, given: str = "", when: Any = None) -> Row:
    """A row about an output size."""
    used = ", ".join(w for w in SIZE.split(", ") if w[0] in (*names.replace("0", "").split(), "o"))
    claim = fits(o) if when is None else unless(when, fits(o))
    return Row(formula, names, claim, marks, used, given, "", "output-size")


ROWS = [
    # remainders, floors and ceilings with late constants
    Row(r"n \bmod 17 = n", "n", lambda n: n % 17 == n, (17, 34, 1000)),
    Row(r"n \bmod 4096 = n", "n", lambda n: n % 4096 == n, (4096, 8192)),
    Row(r"m \bmod 99999 = m", "m", lambda m: m % 99999 == m, (99999, 10**6)),
    Row(r"\lfloor n/255 \rfloor = 0", "n", lambda n: n // 255 == 0, (255, 510)),
    Row(r"1000 \lfloor n/1000 \rfloor + n \bmod 1000 = n", "n", lambda n: True, (1000,)),
    Row(r"\lceil n/99999 \rceil = 1", "n", lambda n: ceil(n / 99999) == 1, (99999,)),
    Row(r"\lfloor \lfloor n/17 \rfloor / 15 \rfloor = \lfloor n/255 \rfloor", "n", lambda n: n // 17 // 15 == n // 255, (255, 5100)),
    Row(r"\lfloor \lfloor n/16 \rfloor / 16 \rfloor = \lfloor n/255 \rfloor", "n", lambda n: n // 256 == n // 255, (255, 256, 510)),
    Row(r"\lfloor \lceil n/2 \rceil / 128 \rfloor = \lfloor n/256 \rfloor", "n", lambda n: -(-n // 2) // 128 == n // 256, (255, 256, 511)),
    Row(r"\lfloor 3 n/1000 \rfloor = 0", "n", lambda n: 3 * n // 1000 == 0, (333, 334, 1000)),
    Row(r"\lfloor n^2/1000 \rfloor = 0", "n", lambda n: n * n // 1000 == 0, (31, 32, 1000)),
    Row(r"n \bmod 65536 \bmod 256 = n \bmod 256", "n", lambda n: n % 65536 % 256 == n % 256, (256, 65536)),
    Row(r"n \bmod 1000 \bmod 256 = n \bmod 256", "n", lambda n: n % 1000 % 256 == n % 256, (256, 999, 1000)),
    Row(r"\lfloor n/m \rfloor m = n", "n m", lambda n, m: n // m * m == n, (17,)),
    Row(r"n \bmod m = n", "n m", lambda n, m: n % m == n, (17,)),
    Row(r"\lceil n/m \rceil = \lfloor n/m \rfloor + 1", "n m", lambda n, m: -(-n // m) == n // m + 1, (17,)),
    Row(r"\lfloor n/(m+1) \rfloor = 0", "n m", lambda n, m: n // (m + 1) == 0, (17,), "n=number, m=size"),
    Row(r"\lfloor (n + m)/1000 \rfloor = \lfloor n/1000 \rfloor + \lfloor m/1000 \rfloor", "n m", lambda n, m: (n + m) // 1000 == n // 1000 + m // 1000, (500, 999, 1000)),
    Row(r"\lfloor (n + 255)/255 \rfloor = \lfloor n/255 \rfloor + 1", "n", lambda n: (n + 255) // 255 == n // 255 + 1, (255,)),
    # maxima, minima, moduli
    Row(r"\max(n, 255) = 255", "n", lambda n: max(n, 255) == 255, (255,)),
    Row(r"\min(n, 1000) = n", "n", lambda n: min(n, 1000) == n, (1000,)),
    Row(r"\min(n, m + 4096) = n", "n m", lambda n, m: min(n, m + 4096) == n, (4096, 4100)),
    Row(r"\max(n, 17 m) = n", "n m", lambda n, m: max(n, 17 * m) == n, (17, 34, 51)),
    Row(r"\max(n, m) + \min(n, m) = n + m", "n m", lambda n, m: True, (17,)),
    Row(r"\max(n, m, 17) = \max(n, m)", "n m", lambda n, m: max(n, m) >= 17, (17,)),
    Row(r"|n - 17| = 17 - n", "n", lambda n: abs(n - 17) == 17 - n, (17,)),
    Row(r"|n - m| = n - m", "n m", lambda n, m: n >= m, (17,)),
    Row(r"\min(n, 255) \cdot \max(n, 255) = 255 n", "n", lambda n: True, (255,)),
    # polynomials
    Row(r"(n - 3)(n - 17) = 0", "n", lambda n: n in (3, 17), (17,)),
    Row(r"n^2 = 17 n + 18", "n", lambda n: n == 18, (18,)),
    Row(r"n^2 = 4096", "n", lambda n: n == 64, (64, 4096)),
    Row(r"a (b - 1) = a c", "a0 b0 c0", lambda a, b, c: a == 0 or b == c + 1, (), AB),
    Row(r"a b = a c", "a0 b0 c0", lambda a, b, c: a == 0 or b == c, (), AB),
    Row(r"a b = a + b", "a0 b0", lambda a, b: a * b == a + b, (), "a=number, b=number"),
    Row(r"(a + b)^2 = a^2 + b^2 + 2 a", "a0 b0", lambda a, b: a == 0 or b == 1, (), "a=number, b=number"),
    Row(r"(a + b)(a - b) = a^2 - b^2", "a0 b0", lambda a, b: True, (), "a=number, b=number"),
    Row(r"a^3 + b^3 = (a + b)(a^2 - a b + b^2)", "a0 b0", lambda a, b: True, (), "a=number, b=number"),
    Row(r"(a - 255)(b - 17) = 0", "a0 b0", lambda a, b: a == 255 or b == 17, (17, 255), "a=number, b=number"),
    Row(r"n^2 \le 1000 n", "n", lambda n: n <= 1000, (1000,)),
    Row(r"n < 4096", "n", lambda n: n < 4096, (4096,), about="arithmetic", where="n=number"),
    Row(r"n m \ge n + m - 1", "n m", lambda n, m: n * m >= n + m - 1, (17,)),
    # parity, sums, powers
    Row(r"n (n + 1) \bmod 2 = 0", "n", lambda n: True, (17,)),
    Row(r"\lfloor n/2 \rfloor \cdot 2 = n", "n", lambda n: n % 2 == 0, (17,)),
    Row(r"\lfloor (n+1)/2 \rfloor = \lfloor n/2 \rfloor", "n", lambda n: n % 2 == 0, (17,)),
    Row(r"\sum_{k=1}^{n} k = n (n + 1)/2", "n", lambda n: True, (17,)),
    Row(r"\sum_{k=1}^{n} k^2 = n (n + 1)(2 n + 1)/6", "n", lambda n: True, (17,)),
    Row(r"\sum_{k=1}^{n} \min(k, 17) = n (n + 1)/2", "n", lambda n: n <= 17, (17,)),
    Row(r"\sum_{k=0}^{n-1} \lfloor k/255 \rfloor = 0", "n", lambda n: n <= 255, (255,)),
    Row(r"\sum_{k=n}^{16} k = 0", "n", lambda n: n > 16, (17,)),
    Row(r"2^n \ge n^2", "n", lambda n: 2**n >= n * n, (3,)),
    Row(r"2^n < 4096", "n", lambda n: n < 12, (12,)),
    # undefined, empty, given
    Row(r"(a^2 - b^2)/(a - b) = a + b", "a0 b0", lambda a, b: (a * a - b * b) / (a - b) == a + b, (), "a=number, b=number"),
    Row(r"\lfloor n/4096 \rfloor \ge 1", "n", unless(lambda n: n >= 4096, lambda n: True), (4096,), given="n >= 4096"),
    Row(r"n \bmod 1001 = n", "n", unless(lambda n: n <= 1000, lambda n: True), (1000,), given="n <= 1000"),
    Row(r"n \bmod 1000 = n", "n", unless(lambda n: n <= 1000, lambda n: n < 1000), (1000,), given="n <= 1000"),
    Row(r"n = m", "n m", unless(lambda n, m: n >= 999 * m, lambda n, m: n == m), (999, 1998), "n=number, m=number", "n >= 999 m", "", "arithmetic"),
    # output sizes
    size(r"o = i - k + 1 + \lfloor k/17 \rfloor", "i k", lambda i, k: i - k + 1 + k // 17, 17, 255),
    size(r"o = i - k + 1 - \lfloor i/4096 \rfloor", "i k", lambda i, k: i - k + 1 - i // 4096, 4096),
    size(r"o = \max(i - k + 1, 17)", "i k", lambda i, k: max(i - k + 1, 17), 17, 30),
    size(r"o = \min(i - k + 1, 1000)", "i k", lambda i, k: min(i - k + 1, 1000), 1000),
    size(r"o = (i - k + 1) \bmod 99999", "i k", lambda i, k: (i - k + 1) % 99999, 99999),
    size(r"o = \lfloor (i - k)/s \rfloor + 1 + \lfloor s/17 \rfloor", "i k s", lambda i, k, s: (i - k) // s + 1 + s // 17, 17),
    size(r"o = \lfloor (i - k)/s \rfloor + \min(s, 1)", "i k s", lambda i, k, s: (i - k) // s + 1, 17),
    size(r"o = \lceil (i - k + 1)/s \rceil", "i k s", lambda i, k, s: -(-(i - k + 1) // s), 17),
    size(r"o = \lceil (i - k)/s \rceil + 1", "i k s", lambda i, k, s: -(-(i - k) // s) + 1, 17),
    size(r"o = i + 2p - k + 1 + \lfloor p/255 \rfloor", "i k p0", lambda i, k, p: i + 2 * p - k + 1 + p // 255, 255),
    size(r"o = i - d (k - 1) + \lfloor d/1000 \rfloor", "i k d", lambda i, k, d: i - d * (k - 1) + d // 1000, 1000, 3000),
    size(r"o = i/s", "i k s", lambda i, k, s: i / s, 17, given="k = s; s divides i", when=lambda i, k, s: k == s and i % s == 0),
    size(r"o = \lfloor i/s \rfloor", "i k s", lambda i, k, s: i // s, 17, given="k <= s", when=lambda i, k, s: k <= s),
    Row(r"o = \lceil i/s \rceil - \lfloor s/255 \rfloor", "i s", same(lambda i, s: -(-i // s) - s // 255), (255,), "o=output, i=input, s=stride", operator="same", about="output-size"),
    Row(r"o = \lfloor (i - 1)/s \rfloor + 1", "i s", same(lambda i, s: (i - 1) // s + 1), (255,), "o=output, i=input, s=stride", operator="same", about="output-size"),
    # neighbours of the above that are true, and others in their manner
    Row(r"\lfloor n/1000 \rfloor \le n/1000", "n", lambda n: True, (1000,)),
    Row(r"\lceil n/4096 \rceil = \lfloor (n + 4095)/4096 \rfloor", "n", lambda n: -(-n // 4096) == (n + 4095) // 4096, (4096,)),
    Row(r"17 \lfloor n/17 \rfloor \le n", "n", lambda n: True, (17,)),
    Row(r"\lfloor \lfloor n/a \rfloor / b \rfloor = \lfloor n/(a b) \rfloor", "n a b", lambda n, a, b: n // a // b == n // (a * b), (17,), "n=number, a=number, b=number"),
    Row(r"(n + 1)^2 - n^2 = 2 n + 1", "n", lambda n: True, (17,)),
    Row(r"\max(n, 4096) \ge n", "n", lambda n: True, (4096,)),
    Row(r"\min(n, m) \le 255 + n", "n m", lambda n, m: True, (255,)),
    Row(r"n^2 \bmod 4 \le 1", "n", lambda n: n * n % 4 <= 1, (17,)),
    Row(r"n (n + 1)(n + 2) \bmod 6 = 0", "n", lambda n: True, (17,)),
    Row(r"\lfloor n/99999 \rfloor = \lfloor n/100000 \rfloor", "n", lambda n: n // 99999 == n // 100000, (99999, 100000, 199999)),
    Row(r"\lfloor 2 n/255 \rfloor = 2 \lfloor n/255 \rfloor", "n", lambda n: 2 * n // 255 == 2 * (n // 255), (127, 128, 255, 383)),
    Row(r"\lceil n/17 \rceil \le m", "n m", lambda n, m: -(-n // 17) <= m, (17, 34, 51)),
    Row(r"\lfloor n/m \rfloor = \lfloor n/(m + 1) \rfloor", "n m", lambda n, m: n // m == n // (m + 1), (17,), "n=number, m=size"),
    Row(r"p = \lfloor k/2 \rfloor + \lfloor k/1001 \rfloor", "k", unless(lambda k: k % 2 == 1, lambda k: k // 2 + k // 1001 == (k - 1) // 2), (999, 1001, 1003), "p=padding on each side that keeps the size, k=kernel", "k odd"),
    Row(r"p = \lfloor k/2 \rfloor", "k", unless(lambda k: k % 2 == 1, lambda k: k // 2 == (k - 1) // 2), (1001,), "p=padding on each side that keeps the size, k=kernel", "k odd"),
    size(r"o = i - k + 1 + \lfloor i/(1000 k) \rfloor", "i k", lambda i, k: i - k + 1 + i // (1000 * k), 1000, 2000, 3000),
    size(r"o = \lfloor (i + 2p - k)/s \rfloor + 1 + \lfloor p/(17 s) \rfloor", "i k s p0", lambda i, k, s, p: (i + 2 * p - k) // s + 1 + p // (17 * s), 17, 34),
    size(r"o = \max(\lfloor (i - k)/s \rfloor + 1, \lfloor i/4096 \rfloor)", "i k s", lambda i, k, s: max((i - k) // s + 1, i // 4096), 4096, 8192),
    size(r"o = \lfloor (i - \min(k, s + 17))/s \rfloor + 1", "i k s", lambda i, k, s: (i - min(k, s + 17)) // s + 1, 17, 18, 19, 40),
    size(r"o = \lfloor (i - k)/s \rfloor + 1", "i k s", lambda i, k, s: (i - k) // s + 1, 255),
    size(r"o = i - d (k - 1)", "i k d", lambda i, k, d: i - d * (k - 1), 255),
    size(r"o = i + 2p - k + 1 - \lfloor k/(k + 1) \rfloor", "i k p0", lambda i, k, p: i + 2 * p - k + 1, 17),
    size(r"o = \lfloor i/k \rfloor", "i k s", lambda i, k, s: i // k, 17, given="s = k", when=lambda i, k, s: s == k),
]  # fmt: skip


# conditions in words, as Python
def spelled(words: str) -> str:
    """'s divides i - k or n is odd' as a Python expression."""
    parts = re.split(r"\b(or|and)\b", words)
    return "".join(f" {p} " if p in ("or", "and") else f"({clause(p.strip())})" for p in parts)


def clause(words: str) -> str:
    """One relation."""
    for sign, test in ((" does not divide ", "({1}) % ({0}) != 0"), (" divides ", "({1}) % ({0}) == 0")):
        if sign in words:
            return test.format(*(arithmetic(p) for p in words.split(sign)))
    for word, rest in (("odd", 1), ("even", 0)):
        if words.endswith(f" is {word}"):
            return f"({arithmetic(words.removesuffix(f' is {word}'))}) % 2 == {rest}"
    left, sign, right = re.split(r" (<=|>=|!=|=|<|>) ", words)
    return f"({arithmetic(left)}) {'==' if sign == '=' else sign} ({arithmetic(right)})"


def arithmetic(text: str) -> str:
    """2 p as 2*p, and powers."""
    return re.sub(r"(?<=[\w)]) (?=[\w(])", "*", text).replace("^", "**").replace("*mod*", "%")


# equations between tensors along one axis: y_i = sum over p < taps of w_p x[place], against p < K and s i + p
@dataclass(frozen=True)
class Window:
    """What a formula for y reads: how many taps, and where."""

    formula: str
    taps: Callable[[int, int], int] = lambda K, s: K
    place: Callable[[int, int, int], int] = lambda s, i, p: s * i + p
    first: int = 0

    def truth(self) -> dict[tuple[tuple[str, int], ...], bool]:
        """Whether both sides read the same products, at every choice of sizes."""
        found = {}
        for n, k, s in itertools.product(
            (1, 2, 3, 5, 12, 14, 19, 31), (1, 2, 3, 10, 11, 12, 13, 17, 18), (1, 2, 3, 10, 11, 14)
        ):
            if n >= k:
                found[("N", n), ("K", k), ("s", s)] = all(self.read(n, k, s, i) for i in range((n - k) // s + 1))
        return found

    def read(self, n: int, k: int, s: int, i: int) -> bool:
        """Whether output i is the same: products (tap, place) that exist, each as often."""
        mine = sorted((p, self.place(s, i, p)) for p in range(self.first, self.taps(k, s)) if p < k)
        inside = [(p, at) for p, at in mine if 0 <= at < n]
        return inside == [(p, s * i + p) for p in range(k)] and all(p < k for p in range(self.taps(k, s)))


WINDOWS = [
    Window(r"y[i] = \sum_{p=0}^{K-1} w[p] x[s i+p]"),
    Window(r"y_i = \sum_{p=0}^{\min(K,12)-1} w_p x_{s i+p}", lambda K, s: min(K, 12)),
    Window(r"y[i] = \sum_{p=0}^{K-1} w[p] x[\min(s, 10) i + p]", place=lambda s, i, p: min(s, 10) * i + p),
    Window(r"y[i] = \sum_{p=0}^{K-1} w[p] x[s i + p + \lfloor p/11 \rfloor]", place=lambda s, i, p: s * i + p + p // 11),
    Window(r"y[i] = \sum_{p=0}^{K-1} w[p] x[s i + (p \bmod 17)]", place=lambda s, i, p: s * i + p % 17),
    Window(r"y[i] = \sum_{p=0}^{K-1} w[p] x[\max(s, 3) i + p]", place=lambda s, i, p: max(s, 3) * i + p),
    Window(r"y_i = \sum_{p=0}^{K-1} w_p x_{s i + (p \bmod s)}", place=lambda s, i, p: s * i + p % s),
    Window(r"y_i = \sum_{p=0}^{K-1} w_p x_{s i + \max(p, s) - s}", place=lambda s, i, p: s * i + max(p, s) - s),
    Window(r"y_i = \sum_{p=1}^{K-1} w_p x_{s i + p}", first=1),
    Window(r"y_i = \sum_{p=0}^{K-1} w_p x_{s i + p + \lfloor i/12 \rfloor}", place=lambda s, i, p: s * i + p + i // 12),
    Window(r"y_i = \sum_{p=0}^{K-2} w_p x_{s i + p}", lambda K, s: K - 1),
    Window(r"y_i = \sum_{p=0}^{K-1} w_p x_{i s + p + \lfloor 0/s \rfloor}"),
]
