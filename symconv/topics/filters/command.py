"""``symconv filter``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import STANDARD, chosen, deliver, guarded


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
@click.option("--to", help="text (the default), latex, markdown, html, pdf or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option("-o", "--output", help="The filtered picture, a PNG (whole, or not at all); - alone to standard output.")
def filter_(image: str, **options: Any) -> int:
    """Filter IMAGE, a PNG or JPEG (or sample:astronaut, ...), and say what was computed, exactly."""
    return guarded(lambda: _filter(image, options))


def _filter(image: str, options: dict[str, Any]) -> int:
    from symconv import api
    from symconv.topics.filters import story as filters

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    aloud = options["output"] in STANDARD  # the picture itself goes to standard output, and no page with it
    if options["output"] is not None and not aloud:
        filters.png(options["output"])
    places = tuple(filters.place(text) for text in options["pixel"])
    given = {name: options[name] for name in ("kernel", "mode", "border", "range", "size")}
    found, picture = filters.file_filter(image, places, **given)
    extra = {"standalone": options["standalone"]} if to == "latex" else {}
    made = filters.page(found, to, **extra)
    if aloud:
        deliver(picture, None)
        return 0
    if options["output"] is not None:
        filters.write_picture(picture, options["output"])
    deliver(made, None)
    return 0
