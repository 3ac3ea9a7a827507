r"""Constants beside decimal numbers: \tanh(0.5) \approx 0.4621, \frac{1}{1+e^{-0.3925}} = 0.596884378.

A decimal number that stands for a value is correct where it is the value to the digits shown.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symconv.claims.function_names import APPLIED, body, canonical
from symconv.claims.function_reader import read_functions
from symconv.claims.relations import Statement
from symconv.claims.symbols import GREEK
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node

DECIMAL = re.compile(r"-?\d+\.(\d+)\Z")
KNOWN = {"e", "pi", "π"}


def approximate(published: Published) -> list[Statement] | None:
    """The links of a chain of constants, one of which is a decimal number; None for any other formula."""
    if published.where or published.operator or published.forward or not re.search(r"\d\.\d", published.formula):
        return None
    if not re.search(
        r"\\approx|≈|\\exp|\be\s*\^|\\(?:tanh|ln|log|sqrt|sigma|sin|cos)|\bexp\(|\bsqrt\(|\btanh\(", published.formula
    ):
        return None
    try:
        statements = read_functions(published.formula)
    except SymconvError:
        return None
    constant = all(s.node.kind == "relation" and s.node.parts[0] in ("=", "~") and s.condition is None for s in statements)
    if not constant or not all(known(n) for s in statements for n in names(s.node)):
        return None
    if all(digits(s, published.formula) is None for s in statements):
        return None
    return [replace(s, node=elementary(s.node)) for s in statements]


def elementary(node: Node) -> Node:
    """The node with every function that is defined by others written out: sigmoid(2) is 1/(1 + exp(-2))."""
    parts = tuple(elementary(p) if isinstance(p, Node) else p for p in node.parts)
    if node.kind == "call" and len(parts) == 2 and (made := body(parts[0])) is not None:
        return replace(made.subs({"#": parts[1]}), place=node.place)
    return Node(node.kind, parts, node.place)


def names(node: Node) -> set[str]:
    """The names in a formula of constants; the functions that are applied are none of them."""
    return {n.parts[0] for n in node.walk() if n.kind in ("name", "index")}


def known(word: object) -> bool:
    """Whether a name is that of a constant."""
    return (isinstance(word, str) and word in KNOWN and (word not in GREEK or word == "pi")) or canonical(
        str(word)
    ) in APPLIED


def digits(statement: Statement, text: str) -> int | None:
    """How many digits stand behind the point of the decimal side of a link; None where neither is a decimal number."""
    for side in reversed(statement.node.parts[1:]):
        inner = side.parts[0] if side.kind == "neg" else side
        shown = text[slice(*side.place)].strip()
        found = DECIMAL.match(shown) if inner.kind == "number" else None
        if found:
            return len(found[1])
    return None
