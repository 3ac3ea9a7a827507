"""What the page of a worked example says of activations, softmax, losses and flatten.

Every entry is worked out, y and each way to the gradient, line by line; the page itself is in ``worked``.
"""

from __future__ import annotations

from typing import Any

from symconv.language.example import Example, Gradient, Line, Part
from symconv.language.expand import Index
from symconv.language.facts import FunctionDerivation, Verdict
from symconv.language.functions import Tree, exact
from symconv.language.prose import Joined, Prose
from symconv.language.rounded import FEW, PLACES, Rounded, Value
from symconv.pages import functions as layers
from symconv.pages.laid import signed as signed_sum
from symconv.pages.layout import (
    EQUALS,
    NOTHING,
    PLUS,
    SPACE,
    Form,
    Layout,
    Name,
    Number,
    Sign,
    bracketed,
    entry,
    joined,
    product,
    row,
)
from symconv.pages.nodes import Arrays, Block, Equation, Lines, Math, Paragraph
from symconv.pages.spelling import width
from symconv.pages.trees import Speller, digits, symbol, text, unbroken
from symconv.pages.work import grid, whole
from symconv.pages.work import text as written

BESIDE, ALONE, LONGEST, LINES, MOST = 48, 75, 70, 9, 14
COLUMNS, HANG = (
    72,
    2,
)  # a left side and a piece that stand on one line; how far lines stand below a left side that is too long
CHECKED = Verdict("checked", "")


def derivation(made: Example) -> FunctionDerivation:
    """What the derivation's page says of the layer."""
    found = made.gradient("x").derivation
    assert isinstance(found, FunctionDerivation)
    return found


def kind(made: Example) -> Prose:
    """What sort of layer it is."""
    return Prose(f"function.{made.function.name if made.function.kind == 'loss' else made.function.kind}")


# setting
def parameters(made: Example) -> list[Prose]:
    """The slope or the reduction."""
    return layers.parameters(made.function)


def symbols(made: Example) -> list[Block]:
    """Every symbol, and the definition by its cases."""
    blocks = layers.setting(derivation(made))
    return [*blocks[:-1], cases(made, 0)] if made.function.kind == "pointwise" else blocks


def conventions(made: Example) -> list[Prose]:
    """Where an index starts, and how it is read where the array is no matrix."""
    return [Prose("applied.conventions"), *axes_read(made)]


def remarks(made: Example) -> list[Prose]:
    """That numbers are rounded, and how."""
    return [] if made.exact else [Prose("applied.rounded", {"digits": str(PLACES), "few": str(FEW)})]


def axes_read(made: Example) -> list[Prose]:
    """How an index is read where the array is no matrix."""
    axes = len(made.array("x").shape)
    if made.function.kind == "flatten":
        return [Prose("applied.axes.flatten")] if axes != 4 else []
    if made.function.kind == "softmax" or made.function.name == "cross_entropy":
        return [Prose(f"applied.axes.{'one' if axes == 1 else 'more'}", {"n": letter("n")})] if axes != 2 else []
    return []


def cases(made: Example, order: int) -> Lines:
    """f(x), or f'(x), by its cases."""
    function, speller = made.function.function, Speller(made)
    x = speller.of(("x",))
    trees = function.derivative if order else function.cases
    lines = []
    for k, tree in enumerate(trees):
        left, when = unbroken(speller.call(made.function.name, x, "'" * order)), function.where(k, inside=order > 0)
        rule = Prose("case.when", {"when": Math(tuple(when.split()))}) if when else Prose("case.otherwise")
        lines.append(
            Equation(blank(left) if k else left, equals(unbroken(speller.of(tree))), rule if len(trees) > 1 else None)
        )
    return Lines.argument(tuple(lines))


def equals(piece: Layout, sign: str = "=") -> Layout:
    """= a, or ≈ a."""
    return row(Sign(f"{sign} "), piece)


Y, C, K = (Name(one) for one in "yck")
JACOBIAN = unbroken(
    row(
        Form("gradient.partial", (entry(Y, K), entry(Name("x"), C))),
        EQUALS,
        product(
            (entry(Y, K), bracketed(signed_sum([(1, Form("iverson", (row(K, EQUALS, C),))), (-1, entry(Y, C))]), "big()"))
        ),
    )
)


# numbers
def operands(made: Example) -> list[Block]:
    """The input and the target."""
    blocks: list[Block] = [grid(made, made.array("x"), Prose("numbers.x", {"name": whole("x")}))]
    if made.has("t"):
        key = "applied.classes" if made.function.name == "cross_entropy" else "applied.target"
        blocks.append(grid(made, made.array("t"), Prose(key, {"name": whole("t"), "T": whole("T")})))
    return blocks


def together(made: Example, part: Part, key: str) -> Arrays:
    """A result as an array; says that it is rounded, if it is."""
    rounded = any(isinstance(v, Rounded) for v in part.values)
    slots: dict[str, Any] = {"name": whole(part.name), "digits": str(PLACES)}
    return grid(made, part.array, Prose(f"{key}.rounded" if rounded else key, slots))


# lines
def worked(made: Example, part: Part, elide: int | None = None, tick: bool = False) -> list[Lines]:
    """The entries of a part, worked out, a dozen lines to a display."""
    displays: list[list[Equation]] = [[]]
    row: Index = ()
    every = [reasons(made, part, line, elide, tick) for line in part.lines]
    if any(len(lines) > 1 for lines in every):  # entries of one array are laid out alike
        every = [reasons(made, part, line, elide, tick, True) for line in part.lines]
    for line, lines in zip(part.lines, every, strict=True):
        new, row = line.index[:-1] != row, line.index[:-1]
        if displays[-1] and (len(displays[-1]) + len(lines) > MOST or (new and len(displays[-1]) >= LINES)):
            displays.append([])
        displays[-1] += lines
    return [Lines.argument(tuple(lines)) for lines in displays]


def entries(made: Example) -> Lines:
    """The entries of y in one display."""
    return Lines.argument(tuple(reason for one in worked(made, made.y) for reason in one.lines))


def one_line(made: Example, part: Part, line: Line) -> Lines:
    """One entry, worked out."""
    return Lines.argument(tuple(reasons(made, part, line)))


def reasons(
    made: Example, part: Part, line: Line, elide: int | None = None, tick: bool = False, tall: bool = False
) -> list[Equation]:
    """One entry: in symbols, with the numbers put in, and its value; ``tall`` puts them below each other in any case."""
    left = Speller(made).of(line.left) if line.left is not None else symbol(part.name, line.index)
    return chained(
        made, unbroken(left), line.symbols, line.substituted, line.value, elide, said(made, part, line), tick, tall
    )


def chained(
    made: Example,
    left: Layout,
    symbols: Tree,
    substituted: Tree,
    value: Value,
    elide: int | None,
    rule: Prose | None,
    tick: bool,
    tall: bool = False,
) -> list[Equation]:
    """left = symbols = numbers = value, on one line if it is short."""
    segments = segments_of(made, symbols, substituted, value, elide)
    if " ".join(map(text, segments[0])) == f"= {text(left)}":
        segments.pop(0)
    verdict = CHECKED if tick else None
    room = ALONE if rule is None else BESIDE
    head = width(text(left))
    used = head + sum(width(text(p)) + 1 for pieces in segments for p in pieces)
    if used <= room and (not tall or len(segments) == 1):
        return [Equation(left, joined([p for pieces in segments for p in pieces], SPACE), rule, verdict)]
    longest = max(width(text(piece)) for pieces in segments for piece in pieces)
    alone = head + longest > COLUMNS  # the left side has a line of its own, the rest stands below it
    lines: list[Layout] = [NOTHING] if alone else []
    for pieces in segments:
        lines += broken(pieces, LONGEST - (HANG if alone else head))
    last = len(lines) - 1
    below = Sign("hang") if alone else blank(left)
    return [
        Equation(below if k else left, one, rule if k == last else None, verdict if k == last else None)
        for k, one in enumerate(lines)
    ]


def blank(left: Layout) -> Layout:
    """Nothing, as wide as what stands above it."""
    return Form("blank", (left,))


def segments_of(made: Example, symbols: Tree, substituted: Tree, value: Value, elide: int | None) -> list[list[Layout]]:
    """The sides of the equation, each in pieces that begin with their sign of relation."""
    inner, put = Speller(made, False, elide), Speller(made, True, elide)
    first, second = inner.pieces(symbols), put.pieces(substituted)
    answer, rough = written(made, value), isinstance(value, Rounded)
    shown = [text(p) for p in first], [text(p) for p in second]
    segments: list[list[Layout]] = []
    if shown[0] != [answer]:
        segments.append(signed(first, "="))
    known = [shown[0], [answer], *([[value.text(FEW)]] if isinstance(value, Rounded) else [])]
    if not (put.rough and not rough) and shown[1] not in known:
        segments.append(signed(second, "≈" if put.rough else "="))
    segments.append(signed([digits(answer)], "≈" if rough else "="))
    return segments


def signed(pieces: list[Layout], sign: str) -> list[Layout]:
    """The pieces behind a sign of relation."""
    return [equals(pieces[0], sign), *pieces[1:]]


def broken(pieces: list[Layout], room: int) -> list[Layout]:
    """Pieces in lines."""
    lines: list[list[Layout]] = [[]]
    used = 0
    for piece in pieces:
        if lines[-1] and used + width(text(piece)) > room:
            lines.append([])
            used = 2
        lines[-1].append(piece)
        used += width(text(piece)) + 1
    first, *others = (joined(line, SPACE) for line in lines)
    return [first, *(row(Sign("goes on"), one) for one in others)]


def said(made: Example, part: Part, line: Line) -> Prose | None:
    """Which case applies, or where the entry goes."""
    if not line.case:
        return None
    if line.case == "place":
        return Prose("applied.place", {"place": placed(made, line)})
    if line.case == "other":
        return Prose("applied.other")
    x, breaks = made.entry("x", line.index), (*made.function.function.breaks, None)
    k = breaks[:-1].index(x) if x in breaks else made.function.function.case(x)
    at, to = (breaks[-2] if k == len(breaks) - 1 else breaks[k]), breaks[k - 1] if k else None
    slots = {"x": unbroken(symbol("x", line.index)), "at": str(at), "to": str(to)}
    key = f"applied.case.{line.case}" + (".slope" if line.case == "kink" and part is not made.y else "")
    return Prose(key, slots)


def placed(made: Example, line: Line) -> Layout:
    """f = (1·2 + 0)·3 + 2 = 8: the place of an entry in its row."""
    index = line.symbols[2] if line.symbols[1] == "x" else line.index
    sizes, inner = made.array("x").shape[2:], index[1:]
    shown: Layout = Number(inner[0])
    found = inner[0]
    for k, (n, i) in enumerate(zip(sizes, inner[1:], strict=True)):
        shown = row(bracketed(shown) if k else shown, Sign("·"), Number(n), PLUS, Number(i))
        found = found * n + i
    return joined((Name("f"), *([shown] if sizes else []), Number(found)), EQUALS)


# forward and backward
def forward(made: Example, elide: int | None) -> list[Block]:
    """What y is made of, part by part; y; the array."""
    slots: dict[str, Any] = {name: whole(name) for name in ("x", "y", "Z", "p", "m", "L", "r", "t", "g", "f", "e")}
    name = made.function.name if made.function.kind == "loss" else made.function.kind
    blocks: list[Block] = []
    for part in made.parts:
        blocks += [Paragraph((Prose(f"applied.part.{part.name}", slots),)), *worked(made, part, elide)]
    blocks += [Paragraph((Prose(f"applied.forward.{name}", slots),)), *worked(made, made.y, elide)]
    if made.again is not None:
        blocks += [Paragraph((Prose("applied.again", slots),)), *worked(made, made.again, elide, True)]
    if made.y.shape:
        blocks.append(together(made, made.y, "numbers.y"))
    return blocks


def backward(made: Example) -> Prose:
    """Where backpropagation begins."""
    slots = {"L": whole("L"), "g": whole("g"), "y": whole(made.y.name), "x": whole("x")}
    return Prose("applied.backward" + ".loss" * (made.function.kind == "loss"), slots)


def gradient(made: Example, d: Gradient, elide: int | None) -> list[Block]:
    """dL/dx: the rule, every entry, in both ways where there are two; the array."""
    slots: dict[str, Any] = {
        name: whole(name) for name in ("x", "y", "g", "s", "p", "T", "t", "r", "L", "dL/dx", "dL/dp", "f")
    }
    slots = {**{key.replace("/", ""): one for key, one in slots.items()}, "jacobian": JACOBIAN, "k": letter("k")}
    blocks: list[Block] = []
    for k, way in enumerate(d.ways):
        blocks.append(Paragraph((Prose(f"applied.way.{way.key}", slots),)))
        if way.key == "slope":
            blocks += [cases(made, 1), *kink(made)]
        for part in d.before:
            if needed(way.key) == part.name:
                blocks += worked(made, part, elide)
                blocks.append(Paragraph((Prose(f"applied.way.{way.key}.then", slots),)))
        blocks += worked(made, way, elide, k == len(d.ways) - 1)
    blocks.append(together(made, d.scatter, "numbers.result"))
    if len(d.ways) > 1:
        count = len(d.scatter.lines)
        blocks.append(Paragraph((Prose("applied.agree" if count > 1 else "gradient.agree.one", {"count": str(count)}),)))
    return blocks


def needed(key: str) -> str:
    """The part that a way needs first."""
    return {"closed": "s", "apart": "dL/dp"}.get(key, "")


def kink(made: Example) -> list[Block]:
    """That there is no derivative at a kink, and what is taken; that there is one at a break without a kink."""
    layer, blocks = made.function, list[Block]()
    kinks = {kink.at: kink for kink in layer.kinks}
    for k, at in reversed(list(enumerate(layer.function.breaks))):
        if at not in kinks:
            slots = {"x": unbroken(symbol("x", ())), "at": str(at)}
            slope = layers.slope(exact(layer.function.derivative[k], layer.values, at))
            blocks.append(Paragraph((Prose("applied.kink.smooth", {**slots, "slope": slope}),)))
            continue
        told = list(layers.kink(layer, kinks[at], lambda n: unbroken(Speller(made).of(n))))
        met = [
            unbroken(symbol("x", line.index))
            for line in made.gradient("x").scatter.lines
            if line.case == "kink" and made.entry("x", line.index) == at
        ]
        if met:
            told.append(Prose("applied.kink.met", {"list": Joined(tuple(met))}))
        blocks.append(Paragraph(tuple(told)))
    return blocks


def letter(name: str) -> Layout:
    """An index by its letter."""
    return Name(name)
