"""The derivative theorem: its page, its discrete twin in plain Python, and the comparison with backpropagation."""

from __future__ import annotations

import json
from functools import partial
from itertools import product
from random import Random

import pytest

import symconv as sc
from symconv.topics.continuous.check_theorem import compared, of_boxes, smallest
from symconv.topics.continuous.facts import read_function
from tests import harness


def full(u: list[int], v: list[int]) -> list[int]:
    out = [0] * (len(u) + len(v) - 1)
    for i, j in product(range(len(u)), range(len(v))):
        out[i + j] += u[i] * v[j]
    return out


def difference(u: list[int]) -> list[int]:
    """Df[i] = f[i] - f[i-1], 0 outside: one entry longer."""
    longer = [*u, 0]
    return [longer[i] - (longer[i - 1] if i else 0) for i in range(len(longer))]


def slid(k: list[int], f: list[int]) -> dict[int, int]:
    """(k corr f)(i) for every integer i where it may not vanish."""
    return {i: sum(k[p] * f[i + p] for p in range(len(k)) if 0 <= i + p < len(f)) for i in range(-len(k) - 1, len(f) + 2)}


def test_the_discrete_twin_in_plain_numbers() -> None:
    random = Random(1)
    for _ in range(30):
        f, k = ([random.randint(-5, 5) for _ in range(random.randint(1, 6))] for _ in range(2))
        assert difference(full(f, k)) == full(difference(f), k) == full(f, difference(k))
        whole, inner = slid(k, f), slid(k, difference(f))
        for i in range(-len(k), len(f) + 1):
            assert whole[i] - whole[i - 1] == inner[i]
            turned = sum((at(k, q) - at(k, q + 1)) * at(f, i + q) for q in range(-1, len(k)))
            assert whole[i] - whole[i - 1] == turned


def at(u: list[int], i: int) -> int:
    """0 outside."""
    return u[i] if 0 <= i < len(u) else 0


@pytest.mark.parametrize("name", ["difference-of-convolution", "difference-of-correlation"])
def test_the_twin_is_proved(name: str) -> None:
    assert sc.prove(name).verdict.status == "proved"


def test_without_the_turned_sign_it_is_refuted() -> None:
    proof = sc.prove("difference-of-correlation-unturned")
    assert proof.verdict.status == "refuted"
    assert proof.counterexample is not None


def test_the_notes_own_numbers() -> None:
    """f = (1, 2), k = (3, 4), g = (1, 0, 0): the gradient is (3, 0)."""
    one = compared((1, 2), (3, 4), (1, 0, 0))
    assert one.gradient == (3, 0)
    assert list(one.difference) == difference([3, 4])
    assert list(one.claimed) == full([1, 2], difference([3, 4]))[:2] == [3, 7]


def test_the_smallest_is_the_smallest() -> None:
    """No comparison with entries 1 and 2, one entry each, has a smaller sum and differs."""
    found = smallest()
    assert (len(found.f), len(found.k), len(found.g)) == (1, 1, 1)
    total = sum((*found.f, *found.k, *found.g))
    for a, b, c in product((1, 2), repeat=3):
        if a + b + c < total:
            one = compared((a,), (b,), (c,))
            assert one.gradient == one.claimed
    assert found.gradient != found.claimed


def test_the_lines_are_checked_and_can_fail() -> None:
    theorem = sc.derivative_theorem()
    assert {c.kind: c.verdict.status for c in theorem.facts.lines} == {
        "quotient": "checked", "bound": "checked", "limit": "checked", "boxes": "checked", "impulses": "checked",
    }  # fmt: skip
    assert of_boxes(read_function("triangle", "f")).verdict.status == "refuted"


run = partial(harness.run, "derivative")


def test_the_page() -> None:
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    assert max(map(len, result.stdout.splitlines())) <= 80
    said = " ".join(result.stdout.split())
    for words in ("f is integrable", "continuously differentiable", "This is not backpropagation", "dL/df (3, 0)", "f * Dk (3, 7)",
                  "a limit is not decided by machine"):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("to", ["latex", "markdown", "json"])
def test_every_target(to: str) -> None:
    result = run("--to", to)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == run("--to", to).stdout
    if to == "json":
        found = json.loads(result.stdout)
        assert {"theorem", "condition", "lines", "discrete", "comparisons"} <= found.keys()
        assert found["comparisons"][1]["gradient"] == [3, 0]
