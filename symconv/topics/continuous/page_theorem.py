"""The derivative theorem on a page: statement and condition, why, where it fails, its discrete twin, what it is not."""

from __future__ import annotations

from typing import Any

from symconv.language.facts import Verdict
from symconv.pages.faces import Fields, fields, page, verdicts
from symconv.pages.nodes import (
    Argument,
    Block,
    Document,
    Heading,
    Paragraph,
    Prose,
    Reason,
    Rows,
    Spelled,
    Table,
    Title,
)
from symconv.pages.spelled import both
from symconv.topics.continuous.theorem_facts import Comparison, DerivativeTheorem, Numbers

HEAD = Spelled("(f * g)'(t)", "(f * g)'(t)")
GRADIENT = Spelled("dL/df[j] = Σ_i g[i] k[i - j]", r"\partial L/\partial f_{j} = \sum_{i} g_{i}\,k_{i-j}")
SLOTS: dict[str, Any] = {
    **{name: both(name) for name in ("f", "g", "k", "g'", "t", "M", "h", "L", "y", "f * g'", "f * Dk", "D")},
    "line": Spelled("(f * g)' = f * g'", "(f * g)' = f * g'"),
    "twin": Spelled("D(f * k) = Df * k = f * Dk", "D(f * k) = Df * k = f * Dk"),
    "d": Spelled("Df[i] = f[i] - f[i - 1]", "Df_{i} = f_{i} - f_{i-1}"),
    "bounded": Spelled("M = sup |g'|", r"M = \sup |g'|"),
    "pointwise": both("0"),
}


@page.register(DerivativeTheorem)
def document(given: DerivativeTheorem) -> Document:
    """The page."""
    by = {c.kind: c.verdict for c in given.lines}
    blocks: list[Block] = [Title(Prose("derivative.title", SLOTS)), Paragraph((Prose("derivative.statement", SLOTS),))]
    blocks += [
        Heading(Prose("derivative.why")),
        Paragraph((Prose("derivative.why.words", SLOTS),)),
        Argument(tuple(why(by))),
    ]
    blocks.append(Paragraph((Prose("derivative.checked", {"pairs": "; ".join(f"{f} and {g}" for f, g in given.pairs)}),)))
    blocks += boxes(by) + twin(given) + apart(given)
    return Document(tuple(blocks))


def why(by: dict[str, Any]) -> list[Reason]:
    """Differences, bounded, and the limit under the integral."""
    quotient = Spelled("[(f * g)(t + h) - (f * g)(t)]/h", r"\frac{(f * g)(t + h) - (f * g)(t)}{h}")
    inner = Spelled(
        "= ∫ f(τ) [g(t + h - τ) - g(t - τ)]/h dτ",
        r"= \int_{-\infty}^{\infty} f(\tau)\,\frac{g(t + h - \tau) - g(t - \tau)}{h}\,d\tau",
    )
    bound = Spelled("|f(τ) [g(t + h - τ) - g(t - τ)]/h|", r"\left|f(\tau)\,\frac{g(t + h - \tau) - g(t - \tau)}{h}\right|")
    limit = Spelled(
        "= ∫ f(τ) g'(t - τ) dτ = (f * g')(t)", r"= \int_{-\infty}^{\infty} f(\tau)\,g'(t - \tau)\,d\tau = (f * g')(t)"
    )
    return [
        Reason(quotient, inner, Prose("derivative.rule.quotient"), by["quotient"]),
        Reason(bound, Spelled("≤ M |f(τ)|", r"\le M\,|f(\tau)|"), Prose("derivative.rule.bound"), by["bound"]),
        Reason(HEAD, limit, Prose("derivative.rule.limit"), by["limit"]),
    ]


def boxes(by: dict[str, Any]) -> list[Block]:
    """Where the condition is needed."""
    slopes = (r"= 1 - |t| \text{ for } |t| \le 1,", r"\text{ slope } 1, \text{ then } {-1}")
    flat = r"= 0 \text{ between the jumps, where } f * g' \text{ would be } 0"
    shown = (
        (both("(f * g)(t)"), Spelled("= 1 - |t| for |t| ≤ 1, so its slope is 1, then -1", "".join(slopes)), "boxes"),
        (both("g'(t)"), Spelled("= 0 between the jumps, where f * g' would be 0", flat), "boxes"),
        (
            both("g'"),
            Spelled("= δ(t + 1/2) - δ(t - 1/2)", r"= \delta(t + \tfrac{1}{2}) - \delta(t - \tfrac{1}{2})"),
            "impulses",
        ),
        (both("f * g'"), Spelled("= f(t + 1/2) - f(t - 1/2)", r"= f(t + \tfrac{1}{2}) - f(t - \tfrac{1}{2})"), "impulses"),
    )
    lines = tuple(Reason(left, right, None, by[kind]) for left, right, kind in shown)
    said, end = (Prose(f"derivative.boxes.{which}", SLOTS) for which in ("words", "end"))
    return [Heading(Prose("derivative.boxes")), Paragraph((said,)), Argument(lines), Paragraph((end,))]


def twin(given: DerivativeTheorem) -> list[Block]:
    """The discrete theorems with their verdicts."""
    rows = tuple((plain(v.status), plain(f"{statement} (symconv prove {name})")) for name, statement, v in given.twins)
    return [Heading(Prose("derivative.twin")), Paragraph((Prose("derivative.twin.words", SLOTS),)), Rows(rows)]


def apart(given: DerivativeTheorem) -> list[Block]:
    """The comparison with backpropagation."""
    head = tuple(Prose(f"derivative.column.{c}") for c in ("what", "theorem", "backprop"))
    rows = (
        (Prose("derivative.row.by"), Prose("derivative.by.position"), Prose("derivative.by.entry")),
        (Prose("derivative.row.of"), Prose("derivative.of.function"), Prose("derivative.of.loss")),
        (Prose("derivative.row.formula"), SLOTS["f * Dk"], GRADIENT),
        (Prose("derivative.row.kernel"), Prose("derivative.kernel.convolved"), Prose("derivative.kernel.correlated")),
    )  # fmt: skip
    blocks: list[Block] = [
        Heading(Prose("derivative.apart")), Paragraph((Prose("derivative.apart.words", SLOTS),)), Table(head, rows),
    ]  # fmt: skip
    for k, one in enumerate(given.comparisons):
        blocks += [
            Paragraph((Prose("derivative.smallest" if k == 0 else "derivative.another"),)),
            Rows(tuple(numbers(one))),
        ]
    return blocks


def numbers(one: Comparison) -> list[tuple[Any, Any]]:
    """A comparison in numbers."""
    shown = (
        ("f", one.f), ("k", one.k), ("g", one.g), ("f * k", one.y), ("dL/df", one.gradient), ("Dk", one.difference),
        ("f * Dk", one.claimed),
    )  # fmt: skip
    latex = {"dL/df": r"\partial L/\partial f"}
    return [(Spelled(name, latex.get(name, name)), vector(v)) for name, v in shown]


def vector(values: Numbers) -> Spelled:
    """(1, 2, 3)."""
    return both(f"({', '.join(map(str, values))})")


def plain(words: str) -> Prose:
    """Words as they are."""
    return Prose("plain", {"words": words})


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
