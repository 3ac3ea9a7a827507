"""``symconv sizes`` and ``symconv receptive-field``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import chosen, deliver, guarded, pictured


def _target(options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    from symconv import api

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    return to, {"standalone": options["standalone"]} if to == "latex" else {}


@click.command()
@click.argument("layers")
@click.option("--input", required=True, help="3x224x224 (CxSPATIAL), SPATIAL or NxCxSPATIAL; names by commas: 3,H,W.")
@click.option("--bytes", "width", default=4, show_default=True, help="Bytes that an entry takes.")
@click.option("--to", help="text (the default), latex, markdown, html, pdf or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
def sizes(layers: str, **options: Any) -> int:
    """Print the shape at every edge of LAYERS, with parameters and costs.

    LAYERS is a list like "conv2d(3,64,kernel=7,stride=2) relu max_pool2d(2)".
    """

    def run() -> int:
        to, extra = _target(options)
        from symconv.topics.sizes import story as chains

        found = chains.sizes(layers, options["input"], options["width"])
        deliver(chains.sizes_page(found, to, **extra), options["output"])
        return chains.status(found.checks)

    return guarded(run)


@click.command("receptive-field")
@click.argument("layers")
@click.option("--input", help="Spatial sizes, to see where the borders cut the fields off.")
@click.option("--unit", help="The unit whose pyramid is drawn: 3, or one per axis: 3x0.")
@click.option("--to", help="text (the default), latex, markdown, html, pdf, json; the pyramid: svg, png, tikz.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex or tikz: a whole document for pdflatex.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
def receptive_field(layers: str, **options: Any) -> int:
    """Print which places of the input a unit behind each of LAYERS depends on.

    LAYERS is a list like "conv2d(kernel=3) conv2d(kernel=3) max_pool2d(2)".
    """

    def run() -> int:
        to, extra = pictured(options)
        from symconv.api import STILL
        from symconv.topics.sizes import story as chains

        found = chains.receptive_field(layers, options["input"], options["unit"])
        make = chains.field_picture if to in STILL else chains.field_page
        deliver(make(found, to, **extra), options["output"])
        return chains.status(found.checks)

    return guarded(run)
