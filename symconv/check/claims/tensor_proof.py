"""An equation for all sizes: both sides as sums of products in the index language, handed to the prover.

    sum_(p=l..u) ..   ->  sum_(0 <= v < u-l+1), p = l + v        x[(j-p)/s]  ->  sum_t [s t = j - p] x[t]
    dL/dx[j]          ->  sum_i g[i] (the forward sum with [a = j] in place of x[a])
    conv_full(a, b)[i] -> sum_p b[p] a[i-p]                      flip(a)[i]  ->  a[n-1-i]

What has no such form is left to the search.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from symconv.check.claims.tensor_terms import (
    NoForm,
    Shaped,
    Summand,
    Terms,
    balanced,
    conjugated,
    factors,
    integers_of,
)
from symconv.errors import SymconvError
from symconv.language.expr import Access, Condition, Divides, Equal, Expr, Sum, Tensor
from symconv.language.facts import Claim, Counterexample, Theorem, Verdict
from symconv.language.formula import Node
from symconv.language.integers import Int, floor, integer, mod, var
from symconv.language.tensorial import Array, Equation


def proof(equation: Equation, domain: str) -> tuple[Verdict, Counterexample | None] | None:
    """The prover's verdict, or None where the equation has no form in the index language."""
    try:
        claims = (Lowering(equation).claim(), *Lowering(equation).shape())
    except NoForm:
        return None
    return settled(Theorem(equation.words, equation.words, claims), domain)


def settled(theorem: Theorem, domain: str = "") -> tuple[Verdict, Counterexample | None] | None:
    """The one door to the prover: its verdict, with a counterexample if it found one."""
    from symconv.check.prove.theorem import prove

    try:
        found = prove(theorem, lambda _: domain)
    except SymconvError:
        return None
    return found.verdict, found.counterexample


def only_if(equation: Equation, condition: Node) -> bool:
    """Whether the equation is proved to imply a condition on sizes: so far by the shapes of its sides alone."""
    try:
        low = Lowering(equation)
        shapes = low.shape()
        goals = tuple(low.goal(r) for r in (condition.parts if condition.kind == "and" else (condition,)))
    except NoForm:
        return False
    if not shapes:
        return False
    equal = tuple(e for _, a, b in shapes[0].goals for e in (a - b, b - a))
    claim = replace(shapes[0], given=(*shapes[0].given, *equal), goals=goals)
    made = settled(Theorem(equation.words, equation.words, (claim,)))
    return made is not None and made[0].status == "proved"


class Lowering:
    """Nodes as terms of the index language."""

    def __init__(self, equation: Equation) -> None:
        self.equation = equation
        self.safe: dict[str, str] = {}
        self.fresh = 0
        self.arrays = {a.name: a for a in equation.arrays}
        self.tensors = {a.name: self.tensor(a) for a in equation.arrays}
        self.multipliers: set[str] = set()

    def name(self, name: str) -> str:
        """A name that the prover takes."""
        if name not in self.safe:
            plain = re.sub(r"[^A-Za-z0-9_']", "_", name)
            plain = plain if re.match(r"[A-Za-z]", plain) else "v_" + plain
            plain = plain.rstrip("'") + "'" * (len(plain) - len(plain.rstrip("'"))) if "'" in plain else plain
            while plain in self.safe.values() or "'" in plain.rstrip("'"):
                plain = plain.replace("'", "p") + "_"
            self.safe[name] = plain
        return self.safe[name]

    def new(self) -> str:
        """A fresh bound index."""
        self.fresh += 1
        return self.name(f"b{self.fresh}")

    def tensor(self, array: Array) -> Tensor:
        """The tensor of an array; conjugates are tensors of their own."""
        return Tensor(re.sub(r"\W", "_", array.name), tuple(self.whole(n, {}) for n in array.sizes))

    def first(self, array: str, axis: int) -> Int:
        """The first index of an axis."""
        return self.whole(self.arrays[array].first(axis), {})

    # integers
    def whole(self, node: Node, env: dict[str, Int]) -> Int:
        """An index or a size as a polynomial."""
        kind, parts = node.kind, node.parts
        if kind == "number":
            if type(parts[0]) is not int:
                raise NoForm
            return integer(parts[0])
        if kind == "name":
            return env[parts[0]] if parts[0] in env else var(self.name(parts[0]))
        if kind == "neg":
            return -self.whole(parts[0], env)
        if kind in ("add", "mul"):
            made = integer(0 if kind == "add" else 1)
            for p in parts:
                inner = self.whole(p, env)
                made = made + inner if kind == "add" else made * inner
            return made
        if kind == "floor" and parts[0].kind == "div":
            return self.floored(parts[0], env)
        if kind == "floor" and parts[0].kind == "add":  # floor(a/b + c)
            fractions = [p for p in parts[0].parts if p.kind == "div"]
            rest = [p for p in parts[0].parts if p.kind != "div"]
            if len(fractions) == 1:
                made = self.floored(fractions[0], env)
                for p in rest:
                    made = made + self.whole(p, env)
                return made
        if kind == "quotient":
            return floor(self.whole(parts[0], env), self.whole(parts[1], env))
        if kind == "mod":
            return mod(self.whole(parts[0], env), self.whole(parts[1], env))
        raise NoForm

    def floored(self, node: Node, env: dict[str, Int]) -> Int:
        """floor(a / b)."""
        return floor(self.whole(node.parts[0], env), self.whole(node.parts[1], env))

    def position(self, node: Node, env: dict[str, Int], size: Int) -> tuple[Int, Summand]:
        """An index; a fraction becomes a bound index with its equation."""
        if node.kind != "div":
            return self.whole(node, env), Summand()
        top, bottom = self.whole(node.parts[0], env), self.whole(node.parts[1], env)
        t = self.new()
        return var(t), Summand(bound=((t, size),), conditions=(Equal(bottom * var(t), top),))

    # entries
    def terms(self, node: Node, env: dict[str, Int]) -> Terms:
        """A sum of products of entries."""
        kind, parts = node.kind, node.parts
        if kind == "add":
            return [t for p in parts for t in self.terms(p, env)]
        if kind == "neg":
            return [replace(t, coefficient=-t.coefficient) for t in self.terms(parts[0], env)]
        if kind == "mul":
            made = [Summand()]
            for p in parts:
                inner = self.terms(p, env)
                made = [a.times(b) for a in made for b in inner]
            return made
        if kind == "number":
            return [Summand(Fraction(parts[0]))]
        if kind == "name" and parts[0] in self.tensors and not self.tensors[parts[0]].sizes:
            return [Summand(accesses=(Access(self.tensors[parts[0]], ()),))]
        if kind == "index":
            return self.access(parts[0], parts[1:], env)
        if kind == "conj":
            return [replace(t, accesses=tuple(conjugated(a) for a in t.accesses)) for t in self.terms(parts[0], env)]
        if kind == "sum":
            return self.summed(parts[0], list(parts[1:]), env)
        if kind == "jacobian":
            return self.jacobian(*(tuple(self.whole(e, env) for e in p.parts) for p in parts))
        if kind == "vjp":
            return self.gradient(tuple(self.whole(p, env) for p in parts))
        raise NoForm

    def access(self, tensor: Node, index: tuple[Node, ...], env: dict[str, Int]) -> Terms:
        """One entry, of a tensor or of what an operator makes."""
        if tensor.kind == "conj":
            return self.terms(Node("conj", (Node("index", (tensor.parts[0], *index)),)), env)
        if tensor.kind != "name" or tensor.parts[0] not in self.arrays:
            if self.equation.lattice:
                return self.lattice(tensor, tuple(self.whole(e, env) for e in index))
            raise NoForm
        array, made = self.arrays[tensor.parts[0]], self.tensors[tensor.parts[0]]
        places, side = [], Summand()
        for axis, e in enumerate(index):
            if e.kind == "div" and array.first(axis) != Node("number", (0,)):
                raise NoForm
            at, more = self.position(e, env, made.sizes[axis])
            places.append(at - self.first(array.name, axis))
            side = side.times(more)
        return [side.times(Summand(accesses=(Access(made, tuple(places)),)))]

    def summed(self, body: Node, ranges: list[Node], env: dict[str, Int]) -> Terms:
        """Bound indices, each as soon as its limits are known."""
        if not ranges:
            return self.terms(body, env)
        for at, r in enumerate(ranges):
            if r.kind == "such":
                continue
            rest = ranges[:at] + ranges[at + 1 :]
            waiting = {x.parts[0] for x in rest if x.kind != "such"}
            found = self.limits(r, body, env, waiting)
            if found is None:
                continue
            v, value, size = found
            return [Summand(bound=((v, size),)).times(t) for t in self.summed(body, rest, {**env, r.parts[0]: value})]
        if any(r.kind != "such" for r in ranges):
            raise NoForm
        conditions = [self.condition(r.parts[0], env) for r in ranges]
        return [Summand(conditions=tuple(conditions)).times(t) for t in self.terms(body, env)]

    def limits(self, r: Node, body: Node, env: dict[str, Int], waiting: set[str]) -> tuple[str, Int, Int] | None:
        """A fresh index from 0, the value of the old one, and how many there are."""
        infinite = r.kind == "each" or any(n.kind == "infinity" for n in r.walk())
        if not infinite:
            if not waiting.isdisjoint(name for e in r.inner() for name in e.names()):
                return None
            lower, upper = self.whole(r.parts[1], env), self.whole(r.parts[2], env)
            v = self.new()
            return v, lower + var(v), upper - lower + 1
        if r.kind == "range" and not all(any(n.kind == "infinity" for n in e.walk()) for e in r.inner()):
            raise NoForm
        return self.supported(r.parts[0], body, env, waiting)

    def supported(self, name: str, body: Node, env: dict[str, Int], waiting: set[str]) -> tuple[str, Int, Int] | None:
        """A bare index runs where an entry with it, or with it and a shift, is within its tensor."""
        choices = []
        for node in factors(body):
            tensor = node.parts[0].parts[0] if node.parts[0].kind == "conj" else node.parts[0]
            if tensor.kind != "name" or tensor.parts[0] not in self.arrays:
                continue
            for axis, e in enumerate(node.parts[1:]):
                if name not in e.names() or not waiting.isdisjoint(e.names()):
                    continue
                if not set(e.names()) - {name} <= env.keys() | {n for n, _ in self.equation.sizes}:
                    continue
                try:
                    slope, rest = self.whole(e, {**env, name: var("?")}).split("?")
                except NoForm:
                    continue
                if slope in (1, -1):
                    choices.append((len(e.names()), slope == 1, tensor.parts[0], axis, rest))
        if not choices:
            return None
        _, forward, of, axis, rest = min(choices, key=lambda c: c[0])
        v = self.new()
        at = var(v) + self.first(of, axis) - rest
        return v, at if forward else -at, self.tensors[of].sizes[axis]

    def condition(self, node: Node, env: dict[str, Int]) -> Condition:
        """An equation or a divisibility; inequalities have no form here."""
        if node.kind != "relation" or node.parts[0] not in ("=", "|"):
            raise NoForm
        a, b = (self.whole(p, env) for p in node.parts[1:])
        return Equal(a, b) if node.parts[0] == "=" else Divides(a, b)

    def gradient(self, at: tuple[Int, ...]) -> Terms:
        """sum_i g[i] dy[i]/dx[at]."""
        forward = self.equation.forward
        assert forward is not None
        env: dict[str, Int] = {}
        bound: list[tuple[str, Int]] = []
        for f in forward.index:
            assert f.lower is not None
            assert f.upper is not None
            v = self.new()
            lower = self.whole(f.lower, {})
            env[f.name] = lower + var(v)
            bound.append((v, self.whole(f.upper, {}) - lower + 1))
        g = self.tensors[forward.upstream]
        lowest = [self.first(forward.upstream, k) for k in range(len(g.sizes))]
        up = Access(g, tuple(env[f.name] - b for f, b in zip(forward.index, lowest, strict=True)))
        outer = Summand(bound=tuple(bound), accesses=(up,))
        place = tuple(j - self.first(forward.wrt, k) for k, j in enumerate(at))
        return [outer.times(t) for t in self.derived(self.terms(forward.body, env), place)]

    def derived(self, terms: Terms, at: tuple[Int, ...]) -> Terms:
        """d/dx[at] of terms that are linear in x: [a = at] in place of x[a]."""
        assert self.equation.forward is not None
        wrt = self.tensors[self.equation.forward.wrt].name
        made: Terms = []
        for t in terms:
            mine = [a for a in t.accesses if a.tensor.name == wrt]
            if len(mine) > 1:
                raise NoForm
            if mine:
                chosen = tuple(Equal(e, j) for e, j in zip(mine[0].index, at, strict=True))
                others = tuple(a for a in t.accesses if a is not mine[0])
                made.append(Summand(t.coefficient, t.bound, (*t.conditions, *chosen), others))
        return made

    def jacobian(self, of: tuple[Int, ...], wrt: tuple[Int, ...]) -> Terms:
        """dy[of]/dx[wrt]."""
        forward = self.equation.forward
        if forward is None or len(of) != len(forward.index):
            raise NoForm
        env = {f.name: e for f, e in zip(forward.index, of, strict=True)}
        place = tuple(j - self.first(forward.wrt, k) for k, j in enumerate(wrt))
        return self.derived(self.terms(forward.body, env), place)

    # arrays
    def shaped(self, node: Node) -> Shaped:
        """An expression of operators, as a function of the index."""
        from symconv.check.claims.tensor_lowering import shaped

        return shaped(self, node)

    def lattice(self, node: Node, at: tuple[Int, ...]) -> Terms:
        """An entry of an operator expression on Z."""
        from symconv.check.claims.tensor_lowering import on_lattice

        return on_lattice(self, node, at)

    # the claim
    def claim(self) -> Claim:
        """The equation as a claim."""
        equation = self.equation
        free: list[tuple[str, Int | None]] = []
        if equation.whole:
            left, right, free = self.wholes()
        else:
            env: dict[str, Int] = {}
            for f in equation.free:
                if f.lower is None or f.upper is None:
                    free.append((self.name(f.name), None))
                    env[f.name] = var(self.name(f.name))
                    continue
                lower = self.whole(f.lower, {})
                name = self.name(f.name)
                free.append((name, self.whole(f.upper, {}) - lower + 1))
                env[f.name] = lower + var(name)
            left, right = self.terms(equation.true, env), self.terms(equation.claimed, env)
        sides = balanced(left, right)
        used = {n for e in sides for t in e.terms for i in t if isinstance(i, Sum) for n in (i.index,)}
        return Claim(
            equation.words,
            sizes=tuple((self.name(n), least) for n, least in equation.sizes),
            definitions=tuple((self.name(n), self.whole(e, {})) for n, e in equation.definitions),
            given=tuple(g for r in equation.given for g in self.known(r)),
            free=tuple(free),
            left=sides[0],
            right=sides[1],
            multipliers=self.multiplying(sides, used | {n for n, _ in free}),
        )

    def wholes(self) -> tuple[Terms, Terms, list[tuple[str, Int | None]]]:
        """Whole arrays, entry by entry; on Z for every index."""
        equation = self.equation
        claimed = None if equation.lattice else self.shaped(equation.claimed)
        axes = equation.axes or (len(claimed.sizes) if claimed else 1)
        names = [self.name(f"j{k + 1}" if axes > 1 else "j") for k in range(axes)]
        at = tuple(var(n) for n in names)
        if equation.lattice:
            return self.lattice(equation.true, at), self.lattice(equation.claimed, at), [(n, None) for n in names]
        assert claimed is not None
        true = self.shaped(equation.true)
        return true.entry(at), claimed.entry(at), list(zip(names, true.sizes, strict=True))

    def shape(self) -> tuple[Claim, ...]:
        """That the arrays have one shape, as a claim of its own; nothing where it is plain."""
        equation = self.equation
        if not equation.whole or equation.lattice:
            return ()
        sizes = [self.shaped(e).sizes for e in (equation.claimed, equation.true)]
        if len(sizes[0]) != len(sizes[1]):
            raise NoForm
        values = {self.name(n): self.whole(e, {}) for n, e in equation.definitions}
        goals = [(a.subs(values), b.subs(values)) for a, b in zip(*sizes, strict=True)]
        open_ = tuple(("eq", a, b) for a, b in goals if a != b)
        if not open_:
            return ()
        return (
            Claim(
                f"{equation.words}: the shapes",
                sizes=tuple((self.name(n), least) for n, least in equation.sizes),
                given=tuple(g for r in equation.given for g in self.known(r)),
                goals=open_,
            ),
        )

    def known(self, node: Node) -> list[Int]:
        """A relation between sizes, as what is >= 0."""
        if node.kind == "and":
            return [e for p in node.parts for e in self.known(p)]
        if node.kind != "relation" or node.parts[0] not in ("<", "<=", ">", ">=", "=", "|"):
            raise NoForm
        sign = node.parts[0]
        a, b = (self.whole(p, {}) for p in node.parts[1:])
        if sign == "|":
            return [-mod(b, a)]
        return {"<": [b - a - 1], "<=": [b - a], ">": [a - b - 1], ">=": [a - b], "=": [a - b, b - a]}[sign]

    def goal(self, node: Node) -> tuple[str, Int, Int]:
        """A relation between sizes, as what is to be shown; what is defined is put in."""
        if node.kind != "relation" or node.parts[0] not in ("=", "|", "<=", ">=", "<", ">"):
            raise NoForm
        values = {self.name(n): self.whole(e, {}) for n, e in self.equation.definitions}
        sign = node.parts[0]
        a, b = (self.whole(p, {}).subs(values) for p in node.parts[1:])
        if sign == "=":
            return "eq", a, b
        if sign == "|":
            return "eq", mod(b, a), integer(0)
        return {"<=": ("ge", b, a), ">=": ("ge", a, b), "<": ("ge", b, a + 1), ">": ("ge", a, b + 1)}[sign]

    def multiplying(self, sides: tuple[Expr, Expr], indices: set[str]) -> tuple[str, ...]:
        """The sizes that multiply an index."""
        names = {self.name(n) for n, _ in self.equation.sizes}
        found: set[str] = set()
        for e in sides:
            for t in e.terms:
                for item in t:
                    for expression in integers_of(item):
                        for monomial, _ in expression.terms:
                            plain = [a for a in monomial if isinstance(a, str)]
                            if len(plain) > 1 and not indices.isdisjoint(plain):
                                found |= set(plain) & names
        return tuple(sorted(found))
