r"""Identities between integrals: [f*g](x) = \int f(z) g(x-z) dz = \int f(x-z) g(z) dz, (f*g)' = f' * g.

Every side becomes a sum of integrals of products of functions at affine arguments; a derivative goes to the factors.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

from symconv.claims.relations import Statement
from symconv.claims.tensor_forms import settled
from symconv.claims.tensor_identity import SHOWN, WORDS
from symconv.claims.tensor_links import has_star, signs_of
from symconv.claims.tensor_names import Names
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name
from symconv.language.prose import Prose, Words
from symconv.language.tensorial import Affine, Analysis, Integral

Side = tuple[Integral, ...]
SENSES = ("convolution", "correlation", "correlation, data first")
ONE = Fraction(1)


def analysed(published: Published, statements: list[Statement], names: Names) -> tuple[list[Analysis], tuple[Words, ...]]:
    """The links under each meaning of the sign, and how the formula was read.

    Raises SymconvError for what is no identity between integrals.
    """
    pairs = []
    for s in statements:
        node = settled(s.node)
        if node.kind != "relation" or node.parts[0] != "=":
            raise SymconvError(f"expected an equation between integrals, got {s.text[:60]!r}")
        pairs.append((node.parts[1], node.parts[2]))
    if not pairs:
        raise SymconvError("expected an equation between integrals")
    pairs = pairs[defining_first(pairs) :]
    nodes = [n for p in pairs for n in p]
    for n in (n for node in nodes for n in node.names()):
        if n in ("delta", "Theta", "H", "sgn") or names.role(n) == "impulse":
            raise SymconvError(f"{n!r} is no integrable function: distributions are not understood here")
    if published.given:
        raise SymconvError("conditions on functions are not understood here")
    made = []
    signs = signs_of(nodes)
    defined = any(has_star(a) != has_star(b) for a, b in pairs)
    for chosen in itertools.product(*(senses(s, names, defined) for s in signs)):
        sense = dict(zip(signs, chosen, strict=True))
        label = ", ".join(f"{SHOWN.get(s, s)} is the {WORDS[c].split(',')[0]}" for s, c in sense.items())
        links = []
        derived = False
        for a, b in pairs:
            reader = Sides(sense, names)
            defining = has_star(a) != has_star(b)
            links.append((reader.side(a), reader.side(b), defining))
            derived |= reader.derived
        made.append(Analysis(label, tuple(links), derived))
    notes: tuple[Words, ...] = (made[0].label,) if signs and len(made) == 1 else ()
    return made, (*notes, Prose("reading.functions.integrable"))


def defining_first(pairs: list[tuple[Node, Node]]) -> int:
    """1 where a chain begins with a new name, as y(t) = (x * h)(t) = ..: its first link only defines it."""
    if len(pairs) < 2 or pairs[0][0].kind not in ("index", "call") or pairs[1][0] != pairs[0][1]:
        return 0
    base = pairs[0][0].parts[0]
    word = base.parts[0] if isinstance(base, Node) and base.kind == "name" else base
    later = [n for a, b in pairs for side in (a, b) if side is not pairs[0][0] for n in side.walk()]
    return int(all(n.parts[:1] != (word,) for n in later if n.kind in ("name", "call")))


def senses(sign: str, names: Names, defined: bool) -> tuple[str, ...]:
    """What a sign can be between functions."""
    given = names.senses.get(sign, "")
    if given == "correlation":
        return SENSES[1:]
    if given and given not in SENSES:
        raise SymconvError(f"a {given} of functions on a line is not understood")
    if given or defined:
        return (given,) if given else SENSES
    return SENSES[1:] if sign == "star" else SENSES[:1]


class Sides:
    """Nodes as sums of integrals, under one meaning of the signs."""

    def __init__(self, sense: dict[str, str], names: Names) -> None:
        self.sense, self.names = sense, names
        self.fresh = 0
        self.derived = False

    def new(self) -> str:
        """A fresh bound variable."""
        self.fresh += 1
        return f"#{self.fresh}"

    def side(self, node: Node) -> Side:
        """A side: a number at each point, or a function, taken at x."""
        return self.applied(node, (("x", ONE),)) if self.function(node) else self.value(node)

    def function(self, node: Node) -> bool:
        """Whether a node is a function, not its value."""
        if node.kind == "prime":
            return True
        if node.kind == "times":
            return all(self.function(p) for p in node.parts[1:])
        if node.kind == "partial":
            return self.function(node.parts[0]) or node.parts[0].kind == "name"
        if node.kind in ("add", "neg"):
            return any(self.function(p) for p in node.inner())
        return node.kind == "name"

    def affine(self, node: Node) -> Affine:
        """An argument."""
        kind, p = node.kind, node.parts
        if kind == "name":
            return ((p[0], ONE),)
        if kind == "number":
            return (("", Fraction(p[0])),)
        if kind == "neg":
            return scaled(self.affine(p[0]), -ONE)
        if kind == "add":
            made: Affine = ()
            for q in p:
                made = plus(made, self.affine(q))
            return made
        if kind == "mul":
            numbers = [q for q in p if q.kind == "number"]
            rest = [q for q in p if q.kind != "number"]
            if len(rest) == 1:
                factor = ONE
                for q in numbers:
                    factor *= Fraction(q.parts[0])
                return scaled(self.affine(rest[0]), factor)
        raise SymconvError("expected an argument such as x - z")

    def value(self, node: Node) -> Side:
        """The value of a node at a point."""
        kind, p = node.kind, node.parts
        if kind == "integral":
            inner = self.value(p[0])
            return tuple(Integral(i.coefficient, (*i.bound, p[1]), i.factors) for i in self.apart(inner, p[1]))
        if kind == "index" and len(p) == 2:
            return self.applied(p[0], self.affine(p[1]))
        if kind == "number":
            return (Integral(Fraction(p[0]), (), ()),)
        if kind == "neg":
            return tuple(Integral(-i.coefficient, i.bound, i.factors) for i in self.value(p[0]))
        if kind == "div" and p[1].kind == "number" and p[1].parts[0]:
            return tuple(replace(i, coefficient=i.coefficient / p[1].parts[0]) for i in self.value(p[0]))
        if kind == "add":
            return tuple(i for q in p for i in self.value(q))
        if kind == "mul":
            made: Side = (Integral(ONE, (), ()),)
            for q in p:
                made = tuple(product(a, b) for a in made for b in self.value(q))
            return made
        if kind == "times":
            return self.applied(node, ((running_variable(node), ONE),))
        if kind == "partial" and p[1].kind == "name":
            self.derived = True
            return derivative(self.value(p[0]), p[1].parts[0])
        raise SymconvError(f"did not expect {kind} in an identity between integrals")

    def apart(self, side: Side, variable: str) -> Side:
        """Bound variables of an inner integral do not meet the outer one."""
        if any(variable in i.bound for i in side):
            raise SymconvError(f"{variable!r} is bound twice")
        return side

    def applied(self, node: Node, at: Affine) -> Side:
        """A function at an argument."""
        kind, p = node.kind, node.parts
        if kind == "name":
            return (Integral(ONE, (), ((p[0], at),)),)
        if kind == "neg":
            return tuple(Integral(-i.coefficient, i.bound, i.factors) for i in self.applied(p[0], at))
        if kind == "add":
            return tuple(i for q in p for i in self.applied(q, at))
        if kind == "times":
            t = self.new()
            left, right = self.arguments(p[0], ((t, ONE),), at)
            letter = "" if self.function(node) else running_variable(node)
            return over(t, self.operand(p[1], left, letter), self.operand(p[2], right, letter))
        if kind in ("prime", "partial"):
            self.derived = self.derived or p[0].kind != "name"
            v = self.new()
            return tuple(replaced(i, v, at) for i in derivative(self.applied(p[0], ((v, ONE),)), v))
        raise SymconvError(f"expected a function, got {kind}")

    def arguments(self, sign: str, here: Affine, at: Affine) -> tuple[Affine, Affine]:
        """Where the operands of a sign are taken, for its result at a point."""
        sense = self.sense.get(sign, "")
        if sense == "convolution":
            return here, plus(at, scaled(here, -ONE))
        if sense == "correlation":
            return here, plus(at, here)
        if sense:
            return plus(at, here), here
        raise SymconvError(f"cannot tell which operation {sign!r} is")

    def operand(self, node: Node, at: Affine, letter: str) -> Side:
        """An operand at an argument: a function, or a value that depends on a running variable, as h(t - a) does."""
        if self.function(node):
            return self.applied(node, at)
        return tuple(replaced(i, letter, at) for i in self.value(node))


def running_variable(node: Node) -> str:
    """The variable of which the operands of a sign are functions: the one that stands in the arguments of both."""
    places = [[e for n in p.walk() if n.kind == "index" for e in n.parts[1:]] for p in node.parts[1:]]
    common = [n for n in dict.fromkeys(n for e in places[0] for n in e.names()) if any(n in e.names() for e in places[-1])]
    alone = [n for n in common if any(e == name(n) for one in places for e in one)]
    if len(alone or common) != 1:
        raise SymconvError("which variable the operands are functions of is not known: write (x * h)(t)")
    return str((alone or common)[0])


def over(variable: str, left: Side, right: Side) -> Side:
    """The integral of products over a variable."""
    return tuple(
        Integral(a.coefficient * b.coefficient, (variable, *a.bound, *b.bound), (*a.factors, *b.factors))
        for a in left
        for b in right
    )


def plus(a: Affine, b: Affine) -> Affine:
    """The sum."""
    made = dict(a)
    for n, c in b:
        made[n] = made.get(n, Fraction(0)) + c
    return tuple(sorted((n, c) for n, c in made.items() if c))


def scaled(a: Affine, by: Fraction) -> Affine:
    """A multiple."""
    return tuple((n, c * by) for n, c in a)


def product(a: Integral, b: Integral) -> Integral:
    """The product of two integrals over different variables."""
    if set(a.bound) & set(b.bound):
        raise SymconvError("two integrals over one name: use another")
    return Integral(a.coefficient * b.coefficient, a.bound + b.bound, a.factors + b.factors)


def derivative(side: Side, variable: str) -> Side:
    """The product rule, under the integral."""
    made = []
    for i in side:
        for k, (f, at) in enumerate(i.factors):
            slope = dict(at).get(variable)
            if slope:
                factors = (*i.factors[:k], (f + "'", at), *i.factors[k + 1 :])
                made.append(Integral(i.coefficient * slope, i.bound, factors))
    return tuple(made)


def replaced(i: Integral, variable: str, at: Affine) -> Integral:
    """An argument in place of a variable."""
    factors = []
    for f, old in i.factors:
        slope = dict(old).get(variable, Fraction(0))
        rest = tuple((n, c) for n, c in old if n != variable)
        factors.append((f, plus(rest, scaled(at, slope)) if slope else rest))
    return Integral(i.coefficient, i.bound, tuple(factors))
