"""Pieces of lark's flat tree, and its words: what is in brackets, what is a sign, |x|, letters side by side."""

from __future__ import annotations

import itertools
import re
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.bars import single
from symconv.claims.function_names import canonical
from symconv.claims.relations import flattened
from symconv.claims.symbols import GREEK
from symconv.claims.tokens import Word, refuse
from symconv.language.formula import Node

GREEK_LETTERS = "αβγδεζηθικλμνξπρστυφχψωΦϕ"
SPELLED_LETTERS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega"
)
LETTERS = dict(zip(GREEK_LETTERS, [*SPELLED_LETTERS.split(), "Phi", "phi"], strict=True))


def continued(text: str, found: list[Word], at: int) -> bool:
    """Whether a line break only continues a formula: the next line has no relation of its own."""
    word = found[at]
    if word.kind != "SEPARATE" or text[word.start : word.end] != "\\\\" or at == 0:
        return False
    depth = 0
    for w in found[:at]:
        depth += (w.kind in ("LCASES", "LMATRIX")) - (w.kind in ("RCASES", "RMATRIX"))
    if depth:
        return False
    line = list(itertools.takewhile(lambda w: w.kind != "SEPARATE", found[at + 1 :]))
    return bool(line) and not any(w.kind in ("EQUAL", "COMPARE", "APPROX", "ARROW") for w in line)


def bars(text: str, found: list[Word]) -> list[Word]:
    """The words behind the lexer's pairs of bars; a bar that is left over is a norm's, or has no partner."""
    found = [w for k, w in enumerate(found) if not continued(text, found, k)]
    for at, word in enumerate(found):
        if word.kind == "DIVIDES" and word.text == "|":
            norm = not single(text, word) or any(w.kind == "DIVIDES" for w in found[at + 1 : at + 2])
            said = "a norm is not understood: write sum_i (x_i - t_i)^2" if norm else "a bar without its partner"
            raise refuse(text, word.start, word.end, said)
    return found


def bare(node: Node, word: str) -> bool:
    """Whether a function's name stands in a node without its argument."""
    return any(n.kind == "name" and canonical(n.parts[0]) == canonical(word) for n in node.walk())


def roman(word: str) -> str:
    """σ as sigma."""
    return LETTERS.get(word, word)


def combined(sign: str, a: Node, b: Node, place: tuple[int, int]) -> Node:
    """Two factors and the sign between them."""
    if sign in ("/", "÷", "over"):
        return Node("div", (a, b), place)
    if sign in ("odot", "circ", "@", "ast", "otimes", "star", "circledast", "oplus"):
        return Node("times", (sign, a, b), place)
    return Node("mul", (*a.parts, b) if a.kind == "mul" else (a, b), place)


def bracket(piece: Any) -> bool:
    """Whether a piece is something in brackets."""
    if piece is None or piece == "neg" or not hasattr(piece, "data") or piece.data != "scripted":
        return False
    return getattr(piece.children[0], "data", "") in ("parens", "brackets", "braces", "set")


def bracketed(tree: Any) -> bool:
    """Whether a tree is brackets."""
    return getattr(tree, "data", "") in ("braces", "parens", "brackets")


def stripped(atom: Any) -> Any:
    """An atom without its style."""
    while getattr(atom, "data", "") == "styled" and hasattr(atom.children[-1], "data"):
        atom = atom.children[-1]
        if bracketed(atom):
            inner = inner_pieces(atom)
            if len(inner) != 1 or not hasattr(inner[0], "data") or len(inner[0].children) != 1:
                return atom
            atom = inner[0].children[0]
    return atom


def inner_pieces(tree: Tree) -> list[Any]:
    """The factors within braces that hold one term."""
    inner = [e for c in tree.children if getattr(c, "data", "") == "elements" for e in c.children if e.data != "joint"]
    if len(inner) != 1 or inner[0].data != "signed" or len(inner[0].children) != 1:
        return []
    return flattened(inner[0].children[0])


def is_partial(piece: Any) -> bool:
    """Whether a piece is a partial sign."""
    return hasattr(piece, "data") and piece.data == "scripted" and getattr(piece.children[0], "data", "") == "partial"


def slashed(piece: Any) -> bool:
    """Whether a piece is the sign of a division."""
    return bool(piece != "neg" and piece.data == "operator" and piece.children[0].type == "SLASH")


def named(node: Node) -> str:
    """The name of an index."""
    return str(node.parts[0]) if node.kind == "name" else "?"


def letters(word: str, place: tuple[int, int]) -> list[Node]:
    """Letters side by side, each an index."""
    return [Node("name", (c,), place) for c in word]


def spelled(node: Node) -> list[Node]:
    """ij as i and j; an entry as an index is a name of its own: z_{y_i}."""
    if node.kind == "mul" and all(p.kind == "name" for p in node.parts):
        return [q for p in node.parts for q in spelled(p)]
    if node.kind == "name" and re.fullmatch(r"[a-z]{2,3}", node.parts[0]) and node.parts[0] not in GREEK:
        return letters(node.parts[0], node.place)
    if node.kind == "index" and all(p.kind == "name" for p in node.parts):
        return [Node("name", ("_".join(p.parts[0] for p in node.parts),), node.place)]
    return [node]
