"""A function applied to numbers, as plain data: activations, softmax, losses, flatten, entry by entry, forward and backward.

    pointwise       y[i] = f(x[i])                      dL/dx[i] = g[i] f'(x[i])
    softmax         y[n,c] = e^x[n,c] / Z[n]            dL/dx twice: through the Jacobian, and y[n,c] (g[n,c] - <g, y>)
    cross_entropy   L = 1/B sum_n (log Z[n] - x[n,t])   dL/dx twice: (p - T)/B, and through the probabilities
    sum, mse, flatten

Every entry is a *tree* of ``language.functions``, with these heads besides:

    ("entry", name, index)         an entry of an array that is given
    ("value", name, index, tree)   a quantity that was worked out before and bears a name: y[0,1], r[2]; a fifth part is what is
                                   written for it in symbols, where that is no entry: log Z[0]
    ("named", name, index, tree)   the same, always written by its name
    ("sum", a, b, ...)   ("times", a, b, ...)   of any number of parts;   ("square", a)
    ("prime", f, a)   ("partial", a, b)   the slope of f at a, and da/db, as they are written

What comes of a tree is a number, or, where e and log leave no rational number, a ``Rounded`` one.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal
from itertools import product
from math import prod
from typing import Any, ClassVar

from symconv.language.example import PLACES, Array, WorkedExample, WorkedTrace
from symconv.language.expand import Index, Number
from symconv.language.facts import Check, FunctionDerivation
from symconv.language.functions import Layer, Tree
from symconv.language.lazy import dataclass

FEW = 4  # digits of a rounded number within a line
PLAIN = 12  # a rounded number of so many digits before the point, or fewer zeros behind it, is written in full
LEADING = 5
FAR = 10**17  # exponents


@dataclass(frozen=True)
class Rounded:
    """An irrational number between two decimals, close enough that rounding to FEW and to PLACES digits is certain."""

    low: Decimal
    high: Decimal

    def to(self, digits: int) -> Decimal:
        """The number rounded to so many significant digits; both bounds round to the same."""
        context = Context(prec=digits, Emin=-FAR, Emax=FAR)
        low, high = context.plus(self.low), context.plus(self.high)
        if low != high:
            raise ValueError(f"{digits} digits of a number between {self.low} and {self.high} are not known")
        return low

    def text(self, digits: int = PLACES) -> str:
        """0.7310585786, or 5.07e-435 far from 1."""
        found = self.to(digits)
        power = found.adjusted()
        if -LEADING <= power < PLAIN:
            return f"{found:.{max(0, digits - 1 - power)}f}"
        return f"{found.scaleb(-power):.{digits - 1}f}e{power}"

    def __float__(self) -> float:
        return float(self.low)


Value = Number | Rounded


def settled(value: Value) -> Any:
    """A number as a user takes it: exact, or the nearest float."""
    return float(value) if isinstance(value, Rounded) else value


@dataclass(frozen=True)
class Line:
    """One entry worked out: its index, the tree in symbols, the tree that the numbers are put into, its value.

    ``case`` names the case of the definition that applies (above, below, kink), or what else is to be said.  ``left`` is what
    the line begins with where that is no entry of an array.
    """

    index: Index
    symbols: Tree
    value: Value
    numbers: Tree = None
    case: str = ""
    left: Tree = None

    @property
    def substituted(self) -> Tree:
        """The tree that the numbers are put into."""
        return self.symbols if self.numbers is None else self.numbers


@dataclass(frozen=True)
class Part:
    """An array of lines by its name: what y is made of (Z, p, r), y itself, a gradient.  ``key`` says which way it was found."""

    name: str
    shape: Index
    lines: tuple[Line, ...]
    key: str = ""

    @property
    def values(self) -> tuple[Value, ...]:
        """The numbers."""
        return tuple(one.value for one in self.lines)

    def __getitem__(self, index: Index) -> Line:
        """The line of an index."""
        place = 0
        for n, i in zip(self.shape, index, strict=True):
            place = place * n + i
        return self.lines[place]

    def nested(self) -> Any:
        """The numbers as nested lists, the rounded ones as floats; one number by itself for no axes."""
        return nest([settled(v) for v in self.values], self.shape)


def nest(entries: list[Any], shape: Index) -> Any:
    """A flat row-major list as nested lists."""
    if not shape:
        return entries[0]
    step = prod(shape[1:])
    return [nest(entries[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


def indices(shape: Index) -> Iterator[Index]:
    """Every index, in row-major order."""
    return product(*map(range, shape))


@dataclass(frozen=True)
class Applied(WorkedExample):
    """A worked example of a layer: the arrays (x, t or the classes, g), what y is made of, y or L, and the ways to dL/dx.

    ``again`` is the loss in another way; ``before`` is what dL/dx needs besides (dL/dp, the mean of g under y).
    """

    family: ClassVar[str] = "applied"

    layer: Layer
    arrays: tuple[Array, ...]
    parts: tuple[Part, ...]
    y: Part
    before: tuple[Part, ...]
    ways: tuple[Part, ...]
    derivation: FunctionDerivation
    again: Part | None = None
    generated: tuple[str, ...] = ()
    seed: int = 0
    decimal: bool = False
    checks: tuple[Check, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether no number on the page is rounded."""
        return not any(isinstance(v, Rounded) for part in self.everything for v in part.values)

    @property
    def everything(self) -> tuple[Part, ...]:
        """All that is worked out."""
        again = (self.again,) if self.again is not None else ()
        return (*self.parts, self.y, *again, *self.before, *self.ways)

    @property
    def gradient(self) -> Part:
        """dL/dx."""
        return self.ways[0]

    def array(self, name: str) -> Array:
        """An array that is given or drawn."""
        return next(a for a in self.arrays if a.name == name)

    def has(self, name: str) -> bool:
        """Whether there is such an array."""
        return any(a.name == name for a in self.arrays)

    def held(self, role: str) -> Any:
        """x, the target, g or y as nested lists; None where there are none."""
        name = {"target": "t"}.get(role, role)
        return self.y.nested() if role == "y" else self.array(name).nested() if self.has(name) else None

    def value(self, name: str, index: Index) -> Number:
        """An entry of an array."""
        return self.array(name)[index]


@dataclass(frozen=True)
class Term:
    """One term of an entry's sum: what it comes by (g[k] dy[k]/dx[i], a power of e), its tree, its value; why it is 0."""

    left: Tree
    symbols: Tree
    value: Value
    absent: str = ""
    numbers: Tree = None


@dataclass(frozen=True)
class AppliedTrace(WorkedTrace):
    """Every term that reaches one entry of y or dL/dx; ``others`` are how many more terms the sum has, all 0, and why."""

    example: Applied
    role: str  # y or x
    index: Index
    terms: tuple[Term, ...]
    line: Line
    others: tuple[str, int] = ("", 0)

    @property
    def value(self) -> Any:
        """The entry."""
        return settled(self.line.value)
