"""Both sides of an equation as numbers, from the definitions alone: exact where rational, else rigorous balls.

A value is a Fraction, a ball of FLINT's ``arb`` (200 bits, and twice those of the formula's numbers), or a dual number
a + b eps of such values, eps^2 = 0, by which a derivative is found without any rule for sums, products under sums, or
definitions: d f/dx is the b of f(x + eps).  Where the motion decides a case, the value is one-sided: a derivative exists if
the values and the slopes from both sides agree.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from symconv.check.claims.values import TooLarge, Undefined
from symconv.check.claims.values import value as worked_out
from symconv.errors import SymconvError
from symconv.language.formula import Node
from symconv.language.functional import Defined, Functional

Real = Any
BITS = 200
WORK, LIMIT = [0], [10**18]  # nodes evaluated so far, the same on every machine; and how far it may go
FAR_BITS = 20  # of the largest values that are tried
MOST_BITS = 100_000


class Absent(Exception):
    """A value that is not defined here, and why."""


class Corner(Absent):
    """A derivative at a kink."""


class Silent(Absent):
    """A place of which a case distinction says nothing."""


class Unable(Exception):
    """A node without a numeric meaning."""


class Steep(Unable):
    """A slope without bound on this side."""


class Dual:
    """a + b eps; ``tag`` tells nested derivatives apart."""

    __slots__ = ("a", "b", "tag")

    def __init__(self, tag: int, a: Real, b: Real) -> None:
        self.tag, self.a, self.b = tag, a, b


def precision(claim: Functional) -> int:
    """Bits enough for the formula's own numbers to show beside 1: 10^-400 takes some; beyond ``MOST_BITS`` none are enough."""
    nodes = [n for pair in claim.links for s in pair for n in s.walk()]
    nodes += [n for d in claim.defined if d.body is not None for n in d.body.walk()]
    return min(BITS + 2 * sum(map(magnitude, nodes)), MOST_BITS)


def magnitude(node: Node) -> int:
    """How many bits a number, a power of one, or the exponential of one may take."""
    if node.kind == "number":
        return length(node)
    if node.kind == "pow":
        base, exponent = node.parts
        return (FAR_BITS + sum(map(length, base.walk()))) * size(exponent)
    if node.kind == "call" and node.parts[0] == "exp":
        return 2 * size(node.parts[1])
    return 0


def size(node: Node) -> int:
    """What a part without names is worth at most, in size; the sum of its numbers where it has names."""
    if node.names():
        return sum(size(n) for n in node.walk() if n.kind == "number")
    try:
        return int(abs(worked_out(node, {}))) + 1
    except TooLarge:
        return MOST_BITS
    except (Undefined, SymconvError):  # no rational number: a root, a logarithm
        return sum(size(n) for n in node.walk() if n.kind == "number")


def length(node: Node) -> int:
    """The bits of a number."""
    if node.kind != "number":
        return 0
    found = Fraction(node.parts[0])
    return found.numerator.bit_length() + found.denominator.bit_length()


def narrow() -> Any:
    """The width, relative to the values, beyond which balls that overlap say nothing: half of the bits, 1e-30 at the least.

    With the most bits there are they never say that two numbers are one.
    """
    from flint import arb, ctx

    return arb(2) ** -(ctx.prec // 2) if ctx.prec < MOST_BITS else arb(-1)


def ball(value: Real) -> Any:
    """A number as a ball around it."""
    from flint import arb, fmpq

    return arb(fmpq(value.numerator, value.denominator)) if isinstance(value, Fraction) else value


def pair(x: Real, y: Real) -> tuple[int, Real, Real, Real, Real]:
    """Two numbers at the deeper of their tags."""
    tag = max(x.tag if isinstance(x, Dual) else 0, y.tag if isinstance(y, Dual) else 0)
    parts = []
    for v in (x, y):
        parts += [v.a, v.b] if isinstance(v, Dual) and v.tag == tag else [v, Fraction(0)]
    return (tag, *parts)


def add(x: Real, y: Real) -> Real:
    """x + y."""
    if isinstance(x, Dual) or isinstance(y, Dual):
        tag, a, b, c, d = pair(x, y)
        return Dual(tag, add(a, c), add(b, d))
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x + y
    return ball(x) + ball(y)


def mul(x: Real, y: Real) -> Real:
    """x y; an exact 0 is exact, and what is 0 whatever moves does not move."""
    if (isinstance(x, Fraction) and x == 0) or (isinstance(y, Fraction) and y == 0):
        return Fraction(0)
    if isinstance(x, Dual) or isinstance(y, Dual):
        tag, a, b, c, d = pair(x, y)
        return Dual(tag, mul(a, c), add(mul(a, d), mul(b, c)))
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x * y
    return ball(x) * ball(y)


def neg(x: Real) -> Real:
    """-x."""
    return mul(Fraction(-1), x)


def raised(x: Real, n: int) -> Real:
    """x^n by squares; a rational number that grows too long becomes a ball."""
    if (
        isinstance(x, Fraction)
        and (x.numerator.bit_length() + x.denominator.bit_length()) * abs(n) > MOST_BITS
        and x not in (0, 1, -1)
    ):
        x = ball(x)
    made: Real = Fraction(1)
    square, left = x, abs(n)
    while left:
        if left % 2:
            made = mul(made, square)
        left //= 2
        square = mul(square, square) if left else square
    return made if n >= 0 else reciprocal(made)


def reciprocal(x: Real) -> Real:
    """1/x.  Raises Absent at 0."""
    if isinstance(x, Dual):
        r = reciprocal(x.a)
        return Dual(x.tag, r, neg(mul(x.b, mul(r, r))))
    if isinstance(x, Fraction):
        if x == 0:
            raise Absent("a division by 0")
        return 1 / x
    if x.contains(0):
        raise Unable
    return 1 / x


def sign(x: Real) -> int:
    """-1, 0 or 1 of a number that does not move.  Raises Unable for a ball around 0."""
    if isinstance(x, Fraction):
        return (x > 0) - (x < 0)
    if x > 0:
        return 1
    if x < 0:
        return -1
    raise Unable


def chained(word: str, x: Dual) -> Real:
    """f(a + b eps) = f(a) + f'(a) b eps."""
    value = elementary(word, x.a)
    one = Fraction(1)
    if word == "exp":
        slope = value
    elif word == "log":
        slope = reciprocal(x.a)
    elif word == "sqrt":
        if x.a == 0 and isinstance(x.a, Fraction):
            if isinstance(x.b, Fraction) and x.b < 0:
                raise Corner("no derivative there, a root of 0")
            raise Steep
        slope = mul(Fraction(1, 2), reciprocal(value))
    elif word == "tanh":
        slope = add(one, neg(mul(value, value)))
    elif word == "sin":
        slope = elementary("cos", x.a)
    elif word == "cos":
        slope = neg(elementary("sin", x.a))
    elif word == "sinh":
        slope = elementary("cosh", x.a)
    elif word == "cosh":
        slope = elementary("sinh", x.a)
    elif word == "erf":
        slope = mul(mul(Fraction(2), reciprocal(elementary("sqrt", pi()))), elementary("exp", neg(mul(x.a, x.a))))
    else:
        raise Unable
    return Dual(x.tag, value, mul(slope, x.b))


def pi() -> Any:
    """pi."""
    from flint import arb

    return arb.pi()


EXACT = {
    ("exp", 0): 1,
    ("sin", 0): 0,
    ("cos", 0): 1,
    ("log", 1): 0,
    ("tanh", 0): 0,
    ("sinh", 0): 0,
    ("cosh", 0): 1,
    ("erf", 0): 0,
    ("sqrt", 0): 0,
    ("sqrt", 1): 1,
}


def elementary(word: str, x: Real) -> Real:
    """exp, log, tanh, sinh, cosh, sqrt, erf."""
    if isinstance(x, Dual):
        return chained(word, x)
    if isinstance(x, Fraction) and x.denominator == 1 and (word, int(x)) in EXACT:
        return Fraction(EXACT[word, int(x)])
    from flint import ctx

    WORK[0] += ctx.prec // 100  # many bits are as much as many nodes
    value = ball(x)
    if word in ("log", "sqrt"):
        if value < 0 or (word == "log" and x == 0 and isinstance(x, Fraction)):
            raise Absent(f"the {'logarithm' if word == 'log' else 'root'} of a number that is not positive")
        if not value > 0:
            raise Unable
    if word in ("exp", "log", "sqrt", "tanh", "sinh", "cosh", "erf", "sin", "cos"):
        return getattr(value, word)()
    raise Unable


@contextmanager
def nodes(most: int) -> Iterator[None]:
    """At most so many nodes are evaluated within; beyond them nothing can be said of a point."""
    before, LIMIT[0] = LIMIT[0], WORK[0] + most
    try:
        yield
    finally:
        LIMIT[0] = before


class Numbers:
    """A claim at given sizes and values."""

    def __init__(
        self, claim: Functional, sizes: dict[str, int], values: dict[tuple[str, tuple[int, ...]], Fraction]
    ) -> None:
        self.claim, self.sizes = claim, sizes
        self.values: dict[tuple[str, tuple[int, ...]], Real] = dict(values)
        self.defined = {d.name: d for d in claim.defined}
        self.groups = dict(claim.groups)
        self.named = {n: g for g, n in claim.sizes}
        self.tag = 0
        self.ties: set[int] = set()

    def sign(self, x: Real) -> int:
        """The sign; where the value itself is 0, that of its motion."""
        if not isinstance(x, Dual):
            return sign(x)
        at = self.sign(x.a)
        if at:
            return at
        moved = self.sign(x.b)
        if not moved:
            raise Unable  # the second order would decide
        self.ties.add(x.tag)
        return moved

    def value(self, node: Node, env: dict[str, Any]) -> Real:
        """A node's value; ``env`` has indices (int) and bound variables."""
        make: Callable[..., Real] | None = getattr(self, f"_{node.kind}", None)
        WORK[0] += 1
        if make is None or WORK[0] > LIMIT[0]:
            raise Unable
        return make(node, env)

    def _number(self, node: Node, env: dict[str, Any]) -> Real:
        return Fraction(node.parts[0])

    def _name(self, node: Node, env: dict[str, Any]) -> Real:
        word = node.parts[0]
        if word in env:
            return Fraction(env[word]) if isinstance(env[word], int) else env[word]
        if (word, ()) in self.values:
            return self.values[word, ()]
        if word in self.named:
            return Fraction(self.sizes[self.named[word]])
        if word == "pi":
            return pi()
        if word == "e":
            return elementary("exp", Fraction(1))
        made = self.defined.get(word)
        if made is None:
            raise Unable
        return self.opened(made, (), env)

    def _index(self, node: Node, env: dict[str, Any]) -> Real:
        base, *at = node.parts
        place = tuple(self.place(a, env) for a in at)
        if (base.parts[0], place) in self.values:
            return self.values[base.parts[0], place]
        made = self.defined.get(base.parts[0])
        if made is None:
            raise Unable
        return self.opened(made, place, env)

    def place(self, node: Node, env: dict[str, Any]) -> int:
        """The value of an index."""
        if node.kind != "name" or not isinstance(env.get(node.parts[0]), int):
            raise Unable
        return int(env[node.parts[0]])

    def opened(self, made: Defined, place: tuple[int, ...], env: dict[str, Any]) -> Real:
        """A definition at a place; an unknown loss is the sum of its arguments, weighed by its derivatives."""
        if made.body is not None:
            free = {k: env[k] for k in self.claim.free if isinstance(env.get(k), int)}
            return self.value(made.body, {**free, **dict(zip(made.parameters, place, strict=True))})
        total: Real = Fraction(0)
        of = self.defined.get(made.of)
        if of is None:
            raise Unable
        for each in self.places(of):
            weight = self.values[f"d{made.name}/d{made.of}", each]
            entry = self.values.get((made.of, each))
            total = add(total, mul(weight, self.opened(of, each, env) if entry is None else entry))
        return total

    def places(self, made: Defined) -> list[tuple[int, ...]]:
        """Every index of what is defined."""
        return list(itertools.product(*(range(self.sizes[self.groups[p.rstrip("~")]]) for p in made.parameters)))

    def _add(self, node: Node, env: dict[str, Any]) -> Real:
        made: Real = Fraction(0)
        for p in node.parts:
            made = add(made, self.value(p, env))
        return made

    def _neg(self, node: Node, env: dict[str, Any]) -> Real:
        return neg(self.value(node.parts[0], env))

    def _mul(self, node: Node, env: dict[str, Any]) -> Real:
        made: Real = Fraction(1)
        for p in node.parts:
            made = mul(made, self.value(p, env))
        return made

    def _div(self, node: Node, env: dict[str, Any]) -> Real:
        return mul(self.value(node.parts[0], env), reciprocal(self.value(node.parts[1], env)))

    def _pow(self, node: Node, env: dict[str, Any]) -> Real:
        base, exponent = (self.value(p, env) for p in node.parts)
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            return raised(base, int(exponent))
        if isinstance(exponent, Fraction) and exponent > 0:
            if base == 0 and isinstance(base, Fraction):
                return base
            if isinstance(base, Dual) and isinstance(base.a, Fraction) and base.a == 0:
                if self.sign(base) < 0:
                    raise Corner("no derivative there, a root of 0")
                if exponent < 1:
                    raise Steep
                return Dual(base.tag, base.a, Fraction(0))
        return elementary("exp", mul(exponent, elementary("log", base)))

    def _call(self, node: Node, env: dict[str, Any]) -> Real:
        word, inner = node.parts
        if word == "sqrt" and inner.kind == "pow" and inner.parts[1].kind == "number" and inner.parts[1].parts[0] % 2 == 0:
            u, n = inner.parts  # |u|^(n/2), which has a slope where the root of 0 has none
            if n.parts[0] > 0:
                return self._pow(Node("pow", (Node("max", (u, Node("neg", (u,)))), Node("number", (n.parts[0] / 2,)))), env)
        return elementary(node.parts[0], self.value(node.parts[1], env))

    def _unknown(self, node: Node, env: dict[str, Any]) -> Real:
        """Some function: f(t) = t + t^2/2 + t^3, differentiated as often as asked."""
        _, order, a = node.parts
        t = self.value(a, env)
        coefficients = [Fraction(0), Fraction(1), Fraction(1, 2), Fraction(1)]
        for _ in range(order):
            coefficients = [k * c for k, c in enumerate(coefficients)][1:] or [Fraction(0)]
        made: Real = Fraction(0)
        for c in reversed(coefficients):
            made = add(mul(made, t), c)
        return made

    def _slope(self, node: Node, env: dict[str, Any]) -> Real:
        body, v, n, a = node.parts
        at = self.value(a, env)
        return self.differentiated(lambda x: self.value(body, {**env, v: x}), at, n)

    def differentiated(self, f: Callable[[Real], Real], at: Real, n: int) -> Real:
        """The n-th derivative of a function of a number, from both sides where the motion decides a case."""
        if n == 0:
            return f(at)
        self.tag += 1
        tag, known = self.tag, self.ties
        self.ties = set()
        try:
            value, slope = self.side(f, at, n, tag, 1)
        except Steep:
            self.side(f, at, n, tag, -1)  # on one side of the root of 0 there may be nothing at all
            raise
        tied = tag in self.ties
        self.ties = known | (self.ties - {tag})
        if tied:
            before, other = self.side(f, at, n, tag, -1)
            self.ties -= {tag}
            here = self.differentiated(f, at, n - 1)
            if not (alike(value, here) and alike(before, here) and alike(slope, neg(other))):
                raise Corner("no derivative there, a kink")
        return slope

    def side(self, f: Callable[[Real], Real], at: Real, n: int, tag: int, direction: int) -> tuple[Real, Real]:
        """A value from one side, and how it moves."""
        made = self.differentiated(f, add(at, Dual(tag, Fraction(0), Fraction(direction))), n - 1)
        return (made.a, made.b) if isinstance(made, Dual) and made.tag == tag else (made, Fraction(0))

    def _partial(self, node: Node, env: dict[str, Any]) -> Real:
        """One entry moves; what is defined of that name is held at its values."""
        of, wrt = node.parts
        word = wrt.parts[0] if wrt.kind == "name" else wrt.parts[0].parts[0]
        place = () if wrt.kind == "name" else tuple(self.place(a, env) for a in wrt.parts[1:])
        if word in env:
            return self.differentiated(lambda x: self.value(of, {**env, word: x}), env[word], 1)
        made = self.defined.get(word)
        kept = dict(self.values)
        try:
            if made is not None and (word, place) not in self.values:
                for each in self.places(made):
                    self.values[word, each] = self.opened(made, each, env)
            if (word, place) not in self.values:
                raise Unable

            def moved(x: Real) -> Real:
                self.values[word, place] = x
                return self.value(of, env)

            return self.differentiated(moved, self.values[word, place], 1)
        finally:
            self.values = kept

    def _truth(self, node: Node, env: dict[str, Any]) -> Real:
        return Fraction(int(self.true(node.parts[0], env)))

    def _size(self, node: Node, env: dict[str, Any]) -> Real:
        return Fraction(self.sizes[node.parts[0]])

    def true(self, node: Node, env: dict[str, Any]) -> bool:
        """Whether a condition holds."""
        if node.kind == "and":
            return all(self.true(p, env) for p in node.parts)
        if node.kind != "relation" or node.parts[0] not in SIGNS:
            raise Unable
        a, b = (self.value(p, env) for p in node.parts[1:])
        return bool(SIGNS[node.parts[0]](self.sign(add(a, neg(b)))))

    def _if(self, node: Node, env: dict[str, Any]) -> Real:
        condition, yes, no = node.parts
        chosen = yes if self.true(condition, env) else no
        if chosen.kind == "undefined":
            raise Silent("no case applies")
        return self.value(chosen, env)

    def _max(self, node: Node, env: dict[str, Any]) -> Real:
        best, *others = (self.value(p, env) for p in node.parts)
        for value in others:
            if same(value, best):
                continue
            best = value if self.sign(add(value, neg(best))) * (1 if node.kind == "max" else -1) > 0 else best
        return best

    _min = _max

    def _sum(self, node: Node, env: dict[str, Any]) -> Real:
        body, *ranges = node.parts
        bound = [r.parts[0] for r in ranges if r.kind == "each"]
        such = [r.parts[0] for r in ranges if r.kind == "such"]
        made: Real = Fraction(0)
        for place in itertools.product(*(range(self.size(k)) for k in bound)):
            inner = {**env, **dict(zip(bound, place, strict=True))}
            if all(self.true(c, inner) for c in such):
                made = add(made, self.value(body, inner))
        return made

    def size(self, index: str) -> int:
        """How many values an index has."""
        group = self.groups.get(index.rstrip("~"))
        if group is None:
            raise Unable
        return self.sizes[group]

    def _extremum(self, node: Node, env: dict[str, Any]) -> Real:
        word, body, r = node.parts
        best: Real = None
        for k in range(self.size(r.parts[0])):
            value = self.value(body, {**env, r.parts[0]: k})
            if best is None or self.sign(add(value, neg(best))) * (1 if word == "max" else -1) > 0:
                best = value
        return best


SIGNS = {
    "=": lambda s: s == 0, "!=": lambda s: s != 0, "<": lambda s: s < 0, ">": lambda s: s > 0, "<=": lambda s: s <= 0,
    ">=": lambda s: s >= 0,
}  # fmt: skip


def same(x: Real, y: Real) -> bool:
    """Whether two numbers are exactly equal, their moving parts too."""
    if isinstance(x, Dual) or isinstance(y, Dual):
        _, a, b, c, d = pair(x, y)
        return same(a, c) and same(b, d)
    return isinstance(x, Fraction) and isinstance(y, Fraction) and x == y


def alike(x: Real, y: Real) -> bool:
    """Whether two numbers agree, their moving parts too."""
    if isinstance(x, Dual) or isinstance(y, Dual):
        _, a, b, c, d = pair(x, y)
        return alike(a, c) and alike(b, d)
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x == y
    a, b = ball(x), ball(y)
    if (a - b).contains(0) and not (a - b).rad() <= narrow() * (abs(a) + abs(b)).upper():
        raise Unable
    return bool((a - b).contains(0))


def differ(x: Real, y: Real) -> bool:
    """Whether two numbers surely differ.  Raises Unable for balls that overlap and are wide."""
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x != y
    a, b = ball(x), ball(y)
    gap = a - b
    if not gap.contains(0):
        return True
    if not gap.rad() <= narrow() * (1 + abs(a) + abs(b)).upper():
        raise Unable
    return False


def shown(x: Real) -> str:
    """A number in a line: exact where that is short, else to six digits."""
    if isinstance(x, Fraction) and max(abs(x.numerator), x.denominator) < 10**60:
        return str(x)
    x = ball(x)
    digits, e, power = ("0" if x.contains(0) else str(x.mid().str(6, radius=False))).partition("e")
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + e + power
