"""Both sides of a claim about discrete Fourier transforms, at given sizes: products of entries times roots of unity.

    omega = e^(-2 pi i / N),   i = omega^(3N/4):  an element is a map from products of entries to integers of Q[e^(-2 pi i/(4N))]

Two elements are equal if and only if they agree product by product modulo the cyclotomic polynomial: no floats.  A difference is
believed only if it is none to zero in floating point as well, where no cyclotomic polynomial is used.
"""

from __future__ import annotations

import cmath
import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from symconv.check.claims.polynomials import Monomial, TooLarge, Undefined, spelled
from symconv.check.claims.tensor_values import OPERATIONS
from symconv.check.kernel.cyclotomic import canonical
from symconv.errors import SymconvError
from symconv.language.formula import Node
from symconv.language.tensorial import Failing
from symconv.language.transforms import Transformed

Root = dict[int, Fraction]
Element = dict[Monomial, Root]
ZERO, ONE = Fraction(0), Fraction(1)
SIGNS = {"·", "odot", "dot", " "}


TERMS = 20_000  # of all sums, at given sizes


class TooLong(SymconvError):
    """Sums of more terms than are worked out: the sizes decide nothing."""


class Exact:
    """Both sides at given sizes."""

    def __init__(self, claim: Transformed, values: dict[str, int]) -> None:
        self.claim, self.values = claim, values
        self.n = values[claim.size]
        self.order = 4 * self.n
        self.spectra, self.senses, self.lengths = dict(claim.spectra), dict(claim.senses), dict(claim.lengths)
        self.defined = {y: (index, body) for y, index, body in claim.defined}
        self.beyond = False
        self.terms = 0
        self.alive: set[tuple[str, int]] | None = None  # entries that are not 0; None for all
        self.kept: dict[str, list[Element]] = {}
        self.arrays: dict[Any, list[Element]] = {}

    def sides(self, spans: Sequence[int] | None = None) -> Iterator[tuple[tuple[int, ...], Element, Element]]:
        """Both sides for every free index, or entry by entry; ``spans`` are the values of an index that are taken."""
        if self.claim.whole:
            left, right = self.array(self.claim.left, self.values), self.array(self.claim.right, self.values)
            for k, (a, b) in enumerate(zip(left, right, strict=True)):
                yield (k,), a, b
            return
        for place in itertools.product(range(self.n) if spans is None else spans, repeat=len(self.claim.free)):
            env = {**self.values, **dict(zip(self.claim.free, place, strict=True))}
            yield place, self.value(self.claim.left, env), self.value(self.claim.right, env)

    def at_place(self, place: tuple[int, ...]) -> tuple[Element, Element]:
        """Both sides at one place."""
        if self.claim.whole:
            return self.array(self.claim.left, self.values)[place[0]], self.array(self.claim.right, self.values)[place[0]]
        env = {**self.values, **dict(zip(self.claim.free, place, strict=True))}
        return self.value(self.claim.left, env), self.value(self.claim.right, env)

    def differ(self, place: tuple[int, ...], left: Element, right: Element) -> Failing | None:
        """The first product of entries that the sides count differently."""
        for monomial in sorted({*left, *right}, key=lambda m: (len(m), m)):
            a, b = left.get(monomial, {}), right.get(monomial, {})
            if self.reduced(a) == self.reduced(b):
                continue
            if abs(self.numeric(a) - self.numeric(b)) < 1e-9:
                raise SymconvError("a counterexample did not survive its second evaluation")
            shown = spelled(monomial)
            return Failing(tuple(self.values.items()), place, shown, self.said(b), self.said(a))
        return None

    def reduced(self, root: Root) -> tuple[Fraction, ...]:
        """A root of unity sum in its canonical form."""
        scale = math.lcm(1, *(c.denominator for c in root.values()))
        return tuple(Fraction(c, scale) for c in canonical({e: int(c * scale) for e, c in root.items()}, self.order))

    def numeric(self, root: Root) -> complex:
        """The same in floating point."""
        return sum((complex(c) * cmath.exp(-2j * cmath.pi * e / self.order) for e, c in root.items()), 0j)

    def said(self, root: Root) -> str:
        """2 w^3 + 1, with w = e^(-2 pi i/N)."""
        terms = []
        for e, c in sorted(root.items()):
            power = Fraction(e, 4)
            base = (
                ""
                if power == 0
                else "omega"
                if power == 1
                else f"omega^{power}"
                if power.denominator == 1
                else f"omega^({power})"
            )
            terms.append(str(c) if not base else base if c == 1 else f"{c} {base}")
        return " + ".join(terms) or "0"

    # elements
    def number(self, value: Fraction) -> Element:
        """A number."""
        return constant(value)

    def symbol(self, name: str, at: tuple[int, ...]) -> Element:
        """An entry of a signal, or a number without a value."""
        if self.alive is not None and at and (name, *at) not in self.alive:
            return {}
        return {((name, at),): {0: ONE}}

    def root(self, turns: Fraction) -> Element:
        """e^(2 pi i turns)."""
        exponent = -turns * self.order
        if exponent.denominator != 1:
            raise SymconvError("an exponent that is no multiple of 2 pi i/N")
        return {(): {int(exponent) % self.order: ONE}}

    def times(self, a: Element, b: Element) -> Element:
        """The product."""
        made: Element = {}
        for (left, x), (right, y) in itertools.product(a.items(), b.items()):
            into = made.setdefault(tuple(sorted(left + right)), {})
            for (e, c), (f, d) in itertools.product(x.items(), y.items()):
                place = (e + f) % self.order
                into[place] = into.get(place, ZERO) + c * d
        return cleaned(made)

    def conj(self, a: Element) -> Element:
        """The conjugate; real entries are their own."""
        made: Element = {}
        for monomial, root in a.items():
            other = monomial if self.claim.real else tuple(sorted((conjugate(t), i) for t, i in monomial))
            made[other] = {-e % self.order: c for e, c in root.items()}
        return made

    def total(self, parts: list[Element]) -> Element:
        """The sum."""
        made: Element = {}
        for p in parts:
            for monomial, root in p.items():
                into = made.setdefault(monomial, {})
                for e, c in root.items():
                    into[e] = into.get(e, ZERO) + c
        return cleaned(made)

    def scaled(self, a: Element, factor: Fraction) -> Element:
        """A multiple."""
        return cleaned({m: {e: c * factor for e, c in r.items()} for m, r in a.items()})

    # numbers
    def count(self, node: Node, env: dict[str, int]) -> Fraction:
        """A whole number or a quotient of such."""
        if node.kind == "number":
            return Fraction(node.parts[0])
        if node.kind == "name" and node.parts[0] in env:
            return Fraction(env[node.parts[0]])
        if node.kind not in OPERATIONS:
            what = repr(node.parts[0]) if node.kind == "name" else node.kind
            raise SymconvError(f"did not expect {what} within an index or an exponent: say what it is with --where")
        parts = [self.count(p, env) for p in node.inner()]
        if node.kind in ("div", "mod", "quotient") and parts[1] == 0:
            raise SymconvError("a division by 0")
        try:
            return Fraction(OPERATIONS[node.kind](*parts))
        except Undefined:
            raise SymconvError(
                f"{node.kind}: no value within an index or an exponent at {self.claim.size} = {self.n}"
            ) from None
        except TooLarge:
            raise TooLong(
                f"{node.kind}: too large within an index or an exponent at {self.claim.size} = {self.n}"
            ) from None

    def turns(self, node: Node, env: dict[str, int]) -> Fraction:
        """q, for an exponent that is 2 pi i q."""
        found = self.angle(node, env)
        if not found[1]:
            return ZERO
        if found[0] != (1, 1):
            raise SymconvError("expected an exponent such as -2 pi i k n/N")
        return found[1] / 2

    def angle(self, node: Node, env: dict[str, int]) -> tuple[tuple[int, int], Fraction]:
        """Powers of pi and of i, and the number before them."""
        if node.kind == "name" and node.parts[0] not in env and node.parts[0] in ("pi", self.claim.unit):
            return ((1, 0) if node.parts[0] == "pi" else (0, 1)), ONE
        if node.kind == "neg":
            powers, value = self.angle(node.parts[0], env)
            return powers, -value
        if node.kind == "add":
            parts = [p for p in (self.angle(q, env) for q in node.inner()) if p[1]]
            if len({p[0] for p in parts}) > 1:
                raise SymconvError("expected an exponent such as -2 pi i k n/N")
            return (parts[0][0] if parts else (0, 0)), sum((p[1] for p in parts), ZERO)
        if node.kind in ("mul", "div"):
            parts = [self.angle(q, env) for q in node.inner()]
            powers, value = parts[0]
            for more, factor in parts[1:]:
                sign = 1 if node.kind == "mul" else -1
                if node.kind == "div" and not factor:
                    raise SymconvError("a division by 0")
                powers = (powers[0] + sign * more[0], powers[1] + sign * more[1])
                value = value * factor if node.kind == "mul" else value / factor
            return powers, value
        return (0, 0), self.count(node, env)

    # entries
    def value(self, node: Node, env: dict[str, int]) -> Element:
        """One number: entries of signals and spectra, roots of unity."""
        kind, parts = node.kind, node.parts
        if kind == "add":
            return self.total([self.value(p, env) for p in parts])
        if kind == "symbol":
            return self.symbol(parts[0], ())
        if kind == "neg":
            return self.scaled(self.value(parts[0], env), -ONE)
        if kind in ("mul", "times"):
            if kind == "times" and parts[0] not in SIGNS:
                raise SymconvError("expected whole signals beside this sign")
            made = self.number(ONE)
            for p in node.inner():
                made = self.times(made, self.value(p, env))
            return made
        if kind == "div":
            return self.scaled(self.value(parts[0], env), ONE / self.divisor(parts[1], env))
        if kind == "conj":
            return self.conj(self.value(parts[0], env))
        if kind == "sum":
            return self.summed(parts[0], list(parts[1:]), env)
        if kind == "index":
            return self.entry(node, env)
        if kind == "pow":
            return self.power(parts[0], parts[1], env)
        if kind == "call":
            return self.called(node, env)
        if kind == "name" and parts[0] == self.claim.unit and parts[0] not in env:
            return self.root(Fraction(1, 4))
        return self.number(self.count(node, env))

    def divisor(self, node: Node, env: dict[str, int]) -> Fraction:
        """A number that is not 0."""
        found = self.count(node, env)
        if not found:
            raise SymconvError("a division by 0")
        return found

    def power(self, base: Node, exponent: Node, env: dict[str, int]) -> Element:
        """e^(-2 pi i k n/N), W_N^(kn), |X[k]|^2."""
        if base == Node("name", ("e",)):
            return self.root(self.turns(exponent, env))
        if base == Node("name", (f"W_{self.claim.size}",)):
            return self.root(-self.count(exponent, env) / self.n)
        if base.kind == "abs" and exponent == Node("number", (2,)):
            inner = self.value(base.parts[0], env)
            return self.times(inner, self.conj(inner))
        many = self.count(exponent, env)
        if many.denominator != 1 or not 0 <= many <= 4:
            raise SymconvError("did not expect this power")
        made, inner = self.number(ONE), self.value(base, env)
        for _ in range(int(many)):
            made = self.times(made, inner)
        return made

    def called(self, node: Node, env: dict[str, int]) -> Element:
        """exp, cos and sin of multiples of 2 pi/N."""
        function, *arguments = node.parts
        if function not in ("exp", "cos", "sin") or len(arguments) != 1:
            raise SymconvError(f"did not expect {function} here")
        if function == "exp":
            return self.root(self.turns(arguments[0], env))
        powers, value = self.angle(arguments[0], env)
        if value and powers != (1, 0):
            raise SymconvError(f"expected {function} of a multiple of 2 pi/N")
        there, back = self.root(value / 2), self.root(-value / 2)
        if function == "cos":
            return self.scaled(self.total([there, back]), Fraction(1, 2))
        half = self.scaled(self.total([there, self.scaled(back, -ONE)]), Fraction(1, 2))
        return self.times(half, self.root(Fraction(-1, 4)))

    def summed(self, body: Node, ranges: list[Node], env: dict[str, int]) -> Element:
        """A sum; an index without limits runs over all N places."""
        if not ranges:
            return self.value(body, env)
        first, *rest = ranges
        if first.kind == "range":
            low, high = (math.floor(self.count(e, env)) for e in first.parts[1:])
        elif first.kind == "each":
            low, high = 0, self.n - 1
        else:
            raise SymconvError("expected the limits of a sum, not a condition")
        self.terms += max(0, high - low + 1)
        if self.terms > TERMS:
            raise TooLong(f"expected sums of at most {TERMS:,} terms at {self.claim.size} = {self.n}, got more")
        return self.total([self.summed(body, rest, {**env, first.parts[0]: at}) for at in range(low, high + 1)])

    def entry(self, node: Node, env: dict[str, int]) -> Element:
        """x[n], X[k], F(x * w)[k]."""
        base, *index = node.parts
        if len(index) != 1:
            raise SymconvError("expected signals along one axis")
        at = self.count(index[0], env)
        if at.denominator != 1:
            raise SymconvError("an index that is no whole number")
        if base.kind == "conj":
            return self.conj(self.entry(Node("index", (base.parts[0], *index)), env))
        if base.kind == "name" and base.parts[0] not in self.spectra:
            return self.signal(base.parts[0], int(at))
        mine = (base, tuple((n, env[n]) for n in base.names() if n in env))
        if mine not in self.arrays:  # for every frequency the same
            self.arrays[mine] = self.array(base, env)
        return self.arrays[mine][int(at) % self.n]

    def signal(self, name: str, at: int) -> Element:
        """An entry of a signal; beyond its ends it is periodic or 0."""
        if not 0 <= at < self.n:
            self.beyond = True
            if not self.claim.periodic:
                return self.number(ZERO)
            at %= self.n
        if name in self.defined:
            index, body = self.defined[name]
            if not index:
                return self.array(body, self.values)[at]
            return self.value(body, {**self.values, index: at})
        if name not in self.claim.signals:
            raise SymconvError(f"what is {name!r}? say it with --where, as in {name}=DFT of x")
        if name in self.lengths and at >= self.count(self.lengths[name], self.values):
            return self.number(ZERO)
        return self.symbol(name, (at,))

    # arrays
    def whole(self, node: Node) -> bool:
        """Whether a node is an array."""
        if node.kind == "name":
            return node.parts[0] in self.claim.signals or node.parts[0] in self.spectra or node.parts[0] in self.defined
        if node.kind == "call":
            return node.parts[0] in ("fourier", "inversefourier")
        return node.kind in ("times", "mul", "add", "neg", "conj", "div") and any(map(self.whole, node.inner()))

    def array(self, node: Node, env: dict[str, int]) -> list[Element]:
        """All N entries of a signal or a spectrum."""
        kind, parts = node.kind, node.parts
        if kind == "name":
            return self.named(parts[0])
        if kind == "call" and parts[0] in ("fourier", "inversefourier") and len(parts) == 2:
            return self.transform(self.inside(parts[1], env), parts[0] == "inversefourier")
        if kind == "times" and parts[0] not in SIGNS:
            return self.around(parts[0], self.array(parts[1], env), self.array(parts[2], env))
        if kind in ("add", "neg", "conj", "mul", "times", "div"):
            inner = [self.array(p, env) if self.whole(p) else [self.value(p, env)] * self.n for p in node.inner()]
            if kind == "div":
                factor = ONE / self.divisor(parts[1], env)
                return [self.scaled(e, factor) for e in inner[0]]
            return [self.joined(kind, list(column)) for column in zip(*inner, strict=True)]
        raise SymconvError(f"expected a signal or its transform, got {kind}")

    def joined(self, kind: str, column: list[Element]) -> Element:
        """One entry of a sum or of a product entry by entry."""
        if kind == "add":
            return self.total(column)
        if kind == "neg":
            return self.scaled(column[0], -ONE)
        if kind == "conj":
            return self.conj(column[0])
        made = column[0]
        for c in column[1:]:
            made = self.times(made, c)
        return made

    def inside(self, node: Node, env: dict[str, int]) -> list[Element]:
        """What is transformed: a signal, or an entry as a function of its index."""
        if self.whole(node):
            return self.array(node, env)
        bound = {r.parts[0] for n in node.walk() for r in n.inner() if r.kind in ("range", "each")}
        open_ = [n for n in node.names() if n not in env and n not in (*self.claim.signals, *self.defined, *self.spectra)]
        running = [n for n in open_ if n not in bound and n not in ("e", "pi", self.claim.unit)]
        if len(running) != 1:
            raise SymconvError("cannot tell which index is transformed")
        return [self.value(node, {**env, running[0]: at}) for at in range(self.n)]

    def named(self, name: str) -> list[Element]:
        """A signal or a spectrum by its name."""
        if name not in self.kept:
            if name in self.spectra:
                self.kept[name] = self.transform(self.named(self.spectra[name]), False)
            else:
                self.kept[name] = [self.signal(name, at) for at in range(self.n)]
        return self.kept[name]

    def transform(self, x: list[Element], back: bool) -> list[Element]:
        """X[k] = sum_n e^(-2 pi i k n/N) x[n], and back with its 1/N."""
        sign = 1 if back else -1
        made = [
            self.total([self.times(self.root(Fraction(sign * k * at, self.n)), e) for at, e in enumerate(x)])
            for k in range(self.n)
        ]
        return [self.scaled(e, Fraction(1, self.n)) for e in made] if back else made

    def around(self, sign: str, a: list[Element], b: list[Element]) -> list[Element]:
        """sum_p a[p] b[n - p], or sum_p conj(a[p]) b[n + p], around the circle."""
        sense = self.senses.get(sign, "")
        if sense.endswith("data first"):
            a, b = b, a
        if "correlation" in sense:
            a = [self.conj(e) for e in a]
        step = 1 if "correlation" in sense else -1
        return [self.total([self.times(e, b[(i + step * p) % self.n]) for p, e in enumerate(a)]) for i in range(self.n)]


def constant(value: Fraction) -> Element:
    """A number."""
    return {(): {0: Fraction(value)}} if value else {}


def cleaned(a: Element) -> Element:
    """Without coefficients that are 0."""
    kept = {m: {e: c for e, c in r.items() if c} for m, r in a.items()}
    return {m: r for m, r in kept.items() if r}


def conjugate(name: str) -> str:
    """The name of a conjugated entry."""
    return name.removeprefix("conj ") if name.startswith("conj ") else f"conj {name}"


__all__: list[Any] = ["Exact"]
