"""``symconv example`` and ``symconv trace``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from symconv.cli.common import chosen, deliver, guarded

PICTURES = ("svg", "tikz", "png", "gif", "stepper")
OPTIONS = (
    click.option("--x", help="The input: 1 2; 3 4, nested JSON, or a .csv, .json, .npy or .npz file."),
    click.option("--w", help="The kernel, likewise."),
    click.option("--b", help="The bias, likewise; left out beside --w there is none."),
    click.option("--g", help="The upstream gradient dL/dy, likewise."),
    click.option("--target", help="What a loss compares x with: numbers (mse), or a class per image (cross_entropy)."),
    click.option("--input", help="Sizes of a drawn input: 5x7, CxSPATIAL or NxCxSPATIAL."),
    click.option("--kernel", help="Sizes of a drawn kernel, or of pooling windows, like 3x2."),
    click.option("--batch", help="Images."),
    click.option("--in-channels", help="Channels of the input, in all."),
    click.option("--out-channels", help="Filters, in all."),
    click.option("--seed", type=int, default=0, show_default=True, help="For the numbers that are drawn."),
    click.option("--stride", help="2, or 2x1 per axis."),
    click.option("--padding", help="1, 1x0, sides 1:0x2:1, or same."),
    click.option("--dilation", help="Like --stride."),
    click.option("--output-padding", help="Like --stride (conv_transpose)."),
    click.option("--groups", help="Groups of channels (layers)."),
    click.option("--mode", help="valid, same or full (correlate, convolve)."),
    click.option("--padding-mode", help="zeros, circular, reflect, symmetric or replicate."),
    click.option("--ceil-mode", is_flag=True, help="Round the output size up (pooling)."),
    click.option("--exclude-pad", is_flag=True, help="Average over what meets the input alone (avg_pool)."),
    click.option("--ties", help="first (the default), split or all (max_pool)."),
    click.option("--slope", help="Left of 0 (leaky_relu): 1/10 or 0.1."),
    click.option("--reduction", help="mean (the default) or sum (mse, cross_entropy)."),
    click.option("--flip-kernel", is_flag=True, help="Make the layer a true convolution."),
    click.option("--no-bias", is_flag=True, help="Leave the bias out (layers)."),
    click.option("--at", "at_", help="Numbers for named parameters: s=2,P=1."),
    click.option(
        "--to", help="text (the default), latex, markdown, html, pdf, json; pictures: svg, tikz, png, gif, stepper."
    ),
    click.option("--json", "as_json", is_flag=True, help="The same as --to json."),
    click.option(
        "--figure",
        help="The picture for svg, tikz, png: both, forward, backward-x, backward-w, upstream, strides, overlaps, matrix, "
        "matrix-transposed; for gif and stepper y, x or w.",
    ),
    click.option("--standalone", is_flag=True, help="With --to latex or tikz: a whole document for pdflatex."),
    click.option("-o", "--output", help="Write to a file (whole, or not at all)."),
)


def numbered(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that both commands take."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("operator")
@numbered
@click.option("--elide", type=click.IntRange(min=2), help="Most products to a line; the middle is left out.")
def example(operator: str, **options: Any) -> int:
    """Work OPERATOR out on numbers, forward and backward.

    Every entry of y as symbol, substitution and result; the upstream gradient; dL/dw, dL/db and dL/dx each twice, by
    accumulation and by the closed form.  What is not given is drawn from the seed.  Where --padding-mode puts in copies, dL/dx is
    the gradient of the padded tensor, folded back.  Of max_pool and avg_pool every window with its largest entries or its mean,
    and dL/dx as the windows send it and as the entries collect it.  Of local1d/2d/3d the kernel of every window; --w and --b have
    the axes of the places: filters x channels x places x taps, filters x places.

    Of relu, leaky_relu, sigmoid, tanh, softplus, gelu, softmax, sum, mse, cross_entropy and flatten every entry with the case
    that applies, and dL/dx; of softmax and cross_entropy in two ways.  What e and log make irrational is rounded, and every digit
    was checked.

    Numbers are whole, fractions (1/2) or decimals, and stay exact.  Leading axes (batch, channels) that are left out have
    size 1, and the arrays of --to json leave them out as well: a spatial --x gives a spatial y, unless there are several
    filters.  At most 10000 numbers in an array and 20000 products in all.
    """
    return guarded(lambda: _example(operator, options))


def _example(operator: str, options: dict[str, Any]) -> int:
    from symconv.api import examples as api

    to, extra = wanted(options)
    made = api.example_from_text(operator, options)
    if to in PICTURES:
        from symconv.api import figures

        deliver(figures.picture(made, to, options["figure"], options["standalone"]), options["output"])
        return 0
    deliver(api.example_page(made, to, options["elide"], **extra), options["output"])
    return 0


def wanted(options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The target and its options."""
    from symconv import api
    from symconv.api.examples import TARGETS

    to = api.target(chosen(options["to"], options["as_json"]), (*TARGETS, *PICTURES))
    if options["standalone"] and to not in ("latex", "tikz"):
        raise click.UsageError(f"--standalone: expected --to latex or tikz beside it, got --to {to}")
    if options["figure"] is not None and to not in PICTURES:
        raise click.UsageError(f"--figure: expected a picture beside it (--to {', '.join(PICTURES)}), got --to {to}")
    return to, {"standalone": options["standalone"]} if to == "latex" else {}


@click.command()
@click.argument("entry")
@click.argument("operator")
@numbered
def trace(entry: str, operator: str, **options: Any) -> int:
    """List every product that reaches ENTRY of OPERATOR.

    ENTRY is y[..], dx[..], dw[..] or db[..], of a loss L or dx[..]; leading axes that are left out have size 1; a weight of
    local1d/2d/3d is named by its place, then by its tap.  The terms of the sum that are absent are listed with the condition that
    kills each: out of range, or not divisible by the stride.  Where --padding-mode puts in copies, an entry of dx is followed
    through each of its places.  Of a function the case that applies, and why the others do not.  Numbers as for symconv example.
    """
    return guarded(lambda: _trace(entry, operator, options))


def _trace(entry: str, operator: str, options: dict[str, Any]) -> int:
    from symconv.api import examples as api

    to, extra = wanted(options)
    if to in ("gif", "stepper"):
        raise click.UsageError(f"--to: expected one picture for a trace (svg, tikz or png), got {to}")
    if options["figure"] is not None:
        raise click.UsageError("--figure: expected none for a trace, which has one picture of its own")
    found = api.trace(entry, api.example_from_text(operator, options))
    if to in PICTURES:
        from symconv.api import figures

        deliver(figures.traced(found, to, options["standalone"]), options["output"])
        return 0
    deliver(api.trace_page(found, to, **extra), options["output"])
    return 0
