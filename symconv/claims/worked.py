r"""Worked numbers: a chain that ends in numbers is an instance, whose symbols take the values by position.

    O_H = 28 - 3 + 1 = 26                                          O_H is a name for a value; 28 - 3 + 1 = 26 is checked
    o = (i + 2p - k)/s + 1 = (224 + 2 3 - 7)/2 + 1 = 112           the first link is a law; i = 224, p = 3, k = 7, s = 2

What is left of a chain is its laws, to be checked at these values, and its equations between numbers; a name with one value at
one place and another at another is an equation between these two.
"""

from __future__ import annotations

from symconv.claims.relations import Statement
from symconv.language.formula import Node
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose, Words
from symconv.language.spelling import spelled

SHAPED = ("relation", "add", "mul", "div", "quotient", "mod", "pow", "floor", "ceil", "neg", "max", "min", "abs")


@dataclass(frozen=True)
class Instance:
    """What a chain of numbers claims: the statements that remain, and what was read out of it."""

    statements: tuple[Statement, ...]
    said: tuple[Words, ...]
    values: tuple[tuple[str, Node], ...] = ()  # of the names, by position


def numeric(node: Node) -> bool:
    """Whether an expression is one of numbers alone."""
    return all(n.kind == "number" or n.kind in SHAPED for n in node.walk())


def chains(statements: list[Statement]) -> list[list[Statement]]:
    """Equations in a row, each of which begins with the right side of the one before."""
    made: list[list[Statement]] = []
    for s in statements:
        before = made[-1][-1] if made else None
        linked = before is not None and before.text == s.text and equation(s) and equation(before)
        if linked and before is not None and before.node.parts[2] == s.node.parts[1]:
            made[-1].append(s)
        else:
            made.append([s])
    return made


def equation(s: Statement) -> bool:
    """Whether a statement is an equation, or says that two numbers are near."""
    return s.node.kind == "relation" and s.node.parts[0] in ("=", "~")


def instance(statements: list[Statement]) -> Instance | None:
    """The instance that a formula works out; None where no chain of it ends in numbers."""
    kept: list[Statement] = []
    said: list[Words] = []
    values: dict[str, Node] = {}
    found = False
    for row in chains(statements):
        if not all(equation(s) for s in row) or not numeric(row[-1].node.parts[2]) or len(row) < 2:
            kept += row
            continue
        found = True
        kept += worked(row, said, values)
    return Instance(tuple(kept), tuple(said), tuple(values.items())) if found and kept else None


def worked(row: list[Statement], said: list[Words], values: dict[str, Node]) -> list[Statement]:
    """The laws and the equations between numbers of one chain."""
    kept: list[Statement] = []
    for s in row:
        sign, left, right = s.node.parts
        if not numeric(right):
            kept.append(s)
        elif numeric(left):
            kept.append(told(s, s.node))
        elif left.kind == "name":
            said.append(Prose("reading.value", {"name": left.parts[0], "value": spelled(right)}))
        else:
            taken: dict[str, Node] = {}
            clashes: list[tuple[Node, Node]] = []
            if not matched(left, right, taken, clashes):
                kept.append(s)
                continue
            values |= taken
            kept += [told(s, Node("relation", (sign, a, b))) for a, b in clashes]
    if values:
        shown = ", ".join(f"{n} = {spelled(v)}" for n, v in values.items())
        said.append(Prose("reading.instance", {"values": shown}))
    return kept


def told(s: Statement, node: Node) -> Statement:
    """A link with its own words: the one that fails is named."""
    return Statement(node, s.label, s.condition, spelled(node))


def share(symbols: Node, numbers: Node) -> tuple[Node, Node] | None:
    """2 P beside 6, or beside 0: P, and the number that it is; None where that is no whole number."""
    if symbols.kind != "mul" or numbers.kind != "number" or sum(p.kind == "number" for p in symbols.parts) != 1:
        return None
    (factor,) = (p.parts[0] for p in symbols.parts if p.kind == "number")
    rest = [p for p in symbols.parts if p.kind != "number"]
    if len(rest) != 1 or not factor or numbers.parts[0] % factor:
        return None
    return rest[0], Node("number", (numbers.parts[0] // factor,), numbers.place)


def matched(symbols: Node, numbers: Node, values: dict[str, Node], clashes: list[tuple[Node, Node]]) -> bool:
    """Whether an expression in names becomes one in numbers, by position; the values go into ``values``."""
    if symbols.kind == "name" and numeric(numbers):
        known = values.setdefault(symbols.parts[0], numbers)
        if known != numbers:
            clashes.append((known, numbers))
        return True
    if symbols.kind == "number" or not symbols.names():
        return symbols == numbers
    if (solved := share(symbols, numbers)) is not None:
        return matched(*solved, values, clashes)
    if symbols.kind != numbers.kind or len(symbols.parts) != len(numbers.parts):
        return False
    return all(
        matched(a, b, values, clashes) if isinstance(a, Node) else a == b
        for a, b in zip(symbols.parts, numbers.parts, strict=True)
    )
