"""The work of a function's example: every entry as a tree, forward and backward, the gradient in two ways where there are two.

    softmax         through the Jacobian   dL/dx[c] = sum_k g[k] y[k] ([k = c] - y[c])
                    closed                 dL/dx[c] = y[c] (g[c] - s),  s = sum_k g[k] y[k]
    cross_entropy   fused                  dL/dx[n,c] = 1/B (p[n,c] - T[n,c])
                    apart                  dL/dp[n,t] = -1/(B p[n,t]), then through the softmax

Softmax runs over axis 1 (over axis 0 of one row); what is left of an index names the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import prod

from symconv.examples.exponentials import Reckoner
from symconv.language.example import Array, Line, Part, indices
from symconv.language.expand import Index
from symconv.language.functions import CLASSES, TOTAL, Function, Tree
from symconv.language.rounded import Value

GRADIENT, SHORT = "dL/dx", 4  # a sum of so many powers of e is written out in a denominator
ABOVE, BETWEEN, BELOW, KINK, ZERO = "above", "between", "below", "kink", "zero"
Arrays = Mapping[str, Array]


def entry(name: str, index: Index) -> Tree:
    """An entry of an array."""
    return ("entry", name, index)


def less(a: Tree, b: Tree) -> Tree:
    """a - b."""
    return ("add", a, ("neg", b))


def times(*parts: Tree) -> Tree:
    """A product, its factors 1 left out."""
    kept = [part for part in parts if part != 1]
    return ("times", *kept) if len(kept) > 1 else kept[0] if kept else Fraction(1)


def total(parts: list[Tree]) -> Tree:
    """A sum."""
    return ("sum", *parts) if len(parts) > 1 else parts[0]


def value(part: Part, index: Index) -> Tree:
    """A quantity that has been worked out."""
    line = part[index]
    found = ("value", part.name, index, line.substituted)
    return found if line.left is None else (*found, line.left)


def put(tree: Tree, layer: Function, x: Tree, y: Tree = None) -> Tree:
    """A tree of ``language.functions`` at an argument; ``y`` stands for the function's own value."""
    if not isinstance(tree, tuple):
        return tree
    if tree[0] == "x":
        return x
    if tree[0] == "f":
        return y
    if tree[0] == "name":
        own = dict(layer.parameters).get(tree[1])
        return own if own is not None else ("constant", tree[1], layer.values[tree[1]])
    parts = [put(part, layer, x, y) for part in tree[1:]]
    if tree[0] == "mul" and isinstance(tree[1], tuple) and tree[1][0] == "name" and parts[0] == 1:
        return parts[1]
    return (tree[0], *parts)


def sides(index: Index, symbols: Tree, value: Value, numbers: Tree = None, case: str = "", left: Tree = None) -> Line:
    """An entry of a function: in symbols, with numbers, its value."""
    return Line(index, (), value, case, symbols=symbols, numbers=numbers, left=left)


class Work:
    """A layer with its arrays; ``forward`` and ``backward`` work them out."""

    def __init__(self, layer: Function, arrays: Arrays) -> None:
        self.layer, self.arrays = layer, arrays
        self.reckon = Reckoner(lambda name, index: arrays[name][index])
        self.x = arrays["x"]
        self.shape = self.x.shape
        self.made: dict[str, Part] = {}

    def line(self, index: Index, symbols: Tree, numbers: Tree = None, case: str = "", left: Tree = None) -> Line:
        """One entry with its value."""
        return sides(index, symbols, self.reckon.value(symbols if numbers is None else numbers), numbers, case, left)

    def part(self, name: str, shape: Index, lines: list[Line], key: str = "") -> Part:
        """An array of entries."""
        found = Part(name, shape, tuple(lines), 0, len(shape), key)
        self.made[key or name] = found
        return found

    # rows
    @property
    def axis(self) -> int:
        """The axis of the channels or classes."""
        return 0 if len(self.shape) == 1 else 1

    def row(self, index: Index) -> Index:
        """What is left of an index without its channel."""
        return index[: self.axis] + index[self.axis + 1 :]

    def at(self, row: Index, c: int) -> Index:
        """The index of a channel in a row."""
        return (*row[: self.axis], c, *row[self.axis :])

    @property
    def rows(self) -> Index:
        """The shape of what has one entry a row."""
        return self.row(self.shape)

    @property
    def channels(self) -> range:
        """The channels or classes."""
        return range(self.shape[self.axis])

    def normaliser(self) -> Part:
        """Z, row by row."""
        lines = [self.line(row, total([("exp", entry("x", self.at(row, c))) for c in self.channels]))
                 for row in indices(self.rows)]  # fmt: skip
        return self.part(TOTAL, self.rows, lines)

    def shares(self, name: str, z: Part) -> Part:
        """e^x / Z."""
        lines = []
        for index in indices(self.shape):
            power, row = ("exp", entry("x", index)), self.row(index)
            named = ("named", z.name, row, z[row].symbols)
            short = len(self.channels) <= SHORT
            lines.append(self.line(index, ("div", power, named), ("div", power, z[row].symbols) if short else None))
        return self.part(name, self.shape, lines)

    # forward
    def forward(self) -> tuple[list[Part], Part]:
        """(what y is made of, y)."""
        kind = self.layer.kind if self.layer.kind != "loss" else self.layer.name
        made: tuple[list[Part], Part] = getattr(self, f"forward_{kind}")()
        return made

    def forward_pointwise(self) -> tuple[list[Part], Part]:
        """f(x), by the case that applies."""
        lines = []
        for index in indices(self.shape):
            case, k = self.case(index)
            tree = put(self.layer.function.cases[k], self.layer, entry("x", index))
            lines.append(self.line(index, tree, case=case))
        return [], self.part("y", self.shape, lines)

    def case(self, index: Index) -> tuple[str, int]:
        """(the case of a function with breaks, its number)."""
        breaks, x = self.layer.function.breaks, self.x[index]
        k = self.layer.function.case(x)
        if x in breaks:
            return (KINK if x in [kink.at for kink in self.layer.kinks] else ZERO), k
        if not breaks:
            return "", k
        return (ABOVE if k == 0 else BELOW if k == len(breaks) else BETWEEN), k

    def forward_softmax(self) -> tuple[list[Part], Part]:
        """Z, then the shares."""
        z = self.normaliser()
        return [z], self.shares("y", z)

    def forward_flatten(self) -> tuple[list[Part], Part]:
        """The same numbers in rows."""
        shape = (self.shape[0], prod(self.shape[1:]))
        lines = [self.line((i[0], self.place(i)), entry("x", i), case="place") for i in indices(self.shape)]
        return [], self.part("y", shape, lines)

    def place(self, index: Index) -> int:
        """Where an entry stands in its row."""
        found = 0
        for n, i in zip(self.shape[1:], index[1:], strict=True):
            found = found * n + i
        return found

    def forward_sum(self) -> tuple[list[Part], Part]:
        """All entries added."""
        return [], self.part("L", (), [self.line((), total([entry("x", i) for i in indices(self.shape)]))])

    def forward_mse(self) -> tuple[list[Part], Part]:
        """The residuals, then their squares."""
        lines = [self.line(i, less(entry("x", i), entry("t", i))) for i in indices(self.shape)]
        r = self.part("r", self.shape, lines)
        squares = total([("square", value(r, i)) for i in indices(self.shape)])
        return [r], self.part("L", (), [self.line((), times(self.front, squares))])

    @property
    def front(self) -> Fraction:
        """1/N or 1/B in front of a mean."""
        count = prod(self.shape) if self.layer.name == "mse" else prod(self.rows)
        return Fraction(1, count) if self.layer.reduction == "mean" else Fraction(1)

    def target(self, row: Index) -> int:
        """The class of a row."""
        return int(self.arrays["t"][row if self.arrays["t"].shape else ()])

    def forward_cross_entropy(self) -> tuple[list[Part], Part]:
        """Z and its logarithm, the probabilities, the loss; and the loss again by the probabilities."""
        z = self.normaliser()
        logs = self.part(f"log {z.name}", self.rows, [self.logarithm(z, row) for row in indices(self.rows)])
        p = self.shares("p", z)
        each, stable = [], []
        for row in indices(self.rows):
            mark = entry("x", self.at(row, self.target(row)))
            each.append(less(value(logs, row), mark))
            stable.append(("log", ("times", z[row].symbols, ("exp", ("neg", mark)))))  # the same, and nothing cancels
        found = self.reckon.value(times(self.front, total(stable)))
        loss = self.part("L", (), [sides((), times(self.front, total(each)), found)])
        picked = total([("log", value(p, self.at(row, self.target(row)))) for row in indices(self.rows)])
        again = ("neg", picked) if self.front == 1 else times(-self.front, picked)
        self.part("L", (), [sides((), again, found)], "again")
        return [z, logs, p], loss

    def logarithm(self, z: Part, row: Index) -> Line:
        """log Z = m + log sum e^(x - m), m the largest logit of the row."""
        best = max((self.at(row, c) for c in self.channels), key=lambda i: self.x[i])
        m = ("named", "m", row, entry("x", best))
        powers = total([("exp", less(entry("x", self.at(row, c)), m)) for c in self.channels])
        shifted = total([("exp", Fraction(self.x[self.at(row, c)] - self.x[best])) for c in self.channels])
        left = ("log", ("named", z.name, row, z[row].symbols))
        found = self.reckon.value(("log", z[row].symbols))
        return sides(row, ("add", m, ("log", powers)), found, ("add", entry("x", best), ("log", shifted)), "", left)

    # backward
    def backward(self) -> tuple[list[Part], list[Part]]:
        """(what dL/dx needs besides, the ways to dL/dx)."""
        kind = self.layer.kind if self.layer.kind != "loss" else self.layer.name
        made: tuple[list[Part], list[Part]] = getattr(self, f"backward_{kind}")()
        return made

    def gradient(self, trees: list[tuple[Tree, Tree, str]], key: str) -> Part:
        """dL/dx in one way."""
        lines = [self.line(i, *one) for i, one in zip(indices(self.shape), trees, strict=True)]
        return self.part(GRADIENT, self.shape, lines, key)

    def backward_pointwise(self) -> tuple[list[Part], list[Part]]:
        """g f'(x)."""
        trees: list[tuple[Tree, Tree, str]] = []
        for index in indices(self.shape):
            g, x = entry("g", index), entry("x", index)
            case, k = self.case(index)
            function = self.layer.function
            slope = function.taken[function.breaks.index(self.x[index])] if case == KINK else function.derivative[k]
            number = put(slope, self.layer, x, value(self.made["y"], index))
            if case:
                trees.append((("times", g, ("prime", self.layer.name, x)), ("times", g, number), case))
                continue
            trees.append((("times", g, number), None, ""))
        return [], [self.gradient(trees, "slope")]

    def jacobian(self, index: Index, shares: Part, upstream: Tree, k: int) -> Tree:
        """g[k] y[k] ([k = c] - y[c])."""
        place = self.at(self.row(index), k)
        return ("times", upstream, value(shares, place), less(Fraction(int(place == index)), value(shares, index)))

    def backward_softmax(self) -> tuple[list[Part], list[Part]]:
        """Through the Jacobian, and closed."""
        y = self.made["y"]
        first, second = [], []
        means = [self.line(row, total([("times", entry("g", self.at(row, c)), value(y, self.at(row, c)))
                                       for c in self.channels])) for row in indices(self.rows)]  # fmt: skip
        s = self.part("s", self.rows, means)
        for index in indices(self.shape):
            row = self.row(index)
            terms = [self.jacobian(index, y, entry("g", self.at(row, k)), k) for k in self.channels]
            first.append((total(terms), None, ""))
            second.append((("times", value(y, index), less(entry("g", index), value(s, row))), None, ""))
        return [s], [self.gradient(first, "jacobian"), self.gradient(second, "closed")]

    def backward_flatten(self) -> tuple[list[Part], list[Part]]:
        """Every entry of g goes back to its place."""
        trees = [(entry("g", (i[0], self.place(i))), None, "place") for i in indices(self.shape)]
        return [], [self.gradient(trees, "moved")]

    def backward_sum(self) -> tuple[list[Part], list[Part]]:
        """1 everywhere."""
        return [], [self.gradient([(Fraction(1), None, "") for _ in indices(self.shape)], "ones")]

    def backward_mse(self) -> tuple[list[Part], list[Part]]:
        """2/N r."""
        r = self.made["r"]
        return [], [
            self.gradient([(times(2 * self.front, value(r, i)), None, "") for i in indices(self.shape)], "residual")
        ]

    def backward_cross_entropy(self) -> tuple[list[Part], list[Part]]:
        """Probability less target; and by the probabilities first."""
        p = self.made["p"]
        first, second, outer = [], [], []
        for index in indices(self.shape):
            hit = index == self.picked(index)
            outer.append(
                self.line(
                    index,
                    ("div", Fraction(-1), times(1 / self.front, value(p, index))) if hit else Fraction(0),
                    case="" if hit else "other",
                )
            )
        by_p = self.part("dL/dp", self.shape, outer)
        for index in indices(self.shape):
            first.append((times(self.front, less(value(p, index), entry(CLASSES, index))), None, ""))
            mark = self.picked(index)
            second.append((self.jacobian(index, p, value(by_p, mark), mark[self.axis]), None, ""))
        return [by_p], [self.gradient(first, "fused"), self.gradient(second, "apart")]

    def picked(self, index: Index) -> Index:
        """The entry of the class in an entry's row."""
        row = self.row(index)
        return self.at(row, self.target(row))

    def agree(self, one: Part, other: Part) -> bool:
        """Whether two ways are the same numbers: decided exactly (see ``exponentials``)."""
        pairs = zip(one.lines, other.lines, strict=True)
        return all(self.reckon.same(a.substituted, b.substituted) is True for a, b in pairs)
