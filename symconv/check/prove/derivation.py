"""A whole derivation, proved: every line equals the one before it, and the closed form the last, for all sizes.

The first line is the definition of the gradient (the chain rule over the forward definition) and is trusted as such.  The
closed form also owes its shape: its windows end where its padded data end, and every read lies within them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symconv.check.cases import anywhere, cases
from symconv.check.kernel.obligations import Shown
from symconv.check.kernel.session import Session, conclude
from symconv.check.kernel.verdict import Proved
from symconv.check.prove.settle import Domain, tried
from symconv.check.prove.witness import Hints
from symconv.errors import SymconvError
from symconv.language.expr import Expr, Sum, fresh
from symconv.language.facts import Claim, Derivation, Reduction, Verdict
from symconv.language.integers import integer, var
from symconv.language.lazy import dataclass
from symconv.language.operator import (
    Operand,
    Operator,
    entry,
    formula,
    labels,
    names,
    spatial_names,
    spatial_sizes,
    upstream,
)
from symconv.language.prose import Prose

Free = tuple[tuple[str, object], ...]


@dataclass
class Chain:
    """Claims in a row, each with its finished session, or None and why there is none.

    What follows from a claim that has none is not proved either.
    """

    claims: tuple[Claim, ...]
    sessions: list[Session | None]
    why: str = ""

    @property
    def whole(self) -> bool:
        """Whether every claim was finished."""
        return None not in self.sessions

    @property
    def shown(self) -> list[Shown]:
        """Every obligation that was shown."""
        return [o for s in self.sessions if s is not None for o in s.desk.shown]

    def __add__(self, other: Chain) -> Chain:
        return Chain((*self.claims, *other.claims), [*self.sessions, *other.sessions], self.why or other.why)

    def proved(self, upto: int, domain: Domain, milliseconds: float = 0.0) -> Proved | None:
        """The verdict on the first ``upto`` claims together, None where one of them is open."""
        found = [s for s in self.sessions[:upto] if s is not None]
        return conclude(found, domain, milliseconds) if found and len(found) == upto else None

    def verdict(self, domain: Domain, milliseconds: float = 0.0) -> Verdict:
        """The verdict on all of them: proved, or unsupported with the reason."""
        return self.proved(len(self.claims), domain, milliseconds) or Verdict(
            "unsupported", Prose("check.prove.none", {"why": self.why})
        )


def chained(claims: Sequence[Claim], hints: Hints = tuple) -> Chain:
    """Try the claims in order."""
    sessions: list[Session | None] = []
    why = ""
    for claim in claims:
        session, certificate, reason = tried(claim, True, hints)
        sessions.append(session if certificate is not None else None)
        why = why or (f"{claim.words}: {reason}" if certificate is None else "")
    return Chain(tuple(claims), sessions, why)


def lines(steps: Sequence[tuple[str, Expr]], free: Free, op: Operator, forward: Expr | None = None) -> list[Claim]:
    """A claim per line: the first equals itself (it is a definition), every other the line before it."""
    before = [steps[0][1], *(e for _, e in steps[:-1])]
    return [
        Claim(words, free=free, left=left, right=right, op=op, forward=forward)  # type: ignore[arg-type]
        for left, (words, right) in zip(before, steps, strict=True)
    ]


def free_indices(op: Operator, operand: Operand) -> Free:
    """The operand's labels and spatial indices with their sizes."""
    extents = dict(op.extents)
    spatial = zip(spatial_names(op, operand), spatial_sizes(op, operand), strict=True)
    return (*((n, extents[n]) for n in labels(operand)), *spatial)


def hinted(op: Operator) -> Hints:
    """Sizes of the operator's domain, for the search for a witness."""

    def found() -> list[dict[str, int]]:
        somewhere = anywhere(op)
        return [*cases(op, 2), *([somewhere] if somewhere is not None else [])]

    return found


def prove_derivation(d: Derivation) -> tuple[Chain, Chain, Chain]:
    """The lines, what the closed form owes beyond them, and the line with channels with what its closed form owes."""
    free = free_indices(d.page, d.page.operand(d.wrt))
    hints = hinted(d.page)
    own = chained(lines([(s.rule, s.expr) for s in d.steps], free, d.page), hints)
    closed = chained(list(closed_form(d.page, d.shown, d.steps[-1].expr, free)), hints)
    channels: list[Claim] = []
    if d.channels is not None and d.channels_from is not None:
        outer = free_indices(d.op, d.op.operand(d.wrt))
        line = d.channels[1]
        channels.append(Claim("with channels", free=outer, left=d.channels_from, right=line, op=d.op))  # type: ignore[arg-type]
        owed = list(closed_form(d.op, d.closed_form, line, outer))
        same = isinstance(d.shown, Reduction) or (
            isinstance(d.closed_form, Operator) and d.closed_form.axes == d.shown.axes
        )
        channels += owed[:1] if same else owed  # the same axes owe the same, and it is shown above
    return own, closed, chained(channels, hinted(d.op))


def closed_form(op: Operator, member: Operator | Reduction, last: Expr, free: Free) -> Iterator[Claim]:
    """The last line equals the member's own formula, and the member's sizes agree."""
    whole = summed(op, member) if isinstance(member, Reduction) else formula(member)
    yield Claim("closed form", free=free, left=last, right=whole, op=op)  # type: ignore[arg-type]
    for name, _ in op.definitions:
        if name[:1] == "O":
            yield Claim(f"an output exists: {name} >= 1", goals=(("ge", var(name), integer(1)),), op=op)
    for k, axis in enumerate(() if isinstance(member, Reduction) else member.axes):
        length = axis.input_dilation * (axis.data - 1) + axis.lo + axis.hi  # the last place of the padded data
        reach = axis.stride * (axis.output - 1) + axis.dilation * (axis.kernel - 1)
        yield Claim(f"shape along axis {k}", goals=(("eq", length, reach + axis.remainder),), op=op)
        used = {*names(op), *(n for n, _ in op.definitions)}
        i, p = fresh("i", used), fresh("p", used)
        read = axis.stride * var(i) + axis.dilation * var(p)
        inside = ((i, axis.output), (p, axis.kernel))
        yield Claim(f"reads within the padded data, axis {k}", free=inside, goals=(("ge", length, read),), op=op)


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
