"""What users hold: thin handles over facts, with the convenient methods.  Everything is computed by ``api`` and by topics."""

from __future__ import annotations

from typing import Any

from symconv.language.facts import Claim, Theorem
from symconv.layers.catalog import CATALOG
from symconv.public.claims import Judgement, verify
from symconv.public.derivations import Derivation, derive
from symconv.public.examples import Example, Trace, example, trace
from symconv.public.instances import Instance
from symconv.public.layers import constructor
from symconv.public.networks import Network, chain
from symconv.public.numbers import evaluate
from symconv.public.operators import Operator
from symconv.public.page import Page, render
from symconv.topics import public, topics

__all__ = [
    "Claim",
    "Derivation",
    "Example",
    "Instance",
    "Judgement",
    "Network",
    "Operator",
    "Page",
    "Theorem",
    "Trace",
    "chain",
    "derive",
    "evaluate",
    "example",
    "render",
    "trace",
    "verify",
]


def __getattr__(name: str) -> Any:
    """A constructor of the catalogue, or what a topic offers."""
    return constructor(name) if name in CATALOG else public(name)


def names() -> list[str]:
    """All that users import: these, the constructors, and the names of the topics."""
    return [*__all__, *CATALOG, *(name for topic in topics() for name in topic.names)]
