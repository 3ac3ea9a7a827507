"""A trace of a function's example: every term of the sum that an entry is, and how many others are 0.

dL/dx[i] = sum_k g[k] dy[k]/dx[i]       pointwise, flatten: the term k = i alone;  softmax: the terms of its row
dL/dx[i] of a loss                      its own summand;  of cross_entropy log Z and the logit of the class
y[i], L                                 pointwise: x[i];  softmax: every power of e in Z;  a loss: every summand
"""

from __future__ import annotations

import re
from math import prod

from symconv.errors import SymconvError
from symconv.examples.applying import Work, entry, less, times, value
from symconv.examples.operands import spelled
from symconv.examples.tracing import ENTRY
from symconv.language.example import Example, Term, Trace
from symconv.language.expand import Index, Number
from symconv.language.functions import Tree


def read_entry(text: str, made: Example) -> tuple[str, Index]:
    """(y or x, the full index) of an entry as typed: dx[0,1], y[2], L; leading axes left out have size 1.

    Raises SymconvError for another name, indices that are no numbers, and places outside of the array.
    """
    loss = made.function.kind == "loss"
    names = {"y": "y", "dx": "x", **({"L": "y"} if loss else {})}
    short = " ".join(str(text).split())[:40]
    found = ENTRY.match(text) if isinstance(text, str) and len(text) <= 100 else None
    name = found[1].replace("dL/d", "d").replace("grad_", "d") if found else ""
    if found is None or name not in names:
        own = "L or dx" if loss else "y or dx"
        why = ", which has neither kernel nor bias" if name in ("dw", "db") else ""
        raise SymconvError(f"entry: expected {own} for {made.function.name}{why}, like dx[0,1], got {short!r}")
    words = [word.strip() for word in (found[2] or "").split(",")] if (found[2] or "").strip() else []
    if not all(re.fullmatch("[0-9]{1,9}", word) for word in words):
        raise SymconvError(f"entry: expected indices >= 0 with commas between them, got {short!r}")
    part = made.y if names[name] == "y" else made.gradient("x").scatter
    return names[name], completed(tuple(map(int, words)), part.shape, short)


def completed(index: Index, shape: Index, text: str) -> Index:
    """The full index: leading axes of size 1 may be left out."""
    missing = len(shape) - len(index)
    if missing < 0 or any(n != 1 for n in shape[:missing]):
        wanted = f"{len(shape)} ind{'ex' if len(shape) == 1 else 'ices'} into an array of {spelled(shape)}"
        wanted = wanted if shape else "no index, since the loss is one number"
        raise SymconvError(f"entry: expected {wanted}, got {len(index)} in {text!r}")
    full = (0,) * missing + index
    for k, (i, n) in enumerate(zip(full, shape, strict=True)):
        if i >= n:
            raise SymconvError(
                f"entry: expected 0 <= index < {n} along axis {k} of an array of {spelled(shape)}, got {i} in {text!r}"
            )
    return full


def trace(made: Example, role: str, index: Index) -> Trace:
    """Every term of an entry."""
    work = Work(made.function, {a.name: a for a in made.arrays})
    work.made = {part.name: part for part in (*made.parts, made.y, *made.gradient("x").before)}
    kind = made.function.name if made.function.kind == "loss" else made.function.kind
    terms: list[Term] = getattr(Followed(made, work), f"{role}_{kind}")(index)
    part = made.y if role == "y" else made.gradient("x").scatter
    line = next(one for one in part.lines if one.index == index)
    return Trace(made, role, index, line, (), tuple(terms), others(made, role, len(terms)))


def others(made: Example, role: str, listed: int) -> tuple[str, int]:
    """How many terms of the sum are not listed, and why they are 0."""
    count, layer = prod(made.array("x").shape), made.function
    if layer.kind == "softmax" or layer.name == "cross_entropy":
        rows = prod(made.parts[0].shape) - 1
        left = rows if layer.kind == "loss" else rows * listed
        return ("rows", left) if role == "x" or layer.kind == "softmax" else ("", 0)
    if layer.kind == "loss" and role == "y":
        return "", 0
    return ("summands" if layer.kind == "loss" else "places" if layer.kind == "flatten" else "entries"), count - 1


def taken(front: Number, tree: Tree) -> Tree:
    """A term that is subtracted, with its factor: -tree, or -(1/2) tree."""
    return ("neg", tree) if front == 1 else times(-front, tree)


class Followed:
    """The terms of every kind of layer."""

    def __init__(self, made: Example, work: Work) -> None:
        self.made, self.work = made, work

    def term(self, left: Tree, tree: Tree, absent: str = "") -> Term:
        """One term with its value."""
        return Term(left, tree, self.work.reckon.value(tree), absent)

    def named(self, name: str, index: Index) -> Tree:
        """An entry by its name."""
        return ("named", name, index, 0)

    def slope(self, k: Index, i: Index) -> Tree:
        """g[k] dy[k]/dx[i]."""
        return ("times", entry("g", k), ("partial", self.named("y", k), self.named("x", i)))

    # dL/dx
    def x_pointwise(self, index: Index) -> list[Term]:
        """The one entry of y that holds it."""
        line = self.made.gradient("x").scatter[index]
        return [Term(self.slope(index, index), line.symbols, line.value, "", line.substituted)]

    def x_softmax(self, index: Index) -> list[Term]:
        """Every entry of its row."""
        y, row = self.made.y, self.work.row(index)
        return [
            self.term(
                self.slope(self.work.at(row, k), index), self.work.jacobian(index, y, entry("g", self.work.at(row, k)), k)
            )
            for k in self.work.channels
        ]

    def x_flatten(self, index: Index) -> list[Term]:
        """The place that it went to."""
        place = (index[0], self.work.place(index))
        return [self.term(self.slope(place, index), entry("g", place))]

    def x_sum(self, index: Index) -> list[Term]:
        """Its own summand."""
        return [self.term(("partial", self.named("x", index), self.named("x", index)), 1)]

    def x_mse(self, index: Index) -> list[Term]:
        """Its own square."""
        r = value(self.work.made["r"], index)
        left = times(self.work.front, ("partial", ("square", self.named("r", index)), self.named("x", index)))
        return [self.term(left, times(2 * self.work.front, r))]

    def x_cross_entropy(self, index: Index) -> list[Term]:
        """Through log Z of its row, and as the logit of the class, if it is that."""
        work, row = self.work, self.work.row(index)
        mark = work.picked(index)
        first = times(work.front, ("partial", ("log", self.named("Z", row)), self.named("x", index)))
        second = taken(work.front, ("partial", self.named("x", mark), self.named("x", index)))
        hit = mark == index
        return [
            self.term(first, times(work.front, value(work.made["p"], index))),
            self.term(second, -work.front if hit else 0, "" if hit else "class"),
        ]

    # y, L
    def y_pointwise(self, index: Index) -> list[Term]:
        """x there."""
        line = self.made.y[index]
        return [self.term(("call", self.made.function.name, entry("x", index)), line.substituted)]

    def y_softmax(self, index: Index) -> list[Term]:
        """The powers of e that its row adds up."""
        row = self.work.row(index)
        powers = [("exp", entry("x", self.work.at(row, k))) for k in self.work.channels]
        return [self.term(power, power) for power in powers]

    def y_flatten(self, index: Index) -> list[Term]:
        """Where it comes from."""
        line = next(one for one in self.made.y.lines if one.index == index)
        return [self.term(self.named("y", index), line.symbols)]

    def y_sum(self, _: Index) -> list[Term]:
        """Every entry."""
        return [self.term(entry("x", i), entry("x", i)) for i in self.made.array("x").indices()]

    def y_mse(self, _: Index) -> list[Term]:
        """Every square."""
        r, front = self.work.made["r"], self.work.front
        return [
            self.term(times(front, ("square", self.named("r", i))), times(front, ("square", value(r, i))))
            for i in self.made.array("x").indices()
        ]

    def y_cross_entropy(self, _: Index) -> list[Term]:
        """Every image."""
        work, found = self.work, []
        logs, z = work.made["log Z"], work.made["Z"]
        for line in z.lines:
            mark = work.at(line.index, work.target(line.index))
            tree = times(work.front, less(value(logs, line.index), entry("x", mark)))
            stable = times(work.front, ("log", ("times", line.symbols, ("exp", ("neg", entry("x", mark))))))
            left = taken(work.front, ("log", self.named("p", mark)))
            found.append(Term(left, tree, work.reckon.value(stable)))
        return found
