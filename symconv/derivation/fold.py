"""The padding taken back: from the gradient of the padded tensor to that of the tensor itself.

    dL/dx[j] = sum_m dL/dxbar[m] dxbar[m]/dx[j]                       (chain rule)

xbar[m] is a sum of three pieces, each an entry of x (``language.border``); taking out the derivative of an entry by an entry
leaves one equation in m for each piece, and solving it folds the border back onto the tensor: the transpose of the padding map.

    circular    dxbar[j + lo] + dxbar[j + lo - N] + dxbar[j + lo + N]
    symmetric   dxbar[j + lo] + dxbar[lo - 1 - j] + dxbar[2N - 1 + lo - j]
    reflect     dxbar[j + lo] + [0 < j] dxbar[lo - j] + [j < N-1] dxbar[2(N-1) + lo - j]
    replicate   dxbar[j + lo] + [j = 0] sum_{m < lo} dxbar[m] + [j = N-1] sum_{m >= lo + N} dxbar[m]

A circular operator needs no limit on its pads: with G the upstream gradient wrapped to N places,

    dL/dx[j] = sum_q w~[q] G[j + d q - (e - lo)],      G[t] = sum_i g[i] [N divides s i - t], which has the period N

which is a circular operator again.  Source: the adjoint of a linear map; Griewank & Walther, Evaluating Derivatives, chapter 3.
"""

from __future__ import annotations

from symconv.derivation.rules import isolate
from symconv.language.border import BAR, Border, pieces
from symconv.language.expr import (
    Access,
    Bracket,
    Condition,
    Divides,
    Equal,
    Expr,
    InRange,
    Item,
    Partial,
    Sum,
    Tensor,
    Term,
)
from symconv.language.facts import Fold, Step
from symconv.language.integers import Int, mod, quotient, var
from symconv.language.operator import Operator, gradient_name, inner, numbered, spatial, spatial_names, tensor, upstream


def folds(op: Operator, wrt: str) -> tuple[Fold, ...]:
    """The steps along every axis that is padded, one axis after the other."""
    assert op.border is not None
    operand = op.operand(wrt)
    letter = next(n for n in ("m", "k", "l") if n != operand.index)
    made = []
    for k, (lo, hi) in enumerate(op.border.pads):
        if lo == 0 and hi == 0:
            continue
        j, m = var(numbered(operand.index, k, op.ndim)), numbered(letter, k, op.ndim)
        alone = op.ndim == 1
        after = gradient_name(op, operand) if alone else "f"
        before = gradient_name(op, operand) + BAR if alone else "r"
        left = Access(Tensor(after, (op.border.sizes[k],)), (j,))
        made.append(Fold(k, left, axis_steps(op.border, k, operand.name, before, j, m)))
    return tuple(made)


def axis_steps(border: Border, axis: int, name: str, before: str, j: Int, m: str) -> tuple[Step, ...]:
    """Chain rule, pieces, entries independent, solved: along one axis."""
    n, length = border.sizes[axis], border.lengths[axis]
    padded, own = Tensor(name + BAR, (length,)), Access(Tensor(name, (n,)), (j,))
    h = Access(Tensor(before, (length,)), (var(m),))
    over = Sum(m, length)
    chain = Expr(((over, h, Partial(Access(padded, (var(m),)), own)),))
    split: list[Term] = []
    brackets: list[Term] = []
    solved: list[Term] = []
    for term in pieces(border, axis, name, var(m)).terms:
        guards = [item for item in term if isinstance(item, Bracket)]
        (entry,) = [item for item in term if isinstance(item, Access)]
        split.append((over, *guards, h, Partial(entry, own)))
        brackets.append((over, *guards, h, Bracket((Equal(entry.index[0], j),))))
        solved.append(_solved(border, axis, h.tensor, entry.index[0], guards, j, m))
    focus = (m,)
    return (
        Step("chain", chain, focus),
        Step("pieces", Expr(tuple(split)), (), (("tensor", name),)),
        Step("independent", Expr(tuple(brackets)), (j.name or "",)),
        Step("fold", Expr(tuple(solved)), (j.name or "",), (("names", (m,)), ("tensor", before))),
    )


def _solved(border: Border, axis: int, h: Tensor, entry: Int, guards: list[Bracket], j: Int, m: str) -> Term:
    """sum_m [guard] h[m] [entry = j], solved for m; what zero extension and 0 <= j < N imply is left out."""
    alone = isolate(Equal(entry, j), m)
    if alone is None:  # replicate: the whole border lies on one entry
        return (Bracket((Equal(j, entry),)), Sum(m, border.lengths[axis]), *guards, Access(h, (var(m),)))
    factor, equation = alone
    place = quotient(equation.right, factor)
    kept: list[Item] = []
    if border.mode == "reflect":  # the edge entry is not repeated
        inside: list[Condition] = [c for g in guards for c in g.conditions]
        kept = [Bracket((InRange(c.value.subs({m: place}), c.size),)) for c in inside if isinstance(c, InRange)]
    return (*kept, Access(h, (place,)))


def circular(op: Operator) -> tuple[Access, tuple[Step, ...], tuple[Expr, ...]]:
    """dL/dx of a circular operator along one axis as a circular operator on G.

    The lines as shown, and with G written out (what is proved and checked).
    """
    assert op.border is not None
    page = inner(spatial(op)) if op.layered else inner(op)
    (axis,), (n,), ((lo, _),) = page.axes, op.border.sizes, op.border.pads
    (i,), (p,) = spatial_names(page, page.result), spatial_names(page, page.kernel)
    j, reach = var(op.data.index), axis.reach
    g = Access(tensor(page, page.result, upstream(op)), (var(i),))
    w = tensor(page, page.kernel)
    through = axis.kernel - 1 - var(p) if page.flip else var(p)
    over = (Sum(i, axis.output), Sum(p, axis.kernel))
    here = Bracket((Equal(mod(axis.stride * var(i) + axis.dilation * through - lo, n), j),))
    first = Expr(((*over, g, Access(w, (var(p),)), here),))
    swapped = (Sum(p, axis.kernel), Access(w, (var(p),)), Sum(i, axis.output), g)
    apart = axis.stride * var(i) + axis.dilation * through - lo - j
    congruent = Expr(((*swapped, Bracket((Divides(n, apart),))),))
    q = p if page.flip else "q"
    last = j + axis.dilation * var(q) - (reach - lo)
    turned = Access(w.reversed((not page.flip,)), (var(q),))
    spelled = Expr(((Sum(q, axis.kernel), turned, Access(Tensor("G", (n,)), (last,))),))
    written = Expr(
        ((Sum(q, axis.kernel), turned, Sum(i, axis.output), g, Bracket((Divides(n, axis.stride * var(i) - last),))),)
    )
    steps = (
        Step("wrap", first, (j.name or "",)),
        Step("congruent", congruent, (i,)),
        Step("member", spelled, (q,), (("flip", page.flip),)),
    )
    left = Access(Tensor(gradient_name(op, op.data), (n,)), (j,))
    return left, steps, (first, congruent, written)
