"""Indices and sizes of an equation as integers of the index language, and the relations between them.

floor(a/b) -> floor        x[(j-p)/s] -> a bound t with s t = j - p        s | n -> n mod s = 0
"""

from __future__ import annotations

import re

from symconv.check.claims.tensor_terms import NoForm, Summand
from symconv.language.expr import Condition, Divides, Equal, Tensor
from symconv.language.formula import Node
from symconv.language.integers import Int, floor, integer, mod, var
from symconv.language.tensorial import Array, Equation


class Indices:
    """The names of an equation, as the prover takes them."""

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

    def condition(self, node: Node, env: dict[str, Int]) -> Condition:
        """An equation or a divisibility; inequalities have no form here."""
        if node.kind != "relation" or node.parts[0] not in ("=", "|"):
            raise NoForm
        a, b = (self.whole(p, env) for p in node.parts[1:])
        return Equal(a, b) if node.parts[0] == "=" else Divides(a, b)

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
