"""The kernel's word across a process border: ``symconv verify --jobs``.

A worker process of ours has a kernel of its own.  What that kernel issued is signed with a key that this run made and gave to
its workers alone, and is issued again here if the signature fits; data that merely says "proved" is not believed.
"""

from __future__ import annotations

import hmac
import json
from typing import Any

from symconv.check.kernel.verdict import Proved, issue
from symconv.errors import InternalError
from symconv.language.prose import Joined, Prose, Words


def signature(key: bytes, fields: tuple[Words, str, str, float]) -> str:
    """A signature over all that a verdict says."""
    return hmac.new(key, json.dumps(fields, default=plain).encode(), "sha256").hexdigest()


def plain(words: Prose | Joined) -> list[Any]:
    """Words as what JSON can hold."""
    return [words.key, words.slots] if isinstance(words, Prose) else [words.separator, *words.pieces]


def sealed(value: Any, key: bytes) -> dict[str, Any] | None:
    """A verdict of the kernel as data with its signature; None for anything else."""
    if not isinstance(value, Proved):
        return None
    how, domain, solver, spent = fields = (value.how, value.domain, value.solver, value.milliseconds)
    named = {"how": how, "domain": domain, "solver": solver, "milliseconds": spent}
    return {"is": "Proved", **named, "signature": signature(key, fields)}


def received(key: bytes, how: Words, domain: str, solver: str, milliseconds: float, **given: str) -> Proved:
    """The verdict that another kernel of ours issued.

    Raises InternalError if its signature does not fit.
    """
    told = given.get("signature", "")
    if not hmac.compare_digest(told, signature(key, (how, domain, solver, milliseconds))):
        raise InternalError("internal error: a verdict 'proved' without the kernel's signature; please report it")
    return issue(how, domain, solver, milliseconds)
