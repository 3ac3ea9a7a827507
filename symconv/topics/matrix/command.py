"""``symconv matrix``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import deliver, guarded, pictured


@click.command()
@click.argument("operator")
@click.option("--input", help="4x4, CxSPATIAL or NxCxSPATIAL.")
@click.option("--kernel", help="Kernel sizes, like 2x2.")
@click.option("--stride", help="2 or 2x1.")
@click.option("--padding", help="1, 1x0, sides 1:0x2:1, or same.")
@click.option("--dilation", help="Like --stride.")
@click.option("--output-padding", help="Like --stride (conv_transpose).")
@click.option("--groups", help="Groups of channels (layers).")
@click.option("--mode", help="valid, same or full (correlate, convolve).")
@click.option("--padding-mode", help="zeros, circular, reflect, symmetric or replicate.")
@click.option("--flip-kernel", is_flag=True, help="Make the layer a true convolution.")
@click.option("--no-bias", is_flag=True, help="Leave the bias out (layers).")
@click.option("--batch", help="Images.")
@click.option("--in-channels", help="Channels of the input, in all.")
@click.option("--out-channels", help="Filters, in all.")
@click.option("--at", "at_", help="Numbers for named parameters: s=2,P=1.")
@click.option("--compare", is_flag=True, help="Beside it the dense and the locally connected layer, with their weights.")
@click.option(
    "--to", help="text (the default), latex, markdown, html, pdf, json; the matrix, or the comparison: svg, png, tikz."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex or tikz: a whole document for pdflatex.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
def matrix(operator: str, **options: Any) -> int:
    """Write OPERATOR at given sizes as a matrix, y = T x.

    Its pattern is named, and dL/dx = T^T g is shown to be the form with the flipped kernel.
    With --padding-mode T is that of the whole map, copies and all: a cell may hold a sum of taps, and circular padding that keeps
    the size makes T circulant.  Of local1d/2d/3d every cell has a weight of its own.
    """

    def run() -> int:
        from symconv import api
        from symconv.topics.matrix import story as matrices

        to, extra = pictured(options)
        op = api.from_text(operator, {**options, "kernel": None} if operator == "linear" else options)
        matrices.windowed(op)
        for name in ("input", "kernel"):
            if options[name] is None:
                raise click.UsageError(f"Missing option '--{name}'.")
        wanted = matrices.from_text(op, {**options, "loss": None})
        page = matrices.as_matrix(wanted, options["compare"])
        make = matrices.matrix_picture if to in api.STILL else matrices.matrix_page
        deliver(make(page, to, **extra), options["output"])
        return 0 if all(c.verdict.holds for c in page.checks) else 1

    return guarded(run)
