"""Reading what users type: the values of parameters.

    2        2x1        s        s1,s2        1:0x2:1        P:Q,1        same

One entry per axis, joined by ``x`` between numbers or by commas; a pair ``lo:hi`` gives the two sides of an axis.
The text is data: it is parsed by the grammar below (lark, LALR) and never evaluated.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from symconv.errors import SymconvError

LONGEST = 200

GRAMMAR = r"""
start: entry (_SEPARATOR entry)*
entry: atom (":" atom)?
atom: INT | NAME
_SEPARATOR.2: /\s*,\s*|(?<=[0-9])\s*[x×]\s*(?=[-0-9])/
INT: /[-+]?[0-9]+/
NAME: /[A-Za-z_][A-Za-z0-9_]*/
%ignore /[ \t]+/
"""

Entry = int | str | tuple[int | str, int | str]
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}\Z")


@cache
def _parser() -> Any:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr")


def read_entries(text: str, what: str) -> list[Entry]:
    """The entries of a parameter as typed, one per axis.

    Raises SymconvError with the place of the first character that does not fit.
    """
    from lark.exceptions import UnexpectedInput

    if len(text) > LONGEST:
        raise SymconvError(f"{what}: expected at most {LONGEST} characters, got {len(text)}")
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        column = getattr(error, "column", 1)
        place = f"at character {column}" if isinstance(column, int) and 0 < column <= len(text) else "at the end"
        raise SymconvError(
            f"{what}: expected numbers or names like 2, 2x1, s, s1,s2 or sides lo:hi, got {text!r} (wrong {place})"
        ) from None
    return [_entry(node) for node in tree.children]


def _entry(node: Any) -> Entry:
    atoms = [_atom(child.children[0]) for child in node.children]
    return atoms[0] if len(atoms) == 1 else (atoms[0], atoms[1])


def _atom(token: Any) -> int | str:
    return int(token) if token.type == "INT" else str(token)


def read_assignments(text: str, what: str) -> dict[str, int]:
    """Numbers for names, as in ``s=2, P=1``."""
    values: dict[str, int] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, equals, number = (s.strip() for s in part.partition("="))
        if not equals or not NAME.match(name) or not re.fullmatch(r"[-+]?[0-9]{1,9}", number):
            raise SymconvError(f"{what}: expected name=number pairs like s=2,P=1, got {part!r}")
        if name in values:
            raise SymconvError(f"{what}: expected each name once, got {name!r} twice")
        values[name] = int(number)
    return values
