"""The derivative theorem on a page: statement and condition, why, where it fails, its discrete twin, what it is not."""

from __future__ import annotations

from typing import Any

from symconv.language.facts import Verdict
from symconv.language.prose import Prose
from symconv.pages.faces import Fields, fields, page, verdicts
from symconv.pages.laid_formula import formula
from symconv.pages.layout import EQUALS, Form, Layout, Name, Number, Sign, Words, bracketed, gradient, joined, row
from symconv.pages.nodes import Block, Document, Equation, Heading, Lines, Paragraph, Table
from symconv.pages.receipts import plain
from symconv.topics.continuous.theorem_facts import Comparison, DerivativeTheorem, Numbers
from symconv.topics.continuous.theorem_lines import NAMES
from symconv.words import message


def slots(given: DerivativeTheorem) -> dict[str, Layout]:
    """What the sentences speak of: names, and lines of the theorem."""
    stated = {key: formula(given.formulas[key]) for key in ("line", "twin", "d", "bounded")}
    return {**{key: formula(node) for key, node in NAMES.items()}, **stated, "pointwise": Number(0)}


@page.register(DerivativeTheorem)
def derivative_theorem_page(given: DerivativeTheorem) -> Document:
    """The page."""
    by, said = {c.kind: c.verdict for c in given.lines}, slots(given)
    blocks: list[Block] = [Heading(Prose("derivative.title", said), 1), Paragraph((Prose("derivative.statement", said),))]
    blocks += [
        Heading(Prose("derivative.why")),
        Paragraph((Prose("derivative.why.words", said),)),
        Lines.argument(tuple(why(given, by))),
    ]
    blocks.append(Paragraph((Prose("derivative.checked", {"pairs": "; ".join(f"{f} and {g}" for f, g in given.pairs)}),)))
    blocks += boxes(given, by) + twin(given) + apart(given)
    return Document(tuple(blocks))


def why(given: DerivativeTheorem, by: dict[str, Any]) -> list[Equation]:
    """Differences, bounded, and the limit under the integral."""
    return [reason(given, kind, by[kind], Prose(f"derivative.rule.{kind}")) for kind in ("quotient", "bound", "limit")]


def reason(given: DerivativeTheorem, key: str, verdict: Any, rule: Prose | None = None, *more: Layout) -> Equation:
    """A line with what is said behind it."""
    sign, left, *rest = given.formulas[key].parts
    sides = joined(map(formula, rest), EQUALS)
    return Equation(formula(left), row(Sign(f"{sign} "), sides, *more), rule, verdict)


def boxes(given: DerivativeTheorem, by: dict[str, Any]) -> list[Block]:
    """Where the condition is needed."""
    up, down = (formula(given.formulas[key].parts[2]) for key in ("rising", "falling"))
    where = (spoken("for"), formula(given.formulas["inside"]))
    slopes = (spoken("slope"), up, spoken("then"), Form("held", (down,)))
    would = (
        spoken("between"),
        formula(NAMES["f * g'"]),
        spoken("would"),
        Number(0),
    )
    lines = (
        reason(given, "triangle", by["boxes"], None, *where, *slopes),
        reason(given, "flat", by["boxes"], None, *would),
        reason(given, "impulses", by["impulses"]),
        reason(given, "twice", by["impulses"]),
    )
    said, end = (Prose(f"derivative.boxes.{which}", slots(given)) for which in ("words", "end"))
    return [Heading(Prose("derivative.boxes")), Paragraph((said,)), Lines.argument(lines), Paragraph((end,))]


def spoken(key: str) -> Layout:
    """Words between formulas."""
    return Words(message(f"derivative.boxes.{key}"))


def twin(given: DerivativeTheorem) -> list[Block]:
    """The discrete theorems with their verdicts."""
    rows = tuple((plain(v.status), plain(f"{statement} (symconv prove {name})")) for name, statement, v in given.twins)
    return [Heading(Prose("derivative.twin")), Paragraph((Prose("derivative.twin.words", slots(given)),)), Table(rows)]


def apart(given: DerivativeTheorem) -> list[Block]:
    """The comparison with backpropagation."""
    head = tuple(Prose(f"derivative.column.{c}") for c in ("what", "theorem", "backprop"))
    rows = (
        (Prose("derivative.row.by"), Prose("derivative.by.position"), Prose("derivative.by.entry")),
        (Prose("derivative.row.of"), Prose("derivative.of.function"), Prose("derivative.of.loss")),
        (Prose("derivative.row.formula"), formula(NAMES["f * Dk"]), formula(given.formulas["gradient"])),
        (Prose("derivative.row.kernel"), Prose("derivative.kernel.convolved"), Prose("derivative.kernel.correlated")),
    )  # fmt: skip
    blocks: list[Block] = [
        Heading(Prose("derivative.apart")),
        Paragraph((Prose("derivative.apart.words", slots(given)),)),
        Table(rows, head, "lll"),
    ]
    for k, one in enumerate(given.comparisons):
        blocks += [
            Paragraph((Prose("derivative.smallest" if k == 0 else "derivative.another"),)),
            Table(tuple(numbers(one))),
        ]
    return blocks


def numbers(one: Comparison) -> list[tuple[Any, Any]]:
    """A comparison in numbers."""
    f, k, g = map(Name, "fkg")
    turned = row(Name("D"), k)
    shown = (
        (f, one.f), (k, one.k), (g, one.g), (row(f, Sign("*"), k), one.y), (gradient(f), one.gradient),
        (turned, one.difference), (row(f, Sign("*"), turned), one.claimed),
    )  # fmt: skip
    return [(name, vector(values)) for name, values in shown]


def vector(values: Numbers) -> Layout:
    """(1, 2, 3)."""
    return bracketed(joined(map(Number, values), Sign("list")))


@verdicts.register(DerivativeTheorem)
def every_verdict(given: DerivativeTheorem) -> tuple[Verdict, ...]:
    """The verdict of every line."""
    return tuple(line.verdict for line in given.lines)


@fields.register(DerivativeTheorem)
def theorem_fields(given: DerivativeTheorem) -> Fields:
    """For other programs."""
    return {
        "theorem": "(f * g)' = f * g'",
        "condition": "f integrable, g continuously differentiable, g and g' bounded",
        "lines": [{"rule": c.kind, "verdict": c.verdict, "detail": c.detail} for c in given.lines],
        "discrete": [{"name": n, "statement": s, "verdict": v} for n, s, v in given.twins],
        "comparisons": [
            {"f": c.f, "k": c.k, "g": c.g, "y": c.y, "gradient": c.gradient, "claimed": c.claimed}
            for c in given.comparisons
        ],
    }
