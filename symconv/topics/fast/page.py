"""A fast algorithm on a page: setting, matrices, the products written out, why it works, counts, accuracy, verdicts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.language.facts import Check, Verdict
from symconv.language.prose import Joined, Prose
from symconv.pages.faces import Fields, display, fields, page
from symconv.pages.faces import verdicts as verdicts_of
from symconv.pages.laid_formula import formula as laid
from symconv.pages.latex import LatexTarget
from symconv.pages.layout import (
    COMMA,
    EQUALS,
    MINUS,
    SPACE,
    Form,
    Layout,
    Name,
    Number,
    Sign,
    bracketed,
    entry,
    joined,
    row,
    sup,
)
from symconv.pages.nodes import Arrays, Block, Document, Equation, Heading, Lines, Paragraph, Table
from symconv.pages.receipts import by_status
from symconv.pages.spelling import Writer
from symconv.pages.styles import LATEX
from symconv.topics.fast.facts import Bilinear, Fast, Growth, Point, Rows
from symconv.topics.fast.lines import NAMES

SYMBOLS: dict[str, Layout] = {
    **{one: Name(one) for one in ("u", "s", "g", "v", "V", "F", "G", "a", "k", "h")},
    "E": Form("indexed", (Name("E"), Name("k"))),
    "powers": joined((Number(1), Name("a"), sup(Name("a"), Number(2)), Sign("...")), Sign("list")),
    "last": joined((Number(0), Sign("..."), Number(0), Number(1)), Sign("list")),
    "f": Name("f_i"),
    "difference": row(Name("a_i"), MINUS, Name("a_j")),
}


@page.register(Fast)
def algorithm_page(fast: Fast) -> Document:
    """The page of an algorithm."""
    first, shown = fast.axes[0], laid(fast.lines["formula"])
    blocks: list[Block] = [Heading(title(fast), 1), Paragraph((origin(fast),))]
    blocks += [Heading(Prose("heading.setting"), part="statement"), *setting(fast)]
    blocks += [
        Heading(Prose("fast.algorithm"), part="statement"),
        Lines.argument((Equation(None, shown),)),
        Paragraph((Prose("fast.dot"),)),
    ]
    for k, axis in enumerate(fast.axes):
        if k == 0 or axis != first:
            blocks += matrices(axis, k)
    blocks += written_out(fast)
    if fast.steps:
        blocks += why(fast, {c.kind: c for c in fast.steps})
        if len(fast.axes) > 1:
            blocks.append(Paragraph((Prose("fast.why.nested"),)))
    blocks += counts(fast) + accuracy(fast) + verdicts(fast)
    return Document(tuple(blocks))


def words(text: Any) -> Prose:
    """Words as they are."""
    return Prose("plain", {"words": str(text)})


def by(sizes: list[int]) -> str:
    """2x3."""
    return "x".join(map(str, sizes))


def name(fast: Fast) -> str:
    """F(2, 3), F(2x2, 3x3), Toom-Cook(3, 2)."""
    m, r = (by([a.sizes[k] for a in fast.axes]) for k in (0, 1))
    kind = fast.axes[0].kind
    return {"winograd": f"F({m}, {r})", "toom-cook": f"Toom-Cook({m}, {r})"}.get(kind, f"Karatsuba({m})")


def title(fast: Fast) -> Prose:
    """What is computed, in how many multiplications."""
    m, r = (by([a.sizes[k] for a in fast.axes]) for k in (0, 1))
    return Prose(f"fast.title.{fast.axes[0].kind}", {"name": name(fast), "m": m, "r": r, "count": str(fast.products)})


def origin(fast: Fast) -> Prose:
    """From which points it comes, and what it is called."""
    first = fast.axes[0]
    if first.kind == "karatsuba":
        return Prose("fast.origin.karatsuba")
    shown = [Joined(tuple(point(p) for p in axis.points)) for axis in fast.axes]
    if len(fast.axes) > 1 and fast.axes[1].points != first.points:
        return Prose("fast.origin.two", {"first": shown[0], "second": shown[1]})
    return Prose(f"fast.origin.{first.kind}", {"points": shown[0]})


def point(p: Point) -> Layout:
    """A point."""
    return Number(p) if p is not None else Sign("∞")


def less(*bounds: tuple[str, int]) -> Layout:
    """0 <= i < n for several."""
    return joined((row(Number(0), Sign("≤"), Name(i), Sign("<"), Number(n)) for i, n in bounds), COMMA)


def setting(fast: Fast) -> list[Block]:
    """The operands with their sizes, and the definition."""
    first, flat = fast.axes[0], len(fast.axes) == 1
    _, u, v = NAMES[first.kind]
    if first.kind == "winograd":
        k, p, t = (("k",), ("p",), ("t",)) if flat else (("k", "l"), ("p", "q"), ("i", "j"))
        sizes = [(a.sizes[0] + a.sizes[1] - 1, a.sizes[1], a.sizes[0]) for a in fast.axes]
        rows: list[tuple[Any, Any]] = []
        for called, index, which, key in ((v, t, 0, "fast.data"), (u, p, 1, "fast.taps")):
            bounds = less(*((i, n[which]) for i, n in zip(index, sizes, strict=True)))
            rows.append((entry(Name(called), *map(Name, index)), Prose(key, {"range": bounds})))
        bounds = less(*((i, n[2]) for i, n in zip(k, sizes, strict=True)))
    else:
        n, m = first.sizes
        rows = [
            (entry(Name(u), Name("k")), Prose("fast.first", {"range": less(("k", n))})),
            (entry(Name(v), Name("p")), Prose("fast.second", {"range": less(("p", m))})),
        ]
        bounds = less(("i", n + m - 1))
    lines = (reason(fast, "definition", Prose("fast.bounds", {"range": bounds})),)
    kind = "winograd" if first.kind == "winograd" else "full"
    return [Table(tuple(rows)), Lines.argument(lines), Paragraph((Prose(f"fast.convention.{kind}"),))]


def sides(fast: Fast, key: str) -> tuple[Layout, ...]:
    """The sides of a line."""
    return tuple(map(laid, fast.lines[key].parts[1:]))


def reason(fast: Fast, key: str, rule: Prose | None = None, verdict: Any = None, alone: bool = True) -> Equation:
    """A line with its left side (or without it, where it goes on from the line above)."""
    left, *rest = sides(fast, key)
    return Equation(left if alone else None, row(Sign("= "), joined(rest, EQUALS)), rule, verdict)


def matrices(axis: Bilinear, place: int) -> list[Block]:
    """The three matrices with their names."""
    small = str(place + 1) if place else ""
    named: list[tuple[Layout, Rows]]
    if axis.kind == "winograd":
        named = [
            (Form("transposed", (Name(f"A{small}"),)), axis.out),
            (Name(f"G{small}"), axis.left),
            (Form("transposed", (Name(f"B{small}"),)), axis.right),
        ]
    else:
        same = axis.left == axis.right
        named = [(Name("P"), axis.left), *([] if same else [(Name("Q"), axis.right)]), (Name("C"), axis.out)]
    return [Arrays.brackets(label, tuple(tuple(map(Number, line)) for line in m)) for label, m in named]


def written_out(fast: Fast) -> list[Block]:
    """The products q, and the outputs as sums of them."""
    keys = [key for key in fast.lines if key[-1].isdigit()]
    return [Heading(Prose("fast.written")), Lines.argument(tuple(reason(fast, key) for key in keys))] if keys else []


def why(fast: Fast, found: dict[str, Check]) -> list[Block]:
    """The argument, each line with its verdict."""
    first = fast.axes[0]
    m, r = first.sizes

    def step(kind: str, rule: Any = None, alone: bool = True) -> Equation:
        said = Prose(f"fast.rule.{rule}", SYMBOLS_OF.get(rule, {})) if rule else None
        return reason(fast, kind, said, found[kind].verdict, alone)

    def whole(kind: str) -> Equation:
        return Equation(None, laid(fast.lines[kind]), None, found[kind].verdict)

    if first.kind == "karatsuba":
        slots = {**SYMBOLS, "cut": joined(map(laid, fast.lines["cut"].parts), Sign("list"))}
        return [
            Heading(Prose("fast.why")), Paragraph((Prose("fast.why.karatsuba", slots),)), Lines.argument((step("halves"),)),
        ]  # fmt: skip
    square = Form("indexed", (Name("E"), Number(m + r - 1)))
    known = joined((row(Name(n), EQUALS, Number(v)) for n, v in (("m", m), ("r", r))), Sign("list"))
    slots = {**SYMBOLS, "square": square, "mr": known}
    values = [step("values", "values"), step("interpolation", "interpolation")]
    if first.kind == "winograd":
        later = [
            step("pairing", "pairing"),
            step("products", "products", False),
            step("transposed", "transposed", False),
            step("compared", "compared"),
        ]
        return [
            Heading(Prose("fast.why")),
            Paragraph((Prose("fast.why.winograd", {**slots, "m": str(m), "n": str(m + r - 1)}),)),
            Lines.argument((*values, *later)),
            Paragraph((Prose("fast.why.matrices", SYMBOLS),)),
            Lines.argument((whole("matrices"),)),
        ]
    return [
        Heading(Prose("fast.why")),
        Paragraph((Prose("fast.why.toom-cook", slots),)),
        Lines.argument(tuple(values)),
        Paragraph((Prose("fast.why.full"),)),
        Lines.argument((whole("matrices"),)),
    ]


SYMBOLS_OF: dict[str, dict[str, Layout]] = {
    "products": SYMBOLS, "compared": SYMBOLS, "transposed": {"E": Form("indexed", (Name("E"), Name("m")))},
}  # fmt: skip


def counts(fast: Fast) -> list[Block]:
    """Multiplications against the definition; what the transforms cost."""
    ratio = Fraction(fast.direct, fast.products)
    rows: list[tuple[Any, Any]] = [
        (Prose("fast.multiplications"), Prose("fast.against", {"fast": str(fast.products), "direct": str(fast.direct),
                                                               "ratio": Number(ratio)})),
    ]  # fmt: skip
    first = fast.axes[0]
    if len(fast.axes) == 1:
        names = ("G", "g", "B", "d", "A") if first.kind == "winograd" else ("P", "u", again(first), "v", "C")
        left, u, right, v, out = map(Name, names)
        back, front = (Form("transposed", (m,)) if first.kind == "winograd" else m for m in (right, out))
        labels: dict[str, Layout] = {
            "left": row(left, SPACE, u),
            "right": row(back, SPACE, v),
            "out": row(front, bracketed(Sign("..."), "[]")),
        }
        for key, cost in fast.costs:
            slots = {"additions": counted("addition", cost.additions), "scalings": counted("product", cost.scalings)}
            rows.append((labels[key], Prose("fast.cost", slots)))
    said = [Prose("fast.stand")] if len(fast.axes) == 1 else []
    if first.kind == "winograd":
        said.append(Prose("fast.tiles"))
    return [Heading(Prose("fast.counts")), Table(tuple(rows)), Paragraph(tuple(said))]


def again(a: Bilinear) -> str:
    """The matrix in front of the second operand."""
    return "P" if a.left == a.right else "Q"


def counted(noun: str, count: int) -> Prose:
    """1 addition, 2 additions."""
    return Prose(f"fast.{noun}.one" if count == 1 else f"fast.{noun}", {"count": str(count)})


def accuracy(fast: Fast) -> list[Block]:
    """How the constants grow, and what float32 makes of it."""
    if not fast.growth:
        return []
    head = tuple(Prose(f"fast.column.{c}") for c in ("tile", "products", "constant", "amplification", "condition", "error"))
    rows = tuple(grown(g) for g in fast.growth)
    plain = max(g.plain for g in fast.growth)
    return [
        Heading(Prose("fast.accuracy"), part="receipt"),
        Table(rows, head, "r" * len(head)),
        Paragraph(
            (
                Prose("fast.accuracy.words", {"plain": scientific(plain), "V": Name("V")}),
                *([Prose("fast.accuracy.nested")] if len(fast.axes) > 1 else []),
            )
        ),
    ]


def grown(g: Growth) -> tuple[Any, ...]:
    """One row."""
    tile = row(Name("F"), bracketed(joined(map(Number, g.sizes), Sign("list"))))
    return (
        tile, words(f"{g.products} for {g.direct}"), Number(g.largest),
        words(decimal(g.amplification)), words(decimal(g.condition)), scientific(g.error),
    )  # fmt: skip


def decimal(value: Fraction) -> str:
    """An exact number rounded to four digits: whole from 1000 on."""
    if value.denominator == 1 or value >= 1000:
        return str(round(value))
    return f"{float(value):.4g}"


def scientific(value: float) -> Layout:
    """2.4e-07."""
    mantissa, _, power = f"{value:.1e}".partition("e")
    return Form("scientific", (Name(mantissa, "typed"), Name(power, "typed"), Number(int(power))))


def verdicts(fast: Fast) -> list[Block]:
    """What was proved and what was only checked."""
    found = by_status(fast.checks, "fast")
    said = [Prose("fast.proved.words")] if any(c.verdict.status == "proved" for c in fast.checks) else []
    if len(fast.axes) > 1:
        said.append(Prose("fast.proved.nested"))
    return [*found, Paragraph(tuple(said))] if said else found


@display.register(Fast)
def jupyter(fast: Fast) -> str:
    """The formula and the matrices as one display."""
    shown = [block for k, axis in enumerate(fast.axes) if not k or axis != fast.axes[0] for block in matrices(axis, k)]
    displays = [LatexTarget().brackets(m).removeprefix("\\[").removesuffix("\\]") for m in shown if isinstance(m, Arrays)]
    body = " \\\\\n".join(["&" + Writer(LATEX)(laid(fast.lines["formula"])), *("&" + d for d in displays)])
    return f"$$\\begin{{aligned}}\n{body}\n\\end{{aligned}}$$"


@verdicts_of.register(Fast)
def every_verdict(fast: Fast) -> tuple[Verdict, ...]:
    """The verdict of every line and check."""
    return tuple(c.verdict for c in (*fast.steps, *fast.checks))


@fields.register(Fast)
def fast_fields(fast: Fast) -> Fields:
    """For other programs; exact numbers as text."""
    return {
        "algorithm": fast.axes[0].kind,
        "name": name(fast),
        "axes": [axis_object(a) for a in fast.axes],
        "multiplications": fast.products,
        "direct": fast.direct,
        "transforms": dict(fast.costs),
        "steps": [{"rule": c.kind, "verdict": c.verdict} for c in fast.steps],
        "growth": [
            {"m": g.sizes[0], "r": g.sizes[1], "multiplications": g.products, "direct": g.direct, "largest": str(g.largest),
             "amplification": str(g.amplification), "condition": str(g.condition), "float32_error": float(f"{g.error:.1e}"),
             "float32_direct": float(f"{g.plain:.1e}")}
            for g in fast.growth
        ],
        "checks": fast.checks,
    }  # fmt: skip


def axis_object(a: Bilinear) -> dict[str, Any]:
    """Sizes, points and matrices of one axis."""
    keys = ("AT", "G", "BT") if a.kind == "winograd" else ("C", "P", "Q")
    names = ("m", "r") if a.kind == "winograd" else ("N", "M")
    shown = {key: [[str(e) for e in row] for row in m] for key, m in zip(keys, (a.out, a.left, a.right), strict=True)}
    points = ["inf" if p is None else str(p) for p in a.points]
    return {**dict(zip(names, a.sizes, strict=True)), "points": points, **shown}
