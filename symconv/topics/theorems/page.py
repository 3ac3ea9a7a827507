"""A theorem on a page: statement, hypotheses, the claims in symbols, the obligations by which it is proved, the verdict."""

from __future__ import annotations

from collections import Counter
from typing import Any

from symconv.language.expr import Condition, InRange
from symconv.language.facts import Claim, Counterexample, Theorem, Verdict
from symconv.language.integers import Int, var
from symconv.language.operator import operator_domain
from symconv.language.prose import Joined, Prose, Words
from symconv.pages.document import asides
from symconv.pages.faces import Fields, fields, measured, page
from symconv.pages.filling import fill
from symconv.pages.laid import Speller
from symconv.pages.nodes import Block, Document, Heading, Lines, Math, Paragraph, Table
from symconv.pages.receipts import plain
from symconv.pages.styles import TEXT
from symconv.pages.timing import by_name, timing
from symconv.topics.theorems.facts import Catalogue, Settled
from symconv.words import message


@page.register(Settled)
def theorem_page(found: Settled) -> Document:
    """The page of one theorem."""
    theorem, verdict, example = found.theorem, found.verdict, found.counterexample
    blocks: list[Block] = [Heading(plain(theorem.name), 1), Paragraph((plain(sentence(theorem.statement)),))]
    blocks += [
        Heading(Prose("heading.hypotheses"), part="statement"),
        Paragraph((plain(sentence(domain(theorem.claims))),)),
    ]
    symbols = defined(theorem) + [block for claim in theorem.claims for block in claimed(claim)]
    if symbols:
        blocks += [Heading(Prose("heading.symbols"), part="statement"), *symbols]
    if verdict.status == "proved":
        blocks += [Heading(Prose("heading.proof"), part="receipt"), Table(tuple(obligations(found.obligations)))]
        blocks.append(Paragraph((Prose("theorem.proved", {"domain": verdict.domain}),)))
        blocks += asides(verdict)
    elif example is not None:
        blocks += [Heading(Prose("heading.refuted"), part="receipt"), Table(tuple(numbers(example)))]
    else:
        blocks += [Heading(Prose("heading.undecided"), part="receipt"), Paragraph((plain(verdict.how),))]
    if theorem.remark:
        blocks.append(Paragraph((plain(sentence(theorem.remark)),)))
    return Document(tuple(blocks))


def domain(claims: tuple[Claim, ...]) -> str:
    """For which values the claims are stated, all of them together: sizes, hypotheses, free indices."""
    speller = Speller(TEXT)
    least: dict[str, int] = {}
    given: dict[str, None] = {}
    free: dict[str, Int | None] = {}
    for claim in claims:
        own, _, fits = (list(claim.sizes), (), []) if claim.op is None else operator_domain(claim.op)
        for name, low in (*own, *claim.sizes):
            least[name] = max(low, least.get(name, low))
        given |= dict.fromkeys(speller.relation(e, "≥") for e in (*fits, *claim.given))
        free |= dict(claim.free)
    groups: dict[int, list[str]] = {}
    for name, low in least.items():
        groups.setdefault(low, []).append(name)
    parts = [f"{named(speller, names)} ≥ {low}" for low, names in sorted(groups.items(), reverse=True)]
    words = message("theorem.domain").format(sizes=", ".join(parts)) if parts else message("theorem.domain.none")
    unbounded = [name for name, size in free.items() if size is None]
    words += message("theorem.domain.integers").format(names=named(speller, unbounded)) if unbounded else ""
    words += message("theorem.domain.with").format(conditions=", ".join(given)) if given else ""
    ranges = [f"0 ≤ {named(speller, [n])} < {speller.integer(size)}" for n, size in free.items() if size is not None]
    return words + (message("theorem.domain.ranges").format(ranges=", ".join(ranges)) if ranges else "")


def named(speller: Speller, names: list[str]) -> str:
    """N₁, K."""
    return ", ".join(speller.integer(var(name)) for name in names)


def sentence(words: str) -> str:
    """With a capital and a full stop."""
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def defined(theorem: Theorem) -> list[Block]:
    """What the names stand for, once for all claims."""
    found = {n: e for claim in theorem.claims for n, e in claim.definitions}
    rows = tuple((Math((var(n),)), e, plain("by definition")) for n, e in found.items())
    return [Lines.definitions(rows)] if rows else []


def claimed(claim: Claim) -> list[Block]:
    """A claim in symbols, with the ranges of its free indices."""
    if claim.left is not None and claim.right is not None:
        return [Lines.definitions(((Math((claim.left,)), claim.right, None),)), *_free(claim)]
    goals = []
    for kind, left, right in claim.goals:
        goals.append((plain(claim.words), Math((left, "=" if kind == "eq" else "≥", right))))
    return [Table(tuple(goals))]


def _free(claim: Claim) -> list[Block]:
    shown = []
    for name, size in claim.free:
        shown.append(Math((integer_range(name, size),)) if size is not None else Prose("theorem.integers", {"name": name}))
    return [Paragraph((Joined(tuple(shown)),))] if shown else []


def integer_range(name: str, size: Int) -> Condition:
    """0 <= name < size."""
    return InRange(var(name), size)


def obligations(shown: tuple[tuple[Words, str], ...]) -> list[tuple[Any, Any]]:
    """What had to be shown, and how each kind was decided."""
    grouped: dict[Words, Counter[str]] = {}
    for words, way in shown:
        grouped.setdefault(words, Counter())[way] += 1
    rows = []
    for words, ways in grouped.items():
        how = Joined(tuple(Prose(f"obligation.{way}", {"count": str(n)}) for way, n in sorted(ways.items())))
        rows.append((plain(words) if isinstance(words, str) else words, how))
    return rows


def numbers(example: Counterexample) -> list[tuple[Any, Any]]:
    """The counterexample in numbers."""
    rows = [("theorem.sizes", assigned(example.sizes))]
    if example.entry:
        rows.append(("theorem.entry", assigned(example.entry)))
    if example.product:
        rows.append(("theorem.product", example.product))
    rows += [("theorem.claimed", example.claimed), ("theorem.true", example.true)]
    return [(Prose(key), plain(text)) for key, text in rows]


def assigned(values: tuple[tuple[str, int], ...]) -> str:
    """N = 1, K = 2."""
    return ", ".join(f"{n} = {v}" for n, v in values)


@measured.register(Settled)
def times(found: Settled) -> list[Verdict]:
    """Its verdict."""
    return [found.verdict]


@fields.register(Settled)
def theorem_fields(result: Settled) -> Fields:
    """A theorem for other programs."""
    theorem, verdict, example = result.theorem, result.verdict, result.counterexample
    found: Fields = {
        "name": theorem.name,
        "statement": theorem.statement,
        "verdict": verdict,
        "expected": theorem.expected,
        "domain": domain(theorem.claims),
        "how": str(verdict.how),
        "solver": by_name(verdict),
        "claims": [symbols(claim) for claim in theorem.claims],
        "obligations": [{"words": words, "way": way} for words, way in result.obligations],
    }
    if theorem.remark:
        found["remark"] = theorem.remark
    if example is not None:
        found["counterexample"] = {
            "sizes": dict(example.sizes),
            "entry": dict(example.entry),
            "product": example.product,
            "claimed": example.claimed,
            "true": example.true,
        }
    return found


@fields.register(Catalogue)
def catalogue_fields(found: Catalogue) -> Fields:
    """All of them, with the time that each took."""
    verdicts = [one.verdict for one in found.results]
    each = {one.theorem.name: round(one.verdict.milliseconds, 1) for one in found.results}
    return {"theorems": [theorem_fields(one) for one in found.results], "timing": {**timing(verdicts), "theorems": each}}


def symbols(claim: Claim) -> str:
    """A claim on one line."""
    speller = Speller(TEXT)
    if claim.left is not None and claim.right is not None:
        return f"{speller.expr(claim.left)} = {speller.expr(claim.right)}"
    signs = {"eq": "=", "ge": "≥"}
    return "; ".join(f"{speller.integer(a)} {signs[kind]} {speller.integer(b)}" for kind, a, b in claim.goals)


def table(found: Catalogue) -> str:
    """The catalogue as text: a mark where the verdict is the expected one, the name, the verdict, the statement."""
    out = []
    for one in found.results:
        at = f" at {assigned(one.counterexample.sizes)}" if one.counterexample is not None else ""
        out.append(f"{'✓' if one.expected else '✗'} {one.theorem.name}: {one.verdict.status}{at}")
        out.append(fill(one.theorem.statement, "    "))
    return "\n".join(out) + "\n"
