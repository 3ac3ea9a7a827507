"""Claims that are true for long, or at few points: no verdict says more than was shown.

``siblings`` has the rows; their truth is found here by brute force at constants and their neighbours, in every name.
"""

from __future__ import annotations

import itertools
import math
import re
import time

import pytest

import symconv as sc
from symconv.api import verify
from symconv.check.claims import factors, points
from symconv.check.claims.proof import difference, proof
from symconv.check.claims.scalars import answer
from symconv.check.claims.values import every, keeping, pooled, same_total, windows
from symconv.errors import SymconvError
from symconv.language.claims import Judgement, Published
from symconv.language.formula import Node, name, number
from symconv.language.question import Link, Question, relation
from tests.cases.siblings import ROWS, WINDOWS, Row, Window, spelled

HOLDS, FAILS = {"proved", "checked"}, {"refuted", "conditional"}
KNOWN = {"ceil": math.ceil, "floor": math.floor, "max": max, "min": min}
Truth = dict[tuple[tuple[str, int], ...], bool]


def judged(row: Row) -> Judgement:
    where = tuple((a.strip(), b.strip()) for a, b in (w.split("=") for w in row.where.split(", ") if w))
    given = tuple(g.strip() for g in row.given.split(";") if g.strip())
    return verify.judge(Published(row.formula, row.about, where, given, row.operator))


def fits_truth(found: Judgement, truth: Truth) -> None:
    """A condition is enough at every point; "exactly" is needed there, too."""
    if found.condition is None:
        return
    test = compile(spelled(found.condition.words), "condition", "eval")
    for point, held in truth.items():
        inside = bool(eval(test, {**KNOWN}, dict(point)))
        assert held or not inside, (found.condition, point)
        assert inside or not held or not found.condition.exact, (found.condition, point)


@pytest.mark.sweep(2)
@pytest.mark.parametrize("row", ROWS)
def test_verdicts_about_numbers(row: Row) -> None:
    truth, found = row.truth(), judged(row)
    assert found.verdict.status in (HOLDS if all(truth.values()) else FAILS)
    assert "1..8" not in found.verdict.domain
    fits_truth(found, truth)
    if found.failure is not None:
        point = {n: int(v) for n, v in found.failure.sizes}
        least = {n.rstrip("0"): 0 if n.endswith("0") else 1 for n in row.names.split()}
        assert all(point[n] >= low for n, low in least.items())
        try:
            assert row.claim(**{n: point[n] for n in least}) is False
        except ZeroDivisionError:
            assert "none" in found.failure.claimed + found.failure.true


@pytest.mark.sweep(1)
@pytest.mark.parametrize("row", WINDOWS)
def test_verdicts_about_tensors(row: Window) -> None:
    truth = row.truth()
    found = verify.judge(Published(row.formula, "definition", operator="conv1d(padding=0,dilation=1)"))
    assert found.verdict.status in (HOLDS if all(truth.values()) else FAILS)
    fits_truth(found, truth)
    if found.failure is not None:
        n, k, s = (int(dict(found.failure.sizes)[x]) for x in "NKs")
        assert not all(row.read(n, k, s, i) for i in range((n - k) // s + 1))


def test_there_are_enough_rows() -> None:
    assert len(ROWS) + len(WINDOWS) >= 80
    false = [r for r in ROWS if not all(r.truth().values())]
    assert len(false) >= 40
    assert len(ROWS) - len(false) >= 20


THRESHOLDS = [
    (r"n \bmod 65536 = n", "", "", "n < 65536"),
    (r"o = i - k + 1 + \lfloor i/100 \rfloor", "o=output, i=input, k=kernel", "", "i < 100"),
    (r"o = \lceil i/s \rceil + \lfloor i/5000 \rfloor", "o=output, i=input, s=stride", "same", "i < 5000"),
    (r"a (b - 1) = a c", "a=number, b=number, c=number", "", "a = 0 or b = c + 1"),
    (r"\lceil n/m \rceil = \lfloor n/m \rfloor + 1", "", "", "m does not divide n"),
]


@pytest.mark.sweep(2)
@pytest.mark.parametrize(("formula", "where", "operator", "words"), THRESHOLDS)
def test_exactly_when_is_proved_both_ways(formula: str, where: str, operator: str, words: str) -> None:
    found = judged(Row(formula, "", bool, (), where, "", operator))
    assert found.condition is not None
    assert (found.condition.words, found.condition.exact) == (words, True)
    assert "if and only if" in str(found.verdict.how)


def test_what_is_not_proved_both_ways_is_at_least() -> None:
    found = judged(Row(r"\sum_{k=1}^{n} \min(k, 17) = n (n + 1)/2", "n", bool))
    assert found.condition is not None
    assert (found.condition.words, found.condition.exact) == ("n <= 17", False)
    assert "not proved" in str(found.verdict.how)


# what is tried
def ask(claim: Node, *names: str, given: tuple[Node, ...] = (), least: int = 1) -> Question:
    return Question(tuple((n, least) for n in names), (), given, (Link(claim, "", claim.parts[1:]),))


def test_points_hold_the_constants_and_their_neighbours() -> None:
    claim = relation("=", Node("mod", (name("n"), number(4096))), Node("mod", (name("n"), number(4096))))
    found = points.trial(ask(claim, "n", "m"))
    for each in ("n", "m"):
        values = {t.point[each] for t in found.points}
        assert {4095, 4096, 4097, 8192, 64, 12} <= values
        assert max(values) > 10**5
    assert any(t.point["n"] == t.point["m"] > 1000 for t in found.points)
    assert any(t.point["n"] > 1000 * t.point["m"] for t in found.points)
    assert any(t.point["m"] > 1000 * t.point["n"] for t in found.points)


def test_points_solve_what_is_given() -> None:
    given = relation("=", name("p"), Node("div", (Node("add", (name("k"), number(-1))), number(2))))
    found = points.trial(ask(relation("=", name("p"), name("p")), "k", "p", given=(given,), least=0))
    assert max(t.point["p"] for t in found.points) > 10**4
    assert all(2 * t.point["p"] == t.point["k"] - 1 for t in found.points)


def test_a_late_failure_is_made_small_within_the_domain() -> None:
    claim = relation("<", Node("add", (name("n"), name("m"))), number(100_000))
    found = points.trial(ask(claim, "n", "m"))
    assert found.smallest is not None
    assert sum(found.smallest.point.values()) == 100_000
    assert min(found.smallest.point.values()) >= 1


def test_counts_are_what_listing_gives() -> None:
    """Halving against listing window after window."""
    for n, k, s, lo, hi, d in itertools.product((1, 2, 5, 9), (1, 2, 3), (1, 2, 4), (0, 1), (0, 2), (1, 2)):
        starts = [a for a in range(-lo, n + hi) if (a + lo) % s == 0]
        assert windows(n, k, s, lo, hi, d) == sum(a + d * (k - 1) <= n + hi - 1 for a in starts)
        count = 1
        while s * (count - 1) + d * (k - 1) < n + lo + hi - 1 and s * count < n + lo:
            count += 1
        assert pooled(n, k, s, lo, hi, d) == count
        total = same_total(n, k, s, d)
        assert windows(n, k, s, total, 0, d) >= every(n, s)
        assert total == 0 or windows(n, k, s, total - 1, 0, d) < every(n, s)
        if s == 1 and k % 2:
            assert windows(n, k, s, *[int(keeping(n, k, s, d, 1))] * 2, d) == n
    assert windows(10**6, 3, 2, 0, 0, 1) == 499_999


# laws
def test_different_polynomials_are_never_checked() -> None:
    """They agree at all points that were tried, all but a few of which are taken away here."""
    product = Node("mul", tuple(Node("add", (name("n"), number(-c))) for c in range(1, 5)))
    asked = ask(relation("=", product, number(0)), "n")
    few = points.Trial(tuple(points.Tried({"n": v}) for v in range(1, 5)), 3)
    assert factors.differ(asked)
    apart = factors.disagreement(asked, few)
    assert apart is not None
    assert apart.failed is not None
    assert answer(asked).verdict.status in FAILS


def test_factors_multiply_to_the_difference() -> None:
    a, b, c = (name(x) for x in "abc")
    asked = ask(relation("=", Node("mul", (a, b)), Node("mul", (a, c))), "a", "b", "c", least=0)
    made = difference(asked)
    assert made is not None
    found = factors.factored(made)
    assert len(found) == 2
    assert found[0] * found[1] in (made, -made)


def test_nothing_satisfies_the_hypotheses() -> None:
    with pytest.raises(SymconvError, match="satisfy"):
        judged(Row(r"n \bmod 4 = n", "n", bool, given="n >= 1000; n <= 10"))


def test_sums_over_nothing_prove_nothing() -> None:
    empty = Node("sum", (name("k"), Node("range", ("k", Node("add", (name("n"), number(1))), name("n")))))
    assert answer(ask(relation("=", empty, number(0)), "n")).verdict.status == "unsupported"


def test_no_condition_is_a_sum_over_nothing() -> None:
    """The sum of the first K - 1 taps is the sum of all where there is none: that is no condition."""
    formula = r"\sum_{k=n}^{16} k = 0"
    found = judged(Row(formula, "n", bool))
    assert (found.verdict.status, found.condition) == ("refuted", None)


def test_no_condition_is_a_maximum_of_nothing() -> None:
    formula = r"y_i = \max_{0 \le p < K-1} x_{s i + p}"
    found = verify.judge(Published(formula, operator="max_pool1d(padding=0,dilation=1)"))
    assert (found.verdict.status, found.condition) == ("refuted", None)
    assert found.failure is not None
    assert (found.failure.claimed, found.failure.true) == ("not defined", "x[0]")


def test_eight_strides_are_no_proof() -> None:
    """What holds for 1..8 and fails at 9 has no proof."""
    claim = relation("=", Node("quotient", (name("n"), number(9))), number(0))
    assert proof(ask(claim, "n")) is None


@pytest.mark.sweep(3)
@pytest.mark.parametrize("row", [ROWS[1], ROWS[4], ROWS[13], ROWS[-1]], ids=lambda r: r.formula)
def test_the_clock_decides_nothing(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = judged(row)
    points.trial.cache_clear()
    ticks = itertools.count(step=1_000)
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(ticks)))
    busy = judged(row)
    assert (busy.verdict.status, busy.verdict.how, busy.condition) == (
        quiet.verdict.status,
        quiet.verdict.how,
        quiet.condition,
    )


LATE_POWERS = {
    r"2^{n} = 2^{n} + \lfloor n/300 \rfloor": "conditional",
    r"\sum_{k=0}^{n} 2^k = 2^{n+1} - 1 + \lfloor n/250 \rfloor": "conditional",
    r"2^{n} = 2^{n} + \lfloor n/30000 \rfloor": "unsupported",
    r"\sum_{k=0}^{n} 2^k = 2^{n+1} - 1": "checked",
    r"(-1)^{2n} = 1": "checked",
}


@pytest.mark.sweep(1)
@pytest.mark.parametrize("formula", LATE_POWERS)
def test_powers_that_grow_too_large_hide_no_constant(formula: str) -> None:
    assert sc.verify(formula).status == LATE_POWERS[formula]


def test_what_is_said_to_be_tried_was_tried() -> None:
    """Points at which a value is too large are not among those called all."""
    found = sc.verify(r"2^n \ge n")
    small, named = (int(k) for k in re.findall(r"held at (\d+) points: all with n <= (\d+)", found.text())[0])
    assert named <= small


@pytest.mark.parametrize(
    "formula",
    [
        "g(n + m) = g(n) + g(m)",
        r"\varphi(a b) = a \varphi(b)",
        "f(2x) = 2 f(x)",
    ],
)
def test_what_may_be_a_function_is_not_multiplied(formula: str) -> None:
    with pytest.raises(SymconvError, match="may be a function, or a product"):
        sc.verify(formula)
    assert sc.verify("k(a + b) = k(b + a)", where="k=number").status == "proved"


def test_a_maximum_over_very_many_entries_ends() -> None:
    found = sc.verify(r"y_i = \max_{0 \le p < 10^{30}} x_{i+p}", operator="max_pool1d")
    assert found.status in ("unsupported", "refuted")
