"""Operators outside the closed family, each said by its windows and by what is done with them.

A node looks through the windows of a member of the family (its sizes, labels and pads are that member's), and

    max_pool   y[i] = max_p x[s i + d p - lo]                     over the taps that meet the input
    avg_pool   y[i] = 1/m[i] sum_p x[s i + d p - lo]              m[i] entries are counted in window i
    local      y[i] = b[i] + sum_p w[i, p] x[s i + d p - lo]      a kernel of its own for every window

Where the maximum of window i is attained at one tap p only, y[i] is that entry, near x too; so the gradient of the maximum
is that of sum_p S[i, p] x[s i + d p - lo] with a *selection* S held fixed.  At a tie S is a convention:

    first   1 at the first tap (row-major) that attains the maximum        split   1/t at each of t such taps
    all     1 at each of them

Source: Rockafellar, Convex Analysis, section 23 (the subdifferential of a maximum); Goodfellow, Bengio & Courville, Deep
Learning, section 9.3 (pooling), section 9.5 (unshared convolution).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symconv.errors import SymconvError
from symconv.language.expr import Access, Bracket, Expr, InRange, Item, Max, Over, Sum, Tensor, Term
from symconv.language.integers import Int, ceil, integer, var
from symconv.language.lazy import dataclass
from symconv.language.operator import (
    Operator,
    formula,
    labels,
    leading_sizes,
    mixed,
    numbered,
    shape,
    spatial,
    spatial_names,
    spatial_sizes,
)

POOLING = ("max_pool", "avg_pool")
SELECTION = "S"
COUNT = "m"
WEIGHTS = "w"


@dataclass(frozen=True)
class Unshared:
    """``window`` has the geometry; ``kind`` says what is done in it; the rest are the kind's own parameters."""

    name: str
    kind: str
    window: Operator
    ties: str = "first"
    ceil_mode: bool = False
    count_include_pad: bool = True

    @property
    def ndim(self) -> int:
        """The number of spatial axes."""
        return self.window.ndim

    @property
    def roles(self) -> tuple[str, ...]:
        """What can be differentiated by."""
        if self.kind != "local":
            return ("x",)
        return ("x", "w", "b") if self.window.bias is not None else ("x", "w")

    def subs(self, values: Mapping[str, Int | int]) -> Unshared:
        """Put numbers in place of names."""
        return replace(self, window=self.window.subs(values))


Windowed = Operator | Unshared  # layers that look through windows


def one_image(node: Unshared) -> Unshared:
    """The same node for one image and one channel."""
    return replace(node, window=spatial(node.window))


def constant_count(node: Unshared) -> Int | None:
    """What an average divides by, if that is the same in every window; else None."""
    taps = integer(1)
    for axis in node.window.axes:
        taps = taps * axis.kernel
    if node.ceil_mode:  # a window may overhang
        return None
    whole = all(e.constant is not None and e.constant <= 0 for axis in node.window.axes for e in (axis.lo, axis.hi))
    return taps if node.count_include_pad or whole else None


def own_names(node: Windowed, role: str) -> tuple[str, ...]:
    """The names in the index of a tensor, labels first."""
    window = node.window
    operand = window.operand("y" if role == "g" else role)
    places = spatial_names(window, window.result)
    if node.kind == "local" and role == "w":
        return (*labels(operand), *places, *spatial_names(window, operand))
    if node.kind == "local" and role == "b":
        return (*labels(operand), *places)
    return (*labels(operand), *spatial_names(window, operand))


def name_sizes(node: Windowed) -> dict[str, Int]:
    """The range of every name that a tensor of the node is indexed by."""
    window = node.window
    found = dict(window.extents)
    for operand in (window.data, window.kernel, window.result):
        found |= dict(zip(spatial_names(window, operand), spatial_sizes(window, operand), strict=True))
    return found


def tensor_of(node: Windowed, role: str, name: str | None = None) -> Tensor:
    """The tensor in a role, under another name if one is given; a local kernel has a place axis per output axis."""
    window = node.window
    operand = window.operand("y" if role == "g" else role)
    sizes = shape(window, operand)
    lead = len(operand.layout)
    if node.kind == "local" and role in ("w", "b"):
        sizes = (*sizes[:lead], *spatial_sizes(window, window.result), *sizes[lead:])
    return Tensor(name or operand.name, sizes, lead=lead)


def entry_of(node: Windowed, role: str, names: Mapping[str, Int], name: str | None = None) -> Access:
    """The entry of the tensor in a role at the given names (its own where none are given)."""
    window = node.window
    operand = window.operand("y" if role == "g" else role)
    lead = tuple(mixed(window, axis, names) for axis in operand.layout)
    rest = own_names(node, role)[len(labels(operand)) :]
    return Access(tensor_of(node, role, name), lead + tuple(names.get(n, var(n)) for n in rest))


def selection(node: Unshared, names: Mapping[str, Int], taps: tuple[Int, ...]) -> Access:
    """S[..., i, p]."""
    window = node.window
    sizes = (*shape(window, window.result), *(axis.kernel for axis in window.axes))
    lead = len(window.result.layout)
    index = entry_of(node, "y", names).index
    return Access(Tensor(SELECTION, sizes, lead=lead), (*index, *taps))


def count(node: Unshared, names: Mapping[str, Int]) -> Access:
    """m[i], how many entries window i counts."""
    places = spatial_names(node.window, node.window.result)
    sizes = tuple(axis.output for axis in node.window.axes)
    return Access(Tensor(COUNT, sizes), tuple(names.get(n, var(n)) for n in places))


def counted(node: Unshared) -> Expr:
    """What m[i] is: the taps whose place is in the input, or (``count_include_pad``) in the padded input."""
    window = node.window
    items: list[Item] = []
    for k, axis in enumerate(window.axes):
        items.append(Sum(numbered("p", k, window.ndim), axis.kernel))
    for k, axis in enumerate(window.axes):
        i, p = (var(numbered(letter, k, window.ndim)) for letter in ("i", "p"))
        place, size = axis.stride * i + axis.dilation * p - axis.lo, axis.data
        if node.count_include_pad:
            place, size = axis.stride * i + axis.dilation * p, axis.data + axis.lo + axis.hi
        items.append(Bracket((InRange(place, size),)))
    return Expr((tuple(items),))


def definition(node: Windowed, names: Mapping[str, Int] | None = None, taken: tuple[str, ...] = ()) -> Expr:
    """The right-hand side of y[...] = ..., as ``language.operator.formula``."""
    return formula(node, names, taken) if isinstance(node, Operator) else _rewritten(node, names or {}, taken, frozen=False)


def frozen(node: Windowed, names: Mapping[str, Int] | None = None, taken: tuple[str, ...] = ()) -> Expr:
    """The same with the maximum's selection held fixed: a sum, affine in every tensor."""
    return formula(node, names, taken) if isinstance(node, Operator) else _rewritten(node, names or {}, taken, frozen=True)


def _rewritten(node: Unshared, names: Mapping[str, Int], taken: tuple[str, ...], frozen: bool) -> Expr:
    window = node.window
    terms: list[Term] = []
    for term in formula(window, names, taken).terms:
        terms.append(_weighted(node, term, names, frozen))
    return Expr(tuple(terms))


def _weighted(node: Unshared, term: Term, names: Mapping[str, Int], frozen: bool) -> Term:
    """The window's own weights in place of a shared kernel."""
    window = node.window
    front: list[Item] = []
    items: list[Item] = []
    taps = spatial_names(window, window.kernel)
    for item in term:
        if isinstance(item, Access) and window.bias is not None and item.tensor.name == window.bias.name:
            places = tuple(names.get(n, var(n)) for n in spatial_names(window, window.result))
            items.append(Access(tensor_of(node, "b"), (*item.index, *places)))
        elif isinstance(item, Access) and item.tensor.name == window.kernel.name:
            at = item.index[len(item.index) - len(taps) :]
            front += _front(node, names)
            items += _weights(node, item, names, at, frozen)
        elif isinstance(item, Sum) and node.kind == "max_pool" and not frozen:
            items.append(Max(item.index, item.size))
        else:
            items.append(item)
    return (*front, *items)


def _front(node: Unshared, names: Mapping[str, Int]) -> list[Item]:
    """What stands before the sum: 1 over the count of an average."""
    if node.kind != "avg_pool":
        return []
    known = constant_count(node)
    if known is not None:
        return [Over(known)] if known != 1 else []
    found = count(node, names)
    return [Access(replace(found.tensor, inverse=True), found.index)]


def _weights(node: Unshared, kernel: Access, names: Mapping[str, Int], at: tuple[Int, ...], frozen: bool) -> list[Item]:
    """What stands in the kernel's place within the sum."""
    if node.kind == "max_pool":
        return [selection(node, names, at)] if frozen else []
    if node.kind == "avg_pool":
        return []
    window = node.window
    places = tuple(names.get(n, var(n)) for n in spatial_names(window, window.result))
    lead = kernel.index[: len(kernel.index) - len(at)]
    return [Access(tensor_of(node, "w"), (*lead, *places, *at))]


def windows_read(node: Unshared) -> None:
    """Raise SymconvError if a window lies in the padding alone: it has no largest entry and no average."""
    for k, axis in enumerate(node.window.axes):
        numbers = [e.constant for e in (axis.data, axis.kernel, axis.output, axis.stride, axis.dilation, axis.lo)]
        if any(n is None for n in numbers):
            _pads_within_reach(node, k)
            continue
        n, taps, out, s, d, lo = (e or 0 for e in numbers)
        if node.ceil_mode:
            _begins_in_padding(node, k)
        for i in range(out):
            first = max(0, -((s * i - lo) // d))  # the first tap at a place >= 0
            if first >= taps or s * i + d * first - lo >= n:
                raise padding_alone(node, k, f"window {i} reads places {s * i - lo} to {s * i - lo + d * (taps - 1)}", n)
        if node.kind == "avg_pool" and node.count_include_pad and axis.hi.constant is not None:
            _counts_some(node, k, s * (out - 1), n + lo + axis.hi.constant)


def _counts_some(node: Unshared, k: int, begins: int, size: int) -> None:
    """With ceil_mode and a pad that crops, the last window can begin behind the padded input, and count no tap."""
    if begins >= size:
        raise SymconvError(
            f"{node.name}: expected every window to meet the padded input, got a last one that begins at place {begins} of its "
            f"{size} along axis {k}, so that it counts no entry and its average is undefined; use padding that crops less, or "
            "no ceil_mode"
        )


def _begins_in_padding(node: Unshared, k: int) -> None:
    """O = ceil(M/s) + 1, less 1 (and no more) if the last window would begin at or beyond N + lo."""
    axis = node.window.axes[k]
    s, size = axis.stride, axis.data + axis.lo
    last = ceil(axis.slack, s)
    begins, beyond = (s * last).constant or 0, size.constant or 0
    if begins >= beyond and begins - (s.constant or 1) >= beyond:
        at = begins - (s.constant or 1) - (axis.lo.constant or 0)
        raise padding_alone(node, k, f"the last one begins at place {at}", axis.data.constant)


def _pads_within_reach(node: Unshared, k: int) -> None:
    """With an open input size: a pad beyond the reach leaves the first window (at stride 1 the last) without input."""
    axis = node.window.axes[k]
    left, right = ((axis.reach - e).constant for e in (axis.lo, axis.hi))
    if left is not None and left < 0:
        raise padding_alone(node, k, f"the first window reads places {-axis.lo} to {axis.reach - axis.lo}", None)
    spared = 1 if node.ceil_mode else 0  # ceil_mode leaves one such window out
    if right is not None and right < -spared and axis.stride == 1:
        raise padding_alone(node, k, f"the last window begins {axis.hi - axis.reach} places beyond the input", None)


def padding_alone(node: Unshared, k: int, what: str, size: int | None) -> SymconvError:
    """The error of a window without input."""
    what_is = {"max_pool": "maximum", "avg_pool": "average"}[node.kind]
    where = "" if size is None else f" of an input of {size}"
    return SymconvError(
        f"{node.name}: expected every window to meet the input, got one entirely inside the padding along axis {k} ({what}"
        f"{where}), so that its {what_is} is undefined; use padding smaller than the window's reach"
    )


__all__ = [
    "POOLING",
    "Unshared",
    "Windowed",
    "constant_count",
    "counted",
    "definition",
    "entry_of",
    "frozen",
    "leading_sizes",
    "one_image",
]
