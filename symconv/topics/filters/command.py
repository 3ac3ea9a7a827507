"""``symconv filter``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import STANDARD, deliver, guarded
from symconv.cli.options import asked, emit, options, output


@click.command("filter")
@click.argument("image")
@click.option(
    "--kernel",
    required=True,
    help='sobel-x, sobel-y, laplacian, identity, box, gaussian, sharpen, emboss, or "1 2 1; ...".',
)
@click.option("--size", type=int, help="Taps along an axis of box and gaussian, odd.")
@click.option("--mode", default="correlate", show_default=True, help="correlate or convolve.")
@click.option("--border", default="symmetric", show_default=True, help="zeros, circular, reflect, symmetric or replicate.")
@click.option("--range", help="clip, offset or absolute; absolute for kernels that add up to 0, else clip.")
@click.option("--pixel", multiple=True, help="Write out the arithmetic of the pixel row,column.")
@options(output()[:-1])
@click.option("-o", "--output", help="The filtered picture, a PNG (whole, or not at all); - alone to standard output.")
def filter_(image: str, **options: Any) -> int:
    """Filter IMAGE, a PNG or JPEG (or sample:astronaut, ...), and say what was computed, exactly."""
    return guarded(lambda: _filter(image, options))


def _filter(image: str, options: dict[str, Any]) -> int:
    """The picture goes where -o says, the page to standard output; - sends the picture there, and no page with it."""
    out, path = asked(options)._replace(path=None), options["output"]
    from symconv.topics.filters import story

    if path is not None and path not in STANDARD:
        story.png(path)
    places = tuple(story.place(text) for text in options["pixel"])
    given = {name: options[name] for name in ("kernel", "mode", "border", "range", "size")}
    found, picture = story.file_filter(image, places, **given)
    if path in STANDARD:
        deliver(picture, None)
        return 0
    if path is not None:
        story.write_picture(picture, path)
    return emit(found, out)
