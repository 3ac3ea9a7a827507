"""No false theorem is proved, by the search or with any certificate at hand, and every true neighbour is.

Truth is settled by plain loops (``loops``), at the small sizes or where the pair says that the false one fails.
"""

from __future__ import annotations

from functools import cache

import pytest

from symconv.check.kernel.steps import Certificate
from tests.cases.helpers import beside
from tests.cases.kernel_by_hand import BY_HAND
from tests.cases.kernel_hands import Hand, accepted, careless, found
from tests.cases.kernel_pairs import PAIRS
from tests.laws.kernel.test_prover_mutants import WRONG
from tests.laws.kernel.test_prover_soundness import FALSE, NOTHING, ODD, claim
from tests.oracles.loops import fails, judged

MOST = 5  # values per size


@cache
def neighbour(name: str) -> Certificate:
    """The certificate of a true neighbour: by the search, or by hand where the search does not split, share or cancel."""
    true = PAIRS[name].true
    if name not in BY_HAND:
        certificate = found(true)
        assert certificate is not None, "the search finds no certificate"
        return certificate
    hand = Hand(true)
    BY_HAND[name](hand)
    return hand.certificate()


def test_there_are_enough() -> None:
    assert len(PAIRS) >= 100


HEAVY = ("shift-by-h", "shift-by-d", "up-to-8-taps", "up-to-15-taps", "the-wrong-radix")
ON_PAIRS = pytest.mark.parametrize("name", beside(PAIRS, str, lambda _, name: name in HEAVY))


@pytest.mark.sweep(16)
@ON_PAIRS
def test_one_is_false_and_the_other_true(name: str) -> None:
    pair = PAIRS[name]
    if pair.at is not None:
        assert fails(pair.false, pair.at)
    else:
        assert judged(pair.false, MOST) in ("false", "undefined", "vacuous")
    assert judged(pair.true, MOST) == "holds"


@pytest.mark.sweep(8)
@ON_PAIRS
def test_the_neighbour_is_proved(name: str) -> None:
    assert accepted(PAIRS[name].true, neighbour(name))


@pytest.mark.sweep(3)
@ON_PAIRS
def test_the_false_one_is_not(name: str) -> None:
    """By the search, with the neighbour's certificate, and with one of a search to which every obligation was granted."""
    false = PAIRS[name].false
    assert found(false) is None
    assert not accepted(false, neighbour(name))
    granted = careless(false)
    assert granted is None or not accepted(false, granted)


def test_most_of_them_would_pass_a_kernel_that_grants_everything() -> None:
    """The certificates that are refused are not refused for want of form."""
    assert sum(careless(pair.false) is not None for pair in PAIRS.values()) >= 90


OLDER = {**WRONG, **{name: claim(name, given).claims[0] for part in (FALSE, NOTHING, ODD) for name, given in part.items()}}


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", OLDER)
def test_the_older_suites_fall_short_too(name: str) -> None:
    """What is false, about nothing or without meaning, from before there was a kernel."""
    assert found(OLDER[name]) is None
    granted = careless(OLDER[name])
    assert granted is None or not accepted(OLDER[name], granted)
