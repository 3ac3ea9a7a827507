r"""The formulas of the derivative theorem's page, as expressions: why it holds, where it fails, what is like it.

    (f * g)'(t) = ∫ f(τ) g'(t - τ) dτ = (f * g')(t)          D(f * k) = Df * k = f * Dk          dL/df[j] = Σ_i g[i] k[i - j]

Nothing here is true by being written: ``check_theorem_lines`` evaluates every line on functions, or on numbers.
"""

from __future__ import annotations

from fractions import Fraction

from symconv.language.formula import Node, equal, indices, integral, letters, name, node, relation, times, total

f, g, t, h, tau, M, D, kernel = letters("f g t h tau M D k")
i, j, k = indices("i j k")
HALF = Fraction(1, 2)


def prime(of: Node) -> Node:
    """g'."""
    return Node("prime", (of,))


def size(of: Node) -> Node:
    """|a|."""
    return Node("abs", (of,))


def slope(above: Node, below: Node) -> Node:
    """A difference quotient."""
    return Node("slope", (above, below))


def at(function: Node, place: Node) -> Node:
    """A function that is more than a name, at a place."""
    return Node("call", (function, place))


def star(left: Node, right: Node) -> Node:
    """left * right."""
    return times("*", left, right)


def difference(of: Node) -> Node:
    """Df."""
    return Node("operator", (D, of))


FG, SLOPE = star(f, g), prime(g)
MOVED = slope(g(t + h - tau) - g(t - tau), h)
LINES = {
    "line": equal(prime(FG), star(f, SLOPE)),
    "bounded": equal(M, Node("apply", (name("sup"), size(SLOPE)))),
    "quotient": equal(slope(at(FG, t + h) - at(FG, t), h), integral(f(tau) * MOVED, tau)),
    "bound": relation("≤", size(f(tau) * MOVED), M * size(f(tau))),
    "limit": equal(at(prime(FG), t), integral(f(tau) * at(SLOPE, t - tau), tau), at(star(f, SLOPE), t)),
    "triangle": equal(at(FG, t), 1 - size(t)),
    "inside": relation("≤", size(t), 1),
    "rising": equal(at(prime(FG), node(-HALF)), 1),
    "falling": equal(at(prime(FG), node(HALF)), -1),
    "flat": equal(at(SLOPE, t), 0),
    "impulses": equal(SLOPE, name("delta")(t + HALF) - name("delta")(t - HALF)),
    "twice": equal(star(f, SLOPE), f(t + HALF) - f(t - HALF)),
    "twin": equal(D(star(f, kernel)), star(difference(f), kernel), star(f, difference(kernel))),
    "d": equal(difference(f)[i], f[i] - f[i - 1]),
    "gradient": equal(name("dL/df")[j], total(g[i] * kernel[i - j], i)),
}
# what the sentences speak of, without a claim
NAMES = {
    **{one: name(one) for one in ("f", "g", "k", "t", "M", "h", "L", "y", "D")},
    "g'": SLOPE,
    "f * g'": star(f, SLOPE),
    "f * Dk": star(f, difference(kernel)),
}
