"""Which names a formula about functions has, and which roles they were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symconv.claims.function_names import LOSSES, canonical
from symconv.core.formula import Node

if TYPE_CHECKING:
    from symconv.claims.function_meaning import Draft


def wrts(draft: Draft) -> list[str]:
    """The variables of the derivatives."""
    made = []
    for n in draft.nodes():
        if n.kind == "partial":
            base = n.parts[1].parts[0] if n.parts[1].kind == "index" else n.parts[1]
            made.append(base.parts[0])
    return list(dict.fromkeys(made))


def everything(draft: Draft) -> list[str]:
    """Every name, in reading order."""
    return list(dict.fromkeys(n.parts[0] for n in draft.nodes() if n.kind == "name"))


def role(draft: Draft, word: str) -> str:
    """The role that was given to a name."""
    return draft.context.roles.get(word, "")


def given(draft: Draft, what: str) -> str:
    """The name with a role."""
    return next((w for w in everything(draft) if role(draft, w) == what), "")


def bare(draft: Draft) -> list[str]:
    """Names that may be entries or numbers: no indices, losses, functions, definitions."""
    indices = {
        e.parts[0]
        for n in draft.nodes()
        for e in (n.parts[1:] if n.kind == "index" else n.parts[:1] if n.kind in ("each", "range") else ())
        for e in ([Node("name", (e,))] if isinstance(e, str) else [e])
        if e.kind == "name"
    }
    found = []
    for w in everything(draft):
        if w in indices or w in LOSSES or w in draft.definitions or w in ("delta", "e", "pi") or w in draft.context.aliases:
            continue
        if canonical(w) != w or w.rstrip("'") in draft.context.aliases:
            continue
        found.append(w)
    return found
