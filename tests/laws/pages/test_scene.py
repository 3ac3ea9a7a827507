"""The boxes of a scene: what is measured is what is drawn, and what is wrong is found."""

from __future__ import annotations

import pytest

from symconv.errors import SymconvError
from symconv.language import metrics
from symconv.language.scene import (
    ROLES,
    Area,
    Arrow,
    Box,
    Cell,
    Curve,
    Scene,
    Text,
    above,
    beside,
    bounds,
    box_of,
    cell,
    column,
    entry,
    fitted,
    flaws,
    joined,
    moved,
    plain,
    scene,
    width,
    words,
    wrapped,
)

ENTRIES = ["0", "7", "42", "123", "1024", "−1", "−42", "−999", "−1024", "1/2", "−3/14", "1234/5678", "0.125"]


@pytest.mark.parametrize("shown", ENTRIES)
@pytest.mark.parametrize("side", [(20.0, 20.0), (34.0, 34.0), (34.0, 22.0), (80.0, 30.0)])
def test_text_never_leaves_its_cell(shown: str, side: tuple[float, float]) -> None:
    made = cell(Box(0, 0, *side), words(shown))
    assert made.box.holds(made.text.box)
    assert flaws(scene([made], "one", "cell")) == []


def test_a_wider_column_before_smaller_text() -> None:
    labels = [words(e) for e in ENTRIES]
    wide = column(labels, 14, least=34, most=200)
    assert wide > 34
    assert all(fitted(runs, wide - 6, 14) == 14 for runs in labels)
    assert column(labels[:1], 14, least=34, most=200) == 34
    assert column(labels, 14, least=34, most=50) == 50


def test_flaws_are_found() -> None:
    out = Cell(Box(0, 0, 20, 20), words("123456"), 14, key="x[0]")
    assert any("leaves its cell x[0]" in f for f in flaws(scene([out], "", "")))
    pair = [Text(0, 0, words("one line")), Text(10, 4, words("another"))]
    assert any("lies over" in f for f in flaws(scene(pair, "", "")))
    assert any("lies over the cell" in f for f in flaws(scene([pair[0], Cell(Box(0, 0, 9, 9), key="c")], "", "")))
    cells = [Cell(Box(0, 0, 20, 20)), Cell(Box(19, 0, 20, 20))]
    assert any("the cell" in f for f in flaws(scene(cells, "", "")))
    assert flaws(scene([cells[0], Cell(Box(20, 0, 20, 20))], "", "")) == []
    assert flaws(Scene(10, 10, "", "", (Area(Box(5, 5, 9, 1), "window"),)))[0].endswith("leaves the page")


def test_entries_are_slanted_with_subscripts() -> None:
    assert entry("x", (0, 1)) == (("x", "i"), ("0,1", "sub"))
    assert entry("dL/dx", (2,)) == (("d", ""), ("L", "i"), ("/", ""), ("d", ""), ("x", "i"), ("2", "sub"))
    assert plain(entry("y", (1, 2))) == "y[1,2]"
    assert joined(entry("y"), " = ", "2") == (("y", "i"), (" = 2", ""))


def test_measures() -> None:
    assert width(words("00"), 10) == pytest.approx(2 * 10 * 0.636)
    assert width((("0", "sub"),), 10) < width(words("0"), 10) < width((("0", "b"),), 10)
    assert metrics.advance("한") == 1.0
    assert metrics.advance("\u0303") == 0.0
    assert metrics.advance("🙂") >= 0.9
    assert wrapped("to be or not to be", 32, 10) == ["to be", "or not", "to be"]
    assert wrapped("", 40, 10) == []


def test_placing() -> None:
    one, two = [Cell(Box(5, 5, 10, 10))], [Area(Box(0, 0, 30, 40), "pad")]
    row = beside([one, two], gap=7)
    assert bounds(row) == Box(0, -20, 47, 40)
    stack = above([one, two], gap=7)
    assert bounds(stack) == Box(0, 0, 30, 57)
    assert bounds(beside([one, two], gap=0, align="top")).y == 0
    shapes = (Curve(((0, 0), (5, 9))), Arrow(((1, 1), (2, 2))), Text(3, 3, words("a")))
    for before, after in zip(shapes, moved(shapes, 2, 3), strict=True):
        was, now = box_of(before), box_of(after)
        assert (now.x, now.y, now.w, now.h) == pytest.approx((was.x + 2, was.y + 3, was.w, was.h))
    with pytest.raises(SymconvError, match="expected something to draw"):
        scene([], "", "")


def test_roles_are_distinct() -> None:
    assert len(set(ROLES)) == len(ROLES)
