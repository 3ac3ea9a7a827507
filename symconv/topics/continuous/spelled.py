r"""Exact numbers, pieces and terms of functions of t, spelled for the terminal and for LaTeX at once.

Sums begin with a positive term where there is one (b - a, not -a + b); SymPy spells what holds parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import comb, factorial
from typing import Any

from symconv.pages.nodes import Spelled
from symconv.pages.spelled import both, number
from symconv.pages.spelling import latex_name, text_name
from symconv.topics.continuous.facts import Bell, Impulse, Limit, Lorentz, Piece, Side, Smooth, Term

T, TAU = both("t"), Spelled("τ", r"\tau")


@cache
def _printers() -> tuple[Any, Any]:
    """SymPy's printers, positive terms first, names as everywhere in the house."""
    from sympy.printing.latex import LatexPrinter
    from sympy.printing.str import StrPrinter

    class Latex(LatexPrinter):  # type: ignore[misc]
        def _as_ordered_terms(self, expr: Any, order: Any = None) -> Any:
            return sorted(super()._as_ordered_terms(expr, order), key=lambda e: e.could_extract_minus_sign())

        def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
            return latex_name(expr.name)

    class Text(StrPrinter):  # type: ignore[misc]
        def _as_ordered_terms(self, expr: Any, order: Any = None) -> Any:
            return sorted(super()._as_ordered_terms(expr, order), key=lambda e: e.could_extract_minus_sign())

        def _print_Symbol(self, expr: Any) -> str:
            return text_name(expr.name)

        def _print_Pi(self, expr: Any) -> str:
            return "π"

        def _print_Exp1(self, expr: Any) -> str:
            return "e"

        def _print_Pow(self, expr: Any, rational: bool = False) -> str:
            if expr.exp.is_number and expr.exp.is_negative and expr.exp != -0.5:
                below = self._print(1 / expr)
                return f"1/({below})" if (1 / expr).is_Add else f"1/{below}"
            return str(super()._print_Pow(expr, rational))

    return Text(), Latex({"fold_short_frac": False})


def exact(value: Any) -> Spelled:
    """A number, or an expression in parameters."""
    if isinstance(value, (int, Fraction)):
        return number(value)
    text, latex = _printers()
    value = readable(value)
    words = str(text.doprint(value)).replace("**", "^").replace("*", " ").replace("Phi(", "Φ(")
    return Spelled(words, str(latex.doprint(value)))


def readable(value: Any) -> Any:
    """Powers of e multiplied out; the rest as it stands."""
    from sympy import exp, expand

    return expand(value) if value.has(exp) and not value.has(exp_of_t()) else value


@cache
def exp_of_t() -> Any:
    """The time, as a symbol of its own."""
    from sympy import Symbol

    return Symbol("t", real=True)


def negative(value: Any) -> bool:
    """Whether a number is written with a minus."""
    return value < 0 if isinstance(value, (int, Fraction)) else bool(value.could_extract_minus_sign())


def compound(value: Any) -> bool:
    """Whether a number is a sum."""
    return not isinstance(value, (int, Fraction)) and value.is_Add


def fraction(value: Any) -> bool:
    """Whether a number is a proper fraction."""
    return isinstance(value, Fraction) and value.denominator != 1


def bracketed(s: Spelled, needed: bool = True) -> Spelled:
    """(s)."""
    return Spelled(f"({s.text})", rf"\left({s.latex}\right)") if needed else s


def plus(parts: Sequence[tuple[bool, Spelled]], ordered: bool = False) -> Spelled:
    """Signed parts in a row, a positive one first unless ``ordered``; 0 if there are none."""
    text = latex = ""
    for minus, part in sorted(parts, key=lambda p: p[0]) if parts and parts[0][0] and not ordered else parts:
        sign = "-" if minus else "+" if text else ""
        text += (f" {sign} " if text else sign) + part.text
        latex += (f" {sign} " if latex else sign) + part.latex
    return Spelled(text or "0", latex or "0")


def scaled(value: Any, of: Spelled | None) -> tuple[bool, Spelled]:
    """(whether a minus stands before it, |value| times something)."""
    if not isinstance(value, (int, Fraction)):
        value = readable(value)
    minus = negative(value)
    size = -value if minus else value
    if of is None:
        return minus, bracketed(exact(size), compound(size) and minus)
    if size == 1:
        return minus, of
    shown = bracketed(exact(size), compound(size))
    return minus, Spelled(f"{shown.text} {of.text}", rf"{shown.latex}\,{of.latex}")


def power(base: Spelled, n: int, simple: bool = True) -> Spelled:
    """base^n."""
    base = bracketed(base, not simple)
    return base if n == 1 else Spelled(f"{base.text}^{n}", f"{base.latex}^{{{n}}}")


def moved(t: Spelled, by: Any) -> Spelled:
    """t - by."""
    if by == 0:
        return t
    if compound(by):
        return plus([(False, t), *(scaled(-e, None) for e in by.as_ordered_terms())])
    return plus([(False, t), scaled(-by, None)])


# polynomials and exponentials
def polynomial(coefficients: Sequence[Any], t: Spelled, simple: bool = True) -> Spelled:
    """sum c_j t^j, highest first; c (t - k)^n where it is that."""
    degree = len(coefficients) - 1
    found = _pure(coefficients)
    if found is not None:
        c, k = found
        base = moved(t, k)
        minus, shown = scaled(c, power(base, degree, simple and k == 0))
        return Spelled("-" + shown.text, "-" + shown.latex) if minus else shown
    parts = []
    for j in range(degree, -1, -1):
        if j == 1 and coefficients[j] == 1:
            parts.append((False, t))  # a sum needs no brackets within a sum
        elif coefficients[j] != 0:
            parts.append(scaled(coefficients[j], power(t, j, simple) if j else None))
    return plus(parts, ordered=degree > 1)


def _pure(coefficients: Sequence[Any]) -> tuple[Fraction, Fraction] | None:
    """(c, k) if a polynomial of degree 2 or more is c (t - k)^n."""
    n = len(coefficients) - 1
    if n < 2 or not all(isinstance(c, Fraction) for c in coefficients):
        return None
    c = coefficients[n]
    k = -coefficients[n - 1] / (n * c)
    good = all(coefficients[j] == c * comb(n, j) * (-k) ** (n - j) for j in range(n + 1))
    return (c, k) if good else None


def exponential(rate: Any, t: Spelled, simple: bool = True) -> Spelled:
    """e^(-rate t)."""
    minus, shown = scaled(-rate, bracketed(t, not simple))
    sign = "-" if minus else ""
    return Spelled(f"e^({sign}{shown.text})", rf"e^{{{sign}{shown.latex}}}")


def piece(parts: Sequence[tuple[Any, Sequence[Any]]], t: Spelled = T, simple: bool = True) -> Spelled:
    """A piece; ``simple`` if t is a single letter."""
    common = _common(parts)
    if common is not None:
        lead, signs = common
        inner = plus([(s < 0, exponential(r, t, simple)) for s, (r, _) in zip(signs, parts, strict=True)])
        return over(inner, lead)
    found: list[tuple[bool, Spelled]] = []
    for rate, total in parts:
        if rate == 0:
            found += [(False, polynomial(total, t, simple))] if len(parts) == 1 else _separate(total, t, simple)
            continue
        fade = exponential(rate, t, simple)
        if len(total) == 1:
            found.append(scaled(total[0], fade))
        else:
            shown = bracketed(polynomial(total, t, simple), sum(c != 0 for c in total) > 1)
            found.append((False, Spelled(f"{shown.text} {fade.text}", rf"{shown.latex}\,{fade.latex}")))
    if len(found) == 1 and not found[0][0]:
        return found[0][1]
    return plus(found)


def _separate(total: Sequence[Any], t: Spelled, simple: bool) -> list[tuple[bool, Spelled]]:
    """The monomials of a polynomial that stands beside other things."""
    return [scaled(total[j], power(t, j, simple) if j else None) for j in range(len(total) - 1, -1, -1) if total[j] != 0]


def _common(parts: Sequence[tuple[Any, Sequence[Any]]]) -> tuple[Any, list[int]] | None:
    """(c, signs) if the piece is c times a sum of exponentials with signs."""
    if len(parts) < 2 or any(len(total) != 1 or rate == 0 for rate, total in parts):
        return None
    lead = parts[0][1][0]
    lead = -lead if negative(lead) else lead
    signs = [1 if total[0] - lead == 0 else -1 if total[0] + lead == 0 else 0 for _, total in parts]
    return (lead, signs) if all(signs) and lead != 1 else None


def over(inner: Spelled, lead: Any) -> Spelled:
    """lead times a sum, as a fraction where lead is one over something."""
    if isinstance(lead, Fraction):
        top, bottom = Fraction(lead.numerator), Fraction(lead.denominator)
    else:
        top, bottom = lead.as_numer_denom()
    if bottom == 1:
        shown = bracketed(exact(top), compound(top))
        return Spelled(f"{shown.text} ({inner.text})", rf"{shown.latex}\left({inner.latex}\right)")
    first = "" if top == 1 else exact(top).text + " "
    first_latex = "" if top == 1 else exact(top).latex + r"\,"
    below = exact(bottom)
    plain = isinstance(bottom, Fraction) or bottom.is_Symbol
    inner_latex = inner.latex if top == 1 else rf"\left({inner.latex}\right)"
    return Spelled(
        f"{first}({inner.text})/{below.text if plain else f'({below.text})'}",
        rf"\frac{{{first_latex}{inner_latex}}}{{{below.latex}}}",
    )


# terms
def normal(t: Spelled, mean: Any, variance: Any) -> Spelled:
    """The normal density."""
    z = moved(t, mean)
    two = doubled(variance)
    top = power(z, 2, mean == 0)
    below = f"({two.text})" if " " in two.text else two.text
    text = f"exp(-{top.text}/{below})/sqrt({_pi_times(2 * variance).text})"
    latex = (
        rf"\frac{{1}}{{\sqrt{{{_pi_times(2 * variance).latex}}}}}\,\exp\!\left(-\frac{{{top.latex}}}{{{two.latex}}}\right)"
    )
    return Spelled(text, latex)


def doubled(value: Any) -> Spelled:
    """2 v, a sum held together."""
    shown = exact(value)
    return Spelled(f"2 ({shown.text})", rf"2\left({shown.latex}\right)") if compound(value) else exact(2 * value)


def _pi_times(value: Any) -> Spelled:
    """2 pi v."""
    shown = bracketed(exact(value), compound(value))
    if isinstance(value, Fraction):
        return Spelled(f"{shown.text} π" if value != 1 else "π", rf"{shown.latex}\pi" if value != 1 else r"\pi")
    import sympy

    return exact(sympy.factor(value) * sympy.pi)


def term(given: Term, t: Spelled = T) -> tuple[bool, Spelled]:
    """(whether a minus stands before it, a term)."""
    if isinstance(given, Impulse):
        name = "δ" + "'" * given.order if given.order < 4 else f"δ^({given.order})"
        low = r"\delta" + "'" * given.order if given.order < 4 else rf"\delta^{{({given.order})}}"
        z = moved(t, given.knot)
        return scaled(given.c, Spelled(f"{name}({z.text})", rf"{low}({z.latex})"))
    if isinstance(given, Bell):
        shown = normal(t, given.mean, given.variance)
        if given.order:
            n = given.order
            up = "" if n == 1 else f"^{n}"
            shown = Spelled(f"d{up}/dt{up} [{shown.text}]", rf"\frac{{d{up}}}{{dt{up}}}\left[{shown.latex}\right]")
        return scaled(given.c, shown)
    if isinstance(given, Lorentz):
        z = power(moved(t, given.knot), 2, given.knot == 0)
        w = bracketed(exact(given.width), compound(given.width))
        below = power(exact(given.width), 2, not compound(given.width) and not fraction(given.width))
        bottom = rf"\pi\left({z.latex} + {below.latex}\right)"
        text = f"{w.text}/(π ({z.text} + {below.text}))"
        return scaled(given.c, Spelled(text, rf"\frac{{{exact(given.width).latex}}}{{{bottom}}}"))
    if isinstance(given, Smooth):
        return smooth(given, t)
    return side(given, t)


def side(given: Side, t: Spelled) -> tuple[bool, Spelled]:
    """c/m! (t-a)_+^m e^(-r(t-a)), with the step u where m = 0; (.)_+ is 0 for negative arguments."""
    z = moved(t, given.knot)
    if given.left:
        z = plus([scaled(given.knot, None), (True, t)]) if given.knot != 0 else Spelled(f"-{t.text}", f"-{t.latex}")
    m = given.power
    if m == 0:
        body = Spelled(f"u({z.text})", f"u({z.latex})")
    else:
        up, up_latex = ("", "") if m == 1 else (f"^{m}", f"^{{{m}}}")
        alone = given.knot == 0 and not given.left
        body = Spelled(
            f"{t.text}₊{up}" if alone else f"({z.text})₊{up}",
            rf"{t.latex}_{{+}}{up_latex}" if alone else rf"\left({z.latex}\right)_{{+}}{up_latex}",
        )
    if given.rate != 0:
        mirrored = given.left and given.knot == 0
        fade = exponential(-given.rate, t) if mirrored else exponential(given.rate, z, given.knot == 0)
        body = Spelled(f"{body.text} {fade.text}", rf"{body.latex}\,{fade.latex}")
    return scaled(given.c / factorial(m), body)


def smooth(given: Smooth, t: Spelled) -> tuple[bool, Spelled]:
    """A Side, smoothed: e^(-r z + r^2 v/2) I_m(z - r v), with m I_m = z I_(m-1) + v I_(m-2), written out."""
    import sympy
    from sympy import Function, Rational, exp, pi, sqrt

    x = exp_of_t()
    numbers = (given.knot, given.variance, given.rate, given.c)
    knot, v, rate, c = (Rational(e.numerator, e.denominator) if isinstance(e, Fraction) else e for e in numbers)
    z = knot - x if given.left else x - knot
    u = z - rate * v
    cdf = Function("Phi")
    before, now = exp(-(u**2) / (2 * v)) / sqrt(2 * pi * v), cdf(u / sqrt(v))
    for m in range(1, given.power + 1):
        before, now = now, sympy.expand((u * now + v * before) / m)
    made = c * exp(-rate * z + rate**2 * v / 2) * now
    minus = bool(c.could_extract_minus_sign())
    return minus, exact(-made if minus else made)


def terms(given: Sequence[Term], t: Spelled = T) -> Spelled:
    """A sum of terms, impulses last, truncated powers by their knots."""
    return plus([term(e, t) for e in arranged(given)], ordered=True)


def arranged(given: Sequence[Term]) -> list[Term]:
    """In reading order."""
    sides = [e for e in given if isinstance(e, Side)]
    rest = [e for e in given if not isinstance(e, (Side, Impulse))]
    if all(isinstance(e.knot, Fraction) for e in sides):
        sides.sort(key=lambda e: (e.knot, -e.power))
    found: list[Term] = [*sides, *rest, *(e for e in given if isinstance(e, Impulse))]
    first = next((k for k, e in enumerate(found) if not negative(e.c)), 0)
    return [found[first], *found[:first], *found[first + 1 :]] if found and negative(found[0].c) else found


def bound(end: Any) -> Spelled:
    """An end: a number, or a limit that moves with t."""
    if not isinstance(end, Limit):
        return exact(end)
    moving = [(end.turn < 0, T)] if end.turn else []
    return plus([*moving, *([scaled(end.at, None)] if end.at != 0 or not end.turn else [])])


def interval(lo: Any, hi: Any, t: Spelled = T) -> Spelled:
    """lo <= t < hi."""
    if lo is None and hi is None:
        return Spelled(f"all {t.text}", rf"\text{{all }} {t.latex}")
    if lo is None:
        return Spelled(f"{t.text} < {bound(hi).text}", f"{t.latex} < {bound(hi).latex}")
    if hi is None:
        return Spelled(f"{t.text} ≥ {bound(lo).text}", rf"{t.latex} \ge {bound(lo).latex}")
    a, b = bound(lo), bound(hi)
    return Spelled(f"{a.text} ≤ {t.text} < {b.text}", rf"{a.latex} \le {t.latex} < {b.latex}")


__all__ = ["Piece", "bracketed", "exact", "interval", "piece", "plus", "scaled", "term", "terms"]
