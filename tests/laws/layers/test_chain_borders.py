"""Layers in a chain whose padding holds copies: sizes, places never read, receptive fields that wrap around or fold back.

The oracle is the gradient's support in numbers: x is padded by NumPy, one place is moved, and the outputs that change are read.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.language.border import MODES
from symconv.topics.sizes import story as chains
from symconv.topics.sizes.check_windows import check_dependencies

NUMPY = {"circular": "wrap", "reflect": "reflect", "symmetric": "symmetric", "replicate": "edge", "zeros": "constant"}
Layer = tuple[int, int, int, int, int, str]  # K, s, d, lo, hi, mode


def draw(rng: random.Random) -> Layer:
    return (
        rng.choice((1, 2, 3, 4)),
        rng.choice((1, 2, 3)),
        rng.choice((1, 2)),
        rng.randint(-1, 4),
        rng.randint(-1, 4),
        rng.choice(MODES),
    )


def text(layer: Layer) -> str:
    k, s, d, lo, hi, mode = layer
    return f"conv1d(kernel={k},stride={s},dilation={d},padding={lo}:{hi},padding_mode={mode})"


def forward(x: Any, layer: Layer) -> Any:
    """Sums of positive weights, so that what an output depends on shows."""
    k, s, d, lo, hi, mode = layer
    padded = np.pad(x, (max(lo, 0), max(hi, 0)), mode=NUMPY[mode])  # type: ignore[call-overload]
    padded = padded[max(-lo, 0) : len(padded) - max(-hi, 0)]
    return np.array([sum(padded[i + d * p] for p in range(k)) for i in range(0, len(padded) - d * (k - 1), s)])


def oracle(n: int, layers: list[Layer]) -> list[set[int]] | None:
    """The places that each output depends on."""
    columns = []
    for j in range(n):
        x = np.zeros(n)
        x[j] = 1.0
        for layer in layers:
            if (
                len(x) < 1
                or len(x) + layer[3] + layer[4] < layer[2] * (layer[0] - 1) + 1
                or len(x) + min(layer[3], 0) + min(layer[4], 0) < 1
            ):
                return None
            x = forward(x, layer)
        columns.append(x)
    table = np.array(columns)
    return [set(np.flatnonzero(table[:, i]).tolist()) for i in range(table.shape[1])]


def cases() -> list[tuple[int, list[Layer]]]:
    rng, found = random.Random(11), []
    while len(found) < 60:
        n, layers = rng.randint(1, 12), [draw(rng) for _ in range(rng.randint(1, 3))]
        if oracle(n, layers):
            found.append((n, layers))
    return found


@pytest.mark.sweep(24)
@pytest.mark.parametrize(("n", "layers"), cases())
def test_places_and_sizes(n: int, layers: list[Layer]) -> None:
    sets = oracle(n, layers)
    assert sets is not None
    listed = " ".join(map(text, layers))
    made = sc.sizes(listed, input=(n,))
    assert {v.status for v in made.verdicts} == {"checked"}
    assert made.shapes[-1][1] == len(sets)
    lost = {j for a, b in made.facts.lost[0] for j in range(a, b + 1)} if made.facts.lost else set()
    assert lost == set(range(n)) - set().union(*sets)
    for unit in (0, len(sets) // 2, len(sets) - 1):
        field = sc.receptive_field(listed, input=(n,), unit=unit)
        ((u, ranges),) = field.facts.borders[0].units
        assert u == unit
        assert {j for a, b in ranges for j in range(a, b + 1)} == sets[unit]


def test_the_other_way_round_finds_a_wrong_set() -> None:
    (layer,) = chains.geometry("conv1d(kernel=3,padding=1,padding_mode=circular)")
    assert check_dependencies([layer.windows[0]], [6, 6], [(0, {5, 0, 1})]).holds
    assert check_dependencies([layer.windows[0]], [6, 6], [(0, {0, 1})]).status == "refuted"


@pytest.mark.parametrize("mode", [m for m in MODES if m != "zeros"])
def test_operators_and_pages_say_the_mode(mode: str) -> None:
    op = sc.conv2d(2, 3, kernel=3, padding=1, padding_mode=mode)
    as_text = f"conv2d(2,3,kernel=3,padding=1,padding_mode={mode})"
    assert sc.sizes(sc.chain(op, sc.relu()), input=(2, 5, 6)).shapes == sc.sizes(f"{as_text} relu", input=(2, 5, 6)).shapes
    assert as_text in sc.sizes(op, input=(2, 5, 6)).text()
    page = " ".join(sc.receptive_field([op], input=(5, 6)).text().split())
    assert f"({mode})" in page
    assert "cut off" not in page
    assert "counts as the place that it is a copy of" in page


def test_nothing_rests_on_padding_that_holds_copies() -> None:
    zeros, copies = (
        sc.sizes(f"conv1d(1,1,kernel=3,padding=1,padding_mode={m})", input=(5,)) for m in ("zeros", "replicate")
    )
    assert (zeros.facts.edges[0].idle, copies.facts.edges[0].idle) == (2, 0)


def test_an_unknown_mode_is_one_line() -> None:
    with pytest.raises(sc.SymconvError, match="it is called 'circular' here"):
        sc.sizes("conv1d(1,1,kernel=3,padding=1,padding_mode=wrap)", input=(5,))


def test_a_net_of_them_has_sizes() -> None:
    net = sc.chain(sc.conv1d(1, 2, kernel=3, padding=1, padding_mode="circular"), sc.relu(), sc.sum(), input=(1, 5))
    assert sc.sizes(net).shapes == ((1, 5), (2, 5), (2, 5), ())
