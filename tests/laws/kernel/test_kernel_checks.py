"""Every check of the kernel is needed: switched off alone, it lets a named theorem through that is false or has no meaning.

``kernel_switches`` reads the checks off the source; the table below names for each the claim and the certificate that pass
without it.  A few are about form: without them the kernel stumbles over the certificate instead of refusing it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from symconv.check.kernel.obligations import NotShown
from symconv.check.kernel.session import Session, conclude, prove
from symconv.check.kernel.steps import Cancel, Certificate, Drop, Fact, Merge, Share, Split
from symconv.language.expr import Access, Apply, Expr, Max, Partial, Sum
from symconv.language.facts import Claim
from symconv.language.integers import Floor, Int, floor, integer, var
from symconv.topics.theorems.language import entry, equal, product, total, within
from tests.cases import kernel_pairs
from tests.cases.kernel_hands import Hand, divide, euclid, found, have
from tests.cases.kernel_hands import product as times
from tests.cases.kernel_pairs import (
    PAIRS,
    SIZE,
    SIZES,
    VALID,
    K,
    M,
    N,
    W,
    claim,
    g,
    goal,
    gradient,
    i,
    j,
    m,
    over,
    p,
    q,
    raw,
    s,
    same,
    t,
    tensor,
    v,
    w,
    x,
    y,
)
from tests.cases.kernel_switches import off, switches
from tests.laws.kernel.test_kernel_attacks import (
    a_derivative_left_of_the_sum_that_makes_a_divisor_positive,
    a_function_of_x_beside_x,
    a_goal_about_the_kernels_own_quotient,
    a_mean_of_nothing,
    a_tensor_named_like_a_function,
    an_exact_quotient_that_is_none,
    an_exact_size_that_is_none,
    an_index_like_the_kernels_own_quotient,
    an_output_read_backwards,
    half_a_place,
)
from tests.oracles.loops import judged

Built = tuple[Claim, Certificate | None]
TWO = same(total((p, 2), (m, K), entry(w, m)), total((q, 1), (m, K), entry(w, m)))  # 2 W = W
ONE = {"N": 1, "K": 1, "p!1": 0, "m!2": 0}
V = total((p, K), entry(v, p))


def falsely(name: str) -> Callable[[], Built]:
    """A false pair of the suite, by the search."""
    return lambda: (PAIRS[name].false, found(PAIRS[name].false))


def searched(false: Claim) -> Callable[[], Built]:
    """By the search."""
    return lambda: (false, found(false))


def stepped(false: Claim, *steps: Any, met: int = 0, **values: int) -> Callable[[], Built]:
    """By these steps."""
    return lambda: (false, Certificate({"N": 1, "K": 1, **values}, met, (), steps))


def dropped(*facts: Fact) -> Callable[[], Built]:
    """2 W = W, both terms having no points by these facts."""
    return stepped(TWO, Drop(0, facts), Drop(1, facts), **ONE)


def two_are_one(back: Int, forward: tuple[Fact, ...] = (), backward: tuple[Fact, ...] = ()) -> Callable[[], Built]:
    """2 W = W by p -> 0 and a way back."""
    return stepped(TWO, Merge(0, 1, (integer(0), var("m!2")), (back, var("m!4")), (0,), forward, backward), **ONE)


def flat(left: Expr, right: Expr, *reads: int) -> Callable[[], Built]:
    """One term each over 0 <= p < K, merged as they stand."""
    there, back = (var("p!2"),), (var("p!1"),)
    return stepped(same(left, right), Merge(0, 1, back, there, reads or (0,)), **{"p!1": 0})


def by_hand(
    false: Claim, moves: Callable[[Hand], None], values: dict[str, int], met: int | None = 0
) -> Callable[[], Built]:
    """Moves by hand, in the kernel without the check."""

    def built() -> Built:
        hand = Hand(false)
        moves(hand)
        return false, hand.certificate(values, met)

    return built


def twice(number: int) -> Expr:
    return kernel_pairs.times(number, W)


def derived(forward: Expr, right: Expr) -> Callable[[], Built]:
    return searched(gradient(forward, right, entry(x, j), "j", N))


def spread(of: Access) -> Access:
    return Access(of.tensor.dilated((integer(2),)), of.index)


def turned(of: Access) -> Access:
    return Access(of.tensor.reversed((True,)), of.index)


def inverse(of: Access) -> Access:
    return Access(replace(of.tensor, inverse=True), of.index)


def of_f(of: Access) -> Callable[[], Built]:
    """f of a view against f of the entry."""
    return searched(same(raw(Apply("f", of)), raw(Apply("f", entry(x, i))), ("i", N)))


AT, BY = entry(x, i), entry(x, j)
SQUARE = ("i", N), ("j", N)
Z = tensor("z", SIZE)
ODD = Int([(("N",), Fraction(1, 2))])  # type: ignore[list-item]
OTHERS = Merge(0, 1, (var("p!1"),), (var("p!2"),), (0,))

THROUGH: dict[str, Callable[[], Built]] = {
    "obligations.Desk.owe:1": falsely("flip-by-another-size"),
    "session.Session.__init__:1": searched(claim(goals=(("lt", N, N),))),
    # facts
    "session.Session._shown:1": two_are_one(var("t!!0"), (), (euclid(var("p!1"), integer(2)),)),
    "session.Session._shown:3": dropped(have(integer(-1))),
    "session.Session._shown:4": dropped(times(integer(-1), integer(1))),
    "session.Session._shown:5": dropped(divide(integer(-1), integer(-2))),
    "session.Session._shown:6": dropped(divide(integer(1), integer(-1))),
    "session.Session._shown:7": dropped(euclid(integer(2), integer(1), "q!!0", "q!!0")),
    "session.Session._shown:8": dropped(euclid(integer(0), integer(2)), euclid(integer(1), integer(2))),
    # the next names that the kernel makes are these: two quotients share them
    "session.Session._shown:9": two_are_one(
        integer(0), (euclid(integer(0), integer(2), "q!5", "t!6"),), (euclid(integer(1), integer(2)),)
    ),
    "session.Session._shown:10": dropped(euclid(integer(1), integer(0))),
    # steps
    "session.Session.take:1": a_mean_of_nothing,
    # the one term is split by the other's index, as if it were known where the one stands
    "session.Session.take:2": stepped(
        same(total((p, 1), (m, K), entry(w, m)), total((q, 2), (m, K), entry(w, m))),
        Split(0, var("q!3") - 1), Split(1, var("q!3") - 1),
        *(Merge(one, one + 1, (integer(at), var("m!2")), (integer(0), var("m!4")), (0,)) for one, at in ((0, 1), (2, 0))), **ONE,
    ),
    "session.Session._drop:1": dropped(),
    "session.Session._merge:1": stepped(
        same(W, twice(2)), Merge(0, 0, (var("p!1"),), (var("p!1"),), (0,)), OTHERS, **{"p!1": 0}
    ),
    "session.Session._merge:2": flat(total((p, K), entry(w, p), entry(w, p)), total((p, K), entry(w, p), entry(v, p)), 0, 0),
    "session.Session._carried:3": stepped(
        same(total((p, N), (m, K), entry(w, m), within(M - 2 * p, M + 1)), total((q, M + 1), (m, K), entry(w, m)),
             sizes=(*SIZES, ("M", 1)), given=(N - M - 1,)),
        Merge(0, 1, (2 * var("p!1"), var("m!2")), (Int([(("q!3",), Fraction(1, 2))]), var("m!4")), (0,)),  # type: ignore[list-item]
        **{**ONE, "N": 2, "M": 1},
    ),
    "session.Session._carried:4": stepped(
        same(total((p, N), (m, K), entry(w, m)), total((q, N + 1), (m, K), entry(w, m))),
        Merge(0, 1, (var("p!1"), var("m!2")), (var("q!3"), var("m!4")), (0,)), **ONE,
    ),
    "session.Session._carried:5": two_are_one(integer(0)),
    "session.Session._same:1": flat(W, V),
    "session.Session._same:2": flat(total((p, K), entry(w, p), entry(v, p)), total((p, K), entry(w, K - 1 - p), entry(v, p)), 0, 1),
    "session.Session.goal:2": searched(goal("ge", K, 2)),
    "session.Session.witness:3": stepped(PAIRS["never-read"].false, Drop(0), Drop(1), **{"p!1": 0}),
    "session.cancelled:1": by_hand(
        same(total((t, N), (p, K), entry(w, p), entry(tensor("x", N + 1), N)), W),
        lambda hand: (hand.cancel(0, 0), hand.merge(0, 1, lambda p: [p], lambda p: [p]))[0],
        {"N": 1, "K": 1, "t!1": 0, "p!2": 0},
    ),
    "session.cancelled:2": stepped(
        same(over(N, entry(w, 0), within(i, N)), total(entry(w, 0)), ("i", N)),
        Cancel(0, "i", 1), Merge(0, 1, (), (), (0,)), i=0,
    ),
    # the witness, maps and the end
    "session.evaluated:2": falsely("sizes-that-contradict"),
    "session._only:1": two_are_one(var("t!!0"), (), (euclid(var("p!1"), integer(2)),)),
    "session._only:2": half_a_place,
    "session.conclude:2": stepped(TWO, **ONE),
    # names and sizes
    "terms.Domain.declare:1": searched(goal("eq", var("O"), var("q!1"), sizes=(("N", 1), ("q!1", 1)),
                                            definitions=(("O", floor(N, 2)),))),
    "terms.Domain.declare:2": searched(goal("ge", N, 5, sizes=(("N", 1), ("N", 5)))),
    "terms.Domain.cleaned:1": a_goal_about_the_kernels_own_quotient,
    "terms.Domain._atom:1": falsely("divides-by-what-may-be-negative"),
    "terms.Domain._atom:2": an_exact_size_that_is_none,
    "terms.Domain.extent:2": a_tensor_named_like_a_function,
    "terms.Domain.extent:3": searched(same(total((p, N + 1), entry(x, p)), total((p, N), entry(tensor("x", N + 1), p)))),
    "terms.Domain.term:1": an_index_like_the_kernels_own_quotient,
    "terms.Domain.term:2": searched(
        same(raw(Sum("i", SIZE), Partial(entry(y, i), BY), Partial(entry(y, i), entry(x, m))),
             raw(Sum("i", SIZE), Partial(entry(y, i), BY)), ("j", N), ("m", N), op=VALID, sizes=()),
    ),
    # definitions and derivatives
    "terms.Domain._derived:2": searched(
        same(raw(Sum("i", SIZE), entry(g, i), Partial(entry(Z, i), BY)), total((p, K), entry(w, p), entry(g, j - p)),
             ("j", N), op=VALID, sizes=()),
    ),
    "terms.Domain._derived:3": an_output_read_backwards,
    "terms.Domain._derived:4": derived(total(AT, equal(var("zz"), var("zz"))), product(entry(g, j))),
    "terms.Domain._derived:5": a_function_of_x_beside_x,
    "terms.Domain._derived:6": derived(raw(AT, Partial(entry(y, i), entry(w, 0))), product(entry(g, j))),
    "terms.Scope.items:1": a_derivative_left_of_the_sum_that_makes_a_divisor_positive,
    "terms.Scope._item:1": falsely("a-divisor-of-a-mean"),
    "terms.Scope._item:2": searched(same(raw(Max("q", K - 3), AT), product(AT), ("i", N))),
    "terms.Scope._applied:1": of_f(turned(AT)),
    "terms.Scope._derivative:1": searched(same(raw(Partial(AT, turned(BY))), total(equal(i, j)), *SQUARE)),
    "terms.Scope._derivative:2": searched(same(raw(Partial(inverse(AT), BY)), total(equal(i, j)), *SQUARE)),
    "terms.Scope._derivative:3": searched(
        same(raw(Partial(Access(x.dilated((s,)), (i,)), BY)), total(equal(i, s * j)), ("i", None), ("j", N),
             sizes=(("N", 1), ("s", 0))),
    ),
    # divisors
    "terms.Scope._quotient:1": falsely("spread-by-0"),
    "terms.Scope._positive:1": falsely("a-divisor-of-a-mean"),
    "terms.Scope._atom:1": searched(
        same(product(entry(x, floor(i, K - 3))), total(entry(x, floor(i, K - 3)), within(0, K - 3)), ("i", None))
    ),
    "terms.Scope._atom:2": an_exact_quotient_that_is_none,
    # helpers
    "terms.replaced:1": searched(same(product(entry(x, ODD)), product(entry(x, ODD)))),
    "terms._itself:1": of_f(spread(AT)),
    "terms._itself:2": of_f(turned(AT)),
    "terms._itself:3": of_f(inverse(AT)),
    "terms.whole:1": half_a_place,
    "terms._declared:1": a_goal_about_the_kernels_own_quotient,
    "terms._well_scoped:1": an_index_like_the_kernels_own_quotient,
}  # fmt: skip

THERE, BACK = (var("p!2"),), (var("p!1"),)
STUMBLES: dict[str, Callable[[], Built]] = {
    "session.Session._shown:2": dropped(Fact("product", (N,))),
    "session.Session._term:1": stepped(TWO, Drop(7)),
    "session.Session._merge:3": stepped(same(W, total((p, K), entry(w, p), entry(w, p))), Merge(0, 1, BACK, THERE, (0, 1))),
    "session.Session._carried:1": stepped(same(W, W), Merge(0, 1, (*BACK, *BACK), THERE, (0,))),
    "session.Session._carried:2": stepped(same(W, W), Merge(0, 1, BACK, (*THERE, *THERE), (0,))),
    "session.Session.goal:1": lambda: (goal("ge", N, 1), Certificate({"N": 1, "K": 1}, None, (), (), ((), ()))),
    "session.Session.witness:1": stepped(same(W, W), Merge(0, 1, BACK, THERE, (0,)), met=7, **{"p!1": 0}),
    "session.Session.witness:2": stepped(same(W, W), Merge(0, 1, BACK, THERE, (0,))),
    "session.evaluated:1": lambda: (same(W, W), Certificate({"K": 1}, 0, (), (OTHERS,))),
    "terms.rational:1": stepped(TWO, Share(0, float("nan")), **ONE),  # type: ignore[arg-type]
    "terms.Domain.extent:1": searched(PAIRS["one-tensor-of-two-ranks"].false),
    "terms.Domain._derived:1": searched(same(raw(Partial(entry(y, i), BY)), product(BY), ("i", N), ("j", N))),
}
# no false theorem is known that passes without them: a claim without sides and goals is refused in the end for having nothing
# to show; atoms inside of a certificate are opaque; an index that is left when its sum was cancelled is in no other term
KEPT = {"session.Session.__init__:2", "session._only:3", "session.cancelled:3"}
ELSEWHERE = {"session.conclude:1", "session.conclude:3"}  # have tests of their own: no claims at all, and no witness


def said(built: Built) -> str:
    """proved, refused, or the error on the way."""
    stated, certificate = built
    if certificate is None:
        return "refused"
    try:
        verdict, _ = prove([stated], [certificate], lambda claims: "everywhere")
    except NotShown:
        return "refused"
    except Exception as error:
        return type(error).__name__
    return verdict.status


def test_the_table_is_complete() -> None:
    """A new check in the kernel needs an entry here."""
    named = [*THROUGH, *STUMBLES, *KEPT, *ELSEWHERE]
    assert sorted(named) == sorted(switches())
    assert len(switches()) >= 70


@pytest.mark.sweep(8)
@pytest.mark.parametrize("key", THROUGH)
def test_without_the_check_a_false_theorem_passes(key: str) -> None:
    with off(key):
        built = THROUGH[key]()
        assert said(built) == "proved", switches()[key][2]
    assert said(built) == "refused"
    assert judged(built[0], 4) in ("false", "undefined", "vacuous")


@pytest.mark.parametrize("key", STUMBLES)
def test_without_the_check_the_kernel_stumbles(key: str) -> None:
    with off(key):
        try:
            found_ = said(STUMBLES[key]())
        except NotShown:
            found_ = "refused"
        except Exception as error:
            found_ = type(error).__name__
    assert found_ not in ("proved", "refused"), switches()[key][2]
    assert said(STUMBLES[key]()) == "refused"


def test_no_claims_are_no_theorem() -> None:
    with pytest.raises(NotShown):
        prove([], [], lambda claims: "everywhere")
    with off("session.conclude:1"):
        assert prove([], [], lambda claims: "everywhere")[0].status == "proved"


def test_a_claim_that_nothing_meets_is_no_theorem() -> None:
    """Of several cases one has to be met; of several claims each."""
    empty, met = (Session(same(W, W, given=given)) for given in ((K - 2, 1 - K), ()))
    for session in (empty, met):
        session.take(OTHERS)
    met.witness({"N": 1, "K": 1, "p!1": 0}, 0)
    for sessions, cases in (([empty], True), ([empty, met], False)):
        with pytest.raises(NotShown):
            conclude(sessions, lambda claims: "nowhere", cases=cases)
    assert conclude([empty, met], lambda claims: "everywhere", cases=True).status == "proved"
    with off("session.conclude:3"):
        assert conclude([empty], lambda claims: "nowhere").status == "proved"


def test_a_claim_without_a_certificate_is_not_passed_over() -> None:
    certificate = found(same(W, W))
    assert certificate is not None
    with pytest.raises(ValueError, match="argument"):
        prove([same(W, W), TWO], [certificate], lambda claims: "everywhere")


def test_atoms_in_a_certificate_are_refused() -> None:
    step = Merge(0, 1, (Int([((Floor(var("p!1"), integer(1)),), 1)]),), THERE, (0,))
    assert said(stepped(same(W, W), step, **{"p!1": 0})()) == "refused"
    assert said(stepped(same(W, W), OTHERS, **{"p!1": 0})()) == "proved"


def test_a_sum_with_more_terms_than_its_divisor_is_not_cancelled() -> None:
    for false in (over(N, (t, N + 1), (p, K), entry(w, p)), over(N, (t, N), (p, K), entry(w, p), within(t, 1))):
        with pytest.raises(NotShown, match="on which nothing depends"):
            Hand(same(false, W)).cancel(0, 0)


def test_two_sides_or_goals_are_expected() -> None:
    for given in ({}, {"left": W}, {"left": W, "right": W, "goals": (("eq", N, N),)}):
        with pytest.raises(NotShown, match="two sides"):
            Hand(claim(**given))
