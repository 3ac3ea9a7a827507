r"""How mathematics is spelled in each target, as frozen tables, and one writer that reads them.

    text    s i + d p - P     g[(j + P - d p)/s]    Σ_p      code    s*i + d*p - P
    latex   s i + d p - P     g_{(j + P - d p)/s}   \sum_{p=0}^{K-1}

Indices are written in reading order.  A size that stands as ``f K - f`` is written f(K-1), with an index that shares the
factor inside: f(K-1-p).  Where an index is followed by several parameter terms these are held together:
j + d q - (d(K-1) - P).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from symconv.language.border import BAR
from symconv.language.expr import (
    Access,
    Apply,
    Bracket,
    Condition,
    Equal,
    Expr,
    Factor,
    InRange,
    Item,
    Max,
    Over,
    Partial,
    Sum,
    Tensor,
    Term,
)
from symconv.language.integers import Atom, Ceil, Floor, Int, Min, Mod
from symconv.language.lazy import dataclass

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
GRADIENT = re.compile(r"d([A-Z])/d(.+)\Z")
INDEX_LETTERS = frozenset(["i", "j", "k", "p", "q", "m", "n", "o", "c", "gamma"])
SIZE_LETTERS = frozenset(["N", "K", "O", "B", "C", "F", "G"])
# tensors padded by something else than zeros
BARRED = frozenset(name + BAR for name in ("x", "w", "y", "g", "h", "u", "v", "z"))
NAME = re.compile(r"([A-Za-z]+?)_?([0-9]*|(?<=_)[A-Za-z0-9_]*)('*)\Z")


@dataclass(frozen=True)
class Style:
    """The spelling of one target."""

    times: str  # between two names
    tight: str  # between a number and a name
    comma: str
    le: str
    equals: str
    divides: str
    floor: str
    mod: str
    quotient: str
    sum_limits: str
    sum_over: str
    access: str
    partial: str
    gradient: str
    bracket: str
    dilated: str
    flipped: str
    max_limits: str
    max_over: str
    fraction: str
    apply: str
    ceil: str
    least: str
    name: Callable[[str], str]
    colour: Callable[[str], str] | None = None


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


TEXT = Style(
    times=" ",
    tight="",
    comma=", ",
    le="≤",
    equals="=",
    divides="{0} divides {1}",
    floor="⌊{0}/{1}⌋",
    mod="{0} mod {1}",
    quotient="{0}/{1}",
    sum_limits="Σ_{0}",
    sum_over="Σ_{{{0}}}",
    access="{0}[{1}]",
    partial="∂{0}/∂{1}",
    gradient="d{0}/d{1}",
    bracket="[{0}]",
    dilated="{0}↑",
    flipped="{0}\u0303",
    max_limits="max_{0}",
    max_over="max_{{{0}}}",
    fraction="({0}/{1})",
    apply="{0}({1})",
    ceil="⌈{0}/{1}⌉",
    least="min({0}, {1})",
    name=text_name,
)
LATEX = Style(
    times=r"\,",
    tight="",
    comma=r",\,",
    le=r"\le",
    equals="=",
    divides=r"{0} \mid {1}",
    floor=r"\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor",
    mod=r"{0} \bmod {1}",
    quotient="{0}/{1}",
    sum_limits=r"\sum_{{{0}=0}}^{{{1}}}",
    sum_over=r"\sum_{{{0}}}",
    access="{0}_{{{1}}}",
    partial=r"\frac{{\partial {0}}}{{\partial {1}}}",
    gradient=r"\frac{{\partial {0}}}{{\partial {1}}}",
    bracket=r"\bigl[\,{0}\,\bigr]",
    dilated=r"{0}^{{\uparrow {1}}}",
    flipped=r"\tilde{{{0}}}",
    max_limits=r"\max_{{0\le {0}\le {1}}}",
    max_over=r"\max_{{{0}}}",
    fraction=r"\frac{{{0}}}{{{1}}}",
    apply=r"{0}({1})",
    ceil=r"\left\lceil \frac{{{0}}}{{{1}}} \right\rceil",
    least=r"\min\left({0},\; {1}\right)",
    name=latex_name,
)
CODE = Style(
    times="*",
    tight="*",
    comma=", ",
    le="<=",
    equals="==",
    divides="{1} % {0} == 0",
    floor="{0}//{1}",
    mod="{0} % {1}",
    quotient="{0}/{1}",
    sum_limits="sum_{0}",
    sum_over="sum_{{{0}}}",
    access="{0}[{1}]",
    partial="d{0}/d{1}",
    gradient="d{0}/d{1}",
    bracket="[{0}]",
    dilated="{0}_up",
    flipped="{0}_flip",
    max_limits="max_{0}",
    max_over="max_{{{0}}}",
    fraction="{0}/{1}",
    apply="{0}({1})",
    ceil="-(-({0})//{1})",
    least="min({0}, {1})",
    name=lambda name: name,
)


def layered(name: str) -> str | None:
    r"""A tensor of a net: h2 -> h^{(2)}, w_conv1 -> w^{(\mathrm{conv1})}, which leaves the subscript to its index."""
    found = re.fullmatch(r"(h)([0-9]+)|([A-Za-z])_([a-z_]+[0-9]+)", name)
    if found is None:
        return None
    letter, label = found[1] or found[3], found[2] or found[4]
    inner = label if found[2] else rf"\mathrm{{{label}}}".replace("_", r"\_")
    return f"{letter}^{{({inner})}}"


def is_index(name: str) -> bool:
    """Whether a name is an index of the page (i, j1, p', gamma)."""
    return split_name(name)[0] in INDEX_LETTERS


def width(text: str) -> int:
    """Columns that a text takes on a terminal; East Asian letters take two."""
    return len(text) if text.isascii() else sum(map(columns, text))


def columns(ch: str) -> int:
    """Columns of one character."""
    if ch <= "˿":
        return 1
    return 0 if unicodedata.combining(ch) else 2 if ch >= "ᄀ" and unicodedata.east_asian_width(ch) in "WF" else 1


class Speller:
    """Writes the language in one style; the names in ``focus`` are coloured where the style has a colour."""

    def __init__(self, style: Style, focus: Iterable[str] = ()) -> None:
        self.style, self.focus = style, frozenset(focus)
        self.tex = style.fraction == LATEX.fraction  # coloured or not

    def name(self, name: str) -> str:
        """A name."""
        shown = self.style.name(name)
        return self.style.colour(shown) if self.style.colour and name in self.focus else shown

    # integers
    def integer(self, e: Int, tight: bool = False) -> str:
        """A polynomial in reading order."""
        parts = self._parts(e)
        if not parts:
            return "0"
        gap = "" if tight else " "
        sign, first = parts[0]
        out = ("-" if sign < 0 else "") + first
        for sign, part in parts[1:]:
            out += f"{gap}{'-' if sign < 0 else '+'}{gap}{part}"
        return out

    def relation(self, e: Int, sign: str) -> str:
        """e against 0 with every written term on the side where it is positive: N + 2P ≥ d(K-1) + 1."""
        sides = (sorted((part for s, part in self._parts(e) if s == side), key=str.isdigit) for side in (1, -1))
        left, right = (" + ".join(parts) or "0" for parts in sides)
        return f"{left} {sign} {right}"

    def _plain(self, e: Int, gap: str) -> str:
        """The terms as they stand, nothing gathered."""
        out = ""
        for monomial, coefficient in e.terms:
            sign = "-" if coefficient < 0 else "+" if out else ""
            out += (gap if out else "") + sign + (gap if out else "") + self._group(Group(coefficient, monomial))
        return out

    def _parts(self, e: Int) -> list[tuple[int, str]]:
        """(sign, text) per written term."""
        groups = grouped(e)
        if len(groups) == 1 and groups[0].inner is not None and not groups[0].factor and abs(groups[0].coefficient) == 1:
            return [(1 if c > 0 else -1, self._group(Group(c, m))) for m, c in groups[0].inner.terms]
        indexed = [g for g in groups if any(is_index(n) for n in g.names())]
        fixed = [g for g in groups if g not in indexed]
        if indexed and len(fixed) > 1 and all(g.lead < 0 for g in indexed):  # 2(N-1) + P - m
            return [*self._ordered(fixed), *self._ordered(indexed)]
        if indexed and len(fixed) > 1:
            sized = [g for g in fixed if any(split_name(n)[0] in SIZE_LETTERS for n in g.names())]
            sign = (sized or fixed)[0].lead
            held = Int([t for g in sized + [f for f in fixed if f not in sized] for t in g.value.terms])
            simple = len(held.terms) == 2
            return [*self._ordered(indexed), (sign, f"({self.integer(held * sign, tight=simple)})")]
        if indexed:  # indices first, what is subtracted last
            groups = sorted(indexed + fixed, key=lambda g: g.lead < 0)
        return self._ordered(groups)

    def _ordered(self, groups: list[Group]) -> list[tuple[int, str]]:
        """The groups, a positive one brought to the front."""
        if groups and groups[0].lead < 0:
            first = next((g for g in groups if g.lead > 0), None)
            if first is not None:
                groups = [first, *(g for g in groups if g is not first)]
        return [(1 if g.lead > 0 else -1, self._group(g)) for g in groups]

    def _group(self, group: Group) -> str:
        """One product, the sign left out."""
        coefficient = abs(group.coefficient)
        factors = [self._atom(a) for a in group.factor]
        if group.inner is not None:
            if self.style.times == "*":
                inner = f"({self._plain(group.inner, ' ')})"
                return "*".join([*([str(coefficient)] if coefficient != 1 else []), *factors, inner])
            head = (str(coefficient) if coefficient != 1 else "") + self.style.times.join(factors)
            return f"{head}({self._plain(group.inner, '')})"
        body = self.style.times.join(factors)
        if not factors:
            return str(coefficient)
        return body if coefficient == 1 else f"{coefficient}{self.style.tight}{body}"

    def _atom(self, atom: Atom) -> str:
        if isinstance(atom, str):
            return self.name(atom)
        top, bottom = self.integer(atom.top), self._operand(atom.bottom)
        if isinstance(atom, Min):
            return self.style.least.format(top, self.integer(atom.bottom))
        if isinstance(atom, (Floor, Ceil)):
            style = self.style.floor if isinstance(atom, Floor) else self.style.ceil
            if "frac" in style:
                return style.format(top, self.integer(atom.bottom))
            one = len(grouped(atom.top)) == 1 and self.style is not CODE
            floored = style.format(top if one else self._operand(atom.top), bottom)
            return f"({floored})" if self.style is CODE else floored
        if isinstance(atom, Mod):
            inner = self.style.mod.format(self._operand(atom.top), bottom)
            return f"({inner})" if self.style is CODE else inner
        return self.style.quotient.format(self._operand(atom.top), bottom)

    def _operand(self, e: Int) -> str:
        """Parenthesised unless it is one number or one name."""
        shown = self.integer(e)
        return shown if e.constant is not None or e.name is not None else f"({shown})"

    # tensors
    def tensor(self, tensor: Tensor) -> str:
        """The tensor's name with its view marks."""
        shown = self.style.name(tensor.name)
        if self.tex:
            shown = layered(tensor.name) or shown
        if any(tensor.flipped):
            shown = self.style.flipped.format(shown)
        if tensor.zeros:
            spatial = tensor.zeros[tensor.lead :]
            same = len(set(spatial)) == 1
            factors = self.integer(spatial[0]) if same else "(" + ",".join(self.integer(z) for z in spatial) + ")"
            shown = self.style.dilated.format(shown, factors)
        return shown

    def access(self, access: Access) -> str:
        """A tensor entry, or 1 over it."""
        if access.tensor.inverse:
            return self.style.fraction.format("1", self.access(Access(replace(access.tensor, inverse=False), access.index)))
        gradient = GRADIENT.match(access.tensor.name)
        if gradient:
            inner = self.access(Access(Tensor(gradient[2], access.tensor.sizes), access.index))
            return self.style.gradient.format(gradient[1], f"({inner})" if GRADIENT.match(gradient[2]) else inner)
        if not access.index:
            return self.tensor(access.tensor)
        index = self.style.comma.join(self.integer(e) for e in access.index)
        shown = self.tensor(access.tensor)
        if "_{" in self.style.access and "_" in shown:  # a name with a subscript of its own
            shown = f"{{{shown}}}"
        return self.style.access.format(shown, index)

    # conditions and terms
    def condition(self, condition: Condition) -> str:
        """A condition."""
        if isinstance(condition, Equal):
            return f"{self.integer(condition.left)} {self.style.equals} {self.integer(condition.right)}"
        if isinstance(condition, InRange):
            return f"0 {self.style.le} {self.integer(condition.value)} < {self.integer(condition.size)}"
        return self.style.divides.format(self.integer(condition.divisor), self.integer(condition.value))

    def item(self, item: Item) -> str:
        """One factor."""
        if isinstance(item, Access):
            return self.access(item)
        if isinstance(item, Partial):
            top = self.access(item.of)
            return self.style.partial.format(
                f"({top})" if GRADIENT.match(item.of.tensor.name) else top, self.access(item.wrt)
            )
        if isinstance(item, Bracket):
            return self.style.bracket.format(self.style.comma.join(self.condition(c) for c in item.conditions))
        if isinstance(item, Over):
            return self.style.fraction.format("1", self._below(item.bottom))
        if isinstance(item, Factor):
            return self._number(item)
        if isinstance(item, Apply):
            return self.style.apply.format(self.function(item.function, item.order), self.access(item.of))
        return self.sums([item])

    def function(self, name: str, order: int = 0) -> str:
        """A function's name with a prime per derivative."""
        shown = rf"\mathrm{{{name}}}".replace("_", r"\_") if self.tex else name
        return shown + "'" * order

    def _below(self, e: Int) -> str:
        """A denominator."""
        return self.integer(e) if self.tex else self._operand(e)

    def _number(self, item: Factor) -> str:
        value = abs(item.value)
        if value.denominator == 1:
            return str(value.numerator)
        return self.style.fraction.format(value.numerator, value.denominator)

    def sums(self, run: list[Sum | Max]) -> str:
        """A run of sums (or of maxima), written as one sign."""
        most = isinstance(run[0], Max)
        if len(run) == 1:
            last = self.integer(run[0].size - 1, tight=True)
            limits = self.style.max_limits if most else self.style.sum_limits
            return limits.format(self.name(run[0].index), last)
        over = self.style.max_over if most else self.style.sum_over
        return over.format(",".join(self.name(s.index) for s in run))

    def term(self, term: Term) -> tuple[list[str], list[Condition]]:
        """(factors from left to right, the guards that stand aside)."""
        chunks: list[str] = []
        run: list[Sum | Max] = []
        guards: list[Condition] = []
        for item in term:
            if isinstance(item, Factor) and abs(item.value) == 1 and len(term) > 1:
                continue  # its sign stands between the terms
            if isinstance(item, (Sum, Max)):
                if run and _kind(run[-1]) != _kind(item):
                    chunks.append(self.sums(run))
                    run = []
                run.append(item)
                continue
            if run:
                chunks.append(self.sums(run))
                run = []
            if isinstance(item, Bracket) and item.aside:
                guards += item.conditions
            else:
                chunks.append(self.item(item))
        return chunks + ([self.sums(run)] if run else []), guards

    def expr(self, expr: Expr) -> str:
        """A whole expression on one line, its guards left to the caller."""
        found = self.chunks(expr)
        if len(found) == 1 and len(expr.terms) == 1 and isinstance(expr.terms[0][0], Over):
            return found[0].removeprefix("(").removesuffix(")")
        return " ".join(found)

    def chunks(self, expr: Expr) -> list[str]:
        """The factors of every term, with the signs between the terms."""
        found: list[str] = []
        for k, term in enumerate(expr.terms):
            less = negative(term)
            if k or less:
                found.append("-" if less else "+")
            found += self.term(term)[0]
        return found


def negative(term: Term) -> bool:
    """Whether a term is subtracted."""
    return sum(1 for item in term if isinstance(item, Factor) and item.value < 0) % 2 == 1


def _kind(item: Sum | Max) -> int:
    base = split_name(item.index)[0]
    if isinstance(item, Max):
        return 9
    return {"i": 0, "n": 0, "gamma": 0, "o": 0, "c": 1, "p": 1, "q": 1}.get(base, 2)


@dataclass(frozen=True)
class Group:
    """One written product: coefficient * factor, or coefficient * factor * (inner)."""

    coefficient: int
    factor: tuple[Atom, ...]
    inner: Int | None = None

    @property
    def lead(self) -> int:
        """The sign of the product."""
        return 1 if self.coefficient > 0 else -1

    @property
    def value(self) -> Int:
        """The product multiplied out."""
        return Int([(self.factor, self.coefficient)]) * (self.inner if self.inner is not None else 1)

    def names(self) -> frozenset[str]:
        """The names in it."""
        return self.value.names()


def grouped(e: Int) -> list[Group]:
    """The terms, with f K - f (- f p) gathered into f(K-1(-p)) for every size K, where the first of them stood."""
    left = list(e.terms)
    gathered: dict[int, Group] = {}
    for monomial, coefficient in e.terms:
        found = _size_group(monomial, coefficient, left)
        if found is not None:
            group, used = found
            gathered[min(e.terms.index(t) for t in used)] = group
            left = [t for t in left if t not in used]
    singles = {e.terms.index(t): Group(t[1], t[0]) for t in left}
    return [group for _, group in sorted({**singles, **gathered}.items())]


Pair = tuple[tuple[Atom, ...], int]


def _size_group(monomial: tuple[Atom, ...], coefficient: int, left: list[Pair]) -> tuple[Group, list[Pair]] | None:
    """f(K-1) or f(K-1-p) and the terms it takes up, if this is the term f K of one."""
    size = next((a for a in monomial if isinstance(a, str) and split_name(a)[0] in SIZE_LETTERS), None)
    if size is None or monomial.count(size) != 1 or (monomial, coefficient) not in left:
        return None
    rest = tuple(a for a in monomial if a != size)
    opposite = [t for t in left if t[1] == -coefficient]
    one = next((t for t in opposite if sorted(map(str, t[0])) == sorted(map(str, rest))), None)
    shared = [
        t
        for t in opposite
        if coefficient > 0 and any(isinstance(a, str) and is_index(a) for a in t[0]) and _shares(t[0], rest)
    ]
    if one is None or (not rest and abs(coefficient) == 1 and not shared):
        return None
    inner = Int([((size,), 1), ((), -1)])
    used = [(monomial, coefficient), one]
    if shared:
        used.append(shared[0])
        inner = inner - Int([(_without(shared[0][0], rest), 1)])
    return Group(coefficient, rest, inner), used


def _shares(monomial: tuple[Atom, ...], factor: tuple[Atom, ...]) -> bool:
    return len(_without(monomial, factor)) == 1 and len(monomial) == len(factor) + 1


def _without(monomial: tuple[Atom, ...], factor: tuple[Atom, ...]) -> tuple[Atom, ...]:
    rest = list(monomial)
    for atom in factor:
        if atom in rest:
            rest.remove(atom)
    return tuple(rest)
