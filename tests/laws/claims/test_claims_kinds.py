"""Formulas by kind of difficulty: each has a verdict that is right; names carry no meaning once they are given one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from symconv.api import verify
from symconv.claims.meaning import where_of
from symconv.errors import SymconvError
from tests import CORPORA

DATA = json.loads((CORPORA / "claims" / "kinds.json").read_text(encoding="utf-8"))
ENTRIES = [*DATA["kinds"], *DATA["siblings"]]
KEYS = {"convention": "conventions"}
DECIDED = {"proved", "checked", "conditional", "refuted"}
OTHERS = ["\\alpha", "foo_2", "두", "q'", "\\mu", "zz", "Ж", "\\xi", "bar_7"]


def status(formula: str, options: dict[str, Any]) -> str:
    try:
        return verify.judge(verify.published(formula, **{KEYS.get(k, k): v for k, v in options.items()})).verdict.status
    except SymconvError:
        return "unsupported"


@pytest.mark.sweep(24)
@pytest.mark.parametrize("entry", ENTRIES, ids=[e["id"] for e in ENTRIES])
def test_every_kind_is_decided_rightly(entry: dict[str, Any]) -> None:
    found = status(entry["formula"], entry["options"])
    assert found not in entry.get("never", [])
    assert found in entry["expect"]


def renamed(entry: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The entry with every name that --where gives under another name; None where a part of a name would change."""
    parts = where_of(entry["options"].get("where"))
    names = [n.strip() for n, _ in parts]
    plain = re.sub(r"\\[A-Za-z]+|\{\w+\}", " ", entry["formula"])
    used = set(re.findall(r"[A-Za-z]\w*", plain))
    if not names or set(names) != used or any(not re.fullmatch(r"[A-Za-z]", n) for n in names):
        return None
    to = dict(zip(names, OTHERS, strict=False))

    def put(text: str) -> str:
        return re.sub(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", lambda m: to.get(m[0], m[0]) + " ", text)

    told = {"where": ", ".join(f"{to[n.strip()]}={words}" for n, words in parts)}
    more = {k: put(v) if k == "given" else v for k, v in entry["options"].items() if k != "where"}
    return put(entry["formula"]), {**more, **told}


RENAMED = [(e["id"], e, r) for e in ENTRIES if (r := renamed(e)) is not None]


def test_letters_carry_no_meaning_once_the_meaning_is_given() -> None:
    assert len(RENAMED) > 12
    wrong = []
    for name, entry, (formula, options) in RENAMED:
        before, after = status(entry["formula"], entry["options"]), status(formula, options)
        if before != after:
            wrong.append((name, formula, options, before, after))
    assert wrong == []
