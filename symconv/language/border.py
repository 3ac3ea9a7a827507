"""Data continued beyond their ends: the padded tensor is an index map of the data.

    xbar[m] = x[phi(m - lo)],    0 <= m < M = N + lo + hi

    mode        phi(t)                                      the same as
    circular    t mod N                                     PyTorch circular; NumPy wrap; ndimage wrap (grid-wrap)
    reflect     min(u, 2(N-1) - u), u = t mod 2(N-1)        PyTorch reflect; NumPy reflect; ndimage mirror
    symmetric   min(u, 2N - 1 - u), u = t mod 2N            NumPy symmetric; ndimage reflect; not in PyTorch
    replicate   min(max(t, 0), N - 1)                       PyTorch replicate; NumPy edge; ndimage nearest

phi is defined for every pad by this arithmetic.  With the pads at most N (N - 1 for reflect), which is all that PyTorch
accepts, at most one wrap or reflection happens at each end, and xbar is a sum of three pieces with x zero outside:

    xbar[m] = x[t] + [0 <= m < lo] x[left(t)] + [0 <= m - lo - N < hi] x[right(t)],     t = m - lo

    circular    left t + N        right t - N             reflect     left -t      right 2(N-1) - t
    symmetric   left -1 - t       right 2N - 1 - t        replicate   left 0       right N - 1

A negative pad crops.  The operator itself then reads xbar without any padding of its own: it is a plain member of the family.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symconv.language.expr import Access, Bracket, Expr, InRange, Tensor, Term
from symconv.language.integers import Int, integer, least, mod
from symconv.language.lazy import dataclass

MODES = ("zeros", "circular", "reflect", "symmetric", "replicate")
# the names that other libraries use, and what they are here
ELSEWHERE = {
    "zero": "zeros", "constant": "zeros", "wrap": "circular", "grid-wrap": "circular", "periodic": "circular",
    "mirror": "reflect", "edge": "replicate", "nearest": "replicate", "grid-mirror": "symmetric",
}  # fmt: skip
BAR = "bar"


@dataclass(frozen=True)
class Border:
    """How a tensor is continued: its mode, its own spatial sizes and the pads per axis.

    ``role`` says which operand of the operator it is: x or w (padded before the operator reads it), or y (folded back by
    the transpose of the padding map when the operator is done).
    """

    mode: str
    sizes: tuple[Int, ...]
    pads: tuple[tuple[Int, Int], ...]
    role: str = "x"

    @property
    def lengths(self) -> tuple[Int, ...]:
        """N + lo + hi per axis."""
        return tuple(n + lo + hi for n, (lo, hi) in zip(self.sizes, self.pads, strict=True))

    def limits(self) -> tuple[tuple[Int, Int], ...]:
        """left >= right for every pair: the sizes for which each end wraps or reflects at most once."""
        if self.mode == "replicate":
            return ()
        more = 1 if self.mode == "reflect" else 0
        pairs = [(n, pad + more) for n, sides in zip(self.sizes, self.pads, strict=True) for pad in dict.fromkeys(sides)]
        return tuple(pair for pair in pairs if pair[1].constant is None or pair[1].constant > 1)

    @property
    def once(self) -> bool:
        """Whether each end wraps or reflects at most once, all sizes and pads being numbers."""
        return all(((left - right).constant or 0) >= 0 for left, right in self.limits())

    def subs(self, values: Mapping[str, Int | int]) -> Border:
        """Put values in place of names."""
        pads = tuple((lo.subs(values), hi.subs(values)) for lo, hi in self.pads)
        return replace(self, sizes=tuple(n.subs(values) for n in self.sizes), pads=pads)

    def names(self) -> frozenset[str]:
        """Every name in it."""
        return frozenset().union(*(e.names() for e in (*self.sizes, *(p for pair in self.pads for p in pair))))


def source(mode: str, place: int, n: int) -> int:
    """phi(place): the entry of n that stands at any place of the continued line."""
    if mode == "circular":
        return place % n
    if mode == "replicate":
        return min(max(place, 0), n - 1)
    if mode == "symmetric":
        at = place % (2 * n)
        return min(at, 2 * n - 1 - at)
    if n == 1:
        return 0
    at = place % (2 * (n - 1))
    return min(at, 2 * (n - 1) - at)


def place(mode: str, t: Int, n: Int) -> Int:
    """phi(t) as a polynomial with remainders, for every t."""
    if mode == "circular":
        return mod(t, n)
    if mode == "replicate":
        return least(t - least(t, 0), n - 1)
    period, mirror = (2 * n, 2 * n - 1) if mode == "symmetric" else (2 * (n - 1), 2 * (n - 1))
    return least(mod(t, period), mirror - mod(t, period))


def places(mode: str, n: int, lo: int, hi: int) -> list[int]:
    """The entries of n that the padded line holds, from its first place to its last."""
    return [source(mode, m - lo, n) for m in range(max(0, n + lo + hi))]


def ends(mode: str, t: Int, n: Int) -> tuple[Int, Int]:
    """(left(t), right(t)): what stands before the first and behind the last entry, within one wrap or reflection."""
    return {
        "circular": (t + n, t - n),
        "reflect": (-t, 2 * (n - 1) - t),
        "symmetric": (-1 - t, 2 * n - 1 - t),
        "replicate": (integer(0), n - 1),
    }[mode]


def pieces(border: Border, axis: int, name: str, m: Int) -> Expr:
    """xbar[m] along one axis as a sum of entries of the tensor ``name``, within the limits."""
    n, (lo, hi) = border.sizes[axis], border.pads[axis]
    of = Tensor(name, (n,))
    t = m - lo
    left, right = ends(border.mode, t, n)
    terms: list[Term] = [(Access(of, (t,)),)]
    if lo.constant is None or lo.constant > 0:
        terms.append((Bracket((InRange(m, lo),)), Access(of, (left,))))
    if hi.constant is None or hi.constant > 0:
        terms.append((Bracket((InRange(m - lo - n, hi),)), Access(of, (right,))))
    return Expr(tuple(terms))
