"""What the page of a worked example says of layers with windows: sums of products, unshared kernels, maxima and means.

Each kind has its own words, and its own pictures of numbers; the page itself is in ``worked``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symconv.language.border import BAR
from symconv.language.example import Array, Example, Gradient, Unreached, page_of, shared
from symconv.language.expand import Index
from symconv.language.expr import Bracket, Expr, Tensor
from symconv.language.facts import Derivation, Reduction, Step, WindowDerivation
from symconv.language.integers import Int, integer, var
from symconv.language.operator import (
    Operator,
    formula,
    numbered,
    own_parameters,
    scalar,
    spatial_names,
    spatial_sizes,
    upstream,
)
from symconv.language.prose import Joined, Prose
from symconv.pages import bordered
from symconv.pages import windows as nodes
from symconv.pages.document import closed, given_parameters, label_sizes, own_entry, ranges, zero_dilated
from symconv.pages.document import kind as operator_kind
from symconv.pages.nodes import Arrays, Block, Heading, Lines, Math, Paragraph, Table
from symconv.pages.words import words
from symconv.pages.work import changed, entry, grid, viewed, whole, work

LISTED = 12  # weights named one by one


def pooled(made: Example) -> bool:
    """Whether y is made of maxima or means."""
    return made.kind not in ("sum", "local")


# setting
def kind(made: Example) -> Prose:
    """What sort of layer it is."""
    return operator_kind(made.op) if made.kind == "sum" else Prose(f"node.{made.kind}")


def parameters(made: Example) -> list[Prose]:
    """Kernel, stride, padding and the like."""
    d = made.gradients[0].derivation
    return nodes.parameters(d) if isinstance(d, WindowDerivation) else given_parameters(made.op, made.op.border)


def symbols(made: Example) -> list[Block]:
    """Every symbol with its meaning and range, and the formula."""
    d = made.gradients[0].derivation
    # the last paragraph of a node's setting says for which sizes it holds: here they are numbers
    return nodes.setting(d)[:-1] if isinstance(d, WindowDerivation) else operator_symbols(made.op, page_of(made.op))


def remarks(made: Example) -> list[Prose]:
    """That no bias was given."""
    bias = made.op.bias
    return [] if bias is None or made.has(bias.name) else [Prose("worked.no_bias")]


def operator_symbols(op: Operator, page: Operator) -> list[Block]:
    """Every symbol of an operator with its meaning and range, and the formula."""
    rows: list[tuple[Any, Any]] = []
    for role, part in (("x", page.data), ("w", page.kernel), ("b", page.bias), ("g", page.result)):
        if part is None:
            continue
        if role == "x" and op.border is not None:
            rows += bordered.rows(page, op.border)
            continue
        name = upstream(page) if role == "g" else part.name
        slots: dict[str, Any] = {"range": ranges(page, part)}
        if role == "g":
            slots |= {
                "dy": Math((own_entry(page, part, f"d{scalar(op)}/d{part.name}"),)),
                "L": Math((Tensor(scalar(op), ()),)),
            }
        suffix = "" if op.axes else ".linear"
        rows.append(
            (Math((own_entry(page, part, name),)), Prose(f"role.{role}{suffix}{'.derived' if op.derived else ''}", slots))
        )
    shown = [(Math((own_entry(page, page.result),)), formula(page), None), *zero_dilated(page)]
    if op.border is not None:
        shown += bordered.equations(page, op.border)
    labels = [Paragraph((Joined(tuple(label_sizes(page))),))] if page.extents else []
    return [
        Heading(Prose("heading.setting"), part="statement"),
        Table(tuple(rows)),
        *labels,
        Lines.definitions(tuple(shown)),
    ]


def conventions(made: Example) -> list[Prose]:
    """The sizes per axis; what every index and every place outside means."""
    op = made.op
    told = [Prose("worked.sizes", {"sizes": sizes(made)})] if op.axes else []
    if pooled(made) or not op.axes:
        return [*told, Prose("pooled.conventions")]
    if op.border is None:
        return [*told, Prose("worked.conventions", {"x": whole(op.data.name)})]
    axes = [Prose("border.axes")] if op.ndim > 1 else []
    return [*told, Prose("border.conventions", {"bar": whole(op.data.name + BAR)}), bordered.convention(op.border), *axes]


def sizes(made: Example) -> Joined:
    """N, K, O and the remainder by their names."""
    op, found = made.op, []
    letters = (("data", "N"), ("kernel", "K"), ("output", "O"), *(() if pooled(made) else (("remainder", "a"),)))
    for field, letter in letters:
        for k, axis in enumerate(op.axes):
            if field != "remainder" or axis.stride != 1:
                n = spatial_sizes(op, op.data)[k] if field == "data" else getattr(axis, field)
                found.append(Math((var(numbered(letter, k, op.ndim)), "=", integer(n))))
    return Joined(tuple(found))


# numbers
def operands(made: Example) -> list[Block]:
    """The operands, as arrays."""
    op, local = made.op, made.kind == "local"
    shown: list[Block] = []
    for role, name in (("x", op.data.name), ("w", op.kernel.name), ("b", op.bias.name if op.bias else "")):
        if name not in made.named:
            continue
        if local and role == "w":
            shown.append(kernels(made, made.array(name), "numbers.w"))
            continue
        slots = {"name": whole(name), **({"i": places(made)} if local and role == "b" else {})}
        shown.append(grid(made, made.array(name), Prose(f"numbers.{role}{'.local' * (local and role == 'b')}", slots)))
    return shown


def places(made: Example) -> Joined:
    """i1, i2."""
    return Joined(tuple(Math((var(n),)) for n in spatial_names(made.op, made.op.result)))


def kernels(made: Example, array: Array, key: str) -> Arrays:
    """Small kernels in a grid, as the windows lie; of one axis a row for every window."""
    ndim, d = made.op.ndim, made.gradients[0].derivation
    assert isinstance(d, WindowDerivation)
    slots = {"name": whole(array.name), "i": places(made), "entry": nodes.own_entry(d.page, "w", array.name)}
    shown = grid(made, array, Prose(f"{key}.local{'.rows' if ndim == 1 else ''}", slots))
    across = {1: 0, 2: array.shape[array.lead + 1], 3: array.shape[-3]}[ndim]
    return replace(shown, across=across)


# forward
Told = tuple[list[Block], list[Block], list[Block]]  # before the entries, between them and the array, behind it


def forward(made: Example, elide: int | None) -> list[Block]:
    """y: the windows, every entry worked out, and the array."""
    told = {"sum": sums_forward, "local": local_forward}.get(made.kind, pooled_forward)
    before, between, behind = told(made)
    together = grid(made, made.y.array, Prose("numbers.y", {"name": whole(made.y.name)}))
    return [*before, work(made, made.y, elide=elide), *between, together, *behind]


def entries(made: Example) -> Lines:
    """The entries of y, worked out."""
    return work(made, made.y)


def sums_forward(made: Example) -> Told:
    """The windows, and the arrays that they read; of a transposed layer those behind the result."""
    op, x, y = made.op, whole(made.op.data.name), whole(made.y.name)
    shown: list[Block] = [viewed(made, view) for view in made.views if changed(view)]
    if not op.axes:
        return [Paragraph((Prose("forward.linear", {"y": y, "w": whole(op.kernel.name), "x": x}),))], [], []
    if op.output_padding is not None:
        strides = own_parameters(op)["stride"]
        apart = Math((strides[0],)) if len(set(strides)) == 1 else Joined(tuple(Math((s,)) for s in strides), " x ")
        behind = [Paragraph((Prose("forward.scatter.view", {"x": x}),)), *shown] if shown else []
        return [Paragraph((Prose("forward.scatter", {"x": x, "y": y, "s": apart}),))], [], behind
    turned = op.flip and any(axis.kernel != 1 for axis in op.axes)
    key = "forward.windows" + ("" if op.border is None else ".border") + (".flip" if turned else "")
    slots = {"y": y, "x": x, "bar": whole(op.data.name + BAR)}
    lines = [] if op.border is None else [bordered.reads(op, op.border)]
    return [Paragraph((Prose(key, slots),)), *lines, *shown], [], []


def local_forward(made: Example) -> Told:
    """Every window with its own kernel."""
    biased = made.op.bias is not None and made.op.bias.name in made.named
    slots = {"y": whole(made.y.name), "w": whole(made.op.kernel.name)}
    shown = [viewed(made, view) for view in made.views[:1] if changed(view)]
    return [Paragraph((Prose("forward.local.bias" if biased else "forward.local", slots),)), *shown], [], []


def pooled_forward(made: Example) -> Told:
    """What a window takes, how its largest entries are marked, and which windows have a tie."""
    slots = {"y": whole(made.y.name), "x": whole(made.op.data.name)}
    said = [Prose(f"pooled.forward.{made.kind}", slots)]
    if made.kind != "max_pool":
        return [Paragraph(tuple(said))], [], []
    return [Paragraph((*said, Prose(f"pooled.marks.{ties_of(made)}")))], ties(made), []


def ties_of(made: Example) -> str:
    """The convention at ties."""
    return str(getattr(made.layer, "ties", ""))


def ties(made: Example) -> list[Block]:
    """Which windows have a tie, and what the convention makes of it."""
    tied = [line for line in made.y.lines if len(made.largest(line)) > 1]
    if not tied:
        return [Paragraph((Prose("pooled.ties.none"),))]
    names = Joined(tuple(entry(made.y, line.index) for line in tied))
    slots: dict[str, Any] = {"windows": names, "all": str(len(made.y.lines)), "y": whole(made.y.name)}
    several = Prose("pooled.ties" if len(made.y.lines) > 1 else "pooled.ties.one", slots)
    return [Paragraph((several, Prose(f"pooled.ties.{ties_of(made)}")))]


# backward
def backward(made: Example) -> Prose:
    """What the upstream gradient is, and what windows make of it."""
    op = made.op
    slots = {"L": Math((Tensor(scalar(op), ()),)), "g": whole(made.upstream), "y": whole(op.result.name)}
    slots |= {"w": whole(op.kernel.name), "x": whole(op.data.name)}
    if not pooled(made):
        return Prose("backward.loss", slots)
    several = ties_of(made) in ("split", "all") and any(len(made.largest(line)) > 1 for line in made.y.lines)
    return Prose(f"pooled.backward.{made.kind}{'.several' * (made.kind == 'max_pool' and several)}", slots)


def gradient(made: Example, d: Gradient, elide: int | None) -> list[Block]:
    """One gradient: accumulated, once more by itself, and that both agree."""
    count = len(d.closed.lines)
    agree = Prose("gradient.agree" if count > 1 else "gradient.agree.one", {"count": str(count)})
    first = "pooled.scatter" if pooled(made) else "gradient.scatter" if d.fold is None else "gradient.scatter.border"
    local = made.kind == "local" and d.wrt == "w"
    again = by_member(made, d, elide) if isinstance(d.derivation, Derivation) else by_line(made, d)
    together = kernels(made, d.array, "numbers.result") if local else grid(made, d.array, Prose("numbers.result"))
    said = {"x": never_selected if pooled(made) else missed, "w": unmet_weights}.get(d.wrt)
    return [
        Paragraph((Prose(first),)),
        work(made, d.scatter, elide=elide),
        *again,
        work(
            made,
            d.closed,
            symbols=not isinstance(d.derivation, Derivation) or d.fold is not None,
            tick=d.agree,
            elide=elide,
        ),
        together,
        Paragraph((agree, *(said(made, d) if said is not None else ()))),
        *(sharing(made) if local else ()),
    ]


def by_member(made: Example, d: Gradient, elide: int | None) -> list[Block]:
    """The closed form as a correlation of two arrays, or as a sum; of a padded tensor, and how that is folded back."""
    assert isinstance(d.derivation, Derivation)
    form = closed(d.derivation)[1:]
    if isinstance(d.member, Reduction):
        return [Paragraph((Prose("gradient.closed.sum" if made.op.axes else "gradient.closed.sum.linear"),)), *form]
    blocks = [Paragraph((Prose("gradient.closed"),)), *form]
    if not made.op.axes:
        return [*blocks, Paragraph((*words(d.derivation), Prose("gradient.products.linear")))]
    blocks += [Paragraph((*words(d.derivation), Prose("gradient.reads"))), *(viewed(made, view) for view in d.views)]
    blocks.append(Paragraph((Prose("gradient.products"),)))
    return blocks if d.fold is None else [*blocks, *bordered.fold(made, d, elide)]


def by_line(made: Example, d: Gradient) -> list[Block]:
    """What the last line of the derivation collects; of a maximum also what S is."""
    assert isinstance(d.derivation, WindowDerivation)
    if not pooled(made):
        several = ".images" if made.y.shape[0] > 1 and d.wrt != "x" else ""
        slots = {"i": places(made), "images": Math((var("n"),))}
        return [Paragraph((Prose(f"local.collect.{d.wrt}{several}", slots),)), *gathered(d.derivation)]
    return [Paragraph((Prose("pooled.gather"),)), *gathered(d.derivation)]


def gathered(d: Derivation | WindowDerivation, before: tuple[Any, ...] = ()) -> list[Block]:
    """The line of a derivation as a formula (behind the rows ``before``), with its guards, and what S is, below it."""
    line: Step = d.steps[d.gather]
    guards = [c for item in line.expr.terms[0] if isinstance(item, Bracket) and item.aside for c in item.conditions]
    bare_terms = tuple(tuple(i for i in t if not (isinstance(i, Bracket) and i.aside)) for t in line.expr.terms)
    said: list[Any] = [Prose("trace.where", {"guards": Joined(tuple(Math((c,)) for c in guards))})] if guards else []
    if isinstance(d, WindowDerivation):
        selects = [step for step in d.steps if step.rule == "select"]
        said += [note for step in selects for note in nodes.node_line(d, step).notes if isinstance(note, Prose)]
    shown = Lines.definitions((*before, (Math((d.left,)), Expr(bare_terms), None)))
    return [shown, *([Paragraph((Joined(tuple(said), "; "),))] if said else [])]


# what gets nothing
def missed(made: Example, d: Gradient) -> list[Prose]:
    """Which inputs get no gradient, and why."""
    op, name = made.op, whole(made.op.data.name)
    if not d.unreached:
        rests = [axis.remainder for axis in op.axes]
        if op.border is None and any(rest != 0 for rest in rests):
            values = Joined(tuple(Math((rest,)) for rest in rests), " x ")
            return [Prose("unreached.none.remainder", {"name": name, "rests": values})]
        return [Prose("unreached.none", {"name": name})]
    return [why(op, one, name) for one in d.unreached]


def why(op: Operator, one: Unreached, name: Math) -> Prose:
    """One reason along one axis."""
    index, axis = spatial_names(op, op.data)[one.axis], op.axes[one.axis]
    places = Math((var(index), "=", listed(one.places)))
    slots: dict[str, Any] = {"name": name, "places": places, "y": whole(op.result.name)}
    if one.reason == "remainder":
        slots |= {
            "formula": "max(0, a - hi)",
            "count": str(len(one.places)),
            "a": number(axis.remainder),
            "hi": number(axis.hi),
        }
    return Prose(f"unreached.{one.reason}", slots)


def number(e: Int) -> Math:
    """An integer."""
    return Math((e,))


def listed(places: Index) -> str:
    """0, 2, 4."""
    return ", ".join(map(str, places))


def never_selected(made: Example, d: Gradient) -> list[Prose]:
    """Which entries get no gradient, and why: no window reads them, or they are the largest of none."""
    x, found = made.op.data, []
    for one in d.unreached:
        places = Math((var(numbered(x.index, one.axis, made.op.ndim)), "=", listed(one.places)))
        found.append(Prose("pooled.unread", {"name": whole(x.name), "places": places}))
    if made.kind == "max_pool":
        read = {at for line in made.y.lines for at in line.entries}
        never = len(read - {at for line in made.y.lines for at in line.selected})
        if never:
            found.append(Prose("pooled.never" if never > 1 else "pooled.never.one", {"count": str(never)}))
    return found or [Prose("unreached.none", {"name": whole(x.name)})]


def unmet_weights(made: Example, d: Gradient) -> list[Prose]:
    """The unshared weights that meet padding alone."""
    found = [line.index for line in d.scatter.lines if not line.terms] if made.kind == "local" else []
    if not found:
        return []
    some: list[Any] = [entry(made.array(made.op.kernel.name), index) for index in found[:LISTED]]
    some += ["…"] if len(found) > LISTED else []
    key = "local.unmet" if len(found) > 1 else "local.unmet.one"
    return [Prose(key, {"list": Joined(tuple(some)), "count": str(len(found))})]


def sharing(made: Example) -> list[Block]:
    """What a kernel that all windows share would get: the sum over the windows."""
    array = shared(made)
    slots = {"i": places(made), "name": whole(array.name)}
    shown = grid(made, array, Prose("local.shared", {"name": whole(array.name)}))
    return [Paragraph((Prose("local.sharing", slots),)), replace(shown, named=False)]
