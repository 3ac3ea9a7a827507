"""The page of a net: shapes at every edge, the formulas forwards, the gradients backwards, the activations, the checks."""

from __future__ import annotations

from typing import Any

from symconv.language.expr import Access, Apply, Bracket, Tensor
from symconv.language.facts import NetDerivation, NetLine, Step, Verdict
from symconv.language.integers import var
from symconv.language.network import Link, edge, renamed, renamed_access
from symconv.language.operator import own_parameters, spatial_names
from symconv.language.prose import Joined, Prose
from symconv.language.unshared import SELECTION, constant_count, count, counted, selection
from symconv.pages.faces import Fields, fields, measured, page
from symconv.pages.fields import formula, latex, status
from symconv.pages.functions import slope
from symconv.pages.laid import Speller
from symconv.pages.nodes import Block, Document, Equation, Foreign, Heading, Lines, Math, Paragraph, Table, pads, per_axis
from symconv.pages.receipts import checked, unchecked
from symconv.pages.styles import TEXT
from symconv.pages.windows import padded


@page.register(NetDerivation)
def network_page(d: NetDerivation) -> Document:
    """The page."""
    blocks: list[Block] = [Heading(Prose("title.net", {"gradients": wanted(d)}), 1)]
    blocks.append(Paragraph((Prose("net.layers", {"count": str(len(d.op.links))}),)))
    blocks += [
        Heading(Prose("heading.shapes"), part="statement"),
        Table(tuple(shapes(d))),
        *forwards(d),
        *activations(d),
        *backwards(d),
    ]
    said = [Prose("net.words"), *conventions(d)]
    blocks += [Heading(Prose("heading.words"), part="closed form"), Paragraph(tuple(said)), *checks(d)]
    return Document(tuple(blocks))


def wanted(d: NetDerivation) -> Any:
    """What is derived: one gradient, or all."""
    if d.wrt == "all":
        return Prose("net.all")
    return Prose("net.one", {"left": whole(d.lines[-1].left)})


def whole(access: Access) -> Math:
    """A tensor without its index."""
    return Math((Access(Tensor(access.tensor.name, ()), ()),))


def shape(sizes: tuple[Any, ...]) -> Prose:
    """(B, 3, 4, 4)."""
    if not sizes:
        return Prose("net.scalar")
    return Prose("net.shape", {"sizes": Joined(tuple(Math((n,)) for n in sizes))})


def shapes(d: NetDerivation) -> list[tuple[Any, Any]]:
    """The input, then every layer with what it makes and its parameters."""
    rows: list[tuple[Any, Any]] = [(Prose("net.input"), shape(d.op.input))]
    for link in d.op.links:
        own = [
            Prose("net.parameter", {"name": f"{link.label}.{r}", "shape": shape(link.shape(r))}) for r in link.parameters
        ]
        said = Prose("net.layer", {"name": link.op.name, "parameters": parameters(link), "behind": shape(link.behind)})
        rows.append((link.label, Joined((said, *own), "; ") if own else said))
    return rows


def parameters(link: Link) -> Any:
    """The kernel, and what is not as usual."""
    op = link.op
    if op.window is None:
        return "".join(f" {value}" for _, value in op.parameters)
    window = op.window
    if not window.axes:
        return ""
    given = own_parameters(window)
    found: list[Any] = [Prose("parameters.kernel", {"value": per_axis([a.kernel for a in window.axes])})]
    usual = [a.kernel for a in window.axes] if op.kind in ("max_pool", "avg_pool") else [1] * window.ndim
    if any(s != n for s, n in zip(given["stride"], usual, strict=True)):
        found.append(Prose("parameters.stride", {"value": per_axis(given["stride"])}))
    if any(n != 1 for n in given["dilation"]):
        found.append(Prose("parameters.dilation", {"value": per_axis(given["dilation"])}))
    padding = given["padding"] if window.border is None else list(window.border.pads)
    if any(e != 0 for pair in padding for e in pair):
        found.append(Prose("parameters.padding", {"value": pads(padding)}))
    if window.border is not None:
        found.append(Prose("parameters.padding_mode", {"mode": window.border.mode}))
    if window.groups != 1:
        found.append(Prose("parameters.groups", {"groups": Math((window.groups,))}))
    if op.kind == "max_pool" and op.ties != "first":
        found.append(Prose("parameters.ties", {"ties": op.ties}))
    if op.kind in ("max_pool", "avg_pool") and op.ceil_mode:
        found.append(Prose("parameters.ceil_mode"))
    if op.kind == "avg_pool" and not op.count_include_pad:
        found.append(Prose("parameters.exclude"))
    if op.kind == "affine" and op.flip:
        found.append("flip_kernel")
    return Prose("net.with", {"list": Joined(tuple(found))})


def forwards(d: NetDerivation) -> list[Block]:
    """h1 = ..., h2 = ..., L = ...; the sizes that have names of their own."""
    rows: list[tuple[Math, Any, Prose | None]] = []
    remarks = {"p": "role.p", "Z": "role.Z", "r": "role.r"}
    for one in d.forward:
        for left, right in one.formulas:
            key = remarks.get(left.tensor.name.partition("_")[0])
            rows.append((Math((left,)), right, Prose(key) if key else None))
    for name, meaning in d.definitions:
        rows.append((Math((var(name),)), meaning, Prose("role.size", {"label": name.partition("_")[2]})))
    counted = [link.label for link in d.op.links if _counts(link)]
    ranged = any(op.kind == "pointwise" for _, op in d.op.layers)
    images = Math((d.op.input[0],))
    key = "net.whole" if ranged else "net.whole.bare"
    said: list[Prose] = [Prose(key, {"i": Math((var("i"),)), "B": images})]
    if any(link.op.kind == "max_pool" and padded(link.op) for link in d.op.links):
        said.append(Prose("node.max.over"))
    extra: list[Block] = []
    if d.op.loss is not None and d.op.loss.name == "cross_entropy":
        slots = {"c": Math((var("c"),)), "n": Math((var("n"),))}
        extra.append(
            Table(((Math((Access(Tensor("T", (var("B"),) * 2), (var("n"), var("c"))),)), Prose("role.T", slots)),))
        )
    if d.op.loss is not None and d.op.loss.name == "mse":
        extra.append(Table(((Math((Access(Tensor("t", (var("B"),)), (var("i"),)),)), Prose("role.t")),)))
    assert not counted or rows
    return [
        Heading(Prose("heading.forward")),
        Lines.definitions(tuple(rows)),
        *extra,
        *count_rows(d),
        Paragraph(tuple(said)),
    ]


def _counts(link: Link) -> bool:

    return bool(link.op.kind == "avg_pool" and constant_count(link.op) is None)


def count_rows(d: NetDerivation) -> list[Block]:
    """m of an average whose divisor varies."""
    rows: list[tuple[Math, Any, Prose | None]] = []
    for link in d.op.links:
        if _counts(link):
            names = {"m": f"m_{link.label}"}
            key = "role.m.padded" if link.op.count_include_pad else "role.m.met"
            places = Joined(tuple(Math((e,)) for e in count(link.op, {}).index))
            left = renamed_access(count(link.op, {}), names)
            rows.append((Math((left,)), renamed(counted(link.op), names), Prose(key, {"i": places})))
    return [Lines.definitions(tuple(rows))] if rows else []


def activations(d: NetDerivation) -> list[Block]:
    """Every activation with its derivative, by SymPy."""
    if not d.functions:
        return []
    rows: list[tuple[Any, Any]] = []
    x = Access(Tensor("x", ()), ())
    for name, values, slopes in d.functions:
        for given, order in ((values, 0), (slopes, 1)):
            for k, (when, expression) in enumerate(given):
                said: tuple[Any, ...] = (Math(("=", Foreign(expression, True))),)
                if len(given) > 1:
                    shown = when or ("x < 0" if order else "")
                    said = (
                        *said,
                        Prose("case.when", {"when": Math(tuple(shown.split()))}) if shown else Prose("case.otherwise"),
                    )
                rows.append((Math((Apply(name, x, order),)) if k == 0 else "", Joined(said, " ")))
    return [Heading(Prose("heading.functions")), Table(tuple(rows))]


def backwards(d: NetDerivation) -> list[Block]:
    """Layer by layer from the loss: the upstream gradient, then what it gives."""
    blocks: list[Block] = [Heading(Prose("heading.backward"))]
    seen = ""
    order = {link.label: k for k, link in enumerate(d.op.links, 1)}
    for line in d.lines:
        if line.label != seen:
            seen = line.label
            blocks.append(Heading(upstream(d, order[line.label])))
        shown, note = spoken(d, line)
        blocks += [Lines.steps(line.left, (shown,)), *([Paragraph((note,))] if note is not None else [])]
    return blocks


def upstream(d: NetDerivation, k: int) -> Prose:
    """What comes back to layer k."""
    link = d.op.links[k - 1]
    if d.op.loss is not None and k == len(d.op.links):
        return Prose("net.upstream.loss", {"label": link.label})
    name = Math((Access(Tensor(f"dL/d{edge(k)}", ()), ()),))
    return Prose("net.upstream", {"label": link.label, "upstream": name, "shape": shape(link.behind)})


def spoken(d: NetDerivation, line: NetLine) -> tuple[Equation, Prose | None]:
    """A gradient with its guards, and what its selection is."""
    guards = tuple(c for i in line.expr.terms[0] if isinstance(i, Bracket) and i.aside for c in i.conditions)
    slots = {"shape": shape(line.shape), "name": line.wrt}
    rule = Prose("rule.net.x" if line.role == "x" else "rule.net.w", slots)
    note: Prose | None = None
    link = next(one for one in d.op.links if one.label == line.label)
    found = [i for i in line.expr.terms[0] if isinstance(i, Access) and i.tensor.name.startswith(f"{SELECTION}_")]
    if found:
        window = link.op.window
        taps = tuple(var(n) for n in spatial_names(window, window.kernel))
        bare = selection(link.op, {}, taps)
        named = Access(Tensor(found[0].tensor.name, bare.tensor.sizes), bare.index)
        places = Joined(tuple(Math((var(n),)) for n in spatial_names(window, window.result)))
        note = Prose(f"note.select.{link.op.ties}", {"S": Math((named,)), "i": places})
    return Equation(None, line.expr, rule, line.verdict, guards), note


def conventions(d: NetDerivation) -> list[Prose]:
    """What holds at a kink and at a tie."""
    found = []
    for op in dict.fromkeys(op for _, op in d.op.layers if op.kind == "pointwise" and not op.parameters):
        several = len(op.kinks) > 1
        for kink in reversed(op.kinks):
            slots = {"name": op.name, "at": str(kink.at), "taken": slope(kink.taken)}
            found.append(Prose("net.kink.at" if several else "net.kink", slots))
    for ties in dict.fromkeys(op.ties for _, op in d.op.layers if op.kind == "max_pool"):
        found.append(Prose("net.tie", {"ties": ties}))
    return found


def checks(d: NetDerivation) -> list[Block]:
    """What was checked, and how."""
    return checked(d.checks) if d.checks else unchecked()


@measured.register(NetDerivation)
def times(d: NetDerivation) -> list[Verdict]:
    """The verdicts of the checks."""
    return [c.verdict for c in d.checks]


@fields.register(NetDerivation)
def derivation(d: NetDerivation) -> Fields:
    """The derivation for other programs."""
    speller = Speller(TEXT)
    return {
        "operator": "net",
        "wrt": d.wrt,
        "input": d.op.input,
        "layers": [
            {
                "label": link.label,
                "operator": link.op.name,
                "before": link.before,
                "behind": link.behind,
                "parameters": {f"{link.label}.{r}": link.shape(r) for r in link.parameters},
                "formula": [f"{speller.access(left)} = {speller.expr(right)}" for left, right in row.formulas],
            }
            for link, row in zip(d.op.links, d.forward, strict=True)
        ],
        "definitions": dict(d.definitions),
        "steps": [line_fields(line) for line in d.lines],
        "checks": d.checks,
    }


def line_fields(line: NetLine) -> Fields:
    """One gradient."""
    step = Step("net", line.expr)
    return {
        "layer": line.label,
        "wrt": line.wrt,
        "left": Speller(TEXT).access(line.left),
        "formula": formula(step),
        "latex": latex(step),
        "shape": line.shape,
        "verdict": status(line.verdict),
    }
