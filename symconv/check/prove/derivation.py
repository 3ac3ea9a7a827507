"""A whole derivation, proved: every line equals the one before it, and the closed form the last, for all sizes.

The first line is the definition of the gradient (the chain rule over the forward definition) and is trusted as such.  The
closed form also owes its shape: its windows end where its padded data end, and every read lies within them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from symconv.check import brute
from symconv.check.cases import anywhere, cases
from symconv.check.prove.discharge import Obligation, Tally, discharge
from symconv.check.prove.identity import Free, prove_identity, undecided, vacuous
from symconv.check.prove.model import Builder
from symconv.core.expr import Expr, Sum
from symconv.core.facts import Derivation, Reduction
from symconv.core.integers import Int, var
from symconv.core.operator import Operand, Operator, entry, formula, labels, spatial_names, spatial_sizes, upstream
from symconv.errors import SymconvError


@dataclass
class Proof:
    """A tally per line (None for the first, which is the definition), for the closed form and for the channels."""

    lines: list[Tally | None]
    closed: Tally
    channels: Tally | None = None
    vacuous: bool = False
    tallies: list[Tally] = field(default_factory=list)

    @property
    def whole(self) -> Tally:
        """Everything together."""
        total = Tally()
        for tally in self.tallies:
            total.ways += tally.ways
            total.milliseconds += tally.milliseconds
            total.bounded |= tally.bounded
            total.failed += tally.failed
            total.shown += tally.shown
        return total


def free_indices(op: Operator, operand: Operand) -> Free:
    """The operand's labels and spatial indices with their sizes."""
    extents = dict(op.extents)
    spatial = zip(spatial_names(op, operand), spatial_sizes(op, operand), strict=True)
    return [*((n, extents[n]) for n in labels(operand)), *spatial]


def prove_derivation(d: Derivation) -> Proof:
    """Try to prove every line of a derivation and its closed form, for all sizes of the page's domain."""
    builder = Builder(d.page)
    free = free_indices(d.page, d.page.operand(d.wrt))
    lines: list[Tally | None] = [None]
    for before, after in zip(d.steps, d.steps[1:], strict=False):
        lines.append(prove_identity(builder, before.expr, after.expr, free, after.rule))
    closed = closed_form(builder, d.page, d.shown, d.steps[-1].expr, free)
    proof = Proof(lines, closed, vacuous=not inhabited(d, builder, free))
    proof.tallies = [t for t in (*lines, closed) if t is not None]
    if d.channels is not None and d.channels_from is not None:
        whole = Builder(d.op)
        outer = free_indices(d.op, d.op.operand(d.wrt))
        proof.channels = prove_identity(whole, d.channels_from, d.channels[1], outer, "with channels")
        proof.tallies.append(closed_form(whole, d.op, d.closed_form, d.channels[1], outer))
        proof.tallies.append(proof.channels)
    return proof


def inhabited(d: Derivation, builder: Builder, free: Free) -> bool:
    """Whether the hypotheses, together with the guards, are met somewhere: by a product in a concrete case."""
    if any(next(brute.terms(d.page.subs(case)), None) for case in cases(d.page)):
        return True
    somewhere = anywhere(d.page)
    if somewhere is not None and brute.has_product(d.page.subs(somewhere)):
        return True
    return not vacuous(builder, builder.expr(d.steps[-1].expr, free)[0], free)


def closed_form(builder: Builder, op: Operator, member: Operator | Reduction, last: Expr, free: Free) -> Tally:
    """The last line equals the member's own formula, and the member's sizes agree."""
    try:
        whole = summed(op, member) if isinstance(member, Reduction) else formula(member)
        tally = prove_identity(builder, last, whole, free, "closed form")
        return discharge(closed_obligations(builder, op, member), tally)
    except SymconvError:  # a member that is none, say with a stride of 0
        return undecided("closed form")


def summed(op: Operator, member: Reduction) -> Expr:
    """The sum that a reduction is, at the bias's own labels.

    Raises SymconvError if it sums another tensor than the upstream gradient, or into another shape than the bias's.
    """
    if (
        member.data.name != upstream(op)
        or member.data.layout != op.result.layout
        or member.result.layout != op.operand("b").layout
    ):
        raise SymconvError("prove: the closed form is not the sum of the upstream gradient over what the bias lacks")
    kept = set(labels(member.result))
    extents = dict(op.extents)
    places = zip(spatial_names(op, op.result), spatial_sizes(op, op.result), strict=True)
    items = [Sum(n, extents[n]) for n in labels(member.data) if n not in kept] + [Sum(n, size) for n, size in places]
    index = tuple(var(n) for n in spatial_names(op, op.result))
    return Expr(((*items, entry(op, op.result, {}, index, member.data.name)),))


def closed_obligations(builder: Builder, op: Operator, member: Operator | Reduction) -> Iterator[Obligation]:
    """The output exists; the member's windows end where its padded data end; every read lies within them."""
    facts = builder.facts
    multipliers = tuple(facts.multipliers)
    for name, _ in op.definitions:
        if name[:1] == "O":
            rest = tuple(e for e in facts.ge if e != var(name) - 1)
            yield Obligation(f"an output exists: {name} >= 1", rest, tuple(facts.eq), "ge", var(name) - 1, multipliers)
    if isinstance(member, Reduction):
        return
    for k, axis in enumerate(member.axes):
        sizes = [builder.clean_fact(e) for e in (axis.data, axis.kernel, axis.output, axis.lo, axis.hi, axis.remainder)]
        n, taps, out, lo, hi, rest_of = sizes
        length = axis.input_dilation * (n - 1) + lo + hi  # the last place of the padded data
        reach = axis.stride * (out - 1) + axis.dilation * (taps - 1)
        known = tuple(facts.ge), tuple(facts.eq)
        yield Obligation(f"shape along axis {k}", *known, "eq", length - reach - rest_of, multipliers)
        i, p = var(builder.fresh("i")), var(builder.fresh("p"))
        inside: tuple[Int, ...] = (i, out - 1 - i, p, taps - 1 - p)
        products = _lifts(axis.stride, out - 1 - i) + _lifts(axis.dilation, taps - 1 - p)
        ge = (*known[0], *inside, rest_of, *products)
        eq = (*known[1], length - reach - rest_of)
        yield Obligation(
            f"reads within the padded data, axis {k}",
            ge,
            eq,
            "ge",
            length - axis.stride * i - axis.dilation * p,
            multipliers,
        )


def _lifts(factor: Int, e: Int) -> tuple[Int, ...]:
    """factor * e >= 0, for a factor >= 1 and e >= 0."""
    return (factor * e,)
