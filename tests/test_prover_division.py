"""Quotient and remainder are unique: what the prover makes of d X + t = 0, and what it must not make of it.

Each false obligation has a counterexample that is written beside it, and that meets every hypothesis.
"""

from __future__ import annotations

import pytest

from symconv.check.prove.discharge import Obligation, decide, divided
from symconv.core.integers import Int, var

d, t, q, p, s, c, e, u = (var(name) for name in ["d", "t", "q", "p", "s", "c", "e", "u"])
REMAINDER = (d - 1, t, d - 1 - t)


def obligation(ge: tuple[Int, ...], eq: tuple[Int, ...], goal: Int) -> Obligation:
    return Obligation("test", ge, eq, "eq", goal, ())


TRUE = {
    "quotient": obligation(REMAINDER, (d * q + t + s * c - e, d * p + s * c - e), q - p),
    "remainder": obligation(REMAINDER, (d * q + t + s * c - e, d * p + s * c - e), t),
    "signs": obligation(REMAINDER, (e - s * c - d * q - t, d * p + s * c - e), p - q),
    "cancelled": obligation((d - 1,), (d * q + s * c - e, d * p + s * c - e), q - p),
    "a quotient of several terms": obligation(REMAINDER, (d * q - d * p - d + t,), q - p - 1),
}
FALSE = {
    "no remainder's bound": (obligation((d - 1, t), (d * q + t, d * p), q - p), {"d": 1, "t": 1, "q": -1, "p": 0}),
    "bounded by another": (obligation((d - 1, t, u - 1 - t), (d * q + t,), q), {"d": 1, "t": 1, "u": 2, "q": -1}),
    "d may be 0": (obligation((d,), (d * q, d * p), q - p), {"d": 0, "q": 1, "p": 0}),
    "twice the remainder": (obligation(REMAINDER, (d * q + 2 * t,), t), {"d": 2, "t": 1, "q": -1}),
    "more is left": (obligation(REMAINDER, (d * q + t - u,), q), {"d": 2, "t": 0, "q": 1, "u": 2}),
    "two remainders": (
        obligation((*REMAINDER, u, d - 1 - u), (d * q + t + u,), q),
        {"d": 2, "t": 1, "u": 1, "q": -1},
    ),
}


@pytest.mark.parametrize("name", list(TRUE))
def test_unique_division_decides(name: str) -> None:
    assert decide(TRUE[name]) in ("substitution", "linear", "division")
    assert divided(TRUE[name]) is not None


def test_unique_division_is_needed() -> None:
    """Cheaper ways do not decide the first, so that the way is earned."""
    assert decide(TRUE["quotient"], cheap=True) is None
    assert decide(TRUE["quotient"]) == "division"


@pytest.mark.parametrize("name", list(FALSE))
def test_what_does_not_follow_is_not_proved(name: str) -> None:
    false, values = FALSE[name]
    assert all(g.evaluate(values) >= 0 for g in false.ge)
    assert all(g.evaluate(values) == 0 for g in false.eq)
    assert false.goal.evaluate(values) != 0
    assert decide(false) is None


@pytest.mark.parametrize("name", [*TRUE, *FALSE])
def test_what_is_added_follows(name: str) -> None:
    """Brute force: wherever small numbers meet the hypotheses, they meet what unique division adds."""
    from itertools import product

    one = TRUE[name] if name in TRUE else FALSE[name][0]
    wider = divided(one)
    names = sorted({n for g in (*one.ge, *one.eq, one.goal) for n in g.names()})
    met = 0
    for numbers in product(range(-2, 4), repeat=len(names)):
        values = dict(zip(names, numbers, strict=True))
        if all(g.evaluate(values) >= 0 for g in one.ge) and all(g.evaluate(values) == 0 for g in one.eq):
            met += 1
            assert wider is None or all(g.evaluate(values) == 0 for g in wider.eq)
    assert met


def test_average_pooling_with_every_name_needs_no_nonlinear_arithmetic() -> None:
    """The divisor counts the taps that meet the input: 64 obligations that took the solver's nonlinear part seconds."""
    import symconv as sc

    op = sc.avg_pool1d(kernel="K", stride="s", padding="P", dilation="d", ceil_mode=True, count_include_pad=False)
    proof = next(check for check in sc.derive(op, wrt="x").facts.checks if check.kind == "proof")
    assert proof.verdict.status == "proved"
    assert "by unique division" in proof.detail
    assert "nonlinear" not in proof.detail
