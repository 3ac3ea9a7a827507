r"""TikZ: a scene for LaTeX, as a ``tikzpicture`` or a page of its own that plain pdflatex compiles.

Needs tikz with its library patterns, and kotex where there is Hangul.  The text is TeX's own: entries are set as mathematics,
``x[0,1]`` as $x_{0,1}$; words are escaped.
"""

from __future__ import annotations

import unicodedata

from symconv.errors import SymconvError
from symconv.language.scene import BASELINE, Area, Arrow, Box, Cell, Curve, Element, Point, Runs, Scene, Text, plain
from symconv.pages.escapes import ESCAPES
from symconv.pages.palette import HATCHES, LOOKS
from symconv.pages.spelling import GREEK
from symconv.pages.svg import bends, number

POINT = 0.75  # TeX points for a point of the scene
TALLEST = 620.0  # TeX points: the text height of an A4 page without a caption
WIDEST = 480.0  # TeX points: the text width of an A4 page with margins of 2 cm
MATHS = {
    "−": "-", "·": r"\cdot ", "×": r"\times ", "…": r"\dots ", "⋯": r"\cdots ", "⊙": r"\odot ", "∑": r"\sum ", "∂": r"\partial ",
    "→": r"\to ", "←": r"\leftarrow ", "↑": r"\uparrow ", "↓": r"\downarrow ", "↔": r"\leftrightarrow ", "⇒": r"\Rightarrow ",
    "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "≈": r"\approx ", "∈": r"\in ", "∞": r"\infty ", "√": r"\surd ", "∏": r"\prod ",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "⋆": r"\star ", "∗": "*", "✓": r"\checkmark ",
    "±": r"\pm ", "÷": r"\div ", "∇": r"\nabla ", "∫": r"\int ", "⊕": r"\oplus ", "⊗": r"\otimes ", "≡": r"\equiv ", "′": "'",
    "∣": r"\mid ", "∥": r"\parallel ", "∩": r"\cap ", "∪": r"\cup ", "⊂": r"\subset ", "⊆": r"\subseteq ", "⋮": r"\vdots ",
    "°": r"^{\circ}", "²": "^2", "³": "^3", "¹": "^1",
}  # fmt: skip
MATHS |= {letter: rf"\{name} " for name, letter in GREEK.items()}
MATHS |= {letter.upper(): rf"\{name.capitalize()} " for name, letter in GREEK.items() if name in (
    "gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "phi", "psi", "omega")}  # fmt: skip
MATHS |= {ch: f"_{k}" for k, ch in enumerate("₀₁₂₃₄₅₆₇₈₉")}
OVER = {"\u0303": "tilde", "\u0304": "bar"}
PREAMBLE = r"""\documentclass{article}
\usepackage[paperwidth=%spt,paperheight=%spt,margin=4pt]{geometry}
\usepackage{amsmath,amssymb,tikz}%s
\usetikzlibrary{patterns}
\pagestyle{empty}\setlength{\parindent}{0pt}\setlength{\topskip}{0pt}
\begin{document}
"""


def render(picture: Scene, standalone: bool = False, widest: float | None = WIDEST) -> str:
    """The scene as a ``tikzpicture`` no wider than ``widest`` TeX points, or as a whole document of the figure's own size.

    Raises SymconvError for a character that pdflatex cannot set.
    """
    scale = 1.0 if standalone or widest is None else min(1.0, widest / (picture.width * POINT))
    body = Drawn(picture, scale * POINT).tikz()
    if not standalone:
        return f"% needs amsmath, amssymb, tikz with its library patterns{', kotex' * korean(picture)}\n{body}"
    wide, high = (number(side * POINT + 12) for side in (picture.width, picture.height))
    return PREAMBLE % (wide, high, "\n\\usepackage{kotex}" * korean(picture)) + body + "\\end{document}\n"


def picture(scene: Scene, widest: float = WIDEST) -> str:
    """The ``tikzpicture`` alone, no wider than ``widest`` TeX points and no higher than a page holds beside its caption."""
    return Drawn(scene, min(1.0, widest / (scene.width * POINT), TALLEST / (scene.height * POINT)) * POINT).tikz()


def korean(picture: Scene) -> bool:
    """Whether there is Hangul in it."""
    lines = [e.text if isinstance(e, Cell) else e for e in picture.elements if isinstance(e, (Cell, Text))]
    return any(hangul(ch) for line in lines for ch in plain(line.runs))


def hangul(char: str) -> bool:
    """Whether kotex sets the character."""
    return "\u1100" <= char <= "\u11ff" or "\u3131" <= char <= "\u318e" or "\uac00" <= char <= "\ud7a3"


class Drawn:
    """One scene on its way to TikZ."""

    def __init__(self, picture: Scene, unit: float) -> None:
        self.picture = picture
        self.unit = unit
        self.roles: dict[str, None] = {}

    def tikz(self) -> str:
        """The picture."""
        lines = [line for e in self.picture.elements for line in self.element(e)]
        unit = f"{self.unit:.4f}".rstrip("0")
        colours = [
            rf"\definecolor{{{part}-{role}}}{{HTML}}{{{colour[1:].upper()}}}"
            for role in self.roles
            for part, colour in (("sc", LOOKS[role].stroke), ("scfill", LOOKS[role].fill))
        ]
        title = " ".join(self.picture.title.split())
        frame = rf"\useasboundingbox (0,0) rectangle ({number(self.picture.width)},{number(self.picture.height)});"
        head = rf"\begin{{tikzpicture}}[x={unit}pt,y=-{unit}pt,line join=round]"
        return "\n".join([f"% {title}", head, *colours, frame, *lines, r"\end{tikzpicture}"]) + "\n"

    def line(self, role: str, stroke: float, dash: bool) -> str:
        """The options of a line."""
        self.roles[role] = None
        return f"draw=sc-{role},line width={number(stroke * self.unit)}pt" + ",dashed" * dash

    def fill(self, role: str) -> str:
        """The option of a tint."""
        self.roles[role] = None
        return f"fill=scfill-{role}"

    def hatch(self, role: str) -> str:
        """The options of a pattern."""
        look = LOOKS[role]
        return f"pattern={HATCHES[look.hatch][1]},pattern color=sc-{role}!45" if look.hatch else ""

    # elements
    def element(self, e: Element) -> list[str]:
        """An element of the scene."""
        if isinstance(e, Cell):
            return self.cell(e)
        if isinstance(e, Area):
            return self.area(e)
        if isinstance(e, Text):
            return self.text(e, "")
        return self.curve(e) if isinstance(e, Curve) else self.arrow(e)

    def cell(self, e: Cell) -> list[str]:
        """A cell with its text; behind that a patch of the tint where there is a pattern."""
        look, where = LOOKS[e.role], rectangle(e.box)
        out = [rf"\path[{self.fill(e.role)},{self.line(e.role, 1.0, look.dash)}] {where};"]
        if look.hatch:
            out.append(rf"\path[{self.hatch(e.role)}] {where};")
        if e.outline:
            out += self.area(Area(e.box.grown(-1.5), e.outline, stroke=3.0))
        return out + self.text(e.text, f"scfill-{e.role}" if look.hatch else "")

    def area(self, e: Area) -> list[str]:
        """A rectangle."""
        look, where = LOOKS[e.role], rectangle(e.box)
        round_ = f"rounded corners={number(e.radius * self.unit)}pt" if e.radius else ""
        lines = self.line(e.role, e.stroke, e.dash or look.dash) if e.stroke else ""
        out = [rf"\path[{options(self.fill(e.role) if e.fill else '', lines, round_)}] {where};"]
        if e.fill and look.hatch:
            out.append(rf"\path[{options(self.hatch(e.role), round_)}] {where};")
        return out

    def curve(self, e: Curve) -> list[str]:
        """A polyline or smooth curve."""
        where = path(e.points, e.smooth, e.closed)
        lines = self.line(e.role, e.stroke, e.dash) if e.stroke else ""
        out = [rf"\path[{options(self.fill(e.role) if e.fill else '', lines)}] {where};"]
        if e.fill and LOOKS[e.role].hatch:
            out.append(rf"\path[{self.hatch(e.role)}] {where};")
        return out

    def arrow(self, e: Arrow) -> list[str]:
        """A line with heads."""
        heads = "stealth-stealth" if e.both else "-stealth"
        return [rf"\path[{self.line(e.role, e.stroke, e.dash)},{heads}] {path(e.points, False, False)};"]

    def text(self, e: Text, patch: str) -> list[str]:
        """A line of text on its baseline."""
        if not e.runs:
            return []
        self.roles[e.role] = None
        size = e.size * self.unit
        anchor = {"start": "base west", "middle": "base", "end": "base east"}[e.anchor]
        face = rf"font=\fontsize{{{number(size)}}}{{{number(1.2 * size)}}}\selectfont"
        behind = f"fill={patch},inner sep=1pt" if patch else "inner sep=0pt"
        base = e.y + BASELINE * e.size
        spot = f"({number(e.x)},{number(base)})"
        return [rf"\node[anchor={anchor},{behind},{face},text=sc-{e.role}] at {spot} {{{words(e.runs)}}};"]


def options(*parts: str) -> str:
    """Options that are there."""
    return ",".join(p for p in parts if p)


def rectangle(box: Box) -> str:
    """A rectangle's path."""
    return f"({number(box.x)},{number(box.y)}) rectangle ({number(box.right)},{number(box.bottom)})"


def path(points: tuple[Point, ...], smooth: bool, closed: bool) -> str:
    """The path through the points."""

    def at(p: Point) -> str:
        return f"({number(p[0])},{number(p[1])})"

    if not smooth:
        return " -- ".join(map(at, points)) + " -- cycle" * closed
    pieces = "".join(f" .. controls {at(a)} and {at(b)} .. {at(c)}" for a, b, c in bends(points, closed))
    return at(points[0]) + pieces + " -- cycle" * closed


# text
def words(runs: Runs) -> str:
    """Runs as TeX: slanted letters, subscripts and superscripts are mathematics."""
    out = ""
    for chars, style in runs:
        if style == "i" and all(part.isalpha() or part in OVER for part in chars):
            out += f"${maths(chars)}$"
        elif style == "i":
            out += rf"\textit{{{upright(chars)}}}"
        elif style == "b":
            out += rf"\textbf{{{upright(chars)}}}"
        elif style in ("sub", "sup"):
            out += f"${'_' if style == 'sub' else '^'}{{{maths(chars)}}}$"
        else:
            out += upright(chars)
    return out


def maths(chars: str) -> str:
    """Characters within mathematics; a tilde goes over the letter before it."""
    out = ""
    for k, ch in enumerate(chars):
        over = OVER.get(chars[k + 1 : k + 2])
        if ch in OVER:
            continue
        shown = MATHS.get(ch) or {":": "{:}", ",": "{,}"}.get(ch) or letter(ch)
        out += rf"\{over}{{{shown}}}" if over else shown
    return out


def letter(ch: str) -> str:
    """A character within mathematics."""
    if ch.isascii() and (ch.isalnum() or ch in "+-=()[]/.;*'!"):
        return ch
    return rf"\text{{{upright(ch)}}}"


def upright(chars: str) -> str:
    """Words; what TeX has as mathematics is set as such."""
    out = ""
    for k, ch in enumerate(line := " ".join(chars.split("\n"))):
        if ch == "-" and line[k + 1 : k + 2] == "-":
            out += "-{}"  # no ligature
        elif ch in MATHS:
            out += f"${MATHS[ch].strip()}$"
        elif ch in ESCAPES:
            out += ESCAPES[ch]
        elif ch == "\u00a0":
            out += "~"
        elif (" " <= ch <= "~") or hangul(ch) or accented(ch) or ch in "‘’“”–—":
            out += ch
        else:
            raise SymconvError(
                f"tikz: expected characters that pdflatex sets, got U+{ord(ch):04X} {ch!r}; write SVG instead"
            )
    return out


def accented(ch: str) -> bool:
    """Whether a character is a Latin letter with an accent, which TeX's utf8 knows."""
    return "\u00c0" <= ch <= "\u017f" and unicodedata.category(ch) in ("Lu", "Ll")
