"""``symconv sizes`` and ``symconv receptive-field``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import guarded
from symconv.cli.options import OUTPUT, asked, emit, options, output

PICTURES = ("svg", "png", "tikz")


@click.command()
@click.argument("layers")
@click.option("--input", required=True, help="3x224x224 (CxSPATIAL), SPATIAL or NxCxSPATIAL; names by commas: 3,H,W.")
@click.option("--bytes", "width", default=4, show_default=True, help="Bytes that an entry takes.")
@options(OUTPUT)
def sizes(layers: str, **options: Any) -> int:
    """Print the shape at every edge of LAYERS, with parameters and costs.

    LAYERS is a list like "conv2d(3,64,kernel=7,stride=2) relu max_pool2d(2)".
    """

    def run() -> int:
        out = asked(options)
        from symconv.topics.sizes import story

        return emit(story.sizes(layers, options["input"], options["width"]), out)

    return guarded(run)


@click.command("receptive-field")
@click.argument("layers")
@click.option("--input", help="Spatial sizes, to see where the borders cut the fields off.")
@click.option("--unit", help="The unit whose pyramid is drawn: 3, or one per axis: 3x0.")
@options(output(PICTURES, "the pyramid"))
def receptive_field(layers: str, **options: Any) -> int:
    """Print which places of the input a unit behind each of LAYERS depends on.

    LAYERS is a list like "conv2d(kernel=3) conv2d(kernel=3) max_pool2d(2)".
    """

    def run() -> int:
        out = asked(options, PICTURES)
        from symconv.topics.sizes import story

        return emit(story.receptive_field(layers, options["input"], options["unit"]), out)

    return guarded(run)
