"""The largest and the smallest of entries, as terms of their own; and averages, divided on both sides alike.

At given sizes the maxima of different sets of independent entries are linearly independent functions, so that sums of them
are equal only if every coefficient is: a maximum of two entries or more is one more variable.  What lies outside is left out.

For all sizes: where both sides are maxima, and the sums over the same entries agree entry by entry, they are maxima of the same
entries.  Where both sides are sums over the same number, the number may be left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from symconv.check.claims.polynomials import Polynomial, TooLarge, Undefined, step
from symconv.check.claims.tensor_support import WIDEST, Sides, Values, Weigh
from symconv.check.kernel.reals.field import NoForm, Rational, number
from symconv.check.kernel.reals.field import Undefined as Pole
from symconv.check.kernel.reals.field import generator as variable
from symconv.errors import SymconvError
from symconv.language.formula import Node
from symconv.language.tensorial import Equation


def several(word: str, found: list[Polynomial]) -> Polynomial:
    """The largest or smallest of entries; one of them is itself."""
    entries: set[tuple[str, tuple[int, ...]]] = set()
    for p in found:
        if len(p) != 1 or any(len(m) != 1 or c != 1 for m, c in p.items()):
            raise SymconvError(f"expected entries within {word}, or the {word} of entries")
        (((variable_, place),),) = p
        if variable_.startswith(("max(", "min(")):
            raise SymconvError("a maximum of maxima over different windows is not understood")
        entries.add((variable_, place))
    if len(entries) == 1:
        return {(next(iter(entries)),): 1}
    ordered = tuple(sorted(entries))
    shown = ", ".join(f"{n}[{','.join(map(str, at))}]" for n, at in ordered)
    return {((f"{word}({shown})", ()),): 1}


class Extremes(Sides):
    """Maxima and minima of entries."""

    def listed(self, body: Node, ranges: list[Node]) -> Callable[[Values], list[Polynomial]]:
        """The values of a body for all values of its indices."""
        weigh = self.weigh(body)
        limits = []
        for r in ranges:
            if r.kind != "range":
                raise SymconvError("expected the limits of a maximum, as in m=0, ..., k-1")
            limits.append((r.parts[0], self.count(r.parts[1]), self.count(r.parts[2])))

        def run(values: Values, rest: list[Any], made: list[Polynomial]) -> None:
            if not rest:
                made.append(weigh(values))
                return
            name, lower, upper = rest[0]
            first, last = int(lower(values)), int(upper(values))
            if last - first > WIDEST:
                raise TooLarge
            for i in range(first, last + 1):
                step()
                run({**values, name: i}, rest[1:], made)

        def found(values: Values) -> list[Polynomial]:
            made: list[Polynomial] = []
            run(dict(values), limits, made)
            return made

        return found

    def _extremum(self, node: Node) -> Weigh:
        word, body, *ranges = node.parts
        while body.kind == "extremum" and body.parts[0] == word:
            ranges, body = [*ranges, *body.parts[2:]], body.parts[1]
        listed = self.listed(body, ranges)
        return lambda values: chosen(word, listed(values))

    def _max(self, node: Node) -> Weigh:
        if not any(
            n.kind == "index" and n.parts[0].kind == "name" and n.parts[0].parts[0] in self.arrays for n in node.walk()
        ):
            count = self.count(node)
            return lambda values: {(): count(values)} if count(values) else {}
        inner = [self.weigh(p) for p in node.parts]
        word = node.kind
        return lambda values: chosen(word, [f(values) for f in inner])

    _min = _max


def chosen(word: str, found: list[Polynomial]) -> Polynomial:
    """The largest of what lies inside.  Raises Undefined where nothing does."""
    inside = [p for p in found if p]
    if not inside:
        raise Undefined
    return several(word, inside)


# for all sizes
def additive(equation: Equation) -> Equation:
    """The equation between sums that decides one between maxima, or between averages; else the equation itself."""
    try:
        left, right = form(equation.claimed), form(equation.true)
        if left[0] != right[0] or not (left[1] - right[1]).zero:
            return equation
    except (NoForm, Pole):
        return equation
    return replace(equation, claimed=left[2], true=right[2])


def form(node: Node) -> tuple[str, Rational, Node]:
    """(sum, max or min; a number before it; the sum over the same entries)."""
    kind, p = node.kind, node.parts
    if kind == "extremum":
        word, body, *ranges = p
        inner = form(body) if body.kind == "extremum" else (word, number(1), body)
        if inner[0] != word:
            raise NoForm
        return word, number(1), Node("sum", (inner[2], *ranges))
    if kind == "sum":
        bound = {r.parts[0] for r in p[1:] if r.kind in ("range", "each")}
        word, factor, total = form(p[0]) if p[0].kind in ("div", "mul") else ("sum", number(1), p[0])
        if any(g[0] == "v" and g[1] in bound for part in (factor.num, factor.den) for m in part for g, _ in m):
            raise NoForm
        inner = total.parts if total.kind == "sum" else (total,)
        return word, factor, Node("sum", (inner[0], *inner[1:], *p[1:]))
    if kind == "index":
        return "sum", number(1), node
    if kind == "div":
        word, factor, total = form(p[0])
        if word != "sum":
            raise NoForm
        return word, factor / value(p[1]), total
    if kind == "mul":
        totals = [q for q in p if any(n.kind in ("sum", "index") for n in q.walk())]
        if len(totals) != 1:
            raise NoForm
        word, factor, total = form(totals[0])
        for q in p:
            if q is not totals[0]:
                factor = factor * value(q)
        if word != "sum":
            raise NoForm
        return word, factor, total
    raise NoForm


def value(node: Node) -> Rational:
    """A number made of sizes."""
    kind, p = node.kind, node.parts
    if kind == "number":
        return number(p[0])
    if kind == "name":
        return variable(("v", p[0], ()))
    if kind == "div":
        return value(p[0]) / value(p[1])
    if kind == "neg":
        return -value(p[0])
    if kind in ("add", "mul"):
        made = value(p[0])
        for q in p[1:]:
            made = made + value(q) if kind == "add" else made * value(q)
        return made
    if kind == "pow" and p[1].kind == "number" and p[1].parts[0] == int(p[1].parts[0]):
        return value(p[0]).power(int(p[1].parts[0]))
    raise NoForm
