"""A claim file: TOML with one [[claim]] per formula.

[[claim]]
id = "output-width"
formula = 'O_W = H - K_W + 1'
about = "output-size"
where = {O_W = "output width", H = "input height"}      # or "O_W=output width, H=input height"
given = ["K_W odd"]                                     # or a string
source = "a slide"
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from symconv.claims.binding import Found, Lines
from symconv.claims.meaning import KEYS, claim, short
from symconv.errors import SymconvError, brief, nearest
from symconv.language.claims import Published

HEADING = re.compile(r"^[ \t]*\[\[[ \t]*claim[ \t]*\]\]", re.MULTILINE)
DEEPEST = 20
KEY = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+"
DEEP = re.compile(
    rf"(?:^[ \t\[]*+|[{{,][ \t]*+)(?:{KEY}){{{DEEPEST}}}", re.MULTILINE
)  # TOML's reader is quadratic in these
NEWLINE = "\n"


def read(text: str) -> Found:
    """The claims of a file.

    Raises SymconvError for what is no TOML, for unknown keys, for two claims of one id.
    """
    deep = DEEP.search(text)
    if deep is not None:
        raise SymconvError(f"line {text.count(NEWLINE, 0, deep.start()) + 1}: expected keys of at most {DEEPEST} parts")
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SymconvError(f"not TOML: {error}") from None
    except ValueError as error:  # a number of thousands of digits, a date that does not exist
        raise SymconvError(f"not TOML: {brief(error, 100, plain=True)}") from None
    except RecursionError:
        raise SymconvError("not a claim file: nested too deeply") from None
    for key in whole:
        if key != "claim":
            raise SymconvError(f"unknown key {short(key)}: expected [[claim]]{nearest(key, ['claim'])}")
    entries = whole.get("claim", [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise SymconvError("claim: expected tables, each under the heading [[claim]]")
    places = Lines(text)
    lines = [places.of(m.start()) for m in HEADING.finditer(text)]
    if len(lines) != len(entries):
        lines = [0] * len(entries)
    claims = tuple(_claim(entry, k + 1, line) for k, (entry, line) in enumerate(zip(entries, lines, strict=True)))
    seen: set[str] = set()
    for made in claims:
        if made.id in seen:
            raise SymconvError(f"id: two claims are called {short(made.id)}; give each its own id")
        seen.add(made.id)
    return Found(claims, (True,) * len(claims))


def _claim(entry: dict[str, Any], number: int, line: int) -> Published:
    place = f"claim {number}" + (f" (line {line})" if line else "")
    formula = entry.get("formula")
    known = ["formula", *KEYS]
    unknown = next((key for key in entry if key not in known), None)
    if unknown is not None:
        raise SymconvError(f"{place}: unknown key {short(unknown)}: expected {', '.join(known)}{nearest(unknown, known)}")
    if not isinstance(formula, str) or not formula.strip():
        raise SymconvError(f"{place}: expected formula, a string, got {short(formula) if 'formula' in entry else 'none'}")
    meaning = {key: value for key, value in entry.items() if key != "formula"}
    try:
        return claim(formula, {"id": f"claim-{number}", **meaning}, line=line)
    except SymconvError as error:
        raise SymconvError(f"{place}: {error}") from None
