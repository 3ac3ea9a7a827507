"""im2col (unfold): the windows of x as the columns of a matrix, and the operator as a product of matrices.

    U[(c, p), (n, i)] = x[n, c, s i + d p - lo]        rows: channels and taps; columns: images and outputs

    y = W U + b                y[(o), (n, i)] = sum_{c,p} W[o, (c, p)] U[(c, p), (n, i)]
    dL/dW = G U^T              G[(o), (n, i)] = g[n, o, i]
    dL/dx = col2im(W^T G)      col2im(M)[n, c, j] = the sum of M[(c, p), (n, i)] over s i + d p - lo = j

col2im is the adjoint of im2col: the sum of U(x) M equals the sum of x col2im(M); it is not its inverse: col2im(U(x)) is x times
how often each entry is read.  Row and column order are those of torch.nn.functional.unfold: the last tap and the last output
axis run fastest.  With groups there is one product per group.  Source: Chellapilla, Puri, Simard, High Performance
Convolutional Neural Networks for Document Processing (2006); the documentation of torch.nn.Unfold and torch.nn.Fold.
"""

from __future__ import annotations

from itertools import product
from math import prod

from symconv.errors import SymconvError
from symconv.examples.sums import Sums
from symconv.language.operator import Operand, Operator, labels, shape
from symconv.topics.im2col.facts import Group, Index, Unfolding

LIMIT = 20_000
PRODUCTS = 150_000


def unfold(op: Operator) -> Unfolding:
    """The matrices of a concrete correlation, convolution or conv layer.

    Raises SymconvError for another operator, and for more than LIMIT entries of the unfolded input.
    """
    if not isinstance(op, Operator):
        raise SymconvError(f"im2col: expected correlate, convolve or conv, got {op.name}: its windows share no kernel")
    if op.output_padding is not None or op.derived:
        raise SymconvError(
            f"im2col: expected correlate, convolve or conv, got {op.name}; a transposed layer is col2im(W^T x) of the conv with "
            "its parameters"
        )
    counts = {label: size.constant or 0 for label, size in op.extents}
    images, filters, channels, groups = (counts.get(label, 1) for label in ("n", "o", "c", "gamma"))
    if "c" in labels(op.result):  # every channel is a group
        channels, groups = 1, channels
    within(op, groups * filters, groups * channels * images)
    taps = list(product(*(range(a.kernel.constant or 0) for a in op.axes)))
    outputs = list(product(*(range(a.output.constant or 0) for a in op.axes)))
    met = {  # the entry of x that every weight of an output meets; none in the zeros of the padding
        at: {one.factors[0][1]: one.factors[1][1] for one in parts if len(one.factors) > 1}
        for at, parts in Sums(op, {}).y.items()
    }
    found = []
    for group in range(groups):
        rows = tuple(
            tuple(
                met[_bare(op, (n, filters * group), i)].get(_bare(op, (filters * group, c), p))
                for n in range(images) for i in outputs
            )
            for c in range(channels) for p in taps
        )  # fmt: skip
        kernel = tuple(
            tuple(_bare(op, (filters * group + o, c), p) for c in range(channels) for p in taps) for o in range(filters)
        )
        output = tuple(
            tuple(_bare(op, (n, filters * group + o), i) for n in range(images) for i in outputs) for o in range(filters)
        )
        found.append(Group(rows, kernel, output))
    shapes = tuple((role, numbers(op, op.operand(role))) for role in ("x", "w", "y"))
    return Unfolding(op, shapes, tuple(found))


def within(op: Operator, filters: int, planes: int) -> None:
    """Raise SymconvError for more than can be read, before anything is built."""
    taps, outputs = (
        prod(e.constant or 0 for e in sizes) for sizes in zip(*((a.kernel, a.output) for a in op.axes), strict=True)
    )
    entries = planes * taps * outputs
    counted = {
        "entries of the unfolded input": (LIMIT, entries), "products": (PRODUCTS, entries * filters),
        "entries of x": (PRODUCTS, prod(numbers(op, op.data))), "entries of w": (PRODUCTS, prod(numbers(op, op.kernel))),
    }  # fmt: skip
    for what, (most, found) in counted.items():
        if found > most:
            raise SymconvError(f"im2col: expected at most {most} {what}, got {found}; use smaller sizes")


def numbers(op: Operator, operand: Operand) -> Index:
    """The shape of an operand of a concrete operator."""
    return tuple(size.constant or 0 for size in shape(op, operand))


def _bare(op: Operator, lead: Index, rest: Index) -> Index:
    return (*lead, *rest) if op.layered else rest


def reads(unfolding: Unfolding) -> dict[Index, int]:
    """How many entries of the unfolded input each entry of x is: col2im(im2col(1))."""
    counts = dict.fromkeys(product(*(range(n) for n in unfolding.shape("x"))), 0)
    for group in unfolding.groups:
        for row in group.unfolded:
            for cell in row:
                if cell is not None:
                    counts[cell] += 1
    return counts


def copies(unfolding: Unfolding) -> tuple[int, int]:
    """(entries of the unfolded input, entries of x)."""
    rows = sum(len(row) for group in unfolding.groups for row in group.unfolded)
    return rows, prod(unfolding.shape("x"))
