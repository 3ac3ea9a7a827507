"""Steps of a continuous convolution that are no cases: completing the square, and the rules for pairs of terms."""

from __future__ import annotations

from typing import Any

from symconv.language.prose import Prose
from symconv.pages.laid import signed as laid
from symconv.pages.laid_formula import formula
from symconv.pages.layout import EQUALS, PRODUCT, Form, Layout, Name, Number, Sign, product, row
from symconv.pages.layout import joined as laid_in_a_row
from symconv.pages.nodes import Block, Equation, Heading, Lines, Paragraph
from symconv.pages.spelling import Writer
from symconv.pages.styles import TEXT
from symconv.topics.continuous.facts import Bell, Convolution
from symconv.topics.continuous.lines import RULES, SQUARE
from symconv.topics.continuous.spelled import TAU, T, bracketed, doubled, exact, moved, plus, scaled

text = Writer(TEXT)
MOVED = plus([(False, T), (True, TAU)])


# completing the square
def square(made: Convolution) -> list[Block]:
    """Two normal densities: the exponent is a square in tau and a rest."""
    f, g = (terms_[0] for terms_ in made.operands)
    assert isinstance(f, Bell)
    assert isinstance(g, Bell)
    by = {c.kind: c.verdict for c in made.checks}
    mean = -f.mean if made.correlate else f.mean
    z, y = shifted_square(TAU, mean), shifted_square(MOVED, g.mean)
    total = exact(f.variance + g.variance)
    rest = shifted_square(T, mean + g.mean)
    exponent = laid([(1, over(z, below(f.variance))), (1, over(y, below(g.variance)))])
    twice = row(Number(2), Sign("beside"), bracketed(total))
    done = laid([(1, formula(SQUARE, carets=True)), (1, over(rest, twice))])
    top = numerator(mean, f.variance, g.mean, g.variance)
    pair = product((grouped(exact(f.variance)), grouped(exact(g.variance))))
    left, right = (formula(side, carets=True) for side in made.lines["normal"].parts[1:])
    lines = [
        Equation(exponent, is_(done), Prose("cont.rule.square"), by.get("square")),
        Equation(Name("m"), is_(Form("over.held", (top, total)))),
        Equation(Form("power", (Name("s"), Number(2))), is_(Form("over.both", (pair, total)))),
        Equation(left, is_(right), Prose("cont.rule.normal"), by.get("normal")),
    ]
    said = [Prose("cont.square"), *([Prose("cont.square.mirrored")] if made.correlate else [])]
    return [
        Heading(Prose("cont.heading.square")),
        Paragraph(tuple(said)),
        Lines.argument(tuple(lines)),
        Paragraph((Prose("cont.square.rest"),)),
    ]


def is_(value: Layout) -> Layout:
    """= value."""
    return row(Sign("= "), value)


def over(above: Layout, under: Layout) -> Layout:
    """A fraction."""
    return Form("over.wide", (above, under), PRODUCT)


def below(variance: Any) -> Layout:
    """2 v, as it stands under a line."""
    return doubled(variance)


def grouped(s: Layout) -> Layout:
    """A sum held together."""
    shown = text(s)
    return bracketed(s, " + " in shown or " - " in shown)


def shifted_square(x: Layout, by: Any) -> Layout:
    """(x - by)^2."""
    return Form("power", (grouped(moved(x, by)), Number(2)))


def numerator(mean: Any, v: Any, other: Any, w: Any) -> Layout:
    """mean w + (t - other) v."""
    inner = plus([(False, T), *([scaled(-other, None)] if other != 0 else [])])
    second = scaled(v, grouped(inner))
    parts = [second] if mean == 0 else [scaled(mean * w, None), second]
    return Form("on a line in brackets", (plus(parts),)) if len(parts) > 1 else plus(parts)


# rules
def rules(made: Convolution) -> list[Block]:
    """The rules that make a result without cases."""
    by = {c.kind: c.verdict for c in made.checks}
    found = [(kind, made.lines[rule], rule) for kind, rule in RULES if f"rule-{kind}" in by]
    lines = []
    for kind, line, rule in found:
        left, *rest = line.parts[1:] if line.kind == "relation" else line.parts[0].parts[1:]
        right = laid_in_a_row([formula(side, carets=True) for side in rest], EQUALS)
        more = [formula(part, carets=True) for part in line.parts[1:]] if line.kind == "and" else []
        shown = laid_in_a_row([right, *more], Sign("and" if rule != "fading" else "where"))
        lines.append(Equation(formula(left, carets=True), is_(shown), Prose(f"cont.rule.{rule}"), by.get(f"rule-{kind}")))
    if not lines:
        return []
    said = [
        Prose("cont.rules"),
        *([Prose("cont.rules.density")] if any("N" in line.names() for _, line, _ in found) else []),
    ]
    return [Heading(Prose("cont.heading.rules")), Paragraph(tuple(said)), Lines.argument(tuple(lines))]
