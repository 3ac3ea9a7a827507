"""The nearest true formula: small edits of the text, tried where the formula failed, then decided like any other claim.

The repair is read from its own text again: what is printed is what was proved.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from symconv.check.claims.points import Trial, trial
from symconv.check.claims.scalars import answer
from symconv.check.claims.values import TooLarge, Undefined, tested
from symconv.claims.closed import closed
from symconv.claims.edits import Edit, Editor, apply, changed
from symconv.claims.scalars import question
from symconv.claims.setting import Interpretation
from symconv.claims.syntax import Reading, read
from symconv.errors import SymconvError
from symconv.language.claims import Published, Repair
from symconv.language.formula import Node
from symconv.language.prose import Prose
from symconv.language.question import Link, Question

MOST = 4_000
PAIRS = 60


def repair(published: Published, asked: Question, meaning: Interpretation) -> Repair | None:
    """The nearest true formula, itself proved or checked; None if no small edit gives one."""
    failing = [link for link in asked.links if sides(link)]
    if not failing:
        return None
    found = trial(asked)
    wrong = {t.failed for t in found.points if t.failed is not None}
    for link in (k for k in asked.links if k in wrong and sides(k)):
        made = mended(published, asked, meaning, link, found)
        if made is not None:
            return made
    return written(published, asked, meaning)


def written(published: Published, asked: Question, meaning: Interpretation) -> Repair | None:
    """Where no small edit helps: the layer's own formula, in the names of the text."""
    if len(asked.links) != 1 or asked.links[0].claim.kind != "relation":
        return None
    link = asked.links[0]
    left = link.shown[0] if link.shown else link.claim.parts[1]
    found = closed(left, asked, link)
    if found is None:
        return None
    names = known(published, meaning)[0]
    text = found.replace("\0", spelling(published.formula, left.parts[0])) if left.kind == "name" else found
    for each, shown in sorted(names.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(f"\1{each}\2", shown)
    text = text.replace("\1", "").replace("\2", "")
    bare = len(published.formula.split("=")) == 1
    text = text.split("=", 1)[1].strip() if bare else text
    try:
        again, _ = question(replace(published, formula=text), dict(published.conventions))
        verdict = answer(again).verdict
    except SymconvError:
        return None
    return Repair(text, Prose("edit.layer"), verdict) if verdict.holds else None


def sides(link: Link) -> bool:
    """Whether a link is an equation with a side that stands in the text."""
    return link.claim.kind == "relation" and link.claim.parts[0] == "=" and right_side(link) is not None


def right_side(link: Link) -> Node | None:
    """The side that is edited: the formula, as it stands in the text."""
    shown = link.shown or (link.claim.parts[1], link.claim.parts[2])
    for side in (shown[1], shown[0]):
        if side.place[1] > side.place[0] and side.kind != "name":
            return side
    return next((s for s in (shown[1], shown[0]) if s.place[1] > s.place[0]), None)


def mended(published: Published, asked: Question, meaning: Interpretation, link: Link, found: object) -> Repair | None:
    """An edit of one link that makes it true at every point tried, and then by its own verdict."""
    side = right_side(link)
    assert side is not None
    editor = Editor(published.formula, *known(published, meaning))
    first = sorted(editor.edits(side), key=lambda e: e.cost)[:MOST]
    for edit in surviving(asked, link, first, found):
        made = confirmed(published, edit)
        if made is not None:
            return made
    return None


def known(published: Published, meaning: Interpretation) -> tuple[dict[str, str], list[str], set[str], list[str]]:
    """The names that an edit may use, as the text spells them; dilations, kernels and strides among them."""
    names, kinds = {}, {}
    for each, role in meaning.roles.items():
        if meaning.own.get(each, 0) >= 0 and each not in meaning.formulas and role.kind not in ("output", "same-padding"):
            names[each] = spelling(published.formula, each)
            kinds[each] = role.kind
    kernels = {n for n, k in kinds.items() if k == "kernel"}
    dilations, strides = ([n for n, k in kinds.items() if k == kind] for kind in ("dilation", "stride"))
    return names, dilations, kernels, strides


def spelling(text: str, each: str) -> str:
    """A name as the text spells it."""
    for statement in read(text, Reading()):
        for node in statement.node.walk():
            if node.kind == "name" and node.parts[0] == each and node.place[1] > node.place[0]:
                return text[slice(*node.place)]
    latex = "\\" in text
    return re.sub(r"_(\w{2,})$", r"_{\1}", each) if latex else each


def surviving(asked: Question, link: Link, edits: list[Edit], found: object) -> Iterator[Edit]:
    """The edits after which the link holds at every point tried, those that failed first."""
    assert isinstance(found, Trial)
    within = tested(link.condition) if link.condition is not None else None
    points = [t.point for t in found.points if within is None or true_at(within, t.point)]
    probes = [t.point for t in found.failures if t.failed == link][:3] + points[:: max(1, len(points) // 40)]
    for edit in edits:
        claim = tested(apply(link.claim, edit))
        if all(true_at(claim, point) for point in itertools.chain(probes, points)):
            yield edit


def true_at(claim: Callable[[Any], bool], point: Any) -> bool:
    """Whether an edited claim, or a condition, holds at a point; where it has no value it does not."""
    try:
        return claim(point)
    except (TooLarge, Undefined):
        return False


def confirmed(published: Published, edit: Edit) -> Repair | None:
    """The edited text, read and decided anew."""
    text = changed(published.formula, edit)
    try:
        asked, _ = question(replace(published, formula=text), dict(published.conventions))
        found = answer(asked)
    except SymconvError:
        return None
    return Repair(text, edit.words, found.verdict) if found.verdict.holds else None
