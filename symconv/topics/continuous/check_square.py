"""Completing the square, as identities of rational functions in t, tau, two means and two variances, proved by the kernel.

They are proved once for letters, and hold for whatever the parameters are, as long as the variances are positive:

    (tau-a)^2/(2v) + (t-tau-b)^2/(2w) = (tau-m)^2/(2s) + (t-a-b)^2/(2(v+w)),    s = v w/(v+w),  m = (a w + (t-b) v)/(v+w)
    s/(v w) = 1/(v+w)                    the squares of the factors before the exponentials; all of them are positive
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.check.kernel.reals.functions import patterns, proved
from symconv.language.facts import Check, Verdict
from symconv.language.formula import Node, name, number
from symconv.language.functional import Family, Functional
from symconv.language.prose import Prose
from symconv.topics.continuous.facts import Bell, Convolution

LETTERS = "t tau a b v w"
HOW = Prose("check.gauss.identity")


def completed(made: Convolution) -> list[Check]:
    """The square in the exponent, and the factors before the exponentials; whose mean and variance are the sums."""
    (f,), (g,) = made.operands
    assert isinstance(f, Bell)
    assert isinstance(g, Bell)
    found = [Check("square", square(), Prose("check.gauss.rational"))]
    (result,) = made.result or (None,)
    mean = -f.mean if made.correlate else f.mean
    same = (
        isinstance(result, Bell)
        and nothing(result.mean - (mean + g.mean))
        and nothing(result.variance - (f.variance + g.variance))
    )
    how = Prose("check.gauss.factors")
    verdict = factors() if same else Verdict("refuted", Prose("check.gauss.sums.not"))
    return [*found, Check("normal", verdict, how)]


def nothing(value: Any) -> bool:
    """Whether what one parameter lacks is 0."""
    if isinstance(value, (int, Fraction)):
        return value == 0
    from sympy import cancel, together

    return bool(cancel(together(value)) == 0)


def square() -> Verdict:
    """The exponents."""
    t, tau, a, b, v, w = map(name, LETTERS.split())
    s, m = divided(times(v, w), plus(v, w)), divided(plus(times(a, w), times(minus(t, b), v)), plus(v, w))
    left = plus(over(minus(tau, a), v), over(minus(minus(t, tau), b), w))
    return identity(left, plus(over(minus(tau, m), s), over(minus(minus(t, a), b), plus(v, w))))


def factors() -> Verdict:
    """The squares of the factors."""
    v, w = name("v"), name("w")
    return identity(divided(divided(times(v, w), plus(v, w)), times(v, w)), divided(number(1), plus(v, w)))


def identity(left: Node, right: Node) -> Verdict:
    """The kernel's verdict; v, w > 0 makes one region of all points."""
    families = tuple(Family(x, (), "positive" if x in "vw" else "real") for x in LETTERS.split())
    claim = Functional(((left, right),), families)
    return proved(claim, {(0, p): [()] for p in patterns(claim)}, HOW) or Verdict("refuted", Prose("check.gauss.not"))


def over(top: Node, variance: Node) -> Node:
    """x^2/(2 v)."""
    return divided(Node("pow", (top, number(2))), times(number(2), variance))


def plus(a: Node, b: Node) -> Node:
    """a + b."""
    return Node("add", (a, b))


def minus(a: Node, b: Node) -> Node:
    """a - b."""
    return Node("add", (a, Node("neg", (b,))))


def times(a: Node, b: Node) -> Node:
    """a b."""
    return Node("mul", (a, b))


def divided(a: Node, b: Node) -> Node:
    """a/b."""
    return Node("div", (a, b))
