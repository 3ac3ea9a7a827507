"""What a page says, once for all targets: a list of blocks made of message keys and mathematics.

A target asks each block for nothing but its data: it looks up the message, spells the mathematics in its own style, and
lays it out.  No target derives, decides or checks anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from symconv.core.expr import Access, Bracket, Condition, Expr, InRange, Sum, Tensor
from symconv.core.facts import Derivation, Explication, Reduction, Step, Verdict
from symconv.core.integers import Int, floor, integer, var
from symconv.core.operator import (
    Operand,
    Operator,
    entry,
    formula,
    gradient_name,
    labels,
    scalar,
    spatial_names,
    spatial_sizes,
    upstream,
)
from symconv.render.spelling import split_name


@dataclass(frozen=True)
class Math:
    """Mathematics: core objects and tokens ("=", "<", ...), written one after the other."""

    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Prose:
    """A message with its slots (mathematics, prose, or plain words)."""

    key: str
    slots: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Joined:
    """Pieces written in a row."""

    pieces: tuple[Any, ...]
    separator: str = ", "


@dataclass(frozen=True)
class Title:
    """The page's title."""

    text: Prose


@dataclass(frozen=True)
class Heading:
    """A section's heading."""

    text: Prose


@dataclass(frozen=True)
class Paragraph:
    """Sentences."""

    sentences: tuple[Prose | Joined, ...]


@dataclass(frozen=True)
class Rows:
    """What stands on the left, explained on the right."""

    rows: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True)
class Equations:
    """left = expr, one equation a row, with a remark."""

    rows: tuple[tuple[Math, Any, Prose | None], ...]


@dataclass(frozen=True)
class Line:
    """One step of a derivation."""

    expr: Expr
    guards: tuple[Condition, ...]
    rule: Prose
    notes: tuple[Prose, ...]
    verdict: Verdict | None
    focus: tuple[str, ...]


@dataclass(frozen=True)
class Steps:
    """A derivation: the left side and its lines."""

    left: Access
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Entries:
    """Explicit entries: (tensor entry, its value or values), each a sum of products."""

    name: str
    rows: tuple[tuple[Any, Any], ...]
    total: int
    elided: Prose
    equal: bool = False


@dataclass(frozen=True)
class Grid:
    """A small array of entries, as a picture in text."""

    caption: Prose
    cells: tuple[tuple[Any, ...], ...]


Block = Title | Heading | Paragraph | Rows | Equations | Steps | Entries | Grid


@dataclass(frozen=True)
class Document:
    """A page."""

    blocks: tuple[Block, ...]


def document(d: Derivation) -> Document:
    """The page of a derivation, with its explicit case if it has one."""
    blocks: list[Block] = [Title(title(d)), Paragraph((Joined(tuple(parameters(d))),))]
    blocks += setting(d)
    blocks.append(Steps(d.left, tuple(line(d, step) for step in d.steps)))
    blocks += closed(d)
    blocks += [Heading(Prose("heading.words")), Paragraph(tuple(words(d)))]
    if d.channels is not None:
        blocks += channels(d)
    blocks += checks(d)
    if d.explicit is not None:
        blocks += explicit(d, d.explicit)
    return Document(tuple(blocks))


def title(d: Derivation) -> Prose:
    """What is derived, and under which convention."""
    if d.op.layered:
        kind = "kind.layer.flip" if d.op.flip else "kind.layer"
    else:
        kind = "kind.convolve" if d.op.flip else "kind.correlate"
    return Prose("title", {"gradient": gradient_of(d), "op": d.op.name, "kind": Prose(kind)})


def gradient_of(d: Derivation) -> Math:
    """dL/dx, as a whole tensor."""
    return Math((Access(Tensor(d.left.tensor.name, ()), ()),))


def parameters(d: Derivation) -> list[Prose]:
    """Stride, dilation, padding (or mode), groups, and whether channels are shown."""
    op = d.op
    found = [
        Prose("parameters.stride", {"value": per_axis([a.stride for a in op.axes])}),
        Prose("parameters.dilation", {"value": per_axis([a.dilation for a in op.axes])}),
    ]
    if op.mode:
        found.append(Prose("parameters.mode", {"mode": op.mode}))
    else:
        found.append(Prose("parameters.padding", {"value": pads([(a.lo, a.hi) for a in op.axes])}))
    if op.groups != 1:
        found.append(Prose("parameters.groups", {"groups": Math((op.groups,))}))
    if d.page is not op:
        found.append(Prose("parameters.spatial"))
    return found


def per_axis(values: list[Int]) -> Any:
    """One value if all axes agree, else one per axis."""
    if all(v == values[0] for v in values):
        return Math((values[0],))
    return Prose("tuple", {"values": Joined(tuple(Math((v,)) for v in values))})


def pads(pairs: list[tuple[Int, Int]]) -> Any:
    """Pads: one value on both sides, or (lo, hi), per axis where the axes differ."""
    if all(lo == hi == pairs[0][0] for lo, hi in pairs):
        if pairs[0][0] == 0:
            return Math((pairs[0][0],))
        return Prose("parameters.both", {"value": Math((pairs[0][0],))})
    shown = pairs[:1] if all(pair == pairs[0] for pair in pairs) else pairs
    return Joined(tuple(Prose("parameters.sides", {"lo": Math((lo,)), "hi": Math((hi,))}) for lo, hi in shown), " x ")


def setting(d: Derivation) -> list[Block]:
    """Every symbol with its meaning and range, the forward formula, the sizes."""
    op = d.page
    rows: list[tuple[Any, Any]] = []
    for role, operand in (("x", op.data), ("w", op.kernel), ("b", op.bias), ("g", op.result)):
        if operand is None:
            continue
        name = upstream(op) if role == "g" else operand.name
        slots: dict[str, Any] = {"range": ranges(op, operand)}
        if role == "g":
            slots |= {
                "dy": Math((own_entry(op, op.result, gradient_name(op, op.result)),)),
                "L": Math((Tensor(scalar(op), ()),)),
            }
        rows.append((Math((own_entry(op, operand, name),)), Prose(f"role.{role}", slots)))
    blocks: list[Block] = [Heading(Prose("heading.setting")), Rows(tuple(rows))]
    if op.extents:
        blocks.append(Paragraph((Joined(tuple(label_sizes(op))),)))
    equations: list[tuple[Math, Any, Prose | None]] = [(Math((own_entry(op, op.result),)), formula(op), None)]
    for name, meaning in op.definitions:
        base = split_name(name)[0]
        equations.append((Math((var(name),)), meaning, Prose(f"role.{base}")))
    blocks += [Equations(tuple(equations)), Paragraph((domain(op),))]
    return blocks


def own_entry(op: Operator, operand: Operand, name: str | None = None) -> Access:
    """The operand's entry at its own indices."""
    return entry(op, operand, {}, tuple(var(n) for n in spatial_names(op, operand)), name)


def ranges(op: Operator, operand: Operand) -> Joined:
    """0 <= j < N for every spatial index."""
    pairs = zip(spatial_names(op, operand), spatial_sizes(op, operand), strict=True)
    return Joined(tuple(Math((InRange(var(n), size),)) for n, size in pairs))


def label_sizes(op: Operator) -> list[Prose]:
    """How many images, groups, filters, channels."""
    grouped = op.groups != 1
    found = []
    for label, size in op.extents:
        key = f"label.{label}" + (".group" if grouped and label in ("o", "c") else "")
        found.append(Prose(key, {"range": Math((var(label), "<", size))}))
    return found


def domain(op: Operator) -> Prose:
    """For which sizes the page speaks."""
    lower = dict(op.lower)
    free: set[str] = set()
    for axis in op.axes:
        for e in (axis.data, axis.kernel, axis.stride, axis.dilation, axis.input_dilation):
            free |= e.names()
    free -= {n for n, _ in op.definitions}
    ordered = sorted((n for n in free if lower.get(n, 1) >= 1), key=_reading)
    padding = sorted({n for a in op.axes for e in (a.lo, a.hi) for n in e.names()} - set(ordered), key=_reading)
    padding = [n for n in padding if lower.get(n) == 0]
    fits = Joined(tuple(Math((a.data + a.lo + a.hi, "≥", a.reach + 1)) for a in op.axes if a.input_dilation == 1))
    slots: dict[str, Any] = {"positive": Joined(tuple(Math((var(n),)) for n in ordered)), "pads": "", "fits": fits}
    if padding:
        slots["pads"] = Prose("domain.pads", {"names": Joined(tuple(Math((var(n),)) for n in padding))})
    return Prose("domain", slots)


def _reading(name: str) -> tuple[int, str]:
    base = split_name(name)[0]
    return ("NK".index(base) if base in ("N", "K") else 2, name)


def line(d: Derivation, step: Step) -> Line:
    """One step with its rule in words, its guards and the names it introduces."""
    slots = dict(step.slots)
    rule = Prose(f"rule.{step.rule}")
    notes: list[Prose] = []
    guards = tuple(c for i in step.expr.terms[0] if isinstance(i, Bracket) and i.aside for c in i.conditions)
    if step.rule == "linearity" and "dropped" in slots:
        rule = Prose(f"rule.linearity.{slots['dropped']}")
    elif step.rule in ("solve", "single"):
        rule = Prose(f"rule.{step.rule}", {"names": names(slots["names"])})
    elif step.rule == "extend":
        rule = Prose("rule.extend", {"tensor": Math((Tensor(slots["tensor"], ()),))})
    elif step.rule == "survivor":
        forced = tuple(Math((var(n), "=", value)) for n, value in slots["forced"])
        notes.append(Prose("note.survivor", {"forced": Joined(forced)}))
    elif step.rule == "dilate":
        notes.append(_dilation_note(step, slots["tensor"], slots["factors"]))
        rule = _zeros(slots["factors"])
    elif step.rule == "reflect":
        notes.append(_reflection_note(d, step, slots))
    elif step.rule == "position":
        notes.append(Prose("note.position", {"data": Math((Tensor(slots["tensor"], ()),)), "names": names(slots["names"])}))
    return Line(step.expr, guards, rule, tuple(notes), step.verdict, step.focus)


def names(given: tuple[str, ...]) -> Joined:
    """Names in a row."""
    return Joined(tuple(Math((var(n),)) for n in given))


def view_of(expr: Expr, name: str) -> Tensor:
    """The tensor of that name as the expression reads it."""
    return next(i.tensor for t in expr.terms for i in t if isinstance(i, Access) and i.tensor.name == name)


def _zeros(factors: tuple[Int, ...]) -> Prose:
    """How many zeros stand between two entries."""
    if any(f != factors[0] for f in factors):
        return Prose("rule.dilate")
    count = factors[0] - 1
    return Prose("rule.dilate.one") if count == 1 else Prose("rule.dilate.count", {"count": Math((count,))})


def _dilation_note(step: Step, name: str, factors: tuple[Int, ...]) -> Prose:
    view = view_of(step.expr, name)
    lead = len(view.sizes) - len(factors)
    bare = Tensor(name, view.sizes[lead:])
    wide = bare.dilated(factors)
    index = tuple(var(n) for n in (("i",) if len(factors) == 1 else tuple(f"i{k + 1}" for k in range(len(factors)))))
    left = Access(wide, tuple(f * i for f, i in zip(factors, index, strict=True)))
    return Prose("note.dilate", {"equation": Math((left, "=", Access(bare, index)))})


def _reflection_note(d: Derivation, step: Step, slots: dict[str, Any]) -> Prose:
    sizes = {i.index: i.size for i in step.expr.terms[0] if isinstance(i, Sum)}
    taps = tuple(Math((var(q), "=", sizes[q] - 1 - var(p))) for p, q in slots["taps"])
    bare = view_of(step.expr, slots["tensor"])
    lead = len(bare.sizes) - d.page.ndim
    view = Tensor(bare.name, bare.sizes[lead:], (), bare.flipped[lead:])
    strided = any(a.stride != 1 for a in d.page.axes)
    return Prose(
        "note.reflect.strided" if strided else "note.reflect",
        {"taps": Joined(taps), "view": Math((view,)), "tensor": Math((Tensor(upstream(d.page), ()),))},
    )


def closed(d: Derivation) -> list[Block]:
    """The closed form with its exact parameters."""
    member = d.shown
    left = gradient_of(d)
    if isinstance(member, Reduction):
        over = Prose("words.images" if "n" in labels(member.data) else "words.positions")
        call = Prose("closed.sum", {"left": left, "data": Math((tensor_symbol(d, member.data.name),)), "over": over})
        return [Heading(Prose("heading.closed")), Paragraph((call,))]
    data, kernel = (tensor_symbol(d, o.name) for o in (member.data, member.kernel))
    call = Prose("closed.call", {"left": left, "name": call_name(member), "data": Math((data,)), "kernel": Math((kernel,))})
    rows: list[tuple[Any, Any]] = [
        (Prose("closed.stride"), per_axis([a.stride for a in member.axes])),
        (Prose("closed.dilation"), per_axis([a.dilation for a in member.axes])),
        (Prose("closed.padding"), pads([(a.lo, a.hi) for a in member.axes])),
        (Prose("closed.length"), per_axis([a.output for a in member.axes])),
    ]
    if member.groups != 1:
        rows.append((Prose("closed.groups"), Math((member.groups,))))
    return [Heading(Prose("heading.closed")), Paragraph((call,)), Rows((*rows, *view_rows(member)))]


def view_rows(member: Operator) -> list[tuple[Any, Any]]:
    """The views, named once."""
    moved = views(member)
    return [(Prose("closed.views") if k == 0 else "", f"{which}: {how}") for k, (which, how) in enumerate(moved)]


def call_name(member: Operator) -> str:
    """The operation by the field's name: the closed form is written as a correlation of views."""
    return "correlate"


def tensor_symbol(d: Derivation, name: str) -> Tensor:
    """The tensor with the view marks that it has in the last line, leading axes left out."""
    view = view_of(d.steps[-1].expr, name)
    lead = len(view.sizes) - d.page.ndim
    if not lead:
        return view
    return Tensor(view.name, view.sizes[lead:], view.zeros[lead:], view.flipped[lead:])


def views(member: Operator) -> list[tuple[str, str]]:
    """How the leading axes are transposed and reshaped, in the notation of einops; nothing where nothing moves."""
    batch = [n for n in labels(member.data) if n not in labels(member.kernel)]
    shared = [n for n in labels(member.data) if n in labels(member.kernel)]
    group = [n for n in shared if n in labels(member.result)]
    inner = [n for n in shared if n not in group]
    out = [n for n in labels(member.kernel) if n not in labels(member.data)]
    if not (batch or shared or out):
        return []
    wanted = {
        "data": (member.data, (tuple(batch), tuple(group + inner))),
        "kernel": (member.kernel, (tuple(group + out), tuple(inner))),
        "result": (member.result, (tuple(batch), tuple(group + out))),
    }
    found = []
    for which, (operand, layout) in wanted.items():
        if operand.layout != layout:
            pair = (layout, operand.layout) if which == "result" else (operand.layout, layout)
            found.append((which, " -> ".join(f"{_einops(side)} ..." for side in pair)))
    return found


def _einops(layout: tuple[tuple[str, ...], ...]) -> str:
    return " ".join(axis[0] if len(axis) == 1 else f"({' '.join(axis)})" if axis else "1" for axis in layout)


def words(d: Derivation) -> list[Prose | Joined]:
    """The closed form in sentences, under both conventions."""
    op, member = d.page, d.shown
    if isinstance(member, Reduction):
        return [Prose("words.b", {"over": Prose("words.images" if "n" in labels(member.data) else "words.positions")})]
    strided = any(a.stride != 1 for a in op.axes)
    g = Prose("words.g.dilated" if strided and (d.wrt == "x" or op.flip) else "words.g")
    rests = [a.remainder for a in op.axes]
    remains = any(a != 0 for a in rests)
    if d.wrt == "x":
        dilated = any(a.dilation != 1 for a in op.axes)
        w = Prose("words.kernel.dilated" if dilated else "words.kernel")
        said: list[Prose | Joined] = [Prose("words.x.flip" if op.flip else "words.x", {"g": g, "w": w})]
        left = [a.lo for a in op.axes]
        right = [a.hi - a.remainder for a in op.axes]
        if any(e != 0 for e in left + right):
            doubt = any(e.constant is None or e.constant < 0 for e in left + right)
            sign: Any = Prose("words.crop.sign") if doubt else ""
            said.append(Prose("words.crop", {"lo": per_axis(left), "hi": per_axis(right), "sign": sign}))
        return said + ([Prose("words.remainder", {"a": per_axis(rests)})] if remains else [])
    if op.flip and any(a.kernel != 1 for a in op.axes):
        said = [Prose("words.w.flip", {"g": g})]
        return said + ([Prose("words.w.remainder", {"a": per_axis(rests)})] if remains else [])
    said = [Prose("words.w", {"g": g})]
    if any(a.stride != a.dilation for a in op.axes):
        slots = {"s": per_axis([a.stride for a in op.axes]), "d": per_axis([a.dilation for a in op.axes])}
        said.append(Prose("words.w.exchange", slots))
    if remains:
        more = [a.kernel + floor(a.remainder, a.dilation) for a in op.axes]
        slots = {"a": per_axis(rests), "K": per_axis([a.kernel for a in op.axes]), "more": per_axis(more)}
        said.append(Prose("words.w.crop", slots))
    return said


def channels(d: Derivation) -> list[Block]:
    """The same line with batch, channels and groups, checked by itself."""
    assert d.channels is not None
    left, expr = d.channels
    shown = Line(expr, (), Prose("rule.channels"), (), d.channels_verdict, ())
    said: list[Prose | Joined] = [Prose(f"words.channels.{d.wrt}")]
    if d.op.groups != 1:
        said.append(Prose("words.channels.groups"))
    rows = []
    if isinstance(d.closed_form, Operator):
        rows = view_rows(d.closed_form)
    blocks: list[Block] = [
        Heading(Prose("heading.channels")),
        Paragraph((Joined(tuple(label_sizes(d.op))),)),
        Steps(left, (shown,)),
        Paragraph(tuple(said)),
    ]
    return blocks + ([Rows(tuple(rows))] if rows else [])


def checks(d: Derivation) -> list[Block]:
    """What was checked, and how; an undecided check says so."""
    if not d.checks:
        return [Heading(Prose("heading.checks")), Paragraph((Prose("check.none"),))]
    first = d.steps[0].verdict
    how = first.how if first is not None else ""
    steps = Prose("check.steps", {"n": str(len(d.steps)), "how": how.replace("equal to brute force on ", "")})
    rows: list[tuple[Any, Any]] = [
        (Prose("kind.steps"), steps if first is not None and first.holds else Prose("check.undecided", {"how": how}))
    ]
    for one in d.checks:
        said: Any = one.detail if one.verdict.holds else Prose("check.undecided", {"how": one.verdict.how})
        rows.append((Prose(f"kind.{one.kind}"), said))
    return [Heading(Prose("heading.checks")), Rows(tuple(rows))]


ENTRIES = 36


def explicit(d: Derivation, case: Explication) -> list[Block]:
    """The explicit case: every entry of y and of the gradient, and the identity."""
    sizes = Joined(tuple(Math((var(n), "=", integer(v))) for n, v in case.sizes))
    blocks: list[Block] = [
        Heading(Prose("heading.explicit")),
        Paragraph((Prose("explicit.sizes", {"sizes": sizes}),)),
        entries("y", [(index, value) for index, value in case.y], False),
    ]
    for caption, name, grid in case.grids:
        shown = Math((Access(Tensor(name, ()), ()) if isinstance(name, str) else name,))
        blocks.append(Grid(Prose(f"explicit.{caption}", {"name": shown}), grid))
    blocks.append(Paragraph((Prose("explicit.loss"),)))
    blocks.append(entries(d.left.tensor.name, [(index, value) for index, value, _ in case.gradient], case.equal))
    return blocks


def entries(name: str, rows: list[tuple[Any, Any]], equal: bool) -> Entries:
    """The first entries in full, the rest counted."""
    more = len(rows) - ENTRIES
    key = "explicit.elided" if equal else "explicit.more"
    return Entries(name, tuple(rows[:ENTRIES]), len(rows), Prose(key, {"n": str(max(0, more))}), equal)
