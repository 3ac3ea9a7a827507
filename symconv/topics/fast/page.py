"""A fast algorithm on a page: setting, matrices, the products written out, why it works, counts, accuracy, verdicts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.language.facts import Check, Verdict
from symconv.pages.faces import Fields, display, fields, page
from symconv.pages.faces import verdicts as verdicts_of
from symconv.pages.nodes import (
    Argument,
    Block,
    Brackets,
    Document,
    Heading,
    Joined,
    Paragraph,
    Prose,
    Reason,
    Spelled,
    Table,
    Title,
)
from symconv.pages.nodes import Rows as Pairs
from symconv.pages.spelled import both, entry, form, number, product_of, signed
from symconv.topics.fast.facts import Bilinear, Fast, Growth, Point, Rows

WRITTEN_OUT = 7
SYMBOLS: dict[str, Any] = {
    **{name: both(name) for name in ("u", "s", "g", "v", "V", "F", "G", "a", "k", "h")},
    "E": Spelled("E(k)", "E_{k}"),
    "powers": Spelled("1, a, a², ...", r"1, a, a^{2}, \ldots"),
    "last": Spelled("0, ..., 0, 1", r"0, \ldots, 0, 1"),
    "f": Spelled("f_i", "f_{i}"),
    "difference": Spelled("a_i - a_j", "a_{i} - a_{j}"),
    "cut": Spelled("u = u₀ + xʰ u₁, v = v₀ + xʰ v₁", r"u = u_{0} + x^{h} u_{1},\; v = v_{0} + x^{h} v_{1}"),
}
NAMES = {"winograd": ("y", "g", "d"), "toom-cook": ("s", "u", "v"), "karatsuba": ("s", "u", "v")}


@page.register(Fast)
def document(fast: Fast) -> Document:
    """The page of an algorithm."""
    first = fast.axes[0]
    blocks: list[Block] = [Title(title(fast)), Paragraph((origin(fast),))]
    blocks += [Heading(Prose("heading.setting")), *setting(fast)]
    blocks += [Heading(Prose("fast.algorithm")), Argument((Reason(None, formula(fast)),)), Paragraph((Prose("fast.dot"),))]
    for k, axis in enumerate(fast.axes):
        if k == 0 or axis != first:
            blocks += matrices(axis, k)
    if len(fast.axes) == 1 and first.products <= WRITTEN_OUT:
        blocks += written_out(first)
    if fast.steps:
        blocks += why(first, {c.kind: c for c in fast.steps})
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


def point(p: Point) -> Spelled:
    """A point."""
    return number(p) if p is not None else Spelled("∞", r"\infty")


def less(*bounds: tuple[str, int]) -> Spelled:
    """0 <= i < n for several."""
    text = ", ".join(f"0 ≤ {i} < {n}" for i, n in bounds)
    return Spelled(text, r",\; ".join(rf"0 \le {i} < {n}" for i, n in bounds))


def setting(fast: Fast) -> list[Block]:
    """The operands with their sizes, and the definition."""
    first, flat = fast.axes[0], len(fast.axes) == 1
    z, u, v = NAMES[first.kind]
    if first.kind == "winograd":
        k, p, t = (("k",), ("p",), ("t",)) if flat else (("k", "l"), ("p", "q"), ("i", "j"))
        sizes = [(a.sizes[0] + a.sizes[1] - 1, a.sizes[1], a.sizes[0]) for a in fast.axes]
        rows: list[tuple[Any, Any]] = []
        for called, index, which, key in ((v, t, 0, "fast.data"), (u, p, 1, "fast.taps")):
            bounds = less(*((i, n[which]) for i, n in zip(index, sizes, strict=True)))
            rows.append((entry(called, *index), Prose(key, {"range": bounds})))
        at = ", ".join(f"{a} + {b}" for a, b in zip(k, p, strict=True))
        under = "".join(rf"\sum_{{{i}=0}}^{{{n[1] - 1}}}" for i, n in zip(p, sizes, strict=True))
        definition = Spelled(
            f"= {''.join(f'Σ_{i} ' for i in p)}{entry(u, *p).text} {v}[{at}]",
            rf"= {under} {entry(u, *p).latex}\,{v}_{{{at}}}",
        )
        bounds = less(*((i, n[2]) for i, n in zip(k, sizes, strict=True)))
        lines = (Reason(entry(z, *k), definition, Prose("fast.bounds", {"range": bounds})),)
        return [Pairs(tuple(rows)), Argument(lines), Paragraph((Prose("fast.convention.winograd"),))]
    n, m = first.sizes
    rows = [
        (entry(u, "k"), Prose("fast.first", {"range": less(("k", n))})),
        (entry(v, "p"), Prose("fast.second", {"range": less(("p", m))})),
    ]
    definition = Spelled(f"= Σ_k {u}[k] {v}[i - k]", rf"= \sum_{{k=0}}^{{{n - 1}}} {u}_{{k}}\,{v}_{{i-k}}")
    lines = (Reason(entry(z, "i"), definition, Prose("fast.bounds", {"range": less(("i", n + m - 1))})),)
    return [Pairs(tuple(rows)), Argument(lines), Paragraph((Prose("fast.convention.full"),))]


def formula(fast: Fast) -> Spelled:
    """y = A^T [(G g) . (B^T d)]."""
    first = fast.axes[0]
    if first.kind != "winograd":
        left, right = ("P", "Q") if first.left != first.right else ("P", "P")
        return Spelled(f"s = C[({left} u) ⊙ ({right} v)]", rf"s = C\,\bigl[({left} u) \odot ({right} v)\bigr]")
    if len(fast.axes) == 1:
        return Spelled("y = Aᵀ[(G g) ⊙ (Bᵀ d)]", r"y = A^{T}\bigl[(G g) \odot (B^{T} d)\bigr]")
    if fast.axes[0] == fast.axes[1]:
        return Spelled("y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A", r"y = A^{T}\bigl[(G g G^{T}) \odot (B^{T} d B)\bigr]A")
    return Spelled("y = Aᵀ[(G g G₂ᵀ) ⊙ (Bᵀ d B₂)]A₂", r"y = A^{T}\bigl[(G g G_{2}^{T}) \odot (B^{T} d B_{2})\bigr]A_{2}")


def matrices(axis: Bilinear, place: int) -> list[Block]:
    """The three matrices with their names."""
    small, low = ("₂", "_{2}") if place else ("", "")
    if axis.kind == "winograd":
        named = [
            (Spelled(f"A{small}ᵀ", f"A{low}^{{T}}"), axis.out),
            (Spelled(f"G{small}", f"G{low}"), axis.left),
            (Spelled(f"B{small}ᵀ", f"B{low}^{{T}}"), axis.right),
        ]
    else:
        same = axis.left == axis.right
        named = [(both("P"), axis.left), *([] if same else [(both("Q"), axis.right)]), (both("C"), axis.out)]
    return [Brackets(label, spelled(m)) for label, m in named]


def spelled(matrix: Rows) -> tuple[tuple[Spelled, ...], ...]:
    """The entries."""
    return tuple(tuple(number(e) for e in row) for row in matrix)


def written_out(a: Bilinear) -> list[Block]:
    """The products q, and the outputs as sums of them."""
    z, u, v = NAMES[a.kind]
    lines = []
    for i, (p, q) in enumerate(zip(a.left, a.right, strict=True)):
        (c, first, many), (e, second, most) = form(u, p), form(v, q)
        shown = product_of(c * e, ((first, many), (second, most)))
        lines.append(Reason(entry("q", i), Spelled(f"= {shown.text}", f"= {shown.latex}")))
    for k, row in enumerate(a.out):
        shown = signed((c, entry("q", i)) for i, c in enumerate(row) if c)
        lines.append(Reason(entry(z, k), Spelled(f"= {shown.text}", f"= {shown.latex}")))
    return [Heading(Prose("fast.written")), Argument(tuple(lines))]


def why(a: Bilinear, found: dict[str, Check]) -> list[Block]:
    """The argument, each line with its verdict."""
    m, r = a.sizes
    if a.kind == "karatsuba":
        return halves(found["halves"])
    slots = {**SYMBOLS, "square": Spelled(f"E({m + r - 1})", f"E_{{{m + r - 1}}}"), "mr": both(f"m = {m}, r = {r}")}
    if a.kind == "winograd":
        return [
            Heading(Prose("fast.why")),
            Paragraph((Prose("fast.why.winograd", {**slots, "m": str(m), "n": str(m + r - 1)}),)),
            Argument(tuple(toom(found, "g", (m, r)) + transposition(found))),
            Paragraph((Prose("fast.why.matrices", SYMBOLS),)),
            Argument(tuple(named_matrices(found))),
        ]
    return [
        Heading(Prose("fast.why")),
        Paragraph((Prose("fast.why.toom-cook", slots),)),
        Argument(tuple(toom(found, "v", (m, r)))),
        Paragraph((Prose("fast.why.full"),)),
        Argument((Reason(None, interpolated(m, r), None, found["matrices"].verdict),)),
    ]


def interpolated(m: int, r: int) -> Spelled:
    """What the matrices of Toom-Cook are."""
    return Spelled(f"P = E({m}),  Q = E({r}),  C = V⁻¹", rf"P = E_{{{m}}},\quad Q = E_{{{r}}},\quad C = V^{{-1}}")


def toom(found: dict[str, Check], v: str, sizes: tuple[int, int]) -> list[Reason]:
    """A product of polynomials from its values."""
    m, r = sizes
    return [
        Reason(
            Spelled("V s", "V s"),
            Spelled(f"= (E({m}) u) ⊙ (E({r}) {v})", rf"= (E_{{{m}}} u) \odot (E_{{{r}}} {v})"),
            Prose("fast.rule.values"),
            found["values"].verdict,
        ),
        Reason(
            both("s"),
            Spelled(f"= V⁻¹[(E({m}) u) ⊙ (E({r}) {v})]", rf"= V^{{-1}}\bigl[(E_{{{m}}} u) \odot (E_{{{r}}} {v})\bigr]"),
            Prose("fast.rule.interpolation"),
            found["interpolation"].verdict,
        ),
    ]


def transposition(found: dict[str, Check]) -> list[Reason]:
    """The same, transposed."""
    e, f, vt = ("E(m)", "E_{m}"), ("E(r)", "E_{r}"), ("V⁻ᵀ", "V^{-T}")
    products = Spelled(f"({f[0]} g) ⊙ ({vt[0]} d)", rf"({f[1]} g) \odot ({vt[1]} d)")
    return [
        Reason(
            Spelled("⟨u, y⟩", r"\langle u, y\rangle"),
            Spelled("= Σ_k Σ_p u[k] g[p] d[k + p] = ⟨s, d⟩", r"= \sum_{k} \sum_{p} u_{k}\,g_{p}\,d_{k+p} = \langle s, d\rangle"),
            Prose("fast.rule.pairing"),
            found["pairing"].verdict,
        ),
        Reason(
            None,
            Spelled(
                f"= ⟨{e[0]} u, {products.text}⟩", rf"= \bigl\langle {e[1]} u,\; {products.latex} \bigr\rangle"
            ),
            Prose("fast.rule.products", SYMBOLS),
            found["products"].verdict,
        ),
        Reason(
            None,
            Spelled(
                f"= ⟨u, E(m)ᵀ[{products.text}]⟩", rf"= \bigl\langle u,\; E_{{m}}^{{T}}[\,{products.latex}\,] \bigr\rangle"
            ),
            Prose("fast.rule.transposed", {"E": Spelled("E(m)", "E_{m}")}),
            found["transposed"].verdict,
        ),
        Reason(
            both("y"),
            Spelled(f"= E(m)ᵀ[{products.text}]", rf"= E_{{m}}^{{T}}\bigl[{products.latex}\bigr]"),
            Prose("fast.rule.compared", SYMBOLS),
            found["compared"].verdict,
        ),
    ]  # fmt: skip


def named_matrices(found: dict[str, Check]) -> list[Reason]:
    """A^T, G, B^T in terms of powers and Lagrange's polynomials."""
    return [
        Reason(
            None,
            Spelled(
                "Aᵀ = E(m)ᵀ,  G = F⁻¹ E(r),  Bᵀ = F V⁻ᵀ",
                r"A^{T} = E_{m}^{T},\quad G = F^{-1} E_{r},\quad B^{T} = F\,V^{-T}",
            ),
            None,
            found["matrices"].verdict,
        )
    ]


def halves(found: Check) -> list[Block]:
    """Karatsuba's one idea."""
    lines = (
        Reason(
            Spelled("u v", "u\\,v"),
            Spelled(
                "= u₀v₀ + xʰ[(u₀ + u₁)(v₀ + v₁) - u₀v₀ - u₁v₁] + x²ʰ u₁v₁",
                r"= u_{0}v_{0} + x^{h}\bigl[(u_{0}+u_{1})(v_{0}+v_{1}) - u_{0}v_{0} - u_{1}v_{1}\bigr] + x^{2h}\,u_{1}v_{1}",
            ),
            None,
            found.verdict,
        ),
    )
    return [Heading(Prose("fast.why")), Paragraph((Prose("fast.why.karatsuba", SYMBOLS),)), Argument(lines)]


def counts(fast: Fast) -> list[Block]:
    """Multiplications against the definition; what the transforms cost."""
    ratio = Fraction(fast.direct, fast.products)
    rows: list[tuple[Any, Any]] = [
        (Prose("fast.multiplications"), Prose("fast.against", {"fast": str(fast.products), "direct": str(fast.direct),
                                                               "ratio": number(ratio)})),
    ]  # fmt: skip
    first = fast.axes[0]
    if len(fast.axes) == 1:
        labels = {
            "left": Spelled("G g", "G g"),
            "right": Spelled("Bᵀ d", "B^{T} d"),
            "out": Spelled("Aᵀ[...]", r"A^{T}[\ldots]"),
        }
        if first.kind != "winograd":
            again = "P" if first.left == first.right else "Q"
            labels = {"left": both("P u"), "right": both(f"{again} v"), "out": Spelled("C[...]", r"C[\ldots]")}
        for key, cost in fast.costs:
            slots = {"additions": plural(cost.additions, "addition"), "scalings": plural(cost.scalings, "product")}
            rows.append((labels[key], Prose("fast.cost", slots)))
    said = [Prose("fast.stand")] if len(fast.axes) == 1 else []
    if first.kind == "winograd":
        said.append(Prose("fast.tiles"))
    return [Heading(Prose("fast.counts")), Pairs(tuple(rows)), Paragraph(tuple(said))]


def plural(count: int, noun: str) -> str:
    """1 addition, 2 additions."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def accuracy(fast: Fast) -> list[Block]:
    """How the constants grow, and what float32 makes of it."""
    if not fast.growth:
        return []
    head = tuple(Prose(f"fast.column.{c}") for c in ("tile", "products", "constant", "amplification", "condition", "error"))
    rows = tuple(grown(g) for g in fast.growth)
    plain = max(g.plain for g in fast.growth)
    return [
        Heading(Prose("fast.accuracy")),
        Table(head, rows),
        Paragraph(
            (
                Prose("fast.accuracy.words", {"plain": scientific(plain), "V": both("V")}),
                *([Prose("fast.accuracy.nested")] if len(fast.axes) > 1 else []),
            )
        ),
    ]


def grown(g: Growth) -> tuple[Any, ...]:
    """One row."""
    m, r = g.sizes
    return (
        Spelled(f"F({m}, {r})", f"F({m},{r})"), words(f"{g.products} for {g.direct}"), number(g.largest),
        words(decimal(g.amplification)), words(decimal(g.condition)), scientific(g.error),
    )  # fmt: skip


def decimal(value: Fraction) -> str:
    """An exact number rounded to four digits: whole from 1000 on."""
    if value.denominator == 1 or value >= 1000:
        return str(round(value))
    return f"{float(value):.4g}"


def scientific(value: float) -> Spelled:
    """2.4e-07."""
    mantissa, _, power = f"{value:.1e}".partition("e")
    return Spelled(f"{mantissa}e{power}", rf"{mantissa}\cdot 10^{{{int(power)}}}")


def verdicts(fast: Fast) -> list[Block]:
    """What was proved and what was only checked."""
    found: list[Block] = []
    for status, heading in (("proved", "heading.proof"), ("checked", "heading.checks")):
        rows = [(Prose(f"fast.kind.{c.kind}"), words(c.detail)) for c in fast.checks if c.verdict.status == status]
        if rows:
            found += [Heading(Prose(heading)), Pairs(tuple(rows))]
    said = [Prose("fast.proved.words")] if any(c.verdict.status == "proved" for c in fast.checks) else []
    if len(fast.axes) > 1:
        said.append(Prose("fast.proved.nested"))
    return [*found, Paragraph(tuple(said))] if said else found


@display.register(Fast)
def jupyter(fast: Fast) -> str:
    """The formula and the matrices as one display."""
    from symconv.pages.latex import LatexTarget

    shown = [block for k, axis in enumerate(fast.axes) if not k or axis != fast.axes[0] for block in matrices(axis, k)]
    displays = [
        LatexTarget().brackets_display(m).removeprefix("\\[").removesuffix("\\]") for m in shown if isinstance(m, Brackets)
    ]
    body = " \\\\\n".join(["&" + formula(fast).latex, *("&" + d for d in displays)])
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
