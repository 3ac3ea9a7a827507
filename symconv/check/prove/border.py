"""The lines by which padding is taken back, each proved equal to the one before it, for all sizes of the page's domain.

The first line is the chain rule.  xbar is defined by its pieces, which is the padding within its limits (compared with brute
force elsewhere); with it the second line follows, and from there on every line is an identity between sums, piece by piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symconv.check.prove.derivation import Chain, chained, hinted, lines
from symconv.language.border import pieces
from symconv.language.expr import Expr, Partial
from symconv.language.facts import Claim, Fold
from symconv.language.integers import integer, var
from symconv.language.operator import Axis, Operand, Operator, operator_domain, spatial

WORDS = "the padding taken back"


def prove_fold(page: Operator, op: Operator, fold: Fold) -> Chain:
    """The lines of a fold: the second by xbar's definition, the others from the one before; the first is the chain rule."""
    first, *rest = [step.expr for step in fold.steps]
    index = fold.left.index[0].name or ""
    by_definition = defined(page, op, fold, first, rest[0])
    chain = _proved(page, op, fold.axis, index, rest)
    return chained([by_definition], hinted(page)) + Chain(chain.claims[1:], chain.sessions[1:], chain.why)


def defined(page: Operator, op: Operator, fold: Fold, chain: Expr, split: Expr) -> Claim:
    """The chain rule over xbar equals that over its pieces: xbar is the output of an operator that is these pieces."""
    assert op.border is not None
    (partial,) = (item for term in chain.terms for item in term if isinstance(item, Partial))
    m = partial.of.index[0].name or ""
    (length,), (size,) = partial.of.tensor.sizes, partial.wrt.tensor.sizes
    one, none = integer(1), integer(0)
    padded = replace(
        spatial(page),
        axes=(Axis(size, one, length, one, one, one, none, none, none),),
        data=Operand(partial.wrt.tensor.name, (), fold.left.index[0].name or ""),
        result=Operand(partial.of.tensor.name, (), m),
        bias=None,
        definitions=(),
        fits=(),
        border=None,
    )
    sizes, definitions, fits = operator_domain(page)
    own = {n for n, _ in operator_domain(padded)[0]}
    return Claim(
        WORDS,
        sizes=tuple((n, least) for n, least in sizes if n not in own),
        definitions=tuple(definitions),
        given=tuple(fits),
        free=((fold.left.index[0].name or "", size),),
        left=chain,
        right=split,
        op=padded,
        forward=pieces(op.border, fold.axis, partial.wrt.tensor.name, var(m)),
    )


def prove_wrapped(page: Operator, op: Operator, shown: Sequence[Expr]) -> Chain:
    """The lines that show a circular operator's gradient to be circular."""
    return _proved(page, op, 0, op.data.index, shown)


def _proved(page: Operator, op: Operator, axis: int, index: str, shown: Sequence[Expr]) -> Chain:
    assert op.border is not None
    return chained(lines([(WORDS, e) for e in shown], ((index, op.border.sizes[axis]),), page), hinted(page))
