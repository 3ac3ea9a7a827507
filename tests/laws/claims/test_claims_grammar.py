"""The automaton that reads formulas against lark's own parser of the same grammar: trees, places, and the first misfit."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lark import Lark
from lark import Token as LarkToken
from lark import Tree as LarkTree
from lark.exceptions import UnexpectedToken

from symconv.claims.automaton import Automaton, Token, Tree, UnexpectedWord, automaton, parse_table, written
from symconv.claims.grammar import GRAMMAR, KEPT
from symconv.claims.lexer import words
from symconv.errors import SymconvError
from tests import CORPORA

CORPUS = CORPORA / "claims"
OURS = automaton(GRAMMAR, KEPT)
Word = tuple[str, str, int, int]


@cache
def theirs() -> Any:
    return Lark(GRAMMAR, parser="lalr", lexer="basic", propagate_positions=True)


def by_lark(row: list[Word]) -> Any:
    reading = theirs().parse_interactive("")
    for kind, text, start, end in row:
        reading.feed_token(LarkToken(kind, text, start, 1, start + 1, 1, end + 1, end))
    return reading.feed_eof()


def plain(tree: Any) -> Any:
    """(name, place, children), the place of no words left out."""
    if isinstance(tree, (Token, LarkToken)):
        return tree.type, str(tree), tree.start_pos, tree.end_pos
    if isinstance(tree, LarkTree):
        place = None if tree.meta.empty else (tree.meta.start_pos, tree.meta.end_pos)
    else:
        place = None if tree.empty else (tree.start_pos, tree.end_pos)
    return str(tree.data), place, [plain(child) for child in tree.children]


def outcome(read: Any, row: list[Word]) -> Any:
    """The tree, and its parts in lark's order; or the first word that does not fit, None for the end."""
    try:
        tree = read(row)
    except (UnexpectedToken, UnexpectedWord) as error:
        return "misfit", None if error.token.type == "$END" else (error.token.start_pos, error.token.type)
    names = [str(t.data) for t in tree.iter_subtrees()]
    leaves = [str(t) for t in tree.scan_values(lambda t: True)]
    return plain(tree), names, leaves, [plain(t) for t in tree.find_data("scripted")]


def by_us(row: list[Word]) -> Tree:
    return OURS.read(Token(*word) for word in row)


def formulas() -> Iterator[str]:
    for file in sorted(CORPUS.glob("*.toml")):
        for claim in tomllib.loads(file.read_text(encoding="utf-8")).get("claim", []):
            yield from (text for key, text in claim.items() if key in ("formula", "forward") and isinstance(text, str))


def rows() -> list[list[Word]]:
    found = []
    for text in formulas():
        try:
            found.append([(w.kind, w.text, w.start, w.end) for w in words(text)])
        except SymconvError:
            continue
    return found


ROWS = rows()


def test_formulas_are_read_as_lark_reads_them() -> None:
    assert len(ROWS) > 100
    for row in ROWS:
        assert outcome(by_us, row) == outcome(by_lark, row)


@pytest.mark.sweep(1)
@pytest.mark.parametrize("seed", range(4))
def test_spoilt_formulas_are_refused_where_lark_refuses_them(seed: int) -> None:
    """A word taken out, doubled, moved, or put in from another formula."""
    rng = random.Random(seed)
    misfits = 0
    for row in ROWS:
        spoilt, at = list(row), rng.randrange(len(row))
        if seed == 0:
            del spoilt[at]
        elif seed == 1:
            spoilt.insert(at, spoilt[at])
        elif seed == 2:
            spoilt.insert(rng.randrange(len(row)), spoilt.pop(at))
        else:
            spoilt.insert(at, rng.choice(rng.choice(ROWS)))
        found = outcome(by_us, spoilt)
        misfits += found[0] == "misfit"
        assert found == outcome(by_lark, spoilt)
    assert misfits > 20


def test_the_table_that_is_kept_is_that_of_the_grammar() -> None:
    """python -m symconv.claims.grammar writes it anew."""
    assert KEPT.read_text(encoding="utf-8") == written(parse_table(GRAMMAR))


def test_another_grammar_is_not_read_by_the_table_that_is_kept(tmp_path: Path) -> None:
    """A table of another grammar is not used: it is made anew."""
    grammar = "start: NAME (PLUS NAME)* | \n%declare NAME PLUS"
    read = automaton(grammar, KEPT)
    row = [Token(kind, kind, k, k + 1) for k, kind in enumerate(("NAME", "PLUS", "NAME"))]
    assert plain(read.read(row)) == ("start", (0, 3), [plain(t) for t in row])
    assert read.read([]).empty
    kept = tmp_path / "kept.json"
    kept.write_text(written(parse_table(grammar)), encoding="utf-8")
    assert automaton(grammar, kept).read(row) == read.read(row)
    with pytest.raises(UnexpectedWord):
        Automaton(parse_table(grammar)).read(row[:2])
