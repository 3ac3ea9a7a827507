"""``symconv matrix``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import guarded
from symconv.cli.options import CHANNELS, NAMED, WINDOWS, OfLayers, asked, emit, options, output

PICTURES = ("svg", "png", "tikz")


@click.command(cls=OfLayers)
@click.argument("operator")
@click.option("--input", help="4x4, CxSPATIAL or NxCxSPATIAL.")
@click.option("--kernel", help="Kernel sizes, like 2x2.")
@options(WINDOWS, CHANNELS, NAMED)
@click.option("--compare", is_flag=True, help="Beside it the dense and the locally connected layer, with their weights.")
@options(output(PICTURES, "the matrix, or the comparison"))
def matrix(operator: str, **options: Any) -> int:
    """Write OPERATOR at given sizes as a matrix, y = T x.

    Its pattern is named, and dL/dx = T^T g is shown to be the form with the flipped kernel.
    With --padding-mode T is that of the whole map, copies and all: a cell may hold a sum of taps, and circular padding that keeps
    the size makes T circulant.  Of local1d/2d/3d every cell has a weight of its own.
    """

    def run() -> int:
        out = asked(options, PICTURES)
        from symconv.topics.matrix import story

        op = story.subject(operator, options)
        for name in ("input", "kernel"):
            if options[name] is None:
                raise click.UsageError(f"Missing option '--{name}'.")
        return emit(story.as_matrix(story.from_text(op, {**options, "loss": None}), options["compare"]), out)

    return guarded(run)
