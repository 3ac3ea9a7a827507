"""Pages about chains of layers: sizes at every edge, what they cost, and receptive fields with their pyramid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from symconv.language.formula import Node
from symconv.language.integers import Int, integer, mod, var
from symconv.language.prose import Joined, Prose
from symconv.language.scene import Scene
from symconv.pages.faces import Fields, fields, page
from symconv.pages.nodes import Block, Code, Document, Figure, Heading, Lines, Math, Paragraph, Table
from symconv.pages.receipts import checked, plain
from symconv.topics.sizes.facts import TRACED, AxisField, Chain, Edge, Field, Pyramid, Ranges, Shape
from symconv.topics.sizes.lines import right

AXES = {1: ("place",), 2: ("row", "column"), 3: ("plane", "row", "column")}
WIDEST = 60  # characters in a pyramid
TALLEST = 24  # levels in a pyramid
MOST = 10  # runs of places that are listed
Said = Any


def amount(n: Int | int) -> Said:
    """A number with its thousands set off, or an expression."""
    constant = n.constant if isinstance(n, Int) else n
    return Math((n,)) if constant is None else plain(f"{constant:,}")


def shape(sizes: Shape) -> Said:
    """64 x 112 x 112."""
    if not sizes:
        return Prose("sizes.scalar")
    if all(n.constant is not None for n in sizes):
        return plain("×".join(str(n.constant) for n in sizes))
    if any(len(n.terms) > 1 for n in sizes):  # 4 x O - 2 x W would read as a product
        return Prose("tuple", {"values": Joined(tuple(Math((n,)) for n in sizes))})
    return Joined(tuple(Math((n,)) for n in sizes), " x ")


def layers(count: int) -> Prose:
    """How many layers."""
    return Prose("sizes.layer") if count == 1 else Prose("sizes.layers", {"n": str(count)})


def total(parts: Iterable[Int]) -> Int:
    """The sum of sizes."""
    found = integer(0)
    for n in parts:
        found = found + n
    return found


def entries(chain: Chain) -> list[Int]:
    """How many numbers stand at every edge, the batch included."""
    found = []
    for sizes in chain.shapes:
        count = chain.batch if chain.batch is not None and sizes else integer(1)
        for n in sizes:
            count = count * n
        found.append(count)
    return found


# sizes
@page.register(Chain)
def sizes_page(chain: Chain) -> Document:
    """The page of a chain."""
    chain = replace(chain.short, checks=chain.checks, lines=chain.lines) if chain.short is not None else chain
    batch = Prose("sizes.batch", {"n": amount(chain.batch)}) if chain.batch is not None else ""
    title = Prose("sizes.title", {"n": layers(len(chain.edges)), "shape": shape(chain.shape)})
    blocks: list[Block] = [Heading(title, 1), Paragraph((Prose("sizes.shapes", {"batch": batch}), Prose("sizes.costs")))]
    blocks.append(Table(tuple((plain(str(k)), plain(e.layer.text)) for k, e in enumerate(chain.edges, 1))))
    blocks += [Heading(Prose("sizes.edges")), edges_table(chain)]
    if chain.names:
        blocks.append(Paragraph((Prose("sizes.names"),)))
        blocks.append(Lines.definitions(tuple(stated(chain.lines, name) for name, _ in chain.names)))
    if any(e.layer.ndim for e in chain.edges):
        blocks += [Heading(Prose("sizes.windows")), *windows(chain), Heading(Prose("sizes.unread")), unread(chain)]
    blocks += [Heading(Prose("sizes.totals"), part="closed form"), Table(tuple(sums(chain)))]
    return Document((*blocks, *checked(chain.checks)))


def stated(lines: Mapping[str, Node], name: str) -> tuple[Math, Int, None]:
    """A line by its name: what stands for what."""
    return Math((var(name),)), right(lines[name]), None


def edges_table(chain: Chain) -> Table:
    """One row a layer: the shape behind it and what it costs; with names among the sizes, without memory and totals."""
    names = ["layer", "shape", "parameters", "products", "entries", "bytes"]
    counts = entries(chain)
    numbers = all(n.constant is not None for n in counts)
    kept = 6 if numbers else 4
    rows: list[tuple[Said, ...]] = [
        ("", Prose("sizes.input"), shape(chain.shape), "", "", amount(counts[0]), amount(counts[0] * chain.width))
    ]
    for k, (edge, count) in enumerate(zip(chain.edges, counts[1:], strict=True), 1):
        costs = [amount(n) if n != 0 else "" for n in (edge.weights + edge.biases, edge.products)]
        memory = [amount(count), amount(count * chain.width)]
        rows.append((plain(str(k)), plain(edge.layer.name), shape(edge.shape), *costs, *memory))
    rules: tuple[int, ...] = ()
    if numbers:
        parameters = total(e.weights + e.biases for e in chain.edges)
        products, held = total(e.products for e in chain.edges), total(counts)
        sums = (amount(n) for n in (parameters, products, held, held * chain.width))
        rows, rules = [*rows, ("", Prose("sizes.total"), "", *sums)], (len(rows),)
    header = ("", *(Prose(f"sizes.column.{c}") for c in names[:kept]))
    return Table(tuple(row[: kept + 1] for row in rows), header, "rllrrrr"[: kept + 1], rules)


def windows(chain: Chain) -> list[Block]:
    """The formula, and its numbers for every layer and axis."""
    N, K, s, d, lo, hi, a = (var(n) for n in ("N", "K", "s", "d", "lo", "hi", "a"))
    blocks: list[Block] = []
    kinds = [e.layer for e in chain.edges if e.layer.ndim]
    if any(layer.kind != "transposed" and not w.ceil for layer in kinds for w in layer.windows):
        blocks += [Lines.definitions((stated(chain.lines, "O"),)), Paragraph((Prose("sizes.formula"),))]
    extra = [Prose("sizes.formula.ceil")] if any(w.ceil for layer in kinds for w in layer.windows) else []
    extra += [Prose("sizes.formula.transposed")] if any(layer.kind == "transposed" for layer in kinds) else []
    if extra:
        blocks.append(Paragraph(tuple(extra)))
    names = (N, K, s, d, lo, hi, var("O"), a)
    header = ("", Prose("sizes.column.layer"), Prose("sizes.column.axis"), *(Math((n,)) for n in names))
    rows = []
    for k, (edge, before) in enumerate(zip(chain.edges, chain.shapes, strict=False), 1):
        rows += [(plain(str(k)), plain(edge.layer.name), *row) for row in window_rows(edge, before)]
    return [*blocks, Table(tuple(rows), header, "rll" + "r" * len(names))]


def window_rows(edge: Edge, before: Shape) -> list[tuple[Said, ...]]:
    """One row for every axis that differs: N, K, s, d, pads, O, a."""
    found: dict[tuple[Int, ...], list[Prose]] = {}
    for axis, window in enumerate(edge.layer.windows):
        n, length = before[axis + 1], edge.shape[axis + 1]
        reach = n + window.lo + window.hi - window.reach - 1
        rest = (mod(reach, window.stride),) if window.extra is None and not window.ceil else ()
        key = (n, window.kernel, window.stride, window.dilation, window.lo, window.hi, length, *rest)
        name = AXES[edge.layer.ndim][axis]
        found.setdefault(key, []).append(Prose(f"axis.{name}" if edge.layer.ndim == 1 else f"axis.{name}s"))
    rows = []
    for key, axes in found.items():
        rows.append((Joined(tuple(axes)), *(amount(n) for n in key), *("",) * (8 - len(key))))
    return rows


def unread(chain: Chain) -> Paragraph:
    """What no window reads, layer by layer, and what of the input reaches no output."""
    numbers = all(n.constant is not None for sizes in chain.shapes for n in sizes)
    if not numbers:
        return Paragraph((Prose("sizes.unread.names"),))
    if not chain.lost:
        return Paragraph((Prose("sizes.unread.long", {"n": f"{TRACED:,}"}),))
    said: list[Prose | Joined] = []
    for k, edge in enumerate(chain.edges, 1):
        if any(edge.unread):
            slots = {"k": str(k), "name": edge.layer.name, "places": places(edge.unread)}
            said.append(Prose("sizes.unread.layer", slots))
    if any(chain.lost):
        said.append(Prose("sizes.unread.input", {"places": places(chain.lost)}))
    return Paragraph(tuple(said) or (Prose("sizes.unread.none"),))


def places(along: tuple[Ranges, ...]) -> Joined:
    """Row 223, columns 0 to 3."""
    return Joined(tuple(named(AXES[len(along)][axis], ranges) for axis, ranges in enumerate(along) if ranges))


def named(name: str, ranges: Ranges) -> Prose:
    """Rows 2, 5, 8 to 9."""
    shown: list[Any] = [
        plain(str(a)) if a == b else Prose("sizes.run", {"first": str(a), "last": str(b)}) for a, b in ranges[:MOST]
    ]
    if len(ranges) > MOST:
        shown.append(Prose("sizes.places.more", {"count": sum(b - a + 1 for a, b in ranges)}))
    one = len(ranges) == 1 and ranges[0][0] == ranges[0][1]
    return Prose("sizes.places", {"name": Prose(f"axis.{name}" if one else f"axis.{name}s"), "list": Joined(tuple(shown))})


def sums(chain: Chain) -> list[tuple[Said, Said]]:
    """Totals: parameters, multiply-adds, memory."""
    weights, biases = total(e.weights for e in chain.edges), total(e.biases for e in chain.edges)
    products, added = total(e.products for e in chain.edges), total(e.sums for e in chain.edges)
    counts = entries(chain)
    held = total(counts)
    parts: dict[str, dict[str, Any]] = {
        "parameters": {
            "all": amount(weights + biases), "weights": amount(weights), "biases": amount(biases),
            "bytes": amount((weights + biases) * chain.width),
        },
        "products": {"n": amount(products), "sums": amount(added)},
    }  # fmt: skip
    idle = [e.idle for e in chain.edges]
    if None not in idle and any(idle):
        parts["idle"] = {"n": amount(sum(n or 0 for n in idle))}
    width = amount(chain.width)
    parts["memory"] = {"entries": amount(held), "bytes": amount(held * chain.width), "width": width}
    numbers = [n.constant for n in counts]
    if None not in numbers:
        most = max((a or 0) + (b or 0) for a, b in pairwise(numbers))
        parts["peak"] = {"entries": amount(most), "bytes": amount(most * chain.width)}
    return [(Prose(f"sizes.sum.{what}"), Prose(f"sizes.sum.{what}.value", slots)) for what, slots in parts.items()]


@fields.register(Chain)
def chain_fields(chain: Chain) -> Fields:
    """The chain for other programs."""
    counts = entries(chain)
    weights, biases = total(e.weights for e in chain.edges), total(e.biases for e in chain.edges)
    return {
        "input": chain.shape,
        "batch": chain.batch,
        "layers": [edge_fields(chain, e, n) for e, n in zip(chain.edges, counts[1:], strict=True)],
        "unread_input": chain.lost,
        "total": {
            "parameters": weights + biases,
            "weights": weights,
            "biases": biases,
            "multiply_adds": total(e.products for e in chain.edges),
            "bias_additions": total(e.sums for e in chain.edges),
            "entries": total(counts),
            "bytes": total(counts) * chain.width,
        },
        "checks": chain.checks,
    }


def edge_fields(chain: Chain, edge: Edge, count: Int) -> Fields:
    """A layer with what stands behind it."""
    return {
        "layer": edge.layer.text,
        "name": edge.layer.name,
        "shape": edge.shape,
        "weights": edge.weights,
        "biases": edge.biases,
        "multiply_adds": edge.products,
        "bias_additions": edge.sums,
        "on_padding": edge.idle,
        "entries": count,
        "bytes": count * chain.width,
        "unread": edge.unread,
    }


# receptive fields
@page.register(Field)
def field_page(found: Field, drawn: Mapping[int, Scene] | None = None) -> Document:
    """The page of a stack; ``drawn`` are pyramids by axis, in place of those made of characters."""
    J, R, u, s, K, d, lo = (var(n) for n in ("J", "R", "u", "s", "K", "d", "lo"))
    title = Prose("field.title", {"n": layers(len(found.rows))})
    first, last = right(found.lines["first"]), right(found.lines["last"])
    slots = {"u": Math((u,)), "R": Math((R,)), "J": Math((J,)), "first": Math((first,)), "last": Math((last,))}
    step = Prose("field.step", {"K": Math((K,)), "s": Math((s,)), "d": Math((d,)), "lo": Math((lo,))})
    blocks: list[Block] = [Heading(title, 1), Paragraph((Prose("field.says", slots),))]
    blocks.append(Lines.definitions(tuple(stated(found.lines, name) for name in ("J'", "start'", "R'"))))
    blocks += [Paragraph((step,)), Heading(Prose("field.every")), field_table(found)]
    notes = []
    for mode in dict.fromkeys(w.border for row in found.rows for w in row.layer.windows if w.border != "zeros"):
        notes.append(Prose(f"field.border.{mode}"))
    if any(axis.holes for row in found.rows for axis in row.axes):
        notes.append(Prose("field.holes"))
    if any(not row.axes for row in found.rows):
        notes.append(Prose("field.flat"))
    if any(row.layer.kind == "flatten" for row in found.rows):
        notes.append(Prose("field.renumbered"))
    blocks += [Paragraph(tuple(notes))] if notes else []
    blocks += [Heading(Prose("field.words"), part="closed form"), Paragraph(tuple(last_words(found)))]
    blocks += pictures(found, drawn or {}) + borders(found)
    heading, rows = checked(found.checks)
    assert isinstance(rows, Table)
    theorem = (Prose("kind.theorem"), Prose("field.theorem"))
    return Document((*blocks, heading, Table((*rows.rows, theorem))))


def axes_of(found: Field, axes: tuple[AxisField, ...]) -> tuple[AxisField, ...]:
    """One axis where all are alike."""
    return axes[:1] if found.same else axes


def per_axis(parts: list[Said]) -> Said:
    """One value, or (a, b, ...)."""
    return parts[0] if len(parts) == 1 else Prose("tuple", {"values": Joined(tuple(parts))})


def field_table(found: Field) -> Table:
    """One row a layer."""
    names = ("size", "jump", "start", "centre", "holes")
    header = ("", *(Prose(f"field.column.{n}") for n in names), Prose("sizes.column.layer"))
    rows = []
    for k, row in enumerate(found.rows, 1):
        if not row.axes:
            rows.append((plain(str(k)), Prose("field.everything"), "", "", "", "", plain(row.layer.text)))
            continue
        axes = axes_of(found, row.axes)
        centres = ["" if a.centre is None else plain(half(a.centre)) for a in axes]
        holes = ["" if a.holes is None else plain(str(a.holes)) for a in axes]
        cells = [[amount(a.size) for a in axes], [amount(a.jump) for a in axes], [amount(a.start) for a in axes]]
        shown = [per_axis(part) for part in (*cells, centres, holes)]
        rows.append((plain(str(k)), boxed(row.axes), *shown[1:], plain(row.layer.text)))
    return Table(tuple(rows), header, "rrrrrrl")


def boxed(axes: tuple[AxisField, ...]) -> Said:
    """5 x 5."""
    return shape(tuple(a.size for a in axes))


def half(number: Fraction) -> str:
    """5/2 as 2.5: middles are whole or half."""
    return str(number) if number.denominator == 1 else f"{float(number):.1f}"


def last_words(found: Field) -> list[Prose]:
    """The last field in a sentence."""
    flat = next((k for k, r in enumerate(found.rows) if r.layer.kind == "flatten"), len(found.rows))
    row = ([r for r in found.rows[:flat] if r.axes] or [r for r in found.rows if r.axes])[-1]
    axes = axes_of(found, row.axes)
    jump = per_axis([amount(a.jump) for a in axes])
    slots = {"layer": row.layer.text, "size": boxed(row.axes), "jump": jump, "noun": "places"}
    said = [Prose("field.last", slots)]
    if any(a.holes for a in row.axes):
        count = 1
        for a in row.axes:
            count *= a.seen.bit_count() if a.seen is not None else 1
        if all(a.seen is not None for a in row.axes):
            said.append(Prose("field.last.holes", {"count": amount(count)}))
    return said


def along(found: Field, axis: int) -> Said:
    """Which axis, where they differ."""
    if found.same:
        return ""
    return Prose(
        "field.along", {"axis": {1: ("only",), 2: ("row", "column"), 3: ("plane", "row", "column")}[found.ndim][axis]}
    )


def pictures(found: Field, figures: Mapping[int, Scene]) -> list[Block]:
    """The pyramid of every axis that differs: unit by unit, or as bars."""
    drawn: dict[int, Pyramid] = {p.axis: p for p in found.pyramids}
    blocks: list[Block] = []
    for axis in range(1 if found.same else found.ndim):
        place = along(found, axis)
        if axis in figures:
            blocks.append(Figure(figures[axis], Prose("figure.caption", {"title": figures[axis].title})))
        elif axis in drawn and (lines := units(drawn[axis])):
            caption = Prose("field.pyramid", {"unit": str(drawn[axis].unit), "along": place})
            blocks.append(Code(tuple(lines), caption))
        elif lines := bars(found, axis):
            blocks.append(Code(tuple(lines), Prose("field.wide", {"along": place})))
    return blocks


def units(pyramid: Pyramid) -> list[str]:
    """A mark for every unit that is needed, at the middle of its field; nothing if the picture is too wide."""
    first = min(level.middles[0] for level in pyramid.levels)
    last = max(level.middles[-1] for level in pyramid.levels)
    scale = 4 if (last - first) * 4 <= WIDEST - 20 else 2
    label = max(len(cut(level.name)) for level in pyramid.levels) + 3
    if (last - first) * scale + label > WIDEST + 14 or len(pyramid.levels) > TALLEST:
        return []
    lines = []
    for level in pyramid.levels:
        row = [" "] * (int((last - first) * scale) + 1)
        for u, middle in zip(level.units, level.middles, strict=True):
            row[int((middle - first) * scale)] = "o" if u >= 0 else "."
        lines.append((cut(level.name).ljust(label) + "".join(row)).rstrip())
    base = pyramid.levels[-1]
    marks = [" "] * (int((last - first) * scale) + 4)
    for u, middle in ((base.units[0], base.middles[0]), (base.units[-1], base.middles[-1])):
        at = int((middle - first) * scale)
        marks[at : at + len(str(u))] = str(u)
    return [*lines, (" " * label + "".join(marks)).rstrip()]


def bars(found: Field, axis: int) -> list[str]:
    """A bar for every layer with windows, as long as its field in proportion."""
    rows = [(r.layer.text, r.axes[axis].size.constant) for r in found.rows if r.axes and r.layer.ndim]
    sizes = [size for _, size in rows]
    if not rows or None in sizes or any(w.numbers is None for r in found.rows for w in r.layer.windows[axis : axis + 1]):
        return []
    if len(rows) > TALLEST:
        step = -(-len(rows) // TALLEST)
        rows = rows[::-step][::-1]
    most = max(size or 1 for size in sizes)
    label = max(len(cut(name)) for name, _ in rows) + 3
    lines = []
    for name, size in reversed(rows):
        long = max(1, (size or 1) * (WIDEST - label) // most)
        lines.append(cut(name).ljust(label) + ("=" * long).center(WIDEST - label).rstrip() + f"  {size}")
    return [*lines, "input".ljust(label) + "=" * (WIDEST - label)]


def cut(name: str) -> str:
    """A layer's text, shortened for a label."""
    return name if len(name) <= 26 else name[:23] + "..."


def borders(found: Field) -> list[Block]:
    """At given sizes: what the first, a middle and the last unit depend on."""
    blocks: list[Block] = []
    for border in found.borders:
        slots = {"n": str(border.size), "along": along(found, border.axis)}
        blocks.append(Heading(Prose("field.borders", slots)))
        rows = []
        for u, ranges in border.units:
            seen = named(AXES[found.ndim][border.axis], ranges) if ranges else Prose("field.nothing")
            sees = Prose("field.unit.sees", {"places": seen})
            rows.append((Prose("field.unit", {"u": str(u), "n": str(border.output)}), sees))
        blocks.append(Table(tuple(rows)))
    modes = {w.border for row in found.rows for w in row.layer.windows}
    said = [
        Prose(key)
        for key, told in (("field.borders.says", "zeros" in modes), ("field.borders.copies", modes - {"zeros"}))
        if told
    ]
    return [*blocks, Paragraph(tuple(said))] if blocks else []


@fields.register(Field)
def field_fields(found: Field) -> Fields:
    """The stack for other programs."""
    return {
        "layers": [
            {
                "layer": r.layer.text,
                "name": r.layer.name,
                "axes": [axis_fields(a) for a in r.axes],
                "everything": not r.axes,
            }
            for r in found.rows
        ],
        "borders": [
            {"axis": b.axis, "input": b.size, "output": b.output, "units": [{"unit": u, "places": p} for u, p in b.units]}
            for b in found.borders
        ],
        "checks": found.checks,
    }


def axis_fields(a: AxisField) -> Fields:
    """A unit's field along an axis."""
    centre = a.centre
    return {
        "size": a.size,
        "jump": a.jump,
        "start": a.start,
        "centre": None if centre is None else centre.numerator if centre.denominator == 1 else float(centre),
        "seen": None if a.seen is None else a.seen.bit_count(),
        "holes": a.holes,
    }
