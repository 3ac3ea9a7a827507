r"""The meaning of a published formula, as its author writes it beside the formula.

    where   o=output, i=input            names and their roles, or formulas: p=(k-1)/2
    given   k odd; s = 1                 conditions
    note    symconv: about=output-size where="o=output, i=input" operator=conv2d

A note is a comment beside an equation of a document; its keys are those of a claim file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symconv.claims.lexer import DIGITS
from symconv.errors import SymconvError, brief, nearest
from symconv.language.claims import TOPICS, Published

KEYS = ("about", "where", "given", "operator", "forward", "conventions", "source", "id")
MARK = re.compile(r"symconv\s*:\s*(.*)\Z", re.DOTALL)
PAIR = re.compile(r"\s*([A-Za-z_][\w-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))\s*,?")
OPENING, CLOSING = "([{", ")]}"
LONGEST = 5_000
LONG_NUMBER = re.compile(rf"\d{{{DIGITS + 1},}}")


def pieces(text: str, separators: str) -> list[str]:
    """The parts of a list, cut at separators outside of brackets; empty parts are left out."""
    found, depth, start = [], 0, 0
    for at, c in enumerate(text):
        if c in OPENING:
            depth += 1
        elif c in CLOSING:
            depth -= 1
        elif c in separators and depth <= 0:
            found.append(text[start:at].strip())
            start = at + 1
    return [p for p in (*found, text[start:].strip()) if p]


def short(text: Any) -> str:
    """A user's words within a message."""
    return repr(brief(text, 40, plain=True))


def text_of(value: Any, key: str) -> str:
    """A string.

    Raises SymconvError for anything else, and beyond the longest.
    """
    if not isinstance(value, str):
        raise SymconvError(f"{key}: expected a string, got {type(value).__name__} {short(value)}")
    if len(value) > LONGEST:
        raise SymconvError(f"{key}: expected at most {LONGEST} characters, got {len(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise SymconvError(f"{key}: expected text in UTF-8, got bytes of another encoding") from None
    if key != "formula" and (long := LONG_NUMBER.search(value)):  # a formula's own reader shows the place
        raise SymconvError(f"{key}: expected numbers of at most {DIGITS} digits, got one of {len(long[0])}")
    return value.strip()


def where_of(value: Any) -> tuple[tuple[str, str], ...]:
    """The meanings of names: a table, or "o=output, i=input".

    Raises SymconvError for a part without =, and for a name with two meanings.
    """
    if value is None:
        return ()
    if isinstance(value, Mapping):
        pairs = [(text_of(k, "where"), _role(k, v)) for k, v in value.items()]
    else:
        pairs = []
        for part in pieces(text_of(value, "where"), ",;\n"):
            name, equals, meaning = part.partition("=")
            if not equals or not name.strip() or not meaning.strip():
                raise SymconvError(f"where: expected name=meaning, as in 'o=output, i=input', got {short(part)}")
            pairs.append((name.strip(), meaning.strip()))
    return _agreeing(pairs, "where")


def _role(name: str, value: Any) -> str:
    """A role or a formula; a number stands for itself."""
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**DIGITS:
            raise SymconvError(f"where: expected a number of at most {DIGITS} digits for {short(name)}, got a longer one")
        return str(value)
    made = text_of(value, f"where: {name}")
    if not made:
        raise SymconvError(f"where: expected a meaning for {short(name)}, got an empty string")
    return made


def _agreeing(pairs: list[tuple[str, str]], key: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for name, meaning in pairs:
        if not name:
            raise SymconvError(f"{key}: expected a name before the meaning {short(meaning)}, got an empty string")
        if found.setdefault(name, meaning) != meaning:
            raise SymconvError(
                f"{key}: {short(name)} has two meanings, {short(found[name])} and {short(meaning)}; keep one"
            )
    return tuple(found.items())


def given_of(value: Any) -> tuple[str, ...]:
    """Conditions: a string, cut at semicolons, or a list of strings."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(pieces(text_of(value, "given"), ";\n"))
    if isinstance(value, (list, tuple)):
        return tuple(made for v in value if (made := text_of(v, "given")))
    raise SymconvError(f"given: expected a string or a list of strings, got {type(value).__name__} {short(value)}")


def conventions_of(value: Any) -> tuple[tuple[str, str], ...]:
    """Conventions: a table, a list of name=choice, or "dilation=0, padding=total"."""
    if value is None:
        return ()
    if isinstance(value, Mapping):
        return _agreeing([(text_of(k, "conventions"), _role(k, v)) for k, v in value.items()], "conventions")
    parts = pieces(value, ",;\n") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)):
        raise SymconvError(f"conventions: expected a table such as {{dilation = 0}}, got {type(value).__name__}")
    pairs = []
    for part in parts:
        name, equals, choice = text_of(part, "convention").partition("=")
        if not equals or not name.strip() or not choice.strip():
            raise SymconvError(f"convention: expected name=choice, as in dilation=0, got {short(part)}")
        pairs.append((name.strip(), choice.strip()))
    return _agreeing(pairs, "convention")


def topic(value: Any) -> str:
    """A topic, or none."""
    found = text_of(value, "about") if value is not None else ""
    if found and found not in TOPICS:
        raise SymconvError(f"about: expected one of {', '.join(TOPICS)}, got {short(found)}{nearest(found, list(TOPICS))}")
    return found


def claim(formula: str, meaning: Mapping[str, Any], **rest: Any) -> Published:
    """A formula with its meaning.

    Raises SymconvError for a key that is unknown (it names the nearest) and for values of the wrong kind.
    """
    for key in meaning:
        if key not in KEYS:
            raise SymconvError(f"unknown key {short(key)}: expected {', '.join(KEYS)}{nearest(str(key), list(KEYS))}")

    def said(key: str) -> str:
        return text_of(meaning[key], key) if meaning.get(key) is not None else ""

    made = Published(
        text_of(formula, "formula"),
        topic(meaning.get("about")),
        where_of(meaning.get("where")),
        given_of(meaning.get("given")),
        said("operator"),
        said("forward"),
        conventions_of(meaning.get("conventions")),
        said("id"),
        said("source"),
    )
    return replace(made, **{k: v for k, v in rest.items() if v})


def with_defaults(published: Published, given: Published) -> Published:
    """A claim with what it leaves open filled in: its own words win, name by name."""
    own = dict(published.where)
    chosen = dict(published.conventions)
    return replace(
        published,
        about=published.about or given.about,
        where=(*published.where, *((n, m) for n, m in given.where if n not in own)),
        given=(*published.given, *(g for g in given.given if g not in published.given)),
        operator=published.operator or given.operator,
        forward=published.forward or given.forward,
        conventions=(*published.conventions, *((n, c) for n, c in given.conventions if n not in chosen)),
    )


def note(comment: str) -> dict[str, str] | None:
    """The keys of a comment "symconv: about=... where=..."; None if it is another comment.

    "symconv: skip" leaves the equation out, with an optional reason: skip="a definition".
    Raises SymconvError for what is neither a key with its value nor skip.
    """
    found = MARK.match(comment.strip())
    if found is None:
        return None
    text, at, made = found[1].strip(), 0, dict[str, str]()
    if re.fullmatch(r"skip", text):
        return {"skip": "marked so"}
    while at < len(text):
        pair = PAIR.match(text, at)
        if pair is None:
            raise SymconvError(f'symconv comment: expected key="value" (about=output-size), got {short(text[at:])}')
        key = "conventions" if pair[1] == "convention" else pair[1]
        if key not in (*KEYS, "skip"):
            known = [*KEYS, "skip"]
            raise SymconvError(
                f"symconv comment: unknown key {short(key)}: expected {', '.join(known)}{nearest(key, known)}"
            )
        if key in made:
            raise SymconvError(f"symconv comment: the key {short(key)} stands twice; keep one")
        made[key] = next(v for v in pair.groups()[1:] if v is not None)
        at = pair.end()
    if not made:
        raise SymconvError('symconv comment: expected key="value" (about=output-size), got nothing')
    return made
