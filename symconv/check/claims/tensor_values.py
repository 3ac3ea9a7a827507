"""Both sides of an equation at given sizes, from the definitions alone: polynomials in the entries of the tensors.

A node becomes a function of the values of its names once; sizes and indices then run.  An index that runs over all that the
tensors allow is bounded by an entry in which it stands; outside its extents a tensor is 0.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symconv.check.claims.polynomials import (
    Number,
    Outside,
    Polynomial,
    TooLarge,
    Undefined,
    Zero,
    add,
    as_integer,
    conjugate,
    constant,
    derivatives,
    scaled,
    step,
    times,
)
from symconv.check.claims.signals import Signal, shaped
from symconv.check.claims.tensor_extremes import Extremes
from symconv.check.claims.tensor_operators import built
from symconv.check.claims.tensor_support import WIDEST, Count, Supports, Values, Weigh, infinite
from symconv.errors import SymconvError
from symconv.language.formula import Node
from symconv.language.tensorial import Equation, Forward, Free

MOST_POWER = 64  # of a root
MOST_BITS = 4_000  # of a power


class World(Extremes, Supports):
    """An equation, compiled; ``at`` sets the sizes."""

    def __init__(self, equation: Equation) -> None:
        self.equation = equation
        self.arrays = {a.name: a for a in equation.arrays}
        self.senses = dict(equation.senses)
        self.values: Values = {}
        self.boxes: dict[str, tuple[tuple[int, int], ...]] = {}
        self.kept: dict[Any, Any] = {}
        self.counts: dict[Node, Count] = {}
        self.weights: dict[Node, Weigh] = {}
        self.definitions = [(n, self.count(e)) for n, e in equation.definitions]
        self.given = [self.truth(r) for r in equation.given]
        self.sizes = {a.name: [self.count(e) for e in a.sizes] for a in equation.arrays}
        self.firsts = {a.name: [self.count(a.first(k)) for k in range(len(a.sizes))] for a in equation.arrays}
        self.plain = self._summed((equation.claimed, equation.true))

    def at(self, sizes: Values) -> bool:
        """Set the sizes; False outside the domain."""
        self.values, self.boxes, self.kept = dict(sizes), {}, {}
        try:
            for name, meaning in self.definitions:
                self.values[name] = as_integer(meaning(self.values))
            if not all(g(self.values) for g in self.given):
                return False
            for name in self.arrays:
                shape = [as_integer(n(self.values)) for n in self.sizes[name]]
                if any(n < 0 for n in shape):
                    return False
                low = [as_integer(f(self.values)) for f in self.firsts[name]]
                self.boxes[name] = tuple((a, a + n) for a, n in zip(low, shape, strict=True))
        except (Undefined, TooLarge):
            return False
        return True

    def _summed(self, sides: tuple[Node, ...]) -> set[str]:
        """Indices with explicit limits that are sizes: where they stand alone, the entry must exist."""
        known = {n for n, _ in (*self.equation.sizes, *self.equation.definitions)}
        found = set()
        for side in sides:
            for n in side.walk():
                for r in n.inner() if n.kind == "sum" else ():
                    if r.kind == "range" and all(set(e.names()) <= known and not infinite(e) for e in r.inner()):
                        found.add(r.parts[0])
        return found

    # numbers
    def count(self, node: Node) -> Count:
        """A number, as a function of the names' values."""
        if node not in self.counts:
            self.counts[node] = self._count(node)
        return self.counts[node]

    def _count(self, node: Node) -> Count:
        kind, parts = node.kind, node.parts
        if kind == "number":
            value = parts[0]
            return lambda _: value
        if kind == "name":
            name = parts[0]

            def named(values: Values) -> Number:
                if name not in values:
                    raise SymconvError(f"{name!r} has no value here: say what it is with --where")
                return values[name]

            return named
        if kind not in OPERATIONS:
            raise SymconvError(f"did not expect {kind} within an index or a size")
        inner = [self.count(p) for p in parts]
        operation = OPERATIONS[kind]
        if kind == "add":
            return lambda values: sum([f(values) for f in inner])
        return lambda values: operation(*[f(values) for f in inner])

    def truth(self, node: Node) -> Callable[[Values], bool]:
        """A condition."""
        if node.kind == "and":
            both = [self.truth(p) for p in node.parts]
            return lambda values: all(f(values) for f in both)
        if node.kind == "not":
            inner = self.truth(node.parts[0])
            return lambda values: not inner(values)
        if node.kind != "relation" or node.parts[0] not in RELATIONS:
            raise SymconvError("expected a condition such as p < K")
        holds = RELATIONS[node.parts[0]]
        left, right = self.count(node.parts[1]), self.count(node.parts[2])
        return lambda values: bool(holds(left(values), right(values)))

    # entries
    def weigh(self, node: Node) -> Weigh:
        """A polynomial in entries, as a function of the names' values."""
        if node not in self.weights:
            make = getattr(self, f"_{node.kind}", None)
            self.weights[node] = make(node) if make else self._constant(node)
        return self.weights[node]

    def _constant(self, node: Node) -> Weigh:
        count = self.count(node)
        return lambda values: constant(count(values))

    def _name(self, node: Node) -> Weigh:
        name = node.parts[0]
        if name in self.arrays:
            if self.arrays[name].sizes:
                raise SymconvError(f"{name!r} is a tensor: its entry was expected here")
            return lambda _: {((name, ()),): 1}
        return self._constant(node)

    def _add(self, node: Node) -> Weigh:
        inner = [self.weigh(p) for p in node.parts]

        def added(values: Values) -> Polynomial:
            made: Polynomial = {}
            for f in inner:
                add(made, f(values))
            return made

        return added

    def _neg(self, node: Node) -> Weigh:
        inner = self.weigh(node.parts[0])
        return lambda values: scaled(inner(values), -1)

    def _mul(self, node: Node) -> Weigh:
        inner = [self.weigh(p) for p in node.parts]

        def multiplied(values: Values) -> Polynomial:
            made = inner[0](values)
            for f in inner[1:]:
                if not made:
                    return made
                made = times(made, f(values))
            return made

        return multiplied

    def _div(self, node: Node) -> Weigh:
        top, bottom = self.weigh(node.parts[0]), self.count(node.parts[1])

        def divided(values: Values) -> Polynomial:
            by = bottom(values)
            if by == 0:
                raise Zero
            return scaled(top(values), Fraction(1) / by)

        return divided

    def _conj(self, node: Node) -> Weigh:
        inner = self.weigh(node.parts[0])
        return lambda values: conjugate(inner(values))

    def _if(self, node: Node) -> Weigh:
        condition, yes, no = self.truth(node.parts[0]), self.weigh(node.parts[1]), self.weigh(node.parts[2])
        return lambda values: yes(values) if condition(values) else no(values)

    def _undefined(self, node: Node) -> Weigh:
        def fail(values: Values) -> Polynomial:
            raise Undefined

        return fail

    def _index(self, node: Node) -> Weigh:
        tensor, *index = node.parts
        counts = [self.count(e) for e in index]
        if tensor.kind == "conj":
            inner = self.weigh(Node("index", (tensor.parts[0], *index)))
            return lambda values: conjugate(inner(values))
        if tensor.kind != "name" or tensor.parts[0] not in self.arrays:
            return self._entry_of(tensor, counts)
        name = tensor.parts[0]
        array = self.arrays[name]
        if len(index) != len(array.sizes):
            raise SymconvError(f"{name!r} has {len(array.sizes)} axes, here it is read with {len(index)} indices")
        alone = [k for k, e in enumerate(index) if k in array.strict and e.kind == "name" and e.parts[0] in self.plain]

        def read(values: Values) -> Polynomial:
            place = []
            for count, (first, end) in zip(counts, self.boxes[name], strict=True):
                at = count(values)
                if type(at) is not int:
                    if at.denominator != 1:
                        return {}
                    at = int(at)
                if not first <= at < end and not alone:
                    return {}
                place.append(at)
            for k in alone:
                first, end = self.boxes[name][k]
                if not first <= place[k] < end:
                    raise Outside(f"{name}[{', '.join(map(str, place))}] does not exist")
            if alone and any(not a <= i < b for i, (a, b) in zip(place, self.boxes[name], strict=True)):
                return {}
            return {((name, tuple(place)),): 1}

        return read

    def _entry_of(self, tensor: Node, counts: list[Count]) -> Weigh:
        """An entry of what an operator makes."""

        def read(values: Values) -> Polynomial:
            made = self.signal(tensor, values)
            place = [c(values) for c in counts]
            if len(place) != len(made.shape):
                raise SymconvError(f"expected {len(made.shape)} indices, got {len(place)}")
            if any(p.denominator != 1 for p in place):
                return {}
            return made.at(tuple(int(p) for p in place))

        return read

    def _call(self, node: Node) -> Weigh:
        """A number that an operator makes of arrays: sum(dY), a scalar product."""

        def made(values: Values) -> Polynomial:
            found = self.signal(node, values)
            if found.shape and any(n != 1 for n in found.shape):
                raise SymconvError(f"an array of shape {shaped(found.shape)}, where one number was expected")
            return next(iter(found.data.values()), {})

        return made

    _times = _call

    # sums
    def _sum(self, node: Node) -> Weigh:
        body, *ranges = node.parts
        spans = self.spans(body, ranges)
        weigh = self.weigh(body)

        def run(values: Values, rest: tuple[Any, ...], made: Polynomial) -> None:
            if not rest:
                add(made, weigh(values))
                return
            kind, name, span = rest[0]
            if kind == "such":
                if span(values):
                    run(values, rest[1:], made)
                return
            lower, upper = span(values)
            if upper - lower > WIDEST:
                raise TooLarge
            for i in range(lower, upper + 1):
                step()
                values[name] = i
                run(values, rest[1:], made)
            values.pop(name, None)

        def summed(values: Values) -> Polynomial:
            made: Polynomial = {}
            run(dict(values), spans, made)
            return made

        return summed

    # gradients by brute force
    def gradient(self, forward: Forward) -> Signal:
        """dL/d(wrt) = sum_i g[i] dy[i]/d(wrt), every output written out and differentiated."""
        if "vjp" not in self.kept:
            made: dict[tuple[int, ...], Polynomial] = {}
            weigh = self.weigh(forward.body)
            for place, values in self.running(forward.index):
                for index, p in derivatives(weigh(values), forward.wrt).items():
                    add(made.setdefault(index, {}), times(p, {((forward.upstream, place),): 1}))
            box = self.boxes[forward.wrt]
            self.kept["vjp"] = Signal(tuple(b - a for a, b in box), made, tuple(a for a, _ in box))
        found: Signal = self.kept["vjp"]
        return found

    def running(self, free: tuple[Free, ...]) -> Any:
        """Every value of free indices, as (place, all values)."""
        spans = []
        for f in free:
            assert f.lower is not None
            assert f.upper is not None
            spans.append(
                range(as_integer(self.count(f.lower)(self.values)), as_integer(self.count(f.upper)(self.values)) + 1)
            )
        for place in itertools.product(*spans):
            yield place, {**self.values, **{f.name: i for f, i in zip(free, place, strict=True)}}

    def _vjp(self, node: Node) -> Weigh:
        forward = self.equation.forward
        assert forward is not None
        counts = [self.count(e) for e in node.parts]
        return lambda values: self.gradient(forward).at(tuple(as_integer(c(values)) for c in counts))

    def _jacobian(self, node: Node) -> Weigh:
        """dy[i]/dx[j], an entry of the Jacobian of the forward pass."""
        forward = self.equation.forward
        if forward is None:
            raise SymconvError("a derivative of one tensor by another needs the forward formula")
        weigh = self.weigh(forward.body)
        of, wrt = ([self.count(e) for e in p.parts] for p in node.parts)
        if len(of) != len(forward.index):
            raise SymconvError(f"expected {len(forward.index)} indices of the output, got {len(of)}")

        def entry(values: Values) -> Polynomial:
            place = {f.name: as_integer(c(values)) for f, c in zip(forward.index, of, strict=True)}
            found = derivatives(weigh({**self.values, **place}), forward.wrt)
            return found.get(tuple(as_integer(c(values)) for c in wrt), {})

        return entry

    # arrays and signals
    def signal(self, node: Node, values: Values) -> Signal:
        """The whole array or signal that a node is."""
        key = (node, tuple(values.get(n, 0) for n in node.names()) if node.kind != "name" else ())
        if key not in self.kept:
            self.kept[key] = built(self, node, values)
        found: Signal = self.kept[key]
        return found


def _quotient(a: Number, b: Number) -> Number:
    if b == 0:
        raise Undefined
    return a // b


def _div(a: Number, b: Number) -> Number:
    if b == 0:
        raise Undefined
    found = Fraction(a) / b
    return int(found) if found.denominator == 1 else found


def _mod(a: Number, b: Number) -> Number:
    if b == 0:
        raise Undefined
    return a % b


def _pow(a: Number, b: Number) -> Number:
    """a^b, exactly.

    Raises Undefined where it has no value, TooLarge where it has one that is irrational or has too many digits.
    """
    if not a and b < 0:
        raise Zero
    top, root = b.numerator, b.denominator
    if root > 1 and a < 0:
        raise Undefined
    if root > MOST_POWER or abs(top) * max(abs(a.numerator), a.denominator).bit_length() > MOST_BITS:
        raise TooLarge
    made = Fraction(_root(a.numerator, root), _root(a.denominator, root)) ** top if root > 1 else Fraction(a) ** top
    return int(made) if made.denominator == 1 else made


def _root(n: int, k: int) -> int:
    """The k-th root of a number that has a whole one."""
    near = round(n ** (1 / k)) if n.bit_length() < 1_000 else 0
    if near**k != n:
        raise TooLarge
    return near


def _mul(*factors: Number) -> Number:
    return math.prod(factors)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": lambda *terms: sum(terms), "neg": lambda a: -a, "mul": _mul, "div": _div, "quotient": _quotient, "mod": _mod,
    "floor": math.floor, "ceil": math.ceil, "max": lambda *a: max(a),
    "min": lambda *a: min(a), "abs": abs, "pow": _pow,
}  # fmt: skip
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "|": lambda a, b: a != 0 and b % a == 0,
}  # fmt: skip
