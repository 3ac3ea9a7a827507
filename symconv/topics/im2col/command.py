"""``symconv im2col``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import guarded
from symconv.cli.options import CHANNELS, OUTPUT, WINDOWS, OfLayers, asked, emit, options


@click.command(cls=OfLayers)
@click.argument("operator")
@click.option("--input", required=True, help="Sizes: 4x4, CxSPATIAL or NxCxSPATIAL.")
@click.option("--kernel", required=True, help="Kernel sizes, like 2x2.")
@options(WINDOWS, CHANNELS, OUTPUT)
def im2col(operator: str, **options: Any) -> int:
    """Write OPERATOR as a matrix product: its windows as columns (im2col, unfold), and both gradients."""

    def run() -> int:
        out = asked(options)
        from symconv.topics.im2col import story

        return emit(story.from_text(operator, options), out)

    return guarded(run)
