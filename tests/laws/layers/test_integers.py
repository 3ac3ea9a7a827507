"""Small integer polynomials: every operation commutes with evaluation, and terms stay in the order in which they were written."""

from __future__ import annotations

import random

import pytest

from symconv.language.integers import Int, ceil, floor, integer, least, mod, quotient, var

NAMES = ("N", "s", "d", "i1", "K")


def polynomial(rng: random.Random, depth: int = 2) -> Int:
    """A random one, with atoms in atoms; what divides is never 0 at sizes >= 1."""
    made = integer(rng.randint(-3, 3))
    for _ in range(rng.randint(0, 3)):
        term = integer(rng.choice((-2, -1, 1, 2)))
        for _ in range(rng.randint(1, 2)):
            term = term * atom(rng, depth)
        made = rng.choice((made + term, made - term, term + made))
    return made


def atom(rng: random.Random, depth: int) -> Int:
    if depth == 0 or rng.random() < 0.8:
        return var(rng.choice(NAMES))
    top, bottom = polynomial(rng, depth - 1), rng.choice((integer(2), var("s"), var("d") + 1))
    return rng.choice((floor, ceil, mod, least, quotient))(top, bottom)


@pytest.mark.parametrize("seed", range(150))
def test_operations_commute_with_evaluation(seed: int) -> None:
    rng = random.Random(seed)
    a, b, number = polynomial(rng), polynomial(rng), rng.randint(-3, 3)
    at = {name: rng.randint(1, 6) for name in NAMES}
    x, y = a.evaluate(at), b.evaluate(at)
    assert [e.evaluate(at) for e in (a + b, a - b, a * b, -a)] == [x + y, x - y, x * y, -x]
    assert [e.evaluate(at) for e in (a + number, a - number, a * number)] == [x + number, x - number, x * number]
    assert [e.evaluate(at) for e in (number + a, number - a, number * a)] == [number + x, number - x, number * x]
    assert a.subs(at).evaluate({}) == x  # an inexact quotient stays one
    part, left = a.parted()
    assert part + left == a
    assert all(monomial for monomial, _ in part.terms)
    assert all(c for _, c in (a * b - a).terms)


@pytest.mark.parametrize("seed", range(150))
def test_what_is_put_in_is_evaluated_there(seed: int) -> None:
    """Polynomials and numbers at once, in place of some of the names."""
    rng = random.Random(seed)
    e = polynomial(rng, 1)
    at = {name: rng.randint(1, 6) for name in NAMES}
    put = {"N": polynomial(rng, 1), "K": rng.randint(-2, 2), "i1": integer(rng.randint(-2, 2))}
    there = {**at, **{name: v.evaluate(at) if isinstance(v, Int) else v for name, v in put.items()}}
    assert e.subs(put).evaluate(at) == e.evaluate(there)
    assert e.subs({name: var(name) for name in NAMES}) == e


@pytest.mark.parametrize("seed", range(60))
def test_equality_and_hash_ignore_the_order_that_is_kept(seed: int) -> None:
    rng = random.Random(seed)
    a, b, c = (polynomial(rng, 1) for _ in range(3))
    for one, other in ((a + b, b + a), (a * b, b * a), ((a + b) + c, a + (b + c)), (a * (b + c), a * b + a * c)):
        assert one == other
        assert hash(one) == hash(other)
    assert a - a == 0
    assert a - b == -(b - a)


def test_terms_and_factors_are_read_as_they_were_written() -> None:
    s, i, d, p, lo = map(var, ("s", "i", "d", "p", "P"))
    assert str(s * i + d * p - lo) == "s*i + d*p - 1*P"
    assert str((s * i + d * p - lo).subs({"i": i + 1})) == "s*i + s + d*p - 1*P"
    assert str((s * i + d * p - lo).subs({"s": 2, "P": 0})) == "2*i + d*p"
    assert str(s * i + 1 - s * i + lo) == "1 + P"
    assert (s * i * d).split("i") == (s * d, integer(0))
