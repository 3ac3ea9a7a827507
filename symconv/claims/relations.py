"""Chains of relations, with the conditions behind them: what every reader of formulas has in common.

a = b <= c if d          each link is a statement of its own; a condition belongs to the last side, or to the whole
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.functions import RELATION
from symconv.claims.tokens import FormulaError, refuse
from symconv.language.formula import Node
from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Statement:
    """One item of a formula: a relation, or a bare expression; ``label`` stood before it with a colon."""

    node: Node
    label: str = ""
    condition: Node | None = None
    text: str = ""


class Relations(ABC):
    """Turns lark's chains into statements; the sides are the reader's own."""

    def __init__(self, text: str) -> None:
        self.text = text

    def span(self, tree: Tree) -> tuple[int, int]:
        """Where a tree stands in the text."""
        return tree.start_pos, tree.end_pos

    def refuse(self, tree: Tree, what: str) -> FormulaError:
        """An error at a tree."""
        found = refuse(self.text, *self.span(tree), what)
        assert isinstance(found, FormulaError)
        return found

    def item(self, tree: Tree) -> list[Statement]:
        """A chain of relations, link by link."""
        if tree.data == "guarded":
            chain, *rest = [c for c in tree.children if hasattr(c, "data")]
            condition = self.condition(rest[0])
            if len(rest) == 1:
                return [Statement(s.node, "", condition) for s in self.item(chain)]
            sides, relations = self.sides(chain)
            sides[-1] = Node("if", (condition, sides[-1], self.side(rest[1])), self.span(tree))
            return self.links(sides, relations)
        if tree.data == "choice":
            chain, _, yes, _, no = tree.children
            sides, relations = self.sides(chain)
            cut = next((k + 1 for k, r in enumerate(relations) if r == "="), 0)
            tested = self.conjoined(sides[cut:], relations[cut:]) if relations[cut:] else sides[cut]
            chosen = Node("if", (tested, self.side(yes), self.one(no)), self.span(tree))
            return self.links([*sides[:cut], chosen], relations[:cut])
        return self.links(*self.sides(tree))

    @abstractmethod
    def one(self, tree: Tree) -> Node:
        """A guarded element that must be one expression."""

    @abstractmethod
    def side(self, tree: Tree) -> Node:
        """One side of a relation."""

    def sides(self, tree: Tree) -> tuple[list[Node], list[str]]:
        """The sides of a chain and the relations between them."""
        if tree.data != "chain":
            return [self.side(tree)], []
        sides = [self.side(c) for c in tree.children[::2]]
        relations = []
        for relation in tree.children[1::2]:
            token = relation.children[0]
            relations.append(RELATION[token.type] or str(token))
        return sides, relations

    def links(self, sides: list[Node], relations: list[str]) -> list[Statement]:
        """Each link of a chain is a statement of its own."""
        if not relations:
            return [Statement(sides[0])]
        return [
            Statement(Node("relation", (r, a, b), (a.place[0], b.place[1])))
            for r, a, b in zip(relations, sides, sides[1:], strict=False)
        ]

    def conjoined(self, sides: list[Node], relations: list[str]) -> Node:
        """A chain as one condition."""
        found = [s.node for s in self.links(sides, relations)]
        return found[0] if len(found) == 1 else Node("and", tuple(found), found[0].place)

    def condition(self, tree: Tree) -> Node:
        """A condition: relations joined by and."""
        if tree.data == "both":
            return Node("and", (self.condition(tree.children[0]), self.condition(tree.children[2])), self.span(tree))
        return self.conjoined(*self.sides(tree))


def flattened(tree: Tree) -> list[Any]:
    """Operators and factors of a term in reading order; a sign after an operator is "neg"."""
    stack: list[Any] = [tree]
    made: list[Any] = []
    while stack:
        node = stack.pop()
        if isinstance(node, str) and not hasattr(node, "type"):
            made.append(node)
        elif hasattr(node, "type"):
            made.append("neg")
        elif node.data in ("term", "negative_term"):
            stack.extend(reversed(node.children))
        else:
            made.append(node)
    return made
