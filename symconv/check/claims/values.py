"""Exact values of a formula at a point: integers and fractions, never floats.

The quantities of a layer are counted from what a window is, by halving where they are many, so that no formula is checked
against itself:

    windows     how many i >= 0 have the window s i - lo .. s i - lo + d(K-1) within -lo .. N + hi - 1
    pooled      ceil_mode: windows also overhang on the right, as long as they begin before N + lo and something is left over
    scattered   1 + the last place that an entry of the input is scattered to, less the crops
    every       how many of 0, s, 2s, .. are below N
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from math import gcd
from threading import local
from typing import Any

from symconv.errors import SymconvError
from symconv.language.formula import Node

Value = Any
Point = Mapping[str, Any]
DIGITS = 1_200  # of a value, or of a denominator
LARGEST = 10**DIGITS
LONGEST = 10**8  # a size of a layer
TERMS = 200_000  # of all sums and products at one point
SUMMED = 2_000  # of one sum


class Undefined(ValueError):
    """A formula has no value at a point: a division by zero, a size that is no whole number."""


class TooLarge(Exception):
    """A value that is not worked out, for its size: the point decides nothing."""


class _Left(local):
    """How many terms of sums and products may still be worked out, in this thread; none are counted outside of ``terms``."""

    terms = 10**18


_LEFT = _Left()


@contextmanager
def terms(most: int) -> Iterator[None]:
    """At most so many terms of sums and products within, counted and not timed; beyond them a value is TooLarge."""
    before, _LEFT.terms = _LEFT.terms, most
    try:
        yield
    finally:
        _LEFT.terms = before


def left() -> int:
    """How many terms may still be worked out."""
    return _LEFT.terms


def value(node: Node, point: Point) -> Value:
    """The value of an expression at a point, exactly.

    Raises Undefined where it has none, and TooLarge where it is not worked out.
    """
    with terms(TERMS):
        return compiled(node)(point)


@lru_cache(maxsize=50_000)
def compiled(node: Node) -> Callable[[Point], Value]:
    """A function of the point; the tree is walked once."""
    return _MAKE[node.kind](node) if node.kind in _MAKE else _unknown(node)


def _unknown(node: Node) -> Callable[[Point], Value]:
    """What no number stands for is not understood: that is no counterexample."""
    if node.kind == "undefined":

        def run(point: Point) -> Value:
            raise Undefined("no case applies")

        return run
    raise SymconvError(f"formula: {node.kind} is not understood in a formula about numbers")


def tidy(found: Value) -> Value:
    """A fraction that is whole is an integer; enormous values stop."""
    if isinstance(found, Fraction) and found.denominator == 1:
        found = found.numerator
    if isinstance(found, Fraction) and found.denominator > LARGEST:
        raise TooLarge(f"a fraction has more than {DIGITS} digits")
    if isinstance(found, (int, Fraction)) and not -LARGEST <= found <= LARGEST:
        raise TooLarge(f"a value is above 10^{DIGITS}")
    return found


def integral(found: Value, what: str) -> int:
    """An integer."""
    if not isinstance(found, int):
        raise Undefined(f"{what} is {found}, no whole number")
    return found


def _number(node: Node) -> Callable[[Point], Value]:
    constant = node.parts[0]
    return lambda point: constant


def _name(node: Node) -> Callable[[Point], Value]:
    key = node.parts[0]

    def run(point: Point) -> Value:
        try:
            return point[key]
        except KeyError:
            raise Undefined(f"{key} has no value") from None

    return run


def _add(node: Node) -> Callable[[Point], Value]:
    parts = [compiled(p) for p in node.parts]
    return lambda point: tidy(sum(p(point) for p in parts))


def _neg(node: Node) -> Callable[[Point], Value]:
    inner = compiled(node.parts[0])
    return lambda point: -inner(point)


def _mul(node: Node) -> Callable[[Point], Value]:
    parts = [compiled(p) for p in node.parts]

    def run(point: Point) -> Value:
        found: Value = 1
        for part in parts:
            found = found * part(point)
        return tidy(found)

    return run


def _two(node: Node, apply: Callable[[Value, Value], Value]) -> Callable[[Point], Value]:
    first, second = compiled(node.parts[0]), compiled(node.parts[1])
    return lambda point: apply(first(point), second(point))


def divided(a: Value, b: Value) -> Value:
    """a / b, exactly."""
    if b == 0:
        raise Undefined("a division by zero")
    if isinstance(a, int) and isinstance(b, int):
        quotient, rest = divmod(a, b)
        return quotient if rest == 0 else Fraction(a, b)
    return tidy(Fraction(a) / Fraction(b))


def _quotient(a: Value, b: Value) -> Value:
    if b == 0:
        raise Undefined("a division by zero")
    return tidy(a // b)


def _mod(a: Value, b: Value) -> Value:
    if b == 0:
        raise Undefined("a remainder modulo zero")
    return tidy(a % b)


def _pow(a: Value, b: Value) -> Value:
    if not isinstance(b, int):
        raise TooLarge("an exponent is no whole number")
    if a in (1, -1):
        return a ** (b % 2)
    if (max(abs(a.numerator), a.denominator) - 1).bit_length() * abs(b) > 4 * DIGITS:
        raise TooLarge(f"a power has more than {DIGITS} digits")
    if b < 0:
        return divided(1, a**-b)
    return tidy(a**b)


def _floor(node: Node) -> Callable[[Point], Value]:
    inner = compiled(node.parts[0])
    return lambda point: _down(inner(point))


def _down(found: Value) -> int:
    return found if isinstance(found, int) else found.numerator // found.denominator


def _ceil(node: Node) -> Callable[[Point], Value]:
    inner = compiled(node.parts[0])
    return lambda point: -_down(-inner(point))


def _max(node: Node) -> Callable[[Point], Value]:
    parts = [compiled(p) for p in node.parts]
    pick = max if node.kind == "max" else min
    return lambda point: pick(p(point) for p in parts)


def _abs(node: Node) -> Callable[[Point], Value]:
    inner = compiled(node.parts[0])
    return lambda point: abs(inner(point))


def _if(node: Node) -> Callable[[Point], Value]:
    condition, yes, no = node.parts
    first, second = compiled(yes), compiled(no)
    return lambda point: first(point) if holds(condition, point) else second(point)


def _truth(node: Node) -> Callable[[Point], Value]:
    return lambda point: int(holds(node.parts[0], point))


def _sum(node: Node) -> Callable[[Point], Value]:
    """Sums and products over explicit limits, nested from the right."""
    body, *ranges = node.parts
    inner = compiled(body)
    product = node.kind == "product"

    def run(point: Point) -> Value:
        found: Value = 1 if product else 0
        for inside in _over(ranges, dict(point), [0]):
            found = found * inner(inside) if product else found + inner(inside)
            tidy(found)
        return tidy(found)

    return run


def _over(ranges: list[Node], point: dict[str, Any], seen: list[int]) -> Iterator[dict[str, Any]]:
    """The point with every value of the indices, one after the other."""
    if not ranges:
        yield point
        return
    r, *rest = ranges
    if r.kind == "such":
        if holds(r.parts[0], point):
            yield from _over(rest, point, seen)
        return
    if r.kind != "range":
        raise Undefined(f"the sum over {r.parts[0]} has no limits")
    low, high = integral(compiled(r.parts[1])(point), "a limit"), integral(compiled(r.parts[2])(point), "a limit")
    for k in range(low, high + 1):
        seen[0] += 1
        _LEFT.terms -= 1
        if seen[0] > SUMMED or _LEFT.terms < 0:
            raise TooLarge("a sum is too long")
        yield from _over(rest, {**point, r.parts[0]: k}, seen)


def least(holds: Callable[[int], bool], start: int = 0) -> int:
    """The least count from ``start`` on at which what stays true once it is true holds: doubled, then halved."""
    if holds(start):
        return start
    low, width = start, 1  # never at low
    while not holds(low + width):
        low, width = low + width, 2 * width
    high = low + width
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


@lru_cache(maxsize=50_000)
def windows(n: int, k: int, s: int, lo: int, hi: int, d: int) -> int:
    """Complete windows, counted: up to the first that reads beyond the end."""
    return least(lambda count: s * count + d * (k - 1) > n + lo + hi - 1)


@lru_cache(maxsize=50_000)
def pooled(n: int, k: int, s: int, lo: int, hi: int, d: int) -> int:
    """Windows with ceil_mode, counted: one more while the last did not reach the end, if it begins in the input or left pad."""
    return least(lambda count: s * (count - 1) + d * (k - 1) >= n + lo + hi - 1 or s * count >= n + lo, 1)


def scattered(n: int, k: int, s: int, lo: int, hi: int, d: int, op: int) -> int:
    """The output length of a transposed convolution: the places that are written, less the crops."""
    return max(s * i + d * p for i in (0, n - 1) for p in (0, k - 1)) + 1 - lo - hi + op


def every(n: int, s: int) -> int:
    """The positions 0, s, 2s, .. below n, counted."""
    return len(range(0, n, s))


def keeping(n: int, k: int, s: int, d: int, sides: int) -> Value:
    """The padding (on each side, or in all) with which a layer keeps the size; undefined if there is none."""
    found = least(lambda p: windows(n, k, s, p, p if sides == 1 else 0, d) >= n)
    if windows(n, k, s, found, found if sides == 1 else 0, d) == n:
        return found
    raise Undefined("no padding keeps the size")


def same_total(n: int, k: int, s: int, d: int) -> int:
    """The least padding in all with which there are as many windows as positions 0, s, 2s, .. below n."""
    return least(lambda total: windows(n, k, s, total, 0, d) >= every(n, s))


def stack(layers: int, k: int, s: int, d: int) -> int:
    """Inputs that one unit depends on behind so many equal layers: the set of places, layer by layer, backwards."""
    places = {0}
    for _ in range(layers):
        places = {s * i + d * p for i in (min(places), max(places)) for p in (0, k - 1)}
    return max(places) - min(places) + 1


def stack_of(*sizes: int) -> int:
    """Inputs that one unit depends on behind layers of the given (kernel, stride, dilation)."""
    places = {0}
    for at in range(len(sizes) - 3, -1, -3):
        k, s, d = sizes[at : at + 3]
        places = {s * i + d * p for i in (min(places), max(places)) for p in (0, k - 1)}
    return max(places) - min(places) + 1


COUNTED: dict[str, Callable[..., Value]] = {
    "windows": windows,
    "pooled": pooled,
    "scattered": scattered,
    "every": every,
    "keeping": keeping,
    "same_total": same_total,
    "stack": stack,
    "stack_of": stack_of,
}


def _call(node: Node) -> Callable[[Point], Value]:
    function, *arguments = node.parts
    parts = [compiled(a) for a in arguments]
    if function in COUNTED:
        return _counted(function, parts)
    if function == "trunc" and len(parts) == 1:
        return lambda point: int(parts[0](point))
    if function == "gcd" and len(parts) == 2:
        return lambda point: gcd(integral(parts[0](point), "an argument"), integral(parts[1](point), "an argument"))
    if function == "log2" and len(parts) == 1:
        return lambda point: _log2(parts[0](point))
    return _unknown(Node(f"{function}(...)"))


def _log2(found: Value) -> int:
    if isinstance(found, int) and found > 0 and found & (found - 1) == 0:
        return found.bit_length() - 1
    raise Undefined("log2 of what is no power of two")


LAYERED = ("windows", "pooled", "scattered")


def _counted(function: str, parts: list[Callable[[Point], Value]]) -> Callable[[Point], Value]:
    count = COUNTED[function]
    names = (
        "the input size",
        "the kernel size",
        "the stride",
        "a padding",
        "a padding",
        "the dilation",
        "the output padding",
    )

    def run(point: Point) -> Value:
        found = [p(point) for p in parts]
        numbers = [integral(v, names[k] if function in LAYERED else "a size") for k, v in enumerate(found)]
        if function in LAYERED:
            n, k, s, lo, hi, d, *_ = numbers
            if min(n, k, s, d) < 1 or (function != "scattered" and (lo < 0 or hi < 0)):
                raise Undefined("a padding is negative" if min(n, k, s, d) >= 1 else "a size is below 1")
            if max(numbers) > LONGEST:
                raise TooLarge("a size is too large to count")
        elif min(numbers) < 1:
            raise Undefined("a size is below 1")
        elif max(numbers) > LONGEST:
            raise TooLarge("a size is too large to count")
        if function == "stack" and numbers[0] > 60:
            raise TooLarge("too many layers to follow")
        return count(*numbers)

    return run


_MAKE: dict[str, Callable[[Node], Callable[[Point], Value]]] = {
    "number": _number,
    "name": _name,
    "add": _add,
    "neg": _neg,
    "mul": _mul,
    "div": lambda n: _two(n, divided),
    "quotient": lambda n: _two(n, _quotient),
    "mod": lambda n: _two(n, _mod),
    "pow": lambda n: _two(n, _pow),
    "floor": _floor,
    "ceil": _ceil,
    "max": _max,
    "min": _max,
    "abs": _abs,
    "if": _if,
    "truth": _truth,
    "sum": _sum,
    "product": _sum,
    "call": _call,
}


COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "=": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def holds(node: Node, point: Point) -> bool:
    """Whether a condition holds at a point.

    Raises Undefined where a side has no value.
    """
    return tested(node)(point)


@lru_cache(maxsize=50_000)
def tested(node: Node) -> Callable[[Point], bool]:
    """A condition as a function of the point."""
    if node.kind in ("and", "or", "not"):
        parts = [tested(p) for p in node.inner()]
        if node.kind == "not":
            return lambda point: not parts[0](point)
        join = all if node.kind == "and" else any
        return lambda point: join(p(point) for p in parts)
    if node.kind != "relation":
        raise SymconvError(f"formula: {node.kind} is no condition")
    sign, left, right = node.parts
    first, second = compiled(left), compiled(right)
    if sign in ("|", "∤"):
        return lambda point: _divides(first(point), second(point)) == (sign == "|")
    if sign not in COMPARE:
        raise SymconvError(f"formula: the relation {sign} has no meaning for numbers")
    compare = COMPARE[sign]
    return lambda point: compare(first(point), second(point))


def _divides(a: Value, b: Value) -> bool:
    return isinstance(a, int) and isinstance(b, int) and a != 0 and b % a == 0
