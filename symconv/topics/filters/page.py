"""An image filter on a page: its kernel, its factors and what they save, its conventions, the arithmetic of a pixel."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.language.formula import Node
from symconv.language.prose import Prose
from symconv.pages.faces import Fields, fields, page
from symconv.pages.headed import matrix
from symconv.pages.laid_formula import formula as laid
from symconv.pages.layout import EQUALS, PLUS, Form, Layout, Number, Sign, bracketed, joined, row
from symconv.pages.nodes import Block, Document, Heading, Lines, Paragraph
from symconv.pages.receipts import checked
from symconv.topics.filters.facts import Filtering, Pixel

WIDEST = 9
ELSEWHERE = {
    "zeros": "constant, with 0",
    "circular": "wrap",
    "reflect": "mirror",
    "symmetric": "reflect",
    "replicate": "nearest",
}


@page.register(Filtering)
def filtering_page(found: Filtering) -> Document:
    """The page."""
    kernel = found.kernel
    blocks: list[Block] = [Heading(Prose(f"filter.title.{found.mode}", {"name": kernel.name}), 1)]
    blocks.append(Paragraph((Prose("filter.picture", slots(found)), *conventions(found))))
    blocks += [Heading(Prose("filter.kernel"), part="statement"), entries(found)]
    blocks.append(Paragraph((Prose("filter.total", {"total": str(kernel.total)}), *meaning(found))))
    blocks += separable(found)
    for number, pixel in enumerate(found.pixels):
        blocks += arithmetic(found, pixel, number)
    return Document((*blocks, *checked(found.checks)))


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


def entries(found: Filtering) -> Any:
    """The kernel as a matrix."""
    _, name, body = found.lines["w"].parts
    heads = [Number(q) for q in range(found.kernel.shape[1])]
    return matrix(Prose("filter.entries"), laid(name), heads, [(Number(p), cells(row)) for p, row in enumerate(body.parts)])


def cells(row: Node) -> list[Layout]:
    """The entries of a list."""
    return list(map(laid, row.parts))


def meaning(found: Filtering) -> list[Prose]:
    """What the named kernels do, and the sign of those that have one."""
    name = found.kernel.name
    if name in ("sobel-x", "sobel-y"):
        return [Prose(f"filter.{name}.{found.mode}")]
    return [] if name == "custom" else [Prose(f"filter.{name}")]


def separable(found: Filtering) -> list[Block]:
    """The factors and the saving, or why there are none."""
    known, (rows, columns) = found.kernel.factors, found.kernel.shape
    if not known.separable:
        said = Prose("filter.not.separable", {"rank": str(known.rank), "all": str(rows * columns)})
        return [
            Heading(Prose("filter.separable")),
            Paragraph((said,)),
            Lines.display(((laid(found.lines["minor"]), None),)),
        ]

    factors = (vector(found.lines[name]) for name in ("u", "v"))
    shown = joined((laid(found.lines["factors"]), *factors), Sign("and"))
    numbers = {"sum": f"{rows} + {columns} = {rows + columns}", "product": f"{rows} x {columns} = {rows * columns}"}
    saved = Fraction(rows * columns - rows - columns, rows * columns)
    key = "filter.saving" if saved > 0 else "filter.no.saving"
    said = Prose(key, {**numbers, "saved": f"{float(100 * saved):.0f}"})
    return [Heading(Prose("filter.separable")), Lines.display(((shown, None),)), Paragraph((said,))]


def vector(line: Node) -> Layout:
    """u = (1, 2, 1)^T; the middle of a long one is left out."""
    _, name, column = line.parts
    shown = cells(column)
    kept = shown if len(shown) <= WIDEST else [*shown[:4], Sign("⋯"), *shown[-4:]]
    return row(laid(name), EQUALS, Form("column", (bracketed(joined(kept, Sign("list"))),)))


def arithmetic(found: Filtering, pixel: Pixel, number: int) -> list[Block]:
    """The products of a pixel, row of the window by row."""
    width = found.kernel.shape[1]
    lines: list[tuple[Layout, Any]] = []
    place = f"{pixel.place[0]},{pixel.place[1]}"
    _, left, total, value = found.lines[f"products{number}"].parts
    terms = total.parts if total.kind == "add" else (total,)
    for start in range(0, len(terms), width):
        for part in range(start, start + width, WIDEST):  # a row of the window, broken where it is long
            products = map(laid, terms[part : min(part + WIDEST, start + width)])
            lead = row(Sign("below"), PLUS) if lines else row(laid(left), EQUALS)
            lines.append((row(lead, joined(products, PLUS)), None))
    lines.append((row(Sign("deep"), laid(value)), None))
    if exact := found.lines.get(f"exact{number}"):
        lines.append((laid(exact), None))
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
    return [Heading(title), Lines.display(tuple(lines)), Paragraph(tuple(said))]


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
