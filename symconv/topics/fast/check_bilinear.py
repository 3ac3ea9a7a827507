"""Bilinear algorithms against their definitions, as polynomial identities.

Both sides of z = C [(P u) . (Q v)] are bilinear in u and v, so they are equal for all u and v if and only if they are equal
on every pair of unit vectors, that is

    sum_i C[k, i] P[i, p] Q[i, t] = [t = k + p]    for a correlation,    [k = p + t]    for a full convolution.

Every coefficient is compared, exactly, by the kernel: this is a proof, and no sample.  Nested axes multiply: the sum over (i, j)
of products is the product of the two sums.  Nothing of ``algorithms`` is used: powers and products are written anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from symconv.check.kernel import finite
from symconv.errors import SymconvError
from symconv.language.facts import Check, Verdict
from symconv.language.prose import Prose
from symconv.topics.fast.facts import Bilinear, Costs, Fast, Point, Rows


def target(kind: str, flip: bool = False) -> str:
    """The map that an algorithm is to compute."""
    if kind == "winograd":
        return "flipped" if flip else "correlation"
    return "convolution"


def shapes(a: Bilinear) -> tuple[int, int, int]:
    """How many outputs, entries of u, entries of v."""
    m, r = a.sizes
    return (m, r, m + r - 1) if a.kind == "winograd" else (m + r - 1, m, r)


def identity(a: Bilinear, flip: bool = False) -> Verdict:
    """Whether the algorithm is the definition, for all u and v.

    A correlation that is claimed to be a true convolution (``flip``) is one for the kernels that equal their mirror image.
    """
    what, shape = target(a.kind, flip), shapes(a)
    verdict = finite.bilinear(a.out, a.left, a.right, what, shape)
    if verdict.status != "refuted":
        return verdict
    given, true = finite.expanded(a.out, a.left, a.right), finite.defined(what, shape)
    k, p, t = min(x for x in {*given, *true} if given.get(x, 0) != true.get(x, 0))
    names = ("y", "g", "d") if a.kind == "winograd" else ("s", "u", "v")
    how = Prose(
        "check.fast.coefficient",
        {
            "data": names[1],
            "p": p,
            "kernel": names[2],
            "t": t,
            "output": names[0],
            "k": k,
            "given": given.get((k, p, t), 0),
            "true": true.get((k, p, t), 0),
        },
    )
    if flip and symmetric(a):
        return Verdict("conditional", Prose("check.fast.mirror", {"how": how}), "g[p] = g[r-1-p]")
    return Verdict("refuted", how)


def symmetric(a: Bilinear) -> bool:
    """Whether it is the correlation, which is a true convolution on the kernels that equal their mirror image, and no others."""
    return a.sizes[1] > 1 and identity(a).status == "proved"


def checked(fast: Fast) -> Fast:
    """The algorithm with its checks: the identity per axis, the nesting on integers, and every step of why it works."""
    checks = [Check("identity", v := identity(a), Prose("noted", {"words": named(a), "how": v.how})) for a in fast.axes]
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
                how = Prose("check.fast.entry", {"i": i, "j": j, "value": y[i][j], "true": true})
                return Check("nesting", Verdict("refuted", how), how)
    how = Prose("check.fast.tiles", {"rounds": rounds, "rows": m1 + r1 - 1, "columns": m2 + r2 - 1})
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


Sides = Fraction | Sequence["Sides"]


def flat(side: Sides) -> dict[tuple[int, ...], Fraction]:
    """A number, a vector or a matrix by its places."""
    if isinstance(side, Fraction):
        return {(): side}
    return {(k, *place): e for k, part in enumerate(side) for place, e in flat(part).items()}


def unit(n: int, k: int) -> list[Fraction]:
    """The unit vector."""
    return [Fraction(int(i == k)) for i in range(n)]


def multiplied(u: list[Fraction], v: list[Fraction]) -> list[Fraction]:
    """The full convolution, by definition."""
    found = [Fraction(0)] * (len(u) + len(v) - 1)
    for (i, a), (j, b) in product(enumerate(u), enumerate(v)):
        if a and b:
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
    return sum([a * b for a, b in zip(u, v, strict=True) if a and b], Fraction(0))


def why(a: Bilinear) -> tuple[Check, ...]:
    """A verdict per line of why the algorithm works, each on all unit vectors (every side is linear in each of them)."""
    m, r = a.sizes
    n = m + r - 1
    first, second, square = powers(a.points, m), powers(a.points, r), powers(a.points, n)
    back = inverted(square)
    found = []

    def settled(kind: str, left: Sequence[Sides], right: Sequence[Sides]) -> None:
        sides = [(flat(x), flat(y)) for x, y in zip(left, right, strict=True)]
        verdict = finite.coefficients(sides, Prose("check.fast.units", {"choices": len(sides)}), "")
        found.append(Check(kind, verdict, verdict.how if verdict.holds else Prose("check.sides.differ")))

    pairs = [(unit(m, k), unit(r, p)) for k, p in product(range(m), range(r))]
    values = [dotted(applied(first, u), applied(second, v)) for u, v in pairs]
    sums = [multiplied(u, v) for u, v in pairs]
    settled("values", [applied(square, s) for s in sums], values)
    settled("interpolation", [applied(back, e) for e in values], sums)
    if a.kind != "winograd":
        settled("matrices", [a.out, a.left, a.right], [back, first, second])
        return tuple(found)
    dual = transposed(back)
    triples = [(u, v, unit(n, t)) for (u, v), t in product(pairs, range(n))]
    windows = [[inner(v, d[k : k + r]) for k in range(m)] for _, v, d in triples]
    inside = [inner(multiplied(u, v), d) for u, v, d in triples]
    settled("pairing", [inner(u, y) for (u, _, _), y in zip(triples, windows, strict=True)], inside)
    short = [dotted(applied(second, v), applied(dual, d)) for _, v, d in triples]
    settled("products", [inner(applied(first, u), q) for (u, _, _), q in zip(triples, short, strict=True)], inside)
    outer = transposed(first)
    settled("transposed", [inner(u, applied(outer, q)) for (u, _, _), q in zip(triples, short, strict=True)], inside)
    settled("compared", [applied(outer, q) for q in short], windows)
    factors = [
        next((b / e for b, e in zip(x, y, strict=True) if e), Fraction(0)) for x, y in zip(a.right, dual, strict=True)
    ]
    given: list[Sides] = [a.out, [Fraction(bool(f)) for f in factors]]
    made: list[Sides] = [outer, [Fraction(1)] * len(factors)]
    for i, f in enumerate(factors):
        given += [a.right[i], [f * e for e in a.left[i]]]
        made += [[f * e for e in dual[i]], second[i]]
    settled("matrices", given, made)
    return tuple(found)


def halves() -> Check:
    """Karatsuba's identity in (power of x^h, half of u, half of v), as a map from these to integers."""
    left = {(i + j, i, j): 1 for i, j in product(range(2), range(2))}
    right: dict[tuple[int, int, int], int] = {}
    every = list(product(range(2), range(2)))
    for power, sign, pairs in ((0, 1, [(0, 0)]), (1, 1, every), (1, -1, [(0, 0)]), (1, -1, [(1, 1)]), (2, 1, [(1, 1)])):
        for i, j in pairs:
            right[power, i, j] = right.get((power, i, j), 0) + sign
    verdict = finite.coefficients([(left, right)], Prose("check.fast.powers"), "")
    return Check("halves", verdict, verdict.how if verdict.holds else Prose("check.sides.differ"))


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
