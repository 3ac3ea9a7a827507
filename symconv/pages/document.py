"""What a page says, once for all targets: setting, steps, closed form, words, checks, explicit case."""

from __future__ import annotations

from typing import Any

from symconv.language.border import BAR
from symconv.language.expr import Access, Bracket, Expr, InRange, Sum, Tensor
from symconv.language.facts import Derivation, Explication, LayerCall, Reduction, Step, Verdict
from symconv.language.integers import Int, integer, var
from symconv.language.operator import (
    Operand,
    Operator,
    entry,
    formula,
    gradient_name,
    labels,
    own_parameters,
    scalar,
    spatial_names,
    spatial_sizes,
    upstream,
)
from symconv.language.operator import matrices as factors
from symconv.language.prose import Joined, Prose, Words
from symconv.pages.border import border_of, convention, definition, padded_row, proofs, taken_back, wanted, whole
from symconv.pages.faces import page
from symconv.pages.nodes import (
    Arrays,
    Block,
    Document,
    Equation,
    Foreign,
    Heading,
    Lines,
    Math,
    Paragraph,
    Table,
    Transposed,
    pads,
    per_axis,
)
from symconv.pages.receipts import checked, unchecked
from symconv.pages.spelling import split_name
from symconv.pages.words import over, words


@page.register(Derivation)
def derivation_page(d: Derivation) -> Document:
    """The page of a derivation, with its explicit case if it has one."""
    blocks: list[Block] = [Heading(title(d), 1), Paragraph((Joined(tuple(parameters(d))),))]
    blocks += setting(d)
    blocks.append(Lines.steps(d.left, tuple(line(d, step) for step in d.steps)))
    blocks += closed(d)
    blocks += taken_back(d, line)
    blocks += [Heading(Prose("heading.words"), part="closed form"), Paragraph(tuple(words(d)))]
    if d.channels is not None:
        blocks += channels(d)
    blocks += hessian(d) + adjoint(d) + proof(d) + checks(d)
    if d.explicit is not None:
        blocks += explicit(d, d.explicit)
    return Document(tuple(blocks))


def title(d: Derivation) -> Prose:
    """What is derived, and under which convention."""
    op = d.op
    slots: dict[str, Any] = {"gradient": whole(wanted(d)), "op": op.name}
    if op.derived:
        slots["result"] = Math((Access(Tensor(op.result.name, ()), ()),))
        named = {
            "scalar": Math((Tensor(scalar(op), ()),)),
            "h": Math((Tensor(upstream(op), ()),)),
            "result": slots["result"],
        }
        return Prose("title.derived", {**slots, "op": op.derived, "kind": Prose("kind.derived", named)})
    return Prose("title", {**slots, "kind": kind(op)})


def kind(op: Operator) -> Prose:
    """The convention in words."""
    if not op.axes:
        return Prose("kind.linear")
    if op.output_padding is not None:
        return Prose("kind.transposed")
    if op.layered:
        return Prose("kind.layer.flip" if op.flip else "kind.layer")
    return Prose("kind.convolve" if op.flip else "kind.correlate")


def gradient_of(d: Derivation) -> Math:
    """dL/dx, as a whole tensor."""
    return Math((Access(Tensor(d.left.tensor.name, ()), ()),))


def parameters(d: Derivation) -> list[Prose]:
    """Stride, dilation, padding (or mode), groups, and whether channels are shown."""
    return given_parameters(d.op, border_of(d)) + ([Prose("parameters.spatial")] if d.page is not d.op else [])


def given_parameters(op: Operator, border: Any = None) -> list[Prose]:
    """Stride, dilation, padding (or mode) and groups; the features of a layer without axes."""
    if not op.axes:
        return [Prose("parameters.linear", {"in": Math((dict(op.extents)["c"],)), "out": Math((dict(op.extents)["o"],))})]
    given = own_parameters(op)
    if border is not None:
        given["padding"] = list(border.pads)
    found = [Prose(f"parameters.{what}", {"value": per_axis(given[what])}) for what in ("stride", "dilation")]
    if op.derived and any(a.input_dilation != 1 for a in op.axes):
        found.append(Prose("parameters.input_dilation", {"value": per_axis([a.input_dilation for a in op.axes])}))
    if op.mode:
        pair = pads(given["padding"])
        key = "parameters.mode" if op.mode == "valid" else "parameters.mode.pads"
        found.append(Prose(key, {"mode": op.mode, "value": pair}))
    else:
        found.append(Prose("parameters.padding", {"value": pads(given["padding"])}))
    if border is not None:
        found.append(Prose("parameters.padding_mode", {"mode": border.mode}))
    if op.output_padding is not None and any(e != 0 for e in op.output_padding):
        found.append(Prose("parameters.output_padding", {"value": per_axis(list(op.output_padding))}))
    if op.groups != 1:
        found.append(Prose("parameters.groups", {"groups": Math((op.groups,))}))
    return found


def setting(d: Derivation) -> list[Block]:
    """Every symbol with its meaning and range, the forward formula, the sizes."""
    op, border = d.page, border_of(d)
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
        key = f"role.{role}.derived" if op.derived else f"role.{role}"
        if not op.axes:
            key = f"role.{role}.linear" + (".derived" if op.derived else "")
        if border is not None and operand.name.endswith(BAR):  # y as well: then it is g that is padded
            rows.append(padded_row(op, border, index_ranges))
            key = "role.padded"
            slots["name"] = Math((Tensor(name.removesuffix(BAR), ()),))
        rows.append((Math((own_entry(op, operand, name),)), Prose(key, slots)))
    blocks: list[Block] = [Heading(Prose("heading.setting"), part="statement"), Table(tuple(rows))]
    if op.extents:
        blocks.append(Paragraph((Joined(tuple(label_sizes(op))),)))
    equations: list[tuple[Math, Any, Prose | None]] = [(Math((own_entry(op, op.result),)), formula(op), None)]
    equations += zero_dilated(op)
    if border is not None:
        equations += definition(op, border).rows
    for name, meaning in op.definitions:
        base = split_name(name)[0]
        equations.append((Math((var(name),)), meaning, Prose(f"role.{base}")))
    blocks += [Lines.definitions(tuple(equations)), Paragraph((domain(op),))]
    return blocks + ([convention(border)] if border is not None else [])


def zero_dilated(op: Operator) -> list[tuple[Math, Any, Prose | None]]:
    """What the zero-dilated data of a derived member are."""
    factors = tuple(a.input_dilation for a in op.axes)
    if op.output_padding is not None or all(r == 1 for r in factors):
        return []
    bare = Tensor(op.data.name, spatial_sizes(op, op.data))
    index = tuple(var(n) for n in spatial_names(op, op.data))
    wide = Access(bare.dilated(factors), tuple(r * j for r, j in zip(factors, index, strict=True)))
    remark = Prose("role.view", {"name": Math((Tensor(op.data.name, ()),))})
    return [(Math((wide,)), Expr(((Access(bare, index),),)), remark)]


def own_entry(op: Operator, operand: Operand, name: str | None = None) -> Access:
    """The operand's entry at its own indices."""
    return entry(op, operand, {}, tuple(var(n) for n in spatial_names(op, operand)), name)


def ranges(op: Operator, operand: Operand) -> Joined:
    """0 <= j < N for every spatial index."""
    return index_ranges(tuple(var(n) for n in spatial_names(op, operand)), spatial_sizes(op, operand))


def index_ranges(index: tuple[Int, ...], sizes: tuple[Int, ...]) -> Joined:
    """0 <= j < N for every index."""
    return Joined(tuple(Math((InRange(n, size),)) for n, size in zip(index, sizes, strict=True)))


def label_sizes(op: Operator) -> list[Prose]:
    """How many images, groups, filters, channels."""
    grouped = op.groups != 1
    found = []
    for label, size in op.extents:
        key = f"label.{label}" + (".group" if grouped and label in ("o", "c") else "")
        if not op.axes and label != "n":
            key += ".linear"
        found.append(Prose(key, {"range": Math((var(label), "<", size))}))
    return found


def domain(op: Operator) -> Prose:
    """For which sizes the page speaks."""
    lower = dict(op.lower)
    free: set[str] = set()
    for axis in op.axes:
        for e in (axis.data, axis.kernel, axis.output, axis.stride, axis.dilation, axis.input_dilation):
            free |= e.names()
    for _, size in op.extents:
        free |= size.names()
    free -= {n for n, _ in op.definitions}
    ordered = sorted((n for n in free if lower.get(n, 1) >= 1), key=_reading)
    padding = [n for n, low in op.lower if low == 0 and n not in ordered]
    fits = [(left, right) for left, right in op.fits if not _always(left - right, lower)]
    shown = Joined(tuple(Math((left, "≥", right)) for left, right in fits))
    slots: dict[str, Any] = {"positive": names(tuple(ordered)), "pads": "", "with": ""}
    if padding:
        slots["pads"] = Prose("domain.pads", {"names": names(tuple(padding))})
    if fits:
        slots["with"] = Prose("domain.with", {"fits": shown})
    return Prose("domain", slots)


def _always(room: Int, lower: dict[str, int]) -> bool:
    """Whether room >= 0 follows from the least values of the names alone."""
    if any((c < 0 and m) or any(not isinstance(a, str) for a in m) for m, c in room.terms):
        return False
    return int(room.evaluate({n: lower.get(n, 1) for n in room.names()})) >= 0


def _reading(name: str) -> tuple[int, str]:
    base = split_name(name)[0]
    return ("NKBCFG".index(base) if base in tuple("NKBCFG") else 6, name)


def line(d: Derivation, step: Step) -> Equation:
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
    elif step.rule == "fold":
        rule = Prose("rule.solve", {"names": names(slots["names"])})
    elif step.rule == "pieces":
        rule = Prose("rule.pieces", {"tensor": Math((Tensor(slots["tensor"] + BAR, ()),))})
    elif step.rule == "member" and slots["flip"]:
        rule = Prose("rule.member.flip")
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
    return Equation(None, step.expr, rule, step.verdict, guards, tuple(notes), step.focus)


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
        call = Prose(
            "closed.sum", {"left": left, "data": Math((tensor_symbol(d, member.data.name),)), "over": over(member)}
        )
        return [Heading(Prose("heading.closed"), part="closed form"), Paragraph((call,))]
    if not d.op.axes:
        return [
            Heading(Prose("heading.closed"), part="closed form"),
            Paragraph((Prose("closed.linear", {"left": left, "product": matrices(d)}),)),
        ]
    data, kernel = (tensor_symbol(d, o.name) for o in (member.data, member.kernel))
    call = Prose("closed.call", {"left": left, "data": Math((data,)), "kernel": Math((kernel,))})
    rows: list[tuple[Any, Any]] = [
        (Prose("closed.stride"), per_axis([a.stride for a in member.axes])),
        (Prose("closed.dilation"), per_axis([a.dilation for a in member.axes])),
        (Prose("closed.padding"), pads([(a.lo, a.hi) for a in member.axes])),
        (Prose("closed.length"), per_axis([a.output for a in member.axes])),
    ]
    if member.groups != 1:
        rows.append((Prose("closed.groups"), Math((member.groups,))))
    if d.layer is not None:
        rows.append((Prose("closed.layer"), layer_call(d.layer, member)))
    return [Heading(Prose("heading.closed"), part="closed form"), Paragraph((call,)), Table((*rows, *view_rows(member)))]


def matrices(d: Derivation) -> Math:
    """The gradient of a dense layer as a product of matrices."""
    assert isinstance(d.closed_form, Operator)
    bare = [Access(Tensor(name, ()), ()) for name, _ in factors(d.closed_form)]
    turned = [transposed for _, transposed in factors(d.closed_form)]
    return Math(tuple(Transposed(a.tensor) if t else a for a, t in zip(bare, turned, strict=True)))


def layer_call(layer: LayerCall, member: Operator) -> Prose:
    """conv_transpose1d(g, w) with its own parameters."""
    said: list[Prose] = [
        Prose("parameters.stride", {"value": per_axis(list(layer.stride))}),
        Prose("parameters.dilation", {"value": per_axis(list(layer.dilation))}),
        Prose("parameters.padding", {"value": pads(list(layer.padding))}),
    ]
    if any(e != 0 for e in layer.output_padding):
        said.append(Prose("parameters.output_padding", {"value": per_axis(list(layer.output_padding))}))
    data, kernel = (Math((Tensor(o.name, ()),)) for o in (member.data, member.kernel))
    slots = {"name": layer.name, "data": data, "kernel": kernel, "parameters": Joined(tuple(said))}
    return Prose("closed.layer.call", slots)


def view_rows(member: Operator) -> list[tuple[Any, Any]]:
    """The views, named once."""
    moved = views(member)
    shown = [Prose(f"closed.views.{which}", {"how": how}) for which, how in moved]
    return [(Prose("closed.views") if k == 0 else "", view) for k, view in enumerate(shown)]


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


def channels(d: Derivation) -> list[Block]:
    """The same line with batch, channels and groups, checked by itself."""
    assert d.channels is not None
    left, expr = d.channels
    shown = Equation(None, expr, Prose("rule.channels"), d.channels_verdict)
    said: list[Prose | Joined] = [channel_words(d, expr)]
    if d.op.groups != 1:
        said.append(Prose("words.channels.groups"))
    rows = []
    if isinstance(d.closed_form, Operator):
        rows = view_rows(d.closed_form)
    blocks: list[Block] = [
        Heading(Prose("heading.channels")),
        Paragraph((Joined(tuple(label_sizes(d.op))),)),
        Lines.steps(left, (shown,)),
        Paragraph(tuple(said)),
    ]
    return blocks + ([Table(tuple(rows))] if rows else [])


def channel_words(d: Derivation, expr: Expr) -> Prose:
    """What is summed over; on a derived member by the labels alone."""
    if not d.op.derived:
        return Prose(f"words.channels.{d.wrt}{_channel_kind(d)}")
    extents = {n for n, _ in d.op.extents}
    over = tuple(i.index for i in expr.terms[0] if isinstance(i, Sum) and i.index in extents)
    return Prose("words.channels.derived", {"over": names(over)}) if over else Prose("words.channels.free")


def _channel_kind(d: Derivation) -> str:
    """One channel or one filter per group simplifies what there is to say."""
    present = {n for n, _ in d.op.extents}
    if "c" in labels(d.op.result):  # depthwise
        return ".apart" if d.wrt == "b" else ".one" if d.wrt == "w" or "o" in present else ".none"
    if d.wrt == "b" or {"o", "c"} <= present:
        return ""
    return ".one" if d.wrt == "w" or "o" in present else ".none"


def hessian(d: Derivation) -> list[Block]:
    """On a gradient derived again: which second derivatives vanish."""
    if not d.op.derived or not any(c.kind == "hessian" and c.verdict.holds for c in d.checks):
        return []
    op = d.op
    slots = {"result": whole(op.result.name), "data": whole(op.data.name), "kernel": whole(op.kernel.name)}
    said = (Prose("hessian.linear", slots), Prose("hessian.mixed", {"h": whole(upstream(op))}))
    return [Heading(Prose("heading.hessian")), Paragraph(said)]


def adjoint(d: Derivation) -> list[Block]:
    """On a transposed layer: why it is an adjoint and not an inverse."""
    if d.op.output_padding is None or not any(c.kind == "inverse" and c.verdict.holds for c in d.checks):
        return []
    extra = list(d.op.output_padding)
    rooms = ((a.input_dilation - 1 - e).constant for a, e in zip(d.op.axes, extra, strict=True))
    wide = any(room is not None and room < 0 for room in rooms)
    said = [Prose("adjoint.wide" if wide else "adjoint.is", {"extra": per_axis(extra)})]
    w = d.witness
    if w is not None:
        found = {"N": w.input, "K": w.kernel, "w": w.weight, "x": list(w.x), "y": list(w.y), "back": list(w.back)}
        said.append(Prose("adjoint.not", {key: str(value) for key, value in found.items()}))
    return [Heading(Prose("heading.adjoint")), Paragraph(tuple(said))]


def proof(d: Derivation) -> list[Block]:
    """What was proved for all sizes, by what; and what was not."""
    found = next((c for c in d.checks if c.kind == "proof"), None)
    if found is None:
        return []
    verdict = found.verdict
    if verdict.status == "proved":
        rest = "; " + verdict.domain.partition("; ")[2] if "; " in verdict.domain else ""
        said = Prose("proof.whole", {"domain": Joined((domain(d.page), rest), "")})
        return [Heading(Prose("heading.proof"), part="receipt"), Paragraph((said, *proofs(d))), *asides(verdict)]
    lines = sum(1 for s in d.steps if s.verdict is not None and s.verdict.status == "proved")
    rest = "checked" if all(s.verdict is not None and s.verdict.holds for s in d.steps) else "neither"
    slots = {"lines": str(lines), "all": str(len(d.steps)), "how": verdict.how, "rest": Prose(f"proof.{rest}")}
    said = Prose("proof.part", slots)
    return [Heading(Prose("heading.proof"), part="receipt"), Paragraph((said, *proofs(d)))]


def asides(verdict: Verdict) -> list[Block]:
    """How a proof was reached, in text alone."""
    return [Paragraph((Prose("proof.how", {"how": verdict.how}),), only=("terminal",))]


def amount(how: Words) -> Words:
    """How much was equal to brute force."""
    if isinstance(how, Prose) and how.key in ("check.brute.equal", "check.brute.ways"):
        return Prose(how.key.replace("brute", "amount"), how.slots)
    return how


def checks(d: Derivation) -> list[Block]:
    """What was checked, and how; an undecided check says so."""
    first = d.steps[0].verdict
    if first is None:
        found = tuple((Prose(f"kind.{one.kind}"), one.detail) for one in d.checks)
        return [*unchecked(), Table(found)] if found else unchecked()
    how = next((c.verdict.how for c in d.checks if c.kind == "steps"), first.how)
    steps = Prose("check.steps", {"n": str(len(d.steps)), "how": amount(how)})
    row = (Prose("kind.steps"), steps if first.holds else Prose("check.undecided", {"how": how}))
    return checked((c for c in d.checks if c.kind not in ("proof", "steps", "fold-proof")), [row])


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
        blocks.append(Arrays.grid(Prose(f"explicit.{caption}", {"name": shown}), grid))
    if case.loss is not None:
        own = Math((Tensor(scalar(d.op), ()), "=", Foreign(case.loss)))
        blocks.append(Paragraph((Prose("explicit.own", {"loss": own}),)))
        blocks.append(entries(upstream(d.op), [(index, Foreign(e)) for index, e in case.upstream], False))
    g = Tensor(upstream(d.op), ())
    total = Math(("Σ", g, Tensor(d.op.result.name, ())))
    blocks.append(Paragraph((Prose("explicit.loss", {"gradient": whole(wanted(d)), "sum": total, "g": Math((g,))}),)))
    blocks.append(entries(wanted(d), [(index, value) for index, value, _ in case.gradient], case.equal))
    return blocks


def entries(name: str, rows: list[tuple[Any, Any]], equal: bool, most: int = ENTRIES) -> Lines:
    """The first entries in full, the rest counted."""
    left_out = len(rows) - most
    more = Prose("explicit.elided" if equal else "explicit.more", {"n": str(left_out)}) if left_out > 0 else None
    shown = (((name, index), value) for index, value in rows[:most])
    return Lines.entries(shown, Verdict("checked", "") if equal else None, more)
