"""Entries as sums of products in the index language.

sum_(p=l..u) ..   ->  sum_(0 <= v < u-l+1), p = l + v        x[(j-p)/s]  ->  sum_t [s t = j - p] x[t]
dL/dx[j]          ->  sum_i g[i] (the forward sum with [a = j] in place of x[a])
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symconv.check.claims.tensor_indices import Indices
from symconv.check.claims.tensor_lattice import on_lattice
from symconv.check.claims.tensor_terms import NoForm, Summand, Terms, conjugated, factors, nonzero, scaled
from symconv.language.expr import Access, Equal
from symconv.language.formula import Node
from symconv.language.integers import Int, var


class Lowering(Indices):
    """Nodes as terms of the index language."""

    def terms(self, node: Node, env: dict[str, Int]) -> Terms:
        """A sum of products of entries."""
        kind, parts = node.kind, node.parts
        if kind == "add":
            return [t for p in parts for t in self.terms(p, env)]
        if kind == "neg":
            return scaled(self.terms(parts[0], env), Fraction(-1))
        if kind == "div":
            return scaled(self.terms(parts[0], env), 1 / nonzero(parts[1]))
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
                return on_lattice(self, tensor, tuple(self.whole(e, env) for e in index))
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
