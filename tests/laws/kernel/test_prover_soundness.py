"""Statements that are false, about nothing, or ill-formed: the prover must not say ``proved`` of any of them.

Each is a claim that fails at sizes named beside it; a verdict other than ``proved``, or one clear error, is right.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

import symconv as sc
from symconv.api import story
from symconv.check.kernel.obligations import NotShown
from symconv.check.prove.derivation import prove_derivation
from symconv.check.prove.search import attempt
from symconv.check.prove.theorem import Proof
from symconv.check.prove.theorem import prove as run
from symconv.errors import SymconvError
from symconv.language.expr import Access, Apply, Bracket, Divides, Expr, Factor, Over, Partial, Sum
from symconv.language.facts import Claim, Theorem
from symconv.language.integers import integer, var
from symconv.layers.catalog import build
from symconv.topics.theorems.language import entry, equal, floor, integers, mod, plus, product, tensor, total, within
from symconv.topics.theorems.page import domain

N, K, C, G, s, d, h, i, j, m, p, q = integers("N K C G s d h i j m p q")
x, w = tensor("x", N), tensor("w", K)
a_b, ab = tensor("a/b", N), tensor("ab", N)
SIZES = (("N", 1), ("K", 1))
BY_I = (("i", N),)

FALSE: dict[str, dict[str, Any]] = {
    # [3 = 2] is 0
    "equation-of-numbers": {"free": BY_I, "left": total(entry(x, i), equal(3, 2)), "right": product(entry(x, i))},
    "equation-of-numbers-after-elimination": {
        "left": total((p, K), entry(w, p), equal(p, 2), equal(p, 1)),
        "right": total(entry(w, 2)),
    },
    "equation-of-numbers-on-the-right": {
        "free": BY_I,
        "left": product(entry(x, i)),
        "right": total((p, K), entry(x, i), equal(p, 1), equal(p, 0)),
    },
    # one name, two sizes: the entry x[N] exists on one side only
    "one-tensor-two-sizes": {
        "left": total((p, N + 1), entry(x, p)),
        "right": total((p, N + 1), entry(tensor("x", N + 1), p)),
    },
    # names that look like the prover's own
    "free-index-named-like-a-coordinate": {
        "free": (("c_x_0", N),),
        "left": total((p, N), entry(x, p)),
        "right": product(entry(x, var("c_x_0"))),
    },
    "size-named-like-a-coordinate": {
        "sizes": (("c_x_0", 1), ("N", 1)),
        "given": (N - 1 - var("c_x_0"),),
        "left": total((p, N), entry(x, p)),
        "right": product(entry(x, var("c_x_0"))),
    },
    "free-index-named-like-a-fresh-name": {
        "free": (("p!1", K),),
        "left": total((p, K), entry(x, 2 * p)),
        "right": product(entry(x, 2 * var("p!1"))),
    },
    "size-named-like-a-product": {
        "sizes": (("s", 1), ("d", 1), ("d*s", 1)),
        "goals": (("eq", s * d, var("d*s")),),
    },
    "two-tensors-whose-names-differ-by-a-slash": {
        "left": total((p, N), (q, N), entry(a_b, p), entry(ab, q)),
        "right": total((p, N), entry(a_b, p), entry(ab, p)),
    },
    # divisors that may be 0 or negative: false at K = 1
    "floor-by-what-may-be-negative": {"definitions": (("Z", floor(N, K - 3)),), "goals": (("ge", K, integer(4)),)},
    "floor-by-what-may-be-zero": {
        "sizes": (("N", 1), ("K", 0)),
        "definitions": (("Z", floor(N, K)),),
        "goals": (("ge", K, integer(1)),),
    },
    "floor-by-a-negative-number": {"goals": (("eq", floor(N, -2), integer(5)),)},
    "floor-by-zero": {"goals": (("eq", floor(N, 0), integer(5)),)},
    "rest-by-what-may-be-negative": {"goals": (("ge", mod(N, K - 3), integer(0)),)},
    "floor-by-what-may-be-negative-in-an-index": {
        "left": total((p, K), entry(x, floor(p, K - 3))),
        "right": total((p, K), entry(x, floor(p, K - 3)), within(0, K - 3)),
    },
    # a bound index in a later sum's range is that index, not a free one of the same name
    "triangular-range": {
        "free": (("p", N),),
        "left": total((p, K), (q, p), entry(w, p), entry(x, q)),
        "right": total((h, K), (q, p), entry(w, h), entry(x, q)),
    },
    # what is called a stride, though it may be negative
    "multiplier-over-all-integers": {
        "free": (("h", None),),
        "multipliers": ("h",),
        "goals": (("ge", h * (N - 1), integer(0)),),
    },
    "multiplier-that-may-be-negative": {
        "sizes": (("h", -3), ("N", 1)),
        "multipliers": ("h",),
        "goals": (("ge", h * (N - 1), integer(0)),),
    },
    "digits-of-negative-sizes": {
        "sizes": (("C", -3), ("G", -3)),
        "left": total((p, C * G), entry(tensor("x", C * G), p)),
        "right": total((p, C), (q, G), entry(tensor("x", C * G), p + C * q)),
    },
    # how often a product is counted
    "unused-index": {"left": total((p, K), (q, K), entry(w, p)), "right": total((p, K), entry(w, p))},
    "twice-against-once": {
        "left": plus(total((p, K), entry(w, p)), total((p, K), entry(w, p))),
        "right": total((p, K), entry(w, p)),
    },
    "box-of-two-against-one": {
        "left": total((p, K), (q, K), entry(x, p + q)),
        "right": total((p, 2 * K - 1), entry(x, p)),
    },
    "wrong-radix": {
        "sizes": (("C", 1), ("G", 1)),
        "left": total((p, C), (q, G), entry(tensor("x", C * G), p + G * q)),
        "right": total((p, C * G), entry(tensor("x", C * G), p)),
    },
    "wrong-digit-order": {
        "sizes": (("C", 1), ("G", 1)),
        "left": total((p, C), (q, G), entry(tensor("x", C * G), p + C * q)),
        "right": total((p, C), (q, G), entry(tensor("x", C * G), q + C * p)),
    },
    "relation-that-is-none": {"goals": (("ne", N, N),)},
    "relation-less-than": {"goals": (("lt", N, N),)},
}

NOTHING: dict[str, dict[str, Any]] = {
    "contradictory-sizes": {"given": (N - K - 1, K - N), "goals": (("eq", N, K),)},
    "contradictory-with-a-free-index": {"free": BY_I, "given": (i - N,), "goals": (("eq", N, K),)},
    "contradictory-identity": {
        "free": BY_I,
        "given": (i - N,),
        "left": product(entry(x, i)),
        "right": product(entry(x, i + 1)),
    },
    "empty-range": {"free": (("i", integer(0)),), "goals": (("eq", N, K),)},
    "no-goal": {},
    "one-side": {"left": total((p, N), entry(x, p))},
}


def claim(name: str, given: dict[str, Any]) -> Theorem:
    """A theorem with that one claim."""
    return Theorem(name, name, (Claim(name, **{"sizes": SIZES, **given}),))


def prove(theorem: Theorem) -> Proof:
    """The proof of a theorem, its domain spelled as on the page."""
    return run(theorem, domain)


def verdict(theorem: Theorem) -> str:
    """The verdict, or "error" for one clear error."""
    try:
        return prove(theorem)[0].status
    except SymconvError:
        return "error"


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved(name: str) -> None:
    assert verdict(claim(name, FALSE[name])) != "proved"


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_about_nothing_is_not_proved(name: str) -> None:
    assert verdict(claim(name, NOTHING[name])) != "proved"


def test_a_range_of_negative_size_is_empty() -> None:
    """Refuted, and not by an accident on the way: at K = 1 the left sum has no terms."""
    given = {"left": total((p, K - 2), entry(w, p)), "right": total((p, K), entry(w, p))}
    assert verdict(claim("negative range", given)) == "refuted"


def test_numbers_1_to_8_are_not_all_numbers() -> None:
    """8 >= s holds for the strides that the last resort tries, and fails at s = 9."""
    given = {"sizes": (("N", 1), ("s", 1)), "multipliers": ("s",), "goals": (("ge", integer(8), s),)}
    assert verdict(claim("strides up to 8", given)) == "refuted"


def test_what_is_false_far_out_is_not_proved() -> None:
    """40 >= s: false too far out for the search, so the verdict is none."""
    given = {"sizes": (("N", 1), ("s", 1)), "multipliers": ("s",), "goals": (("ge", integer(40), s),)}
    assert prove(claim("strides up to 40", given)).verdict.status != "proved"


# what divides by, or spreads by, a number that may be 0 or negative
ODD: dict[str, dict[str, Any]] = {
    "spread-by-zero": {
        "sizes": (("N", 1), ("s", 0)),
        "left": total((p, N), Access(x.dilated((s,)), (p,))),
        "right": total((p, N), Access(x.dilated((s,)), (p,)), within(integer(0), s)),
    },
    "spread-by-a-negative-number": {
        "sizes": (("N", 1), ("s", -2)),
        "free": (("j", None),),
        "left": product(Access(x.dilated((s,)), (j,))),
        "right": total(Access(x.dilated((s,)), (j,)), within(j, s * (N - 1) + 1)),
    },
    "zero-divides": {
        "sizes": (("N", 1), ("s", 0)),
        "free": (("j", N),),
        "left": Expr(((entry(x, j), Bracket((Divides(s, j),))),)),
        "right": total((q, N), entry(x, j), equal(s * q, j)),
    },
}


@pytest.mark.parametrize("name", ODD)
def test_what_has_no_meaning_is_one_clear_error_or_no_theorem(name: str) -> None:
    assert verdict(claim(name, ODD[name])) != "proved"


def test_no_claims_are_no_theorem() -> None:
    assert verdict(Theorem("none", "nothing", ())) != "proved"


def test_an_item_left_of_a_sum_is_not_bound_by_it() -> None:
    """w[p] sum_p x[p] is not sum_q w[q] x[q]: a Sum binds to its right."""
    given = {
        "free": (("p", K),),
        "left": total(entry(w, p), (p, K), entry(x, p)),
        "right": total((q, K), entry(w, q), entry(x, q)),
    }
    assert verdict(claim("left of the sum", given)) != "proved"


def of_a_layer(words: str, items: tuple[Any, ...], others: tuple[Any, ...], *free: str) -> bool:
    """Whether sum_i items = sum_i others is proved of a layer's output."""
    op = build("correlate1d", stride="s", dilation="d", padding=(("P", "Q"),))
    O = op.axes[0].output
    sides = [Expr(((Sum("i", O), *each),)) for each in (items, others)]
    with suppress(NotShown):  # one clear refusal is right as well
        stated = Claim(words, free=tuple((n, N) for n in free), left=sides[0], right=sides[1], op=op)
        return attempt(stated)[1] is not None
    return False


OUT = tensor("y", var("O"))


def test_a_product_of_two_derivatives_is_not_the_second_alone() -> None:
    one, two = Partial(entry(OUT, i), entry(x, j)), Partial(entry(OUT, i), entry(x, m))
    assert not of_a_layer("two derivatives", (one, two), (two,), "j", "m")
    assert of_a_layer("the same", (two,), (two,), "m")


def test_a_derivative_by_an_entry_of_the_flipped_tensor_is_not_that_by_the_same_place() -> None:
    g = entry(tensor("g", var("O")), i)
    flipped = Partial(entry(OUT, i), Access(x.reversed((True,)), (j,)))
    assert not of_a_layer("flipped", (g, flipped), (g, Partial(entry(OUT, i), entry(x, j))), "j")


def test_an_entry_of_a_flipped_tensor_by_an_entry() -> None:
    """d x~[i] / d x[j] is [N - 1 - i = j], not [i = j]."""
    one = Partial(Access(x.reversed((True,)), (i,)), entry(x, j))
    given = {"free": (*BY_I, ("j", N)), "left": Expr(((one,),)), "right": total(equal(i, j))}
    assert verdict(claim("flipped", given)) != "proved"


@pytest.mark.parametrize("change", ["data", "kept label", "result"])
def test_a_wrong_closed_form_that_only_adds_up_is_not_proved(change: str) -> None:
    op = build("conv1d", stride="s", padding="P", dilation="d")
    d = story.derive(op, "b", proof=False)
    wrong = {
        "data": replace(d.shown, data=op.operand("x")),
        "kept label": replace(d.shown, data=replace(d.shown.data, layout=(("o",),))),
        "result": replace(d.shown, result=op.operand("w")),
    }[change]  # type: ignore[type-var]
    with suppress(SymconvError):  # one clear error is right as well
        assert not prove_derivation(replace(d, shown=wrong, closed_form=wrong))[1].whole


AXIS = ("data", "kernel", "output", "stride", "input_dilation", "dilation", "lo", "hi", "remainder")


@pytest.mark.slow
@pytest.mark.parametrize("wrt", ["x", "w"])
@pytest.mark.parametrize("name", AXIS)
def test_a_wrong_member_is_not_proved(name: str, wrt: str) -> None:
    """Every number of the closed form matters: one more or one less of it is no gradient."""
    d = story.derive(build("correlate1d", stride="s", dilation="d", padding=(("P", "Q"),)), wrt, check=False)
    (axis,) = d.shown.axes
    for change in (1, -1):
        wrong = replace(d.shown, axes=(replace(axis, **{name: getattr(axis, name) + change}),))
        assert not prove_derivation(replace(d, shown=wrong))[1].whole


def status(**given: Any) -> str:
    """Through the public door."""
    return sc.prove(sc.Theorem("t", "said", (Claim("w", **{"sizes": SIZES, **given}),))).verdict.status


def test_a_range_that_depends_on_an_index_is_refuted_and_shown() -> None:
    """A triangle has N (N - 1)/2 places, not N (N + 1)/2."""
    pairs = total((p, N), (q, p), entry(x, i))
    half = Expr(((Factor(Fraction(1, 2)), *total((p, N), (q, N + 1), entry(x, i)).terms[0]),))
    assert status(left=pairs, right=half, free=(("i", N),)) == "refuted"


def test_a_divisor_that_depends_on_an_index() -> None:
    """The sum of 1/((p + 1)(p + 2)) is N/(N + 1), and not 1."""
    left = Expr(((Sum("p", N), entry(x, i), Over(p + 1), Over(p + 2)),))
    right = Expr(((Sum("t", N), entry(x, i), Over(N)),))
    assert status(left=left, right=right, free=(("i", N),)) == "refuted"


@pytest.mark.parametrize("power", [1, 2])
def test_a_function_of_an_entry_ends_in_a_verdict(power: int) -> None:
    item = Apply("f", entry(x, p))
    sides = Expr(((Sum("p", N), item),)), Expr(((Sum("p", N), *[item] * power),))
    assert status(left=sides[0], right=sides[1]) == ("proved" if power == 1 else "unsupported")


def test_nothing_on_both_sides_is_no_theorem() -> None:
    zero = Expr(((Factor(Fraction(0)), *total((p, N), entry(x, p)).terms[0]),))
    assert status(left=zero, right=zero) == "unsupported"


ODD_CLAIMS: dict[str, dict[str, Any]] = {
    "sizes": {"sizes": 3, "goals": (("ge", N, 0),)},
    "least": {"sizes": (("N", "1"),), "goals": (("ge", N, 0),)},
    "goal": {"goals": (("ge", N, 0.5),)},
    "side": {"left": "abc", "right": "d"},
    "item": {"left": Expr((("junk",),)), "right": Expr(())},  # type: ignore[arg-type]
    "op": {"goals": (("ge", N, 0),), "op": 5},
    "extent": {"left": total((p, N), entry(tensor("x", p), 0)), "right": total((p, N))},
}


@pytest.mark.parametrize("name", ODD_CLAIMS)
def test_a_claim_of_other_kinds_is_one_clear_line(name: str) -> None:
    with pytest.raises(SymconvError, match="prove: expected"):
        status(**ODD_CLAIMS[name])


def test_a_theorem_without_claims_of_its_own_kind_is_one_clear_line() -> None:
    for claims in ("gen", 5, (1,)):
        with pytest.raises(SymconvError, match="whose claims are Claims"):
            sc.prove(sc.Theorem("a", "b", claims))  # type: ignore[arg-type]
    assert status(goals=[["ge", N, 1]]) == "proved"
