"""What pages say is keyed: a table for each subject, no key in two of them, and a key for whatever is said."""

from __future__ import annotations

import ast
from collections import Counter
from string import Formatter

from symconv.words.en import ENGLISH, TABLES
from tests.oracles.source import trees


def test_no_key_stands_twice() -> None:
    counts = Counter(key for table in TABLES for key in table)
    assert [key for key, n in counts.items() if n > 1] == []
    assert len(ENGLISH) == len(counts) > 900


def test_every_slot_has_a_name() -> None:
    for key, words in ENGLISH.items():
        assert all(slot != "" for _, slot, _, _ in Formatter().parse(words)), key


def test_whatever_is_said_has_its_key() -> None:
    """Every key that is written out in the source; those put together from parts are met when their pages are written."""
    said: set[str] = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Prose", "message"):
                said |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    assert len(said) > 300
    assert sorted(said - set(ENGLISH) - {"tuple"}) == []
