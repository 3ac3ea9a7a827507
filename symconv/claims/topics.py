"""What a formula is about: said by its user, or guessed from its signs and names."""

from __future__ import annotations

import re

from symconv.claims.chains import is_chain
from symconv.claims.evidence import evidence, numbered, signals
from symconv.claims.fourier_text import spectral
from symconv.claims.reading import Reading
from symconv.claims.relations import Statement
from symconv.claims.syntax import read
from symconv.claims.tensor_names import plain_name
from symconv.claims.tokens import refuse
from symconv.claims.vocabulary import DERIVED, Role, described, pieces, recognise, recurrence
from symconv.errors import SymconvError, nearest
from symconv.language.claims import TOPICS, Published
from symconv.language.formula import Node

GRADIENT = re.compile(  # dx = .. dz .., dw[k] += .. g[i] ..: code for a backward pass
    r"(?:\s*for\s[^:]*:)*\s*d_?[A-Za-z]\w{0,4}\s*(?:\[[^\]]*\]|_\{?[^={}]*\}?)?\s*(?:\+=|=(?!=)(?=.*\bd_?[A-Za-z]\w{0,4}\b))",
    re.S,
)
TENSORS = ("gradient", "identity", "definition", "continuous", "winograd")


def topic(published: Published) -> str:
    """What a formula is about: said, or guessed from its signs and names.

    Raises SymconvError for an unknown topic, with the nearest.
    """
    if places(published):
        return "output-size"
    if published.about:
        if published.about not in TOPICS:
            shown = " ".join(published.about.split())[:40]
            raise SymconvError(f"about: expected one of {', '.join(TOPICS)}, got {shown!r}{nearest(shown, list(TOPICS))}")
        return published.about
    text = published.formula
    if spectral(published):
        return "identity"
    if is_chain(text):
        return "output-size"
    if GRADIENT.match(text):
        return "gradient"
    if published.forward or re.search(r"\\partial|∂|^\s*d[A-Z]\w*\s*=|\bd[LJE]\s*/\s*d|\\nabla|∇|\bgrad", text):
        return "gradient"
    if re.search(r"\\int|∫", text):
        return "continuous"
    if signals(evidence(text)) or (published.operator and numbered(evidence(text)) and not GRADIENT.match(text)):
        return "definition" if published.operator else "identity"
    how = Reading(tensors=True)
    statements = read(text, how)
    if re.search(r"\\sum|[∑Σ]|rot180|\bflip\(|\bconv\w*\(|\bcorr\w*\(", text) and how.arrays:
        return "definition" if published.operator else "identity"
    statements = read(text, Reading())
    if any(recurrence(pieces(n)) is not None and "_" in n for s in statements for n in s.node.names()):
        return "receptive-field"
    names = [n for s in statements for n in s.node.names()]
    if not names:
        return "arithmetic"
    told = {plain_name(key): described(value) for key, value in published.where}
    roles = [told.get(n) or recognise(n) for n in names]
    kinds = {r.kind for r in roles if r is not None}
    for kind, about in (
        ("parameters", "parameters"),
        ("weights", "parameters"),
        ("macs", "parameters"),
        ("rf", "receptive-field"),
    ):
        if kind in kinds:
            return about
    first = statements[0].node
    left = first.parts[1] if first.kind == "relation" else first
    if counts(left, statements, told):
        return "parameters"
    role = (told.get(left.parts[0]) or recognise(left.parts[0])) if left.kind == "name" else None
    if role is not None and role.kind in ("padding", "padding-total"):
        return "padding"
    unknown = [n for n in names if n not in told and recognise(n) is None]
    if unknown and not published.where and (left.kind != "name" or left.parts[0] not in unknown) and not kinds & DERIVED:
        return "identity"  # no row of the customs gives every name a role: numbers
    if kinds & DERIVED or first.kind != "relation" or "kernel" in kinds:
        return "output-size"
    if left.kind == "name" and names.count(left.parts[0]) == 1:
        what = f"what {left.parts[0]} means is not known: say it with --about, or with --where '{left.parts[0]}=...'"
        start, end = left.place
        raise refuse(text, start, end, what)
    return "identity"


COUNTED = {"kernel", "in-channels", "out-channels", "groups", "number"}


def counts(left: Node, statements: list[Statement], told: dict[str, Role | None]) -> bool:
    """Whether every name but the one on the left counts channels and taps: the customs of a number of parameters fit alone."""
    names = {n for s in statements for n in s.node.names()} - {left.parts[0] if left.kind == "name" else ""}
    roles = [told.get(n) or recognise(n, "parameters") for n in names]
    kinds = {r.kind if r is not None else "" for r in roles}
    return bool(kinds) and kinds <= COUNTED and bool(kinds & {"in-channels", "out-channels"}) and "kernel" in kinds


def places(published: Published) -> bool:
    """Whether a formula is about which entry a window reads: the place of an input entry by those of an output and a tap."""
    roles = [described(words) for _, words in published.where]
    return any(r is not None and r.kind in ("input-index", "input-first", "input-last") for r in roles) and not signals(
        evidence(published.formula)
    )


def about_tensors(published: Published) -> bool:
    """Whether a formula is about tensors: by its topic, and because something in it is indexed or operated on."""
    if published.about not in TENSORS:
        return False
    if published.about not in ("identity", "winograd") or spectral(published):
        return True
    if signals(evidence(published.formula)):
        return True
    how = Reading(tensors=True)
    try:
        nodes = [n for s in read(published.formula, how) for n in s.node.walk()]
    except SymconvError:
        if re.search(r"\\sum|[∑Σ]|rot180|flip|conv|corr|\\star", published.formula):
            raise
        return False
    signs = {n.kind for n in nodes}
    limits = {e for n in nodes if n.kind == "range" for p in n.inner() for e in p.names()}
    if signs & {"integral", "partial", "list", "conj", "flip"}:
        return True
    if signs & {"sum", "product"} or "call" in signs - {
        n.kind for s in read(published.formula, Reading()) for n in s.node.walk()
    }:
        return bool(how.arrays - limits)
    arithmetic = {"div", "mod", "quotient", "floor", "ceil", "number", "max", "min", "if", "pow"}
    return "times" in signs and not signs & arithmetic
