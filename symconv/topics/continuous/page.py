"""A continuous convolution on a page: setting, the integral, where the overlap begins and ends, cases, result, derivative."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.language.facts import Verdict
from symconv.language.prose import Joined, Prose
from symconv.pages.faces import Fields, display, fields, page
from symconv.pages.layout import EQUALS, NEGATIVE, SPACE, Form, Layout, Name, Number, Sign, bracketed, product, row
from symconv.pages.layout import joined as laid_in_a_row
from symconv.pages.nodes import Block, Document, Equation, Heading, Lines, Paragraph, Table
from symconv.pages.receipts import by_status
from symconv.pages.spelling import Writer
from symconv.pages.styles import LATEX, TEXT
from symconv.topics.continuous.facts import (
    Case,
    Convolution,
    Impulse,
    Limit,
    Lorentz,
    Overlap,
    Piece,
    Side,
    Smooth,
    Term,
    drawn_out,
)
from symconv.topics.continuous.page_steps import rules, square
from symconv.topics.continuous.spelled import (
    TAU,
    T,
    bound,
    exact,
    exponential,
    interval,
    normal,
    piece,
    plus,
    scaled,
    terms,
)
from symconv.topics.continuous.spelled import bracketed as held

text, latex = Writer(TEXT), Writer(LATEX)
X = Name("x")
MOST = 16  # integrals written out
STAR = {turned: row(Name("f"), Sign(sign), Name("g")) for turned, sign in ((False, "*"), (True, "⋆"))}


@page.register(Convolution)
def convolution_page(made: Convolution) -> Document:
    """The page."""
    star = STAR[made.correlate]
    blocks: list[Block] = [
        Heading(
            Prose("cont.title.correlate" if made.correlate else "cont.title", {"f": made.texts[0], "g": made.texts[1]}), 1
        )
    ]
    blocks += setting(made)
    if made.square:
        blocks += square(made)
    elif made.cases:
        blocks += overlap(made) + in_cases(made)
    elif made.result:
        blocks += rules(made)
    blocks += [Heading(Prose("cont.result"), part="closed form"), Lines.argument(tuple(result(made, star)))]
    blocks += remarks(made) + equal(made, star) + slope(made, star) + verdicts(made)
    return Document(tuple(blocks))


# setting
def setting(made: Convolution) -> list[Block]:
    """The two functions, the definition, the convention."""
    lines = []
    for name, given, pieces in zip("fg", made.operands, made.pieces or (None, None), strict=True):
        lines += function(name, given, pieces) if made.result is not None else []
    for name, written in zip("fg", made.written, strict=False):
        head = at(Name(name))
        lines += [Equation(None if k else head, ranged(exact(e), lo, hi)) for k, (lo, hi, e) in enumerate(written)]
    moved = plus([(False, T), (not made.correlate, TAU)])
    whole = product((at(Name("f"), TAU), at(Name("g"), moved)))
    lines.append(Equation(at(bracketed(STAR[made.correlate])), is_(row(Sign("∫"), SPACE, whole, Form("d", (TAU,))))))
    said = [Prose("cont.convention.correlate" if made.correlate else "cont.convention")]
    if made.correlate:
        said.append(Prose("cont.convention.order"))
    if made.positive:
        said.append(Prose("cont.positive", {"names": Joined(tuple(exact(_symbol(n)) for n in sorted(made.positive)))}))
    if any(w and (w[0][0] is not None or w[-1][1] is not None) for w in made.written):
        said.append(Prose("cont.written"))
    signs = {"!=": "≠", "<": "<", ">": ">"}
    shown = [row(exact(a), Sign(signs[s]), exact(b)) for s, a, b in made.conditions]
    if shown:
        said.append(Prose("cont.conditions", {"list": Joined(tuple(shown))}))
    return [
        Heading(Prose("heading.setting"), part="statement"),
        Lines.argument(tuple(lines)),
        Paragraph(tuple(said)),
        *symbols(made),
    ]


def _symbol(name: str) -> Any:
    """A parameter."""
    from sympy import Symbol

    return Symbol(name, positive=True)


def function(name: str, given: tuple[Term, ...], pieces: tuple[Piece, ...] | None) -> list[Equation]:
    """f(t) = its pieces where they do not vanish, or its terms."""
    head = at(Name(name))
    if not pieces:
        return [Equation(head, is_(terms(given)))]
    live = [p for p in pieces if p.parts]
    lines = []
    for k, p in enumerate(live):
        lines.append(Equation(head if k == 0 else None, ranged(piece(p.parts), p.lo, p.hi)))
    return lines or [Equation(head, is_(Number(0)))]


def at(function: Layout, place: Layout = T) -> Layout:
    """f(t)."""
    return Form("apply", (function, place))


def is_(value: Layout) -> Layout:
    """= value."""
    return row(Sign("= "), value)


def ranged(value: Layout, lo: Any, hi: Any) -> Layout:
    """= value for lo <= t < hi."""
    where = row(Sign("for"), interval(lo, hi))
    return row(is_(value), Form("text only", (where,)) if lo is None and hi is None else where)


def symbols(made: Convolution) -> list[Block]:
    """What the less usual signs mean."""
    every = [*made.operands[0], *made.operands[1], *(made.result or ()), *(made.slope or ())]
    rows: list[tuple[Any, Any]] = []
    shown_sides = not made.cases or one_formula(made)
    same = made.equal[2] if made.equal is not None else ()
    powers = [*(made.result or ()), *(made.slope or ())] if shown_sides else [*same, *(made.slope or ())]
    if any(isinstance(t, Side) and t.power for t in powers):
        rows.append((Form("positive", (X,)), Prose("cont.symbol.plus")))
    if any(isinstance(t, Side) and not t.power for t in every) and (shown_sides or made.slope):
        rows.append((at(Name("u"), X), Prose("cont.symbol.step")))
    if any(isinstance(t, Impulse) for t in every):
        rows.append((at(Name("delta"), X), Prose("cont.symbol.delta")))
    if any(isinstance(t, Smooth) for t in every):
        rows.append((at(Sign("Φ"), X), Prose("cont.symbol.phi")))
    return [Table(tuple(rows))] if rows else []


# overlap and cases
def overlap(made: Convolution) -> list[Block]:
    """Where the two meet."""
    assert made.pieces is not None
    (a, b), (c, d) = (support(p) for p in made.pieces)
    first, last = (made.cases[0].value, made.cases[-1].value)
    start = first.hi if not first.parts and not made.cases[0].overlaps else None
    stop = last.lo if not last.parts and not made.cases[-1].overlaps else None
    sign = plus([(False, T), (not made.correlate, TAU)])
    slots = {
        "f": at(Name("f"), TAU), "g": at(Name("g"), sign),
        "where": interval(a, b, TAU), "moved": interval(*moving(made, c, d), TAU),
    }  # fmt: skip
    said = [Prose("cont.overlap", slots)]
    if start is not None:
        said.append(Prose("cont.overlap.begins", {"t": exact(start)}))
    if stop is not None:
        said.append(Prose("cont.overlap.ends", {"t": exact(stop)}))
    if start is None and stop is None:
        said.append(Prose("cont.overlap.always"))
    return [Heading(Prose("cont.heading.overlap")), Paragraph(tuple(said))]


def support(pieces: tuple[Piece, ...]) -> tuple[Any, Any]:
    """The ends of what does not vanish."""
    live = [p for p in pieces if p.parts]
    return (live[0].lo, live[-1].hi) if live else (None, None)


def moving(made: Convolution, c: Any, d: Any) -> tuple[Any, Any]:
    """The range of tau for which the moved g lives."""
    turn = -1 if made.correlate else 1
    ends = (d, c) if turn == 1 else (c, d)
    found = [None if e is None else Limit(turn, -turn * e) for e in ends]
    return found[0], found[1]


def in_cases(made: Convolution) -> list[Block]:
    """The integral, range by range of t."""
    many = sum(len(c.overlaps) for c in made.cases)
    lines: list[Equation] = []
    for case in made.cases:
        lines += one_case(case, made.correlate, many <= MOST)
    said = [Prose("cont.cases.long", {"count": str(many)})] if many > MOST else []
    return [Heading(Prose("cont.heading.cases")), *([Paragraph(tuple(said))] if said else []), Lines.argument(tuple(lines))]


def one_case(case: Case, correlate: bool, whole: bool) -> list[Equation]:
    """A range, its integrals, their value."""
    where = interval(case.value.lo, case.value.hi)
    head = row(where, Sign(":"))
    value = piece(case.value.parts)
    if not case.overlaps or not whole:
        rule = Prose("cont.rule.nothing") if not case.overlaps else None
        return [Equation(head, value, rule, case.verdict)]
    shown = [integral(o, correlate) for o in case.overlaps]
    total = plus([(False, s) for s in shown])
    lines = [Equation(head, total)]
    if len(case.overlaps) == 1 and (out := pulled(case.overlaps[0], correlate)) is not None:
        lines.append(Equation(None, is_(out), Prose("cont.rule.pulled")))
    lines.append(Equation(None, is_(value), None, case.verdict))
    return lines


def limits(o: Overlap) -> Layout:
    """The integral sign with its limits."""
    low = bound(o.lower) if o.lower is not None else Sign("-∞")
    high = bound(o.upper) if o.upper is not None else Sign("∞")
    return Form("integral.between", (low, high))


def integral(o: Overlap, correlate: bool) -> Layout:
    """The integral of a product of pieces."""
    inner = plus([(False, T), (not correlate, TAU)])
    first, second = piece(o.f.parts, TAU), piece(o.g.parts, inner, False)
    body = factors([(first, o.f), (second, o.g)])
    return row(limits(o), SPACE, body, Form("d", (TAU,)))


def factors(given: list[tuple[Layout, Piece]]) -> Layout:
    """A product; ones are left out, sums are held together."""
    shown = [held(s, wide(s, p)) for s, p in given if text(s) != "1"]
    return product(shown) if shown else Number(1)


def wide(s: Layout, p: Piece) -> bool:
    """Whether a piece is a sum, or begins with a minus: a single power or exponential needs no brackets."""
    single = (
        len(p.parts) == 1 and sum(c != 0 for c in p.parts[0][1]) == 1 and (p.parts[0][0] != 0 or len(p.parts[0][1]) > 2)
    )
    shown = text(s)
    return shown.startswith("-") or (not single and (" + " in shown or " - " in shown) and not enclosed(shown))


def enclosed(text: str) -> bool:
    """Whether a text stands in one pair of brackets."""
    return text.startswith("(") and text.find(")") == len(text) - 1


def pulled(o: Overlap, correlate: bool) -> Layout | None:
    """Two exponentials: what does not depend on tau before the integral."""
    out = drawn_out(o, correlate)
    if out is None:
        return None
    c, b, rest = out
    inner = (Form("d.alone", (TAU,)),) if rest == 0 else (exponential(rest, TAU), Form("d", (TAU,)))
    minus, front = scaled(c, exponential(b, T))
    return row(*([NEGATIVE] if minus else []), front, SPACE, limits(o), SPACE, *inner)


# result
def one_formula(made: Convolution) -> bool:
    """Whether the truncated powers are short enough to be shown beside the cases."""
    found = made.result or ()
    return len(found) <= 6 and all(
        isinstance(t, Side) and t.rate == 0 and isinstance(t.knot, Fraction) and not t.left for t in found
    )


def result(made: Convolution, star: Layout) -> list[Equation]:
    """The result, once more whole."""
    head = at(bracketed(star))
    checks = [c.verdict for c in made.checks if c.kind in ("exact", "quadrature")]
    verdict = checks[0] if checks else None
    if made.result is None:
        return slow(made, head, verdict)
    if not made.result:
        return [Equation(head, is_(Number(0)), None, verdict)]
    whole = terms(made.result)
    if not made.cases:
        return [Equation(head, is_(whole), None, verdict)]
    live = joined([c.value for c in made.cases])
    lines = []
    for k, p in enumerate(live):
        lines.append(Equation(head if k == 0 else None, ranged(piece(p.parts), p.lo, p.hi), None, verdict))
    if one_formula(made):
        lines.append(Equation(head, is_(whole), Prose("cont.rule.formula"), verdict))
    return lines


def joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours that are one function, made one; zeros left out."""
    found: list[Piece] = []
    for p in pieces:
        if found and found[-1].parts == p.parts:
            found[-1] = Piece(found[-1].lo, p.hi, p.parts)
        else:
            found.append(p)
    return [p for p in found if p.parts]


def slow(made: Convolution, head: Layout, verdict: Verdict | None) -> list[Equation]:
    """What SymPy's integration found."""
    lines = []
    for k, (lo, hi, value) in enumerate(case for case in made.slow if case[2] != 0):
        lines.append(Equation(head if k == 0 else None, ranged(exact(value), lo, hi), None, verdict))
    return lines


def remarks(made: Convolution) -> list[Block]:
    """What holds outside of the ranges shown."""
    said = []
    if any(not c.value.parts for c in made.cases) or any(value == 0 for _, _, value in made.slow):
        said.append(Prose("cont.elsewhere"))
    if made.square:
        said.append(Prose("cont.widths"))
    if made.result and all(isinstance(t, Lorentz) for t in made.result):
        said.append(Prose("cont.cauchy"))
    if made.result is None:
        said.append(Prose("cont.slow"))
    return [Paragraph(tuple(said))] if said else []


def equal(made: Convolution, star: Layout) -> list[Block]:
    """Equal rates."""
    if made.equal is None:
        return []
    p, q, found = made.equal
    verdict = next((c.verdict for c in made.checks if c.kind == "equal"), None)
    shown = terms(found)
    head = at(bracketed(star))
    condition = row(exact(q), EQUALS, exact(p))
    return [
        Heading(Prose("cont.heading.equal")),
        Paragraph((Prose("cont.equal", {"condition": condition}),)),
        Lines.argument((Equation(head, is_(shown), None, verdict),)),
    ]


def slope(made: Convolution, star: Layout) -> list[Block]:
    """(f * g)' = f * g' for these two."""
    verdict = next((c.verdict for c in made.checks if c.kind == "derivative"), None)
    if made.slope is None or verdict is None or len(made.slope) > 8:
        return []
    shown = terms(made.slope)
    head = at(Form("prime", (bracketed(star),)))
    line = Equation(head, is_(row(at(bracketed(Form("prime", (star,)))), EQUALS, shown)), None, verdict)
    jumps = made.jumps
    said = [Prose("cont.slope.distribution" if jumps else "cont.slope.function")]
    return [Heading(Prose("cont.heading.slope")), Lines.argument((line,)), Paragraph(tuple(said))]


def verdicts(made: Convolution) -> list[Block]:
    """What was proved and what was checked."""
    return by_status([c for c in made.checks if not c.kind.startswith("rule-")], "cont")


def whole(made: Convolution) -> Layout:
    """The result in one formula, or its pieces one after the other."""
    if made.result is not None and (not made.cases or one_formula(made)):
        return terms(made.result)
    pieces = [(p.lo, p.hi, piece(p.parts)) for p in joined([c.value for c in made.cases])]
    pieces += [(lo, hi, exact(e)) for lo, hi, e in made.slow if e != 0]
    if not pieces:
        return Number(0)
    return Form("cases", (laid_in_a_row((Form("case", (v, interval(lo, hi))) for lo, hi, v in pieces), Sign("; ")),))


@display.register(Convolution)
def jupyter(made: Convolution) -> str:
    """The result as a display."""
    star = STAR[made.correlate]
    return f"$$\\begin{{aligned}}{latex(at(bracketed(star)))} &= {latex(whole(made))}\\end{{aligned}}$$"


# JSON
@fields.register(Convolution)
def convolution_fields(made: Convolution) -> Fields:
    """For other programs."""
    found: Fields = {
        "operation": "correlate" if made.correlate else "convolve",
        "f": made.texts[0],
        "g": made.texts[1],
        "definition": f"integral of f(tau) g(t {'+' if made.correlate else '-'} tau) dtau",
        "result": text(whole(made)),
        "latex": latex(whole(made)),
        "cases": [one(c.value.lo, c.value.hi, piece(c.value.parts), c.verdict) for c in made.cases]
        or [one(lo, hi, exact(e), Verdict("checked", "")) for lo, hi, e in made.slow],
        "conditions": [f"{text(exact(a))} {s} {text(exact(b))}" for s, a, b in made.conditions],
        "positive": sorted(made.positive),
        "derivative": text(terms(made.slope)) if made.slope is not None else None,
        "checks": made.checks,
    }  # fmt: skip
    if made.equal is not None:
        p, q, same = made.equal
        found["equal"] = {"where": text(row(exact(q), EQUALS, exact(p))), "result": text(terms(same))}
    return found


def one(lo: Any, hi: Any, value: Layout, verdict: Verdict | None) -> dict[str, Any]:
    """A case."""
    ends = [None if e is None else text(exact(e)) for e in (lo, hi)]
    status = verdict.status if verdict else "unsupported"
    return {"from": ends[0], "to": ends[1], "value": text(value), "latex": latex(value), "verdict": status}


__all__ = ["convolution_page", "normal"]
