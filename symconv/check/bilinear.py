"""Bilinear algorithms against their definitions, as polynomial identities.

Both sides of z = C [(P u) . (Q v)] are bilinear in u and v, so they are equal for all u and v if and only if they are equal
on every pair of unit vectors, that is

    sum_i C[k, i] P[i, p] Q[i, t] = [t = k + p]    for a correlation,    [k = p + t]    for a full convolution.

Every coefficient is compared, exactly: this is a proof, and no sample.  Nested axes multiply: the sum over (i, j) of products
is the product of the two sums.  Nothing of ``algorithms`` is used: powers, products and the definition are written anew.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

from symconv.core.bilinear import Bilinear, Costs, Fast, Point, Rows
from symconv.core.facts import Check, Verdict
from symconv.errors import SymconvError


def target(kind: str, flip: bool = False) -> str:
    """The map that an algorithm is to compute."""
    if kind == "winograd":
        return "flipped" if flip else "correlation"
    return "convolution"


def wanted(what: str, sizes: tuple[int, int], k: int, p: int, t: int) -> int:
    """The coefficient of u[p] v[t] in z[k], by definition."""
    if what == "correlation":
        return int(t == k + p)
    if what == "flipped":  # a true convolution in valid mode: the last tap comes first
        return int(t == k + sizes[1] - 1 - p)
    return int(k == p + t)


def shapes(a: Bilinear) -> tuple[int, int, int]:
    """How many outputs, entries of u, entries of v."""
    m, r = a.sizes
    return (m, r, m + r - 1) if a.kind == "winograd" else (m + r - 1, m, r)


def coefficients(a: Bilinear) -> dict[tuple[int, int, int], Fraction]:
    """The coefficient of u[p] v[t] in z[k] by (k, p, t), as the matrices give it; zeros are left out."""
    found: dict[tuple[int, int, int], Fraction] = {}
    for i, (u, v) in enumerate(zip(a.left, a.right, strict=True)):
        first, second = ([(j, e) for j, e in enumerate(row) if e] for row in (u, v))
        for k, c in ((k, row[i]) for k, row in enumerate(a.out) if row[i]):
            for (p, x), (t, y) in product(first, second):
                found[k, p, t] = found.get((k, p, t), Fraction(0)) + c * x * y
    return {place: c for place, c in found.items() if c}


def identity(a: Bilinear, flip: bool = False) -> Verdict:
    """Whether the algorithm is the definition, for all u and v.

    A correlation that is claimed to be a true convolution (``flip``) is one for the kernels that equal their mirror image.
    """
    what = target(a.kind, flip)
    outputs, width, length = shapes(a)
    given = coefficients(a)
    triples = list(product(range(outputs), range(width), range(length)))
    wrong = next((x for x in triples if given.get(x, 0) != wanted(what, a.sizes, *x)), None)
    if wrong is None:
        how = f"all {len(triples)} coefficients of the products of two entries agree, exactly"
        return Verdict("proved", how, "for all data and taps")
    found, right = given.get(wrong, 0), wanted(what, a.sizes, *wrong)
    names = ("y", "g", "d") if a.kind == "winograd" else ("s", "u", "v")
    k, p, t = wrong
    how = (
        f"the coefficient of {names[1]}[{p}] {names[2]}[{t}] in {names[0]}[{k}] is {found}, by definition {right}: take "
        f"{names[1]}[{p}] = {names[2]}[{t}] = 1 and all else 0"
    )
    if flip and symmetric(a):
        return Verdict(
            "conditional", f"true exactly for kernels that equal their mirror image; else {how}", "g[p] = g[r-1-p]"
        )
    return Verdict("refuted", how)


def symmetric(a: Bilinear) -> bool:
    """Whether it is the correlation, which is a true convolution on the kernels that equal their mirror image, and no others."""
    return a.sizes[1] > 1 and identity(a).status == "proved"


def checked(fast: Fast) -> Fast:
    """The algorithm with its checks: the identity per axis, the nesting on integers, and every step of why it works."""
    checks = [Check("identity", v := identity(a), f"{named(a)}: {v.how}") for a in fast.axes]
    if len(fast.axes) > 1:
        checks.append(nested(fast))
    steps = why(fast.axes[0]) if fast.axes[0].points else (halves(),)
    return replace(fast, checks=tuple(checks), steps=steps, costs=costs(fast.axes[0]))


def named(a: Bilinear) -> str:
    """F(2, 3), Toom-Cook(3, 2), Karatsuba(4)."""
    m, r = a.sizes
    return {"winograd": f"F({m}, {r})", "toom-cook": f"Toom-Cook({m}, {r})"}.get(a.kind, f"Karatsuba({m})")


# two axes
def grid(rows: int, columns: int, seed: int) -> list[list[Fraction]]:
    """Fixed integers between -9 and 9, without symmetry."""
    return [[Fraction((seed * (3 + 7 * i + 11 * j + 5 * i * j) + i * i + 2 * j * j) % 19 - 9) for j in range(columns)]
            for i in range(rows)]  # fmt: skip


def times(a: Rows | list[list[Fraction]], b: Rows | list[list[Fraction]]) -> list[list[Fraction]]:
    """The matrix product."""
    columns = list(zip(*b, strict=True))
    return [[sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in columns] for row in a]


def nested(fast: Fast, rounds: int = 3) -> Check:
    """Y = A^T [(G g G'^T) . (B^T d B'^T')] A' against the double sum, on integer data, exactly."""
    first, second = fast.axes
    (m1, r1), (m2, r2) = first.sizes, second.sizes
    for seed in range(1, rounds + 1):
        g, d = grid(r1, r2, seed), grid(m1 + r1 - 1, m2 + r2 - 1, seed + 5)
        taps = times(times(first.left, g), list(zip(*second.left, strict=True)))  # type: ignore[arg-type]
        data = times(times(first.right, d), list(zip(*second.right, strict=True)))  # type: ignore[arg-type]
        both = [[x * y for x, y in zip(*rows, strict=True)] for rows in zip(taps, data, strict=True)]
        y = times(times(first.out, both), list(zip(*second.out, strict=True)))  # type: ignore[arg-type]
        for i, j in product(range(m1), range(m2)):
            true = sum((g[p][q] * d[i + p][j + q] for p, q in product(range(r1), range(r2))), Fraction(0))
            if y[i][j] != true:
                how = f"y[{i},{j}] is {y[i][j]} where the double sum gives {true}"
                return Check("nesting", Verdict("refuted", how), how)
    how = f"equals the double sum exactly on {rounds} integer tiles of {m1 + r1 - 1} x {m2 + r2 - 1}"
    return Check("nesting", Verdict("checked", how), how)


# why it works, line by line
def powers(points: tuple[Point, ...], width: int) -> list[list[Fraction]]:
    """The rows 1, a, a^2, ...; at infinity the row that reads the last coefficient."""
    found = []
    for p in points:
        row = [Fraction(1) if p is not None else Fraction(0)]
        for _ in range(width - 1):
            row.append(row[-1] * p if p is not None else Fraction(0))
        if p is None:
            row[-1] = Fraction(1)
        found.append(row)
    return found


def inverted(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """The inverse, by Gauss and Jordan.

    Raises SymconvError if there is none (two points agree).
    """
    n = len(rows)
    work = [[*row, *(Fraction(int(i == j)) for j in range(n))] for i, row in enumerate(rows)]
    for k in range(n):
        pivot = next((i for i in range(k, n) if work[i][k]), None)
        if pivot is None:
            raise SymconvError("points: expected different points: the values at them do not determine the product")
        work[k], work[pivot] = work[pivot], work[k]
        work[k] = [e / work[k][k] for e in work[k]]
        for i in range(n):
            if i != k and work[i][k]:
                factor = work[i][k]
                work[i] = [a - factor * b for a, b in zip(work[i], work[k], strict=True)]
    return [row[n:] for row in work]


def unit(n: int, k: int) -> list[Fraction]:
    """The unit vector."""
    return [Fraction(int(i == k)) for i in range(n)]


def multiplied(u: list[Fraction], v: list[Fraction]) -> list[Fraction]:
    """The full convolution, by definition."""
    found = [Fraction(0)] * (len(u) + len(v) - 1)
    for (i, a), (j, b) in product(enumerate(u), enumerate(v)):
        found[i + j] += a * b
    return found


def applied(rows: list[list[Fraction]] | Rows, x: list[Fraction]) -> list[Fraction]:
    """A matrix times a vector."""
    return [sum((a * b for a, b in zip(row, x, strict=True) if a and b), Fraction(0)) for row in rows]


def dotted(u: list[Fraction], v: list[Fraction]) -> list[Fraction]:
    """Entry by entry."""
    return [a * b for a, b in zip(u, v, strict=True)]


def inner(u: list[Fraction], v: list[Fraction]) -> Fraction:
    """The sum of the products."""
    return sum(dotted(u, v), Fraction(0))


def why(a: Bilinear) -> tuple[Check, ...]:
    """A verdict per line of why the algorithm works, each on all unit vectors (every side is linear in each of them)."""
    m, r = a.sizes
    n = m + r - 1
    first, second, square = powers(a.points, m), powers(a.points, r), powers(a.points, n)
    back = inverted(square)
    found = []

    def settled(kind: str, good: list[bool]) -> None:
        status = "proved" if all(good) else "refuted"
        how = f"equal for all {len(good)} choices of unit vectors" if all(good) else "the two sides differ"
        found.append(Check(kind, Verdict(status, how), how))

    pairs = [(unit(m, k), unit(r, p)) for k, p in product(range(m), range(r))]
    values = [dotted(applied(first, u), applied(second, v)) for u, v in pairs]
    sums = [multiplied(u, v) for u, v in pairs]
    settled("values", [applied(square, s) == e for s, e in zip(sums, values, strict=True)])
    settled("interpolation", [applied(back, e) == s for s, e in zip(sums, values, strict=True)])
    if a.kind != "winograd":
        settled("matrices", [a.out == rows(back), a.left == rows(first), a.right == rows(second)])
        return tuple(found)
    dual = transposed(back)
    triples = [(u, v, unit(n, t)) for (u, v), t in product(pairs, range(n))]
    windows = [[inner(v, d[k : k + r]) for k in range(m)] for _, v, d in triples]
    inside = [inner(multiplied(u, v), d) for u, v, d in triples]
    settled("pairing", [inner(u, y) == e for (u, _, _), y, e in zip(triples, windows, inside, strict=True)])
    short = [dotted(applied(second, v), applied(dual, d)) for _, v, d in triples]
    settled("products", [inner(applied(first, u), q) == e for (u, _, _), q, e in zip(triples, short, inside, strict=True)])
    outer = transposed(first)
    settled(
        "transposed", [inner(u, applied(outer, q)) == e for (u, _, _), q, e in zip(triples, short, inside, strict=True)]
    )
    settled("compared", [applied(outer, q) == y for q, y in zip(short, windows, strict=True)])
    factors = [
        next((b / e for b, e in zip(x, y, strict=True) if e), Fraction(0)) for x, y in zip(a.right, dual, strict=True)
    ]
    good = [a.out == rows(outer), all(factors)]
    for i, f in enumerate(factors):
        good += [list(a.right[i]) == [f * e for e in dual[i]], [f * e for e in a.left[i]] == second[i]]
    settled("matrices", good)
    return tuple(found)


def halves() -> Check:
    """Karatsuba's identity in (power of x^h, half of u, half of v), as a map from these to integers."""
    left = {(i + j, i, j): 1 for i, j in product(range(2), range(2))}
    right: dict[tuple[int, int, int], int] = {}
    every = list(product(range(2), range(2)))
    for power, sign, pairs in ((0, 1, [(0, 0)]), (1, 1, every), (1, -1, [(0, 0)]), (1, -1, [(1, 1)]), (2, 1, [(1, 1)])):
        for i, j in pairs:
            right[power, i, j] = right.get((power, i, j), 0) + sign
    good = left == {place: c for place, c in right.items() if c}
    how = "every coefficient of the powers of x^h agrees" if good else "the two sides differ"
    return Check("halves", Verdict("proved" if good else "refuted", how), how)


def transposed(given: list[list[Fraction]]) -> list[list[Fraction]]:
    """Rows become columns."""
    return [list(column) for column in zip(*given, strict=True)]


def rows(given: list[list[Fraction]]) -> Rows:
    """As plain data."""
    return tuple(tuple(row) for row in given)


# operations
def costs(a: Bilinear) -> tuple[tuple[str, Costs], ...]:
    """Additions and products with constants of the three transforms, as the matrices stand."""
    named_rows = (("left", a.left), ("right", a.right), ("out", a.out))
    return tuple((name, Costs(additions(m), scalings(m))) for name, m in named_rows)


def additions(matrix: Rows) -> int:
    """One less than the entries of each row."""
    return sum(max(0, sum(1 for e in row if e) - 1) for row in matrix)


def scalings(matrix: Rows) -> int:
    """Entries other than 0, 1 and -1."""
    return sum(1 for row in matrix for e in row if abs(e) not in (0, 1))
