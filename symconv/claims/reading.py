"""How a formula is to be read, what comes out, and what every part of the reader needs: places, errors, the names indexed."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import field
from typing import Any

from symconv.claims.automaton import Tree
from symconv.claims.functions import LETTER
from symconv.claims.relations import Relations
from symconv.claims.symbols import GREEK
from symconv.language.formula import Node
from symconv.language.lazy import dataclass


@dataclass
class Reading:
    """How a formula is to be read: whether names are tensors, what is known of them, and what was decided on the way."""

    tensors: bool = False
    scalars: set[str] = field(default_factory=set)
    arrays: set[str] = field(default_factory=set)
    brackets: str = "group"
    lifted: bool = False  # * between entries is an operation on signals, as beside (x * h)[n]
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Keep a decision, once."""
        if text not in self.notes:
            self.notes.append(text)


def stem(name: str) -> str:
    """A name without its marks and primes: delta^l, w' are delta, w."""
    return name.split("^", maxsplit=1)[0].rstrip("'")


class Base(Relations):
    """What the parts of the reader share; each part is a class of its own, and they call one another."""

    def __init__(self, text: str, how: Reading) -> None:
        super().__init__(text)
        self.how = how
        self.bound: set[str] = set()
        self.told = how.arrays | how.scalars
        self.letters: set[str] = set()  # names of one letter that occur alone
        self.depth = 0  # within an index: no name is a tensor's there, unless it must be

    def survey(self, tree: Tree) -> None:
        """The names that are indexed, and those that sums bind."""
        for big in tree.find_pred(lambda t: t.data == "scripted" and getattr(t.children[0], "data", "") == "big"):
            for script in big.children[1:]:
                self.bound |= self._bound_names(script)
        self.letters = {str(t) for t in tree.scan_values(lambda t: getattr(t, "type", "") == "NAME") if len(t) == 1}
        applied: set[str] = set()
        for scripted in tree.find_data("scripted"):
            name = self._base(scripted)
            if name and any(self._indexing(s) for s in scripted.children[1:]):
                applied.add(name)
        for fraction in tree.find_data("frac"):
            applied |= self._differentiated(fraction, applied)
        applied = {stem(n) for n in applied if n}
        self.how.arrays |= {n for n in applied if n not in self.how.scalars and n not in self.bound}

    def _differentiated(self, fraction: Tree, applied: set[str]) -> set[str]:
        """The tensor by whose entries a loss is differentiated."""
        of, wrt = self.differential(fraction.children[1]), self.differential(fraction.children[2])
        if not of or not wrt or any(p == "neg" for p in (*of, *wrt)):
            return set()
        above, below = (self._named(half[0]) for half in (of, wrt))
        return set() if above in applied or above in self.how.arrays else {below}

    def _named(self, piece: Any) -> str:
        if isinstance(piece, Node):
            inner = piece.parts[0] if piece.kind == "index" else piece
            return str(inner.parts[0]) if inner.kind == "name" else ""
        return self._base(piece) if piece.data == "scripted" else ""

    def _bound_names(self, script: Tree) -> set[str]:
        found = set()
        for leaf in script.scan_values(lambda t: getattr(t, "type", "") == "NAME"):
            found.add(str(leaf))
        return found if str(script.children[0].type if hasattr(script.children[0], "type") else "") == "SUB" else set()

    def _base(self, scripted: Tree) -> str:
        atom = scripted.children[0]
        while getattr(atom, "data", "") in ("styled", "accent") and atom.children:
            atom = atom.children[-1]
        if getattr(atom, "data", "") == "scripted":
            return self._base(atom)
        if getattr(atom, "data", "") in ("parens", "brackets", "braces"):
            pieces = self.pieces(atom)
            return self._base(pieces[0]) if len(pieces) == 1 and pieces[0] != "neg" else ""
        return str(atom.children[0]) if getattr(atom, "data", "") == "name" else ""

    def _indexing(self, script: Tree) -> bool:
        """Whether a subscript is an index: signs, several letters, or one small letter."""
        if not hasattr(script.children[0], "type") or script.children[0].type != "SUB":
            return False
        value = script.children[1]
        shown = re.sub(r"\\[a-z]+\s?|[{}\s\\]", "", self.text[slice(*self.span(value))]) or self._plain(value)
        if re.search(r"[-+,]", shown):
            return True
        words = (
            [str(t) for t in value.scan_values(lambda t: t.type in ("NAME", "NUMBER"))]
            if hasattr(value, "scan_values")
            else []
        )
        return bool(words) and all(LETTER.match(w) or w in GREEK or w.isdigit() or self._letters(w) for w in words)

    def _letters(self, word: str) -> bool:
        """Whether a word is letters side by side, each an index: w_{ij}."""
        return (
            len(word) in (2, 3)
            and word.isalpha()
            and word.islower()
            and word not in ("in", "out", "pad", "max", "min", "lo", "hi", "eff", "new", "old", "col", "row", "mat")
        )

    def _plain(self, tree: Any) -> str:
        return "".join(str(t) for t in tree.scan_values(lambda t: True)) if hasattr(tree, "scan_values") else str(tree)

    @abstractmethod
    def is_big(self, tree: Tree) -> bool:
        """Whether a piece is a sum, a product or an integral sign."""

    @abstractmethod
    def big(self, tree: Tree, rest: list[Any]) -> Node:
        """A sum with its limits, over all that follows."""

    @abstractmethod
    def is_partial(self, tree: Tree) -> bool:
        """Whether a piece is a bare partial sign."""

    @abstractmethod
    def differential(self, tree: Tree) -> Any:
        """What stands behind d or the partial sign in a denominator, as pieces; None if it is no differential."""

    @abstractmethod
    def pieces(self, tree: Tree) -> list[Any]:
        """The factors within braces that hold one term."""

    @abstractmethod
    def quotient(self, top: Any, wrt: list[Any], tree: Tree) -> Node:
        """A derivative as a fraction; with nothing above, what follows is differentiated."""

    @abstractmethod
    def scripted(self, tree: Tree) -> Node:
        """An atom with its subscripts, superscripts, primes and attributes."""

    @abstractmethod
    def scripts(self, node: Node, tree: Tree) -> Node:
        """The scripts of a piece, one after the other; an index waits for marks: x_i^l."""

    @abstractmethod
    def spelled(self, node: Node) -> list[Node]:
        """Letters side by side, each an index of its own: ij, i'j'd."""

    @abstractmethod
    def plain_value(self, value: Any) -> Node:
        """A script that is one number or one name."""

    @abstractmethod
    def braced(self, tree: Tree) -> Node:
        """Braces or parentheses around one expression."""

    @abstractmethod
    def applied(self, pieces: list[Any], at: int) -> tuple[Node, int]:
        """A factor with the brackets that follow it, where they are its arguments."""

    @abstractmethod
    def elements(self, tree: Tree) -> list[Node]:
        """The elements within brackets."""

    @abstractmethod
    def dotted(self, tree: Tree) -> str:
        """The name of a piece with its attributes, if it has no other scripts."""

    @abstractmethod
    def product(self, pieces: list[Any], place: tuple[int, int]) -> Node:
        """Pieces from left to right."""

    @abstractmethod
    def tensorial(self, node: Node) -> bool:
        """Whether an expression is a tensor, not a number."""

    @abstractmethod
    def atom(self, tree: Tree) -> Node:
        """An atom, by its kind."""

    @abstractmethod
    def ratio(self, pieces: list[Any], at: int) -> tuple[Node, int] | None:
        """A derivative on one line, as in dL/dx."""

    @abstractmethod
    def remark(self, tree: Tree) -> str:
        """(full convolution) behind an operation: its mode."""

    @abstractmethod
    def called(self, node: Node, pieces: list[Any], at: int) -> tuple[Node, int]:
        """Brackets behind a tensor are an index; behind the name of a size, part of the name."""

    @abstractmethod
    def range(self, node: Node, top: Node | None) -> list[Node]:
        """What one element below a sum's sign says."""
