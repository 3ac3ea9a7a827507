"""Explicit small cases with SymPy: y in symbols, L = sum g y, its gradients by differentiation, and the identity.

The left side differentiates L, term by term, with SymPy's own derivative.  The right side builds the closed form by hand:
it writes the zero-dilated, padded data and the (flipped) kernel as arrays of symbols and correlates them.  Neither uses the
index engine.  Both are canonical sums of products, so the identity is decided entry by entry by ``==``.

Windows with weights of their own have no closed form: there SymPy's derivative of L is compared with brute force on symbols.  The
derivative of a maximum is written with the selection, the symbol S_{window}_{tap} that is 1 at the tap that the convention picks,
else 0; SymPy's own derivative of Max is compared with the convention at numbers without ties.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.errors import SymconvError
from symconv.language.facts import Reduction, Verdict
from symconv.language.operator import Operator, labels, upstream
from symconv.language.prose import Prose
from symconv.language.text import Loss
from symconv.language.unshared import SELECTION, Unshared, Windowed

LIMIT = 100_000
UNSHARED = 20_000  # products of windows with weights of their own, which are differentiated entry by entry
LOSS_LIMIT = 600

Index = tuple[int, ...]


class Explicit:
    """A concrete layer with symbols for entries.

    Raises SymconvError for an output without entries and for more products than ``limit``.
    """

    def __init__(self, layer: Windowed, limit: int | None = None) -> None:
        self.layer, self.op, self.upstream = layer, layer.window, upstream(layer.window)
        brute.within(layer, limit if limit is not None else UNSHARED if isinstance(layer, Unshared) else LIMIT)

    def shape(self, role: str) -> Index:
        """The shape of the tensor in a role."""
        return brute.shape_of(self.layer, role)

    def skip(self, role: str) -> int:
        """How many leading axes the names of its entries leave out: those of size 1 before any other."""
        shape, lead = self.shape(role), len(self.op.operand("y" if role == "g" else role).layout)
        return next((k for k in range(lead) if shape[k] != 1), lead)

    def name(self, role: str) -> str:
        """The tensor's name."""
        return self.upstream if role == "g" else self.op.operand(role).name

    @cached_property
    def _symbols(self) -> dict[str, dict[Index, Any]]:
        return {self.name(role): self.named(role, self.name(role)) for role in (*self.layer.roles, "g")}

    def named(self, role: str, name: str) -> dict[Index, Any]:
        """Symbols for the entries of the tensor in a role."""
        from sympy import Symbol

        skip = self.skip(role)
        return {i: Symbol(name + "_".join(map(str, i[skip:]))) for i in brute.entries(self.layer, role)}

    def symbols(self, name: str) -> dict[Index, Any]:
        """The entries of a tensor by index."""
        return self._symbols[name]

    def array(self, role: str) -> Any:
        """The symbols of a tensor in its shape."""
        made = np.empty(self.shape(role), dtype=object)
        for index, symbol in self.symbols(self.name(role)).items():
            made[index] = symbol
        return made

    @cached_property
    def _products(self) -> dict[Index, list[Any]]:
        """The products that the definition adds up for each output, the bias first."""
        op = self.op
        x, w = self.symbols(op.data.name), self.symbols(op.kernel.name)
        sums: dict[Index, list[Any]] = {i: [] for i in brute.entries(self.layer, "y")}
        if op.bias is not None:
            b = self.symbols(op.bias.name)
            for out, parts in sums.items():
                parts.append(b[brute.owner(self.layer, out)])
        for out, tap, data in brute.terms(self.layer):
            sums[out].append(w[tap] * x[data])
        return sums

    @cached_property
    def y(self) -> dict[Index, Any]:
        """The entries of y."""
        from sympy import Add, Max, Rational

        if "w" in self.layer.roles:
            return {out: Add(*parts) for out, parts in self._products.items()}
        x = self.symbols("x")
        found = {one.out: ([x[data] for _, data in one.reads], one.count) for one in brute.windows(self.layer)}
        if self.layer.kind == "max_pool":
            return {out: Max(*read) for out, (read, _) in found.items()}
        return {out: Add(*read) * Rational(1, count) for out, (read, count) in found.items()}

    @cached_property
    def loss_terms(self) -> list[Any]:
        """The terms of L = sum g y, multiplied out."""
        g = self.symbols(self.upstream)
        return [g[out] * part for out, parts in self._products.items() for part in parts]

    @cached_property
    def loss(self) -> Any:
        """L = sum g y."""
        from sympy import Add

        if isinstance(self.layer, Unshared):
            g = self.symbols(self.upstream)
            return Add(*(g[out] * e for out, e in self.y.items()))
        return Add(*self.loss_terms)

    def gradient(self, wrt: str) -> dict[Index, Any]:
        """dL/d(wrt) by SymPy; where all windows share a kernel, in a single pass over the products of L.

        L = sum g y is then a sum of products g w x and g b.  SymPy differentiates that product; its derivative, with the
        symbols of each product put in, is that product's share of dL/d(entry), since no product holds an entry twice.
        """
        from sympy import Add, Mul

        op = self.op
        g = self.symbols(self.upstream)
        if isinstance(self.layer, Unshared):
            return self._selected() if self.layer.kind == "max_pool" else self._differentiated(wrt)
        if wrt == "b":
            return self._bias_gradient()
        slots = _derivative(wrt)
        x, w = self.symbols(op.data.name), self.symbols(op.kernel.name)
        parts: dict[Index, list[Any]] = {index: [] for index in self.symbols(op.operand(wrt).name)}
        for out, tap, data in brute.terms(op):
            factors = {"g": g[out], "w": w[tap], "x": x[data]}
            parts[data if wrt == "x" else tap].append(Mul(*(factors[slot] for slot in slots)))
        return {index: Add(*found) for index, found in parts.items()}

    def _differentiated(self, wrt: str) -> dict[Index, Any]:
        """L itself differentiated, entry by entry."""
        return {index: self.loss.diff(symbol) for index, symbol in self.symbols(wrt).items()}

    def _selected(self) -> dict[Index, Any]:
        """g times the selection, which stands for the derivative of a maximum."""
        from sympy import Add, Symbol

        g, skip = self.symbols(self.upstream), self.skip("y")
        parts: dict[Index, list[Any]] = {index: [] for index in self.symbols("x")}
        for window in brute.windows(self.layer):
            for tap, data in window.reads:
                place = "_".join(map(str, (*window.out[skip:], *tap)))
                parts[data].append(g[window.out] * Symbol(SELECTION + place))
        return {index: Add(*found) for index, found in parts.items()}

    def _bias_gradient(self) -> dict[Index, Any]:
        """Every output holds g b once, and d(g b)/db = g."""
        from sympy import Add

        bias = self.op.operand("b")
        parts: dict[Index, list[Any]] = {index: [] for index in self.symbols(bias.name)}
        for out, g in self.symbols(self.upstream).items():
            parts[out[1:2] if bias.layout else ()].append(g)
        return {index: Add(*found) for index, found in parts.items()}

    def closed(self, member: Operator | Reduction) -> dict[Index, Any]:
        """The closed form (of concrete sizes), built by hand from padded arrays of symbols."""
        from sympy import Add

        if isinstance(member, Reduction):
            return self._reduced(member)
        data = padded(member, continued(member, "x", self.symbols(member.data.name)))
        kernel = continued(member, "w", self.symbols(member.kernel.name))
        extents = {n: e.constant or 0 for n, e in member.extents}
        used = tuple(dict.fromkeys((*labels(member.result), *labels(member.kernel), *labels(member.data))))
        parts: dict[Index, list[Any]] = {index: [] for index in brute.entries(member, "y")}
        axes = [[int(e.constant or 0) for e in (a.output, a.kernel, a.stride, a.dilation)] for a in member.axes]
        for digits in product(*(range(extents[n]) for n in used)):
            values = dict(zip(used, digits, strict=True))
            one, two, three = (brute.lead(o, values, extents) for o in (member.result, member.kernel, member.data))
            for out in product(*(range(a[0]) for a in axes)):
                for tap in product(*(range(a[1]) for a in axes)):
                    seen = tuple(s * i + d * p for i, p, (_, _, s, d) in zip(out, tap, axes, strict=True))
                    if three + seen in data:
                        turned = tuple(a[1] - 1 - p for p, a in zip(tap, axes, strict=True)) if member.flip else tap
                        parts[brute.own(member, "y", one + out)].append(kernel[two + turned] * data[three + seen])
        return {index: Add(*found) for index, found in parts.items()}

    def _reduced(self, member: Reduction) -> dict[Index, Any]:
        from sympy import Add

        parts: dict[Index, list[Any]] = {}
        for index, symbol in self.symbols(member.data.name).items():
            parts.setdefault(index[1:2] if member.result.layout else (), []).append(symbol)
        return {index: Add(*found) for index, found in parts.items()}

    def first_difference(self, wrt: str, member: Operator | Reduction) -> Index | None:
        """The first entry where the derivative of L and the closed form differ, or None."""
        left = self.gradient(wrt)
        if not self._same_shapes(wrt, member):
            return next(iter(left), ())
        right = self.closed(member)
        for index in left:
            if index not in right or left[index] != right[index]:
                return index
        return next((index for index in right if index not in left), None)

    def _same_shapes(self, wrt: str, member: Operator | Reduction) -> bool:
        """Whether the closed form reads and makes tensors of the very shapes that they have."""
        if isinstance(member, Reduction):
            return True
        ours = {self.name(role): self.shape(role) for role in ("x", "w", wrt, "g")}
        made = {member.data.name: "x", member.kernel.name: "w", self.op.operand(wrt).name: "y"}
        return all(ours.get(name) == brute.shape_of(member, role) for name, role in made.items())

    def check(self, wrt: str, member: Operator | Reduction) -> Verdict:
        """Whether dL/d(wrt) by SymPy equals the closed form, entry by entry."""
        wrong = self.first_difference(wrt, member)
        name = self.op.operand(wrt).name
        if wrong is not None:
            return Verdict("refuted", Prose("check.closed.differs", {"name": name, "index": list(wrong)}))
        count = len(self.symbols(name))
        return Verdict("checked", Prose("check.sympy.closed", {"entries": count}))

    def check_windows(self) -> Verdict:
        """SymPy's derivative of L, entry by entry, against brute force on symbols (a maximum: on numbers without ties)."""
        if self.layer.kind == "max_pool":
            return self._check_numbers()
        arrays = {role: self.array(role) for role in (*self.layer.roles, "g")}
        for wrt in self.layer.roles:
            ours = brute.gradient(self.layer, wrt, arrays)
            if any((ours[index] - theirs).expand() != 0 for index, theirs in self.gradient(wrt).items()):
                return Verdict("refuted", Prose("check.sympy.differs", {"name": wrt}))
        return Verdict("checked", Prose("check.sympy.windows"))

    def _check_numbers(self) -> Verdict:
        rng = np.random.RandomState(3)
        shape = self.shape("x")
        x = rng.permutation(int(np.prod(shape))).reshape(shape)
        g = rng.randint(1, 9, size=self.shape("y"))
        pairs = [*zip(self.array("x").flat, x.flat, strict=True), *zip(self.array("g").flat, g.flat, strict=True)]
        values = {symbol: int(number) for symbol, number in pairs}
        truth = brute.gradient(self.layer, "x", {"x": x, "g": g})
        good = all(slope.subs(values) == truth[index] for index, slope in self._differentiated("x").items())
        return Verdict("checked" if good else "refuted", Prose("check.sympy.max"))


def _derivative(wrt: str) -> tuple[str, ...]:
    """The factors of d(g w x)/d(wrt), as SymPy finds it."""
    from sympy import Symbol

    template = Symbol("g") * Symbol("w") * Symbol("x")
    return tuple(str(factor) for factor in template.diff(Symbol(wrt)).args)


def continued(member: Operator, role: str, entries: dict[Index, Any]) -> dict[Index, Any]:
    """The entries of an operand as its border continues them."""
    border = member.border
    if border is None or border.role != role:
        return entries
    lengths = [range(max(0, e.constant or 0)) for e in border.lengths]
    leads = dict.fromkeys(index[: len(index) - member.ndim] for index in entries)
    wide = (lead + places for lead in leads for places in product(*lengths))
    return {index: entries[brute.own(member, role, index)] for index in wide}


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


def as_array(entries: Mapping[Index, Any], shape: Index) -> Any:
    """The entries as an immutable SymPy array."""
    from sympy import ImmutableDenseNDimArray

    return ImmutableDenseNDimArray([entries[i] for i in product(*(range(n) for n in shape))], shape)


class Composed:
    """A loss of the user's: L(y), its upstream gradient g = dL/dy by SymPy, and the identity with y put in.

    The left side differentiates L(y(x, w)) directly; the right side is the closed form with g replaced by dL/dy.
    """

    def __init__(self, case: Explicit, loss: Loss) -> None:
        import sympy

        self.case, self.skip = case, case.skip("y")
        self.symbols = case.named("y", "y")
        if brute.count(case.op) > LOSS_LIMIT:
            raise SymconvError(
                f"loss: expected an explicit case of at most {LOSS_LIMIT} products, got {brute.count(case.op)}: use smaller sizes"
            )
        try:
            self.loss = self._built(loss, None)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise SymconvError(f"loss: expected finite values, got {str(error)[:80]}") from None
        self.exact = loss.power <= 3
        if self.loss.has(sympy.zoo, sympy.nan, sympy.oo):
            raise SymconvError("loss: expected finite values, got a division by 0 or a logarithm of 0")
        if not self.loss.free_symbols:
            raise SymconvError("loss: expected an expression in entries of y, got a constant")

    def _built(self, node: Loss, each: Any) -> Any:
        """The node as a SymPy expression; ``each`` stands for a bare y within sum."""
        import sympy

        if node.kind == "number":
            return sympy.Rational(node.parts[0].numerator, node.parts[0].denominator)
        if node.kind == "entry":
            return self._entry(node.parts[0])
        if node.kind == "whole":
            return each
        if node.kind == "call" and node.parts[0] == "sum":
            return sympy.Add(*(self._built(node.parts[1], symbol) for symbol in self.symbols.values()))
        if node.kind == "pow":
            power = node.parts[1]
            return self._built(node.parts[0], each) ** sympy.Rational(power.numerator, power.denominator)
        inner = [self._built(p, each) for p in node.parts if isinstance(p, Loss)]
        if node.kind == "div" and inner[1] == 0:
            raise SymconvError("loss: expected a divisor other than 0")
        make = {"add": sympy.Add, "mul": sympy.Mul, "neg": lambda e: -e, "div": lambda a, b: a / b}
        return getattr(sympy, node.parts[0])(*inner) if node.kind == "call" else make[node.kind](*inner)

    def _entry(self, index: Index) -> Any:
        """The entry of y; leading axes of size 1 may be left out."""
        shape = self.case.shape("y")
        for lead in range(self.skip + 1):
            whole = (0,) * lead + index
            if whole in self.symbols:
                return self.symbols[whole]
        shown = "y" + str(list(index)).replace(" ", "")
        raise SymconvError(f"loss: no entry {shown}: expected indices within shape {tuple(shape[self.skip :])} of y")

    @cached_property
    def upstream(self) -> dict[Index, Any]:
        """g = dL/dy, entry by entry."""
        return {index: self.loss.diff(symbol) for index, symbol in self.symbols.items()}

    @cached_property
    def _put(self) -> dict[Any, Any]:
        """The entries of y in terms of x, w and b."""
        return {self.symbols[i]: e for i, e in self.case.y.items()}

    def gradient(self, wrt: str) -> dict[Index, Any]:
        """dL(y(x, w))/d(wrt), by SymPy."""
        composed = self.loss.subs(self._put, simultaneous=True)
        entries = self.case.symbols(self.case.op.operand(wrt).name)
        return {index: composed.diff(symbol) for index, symbol in entries.items()}

    def check(self, wrt: str, member: Operator | Reduction) -> Verdict:
        """dL(y(x, w))/d(wrt), by SymPy, against the closed form with g = dL/dy put in."""
        case, put = self.case, self._put
        g = case.symbols(case.upstream)
        chain = {g[i]: e.subs(put, simultaneous=True) for i, e in self.upstream.items()}
        entries = self.gradient(wrt)
        closed = case.closed(member)
        sampled = undecided = 0
        for index, direct in entries.items():
            difference = direct - closed[index].subs(chain, simultaneous=True)
            if self.exact and difference.expand() == 0:
                continue
            if not _vanishes(difference):
                return Verdict(
                    "refuted", Prose("check.closed.differs", {"name": case.op.operand(wrt).name, "index": list(index)})
                )
            sampled += 1
            undecided += not self.loss.is_polynomial()
        how = Prose("check.sympy.loss", {"entries": len(entries)})
        if undecided:
            return Verdict("checked", Prose("check.sympy.digits", {"how": how, "count": undecided}))
        return Verdict("checked", Prose("check.sympy.points", {"how": how, "count": sampled}) if sampled else how)


def _vanishes(difference: Any) -> bool:
    """Whether an expression is 0 at a few random rational points, to 30 digits."""
    import random

    from sympy import Rational

    rng = random.Random(7)
    symbols = sorted(difference.free_symbols, key=str)
    for _ in range(3):
        point = {symbol: Rational(rng.randint(1, 20), 7) for symbol in symbols}
        if abs(difference.subs(point).evalf(40)) > 10**-25:
            return False
    return True
