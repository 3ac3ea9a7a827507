"""What the page of a trace says of activations, softmax, losses and flatten: the sum, its terms, and why the others are 0."""

from __future__ import annotations

from typing import Any

from symconv.language.example import Trace
from symconv.language.expr import Expr
from symconv.language.prose import Prose
from symconv.pages.layout import Layout
from symconv.pages.nodes import Block, Equation, Lines, Math, Paragraph, Table
from symconv.pages.trees import Speller, symbol, unbroken
from symconv.pages.work import whole
from symconv.pages.worked_functions import (
    CHECKED,
    chained,
    derivation,
    equals,
    kink,
    reasons,
    together,
)


def named(found: Trace) -> Layout:
    """The entry by its name."""
    return unbroken(symbol(found.name, found.index))


def counted(found: Trace) -> Prose:
    """How many terms there are, of how many."""
    listed = sum(not term.absent for term in found.summands)
    return Prose("trace.terms", {"count": str(listed), "all": str(len(found.summands) + found.others[1])})


def before(found: Trace) -> list[Block]:
    """The case that applies, every term, and why the others are 0."""
    return [*cases(found), terms(found), Paragraph((*absent(found), Prose("trace.together")))]


def behind(_: Trace) -> list[Block]:
    """Nothing: all is said before."""
    return []


def result(found: Trace) -> list[Block]:
    """y, where a gradient is made of it."""
    return [together(found.example, found.example.y, "numbers.y")] if found.role == "x" else []


def formula(found: Trace) -> list[Block]:
    """The first line of the derivation and its last, or what y is."""
    made = found.example
    d = derivation(made)
    if found.role == "x":
        story = d.stories[0]
        rows = [(Math((story.left,)), step.expr, None) for step in (story.steps[0], story.steps[-1])]
        return [Lines.definitions(tuple(rows[:1] if rows[0][1] == rows[1][1] else rows))]
    if made.function.kind == "pointwise":
        inner = Speller(made)
        y, x = at_index("y"), at_index("x")
        return [Lines.argument((Equation(unbroken(y), equals(unbroken(inner.call(made.function.name, x)))),))]
    shown: list[tuple[Math, Expr, Prose | None]] = [(Math((left,)), right, None) for left, right in d.formulas]
    return [Lines.definitions(tuple(shown))]


def at_index(letter: str) -> Layout:
    """x[i]."""
    return symbol(letter, ("i",))


def cases(found: Trace) -> list[Block]:
    """Of a function with cases: which one applies at the entry, and why the others do not."""
    made = found.example
    if made.function.kind != "pointwise" or not made.function.function.breaks:
        return []
    x, speller = made.entry("x", found.index), Speller(made)
    place = unbroken(symbol("x", found.index))
    function, back = made.function.function, found.role == "x"
    kinks = [kink.at for kink in made.function.kinks]
    trees: list[tuple[str, Any, bool]] = []
    for k, tree in enumerate(function.derivative if back else function.cases):
        applies = x not in function.breaks and k == function.case(x)
        trees.append((function.where(k, inside=True), tree, applies))
    for k, at in enumerate(function.breaks):
        taken = function.taken[k] if at in kinks else function.derivative[k + 1]
        trees.append((f"x = {at}", taken if back else function.cases[k + 1], x == at))
    rows: list[tuple[Any, Any]] = []
    for condition, tree, holds in trees:
        before, _, behind = (side.strip() for side in condition.partition("x"))
        when = tuple(part for part in (before, unbroken(at_index("x")), behind) if part)
        slots = {"x": place, "value": unbroken(speller.number(x)), "taken": unbroken(speller.of(tree))}
        rows.append(
            (
                Math(when),
                Prose(f"trace.case.{found.role}.{'holds' if holds else 'fails'}", slots),
            )
        )
    blocks: list[Block] = [Table(tuple(rows))]
    return [*blocks, *kink(made)] if x in function.breaks and back else blocks


def terms(found: Trace) -> Lines:
    """Every term: what it comes by, its form, its numbers, its value."""
    made, lines = found.example, []
    for term in found.summands:
        left = unbroken(Speller(made).of(term.left))
        rule = Prose(f"trace.absent.{term.absent}") if term.absent else None
        lines += chained(made, left, term.symbols, term.numbers or term.symbols, term.value, None, rule, False)
    return Lines.argument(tuple(lines))


def absent(found: Trace) -> list[Prose]:
    """How many other terms there are, and why each is 0."""
    reason, count = found.others
    if not count:
        return []
    key = f"trace.others.{reason}.{found.role}" + ("" if count > 1 else ".one")
    slots: dict[str, Any] = {"count": str(count), "entry": unbroken(symbol("x" if found.role == "x" else "y", found.index))}
    slots |= {"x": whole("x"), "yk": unbroken(symbol("y", ("k",))), "xk": unbroken(symbol("x", ("k",)))}
    return [Prose(key, slots)]


def total(found: Trace) -> Lines:
    """The entry that they make."""
    made = found.example
    part = made.y if found.role == "y" else made.gradient("x").scatter
    lines = reasons(made, part, found.line)
    last = lines[-1]
    return Lines.argument((*lines[:-1], Equation(last.left, last.right, last.remark, CHECKED)))
