r"""The lines of the page, evaluated at its sizes: modulo a prime that has the root of unity, with entries drawn at random.

    Z[ω, 1/N] -> F_p,  ω -> a number of order lcm(N),  every entry -> a number

is a homomorphism, so a line whose sides differ in F_p is false; one whose sides agree there at random entries is true but for an
accident of one in 2^50 (and the theorem itself is proved, letter by letter, in ``check_spectrum``).  Conjugation sends ω to its
inverse: a value is a pair, itself and its conjugate.  What a line speaks of is made here by the definition: y product by product,
the transforms entry by entry.  Lines about e^(-2πi/N) are compared in floats.
"""

from __future__ import annotations

import cmath
import random
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import gcd, prod
from typing import Any

from symconv.check.primes import prime
from symconv.check.printed import World, printed
from symconv.check.values import Array, Matrix, Place
from symconv.language.formula import Node
from symconv.topics.fourier.check_spectrum import Transform
from symconv.topics.fourier.facts import Index, Spectrum

WORK = 6_000  # products over all frequencies at which the theorem's lines are evaluated


class Residue:
    """A number modulo p and its conjugate."""

    __slots__ = ("one", "other", "p")

    def __init__(self, one: int, other: int, p: int) -> None:
        self.one, self.other, self.p = one % p, other % p, p

    def _of(self, other: Any) -> Residue:
        if isinstance(other, Residue):
            return other
        if isinstance(other, Root):
            return other**1
        if isinstance(other, int):
            return Residue(other, other, self.p)
        value = Fraction(other)
        n = value.numerator * pow(value.denominator, -1, self.p)
        return Residue(n, n, self.p)

    def __add__(self, other: Any) -> Residue:
        """a + b."""
        right = self._of(other)
        return Residue(self.one + right.one, self.other + right.other, self.p)

    __radd__ = __add__

    def __neg__(self) -> Residue:
        """-a."""
        return Residue(-self.one, -self.other, self.p)

    def __sub__(self, other: Any) -> Residue:
        """a - b."""
        return self + -self._of(other)

    def __mul__(self, other: Any) -> Residue:
        """a b."""
        right = self._of(other)
        return Residue(self.one * right.one, self.other * right.other, self.p)

    __rmul__ = __mul__

    def __pow__(self, times: int) -> Residue:
        """a a ... a."""
        return Residue(pow(self.one, times, self.p), pow(self.other, times, self.p), self.p)

    def conjugate(self) -> Residue:
        """The conjugate."""
        return Residue(self.other, self.one, self.p)

    def __eq__(self, other: object) -> bool:
        """Whether both agree."""
        right = self._of(other)
        return (self.one, self.other) == (right.one, right.other)

    __hash__ = None  # type: ignore[assignment]


class Root:
    """omega: a power for a number, or for a place, one root per axis."""

    def __init__(self, sizes: Index, order: int) -> None:
        self.sizes, self.order = sizes, order
        self.p, one = prime(order)
        self.powers = [1]
        for _ in range(order - 1):
            self.powers.append(self.powers[-1] * one % self.p)

    def __pow__(self, at: int | Place) -> Residue:
        """omega^at."""
        turns = at if isinstance(at, int) else sum(a * (self.order // n) for a, n in zip(at, self.sizes, strict=True))
        return Residue(self.powers[turns % self.order], self.powers[-turns % self.order], self.p)

    def __mul__(self, other: Any) -> Any:
        """omega a."""
        return self**1 * other

    def __add__(self, other: Any) -> Any:
        """omega + a."""
        return self**1 + other

    def __eq__(self, other: object) -> bool:
        """As the number."""
        return bool(self**1 == other)

    __hash__ = None  # type: ignore[assignment]


class Transforming:
    """F: of an array, by the definition; also as the matrix in front of it."""

    def __init__(self, transform: Transform, omega: Root) -> None:
        self.transform, self.omega, self.places = transform, omega, transform.frequencies()

    def __call__(self, of: Array) -> Array:
        """The transform of an array as long as x."""
        return Array({f: sum(of(n) * self.root(f, n) for n in self.places) for f in self.places})

    __matmul__ = __call__

    def root(self, f: Index, n: Index) -> Residue:
        """omega^(f n)."""
        return self.omega ** self.transform.exponent(f, n)


def check(found: Spectrum, lines: Mapping[str, Node]) -> dict[str, Node]:
    """The lines, each evaluated.

    Raises InternalError for one that is false.
    """
    transform = Transform(found.op)
    omega = Root(found.sizes, found.order)
    names = meanings(found, transform, omega)
    frequencies = chosen(transform.frequencies(), prod(found.sizes) * prod(found.taps))
    taps = [Place(p) for p in product(*map(range, found.taps))]
    places = [Place(n) for n in transform.frequencies()]
    reached = product(*(range(n + e) for n, e in zip(found.sizes, found.reaches, strict=True)))
    ranges = {"n": places, "i": places, "j": places, "p": taps, "k": places}
    world = World(names, ranges, {"·": lambda a, b: a * b})
    worlds: dict[str, list[World]] = {
        "": [world.having(k=Place(f)) for f in frequencies],
        "y": [world.having(i=i) for i in places],
        "z": [world.having(m=Place(m)) for m in reached],
        "dw": [world.having(p=p) for p in chosen(taps, prod(found.sizes))],
        "phi": [World({"Φ": lambda order: cyclotomic(omega, *order), "t": Residue(t, t, omega.p)}) for t in (3, 7)],
        "textbook": [textbook(found, transform, omega, names)],
        "phase": list(phases(found, omega, world)),
    }
    for key in lines:
        if key.startswith("omega"):
            worlds[key] = [floats(found, key)]
        if key in ("F", "C", "diagonal"):
            worlds[key] = [matrices(found, transform, omega, names)]
    return printed(lines, worlds, "fourier")


def chosen(every: list[Any], work: int) -> list[Any]:
    """All, or the first, the last and some between, where each is much work."""
    most = max(3, WORK // work)
    return every if len(every) <= most else [*every[: most - 1], every[-1]]


def entries(places: Iterator[Index] | list[Index], numbers: random.Random, p: int) -> Array:
    """Real numbers at random."""
    drawn = {at: numbers.randrange(1, p) for at in places}
    return Array({at: Residue(n, n, p) for at, n in drawn.items()})


def meanings(found: Spectrum, transform: Transform, omega: Root) -> dict[str, Any]:
    """What the names of the lines are, from the products of the operator's definition."""
    numbers, frequencies = random.Random(7), transform.frequencies()
    x, g = (entries(frequencies, numbers, omega.p) for _ in range(2))
    w = entries(product(*map(range, found.taps)), numbers, omega.p)
    y: dict[Index, Any] = {}
    dx: dict[Index, Any] = {}
    dw: dict[Index, Any] = {}
    z: dict[Index, Any] = {}
    for out, tap, data in transform.terms:
        y[out] = y.get(out, 0) + w(tap) * x(data)
        dx[data] = dx.get(data, 0) + w(tap) * g(out)
        dw[tap] = dw.get(tap, 0) + x(data) * g(out)
    for tap, data in product(w.entries, frequencies):
        m = tuple(a - t + e for a, t, e in zip(data, transform.tap(tap), found.reaches, strict=True))
        z[m] = z.get(m, 0) + w(tap) * x(data)
    whole = Transforming(transform, omega)
    steps = {tap: tuple(a * b for a, b in zip(found.dilations, tap, strict=True)) for tap in w.entries}
    kernel = {f: sum(w(tap) * whole.root(f, steps[tap]) for tap in steps) for f in frequencies}
    sizes = {"N": found.sizes, "K": found.taps, "lo": found.shifts, "d": found.dilations, "e": found.reaches}
    return {
        **{name: Place(values) for name, values in sizes.items()},
        **{"x": x, "w": w, "y": Array(y), "g": g, "z": Array(z), "dL/dx": Array(dx), "dL/dw": Array(dw)},
        **{"X": whole(x), "Y": whole(Array(y)), "G": whole(g), "W": Array(kernel), "F": whole, "omega": omega},
    }


def textbook(found: Spectrum, transform: Transform, omega: Root, names: Mapping[str, Any]) -> World:
    """x * w for two arrays of N entries, by its definition."""
    places = transform.frequencies()
    w = entries(places, random.Random(8), omega.p)

    def convolved(x: Array, w: Array) -> Array:
        def entry(i: Index) -> Any:
            turned = (tuple((a - b) % n for a, b, n in zip(i, p, found.sizes, strict=True)) for p in places)
            return sum(w(p) * x(at) for p, at in zip(places, turned, strict=True))

        return Array({i: entry(i) for i in places})

    return World({**names, "w": w}, {}, {"*": convolved, " · ": lambda a, b: a * b})


def matrices(found: Spectrum, transform: Transform, omega: Root, names: Mapping[str, Any]) -> World:
    """F by the definition of the transform, C by that of the operator."""
    (n,), places = found.sizes, range(found.sizes[0])
    rows = [[omega ** transform.exponent((f,), (j,)) for j in places] for f in places]
    back = Matrix([[omega ** -transform.exponent((f,), (j,)) * Fraction(1, n) for j in places] for f in places])
    cells: dict[tuple[int, int], Any] = {}
    for (out,), tap, (data,) in transform.terms:
        cells[out, data] = cells.get((out, data), 0) + names["w"](tap)
    operator = Matrix([[cells.get((i, j), 0) for j in places] for i in places])
    made = {"F": Matrix(rows, lambda: back), "C": operator, "diagonal": Matrix.diagonal, "omega": omega, "w": names["w"]}
    return World(made)


def cyclotomic(omega: Root, order: int) -> Callable[[Residue], Any]:
    """The polynomial whose zeros are the primitive roots of an order, at a number."""
    step = omega.order // order
    return lambda t: prod((t - omega ** (q * step) for q in range(order) if gcd(q, order) == 1), start=omega**0)


def floats(found: Spectrum, key: str) -> World:
    """omega, or that of one axis, as the complex number that NumPy's transforms use."""
    size = found.order if key == "omega" else found.sizes[int(key.removeprefix("omega")) - 1]
    return World({key: cmath.rect(1, -2 * cmath.pi / size), **CONSTANTS}, close=1e-9)


CONSTANTS = {"e": cmath.e, "pi": cmath.pi, "i": 1j}


def phases(found: Spectrum, omega: Root, world: World) -> Iterator[World]:
    """The phase at every frequency: against the complex number, or against the roots of the axes."""
    if len(found.sizes) == 1:
        size, lo = found.sizes[0], found.shifts[0]
        root = {"omega": cmath.rect(1, -2 * cmath.pi / size), **CONSTANTS}
        for k in range(size):
            yield World({**root, "k": k, "lo": lo, "N": size}, close=1e-9)
        return
    for at in product(*map(range, found.sizes)):
        axes: dict[str, Any] = {"k": Place(at)}
        for a, (turns, lo, size) in enumerate(zip(at, found.shifts, found.sizes, strict=True), start=1):
            axes |= {f"omega{a}": omega ** (found.order // size), f"k{a}": turns, f"lo{a}": lo}
        yield world.having(**axes)
