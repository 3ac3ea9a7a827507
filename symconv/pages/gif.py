"""An animated GIF of scenes of one size: each drawn by resvg, all with the palette of the first pictures together."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from symconv.errors import SymconvError
from symconv.language.scene import Scene
from symconv.pages import png


def render(scenes: Sequence[Scene], seconds: float = 1.0, scale: float = 1.5) -> bytes:
    """The scenes one after the other, ``seconds`` each, again and again.

    Raises SymconvError if there are none, if their sizes differ, or if Pillow or resvg is not installed.
    """
    if not scenes:
        raise SymconvError("gif: expected at least one scene, got none")
    if len({(s.width, s.height) for s in scenes}) > 1:
        raise SymconvError("gif: expected scenes of one size, got several sizes")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0.02 <= seconds <= 600:
        raise SymconvError(f"seconds: expected a number from 0.02 to 600, got {seconds!r}")
    try:
        from PIL import Image
    except ImportError:
        raise SymconvError("gif: expected Pillow, which is not installed; pip install 'symconv[figures]'") from None
    pictures = [Image.open(BytesIO(png.render(s, scale))).convert("RGB") for s in scenes]
    # one palette for all frames, taken from them laid below each other: no colour flickers from frame to frame
    wide, high = pictures[0].size
    strip = Image.new("RGB", (wide, high * min(len(pictures), 4)))
    for k in range(min(len(pictures), 4)):
        strip.paste(pictures[k * len(pictures) // min(len(pictures), 4)], (0, k * high))
    palette = strip.quantize(colors=128, dither=Image.Dither.NONE)
    frames = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
    out = BytesIO()
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], duration=round(seconds * 1000), loop=0, optimize=False,
    )  # fmt: skip
    return out.getvalue()
