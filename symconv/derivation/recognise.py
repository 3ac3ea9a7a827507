"""Recognising the last line of a derivation as a member of the closed family.

    sum_tap V[tap] U^r[A out + B tap - c]     is the member with data U, kernel V,
                                              stride A, dilation B, input dilation r, lo = c

Its output length is the size of the tensor that was differentiated.  hi makes the remainder 0,

    hi = A (O' - 1) + B (K' - 1) - r (N' - 1) - lo

and is written with the remainder a of the operator it came from, through s (O - 1) = r (N - 1) + lo + hi - d(K-1) - a.
"""

from __future__ import annotations

from dataclasses import replace

from symconv.errors import InternalError
from symconv.language.expr import Access, Sum, Term, sums
from symconv.language.facts import LayerCall, Reduction
from symconv.language.integers import Int, integer
from symconv.language.operator import Axis, Operand, Operator, gradient_name, own_parameters, spatial_names
from symconv.language.operator import upstream as upstream_name


def recognise(op: Operator, wrt: str, term: Term) -> Operator | Reduction:
    """The member that the term is.

    Raises InternalError if the term has another form: the engine and the recogniser disagree.
    """
    operand = op.operand(wrt)
    upstream = upstream_name(op)
    g = Operand(upstream, op.result.layout, op.result.index)
    result = Operand(gradient_name(op, operand), operand.layout, operand.index)
    if wrt == "b":
        return Reduction(g, result, op)
    operands = {upstream: g, op.data.name: op.data, op.kernel.name: op.kernel}
    kernel, data = roles(term, spatial_names(op, operand))
    if not op.axes and kernel.tensor.name != (op.kernel.name if wrt == "x" else upstream):
        kernel, data = data, kernel  # without axes either may play the kernel
    taps = [e.name for e in kernel.index[len(kernel.index) - op.ndim :]]
    axes = []
    for k, (out, tap) in enumerate(zip(spatial_names(op, operand), taps, strict=True)):
        axes.append(axis(op, operand, data, kernel, k, out, tap or ""))
    return Operator(
        name=(f"conv{op.ndim}d" if op.layered else f"correlate{op.ndim}d") if op.axes else op.name,
        axes=tuple(axes),
        flip=any(kernel.tensor.flipped),
        data=operands[data.tensor.name],
        kernel=replace(operands[kernel.tensor.name], index=((taps[0] if taps else "") or "").rstrip("0123456789")),
        result=result,
        extents=op.extents,
        definitions=op.definitions,
        layered=op.layered,
        derived=op.derived or op.name,
        fits=op.fits,
        lower=op.lower,
    )


def roles(term: Term, out: tuple[str, ...]) -> tuple[Access, Access]:
    """(kernel, data): the kernel is read at the taps alone, the data at A out + B tap - c."""
    bound = sums(term)
    accesses = [i for i in term if isinstance(i, Access)]
    if len(accesses) == 2 and all(isinstance(i, (Sum, Access)) for i in term):
        for kernel, data in (accesses, accesses[::-1]):
            spatial = kernel.index[len(kernel.index) - len(out) :]
            if all(e.name in bound for e in spatial):
                return kernel, data
    raise InternalError("internal error: the rule 'recognise' met a line that is no member of the family")


def axis(op: Operator, operand: Operand, data: Access, kernel: Access, k: int, out: str, tap: str) -> Axis:
    """The parameters of one spatial axis, read off the index A out + B tap - c of the data."""
    at, source = len(data.index) - op.ndim + k, op.axes[k]
    stride, rest = data.index[at].split(out)
    dilation, constant = rest.split(tap)
    zeros = data.tensor.zeros[at] if data.tensor.zeros else integer(1)
    size = data.tensor.sizes[at]
    taps = kernel.tensor.sizes[len(kernel.tensor.sizes) - op.ndim + k]
    length = {op.data.name: source.data, op.kernel.name: source.kernel}[operand.name]
    if source.kernel == 1 and kernel.tensor.name == op.kernel.name and dilation == 0:
        dilation = source.dilation  # one tap: any dilation is right
    if source.kernel == 1 and operand.name == op.kernel.name and stride == 0:
        stride = source.dilation  # one entry comes out: any stride is right
    if any(e.constant is not None and e.constant < 1 for e in (stride, dilation, zeros)):
        raise InternalError("internal error: the rule 'recognise' met a stride or dilation below 1")
    lo = -constant
    hi = tidy(stride * (length - 1) + dilation * (taps - 1) - zeros * (size - 1) - lo, source)
    return Axis(size, taps, length, stride, zeros, dilation, in_order(lo, source), hi, integer(0))


def tidy(e: Int, source: Axis) -> Int:
    """Replace s O by what it is worth: s O = s + r(N-1) + lo + hi - d(K-1) - a."""
    name = source.output.name
    if name is None:
        return in_order(e, source)
    factor, rest = e.split(name)
    worth = source.stride + source.slack - source.remainder
    if factor == source.stride:
        return in_order(rest + worth, source)
    if factor == -source.stride:
        return in_order(rest - worth, source)
    return e


def in_order(e: Int, source: Axis) -> Int:
    """Reading order: the reach d(K-1) first, then the pads, then the remainder."""
    order = [*source.reach.terms, *source.lo.terms, *source.hi.terms, *source.remainder.terms]
    known = {Int([(m, 1)]): n for n, (m, _) in enumerate(order)}
    return Int(sorted(e.terms, key=lambda t: known.get(Int([(t[0], 1)]), len(order))))


def as_layer(op: Operator, wrt: str, member: Operator | Reduction) -> LayerCall | None:
    """The gradient wrt the data of a layer, as a layer: conv_transpose for conv, conv for conv_transpose.

    Stride, dilation and pads are the layer's own; the remainder becomes the output_padding.  None where the gradient is
    neither (a flipped kernel, the kernel's gradient, a derived member).
    """
    if wrt != "x" or op.derived or not op.layered or isinstance(member, Reduction) or not op.axes:
        return None
    given = own_parameters(op)
    if op.output_padding is not None:
        pads = tuple((a.lo, a.hi) for a in member.axes)
        return LayerCall(f"conv{op.ndim}d", tuple(given["stride"]), tuple(given["dilation"]), pads, ())
    if op.flip:
        return None
    rests = tuple(a.remainder for a in op.axes)
    return LayerCall(
        f"conv_transpose{op.ndim}d", tuple(given["stride"]), tuple(given["dilation"]), tuple(given["padding"]), rests
    )
