"""An image filter on a page: its kernel, its factors and what they save, its conventions, the arithmetic of a pixel."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

from symconv.pages.faces import Fields, fields, page
from symconv.pages.headed import matrix
from symconv.pages.nodes import Block, Display, Document, Heading, Paragraph, Prose, Rows, Spelled, Title
from symconv.topics.filters.facts import Filtering, Kernel, Pixel

WIDEST = 9
ELSEWHERE = {
    "zeros": "constant, with 0",
    "circular": "wrap",
    "reflect": "mirror",
    "symmetric": "reflect",
    "replicate": "nearest",
}


def number(value: Fraction | int) -> Spelled:
    """1/16, with a proper minus sign in LaTeX."""
    if isinstance(value, int) or value.denominator == 1:
        return Spelled(str(value), str(value))
    sign = "-" if value < 0 else ""
    return Spelled(str(value), rf"{sign}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}")


@page.register(Filtering)
def document(found: Filtering) -> Document:
    """The page."""
    kernel = found.kernel
    blocks: list[Block] = [Title(Prose(f"filter.title.{found.mode}", {"name": kernel.name}))]
    blocks.append(Paragraph((Prose("filter.picture", slots(found)), *conventions(found))))
    blocks += [Heading(Prose("filter.kernel")), entries(kernel)]
    blocks.append(Paragraph((Prose("filter.total", {"total": str(kernel.total)}), *meaning(found))))
    blocks += separable(kernel)
    for pixel in found.pixels:
        blocks += arithmetic(found, pixel)
    rows = [(Prose(f"kind.{c.kind}"), c.detail) for c in found.checks]
    blocks += [Heading(Prose("heading.checks")), Rows(tuple(rows))]
    return Document(tuple(blocks))


def slots(found: Filtering) -> dict[str, str]:
    """Size and channels in words."""
    rows, columns = found.size
    return {"rows": str(rows), "columns": str(columns), "channels": ", ".join(found.channels)}


def conventions(found: Filtering) -> list[Prose]:
    """Correlation or convolution, the border, the range."""
    said = [Prose(f"filter.mode.{found.mode}", {"r": str(found.origin[0]), "c": str(found.origin[1])})]
    said.append(Prose("filter.border", {"border": found.border, "elsewhere": ELSEWHERE[found.border]}))
    said.append(Prose(f"filter.range.{found.range}"))
    said.append(Prose("filter.clipped", {"n": str(found.clipped)}) if found.clipped else Prose("filter.inside"))
    return said


def entries(kernel: Kernel) -> Any:
    """The kernel as a matrix."""
    heads = [Spelled(str(q), str(q)) for q in range(kernel.shape[1])]
    rows = [(Spelled(str(p), str(p)), [Spelled(str(e), str(e)) for e in row]) for p, row in enumerate(kernel.entries)]
    return matrix(Prose("filter.entries"), Spelled("w", "w"), heads, rows)


def meaning(found: Filtering) -> list[Prose]:
    """What the named kernels do, and the sign of those that have one."""
    name = found.kernel.name
    if name in ("sobel-x", "sobel-y"):
        return [Prose(f"filter.{name}.{found.mode}")]
    return [] if name == "custom" else [Prose(f"filter.{name}")]


def separable(kernel: Kernel) -> list[Block]:
    """The factors and the saving, or why there are none."""
    known, (rows, columns) = kernel.factors, kernel.shape
    if not known.separable:
        assert known.minor is not None
        i, k, j, m, value = known.minor
        shown = Spelled(
            f"w[{i},{j}] w[{k},{m}] - w[{i},{m}] w[{k},{j}] = {value}",
            rf"w_{{{i},{j}}}\,w_{{{k},{m}}} - w_{{{i},{m}}}\,w_{{{k},{j}}} = {number(value).latex}",
        )
        said = Prose("filter.not.separable", {"rank": str(known.rank), "all": str(rows * columns)})
        return [Heading(Prose("filter.separable")), Paragraph((said,)), Display(((shown, None),))]

    scale = number(known.scale)
    front = ("", "") if known.scale == 1 else (f"{scale.text} ", rf"{scale.latex}\,")
    u, v = vector(known.u), vector(known.v)
    shown = Spelled(
        f"w = {front[0]}u vᵀ,  u = {u.text},  v = {v.text}",
        rf"w = {front[1]}u\,v^{{T}},\quad u = {u.latex}^{{T}},\quad v = {v.latex}^{{T}}",
    )
    numbers = {"sum": f"{rows} + {columns} = {rows + columns}", "product": f"{rows} x {columns} = {rows * columns}"}
    saved = Fraction(rows * columns - rows - columns, rows * columns)
    key = "filter.saving" if saved > 0 else "filter.no.saving"
    said = Prose(key, {**numbers, "saved": f"{float(100 * saved):.0f}"})
    return [Heading(Prose("filter.separable")), Display(((shown, None),)), Paragraph((said,))]


def vector(values: tuple[int, ...]) -> Spelled:
    """(1, 2, 1); the middle of a long one is left out."""
    shown = list(map(str, values)) if len(values) <= WIDEST else [*map(str, values[:4]), "⋯", *map(str, values[-4:])]
    text = "(" + ", ".join(shown) + ")"
    return Spelled(text, text.replace("⋯", r"\cdots"))


def arithmetic(found: Filtering, pixel: Pixel) -> list[Block]:
    """The products of a pixel, row of the window by row."""
    width = found.kernel.shape[1]
    lines: list[tuple[Spelled, Any]] = []
    place = f"{pixel.place[0]},{pixel.place[1]}"
    head = Spelled(f"y[{place}]", f"y_{{{place}}}")
    bottom = lcm(*(r.weight.denominator for r in pixel.reads))
    if bottom > 1:  # over the common denominator
        head = Spelled(f"{bottom} {head.text}", rf"{bottom}\,{head.latex}")
    for start in range(0, len(pixel.reads), width):
        row = pixel.reads[start : start + width]
        for part in range(0, width, WIDEST):  # a row of the window, broken where it is long
            products = [factor(bottom * r.weight, r.value) for r in row[part : part + WIDEST]]
            text, latex = (" + ".join(getattr(p, key) for p in products) for key in ("text", "latex"))
            lead = ("    + ", r" = \quad {} + ") if lines else (f"{head.text} = ", f"{head.latex} = ")
            lines.append((Spelled(lead[0] + text, lead[1] + latex), None))
    total = number(bottom * pixel.exact)
    lines.append((Spelled(f"    = {total.text}", f" = {total.latex}"), None))
    if bottom > 1:
        exact = number(pixel.exact)
        lines.append((Spelled(f"y[{place}] = {exact.text}", f"y_{{{place}}} = {exact.latex}"), None))
    said = [Prose("filter.level", {"level": str(pixel.level), "range": Prose(f"filter.short.{found.range}")})]
    beyond = [r for r in pixel.reads if r.entry != r.place]
    if beyond:
        zeros = sum(1 for r in beyond if r.entry is None)
        copies = [f"({r.place[0]}, {r.place[1]}) is ({r.entry[0]}, {r.entry[1]})" for r in beyond if r.entry is not None]
        if zeros:
            said.append(Prose("filter.beyond.zeros", {"n": str(zeros)}))
        if copies:
            said.append(Prose("filter.beyond", {"list": "; ".join(copies[:12]) + ("; ..." if len(copies) > 12 else "")}))
    title = Prose("filter.pixel", {"place": place.replace(",", ", "), "channel": pixel.channel})
    return [Heading(title), Display(tuple(lines)), Paragraph(tuple(said))]


def factor(weight: Fraction, value: int) -> Spelled:
    """(-1)·52."""
    shown = number(weight)
    if weight < 0:
        return Spelled(f"({shown.text})·{value}", rf"({shown.latex})\cdot {value}")
    return Spelled(f"{shown.text}·{value}", rf"{shown.latex}\cdot {value}")


@fields.register(Filtering)
def filtering_fields(found: Filtering) -> Fields:
    """For other programs; fractions as text."""
    known = found.kernel.factors
    return {
        "kernel": {
            "name": found.kernel.name,
            "entries": found.kernel.entries,
            "sum": found.kernel.total,
            "rank": known.rank,
            "separable": known.separable,
            **({"scale": known.scale, "u": known.u, "v": known.v} if known.separable else {}),
        },
        "mode": found.mode,
        "border": found.border,
        "range": found.range,
        "size": found.size,
        "channels": found.channels,
        "clipped": found.clipped,
        "pixels": [
            {
                "channel": p.channel,
                "place": p.place,
                "products": [(r.weight, r.value) for r in p.reads],
                "exact": p.exact,
                "level": p.level,
            }
            for p in found.pixels
        ],
        "checks": found.checks,
    }
