"""Padding that is not zeros: the gradient is folded back by the transpose of the padding map, and circular stays circular.

    dL/dx[j] = sum_m h[m] dxbar[m]/dx[j],   h = dL/dxbar,   xbar[m] = x[phi(m - P)] in its three pieces (``language.border``)

The pads are at most N (N - 1 for reflect), so that each end wraps or reflects once; for the circular gradient they are any.
Source: the adjoint of a linear map; numpy.pad and torch.nn.functional.pad for the modes.
"""

from __future__ import annotations

from typing import Any

from symconv.language.border import Border, pieces
from symconv.language.expr import Access, Divides, Equal, Expr, Partial, Sum
from symconv.language.facts import Theorem
from symconv.language.integers import Int
from symconv.topics.theorems.language import entry, equal, mod, tensor, total, within
from symconv.topics.theorems.notation import REACH, K, N, O, P, Q, d, g, i, identity, j, m, p, q, s, w, x

M = N + P + Q
h = tensor("h", M)
PADS = (("N", 1), ("P", 0), ("Q", 0))


def folds() -> list[Theorem]:
    """One theorem per mode, and the circular gradient."""
    inner = (entry(h, j + P),)
    solved: dict[str, list[tuple[Any, ...]]] = {
        "circular": [inner, (entry(h, j + P - N),), (entry(h, j + P + N),)],
        "symmetric": [inner, (entry(h, P - 1 - j),), (entry(h, 2 * N - 1 + P - j),)],
        "reflect": [inner, (within(j - 1, N), entry(h, P - j)), (within(N - 2 - j, N), entry(h, 2 * N - 2 + P - j))],
        "replicate": [
            inner,
            (equal(j, 0), (m, P), entry(h, m)),
            (equal(j, N - 1), (m, Q), entry(h, P + N + m)),
        ],
    }
    words = {
        "circular": "dL/dx[j] = h[j + P] + h[j + P - N] + h[j + P + N]: what lies in the padding is added at the other end",
        "symmetric": "dL/dx[j] = h[j + P] + h[P - 1 - j] + h[2N - 1 + P - j]: the edge entry is copied too",
        "reflect": "dL/dx[j] = h[j + P] + [j > 0] h[P - j] + [j < N - 1] h[2(N-1) + P - j]: the edge entry has no copy",
        "replicate": "dL/dx[j] = h[j + P], and at either end also the sum of all h in the padding there",
    }
    made = []
    for mode, terms in solved.items():
        folded = Expr(tuple(total(*items).terms[0] for items in terms))
        most = N - 1 if mode == "reflect" else N
        limits = () if mode == "replicate" else (most - P, most - Q)
        claim = identity("the fold", folded, _gradient(mode), (("j", N),), sizes=PADS, given=limits)
        made.append(Theorem(f"fold-{mode}", f"with {mode} padding and h = dL/dxbar, {words[mode]}", (claim,)))
    return [*made, circular()]


def _gradient(mode: str) -> Expr:
    """sum_m h[m] dxbar[m]/dx[j], xbar in its pieces."""
    border = Border(mode, (N,), ((P, Q),))
    terms = []
    for term in pieces(border, 0, "x", m).terms:
        items = [Partial(item, Access(x, (j,))) if isinstance(item, Access) else item for item in term]
        terms.append((Sum("m", M), *items, entry(h, m)))
    return Expr(tuple(terms))


def circular() -> Theorem:
    """The gradient of a circular operator is circular, for any padding and any number of outputs."""
    read = s * i + d * p - P
    left = total((p, K), (i, O), entry(w, p), entry(g, i), Equal(mod(read, N), j))
    last: Int = j + d * q - (REACH - P)
    right = total((q, K), (i, O), entry(w, K - 1 - q), entry(g, i), Divides(N, s * i - last))
    sizes = (("N", 1), ("K", 1), ("O", 1), ("s", 1), ("d", 1), ("P", 0))
    claim = identity("the circular gradient", left, right, (("j", N),), sizes=sizes, multipliers=("s", "d"))
    return Theorem(
        "circular-gradient-x",
        "with circular padding dL/dx is the circular correlation of G with the flipped kernel, lo = e - P, where "
        "G[t] = sum of g[i] over the i with s i = t modulo N, e = d(K-1)",
        (claim,),
    )
