"""``symconv im2col``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import chosen, deliver, guarded


@click.command()
@click.argument("operator")
@click.option("--input", required=True, help="Sizes: 4x4, CxSPATIAL or NxCxSPATIAL.")
@click.option("--kernel", required=True, help="Kernel sizes, like 2x2.")
@click.option("--stride", help="2 or 2x1.")
@click.option("--padding", help="1, 1x0, sides 1:0x2:1, or same.")
@click.option("--dilation", help="Like --stride.")
@click.option("--groups", help="Groups of channels (layers).")
@click.option("--mode", help="valid, same or full (correlate, convolve).")
@click.option("--padding-mode", help="zeros, circular, reflect, symmetric or replicate.")
@click.option("--flip-kernel", is_flag=True, help="Make the layer a true convolution.")
@click.option("--no-bias", is_flag=True, help="Leave the bias out (layers).")
@click.option("--batch", help="Images.")
@click.option("--in-channels", help="Channels of the input, in all.")
@click.option("--out-channels", help="Filters, in all.")
@click.option("--to", help="text (the default), latex, markdown, html, pdf or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
def im2col(operator: str, **options: Any) -> int:
    """Write OPERATOR as a matrix product: its windows as columns (im2col, unfold), and both gradients."""
    return guarded(lambda: _im2col(operator, options))


def _im2col(operator: str, options: dict[str, Any]) -> int:
    from symconv import api
    from symconv.topics.im2col import story as unfold

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    nothing = dict.fromkeys(("output_padding", "at_", "loss"))
    op = api.from_text(operator, {**options, **nothing})
    case = api.case_from_text(op, {**options, **nothing})
    assert case is not None
    extra = {"standalone": options["standalone"]} if to == "latex" else {}
    deliver(unfold.page(unfold.unfolding(case), to, **extra), options["output"])
    return 0
