"""The work of a locally connected example: every product with the weight of its own window, and both ways to each gradient.

    scatter   output by output: g[i] times w[i,p] goes to x[j], times x[j] to w[i,p], and g[i] itself to b[i]
    collect   entry by entry: for dL/dx the window i with s i + d p - lo = j, tap by tap; for dL/dw and dL/db the only window
              that has the weight

The scatter walks the products of y; the collecting solves that equation anew for every entry, with its guards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from math import prod

from symconv.examples import working
from symconv.examples.generating import CALM, CALM_FROM, CHOICES, Rule, alike, drawn, kernel_blemishes, long, values_of
from symconv.examples.tracing import completed, factors, guard, named, opened, terms
from symconv.examples.working import Triple, entry, leading, sizes, worth
from symconv.language.example import Array, Candidate, Entry, Index, Number, Product, Trace
from symconv.language.local import Local, parts, unshared
from symconv.language.node import Node, tensor_of
from symconv.language.operator import Operator, gradient_name, upstream


def shape(node: Node, role: str) -> Index:
    """The shape of the tensor in a role of a concrete node."""
    return tuple(n.constant or 0 for n in tensor_of(node, role).sizes)


def triples(node: Node) -> list[Triple]:
    """Every (output, weight, input) by full indices."""
    return [(i, unshared(p, i[len(i) - node.ndim :]), j) for i, p, j in working.triples(node.window)]


def forward(node: Node, found: list[Triple], arrays: Mapping[str, Array]) -> tuple[Entry, ...]:
    """The entries of y, the bias of the place first."""
    op = node.window
    plain = working.forward(replace(op, bias=None), found, arrays)
    if op.bias is None or op.bias.name not in arrays:
        return plain
    name = op.bias.name
    return tuple(entry(e.index, [Product(((name, e.index[1:]),)), *e.products], arrays) for e in plain)


def scatter(node: Node, wrt: str, found: list[Triple], arrays: Mapping[str, Array]) -> tuple[Entry, ...]:
    """dL/d(wrt) by accumulation: outputs in order, each handing g times its derivative back."""
    op = node.window
    if wrt == "x":
        return working.scatter(op, wrt, found, arrays)
    sums: dict[Index, list[Product]] = {at: [] for at in product(*map(range, shape(node, wrt)))}
    g, x = upstream(op), op.data.name
    if wrt == "b":
        for i in product(*map(range, sizes(op, op.result))):
            sums[i[1:]].append(Product(((g, i),)))
    for i, p, j in found if wrt == "w" else ():
        sums[p].append(Product(((g, i), (x, j))))
    return tuple(entry(at, some, arrays) for at, some in sums.items())


def collect(node: Node, wrt: str, arrays: Mapping[str, Array]) -> tuple[Entry, ...]:
    """dL/d(wrt) by the last line of its derivation, entry by entry."""
    made = []
    for index in product(*map(range, shape(node, wrt))):
        there = [Product(one.factors) for one in candidates(node, wrt, index) if not one.killed]
        made.append(entry(index, there, arrays))
    return tuple(made)


def shared(op: Operator, dw: Array, axes: int) -> Array:
    """dL/dw summed over the places: what the kernel would get if all windows shared it."""
    taps = sizes(op, op.kernel)
    sums = dict.fromkeys(product(*map(range, taps)), dw.entries[0] * 0)
    for index, value in zip(dw.indices(), dw.entries, strict=True):
        channels, _, tap = parts(index, dw.lead, op.ndim)
        sums[channels + tap] += value
    return Array(dw.name, taps, tuple(sums.values()), dw.lead, axes - op.ndim)


# one entry
def candidates(node: Node, role: str, index: Index) -> list[Candidate]:
    """Every candidate of an entry of y or of a gradient, without its bias; labels of size 1 are not named."""
    op = node.window
    if role in ("w", "b"):
        found = alone(node, role, index)
    else:
        found = [own(op, role, one, index) for one in terms(op, role, op.operand(role), index)]
    extents = dict(op.extents)
    return [replace(c, bound=tuple((n, v) for n, v in c.bound if n not in extents or extents[n] != 1)) for c in found]


def own(op: Operator, role: str, one: Candidate, index: Index) -> Candidate:
    """A candidate of the windows' own member with the weight of its window; without a window there is no weight to name."""
    found, n = dict(one.factors), op.ndim
    place = index[len(index) - n :] if role == "y" else found.get(upstream(op), ())[-n:]
    w = op.kernel.name
    named_ = [(name, unshared(at, place) if name == w else at) for name, at in one.factors if name != w or place]
    return replace(one, factors=tuple(named_))


def alone(node: Node, role: str, index: Index) -> list[Candidate]:
    """Of a weight or a bias: its own window in every image."""
    op, operand = node.window, node.window.operand(role)
    extents = {n: size.constant or 0 for n, size in op.extents}
    channels, place, tap = parts(index, len(operand.layout), op.ndim)
    known = {op.result.name: place, op.kernel.name: tap}
    killed = []
    if role == "w":
        guards = [guard(op, k, op.data, known) for k in range(op.ndim)]
        killed = [one for one in guards if not one.holds]
        if not killed:
            known[op.data.name] = tuple(one.top for one in guards)
    found = []
    for image in range(extents["n"]):
        at = {**opened(operand, channels, extents), "n": image}
        lead = {o.name: leading(o, at, extents) for o in (op.result, op.data)} if role == "w" else {}
        some = factors(op, "w", known, lead) if role == "w" else ((upstream(op), (image, *index)),)
        found.append(Candidate((("n", image),), some, tuple(killed)))
    return found


def read_entry(text: str, node: Node) -> tuple[str, Index]:
    """(role, full index) of an entry as typed, such as dw[0,1,1,0]: the place before the tap.

    Raises SymconvError as ``tracing.read_entry``.
    """
    role, index, short = named(text)
    operand = node.window.operand(role)  # a layer without bias says so
    whole = shape(node, role)
    return role, completed(whole, len(whole) - len(operand.layout), index, short)


def trace(made: Local, role: str, index: Index) -> Trace:
    """Every candidate for an entry of y or of a gradient, in the order of the formula."""
    op, arrays = made.op, {a.name: a for a in made.arrays}
    found = candidates(made.node, role, index)
    if role == "y" and op.bias is not None and op.bias.name in arrays:
        found.insert(0, Candidate((), ((op.bias.name, index[1:]),)))
    value = sum((worth(Product(c.factors), arrays) for c in found if not c.killed), start=0)
    name = op.result.name if role == "y" else gradient_name(op, op.operand(role))
    return Trace(made, name, index, tuple(found), value)


# numbers
def fill(
    node: Node, given: Mapping[str, Array], wanted: Mapping[str, Array], found: list[Triple], seed: int
) -> dict[str, Array]:
    """Arrays by name: kernels that differ from window to window and from their flips, results that differ and are short."""
    op = node.window
    names = {"w": op.kernel.name, "x": op.data.name, "b": op.bias.name if op.bias else "", "g": upstream(op)}
    crowd = len(found) // max(1, prod(sizes(op, op.result)))
    rules: dict[str, Rule] = {
        "w": lambda all_: kernel_blemishes(replace(all_[names["w"]], lead=all_[names["w"]].lead + node.ndim)),
        "x": lambda all_: blemishes(values_of(forward(node, found, all_))) if names["w"] in all_ else 0,
        "b": lambda all_: alike(list(all_[names["b"]].entries)),
        "g": lambda all_: sum(blemishes(values_of(scatter(node, wrt, found, all_))) for wrt in ("x", "w")),
    }
    return drawn(names, rules, CALM if crowd >= CALM_FROM else CHOICES, given, wanted, len(found), seed)


def blemishes(values: list[Number]) -> int:
    """Results that are equal, or long."""
    return alike(values) + 2 * long(values)
