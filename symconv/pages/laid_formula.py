r"""Formulas (``language.formula``) laid out: what a page states beside the index language.

    Y[k] = Σ_i ω^(k i) y[i]          (f * g)'(t) = ∫ f(τ) g'(t - τ) dτ          y = Aᵀ[(G g) ⊙ (Bᵀ d)]

What a formula is made of decides where brackets stand: a sum within a product, anything but an atom below a power.  A power
with a whole exponent is written with small digits, unless ``carets`` asks for t^2.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symconv.language.expr import Access, Tensor
from symconv.language.formula import Node
from symconv.language.integers import Int
from symconv.pages.laid import access, integer, signed
from symconv.pages.layout import (
    ATOM,
    COMMA,
    NEGATIVE,
    PRODUCT,
    SPACE,
    SUM,
    TIMES,
    Form,
    Layout,
    Name,
    Number,
    Row,
    Sign,
    bracketed,
    joined,
)
from symconv.pages.spelling import GRADIENT

TALL = frozenset(["over", "slope", "gradient", "partial", "fraction", "root"])
UPRIGHT = frozenset(["col2im"])
SIGNED = frozenset(["Φ", "sup", "min", "∞", "-∞"])
LEVELS = {"add": SUM, "neg": SUM, "mul": PRODUCT, "sum": PRODUCT, "integral": PRODUCT, "div": PRODUCT, "times": PRODUCT}


def formula(node: Node, carets: bool = False) -> Layout:
    """A formula on one line."""
    return Formulas(carets)(node)


def tall(given: Layout) -> bool:
    """Whether something stands higher than a line."""
    if isinstance(given, Form):
        return given.kind in TALL or any(map(tall, given.parts))
    return isinstance(given, Row) and any(map(tall, given.parts))


def simple(index: Node) -> bool:
    """Whether an index is a number or a letter."""
    return index.kind == "number" or (index.kind == "integer" and index.parts[0].name is not None)


class Formulas:
    """Lays formulas out, node by node."""

    def __init__(self, carets: bool = False) -> None:
        self.carets, self.flat = carets, False

    def __call__(self, node: Node) -> Layout:
        """A node of any kind."""
        found: Layout = getattr(self, f"of_{node.kind}")(*node.parts)
        return found

    def held(self, node: Node, level: int) -> Layout:
        """In brackets where it holds together less tightly than that."""
        shown = self(node)
        return self.wrapped(shown) if shown.level < level else shown

    def wrapped(self, shown: Layout) -> Layout:
        """In brackets, as high as a fraction where there is one."""
        return bracketed(shown, "tall()" if tall(shown) else "()")

    def listed(self, nodes: Sequence[Node], between: Layout = COMMA) -> Layout:
        """One after the other."""
        return joined(map(self, nodes), between)

    # leaves
    def of_number(self, value: Fraction | int) -> Layout:
        """A number."""
        return Number(value)

    def of_integer(self, value: Int) -> Layout:
        """An integer of the index language."""
        return integer(value)

    def of_name(self, name: str) -> Layout:
        """A name; dL/dx by its tensor."""
        if GRADIENT.match(name):
            return access(Access(Tensor(name, ()), ()))
        if name in UPRIGHT:
            return Name(name, "function")
        return Sign(name) if name in SIGNED else Name(name)

    def of_index(self, of: Node, *at: Node) -> Layout:
        """X[k]."""
        index = self.listed(at, Sign(",") if all(map(simple, at)) else COMMA)
        if of.kind == "name" and (gradient := GRADIENT.match(of.parts[0])):
            return Form("gradient", (Name(gradient[1]), Form("access", (Name(gradient[2]), index))))
        return Form("access", (self.held(of, ATOM), index))

    def of_entry(self, of: Node, *at: int) -> Layout:
        """x₀₁: an entry at a place in numbers; dL/dx₀₁."""
        if of.kind == "name" and (gradient := GRADIENT.match(of.parts[0])):
            return Form("gradient", (Name(gradient[1]), compact(Name(gradient[2]), at)))
        return compact(self(of), at)

    # arithmetic
    def of_add(self, *terms: Node) -> Layout:
        """A sum."""
        return signed([self.signed(term) for term in terms])

    def of_leading(self, most: int, *terms: Node) -> Layout:
        """A sum of which the first terms are shown, and dots for the others."""
        shown = [self.signed(term) for term in terms[:most]]
        return signed([*shown, (1, Sign("⋯"))] if len(terms) > most else shown)

    def signed(self, term: Node) -> tuple[int, Layout]:
        """(sign, a term without it)."""
        if term.kind == "neg":
            return -1, self.held(term.parts[0], PRODUCT)
        if term.kind == "number" and term.parts[0] < 0:
            return -1, Number(-term.parts[0])
        shown = self(term)
        return 1, shown if term.kind == "integer" or shown.level > SUM else self.wrapped(shown)

    def of_neg(self, of: Node) -> Layout:
        """-a."""
        return signed([(-1, self.held(of, PRODUCT))])

    def of_mul(self, *factors: Node) -> Layout:
        """A product; what a sum sums stands to its right."""
        out: list[Layout] = []
        last = len(factors) - 1
        for k, factor in enumerate(factors):
            shown = self.held(factor, PRODUCT)
            if factor.kind in ("sum", "integral") and k < last:
                shown = self.wrapped(shown)
            if k:
                out.append(SPACE if factor.kind in ("sum", "integral") else TIMES)
            out.append(shown)
        return Row(tuple(out), PRODUCT)

    def of_tight(self, *factors: Node) -> Layout:
        """2t, 2πi."""
        return joined((self.held(factor, PRODUCT) for factor in factors), Sign("tight"), PRODUCT)

    def of_touch(self, *factors: Node) -> Layout:
        """w₀ x₀₁: entries side by side."""
        return joined(map(self, factors), Sign("touch"), PRODUCT)

    def of_juxtaposed(self, *matrices: Node) -> Layout:
        """F C F⁻¹."""
        return self.listed(matrices, SPACE)

    def of_holds(self, _: str, of: Node) -> Layout:
        """What a line in words is about."""
        return self(of)

    def of_div(self, above: Node, below: Node) -> Layout:
        """A fraction."""
        if self.flat:  # within a power, on one line
            return Form("ratio", (self(above), self(below)), PRODUCT)
        return Form("over", (self(above), self(below)), PRODUCT)

    def of_slope(self, above: Node, below: Node) -> Layout:
        """A difference quotient: a fraction, on a line in square brackets."""
        return Form("slope", (self(above), self(below)), PRODUCT)

    def of_operator(self, operator: Node, of: Node) -> Layout:
        """Df."""
        return Row((self(operator), self.held(of, ATOM)), ATOM)

    def of_pow(self, base: Node, exponent: Node) -> Layout:
        """A power."""
        whole = exponent.kind == "number" or (exponent.kind == "integer" and exponent.parts[0].constant is not None)
        kind = "sup" if whole and not self.carets else "power"
        outer, self.flat = self.flat, True
        above = self(exponent)
        self.flat = outer
        return Form(kind, (self.held(base, ATOM), above))

    def of_inverse(self, of: Node) -> Layout:
        """V⁻¹."""
        return Form("sup", (self.held(of, ATOM), Number(-1)))

    def of_sup(self, of: Node, high: Node) -> Layout:
        """xʰ."""
        return Form("sup", (self.held(of, ATOM), self(high)))

    def of_sub(self, of: Node, low: Node) -> Layout:
        """I_m."""
        return Form("index", (self(of), self(low)))

    def of_positive(self, of: Node) -> Layout:
        """The positive part."""
        shown = self(of)
        return Form("positive", (self.wrapped(shown) if shown.level < ATOM else shown,))

    def of_factorial(self, of: Node) -> Layout:
        """m!."""
        return Form("factorial", (self.held(of, ATOM),))

    def of_root(self, of: Node) -> Layout:
        """A square root."""
        return Form("sqrt", (self(of),))

    def of_exponential(self, of: Node) -> Layout:
        """exp(...), where a power of e would be small."""
        return Form("exp.tall", (self(of),))

    def of_indexed(self, of: Node, *at: Node) -> Layout:
        """E(m), with a subscript where there are any."""
        return Form("indexed", (self(of), self.listed(at)))

    def of_square(self, of: Node) -> Layout:
        """In square brackets."""
        return bracketed(self(of), "big[]")

    def of_sandwich(self, left: Node, of: Node, right: Node) -> Layout:
        """Aᵀ[...]A."""
        return Row((self(left), bracketed(self(of), "big[]"), self(right)), PRODUCT)

    def of_abs(self, of: Node) -> Layout:
        """|a|."""
        shown = self(of)
        return bracketed(shown, "tall||" if tall(shown) else "||")

    def of_conj(self, of: Node) -> Layout:
        """The complex conjugate."""
        return Form("conj", (self(of),))

    def of_transpose(self, of: Node) -> Layout:
        """Aᵀ; V⁻ᵀ."""
        if of.kind == "inverse":
            return Form("sup", (self.held(of.parts[0], ATOM), Row((NEGATIVE, Name("T")))))
        return Form("transposed", (self.held(of, ATOM),))

    # functions and operations
    def of_call(self, function: str | Node, *given: Node) -> Layout:
        """f(t)."""
        shown = self.listed(given)
        head = self.of_name(function) if isinstance(function, str) else self.held(function, ATOM)
        return Form("apply.tall" if tall(shown) else "apply", (head, shown))

    def of_prime(self, of: Node) -> Layout:
        """f'."""
        return Form("prime", (self.held(of, ATOM),))

    def of_times(self, sign: str, left: Node, right: Node) -> Layout:
        """f * g, k·i, u ⊙ v."""
        level = ATOM if sign == "⊙" else PRODUCT
        sides = [self.held(side, level) if side.kind != "times" else self.wrapped(self(side)) for side in (left, right)]
        return Row((sides[0], Sign(sign), sides[1]), PRODUCT)

    def of_apply(self, matrix: Node, of: Node) -> Layout:
        """A d: a matrix beside what it is applied to, which stands in square brackets where it is more than a name."""
        shown = self(of)
        if of.kind == "times":
            return Row((self(matrix), bracketed(shown, "big[]")), PRODUCT)
        return Row((self(matrix), SPACE, shown), PRODUCT)

    def of_inner(self, left: Node, right: Node) -> Layout:
        """⟨u, y⟩."""
        return Form("inner", (self(left), self(right)))

    def of_sum(self, body: Node, *over: Node) -> Layout:
        """Σ_k over all that the page says, or between limits."""
        signs: list[Layout] = []
        for one in over:
            if one.kind == "each":
                signs.append(Form("sum.each", (Name(one.parts[0]),)))
            else:
                index, low, high = one.parts
                last = integer(high.parts[0], "tight") if high.kind == "integer" else self(high)
                signs.append(Form("sum.between", (Name(index), self(low), last)))
        return Row((joined(signs, Sign("sums")), SPACE, self.held(body, PRODUCT)), PRODUCT)

    def of_integral(self, body: Node, over: str, *limits: Node) -> Layout:
        """∫ f(τ) dτ."""
        sign = Form("integral.between", tuple(map(self, limits))) if limits else Sign("∫")
        return Row((sign, SPACE, self.held(body, PRODUCT), Form("d", (self.of_name(over),))), PRODUCT)

    def of_relation(self, sign: str, *sides: Node) -> Layout:
        """a = b = c."""
        return self.listed(sides, Sign(sign))

    def of_and(self, *parts: Node) -> Layout:
        """One statement after the other."""
        return self.listed(parts, Sign("and"))

    def of_list(self, *parts: Node) -> Layout:
        """(1, 2, 3)."""
        return bracketed(self.listed(parts, Sign("list")))


def compact(name: Layout, index: Sequence[int]) -> Layout:
    """x[0, 3] as x with the subscript 03; commas where an index has two digits."""
    if not index:
        return name
    comma = Sign("," if any(k > 9 for k in index) else "")
    return Form("sub", (name, joined(map(Number, index), comma)))
