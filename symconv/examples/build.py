"""The parts of an example of sums: y and each gradient, entry by entry, in two ways.

    sums          y[i] += w[p] x[j]         dL/dx[j] += g[i] w[p]         dL/dw[p] += g[i] x[j]         dL/db[o] += g[i]
    max_pool      y[i] = max x[j]           dL/dx[j] += g[i] S[i,p]       S[i,p] = 1 at the entry that the convention selects
    avg_pool      y[i] = sum x[j] / m[i]    dL/dx[j] += g[i] / m[i]

The scatter hands back product by product.  The closed form is worked out by itself: the two arrays of a member are laid out as
they are read (zeros put between entries, padded, flipped), and the one slides over the other,

    entry[m] = sum over labels and taps q of  data[A m + B q] kernel[q]

and where there is no member, entry by entry, by the last line of the derivation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

from symconv.examples.borders import Cells, copied, folded, pairs
from symconv.examples.sums import Sums, every, plain, sliding
from symconv.language.example import GAP, PAD, Array, Gradient, Line, Part, Unreached, View, worth
from symconv.language.expand import Expansion, Index, Number, Product
from symconv.language.facts import Derivation, Reduction, WindowDerivation
from symconv.language.operator import (
    Axis,
    Operand,
    Operator,
    gradient_name,
    inner,
    labels,
    leading,
    shape,
    spatial_names,
    spatial_sizes,
)
from symconv.language.unshared import SELECTION

Arrays = Mapping[str, Array]


def sizes(op: Operator, operand: Operand) -> Index:
    """The shape of an operand of a concrete operator."""
    return tuple(size.constant or 0 for size in shape(op, operand))


def summed(found: Iterable[tuple[Index, list[Product]]], arrays: Arrays, whole: bool = False) -> tuple[Line, ...]:
    """Lines that add up; ``whole`` makes whole numbers ints."""
    known = {name: array.table for name, array in arrays.items()}
    made = []
    for at, parts in found:
        value: Number = sum([worth(part, known) for part in parts], start=0)
        made.append(Line(at, tuple(parts), plain(Fraction(value)) if whole else value))
    return tuple(made)


# forward
def forward(sums: Sums, arrays: Arrays, axes: int) -> Part:
    """y, entry by entry; the products of a bias that is not given are left out."""
    there = {at: [one for one in found if all(n in arrays for n, _ in one.factors)] for at, found in sums.y.items()}
    lines = pooled(sums, arrays[sums.names["x"]]) if sums.pooled else summed(there.items(), arrays)
    return Part(sums.names["y"], sums.shapes["y"], lines, len(sums.op.result.layout), axes)


def pooled(sums: Sums, x: Array) -> tuple[Line, ...]:
    """Every window: the entries of x that it reads, their largest or their mean, and what it hands back to each."""
    assert sums.node is not None
    counts = sums.counts() if sums.averaged else {}
    made = []
    for at, found in sums.y.items():
        read = [one.factors[0][1] for one in found]
        if sums.averaged:
            m = counts[at[len(at) - sums.op.ndim :]]
            value = plain(Fraction(sum(x[j] for j in read)) / m)
            made.append(Line(at, tuple(found), value, "mean", m, (plain(Fraction(1, m)),) * len(read)))
            continue
        best = max(x[j] for j in read)
        largest = [j for j in read if x[j] == best]
        part: Number = plain(Fraction(1, len(largest))) if sums.node.ties == "split" else 1
        chosen = largest[:1] if sums.node.ties == "first" else largest
        shares = tuple(part if j in chosen else 0 for j in read)
        made.append(Line(at, tuple(found), best, "max", len(read), shares))
    return tuple(made)


def tap(sums: Sums, one: Product) -> Index:
    """The tap of a window that a product comes from."""
    return tuple(value for _, value in one.bound[len(one.bound) - sums.op.ndim :])


def selection(sums: Sums, y: Part) -> Array:
    """S[i, p]: every window's shares, 0 at the taps that lie in the padding."""
    taps = list(every(sums.shapes["w"][len(sums.shapes["w"]) - sums.op.ndim :]))
    entries: list[Number] = []
    for line in y.lines:
        shares = {tap(sums, one): share for one, share in zip(line.terms, line.shares, strict=True)}
        entries += [shares.get(p, 0) for p in taps]
    whole = (*y.shape, *sizes(sums.op, sums.op.kernel)[len(sums.op.kernel.layout) :])
    return Array(SELECTION, whole, tuple(entries), y.lead, len(whole))


# backward
def gradient(sums: Sums, wrt: str, y: Part, arrays: Arrays, axes: int, d: Derivation | WindowDerivation) -> Gradient:
    """dL/d(wrt) both ways, with the arrays that the closed form reads."""
    operand = sums.op.operand(wrt)
    lead = len(operand.layout)
    name, whole = gradient_name(sums.op, operand), sums.shapes[wrt]
    missed = unreached(sums) if wrt == "x" else ()

    def part(lines: tuple[Line, ...]) -> Part:
        return Part(name, whole, lines, lead, axes)

    given = summed((handed(sums, y) if sums.pooled else sums.scatter(wrt)).items(), arrays, sums.pooled)
    if not isinstance(d, Derivation):
        return Gradient(wrt, (part(given), part(gathered(sums, wrt, y, arrays))), d, None, (), missed)
    member = d.bordered.closed_form if d.bordered is not None else d.closed_form
    if isinstance(member, Reduction):
        return Gradient(wrt, (part(given), part(rows_first(sums, arrays))), d, member, (), missed)
    closed = part(correlated(sums, member, arrays, lead))
    fold = None
    if member.border is not None and member.border.role == "y":
        fold, closed = folded(member.border, d.left.tensor.name, closed)
    return Gradient(wrt, (part(given), closed), d, member, views(member), missed, fold)


def handed(sums: Sums, y: Part) -> dict[Index, list[Product]]:
    """Of every entry of x what the windows that select it send, in their order."""
    found: dict[Index, list[Product]] = {j: [] for j in every(sums.shapes["x"])}
    for line in y.lines:
        for j, share in zip(line.entries, line.shares, strict=True):
            if share:
                found[j].append(Product(((sums.names["g"], line.index),), share))
    return found


def gathered(sums: Sums, wrt: str, y: Part, arrays: Arrays) -> tuple[Line, ...]:
    """dL/d(wrt) by the last line of its derivation, entry by entry."""
    there = ((at, [sent(sums, one, y) for one in sums.terms(wrt, at) if not one.killed]) for at in every(sums.shapes[wrt]))
    return summed(there, arrays, sums.pooled)


def sent(sums: Sums, one: Product, y: Part) -> Product:
    """A product of a gather form with its coefficient: 1/m for a mean over m entries."""
    if not sums.averaged or one.killed:
        return one
    return one._replace(coefficient=plain(Fraction(1, y[one.factors[0][1]].divisor)))


def rows_first(sums: Sums, arrays: Arrays) -> tuple[Line, ...]:
    """dL/db in closed form: the rows of g are added up first, then their sums; of a dense layer its columns."""
    g = arrays[sums.names["g"]]
    width = g.shape[-1]
    found: dict[Index, list[Product]] = {at: [] for at in every(sums.shapes["b"])}
    if not sums.op.axes:
        for o in range(width):
            found[o,].append(Product((), sum(g.entries[o::width], start=0)))
        return summed(found.items(), arrays)
    owners = [one.factors[0][1] for parts in sums.y.values() for one in parts if one.factors[0][0] == sums.names["b"]]
    for k, owner in enumerate(owners[::width]):
        found[owner].append(Product((), sum(g.entries[k * width : (k + 1) * width], start=0)))
    return summed(found.items(), arrays)


def correlated(sums: Sums, member: Operator, arrays: Arrays, lead: int) -> tuple[Line, ...]:
    """The member's entries, worked out."""
    return summed(slid(sums, member, lead), arrays)


def slid(sums: Sums, member: Operator, lead: int) -> list[tuple[Index, list[Product]]]:
    """The member's entries: the kernel as it is read slides over the data as it is read, zeros that were put in included.

    ``lead`` counts the leading axes of the result; a member leaves out those of size 1.
    """
    own = inner(member)
    line = Expansion(sliding(member), (*labels(own.result), *spatial_names(own, own.result)))
    extents = {n: size.constant or 0 for n, size in own.extents}
    places = list(every(a.output.constant or 0 for a in own.axes))
    found = []
    for some in every(extents[n] for n in labels(own.result)):
        above = leading(own.result, dict(zip(labels(own.result), some, strict=True)), extents)
        above = (0,) * (lead - len(above)) + above
        for i in places:
            terms = [Product(tuple(map(sums.full, one.factors))) for one in line.at(some + i)]
            found.append((above + i, terms))
    return found


def window_sums(sums: Sums, y: Part, arrays: Arrays) -> bool:
    """Whether y, less its bias, is the correlation of the arrays that are shown."""
    again = {line.index: line.value for line in correlated(sums, sums.op, arrays, y.lead)}
    known = {name: array.table for name, array in arrays.items()}
    biases = {at: [one for one in found if len(one.factors) == 1] for at, found in sums.y.items()}
    bias = {at: sum(worth(one, known) for one in found if one.factors[0][0] in arrays) for at, found in biases.items()}
    return all(line.value == again[line.index] + bias[line.index] for line in y.lines)


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


# inputs without gradient
def unreached(sums: Sums) -> tuple[Unreached, ...]:
    """Places of the data along each axis that no product reads, by reason."""
    op, found = sums.op, []
    for k, axis in enumerate(op.axes):
        own = pairs(op, k)
        seen = {own[j] if own else j for j in read_along(axis)}
        missed: dict[str, list[int]] = {}
        for j in (m for m in range(spatial_sizes(op, op.data)[k].constant or 0) if m not in seen):
            missed.setdefault(reason(sums, axis, j), []).append(j)
        found += [Unreached(k, tuple(places), why) for why, places in missed.items()]
    return tuple(found)


def read_along(axis: Axis) -> set[int]:
    """The data that some window reads along an axis: r j = s i + d p - lo."""
    n, taps, out, s, r, d, lo, _ = numbers(axis)
    places = {s * i + d * p - lo for i in range(out) for p in range(taps)}
    return {m // r for m in places if m % r == 0 and 0 <= m // r < n}


def reason(sums: Sums, axis: Axis, j: int) -> str:
    """Why an entry of the data is in no product: before the first window, behind the last, or between taps."""
    if sums.node is not None and sums.node.ceil_mode:
        return "gap"  # rounded up, what is left out lies between windows
    if sums.op.output_padding is not None:
        return "outside"
    if sums.op.border is not None:
        return "border"
    _, taps, out, s, r, d, lo, _ = numbers(axis)
    if r * j < -lo:
        return "cropped"
    if r * j > s * (out - 1) + d * (taps - 1) - lo:
        return "remainder" if axis.remainder.constant else "cropped"
    return "gap"
