"""Which inputs a window reads, axis by axis, and how many products land on each output of a transposed layer.

Along one axis, tap p of window i stands at s i + d p - lo, so the windows form a staircase whose steps are s wide and whose
treads have a dot every d cells.  Axes are independent: the figure of several axes is one staircase for each.
"""

from __future__ import annotations

from itertools import product
from math import prod

from symconv.errors import SymconvError
from symconv.figures.layout import SMALL, Place, block, few, minus, more, side
from symconv.figures.upstream import numbers
from symconv.language.border import source
from symconv.language.expand import Index
from symconv.language.operator import Operator, own_parameters
from symconv.language.prose import sentence
from symconv.language.scene import Area, Box, Cell, Curve, Element, Scene, Text, above, bounds, entry, joined, scene, words

W, H, STEP = 34.0, 30.0, 20.0
WINDOWS = 16  # of a staircase, before the rest is only counted


def concrete(op: Operator) -> None:
    """Raise SymconvError unless every size is a number."""
    if any(
        getattr(a, f).constant is None
        for a in op.axes
        for f in ("data", "kernel", "output", "stride", "dilation", "lo", "hi", "input_dilation")
    ):
        raise SymconvError(
            f"figure: expected an operator at concrete sizes, got {op.name} with names; give input and kernel"
        )


# stride and dilation
def strides(op: Operator) -> Scene:
    """Every window along every axis, over the padded (and zero-dilated) input; what no window reads is hatched.

    Raises SymconvError for an operator whose sizes are not numbers, or more cells than a figure can show.
    """
    concrete(op)
    parts: list[tuple[Element, ...]] = []
    said = []
    for k in range(op.ndim):
        drawn, words_ = staircase(op, k)
        parts.append(drawn)
        said.append(words_)
    title = sentence("figure.geometry.title", operator=op.name)
    return scene(above(parts, gap=34.0), title, " ".join(said))


def staircase(op: Operator, k: int) -> tuple[tuple[Element, ...], str]:
    """One axis: the row of inputs, a row for each window, and what it says in words."""
    a = numbers(op.axes[k])
    if op.border is not None:
        return continued(op, k, a)
    n, r, lo, hi = a["data"], a["input_dilation"], a["lo"], a["hi"]
    length = r * (n - 1) + 1
    first, last = min(-lo, 0), max(length + hi, length)
    few((last - first) * 2)
    reads = {a["stride"] * i + a["dilation"] * p - lo for i in range(a["output"]) for p in range(a["kernel"])}
    elements: list[Element] = []
    for m in range(first, last):
        j, rest = divmod(m, r)
        box = Box((m - first) * W, 0.0, W, H)
        if not 0 <= m < length:
            elements.append(Cell(box, words("0"), 12.0, "pad"))
        elif rest:
            elements.append(Cell(box, words("0"), 12.0, "hole"))
        else:
            runs = entry(op.data.name, (j,))
            elements.append(Cell(box, runs, 12.0, "data" if m in reads else "unread", f"{op.data.name}[{j}]"))
    lines = [(Text((m - first + 0.5) * W, -9, words(minus(m)), SMALL - 1, role="muted")) for m in range(first, last)]
    for i in range(min(a["output"], WINDOWS)):
        elements += tread(op, a, i, first)
    shown_rows = min(a["output"], WINDOWS)
    end = H + 10 + shown_rows * STEP
    if a["output"] > WINDOWS:
        rest_ = more(a["output"] - WINDOWS, "window")
        elements.append(Text(0.0, end + 12, words(rest_), SMALL, "start", "muted"))
    elements += cut(a, first, length, end)
    unread = [m // r for m in range(0, length, r) if m not in reads]
    head, summary = told(op, k, a, unread)
    title = [Text(0.0, -32.0, words(head), SMALL + 2, "start")]
    return (*title, *lines, *elements), summary


def continued(op: Operator, k: int, a: dict[str, int]) -> tuple[tuple[Element, ...], str]:
    """One axis of data that a border pads: a row of the entries that stand at its places, copies among them."""
    border = op.border
    assert border is not None
    size, (lo, hi) = border.sizes[k].constant or 0, (int(e.constant or 0) for e in border.pads[k])
    few(a["data"] * 2)
    taps = {a["stride"] * i + a["dilation"] * p for i in range(a["output"]) for p in range(a["kernel"])}
    at = [source(border.mode, m - lo, size) for m in range(a["data"])]
    reads = {at[m] for m in taps}
    elements: list[Element] = []
    for m, j in enumerate(at):
        role = "unread" if j not in reads else "data" if 0 <= m - lo < size else "copy"
        elements.append(Cell(Box(m * W, 0.0, W, H), entry(op.data.name, (j,)), 12.0, role, f"{op.data.name}[{j}]"))
    elements += [Text((m + 0.5) * W, -9, words(minus(m - lo)), SMALL - 1, role="muted") for m in range(a["data"])]
    for i in range(min(a["output"], WINDOWS)):
        elements += tread(op, a, i, 0)
    end = H + 10 + min(a["output"], WINDOWS) * STEP
    notes = [more(a["output"] - WINDOWS, "window")] if a["output"] > WINDOWS else []
    if any(not 0 <= m - lo < size for m in range(a["data"])):
        notes.append(sentence("figure.copies"))
    elements += [Text(0.0, end + 12 + 16 * line, words(note), SMALL, "start", "muted") for line, note in enumerate(notes)]
    head, summary = told(op, k, {**a, "data": size, "lo": lo, "hi": hi}, [j for j in range(size) if j not in reads])
    return (Text(0.0, -32.0, words(head), SMALL + 2, "start"), *elements), summary


def tread(op: Operator, a: dict[str, int], i: int, first: int) -> list[Element]:
    """One window: a line from its first to its last tap, a mark for every tap, its output's name at the end."""
    y = H + 10 + (i + 0.5) * STEP
    spots = [a["stride"] * i + a["dilation"] * p - a["lo"] - first for p in range(a["kernel"])]
    xs = [(m + 0.5) * W for m in spots]
    out: list[Element] = [Curve(((xs[0], y), (xs[-1], y)), "window", 1.4)] if len(xs) > 1 else []
    out += [Curve(diamond(x, y, 5.0), "window", 1.2, closed=True, fill=True) for x in xs]
    out.append(Text(max(xs) + 12, y, entry(op.result.name, (i,)), 12.0, "start"))
    return out


def diamond(x: float, y: float, r: float) -> tuple[tuple[float, float], ...]:
    """A small square on its tip."""
    return ((x, y - r), (x + r, y), (x, y + r), (x - r, y))


def cut(a: dict[str, int], first: int, length: int, end: float) -> list[Element]:
    """Dashed lines where a negative pad begins or ends the window's way, inside the input."""
    out: list[Element] = []
    for k, at in (("lo", -a["lo"]), ("hi", length + a["hi"])):
        if a[k] < 0:
            x = (at - first) * W
            out.append(Curve(((x, -2.0), (x, end)), "muted", 1.5, dash=True))
    return out


def told(op: Operator, k: int, a: dict[str, int], unread: list[int]) -> tuple[str, str]:
    """The heading of an axis and its sentence."""
    axis = "" if op.ndim == 1 else sentence("figure.axis", k=k)
    parts = [
        f"N = {a['data']}",
        f"K = {a['kernel']}",
        sentence("figure.geometry.stride", value=a["stride"]),
        sentence("figure.geometry.dilation", value=a["dilation"]),
    ]
    if a["input_dilation"] != 1:
        parts.append(sentence("figure.geometry.input.dilation", value=a["input_dilation"]))
    mode = "" if op.border is None else f" {op.border.mode}"
    parts += [
        sentence("figure.geometry.padding", lo=minus(a["lo"]), hi=minus(a["hi"]), mode=mode),
        f"O = {a['output']}",
        sentence("figure.geometry.remainder", value=a["remainder"]),
    ]
    head = axis + ", ".join(parts)
    if not unread:
        return head, sentence("figure.geometry.read", head=head)
    return head, sentence("figure.geometry.unread", head=head, places=", ".join(f"{op.data.name}[{j}]" for j in unread))


# overlap counts
def landings(op: Operator, k: int) -> list[int]:
    """How many (input, tap) pairs land on every output along an axis."""
    a = numbers(op.axes[k])
    counts = [0] * a["output"]
    for i, p in product(range(a["output"]), range(a["kernel"])):
        m = a["stride"] * i + a["dilation"] * p - a["lo"]
        if m % a["input_dilation"] == 0 and 0 <= m // a["input_dilation"] < a["data"]:
            counts[i] += 1
    return counts


def overlaps(op: Operator) -> Scene:
    """How many products each output of a (transposed) layer collects, for one pair of channels.

    An uneven pattern is the checkerboard that a stride leaves which does not divide the kernel.  Source: Odena, Dumoulin, Olah,
    Deconvolution and checkerboard artifacts, 2016.  Raises SymconvError for sizes that are not numbers.
    """
    concrete(op)
    counts = [landings(op, k) for k in range(op.ndim)]
    shape = tuple(map(len, counts))
    few(prod(shape))
    most = max((prod(spot) for spot in product(*counts)), default=0)

    def place(at: Index) -> Place:
        here = prod(c[m] for c, m in zip(counts, at, strict=True))
        return Place(words(str(here)), level(here, most), f"{op.result.name}{list(at)}")

    w = side(words(str(prod(spot))) for spot in product(*counts))
    header = joined(sentence("figure.geometry.lands.on"), entry(op.result.name))
    drawn = block(shape, place, header, w, [range(n) for n in shape]).elements
    stamps = stamped(op) if op.output_padding is not None and op.ndim < 3 else ()
    drawn = above([stamps, drawn], gap=26.0) if stamps else drawn
    values = sorted({prod(spot) for spot in product(*counts)})
    said = (
        sentence("figure.geometry.even", operator=op.name, products=values[0])
        if len(values) == 1
        else sentence("figure.geometry.uneven", operator=op.name, least=values[0], most=values[-1])
    )
    return scene(drawn, sentence("figure.geometry.overlap", operator=op.name), said)


def level(count: int, most: int) -> str:
    """A shade for a count: darker is more."""
    return f"level{0 if not count else 1 + round(3 * (count - 1) / max(most - 1, 1))}"


def stamped(op: Operator) -> tuple[Element, ...]:
    """Where every input's stamp of the kernel lands, axis by axis: a bar from its first to its last tap, over the outputs."""
    own = own_parameters(op)
    parts: list[tuple[Element, ...]] = []
    for k in range(op.ndim):
        a = numbers(op.axes[k])
        s, d = (int(own[name][k].constant or 0) for name in ("stride", "dilation"))
        lo = int(own["padding"][k][0].constant or 0)
        parts.append(stamps(op, k, a, s, d, lo))
    return above(parts, gap=24.0)


def stamps(op: Operator, k: int, a: dict[str, int], s: int, d: int, lo: int) -> tuple[Element, ...]:
    """One axis: the outputs, those cropped by the padding beside them, and a bar for every input."""
    n, taps, out = a["data"], a["kernel"], a["output"]
    spots = [[s * j + d * p - lo for p in range(taps)] for j in range(n)]
    first, last = min(0, *spots[0]), max(out - 1, *spots[-1]) + 1
    few((last - first) * 2)
    elements: list[Element] = []
    for m in range(first, last):
        box = Box((m - first) * W, 0.0, W, H)
        inside = 0 <= m < out
        runs = entry(op.result.name, (m,)) if inside else ()
        elements.append(Cell(box, runs, 12.0, "result" if inside else "crop", f"{op.result.name}[{m}]" if inside else ""))
    for j, own in enumerate(spots[:WINDOWS]):
        y = H + 10 + (j + 0.5) * STEP
        xs = [(m - first + 0.5) * W for m in own]
        role = f"band{j % 2}"
        if taps > 1 and d == 1:
            elements.append(Area(Box(xs[0] - W / 2 + 2, y - 7, xs[-1] - xs[0] + W - 4, 14), role, True, 1.0))
        else:
            elements += [Area(Box(x - W / 2 + 2, y - 7, W - 4, 14), role, True, 1.0) for x in xs]
            elements.append(Curve(((xs[0], y), (xs[-1], y)), "muted", 1.0, dash=True))
        elements.append(
            Text(xs[-1] + W / 2 + 8, y, joined(entry(op.data.name, (j,)), " · ", entry(op.kernel.name)), 12.0, "start")
        )
    if n > WINDOWS:
        below = bounds(elements).bottom + 12
        elements.append(Text(0.0, below, words(more(n - WINDOWS, "input")), SMALL, "start", "muted"))
    axis = "" if op.ndim == 1 else sentence("figure.axis", k=k)
    head = sentence("figure.geometry.lands", axis=axis, n=n, taps=taps, stride=s, dilation=d, padding=minus(lo))
    return (Text(0.0, -16.0, words(head), SMALL + 2, "start"), *elements)
