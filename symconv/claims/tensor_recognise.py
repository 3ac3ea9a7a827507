"""A forward formula as a layer: y[i] = sum_p w[p] x[s i + d p - P], or x[i - p], or y = x * w."""

from __future__ import annotations

from symconv.claims.relations import Statement
from symconv.claims.tensor_forms import add, minus, settled, times
from symconv.claims.tensor_names import STARS, kind_of
from symconv.claims.tensor_stated import Gradients
from symconv.errors import SymconvError, first
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass


@dataclass
class Parameters:
    """What is known of the layer before its names."""

    senses: tuple[str, ...] = ("correlation", "convolution")
    axes: int = 0
    stride: Node | None = None
    padding: Node | None = None
    dilation: Node | None = None
    same: bool = False
    free: bool = False
    sign: str = ""
    given: bool = False
    full: bool = False  # x[i - p]: every output that the window touches
    border: str = ""
    local: str = ""


def recognised(claims: Gradients, statements: list[Statement], arrays: set[str], operands: dict[str, str]) -> Parameters:
    """The parameters of the layer that a formula states.

    Raises SymconvError for a formula that is no such layer.
    """
    relations = [s.node for s in statements if s.node.kind == "relation" and s.node.parts[0] == "="]
    if len(relations) != 1:
        raise SymconvError(f"forward: expected one equation, got {len(relations)}")
    left, right = (settled(p) for p in relations[0].parts[1:])
    made = Parameters(given=True)
    if left.kind == "name" and right.kind in ("times", "call"):
        return operator_form(claims, right, operands, made)
    if left.kind != "index" or left.parts[0].kind != "name":
        raise SymconvError("forward: expected y[...] = sum ... on the left")
    return entries(claims, left, right, operands, made)


def operator_form(claims: Gradients, right: Node, operands: dict[str, str], made: Parameters) -> Parameters:
    """Y = X * W, Y = conv(X, W)."""
    if right.kind == "times":
        base = right.parts[0].split("_")[0]
        tensors = right.parts[1:]
    else:
        base = "conv" if right.parts[0].split("_")[0] == "conv" else ""
        tensors = tuple(p for p in right.parts[1:] if p.kind == "name")
        if right.parts[0].split("_")[0] in ("layer", "corr"):
            made.senses = ("correlation",)
        elif right.parts[0].split("_")[0] == "convolve":
            made.senses = ("convolution",)
        elif base != "conv":
            raise SymconvError(f"forward: expected a convolution, got {right.parts[0]}")
        for p in right.parts[1:]:
            if (
                p.kind == "relation"
                and p.parts[1].kind == "name"
                and p.parts[1].parts[0] in ("stride", "padding", "dilation")
            ):
                setattr(made, p.parts[1].parts[0], p.parts[2])
            elif p.kind != "name":
                raise SymconvError("forward: expected conv(x, w, stride=, padding=, dilation=)")
    if any(t.kind != "name" for t in tensors) or len(tensors) != 2:
        raise SymconvError("forward: expected two tensors, as in Y = X * W")
    for t in tensors:
        assign(claims, operands, t.parts[0], None)
    if base in STARS:
        made.sign = base
        if base in claims.names.senses:
            made.senses = (claims.names.senses[base],)
        elif base == "star":
            made.senses = ("correlation",)
    return made


def assign(claims: Gradients, operands: dict[str, str], tensor: str, role: str | None) -> None:
    """The forward formula names an operand."""
    if tensor in operands.values():
        if role and operands.get(role) != tensor:
            other = next(r for r, t in operands.items() if t == tensor)
            operands[role], operands[other] = tensor, operands.get(role, "")
            if not operands[other]:
                del operands[other]
        return
    missing = [r for r in ("input", "kernel") if r not in operands]
    chosen = role or (kind_of(tensor, claims.names) if kind_of(tensor, claims.names) in missing else (missing or [""])[0])
    if chosen not in missing and any(c[0] == "" for c in claims.stated) and operands.get("input") == "x":
        return  # delta = ..., which does not name the input
    if chosen not in missing:
        raise SymconvError(f"forward: {tensor!r} does not stand in the gradient, and nothing is left to be it")
    operands[chosen] = tensor


def entries(claims: Gradients, left: Node, right: Node, operands: dict[str, str], made: Parameters) -> Parameters:
    """y[i] = sum_p w[p] x[s i + d p - P]."""
    body, ranges, bias = right, [], []
    if body.kind == "add":
        bias = [p for p in body.parts if p.kind != "sum"]
        rest = [p for p in body.parts if p.kind == "sum"]
        if len(rest) != 1 or len(bias) != 1:
            raise SymconvError("forward: expected one sum, and at most a bias beside it")
        body = rest[0]
    while body.kind == "sum":
        ranges += [r.parts[0] for r in body.parts[1:] if r.kind in ("range", "each")]
        body = body.parts[0]
    factors = [p for p in (body.parts if body.kind == "mul" else (body,)) if p.kind == "index"]
    if body.kind != "mul" or len(factors) != 2 or len(body.parts) != 2:
        raise SymconvError("forward: expected a sum over products of two entries")
    outputs = [e.parts[0] for e in left.parts[1:] if e.kind == "name"]
    if len(outputs) != len(left.parts) - 1:
        raise SymconvError("forward: expected plain indices of the output")
    windows = [
        f for f in factors if any(set(e.names()) & set(ranges) and set(e.names()) & set(outputs) for e in f.parts[1:])
    ]
    if len(windows) != 1:
        raise SymconvError("forward: expected one tensor that is read at a window, as in x[i + p]")
    kernel = first(
        (f for f in factors if f is not windows[0]), "forward: expected a kernel beside what is read at a window"
    )
    assign(claims, operands, windows[0].parts[0].parts[0], "input")
    assign(claims, operands, kernel.parts[0].parts[0], "kernel")
    if bias:
        inner = bias[0].parts[0] if bias[0].kind == "index" else bias[0]
        if inner.kind != "name":
            raise SymconvError("forward: expected a bias beside the sum")
        operands.setdefault("bias", inner.parts[0])
    spatial = [e for e in windows[0].parts[1:] if set(e.names()) & set(ranges) and set(e.names()) & set(outputs)]
    found = [axis(claims, e, outputs, ranges, kernel) for e in spatial]
    if len(set(found)) != 1:
        raise SymconvError("forward: expected the same stride, dilation and padding on every axis")
    stride, dilation, padding, flip, full = found[0]
    made.senses = ("convolution",) if flip else ("correlation",)
    made.axes, made.stride, made.dilation, made.padding = len(spatial), stride, dilation, padding
    made.full = full
    return made


def axis(
    claims: Gradients, e: Node, outputs: list[str], ranges: list[str], kernel: Node
) -> tuple[Node, Node, Node, bool, bool]:
    """s i + d p - P along one axis: the stride, the dilation, the padding; whether the kernel is read backwards."""
    base = claims.names.base or 0
    stride = dilation = None
    rest: list[Node] = []
    flip = False
    for term in expanded(e):
        sign, inner = (-1, term.parts[0]) if term.kind == "neg" else (1, term)
        mine, taps = set(inner.names()) & set(outputs), set(inner.names()) & set(ranges)
        if not mine and not taps:
            rest.append(term)
            continue
        factor = coefficient(inner, next(iter(mine or taps)))
        if factor is None or (mine and sign < 0):
            raise SymconvError("forward: expected an index s i + d p - P")
        if mine:
            stride = factor
        else:
            dilation, flip = factor, sign < 0
    if stride is None or dilation is None:
        raise SymconvError("forward: expected an index s i + d p - P")
    constant = add(*rest) if rest else number(0)
    backwards = any(k.kind != "name" for k in kernel.parts[1:] if set(k.names()) & set(ranges))
    if backwards:
        raise SymconvError("forward: expected the kernel at its plain index")
    if flip:
        if constant == number(0):
            return stride, dilation, number(0), True, True
        raise SymconvError("forward: a true convolution is understood as x[i - p]")
    lead = add(times(stride, base), times(dilation, base), -base) if base else number(0)
    padding = minus(number(0), add(constant, lead))
    return stride, dilation, simple(padding), False, False


def simple(node: Node) -> Node:
    """--P as P."""
    return node.parts[0].parts[0] if node.kind == "neg" and node.parts[0].kind == "neg" else node


def expanded(e: Node) -> list[Node]:
    """The terms of an index, with (i - 1) s multiplied out."""
    if e.kind == "add":
        return [t for p in e.parts for t in expanded(p)]
    if e.kind == "neg":
        return [t.parts[0] if t.kind == "neg" else Node("neg", (t,)) for t in expanded(e.parts[0])]
    if e.kind == "mul":
        sums = [p for p in e.parts if p.kind == "add"]
        if len(sums) == 1:
            others = [p for p in e.parts if p is not sums[0]]
            made = []
            for t in expanded(sums[0]):
                sign, inner = (True, t.parts[0]) if t.kind == "neg" else (False, t)
                product = inner
                for o in others:
                    product = times(o, product)
                made.append(Node("neg", (product,)) if sign else product)
            return made
    return [e]


def coefficient(term: Node, index: str) -> Node | None:
    """s in s i."""
    if term == name(index):
        return number(1)
    if term.kind == "mul" and term.parts.count(name(index)) == 1:
        rest = [p for p in term.parts if p != name(index)]
        return rest[0] if len(rest) == 1 else Node("mul", tuple(rest))
    return None
