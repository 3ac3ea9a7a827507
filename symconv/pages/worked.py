"""What the page of a worked example says: setting, numbers, forward, backward, each gradient both ways, checks."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

from symconv.language.border import BAR
from symconv.language.example import ZERO, Array, Entry, Example, Gradient, Index, Number, Unreached, View, decimal, page_of
from symconv.language.expr import Access, Tensor
from symconv.language.facts import Reduction
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
from symconv.pages import bordered
from symconv.pages.document import (
    closed,
    given_parameters,
    kind,
    label_sizes,
    own_entry,
    ranges,
    zero_dilated,
)
from symconv.pages.nodes import (
    Block,
    Document,
    Equations,
    Heading,
    Joined,
    Math,
    Numbers,
    Paragraph,
    Prose,
    Rows,
    Work,
    Worked,
)
from symconv.pages.words import words

DOT = "·"


def document(made: Example) -> Document:
    """The page of an example."""
    page = page_of(made.op)
    blocks: list[Block] = [
        Heading(Prose("worked.title", {"op": made.op.name, "kind": kind(made.op)}), 1),
        Paragraph((Joined(tuple(given_parameters(made.op, made.op.border))),)),
        *setting(made, page),
        *numbers(made),
        *forward(made),
        *backward(made),
    ]
    for found in sorted(made.gradients, key=lambda d: "wbx".index(d.wrt)):
        blocks += gradient(made, found)
    rows = tuple((Prose(f"kind.{one.kind}"), one.detail) for one in made.checks)
    return Document((*blocks, Heading(Prose("heading.checks")), Rows(rows)))


def whole(name: str) -> Math:
    """A tensor by its name."""
    return Math((Access(Tensor(name, ()), ()),))


def times(shape: Index) -> Joined:
    """2 x 3, a word for no axes."""
    return Joined(tuple(map(str, shape)) or ("one number",), " x ")


# setting
def setting(made: Example, page: Operator) -> list[Block]:
    """Every symbol with its meaning and range, the formula, shapes and sizes, and where the numbers come from."""
    op = made.op
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
    blocks: list[Block] = [Heading(Prose("heading.setting")), Rows(tuple(rows))]
    if page.extents:
        blocks.append(Paragraph((Joined(tuple(label_sizes(page))),)))
    shapes = [Prose("worked.shape", {"name": whole(a.name), "shape": times(a.shape)}) for a in made.arrays]
    said: list[Any] = [
        Prose("worked.shapes", {"list": Joined(tuple(shapes))}),
        *([Prose("worked.sizes", {"sizes": sizes(op)})] if op.axes else []),
        *conventions(op),
        origin(made),
    ]
    if op.bias is not None and all(a.name != op.bias.name for a in made.arrays):
        said.append(Prose("worked.no_bias"))
    if made.decimal and any(text(made, n).endswith("…") for a in everything(made) for n in a.entries):
        said.append(Prose("worked.rounded"))
    return [*blocks, Equations(tuple(shown)), Paragraph(tuple(said))]


def conventions(op: Operator) -> list[Prose]:
    """What every index and every place outside means."""
    if op.border is None:
        return [Prose("worked.conventions", {"x": whole(op.data.name)}) if op.axes else Prose("pooled.conventions")]
    axes = [Prose("border.axes")] if op.ndim > 1 else []
    return [Prose("border.conventions", {"bar": whole(op.data.name + BAR)}), bordered.convention(op.border), *axes]


def everything(made: Example) -> list[Array]:
    """All arrays of numbers on the page."""
    return [*made.arrays, *(d.array for d in made.gradients)]


def sizes(op: Operator) -> Joined:
    """N, K, O and the remainder by their names."""
    found = []
    for field, letter in (("data", "N"), ("kernel", "K"), ("output", "O"), ("remainder", "a")):
        for k, axis in enumerate(op.axes):
            if field != "remainder" or axis.stride != 1:
                n = spatial_sizes(op, op.data)[k] if field == "data" else getattr(axis, field)
                found.append(Math((var(numbered(letter, k, op.ndim)), "=", integer(n))))
    return Joined(tuple(found))


def origin(made: Example) -> Prose:
    """Which numbers were drawn, and from which seed."""
    if not made.generated:
        return Prose("worked.given")
    given = [a.name for a in made.arrays if a.name not in made.generated and a.name != made.op.result.name]
    names = Joined(tuple(whole(name) for name in made.generated))
    return Prose("worked.drawn" if given else "worked.drawn.all", {"seed": str(made.seed), "names": names})


# numbers
def text(made: Example, n: Number) -> str:
    """A number as it is written: 3, -1/2, or 0.25 where the user wrote decimals."""
    if isinstance(n, int) or not made.decimal:
        return str(n)
    return decimal(n)


def numbers(made: Example) -> list[Block]:
    """The operands, as arrays."""
    op, there = made.op, {a.name: a for a in made.arrays}
    named = [("x", op.data.name), ("w", op.kernel.name), ("b", op.bias.name if op.bias else "")]
    shown = [
        grid(made, there[name], Prose(f"numbers.{role}", {"name": whole(name)})) for role, name in named if name in there
    ]
    return [Heading(Prose("heading.numbers")), *shown]


def grid(made: Example, array: Array, caption: Prose) -> Numbers:
    """An array as planes of numbers."""
    shape = array.shape[array.lead :]
    if not shape:  # a bias: its filters in a row; of a dense layer a matrix
        wide = array.shape[-1] if array.shape else 1
        cells = [text(made, n) for n in array.entries]
        rows = tuple(tuple(cells[k : k + wide]) for k in range(0, len(cells), wide))
        return Numbers(caption, (((array.name, ()), rows),))
    found = [p for at, entries in array.planes() for p in planes(made, array, at, shape, entries)]
    return Numbers(caption, whole_or_planes(array.name, found))


def whole_or_planes(name: str, found: list[Any]) -> tuple[Any, ...]:
    """One plane is the array itself."""
    return (((name, ()), found[0][1]),) if len(found) == 1 else tuple(found)


def planes(made: Example, array: Array, at: Index, shape: Index, entries: tuple[Any, ...]) -> list[Any]:
    """A spatial block as planes: one for one or two axes, one per index of those before."""
    rows, columns = (shape[-2] if len(shape) > 1 else 1), (shape[-1] if shape else 1)
    found = []
    for k, depth in enumerate(product(*map(range, shape[:-2]))):
        part = entries[k * rows * columns : (k + 1) * rows * columns]
        cells = tuple(
            tuple(n if isinstance(n, str) else text(made, n) for n in part[r * columns : (r + 1) * columns])
            for r in range(rows)
        )
        index: tuple[Any, ...] = (*array.short(at + (0,) * len(shape))[: -len(shape) or None], *depth)
        found.append(((array.name, (*index, *(":" * min(2, len(shape))))), cells))
    return found


def viewed(made: Example, view: View) -> Numbers:
    """A view with its numbers, a dot for every zero that was put in."""
    array = made.array(view.name)
    found: list[Any] = []
    for at, _ in array.planes():
        cells = tuple(DOT if isinstance(c, str) else array[at + c] for c in view.cells)
        found += planes(made, array, at, view.shape, cells)
    if view.copies and made.op.border is not None:
        return bordered.padded(made.op.border, view, whole_or_planes(view.name, found))
    return Numbers(caption(view), whole_or_planes(view.name, found), not changed(view))


def caption(view: View) -> Prose:
    """What was done to an array before it is read."""
    slots: dict[str, Any] = {"name": whole(view.name), "zeros": zeros(view.zeros)}
    spread = any(r != 1 for r in view.zeros)
    if view.flipped and prod(view.shape) > 1:
        return Prose("numbers.view.flipped.dilated" if spread else "numbers.view.flipped", slots)
    padded = any(side > 0 for pair in view.pads for side in pair)
    if padded or spread:
        return Prose(f"numbers.view.{'both' if padded and spread else 'padded' if padded else 'dilated'}", slots)
    cropped = any(side < 0 for pair in view.pads for side in pair)
    return Prose("numbers.view.cropped" if cropped else "numbers.view.plain", slots)


def zeros(factors: Index) -> Prose:
    """How many zeros stand between two entries."""
    if any(f != factors[0] for f in factors):
        return Prose("zeros.axes", {"list": Prose("tuple", {"values": Joined(tuple(str(f - 1) for f in factors))})})
    return Prose("zeros.one") if factors[0] == 2 else Prose("zeros.many", {"count": str(factors[0] - 1)})


def changed(view: View) -> bool:
    """Whether a view is more than its array."""
    return (
        bool(view.copies)
        or view.flipped
        or any(r != 1 for r in view.zeros)
        or any(side for pair in view.pads for side in pair)
    )


# work
def work(made: Example, name: str, entries: tuple[Entry, ...], lead: int, shape: Index, symbols: bool, tick: bool) -> Work:
    """Entries in symbols, in numbers, and their values."""
    frame = Array(name, shape, (), lead)
    return Work(tuple(worked(made, name, frame.short(e.index), e, symbols, tick) for e in entries))


def worked(made: Example, name: str, index: Index, one: Entry, symbols: bool, tick: bool = False) -> Worked:
    """One entry."""
    signs, values = [], []
    for part in one.products:
        sign = [(n, made.array(n).short(i)) if n else ("", "0") for n, i in part.factors]
        value = [text(made, made.value(f)) if f != ZERO else "0" for f in part.factors]
        if part.coefficient != 1 or not part.factors:
            sign.insert(0, ("", text(made, part.coefficient)))
            value.insert(0, text(made, part.coefficient))
        signs.append(tuple(sign))
        values.append(tuple(value))
    return Worked(name, index, tuple(signs) if symbols else (), tuple(values), text(made, one.value), tick)


def elided(page: Document, most: int | None) -> Document:
    """The page with at most so many products to a line, the middle ones left out."""
    if most is None:
        return page
    blocks = [Work(tuple(short(row, most) for row in b.rows)) if isinstance(b, Work) else b for b in page.blocks]
    return Document(tuple(blocks))


def short(row: Worked, most: int) -> Worked:
    """One entry with its middle left out."""
    return replace(row, symbols=middle(row.symbols, most), numbers=middle(row.numbers, most), marks=middle(row.marks, most))


def middle(parts: tuple[Any, ...], most: int) -> tuple[Any, ...]:
    """The first and the last parts; None stands for those between."""
    if len(parts) <= most:
        return parts
    first = (most + 1) // 2
    return (*parts[:first], None, *parts[len(parts) - (most - first) :])


# forward and backward
def forward(made: Example) -> list[Block]:
    """y: the windows, every entry worked out, and the array."""
    op = made.op
    x, y = whole(op.data.name), made.array(op.result.name)
    shown = [viewed(made, view) for view in made.views if changed(view)]
    blocks: list[Block] = [Heading(Prose("heading.forward"))]
    if not op.axes:
        blocks.append(Paragraph((Prose("forward.linear", {"y": whole(y.name), "w": whole(op.kernel.name), "x": x}),)))
    elif op.output_padding is not None:
        strides = own_parameters(op)["stride"]
        apart = Math((strides[0],)) if len(set(strides)) == 1 else Joined(tuple(Math((s,)) for s in strides), " x ")
        blocks.append(Paragraph((Prose("forward.scatter", {"x": x, "y": whole(y.name), "s": apart}),)))
    else:
        turned = op.flip and any(axis.kernel != 1 for axis in op.axes)
        key = "forward.windows" + ("" if op.border is None else ".border") + (".flip" if turned else "")
        slots = {"y": whole(y.name), "x": x, "bar": whole(op.data.name + BAR)}
        lines = [] if op.border is None else [bordered.reads(op, op.border)]
        blocks += [Paragraph((Prose(key, slots),)), *lines, *shown]
    blocks.append(work(made, y.name, made.y, y.lead, y.shape, True, False))
    blocks.append(grid(made, y, Prose("numbers.y", {"name": whole(y.name)})))
    if op.output_padding is not None and shown:
        blocks += [Paragraph((Prose("forward.scatter.view", {"x": x}),)), *shown]
    return blocks


def backward(made: Example) -> list[Block]:
    """The upstream gradient."""
    op, g = made.op, upstream(made.op)
    slots = {"L": Math((Tensor(scalar(op), ()),)), "g": whole(g), "y": whole(op.result.name)}
    slots |= {"w": whole(op.kernel.name), "x": whole(op.data.name)}
    said = Prose("numbers.g", {"name": whole(g), "dy": whole(f"d{scalar(op)}/d{op.result.name}")})
    return [
        Heading(Prose("heading.backward")),
        Paragraph((Prose("backward.loss", slots),)),
        grid(made, made.array(g), said),
    ]


def gradient(made: Example, d: Gradient) -> list[Block]:
    """One gradient: accumulated, in closed form, and that both agree."""
    assert d.derivation is not None
    array, count = d.array, len(d.closed)
    form = closed(d.derivation)[1:]
    summed = "gradient.closed.sum" if made.op.axes else "gradient.closed.sum.linear"
    second = Prose(summed if isinstance(d.member, Reduction) else "gradient.closed")
    blocks: list[Block] = [
        Heading(Prose("heading.gradient", {"gradient": whole(array.name)})),
        Paragraph((Prose("gradient.scatter" if d.fold is None else "gradient.scatter.border"),)),
        work(made, array.name, d.scatter, array.lead, array.shape, True, False),
    ]
    blocks += [Paragraph((second,)), *form]
    if not isinstance(d.member, Reduction) and not made.op.axes:
        blocks += [Paragraph((*words(d.derivation), Prose("gradient.products.linear")))]
    elif not isinstance(d.member, Reduction):
        blocks += [Paragraph((*words(d.derivation), Prose("gradient.reads"))), *(viewed(made, view) for view in d.views)]
        blocks.append(Paragraph((Prose("gradient.products"),)))
    if d.fold is not None:
        of = d.fold.array
        blocks.append(work(made, of.name, d.fold.closed, of.lead, of.shape, False, False))
        together = replace(grid(made, of, Prose("numbers.result")), rules=bordered.rules(d.fold.copies))
        blocks += bordered.fold(made, d, together)
    blocks.append(work(made, array.name, d.closed, array.lead, array.shape, d.fold is not None, d.agree))
    blocks.append(grid(made, array, Prose("numbers.result")))
    agree = Prose("gradient.agree" if count > 1 else "gradient.agree.one", {"count": str(count)})
    return [*blocks, Paragraph((agree, *(missed(made, d) if d.wrt == "x" else ())))]


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
