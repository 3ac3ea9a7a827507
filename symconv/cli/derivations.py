"""``symconv derive``."""

from __future__ import annotations

import sys
from typing import Any

import click

from symconv.cli.common import aside, chosen, deliver, guarded


@click.command()
@click.argument("operator")
@click.option("--wrt", default="x", show_default=True, help="x, w, b or all; in a net x, conv1.w, ... or all.")
@click.option("--stride", help="2, 2x1, or names: s, s1,s2.")
@click.option("--padding", help="1, 1x0, sides 1:0x2:1, a name P, or same.")
@click.option("--dilation", help="Like --stride.")
@click.option("--output-padding", help="Like --stride (conv_transpose).")
@click.option("--groups", help="Groups of channels (layers).")
@click.option("--mode", help="valid, same or full (correlate, convolve).")
@click.option("--padding-mode", help="zeros, circular, reflect, symmetric or replicate.")
@click.option("--flip-kernel", is_flag=True, help="Make the layer a true convolution.")
@click.option("--no-bias", is_flag=True, help="Leave the bias out (layers).")
@click.option("--ceil-mode", is_flag=True, help="Round the output size up (pooling).")
@click.option("--exclude-pad", is_flag=True, help="Average over what meets the input alone (avg_pool).")
@click.option("--ties", help="first (the default), split or all (max_pool).")
@click.option("--slope", help="The slope for negative inputs (leaky_relu): 0.1, 1/10 or a name.")
@click.option("--reduction", help="mean (the default) or sum (mse, cross_entropy).")
@click.option("--layers", help='The layers of a net: "conv2d(2,3,kernel=3) relu linear(5)".')
@click.option("--channels", is_flag=True, help="Carry batch, channels and groups through every step.")
@click.option("--input", help="Sizes of an explicit case: 5x7, CxSPATIAL or NxCxSPATIAL.")
@click.option("--kernel", help="Kernel sizes of the explicit case, like 3x2.")
@click.option("--batch", help="Images in the explicit case.")
@click.option("--in-channels", help="Channels of the input, in all.")
@click.option("--out-channels", help="Filters, in all.")
@click.option("--at", "at_", help="Numbers for named parameters in the explicit case: s=2,P=1.")
@click.option("--loss", help="A loss in the entries of y for the explicit case: y0^2/2 + y1*y2.")
@click.option("--limit", type=click.IntRange(min=1), help="Most products in an explicit case.")
@click.option("--to", help="text (the default), latex, markdown, html, pdf or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
@click.option("--no-proof", is_flag=True, help="Check the lines, but do not prove them for all sizes.")
@click.option("--no-check", is_flag=True, help="Skip the checks; every line then says that it was not checked.")
def derive(operator: str, **options: Any) -> int:
    """Derive dL/dx, dL/dw or dL/db of OPERATOR.

    With --input and --kernel an explicit case follows, entry by entry.
    """
    return guarded(lambda: _derive(operator, options))


OF_ONE_LAYER = (
    "stride", "padding", "dilation", "output_padding", "groups", "mode", "padding_mode", "flip_kernel", "no_bias",
    "ceil_mode", "exclude_pad", "ties", "slope", "reduction", "kernel", "batch", "in_channels", "out_channels", "at_", "loss",
    "limit",
)  # fmt: skip


def _nothing_of_one_layer(options: dict[str, Any]) -> None:
    """A net's parameters stand in its layers: an option that would change nothing is refused."""
    for name in OF_ONE_LAYER:
        if options[name] not in (None, False):
            flag = "--" + name.rstrip("_").replace("_", "-")
            raise click.UsageError(
                f'{flag}: expected none for net, whose layers say it themselves, as in --layers "conv2d(2,3,kernel=3,stride=2) '
                'relu sum"; leave it out'
            )


def _subject(operator: str, options: dict[str, Any]) -> tuple[Any, Any]:
    """The operator with its explicit case if there is one; or the net with its input."""
    from symconv import api

    if operator == "net" and options["layers"] is not None:
        _nothing_of_one_layer(options)
        shape = api.read_input(options["input"]) if options["input"] is not None else None
        return api.network(options["layers"], shape), None
    if operator == "net" or options["layers"] is not None:
        raise click.UsageError('expected: symconv derive net --layers "conv2d(2,3,kernel=3) relu linear(5)"')
    op = api.from_text(operator, options)
    return op, api.case_from_text(op, options)


def _derive(operator: str, options: dict[str, Any]) -> int:
    from symconv import api

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    op, wanted = _subject(operator, options)
    roles = api.roles(op, options["wrt"])
    found = []
    for wrt in roles:
        derivation = api.derive(op, wrt, options["channels"], not options["no_check"], not options["no_proof"])
        found.append(
            api.with_case(derivation, wanted, options["limit"], options["loss"]) if wanted is not None else derivation
        )
    extra: dict[str, Any] = {"standalone": options["standalone"]} if to == "latex" else {}
    if to == "text" and options["output"] is None and sys.stdout is not None and sys.stdout.isatty():
        extra["colour"] = True
    made = api.render(found if options["wrt"] == "all" and operator != "net" else found[0], to, **extra)
    deliver(made, options["output"])
    aside(api.spent(c.verdict for d in found for c in d.checks))
    return api.status(found)
