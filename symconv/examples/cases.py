"""An explicit case as plain data for the page: every entry of y and of a gradient as a sum of products of tensor entries.

Of an operator the gradient stands twice: L differentiated, which hands back the products of y (sorted by the entries of g that
they hold), and the closed form, whose own arrays slide over each other.  Of a node a window's function, the entries that it reads
and its divisor; and what every window sends back.  The checkers compare what is written out with constructions of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from symconv.examples.borders import entry_at
from symconv.examples.build import sizes, slid, tap, views
from symconv.examples.sums import Sums
from symconv.language.example import trim
from symconv.language.expand import Entry, Index, Product
from symconv.language.facts import Entrywise, Explication, Polynomial, Reduction
from symconv.language.operator import Operator, gradient_name, numbered, spatial_sizes, upstream
from symconv.language.unshared import COUNT, SELECTION, Unshared, constant_count

LIMIT = 100_000  # products
WIDEST = 12
LETTERS = {"n": "B", "gamma": "G", "o": "F", "c": "C"}


class Written:
    """The products of a layer in the terms of its page: indices without leading axes of size 1."""

    def __init__(self, sums: Sums) -> None:
        self.sums, self.names = sums, sums.names
        leads = {self.names[role]: len(sums.op.operand(role).layout) for role in sums.shapes}
        shapes = {self.names[role]: shape for role, shape in sums.shapes.items()}
        self.trims = {name: trim(shape, leads[name]) for name, shape in shapes.items()}
        self.trims[self.names["g"]] = self.trims[SELECTION] = self.trims[self.names["y"]]
        self.order = (
            self.names["g"],
            self.names["x"],
            self.names["w"],
        )  # the entries that products are sorted by, first to last

    def short(self, role: str, index: Index) -> Index:
        """An entry's index as it is written."""
        return index[self.trims[self.names[role]] :]

    def factor(self, factor: Entry) -> Entry:
        """A factor as it is written."""
        skip = self.trims.get(factor[0])
        return (factor[0], factor[1][skip:]) if skip else factor

    def sorted(self, parts: list[Product]) -> Polynomial:
        """Products of an operator, by the entries of g, then of x, then of w; the kernel is written first, g last."""
        if not parts:
            return ()
        names = [name for name, _ in parts[0].factors]  # all of them have factors of the same tensors
        places = [names.index(name) for name in self.order if name in names]
        found = sorted([one.factors[k] for k in places] for one in parts)
        return tuple((1, tuple(map(self.factor, reversed(factors)))) for factors in found)

    def y(self) -> list[tuple[Index, Polynomial]]:
        """The entries of y, a bias first."""
        found = []
        for at, parts in self.sums.y.items():
            bias = tuple((1, tuple(map(self.factor, one.factors))) for one in parts if len(one.factors) == 1)
            products = [one for one in parts if len(one.factors) > 1]
            found.append((self.short("y", at), bias + self.sorted(products)))
        return found


def entries(op: Operator) -> list[tuple[Index, Polynomial]]:
    """The entries of y."""
    return Written(Sums(op, {})).y()


def explication(op: Operator, wrt: str, member: Operator | Reduction, equal: bool) -> Explication:
    """The case as data; whether both columns are equal is decided elsewhere."""
    sums = Sums(op, {})
    page = Written(sums)
    left = {at: page.sorted(parts) for at, parts in sums.scatter(wrt).items()}
    right = (
        left
        if isinstance(member, Reduction)
        else {at: page.sorted(parts) for at, parts in closed(sums, wrt, member).items()}
    )
    gradient = tuple((page.short(wrt, at), found, right[at]) for at, found in left.items())
    shapes = {role: sums.shapes[role] for role in ("x", "w", "y", wrt)}
    shown = () if isinstance(member, Reduction) else grids(page, wrt, member, gradient)
    return Explication(named_sizes(op), tuple(shapes.items()), tuple(page.y()), gradient, equal, shown, member)


def closed(sums: Sums, wrt: str, member: Operator) -> dict[Index, list[Product]]:
    """Of every entry the products of the closed form that are no zeros, those of all its places where the result is folded."""
    found: dict[Index, list[Product]] = {at: [] for at in product(*map(range, sums.shapes[wrt]))}
    folded = member.border is not None and member.border.role == "y"
    for at, parts in slid(sums, member, len(sums.op.operand(wrt).layout)):
        entry = entry_at(sums.copies, at) if folded else at
        found[entry] += [one for one in parts if len(one.entries) == len(one.factors)]
    return found


def named_sizes(op: Operator) -> tuple[tuple[str, int], ...]:
    """The sizes by the page's names."""
    found = []
    fields = {"N": spatial_sizes(op, op.data), "K": spatial_sizes(op, op.kernel)}
    fields |= {"O": tuple(a.output for a in op.axes), "a": tuple(a.remainder for a in op.axes)}
    for letter, per_axis in fields.items():
        for k, (axis, size) in enumerate(zip(op.axes, per_axis, strict=True)):
            if letter != "a" or axis.stride != 1:
                found.append((numbered(letter, k, op.ndim), int(size.constant or 0)))
    found += [(LETTERS[label], size.constant or 0) for label, size in op.extents if size != 1]
    return tuple(found)


# small pictures
def grids(page: Written, wrt: str, member: Operator, gradient: Any) -> tuple[Any, ...]:
    """The arrays that the closed form reads, and who contributes to whom."""
    op, found = page.sums.op, list[Any]()
    if any(e != 1 for _, e in member.extents):
        return ()
    if 0 < member.ndim <= 2:
        found += arrays(member)
    columns = [at for at, _ in page.y()]
    if len(columns) <= 8 and len(gradient) <= 16:
        name = gradient_name(op, op.operand(wrt))
        found.append(("contributions", name, contributions(name, upstream(op), gradient, columns)))
    return tuple(found)


def arrays(member: Operator) -> list[Any]:
    """The zero-dilated, padded data and the (flipped) kernel without gaps; a border's copies by the entries that they copy."""
    data, kernel = views(member)
    lengths = [a.kernel.constant or 0 for a in member.axes]
    if max(data.shape) > WIDEST:
        return []
    taps = [cell for cell in kernel.cells if not isinstance(cell, str)]
    found = [("data", data.name, rows(data.name, data.cells, data.shape))]
    return found + ([("kernel", kernel.name, rows(kernel.name, taps, lengths))] if max(lengths) <= WIDEST else [])


def rows(name: str, cells: Iterable[Index | str], shape: Iterable[int]) -> tuple[tuple[Any, ...], ...]:
    """An array of one or two axes as rows of cells."""
    shown = [None if isinstance(cell, str) else (name, cell) for cell in cells]
    width = tuple(shape)[-1]
    return tuple(tuple(shown[k : k + width]) for k in range(0, len(shown), width))


def contributions(name: str, g: str, gradient: Any, columns: list[Index]) -> tuple[Any, ...]:
    """A row for every entry of the gradient: beside each entry of g what it is multiplied by."""
    found: list[Any] = [((), *((g, c) for c in columns))]
    for index, value, _ in gradient:
        others: Mapping[Index, Any] = {
            next(i for n, i in factors if n == g): next(f for f in factors if f[0] != g) for _, factors in value
        }
        found.append(((name, index), *(others.get(c) for c in columns)))
    return tuple(found)


# nodes
def entrywise(node: Unshared, wrt: str) -> Entrywise:
    """A node's case as data."""
    sums = Sums(node, {})
    page, counts = Written(sums), sums.counts() if sums.averaged else {}
    forward: list[tuple[Index, str, Polynomial, int]] = []
    for at, parts in sums.y.items():
        function = "max" if node.kind == "max_pool" else "sum"
        divisor = counts[at[len(at) - node.ndim :]] if sums.averaged else 1
        written = tuple((1, tuple(map(page.factor, one.factors))) for one in parts)
        forward.append((page.short("y", at), function, written, divisor))
    shapes = tuple((role, sums.shapes[role]) for role in ("x", "y", wrt))
    named = tuple(pair for pair in named_sizes(node.window) if pair[0][0] in "NKO")
    back = sums.scatter(wrt) if node.kind == "local" else sent(sums, constant_count(node) is None)
    gradient = tuple((page.short(wrt, at), tuple((1, tuple(map(page.factor, p))) for p in found)) for at, found in (
        (at, [one.factors for one in parts]) for at, parts in back.items()))  # fmt: skip
    return Entrywise(named, shapes, tuple(forward), gradient)


def sent(sums: Sums, uneven: bool) -> dict[Index, list[Product]]:
    """Of every entry of x what its windows send: g, with the selection of a maximum, or over a count that differs."""
    assert sums.node is not None
    found: dict[Index, list[Product]] = {at: [] for at in product(*map(range, sums.shapes["x"]))}
    for at, parts in sums.y.items():
        for one in parts:
            more: tuple[Entry, ...] = ()
            if sums.node.kind == "max_pool":
                more = ((SELECTION, at + tap(sums, one)),)
            elif uneven:
                more = ((f"1/{COUNT}", at[len(at) - sums.op.ndim :]),)
            found[one.factors[0][1]].append(Product(((sums.names["g"], at), *more)))
    return found


__all__ = ["LIMIT", "entries", "entrywise", "explication", "sizes"]
