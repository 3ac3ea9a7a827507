"""``symconv fourier``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import guarded
from symconv.cli.options import OUTPUT, asked, emit, options


@click.command()
@click.option("--input", required=True, help="Sizes of x: 6, or 4x5.")
@click.option("--kernel", required=True, help="Sizes of w: 3, or 2x3.")
@click.option("--padding", help="lo per axis, like 1 or 1x0; centred if left out.")
@click.option("--dilation", default="1", show_default=True, help="Per axis, like 2 or 2x1.")
@click.option("--convolve", is_flag=True, help="A true convolution (lo = d(K-1) if left out).")
@options(OUTPUT)
def fourier(**options: Any) -> int:
    """Show the DFT theorem for a circular operator, exactly and in symbols, and how circular differs from linear."""

    def run() -> int:
        out = asked(options)
        from symconv.topics.fourier.story import spectrum

        given = {name: options[name] for name in ("input", "kernel", "padding", "dilation", "convolve")}
        return emit(spectrum(**given), out)

    return guarded(run)
