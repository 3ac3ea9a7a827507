"""Image filters: a kernel and a picture -> the filtered picture, exactly -> checks -> a page and a PNG."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import symconv.topics.filters.page  # noqa: F401  (the faces of its facts)
from symconv.errors import InternalError, SymconvError, nearest
from symconv.language.facts import refuse
from symconv.layers.parameters import choice, number
from symconv.pages.files import write
from symconv.topics.filters import kernels
from symconv.topics.filters.facts import Filtering, Pixel

WAYS = ("correlate", "convolve")


def chosen(word: Any, what: str, known: tuple[str, ...]) -> str:
    """One of the words known."""
    if isinstance(word, str) and word in known:
        return word
    shown = " ".join(str(word).split())[:40]
    raise SymconvError(f"{what}: expected {', '.join(known)}, got {shown!r}{nearest(shown, list(known))}")


def rows_as_text(rows: Any) -> str:
    """Nested lists of numbers as the text that is read: "1 2 1; 0 0 0".

    Raises SymconvError for anything but rows of integers, Fractions, decimals or texts.
    """
    from fractions import Fraction

    if not rows or not all(isinstance(row, (list, tuple)) and row for row in rows):
        raise SymconvError("kernel: expected a name, or rows of numbers like [[1, 2, 1], [0, 0, 0]]")
    for value in (value for row in rows for value in row):
        if isinstance(value, bool) or not isinstance(value, (int, float, str, Fraction)):
            raise SymconvError(f"kernel: expected integers, Fractions or decimals, got {type(value).__name__}")
    return "; ".join(" ".join(f"{value:f}" if _small(value) else str(value) for value in row) for row in rows)


def _small(value: Any) -> bool:
    """Whether Python would write a float as 1e-05."""
    return isinstance(value, float) and "e" in str(value) and value == float(f"{value:f}")


def image_filter(
    picture: Any,
    channels: tuple[str, ...],
    kernel: str,
    mode: str = "correlate",
    border: str = "symmetric",
    range: str | None = None,
    size: int | None = None,
    places: tuple[tuple[int, int], ...] = (),
) -> tuple[Filtering, Any, Any, int]:
    """(the facts, the levels 0 to 255, D y, D) of a picture of rows, columns and channels.

    ``range`` left out is absolute for kernels whose entries add up to 0, clip for the others.  Raises SymconvError for an unknown
    kernel, mode, border or range, a kernel larger than the picture, and a pixel outside; InternalError for a check that fails.
    """
    from symconv.topics.filters.check_lines import check
    from symconv.topics.filters.check_picture import check_picture, exact, level, reads
    from symconv.topics.filters.lines import lines
    from symconv.topics.filters.picture import RANGES, filtered, levels

    found = kernels.kernel(kernel, size)
    chosen(mode, "mode", WAYS)
    padding_mode_of(border)
    how = chosen(range, "range", RANGES) if range is not None else ("clip" if found.total else "absolute")
    total, bottom = filtered(picture, found, mode, border)
    written, outside = levels(total, bottom, how)
    facts = Filtering(found, mode, border, how, picture.shape[:2], channels, outside)
    checks = check_picture(facts, picture, total, bottom, written)
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    pixels = []
    for place in places:
        if not all(0 <= a < n for a, n in zip(place, facts.size, strict=True)):
            raise SymconvError(
                f"pixel: expected a row below {facts.size[0]}, a column below {facts.size[1]}, got {place[0]},{place[1]}"
            )
        for k, name in enumerate(channels):
            products = reads(facts, picture, place, k)
            pixels.append(Pixel(name, place, products, exact(products), level(exact(products), how)))
            shown = int(written[(*place, k)])
            if shown != pixels[-1].level:
                raise InternalError(f"internal error: pixel {place} of {name} is {shown}, expected {pixels[-1].level}")
    facts = replace(facts, pixels=tuple(pixels), checks=checks)
    return replace(facts, lines=check(facts, lines(facts), total, bottom)), written, total, bottom


def padding_mode_of(border: Any) -> str:
    """The border, if there is one of that name."""
    return choice(border, "padding_mode", "border")


def file_filter(name: str, places: tuple[tuple[int, int], ...], **given: Any) -> tuple[Filtering, bytes]:
    """The facts about a filtered file, and the filtered picture as a PNG."""
    from symconv.topics.filters.files import encoded, read

    kernels.kernel(given["kernel"], given.get("size"))  # a kernel that cannot be read needs no picture
    picture = read(name)
    facts, written, _, _ = image_filter(picture.levels, picture.channels, places=places, **given)
    return facts, encoded(written, picture.alpha)


def array_filter(x: Any, **given: Any) -> tuple[Filtering, Any, Any, int]:
    """A picture as an array of levels 0 to 255, of rows and columns, or rows, columns and 1 or 3 channels; or a file's name."""
    from symconv.check.operands import as_array
    from symconv.topics.filters import files

    if not isinstance(kernel := given.get("kernel"), str):
        raise SymconvError(f"kernel: expected a name or rows as text, got {type(kernel).__name__}")
    if isinstance(x, (str, os.PathLike)):
        found = files.read(os.fspath(x))
        return image_filter(found.levels, found.channels, **given)
    array = as_array(x, "picture")
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in (1, 3) or 0 in array.shape:
        raise SymconvError(f"picture: expected rows x columns, or rows x columns x 1 or 3, got shape {array.shape}")
    if array.dtype.kind != "i" or array.min() < 0 or array.max() > 255:
        raise SymconvError("picture: expected whole numbers from 0 to 255")
    names = ("grey",) if array.shape[2] == 1 else ("red", "green", "blue")
    return image_filter(array.astype("uint8"), names, **given)


def place(text: str) -> tuple[int, int]:
    """A pixel as typed: row,column."""
    words = text.replace(" ", "").split(",")
    if len(words) != 2 or not all(w.isascii() and w.isdigit() and len(w) < 9 for w in words):
        raise SymconvError(f"pixel: expected row,column like 10,20, got {' '.join(text.split())[:40]!r}")
    return int(words[0]), int(words[1])


def pixel(given: object) -> tuple[int, int]:
    """A pixel as (row, column)."""
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise SymconvError(f"pixel: expected (row, column), got {' '.join(str(given).split())[:40]}")
    return number(given[0], "pixel", 0), number(given[1], "pixel", 0)


def write_picture(made: bytes, path: str) -> None:
    """Write a PNG whole, or not at all."""
    write(made, path)


def png(path: str) -> None:
    """Raise SymconvError unless the name ends in .png."""
    if not path.lower().endswith(".png"):
        raise SymconvError(f"output: expected a file name that ends in .png, got {' '.join(path.split())[:60]!r}")


def save(levels: Any, path: str) -> None:
    """Write levels 0 to 255 as a PNG."""
    from symconv.topics.filters.files import encoded

    png(path)
    write_picture(encoded(levels, None), path)
