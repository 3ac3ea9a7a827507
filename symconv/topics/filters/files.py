"""Pictures from files and to files (Pillow, an extra): PNG and JPEG in, PNG out, eight bits a channel.

A picture is an array of rows, columns and channels, its channels named; transparency is kept aside and not filtered.  The size is
read from the header before anything is decoded.  ``sample:NAME`` is a photograph of scikit-image's wheel.
"""

from __future__ import annotations

import struct
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from symconv.errors import SymconvError, nearest
from symconv.language.lazy import dataclass
from symconv.language.quiet import quiet

LARGEST = 25_000_000
FORMATS = ("PNG", "JPEG")
INSTALL = "install it with: pip install 'symconv[images]'"
SAMPLES = (
    "astronaut",
    "brick",
    "camera",
    "chelsea",
    "coffee",
    "coins",
    "grass",
    "gravel",
    "moon",
    "page",
    "rocket",
    "text",
)


@dataclass(frozen=True)
class Picture:
    """Levels by row, column and channel; the channels' names; the transparency, if there is one."""

    levels: Any
    channels: tuple[str, ...]
    alpha: Any = None


def pillow() -> Any:
    """Pillow's Image module.

    Raises SymconvError if it is not installed.
    """
    try:
        from PIL import Image
    except ImportError:
        raise SymconvError(f"filter: expected Pillow, which reads pictures; {INSTALL}") from None
    return Image


def located(name: str) -> str:
    """The path of a picture; ``sample:NAME`` lies in scikit-image's folder."""
    if not name.startswith("sample:"):
        return name
    word = name.removeprefix("sample:")
    if word not in SAMPLES:
        raise SymconvError(f"sample: expected one of {', '.join(SAMPLES)}, got {word[:40]!r}{nearest(word, list(SAMPLES))}")
    spec = find_spec("skimage")
    folders = list(spec.submodule_search_locations or []) if spec is not None else []
    for folder in folders:
        for ending in (".png", ".jpg"):
            path = Path(folder) / "data" / f"{word}{ending}"
            if path.exists():
                return str(path)
    raise SymconvError(f"sample: expected scikit-image, whose photographs these are; {INSTALL}")


def read(name: str) -> Picture:
    """The picture in a file.

    Raises SymconvError for what is no PNG or JPEG, is damaged, has more than eight bits a channel, or is too large.
    """
    Image = pillow()
    shown = " ".join(name.split())[:60]
    try:
        with quiet(), Image.open(located(name), formats=FORMATS) as opened:
            columns, rows = opened.size
            if rows * columns > LARGEST:
                raise SymconvError(f"{shown}: expected at most {LARGEST} pixels, got {columns} x {rows} = {rows * columns}")
            if opened.mode.startswith(("I", "F")):
                raise SymconvError(f"{shown}: expected 8 bits a channel, got a picture of mode {opened.mode}")
            clear = "A" in opened.getbands() or "transparency" in opened.info
            grey = opened.mode in ("1", "L", "LA")
            wanted = ("LA" if clear else "L") if grey else ("RGBA" if clear else "RGB")
            seen = upright(opened)
            array = np.asarray(seen if seen.mode == wanted else seen.convert(wanted))
    except Image.UnidentifiedImageError:
        raise SymconvError(f"{shown}: expected a PNG or JPEG picture, got a file that is neither") from None
    except Image.DecompressionBombError:
        raise SymconvError(f"{shown}: expected at most {LARGEST} pixels, got far more") from None
    except SymconvError:
        raise
    except (OSError, ValueError, SyntaxError, TypeError, struct.error, zlib.error, MemoryError, EOFError) as error:
        reason = getattr(error, "strerror", None) or f"the picture is damaged ({' '.join(str(error).split())[:60]})"
        raise SymconvError(f"cannot read {shown!r}: {reason}") from None
    if array.ndim == 2:
        array = array[:, :, None]
    names = ("grey",) if grey else ("red", "green", "blue")
    if 0 in array.shape:
        raise SymconvError(f"{shown}: expected at least one pixel, got none")
    return Picture(array[:, :, : len(names)], names, array[:, :, -1] if clear else None)


def upright(picture: Any) -> Any:
    """A photograph as its camera says that it is to be seen (EXIF orientation): rows and columns are those of the eye."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(picture) if picture.getexif().get(0x0112, 1) != 1 else picture


def encoded(levels: Any, alpha: Any) -> bytes:
    """The levels as the bytes of a PNG."""
    from io import BytesIO

    whole = levels if alpha is None else np.concatenate([levels, alpha[:, :, None]], axis=2)
    made = pillow().fromarray(whole[:, :, 0] if whole.shape[2] == 1 else whole)
    held = BytesIO()
    made.save(held, format="PNG", compress_level=1)
    return held.getvalue()
