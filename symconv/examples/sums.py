"""The sums that y and its gradients are: every product, expanded from the very lines that a page shows.

    y          the layer's definition (a transposed layer's as that of the member it is, which reads zeros between entries of x)
    gather     dL/d(wrt) entry by entry, by the line of its derivation that is solved for what meets the entry
    scatter    dL/d(wrt) by accumulation: every product of y hands back g times its other factor.  No line is solved for this: it
               is the transpose of the products of y

A page leaves out labels of size 1, and with them leading axes; here indices are full.  Of data that a border pads the lines read
xbar[m]; a product names the entry of x that stands there, and dL/dx[j] collects from every place that holds the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

from symconv.examples.borders import entry_at, lines, places_of
from symconv.language.border import BAR
from symconv.language.example import page_of
from symconv.language.expand import ZERO, Entry, Expansion, Index, Number, Product
from symconv.language.expr import Access, Expr, Item
from symconv.language.facts import Derivation, WindowDerivation
from symconv.language.operator import (
    Operator,
    digits,
    formula,
    inner,
    labels,
    numbered,
    shape,
    spatial_names,
    upstream,
)
from symconv.language.unshared import COUNT, SELECTION, Unshared, counted, definition, own_names, tensor_of

Known = Mapping[str, Derivation | WindowDerivation]


def plain(n: Fraction) -> Number:
    """A whole number as an int."""
    return int(n) if n.denominator == 1 else n


class Sums:
    """A concrete layer and, for y and each gradient, the formula of its entries, ready to be expanded."""

    def __init__(self, layer: Operator | Unshared, derivations: Known) -> None:
        self.layer = layer
        self.node = layer if isinstance(layer, Unshared) else None
        self.op = op = layer.window
        self.page = page_of(layer)
        self.bare: Operator = inner(self.page.window if self.node else self.page)  # reads the padded data, if there are any
        self.extents = {n: size.constant or 0 for n, size in self.bare.extents}
        self.copies = lines(op.border) if op.border is not None else []
        self.roles = ("y", *derivations)
        self.names = {"x": op.data.name, "w": op.kernel.name, "y": op.result.name, "g": upstream(op)}
        bias = ("b",) if op.bias is not None else ()
        self.shapes = {role: self.shape(role) for role in dict.fromkeys(("x", "w", "y", *bias, *derivations))}
        ranks = {name: len(self.shapes["y" if role == "g" else role]) for role, name in self.names.items()}
        self.ranks = {**ranks, SELECTION: len(self.shapes["y"]) + op.ndim}
        if op.bias is not None:
            self.names["b"] = op.bias.name
            self.ranks[op.bias.name] = len(self.shapes["b"])
        self.ranks |= {name + BAR: rank for name, rank in self.ranks.items()}
        self.order = {self.names["g"]: 0, self.names["w"]: 1, SELECTION: 1, self.names["x"]: 2}
        self.expansions = {role: self.expansion(role, self.line(role, derivations)) for role in self.roles}
        self.y = {at: [one for one in self.terms("y", at) if not one.killed] for at in every(self.shapes["y"])}

    @property
    def averaged(self) -> bool:
        """Whether y is a mean."""
        return self.node is not None and self.node.kind == "avg_pool"

    @property
    def pooled(self) -> bool:
        """Whether y is a maximum or a mean."""
        return self.node is not None and self.node.kind != "local"

    @property
    def products(self) -> int:
        """How many products y has, a bias not counted."""
        return sum(len(one.factors) > 1 or self.pooled for found in self.y.values() for one in found)

    def shape(self, role: str) -> Index:
        """The shape of the tensor in a role."""
        sizes = tensor_of(self.node, role).sizes if self.node else shape(self.op, self.op.operand(role))
        return tuple(n.constant or 0 for n in sizes)

    # the formulas
    def line(self, role: str, derivations: Known) -> Expr:
        """The formula of a role's entries."""
        if role != "y":
            d = derivations[role]
            return d.steps[d.gather].expr
        return definition(self.page) if self.node else formula(replace(self.bare, output_padding=None))

    def expansion(self, role: str, line: Expr) -> Expansion:
        """A line made ready: its free names, and what the pages call the places of its tensors."""
        op, operand = self.bare, self.bare.operand(role)
        free = own_names(self.page, role) if self.node else (*labels(operand), *spatial_names(op, operand))
        places = spatial_names(op, op.result)
        names = {op.data.name: spatial_names(op, op.data), self.names["g"]: places, SELECTION: places, COUNT: places}
        return Expansion(line, free, {**names, op.kernel.name: places})

    def values(self, role: str, index: Index) -> Index:
        """The values of a line's free names at a full index: labels from leading indices, (gamma, c) from c + C gamma."""
        operand = self.bare.operand(role)
        own = index[len(self.op.operand(role).layout) - len(operand.layout) :]
        found = digits(operand, own, self.extents)
        return (*(found[n] for n in labels(operand)), *own[len(operand.layout) :])

    def full(self, factor: Entry) -> Entry:
        """An entry as a page names it by its full index; what stands in the padded data by the entry of the data."""
        if factor is ZERO:
            return ZERO
        name, index = factor
        missing = self.ranks[name] - len(index)
        if missing:
            index = (0,) * missing + index
        if self.copies and name.endswith(BAR):
            return (name.removesuffix(BAR), entry_at(self.copies, index))
        return (name, index) if missing else factor

    # one entry
    def terms(self, role: str, index: Index) -> list[Product]:
        """Every candidate of an entry, in the order of the formula; of a padded (or folded) entry those of all its places."""
        if self.op.border is None or role != self.op.border.role:
            return [self.named(one) for one in self.expansions[role].at(self.values(role, index))]
        lead, bound = len(index) - self.op.ndim, [numbered("m", k, self.op.ndim) for k in range(self.op.ndim)]
        found = []
        for place in places_of(self.copies, index):
            at = tuple(zip(bound, place[lead:], strict=True))
            for one in self.expansions[role].at(self.values(role, place)):
                found.append(self.named(one)._replace(bound=(*at, *one.bound), through=place[lead:]))
        return found

    def named(self, one: Product) -> Product:
        """A product with full indices, g first, then the kernel; an average's divisor is not one of its factors."""
        there = [self.full(f) for f in one.factors if f is not ZERO and f[0] != COUNT]
        there.sort(key=lambda f: self.order.get(f[0], 0))
        through: Index = ()
        if self.copies:
            through = next((f[1][len(f[1]) - self.op.ndim :] for f in one.factors if f[0].endswith(BAR)), ())
        return Product(tuple(there), 1 if self.pooled else one.coefficient, one.bound, one.killed, through)

    def counts(self) -> dict[Index, int]:
        """m[i]: how many entries the average at a place counts."""
        assert self.node is not None
        free = spatial_names(self.bare, self.bare.result)
        counted_ = Expansion(counted(self.page), free)
        places = every(self.shapes["y"][len(self.shapes["y"]) - self.op.ndim :])
        return {at: sum(not one.killed for one in counted_.at(at)) for at in places}

    # the way back
    def scatter(self, wrt: str) -> dict[Index, list[Product]]:
        """Of every entry the products that the outputs hand back, outputs in order."""
        sums: dict[Index, list[Product]] = {at: [] for at in every(self.shapes[wrt])}
        name, g = self.names[wrt], self.names["g"]
        for at, found in self.y.items():
            for one in found:
                for factor in one.factors:
                    if factor[0] == name:
                        sums[factor[1]].append(Product(((g, at), *(f for f in one.factors if f is not factor))))
        return sums


def every(shape: Iterable[int]) -> Iterable[Index]:
    """Every index, in row-major order."""
    return product(*map(range, shape))


def sliding(member: Operator) -> Expr:
    """A closed form as it is shown: the kernel as it is read, flipped or not, over the data, the data first."""
    (term,) = formula(replace(inner(member), flip=False, output_padding=None, bias=None)).terms
    front: list[Item] = [item for item in term if not isinstance(item, Access)]
    kernel, data = (item for item in term if isinstance(item, Access))
    lead = len(kernel.index) - member.ndim
    turned = kernel.tensor.reversed(tuple(member.flip and k >= lead for k in range(len(kernel.index))))
    return Expr(((*front, data, Access(turned, kernel.index)),))
