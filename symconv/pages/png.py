"""PNG: a scene drawn by resvg with the fonts of this package, so that the picture is the same on every machine.

Characters beyond those fonts (other scripts than Latin, Greek and Korean) are looked for among the machine's own.
"""

from __future__ import annotations

from pathlib import Path

from symconv.errors import SymconvError
from symconv.language.metrics import known
from symconv.language.scene import Cell, Scene, Text, plain
from symconv.pages import svg

FONTS = Path(__file__).parent / "fonts"
FILES = ("DejaVuSans.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-Bold.ttf", "NotoSansCJKkr.otf")
LARGEST = 20_000  # pixels along a side


def render(picture: Scene, scale: float = 2.0) -> bytes:
    """The scene as PNG, ``scale`` pixels a point.

    Raises SymconvError if resvg is not installed, or for a scale that is not a positive number or too large.
    """
    return drawn(svg.render(picture), scale, own_fonts(picture), max(picture.width, picture.height))


def own_fonts(picture: Scene) -> bool:
    """Whether the fonts of this package have every character of the scene."""
    lines = [e.text if isinstance(e, Cell) else e for e in picture.elements if isinstance(e, (Cell, Text))]
    return all(known(ch) for line in lines for ch in plain(line.runs))


def drawn(made: str, scale: float, own: bool, side: float) -> bytes:
    """An SVG as PNG."""
    if isinstance(scale, bool) or not isinstance(scale, (int, float)) or not 0 < scale * side <= LARGEST:
        raise SymconvError(f"scale: expected a positive number of pixels a point, at most {LARGEST} in all, got {scale!r}")
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise SymconvError(
            "png: expected resvg, which is not installed; pip install 'symconv[figures]', or write SVG"
        ) from None
    return bytes(
        svg_to_bytes(
            svg_string=made, zoom=float(scale), skip_system_fonts=own, font_files=[str(FONTS / name) for name in FILES],
            font_family="DejaVu Sans", sans_serif_family="DejaVu Sans",
        )
    )  # fmt: skip
