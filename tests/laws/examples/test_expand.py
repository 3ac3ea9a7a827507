"""Laws of ``language.expand``: a formula at an index.

rings      the products of a page's own line have the value of the oracle's arrays, over whole numbers, fractions and SymPy symbols
written    an explicit case with one product other than it is, or one left out, is noticed before it is printed
absent     what is not there has a guard that fails, and with what is there makes every combination of the bound indices
views      zero-dilated and flipped views read what an array laid out so would hold
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from sympy import Symbol
from sympy import expand as expanded

import symconv as sc
from symconv.check.maps import written
from symconv.language.example import worth
from symconv.language.expand import ZERO, expand
from symconv.language.expr import Access, Bracket, Divides, Equal, Expr, InRange, Over, Sum, Tensor
from symconv.language.integers import integer, quotient, var

LAYERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "correlate": (sc.correlate1d(stride=2, dilation=2, padding=((2, 1),)), {"input": 9, "kernel": 3}),
    "convolve": (sc.convolve2d(stride=(2, 1), mode="full"), {"input": (4, 3), "kernel": (2, 3)}),
    "transposed": (sc.conv_transpose1d(stride=3, output_padding=1, bias=False), {"input": 3, "kernel": 2}),
    "circular": (sc.conv1d(padding=2, padding_mode="circular", bias=False), {"input": 5, "kernel": 3}),
    "local": (sc.local1d(stride=2, padding=1, bias=False), {"input": 5, "kernel": 2}),
}


@pytest.mark.sweep(8)
@pytest.mark.parametrize("ring", ["whole", "fraction", "symbol"])
@pytest.mark.parametrize("name", LAYERS)
def test_rings(name: str, ring: str) -> None:
    op, sizes = LAYERS[name]
    made = sc.example(op, **sizes).facts
    given = {role: np.array(made.array(role).entries).reshape(made.array(role).shape).tolist() for role in "xwg"}
    run = sc.evaluate(op, **given)
    numbers = {key: array.table for key, array in made.named.items()}
    if ring == "fraction":
        numbers = {key: {i: Fraction(n, 3) for i, n in table.items()} for key, table in numbers.items()}
    entries: Any = numbers
    if ring == "symbol":
        entries = {key: {i: Symbol(f"{key}{'_'.join(map(str, i))}") for i in table} for key, table in numbers.items()}
    put = {entries[key][i]: n for key, table in numbers.items() for i, n in table.items()} if ring == "symbol" else {}
    for role, theirs in {"y": run.y, "x": run.grad_x, "w": run.grad_w}.items():
        flat = np.array(theirs, dtype=object).ravel()
        for line, right in zip((made.y if role == "y" else made.gradient(role).scatter).lines, flat, strict=True):
            value = sum(worth(one, entries) for one in line.terms)
            if ring == "symbol":
                assert expanded(value).subs(put) == right
            else:
                assert value == (right if ring == "whole" else Fraction(right, 9))


def test_what_is_absent() -> None:
    """x[(j + 1 - 2 p)/3] at j = 4: p = 1 is there, p = 0 and 2 are not divisible, p = 4 is out of range."""
    x, p = Tensor("x", (integer(3),)), var("p")
    line = Expr(((Sum("p", integer(5)), Access(x, (quotient(var("j") + 1 - 2 * p, 3),))),))
    found = list(expand(line, {"j": 4}, {"x": ("i",)}))
    assert [one.bound for one in found] == [(("p", k),) for k in range(5)]
    assert [one.factors for one in found] == [(ZERO,), (("x", (1,)),), (ZERO,), (ZERO,), (ZERO,)]
    kinds = [[(guard.kind, guard.name, guard.value) for guard in one.killed] for one in found]
    assert kinds == [[("divides", "i", 1)], [], [("divides", "i", 0)], [("divides", "i", -1)], [("range", "i", -1)]]


@pytest.mark.parametrize("zeros", [1, 2, 3])
@pytest.mark.parametrize("flipped", [False, True])
def test_views(zeros: int, flipped: bool) -> None:
    n = 4
    tensor = Tensor("x", (integer(n),), (integer(zeros),), (flipped,))
    laid: list[int | None] = [None] * (zeros * (n - 1) + 1)
    laid[::zeros] = range(n)[::-1] if flipped else range(n)
    for m in range(-2, len(laid) + 2):
        (one,) = expand(Expr(((Access(tensor, (var("m"),)),),)), {"m": m})
        held = laid[m] if 0 <= m < len(laid) else None
        assert one.factors == ((ZERO,) if held is None else (("x", (held,)),))
        assert bool(one.killed) == (held is None)


def test_brackets_and_divisors() -> None:
    """A size of its own for every index, a bracket of each kind, a divisor that an index moves."""
    i, p, size = var("i"), var("p"), var("N")
    x = Tensor("x", (size,))
    for conditions, holds in (
        ((Equal(i + p, integer(3)),), lambda a, b: a + b == 3),
        ((InRange(i - p, integer(2)),), lambda a, b: 0 <= a - b < 2),
        ((Divides(integer(2), i + p),), lambda a, b: (a + b) % 2 == 0),
    ):
        line = Expr(((Sum("p", size), Bracket(conditions), Over(i + 1), Access(x, (p,))),))
        for at, many in product(range(4), (2, 3)):
            found = list(expand(line, {"i": at, "N": many}))
            assert len(found) == many
            assert [not one.killed for one in found] == [holds(at, b) for b in range(many)]
            assert {one.coefficient for one in found} == {Fraction(1, at + 1)}


@pytest.mark.parametrize("column", [1, 2])
@pytest.mark.parametrize("wrt", ["x", "w"])
def test_what_is_written_out_is_compared(wrt: str, column: int) -> None:
    """Either column of a gradient, and y."""
    facts = sc.derive(sc.correlate1d(stride=2, padding=1), wrt, proof=False).at(input=5, kernel=3).facts
    case = facts.explicit
    op = sc.correlate1d(stride=2, padding=1).at(input=5, kernel=3).data
    assert written(op, wrt, case.closed_form, case).holds
    row = next(k for k, entry in enumerate(case.gradient) if len(entry[column]) > 1)
    short = [*case.gradient[row]]
    short[column] = short[column][1:]
    wrong = replace(case, gradient=(*case.gradient[:row], tuple(short), *case.gradient[row + 1 :]))
    assert written(op, wrt, case.closed_form, wrong).status == "refuted"
    (at, products), *others = case.y
    (c, (kernel, (name, place))), *more = products
    moved = replace(case, y=((at, ((c, (kernel, (name, (place[0] + 1,)))), *more)), *others))
    assert written(op, wrt, case.closed_form, moved).status == "refuted"
