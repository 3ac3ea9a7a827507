"""SVG: a scene as a file of its own, or inline in a page.  Text is text, title and description are set, ids are its own.

drawsvg writes the elements; it escapes what stands between tags but not attributes, so no word of a user's enters one.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from symconv.language.scene import BASELINE, SMALL, Area, Arrow, Cell, Curve, Element, Point, Runs, Scene, Text
from symconv.pages.palette import HATCHES, LOOKS

# wide and narrow faces that readers have, those with Hangul after them; what was measured is as wide as the widest
FAMILY = (
    "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', "
    "'Noto Sans CJK KR', NanumGothic, sans-serif"
)
HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
DASHES = "4 3"


def render(picture: Scene, inline: bool = False, prefix: str = "") -> str:
    """The scene as SVG; ``inline`` leaves the XML header out.  ``prefix`` starts its ids, else a digest of the scene does."""
    import drawsvg

    return Drawn(drawsvg, picture, prefix).svg("" if inline else HEADER)


_ILLEGAL = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Text without the characters that XML forbids."""
    return _ILLEGAL.sub("\ufffd", text)


def number(value: float) -> str:
    """A coordinate: two decimals, no trailing zeros, no minus zero."""
    out = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if out in ("-0", "") else out


class Drawn:
    """One scene on its way to SVG."""

    def __init__(self, library: Any, picture: Scene, prefix: str) -> None:
        self.dw = library
        self.picture = picture
        self.prefix = prefix or "f" + hashlib.sha256(repr(picture).encode()).hexdigest()[:8]
        self.hatches: dict[str, Any] = {}

    def svg(self, header: str) -> str:
        """The whole."""
        picture, dw = self.picture, self.dw
        drawing = dw.Drawing(
            number(picture.width), number(picture.height), id_prefix=self.prefix, role="img", lang=language(picture),
            aria_labelledby=f"{self.prefix}-title {self.prefix}-desc", font_family=FAMILY,
        )  # fmt: skip
        drawing.append(dw.Title(legal(picture.title), id=f"{self.prefix}-title"))
        drawing.append(self.node("desc", legal(picture.description), id=f"{self.prefix}-desc"))
        body = [part for element in picture.elements for part in self.element(element)]
        if self.hatches:
            defs = self.group("defs", list(self.hatches.values()))
            drawing.append(defs)
        drawing.append(dw.Rectangle(0, 0, number(picture.width), number(picture.height), fill="#ffffff"))
        drawing.extend(body)
        return str(drawing.as_svg(header=header)).replace("<defs>\n</defs>\n", "", 1) + "\n"

    # the library's own classes, for tags that it has no class for
    def node(self, tag: str, text: str, **attributes: str) -> Any:
        """An element with text."""
        made = self.dw.Title(text, **attributes)
        made.TAG_NAME = tag
        return made

    def group(self, tag: str, children: list[Any], **attributes: str) -> Any:
        """An element with children."""
        made = self.dw.Group(children, **attributes)
        made.TAG_NAME = tag
        return made

    def hatch(self, role: str) -> str | None:
        """A reference to the role's pattern, which is defined once."""
        look = LOOKS[role]
        if not look.hatch:
            return None
        name = f"{self.prefix}-{role}"
        if name not in self.hatches:
            strokes = self.dw.Path(d=HATCHES[look.hatch][0], stroke=look.stroke, stroke_opacity="0.45", fill="none")
            tile = {"width": "8", "height": "8", "patternUnits": "userSpaceOnUse"}
            self.hatches[name] = self.group("pattern", [strokes], id=name, **tile)
        return f"url(#{name})"

    # elements
    def element(self, e: Element) -> list[Any]:
        """An element of the scene."""
        if isinstance(e, Cell):
            return self.cell(e)
        if isinstance(e, Area):
            return self.area(e)
        if isinstance(e, Text):
            return self.text(e)
        return self.curve(e) if isinstance(e, Curve) else self.arrow(e)

    def rectangle(self, e: Cell | Area, **attributes: Any) -> Any:
        """A rectangle."""
        box = e.box
        return self.dw.Rectangle(number(box.x), number(box.y), number(box.w), number(box.h), **attributes)

    def cell(self, e: Cell) -> list[Any]:
        """A cell: tint, pattern, outline, and its text with a halo where there is a pattern."""
        look = LOOKS[e.role]
        dashes = DASHES if look.dash else None
        out = [self.rectangle(e, fill=look.fill, stroke=look.stroke, stroke_width=1, stroke_dasharray=dashes)]
        pattern = self.hatch(e.role)
        if pattern:
            out.append(self.rectangle(e, fill=pattern))
        if e.outline:
            inner = Area(e.box.grown(-1.5), e.outline, stroke=3.0)
            out += self.area(inner)
        return out + self.text(e.text, look.fill if pattern else "")

    def area(self, e: Area) -> list[Any]:
        """A rectangle with a tint and pattern, an outline, or both."""
        look = LOOKS[e.role]
        rounded = number(e.radius) if e.radius else None
        lines = {"stroke": look.stroke, "stroke_width": number(e.stroke)} if e.stroke else {}
        if e.stroke and (e.dash or look.dash):
            lines["stroke_dasharray"] = DASHES
        out = [self.rectangle(e, fill=look.fill if e.fill else "none", rx=rounded, **lines)]
        pattern = self.hatch(e.role) if e.fill else None
        return [*out, self.rectangle(e, fill=pattern, rx=rounded)] if pattern else out

    def text(self, e: Text, halo: str = "") -> list[Any]:
        """A line of text, one tspan a run; the baseline comes back after every subscript."""
        if not e.runs:
            return []
        around: dict[str, Any] = {}
        if halo:
            around = {"stroke": halo, "stroke_width": 3, "stroke_linejoin": "round", "paint_order": "stroke"}
        base = e.y + BASELINE * e.size
        common = {"text_anchor": e.anchor, "fill": LOOKS[e.role].stroke, "xml__space": "preserve", **around}
        if len(e.runs) == 1 and e.runs[0][1] in FACES:
            chars, style = e.runs[0]
            return [self.dw.Text(line(chars), number(e.size), number(e.x), number(base), **common, **FACES[style])]
        made = self.dw.Text("", number(e.size), number(e.x), number(base), **common)
        for span in self.spans(e.runs, e.size):
            made.append(span)
        return [made]

    def spans(self, runs: Runs, size: float) -> list[Any]:
        """Runs as tspans."""
        out, shift = [], 0.0
        for chars, style in runs:
            wanted = SHIFTS.get(style, 0.0) * size
            dy = number(wanted - shift) if abs(wanted - shift) > 0.001 else None
            small = number(SMALL * size) if style in SHIFTS else None
            out.append(self.dw.TSpan(line(chars), dy=dy, font_size=small, **FACES.get(style, {})))
            shift = wanted
        return out

    def curve(self, e: Curve) -> list[Any]:
        """A polyline or smooth curve."""
        look = LOOKS[e.role]
        dashes = DASHES if e.dash else None
        d = path(e.points, e.smooth, e.closed)
        lines = {"stroke": look.stroke, "stroke_width": number(e.stroke)} if e.stroke else {}
        out = [
            self.dw.Path(
                d=d, fill=look.fill if e.fill else "none", stroke_linejoin="round", stroke_dasharray=dashes, **lines
            )
        ]
        pattern = self.hatch(e.role) if e.fill else None
        return [*out, self.dw.Path(d=d, fill=pattern)] if pattern else out

    def arrow(self, e: Arrow) -> list[Any]:
        """A line with a head; the line stops where the head begins."""
        look = LOOKS[e.role]
        length = 4.0 + 2.5 * e.stroke
        points, heads = list(e.points), []
        for end in (-1, 0) if e.both else (-1,):
            tip, before = points[end], points[-2 if end else 1]
            triangle, points[end] = head(before, tip, length)
            heads.append(self.dw.Path(d=path(triangle, False, True), fill=look.stroke))
        dashes = DASHES if e.dash else None
        shaft = self.dw.Path(
            d=path(tuple(points), False, False), fill="none", stroke=look.stroke, stroke_width=number(e.stroke),
            stroke_dasharray=dashes,
        )  # fmt: skip
        return [shaft, *heads]


FACES: dict[str, dict[str, str]] = {"": {}, "i": {"font_style": "italic"}, "b": {"font_weight": "bold"}}
SHIFTS = {"sub": 0.22, "sup": -0.36}


def language(picture: Scene) -> str:
    """The scene's language, if it is spelled like one."""
    return picture.language if picture.language.replace("-", "").isalnum() and picture.language.isascii() else "en"


def line(chars: str) -> str:
    """Characters on one line."""
    return legal(chars).replace("\n", " ").replace("\r", " ")


def head(before: Point, tip: Point, length: float) -> tuple[tuple[Point, ...], Point]:
    """An arrow's head, and where its line ends."""
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    far = (dx * dx + dy * dy) ** 0.5 or 1.0
    ux, uy = dx / far * length, dy / far * length
    x, y = tip[0] - ux, tip[1] - uy
    return (tip, (x - 0.4 * uy, y + 0.4 * ux), (x + 0.4 * uy, y - 0.4 * ux)), (x, y)


def path(points: tuple[Point, ...], smooth: bool, closed: bool) -> str:
    """The path through the points; a smooth one by Catmull and Rom's rule, as cubic pieces."""

    def at(p: Point) -> str:
        return f"{number(p[0])},{number(p[1])}"

    out = f"M{at(points[0])}"
    if not smooth:
        return out + "".join(f" L{at(p)}" for p in points[1:]) + (" Z" if closed else "")
    for one, first, second in bends(points, closed):
        out += f" C{at(one)} {at(first)} {at(second)}"
    return out + (" Z" if closed else "")


def bends(points: tuple[Point, ...], closed: bool) -> list[tuple[Point, Point, Point]]:
    """(control, control, end) of every piece of the smooth curve."""
    n = len(points)
    out = []
    for k in range(n if closed else n - 1):
        if closed:
            a, b, c, d = (points[(k + m) % n] for m in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(k + m, 0), n - 1)] for m in (-1, 0, 1, 2))
        out.append((
            (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6),
            (c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6),
            c,
        ))  # fmt: skip
    return out
