"""What a published formula says, as plain data.

A ``Node`` is an expression or a statement; ``place`` is where it stood in the text.  Kinds, with their parts:

    number v    name n    add a.. (signs as neg)    neg a    mul a..    div a b (exact)    quotient a b (rounded down)
    pow a b     mod a b   floor a    ceil a    max a..    min a..    abs a    if c a b (a where c, else b)
    index t e.. (entry of a tensor)    call f a.. (a named function)    times s a b (an operation on tensors: its sign)
    sum body r..    product body r..    range n lower upper    each n (over all that the tensors allow)   such c (a condition)
    integral body n (lower upper)    partial of wrt    conj a    flip a    transpose a    list a..    slice a b c    all ()
    relation op a b    and a..    not a    string s    integer e (of the index language)

A page's own formulas are written with Python's operators: ``Y[k]``, ``w[p] * x[i - p]``, ``omega ** (k * i)``, ``f(tau)``,
``total(..., p)``, ``equal(a, b)``; integers of the index language stand in them as they are.  Nothing here computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from fractions import Fraction
from typing import Any

from symconv.language.integers import Int, var
from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Node:
    """A node of a formula; equality ignores the place."""

    kind: str
    parts: tuple[Any, ...] = ()
    place: tuple[int, int] = field(default=(0, 0), compare=False)

    def __hash__(self) -> int:
        """Found once: nodes are keys of many tables."""
        known = self.__dict__.get("_hash")
        if known is None:
            known = hash((self.kind, self.parts))
            object.__setattr__(self, "_hash", known)
        return int(known)

    def inner(self) -> Iterator[Node]:
        """The parts that are nodes."""
        return (p for p in self.parts if isinstance(p, Node))

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(list(node.inner())))

    def names(self) -> list[str]:
        """Every free name in it, in reading order, each once; what sums bind is not free."""
        if self.kind == "name":
            return [self.parts[0]]
        bound = (
            {p.parts[0] for p in self.inner() if p.kind in ("range", "each")} if self.kind in ("sum", "product") else set()
        )
        if self.kind == "integral":
            bound = {self.parts[1]}
        return list(dict.fromkeys(n for p in self.inner() for n in p.names() if n not in bound))

    def subs(self, values: dict[str, Node]) -> Node:
        """Nodes in place of names."""
        if self.kind == "name":
            return values.get(self.parts[0], self)
        return Node(self.kind, tuple(p.subs(values) if isinstance(p, Node) else p for p in self.parts), self.place)

    __iter__ = None  # it is indexed to be an entry, and no sequence

    def __add__(self, other: Operand) -> Node:
        """a + b."""
        return Node("add", (*(self.parts if self.kind == "add" else (self,)), node(other)))

    def __radd__(self, other: Operand) -> Node:
        """a + b."""
        return node(other) + self

    def __sub__(self, other: Operand) -> Node:
        """a - b."""
        return self + -node(other)

    def __rsub__(self, other: Operand) -> Node:
        """a - b."""
        return node(other) + -self

    def __neg__(self) -> Node:
        """-a."""
        return Node("neg", (self,))

    def __mul__(self, other: Operand) -> Node:
        """a b."""
        return Node("mul", (*(self.parts if self.kind == "mul" else (self,)), node(other)))

    def __rmul__(self, other: Operand) -> Node:
        """a b."""
        return node(other) * self

    def __truediv__(self, other: Operand) -> Node:
        """a/b."""
        return Node("div", (self, node(other)))

    def __rtruediv__(self, other: Operand) -> Node:
        """a/b."""
        return node(other) / self

    def __pow__(self, other: Operand) -> Node:
        """a^b."""
        return Node("pow", (self, node(other)))

    def __getitem__(self, at: Operand | tuple[Operand, ...]) -> Node:
        """An entry."""
        return Node("index", (self, *map(node, at if isinstance(at, tuple) else (at,))))

    def __call__(self, *given: Operand) -> Node:
        """A value of the function of that name."""
        return Node("call", (self.parts[0], *map(node, given)))


Operand = Node | Int | Fraction | int


def node(given: Operand) -> Node:
    """As a node: an integer of the index language, or a number."""
    if isinstance(given, Node):
        return given
    return Node("integer", (given,)) if isinstance(given, Int) else number(given)


def name(text: str) -> Node:
    """A name."""
    return Node("name", (text,))


def number(value: Any) -> Node:
    """A number."""
    return Node("number", (value,))


def letters(text: str) -> tuple[Node, ...]:
    """Names that are no indices, one after the other."""
    return tuple(map(name, text.split()))


def indices(text: str) -> tuple[Int, ...]:
    """Names of the index language."""
    return tuple(map(var, text.split()))


def total(body: Node, *over: Int | tuple[Int, Operand, Operand]) -> Node:
    """The sum over indices: over all that the page says, or from one number to another."""
    ranges = (
        Node("range", (one[0].name, node(one[1]), node(one[2]))) if isinstance(one, tuple) else Node("each", (one.name,))
        for one in over
    )
    return Node("sum", (body, *ranges))


def integral(body: Node, over: Node, *limits: Operand) -> Node:
    """The integral over all numbers, or between limits."""
    return Node("integral", (body, over.parts[0], *map(node, limits)))


def times(sign: str, left: Operand, right: Operand) -> Node:
    """left sign right, where the sign is that of an operation on arrays or functions."""
    return Node("times", (sign, node(left), node(right)))


def conj(given: Node) -> Node:
    """The complex conjugate."""
    return Node("conj", (given,))


def transpose(given: Node) -> Node:
    """A matrix, transposed."""
    return Node("transpose", (given,))


def relation(sign: str, *sides: Operand) -> Node:
    """left sign right."""
    return Node("relation", (sign, *map(node, sides)))


def equal(*sides: Operand) -> Node:
    """left = right."""
    return relation("=", *sides)
