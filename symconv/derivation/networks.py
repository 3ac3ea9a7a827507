"""Backpropagation through a chain: every layer's own gradient, its tensors named as the net names them.

With h_k behind layer k and the upstream gradient dL/dh_k known, the layer's lines give dL/dh_{k-1}, and dL/dw, dL/db of its
parameters.  A layer's line is the gather form of its own derivation (``gradient.py``, ``functions.py``).  Padding
that copies entries is an index map, phi (``language.border``): the line is that of the padded tensor, read and collected through
phi.
"""

from __future__ import annotations

from symconv.derivation import functions
from symconv.derivation.gradient import vjp
from symconv.language.border import BAR, place
from symconv.language.expr import Access, Apply, Bracket, Equal, Expr, Item, Sum, Tensor, subs_access, subs_term
from symconv.language.facts import NetForward, NetLine
from symconv.language.integers import Int, integer, var
from symconv.language.network import Link, Network, edge, renamed, renamed_access
from symconv.language.operator import Operator, inner, spatial_names
from symconv.language.unshared import Windowed, definition, entry_of, name_sizes, own_names, tensor_of


def names_of(net: Network, k: int) -> dict[str, str]:
    """How the tensors of layer k (from 1) are called in the net."""
    label = net.links[k - 1].label
    last = k == len(net.links) and net.loss is not None
    behind = "L" if last else edge(k)
    own = {role: f"{role}_{label}" for role in ("w", "b", "S", "m")}
    if not last:
        own["Z"] = f"Z_{label}"  # a softmax within the net; the loss has p and Z of its own
    return {"p": "p", "Z": "Z", **own, "x": edge(k - 1), "y": behind, "g": f"dL/d{behind}", "dL/dx": f"dL/d{edge(k - 1)}"}


def forward(net: Network, k: int) -> NetForward:
    """The formula of layer k, with what it is made of."""
    link, names = net.links[k - 1], names_of(net, k)
    rows = [(renamed_access(left, names), renamed(right, names)) for left, right in formulas(link)]
    return NetForward(link.label, edge(k), tuple(rows))


def formulas(link: Link) -> list[tuple[Access, Expr]]:
    """left = right of a layer, at its own names."""
    op = link.op
    if op.window is not None:
        return [(entry_of(op, "y", {}), continued(definition(op), op))]
    if op.kind == "pointwise":
        return [(functions.entry("y", "i"), Expr(((Apply(op.name, functions.entry("x", "i")),),)))]
    if op.kind == "flatten":
        x, f = block(link)
        return [(Access(Tensor("y", (x.tensor.sizes[0], integer(1))), (x.index[0], f)), Expr(((x,),)))]
    return [(sized(left, link), within(right, link)) for left, right in functions.formulas(op)]


def sizes_of(link: Link) -> dict[str, Int]:
    """The page's N (all entries), B and C as they are here."""
    total = integer(1)
    for n in link.before:
        total = total * n
    found = {"B": link.before[0], "N": total}
    return {**found, "C": link.before[1]} if len(link.before) > 1 else found


def within(expr: Expr, link: Link) -> Expr:
    """The expression with the sizes that hold here."""
    return Expr(tuple(subs_term(term, sizes_of(link)) for term in expr.terms))


def sized(access: Access, link: Link) -> Access:
    """An entry with the sizes that hold here."""
    return subs_access(access, sizes_of(link))


def block(link: Link) -> tuple[Access, Int]:
    """x[n, c, j...] and its place in a row, f = (c N1 + j1) N2 + j2."""
    places = [var(f"j{k + 1}" if len(link.before) > 3 else "j") for k in range(len(link.before) - 2)]
    index = [var("n"), var("c"), *places][: len(link.before)]
    f = integer(0)
    for e, size in zip(index[1:], link.before[1:], strict=True):
        f = f * size + e
    return Access(Tensor("x", link.before), tuple(index)), f


def line(net: Network, k: int, role: str) -> NetLine:
    """dL/d(role) of layer k in terms of dL/dh_k."""
    link, names = net.links[k - 1], names_of(net, k)
    left, expr = own_line(link, role)
    name = f"dL/d{names[role]}"
    place = Access(Tensor(name, left.tensor.sizes), left.index)
    shape = link.before if role == "x" else link.shape(role)
    wrt = edge(k - 1) if role == "x" else f"{link.label}.{role}"
    return NetLine(link.label, role, wrt, place, renamed(expr, names), shape, tuple(free_names(link, role, left)))


def free_names(link: Link, role: str, left: Access) -> list[tuple[str, Int]]:
    """The names that a gradient is indexed by, with their sizes, labels major first."""
    if link.op.window is not None:
        sizes = name_sizes(link.op)
        return [(n, sizes[n]) for n in own_names(link.op, role)]
    names = [name for e in left.index for name in e.names()]
    if names == ["i"]:
        return [("i", sizes_of(link)["N"])]
    return list(zip(names, link.before, strict=True))


def own_line(link: Link, role: str) -> tuple[Access, Expr]:
    """The left side and the gather form of a layer's own derivation."""
    op = link.op
    if op.window is not None:
        steps, gather = vjp(inner(op) if op.window is op else op, role)
        expr = continued(steps[gather].expr, op)
        return entry_of(op, role, {}), folded(expr, op) if role == "x" else expr
    if op.kind == "flatten":
        x, f = block(link)
        return x, Expr(((Access(Tensor("g", (x.tensor.sizes[0], integer(1))), (x.index[0], f)),),))
    (story, *_) = functions.stories(op)
    return sized(story.left, link), within(story.steps[-1].expr, link)


def continued(expr: Expr, op: Windowed) -> Expr:
    """The entries of the padded tensor in a line as those of the tensor itself: xbar[m] = x[phi(m - lo)]."""
    window = op.window
    if window.border is None:
        return expr
    name, x, lead = window.data.name + BAR, tensor_of(op, "x"), len(window.data.layout)

    def own(item: Item) -> Item:
        if not isinstance(item, Access) or item.tensor.name != name:
            return item
        return Access(x, (*item.index[:lead], *places(window, item.index[lead:])))

    return Expr(tuple(tuple(own(item) for item in term) for term in expr.terms))


def folded(expr: Expr, layer: Windowed) -> Expr:
    """sum_m [phi(m - lo) = j] dL/dxbar[m]: every entry collects what its copies got."""
    op = layer.window
    if op.border is None:
        return expr
    bars, own = spatial_names(inner(op), inner(op).data), spatial_names(op, op.data)
    reads = places(op, tuple(var(m) for m in bars))
    ahead: list[Item] = [Sum(m, length) for m, length in zip(bars, op.border.lengths, strict=True)]
    ahead += [Bracket((Equal(read, var(j)),)) for read, j in zip(reads, own, strict=True)]
    return Expr(tuple((*ahead, *term) for term in expr.terms))


def places(op: Operator, index: tuple[Int, ...]) -> tuple[Int, ...]:
    """phi(m - lo) along every axis; an axis without padding stands as it is."""
    assert op.border is not None
    axes = zip(index, op.border.sizes, op.border.pads, strict=True)
    return tuple(m if lo == 0 and hi == 0 else place(op.border.mode, m - lo, n) for m, n, (lo, hi) in axes)


def backward(net: Network, wanted: list[str]) -> list[NetLine]:
    """The lines from the loss back to what is wanted (x, conv1.w, ...), in the order in which they are computed."""
    lines: list[NetLine] = []
    deepest = min(depth(net, name) for name in wanted)
    for k in range(len(net.links), 0, -1):
        link = net.links[k - 1]
        for role in link.parameters:
            if f"{link.label}.{role}" in wanted:
                lines.append(line(net, k, role))
        if k > deepest or (k == 1 and "x" in wanted):
            lines.append(line(net, k, "x"))
        if k == deepest and "x" not in wanted:
            break
    return lines


def depth(net: Network, name: str) -> int:
    """The layer down to which the gradient must come."""
    if name == "x":
        return 1
    label = name.partition(".")[0]
    return next(k for k, link in enumerate(net.links, 1) if link.label == label)


__all__ = ["Sum", "backward", "forward", "names_of"]
