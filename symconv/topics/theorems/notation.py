"""The names that all theorems share, and the two kinds of claim."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symconv.language.expr import Expr
from symconv.language.facts import Claim
from symconv.language.integers import integer
from symconv.language.operator import Operator
from symconv.topics.theorems.language import floor, integers, mod, tensor

Build = Callable[..., Operator]

N, K, O, s, d, P, Q, a, i, j, p, q, m, r, h, t = integers("N K O s d P Q a i j p q m r h t")
REACH = d * (K - 1)
SLACK = N + P + Q - REACH - 1
LAYER: dict[str, Any] = {
    "sizes": (("N", 1), ("K", 1), ("s", 1), ("d", 1), ("P", 0), ("Q", 0)),
    "definitions": (("O", floor(SLACK, s) + 1), ("a", mod(SLACK, s))),
    "given": (SLACK,),
    "multipliers": ("s", "d"),
}
ALL = "for all N, K, s, d >= 1 and P, Q >= 0 with N + P + Q >= d(K-1) + 1"
x, w, g, y = tensor("x", N), tensor("w", K), tensor("g", O), tensor("y", O)


def identity(words: str, left: Expr, right: Expr, free: Any, **given: Any) -> Claim:
    """left = right for every value of the free indices."""
    return Claim(words, left=left, right=right, free=free, **given)


def goal(words: str, *goals: Any, **given: Any) -> Claim:
    """A claim about sizes: ("ge", e) is e >= 0, ("eq", e) is e = 0; a third member stands in place of the 0."""
    return Claim(words, goals=tuple((*goal, integer(0))[:3] for goal in goals), **given)
