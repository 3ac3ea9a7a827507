"""A function as a sum of terms: read from its node, shifted, mirrored, differentiated, multiplied.

The Sides alone span the piecewise polynomials and exponentials:

    box(a,b) = R0(a) - R0(b),   triangle = R1(-1) - 2 R1(0) + R1(1),   t = R1(0) - L1(0),   1 = R0(0) + L0(0)

with R_m(a) = (x-a)^m/m! for x >= a, and L_m(a) = (a-x)^m/m! for x < a.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import comb, factorial
from typing import Any

from symconv.errors import SymconvError
from symconv.topics.continuous.facts import Bell, Impulse, Lorentz, Side, Smooth, Term, TimeFunction
from symconv.topics.continuous.numbers import exponential, rational, same, scalar, sign, symbolic, tidy, zero

Terms = list[Term]
ONE, ZERO = Fraction(1), Fraction(0)
HIGHEST = 16  # the degree of a product


class Beyond(SymconvError):
    """What the terms cannot express; ``integrate`` may."""

    exit_status = 1


def lowered(node: TimeFunction, above: set[str]) -> Terms:
    """The terms of a function.

    Raises SymconvError for parameters out of range, Beyond for products that the terms do not span.
    """
    if not node.signal:
        return constant(scalar(node, above))
    inner = [scalar(part, above) for part in node.parts if not part.signal]
    if node.kind == "time":
        return [Side(ONE, ZERO, 1, ZERO), Side(-ONE, ZERO, 1, ZERO, True)]
    if node.kind == "add":
        return collected([term for part in node.parts for term in lowered(part, above)])
    if node.kind == "mul":
        found = lowered(next(part for part in node.parts if part.signal), above)
        first = next(k for k, part in enumerate(node.parts) if part.signal)
        for part in (p for k, p in enumerate(node.parts) if k != first):
            found = multiplied(found, lowered(part, above)) if part.signal else times(found, scalar(part, above))
        return found
    if node.kind == "div":
        below = scalar(node.parts[1], above)
        if zero(below):
            raise SymconvError("function: expected no division by 0")
        return times(lowered(node.parts[0], above), 1 / below)
    if node.kind == "pow":
        found = constant(ONE) if node.value == 0 else lowered(node.parts[0], above)
        for _ in range(node.value - 1):
            found = multiplied(found, lowered(node.parts[0], above))
        return found
    if node.kind == "shift":
        return shifted(lowered(node.parts[0], above), inner[0])
    if node.kind == "reverse":
        return mirrored(lowered(node.parts[0], above))
    return named(node.kind, inner)


def constant(c: Any) -> Terms:
    """A constant function."""
    return collected([Side(c, ZERO, 0, ZERO), Side(c, ZERO, 0, ZERO, True)])


def named(kind: str, given: list[Any]) -> Terms:
    """The functions of the language."""
    if kind == "box":
        a, b = given or (Fraction(-1, 2), Fraction(1, 2))
        ordered(a, b)
        return [Side(ONE, ZERO, 0, a), Side(-ONE, ZERO, 0, b)]
    if kind == "triangle":
        w = above_zero(given[0], "the half-width of triangle") if given else ONE
        return [Side(1 / w, ZERO, 1, -w), Side(-2 / w, ZERO, 1, ZERO), Side(1 / w, ZERO, 1, w)]
    if kind == "gaussian":
        width = above_zero(given[-1], "the width of gaussian")
        return [Bell(ONE, 0, given[0] if len(given) == 2 else ZERO, tidy(width * width))]
    if kind in ("exp_decay", "exp_abs"):
        rate = above_zero(given[0], f"the rate of {kind}")
        return [Side(ONE, rate, 0, ZERO), *([Side(ONE, rate, 0, ZERO, True)] if kind == "exp_abs" else [])]
    if kind in ("ramp", "step"):
        return [Side(ONE, ZERO, int(kind == "ramp"), ZERO)]
    if kind == "delta":
        order = given[1] if len(given) == 2 else ZERO
        if not rational(order) or order.denominator != 1 or not 0 <= order <= 2:
            raise SymconvError(f"delta: expected a derivative's order from 0 to 2 as second argument, got {order}")
        return [Impulse(ONE, int(order), given[0] if given else ZERO)]
    return [Lorentz(ONE, above_zero(given[0], "the width of cauchy"), ZERO)]


def ordered(a: Any, b: Any) -> None:
    """Raise SymconvError unless a < b; a sign that depends on parameters is taken to be right, and stated as a condition."""
    if rational(a) and rational(b) and a >= b:
        raise SymconvError(f"box: expected a < b in box(a,b), got box({a},{b})")


def above_zero(value: Any, what: str) -> Any:
    """A number that must be positive."""
    if value <= 0 if rational(value) else symbolic(value).is_positive is False:
        raise SymconvError(f"function: expected {what} > 0, got {value}")
    return value


# sums
def key(term: Term) -> tuple[Any, ...]:
    """What two terms must share to be added."""
    return (type(term).__name__, *(v for n, v in vars(term).items() if n != "c"))


def collected(terms: Terms) -> Terms:
    """Like terms added, zeros left out."""
    found: list[tuple[tuple[Any, ...], Term]] = []
    index: dict[tuple[Any, ...], int] = {}
    for term in terms:
        k = key(term)
        if k in index:
            at = index[k]
            found[at] = (k, replace(found[at][1], c=found[at][1].c + term.c))
        else:
            index[k] = len(found)
            found.append((k, term))
    made = [replace(term, c=tidy(term.c)) for _, term in found]
    return [term for term in made if not zero(term.c)]


def times(terms: Terms, c: Any) -> Terms:
    """A multiple."""
    return collected([replace(term, c=term.c * c) for term in terms])


def shifted(terms: Terms, by: Any) -> Terms:
    """f(t - by)."""
    return [replace(term, mean=tidy(term.mean + by)) if isinstance(term, Bell) else replace(term, knot=tidy(term.knot + by))
            for term in terms]  # fmt: skip


def mirrored(terms: Terms) -> Terms:
    """f(-t)."""
    found: Terms = []
    for term in terms:
        if isinstance(term, Bell):
            found.append(replace(term, c=term.c * (-1) ** term.order, mean=-term.mean))
        elif isinstance(term, Impulse):
            found.append(replace(term, c=term.c * (-1) ** term.order, knot=-term.knot))
        elif isinstance(term, Lorentz):
            found.append(replace(term, knot=-term.knot))
        else:
            found.append(replace(term, knot=-term.knot, left=not term.left))
    return found


def derivative(terms: Terms) -> Terms:
    """f' as a distribution: a jump becomes a delta.

    Raises Beyond for a Lorentz density.
    """
    return collected([piece for term in terms for piece in slope(term)])


def slope(term: Term) -> Terms:
    """The derivative of a term."""
    if isinstance(term, (Bell, Impulse)):
        return [replace(term, order=term.order + 1)]
    if isinstance(term, Lorentz):
        raise Beyond("the derivative of a Cauchy density is not among the terms")
    turn = -1 if term.left else 1
    found: Terms = [replace(term, c=-term.c * term.rate * turn)] if not zero(term.rate) else []
    if term.power:
        return [replace(term, c=term.c * turn, power=term.power - 1), *found]
    if isinstance(term, Smooth):
        return [Bell(term.c * turn, 0, term.knot, term.variance), *found]
    return [Impulse(term.c * turn, 0, term.knot), *found]


# products of values
def multiplied(f: Terms, g: Terms) -> Terms:
    """f(t) g(t).

    Raises Beyond where the product leaves the terms, or needs an order of knots that depends on parameters.
    """
    impulses = [[t for t in terms if isinstance(t, Impulse)] for terms in (f, g)]
    if any(impulses):
        return sifted(f, g, impulses)
    made = collected([piece for a in f for b in g for piece in product_of(a, b)])
    if any(isinstance(term, Side) and term.power > HIGHEST for term in made):
        raise SymconvError(f"function: expected polynomials of degree at most {HIGHEST}")
    return made


def sifted(f: Terms, g: Terms, impulses: list[list[Impulse]]) -> Terms:
    """Products with impulses: F(t) D^n delta(t - c) = sum over k of (-1)^k C(n, k) F^(k)(c) D^(n-k) delta(t - c).

    Raises SymconvError where F jumps at c, or holds impulses itself.
    """
    if all(impulses):
        raise SymconvError("function: expected delta times a function without impulses, got a product of two deltas")
    first, second = impulses
    smooth = g if first else f
    regular: Terms = [t for t in (f if first else g) if not isinstance(t, Impulse)]
    made: Terms = multiplied(regular, smooth) if regular else []
    for one in first or second:
        slopes = smooth
        for k in range(one.order + 1):
            c = one.c * (-1) ** k * comb(one.order, k) * value_at(slopes, one.knot)
            made = [*made, Impulse(tidy(c), one.order - k, one.knot)]
            slopes = derivative(slopes) if k < one.order else slopes
    return collected(made)


def value_at(terms: Terms, place: Any) -> Any:
    """The value of a function at a place where it does not jump.

    Raises SymconvError where it does, Beyond where that depends on parameters.
    """
    before, after = (sum((limit_at(term, place, side) for term in terms), ZERO) for side in (-1, 1))
    if not zero(before - after):
        raise SymconvError(
            f"function: expected delta({place}) times a function that is continuous there (with its derivatives, for a "
            "derivative of delta), got one that jumps; its value there has no meaning"
        )
    return tidy(after)


def limit_at(term: Term, place: Any, side: int) -> Any:
    """The limit of a term at a place, from the left (-1) or the right (1)."""
    if isinstance(term, Bell):
        import sympy

        z, v = symbolic(place - term.mean), symbolic(term.variance)
        before, now = sympy.Integer(0), sympy.exp(-z * z / (2 * v)) / sympy.sqrt(2 * sympy.pi * v)
        for k in range(term.order):
            before, now = now, -(z * now + k * before) / v
        return symbolic(term.c) * now
    if isinstance(term, Lorentz):
        import sympy

        z = symbolic(place - term.knot)
        return symbolic(term.c) * symbolic(term.width) / (sympy.pi * (z * z + symbolic(term.width) ** 2))
    try:
        where = sign(place - term.knot)
    except SymconvError:
        raise Beyond("a product with delta whose place among the knots depends on parameters") from None
    if isinstance(term, Impulse):
        return term.c * ZERO if where else jump(place)
    if isinstance(term, Smooth):
        raise Beyond("a product of these functions is not a sum of the terms")
    if ((where or side) < 0) != term.left:
        return ZERO
    z = term.knot - place if term.left else place - term.knot
    return term.c * z**term.power / factorial(term.power) * exponential(-term.rate * z)


def jump(place: Any) -> Any:
    """Refuse the value of an impulse at its own place."""
    raise SymconvError(
        f"function: expected delta({place}) times a function without a kink there, for a derivative of delta"
    )


def product_of(a: Term, b: Term) -> Terms:
    """The product of two terms."""
    if isinstance(a, Bell) and isinstance(b, Bell) and a.order == b.order == 0:
        return normal_product(a, b)
    if not (isinstance(a, Side) and isinstance(b, Side)):
        raise Beyond("a product of these functions is not a sum of the terms")
    if a.left and b.left:
        return mirrored(product_of(*mirrored([a, b])))
    if a.left:
        a, b = b, a
    try:
        later = sign(a.knot - b.knot)
    except SymconvError:
        raise Beyond("a product of functions whose knots depend on parameters") from None
    if not b.left:
        return right_product(a, b) if later >= 0 else right_product(b, a)
    if later >= 0:
        return []
    rest = Side(b.c * (-1) ** b.power, -b.rate, b.power, b.knot)  # b, continued to the right of its knot
    return [*right_product(a, rest), *times(right_product(rest, a), -ONE)]


def right_product(a: Side, b: Side) -> Terms:
    """Two right sides with the knot of a taken: b is expanded there, whether it has begun or not."""
    h = a.knot - b.knot
    fade = exponential(-b.rate * h)
    found: Terms = []
    for i in range(b.power + 1):
        lead = 1 if i == b.power else h ** (b.power - i)
        weight = Fraction(comb(b.power, i) * factorial(i + a.power), factorial(b.power) * factorial(a.power))
        found.append(Side(a.c * b.c * weight * lead * fade, tidy(a.rate + b.rate), i + a.power, a.knot))
    return found


def normal_product(a: Bell, b: Bell) -> Terms:
    """Two normal densities: again one, by completing the square."""
    import sympy

    total = symbolic(a.variance + b.variance)
    lead = sympy.exp(-symbolic((a.mean - b.mean) ** 2) / (2 * total)) / sympy.sqrt(2 * sympy.pi * total)
    mean = tidy((a.mean * b.variance + b.mean * a.variance) / (a.variance + b.variance))
    return [Bell(a.c * b.c * lead, 0, mean, tidy(a.variance * b.variance / (a.variance + b.variance)))]


__all__ = ["Beyond", "Terms", "collected", "derivative", "lowered", "mirrored", "multiplied", "same", "shifted", "times"]
