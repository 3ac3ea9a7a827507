"""The command line: arguments in, ``api`` call, renderer out.  Nothing is computed here.

Exit status: 0 all checked; 1 something was refuted or could not be decided; 2 bad input, one clear line on standard error;
3 an internal error (a step that fails its check is one).
"""

from __future__ import annotations

import click

from symconv.cli.algorithms import karatsuba, toom_cook, winograd
from symconv.cli.common import Clean
from symconv.cli.continuous import continuous, derivative
from symconv.cli.derivations import derive
from symconv.cli.examples import example, trace
from symconv.cli.listing import gallery, list_
from symconv.cli.proofs import prove, theorems


@click.group(cls=Clean, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(package_name="symconv")
def main() -> None:
    """Derive the calculus of convolution, check every line, write it down."""


for _command in (
    derive, example, trace, list_, prove, theorems, continuous, derivative, winograd, toom_cook, karatsuba, gallery
):  # fmt: skip
    main.add_command(_command)
