r"""Entries that are written out with numbers for indices: Z_{12} = W_{11} X_{12} + W_{12} X_{13} + W_{21} X_{22} + W_{22} X_{23}.

run together      in X_{12} both digits are indices, where every index of the formula has as many digits
counted from      0 where some index is 0, else 1
sizes             the kernel and the gradient that is summed are as large as their largest index says, along every axis;
                  the input has the entries that are read
"""

from __future__ import annotations

from dataclasses import replace

from symconv.claims.relations import Statement
from symconv.claims.tensor_forms import relation, rewritten
from symconv.claims.tensor_names import Names
from symconv.language.formula import Node, number


def entries(statements: list[Statement]) -> list[tuple[str, tuple[int, ...]]]:
    """(tensor, indices) of every entry, where all of them are numbers; none if some index is no number."""
    found = []
    for node in (n for s in statements for n in s.node.walk() if n.kind == "index"):
        base = node.parts[0]
        if base.kind == "partial" or any(e.kind != "number" or not isinstance(e.parts[0], int) for e in node.parts[1:]):
            return []
        found.append((str(base.parts[0]), tuple(e.parts[0] for e in node.parts[1:])))
    return found


def written_out(statements: list[Statement], names: Names) -> list[Statement]:
    """The statements with indices apart; where they are counted from is kept in ``names``."""
    found = entries(statements)
    if not found or any(s.node.kind != "relation" for s in statements):
        return statements
    digits = {shown(e) for s in statements for n in s.node.walk() if n.kind == "index" for e in n.parts[1:]}
    if all(len(index) == 1 for _, index in found) and digits in ({2}, {3}):
        statements = [replace(s, node=rewritten(s.node, apart)) for s in statements]
        found = entries(statements)
    if names.base is None and len(found) > 1:
        names.base = 0 if any(0 in index for _, index in found) else 1
    names.written = tuple(found)
    return statements


def apart(node: Node) -> Node | None:
    """X_{12} as X_{1,2}."""
    if node.kind != "index" or len(node.parts) != 2 or node.parts[1].kind != "number":
        return None
    start, _ = node.parts[1].place
    written = str(node.parts[1].parts[0]).zfill(shown(node.parts[1]))
    digits = [Node("number", (int(c),), (start + k, start + k + 1)) for k, c in enumerate(written)]
    return Node("index", (node.parts[0], *digits), node.place)


def shown(index: Node) -> int:
    """How many digits an index is written with: 01 has two."""
    start, end = index.place
    return max(len(str(index.parts[0])), end - start)


def largest(names: Names, tensor: str) -> int | None:
    """The largest index of a tensor along any axis."""
    known = (tensor, tensor.removeprefix("dL/d"))
    found = [i for t, index in names.written for i in index if t in known]
    return max(found) if found else None


def sized(names: Names, sizes: tuple[Node, ...], tensor: str, exact: bool) -> list[Node]:
    """That a tensor is as large as its largest index says, or at least as large."""
    most = largest(names, tensor)
    if most is None:
        return []
    extent = number(most + 1 - (names.base or 0))
    return [relation("=" if exact else ">=", e, extent) for e in sizes if e.kind == "name"]


def there(lower: Node, index: Node, upper: Node) -> list[Node]:
    """That an entry exists."""
    return [relation("<=", lower, index), relation("<=", index, upper)]
