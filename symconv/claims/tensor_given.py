r"""What is said of a formula about tensors is put into it: definitions, modes of signs, and code that accumulates.

where u_k = \sum_n a_{n-k} b_n            every u_e is that sum with e for k
where \otimes = full cross-correlation    the sign has the mode
dw[k] += g[i] * x[s*i + k]                dw[k] = sum_i g[i] x[s i + k]: what a loop over all indices adds up
dx[s*i + k] += g[i] * w[k]                dx[j] = sum_{i, k} [j = s i + k] g[i] w[k]
"""

from __future__ import annotations

import re
from dataclasses import replace

from symconv.claims.reading import Reading
from symconv.claims.relations import Statement
from symconv.claims.syntax import read
from symconv.claims.tensor_forms import bound_in, minus, rewritten
from symconv.claims.tensor_names import Names, defines
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass

LOOP = re.compile(r"\s*for\s+(\w+)\s+in\s+range\(([^()]*)\)\s*:\s*")


@dataclass(frozen=True)
class Meant:
    """u[k] = body: what a tensor that is defined beside the formula is."""

    name: str
    index: tuple[str, ...]
    body: Node


def meanings(published: Published, how: Reading) -> list[Meant]:
    """The tensors that --where defines.

    Raises SymconvError for a definition that is no equation for an entry with plain indices.
    """
    found = []
    for key, value in published.where:
        if not defines(key, value):
            continue
        statements = read(f"{key} = {value}", how)
        node = statements[0].node
        left = node.parts[1] if node.kind == "relation" and len(statements) == 1 else None
        if left is None or left.kind != "index" or any(e.kind != "name" for e in left.parts[1:]):
            raise SymconvError(f"where: expected a tensor by its entries, as in u_k = \\sum_n a_{{n-k}} b_n, got {key!r}")
        index = tuple(e.parts[0] for e in left.parts[1:])
        found.append(Meant(left.parts[0].parts[0], index, node.parts[2]))
    return found


def put(node: Node, known: list[Meant]) -> Node:
    """The node with every entry of what is defined written out."""
    for meant in known:
        node = rewritten(node, lambda n, meant=meant: entry(n, meant))  # type: ignore[misc]
    return node


def entry(node: Node, meant: Meant) -> Node | None:
    """The body of a definition at an entry; what its sums bind gets names of its own."""
    if node.kind != "index" or node.parts[0] != name(meant.name) or len(node.parts) - 1 != len(meant.index):
        return None
    apart = {b: name(f"{b}_{meant.name}") for b in bound_in(meant.body)}
    return bound_apart(meant.body, apart).subs(dict(zip(meant.index, node.parts[1:], strict=True)))


def bound_apart(node: Node, names: dict[str, Node]) -> Node:
    """The node with other names for what it binds."""

    def change(n: Node) -> Node | None:
        if n.kind == "name":
            return names.get(n.parts[0])
        if n.kind in ("range", "each") and n.parts[0] in names:
            rest = tuple(bound_apart(p, names) for p in n.parts[1:])
            return Node(n.kind, (names[n.parts[0]].parts[0], *rest), n.place)
        return None

    return rewritten(node, change)


def moded(node: Node, modes: dict[str, str]) -> Node:
    """Signs with the modes that were given."""

    def change(n: Node) -> Node | None:
        if n.kind == "times" and n.parts[0] in modes:
            return Node("times", (f"{n.parts[0]}_{modes[n.parts[0]]}", *(moded(p, modes) for p in n.parts[1:])), n.place)
        return None

    return rewritten(node, change)


def looped(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The statement within loops over ranges, and the loops."""
    loops = []
    while (found := LOOP.match(text)) is not None:
        loops.append((found[1], found[2]))
        text = text[found.end() :]
    return text, loops


def accumulated(statement: Statement, loops: list[tuple[str, str]]) -> Statement:
    """What a statement that accumulates comes to once its loops have run."""
    node = statement.node
    if node.kind != "relation" or node.parts[0] != "+=" or node.parts[1].kind != "index":
        return statement
    _, left, body = node.parts
    entries = [e for e in (*left.walk(), *body.walk()) if e.kind == "index"]
    running = dict.fromkeys(p.parts[0] for e in entries for p in e.parts[1:] if p.kind == "name")
    running |= dict.fromkeys(n for n, _ in loops)
    place = [e.parts[0] if e.kind == "name" else "" for e in left.parts[1:]]
    such, index = [], []
    for at, e in enumerate(left.parts[1:]):
        letter: str = place[at] or fresh(at, {*running, *node.names()})
        index.append(name(letter))
        if not place[at]:
            such.append(Node("such", (Node("relation", ("=", name(letter), e)),)))
    over = [n for n in running if n not in {i.parts[0] for i in index}]
    spans = {n: span(n, text) for n, text in loops}
    ranges = [spans.get(n, Node("each", (n,))) for n in over]
    made = Node("sum", (body, *ranges, *such), body.place) if ranges else body
    return replace(statement, node=Node("relation", ("=", Node("index", (left.parts[0], *index), left.place), made)))


def fresh(at: int, used: set[str]) -> str:
    """A letter for an axis."""
    letters: list[str] = [*"jmuvr"[at:], f"j{at}"]
    return next(c for c in letters if c not in used)


def span(index: str, text: str) -> Node:
    """range(K) or range(a, b) as the range of an index."""
    ends = [s.node for s in read(text, Reading())]
    first, end = (number(0), ends[0]) if len(ends) == 1 else (ends[0], ends[1])
    return Node("range", (index, first, minus(end, 1)))


def settled_by(published: Published, statements: list[Statement], names: Names, how: Reading) -> list[Statement]:
    """The statements of a formula with all that was said beside them put in."""
    known = meanings(published, how)

    def changed(s: Statement) -> Statement:
        return replace(s, node=moded(put(s.node, known), names.modes))

    return [changed(s) for s in statements]
