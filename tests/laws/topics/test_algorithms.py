"""Fast algorithms: every F(m, r) with m + r <= 9 from many points, by plain loops here; the published matrices; bad input."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise, product
from random import Random
from typing import Any

import pytest

import symconv as sc
from symconv.errors import SymconvError
from symconv.topics.fast.check_bilinear import identity, why
from symconv.topics.fast.facts import Bilinear
from symconv.topics.fast.toom import winograd as built
from tests import CORPORA
from tests.harness import run

PUBLISHED = json.loads((CORPORA / "winograd.json").read_text(encoding="utf-8"))["algorithms"]
SIZES = [(m, r) for m in range(1, 9) for r in range(1, 10 - m)]
CHOICES = [
    ["inf", 0, 1, -1, 2, -2, "1/2", "-1/2"],
    [Fraction(1, 3), -1, "inf", 5, 0, Fraction(-7, 2), 2, 3],
    [1, 2, 3, 4, 5, 6, 7, 8],
    ["-1/2", "2/3", 0, "inf", 10, -3, "1/7", 4],
]


def correlated(g: list[Any], d: list[Any]) -> list[Any]:
    return [sum(g[p] * d[k + p] for p in range(len(g))) for k in range(len(d) - len(g) + 1)]


def convolved(u: list[Any], v: list[Any]) -> list[Any]:
    out = [0] * (len(u) + len(v) - 1)
    for i, j in product(range(len(u)), range(len(v))):
        out[i + j] += u[i] * v[j]
    return out


def unit(n: int, k: int) -> list[int]:
    return [int(i == k) for i in range(n)]


# identities
KINDS = ["inf first", "mixed", "no inf", "rational"]
SLOWLY = [pytest.param(points, SIZES, id=kind, marks=pytest.mark.slow) for points, kind in zip(CHOICES, KINDS, strict=True)]
SLOWLY.append(pytest.param(None, SIZES, id="default, all sizes", marks=pytest.mark.slow))
ON_POINTS = pytest.mark.parametrize(("points", "sizes"), [pytest.param(None, SIZES[::4], id="default"), *SLOWLY])


@ON_POINTS
def test_winograd_on_every_basis_pair(points: Any, sizes: list[tuple[int, int]]) -> None:
    """Both sides are bilinear: equal on all pairs of unit vectors is equal for all numbers."""
    for m, r in sizes:
        n = m + r - 1
        fast = sc.winograd(m, r, points[:n] if points else None)
        assert (fast.multiplications, fast.direct) == (n, m * r)
        assert [v.status for v in fast.verdicts].count("proved") == len(fast.verdicts)
        for p, t in product(range(r), range(n)):
            assert fast(unit(r, p), unit(n, t)) == correlated(unit(r, p), unit(n, t))


@ON_POINTS
def test_toom_cook_on_every_basis_pair(points: Any, sizes: list[tuple[int, int]]) -> None:
    for n, m in sizes:
        count = n + m - 1
        fast = sc.toom_cook(n, m, points[:count] if points else None)
        assert fast.multiplications == count
        assert {v.status for v in fast.verdicts} == {"proved"}
        for k, p in product(range(n), range(m)):
            assert fast(unit(n, k), unit(m, p)) == convolved(unit(n, k), unit(m, p))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 8, 11, 16])
def test_karatsuba(n: int) -> None:
    fast = sc.karatsuba(n)
    numbers = Random(n)
    u, v = ([numbers.randint(-99, 99) for _ in range(n)] for _ in range(2))
    assert fast(u, v) == convolved(u, v)
    assert fast.verdict.status == "proved"
    if n & (n - 1) == 0:
        assert fast.multiplications == 3 ** (n.bit_length() - 1)
    assert fast.multiplications <= fast.direct


def test_karatsuba_is_toom_cook_once() -> None:
    by_points = sc.toom_cook(2, 2, [0, "inf", 1])
    assert (by_points.C, by_points.P, by_points.Q) == (sc.karatsuba(2).C, sc.karatsuba(2).P, sc.karatsuba(2).Q)


def test_numbers_stay_exact() -> None:
    fast = sc.winograd(2, 3)
    assert fast([1, 2, 3], [Fraction(1, 7), 0, 5, 1]) == correlated([1, 2, 3], [Fraction(1, 7), 0, 5, 1])
    with pytest.raises(SymconvError, match="expected 3 and 4 numbers, got 3 and 3"):
        fast([1, 2, 3], [1, 2, 3])


@pytest.mark.parametrize(("m", "r"), [((2, 2), (3, 3)), ((2, 3), (1, 4)), ((1, 2), (3, 2)), ((4, 1), (3, 3))])
def test_nested_on_two_axes(m: tuple[int, int], r: tuple[int, int]) -> None:
    """With the page's own matrices and loops of ours, on data without symmetry."""
    fast = sc.winograd(m, r)
    numbers = Random(str((m, r)))
    size = [a + b - 1 for a, b in zip(m, r, strict=True)]
    g = [[numbers.randint(-9, 9) for _ in range(r[1])] for _ in range(r[0])]
    d = [[numbers.randint(-9, 9) for _ in range(size[1])] for _ in range(size[0])]
    one, two = fast.facts.axes
    U, D = ([[sum(x * y * e[i][j] for (i, x), (j, y) in product(enumerate(p), enumerate(q))) for q in right] for p in left]
            for left, right, e in ((one.left, two.left, g), (one.right, two.right, d)))  # fmt: skip
    Q = [[a * b for a, b in zip(*rows, strict=True)] for rows in zip(U, D, strict=True)]
    for i, j in product(range(m[0]), range(m[1])):
        got = sum(x * y * Q[a][b] for (a, x), (b, y) in product(enumerate(one.out[i]), enumerate(two.out[j])))
        assert got == sum(g[p][q] * d[i + p][j + q] for p, q in product(range(r[0]), range(r[1])))
    assert fast.multiplications == size[0] * size[1]
    assert fast.direct == m[0] * m[1] * r[0] * r[1]
    assert all(v.holds for v in fast.verdicts)


# published
@pytest.mark.parametrize("one", PUBLISHED, ids=[p["id"] for p in PUBLISHED])
def test_the_published_matrices(one: dict[str, Any]) -> None:
    m, r = one["sizes"]
    fast = sc.winograd(m, r)
    rows = {key: [[Fraction(e) for e in row] for row in one[key]] for key in ("AT", "G", "BT")}
    assert (rows["AT"], rows["G"], rows["BT"]) == (fast.AT, fast.G, fast.BT)
    assert sc.check_winograd(**rows).status == "proved"


def test_they_are_a_correlation_and_no_convolution() -> None:
    """wincnn issue 3: compared with convolve2d the results differ, but for kernels that equal their mirror image."""
    fast = sc.winograd(2, 3)
    verdict = sc.check_winograd(fast.AT, fast.G, fast.BT, convention="convolve")
    assert verdict.status == "conditional"
    assert "mirror image" in str(verdict.how)
    assert fast([1, 2, 1], [3, 1, 4, 1]) == convolved([1, 2, 1], [3, 1, 4, 1])[2:4]
    assert fast([1, 2, 3], [3, 1, 4, 1]) != convolved([1, 2, 3], [3, 1, 4, 1])[2:4]
    turned = [[row[2], row[1], row[0]] for row in fast.G]
    assert sc.check_winograd(fast.AT, turned, fast.BT, convention="convolve").status == "proved"
    assert sc.check_winograd(fast.AT, turned, fast.BT).status == "refuted"


def test_the_printed_case_of_wincnn_3() -> None:
    fast = sc.winograd(2, 3, nested=True).facts.axes[0]
    g = [[2, 1, 1], [1, 2, 1], [1, 1, 1]]
    d = [[4 * i + j + 1 for j in range(4)] for i in range(4)]
    double = [[sum(g[p][q] * d[i + p][j + q] for p, q in product(range(3), range(3))) for j in range(2)] for i in range(2)]
    U, D = ([[sum(x * y * e[i][j] for (i, x), (j, y) in product(enumerate(p), enumerate(q))) for q in mm] for p in mm]
            for mm, e in ((fast.left, g), (fast.right, d)))  # fmt: skip
    y = [[sum(a * b * U[i][j] * D[i][j] for (i, a), (j, b) in product(enumerate(s), enumerate(t))) for t in fast.out]
         for s in fast.out]  # fmt: skip
    assert y == double


# the checks can fail
def test_a_spoilt_matrix_is_refuted() -> None:
    for m, r in ((2, 3), (4, 3), (1, 4), (3, 1)):
        good = built(m, r)
        for which in ("out", "left", "right"):
            rows = getattr(good, which)
            for i, k in product(range(len(rows)), range(len(rows[0]))):
                spoilt = [list(row) for row in rows]
                spoilt[i][k] += 1
                changed = {"out": good.out, "left": good.left, "right": good.right, which: tuple(map(tuple, spoilt))}
                bad = Bilinear("winograd", good.sizes, points=good.points, **changed)
                verdict = identity(bad)
                assert verdict.status == "refuted", (m, r, which, i, k)
                assert "take g[" in str(verdict.how)
            assert why(bad)[-1].verdict.status == "refuted"


# accuracy
def test_the_constants_grow() -> None:
    table = sc.winograd(6, 3).facts.growth
    assert [g.sizes for g in table] == [(m, 3) for m in range(1, 7)]
    assert [g.products for g in table] == [m + 2 for m in range(1, 7)]
    assert all(a.condition <= b.condition for a, b in pairwise(table[1:]))
    by_size = {g.sizes[0]: g for g in table}
    assert by_size[2].amplification == 8
    assert by_size[4].amplification == 48
    assert by_size[6].error > 5 * by_size[2].error > by_size[2].plain
    assert all(g.error <= float(g.amplification) * 3e-6 for g in table)


def test_amplification_by_brute_force() -> None:
    """The largest sum of absolute products over all sign patterns of data and taps."""
    a = built(2, 3)
    best = Fraction(0)
    for g, d in product(product((1, -1), repeat=3), product((1, -1), repeat=4)):
        left, right = (
            [sum(c * e for c, e in zip(row, x, strict=True)) for row in mm] for mm, x in ((a.left, g), (a.right, d))
        )
        for row in a.out:
            best = max(best, sum(abs(c * p * q) for c, p, q in zip(row, left, right, strict=True)))
    (own,) = (g for g in sc.winograd(2, 3).facts.growth if g.sizes == (2, 3))
    assert best <= own.amplification == 8


# pages
def test_the_page_of_f23() -> None:
    result = run("winograd", "2", "3")
    assert result.exit_code == 0
    for line in ("Aᵀ = [ 1  1   1  0 ]", "q[0] = g[0] (d[0] - d[2])", "y[1] = q[1] - q[2] + q[3]", "different points"):
        assert line in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "?" not in result.stdout


COMMANDS = ["winograd 4 3", "winograd 2x3 3x2", "winograd 2 3 --2d", "winograd 1 1", "winograd 7 2", "toom-cook 3 2",
            "toom-cook 1 4", "karatsuba 4", "karatsuba 1", "winograd 2 2 --points=-1/2,inf,7"]  # fmt: skip


@pytest.mark.sweep(3)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json"])
def test_every_target(command: str, to: str) -> None:
    result = run(*command.split(), "--to", to)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == run(*command.split(), "--to", to).stdout
    if to == "json":
        found = json.loads(result.stdout)
        assert {"algorithm", "axes", "multiplications", "direct", "checks", "growth", "steps"} <= found.keys()
        assert {c["verdict"] for c in found["checks"]} <= {"proved", "checked"}
    if to == "text":
        assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.sweep(4)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"AT": [[1, 1], [0, 1]]}, "BT: expected 4 x 4|AT: expected 2 x 4"),
        ({"G": [[1, 0], [0, 1], [1, 1], [1, 0]]}, "BT: expected 4 x 3"),
        ({"G": [["a"]]}, "G: expected rows of"),
        ({"G": []}, "G: expected rows of the same length"),
        ({"G": [[1, 2], [1]]}, "G: expected rows of the same length"),
        ({"G": [[float("nan")]]}, "G: expected rows of"),
        ({"BT": 5}, "BT: expected rows of"),
        ({"convention": "flip"}, "convention: expected"),
    ],
)
def test_bad_matrices(changes: dict[str, Any], words: str) -> None:
    fast = sc.winograd(2, 3)
    with pytest.raises(SymconvError, match=words):
        sc.check_winograd(**{"AT": fast.AT, "G": fast.G, "BT": fast.BT, **changes})


@pytest.mark.parametrize("points", [7, [0, 1, True, 2], [0, 1, 2.5, 3], {}])
def test_bad_points_from_python(points: Any) -> None:
    with pytest.raises(SymconvError, match="points: expected"):
        sc.winograd(2, 3, points)


def test_html_holds_matrices_and_table() -> None:
    text = sc.winograd(2, 3).html()
    assert "F(2, 3)" in text
    assert '<th scope="col"' in text
    assert "odot" in text
