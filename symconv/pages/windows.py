"""The page of a node: pooling and unshared kernels.  Setting, steps, words, ties, the convolution it is, shifts, checks."""

from __future__ import annotations

from typing import Any

from symconv.language.expr import Access, Bracket, Expr, InRange, Over, Tensor
from symconv.language.facts import Entrywise, Polynomial, Step, Verdict, WindowDerivation
from symconv.language.integers import Int, integer, var
from symconv.language.operator import numbered, own_parameters, spatial_names
from symconv.language.prose import Joined, Prose
from symconv.language.unshared import (
    Unshared,
    constant_count,
    count,
    counted,
    definition,
    entry_of,
    name_sizes,
    own_names,
    selection,
)
from symconv.pages.document import asides, checks, domain, entries, label_sizes, line
from symconv.pages.faces import Fields, fields, measured, page
from symconv.pages.fields import channels as channels_line
from symconv.pages.fields import formula, geometry, polynomial, said, step
from symconv.pages.nodes import Block, Document, Equation, Heading, Lines, Listing, Math, Paragraph, Table, pads, per_axis
from symconv.pages.spelling import split_name


@page.register(WindowDerivation)
def window_page(d: WindowDerivation) -> Document:
    """The page of a node's derivation, with its explicit case if it has one."""
    blocks: list[Block] = [Heading(title(d), 1), Paragraph((Joined(tuple(parameters(d))),)), *setting(d)]
    blocks.append(Lines.steps(d.left, tuple(node_line(d, step) for step in d.steps)))
    blocks += [Heading(Prose("heading.words"), part="closed form"), Paragraph(tuple(words(d)))]
    blocks += ties(d) + depthwise(d) + shift(d) + channels(d) + proof(d) + checks(d)  # type: ignore[arg-type]
    if d.explicit is not None:
        blocks += explicit(d, d.explicit)
    return Document(tuple(blocks))


def whole(name: str) -> Math:
    """A tensor as a whole; dL/dx is a fraction."""
    return Math((Access(Tensor(name, ()), ()),))


def title(d: WindowDerivation) -> Prose:
    """What is derived."""
    return Prose("title", {"gradient": whole(d.left.tensor.name), "op": d.op.name, "kind": Prose(f"node.{d.op.kind}")})


def parameters(d: WindowDerivation) -> list[Prose]:
    """Kernel, stride, dilation, padding, and the kind's own."""
    node, window = d.op, d.op.window
    given = own_parameters(window)
    found = [Prose("parameters.kernel", {"value": per_axis([a.kernel for a in window.axes])})]
    found += [Prose(f"parameters.{what}", {"value": per_axis(given[what])}) for what in ("stride", "dilation")]
    found.append(Prose("parameters.padding", {"value": pads(given["padding"])}))
    if window.groups != 1:
        found.append(Prose("parameters.groups", {"groups": Math((window.groups,))}))
    if node.ceil_mode:
        found.append(Prose("parameters.ceil_mode"))
    if node.kind == "avg_pool" and not node.count_include_pad:
        found.append(Prose("parameters.exclude"))
    if node.kind == "max_pool":
        found.append(Prose("parameters.ties", {"ties": node.ties}))
    if d.page is not d.op and node.kind == "local":
        found.append(Prose("parameters.spatial"))
    return found


def own_entry(node: Unshared, role: str, name: str | None = None) -> Math:
    """A tensor's entry at its own names."""
    return Math((entry_of(node, role, {}, name),))


def ranges(node: Unshared, role: str) -> Joined:
    """0 <= j < N for the spatial names of a tensor's last axes."""
    sizes = name_sizes(node)
    spatial = own_names(node, role)[-node.ndim :]
    return Joined(tuple(Math((InRange(var(n), sizes[n]),)) for n in spatial))


def setting(d: WindowDerivation) -> list[Block]:
    """Every symbol with its meaning and range, the formula, the sizes."""
    node = d.page
    suffix = {"max_pool": ".max" if padded(node) else ".bare", "avg_pool": ".avg", "local": ""}[node.kind]
    rows: list[tuple[Any, Any]] = [(own_entry(node, "x"), Prose(f"role.x{suffix}", {"range": ranges(node, "x")}))]
    if node.kind == "local":
        places = Joined(tuple(Math((var(n),)) for n in spatial_names(node.window, node.window.result)))
        rows.append((own_entry(node, "w"), Prose("role.w.local", {"places": places, "range": ranges(node, "w")})))
    if "b" in node.roles:
        rows.append((own_entry(node, "b"), Prose("role.b.local")))
    dy, loss = own_entry(node, "y", "dL/dy"), Math((Tensor("L", ()),))
    rows.append((own_entry(node, "g", "g"), Prose("role.g", {"dy": dy, "L": loss, "range": ranges(node, "y")})))
    blocks: list[Block] = [Heading(Prose("heading.setting"), part="statement"), Table(tuple(rows))]
    if node.window.extents:
        blocks.append(Paragraph((Joined(tuple(label_sizes(node.window))),)))
    equations: list[tuple[Math, Any, Prose | None]] = [(own_entry(node, "y"), definition(node), None)]
    said: list[Prose | Joined] = []
    if node.kind == "max_pool" and padded(node):
        said.append(Prose("node.max.over"))
    if node.kind == "avg_pool":
        equations += _count_rows(node, said)
    if node.ceil_mode:
        said.append(Prose("node.ceil"))
    for name, meaning in node.window.definitions:
        base = split_name(name)[0]
        key = "role.O.ceil" if node.ceil_mode else f"role.{base}"
        equations.append((Math((var(name),)), meaning, Prose(key)))
    blocks.append(Lines.definitions(tuple(equations)))
    blocks += [Paragraph(tuple(said))] if said else []
    blocks.append(Paragraph(tuple(where(node))))
    return blocks


def where(node: Unshared) -> list[Prose | Joined]:
    """For which sizes the page speaks."""
    sizes = domain(node.window)
    if node.kind == "local" or not padded(node):
        return [sizes]
    return [Joined((sizes, Prose("node.domain")), "")]


def padded(node: Unshared) -> bool:
    """Whether a window may read beyond the input."""
    return node.ceil_mode or any(not _never_positive(e) for a in node.window.axes for e in (a.lo, a.hi))


def _never_positive(e: Int) -> bool:
    return e.constant is not None and e.constant <= 0


def _count_rows(node: Unshared, said: list[Prose | Joined]) -> list[tuple[Math, Any, Prose | None]]:
    known = constant_count(node)
    if known is not None:
        plain = all(_never_positive(e) for a in node.window.axes for e in (a.lo, a.hi))
        said.append(Prose("node.count.plain" if plain else "node.count", {"taps": Math((known,))}))
        return []
    places = Joined(tuple(Math((var(n),)) for n in spatial_names(node.window, node.window.result)))
    key = "role.m.padded" if node.count_include_pad else "role.m.met"
    return [(Math((count(node, {}),)), counted(node), Prose(key, {"i": places}))]


def node_line(d: WindowDerivation, step: Step) -> Equation:
    """One step with its rule in words; the selection is defined where it appears."""
    if step.rule != "select":
        return line(d, step)  # type: ignore[arg-type]
    node = d.page
    names = spatial_names(node.window, node.window.result)
    inner = [i for i in step.expr.terms[0] if isinstance(i, Access) and i.tensor.name == "S"]
    places = Joined(tuple(Math((var(n),)) for n in names))
    note = Prose(f"note.select.{node.ties}", {"S": Math((inner[0],)), "i": places})
    rule = Prose("rule.select", {"y": Math((Tensor("y", ()),))})
    return Equation(None, step.expr, rule, step.verdict, (), (note,), step.focus)


def words(d: WindowDerivation) -> list[Prose | Joined]:
    """The gradient in sentences."""
    node = d.page
    g = Math((Tensor("g", ()),))
    if node.kind == "local":
        return [Prose(f"words.local.{d.wrt}", {"g": g})]
    if node.kind == "max_pool":
        apart = all(a.stride == a.kernel and a.dilation == 1 for a in node.window.axes)
        said: list[Prose | Joined] = [Prose("words.max_pool")]
        return [*said, *([Prose("words.max_pool.apart")] if apart else []), Prose("words.node.channels")]
    known = constant_count(node)
    met = Prose("words.avg_pool.met") if known is None else Prose("words.avg_pool", {"taps": Math((known,))})
    padded = known is not None and any(not _never_positive(e) for a in node.window.axes for e in (a.lo, a.hi))
    return [met, *([Prose("words.avg_pool.padding")] if padded else []), Prose("words.node.channels")]


def ties(d: WindowDerivation) -> list[Block]:
    """What is known at a tie, if it was checked."""
    if not _holds(d, "subgradient"):
        return []
    said = (
        Prose("ties.none", {"y": Math((Tensor("y", ()),))}),
        Prose("ties.here", {"ties": d.op.ties}),
        Prose("ties.members"),
        Prose("ties.all"),
    )
    return [Heading(Prose("heading.ties"), part="statement"), Paragraph(said)]


def _holds(d: WindowDerivation, kind: str) -> bool:
    return any(c.kind == kind and c.verdict.holds for c in d.checks)


def depthwise(d: WindowDerivation) -> list[Block]:
    """The convolution that an average is, with the closed form of its gradient; or why it is none."""
    if d.op.kind != "avg_pool":
        return []
    heading = Heading(Prose("heading.depthwise"))
    if d.shown is None or not _holds(d, "depthwise"):
        return [heading, Paragraph((Prose("depthwise.not"),))] if constant_count(d.page) is None else []
    taps = constant_count(d.page)

    kernel = Math((Expr(((Over(taps if taps is not None else integer(1)),),)),))
    member = d.shown
    data = Tensor("g", (), tuple(a.input_dilation for a in member.axes))
    if all(a.input_dilation == 1 for a in member.axes):
        data = Tensor("g", ())
    w = Math((Tensor("w", ()),))
    call = Prose("depthwise.call", {"left": whole("dL/dx"), "data": Math((data,)), "w": w, "kernel": kernel})
    rows = (
        (Prose("closed.stride"), per_axis([a.stride for a in member.axes])),
        (Prose("closed.dilation"), per_axis([a.dilation for a in member.axes])),
        (Prose("closed.padding"), pads([(a.lo, a.hi) for a in member.axes])),
        (Prose("closed.length"), per_axis([a.output for a in member.axes])),
    )
    is_one = Prose("depthwise.is", {"kernel": kernel})
    return [heading, Paragraph((is_one,)), Paragraph((call,)), Table(rows), Paragraph((Prose("depthwise.stride"),))]


def shift(d: WindowDerivation) -> list[Block]:
    """Where the output survives a small shift, and the smallest case where it does not."""
    found = d.shift
    if found is None or not _holds(d, "shift"):
        return []
    kind = d.op.kind
    slots = {"K": str(found.kernel), "s": str(found.stride), "y": Math((Tensor("y", ()),))}
    stays = Prose(f"shift.stays.bare.{kind}", slots)
    if found.same[0]:
        stays = Prose(f"shift.stays.{kind}", {**slots, "x": _row(found.same[0]), "out": _row(found.same[1])})
    fails = {"x": found.x, "y": found.y, "moved": found.moved, "after": found.after}
    said = (stays, Prose("shift.fails", {k: _row(v) for k, v in fails.items()}), Prose("shift.whole"))
    return [Heading(Prose("heading.shift")), Paragraph(said)]


def _row(values: tuple[Any, ...]) -> str:
    return "(" + ", ".join(map(str, values)) + ")"


def channels(d: WindowDerivation) -> list[Block]:
    """The line with images, channels and filters of a locally connected layer."""
    if d.channels is None:
        return []
    left, expr = d.channels

    guards = tuple(c for i in expr.terms[0] if isinstance(i, Bracket) and i.aside for c in i.conditions)
    shown = Equation(None, expr, Prose("rule.channels"), d.channels_verdict, guards)
    return [
        Heading(Prose("heading.channels")),
        Paragraph((Joined(tuple(label_sizes(d.op.window))),)),
        Lines.steps(left, (shown,)),
    ]


def proof(d: WindowDerivation) -> list[Block]:
    """What was proved for all sizes."""
    found = next((c for c in d.checks if c.kind == "proof"), None)
    if found is None:
        return []
    verdict = found.verdict
    if verdict.status != "proved":
        lines = sum(1 for s in d.steps if s.verdict is not None and s.verdict.status == "proved")
        rest = "checked" if all(s.verdict is not None and s.verdict.holds for s in d.steps) else "neither"
        slots = {"lines": str(lines), "all": str(len(d.steps)), "how": verdict.how, "rest": Prose(f"proof.{rest}")}
        return [Heading(Prose("heading.proof"), part="receipt"), Paragraph((Prose("proof.part", slots),))]
    rest_of = "; " + verdict.domain.partition("; ")[2] if "; " in verdict.domain else ""
    said = Joined((*where(d.page)[:1], rest_of), "")
    key = "proof.selected" if d.op.kind == "max_pool" else "proof.node"
    slots_of = {"domain": said, "S": Math((Tensor("S", ()),))}
    return [Heading(Prose("heading.proof"), part="receipt"), Paragraph((Prose(key, slots_of),)), *asides(verdict)]


def explicit(d: WindowDerivation, case: Entrywise) -> list[Block]:
    """Every entry of y and of the gradient, written out."""
    sizes = Joined(tuple(Math((var(n), "=", integer(v))) for n, v in case.sizes))
    rows = [(index, Listing(function, parts, divisor)) for index, function, parts, divisor in case.y]
    known = constant_count(d.page)
    by = (known.constant or 1) if d.op.kind == "avg_pool" and known is not None else 1
    back: list[tuple[Any, Any]] = [(i, Listing("sum", p, by) if by != 1 and p else p) for i, p in case.gradient]
    g = Tensor("g", ())
    slots: dict[str, Any] = {
        "gradient": whole(d.left.tensor.name),
        "sum": Math(("Σ", g, Tensor("y", ()))),
        "g": Math((g,)),
        "selection": "",
    }
    if d.op.kind == "max_pool":
        slots["selection"] = Prose("explicit.selection", {"S": Math((Tensor("S", ()),))})
    shown: list[Block] = [
        Heading(Prose("heading.explicit")),
        Paragraph((Prose("explicit.sizes", {"sizes": sizes}),)),
        entries("y", rows, False),
        Paragraph((Prose("explicit.node", slots),)),
        entries(d.left.tensor.name, back, True),
    ]
    return shown


__all__ = ["Polynomial", "numbered", "selection", "window_page"]


# for other programs
@measured.register(WindowDerivation)
def times(d: WindowDerivation) -> list[Verdict]:
    """The verdicts of the checks, the proof among them."""
    return [c.verdict for c in d.checks]


@fields.register(WindowDerivation)
def derivation(d: WindowDerivation) -> Fields:
    """A node's derivation, with the keys of ``fields`` wherever they mean the same."""
    found: Fields = {
        "operator": d.op.name,
        "wrt": d.wrt,
        "parameters": own_fields(d),
        "definitions": dict(d.op.window.definitions),
        "result": formula(d.steps[d.gather]),
        "closed_form": closed_form(d),
        "steps": [step(node_line(d, s).remark, s) for s in d.steps],
        "checks": d.checks,
    }
    if d.channels is not None:
        found["channels"] = channels_line(d.channels[1], d.channels_verdict)
    if d.explicit is not None:
        case = d.explicit
        found["explicit"] = {
            "sizes": dict(case.sizes),
            "shapes": dict(case.shapes),
            "y": [{"entry": i, "function": f, "of": polynomial(p), "divisor": n} for i, f, p, n in case.y],
            "gradient": [{"entry": i, "value": polynomial(p)} for i, p in case.gradient],
        }
    return found


def own_fields(d: WindowDerivation) -> Fields:
    """The node's parameters, per axis."""
    own: Fields = {"max_pool": {"ties": d.op.ties}, "avg_pool": {"count_include_pad": d.op.count_include_pad}}
    rounding = {"ceil_mode": d.op.ceil_mode} if d.op.kind in own else {}
    kernel = [a.kernel for a in d.op.window.axes]
    return {"kernel": kernel, **own_parameters(d.op.window), **rounding, **own.get(d.op.kind, {})}


def closed_form(d: WindowDerivation) -> Fields:
    """The member that an average's gradient is, or the words alone."""
    if d.closed_form is None:
        return {"name": None, "words": said(words(d))}
    found = geometry(d.closed_form)
    del found["flip"]  # of a constant kernel
    return {"name": d.closed_form.name, "data": "g", "kernel": "constant", **found, "words": said(words(d))}
