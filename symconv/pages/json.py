"""JSON: the fields of a fact, walked once: stable keys, numbers where they are numbers, else text.

    Int        a number, or an expression in Python's notation     Fraction    "p/q"       tuple    a list
    Verdict    its status      Check    kind, verdict, detail, and a proof's domain and solver      others   their fields by name

What a row of plain values is stands on one line.  Times have a field of their own, the only one that differs from run to run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import singledispatch
from itertools import chain
from math import prod
from typing import Any

from symconv.language.facts import Check, Verdict
from symconv.language.integers import Int
from symconv.language.prose import Joined, Prose
from symconv.pages.faces import fields, measured
from symconv.pages.laid import Speller
from symconv.pages.styles import CODE
from symconv.pages.timing import by_name, timing

CODED = Speller(CODE)


# the walk
@singledispatch
def plain(value: Any) -> Any:
    """A value as JSON has it: of a kind that is not listed here its fields by name."""
    return {name: plain(part) for name, part in vars(value).items()}


@plain.register(str)
@plain.register(int)
@plain.register(float)
@plain.register(type(None))
def _(value: Any) -> Any:
    return value


@plain.register(dict)
def _(value: dict[str, Any]) -> Any:
    return {name: plain(part) for name, part in value.items()}


@plain.register(list)
@plain.register(tuple)
def _(value: Sequence[Any]) -> Any:
    return [plain(part) for part in value]


@plain.register(Fraction)
def _(value: Fraction) -> str:
    return str(value)


@plain.register(Int)
def _(value: Int) -> int | str:
    return value.constant if value.constant is not None else CODED.integer(value)


@plain.register(Prose)
@plain.register(Joined)
def _(value: Prose | Joined) -> str:
    return str(value)


@plain.register(Verdict)
def _(value: Verdict) -> str:
    return value.status


@plain.register(Check)
def _(value: Check) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": value.kind, "verdict": value.verdict.status, "detail": str(value.detail)}
    return found | ({"domain": value.verdict.domain, "solver": by_name(value.verdict)} if value.verdict.domain else {})


def nested(flat: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """A flat list in row-major order as nested lists."""
    if not shape:
        return flat[0]
    step = prod(shape[1:])
    return [nested(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


# the text
def written(facts: Sequence[Any], many: str = "", **options: Any) -> str:
    """The object of a fact; of several, named by ``many``, {many: [...]}."""
    objects = [plain(fields(fact, **options)) for fact in facts]
    whole: dict[str, Any] = {many: objects} if many else objects[0]
    verdicts = [found for fact in facts if (found := measured(fact)) is not None]
    return text({**whole, "timing": timing(chain(*verdicts))} if verdicts else whole)


def text(whole: Mapping[str, Any]) -> str:
    """JSON as text; half a character of a user's stands as a question mark."""
    return indented(whole, "").encode("utf-8", "replace").decode() + "\n"


def indented(found: Any, indent: str) -> str:
    """Objects and lists of lists over several lines, lists of plain values on one."""
    inner = indent + "  "
    if isinstance(found, dict) and any(isinstance(part, (dict, list)) for part in found.values()):
        rows = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {indented(part, inner)}" for key, part in found.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(found, list) and any(isinstance(part, (dict, list)) for part in found):
        return "[\n" + ",\n".join(inner + indented(part, inner) for part in found) + f"\n{indent}]"
    return json.dumps(found, ensure_ascii=False)
