"""The committed figures: the SVG byte by byte, the PNG up to a few pixels at edges."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageFont

from symconv.errors import SymconvError
from symconv.language import metrics
from symconv.language.scene import Box, Scene, Text, cell, flaws, scene, words
from symconv.pages import gif, png, svg
from tests.cases.drawings import DRAWINGS, HERE, drawn, korean

FONT = str(png.FONTS / "DejaVuSans.ttf")


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", DRAWINGS)
def test_drawn_as_it_was(name: str) -> None:
    text, picture = drawn(name)
    assert flaws(DRAWINGS[name]()) == []
    assert text == (HERE / f"{name}.svg").read_text(encoding="utf-8")
    now, then = (Image.open(BytesIO(b)).convert("RGB") for b in (picture, (HERE / f"{name}.png").read_bytes()))
    assert now.size == then.size
    apart = ImageChops.difference(now, then).convert("L").point(lambda v: 255 if v > 48 else 0)
    assert sum(apart.histogram()[1:]) <= 0.002 * now.size[0] * now.size[1]


def test_every_figure_is_kept() -> None:
    kept = {p.stem for p in HERE.iterdir()}
    assert kept == set(DRAWINGS)


def test_the_comparison_would_notice() -> None:
    one, other = (Image.open(BytesIO(png.render(s, 1.0))).convert("L") for s in (digit("3"), digit("8")))
    assert sum(ImageChops.difference(one, other).point(lambda v: 255 if v > 48 else 0).histogram()[1:]) > 10


def digit(shown: str) -> Scene:
    return scene([cell(Box(0, 0, 34, 34), words(shown))], "a digit", "A digit.")


# fonts
def test_measured_as_drawn() -> None:
    """The widths of the layout are those of the font that draws."""
    font = ImageFont.truetype(FONT, 1000, layout_engine=ImageFont.Layout.BASIC)
    for char, own in metrics._WIDTHS.items():
        if char not in "\u0303\u0304":
            assert font.getlength(char) == pytest.approx(1000 * own, abs=1.5), char


def test_bold_is_at_most_a_fifth_wider() -> None:
    bold = ImageFont.truetype(str(png.FONTS / "DejaVuSans-Bold.ttf"), 1000, layout_engine=ImageFont.Layout.BASIC)
    for sample in ("0123456789", "−1024", "Forward", "Backward: dL/dx in closed form"):
        assert bold.getlength(sample) <= metrics.width(sample, 1000, True) + 1


def look(chars: str) -> bytes:
    """A text as pixels, drawn with the fonts of this package alone."""
    picture = Scene(60, 40, "t", "d", (Text(30, 20, words(chars), 26),))
    return Image.open(BytesIO(png.drawn(svg.render(picture), 1.0, True, 60))).convert("L").tobytes()


def test_no_character_is_missing() -> None:
    """Every character that is measured has a glyph in the fonts of this package, Korean ones too."""
    blank, missing = {look(""), look(" ")}, {look("\ue000"), look("漢")}
    for char in (*metrics._WIDTHS, *"창커널한국어값"):
        assert metrics.known(char)
        if char not in {" ", "\u00a0", "\u00ad", "\u0303"}:
            assert look(char) not in blank | missing, char


def test_known() -> None:
    assert metrics.known("가")
    assert metrics.known("힝")
    assert not metrics.known("똠")  # not in KS X 1001
    assert not metrics.known("漢")
    assert not metrics.known("🙂")


# PNG and GIF
def test_png_is_the_same_twice_and_scales() -> None:
    picture = korean()
    assert png.render(picture) == png.render(picture)
    wide = Image.open(BytesIO(png.render(picture, 3.0)))
    assert wide.size == (3 * int(picture.width), 3 * int(picture.height))


@pytest.mark.parametrize("scale", [0, -1, True, "2", float("nan"), 1e9])
def test_scales_that_are_refused(scale: object) -> None:
    with pytest.raises(SymconvError, match="scale: expected a positive number"):
        png.render(korean(), scale)  # type: ignore[arg-type]


def test_without_resvg_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(SymconvError, match=r"pip install 'symconv\[figures\]'"):
        png.render(korean())


def test_gif_has_a_frame_a_scene() -> None:
    scenes = [digit(str(k)) for k in range(5)]
    made = gif.render(scenes, 0.5)
    assert made == gif.render(scenes, 0.5)
    picture = Image.open(BytesIO(made))
    assert (picture.n_frames, picture.info["duration"], picture.info["loop"]) == (5, 500, 0)  # type: ignore[attr-defined]
    assert made[:6] == b"GIF89a"


def test_gif_refusals() -> None:
    with pytest.raises(SymconvError, match="at least one scene"):
        gif.render([])
    with pytest.raises(SymconvError, match="one size"):
        gif.render([digit("1"), korean()])
    with pytest.raises(SymconvError, match="seconds"):
        gif.render([digit("1")], 0)


def test_svg_needs_no_font() -> None:
    made = svg.render(korean())
    assert "창이 오른쪽으로" in made
    assert "sans-serif" in made
    assert 'lang="ko"' in made
