"""``symconv fourier``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import chosen, deliver, guarded


@click.command()
@click.option("--input", required=True, help="Sizes of x: 6, or 4x5.")
@click.option("--kernel", required=True, help="Sizes of w: 3, or 2x3.")
@click.option("--padding", help="lo per axis, like 1 or 1x0; centred if left out.")
@click.option("--dilation", default="1", show_default=True, help="Per axis, like 2 or 2x1.")
@click.option("--convolve", is_flag=True, help="A true convolution (lo = d(K-1) if left out).")
@click.option("--to", help="text (the default), latex, markdown, html, pdf or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
def fourier(**options: Any) -> int:
    """Show the DFT theorem for a circular operator, exactly and in symbols, and how circular differs from linear."""
    return guarded(lambda: _fourier(options))


def _fourier(options: dict[str, Any]) -> int:
    from symconv import api
    from symconv.topics.fourier import story as theorem

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    given = {name: options[name] for name in ("input", "kernel", "padding", "dilation", "convolve")}
    extra = {"standalone": options["standalone"]} if to == "latex" else {}
    deliver(theorem.page(theorem.spectrum(**given), to, **extra), options["output"])
    return 0
