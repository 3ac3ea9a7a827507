r"""The formulas of the page, as expressions: the definition, the algorithm, its products, and why it works.

    y[k] = Σ_p g[p] d[k + p]      y = Aᵀ[(G g) ⊙ (Bᵀ d)]      q[0] = (g[0])(d[0] - d[2])      ⟨u, y⟩ = ⟨s, d⟩ = ...

Nothing here is true by being written: ``check_lines`` evaluates every line on numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm

from symconv.language.formula import Node, Operand, equal, indices, letters, name, node, times, total, transpose
from symconv.topics.fast.facts import Bilinear, Fast

WRITTEN_OUT = 7
NAMES = {"winograd": ("y", "g", "d"), "toom-cook": ("s", "u", "v"), "karatsuba": ("s", "u", "v")}
A, B, C, E, F, G, P, Q, V = letters("A B C E F G P Q V")
s, u, v, y, g, d, q, x, h = letters("s u v y g d q x h")
U0, U1, V0, V1 = letters("u0 u1 v0 v1")
k, l, p, r, m, t, i, j = indices("k l p r m t i j")


def lines(fast: Fast) -> dict[str, Node]:
    """Every line of the page by its name."""
    first = fast.axes[0]
    found = {"definition": definition(fast), "formula": equal(output(first), algorithm(fast))}
    if len(fast.axes) == 1 and first.products <= WRITTEN_OUT:
        found |= written_out(first)
    if fast.steps:
        found |= why(first)
    return found


def output(a: Bilinear) -> Node:
    """y, or s."""
    return name(NAMES[a.kind][0])


def apply(matrix: Node, of: Node) -> Node:
    """A matrix and what it is applied to."""
    return Node("apply", (matrix, of))


def juxtaposed(*matrices: Node) -> Node:
    """Matrices side by side."""
    return Node("juxtaposed", matrices)


def inverse(of: Node) -> Node:
    """V⁻¹."""
    return Node("inverse", (of,))


def inner(left: Node, right: Node) -> Node:
    """⟨u, y⟩."""
    return Node("inner", (left, right))


def dotted(left: Node, right: Node) -> Node:
    """Entry by entry."""
    return times("⊙", left, right)


def powers(width: Operand) -> Node:
    """E(m), the powers of the points."""
    return Node("indexed", (E, node(width)))


def definition(fast: Fast) -> Node:
    """y[k] = Σ_p g[p] d[k + p], or s[i] = Σ_k u[k] v[i - k]."""
    first = fast.axes[0]
    if first.kind != "winograd":
        return equal(s[i], total(u[k] * v[i - k], (k, 0, first.sizes[0] - 1)))
    outputs, taps = ((k,), (p,)) if len(fast.axes) == 1 else ((k, l), indices("p q"))
    over = tuple((tap, 0, axis.sizes[1] - 1) for tap, axis in zip(taps, fast.axes, strict=True))
    at = tuple(node(a) + b for a, b in zip(outputs, taps, strict=True))  # in the order written
    return equal(y[outputs], total(g[taps] * d[at], *over))


def algorithm(fast: Fast) -> Node:
    """Aᵀ[(G g) ⊙ (Bᵀ d)], the matrices of both axes where there are two."""
    first = fast.axes[0]
    if first.kind != "winograd":
        return apply(C, dotted(apply(P, u), apply(P if first.left == first.right else Q, v)))
    if len(fast.axes) == 1:
        return apply(transpose(A), dotted(apply(G, g), apply(transpose(B), d)))
    same = fast.axes[0] == fast.axes[1]
    a, b, c = (A, B, G) if same else letters("A2 B2 G2")
    within = dotted(juxtaposed(G, g, transpose(c)), juxtaposed(transpose(B), d, b))
    return Node("sandwich", (transpose(A), within, a))


def written_out(a: Bilinear) -> dict[str, Node]:
    """The products q, and the outputs as sums of them."""
    made, of = output(a), [name(n) for n in NAMES[a.kind][1:]]
    found = {}
    for n, rows in enumerate(zip(a.left, a.right, strict=True)):
        parts = [form(one, row) for one, row in zip(of, rows, strict=True)]
        factor = parts[0][0] * parts[1][0]
        whole = [part for _, part in parts]
        sized = Node("mul", tuple(whole if abs(factor) == 1 else [node(abs(factor)), *whole]))
        found[f"q{n}"] = equal(q[n], -sized if factor < 0 else sized)
    for n, row in enumerate(a.out):
        found[f"out{n}"] = equal(made[n], combined((c, q[at]) for at, c in enumerate(row) if c))
    return found


def form(of: Node, coefficients: Sequence[Fraction]) -> tuple[Fraction, Node]:
    """(a number, a sum with small integers whose product with it is the linear form)."""
    kept = [(at, c) for at, c in enumerate(coefficients) if c]
    if not kept:
        return Fraction(1), node(0)
    common = Fraction(gcd(*(c.numerator for _, c in kept)), lcm(*(c.denominator for _, c in kept)))
    if all(c < 0 for _, c in kept):
        common = -common
    return common, combined((c / common, of[at]) for at, c in kept)


def combined(terms: Iterable[tuple[Fraction, Node]]) -> Node:
    """A sum of multiples; 0 if there are none."""
    parts = []
    for c, of in terms:
        size = of if abs(c) == 1 else node(abs(c) if c.denominator != 1 else abs(c.numerator)) * of
        parts.append(-size if c < 0 else size)
    return node(0) if not parts else parts[0] if len(parts) == 1 else Node("add", tuple(parts))


def why(a: Bilinear) -> dict[str, Node]:
    """The argument, line by line."""
    if a.kind == "karatsuba":
        return halves()
    rows, columns = a.sizes
    second = g if a.kind == "winograd" else v
    values = dotted(apply(powers(rows), u), apply(powers(columns), second))
    found = {"values": equal(apply(V, s), values), "interpolation": equal(s, apply(inverse(V), values))}
    if a.kind != "winograd":
        named = (equal(P, powers(rows)), equal(Q, powers(columns)), equal(C, inverse(V)))
        return {**found, "matrices": Node("and", named)}
    back = transpose(inverse(V))
    products = dotted(apply(powers(r), g), apply(back, d))
    outer = apply(transpose(powers(m)), products)
    pairing = total(u[k] * g[p] * d[k + p], k, p)
    named = (
        equal(transpose(A), transpose(powers(m))),
        equal(G, juxtaposed(inverse(F), powers(r))),
        equal(transpose(B), juxtaposed(F, back)),
    )
    return {
        **found,
        "pairing": equal(inner(u, y), pairing, inner(s, d)),
        "products": equal(inner(u, y), inner(apply(powers(m), u), products)),
        "transposed": equal(inner(u, y), inner(u, outer)),
        "compared": equal(y, outer),
        "matrices": Node("and", named),
    }


def halves() -> dict[str, Node]:
    """Karatsuba's one idea."""

    def product(*factors: Node) -> Node:
        return Node("tight", factors)

    low, high = product(U0, V0), product(U1, V1)
    middle = Node("square", (product(U0 + U1, V0 + V1) - low - high,))
    far = Node("sup", (x, Node("tight", (node(2), h))))
    near = Node("sup", (x, h))
    cut = (equal(u, U0 + near * U1), equal(v, V0 + near * V1))
    return {"cut": Node("and", cut), "halves": equal(u * v, low + product(near, middle) + far * high)}
