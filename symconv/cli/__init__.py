"""The command line: arguments in, a story's call, page out.  Nothing is computed here.

Exit status: 0 all checked; 1 something was refuted or could not be decided; 2 bad input, one clear line on standard error;
3 an internal error (a step that fails its check is one).

The commands of the spine stand here; those of a topic lie in its folder and are loaded when they are asked for.
"""

from __future__ import annotations

import click

from symconv.cli.claims import verify
from symconv.cli.common import Commands
from symconv.cli.derivations import derive
from symconv.cli.examples import example, trace
from symconv.cli.listing import gallery, list_


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(package_name="symconv")
def main() -> None:
    """Derive the calculus of convolution, check every line, write it down."""


for command in (derive, example, gallery, list_, trace, verify):
    main.add_command(command)
