r"""The rules that make a convolution without cases, and the square that is completed, as expressions.

    (t - a)₊^m/m! * (t - b)₊^n/n! = (t - a - b)₊^(m + n + 1)/(m + n + 1)!          N(μ, v) * N(ν, w) = N(μ + ν, v + w)

Nothing here is true by being written: ``check_lines`` evaluates every rule on numbers.
"""

from __future__ import annotations

from collections.abc import Collection

from symconv.language.formula import Node, Operand, equal, integral, letters, name, node, times

a, b, m, n, p, q, r, s, t, v, w, x, f, g, u, N, tau, mu, nu, sigma = letters(
    "a b m n p q r s t v w x f g u N tau mu nu sigma"
)
E, PI, DELTA = name("e"), name("pi"), name("delta")


def star(left: Node, right: Node) -> Node:
    """The convolution of two functions of t."""
    return times("*", left, right)


def positive(of: Node) -> Node:
    """The positive part."""
    return Node("positive", (of,))


def factorial(of: Node) -> Node:
    """m!."""
    return Node("factorial", (of,))


def power(knot: Node, order: Node) -> Node:
    """(t - a)₊^m/m!."""
    return positive(t - knot) ** order / factorial(order)


def normal(order: Operand, place: Node) -> Node:
    """I_m(x), the m-fold integral of the normal density."""
    return Node("call", (Node("sub", (name("I"), node(order))), place))


def prime(of: Node) -> Node:
    """g'."""
    return Node("prime", (of,))


SQUARE = (tau - m) ** 2 / (2 * s**2)
NORMAL = equal(integral(Node("exponential", (-SQUARE,)), tau), Node("root", (2 * PI * s**2,)))
ORDER = m + n + 1
DECAY = E ** -(r * (t - a))
STATED: tuple[tuple[str, Node, str], ...] = (  # what it is about, the rule, by what it holds
    ("powers", equal(star(power(a, m), power(b, n)), positive(t - a - b) ** ORDER / factorial(ORDER)), "powers"),
    (
        "fractions",
        equal(star(u(t) * E ** -(p * t), u(t) * E ** -(q * t)), u(t) * ((E ** -(p * t) - E ** -(q * t)) / (q - p))),
        "fractions",
    ),
    ("impulse", equal(star(DELTA(t - a), g), g(t - a)), "impulse"),
    ("slope", equal(star(Node("call", (prime(DELTA), t - a)), g), Node("call", (prime(g), t - a))), "slope"),
    ("smooth", equal(star(power(a, m), N), normal(m, t - a)), "smooth"),
    ("smooth", equal(m * normal(m, x), x * normal(m - 1, x) + v * normal(m - 2, x)), "recursion"),
    (
        "smooth",
        Node("and", (equal(normal(0, x), Node("call", ("Φ", x / sigma))), equal(Node("sub", (name("I"), node(-1))), N))),
        "start",
    ),
    (
        "fading",
        Node(
            "and",
            (equal(star(power(a, m) * DECAY, N), E ** (-(r * x) + r**2 * v / 2) * normal(m, x - r * v)), equal(x, t - a)),
        ),
        "fading",
    ),
    ("bells", equal(star(N(mu, v), N(nu, w)), N(mu + nu, v + w)), "bells"),
    (
        "cauchy",
        equal(
            star(a / (PI * (t**2 + a**2)), b / (PI * (t**2 + b**2))),
            (a + b) / (PI * (t**2 + (a + b) ** 2)),
        ),
        "cauchy",
    ),
)
RULES = tuple((kind, rule) for kind, _, rule in STATED)


def stating(checks: Collection[str], square: bool) -> dict[str, Node]:
    """What a page states: the rules that were tried on examples, the normal density's integral where a square is completed."""
    found = {"normal": NORMAL} if square else {}
    return {**found, **{rule: line for kind, line, rule in STATED if f"rule-{kind}" in checks}}
