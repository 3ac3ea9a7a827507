"""Operators: members of one closed family, and their forward formula.

With u^r for u zero-dilated by r, v of length K, and flip or not, along every spatial axis

    y[i] = sum_p v~[p] u^r[s i + d p - lo],   0 <= i < O,      v~[p] = v[p], or v[K-1-p] if flipped

A member carries its output length O and its remainder a = r(N-1) + lo + hi - d(K-1) - s(O-1) >= 0.  Batch, channels and
groups are *labels*: each tensor lists, for its leading axes, the labels that make up the axis, in mixed radix and major
first, so ("gamma", "c") is the channel c + C gamma.  A label that the result lacks is summed.  In a CNN layer

    x[n, (gamma c), j]      w[(gamma o), c, p]      y[n, (gamma o), i]      b[(gamma o)]

and a gradient only moves labels about: the members are closed under differentiation, channels included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from symconv.errors import SymconvError
from symconv.language.border import BAR, Border
from symconv.language.expr import Access, Bracket, Equal, Expr, Item, Sum, Tensor, Term, avoid
from symconv.language.integers import Int, floor, integer, mod, var
from symconv.language.lazy import dataclass

Layout = tuple[tuple[str, ...], ...]

INDEX_NAMES = ("i", "j", "k", "l", "p", "q", "m", "n", "o", "c", "gamma")
SIZE_NAMES = ("N", "K", "O", "a", "B", "C", "F", "G")
TENSOR_NAMES = ("x", "w", "b", "y", "g", "L", "dx", "dw", "db", "xbar")
# a derivative's scalar and upstream tensor; the next in line serve derivatives of derivatives
SCALARS = ("L", "M", "R", "S", "T")
UPSTREAMS = ("g", "h", "u", "v", "z")


@dataclass(frozen=True)
class Axis:
    """One spatial axis: N, K, O, stride s, input dilation r, dilation d, pads lo and hi, remainder a."""

    data: Int
    kernel: Int
    output: Int
    stride: Int
    input_dilation: Int
    dilation: Int
    lo: Int
    hi: Int
    remainder: Int

    @property
    def reach(self) -> Int:
        """d(K-1): the distance between the first and the last tap."""
        return self.dilation * (self.kernel - 1)

    @property
    def slack(self) -> Int:
        """r(N-1) + lo + hi - d(K-1): how far the window can travel; negative if it does not fit."""
        if self.input_dilation == 1:  # the reading order of textbooks
            return self.data + self.lo + self.hi - self.reach - 1
        return self.input_dilation * (self.data - 1) + self.lo + self.hi - self.reach

    def subs(self, values: Mapping[str, Int | int]) -> Axis:
        """Put values in place of names."""
        return Axis(**{name: getattr(self, name).subs(values) for name in self.__dataclass_fields__})


@dataclass(frozen=True)
class Operand:
    """A tensor's part in an operator: its name, the labels of its leading axes, its spatial index."""

    name: str
    layout: Layout
    index: str


@dataclass(frozen=True)
class Operator:
    """A member of the family.  ``definitions`` say what O and a stand for; ``layered`` tells a layer from a signal."""

    name: str
    axes: tuple[Axis, ...]
    flip: bool
    data: Operand
    kernel: Operand
    result: Operand
    extents: tuple[tuple[str, Int], ...] = ()
    bias: Operand | None = None
    definitions: tuple[tuple[str, Int], ...] = ()
    layered: bool = False
    mode: str | None = None
    # a transposed layer, written as a scatter: its output_padding per axis
    output_padding: tuple[Int, ...] | None = None
    # for a gradient derived again: what it is the gradient of, in words ("conv1d")
    derived: str = ""
    # left >= right for every pair: the sizes for which there is an output (a derived member has those of its origin)
    fits: tuple[tuple[Int, Int], ...] = ()
    # the least value of every name
    lower: tuple[tuple[str, int], ...] = ()
    # padding by anything but zeros: the axes are then those of the padded tensor, with no pads of their own
    border: Border | None = None

    kind: ClassVar[str] = "affine"  # of a layer: one kernel for all windows

    @property
    def window(self) -> Operator:
        """The geometry of a layer: here the layer itself."""
        return self

    @property
    def roles(self) -> tuple[str, ...]:
        """What can be differentiated by."""
        return ("x", "w") if self.bias is None else ("x", "w", "b")

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return len(self.axes)

    @property
    def groups(self) -> Int:
        """The number of groups; 1 if there are none."""
        return dict(self.extents).get("gamma", integer(1))

    def operand(self, name: str) -> Operand:
        """The operand in the role x (data), w (kernel), b (bias) or y (result)."""
        found = {"x": self.data, "w": self.kernel, "b": self.bias, "y": self.result}[name]
        if found is None:
            raise SymconvError(f"{self.name} has no bias: expected wrt x or w, got 'b'; build the operator with bias")
        return found

    def subs(self, values: Mapping[str, Int | int]) -> Operator:
        """Put numbers in place of names; O and a follow from their definitions."""
        known = complete(self, values)
        return replace(
            self,
            axes=tuple(axis.subs(known) for axis in self.axes),
            extents=tuple((label, size.subs(known)) for label, size in self.extents),
            definitions=tuple((n, e.subs(known)) for n, e in self.definitions if n not in known),
            output_padding=None if self.output_padding is None else tuple(e.subs(known) for e in self.output_padding),
            fits=tuple((left.subs(known), right.subs(known)) for left, right in self.fits),
            lower=tuple((n, low) for n, low in self.lower if n not in known),
            border=None if self.border is None else self.border.subs(known),
        )


def altered(
    op: Operator, flip: bool | None = None, pads: Sequence[tuple[Int | int, Int | int]] | None = None, output: Any = None
) -> Operator:
    """The member with another flip, other pads (lo, hi) or output lengths per axis, whatever comes of it.

    The remainder follows, and may be anything: a gradient with a mistake in it (its taps turned, its right pad without the
    remainder) is a member too.
    """
    sides = [(a.lo, a.hi) for a in op.axes] if pads is None else [(integer(lo), integer(hi)) for lo, hi in pads]
    lengths = [a.output for a in op.axes] if output is None else [integer(n) for n in output]
    axes = []
    for axis, (lo, hi), length in zip(op.axes, sides, lengths, strict=True):
        moved = replace(axis, lo=lo, hi=hi, output=length)
        axes.append(replace(moved, remainder=moved.slack - moved.stride * (length - 1)))
    return replace(op, axes=tuple(axes), flip=op.flip if flip is None else flip)


def complete(op: Operator, values: Mapping[str, Int | int]) -> dict[str, Int | int]:
    """The values with those of O and a added, where their definitions become numbers."""
    known = dict(values)
    for name, meaning in op.definitions:
        number = meaning.subs(known).constant
        if number is not None and name not in known:
            known[name] = number
    return known


def numbered(base: str, axis: int, ndim: int) -> str:
    """The name of an index or size on an axis: i in one dimension, i1, i2, ... in more."""
    return base if ndim == 1 else f"{base}{axis + 1}"


def spatial_names(op: Operator, operand: Operand) -> tuple[str, ...]:
    """The operand's spatial indices by name."""
    if op.bias is not None and operand == op.bias:
        return ()
    return tuple(numbered(operand.index, k, op.ndim) for k in range(op.ndim))


def labels(operand: Operand) -> tuple[str, ...]:
    """All labels of an operand, in order."""
    return tuple(label for axis in operand.layout for label in axis)


def spatial_sizes(op: Operator, operand: Operand) -> tuple[Int, ...]:
    """The operand's spatial sizes; those of a tensor that is padded by a border are its own."""
    if op.border is not None and operand == op.operand(op.border.role):
        return op.border.sizes
    if operand == op.data:
        return tuple(axis.data for axis in op.axes)
    if operand == op.kernel:
        return tuple(axis.kernel for axis in op.axes)
    return () if operand == op.bias else tuple(axis.output for axis in op.axes)


def mixed(op: Operator, axis: tuple[str, ...], names: Mapping[str, Int]) -> Int:
    """The index of a leading axis: (gamma, c) gives c + C gamma."""
    extents = dict(op.extents)
    index, weight = integer(0), integer(1)
    for label in reversed(axis):
        index = index + weight * names.get(label, var(label))
        weight = weight * extents[label]
    return index


def leading(operand: Operand, at: Mapping[str, int], extents: Mapping[str, int]) -> tuple[int, ...]:
    """The leading indices of an operand for values of its labels: (gamma, c) is c + C gamma."""
    found = []
    for axis in operand.layout:
        index = 0
        for label in axis:
            index = index * extents[label] + at[label]
        found.append(index)
    return tuple(found)


def digits(operand: Operand, index: tuple[int, ...], extents: Mapping[str, int]) -> dict[str, int]:
    """The values of the labels that leading indices stand for; what is behind them is not looked at."""
    found: dict[str, int] = {}
    for axis, value in zip(operand.layout, index, strict=False):
        for label in reversed(axis):
            value, found[label] = divmod(value, extents[label])
    return found


def leading_sizes(op: Operator, operand: Operand) -> tuple[Int, ...]:
    """The sizes of the leading axes: products of the sizes of their labels."""
    extents = dict(op.extents)
    sizes = []
    for axis in operand.layout:
        size = integer(1)
        for label in reversed(axis):
            size = size * extents[label]
        sizes.append(size)
    return tuple(sizes)


def shape(op: Operator, operand: Operand) -> tuple[Int, ...]:
    """All sizes of an operand, leading axes first, as PyTorch orders them."""
    return leading_sizes(op, operand) + spatial_sizes(op, operand)


def tensor(op: Operator, operand: Operand, name: str | None = None) -> Tensor:
    """The operand as a tensor, under another name if one is given (g has the shape of y)."""
    return Tensor(name or operand.name, shape(op, operand), lead=len(operand.layout))


def entry(
    op: Operator, operand: Operand, names: Mapping[str, Int], index: tuple[Int, ...], name: str | None = None
) -> Access:
    """The operand's entry at the given labels and spatial indices."""
    lead = tuple(mixed(op, axis, names) for axis in operand.layout)
    return Access(tensor(op, operand, name), lead + index)


def formula(op: Operator, names: Mapping[str, Int] | None = None, taken: tuple[str, ...] = ()) -> Expr:
    """The right-hand side of y[...] = ..., at the result's indices (renamed by ``names``); bound indices avoid ``taken``.

    Source: the contraction of the module's docstring; Dumoulin & Visin, A guide to convolution arithmetic, section 2.
    """
    if op.border is not None:  # in the entries of the padded tensor
        return formula(inner(op), names, taken)
    at = dict(names or {})
    places = spatial_names(op, op.data) if op.output_padding is not None else ()
    bound = [*summed_labels(op), *places, *spatial_names(op, op.kernel)]
    free = {at[n].name or n if n in at else n for n in (*labels(op.result), *spatial_names(op, op.result))}
    at.update(avoid(bound, [*taken, *free]))
    extents = dict(op.extents)
    items: list[Item] = [Sum(at.get(n, var(n)).name or n, extents[n]) for n in summed_labels(op)]
    taps = [at.get(p, var(p)) for p in spatial_names(op, op.kernel)]
    items += [Sum(at.get(j, var(j)).name or j, axis.data) for j, axis in zip(places, op.axes, strict=False)]
    items += [Sum(p.name or "", axis.kernel) for p, axis in zip(taps, op.axes, strict=True)]
    items += scattered(op, at, taps) if op.output_padding is not None else gathered(op, at, taps)
    terms: list[Term] = [tuple(items)]
    if op.bias is not None:
        terms.insert(0, (entry(op, op.bias, at, ()),))
    return Expr(tuple(terms))


def gathered(op: Operator, at: Mapping[str, Int], taps: list[Int]) -> list[Item]:
    """w[p] u^r[s i + d p - lo]."""
    return [entry(op, op.kernel, at, tuple(taps)), read(op, at, taps)]


def scattered(op: Operator, at: Mapping[str, Int], taps: list[Int]) -> list[Item]:
    """w[p] x[j] [s j + d p - lo = i]: where each product lands."""
    places = [at.get(j, var(j)) for j in spatial_names(op, op.data)]
    items: list[Item] = [entry(op, op.kernel, at, tuple(taps)), entry(op, op.data, at, tuple(places))]
    for axis, i, j, p in zip(op.axes, spatial_names(op, op.result), places, taps, strict=True):
        landing = axis.input_dilation * j + axis.dilation * p - (axis.reach - axis.lo)
        items.append(Bracket((Equal(landing, at.get(i, var(i))),)))
    return items


def read(op: Operator, at: Mapping[str, Int], taps: list[Int]) -> Access:
    """The entry of u^r that the window at y's index reads through the given taps."""
    index = []
    for axis, i, p in zip(op.axes, spatial_names(op, op.result), taps, strict=True):
        through = axis.kernel - 1 - p if op.flip else p
        index.append(axis.stride * at.get(i, var(i)) + axis.dilation * through - axis.lo)
    plain = entry(op, op.data, at, tuple(index))
    zeros = (integer(1),) * len(op.data.layout) + tuple(axis.input_dilation for axis in op.axes)
    return Access(plain.tensor.dilated(zeros), plain.index)


def own_parameters(op: Operator) -> dict[str, list[Any]]:
    """Stride, dilation and pads as the user gave them: those of the scatter for a transposed layer."""
    if op.output_padding is None:
        strides, pairs = [a.stride for a in op.axes], [(a.lo, a.hi) for a in op.axes]
    else:
        strides = [a.input_dilation for a in op.axes]
        extra = zip(op.axes, op.output_padding, strict=True)
        pairs = [(a.reach - a.lo, a.reach - a.hi + more) for a, more in extra]
    return {"stride": strides, "padding": pairs, "dilation": [a.dilation for a in op.axes]}


def upstream(op: Operator) -> str:
    """The name of the tensor that a derivative of the operator is contracted with: g, for a derived member h, u, ..."""
    found = _next(UPSTREAMS, op, lambda name, used: name.removesuffix(BAR) in {n.removesuffix(BAR) for n in used})
    return found + BAR if op.result.name.endswith(BAR) else found  # of a folded result the padded direction


def scalar(op: Operator) -> str:
    """The scalar that is differentiated: the loss L; for a derived member M = sum h dL/dx, and so on."""
    return _next(SCALARS, op, lambda name, used: any(u.startswith(f"d{name}/") for u in used))


def _next(line: tuple[str, ...], op: Operator, taken: Callable[[str, set[str]], bool]) -> str:
    """The first name behind the last one in use that no parameter bears."""
    used = {o.name for o in (op.data, op.kernel, op.result, op.bias) if o is not None}
    last = max((k for k, name in enumerate(line) if taken(name, used)), default=-1)
    free = [name for name in line[last + 1 :] if name not in names(op)]
    if not free:
        raise SymconvError(f"{op.name}: expected at most {len(line)} derivatives in a row, got one more")
    return free[0]


def gradient_name(op: Operator, operand: Operand) -> str:
    """The gradient's name as a tensor: dL/dx."""
    return f"d{scalar(op)}/d{operand.name}"


def summed_labels(op: Operator) -> tuple[str, ...]:
    """The labels that are summed over: in the kernel or the data, not in the result."""
    kept = set(labels(op.result))
    seen = dict.fromkeys(n for n in (*labels(op.kernel), *labels(op.data)) if n not in kept)
    return tuple(seen)


def interval(op: Operator) -> None:
    """Raise SymconvError unless 0 <= output_padding < max(stride, dilation), where all of them are numbers."""
    for axis, extra in zip(op.axes, op.output_padding or (), strict=False):
        s, d, more = axis.input_dilation.constant, axis.dilation.constant, extra.constant
        if s is not None and d is not None and more is not None and not 0 <= more < max(s, d):
            raise SymconvError(
                f"output_padding: expected 0 <= output_padding < max(stride, dilation) = {max(s, d)}, got {more}"
            )


def windows_fit(axes: tuple[Axis, ...]) -> tuple[tuple[Int, Int], ...]:
    """N + lo + hi >= d(K-1) + 1 along every axis of an operator without input dilation."""
    return tuple((axis.data + axis.lo + axis.hi, axis.reach + 1) for axis in axes)


def sized(axis: Axis, output: str, remainder: str) -> tuple[Axis, list[tuple[str, Int]]]:
    """Give an axis its output length floor(slack / s) + 1 and its remainder slack mod s, as numbers or defined names."""
    length, rest = floor(axis.slack, axis.stride) + 1, mod(axis.slack, axis.stride)
    defined: list[tuple[str, Int]] = []
    if length.constant is None:
        defined.append((output, length))
        length = var(output)
    if rest.constant is None:
        defined.append((remainder, rest))
        rest = var(remainder)
    return replace(axis, output=length, remainder=rest), defined


def names(op: Operator) -> frozenset[str]:
    """The names that need a value before anything can be computed: all but those with definitions."""
    found: set[str] = set()
    for axis in op.axes:
        for field in ("data", "kernel", "stride", "input_dilation", "dilation", "lo", "hi", "output", "remainder"):
            found |= getattr(axis, field).names()
    for _, size in op.extents:
        found |= size.names()
    for _, meaning in op.definitions:
        found |= meaning.names()
    if op.border is not None:
        found |= op.border.names()
    return frozenset(found - {name for name, _ in op.definitions})


def operator_domain(op: Operator) -> tuple[list[tuple[str, int]], list[tuple[str, Int]], list[Int]]:
    """(sizes with their least value, definitions, what is >= 0) of an operator: windows fit, O and a by their meaning."""
    lower, found = dict(op.lower), set[str]()
    for axis in op.axes:
        for e in (axis.data, axis.kernel, axis.stride, axis.dilation, axis.input_dilation, axis.output):
            found |= e.names()
    for _, size in op.extents:
        found |= size.names()
    defined = {name for name, _ in op.definitions}
    sizes = [(name, lower.get(name, 1)) for name in sorted((found | lower.keys()) - defined)]
    return sizes, list(op.definitions), [left - right for left, right in op.fits]


def matrices(op: Operator) -> tuple[tuple[str, bool], tuple[str, bool]]:
    """A member without spatial axes as a product of two matrices: (name, transposed) twice.

    The rows of the product are the result's first label, its columns the second.
    """
    rows, columns = labels(op.result)
    first, second = (op.data, op.kernel) if rows in labels(op.data) else (op.kernel, op.data)
    return (first.name, labels(first)[0] != rows), (second.name, labels(second)[1] != columns)


def spatial(op: Operator) -> Operator:
    """The same operator for one image, one channel, one filter: the spatial step alone."""

    def bare(operand: Operand) -> Operand:
        return replace(operand, layout=())

    return replace(
        op,
        data=bare(op.data),
        kernel=bare(op.kernel),
        result=bare(op.result),
        bias=bare(op.bias) if op.bias else None,
        extents=(),
    )


def bare(op: Operator) -> Operator:
    """The same operator without labels of size 1, and without the leading axes that then have none: as a page writes it."""
    extents = {n: size for n, size in op.extents if size != 1}

    def narrow(operand: Operand) -> Operand:
        layout = tuple(tuple(n for n in axis if n in extents) for axis in operand.layout)
        first = next((k for k, axis in enumerate(layout) if axis), len(layout))
        return replace(operand, layout=layout[first:])

    return replace(
        op,
        data=narrow(op.data),
        kernel=narrow(op.kernel),
        result=narrow(op.result),
        bias=narrow(op.bias) if op.bias else None,
        extents=tuple(extents.items()),
    )


def inner(op: Operator) -> Operator:
    """A bordered operator as a plain member of the family, which reads (or makes) the padded tensor."""
    if op.border is None:
        return op
    plain = replace(op, border=None)
    if op.border.role == "x":
        return replace(plain, data=replace(op.data, name=op.data.name + BAR, index="m"))
    if op.border.role == "w":
        return replace(plain, kernel=replace(op.kernel, name=op.kernel.name + BAR))
    return replace(plain, result=replace(op.result, name=op.result.name + BAR))


def outer(member: Operator, of: Operator) -> Operator:
    """A member that reads or makes the padded tensor of a bordered operator, in the entries of the tensor itself."""
    assert of.border is not None
    name = upstream(of) if of.border.role == "y" else of.operand(of.border.role).name
    border = {role: replace(of.border, role=role) for role in ("x", "w", "y")}
    if member.data.name == name + BAR:
        return replace(member, border=border["x"], data=replace(member.data, name=name))
    if member.kernel.name == name + BAR:
        return replace(member, border=border["w"], kernel=replace(member.kernel, name=name))
    if member.result.name.endswith(f"d{name}{BAR}"):
        return replace(member, border=border["y"], result=replace(member.result, name=member.result.name.removesuffix(BAR)))
    return member
