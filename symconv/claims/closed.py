"""The closed form of a layer's quantity, in the names of a formula: what a wrong one is replaced by where no small edit helps."""

from __future__ import annotations

from symconv.language.formula import Node, number
from symconv.language.question import Link, Question
from symconv.language.spelling import spelled


def closed(left: Node, asked: Question, link: Link) -> str | None:
    r"""left = closed form, as text: \\0 is the left side, \\1name\\2 a name of the formula; None if there is no layer in it."""
    meanings = dict(asked.definitions)
    if link.claim.parts[1].kind == "call":
        found = padding(link.claim.parts[1])
    elif left.kind == "name" and left.parts[0] in meanings:
        found = form(meanings[left.parts[0]])
    else:
        return None
    if found is None:
        return None
    marked = found.subs({n: Node("name", (f"\1{n}\2",)) for n in found.names()})
    return f"\0 = {spelled(marked)}"


def total(*parts: Node) -> Node:
    """A sum without what is 0."""
    kept = [p for p in parts if p not in (number(0), Node("neg", (number(0),)))]
    return Node("add", tuple(kept)) if len(kept) != 1 else kept[0]


def less(node: Node) -> Node:
    """-node."""
    return Node("neg", (node,))


def reach(k: Node, d: Node) -> tuple[Node, ...]:
    """-(d(K-1) + 1), as terms."""
    if d == number(1):
        return (less(k),)
    return less(
        Node("mul", (d, Node("add", (k, less(number(1)))))),
    ), less(number(1))


def pads(lo: Node, hi: Node) -> tuple[Node, ...]:
    """lo + hi, or 2 p."""
    return (Node("mul", (number(2), lo)),) if lo == hi and lo != number(0) else (lo, hi)


def form(node: Node) -> Node | None:
    """The formula of what the checkers count."""
    if node.kind != "call":
        return node
    function, *parts = node.parts
    if function == "every":
        return parts[0] if parts[1] == number(1) else Node("ceil", (Node("div", (parts[0], parts[1])),))
    if function not in ("windows", "scattered"):
        return None
    n, k, s, lo, hi, d, *rest = parts
    if function == "scattered":
        first = Node("add", (n, less(number(1))))
        scaled = first if s == number(1) else Node("mul", (first, s))
        crops = (less(Node("mul", (number(2), lo))),) if lo == hi and lo != number(0) else (less(lo), less(hi))
        extent = (k,) if d == number(1) else (Node("mul", (d, Node("add", (k, less(number(1)))))), number(1))
        return total(scaled, *extent, *crops, *rest)
    room = total(n, *pads(lo, hi), *reach(k, d))
    if s == number(1):
        return total(*(room.parts if room.kind == "add" else (room,)), number(1))
    return total(Node("floor", (Node("div", (room, s)),)), number(1))


def padding(node: Node) -> Node | None:
    """The padding that keeps the size: (s(N-1) - N + d(K-1) + 1)/2 on each side."""
    if node.parts[0] != "windows":
        return None
    _, _, k, s, _, hi, d = node.parts
    if s != number(1):
        return None
    extent = Node("mul", (d, Node("add", (k, less(number(1)))))) if d != number(1) else Node("add", (k, less(number(1))))
    return extent if hi == number(0) else Node("div", (extent, number(2)))
