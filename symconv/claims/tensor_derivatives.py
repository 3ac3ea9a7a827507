"""Which derivatives stand in a formula for a gradient, and small questions about them."""

from __future__ import annotations

import re

from symconv.claims.reading import stem
from symconv.claims.relations import Statement
from symconv.claims.syntax import Reading, read
from symconv.claims.tensor_forms import add
from symconv.claims.tensor_names import LOSSES, Names
from symconv.language.claims import Published
from symconv.language.formula import Node, name
from symconv.language.prose import Prose
from symconv.language.tensorial import Array, Case, Equation, Forward, Free, Meaning

PREFIX = re.compile(r"(?:dL_d|grad_|d_|D|d)([A-Za-z]\w*?'*)(?:_grad)?\Z")


SUFFIX = re.compile(r"([A-Za-z]\w*?)_grad\Z")


def differentiated(node: Node, names: Names, left: bool = False) -> tuple[str, tuple[Node, ...]] | None:
    """The tensor by which the loss is differentiated and its index, if a node is such a derivative."""
    index: tuple[Node, ...] = ()
    if node.kind == "index" and node.parts[0].kind == "partial":
        node, index = node.parts[0], node.parts[1:]
    if node.kind == "partial":
        of, wrt = node.parts
        if not is_loss(of, names):
            return None
        if wrt.kind == "index" and wrt.parts[0].kind == "name":
            return wrt.parts[0].parts[0], (*wrt.parts[1:], *index)
        return (wrt.parts[0], index) if wrt.kind == "name" else None
    if (
        left
        and node.kind == "index"
        and node.parts[0] == name("d")
        and len(node.parts) == 2
        and node.parts[1].kind == "name"
    ):
        return node.parts[1].parts[0], ()  # d_b
    if node.kind == "index" and node.parts[0].kind == "name":
        node, index = node.parts[0], node.parts[1:]
    if node.kind == "name" and left:
        if stem(node.parts[0]) in ("delta", "Delta"):
            return "", index
        found = PREFIX.match(node.parts[0]) or SUFFIX.match(node.parts[0])
        if found and names.role(node.parts[0]) in ("", "upstream"):
            return found[1], index
    return None


def is_loss(node: Node, names: Names) -> bool:
    """Whether what is differentiated is the loss: a bare name, or J(V, K)."""
    if node.kind == "index" and node.parts[0].kind == "name":
        return stem(node.parts[0].parts[0]) in LOSSES and all(p.kind == "name" for p in node.parts[1:])
    return node.kind == "name" and (names.role(node.parts[0]) == "loss" or stem(node.parts[0]) in LOSSES)


def by_position(statements: list[Statement]) -> Meaning | None:
    """d/dx of (f * g)(x) by its position, offered as what backpropagation needs: judged by the entries of f."""
    first = statements[0].node
    left = first.parts[1] if first.kind == "relation" else first
    if left.kind != "partial" or left.parts[1].kind != "name":
        return None
    of = left.parts[0]
    star = of.parts[0] if of.kind == "index" else of
    if star.kind != "times" or any(p.kind != "name" for p in star.parts[1:]):
        return None
    f, g = (p.parts[0] for p in star.parts[1:])
    sizes = {t: Node("name", (f"N_{t}",)) for t in (f, g)}
    reach = Node("add", (sizes[f], sizes[g], Node("number", (-2,))))
    place = Node("add", (name("i"), Node("neg", (name("a"),))))
    span = Node("range", ("a", _n(0), _last(sizes[f], 0)))
    body = Node("sum", (Node("mul", (Node("index", (name(f), name("a"))), Node("index", (name(g), place)))), span))
    arrays = (*(Array(t, (sizes[t],)) for t in (f, g)), Array("dL/dy", (_last(reach, 2),)))
    forward = Forward((Free("i", _n(0), reach),), body, "dL/dy", f)
    claimed = Node("index", (Node("times", ("conv", name(f), Node("call", ("difference", name(g))))), name("j")))
    equation = Equation(
        "the gradient", claimed, Node("vjp", (name("j"),)), arrays, tuple((f"N_{t}", 1) for t in (f, g)),
        (Free("j", _n(0), _last(sizes[f], 0)),), senses=(("conv", "convolution"),), forward=forward, lattice=True,
    )  # fmt: skip
    reading = (
        Prose("reading.position", {"f": f, "g": g}),
        Prose("reading.position.difference", {"g": g}),
    )
    return Meaning(reading, (Case("", (equation,)),))


def given_conditions(published: Published) -> list[Node]:
    """The conditions that were given beside the formula."""
    return [s.node for text in published.given for s in read(text, Reading(tensors=True))]


def following(index: str, places: list[tuple[str, ...]]) -> str:
    """The index on the next axis, wherever a tensor is read."""
    found = {p[k + 1] for p in places for k, e in enumerate(p[:-1]) if e == index and p[k + 1]}
    return found.pop() if len(found) == 1 else ""


def started(base: tuple[int, int]) -> str:
    """Where indices start, in words."""
    if base == (0, 1):
        return "positions start at 0, channels at 1"
    return f"indices start at {base[0]}"


def notes_of(base: tuple[int, int]) -> tuple[str, ...]:
    """Nothing is said of indices from 0."""
    return (started(base),) if base != (0, 0) else ()


def names_clash(kind: str, role: str, wrt: str, other: str) -> bool:
    """Whether a name can only be what the left side is already."""
    strong = {"input": {"x", "X"}, "kernel": {"w", "W", "weight", "kernel"}}
    return kind == role and stem(other) in strong.get(role, set()) and stem(wrt) in strong.get(role, set())


def _n(first: int) -> Node:
    return Node("number", (first,))


def _last(size: Node, first: int) -> Node:

    return add(size, first - 1)
