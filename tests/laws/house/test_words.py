"""What is said is said by key: every key stands in the table with the slots that are given, and no sentence stands in a checker.

Keys that are built (``f"kind.{kind}"``) are met by the pages themselves; here a key is a string in the text of the house.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from string import Formatter

from symconv.words.en import ENGLISH, TABLES
from tests.laws.house.test_arrows import FILES, checker, parsed_of, part
from tests.oracles.source import nodes

SAYING = {"Verdict", "Check", "weakened", "noted", "issue", "together"}  # what takes words that are shown


def slots_of(template: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def said(module: str) -> Iterator[tuple[str, set[str] | None]]:
    """Every key that a module gives as a string, with the slots that it gives, or None where they are built."""
    for node in nodes(parsed_of(module)):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        called, key = ast.unparse(node.func).rpartition(".")[2], node.args[0].value
        if called == "sentence" and not any(word.arg is None for word in node.keywords) and key in ENGLISH:
            yield key, {str(word.arg) for word in node.keywords}
        elif called == "counting":
            yield from ((f"{key}{one}", {"count", *(str(word.arg) for word in node.keywords)}) for one in ("", ".one"))
        elif called == "Prose" and len(node.args) == 1:
            yield key, set()
        elif called == "message":
            yield key, None
        elif called == "Prose" and isinstance(node.args[1], ast.Dict) and all(node.args[1].keys):
            yield key, {k.value for k in node.args[1].keys if isinstance(k, ast.Constant)}
        elif called == "Prose":
            yield key, None


def test_no_key_stands_in_two_tables() -> None:
    counts = Counter(key for table in TABLES for key in table)
    assert [key for key, n in counts.items() if n > 1] == []
    assert len(ENGLISH) == len(counts) > 900


def test_every_slot_has_a_name() -> None:
    assert [key for key, words in ENGLISH.items() for _, slot, _, _ in Formatter().parse(words) if slot == ""] == []


def test_every_key_has_its_words_and_every_slot_is_filled() -> None:
    """Slots that a template has no use for may be given; one that it has must be."""
    keys = [(m, key, given) for m in FILES for key, given in said(m)]
    assert len({key for _, key, _ in keys}) > 300
    assert [(m, key) for m, key, _ in keys if key not in ENGLISH] == []
    unfilled = [(m, key, slots_of(ENGLISH[key]) - given) for m, key, given in keys if given is not None]
    assert [one for one in unfilled if one[-1]] == []


def sentences(module: str) -> Iterator[str]:
    """The English that a verdict or a check is given as a string."""
    for call in nodes(parsed_of(module)):
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in SAYING:
            for given in [*call.args[1:2], *call.args[2:3] * (ast.unparse(call.func) == "Check")]:
                text = given.values if isinstance(given, ast.JoinedStr) else [given]
                words = " ".join(v.value for v in text if isinstance(v, ast.Constant) and isinstance(v.value, str))
                if len(words.split()) > 1:
                    yield words


def test_no_sentence_stands_in_a_checker() -> None:
    found = {m: [*sentences(m)] for m in FILES if checker(m) or part(m) in ("api", "topics", "claims")}
    assert {m: words for m, words in found.items() if words} == {}
