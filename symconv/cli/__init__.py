"""The command line: arguments in, ``api`` call, renderer out.  Nothing is computed here.

Exit status: 0 all checked; 1 something was refuted or could not be decided; 2 bad input, one clear line on standard error;
3 an internal error (a step that fails its check is one).
"""

from __future__ import annotations

import click

from symconv.cli.algorithms import karatsuba, toom_cook, winograd
from symconv.cli.chains import receptive_field, sizes
from symconv.cli.claims import verify
from symconv.cli.common import Clean
from symconv.cli.continuous import continuous, derivative
from symconv.cli.derivations import derive
from symconv.cli.examples import example, trace
from symconv.cli.filters import filter_
from symconv.cli.fourier import fourier
from symconv.cli.listing import gallery, list_
from symconv.cli.matrices import matrix
from symconv.cli.proofs import prove, theorems
from symconv.cli.unfold import im2col


@click.group(cls=Clean, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(package_name="symconv")
def main() -> None:
    """Derive the calculus of convolution, check every line, write it down."""


COMMANDS = (
    derive,
    example,
    trace,
    verify,
    list_,
    prove,
    theorems,
    sizes,
    receptive_field,
    matrix,
    im2col,
    fourier,
    filter_,
    continuous,
    derivative,
    winograd,
    toom_cook,
    karatsuba,
    gallery,
)
for _command in COMMANDS:
    main.add_command(_command)
