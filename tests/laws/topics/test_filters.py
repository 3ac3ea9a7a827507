"""Image filters against scipy.ndimage on the same pictures, borders included; factors; pixels; files good and bad."""

from __future__ import annotations

import io
import json
import struct
import sys
import zlib
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

import symconv as sc
from symconv.errors import InternalError, SymconvError
from symconv.topics.filters.files import LARGEST, SAMPLES, located, read
from symconv.topics.filters.kernels import NAMED, factorised, kernel
from symconv.topics.filters.picture import denominator, filtered, levels
from tests import harness

NDIMAGE = {"zeros": "constant", "circular": "wrap", "reflect": "mirror", "symmetric": "reflect", "replicate": "nearest"}
CUSTOM = [
    "1 2 -3; 4 -5 6",
    "1",
    "2 -1",
    "1; 2; 4; -8",
    "1/3 0.25 -2; 0 1 7/5",
    "1 2; 2 4",
    "3 -6 9; 1 -2 3",
    "0 0; 0 0",
    "1 -2 3 -4 5",
]
KERNELS = [*NAMED, *CUSTOM]


def photograph() -> Any:
    """A corner of a photograph, in colour and not square."""
    return read("sample:astronaut").levels[100:163, 180:229]


@pytest.mark.sweep(16)
@pytest.mark.parametrize("border", NDIMAGE)
@pytest.mark.parametrize("mode", ["correlate", "convolve"])
@pytest.mark.parametrize("word", KERNELS)
def test_scipy_agrees(word: str, mode: str, border: str) -> None:
    """Every kernel, both modes, every border, even sizes and asymmetric kernels too: exactly, in whole numbers."""
    picture, found = photograph(), kernel(word)
    total, bottom = filtered(picture, found, mode, border)
    whole = np.array([[int(e * bottom) for e in row] for row in found.entries], dtype=np.int64)
    for channel in range(3):
        theirs = getattr(ndimage, mode)(picture[:, :, channel].astype(np.int64), whole, mode=NDIMAGE[border])
        assert np.array_equal(total[:, :, channel], theirs)
    floats = ndimage.correlate(picture[:, :, 0].astype(float), np.array(found.entries, dtype=float), mode=NDIMAGE[border])
    if mode == "correlate":
        assert np.allclose(total[:, :, 0] / bottom, floats, atol=1e-9)


@pytest.mark.sweep(2)
@pytest.mark.parametrize("word", ["sobel-x", "gaussian", "sharpen"])
def test_the_whole_photograph(word: str, tmp_path: Path) -> None:
    """The command's PNG against SciPy's filter of the same file: 512 x 512, colour."""
    out = tmp_path / "out.png"
    result = harness.run("filter", "sample:astronaut", "--kernel", word, "-o", str(out))
    assert (result.exit_code, result.stderr) == (0, "")
    picture = np.asarray(Image.open(located("sample:astronaut")).convert("RGB")).astype(np.int64)
    assert picture.shape == (512, 512, 3)
    found = kernel(word)
    bottom = denominator(found)
    whole = np.array([[int(e * bottom) for e in row] for row in found.entries])
    value = np.stack([ndimage.correlate(picture[:, :, c], whole, mode="reflect") for c in range(3)], axis=2)
    value = np.abs(value) if word == "sobel-x" else value
    wanted = np.clip(np.floor(value / bottom + 0.5), 0, 255).astype(np.uint8)
    assert np.array_equal(np.asarray(Image.open(out)), wanted)


@pytest.mark.parametrize(("word", "axis"), [("sobel-x", 1), ("sobel-y", 0)])
def test_the_sign_of_sobel(word: str, axis: int) -> None:
    picture = photograph()
    total, _ = filtered(picture, kernel(word), "correlate", "symmetric")
    turned, _ = filtered(picture, kernel(word), "convolve", "symmetric")
    theirs = ndimage.sobel(picture[:, :, 1].astype(np.int64), axis=axis, mode="reflect")
    assert np.array_equal(total[:, :, 1], theirs)
    assert np.array_equal(turned[:, :, 1], -theirs)
    ramp = np.tile(np.arange(0, 90, 10, dtype=np.uint8), (5, 1))[:, :, None]
    slope = filtered(ramp if axis else ramp.transpose(1, 0, 2), kernel(word), "correlate", "symmetric")[0]
    assert slope[2, 2, 0] == 80  # brighter to the right (or downwards): positive


# kernels and factors
def matrix(rows: Any) -> Any:
    return tuple(tuple(map(Fraction, row)) for row in rows)


@pytest.mark.parametrize("word", NAMED)
def test_named_kernels(word: str) -> None:
    found = kernel(word)
    assert found.shape == (3, 3)
    totals = {"sobel-x": 0, "sobel-y": 0, "laplacian": 0}
    assert found.total == totals.get(word, 1)
    assert found.factors.separable == (word in ("identity", "box", "gaussian", "sobel-x", "sobel-y"))


def test_factors_by_hand() -> None:
    known = kernel("sobel-x").factors
    assert (known.scale, known.u, known.v) == (1, (1, 2, 1), (-1, 0, 1))
    known = kernel("gaussian").factors
    assert (known.scale, known.u, known.v) == (Fraction(1, 16), (1, 2, 1), (1, 2, 1))
    assert kernel("box", 5).factors.scale == Fraction(1, 25)
    assert kernel("gaussian", 5).factors.v == (1, 4, 6, 4, 1)
    assert kernel("laplacian").factors.rank == 2
    assert kernel("0 0; 0 0").factors.rank == 0
    assert kernel("1 2 3; 4 5 6; 7 8 10").factors.rank == 3


NUMBERS = st.fractions(min_value=-9, max_value=9, max_denominator=6)
LINES = st.lists(NUMBERS, min_size=1, max_size=5)


@given(LINES, LINES)
def test_outer_products_are_factorised(u: list[Fraction], v: list[Fraction]) -> None:
    entries = matrix([[a * b for b in v] for a in u])
    known = factorised(entries)
    assert known.separable
    assert matrix([[known.scale * a * b for b in known.v] for a in known.u]) == entries
    assert known.scale >= 0


@given(st.integers(2, 4), st.integers(2, 4), st.data())
def test_minors_show_what_is_no_outer_product(rows: int, columns: int, data: Any) -> None:
    entries = matrix(
        data.draw(st.lists(st.lists(st.integers(-3, 3), min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    )
    known = factorised(entries)
    assert known.rank == np.linalg.matrix_rank(np.array(entries, dtype=float))
    if known.minor is not None:
        i, k, j, m, value = known.minor
        assert entries[i][j] * entries[k][m] - entries[i][m] * entries[k][j] == value != 0


@pytest.mark.parametrize(("text", "said"), [
    ("sobel", "did you mean 'sobel-"), ("gausian", "did you mean 'gaussian'"), ("1 2; 3", "equal length"), ("1 x", "expected numbers"),
    ("1/0", "expected numbers"), ("1 " * 40, "at most 31"), ("9" * 20, "expected numbers"), (";;", "expected identity"),
    ("1 2;; 3 4", "equal length"), ("__import__('os')", "expected identity"), ("1e9", "expected numbers"), ("", "expected identity"),
    ("nan", "expected identity"), ("1;" * 40, "at most 31")])  # fmt: skip
def test_bad_kernels(text: str, said: str) -> None:
    with pytest.raises(SymconvError, match=said.replace("(", r"\(")):
        kernel(text)


@pytest.mark.parametrize(
    ("word", "size"), [("box", 4), ("box", 0), ("gaussian", 27), ("sobel-x", 3), ("1 2", 3), ("nothing", 3)]
)
def test_bad_sizes(word: str, size: int) -> None:
    with pytest.raises(SymconvError, match="size"):
        kernel(word, size)


# ranges and rounding
@pytest.mark.parametrize("how", ["clip", "offset", "absolute"])
def test_levels(how: str) -> None:
    values = np.arange(-700, 1400).reshape(-1, 1, 1)
    written, outside = levels(values, 4, how)
    exact = [Fraction(int(v), 4) for v in values.ravel()]
    shown = [abs(e) if how == "absolute" else e for e in exact]
    rounded = [int(np.floor(e + Fraction(1, 2))) + (128 if how == "offset" else 0) for e in shown]
    assert written.ravel().tolist() == [min(max(r, 0), 255) for r in rounded]
    assert outside == sum(1 for r in rounded if not 0 <= r <= 255)


def test_the_range_follows_the_kernel() -> None:
    picture = [[0, 10, 20], [0, 10, 20], [0, 10, 20]]
    assert sc.image_filter(picture, "sobel-x").facts.range == "absolute"
    assert sc.image_filter(picture, "gaussian").facts.range == "clip"
    assert sc.image_filter(picture, "-1 0 1", range="offset").levels[1].ravel().tolist() == [138, 148, 138]
    assert sc.image_filter(picture, "1 0 -1", range="clip").levels.max() == 0


# from Python
def test_exact_values() -> None:
    found = sc.image_filter([[1, 2], [3, 5]], kernel="1/3 2/3", border="zeros")
    assert found.denominator == 3
    assert found.numerators[:, :, 0].tolist() == [[2, 5], [6, 13]]
    assert all(v.status == "checked" for v in found.verdicts)


@pytest.mark.sweep(4)
@pytest.mark.parametrize("border", NDIMAGE)
@pytest.mark.parametrize("mode", ["correlate", "convolve"])
def test_the_arithmetic_of_a_pixel(border: str, mode: str) -> None:
    """The products as printed add up to what the picture holds, at every pixel."""
    numbers = np.random.RandomState(8).randint(0, 256, (4, 5))
    for place in np.ndindex(4, 5):
        found = sc.image_filter(numbers.tolist(), "1 -2; 3 4; 1/2 5", mode, border, pixel=place)
        told = json.loads(found.json())["pixels"][0]
        value = sum(Fraction(w) * x for w, x in told["products"])
        assert value == Fraction(int(found.numerators[(*place, 0)]), found.denominator) == Fraction(told["exact"])
        assert told["level"] == found.levels[(*place, 0)]


def test_a_wrong_picture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from symconv.topics.filters import picture

    true = picture._line
    monkeypatch.setattr(
        picture, "_line", lambda array, taps, length, axis: true(array, [-e for e in taps] if axis else taps, length, axis)
    )
    with pytest.raises(InternalError, match="filter-pixels"):
        sc.image_filter([[1, 2, 3], [4, 5, 6], [7, 8, 9]], "sobel-x")


@pytest.mark.sweep(32)
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json"])
@pytest.mark.parametrize("word", KERNELS)
def test_pages(word: str, to: str) -> None:
    picture = np.random.RandomState(1).randint(0, 256, (6, 7, 3)).tolist()
    text = getattr(sc.image_filter(picture, word, pixel=(0, 6)), to)()
    assert text
    if to == "text":
        assert max(map(len, text.split("\n"))) <= 80


BAD_CALLS: list[tuple[Any, dict[str, Any], str]] = [
    ([[1, 2], [3, 4]], {"kernel": "box"}, "at most the picture's 2 x 2"),
    ([[1, 300]], {"kernel": "1"}, "from 0 to 255"),
    ([[1.5, 2]], {"kernel": "1"}, "from 0 to 255"),
    ([1, 2], {"kernel": "1"}, "rows x columns"),
    ([[[1, 2]]], {"kernel": "1"}, "rows x columns"),
    ([], {"kernel": "1"}, "rows x columns"),
    ([[1]], {"kernel": "1", "mode": "corelate"}, "did you mean 'correlate'"),
    ([[1]], {"kernel": "1", "border": "mirror"}, "called 'reflect' here"),
    ([[1]], {"kernel": "1", "range": "abs"}, "expected clip, offset, absolute"),
    ([[1]], {"kernel": "1", "pixel": (0, 1)}, "row below 1"),
    ([[1]], {"kernel": "1", "pixel": 3}, "(row, column)"),
    ([[1]], {"kernel": [[1], 2]}, "rows of numbers like"),
    ([[1]], {"kernel": [[None]]}, "expected integers, Fractions or decimals, got NoneType"),
    ([[1]], {"kernel": [[1 / 3]]}, "at most 9 digits"),
    ([[1]], {"kernel": [[float("nan")]]}, "'nan'"),
    ([[1, 1]], {"kernel": [[1, 2], [3]]}, "rows of equal length"),
    ([[1]], {"kernel": " ".join(["999999999/999999937"] * 1 + ["1/999999893", "1/999999883"])}, "at most the picture's"),
    ([[1] * 3], {"kernel": "1/999999937 1/999999893 1/999999883"}, "64 bits"),
]


@pytest.mark.parametrize(("picture", "given", "said"), BAD_CALLS, ids=[str(k) for k in range(len(BAD_CALLS))])
def test_bad_calls(picture: Any, given: dict[str, Any], said: str) -> None:
    with pytest.raises(SymconvError) as caught:
        sc.image_filter(picture, **given)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_kernels_as_lists_and_arrays() -> None:
    """Numbers of any exact kind are the kernel that the text says."""
    picture = np.arange(25).reshape(5, 5)
    said = sc.image_filter(picture, kernel="1/2 -1 0.25; 0 3 0.00001")
    for rows in ([[Fraction(1, 2), -1, 0.25], [0, 3, 1e-5]], (("1/2", "-1", ".25"), ("0", "3", "0.00001"))):
        assert sc.image_filter(picture, kernel=rows).text() == said.text()
    whole = np.array([[1, 0, -1], [2, 0, -2]])
    assert sc.image_filter(picture, kernel=whole).text() == sc.image_filter(picture, kernel="1 0 -1; 2 0 -2").text()


# files
def png(path: Path, mode: str, seed: int = 3) -> Any:
    """A small picture of a mode; its array as Pillow converts it."""
    numbers = np.random.RandomState(seed).randint(0, 256, (6, 5, 4)).astype(np.uint8)
    made = Image.fromarray(numbers, "RGBA").convert("RGB" if mode == "P" else "RGBA").convert(mode)
    made.save(path)
    return made


run = partial(harness.run, "filter")


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("LA", 1), ("RGB", 3), ("RGBA", 3), ("P", 3), ("1", 1)])
def test_modes_of_pictures(tmp_path: Path, mode: str, channels: int) -> None:
    path, out = tmp_path / "in.png", tmp_path / "out.png"
    made = png(path, mode)
    result = run(path, "--kernel", "gaussian", "--border", "replicate", "-o", out)
    assert (result.exit_code, result.stderr) == (0, "")
    whole = np.asarray(made.convert({"L": "L", "LA": "LA", "1": "L", "P": "RGB"}.get(mode, mode)))
    whole = whole.reshape(*whole.shape[:2], -1)
    filtered_too = np.asarray(Image.open(out)).reshape(whole.shape)
    weights = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    for c in range(channels):
        wanted = ndimage.correlate(whole[:, :, c].astype(int), weights, mode="nearest")
        assert np.array_equal(filtered_too[:, :, c], (wanted + 8) // 16)
    if whole.shape[2] > channels:
        assert np.array_equal(filtered_too[:, :, -1], whole[:, :, -1])  # transparency stays
    assert list(tmp_path.iterdir()) == sorted([path, out]) or set(tmp_path.iterdir()) == {path, out}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path, orientation: int) -> None:
    """The eight EXIF orientations: what is stored, turned by np.rot90 and np.flip as the standard says."""
    stored = np.arange(6, dtype=np.uint8).reshape(2, 3) * 40
    flipped = stored[:, ::-1] if orientation in (2, 4, 5, 7) else stored
    turns = {1: 0, 2: 0, 3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}[orientation]  # quarter turns, counterclockwise
    picture = Image.fromarray(stored)
    exif = picture.getexif()
    exif[0x0112] = orientation
    picture.save(tmp_path / "photo.png", exif=exif)
    assert read(str(tmp_path / "photo.png")).levels[:, :, 0].tolist() == np.rot90(flipped, turns).tolist()


def test_jpeg_is_read(tmp_path: Path) -> None:
    Image.fromarray(photograph()).save(tmp_path / "in.jpg")
    assert run(tmp_path / "in.jpg", "--kernel", "sobel-y").exit_code == 0


def header(columns: int, rows: int) -> bytes:
    """A PNG that says it is so large and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    begin = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0))
    return begin + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def sixteen() -> bytes:
    held = io.BytesIO()
    Image.fromarray(np.arange(12, dtype=np.uint16).reshape(3, 4) * 5000).save(held, format="PNG")
    return held.getvalue()


def truncated() -> bytes:
    held = io.BytesIO()
    Image.fromarray(photograph()).save(held, format="PNG")
    return held.getvalue()[:2000]


def gif() -> bytes:
    held = io.BytesIO()
    Image.fromarray(photograph()[:, :, 0]).save(held, format="GIF")
    return held.getvalue()


BAD_FILES = {
    "text": (b"this is no picture", "neither"),
    "empty": (b"", "neither"),
    "another format": (gif(), "neither"),
    "truncated": (truncated(), "damaged"),
    "sixteen bits": (sixteen(), "8 bits"),
    "too large": (header(6000, 6000), f"at most {LARGEST} pixels, got 6000 x 6000"),
    "a bomb": (header(100_000, 100_000), f"at most {LARGEST} pixels"),
    "only a header": (header(3, 3), "damaged"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_bad_files(tmp_path: Path, kind: str) -> None:
    """One line, status 2, and no file is left behind, whole or in part."""
    content, said = BAD_FILES[kind]
    path, out = tmp_path / "in.png", tmp_path / "out.png"
    path.write_bytes(content)
    result = run(path, "--kernel", "identity", "-o", out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["in.png"]


BAD_WORDS = {
    "no file": (["none.png", "--kernel", "box"], "cannot read"),
    "a folder": ([".", "--kernel", "box"], "cannot read"),
    "an unknown kernel": (["in.png", "--kernel", "sobelx"], "did you mean 'sobel-x'"),
    "a kernel larger than the picture": (["in.png", "--kernel", "box", "--size", "7"], "at most the picture's 6 x 5"),
    "an unknown border": (["in.png", "--kernel", "box", "--border", "nearest"], "called 'replicate' here"),
    "an unknown mode": (["in.png", "--kernel", "box", "--mode", "convolute"], "did you mean 'convolve'"),
    "an unknown range": (["in.png", "--kernel", "box", "--range", "cilp"], "did you mean 'clip'"),
    "a pixel outside": (["in.png", "--kernel", "box", "--pixel", "6,0"], "row below 6"),
    "no pixel": (["in.png", "--kernel", "box", "--pixel", "here"], "row,column"),
    "no PNG": (["in.png", "--kernel", "box", "-o", "out.jpg"], ".png"),
    "a folder that is not there": (["in.png", "--kernel", "box", "-o", "none/out.png"], "cannot write"),
    "an unknown sample": (["sample:astronout", "--kernel", "box"], "did you mean 'astronaut'"),
    "no kernel": (["in.png"], "--kernel"),
}


@pytest.mark.parametrize("kind", BAD_WORDS)
def test_bad_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    words, said = BAD_WORDS[kind]
    monkeypatch.chdir(tmp_path)
    png(tmp_path / "in.png", "RGB")
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["in.png"]


def test_files_from_python(tmp_path: Path) -> None:
    made = png(tmp_path / "in.png", "RGB")
    found = sc.image_filter(tmp_path / "in.png", "box", size=3)
    found.save(tmp_path / "out.png")
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out.png")), found.levels)
    assert np.array_equal(found.levels, sc.image_filter(np.asarray(made), "box").levels)
    with pytest.raises(SymconvError, match=r"\.png"):
        found.save(tmp_path / "out.gif")
    with pytest.raises(SymconvError, match="cannot read"):
        sc.image_filter(str(tmp_path / "none.png"), "box")


def test_wide_kernels_fit_on_the_page() -> None:
    picture = np.random.RandomState(1).randint(0, 256, (40, 40))
    page = sc.image_filter(picture, "gaussian", size=25, pixel=(5, 5))
    assert max(map(len, page.text().split("\n"))) <= 80
    assert max(line.count(r"\cdot") for line in page.latex().split("\n")) <= 9


@pytest.mark.parametrize("missing", ["PIL", "skimage"])
def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    if missing == "PIL":
        monkeypatch.setitem(sys.modules, "PIL", None)
    else:
        from symconv.topics.filters import files

        monkeypatch.setattr(files, "find_spec", lambda _: None)
    result = run("sample:camera", "--kernel", "box")
    assert result.exit_code == 2
    assert "symconv[images]" in result.stderr


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_there(name: str) -> None:
    assert Path(located(f"sample:{name}")).exists()


def test_the_command(tmp_path: Path) -> None:
    out = tmp_path / "edges.png"
    result = run("sample:astronaut", "--kernel", "sobel-x", "--pixel", "0,0", "-o", out)
    assert result.exit_code == 0
    for line in ("512 x 512 pixels, red, green, blue", "w = u vᵀ,  u = (1, 2, 1),  v = (-1, 0, 1)", "y[0,0] = (-1)·154 + 0·154 + 1·109",
                 "3 + 3 = 6", "Written: 168 (the absolute value)."):  # fmt: skip
        assert line in result.stdout
    assert Image.open(out).size == (512, 512)
    told = json.loads(run("sample:camera", "--kernel", "1 2 1; 2 4 2; 1 2 1", "--json").stdout)
    assert told["kernel"]["u"] == [1, 2, 1]
    assert told["channels"] == ["grey"]
