r"""The lines of the page, evaluated on rational numbers drawn at random: outputs by their definition, matrices as they stand.

Every line is linear in each of its vectors, so one that holds at random numbers of many digits is true but for an accident; the
algorithm itself is proved, coefficient by coefficient, in ``check_bilinear``.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from symconv.check.printed import World, printed
from symconv.check.values import Matrix, Vector, dot
from symconv.language.formula import Node
from symconv.topics.fast.check_bilinear import inverted, powers
from symconv.topics.fast.facts import Bilinear, Fast

ROUNDS = 1


def check(fast: Fast, lines: Mapping[str, Node]) -> dict[str, Node]:
    """The lines, each evaluated.

    Raises InternalError for one that is false.
    """
    numbers = random.Random(11)
    own = [line(fast.axes[0], numbers) for _ in range(ROUNDS)]  # why it works speaks of one axis
    made = own if len(fast.axes) == 1 else [plane(fast, numbers) for _ in range(ROUNDS)]
    worlds: dict[str, list[World]] = {"": own, "formula": made, "definition": [w for one in made for w in places(one)]}
    if fast.axes[0].kind == "karatsuba":
        worlds["cut"] = worlds["halves"] = [halves(numbers) for _ in range(ROUNDS)]
    return printed(lines, worlds, "a fast algorithm")


def places(world: World) -> list[World]:
    """A world for every output."""
    rows = world.names["outputs"]
    return [world.having(**dict(zip(("k", "l"), at, strict=False)), i=at[0]) for at in rows]


def drawn(n: int, numbers: random.Random) -> Vector:
    """n whole numbers."""
    return Vector(numbers.randint(-(10**6), 10**6) for _ in range(n))


def full(a: Vector, b: Vector) -> Vector:
    """The full convolution, by its definition."""
    out = [0] * (len(a) + len(b) - 1)
    for (n, one), (k, two) in product(enumerate(a), enumerate(b)):
        out[n + k] += one * two
    return Vector(out)


def dotted(a: Any, b: Any) -> Any:
    """Entry by entry."""
    if isinstance(a, Matrix):
        return Matrix([[x * y for x, y in zip(*rows, strict=True)] for rows in zip(a.rows, b.rows, strict=True)])
    return Vector(x * y for x, y in zip(a, b, strict=True))


SIGNS = {"⊙": dotted, "inner": dot}


def line(a: Bilinear, numbers: random.Random) -> World:
    """One axis: u, g, d and what is made of them."""
    m, r = a.sizes
    left, right, out = Matrix(a.left), Matrix(a.right), Matrix(a.out)
    winograd = a.kind == "winograd"
    u, g = drawn(m, numbers), drawn(r, numbers)
    d = drawn(m + r - 1, numbers)
    s = full(u, g)
    y = Vector(dot(g, d[k : k + r]) for k in range(m))
    q = dotted(left @ (g if winograd else u), right @ (d if winograd else g))
    names: dict[str, Any] = {"u": u, "g": g, "v": g, "d": d, "s": s, "y": y, "q": q, "m": m, "r": r}
    names["outputs"] = [(k,) for k in range(len(y if winograd else s))]
    if winograd:
        names |= {"A": out.transpose(), "G": left, "B": right.transpose()}
    else:
        names |= {"P": left, "Q": right, "C": out}
    if a.points:
        square = powers(a.points, m + r - 1)
        back = Matrix(inverted(square))
        names |= {"E": lambda width: Matrix(powers(a.points, int(width))), "V": Matrix(square, lambda: back)}
        if winograd:
            names["F"] = scales(right, back.transpose())
    return World(names, {"k": range(m), "p": range(r)}, SIGNS)


def scales(right: Matrix, dual: Matrix) -> Matrix:
    """F, which makes the rows of V⁻ᵀ those of Bᵀ."""
    found = [
        next((b / e for b, e in zip(x, y, strict=True) if e), Fraction(0))
        for x, y in zip(right.rows, dual.rows, strict=True)
    ]
    n = range(len(found))
    back = Matrix([[1 / found[i] if i == j and found[i] else Fraction(0) for j in n] for i in n])
    return Matrix([[found[i] if i == j else Fraction(0) for j in n] for i in n], lambda: back)


def plane(fast: Fast, numbers: random.Random) -> World:
    """Two axes, nested."""
    first, second = fast.axes
    (m, r), (n, t) = first.sizes, second.sizes
    g = Matrix([drawn(t, numbers) for _ in range(r)])
    d = Matrix([drawn(n + t - 1, numbers) for _ in range(m + r - 1)])
    taps = list(product(range(r), range(t)))
    y = Matrix([[sum(g(a, b) * d(k + a, i + b) for a, b in taps) for i in range(n)] for k in range(m)])
    names: dict[str, Any] = {"g": g, "d": d, "y": y, "outputs": list(product(range(m), range(n)))}
    for axis, small in ((second, "2"), (first, "")):
        matrices = {"A": Matrix(axis.out).transpose(), "G": Matrix(axis.left), "B": Matrix(axis.right).transpose()}
        names |= {f"{name}{small}": matrix for name, matrix in matrices.items()}
    return World(names, {}, SIGNS)


def halves(numbers: random.Random) -> World:
    """Halves of two numbers, cut at x^h."""
    u0, u1, v0, v1, x = drawn(5, numbers)
    h = numbers.randint(2, 5)
    return World({"u0": u0, "u1": u1, "v0": v0, "v1": v1, "x": x, "h": h, "u": u0 + x**h * u1, "v": v0 + x**h * v1})
