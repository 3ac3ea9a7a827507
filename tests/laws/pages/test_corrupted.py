"""No line is printed that was not checked: an expression of a page of the gallery is corrupted, and the page fails.

Every expression that a page prints goes through one of two evaluators before: ``check.lines.value`` (the index language) and
``check.printed.printed`` (formulas).  Here one expression at a time is changed on its way there - an index moved by one, a sign,
a factor, a bound - and the page must not come to be.  A change that changes no value anywhere (a bound beyond the last entry,
where a tensor is 0) is no corruption; that is seen by evaluating both.

A theorem is a third: where a claim of it is corrupted, it is proved no longer.  A page without any line under corruption fails,
unless it stands in ELSEWHERE with the reason.

A sample in the marked set; SYMCONV_SWEEP=full corrupts every expression in every way.  There a formula's corruptions are tried at the
door where it is printed, all in one making of the page (``Trying``): the door stops the page, which the sample sees.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symconv import gallery
from symconv.check import borders, example, functionlines, netchecks, steps
from symconv.check.lines import value
from symconv.check.printed import evaluate, printed, same
from symconv.check.prove import theorem as prover
from symconv.check.prove.refute import smallest
from symconv.check.prove.theorem import prove
from symconv.errors import SymconvError
from symconv.language.expr import Access, Expr, Factor, Max, Sum
from symconv.language.facts import Claim, Theorem
from symconv.language.formula import Node
from symconv.language.formula import number as numeral
from symconv.language.integers import Int, integer
from symconv.topics.continuous import check_rules, check_theorem_lines
from symconv.topics.fast import check_lines as check_fast
from symconv.topics.filters import check_lines as check_filters
from symconv.topics.fourier import check_lines as check_fourier
from symconv.topics.im2col import check_lines as check_im2col
from symconv.topics.sizes import check_lines as check_sizes
from symconv.topics.theorems.page import domain
from tests import ROOT

SOURCES = sorted((ROOT / "derivations").glob("[0-9]*.py"))
FULL = os.environ.get("SYMCONV_SWEEP") == "full"
EACH = 12  # corruptions of one page, in a sample
EVALUATING = (borders, example, functionlines, netchecks, steps, check_im2col)
PRINTING = (check_rules, check_theorem_lines, check_fast, check_fourier, check_im2col, check_sizes, check_filters)
STOPPING = (SymconvError, TypeError, LookupError, ArithmeticError, ValueError, AttributeError)  # also: it has no value
ELSEWHERE = {"20_worked_example": "numbers alone: test_a_corrupted_number_fails_the_page"}


# corruptions
def of_expr(expr: Expr) -> Iterator[Expr]:
    """The expression with one thing changed."""
    for k, term in enumerate(expr.terms):
        others = (expr.terms[:k], expr.terms[k + 1 :])

        def made(items: tuple[Any, ...], others: Any = others) -> Expr:
            return Expr((*others[0], items, *others[1]))

        yield made((Factor(Fraction(-1)), *term))
        yield made((Factor(Fraction(2)), *term))
        for j, item in enumerate(term):
            if isinstance(item, Access) and item.index:
                moved = replace(item, index=(item.index[0] + 1, *item.index[1:]))
                yield made((*term[:j], moved, *term[j + 1 :]))
            if isinstance(item, (Sum, Max)):
                yield made((*term[:j], replace(item, size=item.size - 1), *term[j + 1 :]))


def of_node(node: Node) -> Iterator[Node]:
    """The formula with one thing changed: a number or an index moved by one, a term's sign, a factor of two.

    An inequality stays as it is: with another factor it may well be another true one.
    """
    if node.kind == "relation" and node.parts[0] == "≤":
        return
    if node.kind == "number":
        yield numeral(node.parts[0] + 1)
    if node.kind == "integer":
        (whole,) = node.parts
        parts = [Int([(monomial, 1)]) for monomial, _ in whole.terms]
        yield from (Node("integer", (whole + part,)) for part in {integer(1): 0, **dict.fromkeys(parts)})
    if node.kind in ("index", "mul", "pow", "call", "sum", "entry"):
        yield Node("neg", (node,))
        yield Node("mul", (numeral(2), node))
    for k, part in enumerate(node.parts):
        if isinstance(part, Node) and not (node.kind == "relation" and part is node.parts[1] and part.kind == "name"):
            for changed in of_node(part):
                yield Node(node.kind, (*node.parts[:k], changed, *node.parts[k + 1 :]))


def alike(one: Node, two: Node, world: Any) -> bool:
    """Whether a formula and its corruption have the same value on every side."""
    if one.kind == "and":
        return all(alike(a, b, world) for a, b in zip(one.parts, two.parts, strict=True))
    if one.kind == "holds":
        return False
    pairs = zip(one.parts[1:], two.parts[1:], strict=True)
    return all(same(evaluate(a, world), evaluate(b, world), world.close) for a, b in pairs if a != b)


class Spoiling:
    """Sees the expressions of a page, or changes one of them; ``differs`` says whether that changed any value."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, place: int | None = None, way: int = 0, printing: bool = True
    ) -> None:
        self.place, self.way, self.differs = place, way, False
        self.seen: dict[Any, list[Any]] = {}
        self.turn: Any = None  # the expression whose place it is
        for module in EVALUATING:
            monkeypatch.setattr(module, "value", self.evaluated)
        for module in PRINTING if printing else ():
            monkeypatch.setattr(module, "printed", self.printed)

    def spoilt(self, given: Any, ways: Callable[[Any], Iterator[Any]]) -> Any:
        """The expression, or its corruption where its turn has come."""
        if given not in self.seen:
            if len(self.seen) == self.place:
                self.turn = given
            self.seen[given] = list(ways(given))
        return self.seen[given][self.way] if given == self.turn else given

    def evaluated(self, expr: Expr, free: Any, world: Any) -> Any:
        """In the place of ``check.lines.value``."""
        changed = self.spoilt(expr, of_expr)
        found = value(changed, free, world)
        if changed is not expr:
            before = value(expr, free, world)
            self.differs |= np.shape(found) != np.shape(before) or not np.array_equal(found, before)
        return found

    def printed(self, lines: Any, worlds: Any, what: str) -> Any:
        """In the place of ``check.printed.printed``."""
        changed = {key: self.spoilt(line, of_node) for key, line in lines.items()}
        known = {key: list(given) for key, given in worlds.items()}
        for key, line in lines.items():
            if changed[key] is not line:
                asked = known.get(key, known.get("", []))
                self.differs |= not all(alike(line, changed[key], world) for world in asked)
        return printed(changed, known, what)


class Trying(Spoiling):
    """Tries every corruption of every formula where it is printed; the page comes to be as it is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        self.tried: dict[tuple[str, str, Node], list[bool | None]] = {}
        self.exprs: list[tuple[int, int]] = []

    def spoilt(self, given: Any, ways: Callable[[Any], Iterator[Any]]) -> Any:
        """The expression as it is; its corruptions are noted, to be tried one making of the page each."""
        if given not in self.seen:
            self.exprs += [(len(self.seen), way) for way in range(len(list(ways(given))))]
            self.seen[given] = []
        return given

    def printed(self, lines: Any, worlds: Any, what: str) -> Any:
        """In the place of ``check.printed.printed``."""
        known = {key: list(given) for key, given in worlds.items()}
        for key, line in lines.items():
            asked = known.get(key, known.get("", []))
            self.tried.setdefault((what, key, line), []).extend(stopped(line, way, asked, what) for way in of_node(line))
        return printed(lines, known, what)


def stopped(line: Node, changed: Node, worlds: list[Any], what: str) -> bool | None:
    """Whether the door stops that corruption of a line; None if it changes no value.

    One that has no value (a matrix doubled, an index beyond the last) stops the page too.
    """
    try:
        printed({"": changed}, {"": worlds}, what)
    except STOPPING:
        return True
    return None if all(alike(line, changed, world) for world in worlds) else False


def swept(source: Path) -> dict[Any, bool | None]:
    """Every corruption of a page: the formulas where they are printed, then the expressions, the page made once for each."""
    with pytest.MonkeyPatch.context() as patch:
        trying = Trying(patch)
        gallery.load(source)
    found: dict[Any, bool | None] = {
        (*place, way): failed for place, ways in trying.tried.items() for way, failed in enumerate(ways)
    }
    return found | {("expression", *one): fails(source, *one, printing=False) for one in trying.exprs}


def seen(source: Path) -> list[int]:
    """In how many ways each expression of a page can be corrupted."""
    with pytest.MonkeyPatch.context() as patch:
        spoiling = Spoiling(patch)
        gallery.load(source)
    return [len(ways) for ways in spoiling.seen.values()]


def fails(source: Path, place: int, way: int, printing: bool = True) -> bool | None:
    """Whether the page with that corruption fails; None if the corruption changes no value."""
    with pytest.MonkeyPatch.context() as patch:
        spoiling = Spoiling(patch, place, way, printing)
        try:
            gallery.load(source)
        except STOPPING:
            return True
    return False if spoiling.differs else None


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_corrupted_expression_fails_the_page(source: Path) -> None:
    if FULL:
        found = swept(source)
    else:
        every = [(place, way) for place, ways in enumerate(seen(source)) for way in range(ways)]
        found = {one: fails(source, *one) for one in random.Random(source.stem).sample(every, min(EACH, len(every)))}
    assert found or theorems(source) or source.stem in ELSEWHERE, "no line of this page is under corruption"
    assert [one for one, failed in found.items() if failed is False] == []
    assert len([1 for failed in found.values() if failed is None]) <= 0.5 * len(found) + 1


# theorems: claims
def theorems(source: Path) -> list[Theorem]:
    """The theorems that a page states as proved."""
    stated: list[Theorem] = []

    def watched(theorem: Theorem, over: Any) -> Any:
        found = prove(theorem, over)
        stated.extend([theorem] if found.verdict.status == "proved" else [])
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prover, "prove", watched)
        gallery.load(source)
    return stated


def of_claim(claim: Claim) -> Iterator[tuple[Claim, Claim]]:
    """(the claim with one thing changed, the claim that this changed no value); inequalities stay as they are."""
    for side in ("left", "right"):
        if (given := getattr(claim, side)) is not None:
            for changed in of_expr(given):
                yield replace(claim, **{side: changed}), replace(claim, left=given, right=changed)
    for k, (kind, left, right) in enumerate(claim.goals):
        if kind == "eq":
            goals = (*claim.goals[:k], (kind, left + 1, right), *claim.goals[k + 1 :])
            yield replace(claim, goals=goals), replace(claim, goals=((kind, left, left + 1),))


def proved(theorem: Theorem) -> bool:
    """Whether a corrupted theorem is still proved."""
    try:
        return bool(prove(theorem, domain).verdict.status == "proved")
    except STOPPING:
        return False


def judged(source: Path) -> dict[Any, bool | None]:
    """Every corruption of every claim that a page states as proved: whether it is proved no longer; None if no value changes."""
    found: dict[Any, bool | None] = {}
    for theorem in theorems(source):
        assert proved(theorem)  # as it is
        for k, claim in enumerate(theorem.claims):
            for way, (changed, unchanged) in enumerate(of_claim(claim)):
                spoilt = replace(theorem, claims=(*theorem.claims[:k], changed, *theorem.claims[k + 1 :]))
                if not FULL and (way + k) % 4:
                    continue
                found[theorem.name, k, way] = (
                    (None if smallest(unchanged, 6) is None else False) if proved(spoilt) else True
                )
    return found


@pytest.mark.slow
@pytest.mark.parametrize("stem", ["43_receptive_fields", "44_properties", "45_channels_and_filters"])
def test_a_corrupted_claim_is_not_proved(stem: str) -> None:
    found = judged(next(path for path in SOURCES if path.stem == stem))
    assert [one for one, failed in found.items() if failed is False] == []
    assert any(found.values())


@pytest.mark.sweep(2)
@pytest.mark.parametrize(
    "stem",
    [
        "02_dx_stride_2",
        "17_activations",
        "19_network",
        "32_circular",
        "33_im2col",
        "34_image_filters",
        "35_fast_algorithms",
        "36_derivative_theorem",
        "42_sizes",
        "43_receptive_fields",
    ],
)
def test_pages_are_seen(stem: str) -> None:
    """Derivations, nets, functions and topics all go through the two doors."""
    assert len(seen({path.stem: path for path in SOURCES}[stem])) >= 3


# worked examples: numbers
def worth(made: Any, term: Any) -> Any:
    """What a product comes to."""
    return example.worth_of(made, term.coefficient, term.factors)


def spoilt_example(made: Any, way: str, numbers: random.Random) -> Any:
    """The example with one line changed: its value, or the entry that one of its products reads."""
    part = numbers.choice([made.y, *(found.ways[0] for found in made.gradients)])
    places = [k for k, line in enumerate(part.lines) if line.terms and worth(made, line.terms[0])]
    place = numbers.choice(places)
    line = part.lines[place]
    if way == "value":
        changed = replace(line, value=line.value + 1)
    else:
        changed = replace(line, terms=(line.terms[0]._replace(coefficient=line.terms[0].coefficient + 1), *line.terms[1:]))
    made_part = replace(part, lines=(*part.lines[:place], changed, *part.lines[place + 1 :]))
    if part is made.y:
        return replace(made, y=made_part)
    gradients = [replace(g, ways=(made_part, *g.ways[1:])) if g.ways[0] is part else g for g in made.gradients]
    return replace(made, gradients=tuple(gradients))


@pytest.mark.sweep(1)
@pytest.mark.parametrize("way", ["value", "product"])
@pytest.mark.parametrize("stem", ["20_worked_example", "37_padding_modes_in_numbers", "15_unshared_kernels"])
def test_a_corrupted_number_fails_the_page(stem: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, independent = random.Random(stem + way), example.independent
    source = next(path for path in SOURCES if path.stem == stem)
    monkeypatch.setattr(example, "independent", lambda made: independent(spoilt_example(made, way, numbers)))
    for _ in range(4):
        with pytest.raises(SymconvError, match="false"):
            gallery.load(source)
