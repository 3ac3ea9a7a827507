"""The work of an example: every product of a concrete operator, and what each hands back.

    y[i] += w[p] x[j]        dL/dx[j] += g[i] w[p]        dL/dw[p] += g[i] x[j]        dL/db[o] += g[i]

for every (i, p, j) with r j = s i + d p~ - lo (a transposed layer: i = s j + d p - lo), 0 <= j < N, 0 <= i < O: that is the
scatter, product by product.  The closed form is worked out by itself: its two arrays are laid out as they are read (zeros put
between entries, padded, flipped), and the one slides over the other:

    entry[m] = sum over labels and taps q of  data[A m + B q] kernel[q]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from math import prod

from symconv.examples.borders import Cells, copied, folded, pairs, sources
from symconv.language.example import (
    GAP,
    PAD,
    ZERO,
    Array,
    Entry,
    Example,
    Factor,
    Gradient,
    Index,
    Number,
    Product,
    Unreached,
    View,
)
from symconv.language.facts import Derivation, Reduction
from symconv.language.operator import (
    Axis,
    Operand,
    Operator,
    gradient_name,
    labels,
    own_parameters,
    shape,
    spatial_sizes,
    upstream,
)

Triple = tuple[Index, Index, Index]
LIMIT = 20_000


def sizes(op: Operator, operand: Operand) -> Index:
    """The shape of an operand of a concrete operator."""
    return tuple(size.constant or 0 for size in shape(op, operand))


def count(op: Operator) -> int:
    """How many products there are at most, those with padding included."""
    taken = {n for o in (op.result, op.kernel, op.data) for n in labels(o)}
    landing = op.output_padding is not None
    spatial = prod(((a.data if landing else a.output).constant or 0) * (a.kernel.constant or 0) for a in op.axes)
    return int(spatial * prod(size.constant or 0 for n, size in op.extents if n in taken))


def leading(operand: Operand, at: Mapping[str, int], extents: Mapping[str, int]) -> Index:
    """The leading indices for values of the labels: (gamma, c) is c + C gamma."""
    found = []
    for axis in operand.layout:
        index = 0
        for label in axis:
            index = index * extents[label] + at[label]
        found.append(index)
    return tuple(found)


def axis_triples(op: Operator, k: int) -> list[tuple[int, int, int]]:
    """(i, p, j) along one axis, by output and then by tap."""
    a = op.axes[k]
    n, taps, out = (int(e.constant or 0) for e in (a.data, a.kernel, a.output))
    if op.output_padding is not None:
        own = own_parameters(op)
        s, d, lo = (int(e.constant or 0) for e in (own["stride"][k], own["dilation"][k], own["padding"][k][0]))
        landed = sorted((s * j + d * p - lo, p, j) for j in range(n) for p in range(taps))
        return [t for t in landed if 0 <= t[0] < out]
    s, r, d, lo = (int(e.constant or 0) for e in (a.stride, a.input_dilation, a.dilation, a.lo))
    found = []
    for i, p in product(range(out), range(taps)):
        j, rest = divmod(s * i + d * (taps - 1 - p if op.flip else p) - lo, r)
        if rest == 0 and 0 <= j < n:
            found.append((i, p, j))
    return found


def triples(op: Operator) -> list[Triple]:
    """Every (output, tap, input) by full indices: outputs in row-major order, then channels, then taps."""
    extents = {n: size.constant or 0 for n, size in op.extents}
    outer = list(labels(op.result))
    inner = [n for n in dict.fromkeys((*labels(op.kernel), *labels(op.data))) if n not in outer]
    by_output: list[dict[int, list[tuple[int, int]]]] = []
    for k in range(op.ndim):
        table: dict[int, list[tuple[int, int]]] = {i: [] for i in range(op.axes[k].output.constant or 0)}
        for i, p, j in axis_triples(op, k):
            table[i].append((p, j))
        by_output.append(table)
    found = []
    for some in product(*(range(extents[n]) for n in outer)):
        at = dict(zip(outer, some, strict=True))
        above = leading(op.result, at, extents)
        for place in product(*by_output):
            spots = list(product(*(table[m] for table, m in zip(by_output, place, strict=True))))
            for rest in product(*(range(extents[n]) for n in inner)):
                at.update(zip(inner, rest, strict=True))
                tap, data = leading(op.kernel, at, extents), leading(op.data, at, extents)
                for spot in spots:
                    found.append((above + place, tap + tuple(p for p, _ in spot), data + tuple(j for _, j in spot)))
    return sources(op, found)


def forward(op: Operator, found: list[Triple], arrays: Mapping[str, Array]) -> tuple[Entry, ...]:
    """The entries of y, the bias first."""
    sums: dict[Index, list[Product]] = {i: [] for i in product(*map(range, sizes(op, op.result)))}
    if op.bias is not None and op.bias.name in arrays:
        for i, parts in sums.items():
            parts.append(Product(((op.bias.name, owner(op, i)),)))
    w, x = op.kernel.name, op.data.name
    for i, p, j in found:
        sums[i].append(Product(((w, p), (x, j))))
    return tuple(entry(i, parts, arrays) for i, parts in sums.items())


def owner(op: Operator, index: Index) -> Index:
    """The bias entry that an output entry contains."""
    assert op.bias is not None
    return tuple(index[op.result.layout.index(axis)] for axis in op.bias.layout)


def entry(index: Index, parts: list[Product], arrays: Mapping[str, Array]) -> Entry:
    """An entry with its value."""
    return Entry(index, tuple(parts), sum((worth(part, arrays) for part in parts), start=0))


def worth(part: Product, arrays: Mapping[str, Array]) -> Number:
    """The number that a product is."""
    value: Number = part.coefficient
    for factor in part.factors:
        value = value * (0 if factor == ZERO else arrays[factor[0]][factor[1]])
    return value


def scatter(op: Operator, wrt: str, found: list[Triple], arrays: Mapping[str, Array]) -> tuple[Entry, ...]:
    """dL/d(wrt) by accumulation: outputs in order, each handing g times its derivative back."""
    sums: dict[Index, list[Product]] = {i: [] for i in product(*map(range, sizes(op, op.operand(wrt))))}
    g, w, x = upstream(op), op.kernel.name, op.data.name
    if wrt == "b":
        for i in product(*map(range, sizes(op, op.result))):
            sums[owner(op, i)].append(Product(((g, i),)))
    for i, p, j in found if wrt != "b" else ():
        sums[j if wrt == "x" else p].append(Product(((g, i), (w, p) if wrt == "x" else (x, j))))
    return tuple(entry(i, parts, arrays) for i, parts in sums.items())


def gradient(
    op: Operator, wrt: str, found: list[Triple], arrays: Mapping[str, Array], axes: int, d: Derivation
) -> Gradient:
    """dL/d(wrt) both ways, with the arrays that the closed form reads."""
    operand, member = op.operand(wrt), d.bordered.closed_form if d.bordered is not None else d.closed_form
    given = scatter(op, wrt, found, arrays)
    shown: tuple[View, ...] = () if isinstance(member, Reduction) else views(member)
    whole = len(operand.layout)
    closed = summed(op, arrays) if isinstance(member, Reduction) else correlated(member, shown, arrays, whole)
    array = Array(gradient_name(op, operand), sizes(op, operand), tuple(e.value for e in given), len(operand.layout), axes)
    fold = None
    if isinstance(member, Operator) and member.border is not None and member.border.role == "y":
        fold, closed = folded(member.border, d.left.tensor.name, array, closed)
    agree = [(e.index, e.value) for e in given] == [(e.index, e.value) for e in closed]
    missed = unreached(op) if wrt == "x" else ()
    return Gradient(wrt, array, given, closed, member, shown, missed, agree, d, fold)


def summed(op: Operator, arrays: Mapping[str, Array]) -> tuple[Entry, ...]:
    """dL/db in closed form: the rows of g are added up first, then their sums; of a dense layer its columns."""
    assert op.bias is not None
    g = arrays[upstream(op)]
    sums: dict[Index, list[Product]] = {i: [] for i in product(*map(range, sizes(op, op.bias)))}
    if not op.axes:
        width = g.shape[-1]
        for o in range(width):
            sums[o,].append(Product((), sum(g.entries[o::width], start=0)))
        return tuple(entry(i, parts, arrays) for i, parts in sums.items())
    length = g.shape[-1]
    for k, row in enumerate(product(*map(range, g.shape[:-1]))):
        total: Number = sum(g.entries[k * length : (k + 1) * length], start=0)
        sums[owner(op, row)].append(Product((), total))
    return tuple(entry(i, parts, arrays) for i, parts in sums.items())


# views
def numbers(axis: Axis) -> tuple[int, ...]:
    """(N, K, O, s, r, d, lo, hi) of a concrete axis."""
    fields = (axis.data, axis.kernel, axis.output, axis.stride, axis.input_dilation, axis.dilation, axis.lo, axis.hi)
    return tuple(int(e.constant or 0) for e in fields)


def views(member: Operator) -> tuple[View, View]:
    """The data and the kernel of a concrete member as they are read."""
    axes = [numbers(a) for a in member.axes]
    data = [line(n, r, lo, hi) for n, _, _, _, r, _, lo, hi in axes]
    kernel = [line(taps, d, 0, 0) for _, taps, _, _, _, d, _, _ in axes]
    if member.flip:
        kernel = [cells[::-1] for cells in kernel]
    pads = tuple((lo, hi) for *_, lo, hi in axes)
    none = ((0, 0),) * member.ndim
    data, pads, beyond = copied(member.border, "x", data, pads)
    kernel, none, over = copied(member.border, "w", kernel, none)
    mode = member.border.mode if member.border is not None else ""
    one = block(member.data.name, "data", data, tuple(a[4] for a in axes), pads, False)
    two = block(member.kernel.name, "kernel", kernel, tuple(a[5] for a in axes), none, member.flip)
    return tuple(replace(v, mode=mode, copies=c) if c else v for v, c in ((one, beyond), (two, over)))  # type: ignore[return-value]


def view_sizes(op: Operator) -> int:
    """How many places the largest of the arrays that the correlations read has, at most."""
    rows = [numbers(a) for a in op.axes]
    data = prod(max(1, r * n + abs(lo) + abs(hi)) for n, _, _, _, r, _, lo, hi in rows)
    back = prod(max(1, s * out + 2 * d * taps + abs(lo) + abs(hi)) for _, taps, out, s, _, d, lo, hi in rows)
    return max(data, back)


def line(n: int, r: int, lo: int, hi: int) -> Cells:
    """One axis of a view: n entries, r - 1 zeros between them, lo zeros before and hi behind (negative: cropped)."""
    cells: Cells = []
    for place in range(-lo, r * (n - 1) + 1 + hi):
        if not 0 <= place <= r * (n - 1):
            cells.append(PAD)
        else:
            cells.append(GAP if place % r else place // r)
    return cells


def block(name: str, part: str, lines: list[Cells], zeros: Index, pads: tuple[tuple[int, int], ...], flipped: bool) -> View:
    """The product of the axes: an entry where every axis has one, padding wins over gaps."""
    cells: list[Index | str] = []
    for spot in product(*lines):
        if PAD in spot:
            cells.append(PAD)
        else:
            cells.append(GAP if GAP in spot else tuple(c for c in spot if isinstance(c, int)))
    return View(name, part, tuple(map(len, lines)), tuple(cells), zeros, pads, flipped)


def correlated(member: Operator, shown: tuple[View, ...], arrays: Mapping[str, Array], whole: int) -> tuple[Entry, ...]:
    """The member's entries: the kernel's view slides over the data's view, and both are read where the taps are.

    ``whole`` counts the leading axes of the result; a member may lack those of size 1, its operands too.
    """
    extents = {n: size.constant or 0 for n, size in member.extents}
    outer = list(labels(member.result))
    inner = [n for n in dict.fromkeys((*labels(member.kernel), *labels(member.data))) if n not in outer]
    axes = [numbers(a) for a in member.axes]
    taps = list(product(*(range(a[1]) for a in axes)))
    found = []
    for some in product(*(range(extents[n]) for n in outer)):
        at = dict(zip(outer, some, strict=True))
        above = filled(leading(member.result, at, extents), whole)
        for i in product(*(range(a[2]) for a in axes)):
            parts = []
            for rest in product(*(range(extents[n]) for n in inner)):
                at.update(zip(inner, rest, strict=True))
                leads = [filled(leading(o, at, extents), arrays[o.name].lead) for o in (member.data, member.kernel)]
                for tap in taps:
                    spots = (
                        tuple(a[3] * m + a[5] * q for a, m, q in zip(axes, i, tap, strict=True)),
                        tuple(a[5] * q for a, q in zip(axes, tap, strict=True)),
                    )
                    factors = tuple(read(*one) for one in zip(shown, leads, spots, strict=True))
                    parts.append(Product(factors))
            found.append(entry(above + i, parts, arrays))
    return tuple(found)


def filled(lead: Index, whole: int) -> Index:
    """Leading indices with those of axes that were left out, which are 0."""
    return (0,) * (whole - len(lead)) + lead


def window_sums(made: Example) -> bool:
    """Whether y, less its bias, is the correlation of the example's own views."""
    op, arrays = made.op, {a.name: a for a in made.arrays}
    again = {e.index: e.value for e in correlated(op, made.views, arrays, len(op.result.layout))}
    bias = arrays.get(op.bias.name) if op.bias else None
    return all(e.value == again[e.index] + (bias[owner(op, e.index)] if bias else 0) for e in made.y)


def read(view: View, lead: Index, spot: Index) -> Factor:
    """What stands at a place of a view."""
    place = 0
    for n, m in zip(view.shape, spot, strict=True):
        if not 0 <= m < n:
            raise IndexError(f"the closed form reads {view.name} outside of the array that is shown")
        place = place * n + m
    cell = view.cells[place]
    return ZERO if isinstance(cell, str) else (view.name, lead + cell)


# inputs without gradient
def unreached(op: Operator) -> tuple[Unreached, ...]:
    """Places of the data along each axis that no product reads, by reason."""
    found = []
    for k, axis in enumerate(op.axes):
        own = pairs(op, k)
        seen = {own[j] if own else j for _, _, j in axis_triples(op, k)}
        missed: dict[str, list[int]] = {}
        for j in (m for m in range(spatial_sizes(op, op.data)[k].constant or 0) if m not in seen):
            missed.setdefault(reason(op, axis, j), []).append(j)
        found += [Unreached(k, tuple(places), why) for why, places in missed.items()]
    return tuple(found)


def reason(op: Operator, axis: Axis, j: int) -> str:
    """Why an entry of the data is in no product: before the first window, behind the last, or between taps."""
    if op.output_padding is not None:
        return "outside"
    if op.border is not None:
        return "border"
    _, taps, out, s, r, d, lo, _ = numbers(axis)
    if r * j < -lo:
        return "cropped"
    if r * j > s * (out - 1) + d * (taps - 1) - lo:
        return "remainder" if axis.remainder.constant else "cropped"
    return "gap"
