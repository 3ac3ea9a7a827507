"""An LALR automaton: a row of words becomes a tree, by a table that lark makes of the grammar.

To make the table takes as long as all else that a short command does, so it is kept beside the grammar.  In it

    rule       (origin, size, name, single, spliced): what is reduced, from how many values, to a tree of which name; whether
               one child stands for itself; the places of the helpers of a repetition, whose children are its own
    state      ({kind: state after a shift, origin: state after a reduction}, [(rule, kinds of words before which it applies)])

The first state is where reading starts, and what it becomes behind the first origin is where it ends.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

END = "$END"


class Token(str):
    """A word: its text, with its kind and its place."""

    __slots__ = ("end_pos", "start_pos", "type")

    type: str
    start_pos: int
    end_pos: int

    def __new__(cls, kind: str, text: str, start: int, end: int) -> Token:
        """The text is what the token is."""
        made = super().__new__(cls, text)
        made.type, made.start_pos, made.end_pos = kind, start, end
        return made


class Tree:
    """What a rule made of its children, with the questions of lark's own; a tree of no words has no place."""

    __slots__ = ("children", "data", "empty", "end_pos", "start_pos")

    def __init__(self, data: str, children: list[Any], values: list[Any]) -> None:
        self.data, self.children = data, children
        self.start_pos: int
        self.end_pos: int
        placed = [v for v in values if isinstance(v, Token) or not v.empty]
        self.empty = not placed
        self.start_pos, self.end_pos = (placed[0].start_pos, placed[-1].end_pos) if placed else (0, 1)

    def scan_values(self, wanted: Callable[[Token], bool]) -> Iterator[Token]:
        """The words in it that are wanted, in reading order."""
        for child in self.children:
            if isinstance(child, Tree):
                yield from child.scan_values(wanted)
            elif wanted(child):
                yield child

    def iter_subtrees(self) -> Iterator[Tree]:
        """Every tree in it, the deepest first and it last."""
        found = [self]
        for tree in found:
            found += [child for child in reversed(tree.children) if isinstance(child, Tree)]
        return reversed(found)

    def find_pred(self, wanted: Callable[[Tree], bool]) -> Iterator[Tree]:
        """The trees in it that are wanted."""
        return filter(wanted, self.iter_subtrees())

    def find_data(self, data: str) -> Iterator[Tree]:
        """The trees in it of a name."""
        return self.find_pred(lambda tree: tree.data == data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tree) and (self.data, self.children) == (other.data, other.children)

    def __hash__(self) -> int:
        return hash((self.data, tuple(self.children)))

    def __repr__(self) -> str:
        return f"Tree({self.data!r}, {self.children!r})"


class UnexpectedWord(Exception):
    """A word, or the end, where the grammar has no place for it."""

    def __init__(self, token: Token) -> None:
        super().__init__(token)
        self.token = token


class Rule(NamedTuple):
    """What is made of the last ``size`` values."""

    origin: str
    size: int
    name: str
    single: bool
    spliced: tuple[int, ...]

    def applied(self, values: list[Any]) -> Any:
        """The tree, or the one child that stands for itself."""
        children: list[Any] = []
        for place, value in enumerate(values):
            if place in self.spliced:
                children += value.children
            else:
                children.append(value)
        return children[0] if self.single and len(children) == 1 else Tree(self.name, children, values)


class Automaton:
    """A table at work."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.rules = [Rule(origin, size, name, single, tuple(at)) for origin, size, name, single, at in table["rules"]]
        kinds = [frozenset(words.split()) for words in table["kinds"]]
        self.states: list[tuple[dict[str, int], list[tuple[Rule, frozenset[str]]]]] = [
            (after, [(self.rules[rule], kinds[which]) for rule, which in before]) for after, before in table["states"]
        ]
        self.last = self.states[0][0][table["start"]]

    def read(self, words: Iterable[Token]) -> Tree:
        """The tree of the words.

        Raises UnexpectedWord at the first that does not fit.
        """
        states, values = [0], list[Any]()
        for word in (*words, Token(END, "", 0, 0)):
            while word.type not in self.states[states[-1]][0]:
                rule = self._rule(states[-1], word)
                at = len(values) - rule.size
                values[at:], states[at + 1 :] = [rule.applied(values[at:])], []
                states.append(self.states[states[-1]][0][rule.origin])
                if word.type == END and states[-1] == self.last:
                    break
            else:
                states.append(self.states[states[-1]][0][word.type])
                values.append(word)
        (tree,) = values
        assert isinstance(tree, Tree)
        return tree

    def _rule(self, state: int, word: Token) -> Rule:
        for rule, kinds in self.states[state][1]:
            if word.type in kinds:
                return rule
        raise UnexpectedWord(word)


def automaton(grammar: str, kept: Path) -> Automaton:
    """The automaton of a grammar: as it was kept, if it was this grammar; else made anew."""
    table = json.loads(kept.read_text(encoding="utf-8"))
    return Automaton(table if table["grammar"] == digest(grammar) else parse_table(grammar))


def digest(grammar: str) -> int:
    """Tells one grammar from another."""
    return zlib.crc32(grammar.encode())


def parse_table(grammar: str, start: str = "start") -> dict[str, Any]:
    """The table of a grammar, made by lark; its states are numbered in the order in which words lead to them."""
    from lark import Lark

    lark = Lark(grammar, parser="lalr", lexer="basic", start=start)
    rules = {rule: number for number, rule in enumerate(sorted(lark.rules, key=lambda r: (r.origin.name, r.order)))}
    table: Any = lark.parser.parser._parse_table
    numbers = {table.start_states[start]: 0}
    kinds: dict[str, int] = {}
    states = []
    for state in numbers_in_order(numbers):
        row = table.states[state]
        after, before = dict[str, int](), dict[int, list[str]]()
        for word, (action, target) in sorted(row.items()):
            if str(action) == "Shift":
                after[word] = numbers.setdefault(target, len(numbers))
            else:
                before.setdefault(rules[target], []).append(word)
        words = {rule: " ".join(found) for rule, found in before.items()}
        states.append([after, [[rule, kinds.setdefault(found, len(kinds))] for rule, found in sorted(words.items())]])
    written = [
        [r.origin.name, len(r.expansion), r.alias or r.origin.name, bool(r.options.expand1 and not r.alias),
         [k for k, s in enumerate(r.expansion) if not s.is_term and s.name.startswith("_")]]
        for r in rules
    ]  # fmt: skip
    return {"grammar": digest(grammar), "start": start, "rules": written, "kinds": list(kinds), "states": states}


def numbers_in_order(numbers: dict[Any, int]) -> Iterator[Any]:
    """What was numbered, in its order; more may be numbered on the way."""
    at = 0
    while at < len(numbers):
        yield next(key for key, number in numbers.items() if number == at)
        at += 1


def written(table: dict[str, Any]) -> str:
    """The table as a file: a line for each rule, row of kinds and state."""
    lines = []
    for name, value in table.items():
        rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value) if isinstance(value, list) else ""
        lines.append(f'"{name}":' + (f"[\n{rows}\n]" if rows else json.dumps(value)))
    return "{" + ",\n".join(lines) + "}\n"
