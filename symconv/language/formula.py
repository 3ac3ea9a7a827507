"""What a published formula says, as plain data.

A ``Node`` is an expression or a statement; ``place`` is where it stood in the text.  Kinds, with their parts:

    number v    name n    add a.. (signs as neg)    neg a    mul a..    div a b (exact)    quotient a b (rounded down)
    pow a b     mod a b   floor a    ceil a    max a..    min a..    abs a    if c a b (a where c, else b)
    index t e.. (entry of a tensor)    call f a.. (a named function)    times s a b (an operation on tensors: its sign)
    sum body r..    product body r..    range n lower upper    each n (over all that the tensors allow)   such c (a condition)
    integral body n    partial of wrt    conj a    flip a    transpose a    list a..    slice a b c    all ()
    relation op a b    and a..    not a    string s

Nothing here computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Any

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


def name(text: str) -> Node:
    """A name."""
    return Node("name", (text,))


def number(value: Any) -> Node:
    """A number."""
    return Node("number", (value,))
