"""What the terms do not span: SymPy's own integration, piece by piece with finite limits, in a process of its own.

Both functions are cut at their knots first, so that SymPy never sees a product of Heaviside functions (which it integrates
wrongly, or not at all).  It works on a budget of steps; what the process hands back is checked by quadrature like all else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from symconv.topics.continuous.facts import Limit, Piece, TimeFunction, positive, read_function
from symconv.topics.continuous.numbers import Undecided, scalar, sign, symbolic
from symconv.topics.continuous.pieces import between, in_order, overlap
from symconv.topics.continuous.terms import Beyond

Cut = list[tuple[Any, Any, Any]]  # (lo, hi, expression in x)


class Spent(BaseException):
    """The steps are used up; no library's ``except Exception`` keeps it."""


@contextmanager
def counted(steps: int) -> Iterator[None]:
    """Run on a budget of calls of Python functions, which a busy machine does not change; raises Spent."""
    left = steps

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal left
        if event == "call":
            left -= 1
            if left < 0:
                raise Spent

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(None)


def written(node: TimeFunction, above: set[str]) -> Cut:
    """A function between its knots, for a page, where it vanishes left out; nothing where its knots have no order."""
    from sympy import oo

    try:
        return [(None if a == -oo else a, None if b == oo else b, e) for a, b, e in cut(node, above) if e != 0]
    except (Beyond, Undecided):
        return []


def variable() -> Any:
    """The time."""
    from sympy import Symbol

    return Symbol("t", real=True)


def cut(node: TimeFunction, above: set[str]) -> Cut:
    """A function as expressions between its knots."""
    from sympy import oo

    x = variable()
    if not node.signal:
        return [(-oo, oo, symbolic(scalar(node, above)))]
    inner = [symbolic(scalar(part, above)) for part in node.parts if not part.signal]
    if node.kind == "add":
        return joined([cut(part, above) for part in node.parts], sum)
    if node.kind == "mul":
        return joined([cut(part, above) for part in node.parts], product)
    if node.kind in ("div", "pow"):
        return [(a, b, e / inner[0] if node.kind == "div" else e**node.value) for a, b, e in cut(node.parts[0], above)]
    if node.kind == "shift":
        return [(a + inner[0], b + inner[0], e.subs(x, x - inner[0])) for a, b, e in cut(node.parts[0], above)]
    if node.kind == "reverse":
        return [(-b, -a, e.subs(x, -x)) for a, b, e in reversed(cut(node.parts[0], above))]
    return named(node.kind, inner)


def named(kind: str, given: list[Any]) -> Cut:
    """The functions of the language."""
    from sympy import Rational, exp, oo, pi, sqrt

    x, one = variable(), Rational(1)
    if kind == "box":
        a, b = given or (-one / 2, one / 2)
        return [(a, b, one)]
    if kind == "triangle":
        w = given[0] if given else one
        return [(-w, 0 * one, 1 + x / w), (0 * one, w, 1 - x / w)]
    if kind == "gaussian":
        m, s = (given[0] if len(given) == 2 else 0), given[-1]
        return [(-oo, oo, exp(-((x - m) ** 2) / (2 * s**2)) / (s * sqrt(2 * pi)))]
    if kind == "exp_decay":
        return [(0 * one, oo, exp(-given[0] * x))]
    if kind == "exp_abs":
        return [(-oo, 0 * one, exp(given[0] * x)), (0 * one, oo, exp(-given[0] * x))]
    if kind in ("ramp", "step"):
        return [(0 * one, oo, x if kind == "ramp" else one)]
    if kind == "time":
        return [(-oo, oo, x)]
    if kind == "cauchy":
        return [(-oo, oo, given[0] / (pi * (x**2 + given[0] ** 2)))]
    raise Beyond(f"a product or a convolution with {kind} of this kind")


def product(values: list[Any]) -> Any:
    """The product."""
    found = values[0]
    for value in values[1:]:
        found = found * value
    return found


def joined(parts: list[Cut], combine: Any) -> Cut:
    """Functions combined between all their knots; a function is 0 outside its pieces."""
    from sympy import Integer, oo

    knots = in_order([e for part in parts for a, b, _ in part for e in (a, b) if abs(e) != oo])
    found = []
    for lo, hi in pairwise([-oo, *knots, oo]):
        values = [next((e for a, b, e in part if covers(a, b, lo, hi)), Integer(0)) for part in parts]
        value = combine(values)
        if value != 0:
            found.append((lo, hi, value))
    return found


def covers(a: Any, b: Any, lo: Any, hi: Any) -> bool:
    """Whether a..b holds lo..hi."""
    from sympy import oo

    return (a == -oo or (lo != -oo and sign(lo - a) >= 0)) and (b == oo or (hi != oo and sign(b - hi) >= 0))


def solved(texts: tuple[str, str], correlate: bool, steps: int) -> Cut:
    """The convolution, range by range of t; raises Beyond where SymPy has no answer within so many steps."""
    try:
        with counted(steps):
            return _solved(texts, correlate)
    except Spent:
        raise Beyond(f"SymPy's integration found nothing within {steps:,} steps") from None


def _solved(texts: tuple[str, str], correlate: bool) -> Cut:
    from sympy import Integral, Symbol, expand, integrate, nan, oo, simplify, zoo

    nodes = [read_function(text, "function") for text in texts]
    above = positive(nodes[0]) | positive(nodes[1])
    f, g = (cut(node, above) for node in nodes)
    t, tau, turn = variable(), Symbol("tau", real=True), -1 if correlate else 1
    # the house's pieces, with expressions in the place of their parts
    first, second = (
        [Piece(None if a == -oo else a, None if b == oo else b, ((0, (e,)),)) for a, b, e in c] for c in (f, g)
    )
    ends = [[e for p in c for e in (p.lo, p.hi) if e is not None] for c in (first, second)]
    knots = in_order([b - a if correlate else a + b for a in ends[0] for b in ends[1]])
    found = []
    for lo, hi in pairwise([None, *knots, None]):
        total = 0
        for a in first:
            for b in second:
                o = overlap(a, b, between(lo, hi), turn)
                if o is not None:
                    body = a.parts[0][1][0].subs(t, tau) * b.parts[0][1][0].subs(t, t + tau if correlate else t - tau)
                    total += integrate(body, (tau, limit(o.lower, t, -oo), limit(o.upper, t, oo)))
        total = min((simplify(total), expand(simplify(total))), key=lambda e: len(str(e)))
        if total.has(Integral, nan, zoo) or total.has(oo):
            raise Beyond("SymPy's integration has no finite answer")
        found.append((lo, hi, total))
    return found


def limit(given: Limit | None, t: Any, end: Any) -> Any:
    """A limit as an expression."""
    return end if given is None else given.turn * t + given.at
