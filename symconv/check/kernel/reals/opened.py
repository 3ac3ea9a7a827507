"""What a definition stands for at an index, its bound indices away from those in use."""

from __future__ import annotations

from symconv.language.formula import Node, name
from symconv.language.functional import Defined


def fresh(letter: str, taken: set[str]) -> str:
    """A name not yet in use."""
    made = letter
    while made in taken:
        made += "~"
    return made


def opened(made: Defined, at: tuple[Node, ...], taken: set[str]) -> Node:
    """The body of a definition at an index, its bound indices away from those in use."""
    assert made.body is not None
    avoid = taken | {n for e in at for n in e.names()}
    return away(made.body, avoid).subs(dict(zip(made.parameters, at, strict=True)))


def away(node: Node, avoid: set[str]) -> Node:
    """Bound indices renamed where they meet names in use."""
    if node.kind not in ("sum", "extremum"):
        return Node(node.kind, tuple(away(p, avoid) if isinstance(p, Node) else p for p in node.parts), node.place)
    put = {}
    for r in node.inner():
        if r.kind == "each" and r.parts[0] in avoid:
            put[r.parts[0]] = name(fresh(r.parts[0], avoid | set(node.names())))
    parts = []
    for p in node.parts:
        if isinstance(p, Node) and p.kind == "each":
            parts.append(Node("each", put[p.parts[0]].parts) if p.parts[0] in put else p)
        elif isinstance(p, Node):
            parts.append(away(p.subs(put), avoid))
        else:
            parts.append(p)
    return Node(node.kind, tuple(parts), node.place)
