"""An index base is another notation of the same line: every line of a page, counted from 1 or from -2, has the values it had."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv import gallery
from symconv.check.lines import value
from symconv.language.base import based
from symconv.language.expr import Access, Expr, Sum, Tensor
from symconv.language.integers import var
from symconv.pages.faces import page
from symconv.pages.laid import Speller
from symconv.pages.styles import LATEX, TEXT
from symconv.pages.text import TextTarget
from tests import ROOT
from tests.laws.pages.test_corrupted import EVALUATING

PAGES = ("02_dx_stride_2", "10_groups", "19_network", "11_conv_transpose", "31_padding_modes", "17_activations")


@pytest.mark.sweep(1)
@pytest.mark.parametrize("stem", PAGES)
def test_a_line_has_its_values_in_any_base(stem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def both(expr: Expr, free: Any, world: Any) -> Any:
        found = value(expr, free, world)
        for base in (1, -2):
            moved = based(expr, base, [name for name, _ in free])
            assert np.array_equal(value(moved, free, replace(world, base=base)), found)
            seen.append(moved != expr)
        return found

    for module in EVALUATING:
        monkeypatch.setattr(module, "value", both)
    gallery.load(Path(ROOT / "derivations" / f"{stem}.py"))
    assert len(seen) > 10
    assert any(seen)


def test_how_it_is_written() -> None:
    s, i, p, n, k = (var(name) for name in "sipNK")
    w, x = Tensor("w", (k,)), Tensor("x", (n,))
    line = Expr(((Sum("p", k), Access(w, (p,)), Access(x, (s * i + p,))),))
    moved = based(line, 1, ["i"])
    assert Speller(TEXT).expr(moved) == "Σ_p w[p] x[s i + p - s]"
    assert Speller(LATEX).expr(moved) == r"\sum_{p=1}^{K} w_{p} x_{s\,i + p - s}"


@pytest.mark.sweep(2)
@pytest.mark.parametrize("measure", [64, 80, 100])
def test_text_keeps_to_its_measure_and_names(measure: int) -> None:
    facts = sc.derive(sc.conv2d(stride=2), "x").facts
    shown = TextTarget(names={"x": "signal", "w": "taps"}, measure=measure).render(page(facts))
    assert max(map(len, shown.splitlines())) <= measure
    assert "taps[p₁, p₂]" in shown
    assert "dL/dsignal[j₁, j₂]" in shown
