r"""Numbers, linear forms and names outside the index language, spelled for the terminal and for LaTeX at once.

>>> number(Fraction(-1, 6)).latex
'-\\tfrac{1}{6}'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm

from symconv.pages.nodes import Spelled


def both(text: str) -> Spelled:
    """Spelled the same way twice."""
    return Spelled(text, text)


def number(value: Fraction | int) -> Spelled:
    """A rational number."""
    value = Fraction(value)
    if value.denominator == 1:
        return both(str(value))
    sign = "-" if value < 0 else ""
    return Spelled(str(value), rf"{sign}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}")


def entry(name: str, *index: int | str) -> Spelled:
    """name[index], name_{index}."""
    inner = ",".join(map(str, index))
    return Spelled(f"{name}[{inner}]", f"{name}_{{{inner}}}")


def signed(terms: Iterable[tuple[Fraction, Spelled]]) -> Spelled:
    """A sum of multiples with their signs; 0 if there are none."""
    text = latex = ""
    for c, of in terms:
        sign = "-" if c < 0 else "+" if text else ""
        size = number(abs(c)) if abs(c) != 1 else both("")
        text += (f" {sign} " if text else sign) + (f"{size.text} " if size.text else "") + of.text
        latex += (f" {sign} " if latex else sign) + (f"{size.latex}\\," if size.latex else "") + of.latex
    return Spelled(text or "0", latex or "0")


def form(name: str, coefficients: Sequence[Fraction]) -> tuple[Fraction, Spelled, int]:
    """(a number, a sum with small integers whose product with it is the linear form, how many terms it has)."""
    kept = [(k, c) for k, c in enumerate(coefficients) if c]
    if not kept:
        return Fraction(1), both("0"), 1
    common = Fraction(gcd(*(c.numerator for _, c in kept)), lcm(*(c.denominator for _, c in kept)))
    if kept[0][1] < 0 and all(c < 0 for _, c in kept):
        common = -common
    return common, signed((c / common, entry(name, k)) for k, c in kept), len(kept)


def product_of(factor: Fraction, parts: Sequence[tuple[Spelled, int]]) -> Spelled:
    """factor (a)(b), a sum of several terms in brackets."""
    text = " ".join(f"({s.text})" if n > 1 else s.text for s, n in parts)
    latex = r"\,".join(f"({s.latex})" if n > 1 else s.latex for s, n in parts)
    if factor == 1:
        return Spelled(text, latex)
    if factor == -1:
        return Spelled("-" + text, "-" + latex)
    shown = number(factor)
    return Spelled(f"{shown.text} {text}", rf"{shown.latex}\,{latex}")


def together(*parts: Spelled, between: str = " ") -> Spelled:
    """One after the other."""
    return Spelled(between.join(p.text for p in parts), between.join(p.latex for p in parts))
