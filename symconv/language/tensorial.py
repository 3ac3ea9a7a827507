"""A claim about tensors, elaborated: which names are arrays, which are sizes, where every index runs.  Plain data.

A tensor is 0 outside its extents; an entry at a fraction is 0 too, so that x[(j - p) / s] carries its own divisibility.
"""

from __future__ import annotations

from fractions import Fraction

from symconv.language.facts import Verdict
from symconv.language.formula import Node
from symconv.language.lazy import dataclass
from symconv.language.prose import Words


@dataclass(frozen=True)
class Array:
    """A tensor of independent entries: its sizes, and its first index, per axis."""

    name: str
    sizes: tuple[Node, ...]
    base: tuple[Node, ...] = ()
    strict: tuple[int, ...] = ()  # axes on which a summed index must exist (channels, batch)

    def first(self, axis: int) -> Node:
        """The first index of an axis."""
        return self.base[axis] if self.base else Node("number", (0,))


@dataclass(frozen=True)
class Free:
    """An index and its range, both ends included; None runs over all integers."""

    name: str
    lower: Node | None = None
    upper: Node | None = None


@dataclass(frozen=True)
class Forward:
    """y[index] = body, the upstream gradient g of the shape of y, and the tensor by which the loss is differentiated."""

    index: tuple[Free, ...]
    body: Node
    upstream: str
    wrt: str


@dataclass(frozen=True)
class Equation:
    """``claimed`` = ``true``, entry by entry for every free index, or (``whole``) as arrays with their shapes.

    ``true`` may be a node of kind vjp: the gradient by brute force from ``forward``.  ``sizes`` are (name, least value),
    ``definitions`` follow from them, ``given`` are relations that the sizes meet.  ``senses`` say what the open signs mean.
    """

    words: str
    claimed: Node
    true: Node
    arrays: tuple[Array, ...]
    sizes: tuple[tuple[str, int], ...]
    free: tuple[Free, ...] = ()
    definitions: tuple[tuple[str, Node], ...] = ()
    given: tuple[Node, ...] = ()
    senses: tuple[tuple[str, str], ...] = ()
    forward: Forward | None = None
    whole: bool = False
    lattice: bool = False  # operators act on signals on all of Z; else on arrays that begin at 0
    axes: int = 0
    real: bool = True  # correlations do not conjugate
    defining: bool = False  # it says what its open sign means


@dataclass(frozen=True)
class Found:
    """What the search found of an equation: how many sizes were compared, up to which bound, and the smallest failure.

    Every choice of sizes with a sum up to ``bound`` was compared, and further ones with sizes up to ``largest``.
    """

    compared: int
    bound: int
    failure: Failing | None = None
    points: tuple[tuple[tuple[tuple[str, int], ...], bool], ...] = ()
    trivial: bool = False
    largest: int = 0


@dataclass(frozen=True)
class Failing:
    """A point at which the sides differ: sizes, the entry, the product of entries that is counted, the two values."""

    sizes: tuple[tuple[str, int | str], ...]
    entry: tuple[int, ...]
    product: str
    claimed: str
    true: str
    words: str = ""


@dataclass(frozen=True)
class Case:
    """A choice of conventions, in words, and the equations that must all hold under it; each may come in several shapes."""

    label: str
    equations: tuple[Equation, ...]
    notes: tuple[Words, ...] = ()
    others: tuple[tuple[str, tuple[Equation, ...]], ...] = ()  # other readings of the same text; one that holds is meant
    unusual: bool = False  # against the habit of the field
    doubts: tuple[tuple[str, tuple[Equation, ...]], ...] = ()  # other meanings: if one holds where this fails, it is open


@dataclass(frozen=True)
class Meaning:
    """What a formula about tensors says: how it is read, the cases of its open conventions, or what is wrong with its form.

    ``parameters`` are the sizes in whose terms a condition may be said.
    """

    reading: tuple[Words, ...]
    cases: tuple[Case, ...] = ()
    fault: Failing | None = None
    domain: str = ""
    parameters: tuple[str, ...] = ()
    spelled: tuple[Node, ...] = ()
    equal: tuple[tuple[str, str], ...] = ()  # sizes that a condition may equate


@dataclass(frozen=True)
class Outcome:
    """What was decided of one case."""

    verdict: Verdict
    failure: Failing | None = None
    condition: str = ""
    exact: bool = False  # the equation is proved to hold there and to fail everywhere else
    equation: Equation | None = None
    undefined: bool = False  # the open sign is not what this case takes it for
    repair: Node | None = None
    edit: Words = ""
    repair_verdict: Verdict | None = None
    notes: tuple[Words, ...] = ()


Affine = tuple[tuple[str, Fraction], ...]  # coefficients by name; "" is the constant


@dataclass(frozen=True)
class Integral:
    """coefficient * the integral over all ``bound`` of the product of functions at affine arguments; f' is a derivative."""

    coefficient: Fraction
    bound: tuple[str, ...]
    factors: tuple[tuple[str, Affine], ...]


@dataclass(frozen=True)
class Analysis:
    """Links between sums of integrals over all integrable functions; the sides of a link that only defines come first."""

    label: str
    links: tuple[tuple[tuple[Integral, ...], tuple[Integral, ...], bool], ...]
    derived: bool  # a derivative was taken under an integral
