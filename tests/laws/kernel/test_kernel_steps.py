"""Theorems by explicit certificates: split, share, drop, cancel and merge, with product, divide and euclid; and what must fail.

Gauss' sum, a sum over N M places, polyphase components, associativity, pads that reflect any number of times, a range that an
equation leaves empty.  Beside them: what the identities and the solver say of small hypotheses, against plain enumeration.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest

from symconv.check.kernel.hypotheses import Hypotheses
from symconv.check.kernel.obligations import Desk, NotShown, Obligation
from symconv.language.expr import Bracket, Divides, Expr
from symconv.language.facts import Claim
from symconv.language.integers import Int, ceil, integer, least, mod, var
from symconv.topics.theorems.language import entry, equal, integers, plus, tensor, total, within
from tests.cases.kernel_hands import Hand, accepted, divide, euclid, have, refused
from tests.cases.kernel_hands import product as times
from tests.cases.kernel_pairs import times as scaled
from tests.oracles.loops import judged

N, K, M, A, B, C, P, Q, s, Z = integers("N K M A B C P Q s Z")
i, j, m, p, q, r, t = integers("i j m p q r t")
x, w = tensor("x", N), tensor("w", K)
q0, t0 = var("q!!0"), var("t!!0")


def gauss() -> Hand:
    """2 sum_{p < N} p = N (N - 1), a number p being a sum over t < p."""
    hand = Hand(Claim("", sizes=(("N", 1),), left=scaled(2, total((p, N), (t, p))), right=total((p, N), (t, N - 1))))
    rest = hand.split(1, lambda p, t: p - 1 - t)
    hand.merge(0, 1, lambda p, t: [p, t], lambda p, t: [p, t])
    hand.merge(0, rest, lambda p, t: [t, p - 1], lambda p, t: [t + 1, p])
    return hand


def digits() -> Hand:
    """sum_{m < M} sum_{p < N} x[p + N m] is the sum over N M places."""
    wide = tensor("x", N * M)
    hand = Hand(
        Claim(
            "",
            sizes=(("N", 1), ("M", 1)),
            left=total((m, M), (p, N), entry(wide, p + N * m)),
            right=total((p, N * M), entry(wide, p)),
        )
    )
    hand.merge(
        0, 1, lambda m, p: [p + N * m], lambda p: [q0, t0],
        forward=lambda m, p: [times(N, m), times(N, M - 1 - m)],
        backward=lambda p: [euclid(p, N), divide(N, q0), divide(N, M - 1 - q0)],
    )  # fmt: skip
    return hand


def polyphase() -> Hand:
    """Stride s: the taps s q + r of every component r < s, q < ceil(K/s)."""
    hand = Hand(
        Claim(
            "", sizes=(("N", 1), ("K", 1), ("s", 1)), definitions=(("Z", ceil(K, s)),), free=(("i", None),),
            left=total((p, K), entry(w, p), entry(x, s * i + p)),
            right=total((r, s), (q, Z), entry(w, s * q + r), entry(x, s * (i + q) + r)),
        )
    )  # fmt: skip
    hand.merge(
        0, 1, lambda p: [t0, q0], lambda r, q: [s * q + r],
        forward=lambda p: [euclid(p, s), divide(s, q0), divide(s, Z - 1 - q0)],
        backward=lambda r, q: [times(s, q)],
    )  # fmt: skip
    return hand


def associates() -> Hand:
    """(u * (k * f))[i] = ((u * k) * f)[i], full mode."""
    f, k, u = tensor("f", A), tensor("k", B), tensor("u", C)
    left = total((q, C), (p, B), entry(u, q), entry(k, p), entry(f, i - q - p), within(i - q, A + B - 1))
    right = total((m, B + C - 1), (q, C), entry(u, q), entry(k, m - q), entry(f, i - m))
    hand = Hand(Claim("", sizes=(("A", 1), ("B", 1), ("C", 1)), free=(("i", A + B + C - 2),), left=left, right=right))
    hand.merge(0, 1, lambda q, p: [q + p, q], lambda m, q: [q, m - q])
    return hand


def folded(left_of: Int = P) -> Claim:
    """The gradient of a reflecting pad of any width: h[m] goes to the j that m - P is a copy of, mirrored or not."""
    period, h = 2 * (N - 1), tensor("h", N + P + Q)
    place = mod(m - P, period)
    left = total((m, N + P + Q), entry(h, m), equal(least(place, period - place), j))
    straight = Expr(((*total((m, N + P + Q), entry(h, m)).terms[0], Bracket((Divides(period, m - left_of - j),))),))
    mirrored = Expr(
        ((*total((m, N + P + Q), entry(h, m), within(j - 1, N - 2)).terms[0], Bracket((Divides(period, m - P + j),))),)
    )
    sizes = (("N", 2), ("P", 0), ("Q", 0))
    return Claim("", sizes=sizes, free=(("j", N),), left=left, right=plus(straight, mirrored))


def fold(claim: Claim | None = None) -> Hand:
    """Where the rest is j, and where it is T - j."""
    hand = Hand(folded() if claim is None else claim)
    period = 2 * (N - 1)

    def named(number: int, letter: str) -> int:
        return next(k for k, n in enumerate(hand.term(number).bound) if n.startswith(f"{letter}!"))

    at = {letter: named(0, letter) for letter in "mqt"}
    smallest = max(k for k, n in enumerate(hand.term(0).bound) if n.startswith("m!"))

    def back(q_: Any, t_: Any) -> Callable[..., list[Any]]:
        def made(*b: Int) -> list[Any]:
            quotient = next(e for e, n in zip(b, hand.term(1).bound, strict=False) if n.startswith("u!"))
            value = {at["m"]: b[0], at["q"]: q_(quotient), at["t"]: t_, smallest: j}
            return [value[k] for k in range(4)]

        return made

    rest = hand.split(0, lambda *b: j - b[at["t"]])  # t <= j, so t = j; else t > j, so t = T - j
    hand.merge(0, 1, lambda *b: [b[at["m"]], b[at["q"]]], back(lambda u: u, j))
    hand.merge(rest, 2, lambda *b: [b[at["m"]], b[at["q"]] + 1], lambda *b: [
        {at["m"]: b[0], at["q"]: b[1] - 1, at["t"]: period - j, smallest: j}[k] for k in range(4)
    ])  # fmt: skip
    return hand


def nowhere() -> Hand:
    """No p has 2 p = 2 q + 1, and 1/3 + 2/3 = 1."""
    none = total((p, N), (q, N), entry(x, p), equal(2 * p, 2 * q + 1))
    whole = total((p, K), entry(w, p))
    hand = Hand(Claim("", sizes=(("N", 1), ("K", 1)), left=plus(none, whole), right=scaled(1, whole)))
    hand.drop(0, lambda p, q: [divide(integer(2), p - q - 1), divide(integer(2), q - p)])
    one, other = hand.share(1, "1/3")
    third, rest = hand.share(2, "-1/3")
    hand.merge(one, third, lambda p: [p], lambda p: [p])
    hand.merge(other, rest, lambda p: [p], lambda p: [p])
    return hand


PROVED = {f.__name__: f for f in (gauss, digits, polyphase, associates, fold, nowhere)}


@pytest.mark.sweep(3)
@pytest.mark.parametrize("name", PROVED)
def test_the_theorem_stands_by_its_certificate(name: str) -> None:
    hand = PROVED[name]()
    assert judged(hand.claim, 3, 200) == "holds"
    assert accepted(hand.claim, hand.certificate())


# what must fail
def test_a_flip_that_was_forgotten() -> None:
    g, d, O = tensor("g", var("O")), var("d"), var("O")
    sizes = (("N", 1), ("K", 1), ("O", 1), ("s", 1), ("d", 1), ("P", 0))
    left = total((p, K), (i, O), entry(g, i), entry(w, p), equal(s * i, j + P - d * p))
    right = total((q, K), (i, O), entry(g, i), entry(w, q), equal(s * i, j + d * q - (d * (K - 1) - P)))
    hand = Hand(Claim("", sizes=sizes, free=(("j", N),), left=left, right=right))
    for phi in (lambda p, i: [K - 1 - p, i], lambda p, i: [p, i]):
        with pytest.raises(NotShown):
            hand.merge(0, 1, phi, phi)


def test_true_up_to_8_only() -> None:
    hand = Hand(
        Claim("", sizes=(("N", 1),), left=total((i, N), entry(x, i), within(i, 8)), right=total((i, N), entry(x, i)))
    )
    with pytest.raises(NotShown):
        hand.merge(0, 1, lambda i: [i], lambda i: [i])


def test_a_copy_by_another_pad() -> None:
    with pytest.raises(NotShown):
        fold(folded(P + 1))


def test_a_map_by_facts_that_are_not_stated() -> None:
    """The quotient and the rest of the way back are names of the facts; without them they are nobody's."""
    hand = digits()
    certificate = hand.certificate()
    (step,) = certificate.steps
    assert refused(hand.claim, certificate) == ""
    assert refused(hand.claim, certificate._replace(steps=(step._replace(backward=()),)))  # type: ignore[union-attr]
    longer = (*step.backward, have(var("p!3") - 1))  # type: ignore[union-attr]
    assert refused(hand.claim, certificate._replace(steps=(step._replace(backward=longer),)))  # type: ignore[union-attr]


def test_a_step_that_fails_leaves_the_session_as_it_was() -> None:
    hand = digits()
    hand = Hand(hand.claim)
    before, shown = dict(hand.session.terms), list(hand.session.desk.shown)
    with pytest.raises(NotShown):
        hand.merge(0, 1, lambda m, p: [p + N * m + 1], lambda p: [p, p])
    with pytest.raises(NotShown):
        hand.drop(0, lambda m, p: [have(m)])
    assert (hand.session.terms, hand.session.desk.shown, hand.session.steps) == (before, shown, [])


# identities and the solver, against enumeration
NAMES = ("a", "b", "c!1", "d!2")


def polynomial(rng: random.Random) -> Int:
    terms: list[Any] = [((), rng.randint(-3, 3))]
    for _ in range(rng.randint(1, 3)):
        terms.append((tuple(rng.choices(NAMES, k=rng.choice([1, 1, 1, 2]))), rng.choice([-2, -1, 1, 1, 2])))
    return Int(terms)


def refuting(o: Obligation) -> dict[str, int] | None:
    """A point within the hypotheses where the goal fails."""
    for values in itertools.product(range(-4, 5), repeat=len(NAMES)):
        point = dict(zip(NAMES, values, strict=True))
        if all(e.evaluate(point) >= 0 for e in o.known.ge) and all(e.evaluate(point) == 0 for e in o.known.eq):
            goal = o.goal.evaluate(point)
            if (goal < 0) if o.kind == "ge" else (goal != 0):
                return point
    return None


def obligations(count: int, seed: int) -> list[Obligation]:
    """Hypotheses in two layers, and goals that are made of them as often as not."""
    rng, made = random.Random(seed), []
    for _ in range(count):
        ge, eq = ([polynomial(rng) for _ in range(rng.randint(0, n))] for n in (4, 2))
        inner = Hypotheses(ge[:2], eq[:1]).more(ge[2:], eq[1:])
        goal = (
            polynomial(rng)
            if rng.random() < 0.5 or not ge
            else sum((rng.randint(0, 2) * e for e in ge), integer(rng.randint(-1, 1)))
        )
        made.append(Obligation("", inner, rng.choice(["ge", "ge", "eq"]), integer(goal)))
    return made


@pytest.mark.sweep(1)
@pytest.mark.parametrize("count", [150, 1200])
def test_what_follows_by_identity_follows(count: int) -> None:
    shown = [o for o in obligations(count, 3) if o.known.shows(o.kind, o.goal)]
    assert len(shown) >= count // 10
    assert [o for o in shown if refuting(o) is not None] == []


@pytest.mark.sweep(1)
@pytest.mark.parametrize("count", [30, 150])
def test_what_the_solver_says_follows(count: int) -> None:
    desk = Desk()
    shown = [o for o in obligations(count, 4) if desk.unsat(o) is not None]
    assert len(shown) >= count // 8
    assert [o for o in shown if refuting(o) is not None] == []


def test_the_solver_is_not_asked_of_numbers_whose_steps_it_does_not_count() -> None:
    """x >= c + 1 implies 2 x - y >= c where y <= x, whatever c; with hundreds of digits a step may take any time."""
    x, y = var("x"), var("y")
    for c, way in ((7, "linear"), (2**100, "linear"), (2**129, None), (10**399, None)):
        asked = Obligation("far", Hypotheses((x - y, x - c - 1)), "ge", x * 2 - y - c)
        assert Desk().unsat(asked) == way
