"""Ways in which a kernel was made, or might have been made, to say ``proved`` of what is false; each stands here for good.

Every claim fails, or has no meaning, at small numbers (plain loops say so), and the certificate beside it is the one that
a kernel with the hole accepted.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from symconv.check.kernel.obligations import NotShown
from symconv.check.kernel.steps import Certificate, Merge, Share
from symconv.language.expr import Access, Apply, Expr, Factor, Over, Partial, Sum, Tensor
from symconv.language.facts import Claim
from symconv.language.integers import Int, floor, integer, quotient, var
from symconv.layers.catalog import build
from symconv.topics.theorems.language import entry, equal, integers, plus, product, tensor, total
from tests.cases.kernel_hands import Hand, accepted, divide, found
from tests.oracles.loops import judged

N, K, i, j, m, n, p, q, t = integers("N K i j m n p q t")
x, w = tensor("x", N), tensor("w", K)
SIZES = (("N", 1), ("K", 1))
Certified = tuple[Claim, Certificate | None]


def over(bottom: Int, *items: Any) -> Expr:
    """1/bottom of a sum of products, the divisor at the right end."""
    return Expr(((*total(*items).terms[0], Over(bottom)),))


VALID = build("correlate1d")
O = VALID.axes[0].output
Y, G = tensor("y", O), tensor("g", O)


def derived(forward: Expr, right: Expr, of: Tensor = Y) -> Claim:
    """dL/dx[j] for y[i] = forward, 0 <= i < O, against a right side."""
    left = Expr(((Sum("i", O), entry(G, i), Partial(entry(of, i), entry(x, j))),))
    return Claim("a derivative", left=left, right=right, free=(("j", N),), op=VALID, forward=forward)


# the product rule
def a_function_of_x_beside_x() -> Certified:
    """y = x f(x): the derivative has f'(x) x in it."""
    applied = Apply("f", entry(x, i))
    claim = derived(Expr(((entry(x, i), applied),)), Expr(((entry(G, j), Apply("f", entry(x, j))),)))
    return claim, found(claim)


def an_output_read_backwards() -> Certified:
    """y~[i] is y[N - 1 - i]."""
    claim = derived(product(entry(x, i)), product(entry(G, j)), Y.reversed((True,)))
    return claim, found(claim)


def an_output_of_another_length() -> Certified:
    """y is given twice the length that its definition has."""
    claim = derived(product(entry(x, i)), product(entry(G, j)), tensor("y", 2 * O))
    return claim, found(claim)


def a_definition_that_reads_left_of_its_sum() -> Certified:
    """x[p] sum_p w[p] is not sum_p x[p] w[p]."""
    claim = derived(Expr(((entry(x, p), Sum("p", K), entry(w, p)),)), total((i, O), entry(G, i), entry(w, j)))
    return claim, found(claim)


def a_definition_with_the_claims_index() -> Certified:
    """y[i] = x[j] for the j of dL/dx[j] is no definition of y."""
    claim = derived(product(entry(x, j)), total((i, O), entry(G, i)))
    return claim, found(claim)


# names
def a_tensor_named_like_a_divisor() -> Certified:
    """T[N] is no 1/N, whatever T is called."""
    mean = tensor("over:", N + 1)
    claim = Claim(
        "", sizes=SIZES, left=total((t, N), (p, K), entry(w, p), entry(mean, N)), right=total((p, K), entry(w, p))
    )
    hand = _started(claim)
    if hand is None:
        return claim, None
    hand.cancel(0, 0, [r.tensor for r in hand.term(0).reads].index("over:"))
    hand.merge(0, 1, lambda p: [p], lambda p: [p])
    return claim, hand.certificate({"N": 1, "K": 1, "t!1": 0, "p!2": 0}, 0)


def a_tensor_named_like_a_function() -> Certified:
    """f(x[i]) has a value where x[i] is outside; an entry of a tensor has none there."""
    function = Expr(((Apply("f", entry(x, i)),),))
    claim = Claim("", sizes=SIZES, free=(("i", N),), left=function, right=product(entry(tensor("f:0:x", N), i)))
    return claim, found(claim)


def a_tensor_named_like_an_inverse() -> Certified:
    """1/x[i] is no tensor of that name."""
    inverse = Access(replace(x, inverse=True), (i,))
    claim = Claim("", sizes=SIZES, free=(("i", N),), left=product(inverse), right=product(entry(tensor("1/:x", N), i)))
    return claim, found(claim)


def a_goal_about_the_kernels_own_quotient() -> Certified:
    """O = floor(N/2), and a name that nobody declared, which happens to be the kernel's for that quotient."""
    claim = Claim("", sizes=SIZES, definitions=(("O", floor(N, 2)),), goals=(("eq", var("O"), var("q!1")),))
    return claim, found(claim)


def an_index_like_the_kernels_own_quotient() -> Certified:
    claim = Claim("", sizes=SIZES, definitions=(("O", floor(N, 2)),),
                  left=product(entry(x, var("O"))), right=product(entry(x, var("q!1"))))  # fmt: skip
    return claim, found(claim)


def a_size_like_the_kernels_own_quotient() -> Certified:
    one, two = (Tensor("x", (e,)) for e in (var("O") + 1, var("q!1") + 1))
    claim = Claim("", sizes=SIZES, definitions=(("O", floor(N, 2)),), free=(("i", None),),
                  left=product(entry(one, i)), right=product(entry(two, i)))  # fmt: skip
    return claim, found(claim)


def a_product_as_a_name() -> Certified:
    """The linear solver knows a product of names under a name."""
    claim = Claim("", sizes=(("s", 1), ("d", 1)), goals=(("ge", var("s") * var("d"), var("d*s")),))
    return claim, found(claim)


# divisors
def a_mean_of_nothing() -> Certified:
    """sum_{t < N} 1/N is 1 for N >= 1, and 0 for N = 0: the range that shows N >= 1 goes with the sum."""
    claim = Claim(
        "", sizes=(("N", 0), ("K", 1)), left=over(N, (t, N), (p, K), entry(w, p)), right=total((p, K), entry(w, p))
    )
    hand = Hand(claim)
    try:
        hand.cancel(0, 0)
    except NotShown:
        return claim, None
    hand.merge(0, 1, lambda p: [p], lambda p: [p])
    return claim, hand.certificate({"N": 1, "K": 1, "t!1": 0, "p!2": 0}, 0)


def a_divisor_left_of_the_sum_that_makes_it_positive() -> Certified:
    """1/N sum_{t < N} x[t] has no value at N = 0."""
    left = Expr(((Over(N), Sum("t", N), entry(x, t)),))
    claim = Claim("", sizes=(("N", 0),), left=left, right=over(N, (t, N), entry(x, t)))
    return claim, found(claim)


def a_floor_left_of_the_sum_that_makes_its_divisor_positive() -> Certified:
    left = Expr(((entry(x, floor(i, K - 3)), Sum("q", K - 3), entry(w, q)),))
    right = Expr(((Sum("q", K - 3), entry(x, floor(i, K - 3)), entry(w, q)),))
    claim = Claim("", sizes=SIZES, free=(("i", None),), left=left, right=right)
    return claim, found(claim)


def a_derivative_left_of_the_sum_that_makes_a_divisor_positive() -> Certified:
    """y[i] = x[floor(i/(N - 3))] is no definition where N = 3, whatever stands behind dy/dx."""
    forward = product(entry(x, floor(i, K - 3)))
    claim = derived(forward, Expr(()))
    (first, *rest) = claim.left.terms[0]  # type: ignore[union-attr]
    left = Expr(((first, *rest, Sum("q", K - 3), entry(w, q)),))
    right = Expr(((first, Sum("q", K - 3), *rest, entry(w, q)),))
    claim = replace(claim, left=left, right=right)
    return claim, found(claim)


def a_taken_entry_left_of_the_sum_that_makes_its_divisor_positive() -> Certified:
    """The same within the definition."""
    forward = Expr(((entry(x, floor(i, K - 3)), Sum("q", K - 3), entry(w, q)),))
    right = total((i, O), (q, K - 3), entry(G, i), entry(w, q), equal(floor(i, K - 3), j))
    claim = derived(forward, right)
    return claim, found(claim)


def a_divisor_that_an_entry_outside_makes_positive() -> Certified:
    """x[N - 1]/N at N = 0 is 0/0: that x is 0 outside does not help."""
    claim = Claim("", sizes=(("N", 0),), left=over(N, entry(x, N - 1)), right=over(N, (t, 1), entry(x, N - 1 + t)))
    return claim, found(claim)


def an_exact_quotient_that_is_none() -> Certified:
    """i/2 without the guard that 2 divides i is no index."""
    claim = Claim(
        "", sizes=SIZES, free=(("i", N),), left=product(entry(x, quotient(i, 2))), right=product(entry(x, floor(i, 2)))
    )
    return claim, found(claim)


def an_exact_size_that_is_none() -> Certified:
    claim = Claim("", sizes=SIZES, goals=(("eq", quotient(N, 2), floor(N, 2)),))
    return claim, found(claim)


# numbers
def a_share_that_rounds() -> Certified:
    """In floats 1 - 10^30 is -10^30, and adding that to 10^30 makes a coefficient 1 vanish."""
    claim = Claim("", sizes=SIZES, left=total((p, K), entry(w, p)), right=total((p, K), (t, N), entry(w, p)))
    steps = [Share(0, 1e30), Share(1, -1e30)]  # type: ignore[arg-type]
    for one, other in ((2, 3), (4, 5)):
        name = ["p!1"] if one == 2 else ["p!2", "t!3"]
        here = tuple(map(var, name))
        steps.append(Merge(one, other, here, here, (0,)))  # type: ignore[arg-type]
    return claim, Certificate({"N": 1, "K": 1, "p!1": 0}, 0, (), tuple(steps))


def a_factor_that_is_a_float() -> Certified:
    """As floats 0.1 + 0.3 is 0.4; the numbers that these floats are do not add up."""
    one, two, three = (Expr(((Factor(v), entry(x, i)),)) for v in (0.1, 0.3, 0.4))  # type: ignore[arg-type]
    claim = Claim("", sizes=SIZES, free=(("i", N),), left=plus(one, two), right=three)
    return claim, found(claim)


def half_a_place() -> Certified:
    """p -> 2 p is a bijection if q -> q/2 were a map between whole numbers."""
    claim = Claim(
        "", sizes=SIZES, left=total((p, N), (m, K), entry(w, m)), right=total((q, 2 * N - 1), (m, K), entry(w, m))
    )
    half = Int([(("q!3",), Fraction(1, 2))])  # type: ignore[list-item]
    step = Merge(0, 1, (2 * var("p!1"), var("m!2")), (half, var("m!4")), (0,), (), (divide(integer(2), N - 1 - half),))
    return claim, Certificate({"N": 1, "K": 1, "p!1": 0, "m!2": 0}, 0, (), (step,))


def half_a_size() -> Certified:
    """N/2 as a coefficient is no polynomial over the integers: N/2 entries are none for odd N."""
    half = Int([(("N",), Fraction(1, 2))])  # type: ignore[list-item]
    claim = Claim("", sizes=SIZES, left=total((p, half), entry(x, p)), right=total((p, half), entry(x, half - 1 - p)))
    return claim, found(claim)


def a_witness_between_whole_numbers() -> Certified:
    """No whole p has 2 p = 1: the theorem is about nothing."""
    claim = Claim(
        "", sizes=SIZES, left=total((p, N), entry(x, p), equal(2 * p, 1)), right=total((q, 1), entry(x, q), equal(2 * q, 1))
    )
    hand = Hand(claim)
    hand.drop(0)
    hand.drop(1)
    return claim, hand.certificate({"N": 2, "K": 1, "p!1": Fraction(1, 2)}, 0)  # type: ignore[dict-item]


def _started(claim: Claim) -> Hand | None:
    try:
        return Hand(claim)
    except NotShown:
        return None


HOLES = [
    a_function_of_x_beside_x, an_output_read_backwards, an_output_of_another_length, a_definition_that_reads_left_of_its_sum,
    a_definition_with_the_claims_index, a_tensor_named_like_a_divisor, a_tensor_named_like_a_function,
    a_tensor_named_like_an_inverse, a_goal_about_the_kernels_own_quotient, an_index_like_the_kernels_own_quotient,
    a_size_like_the_kernels_own_quotient, a_product_as_a_name, a_mean_of_nothing,
    a_divisor_left_of_the_sum_that_makes_it_positive, a_floor_left_of_the_sum_that_makes_its_divisor_positive,
    a_derivative_left_of_the_sum_that_makes_a_divisor_positive, a_taken_entry_left_of_the_sum_that_makes_its_divisor_positive,
    a_divisor_that_an_entry_outside_makes_positive, an_exact_quotient_that_is_none, an_exact_size_that_is_none,
    a_share_that_rounds, a_factor_that_is_a_float, half_a_place, half_a_size, a_witness_between_whole_numbers,
]  # fmt: skip


ILL_FORMED = {"an_output_of_another_length", "a_definition_with_the_claims_index", "half_a_size"}


@pytest.mark.parametrize("hole", HOLES, ids=lambda hole: hole.__name__)
def test_the_hole_is_closed(hole: Any) -> None:
    claim, certificate = hole()
    assert hole.__name__ in ILL_FORMED or judged(claim) != "holds"
    assert certificate is None or not accepted(claim, certificate)
