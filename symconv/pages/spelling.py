r"""How layouts are written in each target: names, and a table of signs and forms per style that one writer reads.

    text    s i + d p - P     g[(j + P - d p)/s]    Σ_p      code    s*i + d*p - P
    latex   s i + d p - P     g_{(j + P - d p)/s}   \sum_{p=0}^{K-1}
    typst   s i + d p - P     g_((j + P - d p)\/s)  sum_(p=0)^(K-1)

In a form's template {0} is its first part as it stands; {0:a} in parentheses unless it is an atom, {0:p} unless it is an
atom or a product; {0:A}, {0:P} the same, and {0:B} always, in parentheses as high as a fraction; {0:w} in parentheses where it
has a space; {0:s} held together where it has a subscript of its own; {0:low}, {0:high} in small digits; {0:hard} never broken;
{0:blank} as wide as it is, and empty.  A new target is a style.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from fractions import Fraction
from typing import Any

from symconv.language.border import BAR
from symconv.language.lazy import dataclass
from symconv.pages.layout import ATOM, PRODUCT, Form, Layout, Name, Number, Row, Sign, Symbolic

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789-Th", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀʰ")
HARD = "\u00a0"  # a space at which no line is broken
GRADIENT = re.compile(r"d([A-Z])/d(.+)\Z")
INDEX_LETTERS = frozenset(["i", "j", "k", "p", "q", "m", "n", "o", "c", "gamma"])
SIZE_LETTERS = frozenset(["N", "K", "O", "B", "C", "F", "G"])
# tensors padded by something else than zeros
BARRED = frozenset(name + BAR for name in ("x", "w", "y", "g", "h", "u", "v", "z"))
NAME = re.compile(r"([A-Za-z]+?)_?([0-9]*|(?<=_)[A-Za-z0-9_]*)('*)\Z")


def overlined(name: str, naming: Callable[[str], str]) -> str:
    """A tensor's name as it is, but xbar and dL/dxbar with a bar over the letter."""
    head, d, last = name.rpartition("/d")
    return head + d + naming(last) if last in BARRED else name


def text_name(name: str) -> str:
    """i1 -> i₁, gamma -> γ, xbar -> x̄."""
    if name in BARRED:
        return f"{name.removesuffix(BAR)}\u0304"
    base, sub, primes = split_name(name)
    if sub.isdigit():
        return GREEK.get(base, base) + sub.translate(SUBSCRIPTS) + primes
    return GREEK.get(base, base) + (f"_{sub}" if sub else "") + primes


def latex_name(name: str) -> str:
    r"""i1 -> i_{1}, gamma -> \gamma, stride_h -> \mathit{stride}_{h}."""
    if name in BARRED:
        return rf"\bar{{{name.removesuffix(BAR)}}}"
    base, sub, primes = split_name(name)
    shown = f"\\{base}" if base in GREEK else base if len(base) == 1 else rf"\mathit{{{base}}}"
    inner = sub if sub.isdigit() or len(sub) == 1 else rf"\mathit{{{sub}}}".replace("_", r"\_")
    return shown + primes + (f"_{{{inner}}}" if sub else "")


def split_name(name: str) -> tuple[str, str, str]:
    """(base, subscript, primes)."""
    primes = name[len(name.rstrip("'")) :]
    bare = name.rstrip("'")
    if "_" in bare:
        base, _, sub = bare.partition("_")
        return base, sub, primes
    base = bare.rstrip("0123456789")
    return base, bare[len(base) :], primes


LAYERED = re.compile(r"(h)([0-9]+)|([A-Za-z])_([a-z_]+[0-9]+)")


def layered(name: str) -> str | None:
    r"""A tensor of a net: h2 -> h^{(2)}, w_conv1 -> w^{(\mathrm{conv1})}, which leaves the subscript to its index."""
    found = LAYERED.fullmatch(name)
    if found is None:
        return None
    letter, label = found[1] or found[3], found[2] or found[4]
    inner = label if found[2] else rf"\mathrm{{{label}}}".replace("_", r"\_")
    return f"{letter}^{{({inner})}}"


def is_index(name: str) -> bool:
    """Whether a name is an index of the page (i, j1, p', gamma)."""
    return split_name(name)[0] in INDEX_LETTERS


NARROW = "˿"  # up to here every character takes one column


def width(text: str) -> int:
    """Columns that a text takes on a terminal; East Asian letters take two."""
    return len(text) if text.isascii() or max(text) <= NARROW else sum(map(columns, text))


def columns(ch: str) -> int:
    """Columns of one character."""
    if ch <= NARROW:
        return 1
    return 0 if unicodedata.combining(ch) else 2 if ch >= "ᄀ" and unicodedata.east_asian_width(ch) in "WF" else 1


def typst_name(name: str) -> str:
    """i1 -> i_(1), gamma -> gamma, stride_h -> italic("stride")_(h), xbar -> overline(x)."""
    if name in BARRED:
        return f"overline({name.removesuffix(BAR)})"
    base, sub, primes = split_name(name)
    shown = base if base in GREEK or len(base) == 1 else f'italic("{base}")'
    inner = sub if sub.isdigit() or len(sub) == 1 else f'italic("{sub}")'
    return shown + primes + (f"_({inner})" if sub else "")


def typst_tensor(name: str) -> str:
    """h2 -> h^((2)) in a net, w_conv1 -> w^((upright("conv1"))), else as any name."""
    found = LAYERED.fullmatch(name)
    if found is None:
        return typst_name(name)
    return f"{found[1]}^(({found[2]}))" if found[1] else f'{found[3]}^((upright("{found[4]}")))'


def typst_number(value: Fraction | int) -> str:
    """A small fraction."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value)
    return f"{'-' if value < 0 else ''}inline(frac({abs(value.numerator)}, {value.denominator}))"


def typst_digits(text: str) -> str:
    """-1/2, 5.07e-435, · and … as they are written in mathematics."""
    if text in ("·", "…"):
        return "dot" if text == "·" else "dots"
    sign, size = ("-", text[1:]) if text.startswith("-") else ("", text)
    size = POWER.sub(r"\1 dot 10^(\2)", size)
    return sign + FRACTION.sub(r"inline(frac(\1, \2))", size).replace("…", "dots")


def latex_tensor(name: str) -> str:
    r"""h^{(2)} in a net, else as any name."""
    return layered(name) or latex_name(name)


def latex_number(value: Fraction | int) -> str:
    r"""-\tfrac{1}{6}."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value)
    return rf"{'-' if value < 0 else ''}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}"


POWER = re.compile(r"([0-9.]+)e(-?[0-9]+)\Z")
FRACTION = re.compile(r"([0-9]+)/([0-9]+)\Z")


def latex_digits(text: str) -> str:
    r"""-1/2 -> -\tfrac{1}{2}, · -> \cdot, 5.07e-435 -> 5.07\cdot 10^{-435}."""
    if text in ("·", "…"):
        return r"\cdot" if text == "·" else r"\cdots"
    sign, size = ("-", text[1:]) if text.startswith("-") else ("", text)
    size = POWER.sub(r"\1\\cdot 10^{\2}", size)
    return sign + FRACTION.sub(r"\\tfrac{\1}{\2}", size).replace("…", r"\ldots")


def upright(name: str) -> str:
    r"""\mathrm{leaky\_relu}''."""
    bare = name.rstrip("'")
    return rf"\mathrm{{{bare}}}".replace("_", r"\_") + name[len(bare) :]


@dataclass(frozen=True)
class Style:
    """The spelling of one target."""

    signs: Mapping[str, str]
    forms: Mapping[str, str]
    name: Callable[[str], str]
    tensor: Callable[[str], str]
    function: Callable[[str], str]
    number: Callable[[Fraction | int], str]
    words: Callable[[str], str]
    symbolic: Callable[[Any], str] = str
    digits: Callable[[str], str] = str  # a number as it is written: 0.25, -1/2, 5.07e-435
    held: str = "{0}"  # a name with a subscript of its own
    high: str = ""  # what stands higher than a line
    tall: str = "({0})"  # parentheses about it
    levels: Mapping[str, int] = field(default_factory=dict)  # of kinds that hold together otherwise than on a line
    runs: str = ""  # what, at the end of a part, would run together with a letter
    colour: Callable[[str], str] | None = None


class Piece:
    """A part that is written, as a template asks for it."""

    __slots__ = ("level", "shown", "style")

    def __init__(self, shown: str, level: int, style: Style) -> None:
        self.shown, self.level, self.style = shown, level, style

    def __format__(self, asked: str) -> str:
        """As it stands, or as the template asks."""
        if not asked:
            return self.shown
        if (asked == "a" and self.level < ATOM) or (asked == "p" and self.level < PRODUCT):
            return f"({self.shown})"
        if asked in "APB" and (asked == "B" or self.level < (ATOM if asked == "A" else PRODUCT)):
            tall = self.style.high and re.search(self.style.high, self.shown)
            return self.style.tall.format(self.shown) if tall else f"({self.shown})"
        if asked == "w":
            return f"({self.shown})" if " " in self.shown else self.shown
        if asked == "hard":
            return self.shown.replace(" ", HARD)
        if asked == "blank":
            return " " * width(self.shown)
        if asked == "s" and "_" in self.shown:
            return self.style.held.format(self.shown)
        if asked in SMALL:
            return self.shown.translate(SMALL[asked])
        return self.shown


DIGITS = ("digits", "fraction", "power of ten")
SMALL = {"low": SUBSCRIPTS, "high": SUPERSCRIPTS}


class Writer:
    """Writes layouts in one style: names as a table says, those in ``focus`` in colour."""

    def __init__(self, style: Style, focus: Iterable[str] = (), names: Mapping[str, str] | None = None) -> None:
        self.style, self.focus, self.names = style, frozenset(focus), names or {}

    def __call__(self, given: Layout) -> str:
        """The layout as text of the target."""
        style = self.style
        if isinstance(given, Form):
            return style.forms[given.kind].format(*(Piece(self(part), self.level(part), style) for part in given.parts))
        if isinstance(given, Row):
            return self.row(given)
        if isinstance(given, Sign):
            return style.signs[given.key]
        if isinstance(given, Name):
            return self.name(given)
        if isinstance(given, Symbolic):
            return style.symbolic(given.expression)
        return style.number(given.value) if isinstance(given, Number) else style.words(given.text)

    def level(self, given: Layout) -> int:
        """How tightly it holds together in this style."""
        kind = given.kind if isinstance(given, (Form, Name)) else ""
        return self.style.levels.get(kind, given.level)

    def row(self, given: Row) -> str:
        """Side by side."""
        out = ""
        for shown in map(self, given.parts):
            out += (" " if self.style.runs and shown[:1].isalnum() and re.search(self.style.runs, out) else "") + shown
        return out

    def name(self, given: Name) -> str:
        """A name as its kind is spelled."""
        name = self.names.get(given.name, given.name)
        if given.kind == "tensor":
            return self.style.tensor(name)
        if given.kind == "function":
            return self.style.function(name)
        if given.kind in DIGITS:
            return self.style.digits(name)
        if given.kind == "array":
            return overlined(name, self.style.name)
        if given.kind in ("typed", "flat"):
            return name
        shown = self.style.name(name)
        return self.style.colour(shown) if self.style.colour and given.name in self.focus else shown
