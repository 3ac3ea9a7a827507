"""The upstream gradient on its way into the closed form of dL/dx: as it comes, with zeros between, padded or cropped.

For a layer with stride s, dilation d, pads lo and hi and remainder a, the closed form reads g with s - 1 zeros between its
entries and pads (e - lo, e - hi + a), e = d(K-1).  A negative pad crops.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from symconv.figures.layout import SMALL, Block, Place, block, few, minus, noted, plane, roles, row, shown, width_of
from symconv.figures.passes import Pass, chosen
from symconv.language.example import Array, Example
from symconv.language.expand import Index
from symconv.language.operator import Axis
from symconv.language.prose import counting, sentence
from symconv.language.scene import Arrow, Element, Scene, Text, above, bounds, scene, words


def numbers(axis: Axis) -> dict[str, int]:
    """N, K, O, s, r, d, lo and hi of a concrete axis, by the name of the field."""
    fields = ("data", "kernel", "output", "stride", "input_dilation", "dilation", "lo", "hi", "remainder")
    return {name: int(getattr(axis, name).constant or 0) for name in fields}


def upstream(example: Example, wrt: str = "x", lead: Index | None = None) -> Scene:
    """g, g with zeros between its entries, and g padded and cropped, as the closed form of dL/d(wrt) reads it.

    ``lead`` are the leading indices of the block that is shown (default: the first).  Raises SymconvError if the closed form
    is only a sum, or for more cells than a figure can show.
    """
    one = chosen(example, wrt)
    array = example.array(one.data.name)
    at = (0,) * array.lead if lead is None else lead
    axes = [numbers(a) for a in one.member.axes]
    few(len(one.data.cells) * 3)
    w = width_of(array.entries, example.decimal)
    role = roles(example.op).get(array.name, "upstream")
    steps = [(entries(example, array, at, role, w), sentence("figure.upstream.asis"))]
    dilated = any(a["input_dilation"] > 1 for a in axes)
    if dilated:
        between = " × ".join(str(a["input_dilation"] - 1) for a in axes)
        if len({a["input_dilation"] for a in axes}) == 1:
            between = str(axes[0]["input_dilation"] - 1)
        steps.append(
            (
                spread(example, array, at, role, axes, w),
                counting("figure.between", 1 if between == "1" else 2, zeros=between),
            )
        )
    if any(a[k] for a in axes for k in ("lo", "hi")):
        steps.append((padded(example, array, at, role, axes, w), words_for(axes)))
    groups = [captioned(b, said) for b, said in steps]
    flat = one.member.ndim == 1
    drawn = column(groups) if flat else beside(groups)
    kernel = sentence("figure.upstream.then.flipped" if one.kernel.flipped else "figure.upstream.then")
    title = sentence("figure.upstream.read", array=array.name, kernel=one.name)
    return scene(
        [*drawn, *formula(one, drawn)],
        title,
        sentence("figure.upstream.description", title=title, steps="; ".join((said for _, said in steps)), kernel=kernel),
    )


def entries(example: Example, array: Array, lead: Index, role: str, w: float) -> Block:
    """The array as it is."""

    def place(index: Index) -> Place:
        return Place(words(shown(array[index], example.decimal)), role, f"{array.name}{list(index)}")

    return plane(array, lead, place, w)


def source(array: Array, lead: Index, axes: Sequence[dict[str, int]], at: Index) -> Index | None:
    """The entry that stands at a place of the zero-dilated array; None between and outside."""
    found = []
    for a, m in zip(axes, at, strict=True):
        j, rest = divmod(m, a["input_dilation"])
        if rest or not 0 <= j < a["data"]:
            return None
        found.append(j)
    return lead + tuple(found)


def spread(example: Example, array: Array, lead: Index, role: str, axes: Sequence[dict[str, int]], w: float) -> Block:
    """With zeros between."""

    def place(at: Index) -> Place:
        found = source(array, lead, axes, at)
        return Place(words("0"), "hole") if found is None else Place(words(shown(array[found], example.decimal)), role)

    shape = tuple(a["input_dilation"] * (a["data"] - 1) + 1 for a in axes)
    return block(shape, place, (), w, [range(n) for n in shape])


def padded(example: Example, array: Array, lead: Index, role: str, axes: Sequence[dict[str, int]], w: float) -> Block:
    """Padded; what a negative pad crops is still shown, crossed out."""
    first = tuple(-max(a["lo"], 0) for a in axes)
    lengths = [a["input_dilation"] * (a["data"] - 1) + 1 for a in axes]
    shape = tuple(n + max(a["lo"], 0) + max(a["hi"], 0) for n, a in zip(lengths, axes, strict=True))

    def place(at: Index) -> Place:
        spot = tuple(m + f for m, f in zip(at, first, strict=True))
        kept = all(-a["lo"] <= m < n + a["hi"] for a, m, n in zip(axes, spot, lengths, strict=True))
        found = source(array, lead, axes, spot)
        within = all(0 <= m < n for m, n in zip(spot, lengths, strict=True))
        own = role if found is not None else "hole" if within else "pad"
        value = 0 if found is None else array[found]
        return Place(words(shown(value, example.decimal)), own if kept else "crop")

    return block(shape, place, (), w, [range(f, f + n) for f, n in zip(first, shape, strict=True)])


def words_for(axes: Sequence[dict[str, int]]) -> str:
    """The pads in words, crops named as such."""

    def one(a: dict[str, int]) -> str:
        parts = [
            counting("figure.upstream.zeros", abs(a[k]), where=sentence(f"figure.{where}"))
            if a[k] > 0
            else sentence("figure.upstream.crop", count=-a[k], where=sentence(f"figure.{where}"))
            for k, where in (("lo", "before"), ("hi", "behind"))
            if a[k]
        ]
        return ", ".join(parts) or sentence("figure.upstream.nopadding")

    said = [one(a) for a in axes]
    if len(set(said)) == 1:
        return said[0] + (sentence("figure.upstream.axes") if len(said) > 1 else "")
    names = ("depth", "rows", "columns")[-len(said) :]
    return "; ".join(f"{sentence(f'figure.{n}')}: {s}" for n, s in zip(names, said, strict=True))


def formula(one: Pass, drawn: tuple[Element, ...]) -> tuple[Element, ...]:
    """The pads of every axis as they come about: e - lo and e - hi + a."""
    op = one.example.op
    if one.result.name == op.result.name or op.output_padding is not None:
        return ()
    lines: list[Element] = []
    around = bounds(drawn)
    for k, (of, to) in enumerate(zip(map(numbers, op.axes), map(numbers, one.member.axes), strict=True)):
        e = of["dilation"] * (of["kernel"] - 1)
        if of["input_dilation"] != 1 or (to["lo"], to["hi"]) != (e - of["lo"], e - of["hi"] + of["remainder"]):
            return ()  # a closed form with other pads: dL/dw
        name = "" if op.ndim == 1 else sentence("figure.axis", k=k)
        before = f"e − lo = {e} − {less(of['lo'])} = {minus(to['lo'])}"
        behind = f"e − hi + a = {e} − {less(of['hi'])} + {of['remainder']} = {minus(to['hi'])}"
        if op.border is not None:  # the border has padded x already, and the layer reads it without pads of its own
            before, behind = f"e = {e}", f"e + a = {e} + {of['remainder']} = {minus(to['hi'])}"
        said = sentence("figure.upstream.pads", name=name, e=e, before=before, behind=behind)
        lines.append(Text(around.x, around.bottom + 24 + 18 * k, words(said), SMALL + 1, "start"))
    return tuple(lines)


def less(value: int) -> str:
    """A number behind a minus sign."""
    return f"({minus(value)})" if value < 0 else str(value)


# layout
def captioned(one: Block, said: str) -> Block:
    """A block with what was done to it: to its right for one axis, else below."""
    if len(next(iter(one.boxes))) > 1:
        return noted([one], said)[0]
    body = one.body
    text = Text(body.right + 12, body.centre[1], words(said), SMALL + 1, "start", "muted")
    return Block((*one.elements, text), one.boxes)


def column(groups: list[Block]) -> tuple[Element, ...]:
    """One axis: a row below the other, place 0 in line, an arrow between them."""
    out: list[Element] = []
    y = 0.0
    places = [min(b.boxes) for b in groups]
    for k, one in enumerate(groups):
        own = one.moved(0.0, y - one.bounds.y)
        if k:
            tip = own.body.y - 24
            out.append(Arrow(((own.boxes[places[k]].centre[0], tip - 22), (own.boxes[places[k]].centre[0], tip)), "muted"))
        out += own.elements
        y = own.bounds.bottom + 40
    return tuple(out)


def beside(groups: list[Block]) -> tuple[Element, ...]:
    """More axes: blocks beside each other with arrows between; planes of three axes below each other."""
    if len(next(iter(groups[0].boxes))) > 2:
        return above([g.elements for g in groups], gap=26.0)
    placed = [g for group in row([[g] for g in groups], 60.0) for g in group]
    out: list[Element] = [e for g in placed for e in g.elements]
    for before, after in pairwise(placed):
        out.append(Arrow(((before.body.right + 14, 0.0), (after.body.x - 34, 0.0)), "muted", 1.8))
    return tuple(out)
