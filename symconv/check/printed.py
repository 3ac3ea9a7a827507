r"""The lines of a page, evaluated before they are printed.

A line is a formula (``language.formula``) that says that its sides are equal.  A *world* gives its names a meaning - numbers,
arrays, functions, matrices - and each index its range; a formula has one value in it, and a line holds if its sides agree in
every world that is asked.  What a page prints goes through ``printed``: a line that does not hold stops the page.

What is compared is as exact as the world: letters with roots of unity, rational numbers, or floats with a tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from functools import partial, reduce
from itertools import pairwise
from operator import matmul
from typing import Any

from symconv.errors import InternalError
from symconv.language.formula import Node
from symconv.language.lazy import dataclass

Value = Any  # whatever the world computes with
CLOSE = 1e-9


@dataclass(frozen=True)
class World:
    """What names mean, over which indices run, what the signs of operations do, and how close two sides must be."""

    names: Mapping[str, Value]
    ranges: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    signs: Mapping[str, Callable[[Value, Value], Value]] = field(default_factory=dict)
    integral: Callable[..., Value] | None = None
    close: float = 0.0  # 0: exactly

    def having(self, **names: Value) -> World:
        """The world with some names more."""
        return World({**self.names, **names}, self.ranges, self.signs, self.integral, self.close)


def printed(lines: Mapping[str, Node], worlds: Mapping[str, Iterable[World]], what: str) -> dict[str, Node]:
    """The lines, each evaluated in its worlds (named by its key, or by "" for all others).

    Raises InternalError naming the first that does not hold: it is never printed as if true.
    """
    known = {key: list(given) for key, given in worlds.items()}
    for key, line in lines.items():
        asked = known.get(key, known.get(""))
        if not asked:
            raise InternalError(f"internal error: the line {key!r} of {what} was not checked; please report it")
        if not all(holds(line, world) for world in asked):
            raise InternalError(f"internal error: the line {key!r} of {what} is false; please report it")
    return dict(lines)


def holds(line: Node, world: World) -> bool:
    """Whether every two neighbouring sides of a line, or of each of several, stand in its relation."""
    if line.kind == "and":
        return all(holds(part, world) for part in line.parts)
    if line.kind == "holds":
        return bool(world.names[line.parts[0]](evaluate(line.parts[1], world)))
    sign, *sides = line.parts
    values = [settled(evaluate(side, world), world) for side in sides]
    compare = COMPARED[sign]
    return all(compare(a, b, world.close) for a, b in pairwise(values))


def settled(value: Value, world: World) -> Value:
    """A function of t by its value there, where the world has a t."""
    return world.names["of t"](value) if "of t" in world.names else value


def same(a: Value, b: Value, close: float) -> bool:
    """Whether two values agree."""
    return bool(abs(a - b) <= close * max(1.0, abs(a), abs(b))) if close else bool(a == b)


COMPARED: dict[str, Callable[[Value, Value, float], bool]] = {
    "=": same,
    "≤": lambda a, b, close: bool(a <= b + close * max(1.0, abs(b))),
    "≈": lambda a, b, close: same(a, b, close or CLOSE),
}


def evaluate(node: Node, world: World) -> Value:
    """The value of a formula."""
    return KINDS[node.kind](world, *node.parts)


def _index(world: World, of: Node, *at: Node) -> Value:
    return evaluate(of, world)(*(evaluate(one, world) for one in at))


def _add(world: World, *terms: Node) -> Value:
    first, *rest = (evaluate(term, world) for term in terms)
    for one in rest:
        first = first + one
    return first


def _mul(world: World, *factors: Node) -> Value:
    first, *rest = (evaluate(factor, world) for factor in factors)
    for one in rest:
        first = first * one
    return first


def _div(world: World, above: Node, below: Node) -> Value:
    top, bottom = evaluate(above, world), evaluate(below, world)
    return Fraction(top, bottom) if isinstance(top, int) and isinstance(bottom, int) else top / bottom


def _sum(world: World, body: Node, *over: Node) -> Value:
    if not over:
        return evaluate(body, world)
    first, *rest = over
    name = first.parts[0]
    if first.kind == "each":
        run: Sequence[Value] = world.ranges[name]
    else:
        run = range(int(evaluate(first.parts[1], world)), int(evaluate(first.parts[2], world)) + 1)
    found: Value = 0
    for value in run:
        found = found + _sum(world.having(**{name: value}), body, *rest)
    return found


def _integral(world: World, body: Node, over: str, *limits: Node) -> Value:
    assert world.integral is not None
    return world.integral(lambda x: evaluate(body, world.having(**{over: x})), *(evaluate(one, world) for one in limits))


def _times(world: World, sign: str, left: Node, right: Node) -> Value:
    if sign == "*" and "folded" in world.names:  # of two expressions in t
        return world.names["folded"](partial(_at, world, left), partial(_at, world, right))
    return world.signs[sign](evaluate(left, world), evaluate(right, world))


def _at(world: World, side: Node, t: Value) -> Value:
    found = evaluate(side, world.having(t=t))
    return found(t) if callable(found) else found


def _call(world: World, function: str | Node, *given: Node) -> Value:
    head = world.names[function] if isinstance(function, str) else evaluate(function, world)
    return head(*(evaluate(one, world) for one in given))


KINDS: dict[str, Callable[..., Value]] = {
    "number": lambda world, value: value,
    "integer": lambda world, value: value.evaluate(world.names),
    "name": lambda world, name: world.names[name],
    "index": _index,
    "entry": lambda world, of, *at: evaluate(of, world)(at),
    "add": _add,
    "neg": lambda world, of: -evaluate(of, world),
    "mul": _mul,
    "tight": _mul,
    "touch": _mul,
    "leading": lambda world, most, *terms: _add(world, *terms),
    "div": _div,
    "pow": lambda world, a, b: evaluate(a, world) ** evaluate(b, world),
    "abs": lambda world, of: abs(evaluate(of, world)),
    "inverse": lambda world, of: evaluate(of, world).inverse(),
    "transpose": lambda world, of: evaluate(of, world).transpose(),
    "conj": lambda world, of: evaluate(of, world).conjugate(),
    "prime": lambda world, of: world.names["'"](evaluate(of, world)),
    "call": _call,
    "times": _times,
    "apply": lambda world, matrix, of: evaluate(matrix, world) @ evaluate(of, world),
    "juxtaposed": lambda world, *parts: reduce(matmul, (evaluate(part, world) for part in parts)),
    "inner": lambda world, a, b: world.signs["inner"](evaluate(a, world), evaluate(b, world)),
    "slope": _div,
    "operator": lambda world, operator, of: evaluate(operator, world)(evaluate(of, world)),
    "indexed": lambda world, of, *at: evaluate(of, world)(*(evaluate(one, world) for one in at)),
    "sandwich": lambda world, a, of, b: evaluate(a, world) @ evaluate(of, world) @ evaluate(b, world),
    "square": lambda world, of: evaluate(of, world),
    "sub": lambda world, of, low: evaluate(of, world)(evaluate(low, world)),
    "positive": lambda world, of: world.names["positive"](evaluate(of, world)),
    "factorial": lambda world, of: world.names["factorial"](evaluate(of, world)),
    "root": lambda world, of: evaluate(of, world) ** 0.5,
    "exponential": lambda world, of: world.names["exp"](evaluate(of, world)),
    "sup": lambda world, a, b: evaluate(a, world) ** evaluate(b, world),
    "sum": _sum,
    "integral": _integral,
    "column": lambda world, *parts: tuple((evaluate(part, world),) for part in parts),
    "list": lambda world, *parts: tuple(evaluate(part, world) for part in parts),
}
