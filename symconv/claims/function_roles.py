"""A formula about functions in the making: which names it has, and which roles they were given."""

from __future__ import annotations

from dataclasses import field

from symconv.claims.function_context import Context
from symconv.claims.function_names import LOSSES, canonical
from symconv.errors import SymconvError
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose, Words


@dataclass
class Draft:
    """A claim in the making."""

    context: Context
    pairs: list[tuple[Node, Node]]
    definitions: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)
    losses: dict[str, str] = field(default_factory=dict)  # an unknown loss, and the family that it depends on
    shapes: dict[str, int] = field(default_factory=dict)
    domains: dict[str, str] = field(default_factory=dict)
    given: list[Node] = field(default_factory=list)
    reading: list[Words] = field(default_factory=list)
    counts: dict[str, str] = field(default_factory=dict)  # a size, and a family whose first axis it counts
    variable: Node = field(default_factory=lambda: name("x"))
    slope: Node | None = None

    def nodes(self) -> list[Node]:
        """Every node of the claim."""
        return [n for pair in self.pairs for side in pair for n in side.walk()]

    def say(self, sentence: Words) -> None:
        """Keep a sentence of the reading, once."""
        if sentence not in self.reading:
            self.reading.append(sentence)


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


def defaults(draft: Draft) -> None:
    """The parameters of hardtanh have defaults."""
    called = functions_of(draft)
    if "hardtanh" in called:
        for word, value in (("min_val", -1), ("max_val", 1)):
            if name(word) in draft.nodes():
                draft.definitions.setdefault(word, ((), number(value)))
                draft.say(Prose("reading.default", {"word": word, "value": value}))


def functions_of(draft: Draft) -> set[str]:
    """The functions that a claim calls, by their own names."""
    called = [draft.context.function, *(str(n.parts[0]) for n in draft.nodes() if n.kind in ("call", "prime"))]
    return {draft.context.aliases.get(word, word) for word in called}


def connected(draft: Draft) -> None:
    """Refuse the derivative of a loss by a name that its definition does not lead to."""
    for n in draft.nodes():
        if n.kind != "partial" or n.parts[0].kind != "name" or n.parts[0].parts[0] not in draft.definitions:
            continue
        base = n.parts[1].parts[0] if n.parts[1].kind == "index" else n.parts[1]
        reached, waiting = set[str](), [str(n.parts[0].parts[0])]
        while waiting:
            word = waiting.pop()
            reached.add(word)
            inner = draft.definitions.get(word)
            waiting += [w for w in (inner[1].names() if inner else ()) if w not in reached]
            waiting += [w for w in [draft.losses.get(word, "")] if w and w not in reached]
        if base.parts[0] not in reached:
            wrt, loss = base.parts[0], n.parts[0].parts[0]
            raise SymconvError(
                f"the definition of {loss} does not lead to {wrt}: say in --forward what depends on {wrt}, as in "
                f"'{loss} = ..., p = softmax({wrt})'"
            )
