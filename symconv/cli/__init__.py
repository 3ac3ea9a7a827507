"""The command line: arguments in, ``api`` call, renderer out.  Nothing is computed here.

Exit status: 0 all checked; 1 something was refuted or could not be decided; 2 bad input, one clear line on standard error;
3 an internal error (a step that fails its check is one).

A command is loaded when it is asked for; the list of all needs their names and summaries alone.
"""

from __future__ import annotations

import click

from symconv.cli.common import ByName

# name -> (module, function in it, the first sentences of its help)
COMMANDS = {
    "derive": ("cli.derivations", "derive", "Derive dL/dx, dL/dw or dL/db of OPERATOR."),
    "example": ("cli.examples", "example", "Work OPERATOR out on numbers, forward and backward."),
    "trace": ("cli.examples", "trace", "List every product that reaches ENTRY of OPERATOR."),
    "verify": ("cli.claims", "verify", "Verify a formula as published: proved, refuted, or true only under a condition."),
    "list": ("cli.listing", "list_", "List the operators with their parameters."),
    "prove": (
        "topics.theorems.command",
        "prove",
        "Prove the theorem NAME for all sizes, or refute it by its smallest counterexample (exit status 1).",
    ),
    "theorems": (
        "topics.theorems.command",
        "theorems",
        "Prove or refute every theorem of the catalogue; exit status 0 if all are as expected.",
    ),
    "sizes": ("topics.sizes.command", "sizes", "Print the shape at every edge of LAYERS, with parameters and costs."),
    "receptive-field": (
        "topics.sizes.command",
        "receptive_field",
        "Print which places of the input a unit behind each of LAYERS depends on.",
    ),
    "matrix": ("topics.matrix.command", "matrix", "Write OPERATOR at given sizes as a matrix, y = T x."),
    "im2col": (
        "topics.im2col.command",
        "im2col",
        "Write OPERATOR as a matrix product: its windows as columns (im2col, unfold), and both gradients.",
    ),
    "fourier": (
        "topics.fourier.command",
        "fourier",
        "Show the DFT theorem for a circular operator, exactly and in symbols, and how circular differs from linear.",
    ),
    "filter": (
        "topics.filters.command",
        "filter_",
        "Filter IMAGE, a PNG or JPEG (or sample:astronaut, ...), and say what was computed, exactly.",
    ),
    "continuous": ("topics.continuous.command", "continuous", "The convolution of two functions of t, with every step."),
    "derivative": (
        "topics.continuous.command",
        "derivative",
        "The theorem (f * g)' = f * g', its discrete twin, and why it is not backpropagation.",
    ),
    "winograd": (
        "topics.fast.command",
        "winograd",
        "F(M, R): M outputs of a correlation with R taps in M + R - 1 products.",
    ),
    "toom-cook": (
        "topics.fast.command",
        "toom_cook",
        "The full convolution of N entries with M in N + M - 1 products.",
    ),
    "karatsuba": ("topics.fast.command", "karatsuba", "The full convolution of N entries with N, by halves."),
    "gallery": ("cli.listing", "gallery", "Regenerate the gallery's pages from their sources in FOLDER."),
}


@click.group(
    cls=ByName,
    found=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(package_name="symconv")
def main() -> None:
    """Derive the calculus of convolution, check every line, write it down."""
