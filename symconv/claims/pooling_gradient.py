r"""Gradients of average pooling: dL/dx[j] = 1/K sum_i g[i] [0 <= j + P - s i < K], in the forms in which it is published.

The gradient of a maximum depends on which entry is the largest, that is on the numbers, and is not decided here.
"""

from __future__ import annotations

from dataclasses import replace

from symconv.claims.function_names import LOSSES
from symconv.claims.pooling_windows import (
    DOMAIN,
    UPSTREAM,
    Pooling,
    configure,
    equalities,
    equation,
    free,
    plain_index,
    renamed,
)
from symconv.errors import SymconvError
from symconv.language.formula import Node, name, number
from symconv.language.prose import Prose
from symconv.language.tensorial import Array, Case, Forward, Free, Meaning


def gradient(made: Pooling, left: Node, right: Node) -> Meaning:
    """dL/dx[j] = ..., entry by entry."""
    if made.kind == "max":
        raise SymconvError(
            "the gradient of a maximum depends on which entry is the largest, not on sizes alone: not decided here"
        )
    wrt = left.parts[1] if left.kind == "partial" else Node("index", (name("x"), *left.parts[1:]))
    if left.kind == "partial" and not is_loss(left.parts[0]):
        return jacobian(made, left, right)
    if wrt.kind != "index" or wrt.parts[0].kind != "name":
        raise SymconvError("expected dL/dx[j] = ..., with an index on the left")
    made.data = str(wrt.parts[0].parts[0])
    place = [plain_index(e) for e in wrt.parts[1:]]
    right = renamed(upstream(right, made), made.data)
    entries = [n for n in right.walk() if n.kind == "index" and n.parts[0] == name("g")]
    if not entries:
        raise SymconvError("expected the upstream gradient g[i] (or dL/dy[i]) on the right, with its indices")
    shared(made, place, entries)
    configure(made, [right], place)
    at = [f"i_{k}" for k in range(made.axes)]
    lead = [f"n_{k}" for k in range(len(made.lead))]
    body = made.body([name(i) for i in at], [name(n) for n in lead])
    return settled(made, right, Node("vjp", tuple(name(p) for p in place)), place, lead, at, body)


def shared(made: Pooling, place: list[str], entries: list[Node]) -> None:
    """Batch and channels in front."""
    if any(len(e.parts) - 1 != len(place) for e in entries):
        raise SymconvError("expected the input and the upstream gradient with the same number of indices")
    count = 0
    while count < len(place) - 1 and all(e.parts[1 + count] == name(place[count]) for e in entries):
        count += 1
    if made.setting.dims:
        count = len(place) - made.setting.dims
    if not 0 <= count <= 2 or not 1 <= len(place) - count <= 3:
        raise SymconvError("expected one to three window indices behind batch and channel")
    made.axes, made.lead = len(place) - count, tuple(place[:count])


def settled(
    made: Pooling, claimed: Node, true: Node, place: list[str], lead: list[str], at: list[str], body: Node
) -> Meaning:
    """The equation of a gradient: its indices run over the input."""
    found = equation(made, "the gradient", claimed, true, place)
    outputs = found.free[len(made.lead) :]
    batch = found.free[: len(made.lead)]
    index = tuple(Free(letter, f.lower, f.upper) for letter, f in zip((*lead, *at), (*batch, *outputs), strict=True))
    sizes = tuple(s for s in found.arrays[0].sizes)
    base = number(made.base)
    running = tuple(
        Free(
            f.name,
            f.lower,
            Node("add", (s, number(made.base - 1))) if made.base else Node("add", (s, Node("neg", (number(1),)))),
        )
        for f, s in zip(found.free, sizes, strict=True)
    )
    up = Array(
        "g",
        (*sizes[: len(made.lead)], *(name(n) for n, _ in found.definitions)),
        tuple(number(0) for _ in made.lead) + (base,) * made.axes,
    )
    forward = Forward(index, body, "g", made.data)
    whole = replace(found, arrays=(*found.arrays, up), free=running, forward=forward)
    made.notes.append(Prose("reading.pooling.upstream", {"data": made.data}))
    return Meaning(tuple(made.notes), (Case("", (whole,)),), None, DOMAIN, free(made), equal=equalities(made))


def is_loss(node: Node) -> bool:
    """Whether a node is the name of a loss."""
    return node.kind == "name" and node.parts[0] in LOSSES


def upstream(node: Node, made: Pooling) -> Node:
    """dL/dy[i], dy[i], delta[i] as g[i]."""
    if node.kind == "partial" and is_loss(node.parts[0]):
        inner = node.parts[1]
        if inner.kind != "index" or inner.parts[0] == name(made.data):
            raise SymconvError("expected dL/dy[i] on the right, with its indices")
        return Node("index", (name("g"), *inner.parts[1:]), node.place)
    if node.kind == "index" and node.parts[0].kind == "name" and node.parts[0].parts[0] in UPSTREAM:
        return Node("index", (name("g"), *node.parts[1:]), node.place)
    return Node(node.kind, tuple(upstream(p, made) if isinstance(p, Node) else p for p in node.parts), node.place)


def jacobian(made: Pooling, left: Node, right: Node) -> Meaning:
    """dy[i]/dx[j] = ..., entry by entry: the number of taps of window i at j, over K."""
    of, wrt = left.parts
    if of.kind != "index" or wrt.kind != "index":
        raise SymconvError("expected dy[i]/dx[j], with their indices, on the left")
    made.data = str(wrt.parts[0].parts[0])
    outer, inner = [plain_index(e) for e in of.parts[1:]], [plain_index(e) for e in wrt.parts[1:]]
    if len(outer) != len(inner) or (made.setting.dims and len(outer) != made.setting.dims):
        raise SymconvError("expected one index of y and of x for each axis of the windows")
    made.axes, made.lead = len(outer), ()
    configure(made, [right], [*outer, *inner])
    body = made.body([name(i) for i in outer], [])
    found = equation(made, "the derivative", right, body, outer)
    base = made.base
    sizes = found.arrays[0].sizes
    extra = tuple(
        Free(j, number(base), Node("add", (s, number(base - 1) if base else Node("neg", (number(1),)))))
        for j, s in zip(inner, sizes, strict=True)
    )
    one = counted(body, inner)
    whole = replace(found, true=one, free=(*found.free, *extra))
    made.notes.append(Prose("reading.variables"))
    return Meaning(tuple(made.notes), (Case("", (whole,)),), None, DOMAIN, free(made), equal=equalities(made))


def counted(body: Node, inner: list[str]) -> Node:
    """The body with 1 where the entry is x[j], else 0."""
    if body.kind == "index":
        conditions = [Node("relation", ("=", e, name(j))) for e, j in zip(body.parts[1:], inner, strict=True)]
        condition = conditions[0] if len(conditions) == 1 else Node("and", tuple(conditions))
        return Node("if", (condition, number(1), number(0)))
    return Node(body.kind, tuple(counted(p, inner) if isinstance(p, Node) else p for p in body.parts))
