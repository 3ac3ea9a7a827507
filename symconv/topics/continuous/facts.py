"""Functions of a real variable t as users type them, and the terms that they are made of.

    box(-1/2,1/2)    2*gaussian(sigma)    shift(ramp, 1) - ramp    t^2*box(0,1)    exp_decay(a) + delta(1)

A product is a product of values; convolution is never written in a text.  Texts are parsed by the grammar below (lark) and
never evaluated.  The terms, with x = t:

    Side     c (x-a)^m/m! e^(-r(x-a)) for x >= a  (a truncated power where r = 0);  its mirror image, for x < a, where left
    Impulse  c times the k-th derivative of the delta at a
    Bell     c times the k-th derivative of the normal density with mean mu and variance v
    Smooth   a Side, convolved with the normal density of mean 0 and variance v
    Lorentz  c w / (pi ((x-a)^2 + w^2))

Numbers within terms are Fractions where they are rational, else SymPy expressions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from functools import cache
from typing import Any

from symconv.errors import SymconvError, nearest
from symconv.language.facts import Check, Verdict
from symconv.language.formula import Node as Formula
from symconv.language.lazy import dataclass

GRAMMAR = r"""
?start: sum
?sum: product | sum "+" product -> add | sum "-" product -> sub
?product: unary | product "*" unary -> mul | product "/" unary -> div
?unary: power | "-" unary -> neg | "+" unary
?power: atom | atom _POWER exponent -> pow
exponent: INT | "-" INT -> minus
?atom: NUMBER -> number
     | WORD "(" sum ("," sum)* ")" -> call
     | WORD -> word
     | "(" sum ")"
_POWER: "^" | "**"
WORD: /[A-Za-z]+(_[A-Za-z0-9]+|[0-9]+)*/
NUMBER: /[0-9]{1,12}(\.[0-9]{1,12})?/
INT.2: /[0-9]{1,2}/
%ignore /[ \t]+/
"""
# the functions: least and most arguments
FUNCTIONS = {
    "box": (0, 2), "triangle": (0, 1), "gaussian": (1, 2), "exp_decay": (1, 1), "exp_abs": (1, 1), "ramp": (0, 0),
    "step": (0, 0), "delta": (0, 2), "cauchy": (1, 1), "shift": (2, 2), "reverse": (1, 1),
}  # fmt: skip
EXPECTED = (
    "box(a,b), triangle, gaussian(sigma), gaussian(mu,sigma), exp_decay(a), exp_abs(a), ramp, step, delta(t0), cauchy(a)"
)
DEEPEST, LONGEST, HIGHEST = 30, 400, 8
ENDLESS = ("inf", "infinity", "infty", "oo", "nan", "none", "true", "false")  # no names for numbers
TAKEN = ("f", "g", "u", "Phi")  # what a page calls its functions


@dataclass(frozen=True)
class TimeFunction:
    """A node: ``kind`` number, name, time, add, mul, div, pow, sqrt, pi, or the name of a function; ``value`` for leaves."""

    kind: str
    parts: tuple[Any, ...] = ()
    value: Any = None
    depth: int = 1
    signal: bool = False  # whether it depends on t


@dataclass(frozen=True)
class Side:
    """c (x-a)^m/m! e^(-r(x-a)) for x >= a; with ``left`` c (a-x)^m/m! e^(-r(a-x)) for x < a."""

    c: Any
    rate: Any
    power: int
    knot: Any
    left: bool = False


@dataclass(frozen=True)
class Impulse:
    """c times the ``order``-th derivative of the delta at ``knot``."""

    c: Any
    order: int
    knot: Any


@dataclass(frozen=True)
class Bell:
    """c times the ``order``-th derivative of the normal density."""

    c: Any
    order: int
    mean: Any
    variance: Any


@dataclass(frozen=True)
class Smooth:
    """A Side, convolved with the normal density of mean 0 and the given variance."""

    c: Any
    rate: Any
    power: int
    knot: Any
    variance: Any
    left: bool = False


@dataclass(frozen=True)
class Lorentz:
    """c w / (pi ((x-a)^2 + w^2))."""

    c: Any
    width: Any
    knot: Any


Term = Side | Impulse | Bell | Smooth | Lorentz


@dataclass(frozen=True)
class Piece:
    """sum over (rate, coefficients) of e^(-rate t) times a polynomial, for lo <= t < hi (None: without end)."""

    lo: Any
    hi: Any
    parts: tuple[tuple[Any, tuple[Any, ...]], ...]


@dataclass(frozen=True)
class Limit:
    """A limit of integration: turn t + at, with ``turn`` 1 or -1 where it moves with t, else 0."""

    turn: int
    at: Any


@dataclass(frozen=True)
class Overlap:
    """The integral over lower <= tau < upper of a piece of f times a piece of g."""

    lower: Limit | None
    upper: Limit | None
    f: Piece
    g: Piece


def drawn_out(o: Overlap, correlate: bool) -> tuple[Any, Any, Any] | None:
    """(c, b, r) with f(tau) g(t -+ tau) = c e^(-b t) e^(-r tau), where both pieces are single exponentials."""
    if not all(len(p.parts) == 1 and p.parts[0][0] != 0 and len(p.parts[0][1]) == 1 for p in (o.f, o.g)):
        return None
    ((a, (x,)),), ((b, (y,)),) = o.f.parts, o.g.parts
    return x * y, b, a + b if correlate else a - b


@dataclass(frozen=True)
class Case:
    """A range of t, the integrals there, and their sum."""

    value: Piece
    overlaps: tuple[Overlap, ...]
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Convolution:
    """(f * g)(t), or with ``correlate`` the integral of f(tau) g(t + tau): operands, result, the cases, the verdicts.

    ``result`` is None where only SymPy found an answer, by its own integration: it is ``slow`` then, (condition, value) pairs.
    """

    texts: tuple[str, str]
    nodes: tuple[TimeFunction, TimeFunction]
    correlate: bool
    operands: tuple[tuple[Term, ...], tuple[Term, ...]]
    result: tuple[Term, ...] | None
    pieces: tuple[tuple[Piece, ...], tuple[Piece, ...]] | None = None
    cases: tuple[Case, ...] = ()
    conditions: tuple[tuple[str, Any, Any], ...] = ()  # (sign, left, right): !=, <, >
    equal: tuple[Any, Any, tuple[Term, ...]] | None = None  # (p, q, the result where q = p)
    slope: tuple[Term, ...] | None = None  # of the result
    factor: tuple[Term, ...] | None = None  # f * g', which gives the same
    g_slope: tuple[Term, ...] = ()  # g'
    square: bool = False  # two normal densities: the square is completed
    positive: frozenset[str] = frozenset()
    slow: tuple[tuple[Any, Any, Any], ...] = ()  # (lo, hi, SymPy expression in t)
    written: tuple[tuple[tuple[Any, Any, Any], ...], ...] = ()  # f and g in the same way, beside it
    checks: tuple[Check, ...] = ()
    lines: Mapping[str, Formula] = field(default_factory=dict)  # the rules that the page states, each evaluated

    @property
    def jumps(self) -> bool:
        """Whether g' is a distribution: whether a delta stands in it."""
        return any(isinstance(term, Impulse) for term in self.g_slope)


@cache
def _parser() -> Any:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", transformer=_Nodes())


class _Nodes:
    """Builds nodes while lark parses."""

    def _node(self, kind: str, *parts: Any, value: Any = None) -> TimeFunction:
        inner = [p for p in parts if isinstance(p, TimeFunction)]
        depth = 1 + max((p.depth for p in inner), default=0)
        if depth > DEEPEST:
            raise SymconvError(f"function: expected at most {DEEPEST} levels of nesting, got more")
        return TimeFunction(kind, tuple(parts), value, depth, kind in FUNCTIONS or any(p.signal for p in inner))

    def add(self, parts: list[Any]) -> TimeFunction:
        left, right = parts
        flat = left.parts if left.kind == "add" else (left,)
        return self._node("add", *flat, right)

    def sub(self, parts: list[Any]) -> TimeFunction:
        return self.add([parts[0], self.neg([parts[1]])])

    def mul(self, parts: list[Any]) -> TimeFunction:
        left, right = parts
        flat = left.parts if left.kind == "mul" else (left,)
        return self._node("mul", *flat, right)

    def neg(self, parts: list[Any]) -> TimeFunction:
        if parts[0].kind == "number":
            return self._node("number", value=-parts[0].value)
        return self._node("mul", self._node("number", value=Fraction(-1)), parts[0])

    def div(self, parts: list[Any]) -> TimeFunction:
        top, bottom = parts
        if bottom.signal:
            raise SymconvError("function: expected a number or a parameter below the line, got a function of t")
        if bottom.kind == "number" and bottom.value == 0:
            raise SymconvError("function: expected no division by 0")
        if top.kind == bottom.kind == "number":
            return self._node("number", value=top.value / bottom.value)
        return self._node("div", top, bottom)

    def exponent(self, parts: list[Any]) -> int:
        return int(parts[0])

    def minus(self, parts: list[Any]) -> int:
        return -int(parts[0])

    def pow(self, parts: list[Any]) -> TimeFunction:
        base, power = parts
        if abs(power) > HIGHEST or (power < 0 and base.signal):
            raise SymconvError(f"function: expected an exponent from 0 to {HIGHEST}, got {power}")
        if power < 0 and base.kind == "number" and base.value == 0:
            raise SymconvError("function: expected no division by 0")
        if base.kind == "number":
            return self._node("number", value=base.value**power)
        return self._node("pow", base, value=power)

    def number(self, parts: list[Any]) -> TimeFunction:
        return self._node("number", value=Fraction(str(parts[0])))

    def word(self, parts: list[Any]) -> TimeFunction:
        word = str(parts[0])
        if word == "t":
            return TimeFunction("time", signal=True)
        if word in FUNCTIONS:
            return self._function(word, ())
        if word == "pi":
            return self._node("pi")
        if word.lower() in ENDLESS:
            raise SymconvError(
                f"function: expected finite numbers or parameters' names, got {word[:30]!r}; a function that does not end is "
                "made of step, ramp and t, as in step or shift(step, a)"
            )
        if word in TAKEN:
            raise SymconvError(
                f"function: the name {word!r} is taken by a function of the page; choose another, for example {word}_0"
            )
        close = nearest(word, list(FUNCTIONS), 0.75)
        if (close and len(word) > 3) or word in ("x", "y", "tau", "e", "I"):
            raise SymconvError(
                f"function: unknown word {word[:30]!r}: expected t, a parameter's name, or {EXPECTED}{close}"
            )
        if len(word) > 20:
            raise SymconvError("function: expected parameter names of at most 20 characters")
        return self._node("name", value=word)

    def call(self, parts: list[Any]) -> TimeFunction:
        name, arguments = str(parts[0]), tuple(parts[1:])
        if name == "sqrt":
            if len(arguments) != 1 or arguments[0].signal:
                raise SymconvError("function: expected a number or a parameter within sqrt(...)")
            if arguments[0].kind == "number" and arguments[0].value < 0:
                raise SymconvError("function: expected a number >= 0 within sqrt(...)")
            return self._node("sqrt", *arguments)
        if name not in FUNCTIONS:
            known = nearest(name, list(FUNCTIONS))
            raise SymconvError(f"function: unknown function {name[:30]!r}: expected {EXPECTED}{known}")
        return self._function(name, arguments)

    def _function(self, name: str, arguments: tuple[TimeFunction, ...]) -> TimeFunction:
        least, most = FUNCTIONS[name]
        if not least <= len(arguments) <= most or (name == "box" and len(arguments) == 1):
            wanted = {"box": "box(a,b)", "shift": "shift(F, t0)", "reverse": "reverse(F)"}.get(name, EXPECTED)
            raise SymconvError(f"function: {name} takes other arguments than {len(arguments)}: expected {wanted}")
        for k, argument in enumerate(arguments):
            inner = name in ("shift", "reverse") and k == 0
            if argument.signal != inner:
                what = "a function of t" if inner else "a number or a parameter"
                raise SymconvError(f"function: expected {what} as argument {k + 1} of {name}")
        return self._node(name, *arguments)


def read_function(text: str, what: str) -> TimeFunction:
    """A function of t as typed.

    Raises SymconvError with the place of what cannot be read.
    """
    from lark.exceptions import UnexpectedInput

    if not isinstance(text, str) or len(text) > LONGEST:
        raise SymconvError(f"{what}: expected a function as a text of at most {LONGEST} characters")
    try:
        node: TimeFunction = _parser().parse(text)
    except SymconvError as error:
        raise SymconvError(f"{what}: {str(error).removeprefix('function: ')}") from None
    except UnexpectedInput as error:
        column = getattr(error, "column", 1)
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        inside = not ended and isinstance(column, int) and 0 < column <= len(text)
        place = f"at character {column}" if inside else "at the end"
        shown = " ".join(text.split())[:60]
        raise SymconvError(f"{what}: expected a function such as {EXPECTED}, got {shown!r} (wrong {place})") from None
    if not node.signal:
        raise SymconvError(f"{what}: expected a function of t such as {EXPECTED}, got the constant {text.strip()[:30]!r}")
    return node


def names(node: TimeFunction) -> set[str]:
    """The parameters of a function."""
    found = {node.value} if node.kind == "name" else set()
    for part in node.parts:
        found |= names(part)
    return found


def positive(node: TimeFunction) -> set[str]:
    """The parameters that stand where a positive number is needed: widths and rates."""
    needs = {"gaussian": (-1,), "exp_decay": (0,), "exp_abs": (0,), "cauchy": (0,), "triangle": (0,), "sqrt": (0,)}
    found: set[str] = set()
    for place in needs.get(node.kind, ()):
        if node.parts:
            found |= names(node.parts[place])
    for part in node.parts:
        found |= positive(part)
    return found
