"""Explicit small cases with SymPy: y in symbols, L = sum g y, its gradients by differentiation, and the identity.

The left side differentiates L, term by term, with SymPy's own derivative.  The right side builds the closed form by hand:
it writes the zero-dilated, padded data and the (flipped) kernel as arrays of symbols and correlates them.  Neither uses the
index engine.  Both are canonical sums of products, so the identity is decided entry by entry by ``==``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import product
from typing import Any

from symconv.check import brute
from symconv.core.facts import Explication, Polynomial, Reduction, Verdict
from symconv.core.operator import Operand, Operator, gradient_name, labels, numbered, upstream
from symconv.errors import SymconvError

LIMIT = 100_000

Index = tuple[int, ...]


def entry_name(name: str, index: Index, shape: Index, lead: int) -> str:
    """x0_1 for x[0, 1]; leading axes of size 1 are left out."""
    skip = 0
    while skip < lead and shape[skip] == 1:
        skip += 1
    return name + "_".join(str(k) for k in index[skip:])


class Explicit:
    """A concrete operator with symbols for entries.

    Raises SymconvError for an output without entries and for more products than ``limit``.
    """

    def __init__(self, op: Operator, limit: int = LIMIT) -> None:
        self.op, self.upstream = op, upstream(op)
        terms = brute.count(op)
        if terms > limit:
            raise SymconvError(
                f"the explicit case has {terms} products, over the limit of {limit}: use smaller sizes, or raise the limit "
                "(limit= in Python, --limit on the command line)"
            )

    def shape(self, operand: Operand) -> Index:
        """The operand's shape."""
        return brute.numbers(self.op, operand)

    @cached_property
    def _symbols(self) -> dict[str, dict[Index, Any]]:
        from sympy import Symbol

        op = self.op
        made: dict[str, dict[Index, Any]] = {}
        operands = [(op.data, op.data.name), (op.kernel, op.kernel.name), (op.result, self.upstream)]
        operands += [(op.bias, op.bias.name)] if op.bias else []
        for operand, name in operands:
            shape = self.shape(operand)
            made[name] = {
                index: Symbol(entry_name(name, index, shape, len(operand.layout)))
                for index in product(*(range(n) for n in shape))
            }
        return made

    def symbols(self, name: str) -> dict[Index, Any]:
        """The entries of a tensor by index."""
        return self._symbols[name]

    @cached_property
    def _products(self) -> dict[Index, list[Any]]:
        """The products that the definition adds up for each output, the bias first."""
        op = self.op
        x, w = self.symbols(op.data.name), self.symbols(op.kernel.name)
        sums: dict[Index, list[Any]] = {i: [] for i in product(*(range(n) for n in self.shape(op.result)))}
        if op.bias is not None:
            b = self.symbols(op.bias.name)
            for out, parts in sums.items():
                parts.append(b[out[1:2] if op.bias.layout else ()])
        for out, tap, data in brute.terms(op):
            sums[out].append(w[tap] * x[data])
        return sums

    @cached_property
    def y(self) -> dict[Index, Any]:
        """The entries of y."""
        from sympy import Add

        return {out: Add(*parts) for out, parts in self._products.items()}

    @cached_property
    def loss_terms(self) -> list[Any]:
        """The terms of L = sum g y, multiplied out."""
        g = self.symbols(self.upstream)
        return [g[out] * part for out, parts in self._products.items() for part in parts]

    @cached_property
    def loss(self) -> Any:
        """L = sum g y."""
        from sympy import Add

        return Add(*self.loss_terms)

    def gradient(self, wrt: str) -> dict[Index, Any]:
        """dL/d(wrt), each term of L differentiated by SymPy by the one entry that it holds."""
        from sympy import Add

        entries = self.symbols(self.op.operand(wrt).name)
        places = {symbol: index for index, symbol in entries.items()}
        parts: dict[Index, list[Any]] = {index: [] for index in entries}
        for term in self.loss_terms:
            for symbol in term.free_symbols:
                if symbol in places:
                    parts[places[symbol]].append(term.diff(symbol))
        return {index: Add(*found) for index, found in parts.items()}

    def closed(self, member: Operator | Reduction) -> dict[Index, Any]:
        """The closed form (of concrete sizes), built by hand from padded arrays of symbols."""
        from sympy import Add

        if isinstance(member, Reduction):
            return self._reduced(member)
        data, kernel = padded(member, self.symbols(member.data.name)), self.symbols(member.kernel.name)
        extents = {n: e.constant or 0 for n, e in member.extents}
        used = tuple(dict.fromkeys((*labels(member.result), *labels(member.kernel), *labels(member.data))))
        parts: dict[Index, list[Any]] = {
            index: [] for index in product(*(range(n) for n in brute.numbers(member, member.result)))
        }
        axes = [[int(e.constant or 0) for e in (a.output, a.kernel, a.stride, a.dilation)] for a in member.axes]
        for digits in product(*(range(extents[n]) for n in used)):
            values = dict(zip(used, digits, strict=True))
            one, two, three = (brute.lead(o, values, extents) for o in (member.result, member.kernel, member.data))
            for out in product(*(range(a[0]) for a in axes)):
                for tap in product(*(range(a[1]) for a in axes)):
                    seen = tuple(s * i + d * p for i, p, (_, _, s, d) in zip(out, tap, axes, strict=True))
                    if three + seen in data:
                        turned = tuple(a[1] - 1 - p for p, a in zip(tap, axes, strict=True)) if member.flip else tap
                        parts[one + out].append(kernel[two + turned] * data[three + seen])
        return {index: Add(*found) for index, found in parts.items()}

    def _reduced(self, member: Reduction) -> dict[Index, Any]:
        from sympy import Add

        parts: dict[Index, list[Any]] = {}
        for index, symbol in self.symbols(member.data.name).items():
            parts.setdefault(index[1:2] if member.result.layout else (), []).append(symbol)
        return {index: Add(*found) for index, found in parts.items()}

    def first_difference(self, wrt: str, member: Operator | Reduction) -> Index | None:
        """The first entry where the derivative of L and the closed form differ, or None."""
        left, right = self.gradient(wrt), self.closed(member)
        for index in left:
            if index not in right or left[index] != right[index]:
                return index
        return next((index for index in right if index not in left), None)

    def explication(self, wrt: str, member: Operator | Reduction) -> Explication:
        """The case as plain data, for the page."""
        op = self.op
        left, right = self.gradient(wrt), self.closed(member)
        trim = {name: self._trim(operand) for name, operand in self._operands()}
        places = {
            symbol: (name, index[trim[name] :]) for name, found in self._symbols.items() for index, symbol in found.items()
        }
        gradient = tuple(
            (index[self._trim(op.operand(wrt)) :], _polynomial(left[index], places), _polynomial(right[index], places))
            for index in left
        )
        y = tuple((index[self._trim(op.result) :], _polynomial(e, places)) for index, e in self.y.items())
        shapes = [(role, self.shape(op.operand(role))) for role in ("x", "w", "y")] + [(wrt, self.shape(op.operand(wrt)))]
        grids = self._grids(wrt, member, gradient, trim)
        return Explication(self._sizes(), tuple(dict(shapes).items()), y, gradient, left == right, grids, member)

    def _operands(self) -> list[tuple[str, Operand]]:
        op = self.op
        found = [(op.data.name, op.data), (op.kernel.name, op.kernel), (self.upstream, op.result)]
        return found + ([(op.bias.name, op.bias)] if op.bias else [])

    def _trim(self, operand: Operand) -> int:
        """How many leading axes of size 1 an entry's index may leave out."""
        count, shape = 0, self.shape(operand)
        while count < len(operand.layout) and shape[count] == 1:
            count += 1
        return count

    def _sizes(self) -> tuple[tuple[str, int], ...]:
        """The sizes by the page's names."""
        op, found = self.op, []
        for field, letter in (("data", "N"), ("kernel", "K"), ("output", "O"), ("remainder", "a")):
            for k, axis in enumerate(op.axes):
                found.append((numbered(letter, k, op.ndim), int(getattr(axis, field).constant or 0)))
        names = {"n": "B", "gamma": "G", "o": "F", "c": "C"}
        found += [(names[label], size.constant or 0) for label, size in op.extents if size != 1]
        return tuple(found)

    def _grids(self, wrt: str, member: Operator | Reduction, gradient: Any, trim: dict[str, int]) -> tuple[Any, ...]:
        """Small pictures: the arrays that the closed form reads, and who contributes to whom."""
        if isinstance(member, Reduction) or any(e != 1 for _, e in member.extents):
            return ()
        grids: list[Any] = []
        if member.ndim <= 2:
            data = padded(
                member,
                {index: (member.data.name, index[trim[member.data.name] :]) for index in self.symbols(member.data.name)},
            )
            lengths = [int((a.input_dilation * (a.data - 1) + a.lo + a.hi).constant or 0) + 1 for a in member.axes]
            lead = (0,) * len(member.data.layout)
            grids.append(("data", member.data.name, _picture(lambda place: data.get(lead + place), lengths)))
            shape, name = self.shape_of(member.kernel, member), member.kernel.name
            grids.append(("kernel", name, _picture(lambda place: (name, _turn(place, shape, member.flip)), list(shape))))
        columns = list(self.symbols(self.upstream))
        if len(columns) <= 8 and len(gradient) <= 16:
            grids.append(
                (
                    "contributions",
                    gradient_name(self.op, self.op.operand(wrt)),
                    self._contributions(wrt, gradient, columns, trim),
                )
            )
        return tuple(grids)

    def shape_of(self, operand: Operand, member: Operator) -> Index:
        """The spatial shape of a member's operand."""
        return brute.numbers(member, operand)[len(operand.layout) :]

    def _contributions(self, wrt: str, gradient: Any, columns: list[Index], trim: dict[str, int]) -> tuple[Any, ...]:
        short = [c[trim[self.upstream] :] for c in columns]
        rows: list[Any] = [((), *((self.upstream, c) for c in short))]
        for index, value, _ in gradient:
            others = {
                f[1]: next(o for o in factors if o[0] != self.upstream)
                for _, factors in value
                for f in factors
                if f[0] == self.upstream
            }
            rows.append(((gradient_name(self.op, self.op.operand(wrt)), index), *(others.get(c) for c in short)))
        return tuple(rows)

    def check(self, wrt: str, member: Operator | Reduction) -> Verdict:
        """Whether dL/d(wrt) by SymPy equals the closed form, entry by entry."""
        wrong = self.first_difference(wrt, member)
        name = self.op.operand(wrt).name
        if wrong is not None:
            return Verdict("refuted", f"dL/d{name}{list(wrong)} differs from the closed form")
        count = len(self.symbols(name))
        return Verdict("checked", f"SymPy's own derivative equals the closed form on all {count} entries")


def _polynomial(expression: Any, places: dict[Any, tuple[str, Index]]) -> Polynomial:
    """A canonical sum of products as plain data, kernel entries first within a product, in the order of their indices."""
    found = []
    for term in expression.as_ordered_terms() if expression != 0 else []:
        coefficient, factors = term.as_coeff_mul()
        entries = sorted((places[f] for f in factors), key=lambda e: ("wxgb".find(e[0][:1]), e[1]))
        found.append((int(coefficient), tuple(entries)))
    return tuple(sorted(found, key=lambda t: [(name, index) for name, index in reversed(t[1])]))


def _picture(cell: Callable[[Index], Any], lengths: list[int]) -> tuple[tuple[Any, ...], ...]:
    """An array of one or two axes as rows of cells."""
    if len(lengths) == 1:
        return (tuple(cell((k,)) for k in range(lengths[0])),)
    return tuple(tuple(cell((i, j)) for j in range(lengths[1])) for i in range(lengths[0]))


def _turn(place: Index, shape: Index, flip: bool) -> Index:
    return tuple(n - 1 - k for k, n in zip(place, shape, strict=True)) if flip else place


def padded(member: Operator, entries: dict[Index, Any]) -> dict[Index, Any]:
    """The data zero-dilated and padded: the entries that are not zero, by their place; crops drop entries."""
    placed: dict[Index, Any] = {}
    axes = [[int(e.constant or 0) for e in (a.data, a.input_dilation, a.lo, a.hi)] for a in member.axes]
    for index, symbol in entries.items():
        lead, spatial = index[: len(index) - member.ndim], index[len(index) - member.ndim :]
        places = [r * j + lo for j, (_, r, lo, _) in zip(spatial, axes, strict=True)]
        lengths = [r * (n - 1) + 1 + lo + hi for n, r, lo, hi in axes]
        if all(0 <= m < length for m, length in zip(places, lengths, strict=True)):
            placed[lead + tuple(places)] = symbol
    return placed


def as_array(entries: dict[Index, Any], shape: Index) -> Any:
    """The entries as an immutable SymPy array."""
    from sympy import ImmutableDenseNDimArray

    return ImmutableDenseNDimArray([entries[i] for i in product(*(range(n) for n in shape))], shape)
