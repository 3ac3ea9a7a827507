"""Certificates by hand for true neighbours that need a split, a share, a cancelled 1/n or a map that no equation gives."""

from __future__ import annotations

from collections.abc import Callable

from symconv.language.integers import integer
from symconv.topics.theorems.language import integers
from tests.cases.kernel_hands import Hand

N, K, j = integers("N K j")


def tap_by_tap(hand: Hand) -> None:
    """sum_{p < K} w[p] = w[0] + .. + w[7] for K <= 8: off goes one tap after the other."""
    left = 0
    for n in range(8):
        left, here = hand.split(left, lambda p, n=n: p - n - 1), left
        here, left = left, here  # the part with p <= n holds p = n alone
        hand.merge(here, n + 1, lambda p: [], lambda n=n: [n])
    hand.drop(left)


def counted(hand: Hand) -> None:
    """sum_{t < N-3} W = sum_{t < N} W - 3 W: the last three of N go with the three shares."""
    last = hand.split(1, lambda t, p: N - 4 - t)
    hand.merge(0, 1, lambda t, p: [t, p], lambda t, p: [t, p])
    three = 2
    for n in (3, 2):
        one, three = hand.share(three, 1)
        rest = hand.split(last, lambda t, p, n=n: t - (N - n + 1))
        hand.merge(rest, one, lambda t, p: [p], lambda p, n=n: [N - n, p])
    hand.merge(last, three, lambda t, p: [p], lambda p: [N - 1, p])


def first_and_rest(hand: Hand) -> None:
    """sum_{p < N} f(x[p]), N >= 1: p = 0 by itself."""
    first = hand.split(0, lambda p: p - 1)
    hand.merge(first, 1, lambda p: [], lambda: [0])
    hand.merge(0, 2, lambda p: [p - 1], lambda p: [p + 1])


def mean(hand: Hand) -> None:
    """sum_{t < N} 1/N = 1."""
    hand.cancel(0, 0)
    hand.merge(0, 1, lambda p: [p], lambda p: [p])


def later(hand: Hand) -> None:
    """K - N of K: t and t + N."""
    hand.merge(0, 1, lambda t: [t + N], lambda t: [t - N])


def square(hand: Hand) -> None:
    """Before, on and behind the diagonal."""
    rest = hand.split(0, lambda p, q: q - p - 1)
    before = hand.split(rest, lambda p, q: q - p)
    hand.merge(rest, 1, lambda p, q: [p], lambda p: [p, p])
    one, two = hand.share(2, -1)
    hand.merge(0, one, lambda p, q: [p, q], lambda p, q: [p, q])
    hand.merge(before, two, lambda p, q: [q, p], lambda p, q: [q, p], reads=(1, 0))


def itself(hand: Hand) -> None:
    """Both occurrences of x give the same sum; the terms share an index of the sum before the derivative."""
    hand.merge(0, 1, lambda n, i, p: [n, i, i - j], lambda n, i, p: [n, i, j])
    hand.merge(0, 2, lambda n, i, p: [n], lambda i: [i, i, j])


def exchanged(hand: Hand) -> None:
    """p and q change places."""
    hand.merge(0, 1, lambda p, q: [q, p], lambda q, p: [p, q])


def smaller(hand: Hand) -> None:
    """min(N, K) is K where K <= N, and N otherwise: entries from N on are 0."""
    names = hand.term(0).bound
    smallest = next(n for n in names if n.startswith("m!"))
    order = names.index(smallest)

    def back(value: object) -> Callable[..., list[object]]:
        return lambda p: [value, p] if order == 0 else [p, value]

    def there(*bound: object) -> list[object]:
        return [bound[1 - order]]

    one, other = hand.split(0, lambda *b: N - K), hand.split(1, lambda p: N - K)
    hand.merge(0, 1, there, back(K))  # type: ignore[arg-type]
    hand.merge(one, other, there, back(N))  # type: ignore[arg-type]


def last(hand: Hand) -> None:
    """The last place by itself."""
    end = hand.split(0, lambda p: N - 2 - p)
    hand.merge(0, 1, lambda p: [p], lambda p: [p])
    hand.merge(end, 2, lambda p: [], lambda: [N - 1])


def telescope(hand: Hand) -> None:
    """x[1] + .. + x[N-1] and x[0] + .. + x[N-2] share all but their ends, which for N = 1 are none."""
    low = hand.split(1, lambda p: p - 1)  # p = 0 at low
    high = hand.split(0, lambda p: N - 3 - p)  # p = N - 2 at high
    hand.merge(0, 1, lambda p: [p + 1], lambda p: [p - 1])
    alone = hand.split(2, lambda: integer(1) - N), hand.split(3, lambda: integer(1) - N)
    hand.merge(2, 3, lambda: [], lambda: [])
    hand.merge(high, alone[0], lambda p: [], lambda: [N - 2])
    hand.merge(low, alone[1], lambda p: [], lambda: [0])


BY_HAND: dict[str, Callable[[Hand], None]] = {
    "up-to-8-taps": tap_by_tap,
    "a-range-that-may-be-negative": counted,
    "the-first-and-the-rest": first_and_rest,
    "a-mean-of-nothing": mean,
    "a-mean-by-another-number": mean,
    "a-sum-over-what-is-counted-down": later,
    "square-of-a-sum-in-full": square,
    "a-convolution-with-itself": itself,
    "boxes-overlap": exchanged,
    "up-to-the-smaller-of-two": smaller,
    "a-column-at-a-time": last,
    "telescopes-to-one-end": telescope,
}
