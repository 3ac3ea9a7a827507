"""Plain data as JSON and back: dataclasses of known kinds, tuples, texts, numbers.

    Condition("k odd", True)  ->  {"is": "Condition", "words": "k odd", "exact": true}

Sequences come back as tuples, for facts are frozen.  Nothing but the kinds that the reader names is ever made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from symconv.errors import InternalError

Kinds = Mapping[str, Callable[..., Any]]


def packed(value: Any, special: Callable[[Any], dict[str, Any] | None] = lambda _: None) -> Any:
    """Data as what JSON can hold; ``special`` writes the kinds that have a form of their own."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (tuple, list)):
        return [packed(part, special) for part in value]
    own = special(value)
    if own is not None:
        return {name: packed(part, special) for name, part in own.items()}
    if isinstance(value, dict):
        return {"is": "dict", **{name: packed(part, special) for name, part in value.items()}}
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__, **{f.name: packed(getattr(value, f.name), special) for f in fields(value)}}
    raise InternalError(f"internal error: {type(value).__name__} has no form for another process; please report it")


def unpacked(value: Any, kinds: Kinds) -> Any:
    """Data from what JSON held; a kind that is not among ``kinds`` is refused."""
    if isinstance(value, list):
        return tuple(unpacked(part, kinds) for part in value)
    if not isinstance(value, dict):
        return value
    given = {name: unpacked(part, kinds) for name, part in value.items() if name != "is"}
    make = kinds.get(str(value.get("is")))
    if make is None:
        raise InternalError(
            f"internal error: another process answered with {str(value.get('is'))[:40]!r}; please report it"
        )
    return make(**given)
