"""The correlations of a worked example: the forward pass, and the closed form of each gradient, with what their windows read.

result[i] = sum over q of kernel[q] data[s i + d q]     both arrays as they are read: padded, zero-dilated, flipped
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from symconv.errors import SymconvError
from symconv.language.example import Array, Example, Gradient, Line, Unreached, View
from symconv.language.expand import ZERO, Index
from symconv.language.lazy import dataclass
from symconv.language.operator import Operand, Operator, labels, leading
from symconv.language.prose import sentence

Meets = list[tuple[Index, Index]]
Lost = tuple[Unreached, ...]


@dataclass(frozen=True)
class Pass:
    """One correlation of an example: the forward pass ("y") or the closed form of a gradient ("x", "w")."""

    example: Example
    member: Operator
    data: View
    kernel: View
    result: Array
    entries: Mapping[Index, Line]
    words: str
    folded: Gradient | None = None  # where the result is the gradient of a padded tensor, what it is folded to

    @property
    def name(self) -> str:
        """The result in words."""
        return (
            sentence("figure.window.padded.gradient", name=self.example.op.data.name)
            if self.folded is not None
            else self.result.name
        )


def passes(example: Example) -> dict[str, Pass]:
    """The correlations of an example, by "y", "x", "w"."""
    op = example.op
    found = {}
    if example.views:
        data, kernel = example.views
        found["y"] = Pass(example, op, data, kernel, example.y.array, example.y.table, sentence("figure.forward"))
    for gradient in example.gradients:
        if isinstance(gradient.member, Operator) and gradient.views:
            data, kernel = gradient.views
            fold, named = gradient.fold, sentence("figure.closed", name=gradient.array.name)
            part, folded = (gradient.closed, None) if fold is None else (fold.part, gradient)
            found[gradient.wrt] = Pass(example, gradient.member, data, kernel, part.array, part.table, named, folded)
        elif (
            example.kind == "local" and gradient.wrt != "b"
        ):  # collected entry by entry, with the arrays of the forward pass
            part, (data, kernel) = gradient.closed, example.views
            found[gradient.wrt] = Pass(example, op, data, kernel, part.array, part.table, part.name)
    return found


def chosen(example: Example, part: str) -> Pass:
    """A correlation of the example; raises SymconvError if it has none of that name."""
    known = passes(example)
    if part not in known:
        raise SymconvError(f"figure: expected one of {', '.join(known) or 'no pass at all'}, got {part!r}")
    return known[part]


def telling(one: Pass) -> Index:
    """The entry that shows most: the first with the most products that are not 0, then the most without a zero put in."""

    def score(e: Line) -> tuple[int, int]:
        real = [p for p in e.terms if ZERO not in p.factors]
        return sum(1 for p in real if all(one.example.value(f) for f in p.factors)), len(real)

    entries = one.entries
    if one.folded is not None and one.folded.fold is not None:  # an entry that was copied most often
        most = max(one.folded.closed.lines, key=lambda e: len(e.terms))
        entries = {p.factors[0][1]: entries[p.factors[0][1]] for p in most.terms} or entries
    best = max(map(score, entries.values()))
    return next(i for i, e in entries.items() if score(e) == best)


def partners(one: Pass, lead: Index) -> list[tuple[Index, Index]]:
    """(leading indices of the data, of the kernel) that make up the result's block at ``lead``.

    A closed form leaves out leading axes of size 1; the arrays have them.
    """
    member, example = one.member, one.example
    extents = {n: size.constant or 0 for n, size in member.extents}
    every = list(dict.fromkeys((*labels(member.result), *labels(member.kernel), *labels(member.data))))

    def whole(operand: Operand, at: Mapping[str, int], axes: int) -> Index:
        own = leading(operand, at, extents)
        return (0,) * (axes - len(own)) + own

    data, kernel = example.array(one.data.name).lead, example.array(one.kernel.name).lead
    found = []
    for some in product(*(range(extents[n]) for n in every)):
        at = dict(zip(every, some, strict=True))
        if whole(member.result, at, len(lead)) == lead:
            found.append((whole(member.data, at, data), whole(member.kernel, at, kernel)))
    return found


def taps(member: Operator, at: Index) -> Meets:
    """(place in the data's view, place in the kernel's view) of every tap of the window at a spatial index."""
    axes = [tuple(int(e.constant or 0) for e in (a.stride, a.dilation, a.kernel)) for a in member.axes]
    return [
        (
            tuple(s * m + d * q for (s, d, _), m, q in zip(axes, at, tap, strict=True)),
            tuple(d * q for (_, d, _), q in zip(axes, tap, strict=True)),
        )
        for tap in product(*(range(n) for _, _, n in axes))
    ]


# inputs that no window reads
def lost(spot: Index, unread: Lost) -> bool:
    """Whether no window reads an entry: its place along some axis is one of those that none reads."""
    return any(spot[one.axis] in one.places for one in unread)


def unread_by(one: Pass) -> Lost:
    """The inputs that get no gradient, for the figures in which they are hatched: the forward pass and dL/dx."""
    found = next((d for d in one.example.gradients if d.wrt == "x"), None)
    shown_in = found is not None and one.result.name in (one.example.op.result.name, found.array.name)
    return found.unreached if found is not None and shown_in else ()
