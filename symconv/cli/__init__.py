"""The command line: arguments in, ``api`` call, renderer out.  Nothing is computed here.

Exit status: 0 all checked; 1 something was refuted or could not be decided; 2 bad input, one clear line on standard error;
3 an internal error (a step that fails its check is one).
"""

from __future__ import annotations

import click

from symconv.cli.chains import receptive_field, sizes
from symconv.cli.common import Clean
from symconv.cli.derivations import derive
from symconv.cli.listing import gallery, list_
from symconv.cli.matrices import matrix
from symconv.cli.proofs import prove, theorems


@click.group(cls=Clean, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(package_name="symconv")
def main() -> None:
    """Derive the calculus of convolution, check every line, write it down."""


for _command in (derive, list_, prove, theorems, sizes, receptive_field, matrix, gallery):
    main.add_command(_command)
