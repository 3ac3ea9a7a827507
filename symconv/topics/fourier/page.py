"""The DFT theorem on a page: the root of unity, the lines of the theorem, the transforms in symbols, linear against circular."""

from __future__ import annotations

from math import prod

from symconv.language.formula import Node
from symconv.language.prose import Prose
from symconv.pages.faces import Fields, fields, page
from symconv.pages.headed import ZERO, compact, matrix
from symconv.pages.laid_formula import formula
from symconv.pages.layout import EQUALS, PLUS, Form, Layout, Name, Number, Sign, joined, row
from symconv.pages.nodes import Arrays, Block, Document, Heading, Lines, Math, Paragraph, Table
from symconv.pages.receipts import checked
from symconv.pages.spelling import Writer
from symconv.pages.styles import TEXT
from symconv.topics.fourier.facts import Index, Spectrum

LARGEST = 12
BROKEN = 10  # terms of a sum in a row


@page.register(Spectrum)
def spectrum_page(found: Spectrum) -> Document:
    """The page."""
    op = found.op
    blocks: list[Block] = [Heading(Prose("fourier.title.convolution" if op.flip else "fourier.title"), 1)]
    blocks.append(Paragraph((Prose("fourier.parameters", parameters(found)),)))
    blocks += [
        Heading(Prose("heading.setting"), part="statement"),
        Table(tuple(setting(found))),
        Paragraph((Prose("fourier.exact"),)),
    ]
    blocks += [
        Heading(Prose("fourier.theorem"), part="statement"),
        Paragraph((Prose("fourier.textbook"),)),
        Lines.display(((laid(found, "textbook"), None),)),
    ]
    blocks += [Paragraph((Prose("fourier.here"),)), Lines.display(tuple(theorem(found)))]
    blocks.append(Paragraph(tuple(remarks(found))))
    blocks += explicit(found)
    blocks += [
        Heading(Prose("fourier.gradients")),
        Lines.display(tuple((laid(found, key), None) for key in ("dx", "dw"))),
        Paragraph((Prose("fourier.adjoint"),)),
    ]
    blocks += linear(found)
    return Document((*blocks, *checked(found.checks), Paragraph((Prose("fourier.checked"),))))


def parameters(found: Spectrum) -> dict[str, str]:
    """Sizes and shifts as numbers."""

    def shown(values: Index) -> str:
        return str(values[0]) if len(set(values)) == 1 else "(" + ", ".join(map(str, values)) + ")"

    slots = {"N": found.sizes, "K": found.taps, "lo": found.shifts, "d": found.dilations}
    return {name: shown(values) for name, values in slots.items()}


def laid(found: Spectrum, key: str) -> Layout:
    """A line of the page."""
    return formula(found.lines[key])


def setting(found: Spectrum) -> list[tuple[Math, Prose]]:
    """omega, its polynomial, the transform, the operator."""
    omega, *more = (key for key in found.lines if key.startswith("omega"))
    left, right = map(formula, found.lines["y"].parts[1:])
    key = "fourier.y.flip" if found.op.flip else "fourier.y"
    slots = {"order": str(found.order), "phi": Math((laid(found, "phi"),))}
    axes = ".axes" if more else ""
    return [
        (Math((laid(found, omega),)), Prose(f"fourier.omega{axes}", slots)),
        *((Math((laid(found, root),)), Prose("fourier.root", {"axis": str(a)})) for a, root in enumerate(more, start=2)),
        (Math((laid(found, "transform"),)), Prose(f"fourier.transform{axes}")),
        (Math((left,)), Prose(key, {"formula": Math((right,))})),
    ]


def theorem(found: Spectrum) -> list[tuple[Layout, Prose]]:
    """The lines from the definition to the product."""
    shown: list[tuple[Layout, Prose]] = []
    for key, line in found.lines.items():
        if key.startswith("theorem."):
            step = key.removeprefix("theorem.")
            flipped = ".flip" if step == "last" and found.op.flip else ""
            side = formula(line) if not shown else row(Sign("then"), formula(line.parts[2]))
            shown.append((side, Prose(f"fourier.line.{step}{flipped}")))
    return shown


def remarks(found: Spectrum) -> list[Prose]:
    """The phase, and a kernel that is longer than the input."""
    said = [Prose("fourier.phase.flip")]
    if not found.op.flip:
        said = [Prose("fourier.phase", {"factor": Math((laid(found, "phase"),))})]
    if any(d * (k - 1) >= n for d, k, n in zip(found.dilations, found.taps, found.sizes, strict=True)):
        said.append(Prose("fourier.periodic"))
    return said


def explicit(found: Spectrum) -> list[Block]:
    """The transforms in symbols, the circulant matrix, and the matrix F."""
    blocks: list[Block] = [Heading(Prose("heading.explicit"))]
    for capital in "XW":
        lines = [(transformed(line), None) for key, line in found.lines.items() if key.startswith(f"{capital}(")]
        if lines:
            blocks.append(Lines.display(tuple(lines)))
    if lines and len(lines) < prod(found.sizes):
        blocks.append(Paragraph((Prose("explicit.more", {"n": str(prod(found.sizes) - len(lines))}),)))
    if "F" in found.lines:
        blocks += [
            headed(found, "F", "fourier.F", [entry("X", k) for k in range(found.sizes[0])]),
            headed(found, "C", "fourier.C", [compact("y", (i,)) for i in range(found.sizes[0])]),
            Paragraph((Prose("fourier.diagonal", {"product": Math((laid(found, "diagonal"),))}),)),
        ]
    return blocks


def entry(name: str, *at: int) -> Layout:
    """X[1]."""
    return Form("access", (Name(name), joined(map(Number, at), Sign(","))))


def transformed(line: Node) -> Layout:
    """X[1] = x0 + omega x1 + ...; a long sum goes on below."""
    left, right = line.parts[1:]
    terms = [formula(term) for term in (right.parts if right.kind == "add" else (right,))]
    rows = (joined(terms[n : n + BROKEN], PLUS) for n in range(0, len(terms), BROKEN))
    return row(formula(left), EQUALS, joined(rows, Sign("more")))


def headed(found: Spectrum, name: str, key: str, sides: list[Layout]) -> Arrays:
    """A matrix, its columns the entries of x."""
    _, left, right = found.lines[name].parts
    rows = [(side, [cell(one) for one in line.parts]) for side, line in zip(sides, right.parts, strict=True)]
    return matrix(Prose(key), formula(left), [compact("x", (j,)) for j in range(found.sizes[0])], rows)


def cell(given: Node) -> Layout:
    """A cell: a power, a sum of taps without gaps, or the dot of a zero."""
    if given.kind == "number" and given.parts[0] == 0:
        return ZERO
    return joined(map(formula, given.parts), Sign("plus.tight")) if given.kind == "add" else formula(given)


def linear(found: Spectrum) -> list[Block]:
    """Linear against circular, and how much to pad."""
    reach = found.reaches
    wanted = tuple(n + e for n, e in zip(found.sizes, reach, strict=True))
    mixed = sum(1 for _, places in found.linear if len(places) != 1)

    def shown(values: Index) -> str:
        return " x ".join(map(str, values))

    blocks: list[Block] = [Heading(Prose("fourier.linear")), Lines.display(((laid(found, "z"), Prose("fourier.z")),))]
    lines = [(formula(line), None) for key, line in found.lines.items() if key.startswith("wrap")]
    if lines:
        blocks.append(Lines.display(tuple(lines)))
    slots = {"mixed": str(mixed), "all": str(prod(found.sizes)), "length": shown(wanted), "reach": shown(reach)}
    blocks.append(
        Paragraph((Prose("fourier.wraps", slots), Prose("fourier.pad", slots)) if any(reach) else (Prose("fourier.none"),))
    )
    return blocks


@fields.register(Spectrum)
def spectrum_fields(found: Spectrum) -> Fields:
    """For other programs."""
    return {
        "operator": found.op.name,
        "input": found.sizes,
        "kernel": found.taps,
        "lo": found.shifts,
        "dilation": found.dilations,
        "order": found.order,
        "minimal_polynomial": found.minimal,
        "theorem": Writer(TEXT)(formula(found.lines["theorem.last"].parts[2])),
        "linear": {",".join(map(str, i)): places for i, places in found.linear},
        "pad_to": [n + e for n, e in zip(found.sizes, found.reaches, strict=True)],
        "checks": found.checks,
    }
