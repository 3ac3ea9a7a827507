r"""From the flat tree to expressions: what is a name, a product, a call, an entry; how far a sum reaches.

In a formula about sizes every name is a number, so that ``s(i-1)`` is a product, ``kernel_size[0]`` and ``H_{in}`` are names
and ``*``, ``\times``, ``\cdot`` multiply.  In a formula about tensors the names that are indexed are tensors, so that ``f(p)``,
``w[p,q]`` and ``x_{i+p}`` are entries, and ``*`` between tensors is an operation on them.

    a / b c is (a/b) c, but 1/2p is 1/(2p)       sum_p a b + c is (sum_p a b) + c       -a^2 is -(a^2)

Statements come out as ``Node``s of kind relation, each link of a chain as one.
"""

from __future__ import annotations

from collections.abc import Iterator

from symconv.claims.atoms import Atoms
from symconv.claims.automaton import Tree
from symconv.claims.entries import Entries
from symconv.claims.functions import RELATION
from symconv.claims.grammar import parse
from symconv.claims.reading import Reading, stem
from symconv.claims.relations import Statement
from symconv.claims.scripts import Scripts
from symconv.claims.sums import Sums
from symconv.claims.terms import Terms
from symconv.claims.tokens import refuse
from symconv.language.formula import Node

__all__ = ["Reading", "Statement", "names_in", "read", "stem"]


def read(text: str, how: Reading) -> list[Statement]:
    """The statements of a formula.

    Raises FormulaError with the place of whatever cannot be read.
    """
    tree = parse(text)
    reader = Reader(text, how)
    if not how.tensors:
        return reader.statements(tree)
    reader.survey(tree)
    while True:  # what is found to be a tensor on the right makes products on the left operations
        before = len(how.arrays)
        found = reader.statements(tree)
        if len(how.arrays) == before:
            return found


def names_in(text: str, how: Reading) -> list[str]:
    """Every name of a formula in reading order."""
    found: dict[str, None] = {}
    for statement in read(text, how):
        found |= dict.fromkeys(statement.node.names())
    return list(found)


class Reader(Terms, Entries, Scripts, Sums, Atoms):
    """Turns lark's tree into nodes; here the statements."""

    def statements(self, tree: Tree) -> list[Statement]:
        """Every item; one followed by a colon that has no relation is a label."""
        made: list[Statement] = []
        label = ""
        children = list(tree.children)
        for at, child in enumerate(children):
            if child.data != "item":
                continue
            following = children[at + 1] if at + 1 < len(children) else None
            colon = following is not None and following.data == "separator" and following.children[0].type == "COLON"
            if colon and not any(t.type in RELATION for t in child.scan_values(lambda t: hasattr(t, "type"))):
                label = self.text[slice(*self.span(child))].strip()
                continue
            start, end = self.span(child)
            for statement in self.item(child.children[0]):
                made.append(Statement(statement.node, label, statement.condition, self.text[start:end].strip()))
        made = list(ranged(made))
        if not made:
            raise refuse(self.text, 0, len(self.text), "expected a formula")
        return made

    def one(self, tree: Tree) -> Node:
        """A guarded element that must be one expression."""
        found = self.item(tree)
        if len(found) != 1:
            raise self.refuse(tree, f"expected one expression here, got a chain of {len(found)}")
        return found[0].node


def bracketed_range(node: Node) -> Node | None:
    """(i = 0, 1, ..., N-1): the range of i; None for anything else."""
    parts = node.parts
    if node.kind != "tuple" or len(parts) < 3 or parts[-2].kind != "dots" or parts[0].kind != "relation":
        return None
    sign, index, first = parts[0].parts
    if sign != "=" or index.kind != "name" or not all(p.kind == "number" for p in parts[1:-2]):
        return None
    return Node("range", (index.parts[0], first, parts[-1]), node.place)


def ranged(found: list[Statement]) -> Iterator[Statement]:
    """k = 0, 1, ..., N-1 is one statement: the range of k."""
    at = 0
    while at < len(found):
        here, end = found[at], at + 1
        if (within := bracketed_range(here.node)) is not None:
            yield Statement(within, here.label, here.condition, here.text)
            at += 1
            continue
        if here.node.kind == "relation" and here.node.parts[0] in ("=", "in") and here.node.parts[1].kind == "name":
            while end < len(found) and end < at + 4 and found[end].node.kind == "number":
                end += 1
            if end + 1 < len(found) and found[end].node.kind == "dots" and found[end + 1].node.kind != "relation":
                _, name, first = here.node.parts
                last = found[end + 1]
                node = Node("range", (name.parts[0], first, last.node), (here.node.place[0], last.node.place[1]))
                yield Statement(node, here.label, here.condition, here.text)
                at = end + 2
                continue
        yield here
        at += 1
