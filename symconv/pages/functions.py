"""The page of a pointwise function, softmax, a loss or flatten: definition, derivative, steps, words, checks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from symconv.language.expr import Access, Apply, Tensor
from symconv.language.facts import FunctionDerivation, Step, Story, Verdict
from symconv.language.functions import CLASSES, Function, Kink
from symconv.language.integers import var
from symconv.language.prose import Joined, Prose
from symconv.language.rounded import decimal
from symconv.pages.faces import Fields, fields, measured, page
from symconv.pages.fields import formula, step
from symconv.pages.nodes import Block, Document, Equation, Foreign, Heading, Lines, Math, Paragraph, Table
from symconv.pages.receipts import checked, unchecked
from symconv.pages.text import TextTarget

MANY = 10**12


@page.register(FunctionDerivation)
def function_page(d: FunctionDerivation) -> Document:
    """The page."""
    blocks: list[Block] = [Heading(title(d), 1), Paragraph((Joined(tuple(parameters(d.op))),)), *setting(d), *derivative(d)]
    for story in d.stories:
        if story.key != "plain":
            blocks.append(Heading(Prose(f"story.{story.key}")))
        blocks.append(Lines.steps(story.left, tuple(line(s) for s in story.steps)))
    blocks += [Heading(Prose("heading.words"), part="closed form"), Paragraph(words(d.op)), *checks(d)]
    return Document(tuple(blocks))


def title(d: FunctionDerivation) -> Prose:
    """What is derived."""
    kind = d.op.name if d.op.kind == "loss" else d.op.kind
    gradient = Math((Access(Tensor(f"dL/d{d.wrt}", ()), ()),))
    return Prose("title", {"gradient": gradient, "op": d.op.name, "kind": Prose(f"function.{kind}")})


def parameters(op: Function) -> list[Prose]:
    """The slope or the reduction."""
    own = [Prose(f"parameters.{what}", {"value": slope(value)}) for what, value in op.parameters]
    if own or (op.definition is not None and op.definition.constants):
        return own + [
            Prose("parameters.constant", {"name": name(n), "value": whole_decimal(v)}) for n, v in op.function.constants
        ]
    if op.name in ("mse", "cross_entropy"):
        return [Prose("parameters.reduction", {"value": op.reduction})]
    return [Prose("parameters.none")]


def slope(value: Fraction | str | None, spelled: Callable[[Fraction], Any] = str) -> Any:
    """A number, cut where it has too many digits; or a name."""
    if isinstance(value, str):
        return name(value)
    assert value is not None
    return spelled(value) if value.denominator < MANY else decimal(value)


def whole_decimal(value: Fraction) -> str:
    """A decimal number with all its digits."""
    return str(Context(prec=60).divide(Decimal(value.numerator), Decimal(value.denominator)))


def name(letter: str) -> Math:
    """A name as mathematics."""
    return Math((var(letter),))


def whole(tensor: str, *index: str) -> Math:
    """A tensor's entry."""
    return Math((Access(Tensor(tensor, (var("N"),) * len(index)), tuple(var(i) for i in index)),))


def setting(d: FunctionDerivation) -> list[Block]:
    """Every symbol, and the formula."""
    op = d.op
    kind = (
        "function" if op.kind == "pointwise" or op.name in ("sum", "mse") else "rows" if op.kind == "softmax" else "logits"
    )
    index = {"function": ("i",), "rows": ("n", "c"), "logits": ("n", "c")}[kind]
    if op.kind == "flatten":
        kind, index = "block", ("n", "c", "j1", "j2")
    slots: dict[str, Any] = {"i": name("i"), "n": name("n"), "c": name("c"), "N": name("N")}
    rows: list[tuple[Any, Any]] = [(whole("x", *index), Prose(f"role.x.{kind}", slots))]
    if op.name == "mse":
        rows.append((whole("t", "i"), Prose("role.t")))
    if op.name == "cross_entropy":
        rows.append((whole(CLASSES, "n", "c"), Prose("role.T", slots)))
    if op.kind != "loss":
        out = ("n", "f") if op.kind == "flatten" else index
        said = {"dy": whole("dL/dy", *out), "L": Math((Tensor("L", ()),))}
        rows.append((whole("g", *out), Prose("role.g.function", said)))
    blocks: list[Block] = [Heading(Prose("heading.setting"), part="statement"), Table(tuple(rows))]
    if kind != "function":
        spans = [("n", "B", "images"), ("c", "C", "classes" if kind == "logits" else "channels")]
        spans += [("j1", "N1", "rows"), ("j2", "N2", "columns")] if kind == "block" else []
        found = (Prose(f"span.{what}", {"range": Math((var(i), "<", var(n)))}) for i, n, what in spans)
        blocks.append(Paragraph((Joined(tuple(found)),)))
    named = {"r": "role.r", "p": "role.p", "Z": "role.Z"}
    equations = [
        (Math((left,)), right, Prose(named[left.tensor.name]) if left.tensor.name in named else None)
        for left, right in d.formulas
    ]
    return (
        [*blocks, Lines.definitions(tuple(equations))]
        if equations
        else [*blocks, Table(tuple(cases(d.op, d.definition, 0)))]
    )


def cases(op: Function, given: tuple[tuple[str, Any], ...], order: int) -> list[tuple[Any, Any]]:
    """f(x) = ..., case by case."""
    x = Access(Tensor("x", ()), ())
    found: list[tuple[Any, Any]] = []
    for k, (_, expression) in enumerate(given):
        said: tuple[Any, ...] = (Math(("=", Foreign(expression, True))),)
        when = op.function.where(k, inside=order > 0)
        if len(given) > 1:
            said = (*said, Prose("case.when", {"when": Math(tuple(when.split()))}) if when else Prose("case.otherwise"))
        left = Math((Apply(op.name, x, order),)) if not found else ""
        found.append((left, Joined(said, " ")))
    return found


def derivative(d: FunctionDerivation) -> list[Block]:
    """The derivative of a pointwise function as SymPy derives it, and the form a reader wants."""
    if d.op.kind != "pointwise":
        return []
    rows: list[tuple[Any, Any]] = []
    for (left, right), _ in zip(cases(d.op, d.derived, 1), d.derived, strict=True):
        rows.append((left, Joined((right, Prose("derivative.derived")), ", ")))
    if any(str(a) != str(b) for (_, a), (_, b) in zip(d.form, d.derived, strict=True)):
        own = any(s.name == "f" for _, e in d.form for s in getattr(e, "free_symbols", ()))
        key = "derivative.form" if own else "derivative.same"
        rows += [("", Joined((Math(("=", Foreign(e, True))), Prose(key)), ", ")) for _, e in d.form]
    blocks: list[Block] = [Heading(Prose("heading.derivative"), part="closed form"), Table(tuple(rows))]
    if any(c.kind == "kink" and c.verdict.holds for c in d.checks):
        blocks += [Paragraph(kink(d.op, one)) for one in reversed(d.op.kinks)]
    return blocks


def kink(op: Function, at: Kink, spelled: Callable[[Fraction], Any] = str) -> tuple[Prose, ...]:
    """That there is no derivative at a kink, and what is taken; a slope without a number has the name of the parameter."""
    left, taken = (slope(op.open if n is None else n, spelled) for n in (at.left, at.taken))
    slots = {"x": name("x"), "at": str(at.at), "left": left, "right": slope(at.right), "taken": taken}
    concave = at.left is not None and at.right is not None and at.left > at.right
    known = "named" if at.left is None else "concave" if concave else "convention"
    return Prose("kink.none", slots), Prose(f"kink.{known}", slots)


def line(step: Step) -> Equation:
    """One step."""
    return Equation(None, step.expr, Prose(f"rule.{step.rule}"), step.verdict, (), (), step.focus)


def words(op: Function) -> tuple[Prose, ...]:
    """The gradient in a sentence."""
    if op.kind == "loss":
        suffix = ".sum" if op.name == "mse" and op.reduction == "sum" else ""
        return (Prose(f"words.{op.name}{suffix}"),)
    return (Prose(f"words.{op.kind}"),)


def checks(d: FunctionDerivation) -> list[Block]:
    """What was checked, and how."""
    first = d.steps[0].verdict
    if first is None:
        return unchecked()
    lines = sum(len(s.steps) for s in d.stories)
    return checked(d.checks, [(Prose("kind.steps"), Prose("check.lines.each", {"lines": lines, "how": first.how}))])


@measured.register(FunctionDerivation)
def times(d: FunctionDerivation) -> list[Verdict]:
    """The verdicts of the checks."""
    return [c.verdict for c in d.checks]


@fields.register(FunctionDerivation)
def derivation(d: FunctionDerivation) -> Fields:
    """The derivation for other programs, with the keys of ``fields`` wherever they mean the same."""
    parameters = {what: str(value) for what, value in d.op.parameters}
    found: Fields = {
        "operator": d.op.name,
        "wrt": d.wrt,
        "parameters": parameters | ({"reduction": d.op.reduction} if d.op.kind == "loss" else {}),
        "result": formula(d.steps[-1]),
        "closed_form": {"name": None, "words": " ".join(TextTarget().inline(w) for w in words(d.op))},
        "steps": told(d.stories[0]),
        "checks": d.checks,
    }
    if d.derived:
        found["derivative"] = [{"where": when or "otherwise", "value": str(e)} for when, e in d.derived]
    return found | {story.key: told(story) for story in d.stories[1:]}


def told(story: Story) -> list[Fields]:
    """The lines of a story."""
    return [step(line(s).remark, s) for s in story.steps]
