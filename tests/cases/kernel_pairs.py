"""False theorems built to pass a careless prover, each beside its true neighbour; data alone.

``at`` names a point where the false one fails, where small numbers do not show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from symconv.language.expr import Access, Apply, Bracket, Divides, Expr, Factor, Item, Over, Partial, Sum
from symconv.language.facts import Claim
from symconv.language.integers import Int, ceil, floor, integer, least, mod, quotient, var
from symconv.layers.catalog import build
from symconv.topics.theorems.language import entry, equal, integers, plus, product, tensor, total, within
from symconv.topics.theorems.notation import LAYER

N, K, C, G, M, A, B = integers("N K C G M A B")
i, j, k, m, p, q, h, r, t, c, o = integers("i j k m p q h r t c o")
O, s, d, P, Q, a = integers("O s d P Q a")
x, w, v = tensor("x", N), tensor("w", K), tensor("v", K)
SIZES = (("N", 1), ("K", 1))
e = d * (K - 1)
SLACK = N + P + Q - e - 1


class Pair(NamedTuple):
    """A false claim and its true neighbour."""

    false: Claim
    true: Claim
    at: Mapping[str, int] | None = None


def claim(**given: Any) -> Claim:
    """Over N, K >= 1 where nothing else is said."""
    return Claim("", **{"sizes": SIZES, **given})


def goal(kind: str, left: Int | int, right: Int | int, **given: Any) -> Claim:
    """A claim about sizes."""
    return claim(goals=((kind, integer(left), integer(right)),), **given)


def same(left: Expr, right: Expr, *free: tuple[str, Any], **given: Any) -> Claim:
    """left = right at every value of the free indices."""
    return claim(left=left, right=right, free=free, **given)


def over(bottom: Int | int, *items: Any) -> Expr:
    """1/bottom of a sum of products, the divisor at the right end."""
    return Expr(((*total(*items).terms[0], Over(integer(bottom))),))


def times(value: Fraction | int, expr: Expr) -> Expr:
    """An expression times a number."""
    return Expr(tuple((Factor(Fraction(value)), *term) for term in expr.terms))


def applied(name: str, access: Access, order: int = 0) -> Item:
    """A function of an entry."""
    return Apply(name, access, order)


def raw(*items: Item) -> Expr:
    """One term of items as they stand."""
    return Expr((items,))


def equals(one: Int, other: Int) -> tuple[Int, Int]:
    """The hypotheses that two sizes are the same."""
    return one - other, other - one


W = total((p, K), entry(w, p))
X = total((p, N), entry(x, p))
WINDOW = total((p, K), entry(w, p), entry(x, i + p))


def bounded() -> dict[str, Pair]:
    """True up to a number that a prover may think is all."""
    few = total((p, K), entry(w, p), entry(x, i + p), within(p, 15))
    frame = total((p, N), entry(x, p), within(N - 1, 999))
    far = total((p, K), entry(w, p), entry(x, i + p), within(0, N - K - 4))
    extra = N - K + 1 + floor(N, 100)
    cubic = (N - 1) * (N - 2) * (N - 3)
    eights = Expr(tuple(total(entry(w, n)).terms[0] for n in range(8)))
    return {
        "up-to-8": Pair(goal("ge", 8, N), goal("ge", 8, N, given=(8 - N,)), {"N": 9, "K": 1}),
        "up-to-8-taps": Pair(same(W, eights), same(W, eights, given=(8 - K,)), {"N": 1, "K": 9}),
        "up-to-15-taps": Pair(same(WINDOW, few, ("i", N)), same(WINDOW, few, ("i", N), given=(15 - K,)),
                              {"N": 16, "K": 16, "i": 0}),
        "up-to-999": Pair(same(X, frame), same(X, frame, given=(999 - N,)), {"N": 1000, "K": 1}),
        "up-to-65535": Pair(goal("eq", mod(N, 65536), N), goal("eq", mod(N, 65536), N, given=(65535 - N,)), {"N": 65536, "K": 1}),
        "up-to-99-inputs": Pair(goal("eq", extra, N - K + 1), goal("eq", extra, N - K + 1, given=(99 - N,)), {"N": 100, "K": 1}),
        "up-to-a-thousand-squared": Pair(goal("ge", N * (1000 - N), 0), goal("ge", N * (1000 - N), 0, given=(1000 - N,)),
                                         {"N": 1001, "K": 1}),
        "up-to-3-by-a-cubic": Pair(goal("eq", cubic, 0, given=(N - 1,)), goal("ge", cubic, 0), {"N": 4, "K": 1}),
        "a-late-term": Pair(same(WINDOW, plus(WINDOW, far), ("i", N)), same(WINDOW, plus(WINDOW, far), ("i", N), given=(K - N,)),
                            {"N": 6, "K": 1, "i": 0}),
    }  # fmt: skip


def strides() -> dict[str, Pair]:
    """True unless the stride exceeds the kernel, or a window leaves its frame."""
    wide = {"sizes": (("N", 1), ("K", 1), ("s", 1))}
    step = tensor("x", s * N)
    touch = goal("ge", s * N + K - 1, s * (N + 1) - 1, **wide)
    holes = total((i, N), (p, K), entry(step, s * i + p), within(p, s))
    inside = total((i, N), (q, s), entry(step, s * i + q))
    line: Any = {"sizes": (("N", 1), ("K", 1), ("s", 1), ("d", 1), ("P", 0))}
    free = (("i", None), ("h", None))

    def window(index: Int) -> Expr:
        return total((p, K), entry(w, p), entry(x, index))

    shifted = window(s * (i - h) + d * p - P)
    return {
        "windows-touch": Pair(touch, replace(touch, given=(K - s,))),
        "every-input-is-read": Pair(same(holes, inside, **wide), same(holes, inside, given=(K - s,), **wide)),
        "reads-once": Pair(
            same(total((i, N), (p, K), entry(tensor("x", K * N), s * i + p)), total((q, K * N), entry(tensor("x", K * N), q)), **wide),
            same(total((i, N), (p, K), entry(tensor("x", K * N), K * i + p)), total((q, K * N), entry(tensor("x", K * N), q))),
        ),
        "shift-by-h": Pair(same(window(s * i + d * p - P - h), shifted, *free, **line),
                           same(window(s * i + d * p - P - s * h), shifted, *free, **line)),
        "shift-by-d": Pair(same(window(s * i + d * p - P - d * h), shifted, *free, **line),
                           same(window(s * i + d * p - P - s * h), shifted, *free, **line)),
        "dilation-without-holes": Pair(
            same(total((p, K), entry(x, d * p)), total((p, e + 1), entry(x, p)), sizes=(("N", 1), ("K", 1), ("d", 1))),
            same(total((p, K), entry(x, d * p)), total((p, K), (q, e + 1), entry(x, q), equal(q, d * p)),
                 sizes=(("N", 1), ("K", 1), ("d", 1))),
        ),
    }  # fmt: skip


def empty() -> dict[str, Pair]:
    """True except when a range is empty; and what is said in an empty range stays there."""
    less = {"sizes": (("N", 0), ("K", 1))}
    function = applied("f", entry(x, p))
    whole = raw(Sum("p", N), function)
    ends = plus(raw(applied("f", entry(x, 0))), raw(Sum("p", N - 1), applied("f", entry(x, p + 1))))
    none = total((q, K - 3), entry(w, q))
    count = total((t, N - 3), (p, K), entry(w, p))
    difference = plus(total((t, N), (p, K), entry(w, p)), times(-3, W))
    leaked = plus(none, total((p, N), entry(x, p), within(0, K - 3)))
    quiet = total((q, K - 3), entry(w, q), entry(x, floor(q, K - 3)))
    loud = plus(quiet, total((p, N), entry(x, p), within(0, K - 3)))
    return {
        "a-range-that-may-be-negative": Pair(same(count, difference), same(count, difference, given=(N - 3,))),
        "the-first-and-the-rest": Pair(same(whole, ends, sizes=(("N", 0),)), same(whole, ends, sizes=(("N", 1),))),
        "a-mean-of-nothing": Pair(same(over(N, (t, N), (p, K), entry(w, p)), W, **less), same(over(N, (t, N), (p, K), entry(w, p)), W)),
        "facts-of-an-empty-range": Pair(same(plus(none, X), leaked), same(plus(none, X), leaked, given=(K - 4,))),
        "a-quotient-in-an-empty-range": Pair(same(plus(quiet, X), loud), same(plus(quiet, X), loud, given=(K - 4,))),
        "one-less-than-nothing": Pair(same(total((p, K - 2), entry(w, p)), W),
                                      same(total((p, K - 2), entry(w, p)), total((p, K), entry(w, p), within(p, K - 2)))),
        "a-sum-over-what-is-counted-down": Pair(
            same(total((t, K - N), entry(x, i)), total((t, K + 1), entry(x, i), within(t - N, K)), ("i", N)),
            same(total((t, K - N), entry(x, i)), total((t, K), entry(x, i), within(t - N, K - N)), ("i", N), given=(K - N,)),
        ),
    }  # fmt: skip


def coincide() -> dict[str, Pair]:
    """True where two sizes are the same."""
    wide, rows = tensor("x", C * G), tensor("w", G, C)
    group: Any = {"sizes": (("C", 1), ("G", 1))}
    own = total((c, C), entry(rows, o, c), entry(wide, c + C * o))
    other = total((c, C), entry(rows, o, c), entry(wide, c + G * o))
    table = tensor("T", N, K)
    flipped, turned = total((q, K), entry(w, K - 1 - q)), total((q, K), entry(w, N - 1 - q))
    left, right = tensor("A", N, N), tensor("B", N, N)
    there = total((q, N), entry(left, i, q), entry(right, q, j))
    square = (("i", N), ("j", N))
    return {
        "flip-by-another-size": Pair(same(flipped, turned), same(flipped, turned, given=equals(N, K))),
        "radix-of-the-groups": Pair(same(own, other, ("o", G), **group), same(own, other, ("o", G), given=equals(C, G), **group)),
        "digits-exchanged": Pair(
            same(own, total((c, C), entry(rows, o, c), entry(wide, o + G * c)), ("o", G), **group),
            same(own, total((c, C), entry(rows, o, C - 1 - c), entry(wide, C - 1 - c + C * o)), ("o", G), **group),
        ),
        "width-from-height": Pair(goal("eq", N - K + 1, M - K + 1, sizes=(*SIZES, ("M", 1))),
                                  goal("eq", N - K + 1, M - K + 1, sizes=(*SIZES, ("M", 1)), given=equals(N, M))),
        "transposed": Pair(same(total((p, N), (q, K), entry(table, p, q)), total((p, N), (q, K), entry(table, q, p))),
                           same(total((p, N), (q, K), entry(table, p, q)), total((q, K), (p, N), entry(table, p, q)))),
        "transposed-square": Pair(
            same(total((p, N), (q, K), entry(table, p, q)), total((p, K), (q, N), entry(table, p, q))),
            same(total((p, N), (q, K), entry(table, p, q)), total((p, K), (q, N), entry(table, p, q)), given=equals(N, K)),
        ),
        "matrices-commute": Pair(same(there, total((q, N), entry(right, i, q), entry(left, q, j)), *square),
                                 same(there, total((q, N), entry(right, q, j), entry(left, i, q)), *square)),
        "one-tensor-of-two-sizes": Pair(
            same(total((p, N), entry(x, p)), total((p, N), entry(tensor("x", K), p))),
            same(total((p, N), entry(x, p)), total((p, N), entry(tensor("x", K), p)), given=equals(N, K)),
        ),
        "one-tensor-one-longer": Pair(
            same(total((p, N + 1), entry(x, p)), total((p, N + 1), entry(tensor("x", N + 1), p))),
            same(total((p, N + 1), entry(tensor("x", 1 + N), p)), total((p, N + 1), entry(tensor("x", N + 1), p))),
        ),
        "one-tensor-of-two-ranks": Pair(
            same(total((p, N), entry(x, p)), total((p, N), entry(tensor("x", N, 1), p, 0))),
            same(total((p, N), entry(tensor("x", N, 1), p, 0)), total((p, N), (q, 1), entry(tensor("x", N, 1), p, q))),
        ),
    }  # fmt: skip


def nothing() -> dict[str, Pair]:
    """About nothing at all."""
    outside, inside = total((p, N), entry(x, -1 - p)), total((p, N), entry(x, p - N))
    return {
        "sizes-that-contradict": Pair(goal("eq", N, 7, given=(N - K - 1, K - N)), goal("eq", N, K, given=equals(N, K))),
        "no-value-of-an-index": Pair(goal("eq", i, 7, free=(("i", integer(0)),)), goal("eq", i, 0, free=(("i", integer(1)),))),
        "never-read": Pair(same(outside, inside), same(total((p, N), entry(x, N - 1 - p)), X)),
        "an-equation-without-solutions": Pair(same(total((p, N), entry(x, p), equal(2 * p, 1)), total((p, K), entry(w, p), equal(2 * p, 1))),
                                              same(total((p, N), entry(x, p), equal(2 * p, 2)), total(entry(x, 1)))),
        "a-size-below-its-least": Pair(goal("eq", N, 5, given=(-N,)), goal("eq", N, 1, given=(1 - N,))),
    }  # fmt: skip


def clashes() -> dict[str, Pair]:
    """Names like the kernel's and the search's own."""

    def one(name: str) -> Pair:
        there = same(total((p, N), entry(x, p)), product(entry(x, var(name))), (name, N))
        plain = same(total((p, N), entry(x, p), equal(p, var("p1"))), product(entry(x, var("p1"))), ("p1", N))
        return Pair(there, plain)

    def lowered(name: str) -> Pair:
        return Pair(goal("ge", var(name), 0, sizes=((name, -5),)), goal("ge", var("z"), 0, sizes=(("z", 0),)))

    ab, slash = tensor("ab", N), tensor("a/b", N)
    both = (("s", 1), ("d", 1))
    shadow = total((p, K), (q, p), entry(w, p), entry(x, q))
    left = raw(entry(w, p), Sum("p", K), entry(x, p))
    return {
        **{f"an-index-called-{name}": one(name) for name in ("p!1", "p!3", "q!!1", "t!!0", "z!!!0", "c_x_0")},
        **{f"a-size-called-{name}": lowered(name) for name in ("z!!!0", "z!!!1", "u!2")},
        "a-product-as-a-name": Pair(goal("eq", s * d, var("d*s"), sizes=(*both, ("d*s", 1))), goal("eq", s * d, d * s, sizes=both)),
        "a-slash-in-a-name": Pair(same(total((p, N), entry(slash, p)), total((p, N), entry(ab, p))),
                                  same(total((p, N), entry(slash, p)), total((q, N), entry(slash, q)))),
        "an-index-that-hides-a-free-one": Pair(same(shadow, total((h, K), (q, p), entry(w, h), entry(x, q)), ("p", N)),
                                               same(shadow, total((h, K), (q, h), entry(w, h), entry(x, q)))),
        "left-of-its-sum": Pair(same(left, total((q, K), entry(w, q), entry(x, q)), ("p", K)),
                                same(raw(entry(w, h), Sum("p", K), entry(x, p)), total((q, K), entry(w, h), entry(x, q)), ("h", K))),
    }  # fmt: skip


def divisors() -> dict[str, Pair]:
    """Divisors of both signs and 0, quotients of negative numbers."""
    some = {"definitions": (("Z", floor(N, K - 3)),)}
    zero = {"definitions": (("Z", floor(N, K)),), "sizes": (("N", 1), ("K", 0))}
    spread = product(Access(x.dilated((s,)), (j,)))
    wide = {"sizes": (("N", 1), ("s", 0))}
    even = raw(Bracket((Divides(integer(2), i),)), entry(x, quotient(i, 2)))
    return {
        "divides-by-what-may-be-negative": Pair(goal("ge", K, 4, **some), goal("ge", N, floor(N, K - 3), given=(K - 4,))),
        "divides-by-what-may-be-0": Pair(goal("ge", K, 1, **zero), goal("ge", N, floor(N, K))),
        "divides-by-a-negative-number": Pair(goal("eq", floor(N, -2), -floor(N, 2)), goal("eq", floor(2 * N, 2), N)),
        "a-rest-by-what-may-be-negative": Pair(goal("ge", mod(N, K - 3), 0), goal("ge", mod(N, K - 3), 0, given=(K - 4,))),
        "a-negative-top": Pair(goal("ge", floor(N - K, 2), 0), goal("ge", floor(N - K, 2), 0, given=(N - K,))),
        "rounded-towards-0": Pair(goal("eq", floor(-N, 2), -floor(N, 2)), goal("eq", floor(-2 * N, 2), -N)),
        "rounded-up": Pair(goal("eq", ceil(N, 2), floor(N, 2) + 1), goal("eq", ceil(N, 2), floor(N + 1, 2))),
        "rests-add-up": Pair(goal("eq", mod(N + K, 3), mod(N, 3) + mod(K, 3)), goal("eq", mod(N + 3 * K, 3), mod(N, 3))),
        "quotients-add-up": Pair(goal("eq", floor(N + K, 2), floor(N, 2) + floor(K, 2)),
                                 goal("ge", floor(N + K, 2), floor(N, 2) + floor(K, 2))),
        "quotients-of-quotients": Pair(goal("eq", floor(floor(N, 2), 3), floor(N, 5)), goal("eq", floor(floor(N, 2), 3), floor(N, 6)),
                                       {"N": 5, "K": 1}),
        "a-quotient-by-a-size": Pair(goal("eq", floor(N + s, s), floor(N, s), sizes=(("N", 1), ("s", 1))),
                                     goal("eq", floor(N + s, s), floor(N, s) + 1, sizes=(("N", 1), ("s", 1)))),
        "spread-by-0": Pair(same(spread, total((m, N), entry(x, m), equal(s * m, j)), ("j", None), **wide),
                            same(spread, total((m, N), entry(x, m), equal(s * m, j)), ("j", None), sizes=(("N", 1), ("s", 1)))),
        "0-divides": Pair(
            same(raw(entry(x, j), Bracket((Divides(s, j),))), total((q, N), entry(x, j), equal(s * q, j)), ("j", N), **wide),
            same(raw(entry(x, j), Bracket((Divides(s, j),))), total((q, N), entry(x, j), equal(s * q, j)), ("j", N),
                 sizes=(("N", 1), ("s", 1))),
        ),
        "the-divisibility-dropped": Pair(same(total((m, N), entry(x, m), equal(2 * m, i)), product(entry(x, floor(i, 2))), ("i", None)),
                                         same(total((m, N), entry(x, m), equal(2 * m, i)), even, ("i", None))),
        "a-quotient-that-is-not-exact": Pair(same(product(entry(x, quotient(i, 2))), product(entry(x, floor(i, 2))), ("i", None)),
                                             same(even, raw(Bracket((Divides(integer(2), i),)), entry(x, floor(i, 2))), ("i", None))),
        "a-divisor-of-a-mean": Pair(same(over(K - 3, entry(x, i)), over(K - 3, entry(x, i)), ("i", N)),
                                    same(over(K - 3, entry(x, i)), over(K - 3, entry(x, i)), ("i", N), given=(K - 4,))),
        "a-mean-by-another-number": Pair(same(over(N + 1, (t, N), (p, K), entry(w, p)), W), same(over(N, (t, N), (p, K), entry(w, p)), W)),
    }  # fmt: skip


def powers() -> dict[str, Pair]:
    """Products of entries of one tensor."""
    two = total((p, N), (q, N), entry(x, p), entry(x, q))
    later = total((p, N), (q, N), entry(x, p), entry(x, q), within(q - p - 1, N))
    earlier = total((p, N), (q, N), entry(x, p), entry(x, q), within(p - q - 1, N))
    first = total((p, N), (q, N), entry(x, p), entry(x, q), within(p - q, N))
    twice = total((p, N), entry(x, p), entry(x, p))

    def lag(at: Int) -> Expr:
        return total((p, N), entry(x, p), entry(x, at))

    return {
        "square-of-a-sum": Pair(same(two, twice), same(two, total((q, N), (p, N), entry(x, q), entry(x, p)))),
        "square-of-a-sum-in-full": Pair(same(two, plus(twice, later)), same(two, plus(twice, times(2, later)))),
        "above-and-below-the-diagonal": Pair(same(later, first), same(later, earlier)),
        "a-lag-of-2-for-1": Pair(same(lag(p + 1), lag(p + 2)), same(lag(p + 1), lag(p - 1))),
        "a-lag-of-either-sign": Pair(same(lag(p + i), lag(p + i + 1), ("i", None)), same(lag(p + i), lag(p - i), ("i", None))),
        "x-for-w": Pair(same(total((p, K), entry(w, p), entry(v, p)), total((p, K), entry(w, p), entry(w, p))),
                        same(total((p, K), entry(w, p), entry(v, p)), total((p, K), entry(v, p), entry(w, p)))),
        "a-cube-for-a-square": Pair(same(total((p, K), entry(w, p), entry(w, p)), total((p, K), entry(w, p), entry(w, p), entry(w, p))),
                                    same(total((p, K), entry(w, p), entry(w, p), entry(w, p)),
                                         total((q, K), entry(w, q), entry(w, q), entry(w, q)))),
        "an-inverse-forgotten": Pair(same(total((p, K), Access(replace(w, inverse=True), (p,))), W),
                                     same(total((p, K), Access(replace(w, inverse=True), (p,))),
                                          total((p, K), Access(replace(w, inverse=True), (K - 1 - p,))))),
    }  # fmt: skip


VALID = build("correlate1d")
SIZE = VALID.axes[0].output
y, g = tensor("y", SIZE), tensor("g", SIZE)


def gradient(forward: Expr, right: Expr, by: Access, free: str, size: Int) -> Claim:
    """dL/d(by) of y[i] = forward against a right side."""
    left = raw(Sum("i", SIZE), entry(g, i), Partial(entry(y, i), by))
    return Claim("", left=left, right=right, free=((free, size),), op=VALID, forward=forward)


def derivatives() -> dict[str, Pair]:
    """The product rule, occurrence by occurrence."""
    by_x, by_w = (entry(x, j), "j", N), (entry(w, m), "m", K)
    square = product(entry(x, i), entry(x, i))
    once, self_twice = total((i, SIZE), entry(g, i), entry(x, i - j)), total((p, N), entry(x, p), entry(x, i - p))
    skip = plus(total((p, K), entry(w, p), entry(x, i + p)), product(entry(x, i)))
    taps = total((p, K), entry(w, p), entry(g, j - p))
    weights = total((p, K), entry(w, p), entry(w, p), entry(x, i + p))
    mean = over(K, (p, K), entry(x, i + p))
    scaled = times(Fraction(1, 2), square)
    halves = Expr(((*product(entry(x, i)).terms[0], applied("f", entry(w, 0))),))
    here = product(entry(g, j), entry(x, j))
    return {
        "a-square-has-one-derivative": Pair(gradient(square, here, *by_x), gradient(square, times(2, here), *by_x)),
        "half-a-square": Pair(gradient(scaled, times(2, here), *by_x), gradient(scaled, here, *by_x)),
        "a-convolution-with-itself": Pair(gradient(self_twice, once, *by_x), gradient(self_twice, times(2, once), *by_x)),
        "a-skip-connection-forgotten": Pair(gradient(skip, taps, *by_x), gradient(skip, plus(taps, product(entry(g, j))), *by_x)),
        "a-weight-used-twice": Pair(
            gradient(weights, total((i, SIZE), entry(g, i), entry(w, m), entry(x, i + m)), *by_w),
            gradient(weights, times(2, total((i, SIZE), entry(g, i), entry(w, m), entry(x, i + m))), *by_w),
        ),
        "a-mean-by-the-wrong-number": Pair(gradient(mean, over(N, (p, K), entry(g, j - p)), *by_x),
                                           gradient(mean, over(K, (p, K), entry(g, j - p)), *by_x)),
        "a-factor-that-is-a-function": Pair(
            gradient(halves, product(entry(g, j)), *by_x),
            gradient(halves, Expr(((*product(entry(g, j)).terms[0], applied("f", entry(w, 0))),)), *by_x),
        ),
        "by-a-flipped-place": Pair(
            same(raw(Partial(Access(x.reversed((True,)), (i,)), entry(x, j))), total(equal(i, j)), ("i", N), ("j", N)),
            same(raw(Partial(Access(x.reversed((True,)), (i,)), entry(x, j))), total(equal(i, N - 1 - j)), ("i", N), ("j", N)),
        ),
        "by-a-spread-place": Pair(
            same(raw(Partial(Access(x.dilated((integer(2),)), (i,)), entry(x, j))), total(equal(i, j)), ("i", None), ("j", N)),
            same(raw(Partial(Access(x.dilated((integer(2),)), (i,)), entry(x, j))), total(equal(i, 2 * j)), ("i", None), ("j", N)),
        ),
    }  # fmt: skip


def functions() -> dict[str, Pair]:
    """f(x[e]) is no entry: it has a value where x has none."""
    longer = raw(Sum("p", N + 1), applied("f", entry(x, p)))
    shorter = raw(Sum("p", N), applied("f", entry(x, p)))
    there = raw(applied("f", entry(x, i)))
    guarded = raw(applied("f", entry(x, i)), Bracket((within(i, N),)))
    return {
        "f-outside": Pair(same(longer, shorter), same(total((p, N + 1), entry(x, p)), X)),
        "f-guarded": Pair(same(there, guarded, ("i", None)), same(there, guarded, ("i", N))),
        "f-for-its-slope": Pair(same(shorter, raw(Sum("p", N), applied("f", entry(x, p), 1))),
                                same(shorter, raw(Sum("q", N), applied("f", entry(x, N - 1 - q))))),
        "f-for-g": Pair(same(there, raw(applied("g", entry(x, i))), ("i", N)), same(there, there, ("i", N))),
        "f-of-a-sum": Pair(same(raw(Sum("p", N), entry(x, p)), shorter), same(raw(Sum("p", N), entry(x, p)), X)),
    }  # fmt: skip


def layers() -> dict[str, Pair]:
    """Gradients of layers: flips, pads that crop, remainders."""
    up = tensor("g", O)
    by_x = total((i, O), (p, K), entry(up, i), entry(w, p), equal(s * i + d * p - P, j))
    by_w = total((i, O), (m, N), entry(up, i), entry(x, m), equal(s * i + d * p - P, m))

    def taps(tap: Int, index: Int, factor: Int = s) -> Expr:
        return total((q, K), entry(w, tap), Access(up.dilated((factor,)), (index,)))

    def by(wrong: Expr, left: Expr = by_x) -> Pair:
        free = ("j", N) if left is by_x else ("p", K)
        right = (
            taps(K - 1 - q, j + d * q - (e - P))
            if left is by_x
            else total((i, O), entry(up, i), entry(x, s * i + d * p - P))
        )
        return Pair(same(left, wrong, free, **LAYER), same(left, right, free, **LAYER))

    def size(wrong: Int, right: Int) -> Pair:
        return Pair(goal("eq", wrong, N, **LAYER), goal("eq", right, N, **LAYER))

    length = s * (O - 1) + 1 + (e - P) + (e - Q) - e
    cropped = total((p, K), entry(w, p), entry(x, i + p + 1))
    sliced = total((p, K), entry(w, p), entry(x, i + p + 1), within(i + p, N - 1))
    return {
        "flip-dropped": by(taps(q, j + d * q - (e - P))),
        "a-pad-one-more": by(taps(K - 1 - q, j + d * q - (e - P + 1))),
        "the-high-pad-for-the-low": by(taps(K - 1 - q, j + d * q - (e - Q))),
        "the-remainder-on-the-low-side": by(taps(K - 1 - q, j + d * q - (e - P + a))),
        "the-stride-missing": by(taps(K - 1 - q, j + d * q - (e - P), integer(1))),
        "flip-by-the-input": by(taps(N - 1 - q, j + d * q - (e - P))),
        "dw-high-pad-for-low": by(total((i, O), entry(up, i), entry(x, s * i + d * p - Q)), by_w),
        "dw-last-output-dropped": by(total((i, O - 1), entry(up, i), entry(x, s * i + d * p - P)), by_w),
        "the-remainder-dropped": size(length, length + a),
        "the-remainder-subtracted": size(length - a, length + a),
        "cropping-is-slicing-first": Pair(same(cropped, sliced, ("i", None)), same(cropped, sliced, ("i", N))),
        "a-size-with-ceil": Pair(goal("eq", floor(SLACK + s - 1, s) + 1, O, **LAYER), goal("eq", floor(SLACK + s, s), O, **LAYER)),
    }  # fmt: skip


def counts() -> dict[str, Pair]:
    """How often a product is counted; ranges that depend on an index; the smaller of two."""
    block = tensor("x", N * M)
    sizes = {"sizes": (("N", 1), ("M", 1))}
    digits = total((m, M), (p, N), entry(block, p + N * m))
    line = total((p, N * M), entry(block, p))
    triangle = total((p, N), (q, p), entry(x, p), entry(w, q))
    half, third = Fraction(1, 2), Fraction(1, 3)
    few = total((p, least(N, K)), entry(x, p))
    return {
        "counted-twice": Pair(same(plus(W, W), W), same(plus(W, W), times(2, W))),
        "an-unused-index": Pair(same(total((p, K), (q, K), entry(w, p)), W), same(total((p, K), (q, 1), entry(w, p)), W)),
        "three-for-two": Pair(same(plus(W, W), times(3, W)), same(plus(W, W, W), times(3, W))),
        "fractions": Pair(same(plus(times(half, W), times(third, W)), times(Fraction(2, 3), W)),
                          same(plus(times(half, W), times(third, W)), times(Fraction(5, 6), W))),
        "a-factor-0": Pair(same(plus(times(0, W), X), plus(W, X)), same(plus(times(0, W), X), X)),
        "the-wrong-radix": Pair(same(total((m, M), (p, N), entry(block, p + M * m)), line, **sizes), same(digits, line, **sizes)),
        "radix-one-more": Pair(same(total((m, M), (p, N), entry(block, p + (N + 1) * m)), line, **sizes), same(digits, line, **sizes)),
        "boxes-overlap": Pair(same(total((p, K), (q, K), entry(x, p + q)), total((p, 2 * K - 1), entry(x, p))),
                              same(total((p, K), (q, K), entry(x, p + q)), total((q, K), (p, K), entry(x, p + q)))),
        "a-triangle-with-its-diagonal": Pair(
            same(triangle, total((q, N), (p, N), entry(x, p), entry(w, q), within(p - q, N))),
            same(triangle, total((q, N), (p, N), entry(x, p), entry(w, q), within(p - q - 1, N))),
        ),
        "a-triangle-turned": Pair(same(triangle, total((p, N), (q, N - p), entry(x, p), entry(w, q))),
                                  same(triangle, total((p, N), (q, N - 1 - p), entry(x, N - 1 - p), entry(w, N - 2 - p - q)))),
        "the-smaller-of-two": Pair(goal("eq", least(N, K), N), goal("eq", least(N, K), N, given=(K - N,))),
        "up-to-the-smaller-of-two": Pair(same(few, total((p, N), entry(x, p))), same(few, total((p, K), entry(x, p)))),
        "an-equation-of-numbers": Pair(same(total(entry(x, i), equal(3, 2)), product(entry(x, i)), ("i", N)),
                                       same(total(entry(x, i), equal(2, 2)), product(entry(x, i)), ("i", N))),
        "two-values-at-once": Pair(same(total((p, K), entry(w, p), equal(p, 2), equal(p, 1)), total(entry(w, 2))),
                                   same(total((p, K), entry(w, p), equal(p, 2), equal(2, p)), total(entry(w, 2)))),
        "a-column-at-a-time": Pair(same(total((p, N), entry(x, p)), total((p, N), entry(x, p), within(p, N - 1))),
                                   same(total((p, N), entry(x, p)), plus(total((p, N), entry(x, p), within(p, N - 1)), product(entry(x, N - 1))))),
        "telescopes-to-one-end": Pair(
            same(plus(total((p, N - 1), entry(x, p + 1)), times(-1, total((p, N - 1), entry(x, p)))), product(entry(x, N - 1))),
            same(plus(total((p, N - 1), entry(x, p + 1)), times(-1, total((p, N - 1), entry(x, p)))),
                 plus(product(entry(x, N - 1)), times(-1, product(entry(x, 0))))),
        ),
    }  # fmt: skip


def pairs() -> dict[str, Pair]:
    """All of them by name."""
    groups = (bounded, strides, empty, coincide, nothing, clashes, divisors, powers, derivatives, functions, layers, counts)
    found: dict[str, Pair] = {}
    for group in groups:
        made = group()
        assert found.keys().isdisjoint(made)
        found |= made
    return found


PAIRS = pairs()
