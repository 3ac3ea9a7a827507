"""``symconv example`` and ``symconv trace``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import guarded
from symconv.cli.options import CHANNELS, LAYERS, NAMED, Asked, OfLayers, asked, emit, options, output

PICTURES = ("svg", "tikz", "png", "gif", "stepper")
NUMBERS = (
    click.option("--x", help="The input: 1 2; 3 4, nested JSON, or a .csv, .json, .npy or .npz file."),
    click.option("--w", help="The kernel, likewise."),
    click.option("--b", help="The bias, likewise; left out beside --w there is none."),
    click.option("--g", help="The upstream gradient dL/dy, likewise."),
    click.option("--target", help="What a loss compares x with: numbers (mse), or a class per image (cross_entropy)."),
    click.option("--input", help="Sizes of a drawn input: 5x7, CxSPATIAL or NxCxSPATIAL."),
    click.option("--kernel", help="Sizes of a drawn kernel, or of pooling windows, like 3x2, or 3 on every axis."),
    *CHANNELS,
    click.option("--seed", type=int, default=0, show_default=True, help="For the numbers that are drawn."),
)
FIGURE = (
    click.option(
        "--figure",
        help="The picture for svg, tikz, png: both, forward, backward-x, backward-w, upstream, strides, overlaps, matrix, "
        "matrix-transposed; for gif and stepper y, x or w.",
    ),
)
numbered = options(NUMBERS, LAYERS, NAMED, output(PICTURES, "pictures"), FIGURE)


@click.command(cls=OfLayers)
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

    Of every activation, of softmax, sum, mse, cross_entropy and flatten every entry with the case that applies, and dL/dx; of
    softmax and cross_entropy in two ways.  What e and log make irrational is rounded, and every digit was checked.

    Numbers are whole, fractions (1/2) or decimals, and stay exact.  Leading axes (batch, channels) that are left out have
    size 1, and the arrays of --to json leave them out as well: a spatial --x gives a spatial y, unless there are several
    filters.  At most 10000 numbers in an array and 20000 products in all.
    """
    return guarded(lambda: _example(operator, options))


def _example(operator: str, options: dict[str, Any]) -> int:
    """A worked example, or a picture of it."""
    out = wanted(options)
    from symconv.api import examples as api

    made = api.example_from_text(operator, options)
    more = {"figure": options["figure"]} if out.to in PICTURES else {"elide": options["elide"]}
    return emit(made, out, **more)


def wanted(options: dict[str, Any]) -> Asked:
    """The target; a figure is chosen for a picture alone."""
    out = asked(options, PICTURES)
    if options["figure"] is not None and out.to not in PICTURES:
        raise click.UsageError(f"--figure: expected a picture beside it (--to {', '.join(PICTURES)}), got --to {out.to}")
    return out


@click.command(cls=OfLayers)
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
    """A trace, or its picture."""
    out = wanted(options)
    if out.to in ("gif", "stepper"):
        raise click.UsageError(f"--to: expected one picture for a trace (svg, tikz or png), got {out.to}")
    if options["figure"] is not None:
        raise click.UsageError("--figure: expected none for a trace, which has one picture of its own")
    from symconv.api import examples as api

    return emit(api.trace(entry, api.example_from_text(operator, options)), out)
