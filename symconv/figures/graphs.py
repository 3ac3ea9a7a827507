"""Activations as graphs, and the figures of every function's example by their names.

forward      the graph of f with the example's points;  bars of softmax, pairs of mse, cells of flatten and sum
backward-x   the graph of f', the kink with the value that is taken there;  the gradient as bars, pairs, cells
both         one beside, or above, the other
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from symconv.errors import SymconvError
from symconv.figures import bars
from symconv.figures.axes import LABEL, Frame, short, spread, ticks
from symconv.figures.layout import FAR, SMALL, Place, block, shown, width_of
from symconv.figures.motion import filling
from symconv.language.example import Example, Part, Trace, indices
from symconv.language.expand import Index
from symconv.language.functions import Function, Tree
from symconv.language.prose import counting, sentence
from symconv.language.rounded import Rounded
from symconv.language.scene import (
    Curve,
    Element,
    Scene,
    Text,
    above,
    beside,
    entry,
    joined,
    scene,
    words,
)

WIDE, HIGH, SIZE, POINTS, LEAST = 300.0, 170.0, 13.0, 240, 3.0
WIDEST, BENDS = 24.0, 12  # a graph that needs more points, and where it needs them
Pairs = list[tuple[float, float]]


def value(tree: Tree, layer: Function, x: float, own: float = 0.0) -> float:
    """A tree of ``language.functions`` as a float, to draw it; nothing that is drawn so is written."""
    if isinstance(tree, (int, Fraction)):
        return float(tree)
    leaves: dict[str, float] = {"x": x, "f": own, "pi": math.pi}
    if tree[0] in leaves:
        return leaves[tree[0]]
    if tree[0] == "name":
        return float(layer.values[tree[1]])
    a = [value(part, layer, x, own) for part in tree[1:]]
    makers: dict[str, Callable[..., float]] = {
        "neg": lambda a: -a,
        "add": lambda a, b: a + b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "exp": lambda a: math.exp(min(a, 700.0)),
        "log": math.log,
        "tanh": math.tanh,
        "erf": math.erf,
        "sqrt": math.sqrt,
        "sigmoid": lambda a: 1 / (1 + math.exp(min(-a, 700.0))),
    }
    return makers[tree[0]](*a)


# graphs
def span(made: Example) -> tuple[float, float]:
    """From left of the leftmost point to right of the rightmost, a little more, and never less than about 0."""
    xs = [float(n) for n in made.array("x").entries]
    if max(map(abs, xs)) > FAR:
        raise SymconvError(
            f"figure: expected numbers of at most {FAR:.0e} for a graph, got larger ones; use smaller numbers"
        )
    left, right = min([*xs, -LEAST]), max([*xs, LEAST])
    room = 0.08 * (right - left)
    return left - room, right + room


def pieces(made: Example, order: int) -> list[Pairs]:
    """The graph of f or f', in pieces between the breaks, from the left to the right."""
    layer, (left, right) = made.function, span(made)
    function = layer.function
    trees = function.derivative if order else function.cases
    ends = [left, *sorted(float(at) for at in function.breaks if left < at < right), right]
    found = []
    for a, b in pairwise(ends):
        k = function.case((a + b) / 2)
        points: Pairs = []
        for x in samples(a, b):
            own = value(function.cases[k], layer, x)
            points.append((x, value(trees[k], layer, x, own)))
        found.append(points)
    return found


def samples(a: float, b: float) -> list[float]:
    """The places where a graph is computed: evenly spread, and close together about 0, where the bends are, of a wide one."""
    even = [a + (b - a) * step / POINTS for step in range(POINTS + 1)]
    if b - a <= WIDEST:
        return even
    near = [k / 10 for k in range(-BENDS * 10, BENDS * 10 + 1)]
    return sorted({*even, *(x for x in near if a <= x <= b)})


def panel(made: Example, order: int, at: Index | None = None) -> tuple[Element, ...]:
    """One graph with its axes, the points of the example (or one), and the kink with its convention."""
    layer, curves = made.function, pieces(made, order)
    frame = Frame(span(made), spread(curves), WIDE, HIGH)
    role = "gradient" if order else "result"
    name = joined(words(layer.name), "\u2032" * order, "(", words("x", "i"), ")")
    out: list[Element] = [*lines(frame), *frame.axes("x")]
    for points in curves:
        out.append(frame.curve(points, role, stroke=2.6))
    out += jump(made, frame, curves) if order else []
    seen = [line.index for line in made.y.lines] if at is None else [at]
    places = sorted({(float(made.entry("x", i)), height(made, order, i)) for i in seen})
    for x, y in places:
        px, py = frame.at(x, y)
        if at is not None:
            out.append(Curve((frame.at(x, 0), (px, py)), "window", 1.2, dash=True))
        out.append(Curve(ring(px, py, 5.0 if at is not None else 3.6), "window", 1.6, closed=True, fill=True, smooth=True))
    return (Text(0, -16.0, name, SIZE, "start"), *out)


def lines(frame: Frame) -> list[Element]:
    """Round heights at the left edge, a faint line at each."""
    out: list[Element] = []
    for y in ticks(*frame.y):
        if abs(y) < 1e-12:
            continue
        left, right = frame.at(frame.x[0], y), frame.at(frame.x[1], y)
        out.append(Curve((left, right), "faint", 0.8))
        out.append(Text(left[0] - 6, left[1], words(short(y, LABEL)), SIZE - 3, "end", "muted"))
    return out


def height(made: Example, order: int, index: Index) -> float:
    """f or f' at an entry of x, as it is drawn."""
    layer, x = made.function, float(made.entry("x", index))
    function = layer.function
    if order and x in [float(kink.at) for kink in layer.kinks]:
        return value(function.taken[function.breaks.index(Fraction(x))], layer, x)
    k = function.case(x)
    own = value(function.cases[k], layer, x)
    return value(function.derivative[k], layer, x, own) if order else own


def jump(made: Example, frame: Frame, curves: list[Pairs]) -> list[Element]:
    """Where f' jumps: open ends on both sides, filled where the convention is."""
    layer = made.function
    breaks = dict(zip(layer.function.breaks, layer.function.taken, strict=True))
    out: list[Element] = []
    for left, right in pairwise(curves):
        at = left[-1][0]
        taken = value(breaks[Fraction(at)], layer, at)
        for y in {left[-1][1], right[0][1]}:
            px, py = frame.at(at, y)
            filled = y == taken  # a point of the example there leaves its rim to be seen
            look, radius = ("gradient", 6.4) if filled else ("paper", 4.6)
            out.append(Curve(ring(px, py, radius), look, 1.8, closed=True, fill=True, smooth=True))
    return out


def ring(x: float, y: float, r: float) -> tuple[tuple[float, float], ...]:
    """A circle, when it is smoothed."""
    return tuple(
        (round(x + r * math.cos(k * math.pi / 4), 2), round(y + r * math.sin(k * math.pi / 4), 2)) for k in range(8)
    )


def legend(made: Example, order: int, single: bool = False) -> list[Element]:
    """What the marks mean."""
    items: list[list[Element]] = []
    said = sentence("figure.bars.entry") if single else sentence("figure.graph.entries")
    items.append([Curve(ring(4, 0, 3.6), "window", 1.6, closed=True, fill=True, smooth=True), *told(14, said)])
    kinks = made.function.kinks
    if order and kinks:
        taken = " or ".join(dict.fromkeys(shown(kink.taken, made.decimal) for kink in kinks if kink.taken is not None))
        items.append(
            [
                Curve(ring(4, 0, 4.6), "paper", 1.6, closed=True, fill=True, smooth=True),
                *told(14, sentence("figure.graph.noslope")),
            ]
        )
        items.append(
            [
                Curve(ring(4, 0, 5.4), "gradient", 1.6, closed=True, fill=True, smooth=True),
                *told(14, sentence("figure.graph.taken", taken=taken)),
            ]
        )
    return list(beside(items, 18.0))


def told(x: float, said: str) -> list[Element]:
    """A word of a legend."""
    return [Text(x, 0, words(said), SMALL, "start", "muted")]


def graph(made: Example, order: int, at: Index | None = None) -> tuple[Element, ...]:
    """A panel with its legend."""
    return above([panel(made, order, at), legend(made, order, at is not None)], 16.0)


def described(made: Example, order: int, at: Index | None = None) -> str:
    """A graph in sentences."""
    name, part = made.function.name, made.gradient("x").scatter if order else made.y
    seen = [one for one in part.lines if at is None or one.index == at]
    some = "; ".join(equation(made, part, one.index) for one in seen[:12])
    head = sentence("figure.graph.description", name=name, primes=chr(39) * order)
    kink = ""
    for one in reversed(made.function.kinks if order else ()):
        assert one.taken is not None
        kink += sentence("figure.graph.kink", at=one.at, taken=shown(one.taken, made.decimal))
    more = sentence("figure.graph.more") if len(seen) > 12 else ""
    return counting("figure.graph.points", len(seen), head=head, some=some, more=more, kink=kink)


def equation(made: Example, part: Part, index: Index) -> str:
    """x[0] = -2, y[0] = 0."""
    at = f"[{','.join(map(str, index))}]" if index else ""
    v = next(one.value for one in part.lines if one.index == index)
    sign = "\u2248" if isinstance(v, Rounded) else "="
    return f"x{at} = {shown(made.entry('x', index), made.decimal)}, {part.name}{at} {sign} {shown(v, made.decimal)}"


def pointwise(made: Example, name: str) -> Scene:
    """The graphs."""
    orders = {"forward": [0], "backward-x": [1], "both": [0, 1]}[name]
    drawn = beside([graph(made, order) for order in orders], 52.0, "top")
    titles = {
        "forward": made.function.name,
        "backward-x": sentence("figure.graph.slope", name=made.function.name),
        "both": sentence("figure.graph.both", name=made.function.name),
    }
    return scene(
        drawn, sentence("figure.graph.title", name=titles[name]), " ".join(described(made, order) for order in orders)
    )


def step(made: Example, order: int, at: Index, known: frozenset[Index] | None) -> tuple[Element, ...]:
    """One point on the graph, what it says, and the array as far as it has come (where ``known`` says how far)."""
    part = made.gradient("x").scatter if order else made.y
    v = part[at].value
    sign = " \u2248 " if isinstance(v, Rounded) else " = "
    said = joined(
        entry("x", at), f" = {shown(made.entry('x', at), made.decimal)}:  ", entry(part.name, at), " = " if order else sign
    )
    if order:
        said = joined(said, entry("g", at), " ", words(made.function.name), "\u2032(", entry("x", at), ")", sign)
    head: list[Element] = [Text(0, 0, joined(said, ((shown(v, made.decimal), "b"),)), SIZE, "start")]
    rows: list[Any] = [head, graph(made, order, at)]
    if known is not None:
        rows.append(array(made, part, at, known))
    return above(rows, 16.0)


def array(made: Example, part: Part, at: Index, known: frozenset[Index]) -> tuple[Element, ...]:
    """The array, filled as far as is known."""
    shape = part.shape if 0 < len(part.shape) <= 2 else (len(part.lines),)
    flat = dict(zip((line.index for line in part.lines), indices_of(shape), strict=True))
    at_flat = flat[at]
    values = {flat[line.index]: line for line in part.lines}
    role = "gradient" if part is made.gradient("x").scatter else "result"

    def place(spot: Index) -> Place:
        line = values[spot]
        if line.index not in known:
            return Place((), "miss", f"{part.name}{list(spot)}")
        return Place(
            words(shown(line.value, made.decimal)), role, f"{part.name}{list(spot)}", "window" if spot == at_flat else ""
        )

    return block(shape, place, entry(part.name), width_of(part.values, made.decimal), [range(n) for n in shape]).elements


def indices_of(shape: Index) -> list[Index]:
    """Every index."""
    return list(indices(shape))


# by name
FIGURES: dict[str, Callable[[Example, str], Scene]] = {
    "pointwise": pointwise,
    "softmax": bars.softmax,
    "cross_entropy": bars.softmax,
    "mse": bars.pairs,
    "flatten": bars.moved_cells,
    "sum": bars.summed_cells,
}
NAMES = ("both", "forward", "backward-x")


def kind(made: Example) -> str:
    """The sort of layer."""
    return made.function.name if made.function.kind == "loss" else made.function.kind


def figure(made: Example, name: str) -> Scene:
    """A figure by its name; raises SymconvError for another name, and for numbers that make no figure."""
    if name not in NAMES:
        raise SymconvError(f"figure: expected {', '.join(NAMES)} for {made.function.name}, got {name[:40]!r}")
    return FIGURES[kind(made)](made, name)


def traced(found: Trace) -> Scene:
    """The point of the entry on the graph; of other layers the figure of the pass that it belongs to."""
    made, order = found.example, int(found.role == "x")
    if made.function.kind != "pointwise":
        name = "backward-x" if order else "forward"
        rows = kind(made) in ("softmax", "cross_entropy") and found.index
        return bars.softmax(made, name, found.index) if rows else figure(made, name)
    drawn = step(made, order, found.index, None)
    return scene(drawn, sentence("figure.graph.entry", name=made.function.name), described(made, order, found.index))


def sequence(made: Example, part: str) -> list[Scene]:
    """A point that moves from entry to entry; all scenes have one size.

    Raises SymconvError for layers without a graph, another part, and more entries than anyone steps through.
    """
    if made.function.kind != "pointwise":
        raise SymconvError(
            f"figure: expected a single picture (svg, tikz, png) for {made.layer.name}, which has no graph for a point to move on"
        )
    if part not in ("y", "x"):
        raise SymconvError(f"figure: expected y or x for the moving point of {made.function.name}, got {part[:40]!r}")
    order, name = int(part == "x"), sentence("figure.graph.steps", name=made.layer.name)

    def draw(index: Index, known: frozenset[Index]) -> Scene:
        return scene(step(made, order, index, known), name, described(made, order, index))

    return filling([(line.index,) for line in made.y.lines], draw)
